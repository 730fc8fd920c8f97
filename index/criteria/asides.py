"""Brackets and examples: glosses, members, definitions, doses, raised limits, exceptions."""

import re
from dataclasses import replace

from index.conditions import TEXT, AllOf, AnyOf, Category, Condition, Except, Finding, Judgement, Limit, NotCompiled, Treatment, leaves
from index.criteria import clauses, special, windows
from index.criteria import leaves as leaf_of
from index.criteria.leaves import narrowed, words_of
from index.criteria.lexis import EXAMPLES, OPEN_LIST, Frame
from index.criteria.measuring import REFERENCE
from index.criteria.passage import Passage
from index.criteria.scan import atoms_in
from index.criteria.shapes import Env, Piece, implies, method_only, positive, qualified, windowed
from index.criteria.sharing import is_performance, named_by
from index.criteria.tails import details, left_over, narrow
from index.vocabulary import vocabulary

CARVE = re.compile(
    r"^\W*(?:except(?:ing|ion|ions)?(?:\s+(?:for|of|when|if|in|that))?|excluding|excludes|exclusive of"
    r"|with (?:the )?exceptions?(?:\s+of)?|other than|apart from|aside from|but not|not including|does not include"
    r"|unless|without(?= \w+ing))\b\s*:?",
    re.I,
)
CARVE_INSIDE = re.compile(
    r"[\s,;(]+(?:except(?:ing|ion|ions)?(?:\s+(?:for|of|when|if|in|that))?|excluding|with the exceptions?(?:\s+of)?"
    r"|other than|apart from|but not|not including|unless)\b\s*:?\s*",
    re.I,
)


def carve_route(p: Passage, start: int, end: int, trigger: Condition) -> Condition | None:
    """ "except for local use to control ascites": the same treatment by another route, or for a purpose."""
    targets = tuple(t for leaf in leaves(trigger) if isinstance(leaf, Treatment) for t in leaf.targets)
    m = re.compile(
        r"\W*(?:for\s+|the\s+|if\s+)*(?P<r>local|topical|inhaled|intranasal|nasal|ophthalmic|oral|intra-?articular"
        r"|intravitreal)\s*(?:or|and|/|,)?\s*(?:(?P<r2>local|topical|inhaled|intranasal|nasal|ophthalmic"
        r"|intra-?articular)\s*)?(?:use|administration|application|injections?|treatment|therapy|preparations?"
        r"|formulations?)\b",
        re.I,
    ).match(p.text, start, end)
    if not targets or not m:
        return None
    rest = list(words_of(p, m.end(), end))
    purpose = tuple(e.concept for e in p.entities.within(m.end(), end) if e.table == "condition")
    if rest and not purpose:
        return None
    routes = [ROUTE_NAMES.get(r.lower(), r.lower()) for r in (m["r"], m["r2"]) if r]
    span = p.span(start, end)
    items: list[Condition] = [
        Treatment(span=span, targets=targets, status="current", route=route, for_condition=c) for route in routes for c in (purpose or (None,))
    ]
    return items[0] if len(items) == 1 else AnyOf(span=span, items=tuple(items))


