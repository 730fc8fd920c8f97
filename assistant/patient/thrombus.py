"""How far a tumour thrombus reaches, vessel by vessel."""

import re
from typing import Literal

from assistant.patient.assertion import assess
from assistant.patient.drafts import Draft
from assistant.patient.view import View
from index.vocabulary import vocabulary

_THROMBUS = re.compile(
    r"\b(?:PV?TT|PVTTs|HVTT|IVCTT|TT(?=\s+(?:in|of))|(?:tumou?r|neoplastic|malignant)\s+thromb(?:us|i|osis|oses)|thromb(?:us|i|osis|oses)|"
    r"(?:macro)?vascular\s+invasion|(?:portal|hepatic)\s+vein\s+(?:\w+\s+)?invasion|(?:invasion|invading|invades|involv\w+|infiltrat\w+|"
    r"extend\w*|encas\w+)\b[^,;]{0,30}\b(?:portal|hepatic)\s+vein|癌栓)",
    re.IGNORECASE,
)


_EXTENTS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    (
        "portal_vein_tumor_thrombus",
        "superior mesenteric vein",
        re.compile(
            r"\b(?:superior\s+mesenteric(?:\s+vein)?|SMV|mesenteric\s+vein|splenomesenteric\s+confluence)\b|"
            r"肠系膜上静脉",
            re.IGNORECASE,
        ),
    ),
    (
        "portal_vein_tumor_thrombus",
        "main trunk",
        re.compile(
            r"\b(?:main\s+(?:trunk|portal(?:\s+(?:vein|trunk))*|PV|stem)|MPV|portal(?:\s+vein)?\s+(?:main\s+)?(?:trunk|stem)|main\s+trunk|"
            r"trunk\s+of\s+(?:the\s+)?portal)\b|门静脉主干|主干",
            re.IGNORECASE,
        ),
    ),
    (
        "portal_vein_tumor_thrombus",
        "left and right branches",
        re.compile(
            r"\b(?:both|bilateral|left\s+and\s+right|right\s+and\s+left)\s+(?:main\s+|portal\s+|"
            r"vein\s+)*(?:branch(?:es)?|portal\s+veins?)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "portal_vein_tumor_thrombus",
        "right branch",
        re.compile(
            r"\bright\s+(?:main\s+|primary\s+|first-order\s+)?(?:portal(?:\s+vein)?(?:\s+branch)?|PV|(?:portal\s+)?(?:vein\s+)?branch)\b|"
            r"\bRPV\b|门静脉右支|右支",
            re.IGNORECASE,
        ),
    ),
    (
        "portal_vein_tumor_thrombus",
        "left branch",
        re.compile(
            r"\bleft\s+(?:main\s+|primary\s+|first-order\s+)?(?:portal(?:\s+vein)?(?:\s+branch)?|PV|(?:portal\s+)?(?:vein\s+)?branch)\b|\bLPV\b|"
            r"门静脉左支|左支",
            re.IGNORECASE,
        ),
    ),
    (
        "portal_vein_tumor_thrombus",
        "segmental branch",
        re.compile(
            r"\b(?:sub-?)?(?:segmental|sectoral|sectorial|second[- ]order|2nd[- ]order|third[- ]order|3rd[- ]order|peripheral\s+portal|(?:right|"
            r"left)?\s*(?:anterior|posterior)\s+(?:portal\s+)?(?:branch|sectoral|portal\s+vein|section\w*))\b",
            re.IGNORECASE,
        ),
    ),
    ("ivc_tumor_thrombus", "right atrium", re.compile(r"\b(?:right\s+atri(?:um|al)|RA(?=\W|$)|intra-?cardiac|cavo-?atrial)\b|右心房", re.IGNORECASE)),
    (
        "ivc_tumor_thrombus",
        "above the diaphragm",
        re.compile(r"\b(?:above\s+(?:the\s+)?diaphragm|supra-?diaphragmatic|suprahepatic|intrathoracic)\b|膈上", re.IGNORECASE),
    ),
    (
        "ivc_tumor_thrombus",
        "below the diaphragm",
        re.compile(
            r"\b(?:below\s+(?:the\s+)?diaphragm|infra-?diaphragmatic|sub-?diaphragmatic|retro-?hepatic|"
            r"infra-?hepatic)\b",
            re.IGNORECASE,
        ),
    ),
    ("ivc_tumor_thrombus", "inferior vena cava", re.compile(r"\b(?:IVC|inferior\s+vena\s+cava|vena\s+cava)\b|下腔静脉", re.IGNORECASE)),
    (
        "hepatic_vein_tumor_thrombus",
        "hepatic vein",
        re.compile(r"\b(?:(?:right|middle|left)\s+)?hepatic\s+veins?\b|\b[RML]HV\b|肝静脉", re.IGNORECASE),
    ),
)


_BLAND = re.compile(r"\bbland\b|\bnon-?tumou?r(?:al|ous)?\b|\bnon-?malignant\b|\bnon-?neoplastic\b", re.IGNORECASE)


