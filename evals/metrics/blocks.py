"""The number of criteria that block the patient and were passed over."""

from collections.abc import Sequence

from evals.results import Figure, Item

PASSED = frozenset({"PASS", "NOT_APPLICABLE"})


def blocks_passed_over(items: Sequence[Item]) -> Figure:
    """Wrong items expected to fail that came out as passed or not applicable."""
    wrong = sum(not item.right and item.expected == "FAIL" and item.got in PASSED for item in items)
    return Figure(
        name="blocks_passed_over", value=wrong, over=len(items), is_count=True, higher_is_better=False,
        description="Criteria that block the patient and came out as passed or not applicable, counted.",
    )  # fmt: skip
