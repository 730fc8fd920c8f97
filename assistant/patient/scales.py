"""Scales with named values: stages, classes, types, serology and biomarkers; and Child-Pugh, which is points and class."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from assistant.patient.assertion import assess
from assistant.patient.drafts import Draft
from assistant.patient.facts import Range
from assistant.patient.relatives import other_person
from assistant.patient.sampling import sample_date
from assistant.patient.view import View
from index.vocabulary import Mention, vocabulary

# Sex and Child-Pugh class have their own readers; a lone "T2" may be an MRI sequence, so TNM is read as a whole.
_ELSEWHERE = frozenset({"sex", "child_pugh_class", "t_stage", "n_stage", "m_stage"})
_POSITIVE = r"positive|pos\b|\+ve|reactive|detected|present|\(\s*\+\s*\)|\+{1,4}(?![\d/])|阳性|阳"
_NEGATIVE = (
    r"negative|neg\b|-ve\b|non-?\s?reactive|not\s+(?:detected|present|found|seen|identified)|undetect(?:ed|able)|absent|none\b|nil\b|"
    r"\(\s*-\s*\)|(?<=\S)-(?=[\s,;.)/]|$)|(?<=\s)-(?=[\s,;.)]|$)|阴性|阴"
)
_CONNECTOR = (
    r"(?:'s|’s)?(?:\s*\((?:[A-Za-z][^()]{0,30})\))?(?:\s*[:=|]\s*|\s*-\s?(?=[\w(])|\s+|\()*(?:(?:stag(?:e|ing)|class(?:ification)?|"
    r"types?|groups?|grades?|scores?|status|levels?|categor(?:y|ies)|disease|score|system|functional|heart\s+failure|is|was|of|as|are|"
    r"were|remains?|serology|antibod(?:y|ies)|ab|ag|tests?|testing|"
    r"results?|screen(?:ing)?|expression|tumou?r|mutations?|gene|protein|IHC|\(IHC\)|by\s+\w+|currently|now|quantitative|qualitative|"
    r"today|1/2|I/II|and|antigen|CHF|PVTT|thromb(?:us|osis)|分期|级|型|期)(?![A-Za-z])(?:\s*[:=|]\s*|\s*-\s?(?=[\w(])|\s+|\(|,\s)*){0,5}"
)
_JOIN = r"\s*(?:/|-|–|to|or|and|,\s*or)\s*"


@cache
def _values(scale: str) -> tuple[re.Pattern[str], tuple[tuple[str, re.Pattern[str]], ...], tuple[str, ...]]:
    """(what follows the scale's name, each value's own pattern, the keys in order)."""
    row = vocabulary().scales[scale]
    spellings: list[tuple[str, str]] = []
    keys: list[str] = []
    for entry in row.values:
        key, _, cell = entry.partition("=")
        keys.append(key.strip())
        for spelling in (key.strip(), *(s.strip() for s in cell.split(";"))):
            if spelling:
                spellings.append((key.strip(), spelling.removeprefix("!").removeprefix("=")))
    ordered = sorted(set(spellings), key=lambda pair: -len(pair[1]))
    parts = [(key, _spelling_pattern(spelling)) for key, spelling in ordered if spelling not in ("+", "-")]
    if "positive" in keys:
        parts += [("positive", rf"(?:{_POSITIVE})")]
    if "negative" in keys:
        parts = [("negative", rf"(?:{_NEGATIVE})"), *parts]
    any_value = "|".join(f"(?:{pattern})" for _, pattern in parts)
    follows = re.compile(rf"{_CONNECTOR}(?P<values>(?:{any_value})(?:(?:{_JOIN})(?:{any_value}))*)", re.IGNORECASE)
    return follows, tuple((key, re.compile(pattern, re.IGNORECASE)) for key, pattern in parts), tuple(keys)


def _spelling_pattern(spelling: str) -> str:
    body = r"\s*".join(re.escape(part) for part in re.split(r"\s+", spelling))
    before = r"(?<![A-Za-z\d])" if spelling[0].isalnum() and spelling[0].isascii() else ""
    after = r"(?![A-Za-z\d])" if spelling[-1].isalnum() and spelling[-1].isascii() else ""
    if len(spelling) == 1 and spelling.isalpha():
        body = f"(?-i:{body})"
        before = r"(?<![A-Z\d])"
        after = r"(?![A-Za-z\d]|'|\s+(?:patient|man|woman|male|female|year|lesion|mass|tumor|tumour|history)\b)"
    return before + body + after


@dataclass(slots=True)
class _Spelling:
    """A value that names its scale itself. Compiled when its words first occur in a note: all of them together take longer than reading one."""

    words: tuple[str, ...]
    body: str
    exact: bool
    pattern: re.Pattern[str] | None = None

    def found(self, text: str, start: int, end: int) -> Iterator[re.Match[str]]:
        if self.pattern is None:
            self.pattern = re.compile(self.body, 0 if self.exact else re.IGNORECASE)
        return self.pattern.finditer(text, start, end)


@cache
def _standalone() -> dict[str, tuple[tuple[int, _Spelling], ...]]:
    """All of them by the first two letters of their first word, each with its rank, the longest first."""
    by_text: dict[str, list[str]] = {}
    for row in vocabulary().scales.values():
        if row.id in _ELSEWHERE:
            continue
        for entry in row.values:
            key, _, cell = entry.partition("=")
            for spelling in cell.split(";"):
                if spelling.strip().startswith("!"):
                    by_text.setdefault(spelling.strip().removeprefix("!"), []).append(f"{row.id}={key.strip()}")
    _STANDALONE.update({_norm(spelling): tuple(dict.fromkeys(what)) for spelling, what in by_text.items()})
    by_start: dict[str, list[tuple[int, _Spelling]]] = {}
    for rank, written in enumerate(sorted(by_text, key=len, reverse=True)):
        made = _spelling(written)
        by_start.setdefault(made.words[0][:2], []).append((rank, made))
    return {start: tuple(spellings) for start, spellings in by_start.items()}


def _spelling(written: str) -> _Spelling:
    plain = written.removeprefix("=")
    inside_words = "\u4e00" <= plain[0] <= "\u9fff"  # Chinese has no blanks between its words
    body = _edges(plain) if inside_words else rf"(?<![A-Za-z\d]){_edges(plain)}"
    return _Spelling(tuple(plain.casefold().split()), body, plain != written)


# The first two characters, and the first alone, wherever a spelling may begin.
_START = re.compile(r"(?:(?<![a-z\d])|(?=[\u4e00-\u9fff]))(?=(\S\S?))")


def _spelled(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Every place where a scale's value names its scale itself, left to right, the longest first, none overlapping."""
    here, known = text[start:end].casefold(), _standalone()
    starts = set(_START.findall(here))
    found = [
        (match.start(), rank, match)
        for begun in starts | {pair[0] for pair in starts}
        for rank, spelling in known.get(begun, ())
        if all(word in here for word in spelling.words)
        for match in spelling.found(text, start, end)
    ]
    at = start
    for begin, _, match in sorted(found, key=lambda hit: hit[:2]):
        if begin >= at:
            at = match.end()
            yield match


