"""What suites over answers share: whether citations are literal, and which numbers have no support."""

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from evals.metrics.unsupported_numbers import unsupported
from evals.suites.base import HERE
from evals.text import normal

SEEDS = HERE.parent / "seeds"
ABSTAINED = frozenset({"not_stated"})


@lru_cache(maxsize=512)
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@lru_cache(maxsize=512)
def _record(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from _strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from _strings(value)
    elif node is not None:
        yield str(node)


def _below(node: Any, path: str) -> Any:
    """The part of a record that `module.field[3].piece` names, as deep as the name leads."""
    for part in re.findall(r"[A-Za-z]\w*|\d+", path):
        if isinstance(node, dict) and part in node:
            node = node[part]
        elif isinstance(node, list) and part.isdigit() and int(part) < len(node):
            node = node[int(part)]
        elif isinstance(node, list):
            node = [item[part] for item in node if isinstance(item, dict) and part in item]
    return node


def is_literal(citation: dict[str, Any], records: Path | None = None) -> bool:
    """Whether the quote is exactly the document's text from start to end, in a seed or a record's decoded field."""
    name, _, field = citation["document"].partition("#")
    start, end, quote = citation["start"], citation["end"], citation["quote"]
    seed = SEEDS / Path(name).name
    if seed.is_file() and not field:
        return bool(_text(seed)[start:end] == quote)
    if records is None or not (records / Path(name).name).is_file():
        return False
    record = _record(records / Path(name).name)
    part = _below(record.get("protocolSection", record), field.removeprefix("protocolSection."))
    return any(text[start:end] == quote for text in _strings(part))


def evidence(citations: Sequence[dict[str, Any]], wanted: Sequence[str]) -> tuple[float | None, float | None, bool]:
    """(precision, recall, whether any expected quote is cited); None where nothing is expected. A quote counts as cited
    when one holds the other; fragments of up to three characters never do."""
    if not wanted:
        return None, None, True
    expected = [normal(quote) for quote in wanted]
    given = [normal(citation["quote"]) for citation in citations]

    def same(one: str, other: str) -> bool:
        return min(len(one), len(other)) > 3 and (one in other or other in one)

    met = [any(same(w, g) for g in given) for w in expected]
    useful = [any(same(w, g) for w in expected) for g in given]
    precision = sum(useful) / len(useful) if useful else 0.0
    return round(precision, 4), round(sum(met) / len(met), 4), any(met)


def support(answer: dict[str, Any], extra: Sequence[str] = ()) -> list[str]:
    """Numbers of the answer's text without support in its quotes, its report, its question or `extra`."""
    sources = [citation["quote"] for citation in answer["citations"]] + [answer["question"], *extra]
    if answer.get("report"):
        sources.append(json.dumps(answer["report"], ensure_ascii=False))
    return unsupported(answer["text"], sources)


def values(
    answer: dict[str, Any], wanted: Sequence[str], unanswerable: bool, records: Path | None, extra: Sequence[str] = ()
) -> dict[str, float | str | bool | None]:
    """What the citation, abstention and number metrics count about one answer."""
    precision, recall, _ = evidence(answer["citations"], wanted)
    return {
        "precision": precision,
        "recall": recall,
        "citations": len(answer["citations"]),
        "literal": sum(is_literal(citation, records) for citation in answer["citations"]),
        "abstained": answer["kind"] in ABSTAINED,
        "unanswerable": unanswerable,
        "unsupported": len(support(answer, extra)),
    }


def trace(answer: dict[str, Any], records: Path | None = None, extra: Sequence[str] = ()) -> dict[str, Any]:
    """What a reader needs to see why: the text, the quotes, the typed reading of the question."""
    return {
        "kind": answer["kind"],
        "text": answer["text"],
        "citations": [f"[{c['n']}] {c['trial']}: {c['quote']}" + ("" if is_literal(c, records) else "  (NOT LITERAL)") for c in answer["citations"]],
        "request": answer.get("request"),
        "unsupported_numbers": support(answer, extra),
    }
