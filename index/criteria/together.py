"""The statements of one bullet -> one condition, under the polarity of its list: carve-outs, permissions, raised limits."""

import re
from collections.abc import Sequence

from index.conditions import (
    TEXT,
    AllOf,
    AnyOf,
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
    leaves,
)
from index.criteria.shapes import Statement
from index.text import Span
from index.vocabulary import vocabulary


def hull(conditions: Sequence[Condition]) -> Span:
    """The span from the first word to the last word of several conditions."""
    return Span(start=min(c.span.start for c in conditions), end=max(c.span.end for c in conditions))


def flatten_items(conditions: Sequence[Condition], kind: type[AnyOf] | type[AllOf]) -> tuple[Condition, ...]:
    """The items of nested conditions of one kind, in order."""
    out: list[Condition] = []
    for c in conditions:
        out.extend(c.items if isinstance(c, kind) else (c,))
    return tuple(out)


def together(found: Sequence[Statement], exclusion: bool) -> Condition | None:
    """The statements of one bullet as one condition, under the polarity of its list."""
    if exclusion:
        return _excluding(found)
    parts: list[Condition] = []
    for s in found:
        match s.mode:
            case "forbid":
                parts.append(Not(span=s.condition.span, item=s.condition))
            case "permit" if len(found) == 1 and s.group and (how := _ADMITS.search(s.text)):
                # The whole bullet says who is taken in: that is what it asks for, not a concession.
                parts.append(s.condition if how["sure"] else _perhaps(s.condition))
            case "permit":
                parts.append(Permitted(span=s.condition.span, item=s.condition))
            case _:
                parts.append(s.condition)
    if not parts:
        return None
    parts = _rescued(parts)
    return parts[0] if len(parts) == 1 else AllOf(span=hull(parts), items=flatten_items(parts, AllOf))


_ADMITS = re.compile(
    r"(?P<sure>\b(?:were|was|will be|are to be|would be|shall be|have been|must be|should be)\s+(?:\w+\s+)?(?:included|enrolled"
    r"|enroled|recruited|entered)\b"
    r"|^\W*only\b.*\b(?:eligible|included|enrolled|allowed|permitted|accepted)\b)|\b(?:are|is|will be)\s+(?:eligible|included|enrolled|recruited)\b",
    re.I,
)


def _perhaps(condition: Condition) -> Condition:
    """ "Patients with X are eligible", and nothing else in its bullet: X may be asked for, or be let in among others."""
    doubt = NotCompiled(span=condition.span, why="can be read as a requirement or as a permission")
    return AnyOf(span=condition.span, items=(condition, doubt))


def _rescued(parts: list[Condition]) -> list[Condition]:
    """ "Proteinuria < 2+; for subjects with proteinuria ≥ 2+, 24-hour protein < 1 g": the rule for those who miss a limit
    is another way to meet it."""
    out: list[Condition] = []
    for part in parts:
        flat = list(part.items) if isinstance(part, AllOf) else [part]
        for item in flat:
            if (beyond := _beyond(out, item)) is not None:
                at, more = beyond
                out[at] = AnyOf(span=hull([out[at], more]), items=(out[at], more))
                continue
            if isinstance(item, Given) and isinstance(item.when, Limit):
                k = next((k for k, c in enumerate(out) if isinstance(c, Limit) and _misses(c, item.when)), None)
                if k is not None:
                    rescue = AllOf(span=item.span, items=(item.when, item.then))
                    out[k] = AnyOf(span=hull([out[k], rescue]), items=(out[k], rescue))
                    continue
            if isinstance(item, Given):
                raised = {x.measure: x for x in leaves(item.then) if isinstance(x, Limit)}
                base = [(k, c) for k, c in enumerate(out) if isinstance(c, Limit) and c.measure in raised]
                only_limits = bool(raised) and len(raised) == len(leaves(item.then))
                if only_limits and {c.measure for _, c in base} == set(raised) and all(_wider(raised[c.measure], c) for _, c in base):
                    # "ALT ≤ 3 x ULN; for patients with liver metastases, ≤ 5 x ULN": a raised limit, not a second one.
                    for k, c in base:
                        higher = AllOf(span=item.span, items=(item.when, raised[c.measure]))
                        out[k] = AnyOf(span=hull([c, item]), items=(c, higher))
                    continue
            out.append(item)
    return out


