"""Settings, from the environment and one file, and the silence that every library is told to keep.

A setting is one field of `Settings`: its type, what it means, its default in words, and how its text is read. Everything else is made
of that: the variable (`TRIALMATCH_` and the key in capitals), the key in `trialmatch.toml`, the table in docs/settings.md, and
`trialmatch settings`. The environment wins over the file, the file over the default.
"""

import dataclasses
import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from index.errors import SettingsError

_ROOT = Path(__file__).parent.parent
SEEDS = _ROOT / "seeds"
PROMPTS = _ROOT / "prompts"
PREFIX = "TRIALMATCH_"
CONFIG = f"{PREFIX}CONFIG"
FILE = "trialmatch.toml"

ENVIRONMENT_ONLY = {
    CONFIG: f"the settings file (default: `{FILE}` in the user's configuration folder; empty: none)",
    f"{PREFIX}DEBUG": "`1` shows where a fault in the program happened",
    f"{PREFIX}EVAL_DATA": "folder of the larger public sets that `trialmatch eval` may use",
}
"""Variables that no file can hold, with their meaning."""

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

_REGISTRY = "https://clinicaltrials.gov/api/v2"

Origin = Literal["environment", "file", "default"]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a person needs to know of a setting. `read(name, text)` makes its value or raises SettingsError; `name` is how it was set."""

    key: str
    meaning: str
    default: str
    read: Callable[[str, str], Any]
    secret: bool = False

    @property
    def variable(self) -> str:
        """The environment variable."""
        return PREFIX + self.key.upper()


@dataclass(frozen=True, slots=True)
class Effective:
    """A setting's value now, printable, and where it comes from; a secret is masked."""

    setting: Setting
    value: str
    origin: Origin


def _text(name: str, value: str) -> str:
    return value


def _folder(name: str, value: str) -> Path:
    return Path(value).expanduser()


def _flag(name: str, value: str) -> bool:
    if value.casefold() in ("0", "no", "false", "off"):
        return False
    if value.casefold() in ("1", "yes", "true", "on"):
        return True
    raise SettingsError(f"{name} is {value!r}.", "Write 1 or 0.")


def _whole(low: int, high: int) -> Callable[[str, str], int]:
    """Reads a whole number from `low` to `high`."""

    def read(name: str, value: str) -> int:
        if value.isascii() and value.isdigit() and low <= int(value) <= high:
            return int(value)
        raise SettingsError(f"{name} is {value!r}.", f"Write a whole number from {low} to {high}.")

    return read


def _default_store() -> Path:
    from platformdirs import user_data_path

    return user_data_path("trialmatch", appauthor=False) / "store"


