"""How often each expected label came out as each label."""

from collections import Counter
from collections.abc import Sequence

from evals.results import Item, Table


def confusion(items: Sequence[Item], title: str, order: Sequence[str] = ()) -> Table:
    """Rows are expected labels, columns what came out. `order` puts known labels first; others follow by name."""
    counts = Counter((item.expected, item.got) for item in items)

    def sort(labels: set[str]) -> tuple[str, ...]:
        return tuple([x for x in order if x in labels] + sorted(labels - set(order)))

    rows, columns = sort({e for e, _ in counts}), sort({g for _, g in counts} | {e for e, _ in counts})
    return Table(
        title=title, kind="confusion", rows=rows, columns=columns,
        cells=tuple(tuple(float(counts[row, column]) for column in columns) for row in rows),
        note="Rows: expected. Columns: what came out.",
    )  # fmt: skip
