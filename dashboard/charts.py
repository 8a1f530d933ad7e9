"""Rows in, a figure out: lines over time with their likely ranges and the number of stories under the axis. Never imports streamlit.

What the picture says (STATISTICS): ranges are always drawn (7); a hollow point rests on fewer than 20 stories (9); partial periods
are dotted, dimmed and say what is missing (12); a period in which nothing came is a gap with its reason, never 0 (13); lines are
straight (16); the axis starts at zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from html import escape
from textwrap import wrap
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard import words
from dashboard.describe import UNIT_WORDS
from dashboard.marks import add_events, add_line, add_seams, count_bars, missing, rows_of
from dashboard.seams import Seam
from dashboard.theme import FAINT, HOVER_BACK, HOVER_TEXT, NEUTRAL, LineStyle, styles_for
from dashboard.view import View

HEIGHT = 470
LEGEND_LINE = 20  # pixels
NARROW_LABEL = 18  # characters: of longer names only one fits a row of a phone
TITLE_FONT = {"size": 13, "weight": 400, "family": "Source Sans, sans-serif"}
LEGEND = {
    "traceorder": "normal",  # stacked bars would turn it round
    "orientation": "h",
    "x": 0,
    "y": 1.01,
    "yanchor": "bottom",
    "itemclick": False,
    "itemdoubleclick": False,
    "font": {"size": 13},
}
# A click opens stories; Plotly's own zooming would swallow it, and swallow scrolling on a phone.
# A map's outlines are served with the page: Plotly would else ask another host for them. Its wheel would swallow scrolling.
CHART_CONFIG = {
    "displaylogo": False,
    "topojsonURL": "app/static/outlines/",
    "scrollZoom": False,
    "modeBarButtonsToRemove": [
        *("select2d", "lasso2d", "zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "autoScale2d", "resetScale2d"),
    ],
}
WIDE_TITLE, NARROW_TITLE = 88, 46  # characters; a chart beside an opened number is no wider
TITLE_LINE = 17  # pixels
SPACE, SEAM_SPACE = 0.035, 0.055  # of the height: between axis and bars, where a seam's label stands
LABEL_GAP = 0.062  # of the axis: two direct labels closer than this would touch
MOST_PARTIAL_NOTES = 4  # more would be a wall of text; the hover text says it for each
MOST_GAP_NOTES, MOST_GAPS = 8, 400  # by the day, a weekly source has a gap a week: the longest are shaded, and said


def coverage_over_time(
    view: View, *, events: pd.DataFrame, seams: Sequence[Seam] = (), narrow: bool = False
) -> go.Figure:
    """Draw the view's lines; markers carry (key, source, period) as customdata, so that a click can open the stories.

    `narrow`: names stand in a legend above instead of at the lines' ends, and what is missing is left to the hover text.
    """
    space = SEAM_SPACE if seams else SPACE
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.86, 0.14], vertical_spacing=space)
    styles = styles_for([line.style_no for line in view.lines])
    top = axis_top(view)
    for line, style in zip(view.lines, with_source_styles(view, styles), strict=True):
        add_line(figure, view, line, style)
    add_counts(figure, view)
    add_gaps(figure, view, top, partial_notes=not narrow)
    add_events(figure, events, top, narrow=narrow)
    add_seams(figure, seams, *span_of(view), narrow=narrow)
    if not narrow:
        add_labels(figure, view, styles, top)
    laid_out(figure, view, top)
    return narrowed(figure, view) if narrow else figure


def with_source_styles(view: View, styles: list[LineStyle]) -> list[LineStyle]:
    """In a comparison a topic keeps its hue and each source after the first has its own dash and marker."""
    sources = [s.id for s in view.sources]
    shifted = []
    for line, style in zip(view.lines, styles, strict=True):
        step = sources.index(line.source.id) if line.source else 0
        own = (("solid", style.marker), ("longdash", "square"), ("longdashdot", "diamond"), ("dashdot", "cross"))[
            min(step, 3)
        ]
        shifted.append(LineStyle(style.hue, *own) if line.source else style)
    return shifted


def axis_top(view: View) -> float:
    """Return the upper end of the axis, in percent or stories, with room for the direct labels."""
    column = "k" if view.filters.measure == "count" else "high"
    peak = float(view.points[column].max()) if len(view.points) else float("nan")
    if pd.isna(peak) or peak <= 0:
        return 1.0
    return peak * 1.08 if view.filters.measure == "count" else min(100.0, peak * 106)


def periods_of(view: View) -> pd.DataFrame:
    """Return one row for each period over all lines: the whole n, and the state that all lines share (else 'whole')."""
    first = view.points.drop_duplicates(["source", "period"])
    grouped = first.groupby("period", as_index=False).agg(
        period_end=("period_end", "first"), n=("n", "sum"), states=("state", lambda s: tuple(sorted(set(s)))),
        reason=("reason", "first"), expected=("expected", "first"), came=("came", "first"), rhythm=("rhythm", "first"),
        ended=("ended", "first"), cut_from=("cut_from", "first"),
    )  # fmt: skip
    return grouped.assign(state=[s[0] if len(s) == 1 else "whole" for s in grouped["states"]])


def add_counts(figure: go.Figure, view: View) -> None:
    """The thin bar of n under the axis: how many stories each share rests on."""
    if not len(view.points):
        return
    names = {s.id: f"{s.name}, " for s in view.sources} | {"": ""}
    each = view.points.drop_duplicates(["source", "period"])
    for number, (source, rows) in enumerate(each.groupby("source", sort=False)):
        figure.add_trace(count_bars(rows, view, str(source), names[str(source)], strong=number % 2 == 0), 2, 1)


def add_gaps(figure: go.Figure, view: View, top: float, *, partial_notes: bool) -> None:
    """Shade what is missing and say why: gaps (13) with their reason, partial periods (12) with what came of what was due."""
    if not len(view.points):
        return
    rows = periods_of(view)
    gaps = gaps_of(rows[rows["state"] == "none"].to_dict("records"))
    partial = rows[rows["state"] == "partial"].to_dict("records")
    said = [(gap["start"], gap["end"], gap["reason"]) for gap in gaps[:MOST_GAP_NOTES]]
    if partial_notes and len(partial) <= MOST_PARTIAL_NOTES:
        said += [(row["period"], row["period_end"] + timedelta(days=1), missing(row)) for row in partial]
    if partial_notes and view.filters.compare:
        said += notes_by_source(view)
    figure.update_layout(
        shapes=[shade(gap["start"], gap["end"]) for gap in gaps[:MOST_GAPS]],
        annotations=[upwards(start, end, text, top) for start, end, text in said],
    )


def notes_by_source(view: View) -> list[tuple[Any, Any, str]]:
    """In a comparison, what one source lacks while others go on: its gaps and partial periods, named, between its first and last
    story; periods that all lack are noted once for all."""
    shared = set(periods_of(view).query("state != 'whole'")["period"])
    notes = []
    for source in view.sources:
        rows = view.points[(view.points["source"] == source.id) & ~view.points["period"].isin(shared)]
        lacking = rows[(rows["state"] != "whole") & (rows["period_end"] >= pd.Timestamp(source.first_day))]
        lacking = lacking[lacking["period"] <= pd.Timestamp(source.last_day)].drop_duplicates("period")
        for row in lacking.to_dict("records"):
            said = missing(row) if row["state"] == "partial" else str(row["reason"] or "no stories came in")
            notes.append((row["period"], row["period_end"] + timedelta(days=1), f"{source.name}: {said}"))
    return notes if len(notes) <= MOST_PARTIAL_NOTES else []


def gaps_of(rows: list[dict[Any, Any]]) -> list[dict[str, Any]]:
    """Return gaps with start, end (exclusive) and reason, the longest first: periods one after the other are one gap."""
    gaps: list[dict[str, Any]] = []
    for row in rows:
        start, end = row["period"], row["period_end"] + timedelta(days=1)
        reason = row["reason"] if isinstance(row["reason"], str) else "no stories came in"
        if gaps and (gaps[-1]["end"], gaps[-1]["reason"]) == (start, reason):
            gaps[-1]["end"] = end
        else:
            gaps.append({"start": start, "end": end, "reason": reason})
    return sorted(gaps, key=lambda gap: gap["start"] - gap["end"])


def shade(start: Any, end: Any) -> dict[str, Any]:
    """Return the shape of a gap."""
    return {"type": "rect", "x0": start, "x1": end, "xref": "x", "y0": 0, "y1": 1, "yref": "y domain", "fillcolor": FAINT,
            "line": {"width": 0}, "layer": "below"}  # fmt: skip


def upwards(start: Any, end: Any, text: str, top: float) -> dict[str, Any]:
    """Return a sentence on a period that runs upwards, so that it fits a quarter's width."""
    return {"x": start + (end - start) / 2, "y": top, "text": escape(text), "textangle": -90, "showarrow": False, "xanchor": "center",
            "yanchor": "top", "font": {"size": 11}, "opacity": 0.75, "xref": "x", "yref": "y"}  # fmt: skip


