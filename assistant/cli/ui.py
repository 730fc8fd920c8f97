"""`trialmatch ui`: the chat page."""

import argparse

from assistant.api import Assistant
from assistant.cli.command import Commands, ProgressBar, complain, free
from assistant.settings import Settings


def add(commands: Commands) -> None:
    """`ui [--host HOST] [--port PORT]`."""
    ui = commands.add("ui", _ui, "Open the chat page.")
    ui.add_argument("--host", default="127.0.0.1")
    ui.add_argument("--port", type=int, default=7860)


def _ui(chosen: argparse.Namespace) -> int:
    from assistant.ui import launch

    settings = Settings.read()
    free(chosen.host, chosen.port)  # said before the trials are indexed, not after
    assistant = Assistant.open(chosen.store)
    with ProgressBar() as progress:
        assistant.complete(progress)
    if chosen.host not in ("127.0.0.1", "localhost", "::1") and not settings.password:
        complain("the page is open to the network without a password. Set TRIALMATCH_USER and TRIALMATCH_PASSWORD.", 0)
    print(f"{len(assistant.trials())} trials. The chat is on http://{chosen.host}:{chosen.port} (Ctrl-C stops it).", flush=True)
    launch(assistant, host=chosen.host, port=chosen.port, user=settings.user, password=settings.password)
    return 0
