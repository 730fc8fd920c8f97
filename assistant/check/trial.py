"""One trial against one patient: the verdict, its reasons in a sentence, and what a reader should know besides."""

from collections.abc import Sequence
from datetime import date

from assistant.check import words
from assistant.check.criteria import Checked, check, topic
from assistant.check.evidence import Chart, trial_tumours
from assistant.check.plan import MOST, plan_of
from assistant.results import CriterionReport, Question, Silence, TrialName, TrialReport, Verdict
from index.conditions import Category, Finding, Limit, Treatment
from index.trials import FieldName, Trial

_OPEN_STATUS = ("recruiting", "enrolling", "not yet recruiting", "active")
_NO_LIST = "The document states no eligibility criteria; only the population that it describes could be compared."


def check_all(trial: Trial, chart: Chart, silence: Silence) -> tuple[Checked, ...]:
    """Every criterion of the trial, judged."""
    tumours, tolerated = _aims(trial)
    return tuple(check(criterion, chart, silence, tumours, tolerated) for criterion in trial.criteria)


_known_aims: dict[int, tuple[Trial, frozenset[str], frozenset[str]]] = {}


def _aims(trial: Trial) -> tuple[frozenset[str], frozenset[str]]:
    """The malignancies that the trial is for, and the diseases that its exceptions presuppose; remembered (bounded)."""
    known = _known_aims.get(id(trial))
    if known is None or known[0] is not trial:
        if len(_known_aims) >= MOST:
            _known_aims.clear()
        tolerated = frozenset[str]().union(*(plan_of(criterion.condition).tolerated for criterion in trial.criteria))
        _known_aims[id(trial)] = known = (trial, trial_tumours(trial), tolerated)
    return known[1], known[2]


def report(trial: Trial, checked: Sequence[Checked], chart: Chart, ask_next: tuple[Question, ...] = ()) -> TrialReport:
    """The trial's report from its judged criteria."""
    criteria = tuple(c.report for c in checked)
    verdict = _verdict(trial, criteria)
    return TrialReport(
        trial=TrialName(id=trial.id, nct_id=trial.nct_id, title=trial.title),
        verdict=verdict,
        summary=_summary(trial, verdict, criteria),
        criteria=criteria,
        ask_next=ask_next,
        notes=_notes(trial, checked, chart),
    )


def _verdict(trial: Trial, criteria: Sequence[CriterionReport]) -> Verdict:
    failed = any(c.outcome == "FAIL" for c in criteria)
    waiting = any(c.outcome == "UNKNOWN" and c.gating for c in criteria)
    if trial.has_eligibility_list:
        return "EXCLUDED" if failed else "CANNOT_DETERMINE" if waiting or not criteria else "NO_EXCLUSION_FOUND"
    if failed:
        return "NOT_FIT"
    return "CANNOT_DETERMINE" if waiting or not any(c.outcome == "PASS" for c in criteria) else "FITS_STATED_POPULATION"


# -- summary -----------------------------------------------------------------------------------------------------------


def _short(criterion: CriterionReport) -> str:
    reason = criterion.reason.partition(". ")[0]
    return f"{criterion.id} ({reason if len(reason) <= 160 else reason[:157] + '...'})"


def _summary(trial: Trial, verdict: Verdict, criteria: Sequence[CriterionReport]) -> str:
    failed = [c for c in criteria if c.outcome == "FAIL"]
    waiting = [c for c in criteria if c.outcome == "UNKNOWN" and c.gating]
    others = [c for c in criteria if c.outcome == "UNKNOWN" and not c.gating]
    passed = [c for c in criteria if c.outcome == "PASS"]
    match verdict:
        case "EXCLUDED":
            text = f"Excluded as of today by {_list(failed)}."
            if all(c.remedy or c.earliest_date for c in failed):
                dates = [c.earliest_date for c in failed if c.earliest_date]
                text += f" This could change: {words.joined([c.remedy or '' for c in failed])}." if not dates or len(dates) < len(failed) else ""
                text += f" Re-check from {max(dates).isoformat()}." if dates and len(dates) == len(failed) else ""
        case "CANNOT_DETERMINE":
            text = f"Cannot be determined: {_list(waiting)}." if waiting else "Cannot be determined: nothing in the note bears on it."
        case "NO_EXCLUSION_FOUND":
            text = f"No exclusion found: {len(passed)} criteria pass, none is violated."
        case "NOT_FIT":
            text = f"Does not fit the described population: {_list(failed)}."
        case "FITS_STATED_POPULATION":
            text = f"Fits the described population: {_list(passed)}."
    if others and verdict in ("NO_EXCLUSION_FOUND", "CANNOT_DETERMINE") and trial.has_eligibility_list:
        text += f" Still to be clarified: {len(others)} criteria ({', '.join(c.id for c in others)})."
    if not trial.has_eligibility_list:
        text += f" {_NO_LIST}"
    return text


