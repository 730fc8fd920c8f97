"""Saying that the documents do not say: which were searched, and the nearest thing that they do say."""

import re
from collections.abc import Sequence

from assistant.ask.asked import Asked, Draft
from assistant.ask.render import NOT_STATED, name, names, quoted, sentence
from assistant.ask.snippets import Snippet
from index.trials import Trial


def searched(trials: Sequence[Trial], most: int = 5) -> str:
    """The sources by their file names."""
    sources = [t.source.rsplit("/", 1)[-1] for t in trials]
    return ", ".join(sources[:most]) + (" and others" if len(sources) > most else "")


def has_list(trial: Trial) -> bool:
    """Whether the trial's document holds eligibility criteria."""
    return trial.has_eligibility_list or (trial.first("eligibility") is not None and not trial.criteria)


def not_stated(
    asked: Asked, what: str, trials: Sequence[Trial] | None = None, nearest: Sequence[tuple[Trial, Snippet]] = (), because: str = ""
) -> Draft:
    """`what` is not stated for `trials`; `because` says why in a clause, `nearest` what is said instead."""
    trials = asked.searched if trials is None else trials
    of = f" for {names(trials)}" if asked.named and trials else ""
    plural = not what.startswith("A ") and bool(re.search(r"(?<![su])s$", what.partition(" of ")[0]) or " and " in what)
    text = sentence(f"{what}{of} {'are' if plural else 'is'} {NOT_STATED}" + (f": {because}" if because else "") + f" (searched: {searched(trials)})")
    if nearest:
        parts = [f"{name(trial)}: {quoted(snippet.text, 300)} {asked.evidence.snippet(trial, snippet)}".strip() for trial, snippet in nearest]
        text += " Nearest statement: " + "; ".join(parts) + "."
    return Draft("not_stated", text, tuple(t.id for t in trials))


def no_list(asked: Asked, trials: Sequence[Trial], what: str) -> str:
    """The sentence that a document has no eligibility list, with the population that it does describe."""
    contain = "contains" if len(trials) == 1 else "contain"
    text = f"{what} is {NOT_STATED} for {names(trials)}: {names(trials)} {contain} no eligibility list, and criteria of another trial do not apply."
    if len(trials) == 1:
        trial = trials[0]
        stated = max((c for c in trial.criteria if c.polarity == "population"), key=lambda c: len(c.quote), default=None)
        if stated is not None:
            marker = asked.evidence.cite(trial, stated.document, stated.span)
            text += f" The document only describes its population: {quoted(stated.quote, 300)} {marker}."
        elif (field := trial.first("study_population") or trial.first("summary") or trial.first("title")) is not None:
            text += f" The document only describes its population: {quoted(field.value, 400)} {asked.evidence.field(trial, field)}."
    return text
