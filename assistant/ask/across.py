"""Questions over several trials: which of them do something, and what they state side by side. Each keeps its own words."""

import re
from collections.abc import Sequence
from itertools import pairwise

from assistant.ask.asked import Asked, Draft
from assistant.ask.designs import MOST, by_design, by_quantity, by_size, first, gathered
from assistant.ask.endpoints import shared_endpoints
from assistant.ask.not_stated import has_list, not_stated, searched
from assistant.ask.ranking import GENERIC, rank
from assistant.ask.record import label_of, stated
from assistant.ask.render import NOT_STATED, count, name, names, quoted, sentence, table
from assistant.ask.snippets import Snippet, snippets, wording
from assistant.ask.terms import Term, keys_of, words
from assistant.ask.topics import BY_ID
from index.trials import Trial
from index.vocabulary import vocabulary

_RECORD = frozenset(
    {
        "title",
        "official_title",
        "summary",
        "description",
        "intervention",
        "condition",
        "arm",
        "outcome",
        "keyword",
        "study_population",
        "location",
        "sponsor",
        "collaborator",
        "design",
        "official",
        "funder",
        "status",
        "contact",
        "acronym",
    }
)
_POPULATION = frozenset({"title", "official_title", "summary", "description", "study_population", "condition"})
_GIVEN = frozenset({"title", "official_title", "summary", "intervention", "arm", "keyword"})
_PRIOR = re.compile(
    r"\b(?:prior|previous\w*|failed|failure|refractory|progress\w*|after|pre-?treated|resistan\w*|second[- ]line|following|received|experienced"
    r"|relapsed?|earlier|fail(?:s|ing)?)\b",
    re.I,
)
_EARLIER = re.compile(r"\b(?:prior|previous\w*|earlier|failed|failure|refractory|progress\w*|pre-?treated|resistan\w*|relapsed?|experienced)\b", re.I)
_NONE_PRIOR = re.compile(
    r"\b(?:no prior|no previous|without prior|not (?:previously )?received|(?:treatment|therapy|systemic)[- ]na[iï]ve|never (?:received|treated)"
    r"|untreated)\b",
    re.I,
)
_ENOUGH = 0.74
_NEARLY = 0.6
Found = tuple[Trial, tuple[Snippet, ...], str]
"""A trial, the pieces that show it (the best first), and the criterion's id if it is one."""


def answer_which(asked: Asked) -> Draft | None:
    """The trials that the question's condition holds for, each with its own words; those that exclude it are named apart."""
    for by in (by_size, by_quantity):
        if (draft := by(asked)) is not None:
            return draft

    def about(trial: Trial, own: tuple[Term, ...]) -> bool:
        return (_barred(trial, own) if asked.request.stance == "exclude" else _hit(asked, trial, own)) is not None

    if (draft := by_design(asked, about)) is not None:
        return draft
    terms = tuple(t for t in asked.terms if t.surface.lower() not in GENERIC) or asked.terms
    if not terms:
        return None
    alternatives = _alternatives(asked, terms)
    matched: list[Found] = []
    against: list[Found] = []
    for trial in asked.trials:
        hit = next((h for alternative in alternatives if (h := _hit(asked, trial, alternative)) is not None), None)
        if hit is not None:
            matched.append((trial, *hit))
        if (barred := _barred(trial, terms)) is not None and (hit is None or hit[0][0].criterion is not None):
            against.append((trial, *barred))
    if _NEGATED.search(asked.text) and asked.request.stance != "exclude" and len(asked.searched) <= 40:
        return _others(asked, matched)
    if asked.request.stance == "exclude":
        return _listed(asked, against, ()) if against else None
    against = [a for a in against if all(a[0] is not m[0] for m in matched)] if asked.request.stance in ("require", "allow") else []
    if not matched and not against:
        return None
    return _listed(asked, matched, against)


def _alternatives(asked: Asked, terms: tuple[Term, ...]) -> list[tuple[Term, ...]]:
    """What meets the question: all its terms, or for "A or B" those without one of the two."""
    found = [terms]
    for one, other in pairwise(terms):
        if re.search(rf"{re.escape(one.surface)}\s*(?:,\s*)?\bor\b\s+(?:an?\s+|the\s+)?{re.escape(other.surface)}", asked.text, re.I):
            found += [tuple(t for t in terms if t is not one), tuple(t for t in terms if t is not other)]
    return found


_NEGATED = re.compile(
    r"\b(?:trials?|stud(?:y|ies)|ones?) (?:(?:that|which) )?(?:is|are|was|were|does|do|has|have)(?:n['’]t| not)\b|\bnot (?:about|for|on|in"
    r"|involving|using)\b",
    re.I,
)


def _others(asked: Asked, matched: Sequence[Found]) -> Draft:
    """The trials for which the condition does not hold, each with what it is about instead."""
    rest = [t for t in asked.searched if all(t is not m[0] for m in matched)]
    if not rest:
        return Draft("answer", sentence(f"None: all of {names(asked.searched, MOST)} do"), ())
    lines = []
    for trial in rest[:MOST]:
        field = trial.first("condition") or trial.first("title")
        lines.append(f"- {name(trial)}: " + (f"{quoted(field.value, 300)} {asked.evidence.field(trial, field)}" if field else NOT_STATED))
    return Draft("answer", first(asked, rest) + "\n" + "\n".join(lines), tuple(t.id for t in rest))


