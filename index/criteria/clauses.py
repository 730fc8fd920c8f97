"""A clause -> one condition: negation, frames, lists with shared heads and windows, brackets, narrowing tails."""

import re
from dataclasses import replace

from index.conditions import AllOf, AnyOf, Category, Condition, Except, Finding, Judgement, Limit, Not, NotCompiled, Treatment, Window, leaves
from index.criteria import special, toxicity, windows
from index.criteria.asides import CARVE, CARVE_INSIDE
from index.criteria.leaves import words_of
from index.criteria.lexis import CONNECTOR, EXAMPLES, NEGATION, NOISE, TAIL, Frame
from index.criteria.lists import combine
from index.criteria.passage import Passage
from index.criteria.scan import SEX, pieces
from index.criteria.shapes import Env, closing, condition_start, is_neoplasm, trim, windowed
from index.vocabulary import vocabulary

_LONGEST = 4_000  # characters of one clause; real ones stay far below
CONNECTOR_OR = re.compile(r",|;|\bor\b", re.I)


def clause(p: Passage, start: int, end: int, env: Env) -> Condition | None:
    """The condition that `text[start:end]` states, or None if it states nothing. Polarity is not applied here."""
    start, end = trim(p.text, start, end)
    if start >= end:
        return None
    if env.depth > 8 or end - start > _LONGEST:
        return NotCompiled(span=p.span(start, end), why="too long or too deeply nested")
    if inner := _inside(p, start, end):
        a, b = inner
        noun = _GENERIC_NOUN.match(p.text, b, end)
        if noun:
            # "hepatitis C virus (HCV RNA detected) infection": the bracket is of the name before it.
            return clause(p.without([(b, noun.end())]), start, end - (noun.end() - b), replace(env, depth=env.depth + 1))
        carved = CARVE.match(p.text[a + 1 : b - 1])
        gloss = EXAMPLES.match(p.text, a + 1, b - 1) or _gloss(p, a, b, end)
        at = a + 1 + (carved.end() if carved else 0)
        extra = (
            None
            if gloss
            else clause(p, at, b - 1, replace(env, window=None, frame=Frame(), any_of=env.exclusion or bool(carved), depth=env.depth + 1))
        )
        shorter = p.without([(a - 1 if p.text[a - 1 : a] == " " else a, b)])
        main = clause(shorter, start, end - (b - (a - 1 if p.text[a - 1 : a] == " " else a)), replace(env, depth=env.depth + 1))
        timed = windows.find(p.text, a + 1, b - 1)
        if main is not None and timed and not [w for w in words_of(p, a + 1, b - 1) if not any(f.start <= w.start() < f.end for f in timed)]:
            return _then(main, timed[0].window)
        if main is None or extra is None:
            return main or extra
        if carved:
            inner_main = main.item if isinstance(main, Not) else main
            excepted = Except(span=p.span(start, end), trigger=inner_main, carve_out=extra)
            return Not(span=excepted.span, item=excepted) if isinstance(main, Not) else excepted
        if isinstance(main, AnyOf) and not gloss:
            # A bracket inside one item of a list narrows that item; which one is not known here.
            extra = NotCompiled(span=p.span(a, b))
        return AllOf(span=p.span(start, end), items=(main, extra))
    if (bars := _BARS_CONSENT.search(p.text, start, end)) and bars.start() > start and not p.entities.within(bars.end(), end):
        # "a psychiatric disorder that would preclude informed consent": the disorder, where somebody judges it so.
        ill = clause(p, start, bars.start(), replace(env, depth=env.depth + 1))
        weighed = Judgement(span=p.span(bars.start(), end), by="investigator")
        if isinstance(ill, Not) and NEGATION.match(p.text, start, end):
            return Not(span=p.span(start, end), item=AllOf(span=p.span(start, end), items=(ill.item, weighed)))
        return weighed if ill is None or isinstance(ill, Judgement) else AllOf(span=p.span(start, end), items=(ill, weighed))
    if (apart := special.consent_apart(p, start, end)) is not None:
        a, b = apart
        consent = special.special(p, a, b, env.window, env.exclusion) or Judgement(span=p.span(a, b), by="procedural", topic="consent")
        sides = [clause(p, x, y, replace(env, depth=env.depth + 1)) for x, y in ((start, a), (b, end))]
        known = [c for c in (sides[0], consent, sides[1]) if c is not None]
        kind = AnyOf if env.exclusion or env.any_of else AllOf
        return known[0] if len(known) == 1 else kind(span=p.span(start, end), items=tuple(known))
    if env.exclusion and special.contraception(p.text[start:end]) and (mine := special.contraception_apart(p, start, end)):
        # "an IUD, adrenal failure or porphyria": the items beside the contraception are read without it.
        rest = clause(p.without(mine), start, end - sum(b - a for a, b in mine), replace(env, depth=env.depth + 1))
        agreed = Judgement(span=p.span(*mine[0]), by="procedural", topic="contraception")
        return agreed if rest is None else AnyOf(span=p.span(start, end), items=(agreed, *(rest.items if isinstance(rest, AnyOf) else (rest,))))
    if env.exclusion and (again := _UNRECOVERED.search(p.text, start, end)) and again.start() > start:
        # "... within 4 weeks, or those who have not recovered from toxicity": a trigger of its own.
        sides = [clause(p, a, b, replace(env, depth=env.depth + 1)) for a, b in ((start, again.start()), (again.end(), end))]
        both = [c for c in sides if c is not None]
        if len(both) == 2:
            return AnyOf(span=p.span(start, end), items=tuple(x for c in both for x in (c.items if isinstance(c, AnyOf) else (c,))))
    if made := special.special(p, start, end, env.window, env.exclusion):
        return made
    if (
        (n := NEGATION.match(p.text, start, end))
        and re.search(r"allerg|sensitiv|anaphyl", p.text[n.end() : end], re.I)
        and (found := special.allergy(p, n.end(), end))
    ):
        return _with_rest(p, Not(span=p.span(start, found[1]), item=found[0]), found[1], end, env)
    if re.search(r"allerg|sensitiv|anaphyl|contraindicat|intoleran|idiosync", p.text[start:end], re.I) and (found := special.allergy(p, start, end)):
        return _with_rest(p, found[0], found[1], end, env)
    if (trial := special.other_trial(p, start, end, env.window)) and not p.entities.within(start, end):
        return trial
    if (
        (m := special.INVESTIGATOR.search(p.text, start, end))
        and not CONNECTOR_OR.search(p.text[start : m.start()])
        and not p.entities.within(start, m.start())
        and not p.measures.within(start, m.start())
    ):
        return Judgement(span=p.span(start, end), by="investigator")
    if made := toxicity.toxicity(p, start, end, env.window):
        carved = CARVE_INSIDE.search(p.text, start, end)
        if carved is None:
            return made
        stop = closing(p.text, carved.start() + p.text[carved.start() : carved.end()].find("("), end) if "(" in carved[0] else end
        carve = clause(
            p,
            carved.end(),
            stop - 1 if "(" in carved[0] and p.text[stop - 1] == ")" else stop,
            replace(env, any_of=True, window=None, depth=env.depth + 1),
        )
        carve = carve or NotCompiled(span=p.span(carved.end(), stop))
        span = p.span(start, end)
        if env.exclusion:
            return Except(span=span, trigger=made, carve_out=carve)
        barred = made.item if isinstance(made, Not) else Not(span=made.span, item=made)
        return Not(span=span, item=Except(span=span, trigger=barred, carve_out=carve))
    if (effect := _effect(p, start, end, env)) is not None:
        return effect
    if not p.entities.within(start, end) and not p.measures.within(start, end) and (made := special.procedural(p, start, end)):
        return made
    if (sexes := _sexes(p, start, end)) and not [w for w in words_of(p, start, end) if w[0].lower() not in _ABOUT_SEX]:
        sex = Category(span=p.span(start, end), scale=SEX, values=sexes)
        if not env.exclusion and "healthy_volunteer" in vocabulary().diseases and re.search(r"\bhealthy\b", p.text[start:end], re.I):
            # "Healthy adult male": both are asked for.
            healthy = Finding(span=p.span(start, end), concepts=("healthy_volunteer",))
            return healthy if len(sexes) == 2 else AllOf(span=sex.span, items=(sex, healthy))
        return sex
    if special.ABILITY.match(p.text, start, end) and not CONNECTOR_OR.search(p.text[start:end]) and not re.search(r"\band\b", p.text[start:end]):
        return Judgement(span=p.span(start, end), by="procedural", topic="other")
    items = pieces(p, start, end, env)
    if not items:
        return nothing(p, start, end, env)
    whole = combine(p, items, env, start, end)
    if (
        whole is not None
        and len(sexes) == 1
        and not env.exclusion
        and env.depth == 0
        and not env.any_of
        and (
            _LED_BY_SEX.match(p.text, start, end)
            or re.search(r"[,;]\s*(?:and\s+)?(?:fe)?males?\s*(?:only|patients|sex|gender)?\s*$", p.text[start:end], re.I)
        )
    ) and all(isinstance(x, Limit | Category) or (isinstance(x, Finding) and any(is_neoplasm(c) for c in x.concepts)) for x in leaves(whole)):
        # "Women aged 18-70", "Men with prostate cancer"
        return AllOf(span=whole.span, items=(Category(span=p.span(start, end), scale=SEX, values=sexes), whole))
    led = _GROUP_OF_SEX.match(p.text, start, end) if len(sexes) == 1 and env.exclusion and env.depth == 0 else None
    alone = led is not None and not re.search(r"[;]|,\s*(?:or|and)\s", p.text[led.end() : end])
    if whole is not None and led and alone and not all(_said_of_sex(x) for x in leaves(whole)):
        # "Women with prior hysterectomy", "Male patients with QTc > 450 ms": others are not barred by it.
        return AllOf(span=whole.span, items=(Category(span=p.span(start, led.end()), scale=SEX, values=sexes), whole))
    return whole


