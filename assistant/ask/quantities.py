"""A comparison with a quantity in a question ("longer than two years", "more than 100 patients"), and which trials meet it."""

import re
from dataclasses import dataclass

from assistant.ask.asked import Asked
from assistant.ask.ranking import rank
from assistant.ask.snippets import Snippet, snippets
from assistant.ask.terms import Term, plain
from index.number_words import PATTERN, VALUES
from index.trials import Trial

_WORDS = VALUES | {"hundred": 100, "half": 0.5, "a": 1, "an": 1}
_DAYS = {"day": 1.0, "week": 7.0, "month": 30.4375, "year": 365.25}
"""Days in a unit of time, by the mean Gregorian year."""
_NUMBER = rf"(?P<number>\d[\d,]*(?:\.\d+)?|{PATTERN}|hundred|half|an?)"
_PEOPLE = r"patients?|participants?|subjects?|people|persons?|volunteers?|children|adults|women|men"
_PLACES = r"sites?|cent(?:er|re)s?|hospitals?|locations?"
_UNIT = rf"(?P<unit>days?|weeks?|months?|years?|{_PEOPLE}|{_PLACES})"
_COMPARED = re.compile(
    r"\b(?:(?P<above>longer than|more than|greater than|over|above|exceed\w*|beyond|larger than)|(?P<least>at least|no less than|minimum of)"
    r"|(?P<below>shorter than|less than|fewer than|under|below|smaller than)|(?P<most>at most|no more than|no longer than|maximum of))"
    rf"\s+{_NUMBER}[\s-]+{_UNIT}\b",
    re.I,
)
_DURATION = re.compile(rf"\b{_NUMBER}[\s-]+(?P<unit>days?|weeks?|months?|years?)\b", re.I)
_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Comparison:
    """A bound on a number of `unit` ("days", "people" or "places"); `start` and `end` are its place in the question."""

    value: float
    above: bool
    inclusive: bool
    unit: str
    start: int
    end: int

    def holds(self, value: float) -> bool:
        """Whether `value` (in the same unit) meets the bound."""
        return (self.inclusive and value == self.value) or (value > self.value if self.above else value < self.value)


def comparison(question: str) -> Comparison | None:
    """The comparison that a question makes, durations in days."""
    found = _COMPARED.search(question)
    if found is None:
        return None
    value, unit = _value(found["number"]), found["unit"].lower()
    days = _DAYS.get(unit.rstrip("s"))
    kind = "days" if days else "places" if re.fullmatch(_PLACES, unit) else "people"
    above = bool(found["above"] or found["least"])
    return Comparison(value * (days or 1), above, bool(found["least"] or found["most"]), kind, found.start(), found.end())


def _value(word: str) -> float:
    known = _WORDS.get(word.lower())
    return float(word.replace(",", "") if known is None else known)


def durations(text: str) -> list[float]:
    """The lengths of time that a text names, in days."""
    return [_value(m["number"]) * _DAYS[m["unit"].lower().rstrip("s")] for m in _DURATION.finditer(text)]


def meeting(asked: Asked, trial: Trial, wanted: Comparison, terms: tuple[Term, ...]) -> Snippet | None:
    """The piece of the record that names what is asked about together with a length of time that meets `wanted`."""
    pool = snippets(trial)
    timed = [s for s in pool if s.criterion is None and s.section != "eligibility" and any(wanted.holds(d) for d in durations(s.text))]
    ranked = [r for r in rank(terms, timed, pool) if r.exact and r.coverage >= _ENOUGH]
    return ranked[0].snippet if ranked else None


def enrolled(trial: Trial) -> float | None:
    """The number of participants stated by the record's own field; None for the zero that stands for an unknown number."""
    field = trial.first("enrollment")
    number = re.fullmatch(r"[\d,]+", plain(field.value)) if field is not None else None
    withdrawn = any("withdrawn" in f.value.lower() for f in trial.all("status"))
    return float(number[0].replace(",", "")) if number and (withdrawn or number[0].strip("0,")) else None


AGED = re.compile(
    r"\b(?:patients?|people|persons?|participants?|subjects?|adults?|children|infants?|teenagers?|adolescents?|wom[ae]n|m[ae]n|anyone|those)\s+"
    r"(?:who (?:is|are)\s+|aged\s+)?(?:(?P<over>over|above|older than)|under|below|younger than)\s+(?:the age of\s+)?(?P<years>\d{1,3})"
    r"(?:\s*(?:years?|yrs?|y/?o)(?: old| of age)?)?(?=\s*(?:[?.,;)]|$|and\b|or\b|with\b|in\b|who\b"
    r"|enter|join|enrol|be\b|take|participat|get\b|for\b|to\b|eligible|allowed|accepted|excluded))",
    re.I,
)
"""Patients over or under an age."""
