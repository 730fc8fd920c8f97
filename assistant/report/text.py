"""A report as plain text: per trial the verdict, per criterion the outcome, both quotes, the reason and what could change it."""

import textwrap
from collections.abc import Iterator

from assistant.report.words import DISCLAIMER, VERDICT, counts, fact_line, facts, why
from assistant.results import CriterionReport, PatientRecord, Report, TrialReport

_MARK = {"PASS": "PASS", "FAIL": "FAIL", "UNKNOWN": "UNKNOWN", "NOT_APPLICABLE": "N/A"}


def text(report: Report) -> str:
    """The whole report, ending in a newline."""
    lines = [f"As of {report.as_of.isoformat()}", ""]
    lines += ["What the note says:"] + [
        f"  {fact_line(fact)}: “{fact.source.quote}”{_remark(fact.detail, fact.warning)}" for fact in report.patient.facts
    ]
    if not report.patient.facts:
        lines.append("  nothing that could be read")
    lines += [f"  ! {warning}" for warning in report.patient.warnings]
    for trial in report.trials:
        lines += ["", *_trial(trial, report.patient)]
    lines += ["", *report.model.lines] if report.model is not None else []
    return "\n".join([*lines, "", DISCLAIMER, ""])


def _remark(*words: str) -> str:
    said = "; ".join(word for word in words if word)
    return f" ({said})" if said else ""


def _trial(trial: TrialReport, patient: PatientRecord) -> Iterator[str]:
    yield f"{trial.trial.id}  {trial.trial.title}"
    yield f"  {VERDICT[trial.verdict].upper()} ({counts(trial)})"
    yield f"  {trial.summary}"
    for note in trial.notes:
        yield f"  note: {note}"
    for criterion in trial.criteria:
        yield from _criterion(criterion, patient)
    if trial.ask_next:
        yield "  Ask next:"
        for question in trial.ask_next:
            yield f"    {question.question} ({', '.join(question.criteria)})"


def _criterion(criterion: CriterionReport, patient: PatientRecord) -> Iterator[str]:
    assumed = ", assumed" if criterion.assumed else ""
    yield f"  {_MARK[criterion.outcome]:8}{criterion.id} {criterion.polarity}{', decisive' if criterion.gating else ''}{assumed}"
    yield from _entry("criterion", f"“{criterion.quote}”")
    for quote in dict.fromkeys(fact.source.quote for fact in facts(patient, criterion)):
        yield from _entry("note", f"“{quote}”")
    yield from _entry("reason", why(criterion))
    if criterion.suggested:
        yield from _entry("suggested", criterion.suggested)
    for part in criterion.parts if len(criterion.parts) > 1 else ():  # a single part says what the criterion says
        said = "; ".join(dict.fromkeys(f"“{fact.source.quote}”" for fact in facts(patient, part)))
        yield from _entry(part.id, f"{_MARK[part.outcome]}  “{part.quote}”{f'  note: {said}' if said else ''}  {why(part)}")
    if criterion.remedy:
        yield from _entry("change", criterion.remedy)
    if criterion.earliest_date:
        yield from _entry("earliest", criterion.earliest_date.isoformat())


def _entry(name: str, words: str) -> Iterator[str]:
    """A labelled entry; a quote keeps its own line breaks, indented below."""
    yield textwrap.indent(f"{name + ':':11}{words}", " " * 10).replace("\n" + " " * 10, "\n" + " " * 21)
