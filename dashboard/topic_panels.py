"""The parts of the page Topics that Streamlit draws: shares, movers, meetings, and the stories behind an opened number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import words
from dashboard.data import Catalog, ask, ask_quietly
from dashboard.opened import Opened
from dashboard.page_panels import Paged, draw, matrix, numbers, opened_head, opened_list, with_opened
from dashboard.page_state import choose, held, keep_choices, open_number, show_one
from dashboard.panels import EVERY, records
from dashboard.places import TOPICS
from dashboard.scope import Scope, count_stories, of_whom, scope_in_words
from dashboard.topic_charts import MOST_MOVERS, meeting_alt, meeting_matrix, move_points, share_bars
from dashboard.topics import (
    AGAINST,
    UNTAGGED,
    Pair,
    find_pair,
    movers_sentence,
    movers_table,
    narrowed_scope,
    opened_title,
    shares_table,
    whole_words,
)

LEVELS = {"desks": "Desks", "topics": "All topics"}


def keep_controls() -> None:
    """Hold what the controls of the page of all topics say in a run that does not draw them: Streamlit forgets it."""
    keep_choices(TOPICS)
    keep_grain()


def keep_grain() -> None:
    """Hold the periods in a run that does not draw their control."""
    if "choice_grain" in st.session_state:  # the first run may be one that draws none
        st.session_state["choice_grain"] = st.session_state["choice_grain"]


def desks() -> dict[str, tuple[str, ...]]:
    """Return each desk's key with the keys of its topics, in the desks' order."""
    rows = ask("topic_desks")
    return {str(desk): tuple(group["topic"]) for desk, group in rows.groupby("desk", sort=False)}


def level_keys(level: str) -> tuple[str, ...]:
    """Return the lines that a level of the bars shows: desks, all topics, or the topics of a desk; untagged is one too (5)."""
    gathered = desks()
    every = tuple(topic for topics in gathered.values() for topic in topics)
    if level == "desks":
        return (*gathered, UNTAGGED)
    return (*every, UNTAGGED) if level == "topics" else gathered.get(level, every)


def shares_section(scope: Scope, lines: Catalog, rows: list[dict[str, Any]], *, narrow: bool) -> None:
    """The ranked bars of desks or topics."""
    opened = held(TOPICS).opened
    at = opened.keys[0] if opened is not None and opened.section == "shares" else ""
    with with_opened(TOPICS, "shares", lambda opened: opened_stories(opened, scope, lines), narrow=narrow):
        title = f"Share of stories · {whole_words(scope)}" + (f" {scope.about}" if scope.about else "")
        figure = share_bars(rows, lines.lines, title=title, opened=at, narrow=narrow)
        first = f"{lines.lines[rows[0]['key']].name}: {words.share(rows[0]['k'], rows[0]['n'], rows[0]['share'], weighed=False)}."
        draw(TOPICS, "shares", figure, alt=f"Share of stories by line, the largest first. {first}",
             pick=lambda data: Opened("shares", (data[0],)))  # fmt: skip
        st.html(
            '<span class="quiet">A story on several of these counts in each, so shares may sum to more than 100 %.</span>'
        )
        numbers(TOPICS, "shares", rows, shares_table(rows, lines.lines), scope,
                pick=lambda row: Opened("shares", (row["key"],)))  # fmt: skip


def period_controls(*, against: bool) -> None:
    """Which periods are compared, and (`against`) with which the last whole one is."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="movers_controls"):
        st.segmented_control("Periods", ("auto", "month", "quarter", "year"), key="choice_grain", format_func=str.capitalize,
                             help="Auto takes the finest at which four of five periods hold at least 40 stories.")  # fmt: skip
        if against:
            st.segmented_control("The last whole one against", list(AGAINST), key="topics_against", format_func=AGAINST.__getitem__,
                                 help="A period is whole once it is over and no issue that was due in it is missing.")  # fmt: skip


def movers_section(scope: Scope, lines: Catalog, clock: datetime, *, narrow: bool) -> None:
    """What moved between two whole periods, over all topics (10, 22)."""
    pair, why = find_pair(ask, scope, st.session_state["topics_against"] or "before", clock)
    if pair is None:
        st.info(f"{why} Choose shorter periods, more days or more sources.")
        return
    keys = tuple(topic for topics in desks().values() for topic in topics)
    asked = scope.parameters() | {
        "keys": keys,
        "grain": pair.grain,
        "first": pair.first,
        "second": pair.second,
        "sources": pair.sources,
    }
    rows = records(ask("topic_movers", **asked))
    names = {s.id: s.name for s in scope.sources}
    st.html(f'<p class="lead">{escape(movers_sentence(rows, lines.lines, pair))}</p>')
    compared = replace(scope, sources=tuple(s for s in scope.sources if s.id in pair.sources))
    show = partial(opened_stories, scope=compared, lines=lines, grain=pair.grain, other=pair)
    with with_opened(TOPICS, "movers", show, narrow=narrow):
        _moves(rows, lines, pair, scope, names, narrow=narrow)


