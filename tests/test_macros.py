"""The arithmetic in the snapshot, held against the numbers of the rules that it follows; each test names its rule.

Worlds are small enough to count by hand; the count stands in a comment.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from math import isclose, sqrt
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.changes import Changes, clearest_changes
from dashboard.filters import Filters
from dashboard.view import build_view, total_of
from tests.worlds import SQL, Asking, Publisher, Story, World, many, weekly

Z = 1.959963984540054
SPAN: dict[str, Any] = {"from_day": date(2024, 1, 1), "to_day": date(2024, 6, 30)}
EVERYTHING: dict[str, Any] = {
    "letters": False,
    "unit": "story",
    "about_any": None,
    "about_all": None,
    "about_none": None,
}


@pytest.fixture(scope="module")
def scalar_macros() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"threads": 1})
    for path in sorted((SQL / "macros").glob("0[0-8]*.sql")):
        con.execute(path.read_text(encoding="utf-8"))
    return con


def points(ask: Asking, *keys: str, grain: str = "month", query: str = "coverage", **changed: Any) -> dict[Any, Any]:
    """Rows of a coverage query as {(key, period): (k, n, share)}."""
    asked = SPAN | EVERYTHING | {"sources": tuple(p.id for p in ask.world.publishers), "grain": grain} | changed
    rows = ask(query, keys=keys, **asked).itertuples()
    return {(row.key, row.period.date()): (row.k, row.n, row.share) for row in rows}


def percents(values: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(round(100 * value, 1) for value in values)


# Likely ranges: rules 7 and 8


def wilson(k: float, n: float) -> tuple[float, float]:
    """Written from Wilson's equation itself, |p - k/n| = z sqrt(p (1 - p) / n), solved as a quadratic in p."""
    a, b, c = n + Z * Z, -(2 * k + Z * Z), k * k / n
    root = sqrt(max(0.0, b * b - 4 * a * c))
    return max(0.0, (-b - root) / (2 * a)), min(1.0, (-b + root) / (2 * a))


def newcombe(k1: int, n1: int, k2: int, n2: int) -> tuple[float, float]:
    (low1, high1), (low2, high2), p1, p2 = wilson(k1, n1), wilson(k2, n2), k1 / n1, k2 / n2
    below = sqrt((p2 - low2) ** 2 + (high1 - p1) ** 2)
    above = sqrt((high2 - p2) ** 2 + (p1 - low1) ** 2)
    return p2 - p1 - below, p2 - p1 + above


@pytest.mark.parametrize(
    ("k", "n", "expected"), [(3, 20, (5.2, 36.0)), (0, 40, (0.0, 8.8)), (75, 500, (12.1, 18.4))], ids=str
)
def test_rule_7_likely_range_of_a_share(scalar_macros, k, n, expected):
    (found,) = scalar_macros.execute("SELECT wilson_low($k, $n), wilson_high($k, $n)", {"k": k, "n": n}).fetchall()
    assert percents(found) == expected


@pytest.mark.parametrize(
    ("counts", "expected"), [((8, 40, 14, 40), (-4.6, 33.2)), ((40, 200, 70, 200), (6.3, 23.4))], ids=str
)
def test_rule_8_likely_range_of_a_difference(scalar_macros, counts, expected):
    (found,) = scalar_macros.execute(
        "SELECT newcombe_low($1, $2, $3, $4), newcombe_high($1, $2, $3, $4)", counts
    ).fetchall()
    assert percents(found) == expected


def test_rule_7_no_stories_have_no_range(scalar_macros):
    row = scalar_macros.execute(
        "SELECT wilson_low(0, 0), wilson_high(0, 0), newcombe_low(0, 0, 1, 2), newcombe_high(1, 2, 0, 0)"
    )
    assert row.fetchall() == [(None, None, None, None)]


