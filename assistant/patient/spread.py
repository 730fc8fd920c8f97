"""Metastases by organ, where several organs share one word: "lung and bone mets", "metastatic to the liver"."""

import re

from assistant.patient.assertion import assess
from assistant.patient.drafts import Draft
from assistant.patient.organs import ORGAN, ORGAN_WORDS, ORGANS, concept_of
from assistant.patient.view import View

_SPREAD = re.compile(
    rf"(?P<before>(?<![A-Za-z])(?:{ORGAN_WORDS}\s*(?:,|/|\band\b|\bor\b|&|,\s*and|,\s*or)\s*)+{ORGAN_WORDS}\s+)?\b(?P<word>metasta(?:sis|ses|tic|"
    rf"si[sz]ed)|mets?)\b(?P<after>(?:\s+(?:disease|lesions?|spread|deposits?))?\s*(?:to|in|involving|of|at|:|\()\s*(?:the\s+|both\s+|"
    rf"bilateral\s+)*"
    rf"{ORGAN_WORDS}(?:\s*(?:,|/|\band\b|\bor\b|&|,\s*and|,\s*or|\+)\s*(?:the\s+)?{ORGAN_WORDS})*)?",
    re.IGNORECASE,
)


_METASTATIC_CANCER = re.compile(
    rf"\bmetastatic\s+(?:[A-Za-z-]+\s+){{1,5}}\((?P<after>{ORGAN_WORDS}(?:\s*(?:,|/|\band\b|&|\+)\s*{ORGAN_WORDS})*)\)", re.IGNORECASE
)


# "MRI brain clean": a normal picture of the head shows no metastasis there.
_CLEAR_HEAD = re.compile(
    r"\b(?:(?:ce-?)?(?:MRI?|CT)\s*(?:scan)?\s*(?:of\s+)?(?:the\s+)?(?:brain|head)|(?:brain|head|cranial)\s+(?:ce-?)?(?:MRI?|CT)(?:\s+scan)?)"
    r"(?:[\s:,-]+(?:is|was|scan|imaging|today|\(?(?:19|20)\d\d\)?|completely|reported|as|came|back|remains?))*[\s:,-]+"
    r"(?:clean|clear|normal|negative|unremarkable|NAD)\b(?!\s+(?:for|pressure|margin))",
    re.IGNORECASE,
)


_WORD = re.compile(r"\bmetasta(?:sis|ses)\b|\bmets\b", re.IGNORECASE)
# "no metastases except in the brain": what is excepted is there.
_APART = re.compile(
    rf"(?:\s+(?:disease|lesions?|spread|deposits?|elsewhere|anywhere))*\s*\(?,?\s*(?P<how>except(?:ing)?(?: for)?|other than|apart from|"
    rf"aside from|besides|"
    rf"save for|outside(?: of)?|beyond)\s+(?:(?:in|to|those in|the|a|an|of|known|single|solitary|small|one|his|her)\s+)*(?P<organs>{ORGAN_WORDS}"
    rf"(?:\s*(?:,|/|\band\b|\bor\b|&)\s*(?:the\s+)?{ORGAN_WORDS})*)",
    re.IGNORECASE,
)


def _apart(v: View, draft: Draft, found: re.Match[str]) -> None:
    """The metastases that a denial leaves out: there where it excepts them, left open where it looks elsewhere ("outside the brain")."""
    sure = not found["how"].lower().startswith(("outside", "beyond"))
    for organ in dict.fromkeys(ORGANS[int(hit.lastgroup[1:])][0] for hit in ORGAN.finditer(found["organs"]) if hit.lastgroup):
        concept = concept_of(organ)
        if organ != "liver" and concept != "metastasis":
            draft.add("finding", concept, "present" if sure else "possible", found.start("organs"), found.end("organs"))


def sites(v: View, draft: Draft) -> None:
    """Metastases in each of the organs listed before or after the word: "lung and bone mets", "metastatic to the liver"."""
    for m in _CLEAR_HEAD.finditer(v.text, v.start, v.end):
        if assess(v, m.start(), m.start() + 2).status == "present":
            draft.add("finding", "cns_metastasis", "absent", m.start(), m.end(), reading="a normal picture of the head")
    for m in _WORD.finditer(v.text, v.head, v.end):
        if (apart := _APART.match(v.text, m.end(), v.end)) and assess(v, m.start(), m.end()).status == "absent":
            _apart(v, draft, apart)
            if not re.match(r"outside|beyond", apart["how"], re.IGNORECASE) or "liver" not in apart["organs"].lower():
                draft.take(m.start(), apart.end())
    for pattern in (_SPREAD, _METASTATIC_CANCER):
        for m in pattern.finditer(v.text, v.head, v.end):
            words = " ".join(x for x in (m.groupdict().get("before"), m["after"]) if x)
            organs = dict.fromkeys(ORGANS[int(hit.lastgroup[1:])][0] for hit in ORGAN.finditer(words) if hit.lastgroup)
            if not organs:
                continue
            at = m.span("word") if pattern is _SPREAD else m.span()
            said = assess(v, *at)
            if said.status not in ("present", "absent", "possible"):
                continue
            place = (said.start, max(said.end, m.end())) if said.status != "present" else m.span()
            concepts = [c for c in (concept_of(organ) for organ in organs) if c != "metastasis"]
            if said.status == "absent" and _APART.match(v.text, m.end("word" if pattern is _SPREAD else 0), v.end):
                continue
            for concept in concepts:
                if not any(x.concept == concept and x.start < m.end() and m.start() < x.end for x in v.mentions):
                    draft.add("finding", concept, said.status, *place, time="past" if said.time == "past" else "unstated")
            if concepts:
                for x in v.mentions:
                    if x.concept == "metastasis" and x.start < m.end() and m.start() < x.end:
                        draft.take(x.start, x.end)  # the organs say more