_STANDALONE: dict[str, tuple[str, ...]] = {}


def _norm(spelling: str) -> str:
    return re.sub(r"\s+", "", spelling.removeprefix("=")).lower()


def _edges(spelling: str) -> str:
    body = r"\s*".join(re.escape(part) for part in re.split(r"\s+", spelling))
    before = r"(?<![A-Za-z\d])" if spelling[0].isalnum() and spelling[0].isascii() else ""
    after = r"(?![A-Za-z\d])" if spelling[-1].isalnum() and spelling[-1].isascii() else r"(?![\d])" if spelling[-1] in "+-" else ""
    return before + body + after


_NOT_A_STAGE_BEFORE = re.compile(
    r"(?:CKD|kidney disease|fibrosis|renal|Hoehn|hypertension|HTN|NAFLD|COPD|GOLD|pressure|ulcer|retinopathy|sleep|AKI|"
    r"encephalopathy)\W*(?:disease\W*)?$",
    re.IGNORECASE,
)
_NOT_A_STAGE_AFTER = re.compile(
    r"\s*\)?\s*(?:CKD|chronic kidney|kidney disease|hypertension|HTN|fibrosis|sarcoid|pressure|ulcer|sleep|retinopathy|AKI|decubitus|"
    r"procedure|surgery|hepatectomy|resection)",
    re.IGNORECASE,
)
_BEFORE_SCALE = re.compile(rf"(?P<values>{_POSITIVE}|{_NEGATIVE})\s*(?:for\s+|test\s+for\s+)?$", re.IGNORECASE)
_PENDING = re.compile(
    r"\s*(?:\w+\s+){0,3}(?:pending|awaited|unknown|not (?:done|tested|available|checked|known)|to follow|sent|requested|未查)", re.IGNORECASE
)
# "HBsAg, anti-HCV and HIV negative": one result at the end of a list of tests.
_SHARED = re.compile(
    rf"(?P<list>(?:\s*(?:,\s*and\b|,|/|\band\b|\bor\b|&)\s*[A-Za-z][\w/-]*(?:\s(?:Ab|Ag|antibod(?:y|ies)|antigen|1/2|surface antigen|"
    rf"mutation|serology|I/II))?){{1,7}}?)\s*(?:are|were|is|was|:|=|tests?|serolog\w+)*\s*(?P<all>all|both)?\s*(?P<values>{_POSITIVE}|"
    rf"{_NEGATIVE})",
    re.IGNORECASE,
)
_ALTERATION = re.compile(r"mutat|rearrange|fusion|amplif|translocat|overexpress|deletion|insertion|alter", re.IGNORECASE)


