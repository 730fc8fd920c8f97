"""The chat page. The one file that imports gradio."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from assistant import Assistant
from assistant.results import Answer
from assistant.ui.actions import read_action
from assistant.ui.ask_next import ask_next, questions
from assistant.ui.evidence import evidence
from assistant.ui.header import header
from assistant.ui.markup import Markup, join, tag
from assistant.ui.patient_card import patient_card
from assistant.ui.session import Session
from assistant.ui.trial_cards import trial_cards

if TYPE_CHECKING:
    import gradio as gr

_STATIC = Path(__file__).parent / "static"
EXAMPLE_NOTES = (
    "58M HCC BCLC-C CP A6 ECOG1 plt 82k, s/p atezo-bev PD, HBV on ETV DNA<20",
    "63F metastatic clear cell RCC, first line pembrolizumab + axitinib, PD at 7 months, ECOG 1, 58 kg",
    "47M HCC BCLC B, ECOG 0, CP A5, treatment-naive. TACE 3 weeks ago. PLT 188, ANC 2.9, Hb 14.1 g/dL, bili 0.7 mg/dL, albumin 4.2 g/dL, INR 1.0",
)
EXAMPLE_QUESTIONS = (
    "Which trials include HAIC?",
    "Lowest platelet count accepted in the conversion trial?",
    "How is progression-free survival defined in each trial?",
)
_MARKER = re.compile(r"\[(\d+)\](?!\()")


def _markdown(answer: Answer, turn: int) -> str:
    """The answer's text for the chat: HTML made inert, citation markers made links that the page's script opens."""
    inert = answer.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    known = {c.n for c in answer.citations}
    return _MARKER.sub(lambda m: f"[\\[{m[1]}\\]](#cite-{turn}-{m[1]})" if int(m[1]) in known else m[0], inert)


def _inert(text: str) -> str:
    """User text shown as typed: no Markdown, no HTML."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|~$])", r"\\\1", escaped)


def _regions(session: Session) -> tuple[Markup, Markup, Markup]:
    report = session.report
    missing = tuple(q.question for q in questions(report)[:4])
    return (
        patient_card(report, missing),
        join([ask_next(report), trial_cards(report, session.overrides)]),
        evidence(session.opened),
    )


