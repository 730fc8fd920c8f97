"""The store: what it holds, that doing a thing twice changes nothing, and that a kill at any moment loses nothing."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from index.conditions import NotCompiled
from index.errors import StoreError, StoreLocked, StoreMismatch, UnknownTrial
from index.passages import passages
from index.store import Store
from index.store.lexical import Lexical
from index.store.lock import WriterLock
from index.store.records import Records
from index.store.vectors import Vectors
from index.text import Span
from index.trials import Criterion, Document, Field, Trial
from tests.conftest import ROOT, HashingEmbedder


def trial(
    id_: str,
    summary: str = "Patients with advanced renal cell carcinoma",
    bullets: tuple[str, ...] = ("Platelets at least 75 x 10^9/L", "Age 18 years or more"),
) -> Trial:
    """A trial of a title, a summary and a list, with true spans."""
    title = f"Study {id_} of a drug"
    text = "\n".join((title, summary, "Inclusion criteria:", *bullets))

    def span(words: str) -> Span:
        at = text.index(words)
        return Span(start=at, end=at + len(words))

    name = f"{id_}.txt"
    return Trial(
        id=id_,
        nct_id=id_ if id_.startswith("NCT") else None,
        title=title,
        source=name,
        layout="plain",
        content_hash=str(hash(text)),
        documents=(Document(name=name, text=text),),
        fields=(
            Field(name="title", value=title, document=name, span=span(title)),
            Field(name="summary", value=summary, document=name, span=span(summary)),
        ),
        criteria=tuple(
            Criterion(id=f"I{n:02}", polarity="inclusion", document=name, span=span(b), quote=b, condition=NotCompiled(span=span(b)))
            for n, b in enumerate(bullets, 1)
        ),
        has_eligibility_list=True,
    )


def open_store(path: Path, embedder: HashingEmbedder | None = None) -> Store:
    return Store.open(path, embedder=embedder or HashingEmbedder())


def test_a_trial_comes_back_as_it_went_in(tmp_path: Path, embedder: HashingEmbedder) -> None:
    wanted = trial("NCT00000001")
    with_store = open_store(tmp_path, embedder)
    with_store.add([wanted])
    assert open_store(tmp_path).trials() == (wanted,)


@pytest.mark.parametrize("name", ["NCT00000001", "nct00000001", "NCT00000001 ", "NCT00000001"[:11]])
def test_a_trial_is_found_by_id(tmp_path: Path, name: str) -> None:
    store = open_store(tmp_path)
    store.record([trial("NCT00000001"), trial("NCT00000012"), trial("001_abc")])
    assert store.trial(name).id == "NCT00000001"
    assert store.trial("001").id == "001_abc"


@pytest.mark.parametrize("name", ["NCT0000000", "", "7", "  "])
def test_an_unknown_or_ambiguous_id_is_refused(tmp_path: Path, name: str) -> None:
    store = open_store(tmp_path)
    store.record([trial("NCT00000001"), trial("NCT00000002")])
    with pytest.raises(UnknownTrial) as error:
        store.trial(name)
    assert "NCT00000001" in str(error.value)


def test_adding_twice_embeds_once_and_changes_nothing(tmp_path: Path, embedder: HashingEmbedder) -> None:
    store = open_store(tmp_path, embedder)
    store.add([trial("a"), trial("b")])
    once, manifest = embedder.embedded, store.manifest()
    store.add([trial("a"), trial("b")])
    again = open_store(tmp_path, embedder)
    again.add([trial("b"), trial("a")])
    assert embedder.embedded == once == manifest.passages
    assert again.manifest() == manifest


def test_a_changed_trial_replaces_its_passages(tmp_path: Path, embedder: HashingEmbedder) -> None:
    store = open_store(tmp_path, embedder)
    store.add([trial("a", bullets=("Platelets at least 75 x 10^9/L", "No pregnancy"))])
    store.add([trial("a", bullets=("Platelets at least 90 x 10^9/L", "No pregnancy"))])
    texts = [hit.passage.text for hit in store.search("platelets", k=20)]
    assert "Platelets at least 90 x 10^9/L" in texts
    assert not any("75" in text for text in texts)
    assert len(texts) == store.manifest().passages


def test_removal_reaches_the_search(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.add([trial("a"), trial("b")])
    store.remove("a")
    assert [t.id for t in store.trials()] == ["b"]
    assert {hit.passage.trial_id for hit in store.search("platelets age carcinoma", k=20)} == {"b"}


def test_same_words_in_two_trials_stay_two_passages(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.add([trial("a"), trial("b")])
    found = [hit.passage for hit in store.search("age 18 years", k=20) if hit.passage.text == "Age 18 years or more"]
    assert {p.trial_id for p in found} == {"a", "b"}


def test_search_is_confined_to_trials_and_sections(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.add([trial("a"), trial("b")])
    hits = store.search("platelets carcinoma", trials=["b"], sections=["inclusion"], k=20)
    assert hits and {(hit.passage.trial_id, hit.passage.section) for hit in hits} == {("b", "inclusion")}
    assert store.search("platelets", trials=[]) == ()
    assert store.search("  ") == ()
    assert store.search('"(platelets: AND [', k=1)[0].passage.text.startswith("Platelets")


def test_british_and_american_spelling_are_one_for_the_search(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.add([trial("a", summary="Tumour of the oesophagus")])
    assert store.search("esophageal tumors esophagus", k=1)[0].bm25


def test_order_does_not_depend_on_the_order_of_ingestion(tmp_path: Path) -> None:
    one, other = open_store(tmp_path / "1"), open_store(tmp_path / "2")
    one.add([trial("a"), trial("b"), trial("c")])
    other.add([trial("c")])
    other.add([trial("b"), trial("a")])
    assert one.trials() == other.trials()
    ranked = [[hit.passage.id for hit in store.search("platelets at least", k=20)] for store in (one, other)]
    assert ranked[0] == ranked[1]


def test_the_search_completes_what_was_only_recorded(tmp_path: Path, embedder: HashingEmbedder) -> None:
    store = open_store(tmp_path, embedder)
    store.record([trial("a")])
    assert store.manifest().pending == store.manifest().passages > 0
    assert embedder.embedded == 0
    assert store.search("platelets")
    assert store.manifest().pending == 0


@pytest.mark.parametrize("lost", ["chroma", "tantivy"])
def test_a_lost_index_is_built_again_from_the_records(tmp_path: Path, lost: str) -> None:
    store = open_store(tmp_path)
    store.add([trial("a"), trial("b")])
    store.close()
    shutil.rmtree(tmp_path / lost)
    store = open_store(tmp_path)
    hits = store.search("platelets", k=20)
    assert len(hits) == store.manifest().passages
    assert all(hit.similarity is not None for hit in hits)
    assert any(hit.bm25 for hit in hits)


def test_a_reader_sees_what_another_process_adds(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.add([trial("a")])
    assert len(store.trials()) == 1 and store.search("platelets")
    add = """
    import sys
    from pathlib import Path
    sys.path.insert(0, ".")
    from tests.index.test_store import open_store, trial
    open_store(Path(sys.argv[1])).add([trial("b", "Zebrafish")])
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(add), str(tmp_path)], cwd=ROOT, check=True)
    assert [t.id for t in store.trials()] == ["a", "b"]
    top = store.search("Zebrafish", k=1)[0]
    assert top.passage.text == "Zebrafish" and top.similarity is not None and top.bm25 is not None


