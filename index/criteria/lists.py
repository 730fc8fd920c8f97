"""The pieces of a clause -> conditions, put together."""

import re
from dataclasses import replace

from index.conditions import TEXT, AllOf, AnyOf, Category, Condition, Finding, Judgement, Limit, Not, NotCompiled, Treatment, Window, leaves
from index.criteria import clauses, special
from index.criteria import leaves as leaf_of
from index.criteria.asides import aside
from index.criteria.elliptic import ellipsis
from index.criteria.leaves import Phrase, narrowed, words_of
from index.criteria.lexis import OPEN_LIST, ORGAN
from index.criteria.logic import logic
from index.criteria.passage import Passage
from index.criteria.raised import raised
from index.criteria.shapes import Env, Piece, flat, hull, is_neoplasm, qualified, windowed
from index.criteria.sharing import (
    attach_limits,
    attributes,
    define,
    equivalents,
    hoist,
    share_doses,
    share_purposes,
    share_qualifiers,
    share_windows,
    spread,
)
from index.criteria.tails import details
from index.criteria.together import too_soon
from index.vocabulary import vocabulary


def combine(p: Passage, items: list[Piece], env: Env, start: int, end: int) -> Condition | None:
    ellipsis(p, items)
    share_windows(p, items, env)
    share_qualifiers(p, items, env)
    share_purposes(p, items)
    hoisted = hoist(p, items, env)
    made: list[tuple[Piece, Condition]] = []
    for item in items:
        condition = _condition(p, item, env)
        if made and item.atom and not item.conn and _only_organ(p, *made[-1]):
            made.pop()  # "Hematological ANC ≥ 1.5": a heading
        if condition is not None:
            made.append((item, condition))
    if not made:
        return clauses.nothing(p, start, end, env)
    if len(made) > 1 and _OR_BOTH.search(p.text, start, end) and not env.exclusion:
        parts = [c for _, c in made if not isinstance(c, NotCompiled) or c.why != "not understood"]
        return AnyOf(span=hull(parts), items=tuple(flat(parts, AnyOf))) if len(parts) > 1 else parts[0]
    if env.exclusion and (cut := _and_requires(p, made)) is not None:
        # "have an effusion, and require drainage": both.
        sides = [logic(p, spread(share_doses(part)), env) for part in (made[:cut], made[cut:])]
        return AllOf(span=hull(sides), items=tuple(sides))
    made = _unsuitable(made)
    if (cut := _treated_with(p, made) or (1 if _of_kind(p, made, env) else None)) is not None:
        # "melanoma, previously treated with A or B": the disease, and one of the treatments.
        sides = [logic(p, spread(share_doses(part)), env) for part in (made[:cut], made[cut:])]
        return narrowed(p, AllOf(span=hull(sides), items=tuple(flat(sides, AllOf))), hoisted, start, end)
    made = equivalents(spread(share_doses(made)))
    made = attach_limits(p, attributes(p, made))
    whole = logic(p, made, env)
    return narrowed(p, raised(whole), hoisted, start, end)


_PARTICIPLE = re.compile(
    r"\s*,\s*(?:(?:and|who|which|that|with|whose disease)\s+)?(?:(?:is|are|was|were|has|have|had|been|previously|already|heavily|ever|must|disease"
    r"|either)\s+)*"
    r"(?:pre-?treated|treated|refractory|resistant|intolerant|relapsed|progress(?:ed|ing|ion)|(?:having|who|have|has"
    r"|must\s+have)\s+(?:\w+\s+)?received|failed|after)\b",
    re.I,
)


_AND_NEEDS = re.compile(r"[^;]*\band\s+(?:who\s+|that\s+)?(?:currently\s+|also\s+)?(?:requires?|needs?|are in need of|is in need of)\b", re.I)


def _and_requires(p: Passage, made: list[tuple[Piece, Condition]]) -> int | None:
    """Where a list of findings ends and what they make necessary begins."""
    for k in range(1, len(made)):
        findings = all(isinstance(x, Finding) for _, c in made[:k] for x in leaves(c))
        if findings and made[k][0].verb and _AND_NEEDS.match(p.text, made[k - 1][0].end, made[k][0].end) and isinstance(made[k][1], Treatment):
            return k
    return None


def _unsuitable(made: list[tuple[Piece, Condition]]) -> list[tuple[Piece, Condition]]:
    """ "... not amenable to curative surgery or radiotherapy": the treatments behind the first are of the same "not amenable"."""
    for k, (_, condition) in enumerate(made):
        if isinstance(condition, Finding) and condition.concepts == ("radical_treatment_unsuitable",):
            stop = k + 1
            while (
                stop < len(made)
                and isinstance(made[stop][1], Treatment)
                and made[stop][0].conn in ("or", "and", "and/or", ",", ", or")
                and not made[stop][0].verb
            ):
                stop += 1
            if stop > k + 1:
                return [*made[: k + 1], *made[stop:]]
    return made


