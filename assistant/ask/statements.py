"""A patient's note as a list of statements: a new one is added, and what it replaces is taken out of the older ones."""

import re
from collections.abc import Sequence
from datetime import date

from assistant.ask.about_patient import read
from assistant.patient.facts import Fact
from index.vocabulary import vocabulary

_SINGLE = frozenset({"lab", "urine", "vital", "score", "function", "demographic"})
_CLAUSE = re.compile(r"[,;\n]|\.(?=\s|$)|(?<=\s)(?:and|with|but)(?=\s)")
_CUE = re.compile(
    r"^\W*(?:(?:actually|correction|corrected|sorry|in fact|no|ignore (?:that|the (?:last|previous)(?: \w+)?)|scratch that|disregard that|i meant"
    r"|my mistake|to correct(?: that| myself)?|it turns out(?: that)?|and|but|well|also)\b[\s,:;.-]*)+",
    re.I,
)


def note(statements: Sequence[str]) -> str:
    """The note as it is read: one statement a line."""
    return "\n".join(statements)


def stripped(text: str) -> str:
    """A correction without the words that only say that it is one."""
    return _CUE.sub("", text, count=1).strip() or text.strip()


def add(statements: Sequence[str], new: str, correction: bool, as_of: date) -> tuple[list[str], list[str]]:
    """`statements` with `new` added and what it replaces removed; and the words that were replaced.

    A newer value of a laboratory test, a vital sign or a score replaces the older one. A disease or a treatment is replaced
    only by a correction; otherwise both stay, and a contradiction is reported as a conflict.
    """
    fresh = read(new, as_of).facts
    kept = list(statements)
    replaced: list[str] = []
    for _ in range(12):
        old = read(note(kept), as_of).facts
        clash = next((o for o in old if any(replaces(n, o, correction) for n in fresh)), None)
        if clash is None:
            break
        before = note(kept)
        kept = remove(kept, clash, old, as_of)
        if note(kept) == before:
            break
        replaced.append(clash.source.quote)
    return [*kept, new.strip()], list(dict.fromkeys(replaced))


def remove(statements: Sequence[str], fact: Fact, facts: Sequence[Fact], as_of: date) -> list[str]:
    """`statements` without the words of `fact`: its clause if nothing else is said there, else its own words."""
    text = note(statements)
    start, end = fact.source.start, fact.source.end
    left, right = _clause(text, start, end)
    together = [f for f in facts if f.source.start < right and left < f.source.end]
    same = all(_same_statement(f, fact) for f in together)
    cut = (left, right) if same else (start, end)
    rest = text[: cut[0]] + text[cut[1] :]
    if not same and any(
        f.concept == fact.concept and f.value == fact.value and f.status == fact.status and f.choices == fact.choices for f in read(rest, as_of).facts
    ):
        rest = text[:left] + text[right:]
    return tidied(rest)


def replace(statements: Sequence[str], start: int, end: int, words: str) -> list[str]:
    """`statements` with the note's `start:end` replaced by `words`."""
    text = note(statements)
    return tidied(text[:start] + words.strip() + text[end:])


def tidied(text: str) -> list[str]:
    """The lines of a text that say something, without the gaps and commas that a removal leaves."""
    found = []
    for line in text.split("\n"):
        line = re.sub(r"\s+([,.;])", r"\1", re.sub(r"[ \t]{2,}", " ", line))
        line = re.sub(r"(?:[,;]\s*){2,}", ", ", line).strip(" ,;")
        if any(c.isalnum() for c in line):
            found.append(line)
    return found


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    """The clause around `start:end`, up to the next comma, semicolon, stop, line or conjunction."""
    left = max((m.end() for m in _CLAUSE.finditer(text, 0, start) if m.end() <= start), default=0)
    right = next((m.start() for m in _CLAUSE.finditer(text, end)), len(text))
    return left, right


def _same_statement(a: Fact, b: Fact) -> bool:
    """Whether two facts of one clause go together: the drugs of one course, the same words, one concept."""
    return a is b or (a.course is not None and a.course == b.course) or a.source == b.source or a.concept == b.concept


def replaces(new: Fact, old: Fact, correction: bool) -> bool:
    """Whether a newer statement takes the place of an older one: the same test, vital sign or score; by a correction anything of the kind."""
    v = vocabulary()
    if new.kind == old.kind == "measurement":
        row = v.measures.get(new.concept)
        if new.concept != old.concept or (new.value == old.value and new.unit == old.unit):
            return False
        return correction or row is None or row.kind in _SINGLE
    if new.kind == old.kind == "category":
        return new.concept == old.concept and set(new.choices) != set(old.choices)
    if not correction or new.kind != old.kind:
        return False
    return any(v.is_a(a, b) or v.is_a(b, a) for a in _parts(new.concept) for b in _parts(old.concept)) and (
        new.status != old.status or new.when != old.when or new.concept == old.concept
    )


def _parts(concept: str) -> tuple[str, ...]:
    regimen = vocabulary().regimens.get(concept)
    return (concept, *regimen.components) if regimen else (concept,)
