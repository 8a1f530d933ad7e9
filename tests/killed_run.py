"""Run over the seeds with the fake tagger and die by SIGKILL at a named step: `python -m tests.killed_run STEP`."""

import os
import signal
import sys

from etl.run import run
from etl.settings import load_settings
from tests.conftest import CLOCK
from tests.small_seeds import FakeTagger


def die_at(step: str) -> None:
    if step == sys.argv[1]:
        os.kill(os.getpid(), signal.SIGKILL)


run(load_settings(), clock=CLOCK, build=lambda _: FakeTagger(), step=die_at)
sys.exit("the step was never reached")
