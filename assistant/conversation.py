"""A conversation: one patient, told bit by bit, and questions about the trials and about that patient.

Each message is a note, a question, both, a supposition, a correction or the wish to start anew. The note is kept as a list of
statements, so that a correction takes out what it replaces; everything else is computed from it again. A supposition never
touches it. Nothing is written anywhere.
"""

import re
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from assistant.ask import statements as told
from assistant.ask import verdicts
from assistant.ask.about_patient import (
    PatientQuestion,
    hypothesis,
    interrogative,
    is_correction,
    patient_question,
    read,
    starts_new,
    stated_facts,
    take_apart,
    two_patients,
)
from assistant.ask.answering import answer, numbered
from assistant.ask.boundaries import NOT_FOLLOWED, boundary, is_emergency, without_instructions, without_markup
from assistant.ask.bundles import Lines, lines_of, with_lines
from assistant.ask.evidence import Evidence
from assistant.ask.library import Library
from assistant.ask.render import names
from assistant.ask.replies import NEEDS_PATIENT, boundary_reply
from assistant.ask.request import Context, Request
from assistant.ask.resolve import resolve
from assistant.ask.statements import tidied
from assistant.ask.terms import plain
from assistant.ask.topics import topics_in
from assistant.identifiers import notice, redact
from assistant.results import Answer, AnswerKind, Report, Silence, TrialReport
from index.errors import UnreadableNote
from index.vocabulary import vocabulary

if TYPE_CHECKING:
    from assistant.model import LanguageModel
    from assistant.patient import Patient

_IF = re.compile(r"\bif\b(?P<rest>.+)$", re.I | re.S)
_UNDO = re.compile(r"^\W*(?:ignore (?:that|the last)|scratch that|undo|take that back|disregard (?:that|the last))\b[^,;:]*$", re.I)


@dataclass(frozen=True, slots=True)
class Turn:
    """A message, without identifiers, and its answer."""

    message: str
    answer: Answer


