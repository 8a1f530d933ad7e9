"""Turns: so many at once, and whoever waits longest is next."""

from __future__ import annotations

from collections import deque
from threading import Lock
from types import TracebackType


class Turns:
    """A context that so many threads may be in at once. Unlike a semaphore's, a place that is left goes to whoever waits longest: a page
    that asks one question after the other would else keep its place, and others wait for minutes."""

    def __init__(self, places: int) -> None:
        """Open so many places."""
        self._guard, self._free, self._waiting = Lock(), places, deque[Lock]()

    def __enter__(self) -> None:
        """Wait for a place."""
        with self._guard:
            if self._free:
                self._free -= 1
                return
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hand the place on."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
