"""When a value was taken, and the text with its dates blanked out."""

import re

from assistant.patient.dates import Dated
from assistant.patient.facts import Moment
from assistant.patient.view import View

_DATE_MARK = "\x01"


_SINCE = re.compile(r"[\s,(]*(?:since\s*)?", re.IGNORECASE)


def masked(v: View) -> str:
    """The sentence's text with each date blanked out, so that its digits are no values; offsets kept."""
    text = v.text
    pieces: list[str] = []
    at = 0
    for d in v.dates:
        if d.kind == "for" or d.start < at or _is_value_not_date(v, d):
            continue
        pieces.append(text[at : d.start])
        pieces.append(_DATE_MARK * (d.end - d.start))
        at = d.end
    pieces.append(text[at : v.end])
    return "".join(pieces)


def _is_value_not_date(v: View, d: Dated) -> bool:
    """A bare year straight after a measure ("ferritin 2011") is its value."""
    return d.end - d.start == 4 and any(m.table == "measure" and m.end <= d.start and v.text[m.end : d.start].strip(" :=|") == "" for m in v.mentions)


def sample_date(v: View, start: int, end: int, own_only: bool = False) -> Moment | None:
    """When a value was taken: a date beside it, else the one that heads the sentence."""
    inside = [d for d in v.dates if d.kind in ("at", "since") and d.moment and start <= d.start < end]
    if inside:
        return inside[0].moment
    after = [
        d
        for d in v.dates
        if d.kind == "at"
        and d.moment
        and 0 <= d.start - end <= 6
        and re.fullmatch(r"[\s,(\[@:]*(?:on |in |from |dated )?[\s(]*", v.text[end : d.start], re.IGNORECASE)
    ]
    if after:
        return after[0].moment
    since = next((d for d in v.dates if d.kind == "since" and d.moment and d.start >= end and _SINCE.fullmatch(v.text, end, d.start)), None)
    if since is not None and since.moment is not None and since.moment_end is not None:
        return Moment(earliest=since.moment.earliest, latest=since.moment_end.latest)  # "ECOG 1 since July": it holds until today
    if own_only:
        return None
    before = [
        d
        for d in v.dates
        if d.kind == "at"
        and d.moment
        and d.end <= start
        and re.fullmatch(r"[\s):,\-]*(?:the |a |his |her |labs? |with )*", v.text[d.end : start], re.IGNORECASE)
        and not _of_the_same(v, d, start)
    ]
    if before:
        return before[-1].moment
    lead = [
        d
        for d in v.dates
        if d.kind == "at" and d.moment and d.end <= start and (":" in v.text[d.end : min(d.end + 3, v.end)] or d.start - v.head < 6)
    ]
    return lead[0].moment if lead else v.stamp


def _of_the_same(v: View, d: Dated, start: int) -> bool:
    """Whether the date follows an earlier value of the measure at `start`, whose date it is: "ECOG 3 in March, ECOG 1"."""
    here = next((m.concept for m in v.mentions if m.start <= start < m.end), None)
    return any(m.concept == here and m.end <= d.start and not re.search(r"[;,]", v.text[m.end : d.start]) for m in v.mentions)
