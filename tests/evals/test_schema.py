"""Cases are data: they load, refuse what they do not know, and quote their sources."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from evals import schema
from evals.text import normal

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "evals" / "cases"
FILES: dict[str, type[BaseModel]] = {
    "vignettes": schema.Vignette,
    "probes": schema.Probe,
    "criteria": schema.SingleCriterion,
    "unseen_probes": schema.UnseenProbe,
    "questions": schema.TrialQuestion,
    "unseen_questions": schema.RecordQuestion,
    "conversations": schema.Script,
    "adversarial": schema.Adversarial,
}


@pytest.mark.parametrize("name", FILES)
def test_every_case_says_why(name: str) -> None:
    """A case without its reason cannot be argued with."""
    cases = schema.load(CASES / f"{name}.jsonl", FILES[name])
    assert cases
    for case in cases:
        if isinstance(case, schema.Script):
            assert all(turn.reason for turn in case.turns)
        elif not isinstance(case, schema.Probe | schema.UnseenProbe):
            assert getattr(case, "reason", "")


def test_an_unknown_field_is_refused(tmp_path: Path) -> None:
    """A slip such as `expectd` must not pass as a case without an expectation."""
    file = tmp_path / "probes.jsonl"
    file.write_text('{"id": "P1", "criterion": "I01", "text": "x", "expected": "PASS", "why": "", "acept": []}\n', encoding="utf-8")
    with pytest.raises(schema.CaseError, match=r"probes.jsonl, line 1, acept"):
        schema.load(file, schema.Probe)


def test_an_id_used_twice_is_refused(tmp_path: Path) -> None:
    """Two cases of one name could not be compared between runs."""
    file = tmp_path / "probes.jsonl"
    file.write_text('{"id": "P1", "criterion": "I01", "text": "x", "expected": "PASS", "why": ""}\n' * 2, encoding="utf-8")
    with pytest.raises(schema.CaseError, match="twice"):
        schema.load(file, schema.Probe)


def test_questions_quote_the_seeds() -> None:
    """An expected quote that no document holds could never be cited."""
    seeds = {path.name[:3]: normal(path.read_text(encoding="utf-8")) for path in (ROOT / "seeds").glob("0*.txt")}
    if not seeds:
        pytest.skip("no seed documents")
    for case in schema.load(CASES / "questions.jsonl", schema.TrialQuestion):
        for quote in case.quotes:
            assert normal(quote.quote) in seeds[quote.doc], case.id


def test_enough_questions_have_no_answer() -> None:
    """Abstention is measured on questions that deserve it."""
    seeds = schema.load(CASES / "questions.jsonl", schema.TrialQuestion)
    records = schema.load(CASES / "unseen_questions.jsonl", schema.RecordQuestion)
    assert sum(case.kind == "unanswerable" for case in (*seeds, *records)) >= 25
    assert len(seeds) + len(records) >= 120
    assert len({case.trial for case in records}) >= 20
