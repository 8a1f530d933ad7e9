"""The arithmetic of the page Topics, held against plain Python over random worlds; each test names its rule of STATISTICS."""

from __future__ import annotations

from collections import Counter
from datetime import date
from math import erfc, isclose, sqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.worlds import Asking, Publisher, Story, World, many

Z = 1.959963984540054
EARLY, LATE = date(2024, 1, 10), date(2024, 2, 10)
FIRST, SECOND = date(2024, 1, 1), date(2024, 2, 1)
KEYS = ("topic:agents", "topic:generative", "topic:healthcare", "topic:robots", "desk:health", "topic:untagged")
EVERYTHING: dict[str, Any] = {
    "sources": None, "from_day": None, "to_day": None, "letters": False, "unit": "story",
    "about_any": None, "about_all": None, "about_none": None,
}  # fmt: skip
COMPARED = EVERYTHING | {"keys": KEYS, "grain": "month", "first": FIRST, "second": SECOND}
PUBLISHERS = tuple(Publisher(name, f"The {name}") for name in ("weekly", "digest", "third"))

STORIES = st.lists(
    st.builds(
        Story,
        st.sampled_from([EARLY, LATE]),
        st.lists(st.sampled_from(["agents", "generative", "healthcare", "robots"]), max_size=3, unique=True),
        st.sampled_from(["weekly", "weekly", "digest", "third"]),
    ),
    min_size=1,
    max_size=60,
)


def asking(stories: list[Story]) -> Asking:
    return Asking(World(stories, PUBLISHERS))


def lines_of(story: Story) -> set[str]:
    found = {f"topic:{topic}" for topic in story.topics} or {"topic:untagged"}
    return found | ({"desk:health"} if {"healthcare", "robots"} & set(story.topics) else set())


def wilson(k: int, n: int) -> tuple[float, float]:
    p = k / n
    middle, half = p + Z * Z / (2 * n), Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return max(0.0, (middle - half) / (1 + Z * Z / n)), min(1.0, (middle + half) / (1 + Z * Z / n))


def newcombe(k_1: int, n_1: int, k_2: int, n_2: int) -> tuple[float, float]:
    (low_1, high_1), (low_2, high_2) = wilson(k_1, n_1), wilson(k_2, n_2)
    p_1, p_2 = k_1 / n_1, k_2 / n_2
    return p_2 - p_1 - sqrt((p_2 - low_2) ** 2 + (high_1 - p_1) ** 2), p_2 - p_1 + sqrt(
        (high_2 - p_2) ** 2 + (p_1 - low_1) ** 2
    )


def benjamini_hochberg(values: list[float]) -> list[float]:
    """The textbook's step-up procedure: from the largest down, never above the one before."""
    order = sorted(range(len(values)), key=lambda i: values[i], reverse=True)
    adjusted, least = [0.0] * len(values), 1.0
    for place, i in enumerate(order):
        least = min(least, values[i] * len(values) / (len(values) - place))
        adjusted[i] = least
    return adjusted


def same(a: float, b: float) -> bool:
    return isclose(a, b, rel_tol=1e-6, abs_tol=1e-9)


@given(z=st.floats(min_value=-30, max_value=30))
@settings(max_examples=100, deadline=None)
def test_the_two_sided_probability_is_that_of_the_normal_distribution(empty, z):
    ((p,),) = empty.rows("SELECT two_sided($z)", z=z)
    assert isclose(p, erfc(abs(z) / sqrt(2)), rel_tol=1e-6)


@pytest.fixture(scope="module")
def empty() -> Asking:
    return asking([Story(EARLY)])


