"""Child-Pugh classes with points: "Child-Pugh A or B7", "A5-B7", "class A or B (≤ 7 points)", "B8 or higher"."""

import re

from index.conditions import AnyOf, Bounds, Category, Condition, Limit, NotCompiled, Window
from index.criteria import numbers
from index.criteria.limits import Atom
from index.criteria.passage import Passage

_CLASSES = {"A": (5, 6), "B": (7, 9), "C": (10, 15)}
"""Points of each class: Pugh RNH et al., Br J Surg 1973;60:646."""
_GAP = re.compile(
    r"""(?:\s|[:,=~\-–'"]|\b(?:class(?:es|ification)?|grades?|scores?|stages?|levels?|status|categor(?:y|ies)|liver|hepatic|function|rating|system|cirrhosis|is|are|was|be|must|should
    |the|(?-i:a)|an|of|to|as|either|graded?|in|with|by|disease|impairment)\b|\([^()<>≤≥=\d]{0,40}\))*+""",
    re.I | re.X,
)
_ITEM = re.compile(
    r"(?:(?:class|grade|score|stage|CP|Child-Pugh|Child)\s*[- ]?\s*)*\(?(?P<c>[ABC])(?![a-z])\s?(?P<n>\d{1,2}(?!\d|\.\d))?"
    r"(?:\s*(?:-|–|/|or)\s*(?P<n2>\d{1,2})(?!\d))?"
    r"(?P<b>\s*\(\s*(?:[ABC]|total|scores?|points?|of|with|:|=|≤|≥|<|>|\s)*\d{1,2}(?:\s*(?:-|–|~|to|or|,|and)\s*(?:[ABC]\s*)?\d{1,2})*"
    r"\s*(?:points?|scores?|or less|or lower)?\s*\))?"
    r"(?P<s>\s*(?:,\s*|with\s+(?:a\s+)?)?(?:scores?|points?)?\s*(?:of\s+)?(?:≤|<=)\s*\d{1,2}(?:\s*points?)?)?\)?"
)
_LINK = re.compile(
    r"\s*(?:(?P<to>-|–|~|to\b|through\b)|,\s*(?:and/or|or|and)?|/|and/or\b|or\b|and\b)\s*(?:(?:better|early|selected|mild|some|only)\s+)?", re.I
)
_MORE = re.compile(r"\s*(?:or|and)\s+(?:(?P<up>higher|greater|above|more|worse|over)|(?P<down>lower|less|below|better))\b", re.I)


def atoms(p: Passage, start: int, end: int, taken: list[tuple[int, int]], window: Window | None) -> list[Atom]:
    """Child-Pugh statements in `text[start:end]` that name classes with points; plain classes are left to the scale."""
    out: list[Atom] = []
    named = [m for m in p.measures.within(start, end) if m.concept == "child_pugh"]
    named += [m for m in p.scales.within(start, end) if m.concept == "child_pugh_class"]
    for mention in sorted(named, key=lambda m: (m.start, -m.end)):
        if any(a.start <= mention.start < a.end for a in out) or any(a <= mention.start < b for a, b in taken):
            continue
        at = mention.end - 1 if re.search(r"[- ][ABC]$", p.text[mention.start : mention.end]) else mention.end
        gap = _GAP.match(p.text, at, end)
        read = _read(p, gap.end() if gap else at, end)
        if read is None:
            continue
        points, stop, plain = read
        if plain:
            continue
        span = p.span(mention.start, stop)
        out.append(
            Atom(mention.start, stop, _condition(p, points, mention.start, stop, window) if points else NotCompiled(span=span), ("child_pugh",))
        )
    return out


def _read(p: Passage, at: int, end: int) -> tuple[frozenset[int], int, bool] | None:
    """(points, end, whether only whole classes are named) of the list of classes at `at`."""
    text = p.text
    operator = numbers.COMPARATOR.match(text, at, end)
    blank = re.compile(r"\s*").match(text, operator.end() if operator else at, end)
    at = blank.end() if blank else at
    m = _ITEM.match(text, at, end)
    if m is None:
        return None
    points, plain = _points(m)
    stop = m.end()
    if operator:
        low, high = min(points, default=0), max(points, default=0)
        every = {"ge": range(low, 16), "gt": range(high + 1, 16), "le": range(5, high + 1), "lt": range(5, low)}
        return frozenset(every[operator.lastgroup or "ge"]), stop, plain
    while (link := _LINK.match(text, stop, end)) and link.end() > stop and (nxt := _ITEM.match(text, link.end(), end)):
        more, whole = _points(nxt)
        points = frozenset(range(min(points, default=5), max(more, default=5) + 1)) if link["to"] else points | more
        if nxt["b"] or nxt["s"]:
            # A limit behind the last class holds for the whole list: "A or B (≤ 7 points)".
            said = _bracket(nxt["b"] or nxt["s"])
            points = points & said if points & said else frozenset()
        plain = plain and whole
        stop = nxt.end()
    if m := _MORE.match(text, stop, end):
        points = frozenset(range(min(points), 16)) if m["up"] and points else frozenset(range(5, max(points) + 1)) if points else points
        stop = m.end()
    while text[stop - 1] == ")" and text.count("(", at, stop) < text.count(")", at, stop):
        stop -= 1
    return points, stop, plain and points in _WHOLE


_WHOLE = frozenset(
    frozenset(n for c in names for n in range(_CLASSES[c][0], _CLASSES[c][1] + 1)) for names in ("A", "B", "C", "AB", "BC", "AC", "ABC")
)


def _points(m: "re.Match[str]") -> tuple[frozenset[int], bool]:
    low, high = _CLASSES[m["c"]]
    points = frozenset(range(low, high + 1))
    if m["n"]:
        first = int(m["n"])
        last = int(m["n2"]) if m["n2"] else first
        return points & frozenset(range(first, last + 1)), False
    if m["b"] or m["s"]:
        said = _bracket(m["b"] or m["s"])
        return (points & said, (points & said) == points) if points & said else (frozenset(), False)
    return points, True


def _bracket(words: str) -> frozenset[int]:
    found = [int(n) for n in re.findall(r"\d{1,2}", words)]
    if re.search(r"≤|<=|or (?:less|lower)", words):
        return frozenset(range(5, max(found) + 1))
    if re.search(r"≥|>=", words):
        return frozenset(range(min(found), 16))
    if "<" in words:
        return frozenset(range(5, max(found)))
    if ">" in words:
        return frozenset(range(min(found) + 1, 16))
    if re.search(r"-|–|~|\bto\b", words):
        return frozenset(range(min(found), max(found) + 1))
    return frozenset(found)


def _condition(p: Passage, points: frozenset[int], start: int, stop: int, window: Window | None) -> Condition:
    span = p.span(start, stop)
    classes = tuple(c for c, (low, high) in _CLASSES.items() if points >= frozenset(range(low, high + 1)))
    if frozenset(n for c in classes for n in range(_CLASSES[c][0], _CLASSES[c][1] + 1)) == points:
        return Category(span=span, scale="child_pugh_class", values=classes, window=window)
    runs: list[list[int]] = []
    for n in sorted(points):
        if runs and n == runs[-1][-1] + 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    limits: list[Condition] = [
        Limit(
            span=span,
            measure="child_pugh",
            bounds=Bounds(low=None if run[0] == 5 else run[0], high=None if run[-1] == 15 else run[-1]),
            window=window,
        )
        for run in runs
    ]
    return limits[0] if len(limits) == 1 else AnyOf(span=span, items=tuple(limits))


__all__ = ["atoms"]