def _beyond(out: Sequence[Condition], item: Condition) -> tuple[int, Condition] | None:
    """ "ECOG 0-1 (ECOG 2 allowed if ...)": what is permitted beyond a limit is another way to meet it."""
    match item:
        case Permitted():
            when, whole = item.item, item.item
        case Given():
            when, whole = item.when, AllOf(span=item.span, items=(item.when, item.then))
        case _:
            return None
    first = when.items[0] if isinstance(when, AllOf) else when
    for k, base in enumerate(out):
        if isinstance(base, Limit) and isinstance(first, Limit) and base.measure == first.measure and _apart(base, first):
            return k, whole
        if isinstance(base, Category) and isinstance(first, Category) and base.scale == first.scale and not set(base.values) & set(first.values):
            return k, whole
    return None


def _apart(a: Limit, b: Limit) -> bool:
    """Whether two limits in one unit have no value in common."""
    if a.times != b.times or a.unit != b.unit:
        return False
    for x, y in ((a.bounds, b.bounds), (b.bounds, a.bounds)):
        if x.high is not None and y.low is not None and (x.high < y.low or (x.high == y.low and not (x.high_inclusive and y.low_inclusive))):
            return True
    return False


def _wider(a: Limit, b: Limit) -> bool:
    """Whether limit `a` admits whatever `b` admits, and more."""
    if a.times != b.times or a.unit != b.unit:
        return False
    low = a.bounds.low is None or (b.bounds.low is not None and a.bounds.low <= b.bounds.low)
    high = a.bounds.high is None or (b.bounds.high is not None and a.bounds.high >= b.bounds.high)
    return low and high


def _misses(limit: Limit, when: Limit) -> bool:
    """Whether `when` holds exactly for those who do not meet `limit`."""
    if limit.measure != when.measure or limit.times != when.times or limit.unit != when.unit:
        return False
    a, b = limit.bounds, when.bounds
    if a.high is not None and b.low is not None:
        return a.high == b.low and a.low is None
    return a.low is not None and b.high is not None and a.low == b.high and a.high is None


def _excluding(found: Sequence[Statement]) -> Condition | None:
    parts: list[Condition] = []
    for s in found:
        match s.mode:
            case "permit":
                if not parts:
                    parts.append(Permitted(span=s.condition.span, item=s.condition))
                elif s.above:
                    # "Subjects who meet the above criteria after X can be enrolled": all the triggers before it are meant.
                    trigger = parts[0] if len(parts) == 1 else AnyOf(span=hull(parts), items=flatten_items(parts, AnyOf))
                    readings = ("who exceed the limits although so treated may enter", "who come within the limits once so treated may enter")
                    parts = [Except(span=hull([trigger, s.condition]), trigger=trigger, carve_out=s.condition, readings=readings)]
                elif _concerns(parts[-1], s):
                    parts[-1] = _except(parts[-1], s.condition, () if s.group or _akin(parts[-1], s.condition) else _EITHER)
                else:
                    parts.append(Permitted(span=s.condition.span, item=s.condition))
            case "require":
                parts.append(_unmet(s.condition))
            case _:
                parts.append(s.condition)
    parts = [_named(c) for c in parts]
    real = [c for c in parts if not isinstance(c, Permitted)]
    if not real:
        return parts[0] if parts else None
    if len(parts) == 1:
        return parts[0]
    if len(real) == 1 and len(parts) > 1:
        # A permission beside a trigger changes nothing; it is kept to be shown.
        return AllOf(span=hull(parts), items=tuple(parts))
    if len(real) < len(parts):
        trigger = AnyOf(span=hull(real), items=flatten_items(real, AnyOf))
        return AllOf(span=hull(parts), items=(trigger, *(c for c in parts if isinstance(c, Permitted))))
    return AnyOf(span=hull(parts), items=flatten_items(parts, AnyOf))


def _named(condition: Condition) -> Condition:
    """An exclusion of those who lack something that the vocabulary has no name for is not decided: a note would hardly say that they have it."""
    if isinstance(condition, AnyOf):
        return condition.model_copy(update={"items": tuple(_named(c) for c in condition.items)})
    if isinstance(condition, Not):
        found = leaves(condition.item)
        concepts = [c for x in found for c in (x.concepts if isinstance(x, Finding) else x.targets if isinstance(x, Treatment) else ("known",))]
        if all(c.startswith(TEXT) for c in concepts):
            return NotCompiled(span=condition.span, why="the lack of something without a name of its own")
    return condition


