"""Treatments that were given together, found in one sentence."""

import itertools
import re
from dataclasses import dataclass, field

from assistant.patient.drafts import Draft
from assistant.patient.view import View
from index.vocabulary import Mention, vocabulary

_TABLES = ("drug", "drug_class", "regimen", "procedure")


# What joins two drugs into one course, their doses aside: "camrelizumab 200 mg q2w plus apatinib", "pembrolizumab together with lenvatinib".
_DOSE = (
    r"(?:\s*\([^()]{1,30}\)|\s*\d+(?:[.,]\d+)?\s*(?:mg|g|mcg|[µμ]g|IU|MU|AUC)(?:/(?:kg|m2|m²|d|day))?"
    r"(?:\s*(?:q\d+\s?[wd]|qd|od|bid|tid|(?:once |twice )?daily|every \d+ (?:weeks|days)|iv|po)\b)*)"
)
_TIGHT = re.compile(
    rf"(?:{_DOSE}|\s*\b(?:biosimilar|originator|injections?|infusions?|tablets?|capsules?)\b)*\s*"
    r"\(?\s*(?:\+|/|-|&|\bplus\b|\b(?:in combination|combined) with\b|\b(?:together|along|in association|concurrently) with\b|\bwith\b|\bw/|联合)\s*"
    rf"|{_DOSE}\s*and\s+(?=\S+{_DOSE})",
    re.IGNORECASE,
)


# Between a regimen and the drugs that it consists of, and between these.
_AMOUNT = (
    r"(?:(?:single|one|two|four|six|\d+(?:[.,]\d+)?|high|low|full|fixed|priming|loading|monthly|weekly|daily|oral|iv|intravenous|infusional|bolus|a|an|"
    r"the|with|plus|of|dose|doses|dosed|mg|g|mg/m2|mg/m²|once|every|weeks?|q\d+w|given|as|concurrent|regular-interval)[\s-]+)*"
)
_SPELLED_OUT = re.compile(
    r"\s*(?:biosimilar|originator|generic|regimen|protocol|combination|schedule|scheme|therapy|treatment|chemotherapy|immunotherapy|doublet|triplet)?\s*"
    rf"(?:[(\[=:,–-]|\bof\b|\bconsisting of\b|\bcomprising\b|\bcontaining\b|\bi\.?\s?e\.?,?)\s*(?:i\.?\s?e\.?,?\s*)?{_AMOUNT}",
    re.IGNORECASE,
)
_FURTHER = re.compile(
    rf"[^();.]{{0,40}}?(?:,|\+|/|&|-|\band\b|\bwith\b|\bplus\b|\bthen\b|\bfollowed by\b)\s*(?:(?:and|then|by)\s+)?{_AMOUNT}", re.IGNORECASE
)


# A bare target name ("VEGFR", "MEK") is a treatment only beside a word that makes it one; the I of "TKI" is such a word.
_TARGET_ONLY = re.compile(r"^[A-Z][A-Z0-9a-]{1,6}$")