def aside(p: Passage, condition: Condition, item: Piece, a: int, b: int, env: Env) -> Condition:
    """What a bracket or a list of examples adds to the item before it."""
    inner_a, inner_b = (a + 1, b - 1) if p.text[a] in "([" and b - a > 2 else (a, b)
    if p.text[a] in "([" and p.text[b - 1] not in ")]":
        inner_b = b
    text = p.text[inner_a:inner_b]
    span = p.span(item.start, b)
    below = replace(
        env,
        window=None,
        frame=item.phrase.frame if item.phrase and item.phrase.frame.treatment else Frame(),
        subject=(),
        any_of=True,
        depth=env.depth + 1,
    )
    if REFERENCE.fullmatch(text):
        return condition
    if m := CARVE.match(text):
        carve = carve_route(p, inner_a + m.end(), inner_b, condition) or clauses.clause(p, inner_a + m.end(), inner_b, below)
        if carve is None:
            return condition
        return Except(span=span, trigger=condition, carve_out=carve)
    if (m := _WIDENS.match(text)) and env.exclusion:
        # "(or clinically significant tachycardia)": another way to meet it.
        other = clauses.clause(p, inner_a + m.end(), inner_b, replace(below, subject=item.atom.measures if item.atom else ()))
        return condition if other is None else AnyOf(span=span, items=(condition, other))
    if (longer := _longer_for(p, condition, inner_a, inner_b)) is not None:
        base: Condition = condition
        if _shorter(longer[0], condition):
            spared = [t.model_copy(update={"window": None}) for t in longer]
            base = Except(span=span, trigger=condition, carve_out=spared[0] if len(spared) == 1 else AnyOf(span=span, items=tuple(spared)))
        return AnyOf(span=span, items=(base, *longer))
    if isinstance(condition, AllOf) and len(condition.items) == 2:
        first, second = condition.items
        if isinstance(first, Treatment) and isinstance(second, Treatment) and leaf_of.dose_in(p, inner_a, inner_b, first.targets, []):
            condition = first  # the dose says what "physiological" means
    if (
        isinstance(condition, Treatment)
        and condition.dose is None
        and (dose := leaf_of.dose_in(p, inner_a, inner_b, condition.targets, [])) is not None
    ):
        return condition.model_copy(update={"dose": dose})
    if (m := EXAMPLES.match(p.text, inner_a, inner_b)) or (item.phrase and a in (x for x, _ in item.asides) and p.text[a] not in "(["):
        at = m.end() if m else inner_a
        defining = bool(m and re.search(r"i\.?\s?e\.?|namely", m[0], re.I))
        if carved := CARVE_INSIDE.search(p.text, at, inner_b):
            below_carve = replace(below, frame=Frame())
            carve = carve_route(p, carved.end(), inner_b, condition) or clauses.clause(p, carved.end(), inner_b, below_carve)
            named = _members(p, condition, at, carved.start(), below, span, defining, item)
            return Except(span=span, trigger=named, carve_out=carve if carve is not None else NotCompiled(span=p.span(carved.end(), inner_b)))
        return _members(p, condition, at, inner_b, below, span, defining, item)
    if (
        item.atom is not None
        and isinstance(item.atom.condition, Category)
        and not p.measures.within(inner_a, inner_b)
        and not CARVE.match(text)
        and not re.search(r"\b(?:if|unless|allowed|eligible|within)\b", text)
    ):
        # A gloss of the label ("type IV (...)"): the label decides; a gloss that contradicts is noted elsewhere.
        return condition
    entities = p.entities.within(inner_a, inner_b)
    left = [w for w in words_of(p, inner_a, inner_b) if not any(e.start <= w.start() < e.end for e in entities)]
    found = windows.find(p.text, inner_a, inner_b)
    atoms = atoms_in(
        p, inner_a, inner_b, [(f.start, f.end) for f in found], replace(env, window=None, subject=item.atom.measures if item.atom else ())
    )
    if atoms:
        definition = clauses.clause(p, inner_a, inner_b, replace(below, any_of=env.exclusion, subject=item.atom.measures if item.atom else ()))
        if definition is None:
            return condition
        if item.atom is not None:
            return _raised(p, condition, definition, span, text)
        if named_by(p, item, definition):
            return definition
        if isinstance(condition, NotCompiled) and item.phrase and _BARE_HEAD.fullmatch(p.text[item.phrase.start : item.phrase.end]):
            return definition
        if isinstance(condition, Finding | Judgement | NotCompiled | AnyOf | AllOf) and _defines(condition, definition):
            return AnyOf(span=span, items=(condition, definition)) if positive(definition) and isinstance(condition, Finding | AnyOf) else definition
        return AllOf(span=span, items=(condition, definition))
    tests = p.scales.within(inner_a, inner_b)
    known = {c for x in leaves(condition) if isinstance(x, Finding) for c in x.concepts}
    said = [*tests, *(e for e in entities if e.concept in known)]
    if (
        tests
        and len(said) == len(tests) + len(entities)
        and not [w for w in words_of(p, inner_a, inner_b) if not any(t.start <= w.start() < t.end for t in said)]
    ):
        return condition  # "HIV (HIV antibodies)": a test's name, and no result
    if found and not [w for w in left if not any(f.start <= w.start() < f.end for f in found)] and not entities:
        return windowed(condition, found[0].window)
    if not left and not entities:
        return condition
    if item.phrase and re.match(
        r"\s*(?:for|in|if|when|unless|with|without|requiring|due to|caused by|related to|as|at|on|from|during)\b", text, re.I
    ):
        inner_phrase = item.phrase
        inner_phrase.narrowing, inner_phrase.purposes, inner_phrase.setting = [], (), None
        before = inner_phrase.frame.qualifiers
        narrow(p, inner_phrase, inner_a, inner_b, env)
        condition = details(condition, inner_phrase) if inner_phrase.purposes or inner_phrase.setting or inner_phrase.min_duration else condition
        added = tuple(q for q in inner_phrase.frame.qualifiers if q not in before)
        condition = qualified(condition, added) if added else condition
        return narrowed(p, condition, inner_phrase.narrowing, item.start, b)
    if entities and not left:
        concepts = {
            c
            for leaf in leaves(condition)
            if isinstance(leaf, Finding | Treatment)
            for c in (leaf.concepts if isinstance(leaf, Finding) else leaf.targets)
        }
        vocab = vocabulary()
        if all(any(vocab.is_a(e.concept, c) or vocab.is_a(c, e.concept) for c in concepts) for e in entities):
            return condition
        return _members(p, condition, inner_a, inner_b, below, span, False, item)
    if method_only(left) or (re.fullmatch(r"[A-Z][A-Za-z0-9/+\- ]{1,14}", text.strip()) and not entities):
        return condition
    if special.INVESTIGATOR.search(text):
        return AllOf(span=span, items=(condition, Judgement(span=p.span(inner_a, inner_b), by="investigator")))
    if isinstance(condition, Treatment) and condition.route is None and (route := _ROUTE_ONLY.fullmatch(text)):
        return condition.model_copy(update={"route": ROUTE_NAMES.get(route["r"].lower(), route["r"].lower())})
    if _OTHER_NAME.match(text) and not entities:
        return condition
    rest = left_over(p, inner_a, inner_b)
    return condition if rest is None else AllOf(span=span, items=(condition, rest))


