"""The trigger phrases: what denies, doubts, plans, declines, dates back, or says nothing at all.

Categories and many phrases follow ConText (Harkema, Dowling, Thornblade, Chapman 2009); one pass of one pattern finds them.
"""

import re
from dataclasses import dataclass
from typing import Literal

Cue = Literal[
    "pseudo",
    "doubt",
    "doubt_after",
    "negation",
    "negation_after",
    "unsaid",
    "unsaid_after",
    "planned",
    "planned_after",
    "considered",
    "considered_after",
    "declined",
    "declined_after",
    "past",
    "past_after",
    "current",
    "unknown_after",
]


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger phrase at `start:end`."""

    start: int
    end: int
    kind: Cue
    words: str


# Longest and most special first: "not ruled out" before "ruled out" before "not". One alternation, one pass.
_TRIGGERS: tuple[tuple[Cue, str], ...] = (
    (
        "negation",
        r"(?:CT|MRI?|CTPA|PET|scans?|imaging|ultrasound|echo\w*|biops(?:y|ies)|angiograph\w+|endoscopy|doppler|x-?rays?|work-?up)"
        r"(?: (?:of|the|brain|head|chest|abdomen|has|have|today|yesterday|scan|also)){0,3} (?:excluded|excludes|ruled out|"
        r"rules out)(?! (?:by|from|because))",
    ),
    ("negation", r"(?:not|never) known to (?:be|have)(?: an?)?|sero-?negative(?: for)?|negative (?:serolog(?:y|ies)|screen(?:ing)?|tests?) for"),
    (
        "negation_after",
        r"(?<=screen )clear|(?<=screening )clear|(?<=serology )clear|denies all(?: of (?:these|them))?|none of (?:these|the above|them)|"
        r"all (?:negative|absent|denied|none|no)\b",
    ),
    ("planned_after", r"from (?:next|tomorrow|(?:mon|tues|wednes|thurs|fri)day)\b"),
    (
        "unknown_after",
        r"(?:(?:is|was|were|are|has been|have been) )?(?:not (?:yet )?(?:been )?(?:stated|mentioned|known|documented|recorded|assessed|"
        r"tested|checked|available|reported|specified|provided|measured|described|evaluated|established)|unknown|unclear|unspecified|"
        r"undocumented|not stated|n/a|NA|to be (?:confirmed|determined)|tbc|tbd|pending|awaited|未知|不详)",
    ),
    (
        "doubt_after",
        r"(?:not confirmed|unconfirmed|can ?not|can't|could not|couldn't|not) (?:be )?(?:(?:completely|entirely|yet|definitely|"
        r"fully) )*(?:excluded|ruled out)|not (?:yet )?(?:been )?(?:excluded|ruled out)|不除外|不能除外",
    ),
    (
        "doubt",
        r"(?:can ?not|can't|could not|couldn't|not) (?:be )?(?:(?:completely|entirely) )?(?:exclude|rule out)|not (?:certain|sure|"
        r"clear) (?:if|whether)",
    ),
    (
        "pseudo",
        r"not (?:only|necessarily|just)|no (?:significant |interval |major |real )?(?:increase|change|changes|difficulty|doubt|improvement|"
        r"response|reduction|decrease|growth|worsening)(?: in| of| with| to)?"
        r"|without (?:difficulty|change)|not (?:well[ -])?(?:controlled|responding|improved|improving|tolerated)|"
        r"gram[ -]negative|(?:double|triple)[ -]negative|not compliant|no (?:new|further|additional|more|repeat|interval|"
        r"recurrent|residual)\b(?! (?:disease|treatment|therapy))|no fixed|no problems? with|not due to|no longer than|"
        r"not more than|no more than|no less than|not less than|whether or not",
    ),
    ("past", r"no longer(?: on| taking| has| have| having| receiving| requires| needs)?|not (?:any ?more|anymore)"),
    (
        "unsaid",
        r"(?:at (?:high |increased |low )?)?risk (?:of|for|factors? for)|prophyla(?:xis|ctic)(?: (?:for|of|against))?|prevent(?:ion|"
        r"ing)?(?: of)?|screen(?:ed|ing)? for|surveillance for|monitor(?:ed|ing)? for|vaccin(?:ated|ation|es?) (?:against|for)|"
        r"immuni[sz](?:ed|ation) (?:against|for)|to (?:rule out|exclude|look for|assess for|evaluate for|check for)|"
        r"(?:evaluat(?:e|ed|ion)|assess(?:ed|ment)?|work(?:ed|ing)?[ -]?up|investigat(?:ed|ion)|test(?:ed|ing)?|"
        r"check(?:ed)?) for|"
        r"in case of|in the event of|return if|if(?: (?:he|she|the patient|there is|any|develops?|she develops|he develops))?|"
        r"should (?:he|she|the patient) develop|exposure to|contact with|fear of|(?:afraid|frightened|scared|terrified) of(?: an?)?|worried about|"
        r"educated (?:about|on)|(?:warned|cautioned|consented|reassured)"
        r"(?: (?:her|him|them|the patient))? (?:about|of|for|on)(?: the)?(?: risks? of)?|"
        r"(?:consent form|leaflet|information sheet|package insert|drug label)s? (?:also )?(?:lists?|mentions?|names?|warns? of|includes?|says)|"
        r"counsel\w* (?:about|on|regarding)|concerned about|"
        r"as recommended(?: by)?|unless|mimicking|resembling|rather than|instead of",
    ),
    (
        "unsaid_after",
        r"as (?:an? )?(?:(?:possible|potential|known|rare|common|expected) )*(?:risks?|side[ -]effects?|complications?|adverse (?:events?|effects?|"
        r"reactions?))\b|contact\b(?! with)|"
        r"(?:vaccine|vaccination|immuni[sz]ation|prophylaxis|screening|surveillance|risk|precautions|"
        r"test pending|serology pending|awaited)",
    ),
    (
        "negation_after",
        r"(?:(?:was|were|is|are|has been|have been|had been|being) )?(?:neg(?:ative)?\b(?! (?:for|history|hx))|non-? ?reactive|"
        r"ruled out|excluded|absent|(?:judged |deemed |considered |found )?(?:impossible|infeasible|unfeasible)|not (?:seen|"
        r"found|detected|identified|present|noted|demonstrated|observed|visuali[sz]ed|evident|performed|done|given|received|started|used|"
        r"required|needed|involved|detectable|feasible|possible))\b|"
        r"(?:was|were|is|are) (?:never|not) (?:given|received|started|used|performed|done|present|seen)|-ve\b|阴性|"
        r"\bfree\b(?! of| fluid| air| t)",
    ),
    (
        "declined",
        r"(?:refus(?:ed|es|ing)|declin(?:ed|es|ing)|reject(?:ed|s)|opted against|unwilling to (?:have|undergo|receive|start)|"
        r"does not (?:want|wish)(?: to (?:have|undergo|receive|start))?|did not (?:want|wish)(?: to (?:have|undergo|receive|start))?|"
        r"turned down|拒绝)",
    ),
    (
        "declined_after",
        r"(?:was |were |is |has been )?(?:refused|declined|rejected|turned down|not accepted|"
        r"contraindicated|withheld|deferred|not offered|"
        r"cancel+ed)\b",
    ),
    (
        "considered",
        r"(?:not |a |an |good |poor |suitable |potential |possible |ideal )*(?:candidates? for|suitable for|eligible for|fit for|"
        r"amenable to|appropriate for|option of|options?:?(?: (?:are|include))?)|(?:be )?(?:recommend(?:s|ed|ing|ation|ations)?|"
        r"advis(?:e[sd]?|ing)|suggest(?:s|ed|ing)?|consider(?:s|ed|ing|ation)?|discuss(?:es|ed|ing|ion)?|propos(?:e[sd]?|al|ing)|offer(?:s|"
        r"ed|ing)?|counsel+ed (?:on|about|for)|evaluat(?:ed|ion) for|assessed for|referr?(?:ed|al) for|work-?up for|contemplat\w+|"
        r"interested in|listed for|wait-?listed for|on (?:the )?(?:waiting|wait|transplant) ?list for|under (?:evaluation|consideration|"
        r"discussion) for|建议|考虑)"
        r"(?: (?:for|of|to start|starting|with|to (?:have|receive|undergo|give)|giving|adding|the use of|about|initiating))*",
    ),
    (
        "considered_after",
        r"(?:was|were|is|are|has been|have been|had been|being)? ?(?:under (?:discussion|consideration|"
        r"evaluation)|discussed|considered|"
        r"proposed|recommended|suggested|offered|advised|an option|to be (?:discussed|considered|decided)|being (?:considered|discussed))\b|"
        r"candidate\b|eligib(?:le|ility)\b|work-?up\b|evaluation\b|waiting ?list\b",
    ),
    (
        "planned",
        r"(?:(?:treatment |therapy )?plan(?:s|ned|ning)?|schedul(?:ed?|ing)|intend(?:s|ed|ing)?|due (?:for|to (?=start|begin|undergo|"
        r"receive|have|commence))|(?:about|going|wants?|wish(?:es)?|hop(?:es|ing)|aim(?:s|ing)?) (?:to|for)|await(?:s|ing)|pending|booked|"
        r"arranged?|will|would|shall|upcoming|proceed(?:ing)?|waiting|拟|计划|准备|待)(?: (?:on|for|is|are|be|to|with|the|a|receive|start|"
        r"starting|begin|undergo|undergoing|have|get|give|proceed|commence|initiate|add|switch|go|treat|resume|restart|next|soon|now|"
        r"undertake|offer))*"
        r"|to (?:start|begin|receive|undergo|commence|initiate|be started on|be given|be treated with|proceed (?:to|with)|have)|"
        r"(?:start(?:ing)?|begin(?:ning)?|commenc(?:e|ing)) (?:next|tomorrow|in \d)",
    ),
    (
        "planned_after",
        r"(?:is |are |was |were |now |has been |being )?(?:planned|scheduled|booked|arranged|pending|"
        r"awaited|intended|upcoming|to (?:start|"
        r"begin|commence|follow|be (?:started|given|done|performed|commenced|initiated|arranged))|will (?:be|start|begin|follow|commence)|"
        r"(?:start(?:s|ing)?|begins?|due) (?:next|tomorrow|on|in \d))\b",
    ),
    (
        "doubt",
        r"(?:possibl[ey]|probabl[ey]|likely|presum(?:ed|ably|ptive)|suspect(?:s|ed|ing)?|suspicio(?:n|us)(?: is)?(?: (?:of|for))?|"
        r"concern(?:ing|ed|s)?(?: (?:for|of))|worr(?:y|ying|isome) for|r/o|rule[ -]out|query|\?|"
        r"equivocal(?: for)?|indeterminate|questionable|may (?:have|represent|be|reflect)|might (?:have|represent|be)|"
        r"could (?:have|represent|be)|suggest(?:ive|ing|s)(?: of)?|versus|vs\.?|differential(?: diagnosis)?(?: (?:includes|of))?|"
        r"dd[x]?:|ddx|apparent(?:ly)?|borderline|考虑|可疑|疑似|待排)",
    ),
    (
        "negation",
        r"(?:denie[sd]|deny(?:ing)?|no (?:known |prior |previous |past |personal |reported |documented |relevant |current |active |"
        r"significant |clinical |clear |obvious |definite |imaging |radiolog\w+ |radiographic |endoscopic )*(?:evidence|signs?|history|hx|"
        r"h/o|features?|symptoms?|suggestion|indication|findings?|episodes?|complaints?|record)(?: (?:or|and) (?:evidence|signs?|history|"
        r"symptoms?|family history))?(?: (?:of|for|suggest\w+|to suggest))?|"
        r"no h/o|no hx(?: of)?|negative (?:history )?(?:for|of)|neg (?:for|hx)|-ve for|(?:is |was |remains? )?free (?:of|from)|"
        r"absence of|lack(?:s|ing|ed)?(?: of)?|ruled out(?: for)?|rules? out|fail(?:s|ed)? to (?:show|reveal|demonstrate)|"
        r"(?:never|not)(?: yet)?(?: been)? (?:exposed to|treated with|given)(?= )|"
        r"never(?: had| received| been| has)?|neither|nor|no|not|nil|none|without|w/o|cannot|can't|(?:did|does|do|has|have|had|"
        r"is|was|were|are)n't|absent|un-?|(?<=\b)non(?=[ -])|negative(?=[ ](?!for|test|result))|"
        r"否认|未见|未发现|未|无|没有|(?<!\d)非)",
    ),
    (
        "past_after",
        r"(?:(?:has|have|had|now|is|was|were|since|completely|fully|is now|was completely) )*(?:resolved|cured|healed|"
        r"in (?:complete )?remission|cleared|recovered(?! to (?:grade|G))|subsided|settled|eradicated|treated (?:and resolved|successfully|"
        r"and cured)|successfully treated)\b|(?:years|yrs|months|weeks) ago\b|in childhood|as a (?:child|teenager|young)",
    ),
    (
        "past",
        r"(?:remote |distant |prior |previous |past |known )*(?:history|hx|hist)(?: is)?(?: (?:of|for|includes?|significant for|notable for|"
        r"remarkable for|positive for))?|h/o|s/p|status[ -]post|post|prior(?! to)|previous(?:ly)?|past|former(?:ly)?|ex-|"
        r"(?<!year-)(?<!years-)(?<!year )(?<!years )(?<!yr )(?<!yr-)(?<!month-)(?<!month )old|remote|earlier|had|既往|曾",
    ),
    ("current", r"(?:currently|now|ongoing|current|active(?:ly)?|present(?:ly)?|continu(?:es?|ed|ing)|目前|现)"),
)


_NAMES = tuple(kind for kind, _ in _TRIGGERS)


# "ascites: none", "HBsAg (-)": answers that begin with a mark.
_ANSWER = (
    r"\(n\)|\[ ?\] ?(?:yes|y),? ?\[ ?[xX✓] ?\] ?(?:no|n)\b|\[ ?[xX✓] ?\] ?(?:no|n),? ?\[ ?\] ?(?:yes|y)\b|"
    r"\? ?(?:(?-i:MRI?|CT|PET|US|EGD|OGD)|imaging|scans?|endoscopy|echo) ?:? ?(?:no|none|nil|negative|clear)(?= *(?:[,;.|)\n]|$))|\? ?(?:no|"
    r"none|nil|never)(?= *(?:[,;.|)\n]|$))|"
    r"[:=|–-] ?(?:no|none|nil|not present|absent|n|neg|negative|denied|denies|never)(?= *(?:[,;.|)\n]|$))|(?<=[a-z]) never(?= *(?:[,;.|)\n]|"
    r"$))|(?<=[a-z]) (?:none|nil|"
    r"denied)(?= *(?:[,;.|)\n]|$))|\( ?- ?\)|\(neg(?:ative)?\)|(?<=[A-Za-z])-(?= *(?:[,;)]|\.(?:\s|$)|$))"
)


_TRIGGER = re.compile(
    # Tried at the start of words, at answer marks and at Chinese characters only.
    r"(?=(?<![A-Za-z])[A-Za-z?]|[:=|–(?\[\u4e00-\u9fff-]| (?:none|nil|denied|never))(?:"
    + rf"(?P<answer>{_ANSWER})|"
    + "|".join(
        f"(?P<k{i}>"
        + (
            rf"(?<![A-Za-z])(?:{p})(?![A-Za-z])"
            if kind not in ("negation", "negation_after", "doubt", "past", "current", "planned", "declined", "considered")
            else rf"(?:(?<![A-Za-z])(?:{p})(?![a-z])|(?<=[\u4e00-\u9fff])(?:{p}))"
        )
        + ")"
        for i, (kind, p) in enumerate(_TRIGGERS)
    )
    + ")",
    re.IGNORECASE,
)


def triggers(text: str, start: int, end: int) -> tuple[Trigger, ...]:
    """All trigger phrases in `text[start:end]`."""
    found: list[Trigger] = []
    for match in _TRIGGER.finditer(text, start, end):
        if match.end() == match.start():
            continue
        group = match.lastgroup or "k0"
        kind: Cue = "negation_after" if group == "answer" else _NAMES[int(group[1:])]
        found.append(Trigger(match.start(), match.end(), kind, match[0].lower()))
    return tuple(found)
