"""The line above everything: what is indexed, the reference date, and what this tool is not."""

from datetime import date

from assistant import Assistant
from assistant.ui.markup import Markup, tag
from assistant.ui.words import count

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def header(assistant: Assistant, as_of: date, host: str) -> Markup:
    """Title, number of trials, reference date, and a warning when the page can be reached from other machines."""
    number = len(assistant.trials())
    return tag(
        "header",
        tag("h1", "Trialmatch"),
        tag("p", "Pre-screening aid; the investigator decides.", class_="aid"),
        tag("p", f"{count(number, 'trial')} indexed. Reference date {as_of.isoformat()}. Do not enter identifiers."),
        tag("p", f"⚠ This page listens on {host}: other machines can reach it.", class_="warning") if host not in LOOPBACK else None,
    )
