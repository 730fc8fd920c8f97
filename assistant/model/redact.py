"""What may be sent: text without identifiers; and the way back from the model's words to the place in the note."""

from datetime import date

from assistant import identifiers
from index.text import Span


def outgoing(text: str, as_of: date) -> str:
    """`text` as it may be sent: names, numbers, addresses and web addresses replaced by a mark, a birth date by the age."""
    clean = identifiers.redact(text, as_of).text
    pieces, at = [], 0
    for found in identifiers.find(clean):
        if found.kind == "web address" and found.start >= at:
            pieces += [clean[at : found.start], "[removed]"]
            at = found.end
    return "".join([*pieces, clean[at:]])


def place(quote: str, note: str) -> Span | None:
    """Where the note says exactly this; None if it does not. A quote that touches an identifier is in the note no more."""
    start = note.find(quote) if quote.strip() else -1
    if start < 0:
        return None
    span = Span(start=start, end=start + len(quote))
    hidden = identifiers.find(note)
    return None if any(i.start < span.end and span.start < i.end for i in hidden) else span
