"""Which unit a number carries, and what it is in the measure's canonical unit."""

import re
from functools import cache

from index.vocabulary import vocabulary
from index.vocabulary.rows import Measure, Unit


@cache
def _spellings() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    by_spelling: dict[str, list[str]] = {}
    for unit in vocabulary().units.values():
        for spelling in unit.spellings:
            by_spelling.setdefault(_fold(spelling.removeprefix("=")), []).append(unit.id)
    patterns = [r"\s*".join(re.escape(part) for part in spelling.split(" ")) for spelling in sorted(by_spelling, key=len, reverse=True)]
    pattern = re.compile(r"\s*(?:[x×*·]\s?(?=10))?(?P<unit>" + "|".join(patterns) + r")(?![a-z\d^])", re.IGNORECASE)
    return pattern, {spelling.replace(" ", ""): tuple(ids) for spelling, ids in by_spelling.items()}


def _fold(spelling: str) -> str:
    return spelling.replace("μ", "u").replace("µ", "u").replace("×", "x").lower()


def _fits(measure: Measure, unit: Unit) -> bool:
    canonical = vocabulary().units.get(measure.unit or "")
    if canonical is None:
        return unit.dimension == "score"
    return unit.dimension == canonical.dimension or (measure.id, unit.id) in vocabulary().conversions or unit.id in measure.bare_units or (unit.id == "fahrenheit" and measure.id == "temperature")


def unit_at(text: str, position: int, end: int, measure: Measure) -> tuple[str, int] | None:
    """The unit written at `position` that this measure can have: (unit id, where it ends)."""
    pattern, ids = _spellings()
    match = pattern.match(_fold(text[position : min(end, position + 40)]))
    if match is None:
        return None
    for unit_id in ids.get(match["unit"].replace(" ", ""), ()):
        if _fits(measure, vocabulary().units[unit_id]):
            return unit_id, position + match.end()
    return None


def in_canonical(measure: Measure, value: float, unit: str | None) -> tuple[float, ...]:
    """`value` in the canonical unit; without a unit, in every plausible reading; empty where it cannot be converted."""
    words = vocabulary()
    canonical = words.units.get(measure.unit or "")
    if canonical is None:
        return (value,)
    readings: list[float] = []
    for unit_id in (unit,) if unit else (measure.bare_units or (canonical.id,)):
        conversion = words.conversions.get((measure.id, unit_id))
        if conversion is not None:
            readings.append(value * conversion.factor)
            continue
        row = words.units.get(unit_id)
        if unit_id == "fahrenheit" and canonical.id == "celsius":
            readings.append((value - 32) / 1.8)  # the one unit with an offset
            continue
        if row is not None and row.dimension == canonical.dimension:
            readings.append(value * row.factor / canonical.factor)
    return tuple(readings)


def plausible(measure: Measure, low: float | None, high: float | None, unit: str | None) -> bool:
    """Whether the value lies within the measure's physiological bounds under at least one reading of its unit."""

    def inside(value: float) -> bool:
        readings = in_canonical(measure, value, unit)
        return not readings or any((measure.low is None or r >= measure.low * 0.999) and (measure.high is None or r <= measure.high * 1.001) for r in readings)

    ends = [end for end in (low, high) if end is not None]
    return all(inside(end) for end in ends) if low is not None and high is not None else any(inside(end) for end in ends) if ends else True
