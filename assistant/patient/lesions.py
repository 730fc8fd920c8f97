"""How many tumours and metastases, where, and how large; and how far a tumour thrombus reaches."""

import re
from dataclasses import dataclass

from assistant.patient.assertion import assess
from assistant.patient.drafts import Draft
from assistant.patient.facts import Range
from assistant.patient.organs import ORGAN, ORGANS, organ_of
from assistant.patient.view import View
from index.vocabulary import vocabulary

_COUNTS = {
    "single": 1,
    "solitary": 1,
    "one": 1,
    "a": 1,
    "an": 1,
    "another": 1,
    "two": 2,
    "both": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}


_SIZE = r"\d{1,3}(?:[.,]\d+)?(?:\s*(?:cm|mm)?\s*[x×*]\s*\d{1,3}(?:[.,]\d+)?){0,2}"


_SIZES = (
    rf"(?:(?:[~<>≤≥]|under|below|less than|smaller than|about|approx\.?|approximately|up to|max(?:imum|imal)?\.?(?: diameter)?|largest|"
    rf"measuring)\s*)?{_SIZE}(?:\s*(?:cm|mm))?(?:\s*(?:,|and|/|&|,\s*and|\+|;|x2)\s*{_SIZE}(?:\s*(?:cm|mm))?)*\s*-?\s*(?:cm|mm)\b"
)


_NOUN = (
    r"(?P<noun>metasta(?:sis|ses|tic(?:\s+(?:lesions?|deposits?|nodules?|foci|disease|nodes?|lymph\s+nodes?|spread|tumou?rs?))?)|mets?|"
    r"tumou?rs?(?!\s*(?:thromb|board|marker|burden|lysis|mutation|type|necrosis|suppress|-?free|grade|stage|site|size|response|proportion|"
    r"infilt))|mass(?:es)?|lesions?|nodules?|deposits?|HCCs?|hepatomas?|hepatocellular\s+carcinomas?|foci|focus|implants?|lymph\s?nodes?|"
    r"nodes?|LNs?|adenopathy|lymphadenopathy|cysts?|carcinomas?|cancers?|肿瘤|病灶|结节|转移灶|转移瘤)"
)


_COUNT = (
    r"(?P<count>\d{1,2}(?!\s*(?:cm|mm|\.\d|,\d|x|%|/|months?|weeks?|years?|[-]?year|days?|mo\b|yo\b|y\b|cycles?|lines?|mg))|single|solitary|"
    r"an?|one|another|two|both|three|four|five|six|seven|eight|nine|ten|multiple|numerous|innumerable|several|many|diffuse|bilateral|"
    r"a\s+few|few|multifocal)"
)


_LESION = re.compile(
    rf"""(?<![A-Za-z]){_NOUN}(?![A-Za-z])
        (?P<post>[\s,]*(?:(?:in|of|to|at|within|involving|on)\s+(?:the\s+|both\s+)?(?:[A-Za-z/-]+\s*){{1,4}}?|
            (?:\((?![^)]*\d)[^)]*\)))?[\s,]*(?:\(|:|,|of|measuring|sized?|measures?|up\s+to|with|is|are|was|were|the|largest|
            max(?:imum|imal)?|diameters?|approximately|about|~|each|being|in\s+(?:size|diameter)|both|long\s+axis|short\s+axis|
            axis|dimension|[:=-]|\s)*(?P<sizes>{_SIZES}))?""",
    re.IGNORECASE | re.VERBOSE,
)


_BEFORE_COUNT = re.compile(rf"(?<![A-Za-z\d.])(?P<more>(?:up\s+to|at\s+least|more\s+than|>|≥)\s*)?{_COUNT}\s+(?=(?P<rest>.*)$)", re.IGNORECASE)


_BEFORE_SIZE = re.compile(_SIZES, re.IGNORECASE)


_BLOCK = re.compile(
    r"\b(?:with|and|or|no|not|without|has|had|have|is|was|were|are|for|on|by|from|shows?|showed|showing|per|history|previous|prior|after|"
    r"before|since|but|then|the|in|of|to|at|than|which|who|his|her|primary|liver cancer)\b",
    re.IGNORECASE,
)


_NOT_LESION = re.compile(r"cyst", re.IGNORECASE)


