"""Dates and lengths of time in a note, against a reference date.

A moment is kept as wide as the words leave it: a stated day is that day, "3 weeks ago" is three days either way,
"4 months ago" half a month, "2 years ago" half a year, "in 2019" the year, and 3/7/2026 both readings unless one is
impossible or in the future.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from assistant.patient.facts import Moment
from index.number_words import PATTERN, VALUES

DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.4375, "year": 365.25}
_EITHER_WAY = {"hour": 0, "day": 0, "week": 3, "month": 15, "year": 183}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBER_WORDS = VALUES | {"a": 1, "an": 1, "couple": 2, "half": 0.5}


@dataclass(frozen=True, slots=True)
class Dated:
    """A time expression at `start:end`.

    at: a point. since: it began then and goes on until `moment_end`, the reference date. until: it ended then. span: from `moment` to `moment_end`.
    for: a length of `days` that ends now if `current`. ahead: it lies in the future.
    """

    start: int
    end: int
    kind: Literal["at", "since", "until", "span", "for", "ahead"]
    moment: Moment | None = None
    moment_end: Moment | None = None
    days: float | None = None
    current: bool = False


def add_months(day: date, months: int) -> date:
    """The same day of the month, `months` later; the last day where the month is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9998:
        return date.min if year < 1 else date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _shift(day: date, days: float) -> date:
    try:
        return day + timedelta(days=round(days))
    except OverflowError:
        return date.min if days < 0 else date.max


def back(as_of: date, count: float, unit: str) -> date:
    """The day `count` units before `as_of`, by the calendar for months and years."""
    if unit in ("month", "year") and count == int(count) and count < 12_000:
        return add_months(as_of, -int(count) * (12 if unit == "year" else 1))
    return _shift(as_of, -count * DAYS[unit])


def unit_of(word: str) -> str:
    """ "wks" -> "week"; the first letters decide."""
    word = word.lower().rstrip(".")
    if word.startswith(("h", "小")):
        return "hour"
    if word.startswith(("mo", "mth", "个", "月")):
        return "month"
    return {"d": "day", "w": "week", "m": "month", "y": "year", "天": "day", "日": "day", "周": "week", "年": "year"}[word[0]]


def count_of(word: str) -> float:
    """A number in digits or words."""
    known = _NUMBER_WORDS.get(word.lower())
    return float(known) if known is not None else float(word.replace(",", "."))