@pytest.mark.parametrize("kind", ["INTEGER", "BIGINT", "DOUBLE"])
@pytest.mark.parametrize("n", [23_171, 10**6, 10**9])
def test_rules_7_and_8_hold_for_counts_whose_product_is_too_great_for_their_type(scalar_macros, kind, n):
    ask = f"""WITH count AS (SELECT CAST($k AS {kind}) AS k, CAST($n AS {kind}) AS n)
        SELECT wilson_low(k, n), wilson_high(k, n), newcombe_low(k, n, n, n), newcombe_high(k, n, n, n) FROM count"""
    k = 20_000
    (found,) = scalar_macros.execute(ask, {"k": k, "n": n}).fetchall()
    # Of 10^9 the range is from 1.97e-5 to 2.03e-5; the quadratic of `wilson` is itself good to 1e-8 there.
    assert found == pytest.approx((*wilson(k, n), *newcombe(k, n, n, n)), abs=2e-8)


counts = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(deadline=None)
@given(of=counts)
def test_rule_7_agrees_with_wilsons_equation(scalar_macros, of):
    ((low, high),) = scalar_macros.execute("SELECT wilson_low($1, $2), wilson_high($1, $2)", of).fetchall()
    expected = wilson(*of)
    assert isclose(low, expected[0], abs_tol=1e-9)
    assert isclose(high, expected[1], abs_tol=1e-9)
    assert 0 <= low <= of[0] / of[1] + 1e-12
    assert of[0] / of[1] - 1e-12 <= high <= 1


@settings(deadline=None)
@given(before=counts, after=counts)
def test_rule_8_agrees_with_newcombes_method_and_turns_round(scalar_macros, before, after):
    ask = "SELECT newcombe_low($1, $2, $3, $4), newcombe_high($1, $2, $3, $4)"
    ((low, high),) = scalar_macros.execute(ask, (*before, *after)).fetchall()
    ((back_low, back_high),) = scalar_macros.execute(ask, (*after, *before)).fetchall()
    expected = newcombe(*before, *after)
    assert isclose(low, expected[0], abs_tol=1e-9)
    assert isclose(high, expected[1], abs_tol=1e-9)
    assert isclose(low, -back_high, abs_tol=1e-9)
    assert isclose(high, -back_low, abs_tol=1e-9)
    assert low <= after[0] / after[1] - before[0] / before[1] <= high


# The share: rules 1 to 6


def test_rule_1_share_is_a_sum_over_a_sum():
    days = [date(2024, 1, day) for day in range(1, 6)]  # Monday to Friday, 2 of 20 each
    stories = [s for day in days for s in (*many(2, day, "agents"), *many(18, day))]
    stories += [*many(3, date(2024, 1, 6), "agents"), *many(1, date(2024, 1, 6))]  # Saturday 3 of 4
    stories += [*many(2, date(2024, 1, 7), "agents"), *many(2, date(2024, 1, 7))]  # Sunday 2 of 4
    ask = Asking(World(stories))
    # 5 x 2 + 3 + 2 = 15 of 5 x 20 + 4 + 4 = 108
    ((k, n, share),) = points(ask, "topic:agents", grain="week").values()
    assert (k, n, round(100 * share, 1)) == (15, 108, 13.9)
    daily = points(ask, "topic:agents", grain="day").values()
    assert round(100 * sum(share for *_, share in daily) / 7, 1) == 25.0, "the mean that rule 1 warns of"


@pytest.fixture(scope="module")
def five_stories() -> Asking:
    """Four tagged and one bare story, one copy and one letter, all of January."""
    day = date(2024, 1, 10)
    return Asking(
        World(
            [
                Story(day, ["generative"], regions=["FR"], organizations={"acme": "focus"}),  # 1
                Story(day, ["generative", "agents"], regions=["DE", "FR"]),  # 2
                Story(day, ["healthcare", "robots"], regions=["CN"], organizations={"acme": "mention"}),  # 3
                Story(day, ["agents"]),  # 4
                Story(day),  # 5
                Story(day, ["generative"], copy_of=1),  # 6
                Story(day, ["agents"], form="letter"),  # 7
            ]
        )
    )


