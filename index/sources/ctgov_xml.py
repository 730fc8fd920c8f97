"""ClinicalTrials.gov legacy XML: `<clinical_study>`, alone or several below any root.

One document per text element, named `<file>#<element>.<element>`. The indentation that the export puts before every line
of a text block is taken off. The registry's MeSH terms are kept as keywords; `clinical_results` is not read, and a note says so.
"""

import hashlib
import textwrap
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from index.sources.draft import Draft
from index.sources.source import Format, Rejected, Source
from index.sources.tree import Group, Json, Leaf, Walk
from index.trials import Trial

_OUTCOME = ("measure",)
_INTERVENTION = {"intervention_name": "name", "intervention_type": "type", "other_name": "other_names", "arm_group_label": "arm_group_labels"}
_ARM = {"arm_group_label": "label", "arm_group_type": "type"}
_SITE = {
    "facility.name": "facility",
    "facility.address.city": "city",
    "facility.address.state": "state",
    "facility.address.zip": "zip",
    "facility.address.country": "country",
}
_CONTACT = Group("contact", "last_name", None, ("first_name", "middle_name", "last_name", "degrees"))

_SITE_SHOWN = ("facility.name", "facility.address.city", "facility.address.state", "facility.address.country")

TABLE: dict[str, Leaf | Group] = {
    "required_header.download_date": Leaf("other", "download date"),
    "required_header.url": Leaf("url"),
    "id_info.nct_id": Leaf("nct_id"),
    "id_info.nct_alias": Leaf("other_id", "alias"),
    "id_info.org_study_id": Leaf("other_id", "organisation"),
    "id_info.secondary_id": Leaf("other_id", "secondary"),
    "brief_title": Leaf("title"),
    "official_title": Leaf("official_title"),
    "acronym": Leaf("acronym"),
    "sponsors.lead_sponsor": Group("sponsor", "agency", "agency_class", ("agency",)),
    "sponsors.collaborator": Group("collaborator", "agency", "agency_class", ("agency",)),
    "brief_summary.textblock": Leaf("summary"),
    "detailed_description.textblock": Leaf("description"),
    "overall_status": Leaf("status"),
    "last_known_status": Leaf("status", "last known"),
    "why_stopped": Leaf("why_stopped"),
    "start_date": Group("start_date", "", "@type", ("",)),
    "primary_completion_date": Group("primary_completion_date", "", "@type", ("",)),
    "completion_date": Group("end_date", "", "@type", ("",)),
    "study_first_posted": Group("first_posted", "", "@type", ("",)),
    "last_update_posted": Group("last_update", "", "@type", ("",)),
    "verification_date": Leaf("verified_date"),
    "phase": Leaf("phase"),
    "study_type": Leaf("study_type"),
    "study_design_info.allocation": Leaf("allocation"),
    "study_design_info.intervention_model": Leaf("intervention_model"),
    "study_design_info.primary_purpose": Leaf("primary_purpose"),
    "study_design_info.masking": Leaf("masking"),
    "study_design_info.observational_model": Leaf("design", "observational model"),
    "study_design_info.time_perspective": Leaf("design", "time perspective"),
    "study_design_info.intervention_model_description": Leaf("design", "intervention model description"),
    "study_design_info.masking_description": Leaf("design", "masking description"),
    "study_design": Leaf("design"),
    "target_duration": Leaf("design", "target duration"),
    "number_of_arms": Leaf("design", "number of arms"),
    "number_of_groups": Leaf("design", "number of groups"),
    "primary_outcome": Group("outcome", "measure", "=primary", _OUTCOME),
    "secondary_outcome": Group("outcome", "measure", "=secondary", _OUTCOME),
    "other_outcome": Group("outcome", "measure", "=other", _OUTCOME),
    "enrollment": Group("enrollment", "", "@type", ("",)),
    "condition": Leaf("condition"),
    "keyword": Leaf("keyword"),
    "arm_group": Group("arm", "arm_group_label", "arm_group_type", ("arm_group_label",), _ARM),
    "intervention": Group("intervention", "intervention_name", "intervention_type", ("intervention_name",), _INTERVENTION),
    "eligibility.criteria.textblock": Leaf("eligibility"),
    "eligibility.study_pop.textblock": Leaf("study_population"),
    "eligibility.sampling_method": Leaf("design", "sampling method"),
    "eligibility.gender": Leaf("sex"),
    "eligibility.gender_description": Leaf("sex", "description"),
    "eligibility.minimum_age": Leaf("minimum_age"),
    "eligibility.maximum_age": Leaf("maximum_age"),
    "eligibility.healthy_volunteers": Leaf(
        "healthy_volunteers", None, {"Accepts Healthy Volunteers": "Yes", "Yes": "Yes", "No": "No", "Does not accept healthy volunteers": "No"}
    ),
    "overall_official": Group("official", "last_name", "role", ("first_name", "middle_name", "last_name", "degrees", "affiliation")),
    "overall_contact": _CONTACT,
    "overall_contact_backup": _CONTACT,
    "location": Group("location", "facility.name", None, _SITE_SHOWN, _SITE),
    "location.contact": _CONTACT,
    "location.contact_backup": _CONTACT,
    "location.investigator": Group("official", "last_name", "role", ("first_name", "middle_name", "last_name", "degrees")),
    "reference": Group("reference", "citation", None, ("citation",)),
    "results_reference": Group("reference", "citation", "=RESULT", ("citation",)),
    "link": Group("url", "url", "description", ("url",)),
    "provided_document_section.provided_document": Group("document_link", "document_url", "document_type", ("document_url",)),
    "condition_browse.mesh_term": Leaf("keyword", "MeSH condition"),
    "intervention_browse.mesh_term": Leaf("keyword", "MeSH intervention"),
}
_IGNORED = frozenset({"@rank", "required_header.link_text"})


