"""The command line: every command of the contract, its exit codes, and one clear line instead of a traceback."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.cli import main
from assistant.report import FORMATS, markdown, table, text
from assistant.results import CriterionReport, NoteSource, PartReport, PatientFact, PatientRecord, Question, Report, TrialName, TrialReport
from tests.conftest import ROOT, SEEDS, HashingEmbedder

NOTE = "58M HCC BCLC-C CP A6 ECOG1 plt 82k, s/p atezo-bev PD"


@pytest.fixture(autouse=True)
def hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test here is about the embedding model."""
    monkeypatch.setattr("assistant.api._embedder", lambda settings: HashingEmbedder())


@pytest.fixture
def note(tmp_path: Path) -> str:
    path = tmp_path / "note.txt"
    path.write_text(NOTE, encoding="utf-8")
    return str(path)


def run(capsys: pytest.CaptureFixture[str], *arguments: str, store: Path | None = None) -> tuple[int, str, str]:
    code = main([*arguments, *(["--store", str(store)] if store else [])])
    out, err = capsys.readouterr()
    return code, out, err


def test_list(capsys: pytest.CaptureFixture[str], seed_copy: Path) -> None:
    code, out, err = run(capsys, "list", store=seed_copy)
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()[1:]] == [p.stem for p in SEEDS]
    code, out, _ = run(capsys, "list", "--json", store=seed_copy)
    assert [t["id"] for t in json.loads(out)] == [p.stem for p in SEEDS]


def test_show(capsys: pytest.CaptureFixture[str], seed_copy: Path) -> None:
    code, out, _ = run(capsys, "show", "001", store=seed_copy)
    assert code == 0
    for words in ("Summary", "Interventions", "Status", "Inclusion criteria (14)", "Exclusion criteria (35)", "I01", "E35", "means:"):
        assert words in out, words
    code, out, _ = run(capsys, "show", "001", "--json", store=seed_copy)
    assert json.loads(out)["id"] == Assistant.open(store=seed_copy).trial("001").id
    assert len(json.loads(out)["criteria"]) == 49


def test_show_prints_outcomes_with_their_role_and_measure(capsys: pytest.CaptureFixture[str], seed_copy: Path) -> None:
    _, out, _ = run(capsys, "show", "003", store=seed_copy)
    outcome = next(line for line in out.splitlines() if "Median progression-free survival" in line)
    assert "[" in outcome


def test_match_in_words(capsys: pytest.CaptureFixture[str], seed_copy: Path, note: str) -> None:
    code, out, err = run(capsys, "match", note, "--as-of", "2026-11-20", store=seed_copy)
    assert (code, err) == (0, "")
    for words in ("As of 2026-11-20", "“plt 82k", "criterion:", "reason:", "Not a medical device"):
        assert words in out, words


@pytest.mark.parametrize("form", ["--json", "--markdown", "--csv"])
def test_match_as_data(capsys: pytest.CaptureFixture[str], seed_copy: Path, note: str, form: str) -> None:
    code, out, _ = run(capsys, "match", note, "--as-of", "2026-11-20", "--trial", "001", form, store=seed_copy)
    assert code == 0
    if form == "--json":
        (trial,) = json.loads(out)["trials"]
        assert len(trial["criteria"]) == 49
    elif form == "--csv":
        rows = list(csv.DictReader(io.StringIO(out)))
        assert len({row["criterion"] for row in rows}) == 49
    else:
        assert "| I01 |" in out


def test_match_reads_standard_input(capsys: pytest.CaptureFixture[str], seed_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(NOTE))
    code, out, _ = run(capsys, "match", "-", "--as-of", "2026-11-20", "--json", store=seed_copy)
    assert code == 0 and len(json.loads(out)["trials"]) == len(SEEDS)


def test_ask(capsys: pytest.CaptureFixture[str], seed_copy: Path) -> None:
    code, out, _ = run(capsys, "ask", "Who sponsors trial 001?", "--json", store=seed_copy)
    answer = json.loads(out)
    assert code == 0 and answer["text"] and set(answer) >= {"question", "kind", "text", "citations", "report"}
    code, out, _ = run(capsys, "ask", "Who sponsors trial 001?", store=seed_copy)
    assert out.startswith(answer["text"])


