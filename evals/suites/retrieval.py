"""Finding trials for a patient's note: words only, vectors only, and both fused, in one run (SIGIR 2016 test collection)."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evals.metrics.mean import share
from evals.metrics.retrieval import MEASURES, per_topic
from evals.results import Figure, Item, Table
from evals.suites.base import Context, Stopwatch, Suite

METHODS = ("lexical", "vector", "fused")
DEPTH = 4000
"""Passages asked for: enough that each index's own ranking is whole down to the measures' depth."""


@dataclass(frozen=True)
class Topic:
    """A patient's note with its judged trials: 0 no, 1 might refer, 2 would refer."""

    id: str
    note: str
    relevant: dict[str, int]


def ranked(hits: Sequence[Any], score: str) -> dict[str, float]:
    """Trials by the best score of their passages, for hits of one method."""
    best: dict[str, float] = {}
    for hit in hits:
        value = getattr(hit, score)
        if value is not None:
            trial = hit.passage.trial_id
            best[trial] = max(best.get(trial, float("-inf")), float(value))
    return best


class Retrieval(Suite):
    """The note as it stands is the query."""

    name = "retrieval"
    description = "Patients' notes as queries against 3,170 trials (SIGIR 2016 collection): words only, vectors only, both fused."

    def __init__(self) -> None:
        self._assistant: Any = None

    def cases(self, context: Context) -> Sequence[Topic]:
        folder = context.file("sigir2016")
        qrels: dict[str, dict[str, int]] = {}
        with (folder / "qrels_sample.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                qrels.setdefault(row["qid"], {})[row["docid"]] = int(row["rel"])
        with (folder / "patients_sample.csv").open(encoding="utf-8", newline="") as file:
            topics = [Topic(row["patient_id"], row["description"].strip(), qrels.get(row["patient_id"], {})) for row in csv.DictReader(file)]
        self._fill(context)
        return [topic for topic in topics if any(level > 0 for level in topic.relevant.values())]

    def _fill(self, context: Context) -> None:
        from assistant import Assistant

        lines = context.scratch / "sigir2016.jsonl"
        table = context.file("sigir2016", "sample_collection.csv")
        with table.open(encoding="utf-8", newline="") as file, lines.open("w", encoding="utf-8") as out:
            for row in csv.DictReader(file):
                study = {
                    "identificationModule": {"nctId": row["id"], "briefTitle": row["title"]},
                    "descriptionModule": {"briefSummary": " ".join(row["summary"].split())},
                }
                out.write(json.dumps({"protocolSection": study}) + "\n")
        self._assistant = Assistant.open(context.scratch / "sigir2016", fill=False)
        self._assistant.ingest([lines])

    def judge(self, case: Topic, context: Context) -> tuple[Item, ...]:
        watch = Stopwatch()
        hits = self._assistant.search(case.note, k=DEPTH)
        seconds = watch.seconds
        rankings = {"lexical": ranked(hits, "bm25"), "vector": ranked(hits, "similarity"), "fused": ranked(hits, "score")}
        values: dict[str, float | str | bool | None] = {}
        for method, ranking in rankings.items():
            measured = per_topic({case.id: case.relevant}, {case.id: ranking})[case.id]
            values |= {f"{method} {measure}": value for measure, value in measured.items()}
        first = sorted(rankings["fused"].items(), key=lambda pair: (-pair[1], pair[0]))[:10]
        found = sum(case.relevant.get(trial, 0) > 0 for trial, _ in first)
        return (
            Item(
                id=case.id, asked=case.note[:300], expected="a relevant trial among the first ten", got=f"{found} relevant among the first ten",
                right=found > 0, reason="physicians' judgements of the collection", cluster=case.id, seconds=seconds, values=values,
                trace={"first_ten": [f"{trial} ({case.relevant.get(trial, 'not judged')})" for trial, _ in first]},
            ),
        )  # fmt: skip

    def figures(self, items: Sequence[Item]) -> tuple[Figure, ...]:
        made = []
        for measure in MEASURES:
            for method in METHODS:
                values = [float(item.values.get(f"{method} {measure}") or 0.0) for item in items]
                name = f"{measure.lower().replace('@', '_')}_{method}"
                meaning = f"{measure} of the {method} ranking, mean over topics with a relevant trial."
                made.append(share(name, meaning, values, [item.cluster for item in items]))
        return tuple(made)

    def tables(self, items: Sequence[Item]) -> tuple[Table, ...]:
        by_name = {figure.name: figure.value for figure in self.figures(items)}
        cells = tuple(tuple(by_name[f"{measure.lower().replace('@', '_')}_{method}"] for method in METHODS) for measure in MEASURES)
        return (Table(title="Words, vectors, both", kind="bars", rows=MEASURES, columns=METHODS, cells=cells),)

    def remarks(self, items: Sequence[Item]) -> tuple[str, ...]:
        value = {figure.name: figure.value or 0.0 for figure in self.figures(items)}
        fused, lexical, vector = (value[f"ndcg_10_{method}"] for method in ("fused", "lexical", "vector"))
        if fused > max(lexical, vector):
            return (f"Fused beats both parts on NDCG@10: {fused:.3f} against {lexical:.3f} (words) and {vector:.3f} (vectors).",)
        return (f"Fused does NOT beat both parts on NDCG@10: {fused:.3f} against {lexical:.3f} (words) and {vector:.3f} (vectors).",)
