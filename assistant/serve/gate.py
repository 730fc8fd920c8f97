"""What stands before every request: who may come in, from where, and what is written down of it. Plain ASGI, no library.

No note, question or name of a patient reaches a log: one line per request names the method, the route as it is declared, the status and
the time. A fault is logged by its kind and place alone, since its message may quote a note.
"""

import base64
import binascii
import hmac
import json
import logging
import os
import time
import traceback
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = ("127.0.0.1", "localhost", "::1")
HEALTH = "/api/health"
"""Open to everyone, so that a container's health can be seen without a password. It says "ok" and no more."""
_API = ("/api/", "/getClinicalTrial")

_log = logging.getLogger("trialmatch.access")


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is this machine alone."""
    return host in LOOPBACK


class Gate:
    """Wraps an ASGI application.

    `names`: the host names that requests may carry (None: any), which keeps another site's page from reaching a loopback service under a
    name of its own. `login`: user and password of HTTP basic authentication (None: nobody is asked). A browser's request that comes from
    a page of another origin is refused, with or without a login. `max_body` is how many bytes a request to the API may have; the page
    has limits of its own.
    """

    def __init__(self, app: App, *, max_body: int, names: Iterable[str] | None = None, login: tuple[str, str] | None = None) -> None:
        self._app = app
        self._max_body = max_body
        self._names = None if names is None else frozenset(names)
        self._login = None if login is None else tuple(part.encode() for part in login)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def sending(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            refused = self._refused(scope)
            body: Receive | None = receive
            if refused is None and scope["type"] == "http" and scope["path"].startswith(_API):
                body = await self._read(receive)
            if refused is not None:
                await _answer(scope, sending, *refused)
            elif body is None:
                await _answer(scope, sending, 413, f"The request has more than {self._max_body} bytes.", "TRIALMATCH_MAX_BODY sets the limit.")
            else:
                await self._app(scope, body, sending)
        except Exception as error:
            if os.environ.get("TRIALMATCH_DEBUG"):
                raise
            where = traceback.extract_tb(error.__traceback__)[-1]
            _log.error("fault: %s in %s:%s", type(error).__name__, where.filename.rpartition("/")[2], where.lineno)
            if not status:
                await _answer(scope, sending, 500, *fault_words(error))
        finally:
            route = getattr(scope.get("route"), "path", "") or "(other)"
            _log.info("%s %s %s %.0f ms", scope.get("method", "WS"), route, status or "-", 1000 * (time.perf_counter() - began))

    async def _read(self, receive: Receive) -> Receive | None:
        """The whole body, to be received once more; None if it is too large."""
        parts, size, more = [], 0, True
        while more:
            message = await receive()
            if message["type"] != "http.request":  # the client has gone
                break
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > self._max_body:
                return None
            more = message.get("more_body", False)
        whole: list[MutableMapping[str, Any]] = [{"type": "http.request", "body": b"".join(parts), "more_body": False}]

        async def again() -> MutableMapping[str, Any]:
            return whole.pop() if whole else await receive()

        return again

    def _refused(self, scope: Scope) -> tuple[int, str, str] | None:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get("host", "")
        if self._names is not None and (urlsplit(f"//{host}").hostname or "") not in self._names:
            return 421, "This service answers on this machine alone.", f"Use one of these host names: {', '.join(sorted(self._names))}."
        origin = headers.get("origin", "")
        if origin and origin != "null" and urlsplit(origin).netloc != host:
            return 403, "A page of another site may not use this service.", "Call it from a program, or from its own page."
        if self._login is not None and scope.get("path") != HEALTH and not self._may(headers.get("authorization", "")):
            return 401, "A user and a password are needed.", "Send them as HTTP basic authentication."
        return None

    def _may(self, authorization: str) -> bool:
        kind, _, coded = authorization.partition(" ")
        if self._login is None or kind.casefold() != "basic":
            return False
        try:
            user, _, password = base64.b64decode(coded.strip(), validate=True).partition(b":")
        except (binascii.Error, ValueError):
            return False
        right = [hmac.compare_digest(user, self._login[0]), hmac.compare_digest(password, self._login[1])]
        return all(right)  # both are compared, so that the time tells neither


def complaint(error: str, hint: str = "") -> dict[str, str]:
    """What every refusal looks like."""
    return {"error": error, "hint": hint}


def fault_words(error: Exception) -> tuple[str, str]:
    """What is said of a fault: its kind, and not its message, which may quote a note."""
    return f"Fault in the program ({type(error).__name__}).", "The service's log names the place."


async def _answer(scope: Scope, send: Send, status: int, error: str, hint: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    headers = [(b"content-type", b"application/json")]
    if status == 401:
        headers.append((b"www-authenticate", b'Basic realm="Trialmatch", charset="UTF-8"'))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(complaint(error, hint)).encode()})
