"""Trials chosen by what their records state as a fact: phase, status, place, placebo, sex, design, size. Every part of the question must hold."""

import re
from collections.abc import Callable, Sequence

from assistant.ask import properties
from assistant.ask.asked import Asked, Draft
from assistant.ask.not_stated import not_stated
from assistant.ask.quantities import AGED, comparison, enrolled, meeting
from assistant.ask.record import stated
from assistant.ask.render import NOT_STATED, count, name, names, quoted
from assistant.ask.resolve import phases_in, profile
from assistant.ask.snippets import places, snippets
from assistant.ask.terms import Term, plain, words
from index.conditions import Limit, leaves
from index.filters import stated_fields
from index.trials import Trial

MOST = 12
"""So many trials are shown."""
_STATUS = {
    "recruiting": r"^(?:recruiting|enrolling)",
    "completed": r"^completed",
    "terminated": r"^terminated",
    "withdrawn": r"^withdrawn",
    "suspended": r"^suspended",
    "stopped": r"^(?:terminated|withdrawn|suspended)",
    "open": r"^(?:recruiting|enrolling|not.yet)",
    "active": r"^active",
    "ongoing": r"^(?:recruiting|active|enrolling)",
    "closed": r"^(?:completed|terminated|withdrawn|active.?_?not)",
}
_SAYS_STATUS = (
    r"\b{word}(?!-)\b(?:\s+[\w-]+){{0,3}}?\s+(?:trials?|stud(?:y|ies))\b"
    r"|\b(?:trials?|stud(?:y|ies))\b.*\b(?:is|are|was|were)\s+(?:now\s+|still\s+)?{word}(?!-)\b"
)
"""How a status is said of trials, where no other word asks for one; "open-label" and "active hepatitis" are none."""
_TOLD = re.compile(
    r"phase|\b[ivx]+\b|\d|recruit|status|single|arm|label|random|blind|open|cent|site|terminat|complet|active|ongoing|stopped|closed|withdrawn|suspend"
    r"|now|current",
    re.I,
)
"""Terms that the parts have answered."""


def first(asked: Asked, trials: Sequence[Trial]) -> str:
    """The line that names the trials found, with their number among those searched."""
    total = f" of the {count(len(asked.searched))} {gathered(asked)}" if 1 < len(asked.searched) <= 12 else ""
    many = count(len(trials))
    return f"{names(trials, MOST)} ({many}{total}):"


def gathered(asked: Asked) -> str:
    """What the trials searched are called: all that are indexed, or those of them that a filter accepts."""
    return "selected" if asked.selected else "indexed"


_LARGEST = re.compile(r"\b(?:largest|biggest|(?:the )?most (?:patients|participants|people|subjects))\b(?! (?:tumou?r|lesion|diameter|dose))", re.I)
_SMALLEST = re.compile(r"\b(?:smallest|fewest (?:patients|participants|people|subjects))\b(?! (?:tumou?r|lesion|diameter|dose))", re.I)


def asks_size(text: str) -> bool:
    """Whether the largest or smallest trial is asked for."""
    return bool(_LARGEST.search(text) or _SMALLEST.search(text))


def by_size(asked: Asked) -> Draft | None:
    """The trial with the largest or smallest enrolment that a record states."""
    largest = _LARGEST.search(asked.text)
    if not largest and not _SMALLEST.search(asked.text):
        return None
    sized = [(n, t) for t in asked.trials if (n := enrolled(t)) is not None]
    if not sized:
        return None
    end = (max if largest else min)(n for n, _ in sized)
    rows = [(t, s) for n, t in sized if n == end and (s := stated(asked, t, "enrollment"))]
    unknown = [t for t in asked.searched if enrolled(t) is None]
    text = first(asked, [t for t, _ in rows]) + "\n" + "\n".join(f"- {name(t)}: {s}" for t, s in rows[:MOST])
    if unknown:
        text += f"\n\nThe enrolment of {names(unknown)} is {NOT_STATED} as a field of the record."
    return Draft("answer", text, tuple(t.id for t, _ in rows))


