"""Ranges against bounds: decided only where every number in the range agrees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.check.interval import hull, scaled, times, within
from assistant.patient.facts import Range
from index.conditions import Bounds

NUMBERS = st.floats(0.01, 1e6)


@pytest.mark.parametrize(
    ("value", "bounds", "expected"),
    [
        (Range.exactly(75), Bounds(low=75), True),
        (Range.exactly(74.999), Bounds(low=75), False),
        (Range.exactly(500), Bounds(low=500, low_inclusive=False), False),
        (Range.exactly(1.0), Bounds(high=1.0, high_inclusive=False), False),
        (Range(low=None, high=20, high_inclusive=False), Bounds(low=2000, low_inclusive=False), False),
        (Range(low=None, high=20, high_inclusive=False), Bounds(high=20, high_inclusive=False), True),
        (Range(low=40, high=50), Bounds(high=50, high_inclusive=False), None),
        (Range(low=0, high=1), Bounds(low=0, high=1), True),
        (Range(low=1, high=2), Bounds(low=0, high=1), None),
        (Range(low=200, high=None, low_inclusive=False), Bounds(high=200), False),
        (Range(low=None, high=None), Bounds(low=1), None),
    ],
)
def test_within(value, bounds, expected):
    assert within(value, bounds) is expected


@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_range_agrees_with_its_ends(a, b, limit):
    low, high = sorted((a, b))
    ends = {within(Range.exactly(e), Bounds(high=limit)) for e in (low, high)}
    assert within(Range(low=low, high=high), Bounds(high=limit)) is (ends.pop() if len(ends) == 1 else None)


@given(NUMBERS, NUMBERS, st.sampled_from([10.0, 17.1, 88.4, 0.001, 1.611]))
def test_conversion_never_moves_a_boundary(value, limit, factor):
    assert within(times(Range.exactly(value), factor), scaled(Bounds(low=limit), factor)) is within(Range.exactly(value), Bounds(low=limit))


def test_hull():
    assert hull([Range.exactly(1), Range(low=None, high=3)]) == Range(low=None, high=3)
