"""The patient's facts, indexed once so that a leaf of a condition finds those that bear on it. Selecting is done here, judging elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from assistant.check.thrombus import HVTT, implied
from assistant.check.windows import apart
from assistant.patient.facts import Fact
from assistant.patient.unread import Unread
from index.conditions import TEXT, Condition, Finding, children
from index.trials import Trial
from index.vocabulary import Vocabulary, vocabulary

if TYPE_CHECKING:
    from assistant.check.judged import Judged
    from assistant.patient.patient import Patient

Item = tuple[int, Fact]
"""A fact with its index in the chart. One index may carry several facts: an HBsAg result is also a finding of hepatitis B."""

_ABSENT_VALUES = frozenset({"0", "negative", "none", "no"})
_STANDS_FOR = {"brain_metastasis": "cns_metastasis"}
"""A denial of the part that is looked for is how clinicians deny the whole: "MRI brain: no metastasis"."""
ANY_ALLERGY = "allergy:any"
"""Stands for any fact about allergies: "no known drug allergies" bears on every drug."""
CANCER = "cancer"
OTHER_MALIGNANCY = "other_malignancy"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Facts on the concept or a narrower one, and facts on a broader one."""

    narrow: tuple[Item, ...]
    broad: tuple[Item, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing in the note bears on the concept."""
        return not self.narrow and not self.broad


NOTHING = Evidence((), ())


class Chart:
    """One patient's facts, indexed by kind and concept. Built once per patient; never changed but for phrases found on demand.

    `facts` are the patient's facts, followed by those found for open concepts. `as_of` is the reference date.
    """

    def __init__(self, patient: "Patient", as_of: date) -> None:
        self.patient = patient
        self.as_of = as_of
        self.words: Vocabulary = vocabulary()
        self.facts: list[Fact] = list(patient.facts)
        self._findings: dict[str, list[Item]] = {}
        self._treatments: dict[str, list[Item]] = {}
        self._allergies: dict[str, list[Item]] = {}
        self._measures: dict[str, list[Item]] = {}
        self._categories: dict[str, list[Item]] = {}
        self._unread: tuple[Unread, ...] = getattr(patient, "unread", ())
        self._kidney = any(fact.kind == "finding" and self.words.is_a(fact.concept, "rcc") for fact in self.facts)
        for i, fact in enumerate(self.facts):
            if not fact.implausible:
                self._index(i, fact)
        self.reach = self._reached()
        """Every concept that a fact can bear on: its own, broader and narrower ones."""
        self._known: dict[tuple[str, str], Evidence] = {}
        self._phrases: dict[str, tuple[Item, ...]] = {}
        self.memo: dict[str, object] = {}
        """Values derived for this patient, by name, so that each is computed once."""
        self.indexes: dict[frozenset[str], Item | None] = {}
        """The patient's index tumour, by the malignancies that a trial is for."""
        self.judged: dict[tuple[object, ...], Judged] = {}
        """What leaves came to, by what they say and stand in, so that words which many trials share are judged once."""

    def _index(self, i: int, fact: Fact) -> None:
        for concept, status in (*implied(fact), *_curative_intent(self.words, fact), *_many(fact), *_treated_for(self.words, fact)):
            if concept == HVTT and self._kidney:
                continue  # a kidney's thrombus comes through the renal vein
            self._findings.setdefault(concept, []).append(
                (i, fact.model_copy(update={"kind": "finding", "concept": concept, "status": status, "site": None}))
            )
        match fact.kind:
            case "finding":
                self._findings.setdefault(fact.concept, []).append((i, fact))
                if fact.status == "absent" and fact.concept in _STANDS_FOR:
                    whole = fact.model_copy(update={"concept": _STANDS_FOR[fact.concept]})
                    self._findings.setdefault(whole.concept, []).append((i, whole))
            case "treatment":
                to_liver = fact.site is not None and ("liver" in fact.site or "hepat" in fact.site) and self.words.is_a(fact.concept, "radiotherapy")
                for concept in (*self._components(fact.concept), *(("liver_radiotherapy",) if to_liver else ())):
                    self._treatments.setdefault(concept, []).append((i, fact))
            case "allergy":
                self._allergies.setdefault(fact.concept, []).append((i, fact))
            case "measurement":
                self._measures.setdefault(fact.concept, []).append((i, fact))
                if fact.concept == "temperature" and fact.status == "present" and _feverish(fact):
                    self._findings.setdefault("fever", []).append((i, fact.model_copy(update={"kind": "finding", "concept": "fever", "site": None})))
                if fact.status == "present" and fact.value is not None:
                    # A load or a count above zero presupposes the disease; "< 20" says nothing.
                    none = "absent" if fact.value.high == 0 and fact.concept not in _SUPPRESSED else None
                    self._imply(i, fact, "present" if (fact.value.low or 0) > 0 else none)
            case "category":
                self._categories.setdefault(fact.concept, []).append((i, fact))
                if fact.status == "present" and len(set(fact.choices) & _ABSENT_VALUES) in (0, len(fact.choices)):
                    self._imply(i, fact, "absent" if set(fact.choices) & _ABSENT_VALUES else "present")

    def _imply(self, i: int, fact: Fact, status: str | None) -> None:
        """A value on a scale of a disease says that the disease is there (or, at zero or negative, that it is not)."""
        for disease in graded(fact.concept) if status else ():
            implied = fact.model_copy(update={"kind": "finding", "concept": disease, "status": status})
            self._findings.setdefault(disease, []).append((i, implied))

    def _components(self, concept: str) -> tuple[str, ...]:
        regimen = self.words.regimens.get(concept)
        return (concept, *regimen.components) if regimen else (concept,)

    def _reached(self) -> frozenset[str]:
        found: set[str] = {ANY_ALLERGY} if self._allergies else set()
        for table in (self._findings, self._treatments, self._allergies, self._measures, self._categories):
            for concept in table:
                found.update(self.words.ancestors(concept))
                found.update(self.words.descendants(concept))
        for unread in self._unread:
            found.update(self.words.ancestors(unread.concept))
            found.update(self.words.descendants(unread.concept))
        return frozenset(found)

    def unread(self, concepts: Iterable[str]) -> str | None:
        """Words of the note that were not understood and may bear on any of the concepts; None if there are none."""
        for unread in self._unread:
            if any(self.words.is_a(unread.concept, c) or self.words.is_a(c, unread.concept) for c in concepts):
                return unread.source.quote
        return None

    # -- selecting -------------------------------------------------------------------------------------------------

    def _select(self, kind: str, table: dict[str, list[Item]], concept: str) -> Evidence:
        key = (kind, concept)
        known = self._known.get(key)
        if known is None:
            if concept.startswith(TEXT):
                known = Evidence(self.phrase(concept.removeprefix(TEXT)), ())
            elif concept not in self.reach:
                known = NOTHING
            else:
                up = self.words.ancestors(concept)
                narrow = [item for held, items in table.items() if concept in self.words.ancestors(held) for item in items]
                broad = [item for held, items in table.items() if held in up and held != concept for item in items]
                known = Evidence(_ordered(narrow), _ordered(broad)) if narrow or broad else NOTHING
            self._known[key] = known
        return known

    def findings(self, concept: str) -> Evidence:
        """Facts about a disease, an event or a state."""
        return self._select("finding", self._findings, concept)

    def treatments(self, concept: str) -> Evidence:
        """Facts about a drug, a class, a procedure or a regimen."""
        return self._select("treatment", self._treatments, concept)

    def allergies(self, concept: str) -> Evidence:
        """Facts about what the patient is, or is not, allergic to."""
        return self._select("allergy", self._allergies, concept)

    def all_treatments(self) -> tuple[Item, ...]:
        """Every treatment fact once, in the order of the note."""
        return _ordered(item for items in self._treatments.values() for item in items)

    def all_findings(self) -> tuple[Item, ...]:
        """Every finding, implied ones included, in the order of the note."""
        return _ordered(item for items in self._findings.values() for item in items)

    def all_allergies(self) -> tuple[Item, ...]:
        """Every allergy fact, in the order of the note."""
        return _ordered(item for items in self._allergies.values() for item in items)

    def measured(self, measure: str) -> tuple[Item, ...]:
        """Present values of a measure or of a narrower one, the outdated ones among them too."""
        found = self._select("measurement", self._measures, measure).narrow if measure in self.reach else ()
        return tuple(item for item in found if item[1].status == "present")

    def categorised(self, scale: str) -> tuple[Item, ...]:
        """Values of a scale, certain or suspected ones."""
        return tuple(item for item in self._categories.get(scale, ()) if item[1].status in ("present", "possible"))

    def phrase(self, words: str) -> tuple[Item, ...]:
        """Facts for an open concept: the phrase as the note has it. Each is added to the chart's facts."""
        known = self._phrases.get(words)
        if known is None:
            found = []
            for fact in self.patient.phrase(words):
                if any(_inside(fact, other) for other in self.patient.facts if other.kind in ("measurement", "category")):
                    continue  # the words name a laboratory value, not a disease or a drug
                self.facts.append(fact)
                found.append((len(self.facts) - 1, fact))
            self._phrases[words] = known = tuple(found)
        return known


_CURATIVE = ("cancer_surgery", "hepatic_resection", "liver_transplantation", "ablation")


def _curative_intent(words: Vocabulary, fact: Fact) -> list[tuple[str, str]]:
    """Planned surgery, transplantation or ablation says that radical treatment is thought possible."""
    if fact.kind != "treatment" or fact.status != "planned":
        return []
    meant = fact.concept == "surgery" or any(words.is_a(fact.concept, c) for c in _CURATIVE)
    return [("radical_treatment_unsuitable", "absent")] if meant else []


_SUPPRESSED = ("hiv_rna", "hbv_dna")
"""Loads that treatment brings to zero while the infection stays."""
_FEW = 3
"""More metastases than this are "multiple" where a text does not say what it means by it (our reading)."""


_FEVER = {"celsius": 38.0, "fahrenheit": 100.4}
"""Fever begins at 38.0 degrees Celsius (CTCAE 5.0, fever, grade 1)."""


def _feverish(fact: Fact) -> bool:
    """Whether a temperature is that of a fever; without a unit it is read by its size."""
    low = fact.value.low if fact.value is not None else None
    return low is not None and low >= _FEVER[fact.unit or ("celsius" if low < 50 else "fahrenheit")]


_HIV_DRUGS = ("integrase_inhibitor", "protease_inhibitor", "nnrti")
"""Classes that treat HIV alone (the nucleosides treat hepatitis B too)."""


def _treated_for(words: Vocabulary, fact: Fact) -> list[tuple[str, str]]:
    """What a treatment tells besides: a drug against HIV raises the infection, which it may also only prevent; a drug under study
    was given in another trial."""
    if fact.kind != "treatment" or fact.status != "present":
        return []
    if fact.concept == "investigational_agent":
        return [("other_trial_participation", "present")]
    return [("hiv", "possible")] if any(words.is_a(fact.concept, c) for c in _HIV_DRUGS) else []


def _many(fact: Fact) -> list[tuple[str, str]]:
    if fact.concept != "metastasis_count" or fact.value is None or fact.status != "present":
        return []
    if fact.value.low is not None and fact.value.low > _FEW:
        return [("multiple_metastases", "present")]
    return [("multiple_metastases", "absent")] if fact.value.high is not None and fact.value.high <= _FEW else []


def _inside(fact: Fact, other: Fact) -> bool:
    return other.source.start <= fact.source.start and fact.source.end <= other.source.end


def _ordered(items: Iterable[Item]) -> tuple[Item, ...]:
    """Items in the order of the note, each once."""
    seen: set[tuple[int, str]] = set()
    found = []
    for item in sorted(items, key=lambda item: item[0]):
        key = (item[0], item[1].concept)
        if key not in seen:
            seen.add(key)
            found.append(item)
    return tuple(found)


def current(items: Iterable[Item]) -> tuple[Item, ...]:
    """The values that count today: not superseded, not from the past where a present one exists, the latest of dated ones."""
    live = [item for item in items if not item[1].superseded]
    now = [item for item in live if item[1].time != "past"]
    live = now or live
    return tuple(item for item in live if not any(apart(item[1].when, other[1].when) < 0 for other in live))


def denials(chart: Chart, disease: str) -> tuple[Item, ...]:
    """Facts that deny a disease altogether; none if the note affirms it too."""
    found = chart.findings(disease)
    if any(fact.status in ("present", "possible") for _, fact in found.narrow):
        return ()
    everything = (*found.narrow, *found.broad)
    return tuple(
        item
        for item in everything
        if item[1].status == "absent" and not item[1].qualifiers and item[1].site is None and chart.words.is_a(disease, item[1].concept)
    )


@cache
def graded(concept: str) -> tuple[str, ...]:
    """The diseases that a measure or a scale is about: its parents among the conditions."""
    words = vocabulary()
    row = words.concepts.get(concept)
    return tuple(p for p in row.parents if words.table_of.get(p) == "condition") if row and words.table_of[concept] in ("measure", "scale") else ()


# -- the index tumour --------------------------------------------------------------------------------------------------

_ADVANCED = frozenset({"metastatic", "progressive", "recurrent", "locally_advanced", "unresectable", "active", "symptomatic", "untreated"})


@cache
def is_neoplasm(concept: str) -> bool:
    """Whether the concept is a malignancy of its own, not a metastasis."""
    words = vocabulary()
    row = words.diseases.get(concept)
    return bool(row and row.neoplasm) and "extrahepatic_disease" not in words.ancestors(concept) and "metastasis" not in words.ancestors(concept)


def related(a: str, b: str) -> bool:
    """Whether one concept is a kind of the other."""
    words = vocabulary()
    return words.is_a(a, b) or words.is_a(b, a)


_EVERYWHERE = frozenset({CANCER, "solid_tumor"})
_NAMED = frozenset({"hematologic_malignancy", "solid_tumor"})
_BY_TISSUE = frozenset({"neuroendocrine_tumor", "neuroendocrine_carcinoma", "germ_cell_tumor", "sarcoma", "cup"})


def is_tissue(concept: str) -> bool:
    """Whether a malignancy is named by its tissue alone, so that it may describe a tumour of any organ."""
    up = vocabulary().ancestors(concept)
    return up.isdisjoint(_NAMED) or not up.isdisjoint(_BY_TISSUE)


_ORGANS = frozenset({"hcc", "gastroesophageal_cancer", "colorectal_cancer", "pancreatic_cancer"})
"""Digestive tumours that nobody takes for one another, unlike their neighbours: bile duct and pancreas, appendix and colon."""


_SPREAD_TO = frozenset({"liver_cancer", "brain_tumor"})


def may_be_secondary(fact: Fact) -> bool:
    """Whether a malignancy is named by an organ to which others spread, with no date of its own: "liver tumours" beside a colon cancer."""
    return fact.concept in _SPREAD_TO and fact.when is None and fact.time != "past"


def of_its_own(concept: str, index: str) -> bool:
    """Whether a malignancy is certainly another than the index tumour: they share no more than being cancers."""
    up = vocabulary().ancestors
    if is_tissue(concept) or is_tissue(index) or concept in _EVERYWHERE:
        return False
    apart = up(concept).isdisjoint(up(index) & _ORGANS) and not _ORGANS.isdisjoint(up(concept)) and not _ORGANS.isdisjoint(up(index))
    return apart or up(concept) & up(index) <= _EVERYWHERE


def trial_tumours(trial: Trial) -> frozenset[str]:
    """The malignancies that a trial is for: those it requires, and those its condition field names."""
    found: set[str] = set()

    def required(condition: Condition, sign: int) -> None:
        if isinstance(condition, Finding):
            if sign > 0:
                found.update(c for c in condition.concepts if is_neoplasm(c))
            return
        for child in children(condition):
            required(child, -sign if condition.kind == "not" else sign)

    for criterion in trial.criteria:
        if criterion.polarity != "exclusion":
            required(criterion.condition, +1)
    for field in trial.all("condition"):
        found.update(m.concept for m in vocabulary().mentions(field.value, ("condition",)) if is_neoplasm(m.concept))
    return frozenset(found - {CANCER})


def neoplasms(chart: Chart) -> tuple[Item, ...]:
    """The patient's malignancies that are stated as present, in the order of the note."""
    known = chart.memo.get("neoplasms")
    if known is None:
        known = tuple(item for item in chart.all_findings() if item[1].status == "present" and is_neoplasm(item[1].concept))
        chart.memo["neoplasms"] = known
    return known  # type: ignore[return-value]


def index_tumour(chart: Chart, tumours: frozenset[str]) -> Item | None:
    """The malignancy that the trial would treat: the one that is the trial's condition, else the first current one of the note."""
    found = neoplasms(chart)
    for item in found:
        if any(chart.words.is_a(item[1].concept, t) for t in tumours):
            return item
    for item in found:
        if is_current_tumour(item[1], chart.as_of):
            return item
    return None


def is_current_tumour(fact: Fact, as_of: date) -> bool:
    """Whether a malignancy is the one that is being treated, not one of the patient's past."""
    if set(fact.qualifiers) & _ADVANCED:
        return True
    if fact.time == "past" or "resolved" in fact.qualifiers or "curatively_treated" in fact.qualifiers:
        return False
    return fact.when is None or fact.when.latest is None or (as_of - fact.when.latest).days < 365 or fact.time == "current"
