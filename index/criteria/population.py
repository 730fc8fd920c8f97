"""Whom a trial is for, where its document has no eligibility list: statements read from title, summary and description.

Each statement is one criterion (P01, ...) with its own words as the quote. Statements that differ are all kept.
"""

import csv
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index.conditions import TEXT, AllOf, AnyOf, Bounds, Category, Condition, Finding, Not, NotCompiled, Qualifier, Response, Treatment
from index.criteria import scales
from index.criteria.cleaning import passage
from index.criteria.passage import Passage
from index.criteria.sentences import sentences
from index.text import repair
from index.trials import Criterion, Field, Trial
from index.vocabulary import Mention, vocabulary

_HERE = Path(__file__).parent
# Sentences that speak of this study's patients, not of the field.
_STUDY = re.compile(
    r"\b(?:this (?:is|study|trial|phase|research|protocol|clinical)|the (?:\w+[, -]+){0,6}?(?:study|trial)\b"
    r"|(?:study|trial) (?:aims?|will|is)|purpose|aims? (?:to|of)|objective|to (?:evaluate|assess|investigate"
    r"|determine|compare|explore|examine|study|test|treat)\b|enrol\w*"
    r"|(?:subjects|patients|participants) (?:with|who)\b[^.]*\b(?:will|were|are)\b|unmet need to investigate"
    r"|designed to|we (?:will|aim|plan|propose|conduct\w*))",
    re.I,
)
_LINE = re.compile(r"\b(?P<n>first|second|third|fourth|1st|2nd|3rd|4th)[- ]?line\b", re.I)
_NUMBER = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_OF_STUDY = re.compile(
    r"\s+(?:patients|subjects|participants|treatment\s+(?:with|of|for|in|options?)|therapy\s+(?:in|for|of)|setting|treatment\b(?!\s+progress))", re.I
)
_BEFORE_PRIOR = re.compile(
    r"\b(?:fail(?:ed|ure|ing)?(?:\s+of|\s+to)?|after|prior|previous|following|progress\w*\s+(?:on|after|following)"
    r"|received|refractory\s+to|relapsed\s+(?:after|on)|resistant\s+to)\s+(?:\w+\s+){0,2}$",
    re.I,
)
_ENDED = re.compile(
    r"\b(?:(?P<failed>fail(?:ed|ing|ure)(?:\s+(?:of|to|on|with|after|from))*)|(?P<refractory>(?:refractory|resistant"
    r"|resistance|unresponsive)\s+(?:to|after))|(?P<progressed>(?:(?:disease|tumou?r|radiographic)\s+)?progress(?:ed"
    r"|ion|ing|ive)\s+(?:disease\s+)?(?:on|after|following|during|despite|under|with|from)(?:\s+or\s+after)?)"
    r"|(?P<relapsed>relapsed\s+(?:after|on|from|following))|(?P<intolerant>intoleran(?:t|ce)\s+(?:to|of)))\s+",
    re.I,
)
_OBJECT_END = re.compile(
    r"[.;:]|,\s*(?:and|who|which|the|in|with)\b|\b(?:in (?:patients|subjects|treating)|who|which|will|were|is|are|to evaluate|compared|versus|vs)\b",
    re.I,
)
_ENDS_AFTER = re.compile(
    r"\s*(?P<combined>(?:[- ]?based\s+)?combin(?:ed|ation)(?:\s+with)?)?\s*(?:treatments?|therap(?:y|ies)"
    r"|regimens?)?\s+(?P<how>progression|failure|resistance|refractory)\b",
    re.I,
)
_TREATED = re.compile(
    r"\b(?:previous(?:ly)?|prior|pre)[- ]?\s*(?P<what>[\w/ -]{2,60}?)[- ]?(?:treated|exposed|experienced"
    r"|pretreated)\b|\b(?:previously|pre-?)\s*treated\s+with\s+(?P<with>[\w/, -]{2,80})",
    re.I,
)
_SUFFIXED = re.compile(r"(?P<what>[\w/-]+(?:\s+[\w/-]+)?)[- ](?P<how>refractory|resistant|pretreated|experienced|na[iï]ve)\b", re.I)
_NAIVE = re.compile(
    r"\b(?:treatment[- ]na[iï]ve|previously untreated|untreated|systemic therapy[- ]na[iï]ve"
    r"|na[iï]ve to (?:systemic )?(?:therapy|treatment)|no (?:prior|previous) systemic)\b",
    re.I,
)
_RECOMMENDED = re.compile(r"(?:that (?:is|are) )?recommended by (?:the )?(?P<body>[A-Z]\w+)", re.I)


