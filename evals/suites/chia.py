"""The compiler against the Chia corpus: measured values with their comparators, and negation."""

from collections.abc import Sequence

from evals.results import Figure, Item
from evals.suites import brat
from evals.suites.base import Context, NotRun, Suite


class Chia(Suite):
    """One text at a time."""

    name = "chia"
    description = "The Chia corpus (CC BY 4.0): measured values with comparator, and negation, found by the compiler."

    def cases(self, context: Context) -> Sequence[brat.Annotated]:
        raise NotRun("the compiler is not there yet")

    def judge(self, case: brat.Annotated, context: Context) -> tuple[Item, ...]:
        return ()

    def figures(self, items: Sequence[Item]) -> tuple[Figure, ...]:
        return ()
