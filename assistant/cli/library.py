"""`trialmatch list` and `trialmatch show`: what the store holds."""

import argparse
import sys
from typing import Any

from assistant.api import Assistant
from assistant.cli.command import Commands, print_json
from assistant.cli.filters import add_filters, chosen_filter
from index.trials import Trial


def add(commands: Commands) -> None:
    """`list` and `show TRIAL`."""
    add_filters(commands.add("list", _list, "List the trials in the store.", as_json=True))
    show = commands.add("show", _show, "Show a trial's record, each criterion with its compiled condition.", as_json=True)
    show.add_argument("trial", metavar="TRIAL", help="id, NCT number, or the beginning of an id")


def _list(chosen: argparse.Namespace) -> int:
    from assistant.report.record import listing

    trials = Assistant.open(chosen.store).trials(chosen_filter(chosen))
    if chosen.json:
        print_json([_summary(trial) for trial in trials])
    else:
        sys.stdout.write(listing(trials))
    return 0


def _summary(trial: Trial) -> dict[str, Any]:
    from assistant.report.record import compiled

    stated = trial.model_dump(mode="json", include={"id", "nct_id", "title", "source", "layout", "has_eligibility_list"})
    return stated | {"criteria": len(trial.criteria), "not_compiled": sum(not compiled(c) for c in trial.criteria)}


def _show(chosen: argparse.Namespace) -> int:
    from assistant.report.record import record

    trial = Assistant.open(chosen.store).trial(chosen.trial)
    if chosen.json:
        print_json(trial.model_dump(mode="json"))
    else:
        sys.stdout.write(record(trial))
    return 0
