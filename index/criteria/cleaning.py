"""Words that state no condition of their own taken out of a passage: abbreviations in brackets, guidelines, reviewers, "even if"."""

import re

from index.criteria.gate import Gate
from index.criteria.limits import method_in
from index.criteria.passage import Passage, flatten
from index.text import Repaired
from index.vocabulary import vocabulary

_ABBREVIATION = re.compile(
    r"\s*[(\[]\s*(?:[A-Z0-9][A-Za-z0-9α-ωΑ-Ω/+'’-]{0,14}s?|[A-Z][A-Za-z]{0,6}[- ][A-Z0-9][A-Za-z0-9-]{0,8})\s*[)\]]|\((?:s|es|ies)\)"
)
_NAMED = (
    r"(?:RECIST|mRECIST|iRECIST|CTCAE|CTC\b|NCI|AASLD|EASL|NCCN|ASCO|ESMO|CSCO|AJCC|UICC|WHO|IMWG|iwCLL|IWG|RANO"
    r"|Lugano|Cheson|PCWG|LI-RADS|IASLC|ICD|DSM|ACR|EULAR|Rome|GINA|FIGO(?= (?:20|crit|stag|sys))|PERCIST|irRC|GCIG"
    r"|INRC|INRG|ELN|ISO|GOLD(?= (?:crit|guid|20))|Response Evaluation Criteria)"
)
_REFERENCE = Gate(
    re.compile(
        rf",?\s*\b(?i:according to|in accordance with|in accord with|(?:as )?(?:defined|assessed|measured|determined"
        rf"|evaluated|graded|classified|documented|confirmed|specified|described|judged|staged|based)?\s*(?:per|by|using"
        rf"|on|in|with|under|as per)|based (?:up)?on|as per|following|of|meeting)\s+(?:the\s+|modified\s+|current\s+"
        rf"|revised\s+|standard\s+|international\s+|latest\s+|any\s+|local\s+|institutional\s+"
        rf"|both\s+)*(?:[A-Z][\w'-]*[\s/,]+(?:(?:of|for|the|in|and|or"
        rf"|on)\s+)*){{0,12}}?(?:{_NAMED}[^,;.()]{{0,40}}?(?:version\s*)?v?\.?\s*\d?(?:\.\d)?(?:\s*(?:guidelines?"
        rf"|criteria|classification|system|version|edition|grading|recommendations?|scale"
        rf"|definitions?)(?:\s*,?\s*(?:version|v\.?)?\s*\d(?:\.\d)?)?)?|guidelines?|criteria"
        rf"|recommendations?)(?:\s*\([^()]*\))?(?=\s*(?:[,;.)]|$|and\b|or\b|with\b|after\b|before\b|that\b|which\b"
        rf"|within\b|at\b|in\b|for\b|who\b|but\b|prior\b))(?:\s*,(?=\s*(?:at|with|the|a)\b))?"
        rf"|\s*\((?i:based on |per |according to |by |as per |using |defined by |as defined by |assessed by "
        rf"|see )*\s*(?:the\s+)?{_NAMED}[^()<>≥≤]{{0,60}}\)",
    ),
    "criteri",
    "guideline",
    "recommendation",
    "recist",
    "ctc",
    "nci",
    "aasld",
    "easl",
    "nccn",
    "asco",
    "esmo",
    "csco",
    "ajcc",
    "uicc",
    "who",
    "imwg",
    "iwcll",
    "iwg",
    "rano",
    "lugano",
    "cheson",
    "pcwg",
    "li-rads",
    "iaslc",
    "icd",
    "dsm",
    "acr",
    "eular",
    "rome",
    "gina",
    "figo",
    "percist",
    "irrc",
    "gcig",
    "inr",
    "eln",
    "iso",
    "gold",
)
_CRITERIA = Gate(
    re.compile(
        r"(?:modified\s+)?Response Evaluation Criteria (?:in"
        r"|for) (?:Solid )?Tumou?rs?(?:\s+Criteria)?(?:\s*,?\s*(?:\(|\[)?(?:version|v\.?|ver\.?)?\s*\d\.\d\)?)?"
        r"|(?:(?:US |U\.S\. )?National Cancer Institute(?:'s)?\s*(?:-\s*|\(NCI\)\s*)?"
        r"|NCI[- ]*)?(?:Common )?(?:Terminology|Toxicity) Criteria(?:\s*(?:for|of) Adverse (?:Events?"
        r"|Effects?))?(?:\s*(?:CTCAE|NCI-CTCAE))?(?:\s*,?\s*\(?(?:version|vs?\.?|ver\.?)?\s*\d(?:\.\d+)?\)?)?"
        r"|\s*\[(?:qualitative|quantitative)\]|\b(?:m|i|ir)?RECIST(?:\s*(?:version|v\.?|V\.?|ver\.?)?\s*\d(?:\.\d)?)?(?:\s+criteria)?\b"
        r"|,?\s*\b(?:per\s+|by\s+|the\s+|according to\s+)*American Joint Comm(?:ission|ittee) (?:on|for) Cancer(?:\s+staging)?(?:\s+(?:system"
        r"|manual|criteria))?(?:\s*,?\s*(?:version\s*)?\d(?:th|\.0)?(?:\s+(?:edition|ed\.?))?)?"
        r"|\b(?:NCI[- ]*)?CTC(?:AE)?\s*,?\s*(?:version|vs?\.?|V\.?|ver\.?)\s*\d(?:\.\d+)?(?![\w])"
        r"|\bNCI[- ]CTC(?:AE)?(?:\s+\d\.\d)?\b(?!\s*(?:grade|[≥>]))",
        re.I,
    ),
    "criteri",
    "recist",
    "ctc",
    "cancer institute",
    "joint comm",
    "[qual",
    "[quan",
)
_BEGIN = Gate(
    re.compile(
        r"\b(?:begin|start|initiate|commence|receive)\s+(?:the\s+)?(?:protocol|study|trial)\s+(?:therapy|treatment|drugs?)\s+(?=(?:if\s+)?within\b)",
        re.I,
    ),
    "within",
)
"""What patients may not do within a time of something: the time and the something are the condition."""
_MEASURABLE = Gate(
    re.compile(
        r"(?<=disease),?\s*(?:which\s+is\s+|is\s+|-\s*)?(?:defined\s+(?:as|by)|with|i\.e\.,?)\s+(?:having\s+"
        r"|the presence of\s+)?(?:at\s+least\s+)?(?:one|1)\s+(?:or"
        r" more\s+)?(?:\w+\s+)?(?:measurable\s+)?lesions?\s+that\s+can\s+be\s+accurately\s+(?:and\s+serially\s+)?"
        r"measured\b[^.;]*(?:\.\d[^.;]*)*",
        re.I,
    ),
    "accurately",
)
"""What makes a disease measurable is said by the criteria of response; a note speaks of measurable disease."""
_SWALLOW = Gate(
    re.compile(
        r"(?<=swallow)(?:ing)?(?:(?:\s*,\s*(?:and/or|or|and)?|\s+(?:and/or|or|and))\s*(?:retain(?:ing)?|absorb(?:ing)?|digest(?:ing)?|tolerat(?:e"
        r"|ing)|tak(?:e|ing)|ingest(?:ing)?)\b)+"
        r"|(?<=\bhim) or her\b|(?<=\bhe) or she\b|(?<=\bhis) or her\b",
        re.I,
    ),
    "swallow",
    " or her",
    " or she",
)
"""Verbs that say the same of a tablet, and the other pronoun."""
_EMPTY = re.compile(r"\s*[(\[]\s*(?:(?:according to|based on|per|by|using|as per|as defined by|as assessed by|see|assessed by|the)\s*)*[)\]]", re.I)
_EVIDENCE_BY = Gate(
    re.compile(
        r",?\s*\b(?:after|following|upon|on|by|as|per|according to|at)\s+(?:the\s+|an?\s+)*(?:(?:evaluation|assessment"
        r"|discussion|judge?ment|review|assessed|evaluated|determined|judged|confirmed|decision|consultation|deemed"
        r"|considered)\s+)+(?:of|by|in|with|from|at)?\s*(?:the\s+|an?\s+|their\s+)*(?:[\w/-]+\s+){0,5}?(?:MDT"
        r"|multi-?disciplinary|tumou?r board|surgeons?|radiolog(?:y|ists?)|patholog(?:y|ists?)|expert (?:group|panel"
        r"|team)|experts|imaging|central (?:review|laboratory|pathology)|(?:hepatobiliary|surgical|thoracic) (?:team"
        r"|surgery|surgeons?))(?:\s+(?:expert\s+)?(?:group|team|board|meeting|discussion|panel|review|conference"
        r"|committee|evaluation|tumou?r board|consultation)s?)*",
        re.I,
    ),
    "mdt",
    "disciplin",
    "board",
    "surgeon",
    "radiolog",
    "patholog",
    "expert",
    "imaging",
    "central",
    "surg",
)
_REASON = Gate(
    re.compile(
        r",?\s*\bbecause\s+(?!of\b)[^.;()]*|(?<=excluded|eligible)(?:\s+(?:from|for)\s+(?:this|the)\s+(?:clinical\s+)?(?:study"
        r"|trial))?\s+because of\b[^.;()]*"
        r"|(?<=study|trial)\s+because of\s+(?:their|the)\s+(?:poor|potential|risk|possib)[^.;()]*",
        re.I,
    ),
    "because",
)
_EVEN_IF = Gate(
    re.compile(
        r",?\s*\b(?:even if|even though|regardless of(?: whether)?|irrespective of|whatever|no matter|whether or not"
        r"|with or without)\s+[^,;.()]*(?:\([^()]*\)[^,;.()]*)*(?=[,;.)]|$)",
        re.I,
    ),
    "even",
    "regardless",
    "irrespective",
    "whether",
    "whatever",
    "no matter",
    "with or without",
)


