"""One server and one browser for all tests of the page. Each test gets a fresh tab, which must ask nothing of any other host."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CHROMIUM, HashingEmbedder
from tests.ui.driving import HOSTILE, TODAY, free_port, trial_text


@dataclass(frozen=True)
class Server:
    """A page being served, over the seeds and one trial whose title and criterion are hostile."""

    address: str
    assistant: Any
    folder: Path
    """The temporary folder of the process: nothing of a patient may be left in it."""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    from assistant import Assistant
    from assistant.ui import launch

    folder = tmp_path_factory.mktemp("page")
    patch = pytest.MonkeyPatch()
    patch.setattr(tempfile, "tempdir", str(folder / "tmp"))
    patch.setenv("GRADIO_TEMP_DIR", str(folder / "tmp" / "gradio"))
    (folder / "tmp").mkdir()
    hostile = folder / "hostile-1.txt"
    hostile.write_text(trial_text(f"A study {HOSTILE}", 60, f"Consent {HOSTILE} is given."), encoding="utf-8")
    assistant = Assistant.open(folder / "store", embedder=HashingEmbedder())
    assistant.ingest([hostile])
    address = launch(assistant, port=free_port(), block=False, today=lambda: TODAY)
    yield Server(address, assistant, folder / "tmp")
    assistant.close()
    patch.undo()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM or shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield opened
        opened.close()


Open = Callable[..., Any]


@pytest.fixture
def open_tab(browser: Any, server: Server) -> Iterator[Open]:
    """Opens the page in a tab of its own: `open_tab(width, height)`. At the end: no request left the machine, no script failed."""
    contexts: list[Any] = []
    outside: list[str] = []
    errors: list[str] = []

    def open_(width: int = 1500, height: int = 950, address: str | None = None) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda r: outside.append(r.url) if not r.url.startswith((address or server.address, "data:", "blob:")) else None)
        page.on("pageerror", lambda e: errors.append(str(e)))
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.goto(address or server.address)
        page.wait_for_selector("#regions[data-current]")
        return page

    yield open_
    for context in contexts:
        hacked = [page.evaluate("window.hacked") for page in context.pages]
        context.close()
        assert hacked == [None] * len(hacked), "text of a document, a note or a file name ran as a script"
    assert not outside, outside
    assert not errors, errors


@pytest.fixture
def tab(open_tab: Open) -> Any:
    """A fresh tab on a wide screen."""
    return open_tab()
