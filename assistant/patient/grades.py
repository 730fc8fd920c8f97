"""Grades beside a finding (CTCAE, ascites, encephalopathy, varices), lines of therapy counted, and smoking."""

import re

from assistant.patient.assertion import assess
from assistant.patient.dates import count_of
from assistant.patient.drafts import Draft
from assistant.patient.facts import Range
from assistant.patient.numbers import compared
from assistant.patient.relatives import other_person
from assistant.patient.sampling import sample_date
from assistant.patient.view import View
from index.vocabulary import Mention, vocabulary

_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5}
_G = r"(?P<{0}>[0-5]|IV|V|I{{1,3}})(?![\dA-Za-z]|\.\d)"
_GRADE = re.compile(
    rf"(?<![A-Za-z])(?P<cmp>[<>≤≥]=?\s*)?(?:(?:NCI[- ]?)?CTC(?:AE)?(?:\s*v?\s*\d(?:\.\d)?)?\s*)?(?:grade|gr\.?|"
    rf"(?-i:G)(?=\s?-?\s?\d))\s*-?\s*(?P<cmp2>[<>≤≥]=?\s*)?{_G.format('g')}(?:\s*(?:-|to|/|or)\s*(?:grade\s*|G)?{_G.format('g2')})?",
    re.IGNORECASE,
)
_OWN_SCALE = (("ascites", "ascites_grade"), ("hepatic_encephalopathy", "he_grade"), ("encephalopathy", "he_grade"), ("varices", "varices_grade"))
_NOT_TOXICITY = re.compile(
    r"differentiat|tumou?r|carcinoma|glioma|histolog|Edmondson|Fuhrman|ISUP|Gleason|fibrosis|steatosis|stenosis|murmur|obesity|tear|sprain|"
    r"ulcer|listhesis|prolapse|reflux|diastolic",
    re.IGNORECASE,
)


def read(v: View, draft: Draft) -> None:
    """Adds grades, lines and smoking of one sentence."""
    for m in _GRADE.finditer(v.text, v.head, v.end):
        _grade(v, m, draft)
    _lines(v, draft)
    _smoking(v, draft)


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _ROMAN[word.upper()]


def _grade(v: View, m: re.Match[str], draft: Draft) -> None:
    target = _target(v, m)
    if target is None:
        _unnamed(v, m, draft)
        return
    if not draft.free(m.start(), m.end()) or other_person(v, m.start(), m.end()):
        return
    said = assess(v, target.start, target.end)
    if said.status not in ("present", "possible") or _NOT_TOXICITY.search(v.text[max(v.head, m.start() - 20) : min(v.end, m.end() + 25)]):
        return
    low = high = float(_number(m["g"]))
    if m["g2"]:
        high = float(_number(m["g2"]))
    start, end = min(m.start(), target.start), max(m.end(), target.end)
    when = sample_date(v, start, end)
    time = "past" if said.time == "past" else "unstated"
    for concept, scale in _OWN_SCALE:
        if vocabulary().is_a(target.concept, concept) and scale in vocabulary().scales:
            keys = [entry.partition("=")[0] for entry in vocabulary().scales[scale].values]
            chosen = tuple(k for k in keys if k.isdigit() and low <= int(k) <= high)
            if chosen:
                draft.add("category", scale, "present", start, end, choices=chosen, when=when, time=time)
            return
    if vocabulary().diseases[target.concept].neoplasm:
        return
    sign = (m["cmp"] or m["cmp2"] or "").strip()
    value = (
        Range(low=None, high=high, high_inclusive="=" in sign or sign == "≤")
        if sign[:1] in ("<", "≤")
        else Range(low=low, high=None, low_inclusive="=" in sign or sign == "≥")
        if sign[:1] in (">", "≥")
        else Range(low=low, high=high)
    )
    draft.add("measurement", "ctcae_grade", "present", start, end, value=value, when=when, time=time, site=vocabulary().label(target.concept).lower())


_SITE_WORDS = re.compile(r"(?P<site>[a-z][a-z-]{3,}(?:\s[a-z][a-z-]{3,})?)\s*\(?\s*$", re.IGNORECASE)
_NO_SITE = re.compile(
    r"\b(?:histolog\w*|tumou?r|disease|than|most|least|maximum|max|only|with|from|recovered|resolved|worst|highest|nuclear|Fuhrman|"
    r"Edmondson|WHO|ISUP|differentiat\w*|ascites|encephalopathy|varices|carcinoma|glioma|lymphoma|adenocarcinoma|HCC|cancer|toxicity|"
    r"toxicities|fibrosis|liver|high|any|currently|CTCAE)\s*$",
    re.IGNORECASE,
)


def _unnamed(v: View, m: re.Match[str], draft: Draft) -> None:
    """A grade beside words that the vocabulary does not know ("hand-foot grade 2")."""
    before = v.text[max(v.head, m.start() - 45) : m.start()]
    words = _SITE_WORDS.search(re.split(r"[,;:]", before)[-1])
    if words is None or _NO_SITE.search(words["site"]) or m["g2"] or not draft.free(m.start(), m.end()):
        return
    start = m.start() - len(before) + before.rfind(words["site"])
    said = assess(v, start, m.end())
    if said.status == "present" and not other_person(v, start, m.end()):
        site = re.sub(r"^(?:now|has|had|mild|still|persistent|ongoing|residual)\s+", "", words["site"].lower())
        draft.add(
            "measurement",
            "ctcae_grade",
            "present",
            start,
            m.end(),
            value=Range.exactly(float(_number(m["g"]))),
            site=site,
            when=sample_date(v, start, m.end()),
        )


