"""Words and hands for the tests of the page: what is typed, and how it is sent, dropped and taken away."""

import base64
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

TODAY = date(2026, 11, 20)
HOSTILE = '<img src=x onerror="window.hacked=1">${window.hacked=1}{{value}}<script>window.hacked=1</script>'
NOTE = "58M HCC BCLC-C CP A6 ECOG1 plt 82k, s/p atezo-bev PD, HBV on ETV DNA<20. TACE 3 weeks ago. No ascites."

TRIAL = """Overview
{title}
Status:
Recruiting
Summary
A study of a drug for hepatocellular carcinoma.Phase:
Phase 2Accepts Healthy Volunteers?
NoDetails
Lead Sponsor:
Tangible HospitalCollaborator:
Second Co. Ltd.Treatments:
Lenvatinib
Criteria
Inclusion Criteria:- Age ≥18 years.
- Platelet count ≥{platelets}×10^9/L.
- {extra}
Exclusion Criteria:- History of hepatic encephalopathy.
- Local treatment for hepatocellular carcinoma within 4 weeks prior to the first dose.
"""


def trial_text(title: str, platelets: int = 75, extra: str = "Written informed consent.") -> str:
    """A small registry page."""
    return TRIAL.format(title=title, platelets=platelets, extra=extra)


def send(page: Any, text: str) -> None:
    """Types a message, sends it, and waits for its answer."""
    before = page.locator(".turn.assistant .foot, .turn.page").count()
    page.fill("#message", text)
    page.click("#send")
    page.wait_for_function("n => document.querySelectorAll('.turn.assistant .foot, .turn.page').length > n", arg=before)


def fact(page: Any, label: str) -> Any:
    """The row of a fact in the patient card."""
    return page.locator(".fact", has=page.locator(".fact-label", has_text=label))


def downloaded(page: Any, format: str) -> tuple[str, bytes]:
    """Name and content of an export."""
    page.click("#export summary")
    with page.expect_download() as waiting:
        page.click(f"#export-{format}")
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def drop(page: Any, target: str, *files: tuple[str, str | bytes]) -> None:
    """Drops files on an element, as a person does with the mouse."""
    payload = [(name, base64.b64encode(data.encode() if isinstance(data, str) else data).decode()) for name, data in files]
    page.evaluate(
        """([target, files]) => {
            const data = new DataTransfer();
            for (const [name, content] of files) {
                data.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], name));
            }
            document.querySelector(target).dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        [target, payload],
    )


def leftovers(folder: Path) -> list[str]:
    """Files below a folder whose content mentions a patient."""
    return [str(Path(place) / name) for place, _, names in os.walk(folder) for name in names]


def decoded(content: bytes) -> Any:
    """JSON of a file."""
    return json.loads(content)


def free_port() -> int:
    """A port that nobody listens on."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
