"""The marks of one line on a chart over time: likely range, strokes, points and what a point says. Never imports streamlit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.plot import Cell, Json, Plot, broken, dates, days_of, moment, moments
from dashboard.seams import Seam, seam_label
from dashboard.theme import FAINT, NEUTRAL, LineStyle, translucent
from dashboard.tracks import Track, along, averaged, lengths, middles, pieces, track_of
from dashboard.view import Line, View

MANY_LINES = 4  # above it likely ranges are drawn fainter, because they lie over each other
MOST_SEAMS = 12  # more lines would be a fence; the newest are drawn
SEAM_ROOM, SEAM_ROOM_NARROW = 0.24, 0.6  # of the axis: what a seam's label takes
EVENT_ROWS, EVENT_ROW = 4, 15  # of labels of events, and the pixels that one takes
EVENT_ROOM, EVENT_ROOM_NARROW = 0.007, 0.024  # of the axis: what a letter of such a label takes
SMALL = {"showarrow": False, "font": {"size": 11}, "opacity": 0.85}
MANY_ALONE = 60  # points that stand alone: by the day, wide bars would run into each other


def add_line(plot: Plot, view: View, line: Line, style: LineStyle, *, at: Cell = (1, 1)) -> None:
    """Add one line: its likely range, its whole stretches, its partial ends, and points that can be clicked.

    Stretches share a trace, with a break between them: by the day a weekly source has hundreds.
    """
    track = track_of(view, view.points, line)
    add_beside(plot, view, line, style, at=at)
    if view.filters.measure == "share":
        faint = at == (1, 1) and len(view.lines) > MANY_LINES
        for alone in (False, True):
            of_kind = [run for run in track.runs if (len(run) == 1) == alone]
            plot.add(band(track, of_kind, style, alone=alone, faint=faint), at)
    cut = [piece for run in track.runs for piece in pieces(run, track.states)]
    for partial in (False, True):
        plot.add(stroke(track, [piece for touched, piece in cut if touched == partial], style, partial=partial), at)
    plot.add(markers(track, view, line, style), at)


def add_beside(plot: Plot, view: View, line: Line, style: LineStyle, *, at: Cell) -> None:
    """Add the year before (14) and the trailing average (16) behind a line, where asked for; the table holds their numbers."""
    if view.before is not None and view.has_before:
        plot.add(faint_line(track_of(view, view.before, line), style, width=1.4, opacity=0.45), at)
    if view.trailing is not None and view.has_trailing:
        plot.add(faint_line(averaged(view, view.trailing, line), style, width=6, opacity=0.28), at)
    if view.corrected is not None and view.has_corrected:
        track = track_of(view, view.corrected.points, line)
        plot.add(edges(track, style), at)
        plot.add(faint_line(track, style, width=1.5, opacity=0.9, dash="6px,3px"), at)


def line_trace(x: list[Any], y: list[Any], **drawn: Any) -> Json:
    """Return a stroke or an outline that says nothing when pointed at."""
    return {"type": "scatter", "x": x, "y": y, "mode": "lines", "hoverinfo": "skip", "showlegend": False, **drawn}


def edges(track: Track, style: LineStyle) -> Json:
    """The likely range of a corrected line as its outline: filled, it would hide that of the line itself."""
    around = [[*run, *reversed(run), run[0]] for run in track.runs]
    return line_trace(
        broken([track.x[i] for i in ring] for ring in around),
        broken([*(track.high[i] for i in run), *(track.low[i] for i in reversed(run)), track.high[run[0]]] for run in track.runs),
        line={"width": 1, "color": translucent(style.hue, 0.55), "dash": "dot"},
    )  # fmt: skip


def faint_line(track: Track, style: LineStyle, *, width: float, opacity: float, dash: str = "solid") -> Json:
    """A stroke beside the line, never across a gap."""
    line = {"color": style.hue, "width": width, "dash": dash}
    return line_trace(*along(track, track.runs), line=line, opacity=opacity)


def band(track: Track, stretches: list[range], style: LineStyle, *, alone: bool, faint: bool) -> Json:
    """The likely range as a closed outline: up along the high ends, back along the low ones; a bar where a point stands alone.

    `faint` is for many bands over each other.
    """
    slices = [slice(run.start, run.stop) for run in stretches]
    return line_trace(
        broken((*track.x[run], *track.x[run][::-1]) for run in slices),
        broken((*track.high[run], *track.low[run][::-1]) for run in slices),
        fill="none" if alone else "toself",
        fillcolor=translucent(style.hue, 0.06 if faint else 0.13),
        line={"width": (2 if len(stretches) > MANY_ALONE else 9) if alone else 0, "color": translucent(style.hue, 0.2)},
    )


def stroke(track: Track, cut: list[range], style: LineStyle, *, partial: bool) -> Json:
    """Stretches of the line itself; dotted and dimmed where they lead to a partial period (12)."""
    line = {"color": style.hue, "width": 2.4, "dash": "dot" if partial else style.dash}
    return line_trace(*along(track, cut), line=line, opacity=0.5 if partial else 1)


def markers(track: Track, view: View, line: Line, style: LineStyle) -> Json:
    """The points: hollow where the denominator is below 20 (9), dimmed where the period is partial (12)."""
    source = line.source.id if line.source else ""
    shown = [i for i, state in enumerate(track.states) if state != "none"]
    rows = track.rows.iloc[shown]
    return {
        "type": "scatter",
        "x": [track.x[i] for i in shown],
        "y": [track.y[i] for i in shown],
        "mode": "markers",
        "name": escape(line.label),
        "marker": {
            "color": [style.hue] * len(rows),
            "symbol": [f"{style.marker}-open" if few else style.marker for few in rows["few"].tolist()],
            "size": 4 if len(rows) > 120 else 7,
            "opacity": [0.55 if track.states[i] == "partial" else 1.0 for i in shown],
            "line": {"width": 1.5, "color": style.hue},
        },
        "cliponaxis": False,
        "selected": {"marker": {"size": 12}},
        "unselected": {"marker": {"opacity": 0.75}},
        "customdata": [[line.key, source, day] for day in dates(rows["period"])],
        "hovertext": hover_texts(rows, view, line),
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showlegend": False,
    }


def hover_texts(rows: pd.DataFrame, view: View, line: Line) -> list[str]:
    """Return what each point says when pointed at: period, k of n, share, likely range, what is missing."""
    shares = (
        words.share(k, n, share, weighed=view.weighed, about=line.about)
        for k, n, share in zip(rows["k"].tolist(), rows["n"].tolist(), rows["share"].tolist(), strict=True)
    )
    return pointed_at(rows, view, line.label, shares)


def pointed_at(rows: pd.DataFrame, view: View, name: str, shares: Iterable[str]) -> list[str]:
    """Return what the marks of a line or band say, each with its share in words."""
    name, lacking = escape(name), lacks(rows)
    columns = (rows[column].tolist() for column in ("low", "high", "few"))
    return [
        f"<b>{name}</b> · {words.period(period, view.grain)}<br>{share}<br>likely range {words.percent_range(low, high)}<br>"
        f"{'too few to say<br>' if few else ''}{lack}<i>click to read the stories</i>"
        for period, share, low, high, few, lack in zip(days_of(rows["period"]), shares, *columns, lacking, strict=True)
    ]  # fmt: skip


def lacks(rows: pd.DataFrame) -> list[str]:
    """Return what each partial period lacks as a line of a mark's words, '' for the others."""
    partial = (rows["state"] == "partial").tolist()
    said = iter([f"part of the period: {missing(row)}<br>" for row in rows[partial].to_dict("records")])
    return [next(said) if is_partial else "" for is_partial in partial]


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


