"""What differs between two versions of a trial, criterion by criterion and field by field.

Criteria are paired by their words, never by their numbers: a bullet put in front renumbers all the others and changes none of them.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any, Literal

from index.conditions import Condition, NotCompiled, leaves
from index.text import Frozen
from index.trials import Criterion, Field, FieldName, Trial

SIMILAR = 60.0
"""Texts alike by so much (normalised Indel similarity, 0 to 100) are one criterion reworded. A threshold of our own."""
_SILENT: frozenset[FieldName] = frozenset({"eligibility", "results", "reference", "other"})
"""Fields not compared: the eligibility text is compared as criteria, the others say nothing of whom a trial takes."""
_DETAILS = ("description", "intervention_names", "time_frame")
"""Named parts of a field that belong to what it states: the dose of an arm, the time of an outcome."""
_Pair = tuple[int, int]


class CriterionChange(Frozen):
    """A criterion that is not what it was. `before` is None where it was added, `after` where it was removed.

    "moved": the same words under another heading or among the other polarity. `meaning` tells whether both versions are read
    as the same condition: "same", "different", or "unclear" where words of one of them are not compiled.
    """

    kind: Literal["added", "removed", "reworded", "moved"]
    before: Criterion | None
    after: Criterion | None
    meaning: Literal["same", "different", "unclear"]


class FieldChange(Frozen):
    """The values of one field that are gone and those that are new, in the order of the source; `role` tells outcomes apart."""

    name: FieldName
    role: str | None
    removed: tuple[str, ...]
    added: tuple[str, ...]


class TrialChange(Frozen):
    """What differs between two versions of a trial. `id` and `title` are those of the newer one."""

    id: str
    title: str
    criteria: tuple[CriterionChange, ...]
    fields: tuple[FieldChange, ...]

    def __bool__(self) -> bool:
        return bool(self.criteria or self.fields)


def changes(before: Trial, after: Trial) -> TrialChange:
    """What differs. Criteria in the order of the newer version, the removed ones after them; other numbers and other places are no change."""
    return TrialChange(id=after.id, title=after.title, criteria=_criteria(before.criteria, after.criteria), fields=tuple(_fields(before, after)))


def _criteria(before: Sequence[Criterion], after: Sequence[Criterion]) -> tuple[CriterionChange, ...]:
    old, new = dict(enumerate(before)), dict(enumerate(after))
    _take(old, new, _equal(old, new, lambda c: (c.polarity, c.heading, _words(c))))
    moved = _take(old, new, _equal(old, new, lambda c: (c.polarity, _words(c))))
    moved |= _take(old, new, _equal(old, new, _words))
    reworded = _take(old, new, _alike(old, new))
    found: list[CriterionChange] = []
    for n, criterion in enumerate(after):
        if n in moved:
            found.append(CriterionChange(kind="moved", before=moved[n], after=criterion, meaning=_meaning(moved[n], criterion)))
        elif n in reworded:
            found.append(CriterionChange(kind="reworded", before=reworded[n], after=criterion, meaning=_meaning(reworded[n], criterion)))
        elif n in new:
            found.append(CriterionChange(kind="added", before=None, after=criterion, meaning="different"))
    found += [CriterionChange(kind="removed", before=criterion, after=None, meaning="different") for criterion in old.values()]
    return tuple(found)


def _take(old: dict[int, Criterion], new: dict[int, Criterion], pairs: Sequence[_Pair]) -> dict[int, Criterion]:
    """Takes pairs out of what is left; the older criterion by the place of the newer one."""
    taken = {n: old.pop(o) for o, n in pairs}
    for n in taken:
        del new[n]
    return taken


def _equal(old: dict[int, Criterion], new: dict[int, Criterion], key: Callable[[Criterion], Hashable]) -> list[_Pair]:
    places: defaultdict[Hashable, list[int]] = defaultdict(list)
    for o in reversed(old):
        places[key(old[o])].append(o)
    return [(places[k].pop(), n) for n, criterion in new.items() if places.get(k := key(criterion))]


def _alike(old: dict[int, Criterion], new: dict[int, Criterion]) -> list[_Pair]:
    """Pairs of the same polarity whose words are alike, the most alike first; each criterion once."""
    from rapidfuzz.fuzz import ratio

    alike = [
        (-score, o + n, o, n)
        for o, b in old.items()
        for n, a in new.items()
        if a.polarity == b.polarity and (score := ratio(_words(b), _words(a), score_cutoff=SIMILAR)) >= SIMILAR
    ]
    olds, news, pairs = set[int](), set[int](), list[_Pair]()
    for _, _, o, n in sorted(alike):
        if o not in olds and n not in news:
            olds.add(o)
            news.add(n)
            pairs.append((o, n))
    return pairs


def _words(criterion: Criterion) -> str:
    return " ".join(criterion.quote.casefold().split())


def _meaning(before: Criterion, after: Criterion) -> Literal["same", "different", "unclear"]:
    if before.polarity != after.polarity:
        return "different"
    if any(isinstance(leaf, NotCompiled) for criterion in (before, after) for leaf in leaves(criterion.condition)):
        return "unclear"
    return "same" if _placeless(before.condition) == _placeless(after.condition) else "different"


def _placeless(condition: Condition) -> Any:
    """The condition without the places of its words."""
    return _without_spans(condition.model_dump(mode="json"))


def _without_spans(value: Any) -> Any:
    match value:
        case dict():
            return {name: _without_spans(part) for name, part in value.items() if name != "span"}
        case list():
            return [_without_spans(part) for part in value]
        case _:
            return value


def _fields(before: Trial, after: Trial) -> Iterator[FieldChange]:
    old, new = _values(before), _values(after)
    for name, role in dict.fromkeys((*new, *old)):
        was, is_now = old.get((name, role), ()), new.get((name, role), ())
        removed, added = tuple(v for v in was if v not in set(is_now)), tuple(v for v in is_now if v not in set(was))
        if removed or added:
            yield FieldChange(name=name, role=role, removed=removed, added=added)


def _values(trial: Trial) -> dict[tuple[FieldName, str | None], tuple[str, ...]]:
    found: dict[tuple[FieldName, str | None], tuple[str, ...]] = {}
    for field in trial.fields:
        if field.name not in _SILENT:
            key = (field.name, field.role if field.name == "outcome" else None)
            found[key] = (*found.get(key, ()), _value(field))
    return found


def _value(field: Field) -> str:
    """What the field states in one line, with the details that a protocol amendment changes."""
    said = (field.value, *(field.parts.get(part, "") for part in _DETAILS))
    return "; ".join(dict.fromkeys(" ".join(words.split()) for words in said if words))
