"""Questions over several trials: which of them do something, and what they state side by side. Each keeps its own words."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.ask import properties
from assistant.ask.asked import Asked, Draft
from assistant.ask.endpoints import shared_endpoints
from assistant.ask.not_stated import has_list, not_stated, searched
from assistant.ask.quantities import comparison, enrolled, meeting
from assistant.ask.ranking import GENERIC, rank
from assistant.ask.record import label_of, stated
from assistant.ask.render import NOT_STATED, count, name, names, quoted, sentence, table
from assistant.ask.resolve import phases_in, profile
from assistant.ask.snippets import Snippet, places, snippets, wording
from assistant.ask.terms import Term, keys_of, plain, words
from assistant.ask.topics import BY_ID
from index.filters import stated_fields
from index.trials import Trial
from index.vocabulary import vocabulary

_MOST = 12
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
_STATUS = {
    "recruiting": r"^(?:recruiting|enrolling)",
    "completed": r"^completed",
    "terminated": r"^terminated",
    "withdrawn": r"^withdrawn",
    "suspended": r"^suspended",
    "stopped": r"^(?:terminated|withdrawn|suspended)",
    "open": r"^(?:recruiting|enrolling|not.yet)",
    "active": r"^active",
    "ongoing": r"^(?:recruiting|active|enrolling)",
    "closed": r"^(?:completed|terminated|withdrawn|active.?_?not)",
}


Found = tuple[Trial, tuple[Snippet, ...], str]
"""A trial, the pieces that show it (the best first), and the criterion's id if it is one."""


def answer_which(asked: Asked) -> Draft | None:
    """The trials that the question's condition holds for, each with its own words; those that exclude it are named apart."""
    if (draft := _by_size(asked)) is not None or (draft := _by_quantity(asked)) is not None or (draft := _by_design(asked)) is not None:
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
        return Draft("answer", sentence(f"None: all of {names(asked.searched, _MOST)} do"), ())
    lines = []
    for trial in rest[:_MOST]:
        field = trial.first("condition") or trial.first("title")
        lines.append(f"- {name(trial)}: " + (f"{quoted(field.value, 300)} {asked.evidence.field(trial, field)}" if field else NOT_STATED))
    return Draft("answer", _first(asked, rest) + "\n" + "\n".join(lines), tuple(t.id for t in rest))


_LARGEST = re.compile(r"\b(?:largest|biggest|(?:the )?most (?:patients|participants|people|subjects))\b(?! (?:tumou?r|lesion|diameter|dose))", re.I)
_SMALLEST = re.compile(r"\b(?:smallest|fewest (?:patients|participants|people|subjects))\b(?! (?:tumou?r|lesion|diameter|dose))", re.I)


def asks_size(text: str) -> bool:
    """Whether the largest or smallest trial is asked for."""
    return bool(_LARGEST.search(text) or _SMALLEST.search(text))


def _by_size(asked: Asked) -> Draft | None:
    """The trial with the largest or smallest enrolment that a record states."""
    largest = _LARGEST.search(asked.text)
    if not largest and not _SMALLEST.search(asked.text):
        return None
    sized = [(n, t) for t in asked.trials if (n := enrolled(t)) is not None]
    if not sized:
        return None
    end = (max if largest else min)(n for n, _ in sized)
    rows = [(t, s) for n, t in sized if n == end and (s := stated(asked, t, "enrollment"))]
    unknown = [t for t in asked.searched if enrolled(t) is None]
    text = _first(asked, [t for t, _ in rows]) + "\n" + "\n".join(f"- {name(t)}: {s}" for t, s in rows[:_MOST])
    if unknown:
        text += f"\n\nThe enrolment of {names(unknown)} is {NOT_STATED} as a field of the record."
    return Draft("answer", text, tuple(t.id for t, _ in rows))


