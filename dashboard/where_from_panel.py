"""Where a change comes from, as Streamlit draws it on Coverage: what is compared, the waterfall, sources and events, their stories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import words
from dashboard.changes import Changes
from dashboard.charts import CHART_CONFIG
from dashboard.counting import Line
from dashboard.data import ask, data_name, made_later
from dashboard.describe import filters_in_words
from dashboard.exports import as_csv, excerpted, stories_csv
from dashboard.keys import parted
from dashboard.noted import note_chart, note_table
from dashboard.panels import PAGE, evidence_of, show_stories
from dashboard.view import View
from dashboard.where_asked import (
    Asked,
    default_asked,
    identity,
    line_of,
    points_of,
    settled,
)
from dashboard.where_from import Gap, Split, events_of, gap_of, split_of, stories_behind
from dashboard.where_from_chart import gap_alt, two_bars, waterfall
from dashboard.where_from_words import (
    alt_words,
    events_table,
    gap_file,
    gap_sentence,
    opened_words,
    parts_table,
    shares_words,
    sources_table,
    split_file,
    split_sentence,
)
from dashboard.where_state import hold, selection_key, taken, where_asked

HELP = "How much of a change between two periods comes from within the sources, from their mix, from sources that came or went."
ALONE, ACROSS = "two periods", "two lines"


def where_button(view: View, changes: Changes) -> None:
    """The button that opens the section, on two whole periods or the headline's; disabled, with the reason, where nothing compares."""
    plain = default_asked(view, changes)
    st.button(
        "Where does the change come from?", icon=":material/call_split:", type="tertiary", key="where_open",
        on_click=hold, args=(plain,), disabled=plain is None or where_asked() is not None,
        help=HELP if plain else "No line has two periods with stories to compare.",
    )  # fmt: skip


def compare_opened(view: View, changes: Changes) -> None:
    """Beside an opened point: compare it with another period of its line."""
    which = (view.filters.open_key, view.filters.open_source)
    line = next((line for line in view.lines if identity(line) == which), None)
    plain = default_asked(view, changes)
    if line is None or view.filters.open_period is None or plain is None:
        return
    wanted = settled(view, replace(plain, line=which, second=view.filters.open_period), None)
    if wanted is None or wanted.first is None or wanted.second is None:
        return
    first, second = sorted((wanted.first, wanted.second))
    st.button(
        f"Compare with {words.period(first if second == wanted.second else second, view.grain)}: where does the change come from?",
        icon=":material/call_split:", type="tertiary", key="where_compare", help=HELP,
        on_click=hold, args=(replace(wanted, first=first, second=second),),
    )  # fmt: skip


def where_section(view: View, changes: Changes, *, narrow: bool) -> None:
    """Draw the section for what is compared."""
    asked = where_asked()
    if asked is None:
        return
    with st.container(key="where_from"):
        head, shut = st.columns([5, 1], vertical_alignment="top")
        head.header("Where does the change come from?", anchor=False)
        shut.button("Close", icon=":material/close:", type="tertiary", key="where_close", on_click=hold, args=(None,))
        found = settled(view, asked, default_asked(view, changes))
        if found is None:
            st.info("No line has two periods with stories to compare. Choose more days or shorter periods.")
            return
        if (found.line, found.other) != (asked.line, asked.other):
            st.info("What the link compares is not drawn in this view, so this compares what is.")
        _controls(view, found)
        if found.other:
            _two_lines(view, found, narrow=narrow)
        else:
            _two_periods(view, found, narrow=narrow)


def _controls(view: View, asked: Asked) -> None:
    """What is compared: one line in two periods, or two lines in one."""
    labels = {identity(line): line.label for line in view.lines}
    days = [p["period"].date() for p in points_of(view, line_of(view, asked.line))]
    partial = {p["period"].date() for p in points_of(view, line_of(view, asked.line)) if p["state"] == "partial"}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="where_controls"):
        alone = len(labels) < 2
        _choice(
            "Compare", [ALONE, ACROSS], ACROSS if asked.other else ALONE, "mode", str.capitalize,
            disabled=alone, help_text="Choose a second line under Show first." if alone else None,
        )  # fmt: skip
        _choice("Line", list(labels), asked.line, "line", labels.__getitem__)
        if asked.other:
            _choice(
                "With", [which for which in labels if which != asked.line], asked.other, "other", labels.__getitem__
            )
        name = lambda day: words.period(day, view.grain) + (" (part)" if day in partial else "")  # noqa: E731
        if not asked.other:
            _choice("From", [day for day in days if day != asked.second], asked.first, "first", name)
        _choice(
            "In" if asked.other else "To", [day for day in days if day != asked.first], asked.second, "second", name
        )


