"""What one record states on one topic, as text with markers; None where it states nothing."""

import re
from collections.abc import Sequence

from assistant.ask.asked import Asked
from assistant.ask.outcomes import outcomes
from assistant.ask.quantities import AGED
from assistant.ask.ranking import rank
from assistant.ask.render import NOT_STATED, quoted, said
from assistant.ask.snippets import Snippet, place, places, snippets
from assistant.ask.terms import Term, keys_of, plain
from assistant.ask.topics import BY_ID, Topic
from index.conditions import Limit, leaves
from index.trials import Field, FieldName, Trial
from index.vocabulary import vocabulary

_PROSE = (
    "title",
    "official_title",
    "summary",
    "description",
    "study_population",
    "design",
    "arm",
    "intervention",
    "results",
    "other",
    "eligibility",
    "criterion",
)
_PROSE_OF: dict[str, tuple[str, ...]] = {
    "phase": ("title", "official_title", "summary", "description", "design"),
    "enrollment": ("summary", "description", "study_population", "design", "other"),
    "split": ("summary", "description", "arm", "design", "other", "study_population"),
    "sites_count": ("title", "official_title", "summary", "description", "design", "other"),
    "location": ("title", "official_title", "summary", "description", "study_population", "other"),
    "study_population": ("title", "official_title", "summary", "description", "study_population"),
    "sponsor": ("summary", "description", "other"),
    "collaborator": ("summary", "description", "other"),
    "masking": ("title", "official_title", "summary", "description", "design"),
    "allocation": ("title", "official_title", "summary", "description", "design", "arm"),
    "intervention_model": ("title", "official_title", "summary", "description", "design", "arm"),
    "design": ("title", "official_title", "summary", "description", "design"),
    "donor": ("summary", "description", "arm", "intervention", "other"),
    "arm": ("summary", "description", "design"),
    "healthy_volunteers": ("title", "official_title", "summary", "description", "study_population", "criterion", "eligibility"),
}
_GIVEN = re.compile(r"\b(?:treat(?:ed|ment)? with|therap\w+|combin\w+|receiv\w+|administ\w+|vaccin\w+|inject\w+|placebo)\b", re.I)
_BESIDE_PROSE = frozenset({"phase", "masking", "allocation", "intervention_model"})
_MOST_ITEMS = 12
_MOST_CRITERIA = 40


def prose(trial: Trial, topic: Topic, terms: Sequence[Term] = (), most: int = 2) -> list[Snippet]:
    """Sentences that state the topic in prose, those that meet the question's own terms first."""
    if topic.prose is None:
        return []
    where = _PROSE_OF.get(topic.id, _PROSE)
    found = [s for s in snippets(trial) if s.section in where and topic.prose.search(s.text)]
    if terms:
        ranked = rank(terms, found, snippets(trial))
        hit = [r.snippet for r in ranked]
        found = hit + [s for s in found if s not in hit]
    return found[:most]


def stated(asked: Asked, trial: Trial, topic_id: str) -> str | None:
    """The record's statement on a topic, with markers, or None."""
    topic = BY_ID[topic_id]
    match topic_id:
        case "status":
            return _status(asked, trial)
        case "why_stopped":
            return _why_stopped(asked, trial)
        case "enrollment":
            return _enrollment(asked, trial, topic)
        case "minimum_age" | "maximum_age" | "age":
            return _age(asked, trial, topic_id)
        case "sex":
            return _sex(asked, trial)
        case "location" | "sites_count":
            return _locations(asked, trial, topic)
        case "primary_outcome" | "secondary_outcome" | "outcome" | "time_frame":
            return outcomes(asked, trial, topic_id)
        case "control":
            return _control(asked, trial)
        case "dose" | "schedule":
            from assistant.ask.doses import dosing, drug_terms

            hits = dosing(asked, trial, drug_terms(asked))
            return "; ".join(f"{quoted(s.text)} {asked.evidence.snippet(trial, s)}" for s in hits) or None
        case "intervention" | "arm":
            return _items(asked, trial, topic)
        case "eligibility":
            return _criteria(asked, trial)
        case "oversight" | "ipd":
            return _others(asked, trial, r"\bdmc\b" if topic_id == "oversight" else r"\bipd\b")
        case "contact" | "official":
            return _people(asked, trial, topic)
        case _:
            return _plain_field(asked, trial, topic)


