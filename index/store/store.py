"""The store: records as the truth, and the two search indexes that follow them.

A change is committed to the records together with what it owes to the search indexes; `complete` pays that. A kill in
between leaves a store that opens and is completed by the next writer or the next search. Reading records loads SQLite alone.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from index.embeddings import Embedder
from index.embeddings import embedder as default_embedder
from index.errors import StoreError, StoreLocked, StoreMismatch, UnknownTrial
from index.passages import Passage, passages
from index.store.fusion import fuse
from index.store.lock import WriterLock
from index.store.manifest import SCHEMA, Manifest, parser_version
from index.store.records import Records
from index.trials import Trial

if TYPE_CHECKING:
    from index.store.lexical import Lexical
    from index.store.vectors import Vectors

Progress = Callable[[int, int], None]
"""Called with how many passages are indexed and how many there are to index."""

_BATCH = 256
_DEPTH = 50
"""How many hits of each index are fused at least."""
_PATIENCE = 30.0
"""Seconds to wait for another process that is making the same store."""
_OWN = frozenset({"records.sqlite3", "records.sqlite3-journal", "lock", "chroma", "tantivy"})


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found. `score` is the fused one; `similarity` (cosine) and `bm25` are None where that index did not find it."""

    passage: Passage
    score: float
    similarity: float | None
    bm25: float | None


