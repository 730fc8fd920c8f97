"""A question to an answer: read it, let the answerer of its kind speak, fall back to the next, and at the end say what is not stated."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, assert_never

from assistant.ask import verdicts
from assistant.ask.about_patient import PatientQuestion, patient_question, stated_facts
from assistant.ask.across import answer_compare, answer_list, answer_which
from assistant.ask.asked import Asked, Draft
from assistant.ask.boundaries import NOT_FOLLOWED, without_instructions, without_markup
from assistant.ask.candidates import likely
from assistant.ask.chinese import in_chinese
from assistant.ask.criteria import answer_criteria, criteria_absent, topic_words
from assistant.ask.definitions import answer_definition
from assistant.ask.designs import asks_size
from assistant.ask.doses import EVERY, answer_dose, drug_terms
from assistant.ask.evidence import Evidence
from assistant.ask.extract import answer_text
from assistant.ask.fields import answer_field
from assistant.ask.library import Library
from assistant.ask.not_stated import has_list, not_stated
from assistant.ask.ranking import GENERIC
from assistant.ask.record import label_of, stated
from assistant.ask.render import name, names, quoted, sentence
from assistant.ask.replies import boundary_reply
from assistant.ask.request import Context, Request
from assistant.ask.resolve import profile
from assistant.ask.selection import Selection, empty, outside, restricted, within
from assistant.ask.snippets import Snippet, snippets
from assistant.ask.terms import Term, terms_of
from assistant.ask.understand import asks_about_patient, understand
from assistant.ask.values import answer_value, answer_which_value, read, statement
from assistant.identifiers import notice, redact
from assistant.results import Answer, Citation, Report
from index.filters import Filter
from index.trials import Trial
from index.vocabulary import vocabulary

if TYPE_CHECKING:
    from assistant.patient import Patient


def answer(
    question: str,
    library: Library,
    as_of: date,
    patient: "Patient | None" = None,
    context: Context | None = None,
    where: Filter | None = None,
) -> Answer:
    """The answer to `question` from the documents of `library`. `as_of` is the reference date for ages, washouts and stale status.

    `patient` lends facts that the question refers to ("for her weight"); `context` is what the conversation has spoken of. Only trials that
    `where` accepts are spoken of; which trial the question names is read among all of them. Raises InputError for a filter of unknown values.
    """
    if (rest := without_instructions(question)) is not None:
        reply = answer(rest, library, as_of, patient, context, where)
        return reply.model_copy(update={"text": f"{NOT_FOLLOWED} {reply.text}"})
    clean = redact(without_markup(question), as_of)
    trials = library.trials()
    request = understand(clean.text, trials, context or Context())
    if request.weight_kg is None and patient is not None and re.search(r"\bweigh\w*|\b(?:him|her|his)\b", clean.text, re.I):
        request = request.model_copy(update={"weight_kg": _weight(patient)})
    whole = trials
    left: tuple[str, ...] = ()
    if where:
        library = Selection(library, where)
        trials = library.trials()
        request, left = within(request, trials)
    by_id = {t.id: t for t in trials}
    kind = patient_question(request.reading or clean.text) if request.intent not in ("emergency", "out_of_scope", "help", "unknown_trial") else None
    if (
        kind is not None
        and kind not in ("why", "permanent")
        and patient is None
        and not request.concepts
        and not stated_facts(read(clean.text, as_of))
    ):
        request = request.model_copy(update={"intent": "needs_patient"})
    meant = tuple(by_id[id_] for id_ in request.trials if id_ in by_id)
    terms = _terms(request)
    scope = meant or trials
    if request.trials_from == "all" and request.intent in ("criteria", "value", "definition", "text", "which_trials", "dose"):
        scope = likely(scope, terms)
    asked = Asked(request, request.reading, terms, library, scope, as_of, selected=bool(where))
    report: Report | None = None
    if where and request.intent not in ("emergency", "out_of_scope", "unknown_trial") and (not trials or (left and not meant)):
        draft = empty(where, whole) if not trials else Draft("not_stated", "The trial that the question names is not among those selected.", left)
    elif kind is not None and patient is not None:
        chosen = request.trials if request.trials_from == "named" else tuple(by_id)
        draft, report = _about_patient(kind, [by_id[i] for i in chosen], patient, as_of, asked.evidence)
    else:
        draft = _draft(asked, whole)
    text = draft.text
    if where and left:
        text = f"{outside(where, [t for t in whole if t.id in left], asked.evidence)} {text}"
    if request.unknown_trials and request.intent != "unknown_trial":
        text = sentence(f"{', '.join(request.unknown_trials)} is not among the indexed trials") + " " + text
    if where and trials and draft.kind in ("answer", "not_stated") and request.intent != "unknown_trial":
        text += f"\n\n{restricted(where, trials)}"
    if request.corrections:
        text += "\n\nRead as: " + ", ".join(f"{wrong} → {right}" for wrong, right in request.corrections.items()) + "."
    if request.language == "zh":
        text = in_chinese(draft.kind) + text
    if clean.kinds:
        text += "\n\n" + notice(clean.kinds)
    text, citations = numbered(text, asked.evidence.citations)
    final = request.model_copy(update={"trials": draft.trials or request.trials[:40]})
    return Answer(question=clean.text, kind=draft.kind, text=text, citations=citations, report=report, request=final.model_dump(mode="json"))


def _about_patient(kind: PatientQuestion, trials: list[Trial], patient: "Patient", as_of: date, evidence: Evidence) -> tuple[Draft, Report]:
    """A question about the patient of a note that came with it."""
    from assistant.check import match

    report = match(trials, patient, as_of)
    text = verdicts.spoken(kind, report, report.trials, {t.id: t for t in trials}, evidence, whole=len(trials) > 1)
    return Draft("answer", text), report


def _terms(request: Request) -> tuple[Term, ...]:
    """The request's terms with their keys."""
    found: list[Term] = []
    for surface in request.terms:
        made = terms_of(surface)
        whole = [t for t in made if t.surface == surface]
        found.extend(whole or made)
    return tuple(found)


