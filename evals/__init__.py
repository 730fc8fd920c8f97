"""The evaluation of trialmatch: suites of cases as data, metrics, a report, a committed baseline.

    import evals
    run = evals.run(["probes", "questions"], out=Path("report"))

`python -m evals` and `trialmatch eval` do the same from a shell.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evals.results import Run
    from evals.runner import Progress

__all__ = ["run"]


def run(
    suites: Sequence[str] = (), *, out: Path | None = None, data: Path | None = None, cases: Path | None = None, baseline: Path | None = None,
    limit: int | None = None, progress: "Progress | None" = None, model: str | None = None,
) -> "Run":  # fmt: skip
    """Judges suites (all when none is named) and writes `report.json` and `report.html` into `out` if given.

    `data` is the folder of the larger public sets (default: TRIALMATCH_EVAL_DATA, or ../shared/data when present); suites that
    need it and do not find it say that they were not run. `cases` is another folder of case files. `baseline` is the file to
    show the trend against. `limit` judges only the first cases of each suite. `model` is a language model that judges the same cases
    a second time; the figures and the baseline are those of the run without it. Raises UnknownSuite, CaseError, SettingsError.
    """
    from evals import baseline as baselines
    from evals.report import write
    from evals.runner import chosen, run_suites
    from evals.suites.base import HERE, Context, default_data
    from evals.with_model import beside, model_set

    def judged(name: str | None) -> "Run":
        context = Context(cases=cases or HERE / "cases", data=data or default_data(), limit=limit)
        try:
            with model_set(name):
                return run_suites(chosen(suites), context, progress)
        finally:
            context.close()

    result = judged(None)
    if model is not None:
        from assistant.model import LanguageModel, reset_totals, totals

        line = LanguageModel(model).line
        reset_totals()
        result = beside(result, judged(model), totals().as_json(), model, line)
    if out is not None:
        write(result, out, baselines.read(baseline or baselines.COMMITTED))
    return result
