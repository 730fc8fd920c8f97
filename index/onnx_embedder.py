"""The packaged embedding model without torch. The one file that knows onnxruntime and tokenizers; both are loaded at the first text.

The network is exported once from the packaged weights, in 32-bit floats, and kept in the user's cache folder under the weights'
digest. Its vectors are those of sentence-transformers within 1e-6, so a store may be filled by one and read by the other.
"""

import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.embeddings import DEFAULT, SentenceTransformerEmbedder, Vector, export_default

_VERSION = 1
"""Raised by hand when the export changes."""
_TOKENS = 256
"""The longest text that the model was published for, in tokens; the rest is cut, as sentence-transformers does."""
_BATCH = 8
"""Texts of like length are run together: the larger the batch, the more padding; the processor is busy with few."""


class OnnxEmbedder:
    """The packaged all-MiniLM-L6-v2 on onnxruntime.

    Falls back to sentence-transformers, with a warning, where the network cannot be exported or kept. Raises SettingsError
    where neither can be loaded.
    """

    name = DEFAULT

    def __init__(self, cache: Path | None = None) -> None:
        self._cache = cache
        self._model: _Network | SentenceTransformerEmbedder | None = None
        self._lock = threading.Lock()

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return 384

    def embed_passages(self, texts: Sequence[str]) -> list[Vector]:
        """One normalised vector per text."""
        return self._loaded().embed_passages(texts) if texts else []

    def embed_query(self, text: str) -> Vector:
        """The normalised vector of a question."""
        return self._loaded().embed_query(text)

    def _loaded(self) -> "_Network | SentenceTransformerEmbedder":
        with self._lock:
            if self._model is None:
                self._model = self._load()
            return self._model

    def _load(self) -> "_Network | SentenceTransformerEmbedder":
        try:
            return _Network(_exported(self._cache or _default_cache()))
        except Exception as error:  # torch, onnx, onnxruntime and a full or read-only disk fail each in their own way
            why = f"{type(error).__name__}: {error}".splitlines()[0][:200]
            logging.getLogger("trialmatch").warning("The fast embedding route is not available (%s); sentence-transformers is used.", why)
            return SentenceTransformerEmbedder()


class _Network:
    """An exported network and its tokenizer, in a folder."""

    def __init__(self, folder: Path) -> None:
        import numpy
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # a waiting thread leaves the processor to others
        self._session: Any = onnxruntime.InferenceSession(folder / "model.onnx", options, providers=["CPUExecutionProvider"])
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(_TOKENS)
        self._tokenizer.enable_padding()
        self._array: Any = numpy.array

    def embed_passages(self, texts: Sequence[str]) -> list[Vector]:
        vectors: list[Vector] = [[]] * len(texts)
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
        for at in range(0, len(order), _BATCH):
            some = order[at : at + _BATCH]
            for n, vector in zip(some, self._run([texts[n] for n in some]), strict=True):
                vectors[n] = vector
        return vectors

    def embed_query(self, text: str) -> Vector:
        return self._run([text])[0]

    def _run(self, texts: list[str]) -> list[Vector]:
        read = self._tokenizer.encode_batch(texts)
        inputs = {"ids": self._array([r.ids for r in read], dtype="int64"), "mask": self._array([r.attention_mask for r in read], dtype="int64")}
        vectors: list[Vector] = self._session.run(["vectors"], inputs)[0].tolist()
        return vectors


def _default_cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("trialmatch", appauthor=False) / "models"


def _exported(cache: Path) -> Path:
    """The folder of the exported network, made if it is not there: under another name first, so that it is whole or absent."""
    folder = cache / f"{DEFAULT}-{_VERSION}"
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=cache))
    try:
        export_default(making)
        os.rename(making, folder)
    except OSError:
        if not folder.is_dir():  # unless another process was first
            raise
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return folder
