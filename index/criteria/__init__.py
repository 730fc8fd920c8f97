"""Eligibility prose -> conditions.

    trial = with_criteria(trial)                                       # a trial record with its criteria
    compile_text("Platelets >= 75 x 10^9/L", "inclusion")              # one criterion alone
    describe(condition)                                                # "platelets ≥ 75 ×10⁹/L"

What is not understood stays verbatim as `NotCompiled`; nothing is guessed, nothing is dropped.
"""

from index.criteria.compile import compile_text
from index.criteria.describe import describe
from index.criteria.trial import PARSER_VERSION, with_criteria

__all__ = ["PARSER_VERSION", "compile_text", "describe", "with_criteria"]