@dataclass(frozen=True, slots=True)
class _Extent:
    word: str
    disease: str
    kind: str
    id: str
    values: tuple[str, ...]


@cache
def _extents() -> tuple[_Extent, ...]:
    with (_HERE / "extents.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            _Extent(r["word"], r["disease"], r["kind"], r["id"], tuple(v for v in r["values"].split("|") if v)) for r in csv.DictReader(file)
        )


@cache
def _extent_words() -> re.Pattern[str]:
    words = sorted({e.word for e in _extents()}, key=len, reverse=True)
    return re.compile(r"\b(?P<w>" + "|".join(w.replace(" ", r"[\s-]+") for w in words) + r")(?:[- ]stage)?\b", re.I)


@dataclass(frozen=True, slots=True)
class _Statement:
    rank: int  # disease, extent, line, earlier treatment
    document: str
    condition: Condition


def population(trial: Trial) -> Iterator[Criterion]:
    """Population criteria (P01, ...) in the order disease, extent, line, earlier treatment; none if nothing is said."""
    places = list(_places(trial))
    disease = _disease(trial, places)
    found: list[_Statement] = []
    if disease:
        found.append(_Statement(0, disease[0], disease[1]))
    index = disease[1].concepts if disease and isinstance(disease[1], Finding) else ()
    found.extend(_field_scales(trial))
    for document, p, start, end in places:
        found.extend(_Statement(1, document, c) for c in _extent(p, start, end, index))
        found.extend(_Statement(2, document, c) for c in _lines(p, start, end))
        found.extend(_Statement(3, document, c) for c in _earlier(p, start, end))
    seen: set[str] = set()
    number = 0
    for statement in sorted(found, key=lambda s: s.rank):
        key = _plain(statement.condition)
        if key in seen:
            continue
        seen.add(key)
        number += 1
        span = statement.condition.span
        quote = trial.document(statement.document).text[span.start : span.end]
        yield Criterion(
            id=f"P{number:02d}", polarity="population", document=statement.document, span=span, quote=quote, condition=statement.condition
        )


def _plain(condition: Condition) -> str:
    """What a condition says, without its place."""
    return re.sub(r'"span":\{[^}]*\},?', "", condition.model_dump_json())


def _places(trial: Trial) -> Iterator[tuple[str, Passage, int, int]]:
    """The sentences that speak of the study's own patients: (document, passage, start, end)."""
    texts: set[str] = set()
    for field in trial.all("title", "official_title", "summary", "description", "study_population", "condition"):
        raw = trial.document(field.document).text[field.span.start : field.span.end]
        key = " ".join(raw.lower().split())
        if key in texts:
            continue
        texts.add(key)
        rep = repair(raw)
        p = _spelled(passage(rep, 0, len(rep.text), field.span.start))
        for start, end in sentences(p):
            if field.name in ("title", "official_title", "study_population", "condition") or _STUDY.search(p.text, start, end):
                yield field.document, p, start, end


@cache
def _long_words() -> frozenset[str]:
    vocab = vocabulary()
    return frozenset(w for row in vocab.concepts.values() for s in (row.label, *row.synonyms) for w in re.findall(r"[a-z]{10,}", s.lower()))


