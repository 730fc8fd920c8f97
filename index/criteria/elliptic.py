"""Pieces that need a neighbour's words: "hepatitis B or C", "inhaled or topical steroids", "cancer of the cervix or breast"."""

import re

from index.conditions import AnyOf, Condition, Finding, NotCompiled, Treatment
from index.criteria import leaves as leaf_of
from index.criteria.asides import ROUTE_NAMES
from index.criteria.leaves import Phrase, narrowed
from index.criteria.passage import Passage
from index.criteria.shapes import Piece
from index.vocabulary import vocabulary

_ROUTE_WORD = re.compile(
    r"(?:and/or\s+)?(?P<r>intranasal|inhaled|topical|oral|intravenous|subcutaneous|systemic|local|intra-?articular"
    r"|ophthalmic|parenteral|nasal|intravitreal)\s*(?:or|and|/)?",
    re.I,
)


def ellipsis(p: Passage, items: list[Piece]) -> None:
    """ "hepatitis B or C", "pleural, peritoneal or pericardial effusion": a piece that needs its neighbour's head."""
    for k, item in enumerate(items):
        if not item.phrase:
            continue
        if inside := p.entities.within(item.phrase.start, item.phrase.end):
            # "hepatitis B or C infection": a letter in front of a general name.
            if k and items[k - 1].phrase and re.fullmatch(r"[A-Z]\s+", p.text[item.phrase.start : inside[0].start]):
                before = items[k - 1].phrase
                words = p.text[item.phrase.start : item.phrase.end].strip()
                assert before
                item.phrase.qualifiers = item.phrase.qualifiers or before.qualifiers
                if made := _completed(p, item, words, p.text[before.start : before.end].split(), False):
                    item.made, item.phrase = made, None
            continue
        words = p.text[item.phrase.start : item.phrase.end].strip()
        if re.fullmatch(r"[IV\d]{1,3}|[A-E]", words) and (
            kind_word := re.search(r"\btype\s+$", p.text[max(0, item.phrase.start - 8) : item.phrase.start], re.I)
        ):
            words = f"{kind_word[0].strip()} {words}"  # "type 1 or type 2 diabetes"
        if not words or len(words.split()) > 4:
            continue
        if k and items[k - 1].atom and (letter := re.fullmatch(r"([A-E])\W*", words)):
            # "positive for HIV, hepatitis B, or C": the virus stands in a result that was read before.
            named = re.search(r"\bhepatitis\s+[A-E]\s*$", p.text[items[k - 1].start : items[k - 1].end], re.I)
            hits = vocabulary().mentions(f"hepatitis {letter[1]}", ("condition",)) if named else []
            item.made = _borrowed(p, item, [h.concept for h in hits], "condition") if hits else NotCompiled(span=p.span(item.start, item.end))
            item.phrase = None
            continue
        others = [o for o in (*items[k + 1 :], *reversed(items[:k])) if o.phrase]
        known = [o for o in others if p.entities.within(o.phrase.start, o.phrase.end)]  # type: ignore[union-attr]
        if (m := _ROUTE_WORD.fullmatch(words)) and k + 1 < len(items):
            target = next((o for o in items[k + 1 :] if o.phrase and not _ROUTE_WORD.fullmatch(p.text[o.phrase.start : o.phrase.end].strip())), None)
            if target is not None and target.phrase:
                route = ROUTE_NAMES.get(m["r"].lower(), m["r"].lower())
                concepts = [e.concept for e in p.entities.within(target.phrase.start, target.phrase.end)][-1:] or [
                    leaf_of.open_phrase(p, target.phrase.start, target.phrase.end)
                    .replace("subcutaneous ", "")
                    .replace("intravenous ", "")
                    .replace("oral ", "")
                ]
                made = _borrowed(p, item, concepts, "drug_class")
                item.made, item.phrase = narrowed(p, made.model_copy(update={"route": route}), item.phrase.narrowing, item.start, item.end), None
                continue
        for other in known:
            assert other.phrase
            forward = other.start > item.start
            if not forward and not item.phrase.qualifiers:
                item.phrase.qualifiers = other.phrase.qualifiers
            if not forward and (len(words) > 4 or not re.fullmatch(r"[A-Z0-9IVX-]+", words)):
                continue
            if made := _completed(p, item, words, p.text[other.phrase.start : other.phrase.end].split(), forward):
                item.made = narrowed(p, made, item.phrase.narrowing, item.start, item.end)
                item.phrase = None
                break
        if (
            item.phrase
            and k
            and not item.verb
            and (site := _OF_SITE.search(p.text[items[k - 1].start : items[k - 1].end]))
            and len(words.split()) <= 2
        ):
            # "carcinoma of the cervix or breast": a second site of the same disease.
            candidate = p.text[items[k - 1].start : items[k - 1].start + site.start("site")] + words
            hits = [h for h in vocabulary().mentions(candidate, ("condition",)) if h.start == 0 and h.end >= len(candidate.rstrip())]
            made_site: Condition = (
                _borrowed(p, item, [h.concept for h in hits], "condition") if hits else NotCompiled(span=p.span(item.start, item.end))
            )
            item.made, item.phrase = narrowed(p, made_site, item.phrase.narrowing, item.start, item.end), None
        if item.phrase and not known:
            _repeated_suffix(p, item, [o.phrase for o in others if o.phrase])


