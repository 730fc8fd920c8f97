"""One whole list, bullet by bullet: ids, quotes, and the structures that are easy to get wrong."""

from functools import cache
from pathlib import Path

import pytest

from index.conditions import Except, Given, NotCompiled, leaves
from index.criteria import with_criteria
from index.sources import read_path
from index.trials import Criterion, Trial
from tests.index.criteria.brief import brief

SEEDS = Path(__file__).parents[3] / "seeds"


@cache
def trial(number: str) -> Trial:
    record = next(iter(read_path(next(SEEDS.glob(f"{number}_*.txt")))))
    assert isinstance(record, Trial)
    return with_criteria(record)


def criterion(id_: str, number: str = "001") -> Criterion:
    return next(c for c in trial(number).criteria if c.id == id_)


def test_ids_count_the_bullets_of_the_list() -> None:
    ids = [c.id for c in trial("001").criteria]
    assert ids == [f"I{n:02d}" for n in range(1, 15)] + [f"E{n:02d}" for n in range(1, 36)]
    assert trial("001").has_eligibility_list


@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_quotes_are_the_documents_own_text_and_leaves_lie_inside_them(number: str) -> None:
    for c in trial(number).criteria:
        text = trial(number).document(c.document).text
        assert c.quote == text[c.span.start : c.span.end]
        for leaf in leaves(c.condition):
            assert c.span.start <= leaf.span.start <= leaf.span.end <= c.span.end


EXPECTED = {
    "I02": "age >=18 year",
    "I03": "ecog >=0<=1",
    "I05": "not t:systemic_therapy for hcc",
    "I07": "if portal_vein_tumor_thrombus: ((chen_pvtt=A/B | cheng=I/II/III) & not (chen_pvtt=C | cheng=IV))",
    "I08": "if hepatic_vein_tumor_thrombus: ((vv=1/2 | vv=3 | sakamoto=I) & not (sakamoto=II | sakamoto=III))",
    "I10": "child_pugh <=7",
    "I12": "life_expectancy >=12 week",
    "I13": "if (childbearing_potential | sex=male): judge:contraception",
    "I14": "(judge:consent & judge:compliance)",
    "E02": "(ever hepatic_encephalopathy | t:liver_transplantation)",
    "E04": "(hbv_dna >2000 iu_ml | hbv_dna >10000 copies_ml | hcv_rna >1000 copies_ml | (hbsag=positive & anti_hcv=positive))"
    " except current t:nucleoside_analogue (two readings)",
    "E05": "cns_metastasis",
    "E12": "(nyha=II/III/IV | lvef <50 percent)",
    "E23": "(t:live_vaccine [within 4w] | planned t:live_vaccine [ahead])",
    "E27": "judge:opinion",
    "E32": "t:investigational_agent [within 4w]",
    "E33": "(pregnancy | breastfeeding)",
    "E35": "judge:opinion",
}


@pytest.mark.parametrize("id_", EXPECTED)
def test_criterion(id_: str) -> None:
    assert brief(criterion(id_).condition) == EXPECTED[id_]


def test_organ_function_is_all_of_its_limits_with_the_window_of_the_head() -> None:
    text = brief(criterion("I11").condition)
    for limit in ("anc >=1.5 e9_l", "plt >=75 e9_l", "hgb >=9 g_dl", "tbil <=2 xuln", "alt <=5 xuln", "ast <=5 xuln", "alb >=28 g_l", "alp <=5 xuln"):
        assert f"{limit} [within 7d]" in text
    assert "(cr <=1.5 xuln [within 7d] | crcl >=50 ml_min [within 7d])" in text
    assert "(inr <=2.3 [within 7d] | pt_prolongation <=6 s [within 7d])" in text
    assert "(uprot_dip <2 [within 7d] | (uprot_dip >=2 & uprot_24h <1 g))" in text, "the rule for those who miss a limit is another way to meet it"
    assert "not (t:blood_product [within 14d]" in text


def test_a_size_without_comparator_is_a_pass_below_and_open_above() -> None:
    assert brief(criterion("I09").condition).endswith("(metastasis_count <=3 & metastasis_organs <=2 & (metastasis_size <=3 cm | ?))")


def test_hidden_requirements_in_exclusions() -> None:
    radiotherapy = brief(criterion("E16").condition)
    assert radiotherapy.startswith("(t:radiotherapy [within 3w] | (t:radiotherapy [before 3w] & (")
    cancer = brief(criterion("E28").condition)
    assert "| (ever other_malignancy [before 5y] & not histologically_confirmed+hcc)" in cancer


def test_carve_outs_and_permissions() -> None:
    effusion = criterion("E03").condition
    assert isinstance(effusion, Except)
    assert brief(effusion.trigger).count("requires_drainage+") == 3
    assert brief(effusion.carve_out).count("minimal+") == 3, "a permission is read narrowly: its qualifiers hold for every item"
    steroids = brief(criterion("E22").condition)
    assert "current t:corticosteroid inhaled" in steroids
    assert "prednisone<=10~" in steroids
    clots = brief(criterion("E08").condition)
    assert "except (catheter_related+thrombosis" in clots
    assert "may (" in clots, "prophylactic heparin is a permission, not an exception to thrombosis"


def test_a_trailing_window_behind_lasting_diseases_is_of_unclear_scope() -> None:
    assert brief(criterion("E15").condition).count("[within 6m ?]") >= 4
    assert "t:major_surgery [within 4w]" in brief(criterion("E24").condition)


def test_notes_on_the_source() -> None:
    kinds = {(n.kind, n.criteria) for n in trial("001").notes}
    assert ("contradiction", ("I07", "E34")) in kinds
    assert ("duplicate", ("E27", "E35")) in kinds
    assert ("damaged", ("I09",)) in kinds
    assert ("ambiguous", ("E04",)) in kinds


POPULATION = {
    "000": ["hcc", "unresectable", "locally_advanced", "lines=1", "t:immunotherapy&antiangiogenic failed line=1"],
    "002": ["hcc", "bclc=B/C", "bclc=B", "t:systemic_therapy failed"],
    "003": ["hcc", "locally_advanced", "lines=1", "t:immunotherapy refractory", "t:pd1_inhibitor progressed", "t:pd1_inhibitor refractory"],
    "004": ["clear_cell_rcc", "metastatic+clear_cell_rcc", "unresectable", "lines=1", "t:immunotherapy", "t:immunotherapy progressed line=1"],
}


@pytest.mark.parametrize("number", POPULATION)
def test_population_statements_of_documents_without_a_list(number: str) -> None:
    record = trial(number)
    assert not record.has_eligibility_list
    assert [c.id for c in record.criteria] == [f"P{n:02d}" for n in range(1, len(record.criteria) + 1)]
    assert all(c.polarity == "population" for c in record.criteria)
    texts = [brief(c.condition) for c in record.criteria]
    for wanted in POPULATION[number]:
        assert any(wanted in text for text in texts), wanted


def test_guideline_therapies_that_the_document_does_not_list_stay_open() -> None:
    found = next(c for c in trial("002").criteria if "Recommended" in c.quote)
    assert any(isinstance(leaf, NotCompiled) for leaf in leaves(found.condition))


def test_conditional_groups_are_rules_for_some_patients() -> None:
    assert isinstance(criterion("I07").condition, Given)