def test_ingest(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_text("")
    code, out, err = run(capsys, "ingest", str(SEEDS[0]), str(tmp_path / "bad.txt"), store=tmp_path / "s")
    assert code == 0 and out.startswith("1 added")
    assert len(err.splitlines()) == 1 and "bad.txt" in err
    code, out, _ = run(capsys, "ingest", str(SEEDS[0]), store=tmp_path / "s")
    assert code == 0 and "1 unchanged" in out
    code, _, _ = run(capsys, "ingest", "--rebuild", str(SEEDS[1]), store=tmp_path / "s")
    _, out, _ = run(capsys, "list", "--json", store=tmp_path / "s")
    assert [t["id"] for t in json.loads(out)] == [SEEDS[1].stem]
    code, _, err = run(capsys, "ingest", str(tmp_path / "bad.txt"), store=tmp_path / "s")
    assert code == 2 and len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["match"],
        ["match", "no-such-file.txt"],
        ["match", "{empty}"],
        ["match", "{binary}"],
        ["match", "{broken}"],
        ["match", "{note}", "--as-of", "20 November"],
        ["match", "{note}", "--trial", "NCT99999999"],
        ["match", "{note}", "--json", "--csv"],
        ["match", "{folder}", "--markdown"],
        ["show", "999"],
        ["show", ""],
        ["ask", " "],
        ["ingest", "no-such-folder"],
        ["list", "--store", "{note}"],
        ["ui", "--port", "many"],
        ["eval", "no-such-suite"],
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, seed_copy: Path, note: str, arguments: list[str]
) -> None:
    contents = {"empty.txt": b"  \n", "binary.txt": b"\xff\xfe\x00\x81", "broken.json": b'{"resourceType": "Bundle", '}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    places = {"note": note, "folder": str(tmp_path), **{Path(name).stem: str(tmp_path / name) for name in contents}}
    given = [a.format(**places) if a.startswith("{") else a for a in arguments]
    takes_store = given and given[0] in ("match", "show", "ask", "ingest") and "--store" not in given
    code, out, err = run(capsys, *given, store=seed_copy if takes_store else None)
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1 and len(err) > 20
    assert "Traceback" not in err


def test_a_fault_of_ours_is_one_line_too(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, seed_copy: Path) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("first\nsecond")

    monkeypatch.setattr(Assistant, "open", broken)
    code, _, err = run(capsys, "list", store=seed_copy)
    assert code == 1 and len(err.splitlines()) == 1 and "RuntimeError" in err


