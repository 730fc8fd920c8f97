"""Numbers with their measure: laboratory values, vital signs, scores; in prose, shorthand and pasted tables."""

import re

from assistant.patient.assertion import View, other_person
from assistant.patient.dates import Dated
from assistant.patient.drafts import Draft
from assistant.patient.facts import Moment, Range
from assistant.patient.numbers import Value, power_at, value_at
from assistant.patient.units import in_canonical, misfit_at, plausible, unit_at
from index.vocabulary import Mention, vocabulary
from index.vocabulary.rows import Measure

# Measures that have their own reader.
_ELSEWHERE = frozenset(
    {"age", "tumor_count", "metastasis_count", "metastasis_organs", "uprot_dip", "child_pugh", "gestational_age", "ctcae_grade", "prior_lines"}
)
_DATE_MARK = "\x01"
_CONNECTOR = re.compile(
    r"""(?:
      \s*\((?!\s*[<>≤≥~]?\s*\d)[^()\n]{0,40}\)
    | \s*['\]"]
    | \s+(?:levels?|counts?|values?|results?|scores?|titers?|titres?|loads?|concentration|performance(?:\sstatus)?|status|ps|
        interval|ratio|reading|today|yesterday|now|currently|current|latest|last|recent|most\srecent|repeat|repeated|baseline|
        on|in|at|by|from|is|was|were|are|of|to|has|have|been|be|be(?:en)?|remains?|remained|stable|only|measured|reported|
            documented|estimated|calculated|came\sback|shows?|showed|improved|improving|rose|risen|rising|fell|fallen|falling|
        dropped|increased|decreased|elevated|high|low|raised|reduced|preserved|about|around|approximately|approx\.?|just|
            still|mildly|markedly|significantly|slightly|again|as|a|an|the|overall|biplane|echo|echocardiogram|tte|
        method|formula|assessed|graded|class|grade|up|down|peaked|peak|nadir|bottomed|initial|initially|pre-treatment|
            ck-?d-?epi|mdrd|cockcroft-gault|fridericia|bazett|for\sage|per)\b
    | \s*\(?\x01+\)?
    | \s*(?:>|-)>
    | 为|是|约
    )*\s*(?:\|+\s*|[:=]+\s*|-(?=\s?\d)\s?|\(\s*(?=[<>≤≥~]?\s*\d)|\[\s*)?\s*(?:\([HL]\)\s*|\b[HL]\s+|\*+\s*|[↑↓]\s*|lg\s*|log(?:10)?\s*)?""",
    re.IGNORECASE | re.VERBOSE,
)
_LOG = re.compile(r"(?:log(?:10)?|lg)\s*$", re.IGNORECASE)
_LOG_AFTER = re.compile(r"\s*(?:log(?:10|\s?\(10\))?|lg)\b(?:\s*(?P<unit>(?:IU|copies|cps|c)/mL))?", re.IGNORECASE)
_FLAG = re.compile(r"\s*(?:\(\s*(?:H|L|HH|LL|high|low|normal)\s*\)|\*{1,2}|[↑↓]+|(?<=[\s\d])(?:HH?|LL?)(?=\s|$|[,;|)]))")
_ULN = re.compile(
    r"[\s,;|]*[\[(]?\s*(?:(?:lab|local|site|our|laboratory|institutional)(?:'s)?\s+)?(?:ULN|upper\s+(?:limit\s+of\s+normal|"
    r"normal\s+limit|limit|normal))\s*(?:is|of|=|:|-)?\s*(?P<uln>\d+(?:[.,]\d+)?)",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"[\s,;|]*(?P<open>[\[(])?\s*(?P<word>(?:normal|reference|ref\.?|nl|nr|rr|range|n|norm)(?:\s*(?:range|interval|value|"
    r"limits?))?\.?\s*[:=]?)?\s*(?:(?P<low>\d+(?:[.,]\d+)?)\s*(?:-|–|to)\s*(?P<high>\d+(?:[.,]\d+)?)|(?P<lt><|≤|<=|"
    r"up\s+to\s)\s*(?P<only>\d+(?:[.,]\d+)?)|(?P<gt>>|≥)\s*(?P<above>\d+(?:[.,]\d+)?))(?!\s*(?:weeks?|days?|months?|years?|ago))",
    re.IGNORECASE,
)
_TIMES_ULN = re.compile(r"\s*(?:[x×*]|times|fold)\s*(?:the\s+)?(?:ULN|upper\s+limit(?:\s+of\s+normal)?)\b", re.IGNORECASE)
_NOT_A_VALUE = re.compile(
    r"\s*-?\s*(?:years?|yrs?|y/?o\b|days?\b|weeks?|wks?|months?|mos?\b|hours?\b|hrs?\b|cycles?|lines?|doses?|times\b|courses?|tablets?|"
    r"tabs?\b|caps?\b|units?\b(?!/)|vials?|bags?|pints?|points? (?:drop|fall)|st\b|nd\b|rd\b|th\b|fold|q\d|packs?|metast|lesions?|"
    r"nodules?|tumou?rs?|x\s?(?:uln|upper))",
    re.IGNORECASE,
)
_DOSE = re.compile(r"\s*(?:mg|g|mcg|μg|ug|IU|units?|mmol|mEq|meq)\b(?!\s*/|\s*per\b)", re.IGNORECASE)
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
_VIRAL = frozenset({"hbv_dna", "hcv_rna", "hiv_rna", "hdv_rna", "cmv_dna", "ebv_dna"})
_METHODS = (
    ("fridericia", re.compile(r"QTcF|QTc-F|fridericia", re.IGNORECASE)),
    ("bazett", re.compile(r"QTcB|QTc-B|bazett", re.IGNORECASE)),
    ("cockcroft_gault", re.compile(r"cockcroft|\bC-?G\b|\bC&G\b", re.IGNORECASE)),
    ("ckd_epi", re.compile(r"ckd-?\s?epi", re.IGNORECASE)),
    ("mdrd", re.compile(r"mdrd", re.IGNORECASE)),
    ("measured", re.compile(r"\b24[- ]?h(?:our)?s?\b|measured", re.IGNORECASE)),
)
_METHOD_OF = {"qtc": ("fridericia", "bazett"), "crcl": ("cockcroft_gault", "measured"), "egfr": ("ckd_epi", "mdrd")}
_HOLD = "\x02"


