"""Diseases, events and states: what the note affirms, denies, dates and narrows, through the is-a relations of the vocabulary."""

import re
from dataclasses import dataclass
from datetime import date

from assistant.check import derived, words
from assistant.check.context import Context
from assistant.check.evidence import (
    CANCER,
    NOTHING,
    OTHER_MALIGNANCY,
    Item,
    is_current_tumour,
    is_neoplasm,
    is_tissue,
    may_be_secondary,
    neoplasms,
    of_its_own,
    related,
)
from assistant.check.judged import Judged, fails, holds, open_
from assistant.check.logic import Truth, all_of
from assistant.check.plan import COMPOSED, WOMEN_ONLY
from assistant.check.qualifiers import BASIS, qualified, stated
from assistant.check.windows import back, placed
from assistant.patient.facts import Fact
from assistant.results import UnknownReason
from index.conditions import Finding, Qualifier

_CARRIED = ("hepatitis_b", "hepatitis_c", "hepatitis_d", "hiv", "latent_tuberculosis", "h_pylori_infection", "varices")
_LIFELONG = ("hiv", "htlv")
_TODAY = frozenset({"active", "uncontrolled", "symptomatic", "unresolved", "progressive", "requires_systemic_treatment", "requires_treatment"})
_FERTILE_ONLY = frozenset({"pregnancy", "breastfeeding", "childbearing_potential", "lactation"})
TESTED_FOR = frozenset({"pregnancy", "childbearing_potential"})
_TERM = 300  # days; a pregnancy stated before then is over
_PAST_FERTILITY = 60  # years; a pregnancy question is moot from here on, menopause stated or not


@dataclass(frozen=True, slots=True)
class _Met:
    """One present fact against one leaf. `beside`: a narrower finding of which nothing that the leaf asks for is said."""

    truth: Truth
    why: UnknownReason
    text: str
    item: Item
    clears: date | None = None
    beside: bool = False


def judge_finding(leaf: Finding, context: Context) -> Judged:
    """Whether the patient has, or had, any of `leaf.concepts` as the leaf asks for it."""
    if leaf.studied:
        return _studied(leaf, context)
    moot = _moot(leaf, context)
    if moot is not None:
        return moot
    if OTHER_MALIGNANCY in leaf.concepts:
        return _other_malignancy(leaf, context)
    met: list[_Met] = []
    denied: list[Item] = []
    covered = 0
    for concept in leaf.concepts:
        found = context.chart.findings(concept)
        if found is NOTHING and concept not in COMPOSED:
            continue
        met.extend(_present(leaf, item, context) for item in found.narrow if item[1].status == "present")
        met.extend(_composed(leaf, concept, context))
        denials = [item for item in (*found.narrow, *found.broad) if item[1].status == "absent" and _denies(item[1], leaf, concept, context)]
        denied.extend(denials)
        covered += bool(denials)
    judged = _weigh(leaf, met, denied, context)
    if judged is None and context.exception:
        judged = _wider(leaf, context)
    return judged if judged is not None else _unaffirmed(leaf, denied, covered == len(leaf.concepts), context)


def _wider(leaf: Finding, context: Context) -> Judged | None:
    """Inside an exception: a stated finding of which the excepted one is a kind ("non-melanoma skin cancer" for basal cell carcinoma)."""
    for concept in leaf.concepts:
        for i, fact in context.chart.findings(concept).broad:
            kind = fact.status == "present" and fact.concept not in context.triggers
            if kind and any(t != fact.concept and context.chart.words.is_a(fact.concept, t) for t in (*context.triggers, CANCER)):
                return open_("ambiguous", f"{words.quoted(fact)}: may be {words.label(concept)}, which is excepted", (i,))
    return None


