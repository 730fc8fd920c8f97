"""Plain questions about the indexed trials, answered from their text. No language model is needed.

question → `understand` → `Request` → the answerer of its intent → text with markers → `Answer`.
"""

from datetime import date
from typing import TYPE_CHECKING

from assistant.ask.library import Library
from assistant.ask.request import Context, Request
from assistant.results import Answer
from index.filters import Filter

if TYPE_CHECKING:
    from assistant.patient import Patient

__all__ = ["Context", "Library", "Request", "answer"]


def answer(
    question: str,
    library: Library,
    as_of: date,
    patient: "Patient | None" = None,
    context: Context | None = None,
    where: Filter | None = None,
) -> Answer:
    """See `assistant.ask.answering.answer`."""
    from assistant.ask.answering import answer as answer_

    return answer_(question, library, as_of, patient, context, where)
