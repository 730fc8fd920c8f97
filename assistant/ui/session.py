"""What one browser tab knows: one conversation, one patient, the clinician's own judgements, one opened passage."""

from dataclasses import dataclass, field
from datetime import date
from typing import assert_never

from assistant import Assistant
from assistant.conversation import Conversation
from assistant.results import Answer, Report
from assistant.ui import evidence
from assistant.ui.actions import Action, AnswerQuestion, EditFact, OpenCitation, OpenSource, Override, RemoveFact, RemoveTrial
from assistant.ui.markup import Markup, tag
from index.errors import TrialmatchError
from index.text import Span


@dataclass
class Session:
    """State of a tab. Nothing of it outlives the tab, and nothing of it is written anywhere."""

    assistant: Assistant
    conversation: Conversation
    answers: list[Answer] = field(default_factory=list)
    overrides: dict[tuple[str, str], Override] = field(default_factory=dict)
    opened: Markup | None = None

    @classmethod
    def start(cls, assistant: Assistant, as_of: date) -> "Session":
        """A new tab: no patient, no history."""
        return cls(assistant, assistant.conversation(as_of=as_of))

    @property
    def report(self) -> Report | None:
        """The report of the current patient, or None."""
        return self.conversation.report

    def send(self, message: str) -> Answer:
        """One turn of the conversation."""
        answer = self.conversation.send(message)
        self.answers.append(answer)
        if self.report is None:
            self.overrides.clear()
        return answer

    def forget(self) -> None:
        """Wipe the patient, the history and everything derived from them."""
        self.conversation.forget()
        self.answers.clear()
        self.overrides.clear()
        self.opened = None

    def do(self, action: Action) -> Answer | None:
        """Carry out a click; an answer comes back where the conversation has something to say (what changed)."""
        match action:
            case EditFact():
                return self._say(self.conversation.edit(action.index, action.text))
            case RemoveFact():
                return self._say(self.conversation.remove(action.index))
            case AnswerQuestion():
                return self.send(action.text) if action.text.strip() else None
            case Override():
                key = (action.trial, action.criterion)
                if action.outcome:
                    self.overrides[key] = action
                else:
                    self.overrides.pop(key, None)
                return None
            case OpenSource():
                self._open(action.trial, action.document, Span(start=action.start, end=action.end))
                return None
            case OpenCitation():
                for citation in self.answers[action.turn].citations if 0 <= action.turn < len(self.answers) else ():
                    if citation.n == action.n:
                        self._open(citation.trial, citation.document, Span(start=citation.start, end=citation.end))
                return None
            case RemoveTrial():
                self.assistant.remove(action.trial)
                return None
            case _:
                assert_never(action)

    def _say(self, answer: Answer) -> Answer:
        self.answers.append(answer)
        return answer

    def _open(self, trial_id: str, document: str, span: Span) -> None:
        try:
            trial = self.assistant.trial(trial_id)
            self.opened = evidence.passage(trial, trial.document(document), span.start, span.end)
        except (KeyError, TrialmatchError):
            self.opened = tag("p", "This document is no longer in the index.", class_="empty")
