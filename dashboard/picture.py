"""A chart as a picture for slides: title, denominator, likely range, sources and date stand inside the figure. Never imports streamlit.

It is laid out at 1200 by 675 pixels and drawn larger by a third, so that the PNG has 1600 by 900 and its words can be read from
afar. A picture has no theme: it is light, whatever the page is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go

from dashboard.charts import CHART_CONFIG
from dashboard.plot import Drawn, as_figure
from dashboard.shown import Shown, one_line, source_line
from dashboard.theme import LIGHT_BACKGROUND

WIDTH, HEIGHT, SCALE = 1200, 675, 4 / 3  # pixels; the PNG has 1600 by 900
TEXT, GRID = "#1D2129", "rgba(128,132,140,0.22)"
# Families that are on every system: a PNG is drawn without the fonts of the page, and words that are wider than they were measured run
# out of the picture.
SERIF, SANS = "Georgia, Liberation Serif, Times New Roman, serif", "Arial, Liberation Sans, Helvetica, sans-serif"
TITLE_SIZE, TITLE_LINE, TITLE_CHARACTERS, TITLE_LINES = 23, 30, 100, 3
MEASURED_SIZE, MEASURED_LINE, MEASURED_CHARACTERS = 16, 31, 150
FOOT_SIZE, FOOT_LINE, FOOT_CHARACTERS = 13, 18, 185
EDGE, FOOT = 30, 56
LARGER = 1.14  # than on the page: what is labelled in the chart itself
RANGE = "Shaded, or a thin line: likely range"
RANGE_OF_MAP = "Paler and outlined: the likely range is wide"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as it was drawn, with its takeaway, and the sentence that stands over it where that is not the page's."""

    name: str
    figure: go.Figure | Drawn
    alt: str
    headline: str = ""


def config(name: str) -> dict[str, Any]:
    """Return the chart's settings, by which its camera makes a PNG of 1600 by 900."""
    image = {"format": "png", "filename": name, "width": WIDTH, "height": HEIGHT, "scale": SCALE}
    return {
        "displaylogo": False,
        "topojsonURL": CHART_CONFIG["topojsonURL"],
        "displayModeBar": True,
        "toImageButtonOptions": image,
        "modeBarButtons": [["toImage"]],
    }


def composed(chart: Chart, shown: Shown, *, title: str) -> go.Figure:
    """Return the chart laid out as a picture: `title` on top, below it what is measured of how many stories, at the foot the likely
    range, sources, days and which data."""
    figure = as_figure(chart.figure)
    said, measured = (
        _lines(one_line(title), TITLE_CHARACTERS, TITLE_LINES),
        _lines(_title(figure), MEASURED_CHARACTERS, 2),
    )
    foot = _lines(f"{_range(figure)} · {source_line(shown)}", FOOT_CHARACTERS, 2)
    left = _left(figure)
    right, below = EDGE + (figure.layout.margin.r or 8) * LARGER, FOOT + FOOT_LINE * len(foot)
    above = EDGE + 22 + TITLE_LINE * len(said) + MEASURED_LINE * len(measured)
    figure.update_layout(
        width=WIDTH, height=HEIGHT, template="none", paper_bgcolor=LIGHT_BACKGROUND, plot_bgcolor=LIGHT_BACKGROUND,
        font={"family": SANS, "color": TEXT, "size": 15}, margin={"l": left, "r": right, "t": above, "b": below},
        title=_heading(said, measured), modebar={"bgcolor": "rgba(0,0,0,0)", "color": TEXT, "activecolor": TEXT},
    )  # fmt: skip
    figure.update_xaxes(gridcolor=GRID, automargin=False, tickfont={"color": TEXT, "size": 14})
    figure.update_yaxes(gridcolor=GRID, automargin=False, tickfont={"color": TEXT})
    figure.for_each_annotation(_enlarged)
    for number, line in enumerate(foot):
        figure.add_annotation(
            x=0, xref="paper", y=0, yref="paper", xanchor="left", yanchor="top", xshift=EDGE - left, showarrow=False,
            yshift=EDGE / 2 + FOOT_LINE * (len(foot) - number) - below, text=escape(line), font={"size": FOOT_SIZE, "color": TEXT},
        )  # fmt: skip
    return figure


def _range(figure: go.Figure) -> str:
    return RANGE_OF_MAP if any(trace.type == "choropleth" for trace in figure.data) else RANGE


def _heading(said: list[str], measured: list[str]) -> dict[str, Any]:
    """Return the title and, in smaller letters below it, what is measured."""
    small = f'<span style="font-size:{MEASURED_SIZE}px;font-family:{SANS};font-weight:400">'
    lines = [*(escape(line) for line in said), *(f"{small}{line}</span>" for line in measured)]
    return {
        "text": "<br>".join(lines), "font": {"size": TITLE_SIZE, "family": SERIF, "color": TEXT, "weight": 600}, "x": 0,
        "xref": "container", "xanchor": "left", "y": 1, "yref": "container", "yanchor": "top", "pad": {"l": EDGE, "t": EDGE + 8},
    }  # fmt: skip


def _left(figure: go.Figure) -> float:
    """Return the room that the names on the vertical axis need: with a margin that grows by itself the foot would not stand still."""
    names = [str(name) for axis in figure.select_yaxes() for name in axis.ticktext or ()]
    names += [name for trace in figure.data for name in _names_down(trace) if isinstance(name, str)]
    longest = max((len(name) for name in names), default=5)
    return EDGE + min(330.0, 14 + 8.1 * longest)


def _names_down(trace: Any) -> Sequence[Any]:
    """Return what a trace has on the vertical axis; a map has none."""
    held = getattr(trace, "y", None)
    return () if held is None else held


def _enlarged(annotation: Any) -> None:
    annotation.font = {"size": (annotation.font.size or 12) * LARGER, "color": TEXT}


def _title(figure: go.Figure) -> str:
    """Return the title of the chart on the page, which says unit, sources and denominator; it is escaped already."""
    return str(figure.layout.title.text or "").replace("<br>", " ")


def _lines(text: str, width: int, most: int) -> list[str]:
    lines = wrap(text, width)
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1][: width - 1]}…"]
