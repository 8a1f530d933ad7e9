"""The page Draft as Streamlit draws it: a draft goes in, and its stories, tags and balance are shown before it is sent."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from dashboard import words
from dashboard.balance import Publisher, size_of, window_name
from dashboard.balance_panels import all_targets, named_lines, publishers
from dashboard.data import ask, catalog, freshness, sources
from dashboard.draft import MOST, Draft, DraftProblem, fingerprint, keys_of, kind_of, read_draft, uploaded
from dashboard.draft_words import (
    Compared,
    balance_table,
    headline,
    story_card,
    target_sentence,
    targets_table,
    would_be,
)
from dashboard.filters import Filters, to_query
from dashboard.links import root
from dashboard.narrow import is_narrow
from dashboard.panels import records
from dashboard.report_links import MOST_SOURCES
from dashboard.scope_controls import write_own_address
from dashboard.targets import as_parameters
from dashboard.topic_panels import desks
from dashboard.view import FEW

WRITTEN = {"auto": "As it looks", "text": "Text", "markdown": "Markdown", "html": "HTML"}
KEPT = 4  # readings of drafts that one session holds
Rows = list[dict[str, Any]]


def given() -> tuple[str, str] | None:
    """Draw what takes a draft and return its text and kind once somebody asks to check it, and on later runs until another is given."""
    with st.container(key="draft_in"):
        st.text_area(
            "Paste a draft",
            key="draft_text",
            height=220,
            max_chars=MOST,
            placeholder="Headlines, the text of each story below",
        )
        st.caption("The draft is read on this server and then forgotten: nothing of it is stored.")
        file = st.file_uploader(
            "Or choose a file", type=["txt", "md", "markdown", "html", "htm"], key="draft_file", max_upload_size=2
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            kind = st.selectbox("Written as", list(WRITTEN), key="draft_kind", format_func=WRITTEN.__getitem__, width=180,
                                disabled=file is not None, help="A file’s ending says it." if file else None)  # fmt: skip
            asked = st.button("Check", type="primary", icon=":material/fact_check:", key="draft_check")
    if asked:
        text = st.session_state["draft_text"]
        st.session_state["draft_given"] = (
            uploaded(file.name, file.getvalue()) if file else (text, kind_of(text) if kind == "auto" else kind)
        )
    found: tuple[str, str] | None = st.session_state.get("draft_given")
    return found


def read(text: str, kind: str) -> Draft:
    """Return the draft as it was read; what this session has read is not read again. Raises DraftProblem."""
    held: dict[str, Draft] = st.session_state.setdefault("draft_read", {})
    key = fingerprint(text, kind)
    if key not in held:
        with st.spinner("Splitting and tagging …"):
            held[key] = read_draft(text, kind)
        while len(held) > KEPT:
            held.pop(next(iter(held)))
    return held[key]


def choose_source(having: Sequence[Publisher]) -> tuple[Publisher, int]:
    """Return against whose last issues the draft is held, and how many; at first the first of ours, else the first with a target."""
    by_id, targets = {one.id: one for one in having}, all_targets()
    if st.session_state.get("draft_source") not in by_id:
        asked = [one for one in st.query_params.get_all("of") if one in by_id]
        own = [one.id for one in having if one.ours] or [one.id for one in having if targets.of(one.id)]
        st.session_state["draft_source"] = (asked or own or list(by_id))[0]
    alone = "Only one source has stories." if len(by_id) == 1 else None
    chosen = st.selectbox("Held against the last issues of", list(by_id), key="draft_source",
                          format_func=lambda id: by_id[id].name,
                          width=280, disabled=len(by_id) == 1, help=alone)  # fmt: skip
    write_own_address({"of": [chosen]})
    return by_id[chosen], size_of(by_id[chosen], "auto")


def lines_of(draft: Draft) -> list[frozenset[str]]:
    """Return the lines that each counted story of the draft is on, in order."""
    about = {str(one["id"]) for story in draft.counted for one in story["organizations"]}
    types = {
        str(row["id"]): str(row["type"]) for row in records(ask("draft_types", organizations=tuple(sorted(about))))
    }
    groups = [(str(r["key"]), str(r["kind"]), str(r["tag_id"])) for r in records(ask("group_members"))]
    return [keys_of(story, groups, types) for story in draft.counted]


def compared(draft: Draft, having: Mapping[str, int], publisher: Publisher, size: int) -> list[Compared]:
    """Return each desk, and below it its topics, in the draft, in the last issues and in the field over the same days."""
    lines, gathered = catalog().lines, desks()
    keys = tuple(key for desk, topics in gathered.items() for key in (desk, *topics))
    usual = {
        row["key"]: row
        for row in records(ask("draft_usual", keys=keys, source=publisher.id, size=size, clock=freshness().clock))
    }
    others = tuple(source.id for source in sources() if source.id != publisher.id)
    field: dict[str, dict[str, Any]] = {}
    if others and usual:
        span = next(iter(usual.values()))
        plain = {"letters": False, "unit": "story", "about_any": None, "about_all": None, "about_none": None}
        days = {"from_day": span["first_day"].date(), "to_day": span["last_day"].date()}
        field = {row["key"]: row for row in records(ask("topic_share", keys=keys, sources=others, **days, **plain))}
    empty = {"k": 0, "n": 0, "share": 0.0, "low": 0.0, "high": 0.0, "first_day": None, "last_day": None}
    return [
        Compared(key, lines[key].name, having.get(key, 0), len(draft.counted), usual.get(key, empty), field.get(key))
        for key in keys
        if key in lines
    ]


def differences(rows: Sequence[Compared]) -> dict[str, dict[str, Any]]:
    """Return the likely range of the difference between draft and last issues, where both have enough stories."""
    return {
        row.key: records(ask("difference", k_1=int(row.usual["k"]), n_1=int(row.usual["n"]), k_2=row.k, n_2=row.n))[0]
        for row in rows
        if row.n >= FEW and row.usual["n"] >= FEW
    }


def targets_section(having: Mapping[str, int], draft: Draft, publisher: Publisher, size: int) -> str:
    """The draft against the source's targets, alone and as its newest issue (25). Returns the key of a chosen row, '' for none."""
    st.header("Against the targets", anchor=False)
    wanted = all_targets().of(publisher.id)
    if not wanted:
        st.caption(f"{words.plain(publisher.name)} has no targets. The page Balance sets them.")
        return ""
    mine = tuple(having.get(target.key, 0) for target in wanted)
    rows = records(ask("draft_targets", **as_parameters(wanted), mine=mine, in_draft=len(draft.counted),
                       source=publisher.id, size=size, clock=freshness().clock))  # fmt: skip
    names = {key: line.name for key, line in named_lines().items()}
    missed = [
        target_sentence(row, names.get(row["key"], row["key"]), publisher, size)
        for row in rows
        if row["side"] != "within"
    ]
    said = "".join(f"<li>{escape(one)}</li>" for one in missed)
    st.html(f"<ul>{said}</ul>" if said else "<p>With this draft every target is met.</p>")
    return _picked(targets_table(rows, names, publisher, size), [row["key"] for row in rows], "targets",
                   "Targets with what this draft holds, alone and as the newest issue")  # fmt: skip