def _unmet(condition: Condition) -> Condition:
    """A requirement inside an exclusion bars those who do not meet it."""
    if isinstance(condition, Given):
        then = condition.then
        barred = then.item if isinstance(then, Not) else Not(span=then.span, item=then)
        return AllOf(span=condition.span, items=(condition.when, barred))
    if isinstance(condition, Not):
        return condition.item
    if isinstance(condition, Judgement):
        return condition
    if isinstance(condition, Treatment) and condition.window is not None and (soon := too_soon(condition.window)) is not None:
        # "X must be at least 6 weeks before": those who had it later are barred, not those who never had it.
        return condition.model_copy(update={"window": soon, "status": "received"})
    return Not(span=condition.span, item=condition)


def too_soon(window: Window) -> Window | None:
    """The time within which something must not have happened, where it has to lie at least so long ago; None for other windows."""
    length = window.longer_than
    if length is None or window.within is not None:
        return None
    if window.longer_inclusive and length.unit in ("day", "week"):
        # At least N days ago is allowed on day N: what is barred ends the day before.
        length = length.model_copy(update={"value": length.value * (7 if length.unit == "week" else 1) - 1, "unit": "day"})
    return window.model_copy(update={"within": length, "longer_than": None, "longer_inclusive": True})


def _concerns(trigger: Condition, permission: Statement) -> bool:
    """Whether a permission takes something out of a trigger, rather than speaking of something beside it."""
    mine = [x for x in leaves(trigger) if not isinstance(x, NotCompiled | Judgement)]
    theirs = [x for x in leaves(permission.condition) if not isinstance(x, NotCompiled | Judgement)]
    if not mine or not theirs:
        return bool(mine) and permission.group
    if any(isinstance(x, Finding) and any(q.startswith("requires_") for q in x.qualifiers) for x in mine) and any(
        isinstance(x, Treatment) for x in theirs
    ):
        return True
    kinds = {type(x) for x in mine}
    return any(type(x) in kinds for x in theirs) or permission.group


_EITHER = ("the permission lifts the exclusion for those patients", "the permission speaks of something beside the exclusion")


def _akin(trigger: Condition, permitted: Condition) -> bool:
    """Whether what is permitted is a kind, or a part, of what is barred; words outside the vocabulary count as such."""
    vocab = vocabulary()
    mine, theirs = _names(trigger), _names(permitted)
    if not mine or not theirs or any(c.startswith(TEXT) for c in (*mine, *theirs)):
        return True
    if any(isinstance(x, Finding) and any(q.startswith("requires_") for q in x.qualifiers) for x in leaves(trigger)):
        return True  # "... requiring treatment. Replacement is allowed": the permitted one is no such treatment
    return any(vocab.is_a(a, b) or vocab.is_a(b, a) for a in mine for b in theirs)


def _names(condition: Condition) -> tuple[str, ...]:
    found: list[str] = []
    for leaf in leaves(condition):
        found.extend(leaf.concepts if isinstance(leaf, Finding) else leaf.targets if isinstance(leaf, Treatment) else ())
    return tuple(found)


def excepted(trigger: Condition, carve_out: Condition, span: Span) -> Condition:
    """A trigger with its carve-out; of several triggers, only those whose kind is excepted ("A, B or steroids, except prednisone")."""
    if isinstance(trigger, AnyOf) and (mine := [c for c in trigger.items if _kind_of(c, carve_out)]):
        others = [c for c in trigger.items if c not in mine]
        if others and all(_names(c) and not any(x.startswith(TEXT) for x in _names(c)) for c in others):
            part = mine[0] if len(mine) == 1 else AnyOf(span=hull(mine), items=tuple(mine))
            return AnyOf(span=span, items=(*others, Except(span=hull([part, carve_out]), trigger=part, carve_out=carve_out)))
    return Except(span=span, trigger=trigger, carve_out=carve_out)


def _kind_of(trigger: Condition, carve_out: Condition) -> bool:
    """Whether everything that is excepted is a kind of what is barred."""
    vocab = vocabulary()
    mine, theirs = _names(trigger), _names(carve_out)
    return bool(mine and theirs) and all(any(vocab.is_a(b, a) for a in mine) for b in theirs)


def _except(trigger: Condition, carve_out: Condition, readings: tuple[str, ...] = ()) -> Condition:
    if isinstance(trigger, Except):
        both = AnyOf(span=hull([trigger.carve_out, carve_out]), items=flatten_items([trigger.carve_out, carve_out], AnyOf))
        return trigger.model_copy(update={"carve_out": both, "span": hull([trigger, carve_out]), "readings": trigger.readings or readings})
    if not readings:
        return excepted(trigger, carve_out, hull([trigger, carve_out]))
    return Except(span=hull([trigger, carve_out]), trigger=trigger, carve_out=carve_out, readings=readings)