def _setting(meaning: str, default: str, value: Any = None, *, read: Callable[[str, str], Any] = _text, key: str = "", secret: bool = False) -> Any:
    """A field of `Settings`. `default` says in words what `value` (or, if it is callable, its result) is; `key` where it is not the field's name."""
    told: dict[str, Any] = {"metadata": {"setting": Setting(key, meaning, default, read, secret)}}
    return dataclasses.field(default_factory=value, **told) if callable(value) else dataclasses.field(default=value, **told)


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the store is, which models and servers are used, how the service listens. A new setting is a new field here, and no more."""

    store: Path = _setting("folder of the store", "the user's data folder", _default_store, read=_folder)  # noqa: RUF009
    embedding: str | None = _setting("an embedding model's folder or name", "the packaged all-MiniLM-L6-v2")
    hub: bool = _setting("`1` lets a model name be downloaded", "off", False, read=_flag, key="allow_hub")
    chroma_url: str | None = _setting("a Chroma server, such as `http://127.0.0.1:8000`", "Chroma inside the store's folder")
    registry_url: str = _setting("the trial registry that `sync` and `ingest NCT...` ask (ClinicalTrials.gov API v2)", f"`{_REGISTRY}`", _REGISTRY)
    model: str | None = _setting(
        "an optional language model for LangChain, such as `ollama:llama3.1` or `openai:NAME@http://127.0.0.1:8000/v1`", "none"
    )
    model_seconds: int = _setting("seconds that the language model has for one question", "`15`", 15, read=_whole(1, 600))
    model_tokens: int = _setting("tokens that one question may cost, sent and returned", "`12000`", 12_000, read=_whole(500, 1_000_000))
    user: str | None = _setting("name that the page and the API ask for, where a password is set", "`clinician`")
    password: str | None = _setting("password that the page and the API ask for", "none is asked for", secret=True)
    host: str = _setting("address on which `trialmatch serve` listens", "`127.0.0.1`, this machine alone", "127.0.0.1")
    port: int = _setting("port on which `trialmatch serve` listens", "`7860`", 7860, read=_whole(1, 65535))
    max_body: int = _setting("largest request to the API, in bytes", "`5000000`", 5_000_000, read=_whole(1_000, 1_000_000_000))

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """The settings of the environment and the file. Raises SettingsError for a value, a key or a file that cannot be used."""
        values = {}
        for field, (name, text, _) in _stated(environment).items():
            values[field] = _known(field).read(name, text)
        return cls(**values)


def known() -> tuple[Setting, ...]:
    """Every setting, in the order of the table."""
    return tuple(_known(field.name) for field in dataclasses.fields(Settings))


def effective(environment: Mapping[str, str] = os.environ) -> tuple[Effective, ...]:
    """Every setting as it is now. Raises SettingsError as `Settings.read` does."""
    settings, stated = Settings.read(environment), _stated(environment)
    found = []
    for field in dataclasses.fields(Settings):
        setting, value = _known(field.name), getattr(settings, field.name)
        said = "" if value is None else "****" if setting.secret else str(int(value)) if isinstance(value, bool) else str(value)
        found.append(Effective(setting, said, stated[field.name][2] if field.name in stated else "default"))
    return tuple(found)


def settings_file(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The settings file that is read: the named one, or the one in the configuration folder if there is one."""
    if CONFIG in environment:
        return Path(environment[CONFIG].strip()).expanduser() if environment[CONFIG].strip() else None
    from platformdirs import user_config_path

    usual = user_config_path("trialmatch", appauthor=False) / FILE
    return usual if usual.is_file() else None


def table() -> str:
    """The table of all settings, in Markdown."""
    rows = [f"| `{s.variable}` | `{s.key}` | {s.meaning} | {s.default} |" for s in known()]
    rows += [f"| `{variable}` | | {meaning} | |" for variable, meaning in ENVIRONMENT_ONLY.items()]
    return "\n".join(["| variable | key in the file | meaning | default |", "|---|---|---|---|", *rows]) + "\n"


def quiet() -> None:
    """Turns off downloads and telemetry of every dependency, unless the user has decided otherwise in the environment or the file."""
    try:
        hub = Settings.read().hub
    except SettingsError:
        hub = False  # whoever needs the settings will say what is wrong with them
    for name, value in _QUIET.items():
        if not (hub and name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")):
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


def _known(field: str) -> Setting:
    setting: Setting = Settings.__dataclass_fields__[field].metadata["setting"]
    return setting if setting.key else dataclasses.replace(setting, key=field)


def _stated(environment: Mapping[str, str]) -> dict[str, tuple[str, str, Origin]]:
    """What is set, by field: how it is called where it was set, its text, its origin. An empty text is no setting."""
    file = settings_file(environment)
    filed = {} if file is None else _read_file(file)
    found: dict[str, tuple[str, str, Origin]] = {}
    for field in dataclasses.fields(Settings):
        setting = _known(field.name)
        if text := environment.get(setting.variable, "").strip():
            found[field.name] = (setting.variable, text, "environment")
        elif text := filed.get(setting.key, ""):
            found[field.name] = (f"{setting.key} in {file}", text, "file")
    return found


def _read_file(file: Path) -> dict[str, str]:
    """The file's values as text, by key. A folder in it is relative to the file."""
    import tomllib

    try:
        values = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"The settings file {file} cannot be opened ({error.strerror}).", f"Correct {CONFIG}, or unset it.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The settings file {file} is no TOML ({error}).", 'Write lines such as: store = "/data/store".') from error
    settings, found = {setting.key: setting for setting in known()}, {}
    for key, value in values.items():
        if key not in settings:
            raise SettingsError(f"The settings file {file} holds an unknown key, {key}.", f"Known are: {', '.join(settings)}.")
        if not isinstance(value, str | int):
            raise SettingsError(f"{key} in {file} is neither a text, a whole number, nor true or false.", "Write one of these.")
        text = str(int(value)) if isinstance(value, bool) else str(value).strip()
        if text and settings[key].read is _folder:
            text = str(file.parent / Path(text).expanduser())
        found[key] = text
    return found
