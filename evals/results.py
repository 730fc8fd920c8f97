"""What a run produces: items, figures and tables per suite. `model_dump(mode="json")` of a Run is the report's JSON."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Frozen(BaseModel):
    """Immutable, and unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Item(Frozen):
    """One judged expectation.

    `expected` and `got` are labels (a verdict, an outcome, a kind of answer); `right` says whether the expectation
    was met. `cluster` names what items share (a patient, a trial), so that intervals can respect it. `values` holds
    what the metrics count; `trace` is what a person needs to see why it went wrong.
    """

    id: str
    asked: str
    expected: str
    got: str
    right: bool
    reason: str = ""
    cluster: str = ""
    seconds: float = 0.0
    values: dict[str, float | str | bool | None] = {}
    trace: dict[str, Any] = {}


class Figure(Frozen):
    """A number with its meaning. `over` is how many items it rests on; `interval` is 95 %; None is "nothing to measure"."""

    name: str
    value: float | None
    over: int
    description: str
    higher_is_better: bool = True
    is_count: bool = False
    interval: tuple[float, float] | None = None


class Table(Frozen):
    """Counts by row and column; `kind` says how the report draws it."""

    title: str
    kind: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[float | None, ...], ...]
    note: str = ""


class SuiteResult(Frozen):
    """One suite, judged; or `not_run` with the reason."""

    suite: str
    description: str
    items: tuple[Item, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    seconds: float = 0.0
    not_run: str | None = None
    remarks: tuple[str, ...] = ()


class Run(Frozen):
    """A whole run. `version` is the program's; `as_of` is the reference date of every check. `model`: what a language model made of it."""

    version: str
    as_of: str
    started: str
    suites: tuple[SuiteResult, ...]
    model: dict[str, Any] | None = Field(default=None, exclude_if=lambda value: value is None)

    def figures(self) -> dict[str, Figure]:
        """All figures by "suite.name"."""
        return {f"{suite.suite}.{figure.name}": figure for suite in self.suites for figure in suite.figures}
