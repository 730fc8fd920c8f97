"""The options of `python -m evals` and `trialmatch eval`, described without loading what carries them out."""

import argparse
from pathlib import Path


def add(parser: argparse.ArgumentParser) -> None:
    """Adds the options to a parser."""
    parser.add_argument("suites", nargs="*", metavar="SUITE", help="suites to run (default: all); a wrong name lists them")
    parser.add_argument("--out", metavar="DIR", type=Path, help="folder for report.html and report.json")
    parser.add_argument("--data", metavar="DIR", type=Path, help="the larger public sets (default: TRIALMATCH_EVAL_DATA, or ../shared/data)")
    parser.add_argument("--cases", metavar="DIR", type=Path, help="another folder of case files")
    parser.add_argument("--baseline", metavar="FILE", type=Path, help="baseline file (default: the committed one)")
    parser.add_argument("--update-baseline", action="store_true", help="write this run's figures into the baseline file")
    parser.add_argument("--compare", nargs=2, type=Path, metavar=("A", "B"), help="compare two report folders case by case, and run nothing")
    parser.add_argument("--limit", metavar="N", type=int, help="judge only the first N cases of each suite")
    parser.add_argument("--model", metavar="NAME", help="judge the cases a second time with this language model, such as ollama:llama3.1")
    parser.add_argument("-v", "--verbose", action="store_true", help="print every miss")
