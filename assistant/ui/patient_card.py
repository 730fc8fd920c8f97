"""The patient's facts as read from the note: each with its value, its words, and how to correct it."""

from assistant.results import CriterionReport, PartReport, PatientFact, PatientRecord, Report
from assistant.ui.markup import Markup, tag
from assistant.ui.words import count, short

_SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Recorded", ("present",)),
    ("Known absent", ("absent",)),
    ("Possible, planned or declined", ("possible", "planned", "considered", "declined")),
)
_AROUND = 60


def value_words(fact: PatientFact) -> str:
    """The fact's value with its unit; empty if it has none."""
    value = f"{fact.value:g}" if isinstance(fact.value, float) else fact.value or ""
    return f"{value} {fact.unit or ''}".strip()


def _context(fact: PatientFact, note: str) -> Markup:
    """The note's words around the fact, the fact's own marked."""
    start, end = fact.source.start, fact.source.end
    if note[start:end] != fact.source.quote:
        return tag("q", fact.source.quote)
    before, after = note[max(0, start - _AROUND) : start], note[end : end + _AROUND]
    return tag(
        "span",
        "…" if start > _AROUND else None,
        before,
        tag("mark", fact.source.quote),
        after,
        "…" if end + _AROUND < len(note) else None,
        class_="context",
    )


def _row(index: int, fact: PatientFact, note: str, conflict: bool) -> Markup:
    value = value_words(fact)
    shown = f"{fact.label} {value}".strip()
    status = f"{fact.status} " if fact.status not in ("present", "absent") else "no " if fact.status == "absent" else ""
    warnings = [fact.warning] if fact.warning else []
    warnings += ["the note contradicts itself"] if conflict else []
    return tag(
        "li",
        tag(
            "details",
            tag(
                "summary",
                tag("span", tag("span", status, class_="fact-status") if status else None, fact.label, class_="fact-label"),
                tag("span", value, class_="fact-value") if value else None,
                tag("span", fact.when, class_="fact-when") if fact.when else None,
                [tag("span", "⚠ ", warning, class_="fact-warning") for warning in warnings],
                title=f"In the note: “{fact.source.quote}”",
            ),
            tag("p", "In the note: ", _context(fact, note), class_="fact-source"),
            tag("p", fact.detail, class_="hint") if fact.detail else None,
            tag(
                "form",
                tag("label", f"Correct “{shown}”", for_=f"fact-{index}", class_="visually-hidden"),
                tag("input", type="text", id=f"fact-{index}", name="text", value=fact.source.quote, autocomplete="off"),
                tag("button", "Save", type="submit"),
                tag("button", "Remove", type="button", data_action="remove_fact", data_index=index, aria_label=f"Remove {shown}"),
                data_form="edit_fact",
                data_index=index,
                class_="fact-edit",
            ),
            data_key=f"fact-{fact.concept}-{fact.source.start}",
        ),
        class_=f"fact {fact.status}",
    )


def conflicts(report: Report) -> dict[int, list[str]]:
    """Indexes of the facts that contradict each other, with the criteria that stay open for it."""
    found: dict[int, list[str]] = {}
    for trial in report.trials:
        for criterion in trial.criteria:
            atoms: tuple[CriterionReport | PartReport, ...] = criterion.parts or (criterion,)
            for judged in atoms:
                if judged.unknown_reason == "conflict":
                    concepts = [report.patient.facts[i].concept for i in judged.facts]
                    for index, concept in zip(judged.facts, concepts, strict=True):
                        if concepts.count(concept) > 1:
                            found.setdefault(index, []).append(f"{short(trial.trial.id)} {criterion.id}")
    return {index: list(dict.fromkeys(ids)) for index, ids in found.items()}


def patient_card(report: Report | None, note: str = "", changed: Markup | None = None, *, after: Markup | None = None) -> Markup:
    """The card. `changed` says what the last correction did; `after` is put below the facts."""
    head = tag("h2", "Patient", id="patient-heading")
    if report is None:
        empty = tag("p", "No patient yet. What is read from a note appears here, each fact with its words.", class_="empty")
        return tag("section", head, empty, aria_labelledby="patient-heading")
    record = report.patient
    clashing = conflicts(report)
    return tag(
        "section",
        head,
        tag("div", tag("h3", "What changed"), changed, class_="changed", tabindex="0", role="region", aria_label="What changed") if changed else None,
        _warnings(record, clashing),
        [_section(title, statuses, record, note, clashing) for title, statuses in _SECTIONS],
        tag("p", "Nothing could be read from the note.", class_="empty") if not record.facts else None,
        after,
        aria_labelledby="patient-heading",
    )


def _section(title: str, statuses: tuple[str, ...], record: PatientRecord, note: str, clashing: dict[int, list[str]]) -> Markup | None:
    rows = [_row(i, f, note, i in clashing) for i, f in enumerate(record.facts) if f.status in statuses]
    return tag("div", tag("h3", title, tag("span", f" {len(rows)}", class_="count")), tag("ul", rows, class_="facts")) if rows else None


def _warnings(record: PatientRecord, clashing: dict[int, list[str]]) -> Markup | None:
    lines = [f"{w}" for w in record.warnings]
    labels: dict[str, list[int]] = {}
    for index in clashing:
        labels.setdefault(record.facts[index].label, []).append(index)
    for label, indexes in labels.items():
        quotes = " and ".join(dict.fromkeys(f"“{record.facts[i].source.quote}”" for i in indexes))
        ids = list(dict.fromkeys(c for i in indexes for c in clashing[i]))
        more = f" and {count(len(ids) - 3, 'more')}" if len(ids) > 3 else ""
        lines.append(f"Contradiction about {label}: {quotes}. Open for it: {', '.join(ids[:3])}{more}.")
    if not lines:
        return None
    return tag("div", tag("h3", "Look at these"), tag("ul", [tag("li", "⚠ ", line) for line in lines]), class_="warnings")
