"""`trialmatch changes` and `Assistant.changes`: what a newer version changed, and for whom."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.cli import main
from index.errors import UnknownTrial, UnreadableNote
from tests.conftest import HashingEmbedder

AS_OF = date(2026, 11, 20)
TEXT = """Study of a drug in hepatocellular carcinoma

Status: {status}

Inclusion Criteria:
- Hepatocellular carcinoma
- Platelets >= {platelets} x 10^9/L
- ECOG performance status 0 or 1

Exclusion Criteria:
- Pregnancy
"""
LOW, HIGH = "58M with HCC. ECOG 1. Platelets 82 x 10^9/L.", "58M with HCC. ECOG 1. Platelets 182 x 10^9/L."


@pytest.fixture(autouse=True)
def hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.api._embedder", lambda settings: HashingEmbedder())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store in which `study` has been replaced once, and patients beside it."""
    assistant = Assistant.open(store=tmp_path / "store", fill=False)
    file = tmp_path / "study.txt"
    for status, platelets in (("Recruiting", 75), ("Suspended", 100)):
        file.write_text(TEXT.format(status=status, platelets=platelets), encoding="utf-8")
        assistant.ingest([file])
    assistant.close()
    patients = tmp_path / "patients"
    patients.mkdir()
    (patients / "low.txt").write_text(LOW, encoding="utf-8")
    (patients / "high.txt").write_text(HIGH, encoding="utf-8")
    return tmp_path


@pytest.fixture
def assistant(folder: Path) -> Iterator[Assistant]:
    opened = Assistant.open(store=folder / "store")
    yield opened
    opened.close()


def test_the_api_says_what_changed_and_whom_it_moves(assistant: Assistant) -> None:
    (found,) = assistant.changes(patients={"low": LOW, "high": HIGH}, as_of=AS_OF)
    (criterion,) = found.criteria
    assert (criterion.kind, criterion.meaning) == ("reworded", "different")
    assert [f.name for f in found.fields] == ["status"]
    (effect,) = found.patients
    assert (effect.patient, effect.before, effect.after) == ("low", "NO_EXCLUSION_FOUND", "EXCLUDED")
    (moved,) = effect.criteria
    assert (moved.before_id, moved.before, moved.after_id, moved.after) == ("I02", "PASS", "I02", "FAIL")
    assert "82" in moved.reason and "100" in moved.reason


def test_since_takes_what_the_store_held_that_morning(assistant: Assistant, folder: Path) -> None:
    (folder / "study.txt").write_text(TEXT.format(status="Suspended", platelets=50), encoding="utf-8")
    assistant.ingest([folder / "study.txt"])
    for since, before in ((None, "100"), (date(2020, 1, 1), "75")):
        (found,) = assistant.changes("study", since=since)
        (criterion,) = found.criteria
        assert criterion.before and before in criterion.before.quote
        assert criterion.after and " 50 " in criterion.after.quote
    assert assistant.changes(since=date(2199, 1, 1)) == ()


def test_a_version_that_came_back_is_no_change(assistant: Assistant, folder: Path) -> None:
    (folder / "study.txt").write_text(TEXT.format(status="Recruiting", platelets=75), encoding="utf-8")
    assistant.ingest([folder / "study.txt"])
    assert assistant.changes(since=date(2020, 1, 1)) == ()
    with pytest.raises(UnknownTrial):
        assistant.changes("nothing")
    with pytest.raises(UnreadableNote):
        assistant.changes(patients={"empty": " "})


def test_no_patient_is_kept(assistant: Assistant, folder: Path) -> None:
    assistant.changes(patients={"low": LOW})
    assert not [p for p in (folder / "store").rglob("*") if p.is_file() and b"Platelets 82" in p.read_bytes()]


def run(capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str) -> tuple[int, str, str]:
    code = main(["changes", *arguments, "--store", str(folder / "store")])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_command_in_words(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "patients" / "broken.json").write_text('{"resourceType": ', encoding="utf-8")
    code, out, err = run(capsys, folder, "study", "--patients", str(folder / "patients"), "--as-of", "2026-11-20")
    assert code == 0
    assert [line.partition(":")[0] for line in err.splitlines()] == ["trialmatch"] and "broken.json" in err
    for words in (
        "- [inclusion] Platelets >= 75 x 10^9/L",
        "+ [inclusion] Platelets >= 100 x 10^9/L",
        "was read as:",
        "status: Recruiting → Suspended",
        "Patients affected: 1 of 2",
        "low.txt: excluded, was: no exclusion found",
        "I02: passes → fails:",
    ):
        assert words in out, words


def test_the_command_as_data_and_without_a_change(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    code, out, _ = run(capsys, folder, "--json", "--patients", str(folder / "patients"))
    (found,) = json.loads(out)
    assert code == 0 and found["id"] == "study" and found["criteria"][0]["after"]["id"] == "I02" and found["patients"][0]["patient"] == "low.txt"
    assert run(capsys, folder, "--since", "2199-01-01") == (0, "No trial has changed since 2199-01-01.\n", "")
    assert run(capsys, folder, "--since", "2199-01-01", "--json") == (0, "[]\n", "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("nothing",), "no trial 'nothing'"), (("--since", "soon"), "not a date"), (("--patients", "/no/such/folder"), "is no folder")],
)
def test_bad_input_is_one_line(capsys: pytest.CaptureFixture[str], folder: Path, arguments: tuple[str, ...], words: str) -> None:
    code, out, err = run(capsys, folder, *arguments)
    assert (code, out) == (2, "") and len(err.splitlines()) == 1 and words in err