JANUARY = date(2024, 1, 1)


def one(ask: Asking, key: str, **changed: Any) -> tuple[int, int]:
    """k and n of January."""
    k, n, _ = points(ask, key, **changed)[key, JANUARY]
    return k, n


def test_rule_2_copies_count_once_unless_asked_for_in_numerator_and_denominator_alike(five_stories):
    assert one(five_stories, "topic:generative") == (2, 5)
    assert one(five_stories, "topic:generative", unit="copy") == (3, 6)


def test_letters_count_only_where_asked_for(five_stories):
    assert one(five_stories, "topic:agents") == (2, 5)
    assert one(five_stories, "topic:agents", letters=True) == (3, 6)


def test_rule_3_what_is_shown_changes_the_numerator_alone(five_stories):
    found = points(five_stories, "topic:generative", "topic:agents", "region:FR", "organization:acme")
    assert {key: (k, n) for (key, _), (k, n, _) in found.items()} == {
        "topic:generative": (2, 5),
        "topic:agents": (2, 5),
        "region:FR": (2, 5),
        "organization:acme": (1, 5),
    }


@pytest.mark.parametrize(
    ("restriction", "expected"),
    [
        ({"about_any": ["topic:generative"]}, (1, 2)),  # 1 and 2, of which 2 is about agents
        ({"about_any": ["topic:generative", "topic:healthcare"]}, (1, 3)),  # 1, 2, 3
        (
            {"about_any": ["topic:generative", "region:FR", "region:CN"]},
            (1, 2),
        ),  # a topic of these and a place of those: 1, 2
        ({"about_all": ["topic:generative", "topic:agents"]}, (1, 1)),  # 2
        ({"about_all": ["topic:generative", "region:CN"]}, None),  # none: no row
        ({"about_none": ["topic:generative"]}, (1, 3)),  # 3, 4, 5
        ({"about_none": ["topic:untagged", "region:none"]}, (1, 3)),  # 1, 2, 3
        ({"about_any": ["topic:agents"], "about_none": ["region:FR"]}, (1, 1)),  # 4
        ({"about_any": []}, None),  # an empty list matches nothing; NULL means no restriction
        ({"about_none": []}, (2, 5)),
    ],
    ids=str,
)
def test_rule_3_only_stories_about_restricts_numerator_and_denominator(five_stories, restriction, expected):
    found = points(five_stories, "topic:agents", **restriction)
    assert found.get(("topic:agents", JANUARY), (None,))[:2] == (expected or (None,))


def test_rule_4_shares_of_topics_may_sum_to_more_than_all(five_stories):
    keys = ("topic:generative", "topic:agents", "topic:healthcare", "topic:robots", "topic:untagged")
    # 2 + 2 + 1 + 1 + 1 = 7 of 5
    assert sum(share for *_, share in points(five_stories, *keys).values()) == pytest.approx(7 / 5)


@pytest.mark.parametrize(
    ("key", "k"), [("desk:models", 3), ("desk:health", 1), ("region:europe", 2), ("region:FR", 2), ("region:DE", 1)]
)
def test_rule_4_a_group_counts_a_story_once(five_stories, key, k):
    assert one(five_stories, key) == (k, 5)


def test_rule_5_untagged_and_no_place_named_are_lines(five_stories):
    assert one(five_stories, "topic:untagged") == (1, 5)  # 5
    assert one(five_stories, "region:none") == (2, 5)  # 4, 5


def test_an_organization_counts_where_the_story_is_about_it_or_on_request_where_it_is_named(five_stories):
    assert one(five_stories, "organization:acme") == (1, 5)
    assert one(five_stories, "named:acme") == (2, 5)


def test_rule_6_a_new_topic_changes_no_other(five_stories):
    keys = ("topic:generative", "topic:agents", "topic:healthcare", "desk:models")
    stories = [
        Story(s.day, [*s.topics, "chips"], form=s.form, copy_of=s.copy_of, regions=s.regions)
        for s in five_stories.world.stories
    ]
    more = Asking(World(stories, topics={**five_stories.world.topics, "chips": "Chips"}))
    assert points(more, *keys) == points(five_stories, *keys)


