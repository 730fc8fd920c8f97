"""From files to a filled store: read, compile, record, index."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path

from index.sources import Rejected, files, read_path, read_text
from index.store import Store
from index.text import Frozen
from index.trials import Trial
from index.updated import earlier, updated

Progress = Callable[[str, int, int], None]
"""Called with the step ("reading" files, "indexing" passages), how many are done and how many there are."""

_BATCH = 50


class Failure(Frozen):
    """Something that could not be read, and why, each in one line."""

    source: str
    why: str


class IngestResult(Frozen):
    """Ids of the trials that were new, that replaced an older text of theirs, and that were there already; and the failures.

    `outdated`: records left alone because the store, or another source of the run, has one that says it was updated later.
    """

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    outdated: tuple[Failure, ...] = ()

    def joined(self, other: "IngestResult") -> "IngestResult":
        """This and another result as one."""
        return IngestResult(
            added=self.added + other.added,
            updated=self.updated + other.updated,
            unchanged=self.unchanged + other.unchanged,
            failed=self.failed + other.failed,
            outdated=self.outdated + other.outdated,
        )


def read(paths: Iterable[Path]) -> Iterator[Trial | Rejected]:
    """All trials of files and folders with their criteria compiled; what cannot be read gives one line."""
    for item in (item for path in paths for file in files(path) for item in _read_file(file)):
        yield item if isinstance(item, Rejected) else compiled(item)


def read_document(name: str, text: str) -> Iterator[Trial | Rejected]:
    """All trials of a pasted document, criteria compiled; `name` stands for the file's name in ids and citations."""
    for item in read_text(name, text):
        yield item if isinstance(item, Rejected) else compiled(item)


def ingest(paths: Iterable[Path], store: Store, progress: Progress | None = None) -> IngestResult:
    """Reads files and folders into the store and completes its search indexes. What cannot be read is reported; the rest goes on.

    A trial whose text is in the store already is left alone, and so is one that says it was updated earlier than what is there. Of two
    sources of one run that state the same trial with different texts, the later updated is taken, else the first; the other is reported.
    Raises StoreLocked.
    """
    everything = [file for path in paths for file in files(path)]
    before, took = store.hashes(), dict[str, str]()
    days: dict[str, date | None] = {}
    changed: dict[str, str] = {}
    failed: list[Failure] = []
    outdated: list[Failure] = []

    def fresh(item: Trial) -> bool:
        """Whether the record is to be compiled and written; where not, the reason is noted."""
        known = took.get(item.id, before.get(item.id))
        if known == item.content_hash:
            took[item.id] = item.content_hash
            return False
        if known is None:
            return True
        day = updated(item)
        if item.id not in days:
            days[item.id] = updated(store.some([item.id])[0])
        if earlier(day, days[item.id]):
            outdated.append(Failure(source=item.source, why=f"Its {item.id} was last updated on {day}; there is one of {days[item.id]}."))
            return False
        if item.id in took and not earlier(days[item.id], day):
            why = f"It states the trial {item.id}, which another source of this run states too; that one was taken."
            failed.append(Failure(source=item.source, why=why))
            return False
        return True

    def trials() -> Iterator[Trial]:
        for n, file in enumerate(everything, start=1):
            for item in _read_file(file):
                if isinstance(item, Trial):
                    if not fresh(item):
                        continue
                    took[item.id], days[item.id] = item.content_hash, updated(item)
                    item = compiled(item)
                if isinstance(item, Rejected):
                    failed.append(Failure(source=item.source, why=item.why))
                else:
                    changed[item.id] = item.content_hash
                    yield item
            if progress:
                progress("reading", n, len(everything))

    with store.writing():
        found = trials()
        while batch := list(islice(found, _BATCH)):
            store.record(batch)
        store.complete(None if progress is None else lambda done, total: progress("indexing", done, total))
    return IngestResult(
        added=tuple(id_ for id_ in changed if id_ not in before),
        updated=tuple(id_ for id_ in changed if id_ in before),
        unchanged=tuple(id_ for id_, content in took.items() if before.get(id_) == content),
        failed=tuple(failed),
        outdated=tuple(outdated),
    )


def _read_file(file: Path) -> Iterator[Trial | Rejected]:
    try:
        yield from read_path(file)
    except Exception as error:  # a fault of ours must not cost the user the other files
        yield Rejected(str(file), f"It could not be read ({type(error).__name__}: {error}).")


def compiled(trial: Trial) -> Trial | Rejected:
    """The trial with its criteria; a fault of ours rejects it with a line."""
    from index.criteria import with_criteria

    try:
        return with_criteria(trial)
    except Exception as error:  # as above
        return Rejected(trial.source, f"Its criteria could not be read ({type(error).__name__}: {error}).")
