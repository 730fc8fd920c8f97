"""A trial for those whom standard treatment has failed: not open to the untreated, nor closed to those whose drugs it does not name."""

from datetime import date

import pytest

from assistant import Assistant

AS_OF = date(2026, 11, 20)
REFRACTORY = "Advanced solid tumor refractory to standard treatment, or intolerant to it, or for which no standard treatment exists"


@pytest.mark.parametrize(
    ("criterion", "note", "outcome"),
    [
        ("Must have failed standard therapy", "58M HCC BCLC C, treatment-naive.", "FAIL"),
        ("Must have failed standard therapy", "58M HCC, sorafenib until 2026-08, PD.", "UNKNOWN"),
        ("Must have failed standard therapy", "58M HCC BCLC C.", "UNKNOWN"),
        (REFRACTORY, "58M HCC BCLC C, treatment-naive.", "UNKNOWN"),
        (REFRACTORY, "58M HCC, progressed on lenvatinib, no standard options left.", "PASS"),
        ("Patients who refused surgery", "58M HCC, declined surgery.", "PASS"),
        ("Patients who refused surgery", "58M HCC.", "UNKNOWN"),
        ("Patients who refused surgery", "58M HCC, resection in 2024.", "UNKNOWN"),
        ("Failed first-line standard therapy", "58M HCC, first-line atezolizumab plus bevacizumab, progressed 2026-05.", "UNKNOWN"),
    ],
)
def test_what_a_note_settles(criterion: str, note: str, outcome: str) -> None:
    check = Assistant.check(criterion, note, "inclusion", as_of=AS_OF)
    assert check.outcome == outcome, check.reason
    assert check.gating or outcome == "UNKNOWN"


@pytest.mark.parametrize("note", ["58M HCC BCLC C, treatment-naive.", "58M HCC, sorafenib until 2026-08, PD.", "58M HCC BCLC C."])
def test_what_it_does_not_settle_keeps_the_verdict_open(note: str) -> None:
    assert Assistant.check(REFRACTORY, note, "inclusion", as_of=AS_OF).gating


def test_an_alternative_that_nobody_has_read_is_no_way_out() -> None:
    criterion = "Failed sorafenib, or has been zorpled in the third frobnication by the sponsor's grommets"
    assert Assistant.check(criterion, "58M HCC BCLC C.", "inclusion", as_of=AS_OF).gating


def test_a_required_diagnosis_narrowed_by_words_that_were_not_read_keeps_the_verdict_open() -> None:
    check = Assistant.check("Hepatocellular carcinoma that has been zorpled in the third frobnication", "58M HCC BCLC C.", "inclusion", as_of=AS_OF)
    assert (check.outcome, check.gating) == ("UNKNOWN", True)
