"""Misspelt clinical words, one edit away from a word of the vocabulary or of a trial's name. Only long words, so that no ordinary word is touched."""

from collections.abc import Iterable
from functools import cache

from rapidfuzz.distance import OSA

from index.vocabulary import tokens, vocabulary

_SHORTEST = 7


def _deletions(word: str) -> Iterable[str]:
    yield word
    for i in range(len(word)):
        yield word[:i] + word[i + 1 :]


class Speller:
    """Finds the known word that an unknown one was meant to be. Two edits are tolerated from nine letters on."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(w.lower() for w in known if len(w) >= _SHORTEST and w.isalpha())
        self._near: dict[str, list[str]] = {}
        for word in sorted(self._known):
            for key in _deletions(word):
                self._near.setdefault(key, []).append(word)

    def __contains__(self, word: str) -> bool:
        return word.lower() in self._known

    def correct(self, word: str, most: int = 2) -> str | None:
        """The known word nearest to `word`; None if `word` is known, short, more than `most` edits from all, or equally near to two."""
        low = word.lower()
        if len(low) < _SHORTEST or not low.isalpha() or low in self._known or low.removesuffix("s") in self._known or low + "s" in self._known:
            return None
        near = {w for key in _deletions(low) for w in self._near.get(key, ())}
        allowed = min(most, 1 if len(low) < 9 else 2)
        ranked = sorted((OSA.distance(low, w), w) for w in near if w[0] == low[0])
        # An ending is no misspelling ("completed" beside "complete").
        ranked = [(d, w) for d, w in ranked if d <= allowed and not low.startswith(w) and not w.startswith(low) and low[:-2] != w[:-2]]
        if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
            return None
        return ranked[0][1]


@cache
def clinical_speller() -> Speller:
    """Knows the names of the drugs, classes, procedures and diseases of the vocabulary."""
    v = vocabulary()
    rows = (*v.drugs.values(), *v.classes.values(), *v.diseases.values(), *v.procedures.values())
    return Speller(t.text for row in rows for surface in (row.label, *row.synonyms) for t in tokens(surface))
