"""Rows in, a figure out: lines over time with their likely ranges and the number of stories under the axis. Never imports streamlit.

What the picture says (STATISTICS): ranges are always drawn (7); a hollow point rests on fewer than 20 stories (9); partial periods
are dotted, dimmed and say what is missing (12); a period in which nothing came is a gap with its reason, never 0 (13); lines are
straight (16); the axis starts at zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from textwrap import wrap
from typing import Any

import pandas as pd

from dashboard import words
from dashboard.counting import sample_notes
from dashboard.describe import UNIT_WORDS, whole_words
from dashboard.extras import window_words
from dashboard.gaps import add_gaps
from dashboard.keys import parted
from dashboard.marks import Whole, add_events, add_line, add_seams, count_bars
from dashboard.plot import Drawn, Json, Plot, moment, subplots
from dashboard.seams import Seam
from dashboard.theme import HOVER_BACK, HOVER_TEXT, NEUTRAL, LineStyle, styles_for
from dashboard.tracks import track_of
from dashboard.view import View

HEIGHT = 470
SPOTS = {"circle": "●", "square": "■", "diamond": "◆", "triangle-up": "▲", "cross": "✚"}
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
# What points say opens beside them, and a click on them opens their stories.
POINTED = {"dragmode": False, "hovermode": "closest", "clickmode": "event+select",
           "hoverlabel": {"font": {"color": HOVER_TEXT}, "bgcolor": HOVER_BACK}}  # fmt: skip
WIDE_TITLE, NARROW_TITLE = 88, 46  # characters; a chart beside an opened number is no wider
TITLE_LINE = 17  # pixels
SPACE, SEAM_SPACE = 0.035, 0.055  # of the height: between axis and bars, where a seam's label stands
LABEL_GAP = 0.062  # of the axis: two direct labels closer than this would touch
SECOND_CHANNEL = (("solid", "circle"), ("longdash", "square"), ("longdashdot", "diamond"), ("dashdot", "cross"))


def coverage_over_time(view: View, *, events: pd.DataFrame, seams: Sequence[Seam] = (), narrow: bool = False) -> Drawn:
    """Draw the view's lines; markers carry (key, source, period) as customdata, so that a click can open the stories.

    `narrow`: names stand in a legend above instead of at the lines' ends, and what is missing is left to the hover text.
    """
    plot = over_bars(SEAM_SPACE if seams else SPACE)
    styles = with_own_styles(view, styles_for([line.style_no for line in view.lines]))
    top = axis_top(view)
    for line, style in zip(view.lines, styles, strict=True):
        add_line(plot, view, line, style)
    add_counts(plot, view)
    labelled = add_events(plot, events, top, *span_of(view), narrow=narrow)
    add_gaps(plot, view, top, partial_notes=not narrow, below=labelled)
    add_seams(plot, seams, *span_of(view), narrow=narrow)
    if not narrow:
        add_labels(plot, view, styles, top)
    laid_out(plot, view, top)
    if narrow:
        make_narrow(plot, view)
    return plot.finished()


def over_bars(space: float) -> Plot:
    """Return an empty chart with room for the bars of n below it, `space` of the height apart."""
    return subplots(2, 1, shared_xaxes=True, row_heights=(0.86, 0.14), vertical_spacing=space)


def with_own_styles(view: View, styles: list[LineStyle]) -> list[LineStyle]:
    """In a comparison a topic keeps its hue, and each source or restriction after the first has its own dash and marker; a line of the
    reader's own that would look like another takes the first free dash."""
    sources = [s.id for s in view.sources]
    shifted: list[LineStyle] = []
    for line, style in zip(view.lines, styles, strict=True):
        within = parted(line.key)[1]
        step = sources.index(line.source.id) if line.source else 0
        step += view.filters.within.index(within) if within else 0
        own = LineStyle(style.hue, *SECOND_CHANNEL[min(step, 3)]) if step else style
        own = LineStyle(style.hue, "solid", style.marker) if line.source and not step else own
        if own in shifted:
            others = (LineStyle(own.hue, *channel) for channel in SECOND_CHANNEL)
            own = next((other for other in others if other not in shifted), own)
        shifted.append(own)
    return shifted