def _studied(leaf: Finding, context: Context) -> Judged:
    """Whether the patient has what the trial is about. Anything else leaves it open: the registry's words are no rule of entry."""
    for concept in leaf.concepts:
        for item in context.chart.findings(concept).narrow:
            if item[1].status == "present" and item[1].time != "past" and "resolved" not in item[1].qualifiers:
                return holds(f"the trial is about {words.label(concept)}: {words.quoted(item[1])}", (item[0],))
    return open_("missing", f"the trial is about {words.either(leaf.concepts)}, which the note does not affirm")


# -- present facts -----------------------------------------------------------------------------------------------------


def _composed(leaf: Finding, concept: str, context: Context) -> list[_Met]:
    """Facts on the wider finding of which the concept is the severe kind: "GI bleed requiring transfusion" for life-threatening bleeding."""
    base, qualifier = COMPOSED.get(concept, ("", None))
    if qualifier is None:
        return []
    narrowed = leaf.model_copy(update={"qualifiers": (*leaf.qualifiers, qualifier)})
    items = [i for i in context.chart.findings(base).narrow if i[1].status == "present" and not context.chart.words.is_a(i[1].concept, concept)]
    return [_present(narrowed, item, context) for item in items]


def _present(leaf: Finding, item: Item, context: Context) -> _Met:
    """One present fact: its time, its window and its qualifiers, each true, false or unknown."""
    fact = item[1]
    truths: list[Truth] = []
    texts: list[str] = [words.quoted(fact)]
    why: UnknownReason = "missing"
    clears = None
    if leaf.window is not None and (leaf.window.within or leaf.window.longer_than or leaf.window.ahead):
        treated = "requires_systemic_treatment" in leaf.qualifiers and fact.when is None and _treated_systemically(fact, context, named=True)
        where = placed(fact.when or fact.until, bool(treated) or _ongoing(fact, context), leaf.window, context.as_of)
        truth = where.truth
        if truth is False and leaf.window.scope_unclear and not _healed(fact, context):
            truth, why = None, "ambiguous"
            texts.append("the text leaves open whether its time window belongs to this item")
        elif truth is None:
            why = "missing" if where.undated else "ambiguous"
        truths.append(truth)
        clears = where.clears
        texts.append(f"{words.day(fact.when or fact.until, context.as_of)}; asked for {words.window(leaf.window)}")
    elif leaf.tense == "current" and not context.exception:  # an exception speaks of the very event that triggered
        tense = _still(fact, leaf, context)
        truths.append(tense)
        if tense is not True:
            texts.append("in the past" if tense is False else "not stated whether it is still present")
    for qualifier in leaf.qualifiers:
        truth = _qualified(fact, qualifier, context)
        if truth is None and _unhinted(leaf, context):
            truth = False
        truths.append(truth)
        if truth is None:
            texts.append(f"not stated whether {_words(qualifier)}")
            if qualifier in BASIS and fact.qualifiers:
                why = "missing"
        elif truth is False:
            texts.append(f"not {_words(qualifier)}")
        elif qualifier in BASIS and qualifier not in stated(fact):
            texts.append("basis of the diagnosis not stated")
    if leaf.tense == "ever" and leaf.window is None and _passed_infection(fact, leaf, context):
        truths.append(None)
        why = "ambiguous"
        texts.append(f"an infection that is over: the text does not say whether it counts as {words.either(leaf.concepts)}")
    if fact.concept in context.tolerated and fact.concept not in leaf.concepts and context.sign < 0:
        truths.append(None)
        why = "ambiguous"
        texts.append("not named here, and allowed elsewhere in the document")
    truth = all_of(truths)
    asked = truths[1:] if leaf.window is None and leaf.tense == "current" else truths
    beside = truth is None and not any(asked) and fact.concept not in leaf.concepts and _carried(fact, context)
    return _Met(truth, why, "; ".join(texts), item, clears, beside)


def _unhinted(leaf: Finding, context: Context) -> bool:
    """Inside a carve-out as broad as its trigger, what the note does not say about the finding is no hint of the exception."""
    is_a = context.chart.words.is_a
    return context.exception and any(is_a(trigger, concept) for trigger in context.triggers for concept in leaf.concepts)


