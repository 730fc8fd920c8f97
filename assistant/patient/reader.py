"""A clinician's note to facts: sections and sentences first, then each kind of statement, then the note as a whole."""

import bisect
import re
from collections.abc import Sequence
from datetime import date, timedelta

from assistant import identifiers
from assistant.patient import (
    allergies,
    dates,
    demographics,
    findings,
    grades,
    later,
    lesion_summary,
    lesions,
    measurements,
    outcomes,
    scales,
    sentences,
    serology,
    spread,
    tables,
    thrombus,
    treatments,
    vitals,
)
from assistant.patient.drafts import Draft
from assistant.patient.facts import Fact, Moment
from assistant.patient.relatives import relatives
from assistant.patient.shorthand import shorthand
from assistant.patient.triggers import triggers
from assistant.patient.unread import Unread, unread
from assistant.patient.view import View
from index.text import Repaired, repair
from index.vocabulary import Mention, vocabulary

LONGEST = 60_000
"""Characters of a note that are read; what lies beyond is reported and left."""
_LONGEST_SENTENCE = 900


def read(text: str, as_of: date) -> tuple[tuple[Fact, ...], tuple[str, ...], tuple[Unread, ...]]:
    """Facts in the order of the text, warnings, and what was not understood, of a note as of a reference date. Never raises on odd text."""
    raw = text
    warnings: list[str] = []
    repaired = _bounded(repair(raw))
    if len(repaired.text) > LONGEST:
        warnings.append(f"only the first {LONGEST:,} characters were read")
        repaired = Repaired(repaired.text[:LONGEST], raw, repaired.origin[: LONGEST + 1])
    draft = Draft(repaired, as_of, warnings=warnings)
    views = _views(repaired, draft)
    found: list[lesions.Lesion] = []
    for v in views:
        draft.next_sentence()
        before = len(draft.facts)
        demographics.read(v, draft)
        vitals.read(v, draft)
        grades.read(v, draft)
        serology.read(v, draft)
        scales.read(v, draft)
        measurements.read(v, draft)
        later.read(v, draft, before)
        allergies.read(v, draft)
        treatments.read(v, draft)
        outcomes.read(v, draft, before)
        thrombus.thrombus(v, draft)
        spread.sites(v, draft)
        findings.read(v, draft)
        found += lesions.read(v, draft)
    lesion_summary.finish(found, draft)
    demographics.pronoun_sex(views, draft)
    facts = in_order(draft.facts, as_of)
    return facts, tuple(draft.warnings), unread(repaired, views, facts)


_RUN = re.compile(r"(.)\1{24,}|[^\s]{120,}| {9,}", re.DOTALL)


def _bounded(repaired: Repaired) -> Repaired:
    """Without runs that no language has (a thousand dashes, a word of a thousand letters): they only cost time."""
    if not _RUN.search(repaired.text):
        return repaired
    text: list[str] = []
    origin: list[int] = []
    at = 0
    for match in _RUN.finditer(repaired.text):
        keep = 8 if match[0].isspace() else 24 if match[1] else 120
        text.append(repaired.text[at : match.start() + keep])
        origin += repaired.origin[at : match.start() + keep]
        at = match.end()
    text.append(repaired.text[at:])
    origin += repaired.origin[at:]
    return Repaired("".join(text), repaired.raw_text, tuple(origin))


def views_of(text: str, as_of: date) -> tuple[Repaired, list[View]]:
    """The repaired note and its sentences with mentions, dates and triggers."""
    repaired = _bounded(repair(text))
    if len(repaired.text) > LONGEST:
        repaired = Repaired(repaired.text[:LONGEST], text, repaired.origin[: LONGEST + 1])
    return repaired, _views(repaired, Draft(repaired, as_of))


