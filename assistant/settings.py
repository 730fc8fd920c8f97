"""Settings, all from the environment, and the silence that every library is told to keep."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from index.errors import SettingsError

_ROOT = Path(__file__).parent.parent
SEEDS = _ROOT / "seeds"
PROMPTS = _ROOT / "prompts"

_QUIET = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "ANONYMIZED_TELEMETRY": "False",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "TOKENIZERS_PARALLELISM": "false",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the store is, and which models and servers are used.

    `embedding` is a model's folder or name (None: the packaged one); `hub` lets a name be downloaded. `chroma_url` names
    a Chroma server (None: inside the store's folder). `model` is the optional language model for LangChain's
    `init_chat_model`, such as "openai:..." or "ollama:..." (None: no model).
    """

    store: Path
    embedding: str | None = None
    hub: bool = False
    chroma_url: str | None = None
    model: str | None = None
    user: str | None = None
    password: str | None = None

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """The settings of the environment. Raises SettingsError for a value that cannot be used."""

        def text(name: str) -> str | None:
            return environment.get(f"TRIALMATCH_{name}", "").strip() or None

        store = text("STORE")
        return cls(
            store=Path(store) if store else _default_store(),
            embedding=text("EMBEDDING"),
            hub=_flag("TRIALMATCH_ALLOW_HUB", text("ALLOW_HUB")),
            chroma_url=text("CHROMA_URL"),
            model=text("MODEL"),
            user=text("USER"),
            password=text("PASSWORD"),
        )


def quiet() -> None:
    """Turns off downloads and telemetry of every dependency, unless the user has decided otherwise in the environment."""
    if os.environ.get("TRIALMATCH_ALLOW_HUB", "").strip() not in ("", "0"):
        _QUIET.pop("HF_HUB_OFFLINE", None)
        _QUIET.pop("TRANSFORMERS_OFFLINE", None)
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)


def seeds() -> tuple[Path, ...]:
    """The files of the seed trials, in order."""
    return tuple(sorted(p for p in SEEDS.iterdir() if p.is_file() and not p.name.startswith((".", "README")))) if SEEDS.is_dir() else ()


def seeds_origin() -> str:
    """A name for the seeds' present content: "seeds:" and a hash."""
    digest = hashlib.sha256()
    for path in seeds():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return f"seeds:{digest.hexdigest()[:16]}"


def _flag(name: str, value: str | None) -> bool:
    if (value or "0").casefold() in ("0", "no", "false", "off"):
        return False
    if value and value.casefold() in ("1", "yes", "true", "on"):
        return True
    raise SettingsError(f"{name} is {value!r}.", "Write 1 or 0.")


def _default_store() -> Path:
    from platformdirs import user_data_path

    return user_data_path("trialmatch", appauthor=False) / "store"
