"""The Gradio page: it shows the regions, hands every action to the tab's session, and shows what changed. The one file that imports gradio."""

import os
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from assistant import Assistant
from assistant.ui.actions import read_action
from assistant.ui.ask_next import ask_next
from assistant.ui.composer import composer
from assistant.ui.evidence import evidence
from assistant.ui.header import header
from assistant.ui.library import library
from assistant.ui.markup import Markup, join, tag
from assistant.ui.patient_card import patient_card
from assistant.ui.session import Session
from assistant.ui.signal import Signal, signal
from assistant.ui.timeline import timeline
from assistant.ui.transcript import transcript
from assistant.ui.trial_cards import trial_cards

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI

_STATIC = Path(__file__).parent / "static"
_VIEWS = (("chat", "Chat"), ("patient", "Patient"), ("trials", "Trials"), ("evidence", "Evidence"), ("library", "Library"))
_CONCURRENT = 32
_MOST = 1000
"""Tabs kept at once; a program that opens tabs and never closes them costs the oldest."""
_POLICY = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; form-action 'self'; base-uri 'self'"


def regions(session: Session, host: str) -> dict[str, Markup]:
    """Every region of the page for a session, by name."""
    report, shown = session.report, session.shown
    judged = (tuple(session.overrides.values()), frozenset(session.tables))
    if (
        shown is None or shown[0] is not report or shown[1] != judged
    ):  # the long ones are rendered when they have changed, not for every line of an answer
        patient = session.conversation.patient
        below = join(ask_next(report), timeline(report, patient.facts if patient else ()))
        shown = session.shown = (report, judged, trial_cards(report, *judged), below)
    return {
        "header": header(session.assistant.manifest(), session.as_of, host, patient=report is not None or bool(session.turns), **_model(session)),
        "transcript": transcript(session.turns, session.working, stays=session.assistant.model is None or session.assistant.model.endpoint.local),
        "patient": patient_card(report, session.conversation.note, session.changed, after=shown[3]),
        "trials": shown[2],
        "evidence": evidence(session.opened),
        "library": library(session.assistant.trials(), session.indexing, session.remarks, session.removed),
    }


def _model(session: Session) -> dict[str, Any]:
    model = session.assistant.model
    return {} if model is None else {"model": model.line, "model_is_local": model.endpoint.local}


class Tabs:
    """The sessions of the open tabs, by the identity that the browser's tab has made for itself. A closed tab is forgotten at once."""

    def __init__(self, assistant: Assistant, today: Callable[[], date]) -> None:
        self._assistant, self._today = assistant, today
        self._lock = threading.Lock()
        self._sessions: dict[str, tuple[Session, dict[str, Markup], list[int]]] = {}

    def of(self, name: str | None) -> tuple[Session, dict[str, Markup], list[int]]:
        """Session, what of it was shown last, and how many signals were sent."""
        if name is None:
            return Session(self._assistant, self._today()), {}, [0]
        with self._lock:
            found = self._sessions.pop(name, None) or (Session(self._assistant, self._today()), {}, [0])
            self._sessions[name] = found  # at the end: the tab unused for longest is at the front
            while len(self._sessions) > _MOST:
                self._sessions.pop(next(iter(self._sessions)))
        return found

    def close(self, name: str | None) -> None:
        """Forget a tab."""
        self._sessions.pop(name or "", None)


