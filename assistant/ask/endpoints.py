"""Which endpoints trials share: compared by the abbreviation that the documents themselves give them, else by their words."""

import re
from collections.abc import Sequence

from assistant.ask.asked import Asked
from assistant.ask.render import name, names
from assistant.ask.terms import plain, words
from index.trials import Field, Trial

_GIVEN = re.compile(r"((?:[A-Za-z][\w-]*[\s-]+){1,6}?)\(?\(([A-Za-z]{2,6})\)")
_ABBREVIATION = re.compile(r"\b(?:[A-Z]{2,6}|[A-Z][a-z]?[A-Z]{1,3})\b")
_NO_ENDPOINT = frozenset({"CR", "PR", "SD", "PD", "HCC", "RECIST", "CTCAE", "NCI", "IV", "II", "III", "EORTC", "QLQ", "PVTT", "RESCIST"})


def _abbreviations(trials: Sequence[Trial]) -> dict[str, str]:
    """Stemmed words to abbreviation, from "overall survival (OS)" anywhere in the trials' outcomes."""
    found: dict[str, str] = {}
    for trial in trials:
        for field in trial.all("outcome"):
            for match in _GIVEN.finditer(plain(field.value)):
                stems = [w.stem for w in words(match[1])]
                letters = match[2].upper()
                if len(stems) >= 2 and letters not in _NO_ENDPOINT:
                    found[" ".join(stems[-min(len(stems), len(letters)) :])] = letters
    return found


def _key(field: Field, known: dict[str, str]) -> str:
    measure = plain(field.parts.get("measure") or field.value.split(",")[0])
    literal: list[str] = [str(a).upper() for a in _ABBREVIATION.findall(measure) if str(a).upper() not in _NO_ENDPOINT]
    if literal:
        return literal[0]
    stems = " ".join(w.stem for w in words(measure))
    hits = [letters for phrase, letters in known.items() if phrase in stems]
    return hits[0] if hits else measure.lower()


def shared_endpoints(asked: Asked, trials: Sequence[Trial]) -> str:
    """Sentences on what all of `trials` measure, and what only some do, with markers."""
    known = _abbreviations(trials)
    by_key: dict[str, dict[str, str]] = {}
    for trial in trials:
        for field in trial.all("outcome"):
            key = _key(field, known)
            by_key.setdefault(key, {}).setdefault(trial.id, asked.evidence.field(trial, field))
    if not by_key:
        return ""
    having = [t for t in trials if any(t.id in ids for ids in by_key.values())]
    shared = {k: v for k, v in by_key.items() if len(v) == len(having) and len(having) > 1}
    lines = []
    if shared:
        lines.append(f"Shared by {names(having)}: " + ", ".join(f"{k} {''.join(v.values())}" for k, v in shared.items()) + ".")
    else:
        lines.append(f"No endpoint is shared by all of {names(having)}.")
    for trial in having:
        own = [f"{k} {v[trial.id]}" for k, v in by_key.items() if list(v) == [trial.id]]
        if own:
            lines.append(f"Only {name(trial)}: " + ", ".join(own) + ".")
    silent = [t for t in trials if t not in having]
    if silent:
        lines.append(f"{names(silent)}: endpoints are not stated in the indexed documents.")
    return " ".join(lines)