def _then(condition: Condition, window: Window) -> Condition:
    """A condition inside a window: what "current (within 6 weeks)" allows to have ended has been received."""
    if isinstance(condition, Treatment) and condition.status == "current" and window.within is not None:
        condition = condition.model_copy(update={"status": "received"})
    if isinstance(condition, AllOf | AnyOf):
        return condition.model_copy(update={"items": tuple(_then(c, window) for c in condition.items)})
    return windowed(condition, window)


_ABOUT_SEX = frozenset(
    "gender sex regardless either limitation limited both only race races ethnic ethnicity racial group groups"
    " human healthy restriction restrictions genders sexes origin background non-pregnant".split()
)
_LED_BY_SEX = re.compile(
    r"\W*(?:adult\s+|healthy\s+|only\s+|all\s+)*(?:females?|males?|wom[ae]n|m[ae]n)\b(?!\s+(?:of|who|whose|must|should|and|or|partners?))", re.I
)


_GROUP_OF_SEX = re.compile(
    r"\W*(?:all\s+|any\s+|adult\s+|the\s+)*(?:females?|males?|wom[ae]n|m[ae]n)\b(?:\s+(?:patients?|subjects?|participants?|individuals?))?"
    r"\s+(?:with|who|under|over|aged|diagnosed|having|whose|taking|receiving|on|using|[<>≤≥])",
    re.I,
)
_FERTILE = frozenset("pregnancy breastfeeding childbearing_potential postmenopausal premenopausal planning_pregnancy contraception_use".split())


