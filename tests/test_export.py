"""Compiled criteria for other programs: MatchMiner's CTML, checked against its schema and against the checks themselves, and JSON."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from assistant import Assistant
from assistant.cli import main
from assistant.report.conditions import conditions
from assistant.report.ctml import ctml, exported
from assistant.report.yaml import block
from index.conditions import Condition
from index.trials import Trial
from index.vocabulary import vocabulary

REPORT = Path(__file__).parent.parent / "assistant" / "report"

# matchminer-api, matchminer/data_model.py: yaml_clinical_schema and yaml_genomic_schema, as far as they are written here.
CLINICAL = {
    "oncotree_primary_diagnosis": None, "age_numerical": None, "gender": {"Male", "Female", "X"},
    **{key: {"Positive", "Negative", "Unknown"} for key in ("er_status", "pr_status", "her2_status")},
}  # fmt: skip
GENOMIC = {
    "hugo_symbol": None, "protein_change": None, "wildcard_protein_change": None, "exon": None,
    "variant_category": {"Mutation", "Copy Number Variation", "Structural Variation", "Any Variation", "!Mutation", "!Copy Number Variation",
                         "!Structural Variation"},
    "variant_classification": {"In_Frame_Del", "In_Frame_Ins", "Missense_Mutation"}, "mmr_status": {"MMR-Proficient", "MMR-Deficient"},
    "ms_status": {"MSI-H", "MSI-L", "MSS"},
}  # fmt: skip


def _trial(inclusion: str, exclusion: str = "- Pregnancy.") -> Trial:
    (trial,) = Assistant.read("page.txt", f"A trial of a drug\n\nInclusion Criteria:\n{inclusion}\n\nExclusion Criteria:\n{exclusion}\n")
    return trial


def _valid(node: dict[str, Any]) -> None:
    ((kind, value),) = node.items()
    if kind in ("and", "or"):
        assert len(value) > 1
        for item in value:
            _valid(item)
        return
    known = {"clinical": CLINICAL, "genomic": GENOMIC}[kind]
    for key, stated in value.items():
        allowed = known[key]
        assert allowed is None or stated in allowed, (key, stated)
        assert isinstance(stated, int if key == "exon" else str)


def _holds(node: dict[str, Any], age: float, gender: str, diagnosis: str) -> bool:
    """As MatchMiner's engine reads a tree: by date of birth, "<=" being no different from "<"."""
    ((kind, value),) = node.items()
    if kind in ("and", "or"):
        return (all if kind == "and" else any)(_holds(item, age, gender, diagnosis) for item in value)
    ((key, stated),) = value.items()
    if key == "gender":
        return bool(stated == gender)
    if key == "oncotree_primary_diagnosis":
        return stated != f"!{diagnosis}" if stated.startswith("!") else bool(stated == diagnosis)
    sign = ">=" if stated.startswith(">=") else "<"
    limit = float(stated.removeprefix(sign))
    return age >= limit if sign == ">=" else age < limit


@pytest.mark.parametrize(
    ("inclusion", "node"),
    [
        ("- Age ≥18 years.", {"clinical": {"age_numerical": ">=18"}}),
        ("- Age over 18 years.", {"clinical": {"age_numerical": ">=19"}}),
        ("- Age 18 to 75 years.", {"and": [{"clinical": {"age_numerical": ">=18"}}, {"clinical": {"age_numerical": "<76"}}]}),
        (
            "- Women aged 18 to 75 years.",
            {"and": [{"clinical": {"gender": "Female"}}, {"clinical": {"age_numerical": ">=18"}}, {"clinical": {"age_numerical": "<76"}}]},
        ),
        ("- Age 6 months to 17 years.", {"and": [{"clinical": {"age_numerical": ">=0.500"}}, {"clinical": {"age_numerical": "<18"}}]}),
        ("- Age <18 years.", {"clinical": {"age_numerical": "<18"}}),
        ("- Male.", {"clinical": {"gender": "Male"}}),
        ("- Histologically confirmed hepatocellular carcinoma.", {"clinical": {"oncotree_primary_diagnosis": "Hepatocellular Carcinoma"}}),
        ("- EGFR mutation.", {"genomic": {"hugo_symbol": "EGFR", "variant_category": "Mutation"}}),
        ("- KRAS wild type.", {"genomic": {"hugo_symbol": "KRAS", "variant_category": "!Mutation"}}),
        ("- ALK positive.", {"genomic": {"hugo_symbol": "ALK", "variant_category": "Structural Variation"}}),
        ("- HER2 negative.", {"clinical": {"her2_status": "Negative"}}),
    ],
)
def test_what_ctml_can_say_is_said(inclusion: str, node: dict[str, Any]) -> None:
    found = exported(_trial(inclusion))[0]
    assert found.node == node
    _valid(node)


