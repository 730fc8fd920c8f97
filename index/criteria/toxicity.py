"""Toxicity of earlier treatment: "recovered to grade ≤ 1", "not resolved to grade 0 or 1", "neuropathy ≥ grade 2"."""

import re

from index.conditions import AllOf, Bounds, Condition, Except, Judgement, Limit, Not, Window
from index.criteria import numbers
from index.criteria.lexis import NEGATION
from index.criteria.limits import Atom
from index.criteria.passage import Passage
from index.vocabulary import vocabulary

_TOXIC = re.compile(
    r"\b(?:toxicit(?:y|ies)|adverse (?:events?|effects?|reactions?)|side[- ]effects?|\bAEs?\b|toxic effects?|acute effects?"
    r"|effects? (?:of|from) (?:(?:any|the|all|their|his|prior|previous|recent|earlier|most|last|major|such)\s+)*"
    r"(?:treatments?|therap(?:y|ies)|surger(?:y|ies)|chemotherapy|radiotherapy|radiation|an(?:a)?esthesia|interventions?|agents?|procedures?))\b",
    re.I,
)
_RECOVERED = re.compile(
    r"\b(?P<not>(?:not|n't|un|failed to|failure to|yet to|inability to|lack of|without|persist\w*)\s*(?:yet\s+"
    r"|been\s+|fully\s+|completely\s+|adequately\s+|sufficiently\s+|have\s+|be\s+)*)?(?:recover\w*|resol\w+"
    r"|return\w*|improv\w+|subsid\w+|reduced|reverted|decreased|restored)\b",
    re.I,
)
_UNRECOVERED = re.compile(r"\b(?:unresolved|persistent|persisting|ongoing|residual|unrecovered|remaining)\b", re.I)
_GRADE = re.compile(
    r"(?:\b(?:CTC(?:AE)?|NCI|version|v\.?\s*\d(?:\.\d)?|of|to|at|a|the|less than or|or|severity"
    r"|level)\s+)*(?P<op>[<>]/=|[<>≤≥]=?|=[<>]|(?:less|greater|more|higher|lower|no more|no greater|no higher|at least"
    r"|not more|above|below|up to|at most|≤|minimum)(?:\s+than)?(?:\s+or\s+equal\s+to)?)?\s*(?:(?:CTC(?:AE)?|NCI"
    r"|toxicity)\s*-?\s*)*grades?\s*(?P<op2>[<>]/=|[<>≤≥]=?|=[<>]|(?:less|greater|more|higher|lower|no more|no greater"
    r"|no higher|at least|not more|above|below)(?:\s+than)?(?:\s+or\s+equal\s+to)?)?\s*(?P<n>[0-5]|I{1,3}|IV|V)\b"
    r"(?P<rest>(?:\s*(?:,|or|and|-|to|/|–)\s*(?:grades?\s*)?(?:[0-5]|I{1,3}|IV)\b)*)\s*(?P<after>(?:or"
    r"|and)\s+(?:less|lower|below|better|higher|greater|above|more|worse|baseline)|or\s+less)?",
    re.I,
)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5}
ABOUT = "treatment_toxicity"


def grade_bounds(m: "re.Match[str]") -> Bounds | None:
    """The bounds that a grade expression states."""
    first = _number(m["n"])
    words = (m["op"] or m["op2"] or "").strip()
    if words:
        c = numbers.COMPARATOR.match(words if re.search(r"than|least|to|most|[<>≤≥]", words) else words + " than")
        operator = c.lastgroup if c else None
        if operator is None:
            return None
        return numbers.bounds_of(operator, first)  # type: ignore[arg-type]
    after = (m["after"] or "").lower()
    if re.search(r"less|lower|below|better", after):
        return Bounds(high=first)
    if re.search(r"higher|greater|above|more|worse", after):
        return Bounds(low=first)
    others = [_number(x) for x in re.findall(r"[0-5]|IV|I{1,3}", m["rest"] or "")]
    if others:
        return Bounds(low=min(first, *others), high=max(first, *others))
    return Bounds(low=first, high=first)


def _number(word: str) -> float:
    return float(_ROMAN.get(word.upper(), 0) if not word.isdigit() else int(word))


