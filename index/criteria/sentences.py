"""Sentences -> statements. Polarity is the sentence's own ("can be enrolled", "are excluded"), whatever list it stands in."""

import re
from collections.abc import Iterator
from dataclasses import replace

from index.conditions import AllOf, AnyOf, Category, Condition, Finding, Given, Judgement, Limit, Not, NotCompiled, Treatment, leaves
from index.criteria import special, windows
from index.criteria.bodies import GROUP, read_body
from index.criteria.clauses import clause
from index.criteria.conditional import MUST, conditional_rule
from index.criteria.gate import Gate
from index.criteria.leaves import words_of
from index.criteria.lexis import Frame
from index.criteria.logic import BOTH_WAYS, both_ways
from index.criteria.passage import Passage
from index.criteria.shapes import Env, Statement

_STOP = re.compile(
    r"(?<=[a-z0-9)%])\s+(?=(?:No|Not)\s+[a-z]|(?:At least|More than)\s+(?:\d+|one|two|three|four|six)\s+(?:weeks?"
    r"|days?|months?|years?)\s+since\b)|[.!?](?:[\"')\]]*)\s+(?=[\"'(\[*-]*[A-Z0-9≥≤<>])|\s+(?=(?:NOTE|Note"
    r"|Exceptions?|EXCEPTIONS?)\s*\d*\s*:)|;\s+(?=(?:[Hh]owever|[Ii]n addition|[Nn]ote|(?:[Ff]or"
    r"|[Ii]n)\s+(?:the\s+)?(?:patients|subjects|participants|those|women|men)|[Ii]f|(?:[Pp]atients|[Ss]ubjects"
    r"|[Pp]articipants)\s+(?:with|who))\b)"
)
_NO_STOP = re.compile(
    r"(?<=[a-z0-9)%])\s+(?=(?:No|Not)\s+[a-z]|(?:At least|More than)\s+(?:\d+|one|two|three|four|six)\s+(?:weeks?"
    r"|days?|months?|years?)\s+since\b)|(?:\b(?:e\.g|i\.e|vs|cf|approx|incl|Dr|St|No|no|Fig|resp|ca|max|min|v|ver|al"
    r"|Inc|Co|Ltd|U\.S|spp?|subsp|wt|inc|excl|esp|[A-Z])\.)$"
)
_INFORMATION = Gate(
    re.compile(
        r"\bpotential risks may also apply\b|^\W*(?:other|additional|further)\b[^.]{0,60}\bmay (?:also )?apply\W*$"
        r"|^\W*(?:the\s+)?effects? of\b[^.]*\b(?:fetus|foetus|embryo)\b[^.]*\b(?:unknown"
        r"|not known)\b(?![^.]*\b(?:must|excluded|should)\b)|^\W*(?:(?:HIV|HBV|HCV|hepatitis|routine|serolog\w+|laboratory|no|and|or|[BC]"
        r"|,)\s+)*(?:testing|screening"
        r"|tests?)\s+(?:for\s+[\w ,/-]+?\s+)?(?:is|are)\s+(?:not\s+)?(?:required|mandatory|necessary|needed)\b(?!\s+to\s+be)|^\W*for (?:more"
        r"|further|additional) information\b|\bprotocol[- ]defined (?:inclusion"
        r"|exclusion)\b|\bother (?:inclusion|exclusion) criteria\b.*\bappl|^\W*should (?:a|the) (?:woman|patient"
        r"|participant|subject|female)\b.*\bbecome pregnant",
        re.I,
    ),
    "should a",
    "apply",
    "potential risks",
    "fetus",
    "foetus",
    "embryo",
    "testing",
    "screening",
    "test",
    "should the",
    "www",
    "http",
    "information",
    "criteria",
)
_LABEL = re.compile(
    r"^\W*(?:(?:note|n\.?b\.?|nb|comment|important|inclusion|exclusion|criteri(?:on|a))\s*\d*\s*[:.)-]\s*|(?:and|or"
    r"|but|however|also|in addition|additionally|furthermore|moreover),?\s+)+",
    re.I,
)
_FOLLOWING = re.compile(
    r"^\W*(?:any (?:one )?of\s+)?(?:the|these)?\s*following\b[^:;≥≤<>]{0,70}?\b(?:includ(?:es?|ing)|are|is|such as"
    r"|namely)(?:,?\s*but (?:are |is )?not limited to)?\s*[,:]\s*",
    re.I,
)
_EXCEPTION = re.compile(
    r"^\W*(?:(?:the (?:only )?|permitted |allowed |allowable |possible )?exceptions?(?:\s+(?:to (?:this"
    r"|the above)(?: criterion| rule)?|to this|is|are|include[sd]?|including|made|for|were|can be|will be|may be"
    r"|would be|allowed|permitted|the following))*\s*(?::|for\b|with\b|-)?|excepted are|except(?:ing)?(?: for)?:"
    r"|this (?:criterion|exclusion|restriction|requirement) does not apply (?:to|for)|does not include"
    r"|not included are)\s*",
    re.I,
)
_AUX = (
    r"(?:(?:can|may|could|will|would|should|shall|must|is|are|be|were|was|also|still|however|generally|remain"
    r"|considered|potentially|deemed|then|therefore|usually|automatically|specifically|otherwise|all|only)\s+)"
)
_PERMIT = re.compile(
    rf"\s+(?:{_AUX}+(?:enrolled|eligible|included|allowed|permitted|permissible|acceptable|accepted|admitted|entered"
    rf"|recruited|exempt(?:ed)?|ok|tolerated|not considered (?:to be )?(?:a form of )?systemic (?:treatment"
    rf"|therapy)(?:\s+and (?:is|are) (?:allowed|permitted))?|not (?:be )?(?:excluded|exclusionary"
    rf"|an exclusion(?: criterion)?"
    rf"|ineligible|a reason for exclusion|considered (?:an )?exclusion\w*|disqualif\w+|prohibited)"
    rf"|participate|enter|enrol+|take part|be included)|(?:can|may|could)\s+(?:also\s+|still\s+)?be\s+(?:used|given)"
    rf"|(?:can|may)\s+(?:receive|continue|take|use|have had"
    rf"|have received|have(?!\s+(?:an?\s+|any\s+|some\s+|\w+\s+)?(?:impact|influence|effects?|bearing|consequences?|implications?))))(?![\w-])",
    re.I,
)
_FORBID = Gate(
    re.compile(
        r"\s*(?:(?:are|is|will be|will|should be|must be|shall be|be|were|was|would be|being|also)\s+(?:also\s+"
        r"|automatically\s+|specifically\s+|therefore\s+|strictly\s+|considered\s+)?(?:excluded|ineligible"
        r"|not (?:be )?(?:eligible|allowed|permitted|included|acceptable|enrolled|permissible|accepted|suitable"
        r"|considered eligible|used)|prohibited|exclusionary|(?:an )?exclusion(?: criterion| criteria)?|disallowed"
        r"|forbidden|contraindicated)"
        r"|(?:cannot|can not|may not|must not|should not|will not|shall not|are not to|is not to)\s+(?:be (?:enrolled"
        r"|included|eligible|allowed|permitted|used|entered|accepted|recruited|given|considered)|participate|enter"
        r"|enrol+|take part))(?![\w-])",
        re.I,
    ),
    "exclu",
    "not",
    "ineligib",
    "prohibit",
    "disallow",
    "forbidden",
    "contraindic",
)
_SHORT_PERMIT = re.compile(
    r"(?<!not)(?<!be)\s+(?:(?:also|are|is|were)\s+)*(?:allowed|permitted|eligible"
    r"|acceptable)\s*(?P<rest>(?:,?\s*(?:if|provided|as long as|unless|with|but|except|only|when|for"
    r"|at the discretion)\b.*)?)\W*$",
    re.I,
)
_SHORT_FORBID = re.compile(r"\s+(?:not (?:allowed|permitted|eligible|acceptable)|ineligible|excluded|prohibited)\s*\W*$", re.I)
_NONE_ALLOWED = re.compile(r"^\W*no\s+(?=.*\b(?:is|are|will be)\s+(?:allowed|permitted)\b)", re.I)
_ON_CONDITION = re.compile(
    r"^\s*(?:in|into|to|for|on)?\s*(?:this|the)?\s*(?:study|trial|protocol|participate|enrol+|enter"
    r"|inclusion)?\s*[,;]?\s*(?P<how>(?:only\s+)?(?:if|provided|providing|as long as|so long as|when|on condition"
    r"|assuming|where|once|given|with the (?:condition|provision)|but (?:must|should|need)|and must"
    r"|unless)(?:\s+that)?)\b\s*(?P<what>.*)$",
    re.I,
)
_ABOVE = re.compile(
    r"\b(?:meet|meets|meeting|met|fulfil\w*|satisf\w+)\s+(?:the\s+|these\s+|those\s+|all\s+)*(?:above|these|those"
    r"|aforementioned|aforesaid|said|the criteria)\b(?:[- ]?mentioned)?\s*(?:criteri\w+|conditions?|requirements?"
    r"|limits?)?",
    re.I,
)
_APART = re.compile(r";\s+|,\s*(?:but|however|although)\s+(?=\w)", re.I)


