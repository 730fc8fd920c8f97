"""A value on a named scale against the values a criterion asks for: stages, classes, grades, serologies, biomarkers, sex."""

import re
from functools import cache

from assistant.check import derived, thrombus, words
from assistant.check.context import Context
from assistant.check.evidence import Chart, Item, current, denials, graded
from assistant.check.judged import Judged, decided, fails, open_
from assistant.check.logic import Truth
from assistant.check.windows import placed
from index.conditions import Category
from index.vocabulary import vocabulary

_SUBSTAGE = re.compile(r"[A-Ea-e]\d?$")


def judge_category(leaf: Category, context: Context) -> Judged:
    """Whether the patient's value on `leaf.scale` is one of `leaf.values`."""
    chart = context.chart
    items = chart.categorised(leaf.scale)
    live = current(items)
    if items and not live:
        return open_("stale", f"only an outdated value: {words.quoted(items[-1][1])}", tuple(i for i, _ in items))
    if not live:
        return _without_value(leaf, context)
    facts = tuple(i for i, _ in live)
    sure = [item for item in live if item[1].status == "present"]
    if not sure:
        return open_("ambiguous", f"only suspected: {words.quoted(live[0][1])}", facts)
    truths = [_among(leaf.scale, fact.choices, leaf.values) for _, fact in sure]
    wanted = _names(leaf.values)
    said = " against ".join(dict.fromkeys(words.quoted(fact) for _, fact in sure))
    if True in truths and False in truths:
        return open_("conflict", f"the note contradicts itself on {words.label(leaf.scale)}: {said}", facts)
    truth: Truth = truths[0] if len(set(truths)) == 1 else None
    have = " or ".join(dict.fromkeys(c for _, fact in sure for c in fact.choices))
    verb = {True: "is", False: "is not", None: "may or may not be"}[truth]
    judged = decided(truth, "ambiguous", f"{words.label(leaf.scale)} {have} ({said}) {verb} {wanted}", facts)
    return _dated(leaf, sure, judged, context)


def _names(values: tuple[str, ...]) -> str:
    return " or ".join(values)


@cache
def _keys(scale: str) -> tuple[str, ...]:
    row = vocabulary().scales.get(scale)
    return tuple(v.partition("=")[0] for v in row.values) if row else ()


def _matches(have: str, want: str) -> Truth:
    """Whether stage IIIA is a III (yes), whether a III is a IIIA (may be)."""
    if have == want:
        return True
    if have.startswith(want) and _SUBSTAGE.match(have[len(want) :]):
        return True
    if want.startswith(have) and _SUBSTAGE.match(want[len(have) :]):
        return None
    return False


def _among(scale: str, have: tuple[str, ...], wanted: tuple[str, ...]) -> Truth:
    each: set[Truth] = set()
    for choice in have:
        found = {_matches(choice, want) for want in wanted}
        each.add(True if True in found else None if None in found and not _all_substages(scale, choice, wanted) else None in found)
    return each.pop() if len(each) == 1 else None


def _all_substages(scale: str, have: str, wanted: tuple[str, ...]) -> bool:
    """Whether the criterion names every substage of the stage that the note gives."""
    below = {k for k in _keys(scale) if k != have and k.startswith(have) and _SUBSTAGE.match(k[len(have) :])}
    return bool(below) and below <= set(wanted)


def _dated(leaf: Category, live: list[Item], judged: Judged, context: Context) -> Judged:
    if leaf.window is None or leaf.window.within is None:
        return judged
    where = [placed(fact.when, False, leaf.window, context.as_of, inclusive=True) for _, fact in live]
    if any(p.undated or p.truth is True for p in where):
        return judged
    return open_(
        "stale", f"{judged.reason}; result of {words.day(live[0][1].when, context.as_of)}, required {words.window(leaf.window)}", judged.facts
    )


