"""Diseases, events and states, with what is said of them: present or not, when, and the words that narrow them."""

import re

from assistant.patient import assays
from assistant.patient.assertion import assess
from assistant.patient.attachment import date_of
from assistant.patient.drafts import Draft
from assistant.patient.facts import Moment
from assistant.patient.qualifiers import qualifiers
from assistant.patient.revised import revised
from assistant.patient.view import View
from index.vocabulary import Mention, vocabulary

# An infection that was treated is a treatment too: what it was treated with is implied by its name alone.
_TREATED_WITH = {
    "tuberculosis": "antitubercular",
    "pulmonary_tuberculosis": "antitubercular",
    "active_tuberculosis": "antitubercular",
    "latent_tuberculosis": "antitubercular",
}


def read(v: View, draft: Draft) -> None:
    """Adds the findings of one sentence."""
    if v.section == "allergy":
        return  # the reactions listed there are no diseases of now
    mentions = [m for m in v.mentions if m.table == "condition"]
    for m in mentions:
        if not draft.free(m.start, m.end):
            continue
        _one(v, m, mentions, draft)
    _fluids(v, mentions, draft)


# Fluid that is let off again and again is there.
_FLUIDS = {"thoracentesis": "pleural_effusion", "paracentesis": "ascites", "pericardiocentesis": "pericardial_effusion"}
_AGAIN_BEFORE = re.compile(
    r"\b(?:weekly|fortnightly|monthly|regular|repeated|serial|frequent|(?:twice|once|two|three)[- ](?:a |per )?(?:week|month)(?:ly)?)\s+"
    r"(?:(?:large[- ]volume|therapeutic|palliative|diagnostic|outpatient)\s+)*$",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"[\s(]*(?:every\s+(?:other\s+|few\s+|\d+(?:\s*-\s*\d+)?\s+|two\s+|three\s+)?(?:days?|weeks?|months?)|weekly|fortnightly|monthly|"
    r"(?:once|twice|\d\s?x)\s+(?:a|per)\s+(?:week|month)|q\d+\s?[dw]\b)",
    re.IGNORECASE,
)
_BLED_FROM = re.compile(
    r"\b(?:haematemesis|hematemesis|bled|bleed(?:s|ing)?|haemorrhage|hemorrhage|blood|mela?ena|UGIB|GIB)\s+(?:\w+\s+){0,2}?from\s+(?:[\w-]+\s+){0,3}$",
    re.IGNORECASE,
)


def _fluids(v: View, mentions: list[Mention], draft: Draft) -> None:
    """ "thoracentesis every 10 days": the effusion is not named, but needs drainage."""
    for m in v.mentions:
        fluid = _FLUIDS.get(m.concept) if m.table == "procedure" else None
        if (
            fluid is None
            or any(vocabulary().is_a(o.concept, fluid) for o in mentions)
            or not (_AGAIN.match(v.text, m.end, v.end) or _AGAIN_BEFORE.search(v.text, max(v.head, m.start - 50), m.start))
        ):
            continue
        if assess(v, m.start, m.end, treatment=True).status == "present":
            reading = "let off again and again, so that it needs drainage"
            draft.add("finding", fluid, "present", m.start, m.end, qualifiers=("requires_drainage",), reading=reading)


def _one(v: View, m: Mention, mentions: list[Mention], draft: Draft) -> None:
    said = assess(v, m.start, m.end)
    if said.status is None or said.status in ("planned", "declined", "considered"):
        return
    if assays.names_another(v, m) or (said.status == "present" and assays.unread(v, m)):
        return
    row = vocabulary().diseases[m.concept]
    found = qualifiers(v, m, mentions, said.status != "absent")
    time = said.time
    lasting = row.kind == "disease" or row.neoplasm
    if v.section == "history" and time == "unstated" and not lasting and said.status == "present":
        time = "past"
    if (
        time == "past"
        and lasting
        and "resolved" not in found
        and not re.search(r"resolved|cured|remission|childhood|eradicated|no longer|former", _around(v, m), re.IGNORECASE)
    ):
        time = "unstated"  # "history of cirrhosis" is still cirrhosis
    when, ended = date_of(v, m.start, m.end, _beside(v, m))
    if when is None and ended is None and row.kind == "event" and said.status == "present":
        when = _of_its_treatment(v, m)
    status = said.status
    start, end = (said.start, said.end) if status != "present" else (m.start, m.end)
    if status in ("present", "possible") and (other := revised(v, m, mentions)) is not None:
        status, start, end = other[0], m.start, other[1]
    if status == "present" and time == "past" and re.search(r"\bno longer\b", v.text[max(v.head, m.start - 40) : m.start], re.IGNORECASE):
        found = (*found, "resolved")
    if "resolved" in found and status == "present":
        time = "past"
    concept = _located(v, m)
    bled_after = re.match(r"\s+(?:bleed|haemorrh|hemorrh)", v.text[m.end : m.end + 12], re.IGNORECASE)
    if concept == "varices" and (bled_after or _BLED_FROM.search(v.text, max(v.head, m.start - 70), m.start)):
        concept = "variceal_bleeding"
    draft.add("finding", concept, status, start, end, time=time, when=when, until=ended, qualifiers=tuple(dict.fromkeys(found)))
    portal = concept == "portal_vein_thrombosis" or (
        concept == "thrombosis"
        and len(re.findall(r"thromb", v.text[v.head : v.end])) == 1
        and re.search(
            r"\bportal v|"
            r"\bPV\b",
            v.text[v.head : v.end],
        )
    )
    if status == "absent" and portal and not re.search(r"bland", v.text[start:end], re.IGNORECASE):
        draft.add("finding", "portal_vein_tumor_thrombus", "absent", start, end, reading="no thrombus at all, so no tumour thrombus")
    if m.concept in _TREATED_WITH and status == "present" and "treated" in found and "untreated" not in found:
        draft.add(
            "treatment",
            _TREATED_WITH[m.concept],
            "present",
            m.start,
            m.end,
            time="past",
            when=when,
            reading="the infection is said to have been treated",
        )


