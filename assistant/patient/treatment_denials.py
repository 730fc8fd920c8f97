"""Denials of all treatment: "treatment-naive", "no previous therapy of any kind", "untreated"."""

import re

from assistant.patient.drafts import Draft
from assistant.patient.relatives import other_person
from assistant.patient.view import View
from index.vocabulary import vocabulary

_NAIVE_FREE = re.compile(
    r"(?P<naive>(?<![A-Za-z-])(?:(?:systemic[\s-]+|cancer[\s-]+)?(?:treatment|therapy|tx|rx)[\s-]*na[iï]ve|(?:(?<![\w-]\s)|(?<=\d\s)|(?<=\s[A-D]\s))na[iï]ve(?!\s*(?:T|B|"
    r"to)\b)(?!\s+(?:cell|t-cell|patient's))|na[iï]ve\s+to\s+(?:all\s+|any\s+)?(?:treatment|therapy)|(?:previously|hitherto|so far|"
    r"currently|as yet|remains?|completely|totally|still|yet)?\s*untreated(?!\s+with)|初治|未经治疗|未治疗))"
    r"|(?P<none>\b(?:no|without(?:\s+any)?|denies(?:\s+any)?|nil|never\s+(?:had|received|been\s+given|undergone)(?:\s+any)?|(?:has|have|"
    r"had)\s*(?:n't|\s+not)\s+(?:yet\s+)?(?:had|received|undergone|been\s+given)(?:\s+any)?|not\s+(?:yet\s+)?(?:had|received|"
    r"started)(?:\s+any)?|yet\s+to\s+(?:receive|start)(?:\s+any)?|not\s+(?:received|had)\s+any)\s+"
    r"(?P<mods>(?:(?:prior|previous|past|earlier|preceding|any|other|specific|cancer|anti-?cancer|anti-?tumou?r|antineoplastic|"
    r"oncolog\w+|HCC|active|definitive|form\s+of|kind\s+of|type\s+of|disease-?\s?directed|directed|further|tumou?r|liver|formal|"
    r"documented|known|of|additional|medical|specific|curative|palliative|drug)[\s-]+)*)"
    r"(?:treatments?|therap(?:y|ies)|tx|rx)\b(?!\s*(?:change|failure|related|for\s+(?:pain|ascites|hepatitis|HBV|HCV|tuberculosis|TB|"
    r"diabetes|hypertension|infection|it\b)|-related|complication|toxicit|required|needed|limit))(?P<tail>\s*(?:of\s+any\s+(?:kind|type|"
    r"sort)|whatsoever|at\s+all|yet|so\s+far|to\s+date|ever|before|given|received|previously|for\s+(?:the\s+|his\s+|her\s+|"
    r"this\s+)?(?:HCC|cancer|tumou?r|malignancy|it|disease|hepatocellular\s+carcinoma|liver\s+cancer))*))"
    r"|(?P<never>\bnever\s+(?:been\s+)?treated\b(?!\s+(?:with|by|for\s+(?:HBV|HCV|TB|hepatitis)))|"
    r"\bnot\s+(?:yet\s+)?(?:been\s+)?treated\b(?!\s+(?:with|by|for\s+(?:HBV|HCV|TB|hepatitis)))|未接受(?:过)?(?:任何)?治疗)",
    re.IGNORECASE,
)


# "nothing systemic so far": the adjective alone stands for the treatment, unless a noun of another kind follows it.
_NOTHING_SYSTEMIC = re.compile(
    r"\b(?:nothing|none|never (?:had |received )?anything|no)\s+systemic(?:ally|s)?(?=\s*(?:[,;.)]|$|\n|so far|yet|to date|ever|before|given|since|"
    r"until|and\b|or\b|for (?:the |his |her )?(?:HCC|cancer|tumou?r)))",
    re.IGNORECASE,
)


# "prior systemic therapy: 0 lines", "lines of therapy: 0", "nothing given so far".
_COUNTED_NONE = re.compile(
    r"\b(?:(?:prior|previous|earlier|past)\s+)?(?:lines?\s+of\s+(?:prior\s+|previous\s+)?(?:systemic\s+|cancer\s+)?(?:therapy|treatment)|(?:prior|previous|systemic|"
    r"anti-?cancer|cancer)\s+(?:systemic\s+|cancer\s+|anti-?cancer\s+)?(?:lines?(?:\s+of\s+(?:therapy|treatment))?|therap(?:y|ies)|treatments?))"
    r"\s*(?:[:=–-]|is|are|was)\s*(?:0|zero|nil|none|no|never)\b(?:\s*(?:prior|previous))?(?:\s*lines?)?(?!\s*[.,]?\d)"
    r"|\bnothing\s+(?:(?:has\s+been|was)\s+)?(?:given|received|tried|started|administered)"
    r"(?:\s+(?:so\s+far|yet|to\s+date|for\s+(?:the\s+|his\s+|her\s+|this\s+)?(?:HCC|(?:liver\s+|hepatic\s+)?(?:cancer|tumou?r)|hepatoma|malignancy|"
    r"hepatocellular\s+(?:cancer|carcinoma))))+",
    re.IGNORECASE,
)


_EXCEPT = re.compile(
    r"[\s,(]*(?:except(?:ing)?(?:\s+for)?|apart\s+from|other\s+than|aside\s+from|besides|save\s+for|but\s+for|bar)\s+", re.IGNORECASE
)


_VIRAL = frozenset(
    {
        "hbv_dna",
        "hcv_rna",
        "hiv_rna",
        "hepatitis_b",
        "hepatitis_c",
        "hiv",
        "hbsag",
        "anti_hcv",
        "hbeag",
        "hcv",
        "hbv",
        "chronic_hepatitis_b",
        "chronic_hepatitis_c",
        "hiv_ab",
    }
)


