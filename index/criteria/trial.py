"""A trial record -> the same record with its criteria, each with id, quote and condition, and with notes on its source."""

import re
from collections.abc import Iterable, Iterator

from index.conditions import AllOf, AnyOf, AtLeast, Bounds, Category, Condition, Except, Given, Leaf, Limit, Not, NotCompiled, Permitted
from index.criteria.bullets import Item, bullets
from index.criteria.compile import item_statements
from index.criteria.criticism import notes
from index.criteria.population import population
from index.criteria.sections import Section, Side, for_some, sections, unfold
from index.criteria.shapes import Env
from index.criteria.studied import studied
from index.criteria.together import hull, together
from index.text import Repaired, Span, repair
from index.trials import Criterion, Field, Trial

PARSER_VERSION = "1"
"""Changes whenever the same text may compile to something else; a store built by another version is rebuilt."""

_AGE = re.compile(r"\s*(?P<n>\d+(?:\.\d+)?)\s*(?P<unit>year|month|week|day|hour)", re.I)


def with_criteria(trial: Trial) -> Trial:
    """The trial with criteria and notes. Any criteria and notes of ours that it had are replaced; never raises on odd text."""
    found: list[Criterion] = []
    for field in trial.all("eligibility"):
        document = trial.document(field.document)
        side: Side = "exclusion" if field.role == "exclusion" else "inclusion"
        found.extend(_listed(document.text[field.span.start : field.span.end], document.name, field.span.start, found, side))
    has_list = any(c.polarity != "population" for c in found)
    if has_list:
        found.extend(_stated(trial, found))
    else:
        found = list(population(trial))
        found.extend(_stated(trial, found))
    return trial.model_copy(update={"criteria": tuple(found), "has_eligibility_list": has_list, "notes": (*trial.notes, *notes(trial, tuple(found)))})


def _listed(text: str, document: str, offset: int, before: list[Criterion], side: Side) -> Iterator[Criterion]:
    """Criteria of one eligibility text. `before`: what was numbered already. `side`: of what stands before the first heading."""
    rep = repair(text)
    flat = Repaired(unfold(rep.text), rep.raw_text, rep.origin)
    count = {side: sum(c.polarity == side for c in before) for side in ("inclusion", "exclusion")}
    for section in sections(flat.text, side):
        for item in _unnumbered(flat.text, bullets(flat.text, section.start, section.end)):
            if says_nothing(flat.text[item.start : item.end]):
                continue
            count[section.side] += 1
            yield _criterion(flat, section, item, f"{'I' if section.side == 'inclusion' else 'E'}{count[section.side]:02d}", document, offset)


_BARE_NUMBER = re.compile(r"(\d{1,2})\s+(?=[A-Z])")


def _unnumbered(text: str, items: Iterable[Item]) -> list[Item]:
    """The bullets without the bare numbers that count them ("1 Aged 18", "2 ECOG 0-1", "3 ..."), where at least three are counted so."""
    found = list(items)
    marks = [_BARE_NUMBER.match(text, *item.ranges[0]) for item in found]
    counted = [n for n, m in enumerate(marks) if m is not None and int(m[1]) == n + 1]
    if len(counted) < 3 or len(counted) < sum(m is not None for m in marks):
        return found
    for item, m in zip(found, marks, strict=True):
        if m is not None:
            item.ranges[0] = (m.end(), item.ranges[0][1])
    return found


_NOTHING = re.compile(
    r"\W*(?:see (?:the )?(?:disease|patient|above)[\w ]*|not specified|none(?: specified| stated)?|n/?a"
    r"|not applicable|as above|"
    r"(?:(?:patients?|subjects?|participants?|who)\s+)*(?:do(?:es)? not |did not |not |failure to )meet(?:ing)? "
    r"(?:the |any of the |all |all of the )?(?:above |study )?(?:inclusion|eligibility) criteria(?: above| listed above)?"
    r"|(?:other )?(?:protocol[- ]defined )?(?:inclusion|exclusion)(?:\s*/\s*(?:inclusion"
    r"|exclusion))? criteria(?: may apply)?|phase [I1V2/]+[ab]?)\W*",
    re.I,
)


def says_nothing(text: str) -> bool:
    """Whether a line of a list states no criterion ("Not specified", "See Disease Characteristics")."""
    return bool(_NOTHING.fullmatch(text))


