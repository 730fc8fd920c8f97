"""`trialmatch settings`: what is set, to what, and where."""

import argparse

from assistant.cli.command import Commands, print_json
from assistant.settings import effective, settings_file, table


def add(commands: Commands) -> None:
    """`settings [--json | --table]`."""
    settings = commands.add("settings", _settings, "Show every setting with its value and where it comes from; secrets are masked.", store=False)
    form = settings.add_mutually_exclusive_group()
    form.add_argument("--json", dest="form", action="store_const", const="json", help="as JSON")
    form.add_argument("--table", dest="form", action="store_const", const="table", help="the table of all settings, in Markdown")


def _settings(chosen: argparse.Namespace) -> int:
    if chosen.form == "table":
        print(table(), end="")
        return 0
    found = effective()
    if chosen.form == "json":
        print_json([{"key": e.setting.key, "variable": e.setting.variable, "value": e.value or None, "origin": e.origin} for e in found])
        return 0
    width = max(len(e.setting.variable) for e in found)
    for e in found:
        print(f"{e.setting.variable:{width}}  {e.value or '(not set)'}  [{e.origin}]")
    print(f"File: {settings_file() or 'none'}")
    return 0
