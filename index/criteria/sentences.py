"""Sentences -> statements. Polarity is the sentence's own ("can be enrolled", "are excluded"), whatever list it stands in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from index.conditions import AllOf, AnyOf, Condition, Except, Finding, Given, Judgement, Limit, Not, NotCompiled, Permitted, Treatment, Window, leaves
from index.criteria import special, windows
from index.criteria.asides import carve_route
from index.criteria.clauses import clause
from index.criteria.gate import Gate
from index.criteria.leaves import words_of
from index.criteria.lexis import NEGATION, Frame
from index.criteria.passage import Passage
from index.criteria.shapes import Env
from index.vocabulary import vocabulary

Mode = Literal["state", "permit", "forbid", "require"]


@dataclass(frozen=True, slots=True)
class Statement:
    """What a sentence says of whom: `state` (a bare condition), `permit`, `forbid`, or `require` ("must").

    `group`: it speaks of a group of patients ("Subjects with ..."), not of a thing. `above`: it refers to what the
    sentences before it say ("who meet the above criteria").
    """

    mode: Mode
    condition: Condition
    group: bool = False
    above: bool = False
    text: str = ""


_STOP = re.compile(
    r"(?<=[a-z0-9)%])\s+(?=(?:No|Not)\s+[a-z]|(?:At least|More than)\s+(?:\d+|one|two|three|four|six)\s+(?:weeks?|days?|months?|years?)\s+since\b)|[.!?](?:[\"')\]]*)\s+(?=[\"'(\[*-]*[A-Z0-9≥≤<>])|\s+(?=(?:NOTE|Note|Exceptions?|EXCEPTIONS?)\s*\d*\s*:)|;\s+(?=(?:[Hh]owever|[Ii]n addition|[Nn]ote|(?:[Ff]or|[Ii]n)\s+(?:the\s+)?(?:patients|subjects|participants|those|women|men)|[Ii]f|(?:[Pp]atients|[Ss]ubjects|[Pp]articipants)\s+(?:with|who))\b)"
)
_NO_STOP = re.compile(
    r"(?<=[a-z0-9)%])\s+(?=(?:No|Not)\s+[a-z]|(?:At least|More than)\s+(?:\d+|one|two|three|four|six)\s+(?:weeks?|days?|months?|years?)\s+since\b)|(?:\b(?:e\.g|i\.e|vs|cf|approx|incl|Dr|St|No|no|Fig|resp|ca|max|min|v|ver|al|Inc|Co|Ltd|U\.S|spp?|subsp|wt|inc|excl|esp|[A-Z])\.)$"
)
_INFORMATION = Gate(
    re.compile(
        r"\bwww\.|https?://|^\W*for (?:more|further|additional) information\b|\bprotocol[- ]defined (?:inclusion|exclusion)\b|\bother (?:inclusion|exclusion) criteria\b.*\bappl",
        re.I,
    ),
    "www",
    "http",
    "information",
    "criteria",
)
_LABEL = re.compile(
    r"^\W*(?:(?:note|n\.?b\.?|nb|comment|important|inclusion|exclusion|criteri(?:on|a))\s*\d*\s*[:.)-]\s*|(?:and|or|but|however|also|in addition|additionally|furthermore|moreover),?\s+)+",
    re.I,
)
_EXCEPTION = re.compile(
    r"^\W*(?:(?:the (?:only )?|permitted |allowed |allowable |possible )?exceptions?(?:\s+(?:to (?:this|the above)(?: criterion| rule)?|to this|is|are|include[sd]?|including|made|for|were|can be|will be|may be|would be|allowed|permitted|the following))*\s*(?::|for\b|with\b|-)?|excepted are|except(?:ing)?(?: for)?:|this (?:criterion|exclusion|restriction|requirement) does not apply (?:to|for)|does not include|not included are)\s*",
    re.I,
)
_WHO = r"(?:patients?|subjects?|participants?|individuals?|persons?|people|those|women|men|females?|males?|volunteers?|cases?|anyone|adults?|wocbp)"
_AUX = r"(?:(?:can|may|could|will|would|should|shall|must|is|are|be|were|was|also|still|however|generally|remain|considered|potentially|deemed|then|therefore|usually|automatically|specifically|otherwise|all|only)\s+)"
_PERMIT = re.compile(
    rf"\s+(?:{_AUX}+(?:enrolled|eligible|included|allowed|permitted|permissible|acceptable|accepted|admitted|entered|recruited|exempt(?:ed)?|ok|tolerated|not (?:be )?(?:excluded|exclusionary|an exclusion(?: criterion)?|ineligible|a reason for exclusion|considered (?:an )?exclusion\w*|disqualif\w+|prohibited)|used|given|participate|enter|enrol+|take part|be included)|(?:can|may)\s+(?:receive|continue|take|use|have had|have received|have))(?![\w-])",
    re.I,
)
_FORBID = Gate(
    re.compile(
        r"\s*(?:(?:are|is|will be|will|should be|must be|shall be|be|were|was|would be|being|also)\s+(?:also\s+|automatically\s+|specifically\s+|therefore\s+|strictly\s+|considered\s+)?(?:excluded|ineligible|not (?:be )?(?:eligible|allowed|permitted|included|acceptable|enrolled|permissible|accepted|suitable|considered(?: eligible)?|used)|prohibited|exclusionary|(?:an )?exclusion(?: criterion| criteria)?|disallowed|forbidden|contraindicated)"
        r"|(?:cannot|can not|may not|must not|should not|will not|shall not|are not to|is not to)\s+(?:be (?:enrolled|included|eligible|allowed|permitted|used|entered|accepted|recruited|given|considered)|participate|enter|enrol+|take part))(?![\w-])",
        re.I,
    ),
    "exclu",
    "not",
    "ineligib",
    "prohibit",
    "disallow",
    "forbidden",
    "contraindic",
)
_SHORT_PERMIT = re.compile(
    r"(?<!not)(?<!be)\s+(?:(?:also|are|is|were)\s+)*(?:allowed|permitted|eligible|acceptable)\s*(?P<rest>(?:,?\s*(?:if|provided|as long as|unless|with|but|except|only|when|for|at the discretion)\b.*)?)\W*$",
    re.I,
)
_SHORT_FORBID = re.compile(r"\s+(?:not (?:allowed|permitted|eligible|acceptable)|ineligible|excluded|prohibited)\s*\W*$", re.I)
_NONE_ALLOWED = re.compile(r"^\W*no\s+(?=.*\b(?:is|are|will be)\s+(?:allowed|permitted)\b)", re.I)
_ON_CONDITION = re.compile(
    r"^\s*(?:in|into|to|for|on)?\s*(?:this|the)?\s*(?:study|trial|protocol|participate|enrol+|enter|inclusion)?\s*[,;]?\s*(?P<how>(?:only\s+)?(?:if|provided|providing|as long as|so long as|when|on condition|assuming|where|once|given|with the (?:condition|provision)|but (?:must|should|need)|and must|unless)(?:\s+that)?)\b\s*(?P<what>.*)$",
    re.I,
)
_GROUP = re.compile(rf"^\W*(?:(?:all|any|only|female|male|adult|other|some|eligible|the)\s+)*{_WHO}\b", re.I)
_ABOVE = re.compile(
    r"\b(?:meet|meets|meeting|met|fulfil\w*|satisf\w+)\s+(?:the\s+|these\s+|those\s+|all\s+)*(?:above|these|those|aforementioned|aforesaid|said|the criteria)\b(?:[- ]?mentioned)?\s*(?:criteri\w+|conditions?|requirements?|limits?)?",
    re.I,
)
_MUST = re.compile(r"\b(?:must|(?:is|are|be) required(?: to)?|needs? to|have to|has to|shall|should|required to be|will need to)\b", re.I)
_FOR_GROUP = re.compile(
    rf"^\W*(?:for|in|among|in case of|in the case of|with regard to|when|in the (?:presence|setting) of)\s+(?:all\s+|the\s+|any\s+|other\s+)*(?P<who>(?:\w+\s+){{0,2}}?{_WHO}\s*)?(?P<what>[^,:]*(?:\([^)]*\)[^,:]*)*),\s*(?P<then>.+)$",
    re.I,
)
_IF = re.compile(r"^\W*(?:if|when|where|in case(?: of)?|should)\s+(?P<what>.+?),\s*(?:then\s+)?(?P<then>.+)$", re.I)
_GROUP_MUST = re.compile(
    rf"^\W*(?:(?:all|any|female|male|the|other|eligible)\s+)*{_WHO}\s+(?:subjects?\s+|patients?\s+|participants?\s+)?(?P<what>(?:with|who|whose|receiving|on|taking|of|having|in whom|previously|that|treated)\b.+?)\s+(?P<must>(?:must|should|need to|needs to|have to|has to|are required to|is required to|will need to|shall|will be required to|may only|require(?=\s)))\s+(?P<then>.+)$",
    re.I,
)
_CARVE = re.compile(
    r"[\s,;(]+(?:(?:with|and)\s+)?(?P<word>except(?:ing|ion|ions)?(?:\s+(?:for|of|when|if|in|that|where|with))*|excluding|exclusive of|with (?:the )?(?:following )?exceptions?(?:\s+(?:of|for|that|being))*|other than|apart from|aside from|but not(?! limited)|not including|unless)\b\s*:?\s*",
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
_COLON = re.compile(r"^(?P<head>[^:;.]{2,90}?)\s*:\s+(?P<body>.+)$")
_OR_GROUP = re.compile(rf",?\s*(?:;\s*)?\bor\s+(?=(?:in|for)\s+(?:the\s+)?{_WHO}\b)", re.I)


_APART = re.compile(r";\s+|,\s*(?:but|however|although)\s+(?=\w)", re.I)


def sentences(p: Passage, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Ranges of the sentences of a passage, and of their parts where a part grants or bars something by itself."""
    for a, b in _sentences(p, start, end):
        cuts = [m for m in _APART.finditer(p.text, a, b) if p.text.count("(", a, m.start()) <= p.text.count(")", a, m.start())]
        at = a
        for m, stop in zip(cuts, [*(c.start() for c in cuts[1:]), b], strict=False):
            own = p.text[m.end() : stop]
            if _PERMIT.search(own) or _SHORT_PERMIT.search(own) or _FORBID.search(own):
                yield at, m.start()
                at = m.end()
        yield at, b


