"""Trees of conditions: rules for some, exceptions, permissions, what gates, what an atom contributes."""

from typing import get_args

import pytest

from assistant.check.criteria import check, check_fully
from assistant.check.evidence import Chart
from index import conditions
from index.conditions import AllOf, AnyOf, AtLeast, Bounds, Category, Except, Given, Judgement, Not, NotCompiled, Permitted
from index.text import Span
from index.trials import Criterion
from tests.assistant.check.make import AS_OF, SPAN, StubPatient, at_least, category, drug, has, judged, lab, limit, received

PLT, ALP, CR = limit("plt", at_least(75), "e9_l"), limit("alp", Bounds(high=500), "u_l"), limit("cr", Bounds(high=133), "umol_l")
WOMAN = Category(span=SPAN, scale="sex", values=("female",))
QT = limit("qtc", Bounds(low=470, low_inclusive=False), "ms")


def test_every_kind_of_condition_is_judged():
    members = get_args(get_args(conditions.Condition)[0])
    samples = {
        "limit": PLT, "category": WOMAN, "finding": has("x"), "treatment": received("x"), "allergy": conditions.Allergy(span=SPAN, targets=("x",)),
        "judgement": Judgement(span=SPAN, by="investigator"), "not_compiled": NotCompiled(span=SPAN), "all_of": AllOf(span=SPAN, items=(PLT,)),
        "any_of": AnyOf(span=SPAN, items=(PLT,)), "at_least": AtLeast(span=SPAN, n=1, items=(PLT,)), "not": Not(span=SPAN, item=PLT),
        "given": Given(span=SPAN, when=WOMAN, then=PLT), "except": Except(span=SPAN, trigger=PLT, carve_out=ALP),
        "permitted": Permitted(span=SPAN, item=PLT),
    }  # fmt: skip
    assert {m.model_fields["kind"].default for m in members} == set(samples)
    for kind, sample in samples.items():
        for polarity in ("inclusion", "exclusion"):
            assert judged(sample, polarity=polarity).outcome == ("UNKNOWN" if kind != "permitted" else "PASS")


@pytest.mark.parametrize(
    ("sex", "qtc", "inclusion", "exclusion"),
    [
        ("male", None, "NOT_APPLICABLE", "NOT_APPLICABLE"),
        ("female", 480, "PASS", "FAIL"),
        ("female", 450, "FAIL", "PASS"),
        (None, 480, "UNKNOWN", "UNKNOWN"),
    ],
)
def test_a_rule_for_some(sex, qtc, inclusion, exclusion):
    rule = Given(span=SPAN, when=WOMAN, then=QT)
    facts = [*([category("sex", sex)] if sex else ()), *([lab("qtc", qtc, "ms")] if qtc else ())]
    if sex is None:
        assert judged(rule, *facts, polarity="exclusion").outcome == exclusion
        return
    assert judged(rule, *facts).outcome == inclusion
    assert judged(rule, *facts, polarity="exclusion").outcome == exclusion


def test_a_limit_for_a_part_of_the_patients_that_would_block_keeps_the_verdict_open():
    """Nobody knows whether the patient is meant by "Cohort B:"; a platelet count too low for it is no reason to say that nothing excludes."""
    cohort = Given(span=SPAN, when=NotCompiled(span=SPAN, why='only for "Cohort B"'), then=PLT)
    assert [(r.outcome, r.gating) for r in (judged(cohort, lab("plt", 60)), judged(cohort), judged(cohort, lab("plt", 90)))] == [
        ("UNKNOWN", True),
        ("UNKNOWN", True),
        ("PASS", True),
    ]
    low = Given(span=SPAN, when=cohort.when, then=limit("plt", Bounds(high=75, high_inclusive=False), "e9_l"))
    assert judged(low, lab("plt", 60), polarity="exclusion").gating
    side_issue = Given(span=SPAN, when=cohort.when, then=ALP)
    assert judged(side_issue).gating is False
    known = Given(span=SPAN, when=WOMAN, then=QT)
    assert judged(known, lab("qtc", 480, "ms")).gating


