"""Readings that a reviewer has accepted for words that the compiler left open: kept beside the store, and put into the trials that are checked.

One line of JSON per event in `reviews.jsonl` in the store's folder, never rewritten, so that who accepted what stays on record, and a store
that is built anew keeps it. A reading holds for a criterion with exactly these words, and only while the compiler leaves them open.
"""

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Literal

from pydantic import ValidationError

from index.conditions import AllOf, AnyOf, AtLeast, Condition, Except, Given, Not, NotCompiled, Permitted, leaves
from index.errors import InputError, StoreError
from index.store import Hit, Store
from index.text import Frozen
from index.trials import Criterion, Trial

FILE = "reviews.jsonl"


class Review(Frozen):
    """An event. `criterion_quote` and `quote` are the criterion's and the open words; `condition` counts its spans from the criterion's start.

    "suggested": a model's reading, by its name. "accepted": by a person, from then on it counts. "withdrawn": no longer.
    """

    event: Literal["suggested", "accepted", "withdrawn"]
    trial: str
    criterion: str
    criterion_quote: str
    quote: str
    condition: Condition | None
    author: str
    at: str
    prompt: str = ""

    @property
    def day(self) -> str:
        """The date of the event (UTC)."""
        return self.at[:10]


class ReviewedCriterion(Criterion):
    """A criterion with an accepted reading in it (`reviewed` says by whom and when), or one that is only suggested."""

    reviewed: str | None = None
    suggested: str | None = None


class Reviews:
    """The reviews of a store's folder."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._file = store.folder / FILE

    def all(self) -> tuple[Review, ...]:
        """Every event, oldest first. Raises StoreError if the file is damaged."""
        try:
            lines = self._file.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return ()
        try:
            return tuple(Review.model_validate_json(line) for line in lines if line.strip())
        except ValidationError as error:
            raise StoreError(f"{self._file} holds a line that is no review.", "Correct or remove the line.") from error

    def stamp(self) -> tuple[int, int] | None:
        """Changes when the file does; None without one."""
        try:
            stat = self._file.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size

    def add(self, review: Review) -> None:
        """Appends an event. Raises StoreLocked while another process writes to the store."""
        with self._store.writing(), self._file.open("a", encoding="utf-8") as file:
            file.write(review.model_dump_json() + "\n")
            file.flush()
            os.fsync(file.fileno())


def now() -> str:
    """The time of an event (UTC, ISO)."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def latest(reviews: Sequence[Review], trial: str, criterion: Criterion) -> tuple[Review | None, Review | None]:
    """The reading of a criterion that is accepted now, and the last one suggested; each for exactly these words."""
    accepted: Review | None = None
    suggested: Review | None = None
    for review in reviews:
        if (review.trial, review.criterion, review.criterion_quote) != (trial, criterion.id, criterion.quote):
            continue
        if review.event == "suggested":
            suggested = review
        else:
            accepted = review if review.event == "accepted" else None
    return accepted, suggested


class Reviewed:
    """A store's trials with the accepted readings in them. Without a review they are the store's own."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._reviews = Reviews(store)
        self._seen: tuple[object, object] | None = None
        self._trials: dict[str, Trial] = {}

    def trials(self) -> tuple[Trial, ...]:
        """All trials, in order of id."""
        stamp, trials = self._reviews.stamp(), self._store.trials()
        if stamp is None:
            return trials
        known = self._seen is not None and self._seen[0] == stamp and self._seen[1] == tuple(map(id, trials))
        if not known:
            reviews = self._reviews.all()
            named = {review.trial for review in reviews}
            self._trials = {trial.id: applied(trial, reviews) if trial.id in named else trial for trial in trials}
            self._seen = (stamp, tuple(map(id, trials)))
        return tuple(self._trials.values())

    def trial(self, name: str) -> Trial:
        """The trial with this id, NCT number, or unique beginning of an id. Raises UnknownTrial."""
        found = self._store.trial(name)
        if self._reviews.stamp() is None:
            return found
        self.trials()
        return self._trials.get(found.id, found)

    def read(self, trial: Trial) -> Trial:
        """A trial that the store no longer holds in this version, with the accepted readings that fit its words."""
        return trial if self._reviews.stamp() is None else applied(trial, self._reviews.all())

    def search(self, query: str, trials: Sequence[str] | None = None, k: int = 8) -> tuple[Hit, ...]:
        """The passages that fit a query best."""
        return self._store.search(query, trials, k=k)


def applied(trial: Trial, reviews: Sequence[Review]) -> Trial:
    """The trial with every accepted reading in the place of the open words, and every other suggestion noted."""
    return trial.model_copy(update={"criteria": tuple(_applied(trial.id, criterion, reviews) for criterion in trial.criteria)})


def _applied(trial: str, criterion: Criterion, reviews: Sequence[Review]) -> Criterion:
    accepted, suggested = latest(reviews, trial, criterion)
    start = criterion.span.start
    opened = [leaf for leaf in leaves(criterion.condition) if isinstance(leaf, NotCompiled)]

    def place(review: Review) -> NotCompiled | None:
        return next((leaf for leaf in opened if leaf.span.shift(-start).of(criterion.quote) == review.quote), None)

    stated = dict(criterion)
    if accepted is not None and accepted.condition is not None and (leaf := place(accepted)) is not None:
        stated["condition"] = replaced(criterion.condition, leaf, moved(accepted.condition, start))
        return ReviewedCriterion(**stated, reviewed=f"reading accepted by {accepted.author} on {accepted.day}")
    if accepted is None and suggested is not None and suggested.condition is not None and place(suggested) is not None:
        from index.criteria.describe import describe

        reading = f"“{suggested.quote}” could mean: {describe(suggested.condition)} (suggested by {suggested.author}, not accepted)"
        return ReviewedCriterion(**stated, suggested=reading)
    return criterion


def moved(condition: Condition, by: int) -> Condition:
    """The condition with every span shifted."""
    update: dict[str, object] = {"span": condition.span.shift(by)}
    return _rebuilt(condition.model_copy(update=update), lambda child: moved(child, by))


def replaced(condition: Condition, leaf: NotCompiled, by: Condition) -> Condition:
    """The condition with `by` in the place of one of its leaves."""
    return by if condition is leaf else _rebuilt(condition, lambda child: replaced(child, leaf, by))


def _rebuilt(condition: Condition, change: Callable[[Condition], Condition]) -> Condition:
    match condition:
        case AllOf() | AnyOf() | AtLeast():
            return condition.model_copy(update={"items": tuple(change(item) for item in condition.items)})
        case Not() | Permitted():
            return condition.model_copy(update={"item": change(condition.item)})
        case Given():
            return condition.model_copy(update={"when": change(condition.when), "then": change(condition.then)})
        case Except():
            return condition.model_copy(update={"trigger": change(condition.trigger), "carve_out": change(condition.carve_out)})
        case _:
            return condition


def author(name: str) -> str:
    """A reviewer's name as it is kept. Raises InputError for none."""
    name = " ".join(name.split())
    if not name or len(name) > 80:
        raise InputError("A reading is accepted by somebody.", "Give your name: --author NAME")
    return name