def _sentences(p: Passage, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Ranges of the sentences; a stop inside brackets or behind an abbreviation ends none."""
    end = len(p.text) if end is None else end
    at = start
    for m in _STOP.finditer(p.text, start, end):
        head = p.text[at : m.start() + 1]
        if _NO_STOP.search(head) and p.text[m.start() : m.start() + 1] == ".":
            if not re.search(r"\betc\.$", head):
                continue
        if head.count("(") > head.count(")") or head.count("[") > head.count("]"):
            continue
        yield at, m.start() + (1 if p.text[m.start() : m.start() + 1] in (".", "!", "?", ";") else 0)
        at = m.end()
    if p.text[at:end].strip(" .;"):
        yield at, end


def statements(p: Passage, env: Env, start: int = 0, end: int | None = None) -> list[Statement]:
    """What the sentences of a passage say, in order; empty if nothing."""
    out: list[Statement] = []
    for a, b in sentences(p, start, end):
        found = statement(p, a, b, env)
        if found is not None:
            out.append(found)
            measures = tuple(dict.fromkeys(leaf.measure for leaf in leaves(found.condition) if isinstance(leaf, Limit)))
            if measures and len(measures) <= 3:
                env = replace(env, subject=measures)
    return out


def statement(p: Passage, start: int, end: int, env: Env) -> Statement | None:
    """What one sentence says."""
    text = p.text
    while start < end and text[start] in " -*•,;":
        start += 1
    while end > start and text[end - 1] in " .;,":
        end -= 1
    if m := _LABEL.match(text[start:end]):
        start += m.end()
    words = text[start:end]
    if not words:
        return None
    if _INFORMATION.search(words):
        return None
    if special.contraception(words) and (made := special.special(p, start, end, env.window, env.exclusion)):
        return Statement("state", made, text=words)
    if m := _EXCEPTION.match(words):
        found = clause(p, start + m.end(), end, replace(env, any_of=True, window=None))
        return Statement("permit", found, bool(_GROUP.match(words[m.end() :])), text=words) if found is not None else None
    if m := _NONE_ALLOWED.match(words):
        tail = re.search(r"\s+(?:is|are|will be)\s+(?:allowed|permitted)\b", words)
        assert tail
        later = [f for f in windows.find(text, start + tail.end(), end)]
        body = clause(
            p,
            start + m.end(),
            start + tail.start(),
            replace(env, any_of=True, frame=Frame(treatment=True, status="received"), window=later[0].window if later else env.window),
        )
        return Statement("forbid", body, text=words) if body is not None else None
    if (
        (m := _FORBID.search(words))
        and m.start() > 0
        and not re.search(r"\b(?:that|which|who)\s*$", words[: m.start()])
        and not _ON_CONDITION.match(words[m.end() :])
    ):
        rest = words[m.end() :].strip(" .,;")
        body = _body(p, start, start + m.start(), replace(env, any_of=True))
        if body is not None:
            extra = _rest(p, start + m.end(), end, env) if rest else None
            if extra is not None:
                body = _and(body, extra)
            return Statement("forbid", body, bool(_GROUP.match(words)), text=words)
    m = _PERMIT.search(words) or _SHORT_PERMIT.search(words)
    if (
        m
        and m.start() > 0
        and not re.search(r"\b(?:that|which|who|if|unless|procedures?|drugs?|therapies)\s*$", words[: m.start()])
        and not re.search(r"\b(?:not|no|be|been)\s*$", words[: m.start()])
    ):
        tail_at = m.start("rest") if "rest" in m.re.groupindex else m.end()
        found_permit = _permit(p, start, start + m.start(), start + tail_at, end, env, words)
        if found_permit is not None:
            return found_permit
    if (m := _SHORT_FORBID.search(words)) and m.start() > 0:
        body = _body(p, start, start + m.start(), replace(env, any_of=True))
        if body is not None:
            return Statement("forbid", body, bool(_GROUP.match(words)), text=words)
    conditional = _conditional(p, start, end, env)
    if conditional is not None:
        return conditional
    body = _body(p, start, end, env)
    if body is None:
        return None
    if env.exclusion and isinstance(body, Not) and re.match(r"^\W*(?:no|not)\b", words, re.I) and not _missing(body):
        return Statement("state", NotCompiled(span=p.span(start, end), why="a negation in a list of exclusions can be read both ways"), text=words)
    required = bool(_MUST.search(re.sub(r"\([^()]*\)", "", words))) and not re.match(r"^\W*(?:requir|need)", words, re.I)
    return Statement("require" if required else "state", body, bool(_GROUP.match(words)), text=words)


def _missing(body: Not) -> bool:
    """Whether a negation names something that a patient ought to have ("no measurable disease", "no consent")."""
    vocab = vocabulary()
    for leaf in leaves(body):
        if isinstance(leaf, Judgement | Limit):
            continue
        if isinstance(leaf, Finding) and any(
            c == "measurable_disease" or "histologically_confirmed" in leaf.qualifiers or (c in vocab.diseases and vocab.diseases[c].neoplasm)
            for c in leaf.concepts
        ):
            continue
        return False
    return True


def _permit(p: Passage, start: int, at: int, tail: int, end: int, env: Env, words: str) -> Statement | None:
    """ "Subjects with X can be enrolled", with or without a condition behind it."""
    text = p.text
    group = bool(_GROUP.match(words))
    above = bool(_ABOVE.search(text[start:at]))
    if above:
        found = clause(p, _behind(text, start, at), at, replace(env, any_of=True, window=None, frame=Frame(treatment=True, status="current")))
        condition = found if found is not None else NotCompiled(span=p.span(start, at))
        return Statement("permit", condition, True, True, words)
    body = _body(p, start, at, replace(env, any_of=True, window=None))
    if body is None:
        return None
    rest = text[tail:end]
    if m := _ON_CONDITION.match(rest):
        what = _body(p, tail + m.start("what"), end, replace(env, any_of=False, exclusion=False, window=None))
        condition_then: Condition = what if what is not None else NotCompiled(span=p.span(tail, end))
        if "unless" in m["how"].lower():
            condition_then = Not(span=condition_then.span, item=condition_then)
        span = p.span(start, end)
        if env.exclusion:
            return Statement("permit", AllOf(span=span, items=(body, condition_then)), group, text=words)
        return Statement("state", Given(span=span, when=body, then=condition_then), group, text=words)
    colon = re.match(r"\s*(?:in (?:this|the) (?:study|trial))?\s*:\s*", rest)
    if colon:
        # "Subjects with X can be enrolled: X is defined as ..."
        definition = _body(p, _definition(text, tail + colon.end(), end), end, replace(env, any_of=False, exclusion=False, window=None))
        if definition is not None:
            return Statement("state", Given(span=p.span(start, end), when=body, then=definition), group, text=words)
    extra = _rest(p, tail, end, env)
    if extra is not None:
        if env.exclusion:
            body = _and(body, extra)
        else:
            return Statement("state", Given(span=p.span(start, end), when=body, then=extra), group, text=words)
    return Statement("permit", body, group, text=words)


def _behind(text: str, start: int, at: int) -> int:
    m = _ABOVE.search(text, start, at)
    return m.end() if m else start


def _definition(text: str, start: int, end: int) -> int:
    """Where a definition's body begins: behind "... are defined as"."""
    m = re.compile(r"[^.;]{0,120}?\b(?:(?:is|are)\s+)?defined (?:as|by)\b\s*:?", re.I).match(text, start, end)
    return m.end() if m else start


def _rest(p: Passage, start: int, end: int, env: Env) -> Condition | None:
    """Words behind "are allowed": a window, or something that must not be lost."""
    left = [w for w in words_of(p, start, end)]
    found = windows.find(p.text, start, end)
    left = [w for w in left if not any(f.start <= w.start() < f.end for f in found)]
    left = [w for w in left if w[0].lower() not in ("study", "trial", "participation", "participate", "enrolment", "enrollment")]
    return NotCompiled(span=p.span(left[0].start(), left[-1].end())) if left else None


def _and(a: Condition, b: Condition) -> Condition:
    return AllOf(span=a.span.model_copy(update={"end": max(a.span.end, b.span.end)}), items=(a, b))


def _conditional(p: Passage, start: int, end: int, env: Env) -> Statement | None:
    """Rules for some patients only."""
    text = p.text
    words = text[start:end]
    arms = _or_arms(p, start, end, env)
    if arms is not None:
        return Statement("state", arms, text=words)
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
        when = _body(p, *what, replace(env, any_of=True, window=None))
        if when is None:
            continue
        must = bool(_MUST.search(m["then"])) or pattern is _GROUP_MUST or bool(re.search(r"\bfor inclusion\b", m["then"], re.I))
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
        r"(?:all|each|any|one|at least one)?\s*(?:of )?the (?:following|below)(?:\s+\w+){0,3}?\s+(?:must|should|need to|have to|are|is)\s+(?:also\s+)?(?:be\s+)?(?:met|fulfilled|satisfied|required|present)?[^:]{0,40}:\s*",
        text,
        re.I,
    ):
        any_of = bool(re.match(r"any|one|at least", text, re.I))
        return _body(p, start + m.end(), end, replace(env, any_of=any_of))
    inner = statement(p, start, end, env)
    if inner is None:
        return None
    return Not(span=inner.condition.span, item=inner.condition) if inner.mode == "forbid" else inner.condition


