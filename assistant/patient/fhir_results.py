"""FHIR Observations: numbers with unit and reference range, coded results, stages."""

import re

from assistant.patient.facts import Moment, Range
from assistant.patient.fhir_sheet import Json, Sheet, codes_of, dated, longest_mentions, period_of, words_of
from assistant.patient.units import plausible, unit_at
from assistant.patient.vitals import dip_value
from index.vocabulary import vocabulary

# LOINC codes of results that are words, not numbers (loinc.org; names are not shipped). Numeric ones are in the measures table.
_SCALE_CODES = {
    "5195-3": "hbsag",
    "5196-1": "hbsag",
    "16128-1": "anti_hcv",
    "13955-0": "anti_hcv",
    "31201-7": "hiv_ab",
    "7918-6": "hiv_ab",
    "56888-1": "hiv_ab",
    "16112-5": "er",
    "40556-3": "er",
    "85337-4": "er",
    "16113-3": "pr",
    "40557-1": "pr",
    "85339-0": "pr",
    "18474-7": "her2",
    "48676-1": "her2",
    "85319-2": "her2",
    "72383-3": "her2",
    "62862-8": "msi",
    "81695-9": "msi",
    "21908-9": "stage",
    "21902-2": "stage",
    "21914-7": "stage",
    "2106-3": "hcg",
    "2118-8": "hcg",
}


_POSITIVE = re.compile(r"\b(?:positive|detected|reactive|present|mutated)\b", re.IGNORECASE)


_NEGATIVE = re.compile(r"\b(?:negative|not detected|non-?reactive|absent|undetected|none)\b", re.IGNORECASE)


_UCUM = (
    ("mm[Hg]", "mmHg"),
    ("[degF]", "°F"),
    ("Cel", "°C"),
    ("10*", "10^"),
    ("[IU]", "IU"),
    ("[in_i]", "in"),
    ("[lb_av]", "lb"),
    ("{copies}", "copies"),
    ("{score}", ""),
    ("{ratio}", ""),
    ("{INR}", ""),
    ("{cells}", "cells"),
)


def read_stage(words: str, sheet: Sheet, when: Moment | None) -> None:
    match = re.search(r"\b(0|I{1,3}|IV)\s?([A-D])?\d?\b|\b([1-4])([A-D])?\b", words.replace("Stage", ""))
    if match:
        roman = match[1] or ("", "I", "II", "III", "IV")[int(match[3])]
        place = sheet.line(f"Stage {roman}{match[2] or match[4] or ''}{dated(when)}")
        sheet.add(place, "category", "stage", "present", choices=(roman + (match[2] or match[4] or ""),), when=when)


def read_observation(resource: Json, sheet: Sheet) -> None:
    if resource.get("status") not in (None, "final", "amended", "corrected", "preliminary"):
        return
    when, _ = period_of(resource, "effective")
    for part in (resource, *(c for c in resource.get("component") or () if isinstance(c, dict))):
        _result(part, sheet, when)


