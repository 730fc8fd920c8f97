"""Who has it, whether, and when: negation, doubt, plans, the past, and other people.

A ConText-style reading of one sentence (Harkema, Dowling, Thornblade, Chapman 2009): a trigger reaches forward or
backward to the words it governs, and stops at a terminator, at the end of a list, or where the sentence asserts
something new. Where a list leaves open whether it is still governed, the answer is "possible", never a guess.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.patient.dates import Dated
from assistant.patient.facts import Moment, Status
from assistant.patient.sentences import Section, Sentence
from index.vocabulary import Mention

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


@dataclass(frozen=True, slots=True)
class View:
    """One sentence with what was found in it; offsets are those of the repaired note."""

    text: str
    start: int
    end: int
    head: int
    section: Section | None
    mentions: tuple[Mention, ...]
    dates: tuple[Dated, ...]
    triggers: tuple[Trigger, ...]
    relatives: tuple[tuple[int, int, str], ...]
    stamp: Moment | None = None
    """The date in the heading above."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """`status` None: nothing is said about this patient. `start:end` spans the words together with what decided it."""

    status: Status | None
    time: Literal["current", "past", "unstated"] = "unstated"
    start: int = 0
    end: int = 0


# Longest and most special first: "not ruled out" before "ruled out" before "not". One alternation, one pass.
_TRIGGERS: tuple[tuple[Cue, str], ...] = (
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
        r"ing)?(?: of)?|screen(?:ed|ing)? for|surveillance for|monitor(?:ed|ing)? for|vaccinat(?:ed|ion) (?:against|for)|"
        r"immuni[sz](?:ed|ation) (?:against|for)|to (?:rule out|exclude|look for|assess for|evaluate for|check for)|"
        r"(?:evaluat(?:e|ed|ion)|assess(?:ed|ment)?|work(?:ed|ing)?[ -]?up|investigat(?:ed|ion)|test(?:ed|ing)?|"
        r"check(?:ed)?) for|"
        r"in case of|in the event of|return if|if(?: (?:he|she|the patient|there is|any|develops?|she develops|he develops))?|"
        r"should (?:he|she|the patient) develop|exposure to|contact with|fear of|worried about|educated (?:about|on)|"
        r"counsel\w* (?:about|on|regarding)|concerned about|"
        r"as recommended(?: by)?|unless|mimicking|resembling|rather than|instead of",
    ),
    (
        "unsaid_after",
        r"(?:vaccine|vaccination|immuni[sz]ation|prophylaxis|screening|surveillance|risk|precautions|"
        r"test pending|serology pending|awaited)",
    ),
    (
        "negation_after",
        r"(?:(?:was|were|is|are|has been|have been|had been|being) )?(?:negative(?! (?:for|history))|"
        r"ruled out|excluded|absent|not (?:seen|"
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
    r"[:=|–-] ?(?:no|none|nil|not present|absent|n|denied|denies|never)(?= *(?:[,;.|)\n]|$))|(?<=[a-z]) (?:none|nil|"
    r"denied)(?= *(?:[,;.|)\n]|$))|\( ?- ?\)|\(neg(?:ative)?\)"
)
_TRIGGER = re.compile(
    # Tried at the start of words, at answer marks and at Chinese characters only.
    r"(?=(?<![A-Za-z])[A-Za-z?]|[:=|–(\u4e00-\u9fff-]| (?:none|nil|denied))(?:"
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
_RELATIVE = re.compile(
    r"\b(?P<history>(?:strong |positive |significant |remarkable )?(?:family|maternal|paternal)(?: medical| cancer)? (?:history|hx)|"
    r"f\.?h\.?x?(?= ?[:+\-]| of\b| pos)|famhx|fhx)\b"
    r"|\b(?P<person>father|mother|dad|mum|mom|parents?|brothers?|sisters?|siblings?|sons?|daughters?|uncles?|aunts?|grand\w*(?:father|"
    r"mother|parents?|son|daughter|ma|pa)|cousins?|nephews?|nieces?|relatives?|family members?|wife|husband|spouse|partner|twin|"
    r"first[- ]degree relatives?|second[- ]degree relatives?|children|caregiver|boyfriend|girlfriend|donors?)\b"
    r"|(?P<zh>父亲|母亲|父母|哥哥|弟弟|姐姐|妹妹|兄弟|姐妹|叔叔|家族史|配偶|丈夫|妻子|供体|儿子|女儿|其父|其母|其兄|其弟)",
    re.IGNORECASE,
)
_INFORMANT = re.compile(
    r"(?:'s)?(?:,? (?:who|also|has|have|had|then|is|was|were|\w+ly))*\s+(?:report|stat|sa(?:y|id)|recall|not(?:e[sd]|ic)|den(?:y|ie)|"
    r"bring|brought|describ|concern|call|gave|give|told|tell|observ|found|find|worr|accompan|mention|present(?:ed)? (?:with )?(?:the|"
    r"her|him)|think|thought|heard|hear|witness|admit|confirm|add|explain|claim|return|agree|consent|lives?|help|drove|took|wish|want|"
    r"ask|request)",
    re.IGNORECASE,
)
_NOT_EXPERIENCER_BEFORE = re.compile(
    r"(?:\b(?:by|with|to|from|per|via|lives?|and (?:his|her)|accompanied|married|supports?|cares? for|caring for|for|living|deceased|"
    r"related|unrelated|matched|cadaveric|haploidentical|sibling|identical|brain[- ]dead|using|use|of (?:two|three|four|five|\d)|male|"
    r"female|sexual)\s+(?:(?:his|her|their|the|a|an|both|two|three|four|\d|elderly|older|younger|male|female|sexual|living|deceased|"
    r"related|unrelated|matched)\s+)*)$",
    re.IGNORECASE,
)
_BACK_TO_RELATIVE = re.compile(
    r"\s*(?:\([^()]{0,20})?,?\s*(?:\(|in\b|of\b|at \d+ in\b|\baffecting\b)\s*(?:(?:his|her|their|the|a|an|one|two|three|four|both|"
    r"several|multiple|\d|maternal|paternal|older|younger|elder|late|first|second|degree|side)[\s-]+)*$",
    re.IGNORECASE,
)
_PATIENT = re.compile(r"\b(?:patient|pt|himself|herself)\b|;|\bbut\b|\bwhereas\b|\bwhile\b|\.\s", re.IGNORECASE)
_MALE = frozenset("father dad brother brothers son sons uncle uncles husband boyfriend nephew nephews grandfather grandson".split())
_FEMALE = frozenset("mother mum mom sister sisters daughter daughters aunt aunts wife girlfriend niece nieces grandmother granddaughter".split())

_TERMINATOR = re.compile(
    r"\b(?:but|however|although|though|yet(?! (?:on|received|been|started))|except(?:ing)?(?: for)?|apart from|aside from|besides|"
    r"other than|nevertheless|nonetheless|which|who|whose|while|whereas|because|due to|secondary to|owing to|as a result of|"
    r"attributed to|despite|in spite of|"
    r"since|until|before|after|prior to|then|presents?|presented|admitted|otherwise|still|only|instead|followed by|associated with|"
    r"in the setting of|on a background of|given (?:his|her|the|that|their)|so far as|with (?:known|underlying|a background|history|"
    r"ongoing|concurrent))\b|[;]|->|→|:(?=\s)|\n|但|然而",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*(?:,\s*(?:and|or|nor|&)\s+|,(?!\d)|\s(?:and|or|nor)(?:/or)?\s|\s?/\s?|\s?&\s?|\s\+\s|或|及|和|;)\s*", re.IGNORECASE)
# What makes an item of a list more than a bare noun phrase: a number, a verb, a result, a trigger of its own.
_ASSERTS = re.compile(
    r"\d|[+=<>≥≤~]|(?-i:\b(?:I{1,3}|IV|VI?|[A-D])\b)|\b(?:right|left|main|is|are|was|were|has|have|had|on|with|shows?|showed|showing|reveals?|revealed|receiv\w+|treated|diagnosed|"
    r"started|stopped|underwent|undergoing|s/p|known|history|hx|h/o|positive|pos|present|stable|controlled|"
    r"improv\w+|due|currently|now|ongoing|takes?|taking|plan\w*|status|since|complain\w*|report\w*|admit\w*|found|noted|seen|mild|"
    r"moderate|severe|large|small|bilateral|extensive|multiple|new|likely|possible|possibly|probable|suspected|"
    r"stage|type|class|grade|group|per|post|prior|previous|for|in (?:19|20)|years?|months?|weeks?|days?|ago|last|he|she|his|her|patient|"
    r"resolved|confirmed|biopsy-proven|proven)\b|no\b|not\b|never\b|without\b|den(?:ies|ied)\b|阳性",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r"\b(?:on|with|treated|for|after|under|post|s/p|has|had|is|was|were|receiving|taking|given|who|by|as|to|via|from|at|in)\b|[:(]", re.IGNORECASE
)
_STRONG_LIST = re.compile(r"^(?:den|negative|neg |-ve|free|without|w/o|否认|未|无|neither|nor|absence)", re.IGNORECASE)


def relatives(text: str, start: int, end: int) -> tuple[tuple[int, int, str], ...]:
    """Words in `text[start:end]` for somebody else who may be the one that has something; informants are left out."""
    found: list[tuple[int, int, str]] = []
    for match in _RELATIVE.finditer(text, start, end):
        word = match[0].lower()
        before = text[max(start, match.start() - 30) : match.start()]
        if match["history"]:
            if re.search(r"\b(?:personal|own)\s*(?:or|and|/)\s*$", before, re.IGNORECASE) or re.match(
                r"\s*(?:or|and|/)\s*personal", text[match.end() : match.end() + 20], re.IGNORECASE
            ):
                continue
        elif match["person"]:
            after = text[match.end() : match.end() + 60]
            if _INFORMANT.match(after) or _NOT_EXPERIENCER_BEFORE.search(before):
                continue
            if re.match(r"\s+of\s+(?:one|two|three|four|five|six|\d)", after) or re.match(r"-in-law\b", after):
                continue
            if word.startswith("donor") and not re.match(
                r"\s*(?:[:=]|was|were|is|had|has|hbs|hbv|hcv|hiv|cmv|anti|hepatitis|positive|negative|with|serology)", after, re.IGNORECASE
            ):
                continue
            if word in ("children", "partner", "relatives", "relative", "twin") and not re.search(
                r"\b(?:his|her|their|patient's|in|the|sexual)\s+(?:\w+\s+)?$", before, re.IGNORECASE
            ):
                continue
        found.append((match.start(), match.end(), word))
    return tuple(found)


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


def view(text: str, sentence: Sentence, mentions: Sequence[Mention], dates: Sequence[Dated], stamp: Moment | None = None) -> View:
    """A sentence with the mentions and dates that lie in it."""
    return View(
        text,
        sentence.start,
        sentence.end,
        sentence.head,
        sentence.section,
        tuple(mentions),
        tuple(dates),
        triggers(text, sentence.head, sentence.end),
        relatives(text, sentence.start, sentence.end),
        stamp,
    )


def other_person(v: View, start: int, end: int) -> bool:
    """Whether the words at `start:end` speak of a relative, a partner or a donor."""
    if v.section == "family":
        return True
    for at, stop, word in v.relatives:
        if stop <= start:
            gap = v.text[stop:start]
            if _PATIENT.search(gap):
                continue
            pronoun = re.search(r"\b(he|she)\b", gap, re.IGNORECASE)
            if pronoun and (word in _FEMALE if pronoun[1].lower() == "he" else word in _MALE):
                continue
            pieces = _SEPARATOR.split(gap)
            if len(pieces) > 1 and "," in gap:
                last = pieces[-1] + v.text[start : _segment_end(v, end)]
                if re.search(r"\d", re.sub(r"\b(?:at|age|aged|in) \(?\d+s?|\b(?:19|20)\d\d\b", "", last)) or re.search(
                    r"\b(?:ECOG|he|she|patient|on|BCLC|currently|now)\b", last
                ):
                    continue
            if len(gap) < 220:
                return True
        elif at >= end and at - end < 60 and _BACK_TO_RELATIVE.fullmatch(v.text, end, at):
            return True
    return False


def _segment_end(v: View, position: int) -> int:
    match = _SEPARATOR.search(v.text, position, v.end)
    stop = _TERMINATOR.search(v.text, position, v.end)
    bracket = v.text.find(")", position, v.end)
    return min(match.start() if match else v.end, stop.start() if stop else v.end, bracket if bracket >= 0 else v.end)


Reach = Literal["no", "maybe", "yes"]


# "never treated for HCC", "no surgery for it": the treatment is denied, not what it is for.
_TREATED_FOR = re.compile(
    r"\b(?:treat\w*|therap\w+|medicat\w+|drugs?|surgery|surgeries|chemo\w*|operat\w*|hospital\w*|admi\w+|interven\w+)\s+for\b", re.IGNORECASE
)


def _reach(v: View, trigger: Trigger, start: int, end: int) -> Reach:
    """Whether a forward trigger governs the words at `start:end`."""
    text = v.text
    gap = text[trigger.end : start]
    if len(gap) > 400 or _TERMINATOR.search(gap) or _TREATED_FOR.search(gap):
        return "no"
    depth = gap.count("(") - gap.count(")")
    if depth < 0:
        return "no"
    separators = list(_SEPARATOR.finditer(gap))
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
    own = text[own_start:start] + " " + text[end : _segment_end(v, end)]
    closing = [s[0].strip().lower() for s in separators]
    inside_name = text[start:end]
    if any(
        m.table in ("measure", "scale")
        and trigger.end + separators[-1].end() <= m.start < _segment_end(v, end)
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
    if re.search(r"\d", inside_name) and not re.search(r"[A-Za-z]", inside_name):
        return "no"
    if trigger.words in ("never", "not", "cannot", "can't"):
        return "maybe" if closing[-1] in ("and", "&") else "no"  # a verb's denial ends with its own phrase
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
        match = _SEPARATOR.search(v.text, position, v.end)
        if match is None:
            return False
        item = v.text[position : match.start()]
        if _ASSERTS.search(item) or _TERMINATOR.search(item):
            return False
        if re.search(r"\b(?:or|nor)\b|或", match[0], re.IGNORECASE):
            return True
        position = match.end()
    return False


def _rest_is_bare(v: View, position: int) -> bool:
    rest = v.text[position : v.end]
    return not _ASSERTS.search(rest) and not _TERMINATOR.search(rest)


_AFTER_GAP = re.compile(
    r"\s*(?:\([^()]*\)\s*)?(?:(?:test|tests|status|serology|antibody|antibodies|ab|ag|screen|screening|result|results|involvement|"
    r"disease|infection|therapy|treatment|surgery|"
    r"is|was|were|are|has|have|been|had|both|all|also|currently|now|of any kind|at present|at this time|on (?:imaging|ct|mri|scan|pet)|"
    r"today|to date|so far|completely|option|cycle|course|next|resection)\s*|[,:=\-–|]\s?){0,4}",
    re.IGNORECASE,
)


def _reaches_back(v: View, trigger: Trigger, start: int, end: int) -> bool:
    """Whether a backward trigger ("... was negative", "ascites: none") governs the words at `start:end`."""
    gap = v.text[end : trigger.start]
    if len(gap) > 120 or _TERMINATOR.search(gap.rstrip(" :")):
        return False
    if _AFTER_GAP.fullmatch(gap):
        return "," not in gap or (
            trigger.kind in ("planned_after", "considered_after", "declined_after", "past_after", "doubt_after", "negation_after")
            and re.fullmatch(r"\s*,\s*", gap) is not None
            and not _followed_by_target(v, trigger)
        )
    # "brain and lung metastases were absent": items of one list before one verb.
    verb = re.match(r"(?:was|were|is|are|has|have)", trigger.words)
    if verb and not re.search(r"\d", gap):
        return (
            all(not _ASSERTS.search(item) for item in _SEPARATOR.split(gap)[1:])
            and any(s for s in _SEPARATOR.finditer(gap))
            and any(m.start >= end and m.end <= trigger.start for m in v.mentions)
        )
    words = gap.split()
    return (
        len(words) <= 3
        and not re.search(r"[,;()]|\d", gap)
        and not any(m.start >= end and m.end <= trigger.start for m in v.mentions)
        and verb is not None
    )


def _followed_by_target(v: View, trigger: Trigger) -> bool:
    """Whether a concept follows the trigger closely, so that it belongs to that one ("HBsAg, negative HCV")."""
    return any(0 <= m.start - trigger.end <= 3 for m in v.mentions)


_FORWARD: dict[str, Status | None] = {
    "negation": "absent",
    "doubt": "possible",
    "planned": "planned",
    "considered": "considered",
    "declined": "declined",
    "unsaid": None,
}
_BACKWARD: dict[str, Status | None] = {
    "negation_after": "absent",
    "doubt_after": "possible",
    "planned_after": "planned",
    "considered_after": "considered",
    "declined_after": "declined",
    "unsaid_after": None,
}


def assess(v: View, start: int, end: int, *, treatment: bool = False) -> Assertion:
    """What the sentence says about the words at `start:end`: present unless a trigger says otherwise.

    Plans, advice and refusals concern treatments and procedures; for a disease they mean that nothing is said.
    """
    if other_person(v, start, end):
        return Assertion(None, start=start, end=end)
    wide_start, wide_end = start, end
    status: Status | None = "present"
    decided = False
    time: Literal["current", "past", "unstated"] = "unstated"
    tries = 0
    for t in reversed(v.triggers):  # the nearest trigger decides
        if t.end > start:
            continue
        if start - t.end > 300 or tries > 12:
            break
        if t.kind == "pseudo":
            # "no new metastases", "no increase in ascites": what was there before stays open.
            if start - t.end <= 3 and re.match(r"no (?:new|further|additional|more|interval|recurrent|residual)", t.words):
                return Assertion(None, start=start, end=end)
        elif t.kind == "past":
            if time == "unstated" and _past_reaches(v, t, start, end):
                time = "past"
        elif t.kind == "current":
            if time == "unstated" and start - t.end <= 25 and not re.search(r"[,;]", v.text[t.end : start]):
                time = "current"
        elif t.kind in _FORWARD or (t.kind == "negation_after" and _also_forward(v, t)):
            if decided and t.kind not in ("negation", "negation_after"):
                continue
            tries += 1
            found = _forward(v, t, start, end, treatment)
            if found == "nothing":
                continue
            # A denied doubt or plan is still none: "no suspicion of" denies, "not planned" says nothing done.
            if not decided or found == "absent":
                status, decided = found, True
                wide_start = t.start if start - t.start < 90 else start
            if status == "absent":
                break
    for t in v.triggers:
        if t.start - end > 140:
            break
        if t.start >= end:
            if t.kind in _BACKWARD and _reaches_back(v, t, start, end):
                if t.kind in ("planned_after", "considered_after", "declined_after") and not treatment:
                    continue
                if t.kind == "unsaid_after" and v.text[end : t.start].strip(" -") != "":
                    continue
                status, decided = _BACKWARD[t.kind], True
                wide_end = max(wide_end, t.end)
            elif t.kind == "unknown_after" and not decided and _unknown_reaches(v, t, end):
                return Assertion("planned" if treatment and t.words in ("pending", "awaited") else None, start=start, end=t.end)
            elif (
                treatment
                and t.kind in ("planned", "considered", "declined")
                and not (decided and status in ("absent", "declined"))
                and _plan_follows(v, t, end)
            ):
                status, decided = _FORWARD[t.kind], True
                wide_end = max(wide_end, t.end)
            elif (
                t.kind == "past_after"
                and t.start - end < 60
                and not re.search(r"[;]", v.text[end : t.start])
                and not any(m.start >= end and m.end <= t.start for m in v.mentions)
            ):
                time = "past"
            elif (
                t.kind == "doubt"
                and t.words in ("suspected", "likely", "possible", "probable", "?", "presumed")
                and re.fullmatch(r"\s*\(?\s*(?:is |was )?", v.text[end : t.start])
            ):
                status = "possible" if status == "present" else status
    return Assertion(status, time, wide_start, wide_end)


def _forward(v: View, t: Trigger, start: int, end: int, treatment: bool) -> Status | Literal["nothing"] | None:
    """What a forward trigger makes of the words at `start:end`; "nothing" where it does not reach them."""
    gap = v.text[t.end : start]
    reach: Reach
    if t.kind in ("planned", "considered", "declined"):
        if not treatment or _done_between(v, t, start) or not _plan_reaches(v, t, start):
            return "nothing"
        if t.kind == "considered" and (re.match(r"not\b", t.words) or _NOT_BEFORE.search(v.text, max(v.head, t.start - 16), t.start)):
            return "declined"  # "not a candidate for"
        return _FORWARD[t.kind]
    if t.kind == "unsaid":
        if treatment and re.match(r"(?:eval|assess|work)", t.words):
            return "considered" if len(gap) <= 40 else "nothing"
        near = len(gap.split()) <= 6 and not _TERMINATOR.search(gap) and ("," not in gap or t.words.startswith("if"))
        return None if near else "nothing"
    if t.kind == "doubt":
        reach = _doubt_reach(v, t, start, end)
    elif t.words in ("non", "un", "un-", "negative"):
        reach = "yes" if gap.strip(" -") == "" else "no"
    elif t.words == "not" and re.match(r"\s+(?:a |an |considered )*(?:candidate|suitable|eligible|fit|amenable|appropriate|listed)", gap + " "):
        reach = "no"
    else:
        reach = _reach(v, t, start, end)
    if reach == "no":
        return "nothing"
    return "possible" if reach == "maybe" else _FORWARD.get(t.kind, "absent")


def _unknown_reaches(v: View, t: Trigger, end: int) -> bool:
    """ "(ascites, HE not stated)": nothing is said of any of the list."""
    gap = v.text[end : t.start]
    if len(gap) > 70 or re.search(r"[;:.\d()]|\b(?:but|with|has|had|no|on)\b", gap):
        return False
    between = [m for m in v.mentions if m.start >= end and m.end <= t.start]
    return len(gap.split()) <= 2 + 3 * len(between) and ("," not in gap or bool(between))


def _plan_follows(v: View, t: Trigger, end: int) -> bool:
    """ "surgery booked", "TACE recommended": the plan stands behind what is planned, and nothing else follows it."""
    if not _AFTER_GAP.fullmatch(v.text[end : t.start]) or ";" in v.text[end : t.start]:
        return False
    return not any(
        0 <= m.start - t.end <= 30 and not re.search(r"[,;]", v.text[t.end : m.start])
        for m in v.mentions
        if m.table in ("drug", "drug_class", "regimen", "procedure")
    )


_NOT_BEFORE = re.compile(r"\b(?:not|no|never|isn't|wasn't|un)\s*(?:a |an |been |considered |felt |deemed |be )*$", re.IGNORECASE)


def _also_forward(v: View, t: Trigger) -> bool:
    """ "has not received X" denies what follows; "X was not given" what stands before."""
    if "not " not in t.words:
        return False
    return not any(m.end <= t.start and _AFTER_GAP.fullmatch(v.text[m.end : t.start]) for m in v.mentions)


def _doubt_reach(v: View, t: Trigger, start: int, end: int) -> Reach:
    gap = v.text[t.end : start]
    if t.words in ("vs", "vs.", "versus"):
        return "yes" if len(gap.split()) <= 3 else "no"
    if re.search(r"[,;)]", gap) or _TERMINATOR.search(gap) or len(gap.split()) > 6:
        return "no"
    return "yes"


_DONE = re.compile(
    r"\b(?:received|underwent|started|commenced|was (?:given|treated|started)|treated with|completed|had|has had|taking|is on|on|s/p|"
    r"after|following|post|since|despite|progress\w+|for (?:his|her))\b",
    re.IGNORECASE,
)


def _done_between(v: View, t: Trigger, start: int) -> bool:
    return _DONE.search(v.text, t.end, start) is not None


def _plan_reaches(v: View, t: Trigger, start: int) -> bool:
    gap = v.text[t.end : start]
    return len(gap) < 120 and not re.search(r";|->|\bbut\b|\bhowever\b|\bwho\b|\)\s*,", gap) and gap.count(")") <= gap.count("(")


def _past_reaches(v: View, t: Trigger, start: int, end: int) -> bool:
    gap = v.text[t.end : start]
    if re.search(r";|->|\bnow\b|\bcurrent|\bon\b", gap) or _TERMINATOR.search(gap):
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
        or (all(not _ASSERTS.search(item) for item in _SEPARATOR.split(gap)[1:]) and not re.search(r"\d", v.text[start : _segment_end(v, end)]))
    )
