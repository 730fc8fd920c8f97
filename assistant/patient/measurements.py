"""Numbers with their measure: laboratory values, vital signs, scores; in prose, shorthand and pasted tables."""

import re
from dataclasses import replace

from assistant.patient.drafts import Draft
from assistant.patient.numbers import Value, value_at
from assistant.patient.relatives import other_person
from assistant.patient.sampling import masked, sample_date
from assistant.patient.units import in_canonical, plausible, unit_at
from assistant.patient.values import LOG_BEFORE, TIMES_ULN, VIRAL, limits_after, rejects, with_unit
from assistant.patient.view import View
from index.vocabulary import Mention, vocabulary
from index.vocabulary.rows import Measure

# Measures that have their own reader.
_ELSEWHERE = frozenset(
    {"age", "tumor_count", "metastasis_count", "metastasis_organs", "uprot_dip", "child_pugh", "gestational_age", "ctcae_grade", "prior_lines"}
)


_CONNECTOR = re.compile(
    r"""(?:
      \s*\((?!\s*[<>≤≥~]?\s*\d)[^()\n]{0,40}\)
    | \s*[(\[]\s*[x×]?\s*10\s*(?:\^|\*{1,2})?\s*\d{1,2}\s*/\s*[A-Za-zμ]+\s*[)\]]  # "ANC (10^9/L)": the unit in the name
    | \s*['\]"]
    | \s+(?:levels?|counts?|values?|results?|scores?|titers?|titres?|loads?|concentration|performance(?:\sstatus)?|status|ps|
        interval|ratio|reading|today|yesterday|now|currently|current|latest|last|recent|most\srecent|repeat|repeated|baseline|
        on|in|at(?!\s+(?:least|most)\b)|by|from|is|was|were|are|of|to|has|have|been|be|be(?:en)?|remains?|remained|stable|only|measured|reported|
            documented|estimated|expected|well|calculated|came\sback|shows?|showed|improved|improving|rose|risen|rising|fell|fallen|falling|worsened|worsening|deteriorated|deteriorating|declined|
        went|dropped|increased|decreased|elevated|high|low|raised|reduced|preserved|about|around|approximately|approx\.?|just|
            still|mildly|markedly|significantly|slightly|again|as|a|an|the|overall|biplane|echo|echocardiogram|tte|
        method|formula|assessed|graded|class|grade|up|down|peaked|peak|nadir|bottomed|initial|initially|pre-treatment|
            ck-?d-?epi|mdrd|cockcroft-gault|fridericia|bazett|for\sage|per)\b
    | \s*\(?\x01+\)?
    | \s*(?:>|-)>
    | 为|是|约
    )*\s*(?:\|+\s*|[:=]+\s*|-(?=\s?\d)\s?|\(\s*(?=[<>≤≥~]?\s*\d)|\[\s*)?\s*(?:\([HL]\)\s*|\b[HL]\s+|\*+\s*|[↑↓]\s*|lg\s*|log(?:10)?\s*)?""",
    re.IGNORECASE | re.VERBOSE,
)


_NOW = re.compile(
    r"[\s,;]*(?:\(?\x01+\)?)?[\s,;]*(?:->|-->|→|=>|>(?=\s*\d)|and then|then|(?:but\s+|and\s+|which\s+|has\s+|have\s+|is\s+|"
    r"are\s+)*(?:now|currently|today|this morning|improved to|improving to|recovered to|up to|down to|rose to|rising to|fell to|"
    r"falling to|dropped to|increased to|decreased to|declined to|repeat(?:ed)?|latest|most recent|on repeat|reduced to|went up to|"
    r"came down to|deteriorated to|worsened to|settled to))\s*(?:is|was|it's|at|to|of|:|=)?\s*(?:\(?\x01+\)?)?\s*(?:\b(?:now|is|to|PS|"
    r"ECOG)\s+)*",
    re.IGNORECASE,
)


_SERIES = re.compile(
    r"\s*(?:on|in|\(|at|@)?\s*\x01+\s*\)?\s*(?:,|;|and|&)\s*(?:and\s+|then\s+|was\s+|to\s+)*(?P<next>[<>~]?\d[\d.,]*)[^\d,;]{0,24}?(?:on|in|"
    r"\(|at|@)\s*\x01+",
    re.IGNORECASE,
)


_FROM_TO = re.compile(r"\s*to\s+", re.IGNORECASE)