def sentences(p: Passage, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Ranges of the sentences of a passage, and of their parts where a part grants or bars something by itself."""
    for a, b in _sentences(p, start, end):
        cuts = [m for m in _APART.finditer(p.text, a, b) if p.text.count("(", a, m.start()) <= p.text.count(")", a, m.start())]
        at = a
        for m, stop in zip(cuts, [*(c.start() for c in cuts[1:]), b], strict=False):
            own = p.text[m.end() : stop]
            if _PERMIT.search(own) or _SHORT_PERMIT.search(own) or _FORBID.search(own):
                yield at, m.start()
                at = m.end()
        yield at, b


def _sentences(p: Passage, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Ranges of the sentences; a stop inside brackets or behind an abbreviation ends none."""
    end = len(p.text) if end is None else end
    at = start
    for m in _STOP.finditer(p.text, start, end):
        head = p.text[at : m.start() + 1]
        if _NO_STOP.search(head) and p.text[m.start() : m.start() + 1] == "." and not re.search(r"\betc\.$", head):
            continue
        if head.count("(") > head.count(")") or head.count("[") > head.count("]"):
            continue
        yield at, m.start() + (1 if p.text[m.start() : m.start() + 1] in (".", "!", "?", ";") else 0)
        at = m.end()
    if p.text[at:end].strip(" .;"):
        yield at, end


def statements(p: Passage, env: Env, start: int = 0, end: int | None = None) -> list[Statement]:
    """What the sentences of a passage say, in order; empty if nothing."""
    out: list[Statement] = []
    for a, b in sentences(p, start, end):
        examples = _examples(p, a, b, out, env)
        for found in (examples,) if examples is not None else _parts(p, a, b, env):
            out.append(found)
            measures = tuple(dict.fromkeys(leaf.measure for leaf in leaves(found.condition) if isinstance(leaf, Limit)))
            if measures and len(measures) <= 3:
                env = replace(env, subject=measures)
    return out


_BRACKET = re.compile(r"\s*\((?P<inner>[^()]*)\)")
_BESIDE = re.compile(r"\s*(?:,\s*(?:and|but|with)?|\b(?:and|but|with))\s+", re.I)


_EXAMPLES_OF = re.compile(
    r"^\W*(?:(?:some\s+)?examples? of\b|such|these)[^:;]{0,90}?\b(?:includes?|are|being)(?:,?\s*but (?:are "
    r"|is )?not limited to)?\s*[,:]?\s*",
    re.I,
)
_ALL_SEXES = re.compile(
    r"^\W*(?:(?:both|all|any|either|the|of|patients?|subjects?|participants?|people)\s+)*(?:genders?|sex(?:es)?|races?|ethnic(?:it(?:y|ies)| groups?)"
    r"|males? (?:and|or) females?|females? (?:and|or) males?|men and women|women and men)(?:(?:\s*(?:,|and|or|/)\s*)+(?:all\s+)?"
    r"(?:genders?|sexes|races?|ethnic(?:ities| groups?)|ethnicity))*\s+(?:(?:are|is|will be|may be|can be|both|all)\s+)*"
    r"(?:eligible|included|allowed|accepted|permitted|enrolled|acceptable|recruited)(?:\s+(?:for|in|to)\s+(?:this|the)?\s*(?:study|trial"
    r"|participate))?\W*$",
    re.I,
)


def _examples(p: Passage, start: int, end: int, before: list[Statement], env: Env) -> Statement | None:
    """ "Examples of X include A, B": members of what the sentence before names, in its window."""
    m = _EXAMPLES_OF.match(p.text[start:end])
    if m is None or not before or not env.exclusion:
        return None
    named = {w.lower().rstrip("s") for w in re.findall(r"[\w-]{5,}", m[0])}
    group = next(
        (
            x
            for s in reversed(before)
            for x in leaves(s.condition)
            if isinstance(x, Treatment | Finding) and named & _stems(" ".join(x.targets if isinstance(x, Treatment) else x.concepts))
        ),
        None,
    )
    if group is None:
        return None
    frame = Frame(treatment=True, status=group.status) if isinstance(group, Treatment) else Frame(ever=group.tense == "ever")
    body = clause(p, start + m.end(), end, replace(env, any_of=True, frame=frame, window=group.window))
    return Statement("state", body, text=p.text[start:end]) if body is not None else None


def _stems(words: str) -> set[str]:
    return {w.lower().rstrip("s") for w in re.findall(r"[\w-]{5,}", words.replace("_", " "))}


def _parts(p: Passage, start: int, end: int, env: Env) -> Iterator[Statement]:
    """The statements of a sentence: a permission in a bracket or behind a requirement speaks of itself alone."""
    text = p.text
    for m in _BRACKET.finditer(text, start, end):
        inner = m["inner"]
        grants = _PERMIT.search(inner) or _SHORT_PERMIT.search(inner)
        if not grants or grants.start() == 0 or not text[start : m.start()].strip():
            continue
        if re.match(r"\s*(?:unless|except|if|excluding|other than)\b", inner, re.I):
            continue
        yield from _parts(p.without([(m.start(), m.end())]), start, end - (m.end() - m.start()), env)
        if (own := statement(p, m.start("inner"), m.end("inner"), env)) is not None:
            yield own
        return
    if (cut := _requirement_end(text, start, end)) is not None and not env.exclusion:
        for a, b in ((start, cut[0]), (cut[1], end)):
            if (found := statement(p, a, b, env)) is not None:
                yield found
        return
    if (
        (again := _AND_MUST.search(text, start, end))
        and not env.exclusion
        and text[start : again.start()].count("(") == text[start : again.start()].count(")")
        and _OF_EVERYONE.match(text, start, again.start())
    ):
        # "A, B or C and must have D": the second demand is one of its own, whatever list it follows.
        yield from _parts(p, start, again.start(), env)
        yield from _parts(p, again.end(), end, env)
        return
    if (found := statement(p, start, end, env)) is not None:
        yield found


# The demand is of all patients, not of a group ("women of childbearing potential must ...") that the second one would lose.
_OF_EVERYONE = re.compile(
    r"\W*(?:(?:all|the|each|every|any|eligible|study|enrolled)\s+)*"
    r"(?:(?:patients?|subjects?|participants?|individuals?|persons?|volunteers?|they|he or she)\s+)?"
    r"(?:must|should|shall|needs? to|ha(?:ve|s)(?:\s+to)?)\b",
    re.I,
)
_AND_MUST = re.compile(
    r",?\s+and\s+(?:(?:they|who|patients?|subjects?|participants?)\s+)?(?=(?:also\s+)?(?:must|should|shall|needs? to|ha(?:ve|s) to)\b)", re.I
)


def _requirement_end(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where the permission of "must have X, and Y is allowed" begins: a requirement beside a permission stays one."""
    words = text[start:end]
    m = _PERMIT.search(words) or _SHORT_PERMIT.search(words)
    demand = next((x for x in _DEMANDS.finditer(words) if m and x.end() <= m.start()), None)
    if m is None or demand is None or _WHOSE.match(words):
        return None
    links = [x for x in _BESIDE.finditer(words, 0, m.start()) if words.count("(", 0, x.start()) <= words.count(")", 0, x.start())]
    links = [x for x in links if x.start() > demand.end() and words[x.end() : m.start()].strip()]
    return (start + links[-1].start(), start + links[-1].end()) if links else None


_DEMANDS = re.compile(
    r"\b(?:must|(?:is|are|be) required|needs? to|have to|has to|shall|should)\b"
    r"(?!\s+(?:not\s+)?be\s+(?:allowed|permitted|eligible|enrolled|included|accepted|admitted|considered))",
    re.I,
)
_BOUND_TO = re.compile(r"^\W*(?:must|needs? to|has to|have to)\s+(?:be\s+)?(?:tak|receiv|using|use\b|on\b|continu|remain on)", re.I)
_WHOSE = re.compile(r"^\W*(?:[\w-]+\s+){0,4}(?:who|that|which|whom)\s+(?:must|need|have to|has to|should|are required)\b", re.I)


_PROCEDURE = re.compile(
    r"^\W*(?:all\s+|the\s+|these\s+|baseline\s+|screening\s+|required\s+|pre-?study\s+|radiologic\w*\s+|imaging\s+|laboratory\s+|tumou?r\s+)*"
    r"(?:assessments?|scans?|imaging|tests?|evaluations?|procedures?|examinations?|measurements?|studies|labs?|x-?rays?)\b[^.;:]{0,80}?\b(?:must"
    r"|should|will|have to|has to)\s+(?:be|have been)\s+"
    r"(?:performed|completed|obtained|done|conducted|repeated|collected)\b",
    re.I,
)
"""When an examination has to be done: the site's to settle."""
_STATES = re.compile(r"[<>≤≥]|\bno\b|\bnot\b|\bbiops|\bnegative\b|\bpositive\b|\bnormal\b", re.I)


def _diseases(p: Passage, start: int, end: int) -> bool:
    """Whether a range names a disease or a state."""
    return any(e.table == "condition" for e in p.entities.within(start, end))


_WEANED = re.compile(r"\bbreast-?\s?feeding\s+(?:should|must|has to|needs to|will)\s+be\s+(?:discontinued|stopped)\b", re.I)
_MAY_BE = re.compile(
    r"^\W*may\s+(?:also\s+)?(?:be|have(?:\s+had)?)\s+(?!been\b|no\b|not\b|only\b|up to\b)(?!.*\b(?:but|must|only|no more|at most"
    r"|should|if)\b)",
    re.I,
)
"""A permission without a subject, behind a sentence that has one ("May be current or former smoker")."""
_SEX_LABEL = re.compile(r"\b(?P<sex>females?|males?|wom[ae]n|m[ae]n)\s*:\s*(?=\S)", re.I)


def statement(p: Passage, start: int, end: int, env: Env) -> Statement | None:
    """What one sentence says."""
    text = p.text
    while start < end and text[start] in " -*•,;":
        start += 1
    while end > start and text[end - 1] in " .;,":
        end -= 1
    if len({m["sex"].lower().startswith(("f", "w")) for m in _SEX_LABEL.finditer(text, start, end)}) > 1:
        # "Males: Hb >= 13; females: Hb >= 12": read together, each would be asked of everyone.
        colons = [(m.end("sex"), m.end()) for m in _SEX_LABEL.finditer(text, start, end)]
        plain = p.without([(a, b - 1) for a, b in colons])
        body = clause(plain, start, end - sum(b - 1 - a for a, b in colons), env)
        if body is not None and all(
            isinstance(x, Given) and isinstance(x.when, Category) for x in (body.items if isinstance(body, AllOf | AnyOf) else (body,))
        ):
            return Statement("state", body, text=text[start:end])
        return Statement("state", NotCompiled(span=p.span(start, end), why="a rule of its own for each sex"), text=text[start:end])
    if m := _LABEL.match(text[start:end]):
        start += m.end()
    if m := _FOLLOWING.match(text[start:end]):
        start += m.end()
    words = text[start:end]
    if not words:
        return None
    if _INFORMATION.search(words):
        return None
    if _ALL_SEXES.match(words):
        return Statement("permit", Category(span=p.span(start, end), scale="sex", values=("female", "male")), text=words)
    apart = env.exclusion and special.contraception(words) and bool(special.contraception_apart(p, start, end))
    if (
        not apart
        and (special.contraception(words) or special.pregnancy_tested(words))
        and (made := special.special(p, start, end, env.window, env.exclusion))
    ):
        return Statement("state", made, text=words)
    if _PROCEDURE.match(words) and not _STATES.search(words) and not p.measures.within(start, end) and not _diseases(p, start, end):
        return Statement("state", Judgement(span=p.span(start, end), by="procedural", topic="other"), text=words)
    if _WEANED.search(words):
        # "... unknown risk for nursing infants: breastfeeding should be discontinued": nobody who breastfeeds takes part.
        return Statement("forbid", Finding(span=p.span(start, end), concepts=("breastfeeding",)), text=words)
    if (m := _MAY_BE.match(words)) and (may := read_body(p, start + m.end(), end, replace(env, any_of=True, window=None))) is not None:
        return Statement("permit", may, text=words)
    if m := _EXCEPTION.match(words):
        found = clause(p, start + m.end(), end, replace(env, any_of=True, window=None))
        return Statement("permit", found, bool(GROUP.match(words[m.end() :])), text=words) if found is not None else None
    if m := _NONE_ALLOWED.match(words):
        tail = re.search(r"\s+(?:is|are|will be)\s+(?:allowed|permitted)\b", words)
        assert tail
        later = list(windows.find(text, start + tail.end(), end))
        body = clause(
            p,
            start + m.end(),
            start + tail.start(),
            replace(env, any_of=True, frame=Frame(treatment=True, status="received"), window=later[0].window if later else env.window),
        )
        return Statement("forbid", body, text=words) if body is not None else None
    if (
        (m := _FORBID.search(words))
        and m.start() > 0
        and not re.search(r"\b(?:that|which|who)\s*$", words[: m.start()])
        and not _ON_CONDITION.match(words[m.end() :])
    ):
        rest = words[m.end() :].strip(" .,;")
        body = read_body(p, start, start + m.start(), replace(env, any_of=True))
        if body is not None:
            extra = _rest(p, start + m.end(), end, env) if rest else None
            if extra is not None:
                body = _and(body, extra)
            return Statement("forbid", body, bool(GROUP.match(words)), text=words)
    m = _PERMIT.search(words) or _SHORT_PERMIT.search(words)
    if (
        m
        and m.start() > 0
        and not re.search(r"\b(?:that|which|who|if|unless|procedures?|drugs?|therapies)\s*$", words[: m.start()])
        and not re.search(r"\b(?:not|no|be|been|to)\s*$", words[: m.start()])
    ):
        tail_at = m.start("rest") if "rest" in m.re.groupindex else m.end()
        found_permit = _permit(p, start, start + m.start(), start + tail_at, end, env, words)
        if found_permit is not None:
            return found_permit
    if (m := _SHORT_FORBID.search(words)) and m.start() > 0:
        body = read_body(p, start, start + m.start(), replace(env, any_of=True))
        if body is not None:
            return Statement("forbid", body, bool(GROUP.match(words)), text=words)
    conditional = conditional_rule(p, start, end, env)
    if conditional is not None:
        return conditional
    body = read_body(p, start, end, env)
    if body is None:
        return None
    if env.exclusion and isinstance(body, Not) and re.match(r"^\W*(?:no|not)\b", words, re.I) and both_ways(body):
        return Statement("state", NotCompiled(span=p.span(start, end), why=BOTH_WAYS), text=words)
    required = (
        bool(MUST.search(re.sub(r"\([^()]*\)", "", words)))
        and not re.match(r"^\W*(?:requir|need)", words, re.I)
        and not re.search(r"\b(?:should|must|shall|has to|have to)\s+(?:be\s+)?(?:withdraw\w*|excluded|discontinued from|removed)\b", words, re.I)
        and not (
            env.exclusion and (_WHOSE.match(words) or _BOUND_TO.match(words))
        )  # "patients who must continue X", "must take X" are the barred ones
    )
    return Statement("require" if required else "state", body, bool(GROUP.match(words)), text=words)


def _permit(p: Passage, start: int, at: int, tail: int, end: int, env: Env, words: str) -> Statement | None:
    """ "Subjects with X can be enrolled", with or without a condition behind it."""
    text = p.text
    group = bool(GROUP.match(words))
    above = bool(_ABOVE.search(text[start:at]))
    if above:
        found = clause(p, _behind(text, start, at), at, replace(env, any_of=True, window=None, frame=Frame(treatment=True, status="current")))
        condition = found if found is not None else NotCompiled(span=p.span(start, at))
        return Statement("permit", condition, True, True, words)
    body = read_body(p, start, at, replace(env, any_of=True, window=None))
    if body is None:
        return None
    rest = text[tail:end]
    if m := _ON_CONDITION.match(rest):
        what = read_body(p, tail + m.start("what"), end, replace(env, any_of=False, exclusion=False, window=None))
        condition_then: Condition = what if what is not None else NotCompiled(span=p.span(tail, end))
        if "unless" in m["how"].lower():
            condition_then = Not(span=condition_then.span, item=condition_then)
        span = p.span(start, end)
        if env.exclusion:
            return Statement("permit", AllOf(span=span, items=(body, condition_then)), group, text=words)
        return Statement("state", Given(span=span, when=body, then=condition_then), group, text=words)
    colon = re.match(r"\s*(?:in (?:this|the) (?:study|trial))?\s*:\s*", rest)
    if colon:
        # "Subjects with X can be enrolled: X is defined as ..."
        definition = read_body(p, _definition(text, tail + colon.end(), end), end, replace(env, any_of=False, exclusion=False, window=None))
        if definition is not None:
            return Statement("state", Given(span=p.span(start, end), when=body, then=definition), group, text=words)
    if lacking := re.match(r"\s*,?\s*(?:in the absence of|if there (?:is|are) no|when there (?:is|are) no|in patients without)\s+", rest):
        absent = read_body(p, tail + lacking.end(), end, replace(env, any_of=True, window=None))
        if absent is not None and env.exclusion:
            return Statement("permit", _and(body, Not(span=absent.span, item=absent)), group, text=words)
    extra = _rest(p, tail, end, env)
    if extra is not None:
        if env.exclusion:
            body = _and(body, extra)
        else:
            return Statement("state", Given(span=p.span(start, end), when=body, then=extra), group, text=words)
    if not env.exclusion and any(x.end() <= at - start for x in _DEMANDS.finditer(words)) and not _WHOSE.match(words):
        # A requirement whose end could not be told from the permission: the permission must not swallow it.
        return Statement(
            "state", _and(body, NotCompiled(span=p.span(start, end), why="a requirement and a permission in one sentence")), group, text=words
        )
    return Statement("permit", body, group, text=words)


def _behind(text: str, start: int, at: int) -> int:
    m = _ABOVE.search(text, start, at)
    return m.end() if m else start


def _definition(text: str, start: int, end: int) -> int:
    """Where a definition's body begins: behind "... are defined as"."""
    m = re.compile(r"[^.;]{0,120}?\b(?:(?:is|are)\s+)?defined (?:as|by)\b\s*:?", re.I).match(text, start, end)
    return m.end() if m else start


def _rest(p: Passage, start: int, end: int, env: Env) -> Condition | None:
    """Words behind "are allowed": a window, or something that must not be lost."""
    left = list(words_of(p, start, end))
    found = windows.find(p.text, start, end)
    left = [w for w in left if not any(f.start <= w.start() < f.end for f in found)]
    left = [w for w in left if w[0].lower() not in ("study", "trial", "participation", "participate", "enrolment", "enrollment")]
    return NotCompiled(span=p.span(left[0].start(), left[-1].end())) if left else None


def _and(a: Condition, b: Condition) -> Condition:
    return AllOf(span=a.span.model_copy(update={"end": max(a.span.end, b.span.end)}), items=(a, b))
