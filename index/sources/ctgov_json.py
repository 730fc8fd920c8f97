"""ClinicalTrials.gov API v2 JSON: one study, a list of studies, `{"studies": [...]}`, or one study a line; flat records in the same four ways.

One document per text field, named `<file>#<module>.<field>`, in a file of several studies `<file>#<NCT number>.<module>.<field>`.
Coordinates and the registry's own derived data (term ancestors, version stamps) are left out; its MeSH terms are kept as keywords.
Posted results are read as titles and descriptions; their tables of numbers are not, and a note says so.
"""

import hashlib
import json
from collections.abc import Iterator

from index.sources import flat_record
from index.sources.draft import Draft
from index.sources.source import Format, Rejected, Source
from index.sources.tree import Group, Json, Leaf, Walk
from index.trials import Trial

_YES_NO = {"true": "Yes", "false": "No"}
_PERSON = Group("contact", "name", "role", ("name",))
_INVESTIGATOR = ("investigatorFullName", "investigatorTitle", "investigatorAffiliation")
_SITE = ("facility", "city", "state", "country")

TABLE: dict[str, Leaf | Group] = {
    "identificationModule.nctId": Leaf("nct_id"),
    "identificationModule.nctIdAliases": Leaf("other_id", "alias"),
    "identificationModule.orgStudyIdInfo": Group("other_id", "id", "=organisation"),
    "identificationModule.secondaryIdInfos": Group("other_id", "id", "type"),
    "identificationModule.briefTitle": Leaf("title"),
    "identificationModule.officialTitle": Leaf("official_title"),
    "identificationModule.acronym": Leaf("acronym"),
    "identificationModule.organization": Group("other", "fullName", "=organisation"),
    "statusModule.overallStatus": Leaf("status"),
    "statusModule.lastKnownStatus": Leaf("status", "last known"),
    "statusModule.whyStopped": Leaf("why_stopped"),
    "statusModule.startDateStruct": Group("start_date", "date", "type"),
    "statusModule.primaryCompletionDateStruct": Group("primary_completion_date", "date", "type"),
    "statusModule.completionDateStruct": Group("end_date", "date", "type"),
    "statusModule.studyFirstPostDateStruct": Group("first_posted", "date", "type"),
    "statusModule.lastUpdatePostDateStruct": Group("last_update", "date", "type"),
    "statusModule.statusVerifiedDate": Leaf("verified_date"),
    "sponsorCollaboratorsModule.leadSponsor": Group("sponsor", "name", "class"),
    "sponsorCollaboratorsModule.collaborators": Group("collaborator", "name", "class"),
    "sponsorCollaboratorsModule.responsibleParty": Group("other", "type", "=responsible party", _INVESTIGATOR),
    "descriptionModule.briefSummary": Leaf("summary"),
    "descriptionModule.detailedDescription": Leaf("description"),
    "conditionsModule.conditions": Leaf("condition"),
    "conditionsModule.keywords": Leaf("keyword"),
    "designModule.studyType": Leaf("study_type"),
    "designModule.phases": Leaf("phase"),
    "designModule.designInfo.allocation": Leaf("allocation"),
    "designModule.designInfo.interventionModel": Leaf("intervention_model"),
    "designModule.designInfo.interventionModelDescription": Leaf("design", "intervention model description"),
    "designModule.designInfo.primaryPurpose": Leaf("primary_purpose"),
    "designModule.designInfo.observationalModel": Leaf("design", "observational model"),
    "designModule.designInfo.timePerspective": Leaf("design", "time perspective"),
    "designModule.designInfo.maskingInfo": Group("masking", "masking", None, ("masking",)),
    "designModule.enrollmentInfo": Group("enrollment", "count", "type", ("count",)),
    "designModule.targetDuration": Leaf("design", "target duration"),
    "armsInterventionsModule.armGroups": Group("arm", "label", "type", ("label",)),
    "armsInterventionsModule.interventions": Group("intervention", "name", "type", ("name",)),
    "outcomesModule.primaryOutcomes": Group("outcome", "measure", "=primary", ("measure",)),
    "outcomesModule.secondaryOutcomes": Group("outcome", "measure", "=secondary", ("measure",)),
    "outcomesModule.otherOutcomes": Group("outcome", "measure", "=other", ("measure",)),
    "eligibilityModule.eligibilityCriteria": Leaf("eligibility"),
    "eligibilityModule.sex": Leaf("sex"),
    "eligibilityModule.genderBased": Leaf("other", "gender based", _YES_NO),
    "eligibilityModule.genderDescription": Leaf("sex", "description"),
    "eligibilityModule.minimumAge": Leaf("minimum_age"),
    "eligibilityModule.maximumAge": Leaf("maximum_age"),
    "eligibilityModule.stdAges": Leaf("age"),
    "eligibilityModule.healthyVolunteers": Leaf("healthy_volunteers", None, _YES_NO),
    "eligibilityModule.studyPopulation": Leaf("study_population"),
    "eligibilityModule.samplingMethod": Leaf("design", "sampling method"),
    "contactsLocationsModule.centralContacts": _PERSON,
    "contactsLocationsModule.overallOfficials": Group("official", "name", "role", ("name", "affiliation")),
    "contactsLocationsModule.locations": Group("location", "facility", None, _SITE),
    "contactsLocationsModule.locations.contacts": _PERSON,
    "referencesModule.references": Group("reference", "citation", "type", ("citation",)),
    "referencesModule.seeAlsoLinks": Group("url", "url", "label", ("url",)),
    "referencesModule.availIpds": Group("url", "url", "type", ("url",)),
    "largeDocumentModule.largeDocs": Group("document_link", "label", "typeAbbrev", ("label",)),
    "conditionBrowseModule.meshes": Group("keyword", "term", "=MeSH condition", ("term",)),
    "interventionBrowseModule.meshes": Group("keyword", "term", "=MeSH intervention", ("term",)),
    "outcomeMeasuresModule.outcomeMeasures": Group("results", "title", "type", ("title",)),
    "participantFlowModule.recruitmentDetails": Leaf("results", "recruitment"),
    "participantFlowModule.preAssignmentDetails": Leaf("results", "before assignment"),
    "baselineCharacteristicsModule.populationDescription": Leaf("results", "baseline population"),
    "adverseEventsModule.description": Leaf("results", "adverse events"),
    "moreInfoModule.limitationsAndCaveats": Group("results", "description", "=limitations"),
}
_NO_TRIAL = "The JSON is neither a ClinicalTrials.gov API v2 study (it has no protocolSection) nor a record with a title or an eligibility text."
_DERIVED = ("conditionBrowseModule", "interventionBrowseModule", "miscInfoModule")
_IGNORED = frozenset(
    {"contactsLocationsModule.locations.geoPoint.lat", "contactsLocationsModule.locations.geoPoint.lon"}
    | {"conditionBrowseModule.ancestors", "interventionBrowseModule.ancestors", "miscInfoModule.versionHolder"}
    | {f"{module}.{part}" for module in _DERIVED for part in ("browseLeaves", "browseBranches", "meshes.id")}
)
_RESULT_TEXTS = {
    "participantFlowModule": ("recruitmentDetails", "preAssignmentDetails"),
    "baselineCharacteristicsModule": ("populationDescription",),
    "adverseEventsModule": ("description",),
    "moreInfoModule": ("limitationsAndCaveats",),
}
_OUTCOME_TEXTS = ("type", "title", "description", "populationDescription", "reportingStatus", "timeFrame")


