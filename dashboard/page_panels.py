"""The parts that pages without lines share: what is counted, a chart whose marks open their stories, its numbers, the opened stories."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import words
from dashboard.charts import CHART_CONFIG
from dashboard.controls import reset_options
from dashboard.data import ask, ask_quietly, data_name, made_later
from dashboard.describe import NO_LONG_RUNNING, NO_STORY
from dashboard.embed import embedded
from dashboard.exports import as_csv, excerpted, stories_csv
from dashboard.filters import LONG_RUNNING
from dashboard.links import story_link
from dashboard.noted import note_chart, note_table
from dashboard.opened import Opened
from dashboard.page_state import back_here, close, held, selection_key, taken
from dashboard.panels import PAGE, evidence_of, records
from dashboard.places import Place
from dashboard.scope import Scope, scope_in_words, scope_words
from dashboard.stories import cards
from dashboard.topics import Row, from_chance, pairs_table
from dashboard.view import Line

BY_KEYBOARD = "A chosen row opens its stories. By keyboard: arrow keys to the row, then Shift and Space."
NEWEST = 6  # stories on the page of one topic, organization or place
MOST_READ = 10_000  # stories that the words of a topic or an organization are looked for in, the newest ones
Pick = Callable[[dict[Any, Any]], Opened]
Marks = tuple[str, ...] | Callable[[pd.DataFrame], tuple[str, ...]]  # lines, or what gives them for some stories


def none_passes() -> None:
    """Why a page is empty, and what loosens it."""
    st.info(NO_STORY)
    st.button("Reset options", key="reset_empty", on_click=reset_options, icon=":material/restart_alt:")


def denominator(scope: Scope, *, of_these: str = "", then: str = "") -> None:
    """Of which stories the page's shares are (3); `of_these` says which of them alone, `then` what else a reader must know."""
    st.html(f'<span class="quiet">Shares are {escape(scope_words(scope))}{escape(of_these)}. {escape(then)}</span>')
    if scope.no_long_running and scope.filters.sources == (LONG_RUNNING,):
        st.caption(NO_LONG_RUNNING)


@contextmanager
def with_opened(place: Place, section: str, show: Callable[[Opened], None], *, narrow: bool) -> Iterator[None]:
    """Draw a section in this block; `show` draws the stories of the opened number, if one of this section is open: beside it, on a
    narrow screen below."""
    opened = held(place).opened
    if opened is None or opened.section != section:
        with st.container():
            yield
        return
    here, panel = (st.container(), st.container()) if narrow else st.columns([11, 9], gap="large")
    with here:
        yield
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


def matrix(
    place: Place,
    section: str,
    cells: Sequence[Row],
    figure: Any,
    lines: Mapping[str, Line],
    scope: Scope,
    *,
    alt: str,
    called: Mapping[str, str] | None = None,
) -> None:
    """A matrix of lines that meet, how to read it, and its numbers, those farthest above chance first (23); `called` are other names
    of the table's columns."""
    draw(place, section, figure, alt=alt, pick=lambda data: Opened(section, tuple(data[:2])))
    st.html('<span class="quiet">Blue: more stories on both than by chance. Orange: fewer. Grey: no clear difference. '
            "Hatched: fewer than 5 expected, too few to say. Empty: no story.</span>")  # fmt: skip
    far = [dict(row) for row in sorted(cells, key=from_chance)]
    numbers(place, section, far, pairs_table(far, lines).rename(columns=dict(called or {})), scope,
            pick=lambda row: Opened(section, (row["key_a"], row["key_b"])))  # fmt: skip


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
        st.download_button("CSV", data=made_later(lambda: numbers_csv(rows, scope)), file_name=f"{place.page}-{name}.csv", mime="text/csv",
                           key=f"{name}_csv", icon=":material/download:", type="tertiary", on_click="ignore",
                           help="Every number with its likely range, what it is of, and the filters in words.")  # fmt: skip