def _target(v: View, m: re.Match[str]) -> Mention | None:
    """The finding a grade belongs to: the one that follows within a few words, else the one just before."""
    conditions = [x for x in v.mentions if x.table == "condition"]
    after = next((x for x in conditions if x.start >= m.end()), None)
    if (
        after is not None
        and len(v.text[m.end() : after.start].split()) <= 3
        and not re.search(r"[,;:().]|\band\b|\bfor\b|\bwith\b", v.text[m.end() : after.start])
    ):
        return after
    before = next((x for x in reversed(conditions) if x.end <= m.start()), None)
    if before is not None and re.fullmatch(
        r"[\s,(:-]*(?:of |is |was |now |currently |at |to |CTCAE |resolved to |improved to |recovered to )*[\s(]*",
        v.text[before.end : m.start()],
        re.IGNORECASE,
    ):
        return before
    return None


_COUNT_WORD = r"(?P<n>\d{1,2}|one|two|three|four|five|six|no|a single|zero)"
_LINES = re.compile(
    rf"(?<![\w.-]){_COUNT_WORD}\s+(?:(?P<prior>(?:prior|previous|past|earlier|preceding)\s+(?:systemic\s+)?(?:lines?|regimens?))|"
    rf"(?:lines?|regimens?)\s+(?:of\s+)?(?P<of>(?:prior\s+|previous\s+|systemic\s+|anti-?cancer\s+|cancer\s+|chemo\w*\s+|"
    rf"drug\s+)*(?:therapy|treatment|chemotherapy)))",
    re.IGNORECASE,
)
_NEXT_LINE = re.compile(
    r"(?:\b(?:for|awaiting|needs?|requires?|candidate for|considering|due|seeking|eligible for|options? for)\s+)?(?P<n>second|third|"
    r"fourth|2nd|3rd|4th|[2-4])[\s-]*(?:line|L\b)(?P<now>\s+(?:now|needed|planned|required|options?|being considered|next|"
    r"under discussion))",
    re.IGNORECASE,
)
_ORDINAL = {"second": 2, "third": 3, "fourth": 4, "2nd": 2, "3rd": 3, "4th": 4}


def _lines(v: View, draft: Draft) -> None:
    for m in _LINES.finditer(v.text, v.head, v.end):
        if other_person(v, m.start(), m.end()) or "prior_lines" not in vocabulary().measures:
            continue
        word = m["n"].lower()
        n = 0.0 if word in ("no", "zero") else 1.0 if word == "a single" else count_of(word)
        draft.add(
            "measurement", "prior_lines", "present", m.start(), m.end(), value=compared(Range.exactly(n), v.text[max(0, m.start() - 24) : m.start()])
        )
    for m in _NEXT_LINE.finditer(v.text, v.head, v.end):
        word = m["n"].lower()
        n = _ORDINAL[word] if word in _ORDINAL else int(word)
        draft.add(
            "measurement",
            "prior_lines",
            "present",
            m.start(),
            m.end(),
            value=Range.exactly(float(n - 1)),
            reading=f"now in line {n}: {n - 1} before it",
        )


_SMOKING = re.compile(
    r"\b(?:(?P<never>never[- ]smoker|never (?:smoked|smoker)|non-?smoker|lifelong non-?smoker|(?:no|denies|negative for|"
    r"without)\s+(?:any\s+)?(?:history of\s+)?(?:tobacco|smoking|cigarette)(?:\s+(?:use|history))?)|"
    r"(?P<former>(?:ex|former|past|previous)[- ]?smoker|quit smoking|stopped smoking|smoked until|former (?:tobacco|smoking))|"
    r"(?P<current>current(?:ly)? smok\w+|active smoker|smokes|smoker|(?:heavy|ongoing|active|continues to) smok\w+)|"
    r"(?P<ever>(?:has |had )?smoked|(?:significant |long |heavy )?(?:smoking|tobacco)\s+(?:history|use)|(?:history|h/o|"
    r"hx) of (?:smoking|tobacco)|pack[- ]years?))\b",
    re.IGNORECASE,
)


_PACKS = re.compile(r"(?<![\d.])(?P<n>\d{1,3}(?:\.\d)?)\s*-?\s*(?:pack|pk)[\s-]*(?:years?|yrs?|yr)\b", re.IGNORECASE)


def _smoking(v: View, draft: Draft) -> None:
    if "smoking" not in vocabulary().scales:
        return
    for pack in _PACKS.finditer(v.text, v.head, v.end):
        if not other_person(v, pack.start(), pack.end()) and "pack_years" in vocabulary().measures:
            packs = compared(Range.exactly(float(pack["n"])), v.text[v.head : pack.start()])
            draft.add("measurement", "pack_years", "present", pack.start(), pack.end(), value=packs, unit="pack_year")
    for m in _SMOKING.finditer(v.text, v.head, v.end):
        if not draft.free(m.start(), m.end()) or other_person(v, m.start(), m.end()):
            continue
        if m["ever"] and any(f.concept == "smoking" and f.source.start >= draft.repaired.origin[v.start] for f in draft.facts):
            continue
        lifelong = m["never"] and re.match(r"never|lifelong|non", m["never"], re.IGNORECASE)
        said = assess(v, m.start(), m.end())
        if m["never"] is None and said.status != "present":
            continue
        chosen = (
            ("never",)
            if lifelong
            else ("never", "former")
            if m["never"]
            else ("former",)
            if m["former"]
            else ("current",)
            if m["current"]
            else ("former", "current")
        )
        draft.add("category", "smoking", "present", m.start(), m.end(), choices=chosen)
        draft.take(m.start(), m.end())