# Time: rules 9, 12 to 14 and 17


def test_rules_9_and_13_no_story_on_the_topic_is_0_with_its_upper_end_and_no_story_at_all_is_no_row():
    ask = Asking(World([*many(40, date(2024, 1, 3)), *many(1, date(2024, 3, 6), "agents")]))
    asked = SPAN | EVERYTHING | {"sources": ("weekly",), "grain": "month"}
    rows = ask("coverage", keys=("topic:agents",), **asked)
    assert [period.month for period in rows["period"]] == [1, 3]  # February took in nothing
    january = rows.iloc[0]
    assert (january["k"], january["n"], *percents((january["low"], january["high"]))) == (0, 40, 0.0, 8.8)


WEDNESDAYS = weekly(date(2024, 1, 3), 26)  # to 26 June: 5 4 4 4 5 4 a month


def states(ask: Asking, *, grain: str = "month", need_each: bool = True, **changed: Any) -> dict[str, tuple[Any, ...]]:
    """{first day of the period: (state, came, expected, reason)}."""
    asked = SPAN | {"sources": tuple(p.id for p in ask.world.publishers), "clock": ask.world.clock} | changed
    rows = ask("period_state", grain=grain, need_each=need_each, **asked).astype(object)
    rows = rows.where(rows.notna(), None)
    return {
        str(row.period)[:10]: (row.state, row.came, row.expected, row.reason) for row in rows.itertuples(index=False)
    }


def test_rule_12_a_period_is_partial_where_expected_issues_are_missing_inside_or_at_either_end():
    came = [day for day in WEDNESDAYS if day not in (WEDNESDAYS[0], date(2024, 3, 13)) and day < date(2024, 6, 20)]
    ask = Asking(World([Story(day) for day in came], (Publisher("weekly", "W", expected=WEDNESDAYS),)))
    assert states(ask) == {
        "2024-01-01": ("partial", 4, 5, None),
        "2024-02-01": ("whole", 4, 4, None),
        "2024-03-01": ("partial", 3, 4, None),
        "2024-04-01": ("whole", 4, 4, None),
        "2024-05-01": ("whole", 5, 5, None),
        "2024-06-01": ("partial", 3, 4, None),
    }


def test_rule_12_a_period_that_the_days_shown_cut_is_partial():
    ask = Asking(World([Story(day) for day in WEDNESDAYS], (Publisher("weekly", "W", expected=WEDNESDAYS),)))
    shown = states(ask, from_day=date(2024, 2, 10), to_day=date(2024, 3, 31))
    assert shown == {"2024-02-01": ("partial", 3, 4, None), "2024-03-01": ("whole", 4, 4, None)}  # the 7th is cut off


@pytest.mark.parametrize(
    ("clock", "state"),
    [
        (datetime(2024, 6, 29, 12), "partial"),
        (datetime(2024, 6, 30, 23, 59), "partial"),  # its last day is not over
        (datetime(2024, 7, 1), "whole"),
    ],
)
def test_rule_12_a_period_that_has_not_ended_by_the_clock_is_partial(clock, state):
    ask = Asking(
        World([Story(day) for day in WEDNESDAYS], (Publisher("weekly", "W", expected=WEDNESDAYS),), clock=clock)
    )
    assert states(ask)["2024-06-01"][0] == state


def test_rule_13_a_period_that_took_in_nothing_is_a_gap_with_its_reason():
    hole = (date(2024, 3, 1), date(2024, 3, 31), "no issues in this archive")
    came = [day for day in WEDNESDAYS if day.month not in (3, 5)]
    ask = Asking(World([Story(day) for day in came], (Publisher("weekly", "W", expected=WEDNESDAYS, holes=[hole]),)))
    found = states(ask)
    assert found["2024-03-01"] == ("none", 0, 4, "no issues in this archive")
    assert found["2024-05-01"] == ("none", 0, 5, None)  # nobody declared why


