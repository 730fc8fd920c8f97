"""A reading of words that the compiler left open: suggested by a model, checked against the words, and shown. Only a reviewer can accept it."""

import json
import re
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.model.chat import Chat, Meter
from assistant.model.outputs import SuggestedReading
from assistant.model.prompts import prompt
from assistant.model.propose import choices, concept_of
from assistant.results import PromptUse
from index.conditions import TEXT, Category, Condition, Finding, Leaf, Limit, NotCompiled, Treatment, leaves
from index.errors import InputError, ModelError
from index.text import Frozen, Span, repaired
from index.trials import Criterion
from index.vocabulary import vocabulary

_CONDITION: TypeAdapter[Any] = TypeAdapter(Condition)
_LONGEST = 4000
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_CONCEPTS = ("measure", "scale", "concepts", "targets", "about", "for_condition")


class Suggestion(Frozen):
    """A reading of `quote`, open words of a criterion; `condition` has its spans in the document. `prompt` is None for one that a person wrote."""

    quote: str
    condition: Condition
    model: str = ""
    prompt: PromptUse | None = None


def open_words(criterion: Criterion) -> list[NotCompiled]:
    """The leaves of a criterion that were not compiled."""
    return [leaf for leaf in leaves(criterion.condition) if isinstance(leaf, NotCompiled)]


def words_of(criterion: Criterion, leaf: Leaf) -> str:
    """The document's words under a leaf."""
    start = criterion.span.start
    return criterion.quote[max(leaf.span.start - start, 0) : max(leaf.span.end - start, 0)] or criterion.quote


def suggest(criterion: Criterion, chat: Chat, meter: Meter) -> Suggestion:
    """A model's reading of the criterion's first open words. Raises InputError if none is open, ModelError if it is of no use."""
    leaf = next(iter(open_words(criterion)), None)
    if leaf is None:
        raise InputError(f"Nothing of {criterion.id} was left open.", "A reading can be suggested only for words that were not compiled.")
    filled = prompt("suggest").fill({"criterion": criterion.quote, "open": words_of(criterion, leaf)})
    said = chat.ask(filled, meter)
    assert isinstance(said, SuggestedReading)
    if said.quote.strip() not in words_of(criterion, leaf) or not said.quote.strip():
        raise ModelError("The language model's reading quotes words that are not there.")
    try:
        condition = read_condition(said.condition, words_of(criterion, leaf), leaf.span)
    except InputError as error:
        raise ModelError(f"The language model's reading was not usable: {error.message}") from None
    return Suggestion(quote=words_of(criterion, leaf), condition=condition, model=chat.endpoint.model, prompt=filled.use)


def read_condition(text: str, words: str, span: Span) -> Condition:
    """The condition of a JSON text about `words` at `span`. Raises InputError unless it is a condition of known concepts and the words' numbers."""
    try:
        raw = json.loads(text) if len(text) <= _LONGEST else None
        condition: Condition = _CONDITION.validate_python(_placed(raw, span.model_dump()))
    except (ValueError, ValidationError, RecursionError) as error:
        raise InputError("It is no condition.", "See docs/model.md for its form.") from error
    stated = {float(n) for n in _NUMBER.findall(repaired(words))}
    for leaf in leaves(condition):
        if isinstance(leaf, NotCompiled):
            raise InputError("It leaves the words open.")
        if unsupported := set(_numbers(leaf)) - stated:
            raise InputError(f"It holds the number {min(unsupported):g}, which is not in the words.")
        if isinstance(leaf, Category) and not set(leaf.values) <= set(choices(leaf.scale).values()):
            raise InputError(f"The scale {leaf.scale} has no value {', '.join(leaf.values)}.")
        if isinstance(leaf, Limit) and leaf.unit is not None and leaf.unit not in vocabulary().units:
            raise InputError(f"There is no unit {leaf.unit}.")
        for concept in _named(leaf):
            if concept.startswith(TEXT) and concept.removeprefix(TEXT).casefold() not in repaired(words).casefold():
                raise InputError(f"The words do not hold {concept.removeprefix(TEXT)!r}.")
    return condition


def _placed(raw: Any, span: dict[str, int], depth: int = 0) -> Any:
    """The JSON with the span at every node and names of the vocabulary as its ids."""
    if depth > 12:
        raise ValueError("too deep")
    if isinstance(raw, list):
        return [_placed(item, span, depth + 1) for item in raw]
    if not isinstance(raw, dict):
        return raw
    placed = {key: _placed(value, span, depth + 1) for key, value in raw.items() if key != "span"}
    for key in _CONCEPTS:
        if isinstance(placed.get(key), str):
            placed[key] = _id(placed[key])
        elif isinstance(placed.get(key), list):
            placed[key] = [_id(name) for name in placed[key]]
    unit, measure = placed.get("unit"), placed.get("measure")
    if isinstance(unit, str) and unit not in vocabulary().units and (known := vocabulary().unit_at(repaired(unit), 0, measure)):
        placed["unit"] = known[0]
    return placed | {"span": span} if "kind" in raw else placed


def _id(name: Any) -> str:
    if not isinstance(name, str):
        raise ValueError("not a name")
    if name.startswith(TEXT):
        return name.casefold()
    concept = concept_of(name)
    if concept is None:
        raise InputError("It names something that is not in the vocabulary.", "Write text: and the literal words instead.")
    return concept


def _numbers(leaf: Leaf) -> list[float]:
    """The numbers of a leaf's bounds and window."""
    found: list[float | None] = []
    if isinstance(leaf, Limit):
        found += [leaf.bounds.low, leaf.bounds.high]
    if isinstance(leaf, Limit | Category | Finding | Treatment) and leaf.window is not None:
        found += [d.value for d in (leaf.window.within, leaf.window.longer_than) if d is not None]
    return [n for n in found if n is not None]


def _named(leaf: Leaf) -> tuple[str, ...]:
    match leaf:
        case Limit():
            return (leaf.measure,)
        case Category():
            return (leaf.scale,)
        case Finding():
            return leaf.concepts
        case Treatment():
            return leaf.targets
        case _:
            return ()
