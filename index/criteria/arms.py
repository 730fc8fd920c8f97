"""Rules side by side, each for its own patients: "for men, Hb ≥ 10; for women, Hb ≥ 9", "with metastases: ...; without: ...", "HCC: ..."."""

import re
from dataclasses import replace

from index.conditions import AllOf, AnyOf, Category, Condition, Finding, Given, Limit, Not, NotCompiled, leaves
from index.criteria import sentences
from index.criteria.bodies import WHO, read_body
from index.criteria.passage import Passage
from index.criteria.shapes import Env, Statement, is_neoplasm

_ALL = r"(?:(?:all|the|any|other|adult|male|female)\s+)*"
_SEX = re.compile(
    r"\W*(?P<led>(?:for|in|if)\s+)?(?:all\s+|the\s+|adult\s+)*(?P<sex>men|women|males?|females?)(?:\s+(?:patients?|subjects?|participants?|sex))?"
    r"\s*(?:(?(led)[,:]|:))\s*",
    re.I,
)
_WITH = re.compile(
    rf"\W*(?P<led>(?:for|in|if)\s+)?{_ALL}{WHO}\s+(?P<how>with|without|who have|who do not have|not having)\s+(?P<what>[^:,;.]{{3,80}}?)\s*"
    r"(?:(?(led)[:,]|:))\s*",
    re.I,
)
_AGED = re.compile(
    rf"\W*(?:(?:for|in|if)\s+)?{_ALL}{WHO}\s+(?P<what>(?:aged?\s+|age\s+)?(?:[<>≤≥]=?|under|over|older than|younger than|at least|above|below)"
    r"\s*(?:age\s+)?\d+(?:\s*(?:to|-|and)\s*[<>≤≥]?\s*\d+)?\s*(?:years?(?: of age| old)?|y)?)\s*[:,]?\s*"
    r"(?:must\s+have\s+|should\s+have\s+|(?:are|is)\s+required\s+to\s+have\s+)?",
    re.I,
)
_NAMED = re.compile(r"\W*(?:for\s+)?(?P<what>[A-Za-z][\w/ -]{1,60}?)\s*(?:\([^()]*\)\s*)?:\s*", re.I)
_CUT = re.compile(r"\s*(?:;|(?<=\w)\.(?=\s+[A-Z])|,?\s+(?:while|whereas)\b)\s*(?:and\s+|or\s+|but\s+|while\s+|whereas\s+)?", re.I)


def arms(p: Passage, start: int, end: int, env: Env) -> Statement | None:
    """The rules of a statement that begins with a group of patients, each bound to its group; None if it is no such statement.

    What stands behind the first rule and names no group that could be read is kept as not compiled: it is never a part of the first.
    """
    cuts = [m for m in _CUT.finditer(p.text, start, end) if m.end() < end]
    first = _arm(p, start, cuts[0].start() if cuts else end, env)
    if first is None:
        return None
    ends = [*(m.start() for m in cuts[1:]), end]
    ranges = [(cut.end(), stop) for cut, stop in zip(cuts, ends, strict=False)]
    others = [_arm(p, a, b, env) for a, b in ranges]
    if cuts and not any(others):
        return None  # what follows belongs to the same patients, or is read by the other rules
    if not cuts and not _plain(first):
        return None
    items = [first, *(found if found is not None else NotCompiled(span=p.span(a, b)) for found, (a, b) in zip(others, ranges, strict=True))]
    span = p.span(start, end)
    whole: Condition = (
        items[0] if len(items) == 1 else AnyOf(span=span, items=tuple(items)) if env.exclusion else AllOf(span=span, items=tuple(items))
    )
    return Statement("state", whole, True, text=p.text[start:end])


def _plain(one: Given) -> bool:
    """Whether a rule that stands alone is surely one: limits for one sex, or for those without something."""
    limits = all(isinstance(leaf, Limit) for leaf in leaves(one.then))
    return limits and (isinstance(one.when, Category | Not))


def _arm(p: Passage, start: int, end: int, env: Env) -> Given | None:
    when: Condition | None = None
    text = p.text
    if m := _SEX.match(text, start, end):
        sex = "female" if m["sex"].lower().startswith(("w", "f")) else "male"
        when = Category(span=p.span(m.start("sex"), m.end("sex")), scale="sex", values=(sex,))
    elif m := _WITH.match(text, start, end):
        when = read_body(p, m.start("what"), m.end("what"), replace(env, any_of=True, window=None))
        if when is not None and m["how"].lower() in ("without", "who do not have", "not having"):
            when = Not(span=when.span, item=when)
    elif m := _AGED.match(text, start, end):
        when = read_body(p, m.start("what"), m.end("what"), replace(env, any_of=True, window=None))
        if when is not None and not all(isinstance(leaf, Limit) and leaf.measure == "age" for leaf in leaves(when)):
            return None
    elif m := _NAMED.match(text, start, end):
        when = read_body(p, m.start("what"), m.end("what"), replace(env, any_of=True, window=None))
        named = isinstance(when, Finding) and len(when.concepts) == 1 and is_neoplasm(when.concepts[0])
        if not named:
            return None
    if m is None or when is None or m.end() >= end:
        return None
    inner = sentences.statement(p, m.end(), end, replace(env, any_of=False, window=None))
    if inner is None or inner.mode not in ("state", "require"):
        return None
    return Given(span=p.span(start, end), when=when, then=inner.condition)
