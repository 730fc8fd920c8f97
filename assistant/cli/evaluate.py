"""`trialmatch eval`: the evaluation suites."""

import argparse

from assistant.cli.command import Commands


def add(commands: Commands) -> None:
    """`eval [SUITE]... [--out DIR]`, with every option of `python -m evals`."""
    from evals import options

    options.add(commands.add("eval", _eval, "Run the evaluation suites.", store=False))


def _eval(chosen: argparse.Namespace) -> int:
    from evals.command import run

    return run(chosen)
