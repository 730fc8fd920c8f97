"""A report as CSV, one row per criterion and per part of one."""

import csv
import io
import re
from collections.abc import Iterator

from assistant.report.words import facts
from assistant.results import CriterionReport, PartReport, Report

COLUMNS = (
    "as_of", "trial", "nct_id", "title", "verdict", "criterion", "part", "polarity", "outcome", "unknown_reason", "gating", "assumed", "reason",
    "criterion_quote", "document", "start", "end", "note_quotes", "remedy", "earliest_date",
)  # fmt: skip

_FORMULA = re.compile(r"^[=+\-@\t\r]")


def table(report: Report) -> str:
    """The whole report. A cell that a spreadsheet would take for a formula gets an apostrophe in front."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows(report):
        writer.writerow([safe(cell) for cell in row])
    return out.getvalue()


def rows(report: Report) -> Iterator[tuple[object, ...]]:
    """The cells of each row, in the order of `COLUMNS`."""
    for trial in report.trials:
        name = (report.as_of.isoformat(), trial.trial.id, trial.trial.nct_id, trial.trial.title, trial.verdict)
        for c in trial.criteria:
            judged = (c.polarity, c.outcome, c.unknown_reason, _yes(c.gating), _yes(c.assumed), c.reason)
            yield *name, c.id, None, *judged, c.quote, c.document, c.start, c.end, _quotes(report, c), c.remedy, c.earliest_date
            for part in c.parts:
                judged = (c.polarity, part.outcome, part.unknown_reason, "", "", part.reason)
                yield *name, c.id, part.id, *judged, part.quote, c.document, None, None, _quotes(report, part), None, None


def _quotes(report: Report, judged: CriterionReport | PartReport) -> str:
    return " | ".join(fact.source.quote for fact in facts(report.patient, judged))


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def safe(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    if cell is None:
        return ""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell
