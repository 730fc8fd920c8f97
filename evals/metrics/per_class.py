"""Precision, recall and F1 of each label."""

from collections.abc import Sequence

from evals.results import Figure, Item, Table


def class_scores(items: Sequence[Item], label: str) -> tuple[float | None, float | None, float | None, int]:
    """(precision, recall, F1, how many were expected) of one label; None where nothing could be counted."""
    expected = sum(item.expected == label for item in items)
    given = sum(item.got == label for item in items)
    both = sum(item.expected == label and item.got == label for item in items)
    precision = both / given if given else None
    recall = both / expected if expected else None
    f1 = None if precision is None or recall is None else (2 * precision * recall / (precision + recall) if both else 0.0)
    return precision, recall, f1, expected


def per_class(items: Sequence[Item], title: str, order: Sequence[str] = ()) -> tuple[Table, tuple[Figure, ...]]:
    """The table of all labels that were expected, and one recall figure per label."""
    present = {item.expected for item in items}
    labels = [x for x in order if x in present] + sorted(present - set(order))
    cells: list[tuple[float | None, ...]] = []
    figures: list[Figure] = []
    for label in labels:
        precision, recall, f1, expected = class_scores(items, label)
        cells.append((*(None if x is None else round(x, 4) for x in (precision, recall, f1)), float(expected)))
        key = label.lower().replace(" ", "_")
        found = None if recall is None else round(recall, 4)
        figures.append(Figure(name=f"recall_{key}", value=found, over=expected, description=f"Share of the expected {label!r} that came out so."))
    table = Table(title=title, kind="bars", rows=tuple(labels), columns=("precision", "recall", "F1", "n"), cells=tuple(cells))
    return table, tuple(figures)