def _hit(asked: Asked, trial: Trial, terms: tuple[Term, ...]) -> tuple[tuple[Snippet, ...], str] | None:
    """The pieces of the trial that show best that it requires, allows or involves the terms."""
    pool = snippets(trial)
    stance = asked.request.stance
    best: list[tuple[float, Snippet, str]] = []
    tables = {vocabulary().table_of.get(c) for c in asked.request.concepts}
    # A drug or procedure is a trial's own where its name or interventions say so; the background may tell of others.
    given = (
        stance != "require"
        and tables
        and tables <= {"drug", "drug_class", "procedure", "regimen"}
        and not re.search(r"\b(?:endpoint|outcome|measure|mention|discuss|cite|background)", asked.text, re.I)
    )
    wanted = _POPULATION if stance == "require" and not re.search(r"\btarget", asked.text, re.I) else _GIVEN if given else _RECORD
    if given and not all(any(t.exact & s.keys for s in pool if s.section in wanted) for t in terms):
        return None  # every drug that is named has to be given, not a relative of it
    # "after failure of", "prior": the piece has to speak of an earlier treatment, in whatever words.
    wants_prior = any(_PRIOR.search(t.surface) for t in terms) or bool(
        re.search(r"\b(?:prior|previous\w*|earlier|after|pre-?treated)\b", asked.text, re.I)
    )
    terms = tuple(t for t in terms if not _PRIOR.fullmatch(t.surface)) or terms
    if "location" in asked.request.topics:
        wanted = frozenset({"location"})
        terms = tuple(t for t in terms if not re.fullmatch(r"sites?|cent(?:er|re)s?|hospitals?|locations?", t.surface, re.I)) or terms
    for r in rank(terms, [s for s in pool if s.section in wanted], pool):
        if r.coverage >= _ENOUGH and r.exact and not (wants_prior and not _earlier(trial, r.snippet, terms)):
            best.append((r.coverage + (0.05 if r.snippet.section in ("title", "intervention") else 0), r.snippet, ""))
    if stance is not None:
        kinds = {c.id: c for c in trial.criteria}
        for r in rank(terms, [s for s in pool if s.section in ("criterion", "eligibility")], pool):
            criterion = kinds.get(r.snippet.criterion or "")
            if criterion is None or r.coverage < _ENOUGH:
                continue
            permits = bool(
                re.search(
                    r"\b(?:can be enrolled|allowed|permitted|are eligible|may be (?:included|enrolled)|acceptable|except)\b", r.snippet.text, re.I
                )
            )
            if criterion.polarity == "exclusion" and not (stance == "allow" and permits):
                continue
            denied = bool(_NONE_PRIOR.search(r.snippet.text))
            if denied and not _NONE_PRIOR.search(asked.text):
                continue
            best.append((r.coverage, r.snippet, criterion.id))
    if not best:
        return None
    best.sort(key=lambda b: -b[0])
    _, first, id_ = best[0]
    sections = {first.section}
    more = []
    for _, s, _ in best[1:]:
        if s.section not in sections and s.section in ("title", "summary", "intervention", "description", "criterion"):
            sections.add(s.section)
            more.append(s)
    return (first, *more[:2]), id_


def _earlier(trial: Trial, snippet: Snippet, terms: tuple[Term, ...]) -> bool:
    """Whether the piece speaks of one of the terms as something earlier: the words for that stand right beside it."""
    variants = wording(trial).variants
    keys = frozenset().union(*(t.exact for t in terms))
    named = [m for m in vocabulary().mentions(snippet.text) if {"c:" + m.concept, *("b:" + a for a in vocabulary().ancestors(m.concept))} & keys]
    places = [(m.start, m.end) for m in named]
    places += [(w.start, w.end) for w in words(snippet.text) if "w:" + w.stem in keys or keys_of(variants.get(w.text.lower(), "")) & keys]
    return any(_EARLIER.search(snippet.text[max(0, start - 50) : start]) or _EARLIER.search(snippet.text[end : end + 25]) for start, end in places)


def _barred(trial: Trial, terms: tuple[Term, ...]) -> tuple[tuple[Snippet, ...], str] | None:
    """The exclusion, or the inclusion that denies, which speaks of the terms."""
    kinds = {c.id: c for c in trial.criteria}
    pool = snippets(trial)
    # "prior", "failure" and the like describe how a treatment went; what is barred is the treatment itself.
    core = tuple(t for t in terms if not _PRIOR.fullmatch(t.surface)) or terms
    for r in rank(core, [s for s in pool if s.section == "criterion"], pool):
        criterion = kinds.get(r.snippet.criterion or "")
        # What bars a broader thing bars the narrower one.
        broader = bool({"c:" + p for p in _parents(_concepts(core))} & r.snippet.keys)
        if criterion is None or (not r.exact and not broader) or r.coverage < (_ENOUGH if r.exact else _NEARLY):
            continue
        permits = re.search(r"\b(?:can be enrolled|is allowed|are allowed|permitted|may be (?:included|enrolled))\b", r.snippet.text, re.I)
        if (criterion.polarity == "exclusion" and not permits) or (criterion.polarity == "inclusion" and _NONE_PRIOR.search(r.snippet.text)):
            return (r.snippet,), criterion.id
    return None


