"""The three ways to draw a view: lines in one chart, a panel for each line, or stories shared out in a stack. Never imports streamlit."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard import words
from dashboard.charts import (
    HEIGHT,
    LABEL_GAP,
    SPACE,
    TITLE_FONT,
    WIDE_TITLE,
    add_counts,
    axis_dates,
    axis_top,
    coverage_over_time,
    label_at_end,
    laid_out,
    narrowed,
    span_of,
    spotted,
    spread,
    title_words,
    with_own_styles,
    wrapped,
)
from dashboard.counting import counted_key
from dashboard.extras import rest_names
from dashboard.gaps import add_gaps, gaps_of, periods_of
from dashboard.marks import add_events, add_line, missing
from dashboard.seams import Seam
from dashboard.theme import FAINT, HOVER_BACK, HOVER_TEXT, NEUTRAL, LineStyle, styles_for, translucent
from dashboard.view import View

PANEL_HEIGHT, PANEL_TOP = 190, 60  # pixels
REST_HUES = {"other": "#8A9099", "none": "#C3C7CD"}
PATTERNS = {"solid": "", "longdash": "/", "longdashdot": "x", "dashdot": "."}


def drawing(view: View, *, events: pd.DataFrame, seams: Sequence[Seam] = (), narrow: bool = False) -> go.Figure:
    """Draw the view in the way that it asks for; a stack that can't be is drawn as lines."""
    if view.stack:
        return stacked(view, events=events, narrow=narrow)
    if view.filters.drawing == "panels" and view.lines:
        return panels(view, events=events, seams=seams, narrow=narrow)
    return coverage_over_time(view, events=events, seams=seams, narrow=narrow)


def panels(view: View, *, events: pd.DataFrame, seams: Sequence[Seam], narrow: bool) -> go.Figure:
    """Draw a panel for each line, all on the same scale; points open their stories as in one chart."""
    columns = 1 if narrow or len(view.lines) == 1 else 2
    rows = -(-len(view.lines) // columns)
    height = max(HEIGHT, PANEL_TOP + PANEL_HEIGHT * rows)
    styles = with_own_styles(view, styles_for([line.style_no for line in view.lines]))
    figure = make_subplots(
        rows=rows, cols=columns, shared_xaxes=True, shared_yaxes=True, horizontal_spacing=0.04, vertical_spacing=32 / height,
        subplot_titles=[spotted(style, line.label) for line, style in zip(view.lines, styles, strict=True)],
    )  # fmt: skip
    for number, (line, style) in enumerate(zip(view.lines, styles, strict=True)):
        at = (number // columns + 1, number % columns + 1)
        add_line(figure, view, line, style, at=at)
        _mark_days(figure, view, [*events["day"], *(seam.day for seam in seams)], at)
        if number + columns >= len(view.lines):  # the lowest of its column
            figure.update_xaxes(showticklabels=True, row=at[0], col=at[1])
    first, last = span_of(view)
    title = panel_title(view, events)
    figure.update_annotations(font={"size": 13}, xanchor="center")
    figure.update_yaxes(range=[0, axis_top(view)], ticksuffix=_suffix(view), nticks=4, zeroline=False)
    figure.update_xaxes(range=[first, last + pd.Timedelta(days=1)], showgrid=False, zeroline=False, ticks="outside", ticklen=4,
                        tickcolor=NEUTRAL, **axis_dates((last - first).days))  # fmt: skip
    lines_of_title = wrapped(title, 46 if narrow else WIDE_TITLE)
    figure.update_layout(
        height=height, margin={"l": 8, "r": 12, "t": 56 + 17 * lines_of_title.count("<br>"), "b": 4}, dragmode=False,
        title={"text": lines_of_title, "font": TITLE_FONT, "x": 0, "xanchor": "left", "y": 1 - 16 / height, "yanchor": "top"},
        hovermode="closest", clickmode="event+select", hoverlabel={"font": {"color": HOVER_TEXT}, "bgcolor": HOVER_BACK},
    )  # fmt: skip
    return figure


def panel_title(view: View, events: pd.DataFrame) -> str:
    """Return the title of panels: they have no bars, share a scale, and have no room to name the days that are marked."""
    title = title_words(view).replace("bars: stories counted", "a panel for each line, on the same scale")
    named = [f"{event['label']} ({words.day(event['day'])})" for event in events.to_dict("records")]
    return f"{title} · marked: {words.listed(named)}" if named else title


def _mark_days(figure: go.Figure, view: View, days: Sequence[Any], at: tuple[int, int]) -> None:
    """Shade a panel's gaps and mark days; words on them would not fit."""
    rows = periods_of(view)
    for gap in gaps_of(rows[rows["state"] == "none"].to_dict("records"))[:40]:
        figure.add_vrect(
            x0=gap["start"], x1=gap["end"], fillcolor=FAINT, line_width=0, layer="below", row=at[0], col=at[1]
        )
    for day in days:
        figure.add_vline(x=pd.Timestamp(day), line={"color": NEUTRAL, "width": 1, "dash": "dot"}, row=at[0], col=at[1])


def stacked(view: View, *, events: pd.DataFrame, narrow: bool) -> go.Figure:
    """Draw stories shared out among lines (4), with what is left on top (5); a band opens the stories that are on it."""
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.86, 0.14], vertical_spacing=SPACE)
    top = stack_top(view)
    bands = bands_of(view)
    for key, name, style in bands:
        figure.add_trace(band_bars(view, key, name, style), 1, 1)
    add_counts(figure, view)
    add_gaps(figure, view, top, partial_notes=False)
    add_events(figure, events, top, *span_of(view), narrow=narrow)
    if not narrow:
        _label_bands(figure, view, bands, top)
    laid_out(figure, view, top, longest=max(len(name) for _, name, _ in bands))
    return narrowed(figure, view) if narrow else figure