def _picked(table: pd.DataFrame, keys: Sequence[str], name: str, alt: str, **options: Any) -> str:
    """Draw a table whose rows choose which stories of the draft are shown; return the chosen row's key, '' for none."""
    chosen = st.dataframe(
        table, hide_index=True, key=f"draft_{name}", on_select="rerun", selection_mode="single-row", alt=alt, **options
    )
    return next((keys[at] for at in chosen.selection.rows if at < len(keys)), "")


def balance_section(rows: Sequence[Compared], publisher: Publisher, size: int) -> str:
    """The draft's balance beside the last issues and the field. Returns the key of a chosen row, '' for none."""
    st.header("Balance", anchor=False)
    span = next((row.usual for row in rows if row.usual["n"]), None)
    table, options = balance_table(rows, differences(rows), publisher, size), {}
    if span is None:
        st.caption(f"{words.plain(publisher.name)} has no stories to compare with.")
    else:
        st.html(f'<span class="quiet">{_held_against(rows, publisher, size, span)}</span>')
        others = tuple(source.id for source in sources() if source.id != publisher.id)
        for name, whose, part in (
            (f"Open {publisher.name}", (publisher.id,), "usual"),
            ("Open the field", others, "field"),
        ):
            if 0 < len(whose) <= MOST_SOURCES:
                table[name] = [
                    root() + opened(span, whose, row.key) if (getattr(row, part) or {"k": 0})["k"] else None
                    for row in rows
                ]
                options[name] = st.column_config.LinkColumn(display_text="stories", help="Its stories, on Coverage.")
    return _picked(table, [row.key for row in rows], "balance", "Desks and topics of this draft, of the last issues and of all others",
                   height=520, column_config=options)  # fmt: skip


