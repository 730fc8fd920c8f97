"""A question, read into one `Request`: the boundaries first, then which trials, then what is asked."""

import re
from collections.abc import Sequence

from assistant.ask import properties
from assistant.ask.boundaries import boundary, language
from assistant.ask.chinese import to_english
from assistant.ask.quantities import AGED
from assistant.ask.request import Context, Intent, Request, Stance
from assistant.ask.resolve import correct_spelling, phases_in, resolve
from assistant.ask.spelling import clinical_speller
from assistant.ask.terms import STOP_WORDS, Term, named, plain, terms_of, words
from assistant.ask.topics import BY_ID, topics_in
from index.trials import Trial
from index.vocabulary import vocabulary

LONGEST = 4000

_WHICH_TRIALS = re.compile(
    r"\b(?:which|what|any|how many|list(?: all)?(?: the)?|show(?: me)?(?: all)?(?: the)?|are there(?: any)?|is there(?: an?y?)?"
    r"|do any(?: of the)?|find)\s+(?:of\s+)?(?:these\s+|the\s+|those\s+|my\s+|your\s+|our\s+)?(?:[\w-]+\s+){0,3}?(?:trials?|stud(?:y|ies)"
    r"|protocols?)\b(?!\s+(?:drug|treatment|site|product|medication|design|population|arm|dose|center|centre|visit|name|number)s?\b)"
    r"|^\s*(?:trials|studies)\s+(?:that|which|with|for|of|on|using|requiring|excluding|allowing)\b|\bwhich (?:of them|ones?)\b"
    r"|\bwho (?:else )?(?:requires|allows|excludes)\b|^which (?:require|allow|exclude|include|use|permit|accept|test|study|need|enrol)\w*\b",
    re.I,
)
_LIST = re.compile(
    r"^\W*(?:(?:please )?(?:list|show|give me)(?: me)? (?:all )?(?:the )?(?:indexed )?(?:trials|studies|documents)(?: (?:you have|available"
    r"|indexed))?|(?:which|what) (?:trials|studies|documents) (?:do you (?:have|know)|are (?:there|available|indexed|in (?:the|your) (?:index"
    r"|store|library|database))|can i ask about)|how many (?:trials|studies|documents) (?:are (?:there|indexed|available|in (?:the|your) \w+)"
    r"|do you (?:have|know))|what(?:'s| is) (?:indexed|in the (?:index|store|library)))\W*(?:now|here)?\W*$|how many (?:trials"
    r"|studies) are (?:indexed|there)",
    re.I,
)
_COMPARE = re.compile(
    r"\b(?:compar\w+|versus|vs\.?|differ\w*|side by side|same|in common|common to|shared?|contrast|both|similar\w*|which (?:is|has the) (?:larger"
    r"|bigger|longer|shorter|more|fewer|higher|lower)\w*)\b",
    re.I,
)
_DEFINITION = re.compile(
    r"\b(?:defin\w+|meaning of|what (?:is|are|was|counts? (?:as|for)|constitutes|qualifies as) (?:meant by |considered )?(?:an? |the )?"
    r"|what (?:does|do) .{1,60}? (?:mean|stand for)|how (?:is|are|was|were) .{1,80}? (?:defined|calculated|determined|measured|assessed|judged"
    r"|scored|computed)|stands? for|by (?:which|what) (?:criteria|method|scale)|according to (?:which|what)|(?:starts?|counted|measured"
    r"|calculated|runs?|clock) from (?:when|what|which)|from (?:when|what|which (?:date|time|point))|who counts as|what makes)\b",
    re.I,
)
_DEFINES = re.compile(r"\bdefin\w+|stands? for|by (?:which|what) criteria|what counts", re.I)
_CRITERION_ID = re.compile(r"\b[IEPS]\d{2}\b")
_YES_NO = re.compile(
    r"^\W*(?:(?:so|and|but|then|well),?\s+)?(?:is|are|was|were|does|do|did|can|could|may|might|will|would|has|have|must|should)\b(?!\s+(?:you"
    r"|i)\b)",
    re.I,
)
_RULE = re.compile(
    r"\b(?:wash-?out|exclu\w+|exclusionary|ineligib\w+|eligib\w+|allow\w*|permit\w*|accept\w*|tolerat\w*|barr?(?:ed|s)|forbid\w*|forbidden"
    r"|prohibit\w*|acceptable|qualif\w+|rules?|requir\w+|need(?:s|ed)?|must|limits?|ceiling|floor|thresholds?|cut-?offs?|maximum|minimum|max|min"
    r"|highest|lowest|at (?:most|least)|how (?:high|low|long ago|many weeks|many months|long (?:before|after|since|must))"
    r"|before (?:the )?(?:first|enrol\w*|inclusion|screening|randomi\w+|starting|entering|study|joining)|prior to|criteri\w+|(?:any|a) chance"
    r"|(?:can|could|may|might|will|would) .{0,60}?(?:enter|join|enrol\w*|participate|take part|be (?:included|enrolled|accepted|eligible|in)"
    r"|get in|start|continue|take|have|use|receive)|enter|a problem|disqualif\w+|ok(?:ay)?|fine|ruled? out|mandatory|range|level|function|history"
    r"|enough|too (?:high|low|old|young|much))\b",
    re.I,
)
_WEIGHT = re.compile(
    r"(?:\b(?:weigh(?:s|ing|t)?(?: of| is)?|for(?: an?)?|at|of|in an?|patient of)\s*:?\s*)?(\d{2,3}(?:\.\d+)?)[\s-]*(?:kg|kilos?|kilograms?|公斤"
    r"|千克)\b(?!\s*/\s*m)",
    re.I,
)
_STANCE: tuple[tuple[Stance, re.Pattern[str]], ...] = (
    (
        "exclude",
        re.compile(
            r"\b(?:exclud\w+|bar|bars|ban|bans|forbid\w*|prohibit\w*|disallow\w*|do(?:es)?(?:n't| not) (?:allow|accept|permit|take|include|enrol\w*)"
            r"|not (?:allow|permit|accept)\w*|rule out|reject\w*|ineligible|排除)\b|排除",
            re.I,
        ),
    ),
    (
        "require",
        re.compile(
            r"\b(?:requir\w+|need\w*|demand\w*|mandat\w+|must|only for|for patients (?:with|who|after)|after (?:failure|progression)|ask for"
            r"|insist\w*|are for|is for|target\w*|for)\b",
            re.I,
        ),
    ),
    (
        "allow",
        re.compile(
            r"\b(?:allow\w*|permit\w*|accept\w*|tolerat\w*|admit\w*|can (?:enter|join|be enrolled)|open to|take patients|include (?:patients|people"
            r"|subjects|women|men|children))\b",
            re.I,
        ),
    ),
)
_PATIENT = re.compile(r"\b(?:my|this|our|the) (?:patient|lady|man|woman|gentleman|guy)\b|\b(?:he|she|him|her|his)\b|\bfor (?:him|her|them)\b", re.I)


