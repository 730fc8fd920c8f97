"""Real phrases of eligibility lists, family by family, and what each must compile to (`?` stands for words not understood)."""

import pytest

from index.criteria import compile_text, describe
from tests.index.criteria.brief import brief

PHRASES = [
    # limits
    ("inclusion", "Age ≥18 years", "age >=18 year"),
    ("inclusion", "18 years of age or older", "age >=18 year"),
    ("inclusion", "Aged 18 to 75 years", "age >=18<=75 year"),
    ("inclusion", "Age 18 to < 75 years", "age >=18<75 year"),
    ("inclusion", "Platelets >= 75 x 10^9/L", "plt >=75 e9_l"),
    ("inclusion", "Platelet count ≥ 100,000/mm3", "plt >=100000 per_ul"),
    ("inclusion", "ANC ≥ 1,500/mm3, platelets ≥ 100,000/mm3, hemoglobin ≥ 9 g/dL", "(anc >=1500 per_ul & plt >=100000 per_ul & hgb >=9 g_dl)"),
    ("inclusion", "Hemoglobin >= 9 g/dL (90 g/L)", "hgb >=9 g_dl"),
    ("inclusion", "Total bilirubin ≤ 1.5 x upper limit of normal (ULN)", "tbil <=1.5 xuln"),
    ("inclusion", "SGOT and SGPT < 2.5 UNL", "(ast <2.5 xuln & alt <2.5 xuln)"),
    ("inclusion", "ALT or AST ≤ 5 x ULN", "((alt <=5 xuln & ast <=5 xuln) | ((alt <=5 xuln | ast <=5 xuln) & ?))"),
    ("exclusion", "ALT or AST > 5 x ULN", "(alt >5 xuln | ast >5 xuln)"),
    ("inclusion", "Serum creatinine within normal limits", "cr <=1 xuln"),
    ("inclusion", "Creatinine ≤ 1.5 mg/dL or creatinine clearance ≥ 60 mL/min (Cockcroft-Gault)", "(cr <=1.5 mg_dl | crcl >=60 ml_min)"),
    ("inclusion", "LVEF ≥ 50% by echocardiography or MUGA", "lvef >=50 percent"),
    ("exclusion", "QTc > 470 ms", "qtc >470 ms"),
    ("inclusion", "HbA1c between 7.0% and 10.0%", "hba1c >=7<=10 percent"),
    ("inclusion", "Weight ≥ 40 kg and ≤ 120 kg", "weight >=40<=120 kg"),
    ("inclusion", "Life expectancy of at least 3 months", "life_expectancy >=3 month"),
    ("inclusion", "ECOG performance status of 0 or 1", "ecog >=0<=1"),
    ("inclusion", "ECOG 2 or better", "ecog <=2"),
    ("inclusion", "Karnofsky performance status >= 70%", "karnofsky >=70"),
    ("inclusion", "Child-Pugh score less than or equal to 7", "child_pugh <=7"),
    # damaged
    ("inclusion", "ANC =1.5x109/L", "?"),
    ("inclusion", "Platelets ≥ 100109/L", "?"),
    ("inclusion", "neutrophils ≥1.5109", "?"),
    ("inclusion", "Performance status ECOG 01", "?"),
    # raised
    (
        "inclusion",
        "ALT and AST ≤ 2.5 × ULN (≤ 5 × ULN if liver metastases)",
        "((alt <=2.5 xuln & ast <=2.5 xuln) | ((alt <=5 xuln & ast <=5 xuln) & liver_metastasis))",
    ),
    ("inclusion", "ALT ≤ 3 x ULN; for patients with liver metastases, ≤ 5 x ULN", "(alt <=3 xuln | (liver_metastasis & alt <=5 xuln))"),
    (
        "inclusion",
        "Total bilirubin ≤ 1.5 x ULN, except in patients with Gilbert's syndrome who must have total bilirubin < 3 mg/dL",
        "(tbil <=1.5 xuln | (gilbert_syndrome & tbil <3 mg_dl))",
    ),
    # scales
    ("inclusion", "BCLC stage B or C", "bclc=B/C"),
    ("inclusion", "Stage IIIB or IV NSCLC", "(stage=IIIB/IV & nsclc)"),
    ("exclusion", "Class 3 or 4 congestive heart failure", "nyha=III/IV"),
    ("exclusion", "Congestive heart failure (≥ NYHA class II)", "nyha=II/III/IV"),
    ("inclusion", "HER2-positive breast cancer", "(her2=positive & breast_cancer)"),
    ("exclusion", "Positive for HIV antibody", "hiv_ab=positive"),
    # windows
    (
        "exclusion",
        "Myocardial infarction, stroke or unstable angina within 6 months",
        "(ever myocardial_infarction [within 6m] | ever stroke [within 6m] | ever unstable_angina [within 6m])",
    ),
    ("exclusion", "Major surgery within 28 days or 5 half-lives, whichever is longer, prior to first dose", "t:major_surgery [within 28d ?]"),
    ("inclusion", "At least 4 weeks since prior chemotherapy", "not t:chemotherapy [within 27d]"),
    ("inclusion", "More than 12 months since prior radiotherapy", "not t:radiotherapy [within 12m]"),
    (
        "exclusion",
        "History of Crohn's disease, ulcerative colitis, or chronic diarrhea within the past 6 months",
        "(ever crohns [within 6m ?] | ever ulcerative_colitis [within 6m ?] | ever chronic_diarrhea [within 6m ?])",
    ),
    ("exclusion", "Less than 18 years of age", "age <18 year"),
    # treatments
    ("exclusion", "Prior treatment with any anti-PD-1 or anti-CTLA-4 antibody", "(t:pd1_inhibitor | t:ctla4_inhibitor)"),
    ("inclusion", "No prior systemic therapy for hepatocellular carcinoma", "not t:systemic_therapy for hcc"),
    ("exclusion", "Concurrent use of systemic corticosteroids (>10 mg/day prednisone or equivalent)", "current t:corticosteroid prednisone>10~"),
    ("inclusion", "At most two prior lines of chemotherapy for metastatic disease", "t:chemotherapy advanced lines<=2"),
    ("inclusion", "HER2-positive breast cancer that has progressed on trastuzumab", "(her2=positive & breast_cancer & t:trastuzumab progressed)"),
    (
        "exclusion",
        "Received a live vaccine within 4 weeks prior to the first dose or planned to receive one during the study period",
        "(t:live_vaccine [within 4w] | planned t:live_vaccine [ahead])",
    ),
    ("inclusion", "Must have discontinued bevacizumab at least 4 weeks prior to enrollment", "not t:bevacizumab [within 4w]"),
    ("exclusion", "Must not have received immunosuppressive agents for at least three months prior to enrollment", "t:immunosuppressant [within 3m]"),
    ("exclusion", "Prior chemotherapy or radiotherapy for breast cancer", "(t:chemotherapy for breast_cancer | t:radiotherapy for breast_cancer)"),
    ("exclusion", "Continuous use of aspirin (>325 mg/day) for 10 days within 2 weeks", "t:aspirin aspirin>325 for 10d [within 2w]"),
    # findings
    ("exclusion", "Active, uncontrolled infection", "active+uncontrolled+infection"),
    ("exclusion", "Active or uncontrolled infection", "(active+infection | uncontrolled+infection)"),
    ("exclusion", "Active hepatitis B or C infection", "(active+hepatitis_b | active+hepatitis_c)"),
    (
        "exclusion",
        "Pleural effusion, ascites, or pericardial effusion requiring drainage",
        "(requires_drainage+pleural_effusion | requires_drainage+ascites | requires_drainage+pericardial_effusion)",
    ),
    (
        "exclusion",
        "Uncontrolled hypertension (systolic blood pressure > 160 mmHg or diastolic blood pressure > 100 mmHg)",
        "(sbp >160 mmhg | dbp >100 mmhg)",
    ),
    ("exclusion", "Peripheral neuropathy ≥ grade 2", "ctcae_grade(neuropathy) >=2"),
    ("inclusion", "Histologically or cytologically confirmed hepatocellular carcinoma", "histologically_confirmed+hcc"),
    ("inclusion", "Hepatocellular carcinoma confirmed by biopsy or imaging", "hcc"),
    ("exclusion", "History of sarcoid granuloma", "ever text:sarcoid granuloma"),
    # carve-outs
    ("exclusion", "Prior malignancy except basal cell carcinoma within 5 years", "ever other_malignancy [within 5y] except basal_cell_carcinoma"),
    (
        "inclusion",
        "No other cancer in the previous 3 years, except cervical carcinoma in situ",
        "not ever other_malignancy [within 3y] except cervical_cis",
    ),
    (
        "exclusion",
        "Any toxicity from prior therapy that has not recovered to grade ≤1 (except alopecia)",
        "not ctcae_grade(treatment_toxicity) <=1 except alopecia",
    ),
    (
        "exclusion",
        "Autoimmune disease requiring systemic treatment. Replacement therapy with levothyroxine is allowed.",
        "requires_systemic_treatment+autoimmune_disease except current t:levothyroxine",
    ),
    # polarity
    ("inclusion", "Patients with brain metastases are excluded", "not brain_metastasis"),
    ("inclusion", "Patients with treated brain metastases are eligible if stable for 4 weeks", "if treated+brain_metastasis: ?"),
    ("inclusion", "Prior radiotherapy is allowed", "may t:radiotherapy"),
    ("exclusion", "No prior chemotherapy", "?"),
    ("exclusion", "Patients must have measurable disease", "not measurable_disease"),
    # judgement
    ("exclusion", "Any condition that in the opinion of the investigator would interfere with the study", "judge:opinion"),
    ("inclusion", "Signed written informed consent and able to comply with study visits", "(judge:consent & judge:compliance)"),
    ("inclusion", "Women of childbearing potential must use effective contraception", "if childbearing_potential: judge:contraception"),
    (
        "inclusion",
        "Women of childbearing potential must have a negative pregnancy test within 7 days",
        "if childbearing_potential: hcg=negative [within 7d]",
    ),
    (
        "exclusion",
        "Uncontrolled intercurrent illness including, but not limited to, symptomatic congestive heart failure, "
        "or psychiatric illness that would limit compliance",
        "(symptomatic+heart_failure | judge:opinion)",
    ),
    # allergy
    ("exclusion", "Known allergy to any component of oxaliplatin or lenvatinib", "allergy:oxaliplatin,lenvatinib"),
    ("exclusion", "History of severe hypersensitivity reactions to monoclonal antibodies", "severe allergy:text:monoclonal antibodies"),
]


@pytest.mark.parametrize(("polarity", "text", "expected"), PHRASES, ids=[p[1][:60] for p in PHRASES])
def test_phrase(polarity: str, text: str, expected: str) -> None:
    condition = compile_text(text, polarity)
    assert brief(condition) == expected
    assert describe(condition)
