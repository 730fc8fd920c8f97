"""What holds for any text: it ends, spans lie inside, nothing raises; hostile input is bounded."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.conditions import Condition as Tree
from index.conditions import Limit, children, leaves
from index.criteria import compile_text, describe

VOCABULARY = """no not prior history of known active severe within 4 weeks months first dose and or , ; . ( ) : - except unless if for patients
with who must can be enrolled are excluded hepatocellular carcinoma hepatitis B C ascites requiring drainage chemotherapy lenvatinib received
allowed platelets ANC ≥ ≤ > < = 1.5 75 x10^9/L ULN ECOG 0 1 BCLC stage ALT AST grade 2 toxicity investigator consent at least any the following
including e.g. etc. stroke surgery"""
WORDS = st.sampled_from([*VOCABULARY.split(), "\n\n-", "\n1."])


def nodes(condition: Tree) -> list[Tree]:
    return [condition, *(n for c in children(condition) for n in nodes(c))]


@settings(max_examples=120, deadline=None)
@given(st.lists(WORDS, max_size=40).map(" ".join), st.sampled_from(["inclusion", "exclusion", "population"]), st.integers(0, 1000))
def test_any_words_compile_with_spans_inside_the_text(text: str, polarity: str, offset: int) -> None:
    condition = compile_text(text, polarity, offset=offset)
    assert describe(condition)
    for node in nodes(condition):
        assert offset <= node.span.start <= node.span.end <= offset + len(text)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_characters_compile(text: str) -> None:
    condition = compile_text(text, "exclusion")
    assert describe(condition)
    assert all(0 <= leaf.span.start <= leaf.span.end <= len(text) for leaf in leaves(condition))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 400), st.sampled_from(["≥", ">=", "at least", "greater than or equal to"]))
def test_the_written_limit_is_the_compiled_limit(value: int, comparator: str) -> None:
    (leaf,) = leaves(compile_text(f"Platelets {comparator} {value} x 10^9/L", "inclusion"))
    assert isinstance(leaf, Limit)
    assert (leaf.bounds.low, leaf.bounds.low_inclusive, leaf.unit) == (value, True, "e9_l")


HOSTILE = {
    "brackets": "(" * 20_000 + "1." * 5_000,
    "filler": "lorem ipsum dolor sit amet " * 1_900,
    "or": "cancer or " * 1_900,
    "no": "no " * 6_000,
    "prior": "prior " * 3_000,
    "with": "with " * 4_000,
    "control": "".join(map(chr, range(1, 32))) * 500,
    "bullets": "- a\n" * 4_000,
    "grades": "grade 2 or " * 1_700,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_bounded(name: str) -> None:
    start = time.process_time()
    assert describe(compile_text(HOSTILE[name], "exclusion"))
    assert time.process_time() - start < 5
