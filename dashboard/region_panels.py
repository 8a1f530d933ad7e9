"""The parts of the page Regions that Streamlit draws: ways of looking, bars and map, places by desks, and opened stories."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import words
from dashboard.data import Catalog, ask
from dashboard.noted import note_asked
from dashboard.opened import Opened
from dashboard.page_panels import draw, matrix, numbers, opened_head, opened_list, paged, with_opened
from dashboard.page_state import choose, held, keep_choices, show_one
from dashboard.panels import records
from dashboard.places import REGIONS
from dashboard.region_charts import leader, map_alt, world_map
from dashboard.regions import (
    COUNTS,
    LEFT,
    LENSES,
    LEVELS,
    MOST_BARS,
    SHADES,
    VIEWS,
    Atlas,
    areas_of,
    atlas_of,
    code_of,
    desk_rows,
    key_of,
    level_words,
    lines_of,
    members_of,
    opened_parts,
    places_table,
    publishing_words,
    several_words,
    shown_rows,
    told_scope,
    way_of,
)
from dashboard.scope import Scope, scope_in_words
from dashboard.topic_charts import cell_matrix, meeting_alt, share_bars
from dashboard.topic_panels import desks
from dashboard.topics import Row, whole_words

LOOKED_AT = "Where the events of a story happen; where the organizations that it is about are at home; or where its source publishes."
UNDER_WAYS = ("level", "view", "shade", "area")  # choices that only the page of all places draws
COUNTED_WHERE = "Happens there or is about it: what the story tells of. Names it: also in passing."


def atlas() -> Atlas:
    """Return every place that the data can hold, by its code."""
    return atlas_of(records(ask("region_places")))


def way_controls(scope: Scope, places: Atlas) -> str:
    """Draw the choice of the way of looking and return the way; what would change nothing is disabled and says why."""
    countries = ask("region_publishers", sources=scope.source_ids)["country"].tolist()
    why = publishing_words(countries, places)
    offered = [lens for lens in LENSES if lens != "published" or not why]
    if st.session_state["regions_lens"] not in offered:
        st.session_state["regions_lens"] = "happens"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="regions_ways"):
        st.segmented_control(
            "Look at", offered, key="regions_lens", format_func=LENSES.__getitem__, required=True, help=LOOKED_AT
        )
        if why:
            st.button(
                LENSES["published"],
                disabled=True,
                help=f"Nothing to compare: {why[0].lower()}{why[1:]}",
                key="no_published",
            )
        elsewhere = st.session_state["regions_lens"] != "happens"
        no_switch = "Only where stories happen is there a choice." if elsewhere else COUNTED_WHERE
        st.segmented_control("A place counts where the story", list(COUNTS), key="regions_counts", format_func=COUNTS.__getitem__,
                             disabled=elsewhere, help=no_switch, required=True)  # fmt: skip
    return way_of(st.session_state["regions_lens"] or "happens", st.session_state["regions_counts"] or "happens")


def level_controls(places: Atlas) -> tuple[str, str]:
    """Draw the choices of what is ranked, as bars or as a map, and return both."""
    options = [*LEVELS, *(key_of(area.code) for area in areas_of(places))]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="regions_levels"):
        view = st.segmented_control(
            "Show",
            list(VIEWS),
            key="regions_view",
            format_func=VIEWS.__getitem__,
            required=True,
            help="Ranked: bars with their likely ranges, the most first. Map: the countries of the world, shaded.",
        )
        is_map = view == "map"
        level = st.selectbox("Places", options, key="regions_level", width=280, format_func=lambda key: level_words(key, places),
                             disabled=is_map, help="The map shows countries." if is_map else None)  # fmt: skip
        if is_map:
            st.segmented_control(
                "Shades by",
                list(SHADES),
                key="regions_shade",
                format_func=SHADES.__getitem__,
                required=True,
                help="A share is of all stories counted; a count is how many there were.",
            )
    if view != "map":
        keep_choices(REGIONS, "shade")
    return str(level or "countries"), str(view or "bars")


def places_section(scope: Scope, rows: Sequence[Row], way: str, lines: Catalog, places: Atlas, *, narrow: bool) -> None:
    """Places with their shares: ranked bars, or a map; each opens its stories."""
    level, view = level_controls(places)
    show = partial(opened_stories, scope=scope, way=way, lines=lines, places=places)
    with with_opened(REGIONS, "places", show, narrow=narrow):
        if view == "map":
            _map(scope, rows, way, narrow=narrow)
        else:
            _bars(scope, rows, way, level, places, narrow=narrow)


def _opened_key() -> str:
    opened = held(REGIONS).opened
    return opened.keys[0] if opened is not None and opened.section == "places" else ""


def _pick(data: Any) -> Opened:
    return Opened("places", (data[0],))


def _pick_row(row: dict[Any, Any]) -> Opened:
    return Opened("places", (row["key"],))


def _bars(scope: Scope, rows: Sequence[Row], way: str, level: str, places: Atlas, *, narrow: bool) -> None:
    shown = shown_rows(rows, level, way, places)
    if not shown:
        st.info(
            f"No story belongs to {level_words(level, places)[0].lower()}{level_words(level, places)[1:]}. Choose other places."
        )
        return
    bars = shown[:MOST_BARS]
    told = told_scope(scope, way)
    title = f"Share of stories {told.about} · {whole_words(scope)}"
    figure = share_bars(bars, lines_of(places, way), title=title, opened=_opened_key(), narrow=narrow)
    first = bars[0]
    alt = f"Share of stories by place. {first['name']}: {words.share(first['k'], first['n'], first['share'], weighed=False)}."
    draw(REGIONS, "places", figure, alt=alt, pick=_pick)
    st.html(f'<span class="quiet">{escape(several_words(way, level, len(shown) - len(bars)))}</span>')
    note_listed(shown, way, scope)
    numbers(REGIONS, "places", [dict(row) for row in shown], places_table(shown), told, pick=_pick_row)


def _map(scope: Scope, rows: Sequence[Row], way: str, *, narrow: bool) -> None:
    count = st.session_state["regions_shade"] == "count"
    told, first = told_scope(scope, way), leader(rows)
    title = f"{'Number' if count else 'Share'} of stories {told.about} · {whole_words(scope)}"
    figure = world_map(rows, count=count, title=title, opened=_opened_key(), narrow=narrow)
    lead = (
        f"{first['name']} leads with {words.share(first['k'], first['n'], first['share'], weighed=False)}."
        if first
        else "No country has stories."
    )
    draw(REGIONS, "map", figure, alt=map_alt(rows, lead), pick=_pick)
    st.html('<span class="quiet">Paler and outlined: the likely range is wide (its upper end over three times its lower), so the shade '
            "says little. Without a shade: no story. Circles: countries too small to be seen. All are in the table.</span>")  # fmt: skip
    held_rows = [dict(row) for row in rows if row["kind"] == "country" and row["k"]]
    left = [dict(row) for row in rows if row["kind"] == "left" and row["k"]]
    note_listed([*left, *held_rows], way, scope)
    numbers(REGIONS, "map", [*left, *held_rows], places_table([*left, *held_rows]), told, pick=_pick_row)


def desks_section(scope: Scope, rows: Sequence[Row], way: str, lines: Catalog, places: Atlas, *, narrow: bool) -> None:
    """Areas by desks against chance, down to the countries of one area (23)."""
    st.header("What places are covered for", anchor=False)
    options = ["", *(key_of(area.code) for area in areas_of(places))]
    level = st.selectbox("Rows", options, key="regions_area", width=280,
                         format_func=lambda key: level_words(key, places) if key else "Areas")  # fmt: skip
    codes = desk_rows(rows, str(level or ""), way, places)
    if not codes:
        st.info(f"No story belongs to a country of {places[code_of(level)].name}. Choose another area.")
        return
    across = tuple(desks())
    cells = records(ask("region_pairs", codes=codes, lines=across, way=way, **scope.parameters()))
    named = {**lines.lines, **lines_of(places, way)}
    show = partial(opened_stories, scope=scope, way=way, lines=lines, places=places)
    with with_opened(REGIONS, "desks", show, narrow=narrow):
        title = f"Stories on both · {told_scope(scope, way).about} · {whole_words(scope)}"
        figure = cell_matrix(cells, [key_of(code) for code in codes], across, named, title=title, narrow=narrow)
        matrix(REGIONS, "desks", cells, figure, named, told_scope(scope, way), alt=meeting_alt(cells, named))


def opened_stories(opened: Opened, *, scope: Scope, way: str, lines: Catalog, places: Atlas) -> None:
    """The stories behind the opened number: exactly as many as it says (26)."""
    subject = held(REGIONS).subject
    named = {**lines.lines, **lines_of(places, way)}
    keys = [key.replace("named:", "organization:") for key in opened.keys]
    keys += [subject] if opened.section == "names" else []
    title = " and ".join(named[key].name if key in named else code_of(key) for key in keys)
    opened_head(REGIONS, title)
    if any(key not in named for key in keys):
        st.info("This number is not in the view any more: places are looked at in another way. Close it.")
        return
    if sum(key.startswith("region:") for key in keys) > 1:
        st.info("No number here is of two places together. Close it.")
        return
    code, within = opened_parts(opened, scope, subject)
    listed = paged("region_stories", code=code, way=way, **within.parameters())
    others = tuple(key for key in opened.keys if not key.startswith("region:"))

    def marks(stories: pd.DataFrame) -> tuple[str, ...]:
        return opened.keys if opened.section == "names" else (*place_marks(code, way, stories), *others)

    opened_list(REGIONS, opened, listed, title=title, described=scope_in_words(told_scope(scope, way)), marked=marks,
                ways=lambda: _ways_on(opened, places))  # fmt: skip


def note_listed(rows: Sequence[Row], way: str, scope: Scope) -> None:
    """Note by which question a table of places can be made again; the page itself asked for all places at once."""
    note_asked("region_listed", {"codes": tuple(row["code"] for row in rows), "way": way, **scope.parameters()})


def place_marks(code: str | None, way: str, stories: pd.DataFrame) -> tuple[str, ...]:
    """Return the lines whose words say why these stories belong to a place: the place, or the organizations that are at home there; none
    where the source alone does, or nothing."""
    if code is None or code in LEFT or way == "published":
        return ()
    if way != "home":
        return (key_of(code),)
    return tuple(ask("region_homes", code=code, stories=tuple(int(n) for n in stories["story_no"]))["key"])


def _ways_on(opened: Opened, places: Atlas) -> None:
    """From opened stories on: to the page of the place, to the countries of an area."""
    for key in opened.keys:
        region = places.get(code_of(key)) if key.startswith("region:") and code_of(key) not in LEFT else None
        if region is None or held(REGIONS).subject:
            continue
        st.button(f"About {region.name}", type="tertiary", key=f"about_{key}", on_click=show_one, args=(REGIONS, key),
                  icon=":material/info:")  # fmt: skip
        if region.is_area and members_of(places, region.code):
            choice = "area" if opened.section == "desks" else "level"
            st.button("Its countries", type="tertiary", key="open_level", on_click=choose, args=(REGIONS, choice, key))
