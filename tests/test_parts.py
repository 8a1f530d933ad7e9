"""Lines of several wholes, asked for at once, are what each is when it is asked for alone: a source by itself, a restriction of its own."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.counting import counted_key, restriction
from dashboard.filters import UNITS, Filters
from dashboard.keys import parted
from dashboard.line_stories import newest_stories, stories_behind
from dashboard.points import NUMBERS
from dashboard.view import Counted, View, build_view, counted_beyond
from tests.worlds import Asking, Publisher, Story, World

FEWER = settings(max_examples=settings.default.max_examples // 3)  # each asks dozens of questions
FIRST, DAYS = date(2024, 1, 1), 150
SOURCES = ("weekly", "daily", "wire")
SHOWN = ("topic:agents", "topic:robots", "desk:health", "organization:acme", "region:europe", "topic:untagged")
WITHINS = ("region:FR", "region:europe", "topic:generative", "organization:acme")


def some_story(chance: random.Random, number: int) -> Story:
    """A story with tags at random; a third of them repeat an earlier one, some are letters."""
    topics = [topic for topic in ("agents", "robots", "generative") if chance.random() < 0.4]
    return Story(
        FIRST + timedelta(days=chance.randrange(DAYS)),
        topics,
        chance.choice(SOURCES),
        organizations={"acme": chance.choice(["focus", "mention"])} if chance.random() < 0.5 else {},
        regions=[code for code in ("FR", "DE", "CN") if chance.random() < 0.3],
        form="letter" if chance.random() < 0.1 else "news",
        copy_of=chance.randrange(1, 60) if number > 60 and chance.random() < 0.5 else None,
    )


@pytest.fixture(scope="module")
def ask() -> Asking:
    """240 stories of three sources that copy each other; The Wire has a hole, and nothing of its last month."""
    chance = random.Random(7)
    stories = [some_story(chance, number) for number in range(1, 241)]
    kept = [s for s in stories if s.source != "wire" or s.day < FIRST + timedelta(days=120)]
    numbers = {n: m for m, n in enumerate((n for n, s in enumerate(stories, 1) if s in kept), 1)}
    hole = (FIRST, FIRST + timedelta(days=40), "the archive begins later")
    return Asking(
        World(
            [Story(**{**_values(s), "copy_of": numbers.get(s.copy_of or 0)}) for s in kept],
            (Publisher("weekly", "The Weekly"), Publisher("daily", "The Daily", rhythm="day"), Publisher("wire", "The Wire", holes=[hole])),
        )
    )  # fmt: skip


def _values(story: Story) -> dict[str, Any]:
    return {name: getattr(story, name) for name in story.__dataclass_fields__}


def view_of(ask: Asking, filters: Filters) -> View:
    return build_view(ask, filters, sources=ask.sources(), catalog=ask.catalog(), clock=ask.world.clock)


@st.composite
def chosen(draw: st.DrawFn) -> Filters:
    """Choices of several wholes."""
    compare, withins = draw(st.sampled_from([(True, 0), (False, 2), (True, 1), (True, 2), (False, 1)]))
    return Filters(
        show=tuple(draw(st.lists(st.sampled_from(SHOWN), min_size=1, max_size=3, unique=True))),
        sources=draw(st.sampled_from([("all",), ("weekly", "wire"), ("daily",)])),
        compare=compare,
        within=tuple(draw(st.lists(st.sampled_from(WITHINS), min_size=withins, max_size=withins, unique=True))),
        grain=draw(st.sampled_from(["week", "month", "quarter"])),
        unit=draw(st.sampled_from(list(UNITS))),
        letters=draw(st.booleans()),
        weigh=draw(st.sampled_from(["stories", "sources"])),
        role=draw(st.sampled_from(["focus", "named"])),
        any_of=tuple(draw(st.lists(st.sampled_from(["topic:agents", "region:CN"]), max_size=1))),
        all_of=tuple(draw(st.lists(st.sampled_from(["region:europe"]), max_size=1))),
        none_of=tuple(draw(st.lists(st.sampled_from(["topic:robots", "region:DE"]), max_size=1))),
    )


def alone(ask: Asking, view: View, key: str, source: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The shares and the states of one line, asked for by themselves."""
    filters = view.filters
    plain, within = parted(key)
    span = {"grain": view.grain, "from_day": view.from_day, "to_day": view.to_day}
    over = {**span, "sources": (source,) if source else view.source_ids()}
    query = "coverage_weighed" if filters.weigh == "sources" else "coverage"
    shares = ask(query, keys=(counted_key(plain, filters.role),), **over, **restriction(filters, within))
    return shares, ask("period_state", need_each=False, clock=ask.world.clock, **over)


@FEWER
@given(chosen())
def test_rule_3_each_line_has_the_shares_that_it_has_when_it_is_asked_for_alone(ask, filters):
    view = view_of(ask, filters)
    for line in view.lines:
        source = line.source.id if line.source else ""
        key = counted_key(line.key, filters.role)
        rows = view.points[(view.points["key"] == key) & (view.points["source"] == source)]
        shares, states = alone(ask, view, line.key, source)
        found = rows[rows["n"].notna()].set_index("period")[NUMBERS].astype(float)
        pd.testing.assert_frame_equal(
            found, shares.set_index("period")[NUMBERS].astype(float), check_exact=False, rtol=1e-9
        )
        told = rows.set_index("period")[["period_end", "came", "ended", "taken_in"]]
        wanted = states.rename(columns={"n": "taken_in"}).set_index("period")[list(told)]
        pd.testing.assert_frame_equal(told, wanted, check_dtype=False)
        empty = set(states["period"]) - set(shares["period"])
        assert set(rows.loc[rows["state"] == "none", "period"]) == empty | set(
            states.loc[states["state"] == "none", "period"]
        )


@FEWER
@given(chosen(), st.integers(1, 9))
def test_rule_26_the_newest_stories_are_the_newest_of_those_behind_each_line(ask, filters, most):
    view = view_of(ask, filters)
    behind = [
        stories_behind(ask, view, key=line.key, period=None, source=line.source.id if line.source else "")
        for line in view.lines
    ]
    every = pd.concat(behind).drop_duplicates("story_no").sort_values(["day", "story_no"], ascending=[False, True])
    found = newest_stories(ask, view, at_most=most)
    assert list(found["story_no"]) == list(every["story_no"].head(most))
    assert list(found["day"]) == list(every["day"].head(most))


@given(chosen())
def test_rule_2_what_the_units_add_is_the_sum_over_the_wholes(ask, filters):
    view = view_of(ask, filters)
    plain = restriction(filters)

    def stories(**changed: Any) -> int:
        parts = [view.source_ids(part) for part in view.parts]
        span = {"from_day": view.from_day, "to_day": view.to_day}
        return sum(int(ask("base_count", sources=ids, **span, **(plain | changed))["n"].iloc[0]) for ids in parts)

    by_unit = {unit: stories(unit=unit) for unit in UNITS}
    expected = Counted(
        stories(letters=True) - stories(letters=False), by_unit["outlet"] - by_unit["story"], by_unit["copy"] - by_unit["story"]
    )  # fmt: skip
    assert counted_beyond(ask, view, letters=True, copies=True) == expected
