"""What the public API returns. `model_dump(mode="json")` of these is the JSON of the contract."""

from datetime import date
from typing import Literal

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
    where silence was taken for absence at the caller's wish.
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


class Report(Frozen):
    """All trials against one patient, as of a date."""

    as_of: date
    patient: PatientRecord
    trials: tuple[TrialReport, ...]


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
