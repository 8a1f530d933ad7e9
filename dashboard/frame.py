"""What every page shares: its style, the freshness line, and the words where there is no data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb
import streamlit as st

from dashboard import words
from dashboard.data import freshness, snapshot
from dashboard.snapshot import SnapshotMissing

STYLE = Path(__file__).parent / "style.css"


@cache
def _style() -> str:
    return STYLE.read_text(encoding="utf-8")


def page_frame() -> None:
    """Write the style that the theme's settings can't express."""
    st.html(f"<style>{_style()}</style>")


def refuse_without_data() -> None:
    """Say what to do where there is no snapshot, and where an older one stands in for a broken one."""
    try:
        held = snapshot()
    except SnapshotMissing as missing:
        st.warning(str(missing), icon=":material/database_off:")
        st.stop()
    if held.fallback_for is not None:
        which = f" ({words.quoted(held.fallback_for)})" if held.fallback_for else ""
        st.warning(
            f"The data that was published last{which} can’t be read, so an older state is shown. "
            "`ainews rollback` makes it the current one.",
            icon=":material/history:",
        )


@contextmanager
def damage_named() -> Iterator[None]:
    """Say what to do where a snapshot that opened turns out to be damaged inside."""
    try:
        yield
    except duckdb.IOException:
        st.error(
            f"The data ({words.quoted(snapshot().name)}) is damaged. `ainews rollback` returns to the state before it; "
            "`ainews run` then makes a new one.",
            icon=":material/database_off:",
        )


def freshness_line() -> None:
    """The small line on top: how far the stories reach and what they are."""
    fresh = freshness()
    newsletters = "1 newsletter" if fresh.sources == 1 else f"{fresh.sources} newsletters"
    st.html(
        f'<div class="brand" role="note"><b>AI News Trends</b> · Stories to {words.day(fresh.newest_day)} · built-in archive · '
        f"{words.stories(fresh.stories)}, {newsletters}</div>"
    )