_MAKES_TREATMENT = re.compile(
    r"\s*-?\s*(?:inhibitor|antibod|TKI|blocker|therap|treatment|agent|drug|-na[iï]ve|na[iï]ve|monotherapy|combination|refractory|regimen|"
    r"based|mAb|directed|targeted|exposure|experienced|pre-?treated)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Course:
    """Mentions that were given together, with what the sentence says of them."""

    mentions: list[Mention]
    start: int
    end: int
    concepts: list[tuple[str, int, int]] = field(default_factory=list)
    local: bool = False
    opened: bool = False
    """Its drugs are being spelled out: "STRIDE (one dose of tremelimumab, then durvalumab)"."""
    joined: bool = False
    """The drug of the local procedure before it: one date for both."""


def _usable(v: View, m: Mention, draft: Draft) -> bool:
    if m.table not in _TABLES or not draft.free(m.start, m.end) or m.concept == "drug_allergy":
        return False
    if re.match(
        r"[- ](?:stain\w*|susceptib\w+|sensitiv(?:e|ity)|(?:resistant|resistance) (?:staph|entero|org|bact|strain|aureus|s\.))",
        v.text[m.end : m.end + 22],
        re.IGNORECASE,
    ):
        return False  # "iodine-stained": a reagent
    if m.surface in ("PD", "PR", "CR", "SD", "PS"):
        return False  # how it ended, not what was given
    if (
        m.table == "drug_class"
        and _TARGET_ONLY.match(m.surface)
        and not m.surface.rstrip("s").endswith("I")
        and "inhibitor" in vocabulary().label(m.concept)
    ):
        return bool(_MAKES_TREATMENT.match(v.text, m.end, v.end)) or bool(
            re.search(r"\b(?:anti|non)-?$", v.text[max(v.head, m.start - 6) : m.start], re.IGNORECASE)
        )
    return True


def find_courses(v: View, draft: Draft) -> list[Course]:
    """Treatments that stand together ("atezolizumab + bevacizumab", a regimen) as one course each."""
    courses: list[Course] = []
    for m in v.mentions:
        if not _usable(v, m, draft):
            continue
        if courses:
            last = courses[-1]
            if m.start == last.mentions[-1].start and m.end == last.mentions[-1].end:
                last.mentions.append(m)  # one surface, several concepts
                continue
            gap = v.text[last.end : m.start]
            joint = _TIGHT.match(v.text, last.end)
            known = {x for o in last.mentions for x in (o.concept, *(vocabulary().regimens[o.concept].components if o.table == "regimen" else ()))}
            if (
                _drug_like(m)
                and (m.concept in known or (m.table == "regimen" and set(vocabulary().regimens[m.concept].components) <= known))
                and (_SPELLED_OUT.fullmatch(gap) or (last.opened and _FURTHER.fullmatch(gap)))
            ):
                last.opened = True
                last.mentions.append(m)  # "STRIDE (durvalumab + tremelimumab)": the same treatment spelled out
                last.end = m.end
                continue
            if not _drug_like(m) and re.fullmatch(r"\s*\(\s*", gap) and _one_is_the_other(last.mentions[-1].concept, m.concept):
                last.mentions.append(m)  # "radioembolisation (Y-90)", "ablation (MWA)"
                last.end = m.end
                continue
            if joint and joint.end() == m.start and _drug_like(last.mentions[-1]) and _drug_like(m):
                last.mentions.append(m)
                last.end = m.end
                continue
        courses.append(Course([m], m.start, m.end))
    for c in courses:
        if "(" in v.text[c.start : c.end] and (closing := _CLOSING.match(v.text, c.end, v.end)):
            c.end = closing.end()
    for earlier, later in itertools.pairwise(courses):
        # "TACE with doxorubicin", "HAIC (FOLFOX)": given into the artery, not systemically.
        gap = v.text[earlier.end : later.start]
        if (
            _local(earlier)
            and all(vocabulary().is_a(m.concept, "chemotherapy") or m.table == "regimen" for m in later.mentions)
            and re.fullmatch(r"\s*(?:with|using|of|\(|\(with|-|:)\s*", gap)
        ):
            later.local = True
            later.joined = True
    for c in courses:
        c.local = c.local or _local(c)
        for m in c.mentions:
            if m.table == "regimen":
                c.concepts += [(component, m.start, m.end) for component in vocabulary().regimens[m.concept].components]
                c.concepts.append((m.concept, m.start, m.end))
            else:
                c.concepts.append((m.concept, m.start, m.end))
    return courses


_CLOSING = re.compile(r"[^()]{0,60}\)")


def _one_is_the_other(a: str, b: str) -> bool:
    return vocabulary().is_a(a, b) or vocabulary().is_a(b, a)


def _local(c: Course) -> bool:
    return any(
        vocabulary().is_a(x, "local_therapy")
        for m in c.mentions
        for x in ((m.concept, *vocabulary().regimens[m.concept].components) if m.table == "regimen" else (m.concept,))
    )


def all_chemotherapy(concept: str) -> bool:
    row = vocabulary().regimens.get(concept)
    return row is not None and all(
        vocabulary().is_a(x, "chemotherapy") or vocabulary().is_a(x, "local_therapy") or x == "leucovorin" for x in row.components
    )


def _drug_like(m: Mention) -> bool:
    return m.table in ("drug", "drug_class", "regimen")


def joined_back(v: View, c: Course, courses: list[Course]) -> Course | None:
    """The first course of the list "A and B" / "A, B and C" that `c` ends, if nothing is said in between."""
    index = courses.index(c)
    first: Course | None = None
    for earlier in reversed(courses[:index]):
        later = courses[courses.index(earlier) + 1]
        if not re.fullmatch(
            r"\s*(?:,|\band\b|,\s*and\b|/|\+|&|,\s*then\b|\bthen\b|\bfollowed by\b|,\s*followed by)\s*(?:then\s+)?",
            v.text[earlier.end : later.start],
            re.IGNORECASE,
        ):
            break
        first = earlier
    return first


def shares_ending(v: View, c: Course, courses: list[Course]) -> Course | None:
    """The last course of a list "sorafenib and regorafenib, PD on both" whose ending is everybody's."""
    index = courses.index(c)
    last: Course | None = None
    for later in courses[index + 1 :]:
        earlier = courses[courses.index(later) - 1]
        if not re.fullmatch(r"\s*(?:,|\band\b|,\s*and\b|/|&)\s*", v.text[earlier.end : later.start], re.IGNORECASE):
            break
        last = later
    if last is None:
        return None
    tail = v.text[last.end : next_start(courses, last, v.end)]
    both = re.search(r"\b(?:both|all|each|on either)\b", tail, re.IGNORECASE)
    pair = re.fullmatch(r"\s*(?:\band\b|&|/)\s*", v.text[c.end : last.start], re.IGNORECASE)
    return last if both or (pair and not _has_own_bracket(v, c)) else None


def _has_own_bracket(v: View, c: Course) -> bool:
    return v.text[c.end : c.end + 2].lstrip().startswith("(")


def next_start(courses: list[Course], c: Course, end: int) -> int:
    index = courses.index(c)
    return courses[index + 1].start if index + 1 < len(courses) else end
