"""The page of one topic: what it means, how well it is found, its words, its organizations and regions, its newest stories."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dashboard import words
from dashboard.audit_figures import Range
from dashboard.audit_words import line
from dashboard.audits_kept import audits_of, tagger_now
from dashboard.correction import corrected_html
from dashboard.correction_share import errors_of
from dashboard.data import Catalog, ask
from dashboard.editor import editor
from dashboard.filters import to_query
from dashboard.links import closed
from dashboard.noted import note_errors, note_table
from dashboard.opened import Opened
from dashboard.page_panels import NEWEST, draw, newest_cards, numbers, of_newest, with_opened
from dashboard.page_state import held, show_one
from dashboard.panels import records
from dashboard.places import TOPICS
from dashboard.quality import FEWEST, figure
from dashboard.scope import Scope, scope_words
from dashboard.topic_charts import share_bars
from dashboard.topic_panels import desks, opened_stories
from dashboard.topics import bias_words, narrowed_scope, shares_table, whole_words
from dashboard.view import counted_key

MOST_NAMES, MOST_AUDITS = 12, 3
SHARES = {"tagged": "As tagged", "corrected": "Beside it, corrected for tagging errors"}


def topic_page(scope: Scope, lines: Catalog, *, narrow: bool) -> str:
    """Draw it for the topic that is told of, within the scope. Returns its name and share, to be cited."""
    key = held(TOPICS).subject
    st.button(
        "All topics",
        icon=":material/arrow_back:",
        type="tertiary",
        key="all_topics",
        on_click=show_one,
        args=(TOPICS, ""),
    )
    (row,) = records(ask("topic_share", keys=(key,), **scope.parameters()))
    note_table("topic", [row])
    share = words.share(row["k"], row["n"], row["share"], weighed=False) if row["n"] else "no story is counted"
    headline = f"{lines.lines[key].name}: {share}"
    st.html(
        f'<h1 class="sentence">{escape(lines.lines[key].name)}</h1><p class="lead">{escape(lines.definitions[key])}</p>'
    )
    st.html(f'<p class="quiet">{share_words(row, scope)} {desk_words(key, lines)}</p>')
    query = urlencode(to_query(closed(scope.filters)) | {"show": [key]}, doseq=True)
    st.html(f'<a class="back" href="./?{escape(query)}">Its line over time, on Coverage</a>')
    if not row["k"]:
        st.info("No story on this topic passes these filters. Choose more sources or days under Sources and When.")
        return headline
    share_choice(key, row, scope)
    left, right = (st.container(), st.container()) if narrow else st.columns(2, gap="large")
    within = narrowed_scope(scope, (key,))
    with left:
        measured(key, scope)
        audited(key)
    with right:
        phrases(key, within, int(row["k"]))
    names(within, row["k"], lines, narrow=narrow)
    newest(within, key)
    return headline


def share_words(row: dict[str, Any], scope: Scope) -> str:
    """Return the topic's share within the scope, with its likely range."""
    if not row["n"]:
        return escape(f"No story is counted {scope_words(scope)}.")
    said = f"{words.count(int(row['k']))} {scope_words(scope)}: {words.percent(row['share'])}, likely range "
    return escape(
        f"{said}{words.percent_range(row['low'], row['high'])}" + (", too few to say." if row["n"] < 20 else ".")
    )


def share_choice(key: str, row: dict[str, Any], scope: Scope) -> None:
    """The share as tagged, and, where a reader switches it on, beside it the one corrected for tagging errors."""
    chosen = st.segmented_control(
        "Share", list(SHARES), required=True, key="topics_share", format_func=SHARES.__getitem__
    )
    if chosen == "corrected":
        kind = str(ask("text_kind", **scope.parameters())["text_kind"].iloc[0])
        raw = Range(row["share"], row["low"], row["high"])
        errors = errors_of(key.removeprefix("topic:"), kind)
        st.html(corrected_html(raw, int(row["k"]), int(row["n"]), errors))
        note_errors("topic", {key: errors})


def desk_words(key: str, lines: Catalog) -> str:
    """Return which desk holds the topic, with the topics beside it."""
    desk, topics = next(((desk, topics) for desk, topics in desks().items() if key in topics), ("", ()))
    beside_it = [lines.lines[topic].name for topic in topics if topic != key]
    if not desk:
        return ""
    return escape(f"Desk: {lines.lines[desk].name}" + (f", with {words.listed(beside_it)}." if beside_it else "."))


