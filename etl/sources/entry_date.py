"""When an entry was published: from what the feed says, else from its address; never from its prose (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime
from time import struct_time
from urllib.parse import urlsplit

# Nothing was published on the web before: an earlier date is a machine's zero (1 January 1970, year 1).
EARLIEST = date(1990, 1, 1)
_IN_PATH = re.compile(r"(?<!\d)(\d{4})([/-])(\d{1,2})\2(\d{1,2})(?!\d)")
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T\s]+(\d\d?:\d\d(?::\d\d)?)(?:[.,]\d+)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?", re.I)
_WRITTEN = re.compile(r"[^\W\d_]{3}")  # a month's name, in any language


@dataclass(frozen=True, slots=True)
class Dated:
    """A moment (naive UTC) and its day. Where only a day was given, the moment is its midnight."""

    published: datetime
    day: date


@dataclass(frozen=True, slots=True)
class GivenDate:
    """A date as a feed writes it, and as its parser read it (UTC), if it could."""

    text: str
    parsed: struct_time | None = None


def first_possible(given: Iterable[GivenDate]) -> Dated | None:
    """The first of the given dates that can be: month 13, year 1 or 1970 count as absent. Future ones are kept."""
    found = (read_date(value) for value in given)
    return next((dated for dated in found if dated is not None), None)


def read_date(given: GivenDate) -> Dated | None:
    """What a written date says, None where it says no day that can be.

    A day without a time is that day, whatever its time zone; so is a day at midnight sharp in a zone of its own, which
    is how many systems write one.
    """
    moment = _moment(given)
    if moment is None:
        return None
    if moment.tzinfo is not None and moment.time() != time():
        try:
            moment = moment.astimezone(UTC)
        except OverflowError:
            return None
    moment = moment.replace(tzinfo=None, microsecond=0)
    return Dated(moment, moment.date()) if moment.date() >= EARLIEST else None


def date_in_address(address: str) -> Dated | None:
    """The day that an address's path names, as /2026/11/24/ or 2026-11-24."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return None
    for year, _, month, day in _IN_PATH.findall(path):
        try:
            found = date(int(year), int(month), int(day))
        except ValueError:
            continue
        if found >= EARLIEST:
            return Dated(datetime.combine(found, time()), found)
    return None


def _moment(given: GivenDate) -> datetime | None:
    """The strict readers first: a lenient one makes month 13 the next January, and a bare year its first day."""
    text = given.text.strip()
    try:
        if found := _ISO.fullmatch(text):
            day, clock, zone = found.groups()
            return datetime.fromisoformat(f"{day}T{(clock or '00:00').zfill(5)}{(zone or '').upper()}")
        if text[:4].isdigit() or not _WRITTEN.search(text):
            return None
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return _from_struct(given.parsed) if _WRITTEN.search(text) and not _ISO.fullmatch(text) else None


def _from_struct(parsed: struct_time | None) -> datetime | None:
    """The feed parser's own reading (it knows Korean, Greek and Hungarian months)."""
    if parsed is None:
        return None
    year, month, day, hour, minute, second = parsed[:6]
    try:
        return datetime(year, month, day, hour, minute, min(second, 59))
    except ValueError:
        return None
