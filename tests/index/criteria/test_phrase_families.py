"""Families of phrases that were once read wrongly: one example each, and what it has to compile to."""

import pytest

from index.criteria import compile_text
from tests.index.criteria.brief import brief

FAMILIES = [
    ("exclusion", "HER2-positive breast cancer", "(her2=positive & breast_cancer)"),
    ("inclusion", "ER+ breast cancer or triple negative breast cancer", "((er=positive & breast_cancer) | tnbc)"),
    ("exclusion", "EGFR mutation positive or ALK positive non-small cell lung cancer", "((egfr_mutation=positive | alk=positive) & nsclc)"),
    ("exclusion", "Child-Pugh B cirrhosis", "child_pugh_class=B"),
    (
        "exclusion",
        "History of immunodeficiency, including HIV positive, or history of organ transplantation",
        "(ever immunodeficiency | hiv_ab=positive | t:organ_transplantation)",
    ),
    (
        "exclusion",
        "Adrenal failure, an IUD, hemorrhagic disorders or concurrent anticoagulant therapy",
        "(adrenal_insufficiency | t:iud | bleeding_disorder | current t:anticoagulant)",
    ),
    (
        "inclusion",
        "No history of allergic reactions attributed to compounds of similar chemical or biologic composition to cyclophosphamide or rituximab",
        "not allergy:cyclophosphamide,rituximab",
    ),
    ("exclusion", "Received a live vaccine within 2 weeks before the first administration of XYZ6008.", "t:live_vaccine [within 2w]"),
    ("exclusion", "Mitomycin treatment should be at least 6 weeks before study treatment", "t:mitomycin [within 41d]"),
    (
        "exclusion",
        "Has received or is planning to receive chemotherapy within 4 weeks before the first dose",
        "(t:chemotherapy [within 4w] | planned t:chemotherapy [ahead])",
    ),
    ("inclusion", "Progressed on or intolerant to sorafenib", "(t:sorafenib progressed | t:sorafenib intolerant)"),
    ("exclusion", "any history of ILD/pneumonitis", "ever pneumonitis,interstitial_lung_disease"),
    ("exclusion", "Prior bone marrow/stem cell transplantation", "(t:stem_cell_transplantation | t:stem_cell_transplantation)"),
    ("exclusion", "Hypertension not controlled after optimal medical treatment", "uncontrolled+hypertension"),
    ("inclusion", "Age at diagnosis ≥ 18 years", "?"),
    ("inclusion", "Age at time of enrollment >= 18", "age >=18"),
    ("exclusion", "Patients over 65 with diabetes", "(age >65 & diabetes)"),
    ("exclusion", "Women with prior hysterectomy", "(sex=female & t:hysterectomy)"),
    (
        "exclusion",
        "Clinically important pulmonary disease other than asthma (eg, active lung infection, COPD, bronchiectasis)",
        "clinically_significant+lung_disease except asthma",
    ),
    (
        "exclusion",
        "Any malignancy within 5 years except basal cell carcinoma, or history of seizures",
        "(ever cancer [within 5y] except basal_cell_carcinoma | ever seizure)",
    ),
    ("exclusion", "Females who are lactating or have a positive serum pregnancy test.", "(hcg=positive | breastfeeding)"),
    ("exclusion", "NYHA > Class II", "nyha=III/IV"),
    ("exclusion", "Systemic corticosteroids >20 mg daily prednisone equivalent", "current t:corticosteroid prednisone>20~"),
    (
        "exclusion",
        "Uncontrolled systemic illness such as diabetes or hypertension",
        "((uncontrolled+diabetes | uncontrolled+hypertension) | judge:opinion)",
    ),
    ("inclusion", "Melanoma, previously treated with chemotherapy or interleukin-2", "(melanoma & (t:chemotherapy | t:aldesleukin))"),
    ("inclusion", "Melanoma, locally advanced or metastatic", "(locally_advanced+melanoma | metastatic+melanoma)"),
    ("inclusion", "Breast cancer, HER2 positive or triple negative", "(breast_cancer & (her2=positive | text:triple negative))"),
    ("exclusion", "active, known, or suspected autoimmune disease", "autoimmune_disease"),
    ("exclusion", "Acute or chronic GVHD requiring systemic treatment", "requires_systemic_treatment+gvhd"),
    ("exclusion", "A malignancy other than the disease under study", "other_malignancy"),
    ("exclusion", "blood pressure ≥ 150/90 mmHg", "(sbp >=150 mmhg | dbp >=90 mmhg)"),
    ("inclusion", "Blood pressure < 140/90 mmHg", "(sbp <140 mmhg & dbp <90 mmhg)"),
    ("exclusion", "Severe renal impairment (eGFR < 30 mL/min)", "egfr <30 ml_min"),
    ("exclusion", "Lesions > 5 cm in diameter", "lesion_size >5 cm"),
    ("exclusion", "Prolongation of corrected QT interval (QTc) > 480 msecs", "qtc >480 ms"),
    (
        "inclusion",
        "Patients may not begin protocol therapy within 7 days of major surgery or within 3 days of minor surgery",
        "not (t:major_surgery [within 7d] | t:minor_surgery [within 3d])",
    ),
    (
        "inclusion",
        "Patients must not be receiving an HDAC inhibitor, and may not have previously received any HDAC inhibitor",
        "not (current t:hdac_inhibitor | t:hdac_inhibitor)",
    ),
    ("inclusion", "Unresectable locally advanced or metastatic disease", "(unresectable+locally_advanced+cancer | metastasis)"),
    ("inclusion", "Metastatic or recurrent disease", "(metastatic+cancer | local_recurrence)"),
    (
        "exclusion",
        "Subjects who have received an experimental drug or used an experimental device within 1 month of screening.",
        "(t:investigational_agent [within 1m] | t:text:experimental device [within 1m])",
    ),
    ("inclusion", "No psychiatric illness or social situation that would preclude study compliance", "not (psychiatric_disorder | judge:opinion)"),
    (
        "inclusion",
        "Locally advanced or metastatic NSCLC, not amenable to curative surgery or radiotherapy.",
        "((locally_advanced+nsclc | metastatic+nsclc) & radical_treatment_unsuitable)",
    ),
    (
        "inclusion",
        "Histologically confirmed melanoma not amenable to surgical resection or radiation",
        "(histologically_confirmed+melanoma & radical_treatment_unsuitable)",
    ),
    ("exclusion", "Known history of HIV infection. Testing is NOT required in the absence of clinical findings or suspicion.", "ever hiv"),
    ("inclusion", "Confirmed progression during treatment with a checkpoint inhibitor", "t:checkpoint_inhibitor progressed"),
    (
        "inclusion",
        "No severe cardiac dysfunction, left ventricular ejection fraction ≥50%;",
        "(not severe+cardiovascular_disease & lvef >=50 percent)",
    ),
    (
        "exclusion",
        "immunosuppressive drugs such as cyclosporine, tacrolimus within 28 days, or radiotherapy within 14 days",
        "(t:immunosuppressant [within 28d] | t:radiotherapy [within 14d])",
    ),
    (
        "inclusion",
        "At least 4 weeks since prior chemotherapy (6 weeks for nitrosoureas)",
        "not (t:chemotherapy [within 27d] | t:nitrosourea [within 41d])",
    ),
    ("exclusion", "Peripheral sensory neuropathy >/= CTCAE Grade 2", "ctcae_grade(neuropathy) >=2"),
    ("exclusion", "HCV RNA positive", "hcv_rna >0 iu_ml"),
    ("inclusion", "HBV DNA must be undetectable", "hbv_dna <=0 iu_ml"),
    (
        "exclusion",
        "Has a known history of hepatitis B (HBsAg reactive) or known active hepatitis C virus (HCV RNA is detected) infection.",
        "(ever hepatitis_b | hbsag=positive | hcv_rna >0 iu_ml)",
    ),
    (
        "exclusion",
        "Chemotherapy within 4 weeks or those who have not recovered from adverse events of agents given before",
        "(t:chemotherapy [within 4w] | not (ctcae_grade(treatment_toxicity) <=1 & judge:other))",
    ),
    ("exclusion", "History of uveitis in either eye", "ever uveitis"),
    ("exclusion", "Glaucoma in the study eye", "(glaucoma & judge:opinion)"),
    (
        "inclusion",
        "INR ≤ 1.5 x ULN unless receiving anticoagulant therapy as long as INR is within therapeutic range of intended use of anticoagulants",
        "(inr <=1.5 xuln | (current t:anticoagulant & judge:other))",
    ),
    (
        "exclusion",
        "Patients with known brain metastases should be excluded from this clinical trial because of their poor prognosis",
        "brain_metastasis",
    ),
    ("inclusion", "Metformin monotherapy", "(current t:metformin & ?)"),
    ("inclusion", "Abstinence from alcohol for 6 months", "(text:abstinence & ?)"),
    ("exclusion", "Patients who must take insulin", "needs t:insulin_class"),
    ("exclusion", "Initiation of psychotherapy within 4 weeks", "t:psychotherapy [within 4w]"),
    (
        "exclusion",
        "History of pulmonary fibrosis, organizing pneumonia, or pneumonitis",
        "(ever pulmonary_fibrosis | ever organizing_pneumonia | ever pneumonitis)",
    ),
    ("exclusion", "Any medical condition requiring regular medication (allergy and contraceptives excepted).", "judge:opinion"),
    ("exclusion", "Patients must have recovered from the effects of previous treatment.", "not (ctcae_grade(treatment_toxicity) <=1 & judge:other)"),
    (
        "exclusion",
        "Anti-cancer therapy within 4 weeks prior to the first dose (2 weeks for palliative radiotherapy)",
        "(t:anticancer_therapy [within 4w] except t:radiotherapy | t:radiotherapy [within 2w])",
    ),
    (
        "exclusion",
        "Participation in another clinical study with an investigational product during the last month",
        "ever other_trial_participation [within 1m]",
    ),
    (
        "exclusion",
        "The subject has a gastrointestinal disease that would prevent him or her from being able to swallow or absorb the drug",
        "(gi_disease & judge:opinion)",
    ),
    (
        "exclusion",
        "Any psychiatric condition that would prohibit the understanding or rendering of informed consent",
        "(psychiatric_disorder & judge:opinion)",
    ),
    (
        "exclusion",
        "Inability to practice effective contraception during therapy or the presence of pregnancy or active breastfeeding",
        "(pregnancy | breastfeeding | judge:contraception)",
    ),
    (
        "exclusion",
        "Medical conditions which could interfere with muscle function such as infections or trauma",
        "(((infection | trauma) & judge:opinion) | judge:opinion)",
    ),
    ("inclusion", "Able to swallow and retain oral medication", "able_to_swallow"),
    ("inclusion", "Advanced or metastatic solid tumor", "(advanced+solid_tumor | metastatic+solid_tumor)"),
    (
        "exclusion",
        "Autoimmune disease, except psoriasis not requiring systemic treatment",
        "autoimmune_disease except (psoriasis & not requires_systemic_treatment+psoriasis)",
    ),
    (
        "exclusion",
        "Other malignancy except for appropriately treated carcinoma in situ of the cervix",
        "other_malignancy except curatively_treated+cervical_cis",
    ),
    ("inclusion", "Prior radiotherapy must be completed at least 2 weeks before study enrollment", "not t:radiotherapy [within 13d]"),
    ("exclusion", "Patients with diabetes who require insulin", "(diabetes & ?)"),
    (
        "exclusion",
        "Patients who have malabsorption, who require parenteral nutrition, or have active peptic ulcer disease.",
        "(requires_systemic_treatment+malabsorption | active+peptic_ulcer)",
    ),
    ("inclusion", "All screening assessments must be performed within 28 days prior to registration", "judge:other"),
    ("inclusion", "Adequate performance status", "judge:opinion"),
    (
        "inclusion",
        "Histologically confirmed, unresectable stage III or IV melanoma.",
        "(stage=III/IV & histologically_confirmed+unresectable+melanoma)",
    ),
    ("inclusion", "Previously untreated NSCLC", "(nsclc & treatment_naive)"),
    (
        "exclusion",
        "Subjects who have pleural effusion or ascites before starting treatment and require drainage",
        "((pleural_effusion | ascites) & needs t:drainage)",
    ),
    ("exclusion", "Clinical evidence or suspicion of elevated intracranial pressure.", "increased_icp"),
]


@pytest.mark.parametrize(("polarity", "text", "expected"), FAMILIES, ids=[f[1][:60] for f in FAMILIES])
def test_family(polarity: str, text: str, expected: str) -> None:
    assert brief(compile_text(text, polarity)) == expected
