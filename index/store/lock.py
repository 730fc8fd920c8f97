"""One writer per store: an advisory lock that the system releases when the process ends, however it ends."""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from index.errors import StoreLocked


class WriterLock:
    """The lock of the store in `folder`. The thread that holds it may take it again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._thread = threading.RLock()
        self._depth = 0

    @contextmanager
    def held(self, patience: float = 0) -> Iterator[None]:
        """Holds the lock inside the `with`.

        Raises StoreLocked if another writer, in this process or another, holds it for more than `patience` seconds.
        """
        if not self._thread.acquire(timeout=patience):
            raise StoreLocked(f"This program is writing to the store {self._folder} already.", "Try again when it has finished.")
        try:
            if self._depth:
                yield
                return
            with (self._folder / "lock").open("a+", encoding="utf-8") as file:
                self._take(file, time.monotonic() + patience)
                self._depth += 1
                try:
                    yield
                finally:
                    self._depth -= 1
                    file.truncate(0)
        finally:
            self._thread.release()

    def _take(self, file: IO[str], until: float) -> None:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() < until:
                    time.sleep(0.02)
                    continue
                file.seek(0)
                writer = file.read().strip()
                named = f" (pid {writer})" if writer.isdigit() else ""
                raise StoreLocked(f"Another process{named} is writing to the store {self._folder}.", "Try again when it has finished.") from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            return
