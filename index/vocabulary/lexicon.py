"""Finding the vocabulary's words in a text: exact tokens, longest match first, never fuzzy."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Table = Literal["measure", "scale", "condition", "drug", "drug_class", "procedure", "regimen"]

# A word, a number, one CJK character, or one of the marks that belong to clinical names.
_TOKEN = re.compile(r"[a-zA-Zα-ωΑ-ΩÀ-ÿ]+|\d+(?:\.\d+)?|[\u4e00-\u9fff]|[+&%#]")
_BRITISH = (
    (re.compile(r"tumour"), "tumor"), (re.compile(r"oesoph"), "esoph"), (re.compile(r"haem"), "hem"), (re.compile(r"anaem"), "anem"),
    (re.compile(r"leuka?em"), "leukem"), (re.compile(r"oedema"), "edema"), (re.compile(r"diarrhoea"), "diarrhea"), (re.compile(r"faec"), "fec"),
    (re.compile(r"ischaem"), "ischem"), (re.compile(r"paed"), "ped"), (re.compile(r"gynaec"), "gynec"), (re.compile(r"foet"), "fet"),
    (re.compile(r"uraem"), "urem"), (re.compile(r"glycaem"), "glycem"), (re.compile(r"kalaem"), "kalem"), (re.compile(r"natraem"), "natrem"),
    (re.compile(r"calcaem"), "calcem"), (re.compile(r"lipidaem"), "lipidem"), (re.compile(r"bacteraem"), "bacterem"), (re.compile(r"caec"), "cec"),
    (re.compile(r"coeliac"), "celiac"), (re.compile(r"isation"), "ization"), (re.compile(r"ised\b"), "ized"), (re.compile(r"fibre"), "fiber"),
    (re.compile(r"behaviour"), "behavior"), (re.compile(r"sulph"), "sulf"), (re.compile(r"dyspnoea"), "dyspnea"), (re.compile(r"apnoea"), "apnea"),
    (re.compile(r"neutropaen"), "neutropen"), (re.compile(r"septicaem"), "septicem"), (re.compile(r"viraem"), "virem"),
    (re.compile(r"centre"), "center"),
)  # fmt: skip
_ANY_BRITISH = re.compile("|".join(pattern.pattern for pattern, _ in _BRITISH))


@dataclass(frozen=True, slots=True)
class Token:
    """A token with its place. `key` is the folded form that is compared."""

    start: int
    end: int
    text: str
    key: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A vocabulary concept named in a text at `start:end`."""

    start: int
    end: int
    concept: str
    table: Table
    surface: str


_folded: dict[str, str] = {}


def fold(word: str) -> str:
    """Lower case, American spelling, singular: the form in which tokens are compared."""
    known = _folded.get(word)
    if known is not None:
        return known
    key = word.lower()
    if len(key) > 4:
        if _ANY_BRITISH.search(key):
            for pattern, plain in _BRITISH:
                key = pattern.sub(plain, key)
        if key.endswith("ies") and len(key) > 5:
            key = key[:-3] + "y"
        elif key.endswith("ses") and len(key) > 5:
            key = key[:-2] + "is" if key.endswith(("ases", "oses", "ises", "yses", "eses")) else key[:-2]
        elif key.endswith("s") and not key.endswith(("ss", "us", "is")):
            key = key[:-1]
    if len(_folded) < 200_000:
        _folded[word] = key
    return key


def tokens(text: str) -> list[Token]:
    """Tokens of a repaired text. Hyphens, slashes and spaces separate alike."""
    return [Token(m.start(), m.end(), m[0], fold(m[0])) for m in _TOKEN.finditer(text)]


class Lexicon:
    """All surfaces of all tables, indexed by their first token."""

    def __init__(self, surfaces: Iterable[tuple[str, str, Table]]) -> None:
        """`surfaces`: (surface, concept id, table); a leading `=` asks for exact case."""
        self._by_key: dict[tuple[str, ...], list[tuple[str, Table, tuple[str, ...] | None]]] = {}
        self._longest: dict[str, int] = {}
        for surface, concept, table in surfaces:
            exact = surface.startswith("=")
            words = _TOKEN.findall(surface)
            if not words:
                continue
            key = tuple(map(fold, words))
            entry = (concept, table, tuple(words) if exact else None)
            entries = self._by_key.setdefault(key, [])
            if entry not in entries:
                entries.append(entry)
            self._longest[key[0]] = max(self._longest.get(key[0], 0), len(key))

    def mentions(self, text: str, tables: Sequence[Table] | None = None, words: list[Token] | None = None) -> list[Mention]:
        """Concepts named in `text`, left to right, longest first, none overlapping another surface.

        One surface that means several concepts gives several mentions with the same place. A number is never split
        from its decimals, and a match never runs over a line break or a sentence stop.
        """
        found: list[Mention] = []
        words = tokens(text) if words is None else words
        i = 0
        while i < len(words):
            longest = self._longest.get(words[i].key, 0)
            step = 1
            for n in range(min(longest, len(words) - i), 0, -1):
                entries = self._by_key.get(tuple(w.key for w in words[i : i + n]))
                if not entries:
                    continue
                start, end = words[i].start, words[i + n - 1].end
                if n > 1 and _broken(text, words[i : i + n]):
                    continue
                hits = [
                    Mention(start, end, concept, table, text[start:end])
                    for concept, table, exact in entries
                    if (tables is None or table in tables) and (exact is None or exact == tuple(w.text for w in words[i : i + n]))
                ]
                if hits:
                    found.extend(hits)
                    step = n
                    break
            i += step
        return found


_BREAK = re.compile(r"[.;:!?]\s|[,;()]|\n\s*\n|\n\s*(?:[-*•]|\d+[.)])\s")


def _broken(text: str, words: list[Token]) -> bool:
    """Whether a stop, a bracket or a wide gap lies between the words."""
    return any(_BREAK.search(text, a.end, b.start) or (b.start - a.end > 4 and "\n" not in text[a.end : b.start]) for a, b in pairwise(words))
