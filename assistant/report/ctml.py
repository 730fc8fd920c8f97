"""A trial's compiled criteria as MatchMiner's Clinical Trial Markup Language (CTML), as far as CTML can say them.

CTML (github.com/dfci/matchminer-api, matchminer/data_model.py) knows the primary diagnosis by its OncoTree name, age, gender, receptor
status, and genomic alterations, under `and` and `or`. What it cannot say is not exported, and listed verbatim. A criterion that demands
several things is exported in part where the rest only narrows it further, so that the exported tree never rules out a patient whom the
criteria accept; an exclusion is exported only where it is said exactly.

Names of diagnoses are OncoTree's (oncotree.csv: version of 2026-05-21, github.com/cBioPortal/oncotree, Memorial Sloan Kettering Cancer
Center, CC BY 4.0), for those concepts alone whose extent is the same. Alterations are those of ctml_biomarkers.csv, and only where the
criterion's words name the gene.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple, assert_never

from assistant.report.yaml import block
from index.conditions import (
    Allergy,
    AllOf,
    AnyOf,
    AtLeast,
    Category,
    Condition,
    Except,
    Finding,
    Given,
    Judgement,
    Limit,
    Not,
    NotCompiled,
    Permitted,
    Treatment,
)  # fmt: skip
from index.text import Span
from index.trials import Criterion, Trial

Node = dict[str, object]
"""A node of the match tree: {"and": [...]}, {"or": [...]}, {"clinical": {...}} or {"genomic": {...}}."""

_HERE = Path(__file__).parent
# A diagnosis in MatchMiner comes from pathology, so these add nothing to it.
_IMPLIED = frozenset({"histologically_confirmed", "known"})


@dataclass(frozen=True, slots=True)
class Exported:
    """What became of a criterion: its node (None: nothing of it can be said), and the words that were left out."""

    criterion: Criterion
    node: Node | None
    left_out: tuple[str, ...]

    @property
    def how(self) -> Literal["whole", "part", "not"]:
        """Whether the whole of it was exported, a part, or nothing."""
        return "not" if self.node is None else "part" if self.left_out else "whole"


class _Said(NamedTuple):
    """A node that is implied by what was to be said, and the words that it leaves out."""

    node: Node
    without: tuple[str, ...] = ()


def exported(trial: Trial) -> tuple[Exported, ...]:
    """Every criterion with its node, in the order of the document."""
    return tuple(_exported(criterion) for criterion in trial.criteria)


def ctml(trial: Trial) -> str:
    """The trial as a CTML document in YAML; what is not in it stands in comments at its head."""
    found = exported(trial)
    nodes = [e.node for e in found if e.node is not None]
    return "".join(f"#{' ' if line else ''}{line}\n" for line in _head(trial, found)) + block(_document(trial, nodes))


def _document(trial: Trial, nodes: list[Node]) -> dict[str, object]:
    official = trial.first("official_title")
    stated = {"phase": trial.first("phase"), "status": trial.first("status")}
    arms = [
        {"arm_code": str(n), "arm_internal_id": n, "arm_description": f.parts.get("label") or f.value, "arm_suspended": "N", "dose_level": []}
        for n, f in enumerate(trial.all("arm"), 1)
    ]
    step: dict[str, object] = {"step_code": "1", "step_internal_id": 1, "step_type": "Registration"}
    if nodes:
        step["match"] = [nodes[0] if len(nodes) == 1 else {"and": nodes}]
    if arms:
        step["arm"] = arms
    return {
        "nct_id": trial.nct_id or "NA",
        "protocol_no": trial.nct_id or trial.id,
        "short_title": trial.title,
        "long_title": official.value if official else trial.title,
        **{name: field.value for name, field in stated.items() if field},
        "treatment_list": {"step": [step]},
    }


def _head(trial: Trial, found: tuple[Exported, ...]) -> Iterator[str]:
    of = len(found)
    counts = {how: [e for e in found if e.how == how] for how in ("whole", "part", "not")}
    yield f"Compiled criteria of {trial.nct_id or trial.id} as CTML: {len(counts['whole'])} of {of} as a whole, {len(counts['part'])} in part."
    yield "Read the document before use: a tree that leaves criteria out matches patients whom the trial excludes."
    if not any("oncotree_primary_diagnosis" in str(e.node) for e in found):
        yield "There is NO DIAGNOSIS in this tree: it would match patients with any disease."
    if counts["part"]:
        yield from ("", f"Exported in part ({len(counts['part'])}); left out are the words:")
        for e in counts["part"]:
            yield from _verbatim(e.criterion.id, " … ".join(e.left_out))
    if counts["not"]:
        yield from ("", f"Not exported ({len(counts['not'])}):")
        for e in counts["not"]:
            yield from _verbatim(e.criterion.id, e.criterion.quote)
    yield ""


def _verbatim(name: str, words: str) -> Iterator[str]:
    for n, line in enumerate(words.splitlines() or [""]):
        yield f"  {name if n == 0 else ' ' * len(name)}  {line}"


def _exported(criterion: Criterion) -> Exported:
    text = _Words(criterion)
    said = _say(criterion.condition, criterion.polarity != "exclusion", text)
    if said is None:
        return Exported(criterion, None, (criterion.quote,))
    return Exported(criterion, said.node, tuple(dict.fromkeys(said.without)))


@dataclass(frozen=True, slots=True)
class _Words:
    """The criterion's words by span."""

    criterion: Criterion

    def of(self, span: Span) -> str:
        start = self.criterion.span.start
        return self.criterion.quote[max(0, span.start - start) : max(0, span.end - start)] or self.criterion.quote