def _shown(asked: Asked, trial: Trial, field: Field) -> str:
    """A field's value in words with its marker; a coded value is followed by the code as it stands."""
    words = said(field.value)
    marker = asked.evidence.field(trial, field)
    value = plain(field.value)
    if words != value and marker:
        return f"{words} (“{value}”) {marker}"
    if not marker:
        return words
    return f"{quoted(value)} {marker}"


def _fields(trial: Trial, names: Sequence[FieldName]) -> list[Field]:
    seen: set[tuple[str, str, str | None]] = set()
    found = []
    for name_ in names:
        for field in trial.all(name_):
            key = (field.name, plain(field.value), field.role)
            if key not in seen:
                seen.add(key)
                found.append(field)
    return found


def _plain_field(asked: Asked, trial: Trial, topic: Topic) -> str | None:
    fields = _fields(trial, topic.fields)
    if topic.id == "official_title" and fields:
        fields = [f for f in fields if f.name == "official_title"] or fields
    if topic.id == "end_date" and fields:
        fields = [f for f in fields if f.name == "end_date"] or fields
    if topic.id == "summary":
        return _summary(asked, trial)
    parts: list[str] = []
    several = len({f.name for f in fields}) > 1 or any(f.name != topic.fields[0] for f in fields)
    for field in fields[:_MOST_ITEMS]:
        label = f"{field.name.replace('_', ' ')} " if several and topic.id != "official_title" else ""
        role = f" ({said(field.role)})" if field.role and field.name.endswith("_date") else ""
        parts.append(f"{label}{_shown(asked, trial, field)}{role}")
    if not parts or topic.id in _BESIDE_PROSE or topic.id == "design" or (topic.id == "study_population" and not asked.request.yes_no):
        found = prose(trial, topic, asked.terms, most=1 if parts else 3 if topic.id in ("split", "design", "study_population") else 2)
        if topic.id == "split":
            found = sorted(prose(trial, topic, (), most=5), key=lambda s: (s.document, s.span.start))
        parts.extend(f"{quoted(s.text)} {asked.evidence.snippet(trial, s)}" for s in found if not any(plain(f.value) == s.text for f in fields))
    return "; ".join(parts) or None


def _summary(asked: Asked, trial: Trial) -> str | None:
    topic = BY_ID["summary"]
    field = trial.first("summary", "title")
    found = [s for s in snippets(trial) if s.section == "summary" and topic.prose is not None and topic.prose.search(s.text)][:1]
    if found:
        return f"{quoted(found[0].text)} {asked.evidence.snippet(trial, found[0])}"
    return f"{quoted(field.value, 500)} {asked.evidence.field(trial, field)}" if field is not None else None


def _status(asked: Asked, trial: Trial) -> str | None:
    field = trial.first("status")
    if field is None:
        return None
    text = f"listed as {_shown(asked, trial, field)}"
    end = trial.first("end_date") or trial.first("primary_completion_date")
    if end is not None:
        value = plain(end.value)
        text += f", {end.name.replace('_', ' ')} {quoted(value)} {asked.evidence.field(trial, end)}"
        if (
            re.search(r"recruit|enrol|active|not yet", plain(field.value), re.I)
            and not re.search(r"^active.?_?not", plain(field.value), re.I)
            and _before(value, asked.as_of.isoformat())
        ):
            text += f". That date has passed (reference date {asked.as_of.isoformat()}): the status may be out of date, verify it with the registry"
    if (why := trial.first("why_stopped")) is not None:
        text += f". Reason given: {quoted(why.value)} {asked.evidence.field(trial, why)}"
    return text


_MONTHS = {m: f"{i:02d}" for i, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}


def _before(value: str, today: str) -> bool:
    """Whether a stated date lies before `today` (ISO); a date known to the month is compared by its month."""
    if (iso := re.search(r"\d{4}(?:-\d{2}(?:-\d{2})?)?", value)) is None:
        return False
    stated_ = iso[0]
    if len(stated_) == 4 and (month := re.search(r"[A-Za-z]{3}", value)) and month[0].lower() in _MONTHS:
        stated_ = f"{stated_}-{_MONTHS[month[0].lower()]}"
    return stated_ < today[: len(stated_)]


def _why_stopped(asked: Asked, trial: Trial) -> str | None:
    field = trial.first("why_stopped")
    status = trial.first("status")
    if field is not None:
        lead = f"{_shown(asked, trial, status)}; " if status is not None else ""
        return f"{lead}reason given: {quoted(field.value)} {asked.evidence.field(trial, field)}"
    return None


