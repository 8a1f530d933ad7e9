"""Plots of the benchmark as one page that needs nothing else, so that no browser is needed to write it."""

from __future__ import annotations

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
class Bars:
    """Values by name on a logarithmic axis."""

    title: str
    x: str
    values: Mapping[str, float]


def figure(plot: Plot | Bars) -> go.Figure:
    """The plot as Plotly draws it."""
    return _bars(plot) if isinstance(plot, Bars) else _lines(plot)


def _bars(plot: Bars) -> go.Figure:
    names, values = list(plot.values), list(plot.values.values())
    bars = go.Bar(
        x=values, y=names, orientation="h", marker_color=style_of(0).hue, text=[f"{value:.3g}" for value in values]
    )
    drawn = go.Figure(bars)
    drawn.update_layout(_layout(plot.title, height=120 + 34 * len(names)))
    drawn.update_xaxes(type="log", title=plot.x, dtick=1)
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
    drawn.update_xaxes(type="log", title=plot.x, dtick=1)
    costs = [y for points in plot.series.values() for _, y in points]
    narrow = bool(costs) and max(costs) < 20 * min(costs)  # so that two numbers at least stand at the axis
    return drawn.update_yaxes(type="log", title=plot.y, dtick="D2" if narrow else 1)


def _layout(title: str, *, height: int) -> dict[str, object]:
    return {
        "title": title,
        "template": "plotly_white",
        "height": height,
        "showlegend": True,
        "font_size": 14,
        "margin": {"t": 60, "l": 90},
    }


def page(plots: Sequence[Plot | Bars], *, title: str, told: Sequence[str]) -> str:
    """One HTML file with all of them; `told` says what they were measured on, a line each."""
    drawn = [
        figure(plot).to_html(full_html=False, include_plotlyjs=False, config={"displaylogo": False}) for plot in plots
    ]
    head = f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{escape(title)}</title>"
    lines = "".join(f"<p>{escape(line)}</p>" for line in told)
    body = f"<body style='max-width:60rem;margin:2rem auto;font-family:sans-serif'><h1>{escape(title)}</h1>{lines}"
    return f"{head}<script>{get_plotlyjs()}</script>{body}{''.join(drawn)}</body></html>\n"