def build(assistant: Assistant, today: date, host: str) -> "gr.Blocks":
    """The page over an opened assistant. `today` is the first reference date of a new tab."""
    import gradio as gr

    script = (_STATIC / "page.js").read_text(encoding="utf-8")
    with gr.Blocks(title="Trialmatch", analytics_enabled=False, fill_width=True) as page:
        session = gr.State(None)
        gr.HTML(header(assistant, today, host), elem_id="header", apply_default_css=False)
        gr.HTML(_TABS, elem_id="tabs", apply_default_css=False, js_on_load=_TABS_SCRIPT)
        with gr.Row(elem_id="regions"):
            with gr.Column(elem_id="patient-region", elem_classes="region"):
                patient = gr.HTML(patient_card(None), elem_id="patient", apply_default_css=False, js_on_load=script)
            with gr.Column(elem_id="chat-region", elem_classes="region"):
                chat = gr.Chatbot(
                    label="Conversation",
                    elem_id="chat",
                    height="56vh",
                    buttons=["copy"],
                    feedback_options=(),
                    show_label=False,
                    placeholder="Paste a note, or ask about the trials.",
                )
                message = gr.Textbox(
                    label="Note or question",
                    elem_id="message",
                    lines=3,
                    max_lines=14,
                    placeholder="Paste a clinical note, or ask a question about the trials",
                    submit_btn=False,
                )
                with gr.Row():
                    send = gr.Button("Send", variant="primary", elem_id="send")
                    stop = gr.Button("Stop", elem_id="stop")
                    forget = gr.Button("Clear patient", elem_id="forget")
                gr.Examples([[n] for n in EXAMPLE_NOTES], inputs=[message], label="Example notes", elem_id="example-notes")
                gr.Examples([[q] for q in EXAMPLE_QUESTIONS], inputs=[message], label="Example questions", elem_id="example-questions")
            with gr.Column(elem_id="evidence-region", elem_classes="region"):
                trials = gr.HTML(trial_cards(None, {}), elem_id="trials", apply_default_css=False, js_on_load=script)
                shown = gr.HTML(evidence(None), elem_id="evidence", apply_default_css=False, js_on_load=script + _CITATIONS_SCRIPT)

        def started(current: Session | None) -> Session:
            return current or Session.start(assistant, today)

        def respond(text: str, history: list[dict[str, Any]], current: Session | None) -> Iterator[tuple[Any, ...]]:
            state = started(current)
            history = [*history, {"role": "user", "content": _inert(text)}]
            yield history, "", state, gr.skip(), gr.skip(), gr.skip()
            answer = state.send(text)
            full = _markdown(answer, len(state.answers) - 1)
            pieces = re.split(r"(?<=\n)", full)
            regions = _regions(state)
            for n in range(1, len(pieces) + 1):
                yield [*history, {"role": "assistant", "content": "".join(pieces[:n])}], "", state, *regions
                regions = (gr.skip(), gr.skip(), gr.skip())

        def act(history: list[dict[str, Any]], current: Session | None, event: gr.EventData) -> tuple[Any, ...]:
            state = started(current)
            try:
                answer = state.do(read_action(event.action))
            except (ValidationError, IndexError):
                gr.Warning("That could not be done; the page may be out of date.")
                answer = None
            if answer is not None:
                history = [*history, {"role": "assistant", "content": _markdown(answer, len(state.answers) - 1)}]
            return history, state, *_regions(state)

        def wipe(current: Session | None) -> tuple[Any, ...]:
            state = started(current)
            state.forget()
            return [], "", state, *_regions(state)

        views = [patient, trials, shown]
        running = [
            trigger(respond, [message, chat, session], [chat, message, session, *views], show_progress="minimal")
            for trigger in (send.click, message.submit)
        ]
        stop.click(None, cancels=running)
        forget.click(wipe, [session], [chat, message, session, *views])
        for region in views:
            region.submit(act, [chat, session], [chat, session, *views], show_progress="hidden")
    return page


_TABS = tag(
    "div",
    [
        tag("button", words, role="tab", data_tab=name, aria_selected="true" if name == "chat" else "false", aria_controls=f"{name}-region")
        for name, words in (("patient", "Patient"), ("chat", "Chat"), ("evidence", "Trials"))
    ],
    role="tablist",
    aria_label="Regions",
)
_TABS_SCRIPT = """
element.addEventListener('click', (event) => {
  const tab = event.target.closest('[data-tab]');
  if (!tab) return;
  element.querySelectorAll('[data-tab]').forEach((b) => b.setAttribute('aria-selected', String(b === tab)));
  document.getElementById('regions').dataset.tab = tab.dataset.tab;
});
"""
_CITATIONS_SCRIPT = """
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href*="#cite-"]');
  if (!link) return;
  event.preventDefault();
  event.stopPropagation();
  const [turn, n] = link.getAttribute('href').split('#cite-')[1].split('-').map(Number);
  trigger('submit', { action: { kind: 'open_citation', turn, n } });
}, true);
watch('value', () => {
  const mark = element.querySelector('#passage');
  if (!mark) return;
  const regions = document.getElementById('regions');
  if (getComputedStyle(document.getElementById('tabs')).display !== 'none') {
    document.querySelector('#tabs [data-tab="evidence"]').click();
  }
  mark.scrollIntoView({ block: 'center' });
  mark.focus({ preventScroll: true });
});
"""


def launch(
    assistant: Assistant,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    block: bool = True,
    user: str | None = None,
    password: str | None = None,
) -> str:
    """Open the page and return its address. Loopback unless `host` says otherwise; no telemetry, no sharing link."""
    import gradio as gr

    page = build(assistant, date.today(), host)
    page.queue(default_concurrency_limit=8)
    _, address, _ = page.launch(
        server_name=host,
        server_port=port,
        prevent_thread_lock=not block,
        share=False,
        quiet=True,
        auth=(user, password) if user and password else None,
        max_file_size="10mb",
        css=(_STATIC / "page.css").read_text(encoding="utf-8"),
        theme=gr.themes.Base(),
        footer_links=[],
        ssr_mode=False,
        enable_monitoring=False,
        run_history=False,
    )
    return str(address)