def _or_arms(p: Passage, start: int, end: int, env: Env) -> Condition | None:
    """ "In subjects without X, A, or in subjects with X, B, or C": arms, each for its own patients."""
    text = p.text
    cuts = [m for m in _OR_GROUP.finditer(text, start, end)]
    if not cuts or not _FOR_GROUP.match(text[start:end]):
        return None
    ranges = [(start, cuts[0].start()), *((a.end(), b.start()) for a, b in zip(cuts, cuts[1:], strict=False)), (cuts[-1].end(), end)]
    arms: list[Condition] = []
    for a, b in ranges:
        m = _FOR_GROUP.match(text[a:b])
        if not m:
            return None
        when = _body(p, a + m.start("what"), a + m.end("what"), replace(env, window=None))
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


def _body(p: Passage, start: int, end: int, env: Env) -> Condition | None:
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
        trigger = clause(p, start, m.start(), env)
        if trigger is None:
            continue
        at, stop = m.end(), end
        moved = _trailing_window(p, at, stop)
        if moved and not _has_window(trigger):
            trigger = _with_window(trigger, moved.window)
            stop = moved.start
        carve_env = Env(exclusion=env.exclusion, any_of=True, depth=env.depth + 1)
        carve = carve_route(p, at, stop, trigger) or _body(p, at, stop, carve_env)
        if carve is None:
            carve = NotCompiled(span=p.span(at, stop))
        span = p.span(start, end)
        if isinstance(trigger, Not):
            return Not(span=span, item=Except(span=span, trigger=trigger.item, carve_out=carve))
        if not env.exclusion and not env.any_of and word.startswith("unless"):
            return AnyOf(span=span, items=(trigger, carve))
        if not env.exclusion and not env.any_of and isinstance(trigger, Judgement | Limit):
            return AnyOf(span=span, items=(trigger, carve))
        return Except(span=span, trigger=trigger, carve_out=carve)
    if m2 := _COLON.match(text[start:end]):
        found = _labelled(p, start, end, m2, env)
        if found is not None:
            return found
    return clause(p, start, end, env)


