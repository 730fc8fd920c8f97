"""Any other question: the sentences of the documents that say most of it, or nothing."""

from assistant.ask.asked import Asked, Draft
from assistant.ask.ranking import Ranked, fits_kind, rank
from assistant.ask.render import name, quoted, sentence
from assistant.ask.snippets import snippets
from assistant.ask.terms import Term
from index.trials import Trial

_STRONG = 0.55
_STRONG_UNNAMED = 0.62
_VECTOR_SHARE = 0.12
_MOST_SENTENCES = 3


def answer_text(asked: Asked, strong: float | None = None) -> Draft | None:
    """The best one to three sentences of each trial meant, where they support the question strongly enough."""
    if not asked.terms:
        return None
    limit = strong if strong is not None else _STRONG if asked.named else _STRONG_UNNAMED
    near = _vector(asked)
    found: list[tuple[Trial, list[Ranked]]] = []
    for trial in asked.trials:
        ranked = best(asked, trial, near)
        if ranked and ranked[0].coverage >= limit:
            found.append((trial, ranked))
    if not found:
        return None
    top = max(r[0].coverage for _, r in found)
    found = [(t, r) for t, r in found if r[0].coverage >= top - (0.15 if asked.named else 0.08)][:5]
    lines = []
    for trial, ranked in found:
        chosen = [r for r in ranked if r.coverage >= ranked[0].coverage - 0.1][: _MOST_SENTENCES if len(found) == 1 else 1]
        lines.append(sentence(f"{name(trial)}: " + "; ".join(f"{quoted(r.snippet.text)} {asked.evidence.snippet(trial, r.snippet)}" for r in chosen)))
    return Draft("answer", ("\n" if len(lines) > 1 else " ").join(lines), tuple(t.id for t, _ in found))


def best(asked: Asked, trial: Trial, near: dict[tuple[str, str], list[tuple[int, int, float]]]) -> list[Ranked]:
    """The trial's snippets by coverage of the terms, lifted where the passage search found them too; one piece of a text only once."""
    pool = snippets(trial)
    terms = [t for t in asked.terms if not _names_trial(t, trial)] or list(asked.terms)
    ranked = [r for r in rank(terms, pool, pool) if r.exact and fits_kind(asked.text, r.snippet.text)]
    lifted = []
    for r in ranked:
        places = near.get((trial.id, r.snippet.document), ())
        bonus = max((score for a, b, score in places if a < r.snippet.span.end and r.snippet.span.start < b), default=0.0)
        lifted.append(Ranked(r.snippet, r.coverage + _VECTOR_SHARE * bonus - 0.00004 * len(r.snippet.text), r.exact, r.missed))
    lifted.sort(key=lambda r: -r.coverage)
    kept: list[Ranked] = []
    for r in lifted[:12]:
        if not any(
            k.snippet.document == r.snippet.document and k.snippet.span.start < r.snippet.span.end and r.snippet.span.start < k.snippet.span.end
            for k in kept
        ):
            kept.append(r)
    return kept


def _names_trial(term: Term, trial: Trial) -> bool:
    return term.surface.lower() == trial.id.lower()


def _vector(asked: Asked) -> dict[tuple[str, str], list[tuple[int, int, float]]]:
    """Where the passage search sees the question answered: the first hit counts 1, the last little."""
    ids = [t.id for t in asked.trials] if asked.named else None
    hits = asked.library.search(asked.text, ids, 8)
    found: dict[tuple[str, str], list[tuple[int, int, float]]] = {}
    for i, hit in enumerate(hits):
        p = hit.passage
        found.setdefault((p.trial_id, p.document), []).append((p.span.start, p.span.end, 1 - i / 8))
    return found
