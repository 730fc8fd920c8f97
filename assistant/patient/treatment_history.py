"""How a treatment went: when, until when, whether it goes on, how it ended."""

import re
from datetime import date, timedelta
from typing import Any

from assistant.patient import dates
from assistant.patient.attachment import last_of, nearest_date
from assistant.patient.courses import Course, joined_back, next_start, shares_ending
from assistant.patient.drafts import Draft
from assistant.patient.facts import Moment
from assistant.patient.treatment_details import DOSE
from assistant.patient.view import View
from index.conditions import Response
from index.number_words import PATTERN as NUMBER_WORD
from index.vocabulary import Mention, vocabulary

_CURRENT_BEFORE = re.compile(
    r"(?:\b(?:(?:is|was|now|currently|still|been|remains?|maintained|stable|kept|stays|controlled|well|managed|treated)\s+)*on\b|"
    r"\b(?:takes|taking|receiving|using|uses|continues?(?:\s+(?:on|with))?|continuing(?:\s+(?:on|with))?|continued(?:\s+on)?|currently|"
    r"ongoing|current(?:ly)?(?:\s+on)?|now(?:\s+on)?|prescribed|maintenance|meds?:|medications?:|maintained on|dependent on|requires|"
    r"requiring|start(?:ed)?|commenced|initiated|began|resumed|switched to|changed to)|目前服用|口服|正在)"
    r"\s*(?:(?:a|an|the|his|her|one|two|three|four|\d|multiple|several|dual|triple|combination|maximal|optimal|adequate|daily|"
    r"low[- ]dose|high[- ]dose|regular|long[- ]term|stable|only|oral|po|iv|inhaled|topical|prophylactic|therapeutic|full[- ]dose|home|"
    r"\d+(?:\.\d+)?\s?m?g)\s+)*$",
    re.IGNORECASE,
)


_PAST_BEFORE = re.compile(
    r"\b(?:s/p|status[- ]post|post|prior|previous(?:ly)?|past|former(?:ly)?|history of|h/o|hx(?: of)?|received|given|"
    r"previous control with|underwent|undergone|treated (?:with|by)|had|after|following|completed|finished|stopped|discontinued|ceased|"
    r"off|failed|failing|failure (?:of|on|with|to|after)|progress\w*(?:\s+\w+)? (?:on|through|after|following|despite|under|to)|"
    r"PD (?:on|after|to|under|following|through)|refractory to|resistan(?:t|ce) to|relapsed (?:on|after)|recurren\w+ (?:on|after)|"
    r"intoleran(?:t|ce) (?:of|to)|exposed to|exposure to|responded to|既往)\s*(?:(?:a|an|the|his|her|prior|previous|first[- ]line|"
    rf"second[- ]line|both|{NUMBER_WORD}|\d|cycles?|doses?|courses?|sessions?|of|line|lines|adjuvant|neoadjuvant|palliative|single|"
    r"multiple|several|repeated|initial)\s+)*$",
    re.IGNORECASE,
)


_RESTARTED = re.compile(r"\b(?:ongoing|continuing|still on|current(?:ly)?|to date|resumed|restarted)\b", re.IGNORECASE)


PROGRESSION = (
    r"(?:(?:radiolog\w+|disease|clinical|documented|biochemical|further|subsequent|rapid|early|imaging|confirmed|PSA|intrahepatic|"
    r"tumou?r)\s+)*progress(?:ed|ion|ing|ive disease)|(?-i:\bPD\b)(?!\s*-?\s*L?-?\s*[12]\b)|relaps(?:ed|e)|recurr(?:ed|ence)|进展"
)


