"""Results without a number: "HCV RNA positive", "undetectable HBV DNA", "viral load below the limit of detection"."""

import re

from index.conditions import Bounds, Limit, Window
from index.criteria.limits import Atom
from index.criteria.passage import Passage

_LOADS = {"hbv_dna": "iu_ml", "hcv_rna": "iu_ml", "hdv_rna": "iu_ml", "hiv_rna": None, "cmv_dna": None, "ebv_dna": None}
_NONE = (
    r"(?:undetectable|un-?detected|not\s+(?:be\s+)?detect(?:ed|able)|non-?detectable|negative"
    r"|below\s+(?:the\s+)?(?:lower\s+)?(?:limits?|levels?|threshold)\s+of\s+(?:detection|quantification|quantitation))"
)
_SOME = r"(?:detect(?:able|ed)|positive|reactive)"
_FILLER = (
    r"(?:\s|[:,=-]|\b(?:is|are|was|were|be|been|must|should|has|have|by|PCR|qualitative|quantitative|test(?:s|ing)?|results?|levels?|titers?|viral"
    r"|load|assay|serum|plasma|blood|the"
    r"|of|for|at|screening|copies)\b|[(\[](?:qualitative|quantitative|PCR|viral load|by PCR)[)\]])*"
)
_BEHIND = re.compile(rf"{_FILLER}(?:(?P<none>{_NONE})|(?P<some>{_SOME}))(?![\w-])", re.I)
_AHEAD = re.compile(rf"(?:(?P<none>{_NONE})|(?P<some>(?<!un)(?<!non)(?<!non-)(?<!not )\b{_SOME})){_FILLER}$", re.I)


def atoms(p: Passage, start: int, end: int, taken: list[tuple[int, int]], window: Window | None) -> list[Atom]:
    """Viral loads that are said to be found, or not to be found: above zero, or zero."""
    out: list[Atom] = []
    for mention in p.measures.within(start, end):
        if mention.concept not in _LOADS or any(a <= mention.start < b for a, b in taken):
            continue
        behind = _BEHIND.match(p.text, mention.end, end)
        ahead = None if behind else _AHEAD.search(p.text, max(start, mention.start - 60), mention.start)
        m = behind or ahead
        if m is None:
            continue
        a, b = (mention.start, m.end()) if behind else (m.start(), mention.end)
        bounds = Bounds(high=0) if m["none"] else Bounds(low=0, low_inclusive=False)
        limit = Limit(span=p.span(a, b), measure=mention.concept, bounds=bounds, unit=_LOADS[mention.concept], window=window)
        out.append(Atom(a, b, limit, ()))
    return out
