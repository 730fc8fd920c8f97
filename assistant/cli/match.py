"""`trialmatch match`: a patient against the trials."""

import argparse
import json
import sys
from pathlib import Path
from typing import get_args

from assistant.api import Assistant, Note
from assistant.cli.command import Commands, ProgressBar, as_of, complain
from assistant.cli.filters import add_filters, chosen_filter
from assistant.results import Silence
from index.errors import InputError, UnreadableNote


def add(commands: Commands) -> None:
    """`match NOTE|FOLDER|- [--labs CSV] [--as-of DATE] [--trial ID]... [filters] [--silence] [--json | --markdown | --csv | --fhir] [--criteria]`."""
    match = commands.add("match", _match, "Check a patient against the trials.")
    match.add_argument("note", metavar="NOTE", help="a text file or a FHIR bundle (JSON), or a folder of them; - for standard input")
    as_of(match)
    match.add_argument("--trial", metavar="ID", action="append", help="this trial only; may be given several times")
    match.add_argument(
        "--silence", choices=get_args(Silence), default="unknown", help="what a note's silence on an exclusion means (default: unknown)"
    )
    match.add_argument("--labs", metavar="FILE", type=Path, help="a table of laboratory values (CSV) beside the note; NOTE may be one itself")
    add_filters(match)
    form = match.add_mutually_exclusive_group()
    for name in ("json", "markdown", "csv", "fhir"):
        form.add_argument(f"--{name}", dest="form", action="store_const", const=name)
    match.add_argument("--criteria", action="store_true", help="of a folder, as CSV: a row for every criterion instead of every trial")


def _match(chosen: argparse.Namespace) -> int:
    if chosen.note != "-" and Path(chosen.note).is_dir():
        return _screen(chosen, Path(chosen.note))
    if chosen.criteria:
        raise InputError("--criteria is for a folder of notes.", "The CSV of one note has a row for every criterion already.")
    note, labs = _read_note(chosen.note), None if chosen.labs is None else _text(str(chosen.labs))
    if labs is None and isinstance(note, str) and chosen.note.lower().endswith((".csv", ".tsv")):
        note, labs = "", note
    assistant = Assistant.open(chosen.store)
    report = assistant.match(note, as_of=chosen.as_of, trials=chosen.trial, silence=chosen.silence, where=chosen_filter(chosen), labs=labs)
    if chosen.form == "json":
        print(report.model_dump_json(indent=2))  # ten times as fast as json.dumps, and the same text
        return 0
    from assistant.report import FORMATS

    if chosen.form == "fhir":
        from assistant.report.fhir import fhir

        sys.stdout.write(fhir(report, [assistant.trial(t.trial.id) for t in report.trials]))
        return 0
    form = chosen.form or "text"
    if form not in FORMATS:
        raise InputError(f"Reports cannot be written as {form} yet.", f"Choose one of: json, {', '.join(FORMATS)}.")
    sys.stdout.write(FORMATS[form](report))
    return 0


def _screen(chosen: argparse.Namespace, folder: Path) -> int:
    """Every note of a folder; one that cannot be read is one line on standard error, and the rest goes on."""
    from assistant import screening
    from assistant.report.cohort import Cohort, lines

    if chosen.form in ("markdown", "fhir"):
        raise InputError(f"A folder of notes cannot be written as {chosen.form}.", "Choose --csv or --json, or match one note.")
    if chosen.labs is not None:
        raise InputError("--labs is for one note.", "Match the patient's note alone.")
    assistant = Assistant.open(chosen.store)
    files, where = screening.notes(folder), chosen_filter(chosen)
    table = Cohort(sys.stdout, criteria=chosen.criteria) if chosen.form == "csv" else None
    unread = 0
    with ProgressBar() as progress:
        for done, (name, read) in enumerate(screening.read(folder, files), 1):
            try:
                if isinstance(read, screening.Unread):
                    raise UnreadableNote(read.why)
                report = assistant.match(read, as_of=chosen.as_of, trials=chosen.trial, silence=chosen.silence, where=where)
            except UnreadableNote as error:
                unread += 1
                complain(f"{name}: {error}", 2)
                continue
            finally:
                if progress is not None:
                    progress("matching", done, len(files))
            if table is not None:
                table.add(name, report)
            elif chosen.form == "json":
                print(json.dumps({"patient": name, "report": report.model_dump(mode="json")}, ensure_ascii=False))
            else:
                print("\n".join(lines(name, report)))
    return 2 if unread == len(files) else 0


def _text(name: str) -> str:
    found = _read_note(name)
    if not isinstance(found, str):
        raise UnreadableNote(f"{name} is no table.", "Give a CSV of laboratory values.")
    return found


def _read_note(name: str) -> Note:
    from assistant.screening import note

    try:
        data = (
            sys.stdin.buffer.read()
            if name == "-" and hasattr(sys.stdin, "buffer")
            else sys.stdin.read().encode()
            if name == "-"
            else Path(name).read_bytes()
        )
    except OSError as error:
        raise UnreadableNote(f"The note {name} cannot be opened ({error.strerror}).", "Give a file, or - for standard input.") from error
    return note(data, name)
