"""Which trials a question means: by number, name, nickname, drug, disease, ordinal or pronoun. Among equals all are meant; nothing is guessed."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from assistant.ask.request import Context, TrialsFrom
from assistant.ask.spelling import Speller
from assistant.ask.terms import keys_of, plain, stem, terms_of, words
from index.trials import Trial

_NCT = re.compile(r"\bNCT[\s-]?0*(\d{4,8})\b", re.I)
_NCT_LOOSE = re.compile(r"\bNCT[\s-]?\d+\b", re.I)
_NUMBERED = re.compile(
    r"\b(?:trials?|stud(?:y|ies)|protocols?|documents?|seeds?|files?|no\.?|number|#)\s*#?(\d{1,4})\b(?!\s*(?:mg|%|weeks?|days?|months?|years?"
    r"|arms?|sites?|patients))",
    re.I,
)
_BARE_NUMBER = re.compile(r"(?<![\w.,/≥≤<>=-])(\d{3,4})(?![\w.%/×-])")
_HEAD = r"(?:trials?|stud(?:y|ies)|ones?|protocols?|registr(?:y|ies)|records?|试验)"
_BREAK = r"(?:the|that|this|our|a|an|in|of|for|from|to|with|does|do|did|is|are|was|were|can|will|has|have|which|what|and\s+the|between|on|by)"
_BEFORE = re.compile(rf"\b(?:the|that|this|our|these|those|your)\s+((?:(?!{_BREAK}\b)[\w+/&,'’.()-]+\s+(?:\+\s+)?){{0,10}}?){_HEAD}\b", re.I)
_AFTER = re.compile(
    r"\b(?:the|that|this|a)?\s*(?:trial|study|one|record)\s+(?:of|with|on|using|for|testing|about|in|comparing|evaluating"
    r"|investigating)\s+((?:(?!\b(?:is|are|was|were|does|do|did|has|have|who|that|which|when|where|what|allow\w*|exclude\w*|require\w*|enrol\w*"
    r"|recruit\w*)\b)[^?.!;:,])+)",
    re.I,
)
_ANY = re.compile(
    r"\b(?:(?:is|are) there|do (?:you|we) have|(?:do you )?know of|find|any|which|what|another)\s+(?:an?\s+|any\s+|the\s+)?(?:[\w-]+\s+){0,3}?"
    r"(?:trial|study|one|record)\s+(?:(?!\b(?:trial|study)\b).)*$",
    re.I,
)
_SEVERAL = re.compile(
    r"\b(?:compar\w+|versus|vs|than|both|differ\w*|between|same)\b|\b(?:and|or)\s+(?:in\s+|for\s+|of\s+)?(?:the|that|this)\b.{0,60}\b(?:trial|study)\b",
    re.I,
)
"""Words that put another trial beside one that is named by number."""
_ORDINALS = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "fifth": 4, "5th": 4, "last": -1}
_ORDINAL = re.compile(
    r"\b(?:the\s+)?(first|1st|second|2nd|third|3rd|fourth|4th|fifth|5th|last)(?:\s+(?:trial|study|one|two))?\b(?!\s*-?\s*(?:line|dose|study drug"
    r"|visit|cycle|day|listed|signs?|degree|treatment|infusion|generation|administration|documentation|occurrence|trimester|week|month|year"
    r"|primary|secondary|outcome|endpoint|arm|group|part|stage|phase|prior|author))",
    re.I,
)
_PRONOUN = re.compile(
    r"\b(?:it|its|itself|this (?:trial|study|one|protocol|record)|that (?:trial|study|one|protocol|record)|the (?:trial|study|protocol|record"
    r"|same (?:trial|study|one))|there|same (?:trial|one|study))\b",
    re.I,
)
_PLURAL_PRONOUN = re.compile(
    r"\b(?:they|them|their|both(?: (?:of them|trials|studies))?|these (?:two|three|trials|studies)?|those (?:two|three|trials|studies)?"
    r"|the two(?: trials| studies)?)\b",
    re.I,
)
_OTHER = re.compile(r"\bthe other (?:one|trial|study)\b", re.I)
_WHICH = re.compile(
    r"\b(?:which|what|any|how many|all|every|each|other)\s+(?:of\s+)?(?:the\s+|these\s+)?(?:\w+\s+){0,3}?(?:trials?|stud(?:y|ies)|protocols?)\b",
    re.I,
)
_GENERIC = frozenset(stem(w) for w in (Path(__file__).parent / "trial_words.txt").read_text(encoding="utf-8").split())
"""Words that call a trial a trial, or that fit any."""
_CODE = re.compile(r"\b[A-Za-z]{1,8}-?\d{2,8}[A-Za-z0-9]*\b")
_NAME_FIELDS = ("title", "official_title", "acronym", "intervention", "condition", "keyword")
_DESIGN = re.compile(r"\bphase\s*(1|2|3|4|iv|iii|ii|i)\b(?:\s*[/-]\s*(1|2|3|4|iv|iii|ii|i)\b)?", re.I)
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}


@dataclass(frozen=True, slots=True)
class Profile:
    """How a trial can be called. `named` are keys of its name, drugs and diseases, `told` of its summary too."""

    id: str
    prefix: str
    nct: str | None
    others: frozenset[str]
    acronyms: frozenset[str]
    study_names: frozenset[str]
    title: str
    title_stems: tuple[str, ...]
    title_keys: frozenset[str]
    named: frozenset[str]
    told: frozenset[str]
    codes: frozenset[str]
    phases: frozenset[str]
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Resolved:
    """The trials meant, how they were found, names that fit none, and the ranges of the question that name them."""

    trials: tuple[str, ...]
    source: TrialsFrom
    unknown: tuple[str, ...] = ()
    ranges: tuple[tuple[int, int], ...] = ()
    corrections: dict[str, str] = field(default_factory=dict)


_profiles: dict[tuple[str, str], Profile] = {}
_TITLE_NAME = re.compile(r"^([A-Za-z][\w-]{2,24}(?: [\w-]{1,12})?)\s*(?::|\s[-–—]\s?|,\s)|\(([A-Za-z][\w-]{3,24})\)\s*$")
_NAME_SHAPE = re.compile(r"(?=.*[A-Z]{2})(?=.*[-\d])[\w-]+|[A-Z]{4,}|[A-Z]?[a-z]+[A-Z]{2,}\w*")


def _study_names(titles: Sequence[str]) -> frozenset[str]:
    """Names that a study gives itself: its acronym field, a name before the colon or dash of its title, or one in brackets at the end."""
    found = set()
    for title in titles:
        if _NAME_SHAPE.fullmatch(title):
            found.add(title.lower())
        for match in _TITLE_NAME.finditer(title):
            said = match[1] or match[2]
            if _NAME_SHAPE.fullmatch(said):
                found.add(said.lower())
    return frozenset(found)


def short_id(trial_id: str) -> str:
    """The part of an id that people say: `001` of `001_` and a hash; other ids are said whole."""
    head, _, tail = trial_id.partition("_")
    return head if re.fullmatch(r"[0-9a-f]{8,}", tail) and head else trial_id


def phases_in(text: str) -> frozenset[str]:
    """Phases named in a text as digits: "phase I/II" gives 1 and 2."""
    found: set[str] = set()
    for match in _DESIGN.finditer(text):
        found.update(_ROMAN.get(p.lower(), p) for p in match.groups() if p)
    return frozenset(found)


def profile(trial: Trial) -> Profile:
    """The names of a trial; computed once per content."""
    key = (trial.id, trial.content_hash)
    known = _profiles.get(key)
    if known is not None:
        return known
    fields = [f for f in trial.fields if f.name in _NAME_FIELDS]
    name = " . ".join(
        dict.fromkeys(
            [
                plain(trial.title),
                *(plain(f.value) for f in fields),
                *(plain(v) for f in fields for k, v in f.parts.items() if k in ("name", "other_names", "label")),
            ]
        )
    )
    summary = " ".join(plain(f.value) for f in trial.fields if f.name in ("summary", "phase", "design", "status", "sponsor", "study_population"))
    acronyms = frozenset(plain(f.value).lower() for f in trial.all("acronym"))
    title = plain(trial.title)
    made = Profile(
        id=trial.id,
        prefix=short_id(trial.id),
        nct=trial.nct_id,
        others=frozenset(plain(f.value).lower() for f in trial.all("other_id") if len(f.value) > 4),
        acronyms=acronyms,
        study_names=_study_names([plain(f.value) for f in fields if f.name in ("acronym", "title", "official_title")] + [title]),
        title=title,
        title_stems=tuple(w.stem for w in words(title)),
        title_keys=keys_of(title),
        named=keys_of(name),
        told=keys_of(f"{name} . {summary}"),
        codes=frozenset(m[0].lower().replace("-", "") for m in _CODE.finditer(name)),
        phases=phases_in(" ".join([plain(trial.title), summary, *(f"phase {p}" for f in trial.all("phase") for p in re.findall(r"\d", f.value))])),
        words=frozenset(w.text.lower() for w in words(name)),
    )
    if len(_profiles) > 20_000:
        _profiles.clear()
    _profiles[key] = made
    return made


def resolve(question: str, trials: Sequence[Trial], context: Context) -> Resolved:
    """The trials that `question` (repaired text) means, in the order of its words."""
    profiles = [profile(t) for t in trials]
    found: list[tuple[int, str]] = []
    ranges: list[tuple[int, int]] = []
    unknown: list[str] = []

    def add(at: int, end: int, ids: Sequence[str]) -> None:
        found.extend((at, id_) for id_ in ids)
        ranges.append((at, end))

    _by_number(question, profiles, add, unknown)
    _by_study_name(question, profiles, add)
    explicit = {id_ for _, id_ in found}
    if explicit and not _SEVERAL.search(question):
        # A number or a study's own name binds: the words around it describe that trial, and name no other.
        bound = [p for p in profiles if p.id in explicit]
        _by_name(question, bound, add)
        _by_nickname(question, bound, add, [])
    else:
        _by_name(question, profiles, add)
        _by_nickname(question, profiles, add, unknown)
    if not found:
        _by_code(question, profiles, add)
    if not found and not unknown:
        _by_ordinal(question, context, add)
    if found or unknown:
        ids = tuple(dict.fromkeys(id_ for _, id_ in sorted(found, key=lambda pair: pair[0])))
        return Resolved(ids, "named", tuple(dict.fromkeys(unknown)), tuple(ranges))
    everything = tuple(p.id for p in profiles)
    if len(everything) == 1:
        return Resolved(everything, "single")
    asks_all = bool(_WHICH.search(question))
    plural = _PLURAL_PRONOUN.search(question)
    spoken = context.trials if len(context.trials) > 1 else context.listed
    if plural and len(spoken) > 1:
        return Resolved(spoken, "context", ranges=((plural.start(), plural.end()),))
    pronoun = _PRONOUN.search(question)
    if pronoun and context.trials and not asks_all:
        return Resolved(context.trials, "context", ranges=((pronoun.start(), pronoun.end()),))
    return Resolved(everything, "all")


def _by_number(question: str, profiles: list[Profile], add: "_Add", unknown: list[str]) -> None:
    for match in _NCT_LOOSE.finditer(question):
        exact = _NCT.fullmatch(match[0])
        ids = [p.id for p in profiles if exact and p.nct and int(p.nct[3:]) == int(exact[1])]
        if ids:
            # A name right before the number belongs to it: "SKYSCRAPER-07 (NCT...)", "the SELECT trial NCT...".
            said = re.search(r"(?:\b[A-Z][A-Z0-9]+[\w-]*\s+(?:(?:trial|study)\s+)?|\b[A-Z][\w-]*\s*)\(?$", question[: match.start()])
            add(
                said.start() if said and not re.match(r"[A-Z][a-z]+\s*$|(?:PI|ECOG|HBV|HCV|HIV|DNA|BMI|AST|ALT|INR)\b", said[0]) else match.start(),
                match.end(),
                ids,
            )
        else:
            unknown.append(match[0].upper())
    by_prefix = {p.prefix: p.id for p in profiles}
    for match in _BARE_NUMBER.finditer(question):
        if match[1] in by_prefix:
            add(match.start(1), match.end(1), [by_prefix[match[1]]])
    numbers = {int(p.prefix): p.id for p in profiles if p.prefix.isdigit()}
    for match in _NUMBERED.finditer(question):
        if match[1] in by_prefix:
            continue
        if int(match[1]) in numbers:
            add(match.start(1), match.end(1), [numbers[int(match[1])]])
        elif not re.match(r"(?:no|number)", match[0], re.I):
            unknown.append(match[0])
    low = question.lower()
    for p in profiles:
        for name in (p.id.lower(), *p.others):
            if (at := low.find(name)) >= 0 and (len(name) > 3 or not name.isdigit()):
                add(at, at + len(name), [p.id])


def _by_study_name(question: str, profiles: list[Profile], add: "_Add") -> None:
    low = question.lower()
    for p in profiles:
        for name in p.study_names:
            if name in low and (match := re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", low)):
                coded = "-" in name or any(c.isdigit() for c in name) or not question[match.start() : match.end()].islower()
                if coded or _said_as_trial(question, match.start(), match.end()):
                    add(match.start(), match.end(), [p.id])


def _by_name(question: str, profiles: list[Profile], add: "_Add") -> None:
    sequence = words(question)
    stems = [w.stem for w in sequence]
    best: list[tuple[int, int, int, str]] = []
    for p in profiles:
        for word in sequence:
            if word.text.lower() in p.acronyms and (word.text.isupper() or _said_as_trial(question, word.start, word.end)) and len(word.text) > 2:
                add(word.start, word.end, [p.id])
        n = _longest_common(stems, p.title_stems)
        if n[0] >= min(5, max(3, len(p.title_stems))):
            best.append((n[0], n[1], n[1] + n[0], p.id))
    if best:
        longest = max(b[0] for b in best)
        for n_words, i, j, id_ in best:
            if n_words == longest:
                add(sequence[i].start, sequence[j - 1].end, [id_])


def _said_as_trial(question: str, start: int, end: int) -> bool:
    return bool(re.match(r"\s*-?\s*(?:trial|study|protocol)", question[end:], re.I) or re.search(r"(?:trial|study)\s+$", question[:start], re.I))


def _longest_common(a: Sequence[str], b: Sequence[str]) -> tuple[int, int]:
    """Length and place in `a` of the longest run of stems that both share."""
    best, at = 0, 0
    where: dict[str, list[int]] = {}
    for j, s in enumerate(b):
        where.setdefault(s, []).append(j)
    for i, s in enumerate(a):
        for j in where.get(s, ()):
            n = 0
            while i + n < len(a) and j + n < len(b) and a[i + n] == b[j + n]:
                n += 1
            if n > best:
                best, at = n, i
    return best, at


def _by_nickname(question: str, profiles: list[Profile], add: "_Add", unknown: list[str]) -> None:
    for match in [*_BEFORE.finditer(question), *_AFTER.finditer(question)]:
        phrase, start, end = match[1].strip(), match.start(1), match.end(1)
        if match.re is _AFTER and _ANY.search(question[: match.end()]):
            continue  # "is there a trial for children": that asks for one, and names none
        if not phrase or _ORDINAL.fullmatch(f"the {phrase} one".strip()):
            continue
        phases = phases_in(phrase) if match.re is _BEFORE else frozenset()
        terms = [t for t in terms_of(phrase) if not all(w.stem in _GENERIC for w in words(t.surface))]
        if not terms and not phases:
            continue
        plural = match[0].rstrip().lower().endswith(("trials", "studies", "ones"))
        scored: list[tuple[float, float, str]] = []
        for p in profiles:
            total = hit = 0.0
            fit = 0.0
            for term in terms:
                count = sum(1 for q in profiles if term.keys & q.told)
                weight = math.log(1 + (len(profiles) + 1) / (1 + count))
                if not count and term.surface.islower() and not term.stems:
                    weight *= _ABSENT  # an ordinary word that no trial uses is the asker's way of speaking
                total += weight
                if term.exact & p.title_keys:
                    hit += weight
                    # The very words of a title are a better name than a drug that belongs to the class named.
                    fit += weight * (1.2 if term.stems and term.stems <= p.title_keys else 1.1)
                elif term.keys & p.named:
                    hit += weight
                    fit += weight
                elif term.keys & p.told:
                    hit += 0.9 * weight
                    fit += 0.8 * weight
            if phases:
                total += 0.5
                hit += 0.5 * bool(phases <= p.phases)
                fit += 0.5 * bool(phases <= p.phases)
            scored.append((round(hit / total, 4), round(fit, 4), p.id))
        top = max((s for s, _, _ in scored), default=0.0)
        if top < 0.5 and match.re is _BEFORE:
            if not plural and not re.fullmatch(r"(?:\W|\w{1,2})*", phrase) and len(terms) <= 4 and not _PATIENT_WORD.search(phrase):
                unknown.append(f"{phrase} trial")
            continue
        if top < 0.85 and match.re is _AFTER:
            continue
        if plural:
            chosen = [id_ for s, _, id_ in scored if s >= min(top, 0.9)]
        else:
            best = max(f for s, f, _ in scored if s >= top - 0.001)
            chosen = [id_ for s, f, id_ in scored if s >= top - 0.001 and f >= best - 0.001]
        if len(chosen) < len(profiles) or len(profiles) == 1:
            add(match.start() if match.re is _BEFORE else start, end if match.re is _AFTER else match.end(), chosen)


_ABSENT = 0.4
_PATIENT_WORD = re.compile(r"patient|his|her\b|disease", re.I)


def _by_code(question: str, profiles: list[Profile], add: "_Add") -> None:
    for match in _CODE.finditer(question):
        code = match[0].lower().replace("-", "")
        ids = [p.id for p in profiles if code in p.codes]
        if ids and len(ids) < max(2, len(profiles) // 2 + 1):
            add(match.start(), match.start(), ids)


def _by_ordinal(question: str, context: Context, add: "_Add") -> None:
    listed = context.listed or context.trials
    if (match := _OTHER.search(question)) and len(listed) > 1:
        add(match.start(), match.end(), [id_ for id_ in listed if id_ not in context.trials] or [])
        return
    for match in _ORDINAL.finditer(question):
        index = _ORDINALS[match[1].lower()]
        if re.search(r"\btwo\b", match[0], re.I) and len(listed) > 1:
            add(match.start(), match.end(), listed[:2])
        elif listed and -len(listed) <= index < len(listed):
            add(match.start(), match.end(), [listed[index]])


def correct_spelling(question: str, trials: Sequence[Trial], speller: Speller) -> tuple[str, dict[str, str]]:
    """`question` with misspelt clinical words corrected, and what was corrected."""
    known = frozenset().union(*(profile(t).words for t in trials)) if trials else frozenset()
    corrections: dict[str, str] = {}
    own: Speller | None = None
    for word in words(question):
        low = word.text.lower()
        if len(low) < 7 or low in known or low in corrections:
            continue
        better = speller.correct(low)
        if better is None and low not in speller:
            own = own or _own_speller(known)
            better = own.correct(low)
        if better is not None:
            corrections[low] = better
    for wrong, right in corrections.items():
        question = re.sub(rf"\b{re.escape(wrong)}\b", right, question, flags=re.I)
    return question, corrections


_OWN: dict[frozenset[str], Speller] = {}
_DRUG_LIKE = re.compile(r"(?:mab|nib|lib|tinib|platin|taxel|rubicin|stat|vir|cept|ase|ol|ine|ide|one|cin|zole|pril|sartan|mide)$")


def _own_speller(known: frozenset[str]) -> Speller:
    """Knows the drug-like words of the trials' names; ordinary words are left alone."""
    if known not in _OWN:
        _OWN.clear()
        _OWN[known] = Speller(w for w in known if _DRUG_LIKE.search(w))
    return _OWN[known]


class _Add(Protocol):
    def __call__(self, at: int, end: int, ids: Sequence[str]) -> None: ...
