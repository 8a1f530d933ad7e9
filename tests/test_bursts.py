"""What emerges and fades: the scan held against plain Python over random worlds, the periods it compares, what its cards say and open."""

from __future__ import annotations

import re
from datetime import date, datetime
from math import comb, isclose
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as hyp

from dashboard.bursts import (
    Window,
    before_words,
    card,
    find_window,
    flags,
    headline,
    kind_of,
    name_of,
    recent_words,
    seen,
    span_words,
    stories_of,
    told,
)
from dashboard.filters import Filters, Known
from dashboard.opened import Opened, opened_from
from dashboard.scope import build_scope
from etl.store.postings import update_postings
from tests.page_kit import no_fault, open_at, text_of
from tests.search_kit import publish_searchable
from tests.test_topic_macros import EVERYTHING, newcombe
from tests.worlds import Asking, Publisher, Story, World, many, publish

EARLY, LATE = date(2024, 1, 10), date(2024, 2, 10)
PUBLISHERS = tuple(Publisher(name, f"The {name.title()}") for name in ("weekly", "digest", "third"))
ASKED: dict[str, Any] = EVERYTHING | {
    "recent": (date(2024, 2, 1),), "before": (date(2024, 1, 1),), "at_least": 2, "role": "focus", "grain": "month",
}  # fmt: skip


def scan(stories: list[Story], *, words_too: bool = False, **changed: Any) -> tuple[Asking, list[dict[str, Any]]]:
    asking = Asking(World(stories, PUBLISHERS))
    if words_too:
        update_postings(asking.con, run_id="r")
    return asking, asking("bursts", **ASKED | changed).to_dict("records")


def keys_of(story: Story) -> set[str]:
    places = {f"region:{code}" for code in story.regions} | (
        {"region:europe"} if {"FR", "DE"} & set(story.regions) else set()
    )
    about = {f"organization:{name}" for name, role in story.organizations.items() if role == "focus"}
    return {f"topic:{topic}" for topic in story.topics} | places | about


def tail(k: int, n: int, p: float, *, upper: bool) -> float:
    return min(1.0, sum(comb(n, i) * p**i * (1 - p) ** (n - i) for i in (range(k, n + 1) if upper else range(k + 1))))


def expected_scan(stories: list[Story]) -> dict[str, dict[str, Any]]:
    sources = [n for n in ("weekly", "digest", "third") if {s.day for s in stories if s.source == n} == {EARLY, LATE}]
    counted = [s for s in stories if s.source in sources]
    n_1, n_2 = (sum(s.day == day for s in counted) for day in (EARLY, LATE))
    found = {}
    for key in sorted({key for s in counted for key in keys_of(s)}):
        on = [s for s in counted if key in keys_of(s)]
        if len(on) < 2:
            continue
        k_2, expected = sum(s.day == LATE for s in on), 0.0
        for name in sources:
            of = [s.day == LATE for s in counted if s.source == name]
            expected += sum(s.source == name for s in on) * sum(of) / len(of)
        low, high = newcombe(len(on) - k_2, n_1, k_2, n_2)
        p = 1.0
        if low > 0 or high < 0:
            p = min(1.0, 2 * tail(k_2, len(on), expected / len(on), upper=k_2 >= expected))
        found[key] = {
            "k_1": len(on) - k_2,
            "k_2": k_2,
            "n_1": n_1,
            "n_2": n_2,
            "low": low,
            "high": high,
            "p": p,
            "expected": expected,
        }
    ranked, running = sorted(found, key=lambda key: found[key]["p"], reverse=True), 1.0
    for key in ranked:
        place = sum(each["p"] <= found[key]["p"] + 1e-15 for each in found.values())
        running = min(running, found[key]["p"] * len(found) / place)
        found[key]["adjusted"] = running
    return found


STORIES = hyp.lists(
    hyp.builds(
        Story, hyp.sampled_from([EARLY, LATE]), hyp.lists(hyp.sampled_from(["agents", "robots"]), max_size=2, unique=True),
        hyp.sampled_from(["weekly", "weekly", "digest"]), regions=hyp.sampled_from([(), ("FR",), ("DE", "FR"), ("CN",)]),
        organizations=hyp.sampled_from([{}, {"acme": "focus"}, {"acme": "mention", "nord": "focus"}]),
    ),
    max_size=40,
)  # fmt: skip


