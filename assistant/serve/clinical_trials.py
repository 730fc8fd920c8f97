"""MITRE's `POST /getClinicalTrial`: a patient's bundle in, a searchset of ResearchStudy out.

As in github.com/mcode/clinical-trial-matching-service: the request is a FHIR Bundle, or an object whose `patientData` is one (or its
JSON text). Its Parameters resource may hold zipCode, travelRadius, phase and recruitmentStatus.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.api import Assistant
from assistant.report.fhir import bundle
from assistant.report.study import STATUS, phase_codes, phases, plain, status
from index.errors import InputError
from index.trials import Trial

_ANY = ("", "any", "all")


@dataclass(frozen=True, slots=True)
class Filters:
    """What the Parameters ask for: phases and statuses as FHIR codes (empty: any), and whether a place was asked for."""

    phases: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    place: bool = False


def clinical_trials(assistant: Assistant, body: Mapping[str, Any], as_of: date | None = None) -> dict[str, object]:
    """The searchset for a request's body. Raises InputError for one that holds no Bundle, or a filter that cannot be read."""
    patient = _bundle(body)
    asked = _filters(patient)
    trials = [trial for trial in assistant.trials() if _fits(trial, asked)]
    report = assistant.match(patient, as_of=as_of, trials=[trial.id for trial in trials])
    return bundle(report, trials, _remarks(asked, trials))


def _bundle(body: Mapping[str, Any]) -> dict[str, Any]:
    data = body.get("patientData", body)
    if isinstance(data, str):
        try:
            data = json.loads(data)
        except ValueError:
            raise InputError("patientData is no valid JSON.", "Send a FHIR R4 Bundle.") from None
    if not isinstance(data, dict) or data.get("resourceType") != "Bundle":
        raise InputError("The request holds no FHIR Bundle.", 'Send a Bundle of type "collection", or an object with one as patientData.')
    return data


def _parameters(patient: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Name and value of each parameter, whatever its type."""
    entries = patient.get("entry")
    for entry in entries if isinstance(entries, list) else ():
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict) or resource.get("resourceType") != "Parameters":
            continue
        given = resource.get("parameter")
        for parameter in given if isinstance(given, list) else ():
            if isinstance(parameter, dict):
                value = next((v for k, v in parameter.items() if k.startswith("value") and isinstance(v, str | int | float)), "")
                yield str(parameter.get("name", "")), str(value).strip()


def _filters(patient: Mapping[str, Any]) -> Filters:
    wanted: set[str] = set()
    statuses: set[str] = set()
    place = False
    for name, value in _parameters(patient):
        place |= name in ("zipCode", "travelRadius") and bool(value)
        if value.casefold() in _ANY:
            continue
        if name == "phase":
            if not (found := phase_codes(value)):
                raise InputError("The phase cannot be read.", "Write it as phase-2, or any.")
            wanted |= found
        elif name == "recruitmentStatus":
            code = STATUS.get(plain(value), value.casefold())
            if code not in STATUS.values():
                raise InputError("The recruitmentStatus cannot be read.", f"It is all, or one of: {', '.join(sorted({*STATUS.values()}))}.")
            statuses.add(code)
    return Filters(frozenset(wanted), frozenset(statuses), place)


def _fits(trial: Trial, asked: Filters) -> bool:
    """Whether the document states nothing else than what is asked for; what it does not state does not rule a trial out."""
    stated, code = phases(trial), status(trial)
    return (not asked.phases or not stated or bool(stated & asked.phases)) and (not asked.statuses or code is None or code in asked.statuses)


def _remarks(asked: Filters, trials: list[Trial]) -> Iterator[str]:
    if asked.place:
        yield "zipCode and travelRadius were not applied: the indexed documents hold no distances."
    for wanted, name, missing in (
        (asked.phases, "phase", [t for t in trials if not phases(t)]),
        (asked.statuses, "recruitment status", [t for t in trials if status(t) is None]),
    ):
        if wanted and missing:
            yield f"Trials whose document states no {name} are kept: {', '.join(t.nct_id or t.id for t in missing[:20])}."
