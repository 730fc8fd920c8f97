"""A table of laboratory values (CSV) as a patient source, alone or beside a note. Every fact quotes its row.

Long form: a row for each result, with columns for test and value and, if any, date, unit, reference range or limits, flag. Wide form: a
row for each date with a column for each test ("Platelets (10^9/L)"), or a row for each test with a column for each date.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.patient import reader
from assistant.patient.facts import Fact, Source
from assistant.patient.patient import Patient, read_note
from index.errors import UnreadableNote

_MOST_ROWS = 5_000
_LIMIT = r"(?:[ _-]*(?:limit|normal|ref|value|range))?"
_NAMES = {
    "date": r"(?:(?:collect(?:ion|ed)?|sampl(?:e|ing)|draw(?:n)?|result|test|lab|specimen|observation|effective|report(?:ed)?|order(?:ed)?)[ _-]*)?"
    r"(?:date|datetime|day|time|timestamp|datum|on)(?:[ _/-]*(?:time|collected|drawn))?|collected|drawn",
    "test": r"(?:lab(?:oratory)?|component|analyte|parameter|observation|measurement|item|test|investigation|assay|exam)"
    r"(?:[ _-]*(?:name|test|item|description|type))?|name|description|long[ _-]*name|itemname|label",
    "value": r"(?:test|lab|numeric|result|observation|observed|measured)?[ _-]*(?:value|results?|reading|level)"
    r"(?:[ _-]*(?:num(?:eric)?|value|text))?|wert|valuenum",
    "unit": r"(?:result|value|test|valueu?o?m?)?[ _-]*(?:units?|uom|einheit|unit[ _-]*of[ _-]*measure(?:ment)?)|valueuom",
    "range": r"(?:ref(?:erence)?\.?|normal)[ _-]*(?:range|interval|values?|limits?)?s?|range|norm(?:al)?(?:bereich)?",
    "low": rf"(?:ref(?:erence)?\.?|normal|range)?[ _-]*(?:low(?:er)?|min(?:imum)?){_LIMIT}|lln|ref[ _-]*range[ _-]*lower",
    "high": rf"(?:ref(?:erence)?\.?|normal|range)?[ _-]*(?:high|up(?:per)?|max(?:imum)?){_LIMIT}|uln|ref[ _-]*range[ _-]*upper",
    "flag": r"(?:abnormal|result)?[ _-]*flags?|abnormal|interpretation|h/?l",
}
_ROLES = {role: re.compile(pattern, re.IGNORECASE) for role, pattern in _NAMES.items()}
_DATE = re.compile(r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/. ](?:\d{1,2}|[A-Za-z]{3,9})[-/. ,]+\d{2,4}|\d{8})(?:[T ]\d{1,2}:\d{2}\S*)?")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?|(\d{4})(\d{2})(\d{2})")
_SLASHED = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T ].*)?")
_IN_NAME = re.compile(r"\s*[\[(]\s*(?P<unit>[^\[\]()]+?)\s*[\])]\s*$")
_COMMA = re.compile(r"[<>≤≥=~ ]*\d+,\d+")
_EMPTY = frozenset({"", "-", "--", "na", "n/a", "nan", "null", "none", ".", "not done", "pending", "nd"})


@dataclass(frozen=True, slots=True)
class _Row:
    """A row's cells, and where it stands in the text."""

    cells: tuple[str, ...]
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class _Result:
    """One result of a row, in the row's own words."""

    row: _Row
    test: str
    value: str
    unit: str = ""
    when: str = ""
    limits: str = ""


def with_labs(patient: Patient | None, text: str, as_of: date) -> Patient:
    """The patient with the table's values; None starts one from the table alone. The table follows the note in the patient's text.

    Rows that are no result, or whose test is not known, are left and counted in a warning. Raises UnreadableNote if the text is no such table.
    """
    before = f"{patient.text.rstrip()}\n\n" if patient and patient.text.strip() else ""
    offset = len(before)
    rows = _rows(text)
    found, results = list(patient.facts) if patient else [], list(_results(rows))
    if not results:
        raise UnreadableNote(
            "The table holds no laboratory values that can be told.",
            "Give columns such as date, test, value, unit, reference range; or a column for each test.",
        )
    day_first = _day_first(rows)
    unread: dict[str, None] = {}
    for result in results[:_MOST_ROWS]:
        facts = list(_facts(result, as_of, offset, day_first))
        found += facts
        if not facts:
            unread[result.test] = None
    warnings = list(patient.warnings) if patient else []
    if unread:
        names = list(unread)
        warnings.append(f"of the laboratory table not read: {', '.join(names[:8])}{f' and {len(names) - 8} more' if len(names) > 8 else ''}")
    if len(results) > _MOST_ROWS:
        warnings.append(f"only the first {_MOST_ROWS:,} results of the laboratory table were read")
    return Patient(text=before + text, as_of=as_of, facts=reader.in_order(found), warnings=tuple(dict.fromkeys(warnings)))


def _rows(text: str) -> list[_Row]:
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    head = next((line for line in lines if line.strip()), "")
    mark = max(",;\t|", key=head.count)
    found: list[_Row] = []
    parsed = csv.reader(lines, delimiter=mark, skipinitialspace=True)
    first = 0
    try:
        for cells in parsed:
            start, end = starts[first], starts[parsed.line_num]
            first = parsed.line_num
            row = text[start:end]
            stripped = row.strip("\ufeff \r\n\t")
            if any(cell.strip() for cell in cells) and stripped:
                at = start + row.index(stripped)
                found.append(_Row(tuple(_number(cell.strip("\ufeff ").strip(), mark) for cell in cells), at, at + len(stripped), stripped))
    except csv.Error as error:
        raise UnreadableNote(f"The table of laboratory values cannot be read ({error}).", "Save it as CSV.") from error
    return found


