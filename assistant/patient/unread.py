"""What a note speaks of in words that were not understood: "she lost her left breast to cancer", "platelets on 18 November 61".

Such words make no fact, as nobody knows what they say. But a criterion that they may bear on must not pass for one that the note leaves alone:
the checker takes it as spoken of and open. The words are those of the vocabulary's hints, and the names of measures and scales beside a number.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from assistant.patient.assertion import assess
from assistant.patient.facts import Fact, Source
from assistant.patient.sampling import masked
from assistant.patient.view import View
from index.number_words import PATTERN as NUMBER_WORD
from index.text import Repaired, Span
from index.vocabulary import vocabulary

_NUMBER = re.compile(rf"(?<![\w.,/-])[<>~]?\d+(?:[.,]\d+)?(?![\w/-]*[A-Za-z]-)|(?<![\w-]){NUMBER_WORD}|\b[ABC]\d{{1,2}}\b", re.IGNORECASE)
_ELSEWHERE = re.compile(r"[;\n]|\b(?:with|without|despite|because|ref(?:erence)?|normal|range|ULN|LLN)\b", re.IGNORECASE)
_LATER = re.compile(
    r"\b(?:later|then|now|re-?check(?:ed)?|repeat(?:ed)?|at discharge|discharge|are|today|correct(?:ed|ion|s)?|amended|down to|up to|subsequently"
    r"|recently|latest|afterwards?|on recheck)\b[^\d;]{0,24}$",
    re.IGNORECASE,
)
_OTHER_UNIT = re.compile(
    r"\s*(?:mg|mcg|g\b(?!/)|ml\b(?!/)|years?|yrs?|y\b|weeks?|days?|months?|hours?|h\b|cm|mm|tablets?|cycles?|times|st\b|nd\b|rd\b|th\b|:)",
    re.IGNORECASE,
)
_SAME = {"qt": ("qt", "qtc"), "child_pugh": ("child_pugh", "child_pugh_class"), "child_pugh_class": ("child_pugh", "child_pugh_class")}
_ANY_CANCER = "cancer"
"""A fact that says nothing of which cancer it is."""
_REACH = 60
"""Characters behind a measure's name in which a number may be its value."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Words (`source`: the sentence) that may speak of `concept`."""

    concept: str
    source: Source


@cache
def _hints() -> tuple["re.Pattern[str]", tuple[tuple["re.Pattern[str]", tuple[str, ...]], ...]]:
    """All hints as one pattern, and each with its concepts."""
    rows = vocabulary().hints
    each = tuple((re.compile(rf"(?<![\w-])(?:{row.pattern})(?![\w-])", re.IGNORECASE), row.concepts) for row in rows)
    return re.compile("|".join(f"(?:{pattern.pattern})" for pattern, _ in each), re.IGNORECASE), each


def unread(repaired: Repaired, views: Sequence[View], facts: Sequence[Fact]) -> tuple[Unread, ...]:
    """In the order of the text, each concept once for each sentence."""
    found: dict[Unread, None] = {}
    starts = sorted(facts, key=lambda f: f.source.start)
    for v in views:
        span = repaired.raw(v.head, v.end)
        own = [f for f in starts if f.source.start < span.end and span.start < f.source.end]
        source = _sentence(repaired, v)
        for concept in (*_hinted(repaired, v, own), *_unvalued(repaired, v, own)):
            found.setdefault(Unread(concept, source))
    return tuple(found)


def _sentence(repaired: Repaired, v: View) -> Source:
    text = v.text[v.head : v.end]
    start = v.head + len(text) - len(text.lstrip())
    span = repaired.raw(start, start + len(text.strip()))
    return Source(start=span.start, end=span.end, quote=span.of(repaired.raw_text))


def _hinted(repaired: Repaired, v: View, own: list[Fact]) -> Iterator[str]:
    """Concepts that a hint in the sentence names, unless its words were read, or the sentence was read as saying something of the kind."""
    whole, each = _hints()
    if not whole.search(v.text, v.head, v.end):
        return
    words = vocabulary()
    for pattern, concepts in each:
        for m in pattern.finditer(v.text, v.head, v.end):
            place = repaired.raw(m.start(), m.end())
            if any(_overlap(f.source, place) and f.concept != _ANY_CANCER for f in own) or any(
                words.is_a(f.concept, c) or words.is_a(c, f.concept) for f in own for c in concepts
            ):
                continue
            if assess(v, m.start(), m.end()).status in ("present", "possible"):
                yield from concepts


def _overlap(source: Source, place: Span) -> bool:
    return source.start < place.end and place.start < source.end


def _unvalued(repaired: Repaired, v: View, own: list[Fact]) -> Iterator[str]:
    """Measures and scales of which a number was not read: the only one beside the name, or one that stands behind a later word."""
    named = [m for m in v.mentions if m.table in ("measure", "scale")]
    if not named:
        return
    text = masked(v)
    for m, following in zip(named, [*named[1:], None], strict=True):
        if following is not None and following.start < m.end:
            continue
        place = repaired.raw(m.start, m.end)
        kinds = _SAME.get(m.concept, (m.concept,))
        read = [f for f in own if f.concept in kinds]
        until = min(v.end, m.end + _REACH, following.start if following else v.end)
        stop = _ELSEWHERE.search(text, m.end, until)
        until = stop.start() if stop else until
        for n in _NUMBER.finditer(text, m.end, until):
            spot = repaired.raw(n.start(), n.end())
            if any(_overlap(f.source, spot) for f in own) or _OTHER_UNIT.match(text, n.end()):
                continue
            if not read and not any(_overlap(f.source, place) for f in own):
                if assess(v, m.start, m.end).status is not None:
                    yield from kinds
            elif read and _LATER.search(text, m.end, n.start()):
                yield from kinds
            break
