"""Connectors -> all-of, any-of and not, as the words and the side of the list say."""

import re

from index.conditions import AllOf, AnyOf, Category, Condition, Finding, Judgement, Limit, Not, NotCompiled, leaves
from index.criteria.passage import Passage
from index.criteria.shapes import Env, Piece, flat, hull, is_neoplasm
from index.vocabulary import vocabulary


def logic(p: Passage, made: list[tuple[Piece, Condition]], env: Env) -> Condition:
    """Negations grouped, then "or" above "and" as the connectors and the side of the list say."""
    groups: list[tuple[str, Condition, bool]] = []  # (connector before, condition, holds limits or several kinds)
    k = 0
    while k < len(made):
        item, condition = made[k]
        if item.negated and not (k and _demanded(made[k - 1][0], item, condition, env)):
            run = [condition]
            j = k + 1
            while j < len(made) and made[j][0].negated and ";" not in made[j][0].conn and not _demanded(item, *made[j], env):
                run.append(made[j][1])
                j += 1
            inner = run[0] if len(run) == 1 else AnyOf(span=hull(run), items=tuple(flat(run, AnyOf)))
            denied: Condition = Not(span=inner.span, item=inner)
            if env.exclusion and env.depth == 0 and groups and re.fullmatch(r"[;,]?\s*(?:or|and)?", item.conn) and both_ways(denied):
                denied = NotCompiled(span=inner.span, why=BOTH_WAYS)
            groups.append((item.conn, denied, True))
            k = j
        else:
            groups.append((item.conn, condition, item.atom is not None))
            k += 1
    if len(groups) == 1:
        return groups[0][1]
    connectors = [g[0] for g in groups[1:]]
    has_or = any(re.search(r"\bor\b|nor", c) for c in connectors)
    has_and = any(re.search(r"\band\b|plus|with|but", c) and "or" not in c for c in connectors)
    semis = any(";" in c for c in connectors)
    conditions = [g[1] for g in groups]
    if (semis and has_or is False) or (semis and any(re.fullmatch(r";", c) for c in connectors)):
        return _by_semicolons(groups, env)
    any_side = env.exclusion or env.any_of
    if any_side:
        limits_only = all(g[2] for g in groups)
        if has_or and has_and and any(g[2] for g in groups):
            return _precedence(groups)
        if has_and and not has_or and (limits_only or any(isinstance(c, Limit | Category) for c in conditions)):
            return AllOf(span=hull(conditions), items=tuple(flat(conditions, AllOf)))
        return AnyOf(span=hull(conditions), items=tuple(flat(conditions, AnyOf)))
    if has_or and all(isinstance(c, Limit | Category) for c in conditions) and (apart := _apart(groups)) is not None:
        return apart
    if has_or and has_and:
        return _precedence(groups)
    if has_or and _two_ends(conditions):
        return AllOf(span=hull(conditions), items=tuple(conditions))
    if has_or or (has_and and all(isinstance(c, Finding) and any(is_neoplasm(x) for x in c.concepts) for c in conditions)):
        # Kinds of tumour joined by "and" are the kinds that are admitted; nobody has them all.
        return AnyOf(span=hull(conditions), items=tuple(flat(conditions, AnyOf)))
    if not has_and and all("," in c for c in connectors) and all(isinstance(c, Finding) and not c.qualifiers for c in conditions):
        span = hull(conditions)
        either, every = AnyOf(span=span, items=tuple(conditions)), AllOf(span=span, items=tuple(conditions))
        doubt = NotCompiled(span=span, why="can be read as any or as all")
        return AnyOf(span=span, items=(every, AllOf(span=span, items=(either, doubt))))
    return AllOf(span=hull(conditions), items=tuple(flat(conditions, AllOf)))


def _apart(groups: list[tuple[str, Condition, bool]]) -> Condition | None:
    """ "WBC ≥ 4 or neutrophils ≥ 1.5, platelets ≥ 100 and Hb ≥ 9": in a list of required limits a bare "or" joins its two neighbours alone.

    None where "or" stands before the last limit, so that it may be about the whole list.
    """
    connectors = [conn.strip() for conn, _, _ in groups[1:]]
    if connectors[-1] == "or" or not all(c in ("or", ",", "and", ", and") for c in connectors):
        return None
    parts: list[list[Condition]] = [[groups[0][1]]]
    for conn, (_, condition, _) in zip(connectors, groups[1:], strict=True):
        if conn == "or":
            parts[-1].append(condition)
        else:
            parts.append([condition])
    items = [part[0] if len(part) == 1 else AnyOf(span=hull(part), items=tuple(flat(part, AnyOf))) for part in parts]
    return AllOf(span=hull(items), items=tuple(items))


