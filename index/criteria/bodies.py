"""A sentence without its modal words: labels and carve-outs taken off, the rest a clause."""

import re
from dataclasses import replace

from index.conditions import AllOf, AnyOf, Category, Condition, Except, Finding, Given, Judgement, Limit, Not, NotCompiled, Treatment, Window, leaves
from index.criteria import windows
from index.criteria.asides import carve_route
from index.criteria.clauses import clause
from index.criteria.leaves import words_of
from index.criteria.passage import Passage
from index.criteria.shapes import Env
from index.criteria.together import excepted, flatten_items

WHO = r"(?:patients?|subjects?|participants?|individuals?|persons?|people|those|women|men|females?|males?|volunteers?|cases?|anyone|adults?|wocbp)"
GROUP = re.compile(rf"^\W*(?:(?:all|any|only|female|male|adult|other|some|eligible|the)\s+)*{WHO}\b", re.I)
_CARVE = re.compile(
    r"[\s,;(]+(?:(?:with|and)\s+)?(?P<word>except(?:ing|ion|ions)?(?:\s+(?:for|of|when|if|in|that|where|with))*"
    r"|excluding|exclusive of|with (?:the )?(?:following )?exceptions?(?:\s+(?:of|for|that|being))*|other than"
    r"|apart from|aside from|but not(?! limited)|not including|unless)\b\s*:?\s*",
    re.I,
)
_THERAPEUTIC = re.compile(
    r",?\s*(?:\(?\s*as long as|provided(?: that)?|if|and|when)\s+(?:the\s+)?(?:(?:PT|INR|a?PTT|prothrombin time|activated|partial|thromboplastin"
    r"|time|international|normali[sz]ed|ratio|or|and|/|,|values?"
    r"|levels?)\s*)+(?:is|are)\s+(?:stable\s+)?(?:and\s+)?(?:within|in)\s+(?:the\s+)?(?:acceptable\s+|desired\s+|target\s+"
    r"|expected\s+)?therapeutic\s+range\b[^;.]*",
    re.I,
)
_OTHER_ITEM = re.compile(
    r"[\s,;)]+(?:and/or|or)\s+(?=(?:an?\s+|any\s+|known\s+|prior\s+|past\s+|current\s+|active\s+)*(?:(?:history|evidence|presence|diagnosis)\s+of\b"
    r"|ever\s+(?:been\s+)?diagnosed|(?:has|have)\s+(?:received|had|undergone)\b))",
    re.I,
)
"""Where a list goes on behind an exception."""
_NOT_STUDIED = re.compile(
    r"(?:the\s+|their\s+|this\s+|that\s+|current\s+|primary\s+)*(?:(?:disease|cancer|tumou?r|malignancy|condition|indication|one|diagnosis"
    r"|neoplasm)\s+)?(?:under (?:study|investigation)|being (?:studied|treated)"
    r"|in (?:this|the) (?:study|trial)|(?:study|trial|index|target)\s+(?:disease|indication|cancer|tumou?r|malignancy|condition)|treated in (?:this"
    r"|the) (?:study|trial))",
    re.I,
)
_CANCER_ONLY = re.compile(r"\b(?:malignanc(?:y|ies)|cancers?|neoplasms?|tumou?rs?|malignant disease)\W*(?:\([^()]*\)\s*)?$", re.I)


def _other(condition: Condition) -> Condition:
    """A cancer that is not the one of the study."""
    match condition:
        case Finding() if set(condition.concepts) & {"cancer", "other_malignancy"}:
            return condition.model_copy(update={"concepts": ("other_malignancy",)})
        case AllOf() | AnyOf():
            return condition.model_copy(update={"items": tuple(_other(c) for c in condition.items)})
        case Not():
            return condition.model_copy(update={"item": _other(condition.item)})
        case Except():
            return condition.model_copy(update={"trigger": _other(condition.trigger)})
        case _:
            return condition


_COLON = re.compile(r"^(?P<head>[^:;.]{2,90}?)\s*:\s+(?P<body>.+)$")


