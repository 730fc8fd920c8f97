"""A section's lines -> its bullets, as a tree: top-level bullets get ids, sub-items belong to their parent."""

import re
from dataclasses import dataclass, field

from index.criteria.sections import lines


@dataclass(slots=True)
class Item:
    """A bullet: the ranges of its own lines in the text, and its sub-items. `heading` is the sub-heading above it."""

    ranges: list[tuple[int, int]]
    children: list["Item"] = field(default_factory=list)
    heading: tuple[int, int] | None = None
    loose: bool = False  # a line without a marker
    doubled: bool = False  # two markers before its words: the first of a list that was pasted into a list

    @property
    def start(self) -> int:
        """Where the bullet's words begin."""
        return self.ranges[0][0]

    @property
    def end(self) -> int:
        """Where its last sub-item ends."""
        return max(self.ranges[-1][1], self.children[-1].end if self.children else 0)


_MARK = re.compile(
    r"(?P<dash>-{1,3}(?=\s|[A-Z≥≤<>])|[–—](?=\s))|(?P<star>\*{1,3}(?=\s|[A-Z]))|(?P<dot>[•·▪◦●‣○■□➢✓\uf0b7\uf0d8\uf0a7])|(?P<o>o(?=\s{2,}[A-Z]))"
    r"|(?P<num>\(?#?\d{1,2}(?:\.\d{1,2})*(?:[.)]\)?(?=[\s*A-Z≥≤<>(]|$)|:(?=\s))|\d{1,2}\.\d{1,2}(?:\.\d{1,2})*\.?(?=\s+[A-Z])|[①-⑳])"
    r"|(?P<roman>\(?(?:i{2,3}|i?v|vi{0,3}|i?x|xi{0,3})[.)](?=\s))|(?P<alpha>\(?[a-zA-Z][.)](?=\s)|\(?[a-z]{2}\)(?=\s))"
)
# Lists written on one line: "1. Age >= 18; 2. ECOG 0-1; 3. ...", "... * Pregnant * Active infection".
_INLINE_NUMBER = re.compile(r"(?:^|(?<=[\s;.,:]))\(?(\d{1,2})[.)](?:\s*(?=[A-Z≥≤<>])|\s+(?=\S))")
_INLINE_STAR = re.compile(r"(?:^|(?<=\s))(?:\*(?=\s+\S)|•|·(?=\s))|(?:(?<=[.;:])|^)\s*-\s+(?=[A-Z≥≤<>])")
_CUE = re.compile(r"(?::|following|below|either|one of|any of|defined (?:as|by)|include[sd]?|including|criteria|conditions|and|or)\W*$", re.I)


_SECOND = re.compile(r"\s*(?:(?:\(?\d{1,2}[.)]|[a-z][.)]|[-*•])(?=\s+[A-Z≥≤<>])\s*)?")


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    indent: int
    kind: str  # marker type, "" for none
    number: str
    blank_before: bool
    doubled: bool = False


def bullets(text: str, start: int, end: int) -> list[Item]:
    """Top-level bullets of `text[start:end]`; every word of the range is in one of them, or in an item's heading."""
    found = _lines(text, start, end)
    if not found:
        return []
    marked = [line for line in found if line.kind]
    if len(found) <= 2 * len(marked) or len(marked) >= 2:
        items = _unnested(text, _tree(text, found))
    else:
        items = _paragraphs(text, found)
    return items


def _lines(text: str, start: int, end: int) -> list[_Line]:
    found: list[_Line] = []
    blank = True
    for a, b in lines(text, start, end):
        stripped = text[a:b].strip()
        if not stripped or not re.search(r"\w", stripped):
            blank = True
            continue
        left = a + len(text[a:b]) - len(text[a:b].lstrip())
        # The first line of a section may stand behind its heading: its indentation means nothing.
        indent = left - a if a != start or a == 0 or text[a - 1] == "\n" else 0
        pieces = _inline(text, left, b)
        for k, (pa, pb) in enumerate(pieces):
            m = _MARK.match(text, pa, pb)
            body = pa
            kind = number = ""
            doubled = False
            if m:
                kind, number = m.lastgroup or "", m[0].strip("().#: ")
                body = m.end()
                # A second marker right behind the first ("- 1. Age") belongs to it.
                inner = _SECOND.match(text, body, pb)
                body = inner.end() if inner else body
                doubled = bool(inner and inner[0].strip())
            right = pb - (len(text[body:pb]) - len(text[body:pb].rstrip()))
            if right > body:
                found.append(_Line(body, right, indent, kind, number, blank and k == 0, doubled))
        blank = False
    return found


