"""Writing of views and events: only by an editor, asked again before each write; what is refused is said beside where it was asked for."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable

import streamlit as st

from dashboard import words
from dashboard.desk import DeskBusy, Entry, append
from dashboard.editor import NotAllowed, editor, need_editor
from dashboard.named import Unfit, undoing, who
from dashboard.snapshot import desk_folder

MOST_UNFIT = 8  # named one by one


def new_id(kind: str) -> str:
    """Return an id that nothing has."""
    return f"{kind}-{secrets.token_hex(4)}"


def write(part: str, entry: Callable[[str], Entry], said: str) -> None:
    """Add an entry of whoever writes now, and keep what to say in the part of the page that asked. A callback."""
    written(part, entry, said)


def written(part: str, entry: Callable[[str], Entry], said: str) -> bool:
    """As `write`; returns whether it was added."""
    key = f"{part}_said"
    try:
        append(desk_folder(), [entry(need_editor())])
    except (NotAllowed, DeskBusy) as refused:
        st.session_state[key] = f"!{refused}"
    except ValueError:  # half a character, say, which no file can hold
        st.session_state[key] = "!Nothing was saved: the text can’t be stored. Type it anew."
    except OSError as error:
        st.session_state[key] = f"!The desk folder can’t be written ({error.strerror}), so nothing was saved."
    else:
        st.session_state[key] = said
        return True
    return False


def refuse(part: str, why: str) -> None:
    """Keep to be said why nothing was saved."""
    st.session_state[f"{part}_said"] = f"!Nothing was saved. {why}"


def say(part: str) -> None:
    """Say what became of the last write that this part asked for."""
    if said := st.session_state.pop(f"{part}_said", ""):
        (st.error if said.startswith("!") else st.success)(words.plain(said.removeprefix("!")))


def undo_button(part: str, label: str, id: str, entry: str, *, key: str, help: str) -> None:
    """Draw the button that takes an entry back."""
    st.button(label, key=key, type="tertiary", icon=":material/undo:", help=help, on_click=write,
              args=(part, lambda by: undoing(part, id, entry, by=by), "Taken back."))  # fmt: skip


def unfit_rows(part: str, unfit: Iterable[Unfit]) -> None:
    """Name what stands in the desk folder and does not count, and why; an editor takes it back."""
    unfit = tuple(unfit)
    for one in unfit[:MOST_UNFIT]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(
                f"{words.quoted(one.id)} ({words.plain(who(one.by, one.at))}) does not count. {words.plain(one.why)}",
                width="stretch",
            )
            if editor() is not None:
                undo_button(
                    part,
                    "Take back",
                    one.id,
                    one.entry,
                    key=f"{part}_unfit_{one.entry}",
                    help="The line stays in the file.",
                )
    if len(unfit) > MOST_UNFIT:
        st.caption(f"{words.count(len(unfit) - MOST_UNFIT)} more do not count.")
