"""Diseases, events and states, with what is said of them: present or not, when, and the words that narrow them."""

import re

from assistant.patient.assertion import View, assess
from assistant.patient.dates import Dated
from assistant.patient.drafts import Draft
from assistant.patient.facts import Moment
from index.conditions import Qualifier
from index.vocabulary import Mention, vocabulary

# Words that narrow a finding, by where they stand. Language, not medicine: the vocabulary holds that.
_BEFORE: tuple[tuple[Qualifier, str], ...] = (
    (
        "uncontrolled",
        r"uncontrolled|(?:poorly|inadequately|badly|not well|not adequately|insufficiently)[- ]controlled|refractory|"
        r"difficult[- ]to[- ]control|decompensated",
    ),
    ("controlled", r"(?<!un)(?<!poorly )(?<!poorly-)(?<!inadequately )(?<!not )(?:well[- ]|adequately |medically |rate[- ]|diuretic[- ])?controlled"),
    ("asymptomatic", r"asymptomatic|clinically silent|subclinical"),
    ("symptomatic", r"(?<!a)symptomatic"),
    ("severe", r"severe|massive|tense|large|gross|grade [34]|G[34]|serious|advanced|marked"),
    ("mild", r"mild|slight|low[- ]grade|grade 1|G1"),
    ("minimal", r"minimal|trace|tiny|small(?:[- ](?:volume|amount(?: of)?))?|scant|perihepatic|少量"),
    ("chronic", r"chronic"),
    ("acute", r"acute(?:ly)?"),
    ("unstable", r"unstable"),
    ("stable", r"(?<!un)stable"),
    ("active", r"active|ongoing|untreated active|florid"),
    ("clinically_significant", r"(?:clinically |haemodynamically |hemodynamically )?significant|clinically relevant"),
    (
        "histologically_confirmed",
        r"(?:biopsy|histolog\w+|patholog\w+|cytolog\w+|tissue|bx)[- ]?(?:proven|confirmed|diagnosed|"
        r"verified|documented|established)|"
        r"(?:biopsied|proven)",
    ),
    (
        "imaging_confirmed",
        r"(?:radiolog\w+|radiographic\w*|imaging|image|clinically|CT|MRI)[- ](?:typical|confirmed|proven|diagnosed|diagnosis of|"
        r"established)|LI-?RADS[- ]?5|LR-?5",
    ),
    ("metastatic", r"metastatic|disseminated|stage IV|stage 4|M1"),
    ("locally_advanced", r"locally[- ]advanced"),
    ("advanced", r"(?<!locally )(?<!locally-)(?<!very )advanced(?=[ -](?!age|directive|liver disease|fibrosis|cirrhosis))"),
    ("unresectable", r"(?:unresectable|inoperable|non-?resectable|irresectable|un-resectable)"),
    ("resectable", r"(?<!un)(?<!non-)(?<!non)(?<!ir)(?<!borderline )resectable|(?<!in)operable"),
    ("recurrent", r"recurrent|relapsed|recurring"),
    ("progressive", r"progressive|progressing"),
    ("measurable", r"measurable"),
    ("untreated", r"untreated|treatment[- ]na[iï]ve|previously untreated"),
    ("curatively_treated", r"(?:radically|curatively|completely|fully) (?:resected|treated|excised|removed)|(?:resected|excised|cured)"),
    ("treated", r"(?<!un)treated|pretreated"),
    ("life_threatening", r"life[- ]threatening|fatal|major|catastrophic"),
    ("resolved", r"resolved|healed|previous(?:ly)? resolved|inactive|burnt[- ]out|past"),
    ("unresolved", r"unresolved|persistent|residual|non-?healing|unhealed"),
    ("congenital", r"congenital|hereditary|inherited"),
    ("catheter_related", r"(?:port|catheter|PICC|line|CVC|port-?a-?cath|infusion port|central line)(?:[- ](?:related|associated))?"),
    ("imaging_only", r"(?:radiolog\w+|imaging|radiographic\w*)[- ]only|incidental"),
    ("known", r"known"),
)
_AFTER: tuple[tuple[Qualifier, str], ...] = (
    (
        "requires_drainage",
        r"(?:requir\w+|need\w*|necessitat\w+|with|s/p|status post|managed (?:by|with)|treated (?:by|with)|had|"
        r"underwent)\s+(?:\w+\s+){0,4}?(?:drain(?:age|ed|ing)?|paracentes[ie]s|thoracentes[ie]s|pericardiocentesis|taps?|tapping|LVP)|"
        r"(?:was|were) (?:drained|tapped)|drained",
    ),
    (
        "requires_hospitalisation",
        r"(?:requir\w+|need\w*|with|for|necessitat\w+)\s+(?:\w+\s+){0,3}?(?:hospitali[sz]ation|admission|"
        r"admitted|inpatient|ICU|"
        r"intensive care)|^[\s,(-]*(?:hospital )?(?:admission|hospitali[sz]ation)|\b(?:was |were )?(?:admitted|hospitali[sz]ed) (?:for|with)",
    ),
    ("requires_oxygen", r"(?:requir\w+|need\w*|on|with)\s+(?:\w+\s+){0,3}?(?:oxygen|O2|supplemental)"),
    (
        "requires_systemic_treatment",
        r"(?:requir\w+|need\w*|on|treated with|managed with|receiving)\s+(?:\w+\s+){0,4}?(?:systemic|"
        r"immunosuppress\w+|prednis\w+|steroids?|"
        r"corticosteroids?|azathioprine|methotrexate|mycophenolate|dmards?|biologics?)",
    ),
    (
        "requires_treatment",
        r"(?:requir\w+|need\w*)\s+(?:\w+\s+){0,3}?(?:treatment|therapy|transfusion|antibiotics?|"
        r"intervention|surgery|medication|banding)",
    ),
    (
        "uncontrolled",
        r"(?:uncontrolled|(?:poorly|inadequately|not well|not adequately|not) controlled|despite (?:\w+ ){0,3}(?:treatment|therapy|"
        r"medication|drugs))",
    ),
    (
        "controlled",
        r"(?<!un)(?<!poorly )(?<!inadequately )(?<!not well )(?<!not )(?:well[- ]|rate[- ]|adequately )?controlled(?: (?:on|with|by))?|"
        r"on diuretics",
    ),
    ("asymptomatic", r"asymptomatic|no symptoms|without symptoms"),
    ("symptomatic", r"(?<!a)symptomatic|with symptoms"),
    ("unstable", r"unstable"),
    ("stable", r"(?<!un)stable"),
    (
        "curatively_treated",
        r"(?:was |were |has been |have been )?(?:radically|curatively|completely|fully) (?:resected|"
        r"treated|excised|removed)|(?:was |were |"
        r"s/p )?(?:resected|excised|cured|removed)\b|s/p (?:\w+ )?(?:resection|excision|conisation|conization|mastectomy|lobectomy)|"
        r"in (?:complete )?remission|no evidence of (?:disease|recurrence)|NED",
    ),
    (
        "histologically_confirmed",
        r"(?:(?:proven|confirmed|diagnosed|established|verified|shown)\s+)?(?:on|by|at|with|"
        r"via)\s+(?:\w+[- ]){0,3}?(?:biopsy|histology|"
        r"pathology|cytology|FNA|bx)|\((?:\w+[- ]){0,2}(?:biopsy|histolog\w+|patholog\w+|bx)(?:[- ]proven|[- ]confirmed)?\)|"
        r"biopsy[- ](?:proven|confirmed)|histolog\w+[- ]confirmed|patholog\w+[- ]confirmed|biopsied",
    ),
    (
        "imaging_confirmed",
        r"(?:imaging|radiolog\w+) (?:hallmarks?|criteria|features|diagnosis)|(?:diagnosed|confirmed|proven|established|"
        r"diagnosis)\s+(?:\w+\s+){0,3}?(?:on|by|with|via)\s+(?:typical\s+|triphasic\s+|multiphase\s+|dynamic\s+)?(?:imaging|CT|MRI|"
        r"contrast[- ]?enhanced \w+)|^\s*(?:BCLC \w )?(?:on|by) (?:typical )?(?:imaging|MRI|CT)\b(?! only)|(?:LI-?RADS|LR)[- ]?5|AASLD|EASL|"
        r"arterial (?:phase )?hyper-?enhancement|APHE|wash-?out|radiological hallmarks?",
    ),
    (
        "unresectable",
        r"(?:unresectable|inoperable|non-?resectable|irresectable|not (?:\w+ ){0,2}(?:resectable|operable)|not (?:a |"
        r"an )?(?:\w+ )?(?:candidate|amenable|suitable)(?: for| to)? (?:\w+ )?(?:resection|surgery))",
    ),
    ("resectable", r"(?<!un)(?<!non-)(?<!non)(?<!ir)(?<!not )(?<!borderline )\bresectable|(?<!not )\boperable"),
    ("metastatic", r"(?<!non-)(?<!not )metastatic|with (?:\w+ ){0,3}metasta\w+|stage IV\b"),
    ("locally_advanced", r"locally[- ]advanced"),
    ("advanced", r"(?<!locally )(?<!locally-)(?<!very )advanced(?=[ -](?!age|directive|liver disease|fibrosis|cirrhosis))"),
    ("recurrent", r"recurr(?:ed|ent|ence)|relaps(?:ed|e)"),
    (
        "resolved",
        r"(?:now |has |have |since |completely |fully |is |was )*(?:resolved|healed|cleared|recovered|"
        r"eradicated|settled)(?! to (?:grade|G))",
    ),
    ("treated", r"(?:was |were |been |successfully |fully )?treated(?! with (?:systemic|azathio|predn|steroid))"),
    ("untreated", r"(?:currently |yet |remains? )?untreated|not (?:yet )?(?:on (?:treatment|therapy)|treated)"),
    ("life_threatening", r"life[- ]threatening|requiring (?:\w+ ){0,3}transfusion|(?:with|in) (?:haemorrhagic |hemorrhagic )?shock"),
    (
        "catheter_related",
        r"\(?(?:port|catheter|PICC|line|CVC)[- ](?:related|associated)\)?|(?:of|at|around|"
        r"in) (?:the )?(?:port|catheter|PICC|picc line)",
    ),
    (
        "imaging_only",
        r"only (?:seen |detected |visible |noted |found )?on (?:CT|MRI|ultrasound|US|imaging|scan|echo\w*)|on (?:CT|MRI|ultrasound|US|"
        r"imaging|scan|echo\w*) only|only (?:radiolog|radiograph)\w+",
    ),
    ("active", r"\(?active\b"),
    ("chronic", r"\(?chronic\b"),
    ("severe", r"\(?(?:severe|massive|tense|gross)\b"),
    ("mild", r"\(?mild\b|\(?(?:grade|G) ?1\b"),
    ("minimal", r"\(?(?:minimal|trace|small[- ]volume)\b"),
)
_BEFORE_RE = tuple(
    (
        q,
        re.compile(
            rf"(?<![A-Za-z])(?:{p})[\s,/-]*(?:(?:and|but|or|very|the|a|his|her|with|of|conventional|typical|classic(?:al)?|diagnosis|HBV|HCV|alcohol|"
            rf"NASH|viral|related|associated|-)[\s,/-]*)*$",
            re.IGNORECASE,
        ),
    )
    for q, p in _BEFORE
)
_AFTER_RE = tuple((q, re.compile(p if p.startswith("(?<!") else rf"(?<![A-Za-z])(?:{p})", re.IGNORECASE)) for q, p in _AFTER)
_STAGE_WORDS = re.compile(r"resect|operab|metasta|locally|stage IV|candidate|amenable|suitable", re.IGNORECASE)
_ANY_BEFORE = re.compile("|".join(p for _, p in _BEFORE), re.IGNORECASE)
_ANY_AFTER = re.compile("|".join(p for _, p in _AFTER), re.IGNORECASE)
_SITE = re.compile(
    r"\s*(?:to|of|in|at|involving|from|affecting)\s+(?:the\s+|his\s+|her\s+)?(?P<site>(?:left|right|bilateral|upper|lower|"
    r"both)?\s?[a-z][a-z-]+(?:\s(?:lobe|vein|artery|node|nodes|wall|bone|leg|arm|hip|spine))?)",
    re.IGNORECASE,
)
_ALLERGIC = re.compile(r"\b(?:allerg\w+|anaphyla\w+|hypersensitiv\w+)\b", re.IGNORECASE)
# An infection that was treated is a treatment too: what it was treated with is implied by its name alone.
_TREATED_WITH = {
    "tuberculosis": "antitubercular",
    "pulmonary_tuberculosis": "antitubercular",
    "active_tuberculosis": "antitubercular",
    "latent_tuberculosis": "antitubercular",
}


