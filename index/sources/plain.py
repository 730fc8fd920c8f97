"""Plain text and Markdown: a title, labelled lines, sections under headings, and the eligibility text found by its headings.

Eligibility runs from its first heading to the end of the last section that belongs to it: to the next heading of another
kind where headings are marked (Markdown, or a known section name alone on its line), else to the end of the file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.sources import outcomes, prose
from index.sources.draft import Draft, one_line
from index.sources.identity import NCT, stated_nct
from index.sources.labels import Label, label_of
from index.sources.source import Format, Rejected, Source
from index.trials import Trial

_TRIAL = re.compile(
    r"\b(?:trial|study|studies|patients?|participants?|subjects?|eligib\w+|inclusion|exclusion|phase|enrol\w*|randomi[sz]\w+|cohort|protocol)\b|试验|研究|患者|受试者|标准",
    re.IGNORECASE,
)
_MARKDOWN = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_LINE_LABEL = re.compile(r"[ \t]*(?:[-*•]\s+)?[*_]{0,2}([A-Za-z\u4e00-\u9fff][\w\u4e00-\u9fff./ -]{1,45}?)[*_]{0,2}\s*[:：][*_]{0,2}[ \t]*(.*)$")
_ITEM = re.compile(r"\s*(?:[-*•]|\d+[.)])\s+(?!\*)")
_OF_ELIGIBILITY = frozenset({"sex", "age", "minimum_age", "maximum_age", "healthy_volunteers"})
_AFTER = frozenset({"location", "contact"})
_IN_HEADING = re.compile(r"\b(?:inclusion|exclusion|eligib\w+)\b(?!.{60})|纳入|入选|入组|排除", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading line: `start` of the line, `body` where its content begins; `level` 7 where it is not marked; `alone`: the
    line holds nothing else and is no list item."""

    start: int
    body: int
    level: int
    label: Label | None
    alone: bool = True


def detect(source: Source) -> bool:
    return bool(source.head)


def _headings(text: str) -> Iterator[_Heading]:
    at = 0
    for line in text.split("\n"):
        if len(line) < 200 and line.strip():
            if marked := _MARKDOWN.match(line.strip("\ufeff ")):
                yield _Heading(at, at + len(line), len(marked[1]), _section(marked[2]))
            elif label := _section(line):
                yield _Heading(at, at + len(line), 7, label, alone=not _ITEM.match(line))
            elif (named := _LINE_LABEL.match(line)) and (label := label_of(named[1])):
                yield _Heading(at, at + named.start(2), 7, label, alone=not (named[2].strip() or _ITEM.match(line)))
        at += len(line) + 1


def _section(words: str) -> Label | None:
    """The label that a heading names, also where it adds words: `3.2 Key eligibility criteria (summary)`."""
    plain = re.sub(r"^\W*\d+(?:\.\d+)*[.)]?\s+|\(.*?\)", "", words.strip("\ufeff ")).strip()
    if label := label_of(plain):
        return label
    is_heading = words.lstrip().startswith(("#", "**")) or plain.endswith((":", "：")) or len(plain.split()) <= 6
    ends_like_text = plain.rstrip("*_ ").endswith((".", ";", ",")) or re.match(r"\s*[-*•]\s", words)
    if _IN_HEADING.search(plain) and is_heading and not ends_like_text and re.search(r"criteria|eligib|标准", plain, re.IGNORECASE):
        return label_of("eligibility criteria")
    return None


def read(source: Source) -> Iterator[Trial | Rejected]:
    """The one trial of the document."""
    draft = Draft(source.name, "plain")
    name = draft.document(source.name, source.text or "")
    text = draft.documents[name]
    if not _TRIAL.search(text):
        yield Rejected(source.name, "Nothing in the text speaks of a trial.")
        return
    headings = list(_headings(text))
    _title(draft, name, text, headings)
    _eligibility(draft, name, text, headings)
    _sections(draft, name, text, headings)
    if not (draft.first("summary") or draft.first("description")):
        _lead(draft, name, text, headings)
    prose.add_design(draft, name)
    title, stated = draft.first("title"), draft.first("nct_id")
    number = NCT.search(stated.value) if stated else None
    nct_id = number[0] if number else stated_nct(text, title.value if title else "")
    yield draft.trial(nct_id or source.stem, nct_id, source.content_hash, source.encoding)


