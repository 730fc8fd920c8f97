"""Scales with named values: "BCLC stage B or C", "Cheng's type I-III", "HBsAg positive", "HER2-negative", "NYHA class ≥ II"."""

import re
from dataclasses import dataclass, replace
from functools import cache

from index.conditions import AllOf, AnyOf, Category, Condition, Finding, Not, Window
from index.criteria import childpugh, numbers
from index.criteria.limits import Atom
from index.criteria.passage import Passage
from index.vocabulary import Mention, tokens, vocabulary
from index.vocabulary.lexicon import Lexicon

_GAP = re.compile(
    r"""(?:\s|[:,=~\-–'"]|\bs\b|\b(?:class(?:es|ification)?|stages?|stag(?:ed|ing)|types?|groups?|grades?|scores?|levels?|status|functional|categor(?:y|ies)|of|is|are|was|were|be|been|must|should|the|an?|to|for|as|tumor|tumors|tumour|tumours|disease|by|in
    |test(?:s|ing)?|results?|known|confirmed|antibod(?:y|ies)|antigen|serology|expression|mutations?|mutated|gene|amplification|rearrangements?|fusions?|translocations?|system|liver|cancer|cirrhosis|defined|according|risks?|per|either|who|has|have|had|tested|found|determined|documented|surface|serum|one|symptoms|heart|failure|function|that|which|fusion|protein|receptors?|overexpression|currently|clinical|pathological)\b
    |\([^()<>≤≥=]{0,60}\))*+""",
    re.I | re.X,
)
_JOIN = re.compile(r"\s*(?:,\s*(?:and/or|or|and)?|/|and/or|or|and|&)\s*(?:(?:class|stage|type|group|grade|score|an?|with)\s+)*", re.I)
_RANGE = re.compile(r"\s*(?:-|–|to|through|~)\s*(?:(?:class|stage|type|group|grade)\s+)?", re.I)
_KIND = re.compile(r"\s*(?:types?|class(?:es)?|stages?|groups?|grades?|disease|status|risks?|criteria|score|category|classification)\b", re.I)
# "EGFR mutation status", "ALK rearrangement testing": asked about, not stated.
_ASKED = re.compile(r"\s*(?:status|test(?:s|ing)?\b|analys[ei]s|assessment|screening|determination|evaluation|results?\b)", re.I)
_GLOSS = re.compile(r"\s*\([^()<>≤≥]{1,60}\)")
"""A bracket behind a value that says the value in other words ("B (intermediate) or C (advanced)")."""
_POINTS = re.compile(
    r"\s*\(\s*(?:total\s+)?(?:scores?|points?)?\s*(?:of|:|=)?\s*[<>≤≥]?=?\s*\d+(?:\s*(?:-|–|to|or|,|~)\s*\d+)*"
    r"\s*(?:points?|scores?|risk factors?|factors?)?\s*\)",
    re.I,
)
"""Points in brackets behind a value: they say the value again ("intermediate (score of 1 or 2)")."""
_MORE = re.compile(
    r"\s*(?:or|and|/)\s*(?P<up>higher|greater|above|more|worse|over|beyond)\b|\s*(?:or|and|/)\s*(?P<down>lower|less|below|better)\b", re.I
)


_GRADED = {"child_pugh": "child_pugh_class"}
"""Scores whose name also stands before a class ("Child-Pugh score A")."""


@dataclass(frozen=True, slots=True)
class _Scale:
    keys: tuple[str, ...]
    spelled: dict[tuple[str, ...], str]
    longest: int


@cache
def _scale(id_: str) -> _Scale:
    keys: list[str] = []
    spelled: dict[tuple[str, ...], str] = {}
    for entry in vocabulary().scales[id_].values:
        key, _, spellings = entry.partition("=")
        keys.append(key.strip())
        for spelling in (key, *spellings.split(";")):
            words = tuple(t.key for t in tokens(spelling.strip().lstrip("!=").strip()))
            if words:
                spelled.setdefault(words, key.strip())
    return _Scale(tuple(keys), spelled, max((len(w) for w in spelled), default=0))


