"""What is drawn beside or instead of plain lines: the trailing average, the year before, and stories shared out in a stack. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from dashboard.counting import Ask, Line, Source, counted_key, restriction
from dashboard.filters import Filters
from dashboard.points import FEW, Span, cut_from, join_points, period_states

# How many periods a trailing window holds (STATISTICS 16): from days on, each evens out what the calendar brings back.
WINDOWS = {"day": 28, "week": 13, "month": 12, "quarter": 4, "year": 3}
STACKED = ("topic", "desk", "organization")  # kinds that share stories out among their lines
YEAR = timedelta(days=364)  # 52 weeks (STATISTICS 14)


@dataclass(frozen=True, slots=True)
class Stack:
    """Stories shared out among lines of one kind: `rows` hold key, period, period_end, k, part, n, share, low, high, state, few;
    beside the chosen keys 'other' and 'none'."""

    kind: str
    keys: tuple[str, ...]
    rows: pd.DataFrame


def why_no_stack(filters: Filters, keys: Sequence[str]) -> str:
    """Return why stories can't be shared out among these lines, '' where they can (STATISTICS 4)."""
    kinds = {key.partition(":")[0] for key in keys}
    if filters.compare or filters.within:
        return "Stories are shared out within one whole: not while sources or restrictions are compared."
    if filters.weigh == "sources":
        return "Stories are shared out one by one: not while each source weighs the same."
    if len(kinds) != 1 or not kinds <= set(STACKED):
        return "Stories are shared out among lines of one kind: topics, desks or organizations."
    if "topic:untagged" in keys:
        return "What no line holds is in the stack already: take it out of Show."
    return ""


def stack_of(ask: Ask, filters: Filters, lines: Sequence[Line], ids: tuple[str, ...], span: Span) -> Stack | None:
    """Return the stack that is asked for; None where none is, or none can be."""
    keys = tuple(counted_key(line.key, filters.role) for line in lines)
    if filters.drawing != "stack" or why_no_stack(filters, [line.key for line in lines]):
        return None
    kind = keys[0].partition(":")[0]
    asked = {"sources": ids, **span.parameters(), **restriction(filters)}
    shares = ask("coverage_stack", keys=keys, kind=kind, **asked)
    states = period_states(ask, ids, span)
    rows = shares.merge(states, on="period", how="inner")
    rows = rows[rows["state"] != "none"]
    rows = rows.assign(few=rows["n"] < FEW, source="", cut_from=cut_from(rows, filters, span))
    return Stack(kind, keys, rows.reset_index(drop=True))


def rest_names(kind: str) -> dict[str, str]:
    """Return what the rest of a stack is called (STATISTICS 5)."""
    what = "organization" if kind == "named" else kind
    return {"other": f"Other {what}s", "none": "No topic found" if kind == "topic" else f"No {what}"}


def trailing_of(ask: Ask, points: pd.DataFrame, grain: str) -> pd.DataFrame:
    """Return key, source, period, k, n, share, low and high over the trailing window that ends with each period (STATISTICS 1, 16)."""
    frames = []
    for source, rows in points.groupby("source", sort=False) if len(points) else ():
        number = rows[["k", "n"]].astype(object).where(rows[["k", "n"]].notna(), None)
        found = ask(
            "coverage_trailing", keys=tuple(rows["key"]), periods=tuple(rows["period"].to_numpy("datetime64[D]").tolist()),
            ks=tuple(number["k"]), ns=tuple(number["n"]), back=WINDOWS[grain],
        )  # fmt: skip
        frames.append(found.assign(source=source))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({"key": [], "source": [], "period": []})


def window_words(grain: str) -> str:
    """Return what a trailing window holds, 'trailing 4 quarters'."""
    return f"trailing {WINDOWS[grain]} {grain}s"


def a_year_on(day: date, grain: str, years: int = 1) -> date:
    """Return the day that many years on: by weeks and days 52 weeks, so that weekdays stay; else by the calendar (STATISTICS 14)."""
    if grain in ("day", "week"):
        return day + years * YEAR
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def year_before(ask: Ask, filters: Filters, lines: Sequence[Line], drawn: Sequence[Source], span: Span) -> pd.DataFrame:
    """Return the points of the year before the days shown, each under the period that it is drawn at; `was_period` is its own."""
    days = (a_year_on(span.from_day, span.grain, -1), a_year_on(span.to_day, span.grain, -1))
    rows = join_points(ask, filters, lines, drawn, replace(span, from_day=days[0], to_day=days[1]))
    if rows.empty:
        return rows
    moved = {name: _moved(rows[name], span.grain) for name in ("period", "period_end")}
    return rows.assign(was_period=rows["period"], **moved)


def _moved(days: pd.Series[Any], grain: str) -> pd.Series[Any]:
    """Days a year on; all lines have the same few."""
    return days.map({day: pd.Timestamp(a_year_on(day.date(), grain)) for day in days.unique().tolist()})
