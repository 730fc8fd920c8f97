"""What of a criterion does not depend on the patient: what it touches, in which units it speaks. Computed once per criterion."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from typing import Any, assert_never

from assistant.check.derived import DEFINED, FORMULAS
from assistant.check.evidence import ANY_ALLERGY, CANCER, OTHER_MALIGNANCY, Chart, graded, is_neoplasm
from assistant.check.judged import Judged
from index.conditions import (
    TEXT,
    Allergy,
    Category,
    Condition,
    Except,
    Finding,
    Given,
    Judgement,
    Leaf,
    Limit,
    NotCompiled,
    Permitted,
    Qualifier,
    Treatment,
    children,
    leaves,
)
from index.vocabulary import vocabulary

ANTIBODY = {"hcv_rna": "anti_hcv", "hiv_rna": "hiv_ab"}
"""A viral load above a limit presupposes the antibody: with a negative antibody test nobody measures it."""
TREATMENT_TOXICITY = "treatment_toxicity"
"""What the grade of the side effects of earlier treatment is about."""
REGIONAL = ("haic", "isolated_limb_perfusion", "hipec", "intrathecal_chemotherapy")
"""Cytotoxics into one organ or cavity: whether that is systemic treatment, no text says. Asked of the site."""
SYSTEMIC = frozenset({"systemic_therapy", "chemotherapy", "anticancer_therapy"})
WOMEN_ONLY = frozenset({"pregnancy", "breastfeeding", "childbearing_potential", "postmenopausal", "lactation"})
COMPOSED: dict[str, tuple[str, Qualifier]] = {
    "severe_infection": ("infection", "severe"),
    "life_threatening_bleeding": ("bleeding", "life_threatening"),
}
"""Concepts that are a wider finding with a qualifier."""
STATED = {
    "consent": ("informed consent", "consent"),
    "compliance": ("comply", "compliance", "compliant"),
    "contraception": ("contraception", "contraceptive"),
}
"""What a note may say about a procedural criterion in so many words."""
_CONVERTED = frozenset({"child_pugh_class", "cheng", "sakamoto"})


Surroundings = tuple[bool, frozenset[str], frozenset[tuple[str, frozenset[str]]], tuple[Treatment, ...]]
"""What a criterion gives its leaves: limits are set, the scales, the stated units, what counts from a dose on."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`stated_units`: per measure, the units in which limits are stated. `scales`: the scales used. `labs`: limits on values are
    set. `concepts` and `phrases`: what a fact must bear on to matter. `dosed`: what counts from a dose of its own on, exceptions aside.
    `tolerated`: diseases that its exceptions presuppose. `always`: facts of another kind may matter too.
    `unread`: some of its words were not understood. `around`: what of all that a leaf's judgement may depend on."""

    condition: Condition
    stated_units: dict[str, frozenset[str]]
    scales: frozenset[str]
    labs: bool
    concepts: frozenset[str]
    phrases: tuple[str, ...]
    dosed: tuple[Treatment, ...]
    tolerated: frozenset[str]
    always: bool
    unread: bool
    around: Surroundings

    def touches(self, chart: Chart) -> bool:
        """Whether any fact of the chart can bear on the criterion."""
        return self.always or not chart.reach.isdisjoint(self.concepts) or any(chart.phrase(p) for p in self.phrases)


MOST = 100_000
_plans: dict[int, Plan] = {}


def plan_of(condition: Condition) -> Plan:
    """The plan of a condition, remembered for as long as the condition is (bounded)."""
    known = _plans.get(id(condition))
    if known is not None and known.condition is condition:
        return known
    if len(_plans) >= MOST:
        _plans.clear()
    _plans[id(condition)] = made = _plan(condition)
    return made


def _plan(condition: Condition) -> Plan:
    units: dict[str, set[str]] = {}
    scales: set[str] = set()
    labs = always = unread = dosing = False
    known = leaves(condition)
    plans = [leaf_plan(leaf) for leaf in known]
    for leaf, plan in zip(known, plans, strict=True):
        always = always or plan.always
        if isinstance(leaf, NotCompiled):
            unread = True
        elif isinstance(leaf, Limit):
            labs = True
            if leaf.unit:
                units.setdefault(leaf.measure, set()).add(leaf.unit)
        elif isinstance(leaf, Category):
            scales.add(leaf.scale)
        elif isinstance(leaf, Treatment):
            dosing = dosing or leaf.dose is not None or leaf.for_condition is not None
    if len(plans) == 1:
        concepts, phrases = plans[0].concepts, plans[0].phrases
    else:
        concepts = frozenset[str]().union(*[p.concepts for p in plans])
        phrases = tuple(sorted({phrase for p in plans for phrase in p.phrases}))
    stated = {m: frozenset(u) for m, u in units.items()}
    tolerated = frozenset(_tolerated(condition)) if dosing else _NONE
    dosed = tuple(_dosed(condition)) if dosing else ()
    around = (labs, frozenset(scales), frozenset(stated.items()), dosed)
    return Plan(condition, stated, around[1], labs, concepts, phrases, dosed, tolerated, always, unread, _surroundings.setdefault(around, around))


_NONE = frozenset[str]()
_surroundings: dict[Surroundings, Surroundings] = {}