def _ongoing(fact: Fact, context: Context) -> bool:
    """Whether a finding lasts until today, so that it lies in every window."""
    if fact.when is not None or fact.time == "past":
        return False
    row = context.chart.words.diseases.get(fact.concept)
    lasting = row is not None and row.kind == "disease" and not row.neoplasm
    return fact.time == "current" or (lasting and bool(stated(fact) & _TODAY))


def _carried(fact: Fact, context: Context) -> bool:
    """Whether the fact is a state that is carried for years, which nobody means by an infection or a bleeding of the last weeks."""
    return any(context.chart.words.is_a(fact.concept, c) for c in _CARRIED)


def _still(fact: Fact, leaf: Finding, context: Context) -> Truth:
    """Whether a finding is still there. A past event does not end the disease of which it is a sign."""
    diseases = context.chart.words.diseases
    row = diseases.get(fact.concept)
    passing = row is not None and row.kind in ("event", "infection", "injury", "symptom", "state")
    if passing and fact.concept not in leaf.concepts:
        wider = [diseases[c] for c in leaf.concepts if c in diseases and context.chart.words.is_a(fact.concept, c)]
        if wider and all(w.kind == "disease" for w in wider):
            return True
    if "resolved" in fact.qualifiers:
        return False
    if fact.concept in WOMEN_ONLY and fact.when is not None and fact.when.latest is not None and (context.as_of - fact.when.latest).days > _TERM:
        return False
    if passing and _long_over(fact, context):
        return False
    if fact.time != "past":
        return True
    if any(context.chart.words.is_a(fact.concept, c) for c in _LIFELONG):
        return True  # nobody has had it once
    return False if passing and not _carried(fact, context) else None


def _healed(fact: Fact, context: Context) -> bool:
    """Whether an injury was dated so long ago that it has healed though the note does not say so."""
    row = context.chart.words.diseases.get(fact.concept)
    dated = fact.when is not None and fact.when.latest is not None and (context.as_of - fact.when.latest).days > _A_YEAR
    return dated and row is not None and row.kind == "injury" and fact.time != "current" and not stated(fact) & _TODAY


def _passed_infection(fact: Fact, leaf: Finding, context: Context) -> bool:
    """Whether an acute infection of the past is asked about as a disease of its organ: "history of lung disease" for a pneumonia years ago."""
    row = context.chart.words.diseases.get(fact.concept)
    if row is None or row.kind != "infection" or fact.concept in leaf.concepts or context.exception:
        return False
    wider = [d for c in leaf.concepts if context.chart.words.is_a(fact.concept, c) and (d := context.chart.words.diseases.get(c)) is not None]
    over = bool({"resolved", "curatively_treated"} & set(fact.qualifiers)) or (fact.time == "past" and fact.when is None) or _long_over(fact, context)
    return over and bool(wider) and all(d.kind == "disease" for d in wider) and not _carried(fact, context)


def _long_over(fact: Fact, context: Context) -> bool:
    """Whether an acute infection or event was dated so long ago that it is over though the note does not say so."""
    is_a = context.chart.words.is_a
    if fact.time == "current" or fact.until is not None or fact.when is None or fact.when.latest is None or stated(fact) & _TODAY:
        return False
    row = context.chart.words.diseases.get(fact.concept)
    if row is None or row.kind != "infection" or _carried(fact, context) or any(is_a(fact.concept, c) for c in (*_LIFELONG, *_SLOW)):
        return False
    return (context.as_of - fact.when.latest).days > _A_YEAR


_SLOW = ("tuberculosis", "syphilis", "chronic_viral_infection", "mycobacterial_infection", "osteomyelitis", "endocarditis")
_A_YEAR = 365  # days


