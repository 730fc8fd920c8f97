"""The criteria of one trial against the patient: a table with filters, the clinician's own judgement beside the computed one."""

import re

from assistant.results import CriterionReport, Outcome, Override, PatientFact, TrialReport
from assistant.ui.markup import Markup, join, tag
from assistant.ui.patient_card import value_words
from assistant.ui.words import ICON, STANDING, UNKNOWN, count, outcome_words, part_words, rank, standing

_COLUMNS = ("Id", "Criterion, in its own words", "Outcome", "In the note", "Comparison")
_ITEM = re.compile(r"\s*(?:[-•*·]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)、])\s*")
_CHOICES: tuple[Outcome, ...] = ("PASS", "FAIL", "UNKNOWN", "NOT_APPLICABLE")


def criterion_table(report: TrialReport, facts: tuple[PatientFact, ...], overrides: dict[str, Override]) -> Markup:
    """Filters and table; `overrides` by criterion id."""
    trial = report.trial
    if not report.criteria:
        return tag("p", "The document states nothing that can be checked.", class_="empty")
    rows = [_row(trial.id, c, facts, overrides.get(c.id)) for c in sorted(report.criteria, key=rank)]
    return join(
        _filters(report),
        tag(
            "div",
            tag(
                "table",
                tag("caption", f"Criteria of {trial.id}", class_="visually-hidden"),
                tag("thead", tag("tr", [tag("th", head, scope="col", role="columnheader") for head in _COLUMNS], role="row")),
                tag("tbody", rows),
                class_="criteria",
                role="table",
            ),
            class_="scroll",
            tabindex="0",
            role="region",
            aria_label=f"Criteria of {trial.id}",
        ),
    )


def _filters(report: TrialReport) -> Markup:
    numbers = {name: sum(standing(c) == name for c in report.criteria) for name, _ in STANDING}
    shown = [("all", f"All {len(report.criteria)}"), *((name, f"{words} {numbers[name]}") for name, words in STANDING if numbers[name])]
    return tag(
        "div",
        [tag("button", words, type="button", data_filter=value, aria_pressed="true" if value == "all" else "false") for value, words in shown],
        class_="filters",
        role="group",
        aria_label="Show criteria",
    )


def _row(trial: str, criterion: CriterionReport, facts: tuple[PatientFact, ...], override: Override | None) -> Markup:
    said = _said([facts[i] for i in criterion.facts if 0 <= i < len(facts)])
    return tag(
        "tr",
        tag("th", criterion.id, scope="row", role="rowheader"),
        tag("td", tag("blockquote", _verbatim(criterion.quote)), _source(trial, criterion), role="cell"),
        tag("td", _outcome(criterion, override), class_="state", role="cell"),
        tag("td", said or tag("span", "not mentioned", class_="hint"), class_="said", role="cell", data_label=_COLUMNS[3]),
        tag(
            "td",
            tag("p", criterion.reason),
            tag("p", criterion.suggested, class_="hint") if criterion.suggested else None,
            _remedy(criterion),
            _parts(criterion, facts),
            _override(trial, criterion, override),
            role="cell",
            data_label=_COLUMNS[4],
        ),
        class_=f"criterion {criterion.outcome}{' gating' if criterion.gating else ''}",
        data_standing=standing(criterion),
        id=f"row-{trial}-{criterion.id}",
        role="row",
    )


def _verbatim(quote: str) -> list[Markup | str]:
    """The quote, its lines run on as prose except where an item of a list begins."""
    shown: list[Markup | str] = []
    for line in quote.split("\n"):
        if shown:
            shown.append(tag("br") if _ITEM.match(line) else " ")
        shown.append(line.strip())
    return shown


def _remedy(criterion: CriterionReport) -> Markup | None:
    """What would have to change, and from when; or that nothing is known that could."""
    said = criterion.remedy or ""
    day = criterion.earliest_date.isoformat() if criterion.earliest_date else ""
    if day and day not in said:
        said = f"{said.rstrip('.')}. Earliest date: {day}" if said else f"Earliest date: {day}"
    if criterion.outcome == "FAIL" and not said:
        said = "No remedy under this text"
    return tag("p", f"{said[:1].upper()}{said[1:].rstrip('.')}.", class_="remedy") if said else None


