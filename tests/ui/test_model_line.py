"""The page says which language model is on, where it runs, and what leaves the machine; an answer says what it did."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant
from assistant.model import LanguageModel
from assistant.ui.actions import Send
from assistant.ui.page import regions
from assistant.ui.session import Session
from tests.assistant.model.models import scripted, with_model

TODAY = date(2026, 11, 20)
QUESTION = "What performance status does 001 require?"


@pytest.fixture
def plain(seed_store: Path, tmp_path: Path) -> Iterator[Assistant]:
    assistant = Assistant.open(store=shutil.copytree(seed_store, tmp_path / "store"))
    yield assistant
    assistant.close()


def _page(assistant: Assistant, *messages: str) -> dict[str, Any]:
    session = Session(assistant, TODAY)
    for message in messages:
        for _ in session.do(Send(kind="send", text=message)):
            pass
    return regions(session, "127.0.0.1")


def test_without_a_model_nothing_is_said_of_one(plain: Assistant) -> None:
    page = _page(plain)
    assert "anguage model" not in "".join(map(str, page.values())) and "Everything stays on this machine" in page["transcript"]


def test_a_local_model_is_named_and_a_remote_one_is_warned_of(plain: Assistant) -> None:
    local = _page(with_model(plain, LanguageModel("ollama:llama3.1@http://127.0.0.1:11434")))
    assert "llama3.1 (ollama) on this machine" in local["header"] and "Everything stays on this machine" in local["transcript"]
    remote = _page(with_model(plain, LanguageModel("openai:gpt@https://models.example.org/v1")))
    assert "⚠ Language model gpt (openai) at models.example.org: patient text leaves this machine" in remote["header"]
    assert "Everything stays on this machine" not in remote["transcript"]


def test_the_computed_answer_stays_when_the_model_fails(plain: Assistant) -> None:
    model, _ = scripted(lambda system, user: RuntimeError("sk-secret"))
    page = _page(with_model(plain, model), QUESTION)["transcript"]
    assert "The computed answer is shown." in page and "sk-secret" not in page and "001" in page


def test_a_proposal_becomes_a_question_that_can_be_confirmed(plain: Assistant) -> None:
    note = "58M HCC BCLC-C CP A6 ECOG 1, worried about stroke."
    facts = [
        {"quote": "stroke", "concept": "stroke", "status": "present", "value": None, "unit": None, "choice": None},
        {"quote": "HCC", "concept": "hcc", "status": "possible", "value": None, "unit": None, "choice": None},
    ]
    model, _ = scripted(lambda system, user: {"facts": facts})
    without, page = _page(plain, note), _page(with_model(plain, model), note)
    assert "2 proposed, 0 rejected" in page["transcript"] and "possible hepatocellular carcinoma in “HCC”, the rules read" in page["transcript"]
    asked = "The model reads stroke in “stroke”, the rules do not: is that right?"
    assert asked in page["patient"] and 'data-text="stroke"' in page["patient"] and asked not in without["patient"]
    assert page["trials"] == without["trials"], "no verdict has changed"
