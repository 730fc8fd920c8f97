"""Choosing trials by their record."""

import json

import pytest

from index.build import read_document
from index.errors import InputError
from index.filters import Filter, phases
from index.trials import Trial
from tests.index.registry.server import study


def _trial() -> Trial:
    (trial,) = read_document("NCT00000001.json", json.dumps(study(1)))
    assert isinstance(trial, Trial)
    return trial


@pytest.mark.parametrize(
    ("chosen", "fits"),
    [
        (Filter(), True),
        (Filter(status=("recruiting",)), True),
        (Filter(status=("Completed", "RECRUITING")), True),
        (Filter(status=("Active, not recruiting",)), False),
        (Filter(country=("germany",)), True),
        (Filter(country=("USA",)), False),
        (Filter(condition=("liver cancer",)), True),
        (Filter(condition=("renal cell carcinoma",)), False),
        (Filter(phase=("II",)), True),
        (Filter(phase=("3",)), False),
        (Filter(status=("RECRUITING",), country=("France",)), False),
    ],
)
def test_every_kind_that_is_given_must_fit(chosen: Filter, fits: bool) -> None:
    assert bool(chosen.choose((_trial(),))) is fits


@pytest.mark.parametrize(("said", "found"), [("PHASE1|PHASE2", "12"), ("Phase 2/Phase 3", "23"), ("EARLY_PHASE1", "0"), ("Phase 4", "4")])
def test_phases_of_every_format(said: str, found: str) -> None:
    assert phases(said) == set(found)


@pytest.mark.parametrize("wrong", [Filter(status=("open",)), Filter(phase=("x",))])
def test_a_value_that_there_is_not_is_refused(wrong: Filter) -> None:
    with pytest.raises(InputError):
        wrong.choose(())
