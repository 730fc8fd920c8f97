"""What a language model does for one answer: it rewords, proposes facts, remarks on the reading of a question; and the trace of it.

The computed answer is always there first. Nothing here raises for what a model does: a failure is one line in the trace.
"""

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from assistant.model.chat import Budget, Chat, Meter
from assistant.model.endpoint import endpoint
from assistant.model.phrase import phrase
from assistant.model.propose import Rematch, propose, with_questions
from assistant.model.read import remarks
from assistant.model.suggest import Suggestion, suggest
from assistant.patient import Patient
from assistant.results import Answer, ModelTrace, Report
from index.errors import ModelError
from index.trials import Criterion, Trial

_WORDED = ("answer", "not_stated")


@dataclass(slots=True)
class Totals:
    """What the language model has cost in this process, and how much of what it said was used."""

    answers: int = 0
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    sentences: int = 0
    failures: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    _lock: Any = field(default_factory=threading.Lock, repr=False)

    def add(self, trace: ModelTrace) -> None:
        """Counts one answer."""
        with self._lock:
            self.answers += 1
            self.calls += trace.calls
            self.input_tokens += trace.input_tokens
            self.output_tokens += trace.output_tokens
            self.seconds += trace.seconds
            self.sentences += trace.sentences
            self.failures += trace.failure is not None
            self.rejected.update(trace.rejected)

    def as_json(self) -> dict[str, Any]:
        """The totals, with the share of what came back that was rejected (None: nothing came back)."""
        rejected = sum(self.rejected.values())
        return {
            "answers": self.answers, "calls": self.calls, "input_tokens": self.input_tokens, "output_tokens": self.output_tokens,
            "seconds": round(self.seconds, 3),
            "failures": self.failures, "returned": self.sentences, "rejected": rejected,
            "rejected_by_rule": dict(sorted(self.rejected.items())),
            "share_rejected": round(rejected / self.sentences, 4) if self.sentences else None,
        }  # fmt: skip


_totals = Totals()


def totals() -> Totals:
    """The totals of this process."""
    return _totals


def reset_totals() -> None:
    """Starts the totals anew."""
    global _totals
    _totals = Totals()


class LanguageModel:
    """A language model behind its checks. `setting` is `provider:model[@url]`; `chat` stands in for LangChain's model."""

    def __init__(self, setting: str, *, seconds: float = 15.0, tokens: int = 12_000, chat: Any = None) -> None:
        self.endpoint = endpoint(setting)
        self._chat = Chat(self.endpoint, Budget(seconds=seconds, tokens=tokens), chat)

    @property
    def line(self) -> str:
        """Which model is on, where it runs, and whether text leaves this machine."""
        return self.endpoint.line

    def worded(self, answer: Answer, trials: Sequence[Trial], as_of: date) -> Answer:
        """The answer, reworded where a wording passes every check, with remarks on how the question was read; or as it is."""
        if answer.kind not in _WORDED:
            return answer
        meter, failure = self._chat.meter(), None
        rejected, count, text = Counter[str](), 0, answer.text
        notes: list[str] = []
        try:
            phrased = phrase(answer, self._chat, meter, as_of)
            text, count, rejected = phrased.text, phrased.sentences, phrased.rejected
            if answer.kind == "not_stated":
                notes, dropped = remarks(answer, trials, self._chat, meter, as_of)
                rejected.update(dropped)
                count += sum(dropped.values())
        except ModelError as error:
            failure = f"{error} The computed answer is shown."
        trace = self._trace(meter, count, rejected, failure, tuple(notes))
        return answer.model_copy(update={"text": text, "model": trace})

    def proposed(self, report: Report, patient: Patient, rematch: Rematch) -> Report:
        """The report with the facts that the model reads in the note beside it. No outcome changes. `rematch` judges a patient."""
        meter, failure = self._chat.meter(), None
        dropped, count = Counter[str](), 0
        notes: list[str] = []
        try:
            found = propose(patient, report, self._chat, meter, rematch)
            report = with_questions(report, found)
            count, dropped = found.returned, found.dropped
            notes = [p.question for p in found.proposals if p.standing == "conflict"]
        except ModelError as error:
            failure = f"{error} The report is the computed one."
        return report.model_copy(update={"model": self._trace(meter, count, dropped, failure, tuple(notes))})

    def suggestion(self, criterion: Criterion) -> Suggestion:
        """A reading of the criterion's first open words. Raises InputError if none is open, ModelError."""
        return suggest(criterion, self._chat, self._chat.meter())

    def _trace(self, meter: Meter, count: int, rejected: Counter[str], failure: str | None, notes: tuple[str, ...]) -> ModelTrace:
        trace = ModelTrace(
            model=f"{self.endpoint.provider}:{self.endpoint.model}",
            where=self.endpoint.host, local=self.endpoint.local, prompts=tuple(meter.prompts),
            calls=meter.calls, input_tokens=meter.input_tokens, output_tokens=meter.output_tokens, seconds=round(meter.seconds, 3),
            sentences=count, rejected=dict(sorted(rejected.items())), failure=failure, notes=notes,
        )  # fmt: skip
        _totals.add(trace)
        return trace
