"""Work beside the page: a function in a thread, watched until it is done or given up."""

import threading
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")
_TICK = 0.1


class Work(Generic[T]):
    """Runs `function` in a thread. Nobody waits for it once it is given up: what it returns then is dropped."""

    def __init__(self, function: Callable[[], T]) -> None:
        self._done = threading.Event()
        self._result: T | None = None
        self._error: BaseException | None = None
        threading.Thread(target=self._run, args=(function,), daemon=True).start()

    def _run(self, function: Callable[[], T]) -> None:
        try:
            self._result = function()
        except BaseException as error:  # handed on to whoever asks for the result
            self._error = error
        finally:
            self._done.set()

    def ticks(self) -> Iterator[float]:
        """The seconds waited so far, ten times a second, until the work is done."""
        waited = 0.0
        while not self._done.wait(_TICK):
            waited += _TICK
            yield waited

    def result(self) -> T:
        """What the function returned. Raises what it raised."""
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value]  # set whenever there was no error