def test_rule_12_an_irregular_source_misses_nothing_but_is_partial_where_it_began_or_the_days_shown_cut_it():
    hole = (date(2020, 1, 1), date(2024, 2, 14), "not taken in before 15 February 2024")
    blog = Publisher("weekly", "W", rhythm="irregular", holes=[hole])
    ask = Asking(World([Story(date(2024, month, 15)) for month in (2, 3, 5)], (blog,)))
    assert states(ask, to_day=date(2024, 5, 20)) == {
        "2024-01-01": ("none", 0, None, "not taken in before 15 February 2024"),
        "2024-02-01": ("partial", 1, None, "not taken in before 15 February 2024"),
        "2024-03-01": ("whole", 1, None, None),
        "2024-04-01": ("none", 0, None, None),
        "2024-05-01": ("partial", 1, None, None),
    }


@pytest.mark.parametrize("grain", ["week", "month", "quarter", "year"])
def test_rule_12_the_period_in_which_a_live_source_began_is_partial_though_all_that_was_due_came(grain):
    days = [date(2024, 3, 14) + timedelta(days=n) for n in range(109)]  # from a Thursday to 30 June
    hole = (date(1991, 8, 6), date(2024, 3, 13), "not taken in before 14 March 2024")
    daily = Publisher("weekly", "W", rhythm="day", expected=days, holes=[hole])
    found = states(Asking(World([Story(day) for day in days], (daily,))), grain=grain, from_day=date(2024, 3, 14))
    first, *later = found.values()
    assert (first[0], first[1] == first[2], first[3]) == ("partial", True, "not taken in before 14 March 2024")
    assert [state for state, *_ in later[:-1]] == ["whole"] * len(later[:-1])


def test_over_all_sources_one_that_had_not_begun_makes_no_period_partial_but_that_in_which_it_began():
    hole = (date(1991, 8, 6), date(2024, 3, 13), "not taken in before 14 March 2024")
    blog = Publisher("young", "Young", rhythm="irregular", holes=[hole])
    stories = [Story(day) for day in WEDNESDAYS] + [Story(date(2024, 3, 14), source="young")]
    ask = Asking(World(stories, (Publisher("weekly", "W", expected=WEDNESDAYS), blog)))
    found = [state for state, *_ in states(ask, need_each=False).values()]
    assert found == ["whole", "whole", "partial", "whole", "whole", "whole"]


def test_rule_14_weeks_are_iso_weeks():
    # 2024-12-30 is the Monday of ISO week 1 of 2025; 2021-01-03 the Sunday of week 53 of 2020.
    ask = Asking(World([Story(date(2025, 1, 1)), Story(date(2024, 12, 29)), Story(date(2021, 1, 3))]))
    rows = ask.rows(
        "SELECT day, period_start(day, 'week'), period_end(period_start(day, 'week'), 'week') FROM story_fact"
    )
    assert rows == [
        (date(2025, 1, 1), date(2024, 12, 30), date(2025, 1, 5)),
        (date(2024, 12, 29), date(2024, 12, 23), date(2024, 12, 29)),
        (date(2021, 1, 3), date(2020, 12, 28), date(2021, 1, 3)),
    ]


@settings(deadline=None)
@given(
    day=st.dates(date(1990, 1, 1), date(2100, 1, 1)), grain=st.sampled_from(["day", "week", "month", "quarter", "year"])
)
def test_a_period_holds_its_day_and_the_next_begins_the_day_after(scalar_macros, day, grain):
    ask = "WITH p AS (SELECT period_start($day, $grain) AS s) SELECT s, period_end(s, $grain) FROM p"
    ((start, end),) = scalar_macros.execute(ask, {"day": day, "grain": grain}).fetchall()
    assert start <= day <= end
    after = date.fromordinal(end.toordinal() + 1)
    ((following,),) = scalar_macros.execute("SELECT period_start($1, $2)", (after, grain)).fetchall()
    assert following == after


