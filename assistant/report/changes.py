"""What newer versions of trials changed, as plain text: what `trialmatch changes` prints."""

import textwrap
from collections.abc import Iterator, Sequence

from assistant.changes import ChangedTrial, PatientEffect
from assistant.report.words import VERDICT, one_line
from index.changes import CriterionChange, FieldChange
from index.trials import Criterion

_WIDTH = 140
_SHOWN = 5
"""How many values of one field are shown; the sites of a trial may be hundreds."""
_MEANING = {"same": "the words changed, the condition is read as before", "different": "", "unclear": "part of it is not compiled: compare the words"}
_OUTCOME = {None: "not there", "PASS": "passes", "FAIL": "fails", "UNKNOWN": "unknown", "NOT_APPLICABLE": "not applicable"}


def told(trials: Sequence[ChangedTrial], patients: int | None = None) -> str:
    """Each trial with its criteria, its fields and the patients affected; `patients` is how many were checked, None if none were given."""
    return "\n\n".join("\n".join(_trial(trial, patients)) for trial in trials) + "\n"


def _trial(trial: ChangedTrial, patients: int | None) -> Iterator[str]:
    yield f"{trial.id}  {one_line(trial.title)}"
    kinds = [change.kind for change in trial.criteria]
    counted = [f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds)]
    yield f"  Against the version replaced on {trial.replaced[:10]}. Criteria: {', '.join(counted) or 'no change'}."
    for change in trial.criteria:
        yield from _criterion(change)
    for field in trial.fields:
        yield from _field(field)
    if patients is not None:
        yield f"  Patients affected: {len(trial.patients)} of {patients}"
        for effect in trial.patients:
            yield from _effect(effect)


def _criterion(change: CriterionChange) -> Iterator[str]:
    before, after = change.before, change.after
    numbers = dict.fromkeys(c.id for c in (before, after) if c is not None)
    both = before is not None and after is not None
    meaning = _MEANING[change.meaning] if both else ""
    yield f"  {' → '.join(numbers)} {change.kind}{f' ({meaning})' if meaning else ''}"
    if before is not None:
        yield from _quote("-", before)
    if after is not None:
        yield from _quote("+", after)
    if before is not None and after is not None and change.meaning == "different":
        yield _wrapped(f"was read as: {_read(before)}", 6)
        yield _wrapped(f"is read as:  {_read(after)}", 6)


def _quote(mark: str, criterion: Criterion) -> Iterator[str]:
    under = f" (under “{one_line(criterion.heading)}”)" if criterion.heading else ""
    yield _wrapped(f"{mark} [{criterion.polarity}{under}] {one_line(criterion.quote)}", 4)


def _read(criterion: Criterion) -> str:
    from index.criteria import describe

    return describe(criterion.condition)


def _field(field: FieldChange) -> Iterator[str]:
    name = " ".join(filter(None, (field.role, field.name.replace("_", " "))))
    if len(field.removed) == len(field.added) == 1:
        yield _wrapped(f"{name}: {field.removed[0]} → {field.added[0]}", 2)
        return
    yield f"  {name}:"
    for mark, values in (("-", field.removed), ("+", field.added)):
        yield from (_wrapped(f"{mark} {value}", 4) for value in values[:_SHOWN])
        if len(values) > _SHOWN:
            yield f"    {mark} and {len(values) - _SHOWN} more"


def _effect(effect: PatientEffect) -> Iterator[str]:
    moved = "" if effect.before == effect.after else f", was: {VERDICT[effect.before]}"
    yield f"    {effect.patient}: {VERDICT[effect.after]}{moved}"
    for change in effect.criteria:
        number = change.after_id or change.before_id
        yield _wrapped(f"{number}: {_OUTCOME[change.before]} → {_OUTCOME[change.after]}: {one_line(change.reason)}", 6)


def _wrapped(text: str, indent: int) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2), break_long_words=False)