def read(v: View, draft: Draft) -> None:
    """Adds the categories of one sentence."""
    child_pugh(v, draft)
    tnm(v, draft)
    standalone(v, draft)
    seen: set[tuple[int, str]] = set()
    for m in v.mentions:
        if m.table != "scale" or m.concept in ("sex", "child_pugh_class") or not draft.free(m.start, m.end) or (m.start, m.concept) in seen:
            continue
        seen.add((m.start, m.concept))
        _named(v, m, draft)


def _choices(scale: str, words: str) -> tuple[str, ...]:
    """The value keys that `words` names, a range of an ordered scale filled in."""
    _, patterns, keys = _values(scale)
    if words.strip("() ") == "-" and "negative" in keys:
        return ("negative",)
    at = 0
    found: list[str] = []
    joins: list[str] = []
    while at < len(words):
        for key, pattern in patterns:
            match = pattern.match(words, at)
            if match and match.end() > at:
                found.append(key)
                at = match.end()
                break
        else:
            join = re.compile(_JOIN).match(words, at)
            if join is None or join.end() == at:
                break
            joins.append(join[0].strip())
            at = join.end()
    if len(found) == 2 and joins and joins[0] in ("-", "–", "to") and vocabulary().scales[scale].ordered:
        a, b = keys.index(found[0]), keys.index(found[1])
        if a < b:
            return keys[a : b + 1]
    return tuple(dict.fromkeys(found))


def spelled_value(scale: str, text: str, at: int, end: int) -> tuple[tuple[str, ...], int] | None:
    """The value keys of a scale that are spelled at `at`, and where they end; the connecting words of a name are not skipped."""
    follows, patterns, _ = _values(scale)
    found = follows.match(text, at, end)
    if found is None or found.start("values") != at or not any(pattern.match(text, at) for _, pattern in patterns):
        return None
    chosen = _choices(scale, found["values"])
    return (chosen, found.end("values")) if chosen else None


