"""seeds/sources.toml and events.toml: who publishes, in what rhythm, what of it is held; dates worth a mark."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from etl.errors import InputError
from etl.rhythm import WEEKDAYS, Rhythm, WeeklyIssues
from etl.toml_entries import Entry, read_tables

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_UNITS = frozenset({"issue", "day", "month"})
_ISSUE_FROM = frozenset({"url", "id"})
_DISPLAYS = frozenset({"full", "excerpt", "headline"})
_KINDS = frozenset({"newsletter", "feed", "hackernews", "gdelt", "arxiv", "files"})
_SCOPES = frozenset({"ai", "general"})


@dataclass(frozen=True, slots=True)
class Archive:
    """A file of seeds/archive; `issue_from` says which field of a line names its issue."""

    file: str
    issue_from: str


@dataclass(frozen=True, slots=True)
class Span:
    """Days of a source that we hold (reason None), or do not, and why; `to_day` None is still going on."""

    from_day: date
    to_day: date | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Source:
    """One publisher.

    `fetch` says whether its `address` is asked in a run; `query` is what an interface is asked for. Where `scope` is
    `general`, a story counts only if its title or text holds one of `must_match`. `path` and `columns` are of kind `files`.
    """

    id: str
    name: str
    kind: str
    home: str
    country: str | None
    language: str
    sampled: str | None
    display: str
    required: bool
    ours: bool
    enabled: bool
    exists_from: date
    rhythm: Rhythm
    coverage: tuple[Span, ...]
    archive: Archive | None
    fetch: bool = False
    address: str | None = None
    query: str | None = None
    scope: str = "ai"
    must_match: tuple[str, ...] = ()
    allow_private: bool = False
    path: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def active(self) -> bool:
        """Whether a run takes anything from it."""
        return self.enabled and (self.fetch or self.archive is not None)


@dataclass(frozen=True, slots=True)
class Event:
    """A date worth a mark on a time axis."""

    id: str
    day: date
    label: str
    url: str | None
    by_default: bool


def load_sources(seeds: Path) -> dict[str, Source]:
    """The sources by id, in the file's order; raises InputError naming file, entry and remedy."""
    path = seeds / "sources.toml"
    tables = read_tables(path)
    if not tables:
        raise InputError("no source is listed", file=path, remedy="restore it from the project's seeds")
    return {key: _source(key, Entry(table, file=path, where=key)) for key, table in tables.items()}


def load_events(seeds: Path) -> list[Event]:
    """The events in the file's order; raises InputError naming file, entry and remedy."""
    path = seeds / "events.toml"
    return [_event(key, Entry(table, file=path, where=key)) for key, table in read_tables(path).items()]


def _source(key: str, entry: Entry) -> Source:
    if not _ID.fullmatch(key):
        raise entry.error("the id is malformed", remedy="use lower-case letters and digits joined by hyphens")
    coverage = tuple(_coverage(entry))
    source = Source(
        id=key,
        name=entry.need("name", str),
        kind=entry.need("kind", str),
        home=entry.need("home", str),
        country=entry.get("country", str),
        language=entry.get("language", str) or "en",
        sampled=entry.get("sampled", str),
        display=entry.one_of("display", _DISPLAYS) if entry.has("display") else "excerpt",
        required=entry.get("required", bool) or False,
        ours=entry.get("ours", bool) or False,
        enabled=entry.get("enabled", bool) is not False,
        exists_from=entry.need("exists_from", date),
        rhythm=_rhythm(entry, coverage),
        coverage=coverage,
        archive=_archive(entry),
    )
    entry.done()
    return source


def _coverage(entry: Entry) -> Iterator[Span]:
    """The spans in order; they may touch, not overlap, and only the last may be open."""
    last: date | None = date.min
    for table in entry.tables("coverage"):
        span = Span(table.need("from", date), table.get("to", date), table.get("reason", str))
        table.done()
        if last is None or span.from_day <= last:
            raise table.error("the span begins before the one before it ended", remedy="put the spans in order")
        if span.to_day is not None and span.to_day < span.from_day:
            raise table.error("the span ends before it begins", remedy="swap or correct `from` and `to`")
        last = span.to_day
        yield span


def _rhythm(entry: Entry, coverage: tuple[Span, ...]) -> Rhythm:
    """Where no weekdays are given, days and months are expected from the first span that holds stories."""
    unit = entry.one_of("rhythm", _UNITS)
    issues = tuple(_issues(table) for table in entry.tables("issues"))
    if (unit == "issue") != bool(issues):
        raise entry.error(
            "`issues` and `rhythm` disagree", remedy='give `issues` where, and only where, rhythm = "issue"'
        )
    pauses = entry.get("pauses", list) or []
    if not all(type(day) is date for day in pauses):
        raise entry.error("`pauses` holds something else than dates", remedy="write dates such as 2019-08-07")
    moved = {}
    for table in entry.tables("moved"):
        moved[table.need("from", date)] = table.need("to", date)
        table.done()
    first = min((span.from_day for span in coverage), default=None)
    return Rhythm(unit=unit, first=first, issues=issues, pauses=frozenset(pauses), moved=moved)


def _issues(table: Entry) -> WeeklyIssues:
    issues = WeeklyIssues(
        weekday=WEEKDAYS.index(table.one_of("weekday", frozenset(WEEKDAYS))),
        from_day=table.need("from", date),
        to_day=table.get("to", date),
    )
    table.done()
    return issues


def _archive(entry: Entry) -> Archive | None:
    if not entry.has("archive"):
        return None
    table = entry.within(entry.need("archive", dict), "archive")
    archive = Archive(table.need("file", str), table.one_of("issue_from", _ISSUE_FROM))
    table.done()
    return archive


def _event(key: str, entry: Entry) -> Event:
    event = Event(
        id=key,
        day=entry.need("day", date),
        label=entry.need("label", str),
        url=entry.get("url", str),
        by_default=entry.get("by_default", bool) or False,
    )
    entry.done()
    return event
