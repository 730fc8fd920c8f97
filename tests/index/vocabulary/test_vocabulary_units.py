"""Units as people write them, and what values become in other units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import repair
from index.vocabulary import vocabulary


@pytest.mark.parametrize(
    "spelling",
    [
        "x10^9/L",
        "×10^9/L",
        " x 10^9 / L",
        "*10^9/L",
        "10*9/L",
        "10E9/L",
        " x10e9/L",
        "10(9)/L",
        " 10**9/L",
        "x109/L",
        " 109/L",
        "×10⁹/L",
        " · 10^9/L",
        "K/uL",
        " K/µL",
        "10^3/uL",
        "10^3/mm3",
        " 10³/mm³",
        "x 10^3 / mcL",
        "103/uL",
        "G/L",
        " giga/L",
        "K/cumm",
        "thousand/uL",
        " (x10^9/L)",
        "[10^9/L]",
        " ×10^9 cells/L",
        " x 10 9/L",
    ],
)
def test_billions_per_litre(spelling: str) -> None:
    text = repair(spelling).text
    assert vocabulary().unit_at(text, 0, "plt") == ("e9_l", len(text))


@pytest.mark.parametrize(
    "spelling",
    [
        "/uL",
        " /µL",
        "/mm3",
        "/mm^3",
        "/mm³",
        " /cu mm",
        "cells/μl",
        " cells/mm3",
        " per microliter",
        " per cubic millimetre",
        "/cumm",
        " cells per mm3",
        "/mcL",
    ],
)
def test_per_microlitre(spelling: str) -> None:
    text = repair(spelling).text
    assert vocabulary().unit_at(text, 0, "anc") == ("per_ul", len(text))


@pytest.mark.parametrize(
    ("measure", "spelling", "unit"),
    [
        ("plt", "万/uL", "e4_ul"),
        ("hgb", " g/dl", "g_dl"),
        ("hgb", "gm/dL", "g_dl"),
        ("hgb", " g/L", "g_l"),
        ("hgb", " gm%", "g_dl"),
        ("alb", "g / dL", "g_dl"),
        ("tbil", " mg/dL", "mg_dl"),
        ("tbil", "µmol/L", "umol_l"),
        ("cr", " micromol/L", "umol_l"),
        ("crcl", " mL/min", "ml_min"),
        ("crcl", " mL per minute", "ml_min"),
        ("egfr", " mL/min/1.73 m2", "ml_min_173"),
        ("egfr", " ml/min/1.73m²", "ml_min_173"),
        ("egfr", " mL/min per 1.73 m^2", "ml_min_173"),
        ("alt", " IU/L", "u_l"),
        ("ldh", " µkat/L", "ukat_l"),
        ("hbv_dna", " IU/mL", "iu_ml"),
        ("hbv_dna", " copies/ml", "copies_ml"),
        ("hbv_dna", " log10 IU/mL", "log10_iu_ml"),
        ("qtc", " msec", "ms"),
        ("qtc", " s", "s"),
        ("age", "-year-old", "year"),
        ("age", "yo", "year"),
        ("age", "岁", "year"),
        ("life_expectancy", " months", "month"),
        ("life_expectancy", " wks", "week"),
        ("sbp", " mm Hg", "mmhg"),
        ("sbp", "kPa", "kpa"),
        ("temperature", "°C", "celsius"),
        ("temperature", " F", "fahrenheit"),
        ("weight", " lbs", "lb"),
        ("height", " m", "m"),
        ("tumor_size", "-cm", "cm"),
        ("tumor_size", "mm", "mm"),
        ("lvef", "%", "percent"),
        ("bmi", " kg/m²", "kg_m2"),
        ("uprot_24h", " g/24 hours", "g_24h"),
        ("uprot_24h", " mg/day", "mg_24h"),
        ("upcr", " mg/mmol", "mg_mmol"),
        ("afp", " ng/mL", "ng_ml"),
        ("tsh", " µIU/mL", "miu_l"),
        ("sodium", " mEq/L", "meq_l"),
        ("cd4", " cells/mm3", "per_ul"),
        ("ecog", " points", "points"),
        ("pivka", " mAU/mL", "mau_ml"),
    ],
)
def test_units(measure: str, spelling: str, unit: str) -> None:
    found = vocabulary().unit_at(repair(spelling).text, 0, measure)
    assert found is not None and found[0] == unit


@pytest.mark.parametrize(
    ("measure", "text"),
    [
        ("plt", " within 7 days"),
        ("ecog", " s"),
        ("plt", ""),
        ("tumor_size", " in segment 6"),
        ("age", " mg"),
        ("inr", " g"),
        ("hgb", " (see below)"),
        ("plt", "k"),
        ("qtc", " mild"),
        ("weight", " kgs2"),
        ("plt", " (x10^9/L"),
    ],
)
def test_no_unit(measure: str, text: str) -> None:
    assert vocabulary().unit_at(text, 0, measure) is None


def test_a_misfitting_compound_unit_is_seen() -> None:
    assert vocabulary().unit_at(" mg/dL", 0, "plt") == ("mg_dl", 6)
    assert vocabulary().convert("plt", 80, "mg_dl") is None


def test_case_decides_where_the_measure_does_not() -> None:
    v = vocabulary()
    assert v.unit_at(" G/L", 0) == ("e9_l", 4)
    assert v.unit_at(" g/L", 0) == ("g_l", 4)
    assert v.unit_at(" g/l", 0, "plt") == ("e9_l", 4)


def test_the_unit_starts_where_it_is_asked_for() -> None:
    text = "ANC 1.5 x10^9/L and Hb 9 g/dL"
    assert vocabulary().unit_at(text, 7, "anc") == ("e9_l", 15)
    assert vocabulary().unit_at(text, 24, "hgb") == ("g_dl", 29)


@pytest.mark.parametrize(
    ("measure", "value", "unit", "to", "expected"),
    [
        ("hgb", 102, "g_l", None, 10.2),
        ("hgb", 6.2, "mmol_l", None, 9.988),
        ("hgb", 9, "g_dl", "g_l", 90),
        ("plt", 82000, "per_ul", None, 82),
        ("plt", 8.2, "e4_ul", None, 82),
        ("tbil", 2, "mg_dl", None, 34.2),
        ("tbil", 34.2, "umol_l", "mg_dl", 2),
        ("cr", 1, "mg_dl", None, 88.4),
        ("alb", 2.8, "g_dl", None, 28),
        ("alt", 1, "ukat_l", None, 60),
        ("fib", 150, "mg_dl", None, 1.5),
        ("qtc", 0.48, "s", None, 480),
        ("sbp", 20, "kpa", None, 150.0124),
        ("weight", 150, "lb", None, 68.039),
        ("height", 1.75, "m", None, 175),
        ("temperature", 100.4, "fahrenheit", None, 38),
        ("temperature", 38, "celsius", "fahrenheit", 100.4),
        ("hba1c", 53, "mmol_mol", None, 7.0),
        ("hbv_dna", 3.3, "log10_iu_ml", None, 1995.26),
        ("hbv_dna", 10000, "copies_ml", "log10_copies_ml", 4),
        ("glucose", 126, "mg_dl", None, 6.993),
        ("calcium", 10, "mg_dl", None, 2.495),
        ("life_expectancy", 84, "day", None, 12),
        ("uprot_24h", 600, "mg_24h", None, 0.6),
        ("lvef", 0.55, "fraction", None, 55),
        ("afp", 400, "ug_l", None, 400),
        ("upcr", 1, "g_g", None, 1000),
        ("ecog", 1, "points", "points", 1),
    ],
)
def test_conversion(measure: str, value: float, unit: str, to: str | None, expected: float) -> None:
    assert vocabulary().convert(measure, value, unit, to) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(
    ("measure", "unit", "to"),
    [
        ("hbv_dna", "copies_ml", None),
        ("hcv_rna", "copies_ml", None),
        ("crcl", "ml_min_173", None),
        ("egfr", "ml_min", None),
        ("plt", "g_dl", None),
        ("hgb", "iu_ml", None),
        ("nothing", "g_l", None),
        ("hgb", "nothing", None),
        ("inr", "s", None),
        ("hbv_dna", "iu_ml", "copies_ml"),
    ],
)
def test_what_does_not_convert(measure: str, unit: str, to: str | None) -> None:
    assert vocabulary().convert(measure, 1, unit, to) is None


@given(st.floats(min_value=0.001, max_value=1e6))
def test_conversion_is_invertible(value: float) -> None:
    v = vocabulary()
    for measure, unit in (
        ("hgb", "g_l"),
        ("cr", "mg_dl"),
        ("plt", "per_ul"),
        ("temperature", "fahrenheit"),
        ("hbv_dna", "log10_iu_ml"),
        ("qtc", "s"),
    ):
        canonical = v.measures[measure].unit or ""
        away = v.convert(measure, value, canonical, unit)
        assert away is not None
        assert v.convert(measure, away, unit) == pytest.approx(value)


def test_plausible() -> None:
    v = vocabulary()
    assert v.plausible("hgb", 10.2) and not v.plausible("hgb", 102)
    assert v.plausible("ecog", 0) and not v.plausible("ecog", 6)
    assert v.plausible("inr", 1.1) and not v.plausible("inr", 0)
    assert not v.plausible("nothing", 1)
