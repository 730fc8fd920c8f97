"""One treatment that the patient received, against one leaf: purpose, route, setting, dose, length, response, time."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from assistant.check import derived, words
from assistant.check.context import Context
from assistant.check.courses import courses
from assistant.check.evidence import Chart, Evidence, Item, is_neoplasm, neoplasms, of_its_own, related
from assistant.check.interval import within
from assistant.check.logic import Truth, all_of
from assistant.check.windows import forward, placed
from assistant.patient.facts import Fact, Range
from assistant.results import UnknownReason
from index.conditions import Duration, Treatment, Window

LOCAL_ROUTES = frozenset({"inhaled", "intranasal", "topical", "local", "intravitreal"})


@dataclass(frozen=True, slots=True)
class Met:
    """One received treatment against one leaf. `elsewhere`: it was given for another disease."""

    truth: Truth
    why: UnknownReason
    text: str
    item: Item
    clears: date | None = None
    elsewhere: bool = False


# -- one present fact --------------------------------------------------------------------------------------------------


def present(leaf: Treatment, item: Item, context: Context) -> Met:
    """One received treatment against everything that the leaf asks of it."""
    fact = item[1]
    elsewhere = for_another_disease(leaf, fact, context)
    why: UnknownReason = "missing"
    texts: list[str] = [words.quoted(fact)]
    truths: list[Truth] = []
    clears: date | None = None
    for truth, reason, text in (
        _status(leaf, fact, context),
        _purpose(leaf, fact, context),
        _route(leaf, fact, context),
        _setting(leaf, fact),
        _dose(leaf, fact, context),
        _duration(leaf, fact, context),
        _company(leaf, item, context),
        response(leaf, fact),
    ):
        truths.append(truth)
        if text:
            texts.append(text)
        if truth is None:
            why = reason
    if leaf.window is not None and (leaf.window.within or leaf.window.longer_than):
        ended = fact.until or fact.when
        ongoing = fact.until is None and (fact.time == "current" or (fact.time == "unstated" and fact.when is None and fact.dose_text is not None))
        where = placed(ended, ongoing, leaf.window, context.as_of)
        truth = where.truth
        if truth is False and leaf.window.scope_unclear:
            truth, why = None, "ambiguous"
        elif truth is None:
            why = "missing" if where.undated else "ambiguous"
        truths.append(truth)
        clears = where.clears
        texts.append(f"{'ongoing' if ongoing else words.day(ended, context.as_of)}; asked for {words.window(leaf.window)}")
    return Met(all_of(truths), why, "; ".join(texts), item, clears, elsewhere)


_Point = tuple[Truth, UnknownReason, str]
_FINE: _Point = (True, "missing", "")


_RECENT = Window(within=Duration(value=7, unit="day"))
"""A dose this long ago, with no word of its end, may belong to a treatment that goes on (our reading)."""


def _status(leaf: Treatment, fact: Fact, context: Context) -> _Point:
    if leaf.status not in ("current", "needs") or (leaf.window is not None and leaf.window.within is not None):
        return _FINE  # where the text gives a time, "taking X within 7 days", that decides
    if fact.time == "past" or fact.until is not None:
        if context.trigger_window is not None:
            # An exception speaks of the time of what it excepts from.
            where = placed(fact.until or fact.when, False, context.trigger_window, context.as_of)
            return where.truth, "missing", "" if where.truth else "no longer given"
        ended = fact.until is not None or bool(fact.responses) or fact.stopped_for is not None
        if not ended and fact.when is not None and placed(fact.when, False, _RECENT, context.as_of).truth:
            return None, "missing", "given in the last days; not stated whether it is still given"
        return False, "missing", "no longer given"
    if fact.time == "unstated" and fact.when is not None and fact.dose_text is None:
        return None, "missing", "not stated whether it is still given"
    return _FINE


def for_another_disease(leaf: Treatment, fact: Fact, context: Context) -> bool:
    """Whether the note says that it was given for a disease that is not the leaf's. Where a leaf asks for treatment and names no
    disease, it asks for treatment of the index tumour; where treatment excludes, it excludes whatever it was for."""
    if fact.for_condition is None:
        return _asked_for(context) and fact.status == "present" and _left_to_another_tumour(context)
    if leaf.for_condition is None:
        index = context.index if _asked_for(context) and is_neoplasm(fact.for_condition) else None
        return index is not None and of_its_own(fact.for_condition, index[1].concept)
    return not related(fact.for_condition, leaf.for_condition)


def _asked_for(context: Context) -> bool:
    """Whether the treatment is a requirement of its own, neither what excludes nor an exception to that."""
    return context.sign > 0 and not context.hidden and not context.exception


def _left_to_another_tumour(context: Context) -> bool:
    """Whether the note denies treatment and names a second tumour, so that what was given can only have been for that one."""
    chart, index = context.chart, context.index
    if index is None or not any(of_its_own(fact.concept, index[1].concept) for _, fact in neoplasms(chart)):
        return False
    denied = chart.treatments("systemic_therapy")
    return any(
        fact.status == "absent"
        and fact.concept in ("anticancer_therapy", "systemic_therapy")
        and fact.line is None
        and fact.setting is None
        and (fact.for_condition is None or related(fact.for_condition, index[1].concept))
        for _, fact in (*denied.narrow, *denied.broad)
    )


def _purpose(leaf: Treatment, fact: Fact, context: Context) -> _Point:
    """For which disease it was given. Where the note does not say, the index tumour is meant for what treats tumours."""
    if leaf.for_condition is None or fact.for_condition is not None:
        return _FINE
    if context.chart.words.is_a(fact.concept, "anticancer_therapy") or context.chart.words.is_a(fact.concept, "local_therapy"):
        return _FINE
    if context.exception:
        return False, "missing", f"not said to be for {words.label(leaf.for_condition)}"
    return None, "missing", f"not stated whether it was for {words.label(leaf.for_condition)}"


def _company(leaf: Treatment, item: Item, context: Context) -> _Point:
    """Given with another agent, where the leaf asks for a combination without naming the partner."""
    fact = item[1]
    if not leaf.combination or len(leaf.targets) > 1 or fact.concept in context.chart.words.regimens:
        return _FINE
    course = next((c for c in courses(context.chart) if item in c.items), None)
    if course is None or all(agent == fact.concept for agent in course.agents):
        return None, "ambiguous", "no partner is named"
    return _FINE


def _route(leaf: Treatment, fact: Fact, context: Context) -> _Point:
    given = fact.route or _usual_route(fact, context)
    local = given in LOCAL_ROUTES
    if leaf.route is None:
        vaccine = context.chart.words.is_a(fact.concept, "vaccine") or context.chart.words.is_a(fact.concept, "live_vaccine")
        drug = context.chart.words.table_of.get(fact.concept) in ("drug", "drug_class")
        asked = any(context.chart.words.is_a(t, "inhaled_corticosteroid") for t in leaf.targets)
        if local and drug and not vaccine and not asked:
            return None, "ambiguous", f"given {given}: the text does not say whether that counts"
        return _FINE
    if leaf.route in LOCAL_ROUTES:
        # A dose in mg a day by no stated route is a systemic one.
        meets = local if leaf.route == "local" else given == leaf.route or given == "local"
        return meets, "missing", "" if meets else f"{given or 'systemic'}, not {leaf.route}"
    if leaf.route == "systemic" or given is None:
        return (False if local else True if leaf.route == "systemic" else None), "missing", f"given {given}" if local else ""
    return given == leaf.route, "missing", "" if given == leaf.route else f"{given}, not {leaf.route}"


def _usual_route(fact: Fact, context: Context) -> Literal["local"] | None:
    """The route that a drug's class implies: inhaled steroids go into the lung, the nose or on the skin, never into the blood."""
    return "local" if context.chart.words.is_a(fact.concept, "inhaled_corticosteroid") else None