def read(v: View, draft: Draft) -> None:
    """Adds the findings of one sentence."""
    if v.section == "allergy":
        return  # the reactions listed there are no diseases of now
    mentions = [m for m in v.mentions if m.table == "condition"]
    for m in mentions:
        if not draft.free(m.start, m.end):
            continue
        _one(v, m, mentions, draft)


def _one(v: View, m: Mention, mentions: list[Mention], draft: Draft) -> None:
    said = assess(v, m.start, m.end)
    if said.status is None or said.status in ("planned", "declined", "considered"):
        return
    row = vocabulary().diseases[m.concept]
    found = qualifiers(v, m, mentions, said.status != "absent")
    time = said.time
    lasting = row.kind == "disease" or row.neoplasm
    if v.section == "history" and time == "unstated" and not lasting and said.status == "present":
        time = "past"
    if (
        time == "past"
        and lasting
        and "resolved" not in found
        and not re.search(r"resolved|cured|remission|childhood|eradicated|no longer|former", _around(v, m), re.IGNORECASE)
    ):
        time = "unstated"  # "history of cirrhosis" is still cirrhosis
    when, ended = date_of(v, m.start, m.end, _beside(v, m))
    status = said.status
    if status == "present" and time == "past" and re.search(r"\bno longer\b", v.text[max(v.head, m.start - 40) : m.start], re.IGNORECASE):
        found = (*found, "resolved")
    if "resolved" in found and status == "present":
        time = "past"
    concept = _located(v, m)
    if concept == "varices" and re.match(r"\s+(?:bleed|haemorrh|hemorrh)", v.text[m.end : m.end + 12], re.IGNORECASE):
        concept = "variceal_bleeding"
    start, end = (said.start, said.end) if status != "present" else (m.start, m.end)
    draft.add("finding", concept, status, start, end, time=time, when=when, until=ended, qualifiers=tuple(dict.fromkeys(found)))
    if status == "absent" and concept == "portal_vein_thrombosis" and not re.search(r"bland", v.text[start:end], re.IGNORECASE):
        draft.add("finding", "portal_vein_tumor_thrombus", "absent", start, end, reading="no thrombus at all, so no tumour thrombus")
    if m.concept in _TREATED_WITH and status == "present" and "treated" in found and "untreated" not in found:
        draft.add(
            "treatment",
            _TREATED_WITH[m.concept],
            "present",
            m.start,
            m.end,
            time="past",
            when=when,
            reading="the infection is said to have been treated",
        )


