"""The parts of the Coverage page that hold stories and numbers: the opened number, the newest stories, the table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import words
from dashboard.counting import Line, line_of
from dashboard.data import Catalog, ask, data_name, made_later
from dashboard.describe import filters_in_words
from dashboard.exports import excerpted, points_csv, stories_csv
from dashboard.extras import rest_names
from dashboard.filters import Filters
from dashboard.keys import REST, members_of, parted, phrase_of
from dashboard.line_stories import EVERY as EVERY
from dashboard.line_stories import newest_stories, stories_behind, words_behind
from dashboard.links import address, story_link
from dashboard.marks import missing
from dashboard.number_table import drawn_rows, number_table
from dashboard.stories import cards
from dashboard.view import View, counted_key

PAGE, NEWEST = 10, 6
# Beside opened stories the table is narrow: numbers take no more than they need, so that the note is not cut.
TABLE_COLUMNS = {name: st.column_config.Column(width=width) for name, width in
                 (("Stories", 62), ("Counting as", 92), ("Of", 48), ("Share", 58), ("Likely range", 92))}  # fmt: skip


def story_rows(
    view: View, *, key: str | None, period: date | None, source: str = "", at_most: int = EVERY, skip: int = 0
) -> pd.DataFrame:
    """Return the stories behind a number of the view: of a line, or of all that is counted (`key` None)."""
    return stories_behind(ask, view, key=key or "*", period=period, source=source, at_most=at_most, skip=skip)


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a frame's rows as dicts by column name."""
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def evidence_of(stories: pd.DataFrame, keys: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the evidence that speaks for these lines in these stories; for topics of any kind where no key is given."""
    return words_behind(ask, stories, keys)


def show_stories(stories: pd.DataFrame, keys: tuple[str, ...]) -> None:
    """Draw story cards with the evidence of these lines marked."""
    tags = records(ask("story_tags", stories=tuple(int(n) for n in stories["story_no"])))
    back, tag = address(), parted(keys[0])[0] if len(keys) == 1 else ""
    tag = "" if phrase_of(tag) or members_of(tag) else tag
    st.html(
        cards(
            records(stories),
            evidence_of(stories, keys),
            tags,
            why=lambda story: story_link(story["story_id"], tag=tag, back=back),
        )
    )


def newest(view: View) -> None:
    """The newest stories on the lines shown."""
    rows = newest_stories(ask, view, at_most=NEWEST)
    if rows.empty:
        st.caption("No stories on these lines in the days shown.")
        return
    st.header("Newest stories on these lines", anchor=False)
    left, right = st.columns(2, gap="large")
    half = (len(rows) + 1) // 2
    keys = tuple(line.key for line in view.lines)
    with left:
        show_stories(rows.iloc[:half], keys)
    with right:
        if len(rows) > half:
            show_stories(rows.iloc[half:], keys)


def point_of(view: View, filters: Filters) -> dict[Any, Any] | None:
    """Return the opened point's row; of all counted stories where '*' is opened; None where the view does not hold it."""
    key = counted_key(filters.open_key, filters.role)
    points = view.stack.rows if view.stack and key in (*view.stack.keys, *REST) else view.points
    if filters.open_period is None or points.empty:
        return None
    day = pd.Timestamp(filters.open_period)  # any day of the period: a link survives a change of grain
    at = points[(points["period"] <= day) & (points["period_end"] >= day) & points["n"].notna()]
    at = at[at["source"] == filters.open_source] if filters.open_source else at
    plain, within = parted(key)
    if plain == "*":
        at = at[[parted(key)[1] == within for key in at["key"]]].drop_duplicates("source")
        return {**at.iloc[0], "k": at["n"].sum(), "n": at["n"].sum()} if len(at) else None
    at = at[at["key"] == key]
    return dict(at.iloc[0]) if len(at) else None


def opened_name(view: View, catalog: Mapping[str, Line]) -> str:
    """Return what the opened number counts."""
    plain, within = parted(view.filters.open_key)
    if plain == "*":
        return "All stories counted" + (f", about {catalog[within].name}" if within else "")
    return (
        rest_names(view.stack.kind if view.stack else "topic").get(plain)
        or line_of(view.filters.open_key, catalog).name
    )


def opened(view: View, lines: Catalog) -> None:
    """The stories behind the opened number: exactly as many as it says (STATISTICS 26)."""
    filters = view.filters
    point = point_of(view, filters)
    every = parted(filters.open_key)[0] == "*"
    head, close = st.columns([5, 1], vertical_alignment="top")
    name = opened_name(view, lines.lines)
    when = words.period(filters.open_period, view.grain) if filters.open_period else ""
    head.header(f"{words.plain(name)} · {when}", anchor=False)
    close.button("Close", icon=":material/close:", type="tertiary", key="close_opened", on_click=close_number)
    if point is None:
        st.info(
            "This number is not in the view any more: its period or line is not shown. Close it, or loosen the filters."
        )
        return
    start = point["period"].date()
    rows = story_rows(view, key=filters.open_key, period=start, source=filters.open_source)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<span class="quiet">{opened_words(view, point, every)}</span>', width="content")
        if not every:
            st.button(
                f"All {words.count(int(point['n']))} counted",
                type="tertiary",
                key="open_counted",
                on_click=open_counted,
            )
    page = (
        st.pagination(max(1, -(-len(rows) // PAGE)), key=f"page_{filters.open_key}_{when}_{filters.open_source}")
        if len(rows) > PAGE
        else 1
    )
    keys = () if every else (filters.open_key,)
    with st.container(height=560 if len(rows) > 2 else "content", border=False, key="opened_list"):
        if len(rows):
            show_stories(rows.iloc[(page - 1) * PAGE : page * PAGE], keys)
    st.download_button(
        f"Download these {words.stories(len(rows))} (CSV)", key="opened_csv", icon=":material/download:", type="tertiary",
        data=made_later(lambda: stories_csv(rows, evidence_of(excerpted(rows), keys), snapshot=data_name(),
                                            described=f"{name}, {when}; {filters_in_words(view)}")),
        file_name=f"stories-{file_part(filters.open_key)}-{filters.open_period}.csv", mime="text/csv", on_click="ignore",
    )  # fmt: skip


def opened_words(view: View, point: dict[Any, Any], every: bool) -> str:
    """Return the number in words, with its range and what is missing."""
    if every:
        return f"{words.stories(int(point['n']))}: what the shares of this period are of"
    if view.stack:
        text = f"{words.stories(int(point['k']))}, shared out: {point['part']:,.1f} of {words.stories(int(point['n']))}"
        text += f" = {words.percent(point['share'])}"
    else:
        about = next((line.about for line in view.lines if line.key == view.filters.open_key), "")
        text = words.share(point["k"], point["n"], point["share"], weighed=view.weighed, about=about)
    text += f", likely range {words.percent_range(point['low'], point['high'])}"
    text += " · too few to say" if point["few"] else ""
    return text + (f" · part of the period: {missing(point)}" if point["state"] == "partial" else "")


def file_part(key: str) -> str:
    """Return a key as part of a file's name."""
    return re.sub(r"\W+", "-", key.replace("*", "all")).strip("-")


def numbers(view: View) -> None:
    """The table of the same numbers: choosing a row opens its stories, by keyboard too."""
    rows = drawn_rows(view)
    table = number_table(view, rows)
    st.caption("A chosen row opens its stories. By keyboard: arrow keys to the row, then Shift and Space.")
    picked = st.dataframe(
        table, hide_index=True, on_select="rerun", selection_mode="single-row", key=selection_key("picked", view.filters),
        height=min(38 + 35 * len(table), 420), column_config=TABLE_COLUMNS,
        alt="The numbers behind the chart, a row for each line and period",
    )  # fmt: skip
    keys = {counted_key(line.key, view.filters.role): line.key for line in view.lines} | {key: key for key in REST}
    chosen = [rows.iloc[n] for n in picked.selection.rows if n < len(rows)]
    open_selected("picked", [(keys[row["key"]], row["source"], row["period"].date().isoformat()) for row in chosen])


def selection_key(name: str, filters: Filters) -> str:
    """Return the key of the chart or table whose selection is held under this name: a new one, and so nothing selected, where
    what it selected is not open any more. Else a second click on a point would only take the selection back."""
    opened = (filters.open_key, filters.open_source, filters.open_period.isoformat() if filters.open_period else "")
    if st.session_state.get(name) not in (None, opened):
        del st.session_state[name]
        st.session_state[f"{name}_times"] = st.session_state.get(f"{name}_times", 0) + 1
    return f"{name}_{st.session_state.get(f'{name}_times', 0)}"


def open_selected(name: str, selected: list[tuple[str, str, str]]) -> None:
    """Open the number that was selected in the chart or table of this name, given as (line, source, first day)."""
    if not selected:
        st.session_state.pop(name, None)
    elif st.session_state.get(name) != selected[0]:
        st.session_state[name] = selected[0]
        key, source, period = selected[0]
        open_number(key, date.fromisoformat(period), source)


def open_number(key: str, period: date, source: str) -> None:
    """Open a number's stories and draw the page again."""
    wanted = {"open_key": key, "open_period": period, "open_source": source}
    if any(st.session_state[f"choice_{name}"] != value for name, value in wanted.items()):
        st.session_state.update({f"choice_{name}": value for name, value in wanted.items()})  # no widget holds these
        st.rerun()


def close_number() -> None:
    """Close the opened number. A callback."""
    st.session_state.update({"choice_open_key": "", "choice_open_period": None, "choice_open_source": ""})


def open_counted() -> None:
    """Open what the opened share is of: every story counted in its period. A callback."""
    within = parted(st.session_state["choice_open_key"])[1]
    st.session_state["choice_open_key"] = f"*@{within}" if within else "*"


def view_csv(view: View) -> bytes:
    """Return what is drawn as CSV."""
    return points_csv(view, described=filters_in_words(view), snapshot=data_name())
