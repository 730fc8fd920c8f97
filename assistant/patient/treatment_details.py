"""Line, setting, indication, route, site and dose of a treatment."""

import re
from typing import Literal

from assistant.patient.assertion import assess
from assistant.patient.courses import Course
from assistant.patient.view import View
from index.vocabulary import Mention, vocabulary

_LINE = re.compile(
    r"\bline\s*(?P<l0>[1-6])\b|\b(?P<n>first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th|[1-6])[\s-]*(?:line|L\b)|\b(?P<l>[1-6])L\b|"
    r"\bL(?P<l2>[1-6])\b|\bfront[- ]?line\b|\bupfront\b|(?P<zh>[一二三四])线",
    re.IGNORECASE,
)


_LINE_NUMBER = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
    "5th": 5,
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
}


_SETTINGS: tuple[tuple[Literal["adjuvant", "neoadjuvant", "perioperative", "maintenance"], re.Pattern[str]], ...] = (
    ("neoadjuvant", re.compile(r"\bneo-?adjuvant\b|\bpre-?operative\b|\binduction\b(?=.*\bbefore surgery)|新辅助", re.IGNORECASE)),
    ("perioperative", re.compile(r"\bperi-?operative\b", re.IGNORECASE)),
    ("adjuvant", re.compile(r"(?<!neo)(?<!neo-)\badjuvant\b|\bpost-?operative\b|(?<!新)辅助", re.IGNORECASE)),
    ("maintenance", re.compile(r"\bmaintenance\b|维持", re.IGNORECASE)),
)


_FOR = re.compile(
    r"\s*(?:\([^)]*\)\s*)?(?:[\w./%-]+\s+){0,5}?\bfor\s+(?:(?:his|her|the|a|an|prior|previous|early|stage|advanced|metastatic|known|"
    r"stage\s+\w+|resected|localized|localised|right|left|recurrent|relapsed|remote|old|childhood|suspected|treatment of)\s+)*$",
    re.IGNORECASE,
)


DOSE = re.compile(
    r"\s*(?:\(|at|:|-|,|was|of)?\s*(?P<n>\d+(?:[.,]\d+)?)(?:\s*-\s*(?P<n2>\d+(?:[.,]\d+)?))?\s*(?P<unit>mg|g|mcg|μg|ug|"
    r"micrograms?)\b(?!\s*/\s*(?:m|kg|dl|ml|l)\b)(?!/m)(?P<day1>\s*/\s*(?:d|day|24h)\b)?\s*(?:po|oral(?:ly)?|iv|sc|sl|tabs?|tablets?|"
    r"by mouth)?\s*(?P<freq>(?:(?:once|twice|three times|four times|one|two|[1-4]\s?[x×])\s*(?:a|per|/|-)?\s*(?:daily|day|d\b)|once|"
    r"daily|every\s*(?:day|morning|night|other day|\d+\s*h\w*|12\s*h\w*)|(?:per|a|/|each)\s*(?:day|d\b)|q\.?d\.?\b|o\.?d\.?\b|"
    r"b\.?i\.?d\.?\b|b\.?d\.?\b|t\.?i\.?d\.?\b|t\.?d\.?s\.?\b|q\.?i\.?d\.?\b|q\d+h\b|qam\b|qhs\b|qpm\b|nocte|mane|qod\b|weekly|per week|"
    r"once weekly|monthly|every\s*\d+\s*weeks|q\d+w\b|prn|every\s+(?:week|month)|每日\S次|每天))?",
    re.IGNORECASE,
)


# "hydrocortisone 15-5-0 mg": morning, noon, evening (and night).
_SPLIT_DOSE = re.compile(
    r"\s*[(:,-]?\s*(?P<each>\d+(?:\.\d+)?(?:\s*(?P<mark>[-/+])\s*\d+(?:\.\d+)?)(?:\s*(?P=mark)\s*\d+(?:\.\d+)?){1,2})\s*mg\b", re.IGNORECASE
)
_DOSE_BEFORE = re.compile(
    r"(?P<n>\d+(?:[.,]\d+)?)\s*(?P<unit>mg|g|mcg|μg)\s*(?P<day1>/\s*(?:d|day)|per day|daily|a day)?\s*(?:of\s+)?(?:oral\s+|IV\s+)?$", re.IGNORECASE
)


