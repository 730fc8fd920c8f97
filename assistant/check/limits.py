"""A measured value against a limit: units, multiples of a laboratory's limit, formulas, conflicts and the age of the sample."""

import re
from dataclasses import dataclass

from assistant.check import derived, words
from assistant.check.context import Context
from assistant.check.evidence import Chart, Item, current, denials, graded
from assistant.check.interval import scaled, within
from assistant.check.judged import Judged, decided, holds, open_
from assistant.check.logic import Truth, agree, all_of, any_of
from assistant.check.plan import ANTIBODY, TREATMENT_TOXICITY
from assistant.check.units import readings, same_unit
from assistant.check.windows import placed
from assistant.patient.facts import Fact, Range
from assistant.results import UnknownReason
from index.conditions import TEXT, Limit
from index.text import repair


@dataclass(frozen=True, slots=True)
class _Comparison:
    """One value against the limit, before time and conflicts are looked at."""

    truth: Truth
    why: UnknownReason
    text: str


def judge_limit(leaf: Limit, context: Context) -> Judged:
    """Whether the patient's value of `leaf.measure` lies within its bounds today."""
    chart = context.chart
    items = tuple(item for item in chart.measured(leaf.measure) if item[1].value is not None and _about(leaf, item[1], chart))
    if not items:
        return _never_treated(leaf, context) or _without_value(leaf, context)
    live = current(items)
    if not live:
        facts = tuple(i for i, _ in items)
        return open_("stale", f"only an outdated value of {_name(leaf)}: {words.quoted(items[-1][1])}", facts)
    if _stated_in_another_unit(leaf, live, context):
        stated = words.unit_label(live[0][1].unit)
        return Judged(None, f"compared in {stated}, as reported", "unit", (), neutral=True)
    if (untreated := _without_treatment(leaf, context)) is not None:
        return untreated
    compared = [(item, _compare(leaf, item[1], context)) for item in live]
    judged = _combined(leaf, compared, context)
    judged = _against_computed(leaf, judged, context) if leaf.measure == "child_pugh" else judged
    return _dated(leaf, live, judged, context)


_UNDER_TREATMENT = re.compile(
    r"\b(?:after|despite|under|in spite of|on|with|while (?:on|receiving))\s+(?:\w+\s+){0,2}?(?:optimal|adequate|maximal|appropriate|standard|best|"
    r"regular|antihypertensive|medical|anti-?hypertensive|drug)\s+(?:\w+[\s-]+){0,3}?(?:treatment|therapy|medications?|management|drugs?|agents?)\b",
    re.IGNORECASE,
)


def _without_treatment(leaf: Limit, context: Context) -> Judged | None:
    """A blood pressure without treatment, where the text speaks of the one under treatment: how that would be, nobody knows."""
    if leaf.measure not in ("sbp", "dbp") or context.criterion is None or not _UNDER_TREATMENT.search(repair(context.criterion.quote).text):
        return None
    drugs = context.chart.treatments("antihypertensive")
    denied = [item for item in (*drugs.narrow, *drugs.broad) if item[1].status == "absent"]
    if not denied or any(fact.status == "present" and fact.time != "past" for _, fact in drugs.narrow):
        return None
    live = current(context.chart.measured(leaf.measure))
    if any(_compare(leaf, fact, context).truth is not False for _, fact in live):
        reason = f"{words.quoted(denied[0][1])}: the limit is for the blood pressure under treatment"
        return open_("ambiguous", reason, tuple(dict.fromkeys((*(i for i, _ in live), denied[0][0]))))
    return None


def _never_treated(leaf: Limit, context: Context) -> Judged | None:
    """The side effects of earlier treatment cannot concern those who never had any."""
    if leaf.about != TREATMENT_TOXICITY:
        return None
    found = context.chart.treatments("anticancer_therapy").narrow
    denied = [item for item in found if item[1].status == "absent" and item[1].concept == "anticancer_therapy" and not _narrowed(item[1])]
    if not denied or any(fact.status in ("present", "possible") for _, fact in found):
        return None
    # Neither a requirement of recovery nor an exclusion for lack of it arises.
    return Judged(context.sign > 0, f"not applicable: {words.quoted(denied[0][1])}", None, (denied[0][0],), True, moot=True)


