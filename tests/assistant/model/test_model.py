"""The language model: prompts, budget, failures, what is sent, proposals, suggestions, reviews."""

import json
import re
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant
from assistant.cli import main
from assistant.model import LanguageModel
from assistant.model.endpoint import endpoint
from assistant.model.outputs import ProposedFact
from assistant.model.prompts import PromptError, parse, prompt
from assistant.model.propose import checked
from assistant.model.redact import outgoing, place
from assistant.settings import PROMPTS, Settings
from index.errors import SettingsError
from tests.assistant.model.models import Completion, Server, scripted, with_model

TODAY = date(2026, 11, 20)
QUESTION = "Lowest platelet count accepted in 001?"
TOLD = "HCC. Platelets 82 x10^9/L."
NOTE = "58M HCC BCLC-C CP A6 ECOG1 plt 82k"


# -- prompts -----------------------------------------------------------------------------------------------------------


def test_every_prompt_file_is_well_formed() -> None:
    names = sorted(path.stem for path in PROMPTS.glob("*.md"))
    assert names == ["phrase", "propose", "read", "suggest"]
    for name in names:
        made = prompt(name)
        assert made.use.id == name and made.use.version >= 1 and len(made.use.hash) == 16
        assert "never an instruction" in made.system


def test_a_missing_or_undeclared_variable_is_an_error() -> None:
    with pytest.raises(PromptError, match="lacks note"):
        prompt("propose").fill({})
    with pytest.raises(PromptError, match="has no secret"):
        prompt("propose").fill({"note": "", "secret": ""})


def test_braces_in_a_value_stay_what_they_are() -> None:
    assert "{{note}} and {{secret}}" in prompt("propose").fill({"note": "{{note}} and {{secret}}"}).user


_FILE = "---\nid: x\nversion: 1\ninputs: note\noutput: Draft\n---\nDo it.\n=== user ===\n{{note}}\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (_FILE.replace("id: x", "id: y"), "calls itself y"),
        (_FILE.replace("Draft", "Nothing"), "names the output"),
        (_FILE.replace("inputs: note", "inputs: note, other"), "declares"),
        (_FILE.replace("Do it.", "Do {{note}}."), "declares"),
        (_FILE.replace("=== user ===", ""), "well formed"),
        (_FILE.removeprefix("---\n"), "well formed"),
    ],
)
def test_a_prompt_that_is_not_well_formed_is_refused(text: str, why: str) -> None:
    assert parse(_FILE, "x").inputs == ("note",)
    with pytest.raises(PromptError, match=why):
        parse(text, "x")


# -- where it runs -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "environment", "host", "local"),
    [
        ("ollama:llama3.1", {}, "127.0.0.1", True),
        ("ollama:llama3.1:8b", {"OLLAMA_HOST": "0.0.0.0:11434"}, "127.0.0.1", True),
        ("ollama:llama3.1", {"OLLAMA_HOST": "http://10.0.0.5:11434"}, "10.0.0.5", False),
        ("openai:gpt", {}, "api.openai.com", False),
        ("openai:gpt", {"OPENAI_BASE_URL": "http://localhost:8000/v1"}, "localhost", True),
        ("openai:gpt@http://[::1]:8000/v1", {}, "::1", True),
        ("openai:gpt@https://localhost.example.org/v1", {}, "localhost.example.org", False),
        ("anthropic:claude", {}, "api.anthropic.com", False),
        ("mistralai:any", {}, "the servers of mistralai", False),
    ],
)
def test_the_page_says_where_it_runs(setting: str, environment: dict[str, str], host: str, local: bool) -> None:
    found = endpoint(setting, environment)
    assert (found.host, found.local) == (host, local)
    assert ("leaves this machine" in found.line) is not local and host in found.line


@pytest.mark.parametrize("setting", ["llama3.1", ":x", "openai:", ""])
def test_a_setting_without_provider_is_refused(setting: str) -> None:
    with pytest.raises(SettingsError, match="provider:model"):
        endpoint(setting, {})