_THING = (
    r"(?:biops(?:y|ies)|samples?|specimens?|tissues?|blocks?|scans?|imag(?:e|es|ing)|mri|ct|x-?rays?|ecgs?|ekgs?|echos?|echocardiograms?|results?"
    r"|reports?|tests?|measurements?|values?|labs?|lab values|diagnos[ie]s|biomarkers?)"
)
_AGE_OF_THING = re.compile(
    rf"\bhow (?:old|recent|fresh)\b\s+(?:(?:can|may|must|could|should|is|are|an?|the|any|be)\s+)*(?:[\w-]+\s+){{0,2}}?{_THING}\b|\b{_THING}\s+ages?\b"
    rf"|\bages? of (?:an?|the) (?:[\w-]+\s+){{0,2}}?{_THING}\b",
    re.I,
)


def understand(question: str, trials: Sequence[Trial], context: Context) -> Request:
    """The typed reading of `question` (identifiers already removed)."""
    text = plain(question[:LONGEST])
    if (edge := boundary(text)) is not None:
        lang = language(text)[0]
        return Request(question=question, intent=edge[0], reason=edge[1], language="zh" if lang == "zh" else "en")
    lang, name = language(text)
    if lang == "other":
        return Request(question=question, intent="out_of_scope", reason="language", language="other", facts=(name,) if name else ())
    if lang == "zh":
        text = to_english(text)
    text = re.sub(r"\bright (?=now\b)", "", text, flags=re.I)
    text, corrections = correct_spelling(text, trials, clinical_speller())
    resolved = resolve(text, trials, context)
    mentions = named(text)
    topics = topics_in(text)
    topics = _without_named(text, topics, resolved.ranges)
    weight = _WEIGHT.search(text)
    skipped = (*resolved.ranges, *(((weight.start(1), weight.end()),) if weight else ()))
    terms = terms_of(text, mentions, skipped)
    # What stands in a pattern's group `of` is asked about, and not a word of asking.
    asking = [m for id_ in topics for m in BY_ID[id_].asks.finditer(text)]
    about = {m.span("of") for m in asking if m.groupdict().get("of")}
    topic_terms = {m.span() for m in asking}
    concepts = tuple(dict.fromkeys(m.concept for m in mentions if all(m.end <= a or m.start >= b for a, b in resolved.ranges)))
    asserted = properties.asserted(text)
    unnamed = "".join(" " if any(a <= i < b for a, b in resolved.ranges) else c for i, c in enumerate(text))
    if (phases := phases_in(unnamed)) and not re.search(r"\b(?:which|what) (?:trials?|stud)", text, re.I):
        asserted["phase"] = "/".join(sorted(phases))
        topics = tuple(dict.fromkeys([*topics, "phase"]))
        terms = tuple(t for t in terms if not re.fullmatch(r"phase|[1-4]|i{1,3}|iv", t.surface, re.I))
    request = Request(
        question=question,
        intent="text",
        language="zh" if lang == "zh" else "en",
        trials=resolved.trials,
        trials_from=resolved.source,
        unknown_trials=resolved.unknown,
        topics=topics,
        concepts=concepts,
        terms=tuple(t.surface for t in _own_terms(terms, topic_terms, about)),
        stance=next((s for s, pattern in _STANCE if pattern.search(text)), None),
        weight_kg=float(weight[1]) if weight else None,
        asserted=asserted,
        corrections=corrections,
        yes_no=bool(_YES_NO.match(text)),
        reading=text,
    )
    if "location" in request.topics and any("outcome" in t for t in request.topics) and request.trials_from == "all":
        # "Where is survival an outcome" asks in which trials.
        request = request.model_copy(update={"topics": tuple(t for t in request.topics if t != "location")})
    if _AGE_OF_THING.search(text):
        # "How old may the biopsy be" asks for a rule on the biopsy, not on the patient's age.
        request = request.model_copy(update={"topics": tuple(t for t in request.topics if t not in ("age", "minimum_age", "maximum_age"))})
    left = [
        t for t in request.terms if not re.search(r"\b(?:wom[ae]n|m[ae]n|males?|females?|adults?|children|year\w*|old\w*|young\w*|\d+)\b", t, re.I)
    ]
    if (set(request.topics) == {"sex"} and left) or (
        set(request.topics) <= {"sex", "age", "healthy_volunteers"}
        and any(vocabulary().table_of.get(c) in ("condition", "drug", "drug_class", "procedure", "regimen") for c in concepts)
    ):
        # "Can pregnant women join" asks for a rule on pregnancy, not for the sexes enrolled.
        request = request.model_copy(update={"topics": ()})
    if (aged := AGED.search(text)) is not None and "age" not in request.topics and resolved.source in ("named", "single", "context"):
        inside = {w.text.lower() for w in words(aged[0])}
        request = request.model_copy(update={"topics": (*request.topics, "age"), "terms": tuple(t for t in request.terms if t.lower() not in inside)})
    request = _continued(request, text, context)
    return request.model_copy(update={"intent": _intent(request, text)})


