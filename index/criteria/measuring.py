"""Words around a limit that only say how, where or on what paper it is measured: they limit nothing."""

import re

from index.criteria.passage import Passage

_SHOWS = (
    r"(?:\s+(?:shows?|showing|showed|shown|with|of|demonstrat\w+|suggest\w+|indicat\w+|reveal\w+|reports?|results?|findings?|assessment"
    r"|examination))+"
)
_BEFORE = re.compile(
    rf"""(?:\b(?:resting|fasting|random|baseline|screening|serum|plasma|venous|arterial|capillary|calculated|estimated|measured|corrected|uncorrected
    |adjusted|routine|supine|seated|sitting|standing|mean|average|prolong(?:ation\s+of|ed)|elevat(?:ion\s+of|ed)|increased|raised|decreased|reduced|current|documented|laboratory|lab|office|clinic|predicted|confirmed|fingertip
    |finger|(?:pre|post)-?bronchodilator|12-lead|abnormal\s+values?\s+of|(?:cardiac\s+)?(?:(?:colou?r\s+)?doppler\s+)?(?:ultrasound|ultrasonography|echocardiograph(?:y|ic)|echocardiogram|echo|MUGA)
    (?:{_SHOWS})?|(?:ECG|EKG|electrocardiogra\w+|spirometry|pulmonary\s+function\s+tests?){_SHOWS}|between|(?:renal|kidney|liver|hepatic|cardiac|heart|pulmonary|lung|left\s+ventricular|systolic|bone\s+marrow)\s+function(?:\s+test)?
    (?:\s+(?:as\s+)?(?:estimated|measured|assessed|defined|evaluated|calculated|determined|indicated|evidenced|expressed))?(?:\s+(?:by|as|with|using|from))|(?:result|results|level|levels|value|values|volume|rate)\s+(?:of|for))
    \s+(?:the\s+|a\s+|an\s+)?)+$""",
    re.I | re.X,
)
_BOTH = (
    r"(?:males?|m[ae]n)\s*(?:or|and|/|and/or|&)\s*(?:non-?pregnant\s+)?(?:females?|wom[ae]n)"
    r"|(?:females?|wom[ae]n)\s*(?:or|and|/|and/or|&)\s*(?:males?|m[ae]n)"
)
_PEOPLE = r"(?:patients?|subjects?|participants?|individuals?|volunteers?|persons?|people|outpatients?|inpatients?)"
_WHO = re.compile(
    rf"""(?:\b(?:adults?|children|child|minors?|adolescents?|infants?|teenagers?|youths?|pa?ediatric|elderly|{_PEOPLE})\s*,?\s*|\b(?:{_BOTH})\b\s*,?\s*
    |(?<=\s)(?:is|are|must\s+be|be|who|aged|with|an|in|the|group|of|between)\s+|\(\s*)+$""",
    re.I | re.X,
)
"""People named in front of an age: it says who they are."""
_ANYBODY = re.compile(
    rf"""\s*[,;]?\s*(?:who\s+are\s+)?(?:(?:of\s+|for\s+)?(?:either|both|any|all)\s+(?:sex|gender)(?:es|s)?(?:\s*,?\s*(?:and\s+|or\s+)?(?:any|all)\s+(?:race|ethnicity|ethnic\s+group)s?)*|(?:(?:the\s+)?(?:gender|sex)\s+(?:is\s+)?)(?:not\s+limited|unlimited|unrestricted|not\s+restricted)
    |no\s+(?:limits?|limitations?|restrictions?)\s+(?:on|of|in|to|by)\s+(?:gender|sex)|no\s+(?:gender|sex)\s+(?:limits?|limitations?|restrictions?|preference)
    |(?:regardless|irrespective)\s+of\s+(?:gender|sex|race|ethnicity)(?:\s*(?:,|or|and)\s*(?:gender|sex|race|ethnicity))*
    |(?:open\s+to\s+)?(?:both\s+)?(?:{_BOTH})(?:\s+{_PEOPLE})?(?:\s+(?:are|is)\s+(?:eligible|allowed|not\s+limited))?)(?=\s*(?:[,;.)]|$))""",
    re.I | re.X,
)
_PLACE = r"(?:(?:ambient|indoor|room)\s+air|(?:complete\s+|physical\s+)?rest(?:ing)?(?:\s+(?:state|conditions?))?|air)"
_AFTER = re.compile(
    rf"""\s*,?\s*(?:\(\s*)?(?:
    (?:(?:as\s+)?(?:measured|assessed|determined|obtained|while|when|under|breathing|and)\s+)*(?:on|in|at|breathing|with|by|under)\s+(?:the\s+)?(?:breathing\s+)?{_PLACE}(?:\s+(?:at|on|in)\s+{_PLACE})?
    |at\s+(?:the\s+)?(?:time|moment|day)\s+of\s+(?:the\s+)?(?:blood\s+(?:draw(?:ing)?|collection|sampling|donation|test(?:ing)?)|assessment|test(?:ing)?|measurement|evaluation|examination)
    |in\s+(?:the\s+|a\s+)?(?:supine|sitting|seated|standing|semi-?recumbent|recumbent|resting)\s+(?:position|state)
    |after\s+(?:at\s+least\s+)?(?:\d+|five|ten)\s*(?:minutes|min)\s+(?:of\s+)?(?:rest|sitting|in\s+the\s+\w+\s+position)
    |(?:please\s+)?(?:see|refer\s+to|cf\.?|per|as\s+per|as\s+(?:defined|described|specified|outlined|listed)\s+in)\s+(?:the\s+)?(?:study\s+)?(?:appendix|appendices|section|table|annex|attachment|protocol)(?:\s+[A-Z0-9][\w.]*)?
    |(?:both\s+)?(?:inclusive|including)(?:\s+of)?(?:\s+(?:the|both))*(?:\s+(?:border\w*|boundar\w+|cut-?offs?|critical|thresholds?|ends?|limits?|extremes?|values?|points?|ages?))*(?P<ends>\s+\d+(?:\s+years?(?:\s+old)?)?\s+(?:and|to)\s+\d+(?:\s+years?(?:\s+old)?)?)?
    )(?:\s*\))?(?=\s*(?:[,;.:()]|$|and\b|or\b|at\b|on\b|in\b|within\b|with\b|prior\b|before\b|who\b|regardless\b|of\b))""",
    re.I | re.X,
)
REFERENCE = re.compile(
    r"\s*(?:please\s+)?(?:see|refer\s+to|cf\.?|per|as\s+per|as\s+(?:defined|described|specified|outlined"
    r"|listed)\s+in|according\s+to)?\s*(?:the\s+)?(?:study\s+)?"
    r"(?:appendix|appendices|annex|attachment|section|table)(?:\s+[A-Z0-9][\w.]*)?(?:\s+for\s+(?:the\s+)?(?:details|definitions?|scales?|score))?\s*",
    re.I,
)
"""A bracket that only points to another place of the protocol."""


