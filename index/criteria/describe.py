"""Conditions in short words for people: "platelets ≥ 75 ×10⁹/L", "not (brain metastasis or stroke ≤ 6 months)"."""

from typing import assert_never

from index.conditions import (
    Allergy,
    AllOf,
    AnyOf,
    AtLeast,
    Bounds,
    Category,
    Condition,
    Duration,
    Except,
    Finding,
    Given,
    Judgement,
    Limit,
    Not,
    NotCompiled,
    Permitted,
    Treatment,
    Window,
)  # fmt: skip
from index.vocabulary import vocabulary

_WORDS = {"received": "", "current": "now on ", "planned": "planned ", "needs": "needs ", "candidate": "candidate for ", "declined": "declined "}


def number(value: float) -> str:
    """A number without needless decimals."""
    return f"{value:.10g}" if abs(value) < 1e6 else f"{value:g}"


def bounds(b: Bounds, unit: str = "") -> str:
    """A range with its unit: "≥ 18 years", "50-60 %"."""
    unit = f" {unit}" if unit else ""
    if b.low is not None and b.high is not None:
        if b.low == b.high:
            return f"= {number(b.low)}{unit}"
        if b.low_inclusive and b.high_inclusive:
            return f"{number(b.low)}-{number(b.high)}{unit}"
        return f"{'≥' if b.low_inclusive else '>'} {number(b.low)} and {'≤' if b.high_inclusive else '<'} {number(b.high)}{unit}"
    if b.low is not None:
        return f"{'≥' if b.low_inclusive else '>'} {number(b.low)}{unit}"
    if b.high is not None:
        return f"{'≤' if b.high_inclusive else '<'} {number(b.high)}{unit}"
    return "any"


def _duration(d: Duration) -> str:
    return f"{number(d.value)} {d.unit}{'' if d.value == 1 else 's'}"


def window(w: Window | None) -> str:
    """A window in brackets, or nothing."""
    if w is None:
        return ""
    parts = []
    if w.within:
        parts.append(f"within {_duration(w.within)}")
    if w.longer_than:
        parts.append(f"{'at least' if w.longer_inclusive else 'more than'} {_duration(w.longer_than)} ago")
    if w.ahead:
        parts.append("ahead")
    if parts and w.anchor != "unstated":
        parts.append(f"of {w.anchor.replace('_', ' ')}")
    if w.scope_unclear:
        parts.append("scope unclear")
    return f" [{' '.join(parts)}]" if parts else ""


def _list(concepts: tuple[str, ...], word: str = "or") -> str:
    return f" {word} ".join(vocabulary().label(c) for c in concepts)


def describe(condition: Condition) -> str:
    """Short words for a condition. Never raises."""
    match condition:
        case Limit():
            unit = vocabulary().units[condition.unit].label if condition.unit in vocabulary().units else (condition.unit or "")
            if condition.times:
                unit = {"uln": "× ULN", "lln": "× LLN", "baseline": "× baseline"}[condition.times]
            about = f" of {vocabulary().label(condition.about)}" if condition.about else ""
            method = f" ({condition.method})" if condition.method else ""
            return f"{vocabulary().label(condition.measure)}{about} {bounds(condition.bounds, unit)}{method}{window(condition.window)}"
        case Category():
            return f"{vocabulary().label(condition.scale)} {'/'.join(condition.values)}{window(condition.window)}"
        case Finding():
            words = " ".join(q.replace("_", " ") for q in condition.qualifiers)
            tense = "history of " if condition.tense == "ever" else ""
            return (
                f"{tense}{words}{' ' if words else ''}{_list(condition.concepts)}{' etc.' if condition.open_list else ''}{window(condition.window)}"
            )
        case Treatment():
            return _treatment(condition)
        case Allergy():
            return f"{'severe ' if condition.severe else ''}allergy to {_list(condition.targets)}{' etc.' if condition.open_list else ''}"
        case Judgement():
            return f"{condition.by} judgement ({condition.topic})" if condition.by == "investigator" else f"{condition.topic} (at the visit)"
        case NotCompiled():
            return f"not compiled: {condition.why}"
        case AllOf():
            return "(" + " and ".join(describe(c) for c in condition.items) + ")"
        case AnyOf():
            return "(" + " or ".join(describe(c) for c in condition.items) + ")"
        case AtLeast():
            return f"at least {condition.n} of (" + "; ".join(describe(c) for c in condition.items) + ")"
        case Not():
            return f"not {describe(condition.item)}"
        case Given():
            return f"if {describe(condition.when)}: {describe(condition.then)}"
        case Except():
            return f"{describe(condition.trigger)} except {describe(condition.carve_out)}{' (ambiguous)' if condition.readings else ''}"
        case Permitted():
            return f"permitted: {describe(condition.item)}"
        case _:
            assert_never(condition)


def _treatment(t: Treatment) -> str:
    words = _list(t.targets, "and" if t.all_targets else "or")
    head = _WORDS[t.status]
    if t.response:
        head = f"{'/'.join(t.response)} on "
    parts = [head + (f"{t.route} " if t.route else "") + (f"{t.setting} " if t.setting else "") + words + (" etc." if t.open_list else "")]
    if t.combination:
        parts.append("in combination")
    if t.for_condition:
        parts.append(f"for {vocabulary().label(t.for_condition)}")
    if t.line:
        parts.append(f"line {bounds(t.line)}")
    if t.lines:
        parts.append(f"lines {bounds(t.lines)}")
    if t.dose:
        unit = {None: "mg/day", "kg": "mg/kg/day", "m2": "mg/m²/day"}[t.dose.per]
        parts.append(f"{vocabulary().label(t.dose.drug)} {bounds(t.dose.bounds, unit)}{' or equivalent' if t.dose.equivalent else ''}")
    if t.min_duration:
        parts.append(f"for at least {_duration(t.min_duration)}")
    return "treatment: " + " ".join(parts) + window(t.window)
