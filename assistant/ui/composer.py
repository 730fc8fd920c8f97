"""Where a note or a question is typed, pasted or dropped. It is rendered once, so that nothing typed is ever lost."""

from assistant.ui.markup import Markup, tag

NOTE_TYPES = ".txt,.md,.json,.csv,.tsv"


def composer() -> Markup:
    """The form at the foot of the conversation."""
    return tag(
        "form",
        tag("label", "Note or question", for_="message", class_="visually-hidden"),
        tag(
            "textarea",
            id="message",
            name="text",
            rows="3",
            placeholder="Paste a note, drop a file here, or ask about the trials",
            aria_describedby="message-hint",
            spellcheck="false",
        ),
        tag(
            "div",
            tag("button", "Send", type="submit", id="send", class_="primary"),
            tag("button", "Stop", type="button", id="stop", data_action="stop"),
            tag(
                "label",
                "Attach note",
                tag("input", type="file", id="note-file", accept=NOTE_TYPES, class_="visually-hidden", data_drop="drop_note"),
                class_="button",
            ),
            tag("span", "Enter sends, Shift+Enter starts a line. Text, Markdown, FHIR JSON or CSV up to 200 kB.", class_="hint", id="message-hint"),
            class_="bar",
        ),
        id="composer",
        data_form="send",
        data_dropzone="drop_note",
        data_reset=True,
    )
