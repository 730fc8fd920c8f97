"""The command line of the evaluation. Exit code 0: nothing fell; 1: a figure fell under the baseline; 2: bad input."""

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

import evals
from evals import baseline, compare, options
from evals.report import terminal
from evals.runner import UnknownSuite
from evals.schema import CaseError


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evals", description="Judge the program on its evaluation cases.")
    options.add(parser)
    return run(parser.parse_args(arguments))


def run(chosen: argparse.Namespace) -> int:
    """Runs what the options ask for; returns the exit code."""
    console = Console(soft_wrap=True)
    try:
        if chosen.compare:
            terminal.comparison(console, compare.changes(*map(compare.read, chosen.compare)))
            return 0
        return _run(chosen, console)
    except (UnknownSuite, CaseError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2


def _run(chosen: argparse.Namespace, console: Console) -> int:
    file = chosen.baseline or baseline.COMMITTED
    columns = (TextColumn("{task.description:18}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def progress(suite: str, done: int, total: int) -> None:
            if suite not in tasks:
                tasks[suite] = bar.add_task(suite, total=total)
            bar.update(tasks[suite], completed=done, total=total)

        result = evals.run(
            chosen.suites, out=chosen.out, data=chosen.data, cases=chosen.cases, baseline=file, limit=chosen.limit, progress=progress,
            model=chosen.model,
        )  # fmt: skip
    committed = baseline.read(file)
    worse = () if chosen.limit else baseline.fallen(result, committed)
    terminal.summary(console, result, committed, worse, verbose=chosen.verbose)
    if result.model is not None:
        from evals.with_model import lines

        console.print("\n".join(lines(result.model)), markup=False)
    if chosen.out:
        console.print(f"Report: {chosen.out / 'report.html'}")
    if chosen.update_baseline:
        baseline.write(baseline.renewed(result, committed), file)
        return 0
    return 1 if worse else 0
