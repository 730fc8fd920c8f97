"""What a leaf of a condition comes to when it meets the patient's facts: never a bare truth."""

from dataclasses import dataclass, replace
from datetime import date

from assistant.check.logic import Truth
from assistant.results import UnknownReason


@dataclass(frozen=True, slots=True)
class Judged:
    """`truth` of the proposition with its reason and the facts it rests on (indexes into the chart's facts).

    `why` is set exactly if `truth` is None. `mentioned`: the note speaks of what the leaf is about. `clears`: the first day
    on which mere passing of time turns the truth over. `remedy`: what else could. `assumed`: silence was taken for absence.
    `moot`: the question does not arise for this patient (pregnancy of a man). `neutral`: not compared here, because the
    text states the same limit in the unit that the note uses.
    """

    truth: Truth
    reason: str
    why: UnknownReason | None = None
    facts: tuple[int, ...] = ()
    mentioned: bool = False
    clears: date | None = None
    remedy: str | None = None
    assumed: bool = False
    moot: bool = False
    neutral: bool = False


def holds(reason: str, facts: tuple[int, ...] = (), *, clears: date | None = None, remedy: str | None = None) -> Judged:
    """The proposition is true."""
    return Judged(True, reason, None, facts, bool(facts), clears, remedy)


def fails(reason: str, facts: tuple[int, ...] = (), *, clears: date | None = None, remedy: str | None = None, moot: bool = False) -> Judged:
    """The proposition is false."""
    return Judged(False, reason, None, facts, bool(facts), clears, remedy, moot=moot)


def open_(why: UnknownReason, reason: str, facts: tuple[int, ...] = (), *, mentioned: bool | None = None, clears: date | None = None) -> Judged:
    """The proposition is unknown, because of `why`."""
    return Judged(None, reason, why, facts, bool(facts) if mentioned is None else mentioned, clears)


def decided(
    truth: Truth, why: UnknownReason, reason: str, facts: tuple[int, ...] = (), *, clears: date | None = None, remedy: str | None = None
) -> Judged:
    """Whatever `truth` is, `why` being used only if it is unknown."""
    return Judged(truth, reason, why if truth is None else None, facts, bool(facts), clears, remedy)


def assumed_absent(judged: Judged) -> Judged:
    """Silence taken for absence, at the caller's wish."""
    return replace(judged, truth=False, why=None, assumed=True, reason=f"assumed absent, {judged.reason}")
