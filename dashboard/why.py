"""The parts of the Story page that look things up or hold a widget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from dashboard import words
from dashboard.data import ask
from dashboard.links import coverage_link, story_link
from dashboard.panels import records
from dashboard.quality import measured_words, names_measured, show_calibration
from dashboard.reasons import ALL, Row, decided_block, far_block, names_block, roles_help, story_links, topic_block

FEWEST_WIDEST = 1.0  # a bar of a story in which every phrase says little is no full bar


def asked_story() -> str:
    """Return the id that the address asks for, '' where it names none."""
    return st.query_params.get("story", "").strip()


def way_back() -> str:
    """Return the query of the page that led here, '' where none did."""
    return st.query_params.get("back", "")


def way_back_link() -> None:
    """The link to the page that led here, as it was."""
    back = way_back()
    to = coverage_link(back)
    said = (
        "Coverage"
        if not back
        else "Back to the list"
        if to.startswith(("./stories", "./corrections"))
        else "Back to the chart"
    )
    st.html(f'<a class="back" href="{escape(to)}">← {said}</a>')


def search_box() -> None:
    """Another story by its id."""
    with st.form("find_story", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Open a story by its id", key="wanted_story", placeholder="7bd2993351cd4967", width=340,
            help="Our id or the archive’s. Both stand in the downloads.",
        )  # fmt: skip
        st.form_submit_button("Open", on_click=_open_wanted)


def _open_wanted() -> None:
    wanted = str(st.session_state["wanted_story"]).strip()
    if wanted:
        kept = {"back": way_back()} if way_back() else {}
        st.query_params.from_dict({"story": wanted, **kept})


def only_story() -> Row:
    """Return the story that the address asks for; where there is not exactly one, say what to do and end the page."""
    asked = asked_story()
    found = records(ask("story", story=asked)) if asked else []
    if len(found) == 1:
        return found[0]
    if not asked:
        st.info(
            "This page explains the tags of one story, and the address names none. Choose *Why these tags* beside a story, or:"
        )
    elif not found:
        st.warning(
            f"There is no story {words.quoted(asked)} in this data: the id may be mistyped, or the story was taken out.",
            icon=":material/link_off:",
        )
    else:
        st.info(f"Several stories have the id {words.quoted(asked)}. Which one?")
        st.html(story_links(found, [story_link(s["story_id"], back=way_back()) for s in found]))
    search_box()
    st.stop()


def tag_names(topics: Sequence[Row], names: Sequence[Row]) -> dict[str, str]:
    """Return the label of each tag that a story has, and of each topic that it nearly has, by key."""
    given = {f"topic:{t['id']}": t["short"] for t in topics if t["state"] == "given"}
    near = {f"topic:{t['id']}": f"not {t['short']}" for t in topics if t["state"] == "near"}
    return given | {f"{n['kind']}:{n['id']}": n["name"] for n in names} | near


def chosen_tag(story: Row, labels: Mapping[str, str]) -> str:
    """Choose whose words are marked: those of all tags, or of one; the address says which."""
    key = f"words_{story['story_id']}"
    if key not in st.session_state:
        asked = st.query_params.get("tag", "")
        st.session_state[key] = asked if asked in labels else ALL
    shown = {ALL: "All tags", **labels}
    chosen = st.pills(
        "Mark the words of", list(shown), key=key, required=True, format_func=lambda tag: words.plain(shown[tag])
    )
    tag = chosen or ALL
    if tag == ALL:
        st.query_params.pop("tag", None)
    elif tag != st.query_params.get("tag"):
        st.query_params["tag"] = tag
    return tag


def topics_given(story: Row, topics: Sequence[Row], reasons: Sequence[Row], notes: Mapping[str, str]) -> None:
    """The topics that the story has; `notes` say by kind:id what people decided."""
    given = [t for t in topics if t["state"] == "given"]
    st.header("Topics", anchor=False)
    if given:
        st.html("".join(_block(topic, story, reasons, notes) for topic in given))
    else:
        st.caption("The tagger found none of the topics.")


def topics_lacking(story: Row, topics: Sequence[Row], reasons: Sequence[Row], notes: Mapping[str, str]) -> None:
    """The topics that people took away, those that the story nearly has, and any other that the reader asks for."""
    near = [t for t in topics if t["state"] == "near"]
    st.header("Topics that it lacks", anchor=False)
    taken = [t for t in topics if t["state"] == "far" and f"topic:{t['id']}" in notes]
    if taken or near:
        st.html("".join(_block(topic, story, reasons, notes) for topic in (*taken, *near)))
    else:
        st.caption("None came near: every other topic scored under half of what it needs.")
    others = {t["id"]: t for t in topics if t["state"] == "far"}
    asked = st.selectbox(
        "Why not …?", list(others), index=None, key=f"why_not_{story['story_id']}", placeholder="Choose any other topic",
        format_func=lambda topic: str(others[topic]["name"]),
    )  # fmt: skip
    if asked:
        topic = others[asked]
        st.html(far_block(topic, len(near), measured=_measured(topic, story)))
        st.caption(words.plain(topic["definition"]))


def _block(topic: Row, story: Row, reasons: Sequence[Row], notes: Mapping[str, str]) -> str:
    if note := notes.get(f"topic:{topic['id']}"):
        return decided_block(topic, note)
    weights = [r["weight"] for r in reasons if r["kind"] in ("topic", "near")]
    return topic_block(topic, story, reasons, widest=max([FEWEST_WIDEST, *weights]), measured=_measured(topic, story))


def _measured(topic: Row, story: Row) -> str:
    return measured_words(f"topic:{topic['id']}", story["text_kind"])


def named(
    story: Row, names: Sequence[Row], reasons: Sequence[Row], notes: Mapping[str, str], *, kind: str, heading: str
) -> None:
    """The organizations or regions of the story, with their roles; `notes` as for topics."""
    rows = [n for n in names if n["kind"] == kind]
    st.header(heading, anchor=False)
    st.html(names_block(rows, story, reasons, notes))
    if rows:
        st.caption(names_measured(kind, story["text_kind"]))
        st.html(roles_help(kind, (n["role"] for n in rows)))


def colophon(story: Row) -> None:
    """What a score means, how it is computed, who tagged the story, and the same on a terminal."""
    with st.expander("What does a score mean?", icon=":material/speed:", key="score_expander"):
        show_calibration(story["text_kind"], key="calibration")
        st.markdown("**How is this computed?**")
        st.caption(
            "The number beside a phrase is what it adds to the score, in log-odds: +0.7 doubles the odds, +2.3 makes them ten times as "
            "high. The strongest are kept. Phrases that speak against a topic count too, and are not listed. What a topic needs "
            "is its own: the score at which, on labelled stories, the shares on charts err least."
        )
    st.caption(f"Tagged by {words.plain(story['tagger'])}. The same on a terminal:")
    st.code(f"ainews explain {story['story_id']}", language=None)
