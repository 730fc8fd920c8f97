"""How many tumours and metastases, where, and how large; and how far a tumour thrombus reaches."""

import re
from dataclasses import dataclass
from typing import Literal

from assistant.patient.assertion import View, assess
from assistant.patient.drafts import Draft
from assistant.patient.facts import Fact, Range
from assistant.patient.measurements import sample_date
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
_ORGANS = (
    ("lung", r"lungs?|pulmonary"),
    ("adrenal", r"adrenal"),
    (
        "bone",
        r"bones?|bony|osseous|skeletal|vertebra\w*|spinal|spine|rib|ribs|femur|femoral|pelvic bone|iliac|sacr\w+|skull|sternum|humerus|"
        r"[TL]\d{1,2}",
    ),
    ("brain", r"brain|cerebr\w+|cerebell\w+|intracranial|CNS|frontal|parietal"),
    ("lymph node", r"lymph[- ]?nodes?|nodal|nodes?|LN|LNs|lymphaden\w+|adenopathy"),
    ("peritoneum", r"peritone\w+|omental|omentum|mesenteric"),
    ("pleura", r"pleural?"),
    ("liver", r"liver|hepatic|intrahepatic|segments?\s*[IV\d/]+|seg\s*[IV\d/]+|lobes?|S[1-8]"),
    ("spleen", r"splen\w+|spleen"),
    ("kidney", r"kidney|renal"),
    ("pancreas", r"pancrea\w+"),
    ("skin", r"skin|cutaneous|subcutaneous"),
    ("soft tissue", r"soft[- ]tissue|muscle|chest wall|abdominal wall"),
    ("ovary", r"ovar\w+"),
    ("breast", r"breast"),
    ("colon", r"colon\w*|caecal|cecal|sigmoid"),
    ("rectum", r"rectal|rectum"),
    ("stomach", r"gastric|stomach"),
    ("oesophagus", r"o?esophag\w+"),
    ("bladder", r"bladder"),
    ("prostate", r"prostat\w+"),
    ("thyroid", r"thyroid"),
    ("head and neck", r"tongue|laryn\w+|oropharyn\w+|tonsil\w*"),
)
_ORGAN = "|".join(f"(?P<o{i}>(?<![A-Za-z]){p}(?![A-Za-z]))" for i, (_, p) in enumerate(_ORGANS))
_ORGAN_RE = re.compile(_ORGAN, re.IGNORECASE)
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
_TIMES = re.compile(r"(?:cm|mm)?\s*[x×]\s*", re.IGNORECASE)
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


def _organ_of(text: str) -> str | None:
    hit = _ORGAN_RE.search(text)
    if hit is None or hit.lastgroup is None:
        return None
    return _ORGANS[int(hit.lastgroup[1:])][0]


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
    organ = _organ_of(adj) or _organ_of(m["post"] or "") or _organ_of(v.text[m.end("noun") : m.end("noun") + 1])
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
        organs = tuple(dict.fromkeys(_ORGANS[int(hit.lastgroup[1:])][0] for hit in _ORGAN_RE.finditer(bracket["in"]) if hit.lastgroup))
        end = max(end, bracket.end())
        sizes = sizes or _numbers(bracket["size"] or "")
    each = re.compile(r"\s+each\s+(?:in|of)\s+(?P<in>[^;:]{3,80})", re.IGNORECASE).match(v.text, m.end("noun"), v.end)
    if each and named and count is not None:
        organs = tuple(dict.fromkeys(_ORGANS[int(hit.lastgroup[1:])][0] for hit in _ORGAN_RE.finditer(each["in"]) if hit.lastgroup))
        if organs:
            count = Range(low=(count.low or 0) * len(organs), high=None if count.high is None else count.high * len(organs))
            sizes = sizes or _numbers((_BEFORE_SIZE.search(each["in"]) or [""])[0])
            organ, end = None, each.end()
    return Lesion(start, end, count, organ or (organs[0] if len(organs) == 1 else None), named, sizes, v, plural, organs)


