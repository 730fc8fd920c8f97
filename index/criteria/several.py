"""How many lines of a systemic treatment, told without the word: "more than one prior chemotherapy"."""

import re
from collections.abc import Iterator

from index.conditions import Bounds, Treatment
from index.criteria.limits import Atom
from index.criteria.passage import Passage
from index.number_words import PATTERN, VALUES
from index.vocabulary import vocabulary

_SEVERAL = re.compile(
    r"(?:(?P<op>more than|at least|at most|no more than|not more than|less than|fewer than|up to|(?:a )?maximum of|exactly|only|[<>≤≥]=?|=)\s*)?"
    rf"(?P<n>\d{{1,2}}|{PATTERN})\s*(?P<more>or more|or fewer|or less)?\s+(?:different\s+)?(?:prior|previous|earlier|preceding)\s+"
    r"(?:different\s+|separate\s+)?$",
    re.I,
)
_OF_ONE_COURSE = re.compile(r"[\s-]*(?:based\s+)?(?:agents?|drugs?|doses?|cycles?|infusions?|courses?|lines?|regimens?|sessions?)\b", re.I)


def atoms(p: Passage, start: int, end: int, taken: list[tuple[int, int]]) -> Iterator[Atom]:
    """Counted treatments in a range of text; `taken` are ranges that were read already. "At least one" says no more than that there was any."""
    for e in p.entities.within(start, end):
        if e.table != "drug_class" or not vocabulary().is_a(e.concept, "anticancer_therapy") or _OF_ONE_COURSE.match(p.text, e.end, end):
            continue
        m = _SEVERAL.search(p.text, start, e.start)
        if m is None or not (m["op"] or m["more"]) or any(a < e.end and m.start() < b for a, b in taken):
            continue
        n = float(m["n"]) if m["n"].isdigit() else float(VALUES[m["n"].lower()])
        bounds = _counted(m["op"], m["more"], n)
        if bounds is not None and bounds != Bounds(low=1):
            yield Atom(m.start(), e.end, Treatment(span=p.span(m.start(), e.end), targets=(e.concept,), lines=bounds), ())


def _counted(op: str | None, more: str | None, n: float) -> Bounds | None:
    """How many, in bounds: "more than one" is above 1."""
    said = (op or more or "").lower().removeprefix("a ")
    match said:
        case "more than" | ">":
            return Bounds(low=n, low_inclusive=False)
        case "at least" | "≥" | ">=" | "or more":
            return Bounds(low=n)
        case "less than" | "fewer than" | "<":
            return Bounds(high=n, high_inclusive=False)
        case "at most" | "no more than" | "not more than" | "up to" | "maximum of" | "≤" | "<=" | "or fewer" | "or less":
            return Bounds(high=n)
        case "exactly" | "only" | "=":
            return Bounds(low=n, high=n)
        case _:
            return None
