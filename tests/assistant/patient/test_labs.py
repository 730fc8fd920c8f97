"""Tables of laboratory values: long and wide, dates, decimal commas, units, quotes."""

from datetime import date

import pytest

from assistant.patient.facts import Fact
from assistant.patient.labs import with_labs
from assistant.patient.patient import read_note
from index.errors import UnreadableNote

AS_OF = date(2026, 11, 20)


def _read(text: str) -> dict[str, Fact]:
    patient = with_labs(None, text, AS_OF)
    for fact in patient.facts:
        assert patient.text[fact.source.start : fact.source.end] == fact.source.quote
    return {fact.concept: fact for fact in patient.facts if not fact.superseded}


def _value(fact: Fact) -> tuple[float | None, str | None, str]:
    assert fact.value
    return fact.value.low, fact.unit, str(fact.when.earliest) if fact.when else ""


def test_a_row_for_each_result_with_its_reference_range() -> None:
    found = _read(
        'date,test,value,unit,reference range\n2026-11-10,ALT,55,U/L,7-40\n2026-11-10,"Bilirubin, total",1.9,mg/dL,\n2026-11-10,HBsAg,Positive,,\n'
    )
    assert _value(found["alt"]) == (55.0, "u_l", "2026-11-10") and found["alt"].upper_normal == 40
    assert _value(found["tbil"]) == (1.9, "mg_dl", "2026-11-10") and found["hbsag"].choices == ("positive",)


def test_a_row_for_each_date_with_units_in_the_heading_and_decimal_commas() -> None:
    found = _read("Date;PLT (10^9/L);Hb (g/dL)\n01.11.2026;82;9,5\n10.11.2026;90;\n")
    assert _value(found["plt"]) == (90.0, "e9_l", "2026-11-10") and _value(found["hgb"]) == (9.5, "g_dl", "2026-11-01")


def test_a_column_for_each_date() -> None:
    assert _value(_read("Test\tUnit\t2026-11-01\t2026-11-10\nPlatelets\t10^9/L\t70\t80\n")["plt"]) == (80.0, "e9_l", "2026-11-10")


def test_beside_a_note_the_newer_value_stands_and_what_is_unknown_is_said() -> None:
    note = read_note("58M with HCC, ECOG 1. Platelets 60 x10^9/L on 2026-09-01.", AS_OF)
    both = with_labs(note, "date,test,value,unit\n2026-11-10,Platelets,82,10^9/L\n2026-11-10,Quux,3,\n", AS_OF)
    assert [(f.value.low, f.superseded) for f in both.facts if f.concept == "plt" and f.value] == [(60.0, True), (82.0, False)]
    assert any("Quux" in warning for warning in both.warnings) and any(f.concept == "hcc" for f in both.facts)


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(UnreadableNote):
        with_labs(None, "just some words\n", AS_OF)
