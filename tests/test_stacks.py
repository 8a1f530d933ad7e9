"""Stories shared out in a stack, and what is drawn beside lines: trailing averages and the year before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from math import isclose

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.exports import points_csv
from dashboard.extras import a_year_on, why_no_stack
from dashboard.filters import Filters
from dashboard.line_stories import stories_behind
from dashboard.number_table import drawn_rows, number_table
from dashboard.view import View
from tests.test_own_lines import ACT, FEB, JAN, MARCH, ask, view_of
from tests.worlds import TOPICS, Asking, Story, World, many

__all__ = ["ask"]  # a fixture


# Stack: rules 3 to 6


def stack_rows(view: View) -> dict[str, list[tuple[int, float]]]:
    assert view.stack
    rows = view.stack.rows
    return {str(key): [(int(r.k), round(r.part, 6)) for r in part.itertuples()] for key, part in rows.groupby("key")}


def test_rule_4_a_stack_shares_a_story_out_among_its_topics_and_rule_5_shows_what_is_left(ask):
    view = view_of(ask, "topic:agents", drawing="stack")
    # 4 stories on two topics count half; 2 + 1 on agents alone are whole; 4 on robots alone; 9 on none
    assert stack_rows(view) == {"topic:agents": [(7, 5.0)] * 3, "other": [(8, 6.0)] * 3, "none": [(9, 9.0)] * 3}
    table = number_table(view, drawn_rows(view))
    assert set(table["Counting as"]) == {"5.0", "6.0", "9.0"}
    assert "fraction" in points_csv(view, described="", snapshot="").decode("utf-8-sig").splitlines()[0]


def test_rules_3_and_6_one_more_line_in_the_stack_changes_no_other(ask):
    one, two = (
        view_of(ask, "topic:agents", drawing="stack"),
        view_of(ask, "topic:agents", "topic:robots", drawing="stack"),
    )
    assert stack_rows(one)["topic:agents"] == stack_rows(two)["topic:agents"]
    assert stack_rows(two)["other"] == [(0, 0.0)] * 3


def test_rule_26_bands_open_to_their_stories_what_is_left_too(ask):
    view = view_of(ask, "topic:agents", drawing="stack")
    for row in view.stack.rows.itertuples():
        assert len(stories_behind(ask, view, key=row.key, period=row.period.date())) == row.k


tags = st.lists(st.sets(st.sampled_from(sorted(TOPICS))), min_size=1, max_size=25)


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(stories=tags, shown=st.sets(st.sampled_from(sorted(TOPICS)), min_size=1))
def test_rules_4_and_7_a_stack_sums_to_all_stories_and_each_part_lies_in_its_range(stories, shown):
    ask = Asking(World([Story(JAN, sorted(topics)) for topics in stories]))
    view = view_of(ask, *(f"topic:{name}" for name in sorted(shown)), drawing="stack")
    rows = view.stack.rows
    assert isclose(rows["part"].sum(), len(stories))
    assert isclose(rows["share"].sum(), 1)
    assert all(r.low - 1e-9 <= r.share <= r.high + 1e-9 for r in rows.itertuples())
    for name in shown:
        expected = sum(1 / len(topics) for topics in stories if name in topics)
        assert isclose(rows.loc[rows["key"] == f"topic:{name}", "part"].iloc[0], expected, abs_tol=1e-9)


@pytest.mark.parametrize(
    ("keys", "changed", "said"),
    [(("topic:agents", ACT), {}, "of one kind"), (("region:FR",), {}, "of one kind"), (("topic:agents",), {"compare": True}, "one whole"),
     (("topic:agents",), {"within": ("region:CN",)}, "one whole"), (("topic:agents",), {"weigh": "sources"}, "one by one"),
     (("topic:agents", "topic:untagged"), {}, "in the stack already"), (("topic:agents", "topic:robots"), {}, "")],
)  # fmt: skip
def test_where_there_is_no_stack_it_is_said_why_and_lines_are_drawn(ask, keys, changed, said):
    filters = Filters(show=keys, drawing="stack", **changed)
    assert said in why_no_stack(filters, keys)
    assert bool(why_no_stack(filters, keys)) == bool(said)
    assert (view_of(ask, *keys, drawing="stack", **changed).stack is None) == bool(said)


# Beside the lines: rules 1, 14 and 16


def trailing(
    rows: list[tuple[int | None, int | None]], back: int, ask: Callable[..., pd.DataFrame]
) -> list[tuple[int, int, int]]:
    """(place, k, n) of each value."""
    days = [date(2024, 1, 1 + place) for place in range(len(rows))]
    got = ask("coverage_trailing", keys=("a",) * len(rows), periods=tuple(days), ks=tuple(k for k, _ in rows), ns=tuple(n for _, n in rows),
              back=back)  # fmt: skip
    return [(r.period.day - 1, r.k, r.n) for r in got.itertuples()]


def test_rules_1_13_and_16_a_trailing_value_is_a_sum_over_a_sum_ends_with_its_period_and_skips_gaps(ask):
    assert trailing([(2, 20), (3, 4), (2, 4), (None, None), (0, 10)], 3, ask) == [(2, 7, 28), (4, 2, 14)]


@settings(deadline=None, max_examples=25)
@given(rows=st.lists(st.integers(1, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=20),
       back=st.integers(1, 5))  # fmt: skip
def test_rule_16_a_trailing_window_never_looks_ahead(ask, rows, back):
    assert trailing(rows, back, ask) == [
        (i, sum(k for k, _ in rows[i - back + 1 : i + 1]), sum(n for _, n in rows[i - back + 1 : i + 1]))
        for i in range(back - 1, len(rows))
    ]


@pytest.mark.parametrize(
    ("day", "grain", "later"),
    [(date(2024, 1, 1), "week", date(2024, 12, 30)), (date(2023, 5, 4), "day", date(2024, 5, 2)),
     (date(2024, 2, 29), "month", date(2025, 2, 28)),
     (date(2024, 4, 1), "quarter", date(2025, 4, 1))],
)  # fmt: skip
def test_rule_14_a_year_on_is_52_weeks_by_weeks_and_days_else_the_same_day(day, grain, later):
    assert a_year_on(day, grain) == later
    assert grain not in ("week", "day") or later.weekday() == day.weekday()


def test_rule_14_the_year_before_is_drawn_under_the_same_month_and_looks_beyond_the_days_shown():
    stories = [*many(4, date(2023, 2, 10), "agents"), *many(16, date(2023, 2, 10)), *many(20, FEB), *many(20, MARCH)]
    ask = Asking(World(stories))
    view = view_of(ask, "topic:agents", before=True, when="custom", start=date(2024, 2, 1), end=date(2024, 3, 31))
    rows = view.before[view.before["n"].notna()]
    assert rows[["k", "n"]].values.tolist() == [[4, 20]]
    assert (rows["period"].iloc[0].date(), rows["was_period"].iloc[0].date()) == (date(2024, 2, 1), date(2023, 2, 1))
    table = number_table(view, drawn_rows(view)).set_index("Period")
    assert table.loc["Feb 2024", "A year before"] == "20\u00a0% (4 of 20)"
    assert table.loc["Mar 2024", "A year before"] == ""
    exported = points_csv(view, described="", snapshot="").decode("utf-8-sig").splitlines()
    assert "year_before_numerator,year_before_denominator" in exported[0]
