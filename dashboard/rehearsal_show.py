"""What a change would do, as Streamlit draws it: the fact in words, both lines, the stories that come and go, and the proposal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

import pandas as pd
import streamlit as st

from dashboard import rehearsal_words as told_as
from dashboard import words
from dashboard.charts import CHART_CONFIG
from dashboard.corrections import Refused
from dashboard.corrections_list import BACK
from dashboard.corrections_write import SAID
from dashboard.data import ask_quietly, catalog, data_name, freshness
from dashboard.editor import NotAllowed, editor, need_editor
from dashboard.links import address, story_link
from dashboard.narrow import is_narrow
from dashboard.panels import records
from dashboard.proposals import save_change
from dashboard.rehearsal import LOTS, Change, Flip, Rehearsed, Row
from dashboard.rehearsal_run import RehearsalProblem, look
from dashboard.rehearsal_running import held_or_made, numbers_of, scope_of, view_of
from dashboard.snapshot import desk_folder
from dashboard.stories import cards
from dashboard.view import View

MOST_CARDS = 8


def show(change: Change, name: str) -> None:
    """Draw what the change would do to the topic of this name; nothing where it was stopped. Raises RehearsalProblem."""
    view, narrow = view_of(change.topic), is_narrow()
    found = held_or_made(change, view)
    if found is None:
        return
    rows = ask_quietly("rehearsal_line", key=f"topic:{change.topic}", part=found.asked.part, coming=numbers_of(found.coming),
                       going=numbers_of(found.going), **scope_of(view))  # fmt: skip
    wholes = _wholes(records(rows))
    total, sample = view.total, int(wholes["before"]["n"])
    known = told_as.how_known(found, total, sample, same=found.told["tagger"] == freshness().tagger)
    _say(change, found, wholes, known, name, view)
    drawn = told_as.both(
        view, rows, sample=f"in a random sample of {words.count(total)}" if found.asked.sampled else ""
    )
    _draw(drawn, change, found, narrow=narrow)
    _flips(change, found, name, view, narrow=narrow)
    if editor() is not None:
        _propose(change, found, wholes, known, view)


def _wholes(rows: Sequence[Row]) -> dict[str, Row]:
    (before, n), (after, _) = (told_as.of_line(rows, line) for line in told_as.LINES)
    return {
        str(row["line"]): row for row in records(ask_quietly("rehearsal_whole", k_before=before, k_after=after, n=n))
    }


def _say(change: Change, found: Rehearsed, wholes: dict[str, Row], known: str, name: str, view: View) -> None:
    """The result in words: the fact, before and after, how it is known, what it does not say."""
    st.html(f'<h2 class="sentence">{escape(told_as.headline(found, name))}</h2>')
    sides = "".join(
        f"<li>{told_as.LINES[line]}: {escape(told_as.share_words(wholes[line]))}</li>" for line in told_as.LINES
    )
    st.html(f"<p>{escape(told_as.change_words(change, found.told))}</p><ul>{sides}</ul>")
    tagger = freshness().tagger
    if found.told["tagger"] != tagger:
        st.warning(
            f"The word lists of this server ({found.told['tagger']}) are not those that tagged this data ({tagger}): other stories may "
            "change too. `ainews retag` makes them the same.", icon=":material/update:",
        )  # fmt: skip
    notes = [known, told_as.also_words(found, catalog().lines), told_as.learned_words(found.told)]
    st.caption(" ".join(one for one in notes if one))
    scope = {name: value for name, value in scope_of(view).items() if name != "grain"}
    kinds = records(ask_quietly("text_kind", **scope))
    if kinds:
        kind = str(kinds[0]["text_kind"])
        said = told_as.measured_words(
            found, records(ask_quietly("quality", keys=(f"topic:{change.topic}",), text_kind=kind)), kind
        )
        if said:
            st.warning(said, icon=":material/rule:")


def _draw(drawn: View, change: Change, found: Rehearsed, *, narrow: bool) -> None:
    """Both lines, and their numbers."""
    if not drawn.points["n"].notna().any():
        return
    alt = f"The topic’s share over time as it is and with the change. {len(found.coming)} stories come, {len(found.going)} go."
    st.plotly_chart(told_as.chart(drawn, narrow=narrow), key="rehearse_chart", alt=alt, config=CHART_CONFIG)
    with st.expander("The numbers behind the chart", icon=":material/table:", key="rehearse_numbers"):
        shown = told_as.table(drawn)
        st.dataframe(shown, hide_index=True, key="rehearse_table", height=min(38 + 35 * len(shown), 420),
                     alt="Both lines, a row for each period")  # fmt: skip
        st.download_button("CSV", data=told_as.numbers_csv(drawn, described=_described(change, found, drawn), snapshot=data_name()),
                           file_name="rehearsal-lines.csv", mime="text/csv", key="rehearse_csv", icon=":material/download:",
                           type="tertiary", on_click="ignore")  # fmt: skip


def _described(change: Change, found: Rehearsed, view: View) -> str:
    sampled = f"; a random sample: lots below {found.asked.part:,} of {LOTS:,}" if found.asked.sampled else ""
    return f"{told_as.view_words(view)}{sampled}; {change.topic}: {told_as.change_words(change, found.told)}"


def _flips(change: Change, found: Rehearsed, name: str, view: View, *, narrow: bool) -> None:
    """The stories that come and those that go, with the words that speak for the topic."""
    every = (*found.coming, *found.going)
    if not every:
        return
    stories = ask_quietly("rehearsal_stories", stories=numbers_of(every))
    lists = [(flips, called) for flips, called in ((found.coming, "would come"), (found.going, "would go")) if flips]
    places = [st.container() for _ in lists] if narrow else st.columns(len(lists), gap="large")
    for place, (flips, called) in zip(places, lists, strict=True):
        with place:
            _list(flips, stories, f"{words.stories(len(flips))} {called}", found.told, name)
    st.download_button(f"Download these {words.count(len(every))} (CSV)", type="tertiary", icon=":material/download:",
                       data=told_as.flips_csv(found, stories, described=_described(change, found, view), snapshot=data_name()),
                       file_name="rehearsal-stories.csv", mime="text/csv", key="rehearse_flips_csv", on_click="ignore")  # fmt: skip


def _list(flips: Sequence[Flip], stories: pd.DataFrame, title: str, told: Row, name: str) -> None:
    st.header(title, anchor=False)
    rows = records(stories[stories["story_no"].isin([one.story_no for one in flips])])
    shown = rows
    if len(rows) > MOST_CARDS:
        pages = -(-len(rows) // MOST_CARDS)
        page = st.number_input(f"Page, of {pages}", 1, pages, key=f"rehearse_page_{flips[0].comes}", width=140)
        shown = rows[(page - 1) * MOST_CARDS : page * MOST_CARDS]
    numbers = tuple(int(row["story_no"]) for row in shown)
    back = f"{BACK}&{address()}"
    st.html(cards(
        shown, told_as.marks(flips, name), records(ask_quietly("story_tags", stories=numbers)),
        why=lambda story: story_link(str(story["story_id"]), back=back),
        also={one.story_no: told_as.score_words(one, told) for one in flips},
    ))  # fmt: skip


def _propose(change: Change, found: Rehearsed, wholes: dict[str, Row], known: str, view: View) -> None:
    st.header("Propose it", anchor=False)
    with st.form(f"rehearse_propose_{change.topic}"):
        st.text_input(
            "Why", key="rehearse_why", placeholder="Stories on errand clerks were missed since May", max_chars=500
        )
        st.form_submit_button("Save as a proposal", on_click=_save, args=(change, found, wholes, known, told_as.view_words(view)),
                              help="A file of the desk folder that a maintainer merges, with these numbers.")  # fmt: skip


def _save(change: Change, found: Rehearsed, wholes: dict[str, Row], known: str, view: str) -> None:
    """Check on the server that whoever asks may, and that the word lists still pass the change; then write. A callback."""
    state, now = st.session_state, datetime.now(UTC)
    try:
        by = need_editor()
        text = told_as.proposal(change, found, wholes, view=view, known=known, snapshot=data_name(), by=by,
                                why=str(state.get("rehearse_why", "")), now=now)  # fmt: skip
        look(change)
        path = save_change(desk_folder(), change.topic, text, now=now)
    except (Refused, NotAllowed, RehearsalProblem) as error:
        state[SAID] = str(error)
        return
    state["rehearse_why"] = ""
    st.toast(f"Written: {path.name}", icon=":material/check:")
