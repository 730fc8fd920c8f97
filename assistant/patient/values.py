"""A number in its place: what it is a value of, its unit, the laboratory's limits behind it."""

import re

from assistant.patient.numbers import Value, power_at
from assistant.patient.units import misfit_at, unit_at
from index.vocabulary import Mention, vocabulary
from index.vocabulary.rows import Measure

LOG_BEFORE = re.compile(r"(?:log(?:10)?|lg)\s*$", re.IGNORECASE)


_LOG_AFTER = re.compile(r"\s*(?:log(?:10|\s?\(10\))?|lg)\b(?:\s*(?P<unit>(?:IU|copies|cps|c)/mL))?", re.IGNORECASE)


_FLAG = re.compile(r"\s*(?:\(\s*(?:H|L|HH|LL|high|low|normal)\s*\)|\*{1,2}|[↑↓]+|(?<=[\s\d])(?:HH?|LL?)(?=\s|$|[,;|)]))")


_ULN = re.compile(
    r"[\s,;|]*[\[(]?\s*(?:(?:lab|local|site|our|laboratory|institutional)(?:'s)?\s+)?(?:ULN|upper\s+(?:limit\s+of\s+normal|"
    r"normal\s+limit|limit|normal))\s*(?:is|of|=|:|-)?\s*(?P<uln>\d+(?:[.,]\d+)?)",
    re.IGNORECASE,
)


_REFERENCE = re.compile(
    r"[\s,;|]*(?P<open>[\[(])?\s*(?P<word>(?:normal|reference|ref\.?|nl|nr|rr|range|n|norm)(?:\s*(?:range|interval|value|"
    r"limits?))?\.?\s*[:=]?)?\s*(?:(?P<low>\d+(?:[.,]\d+)?)\s*(?:-|–|to)\s*(?P<high>\d+(?:[.,]\d+)?)|(?P<lt><|≤|<=|"
    r"up\s+to\s)\s*(?P<only>\d+(?:[.,]\d+)?)|(?P<gt>>|≥)\s*(?P<above>\d+(?:[.,]\d+)?))(?!\s*(?:weeks?|days?|months?|years?|ago))",
    re.IGNORECASE,
)


TIMES_ULN = re.compile(r"\s*(?:[x×*]|times|fold)\s*(?:the\s+)?(?:ULN|upper\s+limit(?:\s+of\s+normal)?)\b", re.IGNORECASE)


_NOT_A_VALUE = re.compile(
    r"\s*-?\s*(?:years?|yrs?|y/?o\b|days?\b|weeks?|wks?|months?|mos?\b|hours?\b|hrs?\b|cycles?|lines?|doses?|times\b|courses?|tablets?|"
    r"tabs?\b|caps?\b|units?\b(?!/)|vials?|bags?|pints?|points? (?:drop|fall)|st\b|nd\b|rd\b|th\b|fold|q\d|packs?|metast|lesions?|"
    r"nodules?|tumou?rs?|x\s?(?:uln|upper))",
    re.IGNORECASE,
)


_DOSE = re.compile(r"\s*(?:mg|g|mcg|μg|ug|IU|units?|mmol|mEq|meq)\b(?!\s*/|\s*per\b)", re.IGNORECASE)


# Cells in a microlitre and viral loads are whole: "98.000 /µL" is ninety-eight thousand, as most of Europe writes it.
_WHOLE = frozenset({"per_ul", "iu_ml", "copies_ml"})
_THOUSANDS = re.compile(r"\d{1,3}\.\d{3}(?:\s*(?:-|to|–)\s*\d{1,3}\.\d{3})?")


VIRAL = frozenset({"hbv_dna", "hcv_rna", "hiv_rna", "hdv_rna", "cmv_dna", "ebv_dna"})


def rejects(text: str, m: Mention, measure: Measure, number: Value, limit: int) -> bool:
    if number.magnitude:
        return False
    if unit_at(text, number.end, limit, measure) is not None:
        return False
    if misfit_at(text, number.end, limit, measure):
        return True
    following = text[number.end : number.end + 24]
    if TIMES_ULN.match(text, number.end):
        return False
    if measure.kind not in ("time", "demographic") and _NOT_A_VALUE.match(following):
        return True
    if _DOSE.match(following):
        return True
    if re.match(r"\s?%", following) and vocabulary().units.get(measure.unit or "") is not None:
        return True
    if re.match(r"/\d", following) and m.concept not in ("ecog", "gcs", "mmse", "moca", "apgar", "pain_score"):
        return True
    # "pt 63": a patient, not a prothrombin time; "T 3": a stage, not a temperature.
    return m.surface.lower() in ("pt", "t", "tb", "ps", "ef", "hr", "rr", "na", "ap") and m.surface not in (
        "PT",
        "PS",
        "EF",
        "HR",
        "RR",
        "Na",
        "TB",
        "T",
        "AP",
    )