@pytest.mark.parametrize(
    "inclusion",
    [
        "- Platelets ≥75×10^9/L.",
        "- ECOG 0 or 1.",
        "- Written informed consent.",
        "- Prior sorafenib.",
        "- Age ≥18 years or ECOG 0.",
        "- EGFR exon 18 mutation.",
    ],
)
def test_what_it_cannot_say_is_listed_verbatim(inclusion: str) -> None:
    trial = _trial(inclusion)
    found = exported(trial)[0]
    assert found.how == "not" and found.left_out == (found.criterion.quote,)
    assert f"#   I01  {found.criterion.quote}" in ctml(trial)


def test_a_demand_is_exported_in_part_but_an_exclusion_only_exactly() -> None:
    trial = _trial(
        "- Unresectable hepatocellular carcinoma in adults aged ≥18 years.", "- Fibrolamellar carcinoma with brain metastases.\n- HER2 positive."
    )
    first, second, third = exported(trial)
    assert first.how == "part" and first.left_out and "Hepatocellular Carcinoma" in str(first.node)
    assert second.how == "not", "not both is not: not this one"
    assert third.how == "not", "what is not positive may be untested"
    assert "NO DIAGNOSIS" in ctml(_trial("- Age ≥18 years.")) and "NO DIAGNOSIS" not in ctml(trial)


def test_the_tree_rules_out_nobody_whom_the_checks_accept() -> None:
    trial = _trial("- Male or female, 18 to 75 years old, with hepatocellular carcinoma.", "- Fibrolamellar carcinoma.\n- Women over 60 years.")
    nodes = [e.node for e in exported(trial) if e.node is not None]
    assert len(nodes) >= 2
    (matched,) = yaml.safe_load(ctml(trial))["treatment_list"]["step"][0]["match"]
    ids = {e.criterion.id for e in exported(trial) if e.node is not None}
    from assistant.check import match
    from assistant.patient import read_note

    for age in (17, 18, 60, 61, 75, 76):
        for sex in ("male", "female"):
            for disease, name in (
                ("hepatocellular carcinoma", "Hepatocellular Carcinoma"),
                ("fibrolamellar carcinoma", "Fibrolamellar Carcinoma"),
                ("clear cell renal cell carcinoma", "Renal Clear Cell Carcinoma"),
            ):
                as_of = date(2026, 11, 20)
                report = match((trial,), read_note(f"{age}-year-old {sex} with {disease}.", as_of), as_of, "unknown").trials[0]
                refused = any(c.outcome == "FAIL" and c.id in ids for c in report.criteria)
                if not _holds(matched, age + 0.5, sex.capitalize(), name):
                    # OncoTree's fibrolamellar carcinoma is no hepatocellular carcinoma; ours is, and its exclusion is what counts.
                    assert refused, (age, sex, disease)


def test_the_document_is_yaml_with_the_trials_own_words(seed_store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assistant = Assistant.open(store=seed_store)
    for trial in assistant.trials():
        text = ctml(trial)
        document = yaml.safe_load(text)
        assert document["protocol_no"] == (trial.nct_id or trial.id) and document["long_title"]
        (step,) = document["treatment_list"]["step"]
        for node in step.get("match", ()):
            _valid(node)
        comments = " ".join(line.lstrip("# ") for line in text.splitlines() if line.startswith("#"))
        for found in exported(trial):
            if found.how == "not":
                assert " ".join(found.criterion.quote.split()) in " ".join(comments.split())
    assert main(["export", "001", "--ctml", "--store", str(seed_store)]) == 0
    assert capsys.readouterr().out == ctml(assistant.trial("001"))


def test_json_holds_every_condition_so_that_it_can_be_read_back(seed_store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "001", "--store", str(seed_store)]) == 0
    written = json.loads(capsys.readouterr().out)
    trial = Assistant.open(store=seed_store).trial("001")
    assert written == json.loads(json.dumps(conditions(trial)))
    read: TypeAdapter[Condition] = TypeAdapter(Condition)
    for row, criterion in zip(written["criteria"], trial.criteria, strict=True):
        assert read.validate_python(row["condition"]) == criterion.condition
        assert trial.document(row["document"]).text[row["start"] : row["end"]] == row["quote"]


@settings(max_examples=40, deadline=None)
@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda s: st.lists(s, min_size=1) | st.dictionaries(st.text(), s, min_size=1))
)
def test_yaml_reads_back_as_it_was_written(value: Any) -> None:
    text = block({"key": value})
    assert yaml.safe_load(text) == {"key": value}


def test_the_tables_name_what_the_vocabulary_knows() -> None:
    known = vocabulary()
    with (REPORT / "oncotree.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            assert row["concept"] in known.diseases, row
            assert row["names"] and len(row["codes"].split("|")) == len(row["names"].split("|"))
    with (REPORT / "ctml_biomarkers.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            assert row["scale"] in known.scales and row["value"] in ("positive", "negative") and row["part"] in ("clinical", "genomic"), row