@settings(max_examples=12)
@given(random=STORIES, clear=hyp.integers(0, 40))
def test_the_scan_pools_sources_and_is_corrected_for_all_looked_at_8_22(random, clear):
    stories = [
        *random,
        *many(clear, LATE, "generative"),
        *many(25, EARLY),
        *many(25, LATE),
        *many(clear // 2, EARLY, regions=["CN"]),
    ]
    _, rows = scan(stories)
    expected = expected_scan(stories)
    assert {row["looked_at"] for row in rows} == {len(expected)}
    clearly = {
        key for key, e in expected.items()
        if e["adjusted"] <= 0.05 and max(e["low"], -e["high"]) > 0 and (e["k_2"] - e["expected"]) * (e["low"] + e["high"]) > 0
    }  # fmt: skip
    assert {row["key"] for row in rows if isinstance(row["key"], str)} == clearly
    for row in rows if clearly else ():
        want = expected[row["key"]]
        assert [row[name] for name in ("k_1", "n_1", "k_2", "n_2")] == [
            want[name] for name in ("k_1", "n_1", "k_2", "n_2")
        ]
        for name in ("low", "high", "p", "adjusted"):
            assert isclose(row[name], want[name], rel_tol=1e-6, abs_tol=1e-12)


@settings(max_examples=60)
@given(n=hyp.integers(1, 400), share=hyp.floats(0.01, 0.99), part=hyp.floats(0, 1))
def test_tails_are_those_of_the_binomial_distribution(tails, n, share, part):
    k = round(part * n)
    ((upper, lower),) = tails.rows(
        "SELECT binomial_at_least($k, $n, $p), binomial_at_most($k, $n, $p)", k=k, n=n, p=share
    )
    assert isclose(upper, tail(k, n, share, upper=True), rel_tol=1e-6, abs_tol=1e-15)
    assert isclose(lower, tail(k, n, share, upper=False), rel_tol=1e-6, abs_tol=1e-15)


@pytest.fixture(scope="module")
def tails() -> Asking:
    return Asking(World([Story(EARLY)]))


def block(day: date, source: str, on: int, others: int, **values: Any) -> list[Story]:
    return [*many(on, day, "agents", source=source, **values), *many(others, day, source=source)]


def test_a_change_of_the_mix_of_sources_is_no_burst_22():
    """Each source keeps its share (10 % and 90 %), the second grows: pooled the share goes from 18 % to 82 %."""
    stories = [
        *block(EARLY, "weekly", 9, 81),
        *block(EARLY, "digest", 9, 1),
        *block(LATE, "weekly", 1, 9),
        *block(LATE, "digest", 81, 9),
    ]
    _, (row,) = scan(stories)
    assert (row["key"], row["looked_at"]) in ((None, 1), (pytest.approx(float("nan"), nan_ok=True), 1))


def test_what_one_source_or_issue_makes_is_flagged_22():
    quiet = [*block(EARLY, "digest", 0, 60), *block(LATE, "digest", 0, 60)]
    _, rows = scan([*block(EARLY, "weekly", 2, 58), *block(LATE, "weekly", 30, 30), *quiet])
    assert [(r["key"], r["by_source"], r["by_issue"], r["same_way"], r["sources"]) for r in rows] == [
        ("topic:agents", "weekly", f"weekly/{LATE}", 1, 2)
    ]
    assert flags(rows[0], {"weekly": "The Weekly"}) == ["hinges on The Weekly alone", "hinges on a single issue"]


def test_words_of_the_same_stories_stand_with_the_clearer_line_and_the_calendars_are_left_out_22_26():
    """Thirty late stories say "vibe" and "coding" and are on agents; "february" is no news in February."""
    late = many(30, LATE, "agents", title="Vibe coding, February", body="")
    others = [Story(day, title=f"Plain {i}", body="") for day in (EARLY, LATE) for i in range(160)]
    asking, rows = scan([*late, *others], words_too=True)
    same = {row["key"]: row["same_as"] if isinstance(row["same_as"], str) else None for row in rows}
    of_it = ("phrase:coding", "phrase:vibe", 'phrase:"vibe coding"')
    assert same == {"topic:agents": None, **dict.fromkeys(of_it, "topic:agents")}
    assert len(told(rows, rising=True)) == 1
    assert all(len(row["newest"]) == 3 for row in rows)
    scope = build_scope(
        asking, Filters(grain="month"), sources=asking.sources(), catalog=asking.catalog(), clock=datetime(2024, 4, 1)
    )
    window = Window("month", ASKED["recent"], ASKED["before"], ("weekly",), True)
    for row in rows:
        for late_too, k in ((True, row["k_2"]), (False, row["k_1"])):
            assert len(stories_of(asking, scope, window, row["key"], late=late_too)) == k


def test_two_words_that_follow_each_other_stand_for_each_of_them_and_open_what_a_search_in_quotes_finds_22_26():
    """Of 36 late stories that say "vibe" 30 go on with "coding", which two earlier ones do, too; six more say only "coding"."""
    late = [
        *many(30, LATE, title="Vibe coding", body=""),
        *many(6, LATE, title="A vibe", body=""),
        *many(6, LATE, title="Coding", body=""),
    ]
    early = many(2, EARLY, title="On vibe-coding", body="")
    others = [Story(day, title=f"Plain {i}", body="") for day in (EARLY, LATE) for i in range(220)]
    asking, rows = scan([*late, *early, *others], words_too=True)
    (card_of_it,) = told(rows, rising=True)
    assert (card_of_it["key"], card_of_it["k_1"], card_of_it["k_2"]) == ('phrase:"vibe coding"', 2, 30)
    assert (name_of(card_of_it["key"], {}), kind_of(card_of_it["key"])) == ("“vibe coding”", "Phrase")
    assert {row["key"] for row in rows if row["same_as"] == card_of_it["key"]} == {"phrase:vibe", "phrase:coding"}
    scope = build_scope(
        asking, Filters(grain="month"), sources=asking.sources(), catalog=asking.catalog(), clock=datetime(2024, 4, 1)
    )
    window = Window("month", ASKED["recent"], ASKED["before"], ("weekly",), True)
    assert [len(stories_of(asking, scope, window, card_of_it["key"], late=late)) for late in (True, False)] == [30, 2]


def test_a_pair_with_the_name_of_a_month_is_not_looked_at_22():
    others = [Story(day, title=f"Plain {i}", body="") for day in (EARLY, LATE) for i in range(160)]
    asking, rows = scan([*many(30, LATE, title="Early February", body=""), *others], words_too=True)
    assert asking.rows("SELECT count(*) FROM pair_story") == [(30,)]
    assert {row["key"] for row in rows} == {"phrase:early"}


# Which periods


class Whole:
    """Answers topic_whole from {source: {month: stories}}; a month of None is not whole."""

    def __init__(self, counted: dict[str, dict[int, int | None]]) -> None:
        self.rows = [
            {"source_id": source, "period": pd.Timestamp(2024, month, 1), "whole": n is not None, "n": n or 30}
            for source, months in counted.items() for month, n in months.items()
        ]  # fmt: skip

    def __call__(self, query: str, **asked: Any) -> pd.DataFrame:
        assert query == "topic_whole"
        rows = [row for row in self.rows if row["period"].date() >= asked["from_day"]]
        return pd.DataFrame(rows, columns=["source_id", "period", "whole", "n"])


def window_of(counted: dict[str, dict[int, int | None]]) -> tuple[Window | None, str]:
    stories = [Story(date(2024, 1, 1)), Story(date(2024, 12, 31))]
    asking = Asking(World(stories, PUBLISHERS))
    scope = build_scope(
        asking, Filters(grain="month"), sources=asking.sources(), catalog=asking.catalog(), clock=datetime(2025, 1, 2)
    )
    return find_window(Whole(counted), scope, datetime(2025, 1, 2))


def test_the_last_whole_periods_stand_against_three_times_as_many_that_all_sources_share_12_22():
    year = dict.fromkeys(range(1, 13), 40)
    window, _ = window_of({"a": year, "b": year, "late": {11: 40, 12: 40}, "holed": year | {9: None}})
    assert window is not None
    assert (window.sources, window.in_a_row) == (("a", "b"), True)
    assert [day.month for day in window.recent] == [10, 11, 12]
    assert [day.month for day in window.before] == list(range(1, 10))
    assert (recent_words(window), before_words(window)) == ("the last 3 months", "the 9 months before")
    assert span_words(window) == "Oct 2024 to Dec 2024 against Jan 2024 to Sep 2024"


def test_with_fewer_periods_the_newest_part_is_shorter_and_gaps_are_said_12_13():
    window, _ = window_of({"a": {1: 40, 2: None, 3: 40}})
    assert window is not None
    assert ([day.month for day in window.recent], [day.month for day in window.before]) == ([3], [1])
    assert span_words(window) == "Mar 2024 against Jan 2024, of which only whole ones are compared"


@pytest.mark.parametrize("counted", [{}, {"a": {1: 40}}, {"a": {1: 5, 2: 5}}, {"a": {1: None, 2: None}}])
def test_without_two_whole_periods_of_enough_stories_it_says_why_9_12(counted):
    assert window_of(counted) == (None, "There are fewer than two whole months with at least 20 stories to compare.")


# What is said

ROW: dict[str, Any] = {
    "key": "phrase:<b>vibe", "k_1": 2, "n_1": 120, "k_2": 9, "n_2": 41, "difference": 0.2, "low": 0.09, "high": 0.35, "sources": 2,
    "same_way": 2, "by_source": None, "by_issue": None, "by_cluster": "7", "same_as": None,
}  # fmt: skip
WEEKS = Window(
    "week", tuple(date(2024, 2, d) for d in (5, 12, 19, 26)), tuple(date(2024, 1, d) for d in (1, 8)), ("a",), True
)


def test_a_card_says_what_is_seen_in_how_many_sources_and_what_it_hinges_on_8_22():
    assert seen(ROW, WEEKS) == "in 9 of 41 stories in the last 4 weeks, 2 of 120 in the 2 weeks before"
    story = {"day": date(2024, 2, 26), "source": "<i>x", "title": "<script>", "url": "javascript:alert(1)"}
    html = card(ROW, {}, WEEKS, {}, also=["“<u>”"], stories=[story])
    assert not re.search(r"<(b|i|u|script)>|javascript", html)
    assert "the same way in 2 of 2 sources" in html
    assert "likely range +9.0 to +35 points" in html
    assert "hinges on copies of one event" in html


def test_with_nothing_clear_it_says_so_with_how_many_were_looked_at_22():
    said = "of 766 topics, organizations, regions, words and phrases looked at."
    assert headline([], {}, WEEKS, 766) == f"Nothing clearly emerges or fades in the last 4 weeks, {said}"
    assert headline([ROW], {}, WEEKS, 766) == f"Emerging in the last 4 weeks: “<b>vibe”; {said}"


def test_a_word_opens_in_its_own_section_alone():
    known = Known(frozenset({"topic:agents"}), frozenset())
    opened = Opened("bursts", ("phrase:vibe",), date(2024, 2, 1))
    assert opened_from(opened.written(), known, ("bursts", "shares")) == opened
    assert opened_from(["shares", "phrase:vibe"], known, ("bursts", "shares")) is None
    assert opened_from(["bursts", "topic:gone"], known, ("bursts", "shares")) is None


# The page


def page_world() -> World:
    """The Weekly, 40 stories a month of 2024; in the last three months 20 of them are on agents and say "vibe", before 2."""
    stories: list[Story] = []
    for month in range(1, 13):
        on = 20 if month >= 10 else 2
        stories += many(on, date(2024, month, 10), "agents", title="A <b>vibe</b>", body="", regions=["FR"])
        stories += [Story(date(2024, month, 10), title=f"Plain {month} {i}", body="") for i in range(40 - on)]
    weekly = Publisher("weekly", "The Weekly", expected=[date(2024, m, 10) for m in range(1, 13)])
    return World(stories, (weekly,), clock=datetime(2025, 1, 2))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_searchable(page_world(), tmp_path_factory.mktemp("bursts"))


def test_the_page_shows_cards_whose_numbers_open_exactly_their_stories_22_26(monkeypatch, data):
    app = open_at(monkeypatch, data, "topics", part="bursts", grain="month")
    assert "in 60 of 120 stories in the last 3 months, 18 of 360 in the 9 months before" in text_of(app)
    assert "All of it rests on one source, The Weekly." in text_of(app)
    button = next(b for b in app.button if str(b.key).startswith("burst_lately_"))
    assert button.label == "60 stories lately"
    button.click().run()
    no_fault(app)
    assert " 60 stories " in text_of(app)
    first, _, last = app.query_params["stories"]
    assert (first, last) == ("bursts", "2024-10-01")


def test_a_link_opens_a_words_stories_and_a_period_that_is_not_compared_says_so_26(monkeypatch, data):
    app = open_at(
        monkeypatch, data, "topics", part="bursts", grain="month", stories=["bursts", "phrase:vibe", "2024-01-01"]
    )
    assert " 18 stories " in text_of(app)
    app = open_at(
        monkeypatch, data, "topics", part="bursts", grain="month", stories=["bursts", "phrase:vibe", "2024-05-01"]
    )
    assert "This number is not in the view any more" in " ".join(part.value for part in app.info)


def test_where_nothing_emerges_or_can_be_compared_the_page_says_so(monkeypatch, tmp_path):
    stories = [s for month in (1, 2, 3) for s in many(40, date(2024, month, 10), "agents")]
    weekly = Publisher("weekly", "The Weekly", expected=[date(2024, m, 10) for m in (1, 2, 3)])
    where = publish(World(stories, (weekly,), clock=datetime(2024, 4, 2)), tmp_path)
    assert "Nothing clearly emerges or fades in Mar 2024, of 1 topics" in text_of(
        open_at(monkeypatch, where, "topics", part="bursts", grain="month")
    )
    app = open_at(monkeypatch, where, "topics", part="bursts", grain="year")
    assert any("fewer than two whole years" in part.value for part in app.info)