def _treated_with(p: Passage, made: list[tuple[Piece, Condition]]) -> int | None:
    """Where a list of diseases ends and one of treatments begins that narrows them ("X, previously treated with A or B")."""
    for k in range(1, len(made)):
        if not _PARTICIPLE.match(p.text, made[k - 1][0].end, made[k][0].end) or made[k][0].conn not in (",", ""):
            continue
        diseases = all(isinstance(x, Finding | Category) for _, c in made[:k] for x in leaves(c))
        treatments = all(isinstance(x, Treatment) for _, c in made[k:] for x in leaves(c))
        return k if diseases and treatments and not made[0][0].negated else None
    last = made[-1][1]
    if len(made) > 2 and isinstance(last, Finding) and last.concepts == ("radical_treatment_unsuitable",) and made[-1][0].conn in ("", ","):
        return len(made) - 1
    return None


_HISTOLOGIES = frozenset("adenocarcinoma squamous_cell_carcinoma carcinoma large_cell_carcinoma".split())


def _of_kind(p: Passage, made: list[tuple[Piece, Condition]], env: Env) -> bool:
    """ "Breast cancer, HER2 positive or triple negative": one tumour, then alternatives that only tell its kind."""
    if env.exclusion or env.any_of or len(made) < 3 or made[1][0].conn != "," or made[0][0].negated:
        return False
    first = made[0][1]
    if not isinstance(first, Finding) or not any(is_neoplasm(c) for c in first.concepts):
        return False
    for _, condition in made[1:]:
        for x in leaves(condition):
            words = x.concepts if isinstance(x, Finding) else ()
            kinds = set(words) <= _HISTOLOGIES or any(re.search(r"\b(?:positive|negative|mutant|mutated|wild-type)\b", w) for w in words)
            if not isinstance(x, Category) and not (words and kinds):
                return False
    return True


def _only_organ(p: Passage, item: Piece, condition: Condition) -> bool:
    """Whether a piece is the name of an organ's function and no more, which a limit right behind it spells out."""
    words = words_of(p, item.start, item.end)
    return isinstance(condition, Judgement) and item.phrase is not None and bool(words) and all(w[0].lower() in ORGAN for w in words)


_ELLIPTIC_ORGAN = re.compile(r"\s*(?:and/or|or|and)\s+[\w-]+\s+(?P<head>allografts?|grafts?|transplants?|transplantations?|injur(?:y|ies))\b", re.I)
_OR_BOTH = re.compile(r",?\s*\bor both\b|,?\s*\bor any combination\b", re.I)


def _condition(p: Passage, item: Piece, env: Env) -> Condition | None:
    if item.atom:
        condition: Condition | None = item.made or item.atom.condition
    elif item.phrase and item.phrase.also:
        condition = _either_way(p, item, env)
    elif item.phrase:
        condition = _phrase_condition(p, item, env)
    else:
        condition = item.made
        if isinstance(condition, Finding | Treatment) and condition.window is None and env.window is not None:
            condition = condition.model_copy(update={"window": env.window})
    if condition is None:
        return None
    for a, b in item.asides:
        condition = aside(p, condition, item, a, b, env)
    return condition


def _either_way(p: Passage, item: Piece, env: Env) -> Condition | None:
    """ "Has received or plans to receive X": X in each of these ways; a time behind the study is of the plan, one before it of the past."""
    phrase = item.phrase
    assert phrase
    found: list[Condition] = []
    for which in (*phrase.also, phrase.frame):
        window = phrase.window
        if window is not None and (which.status == "planned") != window.ahead and which.status != "current":
            window = None if window.ahead or window.within is None else Window(ahead=True)
        own = which if which is phrase.frame else replace(which.over(phrase.frame), response=which.response)
        one = replace(phrase, frame=own, window=window, also=(), narrowing=list(phrase.narrowing))
        made = _phrase_condition(p, replace(item, phrase=one), env)
        if made is not None and made not in found:
            found.append(made)
    if item.negated and any(isinstance(made, Treatment) and made.status == "declined" for made in found):
        # "not eligible for, or declined, X": the denial does not reach the refusal.
        apart = tuple(Not(span=made.span, item=made) if isinstance(made, Treatment) and made.status == "declined" else made for made in found)
        return AllOf(span=found[-1].span, items=apart)
    return None if not found else found[0] if len(found) == 1 else AnyOf(span=found[-1].span, items=tuple(flat(found, AnyOf)))