def _qualified(fact: Fact, wanted: Qualifier, context: Context) -> Truth:
    truth = qualified(fact, wanted)
    if truth is None and wanted in BASIS and not context.hidden:
        # A stated diagnosis is taken at its word, unless the note names another basis or only a suspicion.
        other = {q for q in fact.qualifiers if q in ("histologically_confirmed", "imaging_confirmed", "suspected")}
        return None if other else True
    if truth is False and wanted == "active" and fact.time == "past" and "resolved" not in fact.qualifiers and _carried(fact, context):
        return None  # "history of hepatitis B": it may be active again
    if truth is None and wanted in ("requires_systemic_treatment", "requires_treatment"):
        return _treated_systemically(fact, context)
    if truth is None and wanted == "active" and (fact.time == "current" or _treated_systemically(fact, context, named=True)):
        return True
    return truth


_IMMUNE_DRUGS = ("immunosuppressant", "corticosteroid", "immunomodulator", "dmard")


def _treated_systemically(fact: Fact, context: Context, *, named: bool = False) -> Truth:
    """Whether a current systemic drug of the kind that treats such a disease stands in the note."""
    for concept in _IMMUNE_DRUGS:
        for _, drug in context.chart.treatments(concept).narrow:
            if drug.status != "present" or drug.time == "past" or drug.route in ("topical", "inhaled", "intranasal", "local", "intravitreal"):
                continue
            if (drug.for_condition is None and not named) or (drug.for_condition is not None and related(drug.for_condition, fact.concept)):
                return True
    return None


def _words(qualifier: Qualifier) -> str:
    return qualifier.replace("_", " ")


# -- denials -----------------------------------------------------------------------------------------------------------


def _denies(fact: Fact, leaf: Finding, concept: str, context: Context) -> bool:
    """Whether an absent fact denies the concept as the leaf asks for it: "no symptomatic ascites" denies no silent one,
    "no MI in the last 6 months" no older one, and what is denied at one site is not denied at others."""
    if not context.chart.words.is_a(concept, fact.concept) and not fact.concept.startswith("text:"):
        return False
    if fact.site is not None or not set(fact.qualifiers) - {"known"} <= set(leaf.qualifiers):
        return False
    if leaf.tense == "ever" and fact.time == "current":
        return False
    when = fact.when
    if when is None or when.earliest is None or when.earliest == when.latest or (leaf.tense == "current" and leaf.window is None):
        return True  # undated, or a state on one day: a plain denial
    return leaf.window is not None and leaf.window.within is not None and when.earliest <= back(context.as_of, leaf.window.within)


def _weigh(leaf: Finding, met: list[_Met], denied: list[Item], context: Context) -> Judged | None:
    """Present facts against denials; None if there are no present facts."""
    true = [m for m in met if m.truth is True]
    open_ones = [m for m in met if m.truth is None]
    if true:
        against = [d for d in denied if d[1].time == true[0].item[1].time or leaf.tense == "current"]
        against = [d for d in against if not d[1].superseded and true[0].item[1].time != "past"]
        facts = tuple(dict.fromkeys(m.item[0] for m in true))
        if against and context.chart.words.is_a(true[0].item[1].concept, against[0][1].concept):
            both = (*facts, *(i for i, _ in against))
            return open_("conflict", f"the note contradicts itself: {words.quoted(true[0].item[1])} against {words.quoted(against[0][1])}", both)
        late = [m.clears for m in true]
        clears = max((c for c in late if c is not None), default=None) if all(late) else None
        ever = "; counts at any time in the past" if leaf.tense == "ever" and leaf.window is None and true[0].item[1].time == "past" else ""
        return holds(f"{words.label(true[0].item[1].concept)}: {true[0].text}{ever}", facts, clears=clears)
    if open_ones:
        first = open_ones[0]
        facts = tuple(dict.fromkeys(m.item[0] for m in open_ones))
        text = f"{words.label(first.item[1].concept)}: {first.text}"
        return open_(first.why, text, facts, mentioned=not all(m.beside for m in open_ones), clears=first.clears)
    if met:
        facts = tuple(dict.fromkeys((*(m.item[0] for m in met), *(i for i, _ in denied))))
        return fails(f"{words.label(met[0].item[1].concept)}: {met[0].text}", facts)
    return None


