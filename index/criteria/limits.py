"""Numeric limits: which measure, which comparison, which unit, or which multiple of a normal limit.

A limit whose comparator is missing or damaged is not guessed: it becomes `NotCompiled`.
"""

import itertools
import re
from dataclasses import dataclass, replace

from index.conditions import AllOf, AnyOf, Bounds, Condition, Limit, NotCompiled, Window, leaves
from index.criteria import measuring, numbers
from index.criteria.passage import Passage
from index.criteria.values import DAMAGED, GAP, RANGE, Value, finish, is_covered, value_at, vocabulary_unit
from index.vocabulary import Mention, vocabulary


@dataclass(frozen=True, slots=True)
class Atom:
    """A condition and the words it accounts for, `text[start:end]`. `measures`: what a bare number behind it would mean."""

    start: int
    end: int
    condition: Condition
    measures: tuple[str, ...] = ()


_AND_BOUND = re.compile(
    r"\s*(?:,?\s*(?:and|but|to)\s*|,\s*|;\s*|\s+)(?=(?:is\s+|be\s+|must\s+be\s+|not\s+|no\s+)?(?:[<>≤≥=]|(?:less"
    r"|greater|more|no|not|lower|below|above|under|up to|at most|younger|older)\b))",
    re.I,
)
_LEADING = re.compile(r"(?P<value>[\d.,]+)\s*(?:years?|%)?\s*(?P<op>[<>≤≥]=?|=[<>])\s*$")
_GRADE = re.compile(r"\b(?:(?:CTC(?:AE)?|NCI|toxicity|adverse events?)\s+)?grade\s*", re.I)
_METHODS = (
    (re.compile(r"cockc?roft", re.I), "cockcroft_gault"),
    (re.compile(r"frid[ei]ri[ck]", re.I), "fridericia"),
    (re.compile(r"bazett", re.I), "bazett"),
    (re.compile(r"ckd[- ]?epi", re.I), "ckd_epi"),
    (re.compile(r"\bmdrd\b|modification of diet", re.I), "mdrd"),
    (re.compile(r"\bschwartz\b", re.I), "schwartz"),
)


def method_in(words: str) -> str | None:
    """The formula that a stretch of text names."""
    return next((name for pattern, name in _METHODS if pattern.search(words)), None)


def atoms(p: Passage, start: int, end: int, taken: list[tuple[int, int]], window: Window | None, subject: tuple[str, ...] = ()) -> list[Atom]:
    """Limits in `text[start:end]`. `taken` are ranges whose numbers are not limits (windows, versions).

    `subject`: what a bare comparison is about (a heading's measure, or the measure before an "or").
    """
    found: list[Atom] = []
    measures = [m for m in p.measures.within(start, end) if not is_covered(m.start, taken)]
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
        ids = tuple(dict.fromkeys(m.concept for m in group))
        if value is not None and row.kind == "score" and row.unit is None and _age(p.text, value.end, end):
            value = None  # "Performance status: patients > 16 years of age ..."
        if value is not None and row.kind == "score" and not _possible(value, ids[0]):
            # "Performance status 60-100%" is Karnofsky's; any other number out of range is not the score's.
            if ids == ("ecog",) and _tens(value) and not re.search(r"ECOG|Eastern|WHO|Zubrod", group[0].surface):
                ids = ("karnofsky",)
            else:
                value = None
        if ids == ("age",) and (past := _AGE_THEN.match(p.text, last.end, end)):
            # "Age at diagnosis": not the age of today.
            then = value_at(p, past.end(), end, "age", past.end(), taken) or value
            until = max(then.end if then else past.end(), past.end())
            found.append(Atom(group[0].start, until, NotCompiled(span=p.span(group[0].start, until), why="the age at an earlier event")))
            at = until
            continue
        if value is None:
            continue
        value = _led(p, value, group[0], last, at)
        first = min(value.start, group[0].start)
        until = max(value.end, last.end)
        joined = _joined(p, group)
        atom = _atom(p, ids, value, first, until, window, joined)
        # "18 years or older and 75 or younger", "≥ 18 and ≤ 75": a second bound of the same measure.
        atom = _extend(p, atom, end, taken, window)
        atom = _alternatives(p, atom, end, window)
        if atom.measures == ("age",) and (past := _AGE_THEN.match(p.text, atom.end, end)):
            atom = Atom(atom.start, past.end(), NotCompiled(span=p.span(atom.start, past.end()), why="the age at an earlier event"))
        found.append(atom)
        at = atom.end
        while k < len(measures) and measures[k].start < atom.end:
            k += 1
    for atom in _bare(p, start, end, found, taken, subject, window):
        found.append(atom)
    found.sort(key=lambda a: a.start)
    found = _of_metastases(p, found, start, end, window)
    found.sort(key=lambda a: a.start)
    return _measured(p, found, start, end, taken)


