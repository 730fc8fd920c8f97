"""Trial documents of any format into `Trial` records, criteria still empty.

    for item in read_paths([Path("seeds")]):
        match item:
            case Trial(): ...
            case Rejected(source=place, why=reason): ...

The format is told by content, not by the file's name. To add one: a file with a `FORMAT`, and a line in `FORMATS`.
"""

import gzip
import io
import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from index.errors import UnreadableSource
from index.sources import ctgov_csv, ctgov_json, ctgov_xml, docx, html_page, pdf
from index.sources.layouts import TEXT_FORMATS
from index.sources.source import Format, Rejected, Source
from index.trials import Trial

__all__ = ["FORMATS", "Format", "Rejected", "Source", "files", "read_path", "read_paths", "read_text"]

FORMATS: tuple[Format, ...] = (pdf.FORMAT, docx.FORMAT, ctgov_json.FORMAT, html_page.FORMAT, ctgov_xml.FORMAT, ctgov_csv.FORMAT, *TEXT_FORMATS)
"""All formats, in the order in which they are asked. The first that detects its own reads."""

_BINARY = frozenset({"pdf", "docx"})
_MAX_BYTES = 1_000_000_000


def files(path: Path) -> Iterator[Path]:
    """The files below a folder, in a stable order, without hidden ones and without README files; a file is itself."""
    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and not name.upper().startswith("README"):
                yield Path(folder) / name


def read_paths(paths: Iterable[Path]) -> Iterator[Trial | Rejected]:
    """Every trial of the files and folders, in their order; what cannot be read gives one line and the rest goes on."""
    for path in paths:
        for file in files(path):
            yield from read_path(file)


def read_path(path: Path) -> Iterator[Trial | Rejected]:
    """Every trial of one file."""
    try:
        if not path.is_file():
            yield Rejected(str(path), "There is no such file." if not path.exists() else "This is no ordinary file.")
            return
        if path.stat().st_size > _MAX_BYTES:
            yield Rejected(str(path), "The file is larger than 1 GB; split it first.")
            return
        name, data = _unpacked(path.name, path.read_bytes())
    except (EOFError, zlib.error, gzip.BadGzipFile):
        yield Rejected(str(path), "The file is damaged: it cannot be decompressed to its end.")
        return
    except UnreadableSource as error:
        yield Rejected(str(path), str(error))
        return
    except OSError as error:
        yield Rejected(str(path), f"The file cannot be opened: {error.strerror or error}.")
        return
    yield from _read(Source.of_bytes(name, data))


def _unpacked(name: str, data: bytes) -> tuple[str, bytes]:
    """The file in a gzip file, and its name; any other file as it is. Raises UnreadableSource if it grows beyond what a file may have."""
    if not data.startswith(b"\x1f\x8b"):
        return name, data
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
        inside = packed.read(_MAX_BYTES + 1)
    if len(inside) > _MAX_BYTES:
        raise UnreadableSource("Decompressed, the file is larger than 1 GB; split it first.")
    return name.removesuffix(".gz"), inside


def read_text(name: str, text: str) -> Iterator[Trial | Rejected]:
    """Every trial of a pasted document. `name` stands for the file's name in ids and citations."""
    yield from _read(Source.of_text(name, text))


def _read(source: Source) -> Iterator[Trial | Rejected]:
    if not source.data.strip():
        yield Rejected(source.name, "The file is empty.")
        return
    for format in FORMATS:
        if (source.text is not None or format.name in _BINARY) and format.detect(source):
            yield from format.read(source)
            return
    why = "The file is binary and no PDF or Word document." if source.text is None else "The file holds no text."
    yield Rejected(source.name, why)
