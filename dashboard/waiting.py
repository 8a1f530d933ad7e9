"""The decisions that wait for the next run, as pages count them: at once, said wherever numbers stand, and left out where a reader asks.

A file that is made later, by another thread, is made of what the page showed: see `as_shown`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar

import duckdb
import streamlit as st

from dashboard.desk import Desk, Stamp, desk_stamp, read_entries
from dashboard.pending import Pending, Shown, pending_of
from dashboard.snapshot import Snapshot, desk_folder

COUNTED = "with_pending"  # the widget's key; True at first
T = TypeVar("T")
_fixed: ContextVar[tuple[Snapshot, Pending] | None] = ContextVar("fixed", default=None)


def desk() -> Desk:
    """Return all that people decided, as the files say now."""
    return read_entries(desk_stamp(desk_folder()))


def waiting(held: Snapshot) -> Pending:
    """Return what the next run will change in this snapshot; nothing in one that was made before there were corrections."""
    return _waiting(held.name, desk_stamp(desk_folder()), held)


@st.cache_resource(max_entries=4, show_spinner=False)
def _waiting(snapshot_name: str, stamp: Stamp, _held: Snapshot) -> Pending:
    try:
        return pending_of(read_entries(stamp).entries, _held)
    except duckdb.CatalogException:
        return Pending()


def counted(held: Snapshot) -> Pending:
    """Return what of it the numbers of this page hold: all, or nothing where the reader wants to see them without."""
    fixed = _fixed.get()
    if fixed is not None:
        return fixed[1]
    return waiting(held) if st.session_state.get(COUNTED, True) else Pending()


def fixed_snapshot() -> Snapshot | None:
    """Return the snapshot of the page that a file is made of just now; None while a page is drawn."""
    fixed = _fixed.get()
    return fixed[0] if fixed is not None else None


def as_shown(make: Callable[[], T], held: Snapshot) -> Callable[[], T]:
    """Return what makes a file later of the numbers that the page shows now, whoever decides what and whatever a run makes meanwhile."""
    now = counted(held)

    def later() -> T:
        token = _fixed.set((held, now))
        try:
            return make()
        finally:
            _fixed.reset(token)

    return later


def prepared(held: Snapshot, pending: Pending, phrases: tuple[str, ...]) -> Shown:
    """Return the snapshot with these decisions and phrases, ready to be asked: to make that takes as long as a chart."""
    return _prepared(held.name, pending.key, phrases, held, pending)


@st.cache_resource(max_entries=8, show_spinner=False)
def _prepared(
    snapshot_name: str, key: tuple[str, ...], phrases: tuple[str, ...], _held: Snapshot, _pending: Pending
) -> Shown:
    return Shown(_held, _pending, phrases)


def pending_words(number: int) -> str:
    """Return 'with 12 pending corrections', '' for none."""
    return f"with {number:,} pending correction{'' if number == 1 else 's'}" if number else ""
