"""What a term means in a document, in that document's words; never a definition from elsewhere."""

import re

from assistant.ask.asked import Asked, Draft
from assistant.ask.ranking import Ranked, rank
from assistant.ask.render import name, quoted, sentence
from assistant.ask.snippets import Snippet, snippets
from assistant.ask.terms import Term, keys_of
from index.trials import Trial

_DEFINES = re.compile(
    r"\bdefined (?:as|by)\b|\bis (?:the|a|an)\b|\bare\b|\bmeasured (?:from|by|as|using)\b|\btime (?:from|between|since)\b|\b(?:proportion"
    r"|percentage|number|rate) of\b|\baccording to\b|\bper\b|:\s|\bmeans\b|\bconsist\w*|\brefers? to\b|\bcalculated\b|\bassessed\b|[=(]",
    re.I,
)
_BEST = 0.5


def answer_definition(asked: Asked) -> Draft | None:
    """The sentences that define what is asked about, by trial; None if no document defines it."""
    terms = asked.terms
    if not terms:
        return None
    found: list[tuple[Trial, list[Snippet], float]] = []
    for trial in asked.trials:
        ranked = _ranked(trial, terms)
        if not ranked:
            continue
        best = ranked[0].coverage
        chosen = [r.snippet for r in ranked if r.coverage >= best - 0.08][:3]
        opening = [s for s in chosen if _opens(s, terms)]
        if opening and chosen[0] is opening[0]:
            chosen = opening
        found.append((trial, _tidied(chosen), best))
    if not found:
        return None
    top = max(score for _, _, score in found)
    found = [f for f in found if f[2] >= (top - 0.1 if asked.named else max(_BEST, top - 0.05))]
    if top < _BEST:
        return None
    lines = []
    for trial, chosen, _ in found[:6]:
        quotes = "; ".join(f"{quoted(s.text)} {asked.evidence.snippet(trial, s)}" for s in chosen)
        lines.append(sentence(f"{name(trial)}: {quotes}"))
    return Draft("answer", ("\n" if len(lines) > 1 else " ").join(lines), tuple(t.id for t, _, _ in found[:6]))


def _ranked(trial: Trial, terms: tuple[Term, ...]) -> list[Ranked]:
    """Snippets that meet the terms, the defining ones first: outcomes before prose, exact words before related ones."""
    pool = snippets(trial)
    ranked = [r for r in rank(terms, pool, pool) if _can_define(r.snippet) and r.exact]
    scored = []
    for r in ranked:
        bonus = (
            (0.08 if _DEFINES.search(r.snippet.text) else -0.1) + (0.04 if r.snippet.section == "outcome" else 0.0) - 0.00006 * len(r.snippet.text)
        )
        if r.snippet.section in ("title", "official_title"):
            bonus -= 0.2  # a title uses a term, and says nothing about it
        # "Partial response (PR): ..." defines what it begins with.
        if _opens(r.snippet, terms):
            bonus += 0.06
        scored.append((r.coverage + bonus, r))
    scored.sort(key=lambda pair: -pair[0])
    return [Ranked(r.snippet, score, r.exact, r.missed) for score, r in scored if r.coverage >= 0.45]


_SAYS_DEFINED = re.compile(r"\bdefin(?:ed|es|ition)\b|\bi\.e\.|\brefers? to\b|\bmeaning\b", re.I)


def _can_define(snippet: Snippet) -> bool:
    """Whether a piece may define a term: a rule uses terms, and defines one only where it says so."""
    if snippet.section in ("criterion", "eligibility"):
        return bool(_SAYS_DEFINED.search(snippet.text))
    return snippet.section not in ("keyword", "condition")


_HEAD = re.compile(r"[^.;]{0,100}?(?=[:=]|\b(?:is|are|was|were|means?|refers?|defined|measured|calculated)\b)", re.I)


def _opens(snippet: Snippet, terms: tuple[Term, ...]) -> bool:
    """Whether a piece begins with what is asked about, and goes on to say what it is."""
    head = _HEAD.match(snippet.text)
    opening = keys_of(head[0]) if head is not None else frozenset()
    return all(t.exact & opening for t in terms)


def _tidied(chosen: list[Snippet]) -> list[Snippet]:
    """Without pieces that another chosen piece of the same document contains or lies within; the shorter one is kept."""
    kept: list[Snippet] = []
    for s in sorted(chosen, key=lambda s: s.span.end - s.span.start):
        if not any(k.document == s.document and s.span.start < k.span.end and k.span.start < s.span.end for k in kept):
            kept.append(s)
    return [s for s in chosen if s in kept]
