"""The CSV (or TSV) that ClinicalTrials.gov exports: 30 columns, or fewer; pages after the first have no header row.

One document per cell, named `<file>#<NCT number>.<column>`. The export has no eligibility column.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator

from index.sources import outcomes
from index.sources.draft import Draft, one_line
from index.sources.source import Format, Rejected, Source
from index.trials import FieldName, Trial

COLUMNS = (
    "NCT Number", "Study Title", "Study URL", "Acronym", "Study Status", "Brief Summary", "Study Results", "Conditions", "Interventions",
    "Primary Outcome Measures", "Secondary Outcome Measures", "Other Outcome Measures", "Sponsor", "Collaborators", "Sex", "Age", "Phases",
    "Enrollment", "Funder Type", "Study Type", "Study Design", "Other IDs", "Start Date", "Primary Completion Date", "Completion Date",
    "First Posted", "Results First Posted", "Last Update Posted", "Locations", "Study Documents",
)  # fmt: skip
_WHOLE: dict[str, FieldName] = {
    "NCT Number": "nct_id", "Study Title": "title", "Study URL": "url", "Acronym": "acronym", "Study Status": "status", "Brief Summary": "summary",
    "Sponsor": "sponsor", "Sex": "sex", "Age": "age", "Enrollment": "enrollment", "Funder Type": "funder", "Study Type": "study_type",
    "Start Date": "start_date", "Primary Completion Date": "primary_completion_date", "Completion Date": "end_date", "First Posted": "first_posted",
    "Last Update Posted": "last_update",
}  # fmt: skip
_LISTS: dict[str, FieldName] = {
    "Conditions": "condition", "Collaborators": "collaborator", "Phases": "phase", "Other IDs": "other_id", "Study Documents": "document_link",
}  # fmt: skip
_OUTCOMES = {"Primary Outcome Measures": "primary", "Secondary Outcome Measures": "secondary", "Other Outcome Measures": "other"}
_DESIGN: dict[str, FieldName] = {
    "allocation": "allocation", "intervention model": "intervention_model", "masking": "masking", "primary purpose": "primary_purpose",
}  # fmt: skip
TYPED = re.compile(r"([A-Z][A-Z_]+(?: [A-Z]+)?):\s*(?=\S)")
_LABELLED = re.compile(r"\s*([A-Za-z][A-Za-z ]+):\s*")
csv.field_size_limit(100_000_000)


def _delimiter(line: str) -> str:
    return max(",\t;", key=line.count)


def _first_row(source: Source) -> list[str]:
    line = source.head.split("\n", 1)[0]
    return next(csv.reader([line], delimiter=_delimiter(line)), [])


def detect(source: Source) -> bool:
    first = [cell.strip() for cell in _first_row(source)]
    return len(set(first) & set(COLUMNS)) >= 2 or _headless(first)


def _headless(first: list[str]) -> bool:
    # The first line of a row may end inside a quoted cell, so the number of columns is not asked here.
    return len(first) > 5 and re.fullmatch(r"NCT\d{8}", first[0]) is not None


def read(source: Source) -> Iterator[Trial | Rejected]:
    """Every row of the file. A row with too few or too many cells is rejected by its number."""
    text = (source.text or "").lstrip("\ufeff \n\t")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text.split("\n", 1)[0]))
    first = [cell.strip() for cell in _first_row(source)]
    header = list(COLUMNS) if _headless(first) else [cell.strip() for cell in next(rows)]
    number = 0
    try:
        for number, row in enumerate(rows, 1):
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(header):
                yield Rejected(f"{source.name} row {number}", f"The row has {len(row)} cells where the header has {len(header)}.")
            else:
                yield _row(source, dict(zip(header, row, strict=True)), number)
    except csv.Error as error:
        yield Rejected(f"{source.name} row {number + 1}", f"The CSV cannot be read from here on: {error}.")
    if not number:
        yield Rejected(source.name, "The CSV has a header and no rows.")


def _row(source: Source, row: dict[str, str], number: int) -> Trial | Rejected:
    nct_id = row.get("NCT Number", "").strip() or None
    own = nct_id or f"{source.stem}-{number}"
    draft = Draft(source.name, "ctgov_csv")
    for column, cell in row.items():
        if cell.strip():
            _cell(draft, column, draft.document(f"{source.name}#{own}.{column}", cell), cell)
    if not draft.first("title") and not draft.first("summary"):
        return Rejected(f"{source.name} row {number}", "The row has neither a title nor a summary.")
    content_hash = hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()
    return draft.trial(own, nct_id, content_hash, source.encoding)


def _cell(draft: Draft, column: str, document: str, cell: str) -> None:
    if column in _WHOLE:
        draft.add(_WHOLE[column], document)
    elif column in _LISTS:
        for start, end in outcomes.items(cell):
            draft.add(_LISTS[column], document, start, end)
    elif column in _OUTCOMES:
        for item in outcomes.read(cell):
            draft.add("outcome", document, item.start, item.end, value=item.measure, role=_OUTCOMES[column], parts=item.parts)
    elif column == "Interventions":
        add_interventions(draft, document, cell, 0, len(cell))
    elif column == "Study Design":
        _design(draft, document, cell)
    elif column == "Locations":
        for start, end in outcomes.items(cell):
            draft.add("location", document, start, end, parts=_site(cell[start:end]))
    else:
        draft.add("results" if column == "Study Results" else "other", document, role=column.lower())


def add_interventions(draft: Draft, document: str, text: str, start: int, end: int) -> None:
    """Items `TYPE: name` of `text[start:end]` as interventions with the type as their role."""
    for a, b in outcomes.items(text, start, end):
        typed = TYPED.match(text, a, b)
        value = one_line(text[typed.end() if typed else a : b])
        draft.add("intervention", document, a, b, value=value, role=typed[1] if typed else None, parts={"name": value})


def _design(draft: Draft, document: str, cell: str) -> None:
    for start, end in outcomes.items(cell):
        labelled = _LABELLED.match(cell, start, end)
        name = labelled[1].strip().lower() if labelled else ""
        value = one_line(cell[labelled.end() if labelled else start : end])
        if value:
            draft.add(_DESIGN.get(name, "design"), document, start, end, value=value, role=None if name in _DESIGN else name or None)


def _site(text: str) -> dict[str, str]:
    """Country, and facility and city where the commas leave no choice (a facility's name may hold commas too)."""
    pieces = [one_line(piece) for piece in text.split(", ")]
    if len(pieces) < 2:
        return {}
    parts = {"country": pieces[-1]}
    zipped = len(pieces) > 3 and any(c.isdigit() for c in pieces[-2])
    if zipped:
        parts["zip"] = pieces[-2]
    if len(pieces) == 3 or (len(pieces) == 4 and zipped):
        parts |= {"facility": pieces[0], "city": pieces[1]}
    return parts


FORMAT = Format("ctgov_csv", detect, read)
