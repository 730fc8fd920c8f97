"""Diagnoses that were given up for another: "referred as HCC; pathology revised to angiosarcoma", "HCC on imaging, specimen showed FNH"."""

import re
from typing import Literal

from assistant.patient.view import View
from index.vocabulary import Mention, vocabulary

# In so many words another diagnosis took the first one's place.
_REVISED = re.compile(
    r"\b(?:(?:was |were |been |is |later |subsequently |then )*(?:revised|re-?classified|re-?diagnosed|re-?labelled|amended|corrected|"
    r"changed)\s+(?:to|as|into)"
    r"|(?:turned|turns) out (?:to be|as)?|proved to be|proven to be|came back (?:as|showing|with)|instead (?:found|showed)|in fact|actually"
    r"|(?:final|definitive|revised|expert|central|second)\s+(?:pathology|histology|diagnosis|review|report|opinion)(?:\s+(?:was|is|showed|shows|confirmed|revealed))?)"
    r"\W*(?:\w+\W+){0,3}$",
    re.IGNORECASE,
)
# A tissue's own answer, standing behind a diagnosis made without one.
_TISSUE = re.compile(
    r"\b(?:histology|histopathology|pathology|cytology|biops(?:y|ies)|(?:resection |surgical |resected )?specimen|explant|core)\b"
    r"(?:\s+(?:of\s+\w+|was|is|showed|shows|revealed|reveals|confirmed|read|gave|found|demonstrated|"
    r"consistent with|reported as|:|a|an|the)|\s*[:=])*\s*$",
    re.IGNORECASE,
)
_WITHOUT_TISSUE = re.compile(
    r"\b(?:thought|believed|assumed|considered|felt|presumed|suspected|referred|treated|labelled|managed|working|provisional|preliminary|initial(?:ly)?|"
    r"first|original(?:ly)?|imaging|radiolog\w+|clinical(?:ly)?|CT|MRI|ultrasound|LI-?RADS)\b",
    re.IGNORECASE,
)


def revised(v: View, m: Mention, mentions: list[Mention]) -> tuple[Literal["absent", "possible"], int] | None:
    """What a later word of the sentence makes of the malignancy `m`, and where that word ends: "absent" where the diagnosis was given up
    for another one, "possible" where a tissue's answer contradicts it, None where nothing does."""
    words = vocabulary()
    if not words.diseases[m.concept].neoplasm:
        return None
    for other in mentions:
        if other.start < m.end or other.start - m.end > 160 or words.is_a(other.concept, m.concept) or words.is_a(m.concept, other.concept):
            continue
        if not _is_lesion(other.concept):
            continue
        between = v.text[m.end : other.start]
        if _REVISED.search(between):
            return "absent", other.end
        before = v.text[max(v.head, m.start - 60) : m.start]
        if _TISSUE.search(between) and (_WITHOUT_TISSUE.search(before) or _WITHOUT_TISSUE.search(between)):
            return "possible", other.end
    return None


def _is_lesion(concept: str) -> bool:
    """Whether the concept is what a tissue can turn out to be: a tumour, malignant or not."""
    row = vocabulary().diseases[concept]
    return row.neoplasm or vocabulary().is_a(concept, "benign_tumor") or vocabulary().is_a(concept, "liver_disease")
