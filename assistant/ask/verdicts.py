"""A report in words: verdict by trial with the criteria that decide, what would change it, when, what to ask, and what a change did."""

from collections.abc import Mapping, Sequence
from typing import assert_never

from assistant.ask.about_patient import PatientQuestion
from assistant.ask.evidence import Evidence, lacking
from assistant.ask.render import name, names, quoted, sentence
from assistant.ask.snippets import pieces
from assistant.results import CriterionReport, PatientFact, Report, TrialReport, Verdict
from index.text import Span
from index.trials import Trial

_WORDS: dict[Verdict, str] = {
    "EXCLUDED": "excluded",
    "NOT_FIT": "does not fit the described population",
    "CANNOT_DETERMINE": "cannot be determined yet",
    "FITS_STATED_POPULATION": "fits the described population (the document has no eligibility list)",
    "NO_EXCLUSION_FOUND": "no exclusion found so far",
}
_ORDER: dict[Verdict, int] = {"NO_EXCLUSION_FOUND": 0, "FITS_STATED_POPULATION": 1, "CANNOT_DETERMINE": 2, "EXCLUDED": 3, "NOT_FIT": 4}
_MOST_TRIALS = 12
Trials = Mapping[str, Trial]


def open_trials(report: Report) -> tuple[str, ...]:
    """Ids of the trials that nothing excludes."""
    return tuple(t.trial.id for t in report.trials if t.verdict not in ("EXCLUDED", "NOT_FIT"))


def overview(report: Report, trials: Trials, evidence: Evidence) -> str:
    """One line a trial, the open ones first where there are many; the deciding criteria are quoted."""
    rows = list(report.trials)
    if len(rows) > _MOST_TRIALS:
        rows = sorted(rows, key=lambda r: _ORDER[r.verdict])[:_MOST_TRIALS]
    lines = [_line(r, trials, evidence) for r in rows]
    if len(report.trials) > len(rows):
        lines.append("- The other trials are in the report.")
    return _lead(report) + "\n" + "\n".join(lines)


def _lead(report: Report) -> str:
    """The result in a sentence."""
    open_ = [t for t in report.trials if t.verdict in ("NO_EXCLUSION_FOUND", "FITS_STATED_POPULATION")]
    unclear = [t for t in report.trials if t.verdict == "CANNOT_DETERMINE"]
    if open_:
        first = "Nothing speaks against " + names([t.trial.id for t in open_]) + " in what is known"
        return sentence(first + (f"; {names([t.trial.id for t in unclear])} cannot be determined yet" if unclear else ""))
    if unclear:
        return sentence(f"No trial is clear yet; {names([t.trial.id for t in unclear])} cannot be determined yet")
    return "None of the indexed trials fits."


def deciding(report: TrialReport) -> list[CriterionReport]:
    """The criteria that the verdict rests on: those that fail, else the open gating ones, else those of the described population that pass."""
    failed = [c for c in report.criteria if c.outcome == "FAIL"]
    if failed:
        return failed
    waiting = [c for c in report.criteria if c.outcome == "UNKNOWN" and c.gating]
    if waiting:
        return waiting
    return [c for c in report.criteria if c.outcome == "PASS" and c.polarity == "population"]


def _line(report: TrialReport, trials: Trials, evidence: Evidence, most: int = 3, long: int = 180) -> str:
    criteria = deciding(report)
    if report.verdict == "CANNOT_DETERMINE" and len(criteria) > most:
        criteria = sorted(criteria, key=lambda c: not c.facts)
    shown = [_criterion(c, report, trials, evidence, long) for c in criteria[:most]]
    rest = f"; also {', '.join(c.id for c in criteria[most : most + 12])}" if len(criteria) > most else ""
    nothing = ": nothing in the note bears on it" if report.verdict == "CANNOT_DETERMINE" and not shown else ""
    return f"- {name(report.trial.id)}: {_WORDS[report.verdict]}{nothing}" + (". " + "; ".join(shown) + rest if shown else "") + "."


