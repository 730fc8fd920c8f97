"""How far a tumour thrombus reaches, between anatomy and the classifications. The mappings are ours and are said to be.

Cheng: I segmental, II left or right branch, III main trunk, IV superior mesenteric vein. Sakamoto: I below the diaphragm, II above it,
III right atrium. Vp1 and Vp2 lie in peripheral and second-order branches, Vp3 in a first-order one; Vp4 is the main trunk or the
contralateral branch and may reach further. Vv3 is the inferior vena cava.
"""

from assistant.patient.facts import Fact

PVTT = "portal_vein_tumor_thrombus"
IVCTT = "ivc_tumor_thrombus"

HVTT = "hepatic_vein_tumor_thrombus"

# A liver tumour reaches the vena cava through the hepatic veins; the classifications count it with them.
_THROUGH_HEPATIC_VEINS = frozenset({IVCTT, "ivc_above_diaphragm", "right_atrial_tumor_thrombus"})
_OF_SITE = {
    (PVTT, "superior mesenteric vein"): "smv_tumor_thrombus",
    (PVTT, "main trunk"): "main_portal_vein_thrombus",
    (IVCTT, "above the diaphragm"): "ivc_above_diaphragm",
    (IVCTT, "right atrium"): "right_atrial_tumor_thrombus",
}
_OF_GRADE: dict[tuple[str, str], dict[str, bool]] = {
    ("cheng", "I"): {"smv_tumor_thrombus": False},
    ("cheng", "II"): {"smv_tumor_thrombus": False},
    ("cheng", "III"): {"smv_tumor_thrombus": False, "main_portal_vein_thrombus": True},
    ("cheng", "IV"): {"smv_tumor_thrombus": True},
    ("sakamoto", "I"): {"ivc_above_diaphragm": False, "right_atrial_tumor_thrombus": False},
    ("sakamoto", "II"): {"ivc_above_diaphragm": True, "right_atrial_tumor_thrombus": False},
    ("sakamoto", "III"): {"right_atrial_tumor_thrombus": True},
    ("vv", "3"): {IVCTT: True, HVTT: True},
}
_CHENG_OF_SITE = {
    "segmental branch": 0, "right branch": 1, "left branch": 1, "left and right branches": 1, "main trunk": 2, "superior mesenteric vein": 3,
}  # fmt: skip
_CHENG_OF_VP = {"1": ("I",), "2": ("I", "II"), "3": ("II",), "4": ("II", "III", "IV")}
_SAKAMOTO_OF_SITE = {"below the diaphragm": 0, "above the diaphragm": 1, "right atrium": 2}
_CHENG = ("I", "II", "III", "IV")
_SAKAMOTO = ("I", "II", "III")


def implied(fact: Fact) -> list[tuple[str, str]]:
    """Findings, with their status, that a finding at a site or a grade on a classification implies."""
    found: list[tuple[str, str]] = []
    if fact.kind == "finding" and fact.site is not None and (concept := _OF_SITE.get((fact.concept, fact.site))):
        found.append((concept, fact.status))
    if fact.kind == "finding" and fact.status == "present" and fact.concept in _THROUGH_HEPATIC_VEINS:
        found.append((HVTT, "present"))
    if found:
        return found
    if fact.kind == "category" and fact.status == "present" and len(fact.choices) == 1:
        said = _OF_GRADE.get((fact.concept, fact.choices[0]), {})
        return [(concept, "present" if there else "absent") for concept, there in said.items()]
    return []


def cheng(findings: list[Fact], vp: list[Fact]) -> tuple[tuple[str, ...], str] | None:
    """Cheng's types that the anatomy, or else the Vp grade, allows; with the words for it."""
    reached = [_CHENG_OF_SITE[f.site] for f in findings if f.site in _CHENG_OF_SITE]
    reached += [2 for f in findings if f.concept == "main_portal_vein_thrombus"] + [3 for f in findings if f.concept == "smv_tumor_thrombus"]
    if reached:
        kind = _CHENG[max(reached)]
        return (kind,), f"this extent is Cheng {kind} (our mapping)"
    choices = tuple(dict.fromkeys(c for f in vp for grade in f.choices for c in _CHENG_OF_VP.get(grade, ())))
    if not choices:
        return None
    return choices, f"Vp{'/'.join(g for f in vp for g in f.choices)} is Cheng {' or '.join(choices)} (our mapping)"


def sakamoto(findings: list[Fact]) -> tuple[tuple[str, ...], str] | None:
    """Sakamoto's type of the stated extent of a thrombus in the inferior vena cava; every type if its upper end is not stated."""
    if not findings:
        return None
    reached = [_SAKAMOTO_OF_SITE[f.site] for f in findings if f.site in _SAKAMOTO_OF_SITE]
    reached += [1 for f in findings if f.concept == "ivc_above_diaphragm"] + [2 for f in findings if f.concept == "right_atrial_tumor_thrombus"]
    if not reached:
        return _SAKAMOTO, "the thrombus's upper end is not stated"
    kind = _SAKAMOTO[max(reached)]
    return (kind,), f"this extent is Sakamoto {kind} (our mapping)"
