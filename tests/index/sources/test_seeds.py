"""The five trial documents: every field, and the exact words it stands on."""

from pathlib import Path

import pytest

from index.sources import read_path, read_paths
from index.trials import Field, FieldName, Trial

SEEDS = Path(__file__).parents[3] / "seeds"
TRIALS = {item.id[:3]: item for item in read_paths([SEEDS]) if isinstance(item, Trial)}


def quote(trial: Trial, field: Field) -> str:
    return field.span.of(trial.document(field.document).text)


def values(trial: Trial, name: FieldName) -> list[str]:
    return [field.value for field in trial.all(name)]


def test_the_folder_holds_five_trials_and_no_readme() -> None:
    assert [trial.id for trial in TRIALS.values()] == [
        "000_82447e1e7c56db04",
        "001_a72e251cd41047c2",
        "002_fab0195c309f7135",
        "003_2e44e51f1b2c4095",
        "004_674cee5a3c22a444",
    ]
    assert {trial.nct_id for trial in TRIALS.values()} == {None}


@pytest.mark.parametrize("trial", TRIALS.values(), ids=lambda t: t.id[:3])
def test_the_document_is_the_file(trial: Trial) -> None:
    assert trial.document(trial.source).text == (SEEDS / trial.source).read_text(encoding="utf-8")
    for field in trial.fields:
        text = quote(trial, field)
        assert text and text == text.strip()
    assert list(read_path(SEEDS / trial.source)) == [trial]


@pytest.mark.parametrize(
    ("seed", "name", "expected"),
    [
        ("000", "title", ["Second-line Treatment With CAdonilimab and LEnvatinib for Unresectable HCC"]),
        ("000", "condition", ["Hepatocellular Carcinoma"]),
        ("000", "intervention", ["Cadonilimab+Lenvatinib"]),
        ("000", "description", []),
        ("000", "phase", ["phase II"]),
        ("000", "masking", ["open-label"]),
        ("000", "design", ["multi-center", "single-arm"]),
        ("000", "enrollment", []),
        ("001", "title", ["Combined HAIC, Lenvatinib and Cadonilimab as Conversion Therapy for Unresectable Hepatocellular Carcinoma"]),
        ("001", "status", ["Recruiting"]),
        ("001", "end_date", ["2026-06-30"]),
        ("001", "start_date", []),
        ("001", "enrollment", ["0"]),
        ("001", "sex", ["All"]),
        ("001", "phase", ["Phase 2"]),
        ("001", "healthy_volunteers", ["No"]),
        ("001", "sponsor", ["Tongji Hospital"]),
        ("001", "collaborator", ["Geneplus-Beijing Co. Ltd."]),
        ("001", "intervention", ["Lenvatinib"]),
        ("001", "outcome", []),
        ("002", "phase", []),
        (
            "002",
            "condition",
            [
                "BCLC Stage B Hepatocellular Carcinoma",
                "BCLC Stage C Hepatocellular Carcinoma",
                "Hepatic Arterial Infusion Chemotherapy",
                "Lenvatinib",
                "PD-1",
                "Systemic Therapy",
            ],
        ),
        ("002", "intervention", ["hepatic artery infusion chemotherapy", "Lenvatinib + PD-1 monoclonal antibody"]),
        ("003", "phase", ["phase I"]),
        ("003", "design", ["Single-arm", "single-center"]),
        ("003", "condition", ["HCC - Hepatocellular Carcinoma"]),
        (
            "003",
            "outcome",
            [
                "Median progression-free survival(mPFS)",
                "overall response rate (ORR) measured by mRECIST criteria",
                "Overall survival (OS)",
                "Disease control rate (DCR)",
                "Incidence of Treatment-Emergent Adverse Events [Safety and Tolerability]",
            ],
        ),
        (
            "004",
            "title",
            ["A Study of Cadonilimab(AK104) Plus Lenvatinib in Previous Immunotherapy Treated Advanced/Metastatic Clear Cell Renal Cell Carcinoma"],
        ),
        ("004", "condition", ["Clear Cell Renal Cell Carcinoma", "Resistance to Immunotherapy"]),
        ("004", "enrollment", ["28", "12", "16"]),
        ("004", "phase", ["Phase II"]),
    ],
)
def test_values(seed: str, name: FieldName, expected: list[str]) -> None:
    assert values(TRIALS[seed], name) == expected


