"""Saving the view that a page shows: a form beside its link, for editors."""

from __future__ import annotations

import duckdb
import streamlit as st

from dashboard.controls import held
from dashboard.data import ask_quietly, data_name, freshness
from dashboard.editor import editor
from dashboard.embed import embedded
from dashboard.filters import Filters
from dashboard.named import LONGEST_NAME, LONGEST_WHY, one_name
from dashboard.panels import records
from dashboard.save_write import new_id, refuse, say, written
from dashboard.saved_views import PAGES, Views, set_view, value_of, view_problem, views_of
from dashboard.shown import Data, Shown
from dashboard.waiting import desk

PART = "save_view"
FORGOTTEN = ("snapshot", "was", "embed", "back")  # what an address holds beside a page's choices


def views() -> Views:
    """Return the views that the desk folder holds."""
    return views_of(desk().entries)


def shipped_names() -> dict[str, str]:
    """Return the names of the views that ship, by id; none where an older version made the data."""
    try:
        return {str(row["id"]): str(row["name"]) for row in records(ask_quietly("examples"))}
    except duckdb.CatalogException:
        return {}


def names_in_use(found: Views) -> dict[str, str]:
    """Return the names of views by id, of those that ship too."""
    return {id: name for id, name in shipped_names().items() if id not in found.shipped_off} | found.names


def save_address(page: str) -> None:
    """Draw the form on a page whose address says all that it shows."""
    query = {name: st.query_params.get_all(name) for name in st.query_params if name not in FORGOTTEN}
    save_popover(Shown(page, query, Data(data_name(), freshness().clock)))


def save_popover(shown: Shown) -> None:
    """Draw the form that saves what is shown; nothing for readers and in a page within another one."""
    if editor() is None or embedded() or shown.page not in PAGES:
        return
    with st.popover("Save view", icon=":material/bookmark_add:", type="tertiary", key="save_view"):
        say(PART)
        st.caption(_what_is_kept(shown, held()))
        with st.form("save_view_form", border=False):
            st.text_input("Name", key="save_view_name", max_chars=LONGEST_NAME, placeholder="Health before elections")
            st.text_input("What it shows, or why", key="save_view_why", max_chars=LONGEST_WHY, placeholder="One line")
            st.form_submit_button("Save", icon=":material/save:", on_click=_save, args=(shown, held()))
        st.html('<a class="quiet" href="./saved">All saved views</a>')


def _what_is_kept(shown: Shown, filters: Filters) -> str:
    """Say what becomes of the days."""
    if "when" not in shown.query:
        return "Keeps this page with its choices, for everybody."
    if filters.when == "custom":
        return "Keeps this page with its choices, for everybody. Its days stay those that are chosen."
    return "Keeps this page with its choices, for everybody. Its days move on with the data; choose days under *When* to fix them."


def _save(shown: Shown, filters: Filters) -> None:
    """Check what the form says and write it. A callback."""
    state = st.session_state
    name, why = one_name(state["save_view_name"]), one_name(state["save_view_why"])
    value = value_of(shown, name, filters)
    if wrong := view_problem(value, why, names_in_use(views())):
        refuse(PART, wrong)
        return
    id = new_id("view")
    if written(PART, lambda by: set_view(id, value, why, by=by), "Saved. It stands under Explore, Views and events."):
        state.update(save_view_name="", save_view_why="")
