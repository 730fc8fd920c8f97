"""Whom a trial is for, where its document has no eligibility list: statements read from title, summary and description."""

from collections.abc import Iterator

from index.trials import Criterion, Trial


def population(trial: Trial) -> Iterator[Criterion]:
    """Population criteria (P01, ...) in the order disease, extent, line, earlier treatment."""
    yield from ()
