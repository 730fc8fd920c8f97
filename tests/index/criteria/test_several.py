"""How many: a number of earlier treatments is never dropped, and never taken for any at all."""

import pytest

from index.criteria import compile_text, describe


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("More than one prior chemotherapy", "treatment: chemotherapy lines > 1"),
        ("no more than one prior chemotherapy", "treatment: chemotherapy lines ≤ 1"),
        ("more than 2 previous systemic treatments", "treatment: systemic therapy lines > 2"),
        ("≥ 2 prior chemotherapies", "treatment: chemotherapy lines ≥ 2"),
        ("exactly one prior VEGFR inhibitor", "treatment: VEGFR inhibitor lines = 1"),
        ("at least one prior chemotherapy", "treatment: chemotherapy"),
        ("more than one prior TACE", "(treatment: TACE and not compiled: how many there must be)"),
        ("history of more than one seizure", "(history of seizure and not compiled: how many there must be)"),
    ],
)
def test_counts(text: str, read: str) -> None:
    assert describe(compile_text(text, "exclusion")) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Anticoagulants must be discontinued 2 weeks before enrolment", "not treatment: anticoagulant [within 13 days]"),
        ("Aspirin must be discontinued at least 2 weeks before enrolment", "not treatment: aspirin [within 13 days of enrolment]"),
        ("Anticoagulants must be stopped", "not treatment: now on anticoagulant"),
        ("Age: >3 months to <18 years", "age > 0.25 and < 18 years"),
        ("Age between 6 months and 17 years", "age 0.5-17 years"),
    ],
)
def test_how_long_and_between_what(text: str, read: str) -> None:
    assert describe(compile_text(text, "inclusion")) == read


def test_the_name_of_a_score_is_no_drug() -> None:
    assert "aspirin" not in describe(compile_text("ASA status III-IV", "exclusion"))


@pytest.mark.parametrize(
    ("text", "read"),
    [("Must take corticosteroids", "treatment: needs corticosteroid"), ("Must have ANC >= 1.5", "not neutrophils ≥ 1.5")],
)
def test_who_must_take_something_is_barred_for_it(text: str, read: str) -> None:
    assert describe(compile_text(text, "exclusion")) == read
