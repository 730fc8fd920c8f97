"""Exposure: planned is not received, local is not systemic, toxicity is not progression, and washouts end on a day."""

from datetime import date

import pytest

from assistant.patient.facts import Moment
from index.conditions import AnyOf, Bounds, Dose, Except, Not
from tests.assistant.check.make import AS_OF, SPAN, at_least, at_most, drug, fact, judged, lab, limit, on, received, within

SYSTEMIC = Not(span=SPAN, item=received("systemic_therapy"))


@pytest.mark.parametrize(
    ("facts", "outcome", "why"),
    [
        ((), "UNKNOWN", "missing"),
        ((drug("lenvatinib", "planned"),), "UNKNOWN", "missing"),
        ((drug("lenvatinib", "planned"), drug("systemic_therapy", "absent")), "PASS", None),
        ((drug("lenvatinib", "declined"),), "UNKNOWN", "missing"),
        ((drug("sorafenib", time="past"),), "FAIL", None),
        ((drug("nivolumab", setting="adjuvant"),), "FAIL", None),
        ((drug("tace"),), "UNKNOWN", "missing"),
        ((drug("haic"),), "UNKNOWN", "ambiguous"),
        ((drug("anticancer_therapy", "absent"),), "PASS", None),
        ((drug("checkpoint_inhibitor", "absent"),), "UNKNOWN", "missing"),
    ],
)
def test_no_prior_systemic_therapy(facts, outcome, why):
    report = judged(SYSTEMIC, *facts)
    assert (report.outcome, report.unknown_reason) == (outcome, why)
    assert report.gating


def test_for_another_disease_it_does_not_count():
    for_hcc = Not(span=SPAN, item=received("systemic_therapy", for_condition="hcc"))
    assert judged(for_hcc, drug("doxorubicin", for_condition="breast_cancer")).outcome == "UNKNOWN"
    assert judged(for_hcc, drug("doxorubicin")).outcome == "FAIL"


WASHOUT = received("local_therapy", window=within(4, "week"))


def test_a_washout_ends_on_a_day():
    report = judged(WASHOUT, drug("tace", when=on(date(2026, 10, 30))), polarity="exclusion")
    assert report.outcome == "FAIL"
    assert report.earliest_date == date(2026, 11, 27)
    assert report.remedy is not None and "2026-11-27" in report.remedy


@pytest.mark.parametrize(
    ("when", "outcome"),
    [
        (on(date(2026, 10, 9)), "PASS"),
        (Moment(earliest=date(2026, 10, 20), latest=date(2026, 10, 27)), "UNKNOWN"),
        (None, "UNKNOWN"),
    ],
)
def test_imprecise_dates(when, outcome):
    assert judged(WASHOUT, drug("rfa", time="past", when=when), polarity="exclusion").outcome == outcome


def test_a_drug_being_taken_has_no_date_but_a_remedy():
    report = judged(received("antiplatelet", window=within(2, "week")), drug("clopidogrel", time="current", dose_mg_per_day=75), polarity="exclusion")
    assert (report.outcome, report.earliest_date) == ("FAIL", None)
    assert report.remedy is not None and "2 weeks" in report.remedy


STEROIDS = Except(
    span=SPAN,
    trigger=received("immunosuppressant", "corticosteroid", window=within(4, "week")),
    carve_out=AnyOf(
        span=SPAN,
        items=(
            received("corticosteroid", route="local"),
            received("corticosteroid", dose=Dose(drug="prednisone", bounds=at_most(10), equivalent=True)),
            received("corticosteroid", for_condition="asthma"),
        ),
    ),
)


@pytest.mark.parametrize(
    ("fact_", "outcome"),
    [
        (drug("dexamethasone", time="current", dose_mg_per_day=4), "FAIL"),
        (drug("dexamethasone", time="current", dose_mg_per_day=1.5), "PASS"),
        (drug("prednisone", time="current", dose_mg_per_day=10), "PASS"),
        (drug("prednisone", time="current", dose_mg_per_day=12.5), "FAIL"),
        (drug("prednisone", time="current"), "UNKNOWN"),
        (drug("fluticasone", time="current", route="inhaled"), "PASS"),
        (drug("tacrolimus", time="current", dose_mg_per_day=2), "FAIL"),
        (drug("prednisone", "absent"), "UNKNOWN"),
    ],
)
def test_steroid_carve_out(fact_, outcome):
    assert judged(STEROIDS, fact_, polarity="exclusion").outcome == outcome


