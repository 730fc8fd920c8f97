"""Trials grouped by verdict, each with its criterion table. Nothing is hidden and nothing is scored."""

from collections.abc import Mapping

from assistant.results import CriterionReport, Outcome, PatientFact, Report, TrialReport
from assistant.ui.actions import Override
from assistant.ui.markup import Markup, tag
from assistant.ui.words import GROUPS, ICON, VERDICT, count, outcome_words, rank

Overrides = Mapping[tuple[str, str], Override]
_COLUMNS = ("Id", "Criterion, in its own words", "Outcome", "In the note", "Comparison")
_FILTERS = (("all", "All"), ("FAIL", "Blocking"), ("UNKNOWN", "Not known"), ("PASS", "Passing"), ("NOT_APPLICABLE", "Not applicable"))


def _evidence(criterion: CriterionReport, facts: tuple[PatientFact, ...]) -> list[Markup]:
    return [tag("q", facts[i].source.quote) for i in criterion.facts if i < len(facts)]


def _override(trial: str, criterion: CriterionReport, current: Override | None) -> Markup:
    outcomes: tuple[Outcome, ...] = ("PASS", "FAIL", "UNKNOWN")
    choices = [("", "as computed"), *((o, outcome_words(criterion.polarity, o)) for o in outcomes)]
    options = [tag("option", words, value=value, selected=bool(current and current.outcome == value)) for value, words in choices]
    return tag(
        "details",
        tag("summary", "Judge differently" if current is None else "Your judgement", class_="quiet"),
        tag(
            "form",
            tag("label", "Your judgement ", tag("select", options, name="outcome")),
            tag("label", "Reason ", tag("input", type="text", name="reason", value=current.reason if current else "", required=True)),
            tag("button", "Keep", type="submit", class_="small"),
            data_form="override",
            data_trial=trial,
            data_criterion=criterion.id,
        ),
        class_="override",
    )


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
        aria_label=f"Show {criterion.id} in its document",
    )


def _parts(criterion: CriterionReport) -> Markup | None:
    if len(criterion.parts) < 2:
        return None
    items = [
        tag(
            "li",
            tag("span", ICON[part.outcome], class_="icon", aria_hidden="true"),
            tag("span", f" {outcome_words(criterion.polarity, part.outcome)}: ", class_="visually-hidden"),
            tag("span", part.quote, class_="part-quote"),
            ": ",
            part.reason,
            class_=f"part {part.outcome}",
        )
        for part in criterion.parts
    ]
    return tag("details", tag("summary", count(len(items), "part")), tag("ul", items, class_="parts"))


def _row(trial: str, criterion: CriterionReport, facts: tuple[PatientFact, ...], override: Override | None) -> Markup:
    words = outcome_words(criterion.polarity, criterion.outcome)
    state = [tag("span", ICON[criterion.outcome], class_="icon", aria_hidden="true"), " ", words]
    if criterion.assumed:
        state.append(tag("span", " (assumed, not mentioned)", class_="assumed"))
    if override is not None and override.outcome:
        state.append(
            tag(
                "p", "Your judgement: ", tag("strong", outcome_words(criterion.polarity, override.outcome)), ". ", override.reason, class_="judgement"
            )
        )
    earliest = f"Earliest: {criterion.earliest_date.isoformat()}." if criterion.earliest_date else None
    remedy = " ".join(filter(None, (criterion.remedy, earliest)))
    evidence = _evidence(criterion, facts)
    return tag(
        "tr",
        tag("th", criterion.id, scope="row"),
        tag("td", tag("blockquote", criterion.quote), _source(trial, criterion)),
        tag("td", state, class_="state"),
        tag("td", evidence or tag("span", "not mentioned", class_="hint"), class_="evidence-cell"),
        tag(
            "td",
            tag("p", criterion.reason),
            tag("p", remedy, class_="remedy") if remedy else None,
            _parts(criterion),
            _override(trial, criterion, override),
        ),
        class_=f"criterion {criterion.outcome}{' gating' if criterion.gating else ''}",
        data_outcome=criterion.outcome,
    )


def _counts(report: TrialReport) -> str:
    fails = sum(c.outcome == "FAIL" for c in report.criteria)
    gating = sum(c.outcome == "UNKNOWN" and c.gating for c in report.criteria)
    unknown = sum(c.outcome == "UNKNOWN" for c in report.criteria) - gating
    passes = sum(c.outcome == "PASS" for c in report.criteria)
    pieces = [
        count(fails, "criterion blocks", "criteria block") if fails else "",
        count(gating, "deciding criterion is not known", "deciding criteria are not known") if gating else "",
        count(unknown, "other is open", "others are open") if unknown else "",
        count(passes, "passes", "pass") if passes else "",
    ]
    return "; ".join(p for p in pieces if p)


def _card(report: TrialReport, facts: tuple[PatientFact, ...], overrides: Overrides) -> Markup:
    trial = report.trial
    rows = [_row(trial.id, c, facts, overrides.get((trial.id, c.id))) for c in sorted(report.criteria, key=rank)]
    table = tag(
        "div",
        tag(
            "table",
            tag("caption", f"Criteria of {trial.id}", class_="visually-hidden"),
            tag(
                "thead",
                tag("tr", [tag("th", head, scope="col") for head in _COLUMNS]),
            ),
            tag("tbody", rows),
        ),
        class_="table-scroll",
        tabindex="0",
        role="region",
        aria_label=f"Criteria of {trial.id}",
    )
    filters = tag(
        "div",
        [tag("button", words, type="button", data_filter=value, aria_pressed="true" if value == "all" else "false") for value, words in _FILTERS],
        class_="filters",
        role="group",
        aria_label="Show criteria",
    )
    return tag(
        "details",
        tag(
            "summary",
            tag("span", VERDICT[report.verdict], class_=f"verdict {report.verdict}"),
            tag("span", trial.title, class_="trial-title"),
            tag("span", trial.id, class_="trial-id"),
            tag("span", report.summary, class_="trial-summary"),
            tag("span", _counts(report), class_="trial-counts"),
        ),
        [tag("p", note, class_="trial-note") for note in report.notes],
        filters if rows else None,
        table if rows else tag("p", "The document states nothing that can be checked.", class_="empty"),
        class_=f"trial {report.verdict}",
        data_trial=trial.id,
    )


def trial_cards(report: Report | None, overrides: Overrides) -> Markup:
    """All trials of a report, in three groups; the groups stay in view even when empty."""
    head = tag("h2", "Trials", id="trials-heading")
    if report is None:
        empty = tag("p", "Verdicts appear here once there is a patient.", class_="empty")
        return tag("section", head, empty, aria_labelledby="trials-heading")
    groups = []
    for key, title, verdicts in GROUPS:
        cards = [_card(t, report.patient.facts, overrides) for t in report.trials if t.verdict in verdicts]
        heading = tag("h3", title, tag("span", f" {len(cards)}", class_="count"))
        groups.append(tag("div", heading, cards or tag("p", "none", class_="empty"), class_=f"group {key}"))
    return tag(
        "section",
        head,
        tag("p", f"As of {report.as_of.isoformat()}; windows are counted back from this date. The investigator decides.", class_="hint"),
        groups,
        aria_labelledby="trials-heading",
    )
