"""The options that choose trials by their record: `--status`, `--country`, `--condition`, `--phase`."""

import argparse

from index.filters import Filter


def add_filters(parser: argparse.ArgumentParser) -> None:
    """Gives a command the options; each may be given several times, as alternatives."""
    group = parser.add_argument_group("only trials whose record states (each may be given several times)")
    group.add_argument("--status", metavar="STATUS", action="append", default=[], help="such as RECRUITING")
    group.add_argument("--country", metavar="COUNTRY", action="append", default=[], help="a country with a site")
    group.add_argument("--condition", metavar="TEXT", action="append", default=[], help="a condition, or one that it includes")
    group.add_argument("--phase", metavar="PHASE", action="append", default=[], help="1, 2, 3, 4, 0 for early phase 1, or NA")


def chosen_filter(chosen: argparse.Namespace) -> Filter | None:
    """The filter that the options say, None if they say none."""
    found = Filter(status=tuple(chosen.status), country=tuple(chosen.country), condition=tuple(chosen.condition), phase=tuple(chosen.phase))
    return found or None
