"""`trialmatch ingest`: trial documents into the store."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.api import Assistant
from assistant.cli.command import Commands, ProgressBar, complain

if TYPE_CHECKING:
    from index.build import IngestResult


def add(commands: Commands) -> None:
    """`ingest PATH|NCT... [--rebuild]`."""
    ingest = commands.add("ingest", _ingest, "Read trial documents into the store.")
    ingest.add_argument(
        "paths", metavar="PATH", nargs="+", type=Path, help="files, folders, and numbers (NCT01234567) to fetch from ClinicalTrials.gov"
    )
    ingest.add_argument("--rebuild", action="store_true", help="empty the store first, whatever filled it")


def _ingest(chosen: argparse.Namespace) -> int:
    assistant = Assistant.rebuild(chosen.store) if chosen.rebuild else Assistant.open(chosen.store, fill=False)
    with ProgressBar() as progress:
        result = assistant.ingest(chosen.paths, progress)
    return told(result)


def told(result: "IngestResult") -> int:
    """Prints what an ingest did, one line on standard error for each failure; the exit code."""
    for failure in result.failed:
        complain(f"{failure.source}: {failure.why}", 2)
    for outdated in result.outdated:
        complain(f"{outdated.source}: {outdated.why}", 2)
    if result.failed and not (result.added or result.updated or result.unchanged):
        return 2
    late = f", {len(result.outdated)} older than what is stored" if result.outdated else ""
    print(f"{len(result.added)} added, {len(result.updated)} updated, {len(result.unchanged)} unchanged, {len(result.failed)} not read{late}.")
    for id_ in result.updated:
        print(f"updated: {id_}")
    if result.updated:
        print("What changed: trialmatch changes")
    return 0
