"""`ainews run` with the fake tagger and stories read SIZE at a time: `python -m tests.limited_run SIZE`."""

from __future__ import annotations

import functools
import os
import signal
import sys
from collections.abc import Mapping

from etl import plan, run
from etl.__main__ import app
from tests.small_seeds import CLOCK, FakeTagger


def limited(size: int, environment: Mapping[str, str], killed_at: str = "") -> None:
    """Run; at the step `killed_at` it dies by SIGKILL in the second of the runs that follow each other, if there is one."""
    fetched = 0

    def die_at(step: str) -> None:
        nonlocal fetched
        fetched += step == "fetched"
        if fetched == 2 and step == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)

    os.environ.update(environment)
    plan.PART = size
    run.run = functools.partial(run.run, build=lambda _: FakeTagger(), step=die_at)
    app(["run", "--clock", f"{CLOCK.isoformat()}Z"])


if __name__ == "__main__":
    limited(int(sys.argv[1]), {})