def _narrowed(fact: Fact) -> bool:
    return any((fact.for_condition, fact.setting, fact.line, fact.when, fact.site, fact.route))


def _name(leaf: Limit) -> str:
    return words.label(leaf.measure)


def _about(leaf: Limit, fact: Fact, chart: Chart) -> bool:
    if leaf.measure == "ctcae_grade":
        return _graded(leaf, fact, chart)
    if leaf.about is None or fact.for_condition is None:
        return True
    return _related(leaf.about, fact.for_condition, chart)


def _graded(leaf: Limit, fact: Fact, chart: Chart) -> bool:
    """Whether a grade is one of what the leaf grades: grade 3 hepatitis says nothing of a neuropathy."""
    if leaf.about is None or leaf.about == TREATMENT_TOXICITY or fact.site is None:
        return True
    wanted = leaf.about.removeprefix(TEXT) if leaf.about.startswith(TEXT) else words.label(leaf.about).lower()
    if set(wanted.replace("-", " ").split()) & {word for word in fact.site.replace("-", " ").split() if len(word) > 3}:
        return True
    return any(_related(leaf.about, m.concept, chart) for m in chart.words.mentions(fact.site, ("condition",)))


def _related(one: str, other: str, chart: Chart) -> bool:
    return chart.words.is_a(one, other) or chart.words.is_a(other, one)


def _stated_in_another_unit(leaf: Limit, live: tuple[Item, ...], context: Context) -> bool:
    """Whether the criterion gives this measure's limit in the reported unit too, so that an inexact conversion would be idle."""
    stated = context.stated_units.get(leaf.measure, frozenset())
    if leaf.unit is None or len(stated) < 2:
        return False
    return all(
        fact.unit is not None
        and not same_unit(leaf.measure, fact.unit, leaf.unit)
        and any(same_unit(leaf.measure, fact.unit, other) for other in stated if other != leaf.unit)
        for _, fact in live
    )


# -- one value ---------------------------------------------------------------------------------------------------------


def _compare(leaf: Limit, fact: Fact, context: Context) -> _Comparison:
    if leaf.times is not None:
        return _against_reference(leaf, fact, context)
    if leaf.measure == "qtc" and leaf.method in ("fridericia", "bazett") and fact.method != leaf.method:
        return _other_formula(leaf, fact, context)
    assert fact.value is not None
    found = list(readings(leaf.measure, fact.value, fact.unit, leaf.bounds, leaf.unit))
    shown = f"{_name(leaf)} {words.amount(fact.value)}{_unit(fact.unit)}"
    if not found:
        return _Comparison(None, "unit", f"{shown}: not comparable with {words.limit(leaf.bounds, leaf.unit)}")
    truth = agree(within(r.value, r.bounds) for r in found)
    first = found[0]
    if len(found) > 1 and truth is None and len({within(r.value, r.bounds) for r in found}) > 1:
        units = " or ".join(dict.fromkeys(words.unit_label(r.value_unit) for r in found if r.value_unit))
        return _Comparison(None, "unit", f"{shown} without unit ({units}); limit {words.limit(leaf.bounds, leaf.unit)}")
    converted = ""
    if first.value_unit != first.unit and first.value_unit and first.unit and not _same_scale(first.value, fact.value):
        converted = f" = {words.amount(first.value, 3)}{_unit(first.unit)}"
    assumed = f" (unit not stated, read as {' or '.join(dict.fromkeys(words.unit_label(r.value_unit) for r in found if r.value_unit))})"
    caveat = assumed if fact.unit is None and first.value_unit else ""
    limited = f" (limit without unit, read as {words.unit_label(first.limit_unit)})" if leaf.unit is None and first.limit_unit else ""
    compared = words.comparison(first.value, first.bounds, 3 if converted else None)
    text = f"{shown}{converted}{caveat}; limit {words.limit(leaf.bounds, leaf.unit)}{limited}: {compared}"
    why: UnknownReason = "conflict" if first.exact and fact.value.low == fact.value.high else "ambiguous" if first.exact else "assay"
    return _Comparison(truth, why, text + _method_caveat(leaf, fact))


