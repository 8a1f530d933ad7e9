"""Choices of the editors' desk in the address: a link opens the page as it was, and what it asks for in vain is named."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from dashboard import words


def from_address(name: str, known: Collection[str], plain: str | None) -> None:
    """Where a choice of the page is not made yet, make the one that the address asks for; an unknown one is named."""
    key = f"desk_{name}"
    if key in st.session_state:
        return
    asked = st.query_params.get(name, "")
    st.session_state[key] = asked if asked in known else plain
    if asked and asked not in known:
        st.caption(f"The link asks for {words.quoted(asked)}, which this page does not have.")


def to_address(name: str, plain: str | None) -> None:
    """Write a choice into the address, unless it is the plain one."""
    chosen = st.session_state.get(f"desk_{name}")
    if chosen in (None, plain):
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != chosen:
        st.query_params[name] = chosen
