"""Flat records, one a line or in a list, packed or not: what is read of them, and that a bad line costs no other."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from index.criteria import with_criteria
from index.sources import Rejected, read_path, read_text
from index.trials import Trial

FIRST = {
    "nct_id": "NCT00000614",
    "title": "Prevention of Recurrent Venous Thromboembolism",
    "conditions": "['heart diseases', 'venous thromboembolism']",
    "status": "completed",
    "eligibility": "Patients with venous thromboembolism\n\nExclusion Criteria:\n\n* Pregnancy",
}
SECOND = {
    "NCTID": "NCT00001120",
    "brief_title": "Oncogenic viruses",
    "diseases_list": ["Kaposi sarcoma", "lymphoma"],
    "enrollment": 40,
    "minimumAge": "18 Years",
}


def of_lines(*records: object) -> str:
    return "\n".join(one if isinstance(one, str) else json.dumps(one) for one in records)


@pytest.mark.parametrize("form", [of_lines, lambda *records: json.dumps(list(records)), lambda *records: json.dumps({"studies": records})])
def test_several_records_in_one_file(form: Callable[..., str]) -> None:
    first, second = read_text("sample.jsonl", form(FIRST, SECOND))
    assert isinstance(first, Trial) and isinstance(second, Trial)
    assert (first.id, first.title, [f.value for f in first.all("condition")]) == (
        "NCT00000614",
        "Prevention of Recurrent Venous Thromboembolism",
        ["heart diseases", "venous thromboembolism"],
    )
    assert (second.id, second.title) == ("NCT00001120", "Oncogenic viruses")
    assert [f.value for f in second.all("condition")] == ["Kaposi sarcoma", "lymphoma"]
    assert [(f.name, f.value) for f in second.all("enrollment", "minimum_age")] == [("enrollment", "40"), ("minimum_age", "18 Years")]
    for trial in (first, second):
        for field in trial.fields:
            assert field.span.of(trial.document(field.document).text) == field.value


def test_one_record_alone_and_its_criteria() -> None:
    (found,) = read_text("NCT1.json", json.dumps(FIRST))
    assert isinstance(found, Trial)
    criteria = with_criteria(found).criteria
    assert [(c.id, c.quote) for c in criteria if c.polarity == "exclusion"] == [("E01", "Pregnancy")]
    assert criteria[0].document == "NCT1.json#eligibility"


def test_criteria_apart_by_side() -> None:
    text = json.dumps({"title": "A study", "inclusion_criteria": "Age 18 or over", "exclusion_criteria": "Pregnancy\n\nECOG 2 or more"})
    (found,) = read_text("study.json", text)
    assert isinstance(found, Trial)
    assert [(c.polarity, c.quote) for c in with_criteria(found).criteria] == [
        ("inclusion", "Age 18 or over"),
        ("exclusion", "Pregnancy"),
        ("exclusion", "ECOG 2 or more"),
    ]


def test_a_bad_line_costs_no_other() -> None:
    found = list(read_text("sample.jsonl", of_lines(FIRST, '{"title": "cut o', {"colour": "blue"}, SECOND)))
    assert [item.id if isinstance(item, Trial) else item.source for item in found] == [
        "NCT00000614",
        "sample.jsonl line 2",
        "sample.jsonl line 3",
        "NCT00001120",
    ]


def test_a_packed_file_is_read_as_what_it_holds(tmp_path: Path) -> None:
    packed = tmp_path / "sample.jsonl.gz"
    packed.write_bytes(gzip.compress(of_lines(FIRST, SECOND).encode()))
    assert [t.id for t in read_path(packed) if isinstance(t, Trial)] == ["NCT00000614", "NCT00001120"]
    misnamed = tmp_path / "trial"
    misnamed.write_bytes(gzip.compress(b"A study of Y in renal cancer\n\nInclusion Criteria:\n* ECOG 0-1\n"))
    (found,) = read_path(misnamed)
    assert isinstance(found, Trial) and found.title == "A study of Y in renal cancer"


def test_packed_files_that_are_damaged_or_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = tmp_path / "sample.jsonl.gz"
    packed.write_bytes(gzip.compress(of_lines(FIRST).encode())[:-20])
    (found,) = read_path(packed)
    assert isinstance(found, Rejected) and "damaged" in found.why
    monkeypatch.setattr("index.sources._MAX_BYTES", 1000)
    packed.write_bytes(gzip.compress(b" " * 100_000))
    (found,) = read_path(packed)
    assert isinstance(found, Rejected) and "larger than 1 GB" in found.why


def test_the_first_line_may_be_bad_and_lines_are_counted_as_in_the_file() -> None:
    found = list(read_text("sample.jsonl", of_lines('{"title": "cut o', "", FIRST, "", "{]", SECOND)))
    assert [item.id if isinstance(item, Trial) else item.source for item in found] == [
        "sample.jsonl line 1",
        "NCT00000614",
        "sample.jsonl line 5",
        "NCT00001120",
    ]


@pytest.mark.parametrize("mark", ["\u2028", "\u0085", "\u2029"])
def test_a_line_ends_at_a_newline_alone(mark: str) -> None:
    record = FIRST | {"eligibility": f"Inclusion Criteria:\n\n* Adults{mark}of any sex"}
    first, second = read_text("sample.jsonl", "\n".join(json.dumps(one, ensure_ascii=False) for one in (record, SECOND)))
    assert isinstance(first, Trial) and isinstance(second, Trial)
    assert first.document(first.all("eligibility")[0].document).text == record["eligibility"]


def test_one_laid_out_record_that_is_cut_off_is_one_line() -> None:
    text = json.dumps({"protocolSection": {"a": {}, "b": [{"c": "d"}, {}]}}, indent=1)[:-2]
    (found,) = read_text("cut.json", text)
    assert isinstance(found, Rejected) and found.source == "cut.json"


def test_sex_and_ages_below_the_criteria_are_checks() -> None:
    """Older exports write the registry's own fields there."""
    below = "Inclusion Criteria:\n\n* Asthma\n\nMust be FEMALE\n\nMust have minimum age of 18 Years\n\nMust have maximum age of 60 Years"
    (found,) = read_text("NCT1.json", json.dumps({"title": "A study of asthma", "eligibility": below}))
    assert isinstance(found, Trial)
    assert [(f.name, f.value) for f in found.all("sex", "minimum_age", "maximum_age")] == [
        ("sex", "FEMALE"),
        ("minimum_age", "18 Years"),
        ("maximum_age", "60 Years"),
    ]
    assert [c.quote for c in with_criteria(found).criteria] == ["Asthma", "FEMALE", "18 Years", "60 Years"]
