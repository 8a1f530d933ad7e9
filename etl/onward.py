"""A backlog goes on part by part, each in a program that begins anew: what one part leaves in memory ends with it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from typing import NoReturn

from etl.settings import leave_behind, left_behind


class GoesOn(Exception):
    """A part of a backlog is published: the rest of the sources `only` waits, and those in `down` failed in this part or before."""

    def __init__(self, only: Iterable[str], down: Iterable[str]) -> None:
        super().__init__("the rest waits")
        self.only, self.down = tuple(only), tuple(down)


def part_before() -> GoesOn | None:
    """What the part before this program left; None where it is the first. Told once: what this program starts begins by itself."""
    told = left_behind()
    return None if told is None else GoesOn(**json.loads(told))


def begin_anew(rest: GoesOn) -> NoReturn:
    """Become the program that takes the next part: the same process and command, so that number, signals and exit status stay."""
    leave_behind(json.dumps({"only": rest.only, "down": rest.down}))
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