def _measured(p: Passage, found: list[Atom], start: int, end: int, taken: list[tuple[int, int]]) -> list[Atom]:
    """The limits with the words around them that only say how they are measured."""
    out: list[Atom] = []
    blocked = [(a, b) for a, b in taken if p.text[a] not in "(["]
    for k, atom in enumerate(found):
        floor = out[-1].end if out else start
        ceiling = found[k + 1].start if k + 1 < len(found) else end
        numbers_said: frozenset[float] = frozenset()
        if isinstance(atom.condition, Limit):
            numbers_said = frozenset(n for n in (atom.condition.bounds.low, atom.condition.bounds.high) if n is not None)
        a = measuring.begin(p, atom.start, floor, blocked, age=atom.measures == ("age",))
        if a > start and re.fullmatch(r"\d{1,2}[.)]?\s+", p.text[start:a]) and numbers.COMPARATOR.match(p.text, a):
            a = start  # "3 ≥ 45 kg": the number of the item
        b = max(atom.end, measuring.finish(p, atom.end, ceiling, numbers_said, blocked))
        out.append(replace(atom, start=a, end=b) if (a, b) != (atom.start, atom.end) else atom)
    return out


def _possible(value: Value, measure: str) -> bool:
    """Whether a score can have the ends of a value at all."""
    row = vocabulary().measures[measure]
    ends = [v for v in (value.bounds.low, value.bounds.high) if v is not None]
    return row.high is None or value.times is not None or all(v <= row.high * 1.5 for v in ends)


def _tens(value: Value) -> bool:
    """Whether a value is one of Karnofsky's tens."""
    return all(30 <= v <= 100 and v % 10 == 0 for v in (value.bounds.low, value.bounds.high) if v is not None)


def _led(p: Passage, value: Value, first: Mention, last: Mention, floor: int) -> Value:
    """What stands in front of a measure with a value behind it: a lower end ("50% < FEV1 < 80%") or a comparison ("at least age of 18")."""
    text = p.text
    floor = max(floor, first.start - 40)
    if value.start < last.end:
        return value
    if (m := _LEADING.search(text, floor, first.start)) and value.operator in ("lt", "le") and value.bounds.low is None and value.times is None:
        low = numbers.number_at(text, m.start("value"), m.end("value"))
        flipped: dict[str, numbers.Operator] = {"<": "gt", "≤": "ge", "<=": "ge", "=<": "ge"}
        operator = flipped.get(m["op"])
        bounds = numbers.both(numbers.bounds_of(operator, low[0]), value.bounds) if operator and low else None
        if bounds:
            return replace(value, start=m.start(), bounds=bounds)
    if value.operator == "eq" and value.bounds.low is not None and value.bounds.low == value.bounds.high:
        number = value.bounds.low
        if (m := _COMPARED.search(text, floor, first.start)) and (found := numbers.COMPARATOR.match(m[0].strip())):
            return replace(value, start=m.start(), bounds=numbers.bounds_of(found.lastgroup, number), operator=found.lastgroup, damaged=False)  # type: ignore[arg-type]
    return value


