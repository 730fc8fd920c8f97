"""What can be asked of a record: each topic with the words that ask for it and the places that answer it. One row of `topics.csv` each.

`asks` is matched in the question; `fields` are the record's own fields; `prose` finds the sentence of a title, summary or
description that states the same where a record has no such field. `label` is what a reader sees. `supersedes` are the more
general topics that the same words also ask for.
"""

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from index.trials import FieldName


@dataclass(frozen=True, slots=True)
class Topic:
    """See the module's description."""

    id: str
    label: str
    asks: re.Pattern[str]
    fields: tuple[FieldName, ...]
    supersedes: tuple[str, ...] = ()
    prose: re.Pattern[str] | None = None


def _read() -> tuple[Topic, ...]:
    with (Path(__file__).parent / "topics.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Topic(
                id=row["id"],
                label=row["label"],
                asks=re.compile(row["asks"], re.I),
                fields=tuple(cast(FieldName, name) for name in row["fields"].split("|") if name),
                supersedes=tuple(row["supersedes"].split("|")),
                prose=re.compile(row["prose"], re.I) if row["prose"] else None,
            )
            for row in csv.DictReader(file)
        )


TOPICS = _read()
BY_ID = {topic.id: topic for topic in TOPICS}


def topics_in(question: str) -> tuple[str, ...]:
    """Ids of the topics that a question asks for, in the order of its words, the particular before the general."""
    found: list[tuple[int, str]] = []
    for topic in TOPICS:
        if (match := topic.asks.search(question)) is not None:
            found.append((match.start(), topic.id))
    ids = [id_ for _, id_ in sorted(found, key=lambda pair: pair[0])]
    dropped = {general for id_ in ids for general in BY_ID[id_].supersedes}
    if any(id_.endswith("outcome") for id_ in ids):
        dropped.add("time_frame")  # it is told with each outcome
    return tuple(id_ for id_ in ids if id_ not in dropped)
