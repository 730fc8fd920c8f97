"""What every test stands on: no network but loopback, no telemetry, the seeds indexed once."""

import os

os.environ.update(
    HF_HUB_OFFLINE="1",
    TRANSFORMERS_OFFLINE="1",
    GRADIO_ANALYTICS_ENABLED="False",
    ANONYMIZED_TELEMETRY="False",
    LANGSMITH_TRACING="false",
    LANGCHAIN_TRACING_V2="false",
    TOKENIZERS_PARALLELISM="false",
)
for _setting in [name for name in os.environ if name.startswith("TRIALMATCH_")]:
    del os.environ[_setting]
os.environ["TRIALMATCH_CONFIG"] = ""  # nor the settings file of whoever runs the tests

import hashlib
import ipaddress
import math
import shutil
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
SEEDS = tuple(sorted((ROOT / "seeds").glob("*.txt")))


class NetworkRefused(OSError):
    """A test tried to reach something other than this machine."""


def _is_local(host: object) -> bool:
    if host is None or host in ("", "localhost", b"localhost"):
        return True
    try:
        address = ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuses every socket that is neither loopback nor unix, and every look-up of a name."""
    patch = pytest.MonkeyPatch()
    look_up = socket.getaddrinfo

    def guarded(method: str) -> Any:
        original = getattr(socket.socket, method)

        def call(self: socket.socket, *args: Any) -> Any:
            address = args[-1]
            if self.family != socket.AF_UNIX and not (isinstance(address, tuple) and _is_local(address[0])):
                raise NetworkRefused(f"tests do not use the network: {method} {address!r}")
            return original(self, *args)

        return call

    def getaddrinfo(host: Any, *args: Any, **more: Any) -> Any:
        if not _is_local(host):
            raise NetworkRefused(f"tests do not use the network: look-up of {host!r}")
        return look_up(host, *args, **more)

    for method in ("connect", "connect_ex", "sendto"):
        patch.setattr(socket.socket, method, guarded(method))
    patch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield
    patch.undo()


class HashingEmbedder:
    """A deterministic stand-in for a sentence model: words hashed into a few dimensions, L2 normalised."""

    name = "hashing-32"
    dimension = 32

    def __init__(self) -> None:
        self.embedded = 0

    def _one(self, text: str) -> list[float]:
        vector = [0.0] * self.dimension
        for word in text.lower().split():
            vector[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big") % self.dimension] += 1.0
        length = math.sqrt(sum(x * x for x in vector)) or 1.0
        return [x / length for x in vector]

    def embed_passages(self, texts: Sequence[str]) -> list[list[float]]:
        self.embedded += len(texts)
        return [self._one(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self._one(text)


@pytest.fixture
def embedder() -> HashingEmbedder:
    """A fresh deterministic embedder that counts what it embedded."""
    return HashingEmbedder()


@pytest.fixture(scope="session")
def seed_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a store that holds the seeds, records only. Read it alone: a search would complete it, so copy it first (`seed_copy`)."""
    from assistant import Assistant

    path = tmp_path_factory.mktemp("seeds") / "store"
    Assistant.open(store=path).close()
    return path


@pytest.fixture(scope="module")
def seed_copy(seed_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the seeds' store for one test module, to be searched with one embedder."""
    return shutil.copytree(seed_store, tmp_path_factory.mktemp("copy") / "store")


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_left_out: list[str] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests are left out where there is no chromium, and said so at the end."""
    if CHROMIUM:
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="chromium is not installed"))
            _left_out.append(item.nodeid)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Names what was left out, and how to get it."""
    if _left_out:
        terminalreporter.section("left out")
        terminalreporter.line(f"{len(_left_out)} browser tests need chromium, which is not installed:")
        for nodeid in _left_out:
            terminalreporter.line(f"  {nodeid}")
        terminalreporter.line("Install it with: apt-get update && apt-get install -y chromium")