def finish(lesions: list[Lesion], draft: Draft) -> None:
    """Counts, organs and largest sizes over the whole note; what another sentence repeats is counted once."""
    primary = _primary_organs(draft.facts)
    metastatic: list[Lesion] = []
    tumours: list[Lesion] = []
    for lesion in lesions:
        for size in lesion.sizes:
            short = lesion.organ == "lymph node" and re.search(r"short", lesion.view.text[lesion.start : lesion.end + 12], re.IGNORECASE)
            draft.add(
                "measurement",
                "node_short_axis" if short else "lesion_size",
                "present",
                lesion.start,
                lesion.end,
                value=size,
                unit="cm",
                site=lesion.organ,
                when=sample_date(lesion.view, lesion.start, lesion.end),
            )
        outside = lesion.organ is not None and lesion.organ not in primary and lesion.organ != "liver"
        if lesion.named and lesion.organ == "liver" and "liver" in primary:
            continue  # intrahepatic metastases are no extrahepatic disease
        if lesion.organ == "lymph node" and not lesion.named:
            _possible(lesion, draft)  # a node with a size, not called a metastasis, is not counted as one
        elif lesion.named or outside:
            metastatic.append(lesion)
            for organ in lesion.organs:
                if concept_of(organ) != "metastasis":
                    draft.add("finding", concept_of(organ), "present", lesion.start, lesion.end)
            if not lesion.named:
                _possible(lesion, draft)
        else:
            tumours.append(lesion)
    _aggregate(tumours, "tumor_count", "tumor_size", draft)
    _aggregate(metastatic, "metastasis_count", "metastasis_size", draft)
    _organs(metastatic, primary, draft)


def _possible(lesion: Lesion, draft: Draft) -> None:
    draft.add(
        "finding",
        concept_of(lesion.organ),
        "possible",
        lesion.start,
        lesion.end,
        site=lesion.organ,
        reading=f"a lesion of the {lesion.organ} outside the primary's organ, not called a metastasis",
    )


def concept_of(organ: str | None) -> str:
    """The vocabulary's concept for a metastasis in an organ."""
    concept = f"{organ.replace(' ', '_')}_metastasis" if organ else "metastasis"
    return concept if concept in vocabulary().diseases else "metastasis"


def _organs(metastatic: list[Lesion], primary: set[str], draft: Draft) -> None:
    """How many organs hold metastases: those of the lesions, and those that the note names."""
    organs = {organ for lesion in metastatic for organ in (lesion.organs or ((lesion.organ,) if lesion.organ else ()))}
    named = [f for f in draft.facts if f.kind == "finding" and f.status == "present" and f.concept.endswith("_metastasis") and f.time != "past"]
    for fact in named:
        organ = _organ_of(fact.concept.removesuffix("_metastasis").replace("_", " "))
        if organ and not (organ == "liver" and "liver" in primary):
            organs.add(organ)
    if not organs:
        return
    place = _span(metastatic)[:2] if metastatic else None
    reading = "organs counted: " + ", ".join(sorted(organs))
    value = Range.exactly(float(len(organs)))
    if place is not None:
        draft.add("measurement", "metastasis_organs", "present", *place, value=value, reading=reading)
    else:
        draft.facts.append(
            Fact(kind="measurement", concept="metastasis_organs", status="present", source=named[0].source, value=value, reading=reading)
        )


def _span(lesions: list[Lesion]) -> tuple[int, int, bool]:
    first = lesions[0]
    same = [lesion for lesion in lesions if lesion.view is first.view]
    return min(x.start for x in same), max(x.end for x in same), len(same) == len(lesions)


def _aggregate(lesions: list[Lesion], count_concept: str, size_concept: str, draft: Draft) -> None:
    """The largest size, and the count: added up within a sentence, the greater of two sentences that speak of one organ."""
    if not lesions:
        return
    start, end, whole = _span(lesions)
    sizes = [(size, lesion) for lesion in lesions for size in lesion.sizes]
    if sizes:
        largest, owner = max(sizes, key=lambda pair: pair[0].high if pair[0].high is not None else pair[0].low or 0.0)
        draft.add(
            "measurement",
            size_concept,
            "present",
            owner.start,
            owner.end,
            value=largest,
            unit="cm",
            site=owner.organ,
            reading="" if len(sizes) == 1 else "the largest of the sizes stated",
            when=sample_date(owner.view, owner.start, owner.end),
        )
    counted: dict[str | None, dict[int, tuple[float, float | None]]] = {}
    for lesion in lesions:
        if lesion.count is None:
            if not (lesion.plural and count_concept == "metastasis_count"):
                continue
            low, high = 2.0, None
        else:
            low, high = (lesion.count.low or 0.0) + (0 if lesion.count.low_inclusive else 1), lesion.count.high
        key = None if count_concept == "tumor_count" else lesion.organ
        sentence = counted.setdefault(key, {})
        old = sentence.get(lesion.view.start)
        sentence[lesion.view.start] = (low, high) if old is None else (old[0] + low, None if old[1] is None or high is None else old[1] + high)
    if not counted:
        return
    best = [max(by_sentence.values(), key=lambda pair: (pair[0], pair[1] or 0.0)) for by_sentence in counted.values()]
    total_high = None if any(high is None for _, high in best) else sum(high for _, high in best if high is not None)
    told = [lesion for lesion in lesions if lesion.count is not None]
    draft.add(
        "measurement",
        count_concept,
        "present",
        start,
        end,
        value=Range(low=sum(low for low, _ in best), high=total_high),
        reading=""
        if len(told) <= 1
        else "counted: "
        + ", ".join(lesion.view.text[lesion.start : lesion.end].strip() for lesion in told)[:200]
        + ("" if whole else " (from several sentences)"),
    )


