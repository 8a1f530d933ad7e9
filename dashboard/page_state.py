"""What a page without lines holds beside the shared filters: its own choices, the opened number, and what it tells of alone.

Each function is given the page as a Place; all that it keeps in the session begins with the page's name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from dashboard import words
from dashboard.filters import Known
from dashboard.links import address
from dashboard.opened import Opened, opened_from
from dashboard.places import Choice, Place


@dataclass(frozen=True, slots=True)
class State:
    """What no widget holds: the opened number, and the key of what the page tells of alone, '' for all."""

    opened: Opened | None = None
    subject: str = ""


def held(place: Place) -> State:
    """Return what is opened now."""
    state: State = st.session_state.get(f"{place.page}_state", State())
    return state


def _hold(place: Place, state: State) -> None:
    st.session_state[f"{place.page}_state"] = state


def read_own(place: Place, known: Known) -> list[str]:
    """On the page's first run in a session, set its own choices from the address. Returns a sentence for an unknown subject, on later
    runs too: a narrow screen draws the page a second time at once.
    """
    for name, choice in zip(place.widgets, place.choices, strict=True):
        if name not in st.session_state:
            st.session_state[name] = choice.start()
    if f"{place.page}_state" in st.session_state:
        _forget_unknown(place, known)
        return list(st.session_state[f"{place.page}_problems"])
    asked = {name: st.query_params.get_all(name) for name in place.parameters}
    wanted = [f"{place.subject}:{name}" for name in asked[place.subject][:1]]
    found = next((key for key in (known.renamed.get(k, k) for k in wanted) if _is_told(place, key, known)), "")
    opened = opened_from(asked["stories"], known, place.sections)
    _hold(place, State(opened, found))
    for name, choice in zip(place.widgets, place.choices, strict=True):
        if (value := _accepted(choice, asked[choice.parameter], known)) is not None:
            st.session_state[name] = value
    # What a link opens or shows alone is drawn, also by one from before there were parts.
    for section in (st.session_state.get("embed_chart", ""), opened.section if opened else ""):
        if section in place.parts:
            st.session_state[f"{place.page}_part"] = section
    article = "an" if place.subject[0] in "aeiou" else "a"
    unknown = [
        f"The link names {article} {place.subject}, {words.quoted(key.removeprefix(f'{place.subject}:'))}, which is not in this data."
        for key in wanted
    ]
    unopened = [] if opened or not asked["stories"] else [_NOT_OPENED.format(words.quoted(" ".join(asked["stories"])))]
    problems = [*([] if found else unknown), *_refused(place, asked, known), *unopened]
    st.session_state[f"{place.page}_problems"] = problems
    return list(st.session_state[f"{place.page}_problems"])


_NOT_OPENED = "The link opens stories by {}, which is no number of this page in this data."


def _refused(place: Place, asked: Mapping[str, Sequence[str]], known: Known) -> list[str]:
    """Return a sentence for each value of the page's own choices that this data does not accept, or that are more than it holds."""
    said = []
    for choice in place.choices:
        values = [value for value in asked[choice.parameter] if value]
        refused = [value for value in values if value != choice.plain and not choice.accepts(value, known)]
        said += [
            f"The link's {choice.parameter} {words.quoted(value)} is nothing that this page can show."
            for value in refused
        ]
        most = choice.most or 1
        if len(values) - len(refused) > most:
            taken = "the first is" if most == 1 else f"the first {most} are"
            said.append(f"The link names more than {most} values of {choice.parameter}; {taken} taken.")
    return said


def _is_told(place: Place, key: str, known: Known) -> bool:
    return key in known.keys and key not in place.untold


def _accepted(choice: Choice, values: Sequence[str], known: Known) -> str | list[str] | None:
    """Return what the address asks of a choice; None where it asks for nothing that this data accepts."""
    accepted = [value for value in (values if choice.most else values[:1]) if choice.accepts(value, known)]
    return accepted[: choice.most] if choice.most else next(iter(accepted), None)


