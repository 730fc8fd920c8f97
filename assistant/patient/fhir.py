"""A FHIR R4 bundle (US Core, mCODE) to a patient: one line of plain text per resource, and facts that quote these lines.

Codes are used where the vocabulary knows them (LOINC), words otherwise. Resources entered in error are left out; refuted
conditions and procedures not done are denials; proposals and plans are planned; relatives' histories make no fact.
Names, addresses and identifiers are not rendered.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from assistant.patient import demographics, reader
from assistant.patient.facts import Fact, Kind, Moment, Range, Source, Status
from assistant.patient.patient import Patient
from assistant.patient.units import plausible, unit_at
from assistant.patient.vitals import dip_value
from index.conditions import Qualifier
from index.vocabulary import Mention, Table, vocabulary

Json = dict[str, Any]

# LOINC codes of results that are words, not numbers (loinc.org; names are not shipped). Numeric ones are in the measures table.
_SCALE_CODES = {
    "5195-3": "hbsag",
    "5196-1": "hbsag",
    "16128-1": "anti_hcv",
    "13955-0": "anti_hcv",
    "31201-7": "hiv_ab",
    "7918-6": "hiv_ab",
    "56888-1": "hiv_ab",
    "16112-5": "er",
    "40556-3": "er",
    "85337-4": "er",
    "16113-3": "pr",
    "40557-1": "pr",
    "85339-0": "pr",
    "18474-7": "her2",
    "48676-1": "her2",
    "85319-2": "her2",
    "72383-3": "her2",
    "62862-8": "msi",
    "81695-9": "msi",
    "21908-9": "stage",
    "21902-2": "stage",
    "21914-7": "stage",
    "2106-3": "hcg",
    "2118-8": "hcg",
}
_POSITIVE = re.compile(r"\b(?:positive|detected|reactive|present|mutated)\b", re.IGNORECASE)
_NEGATIVE = re.compile(r"\b(?:negative|not detected|non-?reactive|absent|undetected|none)\b", re.IGNORECASE)
_NOISE = re.compile(
    r"\s*\((?:disorder|finding|procedure|situation|qualifier value|substance|product|regime/therapy|morphologic abnormality|body structure|"
    r"observable entity)\)|\[[^\]]*\]",
    re.IGNORECASE,
)
_UCUM = (
    ("mm[Hg]", "mmHg"),
    ("[degF]", "°F"),
    ("Cel", "°C"),
    ("10*", "10^"),
    ("[IU]", "IU"),
    ("[in_i]", "in"),
    ("[lb_av]", "lb"),
    ("{copies}", "copies"),
    ("{score}", ""),
    ("{ratio}", ""),
    ("{INR}", ""),
    ("{cells}", "cells"),
)
_DRUGS: tuple[Table, ...] = ("regimen", "drug", "drug_class")


@dataclass(slots=True)
class _Sheet:
    """The text that is being rendered, and the facts that quote it."""

    as_of: date
    text: str = ""
    facts: list[Fact] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def line(self, words: str) -> tuple[int, int]:
        words = re.sub(r"\s+", " ", words).strip()
        start = len(self.text)
        self.text += words + "\n"
        return start, start + len(words)

    def add(self, place: tuple[int, int], kind: Kind, concept: str, status: Status, **more: Any) -> None:
        start, end = place
        self.facts.append(Fact(kind=kind, concept=concept, status=status, source=Source(start=start, end=end, quote=self.text[start:end]), **more))


def read_bundle(bundle: Json, as_of: date) -> Patient:
    """Reads an R4 bundle (or one resource). What is malformed is skipped and reported, never raised."""
    sheet = _Sheet(as_of)
    for resource in _resources(bundle):
        read = _READERS.get(str(resource.get("resourceType")))
        if read is None:
            continue
        try:
            read(resource, sheet)
        except (AttributeError, KeyError, TypeError, ValueError, IndexError):
            sheet.warnings.append(f"a {resource.get('resourceType')} resource could not be read")
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


def _words(concept: Json | None) -> str:
    """The human words of a CodeableConcept."""
    if not isinstance(concept, dict):
        return ""
    displays = [str(c.get("display", "")) for c in concept.get("coding") or () if isinstance(c, dict)]
    return _NOISE.sub("", str(concept.get("text") or next((d for d in displays if d), ""))).strip()


def _codes(concept: Json | None) -> list[str]:
    return [str(c.get("code")) for c in (concept or {}).get("coding") or () if isinstance(c, dict)]


def _code(concept: Json | None) -> str:
    return next(iter(_codes(concept)), "").lower()


def _moment(value: object) -> Moment | None:
    """A FHIR date, dateTime or partial date."""
    match = re.match(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", str(value or ""))
    if match is None:
        return None
    year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    try:
        if day:
            return Moment(earliest=date(year, month, day), latest=date(year, month, day))
        if month:
            following = date(year + month // 12, month % 12 + 1, 1)
            return Moment(earliest=date(year, month, 1), latest=date.fromordinal(following.toordinal() - 1))
        return Moment(earliest=date(year, 1, 1), latest=date(year, 12, 31))
    except ValueError:
        return None


def _period(resource: Json, stem: str) -> tuple[Moment | None, Moment | None]:
    """(start, end) of `stemDateTime` or `stemPeriod`."""
    single = resource.get(f"{stem}DateTime") or resource.get(f"{stem}Date") or resource.get(stem if stem == "authoredOn" else "")
    if single:
        return _moment(single), None
    period = resource.get(f"{stem}Period") or {}
    return _moment(period.get("start")), _moment(period.get("end"))


def _dated(when: Moment | None, word: str = "") -> str:
    if when is None or when.earliest is None:
        return ""
    stamp = when.earliest.isoformat()
    if when.latest and when.latest != when.earliest:
        stamp = stamp[:4] if (when.latest - when.earliest).days > 40 else stamp[:7]
    return f" {word} {stamp}" if word else f" {stamp}"


def _mention(words: str, tables: tuple[Table, ...]) -> list[Mention]:
    """The longest concept that the words name, all of them where one surface means several."""
    found = vocabulary().mentions(words, tables)
    if not found:
        return []
    best = max(found, key=lambda m: (m.end - m.start, -m.start))
    return [m for m in found if (m.start, m.end) == (best.start, best.end)]


def _patient(resource: Json, sheet: _Sheet) -> None:
    born = _moment(resource.get("birthDate"))
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


def _condition(resource: Json, sheet: _Sheet) -> None:
    verification = _code(resource.get("verificationStatus"))
    words = _words(resource.get("code"))
    if verification == "entered-in-error" or not words:
        return
    clinical = _code(resource.get("clinicalStatus"))
    onset, _ = _period(resource, "onset")
    when = onset or _moment(resource.get("recordedDate"))
    until = _period(resource, "abatement")[0]
    sites = ", ".join(filter(None, (_words(site) for site in resource.get("bodySite") or ())))
    status: Status = (
        "absent" if verification == "refuted" else "possible" if verification in ("provisional", "differential", "unconfirmed") else "present"
    )
    over = clinical in ("resolved", "inactive", "remission") or until is not None
    said = {"absent": "No ", "possible": "Possible "}.get(status, "")
    site = f" ({sites})" if sites and sites.lower() not in words.lower() else ""
    place = sheet.line(f"{said}{words}{site}{', resolved' if over and status == 'present' else ''}{_dated(onset, 'since')}{_dated(until, 'until')}")
    qualifiers: list[Qualifier] = []
    if over:
        qualifiers.append("resolved")
    if clinical == "active":
        qualifiers.append("active")
    if clinical in ("recurrence", "relapse"):
        qualifiers.append("recurrent")
    if re.search(r"\bsevere\b", _words(resource.get("severity")), re.IGNORECASE):
        qualifiers.append("severe")
    time: Literal["past", "current"] = "past" if over else "current"
    mentions = _mention(words, ("condition",))
    secondary = any("secondary" in str(p).lower() for p in (resource.get("meta") or {}).get("profile") or ())
    for m in mentions:
        sheet.add(place, "finding", m.concept, status, time=time, when=when, until=until, qualifiers=tuple(qualifiers), site=sites.lower() or None)
    if secondary and not any(vocabulary().is_a(m.concept, "metastasis") for m in mentions) and "metastasis" in vocabulary().diseases:
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
        _stage(_words(stage.get("summary")), sheet, when)


def _stage(words: str, sheet: _Sheet, when: Moment | None) -> None:
    match = re.search(r"\b(0|I{1,3}|IV)\s?([A-D])?\d?\b|\b([1-4])([A-D])?\b", words.replace("Stage", ""))
    if match:
        roman = match[1] or ("", "I", "II", "III", "IV")[int(match[3])]
        place = sheet.line(f"Stage {roman}{match[2] or match[4] or ''}{_dated(when)}")
        sheet.add(place, "category", "stage", "present", choices=(roman + (match[2] or match[4] or ""),), when=when)


def _observation(resource: Json, sheet: _Sheet) -> None:
    if resource.get("status") not in (None, "final", "amended", "corrected", "preliminary"):
        return
    when, _ = _period(resource, "effective")
    for part in (resource, *(c for c in resource.get("component") or () if isinstance(c, dict))):
        _result(part, sheet, when)


def _result(part: Json, sheet: _Sheet, when: Moment | None) -> None:
    concept = part.get("code")
    words = _words(concept)
    codes = _codes(concept)
    if part.get("dataAbsentReason"):
        return
    measure = next((m for m in vocabulary().measures.values() if any(code in m.loinc for code in codes)), None)
    if measure is None and not any(code in _SCALE_CODES for code in codes):
        named = [m for m in _mention(words, ("measure",)) if m.start <= 2]
        if named and not (re.search(r"\burine\b", words, re.IGNORECASE) and vocabulary().measures[named[0].concept].kind != "urine"):
            measure = vocabulary().measures[named[0].concept]
    number, unit, sign = _number(part)
    if measure is not None and number is not None:
        found = unit_at(_ucum(unit), 0, 40, measure) if unit else None
        value = {
            "<": Range(low=None, high=number, high_inclusive=False),
            "<=": Range(low=None, high=number),
            ">": Range(low=number, high=None, low_inclusive=False),
            ">=": Range(low=number, high=None),
        }.get(sign, Range.exactly(number))
        low, high = _reference(part)
        implausible = not plausible(measure, value.low, value.high, found[0] if found else None)
        label = words or measure.label
        place = sheet.line(
            f"{label}: {sign}{number:g} {unit}{f' (reference {low:g}-{high:g})' if low is not None and high is not None else ''}{_dated(when)}"
        )
        if implausible:
            sheet.warnings.append(f"{measure.label}: a value outside the plausible range was not used")
        method = next(
            (
                name
                for name, p in (
                    ("fridericia", "76635-9"),
                    ("bazett", "76635-2"),
                    ("fridericia", "76634-5"),
                    ("ckd_epi", "98979-8"),
                    ("ckd_epi", "33914-3"),
                    ("mdrd", "48643-1"),
                    ("cockcroft_gault", "35591-7"),
                )
                if p in codes
            ),
            None,
        )
        sheet.add(
            place,
            "measurement",
            measure.id,
            "present",
            value=value,
            unit=found[0] if found else None,
            upper_normal=high,
            lower_normal=low,
            when=when,
            implausible=implausible,
            method=method,
        )
        return
    answer = (
        _words(part.get("valueCodeableConcept"))
        or str(part.get("valueString") or "")
        or ({True: "positive", False: "negative"}.get(part["valueBoolean"], "") if "valueBoolean" in part else "")
    )
    if not answer:
        return
    place = sheet.line(f"{words or codes[0] if codes else words}: {answer}{_dated(when)}")
    if measure is not None and measure.id == "uprot_dip":
        dip = dip_value(answer)
        if dip is not None:
            sheet.add(place, "measurement", "uprot_dip", "present", value=dip, when=when)
        return
    scale = next((_SCALE_CODES[code] for code in codes if code in _SCALE_CODES), None)
    if scale is None:
        mentions = [m for m in _mention(words, ("scale",)) if m.start <= 2]
        scale = mentions[0].concept if mentions else None
    if scale == "stage":
        sheet.text = sheet.text[: place[0]]
        _stage(answer, sheet, when)
    elif scale is not None and scale in vocabulary().scales:
        keys = [entry.partition("=")[0] for entry in vocabulary().scales[scale].values]
        key = (
            "negative"
            if _NEGATIVE.search(answer)
            else "positive"
            if _POSITIVE.search(answer)
            else next((k for k in keys if k.lower() == answer.strip().lower()), "")
        )
        if key in keys:
            sheet.add(place, "category", scale, "present", choices=(key,), when=when)


def _number(part: Json) -> tuple[float | None, str, str]:
    quantity = part.get("valueQuantity")
    if isinstance(quantity, dict) and isinstance(quantity.get("value"), int | float):
        return float(f"{quantity['value']:.6g}"), str(quantity.get("code") or quantity.get("unit") or ""), str(quantity.get("comparator") or "")
    if isinstance(part.get("valueInteger"), int):
        return float(part["valueInteger"]), "", ""
    match = re.match(r"\s*(\d+(?:\.\d+)?)\b", _words(part.get("valueCodeableConcept")))
    if match and re.search(r"ECOG|Karnofsky|KPS", _words(part.get("code")) + _words(part.get("valueCodeableConcept")), re.IGNORECASE):
        return float(match[1]), "", ""
    return None, "", ""


def _ucum(unit: str) -> str:
    for written, plain in _UCUM:
        unit = unit.replace(written, plain)
    return re.sub(r"\{[^}]*\}", "", unit)


def _reference(part: Json) -> tuple[float | None, float | None]:
    for interval in part.get("referenceRange") or ():
        low, high = ((interval.get(k) or {}).get("value") for k in ("low", "high"))
        return (float(low) if isinstance(low, int | float) else None), (float(high) if isinstance(high, int | float) else None)
    return None, None


def _medication(resource: Json, sheet: _Sheet) -> None:
    state, intent = str(resource.get("status", "")), str(resource.get("intent", ""))
    words = _words(resource.get("medicationCodeableConcept")) or str((resource.get("medicationReference") or {}).get("display") or "")
    if state in ("entered-in-error", "cancelled", "unknown") or not words:
        return
    planned = intent in ("proposal", "plan") or state in ("draft", "intended")
    absent = state in ("not-taken", "not-done")
    when, until = _period(resource, "effective")
    when = when or _moment(resource.get("authoredOn"))
    over = state in ("completed", "stopped") or until is not None
    reason = (
        "; ".join(filter(None, (_words(r) for r in resource.get("statusReason") or ())))
        if isinstance(resource.get("statusReason"), list)
        else _words(resource.get("statusReason"))
    )
    status: Status = "planned" if planned else "absent" if absent else "present"
    head = {"planned": "Planned: ", "absent": "Not taken: "}.get(status, "Medication: ")
    place = sheet.line(
        f"{head}{words}{', ' + state if status == 'present' and state else ''}{f' ({reason})' if reason else ''}"
        f"{_dated(when, 'from')}{_dated(until, 'until')}"
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


def _exposure(words: str, tables: tuple[Table, ...], sheet: _Sheet, place: tuple[int, int], status: Status, **more: Any) -> None:
    seen: set[str] = set()
    for m in vocabulary().mentions(words, tables):
        parts = (*vocabulary().regimens[m.concept].components, m.concept) if m.table == "regimen" else (m.concept,)
        for concept in parts:
            if concept not in seen:
                seen.add(concept)
                sheet.add(place, "treatment", concept, status, **more)


def _procedure(resource: Json, sheet: _Sheet) -> None:
    state, words = str(resource.get("status", "")), _words(resource.get("code"))
    if state in ("entered-in-error", "unknown") or not words:
        return
    status: Status = "absent" if state in ("not-done", "stopped") else "planned" if state in ("preparation", "on-hold") else "present"
    when, until = _period(resource, "performed")
    sites = ", ".join(filter(None, (_words(site) for site in resource.get("bodySite") or ())))
    head = {"absent": "Not done: ", "planned": "Planned: "}.get(status, "Procedure: ")
    place = sheet.line(f"{head}{words}{f' ({sites})' if sites else ''}{_dated(when)}")
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


def _immunization(resource: Json, sheet: _Sheet) -> None:
    words = _words(resource.get("vaccineCode"))
    if resource.get("status") == "entered-in-error" or not words:
        return
    status: Status = "absent" if resource.get("status") == "not-done" else "present"
    when, _ = _period(resource, "occurrence")
    named = words if re.search(r"vaccin", words, re.IGNORECASE) else f"{words} vaccine"
    place = sheet.line(f"{'Not given' if status == 'absent' else 'Immunization'}: {named}{_dated(when)}")
    _exposure(named, _DRUGS, sheet, place, status, when=when, time="past" if status == "present" else "unstated")


def _allergy(resource: Json, sheet: _Sheet) -> None:
    verification = _code(resource.get("verificationStatus"))
    words = _words(resource.get("code"))
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
    for m in _mention(words, _DRUGS):
        sheet.add(place, "allergy", m.concept, status, qualifiers=("severe",) if severe else ())


def _relative(resource: Json, sheet: _Sheet) -> None:
    words = ", ".join(filter(None, (_words(c.get("code")) for c in resource.get("condition") or ())))
    if words:
        sheet.line(f"Family history: {words}")


_READERS: dict[str, Callable[[Json, _Sheet], None]] = {
    "Patient": _patient,
    "Condition": _condition,
    "Observation": _observation,
    "MedicationStatement": _medication,
    "MedicationRequest": _medication,
    "MedicationAdministration": _medication,
    "Procedure": _procedure,
    "Immunization": _immunization,
    "AllergyIntolerance": _allergy,
    "FamilyMemberHistory": _relative,
}

__all__ = ["read_bundle"]