_RESPONSES: tuple[tuple[Response, re.Pattern[str]], ...] = (
    ("refractory", re.compile(r"\b(?:refractory|resistant)\b|耐药", re.IGNORECASE)),
    ("progressed", re.compile(PROGRESSION, re.IGNORECASE)),
    ("failed", re.compile(r"\bfail(?:ed|ure|ing)\b|\bno response\b|\bnon-?respon\w+|\bineffective\b|失败", re.IGNORECASE)),
    (
        "intolerant",
        re.compile(
            r"\bintoleran(?:t|ce)\b|\bnot tolerated\b|\b(?:could|did|can|does) ?n[o']t tolerate\b|"
            r"\bunable to tolerate\b|\bpoorly tolerated\b|"
            r"不耐受",
            re.IGNORECASE,
        ),
    ),
    (
        "responded",
        re.compile(
            r"\b(?:complete|partial|good|excellent|durable|objective|major|pathologic\w*(?: complete)?|radiolog\w+|"
            r"near[- ]complete) (?:response|remission)\b|\bresponded\b|\b(?-i:CR|PR|pCR|CRi|VGPR)\b(?!\s*[\d:=<>])|缓解",
            re.IGNORECASE,
        ),
    ),
    ("completed", re.compile(r"\bcompleted\b|\bfinished\b", re.IGNORECASE)),
)


_TOXICITY = re.compile(
    r"\b(?:for|due to|because of|owing to|secondary to|after|by|with|from)\b[^;.]{0,60}?\b(?:toxicit(?:y|ies)|adverse (?:events?|"
    r"effects?|reactions?)|side[- ]effects?|intolera\w+|grade\s*[1-5I]+|G[2-4]\b|irAEs?|hepatitis|colitis|pneumonitis|rash|neuropathy|"
    r"diarrh\w+|hypertension|proteinuria|bleed\w*|haemorrhage|hemorrhage|nephritis|myocarditis|hand-?foot|fatigue|"
    r"thrombocytop\w+|neutrop\w+|cytop\w+|transaminitis|nausea|mucositis|thyroiditis|hypophysitis|infusion reaction|allerg\w+|"
    r"anaphyla\w+|cardiotox\w+|perforation|encephalopathy|HFS|PPE|itis)\b|\b(?:toxicity|intolerance|adverse event|side effects?)\b",
    re.IGNORECASE,
)


_STOP = re.compile(r"\b(?:stopped|discontinued|ceased|withdrawn|d/c'?d|terminated|off|held|halted|interrupted|changed|switched)\b", re.IGNORECASE)


_STOP_PROGRESSION = re.compile(rf"\b(?:for|due to|because of|on|after|at|with|upon)\s+(?:\w+\s+)?(?:{PROGRESSION})", re.IGNORECASE)


_BEFORE_RESPONSE = re.compile(
    rf"(?P<word>{PROGRESSION}|refractory|resistant|resistance|failed|failing|failure|intoleran(?:t|ce)|unable to tolerate|"
    rf"could not tolerate|did not tolerate|(?:partial |complete |good )?response|responded|CR|PR|no response)\s*(?:on|through|after|"
    rf"following|despite|under|to|of|with|during|while on|within \w+ \w+ of|\d+ (?:mo|months|weeks|wk) (?:after|into|on))?\s*"
    r"(?:(?:a|an|the|his|her|prior|previous|first[- ]line|second[- ]line|third[- ]line|1L|2L|3L|\d|cycles?|courses?|of|lines?|both|"
    rf"at least|{NUMBER_WORD}|adjuvant|anti-|treatment with|therapy with|standard|initial|combination|[x×])\s*)*$",
    re.IGNORECASE,
)


_NEGATED_RESPONSE = re.compile(
    r"\b(?:no|not|without|never|absence of|no evidence of|denies|free of|non)\b[\s\w-]{0,30}$|(?:stable|SD)[\s,;]*(?:with )?no\s*$|无\s*$",
    re.IGNORECASE,
)


_PFS_AFTER = re.compile(r"\s*-?\s*(?:free)\b", re.IGNORECASE)


_FREQUENCY = re.compile(
    r"\s*(?:capsules?|tablets?|granules?|injections?|pills?|drops?|inhalers?|spray|cream|ointment|therapy)?\s*\(?(?:(?:once|twice|"
    r"three times|thrice|\d\s?x)\s+)?(?:daily|a day|per day|weekly|(?:a|per|each|every) (?:week|month)|fortnightly|monthly|"
    r"every (?:other|second) day|"
    r"every \d{1,2} (?:days|weeks|months)|q\d{1,2}\s?[dw]|bid|b\.i\.d|tid|qd|od|nocte|at night|in the morning|prn|as needed)\b",
    re.IGNORECASE,
)


