"""The share of the expected quotes that an answer cites."""

from collections.abc import Sequence

from evals.metrics.mean import share
from evals.results import Figure, Item


def citation_recall(items: Sequence[Item]) -> Figure:
    """Mean over answers to questions with expected evidence; an answer without citations counts as 0."""
    counted = [item for item in items if item.values.get("recall") is not None]
    return share(
        "citation_recall", "Share of the expected quotes that are cited, per answer.",
        [float(item.values["recall"] or 0.0) for item in counted], [item.cluster for item in counted],
    )  # fmt: skip
