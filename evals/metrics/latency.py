"""How long one item took: median and 95th percentile."""

from collections.abc import Sequence

from evals.results import Figure, Item

_FIGURES = (("seconds_median", 0.5, "Median seconds per item."), ("seconds_p95", 0.95, "95th percentile of the seconds per item."))


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of a non-empty sequence."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


def latency(items: Sequence[Item]) -> tuple[Figure, ...]:
    """Median and 95th percentile of the seconds per item; nothing when no item was timed."""
    seconds = [item.seconds for item in items if item.seconds > 0]
    if not seconds:
        return ()
    return tuple(
        Figure(name=name, value=round(percentile(seconds, at), 4), over=len(seconds), description=text, higher_is_better=False)
        for name, at, text in _FIGURES
    )
