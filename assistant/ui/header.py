"""The line above everything: what is indexed, the reference date, and what this tool is not."""

from datetime import date
from typing import TYPE_CHECKING

from assistant.ui.markup import Markup, tag
from assistant.ui.words import count

if TYPE_CHECKING:
    from index.store import Manifest

LOOPBACK = ("127.0.0.1", "localhost", "::1")
FORMATS = (("pdf", "PDF"), ("markdown", "Markdown"), ("csv", "CSV"), ("json", "JSON"))


def header(manifest: "Manifest", as_of: date, host: str, *, patient: bool, model: str | None = None, model_is_local: bool = True) -> Markup:
    """Title, what is indexed and since when, the reference date, export and clear, a warning when other machines can reach the page, and
    the line of the language model, if one is on."""
    updated = f", index of {manifest.updated[:10]}" if manifest.updated else ""
    return tag(
        "header",
        tag("h1", "Trialmatch"),
        tag(
            "div",
            tag("p", "Pre-screening aid; the investigator decides.", class_="aid"),
            tag("p", f"{count(manifest.trials, 'trial')}{updated}", class_="indexed"),
        ),
        tag(
            "form",
            tag("label", "Reference date ", tag("input", type="date", name="as_of", id="as-of", value=as_of.isoformat(), required=True)),
            tag("button", "Set", type="submit", class_="quiet"),
            data_form="set_date",
            class_="as-of",
        ),
        tag(
            "div",
            tag(
                "details",
                tag("summary", "Export", class_="button"),
                tag(
                    "div",
                    [
                        tag(
                            "button",
                            words,
                            type="button",
                            id=f"export-{name}",
                            data_action="export",
                            data_format=name,
                            aria_label=f"Export as {words}",
                        )
                        for name, words in FORMATS
                    ],
                    class_="menu",
                ),
                id="export",
                data_menu=True,
            ),
            tag("button", "Clear patient", type="button", id="clear", data_action="clear", class_="danger"),
            class_="tools",
            role="group",
            aria_label="This patient",
        )
        if patient
        else None,
        tag("p", f"⚠ This page listens on {host}: other machines can reach it.", class_="warning", role="alert") if host not in LOOPBACK else None,
        tag("p", model if model_is_local else f"⚠ {model}", class_="aid" if model_is_local else "warning", id="model") if model else None,
    )
