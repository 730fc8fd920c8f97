"""Words that many trials share are judged once: the reports are those of every criterion judged afresh."""

from collections.abc import Iterator
from datetime import date

import pytest

from assistant.check import check_text, criteria, match, plan, tree, trial
from assistant.check.evidence import Chart
from assistant.patient import read_note
from assistant.patient.patient import Patient
from assistant.results import CriterionReport, Silence
from index.build import read_document
from index.conditions import Finding, leaves
from index.text import Span
from index.trials import Trial

AS_OF = date(2026, 11, 20)
NOTES = (
    "58M HCC BCLC-C CP A6 ECOG1 plt 82k, s/p atezo-bev PD, HBV on entecavir, DNA <20. Portal vein tumor thrombus Vp3. No ascites.",
    "44-year-old woman, ccRCC with lung metastases, prednisone 15 mg daily, ALT 30 U/L, not pregnant, stroke in 2019.",
    "Lung adenocarcinoma, EGFR mutated, on osimertinib. Basal cell carcinoma excised in 2021. Refuses contraception. Creatinine 140 umol/L.",
    "Well today.",
)
LIST = """Inclusion Criteria:
- ECOG performance status 0-1
- Platelets >= 75 x 10^9/L; ALT <= 3 x ULN (<= 5 x ULN with liver metastases)
- Histologically confirmed hepatocellular carcinoma
- Women of childbearing potential must agree to use contraception
Exclusion Criteria:
- Tumor thrombus of the inferior vena cava
- Other malignancy within 5 years, except basal cell carcinoma
- Prior systemic therapy
- Corticosteroids > 10 mg prednisone daily within 2 weeks, except inhaled steroids
- Stroke or myocardial infarction within 6 months
"""


@pytest.fixture
def trials() -> tuple[Trial, ...]:
    """The same list under another diagnosis, and once more with another limit and one item less."""
    lists = (
        LIST,
        LIST.replace("hepatocellular carcinoma", "renal cell carcinoma"),
        LIST.replace("- Prior systemic therapy\n", "").replace("0-1", "0-2"),
    )
    found = [read_document(f"list{n}.txt", f"Title: A study\n\n{text}") for n, text in enumerate(lists)]
    return tuple(t for items in found for t in items if isinstance(t, Trial))


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    forget()
    yield
    forget()


def forget() -> None:
    for memory in (plan._plans, plan._leaves, plan._shared, criteria._silent, trial._known_aims):
        memory.clear()


def patients() -> list[Patient]:
    return [read_note(note, AS_OF) for note in NOTES]


@pytest.mark.parametrize("silence", ["unknown", "absent"])
def test_another_patient_before_changes_nothing(trials: tuple[Trial, ...], silence: Silence) -> None:
    assert len(trials) == 3 and all(len(t.criteria) >= 8 for t in trials)
    warm = [match(trials, patient, AS_OF, silence) for patient in patients()]
    again = [match(trials, patient, AS_OF, silence) for patient in reversed(patients())][::-1]
    for patient, one, other in zip(patients(), warm, again, strict=True):
        forget()
        assert match(trials, patient, AS_OF, silence) == one == other


def test_shared_words_are_judged_as_if_they_stood_alone(trials: tuple[Trial, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    shared = [match(trials, patient, AS_OF) for patient in patients()]
    forget()
    monkeypatch.setattr(tree, "judge", tree.judge_fully)
    monkeypatch.setattr(criteria, "check", criteria.check_fully)
    monkeypatch.setattr(trial, "check", criteria.check_fully)
    for patient, report in zip(patients(), shared, strict=True):
        assert match(trials, patient, AS_OF) == report


def test_leaves_that_say_the_same_share_a_plan(trials: tuple[Trial, ...]) -> None:
    first, second = (t.criteria[0].condition for t in trials[:2])
    assert first is not second
    one, other = (plan.leaf_plan(leaf) for leaf in (leaves(first)[0], leaves(second)[0]))
    assert one is other
    assert plan.leaf_plan(leaves(trials[2].criteria[0].condition)[0]) is not one


def test_a_relative_below_the_same_core_finding_touches_a_leaf() -> None:
    """Whether one kind of a thrombus gates depends on any other kind of it in the note, so that is no silence."""
    leaf = Finding(span=Span(start=0, end=4), concepts=("ivc_above_diaphragm",))
    chart = Chart(read_note("HCC with right atrial tumor thrombus.", AS_OF), AS_OF)
    assert plan.extents("ivc_above_diaphragm") == ("ivc_tumor_thrombus",)
    assert plan.leaf_plan(leaf).touches(chart)
    assert not plan.leaf_plan(leaf).touches(Chart(read_note("Well today.", AS_OF), AS_OF))


def test_reports_made_without_validation_are_valid(trials: tuple[Trial, ...]) -> None:
    for patient in patients():
        for report in match(trials, patient, AS_OF).trials:
            for criterion in report.criteria:
                again = CriterionReport.model_validate(criterion.model_dump(), strict=True)
                assert again == criterion and criterion.model_fields_set == set(CriterionReport.model_fields)
                assert again.model_dump_json() == criterion.model_dump_json() == criterion.model_copy().model_dump_json()


def test_what_one_patient_takes_is_never_said_of_the_next() -> None:
    """Judgements are shared where the note says nothing; a dose of another steroid bears on a limit for one, and is none of these."""
    criterion = "Immunosuppressive drugs within 2 weeks, except prednisone <= 10 mg/day"
    assert "Prednisolone" in check_text(criterion, read_note("Prednisolone 5 mg daily", AS_OF), "exclusion", AS_OF).reason
    for note in ("Takes tacrolimus.", "58M HCC"):
        assert "Prednisolone" not in check_text(criterion, read_note(note, AS_OF), "exclusion", AS_OF).reason