def _primary_organs(facts: list[Fact]) -> set[str]:
    organs: set[str] = set()
    for fact in facts:
        if fact.kind != "finding" or fact.status != "present":
            continue
        row = vocabulary().diseases.get(fact.concept)
        if row is None or not row.neoplasm or "metasta" in fact.concept:
            continue
        if (
            vocabulary().is_a(fact.concept, "hcc")
            or vocabulary().is_a(fact.concept, "cholangiocarcinoma")
            or vocabulary().is_a(fact.concept, "liver_cancer")
        ):
            organs.add("liver")
        for word in (row.label, fact.concept.replace("_", " ")):
            organ = _organ_of(word)
            if organ:
                organs.add(organ)
        if vocabulary().is_a(fact.concept, "rcc"):
            organs.add("kidney")
    return organs or {"liver"}


_LIST = rf"(?:{'|'.join(p for _, p in _ORGANS)})"
_SPREAD = re.compile(
    rf"(?P<before>(?<![A-Za-z])(?:{_LIST}\s*(?:,|/|\band\b|\bor\b|&|,\s*and|,\s*or)\s*)+{_LIST}\s+)?\b(?P<word>metasta(?:sis|ses|tic|"
    rf"si[sz]ed)|mets?)\b(?P<after>(?:\s+(?:disease|lesions?|spread|deposits?))?\s*(?:to|in|involving|of|at|:|\()\s*(?:the\s+|both\s+|"
    rf"bilateral\s+)*"
    rf"{_LIST}(?:\s*(?:,|/|\band\b|\bor\b|&|,\s*and|,\s*or|\+)\s*(?:the\s+)?{_LIST})*)?",
    re.IGNORECASE,
)
_METASTATIC_CANCER = re.compile(
    rf"\bmetastatic\s+(?:[A-Za-z-]+\s+){{1,5}}\((?P<after>{_LIST}(?:\s*(?:,|/|\band\b|&|\+)\s*{_LIST})*)\)", re.IGNORECASE
)


def sites(v: View, draft: Draft) -> None:
    """Metastases in each of the organs listed before or after the word: "lung and bone mets", "metastatic to the liver"."""
    for pattern in (_SPREAD, _METASTATIC_CANCER):
        for m in pattern.finditer(v.text, v.head, v.end):
            words = " ".join(x for x in (m.groupdict().get("before"), m["after"]) if x)
            organs = dict.fromkeys(_ORGANS[int(hit.lastgroup[1:])][0] for hit in _ORGAN_RE.finditer(words) if hit.lastgroup)
            if not organs:
                continue
            at = m.span("word") if pattern is _SPREAD else m.span()
            said = assess(v, *at)
            if said.status not in ("present", "absent", "possible"):
                continue
            place = (said.start, max(said.end, m.end())) if said.status != "present" else m.span()
            concepts = [c for c in (concept_of(organ) for organ in organs) if c != "metastasis"]
            for concept in concepts:
                if not any(x.concept == concept and x.start < m.end() and m.start() < x.end for x in v.mentions):
                    draft.add("finding", concept, said.status, *place, time="past" if said.time == "past" else "unstated")
            if concepts:
                for x in v.mentions:
                    if x.concept == "metastasis" and x.start < m.end() and m.start() < x.end:
                        draft.take(x.start, x.end)  # the organs say more


# ---- tumour thrombus ------------------------------------------------------------------------------------------------

