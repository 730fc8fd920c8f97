"""How well "not stated" is used: of the abstentions, how many were due; of those due, how many came."""

from collections.abc import Sequence

from evals.metrics.mean import share
from evals.results import Figure, Item


def abstention_precision(items: Sequence[Item]) -> Figure:
    """Of the answers that abstain, the share whose question has no answer in the documents."""
    given = [item for item in items if item.values.get("abstained")]
    return share(
        "abstention_precision", "Of the answers that say 'not stated', the share whose question has no answer in the documents.",
        [float(bool(item.values.get("unanswerable"))) for item in given], [item.cluster for item in given],
    )  # fmt: skip


def abstention_recall(items: Sequence[Item]) -> Figure:
    """Of the questions without an answer, the share that was answered with an abstention."""
    due = [item for item in items if item.values.get("unanswerable")]
    return share(
        "abstention_recall", "Of the questions that the documents do not answer, the share answered with 'not stated'.",
        [float(bool(item.values.get("abstained"))) for item in due], [item.cluster for item in due],
    )  # fmt: skip
