"""Runs suites: every case is judged, a fault counts as wrong, and nothing is skipped silently."""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from evals.results import Item, Run, SuiteResult
from evals.schema import CaseError
from evals.suites import SUITES, Context, NotRun, Suite
from evals.suites.base import Stopwatch

Progress = Callable[[str, int, int], None]
"""Called with the suite's name, cases done and cases in all."""

log = logging.getLogger(__name__)


class UnknownSuite(ValueError):
    """A suite's name that does not exist."""


def chosen(names: Sequence[str]) -> tuple[Suite, ...]:
    """The suites of these names, all when none is given, in the report's order. Raises UnknownSuite."""
    known = {suite.name: suite for suite in SUITES}
    for name in names:
        if name not in known:
            raise UnknownSuite(f"There is no suite {name!r}. The suites are: {', '.join(known)}.")
    return tuple(suite for suite in SUITES if not names or suite.name in names)


def run_suite(suite: Suite, context: Context, progress: Progress | None = None) -> SuiteResult:
    """Judges every case of one suite."""
    watch = Stopwatch()
    items: list[Item] = []
    try:
        cases = list(suite.cases(context))[: context.limit]
        for done, case in enumerate(cases):
            if progress:
                progress(suite.name, done, len(cases))
            try:
                items += suite.judge(case, context)
            except NotRun:
                raise
            except Exception as error:
                log.debug("a case of %s raised", suite.name, exc_info=True)
                items += suite.failed(case, error)
        if progress:
            progress(suite.name, len(cases), len(cases))
    except CaseError:
        raise
    except NotRun as reason:
        return SuiteResult(suite=suite.name, description=suite.description, not_run=str(reason), seconds=watch.seconds)
    except Exception as error:  # the suite could not be prepared: a fault, which must not pass for "not run" nor end the other suites
        log.debug("%s could not be prepared", suite.name, exc_info=True)
        items += suite.failed(None, error)
    return SuiteResult(
        suite=suite.name, description=suite.description, items=tuple(items), figures=suite.figures(items), tables=suite.tables(items),
        remarks=suite.remarks(items), seconds=watch.seconds,
    )  # fmt: skip


def run_suites(suites: Sequence[Suite], context: Context, progress: Progress | None = None) -> Run:
    """Judges suites one after the other."""
    started = datetime.now(UTC).isoformat(timespec="seconds")
    results = tuple(run_suite(suite, context, progress) for suite in suites)
    try:
        program = version("trialmatch")
    except PackageNotFoundError:
        program = "unknown"
    return Run(version=program, as_of=context.as_of.isoformat(), started=started, suites=results)
