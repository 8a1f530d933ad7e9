"""When a source's own rhythm leads to expect an issue, a day's or a month's stories (STATISTICS 12; pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
UNITS = frozenset({"issue", "day", "month", "irregular"})


@dataclass(frozen=True, slots=True)
class WeeklyIssues:
    """An issue each week on `weekday` (0 is Monday) from `from_day` to `to_day`, None: still going on."""

    weekday: int
    from_day: date
    to_day: date | None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`unit` is issue, day, month or irregular, which leads to expect nothing.

    `first` is the first day that the coverage speaks of, a declared hole too: what is missing before the first story was
    due all the same. None where nothing is declared.

    `pauses` are dates on which the publisher sent nothing, `moved` maps a date of the rhythm to the day on which that
    issue really came.
    """

    unit: str
    first: date | None
    issues: tuple[WeeklyIssues, ...] = ()
    pauses: frozenset[date] = frozenset()
    moved: Mapping[date, date] = field(default_factory=dict)


def expected_days(rhythm: Rhythm, *, until: date) -> list[date]:
    """The days on which something is expected up to `until`, each once; a month is named by its first day."""
    if rhythm.unit == "issue":
        days = {
            rhythm.moved.get(day, day)
            for span in rhythm.issues
            for day in _weekly(span, until)
            if day not in rhythm.pauses
        }
    elif rhythm.first is None or rhythm.unit == "irregular":
        days = set()
    elif rhythm.unit == "day":
        days = set(_each_day(rhythm.first, until)) - rhythm.pauses
    else:
        days = set(_months(rhythm.first, until))
    return sorted(day for day in days if day <= until)


def _weekly(span: WeeklyIssues, until: date) -> Iterator[date]:
    day = span.from_day + timedelta(days=(span.weekday - span.from_day.weekday()) % 7)
    last = until if span.to_day is None else min(until, span.to_day)
    while day <= last:
        yield day
        day += timedelta(days=7)


def _each_day(first: date, until: date) -> Iterator[date]:
    day = first
    while day <= until:
        yield day
        day += timedelta(days=1)


def _months(first: date, until: date) -> Iterator[date]:
    for index in range(first.year * 12 + first.month - 1, until.year * 12 + until.month):
        yield date(index // 12, index % 12 + 1, 1)
