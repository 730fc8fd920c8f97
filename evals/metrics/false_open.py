"""The number of trials left open to a patient whom the document excludes or does not describe: the worst error."""

from collections.abc import Sequence

from evals.results import Figure, Item

OPEN = frozenset({"NO_EXCLUSION_FOUND", "FITS_STATED_POPULATION"})


def false_open(items: Sequence[Item]) -> Figure:
    """Wrong items whose verdict is an open one."""
    wrong = sum(not item.right and item.got in OPEN for item in items)
    return Figure(
        name="false_open", value=wrong, over=len(items), is_count=True, higher_is_better=False,
        description="Trials left open to a patient who should not be: the worst error, counted.",
    )  # fmt: skip
