"""Numbers as people write them: 1,500 and 1,5; 82k and 8.2万; <20, ~40, 40-45; 2.4 x10^6; log 3.3."""

import re
from dataclasses import dataclass

from assistant.patient.facts import Range

# "1,500", "98'000", "1.250.000", "1.12.000" (lakhs), "82 000", and plain ones.
_DIGITS = (
    r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d{1,3}(?:['’]\d{3})+(?!\d)|\d{1,3}(?:\.\d{3}){2,}(?!\d)|\d{1,2}\.\d{2}\.\d{3}(?!\d)|"
    r"\d{1,3}(?:[ ]\d{3})*[ ]000(?!\d)|\d+(?:[.,]\d+)?|\.\d+)"
)
_OF_TIME = r"(?!\s*(?:weeks?|days?|months?|years?|ago|/\d))"


def _number(end: str) -> re.Pattern[str]:
    """A number or a range; `end` is what may not follow the range."""
    return re.compile(
        rf"""(?:(?P<between>between)\s+)?
        (?P<cmp><=|>=|=<|=>|<|>|≤|≥|~|≈|=|about|around|roughly|some|approx(?:imately|\.)?|circa|ca\.?|less\ than|fewer\ than|more\ than|
            greater\ than|below|under|above|over|at\ least|at\ most|up\ to)?\s*
        (?P<a>{_DIGITS})(?P<e>[eE]\+?(?P<exp_e>\d{{1,2}}))?(?:\s?(?P<mag_a>k|K|万|million|mill?\.?|thousand)(?![A-Za-z/]))?
        (?:\s*(?P<to>-|to|–|or|(?(between)and|(?!)))\s*(?P<b>{_DIGITS}){end})?
        (?:\s?(?P<mag>k|K|万|百万|million|mill|mio\.?|thousand|lakhs?|M)(?![A-Za-z])(?!/))?""",
        re.VERBOSE,
    )


_NUMBER = _number(_OF_TIME)
_NUMBER_OF_TIME = _number("")
_DECADE = re.compile(r"s\b")
_ABOUT = re.compile(r"\b(?:low|mid|high|upper|lower|the|his|her)[\s-]*$", re.IGNORECASE)
_POWER = re.compile(r"\s*(?:[x×*·]\s*)?10\s*(?:\^|\*\*|E|e|\*)\s*\(?(?P<exp>\d{1,2})\)?|\s*[x×*·]\s*10\s*\(?(?P<exp2>\d)\)?(?!\d)")
_SCALE = {
    "k": 1e3,
    "万": 1e4,
    "百万": 1e6,
    "million": 1e6,
    "mill": 1e6,
    "mill.": 1e6,
    "mil": 1e6,
    "mio": 1e6,
    "mio.": 1e6,
    "thousand": 1e3,
    "lakh": 1e5,
    "lakhs": 1e5,
    "m": 1e6,
}


@dataclass(frozen=True, slots=True)
class Value:
    """A number or a range at `start:end`. `magnitude` is the word that scales it ("k", "万"), not yet applied."""

    start: int
    end: int
    low: float | None
    high: float | None
    low_inclusive: bool = True
    high_inclusive: bool = True
    magnitude: str = ""

    def scaled(self, factor: float) -> "Value":
        """The same range times `factor`, the magnitude used up."""
        return Value(
            self.start,
            self.end,
            None if self.low is None else _tidy(self.low * factor),
            None if self.high is None else _tidy(self.high * factor),
            self.low_inclusive,
            self.high_inclusive,
        )

    def plain(self) -> "Value":
        """With its magnitude applied."""
        return self.scaled(_SCALE[self.magnitude]) if self.magnitude else self

    def range(self) -> Range:
        """The fact's range."""
        return Range(low=self.low, high=self.high, low_inclusive=self.low_inclusive, high_inclusive=self.high_inclusive)


def _tidy(number: float) -> float:
    """Without the last bits of binary noise: 8.2 * 10 is 82."""
    return float(f"{number:.12g}")


def digits(text: str) -> float:
    """ "1,500" is 1500, "1,5" is 1.5, "82 000", "82'000" and "82.000.000" have marks between the thousands."""
    text = re.sub("[ '’]", "", text)
    if text.count(".") > 1:
        text = text.replace(".", "")
    if "," in text:
        text = text.replace(",", "") if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text) and not text.startswith("0,") else text.replace(",", ".")
    return float(text)


def value_at(text: str, position: int, end: int, *, of_time: bool = False) -> Value | None:
    """The number or range that starts at `position`, blanks before it allowed. `of_time`: it may be followed by weeks or months."""
    while position < end and text[position] == " ":
        position += 1
    match = (_NUMBER_OF_TIME if of_time else _NUMBER).match(text, position, end)
    if match is None or (_DECADE.match(text, match.end("a"), end) and _ABOUT.search(text, max(0, position - 12), position)):
        return None  # "in the low 90s"
    a = _tidy(digits(match["a"]) * (10 ** int(match["exp_e"]) if match["e"] else 1))
    if a > 1e15:
        return None
    sign = (match["cmp"] or "").lower()
    if match["b"] is not None and not sign:
        b = digits(match["b"])
        if b >= a:
            return Value(match.start("a"), match.end(), a, b, magnitude=(match["mag"] or match["mag_a"] or "").lower())
    stop, magnitude = (
        (match.end(), match["mag"] or match["mag_a"])
        if match["b"] is None
        else (match.end("mag_a") if match["mag_a"] else match.end("e") if match["e"] else match.end("a"), match["mag_a"])
    )
    magnitude = (magnitude or "").lower() if magnitude != "M" else "m"
    start = match.start()
    if sign in ("<", "less than", "fewer than", "below", "under"):
        return Value(start, stop, None, a, high_inclusive=False, magnitude=magnitude)
    if sign in ("<=", "=<", "≤", "at most", "up to"):
        return Value(start, stop, None, a, magnitude=magnitude)
    if sign in (">", "more than", "greater than", "above", "over"):
        return Value(start, stop, a, None, low_inclusive=False, magnitude=magnitude)
    if sign in (">=", "=>", "≥", "at least"):
        return Value(start, stop, a, None, magnitude=magnitude)
    if sign and sign != "=":
        # "about": a tenth either way, so that a limit close by stays open.
        return Value(start, stop, _tidy(a * 0.9), _tidy(a * 1.1), magnitude=magnitude)
    return Value(start, stop, a, a, magnitude=magnitude)


_COMPARED = re.compile(
    r"(?:(?P<above>more than|over|greater than|above|exceed\w*|in excess of|older than|beyond(?: the age of)?|upwards of|>)|(?P<least>at least|≥|>=|"
    r"not less than|no less than)|(?P<below>less than|under|fewer than|below|younger than|<)|(?P<most>at most|up to|≤|<=|not more than|no more than))"
    r"\s*(?:the age of\s+)?$",
    re.IGNORECASE,
)


def compared(value: Range, before: str) -> Range:
    """The range as the words straight before it make it: "over" 75 is more than 75, "at least" 2 is 2 or more."""
    found = _COMPARED.search(before)
    if found is None:
        return value
    if found["above"] or found["least"]:
        return Range(low=value.low, high=None, low_inclusive=bool(found["least"]))
    return Range(low=None, high=value.high, high_inclusive=bool(found["most"]))


def power_at(text: str, position: int, end: int) -> tuple[float, int] | None:
    """A factor "x10^6" at `position`: (factor, where it ends)."""
    match = _POWER.match(text, position, end)
    if match is None:
        return None
    return 10.0 ** int(match["exp"] or match["exp2"]), match.end()