_LONGER_FOR = re.compile(r"\s*(?:(?:at least|within|or|<|≤|≥|and)\s+)*(?=\d|one|two|three|four|six|eight|twelve)", re.I)


def _longer_for(p: Passage, condition: Condition, a: int, b: int) -> list[Treatment] | None:
    """ "Chemotherapy within 4 weeks (6 weeks for nitrosoureas)": the longer time in the bracket is for the treatments it names."""
    m = _LONGER_FOR.match(p.text, a, b)
    if not isinstance(condition, Treatment) or condition.window is None or condition.window.within is None or m is None:
        return None
    found = windows.duration_at(p.text, m.end(), b)
    link = (
        re.compile(r"\s*(?:for|if|since|after|from|in case of)\s+(?:prior\s+|the\s+|use of\s+)*", re.I).match(p.text, found[1], b) if found else None
    )
    if found is None or link is None:
        return None
    named = [e for e in p.entities.within(link.end(), b) if e.table != "condition"]
    if not named or [w for w in words_of(p, link.end(), b) if not any(e.start <= w.start() < e.end for e in named)]:
        return None
    length, mine = found[0], condition.window.within
    if mine.unit == "day" and mine.value % 7 == 6 and length.unit in ("day", "week"):
        # The time before it was "at least N weeks since": so is this one.
        length = length.model_copy(update={"value": length.value * (7 if length.unit == "week" else 1) - 1, "unit": "day"})
    window = condition.window.model_copy(update={"within": length})
    return [condition.model_copy(update={"targets": (e.concept,), "window": window}) for e in named]


_DAYS = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30, "year": 365}


