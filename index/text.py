"""Text with its place: spans, and a repaired copy for matching whose every character knows where it came from.

A quote is always the document's own text. What is repaired (mojibake, full-width marks, markdown escapes, Unicode
look-alikes) is repaired in a copy, and any span found in the copy is carried back to the original with `Repaired.raw`.
"""

import re
import unicodedata
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

    def shift(self, by: int) -> "Span":
        """The same range, `by` characters further on."""
        return Span(start=self.start + by, end=self.end + by)


# One character to its plain form. NFKC does most; these are the ones it leaves or does badly for clinical text.
_PLAIN = {
    "⩾": "≥", "≧": "≥", "⩽": "≤", "≦": "≤", "﹥": ">", "﹤": "<", "＞": ">", "＜": "<", "＝": "=",
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "－": "-", "―": "-",
    "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "´": "'", "`": "'",
    "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u3000": " ", "\ufeff": " ", "\u200b": " ", "\t": " ",
    "µ": "μ", "×": "×", "✕": "×", "✖": "×", "∗": "*", "、": ",", "，": ",", "。": ".", "；": ";", "：": ":",
    "（": "(", "）": ")", "±": "±", "°": "°", "…": "...", "·": "·", "′": "'", "″": '"',
}  # fmt: skip
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_SUPERSCRIPT_RUN = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
# UTF-8 bytes read as cp1252: a lead byte (0xC2-0xF4) followed by one to three continuation bytes.
_MOJIBAKE = re.compile(r"[Â-ô][\u0080-¿€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]{1,3}")
_ESCAPE = re.compile(r"\\([<>\[\]*~_#+\-.()&|{}!^$])")


@dataclass(frozen=True)
class Repaired:
    """A repaired copy of `raw_text`; `origin[i]` is the raw offset of character `i`, with one extra entry for the end."""

    text: str
    raw_text: str
    origin: tuple[int, ...]

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
        return " " if ord(char) < 32 and char != "\n" else char
    return unicodedata.normalize("NFKC", char)


def _unscramble(run: str) -> str | None:
    """The character that `run` was before its UTF-8 bytes were read as cp1252, or None if it was none."""
    try:
        data = b"".join(bytes([ord(c)]) if ord(c) < 256 else c.encode("cp1252") for c in run)
        text = data.decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return None
    return text if len(text) < len(run) else None


def repair(raw: str) -> Repaired:
    """Repaired copy of `raw` for matching: mojibake undone, escapes removed, look-alikes folded to one form.

    Superscript digits become `^9`. Newlines stay. Never changes what a quote shows: use `Repaired.raw` to go back.
    """
    out: list[str] = []
    origin: list[int] = []

    def put(text: str, at: int) -> None:
        out.append(text)
        origin.extend([at] * len(text))

    if raw.isascii() and "\\" not in raw and "\t" not in raw and "\r" not in raw:
        return Repaired(raw, raw, tuple(range(len(raw) + 1)))
    i = 0
    while i < len(raw):
        char = raw[i]
        if char == "\\" and (found := _ESCAPE.match(raw, i)):
            put(found[1], i)
            i = found.end()
        elif "Â" <= char <= "ô" and (found := _MOJIBAKE.match(raw, i)):
            # Longest run that decodes wins: a three-byte sign may be followed by an ordinary accented letter.
            for end in range(found.end(), i + 1, -1):
                fixed = _unscramble(raw[i:end])
                if fixed is not None:
                    put("".join(_plain(c) for c in fixed), i)
                    i = end
                    break
            else:
                put(_plain(char), i)
                i += 1
        elif char in "⁰¹²³⁴⁵⁶⁷⁸⁹" and (found := _SUPERSCRIPT_RUN.match(raw, i)):
            put("^" + found[0].translate(_SUPERSCRIPT), i)
            i = found.end()
        else:
            put(_plain(char), i)
            i += 1
    origin.append(len(raw))
    return Repaired("".join(out), raw, tuple(origin))
