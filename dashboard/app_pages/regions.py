"""Regions: where stories happen, where organizations are at home, where sources publish; what places are covered for; one place."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import duckdb
import streamlit as st

from dashboard.controls import held
from dashboard.data import ask, catalog, freshness, known, sources
from dashboard.links import tell_problems
from dashboard.narrow import is_narrow
from dashboard.page_panels import denominator, none_passes
from dashboard.page_state import held as held_here
from dashboard.page_state import keep_choices, own_query, read_own
from dashboard.panels import records
from dashboard.places import REGIONS
from dashboard.region_page import region_page
from dashboard.region_panels import UNDER_WAYS, atlas, desks_section, places_section, way_controls
from dashboard.regions import headline, lines_of, named_rows, told_scope, with_places
from dashboard.scope import build_scope, counted_more
from dashboard.scope_controls import read_scope_address, scope_row, write_scope_address
from dashboard.share import share_place


def show() -> None:
    """Draw the page."""
    fresh, having, lines, places = freshness(), sources(), catalog(), atlas()
    knowing = known(lines, having)
    problems = [*read_scope_address(knowing, own=REGIONS.parameters), *read_own(REGIONS, with_places(knowing, places))]
    tell_problems(problems)
    sentence, controls = st.container(), st.container()
    scope = build_scope(ask, held(), sources=having, catalog=lines.lines, clock=fresh.clock)
    counted = counted_more(ask, scope, letters=bool(fresh.letters), copies=bool(fresh.copies))
    with controls:
        scope_row(lines, having, fresh, scope, counted=counted)
        way = way_controls(scope, places)
    write_scope_address(held(), own_query(REGIONS))
    narrow = is_narrow()
    rows = named_rows(records(ask("region_shares", way=way, **scope.parameters())), way)
    named = replace(lines, lines={**lines.lines, **lines_of(places, way)})
    if held_here(REGIONS).subject:
        said = region_page(scope, rows, way, lines, places, narrow=narrow)
        share_place(REGIONS, told_scope(scope, way), named, headline=said, top=sentence)
        return
    said = headline(rows, way, scope)
    sentence.html(f'<h1 class="sentence">{escape(said)}</h1>')
    if not scope.total:
        keep_choices(REGIONS, *UNDER_WAYS)
        none_passes()
        return
    denominator(scope)
    places_section(scope, rows, way, lines, places, narrow=narrow)
    desks_section(scope, rows, way, lines, places, narrow=narrow)
    share_place(REGIONS, told_scope(scope, way), named, headline=said, top=sentence)


try:
    show()
except duckdb.CatalogException:
    st.error(
        "This data was made before this page was there. `ainews run` brings it up to date.", icon=":material/update:"
    )
