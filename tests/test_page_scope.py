"""What a page without lines counts: the same stories as Coverage, and the same choices."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.filters import ALL_SOURCES, Filters
from dashboard.scope import build_scope, counted_more, scope_in_words, scope_words
from dashboard.view import build_view
from tests.worlds import CLOCK, Asking, Publisher, Story, World, many, weekly

DAYS = weekly(date(2023, 1, 2), 70)
LATE = Publisher("late", "The Late", sampled="random 5 a month")


def two_sources() -> World:
    """The Weekly through 70 weeks with 2 agents and 1 bare story each; The Late in the last ten with one generative story."""
    stories = [s for day in DAYS for s in (*many(2, day, "agents"), Story(day))]
    stories += [Story(day, ["generative"], source="late") for day in DAYS[-10:]]
    stories += [Story(DAYS[-1], ["agents"], form="letter"), Story(DAYS[-1], ["agents"], copy_of=1, source="late")]
    return World(stories, (Publisher("weekly", "The Weekly"), LATE))


@pytest.fixture(scope="module")
def asking() -> Asking:
    return Asking(two_sources())


def scope_of(asking: Asking, filters: Filters):
    return build_scope(asking, filters, sources=asking.sources(), catalog=asking.catalog(), clock=CLOCK)


CHOICES = st.builds(
    Filters,
    when=st.sampled_from(["all", "12m", "30d"]),
    sources=st.sampled_from([("long-running",), ("all",), ("late",), ("weekly", "late")]),
    grain=st.sampled_from(["auto", "year", "month"]),
    any_of=st.sampled_from([(), ("topic:agents",), ("topic:agents", "topic:generative")]),
    none_of=st.sampled_from([(), ("topic:generative",)]),
    letters=st.booleans(),
    unit=st.sampled_from(["story", "outlet", "copy"]),
)


@settings(max_examples=40, deadline=None)
@given(filters=CHOICES)
def test_a_scope_counts_the_stories_that_coverage_counts_27(asking, filters):
    held = {"sources": asking.sources(), "catalog": asking.catalog(), "clock": CLOCK}
    scope, view = build_scope(asking, filters, **held), build_view(asking, filters, **held)
    assert (scope.total, scope.sources, scope.left_out) == (view.total, view.sources, view.left_out)
    assert (scope.from_day, scope.to_day, scope.about) == (view.from_day, view.to_day, view.about)


def test_the_denominator_in_words_3(asking):
    assert scope_words(scope_of(asking, Filters())) == "of 210 stories in The Weekly, Jan 2023 to Apr 2024"
    said = scope_words(
        scope_of(asking, Filters(sources=(ALL_SOURCES,), when="30d", any_of=("topic:agents",), unit="copy"))
    )
    assert said == (
        "of 11 stories in The Weekly and The Late, 31 Mar 2024 to 29 Apr 2024, about AI agents "
        "(The Late: random 5 a month; copies counted too)"
    )


def test_a_comparison_of_sources_counts_them_together(asking):
    scope = scope_of(asking, Filters(compare=True, weigh="sources"))
    assert scope.sources == scope_of(asking, Filters()).sources
    assert scope_in_words(scope) == (
        "stories of The Weekly; long-running sources; 2 Jan 2023 to 29 Apr 2024; letters left out; copies count once"
    )


def test_switches_say_what_they_would_add(asking):
    everyone = scope_of(asking, Filters(sources=(ALL_SOURCES,)))
    more = counted_more(asking, everyone, letters=True, copies=True)
    assert (more.letters, more.outlets, more.copies) == (1, 1, 1)
    assert counted_more(asking, replace(everyone, filters=Filters(unit="copy")), letters=False, copies=True).copies == 1