def _spelled(p: Passage) -> Passage:
    """The passage with long clinical words put right that lack, double or swap one letter ("immunotheray")."""
    known = _long_words()
    out, starts, ends = p.text, list(p.starts), list(p.ends)
    for m in reversed(list(re.finditer(r"[A-Za-z]{9,}", p.text))):
        word = m[0].lower()
        if word in known or word.rstrip("s") in known or word + "s" in known:
            continue
        near = {w for w in _edits(word) if w in known}
        if len(near) == 1:
            right = near.pop()
            a, b = m.start(), m.end()
            out = out[:a] + right + out[b:]
            starts[a:b] = [p.starts[min(a + k, b - 1)] for k in range(len(right))]
            ends[a:b] = [p.ends[min(a + k, b - 1)] for k in range(len(right))]
    return Passage(out, starts, ends)


def _edits(word: str) -> set[str]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    splits = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    return (
        {a + b[1:] for a, b in splits if b}
        | {a + c + b for a, b in splits for c in letters}
        | {a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1}
        | {a + c + b[1:] for a, b in splits if b for c in letters}
    )


# ---------------------------------------------------------------- disease and extent


def _disease(trial: Trial, places: list[tuple[str, Passage, int, int]]) -> tuple[str, Finding] | None:
    """The disease that the trial is about: of the registry's conditions, else of the title."""
    vocab = vocabulary()
    named: list[tuple[Field, Mention]] = []
    open_: list[Field] = []
    for field in trial.all("condition"):
        hits = list(vocab.mentions(repair(field.value).text, ("condition",)))
        if hits:
            named.append((field, hits[-1]))
        elif not vocab.mentions(repair(field.value).text, ("drug", "drug_class", "procedure", "regimen")):
            open_.append(field)
    neoplasms = [(f, m) for f, m in named if vocab.diseases[m.concept].neoplasm]
    chosen = neoplasms or named
    if chosen:
        concepts = tuple(dict.fromkeys(m.concept for _, m in chosen))
        # "cancer" beside "breast cancer" says nothing more.
        concepts = tuple(c for c in concepts if not any(d != c and vocab.is_a(d, c) for d in concepts))
        field = next(f for f, m in chosen if m.concept == concepts[0])
        return field.document, Finding(span=field.span, concepts=concepts)
    for document, p, start, end in places:
        hits = [m for m in p.entities.within(start, end) if m.table == "condition" and vocab.diseases[m.concept].kind == "disease"]
        hits = [m for m in hits if vocab.diseases[m.concept].neoplasm] or hits
        if hits:
            return document, Finding(span=p.span(hits[0].start, hits[0].end), concepts=(hits[0].concept,))
    if open_:
        return open_[0].document, Finding(span=open_[0].span, concepts=tuple(TEXT + " ".join(f.value.lower().split()) for f in open_))
    return None


def _field_scales(trial: Trial) -> Iterator[_Statement]:
    """Stages named by the registry's conditions; several values of one scale are alternatives."""
    found: dict[str, list[tuple[Field, Category]]] = {}
    for field in trial.all("condition"):
        rep = repair(trial.document(field.document).text[field.span.start : field.span.end])
        p = passage(rep, 0, len(rep.text), field.span.start)
        for atom in scales.atoms(p, 0, len(p.text), [], None):
            if isinstance(atom.condition, Category) and atom.condition.scale != "sex":
                found.setdefault(atom.condition.scale, []).append((field, atom.condition))
    for scale, hits in found.items():
        values = tuple(dict.fromkeys(v for _, c in hits for v in c.values))
        documents = {f.document for f, _ in hits}
        first = hits[0][0]
        span = first.span.model_copy(update={"end": hits[-1][0].span.end}) if len(documents) == 1 else first.span
        yield _Statement(1, first.document, Category(span=span, scale=scale, values=values))


