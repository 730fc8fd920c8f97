"""The MCP server, driven by the official client over a subprocess's standard input and output."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any, Literal

import pytest
from mcp import Client, StdioServerParameters
from mcp import types as mcp_types

from assistant import Assistant
from assistant.mcp_server import build
from assistant.tools import TOOLS, Check, check_criterion
from tests.conftest import ROOT, HashingEmbedder

NOTE = "58M HCC BCLC-C CP A6 ECOG1 plt 60k, s/p atezo-bev PD"


def _text(result: mcp_types.CallToolResult) -> str:
    assert isinstance(result.content[0], mcp_types.TextContent)
    return result.content[0].text


def test_a_session_over_stdio(seed_store: Path) -> None:
    """One session: what is offered, a match, a check, a record, an answer, and what is refused."""

    async def session() -> dict[str, Any]:
        server = StdioServerParameters(
            command=sys.executable,
            args=["-m", "assistant.cli", "mcp", "--store", str(seed_store)],
            cwd=ROOT,
            env={"HOME": os.environ.get("HOME", "/"), "TRIALMATCH_CONFIG": ""},
        )
        async with Client(server) as client:
            seen: dict[str, Any] = {"tools": (await client.list_tools()).tools, "name": client.server_info.name if client.server_info else ""}
            for name, arguments in (
                ("match_note", {"note": NOTE, "as_of": "2026-11-20", "trials": ["001"]}),
                ("check_criterion", {"criterion": "Platelets >= 75 x 10^9/L", "note": "plt 60k"}),
                ("read_trial", {"trial": "001", "part": "criteria"}),
                ("ask", {"question": "Lowest platelet count accepted in the conversion trial?", "status": ["RECRUITING"]}),
            ):
                seen[name] = await client.call_tool(name, arguments)
            seen["refused"] = [
                await client.call_tool("match_note", {"note": "  "}),
                await client.call_tool("match_note", {"note": NOTE, "trials": ["NCT99999999"]}),
                await client.call_tool("check_criterion", {"criterion": "Age >= 18", "patient": "Jane Roe"}),
                await client.call_tool("delete_trial", {"trial": "001"}),
            ]
            return seen

    seen = asyncio.run(session())
    assert seen["name"] == "trialmatch"
    assert [tool.name for tool in seen["tools"]] == ["search_trials", "read_trial", "match_note", "check_criterion", "ask"]
    assert all(tool.output_schema and tool.annotations.read_only_hint for tool in seen["tools"])

    trial = Assistant.open(store=seed_store).trial("001")
    matched = seen["match_note"].structured_content
    assert json.loads(_text(seen["match_note"])) == matched, "the text is the same JSON"
    (report,) = matched["trials"]
    assert report["verdict"] == "EXCLUDED" and all(c["outcome"] in ("FAIL", "UNKNOWN") for c in report["criteria"])
    assert any("left out here" in note for note in report["notes"])
    for criterion in report["criteria"]:
        assert trial.document(criterion["document"]).text[criterion["start"] : criterion["end"]] == criterion["quote"]
    for fact in matched["patient"]["facts"]:
        assert NOTE[fact["source"]["start"] : fact["source"]["end"]] == fact["source"]["quote"]

    assert seen["check_criterion"].structured_content["outcome"] == "FAIL"
    record = seen["read_trial"].structured_content
    assert record["fields"] == [] and [c["id"] for c in record["criteria"]] == [c.id for c in trial.criteria]
    assert all(trial.document(c["citation"]["document"]).text[c["citation"]["start"] : c["citation"]["end"]] == c["citation"]["quote"]
               for c in record["criteria"])  # fmt: skip
    assert seen["ask"].structured_content["citations"] and "75" in seen["ask"].structured_content["text"]
    assert "status recruiting: 001." in seen["ask"].structured_content["text"]

    assert all(result.is_error and result.structured_content is None for result in seen["refused"])
    empty, unknown, misspelt, no_tool = map(_text, seen["refused"])
    assert "note is empty" in empty and "NCT99999999" in unknown
    assert "note: Field required" in misspelt and "patient: " in misspelt and "Jane Roe" not in misspelt
    assert "There are: search_trials" in no_tool


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_older_and_newer_clients_are_served(mode: Literal["legacy", "auto"], seed_store: Path) -> None:
    async def session() -> mcp_types.CallToolResult:
        async with Client(build(Assistant.open(store=seed_store)), mode=mode) as client:
            return await client.call_tool("check_criterion", {"criterion": "Age >= 18", "note": "58M"})

    assert asyncio.run(session()).structured_content["outcome"] == "PASS"


def test_search_gives_quotes_with_their_place(seed_copy: Path) -> None:
    assistant = Assistant.open(store=seed_copy, embedder=HashingEmbedder())

    async def session() -> mcp_types.CallToolResult:
        async with Client(build(assistant)) as client:
            return await client.call_tool("search_trials", {"query": "platelet count", "k": 3})

    passages = asyncio.run(session()).structured_content["passages"]
    assert [p["citation"]["n"] for p in passages] == [1, 2, 3]
    for found in passages:
        cited = found["citation"]
        assert assistant.trial(found["trial"]).document(cited["document"]).text[cited["start"] : cited["end"]] == cited["quote"]


def test_a_fault_names_its_kind_and_no_more(monkeypatch: pytest.MonkeyPatch, seed_store: Path) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(NOTE)

    assistant = Assistant.open(store=seed_store)
    monkeypatch.setattr(assistant, "match", broken)

    async def session() -> mcp_types.CallToolResult:
        async with Client(build(assistant)) as client:
            return await client.call_tool("match_note", {"note": NOTE})

    result = asyncio.run(session())
    assert result.is_error and _text(result) == "Fault in the program (RuntimeError)."


def test_a_bundle_may_come_as_an_object_or_as_its_text(seed_store: Path) -> None:
    bundle = {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient", "gender": "female", "birthDate": "1960"}}]}
    assistant = Assistant.open(store=seed_store)
    asked = [Check(criterion="Female", note=note) for note in (bundle, json.dumps(bundle), "female")]
    assert [check_criterion(assistant, a).outcome for a in asked] == ["PASS"] * 3
    assert check_criterion(assistant, Check(criterion="Female", note="{female")).outcome == "PASS", "a text may begin with a brace"


def test_every_tool_describes_every_argument() -> None:
    for tool in TOOLS:
        properties = tool.arguments.model_json_schema()["properties"]
        assert properties and all("description" in p for p in properties.values()), tool.name
