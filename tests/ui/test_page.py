"""The page in a browser: first screen, note, question, verdict table, citation, corrections, judgements, exports."""

import io
from typing import Any

import pytest

from tests.ui.driving import HOSTILE, NOTE, TODAY, decoded, downloaded, fact, send

pytestmark = pytest.mark.browser


def test_first_screen_shows_three_notes_and_three_questions_at_laptop_height(open_tab: Any) -> None:
    page = open_tab(1280, 720)
    for kind in ("notes", "questions"):
        examples = page.locator(f".examples.{kind} button")
        assert examples.count() == 3
        for n in range(3):
            box = examples.nth(n).bounding_box()
            assert box["y"] >= 0 and box["y"] + box["height"] <= 720
    box = page.locator("#message").bounding_box()
    assert box["y"] + box["height"] <= 720


def test_header_says_what_is_indexed_since_when_as_of_when_and_who_decides(tab: Any, server: Any) -> None:
    words = tab.locator("header").inner_text()
    assert f"{len(server.assistant.trials())} trials" in words
    assert f"index of {server.assistant.manifest().updated[:10]}" in words
    assert "Pre-screening aid; the investigator decides." in words
    assert tab.locator("#as-of").input_value() == TODAY.isoformat()


def test_a_note_and_a_question_give_a_verdict_table_and_a_citation_that_opens(tab: Any) -> None:
    send(tab, NOTE)
    card = tab.locator('.trial[data-trial^="001"]')
    assert "Excluded" in card.locator(".verdict").inner_text()
    card.locator("summary").first.click()
    heads = card.locator("table.criteria thead th").all_inner_texts()
    assert heads == ["Id", "Criterion, in its own words", "Outcome", "In the note", "Comparison"]
    row = card.locator('tr[id$="-I05"]')
    assert "No prior systemic anti-tumor treatment" in row.inner_text()
    assert "requirement not met" in row.inner_text()
    assert "atezo-bev" in row.locator(".said").inner_text()

    send(tab, "Lowest platelet count accepted in the conversion trial?")
    answer = tab.locator(".turn.assistant").last
    assert "75" in answer.inner_text()
    marker = answer.locator("button.cite").first
    quote = marker.get_attribute("title")
    marker.click()
    tab.wait_for_function("document.activeElement?.id === 'passage'")
    mark = tab.locator("mark#passage")
    assert mark.text_content()[:200] == quote[:200] and "PLT" in quote
    assert mark.is_visible() and "≥75×10^9/L" in tab.locator("#evidence pre").text_content()
    box = mark.bounding_box()
    assert 0 <= box["y"] <= 950


def test_criteria_are_ordered_filtered_and_said_so_that_they_cannot_be_misread(tab: Any) -> None:
    send(tab, NOTE)
    card = tab.locator('.trial[data-trial^="001"]')
    card.locator("summary").first.click()
    standings = card.locator("tr[data-standing]").evaluate_all("rows => rows.map((r) => r.dataset.standing)")
    order = ["fail", "judgement", "unknown", "pass", "na"]
    assert standings == sorted(standings, key=order.index) and len(standings) == 49
    assert {"fail", "judgement", "unknown", "pass"} <= set(standings)
    card.get_by_role("button", name="Fails").click()
    shown = card.locator("tr[data-standing]:visible")
    assert shown.count() == standings.count("fail")
    for text in shown.locator(".outcome").all_inner_texts():
        assert text.strip() in ("exclusion present", "requirement not met")
    card.get_by_role("button", name="Passes").click()
    words = {t.strip() for t in card.locator("tr[data-standing]:visible .outcome").all_inner_texts()}
    assert words <= {"requirement met", "exclusion absent"} and words
    assert card.locator("tr[data-standing]:visible .icon").first.inner_text() == "✓"


def test_trials_are_grouped_and_none_is_hidden(tab: Any, server: Any) -> None:
    send(tab, NOTE)
    titles = [t.strip() for t in tab.locator("#trials .group h3").all_inner_texts()]
    assert [t.rsplit(" ", 1)[0] for t in titles] == [
        "No exclusion found, or fits the stated population", "Cannot be determined", "Excluded, or does not fit",
    ]  # fmt: skip
    assert tab.locator(".trial").count() == len(server.assistant.trials())
    assert "%" not in tab.locator("#trials").inner_text()
    closed = tab.locator(".group.closed .trial").first
    assert "I05" in closed.locator(".trial-summary").inner_text() or "E" in closed.locator(".trial-summary").inner_text()


def test_a_fact_shows_its_words_is_corrected_and_says_what_changed(tab: Any) -> None:
    send(tab, NOTE)
    platelets = fact(tab, "platelets")
    assert "82" in platelets.locator(".fact-value").inner_text()
    assert "plt 82k" in platelets.locator("summary").get_attribute("title")
    platelets.locator("summary").click()
    assert platelets.locator(".context mark").inner_text() == "plt 82k"
    platelets.locator("input").fill("plt 41k")
    platelets.get_by_role("button", name="Save").click()
    changed = tab.locator(".changed")
    changed.wait_for()
    assert "41" in platelets.locator(".fact-value").inner_text()
    assert "fail" in changed.inner_text() or "changes" in changed.inner_text()
    card = tab.locator('.trial[data-trial^="hostile"]')
    assert "Excluded" in card.locator(".verdict").inner_text()

    platelets.get_by_role("button", name="Remove").click()
    tab.wait_for_function("![...document.querySelectorAll('.fact-label')].some((l) => l.textContent.includes('platelets'))")
    assert "Not recorded" in tab.locator("#ask-heading").inner_text()


