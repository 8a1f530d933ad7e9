"""The controls of a page and their way to and from `Filters`: widgets hold the state, the address follows.

Four controls are visible; everything else sits in one popover. A switch that would not change the picture is disabled and says why.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import streamlit as st

from dashboard import words
from dashboard.data import Catalog, Freshness
from dashboard.filters import (
    ALL_SOURCES,
    GRAINS,
    LONG_RUNNING,
    MOST_LINES,
    Filters,
    Known,
    changed_options,
    from_query,
    to_query,
    with_default_options,
)
from dashboard.view import Source

WHEN_WORDS = {
    "all": "All years",
    "3y": "Last 3 years",
    "12m": "Last 12 months",
    "30d": "Last 30 days",
    "custom": "Choose days",
}
_DATES = ("start", "end")


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


def read_address(known: Known) -> list[str]:
    """On the first run of a session, set the widgets from the address. Returns a sentence for each value that is unknown here."""
    if "address_read" not in st.session_state:
        query = {name: st.query_params.get_all(name) for name in st.query_params}
        filters, problems = from_query(query, known)
        put(filters)
        st.session_state["address_read"] = True
        st.session_state["problems"] = problems
        st.session_state["was"] = (query.get("was", []), (query.get("snapshot") or [""])[-1])
    keep_known(known)
    return list(st.session_state["problems"])


def keep_known(known: Known) -> None:
    """After a refresh took away a line or a source, drop it from the widgets and say so, instead of failing."""
    for name, have in (("show", known.keys), ("any_of", known.keys), ("all_of", known.keys), ("none_of", known.keys)):
        gone = [k for k in st.session_state.get(_key(name), []) if k not in have]
        if gone:
            st.session_state[_key(name)] = [k for k in st.session_state[_key(name)] if k in have]
            st.session_state["problems"] = [f"`{k}` is not in this data." for k in gone]
    chosen = st.session_state.get(_key("sources"), [])
    st.session_state[_key("sources")] = [
        s for s in chosen if s in known.sources or s in (LONG_RUNNING, ALL_SOURCES)
    ] or [LONG_RUNNING]


def write_address(filters: Filters) -> None:
    """Make the address say what is shown."""
    query = to_query(filters)
    now = {name: st.query_params.get_all(name) for name in st.query_params}
    if now != query:
        st.query_params.from_dict(query)


def change(**values: Any) -> None:
    """Change some filters from a button; everything else stays. A callback."""
    put(replace(held(), **values))


def reset_options() -> None:
    """Return the popover to its defaults. A callback."""
    put(with_default_options(held()))


def control_row(lines: Catalog, sources: list[Source], fresh: Freshness, long_running: list[str]) -> None:
    """Draw the four visible controls and the popover."""
    with st.container(key="controls"):
        show, when, source, measure, options = st.columns([4.2, 1.7, 2.4, 1.6, 1.5], vertical_alignment="bottom")
        with show:
            st.multiselect(
                "Show", list(lines.lines), key=_key("show"), format_func=lines.option, max_selections=MOST_LINES,
                help="Lines to draw: topics, desks, organizations, regions. They change what is counted, never what it is a share of.",
            )  # fmt: skip
        with when:
            when_control(fresh)
        with source:
            source_control(sources, long_running)
        with measure:
            st.segmented_control(
                "As", ["share", "count"], key=_key("measure"), format_func=str.capitalize, width="stretch",
                help="The share of all stories counted, or how many there were.",
            )  # fmt: skip
        with options:
            options_popover(lines, sources, fresh)


def when_control(fresh: Freshness) -> None:
    """The period: counted back from the newest story, or chosen days."""
    st.selectbox(
        "When", list(WHEN_WORDS), key=_key("when"), format_func=WHEN_WORDS.__getitem__,
        help=f"‘Last …’ counts back from the newest story, of {words.day(fresh.newest_day)}.",
    )  # fmt: skip
    if st.session_state[_key("when")] == "custom":
        st.date_input("From and to", key=_key("days"), min_value=date(2000, 1, 1), max_value=fresh.clock.date())


def source_control(sources: list[Source], long_running: list[str]) -> None:
    """Long-running sources, all, or some."""
    names = {s.id: s.name for s in sources}
    running = words.listed([names[i] for i in long_running if i in names])
    labels = {
        LONG_RUNNING: f"Long-running ({running})" if running else "Long-running",
        ALL_SOURCES: "All sources",
        **names,
    }
    st.multiselect(
        "Sources", list(labels), key=_key("sources"), format_func=labels.__getitem__, on_change=_settle_sources,
        help="Long-running sources have stories from the first to the last period shown: no line bends because a source came or went.",
    )  # fmt: skip


def options_popover(lines: Catalog, sources: list[Source], fresh: Freshness) -> None:
    """Everything else; the popover says how many options were changed."""
    changed = changed_options(held())
    label = "Options" if not changed else f"{changed} option{'s' if changed > 1 else ''} changed"
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
        st.segmented_control("Organizations count where they are", ["focus", "named"], key=_key("role"),
                             format_func={"focus": "what the story is about", "named": "named at all"}.__getitem__)  # fmt: skip
        st.markdown("**Count**")
        switches(sources, fresh)


def switches(sources: list[Source], fresh: Freshness) -> None:
    """The switches of the popover; what would change nothing is disabled and says why."""
    one_source = len(sources) < 2
    st.toggle(
        "Letters from the editors too",
        key=_key("letters"),
        disabled=not fresh.letters,
        help=None if fresh.letters else "no letters in this data",
    )
    st.segmented_control("Unit", ["story", "copy"], key=_key("unit"), disabled=not fresh.copies,
                         format_func={"story": "Stories", "copy": "Copies too"}.__getitem__,
                         help="Near-identical stories count once." if fresh.copies else "no copies in this data")  # fmt: skip
    alone = one_source or held().sources == (LONG_RUNNING,)
    st.segmented_control("Each source weighs", ["stories", "sources"], key=_key("weigh"), disabled=alone and held().weigh == "stories",
                         format_func={"stories": "as many stories as it has", "sources": "the same"}.__getitem__,
                         help="Choose several sources first." if alone else None)  # fmt: skip
    st.toggle(
        "Compare sources: a line for each",
        key=_key("compare"),
        disabled=one_source,
        help="only one source in this data" if one_source else None,
    )
    st.toggle("Mark events", key=_key("events"))
