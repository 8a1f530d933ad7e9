"""Stories: full-text search over the stories that pass the filters, with what was looked for marked, and all of it to take away."""

from __future__ import annotations

from html import escape

import duckdb
import streamlit as st

from dashboard.controls import held
from dashboard.data import ask, catalog, freshness, known, sources
from dashboard.found import elsewhere, find, headline, look_up, looked_through
from dashboard.found_panels import OWN, actions, empty, held_here, left_out, read_own, results, search_row
from dashboard.found_panels import write_address as write_own
from dashboard.links import tell_problems
from dashboard.scope import build_scope, counted_more
from dashboard.scope_controls import read_scope_address, scope_row


def show() -> None:
    """Draw the page."""
    fresh, having, lines = freshness(), sources(), catalog()
    tell_problems([*read_scope_address(known(lines, having), own=OWN), *read_own()])
    sentence = st.container()
    search_row()
    controls = st.container()
    asked = held_here()
    search = look_up(ask, asked.query)
    scope = build_scope(ask, held(), sources=having, catalog=lines.lines, clock=fresh.clock)
    counted = counted_more(ask, scope, letters=bool(fresh.letters), copies=bool(fresh.copies))
    with controls:
        scope_row(lines, having, fresh, scope, counted=counted)
    found = find(ask, search, scope, by_rank=asked.by_rank, page=asked.page)
    write_own(found)
    sentence.html(f'<h1 class="sentence">{escape(headline(found))}</h1>')
    st.html(f'<span class="quiet">{escape(looked_through(scope))}</span>')
    left_out(found, elsewhere(ask, found))
    if not found.total:
        empty(found)
        return
    actions(found)
    results(found)


try:
    show()
except duckdb.CatalogException:
    st.error(
        "This data was made before stories could be searched. `ainews run` brings it up to date.",
        icon=":material/update:",
    )
