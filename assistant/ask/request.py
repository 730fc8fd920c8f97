"""The understanding of a question as one explicit, typed value: a wrong answer is traced to a wrong reading, or it is not the reading."""

from typing import Literal

from index.text import Frozen

Intent = Literal[
    "help",            # nothing was asked: empty, emoji, greeting
    "emergency",       # somebody's life is in danger now
    "out_of_scope",    # treatment advice, secrets, instructions to the program, unsupported language
    "unknown_trial",   # only trials that are not indexed are named
    "needs_patient",   # a patient is asked about, and there is none
    "field",           # something that a record states: sponsor, phase, endpoints, sites
    "dose",            # how much of a drug, perhaps for a weight
    "definition",      # what a term means in a document
    "criteria",        # the rule on a topic
    "value",           # a stated value against the rule
    "which_trials",    # the trials that require, allow, exclude, use or study something
    "compare",         # two or more trials side by side, shared and different
    "list_trials",     # what is indexed
    "text",            # anything else: the best sentences of the documents
]  # fmt: skip

TrialsFrom = Literal["named", "context", "all", "single"]

Stance = Literal["require", "allow", "exclude", "involve"]


class Request(Frozen):
    """What is asked, of which trials, about what, with which facts.

    `trials` are the trials meant, in order; `trials_from` says how they were found; `unknown_trials` are names that no indexed
    trial has. `topics` are field topics (see topics.py), `concepts` vocabulary ids, `terms` the words that an answer has to
    meet. `asserted` are design properties that the question takes for granted. `weight_kg` is a body weight in the question.
    `corrections` maps misspelt words to what they were read as. `reading` is the question in the words that were matched (repaired,
    corrected, in English); `continues` is the intent of the question that this one follows up.
    """

    question: str
    intent: Intent
    language: Literal["en", "zh", "other"] = "en"
    reason: str = ""
    trials: tuple[str, ...] = ()
    trials_from: TrialsFrom = "all"
    unknown_trials: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    stance: Stance | None = None
    facts: tuple[str, ...] = ()
    weight_kg: float | None = None
    asserted: dict[str, str] = {}
    corrections: dict[str, str] = {}
    yes_no: bool = False
    reading: str = ""
    continues: Intent | None = None


class Context(Frozen):
    """What the conversation has spoken of: `trials` last named, `listed` in the order of the last list, `request` last understood."""

    trials: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    request: Request | None = None
