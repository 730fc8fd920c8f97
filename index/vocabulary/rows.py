"""The shapes of the vocabulary's rows. A table is a CSV file beside this module; lists inside a cell are joined by `|`.

A synonym that starts with `=` is matched with exact case ("=HE", "=PD"), for short tokens that are words otherwise.
An id is snake_case and unique over all tables.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from index.text import Frozen


def _split(cell: object) -> object:
    return tuple(p.strip() for p in cell.split("|") if p.strip()) if isinstance(cell, str) else cell


def _blank(cell: object) -> object:
    return None if isinstance(cell, str) and not cell.strip() else cell


Words = Annotated[tuple[str, ...], BeforeValidator(_split)]
Number = Annotated[float | None, BeforeValidator(_blank)]
Text = Annotated[str | None, BeforeValidator(_blank)]
Flag = Annotated[bool, BeforeValidator(lambda cell: cell if isinstance(cell, bool) else str(cell).strip().lower() in ("yes", "1", "true"))]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Concept(Frozen):
    """What all rows share: id, the label a reader sees, the surfaces that mean it, and broader concepts (is-a)."""

    id: Id
    label: str
    synonyms: Words = ()
    parents: Words = ()
    core: Flag = False


class Hint(Frozen):
    """Words of a note (a regular expression between word boundaries) that speak of any of `concepts` even where the sentence was not understood."""

    pattern: str
    concepts: Words
    note: str = ""


class Measure(Concept):
    """Something that has a number: a lab test, a vital sign, a score, an age, a count, a size.

    `unit` is the canonical unit's id (None: dimensionless). `low`/`high` bound what is physiologically plausible in it.
    `uln_low`/`uln_high`: the spread of laboratories' upper limits of normal in that unit (`lln_*` for lower limits),
    used only as an interval when a laboratory's own limit is not given. `sex_uln`: "M low-high;F low-high" if it differs.
    `bare_units`: unit ids that a number without a unit may plausibly be in. `whole`: only whole numbers make sense.
    """

    kind: Literal["lab", "urine", "vital", "score", "function", "demographic", "count", "size", "time"]
    loinc: Words = ()
    unit: Text = None
    low: Number = None
    high: Number = None
    uln_low: Number = None
    uln_high: Number = None
    lln_low: Number = None
    lln_high: Number = None
    sex_uln: Text = None
    bare_units: Words = ()
    whole: Flag = False
    source: str = ""


class Unit(Frozen):
    """A unit: `spellings` as written (matched case-insensitively unless `=`), and `factor` to its dimension's base."""

    id: Id
    label: str
    spellings: Words
    dimension: str
    factor: float


class Conversion(Frozen):
    """Measure-specific factor: value in `unit` times `factor` is the value in the measure's canonical unit.

    `exact` is False for assay-dependent factors, which are shown and never applied silently; then `factor_high` gives the other end.
    """

    measure: Id
    unit: Id
    factor: float
    factor_high: Number = None
    exact: Flag = True
    source: str = ""


class Scale(Concept):
    """A scale with named values. `values`: `key=spelling;spelling|key=...`, spellings matched after the scale's name or,
    if they start with `!`, standing alone ("!Vp3", "!HBsAg+"). `ordered`: the keys are in rising order. `single`: a
    patient can have one value only at a time."""

    values: Words
    ordered: Flag = False
    source: str = ""


class Disease(Concept):
    """A disease, an event, a state or a symptom. `disjoint`: ids that the patient cannot be said to have merely because
    of this one, for neighbours that are easily confused (hcc and cholangiocarcinoma). `neoplasm`: a malignancy."""

    kind: Literal["disease", "event", "state", "symptom", "infection", "injury"] = "disease"
    disjoint: Words = ()
    neoplasm: Flag = False
    source: str = ""


class Drug(Concept):
    """A drug. `parents` are its classes. `prednisone_equivalent_mg`: mg equal to 5 mg of prednisone."""

    targets: Words = ()
    prednisone_equivalent_mg: Number = None
    source: str = ""


class DrugClass(Concept):
    """A class or group of drugs, or of treatments."""

    source: str = ""


class Procedure(Concept):
    """A procedure: surgery, locoregional treatment, radiotherapy, transplantation, biopsy, drainage, device."""

    source: str = ""


class Regimen(Concept):
    """A named combination; `components` are drug, class or procedure ids, all given together."""

    components: Words
    source: str = ""
