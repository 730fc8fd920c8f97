"""A later value that stands without its name: "ECOG 1 in June, 3 now", "Child-Pugh A6 -> B8", "LVEF 58 % in 2024; 38 % today".

The older value must not be taken for the present one. What stands beside "now", an arrow or a date of its own in the same sentence
belongs to the measure or scale named last.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.patient.drafts import Draft
from assistant.patient.facts import Fact, Moment, Range
from assistant.patient.numbers import value_at
from assistant.patient.sampling import masked, sample_date
from assistant.patient.scales import class_of, spelled_value
from assistant.patient.units import plausible
from assistant.patient.values import rejects, with_unit
from assistant.patient.view import View
from index.vocabulary import Mention, vocabulary

_NOW = (
    r"(?:now|today|currently|at present|presently|this (?:week|morning|month)|latest|most recent(?:ly)?|on repeat|repeat|since then|ever since|"
    r"(?:there|here)?after(?:wards)?|subsequently|back (?:to|at)|re-?check(?:ed)?|later|correction|(?<=, )are|(?:now|currently) (?:down|up))"
)
_LAST = r"(?:discharge|follow-?up|(?:the )?last visit)"
"""Where the later of two values is told by the occasion, behind it: "ECOG 1 on admission, 2 at discharge"."""
_BECAME = (
    r"(?:->|-->|→|=>|(?:(?:then|and|but|has|have|had|is|since|later)\s+)*(?:progress\w*|deteriorat\w*|worsen\w*|declin\w*|improv\w*|recover\w*|normali[sz]\w*|increas\w*|decreas\w*|dropp\w*|chang\w*|rose|fell|"
    r"went|moved|upgraded|downgraded|restaged|(?:corrected|amended|revised|updated|re-?issued)(?:\s+by\s+(?:the\s+)?\w+)?)\s+(?:to|as))"
)
_BEFORE = re.compile(
    rf"(?:{_BECAME}|\b{_NOW}\b|(?<=[ABC]\d)\s+to\b)\s*(?:(?:is|was|at|of|to|a|an|down|up|class|score|stage|it is|it's)\s+|[:=]\s*)*(?=[A-Z\d<>~])",
    re.IGNORECASE,
)
_AFTER = re.compile(r"(?:[,;(:–]|->|→|\b(?:and|but|then)\b)\s*(?=[A-Z\d<>~])", re.IGNORECASE)
_CUE = re.compile(rf"\s*[(,]?\s*(?:on |in |at |@ ?)?(?:\b{_NOW}\b|\b{_LAST}\b|\x01+|\bsince\b|\b(?:after|following)\s+[a-z])", re.IGNORECASE)
_SINCE = re.compile(r"\s*[(,]?\s*since\b", re.IGNORECASE)
_CHILD_PUGH = re.compile(r"(?-i:(?P<letter>[ABC]))(?![A-Za-z])\s*[-(]?\s*(?P<points>1[0-5]|[5-9])?(?!\d)(?:\s*(?:points?|pts))?\)?")
_REACH = 90
"""Characters from a named value within which a nameless one is still its own."""


@dataclass(frozen=True, slots=True)
class _Named:
    """A value's place in the repaired text, and what it is a value of."""

    start: int
    end: int
    concept: str


def read(v: View, draft: Draft, since: int) -> None:
    """Adds the later values of one sentence; the older ones, among the facts from `since` on, are marked as replaced."""
    origin = draft.repaired.origin
    named = [
        _Named(bisect_left(origin, f.source.start), bisect_left(origin, f.source.end), f.concept)
        for f in draft.facts[since:]
        if f.kind in ("measurement", "category") and f.status == "present"
    ]
    if not named:
        return
    named += [_Named(m.start, m.end, m.concept) for m in v.mentions if m.table in ("measure", "scale")]
    named.sort(key=lambda n: (n.start, n.end))
    text = masked(v)
    places = [(m.start(), m.end(), True) for m in _BEFORE.finditer(text, v.head)] + [
        (m.start(), m.end(), False) for m in _AFTER.finditer(text, v.head)
    ]
    for begin, at, cued in sorted(places):
        if not draft.free(at, at + 1):
            continue
        last = next((n for n in reversed(named) if n.end <= begin), None)
        if last is not None and begin - last.end <= _REACH:
            _later(v, text, last, at, draft, since, cued)


