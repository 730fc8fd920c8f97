"""Takes the pictures of docs/images anew, at three widths: `python -m tests.ui.screenshots`."""

import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from assistant import Assistant
from assistant.ui import launch
from tests.conftest import CHROMIUM, ROOT, HashingEmbedder
from tests.ui.driving import TODAY, free_port, send

OUT = ROOT / "docs" / "images"
NOTE = """58-year-old man, hepatocellular carcinoma (biopsy 2026-08), BCLC-C, portal vein tumour thrombus Vp3, ECOG 1, Child-Pugh A6.
HBV on entecavir, HBV DNA 86 IU/mL (2026-11-02). No ascites, no encephalopathy, denies VTE. TACE on 2026-10-30. No prior systemic therapy.
Labs 2026-11-16: PLT 82 x10^9/L, ANC 2.1, Hb 11.8 g/dL, TBIL 22 umol/L, ALB 37 g/L, INR 1.1, Cr 84 umol/L. Repeat PLT 64 x10^9/L 2026-11-16."""


def main() -> None:
    """Serves the seeds and takes every picture."""
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        assistant = Assistant.open(Path(folder) / "store", embedder=HashingEmbedder())
        address = launch(assistant, port=free_port(), block=False, today=lambda: TODAY)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"])
        for width, height in ((1500, 950), (1100, 720), (390, 844)):
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(address)
            page.wait_for_selector("#regions[data-current]")
            _take(page, f"first-{width}")
            send(page, NOTE)
            page.mouse.move(0, 0)
            page.evaluate("trialmatch.view('trials')")
            card = page.locator(".trial.EXCLUDED").first
            card.locator("summary").first.click()
            card.locator(".filters").evaluate("e => e.scrollIntoView({ block: 'start' })")
            _take(page, f"criteria-{width}")
            page.evaluate("trialmatch.view('patient')")
            page.locator("#patient-panel").evaluate("e => e.scrollTo(0, 0)")
            page.evaluate("scrollTo(0, 0)")
            if width < 1280:  # on a wide screen it is in every picture
                _take(page, f"patient-{width}")
            page.evaluate("trialmatch.view('chat')")
            send(page, "Lowest platelet count accepted in the conversion trial?")
            page.locator("button.cite").last.click()
            page.wait_for_function("document.activeElement?.id === 'passage'")
            _take(page, f"evidence-{width}")
            page.close()
        browser.close()
        assistant.close()


def _take(page: Any, name: str) -> None:
    page.wait_for_timeout(400)
    path = OUT / f"{name}.png"
    page.screenshot(path=path)
    Image.open(path).convert("RGB").quantize(96, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main()
    import os

    os._exit(0)  # the page's server has threads of its own
