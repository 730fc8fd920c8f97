"""The indexed trials: add documents, see what each holds, take one out and put it back."""

from collections.abc import Sequence

from assistant.report.record import compiled
from assistant.ui.markup import Markup, tag
from assistant.ui.words import count
from index.trials import Trial

TRIAL_TYPES = ".txt,.md,.json,.csv,.xml,.html,.htm,.pdf,.docx"


def library(trials: Sequence[Trial], working: str | None, remarks: Sequence[str], removed: Trial | None) -> Markup:
    """The region. `working`: what is being indexed; `remarks`: what the last change did, error by error; `removed`: what can be put back."""
    return tag(
        "section",
        tag("h2", "Indexed trials", id="library-heading"),
        tag(
            "div",
            tag(
                "label",
                "Add trial documents",
                tag("input", type="file", id="trial-files", multiple=True, accept=TRIAL_TYPES, class_="visually-hidden", data_drop="ingest"),
                class_="button",
            ),
            tag("span", "or drop them here: registry pages, JSON, XML, CSV, PDF, Word, up to 20 MB. They can be asked about at once.", class_="hint"),
            class_="drop",
            data_dropzone="ingest",
        ),
        tag("p", tag("span", class_="spinner", aria_hidden="true"), working, class_="working") if working else None,
        tag("ul", [tag("li", remark) for remark in remarks], class_="remarks") if remarks else None,
        tag("p", f"“{removed.title}” was removed. ", tag("button", "Undo", type="button", id="undo", data_action="restore_trial"), class_="removed")
        if removed
        else None,
        _table(trials) if trials else tag("p", "No trial is indexed.", class_="empty"),
        aria_labelledby="library-heading",
        data_busy=working is not None,
    )


def _table(trials: Sequence[Trial]) -> Markup:
    return tag(
        "div",
        tag(
            "table",
            tag("caption", "Indexed trials", class_="visually-hidden"),
            tag("thead", tag("tr", [tag("th", head, scope="col") for head in ("Trial", "Status", "Criteria", "")])),
            tag("tbody", [_row(trial) for trial in trials]),
        ),
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label="Indexed trials",
    )


def _row(trial: Trial) -> Markup:
    stated = trial.first("status")
    unread = sum(not compiled(c) for c in trial.criteria)
    criteria = count(len(trial.criteria), "criterion", "criteria") if trial.has_eligibility_list else "no eligibility list"
    return tag(
        "tr",
        tag(
            "th", trial.title, tag("span", trial.id if trial.id in trial.source else f"{trial.id} · {trial.source}", class_="hint block"), scope="row"
        ),
        tag("td", stated.value if stated else "not stated", tag("span", "searchable", class_="hint block")),
        tag("td", criteria, tag("span", f"{unread} not fully read", class_="hint block") if unread else None),
        tag("td", tag("button", "Remove", type="button", data_action="remove_trial", data_trial=trial.id, aria_label=f"Remove {trial.title}")),
    )
