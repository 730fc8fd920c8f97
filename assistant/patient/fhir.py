"""A FHIR R4 bundle (US Core, mCODE) to a patient: one line of plain text per resource, and facts that quote these lines.

Codes are used where the vocabulary knows them (LOINC), words otherwise. Resources entered in error are left out; refuted
conditions and procedures not done are denials; proposals and plans are planned; relatives' histories make no fact.
Names, addresses and identifiers are not rendered.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Literal

from assistant.patient import demographics, reader
from assistant.patient.facts import Range, Status
from assistant.patient.fhir_results import read_observation, read_stage
from assistant.patient.fhir_sheet import Json, Sheet, code_of, dated, longest_mentions, moment_of, period_of, words_of
from assistant.patient.patient import Patient
from index.conditions import Qualifier
from index.vocabulary import Table, vocabulary

_DRUGS: tuple[Table, ...] = ("regimen", "drug", "drug_class")
# As SNOMED CT and ICD-10 name cancers. One site only: "of liver and intrahepatic bile duct" says of neither that it is the one.
_NEOPLASM_OF = re.compile(
    r"\b(?P<secondary>secondary )?(?:primary )?malignant (?:neoplasm|tumou?r) of (?:the )?"
    r"(?P<site>[a-z]+(?: (?!and\b|or\b)[a-z]+){0,5})(?=\s*[(,]|\s*$)",
    re.IGNORECASE,
)


def read_bundle(bundle: Json, as_of: date) -> Patient:
    """Reads an R4 bundle (or one resource). What is malformed is skipped and reported, never raised."""
    sheet = Sheet(as_of)
    ignored: Counter[str] = Counter()
    for resource in _resources(bundle):
        kind = str(resource.get("resourceType") or "without a type")
        read = _READERS.get(kind)
        if read is None:
            ignored[kind] += 1
            continue
        try:
            read(resource, sheet)
        except (AttributeError, KeyError, TypeError, ValueError, IndexError):
            sheet.warnings.append(f"a {resource.get('resourceType')} resource could not be read")
    sheet.warnings.extend(f"resources not read: {n} {kind}" for kind, n in sorted(ignored.items()))
    return Patient(text=sheet.text, as_of=as_of, facts=reader.in_order(sheet.facts), warnings=tuple(dict.fromkeys(sheet.warnings)))


def _resources(bundle: Json) -> Iterator[Json]:
    if not isinstance(bundle, dict):
        return
    if bundle.get("resourceType") != "Bundle":
        yield bundle
        return
    for entry in bundle.get("entry") or ():
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict):
            yield from _resources(resource)


def _patient(resource: Json, sheet: Sheet) -> None:
    born = moment_of(resource.get("birthDate"))
    if born and born.earliest and born.latest:
        low, high = (demographics.years_between(day, sheet.as_of) for day in (born.latest, born.earliest))
        if low >= 0 and high <= 120:
            place = sheet.line(f"Age: {low:g} years" if low == high else f"Age: {low:g}-{high:g} years")
            sheet.add(
                place,
                "measurement",
                "age",
                "present",
                value=Range(low=low, high=high),
                unit="year",
                reading=f"age on {sheet.as_of.isoformat()} from the birth date",
            )
        else:
            sheet.warnings.append("age: a date of birth outside the plausible range was not used")
    gender = str(resource.get("gender", "")).lower()
    if gender in ("male", "female"):
        sheet.add(sheet.line(f"Sex: {gender}"), "category", "sex", "present", choices=(gender,))


def _condition(resource: Json, sheet: Sheet) -> None:
    verification = code_of(resource.get("verificationStatus"))
    words = words_of(resource.get("code"))
    if verification == "entered-in-error" or not words:
        return
    clinical = code_of(resource.get("clinicalStatus"))
    onset, _ = period_of(resource, "onset")
    when = onset or moment_of(resource.get("recordedDate"))
    until = period_of(resource, "abatement")[0]
    sites = ", ".join(filter(None, (words_of(site) for site in resource.get("bodySite") or ())))
    status: Status = (
        "absent" if verification == "refuted" else "possible" if verification in ("provisional", "differential", "unconfirmed") else "present"
    )
    over = clinical in ("resolved", "inactive", "remission") or until is not None
    said = {"absent": "No ", "possible": "Possible "}.get(status, "")
    site = f" ({sites})" if sites and sites.lower() not in words.lower() else ""
    place = sheet.line(f"{said}{words}{site}{', resolved' if over and status == 'present' else ''}{dated(onset, 'since')}{dated(until, 'until')}")
    qualifiers: list[Qualifier] = []
    if over:
        qualifiers.append("resolved")
    if clinical == "active":
        qualifiers.append("active")
    if clinical in ("recurrence", "relapse"):
        qualifiers.append("recurrent")
    if re.search(r"\bsevere\b", words_of(resource.get("severity")), re.IGNORECASE):
        qualifiers.append("severe")
    time: Literal["past", "current"] = "past" if over else "current"
    concepts = _diagnoses(words)
    secondary = any("secondary" in str(p).lower() for p in (resource.get("meta") or {}).get("profile") or ())
    for concept in concepts:
        sheet.add(place, "finding", concept, status, time=time, when=when, until=until, qualifiers=tuple(qualifiers), site=sites.lower() or None)
    if secondary and not any(vocabulary().is_a(concept, "metastasis") for concept in concepts) and "metastasis" in vocabulary().diseases:
        sheet.add(
            place,
            "finding",
            "metastasis",
            status,
            time=time,
            when=when,
            site=sites.lower() or None,
            reading="recorded with the secondary-cancer profile",
        )
    for stage in resource.get("stage") or ():
        read_stage(words_of(stage.get("summary")), sheet, when)


def _diagnoses(words: str) -> tuple[str, ...]:
    """The diagnoses that a code's words name, the narrowest alone; "malignant neoplasm of breast" is also looked up as "breast cancer"."""
    usual = _NEOPLASM_OF.sub(lambda m: f"{m['site']} {'metastasis' if m['secondary'] else 'cancer'}", words)
    found = dict.fromkeys(m.concept for said in dict.fromkeys((words, usual)) for m in longest_mentions(said, ("condition",)))
    return tuple(c for c in found if not any(d != c and vocabulary().is_a(d, c) for d in found))


