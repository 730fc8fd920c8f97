"""A ClinicalTrials.gov API v2 in miniature on loopback: pages with tokens, ETags, and the ways in which the real one can fail."""

import hashlib
import json
import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]


def study(number: int, *, updated: str = "2026-01-10", status: str = "RECRUITING", criteria: str | None = None, **more: Any) -> Json:
    """A record in the registry's shape."""
    eligibility = (
        criteria or "Inclusion Criteria:\n\n* Platelets >= 75 x 10^9/L\n* ECOG performance status 0-1\n\nExclusion Criteria:\n\n* Pregnancy\n"
    )
    return {
        "protocolSection": {
            "identificationModule": {"nctId": f"NCT{number:08d}", "briefTitle": f"Trial number {number} of sorafenib in liver cancer"},
            "statusModule": {"overallStatus": status, "lastUpdatePostDateStruct": {"date": updated, "type": "ACTUAL"}},
            "conditionsModule": {"conditions": ["Hepatocellular Carcinoma"]},
            "designModule": {"studyType": "INTERVENTIONAL", "phases": ["PHASE2"]},
            "eligibilityModule": {"eligibilityCriteria": eligibility, "sex": "ALL", "minimumAge": "18 Years", "healthyVolunteers": False},
            "contactsLocationsModule": {"locations": [{"facility": "Clinic", "city": "Bonn", "country": "Germany"}]},
        },
        "derivedSection": {"miscInfoModule": {"versionHolder": updated}},
        "hasResults": False,
    } | more


class Api:
    """The server. `studies` may be changed at any time; `fail` gives, for the n-th request (from 0), a fault instead of the answer."""

    def __init__(self, studies: list[Json]) -> None:
        self.studies = studies
        self.requests: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.fail: Callable[[int], str | None] = lambda n: None
        api = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                url = urlsplit(self.path)
                asked = {name: values[0] for name, values in parse_qs(url.query).items()}
                n = len(api.requests)
                api.requests.append((url.path, asked, dict(self.headers)))
                api.answer(self, n, url.path, asked)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/api/v2"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler, n: int, path: str, asked: dict[str, str]) -> None:
        match self.fail(n):
            case "429":
                return _send(handler, 429, b"slow down", {"Retry-After": "7"})
            case "500":
                return _send(handler, 500, b"<html>oops</html>")
            case "cut":
                return _send(handler, 200, b'{"studies": [{"protocolSection": {"identif')
            case "dropped":
                return _send(handler, 200, b'{"studies": [', {"Content-Length": "5000"})
            case "stale":
                return _send(handler, 400, b"`pageToken` is invalid")
        if one := re.fullmatch(r"/api/v2/studies/(NCT\d{8})", path):
            found = next((s for s in self.studies if _number(s) == one[1]), None)
            return _send(handler, 404, b"not found") if found is None else _json(handler, found)
        return _json(handler, self._page(asked))

    def _page(self, asked: dict[str, str]) -> Json:
        found = sorted(self.studies, key=lambda s: (_updated(s), _number(s)), reverse=True)
        if ids := asked.get("filter.ids"):
            found = [s for s in found if _number(s) in ids.split("|")]
        if statuses := asked.get("filter.overallStatus"):
            found = [s for s in found if s["protocolSection"]["statusModule"]["overallStatus"] in statuses.split("|")]
        if since := re.search(r"RANGE\[(.+),MAX\]", asked.get("filter.advanced", "")):
            found = [s for s in found if _updated(s) >= since[1]]
        start, size = int(asked.get("pageToken", "t0")[1:]), int(asked["pageSize"])
        page: Json = {"studies": found[start : start + size]}
        if start + size < len(found):
            page["nextPageToken"] = f"t{start + size}"
        return page | ({"totalCount": len(found)} if "countTotal" in asked else {})


def _number(study: Json) -> str:
    return str(study["protocolSection"]["identificationModule"]["nctId"])


def _updated(study: Json) -> str:
    return str(study["protocolSection"]["statusModule"]["lastUpdatePostDateStruct"]["date"])


def _json(handler: BaseHTTPRequestHandler, value: Json) -> None:
    body = json.dumps(value).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:12]}"'
    if handler.headers.get("If-None-Match") == etag:
        return _send(handler, 304, b"")
    return _send(handler, 200, body, {"ETag": etag})


def _send(handler: BaseHTTPRequestHandler, code: int, body: bytes, headers: dict[str, str] | None = None) -> None:
    handler.send_response(code)
    for name, value in ({"Content-Length": str(len(body))} | (headers or {})).items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)
    handler.close_connection = True
