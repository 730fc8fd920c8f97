"""The number of expectations that could be decided and were left undecided."""

from collections.abc import Sequence

from evals.results import Figure, Item

UNDECIDED = frozenset({"CANNOT_DETERMINE", "UNKNOWN", "not enough information"})


def needless_unknowns(items: Sequence[Item]) -> Figure:
    """Wrong items that came out undecided."""
    wrong = sum(not item.right and item.got in UNDECIDED for item in items)
    return Figure(
        name="needless_unknowns", value=wrong, over=len(items), is_count=True, higher_is_better=False,
        description="Expectations that the note decides and that were left undecided, counted.",
    )  # fmt: skip
