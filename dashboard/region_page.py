"""The page of one country or area: its share, how well regions are found, its topics and organizations, its newest stories."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dashboard import words
from dashboard.data import Catalog, ask
from dashboard.filters import to_query
from dashboard.links import closed
from dashboard.noted import note_table
from dashboard.opened import Opened
from dashboard.page_panels import NEWEST, draw, newest_cards, numbers, with_opened
from dashboard.page_state import choose, held, keep_choices, show_one
from dashboard.panels import records
from dashboard.places import REGIONS
from dashboard.quality import FEWEST, figure
from dashboard.region_panels import UNDER_WAYS, note_listed, opened_stories, place_marks
from dashboard.regions import WAYS, Atlas, Region, code_of, fine_range, key_of, members_of, told_scope
from dashboard.scope import Scope, scope_words
from dashboard.topic_charts import share_bars
from dashboard.topics import Row, shares_table, whole_words
from dashboard.view import FEW, counted_key

MOST_NAMES, MOST_MEMBERS = 12, 12


def region_page(scope: Scope, rows: Sequence[Row], way: str, lines: Catalog, places: Atlas, *, narrow: bool) -> str:
    """Draw it for the place that is told of, within the scope. Returns its name and share, to be cited."""
    key = held(REGIONS).subject
    region = places[code_of(key)]
    keep_choices(REGIONS, *UNDER_WAYS)
    row = next(row for row in rows if row["key"] == key)
    note_table("region", [row])
    note_listed([row], way, scope)
    st.button(
        "All places",
        icon=":material/arrow_back:",
        type="tertiary",
        key="all_places",
        on_click=show_one,
        args=(REGIONS, ""),
    )
    st.html(
        f'<h1 class="sentence">{escape(region.name)}</h1><p class="lead">{escape(share_words(row, way, scope))}</p>'
    )
    belonging(region, rows, places)
    line_link(key, way, scope, lines)
    if not row["k"]:
        st.info("No story of this place passes these filters. Choose more sources or days, or another way of looking.")
        return f"{region.name}: no story is counted"
    show = partial(opened_stories, scope=scope, way=way, lines=lines, places=places)
    st.header("What and who, in these stories", anchor=False)
    with with_opened(REGIONS, "names", show, narrow=True):
        left, right = (st.container(), st.container()) if narrow else st.columns(2, gap="large")
        named_as = counted_key("organization:", scope.filters.role).removesuffix(":")
        with left:
            ranking("topics", "topic", region, way, scope, lines)
        with right:
            ranking("organizations", named_as, region, way, scope, lines)
    measured(region, way, scope)
    newest(region, way, scope)
    return f"{region.name}: {words.share(row['k'], row['n'], row['share'], weighed=False)}"


def share_words(row: Row, way: str, scope: Scope) -> str:
    """Return the place's share within the scope, with its likely range."""
    if not row["n"]:
        return f"No story is counted {scope_words(scope)}."
    said = (
        f"{words.count(int(row['k']))} {scope_words(scope)}, {WAYS[way]}: {words.percent(row['share'])}, likely range "
    )
    return said + fine_range(row["low"], row["high"]) + (", too few to say." if row["n"] < FEW else ".")


def belonging(region: Region, rows: Sequence[Row], places: Atlas) -> None:
    """What belongs to an area, those with most stories first; or in which areas a country lies."""
    if not region.is_area:
        names = [places[code].name for code in region.areas]
        if names:
            st.html(f'<span class="quiet">Counted in {escape(words.listed(names))} too.</span>')
        return
    inside = {member.code for member in members_of(places, region.code)}
    held_rows = [row for row in rows if row["code"] in inside and row["k"]]
    said = [f"{row['name']} {words.count(int(row['k']))}" for row in held_rows[:MOST_MEMBERS]]
    rest = len(held_rows) - len(said)
    st.html(f'<span class="quiet">{escape(area_words(len(inside), said, rest))}</span>')
    st.button("Its countries, ranked", type="tertiary", key="ranked_members", icon=":material/bar_chart:", on_click=_rank,
              args=(key_of(region.code),))  # fmt: skip


