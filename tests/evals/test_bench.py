"""The benchmark's own parts: figures, percentiles, the report, and doing without the data folder."""

import json
from pathlib import Path

import pytest

from evals.bench import measures, process, report, sample
from evals.bench.__main__ import parser
from evals.bench.embedders import Free, Recording
from evals.bench.figures import Bench, Figure, Point, of, percentile


def bench() -> Bench:
    growth = tuple(Point(series="match, warm", trials=n, value=n / 1000) for n in (10, 100, 1000))
    figures = (of("Whole process", "match <b>", "s", [0.9, 0.7, 5.0], target=1.0), of("Indexing", "ingest", "trials/s", [3.0], target=5.0))
    return Bench(
        version="0", started="now", quick=True, seconds=1.0, machine={"cores": "2"}, figures=figures, growth=growth, left_out=("the page <i>",)
    )


def test_a_figure_is_the_median_and_keeps_its_runs() -> None:
    """One slow run does not move it; a time is to stay below its target, a rate above."""
    match, ingest = bench().figures
    assert match.value == 0.9 and match.runs == (0.9, 0.7, 5.0) and match.met is True
    assert ingest.met is False
    assert Figure(group="g", name="n", value=1.0, unit="s").met is None


@pytest.mark.parametrize(
    ("values", "share", "expected"), [([5.0], 0.95, 5.0), ([float(n) for n in range(1, 101)], 0.95, 95.0), ([2.0, 1.0], 0.5, 1.0)]
)
def test_percentile_is_the_nearest_rank(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


def test_the_report_is_json_and_one_page_without_requests(tmp_path: Path) -> None:
    """The JSON reads back; names are shown, not run; a plot of growth is drawn."""
    report.write(bench(), tmp_path)
    assert Bench.model_validate(json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))) == bench()
    page = (tmp_path / "bench.html").read_text(encoding="utf-8")
    assert "<svg" in page and "match &lt;b&gt;" in page and "the page &lt;i&gt;" in page
    assert "<script" not in page and "http" not in page and "src=" not in page


def test_without_the_data_folder_growth_is_left_out(tmp_path: Path) -> None:
    """Neither a failure nor silence."""
    setting = measures.Setting(tmp_path, None, quick=True)
    assert measures.scale(setting) == [] and measures.page(setting) == []
    assert any("registry sample" in reason for reason in setting.left_out) and any("page" in reason for reason in setting.left_out)


def test_records_of_the_sample_are_trials(tmp_path: Path) -> None:
    """A line of the sample becomes a registry record that the public read function takes."""
    import gzip

    from assistant import Assistant

    row = {"nct_id": "NCT00000001", "title": "", "eligibility": "Inclusion Criteria:\n\n* Age 18 years or older\n* Platelets >= 75 x 10^9/L"}
    folder = tmp_path / "registry"
    folder.mkdir()
    with gzip.open(folder / "eligibility_sample.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n" + json.dumps(row | {"eligibility": "None"}) + "\n")
    (record,) = sample.records(tmp_path, 10)
    (trial,) = Assistant.read(*record)
    assert trial.id == "NCT00000001" and [c.id for c in trial.criteria] == ["I01", "I02"]


def test_embedders_are_stable_and_keep_what_they_are_asked() -> None:
    free = Free()
    recording = Recording(free)
    assert recording.embed_passages(["a", "b"]) == [free.embed_query("a"), free.embed_query("b")]
    assert recording.texts == ["a", "b"] and len(free.embed_query("a")) == recording.dimension == 16


def test_a_command_is_measured_as_a_whole_process() -> None:
    """Time and memory are positive; one that fails says so."""
    cost = process.run("--help")
    assert cost.wall > 0 and cost.cpu > 0
    with pytest.raises(process.Failed, match="match"):
        process.run("match", "/nowhere/note.txt", "--store", "/proc/none")


def test_options() -> None:
    options = parser().parse_args(["--quick", "--out", "x"])
    assert options.quick and not options.full and options.out == Path("x") and options.data is None