def class_of(letter: str) -> tuple[float, float]:
    """The fewest and the most points of a Child-Pugh class."""
    return _SPAN[letter]


def _named(v: View, m: Mention, draft: Draft) -> None:
    if other_person(v, m.start, m.end):
        return
    follows, _, keys = _values(m.concept)
    qualitative = "positive" in keys or "negative" in keys
    match = follows.match(v.text, m.end, v.end)
    if match and not (qualitative and _PENDING.match(v.text[m.end : m.end + 40])):
        if m.concept == "stage" and (
            _NOT_A_STAGE_BEFORE.search(v.text[max(0, m.start - 20) : m.start]) or _NOT_A_STAGE_AFTER.match(v.text[match.end() : match.end() + 20])
        ):
            return
        # "HBsAg, HIV negative": the value belongs to both; "HBsAg ... ; HIV negative" does not reach here.
        chosen = _choices(m.concept, match["values"])
        if chosen:
            _add(v, draft, m.concept, chosen, m.start, match.end("values"))
            return
    if not qualitative:
        return
    if _PENDING.match(v.text[m.end : m.end + 40]):
        return
    before = _BEFORE_SCALE.search(v.text, max(v.head, m.start - 40), m.start)
    if before:
        key: Literal["positive", "negative"] = "negative" if re.fullmatch(_NEGATIVE, before["values"], re.IGNORECASE) else "positive"
        if key in keys:
            _add(v, draft, m.concept, (key,), before.start(), m.end)
            return
    said = assess(v, m.start, m.end)
    if said.status == "absent" and "negative" in keys:
        _add(v, draft, m.concept, ("negative",), said.start, said.end)
    elif said.status == "present" and "positive" in keys and _ALTERATION.search(m.surface):
        _add(v, draft, m.concept, ("positive",), m.start, m.end)
    elif (shared := _SHARED.match(v.text, m.end, v.end)) and (shared["all"] or re.search(r"\band\b|\bor\b|&|/", shared["list"])):
        value: Literal["positive", "negative"] = "negative" if re.fullmatch(_NEGATIVE, shared["values"], re.IGNORECASE) else "positive"
        if value in keys:
            _add(v, draft, m.concept, (value,), m.start, shared.end(), take=m.end)


def standalone(v: View, draft: Draft) -> None:
    """Values that name their scale themselves: "Vp3", "HBsAg+", "HFrEF"."""
    for match in _spelled(v.text, v.head, v.end):
        if not draft.free(match.start(), match.end()) or other_person(v, match.start(), match.end()):
            continue
        if any(
            m.start <= match.start() and m.end >= match.end() and m.end - m.start > match.end() - match.start() and m.table != "scale"
            for m in v.mentions
        ):
            continue  # "Chinese" inside "traditional Chinese medicine"
        for what in _STANDALONE.get(_norm(match[0]), ()):
            scale, _, key = what.partition("=")
            said = assess(v, match.start(), match.end())
            if said.status in ("absent", None):
                continue
            _add(v, draft, scale, (key,), match.start(), match.end())


_OR_MORE = re.compile(r"\s*\)?\s*(?:or|and|/)\s*(?:higher|above|more|worse|greater|over|beyond|later|up)\b|\s*(?:\+|≥)", re.IGNORECASE)


def _not_denied(v: View, scale: str, chosen: tuple[str, ...], denied: int, start: int, end: int) -> tuple[str, ...] | None:
    """The classes that "no NYHA III or higher" leaves; None where nothing follows from the denial."""
    row = vocabulary().scales[scale]
    if denied >= start or len(v.text[denied:start].split()) > 5 or not row.ordered:
        return None
    keys = [entry.partition("=")[0].strip() for entry in row.values]
    gone = set(chosen)
    if _OR_MORE.match(v.text, end, v.end):
        gone |= set(keys[min(keys.index(c) for c in chosen if c in keys) :])
    return tuple(k for k in keys if k not in gone) or None


