"""Numbers known within bounds against limits: decided only when every number in the range agrees."""

import math

from assistant.check.logic import Truth
from assistant.patient.facts import Range
from index.conditions import Bounds

# A conversion's rounding must not move a boundary: 2.8 g/dL is 28 g/L.
_RELATIVE = 1e-9


def _equal(a: float, b: float) -> bool:
    return a == b or math.isclose(a, b, rel_tol=_RELATIVE)


def _all_below(value: Range, bounds: Bounds) -> bool:
    """Whether no number of `value` lies above the upper bound."""
    if bounds.high is None:
        return True
    if value.high is None:
        return False
    if _equal(value.high, bounds.high):
        return bounds.high_inclusive or not value.high_inclusive
    return value.high < bounds.high


def _all_above(value: Range, bounds: Bounds) -> bool:
    if bounds.low is None:
        return True
    if value.low is None:
        return False
    if _equal(value.low, bounds.low):
        return bounds.low_inclusive or not value.low_inclusive
    return value.low > bounds.low


def _none_below(value: Range, bounds: Bounds) -> bool:
    """Whether every number of `value` lies above the upper bound."""
    if bounds.high is None or value.low is None:
        return False
    if _equal(value.low, bounds.high):
        return not (bounds.high_inclusive and value.low_inclusive)
    return value.low > bounds.high


def _none_above(value: Range, bounds: Bounds) -> bool:
    if bounds.low is None or value.high is None:
        return False
    if _equal(value.high, bounds.low):
        return not (bounds.low_inclusive and value.high_inclusive)
    return value.high < bounds.low


def within(value: Range, bounds: Bounds) -> Truth:
    """Whether `value` lies within `bounds` (same unit): true if all of it does, false if none of it does, else unknown."""
    if _none_below(value, bounds) or _none_above(value, bounds):
        return False
    return True if _all_below(value, bounds) and _all_above(value, bounds) else None


def side(value: Range, bounds: Bounds) -> str:
    """Where `value` lies: "below", "above", "within" or "straddles"."""
    if _none_above(value, bounds):
        return "below"
    if _none_below(value, bounds):
        return "above"
    return "within" if within(value, bounds) else "straddles"


def times(value: Range, factor: float, factor_high: float | None = None) -> Range:
    """`value` multiplied by a positive factor, or by anything between two factors."""
    high = factor if factor_high is None else factor_high
    low, high = min(factor, high), max(factor, high)
    return value.model_copy(
        update={
            "low": None if value.low is None else value.low * low,
            "high": None if value.high is None else value.high * high,
        }
    )


def scaled(bounds: Bounds, factor: float) -> Bounds:
    """`bounds` with both ends multiplied by a positive factor."""
    return bounds.model_copy(
        update={
            "low": None if bounds.low is None else bounds.low * factor,
            "high": None if bounds.high is None else bounds.high * factor,
        }
    )


def hull(values: list[Range]) -> Range:
    """The smallest range that holds all of `values` (not empty)."""
    low = None if any(v.low is None for v in values) else min(v.low for v in values if v.low is not None)
    high = None if any(v.high is None for v in values) else max(v.high for v in values if v.high is not None)
    return Range(
        low=low,
        high=high,
        low_inclusive=any(v.low_inclusive for v in values if v.low == low),
        high_inclusive=any(v.high_inclusive for v in values if v.high == high),
    )


def overlaps(a: Range, low: float | None, high: float | None) -> bool:
    """Whether `a` and the closed range low..high share a number."""
    return not ((low is not None and a.high is not None and a.high < low) or (high is not None and a.low is not None and a.low > high))