# -- conditions --------------------------------------------------------------------------------------------------------


def _say(condition: Condition, holds: bool, words: _Words) -> _Said | None:
    """A node that is true of every patient of whom the condition `holds` (or does not); None if there is none."""
    match condition:
        case AllOf(items=items):
            return (_and if holds else _or)([_say(item, holds, words) for item in items], [words.of(item.span) for item in items])
        case AnyOf(items=items):
            return (_or if holds else _and)([_say(item, holds, words) for item in items], [words.of(item.span) for item in items])
        case Not(item=item):
            return _say(item, not holds, words)
        case Given(when=when, then=then):
            return _or([_say(when, False, words), _say(then, True, words)], ["", ""]) if holds else None
        case Except(trigger=trigger, carve_out=carve_out):
            parts = [_say(trigger, holds, words), _say(carve_out, not holds, words)]
            return (_and if holds else _or)(parts, [words.of(trigger.span), words.of(carve_out.span)])
        case Limit():
            return _age(condition, holds)
        case Category():
            return _category(condition, holds, words.of(condition.span), words.criterion.quote)
        case Finding():
            return _diagnosis(condition, holds, words.of(condition.span))
        case AtLeast() | Permitted() | Treatment() | Allergy() | Judgement() | NotCompiled():
            return None
        case _:
            assert_never(condition)


def _and(parts: list[_Said | None], words: list[str]) -> _Said | None:
    """All of the parts that can be said."""
    kept = [part for part in parts if part is not None]
    if not kept:
        return None
    lost = [said for part, said in zip(parts, words, strict=True) if part is None]
    return _Said(_joined("and", [part.node for part in kept]), (*lost, *(said for part in kept for said in part.without)))


def _or(parts: list[_Said | None], _: list[str]) -> _Said | None:
    """Any of the parts, if every one can be said."""
    kept = [part for part in parts if part is not None]
    if not kept or len(kept) < len(parts):
        return None
    return _Said(_joined("or", [part.node for part in kept]), tuple(said for part in kept for said in part.without))


def _joined(word: Literal["and", "or"], nodes: list[Node]) -> Node:
    flat = [item for node in nodes for item in (node[word] if list(node) == [word] else [node])]  # type: ignore[attr-defined]
    different = list({str(node): node for node in flat}.values())
    return different[0] if len(different) == 1 else {word: different}


# -- leaves ------------------------------------------------------------------------------------------------------------


