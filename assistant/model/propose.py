"""Facts that a model reads in a note: kept only where the note's own words carry them, and set beside what the rules read.

A proposal decides nothing. One that the rules did not find becomes a question with the words that would confirm it; one that
contradicts them is shown as a conflict; the outcomes stay as the rules have them (docs/decisions/0006-language-model.md).
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import get_args

from assistant.check import view
from assistant.model.chat import Chat, Meter
from assistant.model.outputs import ProposedFact, ProposedFacts
from assistant.model.prompts import prompt
from assistant.model.redact import outgoing, place
from assistant.patient import Fact, Patient, Range, Source
from assistant.patient.facts import Kind, Status
from assistant.results import Proposal, Question, Report
from index.text import repaired
from index.vocabulary import Table, vocabulary

_KINDS: dict[Table, Kind] = {
    "measure": "measurement", "scale": "category", "condition": "finding", "drug": "treatment", "drug_class": "treatment",
    "procedure": "treatment", "regimen": "treatment",
}  # fmt: skip
_LONGEST = 200
_MOST = 40
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_DENIED_BEFORE = re.compile(
    r"\b(?:no|not|never|without|none|non|denies|denied|negative for|free of|nor|ruled out)\b[^,.;:]{0,40}$|(?:^|[\s,;])[-−–]$", re.I
)
_DENIED_AFTER = re.compile(r"[\s:=-]*(?:is |was |were |are )?(?:no|none|nil|negative|neg|absent|denied|not|free|ruled out)\b", re.I)
Rematch = Callable[[Patient], Report]


@dataclass(slots=True)
class Proposed:
    """The proposals that may be shown, how many came back, and how many were dropped, by reason."""

    proposals: tuple[Proposal, ...] = ()
    returned: int = 0
    dropped: Counter[str] = field(default_factory=Counter)


def propose(patient: Patient, report: Report, chat: Chat, meter: Meter, rematch: Rematch) -> Proposed:
    """What the model reads in the patient's note, checked and merged. Raises ModelError."""
    drafts = chat.ask(prompt("propose").fill({"note": outgoing(patient.text, patient.as_of)}), meter)
    assert isinstance(drafts, ProposedFacts)
    return merged(drafts, patient, report, rematch)


def merged(drafts: ProposedFacts, patient: Patient, report: Report, rematch: Rematch) -> Proposed:
    """Each draft checked against the note, and compared with the rules' facts. `rematch` judges the patient with one more fact."""
    result = Proposed(returned=len(drafts.facts))
    found: list[Proposal] = []
    seen: set[tuple[str, str, int]] = set()
    for draft in drafts.facts[:_MOST]:
        fact = checked(draft, patient.text)
        if isinstance(fact, str):
            result.dropped[fact] += 1
        elif (key := (fact.concept, fact.status, fact.source.start)) not in seen:
            seen.add(key)
            found.append(_set_beside(fact, patient, report, rematch))
    result.dropped["too many"] += max(0, len(drafts.facts) - _MOST)
    result.dropped = +result.dropped
    result.proposals = tuple(found)
    return result


def checked(draft: ProposedFact, note: str) -> Fact | str:
    """The fact that a draft states, or why it is dropped. It must stand in the note: its words, its concept, its number, its denial."""
    span = place(draft.quote, note) if len(draft.quote) <= _LONGEST else None
    if span is None:
        return "not in the note"
    words = repaired(draft.quote)
    concept = concept_of(draft.concept)
    if concept is None:
        return "unknown concept"
    if draft.status not in get_args(Status):
        return "unknown status"
    named = [m for m in vocabulary().mentions(words) if vocabulary().is_a(m.concept, concept)]
    if not named:
        return "concept not in its words"
    denied = {bool(_DENIED_BEFORE.search(words[: m.start]) or _DENIED_AFTER.match(words, m.end)) for m in named}
    if denied != {draft.status == "absent"} and vocabulary().table_of[concept] not in ("measure", "scale"):
        return "denial not in its words"
    table = vocabulary().table_of[concept]
    source = Source(start=span.start, end=span.end, quote=span.of(note))
    fact = Fact(kind=_KINDS[table], concept=concept, status=draft.status, source=source)
    match table:
        case "measure":
            if draft.value is None or draft.value not in {float(n) for n in _NUMBER.findall(words)}:
                return "number not in its words"
            unit = _unit(draft.unit, words, concept)
            if draft.unit and unit is None:
                return "unit not in its words"
            return fact.model_copy(update={"value": Range.exactly(draft.value), "unit": unit})
        case "scale":
            spellings = choices(concept)
            key = spellings.get((draft.choice or "").strip().casefold())
            meant = [spelling for spelling, value in spellings.items() if value == key]
            if key is None or not any(re.search(rf"(?<![a-z0-9]){re.escape(m)}(?![a-z0-9])", words.casefold()) for m in meant):
                return "value not in its words"
            return fact.model_copy(update={"choices": (key,)})
        case _:
            return fact


