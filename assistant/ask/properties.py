"""What a trial's design is said to be, and what a question takes for granted about it: two values of one property cannot both hold."""

import re
from dataclasses import dataclass

from assistant.ask.snippets import Snippet, snippets
from index.trials import Trial

_VALUES: dict[str, dict[str, re.Pattern[str]]] = {
    "arms": {
        "single-arm": re.compile(r"single[- ](?:arm|group)|one[- ]arm|uncontrolled|SINGLE_GROUP", re.I),
        "multi-arm": re.compile(
            r"placebo[- ]control|(?:control|placebo|comparator) (?:arm|group)|(?:placebo|active|sham)[- ]control\w*|\bcomparators?\b|(?:two|three"
            r"|2|3)[- ]arms?\b|parallel[- ](?:group|arm)|\bPARALLEL\b|\bplacebo\b|cross-?over",
            re.I,
        ),
    },
    "allocation": {
        "not randomised": re.compile(
            r"non[-_ ]?randomi[sz]ed|\bnot randomi[sz]ed|NON_RANDOMIZED|single[- ](?:arm|group)|SINGLE_GROUP|N/A \(single-arm\)",
            re.I,
        ),
        "randomised": re.compile(
            r"(?<!non-)(?<!non )(?<!not )(?<!NON_)(?<!non_)\brandomi[sz]ed\b(?! to obtaining)|\brandomly (?:assign|allocat|divid)",
            re.I,
        ),
    },
    "masking": {
        "open-label": re.compile(r"open[- ]label|\bunblinded|non-?blinded|(?-i:^NONE\b)|no masking|unmasked", re.I),
        "blinded": re.compile(
            r"(?:single|double|triple|quadruple)[- ]?(?:blind|mask)|(?<!un)(?<!non-)\bblinded\b|(?-i:^(?:DOUBLE|SINGLE|TRIPLE|QUADRUPLE)\b)",
            re.I,
        ),
    },
    "centres": {
        "single-centre": re.compile(r"single[- ]?(?:cent(?:er|re)|site|institution)|mono-?cent", re.I),
        "multi-centre": re.compile(r"multi-?\s?(?:cent(?:er|re)|site|institution)\w*", re.I),
    },
}  # fmt: skip
_PHASE = re.compile(r"\bphase\s*(?:[1-4]|i{1,3}v?|iv)[ab]?(?:\s*[/-]\s*(?:phase\s*)?(?:[1-4]|i{1,3}v?|iv)[ab]?)?\b", re.I)
_DESIGN_FIELDS = frozenset(
    {"title", "official_title", "summary", "description", "design", "allocation", "intervention_model", "masking", "phase", "arm", "study_type"}
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A property's value with the words that state it."""

    value: str
    words: str
    snippet: Snippet


def stated(trial: Trial) -> dict[str, Stated]:
    """The trial's design properties, each by the first piece that states it. Registry fields come before prose."""
    found: dict[str, Stated] = {}
    parts = [s for s in snippets(trial) if s.section in _DESIGN_FIELDS]
    parts.sort(key=lambda s: s.section in ("title", "official_title", "summary", "description", "arm"))
    for name, values in _VALUES.items():
        for part in parts:
            if name == "masking" and part.section not in ("masking", "design", "title", "official_title", "summary", "description"):
                continue
            hits = [(m.start(), value, m[0]) for value, pattern in values.items() if (m := pattern.search(part.text)) is not None]
            if part.section in ("allocation",) and name != "allocation":
                continue
            if hits and name not in found:
                _, value, words = min(hits)
                found[name] = Stated(value, words, part)
    return found


def asserted(question: str) -> dict[str, str]:
    """Design properties that the question names, by property; a property named both ways is left out."""
    found: dict[str, str] = {}
    for name, values in _VALUES.items():
        hits = [value for value, pattern in values.items() if pattern.search(question)]
        if name == "allocation" and "randomised" not in hits and re.search(r"\brandomi[sz]ation\b", question, re.I):
            hits = ["randomised"]
        if name == "allocation" and hits == ["not randomised"] and not re.search("random", question, re.I):
            continue
        if name == "masking" and hits == [] and re.search(r"\b(?:blind(?:ing)?|masked)\b", question, re.I):
            hits = ["blinded"]
        if len(hits) == 1:
            found[name] = hits[0]
    return found
