"""One criterion against one patient: polarity applied once, atoms reported, the reason of the whole, and what could change it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from assistant.check import words
from assistant.check.context import Context
from assistant.check.evidence import Chart
from assistant.check.plan import MOST, plan_of
from assistant.check.tree import Atom, Node, core, walk
from assistant.check.unchecked import unchecked
from assistant.results import CriterionReport, Outcome, PartReport, Silence, UnknownReason
from index.conditions import Category, Finding, Leaf, Limit, Treatment
from index.trials import Criterion, Polarity

# What a reader most needs to know comes first where several reasons leave a criterion open.
_ORDER: tuple[UnknownReason, ...] = (
    "conflict", "invalidated", "stale", "unit", "needs_uln", "assay", "formula", "ambiguous", "open_list",
    "missing", "not_compiled", "investigator", "procedural",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """A criterion's report with what asking next and summarising need of it."""

    report: CriterionReport
    atoms: tuple[Atom, ...]
    node: Node


_silent: dict[tuple[int, Silence], tuple[Criterion, Checked]] = {}


def check(
    criterion: Criterion, chart: Chart, silence: Silence, tumours: frozenset[str] = frozenset(), tolerated: frozenset[str] = frozenset()
) -> Checked:
    """The criterion judged. Spans and quotes are the document's.

    What the note does not speak of at all comes out the same for every patient, and is remembered.
    """
    plan = plan_of(criterion.condition)
    if plan.touches(chart) or (silence == "absent" and plan.unread):
        return check_fully(criterion, chart, silence, tumours, tolerated)
    key = (id(criterion), silence)
    known = _silent.get(key)
    if known is not None and known[0] is criterion:
        return known[1]
    if len(_silent) >= MOST:
        _silent.clear()
    checked = check_fully(criterion, chart, silence, tumours, tolerated)
    _silent[key] = (criterion, checked)
    return checked


def check_fully(
    criterion: Criterion, chart: Chart, silence: Silence, tumours: frozenset[str] = frozenset(), tolerated: frozenset[str] = frozenset()
) -> Checked:
    """The criterion judged leaf by leaf."""
    plan = plan_of(criterion.condition)
    context = Context(
        chart,
        chart.as_of,
        silence,
        tumours,
        criterion.polarity,
        stated_units=plan.stated_units,
        labs=plan.labs,
        scales=plan.scales,
        dosed=plan.dosed,
        tolerated=tolerated,
        criterion=criterion,
        around=plan.around,
    )
    sign = -1 if criterion.polarity == "exclusion" else 1
    atoms: list[Atom] = []
    node = walk(criterion.condition, context, sign, atoms)
    outcome = _outcome(node, sign)
    why, reason = _reason(outcome, atoms, criterion.polarity)
    gating = node.settled is None if outcome == "UNKNOWN" else _gates(atoms, context)
    clears, remedy = _change(outcome, atoms)
    start = criterion.span.start
    reviewed = criterion.__dict__.get("reviewed")
    report = unchecked(
        CriterionReport,
        {
            "id": criterion.id,
            "polarity": criterion.polarity,
            "outcome": outcome,
            "reason": f"{reason} ({reviewed})" if reviewed else reason,
            "unknown_reason": why,
            "gating": gating,
            "facts": tuple(dict.fromkeys([i for atom in atoms for i in atom.judged.facts])),
            "quote": criterion.quote,
            "document": criterion.document,
            "start": start,
            "end": criterion.span.end,
            "remedy": remedy,
            "earliest_date": clears,
            "assumed": any(atom.judged.assumed for atom in atoms),
            "parts": tuple([_part(criterion, atom, n, start) for n, atom in enumerate(atoms, 1)]),
            "reviewed": reviewed,
            "suggested": criterion.__dict__.get("suggested"),
        },
    )
    return Checked(report, tuple(atoms), node)


def _outcome(node: Node, sign: int) -> Outcome:
    if node.truth is None:
        return "UNKNOWN"
    if node.moot and node.truth is (sign > 0):
        return "NOT_APPLICABLE"
    return "PASS" if node.truth is (sign > 0) else "FAIL"


def _gates(atoms: Iterable[Atom], context: Context) -> bool:
    """Whether a settled criterion is one of those that matter for the verdict: core, or spoken of in the note."""
    for atom in atoms:
        context.sign = atom.sign
        if atom.judged.facts or core(atom.leaf, context):
            return True
    return False