@settings(max_examples=15, deadline=None)
@given(stories=STORIES)
def test_a_share_is_k_of_n_with_wilsons_interval_1_7(stories):
    rows = asking(stories)("topic_share", keys=KEYS, **EVERYTHING).to_dict("records")
    held = Counter(key for story in stories for key in lines_of(story))
    assert sorted(row["key"] for row in rows) == sorted(KEYS)
    for row in rows:
        assert (row["k"], row["n"]) == (held[row["key"]], len(stories))
        low, high = wilson(row["k"], row["n"])
        assert same(row["share"], row["k"] / row["n"])
        assert same(row["low"], low)
        assert same(row["high"], high)


def test_where_nothing_is_counted_there_is_no_share_13():
    (row,) = asking([Story(EARLY)])("topic_share", keys=KEYS[:1], **EVERYTHING | {"sources": ()}).to_dict("records")
    assert (row["k"], row["n"]) == (0, 0)
    assert row["share"] != row["share"]


def expected_movers(stories: list[Story]) -> dict[str, dict[str, float]]:
    sources = [s for s in ("weekly", "digest", "third")
               if {story.day for story in stories if story.source == s} == {EARLY, LATE}]  # fmt: skip
    found = {}
    for key in KEYS:
        sums, beyond, variance = [0, 0, 0, 0], 0.0, 0.0
        for source in sources:
            n_1, n_2 = (sum(s.source == source and s.day == day for s in stories) for day in (EARLY, LATE))
            k_1, k_2 = (
                sum(s.source == source and s.day == day and key in lines_of(s) for s in stories)
                for day in (EARLY, LATE)
            )
            n, m = n_1 + n_2, k_1 + k_2
            sums = [a + b for a, b in zip(sums, (k_1, n_1, k_2, n_2), strict=True)]
            beyond += k_2 - n_2 * m / n
            variance += n_1 * n_2 * m * (n - m) / (n * n * (n - 1))
        z = max(abs(beyond) - 0.5, 0) / sqrt(variance) if variance > 1e-12 else 0.0
        found[key] = dict(zip(("k_1", "n_1", "k_2", "n_2"), sums, strict=True)) | {
            "p": erfc(z / sqrt(2)),
            "sources": len(sources),
        }
    return found if sources else {}


@settings(max_examples=25, deadline=None)
@given(stories=STORIES)
def test_movers_pool_sources_that_share_both_periods_and_are_corrected_for_all_looked_at_8_22(stories):
    rows = {row["key"]: row for row in asking(stories)("topic_movers", **COMPARED).to_dict("records")}
    expected = expected_movers(stories)
    assert set(rows) == set(expected)
    adjusted = dict(zip(expected, benjamini_hochberg([e["p"] for e in expected.values()]), strict=True))
    for key, want in expected.items():
        row = rows[key]
        counts = [want[name] for name in ("k_1", "n_1", "k_2", "n_2")]
        assert [row[name] for name in ("k_1", "n_1", "k_2", "n_2")] == counts
        low, high = newcombe(*counts)
        assert (row["sources"], row["looked_at"]) == (want["sources"], len(KEYS))
        assert same(row["low"], low)
        assert same(row["high"], high)
        assert same(row["near_end"], max(low, -high))
        assert same(row["p"], want["p"])
        assert same(row["adjusted"], adjusted[key])


@settings(max_examples=10, deadline=None)
@given(stories=STORIES)
def test_movers_are_ordered_by_the_near_end_of_the_interval_10(stories):
    near = list(asking(stories)("topic_movers", **COMPARED)["near_end"])
    assert near == sorted(near, reverse=True)


def test_a_change_of_the_mix_of_sources_is_no_mover_22():
    """Each source keeps its share (10 % and 90 %), the second grows: pooled the share goes from 18 % to 82 %."""

    def block(day: date, source: str, agents: int, others: int) -> list[Story]:
        return [*many(agents, day, "agents", source=source), *many(others, day, source=source)]

    stories = [
        *block(EARLY, "weekly", 9, 81),
        *block(EARLY, "digest", 9, 1),
        *block(LATE, "weekly", 1, 9),
        *block(LATE, "digest", 81, 9),
    ]
    row = asking(stories)("topic_movers", **COMPARED | {"keys": ("topic:agents",)}).iloc[0]
    assert row["near_end"] > 0.4
    assert row["p"] > 0.9
    assert not row["established"]
    assert row["same_way"] == 0