_REGIONS = (
    ("brain_metastasis", re.compile(r"\b(?:brain|head|cranial|cerebral|intracranial|neuraxis)\b", re.IGNORECASE)),
    ("bone_metastasis", re.compile(r"\bbone scan|\bscintigraphy|\bbones?\b|\bspine\b", re.IGNORECASE)),
    ("lung_metastasis", re.compile(r"\b(?:chest|thorax|lungs?|CXR|pulmonary)\b(?!\s*[/,&]|\s+and)", re.IGNORECASE)),
)
_STUDY = re.compile(r"\b(?:MRI?|CT|PET(?:[-/ ]CT)?|scan|scintigraphy|x-?ray|CXR|imaging|in|of|on|to)\b", re.IGNORECASE)


def _located(v: View, m: Mention) -> str:
    """A metastasis named without its organ, where its sentence looks at one organ only ("MRI brain: no metastasis")."""
    if m.concept != "metastasis" or m.surface.lower().startswith(("distant", "extrahepatic")):
        return m.concept
    around = v.text[v.start : m.start] + " | " + re.split(r"[,;.]", v.text[m.end : v.end])[0]
    if not _STUDY.search(around) or ";" in around:
        return m.concept
    hits = [concept for concept, pattern in _REGIONS if pattern.search(around)]
    if len(hits) == 1 and hits[0] in vocabulary().diseases and not re.search(r"abdom|liver|pelvi|whole body|\bTAP\b|\bCAP\b", around, re.IGNORECASE):
        return hits[0]
    return m.concept


