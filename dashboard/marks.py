"""The marks of one line on a chart over time: likely range, strokes, points and what a point says. Never imports streamlit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby, pairwise
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import words
from dashboard.seams import Seam, seam_label
from dashboard.theme import FAINT, NEUTRAL, LineStyle, translucent
from dashboard.view import Line, View, counted_key

MANY_LINES = 4  # above it likely ranges are drawn fainter, because they lie over each other
MOST_SEAMS = 12  # more lines would be a fence; the newest are drawn
SEAM_ROOM, SEAM_ROOM_NARROW = 0.24, 0.6  # of the axis: what a seam's label takes
EVENT_ROWS = 4  # of labels of events
EVENT_ROOM, EVENT_ROOM_NARROW = 0.007, 0.024  # of the axis: what a letter of such a label takes
MANY_ALONE = 60  # points that stand alone: by the day, wide bars would run into each other


def rows_of(view: View, line: Line) -> pd.DataFrame:
    """Return a line's points in order, with `x` the middle of each period and `y` in percent or stories."""
    return placed(view, view.points, line)


def placed(view: View, points: pd.DataFrame, line: Line) -> pd.DataFrame:
    """Return a line's rows of any points in order, with `x` and `y` as in rows_of."""
    source = line.source.id if line.source else ""
    of_line = (points["key"] == counted_key(line.key, view.filters.role)) & (points["source"] == source)
    rows = points[of_line].sort_values("period")
    middle = rows["period"] + (rows["period_end"] - rows["period"]) / 2
    scale = 1 if view.filters.measure == "count" else 100
    column = "k" if view.filters.measure == "count" else "share"
    return rows.assign(x=middle, y=rows[column] * scale, y_low=rows["low"] * 100, y_high=rows["high"] * 100)


