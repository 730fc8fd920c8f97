"""Text with its place: spans, and a repaired copy for matching whose every character knows where it came from.

A quote is always the document's own text. What is repaired (mojibake, full-width marks, markdown escapes, Unicode
look-alikes) is repaired in a copy, and any span found in the copy is carried back to the original with `Repaired.raw`.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """Base of all data models: immutable, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Frozen):
    """Half-open range of character offsets: `text[start:end]`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The literal text of the span."""
        return text[self.start : self.end]

    def to(self, other: "Span") -> "Span":
        """The smallest range that holds this and the other, whichever stands first."""
        return Span(start=min(self.start, other.start), end=max(self.end, other.end))

    def shift(self, by: int) -> "Span":
        """The same range, `by` characters further on."""
        return Span(start=self.start + by, end=self.end + by)


# One character to its plain form. NFKC does most; these are the ones it leaves or does badly for clinical text.
_PLAIN = {
    "⩾": "≥", "≧": "≥", "≳": "≥", "⪰": "≥", "≽": "≥", "⩽": "≤", "≦": "≤", "≲": "≤", "⪯": "≤", "≼": "≤",
    "﹥": ">", "﹤": "<", "＞": ">", "＜": "<", "＝": "=",
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "－": "-", "―": "-",
    "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "´": "'", "`": "'",
    "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u3000": " ", "\ufeff": " ", "\u200b": " ", "\t": " ", "\u2028": "\n", "\u2029": "\n",
    "\u00ad": "", "\u200c": "", "\u200d": "", "\u2060": "", "\u200e": "", "\u200f": "",
    "µ": "μ", "×": "×", "✕": "×", "✖": "×", "∗": "*", "、": ",", "，": ",", "。": ".", "；": ";", "：": ":",
    "（": "(", "）": ")", "±": "±", "°": "°", "…": "...", "·": "·", "′": "'", "″": '"',
}  # fmt: skip
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
# What a repair may have to change: anything outside printable ASCII and the newline, and a backslash before a mark.
_SUSPECT = re.compile(r"[^\n\x20-\x5f\x61-\x7e]+|\\+[<>\[\]*~_#+\-.()&|{}!^$]|.[\u0300-\u036f]+|\\", re.DOTALL)
_ESCAPE = re.compile(r"\\+([<>\[\]*~_#+\-.()&|{}!^$])")
_SUPERSCRIPT_RUN = re.compile(r"[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_COMPOSED = re.compile(r".[\u0300-\u036f]+", re.DOTALL)
# A comparator with a line under it is how some typists write "or equal".
_UNDERLINED = {">": "≥", "<": "≤"}
# UTF-8 bytes read as cp1252: a lead byte (0xC2-0xF4) followed by one to three continuation bytes.
_MOJIBAKE = re.compile(r"[Â-ô][\u0080-¿€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]{1,3}")


@dataclass(frozen=True)
class Repaired:
    """A repaired copy of `raw_text`; `origin[i]` is the raw offset of character `i`, with one extra entry for the end."""

    text: str
    raw_text: str
    origin: Sequence[int]

    def raw(self, start: int, end: int) -> Span:
        """Raw span of `text[start:end]`; an empty range gives an empty span."""
        if end <= start:
            return Span(start=self.origin[start], end=self.origin[start])
        return Span(start=self.origin[start], end=max(self.origin[end - 1] + 1, self.origin[end]))


@cache
def _plain(char: str) -> str:
    if char in _PLAIN:
        return _PLAIN[char]
    if ord(char) < 128:
        return " " if (ord(char) < 32 and char != "\n") or ord(char) == 127 else char
    return "".join(_PLAIN.get(c, c) for c in unicodedata.normalize("NFKC", char))


def _composed(run: str) -> str:
    if "\u0332" in run and run[0] in _UNDERLINED:
        return _UNDERLINED[run[0]]
    return "".join(map(_plain, unicodedata.normalize("NFKC", run)))


def _unscramble(run: str) -> str | None:
    """The character that `run` was before its UTF-8 bytes were read as cp1252, or None if it was none."""
    try:
        data = b"".join(bytes([ord(c)]) if ord(c) < 256 else c.encode("cp1252") for c in run)
        text = data.decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return None
    return text if len(text) < len(run) else None


def _scrambled(raw: str, at: int) -> tuple[int, str] | None:
    """End and original of the mojibake that starts at `at`. The longest run that decodes to one character wins."""
    found = _MOJIBAKE.match(raw, at)
    if not found:
        return None
    for end in range(found.end(), at + 1, -1):
        fixed = _unscramble(raw[at:end])
        if fixed is not None and len(fixed) == 1:
            return end, fixed
    return None


def mojibake(raw: str) -> Iterator[tuple[Span, str]]:
    """Every place where UTF-8 was read as cp1252, with the character that it was."""
    end = 0
    for found in _MOJIBAKE.finditer(raw):
        if found.start() >= end and (fixed := _scrambled(raw, found.start())):
            end = fixed[0]
            yield Span(start=found.start(), end=end), fixed[1]


def _clean(raw: str) -> bool:
    return raw.isascii() and "\\" not in raw and "`" not in raw and (raw.isprintable() or not _SUSPECT.search(raw))


def _pieces(raw: str, start: int, end: int) -> Iterator[tuple[str, int]]:
    """The repaired pieces of a suspect stretch, each with its raw offset."""
    i = start
    while i < end:
        char = raw[i]
        if char == "\\" and (found := _ESCAPE.match(raw, i)):
            yield found[1], i
            i = found.end()
        elif "Â" <= char <= "ô" and (scrambled := _scrambled(raw, i)):
            yield _plain(scrambled[1]), i
            i = scrambled[0]
        elif char in "⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹" and (found := _SUPERSCRIPT_RUN.match(raw, i)):
            yield "^" + found[0].translate(_SUPERSCRIPT), i
            i = found.end()
        elif (found := _COMPOSED.match(raw, i)) and char != "\n":
            yield _composed(found[0]), i
            i = found.end()
        else:
            yield _plain(char), i
            i += 1


def _repair_once(raw: str) -> tuple[str, list[int]]:
    out: list[str] = []
    origin: list[int] = []
    at = 0
    for suspect in _SUSPECT.finditer(raw):
        if suspect.start() < at:
            continue
        out.append(raw[at : suspect.start()])
        origin.extend(range(at, suspect.start()))
        at = suspect.end()
        for piece, place in _pieces(raw, suspect.start(), at):
            out.append(piece)
            origin.extend([place] * len(piece))
    out.append(raw[at:])
    origin.extend(range(at, len(raw) + 1))
    return "".join(out), origin


def repair(raw: str) -> Repaired:
    """Repaired copy of `raw` for matching: mojibake undone, escapes removed, look-alikes folded to one form.

    Superscript digits become `^9`, a superscript sign stays with them (`10^-3`). Newlines stay. Repairing twice changes
    nothing more. Never changes what a quote shows: use `Repaired.raw` to go back.
    """
    if _clean(raw):
        return Repaired(raw, raw, range(len(raw) + 1))
    text, origin = _repair_once(raw)
    # What was repaired can itself be scrambled or escaped (text damaged twice). Every further round shortens it.
    while not _clean(text):
        again, inner = _repair_once(text)
        if again == text:
            break
        text, origin = again, [origin[i] for i in inner]
    return Repaired(text, raw, tuple(origin))


def repaired(raw: str) -> str:
    """`repair(raw).text`, quicker for the usual text that needs no repair."""
    return raw if _clean(raw) else repair(raw).text
