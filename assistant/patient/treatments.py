"""Drugs, classes, regimens and procedures: given, planned, declined or never; how it ended, in which line, at what dose."""

import itertools
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from assistant.patient import dates
from assistant.patient.assertion import Assertion, View, assess, other_person
from assistant.patient.drafts import Draft
from assistant.patient.facts import Moment, Status
from assistant.patient.findings import nearest_date
from index.conditions import Response
from index.vocabulary import Mention, vocabulary

_TABLES = ("drug", "drug_class", "regimen", "procedure")
_JOIN = re.compile(r"\s*(?:\+|/|-|&|\bplus\b|\bwith\b|\bin combination with\b|\bcombined with\b|\band\b|,\s*and\b|联合)\s*(?:the\s+)?", re.IGNORECASE)
_TIGHT = re.compile(r"\s*(?:\+|/|-|&|\bplus\b|\bin combination with\b|\bcombined with\b|联合)\s*", re.IGNORECASE)
_STATUS_RANK: dict[Status, int] = {"present": 0, "absent": 1, "planned": 2, "considered": 2, "declined": 2, "possible": 3}

_CURRENT_BEFORE = re.compile(
    r"(?:\b(?:(?:is|was|now|currently|still|been|remains?|maintained|stable|kept|stays|controlled|well|managed|treated)\s+)*on\b|"
    r"\b(?:takes|taking|receiving|using|uses|continues?(?:\s+(?:on|with))?|continuing(?:\s+(?:on|with))?|continued(?:\s+on)?|currently|"
    r"ongoing|current(?:ly)?(?:\s+on)?|now(?:\s+on)?|prescribed|maintenance|meds?:|medications?:|maintained on|dependent on|requires|"
    r"requiring|start(?:ed)?|commenced|initiated|began|resumed|switched to|changed to)|目前服用|口服|正在)"
    r"\s*(?:(?:a|an|the|his|her|one|two|three|four|\d|multiple|several|dual|triple|combination|maximal|optimal|adequate|daily|"
    r"low[- ]dose|high[- ]dose|regular|long[- ]term|stable|only|oral|po|iv|inhaled|topical|prophylactic|therapeutic|full[- ]dose|home|"
    r"\d+(?:\.\d+)?\s?m?g)\s+)*$",
    re.IGNORECASE,
)
_PAST_BEFORE = re.compile(
    r"\b(?:s/p|status[- ]post|post|prior|previous(?:ly)?|past|former(?:ly)?|history of|h/o|hx(?: of)?|received|given|"
    r"previous control with|underwent|undergone|treated (?:with|by)|had|after|following|completed|finished|stopped|discontinued|ceased|"
    r"off|failed|failing|failure (?:of|on|with|to|after)|progress\w*(?:\s+\w+)? (?:on|through|after|following|despite|under|to)|"
    r"PD (?:on|after|to|under|following|through)|refractory to|resistan(?:t|ce) to|relapsed (?:on|after)|recurren\w+ (?:on|after)|"
    r"intoleran(?:t|ce) (?:of|to)|exposed to|exposure to|responded to|既往)\s*(?:(?:a|an|the|his|her|prior|previous|first[- ]line|"
    r"second[- ]line|both|one|two|three|\d|cycles?|doses?|courses?|sessions?|of|line|lines|adjuvant|neoadjuvant|palliative|single|"
    r"multiple|several|repeated|initial)\s+)*$",
    re.IGNORECASE,
)
_STOPPED_AFTER = re.compile(
    r"\b(?:stopped|discontinued|ceased|held|withdrawn|completed|finished|off treatment|last (?:dose|cycle|given)|until|d/c'?d|dc'd|"
    r"terminated|interrupted)\b",
    re.IGNORECASE,
)
_RESTARTED = re.compile(r"\b(?:ongoing|continuing|still on|current(?:ly)?|to date|resumed|restarted)\b", re.IGNORECASE)

