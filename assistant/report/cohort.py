"""Many patients against the same trials, as CSV: one row per patient and trial, or every row of each patient's own table."""

import csv
from collections.abc import Iterator
from typing import IO

from assistant.report.table import COLUMNS as CRITERION_COLUMNS
from assistant.report.table import rows, safe
from assistant.results import Report, TrialReport

COLUMNS = ("patient", "as_of", "trial", "nct_id", "title", "verdict", "failed", "open", "earliest_date", "ask_next", "summary")


class Cohort:
    """A CSV file that grows by one patient at a time, so that a long screening shows what it has."""

    def __init__(self, out: IO[str], *, criteria: bool) -> None:
        """`criteria`: a row for every criterion and part, instead of one for every trial."""
        self._writer = csv.writer(out, lineterminator="\n")
        self._criteria = criteria
        self._writer.writerow(("patient", *CRITERION_COLUMNS) if criteria else COLUMNS)

    def add(self, patient: str, report: Report) -> None:
        """Writes one patient's rows; `patient` is the file's name."""
        made = rows(report) if self._criteria else map(_row, [report] * len(report.trials), report.trials)
        self._writer.writerows([safe(cell) for cell in (patient, *row)] for row in made)


def _row(report: Report, trial: TrialReport) -> tuple[object, ...]:
    failed = [c.id for c in trial.criteria if c.outcome == "FAIL"]
    waiting = [c.id for c in trial.criteria if c.outcome == "UNKNOWN" and c.gating]
    dates = [c.earliest_date for c in trial.criteria if c.outcome == "FAIL" and c.earliest_date]
    ends = max(dates) if dates and len(dates) == len(failed) else None
    asked = " | ".join(q.question for q in trial.ask_next[:3])
    name = trial.trial
    return (report.as_of, name.id, name.nct_id, name.title, trial.verdict, " ".join(failed), " ".join(waiting), ends, asked, trial.summary)


def lines(patient: str, report: Report) -> Iterator[str]:
    """One line for each trial, for a terminal."""
    for trial in report.trials:
        failed = [c.id for c in trial.criteria if c.outcome == "FAIL"]
        waiting = [c.id for c in trial.criteria if c.outcome == "UNKNOWN" and c.gating]
        because = f" by {', '.join(failed[:6])}" if failed else f": {', '.join(waiting[:6])} open" if waiting else ""
        yield f"{patient:24} {trial.trial.id:12} {trial.verdict}{because}"
