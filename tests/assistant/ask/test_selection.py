"""A question asked of some trials only, chosen by their records."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from assistant.ask import answer
from assistant.patient import read_note
from index.errors import InputError
from index.filters import Filter
from tests.assistant.conftest import MemoryLibrary

AS_OF = date(2026, 11, 20)
Checked = Callable[..., None]


def ask(library: MemoryLibrary, question: str, note: str | None = None, **where: Any) -> Any:
    chosen = Filter.model_validate({kind: (value,) for kind, value in where.items()})
    return answer(question, library, AS_OF, None if note is None else read_note(note, AS_OF), where=chosen)


@pytest.mark.parametrize(
    ("question", "where", "trials", "words"),
    [
        ("Which trials use lenvatinib?", {"phase": "2"}, {"000", "001", "004"}, "phase 2"),
        ("Which trials use lenvatinib?", {"status": "recruiting"}, {"001"}, "status recruiting"),
        ("Platelet minimum?", {"country": "Austria"}, {"NCT90000001"}, "120"),
        ("What is the primary endpoint?", {"condition": "kidney cancer"}, {"004"}, "condition kidney cancer"),
        ("Which trials are indexed?", {"country": "Austria"}, {"NCT90000001"}, "One trial is selected"),
        ("How is OS defined?", {"condition": "renal cell carcinoma"}, {"004"}, "renal cell carcinoma"),
    ],
)
def test_only_chosen_trials_are_spoken_of_and_it_is_said(
    library: MemoryLibrary, checked: Checked, question: str, where: dict[str, str], trials: set[str], words: str
) -> None:
    found = ask(library, question, **where)
    assert {c.trial.partition("_")[0] for c in found.citations} <= trials and words in found.text
    said = found.text.rpartition("Asked only of the trials whose record states ")[2]
    assert said and all(trial in said for trial in trials)
    checked(found, library, question, str(where), "Tell me about 001")


@pytest.mark.parametrize(
    ("question", "where", "why"),
    [
        ("Who sponsors 004?", {"status": "recruiting"}, "its record states no status"),
        ("Who sponsors the kidney cancer trial?", {"condition": "HCC"}, "its condition is Clear Cell Renal Cell Carcinoma [1]"),
        ("What is the primary endpoint of NCT90000001?", {"country": "Peru"}, "No indexed trial states country Peru"),
        ("Does he fit 004?", {"condition": "HCC"}, "not HCC"),
    ],
)
def test_a_named_trial_that_is_left_out_is_said_and_not_answered_for(
    library: MemoryLibrary, checked: Checked, question: str, where: dict[str, str], why: str
) -> None:
    found = ask(library, question, "58M HCC BCLC-C CP A6" if "he" in question.split() else None, **where)
    assert found.kind == "not_stated" and found.report is None and why in found.text
    checked(found, library, question)


def test_of_several_named_trials_the_chosen_ones_are_answered_for(library: MemoryLibrary) -> None:
    found = ask(library, "Who sponsors 004 and 001?", status="recruiting")
    assert found.kind == "answer" and "004 is left out" in found.text and "Tongji" in found.text
    assert {c.trial[:3] for c in found.citations} == {"001"}


def test_nothing_chosen_says_what_there_is_instead(library: MemoryLibrary) -> None:
    none = ask(library, "Platelet minimum?", country="Peru")
    assert none.kind == "not_stated" and "Austria, Switzerland" in none.text and "another value" in none.text
    both = ask(library, "Platelet minimum?", country="Austria", condition="HCC")
    assert both.kind == "not_stated" and "none fits all of it" in both.text


def test_a_patient_is_matched_with_the_chosen_trials_alone(library: MemoryLibrary) -> None:
    found = ask(library, "Which trials fit?", "58M HCC BCLC-C CP A6 ECOG1 plt 60k", condition="HCC")
    assert {t.trial.id[:3] for t in found.report.trials} == {"000", "001", "002", "003"} and "condition HCC" in found.text


def test_an_emergency_is_one_whatever_is_chosen(library: MemoryLibrary) -> None:
    assert ask(library, "My patient is vomiting blood right now", country="Peru").kind == "emergency"


def test_a_trial_that_is_not_indexed_is_said_as_ever(library: MemoryLibrary) -> None:
    found = ask(library, "Tell me about NCT00000001", condition="HCC")
    assert found.kind == "not_stated" and "NCT00000001 is not among the indexed trials" in found.text


def test_an_unknown_status_is_refused(library: MemoryLibrary) -> None:
    with pytest.raises(InputError):
        ask(library, "Platelet minimum?", status="open to all")


@pytest.mark.parametrize("question", ["Which trials are indexed?", "Which trials are in Austria?", "What trials are in phase 2?"])
def test_words_that_begin_like_a_pronoun_are_none(library: MemoryLibrary, question: str) -> None:
    assert answer(question, library, AS_OF).kind == "answer"
