"""A page within another page (`?embed=true`): one chart and its source line, and nothing to choose.

The page runs as ever, so that the chart is the same; what it draws is hidden, but for warnings, and its chart is drawn by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html import escape

import plotly.graph_objects as go
import streamlit as st

from dashboard import words
from dashboard.charts import CHART_CONFIG
from dashboard.links import root
from dashboard.noted import noted
from dashboard.picture import Chart
from dashboard.plot import as_figure
from dashboard.shown import link, source_line

CHART = "chart"  # the parameter that says which chart of the page is shown
# Streamlit's own parameter hides what is around the page; this hides the page itself. Warnings stay.
_HIDING = """
.st-key-behind :not(:has([data-testid="stAlert"]), [data-testid="stAlert"], [data-testid="stAlert"] *) { display: none; }
.st-key-behind { gap: 0; }
[data-testid="stHeader"] { display: none; }
[data-testid="stApp"] .block-container { padding: .4rem .8rem; }
"""


def embedded() -> bool:
    """Return whether the page is shown within another one."""
    return bool(st.context.is_embedded)


class _Enough(Exception):
    """The page has drawn all that is shown. Streamlit's own way to stop would let nothing be drawn afterwards."""


def enough() -> None:
    """End the page here where it is shown within another one: its chart and what it shows are noted."""
    if embedded():
        raise _Enough


def take_chart() -> str:
    """Return which chart the address asks for, '' for the first, and take that out of the address: the page does not know it."""
    if CHART in st.query_params:
        st.session_state["embed_chart"] = st.query_params[CHART]
        del st.query_params[CHART]
    return str(st.session_state.get("embed_chart", ""))


@contextmanager
def chart_alone() -> Iterator[None]:
    """Hide what the block draws and show, where it drew a chart, that chart with its source line."""
    st.html(f"<style>{_HIDING}</style>")
    asked, shown = take_chart(), st.container(key="embedded")
    with suppress(_Enough), st.container(key="behind"):
        yield
    with shown:
        _draw(asked)


def _draw(asked: str) -> None:
    found = noted()
    if asked:
        st.query_params[CHART] = asked  # a reload shows the same
    names = [chart.name for chart in found.charts]
    chart = next((one for one in found.charts if one.name == asked), found.charts[0] if found.charts else None)
    if asked and asked not in names:
        said = f"one of {', '.join(names)}" if names else "on this page"
        st.warning(f"The link's {CHART} {words.quoted(asked)} is not {said}.", icon=":material/link_off:")
    if chart is not None:
        st.plotly_chart(without_clicks(chart), key="embedded_chart", alt=chart.alt, config=CHART_CONFIG)
    if found.shown is not None:
        st.html(
            f'<span class="quiet">{escape(source_line(found.shown))} · '
            f'<a class="back" href="{escape(link(found.shown, root()))}" target="_blank" rel="noopener">The whole view</a></span>'
        )


def without_clicks(chart: Chart) -> go.Figure:
    """Return the chart without the promise that a click opens stories: here there is no room for them."""
    figure = as_figure(chart.figure)
    for trace in figure.data:
        if trace.hovertext is not None and not isinstance(trace.hovertext, str):
            trace.hovertext = [str(text).partition("<br><i>click")[0] for text in trace.hovertext]
    return figure
