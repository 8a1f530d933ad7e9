"""Topics: what is covered most, what moved, what meets in the same story, and the page of one topic."""

from __future__ import annotations

from html import escape

import duckdb
import streamlit as st

from dashboard.burst_cards import bursts_section
from dashboard.controls import held
from dashboard.data import Catalog, ask, catalog, freshness, known, sources
from dashboard.links import tell_problems
from dashboard.narrow import is_narrow
from dashboard.page_panels import denominator, none_passes
from dashboard.page_state import held as held_here
from dashboard.page_state import keep_choices, own_query, part_control, read_own
from dashboard.panels import records
from dashboard.places import TOPICS
from dashboard.scope import Scope, build_scope, counted_more
from dashboard.scope_controls import read_scope_address, scope_row, write_scope_address
from dashboard.share import share_place
from dashboard.topic_page import topic_page
from dashboard.topic_panels import (
    LEVELS,
    desks,
    keep_controls,
    keep_grain,
    level_keys,
    movers_section,
    pairs_section,
    period_controls,
    shares_section,
)
from dashboard.topics import PARTS, shares_headline


def all_topics(scope: Scope, lines: Catalog, *, narrow: bool) -> None:
    """The page of all topics: shares, and one of what moved, what emerges and what meets."""
    options = [*LEVELS, *desks()]
    level = st.selectbox("Bars", options, key="topics_level", width=340,
                         help="A desk gathers topics that belong together; a story on several of them counts once for it.",
                         format_func=lambda key: LEVELS.get(key) or f"Topics of {lines.lines[key].name}")  # fmt: skip
    rows = records(ask("topic_share", keys=level_keys(level), **scope.parameters()))
    shares_section(scope, lines, rows, narrow=narrow)
    part = part_control(TOPICS, PARTS)
    st.header(PARTS[part], anchor=False)
    if part == "pairs":
        keep_choices(TOPICS, "against")
        keep_grain()
        pairs_section(scope, lines, narrow=narrow)
        return
    keep_choices(TOPICS, "pair")
    period_controls(against=part == "movers")
    if part == "movers":
        movers_section(scope, lines, freshness().clock, narrow=narrow)
    else:
        keep_choices(TOPICS, "against")
        bursts_section(scope, lines, freshness().clock, narrow=narrow)


def show() -> None:
    """Draw the page."""
    fresh, having, lines = freshness(), sources(), catalog()
    knowing = known(lines, having)
    tell_problems([*read_scope_address(knowing, own=TOPICS.parameters), *read_own(TOPICS, knowing)])
    sentence, controls = st.container(), st.container()
    scope = build_scope(ask, held(), sources=having, catalog=lines.lines, clock=fresh.clock)
    counted = counted_more(ask, scope, letters=bool(fresh.letters), copies=bool(fresh.copies))
    with controls:
        scope_row(lines, having, fresh, scope, counted=counted)
    write_scope_address(held(), own_query(TOPICS))
    narrow = is_narrow()
    if held_here(TOPICS).subject:
        keep_controls()
        headline = topic_page(scope, lines, narrow=narrow)
        share_place(TOPICS, scope, lines, headline=headline, top=sentence)
        return
    rows = records(ask("topic_share", keys=tuple(desks()), **scope.parameters()))
    headline = shares_headline(rows, lines.lines, scope)
    sentence.html(f'<h1 class="sentence">{escape(headline)}</h1>')
    if not scope.total:
        keep_controls()
        none_passes()
        return
    denominator(scope)
    all_topics(scope, lines, narrow=narrow)
    share_place(TOPICS, scope, lines, headline=headline, top=sentence)


try:
    show()
except duckdb.CatalogException:
    st.error(
        "This data was made before this page was there. `ainews run` brings it up to date.", icon=":material/update:"
    )
