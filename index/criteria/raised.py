"""Limits raised for some patients: "ALT ≤ 3 x ULN, with liver metastases ≤ 5 x ULN" asks for the first, or for the group and the second."""

from index.conditions import AllOf, AnyOf, Category, Condition, Finding, Limit, Not, NotCompiled, leaves
from index.criteria.shapes import hull

_EITHER = "can be read as either or as both"
_TRANSAMINASES = frozenset({"alt", "ast"})


def raised(condition: Condition) -> Condition:
    """The condition with its looser second limits made alternatives for the group that they are for.

    Two upper limits of one measure in one requirement mean something only if the looser one is for some patients: those
    named between the two, or behind the second. Likewise for two lower limits that exclude.
    """
    match condition:
        case AllOf():
            items = _transaminases(_required([raised(c) for c in condition.items]))
            return items[0] if len(items) == 1 else condition.model_copy(update={"items": tuple(items)})
        case AnyOf():
            return condition.model_copy(update={"items": tuple(_excluding([raised(c) for c in condition.items]))})
        case _:
            return condition


def _upper(condition: Condition) -> dict[str, Limit] | None:
    """The upper limits that a condition consists of, by measure; None if it holds anything else."""
    out: dict[str, Limit] = {}
    for leaf in leaves(condition):
        if isinstance(leaf, NotCompiled) and leaf.why == _EITHER:
            continue
        if not isinstance(leaf, Limit) or leaf.bounds.high is None or leaf.bounds.low is not None:
            return None
        out[leaf.measure] = leaf
    return out or None


def _looser(second: dict[str, Limit], first: dict[str, Limit]) -> bool:
    """Whether every limit of `second` is a looser one of a measure in `first`."""
    return all(
        m in first
        and (a := first[m]).times == b.times
        and a.unit == b.unit
        and a.bounds.high is not None
        and b.bounds.high is not None
        and b.bounds.high > a.bounds.high
        for m, b in second.items()
    )


def _group(condition: Condition) -> bool:
    """Whether a condition names patients (findings, classes) and no limit."""
    found = leaves(condition)
    return bool(found) and all(isinstance(x, Finding | Category) for x in found)


def _required(items: list[Condition]) -> list[Condition]:
    for k, item in enumerate(items):
        second = _upper(item)
        if second is None:
            continue
        stop = k + 1
        first: dict[str, Limit] = {}
        places: list[int] = []
        for j in range(k):
            if (found := _upper(items[j])) is not None and isinstance(items[j], Limit | AllOf | AnyOf):
                first.update(found)
                places.append(j)
        if not _looser(second, first):
            continue
        while stop < len(items) and (more := _upper(items[stop])) is not None and _looser(more, first):
            second |= more
            stop += 1
        places = [j for j in places if set(_upper(items[j]) or ()) & set(second)]
        between = list(range(max(places) + 1, k))
        behind = [stop] if stop < len(items) else []
        who = between if between and all(_group(items[j]) for j in between) else behind if not between and behind and _group(items[stop]) else []
        if not who:
            continue
        strict = [items[j] for j in places]
        loose = [*(items[j] for j in who), *items[k:stop]]
        either: Condition = AnyOf(span=hull([*strict, *loose]), items=(_all(strict), _all(loose)))
        used = {*places, *who, *range(k, stop)}
        rest = [either if j == places[0] else c for j, c in enumerate(items) if j == places[0] or j not in used]
        return _required(rest)
    return items


def _all(items: list[Condition]) -> Condition:
    return items[0] if len(items) == 1 else AllOf(span=hull(items), items=tuple(items))


def _transaminases(items: list[Condition]) -> list[Condition]:
    """ "AST ≤ 3 x ULN and ALT ≤ 3 x ULN (both ≤ 5 x ULN if liver metastases)": raised for the one, raised for the other."""
    out = list(items)
    for either in items:
        if not isinstance(either, AnyOf) or len(either.items) != 2:
            continue
        strict, loose = either.items
        if not isinstance(strict, Limit) or not isinstance(loose, AllOf):
            continue
        second = [x for x in leaves(loose) if isinstance(x, Limit)]
        if strict.measure not in _TRANSAMINASES or {x.measure for x in second} != {strict.measure}:
            continue
        for k, other in enumerate(out):
            if (
                isinstance(other, Limit)
                and other.measure in _TRANSAMINASES - {strict.measure}
                and other.bounds == strict.bounds
                and other.times == strict.times
            ):
                same = tuple(c.model_copy(update={"measure": other.measure}) if isinstance(c, Limit) else c for c in loose.items)
                out[k] = AnyOf(span=either.span, items=(other, loose.model_copy(update={"items": same})))
    return out


def _excluding(items: list[Condition]) -> list[Condition]:
    """ "ALT > 3 x ULN (> 5 x ULN if liver metastases)" excludes above 5, and above 3 those without."""
    out = list(items)
    for item in items:
        if not isinstance(item, AllOf):
            continue
        second = [c for c in item.items if isinstance(c, Limit) and c.bounds.low is not None and c.bounds.high is None]
        who = [c for c in item.items if _group(c)]
        if len(second) != 1 or not who or len(who) + 1 != len(item.items):
            continue
        limit = second[0]
        for k, other in enumerate(out):
            if (
                isinstance(other, Limit)
                and other.measure == limit.measure
                and other.times == limit.times
                and other.unit == limit.unit
                and other.bounds.high is None
                and other.bounds.low is not None
                and limit.bounds.low is not None
                and other.bounds.low < limit.bounds.low
            ):
                group = _all(who)
                out[k] = AllOf(span=other.span, items=(other, Not(span=group.span, item=group)))
    return out


__all__ = ["raised"]
