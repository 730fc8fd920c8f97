"""`trialmatch ask`: a question about the trials."""

import argparse

from assistant.api import Assistant
from assistant.cli.command import Commands, as_of, print_json
from assistant.cli.filters import add_filters, chosen_filter


def add(commands: Commands) -> None:
    """`ask QUESTION [--as-of DATE] [filters]`."""
    ask = commands.add("ask", _ask, "Answer a question about the trials, with citations.", as_json=True)
    ask.add_argument("question", metavar="QUESTION")
    as_of(ask)
    add_filters(ask)


def _ask(chosen: argparse.Namespace) -> int:
    answer = Assistant.open(chosen.store).ask(chosen.question, as_of=chosen.as_of, where=chosen_filter(chosen))
    if chosen.json:
        print_json(answer.model_dump(mode="json"))
        return 0
    print(answer.text)
    for c in answer.citations:
        print(f"[{c.n}] {c.trial}, {c.document} {c.start}-{c.end}: “{c.quote}”")
    for line in answer.model.lines if answer.model is not None else ():
        print(line)
    return 0
