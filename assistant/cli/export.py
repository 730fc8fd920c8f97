"""`trialmatch export`: a trial's compiled criteria for other programs."""

import argparse
import sys

from assistant.api import Assistant
from assistant.cli.command import Commands, print_json


def add(commands: Commands) -> None:
    """`export TRIAL [--json | --ctml]`."""
    export = commands.add("export", _export, "Write a trial's compiled criteria for other programs.")
    export.add_argument("trial", metavar="TRIAL", help="id, NCT number, or the beginning of an id")
    form = export.add_mutually_exclusive_group()
    form.add_argument("--json", dest="form", action="store_const", const="json", help="every criterion with its condition, as JSON (default)")
    form.add_argument(
        "--ctml", dest="form", action="store_const", const="ctml", help="MatchMiner's CTML (YAML); what it cannot say is listed verbatim"
    )


def _export(chosen: argparse.Namespace) -> int:
    trial = Assistant.open(chosen.store).trial(chosen.trial)
    if chosen.form == "ctml":
        from assistant.report.ctml import ctml

        sys.stdout.write(ctml(trial))
        return 0
    from assistant.report.conditions import conditions

    print_json(conditions(trial))
    return 0
