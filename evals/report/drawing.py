"""Plots as inline SVG and HTML tables, without a script and without a request."""

from collections.abc import Sequence
from html import escape

from evals.baseline import Baseline
from evals.results import Figure, Table


def shade(share: float, wrong: bool) -> str:
    """The background of a confusion cell: blue on the diagonal, orange off it, stronger with its share of the row."""
    red, green, blue = (217, 110, 40) if wrong else (40, 110, 180)
    mix = 0.12 + 0.78 * min(1.0, share) if share else 0.0
    return f"rgba({red},{green},{blue},{mix:.2f})"


def matrix(table: Table) -> str:
    """A confusion matrix as a table with shaded cells."""
    head = "".join(f"<th scope=col>{escape(column)}</th>" for column in table.columns)
    body = []
    for row, cells in zip(table.rows, table.cells, strict=True):
        total = sum(cell or 0 for cell in cells) or 1
        drawn = "".join(
            f'<td class=n style="background:{shade((cell or 0) / total, row != column)}">{cell or 0:g}</td>'
            for column, cell in zip(table.columns, cells, strict=True)
        )
        body.append(f"<tr><th scope=row>{escape(row)}</th>{drawn}</tr>")
    return f"<table class=matrix><caption>{escape(table.title)}. {escape(table.note)}</caption><tr><td></td>{head}</tr>{''.join(body)}</table>"


COLOURS = ("#286eb4", "#d96e28", "#4a9d5b", "#8858a5")
GREY = "#8a97a6"


def _text(x: float, y: float, words: str, anchor: str = "start", kind: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(words)}</text>'


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'


def _figure(caption: str, width: float, height: float, parts: Sequence[str]) -> str:
    drawing = f'<svg role="img" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}">{"".join(parts)}</svg>'
    return f"<figure><figcaption>{escape(caption)}</figcaption>{drawing}</figure>"


def bars(table: Table) -> str:
    """Grouped horizontal bars on 0..1; a last column `n` is written as a count beside the label."""
    with_n = bool(table.columns) and table.columns[-1] == "n"
    series = table.columns[:-1] if with_n else table.columns
    height, gap, left, width = 13, 9, 230, 360
    parts: list[str] = []
    y = 22
    for i, name in enumerate(series):
        parts += [_rect(left + i * 110, 2, 10, 10, COLOURS[i % 4]), _text(left + 14 + i * 110, 11, name)]
    for row, cells in zip(table.rows, table.cells, strict=True):
        count = f" ({cells[-1]:g})" if with_n else ""
        parts.append(_text(left - 8, y + height * len(series) / 2 + 4, row + count, "end"))
        for i, value in enumerate(cells[: len(series)]):
            if value is None:
                parts.append(_text(left + 4, y + height - 3, "none", kind="dim"))
            else:
                length = max(1.0, width * min(1.0, value))
                parts += [_rect(left, y, length, height - 2, COLOURS[i % 4]), _text(left + length + 4, y + height - 3, f"{value:.2f}")]
            y += height
        y += gap
    return _figure(table.title, left + width + 60, y, parts)


def grid(table: Table) -> str:
    """A plain table of numbers."""
    head = "".join(f"<th scope=col>{escape(column)}</th>" for column in table.columns)
    body = ""
    for row, cells in zip(table.rows, table.cells, strict=True):
        numbers = "".join("<td></td>" if cell is None else f"<td class=n>{cell:g}</td>" for cell in cells)
        body += f"<tr><th scope=row>{escape(row)}</th>{numbers}</tr>"
    return f"<table><caption>{escape(table.title)}. {escape(table.note)}</caption><tr><td></td>{head}</tr>{body}</table>"


def drawn(table: Table) -> str:
    """A table as its kind asks for it."""
    if table.kind == "confusion":
        return matrix(table)
    return bars(table) if table.kind == "bars" else grid(table)


def slowest(rows: Sequence[tuple[str, float]]) -> str:
    """Horizontal bars of seconds."""
    if not rows:
        return ""
    longest = max(seconds for _, seconds in rows) or 1.0
    left, width = 330, 320
    parts: list[str] = []
    for i, (label, seconds) in enumerate(rows):
        y, length = 4 + i * 18, max(1.0, width * seconds / longest)
        parts += [_text(left - 8, y + 11, label[:52], "end"), _rect(left, y, length, 13, GREY), _text(left + length + 4, y + 11, f"{seconds:.3f} s")]
    return _figure("Slowest cases", left + width + 70, 8 + len(rows) * 18, parts)


def trend(name: str, figure: Figure, baseline: Baseline) -> str:
    """A small line of the committed runs and, last, this one; empty where nothing was committed."""
    values = [past.figures[name] for past in baseline.past if name in past.figures]
    if not values or figure.value is None:
        return ""
    values.append(figure.value)
    low, high = min(values), max(values)
    points = [(6 + i * 88 / (len(values) - 1), 20 - 16 * (value - low) / (high - low) if high > low else 12.0) for i, value in enumerate(values)]
    better = values[-1] >= values[-2] if figure.higher_is_better else values[-1] <= values[-2]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    (x, y), colour = points[-1], "#4a9d5b" if better else "#c0392b"
    return (
        f'<svg role="img" width="100" height="24"><title>{" → ".join(f"{value:g}" for value in values)}</title>'
        f'<polyline points="{line}" fill="none" stroke="{GREY}"/><circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/></svg>'
    )
