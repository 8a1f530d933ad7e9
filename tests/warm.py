"""Processes that begin warm: forked from one that has loaded what a run loads, which takes a new Python two seconds each time.

process = begin(function, *arguments)   # both go there by pickle
assert ended(process) == -signal.SIGKILL
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from typing import Any

PATIENCE = 120.0  # seconds; far more than is needed
# The functions that are begun stand in these; the others are what a run loads only when it comes to it.
_LOADED = [
    "tests.victim",
    "tests.limited_run",
    "etl.hooks",
    "etl.report_json",
    "etl.lexicon.topics",
    "etl.tagger.tokens",
]


def begin(function: Callable[..., None], *arguments: Any) -> BaseProcess:
    """Start a process that does this and no more; it shares no file, lock or thread with this one."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_LOADED)
    process = context.Process(target=function, args=arguments)
    process.start()
    return process


def ended(process: BaseProcess) -> int | None:
    """Wait for its end and return its exit code, negative where a signal was it; raises AssertionError if it takes too long."""
    process.join(PATIENCE)
    if process.is_alive():
        process.kill()
        raise AssertionError("it did not end in time")
    return process.exitcode
