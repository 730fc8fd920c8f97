"""One sentence more in a note that nothing excludes: an excluding fact, however it is said, never leaves the verdict open to the patient, and a
harmless one never excludes. The sentences were written by somebody who did not know the program."""

from pathlib import Path

import pytest

from assistant.check import check_trial
from assistant.patient import read_note
from index.build import read
from index.trials import Trial
from tests.assistant.check.make import AS_OF
from tests.conftest import SEEDS

NOTE = (
    "69-year-old woman, post-menopausal. Hepatocellular carcinoma confirmed on core biopsy in September 2026, two measurable lesions. Hepatobiliary"
    " MDT: R0 resection not feasible; BCLC stage B. No anticancer treatment so far, neither local nor systemic. ECOG 1, Child-Pugh A6. Neutrophils"
    " 4.2 x10^9/L, platelets 133 x10^9/L, haemoglobin 121 g/L, bilirubin 19 umol/L, ALT 33 U/L, AST 47 U/L, ALP 130 U/L, albumin 34 g/L, creatinine"
    " 66 umol/L, INR 1.1; urine dipstick without protein. HBV, HCV and HIV negative. {} Lives with her daughter."
)


def sentences(name: str) -> list[str]:
    return (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def conversion() -> Trial:
    """The seed that has an eligibility list."""
    (trial,) = [t for t in read(SEEDS) if isinstance(t, Trial) and t.has_eligibility_list]
    return trial


def verdict(trial: Trial, sentence: str) -> str:
    return check_trial(trial, read_note(NOTE.format(sentence), AS_OF), AS_OF).verdict


def test_the_clean_note_is_clean(conversion: Trial) -> None:
    assert verdict(conversion, "") == "NO_EXCLUSION_FOUND"


def test_no_excluding_fact_passes_for_silence(conversion: Trial) -> None:
    assert [s for s in sentences("excluding_facts.txt") if verdict(conversion, s) == "NO_EXCLUSION_FOUND"] == []


def test_no_harmless_fact_excludes(conversion: Trial) -> None:
    assert [s for s in sentences("harmless_facts.txt") if verdict(conversion, s) == "EXCLUDED"] == []
