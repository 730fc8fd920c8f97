"""The garbage collector, held back while very many objects are made that all stay."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collection_paused() -> Iterator[None]:
    """Records and reports are very many small acyclic objects: looking for cycles among them more than doubles the time to make them.

    Afterwards they count as old, so that they are not looked through three times more; cycles among them are still found, with the old ones.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            if not gc.get_freeze_count():  # what somebody else has frozen stays so
                gc.freeze()
                gc.unfreeze()
            gc.enable()
