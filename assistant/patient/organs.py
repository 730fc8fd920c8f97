"""The organs that tumours lie in, as words and as concepts of metastasis."""

import re

from index.vocabulary import vocabulary

ORGANS = (
    ("lung", r"lungs?|pulmonary"),
    ("adrenal", r"adrenal"),
    (
        "bone",
        r"bones?|bony|osseous|skeletal|vertebra\w*|spinal|spine|rib|ribs|femur|femoral|pelvic bone|iliac|sacr\w+|skull|sternum|humerus|"
        r"[TL]\d{1,2}",
    ),
    ("brain", r"brain|cerebr\w+|cerebell\w+|intracranial|CNS|frontal|parietal"),
    ("lymph node", r"lymph[- ]?nodes?|nodal|nodes?|LN|LNs|lymphaden\w+|adenopathy"),
    ("peritoneum", r"peritone\w+|omental|omentum|mesenteric"),
    ("pleura", r"pleural?"),
    ("liver", r"liver|hepatic|intrahepatic|segments?\s*[IV\d/]+|seg\s*[IV\d/]+|lobes?|S[1-8]"),
    ("spleen", r"splen\w+|spleen"),
    ("kidney", r"kidney|renal"),
    ("pancreas", r"pancrea\w+"),
    ("skin", r"skin|cutaneous|subcutaneous"),
    ("soft tissue", r"soft[- ]tissue|muscle|chest wall|abdominal wall"),
    ("ovary", r"ovar\w+"),
    ("breast", r"breast"),
    ("colon", r"colon\w*|caecal|cecal|sigmoid"),
    ("rectum", r"rectal|rectum"),
    ("stomach", r"gastric|stomach"),
    ("oesophagus", r"o?esophag\w+"),
    ("bladder", r"bladder"),
    ("prostate", r"prostat\w+"),
    ("thyroid", r"thyroid"),
    ("head and neck", r"tongue|laryn\w+|oropharyn\w+|tonsil\w*"),
)


_ORGAN = "|".join(f"(?P<o{i}>(?<![A-Za-z]){p}(?![A-Za-z]))" for i, (_, p) in enumerate(ORGANS))


ORGAN = re.compile(_ORGAN, re.IGNORECASE)


def organ_of(text: str) -> str | None:
    hit = ORGAN.search(text)
    if hit is None or hit.lastgroup is None:
        return None
    return ORGANS[int(hit.lastgroup[1:])][0]


def concept_of(organ: str | None) -> str:
    """The vocabulary's concept for a metastasis in an organ."""
    concept = f"{organ.replace(' ', '_')}_metastasis" if organ else "metastasis"
    return concept if concept in vocabulary().diseases else "metastasis"


ORGAN_WORDS = rf"(?:{'|'.join(p for _, p in ORGANS)})"
