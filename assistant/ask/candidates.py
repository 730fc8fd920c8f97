"""Which trials of a large library can answer at all: those whose text holds the words of the question, in any of their spellings.

Reading a trial into snippets costs milliseconds; looking up words in a set does not. The rest is then ranked properly.
"""

from collections.abc import Sequence

from assistant.ask.terms import Term
from index.text import repaired
from index.trials import Trial
from index.vocabulary import tokens, vocabulary
from index.vocabulary.lexicon import fold

FEW = 40
"""Up to so many trials are all looked at."""

_words: dict[tuple[str, str], frozenset[str]] = {}


def likely(trials: Sequence[Trial], terms: Sequence[Term]) -> tuple[Trial, ...]:
    """The trials that hold at least half of the terms; all of them if there are few, nothing to look for, or none that does."""
    if len(trials) <= FEW or not terms:
        return tuple(trials)
    spellings = [_spellings(t) for t in terms]
    least = max(1, len(terms) // 2)
    return tuple(t for t in trials if _present(_words_of(t), spellings) >= least) or tuple(trials)


def _words_of(trial: Trial) -> frozenset[str]:
    key = (trial.id, trial.content_hash)
    if key not in _words:
        if len(_words) > 20_000:
            _words.clear()
        _words[key] = frozenset(token.key for document in trial.documents for token in tokens(repaired(document.text)))
    return _words[key]


def _spellings(term: Term) -> tuple[frozenset[str], tuple[frozenset[str], ...]]:
    """The beginnings of words, and the sets of words, each of which shows the term."""
    v = vocabulary()
    stems = frozenset(key[2:] for key in term.exact if key.startswith("w:") and " " not in key)
    sets = [frozenset(key[2:].split()) for key in term.exact if key.startswith("w:") and " " in key]
    for key in term.exact:
        if key.startswith("c:"):
            for concept in v.descendants(key[2:]):
                row = v.concepts.get(concept)
                for surface in (row.label, *row.synonyms) if row else ():
                    sets.append(frozenset(t.key for t in tokens(surface.removeprefix("="))))
    return stems, tuple(dict.fromkeys(sets))


def _present(words: frozenset[str], spellings: Sequence[tuple[frozenset[str], tuple[frozenset[str], ...]]]) -> int:
    return sum(
        any(s <= words for s in sets) or any(stem in words or fold(stem) in words for stem in stems) or _begins(stems, words)
        for stems, sets in spellings
    )


def _begins(stems: frozenset[str], words: frozenset[str]) -> bool:
    """Whether a word begins with one of the stems."""
    long = tuple(s for s in stems if len(s) >= 4)
    return bool(long) and any(w.startswith(long) for w in words)