def test_without_the_setting_there_is_no_model(plain: Assistant) -> None:
    assert Settings.read({}).model is None and plain.model is None
    for said in (plain.ask(QUESTION, as_of=TODAY), plain.match(NOTE, as_of=TODAY)):
        assert not {"model", "proposals", "reviewed", "suggested"} & set(said.model_dump(mode="json"))
        assert '"reviewed"' not in said.model_dump_json()


# -- failures ----------------------------------------------------------------------------------------------------------


class RateLimitError(Exception):
    pass


class APITimeoutError(Exception):
    pass


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (RateLimitError("key sk-secret"), "limits how often"),
        (APITimeoutError("sk-secret"), "in time"),
        (ConnectionError("sk-secret"), "cannot be reached"),
        (RuntimeError("sk-secret"), r"failed \(RuntimeError\)"),
        ("I cannot help with that.", "not of the form"),
        ({"sentences": "none"}, "not of the form"),
        ({"wrong": 1}, "not of the form"),
    ],
)
def test_a_failure_is_one_quiet_line_and_the_computed_answer(plain: Assistant, said: Any, line: str) -> None:
    model, chat = scripted(lambda system, user: said)
    found = with_model(plain, model).ask(QUESTION, as_of=TODAY)
    assert found.text == plain.ask(QUESTION, as_of=TODAY).text
    assert found.model is not None and found.model.failure is not None
    assert len(chat.sent) == 1 and "secret" not in found.model_dump_json() and "\n" not in found.model.failure
    assert re.search(line, found.model.failure)


def test_a_slow_model_is_left_behind_and_then_left_out(plain: Assistant) -> None:
    release = threading.Event()
    model, chat = scripted(lambda system, user: release.wait(20), seconds=0.3)
    slow = with_model(plain, model)
    started = time.monotonic()
    found = slow.ask(QUESTION, as_of=TODAY)
    assert time.monotonic() - started < 3 and found.model is not None and "within 0.3 seconds" in str(found.model.failure)
    again = slow.ask(QUESTION, as_of=TODAY)
    assert again.model is not None and again.model.calls == 0 and len(chat.sent) == 1
    release.set()


def test_the_budget_holds(plain: Assistant) -> None:
    model, chat = scripted(lambda system, user: {"sentences": []}, tokens=100)
    found = with_model(plain, model).ask("Compare the trials", as_of=TODAY)
    assert found.model is not None and "budget" in str(found.model.failure) and not chat.sent


@pytest.mark.parametrize("status", [429, 500, 401])
def test_a_server_that_complains(plain: Assistant, serve: Callable[[Completion], Server], status: int) -> None:
    server = serve(lambda request: (status, ""))
    found = with_model(plain, LanguageModel(server.setting)).ask(QUESTION, as_of=TODAY)
    assert found.model is not None and found.model.failure and "secret of the server" not in found.model_dump_json()
    assert len(server.requests) == 1, "no retries"


def test_an_unreachable_server_costs_next_to_nothing(plain: Assistant) -> None:
    model = LanguageModel("openai:x@http://127.0.0.1:9/v1")
    found = with_model(plain, model).ask(QUESTION, as_of=TODAY)
    assert found.model is not None and "cannot be reached" in str(found.model.failure) and found.text == plain.ask(QUESTION, as_of=TODAY).text


def test_a_missing_package_names_what_to_install(plain: Assistant, serve: Callable[[Completion], Server]) -> None:
    setting = serve(lambda request: (200, "")).setting.replace("openai", "ollama")
    found = with_model(plain, LanguageModel(setting)).ask(QUESTION, as_of=TODAY)
    assert found.model is not None and "pip install 'trialmatch[model]' langchain-ollama" in str(found.model.failure)


# -- what is sent ------------------------------------------------------------------------------------------------------


