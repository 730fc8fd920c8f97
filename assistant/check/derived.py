"""Values computed from others. Each shows its formula, its inputs and its source; a missing input widens the result to bounds.

None of these formulas or tables stands in a trial's document: every derived value says that it is ours.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from assistant.check.evidence import Chart, Item, current
from assistant.check.interval import hull, times
from assistant.check.units import canonical, factor
from assistant.check.words import amount, label, number, unit_label
from assistant.patient.facts import Fact, Range


@dataclass(frozen=True, slots=True)
class Known:
    """A value in its canonical unit, with the facts it comes from."""

    value: Range
    facts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Derived:
    """A computed value in the measure's canonical unit, with its working in words. `missing`: measures or concepts that would narrow it."""

    value: Range
    facts: tuple[int, ...]
    text: str
    missing: tuple[str, ...] = ()


def known(chart: Chart, measure: str) -> Known | None:
    """What the note says of a measure today, in its canonical unit, over all plausible readings; None if nothing."""
    items = current(chart.measured(measure))
    ranges = [value for _, fact in items if fact.value is not None for value, _ in canonical(measure, fact.value, fact.unit)]
    return Known(hull(ranges), tuple(i for i, _ in items)) if ranges else None


def sex(chart: Chart) -> tuple[str | None, tuple[int, ...]]:
    """ "male", "female" or None, with its fact."""
    items = current(chart.categorised("sex"))
    values = {choice for _, fact in items for choice in fact.choices}
    return (values.pop() if len(values) == 1 else None), tuple(i for i, _ in items)


def derive(measure: str, chart: Chart) -> Derived | None:
    """The derived value of a measure, or None if it has no formula here or the note gives nothing to start from."""
    formula = FORMULAS.get(measure)
    if formula is None:
        return None
    key = f"derived:{measure}"
    if key not in chart.memo:
        chart.memo[key] = formula(chart)
    return chart.memo[key]  # type: ignore[return-value]


# -- Child-Pugh --------------------------------------------------------------------------------------------------------
# Pugh RNH et al., Br J Surg 1973;60:646-9. Bilirubin 34 and 51 µmol/L (2 and 3 mg/dL), albumin 35 and 28 g/L, INR 1.7 and 2.3
# or prothrombin time 4 and 6 s above control. Some tables put albumin's lower step at 30 g/L: 28 to 30 counts 2 or 3.


def _points(value: Range, low: float, high: float) -> tuple[int, int]:
    """Points of a rising value: below `low` 1, low..high 2, above `high` 3."""

    def one(x: float) -> int:
        return 1 if x < low else 2 if x <= high else 3

    return one(value.low if value.low is not None else -math.inf), one(value.high if value.high is not None else math.inf)


def _albumin_points(value: Range) -> tuple[int, int]:
    def one(x: float, step: float) -> int:
        return 1 if x > 35 else 2 if x >= step else 3

    low = value.low if value.low is not None else -math.inf
    high = value.high if value.high is not None else math.inf
    return one(high, 28), one(low, 28)


def _state_points(chart: Chart, concept: str) -> tuple[int, int, tuple[int, ...]]:
    """Points of ascites or encephalopathy: absent 1, mild or controlled 2, severe 3; unclear ones as bounds."""
    found = chart.findings(concept)
    facts = tuple(i for i, _ in (*found.narrow, *found.broad))
    present = [f for _, f in found.narrow if f.status == "present"]
    now = [f for f in present if f.time != "past"]
    if not now:
        if any(f.status == "absent" for _, f in (*found.narrow, *found.broad) if f.concept in chart.words.ancestors(concept)):
            return 1, 1, facts
        return 1, 3, facts
    low, high = 3, 1
    for fact in now:
        a, b = _grade_points(fact)
        low, high = min(low, a), max(high, b)
    return (max(low, 1), high, facts)


