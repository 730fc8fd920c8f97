"""Names, numbers and addresses that identify a person: seen, never used, never echoed."""

import re

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("an e-mail address", re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,6}")),
    ("a web address", re.compile(r"\bhttps?://\S+", re.IGNORECASE)),
    (
        "a record number",
        re.compile(
            r"\b(?:MRN|M\.R\.N\.|medical record(?: number| no\.?| #)?|record (?:no\.?|number|id)|"
            r"hospital (?:no\.?|number|id)|patient (?:no\.?|"
            r"number|id)|chart (?:no\.?|number)|case (?:no\.?|number)|accession(?: no\.?| number| #)?|NHS(?: no\.?| number)?|SSN|"
            r"social security(?: number)?|insurance (?:no\.?|number|id)|passport(?: no\.?| number)?|ID(?: no\.?| number| card)?|study id|"
            r"subject id|病历号|住院号|门诊号|身份证号?)\s*[:#.=]?\s*#?\s*(?=[A-Z-]{0,4}\d)[A-Z0-9][A-Z0-9/-]{3,22}\b",
            re.IGNORECASE,
        ),
    ),
    ("an identity number", re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)")),
    (
        "a telephone number",
        re.compile(
            r"\b(?:tel(?:ephone)?|phone|mobile|cell|fax|contact|call|电话|手机)\b\.?\s*(?:no\.?|number|"
            r"#)?\s*[:=]?\s*\+?[\d][\d ()./-]{6,18}\d|"
            r"(?<![\d.])\+\d{1,3}[ -]?\d[\d ()-]{7,15}\d|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\(?\d{3}\)?[ -]\d{3}-\d{4}(?!\d)",
            re.IGNORECASE,
        ),
    ),
    (
        "an address",
        re.compile(
            r"\b(?:address|lives at|residing at|addr|地址|住址)\s*[:=]?\s*[^\n;]{4,80}?(?=[;\n]|\.\s|$)|"
            r"\b\d{1,5}\s+(?:[A-Z][a-z]+\s){1,3}(?:Street|"
            r"St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Way|Court|Ct|Close|Square)\b\.?"
        ),
    ),
    (
        "a name",
        re.compile(
            r"(?:\b(?:[Nn]ame|NAME|[Ss]urname|[Ff]orename|[Pp]atient [Nn]ame|[Pp]hysician|[Rr]eferring (?:[Dd]octor|[Pp]hysician|GP)|"
            r"[Cc]onsultant|[Ss]igned|[Dd]ictated by|[Aa]ttending)|"
            r"姓名)\s*[:=]\s*(?:Dr\.?\s*)?(?P<who>[A-Z\u4e00-\u9fff][\w'-]*(?:[ ,]+(?:[A-Z][a-z][\w'-]*|[A-Z]\.?(?![A-Za-z])|"
            r"(?=[A-Z]{3,}\s*,)(?!DOB|MRN|HCC|ECOG|BCLC|AGE|SEX)[A-Z]{3,})){0,3})|\b(?:Mr|Mrs|Ms|Miss|Dr|"
            r"Prof)\b\.?\s+(?P<who2>[A-Z][\w'-]*\.?(?:\s+[A-Z][a-z][\w'-]*){0,2})"
        ),
    ),
)
_LEADING_NAME = re.compile(
    r"\A\s*(?:(?:[Pp]t|[Pp]atient)\.?\s*[:,]?\s*)?(?P<who>[A-Z][a-z]+(?:[ -][A-Z][a-z]+){1,2}|"
    r"[A-Z][A-Za-z'-]+,\s?[A-Z][a-z]+)(?=\s*[,(]\s*(?:MRN|DOB|D\.O\.B|born|ID|aged?|\d{1,3}\b|[MF]\b|\())"
)
_LABELLED = re.compile(r"\b(?:[Pp]atient|[Pp]t|PATIENT)\s*:\s*(?P<who>[A-Z][a-z]+(?:[ -][A-Z][a-z'-]+){1,2})(?=\s*[,(\n;]|\s*$)")


def find(text: str) -> list[tuple[int, int, str]]:
    """(start, end, what it is) of each identifier in a repaired text."""
    found: list[tuple[int, int, str]] = []
    for what, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            groups = match.groupdict()
            group = "who" if groups.get("who") else "who2" if groups.get("who2") else None
            start, end = match.span(group) if group else match.span()
            found.append((start, end, what))
    for pattern in (_LEADING_NAME, _LABELLED):
        for match in pattern.finditer(text):
            found.append((*match.span("who"), "a name"))
    return found


def blank(text: str, identifiers: list[tuple[int, int, str]]) -> str:
    """The text with every identifier's letters and digits replaced, so that nothing can be read from them."""
    if not identifiers:
        return text
    characters = list(text)
    for start, end, _ in identifiers:
        for i in range(start, end):
            if characters[i] != "\n":
                characters[i] = "_" if characters[i].isalnum() else " "
    return "".join(characters)
