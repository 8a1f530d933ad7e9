"""Where a change comes from: the split in SQL held against plain Python over random worlds, and what is said of it; tests name rules."""

from __future__ import annotations

from datetime import date
from math import isclose, sqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as hyp

from dashboard.filters import Filters, Known
from dashboard.where_asked import Asked, asked_from, written
from dashboard.where_from import NOTHING, Gap, Part, Split
from dashboard.where_from_chart import two_bars, waterfall
from dashboard.where_from_words import gap_sentence, part_words, split_file, split_sentence, tenths
from tests.test_topic_macros import EVERYTHING, newcombe, wilson
from tests.worlds import Asking, Publisher, Story, World, many

EARLY, LATE = date(2024, 1, 10), date(2024, 2, 10)
FIRST, SECOND = date(2024, 1, 1), date(2024, 2, 1)
PUBLISHERS = tuple(Publisher(name, f"The {name.title()}") for name in ("weekly", "digest", "third"))
ASKED: dict[str, Any] = EVERYTHING | NOTHING | {
    "keys": ("topic:agents",), "grain": "month", "first": FIRST, "second": SECOND, "weigh": "stories",
}  # fmt: skip
PARTS = ("within", "mix", "came", "went", "kind")
STORIES = hyp.lists(
    hyp.builds(
        Story, hyp.sampled_from([EARLY, LATE]), hyp.sampled_from([["agents"], [], ["agents", "robots"], ["robots"]]),
        hyp.sampled_from(["weekly", "digest", "third"]), text_kind=hyp.sampled_from(["abstract", "full"]),
        tagger=hyp.sampled_from(["one", "one", "two"]),
    ),
    min_size=2, max_size=50,
)  # fmt: skip


@pytest.fixture(scope="module")
def asking() -> Asking:
    return Asking(World([Story(EARLY)], PUBLISHERS))


def split_of(stories: list[Story], **changed: Any) -> list[dict[str, Any]]:
    return Asking(World(stories, PUBLISHERS))("where_from", **ASKED | changed).to_dict("records")


def ratio(stories: list[Story]) -> float:
    return sum("agents" in s.topics for s in stories) / len(stories)


def expected_split(stories: list[Story], weigh: str) -> dict[str, dict[str, float]]:
    """Kitagawa's split by hand, by sources and then inside each by (text kind, tagger)."""
    of = {(name, day): [s for s in stories if s.source == name and s.day == day]
          for name in ("weekly", "digest", "third") for day in (EARLY, LATE)}  # fmt: skip
    names = sorted({name for (name, _), held in of.items() if held})
    both = [name for name in names if of[name, EARLY] and of[name, LATE]]

    def weights(day: date, among: list[str]) -> dict[str, float]:
        each = {name: (1 if weigh == "sources" else len(of[name, day])) for name in among if of[name, day]}
        return {name: w / sum(each.values()) for name, w in each.items()}

    def pooled(day: date, among: list[str]) -> float:
        return sum(w * ratio(of[name, day]) for name, w in weights(day, among).items())

    v_1, v_2, w_1, w_2 = weights(EARLY, both), weights(LATE, both), weights(EARLY, names), weights(LATE, names)
    common_1, common_2 = pooled(EARLY, both), pooled(LATE, both)
    found = {}
    for name in names:
        parts = dict.fromkeys(PARTS, 0.0)
        if name not in both:
            if of[name, LATE]:
                parts["came"] = w_2[name] * (ratio(of[name, LATE]) - common_2)
            else:
                parts["went"] = -w_1[name] * (ratio(of[name, EARLY]) - common_1)
        else:
            p_1, p_2 = ratio(of[name, EARLY]), ratio(of[name, LATE])
            mean, inside = (v_1[name] + v_2[name]) / 2, within(of[name, EARLY], of[name, LATE])
            parts |= {"within": mean * inside, "kind": mean * (p_2 - p_1 - inside)}
            parts["mix"] = (v_2[name] - v_1[name]) * ((p_1 + p_2) / 2 - (common_1 + common_2) / 2)
        found[name] = parts
    return found


def within(early: list[Story], late: list[Story]) -> float:
    cells = {(s.text_kind, s.tagger) for s in early} & {(s.text_kind, s.tagger) for s in late}
    of_1, of_2 = ([s for s in held if (s.text_kind, s.tagger) in cells] for held in (early, late))
    total = 0.0
    for cell in cells:
        in_1, in_2 = ([s for s in held if (s.text_kind, s.tagger) == cell] for held in (of_1, of_2))
        total += (len(in_1) / len(of_1) + len(in_2) / len(of_2)) / 2 * (ratio(in_2) - ratio(in_1))
    return total


