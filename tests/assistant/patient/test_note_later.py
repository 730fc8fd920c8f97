"""What a later word of a note makes of an earlier one: newer values without a name, diagnoses given up, naive lists."""

from datetime import date

import pytest

from assistant import Assistant
from assistant.patient import read_note
from assistant.patient.facts import Fact

AS_OF = date(2026, 11, 20)


def facts(note: str, *concepts: str) -> list[Fact]:
    return [f for f in read_note(note, AS_OF).facts if f.concept in concepts]


@pytest.mark.parametrize(
    ("note", "concept", "now", "before"),
    [
        ("ECOG 1 in June, 3 now", "ecog", 3, 1),
        ("ECOG 3 in June, 1 now", "ecog", 1, 3),
        ("ECOG worsened from 1 to 2", "ecog", 2, 1),
        ("Child-Pugh A5 in May, now B9", "child_pugh", 9, 5),
        ("CP A6 at diagnosis; currently B8", "child_pugh", 8, 6),
        ("Child-Pugh A6 -> B8", "child_pugh", 8, 6),
        ("Child-Pugh deteriorated from A6 to B9", "child_pugh", 9, 6),
        ("LVEF 58 % in 2024; 38 % today", "lvef", 38, 58),
        ("QTcF 460 in 2024, 512 ms now", "qtc", 512, 460),
        ("HBV DNA undetectable 2023; 45,000 IU/mL today", "hbv_dna", 45000, 0),
        ("HBV DNA 120 IU/mL (March), 8.2E5 IU/mL (Nov 2026)", "hbv_dna", 820000, 120),
        ("ANC 2.1 (Oct), 0.8 (18 Nov 2026)", "anc", 0.8, 2.1),
        ("Platelets 150 last year, 61 yesterday", "plt", 61, 150),
        ("Hb 7.1 g/dL, transfused, now 9.4", "hgb", 9.4, 7.1),
        ("weight 80 kg, now 74 kg", "weight", 74, 80),
        ("ECOG 1 on admission, 2 at discharge", "ecog", 2, 1),
        ("CP A6 on admission, B8 at discharge", "child_pugh", 8, 6),
        ("Platelets 90 on admission and 66 at discharge", "plt", 66, 90),
        ("Hb 92 g/L, recheck 86", "hgb", 86, 92),
        ("Platelets were 90, are 66", "plt", 66, 90),
        ("Platelets 95 x10^9/L - correction: 65 x10^9/L", "plt", 65, 95),
        ("Albumin 31, now down to 26 g/L", "alb", 26, 31),
        ("ECOG 1 now, 3 in June", "ecog", 1, 3),  # the order of the dates decides, not that of the words
    ],
)
def test_the_newer_value_counts(note: str, concept: str, now: float, before: float) -> None:
    found = facts(note, concept)
    assert [f.value.low for f in found if not f.superseded and f.value] == [now]
    assert [f.value.low for f in found if f.superseded and f.value] == [before]
    assert all(f.source.quote in note for f in found)


@pytest.mark.parametrize(
    ("note", "concept", "value"),
    [
        ("ECOG 1, cycle 3 today", "ecog", 1),
        ("ECOG 1, now on 2 drugs", "ecog", 1),
        ("Hb 9.4; 2 units today", "hgb", 9.4),
        ("creatinine 1.2; now 58 years old", "cr", 1.2),
        ("ANC 2.1, plt 98 today", "anc", 2.1),
    ],
)
def test_other_numbers_are_no_newer_value(note: str, concept: str, value: float) -> None:
    assert [f.value.low for f in facts(note, concept) if f.value] == [value]


@pytest.mark.parametrize(("note", "scale", "now"), [("BCLC A, progressed to C", "bclc", "C"), ("NYHA II, now III", "nyha", "III")])
def test_the_newer_class_counts(note: str, scale: str, now: str) -> None:
    assert [f.choices for f in facts(note, scale) if not f.superseded] == [(now,)]


def test_two_values_of_unclear_order_are_a_conflict() -> None:
    checked = Assistant.check("ECOG 0-1", "ECOG 1, 3 in June", as_of=AS_OF)
    assert checked.outcome == "UNKNOWN"
    assert (
        Assistant.check("Systolic blood pressure > 150 mmHg", "BP 130/80 in clinic, 168/102 at home", "exclusion", as_of=AS_OF).outcome == "UNKNOWN"
    )


@pytest.mark.parametrize(
    ("note", "status"),
    [
        ("initially thought to be HCC, final pathology neuroendocrine tumour", "absent"),
        ("referred as HCC; pathology revised to angiosarcoma", "absent"),
        ("treated as HCC until the biopsy came back as metastasis of CRC", "absent"),
        ("diagnosis of HCC reclassified as cholangiocarcinoma", "absent"),
        ("presumed HCC turned out to be a neuroendocrine tumour", "absent"),
        ("working diagnosis HCC, histology: cholangiocarcinoma", "possible"),
        ("HCC on imaging, resection specimen showed FNH", "possible"),
        ("HCC; biopsy confirmed hepatocellular carcinoma", "present"),
        ("HCC and cholangiocarcinoma, resected", "present"),
        ("HCC. Histology: moderately differentiated", "present"),
    ],
)
def test_a_diagnosis_that_was_given_up(note: str, status: str) -> None:
    assert facts(note, "hcc")[0].status == status