def _setting(leaf: Treatment, fact: Fact) -> _Point:
    if leaf.setting is None or fact.setting == leaf.setting:
        return _FINE
    if fact.setting is None:
        if leaf.setting == "advanced":
            return _FINE
        return None, "missing", f"not stated whether it was {leaf.setting}"
    early = {"adjuvant", "neoadjuvant", "perioperative"}
    if leaf.setting == "perioperative" and fact.setting in early:
        return _FINE
    return False, "missing", f"{fact.setting}, not {leaf.setting}"


def _dose(leaf: Treatment, fact: Fact, context: Context) -> _Point:
    if leaf.dose is None:
        limit = None if context.exception else next((other for other in context.dosed if _meant_by(other, leaf, fact, context.chart)), None)
        if limit is None:
            return _FINE
        assert limit.dose is not None
        reached, why, _ = _dose(limit.model_copy(update={"dose": limit.dose.model_copy(update={"equivalent": True})}), fact, context)
        return reached, why, "" if reached else "the text sets a dose limit of its own for it"
    chart = context.chart
    wanted = words.limit(leaf.dose.bounds)
    same = chart.words.is_a(fact.concept, leaf.dose.drug)
    literal = leaf.dose.equivalent or same
    if not literal and not _steroids(chart, fact.concept, leaf.dose.drug):
        return False, "missing", f"not {words.label(leaf.dose.drug)}"
    unit = _PER_UNIT[leaf.dose.per]
    if fact.dose_mg_per_day is None and (of_weight := _by_weight(chart, fact)) is not None:
        fact = fact.model_copy(update={"dose_mg_per_day": of_weight})
    if fact.dose_mg_per_day is None:
        return None, "missing", f"daily dose not stated; asked for {wanted} {unit}"
    mg = Range.exactly(fact.dose_mg_per_day)
    shown = f"{words.number(fact.dose_mg_per_day)} mg/day"
    if not (same and fact.concept == leaf.dose.drug):
        equal = derived.prednisone_equivalent(chart, fact)
        reference = chart.words.drugs.get(leaf.dose.drug)
        if equal is not None and (reference is None or reference.prednisone_equivalent_mg is not None):
            mg = Range.exactly((equal.low or 0) * ((reference.prednisone_equivalent_mg or 5) / 5 if reference else 1.0))
            shown = f"{shown} = {words.amount(mg, 3)} mg/day {words.label(leaf.dose.drug)} (equivalence, our conversion)"
        elif not same:
            return None, "assay", "no dose equivalence known"
    if leaf.dose.per is None:
        truth = within(mg, leaf.dose.bounds)
        if truth and not literal:
            return None, "ambiguous", f"{shown}; the limit is stated for {words.label(leaf.dose.drug)} alone"
        return truth, "missing", f"{shown}: {words.comparison(mg, leaf.dose.bounds, 3)}"
    size, missing = _size(chart, leaf.dose.per)
    if size is None or not size.low or not size.high:
        return None, "missing", f"{shown}; {missing} not stated; asked for {wanted} {unit}"
    each = Range(low=(mg.low or 0) / size.high, high=(mg.high or 0) / size.low)
    truth = within(each, leaf.dose.bounds)
    text = f"{shown} / {words.amount(size, 3)} {'kg' if leaf.dose.per == 'kg' else 'm²'} = {words.amount(each, 3)} {unit}"
    return truth, "missing" if truth is not None else "ambiguous", f"{text}: {words.comparison(each, leaf.dose.bounds, 3)}"