@settings(max_examples=15)
@given(stories=STORIES, weigh=hyp.sampled_from(["stories", "sources"]))
def test_the_parts_are_kitagawas_and_sum_to_the_whole_change_18(stories, weigh):
    rows = split_of(stories, weigh=weigh)
    early, late = ([s for s in stories if s.day == day] for day in (EARLY, LATE))
    if not early or not late:
        assert rows == []
        return
    expected = expected_split(stories, weigh)
    assert {row["source_id"] for row in rows} == set(expected)
    for row in rows:
        for name in PARTS:
            assert isclose(row[name], expected[row["source_id"]][name], abs_tol=1e-9)
    by_source = (
        [ratio([s for s in held if s.source == n]) for n in {s.source for s in held}] for held in (early, late)
    )
    one, two = (sum(each) / len(each) for each in by_source) if weigh == "sources" else (ratio(early), ratio(late))
    assert isclose(rows[0]["difference"], two - one, abs_tol=1e-9)
    assert isclose(sum(row[name] for row in rows for name in PARTS), two - one, abs_tol=1e-9)
    if weigh == "stories":
        low, high = newcombe(*(f(held) for held in (early, late) for f in (lambda h: round(ratio(h) * len(h)), len)))
        assert isclose(rows[0]["low"], low, abs_tol=1e-9)
        assert isclose(rows[0]["high"], high, abs_tol=1e-9)


def test_a_change_of_the_mix_alone_is_no_change_within_18():
    """Each source keeps its share (10 % and 90 %), the second grows: of +64 points all come from the mix."""
    stories = [
        *many(9, EARLY, "agents", source="weekly"), *many(81, EARLY, source="weekly"),
        *many(9, EARLY, "agents", source="digest"), *many(1, EARLY, source="digest"),
        *many(1, LATE, "agents", source="weekly"), *many(9, LATE, source="weekly"),
        *many(81, LATE, "agents", source="digest"), *many(9, LATE, source="digest"),
    ]  # fmt: skip
    sums = {name: sum(row[name] for row in split_of(stories)) for name in PARTS}
    assert sums == pytest.approx({"within": 0, "mix": 0.64, "came": 0, "went": 0, "kind": 0})


def test_a_source_that_changes_its_kind_of_text_has_no_change_within_18_20():
    stories = [
        *many(5, EARLY, "agents"),
        *many(15, EARLY),
        *many(10, LATE, "agents", text_kind="full"),
        *many(10, LATE, text_kind="full"),
    ]
    (row,) = split_of(stories)
    assert (row["within"], row["kind"]) == pytest.approx((0, 0.25))


def test_the_numbers_of_the_split_are_those_of_the_stories_26():
    """A copy counts once and stands for its event; what the list holds of one source is what the split counts of it."""
    stories = [*many(6, EARLY, "agents", source="weekly"), *many(6, LATE, "agents", source="digest"), *many(9, LATE, source="weekly"),
               *many(9, EARLY, source="digest"), Story(LATE, ["agents"], source="third", copy_of=7)]  # fmt: skip
    asking = Asking(World(stories, PUBLISHERS))
    asked = ASKED | {"sources": ("weekly", "digest", "third")}
    rows = asking("where_from", **asked).to_dict("records")
    for row in rows:
        given_of = {name: value for name, value in asked.items() if name not in ("first", "second", "weigh")}
        listed = asking("where_from_stories", periods=(FIRST, SECOND), of_sources=(row["source_id"],), **given_of)
        assert len(listed) == row["k_1"] + row["k_2"]
    (event,) = asking("where_from_events", at_most=5, **{k: v for k, v in asked.items() if k != "weigh"}).to_dict(
        "records"
    )
    assert (event["k_1"], event["k_2"], event["told"], event["sources"]) == (0, 1, 2, 2)
    assert event["moves"] == pytest.approx(1 / 15)
    assert len(asking("where_from_told", cluster_id=event["cluster_id"])) == event["told"]


def paired(on_both: float, only_a: float, only_b: float, n: float) -> tuple[float, float]:
    neither = n - on_both - only_a - only_b
    rows = (on_both + only_a, only_b + neither, on_both + only_b, only_a + neither)
    top = on_both * neither - only_a * only_b
    top = max(top - n / 2, 0) if top > 0 else top
    phi = top / sqrt(rows[0] * rows[1] * rows[2] * rows[3]) if all(rows) else 0.0
    (low_a, high_a), (low_b, high_b) = wilson(rows[0], n), wilson(rows[2], n)
    a, b = rows[0] / n, rows[2] / n

    def reach(x: float, y: float) -> float:
        return sqrt(max(x * x - 2 * phi * x * y + y * y, 0))

    return a - b - reach(a - low_a, high_b - b), a - b + reach(high_a - a, b - low_b)


