"""The page Regions as a script: ways of looking, that each number opens its stories, places by desks, the page of one place."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import duckdb
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.page_kit import (
    METHODS,
    OpenPage,
    charts,
    html_of,
    made_at_once,
    open_at,
    query_of,
    said,
    text_of,
)
from tests.worlds import Publisher, World, many, marked_anew, publish

CLOCK = datetime(2024, 10, 1, 12)
DAY = date(2024, 5, 10)
HOSTILE = "<script>alert(1)</script> ![x](http://evil.example/a.png) `y`"
WEEKLY = Publisher("weekly", "The Weekly", expected=[DAY])
DIGEST = Publisher("digest", "The Digest", expected=[DAY])
STORIES = [
    *many(20, DAY, "agents", regions=["FR"], title=HOSTILE, body="In Paris.", spans=[("region", "FR", "text", 3, 8)],
          organizations={"acme": "focus"}),
    *many(12, DAY, "healthcare", regions=["DE", "FR"], organizations={"nord": "focus", "acme": "focus"}),
    *many(6, DAY, "generative", regions=["europe"]),
    *many(9, DAY, regions=["CN"], organizations={"nord": "focus"}),
    *many(36, DAY, "generative"),
    *many(7, DAY, "agents", regions=["DE"]),
    *many(30, DAY, "agents", source="digest", regions=["CN"]),
]  # fmt: skip
WORLD = World(
    STORIES, (WEEKLY, DIGEST), clock=CLOCK,
    quality=[("region", "FR", "abstract", 50, 45, 5, 5), ("region", "*", "abstract", 90, 81, 9, 9)],
)  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world with homes, mentions and publishers' countries: nord is at home in China, both sources publish somewhere."""
    folder = publish(WORLD, tmp_path_factory.mktemp("regions"))
    with duckdb.connect(str(next((folder / "snapshots").glob("*.duckdb")))) as con:
        con.execute("UPDATE organization SET country = 'CN' WHERE id = 'nord'")
        con.execute(
            "UPDATE region SET alpha3 = CASE code WHEN 'FR' THEN 'FRA' WHEN 'DE' THEN 'DEU' WHEN 'CN' THEN 'CHN' END"
        )
        con.execute(
            "UPDATE region_fact SET role = 'mention' WHERE region_no = (SELECT region_no FROM region WHERE code = 'DE')"
        )
        con.execute("UPDATE source SET country = CASE id WHEN 'weekly' THEN 'FR' ELSE 'CN' END")
        marked_anew(con)
    return folder


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, data: Path) -> OpenPage:
    """Open the page as an address would: `open_page(desks_of="region:europe")`; `where` is another folder of data."""

    def open_one(where: Path = data, **query: object) -> AppTest:
        asked = {name.replace("_", "-"): value for name, value in query.items()}
        return open_at(monkeypatch, where, "regions", **asked)

    return open_one


def counts(app: AppTest) -> dict[str, int]:
    """Stories by place, from the table beside bars or map."""
    rows = next(frame.value for frame in app.dataframe if "Place" in frame.value.columns)
    assert set(rows["Of"]) <= {90, 120}
    return dict(zip(rows["Place"], (int(n) for n in rows["Stories"]), strict=True))


ALONE = {"source": ["weekly"]}


# Ways of looking, never mixed


@pytest.mark.parametrize(
    ("query", "lead", "expected"),
    [
        ({}, "Stories happen most in France: 36 % of The Weekly’s stories (32 of 90); China: 10 %; no place named: 40 %.",
         {"No place named": 36, "Named in passing only": 7, "An area, no country": 6, "France": 32, "China": 9}),
        ({"places": "named"}, "Named most is France: 36 % of The Weekly’s stories (32 of 90)",
         {"No place named": 36, "An area, no country": 6, "France": 32, "Germany": 19, "China": 9}),
        ({"lens": "home"}, "Organizations in the news are most at home in France: 36 % of The Weekly’s stories (32 of 90); China: 23 %",
         {"About no organization": 49, "France": 32, "China": 21}),
        ({"bars": "areas"}, "Stories happen most in France", {"No place named": 36, "Named in passing only": 7, "Europe": 38}),
        ({"bars": "region:europe", "places": "named"}, "Named most is France", {"France": 32, "Germany": 19}),
        ({"tab": "map"}, "Stories happen most in France",
         {"No place named": 36, "Named in passing only": 7, "An area, no country": 6, "France": 32, "China": 9}),
    ],
)  # fmt: skip
def test_each_way_counts_by_itself_and_an_area_means_its_countries_once_2_4_5(open_page, query, lead, expected):
    app = open_page(**ALONE, **query)
    assert lead in text_of(app)
    assert "Shares are of 90 stories in The Weekly, " in text_of(app)
    assert counts(app) == expected
    assert [w.value for w in (*app.warning, *app.info, *app.error)] == []
    assert query_of(app) == ALONE | {name: [value] for name, value in query.items()}
    spec = charts(app)[0]
    assert ("choropleth" in spec) == ("tab" in query)


