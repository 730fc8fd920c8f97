"""Treatments: received, current, planned, declined, never; how they ended; line, dose, route, dates."""

import pytest
from notation import AS_OF, check

from assistant.patient import read_note

GIVEN = [
    ("s/p atezo-bev PD", "+atezolizumab past r=progressed; +bevacizumab past r=progressed"),
    ("sorafenib 11 mo -> PD, ICI-naive", "+sorafenib r=progressed; -checkpoint_inhibitor"),
    ("first line pembrolizumab + axitinib, PD at 7 mo", "+pembrolizumab line=1 r=progressed; +axitinib line=1 r=progressed"),
    ("first-line STRIDE (durvalumab + tremelimumab), PD at first scan", "+durvalumab line=1 r=progressed; +tremelimumab line=1 r=progressed"),
    ("Line 1 lenvatinib 9 mo -> PD.", "+lenvatinib line=1 r=progressed"),
    ("1L atezo-bev -> PD, 2L lenvatinib ongoing", "+atezolizumab line=1 r=progressed; +lenvatinib line=2 current"),
    ("atezolizumab/bevacizumab stopped after 2 cycles for grade 3 immune hepatitis; no progression on last scan",
     "+atezolizumab stopped=toxicity r=intolerant"),
    ("Progressed on sorafenib and regorafenib", "+sorafenib r=progressed; +regorafenib r=progressed"),
    ("PD on sorafenib; now on lenvatinib", "+sorafenib r=progressed; +lenvatinib current"),
    ("failed sorafenib, intolerant of lenvatinib", "+sorafenib r=failed; +lenvatinib r=intolerant"),
    ("sorafenib (PD), then regorafenib (stopped for toxicity), then cabozantinib - PR",
     "+sorafenib r=progressed; +regorafenib stopped=toxicity; +cabozantinib r=responded"),
    ("refractory to nivolumab", "+nivolumab r=refractory"),
    ("no response to TACE", "+tace r=failed"),
    ("nivolumab + ipilimumab as first-line, then sunitinib second-line", "+nivolumab line=1; +sunitinib line=2"),
    ("doxorubicin for breast cancer 2005", "+doxorubicin for=breast_cancer @2005-01-01..2005-12-31"),
    ("Adjuvant nivolumab for melanoma in 2018", "+nivolumab setting=adjuvant for=melanoma @2018-01-01..2018-12-31"),
    ("colitis on nivolumab", "+nivolumab current; +colitis"),
    ("HBV on ETV", "+entecavir current for=hepatitis_b"),
    ("last dose on a phase 1 study 2 wks ago", "+investigational_agent"),
    ("was in another study until October", "+investigational_agent until=2026-10-01..2026-10-31"),
    ("ipi/nivo -> PD Aug 2026", "+nivolumab r=progressed; +ipilimumab r=progressed"),
    ("sorafenib -> PD early March 2026", "+sorafenib r=progressed"),
    ("finished TB drugs in Feb 2026", "+antitubercular until=2026-02-01..2026-02-28; !tuberculosis"),
    ("ex-lap 2 weeks ago", "+laparotomy"),
    ("Radioembolisation (Y-90) on 27 October 2026", "+tare @2026-10-27"),
    ("Radioembolisation (yttrium-90 glass microspheres, right lobe) on 27 October 2026", "+tare @2026-10-27"),
    ("Ablation (MWA, segment 6) on 3 November 2026", "+ablation @2026-11-03; +mwa @2026-11-03"),
    ("atezolizumab/bevacizumab (T+A) 03/2026-09/2026", "+atezolizumab @2026-03-01..2026-03-31 until=2026-09-01..2026-09-30"),
    ("sorafenib Mar-Sep 2025", "+sorafenib @2025-03-01..2025-03-31 until=2025-09-01..2025-09-30"),
    ("sorafenib from March 2026 to September 2026", "+sorafenib @2026-03-01..2026-03-31 until=2026-09-01..2026-09-30"),
    ("lenvatinib from May 2026, progressed", "+lenvatinib past r=progressed until=2026-05-01..2026-11-20"),
    ("lenvatinib from May 2026 with progression in October 2026", "+lenvatinib r=progressed until=2026-10-01..2026-10-31"),
    ("lenvatinib started in May 2026 and stopped in August 2026 for PD", "+lenvatinib r=progressed until=2026-08-01..2026-08-31"),
    ("Lenvatinib for 6 months. CT after five months shows clear progression.", "+lenvatinib r=progressed"),
    ("Lenvatinib May 2026. Progressed in November 2026.", "+lenvatinib r=progressed until=2026-11-01..2026-11-20"),
    ("treated in a phase I drug trial 2 weeks ago", "+investigational_agent @2026-11-03..2026-11-09"),
]  # fmt: skip
NEVER = [
    ("No previous treatment", "-anticancer_therapy"),
    ("No prior treatment of any kind", "-anticancer_therapy"),
    ("treatment-naive", "-anticancer_therapy"),
    ("Prior therapies: none", "-anticancer_therapy"),
    ("CP A5, naive.", "-anticancer_therapy"),
    ("HCC, untreated", "-anticancer_therapy"),
    ("HCV RNA 1.2 million IU/mL, untreated", "-antiviral; !anticancer_therapy"),
    ("not yet on antivirals", "-antiviral"),
    ("Never received systemic therapy", "-systemic_therapy"),
    ("has not received any systemic therapy yet", "-systemic_therapy"),
    ("TACE 21 days ago. No systemic therapy ever.", "+tace @2026-10-30; -systemic_therapy"),
    ("No prior systemic therapy, TACE 3 weeks ago", "-systemic_therapy; +tace"),
    ("no previous systemic or local therapy", "-systemic_therapy; -local_therapy"),
    ("no prior TACE, RFA or radiotherapy", "-tace; -rfa; -radiotherapy"),
    ("never received chemotherapy but had sorafenib", "-chemotherapy; +sorafenib"),
    ("No systemic tx ever", "-systemic_therapy"),
    ("3 rounds of DEB-TACE, nothing systemic", "+tace; -systemic_therapy"),
    ("nothing systemic so far", "-systemic_therapy"),
    ("never had bev", "-bevacizumab"),
    ("No transfusion or growth factor in the last 2 months", "-blood_transfusion; -growth_factor"),
    ("no prior therapy apart from TACE", "-systemic_therapy; +tace; !anticancer_therapy"),
    ("未接受过任何治疗", "-anticancer_therapy"),
]
AHEAD = [
    ("plan to start lenvatinib", "plan:lenvatinib"),
    ("BCLC A, resectable, surgery booked", "plan:surgery"),
    ("Biopsy scheduled tomorrow", "plan:biopsy"),
    ("Tumour board recommends atezolizumab-bevacizumab, plan to start next week", "plan:atezolizumab; plan:bevacizumab"),
    ("MDT recommends sorafenib", "considered:sorafenib"),
    ("considered for lenvatinib but received sorafenib", "considered:lenvatinib; +sorafenib"),
    ("declined sorafenib", "declined:sorafenib"),
    ("Lenvatinib was offered in September and refused", "declined:lenvatinib"),
    ("Not a candidate for liver transplantation", "declined:liver_transplantation"),
    ("not a surgical, ablation or transplant candidate", "considered:ablation; !+ablation"),
    ("s/p ablation, transplant candidate", "+ablation"),
    ("evaluated for liver transplantation", "considered:liver_transplantation"),
    ("s/p liver transplant 2015", "+liver_transplantation past @2015-01-01..2015-12-31"),
    ("Plan:\n- start lenvatinib\n- continue entecavir", "plan:lenvatinib; +entecavir current"),
]
DETAILS = [
    ("dexamethasone 4 mg daily for the last 2 weeks", "+dexamethasone dose=4 current days=14 @2026-11-06"),
    ("pred 7.5 mg/d", "+prednisone dose=7.5 current"),
    ("MWA in early October 2026", "+mwa @2026-10-01..2026-10-12"),
    ("TACE mid-October", "+tace @2026-10-09..2026-10-22"),
    ("TACE late Oct 2026", "+tace @2026-10-19..2026-10-31"),
    ("prednisone 5 mg BID", "+prednisone dose=10"),
    ("methotrexate 14 mg weekly", "+methotrexate dose=2"),
    ("Meds: aspirin 100 mg, metformin", "+aspirin dose=100 current; +metformin current"),
    ("clopidogrel 75 mg daily", "+clopidogrel dose=75 current"),
    ("cinobufacini capsules daily", "+cinobufacini current"),
    ("aspirin stopped 5 days ago", "+aspirin past until=2026-11-15"),
    ("off aspirin for 3 weeks", "+aspirin past until=2026-10-27..2026-11-02"),
    ("fluticasone inhaler", "+fluticasone route=inhaled"),
    ("ranibizumab eye injections", "+ranibizumab route=intravitreal"),
    ("interleukin-2 into the pleural cavity", "+aldesleukin route=local"),
    ("TACE with doxorubicin 3 weeks ago", "+tace @2026-10-27..2026-11-02; +doxorubicin route=local"),
    ("TACE plus lenvatinib", "+tace; +lenvatinib; !route=local"),
    ("palliative RT to spine 5 weeks ago", "+radiotherapy site=spine @2026-10-13..2026-10-19"),
    ("TACE in April and June 2026", "+tace @2026-06-01..2026-06-30"),
    ("RFA (3/2024), TACE 2025", "+rfa @2024-03-01..2024-03-31; +tace @2025-01-01..2025-12-31"),
    ("TACE on 2026-09-15 only", "+tace @2026-09-15"),
    ("SBRT completed 2 weeks ago", "+sbrt until=2026-11-03..2026-11-09"),
    ("Sorafenib from Jan 2024 to Mar 2025, stopped for PD", "+sorafenib @2024-01-01..2024-01-31 until=2025-03-01..2025-03-31 r=progressed"),
    ("lenvatinib 8 mg qd since March", "+lenvatinib current @2026-03-01..2026-03-31 dose=8"),
    ("female on 20th day post-left mastectomy", "+mastectomy @2026-10-31"),
]


