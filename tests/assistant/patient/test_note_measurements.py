"""Numbers in notes: units, ranges, tables, reference limits, values that replace others, values that cannot be."""

import pytest
from notation import AS_OF, check

from assistant.patient import read_note

SHORTHAND = [
    ("plt 82k", "+plt 82 e9_l"),
    ("PLT 82", "+plt 82"),
    ("PLT: 82 x10^9/L", "+plt 82 e9_l"),
    ("PLT 82K/µL", "+plt 82 e9_l"),
    ("platelet count 119 x 109/L", "+plt 119 e9_l"),
    ("血小板 8.2万/uL", "+plt 8.2 e4_ul"),
    ("PLT 8.2万", "+plt 82 e9_l"),
    ("platelets 98,000/uL", "+plt 98000 per_ul"),
    ("PLT 82,000", "+plt 82000"),
    ("ANC 1,500/uL", "+anc 1500 per_ul"),
    ("Cr 1,5 mg/dL", "+cr 1.5 mg_dl"),
    ("ANC 2.9×10⁹/L", "+anc 2.9 e9_l"),
    ("LVEF 50-55%", "+lvef 50..55 percent"),
    ("AFP >1000 ng/mL", "+afp >1000 ng_ml"),
    ("HBV DNA <20", "+hbv_dna <20"),
    ("creatinine ~1.2 mg/dL", "+cr 1.08..1.32 mg_dl"),
    ("HCV RNA 1.2 million IU/mL", "+hcv_rna 1.2e+06 iu_ml"),
    ("HBV DNA 2.4 x10^6 IU/mL", "+hbv_dna 2.4e+06 iu_ml"),
    ("HBV DNA 3.30 log10 IU/mL", "+hbv_dna 1995.26 iu_ml"),
    ("HBV DNA log 3.3", "+hbv_dna 1995.26"),
    ("HBV DNA 9,000 copies/mL", "+hbv_dna 9000 copies_ml"),
    ("HBV DNA undetectable", "+hbv_dna 0 iu_ml"),
    ("HCV RNA: not detected", "+hcv_rna 0 iu_ml"),
    ("HBV DNA below limit of quantification", "+hbv_dna 0..100"),
    ("HBV on ETV DNA<20", "+hbv_dna <20; +entecavir current"),
    ("HCV treated, RNA undetectable", "+hcv_rna 0"),
    ("HBsAg positive, DNA pending", "+hbsag positive; !hbv_dna"),
    ("AST/ALT 45/50", "+ast 45; +alt 50"),
    ("Hb/WBC/PLT: 10/5.2/150", "+hgb 10; +wbc 5.2; +plt 150"),
    ("hemoglobin (Hb) of 9.0 g/dL", "+hgb 9 g_dl"),
    ("elevated LDH (2000 IU/L)", "+ldh 2000 u_l"),
    ("fever up to 39 C", "+temperature 39 celsius; +fever"),
    ("T bili 1.1 mg/dL", "+tbil 1.1 mg_dl"),
    ("temp 38.5 C", "+temperature 38.5 celsius"),
    ("temperature 103.4", "+temperature 103.4; !implausible"),
    ("ALT 3x ULN", "+alt 3 uln uln=1"),
    ("normal ALT", "+alt <=1 uln"),
    ("creatinine within normal limits", "+cr <=1 uln"),
    ("elevated alanine aminotransferase", "+alt >1 uln"),
    ("ICG-R15 18%", "+icg_r15 18 percent"),
    ("life expectancy > 3 months", "+life_expectancy >3 month"),
    ("eGFR 55 mL/min/1.73m2 (CKD-EPI)", "+egfr 55 ml_min_173 method=ckd_epi; !ckd"),
    ("CrCl 48 mL/min by Cockcroft-Gault", "+crcl 48 ml_min method=cockcroft_gault"),
    ("QTcF 503", "+qtc 503 method=fridericia"),
    ("QTc 460 ms (Bazett)", "+qtc 460 ms method=bazett"),
    ("QT 420, HR 95", "+qt 420; +heart_rate 95"),
    ("PT 17 s (control 12 s)", "+pt 17 s; +pt_prolongation 5 s"),
    ("PT prolonged by 4 s", "+pt_prolongation 4 s"),
    ("BP 148/96", "+sbp 148 mmhg; +dbp 96 mmhg"),
    ("his blood pressure is 110/70 mm Hg", "+sbp 110; +dbp 70"),
    ("45M, 95 kg, 170 cm", "+weight 95 kg; +height 170 cm"),
    ("weight 58.5 kg", "+weight 58.5 kg"),
    ("second-line now", "+prior_lines 1"),
    ("2 prior lines of therapy", "+prior_lines 2"),
    ("ex-smoker, 20 pack-years", "+pack_years 20 pack_year; +smoking former"),
]
LIMITS = [
    ("TBIL 40 umol/L (lab ULN 21)", "+tbil 40 umol_l uln=21"),
    ("ALT 210 (ULN 40), AST 180 (ULN 40)", "+alt 210 uln=40; +ast 180 uln=40"),
    ("Cr 2.1 mg/dL, ULN 1.2", "+cr 2.1 mg_dl uln=1.2"),
    ("bilirubin 21 umol/L (0-21)", "+tbil 21 uln=21 lln=0"),
    ("Hb 9.8 (L) g/dL (12-16)", "+hgb 9.8 g_dl lln=12 uln=16"),
    ("Platelets      82      x10^9/L     150-400   L", "+plt 82 e9_l lln=150 uln=400"),
    ("ALT | 77 | U/L | 0-40 | H", "+alt 77 u_l uln=40"),
    ("ANC | 3.4 K/uL\nT bili | 1.1 mg/dL\nUA protein | 1+", "+anc 3.4 e9_l; +tbil 1.1 mg_dl; +uprot_dip 1"),
]
URINE = [
    ("urine protein negative", "+uprot_dip 0"),
    ("UA protein trace", "+uprot_dip 0.5"),
    ("proteinuria 2+", "+uprot_dip 2"),
    ("尿蛋白(+)", "+uprot_dip 1"),
    ("no proteinuria", "+uprot_dip 0"),
    ("Dipstick protein 2+, 24-h urine protein 0.6 g", "+uprot_dip 2; +uprot_24h 0.6 g_24h"),
    ("urine protein 2+, 24-h 1.0 g", "+uprot_24h 1 g_24h"),
    ("24h urine protein 600 mg", "+uprot_24h 600 mg_24h"),
]
TWICE = [
    ("PS was 2 last year, now 1", "+ecog 2 past superseded @2025-01-01..2025-12-31; +ecog 1 current"),
    ("plt 60 -> 82 today", "+plt 60 superseded; +plt 82 current @2026-11-20"),
    ("Hb was 8.9, now 10.2 g/dL", "+hgb 8.9 superseded; +hgb 10.2 g_dl current"),
    ("platelets fell from 120 to 82", "+plt 120 superseded; +plt 82 current"),
    ("PLT 60 (3 Nov 2026). PLT 82 (18 Nov 2026).", "+plt 60 superseded @2026-11-03; +plt 82 @2026-11-18"),
    ('"ECOG 1" in clinic letter, nursing note "ECOG 2"', "+ecog 1; +ecog 2; !breastfeeding"),
]
DATED = [
    ("Labs yesterday: PLT 82, Hb 9.1.", "+plt 82 @2026-11-19; +hgb 9.1 @2026-11-19"),
    ("Labs of 2026-10-12: PLT 140", "+plt 140 @2026-10-12"),
    ("Labs 12 Nov 2026:\nANC 3.1\nPLT 82\n\nHb 9", "+anc 3.1 @2026-11-12; +plt 82 @2026-11-12; +hgb 9"),
]
REJECTED = [
    ("neutrophils 60%", "!anc"),
    ("WBC 5.2, no differential", "+wbc 5.2; !anc"),
    ("Pt 63, HCC", "!pt"),
    ("albumin 20 g IV yesterday", "!alb"),
    ("1 WBC per high-power field", "!wbc"),
    ("lost 5 kg over 2 months", "!weight"),
    ("age not stated, weight unknown", ""),
]


