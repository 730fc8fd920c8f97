"""Notes on the source: contradictions, damaged comparators, near-duplicates. They are shown, never repaired."""

import re
from collections.abc import Iterator

from index.conditions import Condition as Tree
from index.conditions import Except, Limit, NotCompiled, children, leaves
from index.criteria.studied import about_disease, required
from index.criteria.values import DAMAGED
from index.trials import Criterion, SourceNote, Trial

_LABELLED = re.compile(r"(?P<scale>[A-Z][\w'’]+(?:\s+(?:type|class|stage|group|grade))?)\s+(?P<value>[IVX]+|[A-D]|\d)\s*\((?P<gloss>[^()]{8,90})\)")
_WORD = re.compile(r"[a-z]{4,}")
_PLACES = re.compile(
    r"\b(?:(?:superior|inferior|left|right|main|common)\s+)?(?:vena cava|mesenteric vein|mesenteric artery"
    r"|portal vein|hepatic vein|hepatic artery|pulmonary (?:vein|artery)|femoral (?:vein|artery)|iliac (?:vein"
    r"|artery)|right atrium|left atrium|diaphragm)\b",
    re.I,
)


def notes(trial: Trial, criteria: tuple[Criterion, ...]) -> tuple[SourceNote, ...]:
    """What a reader of these criteria should know about their source."""
    return (
        *_damaged(criteria),
        *_ambiguous(criteria),
        *_duplicates(criteria),
        *_misplaced(criteria),
        *_glosses(criteria),
        *_aimless(trial, criteria),
    )


def _damaged(criteria: tuple[Criterion, ...]) -> Iterator[SourceNote]:
    for c in criteria:
        for leaf in leaves(c.condition):
            if isinstance(leaf, NotCompiled) and leaf.why == DAMAGED:
                words = c.quote[leaf.span.start - c.span.start : leaf.span.end - c.span.start]
                yield SourceNote(
                    kind="damaged",
                    text=f'The comparison in "{_short(words)}" is missing or damaged; it is not evaluated.',
                    document=c.document,
                    spans=(leaf.span,),
                    criteria=(c.id,),
                )


def _ambiguous(criteria: tuple[Criterion, ...]) -> Iterator[SourceNote]:
    for c in criteria:
        for node in _nodes(c.condition):
            if isinstance(node, Except) and node.readings:
                text = f"The exception can be read in two ways: {'; or '.join(node.readings)}."
                yield SourceNote(kind="ambiguous", text=text, document=c.document, spans=(node.carve_out.span,), criteria=(c.id,))


def _nodes(condition: Tree) -> Iterator[Tree]:
    yield condition
    for child in children(condition):
        yield from _nodes(child)


def _duplicates(criteria: tuple[Criterion, ...]) -> Iterator[SourceNote]:
    """Two bullets of one list that say nearly the same: most of the shorter one's words, in the other's order."""
    words = [(c, _WORD.findall(c.quote.lower())) for c in criteria]
    for i, (a, mine) in enumerate(words):
        if len(mine) < 6:
            continue
        first = set(mine)
        for b, theirs in words[i + 1 :]:
            if a.polarity != b.polarity or len(theirs) < 6:
                continue
            second = set(theirs)
            shared = len(first & second)
            opening = next((k for k, (x, y) in enumerate(zip(mine, theirs, strict=False)) if x != y), min(len(mine), len(theirs)))
            if (shared >= 0.85 * min(len(first), len(second)) and max(len(first), len(second)) < 1.6 * min(len(first), len(second))) or opening >= 8:
                yield SourceNote(
                    kind="duplicate",
                    text=f"{a.id} and {b.id} say nearly the same.",
                    document=a.document,
                    spans=(a.span, b.span),
                    criteria=(a.id, b.id),
                )


def _misplaced(criteria: tuple[Criterion, ...]) -> Iterator[SourceNote]:
    """Requirements listed under exclusion (an artefact of some registries): a performance status of 0, platelets above a limit."""
    odd: list[Criterion] = []
    for c in criteria:
        if c.polarity != "exclusion":
            continue
        limits = [leaf for leaf in leaves(c.condition) if isinstance(leaf, Limit)]
        if any(leaf.measure == "ecog" and leaf.bounds.low == 0 for leaf in limits) or any(
            leaf.measure in ("plt", "anc", "hgb", "life_expectancy") and leaf.bounds.low is not None and leaf.bounds.high is None for leaf in limits
        ):
            odd.append(c)
    if len(odd) >= 2:
        ids = tuple(c.id for c in odd)
        yield SourceNote(
            kind="layout",
            text=f"{', '.join(ids)} stand under exclusion but read like requirements; check the source's layout.",
            document=odd[0].document,
            spans=tuple(c.span for c in odd),
            criteria=ids,
        )


def _glosses(criteria: tuple[Criterion, ...]) -> Iterator[SourceNote]:
    """A label explained by one vessel, where another bullet that bars the same thing names a vessel that looks like it."""
    for c in criteria:
        for m in _LABELLED.finditer(" ".join(c.quote.split())):
            vessel = _PLACES.search(m["gloss"])
            if not vessel:
                continue
            rest = _WORD.findall(_PLACES.sub("", m["gloss"].lower()))
            for other in criteria:
                if other is c:
                    continue
                text = " ".join(other.quote.split())
                for phrase in re.finditer(r"[^,;.()]+", text):
                    named = {p[0].lower() for p in _PLACES.finditer(phrase[0])} - {vessel[0].lower()}
                    alike = {
                        p for p in named if p.split()[0] == vessel[0].lower().split()[0] and p.split()[0] in ("superior", "inferior", "left", "right")
                    }
                    if alike and rest and all(w in phrase[0].lower() for w in rest):
                        label = f"{m['scale']} {m['value']}"
                        text_ = f'{c.id} explains {label} as "{m["gloss"]}"; {other.id} speaks of the {sorted(alike)[0]}.'
                        yield SourceNote(
                            kind="contradiction",
                            text=f"{text_} The label is evaluated, not its explanation.",
                            document=c.document,
                            spans=(c.span, other.span),
                            criteria=(c.id, other.id),
                        )
                        break


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 80 else words[:77] + "..."


def _aimless(trial: Trial, criteria: tuple[Criterion, ...]) -> Iterator[SourceNote]:
    """A list without a disease, in a record that names none: whom the trial is for, nobody can tell from it."""
    listed = [c for c in criteria if c.polarity != "population"]
    if listed and not any(required(c.condition) for c in listed if c.polarity == "inclusion") and not any(map(about_disease, criteria)):
        text = "Nothing in the document says which disease the trial is about; the verdict speaks of the listed criteria alone."
        yield SourceNote(kind="ambiguous", text=text, document=listed[0].document)
