"""Pasted tables with dates, and tests that bear a disease's name."""

import pytest
from notation import check

TABLES = [
    ("Test | 03/12/2026 | 11/18/2026\nANC (K/uL) | 1.2 | 3.4", "+anc 1.2 e9_l @2026-03-12 superseded; +anc 3.4 e9_l @2026-11-18"),
    ("Test | 11/18/2026 | 3 Mar 2026 | Ref\nPLT (K/uL) | 110 | 61 | 100-300", "+plt 110 @2026-11-18 lln=100; +plt 61 @2026-03-03 superseded"),
    ("| Test | Mar 2026 | Oct 2026 | Unit |\n|---|---|---|---|\n| Hb | 7.2 | 9.4 | g/dL |", 
     "+hgb 7.2 g_dl superseded; +hgb 9.4 g_dl @2026-10-01..2026-10-31"),
    ("Lab\t12 Mar 2026\t18 Nov 2026\nALT (U/L)\t240\t41", "+alt 240 superseded; +alt 41 @2026-11-18"),
    ("Lab\t12 Mar 2026\t18 Nov 2026\nHBsAg\tpositive\tnegative", "+hbsag negative @2026-11-18"),
    ("Test | 12 Mar 2026 | 18 Nov 2026\nINR | | 1.1", "+inr 1.1 @2026-11-18"),
    ("Test | 12 Mar 2026 | 18 Nov 2026\nBP | 170/95 | 128/78", "+sbp 170 superseded; +sbp 128 @2026-11-18"),
    ("Creatinine (mg/dL): 0.9", "+cr 0.9 mg_dl"),
]  # fmt: skip
ASSAYS = [
    ("HIV Ag/Ab nonreactive", "-hiv; !+hiv"),
    ("HIV 4th gen combo: non-reactive", "-hiv; !+hiv"),
    ("HIV 1/2 Ag/Ab 4th generation assay negative", "-hiv; !+hiv"),
    ("HIV EIA sent", "!hiv"),
    ("HIV Ag/Ab: NR", "!+hiv"),
    ("HIV Ag/Ab combo reactive", "+hiv"),
    ("HIV, on ART", "+hiv"),
    ("HCV NAT not detected", "+hcv_rna 0; !+hepatitis_c"),
    ("COVID PCR negative", "-covid19"),
    ("TB QuantiFERON negative", "+igra negative; !tuberculosis"),
]
CATHETERS = [
    ("PICC-associated arm DVT in September, resolved", "+deep_vein_thrombosis q=catheter_related q=resolved"),
    ("line-related DVT", "+deep_vein_thrombosis q=catheter_related"),
    ("catheter-associated left upper extremity DVT", "+deep_vein_thrombosis q=catheter_related"),
    ("port thrombosis 2 months ago", "+catheter_thrombosis"),
]


@pytest.mark.parametrize(("note", "expected"), TABLES + ASSAYS + CATHETERS)
def test_results(note: str, expected: str) -> None:
    check(note, expected)