_OF_SITE = re.compile(r"\bof\s+(?:the\s+)?(?P<site>[\w-]+)\s*$", re.I)


def _completed(p: Passage, item: Piece, words: str, theirs: list[str], forward: bool) -> Condition | None:
    """The piece with as many of its neighbour's words as make a name: the last ones if the neighbour follows, else the first."""
    for n in range(1, min(4, len(theirs)) + 1):
        candidate = f"{words} {' '.join(theirs[-n:])}" if forward else f"{' '.join(theirs[:n])} {words}"
        candidate = candidate.rstrip(" .,")
        hits = [h for h in vocabulary().mentions(candidate, ("condition", "drug", "drug_class", "procedure", "regimen")) if h.start == 0]
        if not hits:
            continue
        rest = candidate[hits[0].end :].strip().lower()
        if rest and rest not in ("infection", "infections", "disease", "virus", "events", "event", "therapy", "treatment"):
            continue
        if hits[0].end > (len(words) if forward else len(" ".join(theirs[:n]))):
            return _borrowed(p, item, [h.concept for h in hits if h.end == hits[0].end], hits[0].table)
    return None


def _repeated_suffix(p: Passage, item: Piece, others: list[Phrase]) -> None:
    """ "A dissection aneurysm, B and C dissection aneurysm": an ending that two items share belongs to the one between."""
    following = [o for o in others if o.start > item.end]
    if not following or not re.fullmatch(r"(?:and|or|and/or)", following[0].conn):
        return
    ends = [p.text[o.start : o.end].split() for o in others]
    mine = p.text[item.start : item.end].split()
    last = p.text[following[0].start : following[0].end].lower().split()
    for k in (3, 2):
        tails = [tuple(w.lower() for w in e[-k:]) for e in ends if len(e) > k]
        shared = next((t for t in tails if tails.count(t) > 1 and tuple(last[-k:]) == t and tuple(w.lower() for w in mine[-k:]) != t), None)
        if shared and item.phrase and mine[-1].lower() not in shared:
            item.phrase.suffix = " " + " ".join(shared)
            return


def _borrowed(p: Passage, item: Piece, concepts: list[str], table: str) -> Finding | Treatment | AnyOf:
    phrase = item.phrase
    assert phrase
    span = p.span(phrase.start, phrase.end)
    ids = tuple(dict.fromkeys(concepts))
    if table == "condition":
        alternatives = phrase.qualifiers or [()]
        found = [
            Finding(
                span=span,
                concepts=ids,
                tense="ever" if phrase.frame.ever else "current",
                qualifiers=tuple(dict.fromkeys((*phrase.frame.qualifiers, *alt))),
                window=phrase.window,
            )
            for alt in alternatives
        ]
        return found[0] if len(found) == 1 else AnyOf(span=span, items=tuple(found))
    status = phrase.frame.status or ("received" if phrase.frame.ever or phrase.window else "current")
    return Treatment(span=span, targets=ids, status=status, window=phrase.window)
