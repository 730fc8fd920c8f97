"""The share of citations whose quote is exactly the document's text between their offsets."""

from collections.abc import Sequence

from evals.results import Figure, Item


def citation_literalness(items: Sequence[Item]) -> Figure:
    """Literal citations over all citations of all answers."""
    total = sum(int(float(item.values.get("citations") or 0)) for item in items)
    literal = sum(int(float(item.values.get("literal") or 0)) for item in items)
    return Figure(
        name="citation_literalness", value=round(literal / total, 4) if total else None, over=total,
        description="Share of citations whose quote is exactly the document's text from start to end.",
    )  # fmt: skip
