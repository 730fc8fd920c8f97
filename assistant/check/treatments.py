"""What the patient received, receives or is about to receive, against what a criterion asks about it."""

from dataclasses import replace
from datetime import date
from functools import cache

from assistant.check import words
from assistant.check.context import Context
from assistant.check.evidence import NOTHING, Item
from assistant.check.exposure import Met, denials, present
from assistant.check.judged import Judged, fails, holds, open_
from assistant.check.lines import by_course, count_lines
from assistant.check.logic import all_of
from assistant.check.plan import REGIONAL, SYSTEMIC
from index.conditions import Treatment
from index.vocabulary import vocabulary

# What corrects a laboratory value invalidates the sample rather than the patient.
_CORRECTIVE = ("blood_product", "blood_transfusion", "growth_factor", "albumin_infusion", "transfusion", "thrombopoietin_receptor_agonist")


def judge_treatment(leaf: Treatment, context: Context) -> Judged:
    """Whether the patient's exposure to any (or all) of `leaf.targets` is as the leaf asks."""
    if leaf.status in ("planned", "candidate", "declined"):
        return _intended(leaf, context)
    if leaf.lines is not None:
        return count_lines(leaf, context)
    if leaf.line is not None or leaf.combination:
        judged = by_course(leaf, context)
        if judged is not None:
            return judged
    if leaf.all_targets and len(leaf.targets) > 1:
        each = [judge_treatment(leaf.model_copy(update={"targets": (t,), "all_targets": False}), context) for t in leaf.targets]
        return _conjunction(each)
    return _any_target(leaf, context)


def _conjunction(each: list[Judged]) -> Judged:
    truth = all_of(j.truth for j in each)
    chosen = [j for j in each if j.truth is truth]
    facts = tuple(dict.fromkeys(i for j in chosen for i in j.facts))
    return Judged(truth, words.joined([j.reason for j in chosen]), chosen[0].why, facts, any(j.mentioned for j in each))


def _any_target(leaf: Treatment, context: Context) -> Judged:
    chart = context.chart
    met: list[Met] = []
    denied: list[Item] = []
    uncovered: list[str] = []
    unrealised: list[Item] = []
    for target in leaf.targets:
        found = chart.treatments(target)
        met.extend(present(leaf, item, context) for item in _stand_ins(leaf, target, context))
        if found is NOTHING:
            uncovered.append(target)
            continue
        met.extend(_as_given(present(leaf, item, context), target, context) for item in found.narrow if item[1].status == "present")
        unrealised.extend(item for item in found.narrow if item[1].status in ("planned", "considered", "declined", "possible"))
        against = denials(leaf, found, target, context)
        denied.extend(against)
        if not against:
            uncovered.append(target)
    judged = _weigh(leaf, [m for m in met if not m.elsewhere], denied, uncovered, context)
    if judged is None:
        judged = _operation(leaf, context)
    if judged is None:
        judged = _unaffirmed(leaf, met, denied, uncovered, unrealised, context)
    return _invalidating(leaf, judged, context)


def _stand_ins(leaf: Treatment, target: str, context: Context) -> list[Item]:
    """Other steroids, where an exception allows one up to a dose: whether they count at an equivalent one, the text does not say."""
    words_ = context.chart.words
    if not context.exception or leaf.dose is None or not words_.is_a(target, "corticosteroid"):
        return []
    given = context.chart.treatments("corticosteroid").narrow
    return [item for item in given if item[1].status == "present" and not words_.is_a(item[1].concept, target)]


_SIZES = ("major_surgery", "minor_surgery")


def _operation(leaf: Treatment, context: Context) -> Judged | None:
    """An operation that the vocabulary calls neither major nor minor, where one of these excludes."""
    if context.sign > 0 or not set(leaf.targets) & set(_SIZES):
        return None
    chart = context.chart
    for item in chart.treatments("surgery").narrow:
        if item[1].status != "present" or any(chart.words.is_a(item[1].concept, size) for size in _SIZES) or item[1].concept == "surgery":
            continue
        met = present(leaf, item, context)
        if met.truth is not False:
            return open_("ambiguous", f"{met.text}; whether it counts as {words.either(leaf.targets)} is not stated", (item[0],))
    return None