def bands_of(view: View) -> list[tuple[str, str, LineStyle]]:
    """Return key, name and style of each band from below: the lines as chosen, then what is left."""
    styles = with_own_styles(view, styles_for([line.style_no for line in view.lines]))
    rest = rest_names(view.stack.kind if view.stack else "topic")
    lines = [(line.key, line.label, style) for line, style in zip(view.lines, styles, strict=True)]
    return [*lines, *((key, name, LineStyle(REST_HUES[key], "solid", "circle")) for key, name in rest.items())]


def band_rows(view: View, key: str) -> pd.DataFrame:
    """Return a band's rows in order, with `y` in percent or stories."""
    rows = view.stack.rows if view.stack else pd.DataFrame()
    rows = rows[rows["key"] == counted_key(key, view.filters.role)].sort_values("period")
    return rows.assign(y=rows["part"] if view.filters.measure == "count" else 100 * rows["share"])


def band_bars(view: View, key: str, name: str, style: LineStyle) -> go.Bar:
    """One band: hollow where the denominator is below 20 (9), dimmed where the period is partial (12)."""
    rows = band_rows(view, key)
    days = (rows["period_end"] - rows["period"]).dt.days + 1
    return go.Bar(
        x=rows["period"] + (rows["period_end"] - rows["period"]) / 2, y=rows["y"], width=days * 0.9 * 86_400_000, name=escape(name),
        marker={
            "color": [translucent(style.hue, 0.12) if few else style.hue for few in rows["few"]],
            "opacity": [0.5 if state == "partial" else 0.92 for state in rows["state"]],
            "line": {"width": [1 if few else 0 for few in rows["few"]], "color": style.hue},
            "pattern": {"shape": PATTERNS[style.dash], "fgcolor": "rgba(255,255,255,0.55)", "size": 6},
        },
        customdata=[[key, "", p.date().isoformat()] for p in rows["period"]],
        hovertext=[band_words(row, view, name) for row in rows.to_dict("records")],
        hovertemplate="%{hovertext}<extra></extra>", showlegend=False,
    )  # fmt: skip


def band_words(row: dict[Any, Any], view: View, name: str) -> str:
    """Return what a band says when pointed at."""
    lines = [f"<b>{escape(name)}</b> · {words.period(row['period'], view.grain)}", shared_out(row)]
    lines += [f"likely range {words.percent_range(row['low'], row['high'])}"]
    lines += ["too few to say"] if row["few"] else []
    lines += [f"part of the period: {missing(row)}"] if row["state"] == "partial" else []
    return "<br>".join([*lines, "<i>click to read the stories</i>"])


def shared_out(row: dict[Any, Any]) -> str:
    """Return '12 stories, shared out: 7.5 of 45 stories = 17 %'."""
    whole = words.stories(int(row["n"]))
    return f"{words.stories(int(row['k']))}, shared out: {row['part']:,.1f} of {whole} = {words.percent(row['share'])}"


def stack_top(view: View) -> float:
    """Return the upper end of the axis, a little over 100 % or over the most stories of a period."""
    if view.filters.measure == "share" or not view.stack or view.stack.rows.empty:
        return 114.0  # room for the names of events, in two rows
    return float(view.stack.rows["n"].max()) * 1.14


def _label_bands(figure: go.Figure, view: View, bands: list[tuple[str, str, LineStyle]], top: float) -> None:
    last = [rows["y"].iloc[-1] if len(rows := band_rows(view, key)) else 0.0 for key, *_ in bands]
    middles = [sum(last[:n]) + height / 2 for n, height in enumerate(last)]
    for (_, name, style), height in zip(bands, spread(middles, LABEL_GAP * top, top), strict=True):
        label_at_end(figure, style, name, height)


def _suffix(view: View) -> str:
    return "" if view.filters.measure == "count" else f"{words.NBSP}%"


def drawing_words(view: View) -> str:
    """Return how the view is drawn, for a reader who does not see it; '' for plain lines."""
    if view.stack:
        kind = "organization" if view.stack.kind == "named" else view.stack.kind
        return f"Drawn as a stack: each story is shared out among its {kind}s, so that all parts together are 100 %."
    return "Drawn as a panel for each line, on the same scale." if view.filters.drawing == "panels" else ""
