"""What a question needs of the store: all trials, and a search over their passages."""

from collections.abc import Sequence
from typing import Protocol

from index.text import Span
from index.trials import Trial


class FoundPassage(Protocol):
    """A passage as the index holds it; `text` is the literal text of `span` in `document`, or a repaired copy of it."""

    @property
    def trial_id(self) -> str: ...
    @property
    def document(self) -> str: ...
    @property
    def span(self) -> Span: ...
    @property
    def section(self) -> str: ...
    @property
    def text(self) -> str: ...


class FoundHit(Protocol):
    """A passage with its score; greater is better."""

    @property
    def passage(self) -> FoundPassage: ...
    @property
    def score(self) -> float: ...


class Library(Protocol):
    """The indexed trials. `search` gives the passages nearest to the query, best first, of `trials` only if given."""

    def trials(self) -> tuple[Trial, ...]: ...
    def search(self, query: str, trials: Sequence[str] | None = None, k: int = 8) -> Sequence[FoundHit]: ...
