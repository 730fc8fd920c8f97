"""Drugs, classes, regimens and procedures: given, planned, declined or never; how it ended, in which line, at what dose."""

import re
from datetime import date, timedelta
from typing import Any

from assistant.patient.assertion import Assertion, assess
from assistant.patient.attachment import date_of, nearest_date
from assistant.patient.courses import Course, all_chemotherapy, find_courses
from assistant.patient.drafts import Draft
from assistant.patient.facts import Moment, Status
from assistant.patient.relatives import other_person
from assistant.patient.treatment_denials import global_denials
from assistant.patient.treatment_details import dose_of, indication_of, line_of, route_of, setting_of, site_of, tumour_before
from assistant.patient.treatment_history import history_of
from assistant.patient.view import View
from index.vocabulary import Mention, vocabulary


def read(v: View, draft: Draft) -> None:
    """Adds the treatments of one sentence."""
    global_denials(v, draft)
    courses = find_courses(v, draft)
    for i, c in enumerate(courses):
        until = courses[i + 1].start if i + 1 < len(courses) else v.end
        since = courses[i - 1].end if i else v.head
        _one(v, c, since, until, courses, draft)


# "TKI-naive", and, with a hanging hyphen or a stroke, every item of "chemo- and immunotherapy-naive" and "TKI/ICI-naive".
_NAIVE = re.compile(
    r"(?:(?:-\s*(?:,|/|\band\b|\bor\b|&)+|/)\s*(?:and\s+|or\s+)?[A-Za-z][\w-]*?){0,4}[\s-]*(?:therapy[\s-]*|treatment[\s-]*)?na[iï]ve\b",
    re.IGNORECASE,
)


_NAIVE_TO = re.compile(
    r"(?<!not )\bna[iï]ve\s+(?:to|for|of|with (?:respect|regard) to)\s+(?:(?:any|all|prior|previous|both|both of)\s+)*(?:[\w-]+(?:\s+[\w-]+)?"
    r"\s*(?:,|/|\band\b|\bor\b|&)+\s*(?:or\s+|and\s+)?){0,4}$",
    re.IGNORECASE,
)


def _one(v: View, c: Course, since: int, until: int, courses: list[Course], draft: Draft) -> None:
    if other_person(v, c.start, c.end) or re.search(r"\bdon(?:or|ated?)\b[^.;,]{0,40}$", v.text[v.head : c.start], re.IGNORECASE):
        return
    said = assess(v, c.start, c.end, treatment=True)
    if _NAIVE_TO.search(v.text, v.head, c.start):
        for concept, start, end in c.concepts:
            draft.add("treatment", concept, "absent", start, end)
        draft.take(c.start, c.end)
        return
    naive = _NAIVE.match(v.text, c.end, v.end)
    if naive:
        for concept, start, _ in c.concepts:
            draft.add("treatment", concept, "absent", start, naive.end())
        draft.take(c.start, c.end)
        return
    if said.status is None:
        return
    if c.mentions[0].concept == "biopsy" and re.match(
        r"[- ](?:proven|confirmed|verified|diagnosed|established)", v.text[c.end : c.end + 14], re.IGNORECASE
    ):
        return  # how it was diagnosed
    status = _status(v, c, said, since, until)
    if status is None:
        return
    more: dict[str, Any] = {}
    if status == "present":
        more = history_of(v, c, since, until, courses, draft)
        if said.time == "past" and more.get("time") != "current":
            more["time"] = "past"
    elif status == "planned":
        when = nearest_date(v, c.start, c.end, [m for o in courses if o is not c for m in o.mentions], ("ahead",))
        more["when"] = when.moment if when else None
    line = line_of(v, c, since, until) if status != "absent" else None
    if line:
        more["line"] = line
    setting = setting_of(v, c, since)
    if setting:
        more["setting"] = setting
    disease = indication_of(v, c, until)
    if disease is None and status == "present" and (tumour := tumour_before(v, c)) is not None:
        more, disease = _with_tumour(v, tumour, more, draft.as_of)
    if disease:
        more["for_condition"] = disease
    route = route_of(v, c, since, until) if status != "absent" else None
    if route:
        more["route"] = route
    site = site_of(v, c)
    if site:
        more["site"] = site
    dose = dose_of(v, c)
    if dose:
        more["dose_mg_per_day"], more["dose_text"] = dose
    drugs = {concept for concept, _, _ in c.concepts}
    if len(drugs) > 1 or c.mentions[0].table == "regimen" or (status == "present" and c.mentions[0].table == "drug"):
        more["course"] = draft.course()
    seen: set[str] = set()
    for concept, start, end in c.concepts:
        if concept not in seen:
            seen.add(concept)
            wide = status != "present" and said.status == status
            into_artery = c.local and "route" not in more and (vocabulary().is_a(concept, "chemotherapy") or all_chemotherapy(concept))
            extra = {"route": "local"} if into_artery else {}
            draft.add("treatment", concept, status, min(start, said.start) if wide else start, max(end, said.end) if wide else end, **more, **extra)


_SAME_ILLNESS = timedelta(days=730)
"""Treatment named with a tumour is taken to have begun within this time of its date unless the note says otherwise (our reading)."""