def concept_of(name: str) -> str | None:
    """The vocabulary's id of a name or an id; None where it is none, or only part of one."""
    name = repaired(name.strip())
    if name in vocabulary().concepts:
        return name
    return next((m.concept for m in vocabulary().mentions(name) if m.end - m.start == len(name)), None)


def choices(scale: str) -> dict[str, str]:
    """The values of a scale by how they are spelled, folded."""
    found: dict[str, str] = {}
    for value in vocabulary().scales[scale].values:
        key, _, spellings = value.partition("=")
        for spelling in (key, *spellings.split(";")):
            found.setdefault(spelling.lstrip("!").casefold(), key)
    return found


def _unit(unit: str | None, words: str, measure: str) -> str | None:
    """The unit's key, if the unit is spelled so in the words."""
    if not unit or repaired(unit).casefold() not in words.casefold():
        return None
    at = words.casefold().find(repaired(unit).casefold())
    read = vocabulary().unit_at(words, at, measure)
    return read[0] if read else None


def _set_beside(fact: Fact, patient: Patient, report: Report, rematch: Rematch) -> Proposal:
    shown = view(fact).model_copy(update={"detail": "proposed by the language model"})
    same = [f for f in patient.facts if f.kind == fact.kind and f.concept == fact.concept and not f.superseded]
    if any(_agree(f, fact) for f in same):
        return Proposal(fact=shown, standing="agrees")
    touching = [f for f in same if f.source.start < fact.source.end and fact.source.start < f.source.end]
    said = statement(fact)
    if touching or (same and fact.kind in ("measurement", "category")):
        other = (touching or same)[0]
        question = f"The model reads {said} in “{fact.source.quote}”, the rules read {statement(other)}: which is right?"
        return Proposal(fact=shown, standing="conflict", question=question)
    after = rematch(patient.with_facts((*patient.facts, fact)))
    question = f"The model reads {said} in “{fact.source.quote}”, the rules do not: is that right?"
    return Proposal(fact=shown, standing="new", question=question, criteria=_moved(report, after))


def _agree(one: Fact, other: Fact) -> bool:
    return one.status == other.status and one.choices == other.choices and one.value == other.value and (one.unit == other.unit or not other.unit)


def _moved(before: Report, after: Report) -> tuple[str, ...]:
    """The criteria that are open, and would not be so for the same reason if the fact were one."""
    return tuple(
        f"{trial.trial.id}:{criterion.id}"
        for trial, other in zip(before.trials, after.trials, strict=True)
        for criterion, then in zip(trial.criteria, other.criteria, strict=True)
        if criterion.outcome == "UNKNOWN" and (then.outcome, then.reason) != (criterion.outcome, criterion.reason)
    )


def statement(fact: Fact) -> str:
    """The words that state a fact, so that the rules would read it: "platelet count 82 ×10^9/L", "no stroke"."""
    shown = view(fact)
    value = "" if shown.value is None else f" {shown.value:g}" if isinstance(shown.value, float) else f" {shown.value}"
    before = {"absent": "no ", "possible": "possible ", "planned": "planned ", "declined": "declined ", "considered": "considered "}.get(
        fact.status, ""
    )
    return f"{before}{shown.label}{value}{f' {shown.unit}' if shown.unit else ''}"


def with_questions(report: Report, proposed: Proposed) -> Report:
    """The report with the proposals beside it, and each new one that bears on an open criterion first among the questions. No outcome changes."""
    trials = []
    for trial in report.trials:
        asked = tuple(
            Question(question=p.question, criteria=here, yes=_yes(p))
            for p in proposed.proposals
            if (here := tuple(c for c in p.criteria if c.rpartition(":")[0] == trial.trial.id))
        )
        trials.append(trial.model_copy(update={"ask_next": (*asked, *trial.ask_next)}) if asked else trial)
    return report.model_copy(update={"trials": tuple(trials), "proposals": proposed.proposals})


def _yes(proposal: Proposal) -> str:
    """What the user says by confirming: the words of the question between "reads" and "in"."""
    return proposal.question.removeprefix("The model reads ").partition(" in “")[0]