def _same_scale(a: Range, b: Range) -> bool:
    return a.low == b.low and a.high == b.high


def _unit(unit: str | None) -> str:
    label = words.unit_label(unit)
    return f"{'' if label == '%' else ' '}{label}" if label else ""


def _method_caveat(leaf: Limit, fact: Fact) -> str:
    if leaf.method and leaf.method != fact.method:
        stated = f"stated as {fact.method.replace('_', '-')}" if fact.method else "method not stated"
        return f" ({stated}; the text asks for {leaf.method.replace('_', '-').title()})"
    return ""


def _other_formula(leaf: Limit, fact: Fact, context: Context) -> _Comparison:
    assert fact.value is not None and leaf.method is not None
    value, why, _ = derived.recorrected_qt(context.chart, fact.value, fact.method, leaf.method)
    truth = within(value, leaf.bounds)
    return _Comparison(
        truth,
        "formula",
        f"QTc {words.amount(fact.value)} ms {why}; limit {words.limit(leaf.bounds, leaf.unit)}: {words.comparison(value, leaf.bounds, 3)}",
    )


def _against_reference(leaf: Limit, fact: Fact, context: Context) -> _Comparison:
    """A limit in multiples of the laboratory's limit of normal: the laboratory's own if given, else every usual one."""
    assert fact.value is not None
    own = fact.upper_normal if leaf.times == "uln" else fact.lower_normal if leaf.times == "lln" else None
    sign = {"uln": "ULN", "lln": "LLN", "baseline": "baseline"}[leaf.times or "uln"]
    shown = f"{_name(leaf)} {words.amount(fact.value)}{_unit(fact.unit)}"
    if fact.unit in ("xuln", "x_uln", "times_uln") and leaf.times == "uln":
        multiple = Range(low=fact.value.low, high=fact.value.high, low_inclusive=fact.value.low_inclusive, high_inclusive=fact.value.high_inclusive)
        return _Comparison(
            within(multiple, leaf.bounds), "conflict", f"{_name(leaf)} {words.amount(multiple)} × ULN: {words.comparison(multiple, leaf.bounds)}"
        )
    if own is not None and own > 0:
        bounds = scaled(leaf.bounds, own)
        limit = f"{words.limit(leaf.bounds)} × {sign} {words.number(own)} = {words.limit(bounds)}{_unit(fact.unit)}"
        text = f"{shown}; limit {limit}: {words.comparison(fact.value, bounds)}"
        return _Comparison(within(fact.value, bounds), "conflict", text)
    spread = _usual(leaf, context)
    unit = (row.unit if (row := context.chart.words.measures.get(leaf.measure)) else None) or None
    if spread is None:
        return _Comparison(None, "needs_uln", f"{shown}; limit {words.limit(leaf.bounds, times=leaf.times)}: needs the laboratory's {sign}")
    found = [(within(r.value, r.bounds), r) for end in spread for r in readings(leaf.measure, fact.value, fact.unit, scaled(leaf.bounds, end), unit)]
    truth = agree(t for t, _ in found)
    usual = f"usual {sign} {words.number(spread[0])} to {words.number(spread[1])}{_unit(unit)}"
    limit = words.limit(leaf.bounds, times=leaf.times)
    if truth is None:
        return _Comparison(None, "needs_uln", f"{shown}; limit {limit}: depends on the laboratory's {sign} ({usual})")
    low, high = scaled(leaf.bounds, spread[0]), scaled(leaf.bounds, spread[1])
    ends = [e for e in (low.high, high.high) if e is not None] or [e for e in (low.low, high.low) if e is not None]
    value = found[0][1].value
    converted = "" if _same_scale(value, fact.value) else f" = {words.amount(value, 3)}{_unit(unit)}"
    outcome = "holds" if truth else "does not hold"
    span = f"{words.number(min(ends))} to {words.number(max(ends))}{_unit(unit)} ({usual}; laboratory's own not stated)"
    text = f"{shown}{converted}; limit {limit} = {span}: {outcome} at every one"
    return _Comparison(truth, "needs_uln", text)


