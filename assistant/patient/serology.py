"""Infections tested for together, with one result at the end: "HIV, HBV and HCV serology negative", "Hep B/C neg"."""

import re

from assistant.patient.drafts import Draft
from assistant.patient.relatives import other_person
from assistant.patient.view import View

_HEPATITIS = {"b": "hepatitis_b", "c": "hepatitis_c", "d": "hepatitis_d"}
_VIRUS = {"hiv": "hiv", "hbv": "hepatitis_b", "hcv": "hepatitis_c", "hdv": "hepatitis_d"}
_ASSAY = r"(?:\s*(?:\(?\b(?:ab|ag|p24(?:\s*ag)?|antibod(?:y|ies)|antigen|1/2|1\s*(?:and|&)\s*2)\b\)?))*"
_NAME = rf"(?:HIV|HBV|HCV|HDV|hep(?:atitis)?\.?\s*[BCD]|syphilis|tuberculosis|TB)\b(?!\s*(?:DNA|RNA|viral|VL)\b){_ASSAY}"
_AND = r"\s*(?:,\s*(?:and\s+|or\s+)?|/|\band\b|\bor\b|&|\+)\s*"
_NEGATIVE = r"(?:negative|neg\b\.?|-ve\b|non-?\s?reactive|not\s+(?:detected|reactive|found)|unremarkable|undetect(?:ed|able)|clear|阴性)"
_LIST = re.compile(
    rf"(?P<list>(?<![\w-]){_NAME}(?:{_AND}(?:{_NAME}|[BCD]\b(?!\s*(?:DNA|RNA)))|{_AND}p24\s*ag(?:antigen)?\b)+|(?<![\w-]){_NAME})\)?"
    r"(?:\s*(?:serolog\w+|virolog\w+|screen(?:ing|s|ed)?|tests?|testing|status|panel|studies|work-?up|infections?)\b)*"
    rf"(?:\s*(?:[:=–-]|\b(?:is|are|was|were|all|both|each|have\s+been|has\s+been|came\s+back|remain\w*)\b))*\s*{_NEGATIVE}",
    re.IGNORECASE,
)
_ITEM = re.compile(
    r"(?P<virus>HIV|HBV|HCV|HDV)\b|hep(?:atitis)?\.?\s*(?P<hepatitis>[BCD])\b|(?P<other>syphilis|tuberculosis|TB)\b|\b(?P<letter>[BCD])\b",
    re.IGNORECASE,
)
_OTHER = {"syphilis": "syphilis", "tuberculosis": "tuberculosis", "tb": "tuberculosis"}

_SHARED = re.compile(r"\b(?:and|or|all|both)\b|[/&+:)]|serolog|virolog|screen|panel", re.IGNORECASE)


def read(v: View, draft: Draft) -> None:
    """Adds the infections of one sentence that a common result denies."""
    for match in _LIST.finditer(v.text, v.head, v.end):
        start, end = match.span()
        if not draft.free(start, end) or other_person(v, start, end) or re.search(r"\bnot\s+(?:yet\s+)?$", v.text[max(v.head, start - 12) : start]):
            continue
        items = list(_ITEM.finditer(v.text, match.start("list"), match.end("list")))
        if len(items) < 2 and not re.search(r"\b(?:ab|ag|p24|antibod|antigen)", match["list"], re.IGNORECASE):
            continue  # one name with its result is read where findings are
        shared = _SHARED.search(match[0]) is not None
        for item in items:
            concept = (
                _VIRUS[item["virus"].lower()]
                if item["virus"]
                else _OTHER[item["other"].lower()]
                if item["other"]
                else _HEPATITIS[(item["hepatitis"] or item["letter"]).lower()]
            )
            # "hepatitis B, HCV negative": by a comma alone the first may be affirmed or denied.
            draft.add("finding", concept, "absent" if shared or item is items[-1] else "possible", item.start(), end)
        draft.take(start, end)
