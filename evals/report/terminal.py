"""The summary on the terminal."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evals.baseline import Baseline, Fallen
from evals.compare import Change
from evals.results import Figure, Run

MISSES = 8


def printed(figure: Figure) -> str:
    """A figure as words: its value, its interval and over how many."""
    if figure.value is None:
        return f"nothing to measure (over {figure.over})"
    value = f"{figure.value:g}" if figure.is_count or "seconds" in figure.name else f"{figure.value:.3f}"
    interval = f" [{figure.interval[0]:.3f}, {figure.interval[1]:.3f}]" if figure.interval else ""
    return f"{value}{interval} over {figure.over}"


def summary(console: Console, run: Run, baseline: Baseline, worse: Sequence[Fallen], verbose: bool = False) -> None:
    """Prints each suite's figures, the first misses (all with `verbose`), and what fell under the baseline."""
    for suite in run.suites:
        if suite.not_run is not None:
            console.print(f"[bold]{suite.suite}[/bold]: not run ({escape(suite.not_run)})")
            continue
        table = Table(title=f"{suite.suite} ({suite.seconds:.1f} s)", title_justify="left", show_edge=False, pad_edge=False)
        table.add_column("figure")
        table.add_column("value")
        table.add_column("baseline")
        for figure in suite.figures:
            guard = baseline.figures.get(f"{suite.suite}.{figure.name}")
            table.add_row(figure.name, printed(figure), "" if guard is None else f"{guard.value:g}")
        console.print(table)
        for remark in suite.remarks:
            console.print(f"  {escape(remark)}")
        wrong = [item for item in suite.items if not item.right]
        for item in wrong if verbose else wrong[:MISSES]:
            wanted = f"{item.expected[:80]} ({item.reason[:80]})" if item.reason else item.expected[:80]
            console.print(f"  [red]{escape(item.id)}[/red] {escape(item.asked[:140])}: wanted {escape(wanted)}, got {escape(item.got[:160])}")
        if not verbose and len(wrong) > MISSES:
            console.print(f"  ... and {len(wrong) - MISSES} more (-v prints all)")
        console.print()
    for one in worse:
        console.print(f"[bold red]fell[/bold red] {one.figure}: {one.said}")


def comparison(console: Console, changes: Sequence[Change]) -> None:
    """Prints what differs between two runs."""
    colours = {"broken": "red", "mended": "green"}
    for change in changes:
        colour = colours.get(change.kind, "yellow")
        moved = f"{change.before[:80]} -> {change.after[:80]}"
        console.print(f"[{colour}]{change.kind:7}[/{colour}] {change.suite} {escape(change.id)} {escape(change.asked[:100])}: {escape(moved)}")
    counts = Counter(change.kind for change in changes)
    console.print(", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) or "No case differs.")
