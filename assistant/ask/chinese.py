"""Chinese questions, word for word into English: enough for the same reading to be made, no translation for a reader."""

import csv
from functools import cache
from pathlib import Path
from typing import assert_never

from assistant.results import AnswerKind


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


def in_chinese(kind: AnswerKind) -> str:
    """The lead of an answer to a Chinese question; the quotes that follow stay in the documents' language."""
    match kind:
        case "answer":
            return "根据已索引的文件（引文保留原文）：\n"
        case "not_stated":
            return "已索引的文件未说明。\n"
        case "needs_patient":
            return "请先提供患者资料。\n"
        case "out_of_scope":
            return "超出本程序范围。\n"
        case "emergency":
            return ""
        case _:
            assert_never(kind)