def _grade_points(fact: Fact) -> tuple[int, int]:
    words = set(fact.qualifiers)
    if fact.value is not None and fact.value.low is not None and fact.value.high is not None:
        grade = [1 if g == 0 else 2 if g <= 2 else 3 for g in (fact.value.low, fact.value.high)]
        return grade[0], grade[1]
    if words & {"imaging_only", "minimal"}:
        return 1, 2
    if words & {"severe", "uncontrolled", "requires_drainage"}:
        return 3, 3
    if words & {"mild", "controlled"}:
        return 2, 2
    return 2, 3


def _child_pugh(chart: Chart) -> Derived | None:
    parts: list[tuple[str, int, int]] = []
    facts: list[int] = []
    missing: list[str] = []

    def add(name: str, points: tuple[int, int], used: tuple[int, ...]) -> None:
        parts.append((name, *points))
        facts.extend(used)

    tbil, alb = known(chart, "tbil"), known(chart, "alb")
    inr, pt = known(chart, "inr"), known(chart, "pt_prolongation") or _as_known(_pt_prolongation(chart))
    add(
        f"bilirubin {amount(tbil.value)} {unit_label('umol_l')}" if tbil else "bilirubin",
        _points(tbil.value, 34, 51) if tbil else (1, 3),
        tbil.facts if tbil else (),
    )
    add(
        f"albumin {amount(alb.value)} {unit_label('g_l')}" if alb else "albumin",
        _albumin_points(alb.value) if alb else (1, 3),
        alb.facts if alb else (),
    )
    if inr:
        add(f"INR {amount(inr.value)}", _points(inr.value, 1.7, 2.3), inr.facts)
    elif pt:
        add(f"PT +{amount(pt.value)} s", _points(pt.value, 4, 6), pt.facts)
    else:
        add("INR", (1, 3), ())
    for concept in ("ascites", "hepatic_encephalopathy"):
        low, high, used = _state_points(chart, concept)
        add(label(concept), (low, high), used)
    missing = [m for m, there in (("tbil", tbil), ("alb", alb), ("inr", inr or pt)) if not there]
    missing += [c for c, (_, low, high) in zip(("ascites", "hepatic_encephalopathy"), parts[3:], strict=True) if low != high]
    if not facts:
        return None
    low, high = sum(p[1] for p in parts), sum(p[2] for p in parts)
    working = ", ".join(f"{name} {a}" if a == b else f"{name} {a}-{b}" for name, a, b in parts)
    text = f"Child-Pugh computed {low if low == high else f'{low} to {high}'} points ({working}; Pugh 1973, our computation)"
    return Derived(Range(low=low, high=high), tuple(dict.fromkeys(facts)), text, tuple(missing))


def _as_known(derived: Derived | None) -> Known | None:
    return Known(derived.value, derived.facts) if derived else None


# -- kidney, coagulation, calcium, body ---------------------------------------------------------------------------------


def _cockcroft_gault(chart: Chart) -> Derived | None:
    """(140 - age) x weight kg x (0.85 if female) / (72 x creatinine mg/dL); Cockcroft and Gault, Nephron 1976;16:31-41."""
    age, weight, cr = known(chart, "age"), known(chart, "weight"), known(chart, "cr")
    if not (age and weight and cr):
        return None
    gender, gender_facts = sex(chart)
    factors = {"male": (1.0, 1.0), "female": (0.85, 0.85)}.get(gender or "", (0.85, 1.0))
    numbers = [_ends(k.value) for k in (age, weight, cr)]
    if any(n is None for n in numbers):
        return None
    (age_low, age_high), (kg_low, kg_high), (cr_low, cr_high) = (n for n in numbers if n is not None)
    if cr_low <= 0 or age_high >= 140:
        return None
    low = (140 - age_high) * kg_low * factors[0] / (72 * cr_high / 88.4)
    high = (140 - age_low) * kg_high * factors[1] / (72 * cr_low / 88.4)
    who = "" if gender == "male" else " × 0.85" if gender == "female" else " × 0.85 to 1 (sex not stated)"
    creatinine = times(cr.value, 1 / 88.4)
    text = (
        f"creatinine clearance {amount(Range(low=low, high=high), 3)} mL/min = (140 - {amount(age.value)}) × {amount(weight.value)} kg{who}"
        f" / (72 × {amount(creatinine, 3)} mg/dL), Cockcroft-Gault with the stated weight, our computation"
    )
    return Derived(Range(low=low, high=high), (*age.facts, *gender_facts, *weight.facts, *cr.facts), text, () if gender else ("sex",))


