"""Findings: is-a both ways, time, qualifiers, the index tumour and others, exceptions, questions that do not arise."""

from datetime import date

import pytest

from assistant.patient.facts import Moment
from index.conditions import AllOf, AnyOf, Category, Duration, Except, Given, Not, Window
from tests.assistant.check.make import SPAN, category, drug, finding, has, judged, lab, on, received, within

HCC = frozenset({"hcc"})
VTE = has("thromboembolism", tense="ever", window=within(6, "month"))


@pytest.mark.parametrize(
    ("facts", "outcome", "why"),
    [
        ((finding("deep_vein_thrombosis", when=on(date(2026, 10, 1))),), "FAIL", None),
        ((finding("tia", when=on(date(2026, 3, 1))),), "PASS", None),
        ((finding("deep_vein_thrombosis"),), "UNKNOWN", "missing"),
        ((finding("deep_vein_thrombosis", "possible"),), "UNKNOWN", "ambiguous"),
        ((finding("thromboembolism", "absent"),), "PASS", None),
        ((finding("deep_vein_thrombosis", "absent"),), "UNKNOWN", "missing"),
        ((finding("portal_vein_tumor_thrombus"),), "UNKNOWN", "missing"),
        ((finding("deep_vein_thrombosis", when=Moment(earliest=date(2026, 5, 1), latest=date(2026, 6, 1))),), "UNKNOWN", "ambiguous"),
    ],
)
def test_is_a_and_windows(facts, outcome, why):
    report = judged(VTE, *facts, polarity="exclusion")
    assert (report.outcome, report.unknown_reason) == (outcome, why)


@pytest.mark.parametrize(
    ("qualifiers", "outcome"),
    [
        (("symptomatic", "requires_drainage"), "FAIL"),
        (("requires_drainage",), "FAIL"),
        (("asymptomatic",), "PASS"),
        ((), "UNKNOWN"),
        (("imaging_only", "minimal"), "PASS"),
    ],
)
def test_qualifiers_are_stated_contradicted_or_open(qualifiers, outcome):
    leaf = has("ascites", qualifiers=("symptomatic", "requires_drainage"))
    assert judged(leaf, finding("ascites", qualifiers=qualifiers), polarity="exclusion").outcome == outcome


def test_a_narrow_denial_denies_only_what_it_says():
    assert judged(has("ascites"), finding("ascites", "absent", qualifiers=("symptomatic",)), polarity="exclusion").outcome == "UNKNOWN"
    assert (
        judged(has("portal_vein_tumor_thrombus"), finding("portal_vein_tumor_thrombus", "absent", site="superior mesenteric vein")).outcome
        == "UNKNOWN"
    )
    assert judged(has("cns_metastasis"), finding("brain_metastasis", "absent"), polarity="exclusion").outcome == "PASS"


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ((finding("hcc"),), "PASS"),
        ((finding("hcc", "possible"),), "UNKNOWN"),
        ((finding("clear_cell_rcc", qualifiers=("metastatic",)),), "FAIL"),
        ((finding("cholangiocarcinoma"),), "FAIL"),
        ((finding("liver_cancer"),), "UNKNOWN"),
        ((finding("prostate_cancer", time="past", when=on(date(2023, 11, 20))),), "UNKNOWN"),
        ((), "UNKNOWN"),
    ],
)
def test_the_required_tumour(facts, outcome):
    assert judged(has("hcc", qualifiers=("histologically_confirmed",)), *facts, tumours=HCC).outcome == outcome


def test_the_basis_of_a_diagnosis():
    report = judged(has("hcc", qualifiers=("histologically_confirmed",)), finding("hcc"), tumours=HCC)
    assert "basis of the diagnosis not stated" in report.reason
    assert (
        judged(has("hcc", qualifiers=("histologically_confirmed",)), finding("hcc", qualifiers=("imaging_confirmed",)), tumours=HCC).outcome
        == "UNKNOWN"
    )
    hidden = Not(span=SPAN, item=has("hcc", qualifiers=("histologically_confirmed",)))
    assert judged(hidden, finding("hcc"), polarity="exclusion", tumours=HCC).outcome == "UNKNOWN"


OTHER = AnyOf(
    span=SPAN,
    items=(
        Except(
            span=SPAN,
            trigger=has("other_malignancy", tense="ever", window=within(5, "year")),
            carve_out=has("basal_cell_carcinoma", qualifiers=("curatively_treated",)),
        ),
        AllOf(
            span=SPAN,
            items=(
                has("other_malignancy", tense="ever", window=Window(longer_than=Duration(value=5, unit="year"))),
                Not(span=SPAN, item=has("hcc", qualifiers=("histologically_confirmed",))),
            ),
        ),
    ),
)


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ((finding("hcc"), finding("prostate_cancer", when=on(date(2023, 11, 1)))), "FAIL"),
        ((finding("prostate_cancer", time="past", when=on(date(2023, 11, 1))),), "FAIL"),
        ((finding("hcc"), finding("basal_cell_carcinoma", when=on(date(2024, 1, 1)), qualifiers=("curatively_treated",))), "PASS"),
        ((finding("hcc"), finding("basal_cell_carcinoma", when=on(date(2024, 1, 1)))), "UNKNOWN"),
        ((finding("hcc", qualifiers=("histologically_confirmed",)), finding("colon_cancer", when=on(date(2018, 1, 1)))), "PASS"),
        ((finding("hcc", qualifiers=("imaging_confirmed",)), finding("colon_cancer", when=on(date(2018, 1, 1)))), "UNKNOWN"),
        ((finding("hcc"),), "UNKNOWN"),
        ((finding("hcc"), finding("other_malignancy", "absent")), "PASS"),
    ],
)
def test_other_malignancies(facts, outcome):
    assert judged(OTHER, *facts, polarity="exclusion", tumours=HCC).outcome == outcome


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ((category("sex", "male"),), "NOT_APPLICABLE"),
        ((category("sex", "female"), finding("postmenopausal")), "NOT_APPLICABLE"),
        ((category("sex", "female"), lab("age", 30, "year")), "UNKNOWN"),
        ((category("sex", "female"), finding("pregnancy")), "FAIL"),
        ((finding("pregnancy", "absent"), finding("breastfeeding", "absent")), "PASS"),
    ],
)
def test_pregnancy(facts, outcome):
    assert judged(AnyOf(span=SPAN, items=(has("pregnancy"), has("breastfeeding"))), *facts, polarity="exclusion").outcome == outcome