def detect(source: Source) -> bool:
    return source.head[:1] in ("{", "[")


def read(source: Source) -> Iterator[Trial | Rejected]:
    """Every study of the file. An item that is no study is rejected by its place; broken JSON rejects the file."""
    text = (source.text or "").lstrip("\ufeff")
    try:
        data: Json = json.loads(text)
    except RecursionError:
        yield Rejected(source.name, "The JSON is nested too deeply to be a study.")
        return
    except ValueError as error:
        lines = text.split("\n")  # a JSON text may hold the other characters that `splitlines` takes for line ends
        if any(map(_is_object, lines)):
            yield from _lines(source, lines)
        else:
            yield Rejected(source.name, f"The file is not valid JSON, perhaps cut off: {error}.")
        return
    studies = data.get("studies") if isinstance(data, dict) and "protocolSection" not in data else data
    if isinstance(studies, list):
        if not studies:
            yield Rejected(source.name, "The list of studies is empty.")
        for i, study in enumerate(studies):
            yield _study(source, study, f"item {i + 1}", many=True)
    else:
        yield _study(source, data, "", many=False)


def _is_object(line: str) -> bool:
    """Whether the line holds a whole object, not indented as those inside a laid out one are."""
    try:
        return line.startswith("{") and bool(json.loads(line))
    except (ValueError, RecursionError):
        return False


