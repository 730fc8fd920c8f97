"""The same suites with a language model: its figures beside the deterministic run's, what it cost, and how much of it was rejected."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from evals.results import Run

VARIABLE = "TRIALMATCH_MODEL"


@contextmanager
def model_set(name: str | None) -> Iterator[None]:
    """Sets the model for every assistant that is opened inside; None: no model, whatever the environment says."""
    before = os.environ.pop(VARIABLE, None)
    os.environ[VARIABLE] = name or ""  # an empty variable is no setting; a settings file's is the user's own
    try:
        yield
    finally:
        os.environ.pop(VARIABLE, None)
        if before is not None:
            os.environ[VARIABLE] = before


def beside(without: Run, with_: Run, cost: dict[str, Any], name: str, line: str) -> Run:
    """The deterministic run, with the model's run as its `model` block: cost, figures that differ or not, and items that came out otherwise."""
    figures = {key: {"without": figure.value, "with": with_.figures()[key].value} for key, figure in without.figures().items()}
    said = {(suite.suite, item.id): item.got for suite in without.suites for item in suite.items}
    changed = [f"{suite.suite}:{item.id}" for suite in with_.suites for item in suite.items if said.get((suite.suite, item.id)) != item.got]
    block = {"name": name, "where": line, **cost, "seconds_without": _seconds(without), "seconds_with": _seconds(with_)}
    return without.model_copy(update={"model": {**block, "changed": changed, "figures": figures}})


def lines(block: dict[str, Any]) -> list[str]:
    """The block in a few lines."""
    share = block["share_rejected"]
    rejected = "nothing to reject" if share is None else f"{block['rejected']} of {block['returned']} proposals rejected ({share:.1%})"
    moved = [key for key, two in block["figures"].items() if two["without"] != two["with"] and "seconds" not in key]
    return [
        f"With {block['name']}: {block['calls']} calls, {block['input_tokens']} tokens sent, {block['output_tokens']} returned, "
        f"{block['seconds']:.1f} s in the model, {block['failures']} failures; {rejected}.",
        *(f"  {rule}: {count}" for rule, count in block["rejected_by_rule"].items()),
        f"Items that came out otherwise: {len(block['changed'])}. Figures that differ: {', '.join(moved) or 'none'}.",
    ]


def _seconds(run: Run) -> float:
    return round(sum(suite.seconds for suite in run.suites), 3)
