"""The shapes of evaluation cases. Unknown fields are refused, so that a typing slip in a case cannot pass unnoticed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

Outcome = Literal["PASS", "FAIL", "UNKNOWN", "NOT_APPLICABLE"]
Verdict = Literal["EXCLUDED", "CANNOT_DETERMINE", "NO_EXCLUSION_FOUND", "NOT_FIT", "FITS_STATED_POPULATION"]
AnswerKind = Literal["answer", "not_stated", "needs_patient", "out_of_scope", "emergency"]


class CaseError(ValueError):
    """A case file that cannot be read; the message names file, line and field."""


class Case(BaseModel):
    """What every case has."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str


class Vignette(Case):
    """A patient's note; for each seed (by its first three digits) the expected verdict, why, and what is missing."""

    style: str
    text: str
    expected: dict[str, tuple[Verdict, str, str]]
    accept: dict[str, tuple[Verdict, ...]] = {}
    reason: str = ""
    notes: str = ""


class Probe(Case):
    """A one-line note that decides one criterion of seed 001. `accept` lists readings that are as honest."""

    criterion: str
    text: str
    expected: Outcome
    why: str
    accept: tuple[Outcome, ...] = ()


class UnseenProbe(Case):
    """A one-line note that decides one criterion of a registry record; the criterion is the one whose quote holds `criterion_quote`."""

    trial: str
    criterion_quote: str
    text: str
    expected: Outcome
    why: str
    accept: tuple[Outcome, ...] = ()


class SingleCriterion(Case):
    """One criterion in any words against a note."""

    criterion: str
    polarity: Literal["inclusion", "exclusion"]
    text: str
    expected: Outcome
    reason: str
    accept: tuple[Outcome, ...] = ()
    silence: Literal["unknown", "absent"] = "unknown"


class SeedQuote(BaseModel):
    """Words of a seed that an answer should cite. `doc` is the seed's first three digits."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    doc: str
    quote: str


class TrialQuestion(Case):
    """A question over the seeds. `after` is the id of the question asked before it in the same conversation."""

    kind: str
    question: str
    answer: str
    quotes: tuple[SeedQuote, ...]
    must_include: tuple[str, ...]
    must_not_include: tuple[str, ...]
    reason: str = ""
    after: str | None = None


class RecordQuestion(Case):
    """A question over one registry record."""

    trial: str
    kind: str
    question: str
    answer: str
    quotes: tuple[str, ...]
    must_include: tuple[str, ...]
    must_not_include: tuple[str, ...]
    reason: str = ""


class Adversarial(Case):
    """Hostile or out-of-scope input. `answer_kinds`, if any, are the kinds of answer that are acceptable."""

    kind: str
    input: str
    expected: str
    reason: str = ""
    answer_kinds: tuple[AnswerKind, ...] = ()
    must_include: tuple[str, ...] = ()
    must_not_include: tuple[str, ...] = ()


class Turn(BaseModel):
    """One message of a script. `verdicts` lists the acceptable verdicts per seed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    send: str
    reason: str
    kinds: tuple[AnswerKind, ...] = ()
    must_include: tuple[str, ...] = ()
    must_not_include: tuple[str, ...] = ()
    verdicts: dict[str, tuple[Verdict, ...]] = {}


class Script(Case):
    """A conversation, turn by turn, each with its expectations."""

    description: str
    turns: tuple[Turn, ...]


class Pair(BaseModel):
    """A criterion and a note judged by physicians (ncbi/TrialGPT-Criterion-Annotations)."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    annotation_id: int
    patient_id: str
    note: str
    trial_id: str
    criterion_type: Literal["inclusion", "exclusion"]
    criterion_text: str | None
    expert_eligibility: str
    expert_sentences: tuple[int, ...]
    gpt4_eligibility: str

    @model_validator(mode="before")
    @classmethod
    def _sentences(cls, value: object) -> object:
        if isinstance(value, dict) and isinstance(value.get("expert_sentences"), str):
            inner = value["expert_sentences"].strip("[] ")
            value = {**value, "expert_sentences": [int(n) for n in inner.split(",") if n.strip()]}
        return value

    @property
    def id(self) -> str:
        """The annotation's number as a case id."""
        return str(self.annotation_id)


C = TypeVar("C", bound=BaseModel)


def load(path: Path, model: type[C]) -> tuple[C, ...]:
    """Cases of a JSON-lines file, in its order. Raises CaseError on an unknown field, a missing one or a repeated id."""
    cases: list[C] = []
    seen: set[str] = set()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            case = model.model_validate_json(line)
        except ValidationError as error:
            problem = error.errors()[0]
            field = ".".join(str(part) for part in problem["loc"])
            raise CaseError(f"{path.name}, line {number}, {field}: {problem['msg']}") from error
        key = str(getattr(case, "id", number))
        if key in seen:
            raise CaseError(f"{path.name}, line {number}: the id {key} is used twice")
        seen.add(key)
        cases.append(case)
    return tuple(cases)


def ids(cases: Sequence[Case]) -> tuple[str, ...]:
    """The ids of cases, in their order."""
    return tuple(case.id for case in cases)