def _said_of_sex(leaf: Condition) -> bool:
    """Whether a condition says by itself which sex it is about, or is settled by asking."""
    if isinstance(leaf, Finding):
        return set(leaf.concepts) <= _FERTILE
    return isinstance(leaf, Judgement) or (isinstance(leaf, Category) and leaf.scale in (SEX, "hcg"))


def _sexes(p: Passage, start: int, end: int) -> tuple[str, ...]:
    """The sexes that a clause names."""
    words = {w.lower() for w in re.findall(r"\b(?:females?|males?|wom[ae]n|m[ae]n|boys?|girls?)\b", p.text[start:end], re.I)}
    female = any(w.startswith(("f", "w", "g")) for w in words)
    male = any(w.startswith(("m", "b")) for w in words)
    return (("female",) if female else ()) + (("male",) if male else ())


def _effect(p: Passage, start: int, end: int, env: Env) -> Condition | None:
    """ "Other diseases, X, or abnormalities that may increase the risk ...": a list whose effect somebody must judge."""
    found = special.judged(p, start, end)
    if found is None:
        return None
    first = re.compile(r"[^,;]*").match(p.text, start, found[0])
    if first and first.end() > start and special.vague(p, start, min(first.end(), found[0])) and words_of(p, start, min(first.end(), found[0])):
        if (named := EXAMPLES.search(p.text, start, found[0])) and special.vague(p, start, named.start()):
            # "Uncontrolled illness including A, B, or situations that would limit compliance": A and B are named.
            links = [
                m
                for m in CONNECTOR.finditer(p.text, named.end(), found[0])
                if m[0].strip() and not any(e.start < m.end() and m.start() < e.end for e in p.entities.within(named.end(), end))
            ]
            stop = links[-1].start() if links else found[0]
            listed = clause(p, named.end(), stop, replace(env, any_of=True, depth=env.depth + 1))
            if listed is not None and re.search(r"\bun(?:controlled|stable)\b|poorly[- ]controlled", p.text[start : named.start()], re.I):
                listed = uncontrolled(listed)
            if listed is not None:
                judgement = Judgement(span=p.span(stop, end), by="investigator")
                span = p.span(start, end)
                whole = AnyOf(span=span, items=(*(listed.items if isinstance(listed, AnyOf) else (listed,)), judgement))
                return Not(span=span, item=whole) if NEGATION.match(p.text, start, end) else whole
        return _with_examples(p, start, found[1], end, env)
    last = None
    for m in CONNECTOR.finditer(p.text, start, found[0]):
        if m[0].strip() and not any(e.start < m.end() and m.start() < e.end for e in p.entities.within(start, end)):
            last = m
    if last is not None and special.vague(p, last.end(), found[0]) and last.start() > start:
        before = clause(p, start, last.start(), replace(env, depth=env.depth + 1))
        judgement = Judgement(span=p.span(last.end(), end), by="investigator")
        if before is None:
            return judgement
        span = p.span(start, end)
        if isinstance(before, Not) and not env.exclusion and NEGATION.match(p.text, start, end):
            denied = AnyOf(span=span, items=(*(before.item.items if isinstance(before.item, AnyOf) else (before.item,)), judgement))
            return Not(span=span, item=denied)
        return (
            AnyOf(span=span, items=(before, judgement))
            if env.exclusion or env.any_of or "or" in last[0]
            else AllOf(span=span, items=(before, judgement))
        )
    return None


