"""Blood pressure, body weight and height without a name, urine protein, PT with its control, QT with the heart rate."""

import re
from typing import Literal

from assistant.patient.assertion import assess
from assistant.patient.dates import count_of, unit_of
from assistant.patient.drafts import Draft
from assistant.patient.facts import Range
from assistant.patient.numbers import compared, digits
from assistant.patient.relatives import other_person
from assistant.patient.sampling import sample_date
from assistant.patient.view import View

_BP = re.compile(
    r"(?:\b(?:BP|B/P|RR(?=\s*\d{2,3}/\d{2,3})|(?:arterial\s+)?blood\s+pressures?|NIBP|office BP|home BP)\b|血压)(?:\s*\(?(?:today|now|is|"
    r"was|of|at|on|reading|readings|measured|sitting|seated|controlled|currently|control|to|around|about|~|averag\w+|repeat|:|=|\||,|"
    r"has been|in clinic|mm ?hg)\)?)*\s*[:=|]?\s*(?:\w+\s+){0,3}?"
    r"(?P<sys>\d{2,3})(?:\s*-\s*(?P<sys2>\d{2,3}))?\s*(?:/|over)\s*(?P<dia>\d{2,3})(?:\s*-\s*(?P<dia2>\d{2,3}))?(?:\s*mm\s*Hg)?(?P<kpa>\s*kpa)?",
    re.IGNORECASE,
)
_BARE_BP = re.compile(r"(?<![\d/.-])(?P<sys>\d{2,3})/(?P<dia>\d{2,3})\s*mm\s*Hg", re.IGNORECASE)
_WEIGHT = re.compile(
    r"(?<![\d./,])(?P<n>\d{2,3}(?:[.,]\d)?)\s*(?P<unit>kgs?|kilograms?|公斤|lbs?|pounds|斤)(?![A-Za-z/²])(?!\s*(?:/|per|weight loss|loss|gain|"
    r"in (?:the )?(?:last|past)|lost|over))",
    re.IGNORECASE,
)
_HEIGHT = re.compile(
    r"(?<![\d./,x×])(?P<n>1[2-9]\d|2[0-2]\d)(?:\.\d)?\s*cm(?![A-Za-z²])(?!\s*(?:mass|lesion|tumou?r|nodule|x|×|from|H2O))", re.IGNORECASE
)
_CHANGE = re.compile(
    r"\b(?:lost|loss|loses|gain|gained|drop|dropped|losing|fell by|decreased by|lifts?|lifting|up to|per)\b[^,;]{0,20}$", re.IGNORECASE
)
_UNIT_ID = {"k": "kg", "公": "kg", "l": "lb", "p": "lb", "斤": "jin"}


def read(v: View, draft: Draft) -> None:
    """Adds the vital signs of one sentence."""
    _pressure(v, draft)
    _fever(v, draft)
    _rate(v, draft)
    _body(v, draft)
    _saturation(v, draft)
    _survival(v, draft)
    _prothrombin(v, draft)
    _urine(v, draft)


# "saturating 94% on room air", "sat 88%"; of iron, transferrin or venous blood it is another value.
_SATURATION = re.compile(
    r"(?<!transferrin )(?<!iron )(?<!venous )(?<!TSAT )\b(?:saturat(?:ing|ion|ions|es|ed)|satting|sats?|desaturat(?:ing|es|ed|ion))\b\s*"
    r"(?:(?:is|was|of|at|to|"
    r"around|about|now|today|well|down|[:=(~])\s*)*(?P<n>[4-9]\d|100)(?:\s*(?:-|–|to)\s*(?P<n2>[4-9]\d|100))?\s*(?:%|percent\b)",
    re.IGNORECASE,
)


def _saturation(v: View, draft: Draft) -> None:
    for m in _SATURATION.finditer(v.text, v.head, v.end):
        if any(x.table == "measure" and x.start < m.end() and m.start() < x.end for x in v.mentions):
            continue
        if not draft.free(m.start(), m.end()) or other_person(v, m.start(), m.end()):
            continue
        value = Range(low=float(m["n"]), high=float(m["n2"] or m["n"]))
        draft.add("measurement", "spo2", "present", m.start(), m.end(), value=value, unit="percent", when=sample_date(v, m.start(), m.end()))
        draft.take(m.start(), m.end())


