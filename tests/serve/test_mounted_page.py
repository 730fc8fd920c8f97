"""The chat page as part of the service: it works behind the service's login, and asks nothing of any other host."""

import shutil
from typing import Any

import pytest

from tests.conftest import CHROMIUM
from tests.serve.conftest import LOGIN, Service
from tests.ui.driving import NOTE, send


@pytest.mark.browser
def test_the_page_answers_behind_the_login(service: Service) -> None:
    from playwright.sync_api import sync_playwright

    outside: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM or shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(http_credentials={"username": LOGIN[0], "password": LOGIN[1]})
        context.set_default_timeout(15_000)
        page: Any = context.new_page()
        page.on("request", lambda r: outside.append(r.url) if not r.url.startswith((service.address, "data:", "blob:")) else None)
        page.goto(service.address)
        page.wait_for_selector("#regions[data-current]")
        send(page, NOTE)
        assert "Excluded" in page.locator('.trial[data-trial^="001"] .verdict').inner_text()
        browser.close()
    assert not outside, outside
