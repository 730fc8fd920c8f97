"""What every command is made of: its parser, its dates, its JSON, its complaint, its progress bar."""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from index.errors import InputError, SettingsError

if TYPE_CHECKING:
    from index.build import Progress


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is an InputError."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message[:1].upper()}{message[1:]}.", f"See: {self.prog} --help")


class Commands:
    """The commands of one parser."""

    def __init__(self, parser: Parser) -> None:
        self._added = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)

    def add(
        self, name: str, run: Callable[[argparse.Namespace], int], help: str, *, store: bool = True, as_json: bool = False
    ) -> argparse.ArgumentParser:
        """A new command that `run` carries out; `store` and `as_json` give it `--store DIR` and `--json`."""
        added = self._added.add_parser(name, help=help, description=help)
        added.set_defaults(run=run)
        if store:
            added.add_argument("--store", metavar="DIR", type=Path, help="folder of the store (default: TRIALMATCH_STORE or the user's data folder)")
        if as_json:
            added.add_argument("--json", action="store_true", help="as JSON")
        return added


def as_of(parser: argparse.ArgumentParser) -> None:
    """Gives a command `--as-of DATE`."""
    parser.add_argument("--as-of", metavar="DATE", type=day, help="reference date, as 2026-11-20 (default: today)")


def day(text: str) -> date:
    """A date on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write it as 2026-11-20") from None


def print_json(value: Any) -> None:
    """Writes JSON for people and programs to standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def complain(message: str, code: int) -> int:
    """Writes one line to standard error and returns the exit code."""
    print(f"trialmatch: {' '.join(message.split())}", file=sys.stderr)
    return code


def free(host: str, port: int) -> None:
    """Raises SettingsError if nothing can listen there."""
    import socket

    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SettingsError(
            f"Nothing can listen on {host}, port {port} ({why}).", "Choose another with --host and --port, or stop what uses it."
        ) from None


class ProgressBar:
    """A progress bar on a terminal, nothing elsewhere."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> "Progress | None":
        if not sys.stderr.isatty():
            return None
        from rich.console import Console
        from rich.progress import Progress as Bar

        self._bar = Bar(console=Console(stderr=True), transient=True)
        self._bar.start()
        return self._show

    def _show(self, step: str, done: int, total: int) -> None:
        if step not in self._tasks:
            self._tasks[step] = self._bar.add_task(step, total=total)
        self._bar.update(self._tasks[step], completed=done, total=total)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
