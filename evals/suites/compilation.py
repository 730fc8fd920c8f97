"""The registry sample through the criteria compiler: how much of it is understood, and how fast."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from evals.results import Figure, Item, Table
from evals.suites.base import Context, Suite

PHRASES = 100
RECORDS_OF_A_SHORT_RUN = 20


@dataclass(frozen=True)
class Part:
    """A part of the sample: all of it, or the oncology texts."""

    id: str
    path: Path
    oncology: bool


class Compilation(Suite):
    """Coverage of bullets, for oncology and for all."""

    name = "registry"
    description = "Eligibility texts of 4,500 ClinicalTrials.gov records through the compiler: bullets compiled fully, partly, not at all."

    def cases(self, context: Context) -> Sequence[Part]:
        path = context.file("registry/eligibility_sample.jsonl.gz")
        return (Part("all", path, False), Part("oncology", path, True))

    def judge(self, case: Part, context: Context) -> tuple[Item, ...]:
        from index.criteria import coverage

        records = islice(coverage.texts(case.path, case.oncology), None if context.limit is None else context.limit * RECORDS_OF_A_SHORT_RUN)
        found = coverage.measure(records)
        return (
            Item(
                id=case.id, asked=f"{found.bullets} bullets", expected="compiled", got=found.report(), right=True, seconds=round(found.seconds, 3),
                values={"bullets": found.bullets, "fully": found.fully, "partly": found.partly, "none": found.none},
                trace={"uncompiled": [[phrase, count] for phrase, count in found.phrases.most_common(PHRASES)]},
            ),
        )  # fmt: skip

    def figures(self, items: Sequence[Item]) -> tuple[Figure, ...]:
        made = []
        for item in items:
            bullets = int(float(item.values.get("bullets") or 0))
            for key, said in (("fully", "understood to the last word"), ("none", "not understood at all")):
                value = round(float(item.values.get(key) or 0) / bullets, 4) if bullets else None
                words = f"Share of bullets {said} ({item.id} texts)."
                made.append(Figure(name=f"{key}_{item.id}", value=value, over=bullets, description=words, higher_is_better=key == "fully"))
            if item.seconds:
                speed = round(bullets / item.seconds)
                made.append(
                    Figure(name=f"bullets_per_seconds_{item.id}", value=speed, over=bullets, is_count=True, description="Bullets compiled a second.")
                )
        return tuple(made)

    def tables(self, items: Sequence[Item]) -> tuple[Table, ...]:
        keys = ("fully", "partly", "none")
        shares = tuple(tuple(round(float(item.values.get(key) or 0) / float(item.values.get("bullets") or 1), 4) for key in keys) for item in items)
        tables = [
            Table(title="Bullets understood", kind="bars", rows=tuple(item.id for item in items), columns=("fully", "partly", "not"), cells=shares)
        ]
        for item in items:
            phrases = item.trace.get("uncompiled", [])
            tables.append(
                Table(
                    title=f"Most frequent words not understood, {item.id} texts", kind="grid", rows=tuple(str(phrase) for phrase, _ in phrases),
                    columns=("times",), cells=tuple((float(count),) for _, count in phrases),
                )
            )  # fmt: skip
        return tuple(tables)