def _choice(
    label: str,
    options: list[Any],
    value: Any,
    name: str,
    form: Any,
    *,
    disabled: bool = False,
    help_text: str | None = None,
) -> None:
    """A box that shows what is compared and changes it. Its key names what it shows, so that it follows the state without being set."""
    key = f"where_{name}_{'_'.join(map(str, value)) if isinstance(value, tuple) else value}"
    st.selectbox(label, options, index=options.index(value), key=key, format_func=form, width=230, disabled=disabled, help=help_text,
                 on_change=_changed, args=(name, key))  # fmt: skip


def _changed(name: str, key: str) -> None:
    """Take what a box was changed to; what was opened is closed."""
    asked, value = st.session_state["where_settled"], st.session_state[key]
    if name == "mode":
        others = st.session_state["where_others"]
        asked = replace(asked, other=others[0] if value == ACROSS else None)
    elif name == "line" and asked.other == value:
        asked = replace(asked, line=value, other=asked.line)
    else:
        asked = replace(asked, **{name: value})
    hold(replace(asked, opened=()))


def _two_periods(view: View, asked: Asked, *, narrow: bool) -> None:
    line, names = _settle(view, asked), {s.id: s.name for s in view.sources}
    split = split_of(ask, view, asked)
    sentence = split_sentence(split, line.label, names, view.grain)
    left, right = _beside(asked, narrow=narrow)
    with left:
        st.html(f'<p class="lead">{escape(sentence)}</p>')
        st.html(f'<span class="quiet">{escape(shares_words(split, view.grain, weighed=view.weighed))}</span>')
        first, second = (words.period(p["period"], view.grain) for p in (split.first, split.second))
        title = f"{line.label}: from {first} to {second}"
        figure = waterfall(split, names, title=f"{title} · {_whole(view, line)}", grain=view.grain, narrow=narrow)
        note_table("change", split.rows)
        _chart(figure, asked, alt=alt_words(sentence, [*split.parts, 1, 2]), headline=sentence)
        table, opens = parts_table(split, names, view.grain)
        _table("parts", table, opens, asked, alt="The waterfall as a table")
        if len(split.rows) > 1:
            st.subheader("The sources that moved it most", anchor=False)
            of = sources_table(split, names, view.grain)
            _table(
                "sources", of, [("source", row["source_id"]) for row in split.rows], asked, alt="What each source moved"
            )
        _events(view, asked)
        _file(
            split_file(
                split, names, line=line.name, grain=view.grain, filters=filters_in_words(view), snapshot=data_name()
            )
        )
    _opened(view, asked, split, right)


def _events(view: View, asked: Asked) -> None:
    events = events_of(ask, view, asked)
    st.subheader("The events told in copies that moved it most", anchor=False)
    if not events:
        st.caption("No event on this line was told in copies in these two periods.")
        return
    _table("events", events_table(events), [("event", row["cluster_id"]) for row in events], asked,
           alt="The events told in copies that moved the line most")  # fmt: skip
    st.caption(
        "Near-identical stories are one event. Moves it by: what its counted stories are of the share. A row opens every telling."
    )


def _two_lines(view: View, asked: Asked, *, narrow: bool) -> None:
    line, other = _settle(view, asked), line_of(view, asked.other or asked.line)
    gap, when = gap_of(ask, view, asked), words.period(asked.second, view.grain) if asked.second else ""
    labels = (line.label, other.label)
    sentence = gap_sentence(gap, labels, when)
    left, right = _beside(asked, narrow=narrow)
    with left:
        st.html(f'<p class="lead">{escape(sentence)}</p>')
        during = words.in_period(asked.second, view.grain) if asked.second else ""
        title = f"{labels[0]} and {labels[1]} {during} · {_whole(view, line)}"
        figure = two_bars(gap, labels, ranges=_ranges(view, asked, (line, other)), title=title, narrow=narrow)
        _chart(figure, asked, alt=gap_alt(gap, sentence), headline=sentence)
        rows: list[tuple[str, int, int]] = [(labels[0], gap.k_1, gap.n_1), (labels[1], gap.k_2, gap.n_2)]
        rows += [("On both lines", gap.on_both, gap.n_1)] if gap.on_both is not None else []
        table = pd.DataFrame(rows, columns=["Line", "Stories", "Of"])
        opens = [("first",), ("second",), ("both",)][: len(rows)]
        _table("parts", table, opens, asked, alt="The two lines as a table")
        _file(gap_file(gap, (line.name, other.name), when=when, filters=filters_in_words(view), snapshot=data_name()))
    _opened(view, asked, None, right)


