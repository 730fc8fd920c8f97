"""Numbers, comparators and ranges as eligibility prose writes them: "≥ 1.5 x 10^9/L", "no more than 2", "18 to 75", "0 or 1"."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from index.conditions import Bounds
from index.number_words import PATTERN, VALUES

Operator = Literal["ge", "gt", "le", "lt", "eq"]

WORDS = VALUES | {"half": 0.5, "a": 1, "an": 1, "single": 1, "none": 0}

_PHRASES: dict[Operator, tuple[str, ...]] = {
    "ge": (
        r"(?:greater|more|higher|older|larger|longer|better) than or (?:equal|equals|equivalent)(?: to)?",
        r"(?:greater|more|higher) (?:or|than/) ?equal(?: to)?",
        r"(?:equal to|equal|equals|same as) or (?:greater|more|higher|above|larger|older|better)(?: than)?",
        r"above or equal to",
        r"at least",
        r"at minimum",
        r"(?:a |with a |the )?minimum(?: level| value| score)?(?: of)?",
        r"not? (?:be )?(?:less|lower|fewer|smaller|shorter|younger|worse) than",
        r"not? (?:be )?(?:below|under)",
        r"≥",
        r">\s*/?\s*=",
        r"=\s*/?\s*>",
        r">\s*or\s*=",
    ),
    "le": (
        r"(?:less|lower|fewer|smaller|younger|shorter) than or (?:equal|equals|equivalent)(?: to)?",
        r"(?:less|lower) (?:or|than/) ?equal(?: to)?",
        r"(?:equal to|equal|equals) or (?:less|lower|below|fewer|smaller|younger)(?: than)?",
        r"below or equal to",
        r"at most",
        r"up to(?: and including)?",
        r"(?:a |with a |the )?maximum(?: of)?",
        r"not? (?:be )?(?:more|greater|higher|larger|longer|older|worse) than",
        r"not? (?:be )?(?:above|over)",
        r"(?:(?:do|does|did|must|should|can|may|will|shall)(?:es)? )?not (?:to )?(?:be )?exceed(?:ing|ed|s)?",
        r"no (?:more|greater|higher|older)(?= \d)",
        r"≤",
        r"<\s*/?\s*=",
        r"=\s*/?\s*<",
        r"<\s*or\s*=",
    ),
    "gt": (r"(?:greater|more|higher|larger|older|longer|better) than", r"in excess of", r"above", r"exceed(?:s|ing|ed)?", r"over", r">"),
    "lt": (r"(?:less|lower|fewer|smaller|younger|shorter|worse) than", r"below", r"under", r"<"),
    "eq": (r"equals?(?: to)?", r"=", r"is", r"are", r"being", r"of"),
}
_STRONG: tuple[Operator, ...] = ("ge", "le", "gt", "lt")


def _named(operators: tuple[Operator, ...]) -> str:
    parts = []
    for operator in operators:
        body = "|".join(p if not p[0].isalpha() and p[0] != "(" else rf"\b{p}(?![a-z])" for p in _PHRASES[operator])
        parts.append(f"(?P<{operator}>{body})")
    return "|".join(parts)


COMPARATOR = re.compile(_named(_STRONG), re.I)
EQUALS = re.compile(r"\s*(?:=(?!\s*[<>])|\b(?:is |are )?equals?(?: to)?\b)\s*", re.I)
NUMBER = re.compile(
    rf"(?:(?<![\w.])|(?<=[x×*])|(?<=[a-zA-Z]-))[+]?(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?"
    rf"|\d{{1,3}}(?: \d{{3}})+(?![\d.])|\d+(?:[.·]\d+)?(?:,\d{{1,2}}(?![\d,]))?|\.\d+)|\b{PATTERN}",
    re.I,
)
# "x 10^9", "x109" (caret lost; only before a unit), "10^4", "10(9)", "e9".
_POWER = re.compile(
    r"\s*(?:[x×*·•]|\btimes\b)\s*10\s*(?:(?:\^|\*\*|[eE]|exp)\s*\(?\s*(\d{1,2})\s*\)?|\((\d{1,2})\)|\[(\d{1,2})\]"
    r"|\s?(\d{1,2})(?=\s*(?:/|\[|per\b|cells|copies|platelets|lL?\b|IU|mm|μ|u?l\b)))|[eE](\d{1,2})(?=\s*/)",
    re.I,
)
_BARE_POWER = re.compile(r"10\s*(?:\^|\*\*)\s*\(?(\d{1,2})\)?")
_AFTER = re.compile(
    r"\s*(?:\)\s*)?(?:\(\w+\)\s*)?,?\s*(?:(?P<ge>(?:or|and|/)\s*(?:more|greater|higher|above|over|older|up|larger"
    r"|longer|upwards?|beyond|elder)\b|\+(?=\s|$|[,;)])|(?:years?|yrs?|y)?\s*(?:minimum)\b)"
    r"|(?P<le>(?:or|and|/)\s*(?:less|lower|below|under|fewer|younger|smaller|shorter)\b|maximum\b)|(?P<better>or better\b))",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in the text, with its comparator if any: `text[start:end]` covers both, `number_end` ends the number."""

    start: int
    end: int
    value: float
    operator: Operator | None
    literal: str


