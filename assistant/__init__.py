"""Trial matching: `Assistant.open()`, then `match`, `ask`, `check` and `conversation`."""

from assistant.settings import quiet

quiet()  # before any library is imported that would look at the network

from assistant.api import Assistant  # noqa: E402
from index.errors import TrialmatchError  # noqa: E402

__all__ = ["Assistant", "TrialmatchError"]
