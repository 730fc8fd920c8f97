"""Which unit a number carries, and whether a living patient can have the value."""

from index.vocabulary import vocabulary
from index.vocabulary.rows import Measure


def _fits(measure: Measure, unit: str) -> bool:
    """Whether the measure can be given in the unit: exactly, or by an assay-dependent factor (copies for IU)."""
    words = vocabulary()
    return (
        unit == measure.unit
        or words.convert(measure.id, 1.0, unit) is not None
        or (measure.id, unit) in words.conversions
        or unit in measure.bare_units
    )


def unit_at(text: str, position: int, end: int, measure: Measure) -> tuple[str, int] | None:
    """The unit written at `position` that this measure can have: (unit id, where it ends)."""
    found = vocabulary().unit_at(text, position, measure.id)
    return found if found is not None and found[1] <= end and _fits(measure, found[0]) else None


def misfit_at(text: str, position: int, end: int, measure: Measure) -> bool:
    """Whether a unit is written at `position` that this measure cannot have ("neutrophils 60 %")."""
    found = vocabulary().unit_at(text, position, measure.id)
    return found is not None and found[1] <= end and not _fits(measure, found[0]) and measure.unit is not None


def in_canonical(measure: Measure, value: float, unit: str | None) -> tuple[float, ...]:
    """`value` in the canonical unit; without a unit, in every plausible reading; empty where it cannot be converted."""
    if measure.unit is None:
        return (value,)
    readings = (vocabulary().convert(measure.id, value, unit_id) for unit_id in ((unit,) if unit else (measure.bare_units or (measure.unit,))))
    return tuple(reading for reading in readings if reading is not None)


def plausible(measure: Measure, low: float | None, high: float | None, unit: str | None) -> bool:
    """Whether the value lies within the measure's physiological bounds under at least one reading of its unit."""

    def inside(value: float) -> bool:
        readings = in_canonical(measure, value, unit)
        return not readings or any(
            (measure.low is None or r >= measure.low * 0.999) and (measure.high is None or r <= measure.high * 1.001) for r in readings
        )

    ends = [end for end in (low, high) if end is not None]
    return all(inside(end) for end in ends) if low is not None and high is not None else any(inside(end) for end in ends) if ends else True
