"""Hostile and out-of-scope input: no fault, in bounded time, with literal citations and the behaviour expected."""

import re
from collections.abc import Sequence

from evals import metrics, schema
from evals.results import Figure, Item
from evals.suites import citing
from evals.suites.base import Context, NotRun, Stopwatch, Suite, own_cases
from evals.text import includes

SECONDS = 10.0
LONG = re.compile(r"(.*?)\*(\d+)(?:\*|$)", re.DOTALL)


def expand(text: str) -> str:
    """`LONG:abc *3*def` is "abc abc abc def": a case file need not hold fifty thousand characters."""
    if not text.startswith("LONG:"):
        return text
    rest, built = text.removeprefix("LONG:"), ""
    while found := LONG.match(rest):
        built += found.group(1) * int(found.group(2))
        rest = rest[found.end() :]
    return built + rest


class AdversarialInputs(Suite):
    """One message each, in a conversation of its own."""

    name = "adversarial"
    description = "Hostile, malformed, urgent and out-of-scope messages."

    def cases(self, context: Context) -> Sequence[schema.Adversarial]:
        found = [c for c in schema.load(own_cases(context, self.name), schema.Adversarial) if not c.input.startswith(("Ingest", "Upload"))]
        if not found:
            raise NotRun("no message among the cases")
        return found

    def judge(self, case: schema.Adversarial, context: Context) -> tuple[Item, ...]:
        text = expand(case.input)
        watch = Stopwatch()
        answer = context.seeds.conversation(as_of=context.as_of).send(text).model_dump(mode="json")
        seconds = watch.seconds
        wrong = list(includes(answer["text"], case.must_include, case.must_not_include))
        if not answer["text"].strip():
            wrong.append("says nothing")
        if seconds > SECONDS:
            wrong.append(f"took {seconds:.1f} s")
        if case.answer_kinds and answer["kind"] not in case.answer_kinds:
            wrong.append(f"kind {answer['kind']}, not {' or '.join(case.answer_kinds)}")
        if not all(citing.is_literal(c) for c in answer["citations"]):
            wrong.append("holds a citation that is not literal")
        return (
            Item(
                id=case.id, asked=text[:400], expected=case.expected, got="; ".join(wrong) or "right", right=not wrong, reason=case.reason,
                seconds=seconds, values={**citing.values(answer, (), False, None), "answer_kind": answer["kind"]},
                trace=citing.trace(answer) if wrong else {"kind": answer["kind"], "text": answer["text"][:600]},
            ),
        )  # fmt: skip

    def figures(self, items: Sequence[Item]) -> tuple[Figure, ...]:
        faults = sum(bool(item.values.get("fault")) for item in items)
        return (
            metrics.accuracy(items, "handled", "Share of hostile inputs handled as expected."),
            Figure(
                name="faults",
                value=faults,
                over=len(items),
                is_count=True,
                higher_is_better=False,
                description="Inputs that raised an exception, counted.",
            ),
            metrics.citation_literalness(items),
            *metrics.latency(items),
        )
