"""What one browser tab knows: one conversation, one patient, the clinician's own judgements, what is shown.

`Session.do` carries out an action. It yields whenever there is something new to show; in between, work runs in a thread.
Nothing of a session outlives its tab, and nothing of it is written anywhere.
"""

import threading
from collections.abc import Callable, Generator, Iterator
from datetime import date
from typing import Any, TypeVar, assert_never

from assistant import Assistant
from assistant.results import Answer, Override, Report
from assistant.ui import evidence, handout, uploads
from assistant.ui.actions import (
    Action,
    AnswerQuestion,
    Clear,
    DropNote,
    EditFact,
    Export,
    Ingest,
    Judge,
    OpenCitation,
    OpenSource,
    RemoveFact,
    RemoveTrial,
    RestoreTrial,
    Send,
    SetDate,
    ShowCriteria,
    Stop,
)  # fmt: skip
from assistant.ui.dropped import bundle_in, note_of
from assistant.ui.markup import Markup, tag
from assistant.ui.prose import prose
from assistant.ui.signal import Signal
from assistant.ui.transcript import Turn
from assistant.ui.work import Work
from index.errors import TrialmatchError
from index.text import Span
from index.trials import Trial

T = TypeVar("T")
_SLOW = 1.0
"""Seconds after which the page says how long it has been working."""


