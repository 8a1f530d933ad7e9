"""What is made once for the data shown and the same choices, whoever asks: views and figures. People look at the same few."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from dashboard.data import snapshot
from dashboard.noted import note_asked, noted
from dashboard.waiting import counted

T = TypeVar("T")
Questions = tuple[tuple[str, dict[str, Any]], ...]
MOST = 160  # views of a dozen pages, some hundred kilobytes each


def kept(what: str, *choices: object, make: Callable[[], T], as_published: bool = False) -> T:
    """Return what `make` makes of these choices, which their `repr` must tell apart; nobody may change it, for all sessions share it.

    `as_published`: no correction that waits changes it. The questions that it asked of the snapshot are noted each time, as if it were
    made anew. What `make` raises is not kept.
    """
    held = snapshot()
    data = (held.name, *(() if as_published else counted(held).key))
    found: tuple[T, Questions] = _kept(data, what, repr(choices), lambda: _recorded(make))
    value, asked = found
    for query, parameters in asked:
        note_asked(query, parameters)
    return value


@st.cache_resource(max_entries=MOST, show_spinner=False)
def _kept(data: tuple[str, ...], what: str, choices: str, _make: Callable[[], Any]) -> Any:
    return _make()


def _recorded(make: Callable[[], T]) -> tuple[T, Questions]:
    """What is made, and all that was asked for it, even if the page had asked some of it before."""
    page = noted()
    before, page.asked = page.asked, []
    try:
        return make(), tuple(page.asked)
    finally:
        page.asked = before