def _inline(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The pieces of one line that is really a list; the line itself otherwise."""
    if end - start < 60 and not re.match(r"\(?1[.)]", text[start:end]):
        return [(start, end)]
    cuts: list[int] = []
    expected = None
    for m in _INLINE_NUMBER.finditer(text, start, end):
        number = int(m[1])
        if expected is None:
            if number == 1 or m.start() == start:
                cuts, expected = [m.start()], number + 1
        elif number == expected:
            cuts.append(m.start())
            expected += 1
    if len(cuts) < 2:
        cuts = [m.start() for m in _INLINE_STAR.finditer(text, start, end)]
        if len(cuts) > 1 and not text[cuts[0] : cuts[1]].strip(" *•·-"):
            del cuts[1]  # "* • Words": two markers of one bullet
        if len([c for c in cuts if c > start]) < 1 or (len(cuts) < 2 and cuts and cuts[0] == start):
            return [(start, end)]
        if len(cuts) < 3 and not (cuts and cuts[0] <= start + 1):
            return [(start, end)]
    if cuts[0] > start:
        cuts.insert(0, start)
    return [(a, b) for a, b in zip(cuts, [*cuts[1:], end], strict=True) if text[a:b].strip()]


def _depth(number: str) -> int:
    return number.count(".")


def _tree(text: str, found: list[_Line]) -> list[Item]:
    items: list[Item] = []
    stack: list[tuple[_Line, Item]] = []
    heading: tuple[int, int] | None = None
    last: _Line | None = None
    for k, line in enumerate(found):
        following = found[k + 1] if k + 1 < len(found) else None
        if not line.kind:
            if stack and last is not None and _continues(text, last, line, stack[-1][0], following):
                target = stack[-1][1]
                if line.blank_before or target.children:
                    target = _owner(stack, line)
                if target.children:
                    target.children.append(Item([(line.start, line.end)], loose=True))
                else:
                    target.ranges.append((line.start, line.end))
                last = line
                continue
            if _is_heading(text, line, following):
                heading, last = (line.start, line.end), None
                stack.clear()
                continue
            item = Item([(line.start, line.end)], heading=heading, loose=True)
            items.append(item)
            stack[:] = [(line, item)]
            last = line
            continue
        item = Item([(line.start, line.end)], heading=heading, doubled=line.doubled)
        _place(text, line, item, items, stack)
        last = line
    return items


def _unnested(text: str, items: list[Item]) -> list[Item]:
    """ "* • First", with the rest of the list a level below: where the first leads in to nothing, the rest are its siblings."""
    out: list[Item] = []
    for item in items:
        children = item.children
        if item.doubled and children and not _CUE.search(text[item.ranges[-1][0] : item.ranges[-1][1]]):
            item.children = []
            out.append(item)
            for child in children:
                child.heading = item.heading
                out.append(child)
        else:
            out.append(item)
    return out


def _place(text: str, line: _Line, item: Item, items: list[Item], stack: list[tuple[_Line, Item]]) -> None:
    while stack:
        above, parent = stack[-1]
        if above.kind == line.kind and abs(above.indent - line.indent) <= 1 and _depth(line.number) == _depth(above.number):
            stack.pop()  # a sibling
            break
        if (
            line.kind == "num"
            and above.kind == "num"
            and _depth(line.number) > _depth(above.number)
            and line.number.startswith(above.number.split(".")[0])
        ):
            break
        if line.indent > above.indent + 1 and (above.kind or _CUE.search(text, *parent.ranges[-1])):
            break
        if (
            line.indent >= above.indent
            and above.kind != line.kind
            and not any(a.kind == line.kind and abs(a.indent - line.indent) <= 1 for a, _ in stack)
        ) and _CUE.search(text[parent.ranges[-1][0] : parent.ranges[-1][1]][-60:]):
            break
        stack.pop()
    if stack:
        stack[-1][1].children.append(item)
    else:
        items.append(item)
    stack.append((line, item))


def _owner(stack: list[tuple[_Line, Item]], line: _Line) -> Item:
    """Whose words a loose line behind sub-items is: the deepest bullet that stands further left."""
    while len(stack) > 1 and stack[-1][0].indent >= line.indent:
        stack.pop()
    return stack[-1][1]


def _continues(text: str, last: _Line, line: _Line, bullet: _Line, following: _Line | None) -> bool:
    first = text[line.start]
    if line.blank_before:
        return (
            bullet.kind != ""
            and line.indent > bullet.indent
            and not (_ends(text, line, ":") and following is not None and following.indent <= bullet.indent)
        )
    if (
        _ends(text, line, ":")
        and line.end - line.start < 80
        and following is not None
        and following.kind
        and following.indent <= bullet.indent
        and line.indent <= bullet.indent
    ):
        return first.islower() or text[last.end - 1] not in ".;:"
    if first.islower() or first in "(≥≤<>=,;/&+" or first.isdigit():
        return True
    if bullet.kind:
        return line.indent > bullet.indent or last.end - last.start > 45 or text[last.end - 1] not in ".;:"
    return last.end - last.start > 60 and text[last.end - 1] not in ".;:"


def _ends(text: str, line: _Line, char: str) -> bool:
    return text[line.end - 1] == char


_TOPIC = re.compile(
    r"(?:age|performance status|life expectancy|h(?:a)?ematopoietic|hepatic|renal|cardiovascular|cardiac|pulmonary"
    r"|other|gastrointestinal|immunologic|neurologic|menopausal status|sex|biologic therapy|chemotherapy"
    r"|endocrine therapy|radiotherapy|surgery|hormone receptor status|hematologic|hematology|general|laboratory)",
    re.I,
)


def _is_heading(text: str, line: _Line, following: _Line | None) -> bool:
    """A line without a marker above a list: a sub-heading."""
    if following is None:
        return False
    words = text[line.start : line.end]
    if _TOPIC.fullmatch(words.strip(" :")):
        return True
    short = line.end - line.start <= 90
    return (
        short
        and (words.endswith(":") or words.isupper() or (bool(following.kind) and line.end - line.start <= 60 and words[-1] not in ".;,"))
        and not re.search(r"[≥≤<>]\s*\d", words)
    )


def _filled(text: str, found: list[_Line]) -> bool:
    """Whether the lines were broken by a typewriter's margin: none is long, and most that do not end a statement come near the margin."""
    lengths = [line.end - line.start for line in found]
    margin = max(lengths)
    if margin > 110:
        return False
    running = [n for n, line in zip(lengths, found, strict=True) if text[line.end - 1] not in ".;:"][: len(found) - 1 or 1]
    return margin >= 55 and sum(n > 0.7 * margin for n in running) >= 0.5 * len(running)


def _paragraphs(text: str, found: list[_Line]) -> list[Item]:
    """Bullets of a list without markers: one per paragraph, or one per line where lines end like statements."""
    items: list[Item] = []
    heading: tuple[int, int] | None = None
    last: _Line | None = None
    filled = _filled(text, found)
    small = sum(text[line.start].islower() for line in found) > len(found) / 2
    for k, line in enumerate(found):
        following = found[k + 1] if k + 1 < len(found) else None
        open_ended = last is not None and bool(items) and not line.kind and text[last.end - 1] not in ".;:"
        wrapped = open_ended and last is not None and filled and not line.blank_before and last.end - last.start > 60
        if wrapped or (open_ended and text[line.start].islower() and (filled or not small)):
            items[-1].ranges.append((line.start, line.end))
        elif (_TOPIC.fullmatch(text[line.start : line.end].strip(" :")) and following is not None) or (
            _is_heading(text, line, following)
            and text[line.end - 1] == ":"
            and not re.search(r"\b(?:following|if|who|with|all)\b", text[line.start : line.end], re.I)
        ):
            heading = (line.start, line.end)
        else:
            items.append(Item([(line.start, line.end)], heading=heading, loose=True))
        last = line
    return items