def _title(draft: Draft, name: str, text: str, headings: list[_Heading]) -> None:
    """A line labelled as the title, else the first heading that is no known section, if it is at the top, else the first line."""
    for heading in headings:
        if heading.label and heading.label.field == "title":
            end = _line_end(text, heading.body)
            if draft.add("title", name, heading.body, end, value=one_line(text[heading.body : end])):
                return
    # A list pasted without a title has none: its first criterion is not one.
    listed = next((h.start for h in headings if _is_eligibility(h)), len(text))
    at = 0
    for line in text[:listed].split("\n"):
        stripped = line.strip("\ufeff \t")
        if stripped and not re.fullmatch(r"[\W_]*|---.*|\W*NCT\d{8}\W*", stripped) and label_of(stripped) is None:
            words = re.sub(r"^[#*_\s]+|[#*_\s]+$", "", stripped)
            labelled = _LINE_LABEL.match(stripped)
            if not (labelled and label_of(labelled[1])) and words:
                start = at + line.index(words)
                draft.add("title", name, start, start + len(words), value=one_line(words))
                return
        at += len(line) + 1


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _is_eligibility(heading: _Heading) -> bool:
    return heading.label is not None and heading.label.field == "eligibility"


def _ends(heading: _Heading, level: int) -> bool:
    """Whether `heading` ends an eligibility section of `level`: a marked heading of that level or above, or, where the
    section itself is not marked, a known section name alone on its line.

    A list item, a line such as `Age: 18 to 75` or a sub-heading inside the list does not end it: a criterion lost is worse
    than a line too many.
    """
    if _is_eligibility(heading) or (heading.label is not None and heading.label.field in _OF_ELIGIBILITY):
        return False
    if level < 7 or heading.level < 7:
        return heading.level <= level
    return heading.alone and (heading.label is not None and (heading.label.long or heading.label.own_line or heading.label.field in _AFTER))


def _eligibility(draft: Draft, name: str, text: str, headings: list[_Heading]) -> None:
    """One field from the first eligibility heading to the end of the last eligibility section: nothing between is lost."""
    places = [i for i, heading in enumerate(headings) if _is_eligibility(heading)]
    if not places:
        return
    level = min(headings[i].level for i in places)
    after = (heading.start for heading in headings[places[-1] + 1 :] if _ends(heading, level))
    draft.add("eligibility", name, headings[places[0]].start, next(after, len(text)))


def _sections(draft: Draft, name: str, text: str, headings: list[_Heading]) -> None:
    listed = draft.first("eligibility")
    for i, heading in enumerate(headings):
        label = heading.label
        inside = listed is not None and listed.span.start <= heading.start < listed.span.end
        if label is None or label.field in (None, "title", "eligibility") or inside:
            continue
        following = headings[i + 1].start if i + 1 < len(headings) else len(text)
        if listed and heading.start < listed.span.start:
            following = min(following, listed.span.start)
        line_end = _line_end(text, heading.body)
        own_line = bool(text[heading.body : line_end].strip())
        if label.field == "outcome":
            for start, end in _items(text, heading.body, following):
                item = outcomes.split(text, start, end)
                draft.add("outcome", name, start, end, value=item.measure, role=label.role, parts=item.parts)
        elif label.long:
            draft.add(label.field, name, heading.body, following)
        elif own_line:
            draft.add(label.field, name, heading.start, line_end, value=one_line(text[heading.body : line_end]).strip("*_ "))
        else:
            for start, end in _items(text, heading.body, following):
                draft.add(label.field, name, start, end, value=one_line(text[start:end]))


def _items(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Ranges of the items of a section, one a line, without their marks."""
    for a, b in outcomes.items(text, start, end, "|\n"):
        mark = _ITEM.match(text, a, b)
        yield (mark.end() if mark else a), b


def _lead(draft: Draft, name: str, text: str, headings: list[_Heading]) -> None:
    """Text between the title and the first section, as the description."""
    title = draft.first("title")
    start = _line_end(text, title.span.end) if title else 0
    listed = draft.first("eligibility")
    stops = [h.start for h in headings if h.start >= start] + ([listed.span.start] if listed else [])
    draft.add("description", name, start, min(stops, default=len(text)))


FORMAT = Format("plain", detect, read)