def _lines(source: Source, lines: list[str]) -> Iterator[Trial | Rejected]:
    for i, line in enumerate(lines):
        if not line.strip():
            continue
        try:
            study: Json = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield Rejected(f"{source.name} line {i + 1}", f"The line is not valid JSON: {error}.")
        else:
            yield _study(source, study, f"line {i + 1}", many=True)


def _study(source: Source, study: Json, place: str, many: bool) -> Trial | Rejected:
    where = f"{source.name} {place}".strip()
    protocol = study.get("protocolSection") if isinstance(study, dict) else None
    if isinstance(study, dict) and "protocolSection" not in study and (flat := flat_record.trial(source, study, place, many=many)) is not None:
        return flat
    if not isinstance(study, dict) or not isinstance(protocol, dict) or not protocol:
        return Rejected(where, _NO_TRIAL)
    identification = protocol.get("identificationModule")
    number = identification.get("nctId") if isinstance(identification, dict) else None
    nct_id = number if isinstance(number, str) and number.strip() else None
    own = nct_id or (f"{source.stem}-{place.split()[-1]}" if many else source.stem)
    draft = Draft(source.name, "ctgov_json")
    walk = Walk(draft, f"{source.name}#{own}." if many else f"{source.name}#", TABLE, _IGNORED)
    try:
        walk.add(protocol)
        for section in ("documentSection", "annotationSection", "derivedSection"):
            walk.add(study.get(section) or {})
        _results(draft, walk, study.get("resultsSection"))
    except RecursionError:
        return Rejected(where, "The JSON is nested too deeply to be a study.")
    if not draft.fields:
        return Rejected(where, "The study has no content.")
    return draft.trial(own, nct_id, _content_hash(study), source.encoding)


def _content_hash(study: dict[str, Json]) -> str:
    """Hash of what the record says, however it is laid out; without the registry's own stamp of its daily release."""
    derived = study.get("derivedSection")
    if isinstance(derived, dict) and "miscInfoModule" in derived:
        misc = derived["miscInfoModule"]
        kept = {key: value for key, value in misc.items() if key != "versionHolder"} if isinstance(misc, dict) else misc
        study = study | {"derivedSection": derived | {"miscInfoModule": kept}}
    return hashlib.sha256(json.dumps(study, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _results(draft: Draft, walk: Walk, results: Json) -> None:
    """Texts of the posted results, without their tables."""
    if not isinstance(results, dict) or not results:
        return
    for module, keys in _RESULT_TEXTS.items():
        texts = results.get(module)
        if isinstance(texts, dict):
            walk.add({module: {key: texts[key] for key in keys if key in texts}})
    measures = results.get("outcomeMeasuresModule")
    measures = measures.get("outcomeMeasures") if isinstance(measures, dict) else None
    if isinstance(measures, list):
        kept = [{key: m[key] for key in _OUTCOME_TEXTS if key in m} if isinstance(m, dict) else {} for m in measures]
        walk.add({"outcomeMeasuresModule": {"outcomeMeasures": kept}})
    document = next(iter(draft.documents), None)
    if document:
        draft.note("layout", "The record has posted results; their titles and descriptions were read, their tables of numbers were not.", document)


FORMAT = Format("ctgov_json", detect, read)
