"""Chinese questions, word for word into English: enough for the same reading to be made, no translation for a reader."""

import csv
from functools import cache
from pathlib import Path


@cache
def _table() -> tuple[tuple[str, str], ...]:
    with (Path(__file__).parent / "chinese.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["zh"], row["en"]) for row in csv.DictReader(file)]
    return tuple(sorted(rows, key=lambda r: (-len(r[0]), r[0])))


def to_english(text: str) -> str:
    """`text` with every known Chinese word replaced by its English one, longest first; unknown characters stay."""
    for zh, en in _table():
        text = text.replace(zh, f" {en} ")
    return " ".join(text.split())
