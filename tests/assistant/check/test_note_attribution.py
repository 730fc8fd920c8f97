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