def spread(positions: list[float], gap: float, top: float) -> list[float]:
    """Move positions apart to at least `gap`, keeping their order and, as well as can be, their places; from zero to `top`
    where they fit there."""
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    placed = dict.fromkeys(order, 0.0)
    floor = 0.0
    for i in order:
        placed[i] = max(positions[i], floor)
        floor = placed[i] + gap
    ceiling = max(top, gap * (len(order) - 1))
    for i in reversed(order):
        placed[i] = min(placed[i], ceiling)
        ceiling = placed[i] - gap
    return [placed[i] for i in range(len(positions))]


def add_labels(figure: go.Figure, view: View, styles: list[LineStyle], top: float) -> None:
    """Write each line's name at its end, in the color of text, with a spot in the color of the line."""
    ends = [rows_of(view, line).dropna(subset=["y"]) for line in view.lines]
    shown = [
        (line, style, rows["y"].iloc[-1])
        for line, style, rows in zip(view.lines, styles, ends, strict=True)
        if len(rows)
    ]
    heights = spread([min(y, top) for *_, y in shown], LABEL_GAP * top, top)
    for (line, style, _), height in zip(shown, heights, strict=True):
        figure.add_annotation(
            x=1, xref="x domain", xanchor="left", y=height, yref="y", showarrow=False, align="left", xshift=6, font={"size": 13},
            text=f'<span style="color:{style.hue}">●</span> {escape(line.label)}',
        )  # fmt: skip


