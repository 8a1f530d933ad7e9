"""What the page Regions says, and its map: pure functions on rows, no server."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as hyp

from dashboard.filters import Filters
from dashboard.opened import Opened
from dashboard.picture import Chart, composed, config
from dashboard.region_charts import small_countries, step_words, steps_of, world_map
from dashboard.regions import (
    atlas_of,
    desk_rows,
    fine_range,
    headline,
    is_unsure,
    lines_of,
    members_of,
    named_rows,
    note,
    opened_parts,
    publishing_words,
    several_words,
    shown_rows,
    told_scope,
)
from dashboard.scope import Scope
from dashboard.shown import Data, Shown
from dashboard.view import Source

WEEKLY = Source("weekly", "The Weekly", None, date(2024, 1, 1), date(2024, 9, 1), 400)
SCOPE = Scope(Filters(), date(2024, 1, 1), date(2024, 9, 1), (WEEKLY,), (), False, 400)
DAYS, CLOCK = (date(2024, 1, 1), date(2024, 9, 1)), datetime(2024, 10, 1, 12)
PLACES = [
    {"code": "europe", "name": "Europe", "alpha3": None, "kind": "group", "areas": []},
    {"code": "EU", "name": "European Union", "alpha3": None, "kind": "group", "areas": ["europe"]},
    {"code": "FR", "name": "France", "alpha3": "FRA", "kind": "country", "areas": ["EU", "europe"]},
    {"code": "GB", "name": "United Kingdom", "alpha3": "GBR", "kind": "country", "areas": ["europe"]},
    {"code": "SG", "name": "Singapore", "alpha3": "SGP", "kind": "country", "areas": []},
    {"code": "CN", "name": "China", "alpha3": "CHN", "kind": "country", "areas": []},
]
ATLAS = atlas_of(PLACES)


def row(code: str, k: int, n: int = 400, *, low: float = 0.0, high: float = 0.01) -> dict[str, Any]:
    place = next((p for p in PLACES if p["code"] == code), {"name": code, "alpha3": None, "kind": "left"})
    return {"key": f"region:{code}", "code": code, "name": place["name"], "alpha3": place["alpha3"], "kind": place["kind"],
            "k": k, "n": n, "share": k / n, "low": low, "high": high}  # fmt: skip


ROWS = [
    row("none", 200, low=0.45, high=0.55), row("europe", 70, low=0.14, high=0.21), row("GB", 60, low=0.12, high=0.19),
    row("passing", 30, low=0.05, high=0.1), row("SG", 8, low=0.01, high=0.04), row("wide", 5), row("FR", 4), row("EU", 4),
    row("CN", 0), row("unknown", 0),
]  # fmt: skip


# What is shown


def test_what_names_no_place_comes_first_and_areas_mean_their_countries_5():
    shown = [r["code"] for r in shown_rows(ROWS, "countries", "happens", ATLAS)]
    assert shown == ["none", "passing", "wide", "GB", "SG", "FR"]
    assert [r["code"] for r in shown_rows(ROWS, "areas", "happens", ATLAS)] == ["none", "passing", "europe", "EU"]
    assert [r["code"] for r in shown_rows(ROWS, "region:europe", "happens", ATLAS)] == ["GB", "FR"]
    assert [region.code for region in members_of(ATLAS, "EU")] == ["FR"]


def test_no_place_named_is_a_category_even_with_no_story_5():
    rows = [r | {"k": 0} for r in ROWS]
    assert [r["code"] for r in shown_rows(rows, "countries", "named", ATLAS)] == ["none"]


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("happens", "Stories happen most in the United Kingdom: 15\u00a0% of The Weekly’s stories (60 of 400); "
                    "Singapore: 2\u00a0%; France: 1\u00a0%; no place named: 50\u00a0%."),
        ("home", "Organizations in the news are most at home in the United Kingdom: 15\u00a0% of The Weekly’s stories (60 of 400); "
                 "Singapore: 2\u00a0%; France: 1\u00a0%; about no organization: 50\u00a0%."),
    ],
)  # fmt: skip
def test_the_sentence_follows_the_numbers_and_says_what_has_no_place_5(way, expected):
    assert headline(ROWS, way, SCOPE) == expected


def test_the_sentence_of_few_or_no_stories_says_so_9():
    few = Scope(Filters(), date(2024, 1, 1), date(2024, 9, 1), (WEEKLY,), (), False, 12)
    assert headline(ROWS, "happens", few) == "Only 12 stories: too few to say where they belong."
    assert headline([row("none", 400)], "named", SCOPE) == "None of The Weekly’s stories can be placed in a country."


def test_names_of_what_belongs_nowhere_follow_the_way_of_looking():
    assert named_rows([row("none", 1)], "home")[0]["name"] == "About no organization"
    assert "region:passing" not in lines_of(ATLAS, "published")
    assert lines_of(ATLAS, "named")["region:FR"].name == "France"


def test_shares_that_may_sum_to_more_than_all_say_so_4():
    assert "may sum to more than 100 %" in several_words("happens", "countries", 0)
    assert "Areas overlap" in several_words("named", "areas", 3)
    assert several_words("published", "countries", 0) == "A story counts where its source publishes."


def test_small_shares_have_a_range_that_can_be_read_7():
    assert fine_range(0.0012, 0.0074) == "0.1–0.7\u00a0%"
    assert fine_range(0.052, 0.36) == "5–36\u00a0%"


def test_few_stories_and_wide_ranges_are_noted_7_9():
    assert note(row("FR", 3, 19, low=0.1, high=0.2)) == "too few to say"
    assert note(row("FR", 4)) == "wide range"
    assert note(row("CN", 0)) == "no story"
    assert note(row("GB", 60, low=0.12, high=0.19)) == ""
    assert is_unsure(row("GB", 9, 19, low=0.3, high=0.6))


def test_a_file_says_by_which_way_places_are_counted_26():
    assert told_scope(SCOPE, "home").about == "by where the organizations they are about are at home"
    assert told_scope(SCOPE, "named", "of China").about == "of China, by the places they name"


def test_an_opened_number_asks_for_its_place_and_its_other_lines_26():
    code, within = opened_parts(Opened("desks", ("region:FR", "desk:health")), SCOPE, "")
    assert (code, within.filters.all_of) == ("FR", ("desk:health",))
    assert opened_parts(Opened("places", ("region:none",)), SCOPE, "") == ("none", SCOPE)
    code, within = opened_parts(Opened("names", ("topic:agents",)), SCOPE, "region:GB")
    assert (code, within.filters.all_of) == ("GB", ("topic:agents",))


def test_a_matrix_opens_with_areas_and_drills_down_to_countries_with_stories_23():
    assert desk_rows(ROWS, "", "happens", ATLAS) == ("europe", "EU", "none")
    assert desk_rows(ROWS, "", "published", ATLAS) == ("europe", "EU")
    assert desk_rows(ROWS, "region:europe", "happens", ATLAS) == ("GB", "FR")


def test_sources_of_one_country_are_nothing_to_compare():
    assert publishing_words(["FR", "GB", None], ATLAS) == ""
    assert publishing_words(["FR", None], ATLAS) == "All of these sources publish in one country: France."
    assert publishing_words([None], ATLAS) == "It is not known where these sources publish."


# The map


def drawn(count: bool = False, opened: str = "") -> list[Any]:
    return list(world_map(ROWS, count=count, title="Shares", opened=opened, narrow=False).data)


def test_each_country_is_drawn_once_by_its_iso_code_and_carries_its_key():
    lands = [trace for trace in drawn() if trace.type == "choropleth"]
    keys = {key[0]: code for trace in lands for key, code in zip(trace.customdata, trace.locations, strict=False)}
    assert keys == {"region:GB": "GBR", "region:SG": "SGP", "region:FR": "FRA", "region:CN": "CHN"}
    assert sum(len(trace.customdata) for trace in lands) == 4


def test_a_country_too_small_to_be_clicked_is_a_circle_too():
    (circles,) = [trace for trace in drawn() if trace.type == "scattergeo" and len(trace.customdata)]
    assert circles.customdata[0][0] == "region:SG"
    assert (circles.lon[0], circles.lat[0]) == pytest.approx((103.8, 1.4), abs=0.2)
    assert {"SGP", "HKG", "TWN", "ISR", "PSE", "LUX", "MLT"} <= set(small_countries())


def test_an_unsure_country_is_paler_and_outlined_and_one_without_a_story_says_its_upper_end_7_9_13():
    lands = {trace.customdata[0][0]: trace for trace in drawn() if trace.type == "choropleth" and len(trace.customdata)}
    assert lands["region:GB"].marker.line.width[0] < 1 < lands["region:FR"].marker.line.width[0]
    assert lands["region:CN"].colorscale[1][1] == "rgba(0,0,0,0)"
    assert "0 of 400 stories = 0\u00a0%<br>likely range 0.0–1.0\u00a0%" in lands["region:CN"].hovertext[0]
    assert "wide range" in lands["region:FR"].hovertext[0]
    assert "15\u00a0%<br>likely range 12–19\u00a0%" in lands["region:GB"].hovertext[0]


def test_the_legend_names_each_step_once_by_share_or_by_count():
    assert [trace.name for trace in drawn() if trace.showlegend] == [
        "under 2\u00a0%", "2–5\u00a0%", "5–10\u00a0%", "10\u00a0% or more",
    ]  # fmt: skip
    assert [trace.name for trace in drawn(count=True) if trace.showlegend] == [
        "under 5",
        "5–9",
        "10–19",
        "20–49",
        "50 or more",
    ]


@given(hyp.lists(hyp.floats(0.01, 100), min_size=1, max_size=40))
def test_steps_are_few_rise_and_leave_no_value_without_one(values):
    ends = steps_of(values, least=0.01)
    assert 1 <= len(ends) <= 5
    assert all(low < high for low, high in pairwise(ends))
    assert ends[-1] <= max(values)
    assert len({step_words(ends, at, count=False) for at in range(len(ends))}) == len(ends)
    lowest = step_words(ends, 0, count=False)
    assert lowest.startswith("under") if len(ends) > 1 else min(values) >= ends[0]


def test_a_hostile_name_is_text():
    hostile = ROWS[2] | {"name": "<img src=x>"}
    figure = world_map([hostile], count=False, title="<b>x", opened="", narrow=True)
    assert "<img" not in str(figure.to_plotly_json())
    assert "&lt;b&gt;x" in figure.layout.title.text


def test_a_picture_of_the_map_has_its_outlines_from_this_host_and_says_what_is_pale_7():
    figure = world_map(ROWS, count=False, title="Shares", opened="", narrow=False)
    shown = Shown("regions", {}, Data("20241001T120000Z-00000000", CLOCK), of="Of 400 stories", days=DAYS)
    picture = composed(Chart("map", figure, ""), shown, title="Stories happen")
    assert config("map")["topojsonURL"].startswith("app/static/")
    assert any(
        "Paler and outlined: the likely range is wide · Of 400 stories" in one.text
        for one in picture.layout.annotations
    )
