"""A trial while its source is being read: documents, fields and notes are added, then `trial` freezes it."""

from collections.abc import Mapping
from typing import Literal

from index.sources.source import scalar
from index.text import Span, mojibake, repaired
from index.trials import Document, Field, FieldName, SourceNote, Trial

NoteKind = Literal["contradiction", "damaged", "duplicate", "implausible", "stale", "ambiguous", "layout"]
_CODED = frozenset({"arm", "intervention"})
"""Fields whose role is a code: `DRUG`, `DIETARY_SUPPLEMENT`, `ACTIVE_COMPARATOR`, written alike for every format."""


def one_line(text: str) -> str:
    """Repaired text on one line, every run of white space one blank."""
    return " ".join(repaired(text).split())


def _value(text: str) -> str:
    """Repaired text; paragraphs and list items keep their lines."""
    return repaired(text).strip() if "\n" in text else one_line(text)


class Draft:
    """Collects what one source states about one trial."""

    def __init__(self, source: str, layout: str) -> None:
        self.source = source
        self.layout = layout
        self.documents: dict[str, str] = {}
        self.fields: list[Field] = []
        self.notes: list[SourceNote] = []

    def document(self, name: str, text: str) -> str:
        """Add a text that can be quoted and return its name."""
        self.documents[name] = scalar(text)
        return name

    def add(
        self,
        name: FieldName,
        document: str,
        start: int = 0,
        end: int | None = None,
        *,
        value: str | None = None,
        role: str | None = None,
        parts: Mapping[str, str] | None = None,
    ) -> Field | None:
        """Add a field on `document[start:end]`, blanks at the ends left out. Nothing is added for a blank range."""
        text = self.documents[document]
        end = len(text) if end is None else end
        quote = text[start:end]
        start += len(quote) - len(quote.lstrip())
        quote = quote.strip()
        if not quote:
            return None
        field = Field(
            name=name,
            value=_value(quote) if value is None else value,
            document=document,
            span=Span(start=start, end=start + len(quote)),
            role=role.upper().replace(" ", "_") if role and name in _CODED else role,
            parts=dict(parts or {}),
        )
        self.fields.append(field)
        return field

    def note(self, kind: NoteKind, text: str, document: str, *spans: Span) -> None:
        """Add something that a reader of the source should know."""
        self.notes.append(SourceNote(kind=kind, text=text, document=document, spans=spans))

    def first(self, name: FieldName) -> Field | None:
        """The first field so far with this name."""
        return next((f for f in self.fields if f.name == name), None)

    def trial(self, id: str, nct_id: str | None, content_hash: str, encoding: str = "utf-8") -> Trial:
        """The finished record, with the notes that every format needs."""
        self._note_enrollment()
        self._note_damage()
        if encoding != "utf-8":
            document = next(iter(self.documents))
            self.note("layout", f"The file is not UTF-8; it was read as {encoding}.", document)
        if len(self.documents) == 1:
            self.fields.sort(key=lambda field: field.span.start)
        title = self.first("title") or self.first("official_title")
        return Trial(
            id=id,
            nct_id=nct_id,
            title=one_line(title.value) if title else id,
            source=self.source,
            layout=self.layout,
            content_hash=content_hash,
            documents=tuple(Document(name=name, text=text) for name, text in self.documents.items()),
            fields=tuple(self.fields),
            notes=tuple(self.notes),
        )

    def _note_enrollment(self) -> None:
        field, status = self.first("enrollment"), self.first("status")
        withdrawn = status is not None and status.value.lower().startswith(("withdrawn", "no longer available"))
        if field and field.value == "0" and not withdrawn:
            text = "The document shows an enrollment of 0, which is implausible for a trial that was not withdrawn; treat it as not stated."
            self.note("implausible", text, field.document, field.span)

    def _note_damage(self) -> None:
        for name, text in self.documents.items():
            found = [] if text.isascii() else list(mojibake(text))
            if found:
                signs = ", ".join(sorted({f"“{span.of(text)}” was “{sign}”" for span, sign in found}))
                self.note("damaged", f"The text's encoding is damaged; read here as: {signs}.", name, *(span for span, _ in found))
