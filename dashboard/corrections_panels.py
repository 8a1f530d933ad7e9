"""The parts of the page Corrections: the queue, one story at a time by keys, and the list of all that was decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

import duckdb
import streamlit as st

from dashboard import words
from dashboard.corrections_list import BACK
from dashboard.corrections_queue import (
    HELP,
    MOST,
    REASONS,
    Item,
    accepted,
    is_settled,
    items_of,
    looked_at,
    merged,
    queue_table,
    settled,
    turned,
    why_here,
)
from dashboard.corrections_story import tag_names
from dashboard.corrections_write import decide, say_refused, story_now, tried, undo
from dashboard.data import ask_as_published, ask_quietly, data_name, freshness
from dashboard.desk import Entry
from dashboard.desk_address import from_address, to_address
from dashboard.editor import editor
from dashboard.exports import as_csv
from dashboard.links import story_link
from dashboard.panels import records
from dashboard.reasons import ALL, body, head, spans_for
from dashboard.waiting import desk

SINCE = {"weeks": "Last 13 weeks", "year": "Last 12 months", "all": "All days"}
DAYS = {"weeks": 91, "year": 365}
SEEN = "seen in the queue"  # why, where nothing is typed
GOAL = 100  # stories in a sitting
KEYED = "123456789"


def queue_part() -> None:
    """What most needs an eye, one story at a time."""
    from_address("since", SINCE, "weeks")
    from_address("reason", REASONS, None)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        since = st.selectbox("Stories of", list(SINCE), key="desk_since", width=180, format_func=SINCE.__getitem__)
        found = queue_of(since)
        counts = {reason: _many(found.get(reason, [])) for reason in REASONS}
        st.pills("Why they need an eye", list(REASONS), key="desk_reason",
                 format_func=lambda reason: f"{REASONS[reason]} · {counts[reason]}",
                 help=" ".join(f"**{REASONS[reason]}**: {said}" for reason, said in HELP.items()))  # fmt: skip
    reason = st.session_state.get("desk_reason")
    to_address("since", "weeks")
    to_address("reason", None)
    waiting = found.get(reason, []) if reason else merged(found)
    _progress(
        f"{len(waiting):,}{'+' if '+' in ''.join(counts[one] for one in ([reason] if reason else REASONS)) else ''}"
    )
    say_refused()
    skipped = st.session_state.setdefault("desk_skipped", [])
    left = [item for item in waiting if item.key not in skipped]
    if not left:
        _nothing_left(bool(waiting), since)
        return
    chosen = st.session_state.get("desk_chosen")
    item = next((one for one in left if one.key == chosen), left[0])
    names = tag_names(tuple(sorted({f"topic:{tag}" for one in waiting for tag in one.tags if one.reason != "rising"})))
    _one(item, names)
    _all_that_wait(waiting, names)


def queue_of(since: str) -> dict[str, list[Item]]:
    """Return what waits, by reason; what people decided already is left out."""
    first = None if since == "all" else freshness().newest_day - timedelta(days=DAYS[since])
    done = settled(desk().entries)
    days = DAYS.get(since, DAYS["year"])
    found = {}
    for reason in REASONS:
        asked: dict[str, Any] = {"days": days} if reason == "rising" else {"from_day": first}
        rows = records(ask_as_published(f"correction_{reason}", at_most=MOST, **asked))
        found[reason] = [item for item in items_of(reason, rows) if not is_settled(item, done)]
    return found


def _many(items: Sequence[Item]) -> str:
    return f"{len(items):,}" + ("+" if items and items[-1].place >= MOST else "")


def _progress(waiting: str) -> None:
    name = editor()
    if name is None:
        st.caption("You can look; who may write is said under Data and methods.")
        return
    done = looked_at(desk().entries, by=name, today=datetime.now(UTC).date())
    left, right = st.columns([8, 2], vertical_alignment="center")
    left.progress(min(1.0, done / GOAL), text=f"{words.stories(done)} looked at today · {waiting} waiting")
    last: list[list[str]] = st.session_state.setdefault("desk_last", [])
    right.button("Undo", icon=":material/undo:", key="desk_undo", shortcut="u", on_click=_undo_last, disabled=not last,
                 help="Takes back what you decided last in this session." if last else "Nothing was decided in this session.")  # fmt: skip


def _nothing_left(skipped: bool, since: str) -> None:
    if skipped:
        st.info("All that is left was skipped.", icon=":material/done_all:")
        st.button("Show the skipped again", on_click=lambda: st.session_state.update(desk_skipped=[]), key="desk_again")
        return
    loosen = "" if since == "all" else f" Choose *{SINCE['all']}* to see older ones."
    st.info(f"Nothing of this waits: no such story, or all were looked at.{loosen}", icon=":material/done_all:")


def _one(item: Item, names: dict[str, str]) -> None:
    """The story in question with its evidence, and what can be decided."""
    (story,) = records(ask_quietly("story", story=item.story_id))[:1]
    number = int(story["story_no"])
    topics = records(ask_quietly("story_topics", story_no=number, tagger=story["tagger"]))
    people = records(ask_quietly("story_names", story_no=number))
    reasons = records(ask_quietly("story_reasons", story_no=number))
    labels = {f"topic:{t['id']}": str(t["short"]) for t in topics} | {
        f"{n['kind']}:{n['id']}": str(n["name"]) for n in people
    }
    key = f"organization:{item.tags[0]}" if item.reason == "rising" else f"topic:{item.tags[0]}" if item.tags else ALL
    spans = spans_for(reasons, key, labels)
    if not any(spans.values()):
        spans = spans_for(reasons, ALL, labels)
    left, right = st.columns([11, 9], gap="large")
    with right:
        st.html(f'<div class="where">{REASONS[item.reason]}</div><p class="lead">{escape(why_here(item, names))}</p>')
        if editor() is not None:
            _keys(item, topics, people)
        if item.reason == "copies":
            _copies(int(story["cluster_no"]))
    with left:
        st.html(head(story, spans["title"]))
        st.html(body(story, spans["text"]))
        given = [labels[f"topic:{t['id']}"] for t in topics if t["state"] == "given"] + [str(n["name"]) for n in people]
        chips = (
            "".join(f'<span class="chip">{escape(one)}</span>' for one in given) or '<span class="quiet">No tag.</span>'
        )
        more = f'<a class="why" href="{escape(story_link(item.story_id, back=BACK))}">All tags, history and other corrections</a>'
        st.html(f'<article class="story"><div class="chips">{chips}</div>{more}</article>')


def _keys(item: Item, topics: Sequence[dict[str, Any]], people: Sequence[dict[str, Any]]) -> None:
    """What can be decided, each by a key."""
    with st.container(horizontal=True, key="desk_keys"):
        st.button("Right as it is", type="primary", shortcut="a", key="desk_accept", on_click=_accept, args=(item,),
                  help="Kept as a judgement: the story leaves the queue, and training learns from it.")  # fmt: skip
        if label := _turn_label(item):
            st.button(label, shortcut="w", key="desk_turn", on_click=_turn, args=(item,))
        st.button("Not a story", shortcut="n", key="desk_void", on_click=_void, args=(item,))
        if item.reason == "rising":
            st.button("Propose it", shortcut="p", key="desk_propose", on_click=_propose, args=(item,),
                      help="For the word lists, as a file that a maintainer merges.")  # fmt: skip
        st.button("Skip", shortcut="s", type="tertiary", key="desk_skip", on_click=_skip, args=(item,))
    held = [(f"topic:{t['id']}", str(t["name"])) for t in topics if t["state"] == "given"]
    held += [(f"{n['kind']}:{n['id']}", str(n["name"])) for n in people]
    with st.container(horizontal=True, key="desk_tags"):
        for number, (tag, name) in enumerate(held[: len(KEYED)]):
            st.button(words.plain(name), icon=":material/close:", shortcut=KEYED[number], type="tertiary", key=f"desk_take_{number}",
                      on_click=_take, args=(item, tag), help="Takes this tag away.")  # fmt: skip
    lacking = {str(t["id"]): str(t["name"]) for t in topics if t["state"] != "given"}
    give = f"desk_give_{item.key}_{len(st.session_state['desk_last'])}"  # anew after each decision: else keys would go on typing into it
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox("Give another topic", list(lacking), index=None, key=give, width=240,
                     format_func=lambda tag: lacking.get(tag, tag), placeholder="Topic", on_change=_give, args=(item, give))  # fmt: skip
        st.text_input("Why", key="desk_why", placeholder="Optional: else the reason above", max_chars=500, width=300)


def _turn_label(item: Item) -> str:
    """What W does; the sentence above names the tag."""
    if item.reason == "copies" or not item.tags:
        return ""
    return "Take it away" if item.has else "Give it"


def _copies(cluster_no: int) -> None:
    rows = records(ask_quietly("correction_copy_tags", cluster_no=cluster_no))
    every = tag_names(tuple(sorted({f"topic:{tag}" for row in rows for tag in row["topics"]})))
    st.html(f'<ul class="names">{"".join(_copy(row, every) for row in rows)}</ul>')


def _copy(row: dict[str, Any], names: dict[str, str]) -> str:
    topics = ", ".join(names.get(f"topic:{tag}", tag) for tag in row["topics"]) or "no topic"
    return (
        f'<li><a href="{escape(story_link(row["story_id"], back=BACK))}">{escape(row["title"])}</a> '
        f'<span class="role">{escape(row["source"])}, {words.day(row["day"])} · {escape(topics)}</span></li>'
    )


def _all_that_wait(items: Sequence[Item], names: dict[str, str]) -> None:
    with st.expander(f"All {len(items):,} that wait", icon=":material/table:", key="desk_all"):
        shown = queue_table(items, names)
        picked = st.dataframe(shown, hide_index=True, on_select="rerun", selection_mode="single-row", key="desk_queue",
                              height=min(38 + 35 * len(shown), 420), alt="What waits; a chosen row is shown above")  # fmt: skip
        if picked.selection.rows and picked.selection.rows[0] < len(items):
            key = items[picked.selection.rows[0]].key
            if st.session_state.get("desk_picked") != key:
                st.session_state.update(desk_picked=key, desk_chosen=key)
                st.session_state["desk_skipped"] = [one for one in st.session_state["desk_skipped"] if one != key]
                st.rerun()
        st.download_button("CSV", data=as_csv(shown.assign(snapshot=data_name())), file_name="corrections-queue.csv", mime="text/csv",
                           key="desk_queue_csv", icon=":material/download:", type="tertiary", on_click="ignore")  # fmt: skip


def _write(item: Item, wishes: Sequence[Entry]) -> None:
    if is_settled(item, settled(desk().entries)):
        return  # a key was pressed again before the next story was drawn, or another editor was faster
    written = tried(decide, list(wishes))
    if written:
        st.session_state.setdefault("desk_last", []).append([entry.id for entry in written])
        st.session_state["desk_why"] = ""


def _why(item: Item) -> str:
    names = tag_names(tuple(f"topic:{tag}" for tag in item.tags)) if item.reason != "rising" else {}
    return _typed() or why_here(item, names)


def _typed() -> str:
    return str(st.session_state.get("desk_why") or "").strip()


def _accept(item: Item) -> None:
    if now := story_now(item.story_id):
        _write(item, accepted(item, now))


def _turn(item: Item) -> None:
    if now := story_now(item.story_id):
        _write(item, turned(item, now, _why(item)))


def _void(item: Item) -> None:
    _write(item, [Entry("story", "remove", "", item.story_id, why=_typed() or SEEN)])


def _take(item: Item, tag: str) -> None:
    kind, _, name = tag.partition(":")
    _write(item, [Entry(kind, "remove", "", item.story_id, name, None, _typed() or SEEN)])


def _give(item: Item, key: str) -> None:
    if tag := st.session_state.get(key):
        _write(item, [Entry("topic", "add", "", item.story_id, str(tag), None, _typed() or SEEN)])


def _skip(item: Item) -> None:
    st.session_state.setdefault("desk_skipped", []).append(item.key)


def _propose(item: Item) -> None:
    st.session_state.update(desk_part="proposals", propose_which=item.tags[0])


def _undo_last() -> None:
    last: list[list[str]] = st.session_state.get("desk_last", [])
    if last and tried(undo, last[-1]):
        last.pop()


def older_data() -> bool:
    """Return whether the data was made before this page was there, and say so then."""
    try:
        ask_as_published("correction_doubt", from_day=None, at_most=1)
    except duckdb.CatalogException:
        st.warning(
            "This data was made before this page was there. `ainews run` brings it up to date.",
            icon=":material/update:",
        )
        return True
    return False
