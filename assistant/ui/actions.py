"""What a click on the page can ask for: one typed action, sent by the page's script as JSON."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from index.text import Frozen


class EditFact(Frozen):
    """Replace the words of the fact at `index` by `text` ("plt 60")."""

    kind: Literal["edit_fact"]
    index: int
    text: Annotated[str, Field(max_length=2000)]


class RemoveFact(Frozen):
    """Take the fact at `index` out of the record."""

    kind: Literal["remove_fact"]
    index: int


class AnswerQuestion(Frozen):
    """The clinician answers one of the "ask next" questions."""

    kind: Literal["answer_question"]
    question: Annotated[str, Field(max_length=2000)]
    text: Annotated[str, Field(max_length=2000)]


class Override(Frozen):
    """The clinician judges a criterion otherwise than computed, with a reason; an empty outcome takes it back."""

    kind: Literal["override"]
    trial: str
    criterion: str
    outcome: Literal["PASS", "FAIL", "UNKNOWN", "NOT_APPLICABLE", ""]
    reason: Annotated[str, Field(max_length=2000)] = ""


class OpenSource(Frozen):
    """Show a passage of a trial's document, highlighted."""

    kind: Literal["open_source"]
    trial: str
    document: str
    start: int
    end: int


class OpenCitation(Frozen):
    """Show the passage behind citation `n` of the answer number `turn`."""

    kind: Literal["open_citation"]
    turn: int
    n: int


class RemoveTrial(Frozen):
    """Take a trial out of the index."""

    kind: Literal["remove_trial"]
    trial: str


Action = Annotated[EditFact | RemoveFact | AnswerQuestion | Override | OpenSource | OpenCitation | RemoveTrial, Field(discriminator="kind")]
_adapter: TypeAdapter[Action] = TypeAdapter(Action)


def read_action(payload: object) -> Action:
    """The action in what the page sent. Raises pydantic.ValidationError if it is none."""
    return _adapter.validate_python(payload)