def test_rule_14_grain_fit_counts_periods_with_40_stories_and_gaps_as_periods():
    stories = [*many(40, date(2024, 1, 3)), *many(39, date(2024, 2, 7)), *many(50, date(2024, 4, 3))]
    ask = Asking(World(stories))
    asked = {"sources": ("weekly",), "from_day": date(2024, 1, 1), "to_day": date(2024, 4, 30)} | EVERYTHING
    fits = ask("grain_fit", grains=("month", "quarter", "year"), **asked).set_index("grain")
    assert fits.loc["month"].tolist() == [4, 2, 129]  # March is a period of none
    assert fits.loc["quarter"].tolist() == [2, 2, 129]
    assert fits.loc["year"].tolist() == [1, 1, 129]


@pytest.mark.parametrize("last", [date(2024, 1, 20), date(2024, 4, 30)], ids=["less than a period", "four months"])
def test_rule_14_the_total_of_an_automatic_grain_is_the_denominator(last):
    ask = Asking(World([*many(3, date(2024, 1, 3)), *many(50, date(2024, 4, 3))]))
    asked = {"sources": ("weekly",), "from_day": date(2024, 1, 2), "to_day": last} | EVERYTHING
    assert {total_of(ask, Filters(grain=grain), asked) for grain in ("auto", "month")} == {3 if last.month == 1 else 53}


def publishers(**months: list[int]) -> Asking:
    """Sources, each with one story on the 10th of these months of 2024."""
    stories = [Story(date(2024, month, 10), source=name) for name, its in months.items() for month in its]
    return Asking(World(stories, tuple(Publisher(name, name.title()) for name in months)))


def long_running(ask: Asking, **changed: Any) -> list[str]:
    asked = {"grain": "month", "clock": ask.world.clock} | SPAN | changed
    return ask("long_running", **asked)["source_id"].tolist()


def test_rule_17_long_running_is_there_first_and_last_and_in_four_of_five_between():
    ask = publishers(
        steady=[1, 2, 3, 4, 5, 6],
        late=[2, 3, 4, 5, 6],
        ended=[1, 2, 3, 4, 5],
        holey=[1, 2, 4, 5, 6],  # 3 of 4 between are 75 %
    )
    assert long_running(ask) == ["steady"]
    # To 31 July there are 5 between February to June, and holey has 4 of them; July itself is not over by 1 July.
    assert long_running(ask, to_day=date(2024, 7, 31)) == ["steady"]


def test_rule_17_four_of_five_between_is_enough():
    ask = publishers(steady=[1, 2, 3, 4, 5, 6, 7], holey=[1, 2, 4, 5, 6, 7], sparse=[1, 2, 5, 6, 7])
    found = long_running(ask, to_day=date(2024, 7, 31), clock=datetime(2024, 8, 1))
    assert found == ["holey", "steady"]  # between are February to June: 4 of 5 and 3 of 5


@pytest.mark.parametrize(
    ("clock", "expected"), [(datetime(2024, 6, 30, 9), ["a", "b"]), (datetime(2024, 7, 1, 0), ["a"])]
)
def test_rule_17_the_last_whole_period_has_ended_by_the_clock_and_not_only_begun_its_last_day(clock, expected):
    ask = publishers(a=[1, 2, 3, 4, 5, 6], b=[1, 2, 3, 4, 5])
    assert long_running(ask, clock=clock) == expected


def test_rule_17_without_a_whole_period_every_source_with_stories_is_long_running():
    ask = publishers(a=[1, 2], b=[6])
    assert long_running(ask, from_day=date(2024, 1, 5), to_day=date(2024, 1, 20)) == ["a"]


def test_rule_17_what_one_long_running_source_misses_is_a_gap():
    ask = publishers(a=[1, 2, 3, 4, 5, 6], b=[1, 2, 4, 5, 6])
    assert [state for state, *_ in states(ask).values()] == ["whole", "whole", "none", "whole", "whole", "whole"]


