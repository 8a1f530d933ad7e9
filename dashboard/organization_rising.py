"""Organizations that no seed lists, now against before, within the sources that are whole in both periods (STATISTICS 22)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from html import escape

import streamlit as st

from dashboard import words
from dashboard.data import ask
from dashboard.opened import Opened
from dashboard.organization_panels import Row, Voices, opened_stories
from dashboard.organizations import bars_lines, rising_sentence
from dashboard.page_panels import draw, numbers, with_opened
from dashboard.page_state import choose
from dashboard.panels import records
from dashboard.places import ORGANIZATIONS
from dashboard.topic_charts import MOST_MOVERS, move_points
from dashboard.topics import Pair, find_pair, movers_table

LEAST = 2  # stories that name an unlisted organization in both periods together
HOW_UNLISTED = (
    "The tagger took these for organizations by how they are written; some are not. <code>ainews candidates</code> lists them, and with "
    "<code>--toml</code> prints entries to add."
)


def rising_section(voices: Voices, clock: datetime, *, narrow: bool) -> None:
    """Organizations that no seed lists: in the last whole period against the one before, within the sources that are whole in both."""
    scope = voices.scope
    pair, why = find_pair(ask, scope, "before", clock)
    if pair is None:
        st.info(f"{why} Choose shorter periods on Coverage, more days or more sources.")
        return
    first, second = (words.period(day, pair.grain) for day in (pair.first, pair.second))
    span = scope.parameters() | {
        "grain": pair.grain,
        "first": pair.first,
        "second": pair.second,
        "sources": pair.sources,
    }
    unlisted = records(ask("organization_unlisted", least=LEAST, **span))
    rows = records(ask("topic_movers", keys=tuple(row["key"] for row in unlisted), **span)) if unlisted else []
    st.html(f'<p class="lead">{escape(rising_sentence(rows, voices.names, first, second))}</p>')
    compared = replace(scope, sources=tuple(s for s in scope.sources if s.id in pair.sources))
    within = replace(voices, scope=compared, counts="named", among="all")
    with with_opened(ORGANIZATIONS, "rising", lambda opened: opened_stories(opened, within, other=pair), narrow=narrow):
        if rows:
            _rises(rows, unlisted, within, pair, narrow=narrow)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="unlisted_ways"):
        st.html(f'<span class="quiet">{HOW_UNLISTED}</span>', width="content")
        if "unlisted" in voices.kinds.values():
            st.button(
                "All of them, ranked",
                type="tertiary",
                key="all_unlisted",
                on_click=choose,
                args=(ORGANIZATIONS, "type", "unlisted"),
            )


def _rises(rows: Sequence[Row], unlisted: Sequence[Row], voices: Voices, pair: Pair, *, narrow: bool) -> None:
    first, second = (words.period(day, pair.grain) for day in (pair.first, pair.second))
    lines = bars_lines(rows, voices.names, voices.homes, "named")
    sources = {s.id: s.name for s in voices.scope.sources}
    many = f"the {MOST_MOVERS} nearest to a clear change" if len(rows) > MOST_MOVERS else "named"
    title = f"Change of share from {first} ({rows[0]['n_1']} stories) to {second} ({rows[0]['n_2']}) · {many}"
    draw(ORGANIZATIONS, "rising", move_points(rows, lines, sources, title=title, narrow=narrow),
         alt=rising_sentence(rows, voices.names, first, second), pick=lambda data: Opened("rising", (data[0],), pair.second))  # fmt: skip
    st.html(
        f'<span class="quiet">A filled mark is a clear change, allowing for {rows[0]["looked_at"]} looked at; others may be chance.</span>'
    )
    told = {row["key"]: row for row in unlisted}
    by_key = {row["key"]: lines[row["key"].replace("named:", "organization:")] for row in rows}
    table = movers_table(rows, by_key, pair, sources).rename(columns={"Topic": "Organization"})
    table["First and last named"] = [_days(told[row["key"]]) for row in rows]
    numbers(
        ORGANIZATIONS,
        "rising",
        rows,
        table,
        voices.described,
        pick=lambda row: Opened("rising", (row["key"],), pair.second),
    )


def _days(row: Row) -> str:
    first, last = words.day(row["first_day"]), words.day(row["last_day"])
    return first if first == last else f"{first} to {last}"
