"""Organizations: who is covered most, of which type and country, who meets whom, on which desks, who is new; the page of one."""

from __future__ import annotations

from html import escape
from typing import Any

import duckdb
import streamlit as st

from dashboard import words
from dashboard.controls import held
from dashboard.data import Catalog, ask, catalog, freshness, known, sources
from dashboard.links import tell_problems
from dashboard.narrow import is_narrow
from dashboard.organization_page import organization_page
from dashboard.organization_panels import (
    Voices,
    build_voices,
    desks_section,
    groups_section,
    named_lines,
    pairs_section,
    voices_section,
    widened,
)
from dashboard.organization_rising import rising_section
from dashboard.organizations import (
    AMONG,
    COUNTS,
    LONGEST_WANTED,
    PARTS,
    SUBSIDIARIES,
    TOPS,
    headline,
    of_which,
    shown_words,
    type_name,
)
from dashboard.page_panels import denominator, none_passes
from dashboard.page_state import choose, keep_choices, own_query, part_control, read_own, show_one
from dashboard.page_state import held as held_here
from dashboard.panels import records
from dashboard.places import ORGANIZATIONS
from dashboard.scope import build_scope, counted_more
from dashboard.scope_controls import read_scope_address, scope_row, write_scope_address
from dashboard.share import share_place

MOST_FOUND = 8
HOW_COUNTED = (
    "Is about it: what the organization did or what was done to it. Names it: also in passing. Or its product: also where ChatGPT stands "
    "for OpenAI. An organization that is only cited as a source never counts."
)
ONLY_ALL = ("among", "type", "home", "top", "find", "part")  # choices that the page of one organization does not draw


