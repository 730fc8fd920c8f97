"""A Word document: its paragraphs one a line, list items marked, table cells one a line; then read as any text."""

import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator

from index.sources.layouts import read_extracted
from index.sources.source import Format, Rejected, Source
from index.trials import Trial

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAIN = "word/document.xml"
_MAX_BYTES = 100_000_000


def detect(source: Source) -> bool:
    return source.data.startswith(b"PK\x03\x04")


def read(source: Source) -> Iterator[Trial | Rejected]:
    """The trial of the document; another kind of archive is rejected."""
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            if _MAIN not in archive.namelist():
                yield Rejected(source.name, "The file is an archive, not a Word document; unpack it first.")
                return
            if archive.getinfo(_MAIN).file_size > _MAX_BYTES:
                yield Rejected(source.name, "The Word document unpacks to more than 100 MB.")
                return
            root = ET.fromstring(archive.read(_MAIN))
    except (zipfile.BadZipFile, ET.ParseError, EOFError, RuntimeError, NotImplementedError, ValueError, OSError) as error:
        yield Rejected(source.name, f"The Word document cannot be read: {error}.")
        return
    yield from read_extracted(source, "\n".join(_paragraphs(root)), "Word document")


def _paragraphs(root: ET.Element) -> Iterator[str]:
    for paragraph in root.iter(f"{_W}p"):
        text = "".join(_run(node) for node in paragraph.iter())
        listed = paragraph.find(f"{_W}pPr/{_W}numPr")
        if listed is not None and text.strip():
            level = listed.find(f"{_W}ilvl")
            depth = level.get(f"{_W}val", "0") if level is not None else "0"
            text = "  " * (int(depth) if depth.isdigit() else 0) + "- " + text.strip()
        yield text


def _run(node: ET.Element) -> str:
    match node.tag.removeprefix(_W):
        case "t":
            return node.text or ""
        case "tab":
            return "\t"
        case "br" | "cr":
            return "\n"
        case "noBreakHyphen":
            return "-"
        case _:
            return ""


FORMAT = Format("docx", detect, read)
