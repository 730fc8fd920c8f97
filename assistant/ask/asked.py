"""One question on its way to an answer: the reading, the trials meant, the evidence so far; and what an answerer hands back."""

from dataclasses import dataclass, field
from datetime import date

from assistant.ask.evidence import Evidence
from assistant.ask.library import Library
from assistant.ask.request import Request
from assistant.ask.terms import Term
from assistant.results import AnswerKind
from index.trials import Trial


@dataclass(slots=True)
class Asked:
    """`text` is the question as it was read; `terms` what an answer has to be about; `trials` those meant, in order.

    `selected` says that the library holds only the trials that a filter accepts, of those indexed.
    """

    request: Request
    text: str
    terms: tuple[Term, ...]
    library: Library
    trials: tuple[Trial, ...]
    as_of: date
    evidence: Evidence = field(default_factory=Evidence)
    selected: bool = False

    @property
    def searched(self) -> tuple[Trial, ...]:
        """What a statement about all trials speaks of: the trials meant, or everything indexed where none is named."""
        return self.trials if self.named else self.library.trials()

    @property
    def named(self) -> bool:
        """Whether the question says which trials it means."""
        return self.request.trials_from != "all"


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer's kind and text, with the markers of the evidence that was cited on the way."""

    kind: AnswerKind
    text: str
    trials: tuple[str, ...] = ()
