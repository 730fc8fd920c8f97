"""The quotable pieces of a trial: fields, sentences, clauses, list items, each with its place and its keys."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from rapidfuzz.distance import OSA

from assistant.ask.spelling import clinical_speller
from assistant.ask.terms import keys_of, plain
from index.conditions import TEXT, Allergy, Category, Finding, Judgement, Leaf, Limit, NotCompiled, Treatment, leaves
from index.text import Span, repair
from index.trials import Document, Field, Trial
from index.vocabulary import vocabulary

_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|etc|approx|no|dr|prof|mr|mrs|ms|fig|ref|inc|ltd|co|st|resp|incl|max|min|ca|al|v|ver|spp?|u\.s)|\b[A-Z])\.$",
    re.I,
)
_STOP = re.compile(r"[.!?](?:[\"')\]]*)(?=\s|$)|[.!?](?=[A-Z][a-z]{2,})|。|\n\s*\n|\n(?=\s*(?:[-*•·]|\d{1,2}[.)]|[a-zA-Z][.)])\s)")
_CLAUSE = re.compile(r";\s+")
_LIST_MARK = re.compile(r"\s*(?:[-*•·]|\(?\d{1,2}[.)]|\(?[a-zA-Z][.)])\s+")
_SENTENCE_FIELDS = frozenset({"summary", "description", "study_population", "arm", "intervention", "outcome", "results", "why_stopped"})
_UNSEARCHED = frozenset({"url", "document_link", "last_update"})


@dataclass(frozen=True, slots=True)
class Snippet:
    """A quotable piece. `text` is for reading (repaired, one line); the quote is `document.text[span]`."""

    trial_id: str
    document: str
    span: Span
    text: str
    section: str
    keys: frozenset[str]
    field: Field | None = None
    criterion: str | None = None


def pieces(text: str, clauses: bool = False) -> Iterator[Span]:
    """Sentences and list items of a raw text as spans without outer blanks; with `clauses` also split after semicolons."""
    fixed = repair(text)
    start = 0
    cuts = [(m.start(), m.end()) for m in _STOP.finditer(fixed.text)]
    if clauses:
        cuts = sorted(cuts + [(m.start(), m.end()) for m in _CLAUSE.finditer(fixed.text)])
    for at, end in [*cuts, (len(fixed.text), len(fixed.text))]:
        if end < start or (fixed.text[at : at + 1] == "." and _ABBREVIATION.search(fixed.text[max(0, at - 8) : at + 1])):
            continue
        mark = _LIST_MARK.match(fixed.text, start, end)
        begin = mark.end() if mark else start
        while begin < end and fixed.text[begin].isspace():
            begin += 1
        while end > begin and fixed.text[end - 1].isspace():
            end -= 1
        if end - begin > 1 and any(c.isalnum() for c in fixed.text[begin:end]):
            yield fixed.raw(begin, end)
        start = max(end, at + 1)


def trimmed(text: str, span: Span) -> Span:
    """`span` without outer blanks and line breaks."""
    start, end = span.start, span.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start=start, end=end)


_GIVEN_SHORT = re.compile(r"\(([A-Za-z][A-Za-z0-9&/-]{1,9})\)")
_LONGEST_EDITS = 3


@dataclass(frozen=True, slots=True)
class Wording:
    """How one document writes: abbreviations that it introduces itself, and its misspellings of its own drug names."""

    abbreviations: dict[str, str]
    variants: dict[str, str]

    def spelt_out(self, text: str) -> str:
        """Words to add to `text` so that an abbreviation and its long form, a variant and the name, meet in one key set."""
        words = set(re.findall(r"[A-Za-z][A-Za-z0-9&/-]+", text))
        low = text.lower()
        added = [long for short, long in self.abbreviations.items() if short in words]
        added += [short for short, long in self.abbreviations.items() if long.lower() in low]
        added += [right for word in words if (right := self.variants.get(word.lower()))]
        return " . ".join(added)


_wordings: dict[tuple[str, str], Wording] = {}


def wording(trial: Trial) -> Wording:
    """How the trial's documents write; found once per content."""
    key = (trial.id, trial.content_hash)
    if key not in _wordings:
        if len(_wordings) > 5000:
            _wordings.clear()
        _wordings[key] = _wording(trial)
    return _wordings[key]