def _draft(asked: Asked, indexed: tuple[Trial, ...]) -> Draft:
    request = asked.request
    match request.intent:
        case "help" | "emergency" | "out_of_scope" | "needs_patient":
            return boundary_reply(request, indexed)
        case "unknown_trial":
            known = names(indexed, 6)
            text = sentence(f"{', '.join(request.unknown_trials)} is not among the indexed trials, so nothing about it can be said; indexed: {known}")
            return Draft("not_stated", text)
        case "list_trials":
            return answer_list(asked)
        case "which_trials":
            nothing_asked = not (asked.terms or request.topics or request.asserted or asks_size(asked.text))
            if nothing_asked or (asks_about_patient(asked.text) and not asked.terms):
                return boundary_reply(request.model_copy(update={"intent": "needs_patient"}), indexed)
            rules = (answer_criteria,) if request.stance is not None else ()
            return _first_of(asked, (answer_which_value, answer_which, _stating, *rules, answer_text))
        case "compare":
            return _first_of(asked, (answer_compare, answer_field, answer_text))
        case "dose":
            return _first_of(asked, (answer_dose, _criteria_if_no_intervention, _repeated))
        case "field":
            about_patient = request.yes_no and set(request.topics) <= {
                "age",
                "minimum_age",
                "maximum_age",
                "sex",
                "healthy_volunteers",
                "study_population",
            }
            return _first_of(asked, (*((_value,) if about_patient else ()), _field_or_text))
        case "definition":
            return _first_of(asked, (answer_definition, _value, answer_field, *(() if _headless(asked) else (answer_criteria, answer_text))))
        case "criteria" | "value":
            return _first_of(asked, (_member, _value, answer_criteria, _text_strict, _without_title))
        case "text":
            return _first_of(asked, (_member, answer_text, answer_criteria, answer_field))
        case _:
            assert_never(request.intent)


def _first_of(asked: Asked, answerers: tuple[Callable[[Asked], Draft | None], ...]) -> Draft:
    return _first_of_or_none(asked, answerers) or _nothing(asked)


def _stating(asked: Asked) -> Draft | None:
    """ "Which trials state a sponsor": the topic's table, where nothing narrower is asked."""
    return answer_field(asked) if asked.request.topics and not asked.terms else None


_WHAT_OF = re.compile(r"^\W*what(?:'s| is| are| was| were) (?:the |an? )?[^?]*? of ", re.I)


def _headless(asked: Asked) -> bool:
    """Whether no trial meant says a word of what is asked for: "what is the half-life of X" is not answered by all that names X."""
    if not (_WHAT_OF.search(asked.text) and len(asked.terms) > 1 and asked.named):
        return False
    head = asked.terms[0]
    return not any(_named(head, s) for trial in asked.trials for s in snippets(trial))


