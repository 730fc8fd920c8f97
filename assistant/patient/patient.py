"""The patient as a note describes them: facts, warnings, and a look-up for words the vocabulary does not know."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from assistant.patient import reader
from assistant.patient.assertion import assess
from assistant.patient.attachment import date_of, nearest_date
from assistant.patient.dates import Dated
from assistant.patient.facts import Fact, Source
from assistant.patient.unread import Unread
from assistant.patient.view import View
from index.conditions import TEXT
from index.text import Repaired
from index.vocabulary import Token, tokens
from index.vocabulary.lexicon import fold

_SMALL = frozenset(
    "a an and any as at be been by for from had has have her his if in into is it its known no not of on or other others per prior such than "
    "that the their there these this those to under "
    "was were which who with within without currently current history past active significant documented evidence presence diagnosis".split()
)
_LINKS = frozenset("of in with to for from by on due requiring associated related caused affecting involving".split())


@dataclass(frozen=True)
class Patient:
    """What a text says about one patient as of a date. `facts` are in the order of the text."""

    text: str
    as_of: date
    facts: tuple[Fact, ...] = ()
    warnings: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()
    _phrases: dict[str, tuple[Fact, ...]] = field(default_factory=dict, repr=False, compare=False)

    def with_facts(self, facts: Iterable[Fact]) -> "Patient":
        """The same patient with other facts; text and warnings stay."""
        return replace(self, facts=tuple(facts), _phrases={})

    def phrase(self, phrase: str) -> tuple[Fact, ...]:
        """Findings for a noun phrase that is not in the vocabulary ("sarcoidosis", "active smoking").

        All its content words must stand in one sentence near its head noun, spelling and number folded. The same rules
        as for known findings say whether it is denied, suspected, past, planned or somebody else's (then no fact).
        """
        known = self._phrases.get(phrase)
        if known is None:
            known = self._phrases[phrase] = self._find(phrase)
        return known

    def mentions_any(self, words: Iterable[str]) -> bool:
        """Whether any of the words stands in the text, spelling and number folded."""
        return any(fold(word) in self._keys for word in words)

    def _find(self, phrase: str) -> tuple[Fact, ...]:
        words = [t.key for t in tokens(phrase.removeprefix(TEXT))]
        content = [w for w in words if w not in _SMALL]
        if not content or not set(content) <= self._keys:
            return ()
        until = next((i for i, w in enumerate(words) if w in _LINKS and any(x in content for x in words[:i])), len(words))
        head = next((w for w in reversed(words[:until]) if w in content), content[-1])
        repaired, views = self._views
        found: list[Fact] = []
        for v, own in zip(views, self._tokens, strict=True):
            keys = {t.key for t in own}
            if not set(content) <= keys:
                continue
            for t in own:
                if t.key == head and (place := _nearest(own, t, content)) is not None:
                    found += _fact(repaired, v, place, phrase)
        return tuple(found)

    @cached_property
    def _views(self) -> tuple[Repaired, list[View]]:
        return reader.views_of(self.text, self.as_of)

    @cached_property
    def _tokens(self) -> list[list[Token]]:
        _repaired, views = self._views
        return [[Token(t.start + v.start, t.end + v.start, t.text, t.key) for t in tokens(v.text[v.start : v.end])] for v in views]

    @cached_property
    def _keys(self) -> frozenset[str]:
        return frozenset(t.key for own in self._tokens for t in own)


def _nearest(own: list[Token], head: Token, content: list[str]) -> tuple[int, int] | None:
    """The stretch from the first to the last of the content words around `head`; None if they lie too far apart."""
    start, end = head.start, head.end
    for word in content:
        if word == head.key:
            continue
        places = [t for t in own if t.key == word]
        best = min(places, key=lambda t: abs(t.start - head.start))
        if abs(best.start - head.start) > 60:
            return None
        start, end = min(start, best.start), max(end, best.end)
    return start, end


def _fact(repaired: Repaired, v: View, place: tuple[int, int], phrase: str) -> list[Fact]:
    start, end = place
    if ";" in v.text[start:end]:
        return []
    said = assess(v, start, end)
    if said.status is None:
        return []
    span = repaired.raw(start, end)
    source = Source(start=span.start, end=span.end, quote=span.of(repaired.raw_text))
    when, until = date_of(v, start, end, list(v.mentions))
    return [Fact(kind="finding", concept=TEXT + phrase.removeprefix(TEXT), status=said.status, source=source, time=said.time, when=when, until=until)]


def read_note(text: str, as_of: date) -> Patient:
    """Reads a clinician's note. Any text is accepted: what is not understood is left, what is implausible is reported."""
    facts, warnings, unread = reader.read(text, as_of)
    return Patient(text=text, as_of=as_of, facts=facts, warnings=warnings, unread=unread)


__all__ = ["Dated", "Patient", "nearest_date", "read_note"]