def _later(v: View, text: str, of: _Named, at: int, draft: Draft, since: int, cued: bool) -> None:
    """The nameless value at `at`, if it is one of the measure or scale named before."""
    if of.concept in ("child_pugh", "child_pugh_class"):
        _child_pugh(v, text, of, at, draft, since, cued)
    elif of.concept in vocabulary().measures:
        _measured(v, text, of, at, draft, since, cued)
    elif of.concept in vocabulary().scales:
        _graded(v, text, of, at, draft, since, cued)


def _older(draft: Draft, since: int, *concepts: str) -> list[int]:
    """The places of the facts of this sentence on these concepts."""
    return [i for i in range(since, len(draft.facts)) if draft.facts[i].concept in concepts and draft.facts[i].kind in ("measurement", "category")]


def _replace(draft: Draft, places: list[int]) -> None:
    """Marks the facts as replaced."""
    for i in places:
        draft.facts[i] = draft.facts[i].model_copy(update={"superseded": True, "time": "past"})


def _measured(v: View, text: str, of: _Named, at: int, draft: Draft, since: int, cued: bool) -> None:
    measure = vocabulary().measures[of.concept]
    m = Mention(of.start, of.end, of.concept, "measure", measure.label)
    number = value_at(text, at, v.end, of_time=measure.kind == "time")
    older = _older(draft, since, of.concept)
    if number is None or not older or not draft.free(number.start, number.end) or rejects(text, m, measure, number, v.end):
        return
    end, value, unit = with_unit(text, number, measure, v.end)
    cue = _CUE.match(text, end)
    if not cued and cue is None:
        return
    unit = unit or draft.facts[older[-1]].unit
    if not plausible(measure, value.low, value.high, unit) or (measure.whole and value.low is not None and value.low != int(value.low)):
        return
    when = sample_date(v, at, end, own_only=True)
    first = draft.facts[older[-1]]
    order = (
        1
        if cued or (cue and (re.search(rf"{_NOW}|{_LAST}", cue[0], re.IGNORECASE) or _SINCE.match(cue[0])))
        else _order(first, when, text[of.end : at], draft.as_of)
    )
    if order > 0:
        _replace(draft, older)
    draft.add(
        "measurement",
        of.concept,
        "present",
        of.start,
        end,
        value=value.range(),
        unit=unit,
        time="current" if order > 0 else "past" if order < 0 else "unstated",
        superseded=order < 0,
        when=when,
        method=first.method,
        upper_normal=first.upper_normal,
        lower_normal=first.lower_normal,
    )
    draft.take(at, cue.end() if cue else end)


_LATELY = timedelta(days=45)


def _order(first: Fact, when: Moment | None, between: str, as_of: date) -> int:
    """Whether a dated value is later (1) or earlier (-1) than the one named before it; 0 where that stays open."""
    if re.search(rf"\b(?:{_NOW}|{_LAST})\b", between, re.IGNORECASE):
        return -1
    if when is None or when.latest is None or when.earliest is None:
        return 0
    if first.when is None or first.when.earliest is None or first.when.latest is None:
        return 1 if when.latest >= as_of - _LATELY else 0
    return 1 if when.earliest > first.when.latest else -1 if when.latest < first.when.earliest else 0


def _child_pugh(v: View, text: str, of: _Named, at: int, draft: Draft, since: int, cued: bool) -> None:
    found = _CHILD_PUGH.match(text, at, v.end)
    older = _older(draft, since, "child_pugh", "child_pugh_class")
    if found is None or not older or not (found["points"] or cued) or not (cued or _CUE.match(text, found.end())):
        return
    points = float(found["points"]) if found["points"] else None
    _replace(draft, older)
    low, high = (points, points) if points else class_of(found["letter"])
    when = sample_date(v, at, found.end(), own_only=True)
    draft.add("category", "child_pugh_class", "present", of.start, found.end(), choices=(found["letter"],), when=when, time="current")
    draft.add("measurement", "child_pugh", "present", of.start, found.end(), value=Range(low=low, high=high), when=when, time="current")
    draft.take(at, found.end())


def _graded(v: View, text: str, of: _Named, at: int, draft: Draft, since: int, cued: bool) -> None:
    found = spelled_value(of.concept, text, at, v.end)
    older = _older(draft, since, of.concept)
    if found is None or not older or not (cued or _CUE.match(text, found[1])):
        return
    chosen, end = found
    if draft.facts[older[-1]].choices == chosen:
        return
    _replace(draft, older)
    draft.add("category", of.concept, "present", of.start, end, choices=chosen, when=sample_date(v, at, end, own_only=True), time="current")
    draft.take(at, end)
