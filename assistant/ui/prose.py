"""An answer's text as HTML: lines, lists, tables, bold words, and citation markers that open their passage."""

import re
from collections.abc import Iterator, Sequence

from assistant.results import Citation
from assistant.ui.markup import Markup, join, tag

_INLINE = re.compile(r"\*\*(?P<bold>[^*\n]+)\*\*|\[(?P<marker>\d{1,4})\]")
_ITEM = re.compile(r"^\s*[-*•]\s+")
_RULE = re.compile(r"^\s*\|[\s:|-]+\|\s*$")


def prose(text: str, citations: Sequence[Citation] = (), turn: int = 0) -> Markup:
    """The text of answer number `turn`. A marker without a citation stays as it is written."""
    known = {c.n: c for c in citations}

    def words(line: str) -> Iterator[Markup | str]:
        at = 0
        for found in _INLINE.finditer(line):
            yield line[at : found.start()]
            at = found.end()
            if found["bold"]:
                yield tag("strong", found["bold"])
            else:
                citation = known.get(int(found["marker"]))
                yield found[0] if citation is None else marker(citation, turn)
        yield line[at:]

    def blocks() -> Iterator[Markup]:
        lines = text.split("\n")
        at = 0
        while at < len(lines):
            kind = _kind(lines[at])
            end = at
            while end < len(lines) and _kind(lines[end]) == kind:
                end += 1
            block = lines[at:end]
            at = end
            if kind == "item":
                yield tag("ul", [tag("li", words(_ITEM.sub("", line))) for line in block])
            elif kind == "row":
                yield _table([[list(words(cell.strip())) for cell in line.strip().strip("|").split("|")] for line in block if not _RULE.match(line)])
            elif kind == "line":
                yield from (tag("p", words(line)) for line in block)

    return join(blocks())


def _kind(line: str) -> str:
    if not line.strip():
        return "blank"
    return "item" if _ITEM.match(line) else "row" if line.strip().startswith("|") else "line"


def _table(rows: list[list[list[Markup | str]]]) -> Markup:
    head, *body = rows or [[]]
    return tag(
        "div",
        tag(
            "table",
            tag("thead", tag("tr", [tag("th", cell, scope="col") for cell in head])),
            tag("tbody", [tag("tr", [tag("td", cell) for cell in row]) for row in body]),
        ),
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label="Table",
    )


def marker(citation: Citation, turn: int) -> Markup:
    """A citation as a small button: its number, and where it leads."""
    return tag(
        "button",
        str(citation.n),
        type="button",
        class_="cite",
        data_action="open_citation",
        data_turn=turn,
        data_n=citation.n,
        title=citation.quote[:240],
        aria_label=f"Citation {citation.n}: open {citation.document}",
    )
