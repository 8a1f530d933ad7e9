"""What is said of a view beside its rows: the clearest changes behind the headline, and what left-out sources would move. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pandas as pd

from dashboard.counting import Ask, Line, Source
from dashboard.filters import ALL_SOURCES
from dashboard.keys import parted
from dashboard.points import Span, join_points, shares_of
from dashboard.view import View


@dataclass(frozen=True, slots=True)
class Changes:
    """The established changes behind the headline, in the reader's order of lines, their grain, whose stories they are of, and how
    many periods could be compared."""

    rows: tuple[dict[str, Any], ...]
    grain: str
    sources: tuple[Source, ...]
    comparable: int


def clearest_changes(ask: Ask, view: View, clock: datetime) -> Changes:
    """Return the clearest change of each line between two whole periods: years where two or more can be compared, else the chart's."""
    by_year = _changes_at(ask, view, clock, "year")
    return by_year if by_year.comparable > 1 or view.grain == "year" else _changes_at(ask, view, clock, view.grain)


def _changes_at(ask: Ask, view: View, clock: datetime, grain: str) -> Changes:
    # In a comparison the sentence is about the first source: a pool of sources that come and go has no whole periods.
    spoken_of = view.sources[:1] if view.filters.compare else view.sources
    plain = list(dict.fromkeys(replace(line, source=None) for line in view.lines))
    if not plain:
        return Changes((), grain, spoken_of, 0)
    points = _compared(
        ask, view, plain, spoken_of, Span(grain, view.from_day, view.to_day, clock, view.same_throughout)
    )
    comparable = int(points.groupby("key")["n"].count().max()) if len(points) else 0
    rows = _clearest(ask, points)
    # A source that joined after the periods compared has no part in what is said of them.
    last = max((row["period_2"] for row in rows), default=pd.Timestamp(view.to_day)).date()
    present = tuple(s for s in spoken_of if s.first_day <= last)
    return Changes(rows, grain, present or spoken_of, comparable)


def _compared(ask: Ask, view: View, lines: list[Line], sources: tuple[Source, ...], span: Span) -> pd.DataFrame:
    """The whole periods of each line with at least 20 stories (STATISTICS 9, 12), counted plainly: a change has no weights."""
    points = join_points(ask, replace(view.filters, weigh="stories"), lines, sources, span)
    return points[(points["state"] == "whole") & ~points["few"]]


def _clearest(ask: Ask, points: pd.DataFrame) -> tuple[dict[str, Any], ...]:
    """The clearest change of each line, in the lines' order."""
    if points.empty:
        return ()
    lists = {name: tuple(points[name[:-1]].astype("int64").tolist()) for name in ("ks", "ns")}
    asked = {"keys": tuple(points["key"]), "periods": tuple(p.date() for p in points["period"]), **lists}
    found = {row["key"]: {str(k): v for k, v in row.items()} for row in ask("changes", **asked).to_dict("records")}
    return tuple(found[key] for key in dict.fromkeys(points["key"]) if key in found)


def with_left_out(ask: Ask, view: View) -> dict[str, Any] | None:
    """Return the point that the left-out sources would move most, where they move one by more than its likely range (17).

    The row has key, period, share (as drawn) and share_all (over all sources).
    """
    if not view.left_out or view.filters.compare or not view.lines:
        return None
    everyone = replace(view.filters, sources=(ALL_SOURCES,), weigh="stories")
    ids = tuple(s.id for s in (*view.sources, *view.left_out))
    over = {"grain": view.grain, "sources": ids, "from_day": view.from_day, "to_day": view.to_day}
    alike: dict[str, list[str]] = {}
    for line in view.lines:
        alike.setdefault(parted(line.key)[1], []).append(line.key)
    over_all = pd.concat([shares_of(ask, everyone, keys, over) for keys in alike.values()])
    over_all = over_all[["key", "period", "share", "k", "n"]]
    both = view.points.merge(over_all, on=["key", "period"], suffixes=("", "_all"))
    both = both[(both["state"] == "whole") & ((both["share_all"] < both["low"]) | (both["share_all"] > both["high"]))]
    if both.empty:
        return None
    farthest = both.assign(moved=(both["share_all"] - both["share"]).abs()).nlargest(1, "moved")
    return {str(k): v for k, v in farthest.to_dict("records")[0].items()}
