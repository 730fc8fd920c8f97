"""The LangChain retriever and tools, used as a LangChain program uses them: invoked, and called by an agent."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolCall, ToolMessage

from assistant import Assistant
from assistant.langchain_tools import retriever, tools
from assistant.results import CheckResult, Report
from index.errors import UnknownTrial
from tests.conftest import HashingEmbedder

NOTE = "58M HCC BCLC-C CP A6 ECOG1 plt 60k"


class ScriptedModel(GenericFakeChatModel):
    """Says what the script says, and remembers which tools it was given and what it was told."""

    offered: list[str] = []
    heard: list[BaseMessage] = []

    def bind_tools(self, tools: Sequence[Any], **_: Any) -> Any:
        self.offered[:] = [tool.name for tool in tools]
        return self

    def _generate(self, messages: list[BaseMessage], *args: Any, **more: Any) -> Any:
        self.heard[:] = messages
        return super()._generate(messages, *args, **more)


@pytest.fixture(scope="module")
def assistant(seed_copy: Path) -> Assistant:
    return Assistant.open(store=seed_copy, embedder=HashingEmbedder())


def test_the_retriever_gives_passages_verbatim_with_their_place(assistant: Assistant) -> None:
    found = retriever(assistant, k=3).invoke("platelet count")
    assert len(found) == 3
    for document in found:
        place = document.metadata
        assert assistant.trial(place["trial"]).document(place["document"]).text[place["start"] : place["end"]] == document.page_content
    assert [d.metadata["score"] for d in found] == sorted((d.metadata["score"] for d in found), reverse=True)
    one = retriever(assistant, trials=("004",)).invoke("lenvatinib")
    assert {d.metadata["trial"][:3] for d in one} == {"004"}
    with pytest.raises(UnknownTrial):
        retriever(assistant, trials=("NCT99999999",)).invoke("lenvatinib")


def test_an_agent_matches_checks_and_asks(assistant: Assistant) -> None:
    calls = [
        ToolCall(name="match_note", args={"note": NOTE, "as_of": "2026-11-20", "trials": ["001"]}, id="1"),
        ToolCall(name="check_criterion", args={"criterion": "Platelets >= 75 x 10^9/L", "note": NOTE}, id="2"),
        ToolCall(name="ask", args={"question": "Which trials accept Child-Pugh B?"}, id="3"),
        ToolCall(name="match_note", args={"note": NOTE, "trials": ["NCT99999999"]}, id="4"),
        ToolCall(name="match_note", args={"patient": NOTE}, id="5"),
    ]
    model = ScriptedModel(messages=iter([AIMessage(content="", tool_calls=calls), AIMessage(content="Done.")]))
    ended = create_agent(model, tools(assistant)).invoke({"messages": [HumanMessage("Is he excluded?")]})
    assert model.offered == ["search_trials", "read_trial", "match_note", "check_criterion", "ask"]
    assert ended["messages"][-1].content == "Done."

    answers = {m.tool_call_id: m for m in ended["messages"] if isinstance(m, ToolMessage)}
    matched, checked, answered, unknown, misspelt = (answers[str(n)] for n in range(1, 6))
    assert isinstance(matched.artifact, Report) and matched.artifact.trials[0].verdict == "EXCLUDED"
    assert Report.model_validate_json(str(matched.content)) == matched.artifact, "the model reads the same as the program"
    assert isinstance(checked.artifact, CheckResult) and checked.artifact.outcome == "FAIL" and "60 < 75" in str(checked.content)
    assert '"citations":[{"n":1' in str(answered.content)
    assert unknown.status == "error" and "NCT99999999" in str(unknown.content)
    assert misspelt.status == "error" and "note: Field required" in str(misspelt.content) and NOTE not in str(misspelt.content)
    assert [m.tool_call_id for m in model.heard if isinstance(m, ToolMessage)] == ["1", "2", "3", "4", "5"]


def test_a_question_may_be_for_some_trials_only(assistant: Assistant) -> None:
    ask = next(tool for tool in tools(assistant) if tool.name == "ask")
    assert {"status", "country", "condition", "phase"} <= set(ask.args)
    said = ask.invoke({"question": "Which trials use lenvatinib?", "phase": ["2"], "condition": ["kidney cancer"]})
    assert "phase 2" in str(said) and "004" in str(said) and "001_" not in str(said)
