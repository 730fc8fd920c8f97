"""Physicians' criterion labels on public patient notes, beside GPT-4's labels and the majority label."""

import json
import re
from collections import Counter
from collections.abc import Sequence

from evals import metrics, schema
from evals.metrics.evidence import sentence_f1
from evals.metrics.mean import share
from evals.results import Figure, Item, Table
from evals.suites import outcomes
from evals.suites.base import Context, NotRun, Stopwatch, Suite

LABELS = ("included", "not included", "excluded", "not excluded", "not enough information", "not applicable")
DECIDED = {
    ("inclusion", "PASS"): "included", ("inclusion", "FAIL"): "not included",
    ("exclusion", "PASS"): "not excluded", ("exclusion", "FAIL"): "excluded",
}  # fmt: skip
UNDECIDED = {"UNKNOWN": "not enough information", "NOT_APPLICABLE": "not applicable"}
SENTENCE = re.compile(r"^(\d+)\.\s", re.MULTILINE)


def sentence_at(note: str, offset: int) -> int | None:
    """The number of the note's numbered sentence that holds this offset."""
    number = None
    for found in SENTENCE.finditer(note):
        if found.start() > offset:
            break
        number = int(found.group(1))
    return number


class CriterionPairs(Suite):
    """A criterion against a note, silence read as absence, as the physicians' task had it."""

    name = "pairs"
    description = "Patient-criterion pairs judged by three physicians (ncbi/TrialGPT-Criterion-Annotations), silence taken for absence."

    def cases(self, context: Context) -> Sequence[schema.Pair]:
        own = context.cases / "pairs.json"
        path = own if own.is_file() else context.file("criterion_pairs/pairs.json")
        found = [schema.Pair.model_validate(entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
        if not found:
            raise NotRun("no pair in the file")
        return found

    def judge(self, case: schema.Pair, context: Context) -> tuple[Item, ...]:
        watch = Stopwatch()
        check = context.seeds.check(case.criterion_text or "", case.note, polarity=case.criterion_type, silence="absent", as_of=context.as_of)
        seconds = watch.seconds
        result = check.model_dump(mode="json")
        got = UNDECIDED.get(result["outcome"]) or DECIDED[case.criterion_type, result["outcome"]]
        facts = result["patient"]["facts"]
        given = frozenset(n for i in result["facts"] if i < len(facts) and (n := sentence_at(case.note, facts[i]["source"]["start"])) is not None)
        right = got == case.expert_eligibility
        marked = frozenset(case.expert_sentences)
        return (
            Item(
                id=case.id, asked=f"{case.criterion_type}: {case.criterion_text}", expected=case.expert_eligibility, got=got, right=right,
                reason="label of the physicians", cluster=case.patient_id, seconds=seconds,
                values={
                    "gpt4": case.gpt4_eligibility, "gpt4_right": case.gpt4_eligibility == case.expert_eligibility, "assumed": result["assumed"],
                    "polarity": case.criterion_type, "evidence_f1": round(sentence_f1(given, marked), 4) if marked else None,
                },
                trace={} if right else {"note": case.note, "physicians_sentences": list(case.expert_sentences), **outcomes.trace(result, facts)},
            ),
        )  # fmt: skip

    def failed(self, case: schema.Pair, error: Exception) -> tuple[Item, ...]:
        return (
            Item(
                id=case.id, asked=str(case.criterion_text), expected=case.expert_eligibility, got="FAULT", right=False, cluster=case.patient_id,
                values={
                    "fault": True, "gpt4": case.gpt4_eligibility, "gpt4_right": case.gpt4_eligibility == case.expert_eligibility,
                    "polarity": case.criterion_type,
                },
                trace={"fault": f"{type(error).__name__}: {error}"},
            ),
        )  # fmt: skip

    def figures(self, items: Sequence[Item]) -> tuple[Figure, ...]:
        clusters = [item.cluster for item in items]
        gpt4 = [float(bool(item.values.get("gpt4_right"))) for item in items]
        majority = Counter(item.expected for item in items).most_common(1)[0][0] if items else ""
        same = [float(item.expected == majority) for item in items]
        _, recalls = metrics.per_class(items, "", LABELS)
        return (
            metrics.accuracy(items, "accuracy", "Agreement with the physicians."),
            share("gpt4_accuracy", "Agreement of GPT-4's labels with the physicians on the same pairs (for comparison).", gpt4, clusters),
            share("majority_accuracy", f"Agreement of always answering {majority!r} (for comparison).", same, clusters),
            metrics.evidence_f1(items),
            *recalls,
            *metrics.latency(items),
        )

    def tables(self, items: Sequence[Item]) -> tuple[Table, ...]:
        gpt4 = [item.model_copy(update={"got": str(item.values.get("gpt4"))}) for item in items]
        return (
            metrics.confusion(items, "Physicians against this program", LABELS),
            metrics.confusion(gpt4, "Physicians against GPT-4", LABELS),
            metrics.per_class(items, "Per label, this program", LABELS)[0],
            metrics.per_class(gpt4, "Per label, GPT-4", LABELS)[0],
        )
