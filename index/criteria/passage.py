"""One bullet as a single line of repaired text whose every character knows its place in the document."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from index.criteria import options
from index.criteria.lexis import QUALIFIER
from index.text import Repaired, Span
from index.vocabulary import Mention, Table, Token, tokens, vocabulary

ENTITIES: tuple[Table, ...] = ("condition", "drug", "drug_class", "procedure", "regimen")


@dataclass(frozen=True)
class Passage:
    """`text` has no line breaks and no runs of spaces; `starts[i]` and `ends[i]` are the raw offsets of character `i`."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> Span:
        """The document's span of `text[start:end]`, without blanks at either side."""
        text = self.text
        while start < end and text[start] == " ":
            start += 1
        while end > start and text[end - 1] == " ":
            end -= 1
        if end <= start:
            at = self.starts[min(start, len(self.starts) - 1)] if self.starts else 0
            return Span(start=at, end=at)
        return Span(start=self.starts[start], end=self.ends[end - 1])

    def without(self, ranges: list[tuple[int, int]]) -> "Passage":
        """The passage without some ranges of its characters."""
        text: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        at = 0
        for a, b in [*ranges, (len(self.text), len(self.text))]:
            text.append(self.text[at:a])
            starts.extend(self.starts[at:a])
            ends.extend(self.ends[at:a])
            at = b
        return Passage("".join(text), starts, ends)

    @cached_property
    def words(self) -> list[Token]:
        """The tokens of the text."""
        return tokens(self.text)

    @cached_property
    def measures(self) -> "Mentions":
        """Measures named in the text."""
        return Mentions([_uncompared(m) for m in vocabulary().lexicon.mentions(self.text, ("measure",), self.words)])

    @cached_property
    def scales(self) -> "Mentions":
        """Scales named in the text."""
        return Mentions([_uncompared(m) for m in vocabulary().lexicon.mentions(self.text, ("scale",), self.words)])

    @cached_property
    def entities(self) -> "Mentions":
        """Diseases, drugs, classes, procedures and regimens named in the text."""
        named = [m for m in self._shifted(vocabulary().lexicon.mentions(self.text, ENTITIES, self.words)) if not self._of_measure(m)]
        if not (said := options.mentions(self.text)):
            return Mentions(named)
        apart = [m for m in named if not any(m.start < s.end and s.start < m.end for s in said)]
        return Mentions(sorted((*apart, *said), key=lambda m: m.start))

    def _of_measure(self, mention: Mention) -> bool:
        """Whether a drug's short name is a part of a measure's ("ASA status" is no aspirin)."""
        short = mention.table == "drug" and mention.surface.isupper()
        return short and any(m.start <= mention.start and mention.end < m.end for m in self.measures.all)

    def _glued(self, mention: Mention) -> bool:
        """Whether a name is only a part of a longer word ("RA" in "H2RAs")."""
        before = self.text[mention.start - 1 : mention.start]
        after = self.text[mention.end : mention.end + 1]
        if self.text[max(0, mention.start - 4) : mention.start].lower() in ("non-", "non "):
            return True
        return (before.isalnum() and before.isascii()) or (after.isalnum() and after.isascii() and after != "s")

    def _shifted(self, found: list[Mention]) -> list[Mention]:
        """Where a name begins with a qualifier and a longer-reaching name begins behind it, the latter is meant:
        "chronic active hepatitis B" is hepatitis B, chronic and active, not chronic active hepatitis."""
        out: list[Mention] = []
        for mention in found:
            if self._glued(mention):
                continue
            if out and mention.start < out[-1].end and mention.start != out[-1].start:
                continue
            q = QUALIFIER.match(self.text, mention.start)
            if q and q.end() < mention.end and _PAIRED.search(self.text, max(0, mention.start - 16), mention.start):
                # "acute or chronic pancreatitis": the pair of adjectives is about the bare name.
                at = next((i for i, w in enumerate(self.words) if w.start >= q.end()), None)
                plain = vocabulary().lexicon.mentions(self.text, ENTITIES, self.words[at : at + 8]) if at is not None else []
                if at is not None and plain and plain[0].start == self.words[at].start and plain[0].end >= mention.end:
                    out.extend(m for m in plain if m.start == plain[0].start and m.end == plain[0].end)
                    continue
            while q and q.end() < mention.end:
                at = next((i for i, w in enumerate(self.words) if w.start >= q.end()), None)
                if at is None:
                    break
                later = vocabulary().lexicon.mentions(self.text, ENTITIES, self.words[at : at + 8])
                if later and later[0].start == self.words[at].start and later[0].end > mention.end:
                    out.extend(m for m in later if m.start == later[0].start and m.end == later[0].end)
                    break
                q = QUALIFIER.match(self.text, self.words[at].start)
            else:
                out.append(mention)
                continue
            if not out or out[-1].end <= mention.start:
                out.append(mention)
        return out


_PAIRED = re.compile(r"\b(?:acute|chronic)\s*(?:or|and/or|and|/)\s*$", re.I)
_COMPARED = re.compile(r"\s*[<>≤≥=]")


def _uncompared(mention: Mention) -> Mention:
    """A name whose words a comparison interrupts ("NYHA > class II") ends in front of it."""
    m = _COMPARED.search(mention.surface)
    return mention if m is None or m.start() == 0 else replace(mention, end=mention.start + m.start(), surface=mention.surface[: m.start()])


class Mentions:
    """Mentions in the order of the text, quickly found by range."""

    def __init__(self, found: list[Mention]) -> None:
        self.all = found
        self._starts = [m.start for m in found]

    def within(self, start: int, end: int) -> list[Mention]:
        """The mentions that lie wholly inside `start:end`."""
        found = []
        for mention in self.all[bisect_left(self._starts, start) :]:
            if mention.start >= end:
                break
            if mention.end <= end:
                found.append(mention)
        return found


_RUN = re.compile(r"\S+")


def flatten(repaired: Repaired, start: int, end: int, offset: int = 0) -> Passage:
    """The range as one line. `offset` is where the repaired text begins in its document."""
    text, origin = repaired.text, repaired.origin
    plain = text is repaired.raw_text or text == repaired.raw_text
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for run in _RUN.finditer(text, start, end):
        i, j = run.span()
        if out:
            out.append(" ")
            starts.append(ends[-1])
            ends.append(origin[i] + offset)
        out.append(text[i:j])
        if plain:
            starts.extend(range(i + offset, j + offset))
            ends.extend(range(i + offset + 1, j + offset + 1))
        else:
            starts.extend([o + offset for o in origin[i:j]])
            ends.extend([max(a + 1, b) + offset for a, b in zip(origin[i:j], origin[i + 1 : j + 1], strict=True)])
    # The last character of a run must not claim the blanks behind it.
    return Passage("".join(out), starts, ends)
