"""What an entry of sources.toml says of a publisher, and how it is read: whole, or refused with file, entry and remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from etl.rhythm import UNITS, WEEKDAYS, Rhythm, WeeklyIssues
from etl.toml_entries import Entry

SOURCE_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
KINDS = frozenset({"newsletter", "feed", "hackernews", "gdelt", "arxiv", "files"})
# What makes no sense without; all but files need an `address` too once they are fetched.
_NEEDS = {"hackernews": "query", "gdelt": "query", "arxiv": "query", "files": "path"}
# The day of the web's first page: where an entry says no more, nothing that was published there can be older.
FIRST_PAGE = date(1991, 8, 6)
_ISSUE_FROM = frozenset({"url", "id"})
_DISPLAYS = frozenset({"full", "excerpt", "headline"})
_SCOPES = frozenset({"ai", "general"})
_COUNTRY, _LANGUAGE = re.compile("[A-Z]{2}"), re.compile("[a-z]{2,3}")


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
    `general`, a story counts only if its title or text holds one of `must_match`. `path` and `columns` are of kind `files`;
    `path` is absolute once read.
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

    @property
    def fetchable(self) -> bool:
        """Whether the entry says all that is needed to take it in live."""
        return bool(self.path if self.kind == "files" else self.address)

    @property
    def live(self) -> bool:
        """Whether a run asks for it."""
        return self.enabled and self.fetch


def read_source(key: str, entry: Entry) -> Source:
    """The source under this id; raises InputError for what is missing, malformed, unknown or contradicts itself."""
    if not SOURCE_ID.fullmatch(key):
        raise entry.error("the id is malformed", remedy="use lower-case letters and digits joined by hyphens")
    coverage, archive = tuple(_coverage(entry)), _archive(entry)
    source = Source(
        id=key,
        name=entry.need("name", str),
        kind=entry.one_of("kind", KINDS),
        home=entry.need("home", str),
        country=_coded(entry, "country", _COUNTRY, 'the two capital letters of ISO 3166-1, "GB" for instance'),
        language=_coded(entry, "language", _LANGUAGE, 'a code of ISO 639 such as "en"') or "en",
        sampled=entry.get("sampled", str),
        display=entry.one_of("display", _DISPLAYS) if entry.has("display") else "excerpt",
        required=entry.get("required", bool) or False,
        ours=entry.get("ours", bool) or False,
        enabled=entry.get("enabled", bool) is not False,
        exists_from=entry.need("exists_from", date) if archive else entry.get("exists_from", date) or FIRST_PAGE,
        rhythm=_rhythm(entry, coverage, needed=archive is not None),
        coverage=coverage,
        archive=archive,
        fetch=entry.get("fetch", bool) or False,
        address=_address(entry),
        query=entry.get("query", str),
        scope=entry.one_of("scope", _SCOPES) if entry.has("scope") else "ai",
        must_match=_texts(entry, "must_match"),
        allow_private=entry.get("allow_private", bool) or False,
        path=entry.get("path", str),
        columns=_columns(entry),
    )
    entry.done()
    _check(source, entry)
    return source


def _check(source: Source, entry: Entry) -> None:
    """Raise InputError where the keys do not go together."""
    needed = _NEEDS.get(source.kind)
    if needed and not getattr(source, needed):
        raise entry.error(f"`{needed}` is missing", remedy=f"a source of kind {source.kind} needs one")
    if source.kind != "files" and source.fetch and not source.address:
        raise entry.error("`address` is missing", remedy="give the address of the feed or interface, or fetch = false")
    if source.kind != "files" and (source.path or source.columns):
        raise entry.error("`path` and `columns` go with files only", remedy='remove them, or set kind = "files"')
    if source.scope == "general" and not source.must_match:
        raise entry.error(
            "`must_match` is missing", remedy="list words of which a story must hold one, or remove the scope"
        )
    if source.scope == "ai" and source.must_match:
        raise entry.error("`must_match` has no effect", remedy='add scope = "general", or remove it')


def _coded(entry: Entry, key: str, form: re.Pattern[str], remedy: str) -> str | None:
    value = entry.get(key, str)
    if value is not None and not form.fullmatch(value):
        raise entry.error(f"`{key}` is {value!r}", remedy=f"give {remedy}")
    return value


def _address(entry: Entry) -> str | None:
    value = entry.get("address", str)
    if value is not None and not is_address(value):
        raise entry.error(f"`address` is {value!r}", remedy="give an address with https:// or http://")
    return value


def is_address(text: str) -> bool:
    """Whether the text is an address that can be asked: http or https, with a host, without white space."""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - a port that is none raises here
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s\x00-\x1f\x7f]", text)


def _texts(entry: Entry, key: str) -> tuple[str, ...]:
    values = entry.get(key, list) or []
    if not all(isinstance(value, str) and value.strip() for value in values):
        raise entry.error(f"`{key}` holds something else than words", remedy='write texts such as ["AI", "chatbot"]')
    return tuple(values)


def _columns(entry: Entry) -> dict[str, str]:
    values = entry.get("columns", dict) or {}
    if not all(isinstance(value, str) and value for value in values.values()):
        remedy = 'write the names of columns, { title = "headline" } for instance'
        raise entry.error("`columns` holds something else than names", remedy=remedy)
    return dict(values)


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


def _rhythm(entry: Entry, coverage: tuple[Span, ...], *, needed: bool) -> Rhythm:
    """Where no weekdays are given, days and months are expected from the first span that holds stories.

    A source that is only fetched is irregular unless it says otherwise: what nobody declared is not missing.
    """
    unit = entry.one_of("rhythm", UNITS) if needed or entry.has("rhythm") else "irregular"
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