def clear_move(source: str = "weekly", at: int = 0) -> list[Story]:
    """From 2 to 30 of 60 on agents, in one source; each issue has two stories."""
    early = [Story(EARLY, ["agents"] if i < 2 else [], source) for i in range(60)]
    late = [Story(LATE, ["agents"] if i < 30 else [], source) for i in range(60)]
    return early + late


def test_a_move_in_every_source_is_established_and_hinges_on_none_22():
    row = asking([*clear_move("weekly"), *clear_move("digest")])("topic_movers", **COMPARED).iloc[0]
    assert (row["key"], row["sources"], row["same_way"], bool(row["established"])) == ("topic:agents", 2, 2, True)
    assert row["by_source"] is None or row["by_source"] != row["by_source"]


def test_a_move_that_a_single_source_or_issue_makes_is_flagged_22():
    """The Digest has nothing on agents; all of The Weekly's second period is one issue."""
    quiet = [Story(day, [], "digest") for day in (EARLY, LATE) for _ in range(60)]
    row = asking([*clear_move("weekly"), *quiet])("topic_movers", **COMPARED).iloc[0]
    assert (row["key"], row["by_source"], row["by_issue"]) == ("topic:agents", "weekly", f"weekly/{LATE}")
    assert row["same_way"] == 1


def test_a_move_that_copies_of_one_story_make_is_flagged_22():
    copies = [Story(LATE, ["agents"], copy_of=41, source="digest") for _ in range(12)]
    stories = [
        *(Story(EARLY) for _ in range(40)),
        Story(LATE, ["agents"]),
        *(Story(LATE) for _ in range(30)),
        *copies,
        Story(EARLY, source="digest"),
    ]
    row = asking(stories)("topic_movers", **COMPARED | {"unit": "copy"}).iloc[0]
    assert (row["key"], row["by_cluster"]) == ("topic:agents", "41")


@settings(max_examples=20, deadline=None)
@given(stories=STORIES)
def test_pairs_stand_against_what_chance_would_have_23(stories):
    rows = asking(stories)("topic_pairs", keys=KEYS, **EVERYTHING).to_dict("records")
    assert len(rows) == len(KEYS) * (len(KEYS) - 1) // 2
    n = len(stories)
    for row in rows:
        on_a, on_b = ([row[key] in lines_of(s) for s in stories] for key in ("key_a", "key_b"))
        k, k_a, k_b = sum(a and b for a, b in zip(on_a, on_b, strict=True)), sum(on_a), sum(on_b)
        assert (row["k"], row["k_a"], row["k_b"], row["n"]) == (k, k_a, k_b, n)
        assert same(row["expected"], k_a * k_b / n)
        assert row["state"] == ("judged" if k_a * k_b / n >= 5 - 1e-12 else "few" if k else "blank")
        if 0 < k_a < n:
            low, high = newcombe(k_b - k, n - k_a, k, k_a)
            assert same(row["low"], low)
            assert same(row["high"], high)


def test_phrases_are_counted_once_a_story_whatever_their_letters():
    spans = [("topic", "agents", "text", 0, 5, 2.0), ("topic", "agents", "text", 9, 14, 1.0)]
    stories = [Story(EARLY, ["agents"], body="Agent or agent", spans=spans),
               Story(EARLY, ["agents"], title="🤖 AGENT", spans=[("topic", "agents", "title", 2, 7, 1.5)])]  # fmt: skip
    rows = asking(stories)("topic_phrases", topic="agents", **EVERYTHING).to_dict("records")
    assert [(r["phrase"], r["stories"], r["weight"]) for r in rows] == [("agent", 2, 4.5)]
