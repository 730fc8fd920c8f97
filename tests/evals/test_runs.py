"""Running, comparing, the baseline and the report, on a suite made up for the purpose."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from evals import baseline, command, compare, metrics
from evals.report import write
from evals.results import Figure, Item, Run, Table
from evals.runner import UnknownSuite, chosen, run_suite
from evals.suites.base import Context, NotRun, Suite


class Sums(Suite):
    """Is the sum even? One case raises."""

    name = "sums"
    description = "Sums."

    def __init__(self, wrong: int = 3, missing: bool = False) -> None:
        self.wrong, self.missing = wrong, missing

    def cases(self, context: Context) -> Sequence[int]:
        if self.missing:
            raise NotRun("no data folder")
        return range(1, 7)

    def judge(self, case: int, context: Context) -> tuple[Item, ...]:
        if case == 6:
            raise ValueError("six <script>alert(1)</script>")
        got = "wrong" if case == self.wrong else "right"
        asked = f"sum {case} & more"
        return (Item(id=str(case), asked=asked, expected="right", got=got, right=got == "right", seconds=case / 100, trace={"n": case}),)

    def figures(self, items: Sequence[Item]) -> tuple[Figure, ...]:
        return (metrics.accuracy(items), *metrics.latency(items))

    def tables(self, items: Sequence[Item]) -> tuple[Table, ...]:
        return metrics.confusion(items, "Sums"), metrics.per_class(items, "Per label")[0]


def run(suite: Suite) -> Run:
    context = Context()
    result = Run(version="0", as_of="2026-11-20", started="2026-11-20T00:00:00+00:00", suites=(run_suite(suite, context),))
    context.close()
    return result


def test_a_fault_is_an_item_and_counts() -> None:
    """Six cases, one wrong, one raising: four of six."""
    result = run(Sums()).suites[0]
    assert len(result.items) == 6
    assert result.figures[0].value == pytest.approx(0.6667)
    assert result.items[-1].got == "FAULT" and "six" in result.items[-1].trace["fault"]


def test_a_suite_without_its_data_says_so() -> None:
    """Not run is neither right nor wrong."""
    result = run(Sums(missing=True)).suites[0]
    assert result.not_run == "no data folder" and not result.items


def test_comparison_case_by_case() -> None:
    """3 was wrong and is mended, 4 is broken."""
    kinds = {(change.id, change.kind) for change in compare.changes(run(Sums(3)), run(Sums(4)))}
    assert kinds == {("3", "mended"), ("4", "broken")}


def test_a_figure_under_the_baseline_is_reported() -> None:
    """A figure that is worse falls; one that is equal or better does not; times are not guarded."""
    good, bad = run(Sums(0)), run(Sums(3))
    committed = baseline.renewed(good, baseline.Baseline())
    assert not baseline.fallen(good, committed)
    assert [one.figure for one in baseline.fallen(bad, committed)] == ["sums.accuracy"]
    assert not [name for name in committed.figures if "seconds" in name]


def test_a_baseline_keeps_what_did_not_run(tmp_path: Path) -> None:
    """Renewing after one suite leaves the others' figures; the file reads back."""
    committed = baseline.Baseline(figures={"other.accuracy": baseline.Guarded(value=0.9)})
    path = tmp_path / "baseline.json"
    baseline.write(baseline.renewed(run(Sums()), committed), path)
    assert set(baseline.read(path).figures) == {"other.accuracy", "sums.accuracy"}


def test_the_page_is_one_file_without_requests(tmp_path: Path) -> None:
    """Markup of a case is shown, not run; nothing is loaded from elsewhere."""
    result = run(Sums())
    write(result, tmp_path, baseline.renewed(run(Sums(0)), baseline.Baseline()))
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page and "&lt;script&gt;" in page
    assert "http://" not in page and "https://" not in page and "src=" not in page
    assert "sums.accuracy" in page and "<svg" in page
    assert compare.read(tmp_path) == result


def test_an_unknown_suite_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, no traceback, the names that exist."""
    with pytest.raises(UnknownSuite):
        chosen(["nope"])
    assert command.main(["nope"]) == 2
    assert "vignettes" in capsys.readouterr().err


def test_comparing_two_reports_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--compare prints what broke."""
    for name, wrong in (("a", 3), ("b", 4)):
        write(run(Sums(wrong)), tmp_path / name, baseline.Baseline())
    assert command.main(["--compare", str(tmp_path / "a"), str(tmp_path / "b")]) == 0
    out = capsys.readouterr().out
    assert "broken" in out and "mended" in out