def _two_ends(conditions: list[Condition]) -> bool:
    """ "WBC ≥ 3,000 or ≤ 14,000": a lower and an upper limit of one measure that every value would meet one of are the two ends of a range."""
    match conditions:
        case [Limit() as one, Limit() as other] if one.measure == other.measure and one.unit == other.unit and one.times == other.times:
            low = one.bounds.low if one.bounds.low is not None else other.bounds.low
            high = one.bounds.high if one.bounds.high is not None else other.bounds.high
            single = all((c.bounds.low is None) != (c.bounds.high is None) for c in (one, other))
            return single and (one.bounds.low is None) != (other.bounds.low is None) and low is not None and high is not None and low < high
        case _:
            return False


_HIGH_IS_GOOD = frozenset("lvef anc plt hgb wbc crcl egfr spo2 karnofsky life_expectancy alb lymphocytes fev1 dlco".split())


def _demanded(before: Piece, item: Piece, condition: Condition, env: Env) -> bool:
    """ "No severe heart disease, LVEF ≥ 50 %": a lower limit behind a denied finding is a requirement, and not denied with it."""
    return (
        not env.exclusion
        and before.atom is None
        and item.atom is not None
        and not item.verb
        and item.conn in (",", "")
        and isinstance(condition, Limit)
        and condition.measure in _HIGH_IS_GOOD
        and condition.bounds.low is not None
        and condition.bounds.high is None
    )


BOTH_WAYS = "a negation in a list of exclusions can be read both ways"


def both_ways(denied: Condition) -> bool:
    """Whether "no X" among exclusions may mean that X bars, unless a patient ought to have X ("no measurable disease", "no consent")."""
    vocab = vocabulary()
    for leaf in leaves(denied):
        if isinstance(leaf, Judgement | Limit | NotCompiled):
            continue
        if isinstance(leaf, Finding) and any(
            c == "measurable_disease" or "histologically_confirmed" in leaf.qualifiers or (c in vocab.diseases and vocab.diseases[c].neoplasm)
            for c in leaf.concepts
        ):
            continue
        return True
    return False


def _by_semicolons(groups: list[tuple[str, Condition, bool]], env: Env) -> Condition:
    parts: list[list[tuple[str, Condition, bool]]] = [[]]
    links: list[str] = []
    for conn, condition, atomic in groups:
        if ";" in conn:
            parts.append([])
            links.append(conn)
        parts[-1].append((conn, condition, atomic))
    whole: list[Condition] = []
    for part in parts:
        if not part:
            continue
        if len(part) == 1:
            whole.append(part[0][1])
            continue
        connectors = [g[0] for g in part[1:]]
        conditions = [g[1] for g in part]
        has_or = any(re.search(r"\bor\b", c) for c in connectors)
        has_and = any(re.search(r"\band\b", c) for c in connectors)
        if has_or and has_and:
            whole.append(_precedence(part))
        elif has_or or ((env.exclusion or env.any_of) and not (has_and and any(g[2] for g in part))):
            whole.append(AnyOf(span=hull(conditions), items=tuple(flat(conditions, AnyOf))))
        else:
            whole.append(AllOf(span=hull(conditions), items=tuple(flat(conditions, AllOf))))
    if len(whole) == 1:
        return whole[0]
    disjoint = env.exclusion or env.any_of or any(re.search(r"\bor\b", link) for link in links)
    if disjoint and not any(re.search(r"\band\b(?!/or)", link) for link in links):
        return AnyOf(span=hull(whole), items=tuple(flat(whole, AnyOf)))
    return AllOf(span=hull(whole), items=tuple(flat(whole, AllOf)))


def _precedence(groups: list[tuple[str, Condition, bool]]) -> Condition:
    """Commas follow the next connector; "and" binds closer than "or"."""
    marks: list[str] = []
    for k, (conn, _, _) in enumerate(groups):
        if k == 0:
            continue
        mark = "or" if re.search(r"\bor\b|nor", conn) else "and" if re.search(r"\band\b|plus|with|but", conn) else ","
        marks.append(mark)
    for i in range(len(marks) - 1, -1, -1):
        if marks[i] == ",":
            marks[i] = marks[i + 1] if i + 1 < len(marks) else (marks[i - 1] if i else "or")
    ors: list[list[Condition]] = [[groups[0][1]]]
    for mark, (_, condition, _) in zip(marks, groups[1:], strict=True):
        if mark == "or":
            ors.append([condition])
        else:
            ors[-1].append(condition)
    parts = [part[0] if len(part) == 1 else AllOf(span=hull(part), items=tuple(flat(part, AllOf))) for part in ors]
    return parts[0] if len(parts) == 1 else AnyOf(span=hull(parts), items=tuple(flat(parts, AnyOf)))
