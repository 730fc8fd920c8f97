"""The committed baseline: the figures that must not get worse, and the runs before."""

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from evals.results import Run

HERE = Path(__file__).resolve().parent
COMMITTED = HERE / "baseline.json"


class Guarded(BaseModel):
    """A figure's committed value. A run fails when it is worse by more than `slack`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: float
    higher_is_better: bool = True
    slack: float = 0.0


class Past(BaseModel):
    """A run kept for the trend: when, and its figures."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    date: str
    figures: dict[str, float]


class Baseline(BaseModel):
    """Guarded figures by "suite.name", and the trend."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    figures: dict[str, Guarded] = {}
    past: tuple[Past, ...] = ()


class Fallen(BaseModel):
    """A guarded figure that got worse, or was not measured although its suite ran."""

    model_config = ConfigDict(frozen=True)

    figure: str
    committed: float
    now: float | None

    @property
    def said(self) -> str:
        """Both values, as words."""
        return f"{self.committed:g} committed, {'not measured' if self.now is None else f'{self.now:g}'} now"


def read(path: Path = COMMITTED) -> Baseline:
    """The baseline of a file; an empty one if there is no such file."""
    return Baseline.model_validate_json(path.read_text(encoding="utf-8")) if path.is_file() else Baseline()


def fallen(run: Run, baseline: Baseline) -> tuple[Fallen, ...]:
    """The guarded figures of the suites that ran which are worse than committed."""
    figures = run.figures()
    ran = {suite.suite for suite in run.suites if suite.not_run is None}
    worse = []
    for name, guard in sorted(baseline.figures.items()):
        if name.split(".")[0] not in ran:
            continue
        now = figures[name].value if name in figures else None
        lost = now is None or ((guard.value - now) if guard.higher_is_better else (now - guard.value)) > guard.slack + 1e-9
        if lost:
            worse.append(Fallen(figure=name, committed=guard.value, now=now))
    return tuple(worse)


def renewed(run: Run, old: Baseline) -> Baseline:
    """The baseline with this run's figures: guarded ones of the suites that ran are replaced, times are not guarded, the run joins the trend."""
    now = {name: figure for name, figure in run.figures().items() if figure.value is not None and "seconds" not in name}
    ran = {suite.suite for suite in run.suites if suite.not_run is None}
    kept = {name: guard for name, guard in old.figures.items() if name.split(".")[0] not in ran}
    guarded = {name: Guarded(value=figure.value or 0.0, higher_is_better=figure.higher_is_better) for name, figure in now.items()}
    past = Past(date=run.started[:10], figures={name: figure.value or 0.0 for name, figure in now.items()})
    return Baseline(figures=dict(sorted({**kept, **guarded}.items())), past=(*old.past, past)[-30:])


def write(baseline: Baseline, path: Path = COMMITTED) -> None:
    """Writes the baseline, stable and readable in a diff."""
    path.write_text(json.dumps(baseline.model_dump(mode="json"), indent=1, sort_keys=True) + "\n", encoding="utf-8")