def _medication(resource: Json, sheet: Sheet) -> None:
    state, intent = str(resource.get("status", "")), str(resource.get("intent", ""))
    words = words_of(resource.get("medicationCodeableConcept")) or str((resource.get("medicationReference") or {}).get("display") or "")
    if state in ("entered-in-error", "cancelled", "unknown") or not words:
        return
    planned = intent in ("proposal", "plan") or state in ("draft", "intended")
    absent = state in ("not-taken", "not-done")
    when, until = period_of(resource, "effective")
    when = when or moment_of(resource.get("authoredOn"))
    over = state in ("completed", "stopped") or until is not None
    reason = (
        "; ".join(filter(None, (words_of(r) for r in resource.get("statusReason") or ())))
        if isinstance(resource.get("statusReason"), list)
        else words_of(resource.get("statusReason"))
    )
    status: Status = "planned" if planned else "absent" if absent else "present"
    head = {"planned": "Planned: ", "absent": "Not taken: "}.get(status, "Medication: ")
    place = sheet.line(
        f"{head}{words}{', ' + state if status == 'present' and state else ''}{f' ({reason})' if reason else ''}"
        f"{dated(when, 'from')}{dated(until, 'until')}"
    )
    more: dict[str, Any] = {}
    if status == "present":
        more["time"] = "past" if over else "current"
        if re.search(r"progress", reason, re.IGNORECASE):
            more |= {"responses": ("progressed",), "stopped_for": "progression"}
        elif re.search(r"toxic|adverse|intoler|side effect", reason, re.IGNORECASE):
            more |= {"responses": ("intolerant",), "stopped_for": "toxicity"}
        elif state == "stopped":
            more["stopped_for"] = "other"
    _exposure(words, _DRUGS, sheet, place, status, when=when, until=until, **more)


