"""A view as a link that remembers what it showed, and what has changed when it is opened later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

import streamlit as st

from dashboard.filters import Filters
from dashboard.shown import Shown, what_changed

PAGES = (
    "topics",
    "organizations",
    "regions",
    "stories",
    "corrections",
    "balance",
    "gaps",
)  # to which a story can lead back, beside Coverage


MOST_TOLD = 8  # of what a link says wrongly


def tell_problems(problems: Sequence[str]) -> None:
    """Say what a link says wrongly; of a long list the first few."""
    for problem in problems[:MOST_TOLD]:
        st.warning(problem, icon=":material/link_off:")
    if len(problems) > MOST_TOLD:
        more = f"The link says {len(problems) - MOST_TOLD} more that this page can't show."
        st.warning(more, icon=":material/link_off:")


def root() -> str:
    """Return the dashboard's own address, with a slash at the end: the page's without its path."""
    shown = urlsplit(st.context.url or "")
    path = shown.path if shown.path.endswith("/") or not shown.path else shown.path.rpartition("/")[0] + "/"
    return f"{shown.scheme}://{shown.netloc}{path or '/'}"


def address() -> str:
    """Return the query that the browser's address shows now, encoded, so that another page can lead back to it."""
    return urlencode([(name, value) for name in st.query_params for value in st.query_params.get_all(name)])


def story_link(story_id: str, *, tag: str = "", back: str = "") -> str:
    """Return the relative address of a story's page; `tag` is the key whose words it marks first, `back` what `address` said."""
    return f"story?{urlencode({k: v for k, v in (('story', story_id), ('tag', tag), ('back', back)) if v})}"


def coverage_link(back: str) -> str:
    """Return the relative address of the page that led to a story, as it was: Coverage, or the one of PAGES that `page` names; a
    stranger's text can only become parameters of it."""
    given = parse_qsl(back)
    page = next((value for name, value in given if name == "page" and value in PAGES), "")
    query = urlencode([(name, value) for name, value in given if name != "page"])
    return f"./{page}?{query}" if query else f"./{page}"


def closed(filters: Filters) -> Filters:
    """Return the filters with no number opened."""
    return replace(filters, open_key="", open_period=None, open_source="")


def note_link() -> None:
    """On the first run of a session keep what the address says of the data that a link was made from, for a page without filters."""
    if "was" not in st.session_state:
        st.session_state["was"] = (st.query_params.get_all("was"), st.query_params.get("snapshot", ""), None)


def what_became(shown: Shown, filters: Filters, own: Mapping[str, Sequence[str]] | None = None) -> str | None:
    """Where the page was opened by a link that says what it showed, return what has changed since, as Markdown; None where nothing
    has, on other pages than the one that the link led to, and with other choices: `filters`, and `own` ones of the page."""
    was, name, linked = st.session_state.get("was", ([], "", None))
    view = (shown.page, {parameter: values for parameter, values in (own or {}).items() if parameter != "stories"})
    if not was:
        return None
    first = st.session_state.setdefault("was_view", view)
    if first != view or (linked is not None and closed(linked) != closed(filters)):
        return None  # numbers of another view are no change of the data
    return what_changed(was, name, shown.numbers)