def _add(v: View, draft: Draft, scale: str, chosen: tuple[str, ...], start: int, end: int, take: int | None = None) -> None:
    said = assess(v, start, end)
    if said.status is None and said.end <= end:
        return  # hypothetical; a word behind it ("IMDC favourable risk") belongs to the scale
    if v.text[start:end].count("(") > v.text[start:end].count(")") and v.text[end : end + 1] == ")":
        end += 1
    if said.status == "absent" and not set(chosen) & {"positive", "negative"}:
        others = _not_denied(v, scale, chosen, said.start, start, end)
        if others is None:
            return
        chosen = others
    doubted = re.search(
        r"(?:\b(?:possibl[ey]|probabl[ey]|likely|suspected|presumed|query)|\?)\s*$", v.text[max(v.head, start - 14) : start], re.IGNORECASE
    )
    status: Literal["present", "possible"] = "possible" if doubted else "present"
    draft.add(
        "category", scale, status, start, end, choices=chosen, time="past" if said.time == "past" else "unstated", when=sample_date(v, start, end)
    )
    draft.take(start, take or end)


_CHILD = re.compile(
    r"""(?<![A-Za-z])(?:
        (?P<name>child(?:'s)?[-\s]*(?:turcotte)?[-\s]*(?:pugh)?(?:'s)?|C-?T-?P|C-?P(?:S|T)?|childs)(?:\s*\(\s*(?:CP|CTP)\s*\))?
        (?:[\s:=,\-|(]*(?:class(?:ification)?|score|stage|grade|status|points?|liver\s+function|of|is|was|from|worsened|deteriorated|improved|cirrhosis|评分|分级|肝功能))*[\s:=\-|(]*
        (?:(?P<letter>[ABC])(?![A-Za-z])(?:\s*[/-]\s*(?P<letter2>[ABC])(?![A-Za-z\d]))?(?:\s*级)?(?:[\s,:\-/(]*(?:score|
            with|points?|=)?[\s:=]*(?P<points>1[0-5]|[5-9]|\d{1,2})(?!\s*(?:cm|mm|\.\d|/\d|%|months?|weeks?|days?|years?|tumou?rs?|
            lesions?|nodules?|x\d|\d))(?:\s*-\s*(?P<points2>1[0-5]|[5-9])(?!\d|\.\d))?(?:\s*(?:points?|pts|分))?\)?)?
          |(?P<bare>1[0-5]|\d)(?!\d|\.\d|\s*(?:cm|mm|%|/|years?|months?))(?:\s*-\s*(?P<bare2>1[0-5]|[5-9])(?!\d|
              \.\d))?(?:\s*(?:points?|pts|分))?(?:[\s,(]*(?:class|grade)?\s*(?P<bare_letter>[ABC])(?![A-Za-z])\)?)?)
      | (?P<zh>(?:肝功能)?\s*(?P<zh_letter>[ABC])\s*级\s*\(?\s*(?:(?P<zh_points>1[0-5]|[5-9])\s*分)?\)?)
      )""",
    re.VERBOSE | re.IGNORECASE,
)
_CLASS_OF = {**dict.fromkeys(range(5, 7), "A"), **dict.fromkeys(range(7, 10), "B"), **dict.fromkeys(range(10, 16), "C")}
_SPAN = {"A": (5.0, 6.0), "B": (7.0, 9.0), "C": (10.0, 15.0)}


