"""What can be asked of a record: each topic with the words that ask for it and the places that answer it.

`asks` is matched in the question; `fields` are the record's own fields; `prose` finds the sentence of a title, summary or
description that states the same where a record has no such field. `label` is what a reader sees.
"""

import re
from dataclasses import dataclass

from index.trials import FieldName


@dataclass(frozen=True, slots=True)
class Topic:
    """See the module's description. `weak` topics give way to a criterion or a text match on the same words."""

    id: str
    label: str
    asks: re.Pattern[str]
    fields: tuple[FieldName, ...]
    prose: re.Pattern[str] | None = None
    weak: bool = False


def _topic(id_: str, label: str, asks: str, fields: tuple[FieldName, ...] = (), prose: str | None = None, weak: bool = False) -> Topic:
    return Topic(id_, label, re.compile(asks, re.I), fields, re.compile(prose, re.I) if prose else None, weak)


_N = r"(?:\d[\d,]*|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|forty|fifty|sixty|hundred)"
_PEOPLE = (
    r"(?:(?:\w+[- ]){0,4}?(?:patients?|participants?|subjects?|people|persons?|volunteers?|women|men|children|individuals|adults|infants|"
    r"pregnant women|cases|adolescents|families|recipients))"
)
_DOSE = r"\d[\d.,]*\s*(?:mg|g|µg|μg|mcg|ug|ml|mL|IU|U|units?|million units|MU|Gy|cGy|mCi|MBq|ng|kU|puffs?|capsules?|tablets?)\b"

