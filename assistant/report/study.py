"""A trial's record as the elements of a FHIR R4 ResearchStudy: what the document states, mapped to FHIR's codes where there is one.

Status and phase follow HL7's mapping of ClinicalTrials.gov (hl7.org/fhir/R4/researchstudy-mappings.html); what has no code, or is not
stated, is left out.
"""

import re
from collections.abc import Iterable

from index.trials import Field, Trial

REGISTRY = "http://clinicaltrials.gov"
LOCAL = "urn:trialmatch:trial"
"""Name space of a trial that has no registry number: clients tell trials apart by their first identifier."""

STATUS = {
    "recruiting": "active",
    "enrolling by invitation": "active",
    "not yet recruiting": "approved",
    "active not recruiting": "closed-to-accrual",
    "suspended": "temporarily-closed-to-accrual",
    "temporarily not available": "temporarily-closed-to-accrual",
    "no longer available": "closed-to-accrual",
    "terminated": "administratively-completed",
    "completed": "completed",
    "withdrawn": "withdrawn",
}
"""The registry's words for a study's status, and FHIR's research-study-status."""

_PHASE_SYSTEM = "http://terminology.hl7.org/CodeSystem/research-study-phase"
_EARLY, _NONE = "early-phase-1", "n-a"
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}


def status(trial: Trial) -> str | None:
    """The code of research-study-status, or None where the document states none that has a code."""
    stated = next((f for f in trial.all("status") if f.role is None), None)
    return None if stated is None else STATUS.get(plain(stated.value))


def phases(trial: Trial) -> frozenset[str]:
    """The single phases that the document states, as codes ("phase-1"); a phase 1/2 trial has two."""
    return frozenset(code for f in trial.all("phase") for code in phase_codes(f.value))


def phase_codes(words: str) -> frozenset[str]:
    """The codes of "Phase 1/Phase 2", "PHASE2", "phase II", "phase-1-phase-2", "N/A"; empty where there is none."""
    text = plain(words)
    if text in ("na", "n a", "not applicable"):
        return frozenset({_NONE})
    if "early phase 1" in text or "early phase1" in text or text in ("phase 0", "phase0"):
        return frozenset({_EARLY})
    found, numbers = set(), False
    for word in re.findall(r"phase|[a-z0-9]+", text):
        number = re.fullmatch(r"(iv|i{1,3}|[1-4])[abc]?", word) if numbers else None
        if number:
            found.add(f"phase-{_ROMAN.get(number[1], number[1])}")
        numbers = word in ("phase", "and", "or") or number is not None
    return frozenset(found)


def plain(words: str) -> str:
    """Lower-case words alone, without marks: how statuses and phases are compared."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", words.casefold()).split())


def elements(trial: Trial) -> dict[str, object]:
    """The elements of the ResearchStudy that the record fills; `status` among them only where it has a code."""
    made: dict[str, object] = {"id": _id(trial.id), "identifier": _identifiers(trial)}
    code = status(trial)
    if code:
        made["status"] = code
    if phase := _phase(trial):
        made["phase"] = phase
    sites = [_site(n, f) for n, f in enumerate(trial.all("location"))]
    sponsors = [_organization(n, f) for n, f in enumerate(trial.all("sponsor")[:1])]
    lists: dict[str, list[dict[str, object]]] = {
        "contained": [*sites, *sponsors],
        "category": [{"text": f"Study Type: {f.value}"} for f in trial.all("study_type")],
        "condition": [{"text": value} for value in _values(trial.all("condition"))],
        "keyword": [{"text": value} for value in _values(trial.all("keyword"))],
        "location": [{"text": value} for value in dict.fromkeys(f.parts["country"] for f in trial.all("location") if f.parts.get("country"))],
        "contact": [_contact(f) for f in trial.all("contact")],
        "site": [{"reference": f"#{site['id']}", "type": "Location"} for site in sites],
        "arm": [_arm(f) for f in trial.all("arm")],
    }
    made |= {name: found for name, found in lists.items() if found}
    if sponsors:
        made["sponsor"] = {"reference": f"#{sponsors[0]['id']}", "type": "Organization", "display": sponsors[0]["name"]}
    period = {end: day for end, name in (("start", "start_date"), ("end", "end_date")) if (day := _day(trial, name))}
    if period:
        made["period"] = period
    return made


def _identifiers(trial: Trial) -> list[dict[str, object]]:
    found: list[dict[str, object]] = [{"use": "official", "system": REGISTRY, "value": trial.nct_id}] if trial.nct_id else []
    return [*found, {"use": "secondary" if found else "usual", "system": LOCAL, "value": trial.id}]


def _phase(trial: Trial) -> dict[str, object] | None:
    found = sorted(phases(trial))
    code = "-".join(found) if len(found) == 1 or found in (["phase-1", "phase-2"], ["phase-2", "phase-3"]) else None
    words = ", ".join(_values(trial.all("phase")))
    if not words:
        return None
    return {"coding": [{"system": _PHASE_SYSTEM, "code": code}], "text": words} if code else {"text": words}


def _site(n: int, field: Field) -> dict[str, object]:
    parts = field.parts
    address = {to: parts[of] for to, of in (("city", "city"), ("state", "state"), ("postalCode", "zip"), ("country", "country")) if parts.get(of)}
    return {"resourceType": "Location", "id": f"site-{n}", "name": parts.get("facility") or field.value} | ({"address": address} if address else {})


def _organization(n: int, field: Field) -> dict[str, object]:
    return {"resourceType": "Organization", "id": f"sponsor-{n}", "name": field.parts.get("name") or field.parts.get("agency") or field.value}


def _contact(field: Field) -> dict[str, object]:
    telecom = [{"system": system, "value": field.parts[system], "use": "work"} for system in ("phone", "email") if field.parts.get(system)]
    return {"name": field.value} | ({"telecom": telecom} if telecom else {})


def _arm(field: Field) -> dict[str, object]:
    made: dict[str, object] = {"name": field.parts.get("label") or field.value}
    if field.role:
        made["type"] = {"text": field.role.replace("_", " ").capitalize()}
    if field.parts.get("description"):
        made["description"] = field.parts["description"]
    return made


def _day(trial: Trial, name: str) -> str | None:
    """A date in FHIR's form, if the document writes it so."""
    field = trial.first("start_date" if name == "start_date" else "end_date")
    value = (field.parts.get("date") or field.value).strip() if field else ""
    return value if re.fullmatch(r"\d{4}(-\d\d){0,2}", value) else None


def _values(fields: Iterable[Field]) -> list[str]:
    return list(dict.fromkeys(f.value for f in fields))


def _id(name: str) -> str:
    """A FHIR id: letters, digits, hyphen and point, at most 64 of them."""
    return re.sub(r"[^A-Za-z0-9.\-]", "-", name)[:64]
