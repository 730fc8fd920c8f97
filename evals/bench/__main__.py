"""`python -m evals.bench`."""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from evals.bench import report
from evals.bench.figures import Bench, Figure
from evals.bench.measures import ALL, Setting
from evals.bench.process import Failed
from evals.suites.base import default_data


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(prog="python -m evals.bench", description="Measure speed and memory on this machine.")
    size = made.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="fewer runs, at most 100 trials, no page (some minutes)")
    size.add_argument("--full", action="store_true", help="every trial of the sample as well (a quarter of an hour and more)")
    made.add_argument("--out", type=Path, default=Path("out/bench"), help="folder for bench.json and bench.html (default: out/bench)")
    made.add_argument("--data", type=Path, help="folder of the larger public sets (default: TRIALMATCH_EVAL_DATA, or ../shared/data)")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, writes the report and prints the figures; 0 when everything could be measured, 1 when something failed."""
    options = parser().parse_args(arguments)
    began, started = time.perf_counter(), datetime.now(UTC).isoformat(timespec="seconds")
    figures: list[Figure] = []
    failed = 0
    with tempfile.TemporaryDirectory(prefix="trialmatch-bench-") as folder:
        setting = Setting(Path(folder), options.data or default_data(), quick=options.quick, full=options.full, say=_say)
        for measure in ALL:
            try:
                figures += measure(setting)
            except Failed as error:
                failed += 1
                setting.left_out.append(f"{measure.__name__}: {error}")
    _say("")
    bench = Bench(
        version=_version(), started=started, quick=options.quick, seconds=round(time.perf_counter() - began, 1), machine=_machine(),
        figures=tuple(figures), growth=tuple(setting.growth), left_out=tuple(setting.left_out),
    )  # fmt: skip
    report.write(bench, options.out)
    for figure in figures:
        mark = {None: " ", True: "+", False: "!"}[figure.met]
        print(f"{mark} {figure.group:16} {figure.name:44} {report.shown(figure.value, figure.unit):>20}  {figure.note}")
    for reason in setting.left_out:
        print(f"  left out: {reason}")
    print(f"Report: {options.out / 'bench.html'}")
    return 1 if failed else 0


def _say(line: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
    elif line:
        print(line, file=sys.stderr, flush=True)


def _version() -> str:
    try:
        return version("trialmatch")
    except PackageNotFoundError:
        return "unknown"


def _machine() -> dict[str, str]:
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return {"system": platform.platform(terse=True), "python": platform.python_version(), "cores": str(os.cpu_count()), "load": load}


if __name__ == "__main__":
    sys.exit(main())
