"""Rows in, a figure out: the world map of shares or counts. Never imports streamlit.

What the map says (STATISTICS): shades are steps of one hue, so that they can be told apart; a country whose likely range is wide (7), or
where fewer than 20 stories are counted (9), is paler and outlined; one without stories has no shade, and still says its upper end (13).
Outlines are Natural Earth's, served with the page; countries too small to be clicked there are circles.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from dashboard import words
from dashboard.regions import fine_range, is_unsure, note
from dashboard.theme import FAINT, HUES, NEUTRAL, translucent
from dashboard.topic_charts import framed
from dashboard.topics import Row
from dashboard.view import FEW

SMALL = Path(__file__).parent / "static" / "outlines" / "small.json"
MOST_STEPS = 5
SHADES = (0.2, 0.36, 0.54, 0.74, 0.95)
PALER = 0.5
HUE = HUES[0]
NOTHING = "rgba(0,0,0,0)"
_SERIES = [mantissa * 10.0**power for power in range(-2, 7) for mantissa in (1, 2, 5)]


@cache
def small_countries() -> dict[str, tuple[float, float]]:
    """Return longitude and latitude in degrees of the countries that are circles, by their codes of three letters."""
    found: dict[str, list[float]] = json.loads(SMALL.read_text(encoding="utf-8"))
    return {code: (place[0], place[1]) for code, place in found.items()}


def steps_of(values: Sequence[float], *, least: float) -> list[float]:
    """Return the lower ends of at most five steps, 1-2-5 apart, that hold all values; the first is at most the smallest value, or lies
    so that there are no more than five."""
    top = max(values, default=least)
    ends = [end for end in _SERIES if least <= end <= max(top, least)]
    low = min(values, default=least)
    needed = [end for at, end in enumerate(ends) if at + 1 == len(ends) or ends[at + 1] > low]
    return needed[-MOST_STEPS:]


def step_words(ends: Sequence[float], at: int, *, count: bool) -> str:
    """Return what a step holds: 'under 1 %', '1–2 %', '10 % or more'; of counts '5–9'."""
    low, high = ends[at], ends[at + 1] if at + 1 < len(ends) else None
    if at == 0 and high is not None:  # the last of what is below, however small
        return f"under {high:,.0f}" if count else f"under {high:g}{words.NBSP}%"
    if count:
        return (
            f"{low:,.0f} or more"
            if high is None
            else f"{low:,.0f}–{high - 1:,.0f}"
            if high - 1 > low
            else f"{low:,.0f}"
        )
    return f"{low:g}{words.NBSP}% or more" if high is None else f"{low:g}–{high:g}{words.NBSP}%"


def world_map(rows: Sequence[Row], *, count: bool, title: str, opened: str, narrow: bool) -> go.Figure:
    """Draw countries shaded by their share, or by their number of stories; each carries its key as customdata. Where one is `opened` the
    map has half the page."""
    countries = [row for row in rows if row["kind"] == "country" and isinstance(row["alpha3"], str)]
    filled = [row for row in countries if row["k"]]
    values = {row["key"]: float(row["k"]) if count else 100 * row["share"] for row in filled}
    ends = steps_of(list(values.values()), least=1.0 if count else 0.01)
    figure = go.Figure(_land([row for row in countries if not row["k"]], NOTHING, name="", unsure=False, opened=opened))
    for at, _ in enumerate(ends):
        held = [row for row in filled if _step(values[row["key"]], ends) == at]
        name = step_words(ends, at, count=count)
        for unsure in (False, True):
            part = [row for row in held if is_unsure(row) == unsure]
            shade = translucent(HUE, SHADES[at + len(SHADES) - len(ends)] * (PALER if unsure else 1))
            figure.add_trace(_land(part, shade, name="" if unsure else name, unsure=unsure, opened=opened))
            figure.add_trace(_circles(part, shade, unsure=unsure, opened=opened))
    return _as_map(figure, title, height=230 if narrow else 360 if opened else 520, narrow=narrow)


def _step(value: float, ends: Sequence[float]) -> int:
    return max(sum(value >= end for end in ends) - 1, 0)


def _land(rows: Sequence[Row], shade: str, *, name: str, unsure: bool, opened: str) -> go.Choropleth:
    """Countries of one shade; a trace with a name has a row in the legend, even where it holds none that is sure."""
    edges = {
        "color": _edges(rows, unsure=unsure, opened=opened) or [NEUTRAL],
        "width": _widths(rows, unsure=unsure, opened=opened) or [0.4],
    }
    return go.Choropleth(
        locations=[row["alpha3"] for row in rows] or [None], z=[0] * max(len(rows), 1), colorscale=[[0, shade], [1, shade]],
        showscale=False, showlegend=bool(name), name=name,
        marker={"line": edges},
        **_said(rows),
    )  # fmt: skip


def _circles(rows: Sequence[Row], shade: str, *, unsure: bool, opened: str) -> go.Scattergeo:
    held = [row for row in rows if row["alpha3"] in small_countries()]
    places = [small_countries()[row["alpha3"]] for row in held]
    return go.Scattergeo(
        lon=[place[0] for place in places], lat=[place[1] for place in places], mode="markers", showlegend=False,
        marker={"size": 10, "color": shade, "opacity": 1,
                "line": {"color": [HUE if row["key"] != opened else HUES[1] for row in held], "width": 1.3 if unsure else 0.8}},
        **_said(held),
    )  # fmt: skip


def _edges(rows: Sequence[Row], *, unsure: bool, opened: str) -> list[str]:
    return [HUES[1] if row["key"] == opened else HUE if unsure else NEUTRAL for row in rows]


def _widths(rows: Sequence[Row], *, unsure: bool, opened: str) -> list[float]:
    return [2.0 if row["key"] == opened else 1.1 if unsure else 0.4 for row in rows]


def _said(rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "customdata": [[row["key"]] for row in rows],
        "hovertext": [map_hover(row) for row in rows],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }


def map_hover(row: Row) -> str:
    """Return what a country says when pointed at: k of n, its likely range, and whether that is too wide to rest on."""
    said = words.share(row["k"], row["n"], row["share"], weighed=False)
    noted = note(row) if row["k"] or row["n"] < FEW else ""
    lines = [
        f"<b>{escape(row['name'])}</b>",
        said,
        f"likely range {fine_range(row['low'], row['high'])}",
        *([noted] if noted else []),
    ]
    return "<br>".join([*lines, *(["<i>click to read the stories</i>"] if row["k"] else [])])


def _as_map(figure: go.Figure, title: str, *, height: int, narrow: bool) -> go.Figure:
    figure.update_geos(
        projection={"type": "robinson"}, lataxis={"range": [-56, 84]}, lonaxis={"range": [-170, 190]}, resolution=110,
        showframe=False, showcoastlines=False, showcountries=False, showland=True, landcolor=FAINT, showocean=False, showlakes=False,
        bgcolor=NOTHING,
    )  # fmt: skip
    framed(figure, title, height=height, narrow=narrow)
    legend = {
        "orientation": "h",
        "x": 0,
        "y": 0,
        "yanchor": "top",
        "itemclick": False,
        "itemdoubleclick": False,
        "font": {"size": 12},
    }
    figure.update_layout(legend={**legend, "traceorder": "normal"}, dragmode=False)
    return figure


def map_alt(rows: Sequence[Row], lead: str) -> str:
    """Return the map's takeaway for a screen reader: what leads, and how many countries have stories."""
    held = sum(bool(row["k"]) for row in rows if row["kind"] == "country")
    return f"World map. {lead} {held} {'country has' if held == 1 else 'countries have'} stories."


def leader(rows: Sequence[Row]) -> Mapping[str, Any] | None:
    """Return the country with most stories; None where there is none."""
    return next((row for row in rows if row["kind"] == "country" and row["k"]), None)
