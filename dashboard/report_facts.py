"""What a report tells of, gathered from the queries of the pages (STATISTICS 27). Pure: it asks its numbers of a function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.audit import Audit
from dashboard.bursts import Window, find_window
from dashboard.correction import Errors
from dashboard.desk import Entry
from dashboard.filters import ALL_SOURCES, LONG_RUNNING, Filters
from dashboard.gap_facts import shared_periods
from dashboard.report_audits import errors_at
from dashboard.report_period import CONTEXT, LAST, BadPeriod, Period, back, newest_whole, period_of, read_period
from dashboard.report_targets import Aimed, aimed_at
from dashboard.scope import Scope, build_scope, count_stories
from dashboard.topics import UNTAGGED, Pair, find_pair
from dashboard.view import Ask, Line, Source

Row = Mapping[str, Any]
ANY_SOURCES = (LONG_RUNNING, ALL_SOURCES)
MEASURABLE = 15  # stories that have a topic, below which its figures are too few to measure (STATISTICS 21)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants a report of: the period as it is written, the sources (ids, or 'long-running' or 'all' alone), and whose
    stories are their own, beside those that the data says."""

    period: str = "last"
    sources: tuple[str, ...] = (LONG_RUNNING,)
    ours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """The data that a report is made from: how its queries are asked, its name, the clock of its run (naive UTC), its sources, lines
    and desks with their topics."""

    ask: Ask
    name: str
    clock: datetime
    sources: Sequence[Source]
    catalog: Mapping[str, Line]
    desks: Mapping[str, tuple[str, ...]]

    @property
    def topics(self) -> tuple[str, ...]:
        """The keys of all topics, desk by desk."""
        return tuple(topic for topics in self.desks.values() for topic in topics)


@dataclass(frozen=True, slots=True)
class Gaps:
    """Our sources against the field, over the whole periods that all compared sources share, by their first days in order (22); `to_day`
    is the last day of the last. `why` where there are no rows."""

    ours: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    periods: tuple[date, ...] = ()
    to_day: date | None = None
    rows: tuple[Row, ...] = ()
    why: str = ""
    unbroken: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """The sources' health on the day of the run, what each source's rhythm led to expect in the period, stories in languages that are
    not tagged, how many of the stories with tags carry those of the newest tagger, and the measured quality of each topic."""

    sources: tuple[Row, ...]
    rhythm: tuple[Row, ...]
    languages: tuple[Row, ...]
    fresh: Row
    text_kind: str
    quality: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """All numbers of a report. `scope` counts the period alone, `context` also the periods before it, which lines and bursts need;
    `shares` are the rows of desks, topics and untagged by key, `moves` how each moved since the period before, `errors` what
    audits tell of the tagging errors of topics, by key."""

    period: Period
    held: Held
    scope: Scope
    context: Scope
    shares: Mapping[str, Row]
    pair: Pair | None
    why_no_pair: str
    moves: Mapping[str, Row]
    topic_moves: tuple[Row, ...]
    course: pd.DataFrame
    window: Window | None
    why_no_window: str
    bursts: tuple[Row, ...]
    newest: Mapping[int, Row]
    gaps: Gaps
    health: Health
    targets: tuple[Aimed, ...] = ()
    errors: Mapping[str, Errors] = field(default_factory=dict)

    @property
    def names(self) -> dict[str, str]:
        """What each source is called."""
        return {source.id: source.name for source in self.held.sources}


def held_of(ask: Ask, name: str) -> Held:
    """Return what a snapshot of that name holds."""
    desks = {str(desk): tuple(part["topic"]) for desk, part in ask("topic_desks").groupby("desk", sort=False)}
    lines = _rows(ask("lines"))
    catalog = {
        r["key"]: Line(
            r["key"],
            words.straight(r["name"]),
            words.straight(r["short"]),
            None if r["style_no"] is None else int(r["style_no"]),
        )
        for r in lines
    }
    sources = [
        Source(
            r["id"],
            r["name"],
            words.straight(r["sampled"] or "") or None,
            r["first_day"].date(),
            r["last_day"].date(),
            int(r["stories"]),
        )
        for r in _named(_rows(ask("sources")))
    ]
    return Held(ask, name, ask("freshness").iloc[0]["clock"].to_pydatetime(), sources, catalog, desks)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as Python values, None for what is missing."""
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def _named(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return rows whose names, which strangers gave, fit into sentences."""
    return [{**row, "name": words.straight(row["name"])} for row in rows]


