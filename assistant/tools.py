"""What other programs and agents can do with the trials: five tools, each with its arguments and its result as a model.

The HTTP API, the MCP server and the LangChain tools are made from the table `TOOLS`; a new tool is one more row. Every result
carries its citations: a document, a start, an end, and the literal text between them.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.api import Assistant
from assistant.results import Answer, CheckResult, Citation, Report, Silence
from index.errors import InputError
from index.filters import Filter
from index.text import Frozen, Span
from index.trials import Trial

Note = str | dict[str, Any]


class Arguments(BaseModel):
    """What a tool is called with. Unknown arguments are refused, so that a misspelt one is not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_AS_OF = Field(None, description="Reference date, as 2026-11-20; left out, it is today.")
_NOTE = Field(description="The patient's note as text (English; shorthand is read), or a FHIR R4 bundle as an object.")
_SILENT = 'What it means that the note does not mention an exclusion: "unknown", or "absent" (each assumption is shown).'
_TRIALS = Field(None, description="Ids or NCT numbers of the trials to look at; left out, all.")


class Selecting(Arguments):
    """Arguments that choose trials by what their records state; every kind that is given must fit."""

    status: tuple[str, ...] = Field((), description="Only trials whose record states one of these statuses, such as RECRUITING.")
    country: tuple[str, ...] = Field((), description="Only trials with a site in one of these countries.")
    condition: tuple[str, ...] = Field((), description="Only trials of one of these conditions, or of one that it includes.")
    phase: tuple[str, ...] = Field((), description='Only trials of one of these phases: "1", "2", "3", "4", "0" for early phase 1, or "NA".')

    @property
    def where(self) -> Filter | None:
        """The filter, None if nothing is chosen."""
        return Filter(status=self.status, country=self.country, condition=self.condition, phase=self.phase) or None


class Search(Arguments):
    """Arguments of `search_trials`."""

    query: str = Field(description="What to look for, in words: a disease, a drug, a criterion, an outcome.", min_length=1, max_length=2_000)
    trials: tuple[str, ...] | None = _TRIALS
    k: int = Field(8, ge=1, le=50, description="How many passages.")


class Read(Arguments):
    """Arguments of `read_trial`."""

    trial: str = Field(description="Id or NCT number of the trial, or the unique beginning of an id.", min_length=1)
    part: Literal["all", "fields", "criteria"] = Field("all", description="What of the record.")


class Match(Selecting):
    """Arguments of a match."""

    note: Note = _NOTE
    as_of: date | None = _AS_OF
    trials: tuple[str, ...] | None = _TRIALS
    silence: Silence = Field("unknown", description=_SILENT)
    detail: Literal["decisive", "all"] = Field(
        "all", description='"all" criteria, or the "decisive" ones: those that fail, and those that must be known.'
    )


class MatchNote(Match):
    """Arguments of `match_note`: as of a match, but short unless all is asked for."""

    detail: Literal["decisive", "all"] = Field(
        "decisive", description='The "decisive" criteria alone (those that fail, and those that must be known), or "all".'
    )


class Check(Arguments):
    """Arguments of `check_criterion`."""

    criterion: str = Field(description="The words of one eligibility criterion.", min_length=1)
    note: Note = _NOTE
    polarity: Literal["inclusion", "exclusion"] = Field("inclusion", description="In which list the criterion stands.")
    as_of: date | None = _AS_OF
    silence: Silence = Field("unknown", description=_SILENT)


class Ask(Selecting):
    """Arguments of `ask`."""

    question: str = Field(description="A question about the indexed trials, in English.", min_length=1, max_length=10_000)
    note: Note | None = Field(None, description="The patient's note or FHIR bundle, if the question is about a patient.")
    as_of: date | None = _AS_OF


class FoundPassage(Frozen):
    """A passage found: its trial, its section, the criterion it belongs to, and the fused score (higher is better)."""

    trial: str
    title: str
    section: str
    criterion: str | None
    score: float
    citation: Citation