def _shorter(one: Treatment, other: Condition) -> bool:
    """Whether the time of one treatment is shorter than that of the other."""
    a = one.window.within if one.window else None
    b = other.window.within if isinstance(other, Treatment) and other.window else None
    return a is not None and b is not None and a.value * _DAYS[a.unit] < b.value * _DAYS[b.unit]


_ROUTE_ONLY = re.compile(
    r"\s*(?P<r>intranasal|inhaled|topical|oral|intravenous|subcutaneous|systemic|local|intra-?articular|ophthalmic|parenteral|nasal|intravitreal)"
    r"(?:\s+(?:use|only|administration|route|form|formulations?))*\s*",
    re.I,
)
_OTHER_NAME = re.compile(
    r"\s*(?:also (?:known|called|referred to)|formerly|previously (?:known|called)|known as|a\.?k\.?a\.?|so-called"
    r"|called|abbreviated)\b",
    re.I,
)
_WIDENS = re.compile(r"\W*(?:and/or|or|as well as|also|and also)\s+", re.I)


_BARE_HEAD = re.compile(
    r"(?:(?:good|adequate|acceptable|appropriate|satisfactory|sufficient|general|overall|the|a|an?)\s+)*(?:performance (?:status|score)|health status"
    r"|(?:general )?condition|physical (?:condition|status)|functional status|function|status)\s*",
    re.I,
)


def _defines(condition: Condition, definition: Condition) -> bool:
    if isinstance(condition, Judgement | NotCompiled):
        return isinstance(condition, Judgement)
    found = [leaf for leaf in leaves(condition) if isinstance(leaf, Finding)]
    if isinstance(condition, AllOf):
        # "progressed liver disease (Child-Pugh B or C)": the definition says what the unknown word beside the known one means.
        known = [c for leaf in found for c in leaf.concepts if not c.startswith(TEXT)]
        return len(found) == len(leaves(condition)) and bool(known) and all(implies(definition, c) for c in known)
    return bool(found) and all(implies(definition, c) for leaf in found for c in leaf.concepts)


def _raised(p: Passage, condition: Condition, definition: Condition, span: object, text: str) -> Condition:
    """ "≤ 2.5 x ULN (≤ 5 x ULN if liver metastases)": the raised limit is an alternative for some patients."""
    if isinstance(definition, AnyOf) and re.match(r"\W*(?:if|when|where|in case|unless|for|in)\b", text, re.I):
        # "(if the patient has A or B, then ≤ 3 x ULN)": the group, and the limit.
        limits = [c for c in definition.items if all(isinstance(x, Limit) for x in leaves(c))]
        group = [c for c in definition.items if c not in limits]
        if limits and group:
            who = group[0] if len(group) == 1 else AnyOf(span=definition.span, items=tuple(group))
            definition = AllOf(span=definition.span, items=(who, *limits))
    if (
        isinstance(definition, AllOf)
        or (is_performance(condition) and is_performance(definition))
        or re.search(
            r"\bif\b|\bin (?:case|the|patients|subjects|participants|those)|\bfor (?:patients|subjects|participants|those)"
            r"|\bwith\b|\bor\b|\bunless\b|\bwhen\b",
            text,
            re.I,
        )
    ):
        return AnyOf(span=condition.span.to(definition.span), items=(condition, definition))
    return AllOf(span=condition.span.to(definition.span), items=(condition, definition))