def gather(held: Held, asked: Asked, entries: Sequence[Entry] = (), audits: Sequence[Audit] = ()) -> Facts:
    """Return the numbers of a report; `entries` are all of the desk folder, of which targets are told, and what was judged of `audits`.
    Raises BadPeriod where there is nothing to tell of, or a source is unknown."""
    period = find_period(held, asked)
    context = context_of(held, period, asked.sources)
    scope = _within(held.ask, context, max(period.start, context.from_day), context.to_day)
    if not scope.total:
        raise BadPeriod(_nothing(held, period, scope))
    shares = _by_key(held.ask("topic_share", keys=(*held.desks, *held.topics, UNTAGGED), **scope.parameters()))
    before = back(period, 1)
    pair, why_no_pair = find_pair(
        held.ask, replace(context, from_day=before.start, to_day=period.end), "before", held.clock
    )
    topic_moves = _moves(held, context, pair, held.topics)
    window, why_no_window = find_window(held.ask, context, held.clock)
    bursts = _rows(held.ask("bursts", **window.parameters(context))) if window else []
    told = tuple(sorted({int(no) for row in bursts for no in (row["newest"] if row["newest"] is not None else ())}))
    return Facts(
        period, held, scope, context, shares, pair, why_no_pair,
        {row["key"]: row for row in (*topic_moves, *_moves(held, context, pair, tuple(held.desks)))}, topic_moves,
        held.ask("coverage", keys=(*held.desks, *held.topics), grain=period.grain, **context.parameters()),
        window, why_no_window, tuple(bursts), {int(row["story_no"]): row for row in _rows(held.ask("burst_newest", stories=told))},
        gaps_of(held, context, period, asked.ours), health_of(held, scope, period),
        targets_at(held, scope.source_ids, period, asked.ours, entries), errors_at(held.ask, held.catalog, audits, entries),
    )  # fmt: skip


def targets_at(
    held: Held, sources: tuple[str, ...], period: Period, ours: tuple[str, ...], entries: Sequence[Entry]
) -> tuple[Aimed, ...]:
    """Return the targets of these sources and of our own as they stand at the end of the period, or of the run that ended before it."""
    clock = min(held.clock, datetime.combine(period.end + timedelta(days=1), datetime.min.time()))
    return aimed_at(
        held.ask, held.catalog, sources=(*sources, *ours), ours=ours, entries=entries, clock=clock, run_clock=held.clock
    )


def find_period(held: Held, asked: Asked) -> Period:
    """Return the period that is asked for; 'last' is the newest whole week, or where no week holds enough stories month or quarter."""
    unknown = [one for one in (*asked.sources, *asked.ours) if one not in {s.id for s in held.sources}]
    if asked.sources in [(one,) for one in ANY_SOURCES]:
        unknown = [one for one in asked.ours if one in unknown]
    if unknown:
        raise BadPeriod(
            f"there is no source {unknown[0]!r} with stories; `ainews sources list` names them, or write all or long-running"
        )
    if asked.period not in LAST:
        return read_period(asked.period)
    newest, oldest = max(s.last_day for s in held.sources), min(s.first_day for s in held.sources)
    for grain in LAST[asked.period]:
        first = max(back(period_of(newest, grain), CONTEXT[grain]).start, oldest)
        every = context_scope(held, first, newest, grain, asked.sources)
        rows = held.ask("topic_whole", clock=held.clock, grain=grain, **every.parameters())
        if found := newest_whole(rows, grain):
            return found
    raise BadPeriod(
        "no period is whole with at least 20 stories; name one (2026-07), or choose more sources", asked=False
    )


