"""A report as it leaves the house: with the index it rests on, the program's version, the clinician's own judgements, and what was not evaluated."""

import csv
import io
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from assistant.report.markdown import escaped, markdown
from assistant.report.table import COLUMNS, rows, safe
from assistant.report.words import DISCLAIMER, VERDICT, counts, fact_line
from assistant.results import CriterionReport, Override, Report, TrialReport, UnknownReason
from index.store import Manifest
from index.text import Frozen

NOT_EVALUATED: dict[UnknownReason, str] = {
    "not_compiled": "not read by the program",
    "investigator": "left to the investigator",
    "procedural": "consent or procedure",
    "ambiguous": "can be read in two ways",
    "open_list": "open list",
}
"""Why a criterion was not evaluated, as distinct from one that awaits a fact."""


class NotEvaluated(Frozen):
    """A criterion that nothing in a note could settle for the program."""

    trial: str
    criterion: str
    why: str


class Export(Frozen):
    """A report with all that it takes to read it later."""

    program: str
    manifest: Manifest
    overrides: tuple[Override, ...]
    not_evaluated: tuple[NotEvaluated, ...]
    report: Report

    def of(self, trial: str) -> dict[str, Override]:
        """The overrides of a trial, by criterion."""
        return {o.criterion: o for o in self.overrides if o.trial == trial}


def export(report: Report, manifest: Manifest, overrides: tuple[Override, ...] = ()) -> Export:
    """The report ready to be handed out."""
    try:
        program = f"trialmatch {version('trialmatch')}"
    except PackageNotFoundError:
        program = "trialmatch"
    missing = tuple(
        NotEvaluated(trial=t.trial.id, criterion=c.id, why=NOT_EVALUATED[c.unknown_reason])
        for t in report.trials
        for c in t.criteria
        if c.unknown_reason in NOT_EVALUATED
    )
    return Export(program=program, manifest=manifest, overrides=overrides, not_evaluated=missing, report=report)


def json_of(taken: Export) -> str:
    """Everything, as JSON."""
    return taken.model_dump_json(indent=2) + "\n"


def csv_of(taken: Export) -> str:
    """One row per criterion and part, with the clinician's judgement beside the computed outcome."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*COLUMNS, "override", "override_reason", "computed_then", "not_evaluated", "program", "corpus", "parser", "index_updated"))
    judged = {(o.trial, o.criterion): o for o in taken.overrides}
    why = {(n.trial, n.criterion): n.why for n in taken.not_evaluated}
    m = taken.manifest
    for row in rows(taken.report):
        key = (str(row[_TRIAL]), str(row[_CRITERION]))
        own = judged.get(key) if row[_PART] is None else None
        more = (own.outcome, own.reason, own.computed) if own else ("", "", "")
        writer.writerow([safe(cell) for cell in (*row, *more, why.get(key, ""), taken.program, m.corpus, m.parser, m.updated)])
    return out.getvalue()


_TRIAL, _CRITERION, _PART = (COLUMNS.index(name) for name in ("trial", "criterion", "part"))


def markdown_of(taken: Export) -> str:
    """A summary on top, then the whole report with the criteria verbatim."""
    report = taken.report
    lines = [f"# Trial pre-screening as of {report.as_of.isoformat()}", "", *(escaped(line) for line in provenance(taken)), ""]
    lines += ["| trial | verdict | why | counts |", "|---|---|---|---|"]
    lines += [f"| {escaped(name(t))} | {VERDICT[t.verdict]} | {escaped(t.summary)} | {counts(t)} |" for t in report.trials]
    lines += ["", "Patient: " + escaped("; ".join(fact_line(f) for f in report.patient.facts) or "nothing read"), ""]
    if taken.overrides:
        lines += ["## Judged otherwise by the clinician", "", "| trial | criterion | computed | judged | reason |", "|---|---|---|---|---|"]
        lines += [f"| {' | '.join(escaped(x) for x in (o.trial, o.criterion, o.computed, o.outcome, o.reason))} |" for o in taken.overrides]
        lines.append("")
    if taken.not_evaluated:
        lines += ["## Not evaluated", "", *(f"- {escaped(line)}" for line in not_evaluated(taken)), ""]
    return "\n".join(lines) + "\n" + markdown(report)


def name(trial: TrialReport) -> str:
    """ "001_x: Title"."""
    return f"{trial.trial.id}: {trial.trial.title}"


def provenance(taken: Export) -> Iterator[str]:
    """What the report was made with, in lines."""
    m = taken.manifest
    updated = f", changed {m.updated}" if m.updated else ""
    yield f"Reference date {taken.report.as_of.isoformat()}. {taken.program}, criteria reader {m.parser}."
    yield f"Index: {m.trials} trials, {m.passages} passages, corpus {m.corpus[:16]}{updated}, embedding {m.embedding or 'none yet'}."
    yield f"Pre-screening aid; the investigator decides. {DISCLAIMER}"


def not_evaluated(taken: Export) -> Iterator[str]:
    """One line a trial: the criteria that were not evaluated, grouped by reason."""
    for trial in taken.report.trials:
        grouped: dict[str, list[str]] = {}
        for missing in taken.not_evaluated:
            if missing.trial == trial.trial.id:
                grouped.setdefault(missing.why, []).append(missing.criterion)
        if grouped:
            yield f"{trial.trial.id}: " + "; ".join(f"{', '.join(ids)} ({why})" for why, ids in grouped.items())


def deciding(trial: TrialReport) -> list[CriterionReport]:
    """The criteria that the verdict rests on: those that fail, else the open ones that decide."""
    failed = [c for c in trial.criteria if c.outcome == "FAIL"]
    return failed or [c for c in trial.criteria if c.outcome == "UNKNOWN" and c.gating]
