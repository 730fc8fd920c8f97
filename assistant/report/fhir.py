"""A report as a FHIR R4 searchset of ResearchStudy, in the shape of the MITRE clinical-trial-matching-service.

`search.score` follows the verdict (see `score`); it is never sent without the verdict, which an extension carries, and per criterion an
extension with its words, outcome and reason. No patient resource is written.
"""

import json
from collections.abc import Iterable

from assistant.report.study import LOCAL, REGISTRY, elements
from assistant.report.words import DISCLAIMER, VERDICT, facts
from assistant.results import CriterionReport, PartReport, PatientRecord, Report, TrialReport
from index.trials import Trial

# Local names, not addresses: nothing is fetched from them.
_VERDICT = "urn:trialmatch:verdict"
_CRITERION = "urn:trialmatch:criterion"
_AS_OF = "urn:trialmatch:as-of"
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def bundle(report: Report, trials: Iterable[Trial] = (), notes: Iterable[str] = ()) -> dict[str, object]:
    """The searchset Bundle as plain data, best score first.

    The studies' own elements (status, phase, sites, contacts) come from `trials`, the records, as far as they are given. `notes` are
    added to each study: a remark on the search has no other place that every client reads.
    """
    records = {trial.id: trial for trial in trials}
    said = tuple(notes)
    ranked = sorted(report.trials, key=lambda trial: -score(trial))
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(ranked),
        "entry": [
            {
                "fullUrl": f"urn:trialmatch:trial:{trial.trial.id}",
                "resource": _study(trial, report, records.get(trial.trial.id), said),
                "search": {"mode": "match", "score": score(trial)},
            }
            for trial in ranked
        ],
    }


def fhir(report: Report, trials: Iterable[Trial] = ()) -> str:
    """The Bundle as indented JSON, ending in a newline; `trials` as in `bundle`."""
    return json.dumps(bundle(report, trials), ensure_ascii=False, indent=2) + "\n"


def score(trial: TrialReport) -> float:
    """How far the criteria are met as far as is known, 0 to 1; a rank, no probability, and no statement that a patient is eligible.

    Let p be the share of passing criteria among those that pass or are unknown. EXCLUDED and NOT_FIT: 0, whatever else passes.
    CANNOT_DETERMINE: 0.1 + 0.6 p, which stays below 0.7. NO_EXCLUSION_FOUND and FITS_STATED_POPULATION: 0.7 + 0.3 p. So no trial with
    a better verdict is ranked below one with a worse.
    """
    if trial.verdict in ("EXCLUDED", "NOT_FIT"):
        return 0.0
    passed, unknown = (sum(c.outcome == outcome for c in trial.criteria) for outcome in ("PASS", "UNKNOWN"))
    share = passed / (passed + unknown) if passed + unknown else 0.0
    return round(min(0.1 + 0.6 * share, 0.699) if trial.verdict == "CANNOT_DETERMINE" else 0.7 + 0.3 * share, 3)


def _study(trial: TrialReport, report: Report, record: Trial | None, notes: tuple[str, ...]) -> dict[str, object]:
    stated = elements(record) if record else {"identifier": _identifiers(trial)}
    study: dict[str, object] = {
        "resourceType": "ResearchStudy",
        **stated,
        "title": trial.trial.title,
        "description": "\n\n".join([f"{trial.summary} {DISCLAIMER}", *(field.value for field in (record.all("summary")[:1] if record else ()))]),
        "extension": [
            {"url": _AS_OF, "valueDate": report.as_of.isoformat()},
            {"url": _VERDICT, "valueCoding": {"system": _VERDICT, "code": trial.verdict, "display": VERDICT[trial.verdict]}},
            *(_judged(c, report.patient) for c in trial.criteria),
        ],
    }
    if "status" not in study:  # FHIR asks for one, and none is made up
        study["_status"] = {"extension": [{"url": _ABSENT, "valueCode": "unknown"}]}
    if said := (*trial.notes, *notes):
        study["note"] = [{"text": note} for note in said]
    return study


def _identifiers(trial: TrialReport) -> list[dict[str, object]]:
    name = trial.trial
    return [{"system": REGISTRY, "value": name.nct_id}] if name.nct_id else [{"system": LOCAL, "value": name.id}]


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
