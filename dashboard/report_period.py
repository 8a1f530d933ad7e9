"""Which period a report is of, from what somebody writes: '2026-W30', '2026-07', '2026-Q3', 'last'. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from dashboard import words
from dashboard.points import FEW

GRAINS = ("week", "month", "quarter")
LAST = {"last": GRAINS, **{f"last-{grain}": (grain,) for grain in GRAINS}}
# How many periods before it a report looks at; the scan for what emerges compares so many (dashboard.bursts: LATELY and BEFORE).
CONTEXT = {"week": 16, "month": 12, "quarter": 8}
REMEDY = "write a week (2026-W30), a month (2026-07), a quarter (2026-Q3), or one of " + ", ".join(LAST)


class BadPeriod(Exception):
    """There can be no report of this period; the message holds the remedy. `asked` is False where the data is to blame."""

    def __init__(self, message: str, *, asked: bool = True) -> None:
        """Keep the message, on one line."""
        super().__init__(message)
        self.asked = asked


@dataclass(frozen=True, slots=True)
class Period:
    """A week, month or quarter by its grain and its first and last day, inclusive."""

    grain: str
    start: date
    end: date

    @property
    def written(self) -> str:
        """As it is asked for: '2026-W30', '2026-07', '2026-Q3'."""
        if self.grain == "week":
            year, week, _ = self.start.isocalendar()
            return f"{year}-W{week:02d}"
        return f"{self.start:%Y-%m}" if self.grain == "month" else f"{self.start.year}-Q{(self.start.month + 2) // 3}"

    @property
    def words(self) -> str:
        """As it is read: 'week of 20 Jul 2026', 'Jul 2026', 'Q3 2026'."""
        return words.period(self.start, self.grain)


def read_period(text: str) -> Period:
    """Return the period that is written. Raises BadPeriod for anything else, 'last' too, which needs data: see `newest_whole`."""
    found = re.fullmatch(r"(\d{4})-(?:W(\d{2})|Q([1-4])|(\d{2}))", text.strip(), re.ASCII)
    try:
        if not found or not 1900 <= int(found[1]) < 9000:
            raise ValueError
        year = int(found[1])
        if found[2]:
            return period_of(date.fromisocalendar(year, int(found[2]), 1), "week")
        return (
            period_of(date(year, int(found[4]), 1), "month")
            if found[4]
            else period_of(date(year, 3 * int(found[3]) - 2, 1), "quarter")
        )
    except ValueError as error:
        shown = "".join(c for c in text if c.isprintable())[:40]
        raise BadPeriod(f"{shown!r} is no period; {REMEDY}") from error


def period_of(day: date, grain: str) -> Period:
    """Return the period of a grain that holds a day; weeks are ISO weeks (STATISTICS 14)."""
    held = pd.Timestamp(day).to_period({"week": "W", "month": "M", "quarter": "Q"}[grain])
    return Period(grain, held.start_time.date(), held.end_time.date())


def back(period: Period, number: int) -> Period:
    """Return the period so many before it."""
    for _ in range(number):
        period = period_of(period.start - timedelta(days=1), period.grain)
    return period


def newest_whole(rows: pd.DataFrame, grain: str) -> Period | None:
    """Return the newest period that is whole for sources with at least half of its stories, and with at least 20 of them (9, 12).

    `rows` are those of queries/topic_whole.sql at that grain. None where there is none.
    """
    if rows.empty:
        return None
    whole, every = (
        part.astype({"n": int}).groupby("period")["n"].sum() for part in (rows[rows["whole"].astype(bool)], rows)
    )
    fit = [day for day in whole.index if whole[day] >= max(FEW, every[day] / 2)]
    return period_of(pd.Timestamp(max(fit)).date(), grain) if fit else None
