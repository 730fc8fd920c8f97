"""A value in the question against the rule: "can a Child-Pugh B7 patient enter". The checker decides; the rule is quoted."""

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from assistant.ask.about_patient import stated_facts
from assistant.ask.asked import Asked, Draft
from assistant.ask.criteria import matching, notes_on, shown, side
from assistant.ask.evidence import lacking
from assistant.ask.not_stated import has_list, no_list
from assistant.ask.ranking import Ranked, needs_number
from assistant.ask.render import NOT_STATED, name, names, sentence
from assistant.ask.request import Context
from assistant.ask.resolve import profile, resolve
from assistant.ask.snippets import snippets
from assistant.ask.terms import codes, keys_of
from assistant.results import CriterionReport, NoteSource, PatientFact, TrialReport
from index.trials import Trial
from index.vocabulary import vocabulary

if TYPE_CHECKING:
    from assistant.patient import Patient

_WORDS = {
    "inclusion": {
        "FAIL": "Not within the rule",
        "PASS": "Within the rule",
        "UNKNOWN": "Not decided by this alone",
        "NOT_APPLICABLE": "Does not apply",
    },
    "exclusion": {
        "FAIL": "Excluded",
        "PASS": "Not excluded by this rule",
        "UNKNOWN": "Not decided by this alone",
        "NOT_APPLICABLE": "Does not apply",
    },
}


def read(text: str, as_of: date) -> "Patient":
    """The facts that a question states about a patient."""
    from assistant.patient import read_note

    return read_note(text, as_of)


_ASKING = re.compile(
    r"\b(?:exclu(?:de[sd]?|sions?)|allow(?:ed|s)?|accept(?:ed|s|able)?|permit(?:ted|s)?|(?:in)?eligible|tolerated|barred|included?"
    r"|enrol(?:l)?(?:ed)?|if|whether|what happens (?:with|to)|any chance|a problem|suffic\w+|enough|(?:low|high)est|minimum|maximum|limits?"
    r"|cut-?offs?|thresholds?)\b",
    re.I,
)


_DURING = re.compile(r"\bduring\s+(?:the\s+)?(?:[\w-]+\s*){1,4}?(?=\b(?:in|of|for|on)\b|[?.,;]|$)", re.I)


def statement(asked: Asked) -> str:
    """The question without the words that ask and without the trial's name, so that what is left can be read like a note."""
    text = list(asked.text)
    for start, end in (*resolve(asked.text, asked.library.trials(), Context()).ranges, *codes(asked.text)):
        text[start:end] = " " * (end - start)
    own = frozenset().union(*(profile(t).named for t in asked.trials)) if asked.named else frozenset()
    for circumstance in _DURING.finditer(asked.text):
        if {key for key in keys_of(circumstance[0]) if key.startswith("c:")} & own:
            # "During CAR-T therapy" says when: in the trial, under its own treatment.
            text[circumstance.start() : circumstance.end()] = " " * len(circumstance[0])
    return _ASKING.sub(lambda m: ", ", "".join(text)).replace("?", ".")


_MOST = 12
_ASKS_RULE = re.compile(
    r"\b(?:exclu\w+|allow\w*|accept\w*|permit\w*|(?:in)?eligib\w+|tolerat\w+|barr?(?:ed|s)|forbid\w*|forbidden|prohibit\w*|disqualif\w+|qualif\w+"
    r"|problem|issue|contraindicat\w+|includ\w+|enter\w*|join\w*|enrol\w*|participat\w+|take part|get in|be in|(?:keep|leave)s? out"
    r"|rul(?:ed?|es) out|admit\w*|takes?|ok(?:ay)?|fine|possible|suitable|candidate|fit|a chance|criteri\w+|be (?:treated|randomi[sz]ed))\b",
    re.I,
)


def has_value(asked: Asked, patient: "Patient") -> bool:
    """Whether the question holds something that can be checked, not only the topic of a rule."""
    if re.match(r"\W*why\b", asked.text, re.I) or (
        re.search(r"\b(?:requir\w+|need\w*|mandatory|necessary)\b(?!.{0,20}\?.)", asked.text, re.I) and asked.request.yes_no
    ):
        return False
    if needs_number(asked.text) and not re.search(r"\d", patient.text):
        return False
    return _precise(patient) or (asked.request.yes_no and bool(_ASKS_RULE.search(asked.text)) and bool(stated_facts(patient)))


