"""The parts of a story's page on what people decided: its history for everybody, and for editors what corrects it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import streamlit as st

from dashboard import words
from dashboard.corrections import Now
from dashboard.corrections_words import KINDS, Decided, decided, line, notes_of, tags_named
from dashboard.corrections_write import decide, say_refused, story_now, tried, undo
from dashboard.data import ask_as_published, ask_quietly, snapshot
from dashboard.desk import Entry
from dashboard.editor import editor
from dashboard.envelope import EARLIEST, ROLES
from dashboard.panels import records
from dashboard.pending import as_named_now
from dashboard.reasons import ROLE_WORDS, Row
from dashboard.waiting import counted, desk, waiting

WAYS = {
    "remove": "Take a tag away",
    "add": "Add a tag",
    "role": "Change a role",
    "void": "Not a story",
    "day": "Wrong day",
    "copy": "Copies",
}


@dataclass(frozen=True, slots=True)
class History:
    """The decisions on stories, the newest first, with the names of their tags by kind:id; `notes` by kind:id are what stands beside
    the tags of one story, as far as the page counts it."""

    found: tuple[Decided, ...]
    names: Mapping[str, str]
    notes: Mapping[str, str]


def history_of(story_id: str | None = None) -> History:
    """Return what people decided on one story, or on all."""
    entries = desk().entries
    if story_id is not None:
        mine = {entry.id for entry in entries if entry.story_id == story_id and entry.kind in KINDS}
        entries = tuple(entry for entry in entries if entry.id in mine or entry.undoes is not None)
    if not entries:
        return History((), {}, {})
    try:
        applied = set(ask_as_published("correction_applied")["decision_id"])
    except duckdb.CatalogException:  # made before there were corrections: all wait
        applied = set()
    renamed = {str(row["was"]): str(row["id"]) for row in records(ask_as_published("correction_renamed"))}
    found = decided(as_named_now(entries, renamed), applied=applied, kept=dict(waiting(snapshot()).kept))
    names = tag_names(tags_named(found))
    shown = [one for one in found if one.state != "pending" or len(counted(snapshot()))]
    return History(found, names, notes_of(shown, names))


def tag_names(tags: tuple[str, ...]) -> dict[str, str]:
    """Return the names of tags by kind:id, as far as this data has them."""
    rows = records(ask_quietly("correction_tags", tags=tags)) if tags else []
    return {f"{row['kind']}:{row['id']}": row["name"] for row in rows}


def show_history(history: History) -> None:
    """What people decided on this story, and for editors what takes it back."""
    if not history.found:
        return
    st.header("What people decided", anchor=False)
    st.html(f'<ul class="names">{"".join(line(one, history.names) for one in history.found)}</ul>')
    last = next((one for one in history.found if one.state in ("applied", "pending", "judged")), None)
    if last is not None and editor() is not None:
        st.button(
            "Undo the last", icon=":material/undo:", key="undo_last", on_click=_undo, args=(last.entry.id,),
            help="Takes the newest of these that counts back. The entry stays in the history.",
        )  # fmt: skip


def _undo(entry_id: str) -> None:
    if tried(undo, (entry_id,)):
        st.toast("Taken back.", icon=":material/undo:")


def show_correct(story: Row, topics: Sequence[Row], names: Sequence[Row]) -> None:
    """For editors: what corrects this story."""
    if editor() is None:
        return
    story_id = str(story["story_id"])
    with st.expander("Correct this story", icon=":material/edit:", key="correct"):
        say_refused()
        way = st.segmented_control(
            "What is wrong",
            list(WAYS),
            key=f"correct_way_{story_id}",
            format_func=WAYS.__getitem__,
            default="remove",
            required=True,
        )
        wish = _PANELS[way or "remove"](story_id, topics, names)
        if wish is None:
            return
        st.text_input(
            "Why", key=f"correct_why_{story_id}", placeholder="A pun: the song of that name", max_chars=500,
            help="Others will read it beside the story, and so will whoever improves the tagger.",
        )  # fmt: skip
        st.button(
            "Save", type="primary", icon=":material/check:", key="correct_save", on_click=_save, args=(story_id, wish)
        )


def _save(story_id: str, wish: Callable[[], Entry]) -> None:
    """Write the wish with its reason. A callback."""
    why = f"correct_why_{story_id}"
    entry = wish()
    if tried(decide, [Entry(**{**_fields(entry), "why": st.session_state.get(why)})]):
        st.session_state[why] = ""
        st.toast("Saved. It counts at once; the next run applies it for good.", icon=":material/check:")


def _fields(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in ("kind", "action", "by", "story_id", "tag_id", "value")}


def _remove(story_id: str, topics: Sequence[Row], names: Sequence[Row]) -> Callable[[], Entry] | None:
    given = {f"topic:{t['id']}": str(t["name"]) for t in topics if t["state"] == "given"}
    given |= {f"{n['kind']}:{n['id']}": f"{n['name']} · {n['kind']}" for n in names}
    key = f"correct_tag_{story_id}"
    if not given:
        st.caption("The story has no tag to take away.")
        return None
    st.selectbox("Tag", list(given), key=key, format_func=lambda tag: given.get(tag, tag))
    return lambda: _tagged(story_id, str(st.session_state[key]), "remove")


def _add(story_id: str, topics: Sequence[Row], names: Sequence[Row]) -> Callable[[], Entry] | None:
    kind = st.segmented_control(
        "Kind",
        ["topic", "organization", "region"],
        key=f"correct_kind_{story_id}",
        default="topic",
        required=True,
        format_func=str.capitalize,
    )
    key = f"correct_new_{kind}_{story_id}"
    if kind == "topic":
        lacking = {str(t["id"]): str(t["name"]) for t in topics if t["state"] != "given"}
        st.selectbox("Topic", list(lacking), key=key, format_func=lambda tag: lacking.get(tag, tag))
        return lambda: _tagged(story_id, f"topic:{st.session_state[key]}", "add")
    text = st.text_input("Its name, or a part of it", key=f"correct_find_{kind}_{story_id}")
    found = records(ask_quietly("correction_find", kind=str(kind), text=text.strip())) if text.strip() else []
    has = {str(n["id"]) for n in names if n["kind"] == kind}
    offered = {str(row["id"]): _called(row) for row in found if str(row["id"]) not in has}
    if not offered:
        st.caption(
            "Nothing of that name is in this data, or the story has it." if text.strip() else "Type a name to find it."
        )
        return None
    left, right = st.columns(2)
    left.selectbox(str(kind).capitalize(), list(offered), key=key, format_func=lambda tag: offered.get(tag, tag))
    role = f"correct_role_{kind}_{story_id}"
    right.selectbox("Role", ROLES[str(kind)], key=role, format_func=ROLE_WORDS.__getitem__)
    return lambda: _tagged(story_id, f"{kind}:{st.session_state[key]}", "add", st.session_state[role])


def _called(row: Row) -> str:
    return str(row["name"]) + ("" if row["known"] else " (not listed)")


def _role(story_id: str, topics: Sequence[Row], names: Sequence[Row]) -> Callable[[], Entry] | None:
    held = {f"{n['kind']}:{n['id']}": n for n in names}
    if not held:
        st.caption("The story names no organization and no place.")
        return None
    key, role = f"correct_whose_{story_id}", f"correct_become_{story_id}"
    left, right = st.columns(2)
    whose = left.selectbox(
        "Whose", list(held), key=key, format_func=lambda tag: str(held[tag]["name"]) if tag in held else tag
    )
    others = [one for one in ROLES[str(held[whose]["kind"])] if one != held[whose]["role"]]
    right.selectbox("Its role", others, key=role, format_func=ROLE_WORDS.__getitem__)
    return lambda: Entry("role", "set", "", story_id, str(st.session_state[key]), st.session_state[role])


def _void(story_id: str, topics: Sequence[Row], names: Sequence[Row]) -> Callable[[], Entry] | None:
    st.caption("An advertisement, a table of contents, a greeting. It and its copies then count nowhere.")
    return lambda: Entry("story", "remove", "", story_id)


def _day(story_id: str, topics: Sequence[Row], names: Sequence[Row]) -> Callable[[], Entry] | None:
    now, key = story_now(story_id), f"correct_day_{story_id}"
    if now is None:
        return None
    st.date_input(
        "The day on which it was published",
        value=now.day,
        min_value=EARLIEST,
        max_value=max(now.day, now.last_day),
        key=key,
    )

    def wish() -> Entry:
        day = st.session_state[key]
        return Entry("story", "set", "", story_id, value=day.isoformat() if isinstance(day, date) else None)

    return wish


def _copy(story_id: str, topics: Sequence[Row], names: Sequence[Row]) -> Callable[[], Entry] | None:
    now = story_now(story_id)
    if now is None:
        return None
    if (
        _told_by_others(now)
        and st.radio("Copies", ["none", "other"], key=f"correct_copies_{story_id}", format_func=_COPIES.__getitem__)
        == "none"
    ):
        return lambda: Entry("cluster", "remove", "", story_id)
    key = f"correct_other_{story_id}"
    st.text_input("The id of the story that it is a copy of", key=key, placeholder="7bd2993351cd4967")
    return lambda: Entry("cluster", "add", "", story_id, value=str(st.session_state[key]).strip())


_COPIES = {"none": "It is no copy of the others", "other": "It is a copy of another story"}


def _told_by_others(now: Now) -> bool:
    if now.told > 1:
        st.caption(f"It is held to tell the same as {words.stories(now.told - 1)}.")
    return now.told > 1


def _tagged(story_id: str, tag: str, action: str, value: object = None) -> Entry:
    kind, _, name = tag.partition(":")
    return Entry(kind, action, "", story_id, name, value)


_PANELS: dict[str, Callable[[str, Sequence[Row], Sequence[Row]], Callable[[], Entry] | None]] = {
    "remove": _remove, "add": _add, "role": _role, "void": _void, "day": _day, "copy": _copy,
}  # fmt: skip
