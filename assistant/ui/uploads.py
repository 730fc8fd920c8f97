"""Uploaded trial documents: written to a private folder for as long as they are read, and gone afterwards."""

import base64
import binascii
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from assistant.ui.actions import UPLOAD_BYTES, Upload

_LONGEST = 180
"""Bytes of a file's name that are kept; file systems allow 255."""


@contextmanager
def as_files(uploads: Sequence[Upload]) -> Iterator[tuple[list[Path], list[str]]]:
    """Paths of the files, readable by this user alone, and a line for each upload that was refused."""
    with tempfile.TemporaryDirectory(prefix="trialmatch-") as folder:
        paths: list[Path] = []
        refused: list[str] = []
        for n, upload in enumerate(uploads):
            name = file_name(upload.name)
            try:
                data = base64.b64decode(upload.data, validate=True)
            except binascii.Error:
                refused.append(f"{name}: it did not arrive whole.")
                continue
            if len(data) > UPLOAD_BYTES:
                refused.append(f"{name}: it is larger than {UPLOAD_BYTES // 1_000_000} MB.")
                continue
            path = Path(folder) / str(n) / name  # a folder each, so that two of one name stay two
            path.parent.mkdir(mode=0o700)
            path.write_bytes(data)
            paths.append(path)
        yield paths, refused


def file_name(name: str) -> str:
    """The last part of a name, without control characters, short enough for a file system; never empty, hidden or a path."""
    last = "".join(c for c in name.replace("\\", "/").rpartition("/")[2] if c.isprintable()).strip().lstrip(".")
    stem, dot, kind = last.rpartition(".")
    if not dot or len(kind.encode()) > 16:
        stem, kind = last, ""
    kept = stem.encode()[: _LONGEST - len(kind.encode())].decode(errors="ignore")
    return f"{kept}.{kind}" if kind else kept or "document"