def runs(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the stretches of consecutive periods that took in stories: a line is never drawn across a gap."""
    stretch = (rows["state"] == "none").cumsum()
    return [part for _, part in rows[rows["state"] != "none"].groupby(stretch[rows["state"] != "none"])]


def add_line(figure: go.Figure, view: View, line: Line, style: LineStyle, *, at: tuple[int, int] = (1, 1)) -> None:
    """Add one line: its likely range, its whole stretches, its partial ends, and points that can be clicked.

    Stretches share a trace, with a break between them: by the day a weekly source has hundreds.
    """
    rows = rows_of(view, line)
    stretches = runs(rows)
    add_beside(figure, view, line, style, at=at)
    if view.filters.measure == "share":
        faint = at == (1, 1) and len(view.lines) > MANY_LINES
        for alone in (False, True):
            of_kind = [run for run in stretches if (len(run) == 1) == alone]
            figure.add_trace(band(of_kind, style, alone=alone, faint=faint), *at)
    cut = [piece for run in stretches for piece in pieces(run)]
    for partial in (False, True):
        figure.add_trace(stroke([piece for touched, piece in cut if touched == partial], style, partial=partial), *at)
    figure.add_trace(markers(rows[rows["state"] != "none"], view, line, style), *at)


def add_beside(figure: go.Figure, view: View, line: Line, style: LineStyle, *, at: tuple[int, int]) -> None:
    """Add the year before (14) and the trailing average (16) behind a line, where asked for; the table holds their numbers."""
    if view.before is not None and view.has_before:
        rows = placed(view, view.before, line)
        figure.add_trace(faint_line(runs(rows), style, width=1.4, opacity=0.45), *at)
    if view.trailing is not None and view.has_trailing:
        ends = view.points[["key", "source", "period", "period_end", "state"]]
        rows = placed(view, ends.merge(view.trailing, on=["key", "source", "period"], how="left"), line)
        rows["state"] = rows["state"].mask(rows["n"].isna(), "none")
        figure.add_trace(faint_line(runs(rows), style, width=6, opacity=0.28), *at)
    if view.corrected is not None and view.has_corrected:
        stretches = runs(placed(view, view.corrected.points, line))
        figure.add_trace(edges(stretches, style), *at)
        figure.add_trace(faint_line(stretches, style, width=1.5, opacity=0.9, dash="6px,3px"), *at)


def edges(stretches: list[pd.DataFrame], style: LineStyle) -> go.Scatter:
    """The likely range of a corrected line as its outline: filled, it would hide that of the line itself."""
    return go.Scatter(
        x=broken((*run["x"], *run["x"][::-1], run["x"].iloc[0]) for run in stretches),
        y=broken((*run["y_high"], *run["y_low"][::-1], run["y_high"].iloc[0]) for run in stretches),
        line={"width": 1, "color": translucent(style.hue, 0.55), "dash": "dot"}, hoverinfo="skip", showlegend=False, mode="lines",
    )  # fmt: skip


def faint_line(
    stretches: list[pd.DataFrame], style: LineStyle, *, width: float, opacity: float, dash: str = "solid"
) -> go.Scatter:
    """A stroke beside the line, never across a gap."""
    return go.Scatter(
        x=broken(part["x"] for part in stretches), y=broken(part["y"] for part in stretches), mode="lines",
        line={"color": style.hue, "width": width, "dash": dash}, opacity=opacity, hoverinfo="skip", showlegend=False,
    )  # fmt: skip


def broken(parts: Iterable[Iterable[Any]]) -> list[Any]:
    """Return the parts in a row with a break after each, over which Plotly draws nothing."""
    return [value for part in parts for value in (*part, None)]


def band(stretches: list[pd.DataFrame], style: LineStyle, *, alone: bool, faint: bool) -> go.Scatter:
    """The likely range as a closed outline: up along the high ends, back along the low ones; a bar where a point stands alone.

    `faint` is for many bands over each other.
    """
    return go.Scatter(
        x=broken((*run["x"], *run["x"][::-1]) for run in stretches),
        y=broken((*run["y_high"], *run["y_low"][::-1]) for run in stretches),
        fill="none" if alone else "toself",
        fillcolor=translucent(style.hue, 0.06 if faint else 0.13),
        line={"width": (2 if len(stretches) > MANY_ALONE else 9) if alone else 0, "color": translucent(style.hue, 0.2)},
        hoverinfo="skip",
        showlegend=False,
        mode="lines",
    )


def pieces(run: pd.DataFrame) -> list[tuple[bool, pd.DataFrame]]:
    """Cut a run into strokes by whether the way from one point to the next touches a partial period; strokes share their ends."""
    partial = (run["state"] == "partial").tolist()
    ways = [a or b for a, b in pairwise(partial)]
    cut, at = [], 0
    for touched, group in groupby(ways):
        length = len(list(group))
        cut.append((touched, run.iloc[at : at + length + 1]))
        at += length
    return cut


def stroke(cut: list[pd.DataFrame], style: LineStyle, *, partial: bool) -> go.Scatter:
    """Stretches of the line itself; dotted and dimmed where they lead to a partial period (12)."""
    return go.Scatter(
        x=broken(piece["x"] for piece in cut),
        y=broken(piece["y"] for piece in cut),
        mode="lines",
        line={"color": style.hue, "width": 2.4, "dash": "dot" if partial else style.dash},
        opacity=0.5 if partial else 1,
        hoverinfo="skip",
        showlegend=False,
    )


def markers(rows: pd.DataFrame, view: View, line: Line, style: LineStyle) -> go.Scatter:
    """The points: hollow where the denominator is below 20 (9), dimmed where the period is partial (12)."""
    source = line.source.id if line.source else ""
    dense = len(rows) > 120
    return go.Scatter(
        x=rows["x"],
        y=rows["y"],
        mode="markers",
        name=escape(line.label),
        marker={
            "color": [style.hue] * len(rows),
            "symbol": [f"{style.marker}-open" if few else style.marker for few in rows["few"]],
            "size": 4 if dense else 7,
            "opacity": [0.55 if state == "partial" else 1.0 for state in rows["state"]],
            "line": {"width": 1.5, "color": style.hue},
        },
        cliponaxis=False,
        selected={"marker": {"size": 12}},
        unselected={"marker": {"opacity": 0.75}},
        customdata=[[line.key, source, p.date().isoformat()] for p in rows["period"]],
        hovertext=[hover_text(row, view, line) for row in rows.to_dict("records")],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )


def hover_text(row: dict[Any, Any], view: View, line: Line) -> str:
    """Return what a point says when pointed at: period, k of n, share, likely range, what is missing."""
    lines = [
        f"<b>{escape(line.label)}</b> · {words.period(row['period'], view.grain)}",
        words.share(row["k"], row["n"], row["share"], weighed=view.weighed, about=line.about),
        f"likely range {words.percent_range(row['low'], row['high'])}",
    ]
    if row["few"]:
        lines.append("too few to say")
    if row["state"] == "partial":
        lines.append(f"part of the period: {missing(row)}")
    return "<br>".join([*lines, "<i>click to read the stories</i>"])


def missing(row: dict[Any, Any]) -> str:
    """Return what a partial period lacks, from which day on it is shown, or why a part of it was not taken in."""
    if not pd.isna(row.get("cut_from")):
        return f"from {words.day(row['cut_from'])}"
    expected = None if pd.isna(row["expected"]) else int(row["expected"])
    came = words.what_came(int(row["came"]), expected, row["rhythm"], bool(row["ended"]))
    return came or (row["reason"] if isinstance(row.get("reason"), str) else "cut by the days shown")


@dataclass(frozen=True, slots=True)
class Whole:
    """A denominator: of which source and restriction of its own, what it is called, and its place beside others that overlap with it."""

    source: str
    within: str
    name: str
    place: int
    places: int


def count_bars(rows: pd.DataFrame, view: View, whole: Whole, *, strong: bool) -> go.Bar:
    """The bars of one denominator; in a comparison each source has its own, one upon the other. Restrictions of lines of their own may
    share stories, so theirs stand side by side."""
    days = (rows["period_end"] - rows["period"]).dt.days + 1
    wide = days * 0.72 * 86_400_000 / whole.places  # milliseconds
    middle = rows["period"] + (rows["period_end"] - rows["period"]) / 2
    name = whole.name
    return go.Bar(
        x=middle + pd.to_timedelta(wide * (whole.place - (whole.places - 1) / 2), unit="ms"),
        y=rows["n"].fillna(0),
        width=wide,
        marker={"color": NEUTRAL if strong else FAINT, "line": {"width": 0}},
        customdata=[
            [f"*@{whole.within}" if whole.within else "*", whole.source, p.date().isoformat()] for p in rows["period"]
        ],
        hovertext=[
            f"{escape(name)}{words.period(p, view.grain)}: {words.stories(0 if pd.isna(n) else int(n))} counted"
            for p, n in zip(rows["period"], rows["n"], strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )


def add_days(figure: go.Figure, days: Sequence[Any], line: dict[str, Any]) -> None:
    """Add a line from top to bottom at each day, all at once: Plotly looks at every shape of a chart again when one is added."""
    place = {"type": "line", "y0": 0, "y1": 1, "xref": "x", "yref": "y domain", "line": line}
    if days:
        figure.layout.shapes = (*figure.layout.shapes, *({"x0": day, "x1": day, **place} for day in days))


def add_events(figure: go.Figure, events: pd.DataFrame, top: float, first: Any, last: Any, *, narrow: bool) -> None:
    """Mark dates worth knowing, given by day, with a thin line and one label each; `first` and `last` are the days of the axis, beyond
    which no label reaches. One that would touch another stands in a lower row."""
    taken: list[pd.Timestamp] = []  # how far the labels of each row reach
    add_days(figure, events["day"].tolist() if len(events) else [], {"color": NEUTRAL, "width": 1, "dash": "dot"})
    for event in events.to_dict("records"):
        at = pd.Timestamp(event["day"])
        text = escape(event["label"]) + ("" if narrow else f", {words.day(event['day'])}")
        room = (EVENT_ROOM_NARROW if narrow else EVENT_ROOM) * len(text) * (pd.Timestamp(last) - pd.Timestamp(first))
        right = at - room < pd.Timestamp(first)
        begin, end = (at, at + room) if right else (at - room, at)
        free = [row for row, reach in enumerate(taken) if reach <= begin]
        row = free[0] if free else len(taken) if len(taken) < EVENT_ROWS else taken.index(min(taken))
        taken[row : row + 1] = [end]
        figure.add_annotation(
            x=event["day"], y=top, text=text, showarrow=False, xanchor="left" if right else "right", yanchor="top",
            xshift=4 if right else -4, yshift=-15 * row, font={"size": 11}, opacity=0.85, row=1, col=1,
        )  # fmt: skip


def add_seams(figure: go.Figure, seams: Sequence[Seam], first: Any, last: Any, *, narrow: bool) -> None:
    """Mark where what is counted changes: a dashed line, and on the axis what the stories are from there on (20).

    Seams come newest first; of several so close together that their labels would touch, the newest has one.
    """
    room = (SEAM_ROOM_NARROW if narrow else SEAM_ROOM) * (last - first)
    free = last + room
    add_days(
        figure,
        [pd.Timestamp(seam.day) for seam in seams[:MOST_SEAMS]],
        {"color": NEUTRAL, "width": 1.5, "dash": "dash"},
    )
    for seam in seams[:MOST_SEAMS]:
        at = pd.Timestamp(seam.day)
        after = at + room <= min(free, last)
        if not after and (free <= last or at - room < first):
            continue
        figure.add_annotation(
            x=at, xref="x", y=0, yref="y domain", yanchor="top", xanchor="left" if after else "right", xshift=3 if after else -3,
            text=escape(seam_label(seam, after=after)), showarrow=False, font={"size": 11}, opacity=0.85,
        )  # fmt: skip
        free = at if after else at - room
