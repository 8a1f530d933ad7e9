"""What the field covers and ours do not: shared whole periods, desk by area, biggest differences, events (STATISTICS 22, 23)."""

from __future__ import annotations

from datetime import date, datetime
from math import log2

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as hyp

from dashboard.gap_facts import (
    cell_name,
    compared_words,
    gap_sentence,
    gaps_of,
    headline,
    is_clear,
    judgement,
    no_events,
    periods_words,
    shared_periods,
    topics_sentence,
)
from tests.worlds import Asking, Publisher, Story, World, many

MAY, JUNE = date(2024, 5, 8), date(2024, 6, 5)
PERIODS = [date(2024, 5, 1), date(2024, 6, 1)]
CLOCK = datetime(2024, 7, 20, 12)
NAMES = {"weekly": "The Weekly", "digest": "The Digest", "wire": "The Wire"}
PUBLISHERS = tuple(Publisher(id, name, "irregular") for id, name in NAMES.items())
STORIES = [
    *many(70, MAY, "agents", regions=["CN"]),
    *many(28, JUNE, "agents", regions=["CN"]),
    *many(1, date(2023, 3, 1), "healthcare", regions=["FR"]),
    *many(2, date(2024, 5, 9), "robots"),
    *many(50, MAY, "agents", source="digest", regions=["CN"]),
    *many(20, JUNE, "healthcare", source="digest", regions=["FR"]),
    *many(30, JUNE, source="digest"),
    *many(60, JUNE, "agents", source="wire", regions=["CN"]),
    *many(12, JUNE, "healthcare", source="wire", regions=["DE"]),
    *many(8, date(2024, 7, 3), "healthcare", source="wire", regions=["DE"]),
]


@pytest.fixture(scope="module")
def asking() -> Asking:
    return Asking(World(STORIES, PUBLISHERS, clock=CLOCK))


def cells(asking: Asking, **changed: object) -> dict[tuple[str, str], dict]:
    asked = {"rows": ["desk:health", "desk:models"], "columns": ["*", "region:europe", "region:CN", "region:none"], "ours": ["weekly"],
             "field": ["digest", "wire"], "grain": "month", "periods": PERIODS, "up_to": date(2024, 7, 31)}  # fmt: skip
    rows = asking("gap_cells", **(asked | changed)).to_dict("records")
    return {(row["key_a"], row["key_b"]): row for row in rows}


def test_desk_by_area_counts_both_sides_within_the_shared_periods_alone_22_23(asking):
    found = cells(asking)
    gap = found["desk:health", "region:europe"]
    assert (gap["k_1"], gap["n_1"], gap["k_2"], gap["n_2"]) == (
        0,
        100,
        32,
        172,
    )  # what came in March 2023 and July is not counted
    assert (gap["sources"], gap["more"], gap["of_sources"]) == (2, 2, 2)
    assert gap["state"] == "judged"
    assert is_clear(gap)
    assert gap["last_day"] == pd.Timestamp(2023, 3, 1)
    assert gap["weeks"] == 2  # weeks in which ours published since: one of May, one of June
    assert (found["desk:health", "*"]["k_1"], found["desk:health", "*"]["k_2"]) == (2, 32)
    assert found["desk:models", "region:europe"]["state"] == "blank"
    assert pd.isna(found["desk:models", "region:europe"]["last_day"])
    assert found["desk:health", "region:none"]["state"] == "few"
    assert not is_clear(found["desk:models", "region:CN"])


def test_each_cell_opens_exactly_its_stories_of_both_sides_26(asking):
    span = {"grain": "month", "periods": PERIODS, "up_to": date(2024, 7, 31), "event": None, "at_most": 1000, "skip": 0}
    for (one, other), row in cells(asking).items():
        keys = [key for key in (one, other) if key != "*"]
        assert len(asking("gap_stories", keys=keys, sources=["weekly"], **span)) == row["k_1"]
        assert len(asking("gap_stories", keys=keys, sources=["digest", "wire"], **span)) == row["k_2"]


def test_a_gap_that_one_source_makes_is_flagged_22(asking):
    alone = Asking(World([*many(100, MAY, "agents"), *many(40, MAY, "healthcare", source="digest"), *many(60, MAY, source="digest"),
                          *many(100, MAY, "agents", source="wire")], PUBLISHERS, clock=CLOCK))  # fmt: skip
    row = cells(alone)["desk:health", "*"]
    assert (row["by_source"], row["sources"]) == ("digest", 1)
    assert "hangs on The Digest alone" in judgement(row, NAMES)
    assert not isinstance(cells(asking)["desk:health", "region:europe"]["by_source"], str)


