"""The rule on a topic: which criteria speak of it, in their own words, and of which trials nothing can be said."""

import re

from assistant.ask.asked import Asked, Draft
from assistant.ask.not_stated import has_list, no_list, not_stated
from assistant.ask.ranking import Ranked, fits_kind, needs_number, rank
from assistant.ask.render import NOT_STATED, name, names, quoted, sentence
from assistant.ask.snippets import Snippet, snippets
from assistant.ask.terms import Term, named, plain
from index.conditions import Condition, Finding, NotCompiled, Treatment, leaves
from index.trials import Criterion, Trial
from index.vocabulary import vocabulary

_WASHOUT = re.compile(r"\bwash-?\s?out", re.I)
_WINDOW = re.compile(
    r"\bwithin\b.{0,40}\b(?:day|week|month|year|hour|half-li)|\b(?:last|past|previous|preceding) \w+ (?:day|week|month|year)s?\b"
    r"|\bless than .{0,20}(?:day|week|month)s? (?:before|prior|since)|\b(?:wash-?out)\b",
    re.I,
)
_TREATED = re.compile(
    r"\b(?:treat\w*|therap\w*|drug\w*|medic\w*|receiv\w*|use|using|used|surgery|vaccin\w*|administ\w*|transfus\w*|radio\w*|chemo\w*"
    r"|investigational|steroid\w*|corticosteroid\w*|antibod\w*)\b",
    re.I,
)
_ASKS_WINDOW = re.compile(r"\bwash-?\s?out|\bhow (?:long|soon|many (?:days|weeks|months|years))\b|\bwhen\b|\binterval\b", re.I)
_PERMITS = re.compile(r"\b(?:is|are|be) (?:also )?(?:allowed|permitted|acceptable|eligible)\b|\b(?:can|may) be (?:included|enrolled)\b", re.I)
_ID = re.compile(r"\b[IEPS]\d{2}\b")
_WHOLE = 420
_ENOUGH = 0.5
_MOST = 5


def answer_criteria(asked: Asked) -> Draft | None:
    """The criteria on the topic, by trial; None where no criterion speaks of it."""
    found: list[tuple[Trial, list[Ranked]]] = []
    without = [t for t in asked.searched if not has_list(t)]
    for trial in asked.trials:
        if has_list(trial) and (ranked := matching(asked, trial)):
            found.append((trial, ranked))
    if not asked.named and found:
        top = max(r[0].coverage for _, r in found)
        found = [(t, r) for t, r in found if r[0].coverage >= top - 0.15][:_MOST]
    if not found:
        return None
    lines = [rule(asked, trial, ranked) for trial, ranked in found]
    if re.match(r"\W*why\b", asked.text, re.I):
        lines[0] = f"The documents give no reason; what they state is: {lines[0]}"
    lines += notes_on(asked, found)
    if without and asked.named:
        lines.append(f"{names(without)} contain{'s' if len(without) == 1 else ''} no eligibility list: {NOT_STATED} there.")
    elif without and len(asked.searched) <= 12:
        lines.append(f"{names(without)}: no eligibility list, so {NOT_STATED} there.")
    return Draft("answer", ("\n" if len(found) > 1 else " ").join(lines), tuple(t.id for t, _ in found))


def topic_words(asked: Asked) -> str:
    """What is asked about, in the question's own words."""
    return ", ".join(t.surface for t in asked.terms[:4]) or "this"


def matching(asked: Asked, trial: Trial) -> list[Ranked]:
    """Pieces of the trial's criteria that meet the question's terms well enough, best first."""
    pool = [s for s in snippets(trial) if s.section in ("criterion", "eligibility")]
    if ids := set(_ID.findall(asked.text)):
        return [Ranked(s, 1.0, 1, ()) for s in pool if s.criterion in ids]
    if not asked.terms and _WASHOUT.search(asked.text):
        timed = [s for s in pool if _WINDOW.search(s.text) and _TREATED.search(s.text)]
        return [Ranked(s, 1.0, 1, ()) for s in timed][:8]
    if asked.request.stance == "exclude":
        barring = {c.id for c in trial.criteria if c.polarity == "exclusion"}
        pool = [s for s in pool if s.criterion in barring] or pool
    terms = [t for t in asked.terms if not re.fullmatch(r"[A-Za-z]?\d[\d.]*", t.surface)] or list(asked.terms)
    ranked = rank(terms, pool, snippets(trial))
    if not ranked:
        return []
    top = ranked[0].coverage
    if top < _ENOUGH or (not ranked[0].exact and top < 0.6):
        return []
    kept = [r for r in ranked if r.coverage >= max(_ENOUGH, top - 0.12)]
    if not ranked[0].exact:
        kept = _ruling(trial, terms, kept)
    measures = _measures(asked.text)
    # A limit on the measure first; where none was read, the piece that names it.
    kept = _narrowed(kept, {"l:" + c for c in measures})
    kept = kept if any("l:" + c in r.snippet.keys for c in measures for r in kept) else _narrowed(kept, {"c:" + c for c in measures})
    if asked.request.stance == "exclude":
        kept = [r for r in kept if not _PERMITS.search(r.snippet.text)] or kept
    if _ASKS_WINDOW.search(asked.text):
        v = vocabulary()
        kept = _narrowed(kept, {"t:" + broad for c in asked.request.concepts for broad in v.ancestors(c)})
    numeric = [r for r in kept if fits_kind(asked.text, r.snippet.text)]
    return (numeric if needs_number(asked.text) else numeric or kept)[:_MOST]