def _ends(value: Range) -> tuple[float, float] | None:
    return None if value.low is None or value.high is None else (value.low, value.high)


def _pt_prolongation(chart: Chart) -> Derived | None:
    """Prothrombin time above the control value, in seconds; needs the laboratory's control or upper limit."""
    for i, fact in current(chart.measured("pt")):
        if fact.value is not None and fact.upper_normal is not None and (ends := _ends(fact.value)):
            low, high = ends[0] - fact.upper_normal, ends[1] - fact.upper_normal
            return Derived(
                Range(low=low, high=high),
                (i,),
                f"PT {amount(fact.value)} s less control {number(fact.upper_normal)} s = {amount(Range(low=low, high=high), 3)} s",
            )
    return None


def _corrected_calcium(chart: Chart) -> Derived | None:
    """Total calcium + 0.02 x (40 - albumin g/L) mmol/L; Payne RB et al., BMJ 1973;4:643-6."""
    calcium, alb = known(chart, "calcium"), known(chart, "alb")
    if not calcium or not alb or not (ca := _ends(calcium.value)) or not (al := _ends(alb.value)):
        return None
    value = Range(low=ca[0] + 0.02 * (40 - al[1]), high=ca[1] + 0.02 * (40 - al[0]))
    working = f"{amount(calcium.value, 3)} + 0.02 × (40 - {amount(alb.value)} g/L)"
    text = f"corrected calcium {amount(value, 3)} mmol/L = {working}, Payne 1973, our computation"
    return Derived(value, (*calcium.facts, *alb.facts), text)


def _body_surface(chart: Chart) -> Derived | None:
    """sqrt(height cm x weight kg / 3600) m²; Mosteller RD, N Engl J Med 1987;317:1098."""
    height, weight = known(chart, "height"), known(chart, "weight")
    if not height or not weight or not (cm := _ends(height.value)) or not (kg := _ends(weight.value)):
        return None
    value = Range(low=math.sqrt(cm[0] * kg[0] / 3600), high=math.sqrt(cm[1] * kg[1] / 3600))
    return Derived(value, (*height.facts, *weight.facts), f"body surface {amount(value, 3)} m² (Mosteller 1987, our computation)")


def _bmi(chart: Chart) -> Derived | None:
    """Weight in kg divided by the square of height in m."""
    height, weight = known(chart, "height"), known(chart, "weight")
    if not height or not weight or not (cm := _ends(height.value)) or not (kg := _ends(weight.value)) or cm[0] <= 0:
        return None
    value = Range(low=kg[0] / (cm[1] / 100) ** 2, high=kg[1] / (cm[0] / 100) ** 2)
    text = f"BMI {amount(value, 3)} kg/m² = {amount(weight.value)} kg / ({amount(height.value)} cm)², our computation"
    return Derived(value, (*height.facts, *weight.facts), text)


def _albi(chart: Chart) -> Derived | None:
    """0.66 x log10(bilirubin µmol/L) - 0.085 x albumin g/L; Johnson PJ et al., J Clin Oncol 2015;33:550-8."""
    tbil, alb = known(chart, "tbil"), known(chart, "alb")
    if not tbil or not alb or not (bil := _ends(tbil.value)) or not (al := _ends(alb.value)) or bil[0] <= 0:
        return None
    value = Range(low=0.66 * math.log10(bil[0]) - 0.085 * al[1], high=0.66 * math.log10(bil[1]) - 0.085 * al[0])
    shown = (
        number(round(value.low or 0, 2)) if value.low == value.high else f"{number(round(value.low or 0, 2))} to {number(round(value.high or 0, 2))}"
    )
    return Derived(
        value,
        (*tbil.facts, *alb.facts),
        f"ALBI {shown} = 0.66 × log10({amount(tbil.value)}) - 0.085 × {amount(alb.value)}, Johnson 2015, our computation",
    )


