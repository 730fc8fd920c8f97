"""The share of cited quotes that belong to the evidence expected for the question."""

from collections.abc import Sequence

from evals.metrics.mean import share
from evals.results import Figure, Item


def citation_precision(items: Sequence[Item]) -> Figure:
    """Mean over answers to questions with expected evidence; an answer without citations counts as 0."""
    counted = [item for item in items if item.values.get("precision") is not None]
    return share(
        "citation_precision", "Share of cited quotes that hold expected evidence, per answer.",
        [float(item.values["precision"] or 0.0) for item in counted], [item.cluster for item in counted],
    )  # fmt: skip
