"""Rules for some patients only: "for patients with X, ...", "if X, ...", "patients with X must ..."."""

import itertools
import re
from dataclasses import replace

from index.conditions import AllOf, AnyOf, Condition, Given, Not, NotCompiled
from index.criteria import sentences
from index.criteria.arms import arms
from index.criteria.bodies import WHO, read_body
from index.criteria.clauses import clause
from index.criteria.gate import Gate
from index.criteria.passage import Passage
from index.criteria.shapes import Env, Statement

MUST = re.compile(r"\b(?:must|(?:is|are|be) required(?: to)?|needs? to|have to|has to|shall|should|required to be|will need to)\b", re.I)
_FOR_GROUP = re.compile(
    rf"^\W*(?:for|in|among|in case of|in the case of|with regard to|when|in the (?:presence|setting) of)\s+(?:all\s+"
    rf"|the\s+|any\s+|other\s+)*(?P<who>(?:\w+\s+){{0,2}}?{WHO}\s*)?(?P<what>[^,:]*(?:\([^)]*\)[^,:]*)*),\s*(?P<then>.+)$",
    re.I,
)
_IF = re.compile(r"^\W*(?:if|when|where|in case(?: of)?|should)\s+(?P<what>.+?),\s*(?:then\s+)?(?P<then>.+)$", re.I)
_GROUP_MUST = re.compile(
    rf"^\W*(?:(?:all|any|female|male|the|other|eligible)\s+)*{WHO}\s+(?:subjects?\s+|patients?\s+"
    rf"|participants?\s+)?(?P<what>(?:[<>≤≥]\s*\d+|aged?|under|over|older|younger|above|below|with|who"
    rf"|whose|receiving|on|taking|of|having|in whom|previously|that"
    rf"|treated)\b.+?)\s+(?<!\bwho\s)(?<!\bthat\s)(?<!\bwhich\s)(?<!\band\s)(?<!\bor\s)(?P<must>(?:must|should|need to|needs to|have to|has to"
    rf"|are required to|is required to"
    rf"|will need to|shall|will be required to|may only|require(?=\s)))\s+(?P<then>.+)$",
    re.I,
)
_EVEN_IF = Gate(
    re.compile(
        r",?\s*(?:even if|even though|although|though|regardless of(?: whether)?|irrespective of|whether or not)\s+[^,]*(?:\([^)]*\)[^,]*)*(?=,|$)",
        re.I,
    ),
    "even",
    "though",
    "regardless",
    "irrespective",
    "whether",
)
_OR_GROUP = re.compile(rf",?\s*(?:;\s*)?\bor\s+(?=(?:in|for)\s+(?:the\s+)?{WHO}\b)", re.I)


def conditional_rule(p: Passage, start: int, end: int, env: Env) -> Statement | None:
    """Rules for some patients only."""
    text = p.text
    words = text[start:end]
    either = _or_arms(p, start, end, env)
    if either is not None:
        return Statement("state", either, text=words)
    if (beside := arms(p, start, end, env)) is not None:
        return beside
    clean = words
    for a, b in _EVEN_IF.spans(words):
        clean = clean[:a] + " " * (b - a) + clean[b:]
    for pattern in (_FOR_GROUP, _IF, _GROUP_MUST):
        m = pattern.match(clean)
        if not m:
            continue
        if pattern is _FOR_GROUP and not (m["who"] or re.match(r"\W*(?:in (?:the )?case|in the presence|in the setting)", clean, re.I)):
            continue
        what = (start + m.start("what"), start + m.end("what"))
        then = (start + m.start("then"), start + m.end("then"))
        when = read_body(p, *what, replace(env, any_of=True, window=None))
        if when is None:
            continue
        must = bool(MUST.search(m["then"])) or pattern is _GROUP_MUST or bool(re.search(r"\bfor inclusion\b", m["then"], re.I))
        body = _then(p, *then, replace(env, exclusion=env.exclusion and not must, any_of=False, window=None))
        if body is None:
            body = NotCompiled(span=p.span(*then))
        span = p.span(start, end)
        if env.exclusion and not must:
            return Statement("state", AllOf(span=span, items=(when, body)), True, text=words)
        return Statement("require" if must else "state", Given(span=span, when=when, then=body), True, text=words)
    return None


def _then(p: Passage, start: int, end: int, env: Env) -> Condition | None:
    """The body of a conditional rule; "all of the following must be met: a, b, c" is its list."""
    text = p.text[start:end]
    if m := re.match(
        r"(?:all|each|any|one|at least one)?\s*(?:of )?the (?:following|below)(?:\s+\w+){0,3}?\s+(?:must|should|need to"
        r"|have to|are|is)\s+(?:also\s+)?(?:be\s+)?(?:met|fulfilled|satisfied|required|present)?[^:]{0,40}:\s*",
        text,
        re.I,
    ):
        any_of = bool(re.match(r"any|one|at least", text, re.I))
        return read_body(p, start + m.end(), end, replace(env, any_of=any_of))
    inner = sentences.statement(p, start, end, env)
    if inner is None:
        return None
    return Not(span=inner.condition.span, item=inner.condition) if inner.mode == "forbid" else inner.condition


def _or_arms(p: Passage, start: int, end: int, env: Env) -> Condition | None:
    """ "In subjects without X, A, or in subjects with X, B, or C": arms, each for its own patients."""
    text = p.text
    cuts = list(_OR_GROUP.finditer(text, start, end))
    if not cuts or not _FOR_GROUP.match(text[start:end]):
        return None
    ranges = [(start, cuts[0].start()), *((a.end(), b.start()) for a, b in itertools.pairwise(cuts)), (cuts[-1].end(), end)]
    arms: list[Condition] = []
    for a, b in ranges:
        m = _FOR_GROUP.match(text[a:b])
        if not m:
            return None
        when = read_body(p, a + m.start("what"), a + m.end("what"), replace(env, window=None))
        then_a, then_b = a + m.start("then"), a + m.end("then")
        loose: Condition | None = None
        if last := list(re.finditer(r",\s*or\s+", text[then_a:then_b])):
            # A last arm about something else stands by itself.
            loose = clause(p, then_a + last[-1].end(), then_b, env)
            then_b = then_a + last[-1].start()
        then = clause(p, then_a, then_b, env)
        if when is None or then is None:
            return None
        arms.append(AllOf(span=p.span(a, then_b), items=(when, then)))
        if loose is not None:
            arms.append(loose)
    return AnyOf(span=p.span(start, end), items=tuple(arms))