@cache
def _holds_regimens(target: str) -> bool:
    """Whether a group lists regimens, so that its single drugs are meant as given alone."""
    return any(target in regimen.parents for regimen in vocabulary().regimens.values())


def _as_given(met: Met, target: str, context: Context) -> Met:
    """A drug of a group of regimens that was given with others is another regimen: whether that counts is open."""
    fact = met.item[1]
    words_ = context.chart.words
    if not met.truth or not _holds_regimens(target):
        return met
    course = [f.concept for _, f in context.chart.all_treatments() if f is fact or (fact.course is not None and f.course == fact.course)]
    if any(words_.table_of.get(c) == "regimen" and words_.is_a(c, target) for c in course):
        return met
    drugs = {drug for c in course for drug in (words_.regimens[c].components if c in words_.regimens else (c,))}
    others = {d for d in drugs if not words_.is_a(d, target)}
    if not others:
        return met
    return replace(met, truth=None, why="ambiguous", text=f"{met.text}; given with {words.either(sorted(others))}, which is another regimen")


# -- weighing ----------------------------------------------------------------------------------------------------------


def _weigh(leaf: Treatment, met: list[Met], denied: list[Item], uncovered: list[str], context: Context) -> Judged | None:
    true = [m for m in met if m.truth is True]
    undecided = [m for m in met if m.truth is None]
    if true:
        clash = [d for d in denied if d[1].concept == true[0].item[1].concept and d[1].time == true[0].item[1].time]
        facts = tuple(dict.fromkeys(m.item[0] for m in true))
        if clash:
            return open_(
                "conflict", f"the note contradicts itself: {words.quoted(true[0].item[1])} against {words.quoted(clash[0][1])}", (*facts, clash[0][0])
            )
        dates = [m.clears for m in true]
        clears = max((d for d in dates if d is not None), default=None) if all(dates) else None
        return holds(words.joined([m.text for m in true]), facts, clears=clears, remedy=_remedy(leaf, true, clears))
    if undecided:
        facts = tuple(dict.fromkeys(m.item[0] for m in undecided))
        return open_(undecided[0].why, words.joined([m.text for m in undecided]), facts, clears=undecided[0].clears)
    if met:
        facts = tuple(dict.fromkeys((*(m.item[0] for m in met), *(i for i, _ in denied))))
        return fails(words.joined([m.text for m in met]), facts)
    return None


def _remedy(leaf: Treatment, true: list[Met], clears: date | None) -> str | None:
    """What would change it: the end of a washout, or stopping the drug."""
    if leaf.window is None or leaf.window.within is None:
        return None
    length = words.span_of_time(leaf.window.within)
    names = " and ".join(dict.fromkeys(words.label(m.item[1].concept) for m in true))
    if clears is None:
        return f"possible {length} after the last dose of {names}, if it can be stopped"
    last = max((m for m in true if m.clears is not None), key=lambda m: m.clears or date.min).item[1]
    return f"re-check from {clears.isoformat()}: {length} after {words.label(last.concept)} on {words.day(last.until or last.when)}"


def _unaffirmed(leaf: Treatment, met: list[Met], denied: list[Item], uncovered: list[str], unrealised: list[Item], context: Context) -> Judged:
    facts = tuple(dict.fromkeys(i for i, _ in denied))
    planned = tuple(dict.fromkeys(i for i, f in unrealised))
    regional = _regional(leaf, context)
    if regional is not None:  # even beside a denial: whoever wrote it may not have counted what was given into the artery
        return regional
    if denied and not uncovered:
        return fails(f"denied: {words.quoted(denied[0][1])}{_only_planned(unrealised)}", facts)
    if leaf.open_list and (sibling := _sibling(leaf, context)) is not None:
        return open_("open_list", f"{words.quoted(sibling[1])} is not named, but the list is left open", (sibling[0],))
    if met:
        other = met[0].item
        if context.exception:
            return fails(f"{words.quoted(other[1])} was for {words.label(other[1].for_condition or 'text:another tumour')}", (other[0],))
        return open_(
            "missing",
            f"{words.quoted(other[1])} was for {words.label(other[1].for_condition or 'text:another tumour')}; nothing else mentioned",
            (other[0],),
        )
    if unrealised:
        state = {
            "planned": "planned, not received",
            "considered": "under discussion, not received",
            "declined": "declined, not received",
            "possible": "not certain",
        }
        item = unrealised[0]
        reason = f"{words.quoted(item[1])}: {state[item[1].status]}; earlier treatment not mentioned"
        return open_("missing", reason, planned, mentioned=item[1].status == "possible")
    if denied:
        return open_("missing", f"denied: {words.quoted(denied[0][1])}; {words.either(uncovered)} not mentioned", facts)
    if (wider := _kind_unstated(leaf, context)) is not None:
        return wider
    return open_("missing", f"{words.either(leaf.targets)} not mentioned")


