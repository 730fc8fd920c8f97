"""The patient's facts as read from the note: each with its value, its words, and how to correct it."""

from assistant.results import PatientFact, PatientRecord, Report
from assistant.ui.markup import Markup, tag
from assistant.ui.words import count

_SECTIONS = (
    ("Recorded", ("present",)),
    ("Known absent", ("absent",)),
    ("Uncertain, planned or declined", ("possible", "planned", "considered", "declined")),
)


def _chip(index: int, fact: PatientFact) -> Markup:
    value = " ".join(str(part) for part in (fact.value, fact.unit) if part not in (None, ""))
    shown = f"{fact.label} {value}".strip()
    return tag(
        "li",
        tag(
            "details",
            tag(
                "summary",
                tag("span", fact.label, class_="fact-label"),
                tag("span", value, class_="fact-value") if value else None,
                tag("span", fact.when, class_="fact-when") if fact.when else None,
                tag("span", "⚠ ", fact.warning, class_="fact-warning") if fact.warning else None,
            ),
            tag("p", "In the note: ", tag("q", fact.source.quote), class_="fact-source"),
            tag("p", fact.detail, class_="fact-detail") if fact.detail else None,
            tag(
                "form",
                tag(
                    "label",
                    tag("span", f"Correct “{shown}”", class_="visually-hidden"),
                    tag("input", type="text", name="text", value=fact.source.quote, autocomplete="off"),
                ),
                tag("button", "Save", type="submit"),
                tag("button", "Remove", type="button", data_action="remove_fact", data_index=index, aria_label=f"Remove {shown}"),
                data_form="edit_fact",
                data_index=index,
                class_="fact-edit",
            ),
        ),
        class_=f"fact fact-{fact.status}",
    )


def patient_card(report: Report | None, missing: tuple[str, ...] = ()) -> Markup:
    """The card; `missing` names what decides most and is not in the note."""
    record = report.patient if report else PatientRecord(facts=())
    head = tag("h2", "Patient", id="patient-heading")
    if report is None:
        empty = tag("p", "No patient yet. Paste a note into the chat, or drop a file there.", class_="empty")
        return tag("section", head, empty, aria_labelledby="patient-heading")
    sections = []
    for title, statuses in _SECTIONS:
        chips = [_chip(i, f) for i, f in enumerate(record.facts) if f.status in statuses]
        if chips:
            sections.append(tag("div", tag("h3", title, tag("span", f" {len(chips)}", class_="count")), tag("ul", chips, class_="facts")))
    if missing:
        hint = tag("p", "Silence is not “no”: these decide and the note does not mention them.", class_="hint")
        sections.append(tag("div", tag("h3", "Not recorded"), hint, tag("ul", [tag("li", m) for m in missing], class_="missing")))
    if record.warnings:
        sections.append(tag("div", tag("h3", "Seen and not used"), tag("ul", [tag("li", w) for w in record.warnings], class_="warnings")))
    return tag(
        "section",
        head,
        tag("p", f"{count(len(record.facts), 'fact')} read. Open one to see its words or to correct it.", class_="hint"),
        sections,
        aria_labelledby="patient-heading",
    )