def count_bars(rows: pd.DataFrame, view: View, whole: Whole, *, strong: bool) -> Json:
    """The bars of one denominator; in a comparison each source has its own, one upon the other. Restrictions of lines of their own may
    share stories, so theirs stand side by side."""
    wide = lengths(rows) * 0.72 / whole.places
    counts = rows["n"].fillna(0).tolist()
    name, key = escape(whole.name), f"*@{whole.within}" if whole.within else "*"
    aside = pd.to_timedelta(wide * (whole.place - (whole.places - 1) / 2), unit="ms")
    return {
        "type": "bar",
        "x": moments(middles(rows) + aside),
        "y": counts,
        "width": wide.tolist(),
        "marker": {"color": NEUTRAL if strong else FAINT, "line": {"width": 0}},
        "customdata": [[key, whole.source, day] for day in dates(rows["period"])],
        "hovertext": [
            f"{name}{words.period(period, view.grain)}: {words.stories(int(n))} counted"
            for period, n in zip(days_of(rows["period"]), counts, strict=True)
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showlegend": False,
    }


def add_days(plot: Plot, days: Sequence[Any], line: Json, *, at: Cell = (1, 1)) -> None:
    """Add a line from top to bottom at each day."""
    x, y = plot.axes[at]
    place = {"type": "line", "y0": 0, "y1": 1, "xref": x, "yref": f"{y} domain", "line": line}
    plot.mark({"x0": moment(day), "x1": moment(day), **place} for day in days)


def add_events(plot: Plot, events: pd.DataFrame, top: float, first: Any, last: Any, *, narrow: bool) -> int:
    """Mark dates worth knowing, given by day, with a thin line and one label each; `first` and `last` are the days of the axis, beyond
    which no label reaches. One that would touch another stands in a lower row. Returns how many pixels the labels take below the top."""
    taken: list[pd.Timestamp] = []  # how far the labels of each row reach
    add_days(plot, events["day"].tolist() if len(events) else [], {"color": NEUTRAL, "width": 1, "dash": "dot"})
    notes = []
    for event in events.to_dict("records"):
        at = pd.Timestamp(event["day"])
        text = escape(event["label"]) + ("" if narrow else f", {words.day(event['day'])}")
        room = (EVENT_ROOM_NARROW if narrow else EVENT_ROOM) * len(text) * (pd.Timestamp(last) - pd.Timestamp(first))
        right = at - room < pd.Timestamp(first)
        begin, end = (at, at + room) if right else (at - room, at)
        free = [row for row, reach in enumerate(taken) if reach <= begin]
        row = free[0] if free else len(taken) if len(taken) < EVENT_ROWS else taken.index(min(taken))
        taken[row : row + 1] = [end]
        notes.append({
            "x": moment(at), "xref": "x", "y": top, "yref": "y", "text": text, "xanchor": "left" if right else "right", "yanchor": "top",
            "xshift": 4 if right else -4, "yshift": -EVENT_ROW * row, **SMALL,
        })  # fmt: skip
    plot.annotate(notes)
    return EVENT_ROW * len(taken)


def add_seams(plot: Plot, seams: Sequence[Seam], first: Any, last: Any, *, narrow: bool) -> None:
    """Mark where what is counted changes: a dashed line, and on the axis what the stories are from there on (20).

    Seams come newest first; of several so close together that their labels would touch, the newest has one.
    """
    room = (SEAM_ROOM_NARROW if narrow else SEAM_ROOM) * (last - first)
    free = last + room
    newest = seams[:MOST_SEAMS]
    add_days(plot, [seam.day for seam in newest], {"color": NEUTRAL, "width": 1.5, "dash": "dash"})
    notes = []
    for seam in newest:
        at = pd.Timestamp(seam.day)
        after = at + room <= min(free, last)
        if not after and (free <= last or at - room < first):
            continue
        notes.append({
            "x": moment(at), "xref": "x", "y": 0, "yref": "y domain", "yanchor": "top", "xanchor": "left" if after else "right",
            "xshift": 3 if after else -3, "text": escape(seam_label(seam, after=after)), **SMALL,
        })  # fmt: skip
        free = at if after else at - room
    plot.annotate(notes)