def test_over_all_sources_one_that_had_not_begun_makes_no_gap_and_one_that_fell_out_makes_a_partial_period():
    expected = [date(2024, month, 10) for month in (3, 4, 5, 6)]
    young = Publisher("young", "Young", expected=expected)
    stories = [Story(date(2024, month, 10)) for month in (1, 2, 3, 4, 6)]
    stories += [Story(date(2024, month, 10), source="young") for month in (3, 6)]
    old = Publisher("weekly", "W", expected=[date(2024, month, 10) for month in range(1, 7)])
    assert states(Asking(World(stories, (old, young))), need_each=False) == {
        "2024-01-01": ("whole", 1, 1, None),
        "2024-02-01": ("whole", 1, 1, None),
        "2024-03-01": ("whole", 1, 1, None),
        "2024-04-01": ("partial", 0, 1, None),  # the young one fell out
        "2024-05-01": ("none", 0, 1, None),  # nobody published
        "2024-06-01": ("whole", 1, 1, None),
    }


def test_rule_17_weighed_sources_count_the_same_with_an_effective_number_of_stories():
    day = date(2024, 1, 10)
    big = [*many(10, day, "agents", source="big"), *many(90, day, source="big")]  # 10 of 100
    small = [*many(5, day, "agents", source="small"), *many(5, day, source="small")]  # 5 of 10
    ask = Asking(World([*big, *small], (Publisher("big", "Big"), Publisher("small", "Small"))))
    asked = SPAN | EVERYTHING | {"sources": ("big", "small"), "grain": "month"}
    row = ask("coverage_weighed", keys=("topic:agents",), **asked).iloc[0]
    # Counts stay 15 of 110; the share is (10 % + 50 %) / 2. A story weighs 1/100 or 1/10: the weights sum to 2,
    # their squares to 100/100² + 10/10² = 0.11, so 4 / 0.11 = 36.36 stories count.
    assert (row["k"], row["n"], row["share"]) == (15, 110, pytest.approx(0.3))
    effective = 4 / 0.11
    assert (row["low"], row["high"]) == pytest.approx(wilson(0.3 * effective, effective))


def test_weighing_one_source_changes_nothing(five_stories):
    keys = ("topic:agents", "topic:generative", "region:none")
    assert points(five_stories, *keys, query="coverage_weighed") == points(five_stories, *keys)


# Clear changes: rules 8, 10 and 12


def test_rules_8_10_and_12_a_clear_change_is_between_whole_periods_and_judged_by_its_near_end():
    def month(number: int, k: int, n: int) -> list[Story]:
        day = date(2024, number, 10)
        return [*many(k, day, "agents"), *many(n - k, day)]

    # January 8/40 -> February 14/40 is not established; March 40/200 -> April 70/200 is; June 3/3 of few, May is missing.
    stories = [*month(1, 8, 40), *month(2, 14, 40), *month(3, 40, 200), *month(4, 70, 200), *month(6, 3, 3)]
    ask = Asking(World(stories))
    shown = Filters(show=("topic:agents", "topic:robots"), grain="month", sources=("weekly",))

    def clearest(filters: Filters) -> Changes:
        view = build_view(ask, filters, sources=ask.sources(), catalog=ask.catalog(), clock=ask.world.clock)
        return clearest_changes(ask, view, ask.world.clock)

    (row,) = clearest(shown).rows
    assert (row["key"], row["k_1"], row["n_1"], row["k_2"], row["n_2"]) == ("topic:agents", 40, 200, 70, 200)
    assert percents((row["low"], row["high"], row["near_end"])) == (6.3, 23.4, 6.3)
    assert clearest(replace(shown, when="custom", start=date(2024, 1, 1), end=date(2024, 2, 29))).rows == ()


# One truth: rule 26

