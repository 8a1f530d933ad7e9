"""The list of all that people decided on stories, with what takes one back, and the same as a file."""

from __future__ import annotations

import streamlit as st

from dashboard import words
from dashboard.corrections_story import history_of
from dashboard.corrections_words import file_rows, table
from dashboard.corrections_write import say_refused, tried, undo
from dashboard.data import ask_quietly, data_name
from dashboard.editor import editor
from dashboard.exports import as_csv
from dashboard.links import story_link
from dashboard.panels import records
from dashboard.waiting import desk

BACK = "page=corrections"
NAMED = 5  # lines that can't be read, by name


def say_unread() -> None:
    """Say which lines of the desk folder can't be read, and what to do."""
    held = desk()
    if held.refused:
        many = len(held.refused)
        lines, they = ("1 line", "it is") if many == 1 else (f"{many:,} lines", "they are")
        rest = [f"{many - NAMED:,} more"] if many > NAMED else []
        named = words.listed([*(words.quoted(one) for one in held.refused[:NAMED]), *rest])
        st.warning(
            f"{lines} of the desk folder can’t be read and count for nothing, and no run goes through until {they} mended: {named}. "
            "`ainews run` says what is wrong with the first: correct that line, or remove it.",
            icon=":material/error:",
        )
    if held.cut:
        st.warning(
            f"The last line of {words.listed([words.quoted(one) for one in held.cut])} was cut off while it was written and counts for "
            "nothing. The next decision is written in its place, and what is left of it is kept in a file beside.",
            icon=":material/content_cut:",
        )


def list_part() -> None:
    """All that people decided on stories."""
    history = history_of()
    if not history.found:
        st.info("Nothing was decided on any story yet.", icon=":material/edit_note:")
        return
    ids = tuple(sorted({str(one.entry.story_id) for one in history.found}))
    titles = {row["story_id"]: row["title"] for row in records(ask_quietly("correction_titles", stories=ids))}
    st.caption(
        f"{len(history.found):,} decision{'' if len(history.found) == 1 else 's'}. A chosen row leads to its story and can be taken back."
    )
    picked = st.dataframe(table(history.found, history.names, titles), hide_index=True, on_select="rerun", selection_mode="single-row",
                          key="desk_list", alt="All decisions on stories, the newest first")  # fmt: skip
    for at in picked.selection.rows[:1]:
        one = history.found[at]
        with st.container(horizontal=True, vertical_alignment="center"):
            if one.entry.story_id in titles:
                st.link_button(
                    "Open its story", story_link(str(one.entry.story_id), back=BACK), icon=":material/article:"
                )
            if editor() is not None and one.state in ("applied", "pending", "judged", "kept"):
                st.button("Undo it", icon=":material/undo:", key="desk_undo_one", on_click=_undo, args=(one.entry.id,))
    say_refused()
    rows = file_rows(history.found, history.names, titles, snapshot=data_name())
    st.download_button(f"Download these {len(rows):,} (CSV)", data=as_csv(rows), file_name="corrections.csv", mime="text/csv",
                       key="desk_list_csv", icon=":material/download:", type="tertiary", on_click="ignore")  # fmt: skip


def _undo(entry_id: str) -> None:
    tried(undo, (entry_id,))
