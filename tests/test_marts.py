"""Lines, days and copies that are stored a second time hold what stories and tags say, after each kind of change."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from etl.store.database import insert
from etl.store.marts import note_changed, update_marts
from tests.worlds import Asking, Publisher, Story, World

DAY = date(2024, 1, 3)
TOLD = World([
    Story(DAY, ["generative", "agents"], organizations={"acme": "focus"}, regions=["FR"]),
    Story(DAY, ["healthcare", "robots"], organizations={"acme": "mention", "nord": "product"}, regions=["FR", "DE"]),
    Story(date(2024, 1, 4), [], regions=["europe"]),
    Story(date(2024, 1, 4), ["generative"], copy_of=1),
])  # fmt: skip
LINES = {
    "topic:generative": {1, 4}, "topic:agents": {1}, "topic:healthcare": {2}, "topic:robots": {2}, "topic:untagged": {3},
    "desk:models": {1, 4}, "desk:health": {2}, "organization:acme": {1}, "named:acme": {1, 2},
    "region:FR": {1, 2}, "region:DE": {2}, "region:europe": {1, 2, 3}, "region:none": {4},
}  # fmt: skip


@pytest.fixture
def told() -> Asking:
    """Stories of every kind of line: two topics of one desk, an organization only named, a region's group, no tag at all."""
    return Asking(TOLD)


def lines(ask: Asking) -> dict[str, set[int]]:
    """Each line's stories, each of which it must hold once."""
    held: dict[str, set[int]] = {}
    for key, number in ask.rows("SELECT key, story_no FROM story_line"):
        assert number not in held.setdefault(key, set())
        held[key].add(number)
    return held


def changed(ask: Asking, *numbers: int) -> None:
    """Note these stories as changed."""
    ask.con.register("touched", pa.table({"story_no": list(numbers)}))
    note_changed(ask.con, "touched")


def test_each_line_holds_its_stories_once(told: Asking):
    assert lines(told) == LINES


def test_nothing_changed_writes_nothing(told: Asking):
    rows = (
        "SELECT rowid, * FROM line_fact",
        "SELECT rowid, * FROM source_day",
        "SELECT rowid, * FROM line_key",
        "SELECT rowid, * FROM copy_fact",
        "SELECT rowid, * FROM place_set",
        "SELECT rowid, topics, places, roles FROM story_fact",
    )
    before = [told.rows(query) for query in rows]
    assert update_marts(told.con) == 0
    assert [told.rows(query) for query in rows] == before


@pytest.mark.parametrize("part", [1, 3, 1000])
def test_lines_follow_stories_whose_tags_change_or_that_go(told: Asking, part: int):
    """Whatever the number of stories that are looked at at a time."""
    told.con.execute("DELETE FROM topic_fact WHERE story_no = 1; DELETE FROM region_fact WHERE story_no = 2")
    told.con.execute("UPDATE organization_fact SET role = 'focus' WHERE story_no = 2")
    told.con.execute("DELETE FROM region_fact WHERE story_no = 3; DELETE FROM story_fact WHERE story_no = 3")
    changed(told, 1, 2, 3)
    changed(told, 2)
    assert update_marts(told.con, part=part) == 3
    assert lines(told) == {
        "topic:generative": {4}, "topic:healthcare": {2}, "topic:robots": {2}, "topic:untagged": {1},
        "desk:models": {4}, "desk:health": {2},
        "organization:acme": {1, 2}, "organization:nord": {2}, "named:acme": {1, 2}, "named:nord": {2},
        "region:FR": {1}, "region:europe": {1}, "region:none": {2, 4},
    }  # fmt: skip


def test_lines_follow_desks_groups_and_names_that_the_seeds_change(told: Asking):
    numbers = dict(told.rows("SELECT key, line_no FROM line_key"))
    told.con.execute("UPDATE topic_group_member SET group_id = 'models' WHERE topic_id = 'robots'")
    told.con.execute("DELETE FROM region_member WHERE code = 'DE'")
    told.con.execute("UPDATE topic SET id = 'assistants' WHERE id = 'agents'")
    told.con.execute("UPDATE topic_group_member SET topic_id = 'assistants' WHERE topic_id = 'agents'")
    assert update_marts(told.con) == 0
    moved = {"desk:models": {1, 2, 4}, "topic:assistants": {1}}
    assert lines(told) == {key: held for key, held in LINES.items() if key != "topic:agents"} | moved
    now = dict(told.rows("SELECT key, line_no FROM line_key"))
    assert {key for key in now if now[key] != numbers.get(key)} == {
        "desk:models",
        "desk:health",
        "topic:assistants",
        "region:europe",
    }


