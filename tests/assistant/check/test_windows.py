"""Dates against windows counted back from the reference date."""

from datetime import date

import pytest

from assistant.check.windows import apart, back, forward, placed
from assistant.patient.facts import Moment
from index.conditions import Duration, Window
from tests.assistant.check.make import AS_OF, on, within

FOUR_WEEKS = within(4, "week")


@pytest.mark.parametrize(
    ("day", "length", "expected"),
    [
        (date(2026, 3, 31), Duration(value=1, unit="month"), date(2026, 2, 28)),
        (date(2024, 2, 29), Duration(value=1, unit="year"), date(2023, 2, 28)),
        (date(2026, 11, 20), Duration(value=6, unit="month"), date(2026, 5, 20)),
        (date(2026, 11, 20), Duration(value=72, unit="hour"), date(2026, 11, 17)),
        (date(2026, 11, 20), Duration(value=2, unit="week"), date(2026, 11, 6)),
        (date(2026, 11, 20), Duration(value=9000, unit="year"), date(1, 1, 1)),
    ],
)
def test_back(day, length, expected):
    assert back(day, length) == expected


@pytest.mark.parametrize(
    ("event", "truth"),
    [
        (on(date(2026, 10, 30)), True),  # 21 days
        (on(date(2026, 10, 23)), None),  # 28 days: protocols count that day either way
        (on(date(2026, 10, 22)), False),
        (Moment(earliest=date(2026, 10, 20), latest=date(2026, 10, 26)), None),  # "about four weeks ago"
        (Moment(earliest=date(2026, 10, 1), latest=date(2026, 10, 20)), False),
        (Moment(earliest=None, latest=None), None),
        (None, None),
        (on(date(2026, 12, 1)), False),  # after the reference date: has not happened
    ],
)
def test_washout(event, truth):
    assert placed(event, False, FOUR_WEEKS, AS_OF).truth is truth


def test_washout_ends():
    assert placed(on(date(2026, 10, 30)), False, FOUR_WEEKS, AS_OF).clears == date(2026, 11, 27)


def test_ongoing_lies_in_every_window():
    assert placed(None, True, FOUR_WEEKS, AS_OF).truth is True


def test_a_sample_counts_on_the_last_day():
    week = within(7, "day")
    assert placed(on(date(2026, 11, 13)), False, week, AS_OF, inclusive=True).truth is True
    assert placed(on(date(2026, 11, 12)), False, week, AS_OF, inclusive=True).truth is False


def test_longer_than():
    years = Window(longer_than=Duration(value=5, unit="year"), longer_inclusive=False)
    assert placed(on(date(2020, 1, 1)), False, years, AS_OF).truth is True
    assert placed(on(date(2021, 11, 20)), False, years, AS_OF).truth is False
    assert placed(on(date(2024, 1, 1)), False, years, AS_OF).truth is False
    assert placed(Moment(earliest=date(2021, 1, 1), latest=date(2021, 12, 31)), False, years, AS_OF).truth is None


def test_forward_undoes_back():
    assert forward(back(AS_OF, Duration(value=3, unit="week")), Duration(value=3, unit="week")) == AS_OF


def test_apart():
    assert apart(on(date(2026, 1, 1)), on(date(2026, 2, 1))) == -1
    assert apart(on(date(2026, 1, 1)), None) == 0
