"""Ctrl-C and SIGTERM, which is what timers, service managers and machines that shut down send: a run that is stopped says so."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from etl.errors import Stopped

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise Stopped from the block when one of the signals comes, whatever the code in it makes of the interruption.

    DuckDB, for one, turns an interrupt into a RuntimeError. Signals reach the main thread alone; in others this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[str] = []

    def interrupt(number: int, _frame: FrameType | None) -> None:
        came.append(signal.Signals(number).name)
        raise KeyboardInterrupt

    # What is ignored stays so (a job in the background), and what other code than Python's handles can't be put back.
    handled = [number for number in _SIGNALS if signal.getsignal(number) not in (signal.SIG_IGN, None)]
    before = {number: signal.signal(number, interrupt) for number in handled}
    whole = False
    try:
        yield
        whole = True
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if came and not whole:
            raise Stopped(f"the run was stopped by {came[0]}; the last snapshot stands") from sys.exception()