def detect(source: Source) -> bool:
    head = source.head
    return (head.startswith("<?xml") and "<html" not in head[:1000].lower()) or "<clinical_study" in head[:2000]


def read(source: Source) -> Iterator[Trial | Rejected]:
    """Every study of the file; broken XML rejects the file."""
    try:
        # Bytes, so that an encoding declaration counts; the text where there are no bytes of its own.
        root = ET.fromstring(source.data if source.encoding == "utf-8" else (source.text or "").encode("utf-8"))
    except (ET.ParseError, ValueError, LookupError, RecursionError) as error:
        yield Rejected(source.name, f"The file is not valid XML, perhaps cut off: {error}.")
        return
    studies = list(root.iter("clinical_study"))
    if not studies:
        yield Rejected(source.name, f"The XML is not a ClinicalTrials.gov study: it has <{root.tag[:60]}> and no <clinical_study>.")
    for i, study in enumerate(studies):
        yield _study(source, study, i, many=len(studies) > 1)


def _study(source: Source, element: ET.Element, i: int, many: bool) -> Trial | Rejected:
    where = f"{source.name} item {i + 1}" if many else source.name
    nct_id = " ".join((element.findtext("id_info/nct_id") or "").split()) or None
    own = nct_id or (f"{source.stem}-{i + 1}" if many else source.stem)
    draft = Draft(source.name, "ctgov_xml")
    try:
        content = _tree(element)
    except RecursionError:
        return Rejected(where, "The XML is nested too deeply to be a study.")
    if not isinstance(content, dict):
        return Rejected(where, "The study has no content.")
    results = content.pop("clinical_results", None)
    Walk(draft, f"{source.name}#{own}." if many else f"{source.name}#", TABLE, _IGNORED).add(content)
    if not draft.fields:
        return Rejected(where, "The study has no content.")
    if results:
        draft.note("layout", "The record has posted results; they were not read.", next(iter(draft.documents)))
    content_hash = hashlib.sha256(ET.tostring(element, encoding="utf-8")).hexdigest() if many else source.content_hash
    return draft.trial(own, nct_id, content_hash)


def _tree(element: ET.Element) -> Json:
    """An element as nested dicts, lists and strings: own text under "", attributes under "@name", repeated tags as a list."""
    text = textwrap.dedent((element.text or "").replace("\r\n", "\n").replace("\r", "\n")).strip()
    out: dict[str, Json] = {f"@{name}": value for name, value in element.attrib.items()}
    for child in element:
        if not isinstance(child.tag, str):
            continue
        value = _tree(child)
        if child.tag not in out:
            out[child.tag] = value
        else:
            there = out[child.tag]
            out[child.tag] = [*there, value] if isinstance(there, list) else [there, value]
    if not out:
        return text
    return {"": text, **out} if text else out


FORMAT = Format("ctgov_xml", detect, read)