THROMBUS = Given(
    span=SPAN,
    when=has("portal_vein_tumor_thrombus"),
    then=AllOf(
        span=SPAN,
        items=(
            AnyOf(
                span=SPAN,
                items=(Category(span=SPAN, scale="chen_pvtt", values=("A", "B")), Category(span=SPAN, scale="cheng", values=("I", "II", "III"))),
            ),
            Not(
                span=SPAN,
                item=AnyOf(
                    span=SPAN, items=(Category(span=SPAN, scale="chen_pvtt", values=("C",)), Category(span=SPAN, scale="cheng", values=("IV",)))
                ),
            ),
        ),
    ),
)


@pytest.mark.parametrize(
    ("facts", "outcome", "gating"),
    [
        ((), "UNKNOWN", False),
        ((finding("portal_vein_tumor_thrombus"),), "UNKNOWN", True),
        ((finding("portal_vein_tumor_thrombus", "absent"),), "NOT_APPLICABLE", True),
        ((category("cheng", "III"),), "PASS", True),
        ((category("cheng", "IV"),), "FAIL", True),
        ((category("chen_pvtt", "C"),), "FAIL", True),
        ((category("vp", "4"),), "UNKNOWN", True),
        ((category("vp", "3"),), "PASS", True),
        ((finding("portal_vein_tumor_thrombus", site="main trunk"),), "PASS", True),
        (
            (finding("portal_vein_tumor_thrombus", site="main trunk"), finding("portal_vein_tumor_thrombus", site="superior mesenteric vein")),
            "FAIL",
            True,
        ),
    ],
)
def test_tumour_thrombus_and_its_classifications(facts, outcome, gating):
    report = judged(THROMBUS, *facts)
    assert (report.outcome, report.gating) == (outcome, gating)


def test_the_severe_kind_of_a_finding():
    leaf = has("severe_infection", tense="ever", window=within(4, "week"))
    recent = on(date(2026, 11, 1))
    assert judged(leaf, finding("pneumonia", when=recent, qualifiers=("requires_hospitalisation",)), polarity="exclusion").outcome == "FAIL"
    assert judged(leaf, finding("pneumonia", when=recent), polarity="exclusion").outcome == "UNKNOWN"
    assert judged(leaf, finding("pneumonia", when=on(date(2025, 1, 1)), qualifiers=("severe",)), polarity="exclusion").outcome == "PASS"


def test_contradiction():
    assert judged(has("ascites"), finding("ascites"), finding("ascites", "absent"), polarity="exclusion").unknown_reason == "conflict"
    assert (
        judged(
            has("ascites", tense="ever"), finding("ascites", time="past"), finding("ascites", "absent", time="current"), polarity="exclusion"
        ).outcome
        == "FAIL"
    )


def test_replacement_is_an_exception_to_autoimmune_disease():
    rule = Except(
        span=SPAN,
        trigger=has("autoimmune_disease", tense="ever", qualifiers=("active", "requires_systemic_treatment"), window=within(2, "year")),
        carve_out=AnyOf(span=SPAN, items=(received("thyroid_hormone"),)),
    )
    assert judged(rule, finding("autoimmune_hepatitis", qualifiers=("requires_systemic_treatment",)), polarity="exclusion").outcome == "FAIL"
    assert judged(rule, finding("hashimoto_thyroiditis"), drug("levothyroxine", time="current"), polarity="exclusion").outcome == "PASS"


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ((finding("nsclc"), finding("breast_cancer", when=on(date(2010, 5, 1)))), "FAIL"),
        ((finding("colon_cancer"), finding("lung_adenocarcinoma", time="past")), "FAIL"),
        ((finding("nsclc"), finding("other_malignancy", time="past")), "FAIL"),
        ((finding("nsclc"), finding("adenocarcinoma")), "UNKNOWN"),  # its tissue, or another tumour
        ((finding("nsclc"), finding("lung_adenocarcinoma")), "UNKNOWN"),
        ((finding("colon_cancer"), finding("liver_cancer")), "UNKNOWN"),  # perhaps its metastases
        ((finding("nsclc"), finding("liver_cancer", when=on(date(2020, 5, 1)))), "FAIL"),
        ((finding("colon_cancer"), finding("rectal_cancer")), "UNKNOWN"),
        ((finding("nsclc"),), "UNKNOWN"),
    ],
)
def test_a_second_tumour_beside_any_solid_tumour(facts, outcome):
    leaf = has("other_malignancy", tense="ever")
    assert judged(leaf, *facts, polarity="exclusion", tumours=frozenset({"solid_tumor"})).outcome == outcome
