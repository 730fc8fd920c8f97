"""The cohort script of the documentation: its frames have a row for each question, and for each patient and trial."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from assistant import Assistant
from tests.conftest import ROOT, SEEDS, HashingEmbedder


@pytest.fixture(scope="module")
def cohort() -> ModuleType:
    spec = importlib.util.spec_from_file_location("cohort", ROOT / "docs" / "cohort.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_question_and_every_patient_has_its_rows(cohort: ModuleType, seed_copy: Path) -> None:
    assistant = Assistant.open(seed_copy, embedder=HashingEmbedder())
    asked, matched = cohort.answers(assistant), cohort.verdicts(assistant, cohort.COHORT)
    assert len(cohort.QUESTIONS) == 10 and list(asked["question"]) == list(cohort.QUESTIONS) and asked["answer"].str.len().min() > 0
    assert len(matched) == len(cohort.COHORT) * len(SEEDS) and matched["FAIL"].gt(0).equals(matched["fails"].ne(""))


def test_a_folder_of_notes_gives_what_can_be_read(cohort: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("58M HCC", encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"\xff\xfe\x81")
    assert cohort.folder(tmp_path) == {"a.txt": "58M HCC"}
    assert "b.txt" in capsys.readouterr().err
