"""Fusion, the manifest's fingerprint, and the embedding seam."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.embeddings import SentenceTransformerEmbedder
from index.errors import SettingsError
from index.store.fusion import fuse
from index.store.manifest import parser_version

rankings = st.lists(st.lists(st.text("abcdef", min_size=1, max_size=2), unique=True, max_size=8), max_size=4)


def test_what_both_rankings_hold_comes_first() -> None:
    assert fuse([["a", "b", "c"], ["d", "b", "e"]])[0][0] == "b"


def test_the_score_is_the_sum_of_reciprocal_ranks() -> None:
    assert dict(fuse([["a", "b"], ["b"]])) == {"a": pytest.approx(1 / 61), "b": pytest.approx(1 / 62 + 1 / 61)}


@given(rankings)
def test_fusion_keeps_every_id_once_and_is_ordered(lists: list[list[str]]) -> None:
    fused = fuse(lists)
    assert {id_ for id_, _ in fused} == {id_ for ranking in lists for id_ in ranking}
    assert fused == sorted(fused, key=lambda item: (-item[1], item[0]))
    assert {id_: pytest.approx(score) for id_, score in fuse(reversed(lists))} == dict(fused)


@given(st.lists(st.text("abcdef", min_size=1), unique=True))
def test_one_ranking_stays_as_it_is(ranking: list[str]) -> None:
    assert [id_ for id_, _ in fuse([ranking])] == ranking


def test_the_parser_version_is_a_fingerprint() -> None:
    assert len(parser_version()) == 16


def test_the_packaged_model_loads_offline_and_knows_near_from_far() -> None:
    embedder = SentenceTransformerEmbedder()
    assert embedder.name.startswith("all-MiniLM-L6-v2@")
    near, same, far = embedder.embed_passages(["low platelet count", "thrombocytopenia", "the trial's sponsor is a university"])
    query = embedder.embed_query("low platelet count")
    assert len(query) == embedder.dimension == 384
    assert sum(x * x for x in query) == pytest.approx(1, abs=1e-4)
    assert query == pytest.approx(near, abs=1e-5)
    assert sum(a * b for a, b in zip(near, same, strict=True)) > sum(a * b for a, b in zip(near, far, strict=True))


def test_a_model_that_is_not_there_is_an_error_with_a_hint(tmp_path: object) -> None:
    with pytest.raises(SettingsError, match="TRIALMATCH_EMBEDDING"):
        SentenceTransformerEmbedder(str(tmp_path)).embed_query("x")