@cache
def _alone() -> Lexicon:
    """Spellings that stand alone ("Vp3", "HBsAg+"): the concept is "scale=key"."""
    entries = []
    for id_, row in vocabulary().scales.items():
        for entry in row.values:
            key, _, spellings = entry.partition("=")
            for spelling in spellings.split(";"):
                spelling = spelling.strip()
                if spelling.startswith("!"):
                    entries.append((spelling[1:].strip(), f"{id_}={key.strip()}", "scale"))
    return Lexicon(entries)  # type: ignore[arg-type]


def _value_at(p: Passage, scale: _Scale, at: int, end: int) -> tuple[str, int] | None:
    """The value spelled at `at`, longest first: (key, end)."""
    text = p.text
    while at < end and text[at] in " ('\"":
        at += 1
    sign = re.compile(r"\(?\s*(\+|-(?!\w)|positive|negative)\s*\)?", re.I).match(text, at, end)
    if sign and {"positive", "negative"} <= set(scale.keys) and sign[1] in "+-":
        return ("positive" if sign[1] == "+" else "negative"), sign.end()
    words = tokens(text[at : min(end, at + 60)])
    if not words or words[0].start > 0:
        return None
    for n in range(min(scale.longest, len(words)), 0, -1):
        key = scale.spelled.get(tuple(w.key for w in words[:n]))
        if key is not None:
            return key, at + words[n - 1].end
    return None


def atoms(p: Passage, start: int, end: int, taken: list[tuple[int, int]], window: Window | None) -> list[Atom]:
    """Categories in `text[start:end]`, left to right, none overlapping."""
    found: list[Atom] = [*_tested(p, start, end, taken, window), *childpugh.atoms(p, start, end, taken, window)]
    done = start
    graded = [replace(m, concept=_GRADED[m.concept]) for m in p.measures.within(start, end) if m.concept in _GRADED]
    for mention in sorted([*p.scales.within(start, end), *graded], key=lambda m: (m.start, -m.end)):
        if any(a.start <= mention.start < a.end for a in found):
            done = max(done, mention.end)
            continue
        if mention.start < done or any(a <= mention.start < b for a, b in taken):
            continue
        atom = _after(p, mention, end, window) or _before(p, mention, done, window)
        if atom:
            found.append(atom)
            done = atom.end
    found.extend(_siblings(p, start, found, window))
    found.extend(_classed(p, start, end, found, window))
    covered = [(a.start, a.end) for a in found] + taken
    for mention in _alone().mentions(p.text[start:end], None):
        a, b = start + mention.start, start + mention.end
        if any(x < b and a < y for x, y in covered):
            continue
        if _ASKED.match(p.text, b, end):
            continue
        id_, _, key = mention.concept.partition("=")
        if (
            found
            and found[-1].end <= a
            and isinstance(found[-1].condition, Category)
            and found[-1].condition.scale == id_
            and re.fullmatch(r"\s*(?:,|and|or|/|-|and/or|\s|,\s*or)*\s*", p.text[found[-1].end : a])
        ):
            last = found.pop()
            assert isinstance(last.condition, Category)
            keys = _scale(id_).keys
            low, high = keys.index(last.condition.values[-1]), keys.index(key)
            between = keys[low : high + 1] if re.fullmatch(r"\s*[-–]\s*", p.text[last.end : a]) and low < high else (key,)
            values = tuple(dict.fromkeys((*last.condition.values, *between)))
            kind = _KIND.match(p.text, b, end)
            stop = kind.end() if kind else b
            found.append(Atom(last.start, stop, Category(span=p.span(last.start, stop), scale=id_, values=values, window=window)))
            continue
        stop, keys_found = b, [key]
        scale = _scale(id_)
        stop, keys_found = _more(p, scale, b, end, keys_found, id_)
        kind = _KIND.match(p.text, stop, end)
        stop = kind.end() if kind else stop
        found.append(Atom(a, stop, Category(span=p.span(a, stop), scale=id_, values=tuple(keys_found), window=window)))
        covered.append((a, stop))
    found.sort(key=lambda x: x.start)
    return found


