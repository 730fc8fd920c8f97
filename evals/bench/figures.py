"""What a benchmark brings out: figures with their runs, and what was left out."""

from statistics import median

from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Figure(_Frozen):
    """One measured number. `target` is the most (or, for a rate, the least) that the design asks for; `runs` what was measured."""

    group: str
    name: str
    value: float
    unit: str
    target: float | None = None
    runs: tuple[float, ...] = ()
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is kept; None without one."""
        if self.target is None:
            return None
        return self.value >= self.target if self.unit.endswith("/s") else self.value <= self.target


class Point(_Frozen):
    """One measurement at one number of trials, for the plot of growth."""

    series: str
    trials: int
    value: float


class Bench(_Frozen):
    """A whole run. `machine` says where and under which load it was made; times mean nothing without it."""

    version: str
    started: str
    quick: bool
    seconds: float
    machine: dict[str, str]
    figures: tuple[Figure, ...]
    growth: tuple[Point, ...] = ()
    left_out: tuple[str, ...] = ()


def percentile(values: list[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 100) * len(ordered) // 100) - 1)]


def of(group: str, name: str, unit: str, runs: list[float], *, target: float | None = None, note: str = "") -> Figure:
    """The median of several runs as a figure."""
    return Figure(group=group, name=name, unit=unit, value=round(median(runs), 4), target=target, runs=tuple(round(r, 4) for r in runs), note=note)
