"""How the page behaves: files, the index, stopping, two tabs, reloading, ten tabs, a password, keyboards and widths."""

import gc
import json
import statistics
import threading
import time
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.ui.driving import HOSTILE, NOTE, drop, fact, free_port, leftovers, send, trial_text

pytestmark = pytest.mark.browser


def test_note_files_are_read_and_leave_nothing_behind(tab: Any, server: Any) -> None:
    drop(tab, "#transcript", (f"{HOSTILE.replace('/', '')}.txt", "58M HCC ECOG 1 plt 82k"))
    tab.locator(".trial").first.wait_for()
    assert HOSTILE.replace("/", "") in tab.locator(".turn.user").inner_text()
    labs = "Test,Value,Unit,Date\nHemoglobin,13.1,g/dL,2026-11-10\nALT,44,U/L,2026-11-10\n"
    tab.set_input_files("#note-file", {"name": "labs.csv", "mimeType": "text/csv", "buffer": labs.encode()})
    tab.wait_for_function("document.querySelectorAll('.turn.assistant .foot').length === 2")
    facts = tab.locator("#patient").inner_text()
    assert "13.1" in facts and "44" in facts and "82" in facts
    assert leftovers(server.folder) == []


def test_a_fhir_bundle_is_a_note(tab: Any) -> None:
    bundle = {
        "resourceType": "Bundle",
        "entry": [
            {"resource": {"resourceType": "Patient", "gender": "male", "birthDate": "1968-02-01", "name": [{"family": "Doe"}]}},
            {
                "resource": {
                    "resourceType": "Observation",
                    "status": "final",
                    "code": {"coding": [{"system": "http://loinc.org", "code": "777-3"}], "text": "Platelets"},
                    "effectiveDateTime": "2026-11-10",
                    "valueQuantity": {"value": 82, "unit": "10*3/uL"},
                }
            },
        ],
    }
    drop(tab, "#transcript", ("bundle.json", json.dumps(bundle)))
    fact(tab, "platelets").wait_for()
    assert "82" in fact(tab, "platelets").inner_text()
    assert "Doe" not in tab.locator("body").inner_text()


def test_files_that_are_no_notes_are_refused_with_a_reason(tab: Any) -> None:
    notice = tab.locator("#announcer.visible")
    drop(tab, "#transcript", ("scan.exe", b"MZ"))
    assert "A note is one of" in notice.inner_text()
    drop(tab, "#transcript", ("long.txt", b"a" * 200_001))
    assert "larger than" in notice.inner_text()
    drop(tab, "#transcript", ("a.txt", "58M"), ("b.txt", "60F"))
    assert "One note at a time" in notice.inner_text()
    drop(tab, "#transcript", ("broken.json", "{"))
    tab.locator(".turn.page").wait_for()
    assert "no FHIR bundle" in tab.locator(".turn.page").inner_text()
    assert tab.locator(".trial").count() == 0


def test_a_trial_is_added_asked_about_removed_and_put_back(tab: Any, server: Any) -> None:
    tab.get_by_role("tab", name="Library").click()
    before = tab.locator("#library tbody tr").count()
    name = "evil <img src=x onerror=window.hacked=1>.txt"
    drop(tab, "#library .drop", (name, trial_text("Zanubrutinib in Zebras")), ("empty.txt", ""), ("noise.bin", b"\x00\x01\x02\xff" * 50))
    tab.wait_for_function("n => document.querySelectorAll('#library tbody tr').length === n", arg=before + 1)
    tab.locator(".remarks").wait_for()
    remarks = tab.locator(".remarks li").all_inner_texts()
    assert len(remarks) == 3
    assert any("added" in r and "evil <img" in r for r in remarks)
    assert any("empty.txt: not read" in r for r in remarks) and any("noise.bin: not read" in r for r in remarks)
    assert f"{before + 1} trials" in tab.locator("header").inner_text()
    row = tab.locator("#library tbody tr", has_text="Zebras")
    assert "Recruiting" in row.inner_text() and "searchable" in row.inner_text() and "5 criteria" in row.inner_text()
    send(tab, "Which trial is about zanubrutinib?")
    assert "evil" in tab.locator(".turn.assistant").last.inner_text() or "Zebras" in tab.locator(".turn.assistant").last.inner_text()

    row.get_by_role("button", name="Remove").click()
    tab.locator("#undo").wait_for()
    assert tab.locator("#library tbody tr").count() == before
    tab.click("#undo")
    tab.wait_for_function("n => document.querySelectorAll('#library tbody tr').length === n", arg=before + 1)
    row.get_by_role("button", name="Remove").click()
    tab.locator("#undo").wait_for()
    assert leftovers(server.folder) == []