def build(assistant: Assistant, today: Callable[[], date] = date.today, host: str = "127.0.0.1") -> "gr.Blocks":
    """The page over an opened assistant. `today` gives the first reference date of a new tab."""
    import gradio as gr

    script = (_STATIC / "page.js").read_text(encoding="utf-8")
    tabs = Tabs(assistant, today)
    first = regions(Session(assistant, today()), host)

    def region(name: str, value: Markup) -> gr.HTML:
        return gr.HTML(value, elem_id=name, apply_default_css=False, js_on_load=script)

    with gr.Blocks(title="Trialmatch", analytics_enabled=False, fill_width=True) as page:
        shown = {"header": region("header", first["header"])}
        with gr.Row(elem_id="regions"):
            gr.HTML(_tabs(), elem_id="tabs", apply_default_css=False, js_on_load=script)
            with gr.Column(elem_id="patient-panel", elem_classes="pane"):
                shown["patient"] = region("patient", first["patient"])
            with gr.Column(elem_id="chat-panel", elem_classes="pane"):
                shown["transcript"] = region("transcript", first["transcript"])
                typed = region("typed", composer())
            for name in ("trials", "evidence", "library"):
                with gr.Column(elem_id=f"{name}-panel", elem_classes="pane"):
                    shown[name] = region(name, first[name])
        signals = region("signal", signal(Signal(), 0))

        def changed(session: Session, last: dict[str, Markup], sent: list[int]) -> list[Any]:
            """The regions that differ from what the tab shows; the others are left alone, with whatever is open or typed in them."""
            now = regions(session, host)
            values = [gr.skip() if last.get(name, first[name]) == now[name] else now[name] for name in shown]
            last.update(now)
            if session.signal == Signal():
                return [*values, gr.skip()]
            sent[0] += 1
            value, session.signal = signal(session.signal, sent[0]), Signal()
            return [*values, value]

        def act(request: gr.Request, event: gr.EventData) -> Iterator[list[Any]]:
            session, last, sent = tabs.of(request.session_hash)
            try:
                action = read_action(event._data["action"])
            except (ValidationError, KeyError, TypeError):
                session.signal = Signal(say="That could not be read; it may be too long or not filled in.")
                yield changed(session, last, sent)
                return
            for _ in session.do(action):
                yield changed(session, last, sent)

        def opened(request: gr.Request) -> list[Any]:
            tabs.close(request.session_hash)
            return changed(*tabs.of(request.session_hash))

        def closed(request: gr.Request) -> None:
            tabs.close(request.session_hash)

        outputs = [*shown.values(), signals]
        gr.on(
            [r.submit for r in (*shown.values(), typed)],
            act,
            None,
            outputs,
            show_progress="hidden",
            trigger_mode="multiple",
            concurrency_limit=_CONCURRENT,
            api_name="act",
        )
        page.load(opened, None, outputs, show_progress="hidden", concurrency_limit=_CONCURRENT)
        page.unload(closed)
    return page


def _tabs() -> Markup:
    """Which region is shown where there is no room for all."""
    return tag(
        "div",
        [
            tag("button", words, type="button", role="tab", id=f"tab-{name}", data_view=name, aria_selected="false", aria_controls=f"{name}-panel")
            for name, words in _VIEWS
        ],
        role="tablist",
        aria_label="Regions",
    )


def _head() -> str:
    """Policy and style. The style goes here as it is written: Gradio's own `css` rewrites selectors, and breaks lists inside `:is()`."""
    style = (_STATIC / "page.css").read_text(encoding="utf-8")
    policy = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><meta name="referrer" content="no-referrer">'
    return f"{policy}<style>{style}</style>"


def launch(
    assistant: Assistant,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    block: bool = True,
    user: str | None = None,
    password: str | None = None,
    today: Callable[[], date] = date.today,
) -> str:
    """Open the page and return its address. Loopback unless `host` says otherwise; no telemetry, no sharing link."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr

    page = build(assistant, today, host)
    page.queue(default_concurrency_limit=8)
    _, address, _ = page.launch(
        server_name=host,
        server_port=port,
        prevent_thread_lock=not block,
        share=False,
        quiet=True,
        auth=(user or "clinician", password) if password else None,
        max_file_size=1,  # nothing is uploaded as a file: the page's script reads what is dropped
        head=_head(),
        theme=gr.themes.Base(),
        footer_links=[],
        ssr_mode=False,
        enable_monitoring=False,
        run_history=False,
    )
    return str(address)


def mount(app: "FastAPI", assistant: Assistant, host: str, port: int, today: Callable[[], date] = date.today) -> None:
    """Puts the page at / of a service that has its own login; the routes that the service has already come first."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr

    page = build(assistant, today, host)
    page.queue(default_concurrency_limit=8)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        server_name=host,
        server_port=port,
        max_file_size=1,  # as in `launch`
        head=_head(),
        theme=gr.themes.Base(),
        footer_links=[],
        ssr_mode=False,
        enable_monitoring=False,
        run_history=False,
    )
