"""The report of a run: JSON, one HTML page, a summary on the terminal."""

import json
from pathlib import Path

from evals.baseline import Baseline
from evals.results import Run


def write(run: Run, folder: Path, baseline: Baseline) -> None:
    """Writes report.json and report.html into `folder`, which is made if need be."""
    from evals.report.page import page

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(run.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / "report.html").write_text(page(run, baseline), encoding="utf-8")
