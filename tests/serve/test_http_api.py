"""The HTTP API, asked over a socket by an ordinary client: the contract's JSON, and what is refused and how."""

import json
import logging
import re
import time
from typing import Any

import httpx
import pytest

from assistant.results import Answer, CheckResult, Report
from assistant.tools import Found
from index.trials import Trial
from tests.serve.conftest import LOGIN, MAX_BODY, Service

NOTE = "58M HCC BCLC-C CP A6 ECOG1 plt 60k, s/p atezo-bev PD"
PATIENT = {"resourceType": "Patient", "gender": "male", "birthDate": "1968-05-01", "name": [{"family": "Roe"}]}
HCC = {"resourceType": "Condition", "code": {"text": "Hepatocellular carcinoma"}}


@pytest.fixture(scope="module")
def client(service: Service) -> Any:
    with service.client() as opened:
        yield opened


def _bundle(*resources: dict[str, Any], **parameters: str) -> dict[str, Any]:
    asked = {"resourceType": "Parameters", "parameter": [{"name": name, "valueString": value} for name, value in parameters.items()]}
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in (asked, *resources)]}


def test_match_check_ask_and_search_answer_as_the_python_api_does(client: httpx.Client, service: Service) -> None:
    sent: dict[str, Any] = {"note": NOTE, "as_of": "2026-11-20", "trials": ["001", "004"]}
    report = Report.model_validate_json(client.post("/api/match", json=sent).content)
    assert report == service.assistant.match(NOTE, as_of=report.as_of, trials=["001", "004"])
    check = client.post("/api/check", json={"criterion": "Platelets >= 75 x 10^9/L", "note": "plt 60k"})
    assert CheckResult.model_validate_json(check.content).outcome == "FAIL"
    answer = Answer.model_validate_json(client.post("/api/ask", json={"question": "Lowest platelet count accepted in the conversion trial?"}).content)
    assert "75" in answer.text and answer.citations
    found = Found.model_validate_json(client.post("/api/search", json={"query": "platelet count", "k": 2}).content)
    assert len(found.passages) == 2


def test_a_question_and_a_note_are_for_the_trials_that_fit(client: httpx.Client, service: Service) -> None:
    chosen = {"status": ["RECRUITING"], "condition": ["liver cancer"]}
    asked = Answer.model_validate_json(client.post("/api/ask", json={"question": "Which trials use lenvatinib?", **chosen}).content)
    assert "status recruiting and condition liver cancer: 001" in asked.text and {c.trial[:3] for c in asked.citations} == {"001"}
    report = Report.model_validate_json(client.post("/api/match", json={"note": NOTE, **chosen}).content)
    assert [t.trial.id[:3] for t in report.trials] == ["001"]
    refused = client.post("/api/ask", json={"question": "Which trials use lenvatinib?", "status": ["open to all"]})
    assert refused.status_code == 422 and "is no status" in refused.json()["error"]


def test_trials_are_listed_and_read(client: httpx.Client, service: Service) -> None:
    listed = client.get("/api/trials").json()
    assert [row["id"] for row in listed] == [trial.id for trial in service.assistant.trials()]
    read = Trial.model_validate_json(client.get("/api/trials/001").content)
    assert read == service.assistant.trial("001") and len(read.criteria) == listed[1]["criteria"]


@pytest.mark.parametrize(
    ("path", "body", "code", "words"),
    [
        ("/api/match", {"note": " "}, 422, "note is empty"),
        ("/api/match", {"patient": "Jane Roe"}, 422, "note: Field required"),
        ("/api/match", {"note": 17}, 422, "note: "),
        ("/api/match", {"note": NOTE, "trials": ["NCT99999999"]}, 404, "NCT99999999"),
        ("/api/match", {"note": NOTE, "as_of": "Jane Roe"}, 422, "as_of: "),
        ("/api/check", {"note": NOTE, "criterion": "Age >= 18", "polarity": "Jane Roe"}, 422, "polarity: "),
        ("/api/ask", b"{", 422, "no valid JSON"),
        ("/api/ask", b"[" * 50_000, 400, "error parsing the body"),
        ("/api/ask", b"\xff\xfe", 422, ""),
        ("/api/nothing", {}, 404, "nothing under this address"),
        ("/getClinicalTrial", {"patientData": "Jane Roe"}, 422, "no valid JSON"),
        ("/getClinicalTrial", {"resourceType": "Patient"}, 422, "no FHIR Bundle"),
        ("/getClinicalTrial", _bundle(PATIENT, phase="Jane Roe"), 422, "phase"),
        ("/getClinicalTrial", {"resourceType": "Bundle", "entry": [7, {"resource": 8}, {"resource": {"resourceType": "Parameters"}}]}, 200, ""),
    ],
)
def test_what_is_refused_is_one_line_of_json_without_the_patients_words(
    client: httpx.Client, path: str, body: dict[str, Any] | bytes, code: int, words: str
) -> None:
    headers = {"content-type": "application/json"}
    got = client.post(path, content=body, headers=headers) if isinstance(body, bytes) else client.post(path, json=body)
    assert got.status_code == code, got.text
    if code != 200:
        assert set(got.json()) == {"error", "hint"} and words in got.json()["error"]
        assert "\n" not in got.text and "Traceback" not in got.text and "Jane Roe" not in got.text


def test_a_body_above_the_limit_is_refused(client: httpx.Client) -> None:
    assert client.post("/api/match", json={"note": "x" * MAX_BODY}).status_code == 413
    streamed = client.post("/api/match", content=(b"x" * 1000 for _ in range(200)), headers={"content-type": "application/json"})
    assert streamed.status_code == 413 and "TRIALMATCH_MAX_BODY" in streamed.json()["hint"]
    assert client.post("/api/check", json={"criterion": "Age >= 18", "note": "58M. " * 1000}).status_code == 200


