"""Who the patient is does not matter here: identifiers are removed from what was typed before anything reads, keeps or shows it."""

import re
from dataclasses import dataclass
from datetime import date

_DATE = r"(?:\d{1,4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,4}日?|\d{1,2}\s+\w{3,9}\.?,?\s+\d{4}|\w{3,9}\.?\s+\d{1,2},?\s+\d{4})"
_BIRTH = re.compile(rf"\b(?:d\.?o\.?b\.?|date of birth|birth ?date|born(?: on)?|生日|出生(?:日期)?)\s*[:：]?\s*({_DATE})", re.I)
_REMOVED = "[removed]"
_MONTHS = {m: i + 1 for i, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split())}
_NAME = r"[A-Z][a-zà-ÿ'’-]+(?:\s+[A-Z]\.?)?(?:\s+[A-Z][a-zà-ÿ'’-]+){0,2}"
_NUMBER_AFTER = re.compile(
    r"\b(?:mrn|m\.r\.n|medical record(?: (?:number|no))?|hospital (?:number|no|id)|patient (?:id|number|no)|chart (?:number|no)|case (?:number"
    r"|no)|nhs(?: (?:number|no))?|ssn|social security(?: (?:number|no))?|passport(?: (?:number|no))?|insurance (?:number|no|id)"
    r"|id card(?: (?:number|no))?|admission (?:number|no)|住院号|病历号|身份证号?|门诊号)\s*(?:is|[:：#.])*\s*(?=[\w-]*\d)([A-Za-z]{0,4}[\w-]{3,24})",
    re.I,
)
_PHONE_AFTER = re.compile(
    r"\b(?:phone|tel(?:ephone)?|mobile|cell|fax|call (?:him|her|me) (?:at|on)|电话|手机)(?: (?:number|no))?\s*(?:is"
    r"|[:：.])*\s*(\+?\d[\d\s().-]{5,18}\d)",
    re.I,
)
_PHONE = re.compile(
    r"(?<![\w.])(?:\+\d{1,3}[\s-]?(?:\(?\d{1,4}\)?[\s-]?){2,4}\d{2,4}|1[3-9]\d{9}|\(\d{3}\)\s?\d{3}-\d{4}|\d{3}-\d{3}-\d{4})(?![\w.])",
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SSN = re.compile(r"(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)")
_CHINESE_ID = re.compile(r"(?<!\d)\d{17}[\dXx](?!\w)")
_TITLED = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss)\.?\s+({_NAME})")
_NAMED = re.compile(rf"\b(?:[Nn]ame(?:d| is)?|[Pp]atient name|姓名)\s*[:：]?\s*({_NAME}|[\u4e00-\u9fff]{{2,4}})")
_ADDRESS = re.compile(r"\b(?:address|lives at|residing at|住址|地址)\s*[:：]?\s*([^\n;,.]{5,60})", re.I)
# A name at the start stands before another identifier or a comma and an age: "Jane Doe, MRN ...", "Jane Doe, 58F".
_LEADING = re.compile(
    r"^\s*([A-Z][a-zà-ÿ'’-]+(?:\s+[A-Z][a-zà-ÿ'’-]+){1,2})\s*(?:[,;(]|\s-)\s*(?=(?i:mrn|dob|d\.o\.b|born|ssn|nhs|phone|tel|id\b|hospital n"
    r"|\d{1,3}\s?(?:y|yo|f|m|岁)\b))",
)


@dataclass(frozen=True, slots=True)
class Redacted:
    """The text without identifiers, and the kinds that were found ("name", "phone number", ...)."""

    text: str
    kinds: tuple[str, ...]


def redact(text: str, as_of: date) -> Redacted:
    """`text` with identifiers replaced by a mark; a birth date becomes the age on `as_of` (years), which is all that matters."""
    kinds: list[str] = []

    def group(pattern: re.Pattern[str], kind: str, n: int = 1) -> None:
        nonlocal text

        def mark(match: re.Match[str]) -> str:
            if kind not in kinds:
                kinds.append(kind)
            whole, start, end = match[0], match.start(n) - match.start(), match.end(n) - match.start()
            return whole[:start] + _REMOVED + whole[end:]

        text = pattern.sub(mark, text)

    group(_LEADING, "name")

    def age(match: re.Match[str]) -> str:
        kinds.append("birth date")
        years = sorted({_years(born, as_of) for born in _readings(match[1], as_of)})
        if not years:
            return "[birth date removed]"
        return f"age {years[0]}" if len(years) == 1 else f"age {years[0]}-{years[-1]}"

    text = _BIRTH.sub(age, text)
    group(_EMAIL, "e-mail address", 0)
    group(_NUMBER_AFTER, "record number")
    group(_CHINESE_ID, "identity number", 0)
    group(_SSN, "identity number", 0)
    group(_PHONE_AFTER, "phone number")
    group(_PHONE, "phone number", 0)
    group(_TITLED, "name")
    group(_NAMED, "name")
    group(_ADDRESS, "address")
    return Redacted(text, tuple(dict.fromkeys(kinds)))


def notice(kinds: tuple[str, ...]) -> str:
    """The sentence that tells the user once."""
    return f"Identifiers ({', '.join(kinds)}) were removed and not kept; they are not needed here." if kinds else ""


def _readings(text: str, as_of: date) -> list[date]:
    """Every calendar date that the text can mean: day and month may be either way round."""
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    word = re.search(r"[A-Za-z]{3,9}", text)
    triples: list[tuple[int, int, int]] = []
    if word and (month := _MONTHS.get(word[0][:3].lower())) and len(numbers) == 2:
        triples = [(numbers[1], month, numbers[0])]
    elif len(numbers) == 3:
        a, b, c = numbers
        if a > 31:
            triples = [(a, b, c)]
        else:
            year = c if c > 99 else c + (1900 if c + 2000 > as_of.year else 2000)
            triples = [(year, b, a), (year, a, b)]
    found = []
    for year, month, day in triples:
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return [d for d in found if d <= as_of]


def _years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
