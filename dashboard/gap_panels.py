"""The parts of the page Gaps that Streamlit draws: whose stories are ours, desks by areas, biggest differences, events, opened stories."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from dashboard import words
from dashboard.balance import Publisher
from dashboard.data import ask, freshness
from dashboard.filters import Filters, Known
from dashboard.gap_charts import cells_alt, gap_matrix, topic_differences
from dashboard.gap_facts import (
    ANY,
    GRAIN,
    LEAST_TOLD,
    MONTHS,
    MOST_EVENTS,
    MOST_SAID,
    MOST_TOPICS,
    NOWHERE,
    WHOSE,
    Shared,
    cell_name,
    cells_table,
    compared_words,
    events_table,
    gap_sentence,
    gaps_of,
    left_out_words,
    no_events,
    shared_periods,
    topics_sentence,
    topics_table,
)
from dashboard.noted import note_table
from dashboard.opened import Opened
from dashboard.page_panels import BY_KEYBOARD, draw, numbers, opened_head, opened_list, paged, with_opened
from dashboard.page_state import choose, held, open_number, selection_key, taken
from dashboard.panels import records
from dashboard.places import GAPS
from dashboard.region_panels import atlas
from dashboard.regions import areas_of
from dashboard.scope import Scope
from dashboard.topic_panels import desks
from dashboard.view import Line, Source

HISTORY = timedelta(days=3 * 366)  # before the newest story: where whole periods are looked for
EVERYTHING: dict[str, Any] = {
    "letters": False,
    "unit": "story",
    "about_any": None,
    "about_all": None,
    "about_none": None,
}
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Compared:
    """What is compared: shared periods and sources, the sources' names, how lines are called, and the newest day of ours."""

    shared: Shared
    names: Mapping[str, str]
    lines: Mapping[str, Line]
    up_to: date

    def sides(self) -> dict[str, Any]:
        """Return what the macros take beside their own arguments."""
        return {"ours": self.shared.ours, "field": self.shared.field, **self.span()}

    def span(self) -> dict[str, Any]:
        """Return the periods as the macros take them."""
        return {"grain": GRAIN, "periods": self.shared.periods, "up_to": self.up_to}


def widened(known: Known, lines: Mapping[str, Line]) -> Known:
    """Return what a link to this page may name: lines of its rows and columns, 'anywhere', and events by their first story."""
    section, *asked = [*st.query_params.get_all("stories"), ""]
    events = {key for key in asked if section == "events" and re.fullmatch(r"event:.{16}", key)}
    opened = held(GAPS).opened
    told = set(opened.keys if opened and opened.section == "events" else ())
    return replace(known, keys=frozenset(lines) | events | told | {ANY})


def choose_sides(having: Sequence[Publisher]) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    """Draw the choices; return ours, the field and how many months. Where no source is marked as ours, the first one stands for it."""
    by_id = {one.id: one for one in having}
    if not st.session_state["gaps_ours"]:
        st.session_state["gaps_ours"] = [one.id for one in having if one.ours] or [having[0].id]
    ours = tuple(st.session_state["gaps_ours"])
    others = [id for id in by_id if id not in ours]
    st.session_state["gaps_field"] = [id for id in st.session_state["gaps_field"] if id in others]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="gaps_sides"):
        st.multiselect("Ours", list(by_id), key="gaps_ours", width=320, format_func=lambda id: by_id[id].name,
                       help="One or more sources. `ours = true` in sources.toml marks those that stand here at first.")  # fmt: skip
        field = st.multiselect("The field", others, key="gaps_field", width=320, format_func=lambda id: by_id[id].name,
                               placeholder="All others", disabled=len(others) < 2,
                               help=None if len(others) > 1 else "There are no others to choose among.")  # fmt: skip
        months = st.selectbox("Whole months", MONTHS, key="gaps_months", width=150, format_func=lambda many: f"The last {many}",
                              help="Counted back from the newest that is whole for ours; compared are those that all share.")  # fmt: skip
    return ours, tuple(field or others), int(months or 12)


