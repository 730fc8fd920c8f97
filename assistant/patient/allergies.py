"""Allergies and reactions: "allergic to penicillin", "oxaliplatin anaphylaxis", NKDA, an allergy section."""

import re

from assistant.patient.drafts import Draft
from assistant.patient.relatives import other_person
from assistant.patient.view import View
from index.conditions import Qualifier
from index.vocabulary import Mention

_NONE = re.compile(
    r"\b(?:NKDA|NKA|NKMA|NKFA|nkda)\b|\bno\s+(?:(?:known|drug|medication|food|medicine|significant|other|reported|documented|previous|"
    r"history\s+of)\s+)*(?:or\s+\w+\s+)?(?:drug\s+|food\s+|medication\s+)*(?:allerg(?:y|ies)|hypersensitivit(?:y|ies)|"
    r"(?:adverse\s+)?drug\s+reactions?)\b(?!\s+to\b)|"
    r"\b(?:drug\s+)?allergies\s*(?:[:=|-]|are)?\s*(?:none|nil|no\b|negative|denied|denies|nkda)(?:\s+known)?|"
    r"\bdenies\s+(?:any\s+)?(?:known\s+)?(?:drug\s+|medication\s+)?allergies|无药物过敏|否认(?:药物)?过敏|无过敏史",
    re.IGNORECASE,
)
_EXCEPT = re.compile(
    r"[\s,(]*(?:except(?:ing|ed)?(?:\s+for)?|other\s+than|apart\s+from|aside\s+from|besides|but\s+(?:for|to)|save(?:\s+for)?|bar|only)\s+"
    r"(?:(?:a|an|to|known|severe|for)\s+)*",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"\b(?:allerg(?:y|ies|ic)(?:\s+reactions?)?|hypersensitiv(?:e|ity)(?:\s+reactions?)?|anaphyla(?:xis|ctic)(?:\s+(?:shock|"
    r"reactions?))?|intoleran(?:t|ce)|(?:severe\s+|serious\s+|infusion\s+|infusion-related\s+)*reactions?(?:\s*\([^()]{3,30}\))?|angio-?o?edema|rash|hives|"
    r"urticaria)\s*(?:to|from|with|after|against|on|:|following)\s*(?:(?:any|the|iv|oral|both|all|prior|previous)\s+)*$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s*(?:-|:|\(|–)?\s*(?:(?:caused?|induced|associated|gives?|gave|severe|known|documented|serious|grade\s*[1-5]|related|with|"
    r"true)[\s-]+)*(?:allerg(?:y|ic|ies)(?:\s+reactions?)?|anaphyla(?:xis|ctic\w*|ctoid)|hypersensitiv\w+|"
    r"(?:severe\s+)?infusion(?:-related)?\s+reactions?|angio-?o?edema|urticaria|hives|过敏)\b",
    re.IGNORECASE,
)
_SEVERE = re.compile(r"anaphyla|severe|serious|life-threatening|shock|grade\s*[345]|angio-?o?edema|steven|SJS|\bTEN\b", re.IGNORECASE)
_NEGATED = re.compile(r"\b(?:no|not|denies|without|never|non|nor)\b[^,;.]{0,50}$|\bno\s+known\b[^;.]{0,80}$|无[^,;.]{0,10}$", re.IGNORECASE)
_LIST = re.compile(r"\s*(?:,|/|and|or|&|,\s*and|,\s*or|;|\([^)]*\)\s*[,;]?)\s*(?:to\s+)?", re.IGNORECASE)
_TABLES = ("drug", "drug_class", "regimen")


def read(v: View, draft: Draft) -> None:
    """Adds the allergies of one sentence, and marks their words as read."""
    excepted = v.end
    for none in _NONE.finditer(v.text, v.start, v.end):
        if other_person(v, none.start(), none.end()):
            continue
        draft.take(none.start(), none.end())
        if exception := _EXCEPT.match(v.text, none.end(), v.end):
            excepted = min(excepted, exception.end())  # what follows is the allergy that there is, and the rest stays open
        else:
            draft.add("allergy", "drug_allergy", "absent", none.start(), none.end())
    targets = [m for m in v.mentions if m.table in _TABLES and m.concept != "drug_allergy" and draft.free(m.start, m.end)]
    chain: Mention | None = None
    chained_from = 0
    for m in targets:
        if other_person(v, m.start, m.end):
            continue
        before = v.text[max(v.head, m.start - 90) : m.start]
        lead = _BEFORE.search(before)
        after = _AFTER.match(v.text, m.end, v.end)
        start, end = m.start, m.end
        exempt = m.start >= excepted and not re.search(r"[;.]|\b(?:on|takes?|taking|treated|given|receiv\w*)\b", v.text[excepted : m.start])
        if exempt:
            chained_from = m.start
            end = after.end() if after else end
        elif lead:
            start = m.start - len(before) + lead.start()
            chained_from = start
        elif after:
            end = after.end()
            chained_from = start
        elif (
            chain is not None
            and m.start >= chain.end
            and _LIST.fullmatch((v.text[chain.end : m.start].strip() and v.text[chain.end : m.start]) or ",")
        ):
            start = m.start
        elif v.section == "allergy":
            chained_from = m.start
            if re.match(r"\s*(?:-|:|\|)?\s*(?:none|no\b|nil|tolerated)", v.text[m.end : m.end + 14], re.IGNORECASE):
                continue
        else:
            chain = None
            continue
        if re.search(r"\btoleran", v.text[m.end : m.end + 4]) or (lead and lead[0].lower().startswith("intoleran") and v.section != "allergy"):
            chain = None
            continue
        denied = not exempt and (
            bool(_NEGATED.search(v.text[max(v.head, chained_from - 60) : min(m.start, chained_from + 40)]))
            or (lead is None and bool(_NEGATED.search(v.text[max(v.head, m.start - 30) : m.start])))
        )
        around = v.text[max(v.head, chained_from) : min(v.end, end + 40)].split(";")[0]
        severe: tuple[Qualifier, ...] = ("severe",) if _SEVERE.search(around) and not denied else ()
        if v.text[start:end].count("(") > v.text[start:end].count(")") and v.text[end : end + 1] == ")":
            end += 1
        draft.add("allergy", m.concept, "absent" if denied else "present", start, end, qualifiers=severe)
        if not denied:
            # A reaction tells of an exposure only when the sentence says so; it is not read as a treatment.
            draft.take(m.start, end)
        chain = m