def test_slow_work_shows_progress_and_is_stopped_without_a_trace(tab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from assistant.conversation import Conversation

    plain = Conversation.send

    def slow(self: Conversation, text: str, **more: Any) -> Any:
        if "slowly" in text:
            time.sleep(2.5)
        return plain(self, text, **more)

    monkeypatch.setattr(Conversation, "send", slow)
    assert not tab.locator("#stop").is_visible()
    tab.fill("#message", "58M HCC slowly")
    tab.press("#message", "Enter")
    tab.locator("#stop").wait_for()
    tab.get_by_text("Working… 1 s").wait_for()
    tab.click("#stop")
    tab.locator(".turn.page").wait_for()
    assert "Stopped" in tab.locator(".turn.page").inner_text()
    assert not tab.locator("#stop").is_visible()
    assert tab.locator(".fact").count() == 0
    send(tab, "60F HCC ECOG 0")
    assert "60" in fact(tab, "age").first.inner_text()
    assert "58" not in tab.locator("#patient").inner_text()


def test_two_tabs_are_two_patients_and_a_reload_keeps_nothing(open_tab: Any) -> None:
    one, two = open_tab(), open_tab()
    send(one, "58M HCC plt 82k ECOG 1")
    send(two, "63F HCC plt 155k ECOG 0")
    assert "male" in one.locator("#patient").inner_text() and "155" not in one.locator("#patient").inner_text()
    assert "female" in two.locator("#patient").inner_text() and "82" not in two.locator("#patient").inner_text()
    send(one, "what do you know about him?")
    assert "82" in one.locator(".turn.assistant").last.inner_text()
    assert "155" not in one.locator("#transcript").inner_text()
    one.reload()
    one.wait_for_selector("#regions[data-current]")
    one.wait_for_timeout(500)
    assert one.locator(".turn").count() == 0 and one.locator(".fact").count() == 0
    send(one, "what do you know about him?")
    assert "82" not in one.locator("body").inner_text()
    assert two.locator(".fact").count() > 3
    storage = two.evaluate("JSON.stringify([Object.values({...localStorage}), Object.values({...sessionStorage}), document.cookie])")
    assert "155" not in storage


def test_clear_patient_wipes_and_a_closed_tab_is_forgotten(open_tab: Any) -> None:
    from assistant.ui.session import Session

    def remembered() -> int:
        gc.collect()
        return sum("wombat" in s.conversation.note for s in gc.get_objects() if isinstance(s, Session))

    page = open_tab()
    send(page, "58M HCC plt 82k, owns a wombat")
    assert remembered() == 1
    page.click("#clear")
    page.wait_for_function("document.querySelectorAll('.turn').length === 0")
    assert page.locator(".fact, .trial").count() == 0 and remembered() == 0
    send(page, "58M HCC plt 82k, owns a wombat")
    page.close()
    until = time.monotonic() + 20
    while remembered() and time.monotonic() < until:
        time.sleep(0.2)
    assert remembered() == 0


def test_a_new_patient_takes_nothing_of_the_one_before(tab: Any) -> None:
    send(tab, NOTE)
    tab.fill("#message", "New patient: 71F HCC ECOG 0 plt 155k")
    tab.press("#message", "Enter")
    fact(tab, "platelets").get_by_text("155 ×", exact=False).first.wait_for()
    assert tab.locator(".turn.user").count() == 1
    text = tab.locator("body").inner_text()
    assert "155" in text and "atezo" not in tab.locator("#patient").inner_text()


def test_everything_is_reached_by_keyboard(tab: Any) -> None:
    tab.focus("#message")
    tab.keyboard.type("Lowest platelet count accepted in the conversion trial?")
    tab.keyboard.press("Enter")
    tab.locator(".turn.assistant .foot").wait_for()
    for _ in range(60):
        tab.keyboard.press("Shift+Tab")
        if tab.evaluate("document.activeElement.classList.contains('cite')"):
            break
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab.keyboard.press("Enter")
    tab.wait_for_function("document.activeElement?.id === 'passage'")
    tab.focus("#tab-evidence")
    tab.keyboard.press("ArrowRight")
    assert tab.locator("#tab-library").get_attribute("aria-selected") == "true"
    assert tab.locator("#library-panel").is_visible() and not tab.locator("#evidence-panel").is_visible()
    assert tab.locator("#announcer").get_attribute("aria-live") == "polite"
    assert tab.locator("#announcer").inner_text()


@pytest.mark.parametrize(
    ("width", "tabs", "regions"),
    [
        (1500, ["Trials", "Evidence", "Library"], ["patient", "chat", "trials"]),
        (1100, ["Patient", "Trials", "Evidence", "Library"], ["chat", "trials"]),
        (390, ["Chat", "Patient", "Trials", "Evidence", "Library"], ["chat"]),
    ],
)
def test_three_regions_where_there_is_room_and_tabs_where_not(open_tab: Any, width: int, tabs: list[str], regions: list[str]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_tab(width, 844)

    def serious() -> list[str]:
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        return [f"{v['id']}: {n['html'][:120]}" for v in found if v["impact"] in ("serious", "critical") for n in v["nodes"]]

    assert page.locator('[role="tab"]:visible').all_inner_texts() == tabs
    assert [p for p in ("patient", "chat", "trials", "evidence", "library") if page.locator(f"#{p}-panel").is_visible()] == regions
    assert serious() == []
    send(page, NOTE + " Platelets 41 x10^9/L. " + "Supercalifragilistic" * 20)
    for name in tabs:
        page.get_by_role("tab", name=name).click()
        if name == "Trials":
            page.locator(".trial.EXCLUDED summary").first.click()
        if name == "Patient":
            page.locator(".fact summary").first.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than the screen"
        assert serious() == [], name


def test_ten_chats_at_once_are_ten_patients(server: Any) -> None:
    """Ten tabs over plain HTTP, as the page's script speaks it; each hears of its own patient alone."""
    config = json.load(urllib.request.urlopen(f"{server.address}config"))
    function = next(d["id"] for d in config["dependencies"] if d["api_name"] == "act")
    trigger = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "typed")
    taken: dict[int, list[tuple[float, str]]] = {}

    def say(session: str, text: str) -> str:
        event = {"action": {"kind": "send", "text": text}}
        body = {"data": [], "fn_index": function, "session_hash": session, "trigger_id": trigger, "event_data": event}
        request = urllib.request.Request(f"{server.address}gradio_api/queue/join", json.dumps(body).encode(), {"Content-Type": "application/json"})
        urllib.request.urlopen(request).read()
        last = ""
        with urllib.request.urlopen(f"{server.address}gradio_api/queue/data?session_hash={session}") as stream:
            for line in stream:
                last = last + line.decode() if b"process_" in line else last
                if b"process_completed" in line:
                    break
        return last

    def chat(n: int) -> None:
        for text in (f"{30 + n}M HCC ECOG 1 plt {100 + n}k", "what do you know about him?"):
            started = time.perf_counter()
            heard = say(f"tab{n}", text)
            taken.setdefault(n, []).append((time.perf_counter() - started, heard))

    threads = [threading.Thread(target=chat, args=(n,)) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for n, turns in taken.items():
        assert len(turns) == 2
        for _, heard in turns:
            assert str(100 + n) in heard
            for other in set(range(10)) - {n}:
                assert f"{100 + other}k" not in heard and f"{30 + other}M" not in heard
    assert len(taken) == 10
    seconds = sorted(s for turns in taken.values() for s, _ in turns)
    print(f"\nten chats at once, two turns each: median {statistics.median(seconds):.2f} s, slowest {seconds[-1]:.2f} s")


def test_a_password_closes_the_page(server: Any) -> None:
    from assistant.ui import launch

    address = launch(server.assistant, port=free_port(), block=False, user="ward", password="secret")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{address}gradio_api/queue/data?session_hash=x")
    assert refused.value.code == 401
    assert b"trials, index of" not in urllib.request.urlopen(address).read()
    form = b"username=ward&password=secret"
    entered = urllib.request.urlopen(urllib.request.Request(f"{address}login", form))
    assert entered.status == 200 and b"success" in entered.read()
