"""From filters to the rows of a chart: which days, which grain, which sources, which lines; on worlds of a few stories."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from dashboard.changes import clearest_changes, with_left_out
from dashboard.counting import sample_notes
from dashboard.describe import denominator_words, filters_in_words, left_out_words
from dashboard.filters import Filters
from dashboard.view import (
    Source,
    View,
    build_view,
    counted_key,
    restriction_words,
    window,
)
from tests.worlds import Asking, Publisher, Story, World, many, weekly

OLD = Source("old", "The Old", None, date(2019, 4, 17), date(2026, 7, 24), 1600)
NEW = Source("new", "The New", None, date(2025, 2, 3), date(2026, 8, 21), 570)
AGENTS = Filters(show=("topic:agents",))


def view_of(ask: Asking, filters: Filters) -> View:
    return build_view(ask, filters, sources=ask.sources(), catalog=ask.catalog(), clock=ask.world.clock)


def drawn(view: View) -> list[tuple[Any, ...]]:
    """(first day, k, n, state) of each point in order; None for a gap."""
    rows = view.points.astype(object).where(view.points.notna(), None)
    return [(str(r.period)[:10], r.k, r.n, r.state) for r in rows.itertuples()]


# Days


def test_all_years_are_from_the_first_to_the_newest_story():
    assert window(Filters(), [OLD, NEW]) == (date(2019, 4, 17), date(2026, 8, 21))
    assert window(Filters(sources=("new",)), [OLD, NEW]) == (date(2025, 2, 3), date(2026, 8, 21))


@pytest.mark.parametrize(
    ("when", "first"), [("30d", date(2026, 7, 23)), ("12m", date(2025, 8, 22)), ("3y", date(2023, 8, 23))]
)
def test_rule_12_last_counts_back_from_the_newest_story_and_not_from_today(when, first):
    assert window(Filters(when=when), [OLD, NEW]) == (first, date(2026, 8, 21))


def test_chosen_days_are_taken_as_they_are_and_an_open_end_is_the_newest_story():
    days = Filters(when="custom", start=date(2020, 1, 1), end=date(2020, 6, 30))
    assert window(days, [OLD, NEW]) == (date(2020, 1, 1), date(2020, 6, 30))
    assert window(replace(days, end=None), [OLD, NEW]) == (date(2020, 1, 1), date(2026, 8, 21))
    assert window(Filters(when="custom"), [OLD, NEW]) == (date(2019, 4, 17), date(2026, 8, 21))


# Grain and sources


def test_rule_14_auto_is_the_finest_grain_at_which_four_of_five_periods_hold_40_stories():
    def of(numbers: list[int]) -> str:
        days = [date(2024, month, 10) for month in range(1, len(numbers) + 1)]
        return view_of(
            Asking(World([s for n, day in zip(numbers, days, strict=True) for s in many(n, day)])), AGENTS
        ).grain

    assert of([40, 40, 40, 40, 39]) == "month"  # 4 of 5 months hold 40
    assert of([40, 40, 40, 39, 39]) == "quarter"  # 3 of 5 don't; both quarters do
    assert of([5, 5, 5, 5, 5]) == "month"  # nothing fits, so the coarsest that shows three periods


@pytest.fixture(scope="module")
def one_old_one_new() -> Asking:
    """An old source with 2 agents of 4 stories a month from January, a new one with 0 of 60 from April, both to June."""
    stories: list[Story] = []
    for month in range(1, 7):
        day = date(2024, month, 10)
        stories += [*many(2, day, "agents", source="old"), *many(2, day, source="old")]
        stories += many(60, day, source="new") if month >= 4 else []
    expected = [date(2024, month, 10) for month in range(1, 7)]
    publishers = Publisher("old", "The Old", expected=expected), Publisher("new", "The New", expected=expected[3:])
    return Asking(World(stories, publishers))


def test_rule_17_the_default_line_is_over_long_running_sources_and_says_who_is_left_out(one_old_one_new):
    view = view_of(one_old_one_new, replace(AGENTS, grain="month"))
    assert ([s.id for s in view.sources], [s.id for s in view.left_out]) == (["old"], ["new"])
    assert drawn(view) == [(f"2024-0{month}-01", 2, 4, "whole") for month in range(1, 7)]
    assert (view.total, view.same_throughout) == (24, True)


def test_rule_17_what_the_left_out_source_would_change_is_told_where_it_leaves_the_likely_range(one_old_one_new):
    moved = with_left_out(one_old_one_new, view_of(one_old_one_new, replace(AGENTS, grain="month")))
    # from April 2 of 4 = 50 % (15 to 85 %) would be 2 of 64 = 3 %
    assert (moved["period"].month, moved["share"], moved["share_all"]) == (4, 0.5, 2 / 64)
    assert with_left_out(one_old_one_new, view_of(one_old_one_new, replace(AGENTS, sources=("all",)))) is None


def test_over_all_sources_the_line_begins_with_the_first_of_them(one_old_one_new):
    view = view_of(one_old_one_new, replace(AGENTS, grain="month", sources=("all",)))
    assert drawn(view) == [(f"2024-0{m}-01", 2, 4 if m < 4 else 64, "whole") for m in range(1, 7)]
    assert (view.left_out, view.same_throughout) == ((), False)


def test_one_chosen_source_is_drawn_alone_over_its_own_days(one_old_one_new):
    view = view_of(one_old_one_new, replace(AGENTS, grain="month", sources=("new",)))
    assert drawn(view) == [(f"2024-0{month}-01", 0, 60, "whole") for month in (4, 5, 6)]


def test_a_comparison_has_a_line_for_each_source_over_its_own_stories(one_old_one_new):
    view = view_of(one_old_one_new, replace(AGENTS, grain="month", compare=True))
    assert [line.label for line in view.lines] == ["AI agents · The Old", "AI agents · The New"]
    points = view.points.set_index(["source", "period"])
    assert points.loc["old", "n"].tolist() == [4] * 6
    assert points.loc["new", "n"].isna().tolist() == [True] * 3 + [False] * 3
    assert points.loc["new", "state"].tolist() == ["none"] * 3 + ["whole"] * 3


def test_rule_17_where_no_source_is_long_running_all_are_drawn_without_blanking_and_it_is_said():
    stories = [*many(50, date(2024, 1, 10), source="a"), *many(50, date(2024, 6, 10), source="b")]
    ask = Asking(World(stories, (Publisher("a", "A"), Publisher("b", "B"))))
    view = view_of(ask, replace(AGENTS, grain="month"))
    assert (view.no_long_running, [s.id for s in view.sources]) == (True, ["a", "b"])
    assert [state for *_, state in drawn(view)] == ["whole", "none", "none", "none", "none", "whole"]


def test_rule_17_weighed_sources_have_a_share_of_their_own(one_old_one_new):
    view = view_of(one_old_one_new, replace(AGENTS, grain="month", sources=("all",), weigh="sources"))
    assert view.weighed
    assert view.points["share"].tolist() == [0.5] * 3 + [0.25] * 3  # (2/4 + 0/60) / 2


# Lines and restrictions


def test_a_comparison_of_many_lines_is_cut_to_what_a_chart_holds(one_old_one_new):
    shown = ("topic:agents", "topic:generative", "topic:robots", "topic:healthcare", "topic:untagged")
    view = view_of(one_old_one_new, Filters(show=shown, compare=True, grain="month"))
    assert (len(view.lines), view.lines_left_out) == (8, 2)
    assert set(zip(view.points["key"], view.points["source"], strict=True)) == {
        (line.key, line.source.id) for line in view.lines
    }


def test_no_line_and_no_story_are_views_too(one_old_one_new):
    nothing_shown = view_of(one_old_one_new, Filters(show=(), grain="month"))
    assert (nothing_shown.points.empty, nothing_shown.total) == (True, 24)
    assert clearest_changes(one_old_one_new, nothing_shown, datetime(2024, 7, 1)).rows == ()
    for nothing in (
        replace(AGENTS, any_of=("topic:robots",)),
        Filters(show=("topic:agents",), when="custom", start=date(2026, 1, 1)),
        Filters(show=("topic:agents",), when="custom", start=date(2023, 1, 1), end=date(2023, 2, 1)),
    ):
        view = view_of(one_old_one_new, nothing)
        assert view.total == 0
        assert view.points["n"].notna().sum() == 0
        clearest_changes(one_old_one_new, view, one_old_one_new.world.clock)
        with_left_out(one_old_one_new, view)


def test_rule_13_a_period_in_which_stories_came_but_none_passes_is_a_gap_that_says_so():
    stories = [
        *many(3, date(2024, 1, 10), "agents"),
        *many(3, date(2024, 2, 10)),
        *many(3, date(2024, 3, 10), "agents"),
    ]
    view = view_of(Asking(World(stories)), replace(AGENTS, any_of=("topic:agents",), grain="month"))
    assert drawn(view) == [
        ("2024-01-01", 3, 3, "whole"),
        ("2024-02-01", None, None, "none"),
        ("2024-03-01", 3, 3, "whole"),
    ]
    assert view.points["reason"].tolist()[1] == "no story passes the filters"


def test_rule_9_few_is_by_the_denominator():
    stories = [
        *many(19, date(2024, 1, 10), "agents"),
        *many(1, date(2024, 2, 10), "agents"),
        *many(19, date(2024, 2, 10)),
    ]
    assert view_of(Asking(World(stories)), replace(AGENTS, grain="month")).points["few"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("key", "role", "counted"),
    [
        ("organization:acme", "focus", "organization:acme"),
        ("organization:acme", "named", "named:acme"),
        ("organization:x:a b", "named", "named:x:a b"),
        ("topic:agents", "named", "topic:agents"),
    ],
)
def test_an_organization_is_counted_where_it_is_named_if_asked(key, role, counted):
    assert counted_key(key, role) == counted


def test_role_named_reaches_lines_restrictions_and_the_headline():
    day, later = date(2024, 1, 10), date(2024, 2, 10)
    stories = [
        *many(20, day, organizations={"acme": "mention"}),
        *many(20, day),
        *many(2, later, organizations={"acme": "focus"}),
        *many(38, later),
    ]
    ask = Asking(World(stories, clock=datetime(2024, 3, 1)))
    named = Filters(show=("organization:acme",), role="named", grain="month")
    assert [k for _, k, *_ in drawn(view_of(ask, named))] == [20, 2]
    assert [k for _, k, *_ in drawn(view_of(ask, replace(named, role="focus")))] == [0, 2]
    assert view_of(ask, replace(named, any_of=("organization:acme",))).total == 22
    changes = clearest_changes(ask, view_of(ask, named), ask.world.clock).rows
    assert [(c["key"], c["k_1"], c["k_2"]) for c in changes] == [("named:acme", 20, 2)]


# In words (rule 3)


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        (Filters(), ""),
        (Filters(any_of=("region:CN", "region:FR")), "about China or France"),
        (Filters(any_of=("region:CN", "topic:agents", "region:FR")), "about China or France and about AI agents"),
        (Filters(all_of=("topic:agents",)), "about AI agents"),
        (Filters(all_of=("topic:agents", "region:CN")), "about all of AI agents and China"),
        (Filters(none_of=("topic:agents", "topic:robots")), "not about AI agents or Robots"),
        (Filters(any_of=("region:CN",), none_of=("topic:robots",)), "about China, not about Robots"),
    ],
    ids=str,
)
def test_rule_3_a_restriction_in_words(filters, said):
    ask = Asking(World([Story(date(2024, 1, 10), ["agents", "robots"], regions=["CN", "FR"])]))
    assert restriction_words(filters, ask.catalog()) == said


def test_filters_in_words_name_everything_that_changes_a_number(one_old_one_new):
    plain = filters_in_words(view_of(one_old_one_new, replace(AGENTS, grain="month")))
    assert plain == (
        "stories of The Old; long-running sources; 10 Jan 2024 to 10 Jun 2024; letters left out; copies count once"
    )
    changed = replace(
        AGENTS, sources=("all",), letters=True, unit="copy", role="named", weigh="sources", none_of=("topic:robots",)
    )
    for said in (
        "The Old and The New",
        "letters counted too",
        "copies counted too",
        "where named",
        "weighs the same",
        "not about Robots",
    ):
        assert said in filters_in_words(view_of(one_old_one_new, changed))
    assert denominator_words(view_of(one_old_one_new, replace(AGENTS, grain="month"))) == "Of 24 stories of The Old"


# Changes (rules 8 and 10)


def test_the_headline_compares_whole_years_where_many_are_shown_in_the_order_of_the_lines():
    stories = []
    for year, agents, robots in ((2020, 1, 30), (2021, 5, 20), (2022, 20, 5), (2023, 40, 1), (2024, 50, 0)):
        day = date(year, 5, 6)
        stories += [*many(agents, day, "agents"), *many(robots, day, "robots"), *many(100 - agents - robots, day)]
    ask = Asking(World(stories, (Publisher("weekly", "W", expected=weekly(date(2024, 5, 6), 8)),)))
    view = view_of(ask, Filters(show=("topic:robots", "topic:agents", "topic:generative"), grain="quarter"))
    changes = clearest_changes(ask, view, ask.world.clock)
    # 2024 is not over by the clock, so the last year is 2023
    assert (changes.grain, changes.comparable) == ("year", 4)
    assert [(c["key"], c["period_1"].year, c["k_1"], c["period_2"].year, c["k_2"]) for c in changes.rows] == [
        ("topic:robots", 2020, 30, 2023, 1),
        ("topic:agents", 2020, 1, 2023, 40),
    ]


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        (Filters(show=("topic:agents",), grain="month"), "The New, from April 2024, is left out of this line"),
        (
            Filters(
                show=("topic:agents",), grain="month", when="custom", start=date(2024, 5, 1), end=date(2024, 8, 31)
            ),
            "The Old is left out of this line",
        ),
    ],
)
def test_rule_17_what_is_left_out_says_why(one_old_one_new: Asking, filters: Filters, said: str):
    if filters.when == "custom":
        filters = replace(filters, sources=("new",))
    assert left_out_words(view_of(one_old_one_new, filters)) == said


def test_several_that_are_left_out_are_listed_with_one_comma_each(one_old_one_new: Asking):
    view = view_of(one_old_one_new, Filters(show=("topic:agents",), grain="month"))
    newer = [replace(view.left_out[0], name=name) for name in ("A", "B", "C")]
    assert left_out_words(replace(view, left_out=tuple(newer))) == (
        "A, from April 2024, B, from April 2024, and C, from April 2024, are left out of this line"
    )


def test_rule_17_sources_that_do_not_run_through_share_one_reason(one_old_one_new: Asking):
    view = view_of(one_old_one_new, Filters(show=("topic:agents",), grain="month"))
    stopped = [replace(view.left_out[0], name=name, first_day=view.from_day) for name in ("A", "B", "C", "D")]
    one, two, many = (
        left_out_words(replace(view, left_out=tuple(left)))
        for left in (stopped[:1], [*stopped[:2], *view.left_out], stopped)
    )
    assert one == "A, which does not run through these days, is left out of this line"
    assert (
        two == "The New, from April 2024, and A and B, which do not run through these days, are left out of this line"
    )
    assert many == "A, B and C, which do not run through these days, and 1 more source are left out of this line"


def test_what_is_sampled_alike_is_said_once_and_named_up_to_three():
    first, last = date(2024, 1, 1), date(2024, 2, 1)
    drawn = [Source(name, name, "random 2 a month", first, last, 4) for name in "ABCDE"]
    whole, other = Source("W", "W", None, first, last, 9), Source("X", "X", "one a day", first, last, 9)
    assert sample_notes([whole]) == []
    assert sample_notes([other, drawn[0], whole, drawn[1]]) == ["X: one a day", "A and B: random 2 a month"]
    assert sample_notes(drawn) == ["A, B, C and 2 more: random 2 a month"]