def _meant_by(dosed: Treatment, leaf: Treatment, fact: Fact, chart: Chart) -> bool:
    """Whether a leaf with a dose limit speaks of the drug more closely than one without: "prednisone above 10 mg or other immunosuppressants"."""
    assert dosed.dose is not None
    is_a = chart.words.is_a
    meant = dosed.targets if dosed.dose.equivalent else (dosed.dose.drug,)
    if _steroids(chart, fact.concept, dosed.dose.drug):
        meant = (*meant, fact.concept)
    return any(is_a(fact.concept, m) for m in meant) and not any(is_a(fact.concept, t) and is_a(t, m) for t in leaf.targets for m in meant)


def _steroids(chart: Chart, *drugs: str) -> bool:
    """Whether all are steroids with a known equivalent dose, so that a limit in mg of one speaks of the others too."""
    rows = [chart.words.drugs.get(drug) for drug in drugs]
    return all(row is not None and row.prednisone_equivalent_mg is not None for row in rows)


_MG_PER_KG = re.compile(
    r"\s*(?:at|:|-|,|was|of)?\s*(\d+(?:[.,]\d+)?)\s*mg\s*/\s*kg(?:\s*/\s*(?:d|day|24h)\b|\s+(?:per day|daily|qd|od|a day|once daily))", re.IGNORECASE
)


def _by_weight(chart: Chart, fact: Fact) -> float | None:
    """The daily dose in mg of a treatment written in mg/kg/day, where the note gives one body weight."""
    written = _MG_PER_KG.match(chart.patient.text, fact.source.end)
    weight = derived.known(chart, "weight")
    if written is None or weight is None or weight.value.low is None or weight.value.low != weight.value.high:
        return None
    return round(float(written[1].replace(",", ".")) * weight.value.low, 2)


