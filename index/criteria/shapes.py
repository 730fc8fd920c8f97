"""Shapes that the parts of the clause grammar share: what a clause inherits, the pieces of a list, small tree functions."""

import csv
import re
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Literal

from index.conditions import AllOf, AnyOf, Category, Condition, Finding, Limit, Qualifier, Treatment, Window, leaves
from index.criteria.leaves import Phrase
from index.criteria.lexis import Frame
from index.criteria.limits import Atom
from index.criteria.passage import Passage
from index.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class Env:
    """What a clauses.clause inherits: the side it stands on, the window, frame and measure of its head, the last treatment named."""

    exclusion: bool
    window: Window | None = None
    frame: Frame = field(default_factory=Frame)
    subject: tuple[str, ...] = ()
    any_of: bool = False
    depth: int = 0
    carve: bool = False  # an exception is being read


Mode = Literal["state", "permit", "forbid", "require"]


@dataclass(frozen=True, slots=True)
class Statement:
    """What a sentence says of whom: `state` (a bare condition), `permit`, `forbid`, or `require` ("must").

    `group`: it speaks of a group of patients ("Subjects with ..."), not of a thing. `above`: it refers to what the
    sentences before it say ("who meet the above criteria").
    """

    mode: Mode
    condition: Condition
    group: bool = False
    above: bool = False
    text: str = ""


@dataclass(slots=True)
class Piece:
    """A finished piece of a list."""

    start: int
    end: int
    conn: str
    negated: bool
    phrase: Phrase | None = None
    atom: Atom | None = None
    made: Condition | None = None
    asides: list[tuple[int, int]] = field(default_factory=list)
    verb: bool = False


_METHOD = re.compile(
    r"\b(?:radiological(?:ly)?|radiographic(?:ally)?|histological(?:ly)?|cytological(?:ly)?|pathological(?:ly)?|serological(?:ly)?|radionuclide"
    r"|ventriculogra\w+|angiogra\w+|nuclear|isotope|scintigra\w+|transthoracic|TTE|gated|pool|cardiac|mammogra\w+|clinical"
    r"|examinations?|physical|palpation|magnetic|resonance|computed|tomography|any"
    r"|echocardiogra\w+|echo|MUGA|multi-?gated|acquisition|scans?|ECG|EKG|electrocardiogra\w+|CT|MRI|PET|imaging"
    r"|ultraso\w+|x-?ray|radiogra\w+|dipsticks?|urinalysis|Cockc?roft|Gault|formula|equation|calculat\w+|measured"
    r"|MDRD|CKD-EPI|Fridericia\w*|Bazett\w*|correction|method|corrected|using|criteria|nomogram|institutional"
    r"|facility|local|standard|resting|triplicate|average|mean|readings?|consecutive|12-lead|room air|rest"
    r"|pulse oximetry|fasting|modified|RECIST|mRECIST|CTCAE|NCI|version|scale|performance|status|score|predicted"
    r"|lower|upper|limits?|normal|ULN|LLN|institution|laboratory|reference|ranges?|both|scr|ccr|[a-z]{0,2}\d?\.\d"
    r"|grades?|support|calculated|estimated|either|i\.?e|g|e|mg|without correction|doppler|ultrasound|2d|two"
    r"|dimensional|independent|adult|eastern|cooperative|oncology|group|classification|functional|class)\b",
    re.I,
)


@cache
def _markers() -> frozenset[tuple[str, str]]:
    with (Path(__file__).parent / "markers.csv").open(encoding="utf-8", newline="") as file:
        return frozenset((row["marker"], row["finding"]) for row in csv.DictReader(file))


def implies(condition: Condition, concept: str) -> bool:
    """Whether a limit or category already says that the patient has the finding ("HBV DNA > 2000": hepatitis B)."""
    ids = {leaf.measure if isinstance(leaf, Limit) else leaf.scale for leaf in leaves(condition) if isinstance(leaf, Limit | Category)}
    vocab = vocabulary()
    known = vocab.ancestors(concept)
    return any((i, c) in _markers() for i in ids for c in known) or any(
        concept in vocab.ancestors(i) or known & set(vocab.concepts[i].parents) for i in ids if i in vocab.concepts
    )


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " ,;.:-*•/":
        start += 1
    while end > start and text[end - 1] in " ,;.:-/":
        end -= 1
    if end - start > 2 and text[start] in "([" and text[end - 1] in ")]" and closing(text, start, end) == end:
        return trim(text, start + 1, end - 1)
    return start, end


