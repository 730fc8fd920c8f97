"""A whole condition against the facts: truth by Kleene logic, what each atom contributes, and what is left when silence is set aside.

Three truths are carried up the tree. `truth` is what is known. `settled` is what would be known if every open question that the
note does not raise, and that is not core, were answered in the patient's favour: a criterion that stays unknown even so is
gating. `raised` is the same for a conjunction one of whose halves the note affirms: then its other halves are raised too
(docs/decisions/0001-gating.md).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import assert_never

from assistant.check import derived
from assistant.check.allergies import judge_allergy
from assistant.check.context import Context
from assistant.check.evidence import Chart, graded, is_neoplasm
from assistant.check.findings import TESTED_FOR, judge_finding
from assistant.check.judged import Judged, assumed_absent, open_
from assistant.check.judgements import judge_judgement, judge_not_compiled
from assistant.check.limits import judge_limit
from assistant.check.logic import Truth, all_of, any_of, at_least, negate
from assistant.check.plan import extents, leaf_plan
from assistant.check.scales import judge_category
from assistant.check.treatments import judge_treatment
from assistant.results import Outcome
from index.conditions import (
    TEXT,
    Allergy,
    AllOf,
    AnyOf,
    AtLeast,
    Category,
    Condition,
    Except,
    Finding,
    Given,
    Judgement,
    Leaf,
    Limit,
    Not,
    NotCompiled,
    Permitted,
    Treatment,
    Window,
    leaves,
)
from index.text import Span
from index.vocabulary import vocabulary


@dataclass(slots=True)
class Atom:
    """A leaf with its judgement and what it contributes: PASS does not block, FAIL blocks."""

    leaf: Leaf
    sign: int
    judged: Judged
    outcome: Outcome
    note: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """The truths of a condition. `moot`: the question does not arise. `neutral`: left out of its group. `touched`: facts
    bear on it. `contradicted`: they contradict each other."""

    truth: Truth
    settled: Truth
    raised: Truth
    moot: bool = False
    neutral: bool = False
    touched: bool = False
    contradicted: bool = False


def walk(condition: Condition, context: Context, sign: int, atoms: list[Atom]) -> Node:
    """Truth of `condition`; its leaves are appended to `atoms`. `sign`: +1 where truth is required, -1 where truth blocks."""
    match condition:
        case Limit() | Category() | Finding() | Treatment() | Allergy() | Judgement() | NotCompiled():
            return _leaf(condition, context, sign, atoms)
        case AllOf():
            return _group(condition.items, context, sign, atoms, all_of, blocking_together=sign < 0)
        case AnyOf():
            return _group(condition.items, context, sign, atoms, any_of, blocking_together=sign > 0)
        case AtLeast():
            n = condition.n
            return _group(condition.items, context, sign, atoms, lambda truths: at_least(n, truths), blocking_together=True)
        case Not():
            node = walk(condition.item, context, -sign, atoms)
            if node.moot:  # what cannot concern the patient blocks neither way
                return replace(node, truth=sign > 0, settled=sign > 0, raised=sign > 0)
            return replace(node, truth=negate(node.truth), settled=negate(node.settled), raised=negate(node.raised))
        case Given():
            return _given(condition, context, sign, atoms)
        case Except():
            return _except(condition, context, sign, atoms)
        case Permitted():
            return _permitted(condition, context, sign, atoms)
        case _:
            assert_never(condition)


# -- leaves ------------------------------------------------------------------------------------------------------------


def judge(leaf: Leaf, context: Context) -> Judged:
    """The judgement of one leaf in its context. Without a fact that bears on it, it comes out the same for every patient."""
    plan = leaf_plan(leaf)
    known: dict[tuple[object, ...], Judged]
    key: tuple[object, ...]
    if isinstance(leaf, Category) or plan.touches(context.chart):
        if isinstance(leaf, Judgement):  # looks at the words around it
            return judge_fully(leaf, context)
        known, key = context.chart.judged, (plan, *context.surroundings(leaf))
    else:
        known, key = plan.silent, (context.sign, context.polarity, context.exception)
    judged = known.get(key)
    if judged is None:
        judged = known[key] = judge_fully(leaf, context)
    return judged


def judge_fully(leaf: Leaf, context: Context) -> Judged:
    """The judgement of one leaf on all facts."""
    match leaf:
        case Limit():
            return judge_limit(leaf, context)
        case Category():
            return judge_category(leaf, context)
        case Finding():
            return judge_finding(leaf, context)
        case Treatment():
            return judge_treatment(leaf, context)
        case Allergy():
            return judge_allergy(leaf, context)
        case Judgement():
            return judge_judgement(leaf, context)
        case NotCompiled():
            return judge_not_compiled(leaf, context)
        case _:
            assert_never(leaf)


def _leaf(leaf: Leaf, context: Context, sign: int, atoms: list[Atom]) -> Node:
    context.sign = sign
    judged = judge(leaf, context)
    if context.silence == "absent" and _silent(leaf, judged, context):
        judged = assumed_absent(judged)
    judged = _spoken_of(leaf, judged, context)
    truth = judged.truth
    good = sign > 0
    # A denial says that an alternative does not arise, not that it was tried and failed; but a history of treatment that is asked for and denied
    # leaves the patient with the other alternatives alone.
    asked_for = sign > 0 and isinstance(leaf, Treatment) and core(leaf, context)
    touched = bool(judged.facts) and (asked_for or any(context.chart.facts[i].status != "absent" for i in judged.facts))
    if truth is None:
        atoms.append(Atom(leaf, sign, judged, "UNKNOWN"))
        # Every population statement is a defining feature: unread words of one keep it open.
        defining = context.polarity == "population" and isinstance(leaf, NotCompiled)
        if isinstance(leaf, Judgement):
            # A person's judgement never gates by itself; beside an affirmed fact the investigator's does.
            return Node(None, good, None if leaf.by == "investigator" else good, touched=touched)
        raised = judged.mentioned or context.exception or defining or core(leaf, context)
        raised = raised or disease_mentioned(leaf, context) or extent_mentioned(leaf, context)
        return Node(
            None,
            None if raised else good,
            None if raised or not about_disease(leaf) else good,
            neutral=judged.neutral,
            touched=bool(judged.facts),
            contradicted=judged.why == "conflict",
        )
    atoms.append(Atom(leaf, sign, judged, "NOT_APPLICABLE" if judged.moot else "PASS" if truth is good else "FAIL"))
    return Node(truth, truth, truth, moot=judged.moot, neutral=judged.neutral, touched=touched)


def _spoken_of(leaf: Leaf, judged: Judged, context: Context) -> Judged:
    """The judgement, left open where words that were not understood may bear on it: a value beside a measure's name, or a disease or a treatment
    of which nothing else, or only a denial, is said."""
    match leaf:
        case Limit():
            concepts: tuple[str, ...] = (leaf.measure,)
        case Category():
            concepts = (leaf.scale,)
        case Finding():
            concepts = leaf.concepts
        case Treatment():
            concepts = leaf.targets
        case _:
            return judged
    if judged.moot or (words := context.chart.unread(concepts)) is None:
        return judged
    if isinstance(leaf, Finding | Treatment) and any(context.chart.facts[i].status != "absent" for i in judged.facts):
        return judged
    return open_("ambiguous", f'{judged.reason}; not understood: "{words}"', judged.facts, mentioned=True)


def _silent(leaf: Leaf, judged: Judged, context: Context) -> bool:
    """Whether nothing is said of what would exclude and the caller wants that read as absence; a person's objection is no more mentioned,
    and unread words are not mentioned where none of them is in the note."""
    if context.sign > 0 or judged.truth is not None or judged.facts or (context.ruling and context.polarity != "exclusion"):
        return False
    if isinstance(leaf, Judgement):
        return context.polarity == "exclusion"
    if isinstance(leaf, NotCompiled):
        return context.polarity == "exclusion" and not context.spoken_of(leaf.span)
    if isinstance(leaf, Limit):
        return context.polarity == "exclusion" and judged.why == "missing"
    if isinstance(leaf, Finding) and set(leaf.concepts) <= TESTED_FOR and derived.fertile(context.chart):
        return False  # it takes a test: no note is silent because it was negative
    return judged.why == "missing" and isinstance(leaf, Finding | Treatment | Allergy | Category)


def core(leaf: Leaf, context: Context) -> bool:
    """Whether the vocabulary marks what the leaf is about as core. A diagnosis is core where it is required, not in a list of
    excluded ones; prior cancer treatment is core either way."""
    match leaf:
        case Limit():
            return _marked(leaf.measure)
        case Category():
            return _marked(leaf.scale)
        case Finding():
            if context.sign < 0:
                return False
            return leaf.studied or any(map(_marked, leaf.concepts)) or (context.polarity == "inclusion" and any(map(_diagnosis, leaf.concepts)))
        case Treatment():
            if leaf.window is not None and leaf.window.within is not None:
                return False  # a washout, not a history
            return any(map(_marked, leaf.targets))
        case _:
            return False


@cache
def _diagnosis(concept: str) -> bool:
    row = vocabulary().diseases.get(concept)
    return row is not None and row.kind in ("disease", "infection")


@cache
def _marked(concept: str) -> bool:
    row = vocabulary().concepts.get(concept)
    return (row is not None and row.core) or is_neoplasm(concept)


def about_disease(leaf: Leaf) -> tuple[str, ...]:
    """The diseases that the leaf measures or grades (HBV DNA, a type of thrombus); only they raise it. Empty for most."""
    match leaf:
        case Limit():
            return graded(leaf.measure)
        case Category():
            return graded(leaf.scale)
        case _:
            return ()


def disease_mentioned(leaf: Leaf, context: Context) -> bool:
    """Whether the note affirms the disease that the leaf measures or grades."""
    return any(fact.status in ("present", "possible") for p in about_disease(leaf) for _, fact in context.chart.findings(p).narrow)


def extent_mentioned(leaf: Leaf, context: Context) -> bool:
    """Whether the note affirms a core finding, not itself a tumour, of which the leaf asks for a particular kind or extent: an
    inferior vena cava thrombus, where the leaf is one above the diaphragm."""
    if not isinstance(leaf, Finding):
        return False
    wider = [broad for concept in leaf.concepts for broad in extents(concept)]
    return any(f.status in ("present", "possible") for broad in wider for _, f in context.chart.findings(broad).narrow)


# -- groups ------------------------------------------------------------------------------------------------------------


def _group(
    items: tuple[Condition, ...], context: Context, sign: int, atoms: list[Atom], combine: Callable[[list[Truth]], Truth], *, blocking_together: bool
) -> Node:
    """`blocking_together`: the items block only in concert, so that one item that does not block clears the group. A neutral item is
    left out: a permission, or a limit that is stated in the reported unit too."""
    first = len(atoms)
    nodes = [walk(item, context, sign, atoms) for item in items]
    used = [n for n in nodes if not n.neutral]
    if combine is any_of:
        used = [n for n in used if not n.moot] or used
    if not used:
        return replace(nodes[0], neutral=True) if nodes else Node(None, None, None)
    truth = combine([n.truth for n in used])
    raised = combine([n.raised for n in used])
    blocking = sign < 0
    affirmed = blocking_together and any(n.touched and (n.truth is blocking or n.contradicted) for n in used)
    settled = raised if affirmed else combine([n.settled for n in used])
    if sign > 0 and combine is any_of and settled is True and truth is None and _unread_way_out(items, nodes):
        settled = None
    if sign > 0 and combine is all_of and settled is True and truth is None and _specified(items, nodes, context):
        settled = None
    if blocking_together:
        _in_concert(atoms[first:], truth, good=sign > 0)
    # What cannot concern the patient (a man's pregnancy) neither excludes nor, as a requirement hidden in an exclusion, is missed.
    excluding = sign < 0 or context.polarity == "exclusion"
    moot = all(n.moot for n in used) or (combine is not any_of and truth is False and excluding and any(n.moot for n in used))
    return Node(truth, settled, raised, moot=moot, touched=any(n.touched for n in used))


def _unread_way_out(items: tuple[Condition, ...], nodes: list[Node]) -> bool:
    """Whether one of several ways to meet a requirement matters and is open, and each way that could meet it all the same holds words that
    nobody has read: those are no way out."""
    waiting = any(n.settled is None and not n.neutral for n in nodes)
    ways = [item for item, n in zip(items, nodes, strict=True) if n.settled is True and not n.neutral]
    return waiting and all(any(isinstance(leaf, NotCompiled) for leaf in leaves(way)) for way in ways)


def _specified(items: tuple[Condition, ...], nodes: list[Node], context: Context) -> bool:
    """Whether a required diagnosis that the note affirms is narrowed by words that nobody has read: "advanced HCC which expresses GPC3 protein"."""
    context.sign = 1
    named = any(
        isinstance(leaf, Finding) and core(leaf, context) for item, n in zip(items, nodes, strict=True) if n.truth is True for leaf in leaves(item)
    )
    return named and any(isinstance(item, NotCompiled) for item in items)


def _in_concert(atoms: list[Atom], truth: Truth, *, good: bool) -> None:
    """What the atoms of a group contribute that blocks only as a whole."""
    for atom in atoms:
        if truth is good:
            if atom.outcome == "FAIL":
                atom.outcome, atom.note = "PASS", "does not block: another alternative decides"
            elif atom.outcome == "UNKNOWN":
                atom.outcome, atom.note = "NOT_APPLICABLE", "not needed: another alternative decides"
        elif truth is None and atom.outcome == "FAIL":
            atom.outcome, atom.note = "UNKNOWN", "blocks only together with what is still open"


def _given(condition: Given, context: Context, sign: int, atoms: list[Atom]) -> Node:
    """Implication where it is required; conjunction where it blocks. Not applicable to those whom `when` does not fit."""
    first = len(atoms)
    ruled, context.ruling = context.ruling, True
    when = walk(condition.when, context, -1, atoms)
    context.ruling = ruled
    middle = len(atoms)
    for atom in atoms[first:middle]:
        if atom.outcome == "FAIL":
            atom.outcome, atom.note = "PASS", "the rule applies"
    then = walk(condition.then, context, sign, atoms)
    good = sign > 0
    if when.truth is False:
        for atom in atoms[middle:]:
            atom.outcome, atom.note = "NOT_APPLICABLE", "the rule does not apply"
        return Node(good, good, good, moot=True, touched=when.touched)
    if when.truth is None:
        for atom in atoms[middle:]:
            if atom.outcome == "FAIL":
                atom.outcome, atom.note = "UNKNOWN", "would block if the rule applies"

    def join(applies: Truth, rule: Truth) -> Truth:
        return any_of((negate(applies), rule)) if good else all_of((applies, rule))

    # Once the rule is known to apply, what it asks for is raised by the note. What would block if it did, or applies to nobody knows whom,
    # raises the question whether it does.
    rule = then.raised if when.truth is True else then.settled
    asked = when.truth is None and (then.truth is (not good) or any(isinstance(leaf, NotCompiled) for leaf in leaves(condition.when)))
    return Node(
        join(when.truth, then.truth),
        join(None if asked else when.settled, rule),
        join(None if asked else when.raised, then.raised),
        moot=then.moot and when.truth is True,
        touched=when.touched or then.touched,
    )


def _except(condition: Except, context: Context, sign: int, atoms: list[Atom]) -> Node:
    """Trigger and no carve-out. A carve-out that the note does not hint at does not save an affirmed trigger."""
    first = len(atoms)
    trigger = walk(condition.trigger, context, sign, atoms)
    middle = len(atoms)
    outer, outer_window = context.triggers, context.trigger_window
    context.triggers = outer | concepts_of(condition.trigger)
    context.trigger_window = _washout(condition.trigger) or outer_window
    carve = walk(condition.carve_out, context, -sign, atoms)
    context.triggers, context.trigger_window = outer, outer_window
    blocking = sign < 0
    hinted = [a for a in atoms[middle:] if a.judged.facts]
    carve_truth = carve.truth
    carve_settled = carve.settled
    if trigger.truth is True and carve_truth is None:
        hint = any(a.judged.truth is None and a.judged.facts for a in atoms[middle:])
        if not hint and not _unread_words(condition, context, atoms[first:middle]):
            carve_truth = carve_settled = False
            for atom in atoms[middle:]:
                if atom.outcome in ("UNKNOWN", "FAIL"):
                    atom.outcome, atom.note = "UNKNOWN", "exception not mentioned in the note: ask"
        else:
            carve_settled = None
    if trigger.truth is True and carve_truth is True and not condition.readings:
        more = _beyond(condition.trigger, context, sign, atoms[first:middle], atoms[middle:])
        if more is not False:
            carve_truth = carve_settled = False if more else None
            for atom in atoms[middle:]:
                atom.outcome, atom.note = "NOT_APPLICABLE", "the exception covers only a part of what is affirmed"
    truth = all_of((trigger.truth, negate(carve_truth)))
    settled = all_of((trigger.settled, negate(carve_settled)))
    if condition.readings and trigger.truth is not False and carve.truth is True:
        return _two_readings(condition, atoms, first, middle, trigger)
    if truth is not blocking:
        for atom in atoms[first:]:
            if truth is None and atom.outcome == "FAIL":
                atom.outcome, atom.note = "UNKNOWN", "depends on the exception"
            elif truth is (not blocking) and atom.outcome == "FAIL":
                atom.outcome, atom.note = "PASS", "the exception applies" if trigger.truth is True else "does not block"
            elif truth is (not blocking) and atom.outcome == "UNKNOWN":
                atom.outcome, atom.note = "NOT_APPLICABLE", "not needed"
        for atom in atoms[middle:]:
            if trigger.truth is not True and truth is None and atom.judged.truth is False:
                atom.outcome, atom.note = "NOT_APPLICABLE", "an exception to what is not affirmed"
    return Node(
        truth, settled, settled if truth is None else truth, moot=trigger.moot and truth is not blocking, touched=trigger.touched or bool(hinted)
    )


_EXCEPTION_WORD = re.compile(r"\b(?:except\w*|unless|excluding|other than|apart from|aside from|but not|not including)\b", re.IGNORECASE)


def _unread_words(condition: Except, context: Context, met: list[Atom]) -> bool:
    """Whether an exception that was not wholly understood, or names what the vocabulary does not know, shares words with the note that
    neither its trigger holds nor what met the trigger: it may well apply."""
    if context.criterion is None or not any(map(_unknown, leaves(condition.carve_out))):
        return False
    whole, exception, offset = condition.span, condition.carve_out.span, context.criterion.span.start
    said = list(_EXCEPTION_WORD.finditer(context.criterion.quote, whole.start - offset, exception.start - offset))
    start = said[-1].start() + offset if said else exception.start
    named = " ".join(context.chart.facts[i].source.quote for a in met for i in a.judged.facts)
    return context.shared(Span(start=start, end=exception.end), Span(start=whole.start, end=start), named)


def _unknown(leaf: Leaf) -> bool:
    match leaf:
        case NotCompiled():
            return True
        case Finding():
            return all(c.startswith(TEXT) for c in leaf.concepts)
        case Treatment():
            return all(c.startswith(TEXT) for c in leaf.targets)
        case _:
            return False


def _beyond(trigger: Condition, context: Context, sign: int, met: list[Atom], spared: list[Atom]) -> Truth:
    """Whether the trigger stands on facts that the exception does not cover: sorafenib beside the adjuvant chemotherapy that is
    excepted. False where the exception rests on facts of its own, or on all that the trigger rests on."""
    chart = context.chart
    covered = {i for a in spared if a.judged.truth is True and isinstance(a.leaf, Finding | Treatment) for i in a.judged.facts}
    affirmed = {i for a in met if a.judged.truth is True and isinstance(a.leaf, Finding | Treatment) for i in a.judged.facts}
    words = chart.words
    kinds = concepts_of(trigger)
    if not covered & affirmed and not any(words.is_a(chart.facts[i].concept, c) for i in covered for c in kinds):
        return False

    def alike(i: int) -> bool:
        name = chart.facts[i].concept
        return any(words.is_a(name, chart.facts[k].concept) or words.is_a(chart.facts[k].concept, name) for k in covered)

    if all(i in covered or alike(i) for i in affirmed):
        return False
    kept = tuple(f for i, f in enumerate(chart.patient.facts) if i not in covered and not alike(i))
    rest = Chart(chart.patient.with_facts(kept), chart.as_of)
    return walk(trigger, replace(context, chart=rest, silence="unknown"), sign, []).truth


def _washout(trigger: Condition) -> Window | None:
    """The one time within which all treatments of a trigger must have been given, if it is one."""
    windows = {leaf.window for leaf in leaves(trigger) if isinstance(leaf, Treatment)}
    window = windows.pop() if len(windows) == 1 else None
    return window if window is not None and window.within is not None else None


def concepts_of(condition: Condition) -> frozenset[str]:
    """All concepts that a condition's leaves name."""
    found: set[str] = set()
    for leaf in leaves(condition):
        match leaf:
            case Finding():
                found.update(leaf.concepts)
            case Treatment() | Allergy():
                found.update(leaf.targets)
            case Limit():
                found.add(leaf.measure)
            case Category():
                found.add(leaf.scale)
            case Judgement() | NotCompiled():
                found.add(leaf.kind)
            case _:
                assert_never(leaf)
    return frozenset(found)