def _members(p: Passage, condition: Condition, a: int, b: int, below: Env, span: object, defining: bool, item: Piece) -> Condition:
    """Named members or examples of a group: they belong to it, whatever else does."""
    vocab = vocabulary()
    open_list = bool(OPEN_LIST.search(p.text, max(0, a - 30), b))
    inner = clauses.clause(p, a, b, below)
    heads = tuple(
        c
        for leaf in leaves(condition)
        if isinstance(leaf, Finding | Treatment)
        for c in (leaf.concepts if isinstance(leaf, Finding) else leaf.targets)
    )
    if inner is None:
        return condition
    if isinstance(condition, Judgement | NotCompiled) and not isinstance(condition, NotCompiled):
        if item.phrase and any(
            q in ("uncontrolled", "unstable") for q in (*item.phrase.frame.qualifiers, *(x for a in item.phrase.qualifiers for x in a))
        ):
            inner = clauses.uncontrolled(inner)
        return AnyOf(span=condition.span.to(inner.span), items=(inner, condition))
    if isinstance(condition, Finding) and item.phrase and _OF_ANOTHER.search(p.text[item.phrase.start : item.phrase.end]):
        return condition  # "exacerbation of a chronic disease (e.g. asthma)": asthma is the disease, not the exacerbation
    parts = inner.items if isinstance(inner, AnyOf) else (inner,)
    if below.carve and len(parts) > 1 and heads and not any(_named_in(p, heads) for p in parts):
        # "lung disease other than asthma (e.g. COPD, fibrosis)": examples of the disease, not of what is excepted.
        return condition
    timed = next((x.window for x in leaves(condition) if isinstance(x, Finding | Treatment) and x.window is not None), None)
    extra: list[Condition] = []
    for part in parts:
        concepts = part.concepts if isinstance(part, Finding) else part.targets if isinstance(part, Treatment) else ()
        if isinstance(condition, Finding) and isinstance(part, Treatment) and not condition.concepts[0].startswith(TEXT):
            continue  # treatments named to explain a finding are no alternatives to it
        narrower = isinstance(condition, Finding | Treatment) and not (isinstance(condition, Finding) and condition.qualifiers)
        if narrower and concepts and all(any(vocab.is_a(c, h) for h in heads) for c in concepts):
            continue
        if isinstance(part, NotCompiled):
            # An example that was not understood narrows nothing and adds nothing that the group does not have.
            open_list = True
            continue
        if isinstance(condition, AllOf | AnyOf) and timed is not None and isinstance(part, Finding | Treatment) and part.window is None:
            part = windowed(part, timed)
            part = part.model_copy(update={"tense": "ever"} if isinstance(part, Finding) else {})
        if not isinstance(part, Finding | Treatment) and getattr(condition, "window", None) is not None:
            part = windowed(part, condition.window)  # type: ignore[union-attr, arg-type]
        if isinstance(part, Finding | Treatment) and isinstance(condition, Finding | Treatment):
            part = part.model_copy(
                update={
                    "window": part.window or condition.window,
                    **(
                        {"status": condition.status, "response": condition.response}
                        if isinstance(part, Treatment) and isinstance(condition, Treatment)
                        else {}
                    ),
                }
            )
            if isinstance(part, Finding) and isinstance(condition, Finding):
                past = part.window is not None and (part.window.within is not None or part.window.longer_than is not None)
                part = part.model_copy(update={"tense": "ever" if past else condition.tense})
        extra.append(part)
    if defining and extra and not any(isinstance(c, NotCompiled) for c in extra):
        return extra[0] if len(extra) == 1 else AnyOf(span=condition.span.to(inner.span), items=tuple(extra))
    if open_list and isinstance(condition, Finding | Treatment):
        condition = condition.model_copy(update={"open_list": True})
    if not extra:
        return condition
    return AnyOf(span=condition.span.to(inner.span), items=(condition, *extra))


def _named_in(part: Condition, heads: tuple[str, ...]) -> bool:
    """Whether an example is a kind of what it is said to exemplify; words outside the vocabulary may be."""
    vocab = vocabulary()
    named = [
        c for leaf in leaves(part) for c in (leaf.concepts if isinstance(leaf, Finding) else leaf.targets if isinstance(leaf, Treatment) else (TEXT,))
    ]
    return any(c.startswith(TEXT) or any(vocab.is_a(c, h) or h.startswith(TEXT) for h in heads) for c in named)


_OF_ANOTHER = re.compile(
    r"\b(?:exacerbations?|complications?|symptoms?|signs?|worsening|risks?|risk factors?|deterioration|relapses?|flares?|family history|sequelae)\s+"
    r"(?:of|from|for|due to)\b",
    re.I,
)
ROUTE_NAMES = {
    "intravenous": "iv",
    "subcutaneous": "sc",
    "nasal": "intranasal",
    "intraarticular": "local",
    "intra-articular": "local",
    "ophthalmic": "topical",
    "parenteral": "systemic",
}
