"""A noun phrase with its frame -> one leaf: a finding, a treatment, an allergy, or words that were not understood."""

import re
from dataclasses import dataclass, field, replace
from typing import Literal

from index.conditions import (
    TEXT,
    Allergy,
    AllOf,
    AnyOf,
    Bounds,
    Condition,
    Dose,
    Duration,
    Finding,
    Judgement,
    Not,
    NotCompiled,
    Qualifier,
    Treatment,
    Window,
)
from index.criteria import numbers, windows
from index.criteria.lexis import NOISE, QUALIFIER, Frame, qualifier
from index.criteria.passage import Passage
from index.vocabulary import Mention, Table, vocabulary

_WORD = re.compile(r"[A-Za-zÀ-ÿ\u0370-\u03ff][\w'+/-]*|\d+(?:\.\d+)?%?")
# Words behind a known name that add nothing to it.
_AFTER_FINDING = frozenset(
    "disease diseases infection infections disorder disorders syndrome event events episode episodes condition"
    " conditions illness formation patients subjects women men participants individuals status lesions lesion cases"
    " tumor tumors tumour tumours cancer cancers carcinoma carcinomas malignancy malignancies surgery virus viral"
    " etiology origin histology positivity positive seropositivity seropositive involvement attack attacks".split()
)
_AFTER_TREATMENT = frozenset(
    "therapy therapies treatment treatments drug drugs agent agents medication medications regimen regimens use"
    " administration containing based inhibitor inhibitors antibody antibodies monoclonal procedure procedures"
    " product products exposure dose doses class antibody-based course courses combination combinations cycle"
    " cycles infusion injection injections targeted preparations preparation compounds compound component"
    " components type inhibition blockade analogs analogue analogues session sessions monotherapy line lines".split()
)
# Words in front of a known treatment that narrow nothing a note would tell.
_BEFORE_TREATMENT = frozenset(
    "any other prior previous all medical additional further such standard known anti-cancer anticancer"
    " antineoplastic anti-tumor antitumor concomitant chronic approved specific immediate full type types form more"
    " potent potential history additional application effective regular systemic-".split()
)
_ROUTES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\binhal(?:ed|ation)\b", re.I), "inhaled"),
    (re.compile(r"\b(?:intra)?nasal\b", re.I), "intranasal"),
    (re.compile(r"\btopical(?:ly)?\b", re.I), "topical"),
    (re.compile(r"\b(?:systemic(?:ally)?|parenteral)\b", re.I), "systemic"),
    (re.compile(r"\b(?:oral(?:ly)?)\b", re.I), "oral"),
    (re.compile(r"\b(?:intravenous(?:ly)?|i\.?v\.?)\b", re.I), "iv"),
    (re.compile(r"\b(?:subcutaneous(?:ly)?|s\.?c\.?)\b", re.I), "sc"),
    (re.compile(r"\bintravitreal\b", re.I), "intravitreal"),
    (re.compile(r"\b(?:local|intra-?articular)\b", re.I), "local"),
)
_SETTINGS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bneo-?adjuvant(?:ly)?\b", re.I), "neoadjuvant"),
    (re.compile(r"\bperi-?operative(?:ly)?\b", re.I), "perioperative"),
    (re.compile(r"(?<!neo)(?<!neo-)\badjuvant(?:ly)?\b", re.I), "adjuvant"),
    (re.compile(r"\bmaintenance\b", re.I), "maintenance"),
)
_LINE = re.compile(r"\b(?:(?P<n>first|second|third|fourth|1st|2nd|3rd|4th|front)[- ]?line|(?P<l>[1-4])L)\b", re.I)
_LINES = {"first": 1, "1st": 1, "front": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_DOSE = re.compile(
    r"(?P<op>[<>≤≥]=?|(?:more|greater|less|no more|not more|higher|at least|exceeding|up to|not exceeding"
    r"|less than or equal to|greater than or equal to)(?: than)?|doses? (?:above|over|exceeding"
    r"|of))\s*(?P<n>\d+(?:\.\d+)?)\s*(?P<u>mg|mcg|μg|g)\s*(?:/\s*(?:d|day|24 ?h)|per day|daily|a day|once daily|qd"
    r"|every day|/day)?",
    re.I,
)
# What follows the number's unit where the dose is one for each kg or m², a drug's name in between or not.
_PER = re.compile(
    r"\s*(?:of\s+)?(?:\b[a-z-]+\b(?:\s*\([^()]{0,30}\))?\s*){0,4}?(?:/|\bper\b|\ba\b)"
    r"\s*(?:(?P<kg>kg|kilogram)|(?P<m2>m\s?\^?\s?[2²]|square\s+met(?:re|er)))"
    r"(?:[\s/]*(?:of\s+)?(?:body\s+(?:weight|surface(?:\s+area)?)|bsa|bw)\b)?(?:\s*/\s*(?:d|day|24 ?h)\b|\s+(?:per|a)\s+day)?",
    re.I,
)
# What is no finding by itself: a bare noun phrase made only of these says nothing.
GENERIC = frozenset(
    """any other acute chronic serious severe significant medical psychiatric psychological mental social physical clinical condition conditions
    disease diseases disorder disorders illness illnesses abnormality abnormalities laboratory test finding findings reason reasons
    circumstances factor factors situation situations concurrent uncontrolled systemic concomitant state history and or non-malignant
    nonmalignant underlying intercurrent comorbidity comorbidities comorbid co-morbid co-morbidity coexisting co-existing unstable pre-existing
    preexisting emotional behavioral behavioural cognitive familial sociological geographical issues issue problem problems limitation
    limitations medication therapy treatment event events uncontrollable substance abuse form including result results such status health
    associated with major organ dysfunction debilitating life-threatening surgical clinically active ongoing particular personal reasons
    circumstances complication complications concern concerns screening evidence examination ecg""".split()
)


@dataclass(slots=True)
class Phrase:
    """One item of a list, taken apart: its head, what stands around it, and what narrows it."""

    start: int
    end: int  # of the head noun phrase
    frame: Frame
    negated: bool = False
    qualifiers: list[tuple[Qualifier, ...]] = field(default_factory=list)  # alternatives
    window: Window | None = None
    open_list: bool = False
    conn: str = ""
    narrowing: list[Condition] = field(default_factory=list)
    tail: tuple[int, int] | None = None
    denied: bool = False  # "... is not feasible"
    instead: Condition | None = None  # "... confirmed to be X": X is meant
    targets: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    setting: str | None = None
    min_duration: Duration | None = None
    suffix: str = ""
    ended: bool = False  # "... must be completed at least 2 weeks before"
    off_for: Window | None = None  # "... must be completed 2 weeks before"
    also: tuple[Frame, ...] = ()  # "has received or plans to receive X": the other ways in which X may concern the patient


def words_of(p: Passage, start: int, end: int) -> list["re.Match[str]"]:
    """The words of a range that could limit something."""
    return [m for m in _WORD.finditer(p.text, start, end) if m[0].lower().rstrip("'") not in NOISE and not (len(m[0]) == 1 and not m[0].isdigit())]


def residue(p: Passage, start: int, end: int, covered: list[tuple[int, int]]) -> list[Condition]:
    """`NotCompiled` for every run of words that nothing accounts for."""
    out: list[Condition] = []
    run: list[int] = []
    for m in words_of(p, start, end):
        if any(a <= m.start() < b for a, b in covered):
            if run:
                out.append(NotCompiled(span=p.span(run[0], run[1])))
                run = []
            continue
        run = [run[0], m.end()] if run else [m.start(), m.end()]
    if run:
        out.append(NotCompiled(span=p.span(run[0], run[1])))
    return out


def narrowed(p: Passage, condition: Condition, extra: list[Condition], start: int, end: int) -> Condition:
    """A condition that holds only if the extra ones hold too."""
    if not extra:
        return condition
    return AllOf(span=p.span(start, end), items=(condition, *extra))


def open_phrase(p: Passage, start: int, end: int) -> str:
    """`text:` and the words of a noun phrase, without articles and noise at its ends."""
    words = re.findall(r"[^\s,;:()\[\]\"]+", p.text[start:end].lower())
    edge = {
        "the",
        "a",
        "an",
        "any",
        "other",
        "of",
        "known",
        "such",
        "all",
        "or",
        "and",
        "is",
        "are",
        "current",
        "prior",
        "previous",
        "history",
        "presence",
        "evidence",
        "in",
        "past",
        "only",
        "with",
        "have",
        "has",
        "their",
        "as",
        "some",
        "who",
        "patients",
        "subjects",
        "participants",
        "diagnosis",
    }
    while words and words[0] in edge:
        words.pop(0)
    while words and words[-1].rstrip(".") in edge - {"disease"}:
        words.pop()
    return TEXT + " ".join(words).rstrip(".'")


def leaf(p: Passage, phrase: Phrase, window: Window | None) -> Condition:
    """The condition of one list item; never raises, never drops a word that limits."""
    vocab = vocabulary()
    start, end = phrase.start, phrase.end
    entities = p.entities.within(start, end)
    span = p.span(start, end)
    when = phrase.window or phrase.frame.window or window
    main = _main(entities, p.text)
    text = p.text[start:end]
    if not main:
        return _open(p, phrase, when)
    concepts = tuple(dict.fromkeys(m.concept for m in main))
    table = main[0].table
    covered = [
        (m.start, m.end) for m in entities if m.start == main[0].start or any(vocab.is_a(c, m.concept) or vocab.is_a(m.concept, c) for c in concepts)
    ]
    if any(
        len(vocab.ancestors(m.concept)) > len(vocab.ancestors(concepts[0])) and vocab.is_a(m.concept, concepts[0])
        for m in entities
        if m.start < main[0].start
    ):
        narrow = max(
            (m for m in entities if vocab.is_a(m.concept, concepts[0]) and m.start <= main[0].start), key=lambda m: len(vocab.ancestors(m.concept))
        )
        concepts, table = (narrow.concept,), narrow.table
    slashed, beside = _slashed(p, entities, main, start)
    concepts = tuple(dict.fromkeys((*concepts, *slashed)))
    covered.extend((m.start, m.end) for m in entities if m.concept in slashed)
    treatment = table in ("drug", "drug_class", "procedure", "regimen")
    qualifiers = _qualifiers(p, start, end, entities, covered)
    alternatives = phrase.qualifiers or [()]
    if treatment:
        condition, extra = _treatment(p, phrase, concepts, when, covered, main)
    else:
        if (
            phrase.frame.treatment
            and phrase.frame.status in ("received", "current", "planned", "needs", "candidate", "declined")
            and phrase.frame.verb
            and re.search(
                r"(?:treat\w*|therap\w+|medic\w+|drugs?|agents?)\s+(?:for|of)\s+(?:the\s+|an?\s+|any\s+|other\s+|\w+\s+)?$",
                p.text[max(0, start - 40) : start],
                re.I,
            )
        ):
            # "received treatment for hepatitis B"
            return Treatment(span=span, targets=(open_phrase(p, start, end),), status=phrase.frame.status, window=when)
        tense = "ever" if phrase.frame.ever or (when and (when.within or when.longer_than)) else "current"
        items: list[Condition] = [
            Finding(
                span=span,
                concepts=concepts,
                tense=tense,
                qualifiers=tuple(dict.fromkeys((*phrase.frame.qualifiers, *alt, *qualifiers))),
                window=when,
                open_list=phrase.open_list,
            )
            for alt in alternatives
        ]
        condition = items[0] if len(items) == 1 else AnyOf(span=span, items=tuple(items))
        extra = []
    if beside is not None:
        # "bone marrow/stem cell transplantation": either of them.
        hits = [h for h in vocab.mentions(beside[2], ENTITY_TABLES) if h.start == 0 and h.end >= len(beside[2])]
        name = hits[0].concept if hits else TEXT + beside[2].lower()
        other = condition.items[0] if isinstance(condition, AnyOf) else condition
        if isinstance(other, Treatment | Finding):
            update = {"targets": (name,)} if isinstance(other, Treatment) else {"concepts": (name,)}
            condition = AnyOf(
                span=span, items=(*(condition.items if isinstance(condition, AnyOf) else (condition,)), other.model_copy(update=update))
            )
            covered.append((beside[0], beside[1]))
    naive = [e for e in entities if e.concept == "treatment_naive" and e.end <= main[0].start]
    if naive and not treatment:
        # "previously untreated NSCLC": the disease, and that nothing was given for it.
        extra = [*extra, Finding(span=p.span(naive[0].start, naive[0].end), concepts=("treatment_naive",))]
        covered.extend((e.start, e.end) for e in naive)
    if count := _MORE_THAN_ONE.search(p.text, 0, main[0].start):
        extra = [*extra, NotCompiled(span=p.span(count.start("count"), count.end("count")), why="how many there must be")]
    left = [m for m in words_of(p, start, end) if not any(a <= m.start() < b for a, b in covered)]
    after = _AFTER_TREATMENT if treatment else _AFTER_FINDING
    if treatment and (alone := next((m for m in left if m[0].lower() == "monotherapy"), None)):
        extra = [*extra, NotCompiled(span=p.span(alone.start(), alone.end()), why="whether it is given alone")]
    last = max(b for _, b in covered)
    left = [
        m
        for m in left
        if not (m.start() >= last and m[0].lower() in after)
        and not (treatment and m.start() < last and m[0].lower() in _BEFORE_TREATMENT)
        and m[0].lower() not in ("pre", "s", "type")
    ]
    left = [m for m in left if m[0].lower() not in ("major", "extensive") or not any(vocab.is_a(c, "major_surgery") for c in concepts)]
    left = [
        m
        for m in left
        if not (
            m[0].lower() in ("1", "one", "single")
            and (
                m[0].lower() == "single"
                or re.search(r"(?:at least|≥|>=|minimum(?: of)?|or more|least|any)\s*(?:a\s+)?$|^$", p.text[max(0, m.start() - 14) : m.start()], re.I)
                or re.match(r"\s*or more", p.text[m.end() :], re.I)
            )
        )
    ]
    if left:
        phrase_text = open_phrase(p, start, end)
        if len(phrase_text.split()) <= 9 and not _NUMERIC.search(phrase_text):
            narrow_leaf: Condition
            if treatment and isinstance(condition, Treatment):
                narrow_leaf = condition.model_copy(update={"targets": (phrase_text,)})
            else:
                narrow_leaf = Finding(
                    span=span,
                    concepts=(phrase_text,),
                    tense="ever" if phrase.frame.ever else "current",
                    qualifiers=tuple(dict.fromkeys((*phrase.frame.qualifiers, *(alternatives[0] if len(alternatives) == 1 else ()), *qualifiers))),
                    window=when,
                )
            tail_words = [m for m in left if m.start() >= last]
            if tail_words:
                # The known name only modifies something else ("HIV testing", "cancer pain"): the whole phrase is meant.
                if treatment and not phrase.frame.treatment and not _TREATING.search(phrase_text):
                    narrow_leaf = Finding(
                        span=span,
                        concepts=(phrase_text,),
                        tense="ever" if phrase.frame.ever else "current",
                        qualifiers=tuple(dict.fromkeys((*phrase.frame.qualifiers, *qualifiers))),
                        window=when,
                    )
                condition = narrow_leaf
            else:
                condition = AllOf(span=span, items=(condition, narrow_leaf))
        else:
            extra = [*extra, *residue(p, start, end, covered)]
    del text
    return narrowed(p, condition, [*extra, *phrase.narrowing], start, phrase.tail[1] if phrase.tail else end)


ENTITY_TABLES: tuple[Table, ...] = ("condition", "drug", "drug_class", "procedure", "regimen")
_TREATING_TABLES = ("drug", "drug_class", "procedure", "regimen")
_SLASH_BEFORE = re.compile(r"(?P<words>[A-Za-z][\w-]*(?: [A-Za-z][\w-]*){0,2})\s?/\s?$")


def _slashed(p: Passage, entities: list[Mention], main: list[Mention], start: int) -> tuple[list[str], tuple[int, int, str] | None]:
    """What a slash in front of the head adds: names that are meant as well ("ILD/pneumonitis"), or words that share the head's last noun."""
    more: list[str] = []
    at = main[0].start
    for m in reversed([e for e in entities if e.end <= at]):
        if not re.fullmatch(r"\s?/\s?", p.text[m.end : at]) or (m.table == "condition") != (main[0].table == "condition"):
            break
        more.append(m.concept)
        at = m.start
    words = _SLASH_BEFORE.search(p.text, start, at)
    if more or words is None or any(e.start < words.end("words") and words.start("words") < e.end for e in entities):
        return more, None
    noun = main[0].surface.split()
    if len(noun) < 2:
        return more, None
    own = words["words"].split()
    for n in range(len(own), 0, -1):
        name = f"{' '.join(own[-n:])} {noun[-1]}"
        if any(h.start == 0 and h.end >= len(name) for h in vocabulary().mentions(name, ENTITY_TABLES)):
            break
    else:
        n = len(own)
    name = " ".join(own[-n:])
    return more, (words.end("words") - len(name), words.end(), f"{name} {noun[-1]}")


_EQUIVALENT = re.compile(r"[\s-]*(?:dose\s+)?(?:or\s+(?:its\s+|an\s+|the\s+)?)?equivalents?\b", re.I)


def _main(entities: list[Mention], text: str) -> list[Mention]:
    """The head: the last name of the phrase, with all its meanings."""
    if not entities:
        return []
    last = entities[-1]
    if last.table == "drug" and _EQUIVALENT.match(text, last.end):
        # "corticosteroids > 10 mg of prednisone equivalent": the unit of the dose is no drug that is meant.
        wider = [m for m in entities if m.end <= last.start and m.concept != last.concept and vocabulary().is_a(last.concept, m.concept)]
        last = wider[-1] if wider else last
    return [m for m in entities if m.start == last.start and m.end == last.end]


def _qualifiers(p: Passage, start: int, end: int, entities: list[Mention], covered: list[tuple[int, int]]) -> list[Qualifier]:
    found: list[Qualifier] = []
    at = start
    for word in _WORD.finditer(p.text, start, end):
        if word.start() < at or any(e.start <= word.start() < e.end for e in entities):
            continue
        if m := QUALIFIER.match(p.text, word.start(), end):
            found.append(qualifier(m))
            covered.append((m.start(), m.end()))
            at = m.end()
    return found


# "insulin-naive", "chemotherapy naive": never had it.
_MORE_THAN_ONE = re.compile(
    r"\b(?P<count>more than (?:one|1))\s+(?:(?:prior|previous|known|separate|different|synchronous|episodes? of|primary)\s+)*$", re.I
)
_FAILURE_OF = re.compile(r"[\s-]+(?:treatment[\s-]+|therapy[\s-]+)?(?:failures?|failed)\b", re.I)
_NAIVE_OF = re.compile(r"[\s-]*(?:treatment[\s-]*|therapy[\s-]*)?na[iï]ve\b", re.I)


def _treatment(
    p: Passage, phrase: Phrase, concepts: tuple[str, ...], when: Window | None, covered: list[tuple[int, int]], main: list[Mention]
) -> tuple[Condition, list[Condition]]:
    start, end = phrase.start, phrase.end
    vocab = vocabulary()
    if naive := _NAIVE_OF.match(p.text, main[-1].end):
        covered.append((main[-1].end, naive.end()))
        never = treatment(p, concepts, phrase.frame, "received", None, start, end, covered, phrase.open_list)
        return Not(span=never.span, item=never), []
    if failed := _FAILURE_OF.match(p.text, main[-1].end, end):
        covered.append((main[-1].end, failed.end()))
        return treatment(p, concepts, replace(phrase.frame, response=("failed",)), "received", when, start, end, covered, phrase.open_list), []
    status = phrase.frame.status
    if status is None:
        past = phrase.frame.ever or (when is not None and not when.ahead and (when.within is not None or when.longer_than is not None))
        lasting = any(vocab.is_a(c, "anticancer_therapy") or vocab.table_of.get(c) == "procedure" for c in concepts)
        status = "planned" if when and when.ahead and not past else "received" if past or lasting else "current"
    if when and when.ahead and status == "received":
        status = "planned"
    if status == "current" and when and when.within and not when.ahead:
        status = "received"  # "current use within 4 weeks": what ended inside the window counts
    if status == "planned" and when and (when.within or when.longer_than):
        when = when.model_copy(update={"ahead": True})
    return treatment(p, concepts, phrase.frame, status, when, start, end, covered, phrase.open_list), []


def treatment(
    p: Passage,
    concepts: tuple[str, ...],
    frame: Frame,
    status: str,
    when: Window | None,
    start: int,
    end: int,
    covered: list[tuple[int, int]],
    open_list: bool = False,
) -> Treatment:
    """A treatment leaf, with route, setting and line read from the words of the phrase."""
    route = setting = None
    line: Bounds | None = None
    for pattern, name in _ROUTES:
        for m in pattern.finditer(p.text, start, end):
            if not any(a <= m.start() < b for a, b in covered):
                route = name
                covered.append((m.start(), m.end()))
    for pattern, name in _SETTINGS:
        for m in pattern.finditer(p.text, start, end):
            if not any(a <= m.start() < b for a, b in covered):
                setting = name
                covered.append((m.start(), m.end()))
    if named := _LINE.search(p.text, start, end):
        n = _LINES[named["n"].lower()] if named["n"] else int(named["l"])
        line = Bounds(low=n, high=n)
        covered.append((named.start(), named.end()))
    dose = dose_in(p, start, end, concepts, covered)
    return Treatment(
        span=p.span(start, end),
        targets=concepts,
        status=status,
        response=frame.response,
        window=when,
        route=route,
        setting=setting,
        line=line,
        dose=dose,
        open_list=open_list,
    )


def dose_in(p: Passage, start: int, end: int, concepts: tuple[str, ...], covered: list[tuple[int, int]]) -> Dose | None:
    """A daily dose limit in a range of text, in mg, or in mg for each kg or m² of the patient."""
    m = _DOSE.search(p.text, start, end)
    if not m or not m["n"]:
        return None
    words = m["op"].lower()
    c = numbers.COMPARATOR.match(m["op"])
    operator = c.lastgroup if c else "gt" if re.search(r"more|above|over|exceed|greater|higher", words) else "le"
    factor = {"g": 1000.0, "mg": 1.0}.get(m["u"].lower(), 0.001)
    drug = next((x.concept for x in p.entities.within(start, end) if x.table == "drug" and x.start >= m.start()), None) or next(
        (x.concept for x in p.entities.within(start, end) if x.table == "drug"), concepts[0]
    )
    equivalent = bool(re.search(r"equivalen", p.text[start : end + 40], re.I))
    covered.append((m.start(), m.end()))
    each = _PER.match(p.text, m.end("u"), end)
    per: Literal["kg", "m2"] | None = None
    if each:
        per = "kg" if each["kg"] else "m2"
        covered.append((m.start(), each.end()))
    for x in re.finditer(r"\bequivalents?\b|\bdoses?\b|\bdaily\b|\bof\b", p.text[start:end], re.I):
        covered.append((start + x.start(), start + x.end()))
    return Dose(drug=drug, bounds=numbers.bounds_of(operator, float(m["n"]) * factor), equivalent=equivalent, per=per)  # type: ignore[arg-type]


_NO_COMPARATOR = re.compile(r"\b(?:ULN|LLN|upper limit|lower limit)\b", re.I)


def _open(p: Passage, phrase: Phrase, when: Window | None) -> Condition:
    """A phrase the vocabulary does not know: kept as words where its family is plain, else not compiled."""
    start, end = phrase.start, phrase.end
    span = p.span(start, end)
    covered: list[tuple[int, int]] = []
    qualifiers = _qualifiers(p, start, end, [], covered)
    left = [m for m in words_of(p, start, end) if not any(a <= m.start() < b for a, b in covered)]
    if not left:
        return NotCompiled(span=span)
    concept = open_phrase(p, left[0].start(), end) + phrase.suffix
    if re.fullmatch(r"text:(?:ecog |who )?performance status", concept) and re.search(
        r"\b(?:good|adequate|acceptable|satisfactory|sufficient|appropriate)\s+(?:\w+\s+){0,2}?$", p.text[max(0, start - 40) : left[0].start()], re.I
    ):
        return Judgement(span=span, by="investigator")
    bare = p.measures.within(start, end)
    if (
        (not phrase.frame.treatment and bare and bare[0].start <= left[0].start() and bare[-1].end >= left[-1].end())
        or _NUMERIC.search(concept)
        or (not re.search(r"[A-Za-z]{2}", concept.removeprefix(TEXT)) or (bare and _NO_COMPARATOR.search(concept)))
    ):
        return narrowed(p, NotCompiled(span=span), phrase.narrowing, start, end)
    if len(concept.split()) > 9 or _verbal(concept):
        return narrowed(p, NotCompiled(span=span), phrase.narrowing, start, end)
    if all(w in GENERIC for w in concept.removeprefix(TEXT).split()):
        return Judgement(span=span, by="investigator")
    result: Condition
    if phrase.frame.treatment or _TREATING.search(concept):
        status = phrase.frame.status or ("received" if phrase.frame.ever or (when and (when.within or when.longer_than)) else "current")
        result = treatment(p, (concept,), phrase.frame, status, when, start, end, [(start, end)], phrase.open_list)
    else:
        alternatives = phrase.qualifiers or [()]
        tense = "ever" if phrase.frame.ever or (when and (when.within or when.longer_than)) else "current"
        items: list[Condition] = [
            Finding(
                span=span,
                concepts=(concept,),
                tense=tense,
                qualifiers=tuple(dict.fromkeys((*phrase.frame.qualifiers, *alt, *qualifiers))),
                window=when,
                open_list=phrase.open_list,
            )
            for alt in alternatives
        ]
        result = items[0] if len(items) == 1 else AnyOf(span=span, items=tuple(items))
    return narrowed(p, result, phrase.narrowing, start, phrase.tail[1] if phrase.tail else end)


_TREATING = re.compile(
    r"\b(?:therap(?:y|ies)|treatments?|medications?|drugs?|agents?|surgery|surgeries|inhibitors?|vaccines?"
    r"|vaccination|transfusions?|transplant(?:ation)?s?|prophylaxis|supplements?|antibod(?:y|ies)|inducers?"
    r"|substrates?|antagonists?|agonists?|procedures?|interventions?)$",
    re.I,
)
_NUMERIC = re.compile(
    r"[<>≤≥=]|^(?:text:)?(?:for\s+)?(?:\d+|one|two|three|four|six)\s*(?:days?|weeks?|months?|years?|hours?)$"
    r"|\b(?:greater|less|more|fewer|higher|lower|at least|at most|up to|between|score of)\b[^,;]*\d"
)
_VERBAL = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|will|would|may|might|can|could|should|must|do|does|did|that|which"
    r"|who|if|because|when|whether|than|so|to\s+\w+|able|willing|agree[sd]?|provide[sd]?|complete[sd]?|enrolled"
    r"|participate\w*|received|taking|using|undergo\w*)\b",
    re.I,
)


def _verbal(concept: str) -> bool:
    """Whether a phrase is more than a noun phrase."""
    return bool(_VERBAL.search(concept.removeprefix(TEXT)))


__all__ = ["GENERIC", "Allergy", "Phrase", "dose_in", "leaf", "narrowed", "open_phrase", "residue", "treatment", "windows", "words_of"]
