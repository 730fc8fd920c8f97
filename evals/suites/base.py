"""What a suite is, and what it may use: the public API, the case files, and a data folder that may be absent."""

import os
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from evals.results import Figure, Item, Table
from evals.schema import RecordQuestion, UnseenProbe, load

if TYPE_CHECKING:
    from assistant import Assistant
    from index.embeddings import Embedder

HERE = Path(__file__).resolve().parent.parent
AS_OF = date(2026, 11, 20)
DATA_VARIABLE = "TRIALMATCH_EVAL_DATA"


class NotRun(Exception):
    """A suite that cannot run here; the message is for the reader of the report."""


def default_data() -> Path | None:
    """The folder with the larger public sets: the environment's, or ../shared/data beside the project, or none."""
    named = os.environ.get(DATA_VARIABLE)
    if named:
        return Path(named)
    beside = HERE.parent.parent / "shared" / "data"
    return beside if beside.is_dir() else None


@dataclass
class Context:
    """What the suites of one run share. `cases` is the folder of the project's own cases; `limit` cuts each suite short."""

    cases: Path = HERE / "cases"
    data: Path | None = None
    as_of: date = AS_OF
    limit: int | None = None
    _scratch: tempfile.TemporaryDirectory[str] = field(default_factory=lambda: tempfile.TemporaryDirectory(prefix="trialmatch-eval-"))

    @property
    def scratch(self) -> Path:
        """A folder that goes when the run ends."""
        return Path(self._scratch.name)

    @cached_property
    def seeds(self) -> "Assistant":
        """An assistant over the seed documents alone, in a store of its own."""
        from assistant import Assistant

        return Assistant.open(store=self.scratch / "seeds")

    @cached_property
    def registry(self) -> "Assistant":
        """An assistant over the seeds and every registry record that a case names. Raises NotRun without the data folder."""
        return self._registry("registry", None)

    @cached_property
    def registry_unembedded(self) -> "Assistant":
        """The same for matching alone: no passage is embedded, which would take minutes."""
        from evals.bench.embedders import Free

        return self._registry("registry-unembedded", Free())

    def _registry(self, folder: str, embedder: "Embedder | None") -> "Assistant":
        from assistant import Assistant

        probes, questions = self.cases / "unseen_probes.jsonl", self.cases / "unseen_questions.jsonl"
        named = {case.trial for case in load(probes, UnseenProbe)} if probes.is_file() else set()
        named |= {case.trial for case in load(questions, RecordQuestion)} if questions.is_file() else set()
        opened = Assistant.open(store=self.scratch / folder, embedder=embedder)
        result = opened.ingest([self.file("registry/api_v2", f"{one}.json") for one in sorted(named)])
        if result.failed:
            raise NotRun(f"a registry record could not be read: {result.failed[0]}")
        return opened

    def file(self, *parts: str) -> Path:
        """A file or folder of the data folder. Raises NotRun when it is not there."""
        if self.data is None:
            raise NotRun(f"no data folder: give --data or set {DATA_VARIABLE}")
        path = self.data.joinpath(*parts)
        if not path.exists():
            raise NotRun(f"{'/'.join(parts)} is not in {self.data}")
        return path

    def close(self) -> None:
        """Removes the stores of this run."""
        self._scratch.cleanup()


class Suite(ABC):
    """A named set of cases, how one is judged, and which figures come out."""

    name: ClassVar[str]
    description: ClassVar[str]

    @abstractmethod
    def cases(self, context: Context) -> Sequence[Any]:
        """The cases, in a stable order. Raises NotRun when they are not at hand."""

    @abstractmethod
    def judge(self, case: Any, context: Context) -> tuple[Item, ...]:
        """One or several items for one case. An exception is caught by the runner and counts as wrong."""

    @abstractmethod
    def figures(self, items: Sequence[Item]) -> tuple[Figure, ...]:
        """The suite's numbers."""

    def tables(self, items: Sequence[Item]) -> tuple[Table, ...]:
        """The suite's tables, if any."""
        return ()

    def remarks(self, items: Sequence[Item]) -> tuple[str, ...]:
        """Sentences for the reader, if any."""
        return ()

    def failed(self, case: Any, error: Exception) -> tuple[Item, ...]:
        """The items for a case whose judging raised: a missing answer is wrong, and is counted."""
        return (
            Item(
                id=str(getattr(case, "id", "?")), asked=str(case)[:400], expected="an answer", got="FAULT", right=False,
                values={"fault": True}, trace={"fault": f"{type(error).__name__}: {error}"},
            ),
        )  # fmt: skip


def own_cases(context: Context, name: str) -> Path:
    """A case file of the project. Raises NotRun when the chosen cases folder lacks it."""
    path = context.cases / f"{name}.jsonl"
    if not path.is_file():
        raise NotRun(f"{path.name} is not in {context.cases}")
    return path


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Elapsed wall time."""
        return round(time.perf_counter() - self._start, 4)
