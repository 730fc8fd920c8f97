"""The registry sample through the criteria compiler: how much of it is understood, and how fast."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evals.results import Figure, Item
from evals.suites.base import Context, NotRun, Suite


@dataclass(frozen=True)
class Sample:
    """The whole sample, compiled at once."""

    id: str
    texts: tuple[dict[str, Any], ...]


class Compilation(Suite):
    """Coverage of bullets."""

    name = "registry"
    description = "Eligibility texts of the registry sample through the compiler: bullets compiled fully, partly, not at all."

    def cases(self, context: Context) -> Sequence[Sample]:
        raise NotRun("the compiler's coverage function is not there yet")

    def judge(self, case: Sample, context: Context) -> tuple[Item, ...]:
        return ()

    def figures(self, items: Sequence[Item]) -> tuple[Figure, ...]:
        return ()


def read(context: Context) -> tuple[dict[str, Any], ...]:
    """The sample's rows: nct_id, title, conditions, status, eligibility."""
    path = context.file("registry/eligibility_sample.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return tuple(json.loads(line) for line in lines)
