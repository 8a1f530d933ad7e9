"""Plots of the benchmark as one page that needs nothing else, so that no browser is needed to write it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from dashboard.theme import NEUTRAL, style_of

OTHER = 9  # from one style to one of another hue, dash and marker


@dataclass(frozen=True, slots=True)
class Plot:
    """Lines of (x, y) by name with both axes logarithmic; `limit` is a y that is marked."""

    title: str
    x: str
    y: str
    series: Mapping[str, Sequence[tuple[float, float]]]
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Dots:
    """Values by name on a logarithmic axis."""

    title: str
    x: str
    values: Mapping[str, float]


def figure(plot: Plot | Dots) -> go.Figure:
    """The plot as Plotly draws it."""
    return _dots(plot) if isinstance(plot, Dots) else _lines(plot)


def _dots(plot: Dots) -> go.Figure:
    """Dots, for a bar's length says nothing on a logarithmic axis."""
    names, values = list(plot.values), list(plot.values.values())
    dots = go.Scatter(
        x=values, y=names, mode="markers+text", marker={"color": style_of(0).hue, "size": 12}, showlegend=False,
        text=[f"{value:,.4g}" if value < 1e4 else f"{value:,.0f}" for value in values], textposition="middle right",
    )  # fmt: skip
    drawn = go.Figure(dots)
    drawn.update_layout(_layout(plot.title, height=120 + 34 * len(names)))
    low, high = math.log10(min(values)), math.log10(max(values))
    drawn.update_xaxes(type="log", title=plot.x, dtick=1, range=[low - 0.2, high + 0.8])  # room for the last number
    return drawn.update_yaxes(autorange="reversed")


def _lines(plot: Plot) -> go.Figure:
    drawn = go.Figure()
    for number, (name, points) in enumerate(plot.series.items()):
        style = style_of(number * OTHER)
        drawn.add_scatter(x=[x for x, _ in points], y=[y for _, y in points], name=name, mode="lines+markers",
                          line={"color": style.hue, "dash": style.dash}, marker={"symbol": style.marker, "size": 9})  # fmt: skip
    if plot.limit is not None:
        drawn.add_hline(plot.limit, line={"color": NEUTRAL, "dash": "dot"})
    drawn.update_layout(_layout(plot.title, height=420))
    measured = sorted({x for points in plot.series.values() for x, _ in points})
    drawn.update_xaxes(type="log", title=plot.x, tickvals=measured, ticktext=[f"{x:,}" for x in measured])
    costs = [y for points in plot.series.values() for _, y in points]
    ticks = marks(min(costs), max(costs))
    return drawn.update_yaxes(type="log", title=plot.y, tickvals=ticks, ticktext=[f"{y:g}" for y in ticks])


def marks(low: float, high: float) -> list[float]:
    """Numbers for a logarithmic axis: 1, 2 and 5 times the powers of ten from below `low` to above `high`."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [float(f"{digit}e{power}") for power in powers for digit in (1, 2, 5)]


def _layout(title: str, *, height: int) -> dict[str, object]:
    return {
        "title": title,
        "template": "plotly_white",
        "height": height,
        "showlegend": True,
        "font_size": 14,
        "margin": {"t": 60, "l": 90},
    }


def page(plots: Sequence[Plot | Dots], *, title: str, told: Sequence[str]) -> str:
    """One HTML file with all of them; `told` says what they were measured on, a line each."""
    drawn = [
        figure(plot).to_html(full_html=False, include_plotlyjs=False, config={"displaylogo": False}) for plot in plots
    ]
    head = f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{escape(title)}</title>"
    lines = "".join(f"<p>{escape(line)}</p>" for line in told)
    body = f"<body style='max-width:60rem;margin:2rem auto;font-family:sans-serif'><h1>{escape(title)}</h1>{lines}"
    return f"{head}<script>{get_plotlyjs()}</script>{body}{''.join(drawn)}</body></html>\n"