def axis_top(view: View) -> float:
    """Return the upper end of the axis, in percent or stories, with room for the direct labels."""
    column = "k" if view.filters.measure == "count" else "high"
    peak = float(view.points[column].max()) if len(view.points) else float("nan")
    if pd.isna(peak) or peak <= 0:
        return 1.0
    if view.corrected is not None and view.has_corrected:
        peak = max(peak, float(view.corrected.points["high"].max()))
    return peak * 1.08 if view.filters.measure == "count" else min(100.0, peak * 106)


def add_counts(plot: Plot, view: View) -> None:
    """The thin bar of n under the axis: how many stories each share rests on."""
    if not len(view.points):
        return
    names = {s.id: f"{s.name}, " for s in view.sources} | {"": ""}
    abouts = {parted(line.key)[1]: f"{line.about}, " if line.about else "" for line in view.lines}
    each = view.points.drop_duplicates(["source", "within", "period"])
    places = list(dict.fromkeys(each["within"]))
    for number, ((source, within), rows) in enumerate(each.groupby(["source", "within"], sort=False)):
        name = names[str(source)] + abouts[str(within)]
        whole = Whole(str(source), str(within), name, places.index(within), len(places))
        plot.add(count_bars(rows, view, whole, strong=number % 2 == 0), (2, 1))


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


def add_labels(plot: Plot, view: View, styles: list[LineStyle], top: float) -> None:
    """Write each line's name at its end, in the color of text, with a spot in the color of the line."""
    ends = [last_of(track_of(view, view.points, line).y) for line in view.lines]
    shown = [(line, style, y) for line, style, y in zip(view.lines, styles, ends, strict=True) if y is not None]
    heights = spread([min(y, top) for *_, y in shown], LABEL_GAP * top, top)
    plot.annotate(
        label_at_end(style, line.label, height) for (line, style, _), height in zip(shown, heights, strict=True)
    )


def last_of(values: list[float | None]) -> float | None:
    """Return the last number; None where there is none."""
    return next((value for value in reversed(values) if value is not None), None)


def spotted(style: LineStyle, name: str) -> str:
    """Return a name in the color of text, after the mark of its points in the color of the line."""
    return f'<span style="color:{style.hue}">{SPOTS.get(style.marker, "●")}</span> {escape(name)}'


def label_at_end(style: LineStyle, name: str, height: float) -> Json:
    """Return a name at the right end of the axis."""
    return {"x": 1, "xref": "x domain", "xanchor": "left", "y": height, "yref": "y", "showarrow": False, "align": "left", "xshift": 6,
            "font": {"size": 13}, "text": spotted(style, name)}  # fmt: skip


def span_of(view: View) -> tuple[Any, Any]:
    """Return the first and last day of the axis."""
    if not len(view.points):
        return pd.Timestamp(view.from_day), pd.Timestamp(view.to_day)
    return view.points["period"].min(), view.points["period_end"].max()


def laid_out(plot: Plot, view: View, top: float, *, longest: int = 0) -> None:
    """Set axes, margins and the title that carries unit, denominator and sources (3); `longest`: letters of the longest label, where
    others than the lines' stand at the end."""
    longest = max(longest, max((len(line.label) for line in view.lines), default=0))
    first, last = span_of(view)
    title = title_words(view)
    above = 34 + TITLE_LINE * (len(wrap(title, WIDE_TITLE)) - 1)
    plot.lay_out(
        height=HEIGHT, margin={"l": 8, "r": min(230, 28 + 7 * longest), "t": above, "b": 4}, bargap=0, barmode="stack", **POINTED,
        title={"text": wrapped(title, WIDE_TITLE), "font": TITLE_FONT, "x": 0, "xanchor": "left", "y": 0.97, "yanchor": "top"},
    )  # fmt: skip
    plot.set_axes("y", (1, 1), range=[0, top], ticksuffix=suffix(view), nticks=6, zeroline=False)
    plot.set_axes("y", (2, 1), nticks=2, rangemode="tozero", showgrid=False, zeroline=False, tickfont={"size": 10})
    plot.set_axes("x", **axis_days(first, last))


