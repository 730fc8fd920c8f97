"""A FHIR bundle: what of it is not read is said, not passed over."""

from datetime import date
from typing import Any

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
    assert patient.warnings == ("resources not read: 1 CarePlan, 2 Encounter, 1 without a type",)


def test_a_bundle_that_is_read_whole_has_no_such_warning() -> None:
    assert read_bundle(bundle({"resourceType": "Patient", "birthDate": "1968-02-03"}), AS_OF).warnings == ()