@pytest.mark.parametrize(("note", "expected"), SHORTHAND + LIMITS + URINE + TWICE + DATED + REJECTED)
def test_measurement(note: str, expected: str) -> None:
    check(note, expected)


@pytest.mark.parametrize(
    ("note", "concept"),
    [
        ("plt 82 000 000", "plt"),
        ("ECOG 9", "ecog"),
        ("age 430", "age"),
        ("Child-Pugh B17", "child_pugh"),
        ("BP 900/80", "sbp"),
        ("Hb 98 g/dL", "hgb"),
    ],
)
def test_an_implausible_value_is_reported_and_marked(note: str, concept: str) -> None:
    patient = read_note(note, AS_OF)
    assert [f.implausible for f in patient.facts if f.concept == concept] == [True]
    assert any("not used" in warning for warning in patient.warnings)


SCALES = [
    ("KPS 90", "+karnofsky 90"),
    ("ECOG1", "+ecog 1"),
    ("ECOG 0-1", "+ecog 0..1"),
    ("ECOG performance status (PS) of 0 or 1", "+ecog 0..1"),
    ("CP A6", "+child_pugh 6; +child_pugh_class A"),
    ("CPA6", "+child_pugh 6"),
    ("CTP-B7", "+child_pugh 7; +child_pugh_class B"),
    ("Child A", "+child_pugh 5..6; +child_pugh_class A"),
    ("Child-Pugh class B (7)", "+child_pugh 7; +child_pugh_class B"),
    ("Child-Pugh score 7", "+child_pugh 7; +child_pugh_class B"),
    ("A级6分", "+child_pugh 6; +child_pugh_class A"),
    ("CP for 3 days", "!child_pugh"),
    ("BCLC-C", "+bclc C"),
    ("BCLC stage B/C", "+bclc B/C"),
    ("Cheng I-II", "+cheng I/II; !chen_pvtt"),
    ("Chen's group C", "+chen_pvtt C; !cheng"),
    ("Vp4", "+vp 4"),
    ("VV2", "+vv 2"),
    ("Sakamoto III", "+sakamoto III"),
    ("NYHA II-III", "+nyha II/III"),
    ("stage IV NSCLC, CKD stage 3", "+stage IV; +ckd_stage 3"),
    ("pT2N0M0", "+t_stage T2; +n_stage N0; +m_stage M0"),
    ("HBsAg+", "+hbsag positive"),
    ("HBsAg (-), HBeAg (+)", "+hbsag negative; +hbeag positive"),
    ("HBsAg, anti-HCV and HIV negative", "+hbsag negative; +anti_hcv negative; +hiv_ab negative"),
    ("negative for HIV and HBsAg", "+hbsag negative"),
    ("anti-HCV neg, HIV neg", "+anti_hcv negative"),
    ("EGFR L858R mutation, ALK negative", "+egfr_l858r positive; +alk negative"),
    ("no EGFR mutation", "+egfr_mutation negative"),
    ("MSI-H, KRAS wild-type", "+msi positive; +kras negative"),
    ("IMDC favourable risk", "+imdc favorable"),
    ("grade 3 immune hepatitis", "+ctcae_grade 3"),
    ("hand-foot grade 2", "+ctcae_grade 2"),
    ("grade 2 ascites", "+ascites_grade 2; !ctcae_grade"),
    ("life-threatening GI bleed", "!ctcae_grade; +gi_bleeding q=life_threatening"),
]


