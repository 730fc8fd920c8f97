"""Labels of registry pages and of documents written after them, as one table, and the finder of labels in a text."""

import re
from dataclasses import dataclass

from index.sources.draft import one_line
from index.trials import FieldName


@dataclass(frozen=True, slots=True)
class Label:
    """A label's wordings (regular expressions). `field` None: it only ends what went before. `long`: its value is prose, to be
    quoted without the label. `own_line`: a common word, a label only where it is alone at the end of a line, without a colon."""

    field: FieldName | None
    words: str
    long: bool = False
    own_line: bool = False
    role: str | None = None


LABELS = (
    Label("status", r"(?:overall |recruitment |study |trial |recruiting )?status"),
    Label("start_date", r"(?:trial |study |actual |estimated )?start date"),
    Label("primary_completion_date", r"(?:estimated |actual )?primary completion(?: date)?"),
    Label("end_date", r"(?:trial |study )?end date|(?:estimated |actual )?(?:study |trial )?completion date"),
    Label("last_update", r"last updated?(?: posted)?(?: on)?|date of last update"),
    Label("first_posted", r"first posted|date of registration|registration date"),
    Label(
        "enrollment",
        r"(?:target|actual|estimated|planned|anticipated) "
        r"(?:enrol?lment|sample size|number of (?:participants|patients|subjects))|enrol?lment(?: count)?|sample size",
    ),
    Label("sex", r"participant gender|genders?(?: eligible for study)?|sex(?:es)?(?: eligible for study)?|eligible sex"),
    Label("minimum_age", r"min(?:imum)? age"),
    Label("maximum_age", r"max(?:imum)? age"),
    Label("age", r"(?:eligible )?ages?(?: range| group| eligible for study)?"),
    Label("healthy_volunteers", r"accepts healthy volunteers\??|healthy volunteers(?: accepted)?\??"),
    Label("phase", r"(?:study |trial )?phase"),
    Label("study_type", r"(?:study|trial) type"),
    Label("allocation", r"allocation"),
    Label("intervention_model", r"intervention(?:al)?(?: study)? model"),
    Label("primary_purpose", r"primary purpose"),
    Label("masking", r"masking|blinding"),
    Label("design", r"study design"),
    Label("sponsor", r"(?:lead |primary |study )?sponsor"),
    Label("collaborator", r"collaborators?"),
    Label("funder", r"funder(?: type)?|funded by|source of funding"),
    Label("intervention", r"treatments?|interventions?|study drugs?|drugs?"),
    Label("condition", r"conditions?|disease(?:s)?(?: area)?|indication|health conditions?(?: or problems?)?(?: studied)?"),
    Label("keyword", r"key ?words?"),
    Label("official_title", r"official title|scientific title|full title"),
    Label("title", r"(?:brief|public|short|study|trial) title|title|标题|题目|研究题目|研究名称"),
    Label("acronym", r"acronym"),
    Label("nct_id", r"nct(?: number| id| no\.?)?|clinicaltrials\.gov(?: identifier| id| number)?"),
    Label("other_id", r"other (?:study )?ids?(?: numbers?)?|eudract(?: number)?|eu ct number|isrctn|protocol (?:number|id)|secondary ids?"),
    Label("location", r"(?:study |trial )?(?:locations?|sites?|centers?|centres?)|countries|country"),
    Label("contact", r"contacts?(?: information)?"),
    Label("official", r"(?:principal|lead|chief) investigators?|study officials?"),
    Label("outcome", r"(?:primary|main) (?:outcomes?|end ?points?)(?: measures?)?", long=True, role="primary"),
    Label("outcome", r"(?:key )?secondary (?:outcomes?|end ?points?)(?: measures?)?", long=True, role="secondary"),
    Label("outcome", r"(?:other|exploratory|tertiary) (?:outcomes?|end ?points?)(?: measures?)?", long=True, role="other"),
    Label("study_population", r"study population", long=True),
    Label("summary", r"(?:brief |study |trial |plain english |lay )summary|summary|synopsis|purpose|abstract", long=True),
    Label("description", r"(?:detailed |study |trial )?description|background(?: and rationale)?|rationale|introduction", long=True),
    Label(
        "eligibility",
        r"(?:(?:key|main|major|patient) )?(?:eligibility(?: criteria)?|(?:inclusion|exclusion)(?:(?: and | & |/)(?:inclusion|exclusion))?"
        r" criteria)|criteria|who can (?:participate|take part|join)\??",
        long=True,
    ),
    Label("eligibility", r"纳入标准|入选标准|入组标准|排除标准|纳入与排除标准|入排标准", long=True),
    Label(
        None,
        r"overview|details|study details|information|arms? and interventions?|arms?|references?|publications?|results?|outcomes?(?: measures)?"
        r"|statistical (?:analysis|methods)|ethics|study (?:design|procedures?|schedule|plan)|objectives?|endpoints?|methods?|more information"
        r"|sharing statement|adverse events|documents?",
        own_line=True,
    ),
)  # fmt: skip
_SHORT_FREE = ("trial end date", "trial start date", "target enrollment", "participant gender", "accepts healthy volunteers", "lead sponsor")


@dataclass(frozen=True, slots=True)
class Found:
    """A label in a text: `start:end` is the label with its colon or question mark."""

    label: Label
    start: int
    end: int


def label_of(words: str) -> Label | None:
    """The label that `words` is, marks around it aside."""
    plain = one_line(words).strip(" :：?？#*_-–—.[]()<>=").lower()
    if not plain or len(plain) > 60:
        return None
    return next((label for label, pattern in _PATTERNS if pattern.fullmatch(plain) or pattern.fullmatch(plain + "?")), None)


_PATTERNS = tuple((label, re.compile(label.words, re.IGNORECASE)) for label in LABELS)
# Where a label may start: at a line's start, or glued to the end of the value before it ("HospitalCollaborator:").
_START = r"(?:(?m:^)|(?<=[ \t#*_])(?<=\n[ \t#*_])|(?<=[a-z0-9.)\]]))"
# A label that carries a colon or a question mark. Zero-width, so that a label inside another candidate is found too.
_COLON = re.compile(_START + r"(?=([A-Z][A-Za-z./ ]{2,40}?)[*_]{0,2}([:：]|\?)[*_]{0,2})")
# A label without a mark: it ends a line.
_BARE = re.compile(_START + r"(?=([A-Z][A-Za-z ]{2,40})[ \t]*(?m:$))")
_FREE = re.compile("(?<= )(?=(" + "|".join(re.escape(word.capitalize()) for word in _SHORT_FREE) + r")(:|\?))", re.IGNORECASE)


def find(text: str) -> list[Found]:
    """All labels of a page in the order of the text, up to and with the eligibility text, which runs to the end."""
    found: dict[int, Found] = {}
    for pattern in (_COLON, _FREE, _BARE):
        for match in pattern.finditer(text):
            label = label_of(match[1])
            if label and match.start(1) not in found:
                found[match.start(1)] = Found(label, match.start(1), match.end(1) if pattern is _BARE else match.end(2))
    out: list[Found] = []
    for start in sorted(found):
        if out and start < out[-1].end:
            continue
        out.append(found[start])
        if found[start].label.field == "eligibility":
            break
    return out
