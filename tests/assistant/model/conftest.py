"""Servers on loopback, and the seeds without a model."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from tests.assistant.model.models import Completion, Server


@pytest.fixture
def serve() -> Iterator[Callable[[Completion], Server]]:
    """Starts servers, and stops them at the end."""
    servers: list[Server] = []

    def start(complete: Completion) -> Server:
        servers.append(Server(complete))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture(scope="module")
def plain(seed_copy: Path) -> Iterator[Assistant]:
    """The seeds without a model."""
    assistant = Assistant.open(store=seed_copy)
    yield assistant
    assistant.close()
