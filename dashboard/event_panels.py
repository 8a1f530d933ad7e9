"""Events on the page "Views and events", where editors add and change them, and their choice among Coverage's options."""

from __future__ import annotations

from datetime import date
from html import escape

import streamlit as st

from dashboard import words
from dashboard.data import ask_quietly, freshness
from dashboard.editor import editor
from dashboard.envelope import EARLIEST
from dashboard.events import AHEAD, LONGEST_LABEL, Event, Events, events_of, problem, set_event
from dashboard.filters import MOST_MARKED
from dashboard.named import LONGEST_LINK, LONGEST_WHY, one_name, removal, who
from dashboard.panels import records
from dashboard.save_write import new_id, refuse, say, undo_button, unfit_rows, write, written
from dashboard.stories import link
from dashboard.waiting import desk

PART = "event"
MOST = 120  # drawn at once
FIELDS = ("day", "name", "url", "why", "default")


def all_events() -> Events:
    """Return the events that ship and those of the desk folder."""
    rows = records(ask_quietly("events", from_day=date.min, to_day=date.max))
    return events_of(rows, desk().entries)


def events_section() -> None:
    """The list of events, for editors with what changes them."""
    found = all_events()
    say(PART)
    for event in found.kept[-MOST:]:
        _row(event)
    if len(found.kept) > MOST:
        st.caption(f"and {words.count(len(found.kept) - MOST)} before these.")
    unfit_rows(PART, found.unfit)
    _removed(found)
    if editor() is not None:
        with st.expander("Add an event", icon=":material/add:", key="event_add"):
            _form(None)


def line_of(event: Event) -> str:
    """Return an event as safe HTML."""
    name = link(event.url, escape(event.label))
    where = "marked without being asked" if event.by_default else "marked where a reader chooses it"
    whose = "ships with the program" if event.ships else who(event.by, event.at)
    why = f" {escape(event.why)}" if event.why else ""
    return (
        f'<div class="saved">{words.day(event.day)} · <b>{name}</b>{why}'
        f'<div class="quiet">{where} · {escape(whose)}</div></div>'
    )


def _row(event: Event) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(line_of(event), width="stretch")
        if editor() is None:
            return
        st.button(
            "Change",
            key=f"event_change_{event.id}",
            type="tertiary",
            icon=":material/edit:",
            on_click=_open,
            args=(event.id,),
        )
        if event.earlier and event.entry:
            undo_button(
                PART, "Undo", event.id, event.entry, key=f"event_undo_{event.id}", help="Takes its last change back."
            )
        st.button("Remove", key=f"event_off_{event.id}", type="tertiary", icon=":material/delete:", on_click=write,
                  help="No chart marks it any more; it can be brought back.",
                  args=(PART, lambda by: removal("event", event.id, event.label, by=by), "Removed."))  # fmt: skip
    if st.session_state.get("event_open") == event.id:
        _form(event)


def _open(id: str) -> None:
    st.session_state["event_open"] = "" if st.session_state.get("event_open") == id else id


def _form(event: Event | None) -> None:
    """The form for a new event (None) or for a change of one."""
    key, today = event.id if event else "new", freshness().clock.date()
    with st.form(f"event_form_{key}", border=event is not None):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.date_input("Day", event.day if event else None, key=f"event_day_{key}", min_value=EARLIEST, max_value=today + AHEAD,
                          width=160)  # fmt: skip
            st.text_input("Name", event.label if event else "", key=f"event_name_{key}", max_chars=LONGEST_LABEL, width=300,
                          placeholder="What the chart says")  # fmt: skip
            st.text_input("Link", event.url if event else "", key=f"event_url_{key}", max_chars=LONGEST_LINK, width=340,
                          placeholder="https://… (optional)")  # fmt: skip
        st.text_input(
            "Why it matters",
            event.why if event else "",
            key=f"event_why_{key}",
            max_chars=LONGEST_WHY,
            placeholder="Optional",
        )
        st.checkbox("Mark it on every chart without being asked", event.by_default if event else False, key=f"event_default_{key}",
                    help=f"Keep those few: a chart marks the newest {MOST_MARKED} of its days.")  # fmt: skip
        st.form_submit_button("Save", icon=":material/save:", on_click=_save, args=(event,))


def _save(before: Event | None) -> None:
    """Check what the form says and write it. A callback."""
    key = before.id if before else "new"
    day, name, url, why, default = (st.session_state[f"event_{field}_{key}"] for field in FIELDS)
    if not isinstance(day, date):
        refuse(PART, "Choose its day.")
        return
    id = before.id if before else new_id("event")
    event = Event(id, day, one_name(name), str(url or "").strip(), bool(default), one_name(why))
    if wrong := problem(event, all_events().names, today=freshness().clock.date()):
        refuse(PART, wrong)
    elif written(PART, lambda by: set_event(event, by=by), "Saved: charts can mark it at once."):
        st.session_state["event_open"] = ""
        if before is None:
            st.session_state.update({f"event_{field}_new": "" for field in FIELDS if field in ("name", "url", "why")})


def _removed(found: Events) -> None:
    """For editors: what was taken away, each brought back by a click."""
    if not found.removed or editor() is None:
        return
    with st.expander(f"Removed events: {len(found.removed)}", icon=":material/delete:", key="events_removed"):
        for event in found.removed[-MOST:]:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.html(f'<div class="saved">{words.day(event.day)} · {escape(event.label)}</div>', width="stretch")
                undo_button(
                    PART,
                    "Bring back",
                    event.id,
                    event.off,
                    key=f"event_back_{event.id}",
                    help="Charts can mark it again.",
                )


def marks_choice(found: Events, *, disabled: bool) -> None:
    """Which events are marked on Coverage; without a choice those that are marked without being asked."""
    st.multiselect(
        "Events to mark", [event.id for event in found.kept], key="choice_marks", format_func=found.named, max_selections=MOST_MARKED,
        placeholder="Those marked without being asked", disabled=disabled,
        help="Switch on *Mark events* first." if disabled else "Editors add events on the page *Views and events*.",
    )  # fmt: skip
