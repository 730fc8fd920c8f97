"""What a newer version of a trial changed, and which patients' verdicts it moves. The patients are given; none is kept."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

from assistant.check import match
from assistant.results import CriterionReport, Outcome, Silence, Verdict
from assistant.reviews import Reviewed
from index.changes import TrialChange, changes
from index.text import Frozen
from index.trials import Criterion, Trial

if TYPE_CHECKING:
    from assistant.patient.patient import Patient
    from index.store import Store


class OutcomeChange(Frozen):
    """A changed criterion that came out differently: its number and outcome in either version, None where it was not there."""

    before_id: str | None
    after_id: str | None
    before: Outcome | None
    after: Outcome | None
    reason: str


class PatientEffect(Frozen):
    """What a change means for one patient: both verdicts, and the changed criteria that weigh on the verdict otherwise than before.

    `patient` is the name given. A criterion weighs by failing, or by being open and gating; one that passes, or that is open
    without gating, weighs as much as one that is not there.
    """

    patient: str
    before: Verdict
    after: Verdict
    criteria: tuple[OutcomeChange, ...]


class ChangedTrial(TrialChange):
    """What changed in a trial since the version that was replaced at `replaced` (UTC, ISO), and the patients whom it affects."""

    replaced: str
    patients: tuple[PatientEffect, ...] = ()


Versions = tuple[str, Trial, Trial]
"""When the older version was replaced, the older version, and the one in the store."""


def versions(store: "Store", library: Reviewed, trial: str | None, since: date | None) -> tuple[Versions, ...]:
    """The trials that were replaced, by id: against the version before, or against the one that the store held when the day `since` began."""
    found: dict[str, tuple[str, Trial]] = {}
    for id_, replaced, older in store.versions(trial):
        if since is None or (replaced[:10] >= since.isoformat() and id_ not in found):
            found[id_] = (replaced, older)
    held = store.hashes()
    return tuple((replaced, library.read(older), library.trial(id_)) for id_, (replaced, older) in found.items() if id_ in held)


def changed(pairs: Iterable[Versions], patients: Mapping[str, "Patient"], as_of: date, silence: Silence) -> tuple[ChangedTrial, ...]:
    """What differs in each pair of versions, and for whom. A trial whose versions differ in nothing that counts is left out."""
    found = []
    for replaced, before, after in pairs:
        change = changes(before, after)
        if change:
            effects = [_effect(name, before, after, change, patient, as_of, silence) for name, patient in patients.items()]
            found.append(ChangedTrial(**dict(change), replaced=replaced, patients=tuple(e for e in effects if e.criteria or e.before != e.after)))
    return tuple(found)


def _effect(name: str, before: Trial, after: Trial, change: TrialChange, patient: "Patient", as_of: date, silence: Silence) -> PatientEffect:
    was, now = match((before, after), patient, as_of, silence).trials
    judged = [(_report(was.criteria, c.before), _report(now.criteria, c.after)) for c in change.criteria]
    moved = tuple(_outcomes(old, new) for old, new in judged if _weight(old) != _weight(new))
    return PatientEffect(patient=name, before=was.verdict, after=now.verdict, criteria=moved)


def _weight(judged: CriterionReport | None) -> Literal["fails", "open"] | None:
    if judged is None or judged.outcome in ("PASS", "NOT_APPLICABLE"):
        return None
    return "fails" if judged.outcome == "FAIL" else "open" if judged.gating else None


def _outcomes(old: CriterionReport | None, new: CriterionReport | None) -> OutcomeChange:
    return OutcomeChange(
        before_id=old and old.id,
        after_id=new and new.id,
        before=old and old.outcome,
        after=new and new.outcome,
        reason=new.reason if new else "the criterion is no longer stated",
    )


def _report(reports: Sequence[CriterionReport], criterion: Criterion | None) -> CriterionReport | None:
    return None if criterion is None else next(r for r in reports if r.id == criterion.id)
