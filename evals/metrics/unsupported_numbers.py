"""The count of numbers in answers that stand in no cited quote, no fact of the patient, no question and no shown computation."""

import re
from collections.abc import Iterable, Sequence

from evals.results import Figure, Item

MARKER = re.compile(r"\[\d+\]")
IDENTIFIER = re.compile(r"\bNCT\d{8}\b|\b\d{3}_[0-9a-f]{6,}\b|(?<![\d.,])00\d(?![\d.,]?\d)|\b[IEP]\d{2}(?:\.\d+)?\b")
DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
LABEL = re.compile(r"comput|calculat|arithmetic|derived|formula|=|×|conversion|converted", re.IGNORECASE)
TALLY = re.compile(r"(?<![\w.,])\d+(?: of (?:the )?\d+)? (?:trials?|documents?|criteria|criterion|facts?|questions?|others?|more)\b", re.IGNORECASE)
LIST = re.compile(r"^\s*\d+[.)]\s", re.MULTILINE)


def _plain(number: str) -> str:
    text = number.replace(",", "")
    return text.rstrip("0").rstrip(".") if "." in text else text


def numbers(text: str) -> list[str]:
    """The numbers of a text, thousands separators and trailing zeros removed; markers, ids and dates do not count."""
    for pattern in (MARKER, IDENTIFIER, DATE, TALLY, LIST):
        text = pattern.sub(" ", text)
    return [_plain(match) for match in NUMBER.findall(text)]


def unsupported(text: str, sources: Iterable[str]) -> list[str]:
    """Numbers of `text` that no source holds, lines that label a computation left aside."""
    known = {_plain(n) for source in sources for n in NUMBER.findall(source)}
    found = []
    for line in re.split(r"\n|(?<=[.!?])\s+", text):
        if not LABEL.search(line):
            found += [n for n in numbers(line) if n not in known]
    return found


def unsupported_numbers(items: Sequence[Item]) -> Figure:
    """The sum over all answers."""
    return Figure(
        name="unsupported_numbers", value=sum(float(item.values.get("unsupported") or 0) for item in items), over=len(items), is_count=True,
        higher_is_better=False, description="Numbers in answers that stand in no quote, fact, question or labelled computation, counted.",
    )  # fmt: skip
