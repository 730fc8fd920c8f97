"""The public API: `Assistant`. It opens the store, reads the patient, and hands on."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from assistant.results import Answer, CheckResult, Report, Silence
from assistant.reviews import Reviewed
from assistant.settings import Settings, seeds, seeds_origin
from index.collecting import collection_paused
from index.errors import InputError, UnreadableNote, UnreadableSource
from index.filters import Filter
from index.filters import status as status_of
from index.store import Hit, Manifest, Store
from index.trials import Trial

if TYPE_CHECKING:
    from assistant.changes import ChangedTrial
    from assistant.conversation import Conversation
    from assistant.model import LanguageModel
    from assistant.patient.patient import Patient
    from index.build import IngestResult, Progress
    from index.embeddings import Embedder
    from index.registry import Registry, SyncResult
    from index.sources import Rejected

Note = str | Mapping[str, Any]
"""A patient's note, or a FHIR bundle."""
_NUMBER = re.compile(r"NCT\d{8}", re.IGNORECASE)


class Assistant:
    """Trials in a store, and everything that can be asked about them. Make one with `Assistant.open`.

    Every method takes the reference date `as_of`; left out, it is today. Errors are `TrialmatchError`s with a hint.
    """

    def __init__(self, store: Store, settings: Settings | None = None, model: "LanguageModel | None" = None) -> None:
        self._store = store
        self._library = Reviewed(store)
        self.model = model or _model(settings)
        self._settings = settings

    @classmethod
    def open(
        cls, store: Path | str | None = None, *, settings: Settings | None = None, embedder: "Embedder | None" = None, fill: bool = True
    ) -> "Assistant":
        """Opens the store in a folder (default: the settings' one).

        An empty store is filled from the seeds (unless `fill` is false), and one that holds nothing but the seeds is filled again when they or the
        parser have changed. Raises StoreMismatch for any other store of another version.
        """
        settings = settings or Settings.read()
        opened = Store.refreshed(
            store or settings.store, seeds_origin(), _seed_trials, fill=fill, embedder=embedder or _embedder(settings), chroma_url=settings.chroma_url
        )
        return cls(opened, settings)

    @classmethod
    def rebuild(cls, store: Path | str | None = None, *, settings: Settings | None = None) -> "Assistant":
        """Empties the store in a folder, whatever filled it, and opens it. Raises StoreLocked."""
        settings = settings or Settings.read()
        return cls(Store.rebuild(store or settings.store, embedder=_embedder(settings), chroma_url=settings.chroma_url), settings)

    @property
    def store(self) -> Store:
        """The store underneath."""
        return self._store

    def compiled(self, name: str) -> Trial:
        """The trial as the compiler left it, without the readings that reviewers have accepted since. Raises UnknownTrial."""
        return self._store.trial(name)

    def close(self) -> None:
        """Lets go of the store's files."""
        self._store.close()

    # Trials

    def trials(self, where: Filter | None = None) -> tuple[Trial, ...]:
        """All trials, or those that a filter accepts, in order of id. Raises InputError for a status or a phase that there is not."""
        return self._library.trials() if where is None else where.choose(self._library.trials())

    def trial(self, name: str) -> Trial:
        """The trial with this id, NCT number, or unique beginning of an id. Raises UnknownTrial."""
        return self._library.trial(name)

    def ingest(self, paths: Iterable[Path | str], progress: "Progress | None" = None) -> "IngestResult":
        """Reads files and folders into the store; see `index.build.ingest`. Raises StoreLocked.

        A registry number (NCT01234567) among them, of which there is no file, is fetched from the registry. Raises RegistryError.
        """
        from index.build import ingest

        named = [Path(path) for path in paths]
        numbers = [path.name for path in named if _NUMBER.fullmatch(str(path)) and not path.exists()]
        if not numbers:
            return ingest(named, self._store, progress)
        from index.registry import fetch

        with self._registry() as registry:
            fetched = fetch(self._store, registry, numbers, progress)
        files = [path for path in named if path.name not in numbers]
        return fetched.joined(ingest(files, self._store, progress)) if files else fetched

    def sync(
        self,
        query: str = "",
        *,
        condition: str = "",
        status: Sequence[str] = (),
        limit: int | None = None,
        full: bool = False,
        progress: "Progress | None" = None,
    ) -> "SyncResult":
        """Brings in the registry's trials that fit; see `index.registry.sync`. Give words and statuses, never anything of a patient: they are sent.

        Raises InputError, RegistryError, StoreLocked.
        """
        from index.registry import Query, sync

        if not query.strip() and not condition.strip():
            raise InputError("Nothing is asked for.", "Give words (--query) or a condition (--condition).")
        if limit is not None and limit < 1:
            raise InputError(f"The limit is {limit}.", "Give a whole number from 1.")
        asked = Query(term=query.strip(), condition=condition.strip(), status=tuple(dict.fromkeys(status_of(s) for s in status)))
        with self._registry() as registry:
            return sync(self._store, registry, asked, limit=limit, full=full, progress=progress)

    def _registry(self) -> "Registry":
        from platformdirs import user_cache_path

        from index.registry import Registry

        settings = self._settings or Settings.read()
        return Registry(settings.registry_url, cache=user_cache_path("trialmatch", appauthor=False) / "registry")

    def changes(
        self,
        trial: str | None = None,
        *,
        since: date | None = None,
        patients: Mapping[str, Note] | None = None,
        as_of: date | None = None,
        silence: Silence = "unknown",
    ) -> "tuple[ChangedTrial, ...]":
        """What newer versions of trials changed, by id: against the version before, or against what the store held when the day `since` began.

        `patients` are notes or FHIR bundles by a name; each change then says whose verdict or outcome it moves. Trials whose versions
        do not differ are left out. Raises UnknownTrial, UnreadableNote.
        """
        from assistant.changes import changed, versions

        _one_of("silence", silence, Silence)
        as_of = as_of or date.today()
        read = {name: _patient(note, as_of) for name, note in (patients or {}).items()}
        pairs = versions(self._store, self._library, None if trial is None else self.trial(trial).id, since)
        return changed(pairs, read, as_of, silence)

    @staticmethod
    def read(name: str, text: str) -> tuple[Trial, ...]:
        """The trials of a pasted document, criteria compiled, without storing them; `name` stands for the file's name.

        Raises UnreadableSource if any part of it cannot be read.
        """
        from index.build import read_document

        return tuple(_readable(item) for item in read_document(name, text))

    def remove(self, name: str) -> Trial:
        """Removes a trial and gives it back. Raises UnknownTrial, StoreLocked."""
        return self._store.remove(name)

    def restore(self, trial: Trial) -> None:
        """Puts a trial back that `remove` gave. Raises StoreLocked."""
        self._store.add([trial])

    def complete(self, progress: "Progress | None" = None) -> None:
        """Brings the search indexes up to date now, instead of at the first question that needs them."""
        self._store.complete(None if progress is None else lambda done, total: progress("indexing", done, total))

    def search(self, query: str, trials: Sequence[str] | None = None, k: int = 8) -> tuple[Hit, ...]:
        """The passages that fit a query best, of these trials only if given. Raises UnknownTrial."""
        return self._store.search(query, None if trials is None else [self.trial(name).id for name in trials], k=k)

    def manifest(self) -> Manifest:
        """What the store was built with and holds."""
        return self._store.manifest()

    # Questions

    def ask(self, question: str, *, as_of: date | None = None, note: Note | None = None, where: Filter | None = None) -> Answer:
        """Answers a question about the trials, with citations; `note` is the patient it is about, if it is about one.

        `where` restricts all that the answer draws on to the trials that it accepts; the answer says so, and a named trial that it leaves out
        is not answered for. Raises InputError for an empty question, a status or a phase that there is not.
        """
        from assistant.ask import answer

        as_of = as_of or date.today()
        if not question.strip():
            raise InputError("The question is empty.", "Ask about the trials, for instance: which trials accept Child-Pugh B?")
        found = answer(question, self._library, as_of, None if note is None else _patient(note, as_of), where=where)
        return found if self.model is None else self.model.worded(found, self._library.trials(), as_of)

    def match(
        self,
        note: Note,
        *,
        as_of: date | None = None,
        trials: Sequence[str] | None = None,
        silence: Silence = "unknown",
        where: Filter | None = None,
        labs: str | None = None,
    ) -> Report:
        """Checks a patient against every criterion of the trials (ids; default all), of those only that a filter accepts if one is given.

        `labs` is a table of laboratory values (CSV) beside the note; the note may then be empty. Raises UnknownTrial, UnreadableNote.
        """
        from assistant.check import match

        _one_of("silence", silence, Silence)
        as_of = as_of or date.today()
        chosen = self.trials() if trials is None else tuple({trial.id: trial for trial in map(self.trial, trials)}.values())
        chosen = chosen if where is None else where.choose(chosen)
        with collection_paused():
            patient = _patient(note, as_of, labs)
            report = match(chosen, patient, as_of, silence)
        return report if self.model is None else self.model.proposed(report, patient, lambda other: match(chosen, other, as_of, silence))

    @staticmethod
    def check(
        criterion: str | None,
        note: Note,
        polarity: Literal["inclusion", "exclusion"] = "inclusion",
        *,
        as_of: date | None = None,
        silence: Silence = "unknown",
    ) -> CheckResult:
        """Checks a patient against the text of one criterion; needs no store. Raises UnreadableNote.

        A criterion that a table leaves blank (None) is unknown: there is nothing to read.
        """
        from assistant.check import check_text

        _one_of("polarity", polarity, Literal["inclusion", "exclusion"])
        _one_of("silence", silence, Silence)
        if criterion is not None and not criterion.strip():
            raise InputError("The criterion is empty.", "Give the words of one criterion.")
        as_of = as_of or date.today()
        return check_text(criterion or "", _patient(note, as_of), polarity, as_of, silence)

    def conversation(self, *, as_of: date | None = None, silence: Silence = "unknown") -> "Conversation":
        """A new conversation: one patient, one history."""
        from assistant.conversation import Conversation

        _one_of("silence", silence, Silence)
        return Conversation(self._library, as_of or date.today(), silence, self.model)


