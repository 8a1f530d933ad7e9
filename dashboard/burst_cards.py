"""The section "Emerging and fading" of the page Topics, as Streamlit draws it: cards with their newest stories, all of them opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from html import escape
from typing import Any

import duckdb
import streamlit as st

from dashboard import words
from dashboard.bursts import (
    MOST_CARDS,
    Window,
    before_words,
    card,
    find_window,
    headline,
    name_of,
    recent_words,
    span_words,
    stories_of,
    table,
    told,
)
from dashboard.data import Catalog, ask
from dashboard.opened import Opened
from dashboard.page_panels import numbers, opened_head, opened_list
from dashboard.page_state import held, open_number
from dashboard.panels import records
from dashboard.places import TOPICS
from dashboard.scope import Scope, of_whom, scope_in_words

SECTION = "bursts"


def bursts_section(scope: Scope, lines: Catalog, clock: datetime, *, narrow: bool) -> None:
    """Draw the section: one sentence, a card for each clear change, a table of all."""
    with st.container(key=SECTION):
        window, why = find_window(ask, scope, clock)
        if window is None:
            st.info(f"{why} Choose shorter periods, more days or more sources.")
            return
        try:
            rows = records(ask("bursts", **window.parameters(scope)))
        except duckdb.CatalogException:
            st.info("This data was made before changes were looked for. `ainews run` brings it up to date.")
            return
        looked_at = int(rows[0]["looked_at"]) if rows else 0
        found = [row for row in rows if isinstance(row["key"], str)]
        st.html(f'<p class="lead">{escape(headline(found, lines.lines, window, looked_at))}</p>')
        st.html(f'<span class="quiet">{escape(_what_is_compared(scope, window))}</span>')
        _cards(found, lines, window, scope, columns=1 if narrow else 3)


def _what_is_compared(scope: Scope, window: Window) -> str:
    compared = tuple(s for s in scope.sources if s.id in window.sources)
    left_out = [s.name for s in scope.sources if s not in compared]
    text = f"{span_words(window)}, {of_whom(compared)}, each source against itself."
    if len(compared) == 1:
        text += f" All of it rests on one source, {compared[0].name}."
    if left_out:
        text += f" Without {words.listed([*left_out[:3], *(['others'] if left_out[3:] else [])])}: not whole in enough of these periods."
    return text


def _cards(rows: list[dict[str, Any]], lines: Catalog, window: Window, scope: Scope, *, columns: int) -> None:
    names = {s.id: s.name for s in scope.sources}
    groups = [(title, told(rows, rising=rising)) for title, rising in (("Emerging", True), ("Fading", False))]
    shown = [row for _, group in groups for row in group[:MOST_CARDS]]
    newest = tuple(sorted({int(no) for row in shown for no in row["newest"]}))
    stories = {row["story_no"]: row for row in records(ask("burst_newest", stories=newest))}
    for title, group in groups:
        if not group:
            if rows:
                st.caption(f"{title}: nothing that is clear.")
            continue
        st.subheader(title, anchor=False)
        for first in range(0, min(len(group), MOST_CARDS), columns):
            in_a_row = group[first : min(first + columns, MOST_CARDS)]
            for column, row in zip(st.columns(columns, gap="medium"), in_a_row, strict=False):
                with column, st.container(border=True):
                    also = [name_of(other["key"], lines.lines) for other in rows if other["same_as"] == row["key"]]
                    told_by = [stories[int(no)] for no in row["newest"]]
                    st.html(card(row, lines.lines, window, names, also=also, stories=told_by))
                    _ways_in(row, window)
            # Under the row of its card: at the top or the end of so many cards nobody would see that it opened.
            _opened([row["key"] for row in in_a_row], scope, window, lines)
        if len(group) > MOST_CARDS:
            st.caption(f"and {len(group) - MOST_CARDS} more, in the table.")
    if rows:
        numbers(TOPICS, SECTION, [{k: v for k, v in row.items() if k != "newest"} for row in rows], table(rows, lines.lines, names), scope,
                pick=lambda row: Opened(SECTION, (row["key"],), _opens(row, window)))  # fmt: skip
    on_cards = {row["key"] for row in shown}
    opened = held(TOPICS).opened
    if opened is not None and opened.section == SECTION and opened.keys[0] not in on_cards:
        _opened(opened.keys, scope, window, lines)


def _opens(row: Mapping[str, Any], window: Window) -> date:
    """Return the first day of the part that a row opens: the one in which there is more to read of it."""
    return window.recent[0] if row["difference"] > 0 else window.before[0]


def _ways_in(row: Mapping[str, Any], window: Window) -> None:
    with st.container(horizontal=True, gap="small"):
        for number, days, when in ((row["k_2"], window.recent, "lately"), (row["k_1"], window.before, "before")):
            st.button(
                f"{words.stories(int(number))} {when}", type="tertiary", key=f"burst_{when}_{row['key']}", disabled=not number,
                help=None if number else f"none in {recent_words(window) if when == 'lately' else 'the periods before'}",
                on_click=open_number, args=(TOPICS, Opened(SECTION, (row["key"],), days[0])),
            )  # fmt: skip


def _opened(keys: Sequence[str], scope: Scope, window: Window, lines: Catalog) -> None:
    """The stories behind the opened number, if it is of one of these keys: exactly as many as it says (26)."""
    opened = held(TOPICS).opened
    if opened is None or opened.section != SECTION or opened.keys[0] not in keys:
        return
    key, late = opened.keys[0], opened.period == window.recent[0]
    title = f"{name_of(key, lines.lines)} · {recent_words(window) if late else before_words(window)}"
    opened_head(TOPICS, title)
    if opened.period not in (window.recent[0], window.before[0]):
        st.info("This number is not in the view any more: other periods are compared. Close it.")
        return
    rows = stories_of(ask, scope, window, key, late=late)
    described = f"{span_words(window)}; {scope_in_words(scope)}"
    opened_list(TOPICS, opened, rows, title=title, described=described, ways=lambda: None)
