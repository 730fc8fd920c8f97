"""A mean over items with its interval: what the share-like metrics have in common."""

from collections.abc import Sequence

from evals.metrics.interval import clustered_interval
from evals.results import Figure


def share(name: str, description: str, values: Sequence[float], clusters: Sequence[str], higher_is_better: bool = True) -> Figure:
    """The figure for the mean of `values`; None over 0 items when there are none."""
    if not values:
        return Figure(name=name, value=None, over=0, description=description, higher_is_better=higher_is_better)
    return Figure(
        name=name, value=round(sum(values) / len(values), 4), over=len(values), description=description,
        higher_is_better=higher_is_better, interval=clustered_interval(values, clusters),
    )  # fmt: skip