def number_at(text: str, at: int, end: int) -> tuple[float, int, str] | None:
    """(value, end, digits) of the number that begins at `at`, its power of ten included."""
    if m := _BARE_POWER.match(text, at, end):
        return 10.0 ** int(m[1]), m.end(), m[0]
    m = NUMBER.match(text, at, end)
    if not m:
        return None
    literal = m[0].strip()
    if literal.lower() in WORDS:
        return WORDS[literal.lower()], m.end(), literal
    plain = literal.lstrip("+").replace("·", ".")
    if re.fullmatch(r"\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?", plain):
        plain = plain.replace(",", "").replace(" ", "")
    value = float(plain.replace(",", "."))
    return value, m.end(), literal


def whole_at(text: str, at: int, end: int) -> tuple[float, int, str] | None:
    """Like `number_at` for what is counted in whole steps: a comma separates ("0,1 or 2" are three scores, not 0.1)."""
    found = number_at(text, at, end)
    if found and re.fullmatch(r"\d+,\d{1,2}", found[2]):
        first = found[2].partition(",")[0]
        return float(first), at + len(first), first
    return found


def power_at(text: str, at: int, end: int) -> tuple[float, int] | None:
    """(factor, end) of a power of ten that follows a number at `at`."""
    m = _POWER.match(text, at, end)
    if not m:
        return None
    digits = next(g for g in m.groups() if g)
    return 10.0 ** int(digits), m.end()


def comparator_before(text: str, start: int, at: int) -> tuple[Operator, int] | None:
    """The comparator that ends right before the number at `at`: (operator, where it begins)."""
    window = text[max(start, at - 48) : at]
    base = at - len(window)
    best: tuple[Operator, int] | None = None
    for m in COMPARATOR.finditer(window):
        if re.fullmatch(
            r"\s*(?:or\s+equal\s+to\s*)?(?:a|an|the|approximately|about|to|of|at|\(|than|age|ages|score of|grade)?\s*", window[m.end() :], re.I
        ):
            operator: Operator = m.lastgroup  # type: ignore[assignment]
            if best is None or base + m.start() < best[1]:
                best = operator, base + m.start()
    return best


def comparator_after(text: str, at: int, end: int, better: Operator = "le") -> tuple[Operator, int] | None:
    """A comparator behind the number ("18 years or older", "2 or less"): (operator, where it ends)."""
    m = _AFTER.match(text, at, end)
    if not m:
        return None
    return ("ge" if m["ge"] else "le" if m["le"] else better), m.end()


def bounds_of(operator: Operator, value: float) -> Bounds:
    """Bounds for one comparison."""
    match operator:
        case "ge":
            return Bounds(low=value)
        case "gt":
            return Bounds(low=value, low_inclusive=False)
        case "le":
            return Bounds(high=value)
        case "lt":
            return Bounds(high=value, high_inclusive=False)
        case "eq":
            return Bounds(low=value, high=value)


def both(a: Bounds, b: Bounds) -> Bounds | None:
    """A lower and an upper bound as one range; None if the two do not make one."""
    low, high = (a, b) if a.low is not None and a.high is None else (b, a)
    if low.low is None or low.high is not None or high.high is None or high.low is not None or low.low > high.high:
        return None
    return Bounds(low=low.low, low_inclusive=low.low_inclusive, high=high.high, high_inclusive=high.high_inclusive)


def scaled(bounds: Bounds, factor: float) -> Bounds:
    """The bounds times a factor."""
    return bounds.model_copy(
        update={"low": None if bounds.low is None else bounds.low * factor, "high": None if bounds.high is None else bounds.high * factor}
    )


__all__ = [
    "COMPARATOR",
    "EQUALS",
    "NUMBER",
    "Operator",
    "Quantity",
    "both",
    "bounds_of",
    "comparator_after",
    "comparator_before",
    "number_at",
    "power_at",
    "replace",
    "scaled",
    "whole_at",
]