def opened(span: Mapping[str, Any], whose: tuple[str, ...], key: str) -> str:
    """Return the part of an address that opens a line's stories of some sources over the days of the last issues; '*': all stories."""
    days = {"start": span["first_day"].date(), "end": span["last_day"].date()}
    filters = Filters(when="custom", sources=whose, open_key=key, **days)
    filters = filters if key == "*" else replace(filters, show=(key,))
    return f"?{urlencode(to_query(filters), doseq=True)}"


def _held_against(rows: Sequence[Compared], publisher: Publisher, size: int, span: Any) -> str:
    """Say what is compared, led to the stories of the last issues, and what stands out as missing."""
    first, last = (span[name].date() for name in ("first_day", "last_day"))
    stories = f'<a href="./{escape(opened(span, (publisher.id,), "*"))}">{words.stories(int(span["n"]))}</a>'
    absent = [
        row for row in rows if row.key.startswith("desk:") and not row.k and row.n * float(row.usual["share"]) >= 0.5
    ]
    missing = "; ".join(f"{row.name}: none, as usual it would be {would_be(row)}" for row in absent)
    over = f"{stories}, {words.day(first)} to {words.day(last)}"
    said = f"{escape(publisher.name)}, {window_name(publisher, size)}: {over}. A story counts in each of its topics."
    return said + (f" Not in this draft: {escape(missing)}." if missing else "")


def stories_section(draft: Draft, chosen: str, on: Sequence[frozenset[str]]) -> None:
    """Each story with its tags and the words that speak for them; where a row is chosen, those that it counts (26)."""
    numbered = list(enumerate(draft.stories, 1))
    lines, named = catalog().lines, named_lines()
    if chosen:
        counted = [one for one in numbered if one[1].get("form") != "letter"]
        numbered = [one for one, keys in zip(counted, on, strict=True) if chosen in keys]
        name = named[chosen].name if chosen in named else chosen
        st.header(f"{words.stories(len(numbered))} on {words.plain(name)}", anchor=False)
    else:
        st.header("Its stories, with their tags", anchor=False)
        st.caption("A row chosen above leaves the stories that it counts.")
        if draft.apart:
            st.caption(f"Set apart as no story: {words.plain(draft.apart)}.")
    cards = [story_card(number, story, lines) for number, story in numbered]
    parts = (cards,) if is_narrow() else (cards[::2], cards[1::2])
    for column, part in zip(st.columns(len(parts), gap="large"), parts, strict=True):
        column.html("".join(part) or "<span></span>")
    st.download_button(
        "Tagged stories (JSON Lines)", data="".join(f"{json.dumps(story, ensure_ascii=False)}\n" for story in draft.stories),
        file_name="draft.jsonl", mime="application/x-ndjson", key="draft_download", icon=":material/download:", type="tertiary",
        on_click="ignore", help="What `ainews tag` gives for this draft. It is kept nowhere else.",
    )  # fmt: skip


def show_draft() -> None:
    """Draw the page."""
    top = st.container()
    top.html('<h1 class="sentence">Check a draft before it is sent</h1>')
    publisher, size = choose_source(publishers())
    try:
        asked = given()
        if asked is None:
            return
        draft = read(*asked)
    except DraftProblem as problem:
        st.session_state.pop("draft_given", None)
        st.warning(words.plain(str(problem)), icon=":material/error:")
        return
    if not draft.counted:
        st.warning("It holds editors’ letters alone, which are counted nowhere.", icon=":material/error:")
        stories_section(draft, "", [])
        return
    on = lines_of(draft)
    having = Counter(key for keys in on for key in keys)
    rows = compared(draft, having, publisher, size)
    st.html(f'<h2 class="sentence">{escape(headline(draft, sorted(rows, key=lambda row: -row.k)))}</h2>')
    by_target = targets_section(having, draft, publisher, size)
    by_line = balance_section(rows, publisher, size)
    stories_section(draft, by_line or by_target, on)
