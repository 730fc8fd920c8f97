"""A report as Markdown, for a record or a message. Text of documents and notes is escaped: it is shown, never rendered."""

import re
from collections.abc import Iterator

from assistant.report.words import DISCLAIMER, VERDICT, counts, fact_line, facts, one_line, why
from assistant.results import PatientRecord, Report, TrialReport

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&$])")


def markdown(report: Report) -> str:
    """The whole report, ending in a newline."""
    lines = [f"# Trial report as of {report.as_of.isoformat()}", "", "## What the note says", ""]
    lines += ["| fact | words |", "|---|---|"]
    lines += [f"| {escaped(fact_line(fact))} | {_quoted(fact.source.quote)} |" for fact in report.patient.facts]
    lines += [f"\n> {escaped(warning)}" for warning in report.patient.warnings]
    for trial in report.trials:
        lines += ["", *_trial(trial, report.patient)]
    return "\n".join([*lines, "", f"*{DISCLAIMER}*", ""])


def _trial(trial: TrialReport, patient: PatientRecord) -> Iterator[str]:
    yield f"## {escaped(trial.trial.id)}: {escaped(trial.trial.title)}"
    yield ""
    yield f"**{VERDICT[trial.verdict].capitalize()}** ({counts(trial)}). {escaped(trial.summary)}"
    yield ""
    for note in trial.notes:
        yield f"> {escaped(note)}\n"
    yield "| criterion | outcome | document | note | reason |"
    yield "|---|---|---|---|---|"
    for criterion in trial.criteria:
        said = "<br>".join(_quoted(fact.source.quote) for fact in facts(patient, criterion))
        more = [why(criterion)] + ([criterion.remedy] if criterion.remedy else [])
        more += [f"earliest {criterion.earliest_date.isoformat()}"] if criterion.earliest_date else []
        outcome = criterion.outcome.replace("_", " ").lower() + (" (assumed)" if criterion.assumed else "")
        shown = f"**{outcome}**" if criterion.outcome == "FAIL" else outcome
        yield f"| {criterion.id} | {shown} | {_quoted(criterion.quote)} | {said} | {'<br>'.join(escaped(words) for words in more)} |"
        for part in criterion.parts:
            said = "<br>".join(_quoted(fact.source.quote) for fact in facts(patient, part))
            yield f"| {part.id} | {part.outcome.replace('_', ' ').lower()} | {_quoted(part.quote)} | {said} | {escaped(why(part))} |"
    if trial.ask_next:
        yield ""
        yield "Ask next:"
        yield ""
        for question in trial.ask_next:
            yield f"- {escaped(question.question)} ({escaped(', '.join(question.criteria))})"


def escaped(text: str) -> str:
    """A text on one line, in which nothing is Markdown or HTML."""
    return _SPECIAL.sub(r"\\\1", one_line(text))


def _quoted(text: str) -> str:
    return f"“{escaped(text)}”"
