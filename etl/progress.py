"""Progress on standard error: a bar on a terminal, plain lines otherwise, nothing for work under a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

Progress = Callable[[int, int | None], None]
_QUIET = 1.0
_EVERY = 5.0


@contextmanager
def progress(
    label: str, *, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
) -> Iterator[Progress]:
    """A function to call with (done, total); a total of None is unknown."""
    stream = sys.stderr if stream is None else stream
    with _bar(label, stream, clock) if stream.isatty() else _lines(label, stream, clock) as report:
        yield report


@contextmanager
def _lines(label: str, stream: TextIO, clock: Callable[[], float]) -> Iterator[Progress]:
    """A line a second after the first report, then every five."""
    following: float | None = None

    def report(done: int, total: int | None) -> None:
        nonlocal following
        following = clock() + _QUIET if following is None else following
        if clock() >= following:
            following = clock() + _EVERY
            print(f"{label}: {done:,}" + ("" if total is None else f" of {total:,}"), file=stream, flush=True)

    yield report


@contextmanager
def _bar(label: str, stream: TextIO, clock: Callable[[], float]) -> Iterator[Progress]:
    """A bar that appears a second after the first report; rich is imported only then."""
    start: float | None = None
    bar: Bar | None = None

    def report(done: int, total: int | None) -> None:
        nonlocal bar, start
        start = clock() if start is None else start
        if bar is None and clock() - start >= _QUIET:
            bar = _start_bar(label, stream)
        if bar is not None:
            bar.update(bar.task_ids[0], completed=done, total=total)

    try:
        yield report
    finally:
        if bar is not None:
            bar.stop()


def _start_bar(label: str, stream: TextIO) -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Bar(*columns, console=Console(file=stream), transient=True)
    bar.add_task(label)
    bar.start()
    return bar