def _own_terms(terms: tuple[Term, ...], topic_ranges: set[tuple[int, int]], about: set[tuple[int, int]]) -> list[Term]:
    """Terms that are not themselves the words that ask for a topic."""
    own = [t for t in terms if any(a <= t.start and t.end <= b for a, b in about)]
    return [t for t in terms if t in own or not any(a <= t.start and t.end <= b and b - a < 40 for a, b in topic_ranges)]


def _without_named(text: str, topics: tuple[str, ...], ranges: tuple[tuple[int, int], ...]) -> tuple[str, ...]:
    """Topics whose words are not merely part of a trial's name ("the phase 2 trial", "the dose-escalation study")."""
    blanked = list(text)
    for start, end in ranges:
        blanked[start:end] = " " * (end - start)
    there = set(topics_in("".join(blanked)))
    return tuple(t for t in topics if t in there)


_ELLIPSIS = re.compile(
    r"^\W*(?:and|what about|how about|same (?:question )?for|also|or|but|then|now|ok(?:ay)?,?)\b|^\W*(?:in|for|of) (?:the )?\S+(?:\s+\S+){0,4}\W*$",
    re.I,
)


def _continued(request: Request, text: str, context: Context) -> Request:
    """A follow-up that names only what changes ("and in 004?", "and hemoglobin?", "for 72 kg?") keeps the rest of the last request."""
    last = context.request
    if last is None or len(words(text)) > 9:
        return request
    elliptic = bool(_ELLIPSIS.match(text))
    bare = not request.topics and not [t for t in request.terms if t.lower() not in STOP_WORDS]
    if not elliptic and not bare:
        return request
    update: dict[str, object] = {}
    if request.trials_from == "all" and context.trials and last.trials_from != "all":
        update |= {"trials": context.trials, "trials_from": "context"}
    own = [t for t in request.terms if not re.fullmatch(r"[\d.]+|kg|mg", t, re.I)]
    if not request.topics and not own and not request.concepts:
        update |= {"topics": last.topics, "concepts": last.concepts, "terms": last.terms, "stance": last.stance, "continues": last.intent}
        update["reading"] = f"{last.reading} {text}" if request.weight_kg is None else f"{_WEIGHT.sub('', last.reading)} {text}"
        if last.asserted and not request.asserted:
            update["asserted"] = last.asserted
    elif not request.topics and last.topics and any(t in ("dose", "schedule", "outcome", "time_frame") for t in last.topics):
        update |= {"topics": last.topics, "continues": last.intent}
        update["reading"] = f"{' '.join(BY_ID[t].label for t in last.topics)} {text}"
    elif not request.topics and last.intent in ("criteria", "value", "definition"):
        update |= {"continues": last.intent}
    if request.weight_kg is None and last.weight_kg is not None and "dose" in (last.topics if "topics" in update else request.topics):
        update["weight_kg"] = last.weight_kg
    return request.model_copy(update=update)


