"""What a number of the page "Data and methods" opens to: exactly its stories, or its rows of the ledger (STATISTICS 26)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboard import words
from dashboard.audit_result import show_how, show_result, show_sample, titles_of
from dashboard.audits_kept import audits, topic_names
from dashboard.data import ask_quietly, data_name, made_later
from dashboard.exports import as_csv, stories_csv
from dashboard.links import story_link
from dashboard.methods import rows_of
from dashboard.methods_runs import LEVELS, ending_words, items_table
from dashboard.methods_table import here
from dashboard.methods_texts import FACETS, value_words
from dashboard.stories import cards

PAGE, EVERY = 20, 10_000_000
WITH = {"date_from": "date found", "text_kind": "text", "form": "form", "language": "language", "told": "copies"}


def asked() -> bool:
    """Return whether the address asks for what a number opens to."""
    return bool(st.query_params.get("open"))


def opened() -> None:
    """Show what the address asks for."""
    what = st.query_params["open"]
    part = {"ledger": "runs", "all": "sources", "topic": "definitions", "audit": "quality"}.get(what, "texts")
    st.html(f'<a class="back" href="{here(part=part)}">← Data and methods</a>')
    if what == "ledger":
        _ledger()
    elif what == "topic":
        _of_topic()
    elif what == "audit":
        _audit()
    elif what == "all" or what in FACETS:
        _of_source(what)
    else:
        st.warning(
            f"The link asks for {words.quoted(what)}, which this page does not know.", icon=":material/link_off:"
        )


def _said(name: str) -> str:
    return str(st.query_params.get(name, ""))


def _source_name(source_id: str) -> str | None:
    rows = rows_of("source_names")
    return next((str(row["name"]) for row in rows if row["id"] == source_id), None)


def _of_source(facet: str) -> None:
    source, value = _said("source"), _said("value")
    name = _source_name(source)
    if name is None:
        st.warning(f"There is no source {words.quoted(source)} in this data.", icon=":material/link_off:")
        return
    described = name if facet == "all" else f"{name}, {WITH[facet]}: {value_words(facet, value)}"
    _stories(described, source=source, facet=facet, value=value)


def _of_topic() -> None:
    topic = _said("value")
    name = next((str(row["name"]) for row in rows_of("methods_topics") if row["id"] == topic), None)
    if name is None:
        st.warning(f"There is no topic {words.quoted(topic)} in this data.", icon=":material/link_off:")
        return
    _stories(name, source=None, facet="topic", value=topic)


def _audit() -> None:
    name = _said("value")
    found = next((told for told in audits() if told.audit.name == name), None)
    if found is None:
        st.warning(f"There is no audit {words.quoted(name)} at this desk.", icon=":material/link_off:")
        return
    topic = topic_names().get(found.audit.topic, found.audit.topic)
    show_sample(found.audit, topic)
    show_result(found, topic, titles_of(found.audit))
    show_how(found.audit)


def _stories(described: str, **asked_for: Any) -> None:
    rows = _paged("methods_stories", described, "story", asked_for, _stories_csv)
    if rows:
        tags = rows_of("story_tags", stories=tuple(int(row["story_no"]) for row in rows))
        st.html(cards(rows, [], tags, why=lambda story: story_link(story["story_id"])))


def _ledger() -> None:
    asked_for = {name: _said(name) or None for name in ("run", "source", "level")} | {
        "disposition": _said("value") or None
    }
    name = _source_name(_said("source")) or _said("source")
    of = [name, ending_words(_said("value")) if _said("value") else "", f"run {_said('run')}" if _said("run") else ""]
    level = _said("level")
    rows = _paged(
        "methods_items",
        ", ".join(part for part in of if part),
        level if level in LEVELS else "row",
        asked_for,
        _items_csv,
    )
    if rows:
        st.html(items_table(rows))


def _paged(
    query: str, described: str, noun: str, asked_for: dict[str, Any], csv: Callable[[dict[str, Any], str], bytes]
) -> list[dict[str, Any]]:
    """Say how many rows there are, offer them all as CSV and a page at a time; return those of the page."""
    first = rows_of(query, **asked_for, at_most=PAGE, skip=0)
    total = int(first[0]["total"]) if first else 0
    many = words.stories(total) if noun == "story" else f"{words.count(total)} {noun}{'' if total == 1 else 's'}"
    st.header(f"{many} · {words.plain(described)}" if described else many, anchor=False)
    if not first:
        st.info("None is in this data: it was made anew since the link was.")
        return []
    key = "_".join(str(value) for value in asked_for.values())
    with st.container(horizontal=True, vertical_alignment="center"):
        page = st.pagination(-(-total // PAGE), key=f"methods_page_{key}") if total > PAGE else 1
        st.download_button(
            f"Download {'it' if total == 1 else f'all {words.count(total)}'} (CSV)",
            data=made_later(lambda: csv(asked_for, described)), file_name=f"{noun}-rows.csv", mime="text/csv", key="methods_csv",
            icon=":material/download:", type="tertiary", on_click="ignore",
        )  # fmt: skip
    return first if page == 1 else rows_of(query, **asked_for, at_most=PAGE, skip=(page - 1) * PAGE)


def _stories_csv(asked_for: dict[str, Any], described: str) -> bytes:
    rows = ask_quietly("methods_stories", **asked_for, at_most=EVERY, skip=0)
    return stories_csv(rows, [], described=described, snapshot=data_name())


def _items_csv(asked_for: dict[str, Any], described: str) -> bytes:
    rows = ask_quietly("methods_items", **asked_for, at_most=EVERY, skip=0)
    return as_csv(rows.drop(columns="total").assign(filters=described, snapshot=data_name()))
