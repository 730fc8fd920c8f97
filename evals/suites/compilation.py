"""The registry sample through the criteria compiler: how much of it is understood, and how fast."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from evals.results import Figure, Item, Table
from evals.suites.base import Context, Suite

PHRASES = 100
KEPT_PHRASES = 1000
"""Of each part, so that the most frequent of both together are among them."""
RECORDS_OF_A_SHORT_RUN = 20


@dataclass(frozen=True)
class Part:
    """A part of the sample: the oncology texts, or the others. Each text is compiled once."""

    id: str
    path: Path
    oncology: bool


@dataclass(frozen=True)
class Counts:
    """Bullets of some parts by how much was understood, the processor seconds it took, and the words that were not understood."""

    bullets: int
    fully: int
    partly: int
    none: int
    seconds: float
    phrases: Counter[str]


def counts(items: Sequence[Item]) -> Counts:
    """The sum over parts."""
    phrases: Counter[str] = Counter()
    for item in items:
        phrases.update(dict(item.trace.get("uncompiled", [])))
    bullets, fully, partly, none = (sum(int(float(item.values.get(key) or 0)) for item in items) for key in ("bullets", "fully", "partly", "none"))
    return Counts(bullets, fully, partly, none, sum(item.seconds for item in items), phrases)


def groups(items: Sequence[Item]) -> Iterator[tuple[str, Counts]]:
    """All texts, and the oncology texts alone."""
    yield "all", counts(items)
    yield "oncology", counts([item for item in items if item.id == "oncology"])


class Compilation(Suite):
    """Coverage of bullets, for oncology and for all."""

    name = "registry"
    description = "Eligibility texts of 4,500 ClinicalTrials.gov records through the compiler: bullets compiled fully, partly, not at all."

    def cases(self, context: Context) -> Sequence[Part]:
        path = context.file("registry/eligibility_sample.jsonl.gz")
        return (Part("oncology", path, True), Part("other", path, False))

    def judge(self, case: Part, context: Context) -> tuple[Item, ...]:
        from index.criteria import coverage

        oncology = {text for _, text in coverage.texts(case.path, oncology=True)}
        texts = ((id_, text) for id_, text in coverage.texts(case.path) if (text in oncology) == case.oncology)
        found = coverage.measure(islice(texts, None if context.limit is None else context.limit * RECORDS_OF_A_SHORT_RUN))
        return (
            Item(
                id=case.id, asked=f"{found.bullets} bullets", expected="compiled", got=found.report(), right=True, seconds=round(found.seconds, 3),
                values={"bullets": found.bullets, "fully": found.fully, "partly": found.partly, "none": found.none},
                trace={"uncompiled": [[phrase, count] for phrase, count in found.phrases.most_common(KEPT_PHRASES)]},
            ),
        )  # fmt: skip

    def figures(self, items: Sequence[Item]) -> tuple[Figure, ...]:
        made = []
        for name, found in groups(items):
            for key, count, said in (("fully", found.fully, "understood to the last word"), ("none", found.none, "not understood at all")):
                value = round(count / found.bullets, 4) if found.bullets else None
                words = f"Share of bullets {said} ({name} texts)."
                made.append(Figure(name=f"{key}_{name}", value=value, over=found.bullets, description=words, higher_is_better=key == "fully"))
            if found.seconds:
                speed = round(found.bullets / found.seconds)
                said = f"Bullets compiled in a processor second ({name} texts)."
                made.append(Figure(name=f"bullets_per_seconds_{name}", value=speed, over=found.bullets, is_count=True, description=said))
        return tuple(made)

    def tables(self, items: Sequence[Item]) -> tuple[Table, ...]:
        found = list(groups(items))
        shares = tuple(tuple(round(n / (c.bullets or 1), 4) for n in (c.fully, c.partly, c.none)) for _, c in found)
        tables = [Table(title="Bullets understood", kind="bars", rows=tuple(n for n, _ in found), columns=("fully", "partly", "not"), cells=shares)]
        for name, counted in found:
            most = counted.phrases.most_common(PHRASES)
            tables.append(
                Table(
                    title=f"Most frequent words not understood, {name} texts", kind="grid", rows=tuple(phrase for phrase, _ in most),
                    columns=("times",), cells=tuple((float(count),) for _, count in most),
                )
            )  # fmt: skip
        return tuple(tables)