def _two_readings(condition: Except, atoms: list[Atom], first: int, middle: int, trigger: Node) -> Node:
    """Trigger and carve-out both hold and the text can be read in two ways that differ: never decided."""
    readings = " / ".join(condition.readings)
    for n, atom in enumerate(atoms[first:], first):
        if trigger.truth is not True and n >= middle:
            atom.outcome, atom.note = "NOT_APPLICABLE", "matters only once the trigger is met"
        elif atom.judged.truth is True and trigger.truth is True:
            atom.judged = replace(atom.judged, why="ambiguous")
            atom.outcome, atom.note = "UNKNOWN", f"the text can be read in two ways: {readings}"
    # Where the trigger itself is open and settles as false, so does the whole; else the two readings keep it open.
    settled, raised = (False if t is False else None for t in (trigger.settled, trigger.raised))
    return Node(None, settled, raised, touched=trigger.touched)


def _permitted(condition: Permitted, context: Context, sign: int, atoms: list[Atom]) -> Node:
    first = len(atoms)
    inner = walk(condition.item, context, sign, atoms)
    for atom in atoms[first:]:
        atom.outcome = "PASS" if atom.judged.truth is not None and atom.judged.facts else "NOT_APPLICABLE"
        atom.note = "a permission: blocks nobody"
    good = sign > 0
    return Node(good, good, good, moot=inner.moot, neutral=True, touched=inner.touched)