def masked(v: View) -> str:
    """The sentence's text with each date blanked out, so that its digits are no values; offsets kept."""
    text = v.text
    pieces: list[str] = []
    at = 0
    for d in v.dates:
        if d.kind == "for" or d.start < at or _is_value_not_date(v, d):
            continue
        pieces.append(text[at : d.start])
        pieces.append(_DATE_MARK * (d.end - d.start))
        at = d.end
    pieces.append(text[at : v.end])
    return "".join(pieces)


def _is_value_not_date(v: View, d: Dated) -> bool:
    """A bare year straight after a measure ("ferritin 2011") is its value."""
    return d.end - d.start == 4 and any(m.table == "measure" and m.end <= d.start and v.text[m.end : d.start].strip(" :=|") == "" for m in v.mentions)


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
    if other_person(v, m.start, m.end):
        return
    connector = _CONNECTOR.match(text, m.end, limit)
    at = connector.end() if connector else m.end
    said = text[m.end : at]
    if m.concept in _VIRAL:
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
    number = value_at(text, at, limit)
    if number is None or (_LOG.search(text[m.end : number.start]) is None and _rejects(text, m, measure, number, limit)):
        if number is None or not re.search(r"\d", text[m.end : limit]):
            _without_number(v, text, m, measure, limit, draft)
        return
    if re.search(r"\bfrom\s*$", said) and (to := _FROM_TO.match(text, _after(text, number, measure, limit)[0], limit)):
        second = value_at(text, to.end(), limit)
        if second is not None:
            _with_value(v, text, m, measure, number, limit, draft, superseded=True)
            _with_value(v, text, m, measure, second, limit, draft, time="current")
            return
    _with_value(v, text, m, measure, number, limit, draft)