def test_a_second_writer_is_told_so(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.add([trial("a")])
    with WriterLock(tmp_path).held():
        for change in (lambda: store.add([trial("b")]), lambda: store.remove("a"), lambda: Store.rebuild(tmp_path)):
            with pytest.raises(StoreLocked, match="is writing to the store"):
                change()
        assert store.search("platelets"), "reading goes on"
    store.add([trial("b")])


def test_a_store_of_another_parser_is_refused_with_the_command(tmp_path: Path) -> None:
    open_store(tmp_path).record([trial("a")])
    with sqlite3.connect(tmp_path / "records.sqlite3") as db:
        db.execute("UPDATE meta SET value = 'older' WHERE key = 'parser'")
    with pytest.raises(StoreMismatch, match="trialmatch ingest --rebuild"):
        open_store(tmp_path)
    assert Store.rebuild(tmp_path, embedder=HashingEmbedder()).trials() == ()


def test_a_store_of_another_schema_is_refused_and_can_be_rebuilt(tmp_path: Path) -> None:
    open_store(tmp_path).record([trial("a")])
    with sqlite3.connect(tmp_path / "records.sqlite3") as db:
        db.execute("PRAGMA user_version = 999")
        db.execute("DROP TABLE meta")
    with pytest.raises(StoreMismatch, match="999"):
        open_store(tmp_path)
    store = Store.rebuild(tmp_path, embedder=HashingEmbedder())
    store.add([trial("b")])
    assert store.search("platelets")


def test_a_store_of_another_embedding_model_is_readable_but_not_searchable(tmp_path: Path) -> None:
    open_store(tmp_path).add([trial("a")])
    other = HashingEmbedder()
    other.name = "another"
    store = Store.open(tmp_path, embedder=other)
    assert len(store.trials()) == 1
    with pytest.raises(StoreMismatch, match="TRIALMATCH_EMBEDDING"):
        store.search("platelets")


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("mine")
    with pytest.raises(StoreError, match=r"thesis\.doc"):
        open_store(tmp_path)
    with pytest.raises(StoreError):
        open_store(tmp_path / "thesis.doc")


def test_a_damaged_record_file_is_an_error_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "records.sqlite3").write_bytes(b"not a database, but long enough to be looked at" * 50)
    with pytest.raises(StoreError, match="--store"):
        open_store(tmp_path)