def closing(text: str, at: int, end: int) -> int:
    """Where the bracket opened at `at` ends; the end of the text if it never does."""
    depth = 0
    for i in range(at, end):
        if text[i] in "([{":
            depth += 1
        elif text[i] in ")]}":
            depth -= 1
            if depth == 0:
                return i + 1
    return end


def condition_start(condition: Condition, p: Passage, before: int) -> int:
    """Where in the passage a condition's words begin."""
    target = condition.span.start
    for i in range(min(before, len(p.starts)) - 1, -1, -1):
        if p.starts[i] <= target:
            return i
    return 0


def table_kind(p: Passage, a: int, b: int) -> str:
    found = p.entities.within(a, b)
    return "finding" if found and found[-1].table == "condition" else "treatment"


_ANY_DRUG = re.compile(
    r"(?:(?:any|other|systemic|all|prior|previous|oral|specific)\s+)*(?:treatments?|therap(?:y|ies)|medications?|medicines?|drugs?|agents?)"
    r"(?:\s+(?:used|given|indicated|administered|taken|prescribed))?",
    re.I,
)


def any_drug(words: str) -> bool:
    """Whether words name treatment in general, so that only what follows says which."""
    return _ANY_DRUG.fullmatch(words.strip()) is not None


def kind(p: Passage, item: Piece) -> str | None:
    if item.atom:
        return "atom"
    if item.phrase:
        found = p.entities.within(item.phrase.start, item.phrase.end)
        if found:
            return "finding" if found[-1].table == "condition" else "treatment"
        return "treatment" if item.phrase.frame.treatment or any_drug(p.text[item.phrase.start : item.phrase.end]) else "finding"
    return None


def at_time(atom: Atom, window: Window) -> Atom:
    condition = atom.condition
    if isinstance(condition, Limit | Category) and (condition.window is None or condition.window.within is None):
        return replace(atom, condition=condition.model_copy(update={"window": window}))
    return atom


def place(p: Passage, condition: Condition, stop: bool = False) -> int:
    target = condition.span.end if stop else condition.span.start
    series = p.ends if stop else p.starts
    for i, value in enumerate(series):
        if value >= target:
            return i + 1 if stop else i
    return len(p.text)


def qualified(condition: Condition, qualifiers: tuple[Qualifier, ...]) -> Condition:
    match condition:
        case Finding():
            return condition.model_copy(update={"qualifiers": tuple(dict.fromkeys((*condition.qualifiers, *qualifiers)))})
        case AllOf() | AnyOf():
            return condition.model_copy(update={"items": tuple(qualified(c, qualifiers) for c in condition.items)})
        case _:
            return condition


def positive(condition: Condition) -> bool:
    """Whether a definition is a positive test, which a note may state as the disease itself."""
    return all(isinstance(leaf, Category) and leaf.values == ("positive",) for leaf in leaves(condition))


def method_only(found: list["re.Match[str]"]) -> bool:
    """Whether words only say how something is measured."""
    return all(all(_METHOD.fullmatch(part) for part in re.split(r"[-/]", w[0]) if part) for w in found)


def windowed(condition: Condition, window: Window) -> Condition:
    if isinstance(condition, Finding | Treatment | Limit | Category):
        return condition.model_copy(update={"window": window})
    if isinstance(condition, AllOf | AnyOf):
        return condition.model_copy(update={"items": tuple(windowed(c, window) for c in condition.items)})
    return condition


def is_neoplasm(concept: str) -> bool:
    row = vocabulary().diseases.get(concept)
    return row is not None and row.neoplasm


def flat(conditions: list[Condition], kind: type[AllOf] | type[AnyOf]) -> list[Condition]:
    out: list[Condition] = []
    for condition in conditions:
        if isinstance(condition, kind):
            out.extend(condition.items)
        else:
            out.append(condition)
    return out


def hull(conditions: list[Condition]) -> "object":
    first = conditions[0].span
    return first.model_copy(update={"start": min(c.span.start for c in conditions), "end": max(c.span.end for c in conditions)})
