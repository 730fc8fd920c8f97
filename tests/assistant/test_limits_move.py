"""Numbers in a document decide: change one, and exactly that boundary moves. The file's name decides nothing."""

import re
from datetime import date
from pathlib import Path

import pytest

from assistant.check import check_criterion, match
from assistant.patient import read_note
from assistant.patient.facts import Fact, Range, Source
from assistant.patient.patient import Patient
from index.conditions import Limit, leaves
from index.criteria import with_criteria
from index.sources import read_path
from index.trials import Criterion, Trial

AS_OF = date(2026, 11, 20)
SEEDS = Path(__file__).parents[2] / "seeds"
LISTED = next(path for path in sorted(SEEDS.glob("*.txt")) if "Inclusion Criteria" in path.read_text(encoding="utf-8"))
TEXT = LISTED.read_text(encoding="utf-8")
ULN = 10.0


def _read(path: Path) -> Trial:
    trial = next(iter(read_path(path)))
    assert isinstance(trial, Trial)
    return with_criteria(trial)


def _limits(trial: Trial) -> list[tuple[Criterion, Limit]]:
    return [(c, leaf) for c in trial.criteria for leaf in leaves(c.condition) if isinstance(leaf, Limit)]


def _written(limit: Limit) -> tuple[int, int, float] | None:
    """Where the document writes the limit's number in digits, and its value; None for "three" or "0 or 1"."""
    bound = limit.bounds.low if limit.bounds.high is None else limit.bounds.high
    assert bound is not None
    words = TEXT[limit.span.start : limit.span.end]
    for power in re.finditer(r"10\^(\d)", words):
        if 10.0 ** int(power[1]) == bound:
            return limit.span.start + power.start(1), limit.span.start + power.end(1), bound
    for number in reversed(list(re.finditer(r"(?<![\d.^])\d+(?:\.\d+)?", words))):
        if float(number[0]) == bound and not re.search(r"\bor\s+$", words[: number.start()]):
            return limit.span.start + number.start(), limit.span.start + number.end(), bound
    return None


ORIGINAL = _read(LISTED)
WRITTEN = [(n, c.id, leaf.measure) for n, (c, leaf) in enumerate(_limits(ORIGINAL)) if _written(leaf)]


def test_nearly_every_limit_of_the_list_is_written_in_digits() -> None:
    """The table below covers the list: only "three", "two" and "0 or 1" are left out."""
    assert len(WRITTEN) >= 27


@pytest.mark.parametrize(("index", "criterion", "measure"), WRITTEN, ids=[f"{c}-{m}-{n}" for n, c, m in WRITTEN])
def test_a_changed_number_moves_exactly_its_boundary(index: int, criterion: str, measure: str, tmp_path: Path) -> None:
    """The new document has the new bound and no other change, and a value flips exactly there."""
    _, limit = _limits(ORIGINAL)[index]
    place = _written(limit)
    assert place is not None
    start, end, bound = place
    old = TEXT[start:end]
    new = f"{float(old) + 1.5:g}" if "." in old else str(int(old) + 1)
    value = 10.0 ** int(new) if TEXT[start - 1] == "^" else float(new)
    path = tmp_path / "renamed.txt"
    path.write_text(TEXT[:start] + new + TEXT[end:], encoding="utf-8")
    changed = _read(path)

    assert [c.id for c in changed.criteria] == [c.id for c in ORIGINAL.criteria]
    moved = [
        n
        for n, ((_, before), (_, after)) in enumerate(zip(_limits(ORIGINAL), _limits(changed), strict=True))
        if (before.measure, before.bounds) != (after.measure, after.bounds)
    ]
    shared = [n for n, (_, leaf) in enumerate(_limits(ORIGINAL)) if leaf.span == limit.span]  # "ALT and AST <= 5 x ULN"
    assert moved == shared
    found, leaf = _limits(changed)[index]
    assert value in (leaf.bounds.low, leaf.bounds.high) and bound not in (leaf.bounds.low, leaf.bounds.high)

    step = 0.01 if measure not in ("child_pugh", "ctcae_grade", "uprot_dip", "hbv_dna", "hcv_rna") else 1.0
    at, above, below = (_meets(found, leaf, value + d) for d in (0.0, step, -step))
    if leaf.bounds.low is not None:
        assert (below, at, above) == (False, leaf.bounds.low_inclusive, True)
    else:
        assert (below, at, above) == (True, leaf.bounds.high_inclusive, False)


def _meets(criterion: Criterion, limit: Limit, value: float) -> bool:
    """Whether the limit's own condition is true for a patient of whom only this one value is known."""
    alone = criterion.model_copy(update={"condition": limit.model_copy(update={"window": None}), "polarity": "inclusion"})
    number = value * ULN if limit.times else value
    unit = {"uln": {"tbil": "umol_l", "cr": "umol_l"}.get(limit.measure, "u_l")}.get(limit.times or "", limit.unit)
    fact = Fact(
        kind="measurement",
        concept=limit.measure,
        status="present",
        source=Source(start=0, end=1, quote="x"),
        value=Range.exactly(number),
        unit=unit,
        upper_normal=ULN if limit.times else None,
        method=limit.method,
    )
    outcome = check_criterion(alone, Patient("x", AS_OF, (fact,)), AS_OF).outcome
    assert outcome in ("PASS", "FAIL"), outcome
    return outcome == "PASS"


NOTE = (
    "64-year-old woman, post-menopausal, biopsy-proven HCC, BCLC B, ECOG 0, Child-Pugh A5, no prior treatment of any kind, R0 not feasible. "
    "ANC 3.1 x10^9/L, PLT 82 x10^9/L, Hb 12.4 g/dL, TBil 14 umol/L, ALT 38 U/L, AST 44 U/L, albumin 41 g/L, creatinine 61 umol/L, INR 1.05."
)


def test_a_raised_platelet_limit_flips_the_verdict(tmp_path: Path) -> None:
    """82 meets >= 75 and fails >= 95; nothing but the number in the document was changed."""
    path = tmp_path / LISTED.name
    path.write_text(TEXT.replace("≥75×10^9/L", "≥95×10^9/L"), encoding="utf-8")
    patient = read_note(NOTE, AS_OF)
    assert match([ORIGINAL], patient, AS_OF).trials[0].verdict == "NO_EXCLUSION_FOUND"
    report = match([_read(path)], patient, AS_OF).trials[0]
    assert report.verdict == "EXCLUDED"
    assert [c.id for c in report.criteria if c.outcome == "FAIL"] == ["I11"]


def test_the_file_name_decides_nothing(tmp_path: Path) -> None:
    """The same text under another name gives the same outcomes, reasons and quotes."""
    path = tmp_path / "some_other_name.txt"
    path.write_text(TEXT, encoding="utf-8")
    patient = read_note(NOTE, AS_OF)
    before, after = (match([t], patient, AS_OF).trials[0] for t in (ORIGINAL, _read(path)))
    assert (before.verdict, before.summary) == (after.verdict, after.summary)
    told = [[(c.id, c.outcome, c.reason, c.quote, c.start) for c in report.criteria] for report in (before, after)]
    assert told[0] == told[1]
