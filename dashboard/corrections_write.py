"""The desk's corrections as pages write them: who may is asked again, and every wish is checked against the data, before a line is added.

A page's callbacks call these; what was refused is said by `say_refused` when the page is drawn again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard.corrections import UNTAGGED, Now, Refused, checked, undoing
from dashboard.data import ask_quietly
from dashboard.desk import DeskBusy, Entry, append, standing
from dashboard.editor import NotAllowed, need_editor
from dashboard.snapshot import desk_folder
from dashboard.waiting import desk

SAID = "desk_said"


def story_now(story: object) -> Now | None:
    """Return a story of the data as it is now, with what is pending; None where there is none of this id."""
    rows = ask_quietly("correction_now", story=str(story)).to_dict("records") if story else []
    return _now({str(name): value for name, value in rows[0].items()}) if rows else None


def _now(row: dict[str, Any]) -> Now:
    lists = {name: list(row[name]) if isinstance(row[name], Iterable) else [] for name in _LISTS}  # else NULL
    tags = {
        "topic": {str(one): "" for one in lists["topics"]},
        "organization": {str(tag): str(role) for tag, role in lists["organizations"]},
        "region": {str(tag): str(role) for tag, role in lists["regions"]},
    }
    day, last = row["day"].date(), row["last_day"].date()
    return Now(row["story_id"], day, last, row["form"], row["cluster_id"], int(row["told"]), tags)


_LISTS = ("topics", "organizations", "regions")


def decide(wishes: Sequence[Entry]) -> tuple[Entry, ...]:
    """Write these wishes, all or none, under the name of whoever asks. Raises Refused, NotAllowed or DeskBusy; nothing is written then."""
    by, entries = need_editor(), []
    for wish in wishes:
        now = story_now(wish.story_id)
        if now is None:
            raise Refused("There is no such story in this data.")
        other = story_now(wish.value) if (wish.kind, wish.action) == ("cluster", "add") else None
        entries.append(checked(replace(wish, by=by, id="", at=""), now, known=_known(wish), other=other))
    return append(desk_folder(), entries)


def _known(wish: Entry) -> bool:
    kind = "topic" if wish.kind == "judgement" else wish.kind
    tag = f"{kind}:{wish.tag_id}"
    if wish.kind == "judgement" and (wish.tag_id or "").startswith("organization:"):
        tag = str(wish.tag_id)
    return tag == f"topic:{UNTAGGED}" or not ask_quietly("correction_tags", tags=(tag,)).empty


def undo(ids: Sequence[str]) -> tuple[Entry, ...]:
    """Take these entries back. Raises Refused where one is not there or does not count any more, NotAllowed or DeskBusy."""
    by, entries = need_editor(), desk().entries
    counts, found = standing(entries), {entry.id: entry for entry in entries if entry.undoes is None}
    for one in ids:
        if one not in found:
            raise Refused("There is no such decision.")
        if one not in counts:
            raise Refused("That is taken back already.")
    return append(desk_folder(), [undoing(found[one], by=by) for one in ids])


def tried(act: Any, *values: Any) -> tuple[Entry, ...]:
    """Do `decide` or `undo`; what is refused is kept to be said, and nothing is written. Returns what was."""
    try:
        written: tuple[Entry, ...] = act(*values)
    except (Refused, NotAllowed, DeskBusy) as error:
        st.session_state[SAID] = str(error)
        return ()
    except OSError as error:
        logging.getLogger(__name__).exception("the desk folder can't be written")
        st.session_state[SAID] = f"The desk folder can’t be written, so nothing was saved: {error.strerror}"
        return ()
    st.session_state.pop(SAID, None)
    return written


def say_refused() -> None:
    """Say what was refused since the page was drawn last."""
    if said := st.session_state.pop(SAID, ""):
        st.error(said, icon=":material/block:")
