"""Values against limits: units, multiples of a laboratory's limit, formulas, conflicts, the age of a sample."""

from datetime import date

import pytest

from assistant.patient.facts import Range
from index.conditions import AllOf, AnyOf, Bounds, Not
from tests.assistant.check.make import SPAN, at_least, at_most, category, drug, judged, lab, limit, on, within

PLT = limit("plt", at_least(75), "e9_l")
MALE = category("sex", "male")


@pytest.mark.parametrize(
    ("fact", "outcome", "why"),
    [
        (lab("plt", 75, "e9_l"), "PASS", None),
        (lab("plt", 74), "FAIL", None),
        (lab("plt", 82, "e9_l"), "PASS", None),
        (lab("plt", 82000, "per_ul"), "PASS", None),
        (lab("plt", 74000), "FAIL", None),
        (lab("plt", Range(low=70, high=80), "e9_l"), "UNKNOWN", "ambiguous"),
        (lab("plt", 82, "e9_l", implausible=True), "UNKNOWN", "missing"),
        (lab("wbc", 82, "e9_l"), "UNKNOWN", "missing"),
    ],
)
def test_platelets(fact, outcome, why):
    report = judged(PLT, fact)
    assert (report.outcome, report.unknown_reason) == (outcome, why)


@pytest.mark.parametrize(
    ("value", "unit", "outcome"),
    [(9.0, "g_dl", "PASS"), (90, "g_l", "PASS"), (89, None, "FAIL"), (8.9, None, "FAIL"), (5.59, "mmol_l", "PASS"), (5.5, "mmol_l", "FAIL")],
)
def test_hemoglobin_in_any_unit(value, unit, outcome):
    assert judged(limit("hgb", at_least(9.0), "g_dl"), lab("hgb", value, unit)).outcome == outcome


def test_a_bare_bilirubin_is_decided_only_if_every_unit_agrees():
    twice = limit("tbil", at_most(2), times="uln")
    assert judged(twice, lab("tbil", 1.2)).outcome == "PASS"
    assert judged(twice, lab("tbil", 20, "umol_l")).outcome == "PASS"
    assert judged(twice, lab("tbil", 20)).outcome == "UNKNOWN"


@pytest.mark.parametrize(
    ("fact", "outcome", "why"),
    [
        (lab("tbil", 45, "umol_l", upper_normal=21.0), "FAIL", None),
        (lab("tbil", 42, "umol_l", upper_normal=21.0), "PASS", None),
        (lab("tbil", 34, "umol_l"), "PASS", None),
        (lab("tbil", 53, "umol_l"), "FAIL", None),
        (lab("tbil", 40, "umol_l"), "UNKNOWN", "needs_uln"),
        (lab("tbil", 0.7, "mg_dl"), "PASS", None),
    ],
)
def test_multiples_of_the_upper_limit(fact, outcome, why):
    report = judged(limit("tbil", at_most(2), times="uln"), fact)
    assert (report.outcome, report.unknown_reason) == (outcome, why)


def test_the_spread_follows_the_sex():
    creatinine = limit("cr", at_most(1.5), times="uln")
    assert judged(creatinine, lab("cr", 125, "umol_l"), MALE).outcome == "PASS"
    assert judged(creatinine, lab("cr", 125, "umol_l"), category("sex", "female")).outcome == "UNKNOWN"
    assert judged(creatinine, lab("cr", 150, "umol_l"), category("sex", "female")).outcome == "FAIL"


def test_the_reason_can_be_redone_by_hand():
    reason = judged(limit("cr", at_most(1.5), times="uln"), lab("cr", 1.9, "mg_dl", upper_normal=1.2)).reason
    assert "1.9" in reason and "1.2" in reason and "1.8" in reason and ">" in reason


def test_either_kidney_limit_is_enough():
    arms = AnyOf(span=SPAN, items=(limit("cr", at_most(1.5), times="uln"), limit("crcl", at_least(50), "ml_min", method="cockcroft_gault")))
    facts = (lab("cr", 1.9, "mg_dl", upper_normal=1.2), lab("age", 45, "year"), MALE)
    open_ = judged(arms, *facts)
    assert (open_.outcome, open_.gating) == ("UNKNOWN", True)
    assert [p.outcome for p in open_.parts] == ["UNKNOWN", "UNKNOWN"]
    settled = judged(arms, *facts, lab("weight", 95, "kg"))
    assert settled.outcome == "PASS"
    assert "66" in settled.reason
    assert [p.outcome for p in settled.parts] == ["PASS", "PASS"]


def test_conflict_only_if_it_matters():
    ecog = limit("ecog", Bounds(low=0, high=1))
    assert judged(ecog, lab("ecog", 1), lab("ecog", 2)).unknown_reason == "conflict"
    assert judged(ecog, lab("ecog", 1), lab("ecog", 0)).outcome == "PASS"
    assert judged(ecog, lab("ecog", 2, time="past"), lab("ecog", 1, time="current")).outcome == "PASS"
    assert judged(ecog, lab("ecog", 2, when=on(date(2026, 1, 1))), lab("ecog", 1, when=on(date(2026, 11, 1)))).outcome == "PASS"


