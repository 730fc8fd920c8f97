"""How far a trigger reaches: to the end of its phrase, through a list, back over what it follows."""

import itertools
import re
from typing import Literal

from assistant.patient.assays import WORDS
from assistant.patient.triggers import Trigger
from assistant.patient.view import SEPARATOR, TERMINATOR, View, segment_end
from index.vocabulary import vocabulary

# What makes an item of a list more than a bare noun phrase: a number, a verb, a result, a trigger of its own.
_ASSERTS = re.compile(
    r"\d|[+=<>≥≤~]|\b(?:two|three|four|five|six|seven|eight|nine|ten|several|solitary)\b|(?-i:\b(?:I{1,3}|IV|VI?|[A-D])\b)|\b(?:right|left|main|is|are|was|were|has|have|had|on|with|shows?|showed|showing|reveals?|revealed|receiv\w+|treated|diagnosed|"
    r"started|stopped|underwent|undergoing|s/p|known|history|hx|h/o|positive|pos|present|stable|controlled|"
    r"improv\w+|due|currently|now|ongoing|takes?|taking|plan\w*|status|since|complain\w*|report\w*|admit\w*|found|noted|seen|mild|"
    r"moderate|severe|large|small|bilateral|extensive|multiple|new|likely|possible|possibly|probable|suspected|"
    r"stage|type|class|grade|group|per|post|prior|previous|for|in (?:19|20)|years?|months?|weeks?|days?|ago|last|he|she|his|her|patient|"
    r"resolved|confirmed|biopsy-proven|proven|unresectable|inoperable|treatment-na[iï]ve|untreated)\b|no\b|not\b|never\b|without\b|den(?:ies|ied)\b|阳性",
    re.IGNORECASE,
)


_PREPOSITION = re.compile(
    r"\b(?:on|with|treated|for|after|under|post|s/p|has|had|is|was|were|receiving|taking|given|who|by|as|to|via|from|at|in)\b|[:(]", re.IGNORECASE
)


_STRONG_LIST = re.compile(
    r"^(?:den|negative|neg |sero-?neg|not known|never known|-ve|free|without|w/o|否认|未|无|neither|nor|absence)", re.IGNORECASE
)


# A name that holds its own negation ("R0 not feasible", "unresectable") is a statement, not an item of a denied list.
# "..., cerebellar metastasis present": a statement of its own behind a comma.
_STANDS = re.compile(r"[\s,]*(?:is |was |are |were )?present(?![a-z]|\s+(?:on|in) (?:neither|none))", re.IGNORECASE)
# ... as is what has a place: "no lung metastases, thrombus in the portal vein".
_PLACED = re.compile(r"\s+(?:in|into|within|of|up to|extending|involving|reaching)\b", re.IGNORECASE)
_SAYS_NOT = re.compile(r"\b(?:not|no|never|cannot)\b|\b(?:un|in|non-?)(?:resect|oper|suit|feas|treat)", re.IGNORECASE)
_TREATMENT = re.compile(r"\b(?:treatments?|therap(?:y|ies)|medications?|drugs?|surgery|tx|rx)\b", re.IGNORECASE)


def _of_another_kind(v: View, first: int, first_end: int, start: int, end: int) -> bool:
    """Whether the list begins with a treatment and the words at `start:end` name a tumour: "no prior therapy, HCC"."""
    treats = _TREATMENT.search(v.text, first, first_end) or any(
        m.table in ("drug", "drug_class", "procedure", "regimen") for m in v.mentions if m.start >= first and m.end <= first_end
    )
    rows = vocabulary().diseases
    return bool(treats) and any(m.table == "condition" and rows[m.concept].neoplasm for m in v.mentions if m.start < end and start < m.end)


Reach = Literal["no", "maybe", "yes"]


# "never treated for HCC", "no surgery for it": the treatment is denied, not what it is for.
_TREATED_FOR = re.compile(
    r"\b(?:treat\w*|therap\w+|medicat\w+|drugs?|surgery|surgeries|chemo\w*|operat\w*|hospital\w*|admi\w+|interven\w+)\s+for\b", re.IGNORECASE
)


_OPENING = re.compile(
    r"\((?P<cue>\s*(?:e\.?\s?g\.?|i\.?\s?e\.?|such as|including|incl\.?|like|for example|namely)[\s,:.]*)?|"
    r"[,\s]+(?P<words>such as|e\.?\s?g\.?,?|i\.?\s?e\.?,?|including|incl\.?|like|for example)\s+",
    re.IGNORECASE,
)


