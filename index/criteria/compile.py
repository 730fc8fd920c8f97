"""Bullets -> conditions: sub-items under their lead-in, statements put together under the polarity of their list."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.conditions import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Except,
    Finding,
    Given,
    Judgement,
    Limit,
    Not,
    NotCompiled,
    Permitted,
    Treatment,
    children,
    leaves,
)
from index.criteria import windows
from index.criteria.bullets import Item, bullets
from index.criteria.clauses import clause
from index.criteria.gate import Gate
from index.criteria.leaves import words_of
from index.criteria.lexis import FRAME, NEGATION, WORD_COUNTS, Frame, frame
from index.criteria.passage import Passage, flatten
from index.criteria.sections import Side, unfold
from index.criteria.sentences import Statement, sentences, statement, statements
from index.criteria.shapes import Env
from index.text import Repaired, Span, repair

_ABBREVIATION = re.compile(
    r"\s*[(\[]\s*(?:[A-Z0-9][A-Za-z0-9α-ωΑ-Ω/+'’-]{0,14}s?|[A-Z][A-Za-z]{0,6}[- ][A-Z0-9][A-Za-z0-9-]{0,8})\s*[)\]]|\((?:s|es|ies)\)"
)
_NAMED = r"(?:RECIST|mRECIST|iRECIST|CTCAE|CTC\b|NCI|AASLD|EASL|NCCN|ASCO|ESMO|CSCO|AJCC|UICC|WHO|IMWG|iwCLL|IWG|RANO|Lugano|Cheson|PCWG|LI-RADS|IASLC|ICD|DSM|ACR|EULAR|Rome|GINA|FIGO(?= (?:20|crit|stag|sys))|PERCIST|irRC|GCIG|INRC|INRG|ELN|ISO|GOLD(?= (?:crit|guid|20))|Response Evaluation Criteria)"
_REFERENCE = Gate(
    re.compile(
        rf",?\s*\b(?i:according to|in accordance with|in accord with|(?:as )?(?:defined|assessed|measured|determined|evaluated|graded|classified|documented|confirmed|specified|described|judged|staged|based)?\s*(?:per|by|using|on|in|with|under|as per)|based (?:up)?on|as per|following|of|meeting)\s+(?:the\s+|modified\s+|current\s+|revised\s+|standard\s+|international\s+|latest\s+|any\s+|local\s+|institutional\s+|both\s+)*(?:[A-Z][\w'-]*[\s/,]+(?:(?:of|for|the|in|and|or|on)\s+)*){{0,12}}?(?:{_NAMED}[^,;.()]{{0,40}}?(?:version\s*)?v?\.?\s*\d?(?:\.\d)?(?:\s*(?:guidelines?|criteria|classification|system|version|edition|grading|recommendations?|scale|definitions?)(?:\s*,?\s*(?:version|v\.?)?\s*\d(?:\.\d)?)?)?|guidelines?|criteria|recommendations?)(?:\s*\([^()]*\))?(?=\s*(?:[,;.)]|$|and\b|or\b|with\b|after\b|before\b|that\b|which\b|within\b|at\b|in\b|for\b|who\b|but\b|prior\b))(?:\s*,(?=\s*(?:at|with|the|a)\b))?"
        rf"|\s*\((?i:based on |per |according to |by |as per |using |defined by |as defined by |assessed by |see )*\s*(?:the\s+)?{_NAMED}[^()<>≥≤]{{0,60}}\)",
    ),
    "criteri",
    "guideline",
    "recommendation",
    "recist",
    "ctc",
    "nci",
    "aasld",
    "easl",
    "nccn",
    "asco",
    "esmo",
    "csco",
    "ajcc",
    "uicc",
    "who",
    "imwg",
    "iwcll",
    "iwg",
    "rano",
    "lugano",
    "cheson",
    "pcwg",
    "li-rads",
    "iaslc",
    "icd",
    "dsm",
    "acr",
    "eular",
    "rome",
    "gina",
    "figo",
    "percist",
    "irrc",
    "gcig",
    "inr",
    "eln",
    "iso",
    "gold",
)
_CRITERIA = Gate(
    re.compile(
        r"(?:modified\s+)?Response Evaluation Criteria (?:in|for) (?:Solid )?Tumou?rs?(?:\s+Criteria)?(?:\s*,?\s*(?:\(|\[)?(?:version|v\.?|ver\.?)?\s*\d\.\d\)?)?"
        r"|(?:(?:US |U\.S\. )?National Cancer Institute(?:'s)?\s*(?:-\s*|\(NCI\)\s*)?|NCI[- ]*)?(?:Common )?(?:Terminology|Toxicity) Criteria(?:\s*(?:for|of) Adverse (?:Events?|Effects?))?(?:\s*(?:CTCAE|NCI-CTCAE))?(?:\s*,?\s*\(?(?:version|v\.?|ver\.?)?\s*\d(?:\.\d+)?\)?)?"
        r"|\b(?:m|i|ir)?RECIST(?:\s*(?:version|v\.?|V\.?|ver\.?)?\s*\d(?:\.\d)?)?(?:\s+criteria)?\b|\b(?:NCI[- ]*)?CTC(?:AE)?\s*,?\s*(?:version|v\.?|V\.?|ver\.?)\s*\d(?:\.\d+)?(?![\w])|\bNCI[- ]CTC(?:AE)?(?:\s+\d\.\d)?\b(?!\s*(?:grade|[≥>]))",
        re.I,
    ),
    "criteri",
    "recist",
    "ctc",
    "cancer institute",
)
_EMPTY = re.compile(r"\s*[(\[]\s*(?:(?:according to|based on|per|by|using|as per|as defined by|as assessed by|see|assessed by|the)\s*)*[)\]]", re.I)
_EVIDENCE_BY = Gate(
    re.compile(
        r",?\s*\b(?:after|following|upon|on|by|as|per|according to|at)\s+(?:the\s+|an?\s+)*(?:(?:evaluation|assessment|discussion|judge?ment|review|assessed|evaluated|determined|judged|confirmed|decision|consultation|deemed|considered)\s+)+(?:of|by|in|with|from|at)?\s*(?:the\s+|an?\s+|their\s+)*(?:[\w/-]+\s+){0,5}?(?:MDT|multi-?disciplinary|tumou?r board|surgeons?|radiolog(?:y|ists?)|patholog(?:y|ists?)|expert (?:group|panel|team)|experts|imaging|central (?:review|laboratory|pathology)|(?:hepatobiliary|surgical|thoracic) (?:team|surgery|surgeons?))(?:\s+(?:expert\s+)?(?:group|team|board|meeting|discussion|panel|review|conference|committee|evaluation|tumou?r board|consultation)s?)*",
        re.I,
    ),
    "mdt",
    "disciplin",
    "board",
    "surgeon",
    "radiolog",
    "patholog",
    "expert",
    "imaging",
    "central",
    "surg",
)
_EVEN_IF = Gate(
    re.compile(
        r",?\s*\b(?:even if|even though|regardless of(?: whether)?|irrespective of|whether or not|with or without)\s+[^,;.()]*(?:\([^()]*\)[^,;.()]*)*(?=[,;.)]|$)",
        re.I,
    ),
    "even",
    "regardless",
    "irrespective",
    "whether",
    "with or without",
)
_LEAD_ANY = re.compile(
    r"\b(?:any(?: one)?(?: or more)?|one(?: or more)?|at least one|either|at least 1|≥\s*1)\s+(?:\w+\s+){0,2}?(?:of\s+)?(?:the\s+|these\s+)?(?:following|below|these)?|\beither\b|\bor\b\W*$",
    re.I,
)
_LEAD_N = re.compile(
    r"\b(?:at least\s+)?(?P<n>two|three|four|five|[2-5])(?:\s+or more)?\s+(?:or more\s+)?of\s+(?:the\s+)?(?:following|below|these)", re.I
)
_LEAD_ALL = re.compile(r"\b(?:all|each|both)\s+(?:of\s+)?(?:the\s+)?(?:following|below|these)", re.I)
_CUE = re.compile(
    r"\b(?:specifically|including(?:,? but not limited to)?|includ(?:es?|ed)|such as|e\.g\.,?|as follows|"
    r"(?:as\s+)?(?:defined|evidenced|demonstrated|indicated|determined|documented|confirmed|shown|assessed|measured|described|specified|characterized)\s+(?:as|by|below|with)?|(?:with|by|meeting|meet|meets|met|fulfil\w*|satisfy\w*|has|have|had|are|is|according to|based on|within|must|should|the|at least|any|one|or more|all|each|both|either|of|two|three|these|this|those|which|that|who|a|an|be|and|or|in|to|for|if|"
    r"following|below|above|criteria|criterion|conditions?|requirements?|parameters?|values?|limits?|laboratory|tests?|results?|apply|applies|true|present|exist|occur|list(?:ed)?|characteristics|features|findings|reasons|specifically|adequate|normal))\b|[:;,.()]",
    re.I,
)
_DEFINES = re.compile(
    r"\b(?:defined|evidenced|demonstrated|indicated|determined|documented|confirmed|characterized)\s+(?:as|by)\b|\bmeaning\b|\bi\.e\b|\bwith the following\b|\bas follows\b",
    re.I,
)
_INCLUDES = re.compile(r"\b(?:includ(?:ing|es?)|such as|e\.?g\.?|for example|not limited to|like)\b", re.I)
_GROUP_LEAD = re.compile(
    r"^\W*(?:for\s+|in\s+|if\s+)?(?:(?:all|the|any|female|male)\s+)*(?:patients?|subjects?|participants?|individuals?|those|women|men|females?|males?)\b",
    re.I,
)
_JOINT = re.compile(r"[,;]?\s*\b(?P<word>and/or|or|and)\s*\W*$", re.I)
_FOR_SOME = re.compile(
    r"^\W*(?:for\s+)?(?:(?:(?:dose[- ])?(?:escalation|expansion)\s+)?(?:cohorts?|arms?|parts?|phase|groups?|stage|stratum|schedule|module|sub-?study)\s*[0-9A-Zab]{1,4}\b|(?:dose[- ])?(?:escalation|expansion)\b|(?:phase\s+)?[12I]+[ab]?\s+(?:only|portion|patients|participants|subjects))[^:]{0,60}:",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Lead:
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


def passage(rep: Repaired, start: int, end: int, offset: int) -> Passage:
    """The words of a range as one line, without the abbreviations in brackets."""
    flat = flatten(rep, start, end, offset)
    cuts = [(m.start(), m.end()) for m in _ABBREVIATION.finditer(flat.text) if _is_abbreviation(flat.text, m)]
    flat = flat.without(cuts) if cuts else flat
    # Which edition of which guideline, whose review, "even if ...": these state no condition of their own.
    for pattern in (_CRITERIA, _REFERENCE, _EMPTY, _EVIDENCE_BY, _EVEN_IF):
        found = pattern.spans(flat.text) if isinstance(pattern, Gate) else [(m.start(), m.end()) for m in pattern.finditer(flat.text)]
        cuts = [(a, b) for a, b in found if b - a < len(flat.text) - 3]
        flat = flat.without(cuts) if cuts else flat
    return flat


def _is_abbreviation(text: str, m: "re.Match[str]") -> bool:
    inner = m[0].strip(" ()[]")
    if m[0] in ("(s)", "(es)", "(ies)"):
        return m.start() > 0 and text[m.start() - 1].isalpha()
    if m.start() == 0 or re.fullmatch(r"[IVX]+[abABC]?|\d+(?:\.\d+)?|[TNM]\d\w*|[ABCD]|OR|AND|NOT|I-?IV|G\d", inner):
        return False
    letters = [c for c in inner if c.isalpha()]
    return sum(c.isupper() for c in letters) >= 2 or (
        len(inner) <= 4 and inner[:1].isupper() and inner not in ("Note", "See", "If", "Yes", "No", "Arm", "Any", "Not", "Men", "Age")
    )


def compile_items(rep: Repaired, items: Sequence[Item], env: Env, offset: int) -> list[list[Statement]]:
    """Statements of each item."""
    return [item_statements(rep, item, env, offset) for item in items]


def item_statements(rep: Repaired, item: Item, env: Env, offset: int) -> list[Statement]:
    """Statements of one bullet with its sub-items."""
    p = passage(rep, item.ranges[0][0], item.ranges[-1][1], offset)
    if env.depth > 6:
        return [Statement("state", NotCompiled(span=p.span(0, len(p.text))))]
    if not item.children:
        return statements(p, env)
    lead = _lead(p, env)
    groups = [item_statements(rep, c, replace(lead.env, depth=env.depth + 1), offset) for c in item.children]
    how = lead.how
    links = [_JOINT.search(rep.text[c.ranges[0][0] : c.ranges[-1][1]]) for c in item.children[:-1]]
    words = [m["word"].lower() for m in links if m]
    if words and how in ("all", "any") and not _LEAD_ALL.search(p.text):
        how = "any" if "or" in words[0] else "all" if all(w == "and" for w in words) else how
    below = _children(groups, lead, how, env, p)
    result = [*lead.before]
    whole = _under(p, lead, below, env, item, rep, offset)
    if whole is not None:
        result.append(whole)
    return result


def _lead(p: Passage, env: Env) -> _Lead:
    ranges = list(sentences(p))
    if not ranges:
        return _Lead(None, "any" if env.exclusion else "all", env)
    before = tuple(s for a, b in ranges[:-1] if (s := statement(p, a, b, env)) is not None)
    a, b = ranges[-1]
    text = p.text[a:b]
    how = "any" if env.exclusion or env.any_of else "all"
    if m := _LEAD_N.search(text):
        how = str(WORD_COUNTS.get(m["n"].lower(), m["n"]))
    elif _LEAD_ALL.search(text):
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
        return _Lead(
            None,
            how,
            replace(inner_env, frame=lead_frame if lead_frame.verb else env.frame, subject=subject[:1]),
            negated=bool(negation),
            before=before,
            asides=tuple(asides),
        )
    bare = [w for w in content if not (framed and framed.start() <= w.start() - a < framed.end())]
    if not bare:
        return _Lead(None, how, replace(inner_env, frame=lead_frame), negated=bool(negation), before=before, asides=tuple(asides))
    cue = re.search(
        r"[,\s]*\b(?:(?:as\s+)?defined (?:as|by)|including(?:,? but not limited to)?|includes?|such as|e\.g\.,?|(?:meeting|with|by|meet|has|have|had|having|and|who has|who have|who meet|for)?\s*(?:any|all|one|at least \w+|either|both|two|three|each|1|≥\s*\d)?(?: \w+)?(?: or more)?\s*(?:of\s+)?(?:the\s+|these\s+)following\b|as follows|specifically|at least one of|either)[^:]*:?\W*$",
        masked,
        re.I,
    )
    stop = a + cue.start() if cue and cue.start() > 2 else b
    own = clause(p, a, stop, replace(env, window=None)) if masked[: stop - a].strip(" :,.") else None
    includes = bool(_INCLUDES.search(text))
    defines = bool(_DEFINES.search(text))
    if own is not None and all(isinstance(x, Judgement) for x in leaves(own)):
        own = None
    return _Lead(
        own, how, inner_env, when=group and not env.exclusion and not defines, includes=includes, defines=defines, before=before, asides=tuple(asides)
    )


_LEAD_NOISE = frozenset(
    "adequate sufficient normal organ bone marrow function hematological hematologic renal hepatic liver kidney laboratory values following meet criteria patients subjects participants requirements system status results test medical baseline reserve acceptable haematological coagulation hepatorenal cardiac pulmonary main major vital important basically blood".split()
)


def _children(groups: list[list[Statement]], lead: _Lead, how: str, env: Env, p: Passage) -> Condition | None:
    """The sub-items as one condition."""
    flat = [s for group in groups for s in group]
    if not flat:
        return None
    if lead.when and any(s.mode in ("permit", "forbid") for s in flat):
        # "Subjects with X: A can be enrolled, B cannot": within the group the permitted kinds are the required ones.
        allowed = [s.condition for s in flat if s.mode == "permit"]
        barred = [s.condition for s in flat if s.mode == "forbid"]
        rest = [s.condition for s in flat if s.mode in ("state", "require")]
        parts: list[Condition] = list(rest)
        if allowed:
            parts.append(allowed[0] if len(allowed) == 1 else AnyOf(span=hull(allowed), items=flatten_items(allowed, AnyOf)))
        if barred:
            inner = barred[0] if len(barred) == 1 else AnyOf(span=hull(barred), items=flatten_items(barred, AnyOf))
            parts.append(Not(span=inner.span, item=inner))
        return parts[0] if len(parts) == 1 else AllOf(span=hull(parts), items=tuple(parts))
    conditions = [c for group in groups if (c := together(group, env.exclusion)) is not None]
    if not conditions:
        return None
    if len(conditions) == 1:
        return conditions[0]
    span = hull(conditions)
    if how.isdigit():
        return AtLeast(span=span, n=int(how), items=tuple(conditions))
    if how == "any":
        return AnyOf(span=span, items=tuple(conditions))
    return AllOf(span=span, items=tuple(conditions))


def _under(p: Passage, lead: _Lead, below: Condition | None, env: Env, item: Item, rep: Repaired, offset: int) -> Statement | None:
    """A lead-in with its sub-items."""
    whole = flatten(rep, item.start, item.end, offset)
    span = whole.span(0, len(whole.text))
    own = lead.own
    if below is None:
        parts = [c for c in (own, *lead.asides) if c is not None]
        return Statement("state", parts[0] if len(parts) == 1 else AllOf(span=span, items=tuple(parts))) if parts else None
    if lead.negated and any(isinstance(x, Permitted) for x in (below, *children(below))):
        below = NotCompiled(span=span)
    elif lead.negated:
        below = Not(span=span, item=AnyOf(span=below.span, items=below.items) if isinstance(below, AllOf) else below)
    result: Condition
    if own is None:
        result = below
    elif lead.when:
        result = Given(span=span, when=own, then=below)
    elif isinstance(own, Not):
        # "No active infection, including: ..."
        inner = own.item
        items = below.items if isinstance(below, AllOf | AnyOf) else (below,)
        allowed = [i.item for i in items if isinstance(i, Permitted)]
        barred = [i.item if isinstance(i, Not) else i for i in items if not isinstance(i, Permitted)]
        trigger: Condition = AnyOf(span=span, items=(inner, *barred)) if barred else inner
        if allowed:
            trigger = Except(
                span=span, trigger=trigger, carve_out=allowed[0] if len(allowed) == 1 else AnyOf(span=hull(allowed), items=tuple(allowed))
            )
        result = Not(span=span, item=trigger)
    elif lead.defines and all(isinstance(x, Finding | NotCompiled) for x in leaves(own)):
        result = below if any(isinstance(x, Finding) for x in leaves(own)) else below
    elif env.exclusion and (lead.includes or all(isinstance(x, NotCompiled) for x in leaves(own)) or isinstance(below, AnyOf)):
        result = AnyOf(span=span, items=(own, *(below.items if isinstance(below, AnyOf) else (below,))))
    elif lead.includes:
        result = own
    else:
        result = AllOf(span=span, items=(own, below))
    if lead.asides:
        result = AllOf(span=span, items=(*(result.items if isinstance(result, AllOf) else (result,)), *lead.asides))
    return Statement("state", result)


def hull(conditions: Sequence[Condition]) -> Span:
    """The span from the first word to the last word of several conditions."""
    return Span(start=min(c.span.start for c in conditions), end=max(c.span.end for c in conditions))


def flatten_items(conditions: Sequence[Condition], kind: type[AnyOf] | type[AllOf]) -> tuple[Condition, ...]:
    """The items of nested conditions of one kind, in order."""
    out: list[Condition] = []
    for c in conditions:
        out.extend(c.items if isinstance(c, kind) else (c,))
    return tuple(out)


def together(found: Sequence[Statement], exclusion: bool) -> Condition | None:
    """The statements of one bullet as one condition, under the polarity of its list."""
    if exclusion:
        return _excluding(found)
    parts: list[Condition] = []
    for s in found:
        match s.mode:
            case "forbid":
                parts.append(Not(span=s.condition.span, item=s.condition))
            case "permit":
                parts.append(Permitted(span=s.condition.span, item=s.condition))
            case _:
                parts.append(s.condition)
    if not parts:
        return None
    parts = _rescued(parts)
    return parts[0] if len(parts) == 1 else AllOf(span=hull(parts), items=flatten_items(parts, AllOf))


def _rescued(parts: list[Condition]) -> list[Condition]:
    """ "Proteinuria < 2+; for subjects with proteinuria ≥ 2+, 24-hour protein < 1 g": the rule for those who miss a limit
    is another way to meet it."""
    out: list[Condition] = []
    for part in parts:
        flat = list(part.items) if isinstance(part, AllOf) else [part]
        for item in flat:
            if isinstance(item, Given) and isinstance(item.when, Limit):
                k = next((k for k, c in enumerate(out) if isinstance(c, Limit) and _misses(c, item.when)), None)
                if k is not None:
                    rescue = AllOf(span=item.span, items=(item.when, item.then))
                    out[k] = AnyOf(span=hull([out[k], rescue]), items=(out[k], rescue))
                    continue
            if isinstance(item, Given):
                raised = [x for x in leaves(item.then) if isinstance(x, Limit)]
                measures = {x.measure for x in raised}
                base = [k for k, c in enumerate(out) if isinstance(c, Limit) and c.measure in measures]
                if (
                    raised
                    and len(raised) == len(leaves(item.then))
                    and {out[k].measure for k in base} == measures
                    and all(_wider(next(x for x in raised if x.measure == out[k].measure), out[k]) for k in base)
                ):  # type: ignore[union-attr, arg-type]
                    # "ALT ≤ 3 x ULN; for patients with liver metastases, ≤ 5 x ULN": a raised limit, not a second one.
                    for k in base:
                        higher = next(x for x in raised if x.measure == out[k].measure)  # type: ignore[union-attr]
                        out[k] = AnyOf(span=hull([out[k], item]), items=(out[k], AllOf(span=item.span, items=(item.when, higher))))
                    continue
            out.append(item)
    return out


def _wider(a: Limit, b: Limit) -> bool:
    """Whether limit `a` admits whatever `b` admits, and more."""
    if a.times != b.times or a.unit != b.unit:
        return False
    low = a.bounds.low is None or (b.bounds.low is not None and a.bounds.low <= b.bounds.low)
    high = a.bounds.high is None or (b.bounds.high is not None and a.bounds.high >= b.bounds.high)
    return low and high


def _misses(limit: Limit, when: Limit) -> bool:
    """Whether `when` holds exactly for those who do not meet `limit`."""
    if limit.measure != when.measure or limit.times != when.times or limit.unit != when.unit:
        return False
    a, b = limit.bounds, when.bounds
    if a.high is not None and b.low is not None:
        return a.high == b.low and a.low is None
    return a.low is not None and b.high is not None and a.low == b.high and a.high is None


def _excluding(found: Sequence[Statement]) -> Condition | None:
    parts: list[Condition] = []
    for s in found:
        match s.mode:
            case "permit":
                if not parts:
                    parts.append(Permitted(span=s.condition.span, item=s.condition))
                elif s.above:
                    # "Subjects who meet the above criteria after X can be enrolled": all the triggers before it are meant.
                    trigger = parts[0] if len(parts) == 1 else AnyOf(span=hull(parts), items=flatten_items(parts, AnyOf))
                    readings = ("who exceed the limits although so treated may enter", "who come within the limits once so treated may enter")
                    parts = [Except(span=hull([trigger, s.condition]), trigger=trigger, carve_out=s.condition, readings=readings)]
                elif _concerns(parts[-1], s):
                    parts[-1] = _except(parts[-1], s.condition)
                else:
                    parts.append(Permitted(span=s.condition.span, item=s.condition))
            case "require":
                parts.append(_unmet(s.condition))
            case _:
                parts.append(s.condition)
    real = [c for c in parts if not isinstance(c, Permitted)]
    if not real:
        return parts[0] if parts else None
    if len(parts) == 1:
        return parts[0]
    if len(real) == 1 and len(parts) > 1:
        # A permission beside a trigger changes nothing; it is kept to be shown.
        return AllOf(span=hull(parts), items=tuple(parts))
    if len(real) < len(parts):
        trigger = AnyOf(span=hull(real), items=flatten_items(real, AnyOf))
        return AllOf(span=hull(parts), items=(trigger, *(c for c in parts if isinstance(c, Permitted))))
    return AnyOf(span=hull(parts), items=flatten_items(parts, AnyOf))


def _unmet(condition: Condition) -> Condition:
    """A requirement inside an exclusion bars those who do not meet it."""
    if isinstance(condition, Given):
        then = condition.then
        barred = then.item if isinstance(then, Not) else Not(span=then.span, item=then)
        return AllOf(span=condition.span, items=(condition.when, barred))
    if isinstance(condition, Not):
        return condition.item
    if isinstance(condition, Judgement):
        return condition
    return Not(span=condition.span, item=condition)


def _concerns(trigger: Condition, permission: Statement) -> bool:
    """Whether a permission takes something out of a trigger, rather than speaking of something beside it."""
    mine = [x for x in leaves(trigger) if not isinstance(x, NotCompiled | Judgement)]
    theirs = [x for x in leaves(permission.condition) if not isinstance(x, NotCompiled | Judgement)]
    if not mine or not theirs:
        return bool(mine) and permission.group
    if any(isinstance(x, Finding) and any(q.startswith("requires_") for q in x.qualifiers) for x in mine) and any(
        isinstance(x, Treatment) for x in theirs
    ):
        return True
    kinds = {type(x) for x in mine}
    return any(type(x) in kinds for x in theirs) or permission.group


def _except(trigger: Condition, carve_out: Condition) -> Condition:
    if isinstance(trigger, Except):
        both = AnyOf(span=hull([trigger.carve_out, carve_out]), items=flatten_items([trigger.carve_out, carve_out], AnyOf))
        return trigger.model_copy(update={"carve_out": both, "span": hull([trigger, carve_out])})
    return Except(span=hull([trigger, carve_out]), trigger=trigger, carve_out=carve_out)


def compile_range(rep: Repaired, items: Sequence[Item], side: Side, offset: int, env: Env | None = None) -> Condition | None:
    """Several bullets of one side as one condition."""
    env = env or Env(exclusion=side == "exclusion")
    parts = [c for item in items if (c := together(item_statements(rep, item, env, offset), env.exclusion)) is not None]
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    return AnyOf(span=hull(parts), items=flatten_items(parts, AnyOf)) if env.exclusion else AllOf(span=hull(parts), items=flatten_items(parts, AllOf))


_LONGEST = 20_000


def compile_text(text: str, polarity: str, document: str = "criterion", offset: int = 0) -> Condition:
    """The condition of one criterion's text. Spans are offsets in `text` plus `offset`. Never raises.

    `polarity` is "inclusion", "exclusion" or "population" (read like an inclusion). What is not understood, or is too
    long to be one criterion, becomes `NotCompiled`.
    """
    del document
    whole = Span(start=offset, end=offset + len(text))
    try:
        rep = repair(text)
        if len(text) > _LONGEST:
            return NotCompiled(span=whole, why="too long for one criterion")
        flat = Repaired(unfold(rep.text), rep.raw_text, rep.origin)
        side: Side = "exclusion" if polarity == "exclusion" else "inclusion"
        found = compile_range(flat, bullets(flat.text, 0, len(flat.text)), side, offset)
        return found if found is not None else NotCompiled(span=whole)
    except (ValueError, IndexError, KeyError, RecursionError, AssertionError):
        return NotCompiled(span=whole, why="could not be read")
