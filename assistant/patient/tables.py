"""Pasted tables with a column for each date: every cell is read with its row's name and its own column's date."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.patient.dates import Dated
from assistant.patient.facts import Moment
from assistant.patient.view import View

_MOST_CELLS = 400
_LINE = re.compile(r"[^\n]+")
_RULE = re.compile(r"[\s|:+=-]+")
# A cell ends at a bar, a tab or, in text that is aligned by blanks, at two of them.
_CELL = {"|": re.compile(r"[^|\n]*"), "\t": re.compile(r"[^\t\n]*"), " ": re.compile(r"[^\s](?:[^\s]|[ ](?![ ]))*")}


@dataclass(frozen=True, slots=True)
class Row:
    """A table's row: its cells, and which of them belong to a date."""

    start: int
    end: int
    cells: tuple[tuple[int, int], ...]
    dated: tuple[tuple[int, Moment], ...]


def rows(text: str, when: Sequence[Dated]) -> dict[int, Row]:
    """The rows below each heading that holds at least two dates, by where they start in the repaired text."""
    found: dict[int, Row] = {}
    columns: tuple[tuple[int, Moment], ...] = ()
    width, mark, cells_read = 0, "|", 0
    points = [d for d in when if d.moment and d.kind in ("at", "since", "until")]
    last_end = -1
    for line in _LINE.finditer(text):
        if line.start() > last_end + 1:
            columns = ()  # an empty line ends the table
        last_end = line.end()
        here = [d for d in points if line.start() <= d.start and d.end <= line.end()] if points else []
        heading = _heading(text, line.start(), line.end(), here) if len(here) > 1 else None
        if heading is not None:
            columns, width, mark = heading
            continue
        if not columns or _RULE.fullmatch(line[0]):
            continue
        cells = _cells(text, line.start(), line.end(), mark)
        shift = 1 if len(cells) == width + 1 and columns[0][0] == 0 else 0  # the names' column has no heading
        if len(cells) != width + shift:
            columns = ()
            continue
        cells_read += len(columns)
        if cells_read > _MOST_CELLS:
            return found
        row = Row(line.start(), line.end(), cells, tuple((i + shift, moment) for i, moment in columns))
        found[line.start()] = row
    return found


def _heading(text: str, start: int, end: int, here: Sequence[Dated]) -> tuple[tuple[tuple[int, Moment], ...], int, str] | None:
    """(dated columns, number of columns, what divides them) of a line in which at least two whole cells are dates."""
    for mark in ("|", "\t", " "):
        cells = _cells(text, start, end, mark)
        columns = tuple(
            (i, d.moment)
            for i, (a, b) in enumerate(cells)
            for d in here
            if d.moment and a <= d.start and d.end <= b and b - a - (d.end - d.start) <= 12
        )
        if len(columns) > 1 and len({i for i, _ in columns}) == len(columns):
            return columns, len(cells), mark
    return None


def _cells(text: str, start: int, end: int, mark: str) -> tuple[tuple[int, int], ...]:
    """Where the cells of a line lie; a frame of bars around the line adds none."""
    while mark == "|" and start < end and text[start] in " |":
        start += 1
    while mark == "|" and end > start and text[end - 1] in " |":
        end -= 1
    out: list[tuple[int, int]] = []
    at = start
    while at <= end:
        match = _CELL[mark].match(text, at, end)
        if match is None:
            at += 1
            continue
        out.append(match.span())
        at = match.end() + 1
    return tuple(out)


def one_by_one(view: View, found: Mapping[int, Row]) -> Iterator[View]:
    """A row's view once for each dated cell: the other dated cells blanked, its column's date as the stamp. Other views as they are."""
    line_start = view.text.rfind("\n", 0, view.start + 1) + 1
    row = found.get(line_start)
    if row is None or view.end > row.end:
        yield view
        return
    for index, moment in row.dated:
        hidden = [row.cells[i] for i, _ in row.dated if i != index]
        text = view.text
        for a, b in hidden:
            # The bar behind a hidden cell goes with it, so that the name still stands beside its value.
            b = min(b + 1, row.end)
            text = text[:a] + " " * (b - a) + text[b:]
        if not text[slice(*row.cells[index])].strip(" -*./"):
            continue
        yield replace(
            view,
            text=text,
            mentions=tuple(m for m in view.mentions if not any(m.start < b and a < m.end for a, b in hidden)),
            dates=tuple(d for d in view.dates if not any(d.start < b and a < d.end for a, b in hidden)),
            triggers=tuple(t for t in view.triggers if not any(t.start < b and a < t.end for a, b in hidden)),
            stamp=moment,
        )
