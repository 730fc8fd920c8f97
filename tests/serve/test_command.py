"""`trialmatch serve`: what it listens on and with, and what it says."""

import socket
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
    monkeypatch.setenv("TRIALMATCH_PORT", "18001")
    monkeypatch.setenv("TRIALMATCH_HOST", "localhost")
    assert main(["serve", "--store", str(seed_store)]) == 0
    assert main(["serve", "--store", str(seed_store), "--port", "18002", "--no-page"]) == 0
    assert [(s.host, s.port, page) for s, page in served] == [("localhost", 18001, True), ("localhost", 18002, False)]
    said = capsys.readouterr()
    assert "http://localhost:18001/api/docs" in said.out and not said.err


def test_an_open_service_without_a_password_says_so(
    served: list[tuple[Settings, bool]], seed_store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--store", str(seed_store), "--host", "0.0.0.0", "--port", "18003"]) == 0
    assert "without a password" in capsys.readouterr().err
    monkeypatch.setenv("TRIALMATCH_PASSWORD", "secret")
    assert main(["serve", "--store", str(seed_store), "--host", "0.0.0.0", "--port", "18003"]) == 0
    assert not capsys.readouterr().err


@pytest.mark.parametrize("port", ["taken", "99999"])
def test_a_port_that_cannot_be_used_is_said_in_one_line(port: str, served: list[tuple[Settings, bool]], capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert main(["serve", "--port", port if port != "taken" else str(other.getsockname()[1])]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "--port" in said and not served


@pytest.mark.parametrize(("host", "names"), [("127.0.0.1", frozenset(LOOPBACK)), ("0.0.0.0", None)])
def test_a_loopback_service_answers_to_its_own_names_alone(host: str, names: Any, seed_store: Path) -> None:
    gate = application(Assistant.open(store=seed_store), Settings(store=seed_store, host=host), page=False)
    assert isinstance(gate, Gate) and gate._names == names
