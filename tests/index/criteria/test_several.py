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
