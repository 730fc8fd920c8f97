"""A note cut into sections and sentences, with offsets into the repaired text.

What a sentence says is read from that sentence alone and its section: so the order of sentences cannot change a fact.
"""

import re
from dataclasses import dataclass
from typing import Literal

Section = Literal["history", "family", "medication", "allergy", "labs", "plan", "social", "diagnosis", "treatment", "exam", "imaging", "other"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text[start:end]` of the repaired note. `labelled` is True where the section's name stands in the sentence itself."""

    start: int
    end: int
    section: Section | None
    head: int
    """Where the statement begins, after bullet and section name."""
    stamp: tuple[int, int] | None = None
    """The heading's own words, when they may hold the date of everything below ("Labs 12 Nov 2026:")."""


_HEADINGS: tuple[tuple[Section, str], ...] = (
    ("family", r"family (?:medical |cancer |oncolog\w+ )?(?:history|hx)|f\.?h\.?x?|fam(?:ily)? hx|家族史"),
    (
        "allergy",
        r"(?:drug )?allerg(?:y|ies)(?: history)?(?:(?:/| and )(?:adverse|adrs?|intolerances?|reactions?)(?: reactions?)?)?|"
        r"adverse drug reactions|adrs?|过敏史",
    ),
    (
        "medication",
        r"(?:current|home|regular|active|outpatient|discharge|concomitant|admission|present|"
        r"usual)?\s*(?:medications?|meds|drugs|medicines?|"
        r"prescriptions?|drug history|dhx?|conmeds?)(?: (?:list|on (?:admission|discharge)))?|rx|用药|目前用药",
    ),
    (
        "plan",
        r"(?:treatment |management )?plan(?:s|ned)?|recommendations?|a/?p|a&p|assessment (?:and|&) plan|proposal|next steps?|to do|"
        r"mdt (?:plan|recommendation|outcome|decision)|处理|计划",
    ),
    (
        "history",
        r"(?:past|previous|prior|relevant)? ?(?:medical|surgical|medical and surgical|psychiatric|cardiac)? ?(?:history|hx|background)|"
        r"p\.?m\.?h\.?x?|p\.?s\.?h\.?x?|past history|comorbidit(?:y|ies)|co-morbidities|medical problems|problem list|background|既往史|既往",
    ),
    (
        "treatment",
        r"(?:(?:prior|previous|past|earlier|oncologic(?:al)?|cancer|systemic|anti-?cancer|treatment|therapy) )+(?:treatments?|therap(?:y|"
        r"ies)|history|lines?|regimens?|course)|(?:prior|previous) (?:rx|tx)|tx|治疗史|treatment to date|oncolog(?:y|ic|ical) history",
    ),
    (
        "labs",
        r"(?:pertinent |relevant |recent |baseline |admission |today's |laboratory |blood |serum |latest |last |screening )*(?:labs?|"
        r"laboratory|bloods|blood (?:tests?|results?|work)|lab(?:oratory)? (?:tests?|data|values?|results?|findings|investigations?)|"
        r"results|investigations|tests|chemistry|cbc|fbc|lfts?|serology|virology|urinalysis|ua|biochemistry|haematology|hematology|"
        r"coagulation|化验|实验室检查)(?: (?:today|yesterday|this morning))?",
    ),
    (
        "imaging",
        r"imaging|radiology|scans?|(?:contrast |triphasic |ce-?)?(?:ct|mri|mr|pet|pet-ct|pet/ct|us|ultrasound|cxr|chest x-?ray|echo|"
        r"echocardiogram|tte|ecg|ekg|egd|ogd|endoscopy|bone scan)(?: (?:of )?(?:the )?(?:chest|abdomen|brain|liver|pelvis|head|abdo|tap|cap|"
        r"scan|scanning|report|findings|thorax|spine)(?:[ /,&]+(?:and )?(?:chest|abdomen|pelvis))*)?|影像",
    ),
    ("social", r"social (?:history|hx)|s\.?h\.?x?|habits"),
    (
        "exam",
        r"(?:physical |clinical )?(?:exam|examination|findings on exam\w*)|o/e|p/?e|vitals?(?: signs)?|observations|obs|review of systems|"
        r"ros|查体",
    ),
    (
        "diagnosis",
        r"(?:primary |principal |main |admission |discharge |final |cancer |oncolog\w+ )?(?:diagnos[ie]s|dx|impression|assessment|problem|"
        r"conclusion|summary)|诊断",
    ),
    (
        "other",
        r"hpi|history of present(?:ing)? (?:illness|complaint)|presenting complaint|chief complaint|c/?c|reason for (?:referral|visit|"
        r"admission)|subjective|objective|s|o|course|hospital course|pathology|histology|biopsy|performance status|mdt|tumou?r board|note|"
        r"现病史|主诉|病理",
    ),
)
_HEADING = re.compile(
    r"(?:(?<=^)|(?<=\n)|(?<=[.;]\s)|(?<=[.;]))[ \t]*(?:[-*•#>]+\s*|\d{1,2}[.)]\s+)?(?:\*\*|__|#+\s*)?(?P<name>"
    + "|".join(f"(?P<{name}{i}>{pattern})" for i, (name, pattern) in enumerate(_HEADINGS))
    + r")(?:\*\*|__)?(?P<stamp>[ \t]*[(\[,]?[ \t]*(?:on |from |dated |taken |of |as of )?(?:[^:\n|]{0,24}\d[^:\n|]{0,14}|today|yesterday|"
    r"this morning|last week)\)?)?[ \t]*(?P<mark>:|\n|-[ \t]|\|(?![^\n]*\|))(?:\*\*)?",
    re.IGNORECASE,
)
_OTHER_HEADING = re.compile(r"(?:(?<=^)|(?<=\n))[ \t]*(?:#+\s*|\*\*)?[A-Z][A-Za-z/& ]{2,40}(?:\*\*)?:[ \t]*(?=\n)")
_BULLET = re.compile(r"[ \t]*(?:[-*•·>#–—]+[ \t]+|\(?\d{1,2}[.)][ \t]+|[a-z][.)][ \t]+)?")
# A full stop that ends no sentence: after a short form, or inside a number or a dotted abbreviation.
_SHORT = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|prof|st|vs|approx|ca|cf|no|fig|e\.g|i\.e|etc(?=\.\s+[a-z])|incl|resp|max|min|hx|pt|pts|wk|wks|mo|mos|yr|yrs|"
    r"hr|hrs|dept|hosp|neg|pos|abs|temp|alk|t|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|"
    r"b\.i\.d|t\.i\.d|q\.d|p\.o|i\.v|s\.c|y\.o|a\.m|p\.m|u\.s|b\.d|o\.d|t\.d\.s)|\b[A-Za-z]\.[A-Za-z])$",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?]+(?=[\s\"')\]]|$|[A-Z][a-z]|[\u4e00-\u9fff])|\n")
_ABBREVIATION_ALWAYS_SPLITS = re.compile(
    r"\b(?:neg|pos|mo|mos|wk|wks|yr|yrs|pt|hx|min|max|no|abs|temp|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|hrs?|pts|t)$", re.IGNORECASE
)


def _headings(text: str) -> list[tuple[int, int, Section | None, bool, tuple[int, int] | None]]:
    """(start, end, section, whole block, its date's place) of each section name, in order."""
    found: list[tuple[int, int, Section | None, bool, tuple[int, int] | None]] = []
    for match in _HEADING.finditer(text):
        section = next(name for i, (name, _) in enumerate(_HEADINGS) if match[f"{name}{i}"] is not None)
        line_end = text.find("\n", match.start("mark"))
        rest = text[match.end() : line_end if line_end >= 0 else len(text)]
        alone = match["mark"] == "\n" or not rest.strip(" *")
        at_line_start = text.rfind("\n", 0, match.start("name")) >= text.rfind(".", 0, match.start("name"))
        if match["mark"] == "\n" and not at_line_start:
            continue
        if match["stamp"] and (section != "labs" or match["mark"] != ":"):
            continue
        stamp = match.span("stamp") if match["stamp"] else None
        found.append((match.start("name"), match.end() - (match["mark"] == "\n"), section, alone, stamp))
    for match in _OTHER_HEADING.finditer(text):
        if not any(start <= match.start() < end or match.start() <= start < match.end() for start, end, _, _, _ in found):
            found.append((match.start(), match.end(), None, True, None))
    return sorted(found, key=lambda heading: heading[0])


def _wraps(text: str, line_start: int, stop: int) -> bool:
    """Whether the line break at `stop` is a hard wrap in running prose: a long line, then a lower-case word."""
    following = text[stop + 1 : stop + 40]
    return (
        stop - line_start > 55
        and bool(re.match(r"[a-z(]", following.lstrip(" ")))
        and not following.strip().startswith(("(", "-", "*"))
        and "|" not in text[line_start:stop]
        and text[stop - 1] not in ".:;!?|"
    )


_ANSWERED = re.compile(r" ?(?:no|none|nil|never)(?=[ ]*(?:[.;,\n]|$))|[ ]?(?:MRI?|CT|PET|US)[ ]?:[ ]?(?:no|none|nil|negative|clear)\b", re.IGNORECASE)


def split(text: str) -> list[Sentence]:
    """Sentences of a repaired note, in order. Empty lines and bare section names give none."""
    headings = _headings(text)
    sentences: list[Sentence] = []
    block: Section | None = None
    block_stamp: tuple[int, int] | None = None
    next_heading = 0
    start = line_start = 0
    n = len(text)

    def close(end: int) -> None:
        nonlocal block, block_stamp, next_heading
        begin = start
        while begin < end and text[begin] in " \t\n":
            begin += 1
        if begin >= end:
            return
        section, head, stamp = block, begin, block_stamp
        while next_heading < len(headings) and headings[next_heading][0] < end:
            name_start, name_end, named, whole, named_stamp = headings[next_heading]
            next_heading += 1
            if name_start < begin - 1:
                continue
            block, block_stamp = (named, named_stamp) if whole else (None, None)
            section, head, stamp = named, min(name_end, end), named_stamp
        bullet = _BULLET.match(text, head, end)
        if bullet and bullet.end() < end:
            head = bullet.end()
        if text[head:end].strip(" \t*:"):
            sentences.append(Sentence(begin, end, section, head, stamp))

    for match in _STOP.finditer(text):
        stop = match.start()
        if stop < start:
            continue
        if match[0] == "\n":
            if _wraps(text, line_start, stop):
                continue
            close(stop)
            start = line_start = stop + 1
            if text[stop + 1 : stop + 2] == "\n" or re.match(r"\n[ \t]*\n", text[stop : stop + 8]):
                block = block_stamp = None
            continue
        if match[0] == "?" and (not text[start:stop].strip() or _ANSWERED.match(text, stop + 1)):
            continue  # "? brain metastasis", "Heart failure? No."
        if match[0][0] == "." and _is_inside(text, line_start, stop, match.end()):
            continue
        close(match.end())
        start = match.end()
    close(n)
    return sentences


def _is_inside(text: str, line_start: int, stop: int, after: int) -> bool:
    """Whether the full stop at `stop` belongs to a number, a list marker or an abbreviation."""
    before = text[max(line_start, stop - 12) : stop]
    following = text[after : after + 2].lstrip()
    if re.fullmatch(r"\s*\(?(?:\d{1,2}|[a-z])", text[line_start:stop]):
        return True
    if re.search(r"(?:^|[\s(])[A-Z]$", before) and following.islower():
        return True  # "E. coli"
    if _SHORT.search(before):
        # "HBsAg neg. Hb 12": a short form may end a sentence too; a capital, or nothing, after it says so.
        return not (_ABBREVIATION_ALWAYS_SPLITS.search(before) and (not following or following[0].isupper()))
    return False