_PAST_BEFORE = re.compile(
    r"\b(?:previous(?:ly)?|prior|baseline|initial(?:ly)?|at (?:diagnosis|presentation|baseline|admission)|on admission|last year|nadir|"
    r"peak(?:ed)?|pre-?treatment|before|formerly|historical(?:ly)?|old|earlier|used to be|had been|back then|in the past)\b",
    re.IGNORECASE,
)


_NORMAL = re.compile(
    r"\s*(?:is|was|were|are|:|=|\||-)?\s*(?:all\s+)?(?P<word>normal|wnl|within normal (?:limits|range)|in the normal range|unremarkable)\b",
    re.IGNORECASE,
)


_ELEVATED_BEFORE = re.compile(
    r"\b(?:elevat(?:ed|ion of|ed serum)|raised|increased|high|abnormally high)\s+(?:serum |blood |plasma |levels? of )?$", re.IGNORECASE
)


_NORMAL_BEFORE = re.compile(r"\bnormal\s+(?:serum |blood |plasma |levels? of )?$", re.IGNORECASE)


_UNDETECTED = re.compile(
    r"\s*(?:by pcr|level|load|\(pcr\)|\(?\x01+\)?|is|was|were|remains?|now|currently|viral|:|=|\||-|,)*\s*(?P<word>undetectable|"
    r"undetected|not\s+detect(?:ed|able)|non-?detectable|target\s+not\s+detected|TND|BLQ|BLD|LDL(?=\W|$)|<\s*(?:LLOQ|LLOD|LOD|LOQ)|"
    r"below\s+(?:the\s+)?(?:limit|level|lower\s+limit|LLOQ|LOD|detection)(?:\s+of\s+(?:detection|quantif\w+))?|neg(?:ative)?|-ve|"
    r"ND(?=\W|$)|suppressed|阴性|未检出|低于检测)",
    re.IGNORECASE,
)


_DETECTED = re.compile(r"\s*(?:is|was|:|=|\||-|,)?\s*(?:positive|pos\b|detect(?:ed|able)|\+(?!\d)|阳性)", re.IGNORECASE)


_METHODS = (
    ("fridericia", re.compile(r"QTcF|QTc-F|fridericia", re.IGNORECASE)),
    ("bazett", re.compile(r"QTcB|QTc-B|bazett", re.IGNORECASE)),
    ("cockcroft_gault", re.compile(r"cockcroft|\bC-?G\b|\bC&G\b", re.IGNORECASE)),
    ("ckd_epi", re.compile(r"ckd-?\s?epi", re.IGNORECASE)),
    ("mdrd", re.compile(r"mdrd", re.IGNORECASE)),
    ("measured", re.compile(r"\b24[- ]?h(?:our)?s?\b|measured", re.IGNORECASE)),
)


_METHOD_OF = {"qtc": ("fridericia", "bazett"), "crcl": ("cockcroft_gault", "measured"), "egfr": ("ckd_epi", "mdrd")}


def read(v: View, draft: Draft) -> None:
    """Adds the measurements of one sentence."""
    text = masked(v)
    mentions = [m for m in v.mentions if m.table == "measure" and draft.free(m.start, m.end)]
    _lists(v, text, mentions, draft)
    for i, m in enumerate(mentions):
        if m.concept in _ELSEWHERE or not draft.free(m.start, m.end):
            continue
        limit = _next_start(mentions, i, v.end)
        _one(v, text, m, limit, draft)


def _next_start(mentions: list[Mention], i: int, end: int) -> int:
    for other in mentions[i + 1 :]:
        if other.start >= mentions[i].end and other.concept != mentions[i].concept:
            return other.start
    return end


