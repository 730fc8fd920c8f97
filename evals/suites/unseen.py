"""One-line notes on registry records that nothing was built against."""

from collections.abc import Sequence

from evals import schema
from evals.results import Figure, Item, Table
from evals.suites import outcomes
from evals.suites.base import Context, Stopwatch, Suite, own_cases
from evals.text import normal


class UnseenProbes(Suite):
    """One criterion of a registry record per line, found by its quote."""

    name = "unseen"
    description = "One-line notes, each deciding one criterion of a ClinicalTrials.gov record (30 and more records, oncology and others)."

    def cases(self, context: Context) -> Sequence[schema.UnseenProbe]:
        context.file("registry/api_v2")
        return schema.load(own_cases(context, "unseen_probes"), schema.UnseenProbe)

    def judge(self, case: schema.UnseenProbe, context: Context) -> tuple[Item, ...]:
        assistant = context.registry_unembedded
        watch = Stopwatch()
        report = assistant.match(case.text, as_of=context.as_of, trials=[case.trial]).model_dump(mode="json")
        seconds = watch.seconds
        wanted = normal(case.criterion_quote)
        found = [c for t in report["trials"] if t["trial"]["id"] == case.trial for c in t["criteria"] if wanted in normal(c["quote"])]
        criterion = found[0] if found else None
        right = outcomes.meets(criterion, case.expected, case.accept)
        return (
            Item(
                id=case.id, asked=f"{case.trial} “{case.criterion_quote}”: {case.text}", expected=case.expected,
                got=outcomes.shown(criterion, case.expected, right), right=right, reason=case.why, cluster=case.trial, seconds=seconds,
                trace={} if right else outcomes.trace(criterion, report["patient"]["facts"]),
            ),
        )  # fmt: skip

    def figures(self, items: Sequence[Item]) -> tuple[Figure, ...]:
        return outcomes.outcome_figures(items)

    def tables(self, items: Sequence[Item]) -> tuple[Table, ...]:
        return outcomes.outcome_tables(items)
