"""The truth of a store: trials, passages and what the search indexes still owe, in one SQLite file.

Every change of a trial and the note of what has to follow in the search indexes (`outbox`) are one transaction, so that
a kill between them loses nothing.
"""

import hashlib
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.collecting import collection_paused
from index.errors import StoreError
from index.passages import Passage
from index.store.manifest import SCHEMA, Manifest, parser_version
from index.text import Span
from index.trials import Trial

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE trials (id TEXT PRIMARY KEY, content_hash TEXT NOT NULL, source TEXT NOT NULL, record TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE passages (
    id TEXT PRIMARY KEY, trial TEXT NOT NULL, ordinal INTEGER NOT NULL, section TEXT NOT NULL, document TEXT NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, text TEXT NOT NULL, context TEXT NOT NULL, criterion TEXT
) WITHOUT ROWID;
CREATE INDEX passages_of_trial ON passages (trial, ordinal);
CREATE INDEX passages_of_section ON passages (trial, section);
CREATE TABLE versions (
    number INTEGER PRIMARY KEY, trial TEXT NOT NULL, replaced TEXT NOT NULL, content_hash TEXT NOT NULL, record TEXT NOT NULL
);
CREATE INDEX versions_of_trial ON versions (trial, number);
CREATE TABLE outbox (passage TEXT PRIMARY KEY, action TEXT NOT NULL CHECK (action IN ('upsert', 'delete'))) WITHOUT ROWID;
"""
Row = tuple[Any, ...]

_PASSAGE = "id, trial, section, document, start, end, text, context, criterion"


class Records:
    """The SQLite file of a store. Safe to use from several threads; writers hold the store's lock (`index.store.lock`)."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._places: tuple[tuple[int, int], list[Row]] | None = None
        try:
            self._db = sqlite3.connect(path, timeout=30, check_same_thread=False, isolation_level=None)
            self._db.execute("PRAGMA synchronous = FULL")
            self.schema  # noqa: B018  reads the file, so that one that is no database is found here
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{path} is not a store's record file ({error}).", "Name another folder with --store.") from error

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._db.close()

    @property
    def schema(self) -> int:
        """Version of the tables, 0 before any were laid."""
        return int(self._one("PRAGMA user_version"))

    @property
    def changes(self) -> int:
        """A number that differs after another connection, in whatever process, has changed the file."""
        return int(self._one("PRAGMA data_version"))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is written, or nothing."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def lay(self) -> None:
        """Empties the file and lays the tables of this version; the search indexes are to be emptied too. Inside `transaction`."""
        store = self.get("store") or uuid.uuid4().hex[:12]
        for (name,) in self._all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"):
            self._db.execute(f'DROP TABLE "{name}"')
        for statement in filter(str.strip, _TABLES.split(";")):
            self._db.execute(statement)
        self._db.execute(f"PRAGMA user_version = {SCHEMA}")
        self.note("parser", parser_version())
        self.note("store", store)
        self.note("reset", "yes")

    def put(self, trial: Trial, passages: Sequence[Passage]) -> None:
        """Writes a trial over what was there under its id, which becomes a previous version. Inside `transaction`."""
        self._db.execute(
            "INSERT INTO versions (trial, replaced, content_hash, record) SELECT id, ?, content_hash, record FROM trials WHERE id = ?",
            (datetime.now(UTC).isoformat(timespec="seconds"), trial.id),
        )
        self.drop(trial.id)
        self._db.execute("INSERT INTO trials VALUES (?, ?, ?, ?)", (trial.id, trial.content_hash, trial.source, trial.model_dump_json()))
        self._db.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (p.id, p.trial_id, n, p.section, p.document, p.span.start, p.span.end, p.text, p.context, p.criterion)
                for n, p in enumerate(passages)
            ],
        )  # fmt: skip
        self._db.executemany("INSERT OR REPLACE INTO outbox VALUES (?, 'upsert')", [(p.id,) for p in passages])

    def drop(self, trial: str) -> bool:
        """Removes a trial and its passages; whether it was there. Inside `transaction`."""
        self._db.execute("INSERT OR REPLACE INTO outbox SELECT id, 'delete' FROM passages WHERE trial = ?", (trial,))
        self._db.execute("DELETE FROM passages WHERE trial = ?", (trial,))
        self.note("updated", datetime.now(UTC).isoformat(timespec="seconds"))
        return self._db.execute("DELETE FROM trials WHERE id = ?", (trial,)).rowcount > 0

    def hashes(self) -> dict[str, str]:
        """Content hash by trial id."""
        return dict(self._all("SELECT id, content_hash FROM trials ORDER BY id"))

    def trials(self, ids: Sequence[str] | None = None) -> tuple[Trial, ...]:
        """All trials in order of id, or those asked for that exist."""
        rows = (
            self._all("SELECT record FROM trials ORDER BY id")
            if ids is None
            else self._in("SELECT record FROM trials WHERE id IN ({}) ORDER BY id", ids)
        )
        with collection_paused():
            return tuple([Trial.model_validate_json(record) for (record,) in rows])

    def versions(self, trial: str | None = None) -> list[tuple[str, str, Trial]]:
        """Trial id, time of replacement (UTC, ISO) and record of every version that a newer one replaced, oldest first."""
        rows = self._all("SELECT trial, replaced, record FROM versions WHERE ?1 IS NULL OR trial = ?1 ORDER BY trial, number", trial)
        return [(id_, replaced, Trial.model_validate_json(record)) for id_, replaced, record in rows]

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Passages by id; an id that is not there is left out."""
        rows = self._in(f"SELECT {_PASSAGE} FROM passages WHERE id IN ({{}})", ids)
        return {row[0]: Passage(row[0], row[1], row[2], row[3], Span(start=row[4], end=row[5]), *row[6:]) for row in rows}

    def passage_ids(self, trials: Sequence[str] | None, sections: Sequence[str] | None) -> list[str]:
        """Ids of the passages of these trials and sections, each only if given. The whole list is read once per change of the file."""
        if trials is not None:
            rows = self._in("SELECT id, section FROM passages WHERE trial IN ({})", trials)
        else:
            with self._lock:
                now = (self.changes, self._db.total_changes)
                if self._places is None or self._places[0] != now:
                    self._places = (now, self._all("SELECT id, section FROM passages"))
                rows = self._places[1]
        return [id_ for id_, section in rows if sections is None or section in sections]

    def pending(self) -> int:
        """How many passages the search indexes still owe."""
        return int(self._one("SELECT count(*) FROM outbox"))

    def owed(self, limit: int) -> tuple[list[Passage], list[str]]:
        """The next passages to index, and ids to delete from the search indexes."""
        rows = self._all("SELECT passage, action FROM outbox ORDER BY action, passage LIMIT ?", limit)
        found = self.passages([id_ for id_, action in rows if action == "upsert"])
        return list(found.values()), [id_ for id_, action in rows if id_ not in found]

    def settle(self, ids: Iterable[str]) -> None:
        """The search indexes have these now."""
        with self.transaction():
            self._db.executemany("DELETE FROM outbox WHERE passage = ?", [(id_,) for id_ in ids])
            self.note("generation", str(self.generation + 1))

    def owe_all(self) -> None:
        """The search indexes are to be emptied and filled again."""
        with self.transaction():
            self._db.execute("DELETE FROM outbox")
            self._db.execute("INSERT INTO outbox SELECT id, 'upsert' FROM passages")
            self.note("reset", "yes")

    @property
    def generation(self) -> int:
        """Rises whenever the search indexes have changed."""
        return int(self.get("generation") or 0)

    def get(self, key: str) -> str | None:
        """One of the store's own notes: parser, embedding, origin, store (its identity), generation, reset, updated; None if not there."""
        try:
            return self._one_or_none("SELECT value FROM meta WHERE key = ?", key)
        except sqlite3.OperationalError:
            return None  # no tables, or none of ours

    def note(self, key: str, value: str | None) -> None:
        """Writes one of them; None removes it. Inside `transaction`."""
        if value is None:
            self._db.execute("DELETE FROM meta WHERE key = ?", (key,))
        else:
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def count(self) -> int:
        """Number of passages."""
        return int(self._one("SELECT count(*) FROM passages"))

    def manifest(self) -> Manifest:
        """What the store was built with, and how much of it there is."""
        hashes = self.hashes()
        corpus = hashlib.sha256("\n".join(f"{id_} {content}" for id_, content in hashes.items()).encode()).hexdigest()
        return Manifest(
            schema_version=self.schema,
            parser=self.get("parser") or "",
            embedding=self.get("embedding"),
            corpus=corpus,
            trials=len(hashes),
            passages=self.count(),
            pending=self.pending(),
            updated=self.get("updated"),
        )

    def _all(self, sql: str, *values: object) -> list[Row]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def _in(self, sql: str, ids: Sequence[str]) -> list[Row]:
        found: list[Row] = []
        with self._lock:
            for at in range(0, len(ids), 500):
                some = ids[at : at + 500]
                found += self._db.execute(sql.format(",".join("?" * len(some))), tuple(some)).fetchall()
        return found

    def _one(self, sql: str, *values: object) -> str | int:
        with self._lock:
            row = self._db.execute(sql, values).fetchone()
        value: str | int = row[0]
        return value

    def _one_or_none(self, sql: str, *values: object) -> str | None:
        with self._lock:
            row = self._db.execute(sql, values).fetchone()
        return None if row is None else str(row[0])
