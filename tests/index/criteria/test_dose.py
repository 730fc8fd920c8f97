"""Doses per kg or m² of the patient are no doses per day."""

import pytest

from index.conditions import Treatment, leaves
from index.criteria import compile_text


@pytest.mark.parametrize(
    ("text", "per"),
    [
        ("corticosteroids ≥ 0.5 mg prednisone equivalent/kg/day", "kg"),
        ("methylprednisolone ≥ 1 mg/kg", "kg"),
        ("prednisone > 20 mg/m2/day", "m2"),
        ("prednisone > 10 mg/day", None),
    ],
)
def test_what_a_dose_is_for_each_of(text: str, per: str | None) -> None:
    doses = [leaf.dose for leaf in leaves(compile_text(text, "exclusion")) if isinstance(leaf, Treatment) and leaf.dose]
    assert [dose.per for dose in doses] == [per]
