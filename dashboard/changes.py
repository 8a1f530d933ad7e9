"""What is said of a view beside its rows: the clearest changes behind the headline, and what left-out sources would move. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pandas as pd

from dashboard.filters import ALL_SOURCES
from dashboard.view import Ask, Source, View, counted_keys, restriction


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
    keys = counted_keys(view.filters.show, view.filters.role)
    # In a comparison the sentence is about the first source: a pool of sources that come and go has no whole periods.
    spoken_of = view.sources[:1] if view.filters.compare else view.sources
    if not keys:
        return Changes((), grain, spoken_of, 0)
    asked = {
        "grain": grain, "sources": tuple(s.id for s in spoken_of), "from_day": view.from_day, "to_day": view.to_day,
        "need_each": view.same_throughout, "clock": clock, **restriction(view.filters),
    }  # fmt: skip
    found = {row["key"]: row for row in ask("changes", keys=keys, **asked).to_dict("records")}
    rows = tuple({str(k): v for k, v in found[key].items()} for key in keys if key in found)
    comparable = int(ask("comparable", keys=keys[:1], **asked)["periods"].iloc[0])
    # A source that joined after the periods compared has no part in what is said of them.
    last = max((row["period_2"] for row in rows), default=pd.Timestamp(view.to_day)).date()
    present = tuple(s for s in spoken_of if s.first_day <= last)
    return Changes(rows, grain, present or spoken_of, comparable)


def with_left_out(ask: Ask, view: View) -> dict[str, Any] | None:
    """Return the point that the left-out sources would move most, where they move one by more than its likely range (17).

    The row has key, period, share (as drawn) and share_all (over all sources).
    """
    if not view.left_out or view.filters.compare or not view.lines:
        return None
    everyone = replace(view.filters, sources=(ALL_SOURCES,))
    ids = tuple(s.id for s in (*view.sources, *view.left_out))
    keys = counted_keys(view.filters.show, view.filters.role)
    span = {"grain": view.grain, "sources": ids, "from_day": view.from_day, "to_day": view.to_day}
    over_all = ask("coverage", keys=keys, **span, **restriction(everyone))[["key", "period", "share", "k", "n"]]
    both = view.points.merge(over_all, on=["key", "period"], suffixes=("", "_all"))
    both = both[(both["state"] == "whole") & ((both["share_all"] < both["low"]) | (both["share_all"] > both["high"]))]
    if both.empty:
        return None
    farthest = both.assign(moved=(both["share_all"] - both["share"]).abs()).nlargest(1, "moved")
    return {str(k): v for k, v in farthest.to_dict("records")[0].items()}
