"""The controls of a page and their way to and from `Filters`: widgets hold the state, the address follows.

Four controls are visible; everything else sits in one popover. A switch that would not change the picture is disabled and says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import streamlit as st

from dashboard import words
from dashboard.counting import Line, line_of
from dashboard.data import Catalog, Freshness
from dashboard.filters import (
    ALL_SOURCES,
    LONG_RUNNING,
    MOST_LINES,
    Filters,
    Known,
    from_query,
    renamed,
    to_query,
    with_default_options,
)
from dashboard.keys import ANY, KINDS, PHRASE, phrase_of, typed_key
from dashboard.view import Counted, Source

WHEN_WORDS = {
    "all": "All years",
    "3y": "Last 3 years",
    "12m": "Last 12 months",
    "30d": "Last 30 days",
    "custom": "Choose days",
}


KEYS = (*(f"{kind}:" for kind in KINDS), PHRASE, ANY)
SHOW_HELP = (
    "Lines to draw: topics, desks, organizations, regions. They change what is counted, never what it is a share of.\n\n"
    "Products and laws are no topics: type `GPT-5` or `AI Act` and press Enter, and the stories that hold it are counted. "
    "`o3 OR o4` asks for one of them, `agents -robots` leaves some out."
)

ABOUT_HELP = "Products and laws are no topics: type `GPT-5` or `AI Act` and press Enter, and only stories that hold it are counted."


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
    for name in ("measure", "when", "grain", "role", "unit", "weigh", "drawing"):
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
    for name in ("show", "any_of", "all_of", "none_of", "within"):
        keys = [renamed(k, known) for k in st.session_state.get(_key(name), [])]
        holds = {"show": known.has, "within": known.keys.__contains__}.get(name, known.restricts)
        kept = [k for k in keys if holds(k)]
        _settle(name, list(dict.fromkeys(kept)))
        gone += [k for k in keys if k not in kept]
    sources = st.session_state.get(_key("sources"), [])
    there = [s for s in sources if s in known.sources or s in (LONG_RUNNING, ALL_SOURCES)]
    _settle("sources", there or [LONG_RUNNING])
    gone += [s for s in sources if s not in there]
    marks = st.session_state.get(_key("marks"), [])
    marked = [m for m in marks if known.events is None or m in known.events]
    _settle("marks", marked)
    gone += [m for m in marks if m not in marked]
    # Data that went back must not leave a day in the widget that it refuses.
    days = st.session_state.get(_key("days"), ())
    _settle("days", tuple(min(max(day, known.first_day), known.last_day) for day in days))
    opened, of_source = st.session_state.get(_key("open_key"), ""), st.session_state.get(_key("open_source"), "")
    if (opened and not known.opens(opened)) or of_source not in known.sources | {""}:
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


def show_control(lines: Catalog) -> None:
    """The lines to draw; what is typed and is no name in the list becomes a phrase that is looked for."""
    own = {key: line_of(key, lines.lines) for key in held().show if key not in lines.lines}
    st.multiselect(
        "Show", [*lines.options(*held().show), *own], key=_key("show"), max_selections=MOST_LINES, accept_new_options=True,
        on_change=_settle_show, args=(lines,),
        filter_mode="contains", select_all=False,  # else Enter would take names that merely resemble what was typed
        format_func=lambda key: own_option(own[key]) if key in own else lines.option(key),
        help=" ".join(part for part in (SHOW_HELP, lines.not_offered) if part),
        placeholder="Topics, names, or a phrase of yours",
    )  # fmt: skip


def about_choice(label: str, name: str, lines: Catalog, **options: Any) -> None:
    """A list of lines that restrict stories, held as the choice `name`; a name that it does not offer can be typed in whole, and a phrase
    but within what lines are compared."""
    held_now, phrases = st.session_state[_key(name)], name != "within"
    own = {key: line_of(key, lines.lines) for key in held_now if phrases and phrase_of(key)}
    said = " ".join(part for part in (ABOUT_HELP if phrases else "", lines.not_offered) if part)
    options["help"] = options.get("help") or said or None
    st.multiselect(
        label, [*lines.options(*held_now), *own], key=_key(name), on_change=_settle_about, args=(name, lines),
        format_func=lambda key: own_option(own[key]) if key in own else lines.option(key),
        accept_new_options=phrases or bool(lines.not_offered), filter_mode="contains", select_all=False, **options,
    )  # fmt: skip


def _settle_about(name: str, lines: Catalog) -> None:
    """Make a line of a name that was typed, else a phrase where these restrict; what is neither is dropped."""
    phrase = (lambda _: "") if name == "within" else typed_key
    chosen = [
        key if key in lines.lines or phrase_of(key) else lines.named(key) or phrase(key)
        for key in st.session_state[_key(name)]
    ]
    st.session_state[_key(name)] = [key for key in dict.fromkeys(chosen) if key]


def own_option(line: Line) -> str:
    """Return how a line of the reader's own reads among the choices."""
    return f"{line.name} · {'phrase' if line.key.startswith(PHRASE) else 'any of these'}"


def _settle_show(lines: Catalog) -> None:
    """Make a line of the name that was typed, else a phrase; what holds no word is dropped."""
    chosen = [
        key if key.startswith(KEYS) else lines.named(key) or typed_key(key) for key in st.session_state[_key("show")]
    ]
    st.session_state[_key("show")] = [key for key in dict.fromkeys(chosen) if key][:MOST_LINES]


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