def _field_or_text(asked: Asked) -> Draft | None:
    """The record's field; where it is silent, a criterion or sentence that says it."""
    draft = answer_field(asked)
    if draft is not None and draft.kind == "answer":
        return draft
    if asked.terms and set(asked.request.topics) & {
        "outcome",
        "time_frame",
        "study_population",
        "summary",
        "condition",
        "eligibility",
        "arm",
        "intervention",
    }:
        return answer_criteria(asked) if "eligibility" in asked.request.topics else answer_text(asked) or draft
    return draft


_NAMING = frozenset({"intervention", "arm", "title", "summary"})
_OWN_SECTIONS = frozenset({"title", "official_title", "summary", "description", "intervention", "arm", "outcome", "keyword"})


def _member(asked: Asked) -> Draft | None:
    """ "Which PD-1 antibody is used": a document that names the class only does not say which; one that names a member does."""
    v = vocabulary()
    classes = [
        m for m in v.mentions(asked.text, ("drug_class",)) if re.search(r"\b(?:which|what)\s+(?:[\w-]+\s+){0,2}$", asked.text[: m.start], re.I)
    ]
    if (
        not classes
        or not asked.named
        or asked.request.stance == "exclude"
        or re.search(r"\b(?:rule|prior|previous|allow\w*|exclu\w*)\b", asked.text, re.I)
    ):
        return None
    wanted = classes[0].concept
    named: list[tuple[Trial, list[Snippet]]] = []
    only_class: list[tuple[Trial, Snippet]] = []
    for trial in asked.trials:
        own = [s for s in snippets(trial) if s.section in _OWN_SECTIONS]
        members = [s for s in own if any(m.concept != wanted and v.is_a(m.concept, wanted) for m in v.mentions(s.text, ("drug",)))]
        if members:
            named.append((trial, _each(members, wanted)))
        elif mentioned := [s for s in own if "c:" + wanted in s.keys]:
            only_class.append((trial, min(mentioned, key=lambda s: (s.section != "intervention", len(s.text)))))
    if named:
        lines = [sentence(f"{name(t)}: " + "; ".join(f"{quoted(s.text, 400)} {asked.evidence.snippet(t, s)}" for s in found)) for t, found in named]
        return Draft("answer", " ".join(lines), tuple(t.id for t, _ in named))
    if only_class:
        return not_stated(asked, f"The particular {classes[0].surface}", nearest=only_class[:3])
    return None


def _each(members: list[Snippet], wanted: str) -> list[Snippet]:
    """The fewest pieces that name every member of a class which any of `members` names; the interventions' own names first."""
    v = vocabulary()
    kept: list[Snippet] = []
    seen: set[str] = set()
    sections = ("intervention", "arm", "title")
    order = sorted(members, key=lambda s: (sections.index(s.section) if s.section in sections else 3, len(s.text)))
    # What the interventions name is what is given; prose adds only where they name none.
    order = [s for s in order if s.section in ("intervention", "arm")] or order[:1]
    for s in order:
        drugs = {m.concept for m in v.mentions(s.text, ("drug",)) if m.concept != wanted and v.is_a(m.concept, wanted)}
        if not drugs <= seen and len(kept) < _MOST_MEMBERS:
            seen |= drugs
            kept.append(s)
    return kept


_MOST_MEMBERS = 10


def _value(asked: Asked) -> Draft | None:
    try:
        patient = read(statement(asked), asked.as_of)
    except ImportError:  # pragma: no cover - the reader is part of the distribution
        return None
    return answer_value(asked, patient)


def _criteria_if_no_intervention(asked: Asked) -> Draft | None:
    """A dose limit of a drug that the trial does not give is a rule."""
    drugs = drug_terms(asked)
    if not drugs:
        return None
    given = any(t.exact & s.keys for t in drugs for trial in asked.trials for s in snippets(trial) if s.section in ("title", "intervention", "arm"))
    return None if given else answer_criteria(asked)


def _text_strict(asked: Asked) -> Draft | None:
    """Prose answers a question for a rule only if it is very near, except where there is no list of rules at all."""
    return answer_text(asked, 0.72 if any(has_list(t) for t in asked.trials) else None)