# -- nothing affirmed --------------------------------------------------------------------------------------------------


def _unaffirmed(leaf: Finding, denied: list[Item], all_denied: bool, context: Context) -> Judged:
    chart = context.chart
    suspected = [item for c in leaf.concepts for item in chart.findings(c).narrow if item[1].status == "possible"] if chart.facts else []
    if suspected:
        return open_("ambiguous", f"only suspected: {words.quoted(suspected[0][1])}", tuple(dict.fromkeys(i for i, _ in suspected)))
    facts = tuple(dict.fromkeys(i for i, _ in denied))
    if denied and all_denied:
        return fails(f"denied: {words.quoted(denied[0][1])}", facts)
    other = _another_tumour(leaf, context)
    if other is not None:
        return other
    if leaf.tense == "ever":
        now = [
            i
            for c in leaf.concepts
            for i in (*chart.findings(c).narrow, *chart.findings(c).broad)
            if i[1].status == "absent" and i[1].time != "unstated" and chart.words.is_a(c, i[1].concept)
        ]
        if now:
            spoken = _PAST_NEAR.search(chart.patient.text, now[0][1].source.end, now[0][1].source.end + 80) is not None
            return open_("missing", f"denied for now only: {words.quoted(now[0][1])}", (now[0][0],), mentioned=spoken)
    unnamed = _kind_unstated(leaf, context)
    if unnamed is not None:
        return unnamed
    if leaf.open_list:
        sibling = _sibling(leaf, context)
        if sibling is not None:
            return open_("open_list", f"{words.quoted(sibling[1])} is not named, but the list is left open", (sibling[0],))
    if denied:
        uncovered = [c for c in leaf.concepts if not any(_denies(f, leaf, c, context) for _, f in denied)]
        return open_("missing", f"denied: {words.quoted(denied[0][1])}; {words.either(uncovered)} not mentioned", facts, mentioned=False)
    return open_("missing", f"{words.either(leaf.concepts)} not mentioned")


def _kind_unstated(leaf: Finding, context: Context) -> Judged | None:
    """A stated finding whose kind the leaf names ("encephalopathy", where a hepatic one excludes)."""
    if context.sign > 0 or context.exception or not context.chart.facts:
        return None
    vocabulary = context.chart.words
    for concept in leaf.concepts:
        row = vocabulary.diseases.get(concept)
        for i, fact in context.chart.findings(concept).broad if row else ():
            wide = vocabulary.diseases.get(fact.concept)
            if fact.status != "present" or wide is None or wide.neoplasm or row is None or not _is_kind(fact.concept):
                continue
            if context.chart.facts[i].kind != "finding":
                continue  # a count of metastases: where they are, or are not, the note says elsewhere
            return open_("ambiguous", f"{words.quoted(fact)}: whether it is {vocabulary.label(concept)} is not stated", (i,))
    return None


_GROUPS = frozenset({"infection", "allergy", "hepatitis", "treatment_toxicity", "trauma"})


def _is_kind(concept: str) -> bool:
    """Whether a finding says enough for a narrower one to come to mind: "a clot" does, "a vascular disease" does not."""
    return concept not in _GROUPS and not concept.endswith(("_disease", "_disorder", "_symptom", "_infection"))


_PAST_NEAR = re.compile(
    r"[^.]{0,60}?\b(?:had|episodes?|previous(?:ly)?|prior|resolved|earlier|history|until|in (?:19|20)\d\d|(?:19|20)\d\d)\b", re.IGNORECASE
)


def _sibling(leaf: Finding, context: Context) -> Item | None:
    """A present fact that shares a direct parent with a named concept without being one of them, or a parent of one."""
    vocabulary = context.chart.words
    parents = {p for c in leaf.concepts if (row := vocabulary.concepts.get(c)) for p in row.parents}
    for item in context.chart.all_findings():
        row = vocabulary.concepts.get(item[1].concept)
        if item[1].status != "present" or row is None or not parents & set(row.parents):
            continue
        if not any(related(item[1].concept, c) for c in leaf.concepts):
            return item
    return None


