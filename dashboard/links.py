"""A view as a link that remembers what it showed, and what has changed when it is opened later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

import streamlit as st

from dashboard import words
from dashboard.data import snapshot
from dashboard.filters import Filters, to_query
from dashboard.shown import Shown, what_changed
from dashboard.view import View

PAGES = ("topics", "organizations", "regions", "stories")  # to which a story can lead back, beside Coverage


def link_to(view: View, own: Mapping[str, list[str]] | None = None) -> str:
    """Return a link that carries every value, absolute days, the snapshot's name, and what each line showed (`was`); `own` is what the
    page holds beside the filters."""
    query = to_query(view.filters, every=True)
    query |= {
        "when": ["custom"],
        "from": [view.from_day.isoformat()],
        "to": [view.to_day.isoformat()],
        "grain": [view.grain],
    }
    query |= dict(own or {})
    query |= {"snapshot": [snapshot().name], "was": [f"{key}={k}.{n}" for key, k, n in totals(view)]}
    address = urlsplit(st.context.url or "")
    return f"{address.scheme}://{address.netloc}{address.path or '/'}?{urlencode(query, doseq=True)}"


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


def totals(view: View) -> list[tuple[str, int, int]]:
    """Return each line's k and n over all periods drawn."""
    if view.points.empty:
        return []
    sums = view.points.groupby("key", sort=False)[["k", "n"]].sum()
    return [(str(key), int(row["k"]), int(row["n"])) for key, row in sums.iterrows()]


def closed(filters: Filters) -> Filters:
    """Return the filters with no number opened."""
    return replace(filters, open_key="", open_period=None, open_source="")


def what_became(shown: Shown, filters: Filters) -> str | None:
    """Where the page was opened by a link that says what it showed, return what has changed since, as Markdown; None where nothing
    has, and on other pages than the one that the link led to."""
    was, name, linked = st.session_state.get("was", ([], "", None))
    page = st.session_state.setdefault("was_page", shown.page)
    if not was or page != shown.page or (linked is not None and closed(linked) != closed(filters)):
        return None  # numbers of another view are no change of the data
    return what_changed(was, name, shown.numbers)


def then_and_now(view: View) -> str | None:
    """Where the page was opened by a link that says what it showed, return what has changed since; None where nothing has."""
    was, name, linked = st.session_state.get("was", ([], "", None))
    if not was or closed(linked) != closed(view.filters):
        return None  # numbers of another view are no change of the data
    now = {key: (k, n) for key, k, n in totals(view)}
    changed = []
    for text in was:
        key, _, numbers = text.rpartition("=")
        then = tuple(int(x) for x in numbers.split(".") if x.isdigit())
        if len(then) == 2 and key in now and then != now[key]:
            changed.append(
                f"{words.quoted(key)} was {then[0]:,} of {then[1]:,} and is {now[key][0]:,} of {now[key][1]:,}"
            )
    if not changed:
        return None
    return f"This link was made from older data ({words.quoted(name)}): " + "; ".join(changed) + "."
