"""The metrics, one small file each. A missing answer counts as wrong in every one; a mean says how many it is over."""

from evals.metrics.abstention import abstention_precision, abstention_recall
from evals.metrics.accuracy import accuracy
from evals.metrics.answers import answer_correctness
from evals.metrics.blocks import blocks_passed_over
from evals.metrics.citation_literalness import citation_literalness
from evals.metrics.citation_precision import citation_precision
from evals.metrics.citation_recall import citation_recall
from evals.metrics.confusion import confusion
from evals.metrics.evidence import evidence_f1
from evals.metrics.false_excluded import false_excluded
from evals.metrics.false_open import false_open
from evals.metrics.interval import clustered_interval
from evals.metrics.latency import latency
from evals.metrics.needless_unknowns import needless_unknowns
from evals.metrics.per_class import class_scores, per_class
from evals.metrics.unsupported_numbers import unsupported_numbers

__all__ = [
    "abstention_precision",
    "abstention_recall",
    "accuracy",
    "answer_correctness",
    "blocks_passed_over",
    "citation_literalness",
    "citation_precision",
    "citation_recall",
    "class_scores",
    "clustered_interval",
    "confusion",
    "evidence_f1",
    "false_excluded",
    "false_open",
    "latency",
    "needless_unknowns",
    "per_class",
    "unsupported_numbers",
]
