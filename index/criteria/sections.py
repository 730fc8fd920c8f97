"""Eligibility text -> sections: which lines list what must hold, which what must not, and under which heading."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Side = Literal["inclusion", "exclusion"]


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the repaired text below one heading. `heading` is empty for a plain inclusion or exclusion list."""

    side: Side
    start: int
    end: int
    heading: str = ""


_CRIT = r"crit[ei]{1,2}r\w{0,6}"
_SIDE = r"(?P<{0}>(?:non|in|un)[- ]?(?:inclusion|eligible|eligibility)|inclusion(?:ary|s)?|exclusion(?:ary|s)?|eligibility|ineligibility)"
# "Key Inclusion Criteria:", "4.2 Exclusion Criteria (Group A)", "Inclusion:", "EXCLUSION CRITERIA FOR DONORS:" alone on a line.
_LINE = re.compile(
    rf"^[\s\d.()#*_\-•=]*(?P<before>(?:[\w'/,&-]+\s+){{0,7}}?){_SIDE.format('side')}"
    rf"(?P<crit>\s*{_CRIT})?(?P<after>[^:\n]{{0,80}}?)\s*(?:(?:[*_]*[:=]+[*_]*|[*_]+|-+\s*$|-{{2,}})\s*(?P<rest>.*)|(?P<stop>\.?)\s*)$",
    re.I,
)
# "Inclusion Criteria:" in the middle of a line.
_INLINE = re.compile(
    rf"\b(?:(?:key|main|major|general|principal|overall)\s+)?(?P<side>non-inclusion|inclusion|exclusion)\s+{_CRIT}\s*(?:\([^)\n]{{0,40}}\)\s*)?:",
    re.I,
)
_SENTENCE = re.compile(
    r"^\W*(?:(?P<out>(?:criteria (?:for|of) exclusion|reasons for exclusion|(?:patients?|subjects?|participants?"
    r"|individuals?|you|women|men|those|volunteers?)"
    r"(?:\s+\w+){0,4}\s+(?:(?:will|must|should|are|may|be)\s+){1,3}(?:not\s+(?:be\s+)?(?:eligible|included|enrolled|able to)|excluded|ineligible)"
    r"|not eligible|ineligible|patients excluded|cannot participate)[^.\n]{0,90}):"
    r"|(?P<in>(?:criteria (?:for|of) inclusion|(?:to be (?:included|eligible|enrolled)|(?:patients?|subjects?|participants?|individuals?|you)"
    r"(?:\s+\w+){0,4}\s+(?:(?:will|must|should|are|may|be)\s+){1,3}(?:eligible|included|enrolled)))[^.\n]{0,90}):)\s*(?P<rest>.*)$",
    re.I,
)
# Headings of the National Cancer Institute's older protocol summaries: everything below is a requirement ("No prior ...").
_PDQ = re.compile(r"(?:^|(?<=\s))(?P<name>DISEASE CHARACTERISTICS|PATIENT CHARACTERISTICS|PRIOR[/ ]*(?:AND )?CONCURRENT THERAPY)\s*:?")
_STATED = re.compile(
    r"^\s*(?:Healthy volunteers allowed|Must be (?:FEMALE|MALE)\b|Must have (?:min|max)imum age of [\w.]+ (?:Years?|Months?|Weeks?|Days?))", re.I
)
_PART = re.compile(
    r"\b(?:cohort|arm|part|group|phase|stage \d|dose[- ]escalation|expansion|sub-?stud|module|donor|control|sibling|caregiver|tier|stratum|period)\b",
    re.I,
)


def lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Ranges of the lines, without their line breaks."""
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield start, stop
        start = stop + 1


def unfold(text: str) -> str:
    """A text of the same length in which `~` is a line break, where it stands for one."""
    return text.replace("~", "\n") if text.count("~") >= 2 and text.count("\n") <= text.count("~") // 4 else text


def for_some(heading: str) -> bool:
    """Whether a heading says that what follows holds for a part of the patients only ("Cohort B:")."""
    return bool(_PART.search(heading))


def sections(text: str, first: Side = "inclusion") -> list[Section]:
    """Sections of an eligibility text, in order. `first`: the side of what stands before any heading."""
    marks = sorted(_marks(text), key=lambda m: m[0])
    found: list[Section] = []
    side: str = first
    at, heading = 0, ""
    for start, end, new_side, new_heading in [*marks, (len(text), len(text), None, "")]:
        if start < at:
            continue
        if text[at:start].strip():
            found.append(Section(_as_side(side), at, start, heading))
        at, heading = end, new_heading
        side = new_side or side
    return found


def _as_side(side: str) -> Side:
    return "exclusion" if side == "exclusion" else "inclusion"


def _marks(text: str) -> Iterator[tuple[int, int, str | None, str]]:
    """(start, end, side, heading) of every heading."""
    headed = False
    stated = 0
    for start, end in lines(text, 0, len(text)):
        line = text[start:end]
        if not line.strip():
            continue
        if stated := _stated(text, start, end):
            # Some mirrors put the registry's age and sex lines between the two lists, instead of a heading.
            yield start, stated, "exclusion" if text[:start].strip() and not headed else None, ""
            start, line = stated, text[stated:end]
        if len(line) <= 400 and (m := _LINE.match(line)) and _is_heading(m):
            headed = True
            both = re.search(r"\b(?:in|inclusion|ex|exclusion)\s*-?\s*(?:and|&|/|or)\s*-?\s*$", m["before"] or "", re.I)
            # "In- and exclusion criteria, first part:" is a heading of both; the lists below have their own.
            side = None if both else "exclusion" if _bars(m["side"]) else "inclusion"
            rest_at = m.start("rest") if m["rest"] else len(line)
            words = " ".join(w for w in (m["before"], m["after"]) if w).strip(" -(),.")
            yield start, start + rest_at, side, words if for_some(words) else ""
            start, line = start + rest_at, line[rest_at:]
        elif len(line) <= 400 and (m := _SENTENCE.match(line)):
            headed = True
            rest_at = m.start("rest")
            yield start, start + rest_at, "exclusion" if m["out"] else "inclusion", ""
            start, line = start + rest_at, line[rest_at:]
        for m in _INLINE.finditer(line):
            headed = True
            yield start + m.start(), start + m.end(), "exclusion" if _bars(m["side"]) else "inclusion", ""
        for m in _PDQ.finditer(line):
            headed = True
            yield start + m.start(), start + m.end(), "inclusion", ""


def _stated(text: str, start: int, end: int) -> int:
    """Where the run of registry lines that begins at `start` ends on this line, or 0."""
    at = start
    while m := _STATED.match(text[at:end]):
        at += m.end()
    return at if at > start else 0


def _bars(word: str) -> bool:
    word = word.lower()
    return word.startswith(("exclusion", "non", "inelig")) or (word.startswith(("in", "un")) and "elig" in word)


def _is_heading(m: "re.Match[str]") -> bool:
    words = f"{m['before']} {m['after']}".lower()
    if not m["crit"]:
        # The bare word: only as a heading by itself ("Exclusion:", "General Medical Exclusions:", "ELIGIBILITY").
        return (
            not m["after"].strip(" ()-")
            and len(m["before"].split()) <= 3
            and not m["before"][:1].islower()
            and bool(m["rest"] is not None or m["stop"] == "")
        )
    if re.search(r"\b(?:may apply|apply|applied|meets?|met|fulfil\w*|not|does|following the|any exclusion|could)\b", words) and not m["rest"]:
        return bool(re.search(r":\s*$", m[0]))
    if m["side"].lower() in ("eligible", "eligibility") and not re.search(r"criteri|:\s*$|^\W*eligibility\W*$", m[0], re.I):
        return False
    return not m["stop"] and len(words) < 90