def _without_value(leaf: Category, context: Context) -> Judged:
    chart = context.chart
    name = words.label(leaf.scale)
    converted = _converted(leaf.scale, chart)
    if converted is not None:
        choices, reason, facts = converted
        truth = _among(leaf.scale, choices, leaf.values)
        verb = {True: "is", False: "is not", None: "may or may not be"}[truth]
        return decided(truth, "ambiguous", f"{reason}, which {verb} {_names(leaf.values)}", facts)
    otherwise = _graded_otherwise(leaf, context)
    if otherwise is not None:
        return otherwise
    for disease in graded(leaf.scale):
        denied = denials(chart, disease)
        if denied:
            return fails(f"no {words.label(disease)}: {words.quoted(denied[0][1])}", tuple(i for i, _ in denied))
    return open_("missing", f"{name} not stated; asked for {_names(leaf.values)}")


def _graded_otherwise(leaf: Category, context: Context) -> Judged | None:
    """Where a criterion offers several classifications of one disease, the one that the note uses is the one that counts."""
    known = vocabulary().scales
    if not graded(leaf.scale) or not known[leaf.scale].ordered:  # a serology beside another grades nothing
        return None
    for other in sorted(context.scales - {leaf.scale}):
        if other in known and known[other].ordered and _kin(graded(other), graded(leaf.scale)):
            items = current(context.chart.categorised(other))
            converted = None if items else _converted(other, context.chart)
            if items or converted:
                facts = tuple(i for i, _ in items) or (converted[2] if converted else ())
                return Judged(
                    None, f"graded as {words.quoted(context.chart.facts[facts[0]])} on the other classification", "missing", (), neutral=True
                )
    return None


def _kin(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether two scales grade one disease, or two kinds of one."""
    known = vocabulary()
    broader = {x: set(row.parents) | {x} for x in (*a, *b) if (row := known.concepts.get(x))}
    return any(broader.get(x, {x}) & broader.get(y, {y}) for x in a for y in b)


Converted = tuple[tuple[str, ...], str, tuple[int, ...]]


def _converted(scale: str, chart: Chart) -> Converted | None:
    """A value carried over from another scale or score, with the mapping said to be ours."""
    match scale:
        case "child_pugh_class":
            return _class_of_points(chart)
        case "cheng":
            return _cheng(chart)
        case "sakamoto":
            return _sakamoto(chart)
        case _:
            return None


def _class_of_points(chart: Chart) -> Converted | None:
    stated, computed = derived.known(chart, "child_pugh"), derived.derive("child_pugh", chart)
    value = stated.value if stated else computed.value if computed else None
    if value is None or value.low is None or value.high is None:
        return None
    choices = tuple(c for c, (low, high) in {"A": (5, 6), "B": (7, 9), "C": (10, 15)}.items() if value.low <= high and value.high >= low)
    reason = f"Child-Pugh {words.amount(value)} points" if stated else computed.text if computed else ""
    facts = stated.facts if stated else computed.facts if computed else ()
    return choices, f"{reason} is class {' or '.join(choices)}", facts


def _cheng(chart: Chart) -> Converted | None:
    extents = _present(chart, thrombus.PVTT) + _present(chart, "smv_tumor_thrombus")
    vp = current(chart.categorised("vp"))
    found = thrombus.cheng([f for _, f in extents], [f for _, f in vp])
    return (*found, tuple(dict.fromkeys(i for i, _ in (*extents, *vp)))) if found else None


def _sakamoto(chart: Chart) -> Converted | None:
    extents = _present(chart, thrombus.IVCTT) + _present(chart, "right_atrial_tumor_thrombus")
    graded_on_vv = {c for _, f in current(chart.categorised("vv")) for c in f.choices}
    found = thrombus.sakamoto([f for _, f in extents if f.kind == "finding"]) if extents and not graded_on_vv else None
    return (*found, tuple(dict.fromkeys(i for i, _ in extents))) if found else None


def _present(chart: Chart, concept: str) -> list[Item]:
    return [item for item in chart.findings(concept).narrow if item[1].status == "present" and item[1].time != "past"]