_LENGTH = re.compile(
    r"\s*(?:\(|,|for|x|×|over|:)?\s*(?:about\s+|~\s*|approximately\s+)?(?P<n>\d{1,3}(?:\.\d)?)(?:\s*-\s*\d+)?[\s-]*(?P<u>months?|mos?|mths?|"
    r"weeks?|wks?|years?|yrs?|days?|d)\b(?!\s*(?:ago|prior|earlier|before|old|later|post|after|following|previously|PFS|survival))",
    re.IGNORECASE,
)


def history_of(v: View, c: Course, since: int, until: int, courses: list[Course], draft: Draft) -> dict[str, Any]:
    text = v.text
    index = courses.index(c)
    shared = [o for o in courses[index + 1 : index + 2] if o.joined]
    others = [m for o in courses if o is not c and o not in shared for m in o.mentions]
    before, after = text[since : c.start], text[c.end : until]
    more: dict[str, Any] = {}
    responses: list[Response] = []
    lead = _BEFORE_RESPONSE.search(before)
    joined = joined_back(v, c, courses)
    if lead is None and joined is not None:
        first = text[v.head : joined.start]
        lead = _BEFORE_RESPONSE.search(first)
        before = first
    if lead and not _NEGATED_RESPONSE.search(before[: lead.start()]) and not re.match(r"(?i:no response)", lead["word"]):
        responses += _kinds(lead["word"])
    elif lead and lead["word"].lower() == "no response":
        responses.append("failed")
    own = re.split(r";\s*(?=(?:now|then|currently|started|switched)\b)", after)[0]
    own_responses = own
    joined_forward = shares_ending(v, c, courses)
    if joined_forward is not None:
        own_responses = text[joined_forward.end : next_start(courses, joined_forward, v.end)]
    for kind, pattern in _RESPONSES:
        for m in pattern.finditer(own_responses):
            if _NEGATED_RESPONSE.search(own_responses[: m.start()]) or _PFS_AFTER.match(own_responses, m.end()):
                continue
            # "PD on" at the end of the stretch belongs to the next drug.
            if until < v.end and re.match(
                r"\s*(?:on|through|after|to|under|following|of|with)\s*(?:the\s+|\d+\s\w+\s+of\s+)?$", own_responses[m.end() :], re.IGNORECASE
            ):
                continue
            if kind == "failed" and until < v.end and not own_responses[m.end() :].strip():
                continue
            if m[0] in ("PD", "PR", "CR") and not re.match(
                r"\s*(?:$|[,;.)(]|at\b|after\b|on\b|in\b|by\b|with\b|then\b|as\b|->|→|\d|for\b|and\b|x\b|within\b|following\b|per\b|since\b|"
                r"achieved|lasting|noted|was|is|confirmed|\+|(?i:early|mid|late|last|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
                own_responses[m.end() :],
            ):
                continue
            if kind == "progressed" and vocabulary().is_a(c.mentions[0].concept, "surgery") and not re.match(r"progress|PD", m[0], re.IGNORECASE):
                continue  # a recurrence after surgery is not its failure
            if (
                kind == "progressed"
                and re.match(r"recurr|relaps", m[0], re.IGNORECASE)
                and re.search(r"(?<!neo)adjuvant", text[max(since, c.start - 40) : c.start], re.IGNORECASE)
            ):
                continue  # nor a recurrence after adjuvant treatment
            responses.append(kind)
            break
    if _STOP.search(own) or re.search(r"\b(?:stopped|discontinued|held|off)\b\s*$", before, re.IGNORECASE):
        stop = _STOP.search(own)
        tail = own[stop.end() :] if stop else own
        tail = re.split(r";|\bno progression\b", tail)[0]
        if _STOP_PROGRESSION.search(tail):
            more["stopped_for"] = "progression"
        elif _TOXICITY.search(tail):
            more["stopped_for"] = "toxicity"
            responses.append("intolerant")
        else:
            more["stopped_for"] = "other"
    if "progressed" in responses or "refractory" in responses:
        more.setdefault("stopped_for", "progression")
    if "completed" in responses:
        more.setdefault("stopped_for", "completion")
    if re.search(r"\b(?:completed|finished)\s+(?:\w+\s+){0,4}$", before, re.IGNORECASE):
        responses.append("completed")
        more.setdefault("stopped_for", "completion")
    if responses:
        more["responses"] = tuple(dict.fromkeys(responses))
    _when(v, c, others, more, draft.as_of)
    began = more.get("time") == "current"  # "since May"
    _time(v, c, before if joined is None else text[max(v.head, joined.start - 60) : joined.start], own, more)
    _end(v, c, until, more, began, draft.as_of)
    return more