def _enrollment(asked: Asked, trial: Trial, topic: Topic) -> str | None:
    field = trial.first("enrollment")
    if field is not None:
        number = plain(field.value)
        marker = asked.evidence.field(trial, field)
        notes = [
            n
            for n in trial.notes
            if n.kind == "implausible"
            and any(s.start <= field.span.start < s.end or s == field.span for s in n.spans)
            and n.document == field.document
        ]
        if re.fullmatch(r"0+", number) and (notes or not re.search("withdrawn", " ".join(f.value for f in trial.all("status")), re.I)):
            return f"the document shows an enrolment of {number} {marker}, which is implausible for this trial: treat the number as {NOT_STATED}"
        role = field.role if (field.role or "").upper() in ("ACTUAL", "ESTIMATED", "ANTICIPATED") else None
        if not marker:
            marker = _beside(asked, trial, field, number)
        return f"{number} participants{f' ({said(role)})' if role else ''} {marker}".rstrip()
    found = sorted(prose(trial, topic, (), most=4), key=lambda s: (s.document, s.span.start))
    return "; ".join(f"{quoted(s.text)} {asked.evidence.snippet(trial, s)}" for s in found) or None


def _beside(asked: Asked, trial: Trial, field: Field, number: str) -> str:
    """Evidence for a number that a structured record holds bare: a sentence that states it too, else the words beside it, else the title."""
    said_too = re.compile(rf"(?<![\d.,]){re.escape(number)}(?![\d%]|[.,]\d)\s+(?:[\w-]+\s+){{0,3}}?(?:{_PEOPLE})", re.I)
    also = next((s for s in snippets(trial) if s.criterion is None and said_too.search(s.text)), None)
    if also is not None:
        return f"(also: {quoted(also.text, 300)} {asked.evidence.snippet(trial, also)})"
    for key in ("type", "role"):
        for document, span in places(trial, field, key)[:1]:
            where = field.document.rpartition("#")[2]
            return f"(a bare number in the record, {where}, beside {quoted(field.parts[key])} {asked.evidence.cite(trial, document, span)})"
    title = next((s for s in snippets(trial) if s.section == "title"), None)
    return f"(in the record titled {quoted(title.text, 250)} {asked.evidence.snippet(trial, title)})" if title is not None else ""


_PEOPLE = r"patients?|participants?|subjects?|people|volunteers?|children|adults|women|men|infants|cases|individuals"


def _age_criteria(asked: Asked, trial: Trial, side: str) -> list[str]:
    """Criteria that limit the age, with that side bounded."""
    found = []
    for criterion in trial.criteria:
        for leaf in leaves(criterion.condition):
            if (
                isinstance(leaf, Limit)
                and leaf.measure == "age"
                and (side == "age" or (leaf.bounds.low if side == "minimum_age" else leaf.bounds.high) is not None)
            ):
                piece = next((s for s in snippets(trial) if s.criterion == criterion.id and s.span.start <= leaf.span.start < s.span.end), None)
                if piece is not None:
                    found.append(f"{quoted(piece.text)} {asked.evidence.snippet(trial, piece)}")
                break
    return found


def _age(asked: Asked, trial: Trial, side: str) -> str | None:
    fields = [f for f in trial.all("minimum_age", "maximum_age") if side in ("age", f.name)]
    if asked.request.yes_no and (verdict := _age_verdict(asked, trial)) is not None:
        return verdict
    parts = [f"{f.name.replace('_', ' ')} {_shown(asked, trial, f)}" if side == "age" else _shown(asked, trial, f) for f in fields]
    parts += _age_criteria(asked, trial, side)[:2]
    if not parts and side == "age":
        parts = [_shown(asked, trial, f) for f in trial.all("age")]
    if (
        parts
        and side == "age"
        and trial.first("minimum_age") is not None
        and trial.first("maximum_age") is None
        and not any(re.search(r"≤|<|to|-|between|under|older than", p) for p in parts[1:])
    ):
        parts.append("no maximum age is stated")
    return "; ".join(parts) or None


_YEARS = re.compile(r"\b(\d{1,3})[- ]?(?:years?|yrs?|y/?o)\b|\bage(?:d)?(?: of)? (\d{1,3})\b|\b(\d{1,3})(?=\?|$)", re.I)


