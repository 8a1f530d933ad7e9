"""A rehearsal as Streamlit runs it: which stories it is of, a bar while it runs, a way to stop, and what a session keeps of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from dashboard import words
from dashboard.data import ask_quietly, catalog, data_name, freshness, snapshot, sources
from dashboard.filters import Filters
from dashboard.panels import records
from dashboard.rehearsal import Asked, Change, Flip, Rehearsed, Row, asked_of, looked_for, rehearsed
from dashboard.rehearsal_run import RehearsalProblem, judge, look
from dashboard.view import View, build_view, restriction
from dashboard.waiting import waiting

KEPT = 4  # rehearsals that one session holds
HELD, STOPPED = "rehearsals", "rehearsal_stopped"


def view_of(topic: str) -> View:
    """Return the topic's line as it is, over the days and sources that the page's controls say."""
    state = st.session_state
    filters = Filters(show=(f"topic:{topic}",), when=state["desk_days"], sources=(state["desk_over"],), events=False)
    return build_view(ask_quietly, filters, sources=sources(), catalog=catalog().lines, clock=freshness().clock)


def scope_of(view: View) -> dict[str, Any]:
    """Return what the macros take to count the stories of a view."""
    span = {"sources": view.source_ids(), "from_day": view.from_day, "to_day": view.to_day, "grain": view.grain}
    return span | restriction(view.filters)


def numbers_of(flips: Sequence[Flip]) -> tuple[int, ...]:
    """Return the numbers of stories that flip."""
    return tuple(one.story_no for one in flips)


def held_or_made(change: Change, view: View) -> Rehearsed | None:
    """Return what the change would do; what this session has rehearsed is not rehearsed again. None where it was stopped. Raises
    RehearsalProblem."""
    held: dict[object, Rehearsed] = st.session_state.setdefault(HELD, {})
    key = (change, data_name(), tuple(sorted(scope_of(view).items())))
    if st.session_state.get(STOPPED) == change:
        st.info("Stopped. Nothing was kept.", icon=":material/stop_circle:")
        st.button("Rehearse it after all", key="rehearse_again", on_click=lambda: st.session_state.pop(STOPPED, None))
        return None
    if key not in held:
        held[key] = _rehearse(change, view)
    while len(held) > KEPT:
        held.pop(next(iter(held)))
    return held[key]


def _rehearse(change: Change, view: View) -> Rehearsed:
    """Find the stories that can change and have them judged, with a bar and a way to stop."""
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="center"):
        bar = st.progress(0.0, text="Reading the word lists …")
        st.button(
            "Stop",
            icon=":material/stop:",
            key="rehearse_stop",
            on_click=lambda: st.session_state.update({STOPPED: change}),
        )
    try:
        told = look(change, partial(_tell, bar, "Reading the word lists …", 0))
        asked = _asked(change, told, view)
        judged: list[Row] = []
        if asked.again:
            texts = records(ask_quietly("rehearsal_texts", stories=asked.again))
            judged = judge(
                change, texts, partial(_tell, bar, f"of {words.stories(len(texts))} tagged again", len(texts))
            )
    except RehearsalProblem:
        place.empty()
        raise
    place.empty()
    return rehearsed(told, asked, judged)


def _tell(bar: Any, text: str, of: int, done: int) -> None:
    """Say how far it is; while it does, Streamlit can end this run of the page, and with it the process."""
    if done < 0:
        bar.progress(0.0, text="Another change is being rehearsed; this one is next …")
    else:
        bar.progress(min(1.0, done / of) if of else 0.0, text=f"{words.count(done)} {text}" if of else text)


def _asked(change: Change, told: Row, view: View) -> Asked:
    decided = tuple(
        str(one.story_id) for one in waiting(snapshot()).wanted if one.kind == "topic" and one.tag_id == change.topic
    )
    scope = {name: value for name, value in scope_of(view).items() if name != "grain"}
    return asked_of(
        records(
            ask_quietly(
                "rehearsal_candidates",
                topic=change.topic,
                decided=decided,
                tagger=freshness().tagger,
                **looked_for(told),
                **scope,
            )
        )
    )
