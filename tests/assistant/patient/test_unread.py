"""What a note says in words that were not understood must not pass for silence: the criterion that they may bear on stays open."""

from datetime import date

import pytest

from assistant.check import check_text
from assistant.patient import read_note

AS_OF = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("note", "criterion"),
    [
        ("She lost her left breast to cancer three years ago.", "Other malignancy within 5 years"),
        ("She was treated for womb cancer in 2024.", "Other malignancy within 5 years"),
        ("She fell and broke her hip in November, operated the next day.", "Fracture within 4 weeks"),
        ("Hole in the bowel repaired in August 2026.", "Gastrointestinal perforation within 6 months"),
        ("She takes part in a drug study; last infusion 10 November 2026.", "Investigational drug within 4 weeks"),
        ("Leptomeningeal seeding on MRI.", "Leptomeningeal disease"),
        ("She has a new liver since 2015.", "Prior liver transplantation"),
        ("Coal miner's lung.", "Interstitial lung disease"),
        ("We think she has two months left to live.", "Life expectancy < 12 weeks"),
        ("Thrombosis of the right leg, September 2026.", "Thromboembolic event within 6 months"),
        ("Transplanted (liver) 2015.", "Prior liver transplantation"),
    ],
)
def test_a_criterion_that_unread_words_may_bear_on_is_open_and_gates(note: str, criterion: str) -> None:
    check = check_text(criterion, read_note(note, AS_OF), "exclusion", AS_OF)
    assert check.outcome == "FAIL" or (check.outcome, check.gating) == ("UNKNOWN", True), check.reason
    if check.outcome == "UNKNOWN":
        assert note.split()[0] in check.reason


@pytest.mark.parametrize(
    "note", ["Platelets 133 x10^9/L. On recounting, platelets sixty-one or so.", "ECOG 1, Child-Pugh A6. Child-Pugh was re-scored as B8."]
)
def test_a_value_that_was_not_read_opens_the_one_that_was(note: str) -> None:
    criterion = "Platelets >= 75 x 10^9/L" if "Platelets" in note else "Child-Pugh score <= 7"
    check = check_text(criterion, read_note(note, AS_OF), "inclusion", AS_OF)
    assert check.outcome in ("UNKNOWN", "FAIL"), check.reason


@pytest.mark.parametrize(
    "note",
    [
        "No clots, no bleeding, no fracture.",
        "Her mother had womb cancer.",
        "Hepatocellular carcinoma with lung metastases, two lesions.",
        "Platelets 133 x10^9/L (reference 150-400), Hb 12.1 g/dL on 18 November 2026.",
        "Deep vein thrombosis in 2019, wrist fracture in 2021.",
        "Referred for consideration of a clinical trial.",
        "ECOG 1, Child-Pugh A6, BCLC B, AFP 400 ng/mL, ALT 38 U/L.",
    ],
)
def test_what_was_read_or_is_somebody_elses_is_no_such_thing(note: str) -> None:
    assert read_note(note, AS_OF).unread == ()
