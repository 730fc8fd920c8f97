"""Lines of treatment: how many were given, what one of them held."""

from assistant.check import derived, words
from assistant.check.context import Context
from assistant.check.courses import Course, courses, line_of
from assistant.check.evidence import Chart, Item
from assistant.check.exposure import denials, for_another_disease, present, response
from assistant.check.interval import within
from assistant.check.judged import Judged, fails, open_
from assistant.check.logic import all_of, any_of
from assistant.patient.facts import Range
from index.conditions import Treatment


def count_lines(leaf: Treatment, context: Context) -> Judged:
    """How many lines were given: the stated number, or the courses that the note lists."""
    assert leaf.lines is not None
    chart = context.chart
    asked = words.limit(leaf.lines)
    stated = derived.known(chart, "prior_lines")
    if stated is not None and not leaf.response:
        truth = within(stated.value, leaf.lines)
        return Judged(
            truth,
            f"{words.amount(stated.value)} prior lines stated; asked for {asked}",
            None if truth is not None else "ambiguous",
            stated.facts,
            True,
        )
    counted = [course for course in courses(chart) if _course_counts(leaf, course, context)]
    facts = tuple(i for course in counted for i, _ in course.items)
    if counted:
        count = max(len(counted), *(course.line or 0 for course in counted))
        value = Range.exactly(float(count))
        truth = within(value, leaf.lines)
        if truth is not False and leaf.response:
            met = [any_of(response(leaf, fact)[0] for _, fact in course.items) for course in counted]
            truth = all_of([truth, any_of(met)])
        text = f"{count} line{'s' if count > 1 else ''} listed ({', '.join(course.name for course in counted)}); asked for {asked}"
        return Judged(truth, text, None if truth is not None else "ambiguous", facts, True)
    found = [chart.treatments(t) for t in leaf.targets]
    denied = [item for e, t in zip(found, leaf.targets, strict=True) for item in denials(leaf, e, t, context)]
    if denied:
        truth = within(Range.exactly(0.0), leaf.lines)
        return Judged(truth, f"none: {words.quoted(denied[0][1])}; asked for {asked}", None, tuple(i for i, _ in denied), True)
    return open_("missing", f"earlier lines of {words.either(leaf.targets)} not mentioned; asked for {asked}")


def _course_counts(leaf: Treatment, course: Course, context: Context) -> bool:
    if leaf.setting in (None, "advanced") and course.setting in ("adjuvant", "neoadjuvant", "perioperative"):
        return False
    if any(for_another_disease(leaf, fact, context) for _, fact in course.items):
        return False
    return any(context.chart.words.is_a(concept, t) for concept in course.concepts for t in leaf.targets)


def by_course(leaf: Treatment, context: Context) -> Judged | None:
    """A leaf about one line, or about drugs given together: a listed course says what it held and what it did not."""
    listed = [c for c in courses(context.chart) if not any(for_another_disease(leaf, fact, context) for _, fact in c.items)]
    if leaf.line is not None:
        listed = [c for c in listed if (n := line_of(c, listed)) is not None and within(Range.exactly(float(n)), leaf.line) is True]
    if not listed:
        return None
    needs_all = leaf.all_targets or leaf.combination
    plain = leaf.model_copy(update={"line": None, "combination": leaf.combination and len(leaf.targets) == 1, "all_targets": False})
    best: Judged | None = None
    for course in listed:
        held = {t: [item for item in course.items if _holds(item, t, context.chart)] for t in leaf.targets}
        lacking = [t for t, items in held.items() if not items]
        facts = tuple(i for i, _ in course.items)
        if lacking and not all(map(context.chart.words.is_listed, lacking)):
            judged = open_("ambiguous", f"{course.name}: whether it is {words.either(lacking)} is not stated", facts)
        elif lacking and (needs_all or len(lacking) == len(leaf.targets)):
            judged = fails(f"{course.name} held no {words.either(lacking)}", facts)
        else:
            met = [present(plain, item, context) for items in held.values() for item in items]
            truth = any_of(m.truth for m in met)
            chosen = next(m for m in met if m.truth is truth)
            judged = Judged(truth, chosen.text, chosen.why if truth is None else None, facts, True)
        if best is None or judged.truth is True or (judged.truth is None and best.truth is False):
            best = judged
    return best


def _holds(item: Item, target: str, chart: Chart) -> bool:
    regimen = chart.words.regimens.get(item[1].concept)
    return any(chart.words.is_a(c, target) for c in (item[1].concept, *(regimen.components if regimen else ())))