def _kinds(word: str) -> list[Response]:
    return [kind for kind, pattern in _RESPONSES if pattern.search(word)][:1] or (["responded"] if re.search(r"respon", word, re.IGNORECASE) else [])


def _when(v: View, c: Course, others: list[Mention], more: dict[str, Any], draft_as_of: date) -> None:
    d = nearest_date(v, c.start, c.end, others)
    if d is not None:
        match d.kind:
            case "at":
                gap = v.text[c.end : d.start] if d.start >= c.end else ""
                if (
                    re.search(
                        r"\b(?:stopped|discontinued|completed|ceased|finished|ended|last (?:dose|cycle|infusion|given|session|treatment|"
                        r"fraction|taken)|until|withdrawn|held|off|progress\w*|PD)\b",
                        gap,
                        re.IGNORECASE,
                    )
                    and not re.search(r"\b(?:started|since|from)\b", gap, re.IGNORECASE)
                ) or (
                    re.search(
                        r"\b(?:stopped|discontinued|completed|finished|last (?:dose|cycle|infusion|session|fraction)(?: of)?|ended|"
                        r"off)\s+(?:\w+\s+){0,3}$",
                        v.text[max(v.head, c.start - 50) : c.start],
                        re.IGNORECASE,
                    )
                    and d.start >= c.end
                ):
                    more["until"] = d.moment
                else:
                    last = last_of(v, d)
                    if c.mentions[0].table == "procedure":
                        more["when"] = last.moment  # of "TACE in April and June 2026" the last one counts
                    else:
                        more["when"] = d.moment
                        if last is not d:
                            more["until"] = last.moment
            case "since":
                more["when"] = d.moment
                more["time"] = "current"
            case "until":
                more["until"] = d.moment
            case "span":
                more["when"], more["until"] = d.moment, d.moment_end
            case _:
                pass
    length = nearest_date(v, c.start, c.end, others, ("for",))
    if (
        length is not None
        and length.days is not None
        and re.search(r"\boff\s+(?:\w+\s+){0,2}$", v.text[max(v.head, c.start - 20) : c.start], re.IGNORECASE)
    ):
        more["until"] = dates.before(draft_as_of, length.days)
    elif length is not None and length.days is not None:
        more["duration_days"] = length.days
        if length.current and length.moment and "when" not in more:
            more["when"] = length.moment
            more["time"] = "current"
    elif found := _LENGTH.match(v.text, c.end, v.end):
        more["duration_days"] = float(found["n"]) * dates.DAYS[dates.unit_of(found["u"])]


_STARTED = re.compile(r"\b(?:start(?:ed|ing)?|commenc\w+|initiated|began|begun|since|from)\b[^.;]{0,25}$", re.IGNORECASE)
_ENDING = re.compile(
    rf"\b(?:{PROGRESSION}|stopped|discontinued|ceased|ended|completed|finished|withdrawn|off)\W+(?:(?:in|on|at|by|since|as of|CT|MRI|scan|of|"
    r"early|mid|late|confirmed|treatment|therapy|therapeutic|disease)\W+){0,4}$",
    re.IGNORECASE,
)


