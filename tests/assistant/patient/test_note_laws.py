"""What must hold for every note: order, relatives, repetition, odd input, quotes."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notation import AS_OF, words

from assistant.patient import read_note
from assistant.patient.fhir import read_bundle

SENTENCES = (
    "58M with HCC BCLC C.",
    "ECOG 1, CP A6.",
    "PLT 82 x10^9/L, ANC 2.1 x10^9/L, Hb 104 g/L.",
    "TBIL 40 umol/L (lab ULN 21), albumin 30 g/L, INR 1.8.",
    "No ascites, never encephalopathic.",
    "Denies chest pain, no personal history of VTE, stroke or MI.",
    "TACE 21 days ago.",
    "No systemic therapy ever.",
    "Sorafenib 11 mo -> PD, ICI-naive.",
    "On dexamethasone 4 mg daily for the last 2 weeks.",
    "HBsAg+, HBV DNA 340 IU/mL on tenofovir.",
    "Two tumours 6.2 and 4.1 cm.",
    "One adrenal metastasis 2.5 cm.",
    "Right portal branch thrombus, Cheng II.",
    "Plan to start lenvatinib next week.",
    "Oxaliplatin anaphylaxis.",
    "TB treated 2011.",
    "BP 148/96 on amlodipine.",
    "PS was 2 last year, now 1.",
    "Urine protein 2+, 24-h 0.6 g.",
)
RELATIVES = (
    "Father had MI at 50.",
    "Brother had a DVT and hepatitis C.",
    "Mother breast cancer.",
    "Family history of colorectal cancer.",
    "His wife is pregnant.",
    "Her sister died of HCC.",
    "FH: HCC in two uncles.",
)


def bag(note: str) -> Counter[str]:
    """All facts of a note, without their place."""
    return Counter(" ".join(words(fact)) for fact in read_note(note, AS_OF).facts)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(SENTENCES), min_size=2, max_size=8, unique=True), st.randoms(use_true_random=False))
def test_the_order_of_sentences_changes_no_fact(sentences: list[str], random: object) -> None:
    other = list(sentences)
    random.shuffle(other)  # type: ignore[attr-defined]
    assert bag(" ".join(sentences)) == bag(" ".join(other)) == bag("\n".join(other))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=5, unique=True), st.sampled_from(RELATIVES), st.integers(0, 5))
def test_a_relatives_disease_adds_nothing(sentences: list[str], relative: str, at: int) -> None:
    assert bag(" ".join([*sentences[:at], relative, *sentences[at:]])) == bag(" ".join(sentences))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6))
def test_every_fact_quotes_the_note(sentences: list[str]) -> None:
    note = " ".join(sentences)
    patient = read_note(note, AS_OF)
    for fact in patient.facts:
        assert fact.source.quote == note[fact.source.start : fact.source.end] != ""
    assert list(patient.facts) == sorted(patient.facts, key=lambda f: (f.source.start, f.source.end, f.kind, f.concept))
    assert read_note(note, AS_OF) == patient


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    patient = read_note(text, AS_OF)
    assert all(fact.source.quote == text[fact.source.start : fact.source.end] for fact in patient.facts)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00\x01\x07" * 500,
        "(" * 5000 + ")" * 5000,
        "plt 82 " * 300,
        "no fever, " * 300,
        "1" * 20000,
        "a" * 20000,
        "." * 20000,
        "\n" * 20000,
        "HCC " * 400,
        "4 cm " * 500,
    ],
)
def test_odd_text_is_read(text: str) -> None:
    read_note(text, AS_OF).phrase("severe fever")


def test_what_is_too_long_is_reported() -> None:
    patient = read_note("HCC. " + "lorem ipsum dolor sit amet. " * 2600, AS_OF)
    assert patient.warnings
    assert any(fact.concept == "hcc" for fact in patient.facts)


def test_a_bundle_becomes_facts_that_quote_its_rendering() -> None:
    bundle = {
        "resourceType": "Bundle",
        "entry": [
            {"resource": {"resourceType": "Patient", "gender": "female", "birthDate": "1959-01-01", "name": [{"family": "Secret"}]}},
            {
                "resource": {
                    "resourceType": "Condition",
                    "code": {"text": "Hepatocellular carcinoma"},
                    "onsetDateTime": "2026-03",
                    "clinicalStatus": {"coding": [{"code": "active"}]},
                }
            },
            {"resource": {"resourceType": "Condition", "code": {"text": "Ascites"}, "verificationStatus": {"coding": [{"code": "refuted"}]}}},
            {"resource": {"resourceType": "Condition", "code": {"text": "Stroke"}, "verificationStatus": {"coding": [{"code": "entered-in-error"}]}}},
            {
                "resource": {
                    "resourceType": "Observation",
                    "status": "final",
                    "code": {"coding": [{"system": "http://loinc.org", "code": "777-3"}]},
                    "valueQuantity": {"value": 82, "code": "10*9/L"},
                    "effectiveDateTime": "2026-11-15",
                    "referenceRange": [{"high": {"value": 400}}],
                }
            },
            {"resource": {"resourceType": "Observation", "status": "final", "code": {"coding": [{"code": "89247-1"}]}, "valueInteger": 1}},
            {
                "resource": {
                    "resourceType": "MedicationRequest",
                    "status": "active",
                    "intent": "order",
                    "medicationCodeableConcept": {"text": "Entecavir 0.5 MG Oral Tablet"},
                }
            },
            {
                "resource": {
                    "resourceType": "MedicationRequest",
                    "status": "active",
                    "intent": "plan",
                    "medicationCodeableConcept": {"text": "Lenvatinib"},
                }
            },
            {"resource": {"resourceType": "Procedure", "status": "not-done", "code": {"text": "Liver transplantation"}}},
            {"resource": {"resourceType": "FamilyMemberHistory", "condition": [{"code": {"text": "Breast cancer"}}]}},
            {"resource": {"resourceType": "AllergyIntolerance", "code": {"text": "Oxaliplatin"}, "criticality": "high"}},
            {"resource": {"resourceType": "Observation", "code": 7}},
        ],
    }
    patient = read_bundle(bundle, AS_OF)
    found = {" ".join(words(fact)) for fact in patient.facts}
    assert {
        "+age 67 year",
        "+sex female",
        "-ascites current",
        "+plt 82 e9_l @2026-11-15 uln=400",
        "+ecog 1",
        "plan:lenvatinib",
        "allergy+oxaliplatin q=severe",
    } <= found
    assert any(f.startswith("+hcc @2026-03-01..2026-03-31") for f in found)
    assert any(f.startswith("+entecavir") and "current" in f for f in found)
    assert any(f.startswith("-liver_transplantation") for f in found)
    assert not any("stroke" in f or "breast" in f for f in found)
    assert "Secret" not in patient.text
    assert all(fact.source.quote == patient.text[fact.source.start : fact.source.end] for fact in patient.facts)
    assert patient.warnings == ("a Observation resource could not be read",)
    assert read_bundle({}, date(2026, 1, 1)).facts == ()