def _dosed(condition: Condition) -> Iterator[Treatment]:
    """The leaves with a dose limit, without those of exceptions, permissions and the conditions of rules."""
    match condition:
        case Treatment():
            if condition.dose is not None:
                yield condition
        case Except():
            yield from _dosed(condition.trigger)
        case Given():
            yield from _dosed(condition.then)
        case Permitted():
            return
        case _:
            for child in children(condition):
                yield from _dosed(child)


@dataclass(frozen=True, slots=True, eq=False)
class LeafPlan:
    """What a fact must bear on to matter to a leaf, and what the leaf comes to when none does, by the sign, the polarity and whether it
    stands in an exception. One plan serves all leaves that say the same, wherever they stand."""

    concepts: frozenset[str]
    phrases: tuple[str, ...]
    always: bool
    silent: dict[tuple[object, ...], Judged] = field(default_factory=dict)

    def touches(self, chart: Chart) -> bool:
        """Whether any fact of the chart can bear on the leaf."""
        return self.always or not chart.reach.isdisjoint(self.concepts) or any(chart.phrase(p) for p in self.phrases)


_leaves: dict[int, tuple[Leaf, LeafPlan]] = {}
_shared: dict[tuple[object, ...], LeafPlan] = {}
_said: dict[type[Leaf], Any] = {
    kind: itemgetter(*(name for name in kind.model_fields if name != "span"))
    for kind in (Limit, Category, Finding, Treatment, Allergy, Judgement, NotCompiled)
}
"""What a leaf says, without its place."""


def leaf_plan(leaf: Leaf) -> LeafPlan:
    """The plan of a leaf, remembered for as long as the leaf is (bounded)."""
    known = _leaves.get(id(leaf))
    if known is not None and known[0] is leaf:
        return known[1]
    if len(_leaves) >= 4 * MOST:
        _leaves.clear()
        _shared.clear()
    said = _said[type(leaf)](leaf.__dict__)
    plan = _shared.get(said)
    if plan is None:
        plan = _shared[said] = _leaf_plan(leaf)
    _leaves[id(leaf)] = leaf, plan
    return plan


def _leaf_plan(leaf: Leaf) -> LeafPlan:
    touching = _touching(leaf)
    plain = frozenset(c for c in touching if not c.startswith(TEXT))
    phrases = tuple(sorted(c.removeprefix(TEXT) for c in touching if c.startswith(TEXT)))
    return LeafPlan(plain, phrases, _always(leaf))


def _always(leaf: Leaf) -> bool:
    """Whether facts of another kind than those it names may matter to the leaf: computed and converted values, open lists."""
    match leaf:
        case Limit():
            return leaf.measure in FORMULAS or leaf.measure == "qtc"
        case Category():
            return leaf.scale in _CONVERTED
        case Finding() | Treatment():
            return leaf.open_list
        case _:
            return False


def _tolerated(condition: Condition, inside: bool = False) -> set[str]:
    """Diseases for which an exception or a permission allows a treatment."""
    match condition:
        case Treatment():
            return {condition.for_condition} if inside and condition.for_condition else set()
        case Except():
            return _tolerated(condition.trigger, inside) | _tolerated(condition.carve_out, True)
        case Permitted():
            return _tolerated(condition.item, True)
        case _:
            return set().union(*(_tolerated(child, inside) for child in children(condition)))


def _touching(leaf: Leaf) -> set[str]:
    """Concepts on which a fact must bear to matter to the leaf."""
    match leaf:
        case Limit():
            treated = ("anticancer_therapy",) if leaf.about == TREATMENT_TOXICITY else ()
            defining = (DEFINED[leaf.measure][0],) if leaf.measure in DEFINED else ()
            return {leaf.measure, *graded(leaf.measure), *defining, *([ANTIBODY[leaf.measure]] if leaf.measure in ANTIBODY else ()), *treated}
        case Category():
            return {leaf.scale, *graded(leaf.scale)}
        case Finding():
            tumour = any(is_neoplasm(c) or c == OTHER_MALIGNANCY for c in leaf.concepts)
            women = bool(WOMEN_ONLY & set(leaf.concepts))
            bases = [COMPOSED[c][0] for c in leaf.concepts if c in COMPOSED]
            wider = [broad for c in leaf.concepts for broad in extents(c)]
            return {*leaf.concepts, *bases, *wider, *([CANCER] if tumour else ()), *(("sex", "age") if women else ())}
        case Treatment():
            regional = REGIONAL if SYSTEMIC & set(leaf.targets) else ()
            operations = ("surgery",) if {"major_surgery", "minor_surgery"} & set(leaf.targets) else ()
            dosed = leaf.dose is not None and any(vocabulary().is_a(t, "corticosteroid") for t in leaf.targets)
            steroids = ("corticosteroid",) if dosed else ()  # another one at an equivalent dose
            return {*leaf.targets, *regional, *operations, *steroids, *(("prior_lines", "systemic_therapy") if leaf.lines or leaf.line else ())}
        case Allergy():
            return {*leaf.targets, ANY_ALLERGY}
        case Judgement():
            return {TEXT + phrase for phrase in STATED.get(leaf.topic, ())}
        case NotCompiled():
            return set()
        case _:
            assert_never(leaf)


@cache
def extents(concept: str) -> tuple[str, ...]:
    """The wider core findings, not themselves tumours, of which a concept is a particular kind or extent."""
    words = vocabulary()
    broader = words.ancestors(concept) - {concept}
    return tuple(sorted(broad for broad in broader if words.concepts[broad].core and not is_neoplasm(broad)))
