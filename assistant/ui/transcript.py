"""The conversation: what was said, what was answered, and the first screen before anything was."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.results import Answer
from assistant.ui.markup import Markup, tag
from assistant.ui.prose import prose
from assistant.ui.words import short

EXAMPLE_NOTES = (
    "58M HCC BCLC-C CP A6 ECOG1 plt 82k, s/p atezo-bev PD, HBV on ETV DNA<20",
    "63F metastatic clear cell RCC, first line pembrolizumab + axitinib, PD at 7 months, ECOG 1, 58 kg",
    "47M HCC BCLC B, ECOG 0, CP A5, treatment-naive. TACE 3 weeks ago. PLT 188, ANC 2.9, Hb 14.1 g/dL, bili 0.7 mg/dL, albumin 4.2 g/dL, INR 1.0",
)
EXAMPLE_QUESTIONS = (
    "Which trials include HAIC?",
    "Lowest platelet count accepted in the conversion trial?",
    "How is progression-free survival defined in each trial?",
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One entry: what the user said or dropped, an answer (with its number), or a remark of the page itself."""

    who: Literal["user", "assistant", "page"]
    text: str = ""
    answer: Answer | None = None
    number: int = 0
    lines: int | None = None
    """How many of the answer's lines are shown yet; None for all."""


def transcript(turns: Sequence[Turn], working: str | None, *, stays: bool = True) -> Markup:
    """The conversation so far; `working` says what is being done, while something is; `stays` whether no text leaves this machine."""
    return tag(
        "section",
        tag("h2", "Conversation", id="chat-heading", class_="visually-hidden"),
        [_turn(turn) for turn in turns] or (_first_screen(stays) if working is None else None),
        tag("p", tag("span", class_="spinner", aria_hidden="true"), working, class_="working") if working is not None else None,
        aria_labelledby="chat-heading",
        class_="turns",
        data_busy=working is not None,
    )


def _turn(turn: Turn) -> Markup:
    if turn.who == "user":
        return tag(
            "div", tag("h3", "You", class_="visually-hidden"), tag("p", turn.text, tabindex="0" if len(turn.text) > 400 else None), class_="turn user"
        )
    if turn.answer is None:
        return tag("div", tag("p", turn.text), class_="turn page")
    answer = turn.answer
    text = answer.text if turn.lines is None else "\n".join(answer.text.split("\n")[: turn.lines])
    whole = turn.lines is None
    return tag(
        "div",
        tag("h3", "Trialmatch", class_="visually-hidden"),
        prose(text, answer.citations, turn.number),
        tag(
            "div",
            _sources(answer, turn.number) if answer.citations else None,
            tag("button", "Copy", type="button", class_="quiet", data_copy=True, aria_label="Copy this answer"),
            class_="foot",
        )
        if whole
        else None,
        [tag("p", line, class_="hint") for line in answer.model.lines] if whole and answer.model is not None else None,
        class_=f"turn assistant {answer.kind}",
    )


def _sources(answer: Answer, number: int) -> Markup:
    items = [
        tag(
            "li",
            tag(
                "button",
                f"[{c.n}] {short(c.trial)}: “{' '.join(c.quote.split())}”",
                type="button",
                class_="source",
                data_action="open_citation",
                data_turn=number,
                data_n=c.n,
            ),
        )
        for c in answer.citations
    ]
    summary = f"{len(items)} quoted {'passage' if len(items) == 1 else 'passages'}"
    return tag("details", tag("summary", summary), tag("ul", items), class_="sources", data_key=f"sources-{number}")


def _first_screen(stays: bool) -> Markup:
    def examples(title: str, texts: Sequence[str], kind: str) -> Markup:
        buttons = [tag("li", tag("button", words, type="button", data_action="send", data_text=words)) for words in texts]
        return tag("div", tag("h3", title), tag("ul", buttons), class_=f"examples {kind}")

    return tag(
        "div",
        tag(
            "p",
            "Paste a note, drop a file, or ask about the trials. "
            + ("Everything stays on this machine; leave names and numbers out." if stays else "Leave names and numbers out."),
            class_="lead",
        ),
        examples("A note", EXAMPLE_NOTES, "notes"),
        examples("A question", EXAMPLE_QUESTIONS, "questions"),
        class_="first",
    )
