"""What suites over criteria share: when an outcome meets the expectation, and what to keep for the reader."""

from collections.abc import Sequence
from typing import Any

from evals.metrics import accuracy, blocks_passed_over, confusion, false_excluded, false_open, latency, needless_unknowns, per_class
from evals.results import Figure, Item, Table

OUTCOMES = ("PASS", "FAIL", "UNKNOWN", "NOT_APPLICABLE")
VERDICTS = ("EXCLUDED", "CANNOT_DETERMINE", "NO_EXCLUSION_FOUND", "NOT_FIT", "FITS_STATED_POPULATION")


def touched(criterion: dict[str, Any]) -> str:
    """The outcome of what the note speaks of: of the parts that rest on a fact, or of the whole where none does."""
    outcomes = [part["outcome"] for part in criterion["parts"] if part["facts"]] or [criterion["outcome"]]
    return next((outcome for outcome in ("FAIL", "UNKNOWN", "PASS") if outcome in outcomes), outcomes[0])


def meets(criterion: dict[str, Any] | None, expected: str, accept: Sequence[str]) -> bool:
    """Whether the outcome is as expected. Expected PASS is met by an unknown whose touched parts all pass."""
    if criterion is None:
        return False
    whole = criterion["outcome"]
    return whole == expected or whole in accept or (expected == "PASS" and whole == "UNKNOWN" and touched(criterion) == "PASS")


def shown(criterion: dict[str, Any] | None, expected: str, right: bool) -> str:
    """The label to count: the outcome, except that an expectation met counts as such."""
    if criterion is None:
        return "ABSENT"
    return expected if right else str(criterion["outcome"])


def trace(criterion: dict[str, Any] | None, facts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What a reader needs to see why: the outcome and reasons of whole and parts, and the facts read."""
    kept: dict[str, Any] = {"facts": [_fact(fact) for fact in facts]}
    if criterion is not None:
        kept |= {key: criterion[key] for key in ("id", "outcome", "reason", "unknown_reason", "quote")}
        kept["parts"] = [
            {"quote": part["quote"], "outcome": part["outcome"], "reason": part["reason"], "facts": part["facts"]} for part in criterion["parts"]
        ]
    return kept


def _fact(fact: dict[str, Any]) -> str:
    unit = f" {fact['unit']}" if fact.get("unit") else ""
    when = f", {fact['when']}" if fact.get("when") else ""
    value = "" if fact.get("value") is None else f" {fact['value']}{unit}"
    return f"{fact['concept']}{value} ({fact['status']}{when}) “{fact['source']['quote']}”"


def outcome_figures(items: Sequence[Item]) -> tuple[Figure, ...]:
    """The figures of a suite of criterion outcomes."""
    _, recalls = per_class(items, "", OUTCOMES)
    return (accuracy(items), blocks_passed_over(items), needless_unknowns(items), *recalls, *latency(items))


def outcome_tables(items: Sequence[Item]) -> tuple[Table, ...]:
    """The tables of a suite of criterion outcomes."""
    return confusion(items, "Criterion outcomes", OUTCOMES), per_class(items, "Per outcome", OUTCOMES)[0]


def verdict_figures(items: Sequence[Item]) -> tuple[Figure, ...]:
    """The figures of a suite of trial verdicts."""
    _, recalls = per_class(items, "", VERDICTS)
    return (accuracy(items), false_open(items), false_excluded(items), needless_unknowns(items), *recalls, *latency(items))


def verdict_tables(items: Sequence[Item]) -> tuple[Table, ...]:
    """The tables of a suite of trial verdicts."""
    return confusion(items, "Trial verdicts", VERDICTS), per_class(items, "Per verdict", VERDICTS)[0]
