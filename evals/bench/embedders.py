"""Two embedders to measure with: one that keeps what it was asked, one that costs nothing."""

import time
from collections.abc import Sequence
from zlib import crc32

from index.embeddings import Embedder, Vector


class Recording:
    """A real model that keeps the texts which it embeds, and the seconds that it takes: what is left is the store's."""

    def __init__(self, model: Embedder) -> None:
        self._model, self.name, self.texts, self.seconds = model, model.name, list[str](), 0.0

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return self._model.dimension

    def embed_passages(self, texts: Sequence[str]) -> list[Vector]:
        """The model's vectors."""
        self.texts += texts
        began = time.perf_counter()
        vectors = self._model.embed_passages(texts)
        self.seconds += time.perf_counter() - began
        return vectors

    def embed_query(self, text: str) -> Vector:
        """The model's vector."""
        return self._model.embed_query(text)


class Free:
    """Vectors that mean nothing and cost nothing: with it, everything but the model is measured."""

    name = "bench-free-16"
    dimension = 16

    def embed_passages(self, texts: Sequence[str]) -> list[Vector]:
        """One vector per text."""
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> Vector:
        """A vector that depends on the text alone."""
        seed = crc32(text.encode()) | 1
        return [((seed >> n) & 1) + 0.1 for n in range(self.dimension)]