@pytest.mark.parametrize(
    ("seed", "name", "at", "expected"),
    [
        ("001", "status", 0, "Status:\nRecruiting\nRecruiting"),
        ("001", "enrollment", 0, "Target enrollment:\n0\n0"),
        ("001", "end_date", 0, "Trial end date:\n2026-06-30\n2026-06-30"),
        ("001", "sponsor", 0, "Lead Sponsor:\nTongji Hospital"),
        ("001", "collaborator", 0, "Collaborator:\nGeneplus-Beijing Co. Ltd."),
        ("001", "healthy_volunteers", 0, "Accepts Healthy Volunteers?\nNo"),
        ("001", "phase", 0, "Phase:\nPhase 2"),
        ("002", "intervention", 0, "PROCEDURE: hepatic artery infusion chemotherapy"),
        (
            "003",
            "outcome",
            4,
            "Incidence of Treatment-Emergent Adverse Events [Safety and Tolerability], Adverse Events, Up to 21 days post-the last treatment",
        ),
        (
            "004",
            "title",
            0,
            "A Study of Cadonilimab（AK104） Plus Lenvatinib in Previous Immunotherapy Treated Advanced/Metastatic Clear Cell Renal Cell Carcinoma",
        ),
        ("004", "outcome", 8, "HRQoL based on EORTC QLQ-H&N35., Up to 2 years"),
        ("004", "enrollment", 0, "aim of enrolling 28 patients"),
    ],
)
def test_quotes(seed: str, name: FieldName, at: int, expected: str) -> None:
    trial = TRIALS[seed]
    assert quote(trial, trial.all(name)[at]) == expected


def test_eligibility_runs_from_its_heading_to_the_end() -> None:
    (field,) = TRIALS["001"].all("eligibility")
    text = quote(TRIALS["001"], field)
    assert text.startswith("Inclusion Criteria:- hepatocellular carcinoma is proven")
    assert text.endswith("the study based on the judgement of the investigators.")
    assert [seed for seed, trial in TRIALS.items() if trial.all("eligibility")] == ["001"]


def test_summary_stops_at_the_label_glued_to_it() -> None:
    summary = TRIALS["001"].first("summary")
    assert summary and summary.value.endswith("conversion therapy for unresectable hepatocellular carcinoma.")


def test_outcome_roles_come_from_the_position_unless_the_text_says_so() -> None:
    roles = {seed: [field.role for field in trial.all("outcome")] for seed, trial in TRIALS.items()}
    assert roles["000"] == ["primary position"] + ["secondary position"] * 6
    assert roles["002"] == ["primary position"] + ["secondary position"] * 8
    assert roles["003"] == ["primary position"] + ["secondary position"] * 4
    assert roles["004"] == ["primary"] + ["secondary position"] * 5 + ["other position"] * 3
    assert TRIALS["004"].all("outcome")[0].parts["stated"] == "The primary endpoint is ORR per RECIST v1.1 as assessed by investigators."
    for seed in ("000", "002", "003", "004"):
        assert any(note.kind == "layout" and "does not label" in note.text for note in TRIALS[seed].notes)


def test_outcome_pieces() -> None:
    dor = next(f for f in TRIALS["000"].all("outcome") if f.value == "Duration of response (DoR)")
    assert dor.parts == {
        "measure": "Duration of response (DoR)",
        "description": "Defined as the time from the first dose to disease progression or death in patients who achieve complete or partial "
        "response.",
        "time_frame": "Up to two years",
    }
    mpfs, orr, _, dcr, _ = TRIALS["003"].all("outcome")
    assert mpfs.parts["time_frame"].startswith("From randomization to") and mpfs.parts["time_frame"].endswith("assessed up to 1 year")
    assert orr.parts["description"].endswith("recorded since treatment started. ORR=CR+PR.")
    assert orr.parts["time_frame"].startswith("rom the date of first treatment")
    assert dcr.parts["description"] == "Percentage of patients that had a CR, PR, or SD ≥ 6 months per mRECIST"
    assert "SD â‰¥ 6 months" in quote(TRIALS["003"], dcr)


def test_description() -> None:
    (field,) = TRIALS["004"].all("description")
    text = quote(TRIALS["004"], field)
    assert text.startswith("This trial is a single-arm") and text.endswith("cardunilimab was donated by Akeso.")
    assert r"weighing \< 60 kg" in text and "weighing < 60 kg" in field.value
    assert values(TRIALS["003"], "description")[0].startswith("Immune checkpoint inhibitors (ICIs)")


def test_notes() -> None:
    kinds = {seed: [note.kind for note in trial.notes] for seed, trial in TRIALS.items()}
    assert kinds == {
        "000": ["layout", "duplicate"],
        "001": ["implausible"],
        "002": ["layout", "duplicate"],
        "003": ["layout", "damaged"],
        "004": ["layout"],
    }
    (damaged,) = [note for note in TRIALS["003"].notes if note.kind == "damaged"]
    assert [span.of(TRIALS["003"].documents[0].text) for span in damaged.spans] == ["â‰¥"]


def test_stages_are_told_from_the_whole() -> None:
    assert [field.role for field in TRIALS["004"].all("enrollment")] == ["in words", "in words, of a stage", "in words, of a stage"]