def _kind_unstated(leaf: Treatment, context: Context) -> Judged | None:
    """A stated treatment whose kind an exclusion names ("transplanted in 2015", where a liver transplant excludes)."""
    if context.sign > 0 or context.exception:
        return None
    for target in leaf.targets:
        for i, fact in context.chart.treatments(target).broad:
            if fact.status == "present" and fact.concept not in _ANY_TREATMENT:
                return open_("ambiguous", f"{words.quoted(fact)}: whether it is {words.label(target)} is not stated", (i,))
    return None


_ANY_TREATMENT = frozenset({"surgery", "major_surgery", "anticancer_therapy", "systemic_therapy"})
"""Treatments that say too little for a narrower one to come to mind."""


def _only_planned(unrealised: list[Item]) -> str:
    return f" ({words.quoted(unrealised[0][1])} is not treatment received)" if unrealised else ""


def _regional(leaf: Treatment, context: Context) -> Judged | None:
    if not set(leaf.targets) & SYSTEMIC:
        return None
    for concept in REGIONAL:
        for i, fact in context.chart.treatments(concept).narrow:
            if fact.status == "present":
                return open_("ambiguous", f"{words.quoted(fact)}: the text does not say whether regional chemotherapy counts as systemic", (i,))
    return None


_TOO_BROAD = frozenset({"anticancer_therapy", "systemic_therapy", "local_therapy", "drug", "surgery", "immunosuppressant", "procedure"})


def _sibling(leaf: Treatment, context: Context) -> Item | None:
    """A present treatment that shares a direct class with a named target without being one."""
    vocabulary = context.chart.words
    classes = {p for t in leaf.targets if (row := vocabulary.concepts.get(t)) for p in row.parents} - _TOO_BROAD
    for item in context.chart.all_treatments():
        if any(vocabulary.is_a(item[1].concept, t) for t in leaf.targets):
            continue
        if item[1].status == "present" and classes & vocabulary.ancestors(item[1].concept):
            met = present(leaf, item, context)
            if met.truth is not False:
                return item
    return None


def _invalidating(leaf: Treatment, judged: Judged, context: Context) -> Judged:
    """A transfusion or a growth factor before a sample does not exclude the patient: the sample does not count."""
    if not context.labs or context.sign > 0 or judged.truth is not True:
        return judged
    if not any(context.chart.words.is_a(context.chart.facts[i].concept, c) for i in judged.facts for c in _CORRECTIVE):
        return judged
    return open_("invalidated", f"{judged.reason}: laboratory values after it do not count", judged.facts, clears=judged.clears)


# -- plans -------------------------------------------------------------------------------------------------------------


def _intended(leaf: Treatment, context: Context) -> Judged:
    chart = context.chart
    for target in leaf.targets:
        found = chart.treatments(target)
        for i, fact in found.narrow:
            if leaf.status == "declined":
                if fact.status == "declined":
                    return holds(f"declined: {words.quoted(fact)}", (i,))
                continue
            if fact.status == "planned":
                return holds(f"planned: {words.quoted(fact)}", (i,))
            if fact.status == "considered":
                return open_("missing", f"under discussion: {words.quoted(fact)}", (i,))
            if fact.status == "declined":
                return fails(f"declined: {words.quoted(fact)}", (i,))
    verb = {"planned": "planned", "declined": "a refusal"}.get(leaf.status, "suitability for it")
    return open_("missing", f"{words.either(leaf.targets)}: {verb} not mentioned")