def _siblings(p: Passage, start: int, found: list[Atom], window: Window | None) -> list[Atom]:
    """ "HBsAg or HCV-Ab positive": the tests before the one whose result is stated share it."""
    out: list[Atom] = []
    for atom in found:
        condition = atom.condition
        if not isinstance(condition, Category) or condition.values not in (("positive",), ("negative",)):
            continue
        if p.text[atom.start : atom.end].lower().startswith(("positive", "negative", "reactive")):
            continue
        at = atom.start
        for mention in reversed(p.scales.within(start, at)):
            if not _SIBLING.fullmatch(p.text, mention.end, at) or {"positive", "negative"} - set(_scale(mention.concept).keys):
                break
            if any(a.start <= mention.start < a.end for a in (*found, *out)):
                break
            bracket = p.text[mention.end : at].find(")")
            stop = mention.end + bracket + 1 if bracket >= 0 else mention.end
            out.append(
                Atom(mention.start, stop, Category(span=p.span(mention.start, stop), scale=mention.concept, values=condition.values, window=window))
            )
            at = mention.start
    return out


_SIBLING = re.compile(r"\s*(?:\([^()]{1,30}\)|antibod(?:y|ies)|antigens?)?\s*(?:,|/|and/or|or|and|,\s*(?:or|and))\s*(?:an?\s+)?", re.I)
_CLASS = re.compile(r"\b(?:class|functional class|grades?(?=\s+[IV]+\b))\s+(?=[IV\d])", re.I)


def _classed(p: Passage, start: int, end: int, found: list[Atom], window: Window | None) -> list[Atom]:
    """ "Class III or IV congestive heart failure": the scale that grades the disease, by the value in front of it."""
    out: list[Atom] = []
    for m in _CLASS.finditer(p.text, start, end):
        if any(a.start <= m.start() < a.end for a in found):
            continue
        disease = next((e for e in p.entities.within(m.end(), min(end, m.end() + 60)) if e.table == "condition"), None)
        if disease is None or not vocabulary().is_a(disease.concept, "heart_failure") or "nyha" not in vocabulary().scales:
            continue
        scale = _scale("nyha")
        value = _value_at(p, scale, m.end(), disease.start)
        if value is None:
            continue
        stop, keys = _more(p, scale, value[1], disease.start, [value[0]], "nyha")
        if not p.text[stop : disease.start].strip():
            out.append(Atom(m.start(), disease.end, Category(span=p.span(m.start(), disease.end), scale="nyha", values=tuple(keys), window=window)))
    return out


_TESTED = re.compile(
    r"(?P<both>\bco-?|\bdouble\s+|\bdual\s+)?\b(?:sero-?)?(?P<v>positiv(?:e|ity)|negativ(?:e|ity)|reactiv(?:e|ity))(?:ly)?\s*(?:(?:test(?:s|ed|ing)?"
    r"|serolog(?:y|ical|ic)|serum|blood|results?|screen(?:s|ing)?|status|antibod(?:y|ies)|antigens?|titers?|laboratory|virus|viral|hepatitis)\s+)*"
    r"(?:(?:results?\s+)?(?:for|of|to|on|in)\s+)(?:(?:either|both|the|any|serum|blood|presence of|of the following|known|infection with|active)\s+)*",
    re.I,
)
_LISTED = re.compile(r"\b(?P<v>positive|reactive)\s+(?:(?:serum|blood|serology|serological|tests?|for)\s+)*", re.I)
"""A value in front of a list of tests: "positive hepatitis B virus (HBsAg), HIV antibody or syphilis tests"."""
_INFECTIONS = frozenset(
    {"hiv", "hepatitis_b", "hepatitis_c", "syphilis", "tuberculosis", "covid19", "aids", "hepatitis_a", "hepatitis_d", "hepatitis_e"}
)
_BETWEEN_TESTS = re.compile(
    r"(?:\s|,|/|;|and/or|and|or|\([^()]*\)|antibod(?:y|ies)|antigens?|the|to|virus(?:es)?|infections?|serum|tests?|types?|[12](?=\W)|viral"
    r"|surface|core|blood)*",
    re.I,
)


