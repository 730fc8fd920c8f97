"""Limits that differ by sex: "≥ 12 g/dL for women and ≥ 13 g/dL for men", "QTc > 450 ms (males) or > 470 ms (females)"."""

import re
from dataclasses import dataclass

from index.conditions import AllOf, AnyOf, Category, Condition, Given, Limit
from index.criteria.limits import Atom
from index.criteria.passage import Passage

_NAME = r"(?:females?|wom[ae]n|girls?|males?|m[ae]n|boys?)\b"
_FEMALE = re.compile(r"\b(?:females?|wom[ae]n|girls?)\b", re.I)
_WHO = r"(?:\s+(?:adults?|patients?|subjects?|participants?|individuals?|volunteers?|sex|gender|only))*"
_OTHER = r"(?!\s*(?:,|/|and|or|and/or)\s*(?:(?:for|in)\s+)?(?:females?|wom[ae]n|girls?|males?|m[ae]n|boys?)\b(?!\s*[<>≤≥:]|\s+\w*\s*[<>≤≥\d]))"
_ADULT = r"(?:(?:all|adult|healthy|the)\s+)*"
_BEHIND = re.compile(rf"\s*(?:,?\s*[(\[]\s*(?:(?:for|in|if)\s+)?|,?\s*(?:for|in|if|among)\s+|\s){_ADULT}{_NAME}{_WHO}(?:\s*[)\]])?{_OTHER}", re.I)
_AHEAD = re.compile(
    rf"(?:\b(?:for|in)\s+)?{_ADULT}\b{_NAME}{_WHO}\s*\)?\s*[:,=-]?\s*(?:(?:who|must|should|shall|have|has|with|having|is|are|be|a|an|the|of"
    rf"|whose|if)\s+)*$",
    re.I,
)
_INSIDE = re.compile(rf"\(\s*{_NAME}{_WHO}\s*\)|\b(?:for|in)\s+{_ADULT}{_NAME}", re.I)
_JOINT = re.compile(r"[\s,;:/()\[\]\-]*(?:(?:and/or|and|or|but|while)\b)?[\s,;(]*", re.I)


@dataclass(frozen=True, slots=True)
class _Sexed:
    atom: Atom
    start: int
    end: int
    sex: str | None
    behind: bool


def _sex(m: "re.Match[str]") -> str:
    return "female" if _FEMALE.search(m[0]) else "male"


def by_sex(p: Passage, found: list[Atom], start: int, end: int, exclusion: bool) -> list[Atom]:
    """Limits with the sex that each is for; two limits of one measure, one for each sex, become one condition."""
    text = p.text
    if not re.search(r"\b(?:females?|males?|wom[ae]n|m[ae]n|boys?|girls?)\b", text[start:end], re.I):
        return found
    read: list[_Sexed] = []
    for k, atom in enumerate(found):
        floor = read[-1].end if read else start
        ceiling = found[k + 1].start if k + 1 < len(found) else end
        one = _Sexed(atom, atom.start, atom.end, None, False)
        if isinstance(atom.condition, Limit):
            inside = list(_INSIDE.finditer(text, atom.start, atom.end))
            behind = _BEHIND.match(text, atom.end, ceiling)
            ahead = _AHEAD.search(text, floor, atom.start)
            if len({_sex(m) for m in inside}) == 1:
                one = _Sexed(atom, atom.start, atom.end, _sex(inside[0]), True)
            elif ahead and k and read[-1].sex not in (None, _sex(ahead)) and not read[-1].behind:
                one = _Sexed(atom, ahead.start(), atom.end, _sex(ahead), False)
            elif behind:
                one = _Sexed(atom, atom.start, behind.end(), _sex(behind), True)
            elif ahead:
                one = _Sexed(atom, ahead.start(), atom.end, _sex(ahead), False)
        read.append(one)
    out: list[Atom] = []
    k = 0
    while k < len(read):
        one = read[k]
        two = read[k + 1] if k + 1 < len(read) else None
        if (
            two is not None
            and one.sex
            and two.sex
            and one.sex != two.sex
            and one.atom.measures == two.atom.measures
            and _JOINT.fullmatch(text, one.end, max(one.end, two.start))
        ):
            span = p.span(one.start, two.end)
            items = (_given(p, one), _given(p, two))
            whole: Condition = AnyOf(span=span, items=items) if exclusion else AllOf(span=span, items=items)
            out.append(Atom(one.start, two.end, whole, one.atom.measures))
            k += 2
            continue
        # A limit for one sex alone; "women aged 18 to 45" asks for women, and is left as it stands.
        out.append(Atom(one.start, one.end, _given(p, one), one.atom.measures) if one.sex and one.behind else one.atom)
        k += 1
    return out


def _given(p: Passage, one: _Sexed) -> Condition:
    assert one.sex
    span = p.span(one.start, one.end)
    return Given(span=span, when=Category(span=span, scale="sex", values=(one.sex,)), then=one.atom.condition)


__all__ = ["by_sex"]