def _rejects(text: str, m: Mention, measure: Measure, number: Value, limit: int) -> bool:
    if number.magnitude:
        return False
    if unit_at(text, number.end, limit, measure) is not None:
        return False
    if misfit_at(text, number.end, limit, measure):
        return True
    following = text[number.end : number.end + 24]
    if _TIMES_ULN.match(text, number.end):
        return False
    if measure.kind not in ("time", "demographic") and _NOT_A_VALUE.match(following):
        return True
    if _DOSE.match(following):
        return True
    if re.match(r"\s?%", following) and vocabulary().units.get(measure.unit or "") is not None:
        return True
    if re.match(r"/\d", following) and m.concept not in ("ecog", "gcs", "mmse", "moca", "apgar", "pain_score"):
        return True
    # "pt 63": a patient, not a prothrombin time; "T 3": a stage, not a temperature.
    return m.surface.lower() in ("pt", "t", "tb", "ps", "ef", "hr", "rr", "na", "ap") and m.surface not in (
        "PT",
        "PS",
        "EF",
        "HR",
        "RR",
        "Na",
        "TB",
        "T",
        "AP",
    )


def _after(text: str, number: Value, measure: Measure, limit: int) -> tuple[int, Value, str | None]:
    """Where a value ends, with its multiplier and unit: (end, scaled value, unit id)."""
    canonical = measure.unit
    log = _LOG_AFTER.match(text, number.end, limit) if measure.id in _VIRAL or measure.id in ("hbsag_quant",) else None
    before = _LOG.search(text[max(0, number.start - 8) : number.start])
    if (log or before) and number.low is not None and (number.high or number.low) <= 15:
        low = 10**number.low
        high = None if number.high is None else 10**number.high
        end = log.end() if log else number.end
        unit = unit_at(text, end, limit, measure) if not (log and log["unit"]) else None
        unit_id = ("copies_ml" if log["unit"][0].lower() == "c" else "iu_ml") if log and log["unit"] else unit[0] if unit else None
        return (
            (unit[1] if unit else end),
            Value(
                number.start, end, float(f"{low:.6g}"), None if high is None else float(f"{high:.6g}"), number.low_inclusive, number.high_inclusive
            ),
            unit_id,
        )
    if number.magnitude == "万" and canonical == "e9_l":
        slash = re.compile(r"\s*/\s*[uμ]L", re.IGNORECASE).match(text, number.end, limit)
        return (slash.end() if slash else number.end), number.scaled(10), canonical
    if number.magnitude == "k" and canonical in ("e9_l",):
        slash = re.compile(r"\s*(?:/|per\s)\s*(?:[uμ]L|mcL|mm\^?3|cumm|cu mm)", re.IGNORECASE).match(text, number.end, limit)
        return (slash.end() if slash else number.end), number.scaled(1), canonical
    plain = number.plain()
    found = unit_at(text, number.end, limit, measure)
    if found is not None:
        return found[1], Value(plain.start, found[1], plain.low, plain.high, plain.low_inclusive, plain.high_inclusive), found[0]
    power = power_at(text, number.end, limit)
    if power is not None:
        scaled = plain.scaled(power[0])
        found = unit_at(text, power[1], limit, measure)
        return (found[1] if found else power[1]), scaled, found[0] if found else None
    flag = _FLAG.match(text, number.end, limit)
    if flag is not None:
        bar = re.compile(r"\s*\|?\s*").match(text, flag.end(), limit)
        found = unit_at(text, bar.end() if bar else flag.end(), limit, measure)
        return (found[1] if found else flag.end()), plain, found[0] if found else None
    bar = re.compile(r"\s*[|,]\s*|\s{2,}|\s*\(\s*|\s*\[").match(text, number.end, limit)
    if bar is not None and (found := unit_at(text, bar.end(), limit, measure)) is not None and canonical is not None:
        return found[1], plain, found[0]
    return number.end, plain, None


