"""Time windows: "within 4 weeks prior to the first dose", "in the past 6 months", "at least 2 weeks since", "during the study"."""

import re
from dataclasses import dataclass
from functools import lru_cache

from index.conditions import Anchor, Duration, DurationUnit, Window
from index.criteria.numbers import WORDS
from index.number_words import PATTERN

_NUM = rf"(?:\d+(?:\.\d+)?|{PATTERN}|an?\b|half an?)"
_UNIT = r"(?:hours?|hrs?|days?|weeks?|wks?|months?|mos?|years?|yrs?|[dwmy](?![\w]))"
DURATION = (
    rf"(?P<num>{_NUM})(?:\s*(?:-|to|or|\u2013)\s*(?P<num2>\d+|two|three|four"
    rf"|six))?(?:\s*\(\s*(?P<paren>\d+)\s*\))?[\s-]*(?:full\s+|complete\s+|consecutive\s+"
    rf"|calendar\s+)?(?P<unit>{_UNIT})(?:'s?)?"
    rf"(?:\s*\(\s*(?:\d+|{_NUM})\s*{_UNIT}\s*\)|\s+period)?"
)
_BARE_UNIT = r"(?P<bare>year|month|week|day)"
_STUDY = (
    r"(?:(?:the|this|a|any|his|her|their|starting|initiating|beginning|receiving|commencing|taking|entering|receipt"
    r"|initiation|commencement|planned|protocol|study|trial|investigational|experimental|assigned|current|initial"
    r"|first|start|actual|expected|anticipated|scheduled|signing|signed|date|day|time|point|test|of|for|on|in|into|to"
    r"|and/or|or)\s+)"
)
# A study drug by its code or its name: "before the first dose of ABC-123", "... of tepotinib".
_CODE = (
    r"(?:(?-i:[A-Z]{1,9}[- ]?\d[\w-]*|[A-Z][A-Za-z]+-[A-Z0-9]*\d[\w-]*)"
    r"|[a-z]{3,}(?:mab|nib|cept|parib|ciclib|limus|platin|taxel|rubicin|tide|stat|vir|ersen|leucel|zomib|lidomide|degib|clax|citabine|trexed"
    r"|tinib|sertib|lisib|vedotin"
    r"|deruxtecan|govitecan|gene))"
)
_ANCHOR_NOUN = (
    r"(?:visit\s*\d+[ab]?|(?:first\s+|initial\s+)?(?:doses?|dosing|administrations?|treatments?|therapy|infusions?|injections?"
    r"|medications?|drugs?|products?|use|interventions?|visits?|stud(?:y|ies)|trials?|agents?|vaccinations?"
    r"|chemotherapy|surgery|protocol|start|initiation|beginning|commencement|begin|commencing|starting|initiating"
    r"|beginning|receiving|receipt|taking|entering)"
    r"|pre-?registration|pre-?screening|(?:step\s+\d\s+)?re-?registration|enrol+(?:l?ment|ing|ed)?|inclusion|(?:study\s+|trial\s+"
    r"|protocol\s+)?entry|registration|registering"
    r"|random(?:i[sz]ation|i[sz]ed|i[sz]ing)|screening|baseline|(?:informed\s+)?consent(?:\s+form)?(?:\s+signature)?"
    r"|signing|signature|day\s*-?[01]\b|cycle\s*1(?:,?\s*day\s*1)?|C1\s*D1|D1\b|week\s*0|visit\s*\d|apheresis"
    r"|leukapheresis|transplant(?:ation)?|lymphodepletion|conditioning|allocation|recruitment|participation"
    r"|assignment|eligibility|admission|now|present|today|diagnosis|operation|procedure|biopsy|imaging"
    r"|obtaining laboratory tests)(?![\w])"
)
_ANCHOR = (
    rf"(?:{_STUDY}{{0,8}}?{_ANCHOR_NOUN}(?:\s+(?:of|in|with|to|into|for"
    rf"|on)\s+(?:{_STUDY}{{0,5}}?{_ANCHOR_NOUN}))*(?:\s+(?:the\s+|study\s+|trial\s+|protocol\s+|investigational\s+"
    rf"|assigned\s+)*(?:drugs?|treatments?|medications?|therapy|products?|agents?|period|visit|administration|date"
    rf"|form|phase|interventions?|doses?|dosing|entry|start|initiation|study|trial|protocol|day\s*-?\d+|visit\s*\d+"
    r"|(?:(?:written|signed|the|an)\s+)*(?:informed\s+)?consent(?:\s+form)?(?:\s*\(ICF\))?|ICF))*"
    rf"(?:\s+(?:of|with|on|to)\s+(?:the\s+|study\s+|drug\s+)*{_CODE}(?![\w-])(?:\s*(?:/|\+|and/or|and"
    rf"|or)\s*{_CODE}(?![\w-]))*(?:\s+(?:treatment|therapy|administration|dosing|infusion|injection))?)?"
    rf"|{_CODE}\s+(?:treatment|therapy|administration|dosing|infusion|injection|vaccination)(?![\w]))"
)
_BACK = (
    r"(?:prior\s+to|prior(?=\s+(?:the|screening|baseline|enrol+ment|randomi[sz]ation)\b)|previous\s+to"
    r"|before|preceding|of|from|to|pre-?|in advance of|leading up to|up to|ahead of|until|at the time of|after)"
)
_LESS = r"(?:(?:less|fewer|shorter|no more|not more|no longer|not longer|no greater) than|<|≤|<=|=<|</=|up to|≦|under)"
_MORE = (
    r"(?:(?P<ge>at least|a minimum of|minimum of|minimum|no less than|not less than|no shorter than|≥|>=|=>|>/="
    r"|greater than or equal to|more than or equal to)|(?P<gt>more than|greater than|longer than|over(?!\s+the\b)|>"
    r"|beyond))"
)
_RECENT = r"(?:past|last|previous|preceding|prior|recent|most recent|immediate(?:ly)?(?: past)?)"