def suffix(view: View) -> str:
    """Return what follows the numbers of the axis."""
    return "" if view.filters.measure == "count" else f"{words.NBSP}%"


def axis_days(first: pd.Timestamp, last: pd.Timestamp) -> Json:
    """Return an axis from the first to the last day."""
    return {"range": [moment(first), moment(last + pd.Timedelta(days=1))], "showgrid": False, "zeroline": False, "ticks": "outside",
            "ticklen": 4, "tickcolor": NEUTRAL, **axis_dates((last - first).days)}  # fmt: skip


def axis_dates(days: int) -> dict[str, Any]:
    """Return ticks that name a whole year, quarter or month in its middle, so that a bar stands over its name."""
    for least, every, form in ((1100, "M12", "%Y"), (270, "M3", "%b %Y"), (62, "M1", "%b %Y")):
        if days > least:
            return {"ticklabelmode": "period", "dtick": every, "tickformat": form}
    return {}


def make_narrow(plot: Plot, view: View) -> None:
    """Give the plot the whole width: a legend above instead of direct labels, the title on two lines."""
    named = [trace for trace in plot.data if trace.get("name")]
    for trace in named:
        trace["showlegend"] = True
    first, _, rest = title_words(view).partition(" · ")
    rest = rest.removesuffix(" · bars: stories counted")
    in_a_row = 2 if max((len(trace["name"]) for trace in named), default=0) <= NARROW_LABEL else 1
    legend_rows = -(-len(named) // in_a_row)
    above = 58 + LEGEND_LINE * legend_rows + TITLE_LINE * (len(wrap(rest, NARROW_TITLE)) - 1)
    plot.lay_out(
        title={"text": f"{escape(first)}<br>{wrapped(rest, NARROW_TITLE)}", "pad": {"t": 4}},
        margin={"l": 4, "r": 10, "t": above}, showlegend=True, legend=LEGEND,
    )  # fmt: skip


def wrapped(text: str, width: int) -> str:
    """Return escaped text in lines of at most so many characters: Plotly would let it run out of the picture."""
    return "<br>".join(escape(line) for line in wrap(text, width))


def title_words(view: View) -> str:
    """Return what is measured, of whom, and of how many stories (3)."""
    what = "Share of stories" if view.filters.measure == "share" else "Number of stories"
    whom = words.listed([s.name for s in view.sources]) if len(view.sources) <= 3 else f"{len(view.sources)} sources"
    sampled = "".join(f", {note}" for note in sample_notes(view.sources))
    of = f"of {whole_words(view)}"
    of += f", {UNIT_WORDS[view.filters.unit]}" if view.filters.unit != "story" else ""
    beside = f" · wide: {window_words(view.grain)}" if view.has_trailing else ""
    beside += " · faint: the year before" if view.has_before else ""
    beside += " · dashed: corrected for tagging errors" if view.has_corrected else ""
    if view.stack:
        kind = "organization" if view.stack.kind == "named" else view.stack.kind
        what += f", each shared out among its {kind}s,"
    return f"{what} by {view.grain} · {whom} · {of}{sampled}{beside} · bars: stories counted"


def alt_text(view: View, sentence: str) -> str:
    """Return the figure's one-sentence takeaway for a screen reader."""
    names = words.listed([line.label for line in view.lines])
    span = f"from {words.day(view.from_day)} to {words.day(view.to_day)}"
    return f"{names} by {view.grain}, {span}. {sentence}" if names else "No line is chosen."
