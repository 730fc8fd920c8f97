"""Making facts: from offsets in the repaired text to a fact that quotes the note itself."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from assistant.patient.facts import Fact, Kind, Source, Status
from index.conditions import Concept
from index.text import Repaired


@dataclass(slots=True)
class Draft:
    """What one reading of one note collects: facts, warnings, and which characters are already used."""

    repaired: Repaired
    as_of: date
    facts: list[Fact] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _taken: list[tuple[int, int]] = field(default_factory=list)
    courses: int = 0

    def add(self, kind: Kind, concept: Concept, status: Status, start: int, end: int, **more: Any) -> Fact:
        """Adds a fact whose words are `start:end` of the repaired text."""
        span = self.repaired.raw(start, end)
        fact = Fact(
            kind=kind, concept=concept, status=status, source=Source(start=span.start, end=span.end, quote=span.of(self.repaired.raw_text)), **more
        )
        self.facts.append(fact)
        return fact

    def warn(self, message: str) -> None:
        """Adds a warning once."""
        if message not in self.warnings:
            self.warnings.append(message)

    def take(self, start: int, end: int) -> None:
        """Marks characters as read, so that no later reader reads them again."""
        self._taken.append((start, end))

    def free(self, start: int, end: int) -> bool:
        """Whether none of the characters has been read."""
        return not any(a < end and start < b for a, b in self._taken)

    def next_sentence(self) -> None:
        """Forgets what was marked as read: sentences do not overlap."""
        self._taken.clear()

    def course(self) -> int:
        """A new course of treatment."""
        self.courses += 1
        return self.courses

    def extend(self, facts: Iterable[Fact]) -> None:
        """Adds ready facts."""
        self.facts.extend(facts)