def counting_control(*, none: bool, alone: bool) -> None:
    """When a story counts for an organization, and of which stories shares are; `none`: some count for none, `alone`: on one's page."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="organizations_counting"):
        st.segmented_control("A story counts for an organization if it", list(COUNTS), key="organizations_counts",
                             format_func=COUNTS.__getitem__, help=HOW_COUNTED)  # fmt: skip
        if not alone:
            st.segmented_control("Shares are of", list(AMONG), key="organizations_among", format_func=AMONG.__getitem__,
                                 disabled=not none and st.session_state["organizations_among"] == "all",
                                 help=None if none else "Every story in this view counts for an organization.")  # fmt: skip


def ranking_controls(voices: Voices) -> None:
    """Which organizations are ranked, how many, and a search for one by name."""
    types = ["", *sorted(set(voices.kinds.values()), key=type_name)]
    homes = ["", *sorted(voices.homes, key=lambda code: (code == "unknown", voices.homes[code]))]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="organizations_ranked"):
        st.selectbox(
            "Type",
            types,
            key="organizations_type",
            width=220,
            format_func=lambda kind: type_name(kind) if kind else "All types",
        )
        st.selectbox("Home country", homes, key="organizations_home", width=220,
                     format_func=lambda code: voices.homes[code] or "Not known" if code else "All countries")  # fmt: skip
        st.selectbox("Show", TOPS, key="organizations_top", width=150, format_func=lambda top: f"The first {top}")
        wanted = st.text_input("Find one by name", key="organizations_find", width=240, placeholder="Name",
                               max_chars=LONGEST_WANTED)  # fmt: skip
    if wanted and wanted.strip():
        found_by_name(wanted.strip())


def found_by_name(wanted: str) -> None:
    """Ways to the pages of organizations whose name holds the words."""
    rows = ask("organization_names")
    found = rows[rows["name"].str.contains(wanted, case=False, regex=False)]
    shown = found.assign(size=found["name"].str.len()).sort_values(["size", "name"]).head(MOST_FOUND)
    with st.container(horizontal=True, gap="small", key="organizations_found"):
        if found.empty:
            st.caption(words.plain(f"No organization in this data has a name with “{wanted}”."))
        for key, name in zip(shown["key"], shown["name"], strict=True):
            st.button(
                words.plain(name),
                key=f"found_{key}",
                type="tertiary",
                icon=":material/info:",
                on_click=_go_to,
                args=(key,),
            )
        if said := shown_words(len(shown), len(found)):
            st.html(f'<span class="quiet">{said}: write more of the name</span>', width="content")


def _go_to(key: str) -> None:
    """A callback."""
    choose(ORGANIZATIONS, "find", "")
    show_one(ORGANIZATIONS, key)


def ranked(voices: Voices, *, kind: str, home: str, top: str) -> list[dict[str, Any]]:
    """Return the organizations with most stories, of a type or home where given; the line of none stands among them."""
    chosen = {"type": kind or None, "home": home or None, "at_most": int(top)}
    return records(ask("organization_share", **chosen, **voices.parameters()))


def all_organizations(voices: Voices, lines: Catalog, rows: list[dict[str, Any]], *, narrow: bool) -> None:
    """The page of all organizations: ranking, and one of types and homes, meetings, desks, those on the rise."""
    ranking_controls(voices)
    voices_section(voices, rows, narrow=narrow)
    part = part_control(ORGANIZATIONS, PARTS)
    st.header(PARTS[part], anchor=False)
    if part == "groups":
        groups_section(voices, narrow=narrow)
    elif part == "pairs":
        pairs_section(voices, rows, narrow=narrow)
    elif part == "desks":
        desks_section(voices, rows, lines, narrow=narrow)
    else:
        rising_section(voices, freshness().clock, narrow=narrow)


def show() -> None:
    """Draw the page."""
    fresh, having, lines = freshness(), sources(), catalog()
    knowing = known(lines, having)
    problems = read_scope_address(knowing, own=ORGANIZATIONS.parameters)
    tell_problems([*problems, *read_own(ORGANIZATIONS, widened(knowing))])
    sentence, controls = st.container(), st.container()
    scope = build_scope(ask, held(), sources=having, catalog=lines.lines, clock=fresh.clock)
    counted = counted_more(ask, scope, letters=bool(fresh.letters), copies=bool(fresh.copies))
    with controls:
        scope_row(lines, having, fresh, scope, counted=counted)
    narrow, alone = is_narrow(), bool(held_here(ORGANIZATIONS).subject)
    chosen = {name: st.session_state[f"organizations_{name}"] for name in ("counts", "among", "type", "home", "top")}
    voices = build_voices(scope, lines, chosen["counts"] or "focus", chosen["among"] or "all")
    write_scope_address(held(), own_query(ORGANIZATIONS))
    if alone:
        keep_choices(ORGANIZATIONS, *ONLY_ALL)
        counting_control(none=True, alone=True)
        told = organization_page(voices, lines, narrow=narrow)
        share_place(ORGANIZATIONS, voices.described, named_lines(lines, voices), headline=told, top=sentence)
        return
    rows = ranked(voices, kind=chosen["type"] or "", home=chosen["home"] or "", top=chosen["top"] or TOPS[0])
    which = of_which(chosen["type"] or "", chosen["home"] or "", voices.homes)
    said = headline(rows, voices.names, scope, counts=voices.counts, among=voices.among, which=which)
    sentence.html(f'<h1 class="sentence">{escape(said)}</h1>')
    if not scope.total:
        keep_choices(ORGANIZATIONS)
        none_passes()
        return
    of_these = ", of these on any organization" if voices.among == "any" else ""
    denominator(scope, of_these=of_these, then=SUBSIDIARIES)
    none = bool(which) or voices.among == "any" or any(row["key"].endswith(":none") for row in rows)
    counting_control(none=none, alone=False)
    all_organizations(voices, lines, rows, narrow=narrow)
    share_place(ORGANIZATIONS, voices.described, named_lines(lines, voices), headline=said, top=sentence)


try:
    show()
except duckdb.CatalogException:
    st.error(
        "This data was made before this page was there. `ainews run` brings it up to date.", icon=":material/update:"
    )