TOPICS: tuple[Topic, ...] = (
    _topic("nct_id", "registry number", r"\bnct(?!\d)\w*|regist\w+ (?:number|id\b|identifier|no\b)|clinicaltrials\.gov|trial (?:registration|identifier)\b|\bids?\b of the trials?", ("nct_id",)),
    _topic("other_id", "other identifiers", r"eudract|protocol (?:number|id\b|identifier|code)|secondary ids?\b|org(?:anization)?\w* study id|sponsor'?s? (?:protocol )?(?:number|id\b)|other (?:ids?|identifiers?)", ("other_id",)),
    _topic("acronym", "acronym", r"\bacronym|abbreviated (?:name|title)|short name", ("acronym",)),
    _topic("official_title", "official title", r"official (?:title|name)|full (?:title|name)|complete title", ("official_title", "title")),
    _topic("title", "title", r"\btitles?\b|what is (?:the )?(?:trial|study) called|name of the (?:trial|study)", ("title",)),
    _topic("why_stopped", "reason for stopping", r"\bwhy\b.{0,50}?\b(?:stop|terminat|withdraw|suspen|halt|end|discontinu|clos|abandon|cancel)\w*|reasons? (?:for|of|behind) .{0,30}?(?:terminat|stopp|withdraw|suspen|halt|early|discontinu|clos)\w*|\b(?:was|were|has) .{0,30}(?:terminated|stopped|withdrawn|halted|suspended|abandoned)", ("why_stopped",)),
    _topic("status", "status", r"\bstatus\b|\brecruit(?:ing|s|ment (?:open|status))?\b|(?:still|currently|already|yet|actively) (?:open|enrol\w+|accepting|running|ongoing|active|closed|completed?|recruiting)|open (?:for|to) (?:enrol\w+|patients|recruitment|inclusion)|\bongoing\b|is .{0,40}?(?:completed|finished|closed|still open|over)\b|has .{0,40}?(?:finished|completed|closed|ended)\b|accepting (?:new )?patients|can .{0,20}still (?:be )?(?:enrol|join|enter)", ("status",)),
    _topic("primary_completion_date", "primary completion date", r"primary completion", ("primary_completion_date",)),
    _topic("start_date", "start date", r"\bwhen\b.{0,60}?\b(?:start|begin|began|begun|launch|open(?:ed)?|initiat)\w*|start(?:ing)? (?:date|year|month)|date of (?:the )?start|(?:since|in) (?:when|what year|which year)\b.{0,40}?(?:start|begin|began|run|open|recruit)\w*|\bstarted (?:in|when)", ("start_date",)),
    _topic("end_date", "end date", r"\bwhen\b.{0,60}?\b(?:end|finish|complet|clos|conclud|over)\w*|(?:end|completion|closing|finish\w*|closure) (?:date|year|month)|date of (?:the )?(?:completion|end)|until when|\bend(?:s|ed)? (?:when|on)|how long (?:will|does|did) the (?:trial|study) (?:run|last)", ("end_date", "primary_completion_date")),
    _topic("last_update", "last update", r"last (?:update|verified|revised|changed)\w*|(?:record|entry) .{0,20}(?:updated|verified)", ("last_update",)),
    _topic("sites_count", "number of sites", r"how many (?:\w+ )?(?:sites?|cent(?:er|re)s?|hospitals?|locations?|countries|institutions?|clinics?)|number of (?:\w+ )?(?:sites?|cent(?:er|re)s?|hospitals?|locations?|countries)", ("location",), r"multi-?\s?(?:cent(?:er|re)|site|institution)\w*|single-?\s?(?:cent(?:er|re)|site|institution)\w*|(?:hospitals?|institute|cent(?:er|re)s|universit\w+|clinics?)\b.*\b(?:and|namely|including)\b"),
    _topic("enrollment", "enrolment", r"how many " + _PEOPLE + r"(?! (?:have )?(?:died|responded|progressed|had|experienced|withdrew|dropped|discontinued|achieved|relapsed|survived|developed|improved|reported|got))|\benrol(?:l)?(?:ment|ed number|ment (?:target|goal))?\b(?!.{0,20}\b(?:if|with|when)\b)|sample size|(?:number|count) of (?:\w+ ){0,2}(?:patients|participants|subjects|people|volunteers)|target (?:accrual|number)|\baccrual\b|how (?:big|large) is|planned (?:number|size|enrol\w+)|\bn\s?=", ("enrollment",), r"\b(?:enrol|recruit|includ|accru|random|sample size|total of|aim)\w*\b.{0,60}?\b" + _N + r"\b.{0,30}?" + _PEOPLE + r"|\b" + _N + r" (?:\w+ ){0,3}?(?:patients|participants|subjects|volunteers|women|men|children|infants)\b.{0,60}?\b(?:enrol|recruit|includ|random|accru)\w*"),
    _topic("split", "how the enrolment is divided", r"\bsplit\b|\bdivided?\b|break-?down|run-?in\b|\bper (?:arm|group|cohort|stage)\b|in each (?:arm|group|cohort|stage)|(?:stages?|cohorts|phases) (?:of|in) the|expansion (?:phase|cohort|stage)|\bstages\b|how .{0,20}distributed", (), r"\b" + _N + r"\b.{0,20}?(?:patients|participants|subjects).{0,80}?(?:cohort|stage|phase|run-?in|expansion|arm|group|before)|(?:cohort|stage|phase|run-?in|expansion|arm|group).{0,80}?\b" + _N + r"\b.{0,20}?(?:patients|participants|subjects)|divided into .{0,60}?(?:stages?|phases|cohorts|groups|parts)"),
    _topic("healthy_volunteers", "healthy volunteers", r"healthy (?:volunteer|people|subject|participant|control|individual|person|adult|donor)s?", ("healthy_volunteers",), r"healthy (?:volunteer|subject|participant|adult|individual)s?"),
    _topic("maximum_age", "maximum age", r"(?:max\w*|upper|highest|oldest|top)\W+(?:\w+\W+){0,2}?ages?\b|\bages?\b.{0,20}?(?:upper|maximum|ceiling|cap|max)\b|upper (?:limit|bound) (?:of|for|on) age|how old .{0,30}at most|too old|old(?:er|est) (?:age|patient|participant|people)s?|elderly|upper age", ("maximum_age", "age")),
    _topic("minimum_age", "minimum age", r"(?:min\w*|lower|lowest|youngest)\W+(?:\w+\W+){0,2}?ages?\b|\bages?\b.{0,20}?(?:lower|minimum|floor|min)\b|how old .{0,40}(?:must|have to|need|at least|should)|too young|young(?:er|est) (?:age|patient|participant|child|people)s?|how young|adults only|\bminors\b|lower age", ("minimum_age", "age")),
    _topic("age", "age limits", r"\bages?\b(?! of (?:first|onset))|\baged\b|how old|year-?olds?\b|years? old\b", ("minimum_age", "maximum_age", "age")),
    _topic("sex", "sex", r"\b(?:sex(?:es)?|genders?)\b(?! partner)|\b(?:only|both) (?:men|women|males?|females?)|\b(?:men|women|males?|females?) (?:only|allowed|eligible|included|enrol\w+|enter|join|take part|participate|accepted)|(?:men|males?) (?:and|or) (?:women|females?)|can (?:men|women|males|females)\b", ("sex",)),
    _topic("phase", "phase", r"(?<!expansion )(?<!in )\bphase\b(?! (?:i+v?|[1-4])\b.{0,10}trial\b)|\bphases\b", ("phase",), r"\bphase\s*(?:[1-4]|i{1,3}v?|iv)(?:[ab]?\b)(?:\s*[/-]\s*(?:phase\s*)?(?:[1-4]|i{1,3}v?|iv)[ab]?\b)?"),
    _topic("masking", "masking", r"\bblind\w*|\bmask(?:ing|ed)\b|open[- ]label|double[- ]blind|who (?:is|was|are) (?:blinded|masked)", ("masking",), r"open[- ]label|(?:single|double|triple|quadruple|non|un|observer|evaluator|assessor|partici\w+)[- ]?(?:blind|mask)\w*|\bblinded\b"),
    _topic("allocation", "allocation", r"\brandomi[sz]\w*|\ballocat\w*|\bassigned\b", ("allocation",), r"\b(?:non-?\s?)?randomi[sz]ed\b|\brandomly\b|single[- ]arm|single[- ]group"),
    _topic("intervention_model", "intervention model", r"cross-?over|parallel|single[- ]group|single[- ]arm|intervention(?:al)? model|factorial|sequential assignment|study model|design model", ("intervention_model",), r"cross-?over|parallel[- ](?:group|arm|assignment)|single[- ](?:arm|group)|(?:two|three|four|2|3|4)[- ]arms?"),
    _topic("primary_purpose", "primary purpose", r"primary purpose", ("primary_purpose",)),
    _topic("study_type", "study type", r"study type|type of (?:study|trial)|kind of (?:study|trial)|observational|interventional|expanded access", ("study_type",)),
    _topic("design", "design", r"\bdesign(?:ed)?\b|how is .{0,30}(?:set up|structured|organi[sz]ed)", ("study_type", "phase", "allocation", "intervention_model", "masking", "primary_purpose", "design"), r"open[- ]label|single[- ]arm|randomi[sz]ed|multi-?\s?cent(?:er|re)|single-?\s?cent(?:er|re)|phase\s*(?:[1-4]|i{1,3}v?)\b|double[- ]blind|cross-?over|cohort study|case[- ]control|prospective|retrospective|cross-sectional|divided into"),
    _topic("collaborator", "collaborator", r"collaborat\w*|\bpartners?\b(?!.{0,20}contracep)|co-?sponsor", ("collaborator",), r"\bcollaborat\w+ with\b"),
    _topic("donor", "donor of the study drugs", r"\bdonat\w*|\bdonors?\b|suppl(?:y|ies|ied) .{0,30}(?:drug|capsule|medication|treatment|lenv|placebo)|(?:drug|medication|capsule|treatment|placebo)s? .{0,30}(?:suppl(?:y|ied)|provid\w+|free|come from|gift)|who (?:provid|suppl|pays?|fund|financ|gave|gives)\w*|\bfund(?:s|ed|ing|er)?\b|\bfinanc\w*|\bgrant", ("funder",), r"\bdonat\w+|suppl(?:ied|y) (?:\w+ )?by|provided (?:free )?by|funded by|free of charge|supported by"),
    _topic("sponsor", "sponsor", r"\bsponsor\w*|who (?:runs|ran|conducts?|conducted|is behind|organi[sz]es|is running|is conducting|does)|responsible (?:party|organi)|\bwhose (?:trial|study)|run by|conducted by|(?:which|what) (?:company|institution|organi[sz]ation|university|hospital) (?:runs|sponsors|leads|conducts|is (?:running|behind|conducting|responsible))", ("sponsor",), r"sponsored by|conducted by|\brun by\b"),
    _topic("contact", "contact", r"\bcontact\w*|\bphone|telephone|e-?mail|who (?:do|should|can) (?:i|we) (?:call|write|ask|reach)", ("contact",)),
    _topic("official", "investigator", r"principal investigator|\bPI\b|study (?:chair|director)|lead investigator|chief investigator|who (?:leads|is leading|heads|directs)|investigators?'? names?|responsible investigator|overall official", ("official",)),
    _topic("location", "sites", r"\bwhere\b(?! (?:it|the document))|\bsites?\b(?! of (?:metasta|disease|primary))|\blocations?\b|\bcent(?:er|re)s?\b|\bhospitals?\b|\bcit(?:y|ies)\b|\bcountr(?:y|ies)\b|\bfacilit(?:y|ies)\b|takes? place|\bclinics\b|institutions?\b|in which (?:state|region)", ("location",), r"(?:research|stud\w+|trial) (?:cent(?:er|re)s?|sites?)\b|\b(?:hospital|medical cent(?:er|re)|university)\b.{0,60}\b(?:hospital|university|cent(?:er|re)|,)|multi-?\s?cent(?:er|re)|single-?\s?cent(?:er|re)|conducted (?:at|in)\b"),
    _topic("time_frame", "time frame", r"time ?-?frames?|time ?points?|follow(?:ed)?[- ]?up (?:period|time|duration|for)|how long (?:is|are|was|were|will|do|does) .{0,60}?(?:follow\w*|assess\w*|measur\w*|monitor\w*|track\w*|evaluat\w*|record\w*|collect\w*)|over (?:what|which) (?:period|time)|(?:at|by|until) (?:what|which) (?:time|week|month|point)|how long .{0,20}(?:survival|endpoint|outcome|PFS|OS|ORR|adverse events)|when (?:is|are|was|were|will) .{0,60}?(?:assess|measur|evaluat|record|collect)\w*|assessed (?:up to|until|when|at what)|up to how", ("outcome",)),
    _topic("primary_outcome", "primary outcome", r"(?:primary|main|principal|first[- ]listed|key) (?:(?:efficacy|safety|study|clinical) )?(?:end[- ]?points?|outcomes?|measures?|aims? measured|readouts?)|primary (?:outcome )?measures?|primary (?:and|or|&) secondary", ("outcome",)),
    _topic("secondary_outcome", "secondary outcomes", r"secondary (?:(?:efficacy|safety|study|clinical) )?(?:end[- ]?points?|outcomes?|measures?)|other (?:end[- ]?points?|outcomes?)", ("outcome",)),
    _topic("outcome", "outcomes", r"\bend[- ]?points?\b|\boutcomes?\b|what (?:is|are|was|were) (?:being )?measured|how is (?:efficacy|safety|effect\w*) (?:measured|assessed)|\bmeasures\b|readouts?", ("outcome",)),
    _topic("dose", "dose", r"\bdos(?:e|es|age|ages|ing|ed)\b|how much(?= (?!time|weight|older|longer)\w+)|how many (?:mg|milligrams?|ml|units|tablets|capsules|grays?|gy|injections|cycles|sessions|infusions|administrations)|\bmg\b|strength|\bconcentration of\b|regimen\b", ("intervention", "arm"), _DOSE + r"|once daily|twice daily|\bq\d+\s?[wdh]\b|\bb\.?i\.?d\b|\bq\.?d\b"),
    _topic("schedule", "schedule", r"how (?:often|frequently)|schedul\w*|frequency|how many (?:times|doses|cycles|visits|weeks|injections|administrations)|(?:length|duration) of (?:the )?(?:treatment|therapy|intervention|cycle)|how long (?:is|are|was|were|do|does|will|did) .{0,60}?(?:treat\w*|tak\w*|given|administ\w*|receiv\w*|continu\w*|therapy|intervention|last)|cycle (?:length|duration)|treatment (?:duration|period|length)|when (?:is|are) .{0,30}(?:given|administered|taken)|until when|interval|how long (?:is|does) (?:the )?(?:treatment|therapy)", ("intervention", "arm"), r"every \w+|\bevery (?:\d+|two|three|four|six) (?:weeks?|days?|months?)|once (?:daily|weekly|a (?:day|week))|twice|\bq\d+\s?[wdh]\b|until (?:disease progression|unacceptable|progress)|\bcycles?\b|\d+[- ](?:weeks?|months?|days?|years?)\b"),
    _topic("control", "control arm", r"(?<!disease )(?<!tumor )(?<!tumour )\bcontrol(?:led)?[- ](?:arm|group|treatment|drug|intervention|condition|cohort)s?\b|(?:what|who) (?:is|are|was|were) the controls?\b|\bcomparators?\b|\bplacebo\b|compared (?:with|to|against)|standard[- ]of[- ]care arm|reference (?:arm|treatment|drug)|\bcontrols\b", ("arm", "intervention"), r"single[- ](?:arm|group)|placebo|control (?:arm|group)|compar(?:ed|ison|ator)"),
    _topic("arm", "arms", r"\barms?\b(?! circumference)|(?:treatment|study|patient) groups?|\bcohorts?\b|\bgroups\b|randomi[sz]ed to what|assigned to what", ("arm",), r"single[- ]arm|(?:two|three|four|2|3|4)[- ]arm|(?:arm|group|cohort)\s+(?:[A-D1-4])\b|divided into"),
    _topic("intervention", "interventions", r"\binterventions?\b|(?:study|investigational|experimental|trial) (?:drugs?|treatments?|product|agents?|medication|device|products?)|(?:what|which) (?:drugs?|treatments?|therap(?:y|ies)|medications?|agents?|products?|vaccines?|devices?|procedures?|combination)|what (?:do|does|did|will|are) .{0,40}?(?:receiv\w*|get|given|take|treated with|administered)|being tested|treatments? (?:tested|given|used|studied|arms?)|\btreated with\b|what is (?:being )?(?:tested|given|administered|evaluated|studied)|route|how is .{0,40}(?:given|administered|taken)", ("intervention",)),
    _topic("condition", "condition", r"(?:which|what) (?:disease|condition|indication|cancer|illness|tumou?r|disorder|diagnosis)s?|\bconditions?\b (?:is|are|studied|being|under|does|do|listed|treated)|disease (?:studied|treated|under|area)|indication|what is (?:being )?studied", ("condition",)),
    _topic("keyword", "keywords", r"\bkey-?words?\b", ("keyword",)),
    _topic("study_population", "population", r"\bpopulations?\b|who (?:is|are) .{0,30}(?:for|intended|aimed)|(?:which|what) (?:kind of |type of |sort of )?(?:patients|participants|people|women|children|subjects)\b(?! (?:receiv|get|tak))|\bfor whom\b|whom .{0,20}(?:for|enrol|study|recruit|include)|who (?:can|may|could) (?:take part|join|enter|participate|enrol)|line of (?:therapy|treatment)|sampling", ("study_population",), r"\b(?:patients?|subjects?|participants?|adults?|women|children|men|people|individuals)\b.{0,12}?\b(?:with|who|whose|suffering|undergoing|having|aged|refractory)\b|treatment[- ]na|(?:first|second|third)[- ]line|previously treated|refractory to"),
    _topic("results", "results", r"\bresults?\b(?! of (?:the )?(?:test|biopsy|lab))|\bfindings?\b|what (?:was|were|did) .{0,30}(?:found|find|show|achieved)|(?:what|how (?:high|good|long|large)) (?:was|were) the (?:[\w-]+ ){0,3}(?:rate|survival|response|pfs|os|orr|incidence|mortality|effect|p[- ]value|hazard ratio|benefit|efficacy)\b|how many (?:\w+ ){0,2}(?:patients|participants|subjects|people|women|men|children) (?:have )?(?:died|responded|progressed|had|experienced|withdrew|dropped|discontinued|achieved|relapsed|survived|developed|improved|reported|got)|\b(?:was|were|is) .{0,40}reported\b|median (?:OS|PFS|survival) (?:achieved|was|reached)|response rate (?:achieved|was|seen)|how well did", ("results",)),
    _topic("summary", "purpose", r"\bpurposes?\b|\baims?\b|\bobjectives?\b|\bgoals?\b|what (?:is|was) .{0,50}(?:about|trying|investigat\w*|looking at|try to)|summar(?:y|ise|ize)|tell me about|overview|describe (?:the )?(?:trial|study)|rationale|why (?:is|was) .{0,40}(?:done|conducted|needed|carried out|being done)|research question|hypothes[ie]s|what does .{0,40}(?:investigate|study|evaluate|examine|test)\b", ("summary",), r"\b(?:purpose|aim|objective|goal|hypothes)\w*\b|\bto (?:evaluate|assess|investigate|determine|compare|examine|explore|study|test|address)\b", weak=True),
    _topic("funder", "funder type", r"funder type|type of funder|industry[- ](?:sponsored|funded)|public(?:ly)? funded", ("funder",)),
    _topic("document_link", "documents", r"protocol (?:document|pdf)|statistical analysis plan|\bSAP\b|documents? (?:available|attached)", ("document_link",)),
    _topic("eligibility", "eligibility criteria", r"(?:eligibility|inclusion|exclusion|entry|selection|enrol?lment) (?:and exclusion )?(?:criteria|criterion|list|rules?|conditions)|who (?:is|are|gets?) (?:excluded|included|eligible|ineligible)|(?:list|all|full|show).{0,20}criteria|what (?:would|will|can|could) exclude|what excludes|reasons? (?:for|to) exclu\w+|\bcriteria\b.{0,10}$", ("eligibility",), weak=True),
)  # fmt: skip

