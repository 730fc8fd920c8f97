"""Outcomes as the ClinicalTrials.gov export writes them: items joined by `|`, each `measure, description, time frame`.

The three pieces may hold commas themselves, so the split is by what a time frame looks like and is a best reading;
the span of the whole item is always exact.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.number_words import PATTERN
from index.sources.draft import one_line

_UNIT = (
    r"(?:sec(?:ond)?s?|min(?:ute)?s?|h(?:ou)?rs?|d(?:ay)?s?|w(?:ee)?ks?|wks?|m(?:on)?ths?|months?|y(?:ea)?rs?|cycles?|visits?|night"
    r"|hospitali[sz]ation|discharge)"
)
_NUMBER = rf"(?:\d+(?:[.,]\d+)?|{PATTERN})"
_TIME = re.compile(
    rf"{_NUMBER}(?:\s*(?:-|–|to|\+/-|±)\s*{_NUMBER})?[\s-]*(?:st|nd|rd|th)?\s*\(?{_UNIT}\b|\b{_UNIT}[\s-]*\(?{_NUMBER}\b|\bbaseline\b"
    rf"|\bscreening\b|\bfollow[\s-]?up\b"
    r"|\b(?:up ?to|through(?:out)?|until|within|during|before|after|immediately|pre|post|perioperative\w*|postoperative\w*|preoperative\w*"
    r"|intraoperative\w*)\b"
    r"|\b(?:end|start|completion|duration|initiation|time|date|day|week|month|year|visit|discharge|admission|inclusion|delivery|birth|enrol\w*|randomi[sz]ation|death|progression"
    r"|surgery|treatment|intervention|study|treatment period)\b"
    r"|^\s*(?:[DWMY]\d+|T\d)\b",
    re.IGNORECASE,
)  # fmt: skip
_STARTER = re.compile(
    rf"\s*(?:from|up ?to|upto|through|throughout|baseline|at\b|on day|within|until|till|days?\b|weeks?\b|months?\b|years?\b|cycles?\b|every"
    rf"|during|before|after|pre-?\w*|post-?\w*|time of|since"
    rf"|{_NUMBER}(?:\b|[a-z])|immediate|perioperative|intraoperative|screening|visits?\b|first \w+ (?:year|month|week|day)|an average|average"
    rf"|approximately|about|start|end of|enrol|assessed|evaluated"
    r"|only (?:at|in|on)\b|once|daily|weekly|monthly|hours?\b|T\d|[DWMY]\d|~|≥|>|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\.? \d)",
    re.IGNORECASE,
)  # fmt: skip
_CONTINUES = re.compile(
    r"\s*(?:assessed|which ?ever|whatever|an average|average|approximately|about|up to|and\b|or\b|then|until|every|with|through|to\b|at\b|on\b"
    r"|in\b|which|followed|after|before|censored"
    r"|estimated|anticipated|planned|including|as\b|\d)"
)
_BARE = re.compile(
    rf"\s*(?:and\s+|or\s+|&\s+)?(?:(?:at\s+)?{_NUMBER}(?:\s*(?:and|or|to|-|–|&)\s*{_NUMBER})?(?:st|nd|rd|th)?[\s-]*{_UNIT}?|(?:at\s+)?(?:{_UNIT}"
    rf"|T|V)\s*-?{_NUMBER}(?:\s*(?:and|or|to|-|–|&)\s*{_NUMBER})?"
    r"|baseline|screening|(?:19|20)\d\d\s*[-–]\s*(?:19|20)\d\d)\.?\s*",
    re.IGNORECASE,
)
_LONGEST = 1500  # characters: the longest time frame that is looked for
_COMMA = re.compile(r"[,，]\s+")
_SENTENCE = re.compile(r"[.;]\s+(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One item: where it is, and its pieces, repaired. An empty piece was not found."""

    start: int
    end: int
    measure: str
    description: str
    time_frame: str

    @property
    def parts(self) -> dict[str, str]:
        named = {"measure": self.measure, "description": self.description, "time_frame": self.time_frame}
        return {name: text for name, text in named.items() if text}


def items(text: str, start: int = 0, end: int | None = None, marks: str = "|") -> Iterator[tuple[int, int]]:
    """Ranges of the non-blank items of `text[start:end]` that any of `marks` separates, blanks at their ends left out."""
    end = len(text) if end is None else end
    for found in re.compile(f"[^{re.escape(marks)}]+").finditer(text, start, end):
        item = found[0]
        if item.strip():
            yield found.start() + len(item) - len(item.lstrip()), found.start() + len(item.rstrip())


def read(text: str, start: int = 0, end: int | None = None) -> Iterator[Outcome]:
    """The outcomes of one export column."""
    for a, b in items(text, start, end):
        yield split(text, a, b)


def looks_timed(frame: str) -> bool:
    """Whether a piece that `split` took for a time frame surely is one: it starts like one, or is short and no sentence."""
    return bool(_STARTER.match(frame)) or (0 < len(frame) <= 60 and not frame.endswith("."))


def split(text: str, start: int, end: int) -> Outcome:
    """One item taken apart into measure, description and time frame."""
    commas = [m.span() for m in _COMMA.finditer(text, start, end)]
    last = _time_frame(text, end, [comma for comma in commas if comma[0] > end - _LONGEST])
    frame = text[last[1] : end] if last else ""
    rest_end = last[0] if last else end
    first = _measure_end(text, start, [comma for comma in commas if comma[1] < rest_end])
    measure = text[start : first[0]] if first else text[start:rest_end]
    description = text[first[1] : rest_end] if first else ""
    return Outcome(start, end, one_line(measure), one_line(description), one_line(frame))


def _time_frame(text: str, end: int, commas: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The comma before the time frame, one of `commas`."""
    if not commas:
        return None
    # A description mostly ends in a full stop, so `., ` before a time is the surest boundary.
    for i in range(len(commas) - 1, -1, -1):
        rest = text[commas[i][1] : end]
        if _SENTENCE.search(rest):
            break
        if text[commas[i][0] - 1] in ".。" and _TIME.search(rest) and (_STARTER.match(rest) or rest[:1].islower()):
            return commas[i]
    i = len(commas) - 1
    tail = text[commas[i][1] : end]
    if not (_TIME.search(tail) or _BARE.fullmatch(tail)) or _SENTENCE.search(tail):
        return None
    for j in range(i, 0, -1):
        tail = text[commas[j][1] : end]
        before = text[commas[j - 1][1] : commas[j][0]]
        listed = _BARE.match(tail) and (_BARE.fullmatch(before) or (_STARTER.match(before) and before[-1].isalnum()))
        if not (listed or _CONTINUES.match(tail)) or _SENTENCE.search(before) or len(before) > 200:
            break
        if _STARTER.match(before) and (listed or _TIME.search(before)):
            i = j - 1
        elif not _CONTINUES.match(before):
            break
    return commas[i]


def _measure_end(text: str, start: int, commas: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The comma after the measure: the first one outside brackets that a capital follows, else the first one outside brackets."""
    depth, at = 0, start
    first: tuple[int, int] | None = None
    for a, b in commas:
        between = text[at:a]
        depth += sum(between.count(c) for c in "([（") - sum(between.count(c) for c in ")]）")
        at = a
        if depth <= 0:
            first = first or (a, b)
            if text[b].isupper():
                return a, b
    return first