def _forget_unknown(place: Place, known: Known) -> None:
    """After a refresh took something away, close what was opened of it."""
    state = held(place)
    opened = state.opened if state.opened and opened_from(state.opened.written(), known, place.sections) else None
    _hold(place, State(opened, state.subject if state.subject in known.keys else ""))
    # Set only where that changes it: the browser would take it for news and drop what is being chosen just now.
    for name, choice in zip(place.widgets, place.choices, strict=True):
        value = st.session_state[name]
        if choice.most and any(not choice.accepts(one, known) for one in value):
            st.session_state[name] = [one for one in value if choice.accepts(one, known)]
        elif not choice.most and value not in (None, choice.plain) and not choice.accepts(value, known):
            st.session_state[name] = choice.plain


def own_query(place: Place) -> dict[str, list[str]]:
    """Return the page's own part of the address; only what differs from the plain page."""
    state = held(place)
    query = {place.subject: [state.subject.removeprefix(f"{place.subject}:")] if state.subject else []}
    for name, choice in zip(place.widgets, place.choices, strict=True):
        value = st.session_state[name]
        query[choice.parameter] = (
            list(value) if choice.most else [value] if value not in (choice.plain, None, "") else []
        )
    return query | {"stories": state.opened.written() if state.opened else []}


def open_number(place: Place, opened: Opened) -> None:
    """Open a number's stories. A callback, or followed by a rerun."""
    _hold(place, replace(held(place), opened=opened))


def close(place: Place) -> None:
    """Close the opened stories. A callback."""
    _hold(place, replace(held(place), opened=None))


def part_control(place: Place, names: Mapping[str, str]) -> str:
    """Draw the choice of the part that is shown, and return it. What is opened in another part closes."""
    chosen = st.segmented_control("Look further", list(names), key=f"{place.page}_part", format_func=names.__getitem__,
                                  label_visibility="collapsed", on_change=_part_chosen, args=(place,))  # fmt: skip
    return str(chosen or next(iter(names)))


def _part_chosen(place: Place) -> None:
    opened = held(place).opened
    if opened is not None and opened.section in place.parts:
        close(place)


def show_one(place: Place, key: str) -> None:
    """Go to the page of one subject; '' leads back to all. A callback."""
    _hold(place, State(None, key))


def choose(place: Place, name: str, value: str | list[str]) -> None:
    """Set a choice of the page and close what is opened. A callback."""
    st.session_state[f"{place.page}_{name}"] = value
    close(place)


def keep_choices(place: Place, *names: str) -> None:
    """Hold what these choices of the page say, all where none is named, in a run that does not draw them: Streamlit forgets it."""
    for name in names or [choice.name for choice in place.choices]:
        key = f"{place.page}_{name}"
        st.session_state[key] = st.session_state[key]


def selection_key(place: Place, name: str) -> str:
    """Return the key of a chart or table: a new one, and so nothing selected, where what it selected is not open any more. Else a
    second click on a mark would only take the selection back."""
    key = f"{place.page}_{name}"
    if st.session_state.get(key) not in (None, held(place).opened):
        del st.session_state[key]
        st.session_state[f"{key}_times"] = st.session_state.get(f"{key}_times", 0) + 1
    return f"{key}_{st.session_state.get(f'{key}_times', 0)}"


def taken(place: Place, name: str, picked: Sequence[Opened]) -> None:
    """Open what was selected in the chart or table of this name."""
    key = f"{place.page}_{name}"
    if not picked:
        st.session_state.pop(key, None)
    elif st.session_state.get(key) != picked[0]:
        st.session_state[key] = picked[0]
        if held(place).opened != picked[0]:
            open_number(place, picked[0])
            st.rerun()


def back_here(place: Place) -> str:
    """Return what a story's page needs to lead back to this one."""
    shown = address()
    return f"page={place.page}" + (f"&{shown}" if shown else "")