def _example(v: View, trigger: Trigger, start: int, end: int) -> bool:
    """Whether the words stand among the examples of what is denied: "no IBD (Crohn's, colitis)", "no lung disease such as fibrosis".

    In bare brackets they must be kinds of it: "no resection (portal vein thrombosis)" gives a reason.
    """
    gap = v.text[trigger.end : start]
    opening = _OPENING.search(gap)
    if opening is None or ")" in gap[opening.end() :] or gap.count("(") > 1 or ";" in gap:
        return False
    whole = [m for m in v.mentions if m.start >= trigger.end and m.end <= trigger.end + opening.start()]
    if not whole or opening.start() - (whole[-1].end - trigger.end) > 15 or SEPARATOR.search(gap[: opening.start()].strip()):
        return False
    inside = trigger.end + opening.end()
    items = SEPARATOR.split(v.text[inside:start] + v.text[end : segment_end(v, end)])
    if any(_ASSERTS.search(item) for item in items):
        return False
    if opening["cue"] or opening["words"]:
        return True
    first = next((m for m in v.mentions if m.start >= inside), None)
    return first is not None and vocabulary().is_a(first.concept, whole[-1].concept)


def forward_reach(v: View, trigger: Trigger, start: int, end: int) -> Reach:
    """Whether a forward trigger governs the words at `start:end`."""
    text = v.text
    gap = text[trigger.end : start]
    if len(gap) > 400 or TERMINATOR.search(gap) or _TREATED_FOR.search(gap):
        return "no"
    if _example(v, trigger, start, end):
        return "yes"
    depth = gap.count("(") - gap.count(")")
    if depth < 0:
        return "no"
    separators = list(SEPARATOR.finditer(gap))
    between = [m for m in v.mentions if m.start >= trigger.end and m.end <= start]
    if not separators:
        if len(gap.split()) > 12:
            return "no"
        for m in between:
            rest = text[m.end : start]
            if _PREPOSITION.search(rest) and not re.search(
                r"\b(?:history|treatment|exposure|therapy|evidence|treated|received|candidate|intervention|episodes?)\b",
                text[trigger.end : start],
                re.IGNORECASE,
            ):
                return "no"
        return "yes"
    # A list: every later item must be a bare noun phrase, the target's own item included.
    first_end = trigger.end + separators[0].start()
    first = text[trigger.end : first_end]
    consumed = any(m.end <= first_end for m in between)
    if not consumed and len(first.split()) > 10:
        return "no"
    items = [gap[a.end() : b.start()] for a, b in itertools.pairwise(separators)]
    own_start = trigger.end + separators[-1].end()
    own_end = segment_end(v, end)
    own = text[own_start:start] + " " + text[end:own_end]
    closing = [s[0].strip().lower() for s in separators]
    inside_name = text[start:end]
    if any(
        m.table in ("measure", "scale")
        and trigger.end + separators[-1].end() <= m.start < segment_end(v, end)
        and not (m.start < end and start < m.end)
        for m in v.mentions
    ):
        return "no"  # the item has a result of its own
    direct_or = (
        closing[-1] in ("or", "nor", "/", "and/or", ", or", ", nor", "或")
        or closing[-1].endswith((" or", " nor"))
        or closing[-1].startswith(("or", "nor"))
    )
    if direct_or:
        for d in v.dates:
            # "no transfusion or growth factor in the last 2 months": when is no assertion.
            if end <= d.start and d.end <= own_end:
                own = own.replace(text[d.start : d.end], " ", 1)
        asserts = _ASSERTS.search(
            re.sub(
                r"\b(?:history|hx|prior|previous|known|past|severe|active|for|in|with|large|extensive|multiple|bilateral|new|moderate|mild|seen|"
                r"noted|treated|found)\b",
                "",
                own,
                flags=re.IGNORECASE,
            )
        )
        return "yes" if not asserts or not re.search(r"\d|[+<>=]|\bis\b|\bon\b", own) else "no"
    if any(_ASSERTS.search(item) for item in items) or _ASSERTS.search(own) or len(items) > 14:
        return "no"
    if _STANDS.match(text, end, v.end):
        return "no"
    if _SAYS_NOT.search(inside_name) or _of_another_kind(v, trigger.end, first_end, start, end):
        return "no"
    if re.search(r"\d", inside_name) and not re.search(r"[A-Za-z]", inside_name):
        return "no"
    if trigger.words in ("never", "not", "cannot", "can't"):
        return "maybe" if closing[-1] in ("and", "&") else "no"  # a verb's denial ends with its own phrase
    placed = _PLACED.match(text, end, v.end) or _PLACED.search(inside_name)
    if closing[-1] == "," and placed and not any(c.startswith(("or", "nor")) or c.endswith(("or", "nor")) for c in closing):
        return "maybe"
    later = _list_goes_on_to_or(v, end)
    if later or any(c.startswith(("or", "nor")) or c.endswith(("or", "nor")) for c in closing):
        return "yes"
    if _STRONG_LIST.match(trigger.words) or closing == ["and"] or closing == ["/"] or closing == ["&"] or closing == ["及"] or closing == ["和"]:
        return "yes"
    leads = not any(m.end <= trigger.start for m in v.mentions) and text[v.head : trigger.start].strip(" ,:-") == ""
    return "yes" if leads and _rest_is_bare(v, end) else "maybe"