def _with_examples(p: Passage, start: int, at: int, end: int, env: Env) -> Condition:
    """ "Conditions that may affect the study, including A and B": somebody's judgement, and A and B are named."""
    judgement = Judgement(span=p.span(start, end), by="investigator")
    named = EXAMPLES.search(p.text, at, end)
    if named is None or NEGATION.match(p.text, start, end):
        return judgement
    stop = end
    opened = p.text.rfind("(", start, named.start() + 1)
    if opened >= 0 and opened >= named.start() - 1:
        stop = min(end, closing(p.text, opened, end) - 1)
    listed = clause(p, named.end(), stop, replace(env, any_of=True, window=None, depth=env.depth + 1))
    if listed is None or any(isinstance(x, NotCompiled) for x in leaves(listed)):
        return judgement
    if "inclu" not in named[0].lower():
        # "such as infections": an infection may have the effect; somebody has to say whether it has.
        listed = AllOf(span=judgement.span, items=(listed, judgement))
    return AnyOf(span=judgement.span, items=(*(listed.items if isinstance(listed, AnyOf) else (listed,)), judgement))


def uncontrolled(condition: Condition) -> Condition:
    """ "Uncontrolled illness such as diabetes or hypertension": the lasting diseases among the examples are meant where they are uncontrolled."""
    match condition:
        case AnyOf() | AllOf():
            return condition.model_copy(update={"items": tuple(uncontrolled(c) for c in condition.items)})
        case Finding() if not condition.qualifiers and all(
            c in vocabulary().diseases and vocabulary().diseases[c].kind == "disease" for c in condition.concepts
        ):
            return condition.model_copy(update={"qualifiers": ("uncontrolled",)})
        case _:
            return condition


