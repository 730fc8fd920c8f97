"""A run with a malicious model beside the run without: the same figures, and everything that it said counted as rejected."""

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

import evals
from evals.with_model import lines
from tests.assistant.model.malicious import reply
from tests.assistant.model.models import Server


@pytest.fixture
def malicious() -> Iterator[Server]:
    turns = count()
    server = Server(lambda request: (200, json.dumps(reply(request["messages"][0]["content"], request["messages"][1]["content"], next(turns)))))
    yield server
    server.close()


def test_the_model_changes_no_figure(malicious: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALMATCH_MODEL", "openai:must-not-be-asked@http://127.0.0.1:9/v1")
    result = evals.run(["questions", "probes"], limit=6, out=tmp_path, model=malicious.setting)
    block = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["model"]
    assert block == result.model and block["changed"] == [] and block["failures"] == 0
    assert all(two["without"] == two["with"] for key, two in block["figures"].items() if "seconds" not in key)
    assert block["calls"] == len(malicious.requests) >= 6
    assert block["returned"] == block["rejected"] > 10 and block["share_rejected"] == 1.0
    assert "100.0%" in lines(block)[0] and "must-not-be-asked" not in json.dumps(block)


def test_without_a_model_the_report_says_nothing_of_one(tmp_path: Path) -> None:
    evals.run(["questions"], limit=1, out=tmp_path)
    assert "model" not in json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
