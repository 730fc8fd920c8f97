"""ClinicalTrials.gov records: JSON, XML and CSV, each text its own quotable document, nothing lost."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.sources import Rejected, read_path, read_text
from index.trials import FieldName, Trial

FIXTURES = Path(__file__).parent / "fixtures"
JSON = FIXTURES / "NCT00117611.json"


def trials(path: Path) -> list[Trial]:
    items = list(read_path(path))
    assert all(isinstance(item, Trial) for item in items)
    return [item for item in items if isinstance(item, Trial)]


def of_text(name: str, text: str) -> list[Trial | Rejected]:
    return list(read_text(name, text))


def one(trial: Trial, name: FieldName) -> tuple[str, str, str, str | None]:
    """Value, document, quote and role of the first field of that name."""
    field = trial.first(name)
    assert field
    return field.value, field.document, field.span.of(trial.document(field.document).text), field.role


def strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for child in value.values():
                yield from strings(child)
        case list():
            for child in value:
                yield from strings(child)


def test_json_fields() -> None:
    (trial,) = trials(JSON)
    assert (trial.id, trial.nct_id, trial.layout, trial.title) == (
        "NCT00117611",
        "NCT00117611",
        "ctgov_json",
        "Xolair in Patients With Chronic Sinusitis",
    )
    assert one(trial, "minimum_age") == ("18 Years", "NCT00117611.json#eligibilityModule.minimumAge", "18 Years", None)
    assert one(trial, "end_date") == ("2009-01", "NCT00117611.json#statusModule.completionDateStruct.date", "2009-01", "ACTUAL")
    assert one(trial, "sponsor")[0] == "University of Chicago"
    assert [f.value for f in trial.all("collaborator")] == ["Genentech, Inc.", "Novartis Pharmaceuticals"]
    assert [(f.value, f.role) for f in trial.all("arm")] == [("1", "ACTIVE_COMPARATOR"), ("2", "PLACEBO_COMPARATOR")]
    assert one(trial, "eligibility")[1] == "NCT00117611.json#eligibilityModule.eligibilityCriteria"
    assert one(trial, "eligibility")[2].startswith("Inclusion Criteria:\n\n* Chronic sinusitis")
    assert one(trial, "location")[0] == "The University of Chicago, Chicago, Illinois, United States"
    assert not trial.has_eligibility_list and trial.criteria == ()


def test_json_outcomes_and_interventions_keep_their_pieces_and_the_pieces_documents() -> None:
    (trial,) = trials(JSON)
    outcomes = trial.all("outcome")
    assert [f.role for f in outcomes] == ["primary", "secondary", "secondary"]
    parts = outcomes[0].parts
    assert parts["time_frame"] == "after 6 months of treatment"
    assert parts["time_frame_document"] == "NCT00117611.json#outcomesModule.primaryOutcomes[0].timeFrame"
    (drug,) = trial.all("intervention")
    assert drug.role == "DRUG" and drug.parts["other_names"] == "Xolair or placebo" and drug.parts["arm_group_labels"] == "1\n2"
    (site,) = trial.all("location")
    assert trial.document(site.parts["city_document"]).text == site.parts["city"] == "Chicago"
    for field in trial.fields:
        for name, value in field.parts.items():
            if name.endswith("_document"):
                assert all(trial.document(document).text for document in value.split("\n"))


def test_json_numbers_and_truth_values_are_marked() -> None:
    (trial,) = trials(JSON)
    marked = {f.name: f.value for f in trial.fields if f.parts.get("not_quotable") == "yes" and f.name != "other"}
    assert marked == {"enrollment": "14", "healthy_volunteers": "No"}


def test_json_loses_nothing() -> None:
    (trial,) = trials(JSON)
    texts = {document.text for document in trial.documents}
    assert not [text for text in strings(json.loads(JSON.read_text())["protocolSection"]) if text.strip() and text not in texts]


@pytest.mark.parametrize(
    "wrap", [lambda s: json.dumps([s, s]), lambda s: json.dumps({"studies": [s, s]}), lambda s: f"{json.dumps(s)}\n{json.dumps(s)}\n"]
)
def test_several_studies_in_one_file(wrap: Callable[[object], str]) -> None:
    study = json.loads(JSON.read_text())
    found = of_text("export.json", wrap(study))
    assert [item.id for item in found if isinstance(item, Trial)] == ["NCT00117611"] * 2
    first = found[0]
    assert isinstance(first, Trial)
    assert one(first, "sex")[1] == "export.json#NCT00117611.eligibilityModule.sex"


def test_one_bad_study_does_not_stop_the_others() -> None:
    study = json.loads(JSON.read_text())
    found = of_text("export.json", json.dumps([study, {"foo": 1}, 3, study]))
    assert [type(item).__name__ for item in found] == ["Trial", "Rejected", "Rejected", "Trial"]
    assert isinstance(found[1], Rejected) and found[1].source == "export.json item 2" and "protocolSection" in found[1].why


def test_unexpected_shapes_are_kept_as_other_fields() -> None:
    study = {"protocolSection": {"identificationModule": {"briefTitle": "T"}, "eligibilityModule": "free text", "newModule": {"a": [{"b": "kept"}]}}}
    (trial,) = of_text("x.json", json.dumps(study))
    assert isinstance(trial, Trial)
    assert {"T", "free text", "kept"} <= {f.value for f in trial.fields}
    assert (trial.id, trial.nct_id) == ("x", None)


@pytest.mark.parametrize(
    ("count", "status", "noted"), [(0, "RECRUITING", True), (0, "WITHDRAWN", False), (12, "RECRUITING", False)], ids=["none", "withdrawn", "some"]
)
def test_enrollment_of_none_is_noted(count: int, status: str, noted: bool) -> None:
    study = {"protocolSection": {"statusModule": {"overallStatus": status}, "designModule": {"enrollmentInfo": {"count": count}}}}
    (trial,) = of_text("x.json", json.dumps(study))
    assert isinstance(trial, Trial)
    assert any(note.kind == "implausible" for note in trial.notes) is noted


def test_results_are_read_as_texts_and_a_note_says_so() -> None:
    measures = [{"title": "OS", "description": "Time to death", "classes": [{"title": "x", "categories": [{"measurements": [{"value": "3.1"}]}]}]}]
    study = {
        "protocolSection": {"identificationModule": {"briefTitle": "T"}},
        "resultsSection": {"outcomeMeasuresModule": {"outcomeMeasures": measures}},
    }
    (trial,) = of_text("x.json", json.dumps(study))
    assert isinstance(trial, Trial)
    assert [(f.value, f.parts["description"]) for f in trial.all("results")] == [("OS", "Time to death")]
    assert any("results" in note.text for note in trial.notes)


def test_xml_fields() -> None:
    (trial,) = trials(FIXTURES / "NCT05685771.xml")
    assert (trial.id, trial.nct_id, trial.layout) == ("NCT05685771", "NCT05685771", "ctgov_xml")
    assert one(trial, "acronym")[0] == "SMART"
    assert one(trial, "start_date") == ("February 20, 2023", "NCT05685771.xml#start_date", "February 20, 2023", "Actual")
    assert one(trial, "enrollment")[::3] == ("120", "Anticipated")
    assert one(trial, "healthy_volunteers")[::2] == ("Yes", "Accepts Healthy Volunteers")
    assert [f.value for f in trial.all("collaborator")] == ["ETH Zurich", "University of Zurich", "Psychiatric University Hospital, Zurich"]
    assert [f.role for f in trial.all("arm")] == ["OTHER", "OTHER"]
    (device,) = trial.all("intervention")
    assert device.role == "DEVICE" and device.parts["name"] == "Phase-targeted auditory stimulation"
    (site,) = trial.all("location")
    assert (
        site.value == "Sensory-Motor Systems Lab, Zurich, Switzerland" and site.parts["status"] == "Recruiting" and "not_quotable" not in site.parts
    )
    assert len(trial.all("contact")) == 4
    text = one(trial, "eligibility")[2]
    assert text.startswith("Inclusion Criteria:\n\n  -  Male and female adults aged 18-55 years\n") and "Exclusion Criteria:" in text
    assert "\r" not in text


def test_xml_of_something_else_is_rejected() -> None:
    (item,) = of_text("x.xml", '<?xml version="1.0"?><feed><entry/></feed>')
    assert isinstance(item, Rejected) and "<feed>" in item.why


def test_several_xml_studies() -> None:
    study = "<clinical_study><id_info><nct_id>NCT0000000{}</nct_id></id_info><brief_title>T</brief_title></clinical_study>"
    found = of_text("all.xml", f"<search_results>{study.format(1)}{study.format(2)}</search_results>")
    found += of_text("all.xml", f'<?xml version="1.0"?><search_results>{study.format(1)}{study.format(2)}</search_results>')
    assert [item.id for item in found if isinstance(item, Trial)] == ["NCT00000001", "NCT00000002"] * 2


def test_csv_rows() -> None:
    first, second = trials(FIXTURES / "ctg-studies.csv")
    assert (first.id, first.layout, first.title) == ("NCT05889338", "ctgov_csv", "Effect of Adalimumab Therapy on Psoriasis Patient")
    assert one(first, "allocation") == ("RANDOMIZED", "ctg-studies.csv#NCT05889338.Study Design", "Allocation: RANDOMIZED", None)
    assert one(first, "intervention")[::3] == ("adalimumab and methotrexate", "DRUG")
    assert one(first, "location")[0] == "Sohag University Hospital, Sohag, Egypt"
    assert first.all("location")[0].parts["country"] == "Egypt"
    assert [f.value for f in second.all("condition")] == ["Psoriasis", "Psoriasis Arthritis", "Psoriasis (PsO)", "Psoriasis Patients"]
    assert [f.role for f in second.all("outcome")] == ["primary"] * 3 + ["secondary"] * 4
    assert second.all("outcome")[0].parts["time_frame"] == "2024-2025"
    assert not first.all("eligibility")


def test_csv_page_without_a_header_row() -> None:
    lines = (FIXTURES / "ctg-studies.csv").read_text(encoding="utf-8").split("\n", 1)
    found = of_text("page2.csv", lines[1])
    assert [item.id for item in found if isinstance(item, Trial)] == ["NCT05889338", "NCT07448337"]


def test_csv_with_chosen_columns_and_a_short_row() -> None:
    found = of_text("x.csv", "NCT Number,Study Title,Sponsor\nNCT00000001,A,S\nNCT00000002,B\n\nNCT00000003,C,S\n")
    assert [item.id if isinstance(item, Trial) else item.source for item in found] == ["NCT00000001", "x.csv row 2", "NCT00000003"]


def test_same_content_same_hash_and_another_content_another() -> None:
    text = JSON.read_text()
    a, b, c = (item for source in (text, text, text.replace("18 Years", "19 Years")) for item in of_text("x.json", source))
    assert isinstance(a, Trial) and isinstance(b, Trial) and isinstance(c, Trial)
    assert a == b and a.content_hash != c.content_hash
