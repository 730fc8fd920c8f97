"""The words and signs the page uses for outcomes and verdicts. Colour never carries a meaning alone."""

from typing import Literal

from assistant.results import CriterionReport, Outcome, UnknownReason, Verdict
from index.trials import Polarity

Standing = Literal["fail", "judgement", "unknown", "pass", "na"]
"""How a criterion stands, in the order of a table: fails, needs judgement, unknown, passes, does not apply."""

ICON: dict[Outcome, str] = {"PASS": "✓", "FAIL": "✕", "UNKNOWN": "?", "NOT_APPLICABLE": "–"}

VERDICT: dict[Verdict, str] = {
    "NO_EXCLUSION_FOUND": "No exclusion found",
    "FITS_STATED_POPULATION": "Fits the stated population",
    "CANNOT_DETERMINE": "Cannot be determined",
    "EXCLUDED": "Excluded",
    "NOT_FIT": "Does not fit the population",
}
VERDICT_ICON: dict[Verdict, str] = {
    "NO_EXCLUSION_FOUND": "✓", "FITS_STATED_POPULATION": "✓", "CANNOT_DETERMINE": "?", "EXCLUDED": "✕", "NOT_FIT": "✕",
}  # fmt: skip

GROUPS: tuple[tuple[str, str, tuple[Verdict, ...]], ...] = (
    ("open", "No exclusion found, or fits the stated population", ("NO_EXCLUSION_FOUND", "FITS_STATED_POPULATION")),
    ("unclear", "Cannot be determined", ("CANNOT_DETERMINE",)),
    ("closed", "Excluded, or does not fit", ("EXCLUDED", "NOT_FIT")),
)

STANDING: tuple[tuple[Standing, str], ...] = (
    ("fail", "Fails"),
    ("judgement", "Needs judgement"),
    ("unknown", "Unknown"),
    ("pass", "Passes"),
    ("na", "Does not apply"),
)

UNKNOWN: dict[UnknownReason, str] = {
    "missing": "not in the note",
    "conflict": "the note contradicts itself",
    "stale": "too old",
    "invalidated": "no longer valid",
    "unit": "unit unclear",
    "needs_uln": "needs the laboratory's limit",
    "assay": "needs the assay",
    "formula": "needs the formula",
    "ambiguous": "the text can be read in two ways",
    "open_list": "the text's list is open",
    "investigator": "the investigator judges",
    "procedural": "consent or procedure",
    "not_compiled": "not read by the program",
}
_JUDGED: frozenset[UnknownReason] = frozenset({"investigator", "procedural", "ambiguous", "open_list", "conflict", "not_compiled"})


def outcome_words(polarity: Polarity, outcome: Outcome) -> str:
    """An outcome in words that cannot be misread: an exclusion is "absent" or "present", never "met"."""
    if outcome == "NOT_APPLICABLE":
        return "does not apply"
    if outcome == "UNKNOWN":
        return "unknown"
    if polarity == "exclusion":
        return "exclusion absent" if outcome == "PASS" else "exclusion present"
    if polarity == "population":
        return "fits" if outcome == "PASS" else "does not fit"
    return "requirement met" if outcome == "PASS" else "requirement not met"


def part_words(outcome: Outcome) -> str:
    """An atom's outcome: it blocks or it does not, whatever the polarity of the whole."""
    return {"PASS": "does not block", "FAIL": "blocks", "UNKNOWN": "unknown", "NOT_APPLICABLE": "does not apply"}[outcome]


def standing(criterion: CriterionReport) -> Standing:
    """Where a criterion belongs in a table and its filters."""
    match criterion.outcome:
        case "FAIL":
            return "fail"
        case "PASS":
            return "pass"
        case "NOT_APPLICABLE":
            return "na"
        case "UNKNOWN":
            return "judgement" if criterion.unknown_reason in _JUDGED else "unknown"


_ORDER = {name: n for n, (name, _) in enumerate(STANDING)}


def rank(criterion: CriterionReport) -> tuple[int, bool, str]:
    """Order in a table: fails, needs judgement, unknown, passes, does not apply; the deciding ones first."""
    return (_ORDER[standing(criterion)], not criterion.gating, criterion.id)


def count(n: int, one: str, many: str | None = None) -> str:
    """ "1 criterion", "3 criteria"."""
    return f"{n} {one if n == 1 else many or one + 's'}"


def short(trial_id: str) -> str:
    """A trial's id as people say it: the part before an underscore."""
    return trial_id.partition("_")[0] or trial_id
