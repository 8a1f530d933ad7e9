"""What every page shares: its style, the freshness line, and the words where there is no data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from html import escape
from pathlib import Path

import duckdb
import streamlit as st

from dashboard import words
from dashboard.data import Freshness, fetched, freshness, snapshot
from dashboard.editor import Access, editor
from dashboard.fetched import failing_words
from dashboard.snapshot import SnapshotMissing, made_by
from dashboard.waiting import COUNTED, pending_words, waiting

STYLE = Path(__file__).parent / "style.css"


@cache
def _style() -> str:
    return STYLE.read_text(encoding="utf-8")


def page_frame() -> None:
    """Write the style that the theme's settings can't express."""
    st.html(f"<style>{_style()}</style>")


def refuse_strangers(allowed: Access) -> None:
    """Offer signing in where this server knows how; show nothing else to whoever must and has not."""
    user = st.user.to_dict()
    if allowed.said:
        st.warning(words.plain(allowed.said), icon=":material/edit_off:")
    if not allowed.may_read:
        if "is_logged_in" not in user:
            st.error("Reading here needs signing in, which this server is not set up for.", icon=":material/lock:")
            st.stop()
        st.info("Sign in to read these pages.", icon=":material/lock:")
        st.button("Sign in", icon=":material/login:", key="sign_in", type="primary", on_click=st.login)
        st.stop()


def who_is_here() -> None:
    """Say who is signed in and how to sign out, or offer to sign in, where this server knows how; name who may write."""
    user, name = st.user.to_dict(), editor()
    if "is_logged_in" not in user:
        return
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="who"):
        if not user["is_logged_in"]:
            st.button("Sign in", icon=":material/login:", key="sign_in", type="tertiary", on_click=st.login)
            return
        may = "may write" if name else "may read; an editor’s address stands in `editors.toml` of the desk folder"
        st.caption(f"{words.plain(str(user.get('email') or 'Signed in'))} · {may}", width="content")
        st.button("Sign out", icon=":material/logout:", key="sign_out", type="tertiary", on_click=st.logout)


def refuse_without_data() -> None:
    """Say what to do where there is no snapshot, and where an older one stands in for a broken one."""
    try:
        held = snapshot()
    except SnapshotMissing as missing:
        st.warning(str(missing), icon=":material/database_off:")
        st.stop()
    if version := made_by(held):
        st.warning(f"{_made_by_another(held.name, version)} {_MEND[version]}", icon=":material/update:")
    if held.fallback_for is not None:
        which = f" ({words.quoted(held.fallback_for)})" if held.fallback_for else ""
        st.warning(
            f"The data that was published last{which} can’t be read, so an older state is shown. "
            "`ainews rollback` makes it the current one.",
            icon=":material/history:",
        )


_MEND = {
    "older": "`ainews run` brings it up to date.",
    "newer": "Install that version here, or return to the state before it with `ainews rollback`.",
}


def _made_by_another(name: str, version: str) -> str:
    article = "an" if version == "older" else "a"
    return f"The data ({words.quoted(name)}) was made by {article} {version} version of this program."


@contextmanager
def damage_named() -> Iterator[None]:
    """Say what to do where a snapshot that opened turns out to be damaged inside, or to lack what this version asks for."""
    try:
        yield
    except duckdb.IOException:
        st.error(
            f"The data ({words.quoted(snapshot().name)}) is damaged. `ainews rollback` returns to the state before it; "
            "`ainews run` then makes a new one.",
            icon=":material/database_off:",
        )
    except (duckdb.CatalogException, duckdb.BinderException):
        if not made_by(snapshot()):
            raise
        st.error("It lacks what this page shows, so the page ends here.", icon=":material/update:")


def freshness_line() -> None:
    """The small lines on top: how far the stories reach, what they are, and what a reader should know of how they came."""
    fresh, came = freshness(), fetched()
    kind = "newsletter" if fresh.newsletters_only else "source"
    many = f"{fresh.sources} {kind}{'' if fresh.sources == 1 else 's'}"
    how = f"last looked for news {words.moment(came.looked)}" if came.looked else "built-in archive"
    said = " ".join(part for part in (retagging_words(fresh), failing_words(came.failing)) if part)
    st.html(
        f'<div class="brand" role="note"><b>AI News Trends</b> · Stories to {words.day(fresh.newest_day)} · {how} · '
        f"{words.stories(fresh.stories)}, {many}{f'<br>{escape(said)}' if said else ''}</div>"
    )


def pending_line() -> None:
    """Where people corrected stories since the data was made: how many, and a way to see the numbers without."""
    if number := len(waiting(snapshot())):
        st.toggle(
            f"Numbers {pending_words(number)}", value=True, key=COUNTED,
            help="People corrected stories since this data was made. The next run applies it for good; until then it counts here. "
            "Switch it off to see the numbers without.",
        )  # fmt: skip


def retagging_words(fresh: Freshness) -> str:
    """Return how many stories carry tags of the newest run's version; '' where all do."""
    if fresh.tagged_alike == fresh.stories:
        return ""
    share = words.percent(fresh.tagged_alike / fresh.stories)
    return f"{share} of these stories are tagged by version {fresh.tagger}, the rest by an older one."
