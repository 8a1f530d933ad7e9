"""The controls that pages without lines share: sources, days, and one popover; and the way of a page to and from its address.

They hold the same keys as the controls of Coverage, so that a choice made on one page holds on all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import streamlit as st

from dashboard.controls import about_choice, held, keep_known, put, source_control, unit_help, when_control
from dashboard.data import Catalog, Freshness
from dashboard.filters import UNITS, Filters, Known, from_query, to_query
from dashboard.links import closed
from dashboard.places import PLACES
from dashboard.scope import Scope
from dashboard.view import Counted, Source

# Of the options those that hold on pages without lines; the others are of lines over time.
SCOPE_OPTIONS = ("any_of", "all_of", "none_of", "role", "letters", "unit")
OF_PAGES = tuple(name for place in PLACES for name in place.widgets)  # held while other pages are shown
_ABOUT = (("any_of", "any of"), ("all_of", "all of"), ("none_of", "none of"))
_ROLES = {"focus": "what the story is about", "named": "named at all"}
_UNITS = {"story": "Stories", "outlet": "Once a source", "copy": "Copies too"}


def read_scope_address(known: Known, *, own: tuple[str, ...] = ()) -> list[str]:
    """On the first run of a session, set the choices from the address; `own` are parameters that the page reads by itself.

    Returns a sentence for each value that is unknown here.
    """
    if "address_read" not in st.session_state:
        query = {name: st.query_params.get_all(name) for name in st.query_params if name not in own}
        filters, problems = from_query(query, known)
        put(filters)
        st.session_state.update(address_read=True, problems=problems)
        st.session_state["was"] = (query.get("was", []), (query.get("snapshot") or [""])[-1], filters)
    keep_known(known)
    return list(st.session_state["problems"])


def hold_choices(page: str) -> None:
    """When another page is shown than before, hold what the widgets of the last one held: Streamlit forgets a widget's value on a
    page that does not draw it, and takes one with the same key on another page for another widget.

    Not on each run: the browser would take it for news and drop what is being chosen just now.
    """
    if st.session_state.get("page_shown") == page:
        return
    st.session_state["page_shown"] = page
    tell_again()


def tell_again() -> None:
    """Have the browser told again what each control holds. A callback, or called before there are controls."""
    for key in (*(f"choice_{item.name}" for item in fields(Filters)), "choice_days", *OF_PAGES):
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]


def write_scope_address(filters: Filters, own: Mapping[str, list[str]] | None = None) -> None:
    """Make the address say what is shown; what is opened on Coverage is not shown here."""
    write_own_address(to_query(closed(filters)) | dict(own or {}))


def write_own_address(own: Mapping[str, list[str]]) -> None:
    """Make the address say what a page without shared filters shows."""
    query = {name: values for name, values in own.items() if values}
    now = {name: st.query_params.get_all(name) for name in st.query_params}
    if now != query:
        st.query_params.from_dict(query)


def changed_scope_options(filters: Filters) -> int:
    """Return how many options of the popover differ from their defaults."""
    return sum(getattr(filters, name) != getattr(Filters(), name) for name in SCOPE_OPTIONS)


def reset_scope_options() -> None:
    """Return the popover to its defaults. A callback."""
    put(replace(held(), **{name: getattr(Filters(), name) for name in SCOPE_OPTIONS}))


def scope_row(lines: Catalog, sources: list[Source], fresh: Freshness, scope: Scope, *, counted: Counted) -> None:
    """Draw sources, days and the popover; `counted` is what the switches would add (scope.counted_more)."""
    with st.container(key="controls"):
        source, when, options = st.columns([5.2, 2, 2], vertical_alignment="bottom")
        with source:
            source_control(sources)
        with when:
            when_control(fresh)
        with options:
            scope_options(lines, scope, counted)
        if st.session_state["choice_when"] == "custom":
            last = max(fresh.newest_day, fresh.clock.date())
            st.date_input("From and to", key="choice_days", min_value=fresh.oldest_day, max_value=last, width=340)


def scope_options(lines: Catalog, scope: Scope, counted: Counted) -> None:
    """Everything else; the popover says how many options were changed."""
    changed = changed_scope_options(held())
    label = "Options" if not changed else f"{changed} option{'s' if changed > 1 else ''} changed"
    # A closed popover has no widgets in the browser, so each run tells it their values again; else they would come up empty.
    for name in SCOPE_OPTIONS:
        st.session_state[f"choice_{name}"] = st.session_state[f"choice_{name}"]
    with st.popover(label, width="stretch", key="options"):
        st.button("Reset options", on_click=reset_scope_options, disabled=not changed, key="reset_options",
                  icon=":material/restart_alt:")  # fmt: skip
        st.markdown("**Only stories about**")
        for name, said in _ABOUT:
            about_choice(said, name, lines, placeholder="Everything" if name != "none_of" else "Nothing")
        _roles(scope.filters)
        st.markdown("**Count**")
        _switches(scope.filters, counted)


def _roles(filters: Filters) -> None:
    chosen = {*filters.any_of, *filters.all_of, *filters.none_of}
    none = not any(key.startswith("organization:") for key in chosen)
    help_text = "Choose an organization first." if none else None
    st.segmented_control("Organizations count where they are", list(_ROLES), key="choice_role", format_func=_ROLES.__getitem__,
                         disabled=none and filters.role == "focus", help=help_text)  # fmt: skip


def _switches(filters: Filters, counted: Counted) -> None:
    """What would change nothing is disabled and says why."""
    no_letters: Any = None if counted.letters else "no letters in this view"
    st.toggle("Letters from the editors too", key="choice_letters", disabled=not counted.letters and not filters.letters,
              help=no_letters)  # fmt: skip
    st.segmented_control("Unit", UNITS, key="choice_unit", disabled=not counted.copies and filters.unit == "story",
                         format_func=_UNITS.__getitem__, help=unit_help(counted))  # fmt: skip