_TREATED_BY = re.compile(
    r"(?:\s+(?:of|in)\s+(?:the\s+)?\w+)?\s*\(?,?\s*(?:(?:was|were|which|that|radically|curatively|"
    r"completely|successfully|fully|surgically)\s+)*(?:treated|managed|resected|ablated|s/p|"
    r"status post|drained|banded|controlled|cured|needing|"
    r"needed|requir\w+)\b",
    re.IGNORECASE,
)


def _beside(v: View, m: Mention) -> list[Mention]:
    """What a date may belong to instead: every other finding and treatment, but not this finding's own treatment."""
    own = _TREATED_BY.match(v.text, m.end, v.end) is not None
    return [
        o
        for o in v.mentions
        if o.table == "condition" or (o.table in ("drug", "drug_class", "regimen", "procedure") and not (own and o.start >= m.end))
    ]


def _around(v: View, m: Mention) -> str:
    return v.text[max(v.head, m.start - 50) : min(v.end, m.end + 50)]


def _effusion(v: View) -> list[Qualifier]:
    """What the sentence says beside an effusion: that it was drained, or that it gives symptoms."""
    found: list[Qualifier] = []
    for o in v.mentions:
        if (
            o.table == "procedure"
            and vocabulary().is_a(o.concept, "drainage")
            and assess(v, o.start, o.end, treatment=True).status in ("present", "planned")
        ):
            found.append("requires_drainage")
        elif (
            o.table == "condition"
            and vocabulary().diseases[o.concept].kind == "symptom"
            and not re.search(r"effusion|ascites", o.concept)
            and assess(v, o.start, o.end).status == "present"
        ):
            found.append("symptomatic")
    return found


