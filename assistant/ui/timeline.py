"""Treatments and events on a line of time, with the washout windows that run from them, against the reference date."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from assistant.patient.facts import Fact, Moment
from assistant.results import Report
from assistant.ui.markup import Markup, tag
from assistant.ui.words import count, short

_WIDTH, _LEFT, _RIGHT, _TOP, _ROW = 320, 6, 314, 34, 34
_FARTHEST = timedelta(days=180)
"""What lies further back is drawn at the edge."""


@dataclass
class Row:
    """Something that happened, from `first` to `last` (or `since` then, if it goes on), and the windows that run from it."""

    label: str
    first: date | None
    last: date | None
    windows: list[tuple[date, str]] = field(default_factory=list)

    @property
    def earliest(self) -> date | None:
        """The day on which the last of the windows is over."""
        return max((day for day, _ in self.windows), default=None)


def timeline(report: Report | None, facts: tuple[Fact, ...]) -> Markup | None:
    """The picture and the same in words; None when there is neither a dated treatment nor a window."""
    if report is None:
        return None
    rows, undated = _rows(report, facts)
    if not rows and not undated:
        return None
    words = list(_words(rows, undated, report.as_of))
    return tag(
        "section",
        tag("h3", "Timeline", id="timeline-heading"),
        _picture(rows, report.as_of, " ".join(words)) if rows else None,
        tag("details", tag("summary", "In words"), tag("ul", [tag("li", line) for line in words]), data_key="timeline-words", open=not rows),
        aria_labelledby="timeline-heading",
        class_="timeline",
    )


def _rows(report: Report, facts: tuple[Fact, ...]) -> tuple[list[Row], list[str]]:
    dated = {(f.concept, f.source.start, f.source.end): f for f in facts}
    shown = report.patient.facts
    windows: dict[int, list[tuple[date, str]]] = {}
    for trial in report.trials:
        for criterion in trial.criteria:
            if criterion.earliest_date:
                for index in criterion.facts:
                    windows.setdefault(index, []).append((criterion.earliest_date, f"{short(trial.trial.id)} {criterion.id}"))
    rows: dict[tuple[int, int], Row] = {}
    undated: list[str] = []
    for index, fact in enumerate(shown):
        own = dated.get((fact.concept, fact.source.start, fact.source.end))
        treatment = own is not None and own.kind == "treatment" and own.status == "present"
        if not treatment and index not in windows:
            continue
        first, last = _span(own, report.as_of)
        place = (fact.source.start, fact.source.end)
        if first is None and index not in windows:
            if place not in rows:
                undated.append(fact.label)
                rows[place] = Row(fact.label, None, None)
            continue
        row = rows.get(place)
        if row is None or row.first is None:
            row = rows[place] = Row(row.label if row else fact.label, first, last, row.windows if row else [])
        row.windows += [w for w in windows.get(index, []) if w not in row.windows]
    kept = sorted((r for r in rows.values() if r.first or r.windows), key=lambda r: r.first or date.min)
    return kept, [label for label in undated if label not in {r.label for r in kept}]


def _span(fact: Fact | None, as_of: date) -> tuple[date | None, date | None]:
    """First and last day: of a course, or the days between which an event lies."""
    if fact is None:
        return None, None

    def ends(moment: Moment | None) -> tuple[date | None, date | None]:
        return (moment.earliest or moment.latest, moment.latest or moment.earliest) if moment else (None, None)

    first, last = ends(fact.when)
    until = ends(fact.until)
    if until[1] is not None:
        return first or until[0], until[1]
    if first is not None and fact.kind == "treatment" and fact.time == "current":
        return first, as_of
    return first, last


def _words(rows: list[Row], undated: list[str], as_of: date) -> Iterator[str]:
    yield f"Reference date {as_of.isoformat()}."
    for row in rows:
        when = "date not recorded" if row.first is None else row.first.isoformat()
        if row.last and row.first and row.last != row.first:
            when += f" to {row.last.isoformat()}"
        ends = ""
        if row.earliest:
            ids = list(dict.fromkeys(name for _, name in sorted(row.windows, reverse=True)))
            over = "is over" if row.earliest <= as_of else "runs"
            more = f" and {count(len(ids) - 4, 'more')}" if len(ids) > 4 else ""
            ends = f"; washout {over} until {row.earliest.isoformat()} ({', '.join(ids[:4])}{more})"
        yield f"{row.label}: {when}{ends}."
    if undated:
        yield f"Date not recorded: {', '.join(dict.fromkeys(undated))}."


def _picture(rows: list[Row], as_of: date, words: str) -> Markup:
    days = [d for r in rows for d in (r.first, r.last, r.earliest) if d is not None]
    start = max(min([*days, as_of]), as_of - _FARTHEST) - timedelta(days=5)
    end = max([*days, as_of]) + timedelta(days=5)
    length = max((end - start).days, 1)

    def x(day: date) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * min(max((day - start).days / length, 0), 1), 1)

    height = _TOP + _ROW * len(rows) + 6
    now = x(as_of)
    shapes = [
        tag("line", x1=now, x2=now, y1=18, y2=height, class_="now"),
        tag("text", as_of.isoformat(), x=min(max(now, 34), _WIDTH - 40), y=12, class_="now-label", text_anchor="middle"),
    ]
    for n, row in enumerate(rows):
        y = _TOP + n * _ROW
        older = row.first is not None and row.first < start
        shapes.append(tag("text", f"{'‹ ' if older else ''}{row.label[: 30 if row.earliest else 48]}", x=_LEFT, y=y + 4, class_="row-label"))
        begun = row.first or as_of
        if row.earliest and row.earliest > begun:
            shapes.append(tag("rect", x=x(begun), y=y + 10, width=max(x(row.earliest) - x(begun), 2), height=9, class_="washout"))
            shapes.append(tag("line", x1=x(row.earliest), x2=x(row.earliest), y1=y + 7, y2=y + 22, class_="clear"))
            shapes.append(tag("text", f"until {row.earliest.isoformat()}", x=_RIGHT, y=y + 4, class_="clear-label", text_anchor="end"))
        if row.first and row.last:
            shapes.append(tag("rect", x=x(row.first) - 2, y=y + 8, width=max(x(row.last) - x(row.first), 0) + 4, height=13, rx=3, class_="given"))
    return tag("svg", shapes, viewBox=f"0 0 {_WIDTH} {height}", role="img", aria_label=words, xmlns="http://www.w3.org/2000/svg")