def measured(key: str, scope: Scope) -> None:
    """How often the topic is right, how many it finds, and what that does to its share, by kind of text (21)."""
    st.header("How well it is found", anchor=False)
    kind = str(ask("text_kind", **scope.parameters())["text_kind"].iloc[0])
    rows = records(ask("quality", keys=(key,), text_kind=kind))
    if not rows or rows[0]["n"] < FEWEST or not rows[0]["true_positive"] + rows[0]["false_positive"]:
        said = "too few to measure" if rows else "not measured"
        st.markdown(f"On {words.TEXT_KINDS[kind]}: {said}.")
        return
    row = rows[0]
    st.markdown(
        f"On {words.TEXT_KINDS[kind]} that the tagger did not learn from, in brackets the likely range:\n\n"
        f"- Right when given: **{figure(row, 'precision')}**\n"
        f"- Found of all: **{figure(row, 'recall')}**\n"
        f"- {bias_words(row)}"
    )


def audited(key: str) -> None:
    """What audits of the topic tell, the newest first, to stand beside what was measured before."""
    found = audits_of(key.removeprefix("topic:"))
    if not found:
        where = ' <a class="back" href="corrections?part=audit">Draw a sample</a>' if editor() is not None else ""
        st.html(f'<p class="quiet">Nobody has audited it yet.{where}</p>')
        return
    st.html(f'<ul class="names">{"".join(line(one, tagger_now()) for one in found[:MOST_AUDITS])}</ul>')


def phrases(key: str, within: Scope, stories: int) -> None:
    """The words that spoke most for the topic in these stories, of which there are so many."""
    st.header("The words that spoke most for it", anchor=False)
    rows = records(ask("topic_phrases", topic=key.removeprefix("topic:"), **within.parameters()))
    if not rows:
        st.caption("No words are kept for these stories.")
        return
    st.html(f'<ul class="words">{"".join(phrase(row) for row in rows)}</ul>')
    st.caption(f"With the number of stories in which they did{of_newest(stories)}.")


def phrase(row: dict[str, Any]) -> str:
    """Return one phrase as an item of a list; it is a stranger's text."""
    return f"<li>{escape(row['phrase'][:60])} <span class='n'>{words.count(int(row['stories']))}</span></li>"


def names(within: Scope, stories: int, lines: Catalog, *, narrow: bool) -> None:
    """Organizations and regions on the topic's stories, ranked; each opens its stories."""
    st.header("Who and where, in these stories", anchor=False)
    here = counted_key("organization:", within.filters.role).removesuffix(":")
    with with_opened(TOPICS, "names", lambda opened: opened_stories(opened, within, lines), narrow=True):
        left, right = (st.container(), st.container()) if narrow else st.columns(2, gap="large")
        with left:
            ranking("organizations", here, within, stories, lines)
        with right:
            ranking("regions", "region", within, stories, lines)


def ranking(name: str, kind: str, within: Scope, stories: int, lines: Catalog) -> None:
    """One ranking: bars, table and file."""
    rows = records(ask("topic_names", kind=kind, at_most=MOST_NAMES, **within.parameters()))
    if not rows:
        st.caption(f"These stories are about no {name}.")
        return
    title = f"Stories by {name} · of {words.stories(stories)} on this topic · {whole_words(within).partition(',')[0]}"
    alt = f"{lines.lines[rows[0]['key'].replace('named:', 'organization:')].name} leads with {words.stories(int(rows[0]['k']))}."
    draw(
        TOPICS,
        name,
        share_bars(rows, lines.lines, title=title, opened="", narrow=True),
        alt=alt,
        pick=lambda data: Opened("names", (data[0],)),
    )
    numbers(
        TOPICS, name, rows, shares_table(rows, lines.lines), within, pick=lambda row: Opened("names", (row["key"],))
    )


def newest(within: Scope, key: str) -> None:
    """The topic's newest stories."""
    rows = ask("story_list", key=None, grain="year", period=None, at_most=NEWEST, skip=0, **within.parameters())
    newest_cards(TOPICS, rows, (key,))
