"""A tumour may be named by its organ first or last."""

import pytest

from index.vocabulary import vocabulary


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("cancer of the biliary tract", "biliary tract cancer"),
        ("carcinoma of the breast", "breast carcinoma"),
        ("adenocarcinoma of the pancreas", "pancreas adenocarcinoma"),
        ("Cancer of the liver", "liver cancer"),
        ("cancers of the bladder", "bladder cancer"),
    ],
)
def test_both_ways_mean_the_same(said: str, meant: str) -> None:
    (one,), (other,) = (vocabulary().mentions(words, ("condition",)) for words in (said, meant))
    assert one.concept == other.concept and one.surface == said
