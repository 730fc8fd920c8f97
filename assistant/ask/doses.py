"""How much of a drug a document states, and for a given body weight the arithmetic, shown as arithmetic."""

import re
from dataclasses import dataclass

from assistant.ask.asked import Asked, Draft
from assistant.ask.ranking import rank
from assistant.ask.render import name, quoted, sentence
from assistant.ask.snippets import DRUG_ENDING, Snippet, snippets, wording
from assistant.ask.terms import Term, keys_of, words
from index.trials import Trial
from index.vocabulary import vocabulary

_AMOUNT = re.compile(
    r"(?P<value>\d[\d,]*(?:\.\d+)?)(?:\s*(?:-|to)\s*\d[\d,]*(?:\.\d+)?)?\s*-?\s*(?P<unit>milligrams?(?: \(mg\))?|micrograms?|grams?|mg|mcg|µg|μg"
    r"|ug|g|ml|mL|IU|U|units?|million units|MU|Gy|cGy|MBq|mCi|kU|ng|(?:x|×)?\s*10\^?\d+\s*(?:\w+ )?(?:cells|CFU|particles|vg|PFU)|cells|CFU|PFU"
    r"|international units?)\b(?P<per>\s*(?:/|per)\s*(?:kg|kilogram|m2|m\^2|m²|square met\w+)(?:\b|(?<=²)))?(?!\s*/\s*d?L\b)",
    re.I,
)
_BAND = re.compile(
    r"(?:weigh\w*|weight|body weight|bw|patients?|subjects?|participants?|those)?[^.;,\d]{0,25}(?P<sign>≥|>=|≤|<=|<|>|less than|more than|over"
    r"|under|below|above|at least)\s*(?P<kg>\d{2,3}(?:\.\d+)?)\s*kg",
    re.I,
)
_FREQUENCY = re.compile(
    r"\b(?:once|twice|three times|\d+ times)(?:\s+(?:daily|weekly|monthly|an?\s+(?:day|week|month)|per\s+(?:day|week|month)"
    r"|every (?:other )?\w+(?: (?:days?|weeks?|months?|hours?))?))?(?:\s*\([^)]{1,12}\))?|\bevery (?:other )?(?:\w+ )?(?:days?|weeks?|months?"
    r"|hours?)(?:\s*\([^)]{1,12}\))?|\bq\d+\s?[wdh]\b|\b(?:[bt]\.?i|q\.?(?:i\.?)?)\.?d\b|\b(?:daily|weekly|monthly)\b|\bper day\b|/day\b|\bon days?\b"
    r"|\bweeks? \d|\bfor \d+ (?:days|weeks|months)",
    re.I,
)
_DURATION = re.compile(
    r"\bfor (?:up to |at least |a (?:maximum|total) of |approximately |about )?(?:\d+|an?|one|two|three|four|six|eight|ten|twelve)\s*-?\s*(?:day"
    r"|week|month|year|cycle|hour|session)s?|\buntil\b|\d+[- ](?:week|day|month|year|cycle)s?\b|\bup to (?:\d+|\w+) (?:days|weeks|months|years"
    r"|cycles)",
    re.I,
)
EVERY = re.compile(
    r"\b(?:every|each)\s+(?:other\s+|\w+\s+(?:to\s+\w+\s+)?|\d+\s*(?:-|–|to)\s*\d+\s+)?(?:days?|weeks?|months?|years?|hours?|cycles?|visits?)\b"
    r"|\bq\d+\s?[wdh]\b|\b(?:once|twice|\w+ times)\s+(?:daily|weekly|monthly|an?|per)\b|\b(?:daily|weekly|monthly|quarterly|annually|biweekly)\b",
    re.I,
)
"""A frequency at which something is repeated."""
_TREATS = re.compile(
    r"\b(?:treat\w*|therap\w*|administ\w*|dos(?:e|es|ed|ing)|receiv\w*|infus\w*|inject\w*|tak(?:e|en|ing)|given|oral\w*|intraven\w*|subcutan\w*)\b",
    re.I,
)
_ASKS_DURATION = re.compile(r"\bhow long\b|\bduration\b|\buntil when\b|how many (?:weeks|months|days|years|cycles)|length of", re.I)
_ASKS_FREQUENCY = re.compile(
    r"how (?:often|frequent)|schedul|frequency|interval|(?:which|what) (?:weeks|days|visits)|how many (?:times|doses|injections|infusions"
    r"|sessions)",
    re.I,
)
_SECTIONS = frozenset({"description", "summary", "arm", "intervention", "title", "official_title", "design", "other"})