FAILED = received("immunotherapy", "antiangiogenic", all_targets=True, response=("failed",), line=Bounds(low=1, high=1))


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ((drug("atezolizumab", course=1, responses=("progressed",)), drug("bevacizumab", course=1, responses=("progressed",))), "PASS"),
        ((drug("sorafenib", responses=("progressed",)),), "FAIL"),
        ((drug("atezolizumab", course=1, stopped_for="toxicity"), drug("bevacizumab", course=1, stopped_for="toxicity")), "UNKNOWN"),
        ((drug("atezolizumab", course=1), drug("bevacizumab", course=1)), "UNKNOWN"),
        ((drug("anticancer_therapy", "absent"),), "FAIL"),
        ((), "UNKNOWN"),
    ],
)
def test_failure_of_a_first_line(facts, outcome):
    assert judged(FAILED, *facts, polarity="population").outcome == outcome


def test_eye_injections_are_neither_meant_nor_excluded():
    report = judged(received("vegf_inhibitor"), drug("bevacizumab", route="intravitreal", site="eye"), polarity="exclusion")
    assert (report.outcome, report.unknown_reason) == ("UNKNOWN", "ambiguous")


def test_counting_lines():
    second = received("systemic_therapy", lines=Bounds(low=1, high=1))
    assert judged(second, drug("sorafenib", responses=("progressed",))).outcome == "PASS"
    assert judged(second, drug("sorafenib"), drug("regorafenib")).outcome == "FAIL"
    assert judged(second, drug("anticancer_therapy", "absent")).outcome == "FAIL"
    assert judged(second, lab("prior_lines", 2)).outcome == "FAIL"


def test_a_transfusion_invalidates_the_sample_not_the_patient():
    from index.conditions import AllOf

    labs = AllOf(span=SPAN, items=(limit("hgb", Bounds(low=9), "g_dl"), Not(span=SPAN, item=received("blood_product", window=within(14, "day")))))
    report = judged(labs, lab("hgb", 9.5, "g_dl"), drug("blood_product", when=on(date(2026, 11, 17))))
    assert (report.outcome, report.unknown_reason, report.earliest_date) == ("UNKNOWN", "invalidated", date(2026, 12, 1))


def test_contradiction_is_a_conflict():
    assert (
        judged(received("pd1_inhibitor"), drug("pd1_inhibitor"), drug("pd1_inhibitor", "absent"), polarity="exclusion").unknown_reason == "conflict"
    )


def test_silence_as_absence_is_shown():
    report = judged(received("live_vaccine"), polarity="exclusion", silence="absent")
    assert (report.outcome, report.assumed) == ("PASS", True)
    assert "assumed" in report.reason
    assert judged(received("live_vaccine"), silence="absent").outcome == "UNKNOWN"


def test_after_the_reference_date_it_has_not_happened():
    assert judged(WASHOUT, drug("tace", when=on(date(2026, 12, 24))), polarity="exclusion").outcome != "FAIL"
    assert date(2026, 12, 24) > AS_OF


def test_allergy():
    from index.conditions import Allergy

    leaf = Allergy(span=SPAN, targets=("oxaliplatin", "lenvatinib"))
    assert judged(leaf, fact("allergy", "oxaliplatin"), polarity="exclusion").outcome == "FAIL"
    assert judged(leaf, fact("allergy", "drug_allergy", "absent"), polarity="exclusion").outcome == "PASS"
    assert judged(leaf, fact("allergy", "penicillin"), polarity="exclusion").outcome == "UNKNOWN"
    assert judged(leaf, polarity="exclusion").outcome == "UNKNOWN"


PER_KG = received("corticosteroid", dose=Dose(drug="prednisone", bounds=at_least(0.5), equivalent=True, per="kg"))
PER_M2 = received("prednisone", dose=Dose(drug="prednisone", bounds=at_least(20), per="m2"))
KG = lab("weight", 70, "kg")


@pytest.mark.parametrize(
    ("leaf", "facts", "outcome"),
    [
        (PER_KG, (drug("prednisone", time="current", dose_mg_per_day=5), KG), "PASS"),
        (PER_KG, (drug("prednisone", time="current", dose_mg_per_day=40), KG), "FAIL"),
        (PER_KG, (drug("dexamethasone", time="current", dose_mg_per_day=6), KG), "FAIL"),
        (PER_KG, (drug("prednisone", time="current", dose_mg_per_day=40),), "UNKNOWN"),
        (PER_M2, (drug("prednisone", time="current", dose_mg_per_day=30), KG, lab("height", 170, "cm")), "PASS"),
        (PER_M2, (drug("prednisone", time="current", dose_mg_per_day=40), KG, lab("height", 170, "cm")), "FAIL"),
        (PER_M2, (drug("prednisone", time="current", dose_mg_per_day=40), KG), "UNKNOWN"),
    ],
)
def test_a_dose_per_weight_or_surface_needs_the_patients_size(leaf, facts, outcome):
    assert judged(leaf, *facts, polarity="exclusion").outcome == outcome


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ((drug("nivolumab", course=1, when=on(date(2026, 3, 1))), drug("nivolumab", course=2, time="current")), "PASS"),
        ((drug("nivolumab", course=1, line=1), drug("nivolumab", course=2, line=2)), "FAIL"),
        (
            (
                drug("nivolumab", course=1, when=on(date(2026, 3, 1)), until=on(date(2026, 5, 1))),
                drug("nivolumab", course=2, when=on(date(2026, 9, 1))),
            ),
            "FAIL",
        ),
        (
            (
                drug("nivolumab", course=1, when=on(date(2024, 3, 1))),
                drug("sorafenib", course=2, when=on(date(2025, 3, 1))),
                drug("nivolumab", course=3, when=on(date(2026, 3, 1))),
            ),
            "FAIL",
        ),
        ((drug("nivolumab", course=1), drug("sorafenib", course=2)), "FAIL"),
    ],
)
def test_a_drug_mentioned_again_is_no_second_line(facts, outcome):
    assert judged(received("systemic_therapy", lines=at_most(1)), *facts).outcome == outcome


