"""Promote an organization that the word lists don't hold, or a spelling of one that they do, as a file that a maintainer merges."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import streamlit as st

from dashboard import words
from dashboard.corrections import Refused
from dashboard.corrections_write import SAID, say_refused
from dashboard.data import ask_quietly
from dashboard.editor import NotAllowed, editor, need_editor
from dashboard.panels import records
from dashboard.proposals import (
    TYPES,
    Organization,
    Spelling,
    checked_organization,
    checked_spelling,
    proposals,
    save,
    slug_of,
    written,
)
from dashboard.snapshot import desk_folder

WAYS = {"new": "List it", "alias": "A spelling of a listed one"}
MOST = 300  # organizations to choose from
MOST_EXAMPLES = 5


def proposal_part() -> None:
    """What can be proposed, and what was."""
    st.caption(
        "A proposal is a file of the desk folder. It changes no tag before a maintainer merges it and stories are tagged again."
    )
    say_refused()
    if editor() is not None:
        _propose()
    _those_made()


def _propose() -> None:
    asked = str(st.session_state.get("propose_which") or "")
    found = {str(row["id"]): row for row in records(ask_quietly("proposal_candidates", also=asked, at_most=MOST))}
    if asked not in found:  # a correction may have taken it from all its stories since
        st.session_state.pop("propose_which", None)
    if not found:
        st.info("Every organization that stories of this data name is on the word lists.", icon=":material/done_all:")
        return
    chosen = st.selectbox(
        "An organization that is on no word list", list(found), key="propose_which", width=420,
        format_func=lambda one: f"{found[one]['name']} · {words.stories(int(found[one]['stories']))}" if one in found else one,
    )  # fmt: skip
    way = st.segmented_control(
        "Propose", list(WAYS), key="propose_way", default="new", required=True, format_func=WAYS.__getitem__
    )
    spellings, stories = _evidence(chosen)
    name = str(found[chosen]["name"])
    with st.form(f"propose_{way}_{chosen}"):
        if way == "alias":
            st.text_input("The id of the listed organization", key="propose_id", placeholder="openai",
                          help="As in the address of its page: organization=openai.")  # fmt: skip
        else:
            _new(chosen, name)
        others = ", ".join(one for one in spellings if way == "alias" or one != name)
        st.text_input("Spellings, with commas between", value=others, key=f"propose_spellings_{way}_{chosen}",
                      help="As they stand in stories, letter case included.")  # fmt: skip
        st.text_input(
            "Why", key="propose_why", placeholder="Raised $2 billion; seven stories in a month", max_chars=500
        )
        st.form_submit_button("Write the proposal", type="primary", on_click=_save, args=(str(way), chosen, stories))


def _new(chosen: str, name: str) -> None:
    countries = {str(row["code"]): str(row["name"]) for row in records(ask_quietly("proposal_countries"))}
    left, right = st.columns(2)
    left.text_input("Name", value=name, key=f"propose_name_{chosen}")
    right.text_input("Id, for ever", value=slug_of(name), key=f"propose_slug_{chosen}")
    left.selectbox("Type", TYPES, key="propose_type")
    right.selectbox(
        "At home in", ["", *countries], key="propose_country", format_func=lambda code: countries.get(code, "unknown")
    )


def _evidence(chosen: str) -> tuple[list[str], list[str]]:
    (row,) = records(ask_quietly("proposal_candidate", id=chosen))
    lists = [list(row[name]) if isinstance(row[name], Iterable) else [] for name in ("spellings", "stories")]
    return sorted(str(one) for one in lists[0]), [str(one) for one in lists[1][:MOST_EXAMPLES]]


def _save(way: str, chosen: str, stories: list[str]) -> None:
    """Check all that came back, on the server, and write. A callback."""
    state, now = st.session_state, datetime.now(UTC)
    taken = set(ask_quietly("proposal_listed")["id"])
    spellings = tuple(str(state.get(f"propose_spellings_{way}_{chosen}", "")).split(","))
    try:
        by = need_editor()
        one: Organization | Spelling
        if way == "alias":
            one = checked_spelling(Spelling(str(state.get("propose_id", "")).strip(), spellings), taken=taken)
        else:
            asked = Organization(
                str(state.get(f"propose_slug_{chosen}", "")).strip(), str(state.get(f"propose_name_{chosen}", "")),
                str(state.get("propose_type", "")), str(state.get("propose_country") or ""), spellings,
            )  # fmt: skip
            one = checked_organization(asked, taken=taken, countries=set(ask_quietly("proposal_countries")["code"]))
        path = save(
            desk_folder(),
            one,
            written(one, by=by, why=str(state.get("propose_why", "")), now=now, examples=stories),
            now=now,
        )
    except (Refused, NotAllowed) as error:
        state[SAID] = str(error)
        return
    state["propose_why"] = ""
    st.toast(f"Written: {path.name}", icon=":material/check:")


def _those_made() -> None:
    made = proposals(desk_folder())
    st.header(f"{len(made)} proposals" if len(made) != 1 else "1 proposal", anchor=False)
    if not made:
        st.caption("None yet. They will lie in `proposals/` of the desk folder.")
    for one in made:
        with st.expander(words.plain(one.file), key=f"proposal_{one.file}"):
            if one.problem:
                st.warning(f"It can’t be read: {words.plain(one.problem)}", icon=":material/error:")
            else:
                st.code(one.text, language="toml", wrap_lines=True)
