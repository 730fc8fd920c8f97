"""What a criterion says, as a tree. Conditions state propositions; polarity is applied once, elsewhere.

Leaves
    Limit         a number lies within bounds: a lab value, a score, an age, a count, a size
    Category      a scale has one of some values: BCLC B or C, HBsAg positive, sex female, EGFR mutated
    Finding       the patient has, or had, a disease, an event or a state
    Treatment     the patient received, receives, needs or plans a drug, a drug class, a procedure or a regimen
    Allergy       the patient is allergic to something
    Judgement     somebody must judge or act: the investigator, or the consent visit. Never guessed
    NotCompiled   words that were not understood, kept verbatim. Never guessed, never dropped
Trees
    AllOf, AnyOf, AtLeast, Not
    Given         a rule for some patients only: `when` must hold for `then` to matter
    Except        a trigger with its carve-out: `trigger` AND NOT `carve_out`
    Permitted     a permission ("X can be enrolled"): blocks nobody

A concept is an id of the vocabulary ("hcc", "lenvatinib", "pd1_inhibitor", "plt"), or `text:` followed by a
lower-case noun phrase of the document ("text:sarcoidosis") where the vocabulary has no such entry.
Every node carries the span of its words in the document's text.
"""

from typing import Annotated, Literal

from pydantic import Field

from index.text import Frozen, Span

Concept = str
"""A vocabulary id, or `text:<phrase>`."""

TEXT = "text:"

DurationUnit = Literal["hour", "day", "week", "month", "year"]


class Duration(Frozen):
    """A length of time. Months and years are calendar months and years, a week is seven days."""

    value: float
    unit: DurationUnit


Anchor = Literal["first_dose", "enrolment", "randomisation", "screening", "consent", "other", "unstated"]


class Window(Frozen):
    """When something has to have happened, counted back from `anchor`.

    `within`: it happened at most this long ago ("within 4 weeks prior to the first dose").
    `longer_than`: it happened more than this long ago, or at least, if `longer_inclusive` ("more than 5 years ago",
    "at least 4 weeks since").
    `ahead`: it lies in the future of the anchor ("planned during the study").
    `scope_unclear`: the sentence can be read so that the window belongs to another item too, or to another item only.
    """

    within: Duration | None = None
    longer_than: Duration | None = None
    longer_inclusive: bool = True
    ahead: bool = False
    anchor: Anchor = "unstated"
    scope_unclear: bool = False


class Bounds(Frozen):
    """A range of numbers; a missing end is open to infinity."""

    low: float | None = None
    low_inclusive: bool = True
    high: float | None = None
    high_inclusive: bool = True


class Node(Frozen):
    """Every condition knows the span of its words in the document's text."""

    span: Span


class Limit(Node):
    """`measure` lies within `bounds`, in `unit` or as a multiple of a reference limit.

    `unit` is a key of the unit table, None when the document gives none (scores, ratios, counts, or an omission).
    `times` says that the bounds are multiples of the laboratory's upper or lower limit of normal, or of baseline.
    `method` is a formula or an assay that the document prescribes ("cockcroft_gault", "fridericia").
    `about` narrows what is counted or measured ("metastasis" for a size).
    """

    kind: Literal["limit"] = "limit"
    measure: Concept
    bounds: Bounds
    unit: str | None = None
    times: Literal["uln", "lln", "baseline"] | None = None
    method: str | None = None
    window: Window | None = None
    about: Concept | None = None


class Category(Node):
    """`scale` has one of `values` (value keys of the vocabulary's scale, e.g. ("B", "C") or ("positive",))."""

    kind: Literal["category"] = "category"
    scale: Concept
    values: tuple[str, ...]
    window: Window | None = None


Qualifier = Literal[
    "active", "uncontrolled", "controlled", "symptomatic", "asymptomatic", "severe", "mild", "chronic", "acute", "unstable", "stable",
    "requires_treatment", "requires_systemic_treatment", "requires_drainage", "requires_hospitalisation", "requires_oxygen",
    "clinically_significant", "histologically_confirmed", "imaging_confirmed", "metastatic", "advanced", "locally_advanced", "unresectable",
    "resectable", "recurrent", "progressive", "measurable", "treated", "untreated", "curatively_treated", "life_threatening",
    "unresolved", "resolved", "congenital", "catheter_related", "imaging_only", "minimal", "known", "suspected",
]  # fmt: skip
"""A word that narrows a finding. A patient's fact that lacks it leaves the condition unknown, not false."""


class Finding(Node):
    """The patient has (`tense` "current") or has or ever had ("ever") any of `concepts`, with all of `qualifiers`.

    `open_list`: the text ends in "etc." or "including but not limited to", so that a relative of the named ones,
    not named itself, is unknown.
    `studied`: the registry names these as what the trial is about. That is no rule of entry: a patient with one of them
    has what is studied, for any other it is unknown.
    """

    kind: Literal["finding"] = "finding"
    concepts: tuple[Concept, ...]
    tense: Literal["current", "ever"] = "current"
    qualifiers: tuple[Qualifier, ...] = ()
    window: Window | None = None
    open_list: bool = False
    studied: bool = False