def _ranges(view: View, asked: Asked, lines: tuple[Line, Line]) -> tuple[tuple[float, float], ...]:
    found = (next(p for p in points_of(view, line) if p["period"].date() == asked.second) for line in lines)
    return tuple((float(p["low"]), float(p["high"])) for p in found)


def _settle(view: View, asked: Asked) -> Line:
    """Keep what is compared for the boxes' answers, and the address in step with it."""
    st.session_state["where_settled"] = asked
    st.session_state["where_others"] = [identity(line) for line in view.lines if identity(line) != asked.line]
    return line_of(view, asked.line)


def _whole(view: View, line: Line) -> str:
    whom = [line.source.name] if line.source else [s.name for s in view.sources]
    return words.of_sources(whom) + (f" {line.about}" if line.about else "") + (f" {view.about}" if view.about else "")


def _beside(asked: Asked, *, narrow: bool) -> tuple[Any, Any]:
    """Return where the numbers are drawn and where the opened stories go: beside them, on a phone below."""
    if narrow or not asked.opened:
        return st.container(), st.container()
    left, right = st.columns([11, 9], gap="large")
    return left, right


def _chart(figure: Any, asked: Asked, *, alt: str, headline: str) -> None:
    note_chart("change", figure, alt, headline=headline)
    clicked = st.plotly_chart(figure, key=selection_key("chart", asked), on_select="rerun", selection_mode="points", alt=alt,
                              config=CHART_CONFIG)  # fmt: skip
    taken("chart", [tuple(p["customdata"]) for p in clicked.selection.points if p.get("customdata")], asked)


def _table(name: str, table: pd.DataFrame, opens: Sequence[tuple[str, ...]], asked: Asked, *, alt: str) -> None:
    picked = st.dataframe(table, hide_index=True, on_select="rerun", selection_mode="single-row", key=selection_key(name, asked),
                          height=min(38 + 35 * len(table), 318), alt=f"{alt}; a chosen row opens its stories")  # fmt: skip
    taken(name, [opens[at] for at in picked.selection.rows if at < len(opens)], asked)


def _file(table: pd.DataFrame) -> None:
    st.download_button("CSV", data=as_csv(table), file_name="where-the-change-comes-from.csv", mime="text/csv", key="where_csv",
                       icon=":material/download:", type="tertiary", on_click="ignore",
                       help="Every part and source, the likely range, and the filters in words.")  # fmt: skip


def _opened(view: View, asked: Asked, split: Split | Gap | None, panel: Any) -> None:
    """The stories behind the opened number: exactly as many as it says (26)."""
    if not asked.opened:
        return
    whole = split if isinstance(split, Split) else None
    with panel:
        rows = stories_behind(ask, view, asked, whole)
        line, other = line_of(view, asked.line), line_of(view, asked.other or asked.line)
        names = {s.id: s.name for s in view.sources}
        title = opened_words(asked, whole, line.label, other.label, names, view.grain)
        head, shut = st.columns([5, 1], vertical_alignment="top")
        head.subheader(words.plain(title), anchor=False)
        shut.button("Close", icon=":material/close:", type="tertiary", key="where_close_stories", on_click=hold,
                    args=(replace(asked, opened=()),))  # fmt: skip
        if rows is None:
            st.info("This number is not in the view any more. Close it.")
            return
        _stories(view, asked, rows, title)


def _stories(view: View, asked: Asked, rows: pd.DataFrame, title: str) -> None:
    keys = () if asked.opened[0] == "event" else (parted(asked.line[0])[0],)
    st.html(f'<span class="quiet">{words.stories(len(rows))}</span>')
    page = st.pagination(max(1, -(-len(rows) // PAGE)), key=f"page_where_{title}") if len(rows) > PAGE else 1
    with st.container(height=620 if len(rows) > 2 else "content", border=False, key="where_list"):
        if rows.empty:
            st.caption("No story.")
            return
        show_stories(rows.iloc[(page - 1) * PAGE : page * PAGE], keys)
    st.download_button(
        f"Download these {words.stories(len(rows))} (CSV)", key="where_stories_csv", icon=":material/download:", type="tertiary",
        data=made_later(lambda: stories_csv(rows, evidence_of(excerpted(rows), keys), snapshot=data_name(),
                                            described=f"{title}; {filters_in_words(view)}")),
        file_name="stories-where-from.csv", mime="text/csv", on_click="ignore",
    )  # fmt: skip
