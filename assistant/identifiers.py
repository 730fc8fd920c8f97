"""Names, numbers and addresses that identify a person: seen, never used, kept, echoed or sent. Who the patient is does not matter here."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from index.vocabulary import Mention, vocabulary

Kind = Literal["name", "record number", "identity number", "telephone number", "e-mail address", "address", "web address", "birth date"]


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier at text[start:end]; `label` is where the word before it begins ("MRN", "tel"; not "Mr", which says the sex), or `start`."""

    start: int
    end: int
    kind: Kind
    label: int


# Written out, a name is one to four capitalised words; a registry number is nobody's record.
_NAME = r"[A-Z][\w'’-]*\.?(?:[ ,]+(?:[A-Z][a-z][\w'’-]*|[A-Z]\.?(?![A-Za-z])|(?=[A-Z]{3,}\s*,)(?!DOB|MRN|HCC|ECOG|BCLC|AGE|SEX)[A-Z]{3,})){0,3}"
_PLAIN_NAME = r"[A-Z][a-zà-ÿ'’-]+(?:[ -](?:[A-Z]\.?[ ])?[A-Z][a-zà-ÿ'’-]+){1,2}"
_NUMBER = r"(?:no\b\.?|number|id\b|#)"
_SEPARATOR = r"\s*(?:is\b|[:：#.=])*\s*#?\s*"

_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("e-mail address", re.compile(r"(?<![\w.+-])(?P<it>[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,6})")),
    ("web address", re.compile(r"\b(?P<it>https?://\S+)", re.I)),
    (
        "record number",
        re.compile(
            rf"\b(?:mrn|m\.r\.n\.?|medical record(?: {_NUMBER})?|(?:record|hospital|patient|chart|case|accession|admission|insurance|subject|study) "
            rf"{_NUMBER}|accession|nhs(?: {_NUMBER})?|ssn|social security(?: {_NUMBER})?"
            rf"|passport(?: {_NUMBER})?|id(?: {_NUMBER}| card(?: {_NUMBER})?)?"
            rf"|病历号|住院号|门诊号|身份证号?){_SEPARATOR}(?!NCT\d)(?=[A-Za-z-]{{0,4}}\d)(?P<it>\d{{3}} \d{{3}} \d{{4}}|[A-Za-z0-9][\w/-]{{3,24}})",
            re.I,
        ),
    ),
    ("identity number", re.compile(r"(?<!\d)(?P<it>\d{17}[\dXx]|\d{3}-\d{2}-\d{4})(?![\dXx])")),
    (
        "telephone number",
        re.compile(
            r"\b(?:tel(?:ephone)?|phone|mobile|cell|fax|contact|call(?: (?:him|her|me|them) (?:at|on))?|电话|手机)\b\.?\s*"
            rf"(?:{_NUMBER})?{_SEPARATOR}(?P<it>\+?\d[\d ()./-]{{5,18}}\d)",
            re.I,
        ),
    ),
    (
        "telephone number",
        re.compile(r"(?<![\w.])(?P<it>\+\d{1,3}[ -]?\(?\d[\d ()-]{7,15}\d|1[3-9]\d{9}|\(\d{3}\) ?\d{3}-\d{4}|\d{3}[ -]\d{3}-\d{4})(?![\w])"),
    ),
    ("address", re.compile(r"\b(?i:address|lives at|residing at|addr|地址|住址)\s*[:：=]?\s*(?P<it>[^\n;]{4,80}?)(?=[;\n]|\.\s|\.?$)")),
    (
        "address",
        re.compile(
            r"\b(?P<it>\d{1,5}\s+(?:[A-Z][a-z]+\s){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Way|Court|Ct|Close|Square)\b\.?)"
        ),
    ),
    (
        "name",
        re.compile(
            r"(?:\b(?i:name|surname|forename|patient name|physician|referring (?:doctor|physician|gp)|consultant|signed|dictated by|attending)|姓名)"
            rf"\s*[:：=]\s*(?:Dr\.?\s*)?(?P<it>{_NAME}|[\u4e00-\u9fff]{{2,4}})"
        ),
    ),
    ("name", re.compile(rf"\b(?:[Nn]ame is|(?:patient|man|woman|gentleman|lady) named|姓名)\s*(?P<it>{_PLAIN_NAME}|[\u4e00-\u9fff]{{2,4}})")),
    ("name", re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\b\.?\s+(?P<it>{_NAME})")),
    ("name", re.compile(r"\b(?:[Pp]atient|[Pp]t|PATIENT)\s*:\s*(?P<it>[A-Z][a-z]+(?:[ -][A-Z][a-z'’-]+){1,2})(?=\s*[,(\n;]|\s*$)")),
    (  # a name at the start stands before another identifier, an age or a sex: "Jane Doe, MRN ...", "Doe, Jane (58F)"
        "name",
        re.compile(
            rf"\A\s*(?:(?:[Pp]t|[Pp]atient)\.?\s*[:,]?\s*)?(?P<it>{_PLAIN_NAME}|[A-Z][A-Za-z'’-]+,\s?[A-Z][a-z]+)\s*(?:[,;(]|\s-)\s*"
            r"(?=(?i:mrn|dob|d\.o\.b|born|ssn|nhs|phone|tel|id\b|hospital n|aged?\b"
            r"|\d{1,3}\s?(?:y|yo|f|m|岁)\b|\d{2,3}\b(?!\s*(?:[cm]m\b|[./%])))|[MF]\b|\()"
        ),
    ),
)