_BARS_CONSENT = re.compile(
    r"\b(?:that|which)\s+(?:(?:would|may|might|could|will|can|potentially|also)\s+)*(?:prohibit|preclude|prevent|impair|interfer|limit|compromis"
    r"|hinder|affect|make|render)\w*"
    r"\b[^;]*?\b(?:consent|assent)\b",
    re.I,
)
_GENERIC_NOUN = re.compile(
    r"\s+(?:infections?|virus|disease|disorders?|syndrome|therapy|treatment|drugs?|agents?|inhibitors?|antibod(?:y"
    r"|ies))(?![\w-])",
    re.I,
)
_UNRECOVERED = re.compile(
    r",?\s*\b(?:and/or|or)\s+(?:(?:those|patients|subjects|participants)\s+)?(?=(?:who\s+)?(?:have|has)\s+not\s+(?:yet\s+|fully\s+|completely\s+"
    r"|adequately\s+)*recovered\b)",
    re.I,
)
_GOES_ON = re.compile(r"\s[a-z][\w-]+")


def _inside(p: Passage, start: int, end: int) -> tuple[int, int] | None:
    """The first bracket that stands inside a noun phrase ("triple negative (ER-, PR-) breast cancer"), not behind one."""
    i = start
    while (i := p.text.find("(", i, end)) >= 0:
        close = closing(p.text, i, end)
        after = _GOES_ON.match(p.text, close, end)
        if (
            i > start
            and after
            and not CONNECTOR.match(p.text, close, end)
            and not TAIL.match(p.text, close + 1, end)
            and after[0].strip() not in NOISE
            and not windows.find(p.text, close, min(end, close + 40))[:1]
        ):
            if numbers_inside := re.search(r"[≥≤<>=]", p.text[i:close]):
                del numbers_inside
                return None
            return i, close
        i = close
    return None


def _gloss(p: Passage, a: int, b: int, end: int) -> bool:
    """Whether a short bracket only repeats, in other words, what stands around it ("central nervous system (brain) metastases")."""
    inner = p.text[a + 1 : b - 1]
    if len(inner.split()) > 3 or re.search(r"\b(?:or|and|not|no)\b|[<>≤≥=]", inner):
        return False
    following = p.text[b : min(end, b + 40)].split()
    vocab = vocabulary()
    around = [
        e.concept
        for e in vocab.mentions(
            f"{p.text[max(0, a - 50) : a].strip()} {' '.join(following[:3])}", ("condition", "drug", "drug_class", "procedure", "regimen")
        )
    ]
    named = [
        e.concept
        for n in (1, 2)
        for e in vocab.mentions(f"{inner} {' '.join(following[:n])}", ("condition", "drug", "drug_class", "procedure", "regimen"))
        if e.start == 0
    ]
    return any(vocab.is_a(x, y) or vocab.is_a(y, x) for x in named for y in around)


def nothing(p: Passage, start: int, end: int, env: Env) -> Condition | None:
    """A clause without anything known: procedural, or words that were not understood."""
    if made := special.procedural(p, start, end):
        return made
    if left := words_of(p, start, end):
        return NotCompiled(span=p.span(left[0].start(), left[-1].end()))
    return None


def _with_rest(p: Passage, condition: Condition, at: int, end: int, env: Env) -> Condition:
    """A condition followed by further clauses, joined as a list."""
    at2, end2 = trim(p.text, at, end)
    word = re.compile(r"(?:and/or|and|or)\b", re.I).match(p.text, at2, end2)
    at2 = word.end() if word else at2
    if m := CARVE.match(p.text[at2:end2]):
        carve = clause(p, at2 + m.end(), end2, replace(env, any_of=True, depth=env.depth + 1))
        return Except(span=p.span(condition_start(condition, p, at), end2), trigger=condition, carve_out=carve) if carve else condition
    rest = clause(p, at2, end2, replace(env, depth=env.depth + 1)) if at2 < end2 else None
    if rest is None:
        return condition
    narrow = re.match(r"\s*(?:that|which|who|where|if|when)\b", p.text[at2:end2])
    span = p.span(condition_start(condition, p, at), end2)
    if narrow:
        return AllOf(span=span, items=(condition, NotCompiled(span=p.span(at2, end2))))
    return (
        AnyOf(span=span, items=(condition, rest))
        if env.exclusion or env.any_of or (word and word[0].lower() != "and")
        else AllOf(span=span, items=(condition, rest))
    )
