"""The F1 of the note's sentences that a check rests on against those the physicians marked."""

from collections.abc import Sequence

from evals.metrics.mean import share
from evals.results import Figure, Item


def sentence_f1(given: frozenset[int], marked: frozenset[int]) -> float:
    """F1 of two sets of sentence numbers; two empty sets agree (1.0)."""
    if not given and not marked:
        return 1.0
    both = len(given & marked)
    return 2 * both / (len(given) + len(marked))


def evidence_f1(items: Sequence[Item]) -> Figure:
    """Mean F1 over items with sentences marked by physicians."""
    counted = [item for item in items if item.values.get("evidence_f1") is not None]
    return share(
        "evidence_sentence_f1", "F1 of the sentences a check rests on against the physicians' sentences, per criterion.",
        [float(item.values["evidence_f1"] or 0.0) for item in counted], [item.cluster for item in counted],
    )  # fmt: skip
