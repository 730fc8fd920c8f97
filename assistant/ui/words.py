"""The words and signs the page uses for outcomes and verdicts. Colour never carries a meaning alone."""

from assistant.results import CriterionReport, Outcome, Polarity, Verdict

ICON: dict[Outcome, str] = {"PASS": "✓", "FAIL": "✕", "UNKNOWN": "?", "NOT_APPLICABLE": "–"}

VERDICT: dict[Verdict, str] = {
    "NO_EXCLUSION_FOUND": "No exclusion found",
    "FITS_STATED_POPULATION": "Fits the stated population",
    "CANNOT_DETERMINE": "Cannot be determined",
    "EXCLUDED": "Excluded",
    "NOT_FIT": "Does not fit the stated population",
}

GROUPS: tuple[tuple[str, str, tuple[Verdict, ...]], ...] = (
    ("open", "No exclusion found, or fits the stated population", ("NO_EXCLUSION_FOUND", "FITS_STATED_POPULATION")),
    ("unclear", "Cannot be determined", ("CANNOT_DETERMINE",)),
    ("closed", "Excluded, or does not fit", ("EXCLUDED", "NOT_FIT")),
)

_JUDGED = frozenset({"investigator", "procedural", "ambiguous", "open_list", "conflict"})


def outcome_words(polarity: Polarity, outcome: Outcome) -> str:
    """An outcome in words that cannot be misread: an exclusion is "absent" or "present", never "met"."""
    if outcome == "NOT_APPLICABLE":
        return "does not apply"
    if outcome == "UNKNOWN":
        return "not known"
    if polarity == "exclusion":
        return "exclusion absent" if outcome == "PASS" else "exclusion present"
    if polarity == "population":
        return "fits" if outcome == "PASS" else "does not fit"
    return "requirement met" if outcome == "PASS" else "requirement not met"


def rank(criterion: CriterionReport) -> tuple[int, str]:
    """Order in a table: fails, needs judgement, unknown, passes, not applicable."""
    if criterion.outcome == "FAIL":
        return (0, criterion.id)
    if criterion.outcome == "UNKNOWN":
        judged = criterion.unknown_reason in _JUDGED
        return (1 if judged else 2 if criterion.gating else 3, criterion.id)
    return (4 if criterion.outcome == "PASS" else 5, criterion.id)


def count(n: int, one: str, many: str | None = None) -> str:
    """ "1 criterion", "3 criteria"."""
    return f"{n} {one if n == 1 else many or one + 's'}"
