"""From files of every format to a store: nothing is lost on the way, and an older record never replaces a newer one."""

import gzip
import json
import re
import shutil
from pathlib import Path

import pytest

from index.build import ingest
from index.store import Store
from index.trials import Trial
from tests.conftest import ROOT, SEEDS, HashingEmbedder
from tests.index.registry.server import study
from tests.index.sources.test_texts import docx, pdf

FIXTURES = ROOT / "tests" / "index" / "sources" / "fixtures"
HEADING = re.compile(r"\W*(?:\d+\W*)?(?:(?:key |main )?(?:inclusion|exclusion|eligibility)(?: criteria)?|criteria)\W*", re.I)
PLAIN = "A study of Y in renal cancer\n\nInclusion Criteria:\n* ECOG 0-1\n\nExclusion Criteria:\n* Brain metastases\n"


@pytest.fixture
def store(tmp_path: Path, embedder: HashingEmbedder) -> Store:
    return Store.open(tmp_path / "store", embedder=embedder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One small file of every format; two items in it are no trials."""
    here = tmp_path / "sources"
    here.mkdir()
    for path in (*SEEDS[:2], FIXTURES / "NCT00117611.json", FIXTURES / "NCT05685771.xml", FIXTURES / "ctg-studies.csv"):
        shutil.copy(path, here)
    flat = [{"nct_id": f"NCT0000010{n}", "title": f"Flat {n}", "eligibility": f"Platelets of {n + 7}5 x 10^9/L or more"} for n in range(3)]
    (here / "list.json").write_text(json.dumps({"studies": [study(1), study(2), {"colour": "blue"}]}))
    (here / "lines.jsonl").write_text(json.dumps(flat[0]) + "\n{cut off\n" + json.dumps(flat[1]))
    (here / "packed.jsonl.gz").write_bytes(gzip.compress(json.dumps(flat[2]).encode()))
    (here / "plain.txt").write_text(PLAIN)
    (here / "marked.md").write_text("# A study of Z in liver cancer\n\n## Inclusion criteria\n\n- Child-Pugh A\n")
    (here / "page.html").write_text("<html><body><h1>A study of W</h1><h2>Inclusion Criteria</h2><ul><li>Signed consent</li></ul></body></html>")
    (here / "protocol.pdf").write_bytes(pdf("A trial of Q", "Inclusion Criteria:", "- Age 18 or older"))
    (here / "protocol2.docx").write_bytes(docx(("A trial of R", None), ("Inclusion Criteria", None), ("HCC", 0)))
    return here


def unlisted(trial: Trial) -> list[str]:
    """The words of its eligibility texts that stand in no criterion, line by line."""
    left = []
    for field in trial.all("eligibility"):
        text = list(trial.document(field.document).text)
        for criterion in trial.criteria:
            if criterion.document == field.document:
                text[criterion.span.start : criterion.span.end] = " " * (criterion.span.end - criterion.span.start)
        left += [" ".join(line.split()) for line in "".join(text[field.span.start : field.span.end]).splitlines() if re.search(r"\w", line)]
    return left


def test_everything_read_is_stored_or_named(folder: Path, store: Store) -> None:
    result = ingest([folder], store)
    assert sorted(f.source for f in result.failed) == ["lines.jsonl line 2", "list.json item 3"]
    trials = {trial.id: trial for trial in store.trials()}
    assert set(result.added) == set(trials) and not result.updated and not result.outdated
    assert len(trials) == 2 + 1 + 1 + 2 + 2 + 2 + 1 + 5
    assert {trial.source for trial in trials.values()} == {path.name.removesuffix(".gz") for path in folder.iterdir()}
    for trial in trials.values():
        stated = [(f.document, f.span.start, f.span.end) for f in trial.all("eligibility")]
        listed = [c for c in trial.criteria if any(d == c.document and a <= c.span.start < b for d, a, b in stated)]
        assert bool(listed) == bool(stated), trial.id
        assert all(c.span.of(trial.document(c.document).text) == c.quote for c in trial.criteria), trial.id
        assert not [line for line in unlisted(trial) if not HEADING.fullmatch(line)], trial.id
    again = ingest([folder], store)
    assert not again.added and not again.updated and set(again.unchanged) == set(trials)


def test_an_older_record_does_not_replace_a_newer_one(tmp_path: Path, store: Store) -> None:
    def write(name: str, updated: str, platelets: int) -> Path:
        path = tmp_path / name
        path.write_text(json.dumps(study(1, updated=updated, criteria=f"Inclusion Criteria:\n\n* Platelets >= {platelets} x 10^9/L\n")))
        return path

    newer, older = write("newer.json", "2026-03-01", 100), write("older.json", "2026-02-01", 75)
    assert ingest([newer], store).added == ("NCT00000001",)
    late = ingest([older], store)
    (outdated,) = late.outdated
    assert not late.updated and outdated.source == "older.json" and "2026-02-01" in outdated.why and "2026-03-01" in outdated.why
    assert "100" in store.trial("NCT00000001").criteria[0].quote
    newest = ingest([write("newest.json", "2026-04-01", 50)], store)
    assert newest.updated == ("NCT00000001",) and not newest.outdated


@pytest.mark.parametrize("names", [("a_older.json", "b_newer.json"), ("b_older.json", "a_newer.json")])
def test_of_two_sources_of_one_run_the_later_updated_counts(tmp_path: Path, store: Store, names: tuple[str, str]) -> None:
    folder = tmp_path / "both"
    folder.mkdir()
    for name, updated, platelets in zip(names, ("2026-02-01", "2026-03-01"), (75, 100), strict=True):
        (folder / name).write_text(json.dumps(study(1, updated=updated, criteria=f"Inclusion Criteria:\n\n* Platelets >= {platelets} x 10^9/L\n")))
    result = ingest([folder], store)
    assert result.added == ("NCT00000001",) and not result.failed
    assert "100" in store.trial("NCT00000001").criteria[0].quote