_WITHIN = re.compile(
    rf"(?:(?:within|in|during|over|for|at any time (?:in|within|during))\s+(?:(?:the|a|their|his"
    rf"|her)\s+)?(?:{_RECENT}\s+)(?:approximately\s+)?(?:{DURATION}|{_BARE_UNIT}\b)"
    rf"|(?:within|in less than)\s+(?:(?:the|at(?:\s+least)?\b|about|approximately|a\b|≤|<|~)\s*)*{DURATION}"
    rf"|(?:in|during|for|over)\s+(?:the\s+)?{DURATION}\s*(?=(?:immediately\s+)?(?:prior|before|preceding|leading))"
    rf"|\b(?:past|last|previous|preceding)\s+{DURATION}"
    rf"|{_LESS}\s*{DURATION}(?=\s*(?:\([^)]*\)\s*)?(?:prior|before|preceding|ago|from|since|earlier|after|of\b(?!\s+age)|pre-))"
    rf"|(?P<recently>\brecent(?:ly)?\s+\()?(?<=\()\s*(?:<|≤)\s*{DURATION}(?=\s*\)))".replace("(?P<num>", "(?:")
    .replace("(?P<num2>", "(?:")
    .replace("(?P<paren>", "(?:")
    .replace("(?P<unit>", "(?:")
    .replace("(?P<bare>", "(?:"),
    re.I,
)
_LONGER = re.compile(
    rf"{_MORE}\s*(?:the\s+)?(?P<d>{DURATION})\s*(?P<how>prior\s+to|before|previously|ago|earlier|since|from|(?:must "
    rf"|should |has |have |had )*(?:have\s+)?(?:elapsed|passed)(?:\s+(?:since|from|between|after))?|after|following"
    rf"|off|beyond|post-?|out from|preceding|between|without|free|away|washout|wash-out)(?![\w])",
    re.I,
)
_ANCHOR_RE = re.compile(rf"\s*{_ANCHOR}", re.I)
_DURATION_RE = re.compile(DURATION, re.I)
_BARE = re.compile(rf"\b(?:{_RECENT}\s+){_BARE_UNIT}\b", re.I)
_TAIL = re.compile(rf"\s*,?\s*(?:\([^()]{{0,40}}\)\s*)?(?:(?:immediately|directly|just)\s+)?(?:{_BACK})\s*{_ANCHOR}", re.I)
_TAIL_AGO = re.compile(r"\s*(?:ago|earlier|previously|beforehand|prior(?!\s+\w)|before(?!\s+\w))\b", re.I)
_TAIL_HALF = re.compile(
    r"\s*,?\s*(?:(?:or|and)\s*(?:within\s+)?|/\s*|\()(?:(?:at least|≥|<|≤)\s*)?(?:\d+(?:\.\d+)?|five|three|two|four"
    r"|seven|six)[\s-]*(?:\(\d\)\s*)?(?:drug |elimination |plasma )?half[- ]?(?:lives|life"
    r"|lifes)(?:\s+of\s+(?:the\s+)?(?:\w+\s*){1,4}?(?=[,;.)]|$))?\)?"
    r"|\s*,?\s*\(?(?:whichever|which ever|which)\s+(?:is\s+|was\s+)?(?:the\s+)?(?P<which>longer|longest|shorter"
    r"|shortest|earlier|later|greater|sooner|less|more)(?:\s+(?:time|period|interval))?\)?",
    re.I,
)
_POINT = re.compile(
    rf"\b(?:(?:at|on|by|from)\s+(?:the\s+)?(?:time|date|day|point|moment)\s+of\s+{_ANCHOR}|(?:prior to|before"
    rf"|preceding|pre-)\s+(?!or\b){_ANCHOR}|at\s+(?:the\s+)?(?:time\s+of\s+)?(?:{_STUDY}{{0,4}}(?:screening|baseline"
    rf"|enrol+ment|entry|randomi[sz]ation|registration|inclusion|study entry|consent|first dose"
    rf"|start of (?:study )?(?:treatment|therapy|drug)))(?:\s+(?:visit|assessment|examination|evaluation|period))?"
    rf"|(?:on|upon|during)\s+(?:the\s+)?(?:screening|study entry|enrol+ment|baseline)(?:\s+(?:visit|assessment|period"
    rf"|phase))?)",
    re.I,
)
_AHEAD = re.compile(
    r"\b(?:during|throughout|while|for the duration of|over the course of|in the course of"
    r"|through(?=\s+(?:the\s+)?(?:study|trial)))\s+(?:the\s+|this\s+|their\s+|entire\s+|whole\s+|on\s+"
    r"|participating\s+in\s+|participation\s+in\s+|course\s+of\s+|period\s+of\s+|duration\s+of\s+|conduct\s+of\s+"
    r"|planned\s+|receiving\s+)*"
    r"(?:study|trial|protocol|(?:treatment|therapy)(?!\s+(?:with|of|for)\b)|investigation|participation|follow-up)(?:\s+(?:drug|treatment|period"
    r"|participation|therapy|medication|intervention|phase|visit|duration))*(?:\s+(?:and|or)\s+(?:follow-up"
    r"|for\s+\S+\s+\S+\s+after\s+[\w ]+?(?=[,.;)]|$)))?",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A window with its place. `since`: it says how long ago something must at least have ended ("4 weeks since ...")."""

    start: int
    end: int
    window: Window
    since: bool = False
    shorter: bool = False


def duration(text: str) -> Duration | None:
    """The first duration in a text ("four (4) weeks", "28-day")."""
    m = _DURATION_RE.search(text)
    return _duration(m) if m else None


def duration_at(text: str, at: int, end: int) -> tuple[Duration, int] | None:
    """The duration that begins at `at`, and where it ends."""
    m = _DURATION_RE.match(text, at, end)
    return (_duration(m), m.end()) if m else None


def _duration(m: "re.Match[str]") -> Duration:
    word = m["paren"] or m["num"]
    words = word.lower().strip()
    value = float(words) if words[0].isdigit() else 0.5 if words.startswith("half") else float(WORDS[words.split()[0]])
    if m["num2"]:
        # "2-3 weeks": the longer one is the safer reading for something that must not have happened.
        second = m["num2"].lower()
        value = max(value, float(second) if second[0].isdigit() else float(WORDS[second]))
    return Duration(value=value, unit=_unit(m["unit"]))


def _unit(word: str) -> DurationUnit:
    word = word.lower()
    if word.startswith("h"):
        return "hour"
    if word.startswith("d"):
        return "day"
    if word.startswith("w"):
        return "week"
    return "month" if word.startswith("m") else "year"


_ANCHORS: tuple[tuple[re.Pattern[str], Anchor], ...] = (
    (
        re.compile(
            r"first|initial|\bdos|start|initiat|begin|commenc|treatment|therapy|day\s*-?[01]\b|cycle|c1|d1\b|drug|medication"
            r"|administ|infusion|injection|agent|product|interven|receiv|taking|use\b",
            re.I,
        ),
        "first_dose",
    ),
    (re.compile(r"random|allocation|assignment", re.I), "randomisation"),
    (re.compile(r"consent|sign", re.I), "consent"),
    (re.compile(r"screen|baseline|visit", re.I), "screening"),
    (re.compile(r"enrol|inclusion|entry|regist|recruit|study|trial|particip|eligib|enter|protocol", re.I), "enrolment"),
    (re.compile(r"\bnow\b|present|today", re.I), "unstated"),
)
_ORDER = re.compile(r"random|allocation", re.I)


def anchor_of(words: str) -> Anchor:
    """Which point in time a phrase names."""
    if not words.strip():
        return "unstated"
    if re.search(r"consent|\bsign", words, re.I):
        return "consent"
    if _ORDER.search(words):
        return "randomisation"
    if re.search(r"enrol|inclusion|registr|entry", words, re.I) and not re.search(r"first|initial|dose", words, re.I):
        return "enrolment"
    if re.search(r"screen|baseline", words, re.I) and not re.search(r"dose", words, re.I):
        return "screening"
    for pattern, anchor in _ANCHORS:
        if pattern.search(words):
            return anchor
    return "other"


_TIMED = ("day", "week", "month", "year", "hour", "wk", "yr", "mo", "hr", " d", " w", " y")
_POINTED = ("prior", "before", "preceding", "pre-", "at ", "on ", "upon", "by ", "from", "during", "through", "while", "duration", "course")


@lru_cache(maxsize=1024)
def find(text: str, start: int, end: int) -> tuple[Found, ...]:
    """Windows in `text[start:end]`, left to right, none overlapping."""
    low = text[start:end].lower()
    found = _durations(text, start, end) if any(w in low for w in _TIMED) else []
    if any(w in low for w in _POINTED):
        _points(text, start, end, found)
    found.sort(key=lambda f: f.start)
    return tuple(found)


def _durations(text: str, start: int, end: int) -> list[Found]:
    found: list[Found] = []
    for m in _LONGER.finditer(text, start, end):
        inner = _DURATION_RE.search(m["d"])
        assert inner
        stop, anchor, _ = _tail(text, m.end(), end)
        how = m["how"].lower()
        # The anchor stands right behind "prior to".
        a = _ANCHOR_RE.match(text, m.end(), end) if how.startswith(("prior", "before", "preceding")) else None
        if a:
            stop, anchor = a.end(), anchor_of(a[0])
        since = bool(re.search(r"since|from|after|following|elapsed|passed|post|off|out from|washout", how))
        found.append(Found(m.start(), stop, Window(longer_than=_duration(inner), longer_inclusive=bool(m["ge"]), anchor=anchor), since=since))
    for m in _WITHIN.finditer(text, start, end):
        if any(f.start < m.end() and m.start() < f.end for f in found):
            continue
        inner = _DURATION_RE.search(m[0])
        bare = None if inner else _BARE.search(m[0])
        if inner:
            length = _duration(inner)
        elif bare:
            length = Duration(value=1, unit=_unit(bare["bare"]))
        else:
            continue
        stop, anchor, longest = _tail(text, m.end(), end)
        which = text[m.end() : stop].lower()
        window = Window(within=length, anchor=anchor, scope_unclear="half" in which and not re.search(r"short|sooner|less|earlier", which))
        found.append(Found(m.start(), stop, window, shorter=bool(longest) and bool(re.search(r"short|sooner|less|earlier", longest or ""))))
    return found


def _points(text: str, start: int, end: int, found: list[Found]) -> None:
    for m in _AHEAD.finditer(text, start, end):
        if not any(f.start < m.end() and m.start() < f.end for f in found):
            found.append(Found(m.start(), m.end(), Window(ahead=True)))
    for m in _POINT.finditer(text, start, end):
        if not any(f.start < m.end() and m.start() < f.end for f in found):
            found.append(Found(m.start(), m.end(), Window(anchor=anchor_of(m[0]))))


def _tail(text: str, at: int, end: int) -> tuple[int, Anchor, str | None]:
    """Where the window's words end, its anchor, and what "whichever is ..." says."""
    anchor: Anchor = "unstated"
    which: str | None = None
    for _ in range(4):
        if m := _TAIL_HALF.match(text, at, end):
            which = m["which"] or which
        elif m := _TAIL_AGO.match(text, at, end):
            pass
        elif anchor == "unstated" and (m := _TAIL.match(text, at, end)):
            anchor = anchor_of(re.sub(rf"^\W*{_BACK}", "", m[0], flags=re.I))
        else:
            break
        at = m.end()
    return at, anchor, which
