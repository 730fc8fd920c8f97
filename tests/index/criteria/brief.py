"""Conditions as short lines of ids, so that a table of phrases can say what each must compile to."""

from index.conditions import (
    Allergy,
    AllOf,
    AnyOf,
    AtLeast,
    Bounds,
    Category,
    Condition,
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
)


def _bounds(b: Bounds) -> str:
    if b.low is not None and b.low == b.high:
        return f"={b.low:g}"
    low = "" if b.low is None else f"{'>=' if b.low_inclusive else '>'}{b.low:g}"
    high = "" if b.high is None else f"{'<=' if b.high_inclusive else '<'}{b.high:g}"
    return low + high


def _window(w: Window | None) -> str:
    if w is None:
        return ""
    out = []
    if w.within:
        out.append(f"within {w.within.value:g}{w.within.unit[0]}")
    if w.longer_than:
        out.append(f"before {w.longer_than.value:g}{w.longer_than.unit[0]}")
    if w.ahead:
        out.append("ahead")
    if w.scope_unclear:
        out.append("?")
    return f" [{' '.join(out)}]" if out else ""


def brief(c: Condition) -> str:
    """`plt >=75 e9_l`, `not(a | b)`, `(a & b)`, `t:chemotherapy [within 4w]`, `?` for words not understood."""
    match c:
        case Limit():
            unit = f" x{c.times}" if c.times else f" {c.unit}" if c.unit else ""
            about = f"({c.about})" if c.about else ""
            return f"{c.measure}{about} {_bounds(c.bounds)}{unit}{_window(c.window)}"
        case Category():
            return f"{c.scale}={'/'.join(c.values)}{_window(c.window)}"
        case Finding():
            quals = "".join(f"{q}+" for q in c.qualifiers)
            return f"{'ever ' if c.tense == 'ever' else ''}{quals}{','.join(c.concepts)}{' etc' if c.open_list else ''}{_window(c.window)}"
        case Treatment():
            parts = [f"t:{'&'.join(c.targets) if c.all_targets else ','.join(c.targets)}"]
            if c.status != "received":
                parts.insert(0, c.status)
            parts.extend(c.response)
            if c.route:
                parts.append(c.route)
            if c.setting:
                parts.append(c.setting)
            if c.for_condition:
                parts.append(f"for {c.for_condition}")
            if c.lines:
                parts.append(f"lines{_bounds(c.lines)}")
            if c.line:
                parts.append(f"line{_bounds(c.line)}")
            if c.dose:
                parts.append(f"{c.dose.drug}{_bounds(c.dose.bounds)}{'~' if c.dose.equivalent else ''}")
            if c.min_duration:
                parts.append(f"for {c.min_duration.value:g}{c.min_duration.unit[0]}")
            return " ".join(parts) + (" etc" if c.open_list else "") + _window(c.window)
        case Allergy():
            return f"{'severe ' if c.severe else ''}allergy:{','.join(c.targets)}"
        case Judgement():
            return f"judge:{c.topic}"
        case NotCompiled():
            return "?"
        case AllOf():
            return "(" + " & ".join(brief(i) for i in c.items) + ")"
        case AnyOf():
            return "(" + " | ".join(brief(i) for i in c.items) + ")"
        case AtLeast():
            return f"{c.n} of (" + "; ".join(brief(i) for i in c.items) + ")"
        case Not():
            return f"not {brief(c.item)}"
        case Given():
            return f"if {brief(c.when)}: {brief(c.then)}"
        case Except():
            return f"{brief(c.trigger)} except {brief(c.carve_out)}{' (two readings)' if c.readings else ''}"
        case Permitted():
            return f"may {brief(c.item)}"
