"""The views on the page "Views and events": those that ship and those that were saved, each a link, and for editors what changes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import duckdb
import streamlit as st

from dashboard import words
from dashboard.data import ask
from dashboard.editor import editor
from dashboard.named import LONGEST_NAME, LONGEST_WHY, one_name, removal
from dashboard.panels import records
from dashboard.save_view import names_in_use, shipped_names, views
from dashboard.save_write import refuse, say, undo_button, unfit_rows, write, written
from dashboard.saved_views import FOR_EDITORS, PAGES, SavedView, Views, about, renamed_value, set_view, view_problem
from dashboard.waiting import desk

PART = "view"
MANY = 12  # views, from which on a box to find one is worth its place
MOST = 80  # drawn at once
_REMOVE = "It is taken from the list, and can be brought back."


def views_section() -> None:
    """The list of views, for editors with what changes them."""
    found = views()
    say(PART)
    shown, more = _found(found.kept)
    if not found.kept and editor() is not None:
        st.caption("None is saved yet: *Save view* stands beside *Link* on each page.")
    for view in shown:
        _row(view)
    if more:
        st.caption(f"and {words.count(more)} more: type a part of a name.")
    _shipped(found)
    unfit_rows(PART, found.unfit)
    _removed(found)


def _found(kept: Sequence[SavedView]) -> tuple[list[SavedView], int]:
    """Return the newest views that are looked for, and how many more there are."""
    newest = list(reversed(kept))
    wanted = ""
    if len(newest) > MANY:
        wanted = (
            st.text_input("Find a view", key="views_find", placeholder="A part of its name, page or reason", width=340)
            or ""
        )
    told = [v for v in newest if wanted.strip().casefold() in f"{v.name} {PAGES[v.page]} {v.why}".casefold()]
    return told[:MOST], max(0, len(told) - MOST)


def line_of(view: SavedView, *, for_editor: bool) -> str:
    """Return a view as safe HTML: its name as a link, its page, what it shows, who saved it when, and the link to what it showed then.
    A reader gets no link to a page that only editors have."""
    why = f" {escape(view.why)}" if view.why else ""
    name, then = escape(view.name), " · opens for editors"
    if for_editor or view.page not in FOR_EDITORS:
        name = f'<a href="{escape(view.address)}">{name}</a>'
        then = f' · <a href="{escape(view.address_then)}">as it was saved</a>' if view.address_then else ""
    return (
        f'<div class="saved">{name} <span class="chip">{PAGES[view.page]}</span>{why}'
        f'<div class="quiet">{escape(about(view))}{then}</div></div>'
    )


def _row(view: SavedView) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(line_of(view, for_editor=editor() is not None), width="stretch")
        if editor() is not None:
            st.button(
                "Rename",
                key=f"view_name_{view.id}",
                type="tertiary",
                icon=":material/edit:",
                on_click=_open,
                args=(view.id,),
            )
            if view.earlier:
                undo_button(
                    PART, "Undo", view.id, view.entry, key=f"view_undo_{view.id}", help="Takes its last change back."
                )
            st.button("Remove", key=f"view_off_{view.id}", type="tertiary", icon=":material/delete:", help=_REMOVE, on_click=write,
                      args=(PART, lambda by: removal("view", view.id, view.name, by=by), "Removed."))  # fmt: skip
    if editor() is not None and st.session_state.get("view_open") == view.id:
        _form(view)


def _open(id: str) -> None:
    st.session_state["view_open"] = "" if st.session_state.get("view_open") == id else id


def _form(view: SavedView) -> None:
    with st.form(f"view_form_{view.id}"):
        st.text_input("Name", view.name, key=f"view_form_name_{view.id}", max_chars=LONGEST_NAME)
        st.text_input("What it shows, or why", view.why, key=f"view_form_why_{view.id}", max_chars=LONGEST_WHY)
        st.form_submit_button("Save", icon=":material/save:", on_click=_rename, args=(view,))


def _rename(view: SavedView) -> None:
    """Check the new name and write it. A callback."""
    state = st.session_state
    name, why = one_name(state[f"view_form_name_{view.id}"]), one_name(state[f"view_form_why_{view.id}"])
    entries = desk().entries
    value = renamed_value(entries, view, name)
    if wrong := view_problem(value, why, names_in_use(views()), view.id):
        refuse(PART, wrong)
    elif written(PART, lambda by: set_view(view.id, value, why, by=by), "Saved."):
        state["view_open"] = ""


def _shipped(found: Views) -> None:
    """The views that ship, as they stand on Coverage."""
    try:
        rows = records(ask("examples"))
    except duckdb.CatalogException:
        return
    for row in rows:
        if str(row["id"]) not in found.shipped_off:
            _shipped_row(row)


def _shipped_row(row: Mapping[str, object]) -> None:
    id, name = str(row["id"]), str(row["name"])
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(
            f'<div class="saved"><a href="./?{escape(str(row["query"]))}">{escape(name)}</a> <span class="chip">Coverage</span>'
            '<div class="quiet">ships with the program</div></div>',
            width="stretch",
        )
        if editor() is not None:
            st.button("Remove", key=f"view_off_{id}", type="tertiary", icon=":material/delete:", help=_REMOVE, on_click=write,
                      args=(PART, lambda by: removal("view", id, name, by=by), "Removed."))  # fmt: skip


def _removed(found: Views) -> None:
    """For editors: what was taken away, each brought back by a click."""
    names = shipped_names()
    gone = [(view.id, view.name, view.off) for view in found.removed]
    gone += [(id, names[id], entry) for id, entry in found.shipped_off.items() if id in names]
    if not gone or editor() is None:
        return
    with st.expander(f"Removed views: {len(gone)}", icon=":material/delete:", key="views_removed"):
        for id, name, entry in gone[:MOST]:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.html(f'<div class="saved">{escape(name)}</div>', width="stretch")
                undo_button(PART, "Bring back", id, entry, key=f"view_back_{id}", help="It stands in the list again.")