def span_of(view: View) -> tuple[Any, Any]:
    """Return the first and last day of the axis."""
    if not len(view.points):
        return pd.Timestamp(view.from_day), pd.Timestamp(view.to_day)
    return view.points["period"].min(), view.points["period_end"].max()


def laid_out(figure: go.Figure, view: View, top: float) -> go.Figure:
    """Set axes, margins and the title that carries unit, denominator and sources (3)."""
    longest = max((len(line.label) for line in view.lines), default=0)
    first, last = span_of(view)
    title = title_words(view)
    above = 34 + TITLE_LINE * (len(wrap(title, WIDE_TITLE)) - 1)
    figure.update_layout(
        height=HEIGHT, margin={"l": 8, "r": min(230, 28 + 7 * longest), "t": above, "b": 4}, dragmode=False, hovermode="closest",
        title={"text": wrapped(title, WIDE_TITLE), "font": TITLE_FONT, "x": 0, "xanchor": "left", "y": 0.97, "yanchor": "top"},
        bargap=0, barmode="stack", clickmode="event+select", hoverlabel={"font": {"color": HOVER_TEXT}, "bgcolor": HOVER_BACK},
    )  # fmt: skip
    figure.update_yaxes(
        range=[0, top],
        ticksuffix="" if view.filters.measure == "count" else f"{words.NBSP}%",
        nticks=6,
        zeroline=False,
        row=1,
        col=1,
    )
    figure.update_yaxes(
        nticks=2, rangemode="tozero", showgrid=False, zeroline=False, row=2, col=1, tickfont={"size": 10}
    )
    figure.update_xaxes(
        range=[first, last + pd.Timedelta(days=1)], showgrid=False, zeroline=False, ticks="outside", ticklen=4, tickcolor=NEUTRAL,
        **axis_dates((last - first).days),
    )  # fmt: skip
    return figure


def axis_dates(days: int) -> dict[str, Any]:
    """Return ticks that name a whole year, quarter or month in its middle, so that a bar stands over its name."""
    for least, every, form in ((1100, "M12", "%Y"), (270, "M3", "%b %Y"), (62, "M1", "%b %Y")):
        if days > least:
            return {"ticklabelmode": "period", "dtick": every, "tickformat": form}
    return {}


def narrowed(figure: go.Figure, view: View) -> go.Figure:
    """Give the plot the whole width: a legend above instead of direct labels, the title on two lines."""
    for trace in figure.data:
        if trace.type == "scatter" and trace.mode == "markers":
            trace.showlegend = True
    first, _, rest = title_words(view).partition(" · ")
    rest = rest.removesuffix(" · bars: stories counted")
    in_a_row = 2 if max((len(line.label) for line in view.lines), default=0) <= NARROW_LABEL else 1
    legend_rows = -(-len(view.lines) // in_a_row)
    above = 58 + LEGEND_LINE * legend_rows + TITLE_LINE * (len(wrap(rest, NARROW_TITLE)) - 1)
    figure.update_layout(
        title={"text": f"{escape(first)}<br>{wrapped(rest, NARROW_TITLE)}"},
        margin={"l": 4, "r": 10, "t": above}, showlegend=True, title_pad={"t": 4},
        legend=LEGEND,
    )  # fmt: skip
    return figure


def wrapped(text: str, width: int) -> str:
    """Return escaped text in lines of at most so many characters: Plotly would let it run out of the picture."""
    return "<br>".join(escape(line) for line in wrap(text, width))


def title_words(view: View) -> str:
    """Return what is measured, of whom, and of how many stories (3)."""
    what = "Share of stories" if view.filters.measure == "share" else "Number of stories"
    whom = words.listed([s.name for s in view.sources]) if len(view.sources) <= 3 else f"{len(view.sources)} sources"
    sampled = "".join(f", {s.name}: {s.sampled}" for s in view.sources if s.sampled)
    of = f"of {words.stories(view.total)}" + (f" {view.about}" if view.about else "")
    of += f", {UNIT_WORDS[view.filters.unit]}" if view.filters.unit != "story" else ""
    return f"{what} by {view.grain} · {whom} · {of}{sampled} · bars: stories counted"


def alt_text(view: View, sentence: str) -> str:
    """Return the figure's one-sentence takeaway for a screen reader."""
    names = words.listed([line.label for line in view.lines])
    span = f"from {words.day(view.from_day)} to {words.day(view.to_day)}"
    return f"{names} by {view.grain}, {span}. {sentence}" if names else "No line is chosen."
