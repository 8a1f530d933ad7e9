"""What every page offers to take along: a link that remembers, a sentence to cite, a picture for slides, a file that reproduces it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.asked_lines import phrases_in, searches_of
from dashboard.controls import held
from dashboard.data import Catalog, ask_quietly, data_name, freshness, snapshot
from dashboard.embed import embedded
from dashboard.links import root, what_became
from dashboard.noted import noted
from dashboard.page_state import own_query
from dashboard.picture import Chart, composed, config
from dashboard.places import Place
from dashboard.reproduce import Table, python_file
from dashboard.retrace import Asked, steps_of
from dashboard.save_view import save_popover
from dashboard.scope import Scope, scope_in_words
from dashboard.shown import Data, Shown, frame, link, sentence
from dashboard.shown_pages import scope_shown
from dashboard.snapshot import sql

_SAVE = """
export default function (component) {
  const button = component.parentElement.querySelector("button")
  button.onclick = () => {
    const camera = document.querySelector(".st-key-picture .modebar-btn")
    if (camera) camera.click()
  }
}
"""
_save = st.components.v2.component(
    "save_picture",
    js=_SAVE,
    html='<button type="button">Download as PNG</button>',
    css="button { font: inherit; color: inherit; background: none; border: 1px solid currentColor; border-radius: 6px; "
    "padding: .3rem .9rem; cursor: pointer; }",
)


_WAITS = (
    "These numbers hold corrections that no run has applied yet, so no file could make them from the data. Run `ainews run`, or switch "
    "pending corrections off."
)


def share_place(place: Place, scope: Scope, lines: Catalog, *, headline: str, top: DeltaGenerator) -> None:
    """Draw the row of a page without lines, at its end; where a link that led here showed other numbers, say so in `top`."""
    tables = [table.rows for table in noted().tables]
    called = {
        key: lines.lines[of].name
        for key in dict.fromkeys(str(row["key"]) for rows in tables for row in rows if "key" in row)
        if (of := key.replace("named:", "organization:")) in lines.lines
    }
    own = own_query(place)
    shown = scope_shown(place.page, scope, held(), own, data(), headline=headline, tables=tables, names=called)
    if changed := what_became(shown, held(), own):
        top.info(changed, icon=":material/history:")
    share_row(shown, stem=place.page, described=scope_in_words(scope))


def data() -> Data:
    """Return which data the page shows."""
    return Data(data_name(), freshness().clock)


def share_row(shown: Shown, *, stem: str, described: str) -> None:
    """Draw the row; in a page within another one only note what is shown. `stem` begins the names of files, `described` are the
    filters in words."""
    noted().shown = shown
    if embedded():
        return
    with st.container(horizontal=True, vertical_alignment="center", key="share"):
        share_buttons(shown, stem=stem, described=described)


def share_buttons(shown: Shown, *, stem: str, described: str) -> None:
    """Draw link, picture and file, into a row that is there."""
    noted().shown = shown
    link_popover(shown)
    save_popover(shown)
    charts = list(noted().charts)
    if charts and st.button("Picture", icon=":material/image:", type="tertiary", key="open_picture",
                            help="For slides: 1600 by 900, with title, denominator, likely range, sources and date in it."):  # fmt: skip
        _picture(charts, shown, stem)
    tables, asked = tuple(noted().tables), tuple(noted().asked)
    if tables:
        where, waits = root(), data_name() != snapshot().name
        st.download_button(
            "Reproduce this", data=lambda: reproduced(tables, asked, shown, where, described), file_name=f"{stem}.py",
            mime="text/x-python", key="reproduce", icon=":material/code:", type="tertiary", on_click="ignore",
            disabled=waits,
            help=_WAITS if waits else "A Python file that makes these numbers again from the data, with DuckDB and nothing else.",
        )  # fmt: skip


def link_popover(shown: Shown) -> None:
    """The link that remembers, a sentence to cite, and what shows the chart on another page."""
    with st.popover("Link", icon=":material/link:", type="tertiary", key="link"):
        st.caption("This view, with its days fixed and what it shows now. Opened later it says what has changed.")
        st.code(link(shown, root()), language=None, wrap_lines=True)
        if shown.headline:
            st.caption("As a sentence with its citation.")
            st.code(sentence(shown, root()), language=None, wrap_lines=True)
        if noted().charts:
            st.caption("The chart on another page.")
            st.code(frame(shown, root()), language=None, wrap_lines=True)


def reproduced(tables: Sequence[Table], asked: Sequence[Asked], shown: Shown, where: str, described: str) -> bytes:
    """Return the Python file that makes these tables again."""
    steps = steps_of(tables, asked, ask_quietly, sql)
    phrases = dict.fromkeys(key for step in steps for key in phrases_in(step.question.parameters))
    return python_file(
        steps, page=shown.page or "coverage", link=link(shown, where), described=described, snapshot=snapshot().name,
        ratio=sql("audit_ratio"), errors={table.name: table.errors for table in tables}, phrases=searches_of(ask_quietly, phrases),
    )  # fmt: skip


@st.dialog("Picture", width="large")
def _picture(charts: Sequence[Chart], shown: Shown, stem: str) -> None:
    names = [chart.name for chart in charts]
    name = names[0]
    with st.container(horizontal=True, vertical_alignment="center"):
        if len(names) > 1:
            name = st.segmented_control("Chart", names, default=name, key="picture_chart", required=True, width="content",
                                        format_func=str.capitalize, label_visibility="collapsed") or name  # fmt: skip
        _save(key="save_picture", width="content")
        st.caption("1,600 by 900 pixels, light in every theme.", width="content")
    chart = next(one for one in charts if one.name == name)
    title = chart.headline or (shown.headline if chart is charts[0] else chart.alt)
    figure = composed(chart, shown, title=title)
    with st.container(key="picture"):
        st.plotly_chart(
            figure, key=f"picture_{name}", theme=None, width="content", config=config(f"{stem}-{name}"), alt=chart.alt
        )
