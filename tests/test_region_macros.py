"""Where stories belong, in SQL: shares of places by each way of looking, their stories, and how places meet desks."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as hyp

from tests.worlds import Asking, Publisher, Story, World, marked_anew

DAY = date(2024, 5, 10)
ORGANIZATIONS = {"acme": "Acme", "nord": "Nord Labs", "x:loose": "Loose"}
WORLD = World(
    [
        Story(DAY, ("agents",), regions=["FR", "DE"], organizations={"acme": "focus", "nord": "focus"}),
        Story(DAY, ("agents", "healthcare"), regions=["FR"], organizations={"acme": "focus", "x:loose": "focus"}),
        Story(DAY, ("healthcare",), regions=["europe"], organizations={"x:loose": "focus"}),
        Story(DAY, (), regions=["CN"], organizations={"nord": "mention"}),
        Story(DAY, ("agents",), source="digest"),
        Story(DAY, ("agents",), copy_of=1, source="digest", regions=["CN"]),
    ],
    (Publisher("weekly", "The Weekly"), Publisher("digest", "The Digest")),
    organizations=ORGANIZATIONS,
)
SCOPE = {"sources": None, "from_day": None, "to_day": None, "letters": False, "unit": "story",
         "about_any": None, "about_all": None, "about_none": None}  # fmt: skip
WAYS = ("happens", "named", "home", "published")


@pytest.fixture(scope="module")
def asking() -> Asking:
    asking = Asking(WORLD)
    asking.con.execute("UPDATE region_fact SET role = 'mention' WHERE story_no = 4 OR (story_no = 1 AND region_no = 2)")
    marked_anew(asking.con)
    asking.con.execute("UPDATE organization SET country = CASE id WHEN 'nord' THEN 'CN' WHEN 'acme' THEN 'FR' END")
    asking.con.execute("UPDATE source SET country = CASE id WHEN 'weekly' THEN 'DE' END")
    return asking


def shares(asking: Asking, way: str, **changed: object) -> dict[str, int]:
    rows = asking("region_shares", way=way, **(SCOPE | changed))
    return {row["code"]: int(row["k"]) for row in rows.to_dict("records") if row["k"]}


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("happens", {"FR": 2, "europe": 3, "wide": 1, "passing": 1, "none": 1}),
        ("named", {"FR": 2, "DE": 1, "europe": 3, "CN": 1, "wide": 1, "none": 1}),
        ("home", {"FR": 2, "europe": 2, "CN": 1, "unknown": 1, "none": 2}),
        ("published", {"DE": 4, "europe": 4, "unknown": 1}),
    ],
)
def test_ways_of_looking_are_counted_apart_and_an_area_means_its_countries_once_2_5(asking, way, expected):
    assert shares(asking, way) == expected


def test_homes_are_told_apart_however_many_there_are_4():
    """Homes are the bits of two numbers: those of the second are not those of the first, and a story with several counts in each."""
    names = {f"o{n}": f"Organization {n}" for n in range(252)}
    abroad = [("o0", "o126", "o251"), ("o126",), ("o125", "o251")]
    stories = [Story(DAY, ("agents",), organizations=dict.fromkeys(held, "focus")) for held in abroad]
    asking = Asking(World(stories, organizations=names))
    asking.con.execute(
        "INSERT INTO region SELECT 1000 + i, 'r' || i, 'Region ' || i, NULL, 'country' FROM range(252) AS t(i)"
    )
    asking.con.execute("UPDATE organization SET country = 'r' || id[2:]")
    assert shares(asking, "home") == {"r0": 1, "r125": 1, "r126": 2, "r251": 2}


def test_copies_count_only_where_copies_are_asked_for_2(asking):
    assert shares(asking, "happens", unit="copy") == {**shares(asking, "happens"), "CN": 1}


def test_a_place_without_stories_is_0_with_its_upper_end_7_13(asking):
    rows = asking("region_shares", way="happens", **SCOPE).set_index("code")
    assert (rows.loc["CN", "k"], rows.loc["CN", "n"], rows.loc["CN", "low"]) == (0, 5, 0)
    assert rows.loc["CN", "high"] == pytest.approx(0.4345, abs=1e-4)
    assert (rows.loc["FR", "low"], rows.loc["FR", "high"]) == pytest.approx((0.1176, 0.7693), abs=1e-4)


def test_where_nothing_is_counted_there_is_no_share(asking):
    rows = asking("region_shares", way="named", **(SCOPE | {"about_all": ["topic:robots"]}))
    assert set(rows["n"]) == {0}
    assert rows["share"].isna().all()
    assert rows["k"].sum() == 0


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("unit", ["story", "copy"])
def test_each_share_has_exactly_its_stories_26(asking, way, unit):
    scope = SCOPE | {"unit": unit}
    for row in asking("region_shares", way=way, **scope).to_dict("records"):
        found = asking("region_stories", code=row["code"], way=way, at_most=99, skip=0, **scope)
        assert len(found) == found["story_no"].nunique() == row["k"], row["code"]
    assert len(asking("region_stories", code=None, way=way, at_most=99, skip=0, **scope)) == row["n"]


def test_places_meet_desks_more_or_less_than_by_chance_23(asking):
    rows = asking(
        "region_pairs", codes=["FR", "europe", "none"], lines=["desk:models", "desk:health"], way="happens", **SCOPE
    )
    found = {(row["key_a"], row["key_b"]): row for row in rows.to_dict("records")}
    assert len(found) == 6
    counts = {keys: (row["k"], row["k_a"], row["k_b"], row["n"]) for keys, row in found.items()}
    assert counts["region:FR", "desk:models"] == (2, 2, 3, 5)
    assert counts["region:europe", "desk:health"] == (2, 3, 2, 5)
    assert counts["region:none", "desk:health"] == (0, 1, 2, 5)
    assert found["region:FR", "desk:models"]["expected"] == pytest.approx(1.2)
    assert {row["state"] for row in found.values()} == {"few", "blank"}
    assert found["region:none", "desk:health"]["state"] == "blank"


PLACES = hyp.lists(hyp.sampled_from(["FR", "DE", "CN", "europe"]), max_size=3, unique=True)
TOPICS = hyp.lists(hyp.sampled_from(["agents", "healthcare", "robots"]), max_size=2, unique=True)


@settings(max_examples=6, deadline=None)
@given(hyp.lists(hyp.tuples(PLACES, TOPICS), min_size=1, max_size=60))
def test_a_cell_is_what_its_stories_say_and_is_judged_from_5_expected_23_26(told):
    asking = Asking(World([Story(DAY, topics, regions=places) for places, topics in told]))
    codes, desks = ["FR", "CN", "europe", "none"], {"desk:health": {"healthcare", "robots"}, "desk:models": {"agents"}}
    rows = asking("region_pairs", codes=codes, lines=list(desks), way="named", **SCOPE).to_dict("records")
    for row in rows:
        code = row["key_a"].removeprefix("region:")
        here = [set(topics) for places, topics in told if _is_in(code, places)]
        both = [topics for topics in here if topics & desks[row["key_b"]]]
        everywhere = [topics for _, topics in told if set(topics) & desks[row["key_b"]]]
        assert (row["k"], row["k_a"], row["k_b"], row["n"]) == (len(both), len(here), len(everywhere), len(told))
        assert (row["state"] == "judged") == (row["expected"] >= 5)
        assert row["expected"] == pytest.approx(len(here) * len(everywhere) / len(told))
    assert len(rows) == 8


def _is_in(code: str, places: list[str]) -> bool:
    if code == "none":
        return not places
    return code in places or (code == "europe" and bool({"FR", "DE"} & set(places)))
