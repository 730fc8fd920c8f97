"""How a treatment ended, told in a sentence of its own: "CT after five months shows clear progression"."""

import re

from assistant.patient.assertion import assess
from assistant.patient.attachment import date_of
from assistant.patient.drafts import Draft
from assistant.patient.facts import Fact, Moment
from assistant.patient.treatment_history import PROGRESSION
from assistant.patient.view import View
from index.conditions import Response
from index.vocabulary import vocabulary

_TUMOUR = (
    r"(?:the|his|her|this|known|liver|hepatic|intrahepatic|extrahepatic|target|primary|all|both|metastatic|pulmonary|lung|bone|nodal|disease|"
    r"tumou?rs?|cancer|HCC|lesions?|metastas\w+|nodules?|nodes?|mass)\b"
)
_WHERE = r"(?:CT|MRI|PET|imaging|scans?|treatment|therapy|it)\b|(?:[a-z]+ )?\d"
_OUTCOMES: tuple[tuple[Response, re.Pattern[str]], ...] = (
    (
        "progressed",
        re.compile(
            rf"\b(?:{PROGRESSION})(?![\w-]*free|\s+free|\s+to\b)(?!\s+(?:of|in|on|with|after|following|under)\s+(?!{_TUMOUR}|{_WHERE}))",
            re.IGNORECASE,
        ),
    ),
    (
        "responded",
        re.compile(r"\b(?:complete|partial|objective) (?:response|remission)\b|\b(?-i:CR|PR)\b(?=\s*(?:$|[,;.)]|on\b|at\b|by\b))", re.IGNORECASE),
    ),
)
_NEAR = 300
"""Characters of the note within which a sentence about the outcome still speaks of the treatment before it."""


def read(v: View, draft: Draft, since: int) -> None:
    """Gives the outcome that a sentence without a treatment tells to the treatment named last before it, if that has none yet."""
    if any(m.table in ("drug", "drug_class", "regimen", "procedure") for m in v.mentions) or v.section == "family":
        return
    if any(f.kind == "treatment" for f in draft.facts[since:]):
        return
    found = next(
        (
            (kind, m)
            for kind, pattern in _OUTCOMES
            for m in pattern.finditer(v.text, v.head, v.end)
            if assess(v, m.start(), m.end()).status == "present"
        ),
        None,
    )
    if found is None or _NOT_TOLD.search(v.text, v.head, found[1].start()):
        return
    places = _last_course(draft, since)
    if not places or draft.repaired.origin[v.start] - draft.facts[places[0]].source.end > _NEAR:
        return
    for i in places:
        draft.facts[i] = _ended(draft.facts[i], found[0], date_of(v, found[1].start(), found[1].end(), [])[0])


_NOT_TOLD = re.compile(r"\b(?:risk of|until|if|unless|time to|in case of|at|prior|previous|before)\s+(?:\w+\s+)?$", re.IGNORECASE)


def _last_course(draft: Draft, since: int) -> list[int]:
    """The places of the drugs of the course named last, if it was systemic treatment for the tumour of the note with no outcome told."""
    places = [i for i in range(since) if draft.facts[i].kind == "treatment"]
    if not places:
        return []
    last = draft.facts[places[-1]]
    course = [i for i in places if draft.facts[i] is last or (last.course is not None and draft.facts[i].course == last.course)]
    words = vocabulary()
    whole = [draft.facts[i] for i in course]
    if not any(words.is_a(f.concept, "systemic_therapy") for f in whole):
        return []
    if any(
        f.status != "present" or f.responses or f.stopped_for or f.setting in ("adjuvant", "neoadjuvant", "perioperative") or f.until for f in whole
    ):
        return []
    return course


def _ended(fact: Fact, kind: Response, when: Moment | None) -> Fact:
    if kind != "progressed" or fact.time == "current":
        return fact.model_copy(update={"responses": (kind,)})
    return fact.model_copy(update={"responses": (kind,), "stopped_for": "progression", "time": "past", "until": when})
