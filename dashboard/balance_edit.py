"""Targets edited on the page: the form, and what switches one off or takes a change back. Only editors are shown it, and each write asks
again who writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from dashboard import words
from dashboard.balance import Publisher
from dashboard.desk import DeskBusy, Entry, append
from dashboard.editor import NotAllowed, editor, need_editor
from dashboard.snapshot import desk_folder
from dashboard.targets import (
    LONGEST_WHY,
    Target,
    Targets,
    Unread,
    band_words,
    off_entry,
    problem,
    set_entry,
    undo_entry,
)
from dashboard.view import Line

SAID = "balance_said"
MOST_UNREAD = 8  # named one by one
KINDS = {
    "topic": "topic",
    "desk": "desk",
    "group": "group of topics",
    "type": "type of organization",
    "region": "place",
}
_OFF = "It no longer counts, and can be switched on again."
_UNDO = {
    True: "Undo: the target counts again.",
    False: "Undo its last change: what was before counts again, an example that ships, or nothing.",
}


def edit_section(targets: Targets, publisher: Publisher, lines: dict[str, Line]) -> None:
    """The targets of a source as a list, each with what can be done to it, and the form for another."""
    kept, off = targets.of(publisher.id), targets.switched_off(publisher.id)
    may = editor() is not None
    with st.expander("Edit targets" if may else "All targets and who asks them", icon=":material/edit:" if may else ":material/list:",
                     key="balance_edit", expanded=bool(st.session_state.get(SAID))):  # fmt: skip
        if said := st.session_state.pop(SAID, None):
            (st.error if said.startswith("!") else st.success)(said.removeprefix("!"))
        _unread(targets.unread, may=may)
        for target in (*kept, *off):
            _row(target, lines, may=may)
        if may:
            _form(publisher, lines)
        else:
            st.caption(
                "Editors set and change targets here: who signs in and is on the editors’ list, or `ainews app --editor NAME`."
            )


def _unread(unread: Sequence[Unread], *, may: bool) -> None:
    """Name what is asked for and does not count, and why."""
    for one in unread[:MOST_UNREAD]:
        who = f"{words.plain(one.by[:60])}, {one.at[:10]}" if one.by else "an example that ships"
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(f"{words.quoted(one.name)} ({who}) does not count. {one.why}", width="stretch")
            if may and one.entry:
                st.button("Take back", key=f"undo_{one.entry}", type="tertiary", icon=":material/undo:",
                          on_click=write, args=(lambda by, one=one: undo_entry(one, by=by), "Taken back."))  # fmt: skip
    if len(unread) > MOST_UNREAD:
        st.caption(f"{words.count(len(unread) - MOST_UNREAD)} more do not count.")


def said_of(target: Target, lines: dict[str, Line]) -> str:
    """Return a target in words, as Markdown: what, band, who asks it since when, why."""
    name = lines[target.key].name if target.key in lines else target.key
    who = f"{words.plain(target.by[:60])}, {target.at[:10]}" if target.by else "an example that ships"
    why = f" {words.plain(target.why)}" if target.why else ""
    return f"**{words.plain(name)}**: {band_words(target)}{' · switched off' if target.off else ''} · {who}.{why}"


def _row(target: Target, lines: dict[str, Line], *, may: bool) -> None:
    with st.container(
        horizontal=True,
        vertical_alignment="center",
        gap="small",
        key=f"target_{target.name}".replace(":", "_").replace("@", "_"),
    ):
        st.markdown(said_of(target, lines), width="stretch")
        if not may:
            return
        if target.off or target.entry:
            label = "Switch on again" if target.off else "Take back"
            st.button(label, key=f"undo_{target.name}", type="tertiary", icon=":material/undo:", help=_UNDO[bool(target.off)],
                      on_click=write, args=(lambda by: undo_entry(target, by=by), "Taken back."))  # fmt: skip
        if not target.off:
            st.button("Switch off", key=f"off_{target.name}", type="tertiary", icon=":material/block:", help=_OFF,
                      on_click=write, args=(lambda by: off_entry(target, by=by), "Switched off."))  # fmt: skip


def write(entry: Callable[[str], Entry], said: str) -> None:
    """Add an entry of whoever writes now to the desk folder. A callback."""
    try:
        append(desk_folder(), [entry(need_editor())])
    except (NotAllowed, DeskBusy) as refused:
        st.session_state[SAID] = f"!{refused}"
    except OSError as error:
        st.session_state[SAID] = f"!The desk folder can’t be written ({error.strerror}), so nothing was saved."
    else:
        st.session_state[SAID] = said


def _form(publisher: Publisher, lines: dict[str, Line]) -> None:
    st.markdown("**Set or change a target**")
    options = sorted(lines, key=lambda key: (list(KINDS).index(key.partition(":")[0]), lines[key].name))
    with st.form("balance_form", border=False, clear_on_submit=False):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.selectbox("What", options, key="target_what", width=340, index=None, placeholder="A topic, desk, type or place",
                         format_func=lambda key: f"{lines[key].name} · {KINDS[key.partition(':')[0]]}")  # fmt: skip
            st.number_input("At least, %", 0.0, 100.0, None, 1.0, key="target_least", width=140, format="%g")
            st.number_input("At most, %", 0.0, 100.0, None, 1.0, key="target_most", width=140, format="%g")
        st.text_input("Why", key="target_why", max_chars=LONGEST_WHY, placeholder="What the band is for")
        st.form_submit_button(
            f"Save for {words.plain(publisher.name)}",
            icon=":material/save:",
            on_click=save,
            args=(publisher, frozenset(lines)),
        )


def save(publisher: Publisher, keys: frozenset[str]) -> None:
    """Check what the form says and write it. A callback."""
    state = st.session_state
    target = Target(
        str(state["target_what"] or ""),
        publisher.id,
        state["target_least"],
        state["target_most"],
        (state["target_why"] or "").strip(),
    )
    target = replace(target, why=" ".join(target.why.split()))
    if wrong := problem(target, keys, {publisher.id}):
        state[SAID] = f"!Nothing was saved. {wrong}"
        return
    write(lambda by: set_entry(target, by=by), "Saved: it counts at once.")