def _extent(p: Passage, start: int, end: int, disease: tuple[str, ...]) -> Iterator[Condition]:
    """How far the disease has gone: words of extent in front of its name, joined as the text joins them."""
    vocab = vocabulary()
    names = [
        m
        for m in p.entities.within(start, end)
        if m.table == "condition" and any(vocab.is_a(m.concept, d) or vocab.is_a(d, m.concept) for d in disease)
    ]
    for name in names:
        words = [
            m for m in _extent_words().finditer(p.text, max(start, name.start - 70), name.end) if m.end() <= name.start or m.start() >= name.start
        ]
        run: list[re.Match[str]] = []
        for m in reversed(words):
            gap = p.text[m.end() : (run[0].start() if run else name.start)] if m.end() <= name.start else ""
            if re.fullmatch(r"[\s/,-]*(?:and|or|and/or|/)?[\s/,-]*(?:stage\s+|clear cell\s+|solid\s+)?", gap, re.I):
                run.insert(0, m)
            else:
                break
        if not run:
            continue
        parts = [c for m in run if (c := _meaning(p, m, disease)) is not None]
        if not parts:
            continue
        joins = [p.text[a.end() : b.start()] for a, b in itertools.pairwise(run)]
        span = p.span(run[0].start(), max(name.end, run[-1].end()))
        if len(parts) == 1:
            yield parts[0].model_copy(update={"span": span})
        elif any(re.search(r"and|or|/|,", j) for j in joins):
            yield AnyOf(span=span, items=tuple(parts))
        else:
            yield AllOf(span=span, items=tuple(parts))


def _meaning(p: Passage, m: "re.Match[str]", disease: tuple[str, ...]) -> Condition | None:
    vocab = vocabulary()
    word = re.sub(r"[\s-]+", " ", m["w"].lower())
    span = p.span(m.start(), m.end())
    items: list[Condition] = []
    for e in _extents():
        if e.word != word or (e.disease and not any(vocab.is_a(d, e.disease) for d in disease)):
            continue
        match e.kind:
            case "qualifier":
                qualifier: Qualifier = e.id  # type: ignore[assignment]
                items.append(Finding(span=span, concepts=disease or ("cancer",), qualifiers=(qualifier,)))
            case "finding":
                if e.id in vocab.concepts:
                    items.append(Finding(span=span, concepts=(e.id,)))
            case _:
                known = {entry.partition("=")[0].strip() for entry in vocab.scales[e.id].values} if e.id in vocab.scales else set()
                values = tuple(v for v in e.values if v in known)
                if values:
                    items.append(Category(span=span, scale=e.id, values=values))
    if not items:
        return None
    return items[0] if len(items) == 1 else AnyOf(span=span, items=tuple(items))


# ---------------------------------------------------------------- lines and earlier treatment


def _lines(p: Passage, start: int, end: int) -> Iterator[Condition]:
    """In which line the study treats: n-th line means n - 1 earlier lines of systemic therapy."""
    for m in _LINE.finditer(p.text, start, end):
        if _BEFORE_PRIOR.search(p.text[max(start, m.start() - 40) : m.start()]):
            continue
        after = _OF_STUDY.match(p.text, m.end(), end)
        before = re.search(
            r"\b(?:as|for|in|the|receiving|of|were|are)\s+(?:the\s+|a\s+|an\s+)?$", p.text[max(start, m.start() - 16) : m.start()], re.I
        )
        if not after and not before:
            continue
        n = _NUMBER[m["n"].lower()]
        stop = after.end() if after else m.end()
        yield Treatment(span=p.span(m.start(), stop), targets=("systemic_therapy",), lines=Bounds(low=n - 1, high=n - 1))


def _named(p: Passage, start: int, end: int) -> list[Mention]:
    return [m for m in p.entities.within(start, end) if m.table != "condition"]


