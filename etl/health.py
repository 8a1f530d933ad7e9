"""What an operator must hear of, as pure functions of outcomes, rows and moments."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from etl.runs_log import FAILED

IN_A_ROW = 3


class Ended(Protocol):
    """How a source ended in a run: `ok`, `unchanged`, `failed` or `part`."""

    @property
    def source_id(self) -> str:
        """Which source."""

    @property
    def outcome(self) -> str:
        """How."""


def must_report(
    outcomes: Iterable[Ended], required: Collection[str], failures_before: Mapping[str, int]
) -> tuple[str, ...]:
    """The ids of the sources for which a run ends with 4: those that failed now and are required, or failed 3 runs in a row.

    `failures_before` says in how many runs in a row, this one not counted, a source failed. One that just hiccups is left
    out: a mail every hour is a mail that nobody reads.
    """
    return tuple(
        sorted(
            ended.source_id
            for ended in outcomes
            if ended.outcome in FAILED
            and (ended.source_id in required or failures_before.get(ended.source_id, 0) + 1 >= IN_A_ROW)
        )
    )


def problems(
    sources: Iterable[Mapping[str, Any]], *, good: datetime | None, now: datetime, max_age: timedelta | None
) -> tuple[str, ...]:
    """What a monitor should be red for, in words; empty where all is well.

    The last good run is older than `max_age` (not looked at where None); a source is silent, required and failing, failing
    for 3 runs, or answers and never gave a story. `sources` are rows of `ainews status`.
    """
    late = [] if max_age is None else [_late(good, now, max_age)]
    return tuple(problem for problem in (*late, *map(_of_source, sources)) if problem)


def _late(good: datetime | None, now: datetime, max_age: timedelta) -> str:
    if good is None:
        return "no run has come through yet"
    age = now - good
    return f"the last good run was {span(age)} ago, more than {span(max_age)}" if age > max_age else ""


def _of_source(row: Mapping[str, Any]) -> str:
    if row["state"] == "off":
        return ""
    if row["failures"] >= (1 if row["required"] else IN_A_ROW):
        return f"{row['name']}: {failing(row)}"
    if row["state"] == "silent":
        return f"{row['name']}: silent for {days(row['days_since'])}, usually every {days(row['gap_days'])}"
    if row["state"] == "none" and row["last_success"] is not None:
        return f"{row['name']}: answers, and never gave a story"
    return ""


def failing(row: Mapping[str, Any]) -> str:
    """In words that a source fails; empty where it does not."""
    if not row["failures"]:
        return ""
    reason = f" ({row['failure']})" if row["failure"] else ""
    return (
        f"failed {row['failures']} runs in a row{reason}" if row["failures"] > 1 else f"failed in the last run{reason}"
    )


def days(number: float) -> str:
    """A number of days in words."""
    return "1 day" if number == 1 else f"{number:g} days"


def span(length: timedelta) -> str:
    """A length of time in hours up to two days, then in days."""
    hours = length.total_seconds() / 3600
    return f"{hours:.3g} h" if hours <= 48 else days(round(hours / 24, 1))
