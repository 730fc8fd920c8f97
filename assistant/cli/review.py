"""`trialmatch review`: a reading for words of a criterion that the compiler left open, suggested, shown, accepted by a person, withdrawn."""

import argparse

from assistant.api import Assistant
from assistant.cli.command import Commands, print_json
from assistant.settings import Settings
from index.errors import InputError, UnknownTrial


def add(commands: Commands) -> None:
    """`review TRIAL CRITERION [--accept --author NAME [--condition JSON]] [--withdraw --author NAME]`."""
    review = commands.add("review", _review, "Suggest or accept a reading for words of a criterion that were not compiled.", as_json=True)
    review.add_argument("trial", metavar="TRIAL")
    review.add_argument("criterion", metavar="CRITERION", help="the criterion's id, as I05")
    what = review.add_mutually_exclusive_group()
    what.add_argument("--accept", action="store_true", help="accept the reading that was last suggested, or the given one; it counts from then on")
    what.add_argument("--withdraw", action="store_true", help="take an accepted reading back")
    review.add_argument("--author", metavar="NAME", default="", help="who accepts or withdraws it")
    review.add_argument("--condition", metavar="JSON", help="a reading of one's own, instead of a suggested one")


def _review(chosen: argparse.Namespace) -> int:
    from assistant.model.language_model import LanguageModel
    from assistant.model.suggest import Suggestion, open_words, read_condition, words_of
    from assistant.reviews import Review, Reviews, author, latest, moved, now
    from index.criteria.describe import describe

    settings = Settings.read()
    assistant = Assistant.open(chosen.store)
    trial = assistant.compiled(chosen.trial)
    criterion = next((c for c in trial.criteria if c.id == chosen.criterion.strip().upper()), None)
    if criterion is None:
        raise UnknownTrial(f"{trial.id} has no criterion {chosen.criterion!r}.", f"See: trialmatch show {chosen.trial}")
    reviews = Reviews(assistant.store)
    accepted, suggested = latest(reviews.all(), trial.id, criterion)
    opened = open_words(criterion)
    start = criterion.span.start

    def event(kind: str, reading: Suggestion, by: str) -> Review:
        prompt = f"{reading.prompt.id}@{reading.prompt.version}:{reading.prompt.hash}" if reading.prompt else ""
        return Review.model_validate(
            {
                "event": kind, "trial": trial.id, "criterion": criterion.id, "criterion_quote": criterion.quote, "quote": reading.quote,
                "condition": moved(reading.condition, -start), "author": by, "at": now(), "prompt": prompt,
            }
        )  # fmt: skip

    if chosen.withdraw:
        if accepted is None:
            raise InputError(f"No reading of {criterion.id} is accepted.")
        made = accepted.model_copy(update={"event": "withdrawn", "author": author(chosen.author), "at": now()})
    elif not opened:
        raise InputError(f"Nothing of {criterion.id} was left open.", "A reading is for words that were not compiled.")
    elif chosen.condition:
        words = words_of(criterion, opened[0])
        reading = Suggestion(quote=words, condition=read_condition(chosen.condition, words, opened[0].span))
        made = event("accepted" if chosen.accept else "suggested", reading, author(chosen.author))
    elif chosen.accept:
        if suggested is None:
            raise InputError(f"No reading of {criterion.id} was suggested.", "Ask for one first, without --accept, or give --condition JSON.")
        made = suggested.model_copy(update={"event": "accepted", "author": author(chosen.author), "at": now()})
    elif settings.model:
        model = LanguageModel(settings.model, seconds=settings.model_seconds, tokens=settings.model_tokens)
        made = event("suggested", model.suggestion(criterion), f"{model.endpoint.provider}:{model.endpoint.model}")
    elif suggested is not None or accepted is not None:
        made = None
    else:
        raise InputError("No language model is set that could suggest a reading.", "Set TRIALMATCH_MODEL, or give --condition JSON --author NAME.")
    if made is not None:
        reviews.add(made)
    shown = made or accepted or suggested
    assert shown is not None
    if chosen.json:
        print_json(shown.model_dump(mode="json"))
        return 0
    print(f"{trial.id} {criterion.id}: “{criterion.quote}”")
    print(f"Open words: “{shown.quote}”")
    if shown.condition is not None:
        print(f"Reading: {describe(shown.condition)}")
    print({"suggested": f"Suggested by {shown.author}. It changes nothing until accepted: --accept --author NAME",
           "accepted": f"Accepted by {shown.author} on {shown.day}. It counts from now on, labelled as not from the compiler.",
           "withdrawn": f"Withdrawn by {shown.author} on {shown.day}."}[shown.event])  # fmt: skip
    return 0