def begin(p: Passage, start: int, floor: int, blocked: list[tuple[int, int]], *, age: bool = False) -> int:
    """Where the words that say how a limit is measured begin, in front of the limit at `start`."""
    floor = max([floor, start - 80, *(b for a, b in blocked if b <= start)])
    while 0 < floor < start and p.text[floor - 1].isalnum() and p.text[floor].isalnum():
        floor += 1
    m = _BEFORE.search(p.text, floor, start)
    start = m.start() if m else start
    # A name in front ("healthy volunteers") is not cut in two.
    floor = max([floor, *(e.end for e in p.entities.within(floor, start))])
    if age and (m := _WHO.search(p.text, floor, start)):
        start = m.start()
        while start < len(p.text) and p.text[start] in " (":
            start += 1
    return start


def finish(p: Passage, end: int, stop: int, numbers: frozenset[float], blocked: list[tuple[int, int]]) -> int:
    """Where such words end behind a limit that ends at `end`. `numbers`: the limit's own ends, which may be said again."""
    for _ in range(3):
        if any_sex := _ANYBODY.match(p.text, end, stop):
            end = any_sex.end()
        m = _AFTER.match(p.text, end, stop)
        if m is None or m.end() <= end:
            break
        if m["ends"] and not {float(n) for n in re.findall(r"\d+", m["ends"])} <= numbers:
            break
        if p.text.count("(", end, m.end()) != p.text.count(")", end, m.end()):
            break
        if any(a < m.end() < b for a, b in blocked):
            break
        end = m.end()
    return end


__all__ = ["REFERENCE", "begin", "finish"]