def test_known_absent_implausible_and_contradictory_values_are_told_apart(tab: Any) -> None:
    send(tab, "58M HCC. No ascites. ECOG 1. Platelets 82 x10^9/L on 2026-11-10. Platelets 41 x10^9/L on 2026-11-10. ANC 900000.")
    assert tab.locator(".fact.absent", has_text="ascites").count() == 1
    warnings = tab.locator(".warnings").inner_text()
    assert "neutrophils" in warnings
    assert "⚠ implausible" in tab.locator(".fact", has_text="neutrophils").inner_text()
    assert "Contradiction about platelets" in warnings
    assert tab.locator(".fact", has_text="the note contradicts itself").count() == 2


def test_a_judgement_is_kept_beside_the_computed_outcome_and_exported(tab: Any) -> None:
    send(tab, NOTE)
    card = tab.locator('.trial[data-trial^="001"]')
    card.locator("summary").first.click()
    row = card.locator('tr[id$="-E25"]')
    assert "exclusion present" in row.inner_text()
    row.get_by_text("Judge otherwise").click()
    row.locator("select").select_option(label="exclusion absent")
    row.get_by_label("Reason").fill("TACE was diagnostic angiography <b>only</b>")
    row.get_by_role("button", name="Keep").click()
    row.locator(".judgement").wait_for()
    assert "exclusion present" in row.locator(".outcome").inner_text(), "the computed outcome stays"
    assert "Your judgement: exclusion absent. TACE was diagnostic angiography <b>only</b>" in row.inner_text()
    assert "Excluded" in card.locator(".verdict").inner_text()
    assert card.locator("tr[data-standing]:visible").count() == 49, "the card stays open"

    name, content = downloaded(tab, "json")
    taken = decoded(content)
    assert name == "trialmatch-2026-11-20.json"
    assert [(o["criterion"], o["outcome"], o["computed"]) for o in taken["overrides"]] == [("E25", "PASS", "FAIL")]
    assert taken["report"]["as_of"] == "2026-11-20" and taken["manifest"]["corpus"] and taken["program"].startswith("trialmatch")
    assert any(n["criterion"] == "E35" and "investigator" in n["why"] for n in taken["not_evaluated"])

    _, content = downloaded(tab, "csv")
    lines = content.decode("utf-8-sig")
    assert "TACE was diagnostic angiography" in lines and "override_reason" in lines.splitlines()[0]
    name, content = downloaded(tab, "markdown")
    text = content.decode()
    assert name.endswith(".md") and "2026-11-20" in text and "Judged otherwise" in text and r"\<b\>only" in text and "Not evaluated" in text
    name, content = downloaded(tab, "pdf")
    assert name.endswith(".pdf") and content.startswith(b"%PDF")
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    front = reader.pages[0].extract_text()
    assert "Trial pre-screening as of 2026-11-20" in front and "Judged otherwise" in front and "<b>only</b>" in front.replace("\n", " ")
    assert "≥75×10^9/L" in "".join(p.extract_text() for p in reader.pages)


def test_asking_next_takes_a_short_answer(tab: Any) -> None:
    send(tab, "58M HCC BCLC-C ECOG 1, no prior systemic therapy")
    asked = tab.locator(".ask li")
    assert asked.count() >= 3
    platelets = asked.filter(has_text="latelets").first
    if not platelets.is_visible():
        tab.get_by_text("more question").click()
    platelets.locator("input").fill("41")
    platelets.get_by_role("button", name="Add").click()
    tab.wait_for_function("[...document.querySelectorAll('.fact-label')].some((l) => l.textContent.includes('platelets'))")
    assert "41" in fact(tab, "platelets").locator(".fact-value").inner_text()


def test_another_reference_date_is_computed_at_once(tab: Any) -> None:
    send(tab, "58M HCC BCLC-C ECOG 1. TACE on 2026-11-10.")
    card = tab.locator('.trial[data-trial^="hostile"]')
    assert "Excluded" in card.locator(".verdict").inner_text()
    tab.fill("#as-of", "2027-03-01")
    tab.get_by_role("button", name="Set").click()
    tab.wait_for_function("document.querySelector('#trials .hint').textContent.includes('2027-03-01')")
    assert "Excluded" not in card.locator(".verdict").inner_text()
    assert "2027-03-01" in tab.locator(".changed").inner_text()


def test_timeline_has_a_picture_and_the_same_in_words(tab: Any) -> None:
    send(tab, "58M HCC BCLC-C ECOG 1. TACE on 2026-11-10.")
    picture = tab.locator(".timeline svg[role=img]")
    words = picture.get_attribute("aria-label")
    assert "Reference date 2026-11-20" in words and "TACE: 2026-11-10" in words and "2026-12-08" in words
    assert picture.locator("rect.washout").count() == 1 and picture.locator("line.now").count() == 1
    tab.get_by_text("In words").click()
    assert "2026-12-08" in tab.locator(".timeline li").nth(1).inner_text()


def test_hostile_titles_and_notes_are_text(tab: Any) -> None:
    send(tab, f"58M HCC {HOSTILE} ECOG 1, plt 70k, TACE on 2026-11-10")
    assert HOSTILE in tab.locator(".turn.user").inner_text()
    card = tab.locator('.trial[data-trial^="hostile"]')
    assert HOSTILE in card.locator(".trial-title").inner_text()
    card.locator("summary").first.click()
    assert HOSTILE in card.locator("blockquote", has_text="Consent").inner_text()
    card.get_by_role("button", name="Show I03").click()
    tab.wait_for_function("document.activeElement?.id === 'passage'")
    assert HOSTILE in tab.locator("mark#passage").inner_text()
    tab.get_by_role("tab", name="Library").click()
    assert HOSTILE in tab.locator("#library").inner_text()
    assert tab.locator("img, #trials script, #transcript script").count() == 0
    send(tab, f"What is the title of hostile-1? {HOSTILE}")