def _outcome(criterion: CriterionReport, override: Override | None) -> list[Markup | str]:
    shown: list[Markup | str] = [
        tag("span", ICON[criterion.outcome], class_="icon", aria_hidden="true"),
        tag("span", f" {outcome_words(criterion.polarity, criterion.outcome)}", class_="outcome"),
    ]
    if criterion.unknown_reason:
        shown.append(tag("span", UNKNOWN[criterion.unknown_reason], class_="why"))
    if criterion.outcome == "UNKNOWN" and criterion.gating:
        shown.append(tag("span", "decides the verdict", class_="why"))
    if criterion.assumed:
        shown.append(tag("span", "assumed, not mentioned", class_="why"))
    if override is not None:
        stale = override.computed != criterion.outcome
        shown.append(
            tag(
                "p",
                "Your judgement: ",
                tag("strong", outcome_words(criterion.polarity, override.outcome)),
                f". {override.reason}",
                " (computed otherwise since)" if stale else None,
                class_="judgement",
            )
        )
    return shown


def _said(facts: list[PatientFact]) -> list[Markup]:
    """The note's words, each once, with what was read from them."""
    read: dict[str, list[str]] = {}
    for fact in facts:
        read.setdefault(fact.source.quote, []).append(" ".join(filter(None, (fact.label, value_words(fact)))))
    when = {fact.source.quote: fact.when for fact in facts if fact.when}
    return [
        tag("p", tag("q", quote), tag("span", ", ".join(filter(None, (*dict.fromkeys(words), when.get(quote)))), class_="hint"))
        for quote, words in read.items()
    ]


def _source(trial: str, criterion: CriterionReport) -> Markup:
    return tag(
        "button",
        "Show in document",
        type="button",
        class_="link",
        data_action="open_source",
        data_trial=trial,
        data_document=criterion.document,
        data_start=criterion.start,
        data_end=criterion.end,
        aria_label=f"Show {criterion.id} in {criterion.document}",
    )


def _parts(criterion: CriterionReport, facts: tuple[PatientFact, ...]) -> Markup | None:
    if len(criterion.parts) < 2:
        return None
    items = [
        tag(
            "li",
            tag("span", ICON[part.outcome], class_="icon", aria_hidden="true"),
            tag("span", f" {part_words(part.outcome)}: ", class_="visually-hidden"),
            tag("span", f"“{part.quote}”", class_="part-quote"),
            f" {part.reason}",
            class_=f"part {part.outcome}",
        )
        for part in criterion.parts
    ]
    numbers = [(sum(p.outcome == o for p in criterion.parts), w) for o, w in (("FAIL", "block"), ("UNKNOWN", "unknown"), ("PASS", "pass"))]
    words = ", ".join(f"{n} {w}" for n, w in numbers if n)
    summary = tag("summary", f"{count(len(items), 'part')}: {words}")
    return tag("details", summary, tag("ul", items, class_="parts"), data_key=f"parts-{criterion.document}-{criterion.id}")


def _override(trial: str, criterion: CriterionReport, current: Override | None) -> Markup:
    choices = [("", "as computed"), *((o, outcome_words(criterion.polarity, o)) for o in _CHOICES if o != criterion.outcome or current)]
    options = [tag("option", words, value=value, selected=bool(current and current.outcome == value)) for value, words in choices]
    name = f"{trial}-{criterion.id}"
    return tag(
        "details",
        tag("summary", "Judge otherwise" if current is None else "Change your judgement"),
        tag(
            "form",
            tag("label", "Your judgement", for_=f"judge-{name}"),
            tag("select", options, name="outcome", id=f"judge-{name}"),
            tag("label", "Reason", for_=f"reason-{name}"),
            tag("input", type="text", name="reason", id=f"reason-{name}", value=current.reason if current else "", required=True, autocomplete="off"),
            tag("button", "Keep", type="submit", aria_label=f"Keep your judgement of {criterion.id}"),
            data_form="judge",
            data_trial=trial,
            data_criterion=criterion.id,
        ),
        class_="override",
        data_key=f"judge-{name}",
    )
