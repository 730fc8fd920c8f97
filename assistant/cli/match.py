"""`trialmatch match`: a patient against the trials."""

import argparse
import json
import sys
from pathlib import Path
from typing import get_args

from assistant.api import Assistant, Note
from assistant.cli.command import Commands, as_of
from assistant.results import Silence
from index.errors import InputError, UnreadableNote


def add(commands: Commands) -> None:
    """`match NOTE|- [--as-of DATE] [--trial ID]... [--silence] [--json | --markdown | --csv | --fhir]`."""
    match = commands.add("match", _match, "Check a patient against the trials.")
    match.add_argument("note", metavar="NOTE", help="a text file or a FHIR bundle (JSON); - for standard input")
    as_of(match)
    match.add_argument("--trial", metavar="ID", action="append", help="this trial only; may be given several times")
    match.add_argument(
        "--silence", choices=get_args(Silence), default="unknown", help="what a note's silence on an exclusion means (default: unknown)"
    )
    form = match.add_mutually_exclusive_group()
    for name in ("json", "markdown", "csv", "fhir"):
        form.add_argument(f"--{name}", dest="form", action="store_const", const=name)


def _match(chosen: argparse.Namespace) -> int:
    note = _read_note(chosen.note)
    report = Assistant.open(chosen.store).match(note, as_of=chosen.as_of, trials=chosen.trial, silence=chosen.silence)
    if chosen.form == "json":
        print(report.model_dump_json(indent=2))  # ten times as fast as json.dumps, and the same text
        return 0
    from assistant.report import FORMATS

    form = chosen.form or "text"
    if form not in FORMATS:
        raise InputError(f"Reports cannot be written as {form} yet.", f"Choose one of: json, {', '.join(FORMATS)}.")
    sys.stdout.write(FORMATS[form](report))
    return 0


def _read_note(name: str) -> Note:
    """A note's text, or a bundle where the text is a JSON object."""
    try:
        data = (
            sys.stdin.buffer.read()
            if name == "-" and hasattr(sys.stdin, "buffer")
            else sys.stdin.read().encode()
            if name == "-"
            else Path(name).read_bytes()
        )
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise UnreadableNote(f"The note {name} cannot be opened ({error.strerror}).", "Give a file, or - for standard input.") from error
    except UnicodeDecodeError as error:
        raise UnreadableNote(f"The note {name} is no UTF-8 text.", "Save it as plain text in UTF-8.") from error
    if text.lstrip().startswith("{"):
        try:
            bundle = json.loads(text)
        except ValueError:
            if name.endswith(".json"):
                raise UnreadableNote(f"The note {name} is no valid JSON.", "Give a FHIR bundle, or a text.") from None
            return text
        if isinstance(bundle, dict):
            return bundle
    return text