@pytest.mark.parametrize(("note", "expected"), GIVEN + NEVER + AHEAD + DETAILS)
def test_treatment(note: str, expected: str) -> None:
    check(note, expected)


def test_the_drugs_of_a_regimen_share_a_course() -> None:
    from notation import AS_OF

    from assistant.patient import read_note

    facts = {f.concept: f.course for f in read_note("atezo-bev, then sorafenib", AS_OF).facts}
    assert facts["atezolizumab"] == facts["bevacizumab"] != facts["sorafenib"]


@pytest.mark.parametrize(
    "note",
    [
        "STRIDE regimen (single-dose tremelimumab with durvalumab) from May 2026. CT after five months shows clear progression.",
        "FOLFOX (oxaliplatin, leucovorin and 5-FU) x6, then PD",
        "STRIDE (tremelimumab 300 mg once plus durvalumab 1500 mg q4w), PD",
        "the STRIDE regimen of tremelimumab and durvalumab, progressed",
        "FOLFOX (plus bevacizumab) in 2025, PD",
    ],
)
def test_a_regimen_spelled_out_is_one_course(note: str) -> None:
    given = [f for f in read_note(note, AS_OF).facts if f.kind == "treatment"]
    assert len({f.course for f in given}) == 1
    assert all(f.responses == ("progressed",) for f in given)


@pytest.mark.parametrize(
    "note",
    [
        "Sorafenib 2025. No progression on CT.",
        "Sorafenib 2025. Fibrosis with progression to cirrhosis.",
        "Sorafenib 2025. Progression of ascites.",
        "Sorafenib 2025. Next imaging to assess for progression.",
        "Sorafenib 2025. Progression-free for six months.",
        "Sorafenib stopped in 2025 for rash. Then progressive disease.",
        "Sorafenib 2025. Father had progressive disease on nivolumab.",
    ],
)
def test_a_later_sentence_is_an_outcome_only_where_it_says_so(note: str) -> None:
    sorafenib = next(f for f in read_note(note, AS_OF).facts if f.concept == "sorafenib")
    assert "progressed" not in sorafenib.responses
