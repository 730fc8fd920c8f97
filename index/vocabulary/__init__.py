"""The clinical vocabulary: tables of measures, scales, diseases, drugs, classes, procedures and regimens.

`vocabulary()` gives the one loaded instance. Adding a lab test, a drug or a disease is adding a row to a CSV file here.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TypeVar

from index.text import Frozen
from index.vocabulary import rows
from index.vocabulary.lexicon import Lexicon, Mention, Table, Token, tokens
from index.vocabulary.units import Units

__all__ = ["Mention", "Table", "Token", "Vocabulary", "surfaces", "tokens", "vocabulary"]

R = TypeVar("R", bound=Frozen)

_FOLDER = Path(__file__).parent


def _read(name: str, row: type[R]) -> tuple[R, ...]:
    """All rows of the table `name`; every file called `name*.csv` belongs to it, in alphabetical order."""
    found: list[R] = []
    for path in sorted(_FOLDER.glob(f"{name}*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for cells in csv.DictReader(file):
                found.append(row.model_validate({key: cell for key, cell in cells.items() if cell != ""}))
    return tuple(found)


def surfaces(row: rows.Concept) -> tuple[str, ...]:
    """The words that mean a concept. A label of a few capitals is a word otherwise ("TIP", "AC"): matched in exact case."""
    label = f"={row.label}" if row.label.isupper() and len(row.label) <= 4 else row.label
    words = (label, *row.synonyms)
    return (*words, *turned) if isinstance(row, rows.Disease) and (turned := tuple(_turned(words))) else words


_ORGAN_FIRST = re.compile(r"([a-z][a-z -]+) (cancer|carcinoma|tumor|adenocarcinoma|neoplasm)", re.IGNORECASE)


def _turned(words: Sequence[str]) -> Iterator[str]:
    """ "liver cancer" said the other way round, "cancer of the liver", and as indexes say it, "liver neoplasms"."""
    for said in words:
        if m := _ORGAN_FIRST.fullmatch(said):
            yield f"{m[2]} of the {m[1]}"
            yield f"{m[2]} of {m[1]}"
            if m[2].lower() == "cancer":
                yield f"{m[1]} neoplasm"
                yield f"{m[1]} malignancy"


class Vocabulary:
    """All tables, with look-up by id, by surface and by is-a."""

    def __init__(self) -> None:
        self.measures = {r.id: r for r in _read("measures", rows.Measure)}
        self.scales = {r.id: r for r in _read("scales", rows.Scale)}
        self.diseases = {r.id: r for r in _read("conditions", rows.Disease)}
        self.drugs = {r.id: r for r in _read("drugs", rows.Drug)}
        self.classes = {r.id: r for r in _read("classes", rows.DrugClass)}
        self.procedures = {r.id: r for r in _read("procedures", rows.Procedure)}
        self.regimens = {r.id: r for r in _read("regimens", rows.Regimen)}
        self.units = {r.id: r for r in _read("units", rows.Unit)}
        self.conversions = {(r.measure, r.unit): r for r in _read("conversions", rows.Conversion)}
        self.hints = _read("hints", rows.Hint)
        self._tables: tuple[tuple[Table, dict[str, rows.Concept]], ...] = (
            ("measure", dict(self.measures)),
            ("scale", dict(self.scales)),
            ("condition", dict(self.diseases)),
            ("drug", dict(self.drugs)),
            ("drug_class", dict(self.classes)),
            ("procedure", dict(self.procedures)),
            ("regimen", dict(self.regimens)),
        )
        self.concepts: dict[str, rows.Concept] = {}
        self.table_of: dict[str, Table] = {}
        for table, entries in self._tables:
            for id_, row in entries.items():
                self.concepts[id_] = row
                self.table_of[id_] = table
        self._ancestors: dict[str, frozenset[str]] = {}

    @cached_property
    def lexicon(self) -> Lexicon:
        """All surfaces of all tables (labels and synonyms)."""
        return Lexicon((surface, row.id, table) for table, entries in self._tables for row in entries.values() for surface in surfaces(row))

    @cached_property
    def _readings(self) -> Units:
        return Units(self.units, self.conversions.values(), self.measures)

    def unit_at(self, text: str, position: int, measure: str | None = None) -> tuple[str, int] | None:
        """The unit spelled at `position` of a repaired text: (unit id, where it ends); see `Units.at`."""
        return self._readings.at(text, position, measure)

    def convert(self, measure: str, value: float, from_unit: str, to_unit: str | None = None) -> float | None:
        """`value` in `to_unit` (default: the measure's canonical unit); None if it does not convert exactly."""
        return self._readings.convert(measure, value, from_unit, to_unit)

    def plausible(self, measure: str, value: float) -> bool:
        """Whether a living patient can have this value, given in the measure's canonical unit."""
        row = self.measures.get(measure)
        return row is not None and (row.low is None or value >= row.low) and (row.high is None or value <= row.high)

    def mentions(self, text: str, tables: Sequence[Table] | None = None) -> list[Mention]:
        """Concepts named in a repaired text, longest match first; see `Lexicon.mentions`."""
        return self.lexicon.mentions(text, tables)

    def label(self, concept: str) -> str:
        """Words for a concept: its row's label, or the phrase of an open concept."""
        row = self.concepts.get(concept)
        return row.label if row else concept.removeprefix("text:")

    def ancestors(self, concept: str) -> frozenset[str]:
        """All broader concepts, the concept itself included."""
        known = self._ancestors.get(concept)
        if known is None:
            self._ancestors[concept] = frozenset({concept})  # a cycle in the table ends here
            row = self.concepts.get(concept)
            known = frozenset({concept}).union(*(self.ancestors(p) for p in (row.parents if row else ())))
            self._ancestors[concept] = known
        return known

    def is_a(self, narrow: str, broad: str) -> bool:
        """Whether whoever has `narrow` has `broad` too."""
        return broad in self.ancestors(narrow)

    def is_listed(self, concept: str) -> bool:
        """Whether anything is known to belong to it: nothing does to "standard treatment", so that no drug can be said to be none."""
        return concept not in self.classes or concept in self._children

    @cached_property
    def _children(self) -> dict[str, tuple[str, ...]]:
        below: dict[str, list[str]] = {}
        for id_ in self.concepts:
            for broad in self.ancestors(id_) - {id_}:
                below.setdefault(broad, []).append(id_)
        return {broad: tuple(ids) for broad, ids in below.items()}

    def descendants(self, concept: str) -> tuple[str, ...]:
        """All narrower concepts, the concept itself first."""
        return (concept, *self._children.get(concept, ()))


@cache
def vocabulary() -> Vocabulary:
    """The loaded vocabulary; read once per process."""
    return Vocabulary()
