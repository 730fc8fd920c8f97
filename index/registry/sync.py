"""From the registry to the store: pages of studies, read as files are, each page one transaction with the place to go on from.

A run that is killed goes on at the next page. A run that ends notes the newest update it saw; the next run of the same
query asks only for what was updated since, and for the trials that it brought in before, whatever their status is now.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from index.build import Failure, IngestResult, Progress, compiled
from index.registry.client import Json, Query, Registry, StaleToken
from index.sources import Rejected, read_text
from index.store import Store
from index.text import Frozen
from index.trials import Trial

_IDS = 100
"""Registry numbers asked for in one request: an address has to stay short."""


class SyncResult(Frozen):
    """What came in. `since` is the first day of last updates that was asked for (empty: all), `resumed` whether an interrupted run was continued,
    `read` how many studies the registry gave."""

    ingested: IngestResult
    since: str = ""
    resumed: bool = False
    read: int = 0


@dataclass
class _Taken:
    """What a run has taken into the store so far."""

    store: Store
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    read: int = 0

    def take(self, studies: Iterable[Json], notes: dict[str, str | None] | None = None) -> None:
        """Reads studies and records them with the notes in one transaction."""
        before = self.store.hashes()
        new: list[Trial] = []
        for study in studies:
            self.read += 1
            for item in read_text(f"{number_of(study) or f'study {self.read}'}.json", json.dumps(study, ensure_ascii=False)):
                if isinstance(item, Trial) and item.id in self.seen:
                    continue  # pages move when the registry publishes during a run
                if isinstance(item, Trial):
                    self.seen.add(item.id)
                    if before.get(item.id) == item.content_hash:
                        self.unchanged.append(item.id)
                        continue
                    item = compiled(item)
                if isinstance(item, Rejected):
                    self.failed.append(Failure(source=item.source, why=item.why))
                    continue
                (self.updated if item.id in before else self.added).append(item.id)
                new.append(item)
        if new or notes:
            self.store.record(new, notes)

    def result(self) -> IngestResult:
        return IngestResult(added=tuple(self.added), updated=tuple(self.updated), unchanged=tuple(self.unchanged), failed=tuple(self.failed))


@dataclass
class _Place:
    """Where the runs of one query stand: `token` of the next page of a run in progress, which asks for updates since `since` and has seen
    `newest`; `until` is the newest update of the last run that ended; `ids` are the trials that the query brought in."""

    token: str | None = None
    since: str = ""
    newest: str = ""
    until: str = ""
    ids: list[str] = field(default_factory=list)

    def saw(self, studies: Sequence[Json]) -> None:
        self.newest = max([self.newest, *map(_updated, studies)])
        known = set(self.ids)
        self.ids += [number for number in map(number_of, studies) if number and number not in known]

    def text(self) -> str:
        return json.dumps(self.__dict__)


def fetch(store: Store, registry: Registry, numbers: Sequence[str], progress: Progress | None = None) -> IngestResult:
    """Takes the trials with these registry numbers into the store. One that the registry does not have is reported. Raises RegistryError."""
    taken = _Taken(store)
    for n, number in enumerate(dict.fromkeys(number.upper() for number in numbers), start=1):
        study = registry.study(number)
        if study is None:
            taken.failed.append(Failure(source=number, why="The registry has no trial of this number."))
        else:
            taken.take([study])
        if progress:
            progress("fetching", n, len(numbers))
    _complete(store, progress)
    return taken.result()


def sync(
    store: Store, registry: Registry, query: Query, *, limit: int | None = None, full: bool = False, progress: Progress | None = None
) -> SyncResult:
    """Takes the trials that fit a query into the store, page by page; see the module. Raises RegistryError, StoreLocked.

    `full` asks for all again, not only for what was updated since the last run. With a `limit` (the most recently updated
    so many) a run asks for all each time.
    """
    key = _key(query, limit)
    place = _Place(**json.loads(store.noted(key) or "{}"))
    resumed = place.token is not None and not full
    if not resumed:
        place.token, place.newest, place.since = None, "", "" if full or limit is not None else place.until
    since, before = place.since, list(place.ids) if place.since else []
    asked = query.model_copy(update={"since": since})
    taken = _Taken(store)
    done, total = (len(place.ids) if resumed and not since else 0), None
    while True:
        try:
            page = registry.page(asked, place.token)
        except StaleToken:
            place.token = None  # what was recorded already is found unchanged
            continue
        left = page.studies if limit is None else page.studies[: limit - done]
        done += len(left)
        total = page.total if total is None else total
        place.saw(left)
        ended = page.next is None or (limit is not None and done >= limit)
        place.token = None if ended else page.next
        taken.take(left, {key: place.text()})
        if progress:
            progress("fetching", done, max(done, min(total or done, limit or total or done)))
        if ended:
            break
    for at in range(0, len(before), _IDS):
        wanted = [number for number in before[at : at + _IDS] if number not in taken.seen]
        for more in registry.pages(Query(ids=tuple(wanted), since=since)) if wanted else ():
            place.newest = max([place.newest, *map(_updated, more.studies)])
            taken.take(more.studies)
    place.until = max(place.until, place.newest) if limit is None else ""
    place.since = ""
    store.record((), {key: place.text() if limit is None else None})
    _complete(store, progress)
    return SyncResult(ingested=taken.result(), since=since, resumed=resumed, read=taken.read)


def _complete(store: Store, progress: Progress | None) -> None:
    store.complete(None if progress is None else lambda done, total: progress("indexing", done, total))


def _key(query: Query, limit: int | None) -> str:
    said = json.dumps([sorted(query.model_dump(mode="json", exclude={"since"}).items()), limit])
    return f"sync:{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def number_of(study: Json) -> str | None:
    """The registry number that a study states."""
    number = _inside(study, "identificationModule", "nctId")
    return number if isinstance(number, str) and number.strip() else None


def _updated(study: Json) -> str:
    date = _inside(study, "statusModule", "lastUpdatePostDateStruct", "date")
    return date if isinstance(date, str) else ""


def _inside(study: object, *keys: str) -> object:
    for key in ("protocolSection", *keys):
        study = study.get(key) if isinstance(study, dict) else None
    return study
