"""The public API: the contract's calls, the store behind them, and what is refused."""

import shutil
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from assistant import Assistant, TrialmatchError
from assistant.settings import Settings, seeds
from index.errors import InputError, SettingsError, StoreMismatch, UnknownTrial, UnreadableNote, UnreadableSource
from index.trials import Trial
from tests.conftest import SEEDS, HashingEmbedder

AS_OF = date(2026, 11, 20)
NOTE = "58M HCC BCLC-C CP A6 ECOG1 plt 82k, s/p atezo-bev PD"


@pytest.fixture(scope="module")
def assistant(seed_copy: Path) -> Assistant:
    return Assistant.open(store=seed_copy, embedder=HashingEmbedder())


def test_an_empty_store_is_filled_from_the_seeds(assistant: Assistant) -> None:
    assert [t.source for t in assistant.trials()] == [p.name for p in SEEDS]
    assert assistant.trial("001").id == assistant.trials()[1].id


def test_opening_again_changes_nothing(assistant: Assistant, seed_copy: Path) -> None:
    before = (seed_copy / "records.sqlite3").read_bytes()
    assert Assistant.open(store=seed_copy).manifest() == assistant.manifest()
    assert (seed_copy / "records.sqlite3").read_bytes() == before


def test_the_seeds_alone_are_built_again_after_a_change_of_the_parser(tmp_path: Path) -> None:
    Assistant.open(store=tmp_path / "s").close()
    with sqlite3.connect(tmp_path / "s" / "records.sqlite3") as db:
        db.execute("UPDATE meta SET value = 'older' WHERE key = 'parser'")
    assert len(Assistant.open(store=tmp_path / "s").trials()) == len(SEEDS)


