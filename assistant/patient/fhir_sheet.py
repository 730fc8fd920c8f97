"""The plain text that a bundle is rendered to, and the reading of FHIR's data types."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from assistant.patient.facts import Fact, Kind, Moment, Source, Status
from index.vocabulary import Mention, Table, vocabulary

Json = dict[str, Any]


_NOISE = re.compile(
    r"\s*\((?:disorder|finding|procedure|situation|qualifier value|substance|product|regime/therapy|morphologic abnormality|body structure|"
    r"observable entity)\)|\[[^\]]*\]",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Sheet:
    """The text that is being rendered, and the facts that quote it."""

    as_of: date
    text: str = ""
    facts: list[Fact] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def line(self, words: str) -> tuple[int, int]:
        words = re.sub(r"\s+", " ", words).strip()
        start = len(self.text)
        self.text += words + "\n"
        return start, start + len(words)

    def add(self, place: tuple[int, int], kind: Kind, concept: str, status: Status, **more: Any) -> None:
        start, end = place
        self.facts.append(Fact(kind=kind, concept=concept, status=status, source=Source(start=start, end=end, quote=self.text[start:end]), **more))


def words_of(concept: Json | None) -> str:
    """The human words of a CodeableConcept."""
    if not isinstance(concept, dict):
        return ""
    displays = [str(c.get("display", "")) for c in concept.get("coding") or () if isinstance(c, dict)]
    return _NOISE.sub("", str(concept.get("text") or next((d for d in displays if d), ""))).strip()


def codes_of(concept: Json | None) -> list[str]:
    return [str(c.get("code")) for c in (concept or {}).get("coding") or () if isinstance(c, dict)]


def code_of(concept: Json | None) -> str:
    return next(iter(codes_of(concept)), "").lower()


def moment_of(value: object) -> Moment | None:
    """A FHIR date, dateTime or partial date."""
    match = re.match(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", str(value or ""))
    if match is None:
        return None
    year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    try:
        if day:
            return Moment(earliest=date(year, month, day), latest=date(year, month, day))
        if month:
            following = date(year + month // 12, month % 12 + 1, 1)
            return Moment(earliest=date(year, month, 1), latest=date.fromordinal(following.toordinal() - 1))
        return Moment(earliest=date(year, 1, 1), latest=date(year, 12, 31))
    except ValueError:
        return None


def period_of(resource: Json, stem: str) -> tuple[Moment | None, Moment | None]:
    """(start, end) of `stemDateTime` or `stemPeriod`."""
    single = resource.get(f"{stem}DateTime") or resource.get(f"{stem}Date") or resource.get(stem if stem == "authoredOn" else "")
    if single:
        return moment_of(single), None
    period = resource.get(f"{stem}Period") or {}
    return moment_of(period.get("start")), moment_of(period.get("end"))


def dated(when: Moment | None, word: str = "") -> str:
    if when is None or when.earliest is None:
        return ""
    stamp = when.earliest.isoformat()
    if when.latest and when.latest != when.earliest:
        stamp = stamp[:4] if (when.latest - when.earliest).days > 40 else stamp[:7]
    return f" {word} {stamp}" if word else f" {stamp}"


def longest_mentions(words: str, tables: tuple[Table, ...]) -> list[Mention]:
    """The longest concept that the words name, all of them where one surface means several."""
    found = vocabulary().mentions(words, tables)
    if not found:
        return []
    best = max(found, key=lambda m: (m.end - m.start, -m.start))
    return [m for m in found if (m.start, m.end) == (best.start, best.end)]
