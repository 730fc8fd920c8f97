"""Bullets -> conditions: sub-items under their lead-in, statements put together under the polarity of their list."""

import re
from collections.abc import Sequence
from dataclasses import replace

from index.conditions import AllOf, AnyOf, AtLeast, Condition, Except, Finding, Given, Limit, Not, NotCompiled, Permitted, children, leaves
from index.criteria.bullets import Item, bullets
from index.criteria.cleaning import passage
from index.criteria.leads import LEAD_ALL, Lead, read_lead
from index.criteria.passage import Passage, flatten
from index.criteria.sections import Side, unfold
from index.criteria.sentences import statements
from index.criteria.shapes import Env, Statement
from index.criteria.together import flatten_items, hull, together
from index.text import Repaired, Span, repair

_JOINT = re.compile(r"[,;]?\s*\b(?P<word>and/or|or|and)\s*\W*$", re.I)
_FOR_SOME = re.compile(
    r"^\W*(?:for\s+)?(?:(?:(?:dose[- ])?(?:escalation|expansion)\s+)?(?:cohorts?|arms?|parts?|phase|groups?|stage"
    r"|stratum|schedule|module|sub-?study)\s*[0-9A-Zab]{1,4}\b|(?:dose[- ])?(?:escalation|expansion)\b"
    r"|(?:phase\s+)?[12I]+[ab]?\s+(?:only|portion|patients|participants|subjects))[^:]{0,60}:",
    re.I,
)


def compile_items(rep: Repaired, items: Sequence[Item], env: Env, offset: int) -> list[list[Statement]]:
    """Statements of each item."""
    return [item_statements(rep, item, env, offset) for item in items]


def item_statements(rep: Repaired, item: Item, env: Env, offset: int) -> list[Statement]:
    """Statements of one bullet with its sub-items."""
    p = passage(rep, item.ranges[0][0], item.ranges[-1][1], offset)
    if env.depth > 6:
        return [Statement("state", NotCompiled(span=p.span(0, len(p.text))))]
    if not item.children:
        return statements(p, env)
    lead = read_lead(p, env)
    groups = [item_statements(rep, c, replace(lead.env, depth=env.depth + 1), offset) for c in item.children]
    how = lead.how
    links = [_JOINT.search(rep.text[c.ranges[0][0] : c.ranges[-1][1]]) for c in item.children[:-1]]
    words = [m["word"].lower() for m in links if m]
    paired: frozenset[int] = frozenset()
    if words and how in ("all", "any") and not LEAD_ALL.search(p.text):
        ors = frozenset(k for k, m in enumerate(links) if m and "or" in m["word"].lower())
        if how == "all" and ors and len(ors) < len(links) and (ors != {len(links) - 1} or _measured(groups)):
            paired = ors
        else:
            how = "any" if "or" in words[0] else "all" if all(w == "and" for w in words) else how
    below = _children(groups, lead, how, env, paired)
    result = [*lead.before]
    whole = _under(p, lead, below, env, item, rep, offset)
    if whole is not None:
        result.append(whole)
    return result


def _measured(groups: list[list[Statement]]) -> bool:
    """Whether the sub-items are limits of more than two measures: laboratory values, none of which stands for the others."""
    found = [x for group in groups for s in group for x in leaves(s.condition)]
    return all(isinstance(x, Limit) for x in found) and len({x.measure for x in found if isinstance(x, Limit)}) > 2


def _children(groups: list[list[Statement]], lead: Lead, how: str, env: Env, paired: frozenset[int]) -> Condition | None:
    """The sub-items as one condition. `paired`: those that end in "or" where the list as a whole is one of "and"."""
    flat = [s for group in groups for s in group]
    if not flat:
        return None
    if lead.when and any(s.mode in ("permit", "forbid") for s in flat):
        # "Subjects with X: A can be enrolled, B cannot": within the group the permitted kinds are the required ones.
        allowed = [s.condition for s in flat if s.mode == "permit"]
        barred = [s.condition for s in flat if s.mode == "forbid"]
        rest = [s.condition for s in flat if s.mode in ("state", "require")]
        parts: list[Condition] = list(rest)
        if allowed:
            parts.append(allowed[0] if len(allowed) == 1 else AnyOf(span=hull(allowed), items=flatten_items(allowed, AnyOf)))
        if barred:
            inner = barred[0] if len(barred) == 1 else AnyOf(span=hull(barred), items=flatten_items(barred, AnyOf))
            parts.append(Not(span=inner.span, item=inner))
        return parts[0] if len(parts) == 1 else AllOf(span=hull(parts), items=tuple(parts))
    conditions: list[Condition] = []
    joined = False
    for k, group in enumerate(groups):
        c = together(group, env.exclusion)
        if c is not None and joined and conditions:
            either = flatten_items([conditions[-1], c], AnyOf)
            conditions[-1] = AnyOf(span=hull(either), items=either)
        elif c is not None:
            conditions.append(c)
        joined = k in paired
    if not conditions:
        return None
    if len(conditions) == 1:
        return conditions[0]
    span = hull(conditions)
    if how.isdigit():
        return AtLeast(span=span, n=int(how), items=tuple(conditions))
    if how == "any":
        return AnyOf(span=span, items=tuple(conditions))
    return AllOf(span=span, items=tuple(conditions))


