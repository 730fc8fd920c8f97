"""What a format reads: a named source, its bytes and, where it is text, the text; and what it gives back."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from index.trials import Trial

_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")
_HIGH = re.compile(rb"[\x80-\xff]+")


@dataclass(frozen=True, slots=True)
class Rejected:
    """One item that could not be read: where it is, and why, each in one line."""

    source: str
    why: str


@dataclass(frozen=True, slots=True)
class Source:
    """A file or a pasted document. `text` is None for binary content; it is what reading the file in text mode with
    `encoding` gives, so that an offset in it is an offset for everybody."""

    name: str
    data: bytes
    text: str | None
    encoding: str

    @property
    def stem(self) -> str:
        return PurePath(self.name).stem

    @property
    def head(self) -> str:
        """The start of the text, without a byte order mark and leading blanks: enough to tell a format."""
        return (self.text or "")[:100_000].lstrip("\ufeff \n\t")

    @property
    def content_hash(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @classmethod
    def of_bytes(cls, name: str, data: bytes) -> "Source":
        text, encoding = decode(data)
        return cls(name, data, text, encoding)

    @classmethod
    def of_text(cls, name: str, text: str, data: bytes | None = None) -> "Source":
        """A document that is text already: pasted, or taken out of a container whose own bytes are `data`."""
        clean = scalar(text).replace("\r\n", "\n").replace("\r", "\n")
        return cls(name, clean.encode() if data is None else data, clean, "utf-8")


@dataclass(frozen=True, slots=True)
class Format:
    """One format: `detect` looks at the content, `read` yields every trial in it and one line for every item it must leave out."""

    name: str
    detect: Callable[[Source], bool]
    read: Callable[[Source], Iterator[Trial | Rejected]]


def scalar(text: str) -> str:
    """`text` with what no UTF-8 file can hold (lone surrogates) and NUL replaced by the replacement character."""
    if text.isascii() and "\x00" not in text:
        return text
    return text.replace("\x00", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def decode(data: bytes) -> tuple[str | None, str]:
    """Text of `data` with lines ended by a newline alone, and the encoding. None if it is no text.

    A byte order mark decides; else UTF-8; else UTF-16 if every other byte is NUL; else GB 18030 if the high bytes come
    in runs, as Chinese does; else cp1252, and latin-1 where that has a gap.
    """
    for encoding in _candidates(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _binary(text):
            return None, "binary"
        return text.replace("\r\n", "\n").replace("\r", "\n"), encoding
    return None, "binary"


def _candidates(data: bytes) -> tuple[str, ...]:
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return ("utf-32",)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    even, odd = data[0:2000:2].count(0), data[1:2000:2].count(0)
    if len(data) > 3 and (even or odd):
        half = min(len(data), 2000) // 2
        return ("utf-16-le",) if odd > 0.7 * half > even else ("utf-16-be",) if even > 0.7 * half > odd else ()
    runs = [len(run) for run in _HIGH.findall(data[:100_000])]
    chinese = sum(n for n in runs if n >= 4) > 0.6 * sum(runs) > 0
    return ("utf-8", "gb18030", "cp1252", "latin-1") if chinese else ("utf-8", "cp1252", "latin-1")


def _binary(text: str) -> bool:
    head = text[:100_000]
    return "\x00" in head or len(_CONTROL.findall(head)) * 100 > len(head)
