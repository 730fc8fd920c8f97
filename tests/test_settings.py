"""Settings: one definition, the environment over the file over the default, and the page that lists them."""

import json
import re
import sys
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.settings import ENVIRONMENT_ONLY, Settings, effective, known, table
from index.errors import SettingsError

ROOT = Path(__file__).parent.parent


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "trialmatch.toml"


def _environment(file: Path, **more: str) -> dict[str, str]:
    return {"TRIALMATCH_CONFIG": str(file), **more}


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(file: Path) -> None:
    file.write_text('store = "here"\nport = 7000\nallow_hub = true\nuser = "file"\n', encoding="utf-8")
    settings = Settings.read(_environment(file, TRIALMATCH_USER="variable", TRIALMATCH_PASSWORD=" "))
    assert settings.store == file.parent / "here", "a folder in the file is relative to the file"
    assert (settings.port, settings.hub, settings.user, settings.password, settings.host) == (7000, True, "variable", None, "127.0.0.1")
    origins = {e.setting.key: e.origin for e in effective(_environment(file, TRIALMATCH_USER="variable"))}
    assert origins | {"port": "file", "user": "environment", "host": "default"} == origins


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("prot = 7000", "unknown key, prot"),
        ("port = 70000", "port in .* is '70000'"),
        ("port = 1.5", "port in .* whole number"),
        ("allow_hub = 'perhaps'", "allow_hub"),
        ("port 7000", "no TOML"),
        ("[server]\nport = 7000", "unknown key, server"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name(file: Path, text: str, words: str) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=words):
        Settings.read(_environment(file))


def test_a_named_file_must_be_there_and_an_empty_name_means_none(file: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be opened"):
        Settings.read(_environment(file))
    assert Settings.read({"TRIALMATCH_CONFIG": ""}).port == 7860


def test_the_command_shows_values_with_their_origin_and_no_secret(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text('password = "open sesame"\n', encoding="utf-8")
    monkeypatch.setenv("TRIALMATCH_CONFIG", str(file))
    monkeypatch.setenv("TRIALMATCH_MODEL", "ollama:tiny")
    assert main(["settings", "--json"]) == 0
    shown = {row["key"]: row for row in json.loads(capsys.readouterr().out)}
    assert shown["password"] == {"key": "password", "variable": "TRIALMATCH_PASSWORD", "value": "****", "origin": "file"}
    assert (shown["model"]["value"], shown["model"]["origin"]) == ("ollama:tiny", "environment")
    assert list(shown) == [setting.key for setting in known()]
    assert main(["settings"]) == 0
    assert "sesame" not in (said := capsys.readouterr().out) and str(file) in said


def test_the_page_holds_the_table_of_the_definition() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert table() in page, f"Write it anew: {sys.executable} -m assistant.cli settings --table"


def test_every_variable_in_the_code_is_in_the_table() -> None:
    used = {
        name
        for package in ("assistant", "index", "evals")
        for path in (ROOT / package).rglob("*.py")
        for name in re.findall(r"\bTRIALMATCH_[A-Z_]*[A-Z]", path.read_text(encoding="utf-8"))
    }
    assert used <= {setting.variable for setting in known()} | set(ENVIRONMENT_ONLY)
