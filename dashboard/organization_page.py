"""The page of one organization: what it is, its share of voice, what and whom its stories are about, its newest stories."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dashboard import words
from dashboard.data import Catalog, ask
from dashboard.filters import to_query
from dashboard.links import closed
from dashboard.noted import note_table
from dashboard.opened import Opened
from dashboard.organization_panels import Voices, opened_stories
from dashboard.organizations import TYPES, bars_lines, share_words
from dashboard.page_panels import NEWEST, draw, newest_cards, numbers, of_newest, with_opened
from dashboard.page_state import held, open_number, show_one
from dashboard.panels import records
from dashboard.places import ORGANIZATIONS
from dashboard.quality import measured_words
from dashboard.topic_charts import share_bars
from dashboard.topics import shares_table

MOST_LINES, MOST_KIN = 10, 8
Row = dict[str, Any]


def organization_page(voices: Voices, lines: Catalog, *, narrow: bool) -> str:
    """Draw it for the organization that is told of, within the scope. Returns its name and share, to be cited."""
    key = held(ORGANIZATIONS).subject
    st.button("All organizations", icon=":material/arrow_back:", type="tertiary", key="all_organizations", on_click=show_one,
              args=(ORGANIZATIONS, ""))  # fmt: skip
    found = records(ask("organization_one", key=key, **voices.parameters()))
    told = share_words(found[0] if found else None, voices.scope, voices.counts, voices.among)
    headline = f"{voices.name(key)}: {told.removesuffix('.')}"
    note_table("organization", found)
    st.html(f'<h1 class="sentence">{escape(voices.name(key))}</h1><p class="lead">{escape(what_it_is(key))}</p>')
    with with_opened(ORGANIZATIONS, "whole", lambda opened: opened_stories(opened, voices), narrow=True):
        st.html(f'<p class="quiet">{escape(told)}</p>')
        if found:
            st.button(f"Read these {words.stories(int(found[0]['k']))}", type="tertiary", key="open_whole", icon=":material/article:",
                      on_click=open_number, args=(ORGANIZATIONS, Opened("whole", (key,))))  # fmt: skip
    family = records(ask("organization_family", key=key, by_role=voices.counts, **voices.scope.parameters()))
    if family:
        _family(family)
    if key in lines.lines:
        query = urlencode(to_query(closed(voices.scope.filters)) | {"show": [key], **coverage_role(voices)}, doseq=True)
        st.html(f'<a class="back" href="./?{escape(query)}">Its line over time, on Coverage</a>')
    if not found:
        st.info(
            "No story counts for it within these filters. Choose more sources or days, or count it where it is named at all."
        )
        return headline
    left, right = (st.container(), st.container()) if narrow else st.columns(2, gap="large")
    with left:
        measured(key, voices)
    with right:
        spellings(key, voices, int(found[0]["k"]))
    rankings(key, voices, int(found[0]["k"]), narrow=narrow)
    newest(key, voices)
    return headline


def coverage_role(voices: Voices) -> dict[str, list[str]]:
    """Return what makes Coverage count the organization where it is named; its products are not counted there."""
    return {"role": ["named"]} if voices.counts != "focus" else {}


def what_it_is(key: str) -> str:
    """Return its type and home country."""
    row = next(row for row in records(ask("organization_names")) if row["key"] == key)
    if not row["known"]:
        return "Not in our list: the tagger took it for an organization by how it is written."
    home = f"at home in {row['country']}" if row["country"] else "home not known"
    kind = TYPES.get(row["type"], ("", row["type"]))[1]
    return f"{kind[:1].upper()}{kind[1:]}, {home}."


def _family(rows: Sequence[Row]) -> None:
    """Ways to its parent and its subsidiaries, each with its own number of stories."""
    for is_parent, said in ((True, "It belongs to"), (False, "Counted by themselves, though they belong to it:")):
        kin = [row for row in rows if row["is_parent"] == is_parent]
        if not kin:
            continue
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"kin_{is_parent}"):
            st.html(f'<span class="quiet">{said}</span>', width="content")
            for row in kin[:MOST_KIN]:
                label = f"{words.plain(row['name'])} ({words.count(int(row['k']))})"
                st.button(
                    label, type="tertiary", key=f"kin_{row['key']}", on_click=show_one, args=(ORGANIZATIONS, row["key"])
                )
            if len(kin) > MOST_KIN:
                st.html(f'<span class="quiet">and {len(kin) - MOST_KIN} more</span>', width="content")


def measured(key: str, voices: Voices) -> None:
    """How often it is right and found, as measured on the kind of text that most stories are (21)."""
    st.header("How well it is found", anchor=False)
    kind = str(ask("text_kind", **voices.scope.parameters())["text_kind"].iloc[0])
    as_counted = key if voices.counts == "focus" else key.replace("organization:", "named:", 1)
    st.markdown(words.plain(measured_words(as_counted, kind)) + ".")
    st.caption(
        "In brackets the likely range."
        + (" Stories that name only a product of it were not measured apart." if voices.counts == "products" else "")
    )


def spellings(key: str, voices: Voices, stories: int) -> None:
    """By which words these stories, of which there are so many, name it."""
    st.header("How these stories name it", anchor=False)
    rows = records(ask("organization_spellings", key=key, by_role=voices.counts, **voices.scope.parameters()))
    if not rows:
        st.caption("No words are kept for these stories.")
        return
    told = "".join(
        f"<li>{escape(row['spelling'][:60])} <span class='n'>{words.count(int(row['stories']))}</span></li>"
        for row in rows
    )
    st.html(f'<ul class="words">{told}</ul>')
    st.caption(f"With the number of stories in which they do{of_newest(stories)}.")


def rankings(key: str, voices: Voices, stories: int, *, narrow: bool) -> None:
    """Topics, other organizations and regions on its stories; each bar opens the stories on both."""
    st.header("What, whom and where, in these stories", anchor=False)
    asked = {"key": key, "by_role": voices.counts, "at_most": MOST_LINES, **voices.scope.parameters()}
    told = (
        ("topics", ask("organization_lines", kind="topic", **asked)),
        ("other organizations", ask("organization_meets", **asked)),
        ("regions", ask("organization_lines", kind="region", **asked)),
    )
    with with_opened(ORGANIZATIONS, "one", lambda opened: opened_stories(opened, voices), narrow=True):
        columns = [st.container() for _ in told] if narrow else st.columns(3, gap="large")
        for (name, rows), column in zip(told, columns, strict=True):
            with column:
                ranking(name, records(rows), key, voices, stories)


def ranking(name: str, rows: Sequence[Row], key: str, voices: Voices, stories: int) -> None:
    """One ranking: bars, table and file."""
    if not rows:
        st.caption(f"These stories are about no {name}.")
        return
    lines = bars_lines(rows, voices.names, voices.homes, voices.counts)
    slug = name.partition(" ")[0]
    first = rows[0]
    title = f"{name.capitalize()} · of {words.stories(stories)} of its own"
    draw(ORGANIZATIONS, slug, share_bars(rows, lines, title=title, opened="", narrow=True),
         alt=f"{lines[first['key']].name} leads with {words.stories(int(first['k']))} of {words.count(stories)}.",
         pick=lambda data: Opened("one", (key, data[0])))  # fmt: skip
    told = [{"organization": key, "name": lines[row["key"]].name} | row for row in rows]
    numbers(
        ORGANIZATIONS,
        slug,
        told,
        shares_table(rows, lines),
        voices.described,
        pick=lambda row: Opened("one", (key, row["key"])),
    )


def newest(key: str, voices: Voices) -> None:
    """Its newest stories."""
    rows = ask("organization_stories", keys=(key,), by_role=voices.counts, grain="year", period=None, at_most=NEWEST, skip=0,
               **voices.scope.parameters())  # fmt: skip
    newest_cards(ORGANIZATIONS, rows, (key,))
