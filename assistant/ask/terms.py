"""Words as they are compared: stems, everyday synonyms, and the vocabulary's concepts.

A key is `w:<stem>` or `c:<concept id>`; a text is the set of its keys, a question is a list of terms, each met by any of its keys.
"""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index.text import repair
from index.vocabulary import Mention, vocabulary
from index.vocabulary.lexicon import fold

_WORD = re.compile(r"[A-Z]{1,6}-\d+[A-Za-z]?(?![\w-])|[A-Za-zα-ωΑ-ΩÀ-ÿ]+\d[A-Za-z0-9]*|\d+(?:\.\d+)?[A-Za-zα-ω]*|[A-Za-zα-ωΑ-ΩÀ-ÿ]+|[\u4e00-\u9fff]")
_COMPOUND = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)+")
_SUFFIXES = (
    "izations",
    "ization",
    "ational",
    "ations",
    "ation",
    "ments",
    "ment",
    "ively",
    "ions",
    "ings",
    "iously",
    "ities",
    "ally",
    "ive",
    "ion",
    "ing",
    "ity",
    "ous",
    "ies",
    "ied",
    "edly",
    "ed",
    "es",
    "al",
    "ly",
    "ic",
    "er",
    "or",
    "e",
    "s",
)
_FOLDER = Path(__file__).parent
STOP_WORDS = frozenset((_FOLDER / "stop_words.txt").read_text(encoding="utf-8").split())
"""Words of a question that do not say what it is about: function words, and the words in which rules are asked for."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text with its place and stem."""

    start: int
    end: int
    text: str
    stem: str


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a question names: met by a text that holds any of `keys`; `exact` are those that fully mean it."""

    surface: str
    start: int
    end: int
    keys: frozenset[str]
    exact: frozenset[str]
    stems: frozenset[str] = frozenset()


_stems: dict[str, str] = {}


def stem(word: str) -> str:
    """A rough stem, so that progression, progressive and progressed compare equal."""
    known = _stems.get(word)
    if known is not None:
        return known
    root = fold(word.replace("-", ""))
    if not any(c.isdigit() for c in root):
        for suffix in _SUFFIXES:
            if root.endswith(suffix) and len(root) - len(suffix) >= 4:
                root = root[: -len(suffix)]
                break
        if len(root) > 4 and root[-1] == root[-2]:
            root = root[:-1]
        if len(root) > 4 and root[-1] == "y":
            root = root[:-1] + "i"
        if root.startswith("enrol"):
            root = "enrol"
    _stems[word] = root
    return root


def words(text: str) -> list[Word]:
    """The words of a repaired text, in order."""
    return [Word(m.start(), m.end(), m[0], stem(m[0].lower())) for m in _WORD.finditer(text)]


@cache
def _groups() -> dict[str, frozenset[str]]:
    """Stem or two-stem phrase to the keys of its everyday synonyms, from `synonyms.csv` (one group a row)."""
    found: dict[str, set[str]] = {}
    with (_FOLDER / "synonyms.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            phrases = [" ".join(w.stem for w in words(p)) for p in row["words"].split("|")]
            for phrase in phrases:
                found.setdefault(phrase, set()).update("w:" + p for p in phrases)
    return {phrase: frozenset(keys) for phrase, keys in found.items()}


_LONGEST_PHRASE = 4
_DIGIT = re.compile(r"\d(?![\d.,])")


def named(text: str) -> tuple[Mention, ...]:
    """The vocabulary's mentions in a text, less those that are only the letters of a code: CCR8 is a receptor, not a creatinine clearance."""
    return tuple(m for m in vocabulary().mentions(text) if not _coded(text, m))


def codes(text: str) -> list[tuple[int, int]]:
    """Where a text holds codes whose letters alone would be a laboratory test."""
    return [(m.start, m.end + 1) for m in vocabulary().mentions(text) if _coded(text, m)]


def _coded(text: str, mention: Mention) -> bool:
    """Whether a test's abbreviation in capitals runs on into a single digit; a value has a space before it, or more digits."""
    if not (_DIGIT.match(text, mention.end) and text[mention.start : mention.end].isupper()):
        return False
    measure = vocabulary().measures.get(mention.concept)
    return measure is not None and measure.kind in ("lab", "urine", "function")