_RECORD_ONLY = frozenset(
    {
        "nct_id",
        "other_id",
        "acronym",
        "official_title",
        "title",
        "why_stopped",
        "status",
        "primary_completion_date",
        "start_date",
        "end_date",
        "last_update",
        "sites_count",
        "enrollment",
        "split",
        "healthy_volunteers",
        "phase",
        "masking",
        "allocation",
        "intervention_model",
        "primary_purpose",
        "study_type",
        "design",
        "collaborator",
        "funding",
        "oversight",
        "ipd",
        "sponsor",
        "contact",
        "official",
        "primary_outcome",
        "secondary_outcome",
        "keyword",
        "funder",
        "document_link",
        "maximum_age",
        "minimum_age",
        "age",
        "sex",
        "control",
        "results",
    }
)


def _intent(request: Request, text: str) -> Intent:
    if request.unknown_trials and not request.trials:
        return "unknown_trial"
    if request.continues is not None:
        return request.continues
    if _CRITERION_ID.search(text):
        return "criteria"
    if _LIST.search(text):
        return "list_trials"
    about_trials = _WHICH_TRIALS.search(text) and request.trials_from != "named"
    if about_trials and not (request.topics and _COMPARE.search(text)):
        return "which_trials"
    if (
        _COMPARE.search(text)
        and len(request.trials) > 1
        and (request.trials_from != "all" or about_trials or re.search(r"trials|studies|documents|all", text, re.I))
    ):
        return "compare"
    if "dose" in request.topics or "schedule" in request.topics or request.weight_kg is not None:
        if (
            _RULE.search(text)
            and request.weight_kg is None
            and re.search(
                r"\b(?:before|prior|wash-?out|first dose|allow\w*|exclu\w*|permit\w*|may a patient|can a patient|tolerated|limit)\b", text, re.I
            )
        ):
            return "criteria"
        return "dose"
    if _RECORD_ONLY & set(request.topics):
        return "field"
    if (_DEFINITION.search(text) and not _RULE.search(text)) or _DEFINES.search(text):
        return "definition"
    if request.topics and not (_RULE.search(text) and request.concepts):
        return "field"
    if _RULE.search(text) or request.concepts:
        return "criteria"
    return "text"


def asks_about_patient(text: str) -> bool:
    """Whether the words speak of a particular patient."""
    return bool(_PATIENT.search(text))