def _one(v: View, text: str, m: Mention, limit: int, draft: Draft) -> None:
    measure = vocabulary().measures[m.concept]
    if other_person(v, m.start, m.end) or (
        m.concept == "ige" and re.search(r"specific\s*$", text[max(v.head, m.start - 12) : m.start], re.IGNORECASE)
    ):
        return  # an allergen's own antibody is not the total
    connector = _CONNECTOR.match(text, m.end, limit)
    at = connector.end() if connector else m.end
    said = text[m.end : at]
    if m.concept in VIRAL:
        word = _UNDETECTED.match(text, m.end, limit)
        if word:
            high, why = (0.0, "reported as not detected, read as 0")
            if re.match(r"BL|below|<|LDL", word["word"], re.IGNORECASE):
                high, why = (100.0, "reported as below the assay's limit, read as under 100")
            _put(
                v,
                draft,
                m,
                Value(m.start, word.end(), 0.0, high, high_inclusive=high == 0.0),
                measure.unit,
                m.start,
                word.end(),
                "unstated",
                reading=why,
            )
            return
    number = value_at(text, at, limit, of_time=measure.kind == "time")
    if number is None or (LOG_BEFORE.search(text[m.end : number.start]) is None and rejects(text, m, measure, number, limit)):
        if number is None or not re.search(r"\d", text[m.end : limit]):
            _without_number(v, text, m, measure, limit, draft)
        return
    if re.search(r"\bfrom\s*$", said) and number.low is not None and number.high is not None and number.low < number.high:
        first, last = (replace(number, low=x, high=x) for x in (number.low, number.high))
        _with_value(v, text, m, measure, first, limit, draft, superseded=True)
        _with_value(v, text, m, measure, last, limit, draft, time="current")
        return
    if re.search(r"\bfrom\s*$", said) and (to := _FROM_TO.match(text, with_unit(text, number, measure, limit)[0], limit)):
        second = value_at(text, to.end(), limit)
        if second is not None:
            _with_value(v, text, m, measure, number, limit, draft, superseded=True)
            _with_value(v, text, m, measure, second, limit, draft, time="current")
            return
    _with_value(v, text, m, measure, number, limit, draft)


def _with_value(
    v: View,
    text: str,
    m: Mention,
    measure: Measure,
    number: Value,
    limit: int,
    draft: Draft,
    *,
    superseded: bool = False,
    time: str = "unstated",
    since: int | None = None,
) -> None:
    times = TIMES_ULN.match(text, number.end, limit)
    if times:
        _put(v, draft, m, number.plain(), "uln", m.start, times.end(), time, upper=1.0, reading="given as a multiple of the upper limit of normal")
        return
    end, value, unit = with_unit(text, number, measure, limit)
    if unit is None and end == number.end:
        unit = _named_unit(text, m, measure, number.start)
    if re.compile(r"\s*[x×]\s*(?:ULN|upper)", re.IGNORECASE).match(text, end):
        return
    lower, upper, after = limits_after(text, end, limit, value, measure)
    # "60 -> 82 today", "2 last year, now 1": the earlier value is replaced by the later one.
    later = _NOW.match(text, after, limit)
    second = value_at(text, later.end(), limit) if later else None
    if second is not None and not rejects(text, m, measure, second, limit) and later is not None:
        _put(
            v,
            draft,
            m,
            value,
            unit or with_unit(text, second, measure, limit)[2],
            m.start,
            after,
            "past",
            lower=lower,
            upper=upper,
            superseded=True,
            value_start=number.start,
            until=later.end(),
        )
        _with_value(v, text, m, measure, second, limit, draft, time="current", since=later.end())
        return
    _put(
        v,
        draft,
        m,
        value,
        unit,
        m.start,
        max(after, end),
        time,
        lower=lower,
        upper=upper,
        superseded=superseded,
        value_start=number.start,
        since=since,
    )
    # "60 on 3 Nov, 82 on 18 Nov": a series of dated values.
    series = _SERIES.match(text, after, limit)
    if series:
        further = value_at(text, series.start("next"), limit)
        if further is not None:
            _with_value(v, text, m, measure, further, limit, draft, since=series.start("next"))


_BRACKET = re.compile(r"\s*[(\[,]\s*")


def _named_unit(text: str, m: Mention, measure: Measure, limit: int) -> str | None:
    """The unit in the name itself, as rows of a table have it: "ANC (K/uL) | 1.2"."""
    bracket = _BRACKET.match(text, m.end, limit)
    found = unit_at(text, bracket.end(), limit, measure) if bracket else None
    return found[0] if found else None


def _put(
    v: View,
    draft: Draft,
    m: Mention,
    value: Value,
    unit: str | None,
    start: int,
    end: int,
    time: str,
    *,
    upper: float | None = None,
    lower: float | None = None,
    superseded: bool = False,
    reading: str = "",
    value_start: int | None = None,
    until: int | None = None,
    since: int | None = None,
) -> None:
    measure = vocabulary().measures[m.concept]
    if time == "unstated":
        before = re.split(r"[;,:(]|\. ", v.text[max(v.head, m.start - 40) : m.start])[-1]
        if _PAST_BEFORE.search(before) or _PAST_BEFORE.search(v.text[m.end : value_start or m.end]):
            time = "past"
    implausible = unit != "uln" and not plausible(measure, value.low, value.high, unit)
    if measure.whole and value.low is not None and value.low == value.high and value.low != int(value.low):
        implausible = True
    # A closing bracket that the quote opens belongs to it.
    quote = v.text[start:end]
    if quote.count("(") > quote.count(")") and v.text[end : end + 1] == ")":
        end += 1
    if implausible:
        draft.warn(f"{measure.label}: a value outside the plausible range was not used")
    draft.add(
        "measurement",
        m.concept,
        "present",
        start,
        end,
        value=value.range(),
        unit=unit,
        upper_normal=upper,
        lower_normal=lower,
        method=_method(v, m, end),
        time=time,
        when=sample_date(v, since or start, until or end, superseded or since is not None),
        superseded=superseded,
        implausible=implausible,
        reading=reading,
    )
    draft.take(start, end)


