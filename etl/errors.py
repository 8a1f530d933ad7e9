"""What can go wrong, named by what the operator should do about it.

Each error carries the exit status of `ainews` (DESIGN: 0 done, 1 failed, 2 wrong usage, 3 checks failed,
4 published but a required source failed, 75 another run holds the lock), so that the command line needs no table.
"""

from __future__ import annotations

from pathlib import Path


class AinewsError(Exception):
    """A failure with a message fit for the operator: what, where, and the remedy."""

    exit_status = 1


class InputError(AinewsError):
    """A seed, manifest, settings entry or input file can't be used."""

    def __init__(self, problem: str, *, file: Path | str, where: str = "", remedy: str = "") -> None:
        """Join the parts as `file:where: problem; remedy`, leaving out the empty ones.

        `where` is a line number or the entry's id; `remedy` is an imperative clause.
        """
        place = f"{file}:{where}" if where else str(file)
        super().__init__(f"{place}: {problem}" + (f"; {remedy}" if remedy else ""))
        self.file, self.where, self.problem, self.remedy = str(file), where, problem, remedy


class LexiconError(InputError):
    """A topic, organization or region entry contradicts another entry or its own examples."""


class ChecksFailed(AinewsError):
    """A check found bad rows: nothing was published and the last snapshot stands."""

    exit_status = 3


class LockHeld(AinewsError):
    """Another run is writing."""

    exit_status = 75


class Stopped(AinewsError):
    """A person or the system stopped the run."""
