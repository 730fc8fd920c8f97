"""Notes against the five seeds: the verdict for each trial."""

from collections.abc import Sequence

from evals import schema
from evals.results import Figure, Item, Table
from evals.suites import outcomes
from evals.suites.base import Context, Stopwatch, Suite, own_cases


class Vignettes(Suite):
    """Five verdicts per note."""

    name = "vignettes"
    description = "Patients' notes as clinicians type them, against the five seed trials: the verdict for each."

    def cases(self, context: Context) -> Sequence[schema.Vignette]:
        return schema.load(own_cases(context, self.name), schema.Vignette)

    def judge(self, case: schema.Vignette, context: Context) -> tuple[Item, ...]:
        watch = Stopwatch()
        report = context.seeds.match(case.text, as_of=context.as_of).model_dump(mode="json")
        seconds = watch.seconds
        trials = {trial["trial"]["id"][:3]: trial for trial in report["trials"]}
        items = []
        for seed, (expected, why, _missing) in case.expected.items():
            trial = trials.get(seed)
            verdict = trial["verdict"] if trial else "ABSENT"
            right = verdict == expected or verdict in case.accept.get(seed, ())
            open_or_failed = [
                {key: c[key] for key in ("id", "outcome", "reason", "unknown_reason", "gating")}
                for c in (trial["criteria"] if trial else ())
                if c["outcome"] == "FAIL" or (c["outcome"] == "UNKNOWN" and c["gating"])
            ]
            facts = outcomes.trace(None, report["patient"]["facts"])["facts"]
            items.append(
                Item(
                    id=f"{case.id}/{seed}", asked=case.text, expected=expected, got=expected if right else verdict, right=right,
                    reason=why, cluster=case.id, seconds=seconds, values={"verdict": verdict},
                    trace={} if right else {"criteria": open_or_failed, "facts": facts},
                )
            )  # fmt: skip
        return tuple(items)

    def failed(self, case: schema.Vignette, error: Exception) -> tuple[Item, ...]:
        fault = {"fault": f"{type(error).__name__}: {error}"}
        return tuple(
            Item(
                id=f"{case.id}/{seed}", asked=case.text, expected=expected, got="FAULT", right=False, reason=why, cluster=case.id,
                values={"fault": True}, trace=fault,
            )
            for seed, (expected, why, _) in case.expected.items()
        )  # fmt: skip

    def figures(self, items: Sequence[Item]) -> tuple[Figure, ...]:
        return outcomes.verdict_figures(items)

    def tables(self, items: Sequence[Item]) -> tuple[Table, ...]:
        return outcomes.verdict_tables(items)