def test_filling_replaces_an_older_corpus_but_never_the_users(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.fill("seeds:1", lambda: [trial("a")])
    store.fill("seeds:2", lambda: [trial("b")])
    assert [t.id for t in store.trials()] == ["b"] and store.origin == "seeds:2"
    assert {hit.passage.trial_id for hit in store.search("platelets")} == {"b"}
    store.record([trial("c")])
    assert store.origin is None


class Cut(BaseException):
    """The end of a process, as far as the store can tell."""


def cut_at(monkeypatch: pytest.MonkeyPatch, owner: type, method: str, nth: int, after: bool) -> None:
    """Lets the n-th call of a step be the last thing that happens."""
    original, calls = getattr(owner, method), 0

    def fatal(*args: object) -> None:
        nonlocal calls
        calls += 1
        if calls == nth and not after:
            raise Cut
        original(*args)
        if calls == nth:
            raise Cut

    monkeypatch.setattr(owner, method, fatal)


@pytest.mark.parametrize(
    ("owner", "method", "nth", "after"),
    [
        (Records, "put", 2, True), (Vectors, "clear", 1, True), (Lexical, "update", 1, True), (Vectors, "update", 1, True),
        (Lexical, "update", 2, False), (Vectors, "update", 2, False), (Vectors, "update", 3, True), (Records, "settle", 2, True),
        (Records, "settle", 3, False),
    ],
)  # fmt: skip
def test_a_cut_at_any_step_leaves_a_store_that_opens_and_is_completed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: type, method: str, nth: int, after: bool
) -> None:
    monkeypatch.setattr("index.store.store._BATCH", 4)
    with monkeypatch.context() as patch:
        cut_at(patch, owner, method, nth, after)
        store = open_store(tmp_path)
        with pytest.raises(Cut):
            store.add([trial("a"), trial("b"), trial("c")])
        store.close()
    assert_completes(tmp_path, 0 if owner is Records and method == "put" else 3)


def assert_completes(folder: Path, recorded: int) -> None:
    """The store opens, holds all or nothing of the batch, and is whole after the same batch is added again."""
    store = open_store(folder)
    assert len(store.trials()) == recorded
    store.add([trial("a"), trial("b"), trial("c")])
    expected = sum(len(passages(t)) for t in store.trials())
    manifest = store.manifest()
    assert (manifest.passages, manifest.pending) == (expected, 0)
    hits = store.search("study of a drug", k=100)
    assert len({hit.passage.id for hit in hits if hit.similarity is not None}) == expected
    assert len({hit.passage.id for hit in hits if hit.bm25 is not None}) == expected


def test_a_real_kill_between_two_batches_loses_nothing(tmp_path: Path) -> None:
    victim = """
    import os, signal, sys
    from pathlib import Path
    sys.path.insert(0, ".")
    from index.store import store as module
    from index.store.vectors import Vectors
    from tests.index.test_store import open_store, trial

    module._BATCH = 4
    original = Vectors.update
    def fatal(*args):
        original(*args)
        if module.seen:
            os.kill(os.getpid(), signal.SIGKILL)
        module.seen = True
    module.seen = False
    Vectors.update = fatal
    open_store(Path(sys.argv[1])).add([trial("a"), trial("b"), trial("c")])
    """
    killed = subprocess.run([sys.executable, "-c", textwrap.dedent(victim), str(tmp_path)], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert_completes(tmp_path, 3)


def test_a_killed_writer_does_not_keep_the_lock(tmp_path: Path) -> None:
    hold = f"""
    import time
    from pathlib import Path
    from index.store.lock import WriterLock
    with WriterLock(Path({str(tmp_path)!r})).held():
        print("held", flush=True)
        time.sleep(60)
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(hold)], cwd=ROOT, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        with pytest.raises(StoreLocked, match=str(holder.pid)), WriterLock(tmp_path).held():
            pass
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    start = time.monotonic()
    with WriterLock(tmp_path).held():
        assert time.monotonic() - start < 1