# "not expected to survive beyond 2 months", "unlikely to live another 6 weeks"
_NO_LONGER = re.compile(
    r"\b(?:not|unlikely|hardly|never|(?:is|was|does|do|would|wo|will)n't)\b[^.;,\d]{0,40}?\b(?:survive|live|be alive)\b[^.;,\d]{0,25}?"
    r"(?P<n>\d{1,3}|one|two|three|four|five|six|eight|ten|twelve)(?:\s*(?:-|–|to|or)\s*(?P<n2>\d{1,3}|two|three|four|five|six|eight|twelve))?\s*"
    r"(?P<unit>days?|weeks?|wks?|months?|mos?|years?|yrs?)\b",
    re.IGNORECASE,
)


def _survival(v: View, draft: Draft) -> None:
    for m in _NO_LONGER.finditer(v.text, v.head, v.end):
        if not draft.free(m.start(), m.end()) or other_person(v, m.start(), m.end()):
            continue
        value = Range(low=None, high=count_of(m["n2"] or m["n"]))
        draft.add("measurement", "life_expectancy", "present", m.start(), m.end(), value=value, unit=unit_of(m["unit"]))
        draft.take(m.start(), m.end())


# "BP 130/80 in clinic, 168/102 at home": a second reading of the same sentence needs no name.
_FURTHER_BP = re.compile(
    r"(?:[,;(]|->|→|\b(?:and|then|but|now|vs\.?|versus|to)\b)\s*(?P<sys>1\d{2}|2[0-4]\d|[89]\d)/(?P<dia>[4-9]\d|1[0-4]\d)(?![\d/])",
    re.IGNORECASE,
)


def _pressure(v: View, draft: Draft) -> None:
    named = False
    for pattern in (_BP, _BARE_BP, _FURTHER_BP):
        if pattern is _FURTHER_BP and not named:
            break
        for m in pattern.finditer(v.text, v.head, v.end):
            if not draft.free(m.start(), m.end()) or other_person(v, m.start(), m.end()):
                continue
            named = True
            start = m.start("sys") if pattern is _FURTHER_BP else m.start()
            when = sample_date(v, m.start(), m.end())
            groups = m.groupdict()
            unit = "kpa" if groups.get("kpa") else "mmhg"
            past = re.search(
                r"\b(?:previously|last year|initial(?:ly)?|on admission|at presentation)\b",
                v.text[max(v.head, m.start() - 30) : m.end()],
                re.IGNORECASE,
            )
            time: Literal["past", "unstated"] = "past" if past else "unstated"
            for concept, key, bounds in (("sbp", "sys", (40, 300)), ("dbp", "dia", (20, 200))):
                low = float(m[key])
                high = float(groups.get(f"{key}2") or low)
                scale = 7.50062 if unit == "kpa" else 1.0
                implausible = not bounds[0] <= low * scale <= high * scale <= bounds[1]
                if implausible:
                    draft.warn("blood pressure: a value outside the plausible range was not used")
                draft.add(
                    "measurement",
                    concept,
                    "present",
                    start,
                    m.end(),
                    value=compared(Range(low=low, high=high), re.sub(r"[:=]\s*$", "", v.text[v.head : m.start("sys")])),
                    unit=unit,
                    when=when,
                    time=time,
                    implausible=implausible,
                )
            despite = _DESPITE.match(v.text, m.end(), v.end)
            if despite and unit == "mmhg" and (float(m["sys"]) >= 140 or float(m["dia"]) >= 90):
                reading = "140/90 mmHg or more in spite of treatment"
                draft.add("finding", "hypertension", "present", m.start(), despite.end(), qualifiers=("uncontrolled",), time=time, reading=reading)
            draft.take(m.start(), m.end())
            untreated = _UNTREATED.match(v.text, m.end(), v.end)
            if untreated:
                draft.add("treatment", "antihypertensive", "absent", m.start(), untreated.end())
                draft.take(untreated.start(), untreated.end())