_DATE = r"(?:\d{1,4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,4}日?|\d{1,2}\s+\w{3,9}\.?,?\s+\d{4}|\w{3,9}\.?\s+\d{1,2},?\s+\d{4})"
_BIRTH = re.compile(rf"\b(?:d\.?o\.?b\.?|date of birth|birth ?date|born(?: on)?|生日|出生(?:日期)?)\s*[:：]?\s*({_DATE})", re.I)
_MONTHS = {m: i + 1 for i, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split())}
_REMOVED = "[removed]"


def find(text: str, mentions: Iterable[Mention] | None = None) -> list[Identifier]:
    """The identifiers of a text, in its order, birth dates apart.

    A capitalised phrase is no name where it is a clinical term ("Hepatocellular Carcinoma, 65 yo"), and an address ends before one;
    `mentions` are the text's clinical terms where the caller has them already.
    """
    found = [
        Identifier(match.start("it"), match.end("it"), kind, match.start("it" if kind == "name" else 0))
        for kind, pattern in _PATTERNS
        for match in pattern.finditer(text)
    ]
    if any(i.kind in ("name", "address") for i in found):
        terms = list(vocabulary().mentions(text) if mentions is None else mentions)
        found = [kept for i in found if (kept := _outside(i, text, terms))]
    return sorted(found, key=lambda i: (i.start, -i.end))


def _outside(found: Identifier, text: str, terms: Iterable[Mention]) -> Identifier | None:
    """The identifier without clinical terms: a name that holds one is none, and an address ends before the first."""
    inside = [m for m in terms if m.start < found.end and found.start < m.end]
    if found.kind == "address" and inside:
        first = min(m.start for m in inside)
        comma = text.rfind(",", found.start, first)
        end = comma if comma > 0 else first
        return replace(found, end=end) if end > found.start else None
    return None if found.kind == "name" and any(len(m.surface) > 3 for m in inside) else found


def blank(text: str, identifiers: Iterable[Identifier]) -> str:
    """The text at its length, the letters and digits of every identifier and of its label replaced, so that nothing can be read from them."""
    characters = list(text)
    for identifier in identifiers:
        for i in range(identifier.label, identifier.end):
            if characters[i] != "\n":
                characters[i] = "_" if characters[i].isalnum() else " "
    return "".join(characters)


@dataclass(frozen=True, slots=True)
class Redacted:
    """The text without identifiers, and the kinds that were found."""

    text: str
    kinds: tuple[Kind, ...]


def redact(text: str, as_of: date) -> Redacted:
    """`text` with identifiers replaced by a mark; a birth date becomes the age on `as_of` (years), which is all that matters.

    Web addresses stay: in a question they name a page of a registry.
    """
    found = [i for i in find(text) if i.kind != "web address"]
    kinds: list[Kind] = [i.kind for i in found]
    pieces: list[str] = []
    at = 0
    for identifier in found:
        if identifier.start >= at:
            pieces += [text[at : identifier.start], _REMOVED]
        at = max(at, identifier.end)
    text = "".join([*pieces, text[at:]])

    def age(match: re.Match[str]) -> str:
        kinds.append("birth date")
        years = sorted({_years(born, as_of) for born in _readings(match[1], as_of)})
        if not years:
            return "[birth date removed]"
        return f"age {years[0]}" if len(years) == 1 else f"age {years[0]}-{years[-1]}"

    text = _BIRTH.sub(age, text)
    return Redacted(text, tuple(dict.fromkeys(kinds)))


def notice(kinds: tuple[Kind, ...]) -> str:
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
