"""Questions over registry records that nothing was built against."""

from collections.abc import Sequence

from evals import schema
from evals.results import Figure, Item, Table
from evals.suites import citing
from evals.suites.base import Context, Stopwatch, Suite, own_cases
from evals.suites.questions import UNANSWERABLE, answer_figures, answer_tables
from evals.text import includes


class UnseenQuestions(Suite):
    """A question about one record, its number in the question."""

    name = "unseen_questions"
    description = "Questions over ClinicalTrials.gov records (20 and more), a quarter of them without an answer in the record."

    def cases(self, context: Context) -> Sequence[schema.RecordQuestion]:
        context.file("registry/api_v2")
        return schema.load(own_cases(context, self.name), schema.RecordQuestion)

    def judge(self, case: schema.RecordQuestion, context: Context) -> tuple[Item, ...]:
        assistant = context.registry
        records = context.file("registry/api_v2")
        watch = Stopwatch()
        answer = assistant.ask(case.question, as_of=context.as_of).model_dump(mode="json")
        seconds = watch.seconds
        own = [c for c in answer["citations"] if c["trial"] == case.trial]
        wrong = list(includes(answer["text"], case.must_include, case.must_not_include))
        if not citing.evidence(own, case.quotes)[2]:
            wrong.append("cites none of the expected words")
        if not all(citing.is_literal(c, records) for c in answer["citations"]):
            wrong.append("holds a citation that is not literal")
        counted = citing.values(answer, case.quotes, case.kind == UNANSWERABLE, records)
        return (
            Item(
                id=case.id, asked=case.question, expected=case.answer, got="; ".join(wrong) or "right", right=not wrong, reason=case.reason,
                cluster=case.trial, seconds=seconds,
                values={**counted, "kind": case.kind, "answer_kind": answer["kind"]},
                trace=citing.trace(answer, records) if wrong or counted["unsupported"] else {},
            ),
        )  # fmt: skip

    def figures(self, items: Sequence[Item]) -> tuple[Figure, ...]:
        return answer_figures(items)

    def tables(self, items: Sequence[Item]) -> tuple[Table, ...]:
        return answer_tables(items)
