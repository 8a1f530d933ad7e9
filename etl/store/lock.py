"""One writer at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import filelock

from etl.errors import LockHeld
from etl.settings import Settings


@contextmanager
def writer_lock(settings: Settings) -> Iterator[None]:
    """Hold the data folder's lock; raises LockHeld at once where another process has it. A killed process lets go."""
    settings.data.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(settings.data / "lock")
    try:
        lock.acquire(blocking=False)
    except filelock.Timeout as error:
        raise LockHeld(f"another run is writing to {settings.data}; wait until it is done") from error
    try:
        yield
    finally:
        lock.release()