def child_pugh(v: View, draft: Draft) -> None:
    """Child-Pugh as points and as class: "CP A6", "CTP-B7", "Child A", "Child-Pugh class B (7)", "A级6分"."""
    for m in _CHILD.finditer(v.text, v.head, v.end):
        if not draft.free(m.start(), m.end()):
            continue
        name = (m["name"] or "").strip(" -")
        letter = m["letter"] or m["bare_letter"] or m["zh_letter"]
        if letter and letter != letter.upper():
            continue
        if (
            name
            and not re.match(r"child|c-?t-?p", name, re.IGNORECASE)
            and (
                name != name.upper()
                or (
                    m["bare"]
                    and not re.search(
                        r"score|"
                        r"points?",
                        m[0],
                        re.IGNORECASE,
                    )
                )
            )
        ):
            continue
        if name.lower() in ("child", "childs") and (m["bare"] or not m["letter"]):
            continue
        if other_person(v, m.start(), m.end()):
            continue
        low = m["points"] or m["bare"] or m["zh_points"]
        high = m["points2"] or m["bare2"] or low
        start, end = m.start(), m.end()
        words = v.text[start:end]
        if words.endswith(")") and "(" not in words:
            end -= 1
        elif words.count("(") > words.count(")") and v.text[end : end + 1] == ")":
            end += 1
        when = sample_date(v, start, end)
        said = assess(v, start, end)
        if said.status is None or said.status == "absent":
            continue
        before = v.text[max(v.head, start - 25) : start]
        time: Literal["past", "unstated"] = (
            "past"
            if said.time == "past" or re.search(r"\b(?:previous(?:ly)?|was|initial(?:ly)?|baseline|at diagnosis)\W*$", before, re.IGNORECASE)
            else "unstated"
        )
        if low is not None:
            points = (float(low), float(high or low))
            implausible = points[0] < 5 or points[1] > 15
            if implausible:
                draft.warn("Child-Pugh score: a value outside the plausible range was not used")
            draft.add(
                "measurement",
                "child_pugh",
                "present",
                start,
                end,
                value=Range(low=points[0], high=points[1]),
                when=when,
                time=time,
                implausible=implausible,
            )
            classes = (letter,) if letter else tuple(dict.fromkeys(_CLASS_OF[p] for p in range(int(points[0]), int(points[1]) + 1) if p in _CLASS_OF))
            if letter and not implausible and _CLASS_OF.get(int(points[0])) != letter:
                draft.warn(f"Child-Pugh: class {letter} and {low} points do not agree")
            if classes:
                draft.add(
                    "category",
                    "child_pugh_class",
                    "present",
                    start,
                    end,
                    choices=classes,
                    when=when,
                    time=time,
                    reading="" if letter else "class of the stated points",
                )
        elif letter:
            letters = (letter, m["letter2"]) if m["letter2"] else (letter,)
            draft.add("category", "child_pugh_class", "present", start, end, choices=letters, when=when, time=time)
            draft.add(
                "measurement",
                "child_pugh",
                "present",
                start,
                end,
                value=Range(low=_SPAN[letters[0]][0], high=_SPAN[letters[-1]][1]),
                when=when,
                time=time,
                reading=f"class {'/'.join(letters)} only: {_SPAN[letters[0]][0]:g} to {_SPAN[letters[-1]][1]:g} points",
            )
        draft.take(start, end)


_TNM = re.compile(
    r"(?<![A-Za-z\d])(?:yp|yc|[cpyr]|rp)?T(?P<t>is|a|[0-4])(?:[a-d])?(?:\(m\))?[\s,]*(?:[cp]|"
    r"yp)?N(?P<n>[0-3])[a-c]?(?:\([^)]*\))?[\s,]*(?:(?:[cp]|yp)?M(?P<m>[01])[a-d]?)?(?![A-Za-z\d])"
)


def tnm(v: View, draft: Draft) -> None:
    """ "pT2N0M0" as three categories."""
    for m in _TNM.finditer(v.text, v.head, v.end):
        if other_person(v, m.start(), m.end()):
            continue
        for scale, letter, key in (("t_stage", "T", m["t"]), ("n_stage", "N", m["n"]), ("m_stage", "M", m["m"])):
            if key is not None and scale in vocabulary().scales:
                draft.add("category", scale, "present", m.start(), m.end(), choices=(letter + key,), when=sample_date(v, m.start(), m.end()))
        draft.take(m.start(), m.end())