# "BP 165/95, not on treatment"
_UNTREATED = re.compile(
    r"[\s,;(]*(?:mm ?Hg)?[\s,;(-]*(?:(?:but|and|yet|so far|currently|still|is|remains|he|she|patient|has|been|never)\s+)*(?:untreated|"
    r"not (?:yet )?(?:on|under|receiving|taking)\s+(?:any\s+)?(?:(?:antihypertensive|BP|blood pressure|regular|drug)\s+)?(?:treatment|"
    r"therapy|medications?|drugs?|tablets|meds|antihypertensives?)|not (?:yet )?(?:been )?treated|"
    r"off (?:all )?(?:treatment|medications?|antihypertensives?)|"
    r"(?:no|without(?: any)?) (?:antihypertensives?(?: (?:drugs?|treatment|therapy|medications?))?|treatment|medications?|"
    r"BP (?:drugs|meds|medications?)))\b"
    r"(?!\s+(?:for|of|with)\b)",
    re.IGNORECASE,
)
_DESPITE = re.compile(
    r"[\s,(]*(?:mm ?Hg)?[\s,(]*(?:despite|in spite of|on)\s+(?:\w+\s+){0,3}?(?:antihypertensives?|"
    r"(?:BP|blood pressure)\s+(?:drugs|medications?|meds|tablets)|"
    r"(?:two|three|four|five|[2-5]|multiple|several)\s+(?:drugs|medications?|meds|agents|tablets))\b",
    re.IGNORECASE,
)
_FEVER = re.compile(
    r"\b(?:fevers?|febrile|pyrexia)\s*\(?\s*(?:of|to|up to|at|as high as|max\w*|with|temperature|"
    r"reaching|,)*\s*(?P<n>\d{2,3}(?:\.\d+)?)\s*(?:°\s*)?(?P<unit>[CF])\b"
)


def _fever(v: View, draft: Draft) -> None:
    """ "fever up to 39 C" gives the temperature."""
    for m in _FEVER.finditer(v.text, v.head, v.end):
        low, high = (25.0, 45.0) if m["unit"] == "C" else (77.0, 113.0)
        if not low <= float(m["n"]) <= high or other_person(v, m.start(), m.end()) or assess(v, m.start(), m.end()).status != "present":
            continue
        unit = "celsius" if m["unit"] == "C" else "fahrenheit"
        value = Range.exactly(float(m["n"]))
        draft.add("measurement", "temperature", "present", m.start(), m.end(), value=value, unit=unit, when=sample_date(v, m.start(), m.end()))


_QT_RATE = re.compile(
    r"\bQTc?\b[^\d;.\n]{0,20}\d{3}\s*(?:ms|msec)?[\s,(]*(?:at|@|with|,)?\s*(?:a\s+)?(?:heart\s+)?(?:rate\s+(?:of\s+)?)?"
    r"(?P<n>\d{2,3})\s*(?:/\s*min\b|bpm\b|beats)",
    re.IGNORECASE,
)


def _rate(v: View, draft: Draft) -> None:
    """ "QT 400 ms at 60/min" gives the heart rate it was taken at."""
    for m in _QT_RATE.finditer(v.text, v.head, v.end):
        if 20 <= float(m["n"]) <= 300 and not other_person(v, m.start(), m.end()):
            when = sample_date(v, m.start("n"), m.end())
            draft.add("measurement", "heart_rate", "present", m.start("n"), m.end(), value=Range.exactly(float(m["n"])), unit="bpm", when=when)
            draft.take(m.start("n"), m.end())


def _body(v: View, draft: Draft) -> None:
    for concept, pattern in (("weight", _WEIGHT), ("height", _HEIGHT)):
        for m in pattern.finditer(v.text, v.head, v.end):
            if not draft.free(m.start(), m.end()) or other_person(v, m.start(), m.end()):
                continue
            if _CHANGE.search(v.text[max(v.head, m.start() - 40) : m.start()]) or any(
                x.concept in ("weight", "height", "weight_loss_pct") and 0 <= m.start() - x.end <= 30 for x in v.mentions
            ):
                continue
            unit = _UNIT_ID[m["unit"][0].lower()] if concept == "weight" else "cm"
            draft.add(
                "measurement",
                concept,
                "present",
                m.start(),
                m.end(),
                value=Range.exactly(digits(m["n"])),
                unit=unit,
                when=sample_date(v, m.start(), m.end()),
                reading="a body weight by its unit" if concept == "weight" else "a body height by its unit",
            )
            draft.take(m.start(), m.end())