def _end(v: View, c: Course, until: int, more: dict[str, Any], began: bool, as_of: date) -> None:
    """Sets `until` of a course of drugs that is over and of which only the beginning is dated: when it progressed or was stopped, by its length,
    else any day since."""
    started = more.get("when")
    if more.get("time") != "past" or "until" in more or not isinstance(started, Moment) or c.mentions[0].table == "procedure":
        return
    later = next(
        (
            d
            for d in v.dates
            if c.end < d.start < until and d.moment != started and (d.kind == "until" or (d.kind == "at" and _ENDING.search(v.text, c.end, d.start)))
        ),
        None,
    )
    if later is not None:
        more["until"] = later.moment
    elif (length := more.get("duration_days")) is not None and started.earliest and started.latest:
        last = min(started.latest + timedelta(days=float(length) + 15), as_of)
        more["until"] = Moment(earliest=min(started.earliest + timedelta(days=max(float(length) - 15, 0)), last), latest=last)
    elif (began or any(d.moment == started and _STARTED.search(v.text, v.head, d.start) for d in v.dates)) and started.earliest:
        more["until"] = Moment(earliest=started.earliest, latest=as_of)


# "is being treated with", "maintained on": it goes on.
_GOES_ON = re.compile(
    r"\b(?:(?:(?:is|are|being|currently|now|still|remains?)\s+)+(?:\w+ly\s+)?(?:treated|managed|controlled|anticoagulated|covered)\s+(?:with|by|using)|"
    r"(?:maintained|managed|controlled|stabili[sz]ed)\s+(?:on|with|by)|(?:under|on)\s+(?:\w+\s+)?(?:treatment|therapy)\s+(?:with|by))"
    r"\s+(?:(?:a|an|the|his|her|oral|iv|daily|low[- ]dose|high[- ]dose|stable|long[- ]term)\s+)*$",
    re.IGNORECASE,
)
_WAS = re.compile(r"\b(?:was|were|had been|previously|formerly|until|last|then|initially)\b", re.IGNORECASE)
# "AF treated with warfarin": whether it goes on is not said; a finished course is meant of what treats tumours and infections.
_TREATED_WITH = re.compile(r"(?:^|[,;:(.]|\w)\s*(?<!pre)\btreated (?:with|by)\s+(?:(?:a|an|the|his|her|oral|iv|daily)\s+)*$", re.IGNORECASE)
_FINISHED = ("anticancer_therapy", "antiinfective", "antibiotic", "antiviral", "antitubercular", "antifungal", "vaccine")


def _time(v: View, c: Course, before: str, after: str, more: dict[str, Any]) -> None:
    """Sets `time`: over, or going on."""
    if more.get("time") == "current" and not more.get("responses") and "until" not in more:
        return
    ended = (
        "until" in more or "stopped_for" in more or set(more.get("responses", ())) & {"progressed", "refractory", "failed", "intolerant", "completed"}
    )
    if ended and not _RESTARTED.search(after):
        more["time"] = "past"
        return
    procedure = c.mentions[0].table == "procedure"
    words = vocabulary()
    if not procedure and (going := _GOES_ON.search(before)) and not _WAS.search(before[max(0, going.start() - 25) :]):
        more["time"] = "current"
    elif (
        not procedure
        and "when" not in more
        and (treated := _TREATED_WITH.search(before))
        and not _WAS.search(before[max(0, treated.start() - 40) :])
        and not re.search(r"\b(?:been|s/p|prior|post|after|history|past)\b", before[max(0, treated.start() - 40) :], re.IGNORECASE)
        and not any(words.is_a(m.concept, f) for m in c.mentions for f in _FINISHED)
    ):
        more["time"] = "unstated"
    elif _PAST_BEFORE.search(before):
        more["time"] = "past"
    elif (not procedure and (_CURRENT_BEFORE.search(before) or v.section == "medication")) or (
        not procedure
        and (
            _RESTARTED.search(after.split(",")[0])
            or (_FREQUENCY.match(v.text, c.end, v.end) and "when" not in more)
            or (DOSE.match(v.text, c.end, v.end) and "when" not in more)
        )
    ):
        more["time"] = "current"
    elif procedure or ((when := more.get("when")) is not None and isinstance(when, Moment)):
        more["time"] = (
            "past"
            if more.get("when") is not None or (procedure and re.search(r"\b(?:ago|s/p|underwent)\b", v.text[v.head : v.end]))
            else more.get("time", "unstated")
        )
