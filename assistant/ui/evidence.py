"""A document opened at a passage: the verbatim text with the passage marked."""

from assistant.ui.markup import Markup, tag
from index.trials import Document, Trial

_AROUND = 6000


def passage(trial: Trial, document: Document, start: int, end: int) -> Markup:
    """The document's text around `start:end`, the passage highlighted; long documents are cut at the sides, visibly."""
    first, last = max(0, start - _AROUND), min(len(document.text), end + _AROUND)
    return tag(
        "article",
        tag("h3", document.name),
        tag("p", trial.title, class_="hint"),
        tag(
            "pre",
            "… " if first else None,
            document.text[first:start],
            tag("mark", document.text[start:end], id="passage", tabindex="-1"),
            document.text[end:last],
            " …" if last < len(document.text) else None,
            tabindex="0",
        ),
    )


def evidence(content: Markup | None) -> Markup:
    """The evidence region."""
    return tag(
        "section",
        tag("h2", "Evidence", id="evidence-heading"),
        content or tag("p", "Follow a citation such as [1], or “Show in document”, to read the passage in its document.", class_="empty"),
        aria_labelledby="evidence-heading",
        aria_live="polite",
    )
