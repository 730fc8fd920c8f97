"""One-line notes, each deciding one criterion of seed 001."""

from collections.abc import Sequence

from evals import schema
from evals.results import Figure, Item, Table
from evals.suites import outcomes
from evals.suites.base import Context, Stopwatch, Suite, own_cases


class Probes(Suite):
    """One criterion per line."""

    name = "probes"
    description = "One-line notes, each deciding one criterion of seed 001: both sides of each boundary, and the known traps."

    def cases(self, context: Context) -> Sequence[schema.Probe]:
        return schema.load(own_cases(context, self.name), schema.Probe)

    def judge(self, case: schema.Probe, context: Context) -> tuple[Item, ...]:
        watch = Stopwatch()
        report = context.seeds.match(case.text, as_of=context.as_of).model_dump(mode="json")
        seconds = watch.seconds
        trial = next((t for t in report["trials"] if t["trial"]["id"].startswith("001")), None)
        criterion = next((c for c in (trial["criteria"] if trial else ()) if c["id"] == case.criterion), None)
        right = outcomes.meets(criterion, case.expected, case.accept)
        return (
            Item(
                id=case.id, asked=f"{case.criterion}: {case.text}", expected=case.expected, got=outcomes.shown(criterion, case.expected, right),
                right=right, reason=case.why, cluster=case.criterion, seconds=seconds, values={"criterion": case.criterion},
                trace={} if right else outcomes.trace(criterion, report["patient"]["facts"]),
            ),
        )  # fmt: skip

    def figures(self, items: Sequence[Item]) -> tuple[Figure, ...]:
        return outcomes.outcome_figures(items)

    def tables(self, items: Sequence[Item]) -> tuple[Table, ...]:
        return outcomes.outcome_tables(items)
