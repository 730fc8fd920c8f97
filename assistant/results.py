"""What the public API returns. `model_dump(mode="json")` of these is the JSON of the contract."""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from index.text import Frozen
from index.trials import Polarity

Outcome = Literal["PASS", "FAIL", "UNKNOWN", "NOT_APPLICABLE"]
UnknownReason = Literal[
    "missing", "conflict", "stale", "invalidated", "unit", "needs_uln", "assay", "formula", "ambiguous", "open_list",
    "investigator", "procedural", "not_compiled",
]  # fmt: skip
Verdict = Literal["EXCLUDED", "CANNOT_DETERMINE", "NO_EXCLUSION_FOUND", "NOT_FIT", "FITS_STATED_POPULATION"]
AnswerKind = Literal["answer", "not_stated", "needs_patient", "out_of_scope", "emergency"]
Silence = Literal["unknown", "absent"]


def _unsaid(value: object) -> bool:
    """Whether an optional field says nothing: it is then left out of the JSON."""
    return value is None or value == ()


def _optional(default: Any = None) -> Any:
    return Field(default=default, exclude_if=_unsaid)


class Citation(Frozen):
    """A numbered quote: exactly the text of `document` from `start` to `end`."""

    n: int
    trial: str
    document: str
    start: int
    end: int
    quote: str


class NoteSource(Frozen):
    """The patient's own words: offsets in the note."""

    start: int
    end: int
    quote: str


class PatientFact(Frozen):
    """A fact as a reader sees it. `label` names the concept in words; `value` is printable ("82", "< 20", "B or C")."""

    concept: str
    label: str
    value: str | float | None
    unit: str | None
    status: str
    when: str | None
    source: NoteSource
    detail: str = ""
    warning: str = ""


class PatientRecord(Frozen):
    """Everything read from the note, with what was seen and left unused (implausible values, identifiers)."""

    facts: tuple[PatientFact, ...]
    warnings: tuple[str, ...] = ()


class PartReport(Frozen):
    """One atom of a compound criterion, in the order of the text. `facts` are indexes into the patient's facts."""

    id: str
    quote: str
    outcome: Outcome
    reason: str
    unknown_reason: UnknownReason | None
    facts: tuple[int, ...]


class CriterionReport(Frozen):
    """A criterion, judged: its words, the patient's facts, the comparison, and what could change it.

    `remedy` says what would have to change, when something can; `earliest_date` when a washout ends. `assumed` is true
    where silence was taken for absence at the caller's wish. `reviewed` says who accepted a reading that the compiler did not
    make, and when; `suggested` is one that a language model suggests and nobody has accepted, which changes nothing.
    """

    id: str
    polarity: Polarity
    outcome: Outcome
    reason: str
    unknown_reason: UnknownReason | None
    gating: bool
    facts: tuple[int, ...]
    quote: str
    document: str
    start: int
    end: int
    remedy: str | None = None
    earliest_date: date | None = None
    assumed: bool = False
    parts: tuple[PartReport, ...] = ()
    reviewed: str | None = _optional()
    suggested: str | None = _optional()


class TrialName(Frozen):
    """How a trial is called."""

    id: str
    nct_id: str | None
    title: str


class Question(Frozen):
    """Something worth asking next, and the criteria ("001_...:I10") it would help to settle.

    How a short answer becomes a statement of the note: `lead` goes before a bare value ("platelets" before "82"); `yes` and
    `no` are the statements that affirm and deny it, where a word can ("no history of stroke").
    """

    question: str
    criteria: tuple[str, ...]
    lead: str = ""
    yes: str = ""
    no: str = ""


class TrialReport(Frozen):
    """One trial against one patient."""

    trial: TrialName
    verdict: Verdict
    summary: str
    criteria: tuple[CriterionReport, ...]
    ask_next: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()


class PromptUse(Frozen):
    """A prompt that was used: its id, its version and the start of its file's SHA-256."""

    id: str
    version: int
    hash: str


class ModelTrace(Frozen):
    """What a language model did for one answer. `where` says where it runs; `local` whether nothing left this machine.

    `sentences` were returned by it, `rejected` counts those that were not used, by the rule that they broke. `failure` is the one
    line that says why it was of no use. `notes` are remarks for the reader, in words of the vocabulary.
    """

    model: str
    where: str
    local: bool
    prompts: tuple[PromptUse, ...] = ()
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    sentences: int = 0
    rejected: dict[str, int] = {}
    failure: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """What a reader is told of it, line by line: the failure or the counts, then the remarks."""
        refused = sum(self.rejected.values())
        counts = f"Language model {self.model}: {self.sentences} proposed, {refused} rejected by the checks."
        return (self.failure or counts, *self.notes)


class Proposal(Frozen):
    """A fact that a language model reads in the note, and the rules do not ("new"), read alike ("agrees") or differently ("conflict").

    It decides nothing. `criteria` are those that it would bear on if it were confirmed.
    """

    fact: PatientFact
    standing: Literal["agrees", "new", "conflict"]
    question: str = ""
    criteria: tuple[str, ...] = ()


class Report(Frozen):
    """All trials against one patient, as of a date. `proposals` and `model` are there when a language model has read the note."""

    as_of: date
    patient: PatientRecord
    trials: tuple[TrialReport, ...]
    proposals: tuple[Proposal, ...] = _optional(())
    model: ModelTrace | None = _optional()


class Override(Frozen):
    """A clinician's own judgement of a criterion, with the reason; `computed` is the outcome that it was set against."""

    trial: str
    criterion: str
    outcome: Outcome
    reason: str
    computed: Outcome


class CheckResult(CriterionReport):
    """One criterion checked alone, with the facts that the note gave."""

    patient: PatientRecord


class Answer(Frozen):
    """The answer to a question or a message. `request` is the typed reading of the question, for debugging."""

    question: str
    kind: AnswerKind
    text: str
    citations: tuple[Citation, ...] = ()
    report: Report | None = None
    request: dict[str, object] | None = None
    model: ModelTrace | None = _optional()
