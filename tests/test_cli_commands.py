"""The commands with a filter, a table, a registry or a port: what they print, and how they refuse."""

import io
import json
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant
from assistant.cli import main
from index.registry import Registry
from tests.conftest import HashingEmbedder
from tests.index.registry.server import Api, study

NOTE = "58M HCC, ECOG 1"
LABS = "date,test,value,unit\n2026-11-18,Platelets,60,10^9/L\n"


@pytest.fixture(autouse=True)
def hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.api._embedder", lambda settings: HashingEmbedder())


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a recruiting and a completed trial in Germany, and a recruiting one in Peru."""
    folder = tmp_path_factory.mktemp("studies")
    peru = {"locations": [{"facility": "Clinic", "city": "Lima", "country": "Peru"}]}
    records = [study(1), study(2, status="COMPLETED"), study(3)]
    records[2]["protocolSection"]["contactsLocationsModule"] = peru
    for record in records:
        (folder / f"{record['protocolSection']['identificationModule']['nctId']}.json").write_text(json.dumps(record))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assistant.api._embedder", lambda settings: HashingEmbedder())
        assistant = Assistant.open(store=folder / "store", fill=False)
        assistant.ingest(sorted(folder.glob("*.json")))
        assistant.close()
    return folder / "store"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """A note, tables, and things that are neither, by name."""
    contents = {
        "note.txt": NOTE.encode(), "labs.csv": LABS.encode(), "empty.csv": b"", "words.csv": b"no table at all\n",
        "bundle.json": b'{"resourceType": "Bundle", "entry": []}', "binary.csv": b"\x00\xff\xfe\x81",
    }  # fmt: skip
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {Path(name).stem: str(tmp_path / name) for name in contents} | {"folder": str(tmp_path)}


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    return code, *capsys.readouterr()


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line of a refusal."""
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, ""), (arguments, out, err)
    assert err.startswith("trialmatch: ") and err.count("\n") == 1 and "Traceback" not in err, err
    return err


def test_ask_of_some_trials(capsys: pytest.CaptureFixture[str], store: Path) -> None:
    code, out, err = run(capsys, "ask", "Which trials accept ECOG 1?", "--status", "recruiting", "--country", "Germany", "--store", str(store))
    assert (code, err) == (0, "")
    assert "Asked only of the trials whose record states status recruiting and country Germany: NCT00000001." in out
    assert "NCT00000002" not in out and "NCT00000003" not in out
    code, out, _ = run(capsys, "ask", "Who sponsors NCT00000002?", "--status", "RECRUITING", "--json", "--store", str(store))
    answer = json.loads(out)
    assert code == 0 and answer["kind"] == "not_stated" and "NCT00000002 is left out: its status is completed [1]" in answer["text"]
    assert [c["quote"] for c in answer["citations"]] == ["COMPLETED"]
    code, out, _ = run(
        capsys, "ask", "Platelet minimum?", "--phase", "2", "--condition", "liver cancer", "--country", "Austria", "--store", str(store)
    )
    assert code == 0 and "No indexed trial states" in out and "Germany, Peru" in out


def test_match_of_some_trials(capsys: pytest.CaptureFixture[str], store: Path, files: dict[str, str]) -> None:
    code, out, _ = run(capsys, "match", files["note"], "--status", "RECRUITING", "--country", "Peru", "--json", "--store", str(store))
    assert code == 0 and [t["trial"]["nct_id"] for t in json.loads(out)["trials"]] == ["NCT00000003"]
    code, out, _ = run(capsys, "list", "--country", "Germany", "--json", "--store", str(store))
    assert code == 0 and [t["id"] for t in json.loads(out)] == ["NCT00000001", "NCT00000002"]