def _views(repaired: Repaired, draft: Draft) -> list[View]:
    text = repaired.text
    mentions = vocabulary().mentions(text)
    seen = identifiers.find(text, mentions)
    for kind in sorted({i.kind for i in seen}):
        draft.warn(f"{'an' if kind[0] in 'aei' else 'a'} {kind} was seen and not used; please do not enter identifiers")
    if seen:
        text = identifiers.blank(text, seen)
        mentions = [m for m in mentions if not any(m.start < i.end and i.label < m.end for i in seen)]
    when = dates.find(text, draft.as_of)
    mentions = [m for m in mentions if not any(d.start < m.end and m.start < d.end for d in when)]
    rows = tables.rows(_with_tabs(text, repaired), when)
    starts = [m.start for m in mentions]
    dated = [d.start for d in when]
    out: list[View] = []
    for sentence in sentences.split(text):
        for piece in _pieces(text, sentence):
            lo, hi = bisect.bisect_left(starts, piece.start), bisect.bisect_left(starts, piece.end)
            dlo, dhi = bisect.bisect_left(dated, piece.start), bisect.bisect_left(dated, piece.end)
            stamp = next((d for d in when if piece.stamp and piece.stamp[0] <= d.start < piece.stamp[1]), None)
            view = _view(text, piece, _resolved(text, piece, mentions[lo:hi]), when[dlo:dhi], stamp.moment if stamp else None)
            out += tables.one_by_one(view, rows)
    return out


def _with_tabs(text: str, repaired: Repaired) -> str:
    """The text with the tabs of the note as entered, which divide the cells of a pasted table."""
    raw = repaired.raw_text
    if "\t" not in raw:
        return text
    return "".join("\t" if c == " " and raw[at : at + 1] == "\t" else c for c, at in zip(text, repaired.origin, strict=False))


def _view(text: str, sentence: sentences.Sentence, mentions: Sequence[Mention], when: Sequence[dates.Dated], stamp: Moment | None = None) -> View:
    """A sentence with the mentions and dates that lie in it."""
    return View(
        text,
        sentence.start,
        sentence.end,
        sentence.head,
        sentence.section,
        tuple(mentions),
        tuple(when),
        triggers(text, sentence.head, sentence.end),
        relatives(text, sentence.start, sentence.end),
        stamp,
    )


