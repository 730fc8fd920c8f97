"""Tests that bear a disease's name: what the patient has is their result, and where no result can be read, nothing."""

import re

from assistant.patient.view import View
from index.vocabulary import Mention, vocabulary

WORDS = (
    r"ag|abs?|ag/ab|ab/ag|antigens?|antibod(?:y|ies)|combo|combined|combination|[2-5](?:st|nd|rd|th)[- ]gen(?:eration)?\.?|"
    r"(?:third|fourth|fifth)[- ]gen(?:eration)?|NAA?T|(?:RT-?)?PCR|EIA|ELISA|CLIA|CMIA|ECLIA|immunoassay|western blot|immunoblot|assay|"
    r"rapid|point[- ]of[- ]care|POC|p24|IgG|IgM|titers?|titres?|serolog(?:y|ies|ic)|screen(?:ing)?|tests?|tested|testing|swab|"
    r"cultures?|smear|quantiferon|QFT|IGRA|T-?SPOT|RNA|DNA|1/2|I/II|1\+2|1 ?(?:and|&) ?2"
)
"""The words between a disease's name and the result of its test."""
_ASSAY = re.compile(rf"[\s,:(-]*(?:by\s+)?(?:{WORDS})(?![A-Za-z])", re.IGNORECASE)
_ANSWER = re.compile(r"\s*(?:[:=|]\s*)(?:N/?R|ND|neg|0?\.\d+|-)(?![A-Za-z])", re.IGNORECASE)
_POSITIVE = re.compile(
    r"(?<!non)(?<!non-)(?<!non )(?<!not )(?:\breactive|\bpositive|\bpos\b|\+ve|\bdetected|\bdetectable|\(\+\)|\+(?!\d)|阳性)", re.IGNORECASE
)


def unread(v: View, m: Mention) -> bool:
    """Whether an infection's name is that of a test here, with no positive result that can be read beside it."""
    if vocabulary().diseases[m.concept].kind != "infection":
        return False
    if _ANSWER.match(v.text, m.end, v.end):
        return True
    if not _ASSAY.match(v.text, m.end, v.end):
        return False
    if re.search(r"(?<!not )(?<!non-)\b(?:positive|reactive)\s+$", v.text[max(v.head, m.start - 14) : m.start], re.IGNORECASE):
        return False
    following = min((o.start for o in v.mentions if o.table == "condition" and o.start >= m.end and o.concept != m.concept), default=v.end)
    clause = v.text[m.end : following].split(";")[0]
    return _POSITIVE.search(clause) is None


def names_another(v: View, m: Mention) -> bool:
    """Whether an infection's name only says what a test is for ("TB QuantiFERON negative"): the test has a result of its own."""
    return vocabulary().diseases[m.concept].kind == "infection" and any(
        o.table == "scale" and 0 <= o.start - m.end <= 2 and not re.search(r"[,;/&]", v.text[m.end : o.start]) for o in v.mentions
    )