def _earlier(p: Passage, start: int, end: int) -> Iterator[Condition]:
    """What must have been given before, and how it ended."""
    taken: list[tuple[int, int]] = []
    for m in _ENDED.finditer(p.text, start, end):
        limit = _OBJECT_END.search(p.text, m.end(), end)
        stop = min(limit.start() if limit else end, m.end() + 140)
        named = _named(p, m.end(), stop)
        if not named or named[0].start - m.end() > 60:
            continue
        taken.append((m.start(), named[-1].end))
        yield _ended(p, m, named, stop)
    for mention in _named(p, start, end):
        after = _ENDS_AFTER.match(p.text, mention.end, end)
        if not after or any(a <= mention.start < b for a, b in taken):
            continue
        begin = mention.start
        line = _LINE.search(p.text, max(start, mention.start - 16), mention.start)
        if line:
            begin = line.start()
        response: Response = "failed" if after["how"].lower() == "failure" else "progressed"
        taken.append((begin, after.end()))
        yield Treatment(
            span=p.span(begin, after.end()), targets=(mention.concept,), response=(response,), combination=bool(after["combined"]), line=_line(line),
        )  # fmt: skip
    for m in _TREATED.finditer(p.text, start, end):
        a, b = m.span("what") if m["what"] is not None else m.span("with")
        named = _named(p, a, b)
        if named and not any(x <= named[0].start < y for x, y in taken):
            taken.append((m.start(), m.end()))
            yield Treatment(span=p.span(m.start(), m.end()), targets=tuple(dict.fromkeys(x.concept for x in named)))
    for m in _SUFFIXED.finditer(p.text, start, end):
        named = _named(p, m.start("what"), m.end("what"))
        if named and named[-1].end == m.end("what") and not any(x <= named[-1].start < y for x, y in taken):
            span = p.span(named[-1].start, m.end())
            how = m["how"].lower()
            if how.startswith("na"):
                yield Not(span=span, item=Treatment(span=span, targets=(named[-1].concept,)))
            else:
                yield Treatment(span=span, targets=(named[-1].concept,), response=("refractory",) if how in ("refractory", "resistant") else ())
    if m2 := _NAIVE.search(p.text, start, end):
        span = p.span(m2.start(), m2.end())
        yield Not(span=span, item=Treatment(span=span, targets=("systemic_therapy",)))


def _line(m: "re.Match[str] | None") -> Bounds | None:
    if m is None:
        return None
    n = _NUMBER[m["n"].lower()]
    return Bounds(low=n, high=n)


def _ended(p: Passage, m: "re.Match[str]", named: list[Mention], stop: int) -> Condition:
    concepts = _outer(tuple(dict.fromkeys(x.concept for x in named)))
    between = p.text[named[0].end : named[-1].start]
    every = len(concepts) > 1 and bool(re.search(r"\band\b|\+|combin|plus", between, re.I)) and not re.search(r"\bor\b", between, re.I)
    response: tuple[Response, ...] = (
        ("refractory",) if m["refractory"] else ("failed",) if m["failed"] else ("intolerant",) if m["intolerant"] else ("progressed",)
    )
    line = _line(_LINE.search(p.text, m.end(), named[0].end))
    until = named[-1].end
    tail = re.compile(r"\s*(?:therap(?:y|ies)|treatments?|regimens?|inhibitors?)\b", re.I).match(p.text, until, stop)
    until = tail.end() if tail else until
    guideline = _RECOMMENDED.search(p.text, named[0].start, min(stop, until + 60))
    span = p.span(m.start(), max(until, guideline.end()) if guideline else until)
    given = Treatment(span=span, targets=concepts, all_targets=every, response=response, line=line)
    if not guideline:
        return given
    broad = Treatment(span=span, targets=("systemic_therapy",), response=response, line=line)
    # Which therapies a guideline recommends is not in the document: those the vocabulary lists count, others stay open.
    doubt = NotCompiled(span=p.span(guideline.start(), guideline.end()), why="the recommended therapies are not listed in the document")
    return AllOf(span=span, items=(broad, AnyOf(span=span, items=(given, doubt)) if concepts != ("systemic_therapy",) else doubt))


def _outer(concepts: Iterable[str]) -> tuple[str, ...]:
    """Without those that only name again, more broadly, what another names ("PD-1 immune checkpoint inhibitors", "standard therapy of sorafenib")."""
    vocab = vocabulary()
    ids = tuple(concepts)
    return tuple(c for c in ids if not any(d != c and (vocab.is_a(d, c) or not vocab.is_listed(c)) for d in ids))
