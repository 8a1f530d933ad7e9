"""What a run brings joins in the store: the founder's number stays, the earliest leads, facts and story agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from etl.checks import load_checks
from etl.cluster import assign_sorted
from etl.store.clusters import join_clusters
from etl.store.database import memory_limit
from etl.store.ledger import Tally, mark_copies
from tests.test_cluster import BODY, NEW_START
from tests.worlds import Asking, Publisher, Story, World

TITLE = "Harbour lets a planner stack its containers"
BEES = "Bees of the monastery garden find the shortest way home better than the routing program of the post, a study of nine years says."
NEW_PIECES = """INSERT INTO ledger_item SELECT $run, 'weekly', 'piece', document_id, title, 'new', story_id
    FROM story_fact WHERE first_run = $run AND story_id NOT IN (SELECT detail FROM ledger_item)"""
COPIES = """SELECT s.story_no FROM ledger_item AS l JOIN story_fact AS s ON s.story_id = l.detail
    WHERE l.run_id = $run AND l.disposition = 'copy' ORDER BY s.story_no"""
TWO = (Publisher("weekly", "The Weekly"), Publisher("daily", "The Daily"))


def story(day: int, title: str = TITLE, body: str = BODY, **values: Any) -> Story:
    tags = {"topics": ["robots"], "organizations": {"acme": "focus"}, "regions": ["FR"]}
    return Story(date(2024, 3, 4) + timedelta(days=day), title=title, body=body, **(tags | values))


def world(*stories: Story) -> Asking:
    return Asking(World(stories, TWO))


def bring(ask: Asking, run: str, *numbers: int) -> list[int]:
    """Let a run bring these stories, which are in the store, and return the new ones that are copies."""
    for number in numbers:
        ask.con.execute(
            "UPDATE story_fact SET first_run = $r, last_run = $r WHERE story_no = $n", {"r": run, "n": number}
        )
    return joined(ask, run)


def joined(ask: Asking, run: str, **options: int) -> list[int]:
    """Let a run join, and return the new ones that the ledger calls copies then."""
    ask.con.execute(NEW_PIECES, {"run": run})
    if join_clusters(ask.con, run_id=run, **options):
        mark_copies(ask.con, run, Tally())
    assert bad_rows(ask) == {}
    return [number for (number,) in ask.rows(COPIES, run=run)]


def rewrite(ask: Asking, run: str, number: int, body: str) -> None:
    ask.con.execute(
        "UPDATE story_fact SET body = ?, title = ?, tagger = '', last_run = ? WHERE story_no = ?",
        [body, body[:50], run, number],
    )


def bad_rows(ask: Asking) -> dict[str, list[Any]]:
    """What the checks on clusters and facts find."""
    wanted = [
        check
        for check in load_checks()
        if check.name.endswith(("cluster", "cluster_lead", "cluster_join", "fact_disagrees"))
    ]
    assert len(wanted) == 4
    found = {check.name: ask.rows(check.query) for check in wanted}
    return {name: rows for name, rows in found.items() if rows}


def clusters(ask: Asking) -> dict[int, tuple[int, bool]]:
    """{story: (cluster, leads)}."""
    return {
        n: (c, lead)
        for n, c, lead in ask.rows("SELECT story_no, cluster_no, is_lead FROM story_fact ORDER BY story_no")
    }


def held(*stories: Story) -> Asking:
    """A store in which a run `r` brought these."""
    ask = world(*stories)
    joined(ask, "r")
    return ask


def test_copy_from_another_source_joins_and_the_ledger_says_so():
    ask = world(story(0), story(2, source="daily", title=TITLE + " - The Daily"), story(3, "Bees", BEES))
    assert joined(ask, "r") == [2]
    assert clusters(ask) == {1: (1, True), 2: (1, False), 3: (3, True)}
    assert ask.rows("SELECT story_no, lead_no, similarity FROM cluster_join") == [(2, 1, 1.0)]


def test_story_of_a_later_run_joins_what_is_held():
    ask = world(story(0), story(3), story(4, "Bees", BEES))
    assert bring(ask, "r2", 2, 3) == [2]


def test_run_that_brings_nothing_joins_nothing():
    ask = held(story(0), story(1))
    before = clusters(ask)
    assert joined(ask, "r2") == []
    assert clusters(ask) == before


def test_earlier_copy_that_arrives_late_leads_and_the_cluster_keeps_its_number():
    ask = world(story(0), story(-2))
    assert bring(ask, "r2", 2) == [2]
    assert clusters(ask) == {1: (1, False), 2: (1, True)}


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_size_of_a_batch_changes_nothing(batch: int):
    stories = [
        story(n, source=("weekly", "daily")[n % 2], body=BODY if n % 3 else NEW_START + BODY)
        for n in (0, 9, 3, 16, 6, 12, 1)
    ]
    ask = world(*stories)
    joined(ask, "r", batch=batch)
    # Day 0 founds; 1, 3 and 6 are within a week of it; 9 founds anew; 12 and 16 are within a week of that.
    assert {n: c for n, (c, _) in clusters(ask).items()} == {1: 1, 3: 1, 5: 1, 7: 1, 2: 2, 4: 2, 6: 2}


@pytest.mark.parametrize(("many", "share"), [(3, 0.4), (4, 1.0)])
def test_database_gets_by_with_less_memory_while_many_stories_are_compared(
    monkeypatch: pytest.MonkeyPatch, many: int, share: float
):
    ask = world(story(0), story(2, source="daily"), story(3, "Bees", BEES))
    limits: list[float] = []

    def compared(*asked: Any) -> Iterator[Any]:
        for text, join in assign_sorted(*asked):
            limits.append(memory_limit(ask.con))
            yield text, join

    monkeypatch.setattr("etl.store.clusters.MANY", many)
    monkeypatch.setattr("etl.store.clusters.assign_sorted", compared)
    limit = memory_limit(ask.con)
    assert joined(ask, "r") == [2]
    assert limits == pytest.approx([limit * share] * 3, rel=0.01)
    assert memory_limit(ask.con) == pytest.approx(limit, rel=0.01)


def test_lone_story_with_a_new_text_may_join_and_is_not_counted_as_new():
    ask = held(story(0), story(1, "Bees", BEES))
    rewrite(ask, "r2", 2, BODY)
    assert joined(ask, "r2") == []
    assert clusters(ask)[2] == (1, False)


def test_founder_with_copies_stays_whatever_becomes_of_its_text():
    ask = held(story(0), story(1), story(2, "Bees", BEES))
    rewrite(ask, "r2", 1, BEES)
    joined(ask, "r2")
    assert clusters(ask) == {1: (1, True), 2: (1, False), 3: (3, True)}


@pytest.mark.parametrize(("body", "cluster"), [(NEW_START + BODY[:200], 1), (BEES, 2)], ids=["edited", "another text"])
def test_copy_leaves_only_when_it_hardly_resembles_the_lead(body: str, cluster: int):
    ask = held(story(0), story(1))
    rewrite(ask, "r2", 2, body)
    assert joined(ask, "r2") == []
    assert clusters(ask)[2] == (cluster, cluster == 2)
    assert len(ask.rows("FROM cluster_join")) == (cluster == 1)


def test_corrected_date_moves_the_lead():
    ask = held(story(0), story(2))
    ask.con.execute(
        "UPDATE story_fact SET day = day - 3, published = published - INTERVAL 3 DAY, last_run = 'r2' WHERE story_no = 2"
    )
    ask.con.execute("UPDATE topic_fact SET day = day - 3 WHERE story_no = 2")
    ask.con.execute("UPDATE organization_fact SET day = day - 3 WHERE story_no = 2")
    ask.con.execute("UPDATE region_fact SET day = day - 3 WHERE story_no = 2")
    joined(ask, "r2")
    assert clusters(ask) == {1: (1, False), 2: (1, True)}


@pytest.mark.parametrize("gone", [1, 2, 3])
def test_story_that_is_taken_out_leaves_a_whole_cluster(gone: int):
    ask = held(story(0), story(1), story(2))
    for table in ("story_fact", "topic_fact", "organization_fact", "region_fact"):
        ask.con.execute(f"DELETE FROM {table} WHERE story_no = {gone}")
    joined(ask, "r2")
    left = [n for n in (1, 2, 3) if n != gone]
    assert clusters(ask) == {left[0]: (left[0], True), left[1]: (left[0], False)}


Break = Callable[[Asking], object]


@pytest.mark.parametrize(
    ("broken", "check"),
    [
        ("UPDATE story_fact SET is_lead = NOT is_lead", "29_cluster_lead"),
        ("DELETE FROM cluster_join", "30_cluster_join"),
        ("INSERT INTO cluster_join VALUES (1, 2, 0.9)", "30_cluster_join"),
        ("UPDATE cluster_join SET similarity = 1.2", "30_cluster_join"),
    ],
)
def test_checks_notice_a_wrong_lead_and_a_join_without_reason(broken: str, check: str):
    ask = held(story(0), story(1))
    ask.con.execute(broken)
    assert check in bad_rows(ask)