def context_of(held: Held, period: Period, sources: tuple[str, ...]) -> Scope:
    """Return the scope from some periods before to the end of the period, within the days that the data spans."""
    first, newest = min(s.first_day for s in held.sources), max(s.last_day for s in held.sources)
    last = max(newest, held.clock.date())
    if period.start > last or period.end < first:
        raise BadPeriod(
            f"{period.written} holds no story: the data spans {words.day(first)} to {words.day(newest)}; name a period in it"
        )
    return context_scope(
        held, max(back(period, CONTEXT[period.grain]).start, first), min(period.end, last), period.grain, sources
    )


def context_scope(held: Held, from_day: date, to_day: date, grain: str, sources: tuple[str, ...]) -> Scope:
    """Return a scope over these days; its sources are named one by one, so that it counts the same wherever it is opened."""
    filters = Filters(when="custom", start=from_day, end=to_day, sources=sources, grain=grain)
    scope = build_scope(held.ask, filters, sources=list(held.sources), catalog=held.catalog, clock=held.clock)
    return replace(scope, filters=replace(filters, sources=scope.source_ids))


def _within(ask: Ask, scope: Scope, from_day: date, to_day: date) -> Scope:
    narrow = replace(scope, from_day=from_day, to_day=to_day)
    return replace(narrow, total=count_stories(ask, narrow))


def _nothing(held: Held, period: Period, scope: Scope) -> str:
    whose = words.listed([s.name for s in scope.sources][:3])
    return f"{period.written} holds no story of {whose}; name another period, or write all for the sources"


def _by_key(frame: pd.DataFrame) -> dict[str, Row]:
    return {row["key"]: row for row in _rows(frame)}


def _moves(held: Held, scope: Scope, pair: Pair | None, keys: tuple[str, ...]) -> tuple[Row, ...]:
    """How each line moved between the two periods, the clearest first; none where they can't be compared."""
    if pair is None:
        return ()
    days = {"from_day": pair.first, "to_day": max(scope.to_day, pair.second), "sources": pair.sources}
    asked = {"keys": keys, "grain": pair.grain, "first": pair.first, "second": pair.second}
    return tuple(_rows(held.ask("topic_movers", **scope.parameters() | days | asked)))


def gaps_of(held: Held, context: Scope, period: Period, named: tuple[str, ...]) -> Gaps:
    """Return our sources against all others, by the arithmetic of the page Gaps over the periods up to this one (22)."""
    own = {*named, *(row["id"] for row in _rows(held.ask("report_ours_sources")))}
    ours, others = (tuple(s.id for s in held.sources if (s.id in own) == way) for way in (True, False))
    if not ours or not others:
        return Gaps(ours, others, why="no-ours" if not ours else "no-field")
    every = context_scope(held, context.from_day, context.to_day, period.grain, (ALL_SOURCES,))
    rows = held.ask("topic_whole", grain=period.grain, clock=held.clock, **every.parameters())
    shared = shared_periods(_rows(rows), ours, others, CONTEXT[period.grain])
    if shared.why:
        return Gaps(ours, others, why="no-shared")
    first, last = (period_of(day, period.grain) for day in (shared.periods[0], shared.periods[-1]))
    found = held.ask("report_ours", keys=(*held.desks, *held.topics), ours=shared.ours, field=shared.field, grain=period.grain,
                     periods=shared.periods, up_to=last.end)  # fmt: skip
    unbroken = back(last, len(shared.periods) - 1) == first
    return Gaps(shared.ours, shared.field, shared.periods, last.end, tuple(_rows(found)), unbroken=unbroken)


def health_of(held: Held, scope: Scope, period: Period) -> Health:
    """Return what to know of the data of the period."""
    asked = {name: value for name, value in scope.parameters().items() if not name.startswith("about")}
    kind = str(held.ask("text_kind", **scope.parameters())["text_kind"].iloc[0])
    rhythm = held.ask("report_rhythm", grain=period.grain, from_day=period.start, to_day=period.end,
                      sources=scope.source_ids, clock=held.clock)  # fmt: skip
    measured = [row for row in _rows(held.ask("quality", keys=held.topics, text_kind=kind)) if row["n"] >= MEASURABLE]
    return Health(
        tuple(_named(_rows(held.ask("methods_sources", at=held.clock)))),
        tuple(_named(_rows(rhythm))),
        tuple(_rows(held.ask("untagged_language", **asked))),
        _rows(held.ask("freshness"))[0],
        kind,
        tuple(measured),
    )
