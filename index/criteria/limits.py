"""Numeric limits: which measure, which comparison, which unit, or which multiple of a normal limit.

A limit whose comparator is missing or damaged is not guessed: it becomes `NotCompiled`.
"""

import re
from dataclasses import dataclass

from index.conditions import AllOf, AnyOf, Bounds, Condition, Limit, NotCompiled, Window
from index.criteria import numbers
from index.criteria.passage import Passage
from index.vocabulary import Mention, vocabulary

DAMAGED = "comparator missing or damaged"


@dataclass(frozen=True, slots=True)
class Atom:
    """A condition and the words it accounts for, `text[start:end]`. `measures`: what a bare number behind it would mean."""

    start: int
    end: int
    condition: Condition
    measures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Value:
    """What is said of a measure: bounds, unit and multiple; `damaged` if the comparison cannot be trusted."""

    start: int
    end: int
    bounds: Bounds
    unit: str | None
    times: str | None
    operator: numbers.Operator | None
    damaged: bool = False


# Words that may stand between a measure and its number without limiting anything.
_GAP = re.compile(
    r"""(?:\s|[:,~\-–]|\b(?:counts?|levels?|values?|scores?|points?|results?|concentrations?|ratio|titers?|of|is|are|was|were|be|been|being|must|should|shall|will|have|has|had|to|the|an?|at|with|in|on
    |performance|status|scale|grade|class|stage|estimated|calculated|measured|serum|plasma|blood|total|by|a|minimum|ranges?|ranging|ranged|between|from|for|and|when|that|which|who|whose|patients?|subjects?|defined|as|or
    |within|rate|time|confirmed|documented|showing|shows?|reported|assessed|test|quantification|quantitation|detected|detection|interval|currently|baseline|screening|entry|index|function|range|absolute|resting|either|one|following|using|remains?|maintained|stable|approximately|about|any|both|alone|\(?s\)?)\b
    |\([^()<>≤≥=]{0,60}\)|\[[^\[\]<>≤≥]{0,60}\]|"|')*+""",
    re.I | re.X,
)
_ULN = re.compile(
    r"\s*(?:[x×*X]\s*|[- ]?fold\s*(?:of|above|over|the)?\s*|times?\s*)?\(?\s*(?:(?:the|of|above|that|than|greater|over|or|institution(?:al|'?s)?|laboratory'?s?|lab|local|normal|reference|respective|corresponding|site|central|age[- ]adjusted|age[- ]appropriate|age[- ]specific|its|their|study)\s+)*"
    r"(?:I?ULN\b|IULN\b|UNL\b|ULNR?\b|U\.L\.N\.?|ULRR\b|ULM\b|(?:upper|up)\s+(?:(?:institutional|normal|laboratory|reference|local|range)\s+)*(?:limits?|bound|boundary|end|range|value)s?(?:\s+(?:of|for|to)\s+(?:the\s+)?(?:(?:institutional|laboratory|local|reference|age)\s+)*(?:normal|reference|the normal)?(?:\s+(?:ranges?|values?|limits?|level|laboratory))*)?|normal\s+upper\s+limit|upper\s+normal|limits?\s+of\s+(?:the\s+)?(?:upper\s+)?normal|normal(?:\s+(?:limits?|range|values?|level|upper limit)|(?=\s*(?:[,;.)]|$|or\b|and\b|if\b|unless\b|in\b|for\b|\()))|NL\b|N\b(?![- ]?(?:stage|\d))|ULN)"
    r"(?:\s*(?:\(\s*)?(?:for|of)\s+(?:the\s+)?(?:institution|laboratory|age|local laboratory|site)\b\)?)?(?:\s*\(?\s*(?:x\s*)?\bI?ULN\b\s*\)?)?",
    re.I,
)
_LLN = re.compile(
    r"\s*(?:[x×*X]\s*|times?\s*)?(?:(?:the|of|institutional|laboratory|local|normal|lab)\s+)*(?:LLN\b|lower\s+(?:(?:institutional|normal|laboratory)\s+)?limits?(?:\s+of\s+(?:the\s+)?(?:institutional\s+|laboratory\s+)?normal(?:\s+range)?)?(?:\s*\(LLN\))?)",
    re.I,
)
_NORMAL = re.compile(
    r"(?:(?:within|in)\s+(?:the\s+)?(?:(?:institutional|laboratory|local|lab|reference|institution's?)\s+)*(?:limits?\s+of\s+)?normal(?:\s+(?:institutional|laboratory|reference))?(?:\s+(?:limits?|ranges?|values?))?(?:\s*\(?WNL\)?)?|\bWNL\b|\bnormal\b(?!\s+(?:upper|limit|liver|tissue|organ|saline)))(?:\s+(?:limits?|ranges?|values?))?",
    re.I,
)
_BASELINE = re.compile(r"\s*(?:[x×*]\s*|times\s+)(?:the\s+)?baseline\b", re.I)
_RANGE = re.compile(r"\s*(?:-|–|to|and|through|~|\.\.)\s*", re.I)
_LIST = re.compile(r"\s*(?:,\s*(?:or|and)?|or|and/or|and|/)\s*(?=\d)", re.I)
_AND_BOUND = re.compile(
    r"\s*(?:,?\s*(?:and|but|to)\s*|,\s*|;\s*|\s+)(?=(?:is\s+|be\s+|must\s+be\s+|not\s+|no\s+)?(?:[<>≤≥=]|(?:less|greater|more|no|not|lower|below|above|under|up to|at most|younger|older)\b))",
    re.I,
)
_LEADING = re.compile(r"(?P<value>[\d.,]+)\s*(?:years?|%)?\s*(?P<op>[<>≤≥]=?|=[<>])\s*$")
_GRADE = re.compile(r"\b(?:(?:CTC(?:AE)?|NCI|toxicity|adverse events?)\s+)?grade\s*", re.I)
_CELLS = frozenset({"cells_volume"})
_ROMAN = {"0": 0, "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5}
_METHODS = (
    (re.compile(r"cockc?roft", re.I), "cockcroft_gault"), (re.compile(r"frid[ei]ri[ck]", re.I), "fridericia"), (re.compile(r"bazett", re.I), "bazett"),
    (re.compile(r"ckd[- ]?epi", re.I), "ckd_epi"), (re.compile(r"\bmdrd\b|modification of diet", re.I), "mdrd"), (re.compile(r"\bschwartz\b", re.I), "schwartz"),
)  # fmt: skip
_LOW_IS_BETTER = frozenset({"ecog", "child_pugh", "ctcae_grade", "meld"})


def method_in(words: str) -> str | None:
    """The formula that a stretch of text names."""
    return next((name for pattern, name in _METHODS if pattern.search(words)), None)


def atoms(p: Passage, start: int, end: int, taken: list[tuple[int, int]], window: Window | None, subject: tuple[str, ...] = ()) -> list[Atom]:
    """Limits in `text[start:end]`. `taken` are ranges whose numbers are not limits (windows, versions).

    `subject`: what a bare comparison is about (a heading's measure, or the measure before an "or").
    """
    found: list[Atom] = []
    measures = [m for m in p.measures.within(start, end) if not _covered(m.start, taken)]
    at = start
    k = 0
    while k < len(measures):
        group, k = _group(p, measures, k, end)
        last = group[-1]
        nxt = next((m for m in measures[k:] if m.concept != last.concept), None)
        stop = nxt.start if nxt else end
        row = vocabulary().measures[last.concept]
        # Counts stand in front of what they count ("up to three metastatic lesions"); other values behind.
        value = _before(p, group[0], at, found) if row.kind in ("count", "demographic") and len(group) == 1 else None
        value = value or _after(p, last, stop if stop > last.end else end, taken) or _before(p, group[0], at, found)
        if value is None:
            continue
        ids = tuple(dict.fromkeys(m.concept for m in group))
        first = min(value.start, group[0].start)
        until = max(value.end, last.end)
        joined = _joined(p, group)
        atom = _atom(p, ids, value, first, until, window, joined)
        # "18 years or older and 75 or younger", "≥ 18 and ≤ 75": a second bound of the same measure.
        atom = _extend(p, atom, end, taken, window)
        atom = _alternatives(p, atom, end, window)
        found.append(atom)
        at = atom.end
        while k < len(measures) and measures[k].start < atom.end:
            k += 1
    for atom in _bare(p, start, end, found, taken, subject, window):
        found.append(atom)
    found.sort(key=lambda a: a.start)
    found = _of_metastases(p, found, start, end, window)
    found.sort(key=lambda a: a.start)
    return found


_ORGANS = re.compile(
    r"(?P<pre>(?:in\s+|involving\s+)?(?:a\s+)?(?:maximum of|up to|at most|no more than|not more than|≤|<|fewer than|less than|≥|at least|more than|>)\s*)(?P<n>\d+|one|two|three|four|five)\s+(?:\w+\s+){0,2}?(?:organs?|sites?|organ systems)\b",
    re.I,
)


def _of_metastases(p: Passage, found: list[Atom], start: int, end: int, window: Window | None) -> list[Atom]:
    """Beside a count of metastases, a number of organs and a largest diameter are those of the metastases."""
    if not any("metastasis_count" in a.measures for a in found):
        return found
    out: list[Atom] = []
    for atom in found:
        if atom.measures == ("lesion_size",):
            condition = atom.condition
            if isinstance(condition, Limit):
                condition = condition.model_copy(update={"measure": "metastasis_size"})
            elif isinstance(condition, AnyOf):
                condition = condition.model_copy(
                    update={
                        "items": tuple(c.model_copy(update={"measure": "metastasis_size"}) if isinstance(c, Limit) else c for c in condition.items)
                    }
                )
            atom = Atom(atom.start, atom.end, condition, ("metastasis_size",))
        out.append(atom)
    for m in _ORGANS.finditer(p.text, start, end):
        if any(a.start < m.end() and m.start() < a.end and a.measures != ("metastasis_count",) for a in out):
            continue
        comparator = numbers.comparator_before(p.text, m.start(), m.start("n"))
        number = numbers.number_at(p.text, m.start("n"), end)
        if comparator and number:
            limit = Limit(
                span=p.span(m.start(), m.end()), measure="metastasis_organs", bounds=numbers.bounds_of(comparator[0], number[0]), window=window
            )
            out.append(Atom(m.start(), m.end(), limit, ("metastasis_organs",)))
    out.sort(key=lambda a: a.start)
    return out


def _covered(at: int, ranges: list[tuple[int, int]]) -> bool:
    return any(a <= at < b for a, b in ranges)


def _group(p: Passage, measures: list[Mention], k: int, end: int) -> tuple[list[Mention], int]:
    """Measures that share one value: "ALT and AST", "ALT/AST", "alanine aminotransferase (ALT)"."""
    group = [measures[k]]
    k += 1
    while k < len(measures):
        gap = p.text[group[-1].end : measures[k].start]
        if measures[k].start == group[-1].start:
            k += 1  # the same surface under a second id
            continue
        if (
            measures[k].concept == group[-1].concept
            and re.fullmatch(r"[^;<>≤≥.]{0,70}", gap)
            and re.search(r"show|with|collect|perform|test|for|of|by|confirm|indicat|and|\(", gap, re.I)
            and not re.search(r"\d", gap)
        ):
            group.append(measures[k])
            k += 1
            continue
        if re.fullmatch(
            r"\s*(?:\([^()\d]{0,40}\)?|\)|\[|\])?\s*(?:,|and/or|and|or|/|&|\+|both|levels?|serum|\s|,?\s*also known as|i\.e\.,?|=)*\s*(?:\(|\[|or\s+)?\s*",
            gap,
            re.I,
        ) and not re.search(r"[<>≤≥\d]", gap):
            group.append(measures[k])
            k += 1
        else:
            break
    return group, k


def _joined(p: Passage, group: list[Mention]) -> str:
    """How the members of a group are joined: "and", "or", or "" for a single measure."""
    ids = [m.concept for m in group]
    if len(set(ids)) < 2:
        return ""
    words = " ".join(p.text[a.end : b.start] for a, b in zip(group, group[1:], strict=False) if a.concept != b.concept)
    if re.search(r"and/or|\bor\b", words, re.I):
        return "or"
    return "and"


def _after(p: Passage, mention: Mention, end: int, taken: list[tuple[int, int]]) -> _Value | None:
    """The value that follows a measure."""
    text = p.text
    gap = _GAP.match(text, mention.end, end)
    at = gap.end() if gap else mention.end
    # The filler pattern may have eaten a comparator's first words ("within", "minimum of"): look behind from the number.
    return _value_at(p, at, end, mention.concept, mention.end, taken)


def _value_at(p: Passage, at: int, end: int, measure: str, floor: int, taken: list[tuple[int, int]]) -> _Value | None:
    text = p.text
    normal = _NORMAL.search(text, max(floor, at - 24), min(end, at + 60))
    # First comparator or number behind the gap, allowing for the comparator itself.
    m = next((c for c in numbers.COMPARATOR.finditer(text, floor, min(end, floor + 140)) if _GAP.fullmatch(text, floor, c.start())), None)
    m = m or numbers.COMPARATOR.match(text, at, end)
    if m is None and (equal := numbers.EQUALS.match(text, at, end)):
        again = _GAP.match(text, equal.end(), end)
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
    if uln := _ULN.match(text, num_at, end):
        if operator:
            return _Value(begin, uln.end(), numbers.bounds_of(operator, 1), None, "uln", operator)
    if operator and (lln := _LLN.match(text, num_at, end)):
        return _Value(begin, lln.end(), numbers.bounds_of(operator, 1), None, "lln", operator)
    roman = (
        re.compile(r"(?:grade\s*)?(IV|I{1,3}|V)\b(?:\s*(?:-|to)\s*(IV|I{1,3}|V)\b)?").match(text, num_at, end) if measure == "ctcae_grade" else None
    )
    number = numbers.number_at(text, num_at, end)
    if roman and not number:
        low = float(_ROMAN[roman[1]])
        if roman[2]:
            return _Value(begin, roman.end(), Bounds(low=low, high=float(_ROMAN[roman[2]])), None, None, "eq")
        return _finish(p, begin, roman.end(), low, roman[1], operator, measure, end)
    if number is None or _covered(num_at, taken):
        if normal and _GAP.fullmatch(text, floor, normal.start()) and normal.start() >= floor:
            return _within_normal(measure, normal)
        return None
    if normal and normal.start() < num_at and _GAP.fullmatch(text, floor, normal.start()) and not operator:
        return _within_normal(measure, normal)
    value, stop, literal = number
    return _finish(p, begin, stop, value, literal, operator, measure, end)


def _within_normal(measure: str, m: "re.Match[str]") -> _Value | None:
    row = vocabulary().measures[measure]
    if re.search(
        r"\b(?:outside|out of|not within|not in|abnormal|beyond|above and below)\b[^,;]{0,12}$",
        m.string[max(0, m.start() - 30) : m.start() + 3],
        re.I,
    ):
        return None
    if (row.lln_low is not None and row.uln_low is None) or row.id in ("lvef", "plt", "hgb", "anc", "wbc"):
        return _Value(m.start(), m.end(), Bounds(low=1), None, "lln", "ge")
    if row.uln_low is not None and row.lln_low is not None:
        return _Value(m.start(), m.end(), Bounds(low=1, high=1), None, "normal", "eq")
    if row.uln_low is not None or row.kind == "lab":
        return _Value(m.start(), m.end(), Bounds(high=1), None, "uln", "le")
    return None


def _finish(
    p: Passage, begin: int, stop: int, value: float, literal: str, operator: numbers.Operator | None, measure: str, end: int
) -> _Value | None:
    """The unit, the range or list, the multiple of normal and the trailing comparator behind a number."""
    text = p.text
    vocab = vocabulary()
    unit: str | None = None
    times: str | None = None
    damaged = False
    scale = 1.0
    # "1.5-fold", "1.5 x ULN", "2 times normal"
    high: float | None = None
    if (
        (r := _RANGE.match(text, stop, end))
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
                p, _Value(begin, until_ if unit_ else top[1], Bounds(low=value, low_inclusive=operator != "gt", high=top[0], high_inclusive=c.lastgroup == "le"), unit_, None, "ge"), measure, literal,
            )  # fmt: skip
    if (
        high is None
        and (first_unit := vocabulary_unit(p, stop, measure, end))[0]
        and (r := _RANGE.match(text, first_unit[1], end))
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
                return _checked(p, _Value(begin, second_unit[1], Bounds(low=a, high=b), vocab.measures[measure].unit, None, "eq"), measure, literal)
        if fits and second_unit[0] == first_unit[0]:
            return _checked(p, _Value(begin, second_unit[1], Bounds(low=value, high=second[0]), first_unit[0], None, "eq"), measure, literal)
    values = [value]
    if high is None and operator is None:
        at = stop
        while (
            (m := _LIST.match(text, at, end))
            and (item := numbers.number_at(text, m.end(), end))
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
            return _checked(p, _Value(begin, stop, numbers.bounds_of(operator, values[0]), unit, times, operator), measure, literal)
    if high is not None:
        return _checked(p, _Value(begin, stop, Bounds(low=values[0], high=high), unit, times, "eq"), measure, literal)
    if len(values) > 1:
        ordered = sorted(values)
        if ordered == values and all(b - a <= 1 for a, b in zip(ordered, ordered[1:], strict=False)):
            return _checked(p, _Value(begin, stop, Bounds(low=ordered[0], high=ordered[-1]), unit, times, "eq"), measure, literal)
        damaged = True
    if operator is None:
        row = vocab.measures[measure]
        operator = "eq"
        # A score may be asked for exactly ("ECOG 1", "ECOG = 0"); a laboratory value cannot be.
        damaged = damaged or not (row.kind == "score" or (row.whole and row.kind in ("score", "count"))) or times is not None
        if row.kind == "count" and not damaged:
            damaged = bool(re.search(r"=\s*$", text[max(0, begin - 3) : begin]))
    return _checked(p, _Value(begin, stop, numbers.bounds_of(operator, values[0]), unit, times, operator, damaged), measure, literal)


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


def _checked(p: Passage, value: _Value, measure: str, literal: str) -> _Value:
    """Marks values that cannot be meant: a power of ten that lost its sign, a number no patient can have."""
    row = vocabulary().measures[measure]
    if value.times is not None:
        factors = [v for v in (value.bounds.low, value.bounds.high) if v is not None]
        return _Value(
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
        return _Value(value.start, value.end, value.bounds, value.unit, None, value.operator, True)
    for number in (value.bounds.low, value.bounds.high):
        if number is None or row.low is None or row.high is None:
            continue
        plain = vocabulary().convert(measure, number, value.unit) if value.unit else None
        if value.unit and plain is not None and not (row.low / 4 <= plain <= row.high * 4) and number != 0:
            return _Value(value.start, value.end, value.bounds, value.unit, None, value.operator, True)
    return value


def _atom(p: Passage, ids: tuple[str, ...], value: _Value, start: int, end: int, window: Window | None, joined: str) -> Atom:
    span = p.span(start, end)
    if value.damaged:
        doubt = NotCompiled(span=span, why=DAMAGED)
        largest = vocabulary().measures[ids[0]].kind == "size" and re.search(
            r"\b(?:largest|longest|maxim\w+|greatest|max)\b", p.text[max(0, start - 20) : value.start], re.I
        )
        if largest and value.bounds.high is not None and not re.search(r"=\s*$", p.text[start : value.end - 1]):
            # "the largest diameter being 3 cm": no larger is within it; whether larger ones are out is not said.
            limit = Limit(span=span, measure=ids[0], bounds=Bounds(high=value.bounds.high), unit=value.unit, window=window)
            return Atom(start, end, AnyOf(span=span, items=(limit, doubt)), ids)
        return Atom(start, end, doubt, ids)
    method = method_in(p.text[start : end + 80]) if any(i in ("crcl", "qtc", "egfr") for i in ids) else None
    limits: list[Condition] = []
    for measure in ids:
        if value.times == "normal":
            parts: tuple[Condition, ...] = (
                Limit(span=span, measure=measure, bounds=Bounds(low=1), times="lln", window=window),
                Limit(span=span, measure=measure, bounds=Bounds(high=1), times="uln", window=window),
            )
            limits.append(AllOf(span=span, items=parts))
            continue
        limits.append(Limit(span=span, measure=measure, bounds=value.bounds, unit=value.unit, times=value.times, method=method, window=window))  # type: ignore[arg-type]
    if len(limits) == 1:
        return Atom(start, end, limits[0], ids)
    items = tuple(limits)
    if joined == "or" and value.bounds.low is None:
        # "ALT or AST ≤ 5 x ULN": each of them, or one of them? Both readings have to agree.
        either = AnyOf(span=span, items=items)
        both = AllOf(span=span, items=items)
        doubt = NotCompiled(span=span, why="can be read as either or as both")
        return Atom(start, end, AnyOf(span=span, items=(both, AllOf(span=span, items=(either, doubt)))), ids)
    whole: Condition = AnyOf(span=span, items=items) if joined == "or" else AllOf(span=span, items=items)
    return Atom(start, end, whole, ids)


def _extend(p: Passage, atom: Atom, end: int, taken: list[tuple[int, int]], window: Window | None) -> Atom:
    """A second bound right behind the first makes a range."""
    if len(atom.measures) != 1 or not isinstance(atom.condition, Limit):
        return atom
    link = _AND_BOUND.match(p.text, atom.end, end)
    if not link:
        return atom
    second = _value_at(p, link.end(), end, atom.measures[0], link.end(), taken)
    if second is None or second.damaged or second.times != atom.condition.times:
        return atom
    bounds = numbers.both(atom.condition.bounds, second.bounds)
    if bounds is None:
        return atom
    unit = atom.condition.unit or second.unit
    span = p.span(atom.start, second.end)
    return Atom(atom.start, second.end, atom.condition.model_copy(update={"bounds": bounds, "unit": unit, "span": span}), atom.measures)


def _alternatives(p: Passage, atom: Atom, end: int, window: Window | None) -> Atom:
    """The same limit in other units, in brackets or behind a slash: "≥ 9 g/dL (90 g/L)", "≥ 1.5 x 10^9/L (1500/mm3)"."""
    if len(atom.measures) != 1 or not isinstance(atom.condition, Limit) or atom.condition.times:
        return atom
    limit, text = atom.condition, p.text
    m = re.compile(
        r"\s*(?:\(|\[|/|,?\s*or\s+|=\s*|,\s*i\.e\.,?\s*)\s*(?:or|i\.e\.,?|equivalent to|=|approximately|equal to|SI units?:?|about|~)?\s*", re.I
    ).match(text, atom.end, end)
    if not m:
        return atom
    c = numbers.COMPARATOR.match(text, m.end(), end)
    at = c.end() if c else m.end()
    while at < end and text[at] == " ":
        at += 1
    number = numbers.number_at(text, at, end)
    if number is None:
        return atom
    value, stop, _ = number
    unit, until = vocabulary_unit(p, stop, limit.measure, end)
    if unit is None and (power := numbers.power_at(text, stop, end)):
        value *= power[0]
        unit, until = vocabulary_unit(p, power[1], limit.measure, end)
    if unit is None or limit.unit is None or unit == limit.unit:
        return atom
    mine = limit.bounds.low if limit.bounds.low is not None else limit.bounds.high
    a = vocabulary().convert(limit.measure, mine or 0.0, limit.unit)
    b = vocabulary().convert(limit.measure, value, unit)
    if a is None or b is None or not a or abs(a - b) / abs(a) > 0.12:
        return atom
    close = re.compile(r"\s*[)\]]").match(text, until, end)
    return Atom(atom.start, close.end() if close else until, limit, atom.measures)


def _before(p: Passage, mention: Mention, floor: int, found: list[Atom]) -> _Value | None:
    """A value in front of its measure: "≥ 18 years of age", "at least 12 weeks life expectancy", "18 ≤ age ≤ 75"."""
    text = p.text
    floor = max(floor, mention.start - 70)
    if m := _LEADING.search(text, floor, mention.start):
        try:
            number = float(m["value"].replace(",", ""))
        except ValueError:
            return None
        flipped: dict[str, numbers.Operator] = {
            "<": "gt",
            ">": "lt",
            "≤": "ge",
            "≥": "le",
            "<=": "ge",
            ">=": "le",
            "=<": "ge",
            "=>": "le",
            "≤=": "ge",
            "≥=": "le",
        }
        return _Value(m.start(), mention.start, numbers.bounds_of(flipped[m["op"]], number), None, None, flipped[m["op"]])
    best: _Value | None = None
    for m in numbers.NUMBER.finditer(text, floor, mention.start):
        if best is not None and m.start() < best.end:
            continue
        comparator = numbers.comparator_before(text, floor, m.start())
        number_ = numbers.number_at(text, m.start(), mention.end)
        if number_ is None:
            continue
        value = _finish(
            p,
            comparator[1] if comparator else m.start(),
            number_[1],
            number_[0],
            number_[2],
            comparator[0] if comparator else None,
            mention.concept,
            mention.end,
        )
        if value is None or value.operator in (None,) or value.damaged:
            continue
        gap = text[value.end : mention.start] if value.end < mention.start else ""
        if _GAP.fullmatch(gap) and not re.search(r"[,;:.]", gap):
            after = numbers.comparator_after(text, mention.end, len(text))
            if comparator is None and after and value.bounds.low == value.bounds.high and value.bounds.low is not None:
                value = _Value(value.start, after[1], numbers.bounds_of(after[0], value.bounds.low), value.unit, value.times, after[0])
            best = value
    return best


def _bare(
    p: Passage, start: int, end: int, found: list[Atom], taken: list[tuple[int, int]], subject: tuple[str, ...], window: Window | None
) -> list[Atom]:
    """Comparisons that name no measure: of the measure before ("... or ≥ 2 mg/dL"), of the heading, or of the age."""
    out: list[Atom] = []
    text = p.text
    covered = [*taken, *((a.start, a.end) for a in found)]
    for m in numbers.NUMBER.finditer(text, start, end):
        if _covered(m.start(), covered) or (m[0].isalpha() and not subject):
            continue
        comparator = numbers.comparator_before(text, start, m.start())
        number = numbers.number_at(text, m.start(), end)
        if number is None:
            continue
        before = [a for a in [*found, *out] if a.end <= m.start()]
        previous = max(before, key=lambda a: a.end) if before else None
        measures: tuple[str, ...] = ()
        begin = comparator[1] if comparator else m.start()
        if previous and re.fullmatch(r"[\s,]*(?:and/or|or|and|but|\(|/)?\s*(?:a|is|to)?\s*", text[previous.end : begin], re.I):
            measures = previous.measures
        elif not found and subject:
            measures = subject
        elif _age(text, number[1], end) and (
            comparator or numbers.comparator_after(text, _age(text, number[1], end), end) or _RANGE.match(text, number[1], end)
        ):
            measures = ("age",)
        if not measures:
            continue
        value = _finish(p, begin, number[1], number[0], number[2], comparator[0] if comparator else None, measures[0], end)
        if value is None:
            continue
        if value.operator == "eq" and comparator is None and previous and isinstance(previous.condition, Limit) and value.damaged:
            # "> 2000 IU/mL or 10^4 copies/mL": the first comparator holds for both.
            b = previous.condition.bounds
            operator: numbers.Operator = (
                "gt" if b.low is not None and not b.low_inclusive else "ge" if b.low is not None else "lt" if not b.high_inclusive else "le"
            )
            if value.unit is not None:
                number_value = value.bounds.low or 0.0
                value = _Value(value.start, value.end, numbers.bounds_of(operator, number_value), value.unit, value.times, operator)
        if value.damaged and not (subject and comparator is None):
            continue
        atom = _extend(p, _atom(p, measures, value, value.start, value.end, window, "and" if len(measures) > 1 else ""), end, taken, window)
        out.append(atom)
        covered.append((atom.start, atom.end))
    return out


def _age(text: str, at: int, end: int) -> int:
    """Where "years", "years old" ends behind a number, or 0."""
    m = re.compile(
        r"\s*-?\s*(?:years?|yrs?|y/?o|y\.o\.)\b\.?(?:[\s-]*(?:old|of age))?(?!\s*(?:prior|before|ago|since|after|from|of\s+(?!age)|survival|life|duration|post|or more since))",
        re.I,
    ).match(text, at, end)
    return m.end() if m else 0
