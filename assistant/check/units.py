"""Measured values and limits in one unit. What a note or a document leaves out is kept as several readings, never guessed."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from assistant.check.interval import overlaps, scaled, times
from assistant.patient.facts import Range
from index.conditions import Bounds
from index.vocabulary import vocabulary

# Adults' body surfaces lie within about a fifth of 1.73 m²; used where an inexact conversion lists no spread of its own.
_UNSTATED_SPREAD = 0.2
_LOG10 = {"log10_iu_ml": "iu_ml", "log10_copies_ml": "copies_ml"}


@dataclass(frozen=True, slots=True)
class Factor:
    """What a number has to be multiplied with; `high` differs from `low` where the factor depends on the assay."""

    low: float
    high: float

    @property
    def exact(self) -> bool:
        """Whether the factor does not depend on an assay."""
        return self.low == self.high


@cache
def factor(measure: str, unit: str, to: str | None = None) -> Factor | None:
    """The factor from `unit` to `to` (default: the measure's canonical unit), or None if they do not convert."""
    words = vocabulary()
    row = words.measures.get(measure)
    target = to if to is not None else (row.unit if row else None)
    if target is None or unit == target:
        return Factor(1.0, 1.0)
    here, there = words.units.get(unit), words.units.get(target)
    if here and there and here.dimension == there.dimension:
        return Factor(here.factor / there.factor, here.factor / there.factor)
    if row is None or row.unit is None:
        return None
    if target != row.unit:
        first, second = factor(measure, unit), factor(measure, target)
        return Factor(first.low / second.high, first.high / second.low) if first and second else None
    for (measured, listed), conversion in words.conversions.items():
        other = words.units.get(listed)
        if measured != measure or not here or not other or here.dimension != other.dimension:
            continue
        ratio = here.factor / other.factor
        low, high = conversion.factor, conversion.factor if conversion.factor_high is None else conversion.factor_high
        if not conversion.exact and low == high:  # no spread is listed, yet it is no equality
            low, high = low * (1 - _UNSTATED_SPREAD), high * (1 + _UNSTATED_SPREAD)
        return Factor(min(low, high) * ratio, max(low, high) * ratio)
    return None


def unlog(value: Range, unit: str | None) -> tuple[Range, str | None]:
    """A value on a logarithmic or shifted scale carried to the plain unit; others as they are."""
    if unit in _LOG10:
        return value.model_copy(
            update={"low": None if value.low is None else 10**value.low, "high": None if value.high is None else 10**value.high}
        ), _LOG10[unit]
    if unit == "fahrenheit":
        return value.model_copy(
            update={
                "low": None if value.low is None else (value.low - 32) / 1.8,
                "high": None if value.high is None else (value.high - 32) / 1.8,
            }
        ), "celsius"
    if unit == "mmol_mol":
        # NGSP % = 0.09148 x IFCC mmol/mol + 2.152 (NGSP/IFCC master equation)
        return value.model_copy(
            update={
                "low": None if value.low is None else 0.09148 * value.low + 2.152,
                "high": None if value.high is None else 0.09148 * value.high + 2.152,
            }
        ), "percent"
    return value, unit


_FAR = 1.5
"""Powers of ten by which one reading of a bare number may lie farther from the usual values than another before it is dropped."""


@cache
def _usual(measure: str) -> float | None:
    """A usual value in the canonical unit: between the limits of normal, else between the plausible ends, on a log scale."""
    row = vocabulary().measures.get(measure)
    if row is None:
        return None
    low = row.lln_low or row.lln_high or (row.uln_low / 3 if row.uln_low else None) or row.low
    high = row.uln_high or row.uln_low or (row.lln_high * 3 if row.lln_high else None) or row.high
    return math.sqrt(low * high) if low and high else None


def _likely(measure: str, value: Range, units: list[str | None]) -> list[str | None]:
    """Of the plausible units of a bare number those that do not put it absurdly far from all others: 2.9 neutrophils are not 2.9/µL."""
    usual, end = _usual(measure), value.low if value.low else value.high
    if usual is None or not end or end <= 0 or len(units) < 2:
        return units
    far = {}
    for unit in units:
        to = factor(measure, unit) if unit is not None else None
        far[unit] = abs(math.log10(end * to.low / usual)) if to is not None else math.inf
    return [unit for unit in units if far[unit] - min(far.values()) <= _FAR]


def _readable(measure: str, value: Range, unit: str | None) -> list[str | None]:
    """The units in which a value may have been written."""
    if unit is not None:
        return [unit]
    return _likely(measure, value, [u for u in candidates(measure, None) if u is None or plausible(measure, *unlog(value, u))])


def _plain_bounds(bounds: Bounds, unit: str | None) -> tuple[Bounds, str | None]:
    as_range, plain = unlog(Range(low=bounds.low, high=bounds.high), unit)
    return (bounds.model_copy(update={"low": as_range.low, "high": as_range.high}), plain) if plain != unit else (bounds, unit)


def candidates(measure: str, unit: str | None) -> tuple[str | None, ...]:
    """The units that a number may be in: the stated one, else every one that the vocabulary lists for a bare number."""
    if unit is not None:
        return (unit,)
    row = vocabulary().measures.get(measure)
    if row is None or row.unit is None:
        return (None,)
    return row.bare_units or (row.unit,)


def plausible(measure: str, value: Range, unit: str | None) -> bool:
    """Whether `value` in `unit` can be a value of a living patient."""
    row = vocabulary().measures.get(measure)
    if row is None or unit is None:
        return True
    to = factor(measure, unit)
    return to is not None and overlaps(times(value, to.low, to.high), row.low, row.high)


def canonical(measure: str, value: Range, unit: str | None) -> list[tuple[Range, str | None]]:
    """`value` in the measure's canonical unit, once for each plausible reading of its unit, with the unit it was read in."""
    found: list[tuple[Range, str | None]] = []
    for candidate in _readable(measure, value, unit):
        plain, plain_unit = unlog(value, candidate)
        if plain_unit is None:
            found.append((plain, None))
        elif (to := factor(measure, plain_unit)) is not None:
            found.append((times(plain, to.low, to.high), candidate))
    return found


@dataclass(frozen=True, slots=True)
class Reading:
    """A value and its limit in one unit. `value_unit`, `limit_unit`: what was assumed on each side. `exact`: False where
    an assay-dependent factor lies between them."""

    value: Range
    bounds: Bounds
    unit: str | None
    value_unit: str | None
    limit_unit: str | None
    exact: bool = True


def readings(measure: str, value: Range, value_unit: str | None, bounds: Bounds, limit_unit: str | None) -> Iterator[Reading]:
    """Every plausible way to bring `value` and `bounds` to one unit; nothing if the units do not convert."""
    for own in _readable(measure, value, value_unit):
        plain, plain_unit = unlog(value, own)
        for theirs in candidates(measure, limit_unit):
            limits, limits_unit = _plain_bounds(bounds, theirs)
            if limit_unit is None and theirs is not None and not _plausible_limit(measure, limits, limits_unit):
                continue
            if plain_unit is None or limits_unit is None or plain_unit == limits_unit:
                yield Reading(plain, limits, limits_unit or plain_unit, own, theirs)
                continue
            to = factor(measure, plain_unit, limits_unit)
            if to is not None:
                yield Reading(times(plain, to.low, to.high), limits, limits_unit, own, theirs, to.exact)


def _plausible_limit(measure: str, bounds: Bounds, unit: str | None) -> bool:
    ends = [e for e in (bounds.low, bounds.high) if e is not None]
    return all(plausible(measure, Range.exactly(e), unit) for e in ends)


def same_unit(measure: str, a: str | None, b: str | None) -> bool:
    """Whether two units convert exactly for this measure."""
    if a is None or b is None or a == b:
        return True
    to = factor(measure, _LOG10.get(a, a), _LOG10.get(b, b))
    return to is not None and to.exact


__all__ = ["Factor", "Reading", "candidates", "canonical", "factor", "plausible", "readings", "same_unit", "scaled", "unlog"]
