"""A trial's compiled criteria as plain data, for programs that check patients themselves."""

from typing import Any

from assistant.report.ctml import exported
from index.criteria import describe
from index.trials import Trial


def conditions(trial: Trial) -> dict[str, Any]:
    """The trial's name, and each criterion with its place, its words, what they mean, its condition, and what CTML holds of it.

    `ctml.exported` is "whole", "part" or "not"; `ctml.left_out` are the words that are not in its `node`.
    """
    return {
        "trial": trial.model_dump(mode="json", include={"id", "nct_id", "title", "source", "has_eligibility_list"}),
        "criteria": [
            {
                "id": e.criterion.id,
                "polarity": e.criterion.polarity,
                "document": e.criterion.document,
                "start": e.criterion.span.start,
                "end": e.criterion.span.end,
                "quote": e.criterion.quote,
                "meaning": describe(e.criterion.condition),
                "condition": e.criterion.condition.model_dump(mode="json", exclude_none=True),
                "ctml": {"exported": e.how, "node": e.node, "left_out": list(e.left_out)},
            }
            for e in exported(trial)
        ],
    }
