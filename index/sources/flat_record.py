"""A trial as a flat JSON object, such as data sets of trials hold, one a line: `{"nct_id": ..., "title": ..., "eligibility": ...}`.

Keys are told by their letters alone ("nctId", "NCT Number", "nct_id"). A value is a text, a number, a list of texts, or a list written out as
a text. One document per value: `<file>#<NCT number>.<key>`, of a list `...<key>[0]`.
"""

import ast
import hashlib
import json
import re
from collections.abc import Iterator

from index.sources.draft import Draft
from index.sources.source import Rejected, Source
from index.sources.tree import Json
from index.trials import FieldName, Trial

_SYNONYMS: tuple[tuple[FieldName, str | None, str], ...] = (
    ("nct_id", None, "nct nctid nctnumber nctno trialid studyid registrynumber id"),
    ("title", None, "title brieftitle studytitle trialtitle name"),
    ("official_title", None, "officialtitle scientifictitle"),
    ("acronym", None, "acronym"),
    ("summary", None, "summary briefsummary abstract text"),
    ("description", None, "description detaileddescription"),
    ("condition", None, "condition conditions disease diseases diseaseslist conditionslist targetdiseases"),
    ("keyword", None, "keyword keywords"),
    ("intervention", None, "intervention interventions drugs drugslist treatments interventionslist"),
    ("status", None, "status overallstatus studystatus recruitmentstatus trialstatus"),
    ("phase", None, "phase phases trialphase"),
    ("study_type", None, "studytype"),
    ("enrollment", None, "enrollment enrolment samplesize"),
    ("sex", None, "sex gender"),
    ("minimum_age", None, "minimumage minage ageminimum"),
    ("maximum_age", None, "maximumage maxage agemaximum"),
    ("healthy_volunteers", None, "healthyvolunteers"),
    ("sponsor", None, "sponsor leadsponsor"),
    ("start_date", None, "startdate"),
    ("end_date", None, "completiondate enddate"),
    ("primary_completion_date", None, "primarycompletiondate"),
    ("last_update", None, "lastupdate lastupdated lastupdateposted lastupdatedate lastupdatepostdate lastupdatesubmitdate"),
    ("url", None, "url link studyurl"),
    ("location", None, "location locations country countries sites"),
    ("outcome", "primary", "primaryoutcome primaryoutcomes primaryoutcomemeasures"),
    ("outcome", "secondary", "secondaryoutcome secondaryoutcomes secondaryoutcomemeasures"),
    ("eligibility", None, "eligibility eligibilitycriteria criteria eligibilitytext"),
    ("eligibility", "inclusion", "inclusion inclusioncriteria"),
    ("eligibility", "exclusion", "exclusion exclusioncriteria"),
)
_KEYS = {key: (name, role) for name, role, keys in _SYNONYMS for key in keys.split()}
_NCT = re.compile(r"NCT\d{8}", re.I)
_LISTED = ("condition", "keyword", "intervention", "phase", "location")
# The registry's fields as its older exports write them below the criteria; they are no bullets of the list.
_BELOW = re.compile(
    r"^\W*Must (?:be (?P<sex>FEMALE|MALE)\b|have minimum age of (?P<low>[\w.]+ [A-Za-z]+)|have maximum age of (?P<high>[\w.]+ [A-Za-z]+))", re.M
)
_BELOW_FIELDS: dict[str, FieldName] = {"sex": "sex", "low": "minimum_age", "high": "maximum_age"}
_YES_NO = {"true": "Yes", "false": "No"}


def trial(source: Source, record: dict[str, Json], place: str, *, many: bool) -> Trial | Rejected | None:
    """The trial that a flat object states; None if it is no such object, a line if it states nothing of a trial.

    `place` names the object in its file ("line 3"); `many`: the file holds others.
    """
    stated = {key: _KEYS[bare] for key in record if (bare := re.sub(r"[^a-z]", "", key.lower())) in _KEYS}
    if not stated.keys() & record.keys() or not {"title", "official_title", "eligibility", "summary"} & {name for name, _ in stated.values()}:
        return None
    numbers = [m[0].upper() for key, (name, _) in stated.items() if name == "nct_id" and (m := _NCT.fullmatch(str(record[key]).strip()))]
    nct_id = numbers[0] if numbers else None
    own = nct_id or (f"{source.stem}-{place.split()[-1]}" if many else source.stem)
    draft = Draft(source.name, "flat_json")
    for key, value in record.items():
        name, role = stated.get(key, ("other", key))
        if name != "nct_id" or str(value).strip().upper() == nct_id:
            for where, text, pieces in _texts(f"{source.name}#{own}.{key}" if many else f"{source.name}#{key}", value, name):
                document = draft.document(where, text)
                for start, end in pieces:
                    draft.add(name, document, start, end, role=role, value=_YES_NO.get(text) if name == "healthy_volunteers" else None)
                if name == "eligibility":
                    for stated_below in _BELOW.finditer(text):
                        field: FieldName = _BELOW_FIELDS[stated_below.lastgroup or ""]
                        draft.add(field, document, *stated_below.span(stated_below.lastgroup or ""))
    if not any(field.name not in ("nct_id", "other") for field in draft.fields):
        return Rejected(f"{source.name} {place}".strip(), "The record has neither a title nor an eligibility text.")
    content_hash = hashlib.sha256(json.dumps(record, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    return draft.trial(own, nct_id, content_hash, source.encoding)


def _texts(where: str, value: Json, name: FieldName) -> Iterator[tuple[str, str, list[tuple[int, int]]]]:
    """Each text of a value: the name of its document, the text, and the ranges in it that are values of their own."""
    match value:
        case str() if value.strip():
            yield where, value, (_items(value) if name in _LISTED else [(0, len(value))])
        case bool():
            yield where, str(value).lower(), [(0, len(str(value)))]
        case int() | float():
            yield where, str(value), [(0, len(str(value)))]
        case list():
            for n, one in enumerate(value):
                yield from _texts(f"{where}[{n}]", one, name)
        case dict():
            for key, one in value.items():
                yield from _texts(f"{where}.{key}", one, name)


def _items(text: str) -> list[tuple[int, int]]:
    """The items of a list that was written out as a text: "['liver cancer', 'cirrhosis']", or with bars between."""
    if text.lstrip().startswith("["):
        try:
            listed = ast.literal_eval(text.strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            listed = None
        if isinstance(listed, list) and all(isinstance(one, str) for one in listed):
            found, at = [], 0
            for one in listed:
                start = text.find(one, at)
                if start < 0:
                    return [(0, len(text))]
                found.append((start, start + len(one)))
                at = start + len(one)
            return found
    return [(m.start(), m.end()) for m in re.finditer(r"[^|]*[^|\s][^|]*", text)]
