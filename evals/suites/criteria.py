"""Single criteria in any words, through `Assistant.check`."""

from collections.abc import Sequence

from evals import schema
from evals.results import Figure, Item, Table
from evals.suites import outcomes
from evals.suites.base import Context, Stopwatch, Suite, own_cases


class SingleCriteria(Suite):
    """A criterion, a note, an outcome."""

    name = "criteria"
    description = "Single criteria in any words against a note, without a document."

    def cases(self, context: Context) -> Sequence[schema.SingleCriterion]:
        return schema.load(own_cases(context, self.name), schema.SingleCriterion)

    def judge(self, case: schema.SingleCriterion, context: Context) -> tuple[Item, ...]:
        watch = Stopwatch()
        check = context.seeds.check(case.criterion, case.text, polarity=case.polarity, silence=case.silence, as_of=context.as_of)
        seconds = watch.seconds
        criterion = check.model_dump(mode="json")
        right = outcomes.meets(criterion, case.expected, case.accept)
        return (
            Item(
                id=case.id, asked=f"{case.polarity}: {case.criterion} | {case.text}", expected=case.expected,
                got=outcomes.shown(criterion, case.expected, right), right=right, reason=case.reason, cluster=case.criterion, seconds=seconds,
                trace={} if right else outcomes.trace(criterion, criterion["patient"]["facts"]),
            ),
        )  # fmt: skip

    def figures(self, items: Sequence[Item]) -> tuple[Figure, ...]:
        return outcomes.outcome_figures(items)

    def tables(self, items: Sequence[Item]) -> tuple[Table, ...]:
        return outcomes.outcome_tables(items)