_THROMBUS = re.compile(
    r"\b(?:PV?TT|PVTTs|HVTT|IVCTT|TT(?=\s+(?:in|of))|(?:tumou?r|neoplastic|malignant)\s+thromb(?:us|i|osis|oses)|thromb(?:us|i|osis|oses)|"
    r"(?:macro)?vascular\s+invasion|(?:portal|hepatic)\s+vein\s+(?:\w+\s+)?invasion|(?:invasion|invading|invades|involv\w+|infiltrat\w+|"
    r"extend\w*|encas\w+)\b[^,;]{0,30}\b(?:portal|hepatic)\s+vein|癌栓)",
    re.IGNORECASE,
)
_EXTENTS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    (
        "portal_vein_tumor_thrombus",
        "superior mesenteric vein",
        re.compile(
            r"\b(?:superior\s+mesenteric(?:\s+vein)?|SMV|mesenteric\s+vein|splenomesenteric\s+confluence)\b|"
            r"肠系膜上静脉",
            re.IGNORECASE,
        ),
    ),
    (
        "portal_vein_tumor_thrombus",
        "main trunk",
        re.compile(
            r"\b(?:main\s+(?:trunk|portal(?:\s+(?:vein|trunk))*|PV|stem)|MPV|portal(?:\s+vein)?\s+(?:main\s+)?(?:trunk|stem)|main\s+trunk|"
            r"trunk\s+of\s+(?:the\s+)?portal)\b|门静脉主干|主干",
            re.IGNORECASE,
        ),
    ),
    (
        "portal_vein_tumor_thrombus",
        "left and right branches",
        re.compile(
            r"\b(?:both|bilateral|left\s+and\s+right|right\s+and\s+left)\s+(?:main\s+|portal\s+|"
            r"vein\s+)*(?:branch(?:es)?|portal\s+veins?)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "portal_vein_tumor_thrombus",
        "right branch",
        re.compile(
            r"\bright\s+(?:main\s+|primary\s+|first-order\s+)?(?:portal(?:\s+vein)?(?:\s+branch)?|PV|(?:portal\s+)?(?:vein\s+)?branch)\b|"
            r"\bRPV\b|门静脉右支|右支",
            re.IGNORECASE,
        ),
    ),
    (
        "portal_vein_tumor_thrombus",
        "left branch",
        re.compile(
            r"\bleft\s+(?:main\s+|primary\s+|first-order\s+)?(?:portal(?:\s+vein)?(?:\s+branch)?|PV|(?:portal\s+)?(?:vein\s+)?branch)\b|\bLPV\b|"
            r"门静脉左支|左支",
            re.IGNORECASE,
        ),
    ),
    (
        "portal_vein_tumor_thrombus",
        "segmental branch",
        re.compile(
            r"\b(?:sub-?)?(?:segmental|sectoral|sectorial|second[- ]order|2nd[- ]order|third[- ]order|3rd[- ]order|peripheral\s+portal|(?:right|"
            r"left)?\s*(?:anterior|posterior)\s+(?:portal\s+)?(?:branch|sectoral|portal\s+vein|section\w*))\b",
            re.IGNORECASE,
        ),
    ),
    ("ivc_tumor_thrombus", "right atrium", re.compile(r"\b(?:right\s+atri(?:um|al)|RA(?=\W|$)|intra-?cardiac|cavo-?atrial)\b|右心房", re.IGNORECASE)),
    (
        "ivc_tumor_thrombus",
        "above the diaphragm",
        re.compile(r"\b(?:above\s+the\s+diaphragm|supra-?diaphragmatic|suprahepatic|intrathoracic)\b|膈上", re.IGNORECASE),
    ),
    (
        "ivc_tumor_thrombus",
        "below the diaphragm",
        re.compile(
            r"\b(?:below\s+the\s+diaphragm|infra-?diaphragmatic|sub-?diaphragmatic|retro-?hepatic|"
            r"infra-?hepatic)\b",
            re.IGNORECASE,
        ),
    ),
    ("ivc_tumor_thrombus", "inferior vena cava", re.compile(r"\b(?:IVC|inferior\s+vena\s+cava|vena\s+cava)\b|下腔静脉", re.IGNORECASE)),
    (
        "hepatic_vein_tumor_thrombus",
        "hepatic vein",
        re.compile(r"\b(?:(?:right|middle|left)\s+)?hepatic\s+veins?\b|\b[RML]HV\b|肝静脉", re.IGNORECASE),
    ),
)
_BLAND = re.compile(r"\bbland\b|\bnon-?tumou?r(?:al|ous)?\b|\bnon-?malignant\b|\bnon-?neoplastic\b", re.IGNORECASE)
_TUMOUR = re.compile(
    r"tumou?r|neoplastic|malignant|\bPV?TT\b|HVTT|IVCTT|invasion|invad|癌栓|\bChengs?\b|\bVp\s?[0-4]|\bVV\s?[0-3]|Sakamoto|Chen's|"
    r"arteriali[sz]ed",
    re.IGNORECASE,
)


