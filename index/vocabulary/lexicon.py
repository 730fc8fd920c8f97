"""Finding the vocabulary's words in a text: exact tokens, longest match first, never fuzzy."""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

Table = Literal["measure", "scale", "condition", "drug", "drug_class", "procedure", "regimen"]

# A word with its possessive, "(L)" as in PD-(L)1 and VEGF(R), a Greek letter, a number, one CJK character, or a mark that
# belongs to clinical names.
_TOKEN = re.compile(r"[Nn]ucleos\(t\)ide\w?|\([LRlr]\)(?!\s*[,;.])|[a-zA-ZÀ-ÖØ-öø-ÿμ]+(?:'s\b)?|[α-λν-ωΑ-Ω]|\d+(?:\.\d+)?|[\u4e00-\u9fff]|[+&%#]")

# British spellings inside a word, and what they are in American; "aem" does anaemia, leukaemia, haemorrhage, ischaemic ...
_RESPELL = {
    "tumour": "tumor", "oestr": "estr", "aem": "em", "oedem": "edem", "rrhoe": "rrhe", "pnoe": "pne",
    "faec": "fec", "caec": "cec", "paed": "ped", "gynaec": "gynec", "foet": "fet", "anaes": "anes", "paen": "pen", "phaeo": "pheo",
    "aetio": "etio", "coeliac": "celiac", "leuco": "leuko", "isation": "ization", "fibre": "fiber", "centre": "center",
    "titre": "titer", "litre": "liter", "behaviour": "behavior", "labour": "labor", "sulph": "sulf", "ysed": "yzed",
}  # fmt: skip
_BRITISH = re.compile("|".join(_RESPELL))
_OESOPH = re.compile(r"(?<![b-np-z])oesoph")
_ISED = re.compile(r"is(?=ed$|ing$)")
_ACCENTS = str.maketrans("àáâãäåçèéêëìíîïñòóôõöøùúûüýÿ", "aaaaaaceeeeiiiinoooooouuuuyy")
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "κ": "kappa", "λ": "lambda", "θ": "theta", "ω": "omega",
}  # fmt: skip
# The singular of a word in -ses: by its ending, with the words that do not follow it.
_SES = (
    (re.compile(r"stases$|crises$|(?<!d)(?<!p)(?<!gluc)(?<!tr)(?<!lact)(?<!cl)(?<!ul)oses$|yses$|(?<!e)eses$"), "sis"),
    (re.compile(r"(?<!ca)(?<!cla)(?<!ab)(?<!pa)(?<!spo)(?<!ho)(?<!exc)(?<!f)(?<!mis)uses$"), "s"),
)


class Token(NamedTuple):
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


def _fold(word: str) -> str:
    key = _bare(word).lower()
    if not key.isascii():
        key = _GREEK.get(key) or key.translate(_ACCENTS)
    if len(key) > 4:
        if _BRITISH.search(key):
            key = _BRITISH.sub(lambda m: _RESPELL[m[0]], key)
        if "oesoph" in key:
            key = _OESOPH.sub("esoph", key)
        if key.endswith(("ised", "ising")):
            key = _ISED.sub("iz", key)
        if key[-1] == "s":
            key = _singular(key)
    return key


class _Folded(dict[str, str]):
    """Folded words, remembered."""

    def __missing__(self, word: str) -> str:
        key = _fold(word)
        if len(self) < 200_000:
            self[word] = key
        return key


_folded = _Folded()


def fold(word: str) -> str:
    """Lower case, American spelling, singular, no accents, no possessive: the form in which tokens are compared."""
    return _folded[word]


def _bare(word: str) -> str:
    """The word without possessive, and an acronym without its plural s: "Crohn's" -> "Crohn", "TKIs" -> "TKI"."""
    if word[-1] != "s" or len(word) < 3:
        return word
    if word[-2] == "'":
        return word[:-2]
    return word[:-1] if word[:-1].isupper() else word


