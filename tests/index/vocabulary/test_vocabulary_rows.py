"""The tables themselves: every row is valid, every reference leads somewhere, no surface says two things by accident."""

import csv
import re
from collections import defaultdict
from pathlib import Path

import pytest

import index.vocabulary
from index.text import Frozen
from index.vocabulary import Vocabulary, rows, surfaces, tokens, vocabulary

FOLDER = Path(index.vocabulary.__file__).parent
FILES = sorted(FOLDER.glob("*.csv"))
ROWS: dict[str, type[Frozen]] = {
    "measures": rows.Measure,
    "scales": rows.Scale,
    "conditions": rows.Disease,
    "drugs": rows.Drug,
    "classes": rows.DrugClass,
    "procedures": rows.Procedure,
    "regimens": rows.Regimen,
    "units": rows.Unit,
    "conversions": rows.Conversion,
    "hints": rows.Hint,
}
TABLES = ("measure", "scale", "condition", "drug", "drug_class", "procedure", "regimen")
PARENTS = {
    "measure": {"measure", "condition"},  # a condition: what the measure is about
    "scale": {"scale", "condition"},
    "condition": {"condition"},
    "drug": {"drug", "drug_class"},
    "drug_class": {"drug_class"},
    "procedure": {"procedure", "drug_class"},
    "regimen": {"drug_class"},
}
SHARED = {frozenset({"alt", "ast"})}
"""Concepts of one table that share surfaces on purpose: "transaminases"."""


@pytest.fixture(scope="module")
def v() -> Vocabulary:
    return vocabulary()


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_row_is_valid(path: Path) -> None:
    model = ROWS[path.stem.split("_")[0]]
    table = read(path)
    assert table
    assert set(table[0]) <= set(model.model_fields)
    for cells in table:
        assert None not in cells, f"too many cells in {cells}"
        model.model_validate({key: cell for key, cell in cells.items() if cell != ""}, strict=False)
        assert all(cell == cell.strip() for cell in cells.values()), cells
        for column in ("synonyms", "spellings", "parents"):
            words = (cells.get(column) or "").split("|")
            assert len(words) == len(set(words)), f"{column} twice in {cells['id']}"


def test_ids_are_unique_over_all_tables() -> None:
    seen: dict[str, str] = {}
    for path in FILES:
        for cells in read(path):
            if "id" in cells and path.stem != "units":
                assert cells["id"] not in seen, f"{cells['id']} in {path.stem} and {seen[cells['id']]}"
                seen[cells["id"]] = path.stem


def test_parents_exist_and_belong_to_a_fitting_table(v: Vocabulary) -> None:
    for id_, row in v.concepts.items():
        for parent in row.parents:
            assert parent in v.concepts, f"{parent}, a parent of {id_}"
            assert v.table_of[parent] in PARENTS[v.table_of[id_]], f"{id_} is no {parent}"


def test_is_a_has_no_cycles(v: Vocabulary) -> None:
    done: set[str] = set()

    def climb(id_: str, below: tuple[str, ...]) -> None:
        assert id_ not in below, " > ".join((*below, id_))
        if id_ not in done:
            for parent in v.concepts[id_].parents:
                climb(parent, (*below, id_))
            done.add(id_)

    for id_ in v.concepts:
        climb(id_, ())


def test_disjoint_concepts_exist_and_are_not_one_another(v: Vocabulary) -> None:
    for disease in v.diseases.values():
        for other in disease.disjoint:
            assert other in v.diseases
            assert not v.is_a(other, disease.id), f"{other} is a {disease.id}"
            assert not v.is_a(disease.id, other)


def test_components_exist(v: Vocabulary) -> None:
    for regimen in v.regimens.values():
        assert regimen.components
        assert all(v.table_of.get(c) in ("drug", "drug_class", "procedure") for c in regimen.components), regimen.id


def test_measures_are_sound(v: Vocabulary) -> None:
    for m in v.measures.values():
        assert m.unit is None or m.unit in v.units, m.id
        assert set(m.bare_units) <= set(v.units), m.id
        assert m.low is None or m.high is None or m.low < m.high, m.id
        for low, high in ((m.uln_low, m.uln_high), (m.lln_low, m.lln_high)):
            assert (low is None) == (high is None), m.id
            if low is not None and high is not None:
                assert low <= high and v.plausible(m.id, low) and v.plausible(m.id, high), m.id
        if m.uln_low is not None and m.lln_high is not None:
            assert m.lln_high < m.uln_low, m.id
        assert m.sex_uln is None or re.fullmatch(r"M [\d.]+-[\d.]+;F [\d.]+-[\d.]+", m.sex_uln), m.id


