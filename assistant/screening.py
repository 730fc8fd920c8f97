"""Many patients against the same trials: the notes of a folder, one report each."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import InputError, UnreadableNote

KINDS = (".txt", ".md", ".note", ".json")
"""Endings of the files that are read as notes or FHIR bundles."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that could not be read as a note, and why."""

    name: str
    why: str


def note(data: bytes, name: str) -> "str | dict[str, Any]":
    """A note's text, or a FHIR bundle where the text is a JSON object. Raises UnreadableNote."""
    try:
        text = data.decode("utf-8-sig")
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


def notes(folder: Path) -> tuple[Path, ...]:
    """The files of a folder and the folders in it that are notes by their ending, in order of name. Raises InputError if there is none."""
    found = sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix.lower() in KINDS and not p.name.startswith("."))
    if not found:
        raise InputError(f"The folder {folder} holds no notes.", f"Notes end in {', '.join(KINDS)}.")
    return tuple(found)


def read(folder: Path, files: tuple[Path, ...]) -> "Iterator[tuple[str, str | dict[str, Any] | Unread]]":
    """Each file's name inside the folder, with its note or the reason why it could not be read."""
    for path in files:
        name = path.relative_to(folder).as_posix()
        try:
            yield name, note(path.read_bytes(), name)
        except OSError as error:
            yield name, Unread(name, f"cannot be opened ({error.strerror})")
        except UnreadableNote as error:
            yield name, Unread(name, str(error))