def test_where_sources_publish_is_offered_only_where_that_differs(open_page):
    app = open_page(**ALONE, lens="published")
    (button,) = [b for b in app.button if b.key == "no_published"]
    assert button.disabled
    assert button.proto.help == "Nothing to compare: all of these sources publish in one country: France."
    assert app.session_state["regions_lens"] == "happens"
    both = open_page(source=["all"], lens="published")
    assert [b.key for b in both.button if b.key == "no_published"] == []
    assert counts(both) == {"France": 90, "China": 30}
    text = text_of(both)
    assert "Most is published in France: 75 % of the stories of " in text
    assert "(90 of 120); China: 25 %." in text
    assert "may sum to more" not in text_of(both)


def test_a_switch_that_would_change_nothing_is_disabled_and_says_why(open_page):
    groups = {g.proto.label: g.proto for g in open_page(**ALONE, lens="home").get("button_group")}
    assert groups["A place counts where the story"].disabled
    assert groups["A place counts where the story"].help == "Only where stories happen is there a choice."
    groups = {g.proto.label: g.proto for g in open_page(**ALONE).get("button_group")}
    assert not groups["A place counts where the story"].disabled


# Every number opens its stories


@pytest.mark.parametrize(
    ("stories", "query", "count"),
    [
        (["places", "region:FR"], {}, 32),
        (["places", "region:passing"], {}, 7),
        (["places", "region:europe"], {"bars": "areas"}, 38),
        (["places", "region:DE"], {"places": "named", "tab": "map"}, 19),
        (["places", "region:CN"], {"lens": "home"}, 21),
        (["desks", "region:europe", "desk:health"], {}, 12),
        (["desks", "region:FR", "desk:models"], {"desks_of": "region:europe"}, 20),
        (["desks", "region:none", "desk:health"], {}, 0),
        (["names", "topic:agents"], {"region": "FR"}, 20),
        (["names", "organization:nord"], {"region": "FR"}, 12),
    ],
)  # fmt: skip
def test_a_number_opens_exactly_its_stories_and_so_does_the_file_26(open_page, monkeypatch, stories, query, count):
    made = made_at_once(monkeypatch, "stories_csv")
    app = open_page(**ALONE, **query, stories=stories)
    assert f" {count} {'story' if count == 1 else 'stories'} " in text_of(app)
    assert [len(pd.read_csv(io.BytesIO(csv))) for csv in made] == ([count] if count else [])
    assert all("by " in pd.read_csv(io.BytesIO(csv))["filters"][0] for csv in made)
    assert query_of(app)["stories"] == stories
    if stories[0] == "places":
        names = {"none": "No place named", "wide": "An area, no country", "passing": "Named in passing only", "europe": "Europe",
                 "FR": "France", "DE": "Germany", "CN": "China"}  # fmt: skip
        assert counts(app)[names[stories[1].removeprefix("region:")]] == count


def test_the_file_of_numbers_carries_range_way_filters_and_snapshot_26(open_page, monkeypatch):
    made = made_at_once(monkeypatch, "as_csv")
    open_page(**ALONE, lens="home", tab="map")
    places, desks = (pd.read_csv(io.BytesIO(csv)) for csv in made)
    assert {"code", "name", "numerator", "denominator", "share", "low", "high", "filters", "snapshot"} <= set(
        places.columns
    )
    assert dict(zip(places["name"], places["numerator"], strict=True)) == {
        "About no organization": 49,
        "France": 32,
        "China": 21,
    }
    assert {"key_a", "key_b", "numerator", "expected", "denominator", "filters", "snapshot"} <= set(desks.columns)
    assert all("by where the organizations they are about are at home" in text for text in places["filters"])


def test_opened_stories_mark_the_words_that_place_them(open_page):
    app = open_page(**ALONE, stories=["places", "region:europe"])
    assert "<mark" in html_of(app)
    assert ">Paris</mark>" in html_of(app)
    assert ">Paris</mark>" not in html_of(open_page(**ALONE, lens="home", stories=["places", "region:FR"]))


def test_a_number_of_another_way_says_that_it_is_gone(open_page):
    app = open_page(**ALONE, lens="home", stories=["places", "region:passing"])
    assert "places are looked at in another way" in app.info[0].value
    for query in (
        {"stories": ["desks", "region:FR", "region:europe"]},
        {"stories": ["names", "region:DE"], "region": "FR"},
    ):
        assert open_page(**ALONE, **query).info[0].value == "No number here is of two places together. Close it."