_N = rf"(?:\d{{1,4}}(?:[.,]\d)?|an?|{PATTERN})"
_UNIT = r"(?:hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|mos?|mths?|mnths?|years?|yrs?|y)\b\.?"
_MON = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|"
    r"dec(?:ember)?)\b\.?"
)
_YEAR = r"(?:19[3-9]\d|20[0-4]\d)"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])"
# What stands behind a number that is a value and no year: "platelets on 18 November 31 x10^9/L", "haemoglobin on 18 November 8.1".
_NO_VALUE = (
    r"(?![.,]\d)(?!\s*(?:[x×*]\s*10|10\s*\^|/|%|g/|g\b|mg|mcg|µ|μ|umol|mmol|nmol|ng|pg|ms\b|cm|mm|ml|IU|U/|U\b|k\b"
    r"|points?|copies|G/|lakhs?|sec|seconds?))"
)
# Nothing is tried inside a word, nor at a word that begins no time expression: the pattern below is long.
_GATE = (
    r"(?=\d|Q\d|['~<>]\s*\d|[(\[,;:]\s*(?:19|20)\d|\s+(?:19|20)\d|(?<![A-Za-z])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|"
    r"spring|summer|autumn|fall|winter|early|mid|late|end|beginning|within|in|during|over|for|x|about|around|approx|nearly|almost|"
    rf"more|less|at|under|a|an|{PATTERN}|"
    r"several|some|POD|post|day|next|coming|following|tomorrow|today|this|tonight|just|yesterday|last|overnight|past|"
    r"earlier|since|until|till|from|by|lasting|duration|year|of|dx|before|after|on))"
)
_DATE = re.compile(
    _GATE
    + rf"""(?:
      (?P<range>\b(?:(?P<range_mon>{_MON})\s*)?(?P<range_from>{_YEAR})\s*(?:-|to|until|
          through)\s*(?:(?:(?P<range_mon2>{_MON})\s*)?(?P<range_to>{_YEAR})|(?P<range_now>present|now|current|date|ongoing))\b)
    | (?P<months>\b(?P<months_from>{_MON})\s*(?:-|–|to|until|through)\s*(?P<months_to>{_MON})[\s,]+(?P<months_y>{_YEAR})\b)
    | (?P<iso>\b(?P<iso_y>{_YEAR})[-/.](?P<iso_m>\d{{1,2}})[-/.](?P<iso_d>\d{{1,2}})\b)
    | (?P<cjk>(?P<cjk_y>{_YEAR})年(?:(?P<cjk_m>\d{{1,2}})月(?:(?P<cjk_d>\d{{1,2}})日)?)?)
    | (?P<dmony>\b(?P<dmony_d>{_DAY})(?:st|nd|rd|th)?[\s-]+(?:of\s+)?(?P<dmony_m>{_MON})[,\s-]+(?P<dmony_y>{_YEAR}|'\d\d\b|
        [0-39]\d\b{_NO_VALUE}))
    | (?P<mondy>\b(?P<mondy_m>{_MON})\s+(?P<mondy_d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<mondy_y>{_YEAR}))
    | (?P<slash>\b(?P<slash_a>\d{{1,2}})(?P<slash_s>[/.-])(?P<slash_b>\d{{1,2}})(?P=slash_s)(?P<slash_y>{_YEAR}|\d\d)\b(?![/.]\d))
    | (?P<mony>\b(?:(?P<mony_part>early|mid|late)[\s-]+)?(?P<mony_m>{_MON})[\s,/-]*(?:of\s+)?(?P<mony_y>{_YEAR}|'\d\d)\b)
    | (?P<my>\b(?P<my_m>0?[1-9]|1[0-2])/(?P<my_y>{_YEAR})\b)
    | (?P<my2>(?<=\bin\s)(?P<my2_m>0[1-9]|1[0-2])/(?P<my2_y>[0-4]\d)\b(?!/))
    | (?P<ym>\b(?P<ym_y>{_YEAR})[-/](?P<ym_m>0[1-9]|1[0-2])\b)
    | (?P<dmon>\b(?P<dmon_d>{_DAY})(?:st|nd|rd|th)?[\s-]+(?P<dmon_m>{_MON})(?!\s*(?:'|{_YEAR}\b)))
    | (?P<mond>\b(?P<mond_m>{_MON})\s+(?P<mond_d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*(?:mg|g|cm|mm|%|x|units|/)))
    | (?P<q>\b(?:Q(?P<q_n>[1-4])|(?P<q_s>spring|summer|autumn|fall|winter|early|mid|late|end\ of|beginning\ of))(?:\s+of)?[\s-]+(?P<q_y>{_YEAR})\b)
    | (?P<within>\b(?:within|in|during|over|for|x)\s+(?:the\s+)?(?:last|past|previous|preceding)\s+(?:about\s+|
        ~\s*)?(?:(?P<within_n>{_N})(?:\s*(?:-|to|or)\s*(?P<within_n2>{_N}))?[\s-]*)?(?P<within_u>{_UNIT}))
    | (?P<rel>(?:(?P<rel_q>~|\babout|\baround|\bapprox(?:imately|\.)?|\bnearly|\balmost|\bover|\bmore\s+than|>|\bless\s+than|
        <|\bat\s+least|\bunder)\s*)?
        (?<![\d.])(?:(?P<rel_few>a\s+few|several|some)|(?P<rel_couple>a\s+couple\s+of)|(?P<rel_n>{_N})(?:\s*(?:-|to|
            or)\s*(?P<rel_n2>{_N}))?(?P<rel_half>\s+and\s+a\s+half)?)[\s-]*(?P<rel_u>{_UNIT})\s*
        (?P<rel_dir>ago\b|earlier\b|back\b(?!\s*pain)|prior\b|previously\b|before\b|post\b(?!\s*(?:treatment|dose|last))|
            out\s+from\b|s/p\b|status\s+post\b))
    | (?P<brit>(?<![\d/.])(?P<brit_n>\d{{1,2}})/(?P<brit_u>7|52|12)(?:\s*(?:ago|earlier|back|previously|prior)\b|(?<=/52)(?![\d/])))
    | (?P<zh>(?P<zh_n>\d{{1,3}})\s*(?P<zh_u>天|日|周|个月|月|年)(?P<zh_dir>前|内)?)
    | (?P<pod>\b(?:POD|post-?op(?:erative)?\s+day|day)\s*\#?(?P<pod_n>\d{{1,3}})(?=\s*(?:\)|$|[,;.]|after|post|following|s/p|
        \s))(?:\s+(?:after|post|following))?|\b(?P<pod_n2>\d{{1,3}})(?:st|nd|rd|
        th)\s+(?:post-?op(?:erative)?\s+)?day(?:\s+post)?)
    | (?P<ahead>\b(?:(?P<ahead_next>next|coming|following)\s+(?:(?P<ahead_u>week|month|year)|mon|tues?|wednes|thurs?|fri|
        satur|sun)(?:day)?\b|tomorrow\b|in\s+(?P<ahead_n>{_N})(?:\s*-\s*\d+)?\s+(?P<ahead_u2>{_UNIT})(?:\s+time)?|
        (?P<ahead_n3>{_N})\s+(?P<ahead_u3>{_UNIT})\s+from\s+now))
    | (?P<word>\b(?:(?P<word_today>today|this\s+(?:morning|afternoon|evening)|tonight|just\s+now|earlier\s+today)|
        (?P<word_yesterday>yesterday|last\s+night|overnight)|(?P<word_last>last|this|past)\s+(?P<word_unit>week|month|year|
        weekend|(?:mon|tues|wednes|thurs|fri|satur|sun)day|spring|summer|autumn|fall|winter))\b)
    | (?P<monrel>\b(?:in\s+)?(?P<monrel_m>{_MON})\s+(?:of\s+)?(?P<monrel_w>this|last)\s+year\b)
    | (?P<mon>\b(?P<mon_pre>in|since|until|till|last|this|from|early|mid|late|by)[\s-]+(?P<mon_m>{_MON})(?!\s*\d))
    | (?P<for>\b(?:for|x|over|lasting|duration|during)\s*(?:about\s+|approximately\s+|~\s*|almost\s+|nearly\s+|over\s+|
        more\s+than\s+|>\s*|at\s+least\s+|the\s+)?(?P<for_n>{_N})(?:\s*(?:-|
        to)\s*(?P<for_n2>{_N}))?[\s-]*(?P<for_u>{_UNIT})(?!\s*(?:ago|prior|old|pack)))
    | (?P<year>(?:(?P<year_pre>\b(?:in|since|from|until|till|during|by|year|of|dx|dx'd|before|after|on)\s+|[(\[,;:]\s*|
        (?<=[a-zA-Z)])\s+))(?P<year_y>{_YEAR})\b(?![-/.]\d)(?!\s*(?:mg|g\b|ml|mL|u/|iu|/|x\s*10|\*|cm|mm|%|units|copies|ng|cells|
        \.\d|k\b)))
    | (?P<year0>(?:(?<=^)|(?<=\n)|(?<=[.;]\s))(?P<year0_y>{_YEAR})(?=\s*[:\-,]?\s*[A-Za-z(]))
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_MODAL = re.compile(r"\bmay\b")
_SINCE = re.compile(r"(?:since|starting|started|from|onwards? from|begun)\s*(?:in|on)?\s*$", re.IGNORECASE)
_UNTIL = re.compile(
    r"(?:until|till|up to|through|to|ending|ended|completed|finished|stopped|discontinued|last (?:dose|cycle|given|taken|infusion|"
    r"treatment)(?: (?:was|on|in))*)\s*(?:in|on|about|around|~)?\s*$",
    re.IGNORECASE,
)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_index(word: str) -> int:
    return _MONTHS.index(word.lower()[:3]) + 1


def _month_span(year: int, month: int) -> Moment:
    return Moment(earliest=date(year, month, 1), latest=date(year, month, monthrange(year, month)[1]))


def _on(day: date) -> Moment:
    return Moment(earliest=day, latest=day)


def _century(year: str, as_of: date) -> int:
    digits = year.lstrip("'")
    if len(digits) == 4:
        return int(digits)
    century = as_of.year // 100 * 100
    value = century + int(digits)
    return value if value <= as_of.year + 1 else value - 100


def _either(a: int, b: int, year: int, as_of: date) -> Moment | None:
    """Day and month in either order: both readings, unless one is no date or still ahead while the other is past."""
    readings = sorted({day for day in (_day(year, b, a), _day(year, a, b)) if day})
    past = [day for day in readings if day <= as_of]
    chosen = past or readings
    return Moment(earliest=chosen[0], latest=chosen[-1]) if chosen else None


def _ago(as_of: date, low: float, high: float, unit: str, quantifier: str) -> Moment:
    spread = timedelta(days=_EITHER_WAY[unit])
    early, late = back(as_of, high, unit), back(as_of, low, unit)
    try:
        widest = (early - spread, late + spread)
    except OverflowError:
        widest = (early, late)
    if re.match(r"over|more|>|at\s+least", quantifier, re.IGNORECASE):
        return Moment(earliest=None, latest=late)
    if re.match(r"less|<|under", quantifier, re.IGNORECASE):
        return Moment(earliest=early, latest=as_of)
    if quantifier and unit == "day":
        widest = (early - timedelta(days=2), late + timedelta(days=2))
    return Moment(earliest=widest[0], latest=min(widest[1], as_of))


def before(as_of: date, days: float) -> Moment:
    """The day `days` before `as_of`, three days either way where the length was not given in days."""
    day = _shift(as_of, -days)
    spread = 0 if days < 7 else 3 if days < 28 else 15
    return Moment(earliest=_shift(day, -spread), latest=min(_shift(day, spread), as_of))


def _read(m: re.Match[str], as_of: date) -> Dated | None:
    start, end = m.span()
    kind = ""
    if _MODAL.search(m[0]) and not re.search(r"(?:19|20)\d\d", m[0]):
        return None  # "1 may proceed"
    at: Moment | None = None
    if m["range"]:
        first = (
            _month_span(int(m["range_from"]), _month_index(m["range_mon"]))
            if m["range_mon"]
            else Moment(earliest=date(int(m["range_from"]), 1, 1), latest=date(int(m["range_from"]), 12, 31))
        )
        if m["range_now"]:
            return Dated(start, end, "since", first)
        year = int(m["range_to"])
        last = _month_span(year, _month_index(m["range_mon2"])) if m["range_mon2"] else Moment(earliest=date(year, 1, 1), latest=date(year, 12, 31))
        return Dated(start, end, "span", first, last)
    if m["months"]:
        year, first_month, last_month = int(m["months_y"]), _month_index(m["months_from"]), _month_index(m["months_to"])
        began, ended = _month_span(year - (first_month > last_month), first_month), _month_span(year, last_month)
        if began.earliest and began.earliest > as_of:
            return Dated(start, end, "ahead", began)
        if ended.earliest and ended.earliest > as_of:
            return Dated(start, end, "since", began)
        return Dated(start, end, "span", began, ended)
    if m["iso"]:
        day = _day(int(m["iso_y"]), int(m["iso_m"]), int(m["iso_d"]))
        at = _on(day) if day else None
    elif m["cjk"]:
        if m["cjk_m"] and not 1 <= int(m["cjk_m"]) <= 12:
            return None
        day = _day(int(m["cjk_y"]), int(m["cjk_m"]), int(m["cjk_d"])) if m["cjk_d"] else None
        at = _on(day) if day else _month_span(int(m["cjk_y"]), int(m["cjk_m"])) if m["cjk_m"] else _year(int(m["cjk_y"]))
    elif m["dmony"]:
        day = _day(_century(m["dmony_y"], as_of), _month_index(m["dmony_m"]), int(m["dmony_d"]))
        at = _on(day) if day else None
    elif m["mondy"]:
        day = _day(int(m["mondy_y"]), _month_index(m["mondy_m"]), int(m["mondy_d"]))
        at = _on(day) if day else None
    elif m["slash"]:
        year = _century(m["slash_y"], as_of)
        dotted = _day(year, int(m["slash_b"]), int(m["slash_a"])) if m["slash_s"] == "." else None  # with full stops the day stands first
        at = _on(dotted) if dotted and dotted <= as_of else _either(int(m["slash_a"]), int(m["slash_b"]), year, as_of)
    elif m["mony"]:
        at = _part_of_month(_century(m["mony_y"], as_of), _month_index(m["mony_m"]), m["mony_part"])
    elif m["my"]:
        at = _month_span(int(m["my_y"]), int(m["my_m"]))
    elif m["my2"]:
        at = _month_span(_century(m["my2_y"], as_of), int(m["my2_m"]))
    elif m["ym"]:
        at = _month_span(int(m["ym_y"]), int(m["ym_m"]))
    elif m["dmon"] or m["mond"]:
        month, number = (m["dmon_m"], m["dmon_d"]) if m["dmon"] else (m["mond_m"], m["mond_d"])
        this = _day(as_of.year, _month_index(month), int(number))
        last_year = _day(as_of.year - 1, _month_index(month), int(number))
        day = this if this and this <= as_of else last_year
        at = _on(day) if day else None
    elif m["q"]:
        at = _part_of_year(int(m["q_y"]), m["q_n"] or m["q_s"])
    elif m["within"]:
        unit = unit_of(m["within_u"])
        n = count_of(m["within_n2"] or m["within_n"] or "one")
        whole = re.match(r"for|x|over", m[0], re.IGNORECASE) is not None
        early = back(as_of, n, unit)
        if whole:
            return Dated(start, end, "for", Moment(earliest=early, latest=early), days=n * DAYS[unit], current=True)
        return Dated(start, end, "at", Moment(earliest=early, latest=as_of))
    elif m["rel"]:
        unit = unit_of(m["rel_u"])
        direction = m["rel_dir"].lower()
        if m["rel_few"]:
            low, high = 2.0, 6.0
        elif m["rel_couple"]:
            low, high = 2.0, 3.0
        else:
            low = count_of(m["rel_n"]) + (0.5 if m["rel_half"] else 0)
            high = count_of(m["rel_n2"]) if m["rel_n2"] else low
        if direction.startswith(("post", "after", "following", "out", "s/p", "status")) and not m["rel_n"]:
            return None
        at = _ago(as_of, min(low, high), max(low, high), unit, m["rel_q"] or "")
    elif m["brit"]:
        if re.search(r"\b(?:for|x|every|over|in|next|further|another)\s*$", m.string[max(0, start - 9) : start], re.IGNORECASE):
            return None
        n = float(m["brit_n"])
        at = _ago(as_of, n, n, {"7": "day", "52": "week", "12": "month"}[m["brit_u"]], "")
    elif m["zh"]:
        unit, n = unit_of(m["zh_u"]), float(m["zh_n"])
        if m["zh_dir"] == "前":
            at = _ago(as_of, n, n, unit, "")
        elif m["zh_dir"] == "内":
            at = Moment(earliest=back(as_of, n, unit), latest=as_of)
        else:
            return None
    elif m["pod"]:
        day = _shift(as_of, -int(m["pod_n"] or m["pod_n2"]))
        if m[0].lower().startswith("day") and not re.search(r"after|post|following", m[0], re.IGNORECASE):
            return None
        at = _on(day)
    elif m["ahead"]:
        return Dated(start, end, "ahead")
    elif m["word"]:
        at = _by_word(m, as_of)
    elif m["monrel"]:
        month_number = _month_index(m["monrel_m"])
        at = _month_span(as_of.year if m["monrel_w"].lower() == "this" else as_of.year - 1, month_number)
    elif m["mon"]:
        month_number = _month_index(m["mon_m"])
        year = as_of.year if month_number <= as_of.month else as_of.year - 1
        at = _part_of_month(year, month_number, m["mon_pre"])
        if m["mon_pre"].lower() in ("since", "from"):
            kind = "since"
        elif m["mon_pre"].lower() in ("until", "till"):
            kind = "until"
    elif m["for"]:
        unit = unit_of(m["for_u"])
        n = count_of(m["for_n2"] or m["for_n"])
        return Dated(start, end, "for", days=n * DAYS[unit])
    elif m["year"] or m["year0"]:
        at = _year(int(m["year_y"] or m["year0_y"]))
        word = (m["year_pre"] or "").strip().lower()
        if word in ("since", "from"):
            kind = "since"
        elif word in ("until", "till"):
            kind = "until"
        elif word == "before":
            at = Moment(earliest=None, latest=date(int(m["year_y"]) - 1, 12, 31))
    if at is None:
        return None
    if at.earliest and at.earliest > as_of:
        return Dated(start, end, "ahead", at)
    if at.latest and at.latest > as_of:
        at = Moment(earliest=at.earliest, latest=as_of)  # what has happened lies not in the future
    return Dated(start, end, "since" if kind == "since" else "until" if kind == "until" else "at", at)


def _year(year: int) -> Moment:
    return Moment(earliest=date(year, 1, 1), latest=date(year, 12, 31))


def _part_of_month(year: int, month: int, part: str | None) -> Moment:
    """The month, or the part of it that "early", "mid" or "late" leaves open: some days more than a third."""
    whole = _month_span(year, month)
    first, last = {"early": (1, 12), "mid": (9, 22), "late": (19, 31)}.get((part or "").lower(), (1, 31))
    return Moment(
        earliest=date(year, month, first), latest=min(date(year, month, min(last, 28)), whole.latest or date.max) if last < 31 else whole.latest
    )


def _part_of_year(year: int, part: str) -> Moment:
    part = part.lower()
    if part.isdigit():
        first = 3 * int(part) - 2
        return Moment(earliest=date(year, first, 1), latest=_month_span(year, first + 2).latest)
    first, last = {
        "spring": (3, 6),
        "summer": (6, 9),
        "autumn": (9, 12),
        "fall": (9, 12),
        "winter": (1, 12),
        "early": (1, 5),
        "beginning of": (1, 4),
        "mid": (4, 9),
        "late": (8, 12),
        "end of": (10, 12),
    }[part]
    return Moment(earliest=date(year, first, 1), latest=_month_span(year, last).latest)


def _by_word(m: re.Match[str], as_of: date) -> Moment | None:
    if m["word_today"]:
        return _on(as_of)
    if m["word_yesterday"]:
        return _on(_shift(as_of, -1))
    unit, which = m["word_unit"].lower(), m["word_last"].lower()
    if unit == "year":
        return (
            _year(as_of.year)
            if which == "this"
            else _year(as_of.year - 1)
            if which == "last"
            else Moment(earliest=add_months(as_of, -12), latest=as_of)
        )
    if unit == "month":
        if which == "this":
            return Moment(earliest=as_of.replace(day=1), latest=as_of)
        first = add_months(as_of.replace(day=1), -1)
        return (
            Moment(earliest=first, latest=_month_span(first.year, first.month).latest)
            if which == "last"
            else Moment(earliest=_shift(as_of, -31), latest=as_of)
        )
    if unit in ("week", "weekend"):
        return Moment(earliest=_shift(as_of, -7), latest=as_of) if which != "last" else Moment(earliest=_shift(as_of, -13), latest=_shift(as_of, -1))
    if unit.endswith("day"):
        return Moment(earliest=_shift(as_of, -8), latest=_shift(as_of, -1))
    if unit in ("spring", "summer", "autumn", "fall"):
        season = _part_of_year(as_of.year, unit)
        if season.earliest is not None and season.latest is not None and (season.latest <= as_of or (which == "this" and season.earliest <= as_of)):
            return season
        return _part_of_year(as_of.year - 1, unit)
    return Moment(earliest=add_months(as_of, -12), latest=as_of)


_TO = re.compile(r"\s*(?:-|–|\bto|\buntil|\btill|\bthrough|\bup to)\s*(?:\b(?:in|the|about|end of|early|mid|late)\s*)*", re.IGNORECASE)


def find(text: str, as_of: date) -> list[Dated]:
    """All time expressions in a repaired text, in order; offsets into it."""
    found: list[Dated] = []
    for match in _DATE.finditer(text):
        dated = _read(match, as_of)
        if dated is None:
            continue
        # The bracket or comma that let a bare year be recognised is not part of it.
        start = dated.start + (len(match[0]) - len(match[0].lstrip(" ,;:([")))
        before = text[max(0, start - 40) : start]
        if found and dated.kind in ("at", "until") and found[-1].kind in ("at", "since") and _TO.fullmatch(text, found[-1].end, start):
            earlier = found.pop()
            found.append(replace(dated, start=earlier.start, kind="span", moment=earlier.moment, moment_end=dated.moment))
            continue
        if dated.kind == "at":
            if _SINCE.search(before) and not re.search(r"\d\s*$", before):
                dated = replace(dated, kind="since")
            elif _UNTIL.search(before):
                dated = replace(dated, kind="until")
        found.append(replace(dated, start=start, moment_end=_on(as_of) if dated.kind == "since" else dated.moment_end))
    return found