def _age_verdict(asked: Asked, trial: Trial) -> str | None:
    """Whether an age named in the question lies within the stated limits (years)."""
    found = _YEARS.search(asked.text)
    limits = [f for f in trial.all("minimum_age", "maximum_age") if re.fullmatch(r"\d+\s+years?", plain(f.value), re.I)]
    if found is None or not limits or AGED.search(asked.text):
        return None
    age = int(next(g for g in found.groups() if g))
    bad = [f for f in limits if (age < int(f.value.split()[0])) == (f.name == "minimum_age") and age != int(f.value.split()[0])]
    shown = "; ".join(f"{f.name.replace('_', ' ')} {_shown(asked, trial, f)}" for f in bad or limits)
    return f"{'no' if bad else 'yes, as far as the age goes'}: {age} years against {shown}"


def _sex(asked: Asked, trial: Trial) -> str | None:
    fields = _fields(trial, ("sex",))
    if not fields:
        return None
    value = plain(fields[0].value).lower()
    asked_for = (
        "female"
        if re.search(r"\b(?:wom[ae]n|females?|girls?)\b", asked.text, re.I)
        else "male"
        if re.search(r"\b(?:m[ae]n|males?|boys?)\b", asked.text, re.I)
        else ""
    )
    lead = ""
    if asked.request.yes_no and asked_for:
        lead = "yes: " if value in ("all", "both", asked_for) else f"no, {value} participants only: "
    return lead + "; ".join(f"sex {_shown(asked, trial, f)}" for f in fields)


def _locations(asked: Asked, trial: Trial, topic: Topic) -> str | None:
    fields = _fields(trial, ("location",))
    if not fields:
        found = prose(trial, topic, asked.terms if topic.id == "location" else (), most=2)
        return "; ".join(f"{quoted(s.text)} {asked.evidence.snippet(trial, s)}" for s in found) or None
    wanted = [f for f in fields if any(t.exact & _keys(f) for t in asked.terms)] if asked.terms else []
    chosen = wanted or fields
    key = "country" if re.search(r"\bcountr", asked.text, re.I) else "city" if re.search(r"\bcit(?:y|ies)\b", asked.text, re.I) else ""
    shown: list[str] = []
    done: set[str] = set()
    for field in chosen:
        if key and key in field.parts:
            if field.parts[key] in done:
                continue
            done.add(field.parts[key])
            markers = [asked.evidence.cite(trial, d, s) for d, s in places(trial, field, key)[:1]]
            shown.append(f"{plain(field.parts[key])} {''.join(markers)}".strip())
        else:
            rest = [asked.evidence.cite(trial, d, s) for k in ("city", "country") for d, s in places(trial, field, k)[:1] if d != field.document]
            shown.append(f"{plain(field.value)} {asked.evidence.field(trial, field)}{''.join(rest)}".strip())
        if len(shown) >= _MOST_ITEMS:
            break
    more = " and further sites" if len(chosen) > len(shown) and not key else ""
    lead = f"{len(fields)} sites listed (counted): " if topic.id == "sites_count" and len(fields) > 1 else ""
    return lead + "; ".join(shown) + more


def _keys(field: Field) -> frozenset[str]:
    return keys_of(plain(field.value))


_PLACEBO = re.compile(r"PLACEBO|SHAM", re.I)
_CONTROL = re.compile(r"PLACEBO|COMPARATOR|SHAM|NO_INTERVENTION|control|standard of care|usual care|best supportive", re.I)


def _control(asked: Asked, trial: Trial) -> str | None:
    """The comparator arms or treatments; for a question about a placebo only those that are one."""
    wants_placebo = bool(re.search(r"\b(?:placebo|sham)\b", asked.text, re.I))
    pattern = _PLACEBO if wants_placebo else _CONTROL

    def named(field: Field) -> bool:
        told = plain(field.parts.get("description", "")) if wants_placebo else ""
        return bool(pattern.search(f"{field.role or ''} {plain(field.value)} {told}"))

    found = [f for f in trial.all("arm") if named(f)] or [f for f in trial.all("intervention") if named(f)]
    if found:
        return ("yes: " if asked.request.yes_no else "") + "; ".join(_item(asked, trial, f) for f in found[:6])
    if wants_placebo and trial.all("arm"):
        return "no placebo is named; arms: " + "; ".join(_item(asked, trial, f) for f in trial.all("arm")[:6])
    return None


