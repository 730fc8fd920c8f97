"""The number of trials closed to a patient whom the document does not exclude: the second worst error."""

from collections.abc import Sequence

from evals.results import Figure, Item

CLOSED = frozenset({"EXCLUDED", "NOT_FIT"})


def false_excluded(items: Sequence[Item]) -> Figure:
    """Wrong items whose verdict is a closed one."""
    wrong = sum(not item.right and item.got in CLOSED for item in items)
    return Figure(
        name="false_excluded", value=wrong, over=len(items), is_count=True, higher_is_better=False,
        description="Trials closed to a patient whom nothing excludes, counted.",
    )  # fmt: skip