_CLAUSE = re.compile(r"[;]|\bbut\b|\. |\)\s*,", re.IGNORECASE)


def qualifiers(v: View, m: Mention, mentions: list[Mention], present: bool = True) -> tuple[Qualifier, ...]:
    """The words that narrow one finding: its adjectives, and, if it is not denied, what follows it up to the next finding."""
    found: list[Qualifier] = []
    previous = max((o.end for o in mentions if o.end <= m.start), default=v.head)
    before = v.text[max(previous, m.start - 60) : m.start]
    before = re.split(r"[;:]|\.\s", before)[-1]
    for _ in range(4 if _ANY_BEFORE.search(before) else 0):  # adjectives before adjectives
        for q, pattern in _BEFORE_RE:
            hit = pattern.search(before)
            if hit and not re.search(r"\b(?:not|non)[\s-]*$", before[: hit.start()]):  # "no severe ascites" denies the severe kind
                found.append(q)
                before = before[: hit.start()]
                break
        else:
            break
    following = min((o.start for o in mentions if o.start >= m.end and o.concept != m.concept), default=v.end)
    after = v.text[m.end : min(following, m.end + 90, v.end)]
    clause = _CLAUSE.split(after)[0]
    if following < v.end and following - m.end <= 90:
        cuts = list(re.finditer(r",|/|\+|\band\b|\bor\b|\bwith\b", clause))
        clause = clause[: cuts[-1].start()] if cuts else clause  # the last piece belongs to what comes next
    clause = ",".join(clause.split(",")[:2])
    for q, pattern in _AFTER_RE if present and _ANY_AFTER.search(clause) else ():
        hit = pattern.search(clause)
        if hit and not re.search(r"\b(?:no|not|without|never|non|nor|neither|denies)\b[\s\w/-]{0,24}$", clause[: hit.start()], re.IGNORECASE):
            found.append(q)
    neoplasm = vocabulary().diseases[m.concept].neoplasm
    if "minimal" in found and not re.search(r"effusion|ascites|fluid|hydrothorax|thrombus", m.concept + m.surface):
        found.remove("minimal")
    if not neoplasm:
        found = [
            q
            for q in found
            if q
            not in ("histologically_confirmed", "imaging_confirmed", "unresectable", "resectable", "metastatic", "locally_advanced", "measurable")
            or q == "histologically_confirmed"
        ]
    else:
        found = [q for q in found if q not in ("imaging_only", "minimal", "severe", "mild")]
        whole = v.text[v.head : v.end]
        for q in () if not _STAGE_WORDS.search(whole) else ("unresectable", "metastatic", "advanced", "locally_advanced"):
            # The stage words of the index tumour may stand elsewhere in its sentence.
            pattern = dict(_AFTER_RE)[q]
            hit = pattern.search(whole)
            if (
                hit
                and q not in found
                and len([o for o in mentions if vocabulary().diseases[o.concept].neoplasm]) == 1
                and not re.search(r"\b(?:no|not|non)[\s-]*$", whole[: hit.start()])
            ):
                found.append(q)
    if "minimal" in found and "imaging_only" not in found and re.search(r"\bon (?:CT|MRI|US|ultrasound|imaging|scan|echo)", clause):
        found.append("imaging_only")
    if present and any(vocabulary().is_a(m.concept, c) for c in ("effusion", "ascites", "pleural_effusion", "pericardial_effusion")):
        found += _effusion(v)
    if "asymptomatic" in found and "symptomatic" in found:
        found.remove("symptomatic")
    if "uncontrolled" in found and "controlled" in found:
        found.remove("controlled")
    if "unstable" in found and "stable" in found:
        found.remove("stable")
    if "unresectable" in found and "resectable" in found:
        found.remove("resectable")
    if "untreated" in found and "treated" in found:
        found.remove("treated")
    return tuple(dict.fromkeys(found))


