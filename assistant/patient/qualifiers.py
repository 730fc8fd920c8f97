"""Words that narrow a finding, by where they stand. Language, not medicine: the vocabulary holds that."""

import re

from assistant.patient.assertion import assess
from assistant.patient.view import View
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
    (
        "requires_hospitalisation",
        r"(?:(?:re-?)?admitted|hospitali[sz]ed|admissions?|hospitali[sz]ations?)(?: to (?:the )?\w+)?(?: again)? "
        r"(?:with|for|due to|because of)(?: an?)?",
    ),
    ("imaging_only", r"(?:radiolog\w+|imaging|radiographic\w*)[- ]only|incidental"),
    ("known", r"known"),
)


_AFTER: tuple[tuple[Qualifier, str], ...] = (
    (
        "requires_drainage",
        r"(?:requir\w+|need\w*|necessitat\w+|with|s/p|status post|managed (?:by|with)|treated (?:by|with)|had|"
        r"underwent)\s+(?:\w+\s+){0,4}?(?:drain(?:age|ed|ing)?|paracentes[ie]s|thoracentes[ie]s|pericardiocentesis|taps?|tapping|LVP)|"
        r"(?:was|were) (?:drained|tapped)|drained|tapped|taps? (?:every|weekly|twice|monthly)|"
        r"(?:weekly|fortnightly|monthly|regular|repeated|serial|frequent) (?:taps?|tapping|paracentes[ie]s|drainages?|thoracentes[ie]s)",
    ),
    (
        "requires_hospitalisation",
        r"(?:requir\w+|need\w*|with|for|necessitat\w+)\s+(?:\w+\s+){0,3}?(?:hospitali[sz]ation|admission|"
        r"admitted|inpatient|ICU|"
        r"intensive care)|^[\s,(-]*(?:hospital )?(?:admission|hospitali[sz]ation)|\b(?:was |were )?(?:admitted|hospitali[sz]ed) (?:for|with)|"
        r"\bin (?:the )?hospital (?:until|till|for|since|with|from)",
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
        r"(?:uncontrolled|(?:poorly|inadequately|not well|not adequately|not|"
        r"can ?not be|can't be|could not be|never) (?:well |adequately )?controlled|despite (?:\w+ ){0,3}(?:treatment|therapy|"
        r"medication|drugs))",
    ),
    (
        "controlled",
        r"(?<!un)(?<!poorly )(?<!inadequately )(?<!not well )(?<!not )(?<!not be )(?<!never )(?<!can't be )"
        r"(?:well[- ]|rate[- ]|adequately )?controlled(?: (?:on|with|by))?|"
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
        r"eradicated|settled|stopped|ended|ceased|weaned)(?! to (?:grade|G))|none (?:since|now|currently|at present)\b|"
        r"not (?:seen |present |recurred )*since\b|(?:never|not) (?:came back|returned|recurred)",
    ),
    ("treated", r"(?:was |were |been |successfully |fully )?treated(?! with (?:systemic|azathio|predn|steroid))"),
    ("untreated", r"(?:currently |yet |remains? )?untreated|not (?:yet )?(?:on (?:treatment|therapy)|treated)"),
    (
        "life_threatening",
        r"life[- ]threatening|requiring (?:\w+ ){0,3}transfusion|(?:with|in) (?:haemorrhagic |hemorrhagic )?shock|"
        r"(?:haemorrhagic|hemorrhagic|hypovol\w+) shock",
    ),
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


# Mentions that say how a finding was, not what else there is.
_BESIDE = frozenset({"central_venous_catheter", "hospitalized"})


# "liver mass biopsied = HCC", "core needle: moderately differentiated HCC"
_TISSUE = re.compile(
    r"\b(?:biops(?:y|ied)|bx|histology|histopathology|pathology|cytology|FNA|core needle|core bx)(?:\s+(?:of|from)\s+(?:the\s+)?(?:\w+\s+){1,3})?"
    r"\s*(?:=|:|->|→|\b(?:shows?|showed|showing|reveal(?:s|ed)|confirm(?:s|ed|ing)|demonstrat(?:es|ed)|proved|was|is)\b)\s*"
    r"(?:(?:a|an|the|well|poorly|moderately|grade|G?\d|to|[-/]|differentiated|trabecular|invasive|high|low)\s*)*$",
    re.IGNORECASE,
)


_BLED_MUCH = re.compile(
    r"\bICU\b|\bintensive care\b|\b(?:\d{1,2}|two|three|four|five|six|several|multiple)\s*(?:u|units?|bags?|pints?)\b(?!\s*(?:of\s+)?insulin)|"
    r"\bintubat\w+|\bvasopressors?\b|\bmassive transfusion|\b(?:haem|hem)odynamic(?:ally)? (?:unstable|instability|compromise)",
    re.IGNORECASE,
)


# "PICC-associated left arm DVT": where it is stands between what it is of and its name.
_PLACE = (
    r"left|right|bilateral|upper|lower|proximal|distal|arms?|legs?|limbs?|extremit(?:y|ies)|subclavian|jugular|axillary|brachial|basilic|"
    r"cephalic|femoral|iliac|popliteal|calf|neck|IJ|venous|deep|vein|non-?occlusive|occlusive|LUE|RUE|LLE|RLE"
)


_BEFORE_RE = tuple(
    (
        q,
        re.compile(
            rf"(?<![A-Za-z])(?:{p})[\s,/-]*(?:(?:and|but|or|very|the|a|his|her|with|of|{_PLACE}|conventional|typical|classic(?:al)?|diagnosis|HBV|HCV|alcohol|"
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


# "ascites in 2023; none on current imaging"
_GONE = re.compile(
    r"[^;,.]{0,40}[;,]\s*(?:(?:but|and|with)\s+)?(?:none|no longer present|no more|not any more)\s+(?:since|now|currently|today|at present|"
    r"on (?:the |his |her )?(?:current|latest|last|recent|today's|repeat|follow-?up|present))\b",
    re.IGNORECASE,
)


def _shock(v: View, m: Mention, mentions: list[Mention]) -> bool:
    """Whether the bleeding came with shock or took more than three units of blood, in the same clause."""
    after = _CLAUSE.split(v.text[m.end : min(m.end + 120, v.end)])[0]
    beside = [o for o in mentions if m.end <= o.start < m.end + len(after) and o.concept != m.concept]
    alike = all(vocabulary().is_a(o.concept, "shock") or vocabulary().is_a(o.concept, "anemia") for o in beside)
    shock = any(vocabulary().is_a(o.concept, "shock") and assess(v, o.start, o.end).status == "present" for o in beside)
    return alike and (shock or bool(beside and _BLED_MUCH.search(after)))


_CLAUSE = re.compile(r"[;]|\bbut\b|\. |\)\s*,", re.IGNORECASE)


def qualifiers(v: View, m: Mention, mentions: list[Mention], present: bool = True) -> tuple[Qualifier, ...]:
    """The words that narrow one finding: its adjectives, and, if it is not denied, what follows it up to the next finding."""
    found: list[Qualifier] = []
    previous = max((o.end for o in mentions if o.end <= m.start and o.concept not in _BESIDE), default=v.head)
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
    following = min((o.start for o in mentions if o.start >= m.end and o.concept != m.concept and o.concept not in _BESIDE), default=v.end)
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
    if neoplasm and _TISSUE.search(v.text, max(v.start, m.start - 90), m.start):
        found.append("histologically_confirmed")
    if present and dict(_AFTER_RE)["requires_systemic_treatment"].search(m.surface):
        found.append("requires_systemic_treatment")  # "RA on methotrexate", where that is one name
    if present and vocabulary().is_a(m.concept, "bleeding") and (_BLED_MUCH.search(clause) or _shock(v, m, mentions)):
        found.append("life_threatening")
    if present and "resolved" not in found and _GONE.match(v.text, m.end, min(following, v.end)):
        found.append("resolved")
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
