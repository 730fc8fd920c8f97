"""A registry page scraped to text: labels glued to the values before them, values doubled, lines hard-wrapped.

The eligibility text runs from its first heading to the end of the file. A short field's span covers its label and all copies of its value.
"""

import re
from collections.abc import Iterator

from index.sources import labels, outcomes, prose
from index.sources.draft import Draft, one_line
from index.sources.identity import NCT, stated_nct
from index.sources.labels import Found
from index.sources.source import Format, Rejected, Source
from index.trials import Trial

_ENOUGH = 5
_ITEMS = frozenset({"intervention", "condition", "keyword", "collaborator", "location"})
_MARKS = frozenset(":：?？")


def detect(source: Source) -> bool:
    found = labels.find(source.head)
    marked = [f for f in found if f.label.field and source.head[f.end - 1] in _MARKS]
    if re.search(r"(?m)^#{1,6} |^\*\*", source.head):
        return False
    return len({f.label.field for f in marked}) >= _ENOUGH


def undouble(text: str) -> str:
    """A value that is written twice, once. `RecruitingRecruiting`, two equal lines, or two equal halves; a number glued to
    itself stays, because 1212 may be 1212."""
    text = one_line(text)
    half = len(text) // 2
    if len(text) % 2 == 1 and text[half] == " " and text[:half] == text[half + 1 :]:
        return text[:half]
    if len(text) % 2 == 0 and half > 2 and text[:half] == text[half:] and text[0].isalpha() and text[half - 1].islower():
        return text[:half]
    return text


def read(source: Source) -> Iterator[Trial | Rejected]:
    """The one trial of the page."""
    draft = Draft(source.name, "registry_page")
    name = draft.document(source.name, source.text or "")
    text = draft.documents[name]
    found = labels.find(text)
    ends = [f.start for f in found[1:]] + [len(text)]
    if not any(f.label.field == "title" for f in found):
        _title(draft, name, text, found)
    for at, end in zip(found, ends, strict=True):
        _add(draft, name, text, at, end)
    prose.add_design(draft, name)
    stated = draft.first("nct_id")
    number = NCT.search(stated.value) if stated else None
    title = draft.first("title")
    nct_id = number[0] if number else stated_nct(text, title.value if title else "")
    yield draft.trial(nct_id or source.stem, nct_id, source.content_hash, source.encoding)


def _title(draft: Draft, name: str, text: str, found: list[Found]) -> None:
    """The first line that is no label, ahead of the first label with a value."""
    first = next((f.start for f in found if f.label.field), len(text))
    at = 0
    for line in text[:first].split("\n"):
        if line.strip(" \t\ufeff") and labels.label_of(line) is None:
            start = at + len(line) - len(line.lstrip(" \t\ufeff"))
            draft.add("title", name, start, at + len(line), value=one_line(line[start - at :]))
            return
        at += len(line) + 1


def _add(draft: Draft, name: str, text: str, found: Found, end: int) -> None:
    label = found.label
    value = undouble(text[found.end : end])
    if label.field is None or not value:
        return
    if label.field == "eligibility":
        # The heading "Inclusion Criteria" belongs to the list; a page's section name "Criteria" does not.
        listed = re.match(r"\W*(?:key\s+)?(?:inclusion|exclusion)|\W*(?:纳入|入选|排除)", text[found.start : end], re.IGNORECASE)
        draft.add("eligibility", name, found.start if listed else found.end, end)
    elif label.field == "outcome":
        for start, stop in outcomes.items(text, found.end, end, "|\n"):
            item = outcomes.split(text, start, stop)
            draft.add("outcome", name, start, stop, value=item.measure, role=label.role, parts=item.parts)
    elif label.long:
        draft.add(label.field, name, found.end, end)
    elif label.field in _ITEMS:
        _items(draft, name, text, found, end)
    else:
        draft.add(label.field, name, found.start, end, value=value, role=label.role)


def _items(draft: Draft, name: str, text: str, found: Found, end: int) -> None:
    """A value that may list several items, one a line; the label belongs to the first one's span."""
    assert found.label.field
    spans = list(outcomes.items(text, found.end, end, "|\n"))
    values = [one_line(text[a:b]) for a, b in spans]
    half = len(values) // 2
    if len(values) % 2 == 0 and values[:half] == values[half:]:
        # Every item is listed twice; a single one keeps both copies in its span, as other short values do.
        spans = [(spans[0][0], spans[1][1])] if half == 1 else spans[:half]
    for i, (start, stop) in enumerate(spans):
        draft.add(found.label.field, name, found.start if i == 0 else start, stop, value=undouble(text[start:stop]))


FORMAT = Format("registry_page", detect, read)