@pytest.mark.parametrize("code", sorted({code for m in vocabulary().measures.values() for code in m.loinc}))
def test_loinc_codes_have_their_check_digit(code: str) -> None:
    body, check = code.split("-")
    digits = [int(d) for d in reversed(body)]
    total = sum(sum(divmod(d * 2, 10)) if i % 2 == 0 else d for i, d in enumerate(digits))
    assert (10 - total % 10) % 10 == int(check)


def test_conversions_lead_somewhere_and_back(v: Vocabulary) -> None:
    for (measure, unit), c in v.conversions.items():
        assert measure in v.measures and unit in v.units, (measure, unit)
        assert c.factor > 0
        if not c.exact:
            assert c.factor_high is not None and c.source, (measure, unit)
            assert v.convert(measure, 1, unit) is None, "an assay-dependent factor is never applied silently"
            continue
        there = v.convert(measure, 3.7, unit)
        assert there == pytest.approx(3.7 * c.factor)
        back = v.convert(measure, there or 0, v.measures[measure].unit or "", unit)
        assert back == pytest.approx(3.7)


def test_scales_are_sound(v: Vocabulary) -> None:
    for scale in v.scales.values():
        meant: dict[str, str] = {}
        names = {tuple(t.key for t in tokens(s.lstrip("="))) for s in surfaces(scale)}
        for value in scale.values:
            key, equals, spellings = value.partition("=")
            assert key and equals, scale.id
            for spelling in spellings.split(";"):
                bare = spelling.lstrip("!").lower()
                assert meant.setdefault(bare, key) == key, f"{scale.id}: {spelling} is both {meant[bare]} and {key}"
                if spelling.startswith("!"):
                    alone = tuple(t.key for t in tokens(spelling[1:]))
                    assert alone, f"{scale.id}: {spelling} has no token"
                    assert not spelling.endswith(("-", "(-)")), f"{scale.id}: {spelling} would be found without its minus"
                    assert alone not in names or key == "positive", f"{scale.id}: {spelling} is the name of the scale"