class Found(Frozen):
    """The passages that fit a query best, best first."""

    query: str
    passages: tuple[FoundPassage, ...]


class StatedField(Frozen):
    """One stated thing of a trial with its place in the document."""

    name: str
    role: str | None
    value: str
    parts: dict[str, str]
    citation: Citation


class StatedCriterion(Frozen):
    """A criterion verbatim (in the citation), what it was read to mean, and whether all of it was understood."""

    id: str
    polarity: Literal["inclusion", "exclusion", "population"]
    heading: str
    meaning: str
    compiled: bool
    citation: Citation


class TrialRecord(Frozen):
    """A trial as its document states it."""

    id: str
    nct_id: str | None
    title: str
    source: str
    has_eligibility_list: bool
    fields: tuple[StatedField, ...]
    criteria: tuple[StatedCriterion, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: its name, what it is for, its arguments and result, and the function that does it."""

    name: str
    title: str
    description: str
    arguments: type[Arguments]
    result: type[Frozen]
    run: Callable[[Assistant, Any], Frozen]


def search_trials(assistant: Assistant, asked: Search) -> Found:
    """The passages that fit a query best. Raises UnknownTrial."""
    names = {trial.id: trial.title for trial in assistant.trials()}
    return Found(
        query=asked.query,
        passages=tuple(
            FoundPassage(
                trial=hit.passage.trial_id,
                title=names.get(hit.passage.trial_id, ""),
                section=hit.passage.section,
                criterion=hit.passage.criterion,
                score=hit.score,
                citation=_cited(n, hit.passage.trial_id, hit.passage.document, hit.passage.span, hit.passage.text),
            )
            for n, hit in enumerate(assistant.search(asked.query, asked.trials, asked.k), 1)
        ),
    )


def read_trial(assistant: Assistant, asked: Read) -> TrialRecord:
    """The record of one trial. Raises UnknownTrial."""
    from assistant.report.record import compiled
    from index.criteria import describe

    trial = assistant.trial(asked.trial)
    # The list as one text would only repeat the criteria.
    fields = [f for f in trial.fields if f.name != "eligibility" or not trial.has_eligibility_list] if asked.part in ("all", "fields") else []
    criteria = trial.criteria if asked.part in ("all", "criteria") else ()
    return TrialRecord(
        id=trial.id,
        nct_id=trial.nct_id,
        title=trial.title,
        source=trial.source,
        has_eligibility_list=trial.has_eligibility_list,
        fields=tuple(
            StatedField(name=f.name, role=f.role, value=f.value, parts=f.parts, citation=_place(n, trial, f.document, f.span))
            for n, f in enumerate(fields, 1)
        ),
        criteria=tuple(
            StatedCriterion(
                id=c.id,
                polarity=c.polarity,
                heading=c.heading,
                meaning=describe(c.condition),
                compiled=compiled(c),
                citation=_cited(n, trial.id, c.document, c.span, c.quote),
            )
            for n, c in enumerate(criteria, len(fields) + 1)
        ),
        remarks=tuple(note.text for note in trial.notes),
    )


def match_note(assistant: Assistant, asked: Match) -> Report:
    """A patient against the trials. Raises UnknownTrial, UnreadableNote."""
    report = assistant.match(_read(asked.note), as_of=asked.as_of, trials=asked.trials, silence=asked.silence, where=asked.where)
    return report if asked.detail == "all" else decisive(report)


def decisive(report: Report) -> Report:
    """The report with the criteria alone that fail or must be known; each trial's notes say how many are left out."""
    shortened = []
    for trial in report.trials:
        kept = tuple(c for c in trial.criteria if c.outcome == "FAIL" or (c.outcome == "UNKNOWN" and c.gating))
        left = len(trial.criteria) - len(kept)
        said = (f'{left} other criteria are left out here, none of which fails; detail "all" shows them.',) if left else ()
        shortened.append(trial.model_copy(update={"criteria": kept, "notes": (*trial.notes, *said)}))
    return report.model_copy(update={"trials": tuple(shortened)})


def check_criterion(assistant: Assistant, asked: Check) -> CheckResult:
    """A patient against one criterion; no trial is needed. Raises UnreadableNote."""
    return assistant.check(asked.criterion, _read(asked.note), asked.polarity, as_of=asked.as_of, silence=asked.silence)


def ask(assistant: Assistant, asked: Ask) -> Answer:
    """An answer with numbered citations. Raises InputError, UnreadableNote."""
    return assistant.ask(asked.question, as_of=asked.as_of, note=None if asked.note is None else _read(asked.note), where=asked.where)


TOOLS: tuple[Tool, ...] = (
    Tool(
        "search_trials",
        "Search trials",
        "Find passages of the indexed clinical-trial documents by words and by meaning. Each has its quote and its place in the document.",
        Search,
        Found,
        search_trials,
    ),
    Tool(
        "read_trial",
        "Read a trial",
        "Read one trial's record: its stated fields, and its eligibility criteria verbatim, each with what it was read to mean.",
        Read,
        TrialRecord,
        read_trial,
    ),
    Tool(
        "match_note",
        "Match a note",
        "Check a patient's note against every eligibility criterion of the trials, by rules and without a language model. Verdicts are EXCLUDED, "
        "CANNOT_DETERMINE and NO_EXCLUSION_FOUND (or, without an eligibility list, NOT_FIT and FITS_STATED_POPULATION). None means that the patient "
        "is eligible. What the note does not say is unknown. Every criterion has its quote, the comparison, and the patient's words.",
        MatchNote,
        Report,
        match_note,
    ),
    Tool(
        "check_criterion",
        "Check a criterion",
        "Check a patient's note against the words of one eligibility criterion: PASS, FAIL, UNKNOWN or NOT_APPLICABLE, with the reason.",
        Check,
        CheckResult,
        check_criterion,
    ),
    Tool(
        "ask",
        "Ask about the trials",
        "Answer a question about the indexed trials from quoted passages, with numbered citations, or say that the documents do not state it.",
        Ask,
        Answer,
        ask,
    ),
)


def arguments(kind: type[Arguments], given: object) -> Arguments:
    """Arguments from plain data. Raises InputError that names what is wrong with them, and repeats no value."""
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        raise InputError(wrong(error.errors(include_input=False, include_url=False, include_context=False)), "") from None


def wrong(errors: Any) -> str:
    """Pydantic's complaints in a line, each with the argument's name; the given values are the patient's and stay out."""
    said = dict.fromkeys(_complaint(error) for error in errors)
    return f"The arguments cannot be used: {'; '.join(said)}."


def _complaint(error: Any) -> str:
    if error["type"] == "json_invalid":
        return "the request is no valid JSON"
    # A union names its members behind the argument; a reader needs the argument alone.
    name = ".".join(str(part) for part in error["loc"] if part not in ("body", "str", "dict[str,any]"))
    return f"{name or 'the request'}: {error['msg']}"


def _read(note: Note) -> Note:
    """The note; a bundle that was handed in as its JSON text, as agents do, is a bundle."""
    if isinstance(note, str) and note.lstrip().startswith("{"):
        try:
            bundle = json.loads(note)
        except ValueError:
            return note
        if isinstance(bundle, dict) and "resourceType" in bundle:
            return bundle
    return note


def _place(n: int, trial: Trial, document: str, span: Span) -> Citation:
    return _cited(n, trial.id, document, span, span.of(trial.document(document).text))


def _cited(n: int, trial: str, document: str, span: Span, quote: str) -> Citation:
    return Citation(n=n, trial=trial, document=document, start=span.start, end=span.end, quote=quote)