# -- QT ----------------------------------------------------------------------------------------------------------------
# Fridericia QT / RR^(1/3), Bazett QT / RR^(1/2), RR = 60 / heart rate in seconds. Between the two at one rate: RR^(1/6).

_RATES = (45.0, 120.0)
"""Heart rates between which a correction by another formula is bounded when the note gives none."""


def corrected_qt(chart: Chart, method: str | None) -> Derived | None:
    """QTc by `method` ("fridericia" unless "bazett") from QT and heart rate."""
    qt, rate = known(chart, "qt"), known(chart, "heart_rate")
    if not qt or not rate or not (ms := _ends(qt.value)) or not (bpm := _ends(rate.value)) or bpm[0] <= 0:
        return None
    power, name = (0.5, "QTcB") if method == "bazett" else (1 / 3, "QTcF")
    value = Range(low=ms[0] / (60 / bpm[0]) ** power, high=ms[1] / (60 / bpm[1]) ** power)
    root = "square" if method == "bazett" else "cube"
    text = f"{name} {amount(value, 3)} ms = QT {amount(qt.value)} ms / {root} root of (60 / {amount(rate.value)}), our computation"
    return Derived(value, (*qt.facts, *rate.facts), text)


def recorrected_qt(chart: Chart, stated: Range, method: str | None, wanted: str) -> tuple[Range, str, tuple[int, ...]]:
    """What a QTc by another, or an unstated, formula (`method`) can be by the `wanted` one: bounds, with their reason."""
    rate = known(chart, "heart_rate")
    bpm = (_ends(rate.value) if rate else None) or _RATES
    sixth = [(60 / r) ** (1 / 6) for r in bpm]
    factors = sixth if wanted == "fridericia" else [1 / f for f in sixth]
    spread = [*factors, 1.0] if method is None else factors
    value = hull([times(stated, min(spread)), times(stated, max(spread))])
    why = f"by {method.capitalize()}" if method else "formula not stated"
    at = f"at {amount(rate.value)}/min" if rate else f"at any rate from {_RATES[0]:.0f} to {_RATES[1]:.0f}/min"
    return value, f"{why}; {wanted.capitalize()} {at} would be {amount(value, 3)} ms", rate.facts if rate else ()


# -- performance status ------------------------------------------------------------------------------------------------
# Oken MM et al., Am J Clin Oncol 1982;5:649-55 and later tables, which disagree at Karnofsky 70 and 50.

_ECOG_OF_KPS = {100: (0, 0), 90: (0, 1), 80: (1, 1), 70: (1, 2), 60: (2, 2), 50: (2, 3), 40: (3, 3), 30: (3, 4), 20: (4, 4), 10: (4, 4), 0: (5, 5)}
_KPS_OF_ECOG = {0: (90, 100), 1: (70, 90), 2: (50, 70), 3: (30, 50), 4: (10, 30), 5: (0, 0)}  # wide enough for every table


def _ecog(chart: Chart) -> Derived | None:
    kps = known(chart, "karnofsky") or known(chart, "lansky")
    if not kps or not (ends := _ends(kps.value)):
        return None
    high, low = (_ECOG_OF_KPS.get(round(k / 10) * 10) for k in ends)
    if not high or not low:
        return None
    value = Range(low=low[0], high=high[1])
    return Derived(value, kps.facts, f"ECOG {amount(value)} from Karnofsky {amount(kps.value)} (tables differ at 70 and 50; our conversion)")


def _karnofsky(chart: Chart) -> Derived | None:
    ecog = known(chart, "ecog")
    if not ecog or not (ends := _ends(ecog.value)):
        return None
    best, worst = _KPS_OF_ECOG.get(int(ends[0])), _KPS_OF_ECOG.get(int(ends[1]))
    if not best or not worst:
        return None
    value = Range(low=worst[0], high=best[1])
    return Derived(value, ecog.facts, f"Karnofsky {amount(value)} from ECOG {amount(ecog.value)} (tables differ; our conversion)")


