"""Citations: numbered in the order of use, each the literal text of its place, none twice."""

import re

from assistant.ask.snippets import Snippet, trimmed
from assistant.results import Citation
from index.text import Span
from index.trials import Field, Trial

_LABEL_BEFORE = re.compile(r"(?:^|[\n.|])([^\n.|:]{2,60}[:?]\s*)$")
_SHORT = 9


_NUMBERS = re.compile(r"\d+(?:\.\d+)?")


def lacking(text: str, quotes: str, whole: str) -> bool:
    """Whether `text` holds a number that stands in the `whole` of a source but not in the `quotes` shown of it."""
    shown, there = set(_NUMBERS.findall(quotes)), set(_NUMBERS.findall(whole))
    return any(n in there and n not in shown for n in _NUMBERS.findall(text))


class Evidence:
    """Collects the quotes of one answer; `cite` gives the marker to print."""

    def __init__(self) -> None:
        self._citations: list[Citation] = []
        self._numbers: dict[tuple[str, str, int, int], int] = {}

    def cite(self, trial: Trial, document: str, span: Span) -> str:
        """The marker `[n]` of the literal text of `span`; empty if there is no text there."""
        text = trial.document(document).text
        span = trimmed(text, span)
        quote = span.of(text)
        if not quote:
            return ""
        key = (trial.id, document, span.start, span.end)
        if key not in self._numbers:
            self._numbers[key] = len(self._citations) + 1
            self._citations.append(Citation(n=self._numbers[key], trial=trial.id, document=document, start=span.start, end=span.end, quote=quote))
        return f"[{self._numbers[key]}]"

    def field(self, trial: Trial, field: Field) -> str:
        """Marker of a field's quote; a very short value takes the label before it along, so that the quote says what it is."""
        if "not_quotable" in field.parts:
            return ""
        text = trial.document(field.document).text
        span = trimmed(text, field.span)
        if span.end - span.start < _SHORT and (label := _LABEL_BEFORE.search(text, max(0, span.start - 80), span.start)):
            span = Span(start=label.start(1), end=span.end)
        return self.cite(trial, field.document, span)

    def snippet(self, trial: Trial, snippet: Snippet) -> str:
        """Marker of a snippet's quote."""
        if snippet.field is not None and "not_quotable" in snippet.field.parts:
            return ""
        return self.cite(trial, snippet.document, snippet.span)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All quotes so far, by number."""
        return tuple(self._citations)