@pytest.mark.parametrize(("kps", "outcome"), [(90, "PASS"), (80, "PASS"), (70, "UNKNOWN"), (60, "FAIL")])
def test_karnofsky_for_ecog(kps, outcome):
    assert judged(limit("ecog", Bounds(low=0, high=1)), lab("karnofsky", kps)).outcome == outcome


def test_old_sample_shows_whether_it_would_pass():
    fresh = limit("plt", at_least(75), "e9_l", window=within(7, "day"))
    old = judged(fresh, lab("plt", 82, "e9_l", when=on(date(2026, 11, 1))))
    assert (old.outcome, old.unknown_reason) == ("UNKNOWN", "stale")
    assert "would meet" in old.reason
    assert judged(fresh, lab("plt", 82, "e9_l", when=on(date(2026, 11, 13)))).outcome == "PASS"
    undated = judged(fresh, lab("plt", 82, "e9_l"))
    assert undated.outcome == "PASS" and "date not stated" in undated.reason


HBV = AnyOf(
    span=SPAN,
    items=(limit("hbv_dna", Bounds(low=2000, low_inclusive=False), "iu_ml"), limit("hbv_dna", Bounds(low=1e4, low_inclusive=False), "copies_ml")),
)


@pytest.mark.parametrize(
    ("value", "unit", "outcome"),
    [(1900, "iu_ml", "PASS"), (2001, "iu_ml", "FAIL"), (9000, "copies_ml", "PASS"), (10001, "copies_ml", "FAIL"), (3.5, "log10_iu_ml", "FAIL")],
)
def test_viral_load_is_compared_in_the_reported_unit(value, unit, outcome):
    assert judged(HBV, lab("hbv_dna", value, unit), polarity="exclusion").outcome == outcome


@pytest.mark.parametrize(("value", "outcome"), [(190, "PASS"), (500, "UNKNOWN"), (1200000, "FAIL")])
def test_an_assay_factor_is_an_interval(value, outcome):
    report = judged(limit("hcv_rna", Bounds(low=1000, low_inclusive=False), "copies_ml"), lab("hcv_rna", value, "iu_ml"), polarity="exclusion")
    assert report.outcome == outcome
    assert report.unknown_reason == ("assay" if outcome == "UNKNOWN" else None)


QTC = limit("qtc", Bounds(low=500, low_inclusive=False), "ms", method="fridericia")


@pytest.mark.parametrize(
    ("facts", "outcome", "why"),
    [
        ((lab("qtc", 503, "ms", method="fridericia"),), "FAIL", None),
        ((lab("qtc", 500, "ms", method="fridericia"),), "PASS", None),
        ((lab("qtc", 503, "ms"),), "UNKNOWN", "formula"),
        ((lab("qtc", 465, "ms"),), "PASS", None),
        ((lab("qtc", 528, "ms", method="bazett"), lab("heart_rate", 95, "bpm")), "PASS", None),
        ((lab("qt", 420, "ms"), lab("heart_rate", 95, "bpm")), "PASS", None),
    ],
)
def test_qt_formulas_are_not_interchangeable(facts, outcome, why):
    report = judged(QTC, *facts, polarity="exclusion")
    assert (report.outcome, report.unknown_reason) == (outcome, why)


def test_parts_of_a_conjunction_stand_alone():
    report = judged(AllOf(span=SPAN, items=(PLT, limit("anc", at_least(1.5), "e9_l"))), lab("plt", 82, "e9_l"))
    assert report.outcome == "UNKNOWN"
    assert [p.outcome for p in report.parts] == ["PASS", "UNKNOWN"]
    assert [p.id for p in report.parts] == ["X01.1", "X01.2"]


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ((drug("anticancer_therapy", "absent"),), "NOT_APPLICABLE"),
        ((drug("anticancer_therapy", "absent"), drug("tace")), "UNKNOWN"),
        ((drug("anticancer_therapy", "absent", setting="adjuvant"),), "UNKNOWN"),
        ((drug("systemic_therapy", "absent"),), "UNKNOWN"),
        ((), "UNKNOWN"),
    ],
)
def test_side_effects_of_treatment_do_not_concern_the_never_treated(facts, outcome):
    recovered = limit("ctcae_grade", at_most(1), about="treatment_toxicity")
    assert judged(recovered, *facts).outcome == outcome
    assert judged(Not(span=SPAN, item=recovered), *facts, polarity="exclusion").outcome == outcome


@pytest.mark.parametrize(
    ("graded", "outcome"),
    [("neuropathy", "FAIL"), ("peripheral neuropathy", "FAIL"), ("immune-mediated hepatitis", "UNKNOWN"), ("diarrhea", "UNKNOWN"), (None, "FAIL")],
)
def test_a_grade_counts_for_what_it_grades(graded: str | None, outcome: str) -> None:
    """Grade 3 hepatitis says nothing of a neuropathy of grade 2 or more."""
    fact = lab("ctcae_grade", 3, site=graded)
    assert judged(limit("ctcae_grade", at_least(2), about="neuropathy"), fact, polarity="exclusion").outcome == outcome