_ROUTES: tuple[tuple[Literal["inhaled", "intranasal", "topical", "intravitreal", "iv", "oral", "sc", "local", "systemic"], re.Pattern[str]], ...] = (
    (
        "intravitreal",
        re.compile(
            r"\bintra-?vitreal\w*\b|\b(?:eye|ocular|retinal)\s+injections?\b|\binjections?\s+(?:in(?:to)?|to|"
            r"for)\s+(?:the\s+|his\s+|"
            r"her\s+)?(?:\w+\s+)?(?:eyes?|macul\w+|wet AMD|AMD|retina\w*)|\bfor (?:wet )?(?:AMD|macular)",
            re.IGNORECASE,
        ),
    ),
    ("intranasal", re.compile(r"\b(?:intra-?nasal|nasal(?:\s+spray)?|nose (?:drops|spray))\b", re.IGNORECASE)),
    ("inhaled", re.compile(r"\b(?:inhal(?:er|ers|ed|ation)|MDI|DPI|nebuli[sz]\w*|nebs?|puffs?|turbuhaler|diskus|吸入)\b", re.IGNORECASE)),
    (
        "topical",
        re.compile(
            r"\b(?:topical\w*|cream|ointment|gel|lotion|eye ?drops|ear drops|shampoo|patch|scalp|enema|"
            r"suppositor\w+|foam|外用)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "local",
        re.compile(
            r"\b(?:intra-?articular|intra-?pleural|intra-?peritoneal|intralesional|joint injection|epidural|intrathecal|local injection|"
            r"intravesical|intracavitary|into (?:the |his |her )?(?:pleura\w*|peritone\w*|joint|abdom\w*|ascit\w*|pericard\w*|bladder|knee|"
            r"shoulder|lesion))\b",
            re.IGNORECASE,
        ),
    ),
    ("iv", re.compile(r"\b(?:IV|i\.v\.|intravenous\w*|infusion|pulse)\b|静脉", re.IGNORECASE)),
    ("oral", re.compile(r"\b(?:PO|p\.o\.|oral(?:ly)?|tabs?|tablets?|by mouth|capsules?)\b|口服", re.IGNORECASE)),
    ("sc", re.compile(r"\b(?:SC|s\.c\.|subcut\w*|subq)\b", re.IGNORECASE)),
    ("systemic", re.compile(r"\bsystemic(?:ally)?\b", re.IGNORECASE)),
)


_SITE = re.compile(
    r"\s*(?:\((?P<in>[a-z ]{3,30})\)|(?:to|of|for|on|in|at)\s+(?:the\s+|his\s+|her\s+)?(?P<site>(?:(?:left|right|upper|lower|whole|mid|"
    r"distal|proximal|bilateral|painful|cervical|thoracic|lumbar|l\d|t\d+)\s+)*"
    r"(?:spine|spinal\s+\w+|liver|brain|bone|bones|hip|pelvis|femur|rib|ribs|chest|lung|lungs|breast|neck|head|mediastinum|prostate|"
    r"rectum|abdomen|oesophagus|esophagus|stomach|skull|humerus|sacrum|vertebra\w*|adrenal|lymph nodes?|nodes|skin|eye|kidney|pancreas|"
    r"bladder|portal vein(?: tumou?r thromb\w+)?|PVTT|hepatic \w+|segment \w+|lesion|tumou?r))\b)",
    re.IGNORECASE,
)


_SITE_BEFORE = re.compile(
    r"\b(?P<site>spinal|spine|brain|cranial|whole[- ]brain|liver|hepatic|lung|pulmonary|bone|breast|chest|thoracic|pelvic|hip|prostate|"
    r"abdominal|neck|skin|knee|eye)\s+$",
    re.IGNORECASE,
)


def line_of(v: View, c: Course, since: int, until: int) -> int | None:
    before = v.text[max(since, c.start - 60) : c.start]
    hits = list(_LINE.finditer(before))
    if hits and not re.search(r"[;]|\bthen\b", before[hits[-1].end() :]):
        return _line_number(hits[-1])
    after = v.text[c.end : min(until, c.end + 45)]
    hit = _LINE.search(after)
    if hit and re.fullmatch(
        r"[\s(,]*(?:as|in|for|given|was|used|the|treatment|therapy|regimen|\w+\s?mg|monotherapy|combination)*[\s(,]*(?:(?:as|in|the|a|his|"
        r"her)\s+)*",
        after[: hit.start()],
        re.IGNORECASE,
    ):
        # "A first-line, B second-line" but not "A, second-line B".
        following = after[hit.end() :]
        if until < v.end and c.end + len(after) >= until and not re.match(r"\s*(?:[,;)]|then|followed|->|$)", following):
            return None
        return _line_number(hit)
    return None


def _line_number(hit: re.Match[str]) -> int:
    word = hit["n"] or hit["l0"] or hit["l"] or hit["l2"] or hit["zh"]
    if word is None:
        return 1
    return int(word) if word.isdigit() else _LINE_NUMBER[word.lower()]


def setting_of(v: View, c: Course, since: int) -> str | None:
    around = v.text[max(since, c.start - 40) : c.start] + " | " + v.text[c.end : c.end + 25].split(",")[0]
    for name, pattern in _SETTINGS:
        if pattern.search(around):
            return name
    return None


def indication_of(v: View, c: Course, until: int) -> str | None:
    """The disease a treatment was given for, where the sentence says so."""
    for m in v.mentions:
        if m.table != "condition" or assess(v, m.start, m.end).status != "present":
            continue
        if m.start >= c.end and m.start < c.end + 110:
            gap = v.text[c.end : m.start]
            if _FOR.fullmatch(gap) and not re.search(r"\b(?:stopped|discontinued|held|ceased|switched|listed)\b", gap, re.IGNORECASE):
                return m.concept
        elif m.end <= c.start and c.start - m.end < 60:
            gap = v.text[m.end : c.start]
            if re.fullmatch(
                r"[\s,]*(?:\(?(?:in\s+)?(?:19|20)\d\d\)?[\s,]*)?(?:was\s+|were\s+|is\s+)?(?:treated|managed|on|controlled|"
                r"well[- ]controlled|cured)\s*(?:with|by|on)?\s*(?:\w+\s+){0,2}",
                gap,
                re.IGNORECASE,
            ) and vocabulary().diseases[m.concept].kind not in ("symptom", "state"):
                adverse = not vocabulary().diseases[m.concept].neoplasm and any(
                    vocabulary().is_a(x.concept, "anticancer_therapy") for x in c.mentions
                )
                if not adverse:  # "colitis on nivolumab": what it did, not what it was for
                    return m.concept
    return None


def tumour_before(v: View, c: Course) -> Mention | None:
    """The one malignancy of the sentence, named before a systemic treatment with no other disease in between: "colon cancer 2012,
    hemicolectomy, FOLFOX for six months"."""
    words = vocabulary()
    if not any(words.is_a(concept, "systemic_therapy") for concept, _, _ in c.concepts):
        return None
    rows = words.diseases
    diseases = [m for m in v.mentions if m.table == "condition" and rows[m.concept].kind in ("disease", "infection")]
    tumours = [m for m in diseases if rows[m.concept].neoplasm and not words.is_a(m.concept, "extrahepatic_disease")]
    if not tumours or any(not words.is_a(tumours[0].concept, m.concept) and not words.is_a(m.concept, tumours[0].concept) for m in tumours):
        return None
    before = [m for m in diseases if m.end <= c.start]
    if not before or before[-1] not in tumours:
        return None
    gap = v.text[before[-1].end : c.start]
    if len(gap) > 120 or _TURNS.search(gap) or assess(v, before[-1].start, before[-1].end).status != "present":
        return None
    return before[-1]


_TURNS = re.compile(
    r";|\b(?:but|now|current(?:ly)?|since|at present|ongoing|today|takes|taking|on)\b(?!\s+(?:remission|surveillance))", re.IGNORECASE
)


def route_of(v: View, c: Course, since: int, until: int) -> str | None:
    around = (
        v.text[max(since, c.start - 30) : c.start].rpartition(",")[2].rpartition(";")[2]
        + " "
        + v.text[c.start : c.end]
        + " "
        + re.split(r"[,;]", v.text[c.end : min(until, c.end + 45)])[0]
    )
    for name, pattern in _ROUTES:
        if pattern.search(around):
            return name
    return None


def site_of(v: View, c: Course) -> str | None:
    if c.mentions[0].table != "procedure":
        return None
    hit = _SITE.match(v.text, c.end, v.end)
    if hit and hit["site"]:
        return re.sub(r"\s+", " ", hit["site"].lower())
    if (
        hit
        and hit["in"]
        and re.fullmatch(r"(?:left |right )?(?:spine|liver|brain|bone|hip|pelvis|rib|lung|chest|femur)s?", hit["in"].strip().lower())
    ):
        return hit["in"].strip().lower()
    before = _SITE_BEFORE.search(v.text, max(v.head, c.start - 25), c.start)
    return before["site"].lower() if before else None


_PER_DAY = (
    (re.compile(r"twice|two|2\s?[x×]|b\.?i\.?d|b\.?d\b|q12|12\s*h|每日两次|每日二次|每日2次", re.IGNORECASE), 2.0),
    (re.compile(r"three|3\s?[x×]|t\.?i\.?d|t\.?d\.?s|q8|8\s*h|每日三次|每日3次", re.IGNORECASE), 3.0),
    (re.compile(r"four|4\s?[x×]|q\.?i\.?d|q6|6\s*h", re.IGNORECASE), 4.0),
    (re.compile(r"other day|qod", re.IGNORECASE), 0.5),
    (re.compile(r"week", re.IGNORECASE), 1 / 7),
)


def dose_of(v: View, c: Course) -> tuple[float, str] | None:
    if len([m for m in c.mentions if m.table == "drug"]) != 1 or len(c.mentions) > 2:
        return None
    if split := _SPLIT_DOSE.match(v.text, c.end, v.end):
        return round(sum(float(n) for n in re.findall(r"\d+(?:\.\d+)?", split["each"])), 4), split[0].strip(" ,:(-")
    m = DOSE.match(v.text, c.end, v.end)
    if m is None:
        b = _DOSE_BEFORE.search(v.text, max(v.head, c.start - 30), c.start)
        if b is None:
            return None
        return round(float(b["n"].replace(",", ".")) * _to_mg(b["unit"]), 4), b[0].strip()
    freq = m["freq"] or ""
    if re.search(r"prn|month|q\d+w|every\s*\d+\s*weeks", freq, re.IGNORECASE):
        return None
    times = next((n for pattern, n in _PER_DAY if pattern.search(freq)), 1.0)
    n = float((m["n2"] or m["n"]).replace(",", "."))
    return round(n * _to_mg(m["unit"]) * times, 4), m[0].strip(" ,:(-")


def _to_mg(unit: str) -> float:
    unit = unit.lower()
    return 1.0 if unit == "mg" else 1000.0 if unit == "g" else 0.001