_PROGRESSION = (
    r"(?:(?:radiolog\w+|disease|clinical|documented|biochemical|further|subsequent|rapid|early|imaging|confirmed|PSA|intrahepatic|"
    r"tumou?r)\s+)*progress(?:ed|ion|ing|ive disease)|(?-i:\bPD\b)(?!\s*-?\s*L?-?\s*[12]\b)|relaps(?:ed|e)|recurr(?:ed|ence)|进展"
)
_RESPONSES: tuple[tuple[Response, re.Pattern[str]], ...] = (
    ("refractory", re.compile(r"\b(?:refractory|resistant)\b|耐药", re.IGNORECASE)),
    ("progressed", re.compile(_PROGRESSION, re.IGNORECASE)),
    ("failed", re.compile(r"\bfail(?:ed|ure|ing)\b|\bno response\b|\bnon-?respon\w+|\bineffective\b|失败", re.IGNORECASE)),
    (
        "intolerant",
        re.compile(
            r"\bintoleran(?:t|ce)\b|\bnot tolerated\b|\b(?:could|did|can|does) ?n[o']t tolerate\b|"
            r"\bunable to tolerate\b|\bpoorly tolerated\b|"
            r"不耐受",
            re.IGNORECASE,
        ),
    ),
    (
        "responded",
        re.compile(
            r"\b(?:complete|partial|good|excellent|durable|objective|major|pathologic\w*(?: complete)?|radiolog\w+|"
            r"near[- ]complete) (?:response|remission)\b|\bresponded\b|\b(?-i:CR|PR|pCR|CRi|VGPR)\b(?!\s*[\d:=<>])|缓解",
            re.IGNORECASE,
        ),
    ),
    ("completed", re.compile(r"\bcompleted\b|\bfinished\b", re.IGNORECASE)),
)
_TOXICITY = re.compile(
    r"\b(?:for|due to|because of|owing to|secondary to|after|by|with|from)\b[^;.]{0,60}?\b(?:toxicit(?:y|ies)|adverse (?:events?|"
    r"effects?|reactions?)|side[- ]effects?|intolera\w+|grade\s*[1-5I]+|G[2-4]\b|irAEs?|hepatitis|colitis|pneumonitis|rash|neuropathy|"
    r"diarrh\w+|hypertension|proteinuria|bleed\w*|haemorrhage|hemorrhage|nephritis|myocarditis|hand-?foot|fatigue|"
    r"thrombocytop\w+|neutrop\w+|cytop\w+|transaminitis|nausea|mucositis|thyroiditis|hypophysitis|infusion reaction|allerg\w+|"
    r"anaphyla\w+|cardiotox\w+|perforation|encephalopathy|HFS|PPE|itis)\b|\b(?:toxicity|intolerance|adverse event|side effects?)\b",
    re.IGNORECASE,
)
_STOP = re.compile(r"\b(?:stopped|discontinued|ceased|withdrawn|d/c'?d|terminated|off|held|halted|interrupted|changed|switched)\b", re.IGNORECASE)
_STOP_PROGRESSION = re.compile(rf"\b(?:for|due to|because of|on|after|at|with|upon)\s+(?:\w+\s+)?(?:{_PROGRESSION})", re.IGNORECASE)
_BEFORE_RESPONSE = re.compile(
    rf"(?P<word>{_PROGRESSION}|refractory|resistant|resistance|failed|failing|failure|intoleran(?:t|ce)|unable to tolerate|"
    rf"could not tolerate|did not tolerate|(?:partial |complete |good )?response|responded|CR|PR|no response)\s*(?:on|through|after|"
    rf"following|despite|under|to|of|with|during|while on|within \w+ \w+ of|\d+ (?:mo|months|weeks|wk) (?:after|into|on))?\s*"
    r"(?:(?:a|an|the|his|her|prior|previous|first[- ]line|second[- ]line|third[- ]line|1L|2L|3L|\d|cycles?|courses?|of|lines?|both|"
    r"at least|one|two|three|four|six|adjuvant|anti-|treatment with|therapy with|standard|initial|combination|[x×])\s*)*$",
    re.IGNORECASE,
)
_NEGATED_RESPONSE = re.compile(
    r"\b(?:no|not|without|never|absence of|no evidence of|denies|free of|non)\b[\s\w-]{0,30}$|(?:stable|SD)[\s,;]*(?:with )?no\s*$|无\s*$",
    re.IGNORECASE,
)
_PFS_AFTER = re.compile(r"\s*-?\s*(?:free)\b", re.IGNORECASE)

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
_DOSE = re.compile(
    r"\s*(?:\(|at|:|-|,|was|of)?\s*(?P<n>\d+(?:[.,]\d+)?)(?:\s*-\s*(?P<n2>\d+(?:[.,]\d+)?))?\s*(?P<unit>mg|g|mcg|μg|ug|"
    r"micrograms?)\b(?!\s*/\s*(?:m|kg|dl|ml|l)\b)(?!/m)(?P<day1>\s*/\s*(?:d|day|24h)\b)?\s*(?:po|oral(?:ly)?|iv|sc|sl|tabs?|tablets?|"
    r"by mouth)?\s*(?P<freq>(?:(?:once|twice|three times|four times|one|two|[1-4]\s?[x×])\s*(?:a|per|/|-)?\s*(?:daily|day|d\b)|once|"
    r"daily|every\s*(?:day|morning|night|other day|\d+\s*h\w*|12\s*h\w*)|(?:per|a|/|each)\s*(?:day|d\b)|q\.?d\.?\b|o\.?d\.?\b|"
    r"b\.?i\.?d\.?\b|b\.?d\.?\b|t\.?i\.?d\.?\b|t\.?d\.?s\.?\b|q\.?i\.?d\.?\b|q\d+h\b|qam\b|qhs\b|qpm\b|nocte|mane|qod\b|weekly|per week|"
    r"once weekly|monthly|every\s*\d+\s*weeks|q\d+w\b|prn|every\s+(?:week|month)|每日\S次|每天))?",
    re.IGNORECASE,
)
_DOSE_BEFORE = re.compile(
    r"(?P<n>\d+(?:[.,]\d+)?)\s*(?P<unit>mg|g|mcg|μg)\s*(?P<day1>/\s*(?:d|day)|per day|daily|a day)?\s*(?:of\s+)?(?:oral\s+|IV\s+)?$", re.IGNORECASE
)
_ROUTES: tuple[tuple[Literal["inhaled", "intranasal", "topical", "intravitreal", "iv", "oral", "sc", "local"], re.Pattern[str]], ...] = (
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
)
_FREQUENCY = re.compile(
    r"\s*(?:capsules?|tablets?|granules?|injections?|pills?|drops?|inhalers?|spray|cream|ointment|therapy)?\s*\(?(?:(?:once|twice|"
    r"three times|thrice|\d\s?x)\s+)?(?:daily|a day|per day|weekly|bid|b\.i\.d|tid|qd|od|nocte|at night|in the morning|prn|as needed)\b",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    r"\s*(?:\(|,|for|x|×|over|:)?\s*(?:about\s+|~\s*|approximately\s+)?(?P<n>\d{1,3}(?:\.\d)?)(?:\s*-\s*\d+)?[\s-]*(?P<u>months?|mos?|mths?|"
    r"weeks?|wks?|years?|yrs?|days?|d)\b(?!\s*(?:ago|prior|earlier|before|old|later|post|after|following|previously|PFS|survival))",
    re.IGNORECASE,
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
# A bare target name ("VEGFR", "MEK") is a treatment only beside a word that makes it one.
_TARGET_ONLY = re.compile(r"^[A-Z][A-Z0-9a-]{1,6}$")
_MAKES_TREATMENT = re.compile(
    r"\s*-?\s*(?:inhibitor|antibod|TKI|blocker|therap|treatment|agent|drug|-na[iï]ve|na[iï]ve|monotherapy|combination|refractory|regimen|"
    r"based|mAb|directed|targeted|exposure|experienced|pre-?treated)",
    re.IGNORECASE,
)

_NAIVE_FREE = re.compile(
    r"(?P<naive>(?<![A-Za-z-])(?:(?:systemic\s+|cancer\s+)?(?:treatment|therapy|tx|rx)[\s-]*na[iï]ve|(?<![\w-]\s)na[iï]ve(?!\s*(?:T|B|"
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


@dataclass(slots=True)
class _Course:
    """Mentions that were given together, with what the sentence says of them."""

    mentions: list[Mention]
    start: int
    end: int
    concepts: list[tuple[str, int, int]] = field(default_factory=list)
    local: bool = False
    joined: bool = False
    """The drug of the local procedure before it: one date for both."""


def read(v: View, draft: Draft) -> None:
    """Adds the treatments of one sentence."""
    _global_denials(v, draft)
    courses = _courses(v, draft)
    for i, c in enumerate(courses):
        until = courses[i + 1].start if i + 1 < len(courses) else v.end
        since = courses[i - 1].end if i else v.head
        _one(v, c, since, until, courses, draft)


def _usable(v: View, m: Mention, draft: Draft) -> bool:
    if m.table not in _TABLES or not draft.free(m.start, m.end) or m.concept == "drug_allergy":
        return False
    if re.match(
        r"[- ](?:stain\w*|susceptib\w+|sensitiv(?:e|ity)|(?:resistant|resistance) (?:staph|entero|org|bact|strain|aureus|s\.))",
        v.text[m.end : m.end + 22],
        re.IGNORECASE,
    ):
        return False  # "iodine-stained": a reagent
    if m.surface in ("PD", "PR", "CR", "SD", "PS"):
        return False  # how it ended, not what was given
    if m.table == "drug_class" and _TARGET_ONLY.match(m.surface) and "inhibitor" in vocabulary().label(m.concept):
        return bool(_MAKES_TREATMENT.match(v.text, m.end, v.end)) or bool(
            re.search(r"\b(?:anti|non)-?$", v.text[max(v.head, m.start - 6) : m.start], re.IGNORECASE)
        )
    return True


def _courses(v: View, draft: Draft) -> list[_Course]:
    """Treatments that stand together ("atezolizumab + bevacizumab", a regimen) as one course each."""
    courses: list[_Course] = []
    for m in v.mentions:
        if not _usable(v, m, draft):
            continue
        if courses:
            last = courses[-1]
            if m.start == last.mentions[-1].start and m.end == last.mentions[-1].end:
                last.mentions.append(m)  # one surface, several concepts
                continue
            gap = v.text[last.end : m.start]
            known = {x for o in last.mentions for x in (o.concept, *(vocabulary().regimens[o.concept].components if o.table == "regimen" else ()))}
            if (
                re.fullmatch(r"\s*[(=]\s*", gap)
                and _drug_like(m)
                and (m.concept in known or (m.table == "regimen" and set(vocabulary().regimens[m.concept].components) <= known))
            ):
                last.mentions.append(m)  # "STRIDE (durvalumab + tremelimumab)": the same treatment spelled out
                last.end = m.end
                continue
            if _TIGHT.fullmatch(gap) and _drug_like(last.mentions[-1]) and _drug_like(m):
                last.mentions.append(m)
                last.end = m.end
                continue
        courses.append(_Course([m], m.start, m.end))
    for earlier, later in itertools.pairwise(courses):
        # "TACE with doxorubicin", "HAIC (FOLFOX)": given into the artery, not systemically.
        gap = v.text[earlier.end : later.start]
        if (
            _local(earlier)
            and all(vocabulary().is_a(m.concept, "chemotherapy") or m.table == "regimen" for m in later.mentions)
            and re.fullmatch(r"\s*(?:with|using|of|\(|\(with|-|:)\s*", gap)
        ):
            later.local = True
            later.joined = True
    for c in courses:
        c.local = c.local or _local(c)
        for m in c.mentions:
            if m.table == "regimen":
                c.concepts += [(component, m.start, m.end) for component in vocabulary().regimens[m.concept].components]
                c.concepts.append((m.concept, m.start, m.end))
            else:
                c.concepts.append((m.concept, m.start, m.end))
    return courses


def _local(c: _Course) -> bool:
    return any(
        vocabulary().is_a(x, "local_therapy")
        for m in c.mentions
        for x in ((m.concept, *vocabulary().regimens[m.concept].components) if m.table == "regimen" else (m.concept,))
    )


def _all_chemotherapy(concept: str) -> bool:
    row = vocabulary().regimens.get(concept)
    return row is not None and all(
        vocabulary().is_a(x, "chemotherapy") or vocabulary().is_a(x, "local_therapy") or x == "leucovorin" for x in row.components
    )


def _drug_like(m: Mention) -> bool:
    return m.table in ("drug", "drug_class", "regimen")


def _one(v: View, c: _Course, since: int, until: int, courses: list[_Course], draft: Draft) -> None:
    if other_person(v, c.start, c.end):
        return
    said = assess(v, c.start, c.end, treatment=True)
    naive = re.compile(r"[\s-]*(?:therapy[\s-]*|treatment[\s-]*)?na[iï]ve\b", re.IGNORECASE).match(v.text, c.end, v.end)
    if naive:
        for concept, start, _ in c.concepts:
            draft.add("treatment", concept, "absent", start, naive.end())
        draft.take(c.start, naive.end())
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
        more = _history(v, c, since, until, courses, draft)
        if said.time == "past" and more.get("time") != "current":
            more["time"] = "past"
    elif status == "planned":
        when = nearest_date(v, c.start, c.end, [m for o in courses if o is not c for m in o.mentions], ("ahead",))
        more["when"] = when.moment if when else None
    line = _line(v, c, since, until) if status != "absent" else None
    if line:
        more["line"] = line
    setting = _setting(v, c, since)
    if setting:
        more["setting"] = setting
    disease = _for(v, c, until)
    if disease:
        more["for_condition"] = disease
    route = _route(v, c, since, until) if status != "absent" else None
    if route:
        more["route"] = route
    site = _site(v, c)
    if site:
        more["site"] = site
    dose = _dose(v, c)
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
            into_artery = c.local and "route" not in more and (vocabulary().is_a(concept, "chemotherapy") or _all_chemotherapy(concept))
            extra = {"route": "local"} if into_artery else {}
            draft.add("treatment", concept, status, min(start, said.start) if wide else start, max(end, said.end) if wide else end, **more, **extra)


_DENIED_RESPONSE = re.compile(
    r"\b(?:progress\w+|response|toxicit\w+|reactions?|recurrence|relapse|benefit|effect|complications?|bleeding|side effects?|"
    r"adverse \w+|evidence of \w+|improvement)\s+(?:\w+\s+){0,3}?(?:on|to|with|after|following|from|since|under|despite|of)\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)


def _status(v: View, c: _Course, said: Assertion, since: int, until: int) -> Status | None:
    text = v.text
    status = said.status
    before, after = text[since : c.start], text[c.end : until]
    if status == "absent" and _DENIED_RESPONSE.search(before):
        status = "present"  # "no progression on lenvatinib": the response is denied, not the drug
    if status == "possible" and re.search(r"\bprior\b|\bprevious", before, re.IGNORECASE) is None and said.time == "unstated":
        return "possible"
    if status in ("considered", "planned", "present") and re.search(
        r"\b(?:and|but)\s+(?:was |were |has |the |he |she |patient |then |subsequently )*(?:refused|declined|turned down)\b",
        after.split(";")[0],
        re.IGNORECASE,
    ):
        return "declined"
    if status == "considered" and re.search(
        r"\bplan(?:s|ned)? (?:to|is)\b|\bwill start\b|\bto start\b|\bscheduled\b|\bnext week\b", after.split(";")[0], re.IGNORECASE
    ):
        return "planned"
    if status == "present":
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


def _history(v: View, c: _Course, since: int, until: int, courses: list[_Course], draft: Draft) -> dict[str, Any]:
    text = v.text
    index = courses.index(c)
    shared = [o for o in courses[index + 1 : index + 2] if o.joined]
    others = [m for o in courses if o is not c and o not in shared for m in o.mentions]
    before, after = text[since : c.start], text[c.end : until]
    more: dict[str, Any] = {}
    responses: list[Response] = []
    lead = _BEFORE_RESPONSE.search(before)
    joined = _joined_back(v, c, courses)
    if lead is None and joined is not None:
        first = text[v.head : joined.start]
        lead = _BEFORE_RESPONSE.search(first)
        before = first
    if lead and not _NEGATED_RESPONSE.search(before[: lead.start()]) and not re.match(r"(?i:no response)", lead["word"]):
        responses += _kinds(lead["word"])
    elif lead and lead["word"].lower() == "no response":
        responses.append("failed")
    own = re.split(r";\s*(?=(?:now|then|currently|started|switched)\b)", after)[0]
    own_responses = own
    joined_forward = _shares_ending(v, c, courses)
    if joined_forward is not None:
        own_responses = text[joined_forward.end : _next_start(courses, joined_forward, v.end)]
    for kind, pattern in _RESPONSES:
        for m in pattern.finditer(own_responses):
            if _NEGATED_RESPONSE.search(own_responses[: m.start()]) or _PFS_AFTER.match(own_responses, m.end()):
                continue
            # "PD on" at the end of the stretch belongs to the next drug.
            if until < v.end and re.match(
                r"\s*(?:on|through|after|to|under|following|of|with)\s*(?:the\s+|\d+\s\w+\s+of\s+)?$", own_responses[m.end() :], re.IGNORECASE
            ):
                continue
            if kind == "failed" and until < v.end and not own_responses[m.end() :].strip():
                continue
            if m[0] in ("PD", "PR", "CR") and not re.match(
                r"\s*(?:$|[,;.)(]|at\b|after\b|on\b|in\b|by\b|with\b|then\b|as\b|->|→|\d|for\b|and\b|x\b|within\b|following\b|per\b|since\b|"
                r"achieved|lasting|noted|was|is|confirmed|\+)",
                own_responses[m.end() :],
            ):
                continue
            if kind == "progressed" and vocabulary().is_a(c.mentions[0].concept, "surgery") and not re.match(r"progress|PD", m[0], re.IGNORECASE):
                continue  # a recurrence after surgery is not its failure
            if (
                kind == "progressed"
                and re.match(r"recurr|relaps", m[0], re.IGNORECASE)
                and re.search(r"(?<!neo)adjuvant", text[max(since, c.start - 40) : c.start], re.IGNORECASE)
            ):
                continue  # nor a recurrence after adjuvant treatment
            responses.append(kind)
            break
    if _STOP.search(own) or re.search(r"\b(?:stopped|discontinued|held|off)\b\s*$", before, re.IGNORECASE):
        stop = _STOP.search(own)
        tail = own[stop.end() :] if stop else own
        tail = re.split(r";|\bno progression\b", tail)[0]
        if _STOP_PROGRESSION.search(tail):
            more["stopped_for"] = "progression"
        elif _TOXICITY.search(tail):
            more["stopped_for"] = "toxicity"
            responses.append("intolerant")
        else:
            more["stopped_for"] = "other"
    if "progressed" in responses or "refractory" in responses:
        more.setdefault("stopped_for", "progression")
    if "completed" in responses:
        more.setdefault("stopped_for", "completion")
    if re.search(r"\b(?:completed|finished)\s+(?:\w+\s+){0,4}$", before, re.IGNORECASE):
        responses.append("completed")
        more.setdefault("stopped_for", "completion")
    if responses:
        more["responses"] = tuple(dict.fromkeys(responses))
    _when(v, c, others, more, draft.as_of)
    _time(v, c, before if joined is None else text[max(v.head, joined.start - 60) : joined.start], own, more)
    return more


def _kinds(word: str) -> list[Response]:
    return [kind for kind, pattern in _RESPONSES if pattern.search(word)][:1] or (["responded"] if re.search(r"respon", word, re.IGNORECASE) else [])


def _joined_back(v: View, c: _Course, courses: list[_Course]) -> _Course | None:
    """The first course of the list "A and B" / "A, B and C" that `c` ends, if nothing is said in between."""
    index = courses.index(c)
    first: _Course | None = None
    for earlier in reversed(courses[:index]):
        later = courses[courses.index(earlier) + 1]
        if not re.fullmatch(
            r"\s*(?:,|\band\b|,\s*and\b|/|\+|&|,\s*then\b|\bthen\b|\bfollowed by\b|,\s*followed by)\s*(?:then\s+)?",
            v.text[earlier.end : later.start],
            re.IGNORECASE,
        ):
            break
        first = earlier
    return first


def _shares_ending(v: View, c: _Course, courses: list[_Course]) -> _Course | None:
    """The last course of a list "sorafenib and regorafenib, PD on both" whose ending is everybody's."""
    index = courses.index(c)
    last: _Course | None = None
    for later in courses[index + 1 :]:
        earlier = courses[courses.index(later) - 1]
        if not re.fullmatch(r"\s*(?:,|\band\b|,\s*and\b|/|&)\s*", v.text[earlier.end : later.start], re.IGNORECASE):
            break
        last = later
    if last is None:
        return None
    tail = v.text[last.end : _next_start(courses, last, v.end)]
    both = re.search(r"\b(?:both|all|each|on either)\b", tail, re.IGNORECASE)
    pair = re.fullmatch(r"\s*(?:\band\b|&|/)\s*", v.text[c.end : last.start], re.IGNORECASE)
    return last if both or (pair and not _has_own_bracket(v, c)) else None


def _has_own_bracket(v: View, c: _Course) -> bool:
    return v.text[c.end : c.end + 2].lstrip().startswith("(")


def _next_start(courses: list[_Course], c: _Course, end: int) -> int:
    index = courses.index(c)
    return courses[index + 1].start if index + 1 < len(courses) else end


def _when(v: View, c: _Course, others: list[Mention], more: dict[str, Any], draft_as_of: date) -> None:
    d = nearest_date(v, c.start, c.end, others)
    if d is not None:
        match d.kind:
            case "at":
                gap = v.text[c.end : d.start] if d.start >= c.end else ""
                if (
                    re.search(
                        r"\b(?:stopped|discontinued|completed|ceased|finished|ended|last (?:dose|cycle|infusion|given|session|treatment|"
                        r"fraction|taken)|until|withdrawn|held|off|progress\w*|PD)\b",
                        gap,
                        re.IGNORECASE,
                    )
                    and not re.search(r"\b(?:started|since|from)\b", gap, re.IGNORECASE)
                ) or (
                    re.search(
                        r"\b(?:stopped|discontinued|completed|finished|last (?:dose|cycle|infusion|session|fraction)(?: of)?|ended|"
                        r"off)\s+(?:\w+\s+){0,3}$",
                        v.text[max(v.head, c.start - 50) : c.start],
                        re.IGNORECASE,
                    )
                    and d.start >= c.end
                ):
                    more["until"] = d.moment
                else:
                    more["when"] = d.moment
                    again = [
                        x
                        for x in v.dates
                        if x.kind == "at"
                        and x.start >= d.end
                        and re.fullmatch(
                            r"\s*(?:,|and|&|/|,\s*and|,\s*again in|and again in)\s*(?:in\s+|on\s+)?", v.text[d.end : x.start], re.IGNORECASE
                        )
                    ]
                    if (
                        again
                        and again[0].moment
                        and d.moment
                        and again[0].moment.latest
                        and d.moment.latest
                        and again[0].moment.latest > d.moment.latest
                    ):
                        more["until"] = again[0].moment  # "TACE in April and June 2026": the last one counts for a washout
            case "since":
                more["when"] = d.moment
                more["time"] = "current"
            case "until":
                more["until"] = d.moment
            case "span":
                more["when"], more["until"] = d.moment, d.moment_end
            case _:
                pass
    length = nearest_date(v, c.start, c.end, others, ("for",))
    if (
        length is not None
        and length.days is not None
        and re.search(r"\boff\s+(?:\w+\s+){0,2}$", v.text[max(v.head, c.start - 20) : c.start], re.IGNORECASE)
    ):
        more["until"] = dates.before(draft_as_of, length.days)
    elif length is not None and length.days is not None:
        more["duration_days"] = length.days
        if length.current and length.moment and "when" not in more:
            more["when"] = length.moment
            more["time"] = "current"
    elif found := _LENGTH.match(v.text, c.end, v.end):
        more["duration_days"] = float(found["n"]) * dates.DAYS[dates.unit_of(found["u"])]


def _time(v: View, c: _Course, before: str, after: str, more: dict[str, Any]) -> None:
    """Sets `time`: over, or going on."""
    if more.get("time") == "current" and not more.get("responses") and "until" not in more:
        return
    ended = (
        "until" in more or "stopped_for" in more or set(more.get("responses", ())) & {"progressed", "refractory", "failed", "intolerant", "completed"}
    )
    if ended and not _RESTARTED.search(after):
        more["time"] = "past"
        return
    procedure = c.mentions[0].table == "procedure"
    if _PAST_BEFORE.search(before):
        more["time"] = "past"
    elif (not procedure and (_CURRENT_BEFORE.search(before) or v.section == "medication")) or (
        not procedure
        and (
            _RESTARTED.search(after.split(",")[0])
            or (_FREQUENCY.match(v.text, c.end, v.end) and "when" not in more)
            or (_DOSE.match(v.text, c.end, v.end) and "when" not in more)
        )
    ):
        more["time"] = "current"
    elif procedure or ((when := more.get("when")) is not None and isinstance(when, Moment)):
        more["time"] = (
            "past"
            if more.get("when") is not None or (procedure and re.search(r"\b(?:ago|s/p|underwent)\b", v.text[v.head : v.end]))
            else more.get("time", "unstated")
        )


def _line(v: View, c: _Course, since: int, until: int) -> int | None:
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


def _setting(v: View, c: _Course, since: int) -> str | None:
    around = v.text[max(since, c.start - 40) : c.start] + " | " + v.text[c.end : c.end + 25].split(",")[0]
    for name, pattern in _SETTINGS:
        if pattern.search(around):
            return name
    return None


def _for(v: View, c: _Course, until: int) -> str | None:
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


def _route(v: View, c: _Course, since: int, until: int) -> str | None:
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


def _site(v: View, c: _Course) -> str | None:
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


def _dose(v: View, c: _Course) -> tuple[float, str] | None:
    if len([m for m in c.mentions if m.table == "drug"]) != 1 or len(c.mentions) > 2:
        return None
    m = _DOSE.match(v.text, c.end, v.end)
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


def _global_denials(v: View, draft: Draft) -> None:
    """ "Treatment-naive", "no previous treatment of any kind", "untreated": no anti-cancer therapy at all."""
    if v.section == "treatment" and re.fullmatch(
        r"(?:none|nil|no|never|nothing|n/?a|-)(?:\s+(?:so far|to date|yet|given|received))?", v.text[v.head : v.end].strip(" .:*\n"), re.IGNORECASE
    ):
        concept = "systemic_therapy" if re.search(r"systemic", v.text[v.start : v.head], re.IGNORECASE) else "anticancer_therapy"
        draft.add("treatment", concept, "absent", v.start, v.end)
        return
    for m in _NAIVE_FREE.finditer(v.text, v.head, v.end):
        if not draft.free(m.start(), m.end()) or other_person(v, m.start(), m.end()):
            continue
        start = m.start() + len(m[0]) - len(m[0].lstrip())
        if m["none"] and not m["mods"] and not m["tail"].strip() and start > v.head + 2 and not re.search(r"[,;]\s*$", v.text[v.head : start]):
            continue
        if m["naive"] and re.search(r"[\w)]-?$", v.text[max(v.head, start - 1) : start]):
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


__all__ = ["read"]
