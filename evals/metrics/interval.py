"""The 95 % interval of a mean whose items come in clusters (several criteria of one patient are not independent)."""

import math
from collections import defaultdict
from collections.abc import Sequence


def clustered_interval(values: Sequence[float], clusters: Sequence[str]) -> tuple[float, float] | None:
    """Mean plus and minus 1.96 cluster-robust standard errors (sandwich estimator with the G/(G-1) factor), cut to 0..1
    when all values lie there. None with fewer than two clusters. An empty cluster name stands for itself."""
    if not values:
        return None
    mean = sum(values) / len(values)
    sums: dict[str, float] = defaultdict(float)
    for position, (value, cluster) in enumerate(zip(values, clusters, strict=True)):
        sums[cluster or f"#{position}"] += value - mean
    groups = len(sums)
    if groups < 2:
        return None
    error = math.sqrt(sum(s * s for s in sums.values()) * groups / (groups - 1)) / len(values)
    low, high = mean - 1.96 * error, mean + 1.96 * error
    if all(0.0 <= v <= 1.0 for v in values):
        low, high = max(0.0, low), min(1.0, high)
    return round(low, 4), round(high, 4)