@pytest.mark.parametrize(("note", "expected"), SCALES)
def test_scale(note: str, expected: str) -> None:
    check(note, expected)


PEOPLE = [
    ("58M", "+age 58 year; +sex male"),
    ("58F HCC", "+age 58 year; +sex female"),
    ("47 y/o man", "+age 47; +sex male"),
    ("64-year-old woman", "+age 64; +sex female"),
    ("17-year-old boy", "+age 17; +sex male"),
    ("6-month-old male infant", "+age 0.5; +sex male"),
    ("男，58岁", "+age 58; +sex male"),
    ("Mr K, 63, HCC", "+age 63; +sex male"),
    ("in his late fifties", "+age 56..59"),
    ("a lady in her 60s", "+age 60..69; +sex female"),
    ("DOB 14/02/1961", "+age 65 year"),
    ("born in 1960", "+age 65..66"),
    ("healthy man aged 56", "+age 56; +sex male"),
    ("58M, brother had colectomy at age 22", "+age 58; !+22"),
    ("No HE", "!sex"),
    ("8 weeks pregnant", "+pregnancy current; +gestational_age 8 week"),
]


@pytest.mark.parametrize(("note", "expected"), PEOPLE)
def test_person(note: str, expected: str) -> None:
    check(note, expected)


LESIONS = [
    ("two tumours 6.2 and 4.1 cm", "+tumor_count 2; +tumor_size 6.2 cm"),
    ("two HCC nodules measuring 3.2 x 2.8 cm and 1.5 cm", "+tumor_count 2; +tumor_size 3.2 cm"),
    ("one 3 cm HCC in segment 6 and one 2 cm HCC in segment 8", "+tumor_count 2; +tumor_size 3 cm"),
    ("HCC occupying the right lobe, 27 cm", "+tumor_size 27 cm"),
    ("three liver lesions, largest 8 cm", "+tumor_count 3; +tumor_size 8 cm"),
    ("HCC: 2 lung nodules (1.1, 0.9 cm) and one adrenal metastasis 2.5 cm", "+metastasis_count 3; +metastasis_organs 2; +metastasis_size 2.5 cm"),
    ("one 4 cm adrenal metastasis", "+metastasis_count 1; +metastasis_size 4 cm; +adrenal_metastasis"),
    ("one 3.0 cm lung lesion", "+metastasis_count 1; +metastasis_size 3 cm; ?lung_metastasis"),
    ("multiple lung metastases", "+metastasis_count >=2; +metastasis_organs 1"),
    ("3 metastases (2 lung, 1 adrenal), largest 2.9 cm", "+metastasis_count 3; +metastasis_organs 2; +metastasis_size 2.9 cm"),
    ("one metastasis each in lung, adrenal and bone, all under 1.5 cm", "+metastasis_count 3; +metastasis_organs 3; +metastasis_size <1.5 cm"),
    ("metastases in lung and bone", "+lung_metastasis; +bone_metastasis; +metastasis_organs 2"),
    ("grade 2 HCC", "!tumor_count"),
    ("no lesions >1 cm", "!tumor_size"),
]


