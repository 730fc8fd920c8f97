"""Age and sex of the patient, from the forms people write: 58M, 47 y/o man, 58岁, DOB, "in his late fifties"."""

import re
from datetime import date

from assistant.patient import dates
from assistant.patient.assertion import assess
from assistant.patient.drafts import Draft
from assistant.patient.facts import Range
from assistant.patient.numbers import compared, digits
from assistant.patient.relatives import other_person
from assistant.patient.view import View

_MALE = r"males?|man|men|boy|gentleman|guy|男性?|M"
_FEMALE = r"females?|woman|women|girl|lady|女性?|F"
_AGE = re.compile(
    rf"""(?<![\d./<>≥≤=-])(?<!\d,)(?=\d|(?<![A-Za-z])(?:age|[MF]\b|male|female|man|men|wom|boy|girl|gentle|guy|lady|mr|ms|miss|pt|patient)|[男女年])(?:
      (?P<n>\d{{1,3}})(?:\s*(?:-|to)\s*(?P<n2>\d{{1,3}}))?[\s-]*(?P<unit>y(?:ea)?rs?|y|yo|months?|mos?|mth|weeks?|wks?|wk|
          days?|岁|months)?[\s./-]*(?P<old>o(?:ld)?\b|of\s+age\b|old)?
         [\s,/-]*(?:(?P<race>(?:[A-Z]?[a-z]+(?:[- ][A-Z]?[a-z]+)?[\s,-]+){{0,3}}?))?(?P<sex>(?<![A-Za-z])(?:{_MALE}|{_FEMALE})(?![A-Za-z\d-])|男|女)
    | (?P<o>\d{{1,3}})[\s-]*(?P<o_unit>y(?:ea)?rs?|months?|mos?|weeks?|wks?|days?)[\s-]*(?:old|of\s+age)\b
    | (?P<yo>\d{{1,3}})\s*-?(?:y\.?\s?/?o\.?(?![A-Za-z])|yr\s?old|岁|(?-i:y)(?=[\s,.;)]|$)(?!\s*(?:ago|hx|history|post|prior)))
    | (?:\bage[ds]?\b|年龄)\s*(?:is|of|:|=|\|)?\s*(?P<aged>\d{{1,3}})(?P<aged_unit>\s*(?:months?|weeks?|
        days?))?(?:\s*(?:years?|yrs?|y(?:/o)?|岁)(?:\s+old)?)?(?!\s*(?:[,.]?\d|%|-year|months?\b|weeks?\b))
    | (?P<sex_first>\b(?:M|F|{_MALE}|{_FEMALE}))\s*[/,]?\s*(?P<after_sex>\d{{1,3}})(?!\s*(?:%|mg|cm|mm|kg|/\d|x|\.\d|
        -?\s?(?:days?|weeks?|months?|wk|mo)\b|years?\s+(?:ago|history)|\d))(?:\s*(?:y(?:ea)?rs?(?:\s+old)?|y/?o|岁))?
    | \b(?:Mr|Mrs|Ms|Miss|Pt|Patient)\b\.?\s*(?:[A-Z_][\w'-]*\.?\s*){{0,3}}[,:(]\s*(?:age[d]?\s*)?(?P<named>\d{{1,3}})(?=\s*[,;.)]|\s*(?:y|years))
    )""",
    re.VERBOSE | re.IGNORECASE,
)
# Cheap looks before the long patterns.
_MAY_BE_AGE = re.compile(
    r"\d\s*-?(?:y|m|w|d|o|岁|f|F|M|男|女)|\b[MF]\b|[Aa][Gg][Ee]|\b(?:fe)?male|\bmen|man\b|boy|girl|lady|\bM[rsi]|\b[Pp](?:t|atient)\b|年龄|[男女]"
)
_MAY_BE_DECADE = re.compile(r"[a-z]ties\b|teens|\d0'?s\b", re.IGNORECASE)
_DECADES = {
    "teens": 10,
    "twenties": 20,
    "thirties": 30,
    "forties": 40,
    "fourties": 40,
    "fifties": 50,
    "sixties": 60,
    "seventies": 70,
    "eighties": 80,
    "nineties": 90,
}
_DECADE = re.compile(
    r"\b(?:in\s+)?(?:(?:his|her|their|the)\s+)?(?P<part>early|mid|middle|late)?[\s-]*(?:(?P<word>"
    + "|".join(_DECADES)
    + r")|(?P<digits>[1-9]0)'?s)\b(?!\s*(?:mg|degrees))",
    re.IGNORECASE,
)
_WORD_AGE = re.compile(r"\b(?P<word>sexagenarian|septuagenarian|octogenarian|nonagenarian|newborn|neonate|infant|toddler)\b", re.IGNORECASE)
_WORD_AGES = {
    "sexagenarian": (60, 69),
    "septuagenarian": (70, 79),
    "octogenarian": (80, 89),
    "nonagenarian": (90, 99),
    "newborn": (0, 0.08),
    "neonate": (0, 0.08),
    "infant": (0, 1),
    "toddler": (1, 3),
}
_BIRTH = re.compile(
    r"\b(?:d\.?o\.?b\.?|date of birth|born(?: on| in)?|birth ?date|b\.)\s*[:=|]?\s*(?P<date>[\w ,/.'-]{4,20})|(?:出生日期|"
    r"生于)\s*[::]?\s*(?P<zh>[\d年月日/.-]{4,12})",
    re.IGNORECASE,
)
_BARE_BIRTH_YEAR = re.compile(r"\bborn\s+(?:in\s+)?(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE)
_SEX = re.compile(
    r"\b(?:sex|gender)\s*[:=|]?\s*(?P<field>male|female|man|woman|m|f)\b|(?:性别)\s*[::]?\s*(?P<zh>男|女)|(?P<zh_alone>男性|女性|男,|女,|,男|,女)"
    r"|\b(?P<noun>gentleman|lady|woman|man|boy|girl|female|male)\b(?!\s+(?:partner|sexual|partners|condom|child|pattern|contracept|"
    r"relative|sibling|donor|cousin))|(?<!\d)(?<!\d\s)\b(?P<title>Mr|Mrs|Ms|Miss)\b\.?(?=\s+[A-Z_])",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(he|his|him|himself|she|her|hers|herself)\b", re.IGNORECASE)


def read(v: View, draft: Draft) -> None:
    """Adds age and sex stated in one sentence."""
    for m in _AGE.finditer(v.text, v.start, v.end) if _MAY_BE_AGE.search(v.text, v.start, v.end) else ():
        _age(v, m, draft)
    for m in _DECADE.finditer(v.text, v.head, v.end) if _MAY_BE_DECADE.search(v.text, v.head, v.end) else ():
        before = v.text[max(v.head, m.start() - 1) : m.start("word") if m["word"] else m.start("digits")]
        if not re.search(
            r"\bin (?:his|her|their|the)\b|\b(?:early|mid|late)\b", v.text[max(v.head, m.start() - 3) : m.end()], re.IGNORECASE
        ) or other_person(v, m.start(), m.end()):
            continue
        if re.search(r"\b(?:since|until|diagnosed|when|during)\b[^,;]*$", v.text[max(v.head, m.start() - 30) : m.start()], re.IGNORECASE) or (
            "in the" in before and m["digits"]
        ):
            continue
        base = _DECADES[m["word"].lower()] if m["word"] else int(m["digits"])
        part = (m["part"] or "").lower()
        low, high = {"early": (0, 3), "mid": (3, 7), "middle": (3, 7), "late": (6, 9)}.get(part, (0, 9))
        draft.add(
            "measurement",
            "age",
            "present",
            m.start(),
            m.end(),
            value=Range(low=base + low, high=base + high),
            unit="year",
            reading="age given as a decade",
        )
    for m in _WORD_AGE.finditer(v.text, v.head, v.end):
        word = m["word"].lower()
        if not other_person(v, m.start(), m.end()) and not any(f.concept == "age" for f in draft.facts):
            youngest, oldest = _WORD_AGES[word]
            draft.add(
                "measurement",
                "age",
                "present",
                m.start(),
                m.end(),
                value=Range(low=youngest, high=oldest),
                unit="year",
                reading=f"age given as {word}",
            )
    _birth(v, draft)
    _gestation(v, draft)
    for m in _SEX.finditer(v.text, v.start, v.end):
        if not draft.free(m.start(), m.end()) or other_person(v, m.start(), m.end()):
            continue
        word = (m["field"] or m["zh"] or m["zh_alone"] or m["noun"] or m["title"]).lower()
        if m["noun"] and re.search(r"\b(?:and|or|both|male|for a|any)\s+$", v.text[max(v.start, m.start() - 8) : m.start()], re.IGNORECASE):
            continue
        _sex(draft, word, m.start(), m.end())


def _age(v: View, m: re.Match[str], draft: Draft) -> None:
    number = m["n"] or m["o"] or m["yo"] or m["aged"] or m["after_sex"] or m["named"]
    unit = (m["unit"] or m["o_unit"] or m["aged_unit"] or "y").strip().lower()
    start, end = m.start(), m.end()
    sex = m["sex"] or m["sex_first"]
    if sex and sex.upper() in ("M", "F") and len(sex) == 1:
        # "58M" is a man, "58 m" is metres; a letter far from its number is neither.
        if sex != sex.upper() and (m["n"] is None or m["unit"] is None):
            return
        if m["race"] or (m["sex_first"] and not re.match(r"[MF][ /,]*\d", v.text[start : start + 5])):
            return
        if re.search(r"[A-Za-z]", v.text[start - 1 : start]) or re.match(r"[/\w]", v.text[end : end + 1]):
            return
    if m["sex_first"] and len(m["sex_first"]) > 1 and not re.match(r"\w+[ ,/]+\d", v.text[start:end]):
        return
    if (
        m["n"]
        and m["race"]
        and not m["unit"]
        and re.search(
            r"\b(?:with|and|of|the|in|is|to|for|was|by|a|per|mg|kg|cm|mm|cycles?|lesions?|nodules?|tumou?rs?|other|healthy)\b",
            m["race"],
            re.IGNORECASE,
        )
    ):
        return
    if (
        m["n"]
        and m["race"]
        and m["unit"]
        and re.search(r"\b(?:ago|history|prior|after|smok\w*|with|and|had|was|is|old\s+history)\b", m["race"], re.IGNORECASE)
    ):
        return
    if other_person(v, start, end) or not draft.free(start, end):
        return
    if any(
        x.table in ("measure", "scale") and x.concept not in ("age", "sex") and re.fullmatch(r"[\s:=|]{0,4}", v.text[x.end : start])
        for x in v.mentions
        if x.end <= start
    ):
        return  # "PLT 82, F": the number is a result, but "BCLC-C, 58M" has its value before the comma
    before = v.text[max(v.start, start - 24) : start]
    if m["aged"] and re.search(
        r"\b(?:at|gestational|bone|mental|developmental|before|from|until|since|over|under|at the|at an)\s+$", before, re.IGNORECASE
    ):
        return
    if (m["o"] or m["yo"]) and re.search(r"\b(?:scar|lesion|fracture|for|history of an?|with an?)\s+$", before, re.IGNORECASE):
        return
    if (m["yo"] or m["o"]) and re.search(r"\bat\s+(?:age\s+)?$", before, re.IGNORECASE):
        return
    n = digits(number)
    high = digits(m["n2"]) if m["n2"] else n
    measure_unit, factor = "year", 1.0
    if unit.startswith(("mo", "mth")):
        factor = 1 / 12
    elif unit.startswith("w"):
        factor = 7 / 365.25
    elif unit.startswith("d"):
        factor = 1 / 365.25
    if (
        m["n"]
        and not m["unit"]
        and not m["old"]
        and m["sex"]
        and len(m["sex"]) > 1
        and m["sex"].isascii() is not False
        and re.search(r"\d\s*$", before)
    ):
        return
    low_age, high_age = n * factor, high * factor
    implausible = high_age > 120
    if implausible:
        draft.warn("age: a value outside the plausible range was not used")
    draft.add(
        "measurement",
        "age",
        "present",
        start,
        end,
        value=compared(Range(low=round(low_age, 4), high=round(high_age, 4)), before),
        unit=measure_unit,
        implausible=implausible,
        reading="" if factor == 1 else f"age given in {unit if len(unit) > 2 else 'months'}",
    )
    if (sex and not implausible) or sex:
        _sex(draft, sex.lower(), start, end)
    if m["named"] and (title := re.match(r"Mr\b|Mrs|Ms|Miss", v.text[start:end])):
        _sex(draft, title[0].lower(), start, start + len(title[0]))
    draft.take(start, end)


def _sex(draft: Draft, word: str, start: int, end: int) -> None:
    female = (word.startswith(("f", "w", "g")) and word not in ("gentleman", "guy")) or word in ("lady", "mrs", "ms", "miss") or "女" in word
    draft.add("category", "sex", "present", start, end, choices=("female" if female else "male",))


_GESTATION = re.compile(
    r"(?<![\d.])(?P<n>[1-3]?\d)(?:\s*\+\s*\d|\s+\d/7)?\s*-?(?:weeks?|wks?|w)['’]?\s*(?:\d\s*days?\s*)?(?:pregnant|gestation(?:al age)?|"
    r"gravid|of\s+(?:pregnancy|gestation)|IUP|intrauterine pregnancy)|(?<![\d.])(?P<m>\d)\s*-?months?\s*pregnant",
    re.IGNORECASE,
)


def _gestation(v: View, draft: Draft) -> None:
    """ "8 weeks pregnant": the length of the pregnancy, and the pregnancy."""
    for m in _GESTATION.finditer(v.text, v.head, v.end):
        if other_person(v, m.start(), m.end()) or not draft.free(m.start(), m.end()):
            continue
        said = assess(v, m.start(), m.end())
        if said.status != "present" or re.search(
            r"\b(?:born|delivered|birth|delivery|miscarr\w+|until)\s+(?:\w+\s+)?(?:at\s+)?$",
            v.text[max(v.head, m.start() - 25) : m.start()],
            re.IGNORECASE,
        ):
            continue
        weeks = float(m["n"]) if m["n"] else float(m["m"]) * 4.35
        draft.add(
            "measurement",
            "gestational_age",
            "present",
            m.start(),
            m.end(),
            value=Range(low=weeks, high=weeks if m["n"] else weeks + 4.35),
            unit="week",
        )
        draft.add("finding", "pregnancy", "present", m.start(), m.end(), time="current")
        draft.take(m.start(), m.end())


def _birth(v: View, draft: Draft) -> None:
    for m in _BIRTH.finditer(v.text, v.start, v.end):
        if other_person(v, m.start(), m.end()):
            continue
        group = "date" if m["date"] else "zh"
        born = [d for d in dates.find(m[group], draft.as_of) if d.moment and d.start <= 2]
        if born and born[0].moment and born[0].moment.earliest and born[0].moment.latest:
            early, late = born[0].moment.earliest, born[0].moment.latest
            end = m.start(group) + born[0].end
        elif year := _BARE_BIRTH_YEAR.match(v.text, m.start()) or re.compile(
            r"(?:dob|d\.o\.b\.|date of birth|born)\W*(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE
        ).match(v.text, m.start()):
            early, late = date(int(year["year"]), 1, 1), date(int(year["year"]), 12, 31)
            end = year.end()
        else:
            continue
        youngest, oldest = years_between(late, draft.as_of), years_between(early, draft.as_of)
        if youngest >= 0 and oldest <= 120:
            draft.add(
                "measurement",
                "age",
                "present",
                m.start(),
                end,
                value=Range(low=youngest, high=oldest),
                unit="year",
                reading=f"age on {draft.as_of.isoformat()} from the date of birth",
            )
        else:
            draft.warn("age: a date of birth outside the plausible range was not used")
        draft.take(m.start(), end)


def years_between(born: date, as_of: date) -> float:
    """Completed years of life."""
    return as_of.year - born.year - ((as_of.month, as_of.day) < (born.month, born.day))


def pronoun_sex(views: list[View], draft: Draft) -> None:
    """Where nothing else tells the sex: the pronoun, if the note uses one gender only and not of a relative."""
    if any(f.concept == "sex" for f in draft.facts):
        return
    found: list[tuple[str, int, int]] = []
    for v in views:
        if v.relatives or v.section == "family":
            continue
        hits = [m for m in _PRONOUN.finditer(v.text, v.head, v.end) if not m[0].isupper()]  # "HE" is an encephalopathy
        found += [("male" if m[0].lower().startswith("hi") or m[0].lower() in ("he", "him") else "female", m.start(), m.end()) for m in hits]
    if found and len({sex for sex, _, _ in found}) == 1:
        sex, start, end = found[0]
        draft.add("category", "sex", "present", start, end, choices=(sex,), reading="from the pronoun")
