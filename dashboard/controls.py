"""The controls of a page and their way to and from `Filters`: widgets hold the state, the address follows.

Four controls are visible; everything else sits in one popover. A switch that would not change the picture is disabled and says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import streamlit as st

from dashboard import words
from dashboard.data import Catalog, Freshness
from dashboard.filters import (
    ALL_SOURCES,
    GRAINS,
    LONG_RUNNING,
    MOST_LINES,
    OPTIONS,
    UNITS,
    Filters,
    Known,
    changed_options,
    from_query,
    to_query,
    with_default_options,
)
from dashboard.view import Counted, Source, View

WHEN_WORDS = {
    "all": "All years",
    "3y": "Last 3 years",
    "12m": "Last 12 months",
    "30d": "Last 30 days",
    "custom": "Choose days",
}


def _key(name: str) -> str:
    return f"choice_{name}"


def put(filters: Filters) -> None:
    """Set every widget to these filters; allowed before the widgets exist or in a callback."""
    for item in fields(Filters):
        value = getattr(filters, item.name)
        st.session_state[_key(item.name)] = list(value) if isinstance(value, tuple) else value
    st.session_state[_key("days")] = tuple(d for d in (filters.start, filters.end) if d)


def held() -> Filters:
    """Return the filters that the widgets hold now."""
    found: dict[str, Any] = {}
    for item in fields(Filters):
        value = st.session_state.get(_key(item.name), getattr(Filters(), item.name))
        found[item.name] = tuple(value) if isinstance(value, list) else value
    found["sources"] = _one_kind_of_sources(found["sources"])
    # Segmented controls can be emptied by a second click; the default then stands.
    for name in ("measure", "when", "grain", "role", "unit", "weigh"):
        found[name] = found[name] or getattr(Filters(), name)
    days = st.session_state.get(_key("days"), ())
    custom = found["when"] == "custom" and days
    found["start"], found["end"] = (days[0], days[-1] if len(days) > 1 else None) if custom else (None, None)
    return Filters(**found)


def _one_kind_of_sources(chosen: tuple[str, ...]) -> tuple[str, ...]:
    """Of 'long-running', 'all' and single sources the last choice wins; nothing chosen is long-running."""
    if not chosen:
        return (LONG_RUNNING,)
    if chosen[-1] in (LONG_RUNNING, ALL_SOURCES):
        return (chosen[-1],)
    return tuple(c for c in chosen if c not in (LONG_RUNNING, ALL_SOURCES))


def _settle_sources() -> None:
    st.session_state[_key("sources")] = list(_one_kind_of_sources(tuple(st.session_state[_key("sources")])))


def read_address(known: Known, *, own: tuple[str, ...] = ()) -> list[str]:
    """On the first run of a session, set the widgets from the address; `own` are parameters that the page reads by itself. Returns a
    sentence for each value that is unknown here."""
    if "address_read" not in st.session_state:
        query = {name: st.query_params.get_all(name) for name in st.query_params if name not in own}
        filters, problems = from_query(query, known)
        put(filters)
        st.session_state["address_read"] = True
        st.session_state["problems"] = problems
        st.session_state["was"] = (query.get("was", []), (query.get("snapshot") or [""])[-1], filters)
    keep_known(known)
    return list(st.session_state["problems"])


def keep_known(known: Known) -> None:
    """After a refresh renamed or took away a line or a source, follow or drop it in the widgets and say so, instead of failing."""
    gone: list[str] = []
    for name in ("show", "any_of", "all_of", "none_of"):
        keys = [known.renamed.get(k, k) for k in st.session_state.get(_key(name), [])]
        _settle(name, list(dict.fromkeys(k for k in keys if k in known.keys)))
        gone += [k for k in keys if k not in known.keys]
    sources = st.session_state.get(_key("sources"), [])
    kept = [s for s in sources if s in known.sources or s in (LONG_RUNNING, ALL_SOURCES)]
    _settle("sources", kept or [LONG_RUNNING])
    gone += [s for s in sources if s not in kept]
    # Data that went back must not leave a day in the widget that it refuses.
    days = st.session_state.get(_key("days"), ())
    _settle("days", tuple(min(max(day, known.first_day), known.last_day) for day in days))
    opened, of_source = st.session_state.get(_key("open_key"), ""), st.session_state.get(_key("open_source"), "")
    if opened not in known.keys | {"", "*"} or of_source not in known.sources | {""}:
        put(replace(held(), open_key="", open_period=None, open_source=""))
    if gone:
        st.session_state["problems"] = [f"{words.quoted(k)} is not in this data any more." for k in dict.fromkeys(gone)]


def _settle(name: str, value: Any) -> None:
    """Set a widget only where that changes it: the browser would take it for news and drop what is being chosen just now."""
    if st.session_state.get(_key(name)) != value:
        st.session_state[_key(name)] = value


def write_address(filters: Filters, own: Mapping[str, list[str]] | None = None) -> None:
    """Make the address say what is shown; `own` is what the page holds beside the filters."""
    query = to_query(filters) | dict(own or {})
    now = {name: st.query_params.get_all(name) for name in st.query_params}
    if now != query:
        st.query_params.from_dict(query)


def change(**values: Any) -> None:
    """Change some filters from a button; everything else stays. A callback."""
    put(replace(held(), **values))


def reset_options() -> None:
    """Return the popover to its defaults. A callback."""
    put(with_default_options(held()))


def control_row(
    lines: Catalog, sources: list[Source], fresh: Freshness, view: View, *, events: int, counted: Counted
) -> None:
    """Draw the four visible controls and the popover; `events` is how many could be marked on the days shown."""
    with st.container(key="controls"):
        show, when, source, measure, options = st.columns([4.6, 1.4, 2.4, 1.5, 1.7], vertical_alignment="bottom")
        with show:
            st.multiselect(
                "Show", list(lines.lines), key=_key("show"), format_func=lines.option, max_selections=MOST_LINES,
                help="Lines to draw: topics, desks, organizations, regions. They change what is counted, never what it is a share of.",
            )  # fmt: skip
        with when:
            when_control(fresh)
        with source:
            source_control(sources)
        with measure:
            st.segmented_control(
                "As", ["share", "count"], key=_key("measure"), format_func=str.capitalize, width="stretch",
                help="The share of all stories counted, or how many there were.",
            )  # fmt: skip
        with options:
            options_popover(lines, sources, view, events, counted)
        if st.session_state[_key("when")] == "custom":
            last = max(fresh.newest_day, fresh.clock.date())
            st.date_input("From and to", key=_key("days"), min_value=fresh.oldest_day, max_value=last, width=340)


def when_control(fresh: Freshness) -> None:
    """The period: counted back from the newest story, or chosen days."""
    st.selectbox(
        "When", list(WHEN_WORDS), key=_key("when"), format_func=WHEN_WORDS.__getitem__,
        help=f"‘Last …’ counts back from the newest story, of {words.day(fresh.newest_day)}.",
    )  # fmt: skip


def source_control(sources: list[Source]) -> None:
    """Long-running sources, all, or some."""
    names = {s.id: s.name for s in sources}
    # A label that changed with the view would come back from the browser as a choice that nobody knows.
    labels = {LONG_RUNNING: "Long-running", ALL_SOURCES: "All sources", **names}
    st.multiselect(
        "Sources", list(labels), key=_key("sources"), format_func=labels.__getitem__, on_change=_settle_sources,
        help="Long-running sources have stories from the first to the last period shown: no line bends because a source came or went.\n\n"
             "Others can be taken in live: on a terminal, `ainews sources list` names them and `ainews sources enable` turns them on.",
    )  # fmt: skip


def options_popover(lines: Catalog, sources: list[Source], view: View, events: int, counted: Counted) -> None:
    """Everything else; the popover says how many options were changed."""
    changed = changed_options(held())
    label = "Options" if not changed else f"{changed} option{'s' if changed > 1 else ''} changed"
    # A closed popover has no widgets in the browser, so each run tells it their values again; else they would come up empty.
    for name in OPTIONS:
        st.session_state[_key(name)] = st.session_state[_key(name)]
    with st.popover(label, width="stretch", key="options"):
        st.button(
            "Reset options",
            on_click=reset_options,
            disabled=not changed,
            key="reset_options",
            icon=":material/restart_alt:",
        )
        st.segmented_control("Periods", GRAINS, key=_key("grain"), format_func=str.capitalize,
                             help="Auto takes the finest at which four of five periods hold at least 40 stories.")  # fmt: skip
        st.markdown("**Only stories about**")
        keys = list(lines.lines)
        for name, label in (("any_of", "any of"), ("all_of", "all of"), ("none_of", "none of")):
            st.multiselect(
                label,
                keys,
                key=_key(name),
                format_func=lines.option,
                placeholder="Everything" if name != "none_of" else "Nothing",
            )
        chosen = {*view.filters.show, *view.filters.any_of, *view.filters.all_of, *view.filters.none_of}
        none = not any(key.startswith("organization:") for key in chosen)
        st.segmented_control("Organizations count where they are", ["focus", "named"], key=_key("role"),
                             format_func={"focus": "what the story is about", "named": "named at all"}.__getitem__,
                             disabled=none and view.filters.role == "focus",
                             help="Choose an organization first." if none else None)  # fmt: skip
        st.markdown("**Count**")
        switches(sources, view, events, counted)


def switches(sources: list[Source], view: View, events: int, counted: Counted) -> None:
    """The switches of the popover; what would change nothing is disabled and says why."""
    filters, one_source = view.filters, len(sources) < 2
    st.toggle(
        "Letters from the editors too",
        key=_key("letters"),
        disabled=not counted.letters and not filters.letters,
        help=None if counted.letters else "no letters in this view",
    )
    st.segmented_control("Unit", UNITS, key=_key("unit"), disabled=not counted.copies and filters.unit == "story",
                         format_func={"story": "Stories", "outlet": "Once a source", "copy": "Copies too"}.__getitem__,
                         help=unit_help(counted))  # fmt: skip
    alone = "Each source has a line of its own." if filters.compare else "Choose several sources first."
    pooled = len(view.sources) > 1 and not filters.compare
    st.segmented_control("Each source weighs", ["stories", "sources"], key=_key("weigh"),
                         disabled=not pooled and filters.weigh == "stories",
                         format_func={"stories": "as many stories as it has", "sources": "the same"}.__getitem__,
                         help=None if pooled else alone)  # fmt: skip
    st.toggle(
        "Compare sources: a line for each",
        key=_key("compare"),
        disabled=one_source and not filters.compare,
        help="only one source in this data" if one_source else None,
    )
    st.toggle(
        "Mark events",
        key=_key("events"),
        disabled=not events and filters.events,
        help=None if events else "no events in the days shown",
    )


def unit_help(counted: Counted) -> str:
    """Return what the units are, and which of them change nothing in this view."""
    if not counted.copies:
        return "no copies in this view"
    alike = ""
    if not counted.outlets:
        alike = "\n\nHere no other source tells a copy, so *Once a source* counts as *Stories* does."
    elif counted.outlets == counted.copies:
        alike = "\n\nHere no source tells a story twice, so *Once a source* counts as *Copies too* does."
    return f"Near-identical stories count once; or once for each source that tells them; or each of them.{alike}"
