"""The run as JSON and as one HTML page with inline SVG: no script, no request."""

import json
import math
from html import escape
from itertools import groupby
from pathlib import Path

from evals.bench.figures import Bench, Figure, Point

_STYLE = """
:root{color-scheme:light dark;--fg:#1c2733;--dim:#5d6b7a;--line:#d5dce3;--bg:#fff}
@media (prefers-color-scheme:dark){:root{--fg:#e4e9ee;--dim:#98a6b5;--line:#3a4654;--bg:#161c23}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--fg);background:var(--bg);max-width:960px;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}h2{font-size:1.1rem;margin-top:2rem}
th,td{padding:.2rem .6rem;border-bottom:1px solid var(--line);text-align:left;font-weight:normal}td.n{text-align:right;white-space:nowrap}
.dim{color:var(--dim)}.bad{color:#c0392b}.good{color:#3c8b4d}svg{max-width:100%;height:auto}svg text{font:12px system-ui,sans-serif;fill:currentColor}
"""
_COLOURS = ("#286eb4", "#d96e28", "#4a9d5b", "#8858a5", "#b33a5b", "#7a8794")


def write(bench: Bench, folder: Path) -> None:
    """Writes bench.json and bench.html into `folder`, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bench.json").write_text(json.dumps(bench.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / "bench.html").write_text(page(bench), encoding="utf-8")


def page(bench: Bench) -> str:
    """The whole page."""
    tables = "".join(f"<h2>{escape(group)}</h2>{_table(list(figures))}" for group, figures in groupby(bench.figures, lambda f: f.group))
    left = "".join(f"<li>{escape(reason)}</li>" for reason in bench.left_out)
    machine = ", ".join(f"{name} {value}" for name, value in bench.machine.items())
    return (
        "<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>trialmatch benchmark</title><style>{_STYLE}</style></head><body><h1>trialmatch benchmark</h1>"
        f"<p class=dim>Version {escape(bench.version)}, {escape(bench.started)}, {bench.seconds:.0f} s. {escape(machine)}.</p>"
        f"{f'<p>Left out:</p><ul>{left}</ul>' if left else ''}{_growth(bench.growth)}{tables}</body></html>\n"
    )


def shown(value: float, unit: str) -> str:
    """A number with three significant digits and its unit."""
    digits = max(0, 2 - math.floor(math.log10(abs(value)))) if value else 0
    return f"{value:,.{digits}f} {unit}"


def _table(figures: list[Figure]) -> str:
    rows = ""
    for figure in figures:
        kind = {None: "", True: " good", False: " bad"}[figure.met]
        target = "" if figure.target is None else shown(figure.target, figure.unit)
        spread = f"{shown(min(figure.runs), '')}– {shown(max(figure.runs), '')}" if len(figure.runs) > 1 else ""
        rows += (
            f'<tr><th scope=row>{escape(figure.name)}</th><td class="n{kind}">{shown(figure.value, figure.unit)}</td>'
            f"<td class=n>{target}</td><td class='n dim'>{spread}</td><td class=dim>{escape(figure.note)}</td></tr>"
        )
    return f"<table><tr><td></td><td class=n>median</td><td class=n>target</td><td class=n>range</td><td></td></tr>{rows}</table>"


def _growth(points: tuple[Point, ...]) -> str:
    """Seconds against trials, both on logarithmic axes: a straight line of slope one grows in proportion."""
    drawn = [point for point in points if point.value > 0]
    if len({point.trials for point in drawn}) < 2:
        return ""
    left, top, width, height = 60, 10, 470, 250
    xs, ys = [math.log10(p.trials) for p in drawn], [math.log10(p.value) for p in drawn]
    low, high = math.floor(min(ys)), math.ceil(max(ys))

    def at(point: Point) -> tuple[float, float]:
        x = (math.log10(point.trials) - min(xs)) / (max(xs) - min(xs))
        return left + width * x, top + height * (1 - (math.log10(point.value) - low) / max(1, high - low))

    parts = []
    for power in range(low, high + 1):
        y = top + height * (1 - (power - low) / max(1, high - low))
        parts.append(f'<path d="M{left} {y:.1f}h{width}" stroke="#8a97a6" stroke-width=".5"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g} s</text>')
    for trials in sorted({point.trials for point in drawn}):
        x = left + width * (math.log10(trials) - min(xs)) / (max(xs) - min(xs))
        parts.append(f'<text x="{x:.1f}" y="{top + height + 18}" text-anchor="middle">{trials:,}</text>')
    for n, series in enumerate(dict.fromkeys(point.series for point in drawn)):
        places = [at(point) for point in drawn if point.series == series]
        colour = _COLOURS[n % len(_COLOURS)]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        parts.append(f'<rect x="{left + width + 20}" y="{top + 20 * n}" width="10" height="10" fill="{colour}"/>')
        parts.append(f'<text x="{left + width + 36}" y="{top + 20 * n + 10}">{escape(series)}</text>')
    drawing = f'<svg role="img" viewBox="0 0 760 {top + height + 30}" width="760"><title>Seconds against trials</title>{"".join(parts)}</svg>'
    return f"<h2>Growth with the number of trials</h2>{drawing}"