def _precise(patient: "Patient") -> bool:
    """Whether a value, a date or a denial is stated, so that every outcome means something; a bare diagnosis or drug only shows that it is barred."""
    return any(f.kind in ("measurement", "category") or f.when is not None or f.status == "absent" for f in stated_facts(patient))


def answer_value(asked: Asked, patient: "Patient") -> Draft | None:
    """The outcome of the criteria that the question's facts touch, with the rule quoted; None if they touch none."""
    from assistant.check import match

    if not has_value(asked, patient):
        return None
    without = [t for t in asked.searched if not has_list(t)]
    listed = [t for t in asked.trials if has_list(t)]
    if not listed:
        if not asked.named:
            return None
        what = "Whether such a patient may enter"
        return Draft("not_stated", no_list(asked, without, what), tuple(t.id for t in without))
    lines: list[str] = []
    answered: list[str] = []
    report = match(listed, patient, asked.as_of)
    for trial in listed:
        trial_report = next((r for r in report.trials if r.trial.id == trial.id), None)
        touched = _touched(trial_report, report.patient.facts) if trial_report else []
        touched = _telling(_concerned(asked, trial, touched), report.patient.facts)
        if not _precise(patient):
            touched = [c for c in touched if c.polarity == "exclusion" and c.outcome == "FAIL"]
        rules = matching(asked, trial)
        if rules and not any(c.outcome == "FAIL" for c in touched) and all(c.id != rules[0].snippet.criterion for c in touched):
            # The rule that the words point to is not the one that the facts reached: quote it, and decide nothing.
            continue
        if touched:
            lines.append(_line(asked, trial, touched))
            answered.append(trial.id)
    if not lines:
        return None
    lines = lines[:6]
    if without and (asked.named or len(asked.searched) <= 12):
        lines.append(f"{names(without)}: no eligibility list, so {NOT_STATED} there.")
    return Draft("answer", "\n".join(lines), tuple(answered))


def answer_which_value(asked: Asked) -> Draft | None:
    """ "Which trials accept ECOG 2": the trials on either side of their rule, each with it; None where the question holds no value."""
    from assistant.check import match

    patient = read(statement(asked), asked.as_of)
    if asked.request.stance != "allow" or not any(f.kind in ("measurement", "category") for f in stated_facts(patient)):
        return None
    listed = [t for t in asked.trials if has_list(t)]
    report = match(listed, patient, asked.as_of)
    sides: dict[str, list[tuple[Trial, list[CriterionReport]]]] = {"PASS": [], "FAIL": [], "UNKNOWN": []}
    for trial, judged in zip(listed, report.trials, strict=True):
        touched = _telling(_concerned(asked, trial, _touched(judged, report.patient.facts)), report.patient.facts)
        outcomes = {_outcome(c)[0] for c in touched}
        for outcome in ("FAIL", "UNKNOWN", "PASS"):
            if outcome in outcomes:
                sides[outcome].append((trial, [c for c in touched if _outcome(c)[0] == outcome]))
                break
    if not (sides["PASS"] or sides["FAIL"]):
        return None
    said = {"PASS": "Within the rule", "FAIL": "Not within the rule", "UNKNOWN": "Not decided by this alone"}
    lines = [
        f"{said[o]}: {names([t for t, _ in found], _MOST)}." if found else f"{said[o]}: none." for o, found in sides.items() if found or o == "PASS"
    ]
    chosen = [pair for found in sides.values() for pair in found][:_MOST]
    lines += [_line(asked, trial, touched, closing=False) for trial, touched in chosen]
    silent = [t for t in asked.searched if not has_list(t)]
    if silent and len(asked.searched) <= _MOST:
        lines.append(f"{names(silent)}: no eligibility list, so {NOT_STATED} there.")
    if sides["PASS"]:
        lines.append("Other criteria still apply.")
    accepted = sides["PASS"] or sides["FAIL"]
    return Draft("answer", "\n".join(lines), tuple(t.id for t, _ in accepted))


