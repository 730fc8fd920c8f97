"""The HTML page of a run: one file, readable offline, every miss with its trace."""

import json
from html import escape

from evals.baseline import Baseline, fallen
from evals.report.drawing import drawn, slowest, trend
from evals.report.terminal import printed
from evals.results import Figure, Item, Run, SuiteResult

STYLE = """
:root{color-scheme:light dark;--fg:#1c2733;--dim:#5d6b7a;--line:#d5dce3;--bg:#fff;--soft:#f4f6f8}
@media (prefers-color-scheme:dark){:root{--fg:#e4e9ee;--dim:#98a6b5;--line:#3a4654;--bg:#161c23;--soft:#1f2831}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--fg);background:var(--bg);max-width:1080px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{margin-top:2.5rem;border-bottom:1px solid var(--line);font-size:1.2rem}
a{color:inherit}table{display:block;overflow-x:auto;border-collapse:collapse;margin:.8rem 0;font-variant-numeric:tabular-nums}
caption{text-align:left;white-space:nowrap;color:var(--dim);padding-bottom:.3rem}
.figures td{white-space:nowrap}.figures td.dim{white-space:normal;min-width:14rem}
th,td{padding:.2rem .6rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;font-weight:normal}td.n{text-align:right}
.matrix th,.matrix td{font-size:.85rem}figure{margin:1rem 0}figcaption{color:var(--dim)}figure svg{max-width:100%;height:auto}
svg{vertical-align:middle}
svg text{font:12px system-ui,sans-serif;fill:currentColor}
.dim{color:var(--dim);fill:var(--dim)}.bad{color:#c0392b}.good{color:#3c8b4d}
details{margin:.25rem 0;padding:.1rem .4rem;border-left:3px solid var(--line)}
details.miss{border-left-color:#c0392b}summary{cursor:pointer}pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--soft);padding:.6rem;font-size:.82rem}
nav a{margin-right:1rem}
"""


def page(run: Run, baseline: Baseline) -> str:
    """The whole page."""
    worse = fallen(run, baseline)
    state = ""
    if worse:
        state = "<ul>" + "".join(f"<li class=bad>{escape(one.figure)}: {escape(one.said)}</li>" for one in worse) + "</ul>"
    elif baseline.figures:
        state = "<p class=good>No guarded figure is worse than the committed baseline.</p>"
    links = " ".join(f'<a href="#{escape(suite.suite)}">{escape(suite.suite)}</a>' for suite in run.suites)
    body = "".join(_suite(suite, baseline) for suite in run.suites)
    return (
        "<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>trialmatch evaluation</title><style>{STYLE}</style></head><body><h1>trialmatch evaluation</h1>"
        f"<p class=dim>Version {escape(run.version)}, reference date {escape(run.as_of)}, run {escape(run.started)}.</p>"
        f"{state}<nav>{links}</nav>{body}</body></html>\n"
    )


def _suite(suite: SuiteResult, baseline: Baseline) -> str:
    head = f'<h2 id="{escape(suite.suite)}">{escape(suite.suite)}</h2><p>{escape(suite.description)}</p>'
    if suite.not_run is not None:
        return f"{head}<p class=dim>Not run: {escape(suite.not_run)}</p>"
    figures = "".join(_figure(suite.suite, figure, baseline) for figure in suite.figures)
    wrong = [item for item in suite.items if not item.right]
    unsound = [item for item in suite.items if item.right and item.values.get("unsupported")]
    misses = "".join(_item(item, True) for item in wrong)
    notes = "".join(f"<p>{escape(remark)}</p>" for remark in suite.remarks)
    others = ""
    if unsound:
        looked = "".join(_item(item, False) for item in unsound)
        others = f"<details><summary>{len(unsound)} right answers with a number that needs a look</summary>{looked}</details>"
    slow = sorted(((item.id + " " + item.asked, item.seconds) for item in suite.items if item.seconds > 0), key=lambda row: -row[1])[:8]
    return (
        f"{head}<p class=dim>{len(suite.items)} items in {suite.seconds:.1f} s</p>"
        f"<table class=figures><tr><th>figure</th><th>value</th><th>committed</th><th>trend</th><th>meaning</th></tr>{figures}</table>{notes}"
        f"{''.join(drawn(table) for table in suite.tables)}<h3>{len(wrong)} misses</h3>{misses}{others}{slowest(slow)}"
    )


def _figure(suite: str, figure: Figure, baseline: Baseline) -> str:
    name = f"{suite}.{figure.name}"
    guard = baseline.figures.get(name)
    return (
        f"<tr><td>{escape(figure.name)}</td><td>{escape(printed(figure))}</td><td>{'' if guard is None else f'{guard.value:g}'}</td>"
        f"<td>{trend(name, figure, baseline)}</td><td class=dim>{escape(figure.description)}</td></tr>"
    )


def _item(item: Item, miss: bool) -> str:
    shown = escape(json.dumps(item.trace, ensure_ascii=False, indent=1)) if item.trace else "no trace"
    return (
        f"<details{' class=miss' if miss else ''}><summary><b>{escape(item.id)}</b> {escape(item.asked[:220])}<br>"
        f"<span class=dim>wanted</span> {escape(item.expected)} <span class=dim>({escape(item.reason)})</span> "
        f"<span class=dim>got</span> {escape(item.got)}</summary>"
        f"<pre>{escape(item.asked)}\n\n{shown}</pre></details>"
    )