def thrombus(v: View, draft: Draft) -> None:
    """Adds how far a tumour thrombus reaches: one finding per vessel named, denied where the note denies it."""
    text = v.text[v.head : v.end]
    anchors = list(_THROMBUS.finditer(text))
    smv = re.search(r"\bno\s+(?:SMV|superior\s+mesenteric)\b|\bSMV\s+(?:is\s+)?(?:clear|patent|free|not\s+involved|uninvolved)", text, re.IGNORECASE)
    if not anchors and not smv:
        return
    _denied(v, draft)
    tumour = bool(_TUMOUR.search(text)) or bool(smv)
    if _BLAND.search(text) and not re.search(r"\bPV?TT\b|tumou?r\s+thromb", text, re.IGNORECASE):
        return
    covered: list[tuple[int, int]] = []
    for concept, site, pattern in _EXTENTS:
        if concept not in vocabulary().diseases:
            continue
        for hit in pattern.finditer(text):
            start, end = v.head + hit.start(), v.head + hit.end()
            if any(a < end and start < b for a, b in covered):
                continue
            near = [a for a in anchors if _near(text, a, hit)]
            denied = re.match(
                r"\s*(?:is\s+|was\s+|are\s+|remains?\s+)?(?:clear|patent|free|not\s+(?:involved|invaded|reached|affected)|uninvolved|"
                r"spared)\b",
                v.text[end : end + 40],
                re.IGNORECASE,
            )
            if not near and not (
                site == "superior mesenteric vein" and re.search(r"involv|exten|reach|invol|invad|patent|clear|free", text, re.IGNORECASE)
            ):
                continue
            covered.append((start, end))
            said = assess(v, start, end)
            status: Literal["present", "absent", "possible"]
            if said.status is None:
                continue
            if (
                denied
                or said.status == "absent"
                or re.search(
                    r"\b(?:not|without|no|does not|never)\s+(?:\w+\s+){0,4}?(?:the\s+)?$", v.text[max(v.head, start - 50) : start], re.IGNORECASE
                )
            ):
                status = "absent"
            elif said.status == "possible" or not tumour:
                status = "possible"
            else:
                status = "present"
            if (
                status == "absent"
                and near
                and not denied
                and re.search(r"\bno\b[^,;]*thromb", text[max(0, near[0].start() - 40) : near[0].end() + 5], re.IGNORECASE)
                and site != "superior mesenteric vein"
            ):
                continue  # "no portal vein thrombus": the finding itself is denied, not an extent of it
            words_start, words_end = (said.start, end) if status == "absent" and said.status == "absent" else (start, end)
            if tumour:
                for anchor in near:  # a tumour thrombus is no thrombosis
                    if re.match(r"thromb", anchor[0], re.IGNORECASE):
                        draft.take(v.head + anchor.start(), v.head + anchor.end())
            if near and status != "absent":
                words_start = min(start, v.head + near[0].start())
                words_end = max(end, v.head + near[0].end())
            draft.add(
                "finding",
                concept,
                status,
                words_start,
                words_end,
                site=site,
                time="unstated",
                reading="" if tumour or status == "absent" else "a thrombus not said to be tumour or bland",
            )


_VESSEL = r"(?:(?:main\s+)?portal(?:\s+vein)?|PV|hepatic\s+veins?|HV|IVC|inferior\s+vena\s+cava|vena\s+cava|major\s+vessels?)"
_NO_THROMBUS = re.compile(
    rf"\b(?:no|without|denies|absence of|no evidence of)\s+(?:\w+\s+){{0,2}}?(?P<vessels>{_VESSEL}(?:\s*(?:,|/|or|and|nor|"
    rf",\s*or)\s*{_VESSEL})*)\s+(?:tumou?r\s+)?(?:thromb\w+|invasion|involvement)",
    re.IGNORECASE,
)
_VESSEL_CONCEPTS = (
    ("portal_vein_tumor_thrombus", re.compile(r"portal|\bPV\b", re.IGNORECASE)),
    ("hepatic_vein_tumor_thrombus", re.compile(r"hepatic|\bHV\b", re.IGNORECASE)),
    ("ivc_tumor_thrombus", re.compile(r"IVC|cava", re.IGNORECASE)),
)


def _denied(v: View, draft: Draft) -> None:
    """ "No hepatic vein or IVC thrombus": no tumour thrombus in any vessel of the list."""
    for m in _NO_THROMBUS.finditer(v.text, v.head, v.end):
        for concept, pattern in _VESSEL_CONCEPTS:
            if pattern.search(m["vessels"]) and concept in vocabulary().diseases:
                draft.add("finding", concept, "absent", m.start(), m.end())


def _near(text: str, anchor: re.Match[str], hit: re.Match[str]) -> bool:
    gap = text[anchor.end() : hit.start()] if anchor.end() <= hit.start() else text[hit.end() : anchor.start()] if hit.end() <= anchor.start() else ""
    return len(gap) < 110 and ";" not in gap
