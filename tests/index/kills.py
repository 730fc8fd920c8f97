"""Kills an ingest at random moments, again and again in one store. `python -m tests.index.kills FOLDER [ROUNDS] [--packaged]`

Each round opens the store that the last kill left, looks whether every acknowledged trial is there, and goes on with the rest and
some more trials; the last round is left alone and has to complete. `--packaged` embeds with the packaged model, by hand: it is slow.
The rounds are forks, so that the imports are paid once; nothing is opened before a fork.
"""

import os
import random
import signal
import sys
import time
import traceback
from pathlib import Path

import chromadb  # noqa: F401  imported before the forks
import langchain_chroma  # noqa: F401
import tantivy  # noqa: F401

from index.embeddings import Embedder
from index.embeddings import embedder as packaged
from index.store import Store
from index.store.manifest import parser_version
from tests.conftest import HashingEmbedder
from tests.index.test_store import trial

PER_ROUND = 4


def _names(rounds: int) -> list[str]:
    return [f"t{n:03d}" for n in range(PER_ROUND * rounds)]


def _ingest(folder: Path, names: list[str], acknowledged: set[str], acknowledge: int, embedder: Embedder) -> None:
    """One round, in the child: what was acknowledged is there, and the rest is added one by one."""
    store = Store.open(folder, embedder=embedder)
    there = set(store.hashes())
    if lost := acknowledged - there:
        print(f"lost: {sorted(lost)}", flush=True)
        os._exit(3)
    store.complete()
    for name in names:
        if name not in there:
            store.add([trial(name)])
            os.write(acknowledge, f"{name}\n".encode())
    store.close()


def _round(folder: Path, names: list[str], acknowledged: set[str], embedder: Embedder, patience: float | None) -> tuple[int, float]:
    """Runs a round and kills it after `patience` seconds (None: never). Returns the exit status and how long it ran."""
    read, write = os.pipe()
    began = time.monotonic()
    if not (child := os.fork()):
        code = 4
        try:
            os.close(read)
            _ingest(folder, names, acknowledged, write, embedder)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(write)
    if patience is not None:
        time.sleep(patience)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(read) as told:
        acknowledged.update(told.read().split())
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), time.monotonic() - began


def main(folder: Path, rounds: int, embedder: Embedder, seed: int) -> None:
    """Raises AssertionError where something was lost, is there twice, or does not complete."""
    chance, acknowledged, killed = random.Random(seed), set[str](), 0
    parser_version()  # taken once, so that an edit of the parser meanwhile is no mismatch
    names = _names(rounds + 1)
    code, usual = _round(folder, names[:PER_ROUND], acknowledged, embedder, None)
    assert code == 0, f"the first, undisturbed round ended with {code}"
    for n in range(1, rounds + 1):
        code, _ = _round(folder, names[: PER_ROUND * (n + 1)], acknowledged, embedder, chance.uniform(0, usual))
        assert code in (0, -signal.SIGKILL), f"round {n} ended with {code}"
        killed += code != 0
    code, _ = _round(folder, names, acknowledged, embedder, None)
    assert code == 0, f"the last round ended with {code}"
    store = Store.open(folder, embedder=embedder)
    manifest = store.manifest()
    assert manifest.pending == 0
    assert list(store.hashes()) == names
    assert store._lexical.count() == store._vectors.count(store._records.generation) == manifest.passages == 4 * len(names)
    found = [hit.passage.id for hit in store.search("platelets", k=4 * len(names))]
    assert len(found) == len(set(found))
    store.close()
    print(f"{killed} of {rounds} rounds killed, {len(acknowledged)} of {len(names)} trials acknowledged, all there once")


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if not a.startswith("--")]
    model: Embedder = packaged() if "--packaged" in sys.argv else HashingEmbedder()
    main(Path(arguments[0]), int(arguments[1]) if len(arguments) > 1 else 20, model, int(arguments[2]) if len(arguments) > 2 else 1)