@pytest.mark.parametrize("table", TABLES)
def test_surfaces_are_safe(v: Vocabulary, table: str) -> None:
    owners: dict[tuple[str, ...], dict[str | None, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in dict(v._tables)[table].values():  # type: ignore[index]
        for surface in surfaces(row):
            key = tuple(t.key for t in tokens(surface))
            assert key, f"{row.id}: {surface!r} has no token"
            letters = sum(c.isalpha() for c in surface)
            digits = any(c.isdigit() for c in surface)
            assert letters > 2 or digits or surface.startswith("=") or not surface.isascii(), f"{row.id}: {surface!r} needs ="
            owners[key][surface if surface.startswith("=") else None].add(row.id)
    for key, by_case in owners.items():
        for exact, ids in by_case.items():
            everyone = ids | (by_case.get(None, set()) if exact else set())
            assert len(everyone) == 1 or frozenset(everyone) in SHARED, f"{' '.join(key)}: {sorted(everyone)}"


def test_cancer_drugs_lead_to_systemic_therapy_and_no_others_do(v: Vocabulary) -> None:
    oncology = {r["id"] for r in read(FOLDER / "drugs_oncology.csv")}
    general = {r["id"] for r in read(FOLDER / "drugs_general.csv")}
    traditional = {i for i in oncology if v.is_a(i, "tcm_anticancer")}
    assert {i for i in oncology if not v.is_a(i, "systemic_therapy")} == traditional
    assert not {i for i in general if v.is_a(i, "systemic_therapy")}


def test_core_marks_what_a_verdict_turns_on(v: Vocabulary) -> None:
    for id_ in (
        "hcc",
        "age",
        "sex",
        "ecog",
        "bclc",
        "child_pugh",
        "anc",
        "plt",
        "hgb",
        "tbil",
        "alt",
        "ast",
        "alb",
        "cr",
        "crcl",
        "inr",
        "prior_lines",
        "systemic_therapy",
        "pd1_inhibitor",
        "vegfr_inhibitor",
        "sorafenib",
        "stage",
    ):
        assert v.concepts[id_].core, id_
    for id_ in (
        "fibrolamellar_hcc",
        "sarcomatoid_hcc",
        "other_malignancy",
        "ascites",
        "antiplatelet",
        "aspirin",
        "corticosteroid",
        "brain_metastasis",
        "hepatic_encephalopathy",
        "tace",
        "surgery",
        "lvef",
        "interferon",
        "live_vaccine",
        "tcm_anticancer",
    ):
        assert not v.concepts[id_].core, id_


@pytest.mark.parametrize(
    ("narrow", "broad"),
    [
        ("clear_cell_rcc", "cancer"),
        ("lung_adenocarcinoma", "nsclc"),
        ("brain_metastasis", "cns_metastasis"),
        ("atrial_fibrillation", "cardiovascular_disease"),
        ("crohns", "autoimmune_disease"),
        ("hashimoto", "autoimmune_disease"),
        ("type1_diabetes", "autoimmune_disease"),
        ("depression", "psychiatric_disorder"),
        ("sepsis", "severe_infection"),
        ("pneumonia", "infection"),
        ("pulmonary_embolism", "thromboembolism"),
        ("hemophilia", "coagulopathy"),
        ("cadonilimab", "pd1_inhibitor"),
        ("cadonilimab", "ctla4_inhibitor"),
        ("ivonescimab", "vegf_inhibitor"),
        ("lenvatinib", "fgfr_inhibitor"),
        ("sorafenib", "raf_inhibitor"),
        ("bevacizumab", "antiangiogenic"),
        ("atezolizumab", "monoclonal_antibody"),
        ("palbociclib", "targeted_therapy"),
        ("clarithromycin", "strong_cyp3a4_inhibitor"),
        ("rifampicin", "cyp3a4_modulator"),
        ("entecavir", "nucleoside_analogue"),
        ("enoxaparin", "anticoagulant"),
        ("methotrexate", "immunosuppressant"),
        ("dexamethasone", "corticosteroid"),
        ("varicella_vaccine", "live_vaccine"),
        ("liver_transplantation", "organ_transplantation"),
        ("rfa", "local_therapy"),
        ("liver_radiotherapy", "radiotherapy"),
        ("craniotomy", "major_surgery"),
        ("allogeneic_sct", "stem_cell_transplantation"),
    ],
)
def test_is_a(v: Vocabulary, narrow: str, broad: str) -> None:
    assert v.is_a(narrow, broad)


@pytest.mark.parametrize(
    ("narrow", "broad"),
    [
        ("hepatitis_b", "infection"),
        ("portal_vein_thrombosis", "thromboembolism"),
        ("portal_vein_tumor_thrombus", "thrombosis"),
        ("haic", "systemic_therapy"),
        ("tace", "systemic_therapy"),
        ("aflibercept", "vegf_inhibitor"),
        ("sofosbuvir", "nucleoside_analogue"),
        ("enoxaparin", "antiplatelet"),
        ("warfarin", "thrombolytic"),
        ("shingrix", "live_vaccine"),
        ("lung_metastasis", "lung_disease"),
        ("liver_metastasis", "liver_cancer"),
        ("dcis", "breast_cancer"),
        ("cervical_cis", "cancer"),
        ("peginterferon_alfa", "systemic_therapy"),
        ("denosumab", "systemic_therapy"),
    ],
)
def test_is_not_a(v: Vocabulary, narrow: str, broad: str) -> None:
    assert not v.is_a(narrow, broad)


def test_steroid_equivalents(v: Vocabulary) -> None:
    expected = {
        "prednisone": 5,
        "prednisolone": 5,
        "methylprednisolone": 4,
        "triamcinolone": 4,
        "hydrocortisone": 20,
        "dexamethasone": 0.75,
        "betamethasone": 0.75,
    }
    assert {d: v.drugs[d].prednisone_equivalent_mg for d in expected} == expected


def test_the_tables_are_broad(v: Vocabulary) -> None:
    assert len(v.measures) >= 200
    assert len(v.diseases) >= 1000
    assert len(v.drugs) >= 1000
    assert len(v.classes) >= 250
