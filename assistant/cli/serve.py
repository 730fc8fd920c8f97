"""`trialmatch serve`: the chat page and the HTTP API in one process."""

import argparse
import dataclasses

from assistant.api import Assistant
from assistant.cli.command import Commands, ProgressBar, complain, free
from assistant.settings import Settings


def add(commands: Commands) -> None:
    """`serve [--host HOST] [--port PORT] [--no-page]`."""
    serve = commands.add("serve", _serve, "Serve the chat page at / and the HTTP API under /api, documented at /api/docs.")
    serve.add_argument("--host", help="address to listen on (default: TRIALMATCH_HOST or 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (default: TRIALMATCH_PORT or 7860)")
    serve.add_argument("--no-page", dest="page", action="store_false", help="the API alone")


def _serve(chosen: argparse.Namespace) -> int:
    from assistant.serve import serve
    from assistant.serve.gate import is_loopback

    settings = Settings.read()
    settings = dataclasses.replace(settings, host=chosen.host or settings.host, port=settings.port if chosen.port is None else chosen.port)
    free(settings.host, settings.port)  # said before the trials are indexed, not after
    assistant = Assistant.open(chosen.store, settings=settings)
    with ProgressBar() as progress:
        assistant.complete(progress)
    if not is_loopback(settings.host) and not settings.password:
        complain("the service is open to the network without a password. Set TRIALMATCH_USER and TRIALMATCH_PASSWORD.", 0)
    at = f"http://{settings.host}:{settings.port}"
    what = f"The chat is on {at}, the API is described on {at}/api/docs" if chosen.page else f"The API is described on {at}/api/docs"
    print(f"{len(assistant.trials())} trials. {what} (Ctrl-C stops it).", flush=True)
    serve(assistant, settings, page=chosen.page)
    return 0
