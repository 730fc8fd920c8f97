"""`trialmatch changes`: what newer versions of trials changed, and for whom."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from assistant.api import Assistant
from assistant.cli.command import Commands, ProgressBar, as_of, complain, day, print_json
from assistant.results import Silence
from index.errors import InputError, UnreadableNote

if TYPE_CHECKING:
    from assistant.changes import ChangedTrial, PatientEffect


def add(commands: Commands) -> None:
    """`changes [TRIAL] [--since DATE] [--patients FOLDER] [--as-of DATE] [--silence] [--json]`."""
    changes = commands.add("changes", _changes, "Say what newer versions of trials changed, criterion by criterion.", as_json=True)
    changes.add_argument("trial", metavar="TRIAL", nargs="?", help="this trial only; default: every trial that a newer version replaced")
    changes.add_argument(
        "--since", metavar="DATE", type=day, help="against what the store held when this day (UTC) began; default: against the version before"
    )
    changes.add_argument("--patients", metavar="FOLDER", type=Path, help="notes and FHIR bundles: say whose verdict the changes move")
    as_of(changes)
    changes.add_argument(
        "--silence", choices=get_args(Silence), default="unknown", help="what a note's silence on an exclusion means (default: unknown)"
    )


def _changes(chosen: argparse.Namespace) -> int:
    if chosen.patients is not None and not chosen.patients.is_dir():
        raise InputError(f"{chosen.patients} is no folder.", "Give the folder that holds the patients' notes.")
    assistant = Assistant.open(chosen.store, fill=False)
    found, read = assistant.changes(chosen.trial, since=chosen.since), None
    if found and chosen.patients is not None:
        found, read = _with_patients(assistant, found, chosen)
    if chosen.json:
        print_json([trial.model_dump(mode="json") for trial in found])
    elif found:
        from assistant.report.changes import told

        sys.stdout.write(told(found, read))
    else:
        whose = f"{assistant.trial(chosen.trial).id} has not" if chosen.trial else "No trial has"
        print(f"{whose} changed since {chosen.since or 'it was first read'}.")
    return 0


def _with_patients(assistant: Assistant, found: "tuple[ChangedTrial, ...]", chosen: argparse.Namespace) -> "tuple[tuple[ChangedTrial, ...], int]":
    """The changes with the patients of the folder whom they affect, and how many could be read; each other one is a line on standard error."""
    from assistant import screening

    files, read = screening.notes(chosen.patients), 0
    effects: dict[str, list[PatientEffect]] = {trial.id: [] for trial in found}
    with ProgressBar() as progress:
        for done, (name, note) in enumerate(screening.read(chosen.patients, files), 1):
            try:
                if isinstance(note, screening.Unread):
                    raise UnreadableNote(note.why)
                checked = assistant.changes(chosen.trial, since=chosen.since, patients={name: note}, as_of=chosen.as_of, silence=chosen.silence)
            except UnreadableNote as error:
                complain(f"{name}: {error}", 2)
                continue
            finally:
                if progress is not None:
                    progress("matching", done, len(files))
            read += 1
            for trial in checked:
                effects[trial.id] += trial.patients
    if not read:
        raise UnreadableNote(f"No note in {chosen.patients} could be read.", "The lines above say why.")
    return tuple(trial.model_copy(update={"patients": tuple(effects[trial.id])}) for trial in found), read