def test_ways_on_lead_from_an_area_to_its_countries_and_its_page(open_page):
    app = open_page(**ALONE, bars="areas", stories=["places", "region:europe"])
    next(b for b in app.button if b.key == "open_level").click().run()
    assert query_of(app) == ALONE | {"bars": ["region:europe"]}
    assert counts(app) == {"France": 32}
    app = open_page(**ALONE, stories=["desks", "region:europe", "desk:health"])
    next(b for b in app.button if b.key == "about_region:europe").click().run()
    assert query_of(app) == ALONE | {"region": ["europe"]}


# Places by desks


def test_desks_open_with_areas_and_say_what_is_too_few_23(open_page):
    app = open_page(**ALONE)
    rows = next(frame.value for frame in app.dataframe if "By chance" in frame.value.columns)
    cells = {
        (a, b): (int(n), note)
        for a, b, n, note in zip(rows["One"], rows["Other"], rows["Stories on both"], rows["Note"], strict=True)
    }
    assert cells["Europe", "Health desk"] == (12, "more than by chance")
    assert cells["No place named", "Health desk"] == (0, "no story")
    assert cells["No place named", "Models desk"] == (36, "more than by chance")


# The page of one place


def test_one_place_has_its_share_its_line_what_it_belongs_to_and_how_well_it_is_found_7_21(open_page):
    app = open_page(**ALONE, region="FR")
    text = text_of(app)
    assert (
        "32 of 90 stories in The Weekly, 10 May 2024 to 10 May 2024, by where they happen: 36 %, likely range 26–46 %."
        in text
    )
    assert "Counted in Europe too." in text
    (link,) = re.findall(r'class="back" href="([^"]+)"', html_of(app))
    assert parse_qs(urlsplit(unescape(link)).query)["show"] == ["region:FR"]
    measured = next(m.value for m in app.markdown if "Right when named" in m.value)
    assert "of France" in measured
    assert "90\u00a0%" in measured
    assert len(re.findall("<article", html_of(app))) == 6
    next(b for b in app.button if b.key == "all_places").click().run()
    assert query_of(app) == ALONE


def test_an_area_says_what_it_means_and_leads_to_its_countries(open_page):
    app = open_page(**ALONE, region="europe", places="named", tab="map")
    assert (
        "It means the area itself and its 2 countries and territories. Stories of France 32, Germany 19; the others"
        in text_of(app)
    )
    assert "too few stories of this one to measure" in next(
        m.value for m in app.markdown if "Right when named" in m.value
    )
    next(b for b in app.button if b.key == "ranked_members").click().run()
    assert query_of(app) == ALONE | {"places": ["named"], "bars": ["region:europe"]}


def test_the_page_of_a_place_holds_the_choices_of_the_page_of_all(open_page):
    app = open_page(**ALONE, tab="map", shade="count", bars="areas", desks_of="region:europe")
    held = query_of(app)
    app.session_state["regions_state"] = type(app.session_state["regions_state"])(None, "region:FR")
    app.run()
    assert query_of(app) == held | {"region": ["FR"]}
    next(b for b in app.button if b.key == "all_places").click().run()
    assert query_of(app) == held


def test_a_place_without_stories_says_what_to_loosen(open_page):
    app = open_page(**ALONE, region="DE")
    assert "No story of this place passes these filters" in app.info[0].value
    assert charts(app) == []


# Links, few stories, hostile titles


def test_an_address_that_this_data_does_not_know_says_so(open_page):
    app = open_page(
        region="Atlantis", stories=["places", "region:XX"], bars="region:FR", desks_of="region:XX", lens="odd", odd="1"
    )
    assert "The link names a region, `Atlantis`, which is not in this data." in [w.value for w in app.warning]
    assert all(any(f"`{value}`" in w.value for w in app.warning) for value in ("odd", "region:FR"))
    assert app.selectbox(key="regions_level").value == "countries"


def test_where_no_story_passes_the_page_says_what_to_loosen(open_page):
    app = open_page(every=["topic:agents", "topic:robots"])
    assert "No story passes these filters" in app.info[0].value
    assert charts(app) == []


def test_the_page_speaks_plain_words_and_a_hostile_title_is_text(open_page):
    for query in ({"tab": "map"}, {"region": "FR"}, {"stories": ["places", "region:FR"], "lens": "home"}):
        app = open_page(**query)
        assert re.findall(METHODS, said(app)) == []
        assert "<script>alert" not in html_of(app)


def test_fewer_than_20_stories_are_hollow_and_too_few_to_say_9(open_page, tmp_path):
    world = World([*many(4, DAY, "agents", regions=["FR"]), *many(6, DAY)], (WEEKLY,), clock=CLOCK)
    app = open_page(publish(world, tmp_path))
    assert "Only 10 stories: too few to say where they belong." in text_of(app)
    assert "too few to say" in charts(app)[0]