# What stands alone under a heading of treatment: "none", "nothing so far", "0 lines".
_NONE = re.compile(
    r"(?:none|nil|no|never|nothing|n/?a|-|(?:0|zero)(?:\s+(?:prior |previous )?(?:lines?|regimens?)(?: of \w+)?)?)"
    r"(?:\s+(?:so far|to date|yet|given|received))?",
    re.IGNORECASE,
)


def global_denials(v: View, draft: Draft) -> None:
    """ "Treatment-naive", "no previous treatment of any kind", "untreated": no anti-cancer therapy at all."""
    if v.section == "treatment" and _NONE.fullmatch(v.text[v.head : v.end].strip(" .:*\n")):
        concept = "systemic_therapy" if re.search(r"systemic", v.text[v.start : v.head], re.IGNORECASE) else "anticancer_therapy"
        draft.add("treatment", concept, "absent", v.start, v.end)
        draft.take(v.start, v.end)
        return
    for m in _NOTHING_SYSTEMIC.finditer(v.text, v.head, v.end):
        if draft.free(m.start(), m.end()) and not other_person(v, m.start(), m.end()):
            draft.add("treatment", "systemic_therapy", "absent", m.start(), m.end())
            draft.take(m.start(), m.end())
    for m in _COUNTED_NONE.finditer(v.text, v.head, v.end):
        if draft.free(m.start(), m.end()) and not other_person(v, m.start(), m.end()):
            concept = "anticancer_therapy" if re.match(r"nothing", m[0], re.IGNORECASE) else "systemic_therapy"
            draft.add("treatment", concept, "absent", m.start(), m.end())
            draft.take(m.start(), m.end())
    for m in _NAIVE_FREE.finditer(v.text, v.head, v.end):
        if not draft.free(m.start(), m.end()) or other_person(v, m.start(), m.end()):
            continue
        start = m.start() + len(m[0]) - len(m[0].lstrip())
        if m["none"] and not m["mods"] and not m["tail"].strip() and start > v.head + 2 and not re.search(r"[,;]\s*$", v.text[v.head : start]):
            continue
        if m["naive"] and re.search(r"[\w)]-?$", v.text[max(v.head, start - 1) : start]):
            continue
        if m["naive"] and "untreated" in m["naive"].lower() and _of_a_value(v, start):
            continue
        before = v.text[max(v.head, start - 30) : start]
        if re.search(r"\bnot\s+$|\bif\s+$", before, re.IGNORECASE):
            continue
        inside = [x for x in v.mentions if x.start < m.end() and m.start() < x.end and x.table in ("drug", "drug_class", "procedure", "regimen")]
        if inside:
            continue
        naive_of = _naive_of(v, start, m.end())
        if naive_of is None:
            continue
        concept = naive_of
        if m["naive"] and "untreated" in m["naive"].lower():
            following = next((x for x in v.mentions if 0 <= x.start - m.end() <= 2 and x.table == "condition"), None)
            if following is not None and not vocabulary().diseases[following.concept].neoplasm and following.concept not in _VIRAL:
                continue
        reading = ""
        if exception := _EXCEPT.match(v.text, m.end(), v.end):
            # "No prior therapy apart from TACE": what is excepted was given, so only the rest is denied.
            if any(x.table in ("drug", "drug_class", "regimen") and 0 <= x.start - exception.end() <= 30 for x in v.mentions):
                continue
            concept, reading = "systemic_therapy", "all treatment is denied but a local one"
        end = m.start() + len(m[0].rstrip())
        draft.add("treatment", concept, "absent", start, end, reading=reading)
        draft.take(start, end)


def _of_a_value(v: View, start: int) -> bool:
    """Whether "untreated" is said of a value just before it: "Hb 9, untreated", "TSH 12, untreated" (not of a viral load or a score)."""
    near = [x for x in v.mentions if x.end <= start and start - x.end < 25]
    if not near or near[-1].table != "measure" or near[-1].concept in (*_VIRAL, "afp", "pivka"):
        return False
    return vocabulary().measures[near[-1].concept].kind not in ("score", "count", "size") and bool(
        re.search(r"\d[^.;]*$", v.text[near[-1].end : start])
    )


def _naive_of(v: View, start: int, end: int) -> str | None:
    """What was not treated: the infection just named, else the cancer."""
    nearest = [x for x in v.mentions if x.end <= start and x.table in ("condition", "measure", "scale") and ";" not in v.text[x.end : start]]
    following = [
        x
        for x in v.mentions
        if 0 <= x.start - end <= 25 and x.table == "condition" and not re.search(r"[,;.:|]|\b(?:no|not|and|but)\b", v.text[end : x.start])
    ]
    if following:
        concept = following[0].concept
        if concept in _VIRAL:
            return "antiviral"
        return "anticancer_therapy" if vocabulary().diseases[concept].neoplasm else None
    if nearest and nearest[-1].concept in _VIRAL and start - nearest[-1].end < 60:
        return "antiviral"
    if nearest and nearest[-1].table == "condition" and start - nearest[-1].end < 25:
        row = vocabulary().diseases[nearest[-1].concept]
        if (
            not row.neoplasm
            and row.kind in ("disease", "infection")
            and not any(x.table == "condition" and vocabulary().diseases[x.concept].neoplasm for x in v.mentions if x.end <= start)
        ):
            return "anticancer_therapy" if re.search(r"na[iï]ve|any kind|cancer|prior|previous", v.text[start:end], re.IGNORECASE) else None
    return "anticancer_therapy"
