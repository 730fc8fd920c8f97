"""A web page: its visible text, one line a block, list items marked as on the screen; then read as any text."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from index.sources.layouts import read_extracted
from index.sources.source import Format, Rejected, Source
from index.trials import Trial

_HIDDEN = frozenset({"script", "style", "noscript", "template", "head", "svg", "nav", "footer", "button", "select", "iframe", "form"})
_BLOCKS = frozenset({
    "p", "div", "section", "article", "header", "main", "aside", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "dt", "dd", "table", "tr",
    "td", "th", "thead", "tbody", "pre", "blockquote", "figure", "address", "details", "summary", "br", "hr", "body",
})  # fmt: skip
_VOID = frozenset(["br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr"])
_PARAGRAPHS = frozenset(["p", "section", "article", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol"])


class _Visible(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.hidden: list[str] = []
        self.lists: list[int] = []
        self.pre = 0
        self.marked = False  # the line so far is a list item's mark and nothing else

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        unseen = "hidden" in attributes or "display:none" in (attributes.get("style") or "").replace(" ", "")
        if self.hidden or tag in _HIDDEN or unseen:
            if tag not in _VOID:
                self.hidden.append(tag)
            return
        if tag in ("ul", "ol"):
            self.lists.append(0 if tag == "ol" else -1)
        self.pre += tag == "pre"
        if tag == "li":
            self._item()
        elif tag in _BLOCKS and not self.marked:
            self.out.append("\n\n" if tag in _PARAGRAPHS and not (self.lists and tag == "p") else "\n")

    def _item(self) -> None:
        depth = max(len(self.lists) - 1, 0)
        mark = "- "
        if self.lists and self.lists[-1] >= 0:
            self.lists[-1] += 1
            mark = f"{self.lists[-1]}. "
        self.out.append("\n" + "  " * depth + mark)
        self.marked = True

    def handle_endtag(self, tag: str) -> None:
        if self.hidden:
            if tag in self.hidden:
                while self.hidden.pop() != tag:
                    pass
            return
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        self.pre -= tag == "pre" and self.pre > 0
        if (tag in _BLOCKS and not self.marked) or tag == "li":
            self.out.append("\n")
            self.marked = False

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        data = data if self.pre else re.sub(r"[ \t\r\n\f]+", " ", data)
        fresh = self.marked or (self.out and self.out[-1].endswith("\n") and not self.pre)
        self.out.append(data.lstrip() if fresh else data)
        self.marked = self.marked and not data.strip()


def visible(html: str) -> str:
    """Visible text of a page."""
    parser = _Visible()
    parser.feed(html)
    parser.close()
    text = re.sub(r"[ \t]+\n", "\n", "".join(parser.out))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def detect(source: Source) -> bool:
    head = source.head[:2000].lower()
    return bool(re.match(r"<!doctype html|<html|<head|<body|<(?:div|article|section|main|table|p|h1|ul)\b", head)) or (
        "<html" in head and head.startswith("<")
    )


def read(source: Source) -> Iterator[Trial | Rejected]:
    """The trial of the page."""
    html = re.sub(r"(?is)^.*?(?=<h1\b)", "", source.text or "", count=1) if re.search(r"(?i)<h1\b", source.text or "") else source.text or ""
    yield from read_extracted(source, visible(html).strip("\n"), "web page")


FORMAT = Format("html_page", detect, read)
