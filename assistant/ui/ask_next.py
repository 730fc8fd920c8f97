"""The most useful missing facts, each with a place to type the answer."""

from assistant.results import Question, Report
from assistant.ui.markup import Markup, tag
from assistant.ui.words import count

_SHOWN = 6


def questions(report: Report | None) -> tuple[Question, ...]:
    """The open questions of all trials, those that bear on most criteria first, each once."""
    found: dict[str, set[str]] = {}
    for trial in report.trials if report else ():
        for question in trial.ask_next:
            found.setdefault(question.question, set()).update(question.criteria)
    merged = [Question(question=q, criteria=tuple(sorted(c))) for q, c in found.items()]
    return tuple(sorted(merged, key=lambda q: -len(q.criteria)))


def ask_next(report: Report | None) -> Markup:
    """The list; empty markup when nothing is open."""
    asked = questions(report)
    if not asked:
        return Markup("")
    items = [
        tag(
            "li",
            tag(
                "form",
                tag(
                    "label",
                    q.question,
                    tag("span", f" settles {count(len(q.criteria), 'criterion', 'criteria')}", class_="hint"),
                    tag("input", type="text", name="text", autocomplete="off"),
                ),
                tag("button", "Add", type="submit"),
                data_form="answer_question",
                data_question=q.question,
            ),
        )
        for q in asked[:_SHOWN]
    ]
    return tag("section", tag("h2", "Ask next", id="ask-heading"), tag("ol", items, class_="ask"), aria_labelledby="ask-heading")
