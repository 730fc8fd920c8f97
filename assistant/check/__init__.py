"""Conditions against facts: what a trial asks, what the note says, and what follows. Pure: same input, same output; the date is passed in."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from assistant.check import criteria, trial
from assistant.check.ask_next import questions
from assistant.check.evidence import Chart
from assistant.check.view import record, view
from assistant.results import CheckResult, CriterionReport, Report, Silence, TrialReport
from index.collecting import collection_paused
from index.text import Span
from index.trials import Criterion, Polarity, Trial

if TYPE_CHECKING:
    from assistant.patient.patient import Patient

__all__ = ["check_criterion", "check_text", "check_trial", "match", "view"]


def match(trials: Sequence[Trial], patient: "Patient", as_of: date, silence: Silence = "unknown") -> Report:
    """All `trials` against one patient as of a date. `silence` says how to read what the note does not mention."""
    with collection_paused():
        chart = Chart(patient, as_of)
        checked = [trial.check_all(t, chart, silence) for t in trials]
        asked = questions(trials, checked, chart)
        reports = tuple(trial.report(t, c, chart, q) for t, c, q in zip(trials, checked, asked, strict=True))
        return Report(as_of=as_of, patient=record(chart), trials=reports)


def check_trial(one: Trial, patient: "Patient", as_of: date, silence: Silence = "unknown") -> TrialReport:
    """One trial against one patient."""
    return match((one,), patient, as_of, silence).trials[0]


def check_criterion(criterion: Criterion, patient: "Patient", as_of: date, silence: Silence = "unknown") -> CriterionReport:
    """One criterion against one patient. Fact indexes count the patient's facts, then those found for open phrases."""
    return criteria.check(criterion, Chart(patient, as_of), silence).report


def check_text(text: str, patient: "Patient", polarity: Polarity, as_of: date, silence: Silence = "unknown") -> CheckResult:
    """The words of one criterion, compiled and judged, with everything read from the note."""
    from index.criteria import compile_text

    chart = Chart(patient, as_of)
    criterion = Criterion(
        id={"inclusion": "I01", "exclusion": "E01", "population": "P01"}[polarity],
        polarity=polarity,
        document="criterion",
        span=Span(start=0, end=len(text)),
        quote=text,
        condition=compile_text(text, polarity),
    )
    report = criteria.check(criterion, chart, silence).report
    return CheckResult(**dict(report), patient=record(chart))
