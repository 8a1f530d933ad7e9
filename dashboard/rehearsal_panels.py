"""The tab Rehearsal of the page Corrections: change a topic's phrases or threshold and see, before anything is stored, what it would do.

The change is the address: a link opens it and rehearses it anew.
"""

from __future__ import annotations

import streamlit as st

from dashboard import rehearsal_words as told_as
from dashboard import words
from dashboard.corrections import Refused
from dashboard.corrections_write import SAID, say_refused
from dashboard.data import catalog
from dashboard.desk_address import from_address, to_address
from dashboard.filters import ALL_SOURCES, LONG_RUNNING
from dashboard.rehearsal import Change, Row, wished
from dashboard.rehearsal_run import RehearsalProblem, look
from dashboard.rehearsal_running import STOPPED
from dashboard.rehearsal_show import show

DAYS = {"all": "All days", "3y": "Last 3 years", "12m": "Last 12 months"}
OVER = {LONG_RUNNING: "Long-running sources", ALL_SOURCES: "All sources"}
PHRASES = ("add", "double", "drop")


def rehearsal_part() -> None:
    """The form, and what the change would do."""
    st.html('<h1 class="sentence">What would other phrases, or another threshold, do?</h1>')
    st.caption(
        "Change a topic’s phrases or threshold and see what would become of its line and its stories. Nothing is stored: "
        "a change counts once a maintainer merges it and stories are tagged again."
    )
    say_refused()
    lines = {key.removeprefix("topic:"): line for key, line in catalog().lines.items()
             if key.startswith("topic:") and line.style_no is not None}  # fmt: skip
    from_address("topic", lines, next(iter(lines)))
    from_address("days", DAYS, "all")
    from_address("over", OVER, LONG_RUNNING)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        topic = st.selectbox("Topic", list(lines), key="desk_topic", width=260, on_change=_plain,
                             format_func=lambda one: words.plain(lines[one].name))  # fmt: skip
        st.selectbox("Stories of", list(DAYS), key="desk_days", width=180, format_func=DAYS.__getitem__)
        st.selectbox("In", list(OVER), key="desk_over", width=220, format_func=OVER.__getitem__)
    to_address("topic", None)
    to_address("days", "all")
    to_address("over", LONG_RUNNING)
    try:
        with st.spinner("Reading the word lists …"):
            present = _present(topic)
        change = _from_address(topic)
        _form(topic, present, change)
        if change:
            show(change, lines[topic].name)
    except (RehearsalProblem, Refused) as problem:
        st.warning(words.plain(str(problem)), icon=":material/error:")
    with st.expander("How is this computed?", icon=":material/calculate:", key="rehearse_how"):
        st.markdown(told_as.COUNTS)


@st.cache_data(ttl=300, max_entries=64, show_spinner=False)
def _present(topic: str) -> Row:
    """What the word lists hold of a topic; they may change under a running server."""
    return look(Change(topic))


def _plain() -> None:
    """Another topic: its own phrases and threshold."""
    for name in (*PHRASES, "threshold"):
        st.query_params.pop(name, None)


def _from_address(topic: str) -> Change:
    asked = {name: st.query_params.get_all(name) for name in PHRASES}
    return wished(topic, **asked, threshold=st.query_params.get("threshold", ""))


def _form(topic: str, present: Row, change: Change) -> None:
    """What can be changed; the address says what is."""
    phrases = [str(one["text"]) for one in present["phrases"]]
    need = round(float(present["threshold"]), 2)
    with st.form(f"rehearse_{topic}"):
        left, right = st.columns(2)
        left.text_input("Phrases to add, with commas between", value=", ".join(change.add), key=f"rehearse_add_{topic}",
                        placeholder="errand clerk, booking agent",
                        help="Up to four words each. Case, plural and hyphens do not matter.")  # fmt: skip
        right.text_input(
            "Phrases to add that count double", value=", ".join(change.double), key=f"rehearse_double_{topic}"
        )
        options = list(dict.fromkeys([*phrases, *change.drop]))
        left.multiselect(f"Phrases to take away, of {len(phrases)}", options, default=list(change.drop),
                         key=f"rehearse_drop_{topic}", placeholder="None")  # fmt: skip
        right.number_input(
            f"Threshold, now {need:.2f}", min_value=0.01, max_value=0.99, value=change.threshold or need, step=0.01, format="%.2f",
            key=f"rehearse_threshold_{topic}", help="The score from which a story has the topic. Lower finds more, and more that is wrong.",
        )  # fmt: skip
        st.form_submit_button("Rehearse", type="primary", icon=":material/science:", on_click=_ask, args=(topic, need))


def _ask(topic: str, need: float) -> None:
    """Write what the form says into the address. A callback."""
    state = st.session_state
    found = {name: state.get(f"rehearse_{name}_{topic}") for name in (*PHRASES, "threshold")}
    threshold = None if found["threshold"] in (None, need) else found["threshold"]
    state.pop(STOPPED, None)
    try:
        change = wished(
            topic, add=[found["add"] or ""], double=[found["double"] or ""], drop=found["drop"] or [], threshold=threshold
        )  # fmt: skip
    except Refused as error:
        state[SAID] = str(error)
        return
    if not change:
        state[SAID] = "Nothing is changed yet: add a phrase, take one away, or move the threshold."
    for name in PHRASES:
        st.query_params[name] = list(getattr(change, name))
    st.query_params["threshold"] = [] if change.threshold is None else f"{change.threshold:.2f}"