BY_ID = {topic.id: topic for topic in TOPICS}

# A more particular topic answers for the more general one that the same words also ask for.
_SUPERSEDES: dict[str, tuple[str, ...]] = {
    "maximum_age": ("age",), "minimum_age": ("age",), "primary_outcome": ("outcome",), "secondary_outcome": ("outcome",), "sites_count": ("location",),
    "why_stopped": ("status", "end_date"), "primary_completion_date": ("end_date", "primary_outcome"), "official_title": ("title",), "control": ("arm",),
    "dose": ("intervention",), "schedule": ("intervention",), "time_frame": (), "official": ("sponsor", "contact", "location"), "intervention_model": ("design",),
    "donor": ("intervention",), "sponsor": ("location",), "collaborator": ("location",), "allocation": ("arm",), "start_date": ("status",), "end_date": ("status",),
    "healthy_volunteers": (), "contact": ("location",), "nct_id": ("other_id",), "study_population": ("condition", "eligibility"),
    "primary_purpose": ("summary",), "enrollment": ("study_population",), "study_type": ("design",), "keyword": ("title",), "condition": ("study_population",),
    "other_id": ("sponsor", "nct_id"),
}  # fmt: skip


def topics_in(question: str) -> tuple[str, ...]:
    """Ids of the topics that a question asks for, in the order of its words, the particular before the general."""
    found: list[tuple[int, str]] = []
    for topic in TOPICS:
        if (match := topic.asks.search(question)) is not None:
            found.append((match.start(), topic.id))
    ids = [id_ for _, id_ in sorted(found, key=lambda pair: pair[0])]
    dropped = {general for id_ in ids for general in _SUPERSEDES.get(id_, ())}
    return tuple(id_ for id_ in ids if id_ not in dropped)