def _ruling(trial: Trial, terms: list[Term], ranked: list[Ranked]) -> list[Ranked]:
    """Of pieces that name only something broader than what is asked about, the exclusions of it: what bars more bars less, and others
    mention it in passing.
    """
    broader = {key[2:] for t in terms for key in t.keys if key.startswith("c:")}
    if not broader:
        return ranked
    ruling = {c.id for c in trial.criteria if c.polarity == "exclusion" and any(broader & _concepts(leaf) for leaf in leaves(c.condition))}
    return [r for r in ranked if r.snippet.criterion is None or r.snippet.criterion in ruling]


def _concepts(leaf: Condition) -> set[str]:
    match leaf:
        case Finding():
            return set(leaf.concepts)
        case Treatment():
            return set(leaf.targets)
        case NotCompiled():
            return set()
        case _:
            return {str(value) for value in leaf.model_dump().values() if isinstance(value, str)}


def _measures(text: str) -> set[str]:
    """Measures that a text names by words that mean nothing else ("TB" may be bilirubin or tuberculosis)."""
    meanings: dict[tuple[int, int], set[str]] = {}
    for mention in named(text):
        meanings.setdefault((mention.start, mention.end), set()).add(mention.concept)
    return {concept for found in meanings.values() if found <= vocabulary().measures.keys() for concept in found}


def _narrowed(ranked: list[Ranked], keys: set[str]) -> list[Ranked]:
    """Those that hold one of `keys` (a limit on the measure asked for, a time window on the treatment), if any does."""
    return [r for r in ranked if r.snippet.keys & keys] or ranked


def rule(asked: Asked, trial: Trial, ranked: list[Ranked]) -> str:
    """The criteria found, each with its id and side, quoted whole where short, else the sentences that matter."""
    by_id = {c.id: c for c in trial.criteria}
    parts: list[str] = []
    done: set[str] = set()
    for r in ranked:
        s = r.snippet
        criterion = by_id.get(s.criterion or "")
        if criterion is None:
            parts.append(f"{quoted(s.text)} {asked.evidence.snippet(trial, s)}")
            continue
        if criterion.id in done:
            continue
        done.add(criterion.id)
        parts.append(f"{side(criterion)}: {shown(asked, trial, criterion, [x.snippet for x in ranked if x.snippet.criterion == criterion.id])}")
    return sentence(f"{name(trial)}, " + "; ".join(parts))


def side(criterion: Criterion) -> str:
    """ "inclusion criterion I10"; for a population statement "described population"."""
    return f"{criterion.polarity} criterion {criterion.id}" if criterion.polarity != "population" else "described population"


def shown(asked: Asked, trial: Trial, criterion: Criterion, hits: list[Snippet]) -> str:
    """A criterion's words with its marker: whole where short, else the pieces hit, with exceptions that follow them."""
    if len(plain(criterion.quote)) <= _WHOLE:
        return f"{quoted(criterion.quote)} {asked.evidence.cite(trial, criterion.document, criterion.span)}"
    pieces = [s for s in snippets(trial) if s.criterion == criterion.id]
    chosen = {s.span.start for s in hits}
    for i, s in enumerate(pieces[1:], 1):
        # A permission or an exception right after a rule belongs to it.
        if pieces[i - 1].span.start in chosen and re.search(
            r"\b(?:except\w*|allowed|permitted|can be enrolled|must be|unless|however)\b", s.text, re.I
        ):
            chosen.add(s.span.start)
    kept = [s for s in pieces if s.span.start in chosen]
    return " … ".join(f"{quoted(s.text)} {asked.evidence.snippet(trial, s)}" for s in kept)


def notes_on(asked: Asked, found: list[tuple[Trial, list[Ranked]]]) -> list[str]:
    """What the document itself gets wrong or leaves open about the criteria quoted."""
    lines: list[str] = []
    for trial, ranked in found:
        ids = {r.snippet.criterion for r in ranked if r.snippet.criterion}
        spans = [r.snippet.span for r in ranked]
        for note in trial.notes:
            if note.kind in ("layout", "duplicate"):
                continue
            touches = any(s.start < span.end and span.start < s.end for s in note.spans for span in spans) or (
                not note.spans and ids & set(note.criteria)
            )
            if touches:
                markers = "".join(asked.evidence.cite(trial, note.document, s) for s in note.spans[:4])
                text = f"Note on {name(trial)}: {note.text} {markers}".strip()
                if text not in lines and len(lines) < 3:
                    lines.append(sentence(text))
    return lines


def criteria_absent(asked: Asked) -> Draft:
    """No criterion speaks of it: said so, for the trials that have a list and for those that have none."""
    without = [t for t in asked.searched if not has_list(t)]
    listed = [t for t in asked.trials if has_list(t)]
    what = "A rule on " + topic_words(asked)
    if not asked.named or len(asked.trials) > 8:
        return not_stated(asked, what, asked.searched)
    if listed:
        draft = not_stated(asked, what, listed, because="the eligibility list does not mention it")
        extra = f" {names(without)} contain{'s' if len(without) == 1 else ''} no eligibility list." if without else ""
        return Draft("not_stated", draft.text + extra, tuple(t.id for t in asked.trials))
    return Draft("not_stated", no_list(asked, without, what), tuple(t.id for t in without))
