"""The parts that pages without lines share: a chart whose marks open their stories, its numbers, the opened stories beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import words
from dashboard.charts import CHART_CONFIG
from dashboard.data import ask, data_name
from dashboard.embed import embedded
from dashboard.exports import as_csv, excerpted, stories_csv
from dashboard.links import story_link
from dashboard.noted import note_chart, note_table
from dashboard.opened import Opened
from dashboard.page_state import back_here, close, held, selection_key, taken
from dashboard.panels import PAGE, evidence_of, records
from dashboard.places import Place
from dashboard.scope import Scope, scope_in_words
from dashboard.stories import cards

BY_KEYBOARD = "A chosen row opens its stories. By keyboard: arrow keys to the row, then Shift and Space."
Pick = Callable[[dict[Any, Any]], Opened]


def beside(
    place: Place, section: str, *, narrow: bool
) -> tuple[AbstractContextManager[Any], AbstractContextManager[Any] | None]:
    """Return where a section is drawn and where its opened stories go: beside it, on a phone below."""
    opened = held(place).opened
    if opened is None or opened.section != section:
        return st.container(), None
    if narrow:
        return st.container(), st.container()
    left, right = st.columns([11, 9], gap="large")
    return left, right


@contextmanager
def with_opened(place: Place, section: str, show: Callable[[Opened], None], *, narrow: bool) -> Iterator[None]:
    """Draw a section in this block; beside it `show` draws the opened number's stories, if one of this section is open."""
    here, panel = beside(place, section, narrow=narrow)
    with here:
        yield
    opened = held(place).opened
    if panel is not None and opened is not None:
        with panel:
            show(opened)


def draw(place: Place, name: str, figure: Any, *, alt: str, pick: Callable[[Any], Opened]) -> None:
    """Draw a chart whose marks open their stories."""
    note_chart(name, figure, alt)
    if embedded():
        return
    clicked = st.plotly_chart(
        figure, key=selection_key(place, f"{name}_chart"), on_select="rerun", selection_mode="points", alt=alt, config=CHART_CONFIG
    )  # fmt: skip
    points = [point["customdata"] for point in clicked.selection.points if point.get("customdata")]
    taken(place, f"{name}_chart", [pick(data) for data in points])


def numbers(
    place: Place, name: str, rows: Sequence[dict[str, Any]], table: pd.DataFrame, scope: Scope, *, pick: Pick
) -> None:
    """The same numbers as a table whose rows open their stories, and as a file (26)."""
    note_table(name, rows)
    if embedded():
        return
    with st.expander("The numbers behind the chart", icon=":material/table:", key=f"{name}_numbers"):
        st.caption(BY_KEYBOARD)
        picked = st.dataframe(table, hide_index=True, on_select="rerun", selection_mode="single-row",
                              key=selection_key(place, f"{name}_table"), height=min(38 + 35 * len(table), 420),
                              alt="The numbers behind the chart, a row for each mark")  # fmt: skip
        taken(place, f"{name}_table", [pick(dict(rows[at])) for at in picked.selection.rows if at < len(rows)])
        plain = pd.DataFrame(rows).assign(filters=scope_in_words(scope), snapshot=data_name())
        renamed = plain.rename(columns={"k": "numerator", "n": "denominator"})
        st.download_button("CSV", data=as_csv(renamed), file_name=f"{place.page}-{name}.csv", mime="text/csv", key=f"{name}_csv",
                           icon=":material/download:", type="tertiary",
                           help="Every number with its likely range, what it is of, and the filters in words.")  # fmt: skip


def opened_head(place: Place, title: str) -> None:
    """The heading over opened stories, with what closes them."""
    head, shut = st.columns([5, 1], vertical_alignment="top")
    head.header(words.plain(title), anchor=False)
    shut.button("Close", icon=":material/close:", type="tertiary", key="close_opened", on_click=close, args=(place,))


def opened_list(
    place: Place,
    opened: Opened,
    rows: pd.DataFrame,
    *,
    title: str,
    described: str,
    ways: Callable[[], None],
    marked: tuple[str, ...] | None = None,
) -> None:
    """The stories behind an opened number, exactly as many as it says, and the file of the same (26). `rows` are as story_list gives
    them, `described` says in words what was filtered, `ways` draws the ways on beside the count, `marked` are the lines whose evidence is
    marked, where these are others than the opened ones."""
    marked = opened.keys if marked is None else marked
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<span class="quiet">{words.stories(len(rows))}</span>', width="content")
        ways()
    page = st.pagination(max(1, -(-len(rows) // PAGE)), key=f"page_{title}") if len(rows) > PAGE else 1
    with st.container(height=620 if len(rows) > 2 else "content", border=False, key="opened_list"):
        if rows.empty:
            st.caption("No story.")
        else:
            show_cards(place, rows.iloc[(page - 1) * PAGE : page * PAGE], marked)
    if rows.empty:
        return
    st.download_button(
        f"Download these {words.stories(len(rows))} (CSV)", key="opened_csv", icon=":material/download:", type="tertiary",
        data=stories_csv(rows, evidence_of(excerpted(rows), marked), described=f"{title}; {described}",
                         snapshot=data_name()),
        file_name=f"stories-{'-'.join(opened.written()).replace(':', '-')}.csv", mime="text/csv",
    )  # fmt: skip


def show_cards(place: Place, stories: pd.DataFrame, keys: tuple[str, ...]) -> None:
    """Draw story cards with the evidence of these lines marked, whose way back leads to this page."""
    numbers_of = tuple(int(n) for n in stories["story_no"])
    tags, tag = records(ask("story_tags", stories=numbers_of)), keys[0] if len(keys) == 1 else ""
    st.html(
        cards(
            records(stories),
            evidence_of(stories, keys),
            tags,
            why=lambda story: story_link(story["story_id"], tag=tag, back=back_here(place)),
        )
    )
