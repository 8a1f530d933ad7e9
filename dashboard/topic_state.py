"""What the page Topics holds beside the shared filters: level of the bars, periods compared, the opened number, the topic told of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from dashboard import words
from dashboard.filters import Known
from dashboard.links import address
from dashboard.topics import AGAINST, Opened, opened_from

OWN = ("topic", "bars", "against", "between", "stories")
_WIDGETS = {"topics_level": "desks", "topics_against": "before", "topics_pair": []}


@dataclass(frozen=True, slots=True)
class State:
    """What no widget holds: the opened number and the key of the topic that is told of, '' for the page of all."""

    opened: Opened | None = None
    topic: str = ""


def held() -> State:
    """Return what is opened now."""
    state: State = st.session_state.get("topics_state", State())
    return state


def read_own(known: Known) -> list[str]:
    """On this page's first run in a session, set its own choices from the address. Returns a sentence for an unknown topic, on later
    runs too: a narrow screen draws the page a second time at once.
    """
    for name, plain in _WIDGETS.items():
        if name not in st.session_state:
            st.session_state[name] = plain
    if "topics_state" in st.session_state:
        _forget_unknown(known)
        return list(st.session_state["topics_problems"])
    asked = {name: st.query_params.get_all(name) for name in OWN}
    wanted = [f"topic:{name}" for name in asked["topic"][:1]]
    topics = [known.renamed.get(key, key) for key in wanted]
    found = next((key for key in topics if key in known.keys and key != "topic:untagged"), "")
    st.session_state["topics_state"] = State(opened_from(asked["stories"], known), found)
    bars = next(iter(asked["bars"]), "desks")
    if bars == "topics" or (bars.startswith("desk:") and bars in known.keys):
        st.session_state["topics_level"] = bars
    if asked["against"][:1] and asked["against"][0] in AGAINST:
        st.session_state["topics_against"] = asked["against"][0]
    st.session_state["topics_pair"] = [k for k in asked["between"] if k.startswith("desk:") and k in known.keys][:2]
    unknown = [
        f"The link names a topic, {words.quoted(key.removeprefix('topic:'))}, which is not in this data."
        for key in wanted
    ]
    st.session_state["topics_problems"] = [] if found else unknown
    return list(st.session_state["topics_problems"])


def _forget_unknown(known: Known) -> None:
    """After a refresh took a line away, close what was opened of it."""
    state = held()
    opened = state.opened if state.opened and opened_from(state.opened.written(), known) else None
    st.session_state["topics_state"] = State(opened, state.topic if state.topic in known.keys else "")
    # Set only where that changes it: the browser would take it for news and drop what is being chosen just now.
    pair, level = st.session_state["topics_pair"], st.session_state["topics_level"]
    if any(key not in known.keys for key in pair):
        st.session_state["topics_pair"] = [key for key in pair if key in known.keys]
    if level not in ("desks", "topics") and level not in known.keys:
        st.session_state["topics_level"] = "desks"


def own_query() -> dict[str, list[str]]:
    """Return this page's own part of the address; only what differs from the plain page."""
    state, level, against = held(), st.session_state["topics_level"], st.session_state["topics_against"]
    return {
        "topic": [state.topic.removeprefix("topic:")] if state.topic else [],
        "bars": [level] if level not in ("desks", None) else [],
        "against": [against] if against not in ("before", None) else [],
        "between": list(st.session_state["topics_pair"]),
        "stories": state.opened.written() if state.opened else [],
    }


def open_number(opened: Opened) -> None:
    """Open a number's stories. A callback, or followed by a rerun."""
    st.session_state["topics_state"] = replace(held(), opened=opened)


def close() -> None:
    """Close the opened stories. A callback."""
    st.session_state["topics_state"] = replace(held(), opened=None)


def show_topic(key: str) -> None:
    """Go to the page of one topic; '' leads back to all. A callback."""
    st.session_state["topics_state"] = State(None, key)


def selection_key(name: str) -> str:
    """Return the key of a chart or table: a new one, and so nothing selected, where what it selected is not open any more. Else a
    second click on a mark would only take the selection back."""
    if st.session_state.get(f"topics_{name}") not in (None, held().opened):
        del st.session_state[f"topics_{name}"]
        st.session_state[f"topics_{name}_times"] = st.session_state.get(f"topics_{name}_times", 0) + 1
    return f"topics_{name}_{st.session_state.get(f'topics_{name}_times', 0)}"


def taken(name: str, picked: Sequence[Opened]) -> None:
    """Open what was selected in the chart or table of this name."""
    if not picked:
        st.session_state.pop(f"topics_{name}", None)
    elif st.session_state.get(f"topics_{name}") != picked[0]:
        st.session_state[f"topics_{name}"] = picked[0]
        if held().opened != picked[0]:
            open_number(picked[0])
            st.rerun()


def back_here() -> str:
    """Return what a story's page needs to lead back to this one."""
    shown = address()
    return "page=topics" + (f"&{shown}" if shown else "")