_REGIONS = (
    ("brain_metastasis", re.compile(r"\b(?:brain|head|cranial|cerebral|intracranial|neuraxis)\b", re.IGNORECASE)),
    ("bone_metastasis", re.compile(r"\bbone scan|\bscintigraphy|\bbones?\b|\bspine\b", re.IGNORECASE)),
    ("lung_metastasis", re.compile(r"\b(?:chest|thorax|lungs?|CXR|pulmonary)\b(?!\s*[/,&]|\s+and)", re.IGNORECASE)),
)


_STUDY = re.compile(r"\b(?:MRI?|CT|PET(?:[-/ ]CT)?|scan|scintigraphy|x-?ray|CXR|imaging|in|of|on|to)\b", re.IGNORECASE)


def _located(v: View, m: Mention) -> str:
    """A metastasis named without its organ, where its sentence looks at one organ only ("MRI brain: no metastasis")."""
    if re.match(r"\s*(?:disease\s+)?(?:except|other than|apart|aside|besides|outside|beyond)\b", v.text[m.end : m.end + 20], re.IGNORECASE):
        return m.concept
    if m.concept != "metastasis" or m.surface.lower().startswith(("distant", "extrahepatic")):
        return m.concept
    around = v.text[v.start : m.start] + " | " + re.split(r"[,;.]", v.text[m.end : v.end])[0]
    if not _STUDY.search(around) or ";" in around:
        return m.concept
    hits = [concept for concept, pattern in _REGIONS if pattern.search(around)]
    if len(hits) == 1 and hits[0] in vocabulary().diseases and not re.search(r"abdom|liver|pelvi|whole body|\bTAP\b|\bCAP\b", around, re.IGNORECASE):
        return hits[0]
    return m.concept


_TREATED_BY = re.compile(
    r"(?:\s+(?:of|in)\s+(?:the\s+)?\w+)?\s*\(?,?\s*(?:(?:was|were|which|that|radically|curatively|"
    r"completely|successfully|fully|surgically)\s+)*(?:treated|managed|resected|ablated|s/p|"
    r"status post|drained|banded|controlled|cured|needing|"
    r"needed|requir\w+)\b",
    re.IGNORECASE,
)


_REMEDY = re.compile(
    r"\s*[,(/]\s*(?:(?:treated (?:by|with)|s/p|with|primary|emergency|urgent|had|underwent|successful)\s+)*(?:PCI|PTCA|stents?|stenting|"
    r"angioplasty|CABG|embolectomy|"
    r"thrombectomy|thrombolysis|lysis|(?:band )?ligation|banding|EVL|clipping|coiling|TIPSS?|transfus\w+|sclerotherapy)\b",
    re.IGNORECASE,
)


def _of_its_treatment(v: View, m: Mention) -> Moment | None:
    """The day of what was done about an event at once: "NSTEMI, PCI 8 weeks ago"."""
    remedy = _REMEDY.match(v.text, m.end, v.end)
    return date_of(v, remedy.end() - 2, remedy.end(), _beside(v, m))[0] if remedy else None


def _beside(v: View, m: Mention) -> list[Mention]:
    """What a date may belong to instead: every other finding and treatment, but not this finding's own treatment."""
    own = _TREATED_BY.match(v.text, m.end, v.end) is not None
    return [
        o
        for o in v.mentions
        if o.table == "condition" or (o.table in ("drug", "drug_class", "regimen", "procedure") and not (own and o.start >= m.end))
    ]


def _around(v: View, m: Mention) -> str:
    return v.text[max(v.head, m.start - 50) : min(v.end, m.end + 50)]
