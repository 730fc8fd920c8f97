"""A trial cut into passages: one per criterion, one per stated field, and what is left of each document.

A passage is a span of a document, so that its text can be quoted. What is longer than an embedding model reads is cut at
sentences, then at clauses, then at words.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

from index.text import Span, repair
from index.trials import Document, FieldName, Polarity, Trial

Section = FieldName | Polarity | Literal["other"]
"""Where a passage comes from: a field's name, the polarity of a criterion, or "other" for text that no field holds."""

SECTIONS: tuple[str, ...] = (*get_args(FieldName), *get_args(Polarity), "other")

# Names, dates and addresses: they are answered from the record, and would only crowd the search.
_NOT_SEARCHED: frozenset[FieldName] = frozenset(
    {
        "nct_id", "other_id", "start_date", "primary_completion_date", "end_date", "last_update", "enrollment", "minimum_age",
        "maximum_age", "location", "contact", "official", "document_link", "url",
    }
)  # fmt: skip

# all-MiniLM-L6-v2 reads 256 tokens, two of which are marks: passage and context together stay below.
PASSAGE_TOKENS = 180
CONTEXT_TOKENS = 45


@dataclass(frozen=True, slots=True)
class Passage:
    """A quotable piece of a trial. `text` is exactly the document's text of `span`; `context` is for the embedding only."""

    id: str
    trial_id: str
    section: Section
    document: str
    span: Span
    text: str
    context: str
    criterion: str | None = None

    def embedded(self) -> str:
        """What is embedded: the repaired text after the trial's title and the section's name."""
        return f"{self.context}. {self.section.replace('_', ' ')}: {_plain(self.text)}"


def passages(trial: Trial) -> tuple[Passage, ...]:
    """All passages of a trial in the order of the source; ids depend on the trial's id, the document and the span alone."""
    context = _shortened(_plain(trial.title), CONTEXT_TOKENS)
    found: dict[str, Passage] = {}
    for document in trial.documents:
        for section, span, criterion in sorted(_pieces(trial, document), key=lambda piece: (piece[1].start, piece[1].end)):
            for part in _cut(document.text, span):
                id_ = hashlib.sha256(f"{trial.id}\n{document.name}\n{part.start}\n{part.end}".encode()).hexdigest()[:24]
                found.setdefault(id_, Passage(id_, trial.id, section, document.name, part, part.of(document.text), context, criterion))
    return tuple(found.values())


def _pieces(trial: Trial, document: Document) -> Iterator[tuple[Section, Span, str | None]]:
    covered: list[Span] = []
    for criterion in trial.criteria:
        if criterion.document == document.name:
            covered.append(criterion.span)
            yield criterion.polarity, criterion.span, criterion.id
    listed = [field for field in trial.fields if field.document == document.name]
    for field in listed:
        if field.name == "eligibility" and covered:
            continue  # its criteria stand for it, and what they leave is picked up below
        covered.append(field.span)
        if field.name not in _NOT_SEARCHED:
            yield field.name, field.span, None
    for gap in _gaps(document.text, covered):
        inside = next((field.name for field in listed if field.span.start <= gap.start and gap.end <= field.span.end), None)
        yield inside or "other", gap, None


_WORD = re.compile(r"[^\W\d_]{2,}")
_FEWEST_WORDS = 4


def _gaps(text: str, covered: list[Span]) -> Iterator[Span]:
    """Stretches that no span covers and that hold at least a few words (labels and bullets do not)."""
    at = 0
    for span in [*sorted(covered, key=lambda s: s.start), Span(start=len(text), end=len(text))]:
        if span.start > at:
            gap = _stripped(text, at, span.start)
            if len(_WORD.findall(text, gap.start, gap.end)) >= _FEWEST_WORDS:
                yield gap
        at = max(at, span.end)


def _stripped(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start=start, end=end)


_TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")


def estimated_tokens(text: str) -> int:
    """An upper estimate of the word pieces that a BERT tokenizer makes of a text, without loading one."""
    return sum(_pieces_of(token) for token in _TOKEN.findall(text))


def _pieces_of(token: str) -> int:
    if token.isdigit():
        return (len(token) + 1) // 2
    if not token.isascii():
        return len(token)
    return 1 if len(token) <= 4 else (len(token) + 2) // 3


# Coarse to fine: paragraphs and bullets, sentences, clauses, words.
_CUTS = (re.compile(r"\n+"), re.compile(r"(?<=[.!?。])\s+|(?<=[；;。])"), re.compile(r"(?<=[,，、:：)])\s*"), re.compile(r"\s+"))


def _cut(text: str, span: Span, level: int = 0) -> list[Span]:
    """`span` as pieces of at most `PASSAGE_TOKENS`, neighbours joined as long as they fit."""
    whole = _stripped(text, span.start, span.end)
    if whole.start == whole.end:
        return []
    if estimated_tokens(whole.of(text)) <= PASSAGE_TOKENS:
        return [whole]
    if level == len(_CUTS):
        half = (whole.start + whole.end) // 2  # one endless word
        return _cut(text, Span(start=whole.start, end=half), level) + _cut(text, Span(start=half, end=whole.end), level)
    edges = [whole.start, *(m.end() for m in _CUTS[level].finditer(text, whole.start, whole.end)), whole.end]
    pieces = [piece for a, b in pairwise(edges) if a < b for piece in _cut(text, Span(start=a, end=b), level + 1)]
    joined: list[Span] = []
    size = 0
    for piece in pieces:
        tokens = estimated_tokens(piece.of(text))
        if joined and size + tokens <= PASSAGE_TOKENS:
            joined[-1] = Span(start=joined[-1].start, end=piece.end)
            size += tokens
        else:
            joined.append(piece)
            size = tokens
    return joined


def _plain(text: str) -> str:
    return " ".join(repair(text).text.split())


def _shortened(text: str, tokens: int) -> str:
    """The first words of a text, at most so many tokens."""
    left = tokens
    for word in re.finditer(r"\S+", text):
        left -= estimated_tokens(word[0])
        if left < 0:
            return text[: word.start()].rstrip()
    return text
