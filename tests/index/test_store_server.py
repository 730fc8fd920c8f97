"""The same store against a Chroma server, by one setting."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import SettingsError, StoreError
from index.store import Store
from tests.conftest import HashingEmbedder
from tests.index.test_store import trial


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        str(Path(sys.executable).with_name("chroma")),
        "run",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--path",
        str(tmp_path_factory.mktemp("chroma")),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        process.terminate()


def test_two_stores_share_a_server_without_mixing(server: str, tmp_path: Path) -> None:
    one, other = (Store.open(tmp_path / name, embedder=HashingEmbedder(), chroma_url=server) for name in ("one", "other"))
    one.add([trial("a"), trial("b")])
    other.add([trial("c")])
    assert not (tmp_path / "one" / "chroma").exists()
    hits = one.search("platelets", k=20)
    assert {hit.passage.trial_id for hit in hits} == {"a", "b"} and all(hit.similarity is not None for hit in hits)
    assert {hit.passage.trial_id for hit in other.search("platelets", k=20)} == {"c"}
    again = Store.open(tmp_path / "one", embedder=HashingEmbedder(), chroma_url=server)
    assert again.search("platelets", k=20) == hits


def test_a_server_that_is_not_there_is_an_error_with_a_hint(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(StoreError, match="TRIALMATCH_CHROMA_URL"):
        Store.open(tmp_path / "s", embedder=HashingEmbedder(), chroma_url=url).add([trial("a")])
    with pytest.raises(SettingsError, match="http://"):
        Store.open(tmp_path / "t", embedder=HashingEmbedder(), chroma_url="somewhere").add([trial("a")])