def test_p_is_corrected_for_all_cells_that_can_be_judged_22(asking):
    rows = list(cells(asking).values())
    looked = [row for row in rows if row["state"] == "judged"]
    assert {row["looked_at"] for row in rows} == {len(looked)}
    assert all(pd.isna(row["adjusted"]) == (row["state"] != "judged") for row in rows)
    assert all(row["p"] <= row["adjusted"] <= 1 for row in looked)


def test_sentences_say_weeks_sources_both_counts_and_the_range(asking):
    rows, lines = list(cells(asking).values()), asking.catalog()
    (gap, *_) = gaps_of(rows)
    assert cell_name(gap, lines) == "Health desk, Europe"
    said = gap_sentence(gap, NAMES)
    assert said.startswith(
        "Not for 2 weeks; covered by 2 other sources, not by us; ours 0 of 100 (0\u00a0%), the field’s 32 of 172 (19\u00a0%)"
    )
    shared = shared_periods(
        whole({"weekly": PERIODS, "digest": PERIODS, "wire": PERIODS}), ["weekly"], ["digest", "wire"], 12
    )
    assert headline(rows, lines, shared, NAMES).endswith(
        "most of all Health desk, Europe: 0 of 100 (0\u00a0%) against 32 of 172 (19\u00a0%)."
    )
    assert "in the 2 whole months that all share: May to Jun 2024" in compared_words(shared, NAMES, 100, 172)


SOME_TOPICS = hyp.sets(hyp.sampled_from(["agents", "robots", "generative"]), max_size=3)


@given(hyp.lists(hyp.tuples(hyp.sampled_from(["weekly", "digest"]), SOME_TOPICS),
                 min_size=1, max_size=20))  # fmt: skip
@settings(max_examples=15)
def test_differences_are_the_parts_of_how_far_apart_the_mixes_are(stories):
    asking = Asking(
        World([Story(MAY, tuple(sorted(topics)), source=source) for source, topics in stories], PUBLISHERS, clock=CLOCK)
    )
    asked = {
        "ours": ["weekly"],
        "field": ["digest"],
        "grain": "month",
        "periods": PERIODS,
        "up_to": JUNE,
        "at_most": 99,
    }
    rows = asking("gap_topics", **asked).to_dict("records")
    mixes: dict[str, dict[str, float]] = {"weekly": {}, "digest": {}}
    for source, topics in stories:
        for topic in topics or {"untagged"}:
            mixes[source][f"topic:{topic}"] = mixes[source].get(f"topic:{topic}", 0) + 1 / max(len(topics), 1)
    sizes = {source: sum(mix.values()) for source, mix in mixes.items()}
    if not all(sizes.values()):
        assert rows == []
        return
    for row in rows:
        p, q = (mixes[source].get(row["key"], 0) / sizes[source] for source in ("weekly", "digest"))
        whole = sum(x * log2(2 * x / (p + q)) for x in (p, q) if x) / 2
        assert row["apart"] == pytest.approx(whole, abs=1e-9)
    assert -1e-9 <= sum(row["apart"] for row in rows) <= 1 + 1e-9


def test_biggest_differences_in_plain_words_with_both_sides_opened_26(asking):
    asked = {
        "ours": ["weekly"],
        "field": ["digest", "wire"],
        "grain": "month",
        "periods": PERIODS,
        "up_to": date(2024, 7, 31),
        "at_most": 3,
    }
    rows = asking("gap_topics", **asked).to_dict("records")
    assert topics_sentence(rows, asking.catalog()).startswith("The field covers clearly more ")
    for row in (row for row in rows if row["key"] != "topic:untagged"):
        span = {"keys": [row["key"]], "event": None, "grain": "month", "periods": PERIODS, "up_to": asked["up_to"]}
        assert len(asking("gap_stories", sources=["digest", "wire"], at_most=1000, skip=0, **span)) == row["k_2"]
        assert len(asking("gap_stories", sources=["weekly"], at_most=1000, skip=0, **span)) == row["k_1"]


