"""Who has it, whether, and when: negation, doubt, plans, the past, and other people.

A ConText-style reading of one sentence (Harkema, Dowling, Thornblade, Chapman 2009): a trigger reaches forward or
backward to the words it governs, and stops at a terminator, at the end of a list, or where the sentence asserts
something new. Where a list leaves open whether it is still governed, the answer is "possible", never a guess.
"""

import re
from dataclasses import dataclass
from typing import Literal

from assistant.patient.facts import Status
from assistant.patient.reach import (
    Reach,
    also_forward,
    done_between,
    doubt_reach,
    forward_reach,
    list_reaches_back,
    past_reaches,
    plan_follows,
    plan_reaches,
    reaches_back,
    unknown_reaches,
)
from assistant.patient.relatives import other_person
from assistant.patient.triggers import Trigger
from assistant.patient.view import TERMINATOR, View


@dataclass(frozen=True, slots=True)
class Assertion:
    """`status` None: nothing is said about this patient. `start:end` spans the words together with what decided it."""

    status: Status | None
    time: Literal["current", "past", "unstated"] = "unstated"
    start: int = 0
    end: int = 0


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
            if time == "unstated" and past_reaches(v, t, start, end):
                time = "past"
        elif t.kind == "current":
            if time == "unstated" and start - t.end <= 25 and not re.search(r"[,;]", v.text[t.end : start]):
                time = "current"
        elif t.kind in _FORWARD or (t.kind == "negation_after" and also_forward(v, t)):
            if decided and t.kind not in ("negation", "negation_after"):
                continue
            tries += 1
            found = _forward(v, t, start, end, treatment)
            if found == "nothing":
                continue
            if found == "absent" and re.search(r"\bre-$", v.text[t.end : start], re.IGNORECASE):
                return Assertion(None, start=start, end=end)  # "no re-bleeding": the first one stays open
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
            if t.kind == "negation_after" and not decided and (listed := list_reaches_back(v, t, start, end)) != "no":
                status, decided = ("absent" if listed == "yes" else "possible"), True
                wide_end = max(wide_end, t.end)
            elif t.kind in _BACKWARD and reaches_back(v, t, start, end):
                if t.kind in ("planned_after", "considered_after") and _CARRIED_OUT.match(v.text, t.end, v.end):
                    continue  # "planned and given in 2024"
                if t.kind in ("planned_after", "considered_after", "declined_after") and not treatment:
                    continue
                if t.kind == "unsaid_after" and v.text[end : t.start].strip(" -") != "":
                    continue
                status, decided = _BACKWARD[t.kind], True
                wide_end = max(wide_end, t.end)
            elif t.kind == "unsaid" and t.words.startswith("prophyla") and not v.text[end : t.start].strip(" -"):
                return Assertion(None, start=start, end=t.end)  # "DVT prophylaxis"
            elif t.kind == "unknown_after" and not decided and unknown_reaches(v, t, end):
                return Assertion("planned" if treatment and t.words in ("pending", "awaited") else None, start=start, end=t.end)
            elif (
                treatment
                and t.kind in ("planned", "considered", "declined")
                and not (decided and status in ("absent", "declined"))
                and plan_follows(v, t, end)
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
    if status == "absent" and not treatment and time == "unstated" and _FOR_NOW.search(v.text[wide_start:start] + "|" + v.text[end : end + 40]):
        time = "current"
    return Assertion(status, time, wide_start, wide_end)


def _forward(v: View, t: Trigger, start: int, end: int, treatment: bool) -> Status | Literal["nothing"] | None:
    """What a forward trigger makes of the words at `start:end`; "nothing" where it does not reach them."""
    gap = v.text[t.end : start]
    reach: Reach
    if t.kind == "negation" and treatment and (t.words in ("cannot", "can't") or _MUST.search(v.text, max(v.head, t.start - 8), t.start)):
        return "declined" if forward_reach(v, t, start, end) != "no" else "nothing"  # "cannot receive X": it may have been given once
    if t.kind in ("planned", "considered", "declined"):
        if not treatment or done_between(v, t, start) or not plan_reaches(v, t, start):
            return "nothing"
        if t.kind == "considered" and (re.match(r"not\b", t.words) or _NOT_BEFORE.search(v.text, max(v.head, t.start - 16), t.start)):
            return "declined"  # "not a candidate for"
        return _FORWARD[t.kind]
    if t.kind == "unsaid":
        if treatment and re.match(r"(?:eval|assess|work)", t.words):
            return "considered" if len(gap) <= 40 else "nothing"
        near = len(gap.split()) <= 6 and not TERMINATOR.search(gap) and ("," not in gap or t.words.startswith("if"))
        return None if near else "nothing"
    if t.kind == "doubt":
        reach = doubt_reach(v, t, start, end)
    elif t.words in ("non", "un", "un-", "negative"):
        reach = "yes" if gap.strip(" -") == "" else "no"
    elif t.words == "not" and re.match(r"\s+(?:a |an |considered )*(?:candidate|suitable|eligible|fit|amenable|appropriate|listed)", gap + " "):
        reach = "no"
    else:
        reach = forward_reach(v, t, start, end)
    if reach == "no":
        return "nothing"
    return "possible" if reach == "maybe" else _FORWARD.get(t.kind, "absent")


_MUST = re.compile(r"\b(?:must|should|may|can)\s+$", re.IGNORECASE)
_CARRIED_OUT = re.compile(
    r"[^.;]{0,40}?\b(?:and|,|was|were|then|since)\s+(?:(?:then|subsequently|actually|duly|was|were|also|successfully)\s+)*"
    r"(?:given|done|performed|carried out|completed|received|administered|delivered|started|commenced)\b",
    re.IGNORECASE,
)
# "no encephalopathy at present", "no current ascites": what was before stays open.
_FOR_NOW = re.compile(
    r"\b(?:current(?:ly)?|present(?:ly)?|ongoing)\b[^|]*\||\|[\s,:(-]*(?:none\s+)?(?:at present|at the moment|at this (?:time|point)|now|"
    r"today|currently|presently|"
    r"any ?more|since)\b",
    re.IGNORECASE,
)
_NOT_BEFORE = re.compile(r"\b(?:not|no|never|isn't|wasn't|un)\s*(?:a |an |been |considered |felt |deemed |be )*$", re.IGNORECASE)