_PER_UNIT = {None: "mg/day", "kg": "mg/kg/day", "m2": "mg/m²/day"}


def _size(chart: Chart, per: Literal["kg", "m2"]) -> tuple[Range | None, str]:
    """What a dose is divided by, as the note gives it, else what is lacking: the body weight in kg, the body surface in m²."""
    if per == "kg":
        weight = derived.known(chart, "weight")
        return weight.value if weight else None, "body weight"
    stated = derived.known(chart, "bsa") or derived.derive("bsa", chart)
    return stated.value if stated else None, "height and weight"


def _duration(leaf: Treatment, fact: Fact, context: Context) -> _Point:
    if leaf.min_duration is None:
        return _FINE
    wanted = words.span_of_time(leaf.min_duration)
    needed = (forward(context.as_of, leaf.min_duration) - context.as_of).days
    if fact.duration_days is not None:
        enough = fact.duration_days >= needed
        return enough, "missing", f"for {words.number(fact.duration_days)} days; asked for {wanted}"
    if fact.time != "past" and fact.until is None and fact.when is not None and fact.when.latest is not None and fact.when.earliest is not None:
        least, most = (context.as_of - fact.when.latest).days, (context.as_of - fact.when.earliest).days
        truth: Truth = True if least >= needed else False if most < needed else None
        return truth, "ambiguous", f"since {words.day(fact.when)}; asked for {wanted}"
    if fact.time != "past" and fact.when is None:
        return True, "missing", f"regular medication, taken to last {wanted}: its start is not stated"
    return None, "missing", f"length not stated; asked for {wanted}"


_MEETS = {
    "progressed": {"progressed", "refractory"},
    "refractory": {"progressed", "refractory", "failed"},
    "failed": {"progressed", "refractory", "failed"},
    "intolerant": {"intolerant"},
    "responded": {"responded"},
    "completed": {"completed"},
}


def response(leaf: Treatment, fact: Fact) -> _Point:
    """Whether it ended as the leaf asks: truth, unknown reason, words."""
    if not leaf.response:
        return _FINE
    wanted = " or ".join(leaf.response)
    have = set(fact.responses)
    if fact.stopped_for == "progression":
        have.add("progressed")
    if fact.stopped_for == "toxicity":
        have.add("intolerant")
    if any(have & _MEETS[r] for r in leaf.response):
        return True, "missing", f"{' and '.join(sorted(have & set().union(*(_MEETS[r] for r in leaf.response))))}"
    failing = set(leaf.response) & {"progressed", "refractory", "failed"}
    if failing and have & {"intolerant", "failed"}:
        return None, "ambiguous", f"stopped without stated progression: whether that is {wanted} the text does not define"
    if failing and not have & {"completed"} and "responded" in have:
        return False, "missing", f"no progression: {', '.join(sorted(have))}"
    if not have:
        return None, "missing", f"how it ended is not stated; asked for {wanted}"
    if failing:
        return None, "missing", f"progression after it not stated; asked for {wanted}"
    return False, "missing", f"not {wanted}"


# -- denials -----------------------------------------------------------------------------------------------------------


_KINDS = frozenset({"chemotherapy", "immunotherapy", "targeted_therapy"})
"""Who denies each of these denies systemic treatment of a solid tumour; hormones apart, there is no other. Our reading."""


def denials(leaf: Treatment, found: Evidence, target: str, context: Context) -> list[Item]:
    """Absent facts that deny the target: the same or a broader one, not narrowed to another disease, setting or time."""
    against = []
    kinds = {fact.concept for _, fact in found.narrow if fact.status == "absent"} if target == "systemic_therapy" else set()
    for item in (*found.narrow, *found.broad):
        fact = item[1]
        if fact.status == "absent" and fact.concept in _KINDS and kinds >= _KINDS:
            against.append(item)
            continue
        if fact.status != "absent" or not (context.chart.words.is_a(target, fact.concept) or fact.concept.startswith("text:")):
            continue
        if leaf.status == "needs" and fact.concept in ("anticancer_therapy", "systemic_therapy"):
            continue  # what a tumour was not treated with says nothing of what an infection needs
        if for_another_disease(leaf, fact, context) or (fact.setting is not None and fact.setting != leaf.setting):
            continue
        if leaf.for_condition is None and fact.for_condition is not None and context.index is None:
            continue
        if fact.line is not None and leaf.line is None:
            continue
        against.append(item)
    return against
