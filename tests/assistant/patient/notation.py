"""Facts in one line each, so that a table of notes and facts can be read.

`+plt 82 e9_l`, `-ascites`, `?hcc`, `plan:lenvatinib`, then what else matters: `@2026-11-03` or `@2026-10-27..2026-11-02`
(when), `until=...`, `past`, `current`, `superseded`, `implausible`, `q=...`, `r=...`, `line=1`, `dose=4`, `for=...`.
"""

from datetime import date

from assistant.patient import Fact, Moment, Range, read_note

AS_OF = date(2026, 11, 20)
_SIGNS = {"present": "+", "absent": "-", "possible": "?", "planned": "plan:", "declined": "declined:", "considered": "considered:"}


def number(value: Range) -> str:
    """82, <20, >=2, 40..45."""
    if value.low is not None and value.low == value.high:
        return f"{value.low:g}"
    if value.low is None:
        return f"{'<=' if value.high_inclusive else '<'}{value.high:g}"
    if value.high is None:
        return f"{'>=' if value.low_inclusive else '>'}{value.low:g}"
    return f"{value.low:g}..{value.high:g}"


def moment(when: Moment) -> str:
    """A day, or the first and last day it may be."""
    return str(when.earliest) if when.earliest == when.latest else f"{when.earliest or ''}..{when.latest or ''}"


def words(fact: Fact) -> list[str]:
    """The words of one fact; the first is its sign and concept."""
    found = [_SIGNS[fact.status] + fact.concept]
    if fact.kind == "allergy":
        found[0] = f"allergy{found[0]}"
    if fact.value is not None:
        found.append(number(fact.value))
    if fact.unit:
        found.append(fact.unit)
    if fact.choices:
        found.append("/".join(fact.choices))
    if fact.when:
        found.append(f"@{moment(fact.when)}")
    if fact.until:
        found.append(f"until={moment(fact.until)}")
    if fact.time != "unstated":
        found.append(fact.time)
    found += [flag for flag in ("superseded", "implausible") if getattr(fact, flag)]
    found += [f"q={q}" for q in fact.qualifiers] + [f"r={r}" for r in fact.responses]
    for key, name in (
        ("line", "line"),
        ("setting", "setting"),
        ("stopped_for", "stopped"),
        ("for_condition", "for"),
        ("route", "route"),
        ("site", "site"),
        ("method", "method"),
        ("upper_normal", "uln"),
        ("lower_normal", "lln"),
        ("dose_mg_per_day", "dose"),
        ("duration_days", "days"),
    ):
        value = getattr(fact, key)
        if value is not None:
            found.append(f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}".replace(" ", "_"))
    return found


def read(note: str) -> list[list[str]]:
    """The words of every fact of a note."""
    return [words(fact) for fact in read_note(note, AS_OF).facts]


def check(note: str, expected: str) -> None:
    """Each line (or `; `-separated item) of `expected` must be in some fact; `!concept` must be in none; "" wants no fact."""
    facts = read(note)
    if not expected:
        assert not facts, facts
    for item in filter(None, (part.strip() for line in expected.splitlines() for part in line.split(";"))):
        if item.startswith("!"):
            assert not any(fact[0].endswith(item[1:]) if item[1] in "+-?" else fact[0].lstrip("+-?") == item[1:] for fact in facts), (item, facts)
            continue
        wanted = item.split()
        assert any(fact[0] == wanted[0] and set(wanted[1:]) <= set(fact) for fact in facts), (item, facts)
