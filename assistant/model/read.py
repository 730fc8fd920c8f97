"""How a model reads a question that the documents gave no answer to, set beside the rules' reading. Only names of the vocabulary come through."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from assistant.model.chat import Chat, Meter
from assistant.model.outputs import Reading
from assistant.model.prompts import prompt
from assistant.model.propose import concept_of
from assistant.model.redact import outgoing
from assistant.results import Answer
from index.trials import Trial
from index.vocabulary import vocabulary

_MOST_TRIALS = 40
_MOST = 3


def remarks(answer: Answer, trials: Sequence[Trial], chat: Chat, meter: Meter, as_of: date) -> tuple[list[str], Counter[str]]:
    """Remarks for the reader: another reading of the question's concepts or trials. What is unknown is dropped and counted. Raises ModelError."""
    listed = "\n".join(f"{t.id}: {t.title}" for t in trials[:_MOST_TRIALS])
    reading = chat.ask(prompt("read").fill({"question": outgoing(answer.question, as_of), "trials": listed}), meter)
    assert isinstance(reading, Reading)
    return merged(reading, answer, trials)


def merged(reading: Reading, answer: Answer, trials: Sequence[Trial]) -> tuple[list[str], Counter[str]]:
    """Agreement is silent; a reading where the rules have none is offered; a disagreement is shown, and the rules are followed."""
    dropped: Counter[str] = Counter()
    request = answer.request or {}
    concepts = []
    for name in dict.fromkeys(reading.concepts):
        concept = concept_of(name)
        if concept is None:
            dropped["unknown concept"] += 1
        else:
            concepts.append(concept)
    known = {t.id for t in trials}
    named = [id_ for id_ in dict.fromkeys(reading.trials) if id_ in known]
    dropped["unknown trial"] += len(set(reading.trials)) - len(named)
    notes: list[str] = []
    own = _strings(request.get("concepts"))
    new = [c for c in concepts if not any(vocabulary().is_a(c, o) or vocabulary().is_a(o, c) for o in own)]
    if new and not own:
        notes.append(f"The model reads this as a question about {_labels(new)}; ask again with these words if that is meant.")
    elif new and len(new) == len(concepts):
        notes.append(f"The model reads this as a question about {_labels(new)}, the rules as one about {_labels(own)}; the answer follows the rules.")
    asked = _strings(request.get("trials"))
    if named and request.get("trials_from") == "named" and not set(named) <= set(asked):
        notes.append(
            f"The model reads this as a question about {', '.join(named[:_MOST])}, the rules about {', '.join(asked)}; the rules are followed."
        )
    return notes, +dropped


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else []


def _labels(concepts: Sequence[str]) -> str:
    return " and ".join(vocabulary().label(c) for c in concepts[:_MOST])
