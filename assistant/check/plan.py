"""What of a criterion does not depend on the patient: what it touches, in which units it speaks. Computed once per criterion."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

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


@dataclass(frozen=True, slots=True)
class Plan:
    """`stated_units`: per measure, the units in which limits are stated. `scales`: the scales used. `labs`: limits on values are
    set. `concepts` and `phrases`: what a fact must bear on to matter. `dosed`: what counts from a dose of its own on, exceptions aside.
    `tolerated`: diseases that its exceptions presuppose. `always`: facts of another kind may matter too.
    `unread`: some of its words were not understood."""

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
    concepts: set[str] = set()
    phrases: set[str] = set()
    labs = always = unread = False
    for leaf in leaves(condition):
        plan = leaf_plan(leaf)
        concepts |= plan.concepts
        phrases.update(plan.phrases)
        always = always or plan.always
        unread = unread or isinstance(leaf, NotCompiled)
        if isinstance(leaf, Limit):
            labs = True
            if leaf.unit:
                units.setdefault(leaf.measure, set()).add(leaf.unit)
        elif isinstance(leaf, Category):
            scales.add(leaf.scale)
    stated = {m: frozenset(u) for m, u in units.items()}
    tolerated = frozenset(_tolerated(condition))
    dosed = tuple(_dosed(condition))
    return Plan(condition, stated, frozenset(scales), labs, frozenset(concepts), tuple(sorted(phrases)), dosed, tolerated, always, unread)


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


@dataclass(frozen=True, slots=True)
class LeafPlan:
    """What a fact must bear on to matter to one leaf, and what the leaf comes to when none does."""

    leaf: Leaf
    concepts: frozenset[str]
    phrases: tuple[str, ...]
    always: bool
    silent: list[Judged]

    def touches(self, chart: Chart) -> bool:
        """Whether any fact of the chart can bear on the leaf."""
        return self.always or not chart.reach.isdisjoint(self.concepts) or any(chart.phrase(p) for p in self.phrases)


_leaves: dict[int, LeafPlan] = {}


def leaf_plan(leaf: Leaf) -> LeafPlan:
    """The plan of a leaf, remembered for as long as the leaf is (bounded)."""
    known = _leaves.get(id(leaf))
    if known is not None and known.leaf is leaf:
        return known
    if len(_leaves) >= 4 * MOST:
        _leaves.clear()
    touching = _touching(leaf)
    plain = frozenset(c for c in touching if not c.startswith(TEXT))
    phrases = tuple(sorted(c.removeprefix(TEXT) for c in touching if c.startswith(TEXT)))
    _leaves[id(leaf)] = made = LeafPlan(leaf, plain, phrases, _always(leaf), [])
    return made


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
            return {*leaf.concepts, *bases, *([CANCER] if tumour else ()), *(("sex", "age") if women else ())}
        case Treatment():
            regional = REGIONAL if SYSTEMIC & set(leaf.targets) else ()
            operations = ("surgery",) if {"major_surgery", "minor_surgery"} & set(leaf.targets) else ()
            return {*leaf.targets, *regional, *operations, *(("prior_lines", "systemic_therapy") if leaf.lines or leaf.line else ())}
        case Allergy():
            return {*leaf.targets, ANY_ALLERGY}
        case Judgement():
            return {TEXT + phrase for phrase in STATED.get(leaf.topic, ())}
        case NotCompiled():
            return set()
        case _:
            assert_never(leaf)