def _usual(leaf: Limit, context: Context) -> tuple[float, float] | None:
    """The spread of laboratories' limits, for the patient's sex where it differs."""
    row = context.chart.words.measures.get(leaf.measure)
    if row is None:
        return None
    if leaf.times == "lln":
        return (row.lln_low, row.lln_high) if row.lln_low is not None and row.lln_high is not None else None
    if leaf.times != "uln":
        return None
    gender, _ = derived.sex(context.chart)
    for entry in (row.sex_uln or "").split(";"):
        letter, _, span = entry.strip().partition(" ")
        if gender and letter == gender[0].upper() and "-" in span:
            low, _, high = span.partition("-")
            return float(low), float(high)
    return (row.uln_low, row.uln_high) if row.uln_low is not None and row.uln_high is not None else None


# -- several values ----------------------------------------------------------------------------------------------------


def _combined(leaf: Limit, compared: list[tuple[Item, _Comparison]], context: Context) -> Judged:
    facts = tuple(i for (i, _), _ in compared)
    row = context.chart.words.measures.get(leaf.measure)
    truths = [c.truth for _, c in compared]
    if len(compared) == 1:
        only = compared[0][1]
        return decided(only.truth, _why(only, compared[0][0][1]), only.text, facts, remedy=_remedy(leaf, context))
    if row is not None and row.kind in ("size", "count"):
        # Several lesions, not several opinions: an upper bound is for all of them, a lower one for any.
        truth = all_of(truths) if leaf.bounds.high is not None and leaf.bounds.low is None else any_of(truths)
        chosen = next((c for _, c in compared if c.truth is truth), compared[0][1])
        return decided(truth, chosen.why, chosen.text, facts, remedy=_remedy(leaf, context))
    truth = agree(truths)
    if truth is None and True in truths and False in truths:
        said = " against ".join(words.quoted(fact) for (_, fact), _ in compared)
        return open_("conflict", f"the note contradicts itself: {said}; limit {words.limit(leaf.bounds, leaf.unit, leaf.times)}", facts)
    undecided = next((c for _, c in compared if c.truth is truth), compared[0][1])
    return decided(truth, _why(undecided, compared[0][0][1]), undecided.text, facts, remedy=_remedy(leaf, context))


def _why(comparison: _Comparison, fact: Fact) -> UnknownReason:
    return "ambiguous" if comparison.why == "conflict" and fact.value is not None and fact.value.low != fact.value.high else comparison.why


def _remedy(leaf: Limit, context: Context) -> str | None:
    row = context.chart.words.measures.get(leaf.measure)
    if row is None or row.kind not in ("lab", "urine", "vital", "function", "score"):
        return None
    return (
        f"a repeat {words.label(leaf.measure)} on the other side of the limit ({words.limit(leaf.bounds, leaf.unit, leaf.times)}) would change this"
    )


def _dated(leaf: Limit, live: tuple[Item, ...], judged: Judged, context: Context) -> Judged:
    """The age of the sample, where the criterion limits it. An undated value counts, with the remark that it is undated."""
    if leaf.window is None or leaf.window.within is None:
        return judged
    where = [placed(fact.when, False, leaf.window, context.as_of, inclusive=True) for _, fact in live]
    if all(p.undated for p in where):
        caveat = f" (date not stated; required {words.window(leaf.window)})"
        return Judged(judged.truth, judged.reason + caveat, judged.why, judged.facts, True, remedy=judged.remedy)
    truth = any_of(True if p.undated else p.truth for p in where)
    if truth is True:
        return judged
    would = {True: "would meet the limit", False: "would not meet the limit", None: "undecided"}[judged.truth]
    dated = words.day(live[0][1].when, context.as_of)
    return open_("stale", f"{judged.reason}; sample {dated}, required {words.window(leaf.window)}: {would}", judged.facts)


# -- no value ----------------------------------------------------------------------------------------------------------


