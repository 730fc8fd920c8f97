"""The registry's API on loopback: pages, faults, resuming, updates."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.build import ingest
from index.errors import RegistryError
from index.registry import Query, Registry, fetch, sync
from index.store import Store
from tests.conftest import HashingEmbedder
from tests.index.registry.server import Api, study


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = Api([study(n, updated=f"2026-01-{n:02d}") for n in range(1, 8)])
    yield server
    server.close()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def registry(api: Api, waits: list[float], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Registry]:
    plain = Registry.page
    monkeypatch.setattr(Registry, "page", lambda self, query, token=None, size=3: plain(self, query, token, size))
    with Registry(api.base, cache=tmp_path / "cache", pace=0, sleep=waits.append) as client:
        yield client


@pytest.fixture
def store(tmp_path: Path, embedder: HashingEmbedder) -> Store:
    return Store.open(tmp_path / "store", embedder=embedder)


QUERY = Query(condition="liver cancer", status=("RECRUITING",))


def _asked(api: Api) -> list[dict[str, str]]:
    return [asked for _, asked, _ in api.requests]


def test_all_pages_come_in_and_a_second_run_asks_only_for_updates(api: Api, registry: Registry, store: Store) -> None:
    first = sync(store, registry, QUERY)
    assert len(first.ingested.added) == first.read == 7 == len(store.trials())
    assert [a.get("pageToken") for a in _asked(api)] == [None, "t3", "t6"]
    api.studies[2] = study(3, updated="2026-02-01", criteria="Inclusion Criteria:\n\n* Platelets >= 100 x 10^9/L\n")
    api.requests.clear()
    second = sync(store, registry, QUERY)
    assert second.since == "2026-01-07" and second.ingested.updated == ("NCT00000003",) and second.ingested.unchanged == ("NCT00000007",)
    assert _asked(api)[0]["filter.advanced"] == "AREA[LastUpdatePostDate]RANGE[2026-01-07,MAX]"
    ((_, _, old),) = store.versions("NCT00000003")
    assert "75" in old.criteria[0].quote and "100" in store.trial("NCT00000003").criteria[0].quote


def test_a_trial_that_left_the_query_is_still_updated(api: Api, registry: Registry, store: Store) -> None:
    sync(store, registry, QUERY)
    api.studies[4] = study(5, updated="2026-03-01", status="COMPLETED")
    assert sync(store, registry, QUERY).ingested.updated == ("NCT00000005",)
    status = store.trial("NCT00000005").first("status")
    assert status is not None and status.value == "COMPLETED"
    assert sync(store, registry, QUERY).since == "2026-03-01"


@pytest.mark.parametrize(("fault", "least"), [("429", 7.0), ("500", 1.0), ("cut", 1.0), ("dropped", 1.0)])
def test_a_fault_that_passes_is_waited_out(api: Api, registry: Registry, store: Store, waits: list[float], fault: str, least: float) -> None:
    api.fail = lambda n: fault if n in (1, 2) else None
    assert len(sync(store, registry, QUERY).ingested.added) == 7
    assert len(waits) == 2 and min(waits) >= least


def test_a_run_that_stops_in_the_middle_goes_on_where_it_was(api: Api, registry: Registry, store: Store, waits: list[float]) -> None:
    api.fail = lambda n: "500" if n >= 2 else None
    with pytest.raises(RegistryError, match=r"cannot be reached \(status 500\)"):
        sync(store, registry, QUERY)
    assert len(store.trials()) == 6 and len(waits) == 5
    api.fail = lambda n: None
    api.requests.clear()
    after = sync(store, registry, QUERY)
    assert after.resumed and after.ingested.added == ("NCT00000001",) and [a.get("pageToken") for a in _asked(api)] == ["t6"]


def test_a_kill_between_two_pages_loses_nothing(api: Api, registry: Registry, store: Store, tmp_path: Path, embedder: HashingEmbedder) -> None:
    def killed(step: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sync(store, registry, QUERY, progress=killed)
    store.close()
    again = Store.open(tmp_path / "store", embedder=embedder)
    assert len(again.trials()) == 3
    assert len(sync(again, registry, QUERY).ingested.added) == 4 and len(again.trials()) == 7
    assert again.manifest().pending == 0


def test_a_token_that_is_no_longer_known_starts_over(api: Api, registry: Registry, store: Store) -> None:
    api.fail = lambda n: "stale" if n == 1 else None
    done = sync(store, registry, QUERY)
    assert len(done.ingested.added) == 7 and len(store.trials()) == 7


def test_a_limit_takes_the_most_recently_updated(registry: Registry, store: Store) -> None:
    assert sync(store, registry, QUERY, limit=4).ingested.added == ("NCT00000007", "NCT00000006", "NCT00000005", "NCT00000004")
    assert len(sync(store, registry, QUERY, limit=4).ingested.unchanged) == 4


def test_a_trial_of_the_registry_equals_the_same_record_in_a_file(api: Api, registry: Registry, store: Store, tmp_path: Path) -> None:
    assert fetch(store, registry, ["nct00000002"]).added == ("NCT00000002",)
    fetched = store.trial("NCT00000002")
    assert fetched.criteria[0].document == "NCT00000002.json#eligibilityModule.eligibilityCriteria"
    file = tmp_path / "NCT00000002.json"
    file.write_text(json.dumps(api.studies[1], indent=3), encoding="utf-8")
    assert ingest([file], store).unchanged == ("NCT00000002",)
    other = Store.open(tmp_path / "other", embedder=HashingEmbedder())
    ingest([file], other)
    assert other.trial("NCT00000002") == fetched


def test_a_new_release_of_the_registry_is_no_new_version(api: Api, registry: Registry, store: Store) -> None:
    fetch(store, registry, ["NCT00000002"])
    api.studies[1]["derivedSection"]["miscInfoModule"]["versionHolder"] = "2026-11-21"
    assert fetch(store, registry, ["NCT00000002"]).unchanged == ("NCT00000002",)


def test_an_unchanged_record_is_not_sent_again(api: Api, registry: Registry, store: Store) -> None:
    fetch(store, registry, ["NCT00000002"])
    fetch(store, registry, ["NCT00000002"])
    assert "If-None-Match" in api.requests[1][2] and store.trials()[0].id == "NCT00000002"


def test_what_cannot_be_read_costs_one_line_and_not_the_rest(api: Api, registry: Registry, store: Store) -> None:
    api.studies[0] = study(1) | {
        "protocolSection": {"statusModule": study(1)["protocolSection"]["statusModule"], "identificationModule": {"nctId": ""}}
    }
    done = fetch(store, registry, ["NCT00000009", "NCT00000002"])
    assert [f.source for f in done.failed] == ["NCT00000009"] and done.added == ("NCT00000002",)
    read = sync(store, registry, Query(term="liver"))
    counted = read.ingested
    assert read.read == len(counted.added) + len(counted.updated) + len(counted.unchanged) + len(counted.failed)


def test_only_the_query_is_sent(api: Api, registry: Registry, store: Store) -> None:
    sync(store, registry, Query(term="sorafenib", condition="liver cancer", status=("RECRUITING", "NOT_YET_RECRUITING")))
    path, asked, headers = api.requests[0]
    assert path == "/api/v2/studies" and set(asked) == {
        "query.term", "query.cond", "filter.overallStatus", "format", "pageSize", "sort", "countTotal",
    }  # fmt: skip
    assert headers["User-Agent"].startswith("trialmatch") and "Cookie" not in headers


def test_without_a_registry_there_is_one_clear_line(store: Store, waits: list[float]) -> None:
    with pytest.raises(RegistryError) as caught, Registry("http://127.0.0.1:9/api/v2", pace=0, sleep=waits.append) as client:
        sync(store, client, QUERY)
    assert "cannot be reached" in caught.value.message and "run the same command again" in caught.value.hint


def test_requests_are_paced(api: Api, waits: list[float]) -> None:
    with Registry(api.base, pace=50, sleep=waits.append) as client:
        client.study("NCT00000001")
        client.study("NCT00000002")
    assert len(waits) == 1 and 40 < waits[0] <= 50
