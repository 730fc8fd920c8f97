"""The facts that the note does not mention and that would settle most, each with a place to answer."""

from assistant.results import Question, Report
from assistant.ui.markup import Markup, tag
from assistant.ui.words import count, short

_SHOWN = 6


def questions(report: Report) -> tuple[Question, ...]:
    """The open questions of all trials, those that bear on most criteria first, each once."""
    found: dict[str, Question] = {}
    for trial in report.trials:
        for question in trial.ask_next:
            known = found.get(question.question)
            criteria = dict.fromkeys((*(known.criteria if known else ()), *question.criteria))
            found[question.question] = question.model_copy(update={"criteria": tuple(criteria)})
    return tuple(sorted(found.values(), key=lambda q: -len(q.criteria)))


def ask_next(report: Report | None) -> Markup | None:
    """The list; None when nothing is open."""
    asked = questions(report) if report else ()
    if not asked:
        return None
    first, rest = asked[:_SHOWN], asked[_SHOWN:]
    return tag(
        "section",
        tag("h3", "Not recorded: ask next", id="ask-heading"),
        tag("p", "Silence is not “no”. These settle most.", class_="hint"),
        tag("ol", [_item(n, q) for n, q in enumerate(first)], class_="ask"),
        tag(
            "details",
            tag("summary", f"{count(len(rest), 'more question')}"),
            tag("ol", [_item(n, q) for n, q in enumerate(rest, start=_SHOWN)], class_="ask"),
            data_key="more-questions",
        )
        if rest
        else None,
        aria_labelledby="ask-heading",
    )


def _item(n: int, question: Question) -> Markup:
    trials: dict[str, list[str]] = {}
    for criterion in question.criteria:
        trial, _, name = criterion.rpartition(":")
        trials.setdefault(short(trial), []).append(name)
    bears = "; ".join(f"{trial} {', '.join(names[:4])}{' and more' if len(names) > 4 else ''}" for trial, names in list(trials.items())[:3])
    answers = [
        tag("button", words, type="button", data_action="answer_question", data_text=statement, aria_label=f"{words}: {statement}")
        for words, statement in (("Yes", question.yes), ("No", question.no))
        if statement
    ]
    return tag(
        "li",
        tag(
            "form",
            tag("label", question.question, for_=f"ask-{n}"),
            tag("span", f"bears on {bears}", class_="hint", title=", ".join(question.criteria)),
            tag(
                "span",
                answers,
                tag("input", type="text", id=f"ask-{n}", name="text", autocomplete="off", placeholder="in words, with a date" if answers else None),
                tag("button", "Add", type="submit", aria_label=f"Add the answer to: {question.question}"),
                class_="answer",
            ),
            data_form="answer_question",
            data_lead=question.lead,
        ),
    )