def _phrase_condition(p: Passage, item: Piece, env: Env) -> Condition | None:
    phrase = item.phrase
    assert phrase
    if phrase.ended:
        # "X must be completed at least 2 weeks before": no X since then.
        when = phrase.off_for or phrase.window or env.window
        soon = too_soon(when) if when is not None else None
        if soon is not None:
            phrase.window, phrase.frame = soon, replace(phrase.frame, treatment=True, status="received")
            phrase.denied = True
        elif (when is None or not (when.within or when.longer_than)) and not env.exclusion:
            phrase.frame, phrase.denied = replace(phrase.frame, treatment=True, status="current"), True  # "X must be stopped": not on it now
        else:
            phrase.narrowing.append(NotCompiled(span=p.span(phrase.start, phrase.tail[1] if phrase.tail else phrase.end)))
    start, end = phrase.start, phrase.end
    whole_end = phrase.tail[1] if phrase.tail else end
    if OPEN_LIST.search(p.text, start, min(len(p.text), whole_end + 12)):
        phrase.open_list = True
        if m := OPEN_LIST.search(p.text, start, end):
            phrase.end = end = m.start() if m.start() > start else end
    if not p.entities.within(start, end) and not [w for w in words_of(p, start, end) if w[0].lower() not in ORGAN]:
        if not phrase.narrowing and item.conn == "" and (joint := _ELLIPTIC_ORGAN.match(p.text, whole_end)):
            # "organ or tissue allograft": the organ's allograft.
            words = f"{p.text[start:end].strip()} {joint['head']}"
            known = [m for m in vocabulary().mentions(words, ("procedure", "condition")) if m.start == 0]
            concepts = (known[-1].concept,) if known else (TEXT + words.lower(),)
            if known and known[-1].table == "condition":
                return Finding(span=p.span(start, whole_end), concepts=concepts, tense="ever" if phrase.frame.ever else "current")
            return Treatment(span=p.span(start, whole_end), targets=concepts, window=phrase.window or env.window)
        if not phrase.narrowing and words_of(p, start, end):
            # "Adequate bone marrow function" and clauses.nothing else: somebody must judge it.
            return Judgement(span=p.span(start, whole_end), by="investigator")
        if phrase.narrowing:
            return phrase.narrowing[0] if len(phrase.narrowing) == 1 else AllOf(span=p.span(start, whole_end), items=tuple(phrase.narrowing))
        return None
    if judged := special.judged(p, start, whole_end):
        del judged
        if special.vague(p, start, min(end, whole_end)) or not p.entities.within(start, end):
            return Judgement(span=p.span(start, whole_end), by="investigator")
    if not p.entities.within(start, end):
        if made := special.procedural(p, start, whole_end):
            return made
        if (trial := special.other_trial(p, start, whole_end, phrase.window or env.window)) is not None:
            return trial
    if phrase.instead is not None:
        return phrase.instead
    for k, c in enumerate(phrase.narrowing):
        named = [leaf for leaf in leaves(c) if isinstance(leaf, Finding)]
        if (
            named
            and len(named) + sum(isinstance(leaf, Category) for leaf in leaves(c)) == len(leaves(c))
            and all(_replaces(p, phrase, leaf) for leaf in named)
        ):
            # "infection with X": X, which is an infection.
            del phrase.narrowing[k]
            quals = tuple(dict.fromkeys((*phrase.frame.qualifiers, *(phrase.qualifiers[0] if phrase.qualifiers else ()))))
            made = qualified(c, quals)
            if phrase.window:
                made = windowed(made, phrase.window)
            return narrowed(p, made, phrase.narrowing, start, whole_end)
    if (
        phrase.purposes
        and not p.entities.within(start, end)
        and re.fullmatch(r"(?:any\s+|other\s+|prior\s+|previous\s+|the\s+)*(?:treatments?|therap(?:y|ies))\s*", p.text[start:end], re.I)
    ):
        cancer = all(is_neoplasm(c) for c in phrase.purposes)
        target = "anticancer_therapy" if cancer else TEXT + "treatment for " + " or ".join(vocabulary().label(c) for c in phrase.purposes)
        status = phrase.frame.status or "received"
        given: list[Condition] = [
            Treatment(
                span=p.span(start, whole_end),
                targets=(target,),
                status=status,
                window=phrase.window or env.window,
                for_condition=c if cancer else None,
            )
            for c in phrase.purposes
        ]
        whole_given = given[0] if len(given) == 1 or not cancer else AnyOf(span=p.span(start, whole_end), items=tuple(given))
        return narrowed(p, whole_given, phrase.narrowing, start, whole_end)
    defined = [c for c in phrase.narrowing if any(isinstance(leaf, Limit | Category) for leaf in leaves(c))]
    condition = leaf_of.leaf(p, phrase, env.window)
    if isinstance(condition, Judgement) and phrase.narrowing and defined:
        return defined[0]
    if phrase.targets or phrase.purposes or phrase.setting or phrase.min_duration:
        condition = details(condition, phrase)
    for definition in defined:
        condition = define(condition, definition)
    return Not(span=condition.span, item=condition) if phrase.denied else condition


def _replaces(p: Passage, phrase: Phrase, c: Finding) -> bool:
    heads = [e.concept for e in p.entities.within(phrase.start, phrase.end)]
    vocab = vocabulary()
    if re.fullmatch(r"(?:infections?|disease|diagnosis|malignancy|cancer)\s*", p.text[phrase.start : phrase.end], re.I):
        return True
    return (
        bool(heads)
        and all(any(vocab.is_a(x, h) and x != h for h in heads) for x in c.concepts)
        and not [
            w
            for w in words_of(p, phrase.start, phrase.end)
            if not any(e.start <= w.start() < e.end for e in p.entities.within(phrase.start, phrase.end))
        ]
    )
