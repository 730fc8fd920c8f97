"""Questions over the five seeds."""

from collections.abc import Sequence

from evals import metrics, schema
from evals.results import Figure, Item, Table
from evals.suites import citing
from evals.suites.base import Context, Stopwatch, Suite, own_cases
from evals.text import includes

UNANSWERABLE = "unanswerable"


def answer_figures(items: Sequence[Item]) -> tuple[Figure, ...]:
    """The figures of a suite of answers."""
    return (
        metrics.answer_correctness(items),
        metrics.citation_precision(items),
        metrics.citation_recall(items),
        metrics.citation_literalness(items),
        metrics.unsupported_numbers(items),
        metrics.abstention_precision(items),
        metrics.abstention_recall(items),
        *metrics.latency(items),
    )


def answer_tables(items: Sequence[Item]) -> tuple[Table, ...]:
    """Right and wrong by kind of question."""
    kinds = sorted({str(item.values.get("kind")) for item in items})
    cells = []
    for kind in kinds:
        of_kind = [item for item in items if str(item.values.get("kind")) == kind]
        cells.append((round(sum(item.right for item in of_kind) / len(of_kind), 4), float(len(of_kind))))
    return (Table(title="Right by kind of question", kind="bars", rows=tuple(kinds), columns=("right", "n"), cells=tuple(cells)),)


class Questions(Suite):
    """A question, an answer with its evidence."""

    name = "questions"
    description = "Questions over the seed documents: single fields, definitions, doses, comparisons, false premises, things not stated."

    def cases(self, context: Context) -> Sequence[schema.TrialQuestion]:
        return schema.load(own_cases(context, self.name), schema.TrialQuestion)

    def judge(self, case: schema.TrialQuestion, context: Context) -> tuple[Item, ...]:
        watch = Stopwatch()
        if case.after:
            before = next(other.question for other in self.cases(context) if other.id == case.after)
            chat = context.seeds.conversation(as_of=context.as_of)
            chat.send(before)
            watch = Stopwatch()
            answer = chat.send(case.question).model_dump(mode="json")
        else:
            answer = context.seeds.ask(case.question, as_of=context.as_of).model_dump(mode="json")
        seconds = watch.seconds
        wanted = [quote.quote for quote in case.quotes]
        wrong = list(includes(answer["text"], case.must_include, case.must_not_include))
        if not citing.evidence(answer["citations"], wanted)[2]:
            wrong.append("cites none of the expected words")
        if not all(citing.is_literal(c) for c in answer["citations"]):
            wrong.append("holds a citation that is not literal")
        counted = citing.values(answer, wanted, case.kind == UNANSWERABLE, None)
        return (
            Item(
                id=case.id, asked=case.question, expected=case.answer, got="; ".join(wrong) or "right", right=not wrong, reason=case.reason,
                cluster=case.quotes[0].doc if case.quotes else "", seconds=seconds,
                values={**counted, "kind": case.kind, "answer_kind": answer["kind"]},
                trace=citing.trace(answer) if wrong or counted["unsupported"] else {},
            ),
        )  # fmt: skip

    def figures(self, items: Sequence[Item]) -> tuple[Figure, ...]:
        return answer_figures(items)

    def tables(self, items: Sequence[Item]) -> tuple[Table, ...]:
        return answer_tables(items)