def _exposure(words: str, tables: tuple[Table, ...], sheet: Sheet, place: tuple[int, int], status: Status, **more: Any) -> None:
    seen: set[str] = set()
    for m in vocabulary().mentions(words, tables):
        parts = (*vocabulary().regimens[m.concept].components, m.concept) if m.table == "regimen" else (m.concept,)
        for concept in parts:
            if concept not in seen:
                seen.add(concept)
                sheet.add(place, "treatment", concept, status, **more)


def _procedure(resource: Json, sheet: Sheet) -> None:
    state, words = str(resource.get("status", "")), words_of(resource.get("code"))
    if state in ("entered-in-error", "unknown") or not words:
        return
    status: Status = "absent" if state in ("not-done", "stopped") else "planned" if state in ("preparation", "on-hold") else "present"
    when, until = period_of(resource, "performed")
    sites = ", ".join(filter(None, (words_of(site) for site in resource.get("bodySite") or ())))
    head = {"absent": "Not done: ", "planned": "Planned: "}.get(status, "Procedure: ")
    place = sheet.line(f"{head}{words}{f' ({sites})' if sites else ''}{dated(when)}")
    if until == when:
        until = None
    _exposure(
        words,
        ("procedure", "drug_class"),
        sheet,
        place,
        status,
        when=when,
        until=until,
        site=sites.lower() or None,
        time="past" if status == "present" else "unstated",
    )


def _immunization(resource: Json, sheet: Sheet) -> None:
    words = words_of(resource.get("vaccineCode"))
    if resource.get("status") == "entered-in-error" or not words:
        return
    status: Status = "absent" if resource.get("status") == "not-done" else "present"
    when, _ = period_of(resource, "occurrence")
    named = words if re.search(r"vaccin", words, re.IGNORECASE) else f"{words} vaccine"
    place = sheet.line(f"{'Not given' if status == 'absent' else 'Immunization'}: {named}{dated(when)}")
    _exposure(named, _DRUGS, sheet, place, status, when=when, time="past" if status == "present" else "unstated")


def _allergy(resource: Json, sheet: Sheet) -> None:
    verification = code_of(resource.get("verificationStatus"))
    words = words_of(resource.get("code"))
    if verification == "entered-in-error" or not words:
        return
    if re.search(r"\bno (?:known|history of)\b.*\ballerg", words, re.IGNORECASE):
        sheet.add(sheet.line(words), "allergy", "drug_allergy", "absent")
        return
    severe = resource.get("criticality") == "high" or any(
        r.get("severity") == "severe" for r in resource.get("reaction") or () if isinstance(r, dict)
    )
    status: Status = "absent" if verification == "refuted" else "possible" if verification == "unconfirmed" else "present"
    place = sheet.line(f"{'No allergy' if status == 'absent' else 'Allergy'}: {words}{' (severe)' if severe else ''}")
    for m in longest_mentions(words, _DRUGS):
        sheet.add(place, "allergy", m.concept, status, qualifiers=("severe",) if severe else ())


def _relative(resource: Json, sheet: Sheet) -> None:
    words = ", ".join(filter(None, (words_of(c.get("code")) for c in resource.get("condition") or ())))
    if words:
        sheet.line(f"Family history: {words}")


_READERS: dict[str, Callable[[Json, Sheet], None]] = {
    "Patient": _patient,
    "Condition": _condition,
    "Observation": read_observation,
    "MedicationStatement": _medication,
    "MedicationRequest": _medication,
    "MedicationAdministration": _medication,
    "Procedure": _procedure,
    "Immunization": _immunization,
    "AllergyIntolerance": _allergy,
    "FamilyMemberHistory": _relative,
}
