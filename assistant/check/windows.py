"""When something happened against when it would have to have happened. Dates are intervals; windows count back from the reference date."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.check.logic import Truth, all_of
from assistant.patient.facts import Moment
from index.conditions import Duration, Window

FAR_PAST = date(1, 1, 1)


@dataclass(frozen=True, slots=True)
class Placed:
    """Whether a moment lies in a window. `clears` is the first day on which it no longer does, by the mere passing of time.
    `edge` tells that the moment lies exactly on the window's last day, or that it is not known precisely enough."""

    truth: Truth
    clears: date | None = None
    edge: bool = False
    undated: bool = False


def back(day: date, by: Duration, sign: int = -1) -> date:
    """The day that lies `by` before `day` (after it, with sign +1). Months and years are calendar ones, the day clamped to the month's end."""
    match by.unit:
        case "hour":
            return _days(day, sign * by.value / 24)
        case "day":
            return _days(day, sign * by.value)
        case "week":
            return _days(day, sign * by.value * 7)
        case "month" | "year":
            months = by.value * (12 if by.unit == "year" else 1)
            whole = int(months)
            moved = _months(day, sign * whole)
            return _days(moved, sign * (months - whole) * 30.4375)


def _days(day: date, days: float) -> date:
    try:
        return day + timedelta(days=round(days))
    except OverflowError:
        return FAR_PAST if days < 0 else date.max


def _months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return FAR_PAST if months < 0 else date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def forward(day: date, by: Duration) -> date:
    """The day that lies `by` after `day`."""
    return back(day, by, +1)


def placed(moment: Moment | None, ongoing: bool, window: Window, as_of: date, *, inclusive: bool = False) -> Placed:
    """Where an event, or the end of a course, lies relative to a window counted back from `as_of`.

    `ongoing`: it lasts until today, so it lies within every window. `inclusive`: the window's last day counts (a sample's
    age); otherwise that day is undecided, because protocols count it either way.
    """
    if ongoing:
        return Placed(window.longer_than is None and not window.ahead)
    if moment is None or (moment.earliest is None and moment.latest is None):
        return Placed(None, undated=True)
    early = moment.earliest or FAR_PAST
    late = min(moment.latest or as_of, as_of) if early <= as_of else (moment.latest or early)
    if early > as_of:
        return Placed(window.ahead, edge=not window.ahead)
    parts: list[Truth] = []
    clears: date | None = None
    if window.within is not None:
        start = back(as_of, window.within)
        if early > start or (inclusive and early >= start):
            parts.append(True)
            clears = forward(late, window.within)
        elif late < start:
            parts.append(False)
        else:
            parts.append(None)
            clears = forward(late, window.within)
    if window.longer_than is not None:
        start = back(as_of, window.longer_than)
        if late < start or (window.longer_inclusive and late <= start):
            parts.append(True)
        elif early > start or (not window.longer_inclusive and early >= start):
            parts.append(False)
            clears = forward(late, window.longer_than)
        else:
            parts.append(None)
            clears = forward(late, window.longer_than)
    if window.ahead:
        parts.append(False)
    truth = all_of(parts)
    return Placed(truth, clears, edge=truth is None)


def apart(a: Moment | None, b: Moment | None) -> int:
    """-1 if `a` certainly precedes `b`, 1 if it certainly follows, 0 if that is not known."""
    if a is None or b is None:
        return 0
    if a.latest is not None and b.earliest is not None and a.latest < b.earliest:
        return -1
    if b.latest is not None and a.earliest is not None and b.latest < a.earliest:
        return 1
    return 0