def test_a_users_trials_are_refused_after_a_change_of_the_parser_never_dropped(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text(SEEDS[0].read_text(encoding="utf-8").replace("Second-line", "Third-line"), encoding="utf-8")
    Assistant.open(store=tmp_path / "s", embedder=HashingEmbedder()).ingest([tmp_path / "own.txt"])
    with sqlite3.connect(tmp_path / "s" / "records.sqlite3") as db:
        db.execute("UPDATE meta SET value = 'older' WHERE key = 'parser'")
    with pytest.raises(StoreMismatch, match="--rebuild"):
        Assistant.open(store=tmp_path / "s")


def test_changed_seeds_are_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "seeds"
    folder.mkdir()
    (folder / "README.md").write_text("About the seeds")
    for path in SEEDS:
        (folder / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr("assistant.settings.SEEDS", folder)
    assert [p.name for p in seeds()] == [p.name for p in SEEDS]
    Assistant.open(store=tmp_path / "s").close()
    text = SEEDS[0].read_text(encoding="utf-8")
    (folder / SEEDS[0].name).write_text(text.replace("Second-line", "Third-line", 1), encoding="utf-8")
    assert Assistant.open(store=tmp_path / "s").trial("000").title.startswith("Third-line")


def test_ingest_reports_what_is_new_changed_known_and_unreadable(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for path in SEEDS[:2]:
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "empty.txt").write_text("")
    (folder / "picture.bin").write_bytes(b"\x00\xff\x10" * 100)
    steps: list[tuple[str, int, int]] = []
    opened = Assistant.open(store=tmp_path / "s", embedder=HashingEmbedder(), fill=False)
    assert opened.trials() == ()
    first = opened.ingest([folder, tmp_path / "missing.txt"], lambda *step: steps.append(step))
    assert (len(first.added), len(first.updated), len(first.unchanged)) == (2, 0, 0)
    assert {Path(f.source).name for f in first.failed} == {"empty.txt", "picture.bin", "missing.txt"}
    assert all(f.why and "\n" not in f.why for f in first.failed)
    assert ("reading", 5, 5) in steps and steps[-1][0] == "indexing" and steps[-1][1] == steps[-1][2]
    changed = folder / SEEDS[0].name
    changed.write_text(changed.read_text(encoding="utf-8") + "\nMore words.\n", encoding="utf-8")
    second = opened.ingest([folder])
    assert (second.added, second.updated, second.unchanged) == ((), (first.added[0],), (first.added[1],))
    assert opened.manifest().pending == 0


def test_a_document_is_read_without_being_stored(assistant: Assistant) -> None:
    before = assistant.manifest()
    (read,) = assistant.read(SEEDS[1].name, SEEDS[1].read_text(encoding="utf-8"))
    stored = assistant.trial("001")
    assert (read.id, read.fields, read.criteria) == (stored.id, stored.fields, stored.criteria)
    assert assistant.manifest() == before
    with pytest.raises(UnreadableSource):
        assistant.read("x.txt", "")


def test_two_texts_of_one_trial_in_one_run_are_not_mixed(tmp_path: Path) -> None:
    text = SEEDS[0].read_text(encoding="utf-8")
    for folder, words in (("a", text), ("b", text + "\nAmended.")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.txt").write_text(words, encoding="utf-8")
    opened = Assistant.open(store=tmp_path / "s", embedder=HashingEmbedder(), fill=False)
    result = opened.ingest([tmp_path / "a", tmp_path / "b"])
    assert len(result.added) == 1 and "that one was taken" in result.failed[0].why
    assert "Amended" not in opened.trials()[0].documents[0].text


def test_one_fault_of_ours_does_not_cost_the_other_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import index.criteria

    original = index.criteria.with_criteria

    def faulty(trial: Trial) -> Trial:
        if trial.source == SEEDS[0].name:
            raise ZeroDivisionError("oops")
        return original(trial)

    monkeypatch.setattr("index.criteria.with_criteria", faulty)
    opened = Assistant.open(store=tmp_path / "s", embedder=HashingEmbedder(), fill=False)
    result = opened.ingest(SEEDS)
    assert len(result.added) == len(SEEDS) - 1
    assert [f.source for f in result.failed] == [SEEDS[0].name]


def test_match_gives_every_trial_or_those_asked_for(assistant: Assistant) -> None:
    report = assistant.match(NOTE, as_of=AS_OF)
    assert [t.trial.id for t in report.trials] == [t.id for t in assistant.trials()]
    chosen = assistant.match(NOTE, as_of=AS_OF, trials=["001", "000", "001_"])
    assert [t.trial.id[:3] for t in chosen.trials] == ["001", "000"]
    assert chosen.trials[0] == report.trials[1]
    assert report.model_dump(mode="json")["as_of"] == "2026-11-20"


def test_every_quote_of_a_report_is_literal(assistant: Assistant) -> None:
    report = assistant.match(NOTE, as_of=AS_OF)
    for judged in report.trials:
        documents = {d.name: d.text for d in assistant.trial(judged.trial.id).documents}
        for c in judged.criteria:
            assert c.quote == documents[c.document][c.start : c.end]
    for fact in report.patient.facts:
        assert fact.source.quote == NOTE[fact.source.start : fact.source.end]


def test_check_needs_no_store() -> None:
    assert Assistant.check("Platelets >= 75 x 10^9/L", "plt 60k", polarity="inclusion", as_of=AS_OF).outcome == "FAIL"
    assert Assistant.check("Platelets >= 75 x 10^9/L", "plt 82k", polarity="inclusion", as_of=AS_OF).outcome == "PASS"


def test_ask_answers_with_literal_citations(assistant: Assistant) -> None:
    answer = assistant.ask("What is the target enrollment status of trial 001?", as_of=AS_OF)
    texts = {d.name: d.text for t in assistant.trials() for d in t.documents}
    assert answer.text
    for c in answer.citations:
        assert texts[c.document][c.start : c.end] == c.quote


def test_a_conversation_remembers_the_patient(assistant: Assistant) -> None:
    chat = assistant.conversation(as_of=AS_OF)
    first = chat.send(NOTE)
    assert first.report is not None
    second = chat.send("what if his platelets were 60?")
    assert "60" in second.text and second.text != first.text


@pytest.mark.parametrize("note", ["", " \n", None, 7])
def test_an_empty_note_is_refused(assistant: Assistant, note: object) -> None:
    with pytest.raises(UnreadableNote):
        assistant.match(note, as_of=AS_OF)  # type: ignore[arg-type]


def test_wrong_words_are_refused_with_the_right_ones(assistant: Assistant) -> None:
    with pytest.raises(InputError, match="unknown, absent"):
        assistant.match(NOTE, as_of=AS_OF, silence="yes")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="inclusion, exclusion"):
        assistant.check("Age over 18", NOTE, polarity="either")  # type: ignore[arg-type]
    with pytest.raises(InputError):
        assistant.check(" ", NOTE)
    with pytest.raises(InputError):
        assistant.ask(" ")
    with pytest.raises(UnknownTrial):
        assistant.match(NOTE, as_of=AS_OF, trials=["NCT99999999"])
    with pytest.raises(TrialmatchError):
        assistant.remove("NCT99999999")


def test_the_search_is_public(assistant: Assistant) -> None:
    hits = assistant.search("platelets", trials=["001"], k=3)
    assert len(hits) == 3 and {hit.passage.trial_id for hit in hits} == {assistant.trial("001").id}


def test_settings_come_from_the_environment() -> None:
    settings = Settings.read(
        {"TRIALMATCH_STORE": "/x", "TRIALMATCH_EMBEDDING": " ", "TRIALMATCH_ALLOW_HUB": "yes", "TRIALMATCH_MODEL": "ollama:tiny"}
    )
    assert (settings.store, settings.embedding, settings.hub, settings.model) == (Path("/x"), None, True, "ollama:tiny")
    assert Settings.read({}).store.name == "store"
    with pytest.raises(SettingsError, match="TRIALMATCH_ALLOW_HUB"):
        Settings.read({"TRIALMATCH_ALLOW_HUB": "perhaps"})


@pytest.mark.parametrize("question", ["Where is overall survival an outcome?", "What drugs are combined with HAIC in 002?"])
def test_the_same_question_has_the_same_answer_in_every_copy_of_a_store(tmp_path: Path, seed_store: Path, question: str) -> None:
    """A record read a second time is another object with the same words."""
    answers = []
    for name in ("one", "two"):
        shutil.copytree(seed_store, tmp_path / name)
        answers.append(Assistant.open(store=tmp_path / name, embedder=HashingEmbedder()).ask(question, as_of=date(2026, 11, 20)))
    assert answers[0] == answers[1]
    assert len(answers[0].citations) > 1