_PT = re.compile(
    r"(?<![A-Za-z-])(?:PT|prothrombin\s+time)(?![A-Za-z-])\s*(?:is|was|of|:|=|\|)?\s*(?P<pt>\d{1,3}(?:\.\d+)?)\s*(?:s|secs?|"
    r"seconds?)?\b[\s,;]*[(\[]?\s*(?:lab(?:oratory)?\s+)?(?:normal\s+|mean\s+)?(?:control|ctrl|ref(?:erence)?|对照)(?:\s+value)?\s*(?:is|"
    r"was|of|:|=)?\s*(?P<control>\d{1,2}(?:\.\d+)?)\s*(?:s|secs?|seconds?)?\b\s*[)\]]?",
    re.IGNORECASE,
)
_PT_LONGER = re.compile(
    r"(?<![A-Za-z-])(?:PT|prothrombin\s+time)(?![A-Za-z-])\s*(?:is|was|:|=)?\s*(?:\+|(?:prolonged|prolongation|extended|extension|"
    r"延长)\s*(?:by|of|:)?\s*(?:about\s+|<\s*|>\s*)?)\s*(?P<n>\d{1,2}(?:\.\d+)?)\s*(?:s|secs?|seconds?|秒)\b|"
    r"(?P<n2>\d{1,2}(?:\.\d+)?)\s*(?:s|secs?|seconds?)\s+(?:above|over|longer than)\s+(?:the\s+)?control",
    re.IGNORECASE,
)


def _prothrombin(v: View, draft: Draft) -> None:
    for m in _PT.finditer(v.text, v.head, v.end):
        pt, control = float(m["pt"]), float(m["control"])
        when = sample_date(v, m.start(), m.end())
        plausible = 5 <= pt <= 150 and 5 <= control <= 30
        draft.add("measurement", "pt", "present", m.start(), m.end(), value=Range.exactly(pt), unit="s", when=when, implausible=not plausible)
        if plausible:
            draft.add(
                "measurement",
                "pt_prolongation",
                "present",
                m.start(),
                m.end(),
                value=Range.exactly(round(pt - control, 3)),
                unit="s",
                when=when,
                reading=f"{pt:g} s minus the control's {control:g} s",
            )
        else:
            draft.warn("prothrombin time: a value outside the plausible range was not used")
        draft.take(m.start(), m.end())
    for m in _PT_LONGER.finditer(v.text, v.head, v.end):
        if draft.free(m.start(), m.end()):
            draft.add(
                "measurement",
                "pt_prolongation",
                "present",
                m.start(),
                m.end(),
                value=Range.exactly(float(m["n"] or m["n2"])),
                unit="s",
                when=sample_date(v, m.start(), m.end()),
            )
            draft.take(m.start(), m.end())


_DIP_NAME = (
    r"(?:urine\s+dip(?:stick)?(?:\s+(?:for\s+)?protein)?|dip(?:stick)?\s+(?:urine\s+)?protein(?:uria)?|protein(?:uria)?\s+(?:on|by|"
    r"in)\s+(?:urine\s+)?(?:dip(?:stick)?|urinalysis|urine)|urine\s+protein(?:\s*\((?:dip(?:stick)?|qualitative)\))?|urinary\s+protein|"
    r"(?-i:UA)\s+protein|urinalysis\s+(?:shows?\s+|for\s+)?protein|u(?:rine)?-?prot(?:ein)?|"
    r"proteinuria|dip(?:stick)?|(?-i:UPRO)|尿蛋白(?:定性)?)"
)
_DIP = re.compile(
    rf"(?<![A-Za-z-]){_DIP_NAME}\s*(?:dip(?:stick)?|by dipstick|on dipstick|on urinalysis|was|is|of|now|today|shows?|showed|result|only|"
    rf"up to|:|=|\||,|-(?=\s)|\()*\s*"
    r"(?P<value>(?:[≤<>≥]=?\s*)?(?:\d\s?\+(?:\s*(?:-|to|/)\s*\d\s?\+)?|\+\s?[1-4](?!\d)|\+/-|±|\+{1,4}(?!\d))|\(\s*[-+±]{1,4}\s*\)|"
    r"trace\w*|neg(?:ative)?\b|nil\b|none\b|absent\b|not\s+detected|阴性|阳性|微量|-(?=\s*(?:[,;.)|\n]|$)))"
    r"|\bno\s+(?:significant\s+)?(?P<none>proteinuria|(?:urine|urinary)\s+protein|protein\s+in\s+(?:the\s+)?urine)\b"
    r"|(?P<leading>(?<![\d.])[1-4]\s?\+|\+{1,4}|trace|mild|negative)\s+(?:urine\s+)?(?:protein(?:uria)?)\b(?!\s*(?:s|C|creat))",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"(?:(?<![\d-])24[\s-]*h(?:(?:ou)?rs?)?\.?|24小时)[\s-]*(?:urine|urinary|尿)?\s*(?:collection)?\s*(?:protein(?:uria)?|"
    r"尿?蛋白(?:定量)?)?\s*(?:quantif\w+|quantitation|excretion|collection|total|level)?\s*(?:is|was|of|shows?|showed|with|:|=|\||"
    r",)*\s*(?P<cmp>[<>≤≥~])?\s*(?P<n>\d+(?:[.,]\d+)?)\s*(?P<unit>mg|g)(?:\s*/\s*(?:24\s*h(?:ours?|rs?)?|d(?:ay)?)|\s+per\s+(?:day|"
    r"24\s*h\w*))?(?!\s*(?:/|of))"
    r"|(?:urine\s+protein|urinary\s+protein|proteinuria|protein)\s*(?:excretion|was|is|of|:|=|"
    r"\|)*\s*(?P<cmp2>[<>≤≥~])?\s*(?P<n2>\d+(?:[.,]\d+)?)\s*(?P<unit2>mg|g)\s*(?:/\s*(?:24\s*-?h(?:ours?|rs?)?|d(?:ay)?)|per\s+(?:day|"
    r"24\s*h\w*)|in\s+24\s*h\w*)",
    re.IGNORECASE,
)


