"""Events: days worth a mark on a time axis, those that ship and those that editors add, and which of them are marked. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.desk import Entry
from dashboard.envelope import EARLIEST
from dashboard.filters import MOST_MARKED
from dashboard.named import (
    LONGEST_WHY,
    Unfit,
    link_problem,
    name_problem,
    one_name,
    saved_of,
    shown_value,
    why_problem,
)

LONGEST_LABEL = 40  # characters: it stands beside its line in the chart
AHEAD = timedelta(days=5 * 366)  # of what is known to come
COLUMNS = ("id", "day", "label", "url")


@dataclass(frozen=True, slots=True)
class Event:
    """A day with its name. `by` and `at` say who added it when, '' for one that ships; `entry` is the desk entry that says so, `off` the
    one that took it away, `earlier` whether an editor changed it before."""

    id: str
    day: date
    label: str
    url: str = ""
    by_default: bool = False
    why: str = ""
    by: str = ""
    at: str = ""
    entry: str = ""
    off: str = ""
    earlier: bool = False

    @property
    def ships(self) -> bool:
        """Whether it is one that ships, as it ships."""
        return not self.entry


@dataclass(frozen=True, slots=True)
class Events:
    """Those that count, by day; those that were taken away; and entries that are none."""

    kept: tuple[Event, ...] = ()
    removed: tuple[Event, ...] = ()
    unfit: tuple[Unfit, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def named(self, id: str) -> str:
        """Return how an event reads in a list of choices."""
        return next((f"{event.label}, {words.day(event.day)}" for event in self.kept if event.id == id), id)


def events_of(shipped: Iterable[Mapping[str, Any]], entries: Iterable[Entry]) -> Events:
    """Return the events: `shipped` are rows of queries/events.sql, `entries` all of the desk. Of one id the desk's counts."""
    saved, shipped_off = saved_of("event", entries)
    found = {event.id: event for event in map(_shipped, shipped)}
    found = {id: replace(event, off=shipped_off.get(id, "")) for id, event in found.items()}
    unfit = []
    for id, one in saved.items():
        read = _asked(id, one.entry)
        if isinstance(read, str):
            unfit.append(Unfit(id, read, one.entry.by, one.entry.at, one.entry.id))
        else:
            found[id] = replace(read, off=one.off, earlier=one.earlier or id in found)
    ordered = sorted(found.values(), key=lambda event: (event.day, event.id))
    kept = tuple(event for event in ordered if not event.off)
    gone = tuple(event for event in ordered if event.off)
    return Events(kept, gone, tuple(unfit), {event.id: event.label for event in kept})


def _shipped(row: Mapping[str, Any]) -> Event:
    url = row["url"] if isinstance(row["url"], str) else ""
    return Event(str(row["id"]), pd.Timestamp(row["day"]).date(), str(row["label"]), url, bool(row["by_default"]))


def _asked(id: str, entry: Entry) -> Event | str:
    """Return the event that an entry asks for, or why it is none."""
    label, day = one_name(shown_value(entry.value, "name")), _day(shown_value(entry.value, "day"))
    url = shown_value(entry.value, "url")
    if day is None:
        return "Its day is none: write it as 2026-01-31."
    wrong = name_problem(label, {}, longest=LONGEST_LABEL) or link_problem(url)
    if wrong or day < EARLIEST:
        return wrong or f"Its day lies before {words.day(EARLIEST)}."
    by_default = isinstance(entry.value, dict) and entry.value.get("by_default") is True
    return Event(id, day, label, url, by_default, one_name(entry.why)[:LONGEST_WHY], entry.by, entry.at, entry.id)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def problem(event: Event, others: Mapping[str, str], *, today: date) -> str:
    """Return why an event can't be saved, '' where it can; `others` are the names in use by id, `today` is the day of the data's run."""
    if not EARLIEST <= event.day <= today + AHEAD:
        return f"The day has to lie between {words.day(EARLIEST)} and {words.day(today + AHEAD)}."
    return (
        name_problem(event.label, others, event.id, longest=LONGEST_LABEL)
        or link_problem(event.url)
        or why_problem(event.why)
    )


def set_event(event: Event, *, by: str) -> Entry:
    """Return the entry that adds an event, or changes it."""
    value = {
        "name": event.label,
        "day": event.day.isoformat(),
        "url": event.url or None,
        "by_default": event.by_default,
    }
    return Entry("event", "set", by, tag_id=event.id, value=value, why=event.why or None)


def marked(events: Events, chosen: Collection[str], from_day: date, to_day: date) -> list[Event]:
    """Return what is marked on these days, inclusive: what the reader chose, else what is marked without being asked, at most as many as
    a reader may choose: the newest."""
    wanted = set(chosen)
    within = [event for event in events.kept if from_day <= event.day <= to_day]
    return [event for event in within if (event.id in wanted if wanted else event.by_default)][-MOST_MARKED:]


def as_rows(events: Sequence[Event]) -> pd.DataFrame:
    """Return events as charts take them: id, day, label, url."""
    rows = [{"id": e.id, "day": pd.Timestamp(e.day), "label": e.label, "url": e.url} for e in events]
    return pd.DataFrame(rows, columns=list(COLUMNS))
