"""The rows of one line as Plotly takes them: columns in order, and the stretches between gaps. Never imports streamlit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

import pandas as pd

from dashboard.plot import broken, moments, numbers
from dashboard.points import of_line
from dashboard.view import Line, View, counted_key


@dataclass(frozen=True, slots=True)
class Track:
    """A line's rows in order, by column as Plotly takes them: `x` the middle of each period, `y`, `low` and `high` in percent or stories,
    None where there is none, `runs` its stretches."""

    rows: pd.DataFrame
    x: list[str]
    y: list[float | None]
    low: list[float | None]
    high: list[float | None]
    states: list[str]
    runs: list[range]


def track_of(view: View, points: pd.DataFrame, line: Line) -> Track:
    """Return a line's rows of these points: the view's, or others beside them."""
    return tracked(view, own_rows(view, points, line))


def own_rows(view: View, points: pd.DataFrame, line: Line) -> pd.DataFrame:
    """Return a line's rows of these points in order."""
    source = line.source.id if line.source else ""
    return of_line(points, counted_key(line.key, view.filters.role), source).sort_values("period")


def tracked(view: View, rows: pd.DataFrame) -> Track:
    """Return rows by column."""
    counted = view.filters.measure == "count"
    y = numbers(rows["k"]) if counted else numbers(rows["share"], 100)
    low, high = (numbers(rows[end], 100) for end in ("low", "high"))
    states = rows["state"].tolist()
    return Track(rows, moments(middles(rows)), y, low, high, states, runs(states))


def runs(states: Sequence[str]) -> list[range]:
    """Return the stretches of consecutive periods that took in stories: a line is never drawn across a gap."""
    ends = [-1, *(at for at, state in enumerate(states) if state == "none"), len(states)]
    return [range(before + 1, end) for before, end in pairwise(ends) if end > before + 1]


def middles(rows: pd.DataFrame) -> pd.Series[Any]:
    """Return the middle of each row's period."""
    return rows["period"] + (rows["period_end"] - rows["period"]) / 2


def lengths(rows: pd.DataFrame) -> pd.Series[Any]:
    """Return how long each row's period is, in milliseconds, as the width of a bar is given."""
    return ((rows["period_end"] - rows["period"]).dt.days + 1) * 86_400_000


def averaged(view: View, trailing: pd.DataFrame, line: Line) -> Track:
    """Return a line's trailing average at each of its periods; where there is none, nothing is drawn."""
    periods = own_rows(view, view.points, line)[["period", "period_end", "state"]]
    rows = periods.merge(own_rows(view, trailing, line), on="period", how="left")
    return tracked(view, rows.assign(state=rows["state"].mask(rows["n"].isna(), "none")))


def pieces(run: range, states: Sequence[str]) -> list[tuple[bool, range]]:
    """Cut a run into strokes by whether the way from one point to the next touches a partial period; strokes share their ends."""
    partial = [states[i] == "partial" for i in run]
    ways = [a or b for a, b in pairwise(partial)]
    cut, at = [], 0
    for touched, group in groupby(ways):
        length = len(list(group))
        cut.append((touched, run[at : at + length + 1]))
        at += length
    return cut


def along(track: Track, stretches: list[range]) -> tuple[list[str | None], list[float | None]]:
    """Return x and y of stretches of a line."""
    slices = [slice(part.start, part.stop) for part in stretches]
    return broken(track.x[part] for part in slices), broken(track.y[part] for part in slices)
