"""What is said of a measure: comparison, number, unit, multiple of a normal limit; whether it can be trusted."""

import itertools
import re
from dataclasses import dataclass

from index.conditions import Bounds
from index.criteria import numbers
from index.criteria.passage import Passage
from index.vocabulary import vocabulary

DAMAGED = "comparator missing or damaged"


@dataclass(frozen=True, slots=True)
class Value:
    """What is said of a measure: bounds, unit and multiple; `damaged` if the comparison cannot be trusted."""

    start: int
    end: int
    bounds: Bounds
    unit: str | None
    times: str | None
    operator: numbers.Operator | None
    damaged: bool = False


# Words that may stand between a measure and its number without limiting anything.
GAP = re.compile(
    r"""(?:\s|[:,~\-–]|\b(?:counts?|levels?|values?|scores?|points?|results?|concentrations?|ratio|titers?|of|is|are|was|were|be|been|being|must|should|shall|will|have|has|had|to|the|an?|at|with|in|on
    |performance|status|scale|grade|class|stage|estimated|calculated|measured|serum|plasma|blood|total|by|a|minimum|ranges?|ranging|ranged|between|from|for|and|when|that|which|who|whose|patients?|subjects?|defined|as|or
    |according|indoor|ambient|room|air|rest|echocardiogra\w+|echo|MUGA|(?:fe)?males?|wom[ae]n|m[ae]n|ultrasound|formula|equation|method|CKD-?EPI|MDRD|Cockc?roft-?|Gault|modified|within|rate|time|confirmed|documented|showing|shows?|reported|assessed|test|quantification|quantitation|detected|detection|interval|currently|baseline|screening|entry|enrol+ment|inclusion|randomi[sz]ation|registration|recruitment|informed|consent|signing|study|visit|index|function|range|absolute|resting|either|one|following|using|remains?|maintained|stable|approximately|about|any|both|alone|\(?s\)?)\b
    |\([^()<>≤≥=]{0,60}\)|\[[^\[\]<>≤≥]{0,60}\]|"|')*+""",
    re.I | re.X,
)
_ULN = re.compile(
    r"\s*(?:[x×*X]\s*|[- ]?fold\s*(?:of|above|over|the)?\s*|times?\s*)?\(?\s*(?:(?:the|of|above|that|than|greater"
    r"|over|or|institution(?:al|'?s)?|laboratory'?s?|lab|local|normal|reference|respective|corresponding|site"
    r"|central|age[- ]adjusted|age[- ]appropriate|age[- ]specific|its|their|study)\s+)*"
    r"(?:I?ULN\b|IULN\b|UNL\b|ULNR?\b|U\.L\.N\.?|ULRR\b|ULM\b|(?:upper|up)\s+(?:(?:institutional|normal|laboratory"
    r"|reference|local|range)\s+)*(?:limits?|bound|boundary|end|range|value)s?(?:\s+(?:of|for"
    r"|to)\s+(?:the\s+)?(?:(?:institutional|laboratory|local|reference|age)\s+)*(?:normal|reference"
    r"|the normal)?(?:\s+(?:ranges?|values?|limits?|level|laboratory))*)?|normal\s+upper\s+limit|upper\s+normal"
    r"|limits?\s+of\s+(?:the\s+)?(?:upper\s+)?normal|normal(?:\s+(?:limits?|range|values?|level|upper limit)"
    r"|(?=\s*(?:[,;.)]|$|or\b|and\b|if\b|unless\b|in\b|for\b|\()))|NL\b|N\b(?![- ]?(?:stage|\d))|ULN)"
    r"(?:\s*(?:\(\s*)?(?:for|of)\s+(?:the\s+)?(?:institution|laboratory|age|local laboratory|site)\b\)?)?(?:\s*\(?\s*(?:x\s*)?\bI?ULN\b\s*\)?)?",
    re.I,
)
_LLN = re.compile(
    r"\s*(?:[x×*X]\s*|times?\s*)?(?:(?:the|of|institutional|laboratory|local|normal|lab)\s+)*(?:LLN\b"
    r"|lower\s+(?:(?:institutional|normal|laboratory)\s+)?limits?(?:\s+of\s+(?:the\s+)?(?:institutional\s+"
    r"|laboratory\s+)?normal(?:\s+range)?)?(?:\s*\(LLN\))?)",
    re.I,
)
_NORMAL = re.compile(
    r"(?:(?:within|in)\s+(?:the\s+)?(?:(?:institutional|laboratory|local|lab|reference"
    r"|institution's?)\s+)*(?:limits?\s+of\s+)?normal(?:\s+(?:institutional|laboratory|reference))?(?:\s+(?:limits?"
    r"|ranges?|values?))?(?:\s*\(?WNL\)?)?|\bWNL\b|\bnormal\b(?!\s+(?:upper|limit|liver|tissue|organ"
    r"|saline)))(?:\s+(?:limits?|ranges?|values?))?",
    re.I,
)
_BASELINE = re.compile(r"\s*(?:[x×*]\s*|times\s+)(?:the\s+)?baseline\b", re.I)
RANGE = re.compile(r"\s*(?:-|–|to|and|through|~|\.\.)\s*", re.I)
_LIST = re.compile(r"\s*(?:,\s*(?:or|and)?|or|and/or|and|/)\s*(?=\d)", re.I)
_CELLS = frozenset({"cells_volume"})
_ROMAN = {"0": 0, "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5}
_LOW_IS_BETTER = frozenset({"ecog", "child_pugh", "ctcae_grade", "meld"})


def is_covered(at: int, ranges: list[tuple[int, int]]) -> bool:
    return any(a <= at < b for a, b in ranges)


def value_at(p: Passage, at: int, end: int, measure: str, floor: int, taken: list[tuple[int, int]]) -> Value | None:
    text = p.text
    normal = _NORMAL.search(text, max(floor, at - 24), min(end, at + 60))
    # First comparator or number behind the gap, allowing for the comparator itself.
    m = next((c for c in numbers.COMPARATOR.finditer(text, floor, min(end, floor + 140)) if GAP.fullmatch(text, floor, c.start())), None)
    m = m or numbers.COMPARATOR.match(text, at, end)
    if m is None and (equal := numbers.EQUALS.match(text, at, end)):
        again = GAP.match(text, equal.end(), end)
        at = again.end() if again else equal.end()
        m = numbers.COMPARATOR.match(text, at, end)
    operator: numbers.Operator | None = m.lastgroup if m else None  # type: ignore[assignment]
    begin = m.start() if m else at
    num_at = m.end() if m else at
    skip = re.compile(
        r"\s*(?:or\s+equal\s+to\s*)?(?:(?:an?|the|about|approximately|of|to|at|be|score of|than|level of|grade)\s+|[~(]\s*)*", re.I
    ).match(text, num_at, end)
    num_at = skip.end() if skip else num_at
    if operator is None:
        before = numbers.comparator_before(text, floor, num_at)
        if before:
            operator, begin = before
    if (uln := _ULN.match(text, num_at, end)) and operator:
        return Value(begin, uln.end(), numbers.bounds_of(operator, 1), None, "uln", operator)
    if operator and (lln := _LLN.match(text, num_at, end)):
        return Value(begin, lln.end(), numbers.bounds_of(operator, 1), None, "lln", operator)
    roman = (
        re.compile(r"(?:grade\s*)?(IV|I{1,3}|V)\b(?:\s*(?:-|to)\s*(IV|I{1,3}|V)\b)?").match(text, num_at, end) if measure == "ctcae_grade" else None
    )
    number = numbers.number_at(text, num_at, end)
    if roman and not number:
        low = float(_ROMAN[roman[1]])
        if roman[2]:
            return Value(begin, roman.end(), Bounds(low=low, high=float(_ROMAN[roman[2]])), None, None, "eq")
        return finish(p, begin, roman.end(), low, roman[1], operator, measure, end)
    if number is None or is_covered(num_at, taken):
        if normal and GAP.fullmatch(text, floor, normal.start()) and normal.start() >= floor:
            return _within_normal(measure, normal)
        return None
    if normal and normal.start() < num_at and GAP.fullmatch(text, floor, normal.start()) and not operator:
        return _within_normal(measure, normal)
    value, stop, literal = number
    return finish(p, begin, stop, value, literal, operator, measure, end)


def _within_normal(measure: str, m: "re.Match[str]") -> Value | None:
    row = vocabulary().measures[measure]
    if re.search(
        r"\b(?:outside|out of|not within|not in|abnormal|beyond|above and below)\b[^,;]{0,12}$",
        m.string[max(0, m.start() - 30) : m.start() + 3],
        re.I,
    ):
        return None
    if (row.lln_low is not None and row.uln_low is None) or row.id in ("lvef", "plt", "hgb", "anc", "wbc"):
        return Value(m.start(), m.end(), Bounds(low=1), None, "lln", "ge")
    if row.uln_low is not None and row.lln_low is not None:
        return Value(m.start(), m.end(), Bounds(low=1, high=1), None, "normal", "eq")
    if row.uln_low is not None or row.kind == "lab":
        return Value(m.start(), m.end(), Bounds(high=1), None, "uln", "le")
    return None


def finish(p: Passage, begin: int, stop: int, value: float, literal: str, operator: numbers.Operator | None, measure: str, end: int) -> Value | None:
    """The unit, the range or list, the multiple of normal and the trailing comparator behind a number."""
    text = p.text
    vocab = vocabulary()
    unit: str | None = None
    times: str | None = None
    damaged = False
    scale = 1.0
    number_at = numbers.number_at
    if vocab.measures[measure].whole:
        number_at = numbers.whole_at
        if re.fullmatch(r"\d+,\d{1,2}", literal):
            first, _, behind = literal.partition(",")
            value, stop, literal = float(first), stop - len(behind) - 1, first
        if (
            operator is None
            and vocab.measures[measure].kind == "score"
            and (r := re.compile(r"\s*%?\s*(?:-|–|to|~)\s*").match(text, stop, end))
            and (second := number_at(text, r.end(), end))
            and not second[2].isalpha()
            and second[0] < value
        ):
            # "Karnofsky 100-80%": the better value first.
            return _checked(p, Value(begin, _percent(text, second[1], end), Bounds(low=second[0], high=value), None, None, "eq"), measure, literal)
    # "1.5-fold", "1.5 x ULN", "2 times normal"
    high: float | None = None
    if (
        (r := RANGE.match(text, stop, end))
        and (second := numbers.number_at(text, r.end(), end))
        and not second[2].isalpha()
        and (operator is None or second[0] > value)
        and second[0] >= value
    ):
        joins_and = r[0].strip().lower() == "and"
        if (
            not joins_and
            or re.search(r"between\W*$", text[max(0, begin - 12) : begin], re.I)
            or (operator is None and re.search(r"between", text[max(0, begin - 40) : begin + 1], re.I))
        ):
            high, stop = second[0], second[1]
    if high is None and operator in ("ge", "gt") and (both := _two_units(p, value, stop, measure, end, operator)) is not None:
        return _checked(p, Value(begin, both[1], both[0], vocab.measures[measure].unit, None, "ge"), measure, literal)
    if (
        high is None
        and (r := re.compile(r"\s*(?:years?|yrs?|kg|%)?\s*(?:to|and|-|,|but)\s*(?=[<≤])", re.I).match(text, stop, end))
        and operator in (None, "ge", "gt")
    ):
        c = numbers.COMPARATOR.match(text, r.end(), end)
        blank = re.compile(r"\s*").match(text, c.end(), end) if c else None
        top = numbers.number_at(text, blank.end(), end) if blank else None
        if c and top and top[0] > value and c.lastgroup in ("le", "lt"):
            unit_, until_ = vocabulary_unit(p, top[1], measure, end)
            return _checked(
                p,
                Value(
                    begin,
                    until_ if unit_ else top[1],
                    Bounds(low=value, low_inclusive=operator != "gt", high=top[0], high_inclusive=c.lastgroup == "le"),
                    unit_,
                    None,
                    "ge",
                ),
                measure,
                literal,
            )
    if (
        high is None
        and (first_unit := vocabulary_unit(p, stop, measure, end))[0]
        and (r := RANGE.match(text, first_unit[1], end))
        and (second := numbers.number_at(text, r.end(), end))
        and not second[2].isalpha()
        and second[0] > value
    ):
        # "between 7.0% and 10.0%", "18 years to 75 years"
        second_unit = vocabulary_unit(p, second[1], measure, end)
        fits = operator is None and (r[0].strip().lower() != "and" or re.search(r"between", text[max(0, begin - 40) : begin + 1], re.I))
        if fits and second_unit[0] and second_unit[0] != first_unit[0]:
            # "2 months to 20 years": both in the measure's own unit.
            a, b = vocab.convert(measure, value, first_unit[0]), vocab.convert(measure, second[0], second_unit[0])
            if a is not None and b is not None and a < b:
                return _checked(p, Value(begin, second_unit[1], Bounds(low=a, high=b), vocab.measures[measure].unit, None, "eq"), measure, literal)
        if fits and second_unit[0] == first_unit[0]:
            return _checked(p, Value(begin, second_unit[1], Bounds(low=value, high=second[0]), first_unit[0], None, "eq"), measure, literal)
    values = [value]
    if high is None and operator is None:
        at = stop
        while (
            (m := _LIST.match(text, at, end))
            and (item := number_at(text, m.end(), end))
            and item[0] < 1000
            and float(item[0]).is_integer()
            and float(value).is_integer()
        ):
            if numbers.comparator_after(text, item[1], end) is None and vocabulary_unit(p, item[1], measure, end)[0] is not None:
                break
            values.append(item[0])
            at = stop = item[1]
    if uln := _ULN.match(text, stop, end):
        times, stop = "uln", uln.end()
    elif lln := _LLN.match(text, stop, end):
        times, stop = "lln", lln.end()
    elif base := _BASELINE.match(text, stop, end):
        times, stop = "baseline", base.end()
    else:
        found, until = vocabulary_unit(p, stop, measure, end)
        if found is None and (power := numbers.power_at(text, stop, end)):
            scale = power[0]
            stop = power[1]
            found, until = vocabulary_unit(p, stop, measure, end)
        if found is not None:
            unit, stop = found, until
            if vocab.units[found].dimension == "fraction" and (uln := _ULN.match(text, stop, end)):
                times, unit, scale, stop = "uln", None, 0.01, uln.end()
        if (
            extra := re.compile(r"\s*\(?\s*%?\s*(?:of\s+)?(?:the\s+)?(?:predicted|normal)\b(?:\s+(?:value|normal))?\)?", re.I).match(text, stop, end)
        ) and vocab.measures[measure].kind == "function":
            stop = extra.end()
        if unit == "percent" and (
            whole := re.compile(
                r"\s*of\s+(?:the\s+)?(?:total|standard|whole|estimated total|predicted|normal)\s+(?:liver\s+)?(?:volume|value|liver)?", re.I
            ).match(text, stop, end)
        ):
            stop = whole.end()
    if unit and (extra := re.compile(r"(?:\s*(?:degrees?|celsius|centigrade)\b)+", re.I).match(text, stop, end)):
        stop = extra.end()
    if measure == "uprot_dip" and stop < end and text[stop : stop + 1] == "+":
        stop += 1
    damaged = damaged or bool(re.fullmatch(r"0\d", literal))  # "ECOG 01" was "0-1"
    values = [v * scale for v in values]
    high = None if high is None else high * scale
    if measure == "age" and (old := re.compile(r"[\s-]*(?:old|of age)\b|\s*\(inclusive\)|\s*,?\s*inclusive\b", re.I).match(text, stop, end)):
        stop = old.end()
    better: numbers.Operator = "le" if measure in _LOW_IS_BETTER else "ge"
    if operator is None and (after := numbers.comparator_after(text, stop, end, better)):
        operator, stop = after
        if high is None and len(values) == 1:
            return _checked(p, Value(begin, stop, numbers.bounds_of(operator, values[0]), unit, times, operator), measure, literal)
    if high is not None:
        return _checked(p, Value(begin, stop, Bounds(low=values[0], high=high), unit, times, "eq"), measure, literal)
    if len(values) > 1:
        ordered = sorted(values)
        if ordered == values and all(b - a <= 1 for a, b in itertools.pairwise(ordered)):
            return _checked(p, Value(begin, stop, Bounds(low=ordered[0], high=ordered[-1]), unit, times, "eq"), measure, literal)
        damaged = True
    if operator is None:
        row = vocab.measures[measure]
        operator = "eq"
        # A score may be asked for exactly ("ECOG 1", "ECOG = 0"); a laboratory value cannot be.
        damaged = damaged or not (row.kind == "score" or (row.whole and row.kind in ("score", "count"))) or times is not None
        if row.kind == "count" and not damaged:
            damaged = bool(re.search(r"=\s*$", text[max(0, begin - 3) : begin]))
    return _checked(p, Value(begin, stop, numbers.bounds_of(operator, values[0]), unit, times, operator, damaged), measure, literal)


def _percent(text: str, at: int, end: int) -> int:
    """Where a percent sign behind a score ends ("Karnofsky 80%")."""
    m = re.compile(r"\s*%").match(text, at, end)
    return m.end() if m else at


def vocabulary_unit(p: Passage, at: int, measure: str, end: int) -> tuple[str | None, int]:
    """The unit written at `at` (blanks skipped), if the vocabulary knows it for this measure."""
    text = p.text
    while at < end and text[at] in " -":
        at += 1
    if at >= end:
        return None, at
    found = vocabulary().unit_at(text, at, measure)
    if found is None or found[1] > end:
        return None, at
    return found


_UP_TO = re.compile(r"\s*(?:to|and|-|–|,|but)\s*(?=[<≤])", re.I)


def _two_units(p: Passage, value: float, stop: int, measure: str, end: int, operator: str) -> tuple[Bounds, int] | None:
    """ "> 3 months to < 18 years": both ends in the measure's own unit, and where the text of the second one stops."""
    first, at = vocabulary_unit(p, stop, measure, end)
    r = _UP_TO.match(p.text, at, end) if first else None
    c = numbers.COMPARATOR.match(p.text, r.end(), end) if r else None
    if c is None or c.lastgroup not in ("le", "lt"):
        return None
    behind = c.end() + len(p.text[c.end() : end]) - len(p.text[c.end() : end].lstrip())
    top = numbers.number_at(p.text, behind, end)
    second, until = vocabulary_unit(p, top[1], measure, end) if top else (None, end)
    if top is None or first is None or second is None or first == second:
        return None
    low, high = (vocabulary().convert(measure, n, unit) for n, unit in ((value, first), (top[0], second)))
    if low is None or high is None or low >= high:
        return None
    return Bounds(low=low, low_inclusive=operator != "gt", high=high, high_inclusive=c.lastgroup == "le"), until


def _checked(p: Passage, value: Value, measure: str, literal: str) -> Value:
    """Marks values that cannot be meant: a power of ten that lost its sign, a number no patient can have."""
    row = vocabulary().measures[measure]
    if value.times is not None:
        factors = [v for v in (value.bounds.low, value.bounds.high) if v is not None]
        return Value(
            value.start,
            value.end,
            value.bounds,
            value.unit,
            value.times,
            value.operator,
            value.damaged or any(v > 50 for v in factors) or not factors,
        )
    canonical = vocabulary().units[row.unit] if row.unit else None
    if canonical and canonical.dimension in _CELLS and re.search(r"\d10(?:9|12|6|3)$", literal.replace(" ", "")):
        return Value(value.start, value.end, value.bounds, value.unit, None, value.operator, True)
    for number in (value.bounds.low, value.bounds.high):
        if number is None or row.low is None or row.high is None:
            continue
        plain = vocabulary().convert(measure, number, value.unit) if value.unit else None
        if value.unit and plain is not None and not (row.low / 4 <= plain <= row.high * 4) and number != 0:
            return Value(value.start, value.end, value.bounds, value.unit, None, value.operator, True)
    return value
