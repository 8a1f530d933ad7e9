"""The part Audit of the page Corrections: draw a random sample of a topic's stories, judge them one by one without seeing what the tagger
said, and read what that tells.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime
from html import escape
from typing import Any

import streamlit as st

from dashboard import words
from dashboard.audit import ASKED, FEWEST_ASKED, MOST_ASKED, Audit, Told, name_of, strata_of, told, verdict
from dashboard.audit_files import save_audit
from dashboard.audit_result import show_how, show_result, show_sample, titles_of
from dashboard.audit_words import label, progress_words
from dashboard.audits_kept import KIND, audits, held_audits, renamed_topics, tagger_now, topic_names
from dashboard.corrections import Refused
from dashboard.corrections_write import SAID, decide, say_refused, tried, undo
from dashboard.data import ask_as_published, ask_quietly, catalog, data_name, sources
from dashboard.desk import Entry
from dashboard.desk_address import from_address, to_address
from dashboard.editor import NotAllowed, editor, need_editor
from dashboard.envelope import EARLIEST
from dashboard.named import LONGEST_NAME, one_name
from dashboard.panels import records
from dashboard.reasons import body, head
from dashboard.snapshot import desk_folder
from dashboard.waiting import desk

MOST_NAMED = 8  # files that are no audits


def audit_part() -> None:
    """Choose or draw an audit, judge its stories, read what it tells."""
    found = {one.audit.name: one for one in audits()}
    top = st.container()
    if problems := held_audits().problems:
        named = "".join(f"\n- {words.plain(one)}" for one in problems[:MOST_NAMED])
        more = f"\n\nand {words.count(len(problems) - MOST_NAMED)} more" if len(problems) > MOST_NAMED else ""
        st.warning(
            f"These files are no audits and are left out; mend or remove them:\n{named}{more}", icon=":material/error:"
        )
    names = topic_names()
    from_address("audit", found, next(iter(found), None))
    if st.session_state.get("desk_audit") not in found:
        st.session_state["desk_audit"] = next(iter(found), None)
    if found:
        st.selectbox(
            "Audit", list(found), key="desk_audit", width=480, format_func=lambda name: _label(name, found, names)
        )
    to_address("audit", None)
    say_refused()
    chosen = found.get(str(st.session_state.get("desk_audit")))
    if chosen is None or not _one(chosen, names):
        top.html('<h1 class="sentence">How good are the tags of a topic?</h1>')
    if editor() is not None:
        _draw_panel(names, first=not found)
    elif not found:
        st.info("Nobody has audited a topic yet.", icon=":material/fact_check:")
    show_how(chosen.audit if chosen else None)


def _label(name: str, found: Mapping[str, Told], names: Mapping[str, str]) -> str:
    return label(found[name], names) if name in found else name


def _draw_panel(names: Mapping[str, str], *, first: bool) -> None:
    topics = sorted(set(names) - set(renamed_topics()), key=names.__getitem__)
    having = {source.id: source.name for source in sources()}
    with (
        st.expander("Draw a new sample", icon=":material/casino:", key=f"audit_new_{first}", expanded=first),
        st.form("audit_draw", border=False),
    ):
        left, right = st.columns(2)
        left.selectbox("Topic", topics, key="audit_topic", format_func=lambda topic: names.get(topic, topic))
        right.number_input("Stories", FEWEST_ASKED, MOST_ASKED, ASKED, 10, key="audit_asked",
                           help="About 50 tell how many of the tags are right. How many stories are found takes about 200.")  # fmt: skip
        left.multiselect("Sources", list(having), key="audit_sources", placeholder="All",
                         format_func=lambda one: having.get(one, one))  # fmt: skip
        with right:
            first_day, last_day = st.columns(2)
        first_day.date_input("From", None, key="audit_from", min_value=EARLIEST)
        last_day.date_input("To", None, key="audit_to", min_value=EARLIEST)
        st.form_submit_button("Draw the sample", type="primary", on_click=_draw)


def _draw() -> None:
    """Check what came back, draw, and write the sample down. A callback."""
    try:
        audit = drawn(
            {str(name): value for name, value in st.session_state.items()},
            by=need_editor(),
            now=datetime.now(UTC),
            seed=secrets.randbelow(2**32),
        )
        save_audit(desk_folder(), audit)
    except (Refused, NotAllowed) as error:
        st.session_state[SAID] = str(error)
    except OSError as error:
        st.session_state[SAID] = f"The desk folder can’t be written, so nothing was saved: {error.strerror}"
    else:
        st.session_state.update(desk_audit=audit.name, audit_skipped=[], audit_last=[])


def drawn(asked: Mapping[str, Any], *, by: str, now: datetime, seed: int) -> Audit:
    """Return an audit drawn from the data as published, by what the form says. Raises Refused."""
    topic, many = str(asked.get("audit_topic") or ""), asked.get("audit_asked")
    chosen = tuple(str(one) for one in asked.get("audit_sources") or ())
    days: list[date | None] = [asked.get("audit_from"), asked.get("audit_to")]
    if topic not in topic_names():
        raise Refused("This data has no such topic.")
    if type(many) is not int or not FEWEST_ASKED <= many <= MOST_ASKED:
        raise Refused(f"A sample has {FEWEST_ASKED} to {MOST_ASKED:,} stories.")
    if set(chosen) - {source.id for source in sources()}:
        raise Refused("This data has no such source.")
    if days[0] and days[1] and days[0] > days[1]:
        raise Refused("The first day comes after the last.")
    where = {"sources": chosen or None, "from_day": days[0], "to_day": days[1]}
    strata = strata_of(
        records(ask_as_published("audit_sample", topic=topic, seed=str(seed), at_most=many, **where)), many
    )
    if not strata["tagged"].stories:
        raise Refused("No story of these is tagged with that topic, so there is nothing to audit.")
    moment = now.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    return Audit(
        name_of(topic, moment, seed),
        topic,
        seed,
        moment,
        by,
        chosen or None,
        days[0],
        days[1],
        tagger_now(),
        data_name_published(),
        strata,
    )


def data_name_published() -> str:
    """Return the name of the data without what people corrected since."""
    return data_name().partition(" ")[0]


def _one(chosen: Told, names: Mapping[str, str]) -> bool:
    """Show one audit. Returns whether a story of it stands there to be judged."""
    audit = chosen.audit
    topic = names.get(audit.topic, audit.topic)
    show_sample(audit, topic)
    name, titles = editor(), titles_of(audit)
    skipped: list[str] = st.session_state.setdefault("audit_skipped", [])
    waiting = chosen.left(name or "")
    here = [story for story in waiting if story in titles]
    _progress(chosen, gone=len(waiting) - len(here))
    left = [story for story in here if story not in skipped] if name is not None else []
    if left:
        _judge_panel(audit, left[0], topic)
    elif here and name is not None:
        st.info("All that is left was skipped.", icon=":material/done_all:")
        st.button(
            "Show the skipped again", key="audit_again", on_click=lambda: st.session_state.update(audit_skipped=[])
        )
    back = f"page=corrections&part=audit&audit={audit.name}"
    if chosen.verdicts and here:
        with st.expander("What it tells so far", icon=":material/visibility:", key="audit_so_far"):
            st.caption("Looking here before all are judged shows what the tagger said, and may sway you.")
            show_result(chosen, topic, titles, back=back)
    elif chosen.verdicts:
        show_result(chosen, topic, titles, back=back)
    return bool(left)


def _progress(chosen: Told, *, gone: int) -> None:
    many = len(chosen.audit.stories)
    left = many - len(chosen.verdicts) - gone
    lost = f" · {gone} not in this data any more" if gone else ""
    last: list[str] = st.session_state.setdefault("audit_last", [])
    said = "Takes back what you judged last in this session." if last else "You judged nothing in this session."
    with st.container(horizontal=True, vertical_alignment="center", gap="large", key="audit_progress"):
        st.progress(len(chosen.verdicts) / many, text=f"{progress_words(chosen)} · {left} to judge{lost}")
        if editor() is None:
            return
        st.button(
            "Undo",
            icon=":material/undo:",
            key="audit_undo",
            shortcut="u",
            on_click=_undo_last,
            disabled=not last,
            help=said,
        )


def _judge_panel(audit: Audit, story_id: str, topic: str) -> None:
    (story,) = records(ask_quietly("audit_story", story=story_id))
    left, right = st.columns([11, 9], gap="large")
    with right:
        present = renamed_topics().get(audit.topic, audit.topic)
        st.html(f'<div class="where">Is it substantially about</div><p class="lead"><b>{escape(topic)}</b></p>'
                f'<p class="quiet">{escape(catalog().definitions.get(KIND + present, ""))} Yes, where a reader who follows only that '
                "topic would want this story in the list. A passing mention is not enough.</p>")  # fmt: skip
        with st.container(horizontal=True, key="audit_keys"):
            st.button(
                "Yes", type="primary", shortcut="y", key="audit_yes", on_click=_judge, args=(audit.name, story_id, True)
            )
            st.button("No", shortcut="n", key="audit_no", on_click=_judge, args=(audit.name, story_id, False))
            st.button("Skip", shortcut="s", type="tertiary", key="audit_skip", on_click=_skip, args=(story_id,))
        st.caption("What the tagger said is not shown, so that it sways nobody.")
    with left:
        st.html(head(story, []))
        st.html(body(story, []))


def _judge(name: str, story_id: str, has: bool) -> None:
    """Write a verdict, and keep it to be undone. A callback."""
    written = tried(judge, name, story_id, has)
    if written:
        st.session_state.setdefault("audit_last", []).append(written[0].id)


def judge(name: str, story_id: str, has: bool) -> tuple[Entry, ...]:
    """Write whether a story of an audit's sample has its topic; nothing where the same editor judged that already, by a key pressed twice.
    Raises Refused, where another one was faster too, NotAllowed or DeskBusy."""
    renamed = renamed_topics()
    found = next(iter(told([a for a in held_audits().audits if a.name == name], desk().entries, renamed=renamed)), None)
    if found is None or story_id not in found.audit.stories:
        raise Refused("That story is in no sample of this audit.")
    if (given := found.verdicts.get(story_id)) is not None:
        if given.by != need_editor():
            raise Refused(
                f"{words.plain(one_name(given.by)[:LONGEST_NAME])} judged that story meanwhile. Your verdict was not written."
            )
        return ()
    topic = renamed.get(found.audit.topic, found.audit.topic)
    return decide([verdict(found.audit, story_id, topic, has)])


def _skip(story_id: str) -> None:
    st.session_state.setdefault("audit_skipped", []).append(story_id)


def _undo_last() -> None:
    last: list[str] = st.session_state.get("audit_last", [])
    if last and tried(undo, (last[-1],)):
        last.pop()