class Store:
    """Trials and their passages in one folder. Open it with `Store.open`; any number of readers, one writer at a time."""

    def __init__(self, folder: Path, records: Records, embedder: Embedder | None, chroma_url: str | None) -> None:
        self.folder = folder
        self._records = records
        self._given_embedder = embedder
        self._chroma_url = chroma_url
        self._trials: dict[str, Trial] | None = None
        self._named: dict[str, list[Trial]] = {}
        self._seen = records.changes
        self._checked = False
        self._lock = threading.Lock()
        self._writer = WriterLock(folder)

    @classmethod
    def open(cls, path: Path | str, *, embedder: Embedder | None = None, chroma_url: str | None = None) -> "Store":
        """Opens the store in a folder, or makes an empty one.

        Raises StoreMismatch if another version of the tables or the parser filled it, StoreError if the folder is unusable.
        """
        store = cls._any(path, embedder, chroma_url)
        reason = store._mismatch()
        if reason and store._is_empty():
            store.close()
            return cls.rebuild(path, embedder=embedder, chroma_url=chroma_url)
        if reason:
            store.close()
            raise StoreMismatch(
                f"The store {store.folder} {reason}.", f"Build it anew from its sources: trialmatch ingest --rebuild PATH... --store {store.folder}"
            )
        return store

    @classmethod
    def refreshed(
        cls,
        path: Path | str,
        origin: str,
        read: Callable[[], Iterable[Trial]],
        *,
        fill: bool = True,
        embedder: Embedder | None = None,
        chroma_url: str | None = None,
    ) -> "Store":
        """Opens a store, and fills it with a corpus that can always be read again where it holds an older build of that
        alone, or (if `fill`) nothing.

        `origin` names the corpus and its version ("seeds:1f2e"); `read` gives its trials. Raises as `open` does for a store
        that holds anything else.
        """
        store = cls._any(path, embedder, chroma_url)
        if (store.origin or "").partition(":")[0] == origin.partition(":")[0] or (fill and store._is_empty()):
            store.fill(origin, read)
            return store
        store.close()
        return cls.open(path, embedder=embedder, chroma_url=chroma_url)

    @classmethod
    def rebuild(cls, path: Path | str, *, embedder: Embedder | None = None, chroma_url: str | None = None) -> "Store":
        """Opens the store in a folder whatever filled it, and empties it. Raises StoreLocked."""
        store = cls._any(path, embedder, chroma_url)
        with store.writing(), store._records.transaction():
            store._records.lay()
        return store

    @classmethod
    def _any(cls, path: Path | str, embedder: Embedder | None, chroma_url: str | None) -> "Store":
        folder = Path(path).expanduser().absolute()
        file = folder / "records.sqlite3"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            strangers = sorted(entry.name for entry in folder.iterdir() if entry.name not in _OWN)
            if strangers and not file.exists():
                raise StoreError(f"{folder} is no store: it holds {strangers[0]}.", "Name a new or an empty folder with --store.")
            records = Records(file)
            if not records.schema:
                with WriterLock(folder).held(_PATIENCE), records.transaction():
                    if not records.schema:
                        records.lay()
        except OSError as error:
            raise StoreError(f"The store {folder} cannot be opened ({error.strerror}).", "Name another folder with --store.") from error
        return cls(folder, records, embedder, chroma_url)

    def fill(self, origin: str, read: Callable[[], Iterable[Trial]]) -> None:
        """Makes the store hold the corpus called `origin`, as `read` gives it, in one transaction; does nothing if it does."""
        if self.origin == origin and not self._mismatch():
            return
        with self._writer.held(_PATIENCE):
            if self.origin == origin and not self._mismatch():
                return  # another process has just done it
            trials = tuple(read())
            with self._records.transaction():
                self._records.lay()
                for trial in trials:
                    self._records.put(trial, passages(trial))
                self._records.note("origin", origin)
        self._forget()

    def close(self) -> None:
        """Closes the record file and lets go of the search indexes."""
        self._records.close()
        if "_vectors" in self.__dict__:
            self._vectors.close()

    def _mismatch(self) -> str:
        if self._records.schema != SCHEMA:
            return f"has tables of version {self._records.schema}, this program has {SCHEMA}"
        if self._records.get("parser") != parser_version():
            return "was filled by another version of the parser or its vocabulary"
        return ""

    def _is_empty(self) -> bool:
        return self._records.schema == SCHEMA and not self._records.hashes()

    # Reading

    def trials(self) -> tuple[Trial, ...]:
        """All trials, in order of id."""
        return tuple(self._by_id().values())

    def some(self, ids: Sequence[str]) -> tuple[Trial, ...]:
        """Those of the trials with these ids that there are, in order of id, without reading the others."""
        return self._records.trials(ids)

    def trial(self, name: str) -> Trial:
        """The trial with this id, NCT number, or unique beginning of an id ("001"). Raises UnknownTrial."""
        trials, wanted = self._by_id(), name.strip().casefold()
        exact = self._named.get(wanted, []) if wanted else []
        found = exact or [t for t in trials.values() if wanted and t.id.casefold().startswith(wanted)]
        if len(found) == 1:
            return found[0]
        known = ", ".join([t.id for t in found or trials.values()][:8]) + (", ..." if len(found or trials) > 8 else "")
        if found:
            raise UnknownTrial(f"{name!r} is the beginning of {len(found)} trial ids.", f"One of: {known}.")
        raise UnknownTrial(f"There is no trial {name!r} in the store.", f"It holds: {known}." if trials else "The store is empty.")

    def hashes(self) -> dict[str, str]:
        """Content hash by trial id."""
        return self._records.hashes()

    def manifest(self) -> Manifest:
        """What the store was built with and holds."""
        return self._records.manifest()

    def versions(self, trial: str | None = None) -> list[tuple[str, str, Trial]]:
        """Trial id, time of replacement (UTC, ISO) and record of every version that a newer one replaced, oldest first."""
        return self._records.versions(trial)

    def noted(self, key: str) -> str | None:
        """What `record` noted under this key; None after a rebuild."""
        return self._records.get(key)

    @property
    def origin(self) -> str | None:
        """What the store was filled from, if it can be built again without its user."""
        return self._records.get("origin")

    def _by_id(self) -> dict[str, Trial]:
        with self._lock:
            changes = self._records.changes
            if self._trials is None or changes != self._seen:
                self._trials = {t.id: t for t in self._records.trials()}
                self._named = {}
                for trial in self._trials.values():
                    for called in {trial.id.casefold(), (trial.nct_id or "").casefold()}:
                        self._named.setdefault(called, []).append(trial)
                self._seen = changes
            return self._trials

    # Writing

    def writing(self) -> AbstractContextManager[None]:
        """Holds the store's lock over several changes. Raises StoreLocked at once if another writer holds it."""
        return self._writer.held()

    def add(self, trials: Iterable[Trial], progress: Progress | None = None) -> None:
        """Writes trials, each over what was there under its id, and completes the search indexes. Raises StoreLocked."""
        self.record(trials)
        self.complete(progress)

    def record(self, trials: Iterable[Trial], notes: Mapping[str, str | None] | None = None) -> None:
        """Writes trials in one transaction and leaves the search indexes to be completed later. Raises StoreLocked.

        A trial whose content is already there is left as it is; one that a newer text replaces is kept as a version.
        `notes` are written in the same transaction (`noted` reads them).
        """
        with self.writing(), self._records.transaction():
            known = self._records.hashes()
            for trial in trials:
                if known.get(trial.id) != trial.content_hash:
                    self._records.put(trial, passages(trial))
                    self._records.note("origin", None)
                    known[trial.id] = trial.content_hash
            for key, value in (notes or {}).items():
                self._records.note(key, value)
        self._forget()

    def remove(self, name: str) -> Trial:
        """Removes the trial with this id, NCT number or unique beginning of an id, and gives it back. Raises UnknownTrial, StoreLocked."""
        trial = self.trial(name)
        with self.writing(), self._records.transaction():
            self._records.drop(trial.id)
            self._records.note("origin", None)
        self._forget()
        self.complete()
        return trial

    def _forget(self) -> None:
        self._trials, self._checked = None, False

    def complete(self, progress: Progress | None = None) -> None:
        """Brings the search indexes up to the records; does nothing if they are. Raises StoreLocked, StoreMismatch."""
        if self._is_complete():
            return
        with self.writing():
            self._prepare()
            total, done = self._records.pending(), 0
            while True:
                wanted, unwanted = self._records.owed(_BATCH)
                if not wanted and not unwanted:
                    break
                self._lexical.update(wanted, unwanted)
                self._vectors.update(wanted, unwanted, self._records.generation)
                self._records.settle([p.id for p in wanted] + unwanted)
                self._vectors.advance(self._records.generation)
                done += len(wanted) + len(unwanted)
                if progress:
                    progress(done, total)
            self._checked = True

    def _is_complete(self) -> bool:
        bound = self._records.get("embedding")
        if bound is not None and bound != self._embedder.name:
            raise StoreMismatch(
                f"The store {self.folder} was embedded with {bound}, the setting names {self._embedder.name}.",
                f"Unset TRIALMATCH_EMBEDDING, or build it anew: trialmatch ingest --rebuild PATH... --store {self.folder}",
            )
        if bound is None or self._records.pending() or self._records.get("reset"):
            return False
        if not self._checked:
            self._checked = self._indexes_are_whole()
        return self._checked

    def _indexes_are_whole(self) -> bool:
        folders = [self.folder / "tantivy"] if self._chroma_url else [self.folder / "tantivy", self.folder / "chroma"]
        if not all(folder.is_dir() for folder in folders):
            return False
        return self._lexical.count() == self._records.count() == self._vectors.count(self._records.generation)

    def _prepare(self) -> None:
        """Binds the store to the embedding model, and empties the search indexes where they have to be filled anew."""
        if not self._records.pending() and not self._records.get("reset"):
            self._records.owe_all()  # an index was lost or damaged
        if self._records.get("reset"):
            self._lexical.clear()
            self._vectors.clear(self._records.generation)
        with self._records.transaction():
            self._records.note("reset", None)
            self._records.note("embedding", self._embedder.name)

    # Searching

    def search(self, query: str, trials: Sequence[str] | None = None, k: int = 8, *, sections: Sequence[str] | None = None) -> tuple[Hit, ...]:
        """The `k` passages that fit the query best, of these trials (ids) and sections only if given; best first.

        Vector and lexical rankings are fused by reciprocal rank. Completes the search indexes first where they lag behind;
        while another process is writing, the words alone are searched. Raises StoreMismatch.
        """
        if not query.strip() or k < 1 or (trials is not None and not trials) or (sections is not None and not sections):
            return ()
        depth = max(_DEPTH, 4 * k)
        try:
            self.complete()
            within = None if trials is None and sections is None else self._records.passage_ids(trials, sections)
            near = dict(self._vectors.search(query, within, depth, self._records.generation))
        except StoreLocked:
            near = {}
        worded = dict(self._lexical.search(query, trials, sections, depth))
        best = fuse((list(near), list(worded)))
        found = self._records.passages([id_ for id_, _ in best])
        hits = [Hit(found[id_], score, near.get(id_), worded.get(id_)) for id_, score in best if id_ in found]
        return tuple(hits[:k])

    @cached_property
    def _embedder(self) -> Embedder:
        return self._given_embedder or default_embedder()

    @cached_property
    def _lexical(self) -> "Lexical":
        from index.store.lexical import Lexical

        return Lexical(self.folder / "tantivy")

    @cached_property
    def _vectors(self) -> "Vectors":
        from index.store.vectors import Vectors

        return Vectors(self._chroma_url or self.folder / "chroma", self._records.get("store") or "", self._embedder)
