"""Words left beside a known condition: which widen, restate, are judged or narrow; and what a permission must never swallow."""

import datetime as dt

import pytest

from assistant.check import check_text
from assistant.patient import read_note
from index.conditions import leaves
from index.criteria import compile_text
from index.criteria.remainders import role
from tests.index.criteria.brief import brief

AS_OF = dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("at the time of sampling", "restates"),
        ("prior to blood drawing", "restates"),
        ("whatever the stage", "restates"),
        ("of any cause", "restates"),
        ("as determined by medical history and physical examination", "restates"),
        ("evaluated using the SCORAD index", "restates"),
        ("as per local regulations", "restates"),
        ("that may interfere with study assessments", "judged"),
        ("which would affect the results", "judged"),
        ("requiring oxygen", "narrows"),
        ("during pregnancy", "narrows"),
        ("for at least 3 months", "narrows"),
        ("not due to lupus", "narrows"),
    ],
)
def test_role(words: str, expected: str) -> None:
    assert role(words) == expected


PHRASES = [
    # a requirement beside a permission stays a requirement
    (
        "inclusion",
        "Patients must have at least 2 prior lines of chemotherapy and prior radiotherapy is allowed",
        "(t:chemotherapy lines>=2 & may t:radiotherapy)",
    ),
    ("inclusion", "Patients must have received sorafenib (prior TACE allowed)", "(t:sorafenib & may t:tace)"),
    ("inclusion", "Patients must not have received chemotherapy, but prior radiotherapy is allowed", "(not t:chemotherapy & may t:radiotherapy)"),
    ("inclusion", "Patients with HCC will be included in the study", "hcc"),
    ("inclusion", "Patients with HCC are eligible", "(hcc | ?)"),
    ("inclusion", "Patients with brain metastases may be enrolled", "may brain_metastasis"),
    ("inclusion", "ECOG 0-1. ECOG 2 is allowed", "(ecog >=0<=1 | ecog =2)"),
    # a permission of something else leaves the trigger
    ("exclusion", "Prior chemotherapy; radiotherapy is allowed", "t:chemotherapy except t:radiotherapy (two readings)"),
    (
        "exclusion",
        "Chemotherapy, radiotherapy, or corticosteroids, except prednisone ≤ 10 mg",
        "(t:chemotherapy | t:radiotherapy | current t:corticosteroid except current t:prednisone prednisone<=10)",
    ),
    # consent beside other demands
    ("inclusion", "Patients aged 18 to 75 years who signed informed consent", "(age >=18<=75 year & judge:consent)"),
    ("inclusion", "Male or female aged between 18 years and 55 years (inclusive) at the date of signed consent form", "age >=18<=55 year"),
    # widening and exemplifying
    ("exclusion", "Hypertension (or heart failure)", "(hypertension | heart_failure)"),
    ("exclusion", "Active infections at the time of sampling", "active+infection"),
    ("exclusion", "Prior organ or tissue allograft", "t:organ_transplantation"),
    ("exclusion", "HIV infection; no hepatitis B", "(hiv | ?)"),
    ("exclusion", "Positive for HIV, Hepatitis B, or C", "(hiv | hepatitis_b | hepatitis_c)"),
    ("exclusion", "Neurological disease in the past, such as epilepsy", None),
    # narrowing stays open
    ("exclusion", "Asthma that was first seen abroad", "(asthma & ?)"),
]


@pytest.mark.parametrize(("side", "text", "expected"), PHRASES, ids=[p[1][:60] for p in PHRASES])
def test_phrase(side: str, text: str, expected: str | None) -> None:
    found = brief(compile_text(text, side))
    assert found == expected if expected is not None else "?" not in found


@pytest.mark.parametrize(
    ("text", "note", "outcome"),
    [
        ("Prior systemic therapy except adjuvant chemotherapy", "sorafenib in 2023, adjuvant FOLFOX chemotherapy 2015", "FAIL"),
        ("Prior systemic therapy except adjuvant chemotherapy", "adjuvant FOLFOX chemotherapy 2015", "PASS"),
        ("Active autoimmune disease except vitiligo", "vitiligo, rheumatoid arthritis on methotrexate", "FAIL"),
        ("Active autoimmune disease except vitiligo", "vitiligo", "PASS"),
    ],
)
def test_an_exception_covers_only_its_own_kind(text: str, note: str, outcome: str) -> None:
    assert check_text(text, read_note(note, AS_OF), "exclusion", AS_OF).outcome == outcome


def test_a_pasted_list_is_one_list() -> None:
    text = "* • Pregnancy\n\n  * Active infection\n  * HIV infection\n  * Stroke within 6 months\n"
    assert brief(compile_text(text, "exclusion")) == "(pregnancy | active+infection | hiv | ever stroke [within 6m])"


def test_a_pregnancy_test_beside_contraception_is_a_requirement_of_its_own() -> None:
    """Neither demand swallows the other, whichever comes first."""
    for words in (
        "Women of childbearing potential must have a negative pregnancy test and must agree to use contraception",
        "Women must agree to use contraception and must have a negative serum pregnancy test within 7 days",
    ):
        found = {leaf.kind: leaf for leaf in leaves(compile_text(words, "inclusion"))}
        assert found["category"].scale == "hcg" and found["judgement"].topic == "contraception", words
