"""The command line of the evaluation. Exit code 0: nothing fell; 1: a figure fell under the baseline; 2: bad input."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

import evals
from evals import baseline, compare
from evals.report import terminal
from evals.runner import UnknownSuite
from evals.schema import CaseError
from evals.suites import SUITES


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(prog="python -m evals", description="Judge the program on its evaluation cases.")
    made.add_argument("suites", nargs="*", metavar="SUITE", help=f"one or more of: {', '.join(s.name for s in SUITES)} (default: all)")
    made.add_argument("--out", type=Path, help="folder for report.html and report.json")
    made.add_argument("--data", type=Path, help="folder of the larger public sets (default: TRIALMATCH_EVAL_DATA, or ../shared/data)")
    made.add_argument("--cases", type=Path, help="another folder of case files")
    made.add_argument("--baseline", type=Path, default=baseline.COMMITTED, help="baseline file (default: the committed one)")
    made.add_argument("--update-baseline", action="store_true", help="write this run's figures into the baseline file")
    made.add_argument("--compare", nargs=2, type=Path, metavar=("A", "B"), help="compare two report folders case by case, and run nothing")
    made.add_argument("--limit", type=int, help="judge only the first N cases of each suite")
    made.add_argument("-v", "--verbose", action="store_true", help="print every miss")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns the exit code."""
    options = parser().parse_args(arguments)
    console = Console(soft_wrap=True)
    try:
        if options.compare:
            terminal.comparison(console, compare.changes(*map(compare.read, options.compare)))
            return 0
        return _run(options, console)
    except (UnknownSuite, CaseError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2


def _run(options: argparse.Namespace, console: Console) -> int:
    columns = (TextColumn("{task.description:18}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def progress(suite: str, done: int, total: int) -> None:
            if suite not in tasks:
                tasks[suite] = bar.add_task(suite, total=total)
            bar.update(tasks[suite], completed=done, total=total)

        result = evals.run(
            options.suites, out=options.out, data=options.data, cases=options.cases, baseline=options.baseline, limit=options.limit, progress=progress
        )
    committed = baseline.read(options.baseline)
    worse = () if options.limit else baseline.fallen(result, committed)
    terminal.summary(console, result, committed, worse, verbose=options.verbose)
    if options.out:
        console.print(f"Report: {options.out / 'report.html'}")
    if options.update_baseline:
        baseline.write(baseline.renewed(result, committed), options.baseline)
        return 0
    return 1 if worse else 0