def test_opened_stories_are_read_by_the_page_and_each_page_says_how_many_there_are_26(asking):
    span = {"keys": ["desk:health"], "event": None, "sources": ["digest", "wire"], "grain": "month", "periods": PERIODS,
            "up_to": date(2024, 7, 31)}  # fmt: skip
    pages = [asking("gap_stories", at_most=10, skip=skip, **span) for skip in range(0, 40, 10)]
    assert [len(page) for page in pages] == [10, 10, 10, 2]
    assert {int(total) for page in pages for total in page["total"]} == {32}
    every = asking("gap_stories", at_most=1000, skip=0, **span)["story_no"].tolist()
    assert [number for page in pages for number in page["story_no"]] == every
    assert len(set(every)) == 32


def test_events_that_two_others_told_and_ours_did_not_newest_first():
    stories = [
        Story(MAY, source="digest", title="First"), Story(MAY, source="wire", copy_of=1),
        Story(JUNE, source="digest", title="Second"), Story(JUNE, source="wire", copy_of=3), Story(JUNE, source="wire", copy_of=3),
        Story(JUNE, source="digest", title="Ours too"), Story(JUNE, source="wire", copy_of=6), Story(JUNE, copy_of=6),
        Story(JUNE, source="digest", title="One source"), Story(JUNE, source="digest", copy_of=9),
    ]  # fmt: skip
    asking = Asking(World(stories, PUBLISHERS, clock=CLOCK))
    asked = {
        "ours": ["weekly"],
        "field": ["digest", "wire"],
        "at_least": 2,
        "from_day": MAY,
        "up_to": JUNE,
        "at_most": 9,
    }
    rows = asking("gap_events", **asked).to_dict("records")
    assert [(row["title"], row["k"], row["sources"], row["in_all"]) for row in rows] == [
        ("Second", 3, 2, 2),
        ("First", 2, 2, 2),
    ]
    for row in rows:
        span = {
            "keys": None,
            "event": row["key"].removeprefix("event:"),
            "grain": "month",
            "periods": PERIODS,
            "up_to": JUNE,
            "at_most": 1000,
            "skip": 0,
        }
        assert len(asking("gap_stories", sources=["digest", "wire"], **span)) == row["k"]


def whole(periods: dict[str, list[date]]) -> list[dict]:
    return [{"source_id": source, "period": day, "whole": True} for source, days in periods.items() for day in days]


def months(*numbers: int) -> list[date]:
    return [date(2024, month, 1) for month in numbers]


def test_compared_are_whole_months_that_all_share_and_sources_that_miss_a_fifth_are_left_out_22_17():
    rows = whole({"weekly": months(*range(1, 11)), "digest": months(*range(2, 12)), "wire": months(9, 10)})
    found = shared_periods(rows, ["weekly"], ["digest", "wire"], 12)
    assert (found.field, found.left_out, found.periods) == (("digest",), ("wire",), tuple(months(*range(2, 11))))
    assert shared_periods(rows, ["weekly"], ["wire"], 2).periods == tuple(months(9, 10))
    assert shared_periods(rows, ["weekly"], ["wire"], 12).periods == tuple(
        months(9, 10)
    )  # they begin where the field does
    late = shared_periods(rows + whole({"late": months(1, 9)}), ["weekly"], ["late", "silent"], 12)
    assert "each misses more than a fifth" in late.why
    assert late.left_out == ("late", "silent")
    assert (
        "each misses" in shared_periods(whole({"weekly": months(1), "late": months(5)}), ["weekly"], ["late"], 12).why
    )
    assert shared_periods(rows, ["nobody"], ["wire"], 12).why == "No month is whole for ours."
    assert "no other source" in shared_periods(rows, ["weekly"], [], 12).why


def test_sources_go_until_half_of_the_months_are_shared_by_all_22():
    rows = whole(
        {
            "weekly": months(*range(1, 11)),
            **{f"s{at}": months(*(m for m in range(1, 11) if m not in (at, at + 1))) for at in (1, 3, 5, 7)},
        }
    )
    found = shared_periods(rows, ["weekly"], ["s1", "s3", "s5", "s7"], 12)
    assert len(found.periods) * 2 >= 10
    assert set(found.field) | set(found.left_out) == {"s1", "s3", "s5", "s7"}


def test_spans_of_months_and_why_there_is_no_event():
    assert periods_words(months(1, 2, 3, 6)) == "Jan to Mar 2024 and Jun 2024"
    assert periods_words([date(2023, 12, 1), date(2024, 1, 1)]) == "Dec 2023 to Jan 2024"
    shared = shared_periods(whole({"weekly": PERIODS, "digest": PERIODS}), ["weekly"], ["digest"], 12)
    assert (
        no_events(shared, 2, NAMES) == "This needs 2 other sources with whole months; here there is only 1: The Digest."
    )