def test_help_names_every_command() -> None:
    done = subprocess.run([sys.executable, "-m", "assistant.cli", "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for command in ("ingest", "list", "show", "ask", "match", "eval", "ui"):
        assert command in done.stdout


def report(quote: str) -> Report:
    """A report of one criterion whose texts are all `quote`."""
    fact = PatientFact(
        concept="plt", label="platelets", value="82", unit="10^9/L", status="present", when=None, source=NoteSource(start=0, end=3, quote=quote)
    )
    part = PartReport(id="I01.1", quote=quote, outcome="PASS", reason="82 >= 75", unknown_reason=None, facts=(0,))
    criterion = CriterionReport(
        id="I01", polarity="inclusion", outcome="UNKNOWN", reason="ANC not stated", unknown_reason="missing", gating=True, facts=(0,), quote=quote,
        document="d.txt", start=0, end=3, remedy="ask for the ANC", parts=(part, part.model_copy(update={"id": "I01.2"})),
    )  # fmt: skip
    trial = TrialReport(
        trial=TrialName(id="T1", nct_id=None, title=quote), verdict="CANNOT_DETERMINE", summary="one is open", criteria=(criterion,),
        ask_next=(Question(question="What is the ANC?", criteria=("T1:I01",)),), notes=(quote,),
    )  # fmt: skip
    return Report(as_of="2026-11-20", patient=PatientRecord(facts=(fact,), warnings=("one value was left out",)), trials=(trial,))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_format_shows_both_quotes_the_reason_and_the_remedy(name: str) -> None:
    shown = FORMATS[name](report("plt 82k"))
    assert shown.count("plt 82k") >= 2
    for words in ("ANC not stated", "ask for the ANC", "I01.1", "82 >= 75"):
        assert words.replace(">=", "\\>=" if name == "markdown" else ">=") in shown


def test_markdown_never_renders_what_a_document_says() -> None:
    shown = markdown(report("<script>alert(1)</script> | [x](http://evil.example) **b**\n# h"))
    for raw in ("<script>", " [x]", "**b**", "\n# h"):
        assert raw not in shown


def test_a_spreadsheet_never_runs_what_a_document_says() -> None:
    rows = list(csv.DictReader(io.StringIO(table(report('=HYPERLINK("http://evil.example")')))))
    assert len(rows) == 3
    for row in rows:
        assert not any(str(cell).startswith(("=", "+", "-", "@")) for cell in row.values())


def test_text_keeps_a_quote_of_several_lines_together() -> None:
    lines = text(report("first line\nsecond line")).splitlines()
    at = next(n for n, line in enumerate(lines) if "criterion: “first line" in line)
    assert lines[at + 1].strip() == "second line”" and lines[at + 1].startswith(" " * 15)


def test_match_writes_a_fhir_searchset(capsys: pytest.CaptureFixture[str], seed_copy: Path, note: str) -> None:
    """One ResearchStudy per trial; the score never stands without its verdict, and no patient resource is written."""
    code, out, _ = run(capsys, "match", note, "--as-of", "2026-11-20", "--fhir", store=seed_copy)
    assert code == 0
    written = json.loads(out)
    assert (written["resourceType"], written["type"], written["total"]) == ("Bundle", "searchset", 5)
    for entry in written["entry"]:
        study = entry["resource"]
        assert study["resourceType"] == "ResearchStudy" and ("status" in study) != ("_status" in study)
        assert 0 <= entry["search"]["score"] <= 1
        assert any(e["url"].endswith("verdict") and e["valueCoding"]["code"] for e in study["extension"])
    assert any({"condition", "arm", "phase"} & entry["resource"].keys() for entry in written["entry"])  # the records' own elements


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two notes, a bundle, and two files that are none."""
    made = tmp_path / "notes"
    (made / "ward").mkdir(parents=True)
    (made / "a.txt").write_text(NOTE, encoding="utf-8")
    (made / "ward" / "b.txt").write_text("71M HCC BCLC B, ECOG 0, plt 150, treatment-naive", encoding="utf-8")
    (made / "c.json").write_text(
        '{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient", "gender": "male"}}]}', encoding="utf-8"
    )
    (made / "empty.txt").write_text("", encoding="utf-8")
    (made / "broken.txt").write_bytes(b"\xff\xfe\x00")
    (made / "scan.png").write_bytes(b"\x89PNG")
    return made


def test_a_folder_of_notes_is_screened_and_what_cannot_be_read_is_a_line(capsys: pytest.CaptureFixture[str], seed_copy: Path, folder: Path) -> None:
    code, out, err = run(capsys, "match", str(folder), "--trial", "001", "--csv", "--as-of", "2026-11-20", store=seed_copy)
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0
    assert [r["patient"] for r in rows] == ["a.txt", "c.json", "ward/b.txt"]
    assert rows[0]["verdict"] == "EXCLUDED" and "I05" in rows[0]["failed"].split()
    assert [line.split(":")[1].strip() for line in err.splitlines()] == ["broken.txt", "empty.txt"]


def test_a_folder_as_json_lines_and_by_criterion(capsys: pytest.CaptureFixture[str], seed_copy: Path, folder: Path) -> None:
    _, out, _ = run(capsys, "match", str(folder), "--trial", "001", "--json", "--as-of", "2026-11-20", store=seed_copy)
    read = [json.loads(line) for line in out.splitlines()]
    assert [r["patient"] for r in read] == ["a.txt", "c.json", "ward/b.txt"]
    assert all(len(r["report"]["trials"]) == 1 for r in read)
    _, out, _ = run(capsys, "match", str(folder), "--trial", "001", "--csv", "--criteria", "--as-of", "2026-11-20", store=seed_copy)
    rows = list(csv.DictReader(io.StringIO(out)))
    assert {r["criterion"] for r in rows if r["patient"] == "a.txt"} >= {"I01", "E35"}


def test_a_folder_without_notes_is_bad_input(capsys: pytest.CaptureFixture[str], seed_copy: Path, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    code, out, err = run(capsys, "match", str(tmp_path / "none"), store=seed_copy)
    assert (code, out) == (2, "") and "holds no notes" in err
    code, _, err = run(capsys, "match", str(tmp_path / "none"), "--fhir", store=seed_copy)
    assert code == 2 and "--csv or --json" in err