def test_treatment_of_another_tumour_meets_no_requirement_but_excludes():
    facts = (fact("finding", "hcc"), drug("nivolumab", for_condition="melanoma", responses=("progressed",)))
    tumours = frozenset({"hcc"})
    wanted = received("pd1_inhibitor", response=("progressed",))
    assert judged(wanted, *facts, tumours=tumours).outcome == "UNKNOWN"
    assert judged(wanted, *facts, drug("anticancer_therapy", "absent", for_condition="hcc"), tumours=tumours).outcome == "FAIL"
    assert judged(received("pd1_inhibitor"), *facts, polarity="exclusion", tumours=tumours).outcome == "FAIL"
    untold = (fact("finding", "hcc"), fact("finding", "melanoma"), drug("nivolumab"), drug("anticancer_therapy", "absent"))
    assert judged(wanted, *untold, tumours=tumours).outcome == "FAIL"


@pytest.mark.parametrize(
    ("leaf", "concept", "outcome"),
    [
        (received("live_vaccine", window=within(4, "week")), "yellow_fever_vaccine", "FAIL"),
        (received("live_vaccine", window=within(4, "week")), "influenza_vaccine", "UNKNOWN"),
        (received("anti_ige"), "omalizumab", "FAIL"),
        (received("immunotherapy"), "allergen_immunotherapy", "UNKNOWN"),
        (received("inhaled_corticosteroid"), "budesonide_formoterol", "FAIL"),
        (received("corticosteroid", route="systemic"), "fluticasone", "PASS"),
    ],
)
def test_members_of_classes(leaf, concept, outcome):
    assert judged(leaf, drug(concept, when=on(date(2026, 11, 10))), polarity="exclusion").outcome == outcome


def test_an_inhaled_steroid_of_no_stated_route_meets_the_exception_for_local_ones():
    assert judged(STEROIDS, drug("budesonide_formoterol", time="current"), polarity="exclusion").outcome == "PASS"


YESTERDAY = drug("cetirizine", time="past", when=on(date(2026, 11, 19)))


@pytest.mark.parametrize(
    ("leaf", "fact_", "outcome"),
    [
        (received("antihistamine", status="current", window=within(5, "day")), YESTERDAY, "FAIL"),
        (received("antihistamine", status="current"), YESTERDAY, "UNKNOWN"),
        (received("antihistamine", status="current"), drug("cetirizine", time="past", when=on(date(2026, 9, 1))), "PASS"),
        (received("antihistamine", status="current"), drug("cetirizine", time="past", until=on(date(2026, 11, 19))), "PASS"),
    ],
)
def test_what_was_taken_lately_is_judged_by_the_time_asked_for(leaf, fact_, outcome):
    assert judged(leaf, fact_, polarity="exclusion").outcome == outcome


def _steroid(when: date, **more: object):
    return drug("prednisone", time="past", when=on(when), **more)


LATELY, LONG_AGO = date(2026, 11, 12), date(2025, 1, 1)
CURRENT_EXCEPTION = Except(
    span=SPAN,
    trigger=received("immunosuppressant", "corticosteroid", window=within(4, "week")),
    carve_out=received("corticosteroid", status="current", for_condition="copd"),
)


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ((_steroid(LATELY, for_condition="copd"),), "PASS"),
        ((_steroid(LATELY, for_condition="rheumatoid_arthritis"),), "FAIL"),
        ((_steroid(LATELY),), "FAIL"),
        ((_steroid(LONG_AGO, for_condition="copd"), drug("tacrolimus", time="current")), "FAIL"),
    ],
)
def test_an_exception_speaks_of_the_time_of_its_trigger(facts, outcome):
    assert judged(CURRENT_EXCEPTION, *facts, polarity="exclusion").outcome == outcome
