"""ClinicalTrials.gov API v2 over HTTP: paced, retried, cached by validator. The one file that knows httpx.

Nothing is sent but the words of the query, statuses, registry numbers and dates. Nothing of a patient is known here.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import RegistryError
from index.text import Frozen

if TYPE_CHECKING:
    import httpx

PUBLIC = "https://clinicaltrials.gov/api/v2"
PAGE = 50
"""Studies a page. The API allows 1,000; records with posted results run to megabytes each."""
PACE = 1.3
"""Least seconds between two requests: the registry asks for no more than about 50 a minute from one address."""
_ATTEMPTS = 6
_LONGEST_WAIT = 60.0
_AGENT = "trialmatch (+https://clinicaltrials.gov/data-api/api client; one request at a time)"
_ADVICE = "Check the connection (a proxy is read from HTTPS_PROXY) and run the same command again; it goes on where it stopped."
Json = dict[str, Any]


class Query(Frozen):
    """What is asked of the registry: free words, a condition, statuses, registry numbers, and the first day of the last update."""

    term: str = ""
    condition: str = ""
    status: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    since: str = ""

    def parameters(self) -> dict[str, str]:
        """The parameters of `/studies`, without the page."""
        said = {
            "query.term": self.term,
            "query.cond": self.condition,
            "filter.overallStatus": "|".join(self.status),
            "filter.ids": "|".join(self.ids),
            "filter.advanced": f"AREA[LastUpdatePostDate]RANGE[{self.since},MAX]" if self.since else "",
        }
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of studies; `next` is the token of the following page, `total` the number of all if the registry said it."""

    studies: tuple[Json, ...]
    next: str | None
    total: int | None


class StaleToken(RegistryError):
    """The registry no longer knows the page that was asked for."""


@dataclass
class Registry:
    """A client of one base address. Close it, or use it in a `with`.

    `cache` is a folder for answers that carry a validator (ETag, Last-Modified): they are asked for again conditionally.
    `sleep` and `pace` are arguments for tests.
    """

    base: str = PUBLIC
    cache: Path | None = None
    pace: float = PACE
    timeout: float = 60.0
    sleep: Callable[[float], None] = time.sleep
    _client: Any = field(default=None, repr=False)
    _last: float = field(default=0.0, repr=False)

    def __enter__(self) -> "Registry":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connection."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def study(self, nct_id: str) -> Json | None:
        """The record of one trial, None if the registry does not have it. Raises RegistryError."""
        found = self._get(f"studies/{nct_id}", {"format": "json"}, missing=(404,))
        return None if found is None else found

    def page(self, query: Query, token: str | None = None, size: int = PAGE) -> Page:
        """One page of the studies that fit. Raises StaleToken if the token is refused, RegistryError."""
        asked = query.parameters() | {"format": "json", "pageSize": str(size), "sort": "LastUpdatePostDate:desc"}
        asked |= {"pageToken": token} if token else {"countTotal": "true"}
        found = self._get("studies", asked, missing=(400,) if token else ())
        if found is None:
            raise StaleToken("The registry no longer knows the page at which the last run stopped.", "It is read from the start.")
        studies = found.get("studies")
        if not isinstance(studies, list):
            raise RegistryError(f"{self.base} answered without a list of studies.", "Check TRIALMATCH_REGISTRY_URL.")
        total = found.get("totalCount")
        return Page(tuple(studies), found.get("nextPageToken") or None, total if isinstance(total, int) else None)

    def pages(self, query: Query) -> Iterator[Page]:
        """All pages of the studies that fit."""
        token: str | None = None
        while True:
            page = self.page(query, token)
            yield page
            token = page.next
            if token is None:
                return

    def _get(self, path: str, parameters: Mapping[str, str], missing: tuple[int, ...]) -> Json | None:
        """The JSON object of an address; None for one of the `missing` codes. Retries what may pass."""
        import httpx

        place = self._place(path, parameters)
        cached = _cached(place)
        headers = {name: cached[key] for key, name in (("etag", "If-None-Match"), ("modified", "If-Modified-Since")) if cached.get(key)}
        why, wait = "", 0.0
        for attempt in range(_ATTEMPTS):
            if attempt:
                self.sleep(min(max(wait, 2.0 ** (attempt - 1)), _LONGEST_WAIT))
            wait = 0.0
            try:
                response = self._request(path, parameters, headers)
            except httpx.TransportError as error:
                why = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
                if isinstance(error, httpx.ConnectError) and attempt >= 2:
                    break  # there is no network: waiting a minute would not bring one
                continue
            except (httpx.InvalidURL, httpx.HTTPError, ValueError) as error:
                raise RegistryError(f"{self.base} is not the address of a registry ({error}).", "Correct TRIALMATCH_REGISTRY_URL.") from error
            code = response.status_code
            if code == 304 and "body" in cached:
                body: Json = cached["body"]
                return body
            if code in missing:
                return None
            if code == 429 or code >= 500 or code == 408:
                why, wait = f"status {code}", _retry_after(response)
                continue
            if code != 200:
                said = " ".join(response.text[:200].split())
                raise RegistryError(f"The registry {self.base} refused the request (status {code}: {said}).", "Check the query.")
            try:
                found = response.json()
            except ValueError:
                why = "an answer that is cut off"
                continue
            if not isinstance(found, dict):
                raise RegistryError(f"{self.base} answered with something that is no record.", "Check TRIALMATCH_REGISTRY_URL.")
            _keep(place, response, found)
            return found
        raise RegistryError(f"The registry {self.base} cannot be reached ({why}).", _ADVICE)

    def _request(self, path: str, parameters: Mapping[str, str], headers: Mapping[str, str]) -> "httpx.Response":
        import httpx

        if self._client is None:
            self._client = httpx.Client(headers={"User-Agent": _AGENT, "Accept": "application/json"}, timeout=self.timeout)
        rest = self._last + self.pace - time.monotonic()
        if self._last and rest > 0:
            self.sleep(rest)
        self._last = time.monotonic()
        response: httpx.Response = self._client.get(f"{self.base.rstrip('/')}/{path}", params=dict(parameters), headers=dict(headers))
        return response

    def _place(self, path: str, parameters: Mapping[str, str]) -> Path | None:
        if self.cache is None:
            return None
        key = json.dumps([self.base, path, sorted(parameters.items())]).encode()
        return self.cache / f"{hashlib.sha256(key).hexdigest()[:32]}.json"


def _retry_after(response: "httpx.Response") -> float:
    """Seconds that the server asks to wait: a number, or a date."""
    said = response.headers.get("Retry-After", "").strip()
    if said.isdigit():
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0.0


def _cached(place: Path | None) -> dict[str, Any]:
    if place is None:
        return {}
    try:
        found = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and isinstance(found.get("body"), dict) else {}


def _keep(place: Path | None, response: "httpx.Response", body: Json) -> None:
    """Keeps an answer that has a validator; a cache that cannot be written costs a request, no more."""
    etag, modified = response.headers.get("ETag"), response.headers.get("Last-Modified")
    if place is None or not (etag or modified):
        return
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        new = place.with_suffix(".new")
        new.write_text(json.dumps({"etag": etag, "modified": modified, "body": body}), encoding="utf-8")
        new.replace(place)
    except OSError:
        return
