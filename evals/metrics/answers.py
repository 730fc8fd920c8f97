"""The share of questions answered rightly: the right words, none of the wrong ones, and the evidence cited."""

from collections.abc import Sequence

from evals.metrics.accuracy import accuracy
from evals.results import Figure, Item


def answer_correctness(items: Sequence[Item]) -> Figure:
    """Right items over all items; an item is right when words, evidence and literalness all hold."""
    words = "Share of answers with the right words, none of the wrong ones, and the expected evidence cited literally."
    return accuracy(items, "answer_correctness", words)