Response = Literal["progressed", "refractory", "failed", "intolerant", "responded", "completed"]


class Dose(Frozen):
    """Daily dose bounds of `drug` in mg; `equivalent` means that other drugs count by their equivalent dose.

    `per`: the bounds are mg for each kg of body weight, or for each m² of body surface."""

    drug: Concept
    bounds: Bounds
    equivalent: bool = False
    per: Literal["kg", "m2"] | None = None


class Treatment(Node):
    """The patient's exposure to any of `targets` (drugs, classes, procedures, regimens, "systemic_therapy", ...).

    `all_targets`: every one of the targets is meant, as in "after a platinum and a taxane" (any order, any line).
    `status`: "received" (ever, or inside `window`), "current", "planned", "needs" (a medical need for it now),
    "candidate" (suitable for it), "declined" (offered and refused).
    `response`: how it ended, any of these. `lines`: how many lines of it were given. `line`: in which line.
    `for_condition`: the disease it was given for, when the text says so. `setting`: adjuvant and so on.
    `min_duration`: it was taken for at least this long. `combination`: the targets were given together,
    or, for a single target, together with another agent.
    """

    kind: Literal["treatment"] = "treatment"
    targets: tuple[Concept, ...]
    all_targets: bool = False
    combination: bool = False
    status: Literal["received", "current", "planned", "needs", "candidate", "declined"] = "received"
    response: tuple[Response, ...] = ()
    for_condition: Concept | None = None
    setting: Literal["adjuvant", "neoadjuvant", "perioperative", "maintenance", "advanced"] | None = None
    lines: Bounds | None = None
    line: Bounds | None = None
    dose: Dose | None = None
    route: Literal["oral", "iv", "sc", "inhaled", "intranasal", "topical", "local", "intravitreal", "systemic"] | None = None
    min_duration: Duration | None = None
    window: Window | None = None
    open_list: bool = False


class Allergy(Node):
    """Known allergy, hypersensitivity or (if `severe`) a severe reaction to any of `targets`."""

    kind: Literal["allergy"] = "allergy"
    targets: tuple[Concept, ...]
    severe: bool = False
    open_list: bool = False


class Judgement(Node):
    """Left to a person: "investigator" opinion, or "procedural" (consent, compliance, contraception, availability)."""

    kind: Literal["judgement"] = "judgement"
    by: Literal["investigator", "procedural"]
    topic: Literal["opinion", "consent", "compliance", "contraception", "tissue", "other"] = "opinion"


class NotCompiled(Node):
    """Words that were not understood. `why` is for the reader: "not understood", "comparator missing or damaged"."""

    kind: Literal["not_compiled"] = "not_compiled"
    why: str = "not understood"


class AllOf(Node):
    """Every item holds."""

    kind: Literal["all_of"] = "all_of"
    items: tuple["Condition", ...]


class AnyOf(Node):
    """At least one item holds."""

    kind: Literal["any_of"] = "any_of"
    items: tuple["Condition", ...]


class AtLeast(Node):
    """At least `n` of the items hold."""

    kind: Literal["at_least"] = "at_least"
    n: int
    items: tuple["Condition", ...]


class Not(Node):
    """The item does not hold."""

    kind: Literal["not"] = "not"
    item: "Condition"


class Given(Node):
    """A rule for those to whom `when` applies: `then` must hold. Not applicable to the others."""

    kind: Literal["given"] = "given"
    when: "Condition"
    then: "Condition"


class Except(Node):
    """`trigger` and not `carve_out`. `readings` holds the words of each reading when the carve-out can be read in
    two ways that differ; then a patient who meets trigger and carve-out is unknown (ambiguous), never decided."""

    kind: Literal["except"] = "except"
    trigger: "Condition"
    carve_out: "Condition"
    readings: tuple[str, ...] = ()


class Permitted(Node):
    """A permission: patients with `item` may enter. It blocks nobody; it is shown when the note mentions it."""

    kind: Literal["permitted"] = "permitted"
    item: "Condition"


Leaf = Limit | Category | Finding | Treatment | Allergy | Judgement | NotCompiled
Condition = Annotated[
    Limit | Category | Finding | Treatment | Allergy | Judgement | NotCompiled | AllOf | AnyOf | AtLeast | Not | Given | Except | Permitted,
    Field(discriminator="kind"),
]

for _model in (AllOf, AnyOf, AtLeast, Not, Given, Except, Permitted):
    _model.model_rebuild()


def children(condition: Condition) -> tuple[Condition, ...]:
    """The direct parts of a condition, in the order of the text; empty for a leaf."""
    match condition:
        case AllOf() | AnyOf() | AtLeast():
            return condition.items
        case Not() | Permitted():
            return (condition.item,)
        case Given():
            return (condition.when, condition.then)
        case Except():
            return (condition.trigger, condition.carve_out)
        case _:
            return ()


def leaves(condition: Condition) -> tuple[Leaf, ...]:
    """All leaves below a condition, in the order of the text."""
    below = children(condition)
    if not below:
        assert isinstance(condition, Leaf)
        return (condition,)
    return tuple(leaf for child in below for leaf in leaves(child))