def date_of(v: View, start: int, end: int, targets: list[Mention]) -> tuple[Moment | None, Moment | None]:
    """(when it happened or began, when it ended) for the words at `start:end`, from the dates of its sentence."""
    chosen = nearest_date(v, start, end, targets)
    if chosen is None:
        lasting = nearest_date(v, start, end, targets, ("for",))
        return (lasting.moment if lasting and lasting.current else None), None
    match chosen.kind:
        case "at" | "since":
            return chosen.moment, None
        case "until":
            return None, chosen.moment
        case "span":
            return chosen.moment, chosen.moment_end
        case _:
            return None, None


def nearest_date(v: View, start: int, end: int, targets: list[Mention], kinds: tuple[str, ...] = ("at", "since", "until", "span")) -> Dated | None:
    """The date that belongs to the words at `start:end`, or None."""
    best: tuple[float, Dated] | None = None
    others = [o for o in targets if not (o.start < end and start < o.end)]
    for d in v.dates:
        if d.kind not in kinds:
            continue
        if d.start >= end:
            gap = v.text[end : d.start]
            if _stops(gap) or len(gap) > 110:
                continue
            between = [o for o in others if o.start >= end and o.end <= d.start]
            last = re.sub(r"\([^)]*\)", "", gap).rpartition(",")
            if last[1] and (len(last[2].split()) > 4 or any(o.start >= d.start - len(last[2]) and o.end <= d.start for o in others)):
                continue  # the date stands in an item of its own
            cost = len(gap) / 10 + 6 * _commas(gap)
            if between:
                joined = re.fullmatch(r"(?:[^,;()]|,(?!\s*(?:now|currently|then)))*", gap) and re.search(r"\band\b|/|,|\+|&", gap)
                if not joined or _own_date(v, start, end, others):
                    continue
                cost += 8
            if "(" in gap and gap.count("(") <= gap.count(")"):
                cost += 2
        elif d.end <= start:
            gap = v.text[d.end : start]
            if _stops(gap) or len(gap) > 160:
                continue
            between = [o for o in others if o.start >= d.end and o.end <= start]
            if kinds == ("for",) and not re.search(
                r"\b(?:on|taking|took|takes|receiv\w+|treated with|using|used|given)\s+(?:\w+\s+){0,3}$", gap, re.IGNORECASE
            ):
                continue
            leads = v.text[v.head : d.start].strip(" ,:(-").lower() in ("", "in", "on", "since", "from", "early", "late")
            if not leads and (between or _commas(gap)):
                continue
            if leads and between and not re.search(r",|\band\b|:|\bthen\b", gap):
                continue
            # "TACE 2019, RFA": a date that has its own target before it belongs there.
            if not leads and any(0 <= d.start - o.end <= 4 for o in others):
                continue
            cost = 4 + len(gap) / 10 + 4 * len(between)
        else:
            return d
        if best is None or cost < best[0]:
            best = (cost, d)
    return best[1] if best else None


def _own_date(v: View, start: int, end: int, others: list[Mention]) -> bool:
    return any(d.end <= start and start - d.end <= 3 and v.text[v.head : d.start].strip() == "" for d in v.dates)


def _stops(gap: str) -> bool:
    return bool(re.search(r";|->|→|\bthen\b|\bbut\b|\bfollowed by\b|\bnow\b|\bprior to\b|\buntil\b(?=.*\bthen\b)", gap, re.IGNORECASE)) or gap.count(
        ")"
    ) > gap.count("(")


def _commas(gap: str) -> int:
    return len(re.findall(r",", re.sub(r"\([^)]*\)", "", gap)))