def _number(cell: str, mark: str) -> str:
    """A decimal comma as a point, where the comma does not divide the columns and cannot be one of thousands."""
    if mark == "," or not _COMMA.fullmatch(cell):
        return cell
    whole, _, rest = cell.partition(",")
    return f"{whole}.{rest}" if len(rest) != 3 or whole.strip("<>≤≥=~ ") == "0" else cell


def _results(rows: Sequence[_Row]) -> Iterator[_Result]:
    if len(rows) < 2:
        return
    head, body = rows[0].cells, rows[1:]
    roles: dict[str, int] = {}
    for i, name in enumerate(head):
        plain = re.sub(r"\s+", " ", name).strip()
        role = next((role for role, pattern in _ROLES.items() if role not in roles and pattern.fullmatch(plain)), None)
        if role:
            roles[role] = i
    if "test" in roles and "value" in roles:
        yield from (result for row in body if (result := _long(row, roles)))
        return
    dated = {i: name for i, name in enumerate(head) if _DATE.fullmatch(name)}
    if dated:
        yield from _by_test(body, roles, dated)
    else:
        yield from _by_date(head, body, roles)


def _cell(row: _Row, roles: dict[str, int], role: str) -> str:
    i = roles.get(role)
    return row.cells[i] if i is not None and i < len(row.cells) else ""


def _limits(row: _Row, roles: dict[str, int]) -> str:
    low, high = _cell(row, roles, "low"), _cell(row, roles, "high")
    if low and high:
        return f"{low}-{high}"
    return _cell(row, roles, "range").strip("()[] ") or (f"< {high}" if high else f"> {low}" if low else "")


def _long(row: _Row, roles: dict[str, int]) -> _Result | None:
    test, value = _cell(row, roles, "test"), _cell(row, roles, "value")
    if not test or value.lower() in _EMPTY:
        return None
    return _Result(row, test, value, _cell(row, roles, "unit"), _cell(row, roles, "date"), _limits(row, roles))


def _by_test(body: Sequence[_Row], roles: dict[str, int], dated: dict[int, str]) -> Iterator[_Result]:
    """A row for each test, a column for each date; the test stands in its column, or in the first."""
    for row in body:
        test = _cell(row, roles, "test") or row.cells[0]
        for i, when in dated.items():
            if test and i < len(row.cells) and row.cells[i].lower() not in _EMPTY:
                yield _Result(row, *_named(test, row.cells[i], _cell(row, roles, "unit")), when, _limits(row, roles))


def _by_date(head: Sequence[str], body: Sequence[_Row], roles: dict[str, int]) -> Iterator[_Result]:
    """A row for each date, a column for each test."""
    for row in body:
        for i, name in enumerate(head):
            if i in roles.values() or not name or i >= len(row.cells) or row.cells[i].lower() in _EMPTY:
                continue
            yield _Result(row, *_named(name, row.cells[i], ""), _cell(row, roles, "date"))


def _named(name: str, value: str, unit: str) -> tuple[str, str, str]:
    """Test, value and unit, where the unit may stand in brackets behind the name."""
    inside = None if unit else _IN_NAME.search(name)
    return (name[: inside.start()], value, inside["unit"]) if inside else (name.replace("_", " "), value, unit)


def _facts(result: _Result, as_of: date, offset: int, day_first: bool | None) -> Iterator[Fact]:
    """The facts of one result, each with the row as its source."""
    source = Source(start=result.row.start + offset, end=result.row.end + offset, quote=result.row.quote)
    unit = "" if result.unit.lower() in _EMPTY else result.unit
    limits = f" (ref {result.limits})" if result.limits and result.limits.lower() not in _EMPTY else ""
    line = f"{result.test}: {result.value}{f' {unit}' if unit else ''}{limits}"
    when = _day(result.when, day_first)
    for fact in read_note(f"{when}: {line}" if when else line, as_of).facts:
        if fact.kind in ("measurement", "category"):
            yield fact.model_copy(update={"source": source})


def _day_first(rows: Sequence[_Row]) -> bool | None:
    """Whether the table writes the day before the month: as a number above 12 in its place shows; None if none does."""
    pairs = [(int(m[1]), int(m[2])) for row in rows for cell in row.cells if (m := _SLASHED.fullmatch(cell))]
    first, second = any(a > 12 for a, _ in pairs), any(b > 12 for _, b in pairs)
    return first if first != second else None


def _day(written: str, day_first: bool | None) -> str:
    """The date as ISO where its order is certain (with points the day comes first); else as it is, for the reader to keep open."""
    iso, plain = _ISO.fullmatch(written), _SLASHED.fullmatch(written)
    if iso:
        year, month, day = (iso[1], iso[2], iso[3]) if iso[1] else (iso[4], iso[5], iso[6])
        return f"{year}-{int(month):02d}-{int(day):02d}"
    if plain and ("." in written[: plain.end(2)] or day_first is not None):
        day, month = (plain[1], plain[2]) if "." in written[: plain.end(2)] or day_first else (plain[2], plain[1])
        return f"{plain[3]}-{int(month):02d}-{int(day):02d}"
    return re.sub(r"[T ]\d{1,2}:\d{2}.*$", "", written)