def by_quantity(asked: Asked) -> Draft | None:
    """Trials whose enrolment, number of sites, or length of time meets the number that the question compares with."""
    wanted = comparison(asked.text)
    if wanted is None or asked.request.stance == "exclude" or re.match(r"\s*(?:ago|before|prior|earlier)\b", asked.text[wanted.end :], re.I):
        return None
    rows: list[tuple[Trial, str]] = []
    if wanted.unit == "people":
        rows = [(t, s) for t in asked.trials if (n := enrolled(t)) is not None and wanted.holds(n) and (s := stated(asked, t, "enrollment"))]
    elif wanted.unit == "places":
        rows = [(t, s) for t in asked.trials if (n := len(t.all("location"))) and wanted.holds(n) and (s := stated(asked, t, "sites_count"))]
    else:
        range_words = {w.stem for w in words(asked.text[wanted.start : wanted.end])}
        terms = tuple(t for t in asked.terms if not {w.stem for w in words(t.surface)} <= range_words)
        if not terms:
            return None
        for trial in asked.searched:
            if (piece := meeting(asked, trial, wanted, terms)) is not None:
                rows.append((trial, f"{quoted(piece.text, 400)} {asked.evidence.snippet(trial, piece)}"))
        if not rows and asked.request.stance is not None:
            return None
    if not rows:
        return not_stated(asked, "A trial of that kind", asked.searched, because="no indexed document states such a number")
    trials = [t for t, _ in rows]
    return Draft("answer", first(asked, trials) + "\n" + "\n".join(f"- {name(t)}: {s}" for t, s in rows[:MOST]), tuple(t.id for t in trials))


Part = tuple[Callable[[Trial], str], str]
"""What a trial states where it meets a part of the question (empty where it does not), and a pattern of the terms that this answers."""


def by_design(asked: Asked, holds: Callable[[Trial, tuple[Term, ...]], bool]) -> Draft | None:
    """Trials of a phase, status, place, sex or design; `holds` says whether a trial is about the terms that are left."""
    parts = _parts(asked)
    if not parts:
        return None
    told = re.compile("|".join([_TOLD.pattern, *(pattern for _, pattern in parts if pattern)]), re.I)
    left = tuple(t for t in asked.terms if not told.search(t.surface))
    rows: list[tuple[Trial, str]] = []
    for trial in asked.trials:
        shown = [part(trial) for part, _ in parts]
        if all(shown) and (not left or holds(trial, left)):
            rows.append((trial, "; ".join(shown)))
    if not rows:
        return not_stated(asked, "A trial of that kind", asked.searched, because="no indexed document states it of its trial")
    trials = [t for t, _ in rows]
    return Draft("answer", first(asked, trials) + "\n" + "\n".join(f"- {name(t)}: {s}" for t, s in rows[:MOST]), tuple(t.id for t in trials))


def _of_age(asked: Asked, trial: Trial, over: bool, years: int) -> str:
    """The stated age limits, where they leave room for patients over (or under) so many years; where they leave none, if that is asked for."""
    low, high = _ages(trial)
    fits = (high is None or high > years) if over else (low is None or low < years)
    fits = not fits if asked.request.stance == "exclude" else fits
    return (stated(asked, trial, "age") or "") if fits and not (low is None and high is None) else ""


def _ages(trial: Trial) -> tuple[float | None, float | None]:
    """The youngest and the oldest age enrolled (years), from the record's own fields, else from its inclusion criteria."""
    limits: list[float | None] = []
    for side in (trial.first("minimum_age"), trial.first("maximum_age")):
        said = re.fullmatch(r"(\d+)\s+(year|month)s?", plain(side.value), re.I) if side is not None else None
        limits.append(int(said[1]) / (12 if said[2].lower() == "month" else 1) if said else None)
    if limits == [None, None]:
        rules = [leaf for c in trial.criteria if c.polarity == "inclusion" for leaf in leaves(c.condition) if isinstance(leaf, Limit)]
        bounds = [leaf.bounds for leaf in rules if leaf.measure == "age"]
        limits = [next((b.low for b in bounds if b.low is not None), None), next((b.high for b in bounds if b.high is not None), None)]
    return limits[0], limits[1]


