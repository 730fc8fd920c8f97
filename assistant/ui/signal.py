"""What Python tells the page's script: which view to show, what to focus, what to announce, which file to hand out."""

import base64
from dataclasses import dataclass
from typing import Literal

from assistant.ui.markup import Markup, tag

View = Literal["patient", "chat", "trials", "evidence", "library"]


@dataclass(frozen=True, slots=True)
class Signal:
    """`view` to show, element id to `focus`, words to `say` to a screen reader, `file` as (name, type, content)."""

    view: View | None = None
    focus: str | None = None
    say: str = ""
    file: tuple[str, str, bytes] | None = None


def signal(sent: Signal, number: int) -> Markup:
    """The signal as an element without content; `number` tells two equal ones apart."""
    name, kind, content = sent.file or (None, None, b"")
    return tag(
        "span",
        data_number=number,
        data_view=sent.view,
        data_focus=sent.focus,
        data_say=sent.say or None,
        data_name=name,
        data_type=kind,
        data_base64=base64.b64encode(content).decode() if sent.file else None,
    )