class Session:
    """State of a tab. `assistant` is shared by all tabs; the rest is this tab's alone."""

    def __init__(self, assistant: Assistant, as_of: date) -> None:
        self.assistant = assistant
        self.conversation = assistant.conversation(as_of=as_of)
        self.turns: list[Turn] = []
        self.answers: list[Answer] = []
        self.overrides: dict[tuple[str, str], Override] = {}
        self.opened: Markup | None = None
        self.changed: Markup | None = None
        self.tables: set[str] = set()
        self.remarks: list[str] = []
        self.removed: Trial | None = None
        self.working: str | None = None
        self.indexing: str | None = None
        self.signal = Signal()
        self.shown: tuple[Report | None, object, Markup, Markup] | None = None
        """The trials and what stands below the facts as rendered last, with the report and the judgements that they were rendered from."""
        self._lock = threading.Lock()
        self._stop = threading.Event()

    @property
    def report(self) -> Report | None:
        """The report of the current patient, or None."""
        return self.conversation.report

    @property
    def as_of(self) -> date:
        """The reference date."""
        return self.conversation.as_of

    def do(self, action: Action) -> Iterator[None]:
        """Carry out an action; yields whenever there is something to show. What cannot be done is said on the page."""
        if isinstance(action, Stop):
            self._stop.set()
            yield
            return
        if not self._lock.acquire(blocking=False):
            self.signal = Signal(say="Still working; wait for the answer, or stop it.")
            yield
            return
        try:
            yield from self._do(action)
        except TrialmatchError as error:
            self._remark(str(error), library=isinstance(action, Ingest | RemoveTrial | RestoreTrial))
            yield
        except IndexError:
            self._remark("That is no longer on the page; nothing was changed.")
            yield
        finally:
            self.working = self.indexing = None
            self._stop.clear()
            self._lock.release()

    def _do(self, action: Action) -> Iterator[None]:
        match action:
            case Send():
                if action.text.strip():
                    bundle = bundle_in(action.text)
                    yield from self._talk("A FHIR bundle." if bundle else action.text.strip(), bundle or action.text.strip())
            case DropNote():
                note = note_of(action.name, action.text)
                said = note if isinstance(note, str) else "A FHIR bundle."
                yield from self._talk(f"From the file “{action.name}”:\n{said}", note)
            case AnswerQuestion():
                if action.text.strip():
                    named = not action.lead or action.lead.casefold() in action.text.casefold()
                    statement = action.text.strip() if named else f"{action.lead} {action.text.strip()}"
                    yield from self._talk(statement, statement)
            case EditFact():
                yield from self._change("Reading", lambda: self.conversation.edit(action.index, action.text))
            case RemoveFact():
                yield from self._change("Reading", lambda: self.conversation.remove(action.index))
            case SetDate():
                yield from self._change("Checking", lambda: self.conversation.recompute(action.as_of))
            case Judge():
                self._judge(action)
                yield
            case OpenSource():
                self._open(action.trial, action.document, Span(start=action.start, end=action.end))
                yield
            case OpenCitation():
                answer = self.answers[action.turn] if 0 <= action.turn < len(self.answers) else None
                for citation in answer.citations if answer else ():
                    if citation.n == action.n:
                        self._open(citation.trial, citation.document, Span(start=citation.start, end=citation.end))
                yield
            case ShowCriteria():
                self.tables.add(action.trial)
                yield
            case Ingest():
                yield from self._ingest(action)
            case RemoveTrial():
                yield from self._remove(action.trial)
            case RestoreTrial():
                yield from self._restore()
            case Export():
                if self.report is not None:
                    self.signal = Signal(
                        say="The file is ready.", file=handout.file(action.format, self.report, self.assistant, self.overrides.values())
                    )
                yield
            case Clear():
                self._forget()
                self.signal = Signal(view="chat", focus="message", say="The patient is wiped.")
                yield
            case Stop():
                pass
            case _:
                assert_never(action)

    # The conversation

    def _talk(self, shown: str, message: str | dict[str, Any]) -> Iterator[None]:
        """One turn. It runs on a branch of the conversation, which is taken over only when it is done: a stop leaves no trace."""
        self.turns.append(Turn("user", shown))
        branch = self.conversation.branch()
        fresh = not branch.history
        answer = yield from self._watch("Working", lambda: branch.send(message, model=False) if isinstance(message, str) else branch.load(message))
        if answer is None:
            self.turns.append(Turn("page", "Stopped. Nothing of this message was kept."))
            yield
            return
        if not fresh and len(branch.history) == 1:  # another patient: nothing of the one before may stay in sight
            said = self.turns[-1]
            self._forget()
            self.turns.append(said)
        self.conversation = branch
        if answer.report is not None:
            self.changed = None
        yield from self._show(answer)
        if self.assistant.model is not None:
            yield from self._reword(answer)

    def _reword(self, answer: Answer) -> Iterator[None]:
        """The last answer again, as the language model puts it. The computed one is on the page already and stays if this is stopped."""
        branch = self.conversation.branch()
        worded = yield from self._watch("The language model reads along", lambda: branch.worded(answer))
        if worded is not None and self.turns[-1].answer is answer:
            self.conversation, self.answers[-1] = branch, worded
            self.turns[-1] = Turn("assistant", answer=worded, number=len(self.answers) - 1)
        yield

    def _show(self, answer: Answer) -> Iterator[None]:
        """The answer, line by line."""
        number = len(self.answers)
        self.answers.append(answer)
        self.signal = Signal(say=answer.text[:600])
        self.turns.append(Turn("assistant", answer=answer, number=number, lines=0))
        lines = answer.text.count("\n") + 1
        for shown in range(1, lines) if lines < 40 else ():
            self.turns[-1] = Turn("assistant", answer=answer, number=number, lines=shown)
            yield
        self.turns[-1] = Turn("assistant", answer=answer, number=number)
        self.working = None
        yield

    def _change(self, doing: str, change: Callable[[], Answer]) -> Iterator[None]:
        """A correction of the record: what it changed is said beside the facts and in the conversation."""
        answer = yield from self._watch(doing, change, stoppable=False)
        if answer is None or (self.report is None and not self.turns):
            yield
            return
        number = len(self.answers)
        self.answers.append(answer)
        self.turns.append(Turn("assistant", answer=answer, number=number))
        self.changed = prose(answer.text, answer.citations, number) if self.report is not None else None
        self.signal = Signal(say=answer.text[:600])
        yield

    def _watch(self, doing: str, function: Callable[[], T], *, stoppable: bool = True) -> Generator[None, None, T | None]:
        """Runs a function beside the page; None if it was stopped."""
        self._stop.clear()
        self.working = f"{doing}…"
        yield
        work = Work(function)
        told = 0
        for waited in work.ticks():
            if stoppable and self._stop.is_set():
                self.working = None
                return None
            if waited >= _SLOW and int(waited) > told:
                told = int(waited)
                self.working = f"{doing}… {told} s"
                yield
        self.working = None
        return work.result()

    def _judge(self, action: Judge) -> None:
        key = (action.trial, action.criterion)
        if not action.outcome:
            self.overrides.pop(key, None)
            self.signal = Signal(say=f"Your judgement of {action.criterion} is taken back.")
            return
        computed = next(
            (
                c.outcome
                for t in (self.report.trials if self.report else ())
                if t.trial.id == action.trial
                for c in t.criteria
                if c.id == action.criterion
            ),
            None,
        )
        if computed is None:
            raise IndexError(action.criterion)
        self.overrides[key] = Override(
            trial=action.trial, criterion=action.criterion, outcome=action.outcome, reason=action.reason.strip(), computed=computed
        )
        self.signal = Signal(say=f"Your judgement of {action.criterion} is kept beside the computed one.")

    def _forget(self) -> None:
        self.conversation.forget()
        self.turns, self.answers, self.overrides, self.tables = [], [], {}, set()
        self.opened = self.changed = self.shown = None

    # Documents

    def _open(self, trial_id: str, document: str, span: Span) -> None:
        try:
            trial = self.assistant.trial(trial_id)
            self.opened = evidence.passage(trial, trial.document(document), span)
            self.signal = Signal(view="evidence", focus="passage", say=f"{document} is open at the passage.")
        except (KeyError, TrialmatchError):
            self.opened = tag("p", "This document is no longer in the index.", class_="empty")
            self.signal = Signal(view="evidence")

    # The index

    def _ingest(self, action: Ingest) -> Iterator[None]:
        self.remarks, self.removed = [], None
        with uploads.as_files(action.files) as (paths, refused):
            step = [f"Reading {len(paths)} {'document' if len(paths) == 1 else 'documents'}"]

            def progress(name: str, done: int, total: int) -> None:
                step.append(f"{name.capitalize()}: {done} of {total}" if name != "reading" or done < total else "Preparing the search index")

            work = Work(lambda: self.assistant.ingest(paths, progress))
            yield from self._index(work, step)
            done = work.result()
        self.remarks = [f"{id_}: added; it can be asked about now." for id_ in done.added]
        self.remarks += [f"{id_}: updated." for id_ in done.updated]
        self.remarks += [f"{id_}: is indexed already." for id_ in done.unchanged]
        self.remarks += [f"{failure.source.rpartition('/')[2]}: not read. {failure.why}" for failure in done.failed]
        self.remarks += refused
        yield from self._recheck()

    def _remove(self, trial: str) -> Iterator[None]:
        self.remarks, self.removed = [], None
        work = Work(lambda: self.assistant.remove(trial))
        yield from self._index(work, ["Removing"])
        self.removed = work.result()
        yield from self._recheck()

    def _restore(self) -> Iterator[None]:
        if (trial := self.removed) is None:
            return
        work = Work(lambda: self.assistant.restore(trial))
        yield from self._index(work, ["Putting it back"])
        work.result()
        self.removed, self.remarks = None, [f"{trial.id}: put back."]
        yield from self._recheck()

    def _index(self, work: Work[T], step: list[str]) -> Iterator[None]:
        """Shows the last step of work on the index until it is done."""
        self.indexing = f"{step[-1]}…"
        yield
        shown = ""
        for waited in work.ticks():
            now = f"{step[-1]}…" + (f" {int(waited)} s" if waited >= _SLOW else "")
            if now != shown:
                self.indexing = shown = now
                yield
        self.indexing = None

    def _recheck(self) -> Iterator[None]:
        """The patient against the trials as they are now."""
        self.signal = Signal(say=" ".join(self.remarks) or "The trial is removed.")
        if self.report is not None:
            self.conversation.recompute()
        yield

    def _remark(self, words: str, *, library: bool = False) -> None:
        """Says what could not be done, where it was asked for."""
        self.signal = Signal(say=words)
        if library:
            self.remarks = [words]
        else:
            self.turns.append(Turn("page", words))
