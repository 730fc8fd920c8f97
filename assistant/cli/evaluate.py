"""`trialmatch eval`: the evaluation suites."""

import argparse
from pathlib import Path

from assistant.cli.command import Commands


def add(commands: Commands) -> None:
    """`eval [SUITE]... [--out DIR]`."""
    evaluate = commands.add("eval", _eval, "Run the evaluation suites.", store=False)
    evaluate.add_argument("suites", metavar="SUITE", nargs="*", help="default: all")
    evaluate.add_argument("--out", metavar="DIR", type=Path, help="folder for the report")


def _eval(chosen: argparse.Namespace) -> int:
    from evals.command import main as evaluate

    return evaluate([*chosen.suites, *(["--out", str(chosen.out)] if chosen.out else [])])
