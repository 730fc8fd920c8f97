"""Blood pressure given as a pair: "BP ≥ 150/90 mmHg" is either number at or above, "< 140/90" both below."""

import re

from index.conditions import AllOf, AnyOf, Condition, Limit, Window
from index.criteria import numbers
from index.criteria.limits import Atom
from index.criteria.passage import Passage

_PAIR = re.compile(r"(?<![\d/.])(?P<s>\d{2,3})\s*(?:mm\s?Hg)?\s*/\s*(?P<d>\d{2,3})(?![\d/])(?P<unit>\s*(?:mm\s?(?:/\s?|of\s+)?Hg)\b)?", re.I)
_NAME = re.compile(
    r"(?:(?:(?:baseline|resting|seated|sitting|supine|mean|arterial|systemic|systolic|diastolic|office|clinic|screening|uncontrolled|and|or|the|a"
    r"|an|defined|as)"
    r"\s*/?\s*)*\b(?:blood\s+pressures?|BP|arterial\s+pressure)\b\s*(?:[(\[]\s*BP\s*[)\]]\s*)?)"
    r"(?:[\s,:=-]|\b(?:readings?|measurements?|values?|levels?|assessment|of|is|was|are|at|must|be|should|persistently|consistently|repeatedly"
    r"|constantly"
    r"|resting|sitting|seated|at\s+rest|that|which)\b)*$",
    re.I,
)


_ADVERB = re.compile(r"(?:\b(?:consistently|persistently|repeatedly|constantly|sustained|resting|values?|of|readings?)\s*)+$", re.I)


def atoms(p: Passage, start: int, end: int, taken: list[tuple[int, int]], window: Window | None) -> list[Atom]:
    """The pairs in `text[start:end]`. A pair without a comparison, or with neither a name nor a unit, is not read."""
    out: list[Atom] = []
    for m in _PAIR.finditer(p.text, start, end):
        if any(a <= m.start() < b for a, b in taken):
            continue
        systolic, diastolic = float(m["s"]), float(m["d"])
        comparator = numbers.comparator_before(p.text, start, m.start())
        if comparator is None or not 70 <= systolic <= 260 or not 40 <= diastolic <= 160 or diastolic >= systolic:
            continue
        name = _NAME.search(p.text, max(start, comparator[1] - 90), comparator[1])
        if name is None and m["unit"] is None:
            continue
        adverb = _ADVERB.search(p.text, max(start, comparator[1] - 30), comparator[1])
        begin = name.start() if name else adverb.start() if adverb else comparator[1]
        while begin < comparator[1] and p.text[begin] in " ,/":
            begin += 1
        span = p.span(begin, m.end())
        limits: tuple[Condition, ...] = tuple(
            Limit(span=span, measure=measure, bounds=numbers.bounds_of(comparator[0], value), unit="mmhg", window=window)
            for measure, value in (("sbp", systolic), ("dbp", diastolic))
        )
        above = comparator[0] in ("gt", "ge")
        whole: Condition = AnyOf(span=span, items=limits) if above else AllOf(span=span, items=limits)
        out.append(Atom(begin, m.end(), whole, ("sbp", "dbp")))
    return out