def _list_goes_on_to_or(v: View, position: int) -> bool:
    """Whether the list that `position` stands in is closed by "or" before anything is asserted."""
    for _ in range(14):
        match = SEPARATOR.search(v.text, position, v.end)
        if match is None:
            return False
        item = v.text[position : match.start()]
        if _ASSERTS.search(item) or TERMINATOR.search(item):
            return False
        if re.search(r"\b(?:or|nor)\b|或", match[0], re.IGNORECASE):
            return True
        position = match.end()
    return False


def _rest_is_bare(v: View, position: int) -> bool:
    rest = v.text[position : v.end]
    return not _ASSERTS.search(rest) and not TERMINATOR.search(rest)


_AFTER_GAP = re.compile(
    r"\s*(?:\([^()]*\)\s*)?(?:(?:test|tests|status|serology|antibody|antibodies|ab|ag|screen|screening|result|results|involvement|"
    r"disease|infection|therapy|treatment|surgery|by|(?:" + WORDS + r")(?![A-Za-z])|"
    r"is|was|were|are|has|have|been|had|both|all|also|currently|now|of any kind|at present|at this time|on (?:imaging|ct|mri|scan|pet)|"
    r"today|to date|so far|completely|option|cycle|course|next|resection)\s*|[,:=\-–|]\s?){0,8}",
    re.IGNORECASE,
)


def reaches_back(v: View, trigger: Trigger, start: int, end: int) -> bool:
    """Whether a backward trigger ("... was negative", "ascites: none") governs the words at `start:end`."""
    gap = v.text[end : trigger.start]
    if len(gap) > 120 or TERMINATOR.search(gap.rstrip(" :")):
        return False
    if _AFTER_GAP.fullmatch(gap):
        return "," not in gap or (
            trigger.kind in ("planned_after", "considered_after", "declined_after", "past_after", "doubt_after", "negation_after")
            and re.fullmatch(r"\s*,\s*", gap) is not None
            and not _followed_by_target(v, trigger)
        )
    # "not a surgical, ablation or transplant candidate": every item of the list before the word.
    if trigger.kind == "considered_after" and re.match(r"candidate|eligib", trigger.words):
        return bool(re.search(r"\b(?:or|nor)\b|/", gap)) and len(gap.split()) <= 6 and not re.search(r"[;:.()\d]|\b(?:is|was|but|with|now)\b", gap)
    # "brain and lung metastases were absent": items of one list before one verb.
    verb = re.match(r"(?:was|were|is|are|has|have|(?:\w+ )?(?:impossible|infeasible|unfeasible))", trigger.words)
    if verb and not re.search(r"\d", gap):
        return (
            all(not _ASSERTS.search(item) for item in SEPARATOR.split(gap)[1:])
            and any(s for s in SEPARATOR.finditer(gap))
            and any(m.start >= end and m.end <= trigger.start for m in v.mentions)
        )
    words = gap.split()
    return (
        len(words) <= 3
        and not re.search(r"[,;()]|\d", gap)
        and not any(m.start >= end and m.end <= trigger.start for m in v.mentions)
        and verb is not None
    )


_LIST_ANSWER = re.compile(r"[:=|–\s-]+(?:no|none|nil|not present|absent|never|denied|denies)$|denies all|none of|all ")


def list_reaches_back(v: View, trigger: Trigger, start: int, end: int) -> Reach:
    """Whether an answer behind a list ("diabetes, hypertension and heart disease: none") governs the item at `start:end`."""
    gap = v.text[end : trigger.start]
    if not _LIST_ANSWER.match(trigger.words):
        return "no"
    if len(gap) > 160 or TERMINATOR.search(gap.rstrip(" :")) or re.search(r"[.;()\d]", gap):
        return "no"
    separators = [s[0].strip().lower() for s in SEPARATOR.finditer(gap)]
    if not separators:
        return "no"
    before = list(SEPARATOR.finditer(v.text, v.head, start))
    own = v.text[before[-1].end() if before else v.head : start]
    items = SEPARATOR.split(gap)
    if any(_ASSERTS.search(item) or len(item.split()) > 4 for item in (own, *items)):
        return "no"
    rows = vocabulary().diseases
    listed = [m for m in v.mentions if m.start >= start and m.end <= trigger.start]
    if any(m.table == "condition" and rows[m.concept].neoplasm for m in listed if m.start < end):
        return "no"  # the tumour that the note is about is no item of a list of what there is not
    if re.match(r"denies all|none of|all ", trigger.words) or any(s.endswith(("and", "or", "/", "&")) for s in separators):
        return "yes"
    return "maybe" if len(listed) > 2 else "no"