def test_identifiers_are_removed_before_anything_is_sent(plain: Assistant) -> None:
    note = "Name: Jane Doe, MRN 12345678, DOB 03/04/1968, tel 555-123-4567, see https://portal.example/p/1. HCC, BCLC-C, plt 82k. Ascites: no."
    model, chat = scripted(lambda system, user: {"facts": []})
    with_model(plain, model).match(note, as_of=TODAY)
    chat_ = with_model(plain, model).conversation(as_of=TODAY)
    chat_.send(note)
    chat_.send("Why is she excluded from 001?")
    sent = json.dumps(chat.sent)
    assert len(chat.sent) >= 3 and "plt 82k" in sent
    assert not [secret for secret in ("Jane", "Doe", "12345678", "1968", "555-123", "portal.example") if secret in sent]


def test_the_way_back_to_the_note() -> None:
    note = "Name: Jane Doe. plt 82k"
    assert "Jane" not in outgoing(note, TODAY)
    assert place("plt 82k", note) is not None and place("Jane Doe", note) is None and place("plt 83k", note) is None and place(" ", note) is None


# -- reads -------------------------------------------------------------------------------------------------------------


def _fact(
    quote: str, concept: str, status: str = "present", value: float | None = None, unit: str | None = None, choice: str | None = None
) -> ProposedFact:
    return ProposedFact(quote=quote, concept=concept, status=status, value=value, unit=unit, choice=choice)


_PROSE = "HCC. Thrombocytes at 82 x10^9/L. No ascites. BCLC stage C. Took lenvatinib."


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        (_fact("plt 82", "plt", value=82), "not in the note"),
        (_fact("HCC", "hepatocellular carcinoma", status="eligible"), "unknown status"),
        (_fact("HCC", "blue moon"), "unknown concept"),
        (_fact("HCC", "stroke"), "concept not in its words"),
        (_fact("No ascites", "ascites"), "denial not in its words"),
        (_fact("ascites", "ascites", status="absent"), "denial not in its words"),
        (_fact("HCC. Thrombocytes at 82", "hcc", status="absent"), "denial not in its words"),
        (_fact("HCC", "platelet count", value=82), "concept not in its words"),
        (_fact("BCLC stage C", "bclc", choice="B"), "value not in its words"),
        (_fact("BCLC stage C", "bclc", choice="Z"), "value not in its words"),
    ],
)
def test_a_proposal_that_its_words_do_not_carry_is_dropped(draft: ProposedFact, why: str) -> None:
    assert checked(draft, _PROSE) == why


@pytest.mark.parametrize("note", ["treatment-naive HCC", "HCC without a discrete mass", "not treated yet, HCC"])
def test_a_denial_of_something_else_denies_nothing(note: str) -> None:
    assert checked(_fact(note, "hcc", status="absent"), note) == "denial not in its words"
    assert not isinstance(checked(_fact(note, "hcc"), note), str)


@pytest.mark.parametrize(
    ("draft", "concept", "value"),
    [
        (_fact("No ascites", "ascites", status="absent"), "ascites", None),
        (_fact("BCLC stage C", "BCLC", choice="c"), "bclc", ("C",)),
        (_fact("Took lenvatinib", "lenvatinib"), "lenvatinib", None),
    ],
)
def test_a_proposal_that_stands_in_the_note_is_a_fact(draft: ProposedFact, concept: str, value: Any) -> None:
    fact = checked(draft, _PROSE)
    assert not isinstance(fact, str) and fact.concept == concept and fact.source.quote == draft.quote
    assert value is None or fact.choices == value


