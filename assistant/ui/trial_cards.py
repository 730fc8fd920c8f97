"""Trials grouped by verdict, each with its reasons and its criterion table. Nothing is hidden and nothing is scored."""

from collections.abc import Collection, Iterable

from assistant.results import CriterionReport, Override, PatientFact, Report, TrialReport
from assistant.ui.criterion_table import criterion_table
from assistant.ui.markup import Markup, tag
from assistant.ui.words import GROUPS, VERDICT, VERDICT_ICON, count, rank, short, standing

AT_ONCE = 600
"""Up to so many criteria in all, every table is part of the page; beyond, a trial's table is loaded when its card is opened."""
_REASONS = 4


def trial_cards(report: Report | None, overrides: Iterable[Override] = (), opened: Collection[str] = ()) -> Markup:
    """All trials of a report, in three groups, which stay in view even when empty. `opened`: trials whose table was asked for."""
    head = tag("h2", "Trials", id="trials-heading")
    if report is None:
        empty = tag("p", "Verdicts appear here once there is a patient.", class_="empty")
        return tag("section", head, empty, aria_labelledby="trials-heading")
    judged: dict[str, dict[str, Override]] = {}
    for override in overrides:
        judged.setdefault(override.trial, {})[override.criterion] = override
    everything = sum(len(t.criteria) for t in report.trials) <= AT_ONCE
    groups = []
    for key, title, verdicts in GROUPS:
        cards = [
            _card(t, report.patient.facts, judged.get(t.trial.id, {}), table=everything or t.trial.id in opened)
            for t in report.trials
            if t.verdict in verdicts
        ]
        heading = tag("h3", title, tag("span", f" {len(cards) or 'none'}", class_="count"))
        groups.append(tag("div", heading, cards, class_=f"group {key}"))
    return tag(
        "section",
        head,
        tag("p", f"As of {report.as_of.isoformat()}. Every verdict stands on its criteria; open a trial to read them.", class_="hint"),
        groups,
        aria_labelledby="trials-heading",
    )


def _card(report: TrialReport, facts: tuple[PatientFact, ...], overrides: dict[str, Override], *, table: bool) -> Markup:
    trial = report.trial
    return tag(
        "details",
        tag(
            "summary",
            tag("span", VERDICT_ICON[report.verdict], " ", VERDICT[report.verdict], class_="verdict"),
            tag("span", trial.nct_id or short(trial.id), class_="trial-id", title=trial.id),
            tag("span", trial.title, class_="trial-title"),
            _reasons(report),
            tag("span", _counts(report, len(overrides)), class_="trial-counts"),
        ),
        [tag("p", note, class_="trial-note") for note in report.notes],
        criterion_table(report, facts, overrides) if table else tag("p", "Loading the criteria…", class_="empty"),
        class_=f"trial {report.verdict}",
        data_trial=trial.id,
        data_key=f"trial-{trial.id}",
        data_load=None if table else "show_criteria",
    )


def _reasons(report: TrialReport) -> Markup:
    """Why: the criteria that decide, or the summary where there is no single one."""
    if report.verdict in ("EXCLUDED", "NOT_FIT"):
        deciding = [c for c in report.criteria if c.outcome == "FAIL"]
    elif report.verdict == "CANNOT_DETERMINE":
        deciding = [c for c in report.criteria if c.outcome == "UNKNOWN" and c.gating]
    else:
        deciding = []
    if not deciding:
        return tag("span", report.summary, class_="trial-summary")
    deciding.sort(key=rank)
    lines = [tag("span", tag("b", c.id), f" {_short(c)}", class_="reason") for c in deciding[:_REASONS]]
    if len(deciding) > _REASONS:
        lines.append(tag("span", f"and {', '.join(c.id for c in deciding[_REASONS:])}", class_="reason"))
    return tag("span", lines, class_="trial-summary")


def _short(criterion: CriterionReport) -> str:
    reason = criterion.reason.partition(". ")[0].rstrip(".")
    if criterion.outcome != "FAIL":
        return reason
    if criterion.earliest_date:
        return f"{reason}; re-check from {criterion.earliest_date.isoformat()}"
    return f"{reason}; {'could change' if criterion.remedy else 'no remedy under this text'}"


def _counts(report: TrialReport, judged: int) -> str:
    numbers = {name: sum(standing(c) == name for c in report.criteria) for name in ("fail", "judgement", "unknown", "pass", "na")}
    pieces = (
        count(numbers["fail"], "criterion fails", "criteria fail") if numbers["fail"] else "",
        f"{numbers['judgement']} to be judged" if numbers["judgement"] else "",
        f"{numbers['unknown']} unknown" if numbers["unknown"] else "",
        count(numbers["pass"], "passes", "pass") if numbers["pass"] else "",
        count(numbers["na"], "does not apply", "do not apply") if numbers["na"] else "",
        f"{count(judged, 'judgement')} of yours" if judged else "",
    )
    return ", ".join(filter(None, pieces)) or "no criteria"