def _patient(note: Note, as_of: date, labs: str | None = None) -> "Patient":
    if labs is not None:
        from assistant.patient.labs import with_labs

        return with_labs(None if isinstance(note, str) and not note.strip() else _patient(note, as_of), labs, as_of)
    if isinstance(note, Mapping):
        from assistant.patient.fhir import read_bundle

        return read_bundle(dict(note), as_of)
    if not isinstance(note, str):
        raise UnreadableNote(f"A note is a text or a FHIR bundle, not {type(note).__name__}.")
    if not note.strip():
        raise UnreadableNote("The note is empty.", "Give the patient's note, or a FHIR bundle.")
    from assistant.patient import read_note

    return read_note(note, as_of)


def _one_of(name: str, value: str, kind: Any) -> None:
    if value not in get_args(kind):
        raise InputError(f"{name} is {value!r}.", f"It is one of: {', '.join(get_args(kind))}.")


def _model(settings: Settings | None) -> "LanguageModel | None":
    if settings is None or settings.model is None:
        return None
    from assistant.model import LanguageModel

    return LanguageModel(settings.model, seconds=settings.model_seconds, tokens=settings.model_tokens)


def _embedder(settings: Settings) -> "Embedder":
    from index.embeddings import embedder

    return embedder(settings.embedding, hub=settings.hub)


def _seed_trials() -> Iterable[Trial]:
    from index.build import read

    return map(_readable, read(seeds()))


def _readable(item: "Trial | Rejected") -> Trial:
    if isinstance(item, Trial):
        return item
    raise UnreadableSource(f"{item.source} cannot be read: {item.why}")