def _by_quantity(asked: Asked) -> Draft | None:
    """Trials whose enrolment, number of sites, or length of time meets the number that the question compares with."""
    wanted = comparison(asked.text)
    if wanted is None or asked.request.stance == "exclude" or re.match(r"\s*(?:ago|before|prior|earlier)\b", asked.text[wanted.end :], re.I):
        return None
    rows: list[tuple[Trial, str]] = []
    if wanted.unit == "people":
        rows = [(t, s) for t in asked.trials if (n := enrolled(t)) is not None and wanted.holds(n) and (s := stated(asked, t, "enrollment"))]
    elif wanted.unit == "places":
        rows = [(t, s) for t in asked.trials if (n := len(t.all("location"))) and wanted.holds(n) and (s := stated(asked, t, "sites_count"))]
    else:
        range_words = {w.stem for w in words(asked.text[wanted.start : wanted.end])}
        terms = tuple(t for t in asked.terms if not {w.stem for w in words(t.surface)} <= range_words)
        if not terms:
            return None
        for trial in asked.searched:
            if (piece := meeting(asked, trial, wanted, terms)) is not None:
                rows.append((trial, f"{quoted(piece.text, 400)} {asked.evidence.snippet(trial, piece)}"))
        if not rows and asked.request.stance is not None:
            return None
    if not rows:
        return not_stated(asked, "A trial of that kind", asked.searched, because="no indexed document states such a number")
    trials = [t for t, _ in rows]
    return Draft("answer", _first(asked, trials) + "\n" + "\n".join(f"- {name(t)}: {s}" for t, s in rows[:_MOST]), tuple(t.id for t in trials))


def _by_design(asked: Asked) -> Draft | None:
    """Trials of a phase, a status or a design, which the record states in a field or in its first sentences."""
    text = asked.text
    rows: list[tuple[Trial, str]] = []
    wanted_phases = phases_in(text)
    status = (
        next((pattern for word, pattern in _STATUS.items() if re.search(rf"\b{word}\b", text, re.I)), None)
        if "status" in asked.request.topics or "why_stopped" in asked.request.topics
        else None
    )
    if wanted_phases:
        rows = [(t, s) for t in asked.trials if wanted_phases <= profile(t).phases and (s := stated(asked, t, "phase"))]
    elif status:
        rows = [
            (t, s)
            for t in asked.trials
            if (f := t.first("status")) is not None
            and re.search(status, plain(f.value).lower().replace(" ", "_"))
            and (s := stated(asked, t, "status"))
        ]
    elif countries := _countries(asked):
        rows = [(t, "; ".join(shown)) for t in asked.trials if (shown := _sites(asked, t, countries))]
        asked = replace(asked, terms=tuple(term for term in asked.terms if not any(term.surface.lower() in c.lower().split() for c in countries)))
    elif re.search(r"\b(?:placebo|sham)\b", text, re.I):
        rows = [(t, s) for t in asked.trials if (s := _placebo(asked, t))]
        asked = replace(asked, terms=tuple(t for t in asked.terms if not re.search(r"placebo|sham|control", t.surface, re.I)))
    elif (only := _ONE_SEX.search(text)) is not None:
        wanted = "female" if re.search(r"wom[ae]n|female", only[0], re.I) else "male"
        rows = [(t, s) for t in asked.trials if any(plain(f.value).lower() == wanted for f in t.all("sex")) and (s := stated(asked, t, "sex"))]
        asked = replace(asked, terms=tuple(t for t in asked.terms if not re.search(r"wom[ae]n|m[ae]n|male|only", t.surface, re.I)))
    elif asked.request.asserted:
        for trial in asked.trials:
            held = properties.stated(trial)
            if all(k in held and held[k].value == v for k, v in asked.request.asserted.items()):
                piece = held[next(iter(asked.request.asserted))].snippet
                rows.append((trial, f"{quoted(piece.text, 300)} {asked.evidence.snippet(trial, piece)}"))
    else:
        return None
    if asked.terms and rows:
        own = [
            t
            for t in asked.terms
            if not re.search(
                r"phase|\b[ivx]+\b|\d|recruit|status|single|arm|label|random|blind|open|cent|site|terminat|complet|active|ongoing|stopped|closed|withdrawn|suspend|now|current",
                t.surface,
                re.I,
            )
        ]
        if own:
            rows = [(t, s) for t, s in rows if _hit(asked, t, tuple(own)) is not None]
    if not rows:
        return not_stated(asked, "A trial of that kind", asked.searched, because="no indexed document states it of its trial")
    return Draft(
        "answer", _first(asked, [t for t, _ in rows]) + "\n" + "\n".join(f"- {name(t)}: {s}" for t, s in rows[:_MOST]), tuple(t.id for t, _ in rows)
    )