def _criterion(c: CriterionReport, report: TrialReport, trials: Trials, evidence: Evidence, long: int = 700) -> str:
    trial = trials.get(report.trial.id)
    assumed = " (assumed, not mentioned)" if c.assumed else ""
    shown = _parts(c) if len(c.quote) > long else []
    if shown and trial is not None:
        quotes = " … ".join(f"{quoted(text)} {evidence.cite(trial, c.document, span)}" for text, span in shown)
        if lacking(_reason(c.reason), quotes, c.quote):
            quotes += f" (whole criterion {evidence.cite(trial, c.document, Span(start=c.start, end=c.end))})"
        return f"{c.id}: {_reason(c.reason)}{assumed}: {quotes}"
    marker = evidence.cite(trial, c.document, Span(start=c.start, end=c.end)) if trial is not None and c.end > c.start else ""
    return f"{c.id}: {_reason(c.reason)}{assumed}: {quoted(c.quote, long)} {marker}".strip()


def _parts(c: CriterionReport) -> list[tuple[str, Span]]:
    """Of a long criterion the sentences or items that decide it: those of the atoms with its outcome, the ones that rest on a fact first."""
    found: list[tuple[str, Span]] = []
    inner = list(pieces(c.quote, clauses=True))
    for part in sorted((p for p in c.parts if p.outcome == c.outcome), key=lambda p: not p.facts)[:4]:
        at = c.quote.find(part.quote)
        if at < 0 or not part.quote:
            continue
        around = next((s for s in inner if s.start <= at < s.end), Span(start=at, end=at + len(part.quote)))
        if all(span.start != c.start + around.start for _, span in found):
            found.append((around.of(c.quote), around.shift(c.start)))
    return found[:3]


def _reason(text: str, long: int = 240) -> str:
    """A reason without its stop, cut at a word where it is very long."""
    text = text.rstrip(".")
    return text if len(text) <= long else text[:long].rsplit(" ", 1)[0].rstrip(",;:") + " ..."


def touching(before: Report | None, report: Report, note: str, supposed: str, trials: Trials, evidence: Evidence) -> str:
    """The criteria that rest on what was supposed and do not turn, with their outcome under it."""
    old = {(t.trial.id, c.id): c.outcome for t in before.trials for c in t.criteria} if before else {}
    at = note.rfind(supposed.strip())
    mine = {i for i, f in enumerate(report.patient.facts) if at <= f.source.start < at + len(supposed)} if at >= 0 else set()
    lines = []
    for trial in report.trials:
        for c in trial.criteria:
            parts = [p for p in c.parts if mine & set(p.facts)]
            if (not mine & set(c.facts) and not parts) or old.get((trial.trial.id, c.id), c.outcome) != c.outcome:
                continue
            outcome = parts[0].outcome if parts and c.outcome == "UNKNOWN" else c.outcome
            reason = parts[0].reason if parts else c.reason
            source = trials.get(trial.trial.id)
            where = c.quote.find(parts[0].quote) if parts else -1
            span = Span(start=c.start + where, end=c.start + where + len(parts[0].quote)) if where >= 0 else Span(start=c.start, end=c.end)
            marker = evidence.cite(source, c.document, span) if source is not None else ""
            quote = parts[0].quote if where >= 0 else c.quote
            if source is not None and lacking(_reason(reason), quote, c.quote):
                marker += evidence.cite(source, c.document, Span(start=c.start, end=c.end))
            lines.append(f"- {name(trial.trial.id)} {c.id} {_said(outcome)}: {_reason(reason)}: {quoted(quote, 320)} {marker}.")
    return ("Criteria concerned:\n" + "\n".join(lines[:6])) if lines else ""


def known(report: Report) -> str:
    """The facts on record, as read; no identifiers are kept."""
    if not report.patient.facts:
        return "Nothing is on record."
    return "On record, no identifiers kept:\n" + "\n".join(f"- {_fact(f)}" for f in report.patient.facts)