def _method(v: View, m: Mention, end: int) -> str | None:
    allowed = _METHOD_OF.get(m.concept)
    if allowed is None:
        return None
    around = v.text[m.start : min(v.end, end + 30)]
    around = around[: end - m.start] + re.split(r"[,;]", around[end - m.start :])[0]
    for name, pattern in _METHODS:
        if name in allowed and pattern.search(around):
            return name
    return None


def _without_number(v: View, text: str, m: Mention, measure: Measure, limit: int, draft: Draft) -> None:
    """ "elevated LDH", "creatinine normal": the value's place relative to the laboratory's limit."""
    if m.concept in VIRAL:
        found = _DETECTED.match(text, m.end, limit)
        if found:
            _put(
                v,
                draft,
                m,
                Value(m.start, found.end(), 0.0, None, low_inclusive=False),
                None,
                m.start,
                found.end(),
                "unstated",
                reading="reported as detected, no number",
            )
        return
    if measure.uln_high is None:
        return
    after = _NORMAL.match(text, m.end, limit)
    before = text[max(v.head, m.start - 30) : m.start]
    if after or _NORMAL_BEFORE.search(before):
        end = after.end() if after else m.end
        start = m.start if after else m.start - len(_NORMAL_BEFORE.search(before)[0])  # type: ignore[index]
        _put(
            v,
            draft,
            m,
            Value(start, end, None, 1.0),
            "uln",
            start,
            end,
            "unstated",
            upper=1.0,
            reading="called normal: at most the upper limit of normal",
        )
    elif raised := _ELEVATED_BEFORE.search(before):
        if re.search(r"\b(?:no|not|without|never)\b", before):
            return
        start = m.start - len(raised[0])
        _put(
            v,
            draft,
            m,
            Value(start, m.end, 1.0, None, low_inclusive=False),
            "uln",
            start,
            m.end,
            "unstated",
            upper=1.0,
            reading="called elevated: above the upper limit of normal",
        )


def _lists(v: View, text: str, mentions: list[Mention], draft: Draft) -> None:
    """ "AST/ALT 45/50", "Hb/WBC/PLT: 10/5.2/150": as many values as measures, in the same order."""
    i = 0
    while i < len(mentions):
        run = [mentions[i]]
        while i + len(run) < len(mentions):
            following = mentions[i + len(run)]
            if following.start <= run[-1].end or not re.fullmatch(r"\s*/\s*|\s+and\s+|\s*&\s*", text[run[-1].end : following.start]):
                break
            run.append(following)
        if len(run) > 1 and all(m.concept not in _ELSEWHERE for m in run) and not other_person(v, run[0].start, run[-1].end):
            connector = _CONNECTOR.match(text, run[-1].end, v.end)
            at = connector.end() if connector else run[-1].end
            values: list[Value] = []
            ends: list[tuple[Value, str | None]] = []
            for k, m in enumerate(run):
                number = re.compile(r"[<>~]?\s*\d+(?:\.\d+)?").match(text, at, v.end)
                one = value_at(text, at, number.end()) if number else None
                if one is None or number is None:
                    break
                stop, value, unit = with_unit(text, one, vocabulary().measures[m.concept], v.end)
                values.append(one)
                ends.append((value, unit))
                joint = re.compile(r"\s*(?:/|\s+and\s+|\s*&\s*)\s*(?:respectively)?").match(text, stop, v.end)
                at = stop
                if k < len(run) - 1:
                    if joint is None:
                        break
                    at = joint.end()
            if len(values) == len(run):
                units = [unit for _, unit in ends]
                for m, (value, unit) in zip(run, ends, strict=True):
                    shared = unit or (units[-1] if units[-1] and in_canonical(vocabulary().measures[m.concept], 1.0, units[-1]) else None)
                    _put(
                        v,
                        draft,
                        m,
                        value,
                        shared,
                        m.start,
                        at if m is run[-1] else value.end if value.end > m.end else at,
                        "unstated",
                        value_start=run[-1].end,
                    )
                draft.take(run[0].start, at)
        i += len(run)