# -- metastases --------------------------------------------------------------------------------------------------------


def sites(chart: Chart) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Organs with a stated metastasis, and the facts."""
    found = [item for item in chart.findings("metastasis").narrow if item[1].status == "present" and item[1].time != "past"]
    organs = dict.fromkeys(fact.concept if fact.concept not in ("metastasis", "extrahepatic_disease") else fact.site or "" for _, fact in found)
    return tuple(o for o in organs if o), tuple(i for i, _ in found)


def _metastasis_organs(chart: Chart) -> Derived | None:
    organs, facts = sites(chart)
    if not organs:
        return None
    return Derived(
        Range.exactly(len(organs)), facts, f"{len(organs)} organ{'s' if len(organs) > 1 else ''} named: {', '.join(label(o) for o in organs)}"
    )


def _metastasis_count(chart: Chart) -> Derived | None:
    """At least one for each organ named; counts of different organs are added."""
    organs, facts = sites(chart)
    return (
        Derived(
            Range(low=float(len(organs)), high=None), facts, f"metastases in {len(organs)} organ{'s' if len(organs) > 1 else ''}, number not stated"
        )
        if organs
        else None
    )


def _rate(finding: str, above: float) -> Callable[[Chart], Derived | None]:
    """A rate that an adult's finding means by its definition: tachycardia above 100/min, tachypnoea above 20/min."""

    def derived(chart: Chart) -> Derived | None:
        age = known(chart, "age")
        if age is None or age.value.low is None or age.value.low < 18:
            return None
        for i, fact in chart.findings(finding).narrow:
            if fact.concept == finding and fact.status == "present" and fact.time != "past":
                text = f"above {above:g}/min, which is what {finding} means in an adult (our definition)"
                return Derived(Range(low=above, low_inclusive=False, high=None), (i,), text)
        return None

    return derived


DEFINED = {"heart_rate": ("tachycardia", 100.0), "resp_rate": ("tachypnea", 20.0)}
"""Rates that a finding tells by definition: tachycardia is a rate above 100/min (Page et al., Circulation 2016;133:e506-74),
tachypnoea above 20/min (Bone et al., Chest 1992;101:1644-55)."""

FORMULAS: dict[str, Callable[[Chart], Derived | None]] = {
    "child_pugh": _child_pugh,
    "crcl": _cockcroft_gault,
    "pt_prolongation": _pt_prolongation,
    "corrected_calcium": _corrected_calcium,
    "bsa": _body_surface,
    "bmi": _bmi,
    "albi": _albi,
    "ecog": _ecog,
    "karnofsky": _karnofsky,
    "metastasis_organs": _metastasis_organs,
    "metastasis_count": _metastasis_count,
    **{measure: _rate(*meant) for measure, meant in DEFINED.items()},
}


def prednisone_equivalent(chart: Chart, fact: Fact) -> Range | None:
    """Daily dose of a corticosteroid as mg of prednisone, or None if the dose or the drug's equivalence is not known."""
    drug = chart.words.drugs.get(fact.concept)
    if drug is None or drug.prednisone_equivalent_mg is None or fact.dose_mg_per_day is None:
        return None
    return Range.exactly(fact.dose_mg_per_day * 5 / drug.prednisone_equivalent_mg)


__all__ = [
    "FORMULAS",
    "Derived",
    "Item",
    "Known",
    "corrected_qt",
    "derive",
    "factor",
    "known",
    "prednisone_equivalent",
    "recorrected_qt",
    "sex",
    "sites",
]


_FERTILE_AGE = (15.0, 49.0)
"""Years of age in which the World Health Organization counts women as of reproductive age."""


def fertile(chart: Chart) -> bool:
    """Whether the note tells of a woman of reproductive age."""
    age = known(chart, "age")
    if sex(chart)[0] != "female" or age is None or age.value.low is None:
        return False
    return _FERTILE_AGE[0] <= age.value.low <= _FERTILE_AGE[1]