def toxicity(p: Passage, start: int, end: int, window: Window | None) -> Condition | None:
    """Recovery from toxicity to a grade, as a limit on the grade; None for anything else."""
    text = p.text[start:end]
    named = _TOXIC.search(text)
    if not named or text[: named.start()].count("(") > text[: named.start()].count(")"):
        return None
    if [
        e
        for e in p.entities.within(start, start + named.start())
        if e.concept not in (ABOUT, "radiation_toxicity") and e.start < start + named.start()
    ]:
        return None  # the toxicity stands behind something else that the statement is about
    lasting = _UNRECOVERED.search(text)
    recovered = _RECOVERED.search(text, lasting.end() if lasting else 0)
    denied = NEGATION.search(text, 0, min(named.start(), lasting.start() if lasting else named.start())) is not None
    if not recovered and not lasting:
        return None
    span = p.span(start, end)
    grade = _GRADE.search(p.text, start, end)
    negated = (
        bool(recovered and recovered["not"]) or bool(re.search(r"\b(?:not|no|without)\b[^,.;]{0,60}$", text[: recovered.start()], re.I))
        if recovered
        else True
    )
    if grade is None:
        if recovered and re.search(r"baseline|all|any|acute|effects|toxic|adverse", text, re.I):
            settled: Condition = Limit(span=span, measure="ctcae_grade", bounds=Bounds(high=1), about=ABOUT)
            # Without a grade, whether it has settled is somebody's judgement.
            doubt = Judgement(span=span, by="investigator", topic="other")
            whole: Condition = AllOf(span=span, items=(settled, doubt))
            return Not(span=span, item=whole) if negated else whole
        return None
    found = grade_bounds(grade)
    if found is None:
        return None
    if not recovered and lasting:
        still: Condition = Limit(span=span, measure="ctcae_grade", bounds=found, about=ABOUT, window=window)
        return Not(span=span, item=still) if denied else still
    if found.low is not None and found.high is not None and found.low <= 1:
        found = Bounds(high=found.high)
    limit: Condition = Limit(span=span, measure="ctcae_grade", bounds=found, about=ABOUT)
    return Not(span=span, item=limit) if negated else limit


_BETWEEN = re.compile(
    r"[\s,(]*(?:of|or|is|was|with|\(|CTCAE|NCI|toxicity|severity|any|from|the|a|/\s*bleeding|events?|,)?[\s(]*(?:events?\s+)?(?:of\s+)?", re.I
)


def graded(p: Passage, start: int, end: int, window: Window | None) -> list[Atom]:
    """ "Neuropathy grade ≥ 2", "> grade 1 diarrhea": a CTCAE grade of a finding. A tumour's grade is something else."""
    if "grade" not in p.text[start:end].lower():
        return []
    out: list[Atom] = []
    diseases = vocabulary().diseases
    entities = [e for e in p.entities.within(start, end) if e.table == "condition" and not diseases[e.concept].neoplasm]
    for m in _GRADE.finditer(p.text, start, end):
        found = grade_bounds(m)
        if found is None:
            continue
        behind = next((e for e in reversed(entities) if e.end <= m.start() and _BETWEEN.fullmatch(p.text, e.end, m.start())), None)
        ahead = next(
            (
                e
                for e in entities
                if e.start >= m.end()
                and re.fullmatch(
                    r"[\s,]*(?:or\s+(?:more|higher|greater|worse)\s+)?(?:peripheral\s+|sensory\s+|motor\s+|pre-?existing\s+|any\s+|of\s+)*",
                    p.text[m.end() : e.start],
                    re.I,
                )
            ),
            None,
        )
        entity = behind or ahead
        if entity is None:
            continue
        a, b = min(m.start(), entity.start), max(m.end(), entity.end)
        while a < b and p.text[a] == " ":
            a += 1
        close = re.compile(r"\s*\)").match(p.text, b, end)
        b = close.end() if close and p.text.count("(", a, b) > p.text.count(")", a, b) else b
        out.append(Atom(a, b, Limit(span=p.span(a, b), measure="ctcae_grade", bounds=found, about=entity.concept, window=window), ("ctcae_grade",)))
    return out


__all__ = ["ABOUT", "Except", "grade_bounds", "graded", "toxicity"]
