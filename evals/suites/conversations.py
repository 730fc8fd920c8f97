"""Scripted conversations, judged turn by turn."""

from collections.abc import Sequence

from evals import metrics, schema
from evals.results import Figure, Item
from evals.suites import citing
from evals.suites.base import Context, Stopwatch, Suite, own_cases
from evals.text import includes


class Conversations(Suite):
    """One item per turn."""

    name = "conversations"
    description = "Scripts of 8 and more turns: notes, follow-ups, hypotheses, corrections, forgetting, boundaries."

    def cases(self, context: Context) -> Sequence[schema.Script]:
        return schema.load(own_cases(context, self.name), schema.Script)

    def judge(self, case: schema.Script, context: Context) -> tuple[Item, ...]:
        chat = context.seeds.conversation(as_of=context.as_of)
        items: list[Item] = []
        said: list[str] = []
        for number, turn in enumerate(case.turns, 1):
            said.append(turn.send)
            watch = Stopwatch()
            try:
                answer = chat.send(turn.send).model_dump(mode="json")
            except Exception as error:
                fault = f"{type(error).__name__}: {error}"
                items.append(
                    Item(
                        id=f"{case.id}.{number:02d}", asked=turn.send, expected=turn.reason, got=f"FAULT {fault}", right=False, cluster=case.id,
                        seconds=watch.seconds, values={"fault": True}, trace={"fault": fault},
                    )
                )  # fmt: skip
                continue
            seconds = watch.seconds
            wrong = list(includes(answer["text"], turn.must_include, turn.must_not_include))
            if turn.kinds and answer["kind"] not in turn.kinds:
                wrong.append(f"kind {answer['kind']}, not {' or '.join(turn.kinds)}")
            given = {t["trial"]["id"][:3]: t["verdict"] for t in (answer["report"] or {"trials": []})["trials"]}
            for seed, verdicts in turn.verdicts.items():
                if given.get(seed) not in verdicts:
                    wrong.append(f"{seed} {given.get(seed, 'without a verdict')}, not {' or '.join(verdicts)}")
            if not all(citing.is_literal(c) for c in answer["citations"]):
                wrong.append("holds a citation that is not literal")
            items.append(
                Item(
                    id=f"{case.id}.{number:02d}", asked=turn.send, expected=turn.reason, got="; ".join(wrong) or "right", right=not wrong,
                    reason=case.description, cluster=case.id, seconds=seconds,
                    values={**citing.values(answer, (), False, None, said), "answer_kind": answer["kind"]},
                    trace={**citing.trace(answer, None, said), "verdicts": given} if wrong else {},
                )
            )  # fmt: skip
        return tuple(items)

    def figures(self, items: Sequence[Item]) -> tuple[Figure, ...]:
        return (
            metrics.accuracy(items, "turns_right", "Share of turns that met every expectation."),
            metrics.citation_literalness(items),
            metrics.unsupported_numbers(items),
            *metrics.latency(items),
        )