_CODE = re.compile(r"[A-Z]{2,5}-?\d{2,}[A-Za-z]?")


@dataclass(frozen=True, slots=True)
class Amount:
    """A dose as written, per what, and for which weights (kg) it is meant."""

    text: str
    value: float
    unit: str
    per_kg: bool
    per_m2: bool
    low: float | None
    low_inclusive: bool
    high: float | None
    high_inclusive: bool

    def suits(self, weight: float) -> bool:
        """Whether `weight` (kg) lies in the band; a dose without a band suits every weight."""
        above = self.low is None or weight > self.low or (self.low_inclusive and weight == self.low)
        below = self.high is None or weight < self.high or (self.high_inclusive and weight == self.high)
        return above and below

    @property
    def banded(self) -> bool:
        """Whether the dose is for some weights only."""
        return self.low is not None or self.high is not None


def amounts(text: str) -> list[tuple[int, Amount]]:
    """Doses in a repaired text with their offsets. A weight band belongs to the dose before it, up to the next dose."""
    matches = list(_AMOUNT.finditer(text))
    found = []
    for i, m in enumerate(matches):
        stop = matches[i + 1].start() if i + 1 < len(matches) else min(len(text), m.end() + 120)
        after = text[m.end() : stop]
        band = _BAND.search(re.split(r"[;]", after)[0])
        low = high = None
        low_in = high_in = False
        if band:
            kg, sign = float(band["kg"]), band["sign"].lower()
            if sign in ("≥", ">=", "at least"):
                low, low_in = kg, True
            elif sign in (">", "more than", "over", "above"):
                low = kg
            elif sign in ("≤", "<="):
                high, high_in = kg, True
            else:
                high = kg
        per = (m["per"] or "").lower()
        end = m.end() + (band.end() if band else 0)
        if not band and (frequency := _FREQUENCY.search(after)) and frequency.start() < 40:
            end = m.end() + frequency.end()
        found.append(
            (
                m.start(),
                Amount(
                    text[m.start() : end].strip(),
                    float(m["value"].replace(",", "")),
                    m["unit"],
                    "kg" in per or "kilogram" in per,
                    "m" in per and "kg" not in per and "kilogram" not in per,
                    low,
                    low_in,
                    high,
                    high_in,
                ),
            )
        )
    return found


def answer_dose(asked: Asked) -> Draft | None:
    """The stated dose or schedule of the drug asked for (of each drug, if none is named), by trial; None if none is stated."""
    drugs = drug_terms(asked)
    found: list[tuple[Trial, list[Snippet]]] = []
    for trial in asked.trials:
        hits = dosing(asked, trial, drugs)
        if hits:
            found.append((trial, hits))
    if not found:
        return None
    lines = []
    for trial, hits in found[:6]:
        lines.append(_line(asked, trial, hits, drugs))
    if not asked.named and len(found) == 1 and len(asked.searched) > 1:
        lines.append(f"No other indexed document states this; it applies to {name(found[0][0])} alone.")
    return Draft("answer", ("\n" if len(found) > 1 else " ").join(lines), tuple(t.id for t, _ in found))


_NOT_DRUG = re.compile(
    r"^(?:dos\w*|schedul\w*|frequen\w*|often|weight|kg|mg|kilos?|\d[\d.]*\w*|weigh\w*|regimen|much|long|treatment|therapy|duration|cycle\w*"
    r"|milligram\w*|exactly|drug|drugs|given|administered|infused|taken|receive\w*|prescribed|tested|mg/kg|times|day|week|weeks|daily|weekly"
    r"|infusion|injection\w*|tablet\w*|capsule\w*|units?|man|woman|male|female|person|adult|arm|group|stated?|starting|level)$",
    re.I,
)


def drug_terms(asked: Asked) -> list[Term]:
    """The question's terms that name what is given."""
    return [t for t in asked.terms if not _NOT_DRUG.match(t.surface)]