@pytest.mark.parametrize(("note", "expected"), LESIONS)
def test_lesions(note: str, expected: str) -> None:
    check(note, expected)


@pytest.mark.parametrize(
    ("note", "concept", "value"),
    [
        ("Platelets on 18 November 61 x10^9/L.", "plt", 61),
        ("Platelets on 18 November 161", "plt", 161),
        ("Haemoglobin on 18 November 8.1 g/dL.", "hgb", 8.1),
        ("ECOG on 1 November 2", "ecog", 2),
        ("HBV DNA on 18 November 35,000 IU/mL", "hbv_dna", 35000),
        ("INR on 18 November 1.1", "inr", 1.1),
        ("PLT 82 Nov 5", "plt", 82),
        ("PLT on 3 Nov '26: 82", "plt", 82),
        ("PLT on 12-Nov-26 82 x10^9/L", "plt", 82),
    ],
)
def test_neither_the_day_nor_the_year_of_a_date_is_the_value(note: str, concept: str, value: float) -> None:
    (fact,) = [f for f in read_note(note, AS_OF).facts if f.concept == concept]
    assert fact.value is not None and (fact.value.low, fact.value.high) == (value, value)
    assert fact.when is not None and fact.when.earliest is not None and (fact.when.earliest.year, fact.when.earliest.month) == (2026, 11)