def _concepts(terms: Sequence[Term]) -> set[str]:
    return {key[2:] for t in terms for key in t.exact if key.startswith("c:")}


def _parents(concepts: set[str]) -> set[str]:
    rows = (vocabulary().concepts.get(c) for c in concepts)
    return {parent for row in rows if row for parent in row.parents}


def _listed(asked: Asked, rows: list[Found], against: Sequence[Found]) -> Draft:
    def line(trial: Trial, found: tuple[Snippet, ...], criterion: str) -> str:
        markers = "".join(asked.evidence.snippet(trial, s) for s in found)
        return f"- {name(trial)}{f' ({criterion})' if criterion else ''}: {quoted(found[0].text, 400)} {markers}"

    trials = [t for t, _, _ in rows]
    text = ""
    if rows:
        text = first(asked, trials) + "\n" + "\n".join(line(t, s, c) for t, s, c in rows[:MOST])
    else:
        text = f"None: it is {NOT_STATED} that any trial does (searched: {searched(asked.searched)})."
    if against:
        text += f"\n\nExcluded by {names([t for t, _, _ in against])}:\n" + "\n".join(line(t, s, c) for t, s, c in against[:6])
    silent = [t for t in asked.searched if not has_list(t) and all(t is not x[0] for x in (*rows, *against))]
    if asked.request.stance in ("exclude", "allow") and silent and len(asked.searched) <= 12:
        text += f"\n\n{names(silent)}: no eligibility list, so {NOT_STATED} there."
    return Draft("answer" if rows else "not_stated", text, tuple(t for t in dict.fromkeys([t.id for t in trials] or [t.id for t, _, _ in against])))


def answer_compare(asked: Asked) -> Draft | None:
    """A table of the topics asked for, one row a trial; for endpoints what is shared comes first."""
    topics = [t for t in asked.request.topics if t != "summary"]
    trials = asked.trials[:MOST]
    lead = ""
    if any(t in ("outcome", "primary_outcome", "secondary_outcome") for t in topics) and re.search(
        r"\b(?:shared?|common|same|both|differ\w*)\b", asked.text, re.I
    ):
        lead = shared_endpoints(asked, trials)
    if not topics and asked.terms:
        return _compare_terms(asked, trials)
    topics = topics or ["condition", "phase", "intervention", "primary_outcome", "status"]
    rows = []
    for trial in trials:
        plain_asked = Asked(asked.request, asked.text, (), asked.library, asked.trials, asked.as_of, asked.evidence)
        rows.append([name(trial), *(stated(plain_asked, trial, t) or NOT_STATED for t in topics)])
    if all(cell == NOT_STATED for row in rows for cell in row[1:]):
        return not_stated(asked, "The " + " and ".join(label_of(t) for t in topics), trials)
    labels = [BY_ID[t].label for t in topics]
    text = (lead + "\n\n" if lead else f"{names(trials, MOST)} on {', '.join(labels)}:\n\n") + table(["trial", *labels], rows)
    return Draft("answer", text, tuple(t.id for t in trials))


def _compare_terms(asked: Asked, trials: Sequence[Trial]) -> Draft | None:
    rows, hit = [], False
    for trial in trials:
        pool = snippets(trial)
        ranked = [r for r in rank(asked.terms, pool, pool) if r.coverage >= 0.5]
        chosen = ranked[:2]
        hit = hit or bool(chosen)
        rows.append(
            [name(trial), "; ".join(f"{quoted(r.snippet.text, 300)} {asked.evidence.snippet(trial, r.snippet)}" for r in chosen) or NOT_STATED]
        )
    if not hit:
        return None
    what = ", ".join(t.surface for t in asked.terms)
    return Draft(
        "answer", sentence(f"{names(trials, MOST)} on {what}").rstrip(".") + ":\n\n" + table(["trial", what], rows), tuple(t.id for t in trials)
    )


def answer_list(asked: Asked) -> Draft:
    """What is indexed: ids, titles."""
    trials = asked.trials[:40]
    lines = []
    for trial in trials:
        field = trial.first("title")
        lines.append(f"- {name(trial)}: {quoted(trial.title, 250)} {asked.evidence.field(trial, field) if field else ''}".rstrip())
    more = "\nand others." if len(asked.trials) > len(trials) else ""
    are = "trial is" if len(asked.trials) == 1 else "trials are"
    return Draft(
        "answer", f"{count(len(asked.trials)).capitalize()} {are} {gathered(asked)}:\n" + "\n".join(lines) + more, tuple(t.id for t in trials)
    )
