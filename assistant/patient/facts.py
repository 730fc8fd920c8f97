"""What a note or a bundle says about one patient, each statement with its place in the source.

A fact about somebody else (family, donor, partner) is not a fact about the patient and is never made.
A denial is a fact with status "absent"; silence is no fact at all.
"""

from datetime import date
from typing import Literal

from index.conditions import Concept, Qualifier, Response
from index.text import Frozen


class Source(Frozen):
    """Where the patient's text says it: offsets in the note, and the literal words."""

    start: int
    end: int
    quote: str


class Range(Frozen):
    """A number known exactly (`low == high`) or within bounds ("<20", "40-45", "~5 weeks"); None is open-ended."""

    low: float | None
    high: float | None
    low_inclusive: bool = True
    high_inclusive: bool = True

    @classmethod
    def exactly(cls, value: float) -> "Range":
        """A number known exactly."""
        return cls(low=value, high=value)


class Moment(Frozen):
    """A calendar date known to lie between two dates, both included; None is unknown on that side. Day precision
    has `earliest == latest`; "3 weeks ago" spans a few days, "in 2019" a year."""

    earliest: date | None
    latest: date | None


Status = Literal["present", "absent", "possible", "planned", "declined", "considered"]
"""present: has it, had it, received it. absent: explicitly denied, negative, never received. possible: suspected,
"cannot exclude". planned: will happen. declined: was offered and not given. considered: under discussion."""

Kind = Literal["measurement", "category", "finding", "treatment", "allergy"]


class Fact(Frozen):
    """One statement.

    measurement: `concept` is a measure of the vocabulary, `value` a range in `unit` (a unit key; None if none written);
        `upper_normal` / `lower_normal` if the note gives the laboratory's limits (same unit); `method` the formula or
        assay if the note says it ("fridericia", "bazett", "cockcroft_gault", "ckd_epi").
    category: `concept` is a scale, `choices` the value keys it may have (one, or several for "ECOG 0-1" or "BCLC B/C").
    finding: `concept` a disease, event or state. treatment: a drug, class, procedure, regimen or group.
    allergy: `concept` is what the patient is allergic to ("drug_allergy" with status "absent" for NKDA).

    `time`: "current", "past" (history of, last year, now resolved) or "unstated". `when` is the event's or the sample's
    date; `until` the end of a course of treatment if stated. `superseded` marks an older value that the same note
    replaces by a newer one of the same measure.
    `course` ties the drugs of one regimen together. `line` is the line of therapy if stated. `responses` how it ended.
    `duration_days` how long it lasted or has been taken, `dose_mg_per_day` with `dose_text` as written.
    `site`: the part of the body or the lesion it concerns ("spine", "liver", "eye"), a lower-case phrase.
    `reading` is a short sentence in words when the fact rests on an interpretation of ours, with its source.
    """

    kind: Kind
    concept: Concept
    status: Status
    source: Source
    value: Range | None = None
    unit: str | None = None
    upper_normal: float | None = None
    lower_normal: float | None = None
    method: str | None = None
    choices: tuple[str, ...] = ()
    time: Literal["current", "past", "unstated"] = "unstated"
    when: Moment | None = None
    until: Moment | None = None
    superseded: bool = False
    qualifiers: tuple[Qualifier, ...] = ()
    course: int | None = None
    line: int | None = None
    setting: Literal["adjuvant", "neoadjuvant", "perioperative", "maintenance", "advanced"] | None = None
    responses: tuple[Response, ...] = ()
    stopped_for: Literal["progression", "toxicity", "completion", "other"] | None = None
    for_condition: Concept | None = None
    duration_days: float | None = None
    dose_mg_per_day: float | None = None
    dose_text: str | None = None
    route: Literal["oral", "iv", "sc", "inhaled", "intranasal", "topical", "local", "intravitreal", "systemic"] | None = None
    site: str | None = None
    implausible: bool = False
    reading: str = ""
