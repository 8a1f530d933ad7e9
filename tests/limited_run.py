"""`ainews run` with the fake tagger and stories read SIZE at a time: `python -m tests.limited_run SIZE [STEP]`.

With STEP it dies there by SIGKILL in the second of the runs that follow each other, if there is one.
"""

import functools
import os
import signal
import sys

from etl import plan, run
from etl.__main__ import app
from tests.conftest import CLOCK
from tests.small_seeds import FakeTagger

fetched = 0


def die_at(step: str) -> None:
    global fetched
    fetched += step == "fetched"
    if fetched == 2 and step in sys.argv[2:]:
        os.kill(os.getpid(), signal.SIGKILL)


plan.PART = int(sys.argv[1])
run.run = functools.partial(run.run, build=lambda _: FakeTagger(), step=die_at)
app(["run", "--clock", f"{CLOCK.isoformat()}Z"])
