"""What differs between two versions of a trial: paired by words, so that numbers and places are no change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.build import read_document
from index.changes import CriterionChange, changes
from index.trials import Trial

LINES = (
    "Platelets >= 75 x 10^9/L",
    "Platelets >= 100 x 10^9/L",
    "Hemoglobin of at least 9 g/dL",
    "Age 18 years or older",
    "ECOG performance status 0 or 1",
    "ECOG performance status of 0 - 1",
    "Child-Pugh class A",
    "Signed informed consent",
)


def trial(inclusion: tuple[str, ...], exclusion: tuple[str, ...] = ("Pregnancy",), status: str = "Recruiting") -> Trial:
    text = "\n".join(
        (
            "Study of a drug in hepatocellular carcinoma",
            "",
            f"Status: {status}",
            "",
            "Inclusion Criteria:",
            *(f"- {line}" for line in inclusion),
            "",
            "Exclusion Criteria:",
            *(f"- {line}" for line in exclusion),
        )
    )
    (found,) = read_document("study.txt", text)
    assert isinstance(found, Trial)
    return found


def shown(change: CriterionChange) -> tuple[str, str | None, str | None, str]:
    return change.kind, change.before and change.before.quote, change.after and change.after.quote, change.meaning


def test_a_bullet_in_front_renumbers_the_others_and_changes_none() -> None:
    found = changes(trial(LINES[2:5]), trial((LINES[6], *LINES[2:5])))
    assert [shown(c) for c in found.criteria] == [("added", None, "Child-Pugh class A", "different")]
    assert found.fields == ()


@pytest.mark.parametrize(
    ("before", "after", "meaning"),
    [
        ("Platelets >= 75 x 10^9/L", "Platelets >= 100 x 10^9/L", "different"),
        ("Platelets >= 75 x 10^9/L", "Platelets ≥ 75 × 10^9/L", "same"),
        ("ECOG performance status 0 or 1", "ECOG performance status of 0-1", "same"),
        ("Bilirubin <= 1.5 x ULN", "Bilirubin < 1.5 x ULN", "different"),
        ("Has agreed with the sponsor on the 3rd of the zorples", "Has agreed with the sponsor on the 4th of the zorples", "unclear"),
    ],
)
def test_a_reworded_criterion_says_whether_it_is_read_otherwise(before: str, after: str, meaning: str) -> None:
    (found,) = changes(trial((before, LINES[3])), trial((after, LINES[3]))).criteria
    assert shown(found)[0:3] == ("reworded", before, after)
    assert found.meaning == meaning


def test_a_criterion_that_goes_to_the_other_list_means_the_opposite() -> None:
    before = trial((LINES[3], "Prior liver transplantation"))
    after = trial((LINES[3],), ("Pregnancy", "Prior liver transplantation"))
    (found,) = changes(before, after).criteria
    assert shown(found) == ("moved", "Prior liver transplantation", "Prior liver transplantation", "different")


def test_fields_say_what_is_gone_and_what_is_new() -> None:
    (field,) = changes(trial(LINES[2:4]), trial(LINES[2:4], status="Completed")).fields
    assert (field.name, field.removed, field.added) == ("status", ("Recruiting",), ("Completed",))


LISTS = st.lists(st.sampled_from(LINES), min_size=1, max_size=5, unique=True).map(tuple)


@given(LISTS)
def test_nothing_differs_from_itself(lines: tuple[str, ...]) -> None:
    assert not changes(trial(lines), trial(lines))


@given(LISTS)
def test_the_order_alone_is_no_change(lines: tuple[str, ...]) -> None:
    assert not changes(trial(lines), trial(lines[::-1])).criteria


@given(LISTS, LISTS)
def test_back_is_the_mirror_of_forth_and_every_criterion_is_accounted_for_once(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    before, after = trial(old), trial(new)
    forth, back = changes(before, after).criteria, changes(after, before).criteria
    mirrored = {"added": "removed", "removed": "added", "reworded": "reworded", "moved": "moved"}
    assert sorted((mirrored[c.kind], str(c.after and c.after.quote), str(c.before and c.before.quote), c.meaning) for c in forth) == sorted(
        (c.kind, str(c.before and c.before.quote), str(c.after and c.after.quote), c.meaning) for c in back
    )
    gone = [c.before.quote for c in forth if c.before]
    come = [c.after.quote for c in forth if c.after]
    assert len(set(gone)) == len(gone) and len(set(come)) == len(come)
    assert set(old) - set(gone) == set(new) - set(come)