@pytest.mark.parametrize("part", [1, 3])
def test_stories_of_a_line_lie_together_however_they_were_gathered(told: Asking, part: int):
    told.con.execute("DELETE FROM line_fact; DELETE FROM line_key")
    update_marts(told.con, part=part)
    assert lines(told) == LINES
    stored = told.rows("SELECT line_no, story_no FROM line_fact ORDER BY rowid")
    assert stored == sorted(stored)


def test_organization_met_for_the_first_time_is_a_line(told: Asking):
    insert(told.con, "organization", [{"organization_no": 9, "id": "x:new", "name": "New", "known": False}])
    told.con.execute("INSERT INTO organization_fact VALUES (3, 9, DATE '2024-01-04', 1, true, 'focus')")
    changed(told, 3)
    update_marts(told.con)
    assert lines(told) == LINES | {"organization:x:new": {3}, "named:x:new": {3}}


def test_days_follow_the_stories(told: Asking):
    rows = "SELECT day, stories FROM source_day ORDER BY day"
    assert told.rows(rows) == [(date(2024, 1, 3), 2), (date(2024, 1, 4), 2)]
    told.con.execute("UPDATE story_fact SET day = DATE '2024-01-05' WHERE story_no >= 3")
    told.con.execute("UPDATE story_fact SET day = DATE '2024-01-03' WHERE story_no = 3")
    update_marts(told.con)
    assert told.rows(rows) == [(date(2024, 1, 3), 3), (date(2024, 1, 5), 1)]


def marks(ask: Asking) -> dict[int, tuple[int, set[tuple[int, bool]], int]]:
    """Each story's bits of topics, the regions of its set with whether it happens there, and its bits of roles."""
    sets = ask.rows("SELECT places, list((region_no, focus)) FROM place_set GROUP BY places")
    held = {number: set(members) for number, members in sets}
    stories = ask.rows("SELECT story_no, CAST(topics AS BIGINT), places, roles FROM story_fact")
    return {story: (bits, held[places] if places else set(), roles) for story, bits, places, roles in stories}


@pytest.mark.parametrize("part", [1, 2, 1000])
def test_stories_have_the_bits_of_their_topics_and_roles_and_the_set_of_their_regions(told: Asking, part: int):
    """Whatever the number of stories whose bits are made at a time."""
    numbers = dict(told.rows("SELECT id, topic_no FROM topic"))
    places = dict(told.rows("SELECT code, region_no FROM region"))
    bits = {id_: 1 << number for id_, number in numbers.items()}
    france, both = {(places["FR"], True)}, {(places["FR"], True), (places["DE"], True)}
    generative, health = bits["generative"], bits["healthcare"] | bits["robots"]
    fourth = (generative, set(), 0)
    assert marks(told) == {
        1: (generative | bits["agents"], france, 1),
        2: (health, both, 2 + 4),
        3: (1, {(places["europe"], True)}, 0),
        4: fourth,
    }
    told.con.execute("DELETE FROM organization_fact WHERE story_no = 2 AND role = 'mention'")
    told.con.execute(
        "DELETE FROM topic_fact WHERE story_no = 1; UPDATE region_fact SET role = 'mention' WHERE story_no = 2"
    )
    told.con.execute("DELETE FROM region_fact WHERE story_no = 3")
    changed(told, 1, 2, 3)
    update_marts(told.con, part=part)
    mentioned = {(number, False) for number, _ in both}
    assert marks(told) == {1: (1, france, 1), 2: (health, mentioned, 4), 3: (1, set(), 0), 4: fourth}
    assert told.rows("SELECT count(DISTINCT places) FROM place_set") == [(2,)]  # a set goes with its last story
    assert told.rows("SELECT topics, places, roles FROM copy_fact") == told.rows(
        "SELECT topics, places, roles FROM story_fact WHERE story_no = 4"
    )


def test_copies_follow_the_stories_and_who_leads_them():
    shared = World(
        [
            Story(DAY, source="a"),
            Story(date(2024, 1, 4), source="b", copy_of=1),
            Story(date(2024, 1, 5), source="c", copy_of=1),
        ],
        (Publisher("a", "A"), Publisher("b", "B"), Publisher("c", "C")),
    )
    ask = Asking(shared)
    copies = "SELECT story_no, day, source_no, lead_source_no FROM copy_fact ORDER BY story_no"
    assert ask.rows(copies) == [(2, date(2024, 1, 4), 2, 1), (3, date(2024, 1, 5), 3, 1)]
    ask.con.execute(
        "DELETE FROM story_fact WHERE story_no = 1; UPDATE story_fact SET is_lead = true WHERE story_no = 2"
    )
    ask.con.execute("UPDATE story_fact SET form = 'void' WHERE story_no = 3")
    update_marts(ask.con)
    assert ask.rows(copies) == [(3, date(2024, 1, 5), 3, 2)]
    assert ask.rows("SELECT form FROM copy_fact") == [("void",)]
