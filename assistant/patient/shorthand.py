"""Names that the vocabulary cannot list as they stand: "breast ca", "Bilirubin, Total", "N 2.9 x10^9/L", "prognosis 4 weeks"."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from assistant.patient.numbers import value_at
from assistant.patient.values import with_unit
from index.vocabulary import Mention, vocabulary

_CARCINOMA = re.compile(
    r"(?P<before>(?:[A-Za-z][a-z-]+\s+){1,3})(?:ca|Ca|CA)\.?(?![A-Za-z\d-])(?!\s*(?:125|15|19|72|27)\b)(?!\s*[:=]?\s*\d+(?:\.\d+)?\s*(?:mmol|mg))"
)
# "Ca prostate": the organ behind it.
_CARCINOMA_OF = re.compile(
    r"(?<![A-Za-z\d])(?:Ca|CA|ca)\.?\s+(?:of\s+)?(?:the\s+)?(?:(?:left|right|L|R)\s+)?(?P<organ>[A-Za-z]{4,}(?:\s+[a-z]{4,})?)"
)
_FRACTIONS = re.compile(
    r"\b\d{1,3}(?:\.\d+)?\s*Gy\b(?:\s*(?:in|/|over)\s*\d{1,2}\s*(?:#|fx|fractions?|sessions?)?)|\b\d{1,2}\s*[x×]\s*\d{1,2}(?:\.\d+)?\s*Gy\b",
    re.IGNORECASE,
)
_INVERTED = re.compile(r"(?<![A-Za-z])(?P<noun>[A-Z][A-Za-z]+),\s*(?P<kind>[A-Za-z]{4,12})(?![A-Za-z])")
# Letters that name a laboratory value only beside a unit of its own.
_LETTERS = {"n": "anc", "neu": "anc", "l": "lymphocytes", "p": "plt", "tb": "tbil", "db": "dbil", "cr": "cr", "k": "potassium", "na": "sodium"}
_LETTER = re.compile(r"(?<![A-Za-z\d/-])(?P<name>neu|tb|db|cr|na|[nlpk])(?:\s*[:=]\s*|\s+)(?=[<>~]?\d)", re.IGNORECASE)
# "Brain: 1 cm met left frontal"
_BRAIN_MET = re.compile(
    r"\b(?:brain|cerebrum|head|intracranial)\b[^.;\n]{0,40}?(?:\b(?:cm|mm|one|single|solitary|small|two|three|several|multiple|no|new|enhancing)|\d)\s+"
    r"(?P<met>met|deposits?)\b(?!\s+(?:criteria|with|the|all|his|her))",
    re.IGNORECASE,
)
# "received a liver from his sister"
_GRAFT = re.compile(
    r"\b(?:received|got|was given)\s+(?:a|an|his|her)\s+(?:new\s+|donor\s+|cadaveric\s+|second\s+)?(?P<organ>liver|kidney|heart|lung|pancreas)"
    r"(?=\s+(?:from|graft|allograft|in (?:19|20)\d\d|transplant))",
    re.IGNORECASE,
)
_FILLER = (
    r"(?:(?:is|of|about|around|roughly|approximately|only|well|for|estimated|another|further|perhaps|"
    r"maybe|probably|likely|some|a|the|next|poor|[:,~≈])\s*)*"
)
_PROGNOSIS = re.compile(
    r"\b(?:prognosis|expect(?:ed|s|ing)?\s+(?:(?:him|her|them|the patient|this patient)\s+)?to (?:live|survive)|"
    r"(?:likely|going|able) to (?:live|survive)|"
    r"(?:will|may|can|could|would)\s+(?:probably |likely )?(?:live|survive)|(?:I|we)\s+(?:would )?give (?:him|her|them|the patient)|"
    rf"has (?=[^.;]{{0,30}} (?:left )?to live\b))\s*{_FILLER}(?=(?:(?:at|over|under|up to|between|less|more|least|most|than|[<>≤≥])\s*)*"
    r"\d(?:[\d.\s–-]|to\b|and\b)*(?:days?|weeks?|wks?|months?|mos?|years?|yrs?)\b)",
    re.IGNORECASE,
)


def shorthand(text: str, start: int, end: int, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """The mentions of one sentence that are made of more words, or fewer, than the vocabulary has."""
    for match in _CARCINOMA.finditer(text, start, end):
        words = match["before"].split()
        for first in range(len(words)):
            phrases = (" ".join(words[first:]), " ".join(reversed(words[first:])))
            hit = next((m for phrase in phrases for noun in ("carcinoma", "cancer") for m in _exactly(f"{phrase} {noun}", "condition")), None)
            if hit is not None:
                begin = match.start() + match["before"].rindex(words[first])
                yield Mention(begin, match.end(), hit.concept, "condition", text[begin : match.end()])
                break
    for match in _CARCINOMA_OF.finditer(text, start, end):
        organs = match["organ"].split()
        for count in range(len(organs), 0, -1):
            organ = " ".join(organs[:count])
            hit = next((m for noun in ("cancer", "carcinoma") for m in _exactly(f"{organ} {noun}", "condition")), None)
            if hit is not None:
                stop = match.start("organ") + len(organ)
                yield Mention(match.start(), stop, hit.concept, "condition", text[match.start() : stop])
                break
    if "Gy" in text[start:end] and not any(m.table == "procedure" and vocabulary().is_a(m.concept, "radiotherapy") for m in mentions):
        for match in _FRACTIONS.finditer(text, start, end):
            yield Mention(match.start(), match.end(), "radiotherapy", "procedure", match[0])
    for match in _INVERTED.finditer(text, start, end):
        for m in _exactly(f"{match['kind']} {match['noun']}", "measure"):
            yield Mention(match.start(), match.end(), m.concept, "measure", match[0])
    for match in _LETTER.finditer(text, start, end):
        if any(m.start < match.end("name") and match.start() < m.end and m.table == "measure" for m in mentions):
            continue
        measure = vocabulary().measures.get(_LETTERS[match["name"].lower()])
        number = value_at(text, match.end(), end)
        if measure is not None and number is not None and with_unit(text, number, measure, end)[2] is not None:
            yield Mention(match.start(), match.end("name"), measure.id, "measure", measure.label)
    for match in _BRAIN_MET.finditer(text, start, end):
        if not any(m.start < match.end("met") and match.start("met") < m.end for m in mentions):
            yield Mention(match.start("met"), match.end("met"), "brain_metastasis", "condition", match["met"])
    for match in _GRAFT.finditer(text, start, end):
        organ = "liver_transplantation" if match["organ"].lower() == "liver" else "organ_transplantation"
        yield Mention(match.start(), match.end(), organ, "procedure", match[0])
    for match in _PROGNOSIS.finditer(text, start, end):
        yield Mention(match.start(), match.start() + len(match[0].rstrip()), "life_expectancy", "measure", match[0].rstrip())


def _exactly(phrase: str, table: Literal["measure", "condition"]) -> list[Mention]:
    return [m for m in vocabulary().mentions(phrase, (table,)) if m.end - m.start == len(phrase)]