def _result(part: Json, sheet: Sheet, when: Moment | None) -> None:
    concept = part.get("code")
    words = words_of(concept)
    codes = codes_of(concept)
    if part.get("dataAbsentReason"):
        return
    measure = next((m for m in vocabulary().measures.values() if any(code in m.loinc for code in codes)), None)
    if measure is None and not any(code in _SCALE_CODES for code in codes):
        named = [m for m in longest_mentions(words, ("measure",)) if m.start <= 2]
        if named and not (re.search(r"\burine\b", words, re.IGNORECASE) and vocabulary().measures[named[0].concept].kind != "urine"):
            measure = vocabulary().measures[named[0].concept]
    number, unit, sign = _number(part)
    if measure is not None and number is not None:
        found = unit_at(_ucum(unit), 0, 40, measure) if unit else None
        value = {
            "<": Range(low=None, high=number, high_inclusive=False),
            "<=": Range(low=None, high=number),
            ">": Range(low=number, high=None, low_inclusive=False),
            ">=": Range(low=number, high=None),
        }.get(sign, Range.exactly(number))
        low, high = _reference(part)
        implausible = not plausible(measure, value.low, value.high, found[0] if found else None)
        label = words or measure.label
        place = sheet.line(
            f"{label}: {sign}{number:g} {unit}{f' (reference {low:g}-{high:g})' if low is not None and high is not None else ''}{dated(when)}"
        )
        if implausible:
            sheet.warnings.append(f"{measure.label}: a value outside the plausible range was not used")
        method = next(
            (
                name
                for name, p in (
                    ("fridericia", "76635-9"),
                    ("bazett", "76635-2"),
                    ("fridericia", "76634-5"),
                    ("ckd_epi", "98979-8"),
                    ("ckd_epi", "33914-3"),
                    ("mdrd", "48643-1"),
                    ("cockcroft_gault", "35591-7"),
                )
                if p in codes
            ),
            None,
        )
        sheet.add(
            place,
            "measurement",
            measure.id,
            "present",
            value=value,
            unit=found[0] if found else None,
            upper_normal=high,
            lower_normal=low,
            when=when,
            implausible=implausible,
            method=method,
        )
        return
    answer = (
        words_of(part.get("valueCodeableConcept"))
        or str(part.get("valueString") or "")
        or ({True: "positive", False: "negative"}.get(part["valueBoolean"], "") if "valueBoolean" in part else "")
    )
    if not answer:
        return
    place = sheet.line(f"{words or codes[0] if codes else words}: {answer}{dated(when)}")
    if measure is not None and measure.id == "uprot_dip":
        dip = dip_value(answer)
        if dip is not None:
            sheet.add(place, "measurement", "uprot_dip", "present", value=dip, when=when)
        return
    scale = next((_SCALE_CODES[code] for code in codes if code in _SCALE_CODES), None)
    if scale is None:
        mentions = [m for m in longest_mentions(words, ("scale",)) if m.start <= 2]
        scale = mentions[0].concept if mentions else None
    if scale == "stage":
        sheet.text = sheet.text[: place[0]]
        read_stage(answer, sheet, when)
    elif scale is not None and scale in vocabulary().scales:
        keys = [entry.partition("=")[0] for entry in vocabulary().scales[scale].values]
        key = (
            "negative"
            if _NEGATIVE.search(answer)
            else "positive"
            if _POSITIVE.search(answer)
            else next((k for k in keys if k.lower() == answer.strip().lower()), "")
        )
        if key in keys:
            sheet.add(place, "category", scale, "present", choices=(key,), when=when)


def _number(part: Json) -> tuple[float | None, str, str]:
    quantity = part.get("valueQuantity")
    if isinstance(quantity, dict) and isinstance(quantity.get("value"), int | float):
        return float(f"{quantity['value']:.6g}"), str(quantity.get("code") or quantity.get("unit") or ""), str(quantity.get("comparator") or "")
    if isinstance(part.get("valueInteger"), int):
        return float(part["valueInteger"]), "", ""
    match = re.match(r"\s*(\d+(?:\.\d+)?)\b", words_of(part.get("valueCodeableConcept")))
    if match and re.search(r"ECOG|Karnofsky|KPS", words_of(part.get("code")) + words_of(part.get("valueCodeableConcept")), re.IGNORECASE):
        return float(match[1]), "", ""
    return None, "", ""


def _ucum(unit: str) -> str:
    for written, plain in _UCUM:
        unit = unit.replace(written, plain)
    return re.sub(r"\{[^}]*\}", "", unit)


def _reference(part: Json) -> tuple[float | None, float | None]:
    for interval in part.get("referenceRange") or ():
        low, high = ((interval.get(k) or {}).get("value") for k in ("low", "high"))
        return (float(low) if isinstance(low, int | float) else None), (float(high) if isinstance(high, int | float) else None)
    return None, None
