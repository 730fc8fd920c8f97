"""The service on a loopback port, page and API behind one gate, with a login."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn

from assistant import Assistant
from assistant.serve.service import application
from assistant.settings import Settings
from tests.conftest import HashingEmbedder

LOGIN = ("clinician", "open sésame")
MAX_BODY = 100_000


@dataclass(frozen=True)
class Service:
    """A service that runs, and the assistant behind it."""

    address: str
    assistant: Assistant

    def client(self, login: tuple[str, str] | None = LOGIN) -> httpx.Client:
        """A client of it."""
        return httpx.Client(base_url=self.address, auth=None if login is None else httpx.BasicAuth(*login), trust_env=False, timeout=30)


@pytest.fixture(scope="module")
def service(seed_copy: Path) -> Iterator[Service]:
    assistant = Assistant.open(store=seed_copy, embedder=HashingEmbedder())
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        settings = Settings(store=seed_copy, password=LOGIN[1], port=port, max_body=MAX_BODY)
        server = uvicorn.Server(uvicorn.Config(application(assistant, settings), log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        for _ in range(200):
            if server.started:
                break
            time.sleep(0.05)
        yield Service(f"http://127.0.0.1:{port}", assistant)
        server.should_exit = True
        thread.join(10)
    assistant.close()