def _wording(trial: Trial) -> Wording:
    """The abbreviations ("progression-free survival (PFS)") and name variants of a trial's documents."""
    abbreviations: dict[str, str] = {}
    names: set[str] = set()
    others: set[str] = set()
    for document in trial.documents:
        text = plain(document.text)
        for match in _GIVEN_SHORT.finditer(text):
            short = match[1]
            letters = [c.lower() for c in short if c.isalpha()]
            before = re.findall(r"[A-Za-z][A-Za-z0-9]*", text[max(0, match.start() - 90) : match.start()])
            for n in range(2, min(len(before), len(letters) + 2) + 1):
                if sum(c.isupper() for c in short) >= 2 and _spells([w.lower() for w in before[-n:]], letters):
                    abbreviations.setdefault(short, " ".join(before[-n:]))
                    break
        others.update(w.lower() for w in re.findall(r"[A-Za-z]{9,}", text))
    for field in trial.all("title", "intervention", "arm"):
        names.update(
            w.lower() for w in re.findall(r"[A-Za-z]{9,}", plain(field.value)) if vocabulary().mentions(w, ("drug",)) or DRUG_ENDING.search(w.lower())
        )
    variants = {}
    for word in others - names:
        near = [
            n for n in names if n[:2] == word[:2] and n[-3:] == word[-3:] and OSA.distance(word, n, score_cutoff=_LONGEST_EDITS) <= _LONGEST_EDITS
        ]
        if len(near) == 1 and not vocabulary().mentions(word):
            variants[word] = near[0]
    speller = clinical_speller()
    for word in others - names - variants.keys():
        if (right := speller.correct(word, most=1)) is not None:
            variants[word] = right
    return Wording(abbreviations, variants)


DRUG_ENDING = re.compile(r"(?:mab|nib|platin|taxel|rubicin|cept|stat|vir)$")


def _spells(words: list[str], letters: list[str]) -> bool:
    """Whether the letters are the initials of the words, in order; small words may be left out."""
    if not words or words[0][0] != letters[0]:
        return False
    i = 0
    for word in words:
        if i < len(letters) and word[0] == letters[i]:
            i += 1
            # "immunoglobulin" may give two letters, "HbA1c" and the like are left alone.
            while (
                i < len(letters) and len(word) > 8 and letters[i] in word[1:] and not any(w[0] == letters[i] for w in words[words.index(word) + 1 :])
            ):
                i += 1
        elif word not in ("of", "the", "and", "for", "in", "to", "with", "a", "on"):
            return False
    return i == len(letters)


def _snippet(
    trial: Trial, document: Document, span: Span, section: str, field: Field | None = None, criterion: str | None = None, context: str = ""
) -> Snippet:
    text = plain(span.of(document.text))
    return Snippet(trial.id, document.name, span, text, section, keys_of(f"{context} {text}".strip()), field, criterion)


Place = tuple[str, str, int, int]
"""A field by what it is and where it stands: the same in every reading of a record."""


def place(field: Field) -> Place:
    """The field's place."""
    return (field.name, field.document, field.span.start, field.span.end)


def places(trial: Trial, field: Field, key: str) -> list[tuple[str, Span]]:
    """Where the named piece of a field stands: its own documents in a structured source, else the place of its words in the field's quote."""
    if (names := field.parts.get(f"{key}_document")) is not None:
        return [(name, trimmed(text, Span(start=0, end=len(text)))) for name in names.split("\n") if (text := trial.document(name).text).strip()]
    value = field.parts.get(key, "")
    if not value.strip():
        return []
    fixed = repair(field.span.of(trial.document(field.document).text))
    found = re.search(r"\s+".join(re.escape(w) for w in plain(value).split()), fixed.text)
    return [(field.document, fixed.raw(found.start(), found.end()).shift(field.span.start))] if found else []