def _fact(fact: PatientFact) -> str:
    value = f"{fact.value:g}" if isinstance(fact.value, float) else fact.value
    text = fact.label if value is None else f"{fact.label}: {value}"
    if fact.unit:
        text += f" {fact.unit}"
    if fact.status != "present":
        text += f", {fact.status}"
    return f"{text} ({fact.when})" if fact.when else text


def spoken(kind: PatientQuestion, report: Report, chosen: Sequence[TrialReport], trials: Trials, evidence: Evidence, whole: bool) -> str:
    """The answer to a question about the patient, on the `chosen` trials; `whole` says that no single one is meant."""
    match kind:
        case "match":
            return overview(report.model_copy(update={"trials": tuple(chosen)}), trials, evidence) if whole else why(chosen, trials, evidence)
        case "why":
            closed = [t for t in chosen if t.verdict in ("EXCLUDED", "NOT_FIT")] if whole else list(chosen)
            return why((closed or list(chosen))[:8], trials, evidence)
        case "change":
            return change(chosen[:8], trials, evidence)
        case "permanent":
            return permanent(chosen, trials, evidence)
        case "earliest":
            return earliest(chosen[:12], trials, evidence)
        case "next":
            return ask_next(chosen)
        case "who":
            return known(report)
        case _:
            assert_never(kind)


def why(reports: Sequence[TrialReport], trials: Trials, evidence: Evidence) -> str:
    """Why the verdict of each trial is what it is, every deciding criterion quoted whole."""
    parts = []
    for report in reports:
        criteria = deciding(report)
        lead = f"{name(report.trial.id)}: {_WORDS[report.verdict]}"
        if not criteria:
            parts.append(sentence(f"{lead}. Nothing known speaks against it"))
            continue
        parts.append(f"{lead}:\n" + "\n".join(f"- {_criterion(c, report, trials, evidence)}." for c in criteria[:8]))
    return "\n".join(parts)


def change(reports: Sequence[TrialReport], trials: Trials, evidence: Evidence) -> str:
    """What would have to change for each trial that is closed, and what cannot; for an open one what is still to be settled."""
    parts = []
    for report in reports:
        criteria = deciding(report)
        if report.verdict in ("NO_EXCLUSION_FOUND", "FITS_STATED_POPULATION"):
            parts.append(f"{name(report.trial.id)}: nothing has to change.")
            continue
        lines = []
        if not criteria:
            continue
        for c in criteria[:8]:
            when = f" Earliest date: {c.earliest_date.isoformat()} (calculated)." if c.earliest_date else ""
            if c.outcome == "UNKNOWN":
                lines.append(
                    f"- {_criterion(c, report, trials, evidence, 260)}. To be settled first.{' ' + sentence(c.remedy) if c.remedy else ''}{when}"
                )
            else:
                remedy = sentence(c.remedy) if c.remedy else "This does not change under this text."
                lines.append(f"- {_criterion(c, report, trials, evidence, 260)}. {remedy}{when}")
        parts.append(f"{name(report.trial.id)} ({_WORDS[report.verdict]}):\n" + "\n".join(lines))
    return "\n".join(parts) or "No trial was checked."


def permanent(reports: Sequence[TrialReport], trials: Trials, evidence: Evidence) -> str:
    """Which failed criteria stay as they are, and which can change."""
    lasting, passing = [], []
    for report in reports:
        for c in report.criteria:
            if c.outcome == "FAIL":
                text = f"- {name(report.trial.id)} {_criterion(c, report, trials, evidence, 260)}"
                if c.remedy or c.earliest_date:
                    when = f" Earliest date: {c.earliest_date.isoformat()} (calculated)." if c.earliest_date else ""
                    passing.append(f"{text}. {sentence(c.remedy) if c.remedy else ''}{when}".rstrip())
                else:
                    lasting.append(text + ".")
    if not lasting and not passing:
        return "No criterion excludes the patient, so none is permanent."
    parts = ["Permanent under the documents' text:\n" + "\n".join(lasting[:10])] if lasting else ["Nothing that excludes is permanent."]
    if passing:
        parts.append("Can change:\n" + "\n".join(passing[:10]))
    return "\n".join(parts)


