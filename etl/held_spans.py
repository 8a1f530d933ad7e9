"""Where a source's data begins and ends, as its stories show it: what sources.toml declares holds, rows say the rest (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from etl.catalog import Source, Span

_DAY = timedelta(days=1)
MISSED = "what came out meanwhile had left the feed when it was asked again"


def spans_held(source: Source, days: Sequence[date]) -> tuple[Span, ...]:
    """The spans of a source with stories on `days` (in order): held (reason None), or not and why (STATISTICS 13).

    Declared spans stand. A declared hole without an end closes on the day on which stories come after all. A source that is
    fetched and declares nothing begins with its first story and is open as long as a run asks for it.
    """
    if source.coverage:
        return (*source.coverage[:-1], *_reopened(source, source.coverage[-1], days))
    if not days or source.archive is not None:
        return ()
    before = Span(source.exists_from, days[0] - _DAY, f"not taken in before {_said(days[0])}")
    return (*([before] if source.exists_from < days[0] else ()), *_held(source, days, None))


def with_gaps(spans: Sequence[Span], gaps: Sequence[tuple[date, date]]) -> tuple[Span, ...]:
    """The spans with each gap (first and last day) cut out of what is held; holes that are declared stay as they are."""
    for first, last in gaps:
        spans = [part for span in spans for part in _cut(span, first, last)]
    return tuple(spans)


def _cut(span: Span, first: date, last: date) -> list[Span]:
    if span.reason is not None or last < span.from_day or (span.to_day is not None and span.to_day < first):
        return [span]
    begin = max(first, span.from_day)
    end = last if span.to_day is None else min(last, span.to_day)
    before = [Span(span.from_day, begin - _DAY, None)] if span.from_day < begin else []
    after = [Span(end + _DAY, span.to_day, None)] if span.to_day is None or end < span.to_day else []
    return [*before, Span(begin, end, MISSED), *after]


def first_expected(source: Source, days: Sequence[date]) -> date | None:
    """From when on days and months are expected: the declared first day, else that of the first story taken in."""
    undeclared = source.rhythm.first is None and source.archive is None
    return days[0] if undeclared and days else source.rhythm.first


def _reopened(source: Source, last: Span, days: Sequence[date]) -> tuple[Span, ...]:
    """The last declared span, cut where stories came after it was declared a hole."""
    came = [day for day in days if day >= last.from_day]
    if last.reason is None or last.to_day is not None or not came:
        return (last,)
    hole = (Span(last.from_day, came[0] - _DAY, last.reason),) if last.from_day < came[0] else ()
    return (*hole, *_held(source, came, last.reason))


def _held(source: Source, days: Sequence[date], reason: str | None) -> tuple[Span, ...]:
    """What begins with the first of these days: open where the source is live, else closed by `reason` or a plain one."""
    if source.live:
        return (Span(days[0], None, None),)
    after = reason or f"not taken in after {_said(days[-1])}"
    return (Span(days[0], days[-1], None), Span(days[-1] + _DAY, None, after))


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
