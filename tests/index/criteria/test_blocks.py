"""Phrases whose wrong reading would let a patient pass: past treatment, "naive", and "may" that permits nothing."""

from datetime import date

import pytest

from assistant import Assistant

AS_OF = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("criterion", "polarity", "note", "outcome"),
    [
        # a history of a treatment is met by one that is over
        ("Former treatment with anti-CD20 antibody", "exclusion", "rituximab in 2019", "FAIL"),
        ("history of treatment with botulinum toxin injections", "exclusion", "botulinum toxin in 2021", "FAIL"),
        ("The subject has a history of receiving doxorubicin", "exclusion", "doxorubicin 2015", "FAIL"),
        ("Currently receiving doxorubicin", "exclusion", "doxorubicin 2015", "PASS"),
        # naive is never having had it
        ("Insulin-naive subjects with type 2 diabetes", "inclusion", "T2DM on insulin glargine", "FAIL"),
        ("chemotherapy-naive", "inclusion", "chemotherapy-naive", "PASS"),
        ("chemotherapy naive", "inclusion", "carboplatin in 2024", "FAIL"),
        # what may happen is no permission
        ("Other experimental therapies or antiviral therapy are used or are being used within 4 weeks", "exclusion", "on remdesivir", "FAIL"),
        ("Patients on stable low-dose aspirin may be enrolled", "exclusion", "on aspirin 75 mg", "PASS"),
        # the disease with its treatment
        (
            "Patients with autoimmune diseases that require systemic corticosteroids",
            "exclusion",
            "autoimmune hepatitis on prednisolone 20 mg",
            "FAIL",
        ),
    ],
)
def test_nobody_slips_through(criterion: str, polarity: str, note: str, outcome: str) -> None:
    assert Assistant.check(criterion, note, polarity, as_of=AS_OF).outcome == outcome  # type: ignore[arg-type]