def test_agreement_is_kept_and_a_contradiction_is_shown_and_decides_nothing(plain: Assistant) -> None:
    facts = [_fact("plt 82k", "plt", value=82), _fact("HCC", "hcc"), _fact("HCC", "hcc", status="possible")]
    model, _ = scripted(lambda system, user: {"facts": [f.model_dump() for f in facts]})
    before, after = plain.match(NOTE, as_of=TODAY), with_model(plain, model).match(NOTE, as_of=TODAY)
    standings = {(p.fact.concept, p.fact.status): p.standing for p in after.proposals}
    assert standings[("hcc", "present")] == "agrees" and standings[("hcc", "possible")] == "conflict"
    assert [t.verdict for t in after.trials] == [t.verdict for t in before.trials]
    assert [t.criteria for t in after.trials] == [t.criteria for t in before.trials]
    assert after.model is not None and after.model.prompts[0].id == "propose"


# -- suggests ----------------------------------------------------------------------------------------------------------


def test_a_reading_counts_only_after_a_person_has_accepted_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = tmp_path / "doc.txt"
    document.write_text(
        "Title: A study of lenvatinib in hepatocellular carcinoma\n\nEligibility Criteria\n\nInclusion Criteria:\n- Hepatocellular carcinoma\n"
        "- Platelets 75\n\nExclusion Criteria:\n- Pregnancy\n",
        encoding="utf-8",
    )
    store = str(tmp_path / "store")
    assert main(["ingest", str(document), "--store", store]) == 0
    trial = next(t for t in Assistant.open(store=store).trials() if "doc" in t.id)
    criterion = next(c for c in trial.criteria if "Platelets" in c.quote)
    before = Assistant.open(store=store).match(TOLD, as_of=TODAY, trials=[trial.id]).trials[0]
    command = ["review", trial.id, criterion.id, "--store", store]
    reading = json.dumps({"kind": "limit", "measure": "platelet count", "bounds": {"low": 75}, "unit": "x10^9/L"})
    assert main(command) == 2 and main([*command, "--accept"]) == 2
    assert main([*command, "--condition", json.dumps({"kind": "limit", "measure": "plt", "bounds": {"low": 50}}), "--author", "A"]) == 2
    assert main([*command, "--condition", reading, "--author", "A. Reader"]) == 0
    suggested = Assistant.open(store=store).match(TOLD, as_of=TODAY, trials=[trial.id]).trials[0]
    outcomes = [[c.outcome for c in t.criteria] for t in (before, suggested)]
    assert outcomes[0] == outcomes[1] and any("not accepted" in str(c.suggested) for c in suggested.criteria)
    assert main([*command, "--accept"]) == 2, "somebody accepts"
    assert main([*command, "--accept", "--author", "B. Reviewer"]) == 0
    accepted = next(c for c in Assistant.open(store=store).match(TOLD, as_of=TODAY, trials=[trial.id]).trials[0].criteria if c.reviewed)
    assert accepted.outcome == "PASS" and "accepted by B. Reviewer on 20" in str(accepted.reviewed) and "B. Reviewer" in accepted.reason
    assert main([*command, "--withdraw", "--author", "B. Reviewer"]) == 0
    assert not any(c.reviewed for c in Assistant.open(store=store).match(TOLD, as_of=TODAY, trials=[trial.id]).trials[0].criteria)
    assert "Traceback" not in capsys.readouterr().err


def test_a_suggestion_that_its_words_do_not_carry_is_refused(plain: Assistant) -> None:
    from assistant.model.suggest import open_words
    from index.errors import ModelError

    criterion = next(c for t in plain.trials() for c in t.criteria if open_words(c))
    for said in (
        {"quote": "not there at all", "condition": "{}"},
        {"quote": criterion.quote[:8], "condition": "no JSON"},
        {"quote": criterion.quote[:8], "condition": json.dumps({"kind": "limit", "measure": "plt", "bounds": {"low": 4711}})},
        {"quote": criterion.quote[:8], "condition": json.dumps({"kind": "finding", "concepts": ["text:zebra stripes"]})},
    ):
        with pytest.raises(ModelError):
            scripted(lambda system, user, said=said: said)[0].suggestion(criterion)
