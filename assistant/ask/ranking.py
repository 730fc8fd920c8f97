"""How well a piece of text answers a question: the share of the question's terms that it meets, weighted by how rare they are."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.ask.snippets import Snippet
from assistant.ask.terms import Term

_NEAR = 0.65
_SPELT_OUT = 0.9


@dataclass(frozen=True, slots=True)
class Ranked:
    """A snippet with its `coverage` (0..1), and the terms it meets exactly, nearly or not."""

    snippet: Snippet
    coverage: float
    exact: int
    missed: tuple[str, ...]


def weights(terms: Sequence[Term], pool: Sequence[Snippet]) -> list[float]:
    """Rarity of each term in the pool; a term that occurs nowhere weighs most."""
    n = len(pool)
    return [_share(t) * math.log(1.5 + n / (1 + (_frequency(t, pool) or _absent(t)))) for t in terms]


def _frequency(term: Term, pool: Sequence[Snippet]) -> int:
    return sum(1 for s in pool if term.keys & s.keys or (term.stems and term.stems <= s.keys))


def _share(term: Term) -> float:
    """How much a term can matter: a clinical concept most, a name or code next, an ordinary word less, a word for the kind of answer little."""
    if term.surface.lower() in GENERIC:
        return _GENERIC_SHARE
    if term.stems:
        return 1.3
    return 0.8 if term.surface.islower() else 1.15


def _absent(term: Term) -> int:
    """An ordinary word that occurs nowhere is often only the asker's way of speaking; a concept or a name is not."""
    return 3 if term.surface.islower() and not term.stems else 0


def rank(terms: Sequence[Term], snippets: Iterable[Snippet], pool: Sequence[Snippet] | None = None) -> list[Ranked]:
    """All snippets that meet a term, best first; equals in their own order. `pool` is what rarity is counted over."""
    candidates = list(snippets)
    if not terms:
        return []
    rarity = weights(terms, pool if pool is not None else candidates)
    total = sum(rarity)
    found: list[Ranked] = []
    for snippet in candidates:
        score, exact, missed = 0.0, 0, []
        for term, weight in zip(terms, rarity, strict=True):
            if term.exact & snippet.keys:
                score += weight
                exact += term.surface.lower() not in GENERIC
            elif term.stems and term.stems <= snippet.keys:
                score += _SPELT_OUT * weight
            elif term.keys & snippet.keys:
                score += _NEAR * weight
            else:
                missed.append(term.surface)
        if score:
            found.append(Ranked(snippet, score / total, exact, tuple(missed)))
    return sorted(found, key=lambda r: -r.coverage)


GENERIC = frozenset((Path(__file__).parent / "generic_words.txt").read_text(encoding="utf-8").split())
"""Words that say what kind of answer is wanted rather than what about; a text may answer without them."""
_GENERIC_SHARE = 0.35

_NUMBER = re.compile(
    r"(?<![A-Za-z\d-])\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|once|twice|half|single"
    r"|double|daily|weekly|monthly)\b",
    re.I,
)
_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|high|low|old|young|long|often|large|big|tall|heavy|frequently|soon|far)\b|\b(?:number|dose|dosage|limit|cut-?off"
    r"|threshold|ceiling|minimum|maximum|percentage|proportion|rate|count|level)\b",
    re.I,
)
_ASKS_DATE = re.compile(r"^\W*(?:when|(?:on|in|at) (?:what|which) (?:date|day|month|year|week))", re.I)


_ASKS_COUNT = re.compile(r"\bhow (?:many|much|high|low|old|young|long|often|large|big|heavy|frequently)\b|\b(?:percentage|proportion)\b", re.I)


def needs_number(question: str) -> bool:
    """Whether only a text with a number can answer."""
    return bool(_ASKS_COUNT.search(question))


def fits_kind(question: str, text: str) -> bool:
    """Whether `text` holds the kind of thing asked for: a question for a quantity is not answered without one."""
    if _ASKS_NUMBER.search(question) or _ASKS_DATE.search(question):
        return bool(_NUMBER.search(text))
    return True
