"""Design facts that a document without labelled fields states in words: phase, allocation, blinding, arms, centres, sample size.

Only the title and sentences in which the document speaks of its own trial are read ("This is a phase II study ...",
"The study aims ..."), so that another trial's phase is not taken for this one's. Fields get the role "in words".
"""

import re
from collections.abc import Iterator

from index.sources.draft import Draft, one_line
from index.trials import FieldName

ROLE = "in words"
STAGE = "in words, of a stage"
"""Role of a number of patients that the text gives for one stage, phase or cohort of the trial."""
_SENTENCE = re.compile(r"[^\s.][^\n]*?(?:\.(?=\s|[A-Z][a-z]+:|$)|(?=\n)|$)")
_OWN = re.compile(
    r"\W*(?:this|the(?: present| current| proposed)?|our|it is|we)\b[^.;]{0,80}?\b(?:study|trial|rct|investigation|protocol)\b|\W*(?:a"
    r"|an)\b[^.;]{0,120}\b(?:study|trial)\b[^.;]{0,40}\bto\b"
    r"|\W*[^.;]{0,60}\b(?:phase|stage|cohort|part) (?:plan(?:s|ned)?|intend(?:s|ed)?|aims?|will) (?:to )?enrol",
    re.IGNORECASE,
)
_STAGED = re.compile(r"\W*[^.;]{0,60}\b(?:phase|stage|cohort|part)\b[^.;]{0,20}\benrol", re.IGNORECASE)
_ROMAN = r"(?:[1-4]|I{1,3}|IV)[ab]?"
_PATTERNS: tuple[tuple[FieldName, re.Pattern[str]], ...] = (
    ("phase", re.compile(rf"\b(?:early\s+)?phase[\s-]*{_ROMAN}(?:\s*(?:/|-|and|to)\s*{_ROMAN})?\b", re.IGNORECASE)),
    ("masking", re.compile(r"\b(?:open[\s-]label(?:led)?|(?:single|double|triple|quadruple|observer|assessor)[\s-](?:blind|mask)(?:ed)?"
        r"|non-?blinded|unblinded)\b", re.IGNORECASE)),
    ("allocation", re.compile(r"\b(?:non-?\s?randomi[sz]ed|randomi[sz]ed)(?=[\s,-]+(?:[\w-]+[\s,]+){0,6}(?:study|trial))", re.IGNORECASE)),
    (
        "design",
        re.compile(
            r"\b(?:(?:single|one|two|three|four|multiple?|2|3|4)[\s-]arms?|(?:single|multi)[\s-]?cent(?:er|re)(?:ed)?|multicent(?:er|re|ric)"
            r"|placebo[\s-]controlled|active[\s-]controlled"
            r"|cross-?over|parallel[\s-]group|dose[\s-]escalation|prospective|retrospective|observational)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "enrollment",
        re.compile(
            r"\b(?:(?:aims?|aim of|plans?|planned|planning|intends?|intended|expected|will)\s+(?:to\s+)?(?:be\s+)?enrol\w*|enrolling"
            r"|total of)\s+(?:approximately\s+|about\s+|up to\s+)?(\d[\d,]*)\s+"
            r"(?:[\w-]+\s+){0,3}?(?:patients|participants|subjects|people|adults|children)\b",
            re.IGNORECASE,
        ),
    ),
)  # fmt: skip


def _own_ranges(draft: Draft, document: str) -> Iterator[tuple[int, int]]:
    text = draft.documents[document]
    for field in draft.fields:
        if field.document != document:
            continue
        if field.name in ("title", "official_title"):
            yield field.span.start, field.span.end
        elif field.name in ("summary", "description"):
            for sentence in _SENTENCE.finditer(text, field.span.start, field.span.end):
                if _OWN.match(sentence[0]):
                    yield sentence.span()


def add_design(draft: Draft, document: str) -> None:
    """Add the design facts stated in words, for each kind that no labelled field states already."""
    text = draft.documents[document]
    labelled = {field.name for field in draft.fields}
    seen: set[tuple[str, str]] = set()
    for start, end in list(_own_ranges(draft, document)):
        staged = _STAGED.match(text, start, end)
        for name, pattern in _PATTERNS:
            if name in labelled:
                continue
            for found in pattern.finditer(text, start, end):
                value = one_line(found[found.lastindex or 0])
                key = value.lower().replace("-", " ")
                if (name, key) not in seen:
                    seen.add((name, key))
                    draft.add(name, document, *found.span(), value=value, role=STAGE if staged and name == "enrollment" else ROLE)
