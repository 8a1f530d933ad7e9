"""A chart as the dictionary that Plotly draws. Never imports streamlit.

Plotly's own objects look at every property when it is set and copy every list when it is read: of a drawing's time, most of it, at each
click of each reader. Here nothing is looked at; `as_figure` does, for pictures and for tests, through which every kind of drawing goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import plotly.io
from plotly.basedatatypes import BaseFigure
from plotly.subplots import make_subplots

Json = dict[str, Any]
Cell = tuple[int, int]  # row and column of a part of a chart, from 1
LAYOUTS = 64  # arrangements of parts that are kept: one for each number of panels and their titles


class Drawn(BaseFigure):  # type: ignore[misc]
    """A finished chart, which nobody changes: all sessions share it.

    It inherits because Streamlit knows a finished chart by Plotly's class; of a dictionary it would look at every property again. Only
    to_dict is of use here; whoever reads or changes a chart takes `as_figure`.
    """

    def __init__(self, made: Json) -> None:
        self._made = made

    def to_dict(self) -> Json:
        """Return the traces as `data` and the rest as `layout`; no copy."""
        made: Json = self._made
        return made


@dataclass(slots=True)
class Plot:
    """A chart while it is drawn: traces and layout in Plotly's JSON, and the names of each part's axes, ('x2', 'y2')."""

    data: list[Json] = field(default_factory=list)
    layout: Json = field(default_factory=dict)
    axes: Mapping[Cell, tuple[str, str]] = field(default_factory=dict)

    def add(self, trace: Json, at: Cell = (1, 1)) -> None:
        """Add a trace to a part."""
        x, y = self.axes[at]
        self.data.append({**trace, "xaxis": x, "yaxis": y})

    def annotate(self, notes: Iterable[Json]) -> None:
        """Write notes, which say their axes themselves."""
        self.layout["annotations"] = [*self.layout.get("annotations", ()), *notes]

    def mark(self, shapes: Iterable[Json]) -> None:
        """Add shapes, which say their axes themselves."""
        self.layout["shapes"] = [*self.layout.get("shapes", ()), *shapes]

    def lay_out(self, **changes: Any) -> None:
        """Change the layout; what is said inside of a property stays unless it is said anew."""
        self.layout = merged(self.layout, changes)

    def set_axes(self, direction: str, at: Cell | None = None, **changes: Any) -> None:
        """Change the axes 'x' or 'y' of a part, or of all parts."""
        refs = {pair[direction == "y"] for cell, pair in self.axes.items() if at in (None, cell)}
        self.lay_out(**{f"{direction}axis{ref[1:]}": changes for ref in refs})

    def finished(self) -> Drawn:
        """Return the chart for showing; it must not be drawn on any further."""
        return Drawn({"data": self.data, "layout": self.layout})


def merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> Json:
    """Return one dictionary changed by another, also inside of each other; neither is touched."""
    found = dict(one)
    for name, value in other.items():
        held = found.get(name)
        found[name] = merged(held, value) if isinstance(held, dict) and isinstance(value, dict) else value
    return found


def subplots(rows: int, columns: int, **arranged: Any) -> Plot:
    """Return an empty chart of parts in rows and columns, `arranged` as make_subplots takes it, with tuples for lists."""
    layout, axes = _arranged(plotly.io.templates.default, rows, columns, tuple(arranged.items()))
    return Plot(layout=dict(layout), axes=axes)


@lru_cache(LAYOUTS)
def _arranged(
    template: str, rows: int, columns: int, arranged: tuple[tuple[str, Any], ...]
) -> tuple[Json, Mapping[Cell, tuple[str, str]]]:
    """The layout with its template, which Plotly takes from its settings, and the names of the axes of each part."""
    figure = make_subplots(rows=rows, cols=columns, **dict(arranged))
    cells = [(row, column) for row in range(1, rows + 1) for column in range(1, columns + 1)]
    parts = {cell: figure.get_subplot(*cell) for cell in cells}
    axes = {cell: tuple(axis.plotly_name.replace("axis", "") for axis in part) for cell, part in parts.items()}
    return figure.to_dict()["layout"], axes


def as_figure(figure: go.Figure | Drawn) -> go.Figure:
    """Return a chart as Plotly's own object, every property looked at, that can be read and changed; the chart stays as it is. Raises
    ValueError for what Plotly does not know."""
    return go.Figure(figure.to_dict() if isinstance(figure, Drawn) else figure)


def moments(days: pd.Series[Any]) -> list[str]:
    """Return moments as Plotly reads them, '2024-01-15T12:00'."""
    return np.datetime_as_string(days.to_numpy("datetime64[m]"), unit="m").tolist()  # type: ignore[no-any-return]


def dates(days: pd.Series[Any]) -> list[str]:
    """Return days as '2024-01-15'."""
    return np.datetime_as_string(days.to_numpy("datetime64[D]"), unit="D").tolist()  # type: ignore[no-any-return]


def days_of(days: pd.Series[Any]) -> list[date]:
    """Return days as Python's own, which are read and written much faster than one by one from a column."""
    return days.to_numpy("datetime64[D]").tolist()


def midnights(days: pd.Series[Any]) -> list[datetime]:
    """Return days as moments of Python's own."""
    return days.to_numpy("datetime64[s]").tolist()


def moment(day: date) -> str:
    """Return one day or moment as Plotly reads it."""
    return day.isoformat()


def numbers(column: pd.Series[Any], scale: float = 1) -> list[float | None]:
    """Return a column's numbers times `scale`, None where there is none: JSON knows no NaN."""
    found = column.to_numpy("float64", na_value=np.nan) * scale
    return [None if value != value else value for value in found.tolist()]


def broken(parts: Iterable[Iterable[Any]]) -> list[Any]:
    """Return the parts in a row with a break after each, over which Plotly draws nothing."""
    return [value for part in parts for value in (*part, None)]