def _labelled(p: Passage, start: int, end: int, m: "re.Match[str]", env: Env) -> Condition | None:
    """ "Liver function: TBIL ≤ ...": a label says nothing; "Subjects with X: rule" says whom the rule is for."""
    head, body_at = m["head"], start + m.start("body")
    head_end = start + m.end("head")
    if _GROUP.match(head) and re.search(r"\b(?:with|who|having|whose|receiving)\b", head):
        when = clause(p, start, head_end, replace(env, any_of=True, window=None))
        then = _body(p, body_at, end, env)
        if when is not None and then is not None:
            return Given(span=p.span(start, end), when=when, then=then) if not env.exclusion else AllOf(span=p.span(start, end), items=(when, then))
    if re.search(r"\b(?:following|defined|includ\w+|such as|criteria|as follows|either|any of|one of)\b", head, re.I):
        return None
    subject = tuple(x.concept for x in p.measures.within(start, head_end))
    if re.search(r"[≥≤<>=\d]", head) and not subject:
        return None
    below = replace(env, subject=subject[:1] or env.subject)
    if not p.entities.within(start, head_end) and not subject:
        return _body(p, body_at, end, below)
    if subject:
        return None
    # "Cardiac disease: NYHA III-IV": the body says what is meant.
    found = _body(p, body_at, end, below)
    if found is not None and any(isinstance(x, Limit) for x in leaves(found)):
        return found
    return None


def _trailing_window(p: Passage, start: int, end: int) -> windows.Found | None:
    found = [f for f in windows.find(p.text, start, end) if f.window.within is not None]
    if found and not words_of(p, found[-1].end, end) and not re.search(r"\bor\b", p.text[found[-1].end : end]):
        return found[-1]
    return None


def _has_window(condition: Condition) -> bool:
    return any(
        getattr(leaf, "window", None) is not None and (leaf.window.within or leaf.window.longer_than)
        for leaf in leaves(condition)
        if not isinstance(leaf, Judgement | NotCompiled) and hasattr(leaf, "window")
    )  # type: ignore[union-attr]


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


__all__ = ["NEGATION", "Mode", "Permitted", "Statement", "sentences", "statement", "statements"]