def _touched(report: TrialReport, facts: Sequence[PatientFact]) -> list[CriterionReport]:
    """Criteria that rest on a fact of the question, as a whole or in a part."""
    return [c for c in report.criteria if (c.facts or any(p.facts for p in c.parts)) and not _other_disease(c, facts)]


def _other_disease(criterion: CriterionReport, facts: Sequence[PatientFact]) -> bool:
    """Whether an inclusion fails only because the question names another tumour than the trial's, as part of a history."""
    diseases = vocabulary().diseases
    concepts = [facts[i].concept for i in criterion.facts if i < len(facts)]
    return (
        criterion.polarity != "exclusion"
        and criterion.outcome == "FAIL"
        and bool(concepts)
        and all(c in diseases and diseases[c].neoplasm for c in concepts)
    )


def _outcome(criterion: CriterionReport) -> tuple[str, str]:
    """Outcome and reason of what the facts touch: that of the parts that rest on one, where the whole is open for other reasons."""
    if criterion.outcome == "UNKNOWN":
        parts = [p for p in criterion.parts if p.facts]
        for outcome in ("FAIL", "UNKNOWN", "PASS"):
            for part in parts:
                if part.outcome == outcome:
                    return outcome, part.reason
    return criterion.outcome, criterion.reason


def _concerned(asked: Asked, trial: Trial, touched: list[CriterionReport]) -> list[CriterionReport]:
    """Without criteria that merely hold for any patient of the trial's disease; blocking ones first."""
    named = {s.criterion for s in snippets(trial) if s.criterion and any(t.exact & s.keys for t in asked.terms)}
    kept = [c for c in touched if c.id in named] or touched
    order = {"FAIL": 0, "UNKNOWN": 1, "PASS": 2, "NOT_APPLICABLE": 3}
    failing = [c for c in touched if c.outcome == "FAIL" and c not in kept]
    return sorted([*kept, *failing], key=lambda c: order[_outcome(c)[0]])[:4]


def _telling(touched: list[CriterionReport], facts: Sequence[PatientFact]) -> list[CriterionReport]:
    """Without criteria that stay open on nothing but the words that another one fails on: the failure answers the question."""

    def rests_on(criterion: CriterionReport) -> set[NoteSource]:
        return {facts[i].source for i in (*criterion.facts, *(i for part in criterion.parts for i in part.facts)) if i < len(facts)}

    failed = {source for c in touched if c.outcome == "FAIL" for source in rests_on(c)}
    return [c for c in touched if _outcome(c)[0] != "UNKNOWN" or not rests_on(c) <= failed]


def _line(asked: Asked, trial: Trial, touched: list[CriterionReport], closing: bool = True) -> str:
    by_id = {c.id: c for c in trial.criteria}
    parts = []
    for report in touched:
        criterion = by_id.get(report.id)
        if criterion is None:
            continue
        outcome, reason = _outcome(report)
        pieces = [s for s in snippets(trial) if s.criterion == criterion.id]
        terms = [t for t in asked.terms if not t.surface.isdigit()]
        hits = [s for s in pieces if any(t.exact & s.keys for t in terms)]
        hits = hits or [s for s in pieces if any(t.keys & s.keys for t in terms)] or pieces
        result = _WORDS["exclusion" if criterion.polarity == "exclusion" else "inclusion"][outcome]
        quotes = shown(asked, trial, criterion, hits)
        if lacking(reason, quotes, criterion.quote):
            quotes += f" (whole criterion {asked.evidence.cite(trial, criterion.document, criterion.span)})"
        parts.append(sentence(f"{result} ({name(trial)}, {side(criterion)}): {reason.rstrip('.')}") + f" {quotes}.")
    ranked = [Ranked(s, 1.0, 1, ()) for r in touched for s in snippets(trial) if s.criterion == r.id]
    notes = notes_on(asked, [(trial, ranked)])
    more = "Other criteria still apply." if closing and all(_outcome(r)[0] != "FAIL" for r in touched) else ""
    return " ".join([*parts, *notes, more]).strip()