@settings(max_examples=100)
@given(cells=hyp.tuples(*[hyp.integers(0, 400)] * 4).filter(any))
def test_the_paired_range_is_newcombes_method_10_8(asking, cells):
    on_both, only_a, only_b, neither = cells
    n = on_both + only_a + only_b + neither
    asked = {"both": on_both, "a": only_a, "b": only_b, "n": n}
    ((low, high),) = asking.rows("SELECT paired_low($both, $a, $b, $n), paired_high($both, $a, $b, $n)", **asked)
    expected = paired(on_both, only_a, only_b, n)
    assert isclose(low, expected[0], abs_tol=1e-9)
    assert isclose(high, expected[1], abs_tol=1e-9)


@pytest.mark.parametrize("weigh", ["stories", "sources"])
def test_two_lines_of_the_same_stories_are_compared_pairwise_8(weigh):
    stories = [*many(3, LATE, "agents", "robots"), *many(9, LATE, "agents"), *many(4, LATE, "robots"), *many(24, LATE)]
    stories += [*many(5, LATE, source="digest"), *many(5, LATE, "robots", source="digest"), *many(7, EARLY, "agents")]
    asked = {k: v for k, v in ASKED.items() if k not in ("first", "second")} | {
        f"other_{k}": v for k, v in NOTHING.items()
    }
    asked |= {"other_keys": ("topic:robots",), "period": SECOND, "weigh": weigh}
    (row,) = Asking(World(stories, PUBLISHERS))("line_difference", **asked).to_dict("records")
    assert (row["k_1"], row["k_2"], row["on_both"], row["n"]) == (12, 12, 3, 50)
    if weigh == "stories":
        assert (row["low"], row["high"]) == pytest.approx(paired(3, 9, 9, 50))
    else:  # (7/40 + 5/10) / 2 less (12/40 + 0) / 2; effective n = 2 squared by 1/40 + 1/10
        assert row["difference"] == pytest.approx(0.3375 - 0.15)
        assert (row["low"], row["high"]) == pytest.approx(paired(*(32 * x for x in (0.0375, 0.3, 0.1125)), 32))


def test_the_paired_range_is_newcombes_own_example_8(asking):
    """Newcombe 1998, Statistics in Medicine 17:2635: of 50 pairs 36 both, 12 and 2 one alone: 0.0569 to 0.3404."""
    ((low, high),) = asking.rows("SELECT paired_low(36, 12, 2, 50), paired_high(36, 12, 2, 50)")
    assert (round(low, 4), round(high, 4)) == (0.0569, 0.3404)


# What is said


def point(k: int, n: int, day: date, state: str = "whole") -> dict[str, Any]:
    low, high = wilson(k, n)
    return {"period": day, "k": k, "n": n, "share": k / n, "low": low, "high": high, "state": state}


def a_split(**parts: float) -> Split:
    low, high = newcombe(20, 100, 54, 100)
    base = {"source_id": "a", "k_1": 20, "n_1": 100, "k_2": 54, "n_2": 100, "share_1": 0.2, "share_2": 0.54, "difference": 0.34,
            "low": low, "high": high} | dict.fromkeys(PARTS, 0.0)  # fmt: skip
    rows = (base | parts, base | {"source_id": "b"})
    found = tuple(Part(name, share, ("b",) if name == "came" else ("a", "b"), 74) for name, share in parts.items())
    return Split(rows, found, point(20, 100, date(2023, 1, 1)), point(54, 100, date(2024, 1, 1)))


NAMES = {"a": "The A", "b": "The B"}


def test_the_sentence_tells_the_parts_of_the_whole_the_largest_first_8_18():
    said = split_sentence(a_split(within=0.31, mix=0.03), "Agents", NAMES, "year")
    assert said.startswith("Agents, 2023 to 2024: +34.0 points, likely range +20.8 to +45.6 points. ")
    assert said.endswith("Of +34.0 points, +31.0 come from within the sources and +3.0 from the mix of sources.")
    came = split_sentence(a_split(within=0.04, came=0.3), "Agents", NAMES, "year")
    assert came.endswith("Of +34.0 points, +30.0 come from The B, which came and +4.0 from within the sources.")


def test_where_nothing_but_the_sources_moved_the_sentence_says_so():
    assert split_sentence(a_split(within=0.34), "Agents", NAMES, "year").endswith(
        "All of it comes from within the sources: the same sources stand in both periods, and their mix moves nothing."
    )