def _of_field(trial: Trial, field: Field) -> Iterator[Snippet]:
    context = " ".join(plain(v) for k, v in field.parts.items() if k in ("measure", "label", "name", "other_names"))[:200]
    about = plain(field.role or "") if field.name in ("other", "design") else ""
    yield from _of_text(trial, field, field.document, field.span, about)
    for key in field.parts:
        if key.endswith("_document") and not key.startswith(_UNSHOWN_PARTS):
            for document, span in places(trial, field, key.removesuffix("_document")):
                if document != field.document:
                    yield from _of_text(trial, field, document, span, context)


_UNSHOWN_PARTS = ("zip", "type", "class", "arm_group_labels", "phone", "email")


def _of_text(trial: Trial, field: Field, name: str, span: Span, context: str) -> Iterator[Snippet]:
    document = trial.document(name)
    span = trimmed(document.text, span)
    if field.name not in _SENTENCE_FIELDS or span.end - span.start < 200:
        yield _snippet(trial, document, span, field.name, field, context=context)
        return
    if field.name == "outcome":
        context = context or plain(field.parts.get("measure", ""))[:200]
        yield _snippet(trial, document, span, field.name, field, context=context)
    for part in pieces(span.of(document.text), clauses=field.name == "outcome"):
        yield _snippet(trial, document, part.shift(span.start), field.name, field, context=context)


def _of_criteria(trial: Trial) -> Iterator[Snippet]:
    for criterion in trial.criteria:
        document = trial.document(criterion.document)
        inner = list(pieces(criterion.quote))
        for span in inner or [Span(start=0, end=len(criterion.quote))]:
            place = span.shift(criterion.span.start)
            found = _snippet(trial, document, place, "criterion", criterion=criterion.id, context=criterion.heading)
            compiled = {key for leaf in leaves(criterion.condition) if place.start <= leaf.span.start < place.end for key in _leaf_keys(leaf)}
            yield replace(found, keys=found.keys | compiled)


def _leaf_keys(leaf: Leaf) -> Iterator[str]:
    """Keys of the concepts that a compiled leaf is about: `l:` a limit on a measure, `t:` a treatment within a time window."""
    concepts: tuple[str, ...] = ()
    match leaf:
        case Limit():
            concepts = (leaf.measure,)
        case Category():
            concepts = (leaf.scale,)
        case Finding():
            concepts = leaf.concepts
        case Treatment():
            concepts = (*leaf.targets, *((leaf.dose.drug,) if leaf.dose else ()))
        case Allergy():
            concepts = leaf.targets
        case Judgement() | NotCompiled():
            concepts = ()
        case _:
            assert_never(leaf)
    if isinstance(leaf, Limit):
        yield "l:" + leaf.measure
    if isinstance(leaf, Treatment) and leaf.window is not None:
        yield from ("t:" + target for target in leaf.targets)
    for concept in concepts:
        if not concept.startswith(TEXT):
            yield "c:" + concept
            yield from ("b:" + a for a in vocabulary().ancestors(concept) if a != concept)


_built: dict[tuple[str, str, int], tuple[Snippet, ...]] = {}


def snippets(trial: Trial) -> tuple[Snippet, ...]:
    """All quotable pieces of a trial, in the order of its fields, criteria last; the same text is given once. Built once per content."""
    key = (trial.id, trial.content_hash, len(trial.criteria))
    built = _built.get(key)
    if built is None:
        if len(_built) > 5000:
            _built.clear()
        built = _built[key] = tuple(_build(trial))
    return built


def _build(trial: Trial) -> list[Snippet]:
    known: list[Snippet] = []
    own = wording(trial)
    seen: set[str] = set()
    has_criteria = any(c.polarity != "population" for c in trial.criteria)

    def add(found: Iterator[Snippet]) -> None:
        for snippet in found:
            if snippet.text and snippet.text not in seen:
                seen.add(snippet.text)
                more = own.spelt_out(snippet.text)
                known.append(replace(snippet, keys=snippet.keys | keys_of(more)) if more else snippet)

    for field in trial.fields:
        if field.name in _UNSEARCHED or (field.name == "eligibility" and has_criteria):
            continue
        if field.name == "eligibility":
            document = trial.document(field.document)
            span = trimmed(document.text, field.span)
            add(_snippet(trial, document, p.shift(span.start), "eligibility", field) for p in pieces(span.of(document.text)))
        else:
            add(_of_field(trial, field))
    if has_criteria:
        add(_of_criteria(trial))
    return known