def _item(asked: Asked, trial: Trial, field: Field) -> str:
    """An arm or an intervention: its label, kind and description."""
    kind = f" ({said(field.role)})" if field.role else ""
    text = f"{quoted(field.parts.get('label') or field.parts.get('name') or field.value, 250)}{kind} {asked.evidence.field(trial, field)}"
    description = plain(field.parts.get("description", ""))
    if description and "description_document" in field.parts:
        markers = "".join(asked.evidence.cite(trial, d, s) for d, s in places(trial, field, "description")[:1])
        text += f": {quoted(description, 350)} {markers}"
    return text


def _items(asked: Asked, trial: Trial, topic: Topic) -> str | None:
    fields = _fields(trial, topic.fields)
    if not fields:
        found = prose(trial, topic, asked.terms, most=2)
        if topic.id == "intervention":
            found = [
                s
                for s in snippets(trial)
                if s.section in ("title", "summary")
                and (_GIVEN.search(s.text) or vocabulary().mentions(s.text, ("drug", "drug_class", "procedure", "regimen")))
            ][:2]
        return "; ".join(f"{quoted(s.text)} {asked.evidence.snippet(trial, s)}" for s in found) or None
    if asked.terms:
        pool = snippets(trial)
        ranked = rank(asked.terms, [s for s in pool if s.field is not None], pool)
        hit = {place(r.snippet.field) for r in ranked if r.coverage >= 0.4 and r.snippet.field is not None}
        fields = [f for f in fields if place(f) in hit] or fields
    text = "; ".join(_item(asked, trial, f) for f in fields[:_MOST_ITEMS])
    if re.search(r"\bhow many\b", asked.text, re.I):
        text = f"{len(fields)} (counted): {text}"
    if topic.id == "intervention" and not any("description" in f.parts for f in fields):
        # A short list of names is often incomplete: the title or the summary says what is given together.
        title = next((s for s in snippets(trial) if s.section == "summary" and _combines(s.text)), None) or next(
            (s for s in snippets(trial) if s.section == "title"), None
        )
        if title is not None:
            text += f"; {'summary' if title.section == 'summary' else 'title'}: {quoted(title.text, 400)} {asked.evidence.snippet(trial, title)}"
    return text


def _combines(text: str) -> bool:
    """Whether a sentence says what is given together."""
    return bool(re.search(r"\b(?:combin\w+|plus|together|in addition|followed by|efficacy|evaluate|treat\w*)\b", text, re.I))


def _criteria(asked: Asked, trial: Trial) -> str | None:
    """The list of criteria, of the side asked for if one is; each item with its place."""
    side = "exclusion" if re.search(r"\bexclu", asked.text, re.I) else "inclusion" if re.search(r"\binclu", asked.text, re.I) else ""
    if side == "exclusion" and re.search(r"\binclu", asked.text, re.I):
        side = ""
    chosen = [c for c in trial.criteria if c.polarity != "population" and side in ("", c.polarity)]
    if not chosen:
        field = trial.first("eligibility")
        return f"{quoted(field.value)} {asked.evidence.field(trial, field)}" if field is not None else None
    lines = [f"- {c.id}: {quoted(c.quote, 240)} {asked.evidence.cite(trial, c.document, c.span)}" for c in chosen[:_MOST_CRITERIA]]
    more = "\n- and further criteria" if len(chosen) > len(lines) else ""
    return f"{side or 'inclusion and exclusion'}:\n" + "\n".join(lines) + more


def _others(asked: Asked, trial: Trial, role: str) -> str | None:
    """Fields that have no name of their own, by their path in words."""
    found = [f for f in trial.all("other") if re.search(role, f.role or "", re.I)]
    return "; ".join(f"{f.role}: {_shown(asked, trial, f)}" for f in found) or None


def _people(asked: Asked, trial: Trial, topic: Topic) -> str | None:
    fields = _fields(trial, topic.fields)
    shown = []
    for field in fields[:6]:
        extra = [
            f"{k.replace('_', ' ')} {said(field.parts[k])} {''.join(asked.evidence.cite(trial, *at) for at in places(trial, field, k)[:1])}".strip()
            for k in ("role", "affiliation", "phone", "email")
            if k in field.parts
        ]
        shown.append(", ".join([f"{quoted(field.value)} {asked.evidence.field(trial, field)}".strip(), *extra]))
    return "; ".join(shown) or None


def label_of(topic_id: str) -> str:
    """The topic in words."""
    return BY_ID[topic_id].label
