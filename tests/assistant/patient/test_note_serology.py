"""Infections with one result at the end of a list, and results in abbreviation."""

from datetime import date

import pytest

from assistant.patient import read_note

AS_OF = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("note", "denied"),
    [
        ("HIV, HBV and HCV serology negative", {"hiv", "hepatitis_b", "hepatitis_c"}),
        ("HIV, hepatitis B and C negative", {"hiv", "hepatitis_b", "hepatitis_c"}),
        ("HIV/HBV/HCV serology: all negative", {"hiv", "hepatitis_b", "hepatitis_c"}),
        ("Hep B, C, HIV all neg", {"hiv", "hepatitis_b", "hepatitis_c"}),
        ("HIV-, HBV-, HCV-", {"hiv", "hepatitis_b", "hepatitis_c"}),
        ("virology (HIV, HBV, HCV) negative", {"hiv", "hepatitis_b", "hepatitis_c"}),
        ("Screening for HIV, hepatitis B and hepatitis C: nonreactive", {"hiv", "hepatitis_b", "hepatitis_c"}),
        ("HIV and syphilis serology unremarkable", {"hiv", "syphilis"}),
        ("HIV ab and p24 ag not detected", {"hiv"}),
        ("HIV neg. RPR neg.", {"hiv"}),
        ("HIV: neg", {"hiv"}),
        ("Hep B/C neg", {"hepatitis_b", "hepatitis_c"}),
        ("pregnancy neg", {"pregnancy"}),
        ("DVT neg", {"deep_vein_thrombosis"}),
    ],
)
def test_a_result_denies_all_that_it_stands_behind(note: str, denied: set[str]) -> None:
    facts = [f for f in read_note(note, AS_OF).facts if f.kind == "finding"]
    assert {f.concept for f in facts} == denied
    assert {f.status for f in facts} == {"absent"}
    assert all(f.source.quote in note for f in facts)


@pytest.mark.parametrize(
    ("note", "concept", "status"),
    [
        ("HIV and hepatitis B", "hepatitis_b", "present"),
        ("HBV on entecavir, HCV negative", "hepatitis_b", "present"),
        ("hepatitis B, HCV negative", "hepatitis_b", "possible"),  # by a comma alone it may be affirmed or denied
        ("hepatitis B, HCV negative", "hepatitis_c", "absent"),
        ("hepatitis B; HIV and HCV negative", "hepatitis_b", "present"),
    ],
)
def test_a_result_denies_no_more(note: str, concept: str, status: str) -> None:
    assert {f.status for f in read_note(note, AS_OF).facts if f.concept == concept} == {status}


@pytest.mark.parametrize(
    ("note", "concept", "low", "high", "unit"),
    [
        ("expected survival: 4-6 months", "life_expectancy", 4, 6, "month"),
        ("expected survival 1-2 years", "life_expectancy", 1, 2, "year"),
        ("life expectancy between 6 and 9 months", "life_expectancy", 6, 9, "month"),
        ("Prognosis estimated at 6 to 9 months", "life_expectancy", 6, 9, "month"),
        ("neutrophils 2.900/µl", "anc", 2900, 2900, "per_ul"),
        ("platelets 98.000/µl", "plt", 98000, 98000, "per_ul"),
        ("Plt 98'000/µl", "plt", 98000, 98000, "per_ul"),
        ("Platelets 98 Tsd/µl", "plt", 98, 98, "e9_l"),
        ("platelets 1.12.000/µl", "plt", 112000, 112000, "per_ul"),
        ("creatinine 1.250 mg/dL", "cr", 1.25, 1.25, "mg_dl"),  # three decimals are no thousands where fractions are usual
    ],
)
def test_ranges_keep_their_unit_and_thousands_their_marks(note: str, concept: str, low: float, high: float, unit: str) -> None:
    (fact,) = [f for f in read_note(note, AS_OF).facts if f.concept == concept]
    assert fact.value is not None
    assert (fact.value.low, fact.value.high, fact.unit) == (low, high, unit)