@pytest.mark.parametrize(
    ("note", "denied"),
    [
        ("Chemo- and immunotherapy-naive", {"chemotherapy", "immunotherapy"}),
        ("chemotherapy- and TKI-naive", {"chemotherapy", "tyrosine_kinase_inhibitor"}),
        ("prior systemic therapy: 0 lines", {"systemic_therapy"}),
        ("lines of therapy: 0", {"systemic_therapy"}),
        ("systemic-therapy naive", {"anticancer_therapy"}),
        ("HCC, nothing given so far", {"anticancer_therapy"}),
        ("HCC BCLC C, CP A5 naive.", {"anticancer_therapy"}),
    ],
)
def test_naive_lists(note: str, denied: set[str]) -> None:
    found = [f for f in read_note(note, AS_OF).facts if f.kind == "treatment"]
    assert {f.concept for f in found} == denied
    assert {f.status for f in found} == {"absent"}


@pytest.mark.parametrize(
    ("note", "concept", "latest"),
    [
        ("TACE March 2026 and again two weeks ago", "tace", date(2026, 11, 9)),
        ("TACE March 2026, repeated 6 November 2026", "tace", date(2026, 11, 6)),
        ("TACE x3 (Mar 2026, Jul 2026, 6 Nov 2026)", "tace", date(2026, 11, 6)),
        ("TACE #1 03/2026, #2 07/2026, #3 11/2026", "tace", date(2026, 11, 20)),
        ("TACE planned 12 Nov 2026, done 14 Nov 2026", "tace", date(2026, 11, 14)),
        ("strokes in 2015, 2019 and September 2026", "stroke", date(2026, 9, 30)),
        ("MI 2012, 2026-08-11", "myocardial_infarction", date(2026, 8, 11)),
        ("RT to spine 2024 and to the rib 10 days ago", "radiotherapy", date(2026, 11, 10)),
        ("PE in 2019, DVT in September 2026", "pulmonary_embolism", date(2019, 12, 31)),  # a date of another event
        ("TACE March 2026, lenvatinib since May 2026", "tace", date(2026, 3, 31)),
    ],
)
def test_of_several_dates_the_last_one_counts(note: str, concept: str, latest: date) -> None:
    (fact,) = facts(note, concept)
    assert fact.status == "present" and fact.when is not None and fact.when.latest == latest


@pytest.mark.parametrize(
    ("criterion", "note"),
    [
        ("More than 2 prior lines of therapy", "> 2 prior lines of therapy"),
        ("More than 3 prior lines of chemotherapy", "more than three prior lines of chemotherapy"),
        ("Age > 75", "over 75 years old"),
        ("Age < 18", "under 18 years old"),
        ("Blood pressure > 160/100 mmHg", "blood pressure repeatedly greater than 160/100 mmHg"),
    ],
)
def test_a_number_keeps_its_comparator(criterion: str, note: str) -> None:
    assert Assistant.check(criterion, note, "exclusion", as_of=AS_OF).outcome == "FAIL"


@pytest.mark.parametrize(
    ("note", "allergic"),
    [
        ("No allergies except oxaliplatin (anaphylaxis)", {"oxaliplatin": "present"}),
        ("No known allergies other than to cetuximab", {"cetuximab": "present"}),
        ("NKDA except penicillin and sulfa", {"penicillin_class": "present", "sulfonamide": "present"}),
        ("denies allergies apart from lenvatinib", {"lenvatinib": "present"}),
        ("NKDA, on lenvatinib", {"drug_allergy": "absent"}),
        ("No allergies but takes aspirin", {"drug_allergy": "absent"}),
    ],
)
def test_an_allergy_that_is_excepted_from_a_denial(note: str, allergic: dict[str, str]) -> None:
    assert {f.concept: f.status for f in read_note(note, AS_OF).facts if f.kind == "allergy"} == allergic


@pytest.mark.parametrize(
    ("note", "courses"),
    [
        ("camrelizumab with apatinib as first line, progression in May 2026", 1),
        ("pembrolizumab together with lenvatinib, PD", 1),
        ("tislelizumab w/ lenvatinib", 1),
        ("atezolizumab (1200 mg) and bevacizumab (15 mg/kg) q3w x6", 1),
        ("sintilimab + bevacizumab biosimilar (IBI305) x9 -> PD", 1),
        ("camrelizumab 200 mg q2w plus apatinib 250 mg daily", 1),
        ("sorafenib, then regorafenib", 2),
        ("sorafenib with PD, then nivolumab", 2),
    ],
)
def test_drugs_given_together_are_one_course(note: str, courses: int) -> None:
    assert len({f.course for f in read_note(note, AS_OF).facts if f.kind == "treatment"}) == courses


@pytest.mark.parametrize(
    ("note", "concept", "status"),
    [
        ("CT excluded pulmonary embolism", "pulmonary_embolism", "absent"),
        ("polysomnography excluded obstructive sleep apnoea", "sleep_apnea", "absent"),
        ("Duplex ruled out DVT", "deep_vein_thrombosis", "absent"),
        ("CT excluded PE but showed pneumonia", "pneumonia", "present"),
        ("DVT excluded, PE confirmed", "pulmonary_embolism", "present"),
        ("excluded from an earlier trial because of stroke", "stroke", "present"),
    ],
)
def test_what_a_test_excluded(note: str, concept: str, status: str) -> None:
    assert [f.status for f in facts(note, concept)] == [status]


@pytest.mark.parametrize(
    ("note", "age"),
    [("HCC BCLC-C, 58M", 58), ("BCLC B, 17-year-old boy", 17), ("ECOG 1, 71F", 71), ("58M HCC BCLC-C", 58), ("PLT 82, F", None)],
)
def test_an_age_behind_a_score(note: str, age: int | None) -> None:
    assert [f.value.low for f in facts(note, "age") if f.value] == ([age] if age else [])