def test_a_change_whose_range_holds_0_is_no_clear_change_and_too_few_are_too_few_8_9():
    plain = a_split(within=0.34)
    unclear = Split(({**plain.rows[0], "low": -0.01},), plain.parts, plain.first, plain.second)
    assert "; no clear change." in split_sentence(unclear, "Agents", NAMES, "year")
    few = Split(plain.rows, plain.parts, point(2, 19, date(2023, 1, 1)), plain.second)
    assert "; too few stories to say." in split_sentence(few, "Agents", NAMES, "year")
    assert waterfall(few, NAMES, title="", grain="year", narrow=False).data[0].marker.line.width[0] > 0


def test_the_waterfall_goes_from_the_first_share_to_the_second_18():
    figure = waterfall(a_split(within=0.31, mix=0.03), NAMES, title="<b>x</b>", grain="year", narrow=True)
    bars = figure.data[0]
    assert list(bars.base) == pytest.approx([0, 20, 51, 0])
    assert list(bars.x) == pytest.approx([20, 31, 3, 54])
    assert [each[0] for each in bars.customdata] == ["first", "within", "mix", "second"]
    assert "<b>x" not in figure.layout.title.text
    assert bars.error_x.array[0] == pytest.approx(100 * (wilson(20, 100)[1] - 0.2))
    assert bars.error_x.array[1] is None


def test_the_file_holds_a_row_a_source_whose_parts_sum_18_26():
    table = split_file(a_split(within=0.31, mix=0.03), NAMES, line="Agents", grain="year", filters="f", snapshot="s")
    parts = table[["within", "mix_of_sources", "came", "went", "kind_of_text_or_tagger"]].to_numpy().sum()
    assert parts == pytest.approx(table["difference"][0])
    assert list(table["source"]) == ["The A", "The B"]
    assert set(table["snapshot"]) == {"s"}


def test_parts_are_named_by_who_makes_them():
    assert part_words(Part("within", 0.1, ("a",), 1), NAMES) == "within The A"
    assert part_words(Part("went", 0.1, ("a", "b"), 1), NAMES) == "The A and The B, which went"
    assert part_words(Part("came", 0.1, ("a", "b", "c"), 1), NAMES) == "3 sources, which came"
    assert [tenths(x) for x in (0.1649, -0.03, 0.0004)] == ["+16.5", "−3.0", "0.0"]


def test_two_lines_say_what_is_compared_and_where_there_is_no_clear_difference_8():
    gap = Gap(8, 40, 0.2, 14, 40, 0.35, -0.05, 0.33, 3)
    assert gap_sentence(gap, ("A", "B"), "2024").endswith(
        "+15.0 points, likely range −5.0 to +33.0 points; no clear difference. "
        "3 stories are on both lines, and the likely range allows for it."
    )
    apart = gap_sentence(Gap(40, 200, 0.2, 70, 200, 0.35, 0.06, 0.23, None), ("A", "B"), "2024")
    assert apart.endswith(
        "+23.0 points. The two are shares of different stories; one that counts in both is taken as two."
    )
    figure = two_bars(gap, ("A", "B"), ranges=(wilson(8, 40), wilson(14, 40)), title="t", narrow=False)
    assert list(figure.data[0].x) == pytest.approx([20, 35])


# The address

KNOWN = Known(frozenset({"topic:agents", "topic:robots"}), frozenset({"weekly"}), {"topic:agent": "topic:agents"})


@given(
    other=hyp.sampled_from([None, ("topic:robots", ""), ("topic:robots", "weekly")]),
    first=hyp.dates(), second=hyp.dates(), opened=hyp.sampled_from([(), ("first",), ("source", "weekly"), ("event", "0" * 16)]),
)  # fmt: skip
def test_what_is_compared_comes_back_from_its_address(other, first, second, opened):
    asked = Asked(("topic:agents", "weekly"), None if other else first, second, other, opened)
    assert asked_from(written(asked), KNOWN) == (asked, [])


def test_an_address_that_names_the_unknown_says_so_and_follows_renames():
    assert asked_from({}, KNOWN) == (None, [])
    asked, problems = asked_from({"where": ["topic:agent"], "from_point": ["soon"]}, KNOWN)
    assert (asked.line, asked.first, problems) == (("topic:agents", ""), None, [])
    asked, problems = asked_from({"where": ["topic:x`y"], "where_source": ["gone"]}, KNOWN)
    assert asked is None
    assert problems == [
        "The link asks where a change of `topic:xy` comes from, which is not in this data.",
        "The link names source `gone`, which is not in this data.",
    ]
    assert Filters().show  # the plain view stands beside it