_AGE_THEN = re.compile(
    r"[\s,]*(?:in years\s*)?(?:at|of|on)\s+(?:the\s+)?(?:time\s+of\s+|date\s+of\s+|moment\s+of\s+)?(?:their\s+|the\s+|first\s+|initial\s+"
    r"|original\s+|asthma\s+|disease\s+"
    r"|symptom\s+|cancer\s+|tumou?r\s+|seizure\s+)*(?:diagnosis|onset|birth|menarche|death|first (?:episode|seizure"
    r"|symptoms?))\b",
    re.I,
)
"""An age that is not the age of today."""
_COMPARED = re.compile(
    r"\b(?:at least|(?:a |the )?minimum(?: of)?|(?:a |the )?maximum(?: of)?|at most|under|below|above|over"
    r"|(?:older|younger|less|greater|more|higher|lower) than"
    r"|not? (?:less|more|younger|older) than)\s+(?:the\s+|an?\s+|their\s+|body\s+)*$",
    re.I,
)


_ORGANS = re.compile(
    r"(?P<pre>(?:in\s+|involving\s+)?(?:a\s+)?(?:maximum of|up to|at most|no more than|not more than|≤|<|fewer than"
    r"|less than|≥|at least|more than|>)\s*)(?P<n>\d+|one|two|three|four|five)\s+(?:\w+\s+){0,2}?(?:organs?|sites?"
    r"|organ systems)\b",
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
            r"\s*(?:\([^()\d]{0,40}\)?|\)|\[|\])?\s*(?:,|and/or|and|or|/|&|\+|both|levels?|serum|\s|,?\s*also known as"
            r"|i\.e\.,?|=)*\s*(?:\(|\[|or\s+)?\s*",
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
    words = " ".join(p.text[a.end : b.start] for a, b in itertools.pairwise(group) if a.concept != b.concept)
    if re.search(r"and/or|\bor\b", words, re.I):
        return "or"
    return "and"


def _after(p: Passage, mention: Mention, end: int, taken: list[tuple[int, int]]) -> Value | None:
    """The value that follows a measure."""
    text = p.text
    gap = GAP.match(text, mention.end, end)
    at = gap.end() if gap else mention.end
    # "ECOG within 7 days before the first dose was 0 or 1": the time stands between the measure and its value.
    timed = next((b for a, b in taken if at - 9 <= a <= at and text[a].isalpha()), None)
    if timed is not None and timed < end and (value := _behind_time(p, mention, timed, end, taken)):
        return value
    # The filler pattern may have eaten a comparator's first words ("within", "minimum of"): look behind from the number.
    return value_at(p, at, end, mention.concept, mention.end, taken)


def _behind_time(p: Passage, mention: Mention, at: int, end: int, taken: list[tuple[int, int]]) -> Value | None:
    gap = GAP.match(p.text, at, end)
    value = value_at(p, gap.end() if gap else at, end, mention.concept, at, taken)
    return None if value is None or value.damaged else value


def _atom(p: Passage, ids: tuple[str, ...], value: Value, start: int, end: int, window: Window | None, joined: str) -> Atom:
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
        limits.append(Limit(span=span, measure=measure, bounds=value.bounds, unit=value.unit, times=value.times, method=method, window=window))
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
    second = value_at(p, link.end(), end, atom.measures[0], link.end(), taken)
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
        r"\s*(?:,?\s*\(|\[|/|,?\s*or\s+|=\s*|,\s*i\.e\.,?\s*)\s*(?:or|i\.e\.,?|equivalent to|=|approximately|equal to|SI units?:?|about|~)?\s*", re.I
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


def _before(p: Passage, mention: Mention, floor: int, found: list[Atom]) -> Value | None:
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
        return Value(m.start(), mention.start, numbers.bounds_of(flipped[m["op"]], number), None, None, flipped[m["op"]])
    best: Value | None = None
    for m in numbers.NUMBER.finditer(text, floor, mention.start):
        if best is not None and m.start() < best.end:
            continue
        comparator = numbers.comparator_before(text, floor, m.start())
        number_ = numbers.number_at(text, m.start(), mention.end)
        if number_ is None:
            continue
        value = finish(
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
        if GAP.fullmatch(gap) and not re.search(r"[,;:.]", gap):
            after = numbers.comparator_after(text, mention.end, len(text))
            if comparator is None and after and value.bounds.low == value.bounds.high and value.bounds.low is not None:
                value = Value(value.start, after[1], numbers.bounds_of(after[0], value.bounds.low), value.unit, value.times, after[0])
            best = value
    return best


def _multiple(atom: Atom) -> bool:
    """Whether an atom is a limit in multiples of normal."""
    found = [x for x in leaves(atom.condition) if isinstance(x, Limit)]
    return bool(found) and all(x.times == "uln" for x in found)


def _times(p: Passage, at: int, stop: int, end: int) -> bool:
    """Whether the number `text[at:stop]` is a multiple of the upper limit of normal."""
    value = finish(p, at, stop, 1.0, p.text[at:stop], "le", "alt", end)
    return value is not None and value.times == "uln"


_SEX_GAP = (
    r"(?:\s*[,(\[]?\s*(?:(?:for|in|if|among)\s+)?(?:(?:all|adult|healthy|the)\s+)*(?:(?:fe)?males?|wom[ae]n|m[ae]n|boys?|girls?)\b"
    r"(?:\s+(?:adults?|patients?|subjects?|participants?|individuals?|volunteers?))*\s*[)\]]?:?)"
)
_SEX_BEHIND = re.compile(_SEX_GAP, re.I)
_NEXT_VALUE = re.compile(
    rf"{_SEX_GAP}?[\s,;]*(?:and/or|or|and|but|\(|/)?{_SEX_GAP}?[\s,]*(?:a|is|to|between|with|must|should|be|have)?\s*(?:\bbetween\b)?\s*", re.I
)
"""What may stand between two values of one measure: a connector, and the sex that each is for."""
_ADULTS = re.compile(
    r"\b(?:adults?|children|adolescents?|males?|females?|m[ae]n|wom[ae]n|patients|subjects|participants|individuals|persons|people|those|volunteers)"
    r"\s*[,(]?\s*(?:are\s+|is\s+|who are\s+)?$",
    re.I,
)
_ENDS = re.compile(r"\s*(?:$|[.,;)]|(?:and|or|at|with|who|on)\b)", re.I)
_LESION_AHEAD = re.compile(
    r"\b(?:lesions?|nodules?|mass(?:es)?|(?:brain\s+|liver\s+)?metastas[ei]s|tumou?rs?)\s*(?:that\s+|which\s+|is\s+|are\s+|measur(?:ing|es|e)\s+"
    r"|with\s+(?:a\s+)?(?:size|diameter)\s+|of\s+)*$",
    re.I,
)
_IN_DIAMETER = re.compile(
    r"\s*(?:in|by)\s+(?:the\s+|its\s+|their\s+)?(?:longest\s+|largest\s+|greatest\s+|maximal\s+|maximum\s+|any\s+|long\s+)*(?:diameter|size"
    r"|dimension|axis|length)\b",
    re.I,
)
_CENTIMETRES = re.compile(r"\s*(?:cm|mm|centimet(?:er|re)s?|millimet(?:er|re)s?)\b", re.I)
_KILOGRAMS = re.compile(r"\s*(?:kg|kilograms?)\b(?!\s*/|\s*per)", re.I)


def _bare(
    p: Passage, start: int, end: int, found: list[Atom], taken: list[tuple[int, int]], subject: tuple[str, ...], window: Window | None
) -> list[Atom]:
    """Comparisons that name no measure: of the measure before ("... or ≥ 2 mg/dL"), of the heading, or of the age."""
    out: list[Atom] = []
    text = p.text
    covered = [*taken, *((a.start, a.end) for a in found)]
    for m in numbers.NUMBER.finditer(text, start, end):
        if is_covered(m.start(), covered) or (m[0].isalpha() and not subject):
            continue
        comparator = numbers.comparator_before(text, start, m.start())
        number = numbers.number_at(text, m.start(), end)
        if number is None:
            continue
        before = [a for a in [*found, *out] if a.end <= m.start()]
        previous = max(before, key=lambda a: a.end) if before else None
        measures: tuple[str, ...] = ()
        begin = comparator[1] if comparator else m.start()
        if previous and _NEXT_VALUE.fullmatch(text, previous.end, begin):
            measures = previous.measures
        elif (
            previous
            and comparator
            and not p.measures.within(previous.end, m.start())
            and _multiple(previous)
            and _times(p, m.start(), number[1], end)
        ):
            # "ALT and AST ≤ 3 x ULN, with liver metastases ≤ 5 x ULN": a multiple of normal is of the measure before.
            measures = previous.measures
        elif comparator and 12 <= number[0] < 100 and _ADULTS.search(text, start, begin) and _ENDS.match(text, number[1], end):
            measures = ("age",)
        elif comparator and (noun := _LESION_AHEAD.search(text, start, begin)) and _CENTIMETRES.match(text, number[1], end):
            measures = ("lesion_size",)
            begin = noun.start()
        elif comparator and _KILOGRAMS.match(text, number[1], end):
            measures = ("weight",)
        elif not found and subject:
            measures = subject
        elif (
            _age(text, number[1], end)
            and not _of_disease(p, start, begin, number[1])
            and (comparator or numbers.comparator_after(text, _age(text, number[1], end), end) or RANGE.match(text, number[1], end))
        ):
            measures = ("age",)
        if not measures:
            continue
        value = finish(p, begin, number[1], number[0], number[2], comparator[0] if comparator else None, measures[0], end)
        if value is None:
            continue
        if measures == ("lesion_size",) and previous is None and not subject:
            size = _IN_DIAMETER.match(text, value.end, end)
            value = replace(value, start=min(begin, value.start), end=size.end() if size else value.end)
        if value.operator == "eq" and comparator is None and previous and isinstance(previous.condition, Limit) and value.damaged:
            # "> 2000 IU/mL or 10^4 copies/mL": the first comparator holds for both.
            b = previous.condition.bounds
            operator: numbers.Operator = (
                "gt" if b.low is not None and not b.low_inclusive else "ge" if b.low is not None else "lt" if not b.high_inclusive else "le"
            )
            if value.unit is not None or ((b.low is None) != (b.high is None) and _SEX_BEHIND.match(text, value.end, end)):
                number_value = value.bounds.low or 0.0
                value = Value(value.start, value.end, numbers.bounds_of(operator, number_value), value.unit, value.times, operator)
        if value.damaged and not (subject and comparator is None):
            continue
        atom = _extend(p, _atom(p, measures, value, value.start, value.end, window, "and" if len(measures) > 1 else ""), end, taken, window)
        out.append(atom)
        covered.append((atom.start, atom.end))
    return out


_LASTING = re.compile(
    r"(?:-free|\bfree|remission|stable|duration|survival|recurrence|relapse|history|cured|since)\s*(?:of\s+|for\s+|is\s+|was\s+|a\s+)*$", re.I
)


def _of_disease(p: Passage, start: int, begin: int, at: int) -> bool:
    """Whether a number of years stands right behind a disease or a treatment, and is not called an age ("malignancy < 5 years")."""
    if re.compile(r"\s*-?\s*(?:years?|yrs?)[\s-]*(?:old|of age)", re.I).match(p.text, at):
        return False
    if _LASTING.search(p.text, max(start, begin - 40), begin):
        return True
    before = [e for e in p.entities.within(start, begin) if not p.text[e.end : begin].strip(" (,")]
    return bool(before)


def _age(text: str, at: int, end: int) -> int:
    """Where "years", "years old" ends behind a number, or 0."""
    m = re.compile(
        r"\s*-?\s*(?:years?|yrs?|y/?o|y\.o\.)\b\.?(?:[\s-]*(?:old|of age))?(?!\s*(?:prior|before|ago|since|after|from"
        r"|of\s+(?!age)|survival|life|duration|post|or more since))",
        re.I,
    ).match(text, at, end)
    return m.end() if m else 0