def keys_of(text: str) -> frozenset[str]:
    """All keys of a repaired text: stems, phrases of the synonym table, concepts, and `b:` for what is broader than a concept."""
    sequence, mentions = words(text), named(text)
    stems = [w.stem for w in sequence]
    groups = _groups()
    found = {"w:" + w.stem for w in sequence if w.stem not in groups or not _means_else(w, mentions)}
    for i in range(len(stems)):
        for n in range(2, min(_LONGEST_PHRASE, len(stems) - i) + 1):
            phrase = " ".join(stems[i : i + n])
            if phrase in groups:
                found.add("w:" + phrase)
    for mention in mentions:
        found.add("c:" + mention.concept)
        found.update("b:" + a for a in vocabulary().ancestors(mention.concept) if a != mention.concept)
    return frozenset(found)


def _means_else(word: Word, mentions: Iterable[Mention]) -> bool:
    """Whether a word is part of a longer name of something that is no kind of what the word alone means ("portal hypertension")."""
    longer = [m.concept for m in mentions if m.start <= word.start and word.end <= m.end and m.end - m.start > word.end - word.start]
    alone = _alone(word.text.lower()) if longer else ()
    return bool(alone) and not any(vocabulary().is_a(concept, meant) for concept in longer for meant in alone)


@cache
def _alone(word: str) -> tuple[str, ...]:
    return tuple(m.concept for m in vocabulary().mentions(word) if (m.start, m.end) == (0, len(word)))


def concept_keys(concept: str) -> tuple[frozenset[str], frozenset[str]]:
    """Keys of a text that is about `concept` (itself or narrower), and of one that is at least related (anything broader, or a component)."""
    v = vocabulary()
    exact = {"c:" + concept, "b:" + concept}
    # A measurement or a stage is itself only: a rule on the disease says nothing about the level of its marker.
    near = {"c:" + broad for broad in v.ancestors(concept)} if concept not in v.measures and concept not in v.scales else set(exact)
    regimen = v.regimens.get(concept)
    for part in regimen.components if regimen else ():
        near |= {"c:" + broad for broad in v.ancestors(part)}
    return frozenset(exact), frozenset(exact | near)


def terms_of(text: str, mentions: Iterable[Mention] | None = None, skip: Iterable[tuple[int, int]] = ()) -> tuple[Term, ...]:
    """What a question names, in order: concepts first, then the remaining words that are no stop words.

    `skip` are ranges that name a trial, not a topic.
    """
    found: list[Term] = []
    taken: list[tuple[int, int]] = list(skip)

    def clear(start: int, end: int) -> bool:
        return all(end <= a or start >= b for a, b in taken)

    by_place: dict[tuple[int, int], list[Mention]] = {}
    for mention in named(text) if mentions is None else mentions:
        by_place.setdefault((mention.start, mention.end), []).append(mention)
    sequence = words(text)
    # "cut-off", "wash-out": a compound that is a word of asking when it is written in one.
    taken.extend((m.start(), m.end()) for m in _COMPOUND.finditer(text) if m[0].lower().replace("-", "") in STOP_WORDS)
    for (start, end), same in by_place.items():
        if not clear(start, end) or all(w.text.lower() in STOP_WORDS for w in sequence if start <= w.start < end):
            continue
        exact: set[str] = set()
        near: set[str] = set()
        for mention in same:
            full, wide = concept_keys(mention.concept)
            exact |= full
            near |= wide
        inside = [w.stem for w in sequence if start <= w.start and w.end <= end]
        if len(inside) == 1:
            exact.add("w:" + inside[0])
        exact |= _groups().get(" ".join(inside), frozenset())
        found.append(Term(text[start:end], start, end, frozenset(near | exact), frozenset(exact), frozenset("w:" + s for s in inside)))
        taken.append((start, end))
    groups = _groups()
    i = 0
    while i < len(sequence):
        step = 1
        for n in range(min(_LONGEST_PHRASE, len(sequence) - i), 0, -1):
            part = sequence[i : i + n]
            phrase = " ".join(w.stem for w in part)
            start, end = part[0].start, part[-1].end
            if not clear(start, end):
                continue
            if n == 1 and (part[0].text.lower() in STOP_WORDS or (len(part[0].text) == 1 and not part[0].text.isdigit())):
                continue
            if n > 1 and phrase not in groups:
                continue
            keys = groups.get(phrase, frozenset()) | {"w:" + phrase}
            found.append(Term(text[start:end], start, end, keys, keys))
            step = n
            break
        i += step
    return tuple(sorted(found, key=lambda t: t.start))


def plain(text: str) -> str:
    """A repaired copy on one line, for showing and matching."""
    return re.sub(r"\s+", " ", repair(text).text).strip()
