"""What the section on a change holds in the session: what is compared, what of it is opened. The address carries both."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.filters import Known
from dashboard.where_asked import PARAMETERS, Asked, asked_from, written

_HELD, _PICKED = "where_asked", "where_picked"


def read_where(known: Known) -> list[str]:
    """On the first run of a session, take from the address what is compared. Returns a sentence for what this data does not know."""
    if _HELD not in st.session_state:
        asked, problems = asked_from({name: st.query_params.get_all(name) for name in PARAMETERS}, known)
        st.session_state.update({_HELD: asked, "where_problems": problems})
    return list(st.session_state["where_problems"])


def where_asked() -> Asked | None:
    """Return what is compared; None where the section is closed."""
    found: Asked | None = st.session_state.get(_HELD)
    return found


def where_query() -> dict[str, list[str]]:
    """Return the section's part of the address."""
    return written(where_asked())


def hold(asked: Asked | None) -> None:
    """Compare this; None closes the section. A callback."""
    st.session_state[_HELD] = asked


def selection_key(name: str, asked: Asked) -> str:
    """Return the key of a chart or table: a new one, with nothing selected, where what it selected is not open any more."""
    if st.session_state.get(f"{_PICKED}_{name}") not in (None, asked.opened):
        del st.session_state[f"{_PICKED}_{name}"]
        st.session_state[f"{_PICKED}_{name}_times"] = st.session_state.get(f"{_PICKED}_{name}_times", 0) + 1
    return f"where_{name}_{st.session_state.get(f'{_PICKED}_{name}_times', 0)}"


def taken(name: str, picked: list[tuple[str, ...]], asked: Asked) -> None:
    """Open what was selected in the chart or table of this name."""
    if not picked:
        st.session_state.pop(f"{_PICKED}_{name}", None)
    elif st.session_state.get(f"{_PICKED}_{name}") != picked[0]:
        st.session_state[f"{_PICKED}_{name}"] = picked[0]
        if asked.opened != picked[0]:
            hold(replace(asked, opened=picked[0]))
            st.rerun()