def _list(criteria: Sequence[CriterionReport]) -> str:
    shown = "; ".join(_short(c) for c in criteria[:4])
    return shown + (f"; and {len(criteria) - 4} more ({', '.join(c.id for c in criteria[4:])})" if len(criteria) > 4 else "")


# -- notes -------------------------------------------------------------------------------------------------------------


def _notes(trial: Trial, checked: Sequence[Checked], chart: Chart) -> tuple[str, ...]:
    found: list[str] = []
    if not trial.has_eligibility_list:
        found.append(_NO_LIST)
    ended = _ended(trial, chart.as_of)
    if ended:
        found.append(ended)
    found.extend(_planned(checked, chart))
    anchors = _anchors(checked, chart)
    if anchors:
        found.append(anchors)
    undated = _undated_labs(checked, chart)
    if undated:
        found.append(undated)
    found.extend(_source_note(note.text, note.criteria) for note in trial.notes)
    return tuple(dict.fromkeys(found))


def _source_note(text: str, criteria: tuple[str, ...]) -> str:
    return f"{text} ({', '.join(criteria)})" if criteria and not all(c in text for c in criteria) else text


def _ended(trial: Trial, as_of: date) -> str:
    status = trial.first("status")
    if status is None or not any(status.value.strip().lower().startswith(s) for s in _OPEN_STATUS):
        return ""
    ends: tuple[FieldName, ...] = ("end_date", "primary_completion_date")
    for name in ends:
        field = trial.first(name)
        day = _date(field.value) if field else None
        if field and day and day < as_of:
            listed, end = status.value.strip(), field.value.strip()
            return f'Listed as "{listed}", but the stated end date {end} lies before {as_of.isoformat()}: verify with the registry.'
    return ""


def _date(text: str) -> date | None:
    """The last day that an ISO date, month or year can mean."""
    parts = text.strip()[:10].split("-")
    try:
        numbers = [int(p) for p in parts]
        if len(numbers) == 1:
            return date(numbers[0], 12, 31)
        if len(numbers) == 2:
            return date(numbers[0] + numbers[1] // 12, numbers[1] % 12 + 1, 1)
        return date(numbers[0], numbers[1], numbers[2])
    except ValueError:
        return None


def _planned(checked: Sequence[Checked], chart: Chart) -> list[str]:
    """What would turn a criterion over if a treatment that is planned or discussed were started first."""
    found: list[str] = []
    for fact in chart.facts:
        if fact.kind != "treatment" or fact.status not in ("planned", "considered"):
            continue
        hit = [c.report.id for c in checked if _would_block(c, fact.concept, chart)]
        if hit:
            found.append(f"Timing: starting {words.label(fact.concept)} ({words.quoted(fact)}) first would bear on {', '.join(hit)}.")
    return found


def _would_block(checked: Checked, concept: str, chart: Chart) -> bool:
    regimen = chart.words.regimens.get(concept)
    given = (concept, *(regimen.components if regimen else ()))
    return any(
        isinstance(atom.leaf, Treatment)
        and atom.sign < 0
        and atom.leaf.status in ("received", "current")
        and atom.outcome != "FAIL"
        and any(chart.words.is_a(c, target) for c in given for target in atom.leaf.targets)
        for atom in checked.atoms
    )


_ANCHORS = {
    "first_dose": "the first dose",
    "enrolment": "enrolment",
    "randomisation": "randomisation",
    "screening": "screening",
    "consent": "consent",
}


def _anchors(checked: Sequence[Checked], chart: Chart) -> str:
    used: set[str] = set()
    for atom in (atom for c in checked for atom in c.atoms if atom.judged.facts):
        match atom.leaf:
            case Limit() | Category() | Finding() | Treatment() if atom.leaf.window is not None:
                used.add(atom.leaf.window.anchor)
            case _:
                pass
    used &= _ANCHORS.keys()
    if not used:
        return ""
    anchors = " or ".join(words_ for anchor, words_ in _ANCHORS.items() if anchor in used)
    return f"Time windows are counted back from {chart.as_of.isoformat()}; the document counts from {anchors}."


def _undated_labs(checked: Sequence[Checked], chart: Chart) -> str:
    undated = dict.fromkeys(
        topic(atom.leaf)
        for c in checked
        for atom in c.atoms
        if isinstance(atom.leaf, Limit)
        and atom.leaf.window is not None
        and atom.judged.facts
        and all(chart.facts[i].when is None for i in atom.judged.facts)
    )
    if not undated:
        return ""
    names = list(undated)
    return f"Not dated in the note, though the document limits the age of the sample: {', '.join(names[:8])}{' and more' if len(names) > 8 else ''}."
