"""`ainews run` with the fake tagger and stories read SIZE at a time: `python -m tests.limited_run SIZE`."""

from __future__ import annotations

import functools
import json
import os
import signal
import sys
from collections.abc import Mapping

import etl.__main__ as command
from etl import plan, run
from etl.onward import GoesOn
from tests.small_seeds import CLOCK, FakeTagger


def limited(size: int, environment: Mapping[str, str], killed_at: str) -> None:
    """Run; at the step `killed_at` it dies by SIGKILL in the second part, if there is one. What is forked warm has no command of its own
    that it could begin anew: parts follow each other in one process."""
    os.environ.update(environment)
    parts = 0

    def die_at(step: str) -> None:
        if parts and step == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def follow(rest: GoesOn) -> None:
        nonlocal parts
        parts += 1
        os.environ["AINEWS_GOES_ON"] = json.dumps({"only": rest.only, "down": rest.down})
        command.main(arguments())

    command.begin_anew = follow
    prepare(size)
    run.run = functools.partial(run.run, step=die_at)
    command.main(arguments())


def prepare(size: int) -> None:
    """Let runs read so many stories at a time, and tag them by the fake tagger."""
    plan.PART = size
    run.run = functools.partial(run.run, build=lambda _: FakeTagger())


def arguments() -> list[str]:
    """The command line, without the program's name."""
    return ["run", "--clock", f"{CLOCK.isoformat()}Z"]


if __name__ == "__main__":
    prepare(int(sys.argv[1]))
    command.main(arguments())