def _tested(p: Passage, start: int, end: int, taken: list[tuple[int, int]], window: Window | None) -> list[Atom]:
    """ "positive for HBsAg, anti-HCV or HIV antibody": one value for a list of tests; an infection named in it is had or not had."""
    out: list[Atom] = []
    tests = sorted(
        (
            *(n for n in p.scales.within(start, end) if not {"positive", "negative"} - set(_scale(n.concept).keys)),
            *(n for n in p.entities.within(start, end) if n.concept in _INFECTIONS),
        ),
        key=lambda n: (n.start, n.start - n.end),
    )
    for m in (*_TESTED.finditer(p.text, start, end), *_LISTED.finditer(p.text, start, end)):
        if any(a <= m.start() < b for a, b in taken) or any(a.start < m.end() and m.start() < a.end for a in out):
            continue
        at = m.end()
        names: list[Mention] = []
        for mention in tests:
            if mention.start < at:
                continue
            gap = _BETWEEN_TESTS.fullmatch(p.text, at, mention.start)
            if gap is None:
                break
            inside = p.text[at : mention.start].strip()
            if inside == "(" and names and names[-1].table != "scale":
                names.pop()  # "hepatitis B virus (HBsAg)": the test that is meant
            names.append(mention)
            close = re.compile(r"\s*\)").match(p.text, mention.end, end) if "(" in inside else None
            at = close.end() if close else mention.end
        listed = m.re is _LISTED
        if not names or (listed and (len(names) < 2 or p.text[m.end() : names[0].start].strip())):
            continue
        tail = re.compile(
            r"(?:\s*(?:\([^()<>≤≥\d]{1,30}\)|antibod(?:y|ies)|antigens?|tests?|serology|infections?|virus|test(?:ing)?|results?|status))+", re.I
        ).match(p.text, at, end)
        at = tail.end() if tail else at
        value = "negative" if m["v"].lower().startswith("neg") else "positive"
        items = [_result(p, n, value, window) for n in names]
        lead = re.compile(
            r"(?:\b(?:tests?|tested|testing|results?|known|documented|confirmed|a|an|any|serolog\w+|is|are|history\s+of\s+a)\s+)+$", re.I
        ).search(p.text, max(start, m.start() - 40), m.start())
        begin = lead.start() if lead else m.start()
        span = p.span(begin, at)
        joined_by_and = bool(re.search(r"\band\b(?!/or)", p.text[m.end() : at], re.I)) and not re.search(r"\bor\b", p.text[m.end() : at], re.I)
        if len(items) == 1:
            whole: Condition = items[0].model_copy(update={"span": span})
        elif m.groupdict().get("both") or joined_by_and or value == "negative":
            whole = AllOf(span=span, items=tuple(items))
        else:
            whole = AnyOf(span=span, items=tuple(items))
        out.append(Atom(begin, at, whole))
    return out


def _result(p: Passage, mention: Mention, value: str, window: Window | None) -> Condition:
    """One test's result, or the infection that it shows."""
    span = p.span(mention.start, mention.end)
    if mention.table == "scale":
        return Category(span=span, scale=mention.concept, values=(value,), window=window)
    found = Finding(span=span, concepts=(mention.concept,), window=window)
    return Not(span=span, item=found) if value == "negative" else found


def _more(p: Passage, scale: _Scale, at: int, end: int, keys: list[str], id_: str) -> tuple[int, list[str]]:
    """Further values of a list or a range behind the first one."""
    text = p.text
    ordered = vocabulary().scales[id_].ordered
    while True:
        gloss = _GLOSS.match(text, at, end)
        joint = _JOIN.match(text, gloss.end(), end) if gloss else None
        if not (gloss and joint and joint.end() > gloss.end() and _value_at(p, scale, joint.end(), end)):
            gloss = _POINTS.match(text, at, end)
        if gloss:
            at = gloss.end()
        if (
            ordered
            and (m := _RANGE.match(text, at, end))
            and (nxt := _value_at(p, scale, m.end(), end))
            and scale.keys.index(nxt[0]) > scale.keys.index(keys[-1])
        ):
            low, high = scale.keys.index(keys[-1]), scale.keys.index(nxt[0])
            keys.extend(k for k in scale.keys[low + 1 : high + 1])
            at = nxt[1]
        elif (
            (m := _JOIN.match(text, at, end))
            and m.end() > at
            and (nxt := _value_at(p, scale, m.end(), end))
            and not (len(nxt[0]) == 1 and re.match(r"\w", text[nxt[1] : nxt[1] + 1]))
        ):
            if nxt[0] not in keys:
                keys.append(nxt[0])
            at = nxt[1]
        elif ordered and (m := _MORE.match(text, at, end)):
            place = scale.keys.index(keys[-1])
            keys = list(scale.keys[place:]) if m["up"] else list(scale.keys[: place + 1])
            return m.end(), keys
        else:
            return at, keys


