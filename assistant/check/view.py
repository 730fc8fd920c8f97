"""A fact as a reader sees it."""

from assistant.check import words
from assistant.check.evidence import Chart
from assistant.patient.facts import Fact
from assistant.results import NoteSource, PatientFact, PatientRecord


def view(fact: Fact) -> PatientFact:
    """The fact with its concept in words, its value and date printable, and what is unusual about it."""
    return PatientFact(
        concept=fact.concept,
        label=words.label(fact.concept),
        value=_value(fact),
        unit=words.unit_label(fact.unit) or None,
        status=fact.status,
        when=_when(fact),
        source=NoteSource(start=fact.source.start, end=fact.source.end, quote=fact.source.quote),
        detail=_detail(fact),
        warning="implausible value, not used" if fact.implausible else "",
    )


def record(chart: Chart) -> PatientRecord:
    """All facts of the chart, in its order, with the reader's warnings."""
    return PatientRecord(facts=tuple(view(fact) for fact in chart.facts), warnings=tuple(chart.patient.warnings))


def _value(fact: Fact) -> str | float | None:
    if fact.choices:
        return " or ".join(fact.choices)
    if fact.value is None:
        return fact.dose_text
    if fact.value.low is not None and fact.value.low == fact.value.high:
        return fact.value.low
    return words.amount(fact.value)


def _when(fact: Fact) -> str | None:
    if fact.when is None and fact.until is None:
        return None
    begun = words.day(fact.when) if fact.when is not None else ""
    ended = f"until {words.day(fact.until)}" if fact.until is not None else ""
    return " ".join(p for p in (begun, ended) if p)


def _detail(fact: Fact) -> str:
    """What else the note says about it, in the order in which a reader would ask."""
    said = [
        "superseded by a newer value" if fact.superseded else "",
        "past" if fact.time == "past" else "current" if fact.time == "current" else "",
        ", ".join(q.replace("_", " ") for q in fact.qualifiers),
        f"line {fact.line}" if fact.line is not None else "",
        fact.setting or "",
        ", ".join(fact.responses),
        f"stopped for {fact.stopped_for}" if fact.stopped_for else "",
        f"for {words.label(fact.for_condition)}" if fact.for_condition else "",
        fact.dose_text if fact.dose_text and fact.value is not None else "",
        fact.route or "",
        fact.site or "",
        f"upper limit of normal {words.number(fact.upper_normal)}" if fact.upper_normal is not None else "",
        f"lower limit of normal {words.number(fact.lower_normal)}" if fact.lower_normal is not None else "",
        fact.method.replace("_", "-") if fact.method else "",
        fact.reading,
    ]
    return "; ".join(s for s in said if s)
