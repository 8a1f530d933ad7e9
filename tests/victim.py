"""Runs over the seeds with the fake tagger that are to die, at any instant or at a named step; begun by `tests.warm`."""

from __future__ import annotations

import os
import signal
import sys
from multiprocessing.connection import Connection

from etl.run import run
from etl.settings import Settings
from tests.small_seeds import CLOCK, FakeTagger


def run_beside(settings: Settings, begun: Connection | None = None) -> None:
    """One run, which says when it begins."""
    if begun is not None:
        begun.send("begun")
    run(settings, clock=CLOCK, build=lambda _: FakeTagger())


def run_to(settings: Settings, step: str) -> None:
    """One run that ends itself by SIGKILL at a step."""

    def die_at(reached: str) -> None:
        if reached == step:
            os.kill(os.getpid(), signal.SIGKILL)

    run(settings, clock=CLOCK, build=lambda _: FakeTagger(), step=die_at)
    sys.exit("the step was never reached")