# -- tumours -----------------------------------------------------------------------------------------------------------


def _another_tumour(leaf: Finding, context: Context) -> Judged | None:
    """A requirement of one malignancy meets a patient whose index tumour is another one."""
    wanted = [c for c in leaf.concepts if is_neoplasm(c)]
    if context.sign < 0 or not wanted or len(wanted) != len(leaf.concepts):
        return None
    index = context.index
    if index is None or index[1].status != "present" or not is_current_tumour(index[1], context.as_of):
        return None
    have = index[1].concept
    vocabulary = context.chart.words
    row = vocabulary.diseases.get(have)
    if any(related(have, c) for c in wanted):
        return None
    apart = row is not None and (set(row.disjoint) & set(wanted) or all(is_neoplasm(c) for c in wanted))
    if not apart or any(vocabulary.is_a(i[1].concept, c) or vocabulary.is_a(c, i[1].concept) for i in neoplasms(context.chart) for c in wanted):
        return None
    return fails(f"the note's tumour is {vocabulary.label(have)} ({words.quoted(index[1])}), not {words.either(leaf.concepts)}", (index[0],))


def _other_malignancy(leaf: Finding, context: Context) -> Judged:
    """A malignancy of the patient other than the index tumour."""
    chart = context.chart
    index = context.index
    others = [item for item in neoplasms(chart) if index is None or not related(item[1].concept, index[1].concept)]
    others += [item for item in chart.findings(OTHER_MALIGNANCY).narrow if item[1].status == "present" and item not in others]
    if context.tumours:
        # What the trial treats is not another malignancy, whichever of the patient's tumours came first.
        # Where that is any solid tumour, the others are those that share no organ with the index tumour.
        own = index[1].concept if index is not None else CANCER
        others = [item for item in others if of_its_own(item[1].concept, own) or not any(related(item[1].concept, t) for t in context.tumours)]
    tissues = [
        item
        for item in others
        if index is not None and item[1].concept != OTHER_MALIGNANCY and (is_tissue(item[1].concept) or may_be_secondary(item[1]))
    ]
    others = [item for item in others if item not in tissues]
    denied = [item for item in (*chart.findings(OTHER_MALIGNANCY).narrow, *chart.findings(OTHER_MALIGNANCY).broad) if item[1].status == "absent"]
    denied = [item for item in denied if item[1].concept == OTHER_MALIGNANCY or index is None]
    judged = _weigh(leaf, [_present(leaf, item, context) for item in others], denied, context)
    if judged is not None:
        return judged
    if tissues:
        return open_("ambiguous", f"{words.quoted(tissues[0][1])}: the index tumour or another", tuple(dict.fromkeys(i for i, _ in tissues)))
    if denied:
        return fails(f"denied: {words.quoted(denied[0][1])}", tuple(i for i, _ in denied))
    return open_("missing", "another malignancy is not mentioned")


# -- moot questions ----------------------------------------------------------------------------------------------------


def _moot(leaf: Finding, context: Context) -> Judged | None:
    """Pregnancy and the like for those whom the question does not concern."""
    if not set(leaf.concepts) <= WOMEN_ONLY:
        return None
    chart = context.chart
    gender, facts = derived.sex(chart)
    if gender == "male":
        return fails("the patient is male", facts, moot=True)
    if not set(leaf.concepts) <= _FERTILE_ONLY:
        return None
    for concept in ("postmenopausal", "sterilised", "sterile", "hysterectomy"):
        for found in (chart.findings(concept), chart.treatments(concept)):
            past = [i for i, f in found.narrow if f.status == "present"]
            if past:
                return fails(f"not applicable: {words.quoted(chart.facts[past[0]])}", tuple(past), moot=True)
    age = derived.known(chart, "age")
    if gender == "female" and age and age.value.low is not None and age.value.low >= _PAST_FERTILITY:
        return fails(f"not applicable at {words.amount(age.value)} years", age.facts, moot=True)
    return None
