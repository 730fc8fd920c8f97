"""The service as one process: the page and the API behind one gate. The one file that imports uvicorn."""

import logging
import sys

from assistant.api import Assistant
from assistant.serve.gate import LOOPBACK, App, Gate, is_loopback
from assistant.settings import Settings


def application(assistant: Assistant, settings: Settings, *, page: bool = True) -> App:
    """The whole service as an ASGI application; without the page if that is not wanted."""
    from assistant.serve.api import build

    api = build(assistant)
    if page:
        from assistant.ui.page import mount

        mount(api, assistant, settings.host, settings.port)
    names = LOOPBACK if is_loopback(settings.host) else None
    login = (settings.user or "clinician", settings.password) if settings.password else None
    return Gate(api, max_body=settings.max_body, names=names, login=login)


def serve(assistant: Assistant, settings: Settings, *, page: bool = True) -> None:
    """Serves until it is stopped. One line per request goes to standard error; it holds no word of a request."""
    import uvicorn

    told = logging.StreamHandler(sys.stderr)
    told.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    access = logging.getLogger("trialmatch.access")
    access.addHandler(told)
    access.setLevel(logging.INFO)
    access.propagate = False
    uvicorn.run(
        application(assistant, settings, page=page),
        host=settings.host,
        port=settings.port,
        access_log=False,  # it would write whole addresses
        log_level="warning",
        server_header=False,
    )