def passage(rep: Repaired, start: int, end: int, offset: int) -> Passage:
    """The words of a range as one line, without the abbreviations in brackets."""
    flat = flatten(rep, start, end, offset)
    cuts = [(m.start(), m.end()) for m in _ABBREVIATION.finditer(flat.text) if _is_abbreviation(flat.text, m)]
    flat = flat.without(cuts) if cuts else flat
    # Which edition of which guideline, whose review, "even if ...": these state no condition of their own.
    for pattern in (_SWALLOW, _MEASURABLE, _BEGIN, _CRITERIA, _REFERENCE, _EMPTY, _EVIDENCE_BY, _EVEN_IF, _REASON):
        found = pattern.spans(flat.text) if isinstance(pattern, Gate) else [(m.start(), m.end()) for m in pattern.finditer(flat.text)]
        cuts = [(a, b) for a, b in found if b - a < len(flat.text) - 3]
        flat = flat.without(cuts) if cuts else flat
    return flat


def _is_abbreviation(text: str, m: "re.Match[str]") -> bool:
    inner = m[0].strip(" ()[]")
    if m[0] in ("(s)", "(es)", "(ies)"):
        return m.start() > 0 and text[m.start() - 1].isalpha()
    if m.start() == 0 or method_in(inner) or re.fullmatch(r"[IVX]+[abABC]?|\d+(?:\.\d+)?|[TNM]\d\w*|[ABCD]|OR|AND|NOT|I-?IV|G\d", inner):
        return False
    if re.search(r"[\s-]\d", inner) and vocabulary().mentions(inner, ("measure", "scale")):
        return False  # "(ECOG 0-1)" states a value
    letters = [c for c in inner if c.isalpha()]
    return sum(c.isupper() for c in letters) >= 2 or (
        len(inner) <= 4 and inner[:1].isupper() and inner not in ("Note", "See", "If", "Yes", "No", "Arm", "Any", "Not", "Men", "Age")
    )
