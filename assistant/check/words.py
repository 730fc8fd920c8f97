"""The words of reasons: numbers, ranges, limits, dates, lengths of time."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from assistant.patient.facts import Fact, Moment, Range
from index.conditions import Bounds, Duration, Window
from index.vocabulary import vocabulary

_SIGN = {"uln": "ULN", "lln": "LLN", "baseline": "baseline"}


def number(value: float) -> str:
    """Six significant digits at most, thousands separated, no trailing zeros."""
    rounded = float(f"{value:.6g}")
    if rounded == int(rounded) and abs(rounded) < 1e15:
        return f"{int(rounded):,}"
    return f"{rounded:,.6f}".rstrip("0").rstrip(".") if abs(rounded) >= 1e-4 else f"{rounded:g}"


def amount(value: Range, digits: int | None = None) -> str:
    """A range as a reader writes it: "82", "< 20", "40 to 45". `digits`: significant digits of a computed value."""

    def show(end: float) -> str:
        return number(float(f"{end:.{digits}g}")) if digits and abs(end) < 10**digits else number(round(end) if digits else end)

    if value.low is None and value.high is None:
        return "unknown"
    if value.low is None or (value.low == 0 and value.high != 0 and not value.high_inclusive):
        return f"{'≤' if value.high_inclusive else '<'} {show(value.high or 0)}"
    if value.high is None:
        return f"{'≥' if value.low_inclusive else '>'} {show(value.low)}"
    return show(value.low) if value.low == value.high else f"{show(value.low)} to {show(value.high)}"


def limit(bounds: Bounds, unit: str | None = None, times: str | None = None) -> str:
    """Bounds as a reader writes them: "≥ 75 ×10^9/L", "≤ 2 × ULN", "0 to 1"."""
    tail = f" × {_SIGN[times]}" if times else (f" {unit_label(unit)}" if unit else "")
    if bounds.low is not None and bounds.high is not None:
        if bounds.low == bounds.high:
            return f"{number(bounds.low)}{tail}"
        low, high = "" if bounds.low_inclusive else "above ", "" if bounds.high_inclusive else "below "
        return f"{low}{number(bounds.low)} to {high}{number(bounds.high)}{tail}"
    if bounds.low is not None:
        return f"{'≥' if bounds.low_inclusive else '>'} {number(bounds.low)}{tail}"
    if bounds.high is not None:
        return f"{'≤' if bounds.high_inclusive else '<'} {number(bounds.high)}{tail}"
    return f"any value{tail}"


def comparison(value: Range, bounds: Bounds, digits: int | None = None) -> str:
    """The comparison that settles it, to be redone by hand: "82 ≥ 75", "74 < 75", "70 to 80 straddles 75"."""
    from assistant.check.interval import side

    shown = amount(value, digits)
    where = side(value, bounds)
    if where == "below" and bounds.low is not None:
        return f"{shown} {'<' if bounds.low_inclusive else '≤'} {number(bounds.low)}"
    if where == "above" and bounds.high is not None:
        return f"{shown} {'>' if bounds.high_inclusive else '≥'} {number(bounds.high)}"
    if where == "straddles":
        return f"{shown} may be on either side of {limit(bounds)}"
    if bounds.low is not None and bounds.high is not None:
        return f"{shown} within {limit(bounds)}"
    if bounds.low is not None:
        return f"{shown} {'≥' if bounds.low_inclusive else '>'} {number(bounds.low)}"
    if bounds.high is not None:
        return f"{shown} {'≤' if bounds.high_inclusive else '<'} {number(bounds.high)}"
    return shown


def unit_label(unit: str | None) -> str:
    """How a unit is written; empty for none."""
    if not unit:
        return ""
    row = vocabulary().units.get(unit)
    return row.label if row else unit


def label(concept: str) -> str:
    """Words for a concept."""
    return vocabulary().label(concept)


def either(concepts: Iterable[str], most: int = 4) -> str:
    """Labels joined by "or"; the rest counted beyond `most`."""
    return _either(tuple(concepts), most)


@lru_cache(maxsize=20_000)
def _either(concepts: tuple[str, ...], most: int) -> str:
    names = list(dict.fromkeys(label(c) for c in concepts))
    if len(names) > most:
        return f"{', '.join(names[:most])} or {len(names) - most} more"
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def span_of_time(length: Duration) -> str:
    """ "4 weeks", "1 year"."""
    return f"{number(length.value)} {length.unit}{'' if length.value == 1 else 's'}"


def window(when: Window) -> str:
    """ "within 4 weeks", "more than 5 years ago"."""
    parts = []
    if when.within is not None:
        parts.append(f"within {span_of_time(when.within)}")
    if when.longer_than is not None:
        parts.append(f"{'at least' if when.longer_inclusive else 'more than'} {span_of_time(when.longer_than)} ago")
    if when.ahead:
        parts.append("planned")
    return " and ".join(parts)


def day(moment: Moment | None, as_of: date | None = None) -> str:
    """A moment for a reader: a date, or the days between which it lies; with its age in days when `as_of` is given."""
    if moment is None or (moment.earliest is None and moment.latest is None):
        return "date not stated"
    if moment.earliest == moment.latest and moment.earliest is not None:
        age = f" ({(as_of - moment.earliest).days} days before {as_of.isoformat()})" if as_of is not None and as_of >= moment.earliest else ""
        return f"{moment.earliest.isoformat()}{age}"
    if moment.earliest is None:
        return f"until {moment.latest.isoformat() if moment.latest else ''}"
    if moment.latest is None:
        return f"since {moment.earliest.isoformat()}"
    return f"between {moment.earliest.isoformat()} and {moment.latest.isoformat()}"


def quoted(fact: Fact) -> str:
    """The patient's words, shortened."""
    words = " ".join(fact.source.quote.split())
    return f'"{words}"' if len(words) <= 80 else f'"{words[:77]}..."'


def joined(parts: Sequence[str], most: int = 3) -> str:
    """Reasons one after the other, the same one once; the rest counted beyond `most`."""
    unique = list(dict.fromkeys(p for p in parts if p))
    if len(unique) > most:
        return f"{'; '.join(unique[:most])}; and {len(unique) - most} more"
    return "; ".join(unique)