_ONE_SEX = re.compile(
    r"\b(?:only|just|exclusively)\s+(?:for\s+)?(?:wom[ae]n|m[ae]n|(?:fe)?males?)\b|\b(?:wom[ae]n|m[ae]n|(?:fe)?males?)[- ]only\b", re.I
)


def _placebo(asked: Asked, trial: Trial) -> str:
    """The piece of a trial's own design that names its placebo, quoted; empty where none does."""
    sections = ("arm", "intervention", "official_title", "title", "summary", "design")
    found = [s for s in snippets(trial) if s.section in sections and re.search(r"\b(?:placebo|sham)\b", s.text, re.I)]
    piece = min(found, key=lambda s: sections.index(s.section), default=None)
    return f"{quoted(piece.text, 300)} {asked.evidence.snippet(trial, piece)}" if piece is not None else ""


def _countries(asked: Asked) -> tuple[str, ...]:
    """The countries with sites that the question names, as the records spell them."""
    stated = dict.fromkeys(country for trial in asked.library.trials() for country, _ in stated_fields(trial, "country"))
    place = r"\b(?:in|from|across|within) (?:the )?"
    return tuple(c for c in stated if len(c) > 3 and re.search(rf"{place}{re.escape(c)}\b", asked.text, re.I))


def _sites(asked: Asked, trial: Trial, countries: Sequence[str]) -> list[str]:
    """The countries of those named in which the trial has a site, each with its place."""
    shown = []
    for country, field in stated_fields(trial, "country"):
        if country in countries:
            at = places(trial, field, "country")[:1] if "country" in field.parts else ()
            marker = "".join(asked.evidence.cite(trial, *place) for place in at) or asked.evidence.field(trial, field)
            shown.append(f"{quoted(country)} {marker}".strip())
    return shown


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


def _first(asked: Asked, trials: Sequence[Trial]) -> str:
    total = f" of the {count(len(asked.searched))} {_gathered(asked)}" if 1 < len(asked.searched) <= 12 else ""
    many = count(len(trials))
    return f"{names(trials, _MOST)} ({many}{total}):"


def _gathered(asked: Asked) -> str:
    return "selected" if asked.selected else "indexed"


def _listed(asked: Asked, rows: list[Found], against: Sequence[Found]) -> Draft:
    def line(trial: Trial, found: tuple[Snippet, ...], criterion: str) -> str:
        markers = "".join(asked.evidence.snippet(trial, s) for s in found)
        return f"- {name(trial)}{f' ({criterion})' if criterion else ''}: {quoted(found[0].text, 400)} {markers}"

    trials = [t for t, _, _ in rows]
    text = ""
    if rows:
        text = _first(asked, trials) + "\n" + "\n".join(line(t, s, c) for t, s, c in rows[:_MOST])
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
    trials = asked.trials[:_MOST]
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
    text = (lead + "\n\n" if lead else f"{names(trials, _MOST)} on {', '.join(labels)}:\n\n") + table(["trial", *labels], rows)
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
        "answer", sentence(f"{names(trials, _MOST)} on {what}").rstrip(".") + ":\n\n" + table(["trial", what], rows), tuple(t.id for t in trials)
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
        "answer", f"{count(len(asked.trials)).capitalize()} {are} {_gathered(asked)}:\n" + "\n".join(lines) + more, tuple(t.id for t in trials)
    )
