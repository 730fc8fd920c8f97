"""Reciprocal rank fusion (Cormack, Clarke, Buettcher, SIGIR 2009): rankings whose scores do not compare, made one."""

from collections.abc import Iterable, Sequence

SMOOTHING = 60
"""The paper's constant: how little the first ranks weigh more than the next."""


def fuse(rankings: Iterable[Sequence[str]], smoothing: int = SMOOTHING) -> list[tuple[str, float]]:
    """Ids with the sum of 1 / (smoothing + rank) over the rankings that hold them, best first; equals in order of id."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, id_ in enumerate(ranking, start=1):
            scores[id_] = scores.get(id_, 0.0) + 1 / (smoothing + rank)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))
