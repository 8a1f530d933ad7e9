"""Numbers judged by a rule (pure): where an alert stands. Words follow numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

from etl.alert_facts import Point
from etl.alert_rules import Band

# What an alert can say. `UNKNOWN` says nothing: too little data, or none that may be compared.
UNKNOWN = "cannot tell"
INSIDE, BELOW, ABOVE = "inside", "below", "above"
UP, DOWN, LEVEL = "up", "down", "no clear change"
SILENT, PUBLISHING = "silent", "publishing"
SEEN, UNSEEN = "seen", "not seen"
# What is worth telling where nothing is known of before.
NEWS = frozenset({BELOW, ABOVE, UP, DOWN, SILENT, SEEN})
FEW = 20  # STATISTICS 9, 25


@dataclass(frozen=True, slots=True)
class Place:
    """Where a share lies to a band: `last` sums up the last periods, `within` of them are in it, `since` begins the unbroken run
    outside (None inside), `whole_run` is false where that run reaches back to the first period looked at."""

    status: str
    last: Point
    within: int
    since: date | None
    whole_run: bool


def place_in_band(points: Sequence[Point], rule: Band) -> Place:
    """Where the last `count` periods lie; `points` are all that there are, at least one.

    Left is the band only where each of the last periods is outside. An edge is inside.
    """
    last = points[-rule.count :]
    total = summed(last)
    within = sum(side(point, rule) == INSIDE for point in last)
    if len(last) < rule.count or total.n < FEW:
        return Place(UNKNOWN, total, within, None, True)
    status = INSIDE if within else side(last[-1], rule)
    if status == INSIDE:
        return Place(status, total, within, None, True)
    run = list(takewhile(lambda point: side(point, rule) == status, reversed(points)))
    return Place(status, total, within, run[-1].period, len(run) < len(points))


def side(point: Point, rule: Band) -> str:
    """On which side of the band one share lies; compared as products, so that an edge is met exactly."""
    if 100 * point.k < rule.low * point.n:
        return BELOW
    return ABOVE if 100 * point.k > rule.high * point.n else INSIDE


def summed(points: Sequence[Point]) -> Point:
    """Sums over sums (STATISTICS 1)."""
    return Point(points[0].period, points[-1].end, sum(point.k for point in points), sum(point.n for point in points))


def counterpart(points: Sequence[Point], *, grain: str, against: str) -> Point | None:
    """What the last whole period is compared with: the whole one before, or the same one a year before (None: not whole).

    Years at week grain are 52 weeks apart (STATISTICS 14), and at day grain alike, so that weekdays meet.
    """
    if against == "before":
        return points[-2] if len(points) > 1 else None
    wanted = year_before(points[-1].period, grain)
    return next((point for point in points if point.period == wanted), None)


def year_before(start: date, grain: str) -> date:
    """The start of the same period a year before."""
    return start - timedelta(weeks=52) if grain in ("day", "week") else start.replace(year=start.year - 1)


def direction(low: float, high: float) -> str:
    """What a likely range says of a change: none is clear where it holds 0 (STATISTICS 8)."""
    return UP if low > 0 else DOWN if high < 0 else LEVEL