def _repeated(asked: Asked) -> Draft | None:
    """How often something other than a treatment is done: the sentence that names it with a frequency, else the time points of its outcome."""
    things = tuple(t for t in drug_terms(asked) if t.surface.lower() not in GENERIC)
    if "schedule" not in asked.request.topics or not things or not asked.named:
        return None
    lines: list[str] = []
    answered: list[str] = []
    for trial in asked.trials:
        named = [s for s in snippets(trial) if all(_named(t, s) for t in things)]
        repeated = [s for s in named if EVERY.search(s.text)][:3]
        text: str | None = "; ".join(f"{quoted(s.text, 500)} {asked.evidence.snippet(trial, s)}" for s in repeated)
        if not repeated and any(s.section == "outcome" for s in named):
            text = stated(replace(asked, terms=things), trial, "time_frame")
        if text and (repeated or "time frame" in text):
            lines.append(sentence(f"{name(trial)}: {text}"))
            answered.append(trial.id)
    return Draft("answer", "\n".join(lines), tuple(answered)) if lines else None


def _named(term: Term, snippet: Snippet) -> bool:
    """Whether a piece names a term, by a synonym of several words also where these stand apart ("tumor efficacy will be assessed")."""
    if term.exact & snippet.keys or (term.stems and term.stems <= snippet.keys):
        return True
    return any({"w:" + stem for stem in key[2:].split()} <= snippet.keys for key in term.exact if " " in key)


def _without_title(asked: Asked) -> Draft | None:
    """Before "not stated": words of the trial's own title describe the trial, not the rule; what else is asked about has to be met in full."""
    if not asked.named or not asked.trials:
        return None
    titles = [profile(t).title_keys for t in asked.trials]
    own = tuple(
        t for t in asked.terms if not all(t.exact & keys or (t.stems and t.stems <= keys) for keys in titles) and t.surface.lower() not in GENERIC
    )
    if not own or own == asked.terms:
        return None
    return _first_of_or_none(replace(asked, terms=own), (answer_criteria, _text_strict))


def _first_of_or_none(asked: Asked, answerers: tuple[Callable[[Asked], Draft | None], ...]) -> Draft | None:
    return next((draft for answerer in answerers if (draft := answerer(asked)) is not None), None)


def _nothing(asked: Asked) -> Draft:
    """What is asked is not stated; which documents were searched, and the nearest thing they say."""
    request = asked.request
    if request.intent == "dose":
        drugs = ", ".join(t.surface for t in drug_terms(asked))
        what = f"A {' or '.join(label_of(t) for t in request.topics if t in ('dose', 'schedule')) or 'dose'}" + (f" of {drugs}" if drugs else "")
        near: list[tuple[Trial, Snippet]] = []
        for trial in asked.trials[:3] if asked.named else ():
            terms = drug_terms(asked)
            named = [s for s in snippets(trial) if s.section in _NAMING and (not terms or any(t.keys & s.keys for t in terms))]
            hit = min(named, key=lambda s: s.section not in ("intervention", "arm"), default=None)
            if hit is not None:
                near.append((trial, hit))
        return not_stated(asked, what, nearest=near)
    if request.intent in ("criteria", "value") and asked.terms:
        return criteria_absent(asked)
    if request.topics:
        return not_stated(asked, "The " + " and ".join(label_of(t) for t in request.topics) + (f" ({topic_words(asked)})" if asked.terms else ""))
    if not asked.terms:
        return boundary_reply(request.model_copy(update={"intent": "help"}), asked.trials)
    return not_stated(asked, topic_words(asked))


def _weight(patient: "Patient") -> float | None:
    """The patient's body weight in kg, if known exactly."""
    for fact in reversed(patient.facts):
        if (
            fact.concept == "weight"
            and fact.value is not None
            and fact.value.low is not None
            and fact.value.low == fact.value.high
            and not fact.superseded
            and fact.unit in ("kg", None)
        ):
            return fact.value.low
    return None


_MARKER = re.compile(r"\[(\d+)\]")


def numbered(text: str, citations: tuple[Citation, ...]) -> tuple[str, tuple[Citation, ...]]:
    """Markers renumbered in the order of the text; quotes that no marker names are dropped."""
    by_n = {c.n: c for c in citations}
    order: dict[int, int] = {}
    for match in _MARKER.finditer(text):
        n = int(match[1])
        if n in by_n:
            order.setdefault(n, len(order) + 1)
    text = _MARKER.sub(lambda m: f"[{order[int(m[1])]}]" if int(m[1]) in order else m[0], text)
    return text, tuple(by_n[old].model_copy(update={"n": new}) for old, new in order.items())
