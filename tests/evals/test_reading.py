"""Reading public sets and long inputs: brat annotation, numbered sentences, repeated text, literal citations."""

from pathlib import Path

import pytest

from evals.suites import brat, citing
from evals.suites.adversarial import expand
from evals.suites.outcomes import meets, touched
from evals.suites.pairs import sentence_at


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("<1.5 X ULN", {("high", False, 1.5)}),
        ("≥ 100,000/mm3", {("low", True, 100000.0)}),
        ("greater than or equal to 9 g/dL", {("low", True, 9.0)}),
        ("no more than 3", {("high", True, 3.0)}),
        ("between 18 and 30 kg/m^2", {("low", True, 18.0), ("high", True, 30.0)}),
        ("= 60 ml/min", set()),
        ("positive", set()),
    ],
)
def test_values_as_bounds(words: str, expected: set[tuple[str, bool, float]]) -> None:
    """A value without a comparator is no bound: a lost sign is not guessed."""
    assert {(b.side, b.inclusive, b.number) for b in brat.bounds(words)} == expected


def test_brat_annotation(tmp_path: Path) -> None:
    """Entities in pieces, values and negation are found."""
    (tmp_path / "NCT1_inc.txt").write_text("Platelets >= 75 and no ascites", encoding="utf-8")
    (tmp_path / "NCT1_inc.ann").write_text(
        "T1\tMeasurement 0 9\tPlatelets\nT2\tValue 10 15\t>= 75\nR1\tHas_value Arg1:T1 Arg2:T2\n"
        "T3\tNegation 20 22\tno\nT4\tCondition 23 30\tascites\nR2\tHas_negation Arg1:T4 Arg2:T3\nT5\tCondition 0 2;4 6\tPl el\n",
        encoding="utf-8",
    )
    text = brat.read(tmp_path / "NCT1_inc.ann")
    assert text.polarity == "inclusion"
    assert [(s.text, {b.number for b in bounds}) for s, _, bounds in text.measured()] == [("Platelets", {75.0})]
    assert [entity.text for entity in text.negated()] == ["ascites"]
    assert [entity.id for entity in text.asserted()] == ["T5"]


def test_sentence_of_an_offset() -> None:
    """Offsets fall into the numbered sentence that holds them."""
    note = "0. First.\n1. Second, 3.5 x.\n2. Third."
    assert [sentence_at(note, note.index(word)) for word in ("First", "Second", "3.5", "Third")] == [0, 1, 1, 2]


def test_long_inputs_are_built() -> None:
    """Repetition is written once."""
    assert expand("LONG:ab*3*end") == "abababend"
    assert expand("LONG:(*3*1.*2*") == "(((1.1."
    assert expand("plain *3*") == "plain *3*"


def test_citations_are_checked_by_offset(tmp_path: Path) -> None:
    """The right words at the wrong place are not literal."""
    record = '{"protocolSection": {"eligibilityModule": {"eligibilityCriteria": "Age above 18"}}}'
    (tmp_path / "NCT00000001.json").write_text(record, encoding="utf-8")
    citation = {"document": "NCT00000001.json#eligibilityModule.eligibilityCriteria", "start": 4, "end": 9, "quote": "above"}
    assert citing.is_literal(citation, tmp_path)
    assert not citing.is_literal({**citation, "start": 3, "end": 8}, tmp_path)
    assert not citing.is_literal({**citation, "quote": "abovE"}, tmp_path)
    assert not citing.is_literal({**citation, "document": "NCT00000002.json#x"}, tmp_path)


def test_evidence_needs_more_than_a_fragment() -> None:
    """Citing "7" does not cite the rule."""
    assert citing.evidence([{"quote": "7"}], ["Child-Pugh score less than or equal to 7."]) == (0.0, 0.0, False)
    assert citing.evidence([{"quote": "score less than or equal to 7"}], ["Child-Pugh score less than or equal to 7."]) == (1.0, 1.0, True)
    assert citing.evidence([], []) == (None, None, True)


def test_an_expected_pass_looks_at_what_the_note_speaks_of() -> None:
    """Platelets pass although the criterion as a whole is unknown; a failing part does not pass."""
    part = {"outcome": "PASS", "facts": [0]}
    other = {"outcome": "UNKNOWN", "facts": []}
    whole = {"outcome": "UNKNOWN", "parts": [part, other]}
    assert touched(whole) == "PASS" and meets(whole, "PASS", ())
    assert not meets({"outcome": "UNKNOWN", "parts": [{"outcome": "FAIL", "facts": [0]}]}, "PASS", ())
    assert not meets({"outcome": "UNKNOWN", "parts": [other]}, "PASS", ())
    assert meets({"outcome": "UNKNOWN", "parts": [other]}, "PASS", ("UNKNOWN",))
    assert not meets(None, "PASS", ())