def compare(having: Sequence[Publisher], lines: Mapping[str, Line]) -> Compared:
    """Draw the choices and find what can be compared."""
    ours, field, months = choose_sides(having)
    fresh = freshness()
    last = max(fresh.newest_day, fresh.clock.date())
    first = max(fresh.oldest_day, fresh.newest_day - HISTORY)
    rows = ask(
        "topic_whole",
        grain=GRAIN,
        clock=fresh.clock,
        sources=(*ours, *field),
        from_day=first.replace(day=1),
        to_day=last,
        **EVERYTHING,
    )
    shared = shared_periods(records(rows), ours, field, months)
    names = {one.id: one.name for one in having}
    newest = max((one.last_day for one in having if one.id in ours), default=fresh.newest_day)
    ends = max(shared.periods, default=newest)
    through = (ends.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return Compared(shared, names, lines, max(newest, through))


def scope_of(compared: Compared, n: int) -> Scope:
    """Return both sides as a scope, for the words of downloads."""
    shared = compared.shared
    sources = tuple(
        Source(id, compared.names[id], None, shared.periods[0], compared.up_to, 0)
        for id in (*shared.ours, *shared.field)
    )
    about = f"ours: {words.listed([compared.names[id] for id in shared.ours])}; {len(shared.periods)} whole months that all share"
    return Scope(Filters(), shared.periods[0], compared.up_to, sources, (), False, n, about, GRAIN)


def cells_of(compared: Compared) -> Rows:
    """Return the cells of the level that is chosen: desks, or one desk's topics, by areas."""
    return records(ask("gap_cells", rows=down(), columns=across(), **compared.sides()))


def down() -> tuple[str, ...]:
    """Return the lines of the rows."""
    gathered = desks()
    return gathered.get(st.session_state["gaps_level"], tuple(gathered))


def across() -> tuple[str, ...]:
    """Return the lines of the columns: anywhere, the areas, and no place (5)."""
    return (ANY, *(f"region:{area.code}" for area in areas_of(atlas())), NOWHERE)


def gaps_section(rows: Rows, compared: Compared, *, narrow: bool) -> None:
    """What ours cover less, in sentences, and the matrix; each opens both sides' stories."""
    st.header("Covered by others, not by us", anchor=False)
    total = rows[0]
    shared = " ".join(part for part in (compared_words(compared.shared, compared.names, int(total["n_1"]), int(total["n_2"])),
                                        left_out_words(compared.shared, compared.names)) if part)  # fmt: skip
    st.html(f'<span class="quiet">{escape(shared)}</span>')
    gathered = desks()
    st.selectbox("Rows", ["", *gathered], key="gaps_level", width=280,
                 format_func=lambda key: f"Topics of {compared.lines[key].name}" if key else "Desks")  # fmt: skip
    with with_opened(GAPS, "cells", partial(opened_stories, compared=compared), narrow=narrow):
        _said(rows, compared)
        title = "Points more (+) or less (−) in the field" if narrow else "Percent of ours : percent of the field’s"
        figure = gap_matrix(rows, down(), across(), compared.lines, compared.names, title=title, narrow=narrow)
        draw(GAPS, "cells", figure, alt=cells_alt(rows, compared.lines), pick=lambda at: Opened("cells", tuple(at[:2])))
        st.html('<span class="quiet">Orange: the field covers it more. Blue: ours do. Pale: could be chance among so many. Grey: no clear '
                "difference. Hatched: fewer than 5 stories expected, too few to say. Empty: no story.</span>")  # fmt: skip
        table = cells_table(rows, compared.lines, compared.names)
        numbers(GAPS, "cells", rows, table, scope_of(compared, int(total["n_1"] + total["n_2"])),
                pick=lambda row: Opened("cells", (row["key_a"], row["key_b"])))  # fmt: skip


def _said(rows: Rows, compared: Compared) -> None:
    found = gaps_of(rows)
    if not found:
        st.info(
            "The field covers nothing here clearly more than ours do. Look at the topics of one desk, or choose other sources."
        )
        return
    for row in found[:MOST_SAID]:
        keys = (row["key_a"], row["key_b"])
        said, way = st.columns([8, 1], vertical_alignment="center")
        name = words.plain(cell_name(row, compared.lines))
        said.markdown(f"**{name}**: {words.plain(gap_sentence(row, compared.names))}")
        way.button("Stories", key=f"gap_{'_'.join(keys)}", type="tertiary", icon=":material/article:",
                   on_click=open_number, args=(GAPS, Opened("cells", keys)))  # fmt: skip
    if len(found) > MOST_SAID:
        st.caption(f"{len(found) - MOST_SAID} more in the table below.")


def topics_section(compared: Compared, *, narrow: bool) -> None:
    """The topics that set the two mixes apart most."""
    st.header("Biggest differences", anchor=False)
    rows = records(ask("gap_topics", at_most=MOST_TOPICS, **compared.sides()))
    if not rows:
        st.info("Ours have no story in these months.")
        return
    said = topics_sentence(rows, compared.lines)
    st.html(f'<p class="lead">{escape(said)}</p>')
    with with_opened(GAPS, "topics", partial(opened_stories, compared=compared), narrow=narrow):
        opened = held(GAPS).opened
        half = narrow or bool(opened and opened.section == "topics")
        figure = topic_differences(
            rows, compared.lines, title="Share in the field less share in ours, by topic", narrow=half
        )
        draw(GAPS, "topics", figure, alt=said, pick=lambda at: Opened("topics", (at[0],)))
        numbers(GAPS, "topics", rows, topics_table(rows, compared.lines), scope_of(compared, int(rows[0]["n_1"] + rows[0]["n_2"])),
                pick=lambda row: Opened("topics", (row["key"],)))  # fmt: skip


def events_section(compared: Compared, *, narrow: bool) -> None:
    """Events that others told and ours did not, the newest first."""
    st.header("Events that we did not tell", anchor=False)
    most = len(compared.shared.field)
    offered = [least for least in LEAST_TOLD if int(least) <= most] or [LEAST_TOLD[0]]
    if st.session_state["gaps_told"] not in offered:
        st.session_state["gaps_told"] = offered[0]
    least = int(st.selectbox("Told by at least", offered, key="gaps_told", width=200, format_func=lambda many: f"{many} other sources",
                             disabled=len(offered) < 2, help=f"There are {most} other sources." if len(offered) < 2 else None))  # fmt: skip
    rows = records(ask("gap_events", ours=compared.shared.ours, field=compared.shared.field, at_least=least,
                       from_day=compared.shared.periods[0], up_to=compared.up_to, at_most=MOST_EVENTS))  # fmt: skip
    if not rows:
        st.info(no_events(compared.shared, least, compared.names))
        return
    more = f"; the newest {len(rows)} are listed" if int(rows[0]["in_all"]) > len(rows) else ""
    st.html(f'<span class="quiet">{words.count(int(rows[0]["in_all"]))} since {words.day(compared.shared.periods[0])}{more}. Stories are '
            f"of one event where their texts are alike. {BY_KEYBOARD}</span>")  # fmt: skip
    with with_opened(GAPS, "events", partial(opened_stories, compared=compared), narrow=narrow):
        note_table("events", rows)
        picked = st.dataframe(events_table(rows), hide_index=True, on_select="rerun", selection_mode="single-row",
                              key=selection_key(GAPS, "events_table"), height=min(38 + 35 * len(rows), 420),
                              alt="Events that others told and ours did not, a row each")  # fmt: skip
        taken(
            GAPS,
            "events_table",
            [Opened("events", (rows[at]["key"],)) for at in picked.selection.rows if at < len(rows)],
        )


def opened_stories(opened: Opened, *, compared: Compared) -> None:
    """The stories of the opened number, of ours or of the field's: each exactly as many as it says (26)."""
    is_event = opened.section == "events"
    keys = opened.keys if is_event else tuple(key for key in opened.keys if key != ANY)
    title = "Told by others" if is_event else " and ".join(compared.lines[key].name for key in keys) or "All stories"
    opened_head(GAPS, title)
    sides = {"field": compared.shared.field} | ({} if is_event else {"ours": compared.shared.ours})
    what = {"keys": None if is_event else keys, "event": keys[0].removeprefix("event:") if is_event else None}
    found = {
        side: paged("gap_stories", **what, sources=sides[side], **compared.span()) for side in WHOSE if side in sides
    }
    side = "field"
    if not is_event:
        side = str(st.segmented_control("Whose stories", list(found), key="gaps_whose", required=True,
                                        format_func=lambda one: f"{WHOSE[one]} ({found[one].total})") or "ours")  # fmt: skip
    described = (
        f"{WHOSE[side]}: {words.listed([compared.names[id] for id in sides[side]])}; whole months that all share"
    )
    opened_list(GAPS, opened, found[side], title=f"{title}, {WHOSE[side].lower()}", described=described,
                ways=lambda: _ways_on(opened, compared), marked=() if is_event else keys)  # fmt: skip


def _ways_on(opened: Opened, compared: Compared) -> None:
    """From a desk's opened stories to its topics."""
    key = opened.keys[0]
    if opened.section == "cells" and key in desks():
        st.button(f"Topics of {compared.lines[key].name}", type="tertiary", key="open_level", on_click=choose, args=(GAPS, "level", key),
                  icon=":material/zoom_in:")  # fmt: skip
