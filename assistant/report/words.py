"""Words that several report formats share."""

from collections.abc import Sequence

from assistant.results import CriterionReport, PartReport, PatientFact, PatientRecord, TrialReport, Verdict

VERDICT: dict[Verdict, str] = {
    "EXCLUDED": "excluded",
    "CANNOT_DETERMINE": "cannot be determined",
    "NO_EXCLUSION_FOUND": "no exclusion found",
    "NOT_FIT": "does not fit the stated population",
    "FITS_STATED_POPULATION": "fits the stated population",
}

DISCLAIMER = "Not a medical device. Read the quotes before deciding; no verdict says that a patient is eligible."


def facts(record: PatientRecord, judged: CriterionReport | PartReport) -> list[PatientFact]:
    """The patient's facts that a criterion or a part of one rests on."""
    return [record.facts[n] for n in judged.facts if 0 <= n < len(record.facts)]


def fact_line(fact: PatientFact) -> str:
    """A fact in one line: what, value, unit, status, date."""
    number = f"{fact.value:g}" if isinstance(fact.value, float) else fact.value
    value = "" if number is None else f" {number}" + (f" {fact.unit}" if fact.unit else "")
    status = "" if fact.status == "present" else f" ({fact.status})"
    when = f", {fact.when}" if fact.when else ""
    return f"{fact.label}{value}{status}{when}"


def why(judged: CriterionReport | PartReport) -> str:
    """The reason, with the kind of unknown."""
    return f"{judged.reason} [{judged.unknown_reason.replace('_', ' ')}]" if judged.unknown_reason else judged.reason


def counts(trial: TrialReport) -> str:
    """How many criteria came out how, in words."""
    outcomes = [criterion.outcome for criterion in trial.criteria]
    words = (("PASS", "pass"), ("FAIL", "fail"), ("UNKNOWN", "unknown"), ("NOT_APPLICABLE", "not applicable"))
    return ", ".join(f"{outcomes.count(outcome)} {word}" for outcome, word in words if outcome in outcomes) or "no criteria"


def one_line(text: str) -> str:
    """A text without line breaks."""
    return " ".join(text.split())


def columns(rows: Sequence[Sequence[str]], gap: str = "  ") -> list[str]:
    """Rows with their cells aligned; the last column is left as it is."""
    if not rows:
        return []
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]) - 1)]
    return [gap.join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip() for row in rows]