def read_body(p: Passage, start: int, end: int, env: Env) -> Condition | None:
    """A sentence without its modal words: carve-outs taken off, then a clause."""
    text = p.text
    for m in _CARVE.finditer(text, start, end):
        opened = text[start : m.end()]
        inside = opened.count("(") > opened.count(")")
        if inside or m.start() <= start + 1:
            continue
        word = m["word"].lower()
        left = text[start : m.start()].strip(" ,;(")
        if word.startswith("other than") and re.search(r"\b(?:any|reasons?|no)$", left, re.I):
            continue
        if _NOT_STUDIED.match(text, m.end(), end) and _CANCER_ONLY.search(text, start, m.start()):
            # "a malignancy other than the disease under study": another malignancy.
            rest = _NOT_STUDIED.match(text, m.end(), end)
            assert rest
            found = clause(p.without([(m.start(), rest.end())]), start, end - (rest.end() - m.start()), env)
            return _other(found) if found is not None else None
        trigger = clause(p, start, m.start(), env)
        if trigger is None:
            continue
        at, stop = m.end(), end
        ranged = _THERAPEUTIC.search(text, at, stop)
        stop = ranged.start() if ranged else stop
        moved = _trailing_window(p, at, stop)
        if moved and not _has_window(trigger):
            trigger = _with_window(trigger, moved.window)
            stop = moved.start
        behind: Condition | None = None
        if (
            env.exclusion
            and not word.startswith("unless")
            and (other := _OTHER_ITEM.search(text, at, stop))
            and not _OTHER_ITEM.match(f" or {text[at:stop]}")
        ):
            # "X except Y, or history of Z": Z is another trigger, no exception.
            behind = read_body(p, other.end(), stop, replace(env, depth=env.depth + 1))
            stop = other.start()
        # "Except when given for X and not above Y": both must hold. Of named exceptions each is one.
        joined = re.search(r"\b(?:when|if|where)\b", word) is not None
        carve_env = Env(exclusion=env.exclusion and not joined, any_of=not joined, depth=env.depth + 1, carve=True)
        carve = carve_route(p, at, stop, trigger) or read_body(p, at, stop, carve_env)
        if carve is None:
            carve = NotCompiled(span=p.span(at, stop))
        if ranged:
            watched = Judgement(span=p.span(ranged.start(), ranged.end()), by="investigator", topic="other")
            carve = AllOf(span=p.span(at, ranged.end()), items=(carve, watched))
        span = p.span(start, end)
        if behind is not None:
            mine = excepted(trigger, carve, p.span(start, stop))
            return AnyOf(span=span, items=(*flatten_items([mine, behind], AnyOf),))
        if isinstance(trigger, Not):
            return Not(span=span, item=Except(span=span, trigger=trigger.item, carve_out=carve))
        if not env.exclusion and not env.any_of and word.startswith("unless"):
            return AnyOf(span=span, items=(trigger, carve))
        if not env.exclusion and not env.any_of and isinstance(trigger, Judgement | Limit):
            return AnyOf(span=span, items=(trigger, carve))
        return excepted(trigger, carve, span) if env.exclusion else Except(span=span, trigger=trigger, carve_out=carve)
    if m2 := _COLON.match(text[start:end]):
        found = _labelled(p, start, end, m2, env)
        if found is not None:
            return found
    return clause(p, start, end, env)


def _labelled(p: Passage, start: int, end: int, m: "re.Match[str]", env: Env) -> Condition | None:
    """ "Liver function: TBIL ≤ ...": a label says nothing; "Subjects with X: rule" says whom the rule is for."""
    head, body_at = m["head"], start + m.start("body")
    head_end = start + m.end("head")
    if GROUP.match(head) and re.search(r"\b(?:with|who|having|whose|receiving)\b", head):
        when = clause(p, start, head_end, replace(env, any_of=True, window=None))
        then = read_body(p, body_at, end, env)
        if when is not None and then is not None:
            return Given(span=p.span(start, end), when=when, then=then) if not env.exclusion else AllOf(span=p.span(start, end), items=(when, then))
    if re.search(r"\b(?:following|defined|includ\w+|such as|criteria|as follows|either|any of|one of)\b", head, re.I):
        return None
    subject = tuple(x.concept for x in p.measures.within(start, head_end))
    if re.search(r"[≥≤<>=\d]", head) and not subject:
        return None
    below = replace(env, subject=subject[:1] or env.subject)
    if not p.entities.within(start, head_end) and not subject:
        return read_body(p, body_at, end, below)
    if subject:
        return None
    # "Cardiac disease: NYHA III-IV": the body says what is meant.
    found = read_body(p, body_at, end, below)
    if found is not None and any(isinstance(x, Limit) for x in leaves(found)):
        return found
    return None


def _trailing_window(p: Passage, start: int, end: int) -> windows.Found | None:
    found = [f for f in windows.find(p.text, start, end) if f.window.within is not None]
    if found and not words_of(p, found[-1].end, end) and not re.search(r"\bor\b", p.text[found[-1].end : end]):
        return found[-1]
    return None


def _has_window(condition: Condition) -> bool:
    timed = (leaf.window for leaf in leaves(condition) if isinstance(leaf, Finding | Treatment | Limit | Category))
    return any(w is not None and (w.within is not None or w.longer_than is not None) for w in timed)


def _with_window(condition: Condition, window: Window) -> Condition:
    match condition:
        case Finding():
            return condition.model_copy(update={"window": window, "tense": "ever"})
        case Treatment():
            return condition.model_copy(update={"window": window})
        case AllOf() | AnyOf():
            return condition.model_copy(update={"items": tuple(_with_window(c, window) for c in condition.items)})
        case Not():
            return condition.model_copy(update={"item": _with_window(condition.item, window)})
        case _:
            return condition
