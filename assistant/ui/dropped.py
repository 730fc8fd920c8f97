"""A dropped note file: text as it is, tables line by line, FHIR bundles as they are."""

import csv
import io
import json
from typing import Any

from index.errors import UnreadableNote

TYPES = ("txt", "md", "json", "csv", "tsv")


def note_of(name: str, text: str) -> str | dict[str, Any]:
    """The note in a file called `name`: words, or a FHIR bundle. Raises UnreadableNote for another type, an empty file, or one that is no text."""
    kind = name.rpartition(".")[2].lower()
    if kind not in TYPES:
        raise UnreadableNote(f"A note cannot be read from a file called “{name}”.", f"Use one of: {', '.join(TYPES)}.")
    if "\0" in text or text.count("\ufffd") > max(3, len(text) // 100):
        raise UnreadableNote(f"“{name}” is no UTF-8 text.", "Save it as plain text.")
    if not text.strip():
        raise UnreadableNote(f"“{name}” is empty.")
    if kind == "json":
        return _bundle(name, text)
    if kind in ("csv", "tsv"):
        return _table(text, "\t" if kind == "tsv" else None)
    return text.strip("\ufeff")


def _table(text: str, delimiter: str | None) -> str:
    """One line a row: "PLT 82 10^9/L 2026-11-10". A first row without any digit is a heading and is left out."""
    sample = text.strip("\ufeff")
    if delimiter is None:
        first = sample.split("\n", 1)[0]
        delimiter = max((",", ";", "\t"), key=first.count)
    rows = [[cell.strip() for cell in row if cell.strip()] for row in csv.reader(io.StringIO(sample), delimiter=delimiter)]
    rows = [row for row in rows if row]
    if len(rows) > 1 and not any(c.isdigit() for cell in rows[0] for c in cell):
        rows = rows[1:]
    return "\n".join(" ".join(row) for row in rows)


def bundle_in(text: str) -> dict[str, Any] | None:
    """The FHIR bundle or resource that a text is, or None if it is something else."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        bundle = json.loads(text)
    except ValueError:
        return None
    return bundle if isinstance(bundle, dict) and "resourceType" in bundle else None


def _bundle(name: str, text: str) -> dict[str, Any]:
    bundle = bundle_in(text)
    if bundle is None:
        raise UnreadableNote(f"“{name}” is no FHIR bundle in valid JSON.", "Give a FHIR R4 bundle, or a text.")
    return bundle