def _without_value(leaf: Limit, context: Context) -> Judged:
    """A computed value, a related one that does not settle it, or nothing at all."""
    computed = _computed(leaf, context.chart)
    if computed is not None:
        bounds = leaf.bounds
        truth: Truth = None
        text = ""
        for reading in readings(leaf.measure, computed.value, _canonical_unit(leaf, context), bounds, leaf.unit):
            truth = within(reading.value, reading.bounds)
            text = words.comparison(reading.value, reading.bounds, 3)
        reason = f"{computed.text}; limit {words.limit(leaf.bounds, leaf.unit, leaf.times)}: {text or 'not comparable'}"
        if truth is None and computed.missing:
            needed = ", ".join(words.label(m) for m in computed.missing)
            return Judged(None, f"{reason}; needs {needed}", "missing", computed.facts, True)
        return decided(truth if leaf.times is None else None, "missing", reason, computed.facts, remedy=_remedy(leaf, context))
    implied = _implied_negative(leaf, context) or _none_of(leaf, context)
    if implied is not None:
        return implied
    return open_("missing", f"{_name(leaf)} not stated; limit {words.limit(leaf.bounds, leaf.unit, leaf.times)}")


def _canonical_unit(leaf: Limit, context: Context) -> str | None:
    row = context.chart.words.measures.get(leaf.measure)
    return row.unit if row else None


def _computed(leaf: Limit, chart: Chart) -> derived.Derived | None:
    if leaf.measure == "qtc":
        return derived.corrected_qt(chart, leaf.method)
    if leaf.measure == "child_pugh":
        by_class = _class_points(chart)
        if by_class is not None:
            return by_class
    return derived.derive(leaf.measure, chart)


_CLASS_POINTS = {"A": (5, 6), "B": (7, 9), "C": (10, 15)}


def _class_points(chart: Chart) -> derived.Derived | None:
    items = current(chart.categorised("child_pugh_class"))
    points = [_CLASS_POINTS[c] for _, fact in items for c in fact.choices if c in _CLASS_POINTS]
    if not points:
        return None
    value = Range(low=min(p[0] for p in points), high=max(p[1] for p in points))
    computed = derived.derive("child_pugh", chart)
    text = f"Child-Pugh class {'/'.join(c for _, f in items for c in f.choices)} is {words.amount(value)} points"
    facts = tuple(i for i, _ in items)
    if (
        computed is not None
        and computed.value.low is not None
        and computed.value.high is not None
        and value.low is not None
        and value.high is not None
    ):
        low, high = max(value.low, computed.value.low), min(value.high, computed.value.high)
        if low <= high and (low, high) != (value.low, value.high):
            return derived.Derived(Range(low=low, high=high), (*facts, *computed.facts), f"{text}; {computed.text}", ("child_pugh",))
    return derived.Derived(value, facts, text, ("child_pugh",))


def _against_computed(leaf: Limit, judged: Judged, context: Context) -> Judged:
    """A stated Child-Pugh score beside the one that its inputs give; a contradiction that matters is a conflict."""
    computed = derived.derive("child_pugh", context.chart)
    stated = derived.known(context.chart, "child_pugh")
    if computed is None or stated is None or within(computed.value, leaf.bounds) is judged.truth or judged.truth is None:
        return judged
    low, high = computed.value.low or 0, computed.value.high or 15
    if (stated.value.low or 0) <= high and (stated.value.high or 15) >= low:
        return judged
    return open_("conflict", f"{judged.reason}; but {computed.text}", (*judged.facts, *computed.facts))


def _implied_negative(leaf: Limit, context: Context) -> Judged | None:
    scale = ANTIBODY.get(leaf.measure)
    if scale is None or leaf.bounds.low is None:
        return None
    for i, fact in current(context.chart.categorised(scale)):
        if fact.choices == ("negative",):
            return Judged(
                False,
                f"{words.label(scale)} negative, so no {_name(leaf)} above {words.number(leaf.bounds.low)} is expected (our inference)",
                None,
                (i,),
                True,
            )
    return None


def _none_of(leaf: Limit, context: Context) -> Judged | None:
    """Of a disease that is denied there is nothing to count or to measure: zero."""
    row = context.chart.words.measures.get(leaf.measure)
    for disease in graded(leaf.measure) if row and row.kind in ("count", "size", "lab") else ():
        denied = denials(context.chart, disease)
        if denied:
            truth = within(Range.exactly(0.0), leaf.bounds)
            return Judged(truth, f"no {words.label(disease)}: {words.quoted(denied[0][1])}", None, tuple(i for i, _ in denied), True)
    return None


__all__ = ["holds", "judge_limit"]