def _parts(asked: Asked) -> list[Part]:
    text, topics = asked.text, asked.request.topics
    parts: list[Part] = []
    if phases := phases_in(text):
        parts.append((lambda t: (stated(asked, t, "phase") or "") if phases <= profile(t).phases else "", ""))
    told = "status" in topics or "why_stopped" in topics
    status = next((p for word, p in _STATUS.items() if re.search(rf"\b{word}\b" if told else _SAYS_STATUS.format(word=word), text, re.I)), None)
    if status is not None:
        pattern = re.compile(status)
        parts.append((lambda t: (stated(asked, t, "status") or "") if pattern.search(_code(t)) else "", ""))
    if countries := _countries(asked):
        parts.append((lambda t: _sites(asked, t, countries), "|".join(rf"^{re.escape(w)}$" for c in countries for w in (c, *c.split()))))
    placebo = bool(re.search(r"\b(?:placebo|sham)\b", text, re.I))
    if placebo:
        parts.append((lambda t: _placebo(asked, t), r"placebo|sham|control"))
    compared = bool(re.search(r"\bactive[- ](?:control|comparator)", text, re.I))
    if compared:
        parts.append((lambda t: _compared(asked, t), r"active|control|comparator"))
    if (aged := AGED.search(text)) is not None:
        over, years = bool(aged["over"]), int(aged["years"])
        parts.append((lambda t: _of_age(asked, t, over, years), "|".join(rf"^{re.escape(w)}$" for w in aged[0].rstrip("?.,;) ").split())))
    if (only := _ONE_SEX.search(text)) is not None:
        sex = "female" if re.search(r"wom[ae]n|female", only[0], re.I) else "male"
        parts.append((lambda t: _sex(asked, t, sex), r"wom[ae]n|\bm[ae]n\b|male|\bonly\b"))
    taken = {"phase"} if phases else set()
    asserted = {k: v for k, v in asked.request.asserted.items() if k not in taken and not ((placebo or compared) and k == "arms")}
    if asserted:
        parts.append((lambda t: _held(asked, t, asserted), ""))
    return parts


def _code(trial: Trial) -> str:
    field = trial.first("status")
    return plain(field.value).lower().replace(" ", "_") if field is not None else ""


def _held(asked: Asked, trial: Trial, asserted: dict[str, str]) -> str:
    """The piece that says what the trial's design is, if it is as asserted."""
    held = properties.stated(trial)
    if not all(k in held and held[k].value == v for k, v in asserted.items()):
        return ""
    piece = held[next(iter(asserted))].snippet
    return f"{quoted(piece.text, 300)} {asked.evidence.snippet(trial, piece)}"


def _sex(asked: Asked, trial: Trial, sex: str) -> str:
    """The sex enrolled, where it is that one alone."""
    return (stated(asked, trial, "sex") or "") if any(plain(f.value).lower() == sex for f in trial.all("sex")) else ""


_ONE_SEX = re.compile(
    r"\b(?:only|just|exclusively)\s+(?:for\s+)?(?:wom[ae]n|m[ae]n|(?:fe)?males?)\b|\b(?:wom[ae]n|m[ae]n|(?:fe)?males?)[- ]only\b", re.I
)


def _placebo(asked: Asked, trial: Trial) -> str:
    """The piece of a trial's own design that names its placebo, quoted; empty where none does."""
    sections = ("arm", "intervention", "official_title", "title", "summary", "design")
    found = [s for s in snippets(trial) if s.section in sections and re.search(r"\b(?:placebo|sham)\b", s.text, re.I)]
    piece = min(found, key=lambda s: sections.index(s.section), default=None)
    return f"{quoted(piece.text, 300)} {asked.evidence.snippet(trial, piece)}" if piece is not None else ""


def _compared(asked: Asked, trial: Trial) -> str:
    """The arm that the record calls an active comparator."""
    arm = next((f for f in trial.all("arm") if re.search("active.?comparator", f.role or "", re.I)), None)
    return f"{quoted(arm.parts.get('label') or arm.value, 250)} (active comparator) {asked.evidence.field(trial, arm)}" if arm is not None else ""


def _countries(asked: Asked) -> tuple[str, ...]:
    """The countries with sites that the question names, as the records spell them."""
    stated = dict.fromkeys(country for trial in asked.library.trials() for country, _ in stated_fields(trial, "country"))
    place = r"\b(?:in|from|across|within) (?:the )?"
    return tuple(c for c in stated if len(c) > 3 and re.search(rf"{place}{re.escape(c)}\b", asked.text, re.I))


def _sites(asked: Asked, trial: Trial, countries: Sequence[str]) -> str:
    """The countries of those named in which the trial has a site, each with its place in the record."""
    shown = []
    for country, field in stated_fields(trial, "country"):
        if country in countries:
            at = places(trial, field, "country")[:1] if "country" in field.parts else ()
            marker = "".join(asked.evidence.cite(trial, *place) for place in at) or asked.evidence.field(trial, field)
            shown.append(f"{quoted(country)} {marker}".strip())
    return "; ".join(shown)