def _urine(v: View, draft: Draft) -> None:
    for m in _DAY.finditer(v.text, v.head, v.end):
        if not draft.free(m.start(), m.end()):
            continue
        # "24-h 0.6 g" alone speaks of urine protein only beside a word for it.
        if not re.search(r"protein|尿|urin|dip", v.text[v.start : m.end()], re.IGNORECASE):
            continue
        number, unit, sign = digits(m["n"] or m["n2"]), (m["unit"] or m["unit2"]).lower(), m["cmp"] or m["cmp2"] or ""
        implausible = (number if unit == "g" else number / 1000) > 50
        if implausible:
            draft.warn("24-hour urine protein: a value outside the plausible range was not used")
        value = (
            Range(low=None, high=number, high_inclusive=sign == "≤")
            if sign in ("<", "≤")
            else Range(low=number, high=None, low_inclusive=sign == "≥")
            if sign in (">", "≥")
            else Range.exactly(number)
        )
        draft.add(
            "measurement",
            "uprot_24h",
            "present",
            m.start(),
            m.end(),
            value=value,
            unit=f"{unit}_24h",
            when=sample_date(v, m.start(), m.end()),
            implausible=implausible,
        )
        draft.take(m.start(), m.end())
    for m in _DIP.finditer(v.text, v.head, v.end):
        if not draft.free(m.start(), m.end()) or other_person(v, m.start(), m.end()):
            continue
        word = (m["value"] or m["leading"] or ("neg" if m["none"] else "")).lower()
        found = dip_value(word)
        if found is None:
            continue
        end = m.end()
        if v.text[m.start() : end].count("(") > v.text[m.start() : end].count(")") and v.text[end : end + 1] == ")":
            end += 1
        draft.add("measurement", "uprot_dip", "present", m.start(), end, value=found, when=sample_date(v, m.start(), end))
        draft.take(m.start(), end)


def dip_value(word: str) -> Range | None:
    """A dipstick result as 0 (negative), 0.5 (trace) or 1 to 4."""
    word = word.strip("() ").lower()
    if word in ("+/-", "±", "微量") or word.startswith("trace"):
        return Range.exactly(0.5)
    if word in ("阳性",):
        return Range(low=0.5, high=None)
    if word == "mild":
        return None
    if not word or word.startswith(("neg", "nil", "none", "absent", "not", "阴", "-")):
        return Range.exactly(0.0) if word else None
    numbers = [int(n) for n in re.findall(r"[0-4]", word)]
    if not numbers and "+" in word:
        numbers = [word.count("+")]
    if not numbers or numbers[-1] > 4:
        return None
    low, high = float(numbers[0]), float(numbers[-1])
    if word.startswith((">=", "≥")):
        return Range(low=low, high=None)
    if word.startswith(">"):
        return Range(low=low, high=None, low_inclusive=False)
    if word.startswith(("<=", "≤")):
        return Range(low=None, high=high)
    if word.startswith("<"):
        return Range(low=None, high=high, high_inclusive=False)
    return Range(low=low, high=high)
