"""`trialmatch serve`: what it listens on and with, and what it says."""

from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant
from assistant.cli import main
from assistant.serve.gate import LOOPBACK, Gate
from assistant.serve.service import application
from assistant.settings import Settings


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Settings, bool]]:
    """What would be served, instead of serving it."""
    seen: list[tuple[Settings, bool]] = []
    monkeypatch.setattr("assistant.serve.serve", lambda _, settings, page: seen.append((settings, page)))
    monkeypatch.setattr(Assistant, "complete", lambda *_: None)
    return seen


def test_the_command_line_wins_over_the_settings(
    served: list[tuple[Settings, bool]], seed_store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRIALMATCH_PORT", "8001")
    monkeypatch.setenv("TRIALMATCH_HOST", "localhost")
    assert main(["serve", "--store", str(seed_store)]) == 0
    assert main(["serve", "--store", str(seed_store), "--port", "8002", "--no-page"]) == 0
    assert [(s.host, s.port, page) for s, page in served] == [("localhost", 8001, True), ("localhost", 8002, False)]
    said = capsys.readouterr()
    assert "http://localhost:8001/api/docs" in said.out and not said.err


def test_an_open_service_without_a_password_says_so(
    served: list[tuple[Settings, bool]], seed_store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--store", str(seed_store), "--host", "0.0.0.0"]) == 0
    assert "without a password" in capsys.readouterr().err
    monkeypatch.setenv("TRIALMATCH_PASSWORD", "secret")
    assert main(["serve", "--store", str(seed_store), "--host", "0.0.0.0"]) == 0
    assert not capsys.readouterr().err


@pytest.mark.parametrize(("host", "names"), [("127.0.0.1", frozenset(LOOPBACK)), ("0.0.0.0", None)])
def test_a_loopback_service_answers_to_its_own_names_alone(host: str, names: Any, seed_store: Path) -> None:
    gate = application(Assistant.open(store=seed_store), Settings(store=seed_store, host=host), page=False)
    assert isinstance(gate, Gate) and gate._names == names