def _after(p: Passage, mention: Mention, end: int, window: Window | None) -> Atom | None:
    """The values behind a scale's name."""
    id_ = mention.concept
    scale = _scale(id_)
    text = p.text
    gap = _GAP.match(text, mention.end, end)
    # The filler may swallow a value that is also a filler word or a bracket: try every place it allows.
    places = sorted(
        {mention.end, *(m.end() for m in re.finditer(r"[\s(:,=\-'\"]+", text[mention.end : gap.end()])), gap.end() - mention.end} if gap else {0},
        key=int,
    )
    for offset in places:
        at = offset if offset >= mention.end else mention.end + offset
        if at > end:
            continue
        negated = re.compile(r"\s*(?:not|non-?)\s*", re.I).match(text, at, end)
        operator = numbers.COMPARATOR.match(text, at, end)
        ahead = numbers.comparator_before(text, max(0, mention.start - 30), mention.start) if operator is None else None
        named = re.compile(r"\s*(?:functional\s+)?(?:class|grade|stage)\s+", re.I).match(text, operator.end(), end) if operator else None
        begin = named.end() if named else operator.end() if operator else negated.end() if negated else at
        value = _value_at(p, scale, begin, end)
        if value is None:
            continue
        if offset not in (0,) and at > (gap.end() if gap else mention.end):
            continue
        stop, keys = _more(p, scale, value[1], end, [value[0]], id_)
        begin_at = mention.start
        if (operator or ahead) and vocabulary().scales[id_].ordered:
            keys = _compared(scale.keys, operator.lastgroup or "" if operator else ahead[0], keys[0])  # type: ignore[index]
            begin_at = ahead[1] if ahead else mention.start
            if not keys:
                return None
        close = re.compile(r"\s*\)").match(text, stop, end)
        if close and text.count("(", mention.start, stop) > text.count(")", mention.start, stop):
            stop = close.end()
        kind = _KIND.match(text, stop, end)
        stop = kind.end() if kind else stop
        span = p.span(begin_at, stop)
        category: Condition = Category(span=span, scale=id_, values=tuple(keys), window=window)
        return Atom(begin_at, stop, Not(span=span, item=category) if negated else category)
    return None


def _compared(keys: tuple[str, ...], operator: str, key: str) -> list[str]:
    place = keys.index(key)
    match operator:
        case "ge":
            return list(keys[place:])
        case "gt":
            return list(keys[place + 1 :])
        case "le":
            return list(keys[: place + 1])
        case _:
            return list(keys[:place])


def _before(p: Passage, mention: Mention, floor: int, window: Window | None) -> Atom | None:
    """A value in front of the scale's name: "positive HBsAg", "class III or IV NYHA", "Stage B BCLC"."""
    scale = _scale(mention.concept)
    text = p.text
    base = max(floor, mention.start - 60)
    words = tokens(text[base : mention.start])
    # The longest list first: "intermediate or poor risk per IMDC".
    for n in range(min(8, len(words)), 0, -1):
        first = base + words[-n].start
        value = _value_at(p, scale, first, mention.start)
        if value is None:
            continue
        stop, keys = _more(p, scale, value[1], mention.start, [value[0]], mention.concept)
        gap = text[stop : mention.start]
        if re.fullmatch(
            r"[\s(]*(?:prognos\w+\s+)?(?:for|test(?:ing)?|serum|serology|result|results|of|the|disease|stage|class|functional|by|status"
            r"|risk(?:\s+(?:group|category|disease|score|features))?)?[\s(]*"
            r"(?:for|the|of|per|by|according to|based on|as defined by|on|in|using)?\s*(?:the\s+)?",
            gap,
            re.I,
        ):
            start = first
            lead = re.compile(r"(?:class|stage|type|grade)\s+$", re.I).search(text, base, first)
            if lead:
                start = lead.start()
            return Atom(start, mention.end, Category(span=p.span(start, mention.end), scale=mention.concept, values=tuple(keys), window=window))
    return None


def joined(atoms_: list[Atom], p: Passage, how: str) -> Condition:
    """Several atoms as one condition."""
    span = p.span(atoms_[0].start, atoms_[-1].end)
    items = tuple(a.condition for a in atoms_)
    return AnyOf(span=span, items=items) if how == "or" else AllOf(span=span, items=items)
