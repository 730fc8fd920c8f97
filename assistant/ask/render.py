"""How an answer looks: trials by their short ids, quotes in quotation marks, numbers of documents in words, tables for comparisons."""

import re
from collections.abc import Sequence

from assistant.ask.resolve import short_id
from assistant.ask.terms import plain
from index.trials import Trial

NOT_STATED = "not stated in the indexed documents"
_LONGEST_QUOTE = 700
_CODED = re.compile(r"[A-Z][A-Z0-9_/]*")
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def name(trial: Trial | str) -> str:
    """The id as people say it."""
    return short_id(trial if isinstance(trial, str) else trial.id)


def names(trials: Sequence[Trial | str], most: int = 8) -> str:
    """ "000, 001 and 004"; beyond `most` the rest is said to be more."""
    said = [name(t) for t in trials]
    if len(said) > most:
        return ", ".join(said[:most]) + " and others"
    return said[0] if len(said) == 1 else ", ".join(said[:-1]) + " and " + said[-1] if said else ""


def count(n: int) -> str:
    """A small number in words; a large one is "many", for what counts documents is no finding of theirs."""
    return _COUNTS[n] if n < len(_COUNTS) else "many"


def quoted(text: str, longest: int = _LONGEST_QUOTE) -> str:
    """`text` repaired, on one line, in quotation marks; a very long one ends in "...", at a word."""
    line = plain(text)
    if len(line) > longest:
        line = line[:longest].rsplit(" ", 1)[0] + " ..."
    return f"“{line}”"


def said(value: str) -> str:
    """A registry's code in words ("NOT_YET_RECRUITING", "PHASE2"); other values as they are."""
    value = plain(value)
    if not _CODED.fullmatch(value) or len(value) < 2:
        return value
    phase = re.fullmatch(r"(EARLY_)?PHASE(\d)", value)
    if phase:
        return f"{'Early ' if phase[1] else ''}Phase {phase[2]}"
    if any(c.isdigit() for c in value):
        return value
    return {"NA": "not applicable", "NONE": "none (open label)", "ALL": "all"}.get(
        value, value.replace("_", " ").lower() if len(value) > 4 else value
    )


def _cell(text: str) -> str:
    return re.sub(r"\s*\n\s*", "; ", text.replace("|", "/"))


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A markdown table; bars and line breaks inside a cell are neutralised."""
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    return "\n".join([*lines, *("| " + " | ".join(_cell(c) for c in row) + " |" for row in rows)])


def sentence(text: str) -> str:
    """`text` with a capital at the start and a stop at the end."""
    text = text.strip()
    if not text:
        return text
    text = text[0].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "|")) or re.search(r"[.!?][”\"]?(?:\s*\[\d+\])+$", text) else text + "."
