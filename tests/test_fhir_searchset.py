"""The searchset: a score that follows the verdict, and studies that keep to FHIR R4."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant
from assistant.check import match
from assistant.patient import read_note
from assistant.report.fhir import bundle, score
from assistant.report.study import elements, phase_codes, status
from assistant.report.words import VERDICT
from assistant.results import CriterionReport, Outcome, TrialName, TrialReport, Verdict
from index.text import Span
from index.trials import Document, Field, Trial

# hl7.org/fhir/R4/valueset-research-study-status.html
STATUSES = {
    "active", "administratively-completed", "approved", "closed-to-accrual", "closed-to-accrual-and-intervention", "completed", "disapproved",
    "in-review", "temporarily-closed-to-accrual", "temporarily-closed-to-accrual-and-intervention", "withdrawn",
}  # fmt: skip
RANK = {"EXCLUDED": 0, "NOT_FIT": 0, "CANNOT_DETERMINE": 1, "NO_EXCLUSION_FOUND": 2, "FITS_STATED_POPULATION": 2}


def _report(verdict: Verdict, outcomes: list[Outcome]) -> TrialReport:
    criteria = tuple(
        CriterionReport(
            id=f"I{n:02}",
            polarity="inclusion",
            outcome=outcome,
            reason="",
            unknown_reason=None,
            gating=True,
            facts=(),
            quote="",
            document="",
            start=0,
            end=0,
        )
        for n, outcome in enumerate(outcomes, 1)
    )
    return TrialReport(trial=TrialName(id="x", nct_id=None, title="x"), verdict=verdict, summary="", criteria=criteria)


_REPORTS = st.builds(_report, st.sampled_from(get_args(Verdict)), st.lists(st.sampled_from(get_args(Outcome)), max_size=60))


@given(_REPORTS, _REPORTS)
def test_a_better_verdict_never_scores_below_a_worse_one(one: TrialReport, other: TrialReport) -> None:
    assert 0 <= score(one) <= 1 and (score(one) == 0) == (RANK[one.verdict] == 0)
    if RANK[one.verdict] > RANK[other.verdict]:
        assert score(one) > score(other)


@given(st.sampled_from(["CANNOT_DETERMINE", "NO_EXCLUSION_FOUND"]), st.lists(st.sampled_from(get_args(Outcome)), max_size=20))
def test_one_more_passing_criterion_never_lowers_the_score(verdict: Verdict, outcomes: list[Outcome]) -> None:
    assert score(_report(verdict, [*outcomes, "PASS"])) >= score(_report(verdict, outcomes))


def test_every_verdict_has_its_words_and_rank() -> None:
    assert set(VERDICT) == set(RANK) == set(get_args(Verdict))


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("Phase 1/Phase 2", {"phase-1", "phase-2"}),
        ("PHASE3", {"phase-3"}),
        ("phase IIb", {"phase-2"}),
        ("phase 1b/2a", {"phase-1", "phase-2"}),
        ("phase-2-phase-3", {"phase-2", "phase-3"}),
        ("EARLY_PHASE1", {"early-phase-1"}),
        ("Not Applicable", {"n-a"}),
        ("any", set()),
        ("4 weeks of phase", set()),
    ],
)
def test_phases_are_read_as_people_write_them(words: str, codes: set[str]) -> None:
    assert phase_codes(words) == codes


def _stated(name: str, value: str, role: str | None = None, **parts: str) -> Field:
    return Field(name=name, value=value, document="d", span=Span(start=0, end=1), role=role, parts=parts)  # type: ignore[arg-type]


TRIAL = Trial(
    id="NCT01234567", nct_id="NCT01234567", title="A trial", source="d", layout="test", content_hash="", documents=(Document(name="d", text="x"),),
    fields=(
        _stated("status", "Active, not recruiting"), _stated("status", "RECRUITING", "last known"),
        _stated("phase", "PHASE2"), _stated("phase", "PHASE3"),
        _stated("condition", "HCC"), _stated("sponsor", "Sponsor"), _stated("start_date", "2024-03"), _stated("end_date", "March 1, 2027"),
        _stated("contact", "A Person", email="a@example.org"), _stated("arm", "Arm A", "EXPERIMENTAL", label="Arm A", description="Drug"),
        _stated("location", "Hospital, Town, Land", facility="Hospital", city="Town", country="Land", zip="123"),
    ),
)  # fmt: skip


def test_a_study_states_what_the_record_states() -> None:
    made: dict[str, Any] = elements(TRIAL)
    assert made["status"] == "closed-to-accrual" and made["phase"]["coding"][0]["code"] == "phase-2-phase-3"
    assert made["period"] == {"start": "2024-03"}, "a date in another form is not sent as one"
    assert made["identifier"][0]["value"] == "NCT01234567" and made["condition"] == [{"text": "HCC"}]
    contained = {resource["id"]: resource for resource in made["contained"]}
    assert contained[made["site"][0]["reference"][1:]]["address"] == {"city": "Town", "postalCode": "123", "country": "Land"}
    assert contained[made["sponsor"]["reference"][1:]]["name"] == "Sponsor"
    assert status(TRIAL.model_copy(update={"fields": (_stated("status", "Unknown status"),)})) is None


def test_every_resource_keeps_to_r4() -> None:
    (trial,) = Assistant.read(
        "page.txt", "A trial\n\nInclusion Criteria:\n- Age ≥18 years.\n- Platelets ≥75×10^9/L and ECOG 0-1.\n\nExclusion Criteria:\n- Pregnancy.\n"
    )
    as_of = date(2026, 11, 20)
    report = match((trial, TRIAL), read_note("70F, plt 60", as_of), as_of, "unknown")
    written = bundle(report, [trial, TRIAL], ["A remark."])
    assert set(written) == {"resourceType", "type", "total", "entry"} and written["total"] == 2
    for entry in written["entry"]:  # type: ignore[attr-defined]
        study = entry["resource"]
        assert re.fullmatch(r"[A-Za-z0-9.\-]{1,64}", study["id"]) and study["note"][-1] == {"text": "A remark."}
        assert study.get("status", "active") in STATUSES and ("status" in study) != ("_status" in study)
        for extension in _extensions(study):
            values = [key for key in extension if key.startswith("value")]
            assert extension["url"] and (len(values) == 1) != bool(extension.get("extension")), "a value or further extensions, never both"


def _extensions(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "extension":
                yield from item
            yield from _extensions(item)
    elif isinstance(value, list):
        for item in value:
            yield from _extensions(item)