def dosing(asked: Asked, trial: Trial, drugs: list[Term]) -> list[Snippet]:
    """Sentences that give an amount or a frequency, of the drugs asked for if any are; the ones with an amount first."""
    pool = snippets(trial)
    how_long = bool(_ASKS_DURATION.search(asked.text))
    only_frequency = how_long or bool(_ASKS_FREQUENCY.search(asked.text))
    pattern = _DURATION if how_long else _FREQUENCY

    def timed(s: Snippet) -> bool:
        return bool(pattern.search(s.text) and (s.section in ("arm", "intervention") or _TREATS.search(s.text)))

    candidates = [s for s in pool if s.section in _SECTIONS and (timed(s) if only_frequency else amounts(s.text))]
    candidates.sort(key=lambda s: s.section not in ("arm", "intervention") and not drugs)
    if not candidates:
        return []
    if drugs:
        wanted = [r for r in rank(drugs, candidates, pool) if r.exact]
        if not wanted:
            return []
        top = wanted[0].coverage
        if top < 0.5:
            return []
        chosen = [r.snippet for r in wanted if r.coverage >= top - 0.1]
        if not only_frequency:
            chosen = [s for s in chosen if _of_drug(trial, s, drugs)]
    else:
        chosen = candidates
    if drugs and asked.request.weight_kg is None:
        # What the arms and interventions say is given; prose may tell of other studies.
        chosen = [s for s in chosen if s.section in ("arm", "intervention") and amounts(s.text)] or chosen
    if asked.request.weight_kg is not None:
        chosen.sort(key=lambda s: not any(a.per_kg or a.banded for _, a in amounts(s.text)))
    seen: list[str] = []
    kept: list[Snippet] = []
    for s in chosen:
        if s.text not in seen and len(kept) < (2 if drugs else 4):
            seen.append(s.text)
            kept.append(s)
    return kept


def _line(asked: Asked, trial: Trial, hits: list[Snippet], drugs: list[Term]) -> str:
    lead = ""
    weight = asked.request.weight_kg
    if weight is not None:
        for s in hits:
            mine = _of_drug(trial, s, drugs)
            banded = [a for a in mine if a.banded]
            suited = [a for a in banded if a.suits(weight)]
            per_kg = [a for a in mine if a.per_kg]
            marker = asked.evidence.snippet(trial, s)
            kg = f"{weight:g}"
            if suited:
                lead = f"{name(trial)} states {quoted(suited[0].text)} for a weight of {kg} kg {marker}. "
            elif per_kg:
                a = per_kg[0]
                total = f"{round(a.value * weight, 2):g}"
                sum_ = f"{a.value:g} {a.unit}/kg × {kg} kg = {total} {a.unit}{_cap(trial)}"
                lead = f"{name(trial)} states {quoted(a.text)} {marker}; calculated here, not in the text: {sum_}. "
            if lead:
                break
    quotes = "; ".join(f"{quoted(s.text, 650)} {asked.evidence.snippet(trial, s)}" for s in hits[: 1 if lead else 2 if drugs else 4])
    return (lead + sentence(f"{'In full: ' if lead else name(trial) + ': '}{quotes}")).strip()


def _cap(trial: Trial) -> str:
    capped = any(
        re.search(r"(?:maximum|max\.?|up to|not (?:to )?exceed\w*|cap(?:ped)?)\s+(?:of |a |dose |total )*\d", s.text, re.I) and amounts(s.text)
        for s in snippets(trial)
        if s.section in _SECTIONS
    )
    return "" if capped else " (no cap is stated)"


def _of_drug(trial: Trial, snippet: Snippet, drugs: list[Term]) -> list[Amount]:
    """Amounts of a sentence that follow a mention of the drug, up to the mention of another one; all, if no drug is asked for."""
    found = amounts(snippet.text)
    if not drugs:
        return [a for _, a in found]
    keys = frozenset().union(*(t.keys for t in drugs))
    variants = wording(trial).variants
    mentions = [(m.start, bool(keys & keys_of(m.surface))) for m in vocabulary().mentions(snippet.text, ("drug", "drug_class", "procedure"))]
    for word in words(snippet.text):
        meant = variants.get(word.text.lower(), word.text)
        if meant != word.text or DRUG_ENDING.search(meant.lower()) or "w:" + word.stem in keys or _CODE.fullmatch(word.text):
            mentions.append((word.start, bool(keys & keys_of(meant))))
    mentions.sort()
    if not any(mine for _, mine in mentions):
        # No drug is named here: the piece stands under its arm's or intervention's name.
        return [] if mentions else [a for _, a in found]
    kept: list[Amount] = []
    for at, amount in found:
        after = next(((place, mine) for place, mine in mentions if place > at), None)
        before = [mine for place, mine in mentions if place < at]
        # "600 mg of X" names the drug after the amount, "X 600 mg" before it.
        if after is not None and re.fullmatch(r"[\d.,]+\s*[\w/ ]{0,18}?\s(?:of\s+)?", snippet.text[at : after[0]]):
            mine = after[1]
        else:
            mine = before[-1] if before else mentions[0][1]
        if mine:
            kept.append(amount)
    return kept
