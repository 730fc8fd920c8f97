"""Two runs, case by case: what was mended, what was broken, what changed its wrong answer."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from evals.results import Item, Run


class Change(BaseModel):
    """One case whose result differs. `kind`: mended, broken, other (wrong in another way), added, gone."""

    model_config = ConfigDict(frozen=True)

    suite: str
    id: str
    kind: str
    asked: str
    expected: str
    before: str
    after: str


def read(path: Path) -> Run:
    """The run of a report folder, or of its JSON file."""
    file = path / "report.json" if path.is_dir() else path
    return Run.model_validate_json(file.read_text(encoding="utf-8"))


def changes(before: Run, after: Run) -> tuple[Change, ...]:
    """The cases that differ between two runs, in the order of the second; suites that did not run in both are left out."""
    old = {suite.suite: {item.id: item for item in suite.items} for suite in before.suites if suite.not_run is None}
    found = []
    for suite in after.suites:
        if suite.not_run is not None or suite.suite not in old:
            continue
        was = dict(old[suite.suite])
        for item in suite.items:
            change = _change(suite.suite, was.pop(item.id, None), item)
            if change:
                found.append(change)
        found += [_made(suite.suite, "gone", item, item.got, "") for item in was.values()]
    return tuple(found)


def _change(suite: str, before: Item | None, after: Item) -> Change | None:
    if before is None:
        return _made(suite, "added", after, "", after.got)
    if before.right != after.right:
        return _made(suite, "mended" if after.right else "broken", after, before.got, after.got)
    if not after.right and before.got != after.got:
        return _made(suite, "other", after, before.got, after.got)
    return None


def _made(suite: str, kind: str, item: Item, before: str, after: str) -> Change:
    return Change(suite=suite, id=item.id, kind=kind, asked=item.asked, expected=item.expected, before=before, after=after)