def _with_tumour(v: View, tumour: Mention, more: dict[str, Any], as_of: date) -> tuple[dict[str, Any], str | None]:
    """The history of a treatment and the tumour it was for, which the sentence names before it: none where it goes on or began much later."""
    found, _ = date_of(v, tumour.start, tumour.end, list(v.mentions))
    given = more.get("when") or more.get("until")
    if more.get("time") == "current":
        return more, None
    if found is None or found.earliest is None or found.latest is None:
        return more, tumour.concept
    last = found.latest + _SAME_ILLNESS
    if given is not None:
        return more, tumour.concept if given.earliest is None or given.earliest <= last else None
    if last >= as_of:
        return more, tumour.concept
    reading = f"taken to be of the time of the {vocabulary().label(tumour.concept)}"
    return {"time": "past", **more, "when": Moment(earliest=found.earliest, latest=last), "reading": reading}, tumour.concept


_DENIED_RESPONSE = re.compile(
    r"\b(?:progress\w+|response|toxicit\w+|reactions?|recurrence|relapse|benefit|effect|complications?|bleeding|side effects?|"
    r"adverse \w+|evidence of \w+|improvement)\s+(?:\w+\s+){0,3}?(?:on|to|with|after|following|from|since|under|despite|of)\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)


_NOT_TAKEN = re.compile(
    r"\b(?:not\s+(?:yet\s+)?(?:been\s+)?|never\s+|yet\s+to\s+be\s+)(?:taken|started|begun|commenced|filled|collected|picked\s+up|dispensed|initiated|swallowed)\b",
    re.IGNORECASE,
)


_NEVER_TAKEN = re.compile(
    r"\bnever\s+(?:actually\s+|in\s+fact\s+|once\s+)?(?:took|take|taking|started|began|filled|collected|picked\s+up|swallowed)\b"
    r"|\b(?:did\s+not|didn't)\s+(?:actually\s+|in\s+fact\s+)?(?:take|swallow|fill|collect|start)\s+(?:it|them|any|a\s+single|the\s+(?:drug|tablets?|capsules?))\b"
    r"|\bnot\s+a\s+single\s+(?:dose|tablet|capsule|cycle)\b|\btook\s+(?:none|no\s+(?:dose|tablet|capsule))",
    re.IGNORECASE,
)


_DESCRIBED = re.compile(
    r"\s*(?:\([^()]*\)\s*)?(?:blocks|inhibits|targets|binds|works\s+by|acts\s+(?:on|by)|is\s+an?\s+(?:[\w-]+\s+){0,5}(?:antibody|inhibitor|drug|agent|molecule))\b",
    re.IGNORECASE,
)
"""What a drug is or does, which says nothing of who got it."""
_START_OF = re.compile(r"\b(?:start|starting|initiation|commencement|beginning|introduction)\s+of\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_PUT_OFF = re.compile(
    r"\s*(?:(?:is|was|has\s+been|currently|still)\s+)*(?:on\s+hold|postponed|deferred|delayed|awaited|pending|put\s+off|suspended)\b", re.IGNORECASE
)


def _status(v: View, c: Course, said: Assertion, since: int, until: int) -> Status | None:
    text = v.text
    status = said.status
    before, after = text[since : c.start], text[c.end : until]
    if status == "absent" and _DENIED_RESPONSE.search(before):
        status = "present"  # "no progression on lenvatinib": the response is denied, not the drug
    if status == "present" and _DESCRIBED.match(after):
        return None
    if status == "present" and _START_OF.search(before) and _PUT_OFF.match(after):
        return "planned"
    if status == "possible" and re.search(r"\bprior\b|\bprevious", before, re.IGNORECASE) is None and said.time == "unstated":
        return "possible"
    if status in ("considered", "planned", "present") and re.search(
        r"\b(?:and|but)\s+(?:was |were |has |the |he |she |patient |then |subsequently )*(?:refused|declined|turned down)\b",
        after.split(";")[0],
        re.IGNORECASE,
    ):
        return "declined"
    if status == "planned" and re.match(
        r"[^;]{0,60}?\b(?:done|performed|carried out|took place|was given)\b(?! (?:next|tomorrow))", after, re.IGNORECASE
    ):
        return "present"
    if status == "considered" and re.search(
        r"\bplan(?:s|ned)? (?:to|is)\b|\bwill start\b|\bto start\b|\bscheduled\b|\bnext week\b", after.split(";")[0], re.IGNORECASE
    ):
        return "planned"
    if status == "present":
        if _NEVER_TAKEN.search(after.split(";")[0]):
            return "absent"
        if _NOT_TAKEN.search(after.split(";")[0]):
            return "planned"
        if (
            v.section == "plan"
            and not re.search(
                r"\b(?:continue[sd]?|continuing|s/p|received|prior|completed|previous|since|ongoing|stop|hold|off)\b", before, re.IGNORECASE
            )
            and not any(d.kind in ("at", "until", "span") for d in v.dates)
        ):
            return "planned"
        if re.match(r"\s*(?:to be |will be )?(?:next (?:week|month)|tomorrow)\b", after, re.IGNORECASE) or (
            re.search(r"\b(?:start(?:s|ing)?|begin(?:s|ning)?)\s*$", before, re.IGNORECASE) and any(d.kind == "ahead" for d in v.dates)
        ):
            return "planned"
    return status
