"""A question asked of some trials only: those that a filter accepts. What is left out is said, never answered from elsewhere."""

from collections import Counter
from collections.abc import Iterator, Sequence

from assistant.ask.asked import Draft
from assistant.ask.evidence import Evidence
from assistant.ask.library import FoundHit, Library
from assistant.ask.render import name, names, said, sentence
from assistant.ask.request import Request
from assistant.ask.snippets import places
from index.filters import KINDS, Filter, Kind, stated_fields
from index.trials import Field, Trial

_PLURALS: dict[Kind, str] = {"status": "statuses", "country": "countries", "condition": "conditions", "phase": "phases"}
_MOST = 8
_MOST_NAMED = 3


class Selection:
    """Those trials of a library that a filter accepts. Raises InputError for a filter of unknown values."""

    def __init__(self, library: Library, where: Filter) -> None:
        self._library = library
        self._trials = where.choose(library.trials())
        self._ids = [trial.id for trial in self._trials]

    def trials(self) -> tuple[Trial, ...]:
        """The trials that the filter accepts, in order."""
        return self._trials

    def search(self, query: str, trials: Sequence[str] | None = None, k: int = 8) -> Sequence[FoundHit]:
        """The passages of these trials nearest to the query."""
        return self._library.search(query, self._ids if trials is None else [id_ for id_ in trials if id_ in set(self._ids)], k)


def within(request: Request, chosen: Sequence[Trial]) -> tuple[Request, tuple[str, ...]]:
    """The request with the chosen trials alone, and those that it names beside them."""
    ids = {trial.id for trial in chosen}
    kept = tuple(id_ for id_ in request.trials if id_ in ids)
    left = tuple(id_ for id_ in request.trials if id_ not in ids) if request.trials_from in ("named", "context") else ()
    alone = request.trials_from == "all" and len(ids) == 1
    return request.model_copy(update={"trials": kept, "trials_from": "single" if alone else request.trials_from}), left


def described(where: Filter) -> str:
    """The filter in words: "status recruiting or completed, country Germany and phase 2"."""
    parts = [f"{kind} {' or '.join(map(said, getattr(where, kind)))}" for kind in _given(where)]
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def restricted(where: Filter, chosen: Sequence[Trial]) -> str:
    """The sentence that says of which trials alone a question was answered."""
    return f"Asked only of the trials whose record states {described(where)}: {names(chosen)}."


def empty(where: Filter, trials: Sequence[Trial]) -> Draft:
    """No trial fits the filter: which part of it fits none, what the records state instead, and what to do."""
    if not trials:
        return Draft("not_stated", "No trial is indexed. Add trials first: trialmatch ingest PATH")
    lines = [f"No indexed trial states {described(where)}, so there is nothing to answer from."]
    alone = [kind for kind in _given(where) if not _part(where, kind).choose(tuple(trials))]
    for kind in alone:
        stated = Counter(value for trial in trials for value, _ in stated_fields(trial, kind))
        shown = [said(value) for value, _ in sorted(stated.items(), key=lambda pair: (-pair[1], pair[0]))]
        more = " and others" if len(shown) > _MOST else ""
        lines.append(f"The {_PLURALS[kind]} that the records state: {', '.join(shown[:_MOST])}{more}." if shown else f"No record states a {kind}.")
    if not alone:
        lines.append("Some trials fit each part of that, but none fits all of it.")
    lines.append("Ask again without that part, or with another value.")
    return Draft("not_stated", " ".join(lines))


def outside(where: Filter, left: Sequence[Trial], evidence: Evidence) -> str:
    """The sentences that a trial the question names was left out, and what its record states instead."""
    lines = [sentence(f"{name(trial)} is left out: {'; '.join(_reasons(where, trial, evidence))}") for trial in left[:_MOST_NAMED]]
    return " ".join([*lines, *(["Others that the question names are left out too."] if len(left) > _MOST_NAMED else [])])


def _reasons(where: Filter, trial: Trial, evidence: Evidence) -> Iterator[str]:
    """For every part of the filter that the trial does not fit, what was asked for and what is stated."""
    for kind in _given(where):
        part = _part(where, kind)
        if part.accepts(trial):
            continue
        stated = stated_fields(trial, kind)
        shown = ", ".join(f"{said(value)} {_marker(trial, field, kind, evidence)}".strip() for value, field in stated[:_MOST])
        more = " and others" if len(stated) > _MOST else ""
        yield f"its {kind} is {shown}{more}, not {described(part).partition(' ')[2]}" if shown else f"its record states no {kind}"


def _marker(trial: Trial, field: Field, kind: Kind, evidence: Evidence) -> str:
    if kind == "country" and "country" in field.parts:
        return "".join(evidence.cite(trial, *at) for at in places(trial, field, "country")[:1])
    return evidence.field(trial, field)


def _part(where: Filter, kind: Kind) -> Filter:
    return Filter.model_validate({kind: getattr(where, kind)})


def _given(where: Filter) -> tuple[Kind, ...]:
    return tuple(kind for kind in KINDS if getattr(where, kind))