def _pieces(text: str, sentence: sentences.Sentence) -> list[sentences.Sentence]:
    """A sentence, or, where it is far too long to be one, its parts: so that time stays bounded."""
    if sentence.end - sentence.start <= _LONGEST_SENTENCE:
        return [sentence]
    out: list[sentences.Sentence] = []
    at = sentence.start
    while at < sentence.end:
        end = min(at + _LONGEST_SENTENCE, sentence.end)
        if end < sentence.end:
            end = next((cut + 1 for cut in (text.rfind(mark, at + _LONGEST_SENTENCE // 2, end) for mark in (";", ",", " ")) if cut > 0), end)
        out.append(sentences.Sentence(at, end, sentence.section, max(at, sentence.head if at == sentence.start else at)))
        at = end
    return out


_VIRUSES = (
    ("hbv_dna", re.compile(r"\b(?:HBV|hep(?:atitis)?\.? ?B|HBsAg|乙肝)\b|乙肝", re.IGNORECASE)),
    ("hcv_rna", re.compile(r"\b(?:HCV|hep(?:atitis)?\.? ?C|anti-HCV)\b|丙肝", re.IGNORECASE)),
    ("hiv_rna", re.compile(r"\bHIV\b")),
)
_LOAD = re.compile(r"\b(?:(?P<dna>DNA)|(?P<rna>RNA)|(?P<vl>viral load|VL|PCR|NAA?T))\b(?!\s*(?:sequenc|damage|repair|test))", re.IGNORECASE)


# Verbs and adjectives made from a procedure's or a disease's name; the names themselves are in the vocabulary.
_VERBS = (
    ("organ_transplantation", re.compile(r"\btransplant(?:ed|s|ations?)?\b", re.IGNORECASE)),
    ("radiotherapy", re.compile(r"\birradiated\b", re.IGNORECASE)),
    ("blood_transfusion", re.compile(r"\btransfused\b", re.IGNORECASE)),
    ("biopsy", re.compile(r"\bbiopsied\b", re.IGNORECASE)),
    ("ablation", re.compile(r"\bablated\b", re.IGNORECASE)),
    ("tae", re.compile(r"\bembolised\b|\bembolized\b", re.IGNORECASE)),
    ("cancer_surgery", re.compile(r"\bresected\b", re.IGNORECASE)),
)
_VERB = re.compile(
    r"\btransplant(?:s|ations?)?\b(?!\s+(?:list|candidate|evaluation|work|surgeon|team|cent|hepatolog|free|clinic|assess|referral))|"
    r"\b(?:transplant|irradiat|transfus|biops|ablat|emboli[sz]|resect)(?:i?ed)\b",
    re.IGNORECASE,
)
_ADJECTIVE = re.compile(r"\b(?P<stem>[a-z]{3,})(?P<end>pathic|penic|a?emic|rrhotic|tensive|betic)\b", re.IGNORECASE)
_NOUN_ENDS = {"pathic": "pathy", "penic": "penia", "emic": "emia", "aemic": "aemia", "rrhotic": "rrhosis", "tensive": "tension", "betic": "betes"}
_TRIAL = re.compile(
    r"(?:(?:^|(?<=[.;,\n] )|(?<=[.;\n]))(?=(?:in|on) (?:an?|another) (?:phase|clinical|drug|interventional|randomi[sz]ed))|\b(?:treated|"
    r"enrolled|participat\w+|included|randomi[sz]ed|took part|therapy|treatment|drug|last (?:dose|cycle)|dosed|(?:was|been) (?=in|on)|"
    r"recently|finished|completed))\s*(?:in|on|as part of|within|under|"
    r"from)\s+(?:an?|the|another|one)\s+(?:another\s+)?(?P<trial>(?:(?!observational|registry|imaging|survey|questionnaire)[\w/-]+\s+){0,4}?(?:trial|"
    r"study))\b",
    re.IGNORECASE,
)
_STUDY_DRUG = re.compile(
    r"\b(?:enrolled|participat\w+|took part|treated|randomi[sz]ed|included)\s+(?:in|on|under|within|into)\s+(?:the\s+)?(?P<number>NCT\d{8})\b|"
    r"\b(?P<trial>(?:study|trial|investigational|experimental)\s+(?:drug|medication|agent|vaccine|medicine))\b",
    re.IGNORECASE,
)
# "no systemic or local therapy": the first adjective has its noun at the end of the list.
_SHARED_HEAD = re.compile(
    r"\b(?P<adjective>systemic|local|loco-?regional|targeted|hormonal|endocrine|anti-?viral|surgical|radiation|intravenous|"
    r"anti-?cancer)(?=\s*(?:,|/|\bor\b|\band\b|\bnor\b)\s*(?:[\w-]+\s*(?:,|/|\bor\b|\band\b|\bnor\b)\s*){0,3}[\w-]+\s+(?P<head>therapy|"
    r"treatment|therapies|treatments))",
    re.IGNORECASE,
)
# Surfaces that mean something else beside these words.
_OTHERWISE: dict[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "nursing": (
        re.compile(r"(?!)"),
        re.compile(
            r"\s+(?:note|notes|staff|home|facility|care|assessment|school|report|record|chart|team|review|"
            r"student|documentation)\b",
            re.IGNORECASE,
        ),
    ),
    "stroke": (re.compile(r"(?!)"), re.compile(r"\s+(?:volume|work|risk|prevention)\b", re.IGNORECASE)),
    "depression": (re.compile(r"(?:\bST|marrow|respiratory|segment|CNS|immune)[\s-]+$", re.IGNORECASE), re.compile(r"\s+(?:fracture|of ST)\b")),
    "pe": (re.compile(r"(?!)"), re.compile(r"\s*:|\s+(?:exam|normal|unremarkable)")),
    "ra": (re.compile(r"(?:%|\bon|\broom|\bair|\binto the|\bthe)\s*$", re.IGNORECASE), re.compile(r"\s*(?:pressure|thrombus|extension)")),
    "ms": (re.compile(r"\d\s*$"), re.compile(r"\s+(?:contin|sulfate|intact|changes)", re.IGNORECASE)),
    "as": (re.compile(r"(?!)"), re.compile(r"\s+(?:above|below|per|well)", re.IGNORECASE)),
    "ckd": (re.compile(r"(?!)"), re.compile(r"\s*-?\s*EPI")),
    "cold": (re.compile(r"(?!)"), re.compile(r"\s+(?:intolerance|feet|extremit|sensitiv)", re.IGNORECASE)),
}


def _meant(text: str, m: Mention) -> bool:
    """Whether a surface with several meanings is used in the vocabulary's."""
    other = _OTHERWISE.get(m.surface.lower())
    return (
        other is None or m.table in ("measure", "scale") or not (other[0].search(text, max(0, m.start - 20), m.start) or other[1].match(text, m.end))
    )


def _resolved(text: str, sentence: sentences.Sentence, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Mentions of one sentence: with verbs and adjectives, and a bare "DNA" given to the virus named before it."""
    out = [m for m in mentions if _meant(text, m)]
    for match in _VERB.finditer(text, sentence.start, sentence.end):
        if any(m.start < match.end() and match.start() < m.end for m in mentions):
            continue
        concept = next((concept for concept, pattern in _VERBS if pattern.match(match[0])), None)
        if concept in vocabulary().procedures:
            out.append(Mention(match.start(), match.end(), concept, "procedure", match[0]))
    for match in (*_TRIAL.finditer(text, sentence.start, sentence.end), *_STUDY_DRUG.finditer(text, sentence.start, sentence.end)):
        name = "trial" if match["trial"] else "number"
        if not any(m.start < match.end() and match.start(name) < m.end for m in mentions) and "investigational_agent" in vocabulary().classes:
            out.append(Mention(match.start(name), match.end(name), "investigational_agent", "drug_class", match[name]))
    for match in _SHARED_HEAD.finditer(text, sentence.start, sentence.end):
        phrase = f"{match['adjective']} {match['head']}"
        if not any(m.start <= match.start("adjective") < m.end for m in mentions):
            out += [
                Mention(match.start("adjective"), match.end("adjective"), m.concept, m.table, match["adjective"])
                for m in vocabulary().mentions(phrase)
                if m.end - m.start == len(phrase)
            ]
    for match in _ADJECTIVE.finditer(text, sentence.start, sentence.end):
        if not any(m.start < match.end() and match.start() < m.end for m in mentions):
            noun = match["stem"] + _NOUN_ENDS[match["end"].lower()]
            out += [
                Mention(match.start(), match.end(), m.concept, m.table, match[0])
                for m in vocabulary().mentions(noun, ("condition",))
                if m.end - m.start == len(noun)
            ]
    for match in _LOAD.finditer(text, sentence.start, sentence.end):
        if any(m.start <= match.start() and match.end() <= m.end for m in mentions):
            continue
        before = text[sentence.start : match.start()]
        best: tuple[int, str] | None = None
        for concept, pattern in _VIRUSES:
            if (match["dna"] and concept != "hbv_dna") or (match["rna"] and concept == "hbv_dna"):
                continue
            hits = list(pattern.finditer(before))
            if hits and (best is None or hits[-1].start() > best[0]):
                best = (hits[-1].start(), concept)
        if best and best[1] in vocabulary().measures:
            out.append(Mention(match.start(), match.end(), best[1], "measure", match[0]))
    for made in shorthand(text, sentence.start, sentence.end, mentions):
        # The longer name stands for what it is made of.
        out = [m for m in out if not (m.start < made.end and made.start < m.end)]
        out.append(made)
    out.sort(key=lambda m: (m.start, -m.end))
    return tuple(out)


def in_order(facts: list[Fact], as_of: date | None = None) -> tuple[Fact, ...]:
    """In the order of the text, without repetitions, older values marked where a newer one replaces them."""
    seen: set[Fact] = set()
    unique = [f for f in sorted(facts, key=lambda f: (f.source.start, f.source.end, f.kind, f.concept)) if not (f in seen or seen.add(f))]  # type: ignore[func-returns-value]
    return tuple(_supersede(unique, as_of))


_LATELY = timedelta(days=90)
"""A value dated longer ago than this does not contradict an undated one further on in the note, which tells the present (our reading)."""


def _present_of(later: Fact, dated: Fact, as_of: date) -> bool:
    """Whether an undated value further on in the note tells how it is now, against one that is dated months ago."""
    if dated.when is None or dated.when.latest is None:
        return False
    return later.when is None and later.time != "past" and later.status == "present" and as_of - dated.when.latest > _LATELY


def _supersede(facts: list[Fact], as_of: date | None) -> list[Fact]:
    """Marks a value that a certainly later one replaces: dates that do not overlap, "last year" against now, an undated one behind an old one."""
    groups: dict[str, list[int]] = {}
    for i, f in enumerate(facts):
        if f.kind in ("measurement", "category") and not f.implausible and not f.superseded and f.concept != "lesion_size":
            groups.setdefault(f.concept, []).append(i)
    out = list(facts)
    for places in groups.values():
        if len(places) < 2:
            continue
        begins = [w.earliest for i in places if (w := facts[i].when) and w.earliest]
        latest = max(begins, default=None)
        present = any(facts[i].time != "past" for i in places)
        for i in places:
            f = facts[i]
            older = f.when is not None and f.when.latest is not None and latest is not None and f.when.latest < latest
            older = older or (as_of is not None and any(_present_of(facts[j], f, as_of) for j in places if j > i))
            if older or (f.time == "past" and present):
                out[i] = f.model_copy(update={"superseded": True})
    return out


__all__ = ["LONGEST", "in_order", "read", "views_of"]
