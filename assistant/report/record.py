"""Trial records as plain text: what `list` and `show` print."""

import textwrap
from collections.abc import Iterator, Sequence

from assistant.report.words import columns, one_line
from index.conditions import NotCompiled, leaves
from index.trials import Criterion, Field, FieldName, Trial

_SECTIONS: tuple[tuple[str, tuple[FieldName, ...]], ...] = (
    ("Titles", ("official_title", "acronym", "nct_id", "other_id")),
    ("Summary", ("summary",)),
    ("Description", ("description",)),
    ("Conditions", ("condition", "keyword")),
    ("Interventions", ("arm", "intervention")),
    ("Outcomes", ("outcome",)),
    ("Status", ("status", "why_stopped", "start_date", "primary_completion_date", "end_date", "last_update", "enrollment")),
    ("Design", ("study_type", "phase", "allocation", "intervention_model", "primary_purpose", "masking", "design")),
    ("Population", ("study_population", "sex", "age", "minimum_age", "maximum_age", "healthy_volunteers")),
    ("Sponsor", ("sponsor", "collaborator", "funder")),
    ("Places", ("location", "contact", "official")),
    ("Results and links", ("results", "document_link", "url")),
)
_POLARITY = (("Inclusion criteria", "inclusion"), ("Exclusion criteria", "exclusion"), ("Population, as stated", "population"))


def listing(trials: Sequence[Trial]) -> str:
    """One line per trial: id, criteria, how many are not fully compiled, title."""
    rows = [("id", "criteria", "not compiled", "title")]
    rows += [(t.id, str(len(t.criteria)), str(sum(not compiled(c) for c in t.criteria)), one_line(t.title)) for t in trials]
    return "\n".join(columns(rows)) + "\n"


def compiled(criterion: Criterion) -> bool:
    """Whether every part of the criterion was understood."""
    return not any(isinstance(leaf, NotCompiled) for leaf in leaves(criterion.condition))


def record(trial: Trial) -> str:
    """Everything the record holds, section by section."""
    return "\n".join(_record(trial)) + "\n"


def _record(trial: Trial) -> Iterator[str]:
    yield trial.title
    yield f"{trial.id}   from {trial.source} ({trial.layout})"
    for heading, names in _SECTIONS:
        found = trial.all(*names)
        if found:
            yield from ("", heading)
            for field in found:
                yield from _field(field, labelled=len(names) > 1)
    for heading, polarity in _POLARITY:
        criteria = [c for c in trial.criteria if c.polarity == polarity]
        if criteria:
            yield from ("", f"{heading} ({len(criteria)})")
            for criterion in criteria:
                yield from _criterion(criterion)
    if not trial.has_eligibility_list:
        yield from ("", "This document has no eligibility list.")
    if trial.notes:
        yield from ("", "Remarks on the document")
        for note in trial.notes:
            about = f" ({', '.join(note.criteria)})" if note.criteria else ""
            yield _wrapped(f"- {note.kind}: {note.text}{about}")


def _field(field: Field, labelled: bool) -> Iterator[str]:
    label = field.name.replace("_", " ") if labelled else ""
    role = f"[{field.role}]" if field.role else ""
    value = field.parts.get("measure") or field.parts.get("name") or field.value
    yield _wrapped(" ".join(filter(None, (f"{label}:" if label else "", role, value))))
    for name, part in field.parts.items():
        if part and part != value:
            yield _wrapped(f"{name.replace('_', ' ')}: {part}", indent=6)


def _criterion(criterion: Criterion) -> Iterator[str]:
    from index.criteria import describe

    yield _wrapped(f"{criterion.id}  {one_line(criterion.quote)}")
    if criterion.heading:
        yield _wrapped(f"under: {one_line(criterion.heading)}", indent=7)
    yield _wrapped(
        f"means: {describe(criterion.condition)}" if not isinstance(criterion.condition, NotCompiled) else f"not compiled: {criterion.condition.why}",
        indent=7,
    )


def _wrapped(text: str, indent: int = 2) -> str:
    return textwrap.fill(
        one_line(text), 120, initial_indent=" " * indent, subsequent_indent=" " * (indent + 4), break_long_words=False, break_on_hyphens=False
    )