def _age(limit: Limit, holds: bool) -> _Said | None:
    """Bounds of the age. MatchMiner compares dates of birth, and criteria speak of completed years or months: up to 75 years is below 76."""
    months = {"year": 12, "month": 1}.get(limit.unit or "")
    if limit.measure != "age" or months is None or limit.window or limit.times or limit.about:
        return None
    b = limit.bounds
    low = _months(b.low, months, after=not b.low_inclusive)
    high = _months(b.high, months, after=b.high_inclusive)  # the first age that is too high
    if (low is None) != (b.low is None) or (high is None) != (b.high is None):
        return None
    ends: list[Node] = []
    if low is not None:
        ends.append({"clinical": {"age_numerical": f"{'>=' if holds else '<'}{_years(low)}"}})
    if high is not None:
        ends.append({"clinical": {"age_numerical": f"{'<' if holds else '>='}{_years(high)}"}})
    return _Said(_joined("and" if holds else "or", ends)) if ends else None


def _months(age: float | None, unit: int, *, after: bool) -> int | None:
    """An age in months, or the next one in whole units after it; None for what is no whole number of months or units."""
    if age is None or age * unit != int(age * unit) or (after and age != int(age)):
        return None
    return int(age * unit) + after * unit


def _years(months: int) -> str:
    return str(months // 12) if months % 12 == 0 else f"{months / 12:.3f}"


def _category(category: Category, holds: bool, words: str, quote: str) -> _Said | None:
    if category.window:
        return None
    if category.scale == "sex":
        wanted = set(category.values) if holds else {"male", "female"} - set(category.values)
        return _Said({"clinical": {"gender": wanted.pop().capitalize()}}) if len(wanted) == 1 else None
    if len(category.values) != 1 or category.values[0] not in ("positive", "negative"):
        return None
    positive = (category.values[0] == "positive") == holds
    node = _biomarker(category.scale, "positive" if positive else "negative", words, quote)
    # Not to be positive is to be negative, or between, or untested: of a status only what is demanded can be said.
    if node is not None and (holds or "hugo_symbol" in str(node)):
        return _Said(node)
    if positive:
        return None
    present = _biomarker(category.scale, "positive", words, quote)
    genomic = present.get("genomic") if present else None
    if not isinstance(genomic, dict) or set(genomic) != {"hugo_symbol", "variant_category"}:
        return None
    return _Said({"genomic": {**genomic, "variant_category": f"!{genomic['variant_category']}"}})


def _biomarker(scale: str, value: str, words: str, quote: str) -> Node | None:
    """The first row of the table that fits the scale, the value, the leaf's words and the whole criterion; several genes are alternatives."""
    for row in _biomarkers():
        fits = row["scale"] == scale and row["value"] == value and re.search(row["words"], words, re.IGNORECASE)
        if fits and not _occurs(row["unless"], words) and not _occurs(row["nowhere"], quote):
            fields: dict[str, object] = {name: text for name, _, text in (pair.partition("=") for pair in row["fields"].split(";"))}
            if "exon" in fields:
                fields["exon"] = int(str(fields["exon"]))
            genes = str(fields.get("hugo_symbol", "")).split("|")
            nodes: list[Node] = [{row["part"]: {**fields, "hugo_symbol": gene} if gene else fields} for gene in genes]
            return _joined("or", nodes)
    return None


def _occurs(pattern: str, text: str) -> bool:
    return bool(pattern) and re.search(pattern, text, re.IGNORECASE) is not None


def _diagnosis(finding: Finding, holds: bool, words: str) -> _Said | None:
    """The primary diagnosis. Its qualifiers narrow it: they are left out of a demand, and keep an exclusion from being said."""
    if finding.tense != "current" or finding.window or finding.open_list:
        return None
    narrowed = [qualifier.replace("_", " ") for qualifier in finding.qualifiers if qualifier not in _IMPLIED]
    names = [_oncotree().get(concept) for concept in finding.concepts]
    if None in names or (narrowed and not holds):
        return None
    found = [name for several in names for name in several or ()]
    nodes: list[Node] = [{"clinical": {"oncotree_primary_diagnosis": name if holds else f"!{name}"}} for name in found]
    return _Said(_joined("or" if holds else "and", nodes), (f"{words} ({', '.join(narrowed)})",) if narrowed else ())


# -- tables ------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _oncotree() -> dict[str, tuple[str, ...]]:
    """OncoTree's names by concept."""
    return {row["concept"]: tuple(row["names"].split("|")) for row in _rows("oncotree.csv")}


@lru_cache(maxsize=1)
def _biomarkers() -> tuple[dict[str, str], ...]:
    return tuple(_rows("ctml_biomarkers.csv"))


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
