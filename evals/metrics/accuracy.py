"""The share of expectations that were met."""

from collections.abc import Sequence

from evals.metrics.mean import share
from evals.results import Figure, Item


def accuracy(items: Sequence[Item], name: str = "accuracy", description: str = "Share of expectations that were met.") -> Figure:
    """Right items over all items, with an interval clustered by patient."""
    return share(name, description, [float(item.right) for item in items], [item.cluster for item in items])
