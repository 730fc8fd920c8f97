"""The words above sub-items: their own condition, and how the sub-items hang together ("any of the following")."""

import re
from dataclasses import dataclass, replace

from index.conditions import Condition, Judgement, Not, leaves
from index.criteria import windows
from index.criteria.clauses import clause
from index.criteria.leaves import words_of
from index.criteria.lexis import FRAME, NEGATION, WORD_COUNTS, Frame, frame
from index.criteria.passage import Passage
from index.criteria.sentences import sentences, statement
from index.criteria.shapes import Env, Statement

_LEAD_ANY = re.compile(
    r"\b(?:1|one)\s+of\s+(?:the\s+|these\s+)?(?:following|below)|\b(?:any(?: one)?(?: or more)?|one(?: or more)?|at least one|either|at least 1"
    r"|≥\s*1)\s+(?:\w+\s+){0,2}?(?:of\s+)?(?:the\s+|these\s+)?(?:following|below|these)?|\beither\b|\bor\b\W*$",
    re.I,
)
_LEAD_N = re.compile(
    r"\b(?:at least\s+)?(?P<n>two|three|four|five|[2-5])(?:\s+or more)?\s+(?:or more\s+)?of\s+(?:the\s+)?(?:following|below|these)", re.I
)
LEAD_ALL = re.compile(r"\b(?:all|each|both)\s+(?:of\s+)?(?:the\s+)?(?:following|below|these)", re.I)
_CUE = re.compile(
    r"\b(?:specifically|including(?:,? but not limited to)?|includ(?:es?|ed)|such as|e\.g\.,?|as follows|"
    r"(?:as\s+)?(?:defined|evidenced|demonstrated|indicated|determined|documented|confirmed|shown|assessed|measured"
    r"|described|specified|characterized)\s+(?:as|by|below|with)?|(?:with|by|meeting|meet|meets|met|fulfil\w*"
    r"|satisfy\w*|has|have|had|are|is|according to|based on|within|must|should|the|at least|any|one|or more|all|each"
    r"|both|either|of|two|three|these|this|those|which|that|who|a|an|be|and|or|in|to|for|if|"
    r"following|below|above|criteria|criterion|conditions?|requirements?|parameters?|values?|limits?|laboratory"
    r"|tests?|results?|apply|applies|true|present|exist|occur|list(?:ed)?|characteristics|features|findings|reasons"
    r"|specifically|adequate|normal))\b|[:;,.()]",
    re.I,
)
_DEFINES = re.compile(
    r"\b(?:defined|evidenced|demonstrated|indicated|determined|documented|confirmed|characterized)\s+(?:as|by)\b"
    r"|\bmeaning\b|\bi\.e\b|\bwith the following\b|\bas follows\b",
    re.I,
)
_INCLUDES = re.compile(r"\b(?:includ(?:ing|es?)|such as|e\.?g\.?|for example|not limited to|like)\b", re.I)
_JOINS = re.compile(
    r"\b(?:and|who|with|that|which)\b[^,;:]{0,70}?\b(?:any|one|either|at least (?:one|1|two|2)|all|both)\b[^,;:]{0,25}?\b(?:following|below)\b", re.I
)
_GROUP_LEAD = re.compile(
    r"^\W*(?:for\s+|in\s+|if\s+)?(?:(?:all|the|any|female|male)\s+)*(?:patients?|subjects?|participants?"
    r"|individuals?|those|women|men|females?|males?)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Lead:
    """What the words above sub-items say: their own condition, and how the sub-items hang together."""

    own: Condition | None
    how: str  # "all", "any", or a number
    env: Env
    when: bool = False
    includes: bool = False
    defines: bool = False
    negated: bool = False
    before: tuple[Statement, ...] = ()
    asides: tuple[Condition, ...] = ()
    joins: bool = False  # "X and any of the following": X and one of the sub-items


def read_lead(p: Passage, env: Env) -> Lead:
    ranges = list(sentences(p))
    if not ranges:
        return Lead(None, "any" if env.exclusion else "all", env)
    before = tuple(s for a, b in ranges[:-1] if (s := statement(p, a, b, env)) is not None)
    a, b = ranges[-1]
    text = p.text[a:b]
    how = "any" if env.exclusion or env.any_of else "all"
    if m := _LEAD_N.search(text):
        how = str(WORD_COUNTS.get(m["n"].lower(), m["n"]))
    elif LEAD_ALL.search(text):
        how = "all"
    elif _LEAD_ANY.search(text):
        how = "any"
    asides: list[Condition] = []
    plain = text
    for m2 in re.finditer(r"\(([^()]*)\)", text):
        inner = statement(p, a + m2.start(1), a + m2.end(1), replace(env, window=None))
        if inner is not None and inner.mode == "forbid":
            asides.append(Not(span=inner.condition.span, item=inner.condition))
        plain = plain.replace(m2[0], " " * len(m2[0]))
    found = [w for w in windows.find(plain, 0, len(plain)) if w.window.within or w.window.longer_than]
    window = found[0].window if found else env.window
    masked = plain
    for w in found:
        masked = masked[: w.start] + " " * (w.end - w.start) + masked[w.end :]
    group = bool(_GROUP_LEAD.match(masked)) and bool(re.search(r"\b(?:with|who|receiving|having|whose|on|of)\b", masked))
    content = [
        w for w in words_of(p, a, b) if masked[w.start() - a : w.end() - a].strip() and not _CUE.fullmatch(w[0]) and w[0].lower() not in _LEAD_NOISE
    ]
    negation = NEGATION.match(masked)
    framed = FRAME.search(masked) if content else None
    lead_frame = frame(framed) if framed and framed.end() > framed.start() else Frame()
    inner_env = replace(env, window=window)
    subject = tuple(x.concept for x in p.measures.within(a, b))
    if not content:
        return Lead(
            None,
            how,
            replace(inner_env, frame=lead_frame if lead_frame.verb else env.frame, subject=subject[:1]),
            negated=bool(negation),
            before=before,
            asides=tuple(asides),
        )
    bare = [w for w in content if not (framed and framed.start() <= w.start() - a < framed.end())]
    if not bare:
        return Lead(None, how, replace(inner_env, frame=lead_frame), negated=bool(negation), before=before, asides=tuple(asides))
    cue = re.search(
        r"[,\s]*\b(?:(?:as\s+)?defined (?:as|by)|including(?:,? but not limited to)?|includes?|such as|e\.g\.,?"
        r"|(?:meeting|with|by|meet|has|have|had|having|and|who has|who have|who meet|for)?\s*(?:any|all|one|at least \w+"
        r"|either|both|two|three|each|1|≥\s*\d)?(?: \w+)?(?: or more)?\s*(?:of\s+)?(?:the\s+|these\s+)following\b"
        r"|as follows|specifically|at least one of|either)[^:]*:?\W*$",
        masked,
        re.I,
    )
    stop = a + cue.start() if cue and cue.start() > 2 else b
    own = clause(p, a, stop, replace(env, window=None)) if masked[: stop - a].strip(" :,.") else None
    if own is not None and re.fullmatch(r"\W*(?:none|no|not|neither|without|not any)\W*", masked[: stop - a], re.I):
        # "None of the following cardiac conditions:"
        return Lead(None, "any", inner_env, negated=True, before=before, asides=tuple(asides))
    includes = bool(_INCLUDES.search(text))
    defines = bool(_DEFINES.search(text))
    if own is not None and all(isinstance(x, Judgement) for x in leaves(own)):
        own = None
    return Lead(
        own,
        how,
        inner_env,
        when=group and not env.exclusion and not defines,
        includes=includes,
        defines=defines,
        before=before,
        asides=tuple(asides),
        joins=bool(_JOINS.search(text)) and not includes and not defines,
    )


_LEAD_NOISE = frozenset(
    "adequate sufficient normal organ bone marrow function hematological hematologic renal hepatic liver kidney"
    " laboratory values following meet criteria patients subjects participants requirements system status results"
    " test medical baseline reserve acceptable haematological coagulation hepatorenal cardiac pulmonary main major"
    " vital important basically blood".split()
)