@pytest.mark.parametrize("arguments", [["{note}", "--labs", "{labs}"], ["{labs}"]])
def test_match_with_a_table_of_labs(capsys: pytest.CaptureFixture[str], store: Path, files: dict[str, str], arguments: list[str]) -> None:
    given = [a.format(**files) for a in arguments]
    code, out, _ = run(capsys, "match", *given, "--trial", "NCT00000001", "--as-of", "2026-11-20", "--json", "--store", str(store))
    report = json.loads(out)
    failed = [c for c in report["trials"][0]["criteria"] if c["outcome"] == "FAIL"]
    assert code == 0 and [c["id"] for c in failed] == ["I01"] and "60 < 75" in failed[0]["reason"]
    fact = next(f for f in report["patient"]["facts"] if f["concept"] == "plt")
    assert (fact["when"], fact["source"]["quote"]) == ("2026-11-18", "2026-11-18,Platelets,60,10^9/L")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ask", "Who sponsors it?", "--status", "open to all"], "is no status"),
        (["ask", "Who sponsors it?", "--phase", "nine"], "is no phase"),
        (["ask", "Who sponsors it?", "--country"], "expected one argument"),
        (["ask"], "QUESTION"),
        (["match", "{note}", "--phase", "nine"], "is no phase"),
        (["match", "{note}", "--status", "open to all"], "is no status"),
        (["match", "{note}", "--labs", "no-such.csv"], "no-such.csv"),
        (["match", "{note}", "--labs", "{empty}"], "table"),
        (["match", "{note}", "--labs", "{words}"], "table"),
        (["match", "{note}", "--labs", "{binary}"], ""),
        (["match", "{note}", "--labs", "{bundle}"], "table"),
        (["match", "{folder}", "--labs", "{labs}"], "one note"),
        (["match", "{note}", "--silence", "loud"], "invalid choice"),
        (["match", "{note}", "--criteria"], "folder"),
        (["match", "{note}", "--trial", ""], ""),
        (["list", "--phase", "nine"], "is no phase"),
        (["sync"], "Nothing is asked for"),
        (["sync", "--condition", "liver cancer", "--limit", "0"], "limit"),
        (["sync", "--condition", "liver cancer", "--limit", "some"], "invalid int value"),
        (["sync", "--condition", "liver cancer", "--status", "open to all"], "is no status"),
        (["changes", "NCT99999999"], "NCT99999999"),
        (["export", "NCT99999999"], "NCT99999999"),
    ],
)
def test_bad_input_is_one_line(capsys: pytest.CaptureFixture[str], store: Path, files: dict[str, str], arguments: list[str], words: str) -> None:
    given = [a.format(**files) if a.startswith("{") else a for a in arguments]
    assert words in refused(capsys, *given, "--store", str(store))


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Api]:
    """A registry on loopback, asked without pauses."""
    made = Registry.__init__
    server = Api([study(n, updated=f"2026-01-{n:02d}") for n in range(1, 4)])

    def quick(self: Registry, base: str, **more: Any) -> None:
        made(self, base, cache=tmp_path / "cache", pace=0, sleep=lambda _: None)

    monkeypatch.setattr(Registry, "__init__", quick)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("TRIALMATCH_REGISTRY_URL", server.base)
    yield server
    server.close()


def test_sync_brings_in_trials_and_then_updates(capsys: pytest.CaptureFixture[str], api: Api, tmp_path: Path) -> None:
    asked = ("sync", "--condition", "liver cancer", "--status", "recruiting", "--store", str(tmp_path / "s"))
    code, out, err = run(capsys, *asked)
    assert (code, err) == (0, "") and "3 read from the registry." in out and "3 added" in out
    api.studies[0] = study(1, updated="2026-02-01", status="COMPLETED")
    code, out, err = run(capsys, *asked)
    assert (code, err) == (0, "") and "updated since 2026-01-03" in out and "1 updated" in out
    code, out, _ = run(capsys, "list", "--status", "RECRUITING", "--json", "--store", str(tmp_path / "s"))
    assert [t["id"] for t in json.loads(out)] == ["NCT00000002", "NCT00000003"]
    code, out, _ = run(capsys, "ingest", "NCT00000002", "--store", str(tmp_path / "s"))
    assert code == 0 and "1 unchanged" in out


def test_sync_says_in_one_line_that_the_registry_cannot_be_asked(capsys: pytest.CaptureFixture[str], api: Api, tmp_path: Path) -> None:
    api.fail = lambda n: "500"
    refused(capsys, "sync", "--query", "sorafenib", "--store", str(tmp_path / "s"))
    api.fail = lambda n: None
    assert "NCT00000009" in refused(capsys, "ingest", "NCT00000009", "--store", str(tmp_path / "s"))


@pytest.mark.parametrize("command", ["serve", "ui"])
def test_a_port_in_use_is_said_in_one_line(capsys: pytest.CaptureFixture[str], store: Path, command: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        assert port in refused(capsys, command, "--port", port, "--store", str(store))


def test_standard_input_may_be_a_table(
    capsys: pytest.CaptureFixture[str], store: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(NOTE))
    code, out, _ = run(capsys, "match", "-", "--labs", files["labs"], "--phase", "II", "--json", "--as-of", "2026-11-20", "--store", str(store))
    report = json.loads(out)
    assert code == 0 and len(report["trials"]) == 3 and all(t["verdict"] == "EXCLUDED" for t in report["trials"])
