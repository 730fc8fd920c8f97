"""A trial as its document states it: fields and criteria, each with its exact place in the untouched text."""

from typing import Literal

from index.conditions import Condition
from index.text import Frozen, Span


class Document(Frozen):
    """A text that can be quoted. `name` is what a citation shows.

    For a plain file: the file's name and its whole text. For a structured source (JSON, CSV, XML): one document per
    text field, `NCT01234567.json#eligibilityModule.eligibilityCriteria`, holding the field's decoded text.
    """

    name: str
    text: str


FieldName = Literal[
    "title", "official_title", "acronym", "nct_id", "other_id", "summary", "description", "status", "why_stopped", "start_date",
    "primary_completion_date", "end_date", "last_update", "enrollment", "sex", "minimum_age", "maximum_age", "age", "healthy_volunteers",
    "phase", "study_type", "allocation", "intervention_model", "primary_purpose", "masking", "design", "sponsor", "collaborator",
    "condition", "keyword", "arm", "intervention", "outcome", "eligibility", "study_population", "location", "contact", "official",
    "results", "document_link", "url", "funder", "first_posted", "verified_date", "reference", "other",
]  # fmt: skip


class Field(Frozen):
    """One stated thing. `value` is the repaired text; the quote is `document.text[start:end]`.

    `role` narrows it: "primary", "secondary", "other" for outcomes (or "first listed" where a file gives no label);
    "DRUG", "PROCEDURE", ... for interventions; "EXPERIMENTAL", ... for arms. `parts` holds named pieces, e.g.
    {"measure": ..., "description": ..., "time_frame": ...} of an outcome, {"other_names": ...} of an intervention,
    {"city": ..., "country": ...} of a location.
    """

    name: FieldName
    value: str
    document: str
    span: Span
    role: str | None = None
    parts: dict[str, str] = {}


Polarity = Literal["inclusion", "exclusion", "population"]


class Criterion(Frozen):
    """One top-level bullet of the list (I01, E01, ...), or one population statement (P01, ...).

    `quote` is exactly the document's text between `span.start` and `span.end`. `heading` is the list heading above it,
    if the list has any beyond inclusion and exclusion. All spans inside `condition` are offsets in the same document.
    """

    id: str
    polarity: Polarity
    document: str
    span: Span
    quote: str
    condition: Condition
    heading: str = ""


class SourceNote(Frozen):
    """Something in the document itself that a reader should know: a contradiction, a damaged comparator, a duplicate."""

    kind: Literal["contradiction", "damaged", "duplicate", "implausible", "stale", "ambiguous", "layout"]
    text: str
    document: str
    spans: tuple[Span, ...] = ()
    criteria: tuple[str, ...] = ()


class Trial(Frozen):
    """Everything one trial's source states, and nothing more.

    `id` is the NCT number where the document states one, else the file's stem. `criteria` is empty only if nothing at
    all could be said about whom the trial is for. `has_eligibility_list` tells a list from derived population statements.
    """

    id: str
    nct_id: str | None
    title: str
    source: str
    layout: str
    content_hash: str
    documents: tuple[Document, ...]
    fields: tuple[Field, ...]
    criteria: tuple[Criterion, ...] = ()
    has_eligibility_list: bool = False
    notes: tuple[SourceNote, ...] = ()

    def document(self, name: str) -> Document:
        """The document called `name`. Raises KeyError if the trial has no such document."""
        for document in self.documents:
            if document.name == name:
                return document
        raise KeyError(name)

    def all(self, *names: FieldName) -> tuple[Field, ...]:
        """Fields with any of these names, in the order of the source."""
        return tuple(f for f in self.fields if f.name in names)

    def first(self, *names: FieldName) -> Field | None:
        """The first field with any of these names, or None."""
        return next((f for f in self.fields if f.name in names), None)