def _criterion(rep: Repaired, section: Section, item: Item, id_: str, document: str, offset: int) -> Criterion:
    span = rep.raw(item.start, item.end)
    heading = " / ".join(h for h in (section.heading, rep.text[slice(*item.heading)] if item.heading else "") if h)
    condition = compiled(rep, item, section, offset, heading)
    placed = span.shift(offset)
    return Criterion(
        id=id_,
        polarity=section.side,
        document=document,
        span=placed,
        quote=span.of(rep.raw_text),
        condition=condition or NotCompiled(span=placed),
        heading=heading.strip(" :"),
    )


def compiled(rep: Repaired, item: Item, section: Section, offset: int, heading: str = "") -> Condition | None:
    """One bullet's condition. A heading for a part of the patients makes it a rule for that part only."""
    exclusion = section.side == "exclusion"
    env = Env(exclusion=exclusion, subject=_subject(heading))
    try:
        condition = together(item_statements(rep, item, env, offset), exclusion)
    except (ValueError, IndexError, KeyError, RecursionError, AssertionError):
        return NotCompiled(span=rep.raw(item.start, item.end).shift(offset), why="could not be read")
    if condition is None or not heading or not for_some(heading):
        return condition
    part = NotCompiled(span=condition.span, why=f'only for "{heading.strip(" :")}"')
    return Given(span=condition.span, when=part, then=condition)


def _subject(heading: str) -> tuple[str, ...]:
    """The measure that a sub-heading names ("Age:", "Life expectancy:"), for bullets that give only its value."""
    from index.vocabulary import vocabulary

    if not heading or len(heading) > 60:
        return ()
    found = list(vocabulary().mentions(heading, ("measure",)))
    return (found[-1].concept,) if found else ()


def _stated(trial: Trial, found: list[Criterion]) -> Iterator[Criterion]:
    """The registry's own fields for age, sex and, of a list, the disease under study, where the criteria do not state them."""
    demands = [pair for c in found for pair in _demanded(c.condition, c.polarity != "exclusion")]
    limits = [(leaf.bounds, wanted) for leaf, wanted in demands if isinstance(leaf, Limit) and leaf.measure == "age"]
    low = any((bounds.low if wanted else bounds.high) is not None for bounds, wanted in limits)
    high = any((bounds.high if wanted else bounds.low) is not None for bounds, wanted in limits)
    sexed = any(isinstance(leaf, Category) and leaf.scale == "sex" for leaf, _ in demands)
    about = studied(trial, found) if any(c.polarity != "population" for c in found) else None
    number = 0
    for field in trial.fields:
        condition: Condition | None = None
        if about is not None and field is about[0]:
            condition = about[1]
        elif field.name == "minimum_age" and not low:
            condition = _age(field, "low")
        elif field.name == "maximum_age" and not high:
            condition = _age(field, "high")
        elif field.name == "sex" and not sexed and (sex := _sex(field.value)):
            condition = Category(span=field.span, scale="sex", values=(sex,))
        if condition is None:
            continue
        number += 1
        quote = trial.document(field.document).text[field.span.start : field.span.end]
        yield Criterion(
            id=f"S{number:02d}",
            polarity="inclusion",
            document=field.document,
            span=field.span,
            quote=quote,
            condition=condition,
            heading="named in the title" if field.name in ("title", "official_title") else "stated by the registry",
        )


def _demanded(condition: Condition, wanted: bool) -> Iterator[tuple[Leaf, bool]]:
    """What every patient has to meet (True) or must not have (False); what binds some patients only, or is one of several ways, is left out."""
    match condition:
        case Not():
            yield from _demanded(condition.item, not wanted)
        case AllOf() if wanted:
            for item in condition.items:
                yield from _demanded(item, wanted)
        case AnyOf() if not wanted:
            for item in condition.items:
                yield from _demanded(item, wanted)
        case Except():
            yield from _demanded(condition.trigger, wanted) if wanted else ()
        case AllOf() | AnyOf() | AtLeast() | Given() | Permitted():
            return
        case _:
            yield condition, wanted


def _age(field: Field, side: str) -> Limit | None:
    m = _AGE.match(field.value)
    if not m:
        return None
    value, unit = float(m["n"]), m["unit"].lower()
    return Limit(span=field.span, measure="age", bounds=Bounds(low=value) if side == "low" else Bounds(high=value), unit=unit)


def _sex(value: str) -> str | None:
    words = value.strip().lower()
    if re.search(r"\b(?:all|both)\b", words):
        return None
    found = {"female" if w.startswith(("f", "w")) else "male" for w in re.findall(r"\b(?:female|male|women|men|woman|man)\b", words)}
    return next(iter(found)) if len(found) == 1 else None


__all__ = ["PARSER_VERSION", "Span", "compiled", "hull", "with_criteria"]