def _under(p: Passage, lead: Lead, below: Condition | None, env: Env, item: Item, rep: Repaired, offset: int) -> Statement | None:
    """A lead-in with its sub-items."""
    whole = flatten(rep, item.start, item.end, offset)
    span = whole.span(0, len(whole.text))
    own = lead.own
    if below is None:
        parts = [c for c in (own, *lead.asides) if c is not None]
        return Statement("state", parts[0] if len(parts) == 1 else AllOf(span=span, items=tuple(parts))) if parts else None
    if lead.negated and any(isinstance(x, Permitted) for x in (below, *children(below))):
        below = NotCompiled(span=span)
    elif lead.negated:
        below = Not(span=span, item=AnyOf(span=below.span, items=below.items) if isinstance(below, AllOf) else below)
    result: Condition
    if own is None:
        result = below
    elif lead.when:
        result = Given(span=span, when=own, then=below)
    elif isinstance(own, Not):
        # "No active infection, including: ..."
        inner = own.item
        items = below.items if isinstance(below, AllOf | AnyOf) else (below,)
        allowed = [i.item for i in items if isinstance(i, Permitted)]
        barred = [i.item if isinstance(i, Not) else i for i in items if not isinstance(i, Permitted)]
        trigger: Condition = AnyOf(span=span, items=(inner, *barred)) if barred else inner
        if allowed:
            trigger = Except(
                span=span, trigger=trigger, carve_out=allowed[0] if len(allowed) == 1 else AnyOf(span=hull(allowed), items=tuple(allowed))
            )
        result = Not(span=span, item=trigger)
    elif lead.defines and all(isinstance(x, Finding | NotCompiled) for x in leaves(own)):
        result = below
    elif env.exclusion and lead.joins and not all(isinstance(x, NotCompiled) for x in leaves(own)):
        result = AllOf(span=span, items=(own, below))
    elif env.exclusion and (lead.includes or all(isinstance(x, NotCompiled) for x in leaves(own)) or isinstance(below, AnyOf)):
        result = AnyOf(span=span, items=(own, *(below.items if isinstance(below, AnyOf) else (below,))))
    elif lead.includes:
        result = own
    else:
        result = AllOf(span=span, items=(own, below))
    if lead.asides:
        result = AllOf(span=span, items=(*(result.items if isinstance(result, AllOf) else (result,)), *lead.asides))
    return Statement("state", result)


def compile_range(rep: Repaired, items: Sequence[Item], side: Side, offset: int, env: Env | None = None) -> Condition | None:
    """Several bullets of one side as one condition."""
    env = env or Env(exclusion=side == "exclusion")
    parts = [c for item in items if (c := together(item_statements(rep, item, env, offset), env.exclusion)) is not None]
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    return AnyOf(span=hull(parts), items=flatten_items(parts, AnyOf)) if env.exclusion else AllOf(span=hull(parts), items=flatten_items(parts, AllOf))


_LONGEST = 20_000


def compile_text(text: str, polarity: str, document: str = "criterion", offset: int = 0) -> Condition:
    """The condition of one criterion's text. Spans are offsets in `text` plus `offset`. Never raises.

    `polarity` is "inclusion", "exclusion" or "population" (read like an inclusion). What is not understood, or is too
    long to be one criterion, becomes `NotCompiled`.
    """
    del document
    whole = Span(start=offset, end=offset + len(text))
    try:
        rep = repair(text)
        if len(text) > _LONGEST:
            return NotCompiled(span=whole, why="too long for one criterion")
        flat = Repaired(unfold(rep.text), rep.raw_text, rep.origin)
        side: Side = "exclusion" if polarity == "exclusion" else "inclusion"
        found = compile_range(flat, bullets(flat.text, 0, len(flat.text)), side, offset)
        return found if found is not None else NotCompiled(span=whole)
    except (ValueError, IndexError, KeyError, RecursionError, AssertionError):
        return NotCompiled(span=whole, why="could not be read")