def test_nobody_comes_in_without_the_login_and_only_health_is_open(service: Service) -> None:
    with service.client(None) as stranger:
        assert stranger.get("/api/health").json() == {"status": "ok"}
        for path in ("/", "/api/trials", "/api/docs", "/api/openapi.json", "/config", "/getClinicalTrial"):
            refused = stranger.get(path)
            assert refused.status_code == 401 and refused.headers["www-authenticate"].startswith("Basic "), path
        for header in ("Basic", "Basic ???", "Bearer x", "Basic " + "eA=="):
            assert stranger.get("/api/trials", headers={"authorization": header}).status_code == 401
    for login in ((LOGIN[0], "wrong"), ("wrong", LOGIN[1])):
        with service.client(login) as guess:
            assert guess.get("/api/trials").status_code == 401


def test_a_page_of_another_site_and_a_foreign_name_are_refused(client: httpx.Client, service: Service) -> None:
    assert client.get("/api/trials", headers={"origin": "http://elsewhere.example"}).status_code == 403
    assert client.get("/api/trials", headers={"origin": service.address}).status_code == 200
    assert client.get("/api/trials", headers={"host": "elsewhere.example"}).status_code == 421
    refused = client.post("/api/match", content='{"note": "x"}', headers={"content-type": "text/plain"})
    assert refused.status_code == 422, "what a foreign form can send without asking is not read"


def test_the_log_holds_no_word_of_a_request(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        client.post("/api/match", json={"note": NOTE})
        client.post("/api/match", json={"patient": NOTE})
        client.get("/api/trials/Jane-Roe")
        client.get("/api/trials?note=Jane-Roe")
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert any(line.startswith("POST /api/match 200") for line in ours)
    assert not any("58M" in line or "Jane" in line or "plt" in line for line in ours)


def test_a_fault_shows_its_kind_alone(
    client: httpx.Client, service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(NOTE)

    monkeypatch.setattr(service.assistant, "match", broken)
    got = client.post("/api/match", json={"note": NOTE})
    assert (got.status_code, got.json()["error"]) == (500, "Fault in the program (RuntimeError).")
    for _ in range(100):  # the log is written when the answer is on its way
        if caplog.text:
            break
        time.sleep(0.02)
    assert "58M" not in got.text + caplog.text and "RuntimeError in test_http_api.py" in caplog.text


def test_openapi_describes_every_address_and_its_page_loads_nothing(client: httpx.Client) -> None:
    described = client.get("/api/openapi.json").json()
    assert {"/api/match", "/api/check", "/api/ask", "/api/search", "/api/trials", "/api/trials/{id}", "/getClinicalTrial", "/api/health"} == set(
        described["paths"]
    )
    for name in ("Report", "Answer", "CheckResult", "Trial", "Found", "Complaint"):
        assert name in described["components"]["schemas"]
    references = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(described)))
    assert references and references <= set(described["components"]["schemas"])
    page = client.get("/api/docs")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "<script" not in page.text and "http://" not in page.text and "https://" not in page.text
    for path in described["paths"]:
        assert path in page.text
    for path in ("/docs", "/redoc"):
        assert "swagger" not in client.get(path).text.casefold()


def test_mitres_matching_service(client: httpx.Client, service: Service) -> None:
    """A request as MITRE's application sends it: the bundle itself, or as patientData; a searchset with scores and reasons comes back."""
    bundle = _bundle(PATIENT, HCC, zipCode="02115", travelRadius="100", phase="any", recruitmentStatus="all")
    got = client.post("/getClinicalTrial", json=bundle).json()
    assert (got["resourceType"], got["type"], got["total"]) == ("Bundle", "searchset", len(service.assistant.trials()))
    assert client.post("/getClinicalTrial", json={"patientData": bundle}).json() == got
    assert client.post("/getClinicalTrial", json={"patientData": json.dumps(bundle)}).json() == got
    assert client.post("/getClinicalTrial", content=json.dumps(bundle), headers={"content-type": "application/fhir+json"}).json() == got
    scores = [entry["search"]["score"] for entry in got["entry"]]
    assert scores == sorted(scores, reverse=True) and all(0 <= score <= 1 for score in scores)
    assert len({entry["resource"]["identifier"][0]["value"] for entry in got["entry"]}) == got["total"], "clients tell studies apart by this"
    for entry in got["entry"]:
        study = entry["resource"]
        assert entry["search"]["mode"] == "match" and study["resourceType"] == "ResearchStudy" and study["title"]
        assert study.get("status") or study["_status"]["extension"]
        verdict = next(e["valueCoding"]["code"] for e in study["extension"] if e["url"].endswith(":verdict"))
        assert (entry["search"]["score"] == 0) == (verdict in ("EXCLUDED", "NOT_FIT"))
        assert "no verdict says that a patient is eligible" in study["description"], "clients show the description, not every extension"
        assert any("zipCode and travelRadius were not applied" in note["text"] for note in study["note"])
    assert "Roe" not in str(got)


def test_mitres_filters_rule_out_only_what_a_document_states_otherwise(client: httpx.Client) -> None:
    def ids(**parameters: str) -> set[str]:
        entries = client.post("/getClinicalTrial", json=_bundle(PATIENT, **parameters)).json()["entry"]
        return {entry["resource"]["identifier"][0]["value"][:3] for entry in entries}

    assert ids(phase="phase-2") == {"000", "001", "002", "004"}, "003 is in phase I; 002 states no phase"
    assert ids(phase="phase-1") == {"002", "003"}
    assert ids(recruitmentStatus="active") == {"000", "001", "002", "003", "004"}, "001 recruits; the others state no status"
    assert ids(recruitmentStatus="completed") == {"000", "002", "003", "004"}