def _limits(text: str, end: int, limit: int, value: Value, measure: Measure) -> tuple[float | None, float | None, int]:
    """The laboratory's own limits after a value: (lower, upper, where they end)."""
    flag = _FLAG.match(text, end, limit)
    at = flag.end() if flag else end
    uln = _ULN.match(text, at, limit)
    if uln:
        return None, float(uln["uln"].replace(",", ".")), uln.end()
    reference = _REFERENCE.match(text, at, limit)
    if (
        reference
        and not _NOT_A_VALUE.match(text, reference.end())
        and not re.match(r"\s*(?:/\d|x\s*ULN)", text[reference.end() : reference.end() + 8])
    ):
        bracketed = bool(reference["open"]) or bool(reference["word"])
        tabular = bool(re.match(r"\s*\||\s{2,}|\s", text[at : at + 3])) and reference["low"] is not None
        if bracketed or tabular:
            if reference["low"] is not None:
                low, high = (float(reference[k].replace(",", ".")) for k in ("low", "high"))
                if low < high:
                    return low, high, reference.end()
            elif reference["only"]:
                return None, float(reference["only"].replace(",", ".")), reference.end()
            elif reference["above"]:
                return float(reference["above"].replace(",", ".")), None, reference.end()
    if "|" in text[end : end + 6]:
        return None, None, end
    return None, None, end


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
    times = _TIMES_ULN.match(text, number.end, limit)
    if times:
        _put(v, draft, m, number.plain(), "uln", m.start, times.end(), time, upper=1.0, reading="given as a multiple of the upper limit of normal")
        return
    end, value, unit = _after(text, number, measure, limit)
    if re.compile(r"\s*[x×]\s*(?:ULN|upper)", re.IGNORECASE).match(text, end):
        return
    lower, upper, after = _limits(text, end, limit, value, measure)
    # "60 -> 82 today", "2 last year, now 1": the earlier value is replaced by the later one.
    later = _NOW.match(text, after, limit)
    second = value_at(text, later.end(), limit) if later else None
    if second is not None and not _rejects(text, m, measure, second, limit) and later is not None:
        _put(
            v,
            draft,
            m,
            value,
            unit or _after(text, second, measure, limit)[2],
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


def sample_date(v: View, start: int, end: int, own_only: bool = False) -> Moment | None:
    """When a value was taken: a date beside it, else the one that heads the sentence."""
    inside = [d for d in v.dates if d.kind in ("at", "since") and d.moment and start <= d.start < end]
    if inside:
        return inside[0].moment
    after = [
        d
        for d in v.dates
        if d.kind == "at"
        and d.moment
        and 0 <= d.start - end <= 6
        and re.fullmatch(r"[\s,(\[@:]*(?:on |in |from |dated )?[\s(]*", v.text[end : d.start], re.IGNORECASE)
    ]
    if after:
        return after[0].moment
    if own_only:
        return None
    before = [
        d
        for d in v.dates
        if d.kind == "at"
        and d.moment
        and d.end <= start
        and re.fullmatch(r"[\s):,\-]*(?:the |a |his |her |labs? |with )*", v.text[d.end : start], re.IGNORECASE)
    ]
    if before:
        return before[-1].moment
    lead = [
        d
        for d in v.dates
        if d.kind == "at" and d.moment and d.end <= start and (":" in v.text[d.end : min(d.end + 3, v.end)] or d.start - v.head < 6)
    ]
    return lead[0].moment if lead else v.stamp


def _without_number(v: View, text: str, m: Mention, measure: Measure, limit: int, draft: Draft) -> None:
    """ "elevated LDH", "creatinine normal": the value's place relative to the laboratory's limit."""
    if m.concept in _VIRAL:
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


_JOIN = re.compile(r"\s*(?:/|\s+and\s+|\s*&\s*|-)\s*")


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
                stop, value, unit = _after(text, one, vocabulary().measures[m.concept], v.end)
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


__all__ = ["Range", "masked", "read", "sample_date"]
