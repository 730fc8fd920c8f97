"""The packaged model by two routes is one model."""

import logging
from pathlib import Path

import pytest

from index import onnx_embedder
from index.embeddings import SentenceTransformerEmbedder, embedder
from index.onnx_embedder import OnnxEmbedder

TEXTS = ("low platelet count", "", "Child-Pugh class A, ECOG 0-1 — naïve to sorafenib", "adequate organ function " * 200)


def test_both_routes_give_the_same_vectors_under_the_same_name() -> None:
    fast, slow = OnnxEmbedder(), SentenceTransformerEmbedder()
    assert fast.name == slow.name
    assert fast.dimension == slow.dimension
    for ours, theirs in zip(fast.embed_passages(TEXTS), slow.embed_passages(TEXTS), strict=True):
        assert ours == pytest.approx(theirs, abs=2e-6)
    assert fast.embed_query(TEXTS[0]) == pytest.approx(fast.embed_passages(TEXTS)[0], abs=2e-6)
    assert fast.embed_passages([]) == []


def test_a_model_of_the_users_goes_through_sentence_transformers(tmp_path: Path) -> None:
    assert isinstance(embedder(), OnnxEmbedder)
    assert isinstance(embedder(str(tmp_path)), SentenceTransformerEmbedder)


def test_without_an_export_sentence_transformers_is_used_and_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(folder: Path) -> None:
        (folder / "model.onnx").write_bytes(b"half")
        raise RuntimeError("no torch here")

    monkeypatch.setattr(onnx_embedder, "export_default", fails)
    model = OnnxEmbedder(tmp_path)
    with caplog.at_level(logging.WARNING):
        assert isinstance(model._loaded(), SentenceTransformerEmbedder)
    assert "no torch here" in caplog.text
    assert not list(tmp_path.iterdir()), "nothing half made stays"