# -- reasons -----------------------------------------------------------------------------------------------------------


def _said(atom: Atom) -> str:
    return f"{atom.judged.reason} ({atom.note})" if atom.note else atom.judged.reason


def _reason(outcome: Outcome, atoms: list[Atom], polarity: Polarity) -> tuple[UnknownReason | None, str]:
    """The unknown reason (None if decided) and the reason of the whole in words."""
    if len(atoms) == 1:
        return (atoms[0].judged.why or "ambiguous") if outcome == "UNKNOWN" else None, _said(atoms[0])
    if outcome == "FAIL":
        return None, words.joined([_said(a) for a in atoms if a.outcome == "FAIL"]) or words.joined([_said(a) for a in atoms])
    if outcome in ("PASS", "NOT_APPLICABLE"):
        settled = [a for a in atoms if a.outcome in ("PASS", "NOT_APPLICABLE")]
        deciding = [a for a in settled if a.outcome == outcome and a.judged.facts] or [a for a in settled if a.judged.facts] or settled
        return None, words.joined([_said(a) for a in deciding])
    still = [a for a in atoms if a.outcome == "UNKNOWN"]
    still.sort(key=lambda a: (not a.judged.facts, _ORDER.index(a.judged.why) if a.judged.why else len(_ORDER)))
    why: UnknownReason = (still[0].judged.why if still else None) or "ambiguous"
    told: list[str] = []
    unmentioned: dict[str, None] = {}
    for atom in still:
        if atom.judged.why == "missing" and not atom.judged.facts:
            unmentioned[topic(atom.leaf)] = None
        else:
            told.append(_said(atom))
    if unmentioned:
        names = list(unmentioned)
        told.append(f"not mentioned: {', '.join(names[:6])}{f' and {len(names) - 6} more' if len(names) > 6 else ''}")
    fine = [_said(a) for a in atoms if a.outcome == "PASS" and a.judged.facts]
    verb = "not triggered so far" if polarity == "exclusion" else "met so far"
    return why, words.joined(told, 4) + (f". {verb.capitalize()}: {words.joined(fine, 4)}" if fine else "")


def topic(leaf: Leaf) -> str:
    """What a leaf is about, in few words."""
    match leaf:
        case Limit():
            return words.label(leaf.measure)
        case Category():
            return words.label(leaf.scale)
        case Finding():
            return words.either(leaf.concepts, 3)
        case Treatment():
            return words.either(leaf.targets, 3)
        case _:
            return leaf.kind.replace("_", " ") if leaf.kind != "allergy" else "allergies"


# -- what could change it ----------------------------------------------------------------------------------------------


def _change(outcome: Outcome, atoms: list[Atom]) -> tuple[date | None, str | None]:
    """The day a washout ends, and what would have to change. None for what counts at any time in the past."""
    if outcome == "UNKNOWN":
        waiting = [a.judged.clears for a in atoms if a.judged.why in ("invalidated",) and a.judged.clears]
        return (max(waiting), "repeat the laboratory tests after that date") if waiting else (None, None)
    if outcome != "FAIL":
        return None, None
    blocking = [a for a in atoms if a.outcome == "FAIL"]
    dates = [a.judged.clears for a in blocking]
    remedies = list(dict.fromkeys(a.judged.remedy for a in blocking if a.judged.remedy))
    if blocking and all(dates):
        clears = max(d for d in dates if d is not None)
        return clears, "; ".join(remedies) or f"re-check from {clears.isoformat()}"
    if blocking and all(a.judged.remedy or a.judged.clears for a in blocking):
        return None, "; ".join(remedies)
    return None, None


def _part(criterion: Criterion, atom: Atom, n: int, start: int) -> PartReport:
    span = atom.leaf.span
    quote = criterion.quote[max(span.start - start, 0) : max(span.end - start, 0)] or criterion.quote
    return unchecked(
        PartReport,
        {
            "id": f"{criterion.id}.{n}",
            "quote": quote,
            "outcome": atom.outcome,
            "reason": _said(atom),
            "unknown_reason": (atom.judged.why or "ambiguous") if atom.outcome == "UNKNOWN" else None,
            "facts": atom.judged.facts,
        },
    )