def with_unit(text: str, number: Value, measure: Measure, limit: int) -> tuple[int, Value, str | None]:
    """Where a value ends, with its multiplier and unit: (end, scaled value, unit id)."""
    canonical = measure.unit
    log = _LOG_AFTER.match(text, number.end, limit) if measure.id in VIRAL or measure.id in ("hbsag_quant",) else None
    before = LOG_BEFORE.search(text[max(0, number.start - 8) : number.start])
    if (log or before) and number.low is not None and (number.high or number.low) <= 15:
        low = 10**number.low
        high = None if number.high is None else 10**number.high
        end = log.end() if log else number.end
        unit = unit_at(text, end, limit, measure) if not (log and log["unit"]) else None
        unit_id = ("copies_ml" if log["unit"][0].lower() == "c" else "iu_ml") if log and log["unit"] else unit[0] if unit else None
        return (
            (unit[1] if unit else end),
            Value(
                number.start, end, float(f"{low:.6g}"), None if high is None else float(f"{high:.6g}"), number.low_inclusive, number.high_inclusive
            ),
            unit_id,
        )
    if number.magnitude == "万" and canonical == "e9_l":
        slash = re.compile(r"\s*/\s*[uμ]L", re.IGNORECASE).match(text, number.end, limit)
        return (slash.end() if slash else number.end), number.scaled(10), canonical
    if number.magnitude == "k" and canonical in ("e9_l",):
        slash = re.compile(r"\s*(?:/|per\s)\s*(?:[uμ]L|mcL|mm\^?3|cumm|cu mm)", re.IGNORECASE).match(text, number.end, limit)
        return (slash.end() if slash else number.end), number.scaled(1), canonical
    plain = number.plain()
    found = unit_at(text, number.end, limit, measure)
    if found is not None:
        if found[0] in _WHOLE and _THOUSANDS.fullmatch(text[number.start : number.end].lstrip("<>=≤≥~ ")):
            plain = plain.scaled(1000)
        return found[1], Value(plain.start, found[1], plain.low, plain.high, plain.low_inclusive, plain.high_inclusive), found[0]
    power = power_at(text, number.end, limit)
    if power is not None:
        scaled = plain.scaled(power[0])
        found = unit_at(text, power[1], limit, measure)
        return (found[1] if found else power[1]), scaled, found[0] if found else None
    flag = _FLAG.match(text, number.end, limit)
    if flag is not None:
        bar = re.compile(r"\s*\|?\s*").match(text, flag.end(), limit)
        found = unit_at(text, bar.end() if bar else flag.end(), limit, measure)
        return (found[1] if found else flag.end()), plain, found[0] if found else None
    bar = re.compile(r"\s*[|,]\s*|\s{2,}|\s*\(\s*|\s*\[").match(text, number.end, limit)
    if bar is not None and (found := unit_at(text, bar.end(), limit, measure)) is not None and canonical is not None:
        return found[1], plain, found[0]
    return number.end, plain, None


def limits_after(text: str, end: int, limit: int, value: Value, measure: Measure) -> tuple[float | None, float | None, int]:
    """The laboratory's own limits after a value: (lower, upper, where they end)."""
    flag = _FLAG.match(text, end, limit)
    at = flag.end() if flag else end
    uln = _ULN.match(text, at, limit)
    if uln:
        return None, float(uln["uln"].replace(",", ".")), uln.end()
    reference = _REFERENCE.match(text, at, limit)
    if (
        reference
        and not _NOT_A_VALUE.match(text, reference.end())
        and not re.match(r"\s*(?:/\d|x\s*ULN)", text[reference.end() : reference.end() + 8])
    ):
        bracketed = bool(reference["open"]) or bool(reference["word"])
        tabular = bool(re.match(r"\s*\||\s{2,}|\s", text[at : at + 3])) and reference["low"] is not None
        if bracketed or tabular:
            if reference["low"] is not None:
                low, high = (float(reference[k].replace(",", ".")) for k in ("low", "high"))
                if low < high:
                    return low, high, reference.end()
            elif reference["only"]:
                return None, float(reference["only"].replace(",", ".")), reference.end()
            elif reference["above"]:
                return float(reference["above"].replace(",", ".")), None, reference.end()
    if "|" in text[end : end + 6]:
        return None, None, end
    return None, None, end