def earliest(reports: Sequence[TrialReport], trials: Trials, evidence: Evidence) -> str:
    """The first date on which the known washouts are over, by trial, and what no date settles."""
    lines = []
    for report in reports:
        failed = [c for c in report.criteria if c.outcome == "FAIL"]
        dated = [c for c in report.criteria if c.earliest_date is not None]
        lasting = [c for c in failed if c.earliest_date is None]
        if not failed and not dated:
            state = (
                "no washout is running"
                if report.verdict != "CANNOT_DETERMINE"
                else "no washout is running as far as known; the open criteria come first"
            )
            lines.append(f"- {name(report.trial.id)}: {state}.")
        elif dated and not lasting:
            latest = max(c.earliest_date for c in dated if c.earliest_date)
            quotes = "; ".join(_criterion(c, report, trials, evidence, 260) for c in dated[:3])
            lines.append(f"- {name(report.trial.id)}: {latest.isoformat()} (calculated) at the earliest. {quotes}.")
        else:
            extra = f" A washout ends on {max(c.earliest_date for c in dated if c.earliest_date).isoformat()} (calculated)." if dated else ""
            lines.append(f"- {name(report.trial.id)}: no date settles {_criterion(lasting[0], report, trials, evidence, 220)}.{extra}")
    return "Earliest start by trial:\n" + "\n".join(lines)


def ask_next(reports: Sequence[TrialReport]) -> str:
    """The questions that settle most, over the trials that are still open."""
    asked: dict[str, list[str]] = {}
    for report in reports:
        for question in report.ask_next:
            asked.setdefault(question.question, []).extend(c for c in question.criteria)
    if not asked:
        return "Nothing more has to be asked: no open trial depends on a missing fact."
    ranked = sorted(asked.items(), key=lambda pair: -len(set(pair[1])))[:8]
    return "Ask next, what settles most first:\n" + "\n".join(f"- {q} ({', '.join(dict.fromkeys(_place(c) for c in ids[:4]))})" for q, ids in ranked)


def _place(key: str) -> str:
    """ "001 I10" of "001_...:I10"."""
    trial, _, criterion = key.rpartition(":")
    return f"{name(trial)} {criterion}".strip()


def difference(before: Report | None, after: Report, trials: Trials, evidence: Evidence) -> str:
    """What a change of facts did: verdict by verdict, with the criteria that turned."""
    old = {t.trial.id: t for t in before.trials} if before else {}
    lines, same = [], []
    for report in after.trials:
        was = old.get(report.trial.id)
        turned = []
        outcomes = {c.id: c.outcome for c in was.criteria} if was else {}
        for c in report.criteria:
            if c.id in outcomes and outcomes[c.id] != c.outcome and (c.facts or outcomes[c.id] == "FAIL" or c.outcome == "FAIL"):
                turned.append((c, outcomes[c.id]))
        if was is not None and was.verdict == report.verdict and not turned:
            same.append(report.trial.id)
            continue
        verdict = (
            f"{_WORDS[was.verdict]} → {_WORDS[report.verdict]}"
            if was is not None and was.verdict != report.verdict
            else f"still {_WORDS[report.verdict]}"
            if was
            else _WORDS[report.verdict]
        )
        turned.sort(key=lambda pair: (pair[0].outcome != "FAIL", pair[1] != "FAIL"))
        shown = "; ".join(f"{_said(outcome)} → {_said(c.outcome)}, {_criterion(c, report, trials, evidence, 260)}" for c, outcome in turned[:4])
        lines.append(f"- {name(report.trial.id)}: {verdict}" + (f". {shown}" if shown else "") + ".")
    if not lines:
        return "No verdict changes."
    if same:
        lines.append(f"- Unchanged: {names(same, 12)}.")
    return "\n".join(lines)


def _said(outcome: str) -> str:
    return {"PASS": "passes", "FAIL": "fails", "UNKNOWN": "open", "NOT_APPLICABLE": "not applicable"}[outcome]
