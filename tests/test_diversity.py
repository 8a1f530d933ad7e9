"""How evenly topics are covered (STATISTICS 24): the number of evenly covered topics, its likely range, and the same from SQL."""

from __future__ import annotations

from datetime import date
from math import exp, log

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as hyp

from dashboard.diversity import corrected, even_range, evenly, shannon
from tests.worlds import TOPICS, Asking, Story, World, weekly

PARTS = hyp.lists(hyp.integers(0, 40), min_size=1, max_size=12).map(lambda counts: np.array(counts, dtype=float))
DAYS = weekly(date(2024, 1, 3), 6)


@given(PARTS)
def test_a_mix_is_like_1_to_as_many_topics_as_come_whatever_their_order_or_size_24(parts):
    assume(parts.sum() > 0)
    there = np.count_nonzero(parts)
    assert -1e-9 <= shannon(parts) <= log(there) + 1e-9
    assert shannon(parts[::-1]) == pytest.approx(shannon(parts))
    assert shannon(parts * 7) == pytest.approx(shannon(parts))
    assert corrected(parts, parts.sum()) - shannon(parts) == pytest.approx((there - 1) / 2 / parts.sum())


@given(hyp.integers(1, 40), hyp.integers(1, 9))
def test_evenly_covered_topics_are_as_many_as_they_are_24(topics, each):
    parts = np.full(topics, float(each))
    assert exp(shannon(parts)) == pytest.approx(topics)
    assert evenly(parts, parts, topics) == pytest.approx(topics)  # the correction does not go beyond what there is


def test_nothing_has_no_entropy():
    with pytest.raises(ValueError, match="nothing"):
        shannon(np.zeros(3))


def test_the_correction_takes_most_of_the_bias_away_24():
    drawn = np.random.default_rng(1).multinomial(60, np.full(20, 1 / 20), size=400).astype(float)
    plain = np.mean([shannon(parts) for parts in drawn])
    better = np.mean([corrected(parts, 60) for parts in drawn])
    assert log(20) - plain > 0.14
    assert abs(log(20) - better) < 0.04


@given(hyp.lists(hyp.lists(hyp.integers(0, 6), min_size=4, max_size=4), min_size=1, max_size=8))
@settings(max_examples=40)
def test_the_range_holds_the_number_and_comes_again_alike_24(days):
    parts = np.array(days, dtype=float)
    assume(parts.sum() > 0)
    found = even_range(parts, parts, 4, rounds=200)
    assert 1 <= found.low <= found.even <= found.high <= 4
    assert even_range(parts, parts, 4, rounds=200) == found


def test_the_range_holds_the_truth_about_19_times_in_20_24_11():
    shares, rng = np.array([0.3, 0.2, 0.15, 0.1, 0.1, 0.05, 0.05, 0.05]), np.random.default_rng(5)
    truth = exp(shannon(shares))
    held = 0
    for _ in range(120):
        parts = rng.multinomial(12, shares, size=12).astype(float)
        found = even_range(parts, parts, 20, rounds=200)
        held += found.low <= truth <= found.high
    assert 0.86 <= held / 120 <= 1.0


@given(hyp.lists(hyp.sets(hyp.sampled_from(sorted(TOPICS)), max_size=4), min_size=1, max_size=20))
@settings(max_examples=15)
def test_the_snapshot_says_the_same_as_the_page_24_27(stories):
    assume(any(stories))
    asking = Asking(World([Story(DAYS[n % 6], tuple(sorted(topics))) for n, topics in enumerate(stories)]))
    asked = {"source": "weekly", "size": 12, "many": 1, "clock": asking.world.clock}
    row = asking("balance_mix", **asked).iloc[0]
    parts = asking("balance_parts", **asked)
    sums = parts.groupby("topic_no")[["parts", "squares"]].sum()
    expected = evenly(sums["parts"].to_numpy(), sums["squares"].to_numpy(), len(TOPICS))
    assert row["even"] == pytest.approx(expected)
    assert row["evenness"] == pytest.approx(log(expected) / log(len(TOPICS)), abs=1e-9)
    assert (row["k"], row["n"]) == (sum(map(bool, stories)), len(stories))
    assert parts["parts"].sum() == pytest.approx(row["k"])  # each story counts once in all (4)
