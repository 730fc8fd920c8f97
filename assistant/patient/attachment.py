"""Which date of a sentence belongs to which of its statements."""

import re

from assistant.patient.dates import Dated
from assistant.patient.facts import Moment
from assistant.patient.view import View
from index.vocabulary import Mention


def date_of(v: View, start: int, end: int, targets: list[Mention]) -> tuple[Moment | None, Moment | None]:
    """(when it happened or began, when it ended) for the words at `start:end`, from the dates of its sentence."""
    chosen = nearest_date(v, start, end, targets)
    if chosen is None:
        lasting = nearest_date(v, start, end, targets, ("for",))
        return (lasting.moment if lasting and lasting.current else None), None
    match chosen.kind:
        case "at":
            return last_of(v, chosen).moment, None
        case "since":
            return chosen.moment, None
        case "until":
            return None, chosen.moment
        case "span":
            return chosen.moment, chosen.moment_end
        case _:
            return None, None


# What stands between the dates of one thing that happened again: "March 2026 and again two weeks ago", "#1 03/2026, #2 07/2026".
_AGAIN = re.compile(
    r"[\s,;/&()#.]*(?:(?:(?:and|then|also|again|once more|repeat(?:ed)?|re-?done|done|performed|given|carried out|another|a|the|second|third|"
    r"fourth|last|latest|"
    r"most recent(?:ly)?|recurr\w+|relaps\w+|reinfarction|in|on|at|no\.?|to (?:the )?[a-z]+|jan\w*|feb\w*|mar(?:ch)?|apr\w*|may|june?|july?|aug\w*|"
    r"sept?\w*|oct\w*|nov\w*|dec\w*)\b|\d{1,2}(?=[\s:).]))[\s,;/&()#.:]*)*",
    re.IGNORECASE,
)


def last_of(v: View, first: Dated) -> Dated:
    """The latest of the dates that are listed after `first` for the same thing; `first` itself where there is no such list."""
    latest, at = first, first.end
    for d in v.dates:
        if d.kind != "at" or d.start < at or d.moment is None or d.moment.latest is None:
            continue
        if d.start - at > 40 or not _AGAIN.fullmatch(v.text, at, d.start):
            break
        at = d.end
        if latest.moment is None or latest.moment.latest is None or d.moment.latest > latest.moment.latest:
            latest = d
    return latest


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
            between = _apart(v, end, [o for o in others if o.start >= end and o.end <= d.start and not _bracketed(v, end, o)])
            last = re.sub(r"\([^)]*\)", "", gap).rpartition(",")
            if last[1] and (len(last[2].split()) > 4 or any(o.start >= d.start - len(last[2]) and o.end <= d.start for o in others)):
                continue  # the date stands in an item of its own
            cost = len(gap) / 10 + 6 * _commas(gap)
            if between:
                joined = re.fullmatch(r"(?:[^,;()]|,(?!\s*(?:now|currently|then)))*", gap) and re.search(
                    r"\band\b|/|,|\+|&|\bfrom\b|\bdue to\b|\bsecondary to\b", gap
                )
                event = any(o.start < end and start < o.end and o.table == "condition" for o in targets)
                if not joined and event and "," not in gap:
                    # "STEMI with two stents in July": what was done about it was done then
                    joined = (
                        re.match(r"\s+(?:with|treated|managed|requiring|needing|s/p)\b", gap)
                        if all(o.table != "condition" for o in between)
                        else None
                    )
                if not joined or _own_date(v, start, end, others):
                    continue
                cost += 8
            if "(" in gap and gap.count("(") <= gap.count(")"):
                cost += 2
        elif d.end <= start:
            gap = v.text[d.end : start]
            if v.text[max(v.head, d.start - 1) : d.start + 1].startswith("("):
                gap = gap.removeprefix(")")
            if _stops(gap) or len(gap) > 160:
                continue
            between = [o for o in others if o.start >= d.end and o.end <= start]
            if kinds == ("for",) and not re.search(
                r"\b(?:on|taking|took|takes|receiv\w+|treated with|using|used|given)\s+(?:\w+\s+){0,3}$", gap, re.IGNORECASE
            ):
                continue
            leads = v.text[v.head : d.start].strip(" ,:(-").lower() in ("", "in", "on", "since", "from", "early", "late") or _heads(v, d)
            if not leads and (between or _commas(gap)):
                continue
            if leads and between and not re.search(r",|\band\b|:|\bthen\b|\bwith\b|\bfrom\b|\bfor\b|\bdue to\b|\bby\b", gap):
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


def _bracketed(v: View, end: int, other: Mention) -> bool:
    """Whether the mention stands in a bracket that opens directly behind `end` and closes again: a remark on what stands before it."""
    opening = re.compile(r"\s*\([^()]*\)").match(v.text, end, v.end)
    return opening is not None and other.end <= opening.end()


def _heads(v: View, d: Dated) -> bool:
    """Whether the date stands in what heads the sentence: "Stage II breast cancer (2008): surgery, radiotherapy"."""
    head = v.text[v.head : d.start]
    return bool(re.match(r"\s*\)?\s*:(?!\d)", v.text[d.end : d.end + 4])) and not re.search(r"[,;:]", head) and len(head.split()) <= 8


def _apart(v: View, end: int, between: list[Mention]) -> list[Mention]:
    """Without those that stand close behind and make one name with it: "hip replacement surgery", "perforated diverticulitis"."""
    rest = sorted(between, key=lambda o: o.start)
    while rest and rest[0].start >= end and not v.text[end : rest[0].start].strip(" -"):
        end = rest.pop(0).end
    return rest


def _own_date(v: View, start: int, end: int, others: list[Mention]) -> bool:
    return any(d.end <= start and start - d.end <= 3 and v.text[v.head : d.start].strip() == "" for d in v.dates)


def _stops(gap: str) -> bool:
    return bool(re.search(r";|->|→|\bthen\b|\bbut\b|\bfollowed by\b|\bnow\b|\bprior to\b|\buntil\b(?=.*\bthen\b)", gap, re.IGNORECASE)) or gap.count(
        ")"
    ) > gap.count("(")


def _commas(gap: str) -> int:
    return len(re.findall(r",", re.sub(r"\([^)]*\)", "", gap)))
