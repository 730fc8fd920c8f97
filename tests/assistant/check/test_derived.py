"""Computed values, against figures worked by hand."""

import pytest

from assistant.check.derived import derive, prednisone_equivalent, recorrected_qt
from assistant.check.evidence import Chart
from assistant.patient.facts import Range
from index.conditions import Bounds
from tests.assistant.check.make import AS_OF, StubPatient, at_most, category, drug, finding, judged, lab, limit

LABS = (lab("tbil", 40, "umol_l"), lab("alb", 30, "g_l"), lab("inr", 1.8))
NO_ASCITES, NO_HE = finding("ascites", "absent"), finding("hepatic_encephalopathy", "absent")


def value(measure: str, *facts) -> Range | None:
    derived = derive(measure, Chart(StubPatient(facts, {}), AS_OF))
    return derived.value if derived else None


def test_child_pugh_eight_behind_passable_labs():
    assert value("child_pugh", *LABS, NO_ASCITES, NO_HE) == Range.exactly(8)


@pytest.mark.parametrize(
    ("facts", "low", "high"),
    [
        ((lab("tbil", 60, "umol_l"), lab("alb", 27, "g_l"), lab("inr", 1.2)), 9, 13),
        (LABS, 8, 12),
        ((lab("alb", 29, "g_l"), lab("tbil", 10, "umol_l"), lab("inr", 1.0), NO_ASCITES, NO_HE), 6, 6),
        ((lab("alb", 41, "g_l"), lab("tbil", 10, "umol_l"), lab("inr", 1.0), finding("ascites", qualifiers=("controlled",)), NO_HE), 6, 6),
        ((lab("alb", 41, "g_l"), lab("tbil", 10, "umol_l"), lab("inr", 1.0), finding("ascites"), NO_HE), 6, 7),
        ((lab("alb", 41, "g_l"), lab("tbil", 10, "umol_l"), lab("pt", 17, "s", upper_normal=12.0), NO_ASCITES, NO_HE), 6, 6),
        ((NO_ASCITES,), 5, 13),
    ],
)
def test_child_pugh_bounds(facts, low, high):
    assert value("child_pugh", *facts) == Range(low=low, high=high)


def test_bounds_decide_where_both_ends_agree():
    seven = limit("child_pugh", at_most(7))
    assert judged(seven, lab("tbil", 60, "umol_l"), lab("alb", 27, "g_l"), lab("inr", 1.2)).outcome == "FAIL"
    assert judged(seven, *LABS, NO_ASCITES, NO_HE).outcome == "FAIL"
    open_ = judged(seven, lab("tbil", 10, "umol_l"))
    assert (open_.outcome, open_.unknown_reason, open_.gating) == ("UNKNOWN", "missing", True)


@pytest.mark.parametrize(("choice", "outcome"), [("A", "PASS"), ("B", "UNKNOWN"), ("C", "FAIL")])
def test_a_class_is_a_range_of_points(choice, outcome):
    assert judged(limit("child_pugh", at_most(7)), category("child_pugh_class", choice)).outcome == outcome


def test_stated_score_that_its_inputs_contradict():
    report = judged(limit("child_pugh", at_most(7)), lab("child_pugh", 5), *LABS, NO_ASCITES, NO_HE)
    assert (report.outcome, report.unknown_reason) == ("UNKNOWN", "conflict")
    assert judged(limit("child_pugh", at_most(7)), lab("child_pugh", 6), lab("alb", 33, "g_l")).outcome == "PASS"


def test_cockcroft_gault():
    man = (lab("age", 45, "year"), lab("weight", 95, "kg"), lab("cr", 1.9, "mg_dl"), category("sex", "male"))
    found = value("crcl", *man)
    assert found is not None and found.low == pytest.approx(95 * 95 / (72 * 1.9))
    unsexed = value("crcl", *man[:3])
    assert unsexed is not None and unsexed.low == pytest.approx(0.85 * 95 * 95 / (72 * 1.9)) and unsexed.high == pytest.approx(95 * 95 / (72 * 1.9))
    assert value("crcl", *man[1:]) is None


def test_egfr_is_not_clearance():
    assert judged(limit("crcl", Bounds(low=50), "ml_min", method="cockcroft_gault"), lab("egfr", 90, "ml_min_173")).outcome == "UNKNOWN"


def test_qt():
    facts = (lab("qt", 420, "ms"), lab("heart_rate", 95, "bpm"))
    for low, outcome in ((500, "PASS"), (480, "FAIL")):
        above = limit("qtc", Bounds(low=low, low_inclusive=False), "ms", method="fridericia")
        assert judged(above, *facts, polarity="exclusion").outcome == outcome
    chart = Chart(StubPatient((lab("heart_rate", 95, "bpm"),), {}), AS_OF)
    found, _, _ = recorrected_qt(chart, Range.exactly(528.5), "bazett", "fridericia")
    assert found.low == pytest.approx(489.5, abs=0.5)


def test_calcium_surface_albi():
    calcium = value("corrected_calcium", lab("calcium", 2.2, "mmol_l"), lab("alb", 30, "g_l"))
    assert calcium is not None and calcium.low == pytest.approx(2.4)
    bmi = value("bmi", lab("weight", 80, "kg"), lab("height", 200, "cm"))
    assert bmi is not None and bmi.low == pytest.approx(20)


@pytest.mark.parametrize(
    ("name", "dose", "equal"), [("dexamethasone", 4, 26.67), ("methylprednisolone", 8, 10), ("hydrocortisone", 40, 10), ("prednisone", 10, 10)]
)
def test_prednisone_equivalents(name, dose, equal):
    chart = Chart(StubPatient((), {}), AS_OF)
    found = prednisone_equivalent(chart, drug(name, dose_mg_per_day=dose))
    assert found is not None and found.low == pytest.approx(equal, abs=0.01)


def test_a_part_of_the_score_that_worsens_never_lowers_it():
    for tbil in range(5, 120, 5):
        for better, worse in zip((45, 35, 31, 29), (35, 31, 29, 20), strict=True):
            a = value("child_pugh", lab("tbil", tbil, "umol_l"), lab("alb", better, "g_l"))
            b = value("child_pugh", lab("tbil", tbil + 10, "umol_l"), lab("alb", worse, "g_l"))
            assert a is not None and b is not None and a.low is not None and b.low is not None and a.high is not None and b.high is not None
            assert b.low >= a.low and b.high >= a.high
