"""A document opened at a passage: the verbatim text with the passage marked."""

from assistant.ui.markup import Markup, tag
from index.text import Span
from index.trials import Document, Trial

_AROUND = 20_000


def passage(trial: Trial, document: Document, span: Span) -> Markup:
    """The document's text around the span, highlighted; very long documents are cut at the sides, visibly."""
    first, last = max(0, span.start - _AROUND), min(len(document.text), span.end + _AROUND)
    return tag(
        "article",
        tag("h3", trial.title),
        tag("p", f"{document.name}, characters {span.start} to {span.end}, as it stands in the source", class_="hint"),
        tag(
            "pre",
            "… " if first else None,
            document.text[first : span.start],
            tag("mark", document.text[span.start : span.end], id="passage", tabindex="-1"),
            document.text[span.end : last],
            " …" if last < len(document.text) else None,
            tabindex="0",
            role="region",
            aria_label=f"Text of {document.name}",
        ),
    )


def evidence(content: Markup | None) -> Markup:
    """The evidence region."""
    return tag(
        "section",
        tag("h2", "Evidence", id="evidence-heading"),
        content or tag("p", "Open a citation, or “Show in document”, to read the passage where it stands.", class_="empty"),
        aria_labelledby="evidence-heading",
    )