_PAST = re.compile(
    r"\b(?:previous(?:ly)?|prior|was|were|at diagnosis|initial(?:ly)?|originally|resected|before|baseline|earlier|ablated|treated|old|"
    r"in 20\d\d|in 19\d\d|history of|excised)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Lesion:
    start: int
    end: int
    count: Range | None
    organ: str | None
    named: bool
    """Whether the note itself calls it a metastasis."""
    sizes: list[Range]
    view: View
    plural: bool
    organs: tuple[str, ...] = ()
    """Where one count is given for several organs ("3 metastases (2 lung, 1 adrenal)")."""


def _numbers(words: str) -> list[Range]:
    """Long axes in cm: "6.2 and 4.1 cm" is 6.2 and 4.1, "3.2 x 2.8 cm" is 3.2, "<3 cm" is at most 3."""
    units = re.findall(r"cm|mm", words, re.IGNORECASE)
    if not units:
        return []
    out: list[Range] = []
    pieces = re.split(r"\s*(?:,(?!\d)|(?<=\d),\s+|\band\b|/|&|\+|;)\s*", words, flags=re.IGNORECASE)
    unit = units[-1].lower()
    for piece in pieces:
        own = re.findall(r"cm|mm", piece, re.IGNORECASE)
        factor = 1.0 if (own[-1].lower() if own else unit) == "cm" else 0.1
        sides = [float(n.replace(",", ".")) * factor for n in re.findall(r"\d{1,3}(?:[.,]\d+)?", piece)]
        if sides:
            size = round(max(sides), 4)
            sign = re.match(r"\s*(<|≤|less than|smaller than|under|>|≥|more than|larger than|over)", piece, re.IGNORECASE)
            if sign is None:
                out.append(Range.exactly(size))
            elif sign[1].lower() in ("<", "≤", "less than", "smaller than", "under"):
                out.append(Range(low=None, high=size, high_inclusive=sign[1] == "≤"))
            else:
                out.append(Range(low=size, high=None, low_inclusive=sign[1] == "≥"))
    return out


def read(v: View, draft: Draft) -> list[Lesion]:
    """The lesions described in one sentence; `finish` turns those of the whole note into facts."""
    if not re.search(
        r"metast|\bmets?\b|tumou?r|mass|lesion|nodul|deposit|HCC|hepatoma|carcinoma|cancer|foc[iu]|node|LN|adenopathy|implant|肿瘤|病灶|结节|转移",
        v.text[v.head : v.end],
        re.IGNORECASE,
    ):
        return []
    found: list[Lesion] = []
    for m in _LESION.finditer(v.text, v.head, v.end):
        lesion = _lesion(v, m, draft)
        if lesion is None:
            continue
        if found and found[-1].end > lesion.start and found[-1].start <= lesion.start:
            # "two HCC nodules": two nouns for the same lesions.
            lesion.organ = lesion.organ or found[-1].organ
            lesion.count = lesion.count or found[-1].count
            lesion.start = found[-1].start
            found.pop()
        found.append(lesion)
    return found or _bare_size(v)


_BARE = re.compile(
    r"(?<![\d.x×*/-])(?P<size>\d{1,2}(?:[.,]\d+)?(?:\s*[x×*]\s*\d{1,2}(?:[.,]\d+)?){0,2}\s*(?:cm|mm))\b(?!\s*(?:from|above|below|distal|"
    r"proximal|H2O|Hg|thick|margin|deep))",
    re.IGNORECASE,
)


def _bare_size(v: View) -> list[Lesion]:
    """ "HCC in the right lobe, 27 cm": a size beside the only tumour that the sentence names."""
    tumours = [m for m in v.mentions if m.table == "condition" and vocabulary().diseases[m.concept].neoplasm]
    hits = [] if len({m.concept for m in tumours}) != 1 else list(_BARE.finditer(v.text, tumours[0].end, v.end))
    if len(hits) != 1 or ";" in v.text[tumours[0].end : hits[0].start()] or hits[0].start() - tumours[0].end > 60:
        return []
    said = assess(v, tumours[0].start, tumours[0].end)
    if said.status != "present" or "metasta" in tumours[0].concept or _PAST.search(v.text[max(v.head, tumours[0].start - 30) : hits[0].start()]):
        return []
    return [Lesion(hits[0].start(), hits[0].end(), None, None, False, _numbers(hits[0]["size"]), v, False)]


def _lesion(v: View, m: re.Match[str], draft: Draft) -> Lesion | None:
    noun = m["noun"].lower()
    if _NOT_LESION.match(noun):
        return None
    start = m.start("noun")
    before = v.text[max(v.head, start - 70) : start]
    if re.search(r"\S$", before) and not before.endswith(("(", "-", '"')):
        return None
    before = before[max((x.end() for x in re.finditer(r"[;:()]|\.\s|->|\n", before)), default=0) :]
    presizes = list(_BEFORE_SIZE.finditer(before))
    # What stands before the last link word, or before a comma that separates no sizes, belongs to something else.
    floor = max((x.end() for x in _BLOCK.finditer(before) if not any(p.start() <= x.start() < p.end() for p in presizes)), default=0)
    floor = max([floor, *(x.end() for x in re.finditer(r",", before) if not any(p.start() <= x.start() < p.end() for p in presizes))])
    own = before[floor:]
    presizes = [x for x in presizes if x.start() >= floor]
    presize = presizes[-1][0] if presizes else None
    counts = [x for x in _BEFORE_COUNT.finditer(own) if not any(p.start() - floor <= x.start() < p.end() - floor for p in presizes)]
    count_match = counts[-1] if counts else None
    if count_match is not None and re.search(
        r"(?:grade|stage|segments?|type|class|BCLC|ECOG|PS|G|score|phase|level|day|cycle|line|PR|SD|Vp|VV|T|N|M|S|-)\s*$",
        own[: count_match.start()],
        re.IGNORECASE,
    ):
        count_match = None
    count_word = count_match["count"].lower() if count_match else ""
    if count_match is not None:
        start = start - len(own) + count_match.start()
        adj = own[count_match.end() :]
    elif presizes:
        start = start - len(before) + presizes[-1].start()
        adj = before[presizes[-1].end() :]
    else:
        adj = re.sub(r"^.*?((?:[A-Za-z-]+\s+){0,2})$", r"\1", own)
        start = start - len(adj)
    if not count_word and presize is None and m["sizes"] is None:
        return None
    if count_word in ("a", "an") and presize is None and m["sizes"] is None:
        return None
    sizes = _numbers(m["sizes"] or "") or _numbers(presize or "")
    if any((x.high or x.low or 0) > 60 or (x.high or x.low or 0) <= 0 for x in sizes):
        draft.warn("lesion size: a value outside the plausible range was not used")
        sizes = [x for x in sizes if 0 < (x.high or x.low or 0) <= 60]
    end = m.end()
    if m["post"] is None and m["sizes"] is None:
        end = m.end("noun")
    if v.text[start:end].count("(") > v.text[start:end].count(")"):
        closing = v.text.find(")", end, min(v.end, end + 40))
        if closing >= 0:
            end = closing + 1
    said = assess(v, m.start("noun"), m.end("noun"))
    if said.status not in ("present",) or said.time == "past":
        return None
    before = v.text[max(v.head, start - 35) : start]
    if _PAST.search(before.rpartition(",")[2].rpartition(";")[2]):
        return None
    around = adj + " " + (m["post"] or "")
    organ = organ_of(adj) or organ_of(m["post"] or "") or organ_of(v.text[m.end("noun") : m.end("noun") + 1])
    named = bool(re.match(r"metasta|mets?$|deposit|implant|转移", noun)) or bool(re.search(r"metasta", around, re.IGNORECASE))
    node = noun.startswith(("node", "lymph", "ln", "adenopathy"))
    if node:
        organ = "lymph node"
    if noun.startswith(("hcc", "hepatoma", "hepatocellular")):
        organ, named = "liver", False
    count: Range | None = None
    if count_word:
        if count_word.isdigit():
            count = Range.exactly(float(count_word))
        elif count_word in _COUNTS:
            count = Range.exactly(float(_COUNTS[count_word]))
        elif count_word in ("bilateral", "diffuse"):
            count = Range(low=2.0, high=None) if noun.endswith(("s", "es")) else None
        elif count_word in ("multiple", "numerous", "innumerable", "many", "multifocal"):
            count = Range(low=2.0 if count_word in ("multiple", "multifocal") else 4.0, high=None)
        else:
            count = Range(low=2.0, high=None)
        if count_match is not None and count_match["more"] and count is not None:
            sign = count_match["more"].strip().lower()
            count = (
                Range(low=None, high=count.high) if sign == "up to" else Range(low=count.low, high=None, low_inclusive=sign not in ("more than", ">"))
            )
        if count is not None and count.high is not None and count.high > 60:
            return None
    plural = bool(re.search(r"(?:ses|s|foci|masses|mets)$", noun)) and not noun.endswith("metastasis") and noun != "mass"
    if count is None and len(sizes) > 1:
        count = Range(low=float(len(sizes)), high=None if plural else float(len(sizes)))
    elif (
        count is None
        and not plural
        and sizes
        and named
        and not re.search(r"largest|biggest|dominant|index|target|measurable|\bthe\s*$", before + adj, re.IGNORECASE)
    ):
        count = Range.exactly(1.0)
    if count is None and not sizes:
        return None
    bracket = re.compile(
        r"\s*\((?P<in>[^()]{3,60})\)(?:[\s,]*(?:the\s+)?(?:largest|max\w*|up to|biggest)[\s:]*(?P<size>" + _SIZES + "))?", re.IGNORECASE
    ).match(v.text, m.end("noun"), v.end)
    organs: tuple[str, ...] = ()
    if bracket and named:
        organs = tuple(dict.fromkeys(ORGANS[int(hit.lastgroup[1:])][0] for hit in ORGAN.finditer(bracket["in"]) if hit.lastgroup))
        end = max(end, bracket.end())
        sizes = sizes or _numbers(bracket["size"] or "")
    each = re.compile(r"\s+each\s+(?:in|of)\s+(?P<in>[^;:]{3,80})", re.IGNORECASE).match(v.text, m.end("noun"), v.end)
    if each and named and count is not None:
        organs = tuple(dict.fromkeys(ORGANS[int(hit.lastgroup[1:])][0] for hit in ORGAN.finditer(each["in"]) if hit.lastgroup))
        if organs:
            count = Range(low=(count.low or 0) * len(organs), high=None if count.high is None else count.high * len(organs))
            sizes = sizes or _numbers((_BEFORE_SIZE.search(each["in"]) or [""])[0])
            organ, end = None, each.end()
    return Lesion(start, end, count, organ or (organs[0] if len(organs) == 1 else None), named, sizes, v, plural, organs)
