"""How much of a file of eligibility texts compiles: `python -m index.criteria.coverage FILE [--oncology] [--show N]`.

FILE holds one JSON object a line (plain or .gz) with `eligibility`, and optionally `nct_id`, `title` and `conditions`.
"""

import argparse
import gzip
import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from index.conditions import Condition, NotCompiled, leaves
from index.criteria.bullets import bullets
from index.criteria.describe import describe
from index.criteria.sections import sections, unfold
from index.criteria.trial import compiled, says_nothing
from index.text import Repaired, repair

Share = Literal["fully", "partly", "not"]
_CANCER = re.compile(
    r"cancer|carcinom|tumou?r|neoplas|leuk|lymphom|melanom|sarcom|myelom|metasta|malignan|oncolog|glio|blastom|mesotheliom|myelodysplas", re.I
)


@dataclass
class Coverage:
    """Counts over bullets, the words that were not understood, and some bullets to read by eye."""

    fully: int = 0
    partly: int = 0
    none: int = 0
    seconds: float = 0.0
    phrases: Counter[str] = field(default_factory=Counter)
    sample: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def bullets(self) -> int:
        """All bullets read."""
        return self.fully + self.partly + self.none

    def report(self) -> str:
        """The figures in a few lines."""
        n = max(self.bullets, 1)
        return (
            f"{self.bullets} bullets: fully {self.fully / n:.1%}, partly {self.partly / n:.1%}, not at all {self.none / n:.1%}; "
            f"{self.bullets / max(self.seconds, 1e-9):.0f} bullets/s"
        )


def share(condition: Condition | None) -> Share:
    """How much of a bullet was understood. A rule for a part of the patients counts as understood where its rule is."""
    if condition is None:
        return "not"
    found = leaves(condition)
    missed = sum(isinstance(leaf, NotCompiled) and not leaf.why.startswith("only for") for leaf in found)
    if not missed:
        return "fully"
    return "not" if missed == sum(1 for leaf in found if not (isinstance(leaf, NotCompiled) and leaf.why.startswith("only for"))) else "partly"


def texts(path: Path, oncology: bool = False) -> Iterator[tuple[str, str]]:
    """(id, eligibility) of every record of the file."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            text = record.get("eligibility") or ""
            if text and (
                not oncology or _CANCER.search(f"{record.get('title', '')} {record.get('conditions', '')}") or len(_CANCER.findall(text)) > 2
            ):
                yield str(record.get("nct_id", "")), text


def measure(records: Iterator[tuple[str, str]]) -> Coverage:
    """Compiles every bullet of every text."""
    found = Coverage()
    for id_, text in records:
        start = time.process_time()
        rep = repair(text)
        flat = Repaired(unfold(rep.text), rep.raw_text, rep.origin)
        done = []
        for section in sections(flat.text):
            for item in bullets(flat.text, section.start, section.end):
                if says_nothing(flat.text[item.start : item.end]):
                    continue
                heading = flat.text[slice(*item.heading)] if item.heading else ""
                done.append((section, item, compiled(flat, item, section, 0, heading)))
        found.seconds += time.process_time() - start
        for section, item, condition in done:
            kind = share(condition)
            found.fully += kind == "fully"
            found.partly += kind == "partly"
            found.none += kind == "not"
            words = " ".join(flat.text[item.start : item.end].split())
            for leaf in leaves(condition) if condition else ():
                if isinstance(leaf, NotCompiled) and not leaf.why.startswith("only for"):
                    missed = " ".join(rep.raw_text[leaf.span.start : leaf.span.end].lower().split())
                    found.phrases[re.sub(r"\d+(?:\.\d+)?", "9", missed)[:60]] += 1
            found.sample.append((f"{id_} {section.side} {kind}", words, describe(condition) if condition else "nothing"))
    return found


def _part(found: Coverage, ids: set[str]) -> str:
    """The figures of the texts about cancer alone."""
    kinds = Counter(head.split()[-1] for head, _, _ in found.sample if head.split()[0] in ids)
    n = max(kinds.total(), 1)
    return (
        f"about cancer: {kinds.total()} bullets: fully {kinds['fully'] / n:.1%}, partly {kinds['partly'] / n:.1%}, not at all {kinds['not'] / n:.1%}"
    )


def main() -> None:
    """Prints the figures, the most frequent words that were not understood, and a sample to read by eye."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--oncology", action="store_true", help="texts about cancer only")
    parser.add_argument("--limit", type=int, default=0, help="read so many texts at most")
    parser.add_argument("--phrases", type=int, default=100)
    parser.add_argument("--show", type=int, default=0, help="print so many bullets with their conditions")
    parser.add_argument("--kind", choices=("fully", "partly", "not"), help="of this kind only")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    records = list(texts(args.file, args.oncology))
    if args.limit:
        records = random.Random(args.seed).sample(records, min(args.limit, len(records)))
    found = measure(iter(records))
    print(found.report())
    if not args.oncology:
        print(_part(found, {id_ for id_, _ in texts(args.file, oncology=True)}))
    for phrase, count in found.phrases.most_common(args.phrases):
        print(f"{count:6d}  {phrase}")
    chosen = [s for s in found.sample if not args.kind or s[0].endswith(" " + args.kind)]
    for head, words, condition in random.Random(args.seed).sample(chosen, min(args.show, len(chosen))):
        print(f"\n[{head}] {words}\n   -> {condition}")


if __name__ == "__main__":
    main()
