"""Facts that came with codes, kept beside the lines of the note that say them: what a bundle states need not be readable as prose."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.ask.statements import replaces, tidied
from assistant.patient.facts import Fact, Source

if TYPE_CHECKING:
    from assistant.patient import Patient

Lines = Mapping[str, tuple[Fact, ...]]
"""The facts of a line, by the line's words."""


def lines_of(bundle: "Patient") -> dict[str, tuple[Fact, ...]]:
    """The lines of a bundle as read, each with its facts; a line that states none is left out."""
    found: dict[str, tuple[Fact, ...]] = {}
    at = 0
    for line in bundle.text.split("\n"):
        facts = tuple(f for f in bundle.facts if at <= f.source.start < at + len(line))
        at += len(line) + 1
        for words in tidied(line) if facts else ():
            found[words] = facts
    return found


def with_lines(patient: "Patient", lines: Lines) -> "Patient":
    """The patient with the facts of known lines in place of what was read from their words, as far as nothing told since replaces them."""
    from assistant.patient.reader import in_order

    coded: list[Fact] = []
    covered: list[tuple[int, int]] = []
    at = 0
    for line in patient.text.split("\n"):
        if line in lines:
            covered.append((at, at + len(line)))
            coded += [f.model_copy(update={"source": Source(start=at, end=at + len(line), quote=line)}) for f in lines[line]]
        at += len(line) + 1
    if not covered:
        return patient
    told = [f for f in patient.facts if not any(start <= f.source.start < end for start, end in covered)]
    kept = [f for f in coded if not any(replaces(n, f, False) for n in told)]
    return replace(patient, facts=in_order([*kept, *told]), _phrases={})