def _singular(key: str) -> str:
    if key.endswith(("ss", "us", "is")):
        return key
    if key.endswith("ies") and len(key) > 5:
        return key[:-3] + "y"
    if key.endswith(("sses", "xes", "shes", "tches", "nches")):
        return key[:-2]
    if key.endswith("ses") and len(key) > 5:
        for pattern, end in _SES:
            if pattern.search(key):
                return key[:-3] + end
    return key[:-1]


def tokens(text: str) -> list[Token]:
    """Tokens of a repaired text. Hyphens, slashes and spaces separate alike."""
    folded = _folded
    return [Token(*m.span(), word := m[0], folded[word]) for m in _TOKEN.finditer(text)]


_Entry = tuple[str, Table, tuple[str, ...] | None]
"""Concept, table, and the words in exact case if the surface asks for it."""


class Lexicon:
    """All surfaces of all tables, indexed by their first token."""

    def __init__(self, surfaces: Iterable[tuple[str, str, Table]]) -> None:
        """`surfaces`: (surface, concept id, table); a leading `=` asks for exact case."""
        self._by_key: dict[tuple[str, ...], tuple[_Entry, ...]] = {}
        self._longest: dict[str, int] = {}
        by_key, longest, find, folded = self._by_key, self._longest, _TOKEN.findall, _folded.__getitem__
        for surface, concept, table in surfaces:
            words = find(surface)
            if not words:
                continue
            key = tuple(map(folded, words))
            entry: _Entry = (concept, table, tuple(map(_bare, words)) if surface[0] == "=" else None)
            others = by_key.get(key)
            if others is None:
                by_key[key] = (entry,)
                if longest.get(key[0], 0) < len(key):
                    longest[key[0]] = len(key)
            elif entry not in others:
                by_key[key] = (*others, entry)

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every token, folded, that occurs in a surface."""
        return frozenset(token for key in self._by_key for token in key)

    def mentions(self, text: str, tables: Sequence[Table] | None = None, words: list[Token] | None = None) -> list[Mention]:
        """Concepts named in `text`, left to right, longest first, none overlapping another surface.

        One surface that means several concepts gives several mentions with the same place. A number is never split
        from its decimals, and a match never runs over a line break or a sentence stop.
        """
        found: list[Mention] = []
        words = tokens(text) if words is None else words
        keys = [w.key for w in words]
        longest, by_key = self._longest, self._by_key
        i, count = 0, len(words)
        while i < count:
            step = 1
            for n in range(min(longest.get(keys[i], 0), count - i), 0, -1):
                entries = by_key.get(tuple(keys[i : i + n]))
                if entries is None:
                    continue
                run = words[i : i + n]
                if n > 1 and _broken(text, run):
                    continue
                hits = _hits(text, run, entries, tables)
                if hits:
                    found.extend(hits)
                    step = n
                    break
            i += step
        return found


def _hits(text: str, run: list[Token], entries: tuple[_Entry, ...], tables: Sequence[Table] | None) -> list[Mention]:
    """The entries that the words mean, one mention for each concept."""
    start, end = run[0].start, run[-1].end
    concepts: list[str] = []
    hits: list[Mention] = []
    for concept, table, exact in entries:
        if (tables is None or table in tables) and (exact is None or exact == tuple(_bare(w.text) for w in run)) and concept not in concepts:
            concepts.append(concept)
            hits.append(Mention(start, end, concept, table, text[start:end]))
    return hits


_BREAK = re.compile(r"[.;:!?]\s|[,;()]|\n\s*\n|\n\s*(?:[-*•]|\d+[.)])\s")


# Words that are written with a stop inside a name: "H. pylori", "St. John's wort", "C. difficile".
_ABBREVIATED = frozenset("H C E S P M St".split())


def _broken(text: str, words: list[Token]) -> bool:
    for a, b in itertools.pairwise(words):
        gap = b.start - a.end
        if gap <= 1 and (gap == 0 or text[a.end] in " -/"):
            continue
        if gap <= 2 and text[a.end] == "." and a.text in _ABBREVIATED:
            continue
        if _BREAK.search(text, a.end, b.start) or (gap > 4 and "\n" not in text[a.end : b.start]):
            return True
    return False
