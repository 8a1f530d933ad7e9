"""What a page has shown so far in this run, so that one row at its end can link, cite, picture and reproduce all of it.

The parts of a page that draw charts and tables note them here; the row reads them. Each run begins anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.correction import Errors
from dashboard.picture import Chart
from dashboard.plot import Drawn
from dashboard.reproduce import Table
from dashboard.shown import Shown

MOST_ASKED = 400  # queries of one run; a page asks a few dozen


@dataclass(slots=True)
class Noted:
    """What this run has drawn and asked; `asked` holds each query once, by name and parameters."""

    charts: list[Chart] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    shown: Shown | None = None


def begin() -> None:
    """Forget what the last run drew."""
    st.session_state["noted"] = Noted()


def noted() -> Noted:
    """Return what this run has noted."""
    if "noted" not in st.session_state:
        begin()
    found: Noted = st.session_state["noted"]
    return found


def note_chart(name: str, figure: go.Figure | Drawn, alt: str, *, headline: str = "") -> None:
    """Note a chart that the page draws; `headline` where another sentence stands over it than over the page."""
    noted().charts.append(Chart(name, figure, alt, headline))


def note_table(name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note the rows of a table of numbers."""
    noted().tables.append(Table(name, rows))


def note_points(name: str, points: pd.DataFrame) -> None:
    """Note the points of lines over time, as a frame: to read thousands of them takes as long as to draw them, and few ask for the file."""
    noted().tables.append(Table(name, points=points))


def note_errors(table: str, errors: Mapping[str, Errors]) -> None:
    """Note that shares of a noted table are shown corrected for tagging errors, too: by what is known of these, by the rows' keys."""
    noted().tables = [replace(one, errors=errors) if one.name == table else one for one in noted().tables]


def note_asked(query: str, parameters: Mapping[str, Any]) -> None:
    """Note a question to the snapshot; outside of a page's run there is nothing to note it for."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return
    asked, entry = noted().asked, (query, dict(parameters))
    if len(asked) < MOST_ASKED and entry not in asked:
        asked.append(entry)
