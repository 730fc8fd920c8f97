"""The compiler against the Chia corpus: measured values with their comparators, and negation."""

import json
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from evals.metrics.mean import share
from evals.results import Figure, Item
from evals.suites import brat
from evals.suites.base import Context, Stopwatch, Suite

if TYPE_CHECKING:
    from index.conditions import Bounds, Condition, Leaf

HEADINGS = {"inclusion": "Inclusion Criteria:\n\n", "exclusion": "Exclusion Criteria:\n\n"}


def placed(text: brat.Annotated) -> tuple[str, list[int]]:
    """The text as a registry writes a list (a heading, a bullet a line), and by how much each line's start moved."""
    heading = HEADINGS[text.polarity]
    lines = text.text.replace("\r", " ").split("\n")
    starts = list(accumulate((len(line) + 1 for line in lines[:-1]), initial=0))
    return heading + "\n".join(f"* {line}" if line.strip() else line for line in lines), starts


def shift(text: brat.Annotated, starts: Sequence[int], offset: int) -> int:
    """Where an offset of the corpus's text lies in the placed text."""
    line = bisect_right(starts, offset)
    bullets = sum(bool(piece.strip()) for piece in text.text.split("\n")[:line])
    return len(HEADINGS[text.polarity]) + offset + 2 * bullets


@lru_cache(maxsize=8)
def _compiled(name: str, eligibility: str) -> "tuple[tuple[Leaf, bool], ...]":
    from assistant import Assistant

    number = name.partition("_")[0]
    study = {"identificationModule": {"nctId": number, "briefTitle": number}, "eligibilityModule": {"eligibilityCriteria": eligibility}}
    (trial,) = Assistant.read(f"{number}.json", json.dumps({"protocolSection": study}))
    return tuple(leaf for criterion in trial.criteria for leaf in _leaves(criterion.condition, False))


def _leaves(condition: "Condition", negated: bool) -> "list[tuple[Leaf, bool]]":
    """Every leaf with whether it stands under an odd number of negations."""
    from index.conditions import Not, children

    below = children(condition)
    if not below:
        return [(condition, negated)]  # type: ignore[list-item]
    inner = negated != isinstance(condition, Not)
    return [pair for child in below for pair in _leaves(child, inner)]


def sides(bounds: "Bounds") -> frozenset[brat.Bound]:
    """A condition's bounds in the corpus's terms."""
    found = set()
    if bounds.low is not None:
        found.add(brat.Bound("low", bounds.low_inclusive, bounds.low))
    if bounds.high is not None:
        found.add(brat.Bound("high", bounds.high_inclusive, bounds.high))
    return frozenset(found)


def turned(bounds: frozenset[brat.Bound]) -> frozenset[brat.Bound]:
    """What the negation of a one-sided bound allows: not above 3 is at most 3."""
    return frozenset(brat.Bound("high" if b.side == "low" else "low", not b.inclusive, b.number) for b in bounds)


class Chia(Suite):
    """One text at a time; an item per annotated value and per annotated negation."""

    name = "chia"
    description = "The Chia corpus (CC BY 4.0): measured values with comparator and number, and negation, found by the compiler."

    def cases(self, context: Context) -> Sequence[brat.Annotated]:
        return [brat.read(path) for path in sorted(context.file("chia").glob("*.ann"))]

    def judge(self, case: brat.Annotated, context: Context) -> tuple[Item, ...]:
        from index.conditions import Finding, Limit, Treatment

        watch = Stopwatch()
        eligibility, starts = placed(case)
        leaves = _compiled(case.name, eligibility)
        seconds = watch.seconds
        items: list[Item] = []
        measured = case.measured()
        for number, (subject, value, expected) in enumerate(measured):
            spots = [(shift(case, starts, a), shift(case, starts, b)) for a, b in value.spans]
            got: list[frozenset[brat.Bound]] = []
            for leaf, negated in leaves:
                if isinstance(leaf, Limit) and any(leaf.span.start < b and a < leaf.span.end for a, b in spots):
                    got += [sides(leaf.bounds)] if not negated else [sides(leaf.bounds), turned(sides(leaf.bounds))]
            right = any(expected <= one for one in got) or expected <= frozenset().union(*got)
            said = "; ".join(sorted(str(sorted((b.side, b.inclusive, b.number) for b in one)) for one in got))
            items.append(
                Item(
                    id=f"{case.name}.V{number}", asked=f"{subject.text} {value.text}", expected=value.text, got=said or "nothing", right=right,
                    reason="annotated value", cluster=case.name.partition("_")[0], values={"kind": "value"},
                    trace={} if right else {"line": self._line(case, value)}, seconds=seconds if number == 0 else 0.0,
                )
            )  # fmt: skip
        items += self._negations(case, starts, [(leaf, negated) for leaf, negated in leaves if isinstance(leaf, Finding | Treatment)])
        return tuple(items)

    @staticmethod
    def _line(case: brat.Annotated, entity: brat.Entity) -> str:
        start = case.text.rfind("\n", 0, entity.spans[0][0]) + 1
        return case.text[start : case.text.find("\n", start) if "\n" in case.text[start:] else None]

    def _negations(self, case: brat.Annotated, starts: Sequence[int], leaves: "list[tuple[Leaf, bool]]") -> list[Item]:
        items = []
        for expected, entities in (("negated", case.negated()), ("asserted", case.asserted())):
            for entity in entities:
                spots = [(shift(case, starts, a), shift(case, starts, b)) for a, b in entity.spans]
                seen = {negated for leaf, negated in leaves if any(leaf.span.start < b and a < leaf.span.end for a, b in spots)}
                if not seen and expected == "asserted":
                    continue  # what was not compiled says nothing about negation
                got = "not found" if not seen else "both" if len(seen) > 1 else "negated" if True in seen else "asserted"
                right = got == expected or (got == "both" and expected == "negated")
                items.append(
                    Item(
                        id=f"{case.name}.{entity.id}", asked=entity.text, expected=expected, got=expected if right else got, right=right,
                        reason="annotated negation" if expected == "negated" else "no negation annotated",
                        cluster=case.name.partition("_")[0], values={"kind": "negation"}, trace={} if right else {"line": self._line(case, entity)},
                    )
                )  # fmt: skip
        return items

    def figures(self, items: Sequence[Item]) -> tuple[Figure, ...]:
        values = [item for item in items if item.values.get("kind") == "value"]
        given = [item for item in values if item.got != "nothing"]
        negations = [item for item in items if item.values.get("kind") == "negation"]
        due = [item for item in negations if item.expected == "negated" and item.got != "not found"]
        said = [item for item in negations if item.got == "negated"]
        return (
            self._share("value_recall", "Of the annotated measured values, the share compiled with the right comparator and number.", values),
            self._share(
                "value_precision", "Of the annotated measured values that were compiled, the share with the right comparator and number.", given
            ),
            self._share("negation_recall", "Of the negated terms that were compiled, the share under a negation.", due),
            self._share("negation_precision", "Of the terms compiled under a negation, the share annotated as negated.", said),
        )

    @staticmethod
    def _share(name: str, description: str, items: Sequence[Item]) -> Figure:
        return share(name, description, [float(item.right) for item in items], [item.cluster for item in items])
