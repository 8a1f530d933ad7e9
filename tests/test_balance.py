"""Targets: windows of a source's output, facts and verdicts (STATISTICS 25), and which targets are in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as hyp

from dashboard import balance
from dashboard.balance import Publisher as Whose
from dashboard.balance import fact, headline, judged, publishers_of, since, size_of, verdict, why_not
from dashboard.balance_charts import target_bars
from dashboard.desk import Entry
from dashboard.targets import (
    Target,
    as_parameters,
    band_problem,
    band_words,
    off_entry,
    problem,
    set_entry,
    targets_of,
    undo_entry,
)
from tests.worlds import Asking, Publisher, Story, World, many, weekly

ISSUES = weekly(date(2024, 1, 3), 26)
CLOCK = datetime(2024, 7, 1, 12)
OURS = Whose("weekly", "The Weekly", True, "issue")


@pytest.fixture(scope="module")
def any_world() -> Asking:
    return Asking(World([Story(ISSUES[0])]))


def issue(day: date, on: int, of: int, topic: str = "healthcare", **values: object) -> list[Story]:
    return [*many(on, day, topic, **values), *many(of - on, day, "agents", **values)]


def window(counts: list[tuple[int, int]], **world: object) -> Asking:
    """A world whose windows of 13 issues, the newest last, hold k of n stories each, all on the last issue of the window but one each."""
    stories: list[Story] = []
    for at, (k, n) in enumerate(counts):
        days = ISSUES[at * 13 : at * 13 + 13]
        stories += [Story(day, ("agents",)) for day in days[:-1]] + issue(days[-1], k, n - 12)
    return Asking(World(stories, (Publisher("weekly", "The Weekly"),), clock=CLOCK, **world))


def targets(
    asking: Asking,
    *bands: tuple[str, float | None, float | None],
    size: int = 13,
    source: str = "weekly",
    clock: datetime = CLOCK,
):
    wanted = [Target(key, source, least, most) for key, least, most in bands]
    rows = asking("balance_targets", **as_parameters(wanted), source=source, size=size, many=8, clock=clock)
    return judged(rows.to_dict("records"), wanted, asking.catalog())


def test_the_fact_comes_first_you_ran_4_of_52_the_band_asks_6_to_10_2_short_25():
    (one,) = targets(window([(4, 52)]), ("topic:healthcare", 10, 20))
    assert fact(one.now, OURS) == "You ran 4 of 52; the band asks 6 to 10; 2 short"
    assert (one.now["verdict"], verdict(one.now)) == ("below", "Below, could be chance")
    assert fact(one.now, replace(OURS, ours=False)).startswith("The Weekly ran 4 of 52")


@pytest.mark.parametrize(
    ("k", "least", "most", "said"),
    [
        (0, 10, 20, "Below"),  # 0 of 52 reaches up to 6.9 %
        (4, 10, 20, "Below, could be chance"),
        (8, 10, 20, "Within, could be chance"),
        (26, 10, 90, "Within"),
        (12, None, 20, "Above, could be chance"),
        (26, None, 20, "Above"),
        (26, 20, None, "Within"),
        (5, 9, 9, "Within, could be chance"),  # 9 % of 52 is 4.68: 4 or 5
        (4, 9, 9, "Within, could be chance"),
        (6, 9, 9, "Above, could be chance"),
    ],
)
def test_could_be_chance_where_the_likely_range_reaches_across_the_bands_edge_25(k, least, most, said):
    (one,) = targets(window([(k, 52)]), ("topic:healthcare", least, most))
    assert verdict(one.now) == said


def test_cannot_tell_yet_below_20_stories_25():
    asking = Asking(World([*issue(ISSUES[0], 0, 19)], (Publisher("weekly", "The Weekly"),), clock=CLOCK))
    (one,) = targets(asking, ("topic:healthcare", 10, 20))
    assert (verdict(one.now), why_not(one.now)) == ("Cannot tell yet", "fewer than 20 stories")
    assert fact(one.now, OURS) == "You ran 0 of 19; the band asks 2 to 3; 2 short"


@pytest.mark.parametrize(
    ("quality", "k", "verdict", "truly"),
    [
        ([(30, 30, 0, 0)], 5, "below", "5"),  # never wrong
        ([(30, 20, 2, 10)], 5, "cannot tell", "5 to 9"),  # a third is missed
        ([(30, 20, 2, 10)], 1, "below", "1 to 2"),
        ([(14, 7, 7, 7)], 5, "below", ""),  # too few to measure, so it flips nothing (21)
        ([], 5, "below", ""),  # not measured at all
        ([], 12, "above", ""),
        ([(30, 15, 2, 15)], 0, "below", "0 to 4"),  # as many missed as would all be missed 1 time in 20
    ],
)
def test_cannot_tell_yet_only_where_the_measured_tag_error_could_flip_it_25_21(quality, k, verdict, truly):
    asking = window([(k, 52)], quality=[("topic", "healthcare", "abstract", *counts) for counts in quality])
    (one,) = targets(asking, ("topic:healthcare", 10, 20))
    assert (one.now["verdict"], balance.truly_words(one.now)) == (verdict, truly)
    assert one.now["because"] == ("tags" if verdict == "cannot tell" else "")


def test_since_when_counts_windows_in_a_row_until_the_verdict_was_another():
    (one,) = targets(window([(20, 52), (4, 52)]), ("topic:healthcare", 10, 20))
    assert (one.now["in_a_row"], since(one)) == (1, "")
    (one,) = targets(window([(3, 52), (4, 52)]), ("topic:healthcare", 10, 20))
    assert [row["in_a_row"] for row in one.windows] == [2, 1]
    assert since(one) == "for at least 2 windows in a row, since 3 Jan 2024"


def test_windows_are_issues_or_weeks_that_are_over_12():
    asking = Asking(
        World([Story(day, ("agents",)) for day in ISSUES], (Publisher("weekly", "The Weekly"),), clock=CLOCK)
    )
    rows = asking.rows("FROM source_window('weekly', 12, 8, $clock) ORDER BY 1", clock=CLOCK)
    assert rows == [(1, ISSUES[14], ISSUES[25], 12), (2, ISSUES[2], ISSUES[13], 12)]  # the oldest two make no window
    rows = asking.rows(
        "FROM source_window('weekly', 12, 8, $clock) ORDER BY 1", clock=datetime.combine(ISSUES[13], time())
    )
    assert rows == [(1, ISSUES[1], ISSUES[12], 12)], "a day that begins at the clock is of no window"
    daily = Asking(
        World(
            [Story(day, ("agents",), source="d") for day in ISSUES if day != ISSUES[-2]],
            (Publisher("d", "D", "day"),),
            clock=CLOCK,
        )
    )
    now = datetime(2024, 6, 27, 12)  # in the week of the newest story
    rows = daily.rows("FROM source_window('d', 13, 8, $clock) ORDER BY 1", clock=now)
    assert rows == [(1, date(2024, 3, 25), date(2024, 6, 23), 12)]
    assert daily.rows("FROM source_window('nobody', 13, 8, $clock)", clock=now) == []


def test_a_source_that_began_this_week_has_no_story_in_weeks_that_are_over_and_nothing_is_made_up_12():
    new = Asking(
        World(
            [Story(ISSUES[25], ("agents",), source="d")], (Publisher("d", "D", "day"),), clock=datetime(2024, 6, 27, 12)
        )
    )
    (one,) = targets(new, ("topic:agents", 10, 20), source="d", clock=new.world.clock)
    assert (int(one.now["n"]), verdict(one.now), since(one)) == (0, "Cannot tell yet", "")
    figure = target_bars([one], OURS, title="T", opened="", narrow=False)
    assert "no stories; band 10–20" in figure.data[1].hovertext[0]
    assert "nan" not in figure.to_json().lower()


def test_lines_of_any_kind_count_a_story_once_and_open_exactly_their_stories_4_26():
    stories = [
        Story(
            ISSUES[0], ("healthcare", "robots"), regions=["FR", "DE"], organizations={"acme": "focus", "nord": "focus"}
        ),
        Story(ISSUES[0], ("healthcare",), regions=["europe"], organizations={"acme": "mention"}),
        Story(ISSUES[1], (), organizations={"nord": "focus"}),
        Story(ISSUES[1], ("robots",), form="letter"),
    ]
    asking = Asking(World(stories, (Publisher("weekly", "The Weekly"),), clock=CLOCK))
    keys = ["topic:healthcare", "desk:health", "type:company", "region:europe", "topic:untagged"]
    found = targets(asking, *((key, 1, None) for key in keys), size=4)
    counts = {one.target.key: (int(one.now["k"]), int(one.now["n"])) for one in found}
    assert counts == {
        "topic:healthcare": (2, 3),
        "desk:health": (2, 3),
        "type:company": (2, 3),
        "region:europe": (2, 3),
        "topic:untagged": (1, 3),
    }
    span = {"source": "weekly", "from_day": ISSUES[0], "to_day": ISSUES[1], "skip": 0}
    for key, (k, _) in counts.items():
        assert len(asking("balance_stories", key=key, at_most=9, **span)) == k
    assert len(asking("balance_stories", key="*", at_most=9, **span)) == 2
    assert len(asking("balance_stories", key=None, at_most=9, **span)) == 3
    assert asking("balance_stories", key=None, at_most=1, **span)["total"].tolist() == [3]


@given(hyp.integers(0, 3000), hyp.integers(0, 10000), hyp.integers(0, 10000))
@settings(max_examples=60)
def test_what_a_band_asks_is_whole_stories_by_exact_arithmetic_25(any_world, n, one, other):
    least, most = min(one, other), max(one, other)
    asked = any_world.rows("SELECT band_least($n, $l), band_most($n, $m)", n=n, l=least / 100, m=most / 100)[0]
    assert asked == (-(-least * n // 10000), most * n // 10000)


def test_what_is_missed_most_clearly_stands_on_top_and_in_the_headline_10():
    asking = window([(4, 60)])
    found = targets(asking, ("topic:agents", 10, None), ("topic:healthcare", 20, None), ("topic:robots", 1, None))
    assert [one.target.key for one in found] == ["topic:healthcare", "topic:robots", "topic:agents"]
    said = headline(found, OURS, 13)
    assert (
        said
        == "In your last 13 issues, of 3 targets: 2 below and 1 within. Healthcare: You ran 4 of 60; the band asks at least 12; 8 short."
    )
    assert headline([], OURS, 13) == "No target is set for The Weekly."
    figure = target_bars(found, OURS, title="T", opened="", narrow=False)
    assert list(figure.data[1].customdata[0]) == ["topic:healthcare", ISSUES[12].isoformat()]


def test_sizes_follow_the_rhythm():
    rows = [{"id": "w", "name": "W\u202e", "ours": True, "rhythm": "issue", "sampled": None, "last_day": ISSUES[0]},
            {"id": "d", "name": "D", "ours": False, "rhythm": "month", "sampled": "random 30", "last_day": ISSUES[0]}]  # fmt: skip
    one, other = publishers_of(rows)
    assert one.name == "W"  # nothing in a name turns the sentence that it stands in
    assert (size_of(one, "auto"), size_of(one, "26"), size_of(other, "auto"), size_of(other, "8")) == (12, 26, 13, 13)


SHIPPED = [{"key": "topic:a", "source_id": "w", "at_least": 10.0, "at_most": float("nan"), "why": "Because."}]

HERE = {"keys": ("topic:a", "topic:b"), "sources": ("w",)}


def written(*entries: Entry) -> list[Entry]:
    return [replace(entry, id=f"e{at}", at=f"2026-01-0{at}T00:00:00Z") for at, entry in enumerate(entries, 1)]


def test_the_last_that_the_desk_says_of_a_name_wins_and_undo_brings_back_what_was():
    changed = Target("topic:a", "w", 5, 9, "Less.")
    entries = written(set_entry(changed, by="Ada"))
    (now,) = targets_of(SHIPPED, entries, **HERE).of("w")
    assert (now.at_least, now.at_most, now.by, now.why, now.entry) == (5, 9, "Ada", "Less.", "e1")
    entries = written(set_entry(changed, by="Ada"), off_entry(now, by="Bo"))
    off = targets_of(SHIPPED, entries, **HERE)
    assert (off.of("w"), [t.off for t in off.switched_off("w")]) == ((), ["e2"])
    entries = written(
        set_entry(changed, by="Ada"), off_entry(now, by="Bo"), undo_entry(off.switched_off("w")[0], by="Ada")
    )
    (now,) = targets_of(SHIPPED, entries, **HERE).of("w")
    assert (now.at_least, now.off) == (5, "")
    entries = written(set_entry(changed, by="Ada"), undo_entry(replace(now, entry="e1"), by="Ada"))
    (now,) = targets_of(SHIPPED, entries, **HERE).of("w")
    assert (now.at_least, now.at_most, now.by, band_words(now)) == (10, None, "", "at least 10\u00a0%")


def test_a_target_set_again_after_it_was_switched_off_counts():
    target = Target("topic:b", "w", None, 30)
    entries = written(
        set_entry(target, by="Ada"), off_entry(target, by="Ada"), set_entry(replace(target, at_most=40), by="Ada")
    )
    found = targets_of([], entries, **HERE)
    assert ([t.at_most for t in found.of("w")], found.unread) == ([40], ())


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("topic:a@w", {"key": "topic:a", "source": "w", "at_least": 300}, "from 0 to 100"),
        ("topic:a@w", {"key": "topic:a", "source": "w", "at_least": 20, "at_most": 10}, "lower end is more"),
        ("topic:a@w", {"key": "topic:a", "source": "w", "at_least": "20"}, "from 0 to 100"),
        ("topic:a@w", {"key": "topic:a", "source": "w", "at_least": [20]}, "from 0 to 100"),
        ("topic:a@w", {"key": "topic:a", "source": "w", "at_least": float("nan")}, "from 0 to 100"),
        ("topic:a@w", {"key": "topic:a", "source": "w"}, "needs a lower end"),
        ("topic:a@w", {"key": ["topic:a"], "source": "w", "at_least": 2}, "which line"),
        ("topic:a@w", {"key": "topic:a", "source": 5, "at_least": 2}, "which line"),
        ("topic:b@w", {"key": "topic:a", "source": "w", "at_least": 2}, "name is another"),
        (None, {"key": "topic:a", "source": "w", "at_least": 2}, "name is another"),
        ("organization:a@w", {"key": "organization:a", "source": "w", "at_least": 2}, "no topic, desk"),
        ("topic:a@w", [10, 20], "no band"),
        ("topic:a@w", None, "no band"),
        ("topic:z@w", {"key": "topic:z", "source": "w", "at_least": 2}, "no such line"),
        ("topic:a@x", {"key": "topic:a", "source": "x", "at_least": 2}, "source has no stories"),
    ],
)
def test_what_is_no_target_or_not_of_this_data_does_not_count_and_is_named_with_the_reason(name, value, said):
    (entry,) = written(Entry("target", "set", "Ada", tag_id=name, value=value))
    found = targets_of(SHIPPED, [entry], **HERE)
    assert [target.by for target in found.of("w")] == [""]  # what ships counts all the same
    (unread,) = found.unread
    assert (unread.name, unread.by) == (name or "a target without a name", "Ada")
    assert said in unread.why


def test_a_target_follows_its_topic_to_another_name():
    asked, examples = Target("topic:old", "w", 5, 9), [SHIPPED[0] | {"key": "topic:old"}]
    renamed = {"renamed": {"topic:old": "topic:b"}}
    assert [t.name for t in targets_of(examples, [], **HERE, **renamed).of("w")] == ["topic:b@w"]
    (now,) = targets_of([], written(set_entry(asked, by="Ada")), **HERE, **renamed).of("w")
    assert (now.name, now.at_least) == ("topic:b@w", 5)
    found = targets_of([], written(set_entry(asked, by="Ada"), off_entry(asked, by="Ada")), **HERE, **renamed)
    assert (found.of("w"), [t.key for t in found.switched_off("w")], found.unread) == ((), ["topic:b"], ())


def test_an_example_of_a_line_that_is_not_in_this_data_is_named_and_one_of_another_source_is_not():
    found = targets_of(SHIPPED, [], keys=(), sources=("w",))
    assert (found.of("w"), [one.why for one in found.unread]) == ((), ["There is no such line in this data."])
    assert targets_of(SHIPPED, [], keys=(), sources=()).unread == ()


@pytest.mark.parametrize(
    ("least", "most", "said"),
    [
        (None, None, "needs"),
        (-1, None, "0 to 100"),
        (20, 10, "more than"),
        (1.234, None, "decimals"),
        (True, None, "percent"),
        (0, 100, ""),
    ],
)
def test_a_band_that_is_none_is_refused_with_the_reason(least, most, said):
    wrong = band_problem(least, most)
    assert said in wrong
    assert bool(wrong) == bool(said)
    assert problem(Target("topic:a", "w", least, most), {"topic:a"}, {"w"}) == wrong
    assert "Choose a topic" in problem(Target("topic:z", "w", 1, 2), {"topic:a"}, {"w"})
    assert "Choose a source" in problem(Target("topic:a", "x", 1, 2), {"topic:a"}, {"w"})