def _followed_by_target(v: View, trigger: Trigger) -> bool:
    """Whether a concept follows the trigger closely, so that it belongs to that one ("HBsAg, negative HCV")."""
    return any(0 <= m.start - trigger.end <= 3 for m in v.mentions)


def unknown_reaches(v: View, t: Trigger, end: int) -> bool:
    """ "(ascites, HE not stated)": nothing is said of any of the list."""
    gap = v.text[end : t.start]
    if len(gap) > 70 or re.search(r"[;:.\d()]|\b(?:but|with|has|had|no|on)\b", gap):
        return False
    between = [m for m in v.mentions if m.start >= end and m.end <= t.start]
    return len(gap.split()) <= 2 + 3 * len(between) and ("," not in gap or bool(between))


def plan_follows(v: View, t: Trigger, end: int) -> bool:
    """ "surgery booked", "TACE recommended": the plan stands behind what is planned, and nothing else follows it."""
    if not _AFTER_GAP.fullmatch(v.text[end : t.start]) or ";" in v.text[end : t.start]:
        return False
    return not any(
        0 <= m.start - t.end <= 30 and not re.search(r"[,;]|\b(?:after|before|once|following|when|pending|post|if)\b", v.text[t.end : m.start])
        for m in v.mentions
        if m.table in ("drug", "drug_class", "regimen", "procedure")
    )


def also_forward(v: View, t: Trigger) -> bool:
    """ "has not received X" denies what follows; "X was not given" what stands before."""
    if t.words in ("excluded", "ruled out"):
        # "CT excluded pulmonary embolism", but "DVT excluded": what a test says and what is said of a disease.
        return not any(m.table == "condition" and m.end <= t.start and _AFTER_GAP.fullmatch(v.text[m.end : t.start]) for m in v.mentions)
    if "not " not in t.words:
        return False
    return not any(m.end <= t.start and _AFTER_GAP.fullmatch(v.text[m.end : t.start]) for m in v.mentions)


def doubt_reach(v: View, t: Trigger, start: int, end: int) -> Reach:
    gap = v.text[t.end : start]
    if t.words in ("vs", "vs.", "versus"):
        return "yes" if len(gap.split()) <= 3 else "no"
    if re.search(r"[,;)]", gap) or TERMINATOR.search(gap) or len(gap.split()) > 6:
        return "no"
    return "yes"


_DONE = re.compile(
    r"\b(?:received|underwent|started|commenced|was (?:given|treated|started)|treated with|completed|had|has had|taking|is on|on|s/p|"
    r"after|following|post|since|despite|progress\w+|for (?:his|her))\b",
    re.IGNORECASE,
)


def done_between(v: View, t: Trigger, start: int) -> bool:
    return _DONE.search(v.text, t.end, start) is not None


def plan_reaches(v: View, t: Trigger, start: int) -> bool:
    gap = v.text[t.end : start]
    if t.kind == "declined" and re.match(r"\s+by\b", gap):
        return False  # "refused by the insurer": what stands before it
    return len(gap) < 120 and not re.search(r";|->|\bbut\b|\bhowever\b|\bwho\b|\)\s*,", gap) and gap.count(")") <= gap.count("(")


_AFTER_WHAT = re.compile(r"-\s?\w[\w-]*\s+(?:\w+\s+)?|\s+\w+(?:ive|al|ic|ous|partum|ant)\s+", re.IGNORECASE)


def past_reaches(v: View, t: Trigger, start: int, end: int) -> bool:
    gap = v.text[t.end : start]
    if t.words == "post" and _AFTER_WHAT.fullmatch(gap):
        return False  # "post-obstructive pneumonia": after what it came, not when it ended
    if re.search(r";|->|\bnow\b|\bcurrent|\bon\b", gap) or TERMINATOR.search(gap):
        return False
    between = [m for m in v.mentions if m.start >= t.end and m.end <= start]
    if between and re.search(
        r"\b(?:with|has|have|presents?|presented|presenting|started|complain\w*|developed|now|is|was|who|and (?:has|is|now))\b",
        v.text[between[0].end : start],
    ):
        return False
    if t.words in ("had", "post", "old", "previous", "past", "prior", "former", "earlier", "previously"):
        return "," not in gap and len(gap.split()) <= 5
    return len(gap) < 200 and (
        not re.search(r",", gap)
        or (all(not _ASSERTS.search(item) for item in SEPARATOR.split(gap)[1:]) and not re.search(r"\d", v.text[start : segment_end(v, end)]))
    )
