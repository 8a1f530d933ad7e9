"""The three ways to draw a view: lines in one chart, a panel for each line, or stories shared out in a stack. Never imports streamlit."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import pandas as pd

from dashboard import words
from dashboard.charts import (
    HEIGHT,
    LABEL_GAP,
    POINTED,
    SPACE,
    TITLE_FONT,
    WIDE_TITLE,
    add_counts,
    axis_days,
    axis_top,
    coverage_over_time,
    label_at_end,
    laid_out,
    make_narrow,
    over_bars,
    span_of,
    spotted,
    spread,
    suffix,
    title_words,
    with_own_styles,
    wrapped,
)
from dashboard.counting import counted_key
from dashboard.extras import rest_names
from dashboard.gaps import add_gaps, gaps_of, periods_of, shade
from dashboard.marks import add_days, add_events, add_line, pointed_at
from dashboard.plot import Drawn, Json, dates, moments, numbers, subplots
from dashboard.seams import Seam
from dashboard.theme import NEUTRAL, LineStyle, styles_for, translucent
from dashboard.tracks import lengths, middles
from dashboard.view import View

MOST_PANEL_GAPS = 40
PANEL_HEIGHT, PANEL_TOP = 190, 60  # pixels
REST_HUES = {"other": "#8A9099", "none": "#C3C7CD"}
PATTERNS = {"solid": "", "longdash": "/", "longdashdot": "x", "dashdot": "."}


def drawing(view: View, *, events: pd.DataFrame, seams: Sequence[Seam] = (), narrow: bool = False) -> Drawn:
    """Draw the view in the way that it asks for; a stack that can't be is drawn as lines."""
    if view.stack:
        return stacked(view, events=events, narrow=narrow)
    if view.filters.drawing == "panels" and view.lines:
        return panels(view, events=events, seams=seams, narrow=narrow)
    return coverage_over_time(view, events=events, seams=seams, narrow=narrow)


