"""Pasted tables with dates, and tests that bear a disease's name."""

import pytest
from notation import check

TABLES = [
    ("Test | 03/12/2026 | 11/18/2026\nANC (K/uL) | 1.2 | 3.4", "+anc 1.2 e9_l @2026-03-12 superseded; +anc 3.4 e9_l @2026-11-18"),
    ("Test | 11/18/2026 | 3 Mar 2026 | Ref\nPLT (K/uL) | 110 | 61 | 100-300", "+plt 110 @2026-11-18 lln=100; +plt 61 @2026-03-03 superseded"),
    ("| Test | Mar 2026 | Oct 2026 | Unit |\n|---|---|---|---|\n| Hb | 7.2 | 9.4 | g/dL |",
     "+hgb 7.2 g_dl superseded; +hgb 9.4 g_dl @2026-10-01..2026-10-31"),
    ("Lab\t12 Mar 2026\t18 Nov 2026\nALT (U/L)\t240\t41", "+alt 240 superseded; +alt 41 @2026-11-18"),
    ("Lab\t12 Mar 2026\t18 Nov 2026\nHBsAg\tpositive\tnegative", "+hbsag negative @2026-11-18"),
    ("Test | 12 Mar 2026 | 18 Nov 2026\nINR | | 1.1", "+inr 1.1 @2026-11-18"),
    ("Test | 12 Mar 2026 | 18 Nov 2026\nBP | 170/95 | 128/78", "+sbp 170 superseded; +sbp 128 @2026-11-18"),
    ("ANC (10^9/L): 2.1, PLT (x10^9/L) 90", "+anc 2.1; +plt 90"),
    ("Creatinine (mg/dL): 0.9", "+cr 0.9 mg_dl"),
]  # fmt: skip
NAMES = [
    ("Neutrophils, absolute 2.9", "+anc 2.9"),
    ("Bilirubin, Total 0.8 mg/dL", "+tbil 0.8 mg_dl"),
    ("WBC 5.1, N 2.9×10^9/L, Hb 12.1", "+wbc 5.1; +anc 2.9 e9_l; +hgb 12.1"),
    ("T2 N1 M0", "+n_stage N1; !anc"),
    ("tb 0.9 mg/dl, cr 0.7 mg/dL", "+tbil 0.9 mg_dl; +cr 0.7 mg_dl"),
    ("milk-specific IgE 12 kU/L", "!ige"),
    ("breast ca 2012", "+breast_cancer @2012-01-01..2012-12-31"),
    ("poorly differentiated hepatocellular ca", "+hcc"),
    ("ca 2.4 mmol/L", "!cancer"),
    ("prognosis about 4 weeks", "+life_expectancy"),
    ("prognosis is poor", "!life_expectancy"),
    ("QT 400 ms at 60/min", "+qt 400 ms; +heart_rate 60 bpm; !sex"),
    ("plts 52", "+plt 52"),
]
HEADS = [
    ("MRI brain clean", "-cns_metastasis"),
    ("CT head: normal", "-cns_metastasis"),
    ("MRI brain planned", "!cns_metastasis"),
]
ASSAYS = [
    ("HIV Ag/Ab nonreactive", "-hiv; !+hiv"),
    ("HIV 4th gen combo: non-reactive", "-hiv; !+hiv"),
    ("HIV 1/2 Ag/Ab 4th generation assay negative", "-hiv; !+hiv"),
    ("HIV EIA sent", "!hiv"),
    ("HIV Ag/Ab: NR", "!+hiv"),
    ("HIV Ag/Ab combo reactive", "+hiv"),
    ("HIV, on ART", "+hiv"),
    ("HCV NAT not detected", "+hcv_rna 0; !+hepatitis_c"),
    ("COVID PCR negative", "-covid19"),
    ("TB QuantiFERON negative", "+igra negative; !tuberculosis"),
]
DEEDS = [
    ("septic shock from cholangitis 2 weeks ago", "+septic_shock @2026-11-03..2026-11-09; +cholangitis @2026-11-03..2026-11-09"),
    ("In June 2026 he was hospitalised with haematemesis from oesophageal varices which were banded",
     "+hematemesis @2026-06-01..2026-06-30 q=requires_hospitalisation; +variceal_bleeding @2026-06-01..2026-06-30"),
    ("vomited blood from varices in March 2025", "+variceal_bleeding @2025-03-01..2025-03-31"),
    ("massive upper GI bleed last month, ICU, 4 units", "+gi_bleeding q=severe q=life_threatening"),
    ("tense ascites tapped every week", "+refractory_ascites q=requires_drainage"),
    ("thoracentesis every 10 days", "+pleural_effusion q=requires_drainage"),
    ("thoracentesis 3 days ago", "!pleural_effusion"),
    ("admitted with asthma in September 2026", "+asthma q=requires_hospitalisation @2026-09-01..2026-09-30"),
    ("BP still 160/85 despite three antihypertensives", "+hypertension q=uncontrolled; +sbp 160"),
    ("BP 125/75 on two antihypertensives", "!hypertension"),
    ("RA on methotrexate", "+rheumatoid_arthritis q=requires_systemic_treatment"),
    ("Zadaxin injections twice a week", "+thymalfasin current"),
    ("TACE every 3 months", "+tace; !current"),
    ("liver mass biopsied = HCC", "+hcc q=histologically_confirmed"),
    ("perforated sigmoid in July 2026", "+gi_perforation @2026-07-01..2026-07-31"),
    ("cerebellar met, resected", "+brain_metastasis"),
]  # fmt: skip
CATHETERS = [
    ("PICC-associated arm DVT in September, resolved", "+deep_vein_thrombosis q=catheter_related q=resolved"),
    ("line-related DVT", "+deep_vein_thrombosis q=catheter_related"),
    ("catheter-associated left upper extremity DVT", "+deep_vein_thrombosis q=catheter_related"),
    ("port thrombosis 2 months ago", "+catheter_thrombosis"),
]


@pytest.mark.parametrize(("note", "expected"), TABLES + NAMES + HEADS + DEEDS + ASSAYS + CATHETERS)
def test_results(note: str, expected: str) -> None:
    check(note, expected)
