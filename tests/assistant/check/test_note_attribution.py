"""Whose treatment, for which tumour: what was given to somebody else or for another cancer is not charged to the present one."""

from datetime import date

import pytest

from assistant.check import check_text
from assistant.patient import read_note

AS_OF = date(2026, 11, 20)
HCC = "59-year-old man with hepatocellular carcinoma. No prior systemic therapy for it. "
REQUIRED = "No prior systemic therapy for hepatocellular carcinoma"


@pytest.mark.parametrize(
    "note",
    [
        "2017: stage III melanoma, one year of adjuvant nivolumab.",
        "Breast cancer 2005, six cycles of FEC.",
        "Colon cancer 2012: hemicolectomy, then FOLFOX for six months.",
        "In 2012 colon cancer, resected, adjuvant capecitabine.",
        "Lymphoma in 2009, R-CHOP x6, in remission since.",
        "Stage II breast cancer (2008): surgery, radiotherapy, tamoxifen for five years.",
        "FOLFOX for colon cancer in 2012.",
    ],
)
def test_another_cancers_treatment_is_not_the_present_ones(note: str) -> None:
    assert check_text(REQUIRED, read_note(HCC + note, AS_OF), "inclusion", AS_OF).outcome == "PASS"


@pytest.mark.parametrize(
    "note",
    [
        "Prostate cancer 2015, lenvatinib since March 2026.",
        "Prostate cancer 2015, hypertension, sorafenib for three months in 2025.",
        "Prostate cancer 2015; lenvatinib in 2025.",
        "Prostate cancer 2015 under surveillance, lenvatinib for HCC in 2025.",
    ],
)
def test_treatment_long_after_another_cancer_stays_the_present_ones(note: str) -> None:
    patient = read_note("59-year-old man with hepatocellular carcinoma. " + note, AS_OF)
    assert check_text(REQUIRED, patient, "inclusion", AS_OF).outcome == "FAIL"


@pytest.mark.parametrize(
    "note",
    ["Nivolumab prescribed for his wife.", "Nivolumab was given to her husband in 2020.", "Nivolumab belongs to the neighbour."],
)
def test_what_somebody_else_takes_says_nothing(note: str) -> None:
    assert check_text("Prior anti-PD-1 therapy", read_note(HCC + note, AS_OF), "exclusion", AS_OF).outcome in ("PASS", "UNKNOWN")


def test_nothing_given_for_the_tumour_is_a_denial() -> None:
    patient = read_note("Hepatocellular carcinoma. Nothing given for the liver cancer so far.", AS_OF)
    assert check_text("No prior systemic therapy", patient, "inclusion", AS_OF).outcome == "PASS"


CARRIED_ON = [
    ("ECOG 1 in 2025, since then 3.", "ECOG 0-1", "FAIL"),
    ("ECOG was 2 in 2025, since then 1.", "ECOG 0-1", "PASS"),
    ("ECOG 3 in March, ECOG 1 since July.", "ECOG 0-1", "PASS"),
    ("PS 2 after TACE in June, back to 1.", "ECOG 0-1", "PASS"),
    ("ECOG 3 in March 2026. On examination ECOG 1.", "ECOG 0-1", "PASS"),
    ("ECOG 1 in March 2026. On examination ECOG 3.", "ECOG 0-1", "FAIL"),
    ("Child-Pugh A5 until May, B9 since.", "Child-Pugh score <= 7", "FAIL"),
    ("Child-Pugh B8 in 2024, A5 since treatment of HBV.", "Child-Pugh score <= 7", "PASS"),
    ("In 2024 Child-Pugh C10, A5 after antiviral treatment.", "Child-Pugh score <= 7", "PASS"),
    ("Platelets 45 x10^9/L in 2023, 120 since splenic embolisation.", "Platelets >= 75 x 10^9/L", "PASS"),
]


@pytest.mark.parametrize(("note", "criterion", "outcome"), CARRIED_ON)
def test_the_value_since_then_is_the_present_one(note: str, criterion: str, outcome: str) -> None:
    assert check_text(criterion, read_note(note, AS_OF), "inclusion", AS_OF).outcome == outcome


@pytest.mark.parametrize(
    ("criterion", "note", "outcome"),
    [
        ("Ascites", "Ascites in 2023; none on current imaging.", "PASS"),
        ("Ascites", "Had ascites in 2022, not since.", "PASS"),
        ("History of lung disease", "Pneumonia 2018.", "UNKNOWN"),
        ("History of lung disease", "PMH: pneumonia 2018, appendicitis 1990.", "UNKNOWN"),
        ("History of pneumonia", "Pneumonia 2018.", "FAIL"),
        ("History of lung disease", "Emphysema since 2018.", "FAIL"),
        ("Unhealed wound, ulcer, or fracture within 4 weeks", "Fracture of the wrist 2012.", "UNKNOWN"),
        ("Life-threatening bleeding within 3 months", "massive GI bleed 5 weeks ago, haemorrhagic shock, 6 units of red cells", "FAIL"),
    ],
)
def test_what_is_over_is_the_past(criterion: str, note: str, outcome: str) -> None:
    assert check_text(criterion, read_note(note, AS_OF), "exclusion", AS_OF).outcome == outcome


@pytest.mark.parametrize(
    ("criterion", "note", "outcome"),
    [
        ("Peripheral neuropathy grade >= 2", "Exclusion: CIPN grade 2.", "FAIL"),
        ("Prior treatment with a TKI", "TKI/ICI-naive.", "PASS"),
        ("Prior treatment with a TKI", "Naive to TKI and ICI.", "PASS"),
        ("Prior treatment with a TKI", "On a TKI since May.", "FAIL"),
        ("Oxygen saturation < 92%", "saturating 94% on room air", "PASS"),
        ("Oxygen saturation < 92%", "Saturation 86%", "FAIL"),
        ("Oxygen saturation < 92%", "transferrin saturation 45%", "UNKNOWN"),
        ("Life expectancy < 12 weeks", "I would expect her to live another 4 to 6 weeks at most.", "FAIL"),
        ("Life expectancy < 12 weeks", "He is not expected to survive beyond 2 months.", "FAIL"),
        ("Life expectancy < 12 weeks", "Life expectancy of at least 6 months.", "PASS"),
        ("Platelets < 75 x 10^9/L", "Platelets at least 80 x10^9/L", "PASS"),
        ("Hepatitis B infection", "Received vaccine against hepatitis B.", "UNKNOWN"),
        ("Uncontrolled hypertension with SBP >= 150 mmHg after optimal medical treatment", "BP 165/95, not on treatment", "UNKNOWN"),
        ("Uncontrolled hypertension with SBP >= 150 mmHg after optimal medical treatment", "BP 165/95 on three drugs", "FAIL"),
        ("Uncontrolled hypertension with SBP >= 150 mmHg after optimal medical treatment", "BP 165/95", "FAIL"),
    ],
)
def test_everyday_words_are_read(criterion: str, note: str, outcome: str) -> None:
    assert check_text(criterion, read_note(note, AS_OF), "exclusion", AS_OF).outcome == outcome


def test_an_untreated_blood_pressure_is_no_untreated_tumour() -> None:
    patient = read_note("Hepatocellular carcinoma. BP 165/95, untreated.", AS_OF)
    assert check_text("No prior systemic therapy", patient, "inclusion", AS_OF).outcome == "UNKNOWN"