def panels(view: View, *, events: pd.DataFrame, seams: Sequence[Seam], narrow: bool) -> Drawn:
    """Draw a panel for each line, all on the same scale; points open their stories as in one chart."""
    columns = 1 if narrow or len(view.lines) == 1 else 2
    rows = -(-len(view.lines) // columns)
    height = max(HEIGHT, PANEL_TOP + PANEL_HEIGHT * rows)
    styles = with_own_styles(view, styles_for([line.style_no for line in view.lines]))
    titles = tuple(spotted(style, line.label) for line, style in zip(view.lines, styles, strict=True))
    plot = subplots(rows, columns, shared_xaxes=True, shared_yaxes=True, horizontal_spacing=0.04, vertical_spacing=32 / height,
                    subplot_titles=titles)  # fmt: skip
    plot.layout["annotations"] = [note | {"font": {"size": 13}} for note in plot.layout["annotations"]]
    days, gaps = [*events["day"], *(seam.day for seam in seams)], gaps_of(periods_of(view))[:MOST_PANEL_GAPS]
    for number, (line, style) in enumerate(zip(view.lines, styles, strict=True)):
        at = (number // columns + 1, number % columns + 1)
        add_line(plot, view, line, style, at=at)
        plot.mark(shade(gap, plot.axes[at]) for gap in gaps)  # words on them would not fit
        add_days(plot, days, {"color": NEUTRAL, "width": 1, "dash": "dot"}, at=at)
        if number + columns >= len(view.lines):  # the lowest of its column
            plot.set_axes("x", at, showticklabels=True)
    plot.set_axes("y", range=[0, axis_top(view)], ticksuffix=suffix(view), nticks=4, zeroline=False)
    plot.set_axes("x", **axis_days(*span_of(view)))
    lines_of_title = wrapped(panel_title(view, events), 46 if narrow else WIDE_TITLE)
    plot.lay_out(
        height=height, margin={"l": 8, "r": 12, "t": 56 + 17 * lines_of_title.count("<br>"), "b": 4}, **POINTED,
        title={"text": lines_of_title, "font": TITLE_FONT, "x": 0, "xanchor": "left", "y": 1 - 16 / height, "yanchor": "top"},
    )  # fmt: skip
    return plot.finished()


def panel_title(view: View, events: pd.DataFrame) -> str:
    """Return the title of panels: they have no bars, share a scale, and have no room to name the days that are marked."""
    title = title_words(view).replace("bars: stories counted", "a panel for each line, on the same scale")
    named = [f"{event['label']} ({words.day(event['day'])})" for event in events.to_dict("records")]
    return f"{title} · marked: {words.listed(named)}" if named else title


def stacked(view: View, *, events: pd.DataFrame, narrow: bool) -> Drawn:
    """Draw stories shared out among lines (4), with what is left on top (5); a band opens the stories that are on it."""
    plot = over_bars(SPACE)
    top = stack_top(view)
    bands = bands_of(view)
    for key, name, style in bands:
        plot.add(band_bars(view, key, name, style))
    add_counts(plot, view)
    labelled = add_events(plot, events, top, *span_of(view), narrow=narrow)
    add_gaps(plot, view, top, partial_notes=False, below=labelled)
    if not narrow:
        plot.annotate(_band_labels(view, bands, top))
    laid_out(plot, view, top, longest=max(len(name) for _, name, _ in bands))
    if narrow:
        make_narrow(plot, view)
    return plot.finished()


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


def band_bars(view: View, key: str, name: str, style: LineStyle) -> Json:
    """One band: hollow where the denominator is below 20 (9), dimmed where the period is partial (12)."""
    rows = band_rows(view, key)
    hollow = rows["few"].tolist()
    return {
        "type": "bar", "x": moments(middles(rows)), "y": numbers(rows["y"]), "width": (lengths(rows) * 0.9).tolist(), "name": escape(name),
        "marker": {
            "color": [translucent(style.hue, 0.12) if few else style.hue for few in hollow],
            "opacity": [0.5 if state == "partial" else 0.92 for state in rows["state"].tolist()],
            "line": {"width": [1 if few else 0 for few in hollow], "color": style.hue},
            "pattern": {"shape": PATTERNS[style.dash], "fgcolor": "rgba(255,255,255,0.55)", "size": 6},
        },
        "customdata": [[key, "", day] for day in dates(rows["period"])],
        "hovertext": pointed_at(rows, view, name, shared_out(rows)),
        "hovertemplate": "%{hovertext}<extra></extra>", "showlegend": False,
    }  # fmt: skip


def shared_out(rows: pd.DataFrame) -> list[str]:
    """Return for each row '12 stories, shared out: 7.5 of 45 stories = 17 %'."""
    return [
        f"{words.stories(int(k))}, shared out: {part:,.1f} of {words.stories(int(n))} = {words.percent(share)}"
        for k, part, n, share in zip(*(rows[name].tolist() for name in ("k", "part", "n", "share")), strict=True)
    ]


def stack_top(view: View) -> float:
    """Return the upper end of the axis, a little over 100 % or over the most stories of a period."""
    if view.filters.measure == "share" or not view.stack or view.stack.rows.empty:
        return 114.0  # room for the names of events, in two rows
    return float(view.stack.rows["n"].max()) * 1.14


def _band_labels(view: View, bands: list[tuple[str, str, LineStyle]], top: float) -> list[Json]:
    last = [rows["y"].iloc[-1] if len(rows := band_rows(view, key)) else 0.0 for key, *_ in bands]
    middles = [sum(last[:n]) + height / 2 for n, height in enumerate(last)]
    heights = spread(middles, LABEL_GAP * top, top)
    return [label_at_end(style, name, height) for (_, name, style), height in zip(bands, heights, strict=True)]


def drawing_words(view: View) -> str:
    """Return how the view is drawn, for a reader who does not see it; '' for plain lines."""
    if view.stack:
        kind = "organization" if view.stack.kind == "named" else view.stack.kind
        return f"Drawn as a stack: each story is shared out among its {kind}s, so that all parts together are 100 %."
    return "Drawn as a panel for each line, on the same scale." if view.filters.drawing == "panels" else ""
