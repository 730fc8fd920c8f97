"""Reading a unit at a place in a text, and carrying a value from one unit to another."""

import re
from collections.abc import Callable, Iterable, Mapping
from math import log10

from index.vocabulary.rows import Conversion, Measure, Unit

# "10^9" as people write it: 10*9, 10**9, 10E9, 10e+9, 10(9), 10 9, and 109 where the caret was lost, for "109/L" is no unit.
_POWER = re.compile(r"10\^(\d+)")
_TIMES = r"(?:[x×*·•]\s*)?"
_AFTER = r"(?![A-Za-z0-9])"
_OPEN = {"(": ")", "[": "]"}
_CELLS = r"(?:\s*(?:cells?|neutrophils|platelets|leukocytes|lymphocytes))?"


def _log10(value: float) -> float | None:
    return log10(value) if value > 0 else None


# Units on a shifted or a logarithmic scale: the unit they become, the way there and the way back.
# HbA1c: NGSP % = 0.09148 x IFCC mmol/mol + 2.152 (NGSP/IFCC master equation).
_SCALED: dict[str, tuple[str, Callable[[float], float], Callable[[float], float | None]]] = {
    "fahrenheit": ("celsius", lambda x: (x - 32) / 1.8, lambda x: x * 1.8 + 32),
    "mmol_mol": ("percent", lambda x: 0.09148 * x + 2.152, lambda x: (x - 2.152) / 0.09148),
    "log10_iu_ml": ("iu_ml", lambda x: 10.0**x, _log10),
    "log10_copies_ml": ("copies_ml", lambda x: 10.0**x, _log10),
}


_Meanings = tuple[tuple[str, str], ...]
"""The units that share a spelling, each with the spelling as its row has it."""


class Units:
    """All unit spellings and conversions."""

    def __init__(self, units: Mapping[str, Unit], conversions: Iterable[Conversion], measures: Mapping[str, Measure]) -> None:
        self._units = units
        self._measures = measures
        self._conversions = {(c.measure, c.unit): c for c in conversions if c.exact}
        self._possible: dict[str, frozenset[str]] = {}
        spelled: dict[str, list[tuple[str, str]]] = {}
        for unit in units.values():
            for spelling in unit.spellings:
                spelled.setdefault(spelling.removeprefix("=").lower(), []).append((unit.id, spelling))
        self._spelled = sorted(spelled.items(), key=lambda item: (-len(item[0]), item[0]))
        self._by_first: dict[str, tuple[re.Pattern[str], tuple[_Meanings, ...]] | None] = {}

    def _beginning_with(self, char: str) -> tuple[re.Pattern[str], tuple[_Meanings, ...]] | None:
        """The spellings that can begin with a character: one pattern with a group for each, and their meanings."""
        if char not in self._by_first:
            here = [(spelling, meanings) for spelling, meanings in self._spelled if char in _first(spelling)]
            pattern = re.compile("|".join(f"({_regex(spelling)})" for spelling, _ in here), re.IGNORECASE)
            self._by_first[char] = (pattern, tuple(tuple(dict.fromkeys(meanings)) for _, meanings in here)) if here else None
        return self._by_first[char]

    def at(self, text: str, position: int, measure: str | None = None) -> tuple[str, int] | None:
        """The unit spelled at `position` of a repaired text, blanks and a hyphen or an opening bracket before it skipped:
        (unit id, where it ends). With `measure` the spelling is read as a unit which that measure can have
        ("g/L" of platelets is giga per litre); a compound unit that it cannot have is returned all the same, so that the
        misfit is seen. None if no unit is spelled there.
        """
        start = position
        while start < len(text) and text[start] in " \u00a0":
            start += 1
        close = ""
        if start < len(text) and text[start] == "-" and start == position:
            start += 1
        elif start < len(text) and text[start] in _OPEN:
            close = _OPEN[text[start]]
            start += 1
            while start < len(text) and text[start] == " ":
                start += 1
        known = self._beginning_with(text[start].lower()) if start < len(text) else None
        found = known[0].match(text, start) if known else None
        if known is None or found is None or found.lastindex is None:
            return None
        unit = self._meant(known[1][found.lastindex - 1], found[0], measure)
        end = found.end()
        if unit is None or not close:
            return None if unit is None else (unit, end)
        while end < len(text) and text[end] == " ":
            end += 1
        return (unit, end + 1) if text.startswith(close, end) else None

    def _meant(self, meanings: _Meanings, written: str, measure: str | None) -> str | None:
        cased = [(unit, spelling) for unit, spelling in meanings if not spelling.startswith("=") or _same_case(spelling[1:], written)]
        if not cased:
            return None
        exact = [unit for unit, spelling in cased if _same_case(spelling.removeprefix("="), written)]
        order = list(dict.fromkeys((*exact, *(unit for unit, _ in cased))))
        if measure is None:
            return order[0]
        possible = self.possible(measure)
        for unit in order:
            if unit in possible:
                return unit
        return order[0] if "/" in written or " per " in written else None

    def possible(self, measure: str) -> frozenset[str]:
        """The units that the measure can be given in."""
        known = self._possible.get(measure)
        if known is None:
            row = self._measures.get(measure)
            if row is None:
                known = frozenset()
            elif row.unit is None:
                known = frozenset({"points"}) | frozenset(row.bare_units)
            else:
                listed = {row.unit, *row.bare_units, *(u for m, u in self._conversions if m == measure)}
                dimensions = {self._units[u].dimension for u in listed if u in self._units}
                known = frozenset(u for u, unit in self._units.items() if unit.dimension in dimensions or (u in _SCALED and _SCALED[u][0] in listed))
            self._possible[measure] = known
        return known

    def convert(self, measure: str, value: float, from_unit: str, to_unit: str | None = None) -> float | None:
        """`value` of `measure` in `to_unit` (default: the measure's canonical unit).

        None if the units do not convert, or only by a factor that depends on an assay or on the body.
        """
        row = self._measures.get(measure)
        if row is None:
            return None
        to = to_unit if to_unit is not None else row.unit
        if from_unit == to:
            return value
        if to is None:
            return None
        plain, unit = self._plain(value, from_unit)
        target = _SCALED[to][0] if to in _SCALED else to
        there = self._factor(measure, unit, target)
        if there is None:
            return None
        return _SCALED[to][2](plain * there) if to in _SCALED else plain * there

    @staticmethod
    def _plain(value: float, unit: str) -> tuple[float, str]:
        if unit in _SCALED:
            to, forth, _ = _SCALED[unit]
            return forth(value), to
        return value, unit

    def _factor(self, measure: str, here: str, there: str) -> float | None:
        """The factor between two plain units, by dimension or by way of the canonical unit."""
        if here == there:
            return 1.0
        a, b = self._units.get(here), self._units.get(there)
        if a is None or b is None:
            return None
        if a.dimension == b.dimension:
            return a.factor / b.factor
        first, second = self._to_canonical(measure, a), self._to_canonical(measure, b)
        return None if first is None or second is None else first / second

    def _to_canonical(self, measure: str, unit: Unit) -> float | None:
        row = self._measures[measure]
        canonical = self._units.get(row.unit or "")
        if canonical is None:
            return None
        if unit.dimension == canonical.dimension:
            return unit.factor / canonical.factor
        direct = self._conversions.get((measure, unit.id))
        if direct is not None:
            return direct.factor
        for (about, listed), conversion in self._conversions.items():
            other = self._units[listed]
            if about == measure and other.dimension == unit.dimension:
                return conversion.factor * unit.factor / other.factor
        return None


