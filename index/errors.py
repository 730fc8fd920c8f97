"""Everything that can go wrong, in one tree. Each error says what happened and what to do next.

TrialmatchError
├── InputError              what the user handed in cannot be used
│   ├── UnreadableSource    a trial document cannot be read
│   ├── UnknownTrial        a trial id that is not in the store
│   └── UnreadableNote      a patient note or bundle cannot be read
├── StoreError              the index on disk
│   ├── StoreMismatch       built by another version, model or parser
│   └── StoreLocked         another process is writing
├── RegistryError           the trial registry did not answer usably
├── SettingsError           a setting has an unusable value
└── ModelError              the optional language model did not answer usably
"""


class TrialmatchError(Exception):
    """Base of all errors meant for a person. `hint` names the next action."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class InputError(TrialmatchError):
    """What the user handed in cannot be used."""


class UnreadableSource(InputError):
    """A trial document that is empty, binary, damaged or of an unknown kind."""


class UnknownTrial(InputError):
    """A trial id that the store does not hold."""


class UnreadableNote(InputError):
    """A patient note, bundle or table that cannot be read."""


class StoreError(TrialmatchError):
    """The index on disk cannot be used as asked."""


class StoreMismatch(StoreError):
    """The store was built by another schema, parser or embedding model."""


class StoreLocked(StoreError):
    """Another process is writing to the store."""


class RegistryError(TrialmatchError):
    """The trial registry cannot be reached, or did not answer usably."""


class SettingsError(TrialmatchError):
    """A setting has a value that cannot be used."""


class ModelError(TrialmatchError):
    """The optional language model failed; the deterministic answer stands."""
