"""One writer per store: an advisory lock that the system releases when the process ends, however it ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import StoreLocked


@contextmanager
def writing(folder: Path, patience: float = 0) -> Iterator[None]:
    """Holds the store's lock.

    Raises StoreLocked if another writer, in this process or another, holds it for more than `patience` seconds.
    """
    end = time.monotonic() + patience
    with (folder / "lock").open("a+", encoding="utf-8") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() < end:
                    time.sleep(0.02)
                    continue
            file.seek(0)
            writer = file.read().strip()
            named = f" (pid {writer})" if writer.isdigit() else ""
            raise StoreLocked(f"Another process{named} is writing to the store {folder}.", "Try again when it has finished.")
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)
