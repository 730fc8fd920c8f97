"""A FHIR bundle: what of it is not read is said, not passed over."""

from datetime import date
from typing import Any

import pytest

from assistant.patient.fhir import read_bundle

AS_OF = date(2026, 11, 20)


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": resource} for resource in resources]}


def test_resources_that_are_not_read_are_counted_by_type() -> None:
    patient = read_bundle(
        bundle(
            {"resourceType": "Patient", "birthDate": "1968-02-03", "gender": "male"},
            {"resourceType": "Encounter"},
            {"resourceType": "Encounter"},
            {"resourceType": "CarePlan"},
            {"id": "nameless"},
        ),
        AS_OF,
    )
    assert {f.concept for f in patient.facts} == {"age", "sex"}
    assert patient.warnings == ("resources not read: 1 CarePlan", "resources not read: 2 Encounter", "resources not read: 1 without a type")


def test_a_bundle_that_is_read_whole_has_no_such_warning() -> None:
    assert read_bundle(bundle({"resourceType": "Patient", "birthDate": "1968-02-03"}), AS_OF).warnings == ()


def coded(system: str, code: str, words: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": words}], "text": words}


LOINC, SNOMED, RXNORM = "http://loinc.org", "http://snomed.info/sct", "http://www.nlm.nih.gov/research/umls/rxnorm"
ACTIVE = {
    "clinicalStatus": {"coding": [{"code": "active"}]},
    "verificationStatus": {"coding": [{"code": "confirmed"}]},
}


def profile(name: str) -> dict[str, Any]:
    return {"profile": [f"http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-{name}"]}


MCODE = bundle(
    {"resourceType": "Patient", "meta": profile("cancer-patient"), "birthDate": "1966-05-04", "gender": "female"},
    {
        "resourceType": "Condition",
        "meta": profile("primary-cancer-condition"),
        **ACTIVE,
        "code": coded(SNOMED, "254837009", "Malignant neoplasm of breast (disorder)"),
        "onsetDateTime": "2019-02-01",
    },
    {
        "resourceType": "Condition",
        "meta": profile("secondary-cancer-condition"),
        **ACTIVE,
        "code": coded(SNOMED, "94222008", "Secondary malignant neoplasm of bone (disorder)"),
    },
    {
        "resourceType": "Observation",
        "status": "final",
        "code": coded(LOINC, "85319-2", "HER2 Receptor"),
        "valueCodeableConcept": coded(SNOMED, "260385009", "Negative"),
    },
    {
        "resourceType": "Observation",
        "meta": profile("ecog-performance-status"),
        "status": "final",
        "code": coded(LOINC, "89247-1", "ECOG Performance Status score"),
        "valueInteger": 1,
        "effectiveDateTime": "2026-10-01",
    },
    {
        "resourceType": "MedicationStatement",
        "meta": profile("cancer-related-medication-statement"),
        "status": "completed",
        "medicationCodeableConcept": coded(RXNORM, "583214", "Paclitaxel 100 MG Injection"),
        "effectiveDateTime": "2020-03-01",
    },
    {"resourceType": "BodyStructure", "location": coded(SNOMED, "76752008", "Breast structure")},
)


def test_an_mcode_bundle() -> None:
    patient = read_bundle(MCODE, AS_OF)
    said = {(f.concept, f.status) for f in patient.facts}
    assert {("age", "present"), ("sex", "present"), ("breast_cancer", "present"), ("bone_metastasis", "present"), ("her2", "present")} <= said
    (ecog,) = (f for f in patient.facts if f.concept == "ecog")
    assert ecog.value is not None and (ecog.value.low, ecog.value.high) == (1, 1)
    (drug,) = (f for f in patient.facts if f.concept == "paclitaxel")
    assert (drug.kind, drug.time) == ("treatment", "past")
    assert all(patient.text[f.source.start : f.source.end] == f.source.quote != "" for f in patient.facts)
    assert patient.warnings == ("resources not read: 1 BodyStructure",)


def test_a_bundle_as_synthea_writes_it() -> None:
    """A transaction with the paperwork of a whole life around a few clinical statements."""
    when = {"effectiveDateTime": "2026-01-22T06:29:54+00:00"}
    patient = read_bundle(
        bundle(
            {"resourceType": "Patient", "name": [{"family": "Doe12"}], "birthDate": "1971-06-29", "gender": "male"},
            {"resourceType": "Organization", "name": "A hospital"},
            {"resourceType": "Encounter", "status": "finished"},
            {"resourceType": "Condition", **ACTIVE, "code": coded(SNOMED, "38341003", "Hypertension")},
            {"resourceType": "Claim", "status": "active"},
            {"resourceType": "Claim", "status": "active"},
            {
                "resourceType": "Observation",
                "status": "final",
                "code": coded(LOINC, "85354-9", "Blood Pressure"),
                **when,
                "component": [
                    {"code": coded(LOINC, "8462-4", "Diastolic Blood Pressure"), "valueQuantity": {"value": 84.2, "code": "mm[Hg]"}},
                    {"code": coded(LOINC, "8480-6", "Systolic Blood Pressure"), "valueQuantity": {"value": 131.7, "code": "mm[Hg]"}},
                ],
            },
            {
                "resourceType": "Observation",
                "status": "final",
                "code": coded(LOINC, "2160-0", "Creatinine"),
                **when,
                "valueQuantity": {"value": 1.1, "unit": "mg/dL", "code": "mg/dL"},
            },
            {"resourceType": "DiagnosticReport", "status": "final"},
        ),
        AS_OF,
    )
    values = {f.concept: (f.value.low, f.unit) for f in patient.facts if f.value is not None and f.concept != "age"}
    assert values == {"dbp": (84.2, "mmhg"), "sbp": (131.7, "mmhg"), "cr": (1.1, "mg_dl")}
    assert [f.status for f in patient.facts if f.concept == "hypertension"] == ["present"]
    assert "Doe12" not in patient.text
    assert patient.warnings == (
        "resources not read: 2 Claim",
        "resources not read: 1 DiagnosticReport",
        "resources not read: 1 Encounter",
        "resources not read: 1 Organization",
    )


@pytest.mark.parametrize(
    ("words", "concepts"),
    [
        ("Primary malignant neoplasm of liver (disorder)", {"liver_cancer"}),
        ("Malignant neoplasm of liver and intrahepatic bile duct", {"cancer"}),
        ("Secondary malignant neoplasm of lung", {"lung_metastasis"}),
        ("Malignant neoplasm of kidney, except renal pelvis", {"kidney_cancer"}),
    ],
)
def test_a_cancer_named_as_the_codes_name_it(words: str, concepts: set[str]) -> None:
    patient = read_bundle({"resourceType": "Condition", **ACTIVE, "code": {"text": words}}, AS_OF)
    assert {f.concept for f in patient.facts} - {"cancer"} == concepts - {"cancer"} and patient.facts
