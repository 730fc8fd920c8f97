"""The truth table of strong Kleene logic, and its laws."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.check.logic import agree, all_of, any_of, at_least, negate

TRUTHS = st.sampled_from([True, False, None])
T, F, U = True, False, None


@pytest.mark.parametrize(
    ("a", "b", "both", "either"),
    [(T, T, T, T), (T, F, F, T), (T, U, U, T), (F, T, F, T), (F, F, F, F), (F, U, F, U), (U, T, U, T), (U, F, F, U), (U, U, U, U)],
)
def test_truth_table(a, b, both, either):
    assert all_of([a, b]) is both
    assert any_of([a, b]) is either


def test_nothing():
    assert all_of([]) is True
    assert any_of([]) is False
    assert agree([]) is None


@given(TRUTHS, TRUTHS)
def test_de_morgan(a, b):
    assert negate(all_of([a, b])) is any_of([negate(a), negate(b)])


@given(st.lists(TRUTHS, max_size=6))
def test_extremes_of_at_least(items):
    assert at_least(len(items), items) is all_of(items)
    assert at_least(1, items) is any_of(items)


@given(st.lists(TRUTHS, max_size=5), st.integers(0, 6))
def test_unknown_is_what_completions_disagree_on(items, n):
    """Unknown exactly where filling the unknowns in could give both."""
    for combine in (all_of, any_of, lambda x: at_least(n, x)):
        filled = {
            combine([next(it) if i is None else i for i in items]) for fill in product([True, False], repeat=items.count(None)) for it in [iter(fill)]
        }
        assert combine(items) is (filled.pop() if len(filled) == 1 else None)