_TUMOUR = re.compile(
    r"tumou?r|neoplastic|malignant|\bPV?TT\b|HVTT|IVCTT|invasion|invad|癌栓|\bChengs?\b|\bVp\s?[0-4]|\bVV\s?[0-3]|Sakamoto|Chen's|"
    r"arteriali[sz]ed",
    re.IGNORECASE,
)


def thrombus(v: View, draft: Draft) -> None:
    """Adds how far a tumour thrombus reaches: one finding per vessel named, denied where the note denies it."""
    text = v.text[v.head : v.end]
    anchors = list(_THROMBUS.finditer(text))
    smv = re.search(r"\bno\s+(?:SMV|superior\s+mesenteric)\b|\bSMV\s+(?:is\s+)?(?:clear|patent|free|not\s+involved|uninvolved)", text, re.IGNORECASE)
    if not anchors and not smv:
        return
    _denied(v, draft)
    tumour = bool(_TUMOUR.search(text)) or bool(smv)
    if _BLAND.search(text) and not re.search(r"\bPV?TT\b|tumou?r\s+thromb", text, re.IGNORECASE):
        return
    covered: list[tuple[int, int]] = []
    for concept, site, pattern in _EXTENTS:
        if concept not in vocabulary().diseases:
            continue
        for hit in pattern.finditer(text):
            start, end = v.head + hit.start(), v.head + hit.end()
            if any(a < end and start < b for a, b in covered):
                continue
            near = [a for a in anchors if _near(text, a, hit)]
            denied = re.match(
                r"\s*(?:is\s+|was\s+|are\s+|remains?\s+)?(?:clear|patent|free|not\s+(?:involved|invaded|reached|affected)|uninvolved|"
                r"spared)\b",
                v.text[end : end + 40],
                re.IGNORECASE,
            )
            if not near and not (
                site == "superior mesenteric vein" and re.search(r"involv|exten|reach|invol|invad|patent|clear|free", text, re.IGNORECASE)
            ):
                continue
            covered.append((start, end))
            said = assess(v, start, end)
            status: Literal["present", "absent", "possible"]
            if said.status is None:
                continue
            if (
                denied
                or said.status == "absent"
                or re.search(
                    r"\b(?:not|without|no|does not|never)\s+(?:\w+\s+){0,4}?(?:the\s+)?$", v.text[max(v.head, start - 50) : start], re.IGNORECASE
                )
            ):
                status = "absent"
            elif said.status == "possible" or not tumour:
                status = "possible"
            else:
                status = "present"
            if (
                status == "absent"
                and near
                and not denied
                and re.search(r"\bno\b[^,;]*thromb", text[max(0, near[0].start() - 40) : near[0].end() + 5], re.IGNORECASE)
                and site != "superior mesenteric vein"
            ):
                continue  # "no portal vein thrombus": the finding itself is denied, not an extent of it
            words_start, words_end = (said.start, end) if status == "absent" and said.status == "absent" else (start, end)
            if tumour:
                for anchor in near:  # a tumour thrombus is no thrombosis
                    if re.match(r"thromb", anchor[0], re.IGNORECASE):
                        draft.take(v.head + anchor.start(), v.head + anchor.end())
            if near and status != "absent":
                words_start = min(start, v.head + near[0].start())
                words_end = max(end, v.head + near[0].end())
            draft.add(
                "finding",
                concept,
                status,
                words_start,
                words_end,
                site=site,
                time="unstated",
                reading="" if tumour or status == "absent" else "a thrombus not said to be tumour or bland",
            )


_VESSEL = r"(?:(?:main\s+)?portal(?:\s+vein)?|PV|hepatic\s+veins?|HV|IVC|inferior\s+vena\s+cava|vena\s+cava|major\s+vessels?)"


_NO_THROMBUS = re.compile(
    rf"\b(?:no|without|denies|absence of|no evidence of)\s+(?:\w+\s+){{0,2}}?(?P<vessels>{_VESSEL}(?:\s*(?:,|/|or|and|nor|"
    rf",\s*or)\s*{_VESSEL})*)\s+(?:tumou?r\s+)?(?:thromb\w+|invasion|involvement)",
    re.IGNORECASE,
)


_VESSEL_CONCEPTS = (
    ("portal_vein_tumor_thrombus", re.compile(r"portal|\bPV\b", re.IGNORECASE)),
    ("hepatic_vein_tumor_thrombus", re.compile(r"hepatic|\bHV\b", re.IGNORECASE)),
    ("ivc_tumor_thrombus", re.compile(r"IVC|cava", re.IGNORECASE)),
)


def _denied(v: View, draft: Draft) -> None:
    """ "No hepatic vein or IVC thrombus": no tumour thrombus in any vessel of the list."""
    for m in _NO_THROMBUS.finditer(v.text, v.head, v.end):
        for concept, pattern in _VESSEL_CONCEPTS:
            if pattern.search(m["vessels"]) and concept in vocabulary().diseases:
                draft.add("finding", concept, "absent", m.start(), m.end())


def _near(text: str, anchor: re.Match[str], hit: re.Match[str]) -> bool:
    gap = text[anchor.end() : hit.start()] if anchor.end() <= hit.start() else text[hit.end() : anchor.start()] if hit.end() <= anchor.start() else ""
    return len(gap) < 110 and ";" not in gap
