"""Choosing trials by what their records state: status, country, condition, phase. What a record does not state does not fit."""

import re
from typing import Literal

from index.errors import InputError
from index.text import Frozen
from index.trials import Field, FieldName, Trial
from index.vocabulary import tokens, vocabulary

STATUSES = (
    "NOT_YET_RECRUITING", "RECRUITING", "ENROLLING_BY_INVITATION", "ACTIVE_NOT_RECRUITING", "SUSPENDED", "COMPLETED", "TERMINATED", "WITHDRAWN",
    "AVAILABLE", "NO_LONGER_AVAILABLE", "TEMPORARILY_NOT_AVAILABLE", "APPROVED_FOR_MARKETING", "WITHHELD", "UNKNOWN",
)  # fmt: skip
"""The registry's statuses, as its API spells them."""
_STATUS_WORDS = {"UNKNOWN_STATUS": "UNKNOWN", "NO_LONGER_RECRUITING": "ACTIVE_NOT_RECRUITING"}
_COUNTRIES = {
    "usa": "united states", "us": "united states", "u s a": "united states", "united states of america": "united states", "uk": "united kingdom",
    "great britain": "united kingdom", "korea": "south korea", "korea republic of": "south korea", "republic of korea": "south korea",
    "prc": "china", "holland": "netherlands", "czechia": "czech republic", "turkiye": "turkey", "russian federation": "russia",
}  # fmt: skip
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4"}


class Filter(Frozen):
    """Which trials are meant. Each value of one kind is an alternative; every kind that is given must fit.

    `status` as the registry names it, in any spelling; `country` of a site; `condition` in words or a concept, with the
    narrower ones; `phase` as "2", "PHASE2" or "II". Raises InputError for a status or a phase that there is not.
    """

    status: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    condition: tuple[str, ...] = ()
    phase: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.status or self.country or self.condition or self.phase)

    def accepts(self, trial: Trial) -> bool:
        """Whether the trial's record states what the filter asks for."""
        return (
            (not self.status or not self._statuses().isdisjoint(_stated_statuses(trial)))
            and (not self.country or not {_country(c) for c in self.country}.isdisjoint(_countries(trial)))
            and (not self.phase or not {p for said in self.phase for p in phases(said, strict=True)}.isdisjoint(_phases(trial)))
            and (not self.condition or any(_about(trial, words) for words in self.condition))
        )

    def choose(self, trials: tuple[Trial, ...]) -> tuple[Trial, ...]:
        """The trials that fit, in their order."""
        self._statuses()
        for said in self.phase:
            phases(said, strict=True)
        return tuple(trial for trial in trials if self.accepts(trial)) if self else trials

    def _statuses(self) -> frozenset[str]:
        return frozenset(status(said) for said in self.status)


Kind = Literal["status", "country", "condition", "phase"]
KINDS: tuple[Kind, ...] = ("status", "country", "condition", "phase")
"""What a filter can choose by."""


def stated_fields(trial: Trial, kind: Kind) -> tuple[tuple[str, Field], ...]:
    """What the trial's record states of one kind, as it spells it, each value once and with the first field that states it."""
    found: dict[str, Field] = {}
    for field in trial.all("location" if kind == "country" else kind):
        if kind != "status" or field.role is None:
            found.setdefault(_country_of(field).strip() if kind == "country" else field.value, field)
    return tuple(found.items())


def status(said: str) -> str:
    """The registry's own spelling of a status. Raises InputError if it has none of that name."""
    found = _status(said)
    if found not in STATUSES:
        raise InputError(f"{said!r} is no status of the registry.", f"One of: {', '.join(STATUSES)}.")
    return found


def _status(said: str) -> str:
    word = re.sub(r"[^A-Z]+", "_", said.upper()).strip("_")
    return _STATUS_WORDS.get(word, word)


def _stated_statuses(trial: Trial) -> set[str]:
    return {_status(f.value) for f in trial.all("status") if f.role is None}


def phases(said: str, *, strict: bool = False) -> frozenset[str]:
    """The phases that a text names: "0" (early phase 1), "1" to "4", "NA". Raises InputError if `strict` and it names none."""
    text = said.upper()
    if re.search(r"EARLY[ _]*PHASE|^\W*0\W*$|PHASE[ _]*0", text):
        return frozenset({"0"})
    found = {_ROMAN.get(m, m) for m in re.findall(r"(?<![A-Z])(?:PHASE[ _]*)?(IV|I{1,3}|[1-4])(?![A-Z0-9])", text)}
    if not found and re.search(r"\bN/?A\b|NOT APPLICABLE", text):
        found = {"NA"}
    if strict and not found:
        raise InputError(f"{said!r} is no phase.", "Write 1, 2, 3, 4, 0 for early phase 1, or NA.")
    return frozenset(found)


def _phases(trial: Trial) -> set[str]:
    return {phase for field in trial.all("phase") for phase in phases(field.value)}


def _country(said: str) -> str:
    words = " ".join(re.findall(r"\w+", said.casefold().replace("ü", "u")))
    return _COUNTRIES.get(words, words)


def _countries(trial: Trial) -> set[str]:
    return {_country(_country_of(field)) for field in trial.all("location")}


def _country_of(field: Field) -> str:
    """The country of a site: the named part, else what stands behind the last comma."""
    return field.parts.get("country") or field.value.rpartition(",")[2]


def _about(trial: Trial, words: str) -> bool:
    wanted = {mention.concept for mention in vocabulary().mentions(words, ("condition",))}
    if words in vocabulary().concepts:
        wanted.add(words)
    keys = {token.key for token in tokens(words)}
    names: tuple[FieldName, ...] = ("condition", "keyword", "title", "official_title")
    for field in trial.all(*names):
        if keys and keys <= {token.key for token in tokens(field.value)}:
            return True
        if any(vocabulary().is_a(m.concept, concept) for m in vocabulary().mentions(field.value, ("condition",)) for concept in wanted):
            return True
    return False