def numbers_csv(rows: Sequence[Mapping[str, Any]], scope: Scope) -> bytes:
    """Return a table of numbers as CSV, with the filters in words and the name of the data."""
    plain = pd.DataFrame(rows).assign(filters=scope_in_words(scope), snapshot=data_name())
    return as_csv(plain.rename(columns={"k": "numerator", "n": "denominator"}))


def of_newest(stories: int) -> str:
    """Return ', of the newest 10,000 of them' where stories are more than are read for their words."""
    return f", of the newest {words.count(MOST_READ)} of them" if stories > MOST_READ else ""


def opened_head(place: Place, title: str) -> None:
    """The heading over opened stories, with what closes them."""
    head, shut = st.columns([5, 1], vertical_alignment="top")
    head.header(words.plain(title), anchor=False)
    shut.button("Close", icon=":material/close:", type="tertiary", key="close_opened", on_click=close, args=(place,))


@dataclass(frozen=True, slots=True)
class Paged:
    """Stories that are read a page at a time: how many in all, and what reads so many of them behind so many."""

    total: int
    read: Callable[[int, int], pd.DataFrame]


def paged(query: str, **parameters: Any) -> Paged:
    """Return the stories of a query that takes `at_most` and `skip` and says in each row the `total`."""
    first = ask_quietly(query, **parameters, at_most=PAGE, skip=0)
    return Paged(
        int(first["total"].iloc[0]) if len(first) else 0,
        lambda at_most, skip: ask_quietly(query, **parameters, at_most=at_most, skip=skip),
    )


def _at_hand(rows: pd.DataFrame) -> Paged:
    return Paged(len(rows), lambda at_most, skip: rows.iloc[skip : skip + at_most])


def opened_list(
    place: Place,
    opened: Opened,
    rows: pd.DataFrame | Paged,
    *,
    title: str,
    described: str,
    ways: Callable[[], None],
    marked: Marks | None = None,
) -> None:
    """The stories behind an opened number, exactly as many as it says, and the file of the same (26), made when it is asked for. `rows` are
    as story_list gives them, `described` says in words what was filtered, `ways` draws the ways on beside the count, `marked` are the lines
    whose evidence is marked, where these are others than the opened ones."""
    keys_of = marked if callable(marked) else lambda stories: opened.keys if marked is None else marked
    listed = rows if isinstance(rows, Paged) else _at_hand(rows)
    total = listed.total
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<span class="quiet">{words.stories(total)}</span>', width="content")
        ways()
    page = st.pagination(-(-total // PAGE), key=f"page_{title}") if total > PAGE else 1
    with st.container(height=620 if total > 2 else "content", border=False, key="opened_list"):
        if total:
            shown = listed.read(PAGE, (page - 1) * PAGE)
            show_cards(place, shown, keys_of(shown))
        else:
            st.caption("No story.")
    if not total:
        return

    def csv() -> bytes:
        every = listed.read(total, 0)
        cut = excerpted(every)
        return stories_csv(
            every, evidence_of(cut, keys_of(cut)), described=f"{title}; {described}", snapshot=data_name()
        )

    st.download_button(
        f"Download these {words.stories(total)} (CSV)", key="opened_csv", icon=":material/download:", type="tertiary",
        data=made_later(csv), mime="text/csv", file_name=f"stories-{'-'.join(opened.written()).replace(':', '-')}.csv", on_click="ignore",
    )  # fmt: skip


def newest_cards(place: Place, stories: pd.DataFrame, keys: tuple[str, ...]) -> None:
    """The newest stories of what a page tells of alone, in two columns."""
    st.header("Newest stories", anchor=False)
    halves = [stories.iloc[: NEWEST // 2], stories.iloc[NEWEST // 2 :]]
    for column, part in zip(st.columns(2, gap="large"), halves, strict=True):
        with column:
            if len(part):
                show_cards(place, part, keys)


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