class Conversation:
    """See the module. `as_of` is the reference date of every turn; `silence` how to read what a note does not mention; `model` may be None."""

    def __init__(self, library: Library, as_of: date, silence: Silence = "unknown", model: "LanguageModel | None" = None) -> None:
        self._library = library
        self._model = model
        self.as_of = as_of
        self.silence: Silence = silence
        self._start()

    def _start(self) -> None:
        self._statements: list[str] = []
        self._coded: Lines = {}
        self._patient: Patient | None = None
        self._report: Report | None = None
        self._history: list[Turn] = []
        self._context = Context()
        self._warned = False

    @property
    def patient(self) -> "Patient | None":
        """The patient as read from the note, or None before anything was told."""
        return self._patient

    @property
    def report(self) -> Report | None:
        """All trials against the patient, or None."""
        return self._report

    @property
    def note(self) -> str:
        """Everything told about the patient that still holds; the facts' offsets count in it."""
        return told.note(self._statements)

    @property
    def history(self) -> tuple[Turn, ...]:
        """All turns since the last `forget`."""
        return tuple(self._history)

    def forget(self) -> None:
        """Drop the patient, the history and what was spoken of."""
        self._start()

    def send(self, text: str, *, model: bool = True) -> Answer:
        """The answer to a message; it holds the report where the patient was told about or asked about.

        With a language model it is `worded`, unless `model` is false: then the computed answer comes at once.
        """
        clean = redact(without_markup(text), self.as_of)
        if (rest := without_instructions(clean.text)) is not None:
            reply = self._reply(rest)
            reply = reply.model_copy(update={"text": f"{NOT_FOLLOWED} {reply.text}"})
        else:
            reply = self._reply(clean.text)
        if clean.kinds and not self._warned:
            self._warned = True
            reply = reply.model_copy(update={"text": f"{reply.text}\n\n{notice(clean.kinds)}"})
        reply = reply.model_copy(update={"question": clean.text})
        self._history.append(Turn(clean.text, reply))
        return self.worded(reply) if model else reply

    def worded(self, reply: Answer) -> Answer:
        """The last answer as the language model puts it, with what it reads in the note beside the report; without a model as it is."""
        if self._model is None or not self._history:
            return reply
        patient, intent = self._patient, (reply.request or {}).get("intent")
        if reply.report is not None and reply.report is self._report and patient is not None and intent == "note":
            report = self._model.proposed(reply.report, patient, self._match)
            self._report = report
            reply = reply.model_copy(update={"report": report, "model": report.model})
        else:
            reply = self._model.worded(reply, self._library.trials(), self.as_of)
        self._history[-1] = Turn(self._history[-1].message, reply)
        return reply

    def load(self, bundle: Mapping[str, Any]) -> Answer:
        """Take a FHIR bundle as a note: the verdicts, or what it adds to what is known. Raises UnreadableNote if it states nothing."""
        from assistant.patient.fhir import read_bundle

        read_ = read_bundle(dict(bundle), self.as_of)
        lines = lines_of(read_)
        if not lines:
            raise UnreadableNote("The bundle states nothing about a patient that can be read.", "Give a FHIR R4 bundle, or a text.")
        before = self._report
        self._coded = {**self._coded, **lines}
        self._set([*self._statements, *(line for text in read_.text.split("\n") for line in tidied(text))])
        reply = self._noted(before, ())
        self._history.append(Turn("A FHIR bundle.", reply))
        return reply

    def edit(self, index: int, new_text: str) -> Answer:
        """Replace the words of fact `index` of the report by `new_text`; says what changed. Raises IndexError for no such fact."""
        clean = redact(new_text, self.as_of)
        before = self._report
        source = self._fact_source(index)
        self._set(told.replace(self._statements, source[0], source[1], clean.text))
        return self._said("note", self._changed(before, f"Read now: {self._readable(clean.text)}"), question=clean.text)

    def remove(self, index: int) -> Answer:
        """Take fact `index` of the report out of the record; says what changed. Raises IndexError for no such fact."""
        before = self._report
        start, end = self._fact_source(index)
        facts = self._patient.facts if self._patient else ()
        fact = next((f for f in facts if f.source.start == start and f.source.end == end), None)
        kept = told.remove(self._statements, fact, facts, self.as_of) if fact is not None else told.replace(self._statements, start, end, "")
        self._set(kept)
        return self._said("note", self._changed(before, "Removed."))

    def branch(self) -> "Conversation":
        """A copy that goes its own way: what is sent to it leaves this one as it is."""
        other = copy(self)
        other._statements, other._history = list(self._statements), list(self._history)
        return other

    def recompute(self, as_of: date | None = None) -> Answer:
        """Read and check the patient again: as of another date, or because the trials have changed; says what changed."""
        before, self.as_of = self._report, as_of or self.as_of
        self._set(self._statements)
        lead = f"The reference date is {self.as_of.isoformat()}."
        return self._said("note", self._changed(before, lead) if before is not None else lead)

    def _fact_source(self, index: int) -> tuple[int, int]:
        if self._report is None or not 0 <= index < len(self._report.patient.facts):
            raise IndexError(f"There is no fact {index}.")
        source = self._report.patient.facts[index].source
        return source.start, source.end

    # -- one message -----------------------------------------------------------------------------------------------------

    def _reply(self, text: str) -> Answer:
        words = plain(text[:6000])
        if is_emergency(words):
            return self._boundary(words)
        rest = starts_new(words)
        if rest is not None:
            self.forget()
            if not any(c.isalnum() for c in rest):
                return self._said("note", "The patient is forgotten. Paste a note to start with a new one.")
            text = words = rest
        if two_patients(words):
            return self._said("needs_patient", "This describes two patients. They are not mixed here: please send one at a time.", "needs_patient")
        if self._statements and _UNDO.match(words):
            return self._undo()
        supposed = self._supposition(words)
        if supposed is not None:
            return self._suppose(supposed)
        message = take_apart(text, read(text, self.as_of))
        question = message.question.strip()
        if not message.note:
            if self._report is not None and self._tells_nothing(words):
                trials = {t.id: t for t in self._library.trials()}
                evidence = Evidence()
                lead = "Nothing about the patient was read from this; the verdicts stay as they are.\n"
                return self._made("note", lead + verdicts.overview(self._report, trials, evidence), evidence, self._report)
            return self._question(question or text)
        before = self._report
        replaced = self._tell(message.note, is_correction(words))
        if not question:
            return self._noted(before, replaced)
        if boundary(plain(question)) is not None:
            noted = self._noted(before, replaced)
            return noted.model_copy(update={"text": f"{self._boundary(plain(question)).text}\n\n{noted.text}"})
        reply = self._question(question)
        if reply.report is not None:
            return reply
        return self._joined(reply, self._noted(before, replaced))

    def _tells_nothing(self, words: str) -> bool:
        """Whether a message is a statement, yet not one about the patient ("his brother had ...")."""
        asks = interrogative(words) or patient_question(words) is not None or topics_in(words)
        return not asks and boundary(words) is None and len(words.split()) > 2

    def _boundary(self, words: str) -> Answer:
        reason = boundary(words)
        request = Request(question=words, intent=reason[0] if reason else "emergency", reason=reason[1] if reason else "")
        draft = boundary_reply(request, self._library.trials())
        return Answer(question=words, kind=draft.kind, text=draft.text, request=request.model_dump(mode="json"))

    def _supposition(self, words: str) -> str | None:
        """What is supposed about the patient, if the message supposes something that can be read."""
        if self._patient is None:
            return None
        supposed = hypothesis(words)
        if supposed is None and words.rstrip().endswith("?") and (found := _IF.search(words)) is not None:
            supposed = found["rest"].strip(" ?")
        return supposed if supposed and stated_facts(read(supposed, self.as_of)) else None

    # -- the note --------------------------------------------------------------------------------------------------------

    def _set(self, statements: list[str]) -> None:
        self._statements = statements
        self._patient = self._read(statements) if statements else None
        self._report = self._match(self._patient) if self._patient is not None else None

    def _read(self, statements: list[str]) -> "Patient":
        return with_lines(read(told.note(statements), self.as_of), self._coded)

    def _match(self, patient: "Patient") -> Report:
        from assistant.check import match

        return match(self._library.trials(), patient, self.as_of, self.silence)

    def _tell(self, note: str, correction: bool) -> list[str]:
        statements, replaced = told.add(self._statements, told.stripped(note) if correction else note, correction, self.as_of)
        self._set(statements)
        return replaced

    def _undo(self) -> Answer:
        before = self._report
        self._set(self._statements[:-1])
        return self._said("note", self._changed(before, "The last statement is taken back."))

    def _noted(self, before: Report | None, replaced: Sequence[str]) -> Answer:
        """After a note: the verdicts; after an addition or a correction what changed, too."""
        assert self._report is not None
        evidence = Evidence()
        trials = {t.id: t for t in self._library.trials()}
        text = verdicts.overview(self._report, trials, evidence)
        if before is not None:
            lead = f"Replaced: {', '.join(f'“{plain(r)}”' for r in replaced)}. " if replaced else "Added. "
            text = f"{lead}{'What changed:'}\n{verdicts.difference(before, self._report, trials, evidence)}\n\n{text}"
        if self._report.patient.warnings:
            text += "\n\n" + " ".join(self._report.patient.warnings)
        listed = tuple(t.trial.id for t in self._report.trials)
        self._context = Context(trials=verdicts.open_trials(self._report) or listed, listed=listed)
        return self._made("note", text, evidence, self._report)

    def _changed(self, before: Report | None, lead: str) -> str:
        if self._report is None:
            return f"{lead} Nothing is known about the patient now."
        evidence = Evidence()
        trials = {t.id: t for t in self._library.trials()}
        text = f"{lead} What changed:\n{verdicts.difference(before, self._report, trials, evidence)}"
        self._pending = evidence
        return text

    def _suppose(self, supposed: str) -> Answer:
        """The verdicts if something were otherwise; the record stays as it is."""
        statements, replaced = told.add(self._statements, supposed, True, self.as_of)
        patient = self._read(statements)
        report = self._match(patient)
        evidence = Evidence()
        trials = {t.id: t for t in self._library.trials()}
        instead = f" instead of {', '.join(f'“{plain(r)}”' for r in replaced)}" if replaced else ""
        text = f"If “{plain(supposed)}”{instead}:\n{verdicts.difference(self._report, report, trials, evidence)}"
        text += "\n" + verdicts.touching(self._report, report, told.note(statements), supposed, trials, evidence)
        return self._made("suppose", text.strip() + "\nThe record is unchanged.", evidence, None)

    # -- questions -------------------------------------------------------------------------------------------------------

    def _question(self, question: str) -> Answer:
        words = plain(question[:4000])
        kind = patient_question(words) if boundary(words) is None else None
        if kind is not None and self._patient is None and kind != "permanent":
            own_facts = bool(stated_facts(read(question, self.as_of)) or vocabulary().mentions(words))
            if not own_facts and kind != "why":
                return self._said("needs_patient", NEEDS_PATIENT, "needs_patient")
            kind = None
        if kind is not None and self._report is not None:
            return self._about_patient(kind, words)
        reply = answer(question, self._library, self.as_of, self._patient, self._context)
        self._remember(reply)
        return reply

    def _remember(self, reply: Answer) -> None:
        """Keep what was spoken of, for the next pronoun, ordinal or ellipsis."""
        if reply.request is None or reply.kind in ("out_of_scope", "emergency"):
            return
        request = Request.model_validate(reply.request)
        trials = request.trials
        if request.trials_from == "all" and len(trials) == len(self._library.trials()) and len(trials) > 1 and request.intent != "list_trials":
            self._context = self._context.model_copy(update={"request": request})
            return
        listed = trials if len(trials) > 1 else self._context.listed
        self._context = Context(trials=trials, listed=listed, request=request)

    def _about_patient(self, kind: PatientQuestion, words: str) -> Answer:
        assert self._report is not None
        trials = {t.id: t for t in self._library.trials()}
        resolved = resolve(words, list(trials.values()), self._context)
        spoken = " ".join(words[start:end] for start, end in resolved.ranges)
        by_pronoun = resolved.source == "context" and bool(re.search(r"\b(?:trial|study|one|protocol|it)\b", spoken, re.I))
        named = resolved.source == "named" or by_pronoun
        chosen: list[TrialReport] = [t for t in self._report.trials if t.trial.id in resolved.trials] if named else list(self._report.trials)
        if not chosen:
            reply = answer(words, self._library, self.as_of, self._patient, self._context)
            self._remember(reply)
            return reply
        evidence = Evidence()
        text = verdicts.spoken(kind, self._report, chosen, trials, evidence, whole=len(chosen) > 1 and not named)
        if named:
            self._context = self._context.model_copy(update={"trials": tuple(t.trial.id for t in chosen)})
        return self._made(kind, text, evidence, self._report)

    # -- answers ---------------------------------------------------------------------------------------------------------

    _pending: Evidence | None = None

    def _said(self, intent: str, text: str, kind: AnswerKind = "answer", question: str = "") -> Answer:
        evidence, self._pending = self._pending or Evidence(), None
        made = self._made(intent, text, evidence, self._report if kind == "answer" else None, kind)
        return made.model_copy(update={"question": question})

    def _made(self, intent: str, text: str, evidence: Evidence, report: Report | None, kind: AnswerKind = "answer") -> Answer:
        text, citations = numbered(text, evidence.citations)
        return Answer(
            question="", kind=kind, text=text, citations=citations, report=report, request={"intent": intent, "statements": list(self._statements)}
        )

    def _joined(self, first: Answer, second: Answer) -> Answer:
        """Two answers in one, the second's markers counted on."""
        shift = len(first.citations)
        text = re.sub(r"\[(\d+)\]", lambda m: f"[{int(m[1]) + shift}]", second.text)
        moved = tuple(c.model_copy(update={"n": c.n + shift}) for c in second.citations)
        return first.model_copy(update={"text": f"{first.text}\n\n{text}", "citations": (*first.citations, *moved), "report": second.report})

    def _readable(self, text: str) -> str:
        return f"“{plain(text)}”."

    def __repr__(self) -> str:
        return f"Conversation(as_of={self.as_of.isoformat()}, turns={len(self._history)}, trials={names([t.id for t in self._library.trials()])})"
