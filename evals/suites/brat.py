"""Brat stand-off annotation, as the Chia corpus uses it: entities with spans, relations, and values read as bounds."""

import re
from dataclasses import dataclass
from pathlib import Path

RELATION = re.compile(r"^R\d+\t(\w+) Arg1:(T\d+) Arg2:(T\d+)")
ENTITY = re.compile(r"^(T\d+)\t(\w[\w-]*) ([\d ;]+)\t(.*)$")
NUMBER = r"\d[\d,]*(?:\.\d+)?"
UPPER = r"<|≤|=<|less than|lower than|below|under|at most|no more than|not more than|not exceed\w*|up to|maximum"
LOWER = r">|≥|=>|greater than|more than|higher than|above|over|at least|no less than|not less than|minimum|exceed\w*"


CLOSED = frozenset({"≤", "≥", "up to", "maximum", "minimum", "at most", "at least"})
ASSERTABLE = frozenset({"Condition", "Drug", "Procedure"})


@dataclass(frozen=True)
class Entity:
    """A marked piece of text."""

    id: str
    type: str
    spans: tuple[tuple[int, int], ...]
    text: str

    def overlaps(self, start: int, end: int) -> bool:
        """Whether any of its spans shares a character with start..end."""
        return any(a < end and start < b for a, b in self.spans)


@dataclass(frozen=True)
class Bound:
    """One side of a limit: "low" or "high", whether the number itself is allowed, the number."""

    side: str
    inclusive: bool
    number: float


@dataclass(frozen=True)
class Annotated:
    """A text with its annotation."""

    name: str
    polarity: str
    text: str
    entities: dict[str, Entity]
    relations: tuple[tuple[str, str, str], ...]

    def measured(self) -> tuple[tuple[Entity, Entity, frozenset[Bound]], ...]:
        """(what is measured, its value, the value as bounds) wherever the value is a number with a comparator."""
        found = []
        for kind, first, second in self.relations:
            if kind.lower() != "has_value" or first not in self.entities or second not in self.entities:
                continue
            subject, value = self.entities[first], self.entities[second]
            read = bounds(value.text)
            if subject.type == "Measurement" and read:
                found.append((subject, value, read))
        return tuple(found)

    def negated(self) -> tuple[Entity, ...]:
        """Conditions, drugs and procedures marked as negated."""
        wanted = {end for kind, first, second in self.relations if kind.lower() == "has_negation" for end in (first, second)}
        return tuple(e for e in self.entities.values() if e.id in wanted and e.type in ASSERTABLE)

    def asserted(self) -> tuple[Entity, ...]:
        """Conditions, drugs and procedures that carry no negation, by themselves or through a scope."""
        negated = {e.id for e in self.negated()}
        scopes = [e for e in self.entities.values() if e.type in {"Scope", "Negation"}]
        touched = {e.id for e in self.entities.values() for s in scopes if s.id != e.id and any(e.overlaps(a, b) for a, b in s.spans)}
        return tuple(e for e in self.entities.values() if e.type in ASSERTABLE and e.id not in negated | touched)


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def bounds(text: str) -> frozenset[Bound]:
    """The bounds that a value's words state; empty where there is no comparator or no number."""
    body = text.lower().replace("\\", "")
    found: set[Bound] = set()
    between = re.search(rf"(?:between|from)?\s*({NUMBER})\s*\S{{0,8}}\s*(?:-|–|to|and)\s*({NUMBER})", body)
    if between and not re.search(rf"{UPPER}|{LOWER}|=", body):
        low, high = _number(between.group(1)), _number(between.group(2))
        return frozenset({Bound("low", True, low), Bound("high", True, high)}) if low < high else frozenset()
    for side, words in (("high", UPPER), ("low", LOWER)):
        for match in re.finditer(
            rf"(?<!no )(?<!not )({words})\s*(?:or equal to|than or equal to|or =|/=|=|than)?\s*(?:or equal to)?\s*({NUMBER})", body
        ):
            said, word = match.group(0), match.group(1)
            inclusive = "equal" in said or "=" in said or word in CLOSED or word.startswith(("no ", "not "))
            found.add(Bound(side, inclusive, _number(match.group(2))))
    return frozenset(found)


def read(path: Path) -> Annotated:
    """One .ann file and the text beside it; the polarity is in the file's name (_inc, _exc)."""
    entities: dict[str, Entity] = {}
    relations = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if found := ENTITY.match(line):
            spans = tuple((int(a), int(b)) for a, b in (piece.split() for piece in found.group(3).split(";")))
            entities[found.group(1)] = Entity(found.group(1), found.group(2), spans, found.group(4))
        elif found := RELATION.match(line):
            relations.append((found.group(1), found.group(2), found.group(3)))
    text = path.with_suffix(".txt").read_bytes().decode("utf-8")  # untranslated: the offsets count every line end as it stands
    return Annotated(path.stem, "inclusion" if path.stem.endswith("_inc") else "exclusion", text, entities, tuple(relations))