def area_words(countries: int, said: Sequence[str], rest: int) -> str:
    """Return what an area means: itself and its countries, those with stories by name."""
    lead = f"It means the area itself and its {countries} countries and territories"
    if not said:
        return f"{lead}, none of them with a story here."
    more = f" and {rest} more with fewer" if rest > 0 else ""
    return f"{lead}. Stories of {', '.join(said)}{more}; the others have none here."


def _rank(key: str) -> None:
    show_one(REGIONS, "")
    choose(REGIONS, "level", key)
    choose(REGIONS, "view", "bars")


def line_link(key: str, way: str, scope: Scope, lines: Catalog) -> None:
    """The way to the place's line over time, which counts the places that stories name."""
    if key not in lines.lines:
        return
    query = urlencode(to_query(closed(scope.filters)) | {"show": [key]}, doseq=True)
    counted = "" if way == "named" else ", where a story counts in each place that it names"
    st.html(
        f'<span class="quiet"><a class="back" href="./?{escape(query)}">Its line over time, on Coverage</a>{counted}.</span>'
    )


def ranking(name: str, kind: str, region: Region, way: str, scope: Scope, lines: Catalog) -> None:
    """One ranking of topics or organizations: bars, table and file; each opens its stories."""
    rows = records(ask("region_names", code=region.code, way=way, kind=kind, at_most=MOST_NAMES, **scope.parameters()))
    if not rows:
        st.caption(f"These stories are about no {'organization' if name == 'organizations' else 'topic'}.")
        return
    stories = int(rows[0]["n"])
    title = (
        f"Stories by {name.removesuffix('s')} · of {words.stories(stories)} · {whole_words(scope).partition(',')[0]}"
    )
    first = lines.lines[rows[0]["key"].replace("named:", "organization:")].name
    draw(REGIONS, name, share_bars(rows, lines.lines, title=title, opened="", narrow=True),
         alt=f"{first} leads with {words.stories(int(rows[0]['k']))}.", pick=lambda data: Opened("names", (data[0],)))  # fmt: skip
    numbers(REGIONS, name, rows, shares_table(rows, lines.lines), told_scope(scope, way, f"of {region.name}"),
            pick=lambda row: Opened("names", (row["key"],)))  # fmt: skip


def measured(region: Region, way: str, scope: Scope) -> None:
    """How often places are right and how many are found, by kind of text (21): this one where it is frequent, else all together."""
    st.header("How well places are found", anchor=False)
    if way in ("home", "published"):
        st.caption(
            "Homes of organizations and countries of sources are listed by hand; the measures are of the places that stories name."
        )
    kind = str(ask("text_kind", **scope.parameters())["text_kind"].iloc[0])
    found: list[dict[str, Any]] = records(ask("quality", keys=(f"region:{region.code}", "region:*"), text_kind=kind))
    said = {row["key"]: row for row in found}
    own, every = said.get(key_of(region.code)), said.get("region:*")
    chosen = own if own and own["n"] >= FEWEST else every
    if not chosen or chosen["n"] < FEWEST:
        st.markdown(f"On {words.TEXT_KINDS[kind]}: {'too few to measure' if chosen else 'not measured'}.")
        return
    what = region.name if chosen is own else "all places together (too few stories of this one to measure)"
    st.markdown(
        f"On {words.TEXT_KINDS[kind]} that the tagger did not learn from, of {words.plain(what)}; in brackets the likely range:\n\n"
        f"- Right when named: **{figure(chosen, 'precision')}**\n- Found of all: **{figure(chosen, 'recall')}**"
    )


def newest(region: Region, way: str, scope: Scope) -> None:
    """The place's newest stories."""
    rows = ask("region_stories", code=region.code, way=way, at_most=NEWEST, skip=0, **scope.parameters())
    newest_cards(REGIONS, rows, place_marks(region.code, way, rows))
