"""A report as a FHIR R4 searchset of ResearchStudy, in the shape of the MITRE clinical-trial-matching-service.

`search.score` is the share of settled criteria that pass; it is never sent without the verdict, which an extension carries, and
per criterion an extension with its words, outcome and reason. No patient resource is written.
"""

import json

from assistant.report.words import DISCLAIMER, VERDICT, facts
from assistant.results import CriterionReport, PartReport, PatientRecord, Report, TrialReport

# Local names, not addresses: nothing is fetched from them.
_VERDICT = "urn:trialmatch:verdict"
_CRITERION = "urn:trialmatch:criterion"
_AS_OF = "urn:trialmatch:as-of"
_REGISTRY = "http://clinicaltrials.gov"
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def bundle(report: Report) -> dict[str, object]:
    """The searchset Bundle as plain data."""
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(report.trials),
        "entry": [
            {
                "fullUrl": f"urn:trialmatch:trial:{trial.trial.id}",
                "resource": _study(trial, report),
                "search": {"mode": "match", "score": _score(trial)},
            }
            for trial in report.trials
        ],
    }


def fhir(report: Report) -> str:
    """The Bundle as indented JSON, ending in a newline."""
    return json.dumps(bundle(report), ensure_ascii=False, indent=2) + "\n"


def _score(trial: TrialReport) -> float:
    settled = [c for c in trial.criteria if c.outcome in ("PASS", "FAIL")]
    return round(sum(c.outcome == "PASS" for c in settled) / len(settled), 3) if settled else 0.0


def _study(trial: TrialReport, report: Report) -> dict[str, object]:
    study: dict[str, object] = {
        "resourceType": "ResearchStudy",
        "title": trial.trial.title,
        # FHIR asks for a status; the report holds none, and none is made up.
        "_status": {"extension": [{"url": _ABSENT, "valueCode": "unknown"}]},
        "description": f"{trial.summary} {DISCLAIMER}",
        "extension": [
            {"url": _AS_OF, "valueDate": report.as_of.isoformat()},
            {"url": _VERDICT, "valueCoding": {"system": _VERDICT, "code": trial.verdict, "display": VERDICT[trial.verdict]}},
            *(_judged(c, report.patient) for c in trial.criteria),
        ],
    }
    if trial.trial.nct_id:
        study["identifier"] = [{"system": _REGISTRY, "value": trial.trial.nct_id}]
    if trial.notes:
        study["note"] = [{"text": note} for note in trial.notes]
    return study


def _judged(judged: CriterionReport | PartReport, patient: PatientRecord) -> dict[str, object]:
    """A criterion or a part of one: both quotes, the outcome, the comparison, and what could change it."""
    said: list[dict[str, object]] = [
        {"url": "id", "valueString": judged.id},
        {"url": "quote", "valueString": judged.quote},
        {"url": "outcome", "valueCode": judged.outcome},
        {"url": "reason", "valueString": judged.reason},
    ]
    said += [{"url": "note", "valueString": quote} for quote in dict.fromkeys(fact.source.quote for fact in facts(patient, judged))]
    if judged.unknown_reason:
        said.append({"url": "unknownReason", "valueCode": judged.unknown_reason})
    if isinstance(judged, PartReport):
        return {"url": "part", "extension": said}
    said.append({"url": "polarity", "valueCode": judged.polarity})
    said.append({"url": "document", "valueString": f"{judged.document}@{judged.start}-{judged.end}"})
    if judged.remedy:
        said.append({"url": "remedy", "valueString": judged.remedy})
    if judged.earliest_date:
        said.append({"url": "earliestDate", "valueDate": judged.earliest_date.isoformat()})
    said += [_judged(part, patient) for part in judged.parts]
    return {"url": _CRITERION, "extension": said}