def _first(spelling: str) -> str:
    """The characters that a spelling can begin with."""
    if spelling.startswith("10^"):
        return "1x×*·•"
    return {"/": "/p", "μ": "uμµm", "µ": "uμµm"}.get(spelling[0], spelling[0])


def _same_case(spelling: str, written: str) -> bool:
    letters = [c for c in spelling if c.isalpha() and c not in "xX×"]
    return letters == [c for c in written if c.isalpha() and c not in "xX×"][: len(letters)]


def _regex(spelling: str) -> str:
    """The pattern of a spelling: blanks optional, "/" also "per", "^" in its many forms, micro as u, μ or mc."""
    power = _POWER.search(spelling)
    prefix = ""
    rest = spelling
    if power:
        prefix = _TIMES + r"10\s*(?:\^|\*\*?|e\s?\+?)?\s*\(?\s*" + power[1] + r"\s*\)?" + _CELLS
        rest = spelling[power.end() :]
    out = []
    i = 0
    while i < len(rest):
        c = rest[i]
        if c == "/":
            out.append(r"\s*(?:/|per\b)\s*" if i or prefix else r"(?:/|per\b)\s*")
        elif c == " ":
            out.append(r"\s*")
        elif c in "µμ":
            out.append(r"(?:[uμµ]|mc)")
        elif c == "^":
            out.append(r"\s?\^?\s?")
        elif c in "23" and i and rest[i - 1] in "mM" and not (i + 1 < len(rest) and rest[i + 1].isdigit()):
            out.append(r"\s?\^?\s?" + c)
        else:
            out.append(re.escape(c))
        i += 1
    body = prefix + "".join(out)
    return body + (_AFTER if spelling[-1].isascii() and spelling[-1].isalnum() else "")
