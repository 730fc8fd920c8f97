"""Courses of systemic treatment: which drugs were given together, in which line."""

from dataclasses import dataclass

from assistant.check.evidence import Chart, Item
from assistant.check.windows import apart
from assistant.check.words import label
from assistant.patient.facts import Moment
from index.vocabulary import vocabulary

_EARLY = ("adjuvant", "neoadjuvant", "perioperative")


@dataclass(frozen=True, slots=True)
class Course:
    """Drugs given together. `line` is the stated line of therapy."""

    items: tuple[Item, ...]
    concepts: tuple[str, ...]
    line: int | None
    setting: str | None

    @property
    def agents(self) -> tuple[str, ...]:
        """The single agents of the course, named regimens taken apart."""
        return tuple(dict.fromkeys(c for c in self.concepts if c not in vocabulary().regimens))

    @property
    def when(self) -> Moment | None:
        """The first date that the note gives for it."""
        return next((fact.when for _, fact in self.items if fact.when is not None), None)

    @property
    def name(self) -> str:
        """The drugs, joined by a plus sign."""
        return " + ".join(dict.fromkeys(label(fact.concept) for _, fact in self.items))


def courses(chart: Chart) -> tuple[Course, ...]:
    """The courses of systemic anticancer treatment that were received, in the order of time as far as dates tell, else of the note."""
    known = chart.memo.get("courses")
    if known is None:
        known = _courses(chart)
        chart.memo["courses"] = known
    return known  # type: ignore[return-value]


def _courses(chart: Chart) -> tuple[Course, ...]:
    grouped: dict[object, list[Item]] = {}
    for item in chart.treatments("systemic_therapy").narrow:
        fact = item[1]
        if fact.status != "present":
            continue
        key: object = ("course", fact.course) if fact.course is not None else ("line", fact.line) if fact.line is not None else ("fact", item[0])
        grouped.setdefault(key, []).append(item)
    found = []
    for items in grouped.values():
        concepts: dict[str, None] = {}
        for _, fact in items:
            regimen = chart.words.regimens.get(fact.concept)
            concepts.update(dict.fromkeys((fact.concept, *(regimen.components if regimen else ()))))
        lines = [fact.line for _, fact in items if fact.line is not None]
        settings = [fact.setting for _, fact in items if fact.setting is not None]
        found.append(Course(tuple(items), tuple(concepts), lines[0] if lines else None, settings[0] if settings else None))
    # Insertion by date where dates tell: stable, so that undated courses keep the order of the note.
    ordered: list[Course] = []
    for course in _once(found):
        at = next((i for i, other in enumerate(ordered) if apart(course.when, other.when) < 0), len(ordered))
        ordered.insert(at, course)
    return tuple(ordered)


def _once(found: list[Course]) -> list[Course]:
    """Courses of the same drugs that may be one course mentioned again are one course."""
    kept: list[Course] = []
    for course in found:
        i = next((i for i, other in enumerate(kept) if _same(other, course, found)), None)
        if i is None:
            kept.append(course)
        else:
            old = kept[i]
            line = old.line if old.line is not None else course.line
            kept[i] = Course((*old.items, *course.items), old.concepts, line, old.setting or course.setting)
    return kept


def _same(a: Course, b: Course, found: list[Course]) -> bool:
    """Whether nothing tells two courses of the same drugs apart: a line, a setting, an end before the other's start, another course between."""
    if set(a.concepts) != set(b.concepts):
        return False
    if None not in (a.line, b.line) and a.line != b.line:
        return False
    if None not in (a.setting, b.setting) and a.setting != b.setting:
        return False
    order = apart(a.when, b.when)
    if order == 0:
        return True
    first, last = (a, b) if order < 0 else (b, a)
    if any(fact.until is not None and apart(fact.until, last.when) < 0 for _, fact in first.items):
        return False
    return not any(apart(first.when, c.when) < 0 and apart(c.when, last.when) < 0 for c in found if set(c.concepts) != set(a.concepts))


def line_of(course: Course, listed: list[Course]) -> int | None:
    """The line of a course: as stated, else its place among the courses for advanced disease. None for adjuvant and the like."""
    if course.line is not None:
        return course.line
    if course.setting in _EARLY:
        return None
    if any(c.line is not None for c in listed):
        before = [c for c in listed[: listed.index(course)] if c.setting not in _EARLY]
        return (before[-1].line + 1) if before and before[-1].line is not None else (1 if not before else None)
    return [c for c in listed if c.setting not in _EARLY].index(course) + 1
