"""What the page can ask for: one typed action, sent by its script as JSON. Sizes are limited here, once."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from assistant.results import Outcome
from index.text import Frozen

NOTE_CHARACTERS = 200_000
"""Longest message or note file."""
UPLOAD_BYTES = 20_000_000
"""Largest trial document; the files of one drop together may be as large."""

Line = Annotated[str, Field(max_length=2000)]
Name = Annotated[str, Field(max_length=400)]


class Send(Frozen):
    """A message: a note, a question, or both."""

    kind: Literal["send"]
    text: Annotated[str, Field(max_length=NOTE_CHARACTERS)]


class Stop(Frozen):
    """Give up the work that is running."""

    kind: Literal["stop"]


class Clear(Frozen):
    """Wipe the patient and everything derived from them."""

    kind: Literal["clear"]


class SetDate(Frozen):
    """Another reference date."""

    kind: Literal["set_date"]
    as_of: date


class DropNote(Frozen):
    """A note file, read by the page: text, Markdown, a FHIR bundle or a table of laboratory values."""

    kind: Literal["drop_note"]
    name: Name
    text: Annotated[str, Field(max_length=NOTE_CHARACTERS)]


class EditFact(Frozen):
    """Replace the words of the fact at `index` by `text` ("plt 60")."""

    kind: Literal["edit_fact"]
    index: int
    text: Line


class RemoveFact(Frozen):
    """Take the fact at `index` out of the record."""

    kind: Literal["remove_fact"]
    index: int


class AnswerQuestion(Frozen):
    """The clinician answers an "ask next" question: by the words before a bare value (`lead`) and `text`, or a whole statement."""

    kind: Literal["answer_question"]
    lead: Line = ""
    text: Line


class Judge(Frozen):
    """The clinician judges a criterion otherwise than computed, with a reason; an empty outcome takes it back."""

    kind: Literal["judge"]
    trial: Name
    criterion: Name
    outcome: Outcome | Literal[""]
    reason: Line = ""


class OpenSource(Frozen):
    """Show a passage of a trial's document, highlighted."""

    kind: Literal["open_source"]
    trial: Name
    document: Name
    start: int
    end: int


class OpenCitation(Frozen):
    """Show the passage behind citation `n` of the answer number `turn`."""

    kind: Literal["open_citation"]
    turn: int
    n: int


class ShowCriteria(Frozen):
    """Load the criterion table of a trial that is shown closed."""

    kind: Literal["show_criteria"]
    trial: Name


class Upload(Frozen):
    """A file, its bytes in base64."""

    name: Name
    data: Annotated[str, Field(max_length=UPLOAD_BYTES * 4 // 3 + 4)]


class Ingest(Frozen):
    """Read trial documents into the index."""

    kind: Literal["ingest"]
    files: Annotated[tuple[Upload, ...], Field(max_length=200)]


class RemoveTrial(Frozen):
    """Take a trial out of the index."""

    kind: Literal["remove_trial"]
    trial: Name


class RestoreTrial(Frozen):
    """Put the trial back that was removed last."""

    kind: Literal["restore_trial"]


class Export(Frozen):
    """Hand out the report as a file."""

    kind: Literal["export"]
    format: Literal["pdf", "markdown", "csv", "json"]


Action = Annotated[
    Send | Stop | Clear | SetDate | DropNote | EditFact | RemoveFact | AnswerQuestion | Judge | OpenSource | OpenCitation | ShowCriteria
    | Ingest | RemoveTrial | RestoreTrial | Export,
    Field(discriminator="kind"),
]  # fmt: skip
_adapter: TypeAdapter[Action] = TypeAdapter(Action)


def read_action(payload: object) -> Action:
    """The action in what the page sent. Raises pydantic.ValidationError if it is none."""
    return _adapter.validate_python(payload)