LINES = [
    *(
        "topic:generative",
        "topic:healthcare",
        "topic:agents",
        "topic:robots",
        "topic:untagged",
        "desk:health",
        "desk:models",
    ),
    *("region:FR", "region:DE", "region:CN", "region:europe", "region:none"),
    *("organization:acme", "organization:nord", "named:acme", "named:nord"),
]


@pytest.fixture(scope="module")
def half_a_year() -> Asking:
    """Two sources over six months with every kind of tag, letters and copies, by a fixed recipe rather than by chance."""
    topics = ["generative", "healthcare", "agents", "robots"]
    stories = []
    for i, day in enumerate(WEDNESDAYS):
        for j in range(i % 4 + 1):
            number = len(stories)
            stories.append(
                Story(
                    day,
                    [t for bit, t in enumerate(topics) if (number * 7 + j) >> bit & 1],
                    source="digest" if number % 3 == 0 else "weekly",
                    organizations={"acme": "focus"} if number % 5 == 0 else {"acme": "mention", "nord": "focus"} if number % 7 == 0 else {},
                    regions=[["FR", "DE"], ["CN"], [], ["europe"]][number % 4],
                    form="letter" if number % 11 == 0 else "news",
                    copy_of=number - 1 if number % 6 == 5 else None,
                )
            )  # fmt: skip
    return Asking(World(stories, (Publisher("weekly", "Weekly"), Publisher("digest", "Digest"))))


def listed(ask: Asking, key: str | None, grain: str, period: Any, asked: dict[str, Any]) -> int:
    rows = ask("story_list", key=key, grain=grain, period=period, at_most=10_000, skip=0, **asked)
    assert rows["story_no"].is_unique
    return len(rows)


def opens_exactly(ask: Asking, keys: list[str], grain: str, asked: dict[str, Any]) -> None:
    """Every k and n of the view equals the length of the list behind it, and no story is in no period."""
    rows = ask("coverage", keys=tuple(keys), grain=grain, **asked)
    for row in rows.itertuples():
        assert row.k == listed(ask, row.key, grain, row.period, asked), (row.key, row.period)
    periods = rows.drop_duplicates("period")
    for row in periods.itertuples():
        assert row.n == listed(ask, None, grain, row.period, asked), row.period
    assert periods["n"].sum() == listed(ask, None, grain, None, asked) == ask("base_count", **asked)["n"].iloc[0]


def test_rule_26_every_number_of_every_line_and_period_opens_to_as_many_stories(half_a_year):
    asked = SPAN | EVERYTHING | {"sources": ("weekly", "digest")}
    opens_exactly(half_a_year, LINES, "month", asked)
    opens_exactly(half_a_year, LINES[:1], "week", asked)


some_lines = st.none() | st.lists(st.sampled_from(LINES), max_size=3)
days = st.dates(date(2023, 12, 1), date(2024, 8, 1))


@settings(deadline=None, max_examples=50)
@given(
    keys=st.lists(st.sampled_from(LINES), min_size=1, max_size=2, unique=True),
    grain=st.sampled_from(["month", "quarter", "year"]),
    asked=st.fixed_dictionaries(
        {
            "sources": st.sampled_from([("weekly",), ("digest",), ("weekly", "digest")]),
            "from_day": days,
            "to_day": days,
            "letters": st.booleans(),
            "unit": st.sampled_from(["story", "copy"]),
            "about_any": some_lines,
            "about_all": some_lines,
            "about_none": some_lines,
        }
    ),
)
def test_rule_26_holds_for_any_filters(half_a_year, keys, grain, asked):
    opens_exactly(half_a_year, keys, grain, asked)


def test_not_a_number_never_leaves_the_macros(half_a_year):
    asked = SPAN | EVERYTHING | {"sources": ("weekly", "digest"), "grain": "month"}
    for query in ("coverage", "coverage_weighed"):
        rows = half_a_year(query, keys=tuple(LINES), **asked)
        assert rows[["share", "low", "high"]].notna().all(axis=None)
        assert (rows["low"] <= rows["share"] + 1e-12).all()
        assert (rows["share"] <= rows["high"] + 1e-12).all()
