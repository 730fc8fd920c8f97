"""A row of the ClinicalTrials.gov export as plain text: one column a line, no labels, empty columns left out.

Order: title, summary, conditions, interventions, outcome columns, and a detailed description at the end. `|` joins the
items of a column. What a line holds is told by its shape: `DRUG: ...` items are interventions, and lines whose items
end in a time frame are outcomes. A column may hold line breaks and blank lines.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.sources import outcomes, prose
from index.sources.ctgov_csv import TYPED, add_interventions
from index.sources.draft import Draft, one_line
from index.sources.identity import stated_nct
from index.sources.source import Format, Rejected, Source
from index.text import Span
from index.trials import Trial

_TYPES = frozenset(
    ("BEHAVIORAL", "BIOLOGICAL", "COMBINATION_PRODUCT", "DEVICE", "DIAGNOSTIC_TEST", "DIETARY_SUPPLEMENT", "DRUG", "GENETIC",
     "PROCEDURE", "RADIATION", "OTHER")
)  # fmt: skip
_ROLES = ("primary position", "secondary position", "other position")
_POSITION = (
    "The file does not label its outcomes as primary or secondary; the role is taken from the position of the line "
    "(first line: primary-outcome position, listed first)."
)
_ELIGIBILITY = re.compile(r"(?im)^\W*(?:key\s+)?(?:inclusion|exclusion|eligibility)\s+criteria\b")
_STATED = re.compile(
    r"\bthe\s+(?:co-?)?(?P<role>primary|secondary)\s+(?:\w+\s+)?(?:end\s?-?points?|outcomes?|outcome\s+measures?)\s+(?:of\s+\w+\s+\w+\s+)?(?:is|are|was|were|will\s+be|includes?)\s+(?:the\s+)?"
    r"(?P<what>.+?)(?:\.(?=\s|$)|\n|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str


def _lines(text: str) -> list[_Line]:
    lines, at = [], 0
    for raw in text.split("\n"):
        stripped = raw.strip(" \t\ufeff")
        if stripped:
            start = at + raw.index(stripped)
            lines.append(_Line(start, start + len(stripped), stripped))
        at += len(raw) + 1
    return lines


def _is_interventions(line: str) -> bool:
    typed = [TYPED.match(line, start, end) for start, end in outcomes.items(line)]
    return bool(typed) and all(match and match[1].replace(" ", "_") in _TYPES for match in typed)


def _is_outcomes(line: str) -> bool:
    """A column of outcomes: the last item ends in a time frame, and the line is not a sentence of prose."""
    spans = list(outcomes.items(line))
    if not spans:
        return False
    last = outcomes.split(line, *spans[-1])
    if not outcomes.looks_timed(last.time_frame) or len(last.measure) > 400:
        return False
    # Prose can end in `..., up to two years.`; a column of one item whose time starts in lower case and ends the sentence is prose.
    return len(spans) > 1 or not (last.time_frame[0].islower() and last.time_frame.endswith("."))


def _layout(lines: list[_Line]) -> tuple[int, int] | None:
    """Index of the conditions line and of the first line after conditions and interventions; None if this is no export row."""
    for i, line in enumerate(lines[:40]):
        if i >= 2 and _is_interventions(line.text):
            return i - 1, i + 1
    # Observational studies may have no intervention: conditions are then the line before the first outcomes.
    for i, line in enumerate(lines[:20]):
        if i >= 3 and _is_outcomes(line.text) and len(lines[i - 1].text) < 400 and not lines[i - 1].text.endswith("."):
            return i - 1, i
    return None


def detect(source: Source) -> bool:
    text = source.head
    if _ELIGIBILITY.search(text):
        return False
    lines = _lines(text)
    return len(lines) >= 4 and _layout(lines) is not None


def read(source: Source) -> Iterator[Trial | Rejected]:
    """The one trial of the file."""
    draft = Draft(source.name, "export_row")
    name = draft.document(source.name, source.text or "")
    text = draft.documents[name]
    lines = _lines(text)
    layout = _layout(lines)
    if layout is None:
        yield Rejected(source.name, "The lines do not follow the order of a ClinicalTrials.gov export row.")
        return
    conditions, rest = layout
    draft.add("title", name, lines[0].start, lines[0].end, value=one_line(lines[0].text))
    if conditions > 1:
        draft.add("summary", name, lines[1].start, lines[conditions - 1].end)
    for start, end in outcomes.items(text, lines[conditions].start, lines[conditions].end, "|、"):
        draft.add("condition", name, start, end, value=one_line(text[start:end]))
    if rest > conditions + 1:
        add_interventions(draft, name, text, lines[rest - 1].start, lines[rest - 1].end)
    rest = _outcomes(draft, name, text, lines, rest)
    if rest < len(lines):
        _description(draft, name, text, lines[rest].start, lines[-1].end)
    prose.add_design(draft, name)
    nct_id = stated_nct(text, lines[0].text)
    yield draft.trial(nct_id or source.stem, nct_id, source.content_hash, source.encoding)


def _outcomes(draft: Draft, name: str, text: str, lines: list[_Line], at: int) -> int:
    """Add the outcome columns from line `at` on; the index of the first line after them."""
    columns: list[tuple[int, int]] = []
    summary = draft.first("summary")
    while at < len(lines) and len(columns) < len(_ROLES):
        if summary and lines[at].text == summary.span.of(text).split("\n", 1)[0].strip():
            break  # the summary over again, as the description
        last = _column_end(lines, at)
        if last is None:
            break
        columns.append((lines[at].start, lines[last].end))
        at = last + 1
    stated = list(_STATED.finditer(text))
    for (start, end), role in zip(columns, _ROLES, strict=False):
        for item in outcomes.read(text, start, end):
            named = next((s for s in stated if item.measure.lower() in one_line(s["what"]).lower()), None)
            parts = item.parts | ({"stated": one_line(named[0])} if named else {})
            draft.add("outcome", name, item.start, item.end, value=item.measure, role=named["role"].lower() if named else role, parts=parts)
    if columns:
        draft.note("layout", _POSITION, name, *(Span(start=start, end=end) for start, end in columns))
    return at


def _column_end(lines: list[_Line], at: int) -> int | None:
    """Last line of the outcome column that starts at line `at`, or None if none starts there."""
    if _is_outcomes(lines[at].text):
        return at
    if ", " not in lines[at].text[:300]:
        return None
    # A column broken by line breaks inside a description: the item goes on to the first `|`, or to the line's end.
    for last in range(at + 1, min(at + 60, len(lines))):
        head = lines[last].text.split("|", 1)[0]
        frame = outcomes.split(head, 0, len(head)).time_frame
        if frame and _is_outcomes(lines[last].text) and ("|" in lines[last].text or not frame.endswith(".")):
            return last
    return None


def _description(draft: Draft, name: str, text: str, start: int, end: int) -> None:
    summary = draft.first("summary")
    if summary and one_line(summary.span.of(text)) == one_line(text[start:end]):
        repeated = "The summary is repeated word for word as the description; it counts once."
        draft.note("duplicate", repeated, name, summary.span, Span(start=start, end=end))
    else:
        draft.add("description", name, start, end)


FORMAT = Format("export_row", detect, read)
