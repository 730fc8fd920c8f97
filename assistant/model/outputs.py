"""What a language model may return: flat, small, and validated before anything looks at it. Prompts name these models as their output."""

from index.text import Frozen


class Rewritten(Frozen):
    """Another wording of the sentence with this number."""

    number: int
    text: str


class Draft(Frozen):
    """Other wordings of some sentences of an answer."""

    sentences: list[Rewritten]


class ProposedFact(Frozen):
    """A statement about the patient, with the literal words of the note that say so.

    `concept` is a name of the vocabulary ("platelet count"), `status` one of the statuses of a fact, `value` and `unit` for a
    measurement, `choice` for a scale.
    """

    quote: str
    concept: str
    status: str
    value: float | None
    unit: str | None
    choice: str | None


class ProposedFacts(Frozen):
    """Everything that the model reads in a note."""

    facts: list[ProposedFact]


class Reading(Frozen):
    """What a question is about, in names of the vocabulary, and the trials that it names."""

    concepts: list[str]
    trials: list[str]


class SuggestedReading(Frozen):
    """A reading of words that the compiler left open. `condition` is the JSON of a condition without spans."""

    quote: str
    condition: str


OUTPUTS: dict[str, type[Frozen]] = {model.__name__: model for model in (Draft, ProposedFacts, Reading, SuggestedReading)}
"""The models that a prompt can name."""
