"""Hand-made facts, patients and criteria for the checker's tests."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.check.criteria import check
from assistant.check.evidence import Chart
from assistant.patient.facts import Fact, Moment, Range, Source
from assistant.results import CriterionReport
from index.conditions import Bounds, Condition, Duration, Finding, Limit, Treatment, Window
from index.text import Span
from index.trials import Criterion

AS_OF = date(2026, 11, 20)
SPAN = Span(start=0, end=1)


@dataclass
class StubPatient:
    """Facts without a reader; open phrases are looked up in `phrases`."""

    facts: tuple[Fact, ...]
    phrases: dict[str, tuple[Fact, ...]]
    text: str = ""
    as_of: date = AS_OF
    warnings: tuple[str, ...] = ()

    def phrase(self, phrase: str) -> tuple[Fact, ...]:
        return self.phrases.get(phrase, ())


def fact(kind: str, concept: str, status: str = "present", **more: Any) -> Fact:
    return Fact(kind=kind, concept=concept, status=status, source=Source(start=0, end=1, quote=more.pop("quote", concept)), **more)


def lab(measure: str, value: float | Range, unit: str | None = None, **more: Any) -> Fact:
    return fact("measurement", measure, value=value if isinstance(value, Range) else Range.exactly(value), unit=unit, **more)


def category(scale: str, *choices: str, **more: Any) -> Fact:
    return fact("category", scale, choices=choices, **more)


def finding(concept: str, status: str = "present", **more: Any) -> Fact:
    return fact("finding", concept, status, **more)


def drug(concept: str, status: str = "present", **more: Any) -> Fact:
    return fact("treatment", concept, status, **more)


def on(day: date) -> Moment:
    return Moment(earliest=day, latest=day)


def at_most(high: float) -> Bounds:
    return Bounds(high=high)


def at_least(low: float) -> Bounds:
    return Bounds(low=low)


def within(value: float, unit: str, **more: Any) -> Window:
    return Window(within=Duration(value=value, unit=unit), **more)


def limit(measure: str, bounds: Bounds, unit: str | None = None, **more: Any) -> Limit:
    return Limit(span=SPAN, measure=measure, bounds=bounds, unit=unit, **more)


def has(*concepts: str, **more: Any) -> Finding:
    return Finding(span=SPAN, concepts=concepts, **more)


def received(*targets: str, **more: Any) -> Treatment:
    return Treatment(span=SPAN, targets=targets, **more)


def judged(
    condition: Condition, *facts: Fact, polarity: str = "inclusion", silence: str = "unknown", tumours: frozenset[str] = frozenset()
) -> CriterionReport:
    """The report of one hand-made criterion on hand-made facts."""
    patient = StubPatient(facts, {})
    criterion = Criterion(id="X01", polarity=polarity, document="d", span=Span(start=0, end=10), quote="0123456789", condition=condition)
    return check(criterion, Chart(patient, AS_OF), silence, tumours).report  # type: ignore[arg-type]