def _moves(
    rows: list[dict[str, Any]], lines: Catalog, pair: Pair, scope: Scope, names: dict[str, str], *, narrow: bool
) -> None:
    first, second = (words.period(day, pair.grain) for day in (pair.first, pair.second))
    compared = tuple(s for s in scope.sources if s.id in pair.sources)
    many = f"the {min(MOST_MOVERS, len(rows))} nearest to a clear change"
    title = f"Change of share from {first} ({rows[0]['n_1']} stories) to {second} ({rows[0]['n_2']}) · {of_whom(compared)} · {many}"
    draw(TOPICS, "movers", move_points(rows, lines.lines, names, title=title, narrow=narrow),
         alt=movers_sentence(rows, lines.lines, pair), pick=lambda data: Opened("movers", (data[0],), pair.second))  # fmt: skip
    st.html(f'<span class="quiet">{escape(movers_caption(rows, compared, scope))}</span>')
    table = movers_table(rows, lines.lines, pair, names)
    numbers(TOPICS, "movers", rows, table, scope, pick=lambda row: Opened("movers", (row["key"],), pair.second))


def movers_caption(rows: Sequence[dict[str, Any]], compared: Sequence[Any], scope: Scope) -> str:
    """Return what a reader must know to weigh the moves."""
    left_out = [s.name for s in scope.sources if s not in compared]
    parts = [
        f"A filled mark is a clear change, allowing for {rows[0]['looked_at']} topics looked at; others may be chance."
    ]
    if len(compared) == 1:
        parts.append(f"All of it rests on one source, {compared[0].name}.")
    if left_out:
        named = [*left_out[:3], *(["others"] if left_out[3:] else [])]
        parts.append(f"Without {words.listed(named)}: not whole in both periods.")
    return " ".join(parts)


def pairs_section(scope: Scope, lines: Catalog, *, narrow: bool) -> None:
    """Which desks, or topics of two desks, meet in the same stories more than chance would have (23)."""
    gathered = desks()
    options = ["", *gathered]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="pairs_controls"):
        chosen = st.multiselect("Between", options[1:], key="topics_pair", format_func=lambda key: lines.lines[key].name, max_selections=2,
                                placeholder="All desks", help="Choose two desks to see their topics.", width=560)  # fmt: skip
    order = tuple(topic for desk in chosen for topic in gathered[desk]) if len(chosen) == 2 else tuple(gathered)
    rows = records(ask("topic_pairs", keys=order, **scope.parameters()))
    with with_opened(TOPICS, "pairs", lambda opened: opened_stories(opened, scope, lines), narrow=narrow):
        title = f"Stories on both · {whole_words(scope)}" + (f" {scope.about}" if scope.about else "")
        figure = meeting_matrix(rows, order, lines.lines, title=title, narrow=narrow)
        matrix(TOPICS, "pairs", rows, figure, lines.lines, scope, alt=meeting_alt(rows, lines.lines))


def opened_stories(
    opened: Opened, scope: Scope, lines: Catalog, *, grain: str = "year", other: Pair | None = None
) -> None:
    """The stories behind the opened number: exactly as many as it says (26)."""
    title = opened_title(opened, lines.lines, grain)
    title += f" · {lines.lines[held(TOPICS).subject].name}" if opened.section == "names" else ""
    opened_head(TOPICS, title)
    if other is not None and opened.period not in (other.first, other.second):
        st.info("This number is not in the view any more: other periods are compared. Close it.")
        return
    within = narrowed_scope(scope, opened.keys)
    asked = {"key": None, "grain": grain, "period": opened.period, **within.parameters()}
    listed: pd.DataFrame | Paged = (
        ask("story_list", **asked, at_most=EVERY, skip=0)
        if opened.period
        else Paged(
            count_stories(ask, within),
            lambda at_most, skip: ask_quietly("story_list", **asked, at_most=at_most, skip=skip),
        )
    )
    opened_list(TOPICS, opened, listed, title=title, described=scope_in_words(scope),
                ways=lambda: _ways_on(opened, lines, grain, other))  # fmt: skip


def _ways_on(opened: Opened, lines: Catalog, grain: str, other: Pair | None) -> None:
    """From opened stories on: to the period it is compared with, to the topics of two desks, to the page of one topic."""
    if other is not None and opened.period is not None:
        day = other.first if opened.period == other.second else other.second
        st.button(f"Those of {words.period(day, grain)}", type="tertiary", key="open_other", on_click=open_number,
                  args=(TOPICS, replace(opened, period=day)))  # fmt: skip
    kinds = {key.partition(":")[0] for key in opened.keys}
    if opened.section == "pairs" and kinds == {"desk"}:
        st.button(
            "Their topics", type="tertiary", key="open_pair", on_click=choose, args=(TOPICS, "pair", list(opened.keys))
        )
    for key in opened.keys if kinds == {"topic"} else ():
        if key != UNTAGGED:
            st.button(f"About {lines.lines[key].short}", type="tertiary", key=f"about_{key}", on_click=show_one, args=(TOPICS, key),
                      icon=":material/info:")  # fmt: skip
    if opened.section == "shares" and kinds == {"desk"}:
        st.button(
            "Its topics", type="tertiary", key="open_level", on_click=choose, args=(TOPICS, "level", opened.keys[0])
        )