def test_polarity_is_applied_once():
    low = limit("plt", Bounds(high=75, high_inclusive=False), "e9_l")
    for value, outcome in ((74, "FAIL"), (75, "PASS")):
        assert judged(PLT, lab("plt", value)).outcome == outcome
        assert judged(low, lab("plt", value), polarity="exclusion").outcome == outcome
        assert judged(Not(span=SPAN, item=low), lab("plt", value)).outcome == outcome


def test_unmentioned_side_issues_do_not_gate():
    organ = AllOf(span=SPAN, items=(PLT, ALP))
    report = judged(organ, lab("plt", 82))
    assert (report.outcome, report.gating) == ("UNKNOWN", False)
    assert judged(organ, lab("alp", 100)).gating
    assert judged(ALP).gating is False
    assert judged(PLT).gating


def test_the_other_half_of_an_affirmed_trigger_gates():
    high = AllOf(span=SPAN, items=(limit("sbp", Bounds(low=150), "mmhg"), received("antihypertensive", status="current")))
    assert judged(high, polarity="exclusion").gating is False
    assert judged(high, lab("sbp", 160, "mmhg"), polarity="exclusion").gating
    low = judged(high, lab("sbp", 148, "mmhg"), polarity="exclusion")
    assert (low.outcome, low.parts[0].outcome) == ("PASS", "PASS")


def test_opinions_never_gate():
    for leaf in (Judgement(span=SPAN, by="investigator"), Judgement(span=SPAN, by="procedural", topic="consent"), NotCompiled(span=SPAN)):
        report = judged(leaf, polarity="exclusion")
        assert (report.outcome, report.gating) == ("UNKNOWN", False)


def test_two_readings_are_shown_never_chosen():
    rule = Except(
        span=SPAN,
        trigger=limit("hbv_dna", Bounds(low=2000), "iu_ml"),
        carve_out=received("nucleoside_analogue"),
        readings=("may enter on treatment", "once suppressed"),
    )
    assert judged(rule, lab("hbv_dna", 340, "iu_ml"), polarity="exclusion").outcome == "PASS"
    assert judged(rule, lab("hbv_dna", 2.4e6, "iu_ml"), drug("antiviral", "absent"), polarity="exclusion").outcome == "FAIL"
    assert judged(rule, lab("hbv_dna", 2.4e6, "iu_ml"), polarity="exclusion").outcome == "FAIL"
    both = judged(rule, lab("hbv_dna", 2.4e6, "iu_ml"), drug("entecavir", time="current"), polarity="exclusion")
    assert (both.outcome, both.unknown_reason, both.gating) == ("UNKNOWN", "ambiguous", True)
    assert "once suppressed" in both.reason


def test_a_permission_blocks_nobody():
    assert judged(Permitted(span=SPAN, item=PLT), lab("plt", 10)).outcome == "PASS"


def test_at_least():
    two = AtLeast(span=SPAN, n=2, items=(PLT, CR, ALP))
    assert judged(two, lab("plt", 80), lab("cr", 80, "umol_l")).outcome == "PASS"
    assert judged(two, lab("plt", 80)).outcome == "UNKNOWN"
    assert judged(two, lab("plt", 10), lab("cr", 300, "umol_l")).outcome == "FAIL"


def test_silence_is_remembered_and_right():
    criterion = Criterion(
        id="E01",
        polarity="exclusion",
        document="d",
        span=Span(start=0, end=10),
        quote="0123456789",
        condition=AnyOf(span=SPAN, items=(ALP, received("live_vaccine"))),
    )
    for facts in ((), (lab("plt", 80),), (lab("alp", 600),), (drug("antiviral", "absent"),)):
        chart = Chart(StubPatient(facts, {}), AS_OF)  # type: ignore[arg-type]
        for silence in ("unknown", "absent"):
            assert check(criterion, chart, silence).report == check_fully(criterion, chart, silence).report  # type: ignore[arg-type]
