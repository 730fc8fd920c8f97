"""`trialmatch sync`: trials from the registry into the store."""

import argparse

from assistant.api import Assistant
from assistant.cli.command import Commands, ProgressBar
from assistant.cli.ingest import told


def add(commands: Commands) -> None:
    """`sync [--query TEXT] [--condition TEXT] [--status STATUS]... [--limit N] [--full]`."""
    sync = commands.add("sync", _sync, "Bring in the trials of ClinicalTrials.gov that fit a query, or what was updated since the last time.")
    sync.add_argument("--query", metavar="TEXT", default="", help="words; they are sent to the registry: never write anything of a patient")
    sync.add_argument("--condition", metavar="TEXT", default="", help="a condition or disease; sent too")
    sync.add_argument("--status", metavar="STATUS", action="append", default=[], help="such as RECRUITING; may be given several times")
    sync.add_argument("--limit", metavar="N", type=int, help="the most recently updated N only")
    sync.add_argument("--full", action="store_true", help="ask for all again, not only for updates")


def _sync(chosen: argparse.Namespace) -> int:
    assistant = Assistant.open(chosen.store, fill=False)
    with ProgressBar() as progress:
        done = assistant.sync(chosen.query, condition=chosen.condition, status=chosen.status, limit=chosen.limit, full=chosen.full, progress=progress)
    how = "An interrupted run was continued. " if done.resumed else ""
    print(f"{how}{done.read} read from the registry{f', updated since {done.since}' if done.since else ''}.")
    return told(done.ingested)
