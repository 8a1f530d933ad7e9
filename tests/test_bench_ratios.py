"""The arithmetic of the benchmark: slopes, where a limit is passed, what became worse, and what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.kept import FILE, KeptPart, as_toml, read_kept
from tests.bench.parts import PARTS
from tests.bench.plots import marks
from tests.bench.ratios import Ratios, crossing, missing, rounded, slope, worse

SIZES = (10_000, 100_000, 1_000_000)


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0, 1.3, -0.2])
def test_slope_is_the_exponent(exponent: float):
    assert slope(SIZES, [3e-7 * size**exponent for size in SIZES]) == pytest.approx(exponent)


def test_slope_is_that_of_least_squares():
    """By hand, in decades: y = 0, 1, 1 over x = 1, 2, 3: Σ(x-2)(y-2/3) = 1, Σ(x-2)² = 2."""
    assert slope([10, 100, 1000], [1, 10, 10]) == pytest.approx(0.5)


@pytest.mark.parametrize(("sizes", "costs"), [([10], [1.0]), ([10, 10], [1.0, 2.0]), ([10, 100], [1.0])])
def test_slope_needs_two_sizes(sizes: list[int], costs: list[float]):
    with pytest.raises(ValueError, match="two sizes"):
        slope(sizes, costs)


def test_crossing_goes_on_from_the_largest_size():
    assert crossing(SIZES, [0.001, 0.01, 0.1], 1.0) == pytest.approx(10_000_000)
    assert crossing(SIZES, [0.1, 1.0, 10.0], 1.0) == pytest.approx(100_000)  # passed before the largest


def test_crossing_is_not_put_off_by_costs_that_do_not_grow():
    """From 10 to 20 ms costs hardly grow, then tenfold: the last step decides, not the flatter line through all."""
    costs = [0.01, 0.02, 0.2]
    assert slope(SIZES, costs) < 1.0
    assert crossing(SIZES, costs, 1.0) == pytest.approx(5_000_000)


def test_crossing_takes_the_slope_where_the_last_step_is_flatter():
    costs = [0.001, 0.1, 0.1]
    assert crossing(SIZES, costs, 1.0) == pytest.approx(10_000_000)  # slope 1 over all, 0 at last


@pytest.mark.parametrize("costs", [[0.1, 0.1, 0.1], [0.3, 0.2, 0.1]], ids=["even", "falling"])
def test_a_cost_that_does_not_grow_passes_no_limit(costs: list[float]):
    assert crossing(SIZES, costs, 1.0) is None


KEPT = Ratios(higher={"speed": 4.0, "cores": 1.8}, lower={"memory": 1.2, "gone": 2.0})


def test_worse_is_lower_where_higher_is_better_and_the_other_way_round():
    found = worse(KEPT, Ratios(higher={"speed": 3.0, "cores": 9.0}, lower={"memory": 1.8}))
    assert [(one.name, one.kept, one.now) for one in found] == [("memory", 1.2, 1.8), ("speed", 4.0, 3.0)]
    assert [one.by for one in found] == pytest.approx([0.5, 0.25])


@pytest.mark.parametrize(("now", "told"), [(1.0, []), (0.86, []), (0.84, ["speed"]), (1.5, [])])
def test_what_is_within_the_tolerance_is_not_told(now: float, told: list[str]):
    assert [one.name for one in worse(Ratios({"speed": 1.0}), Ratios({"speed": now}))] == told
    turned = worse(Ratios(lower={"speed": 1.0}), Ratios(lower={"speed": 2 - now}))
    assert [one.name for one in turned] == told


def test_what_is_not_measured_is_named_and_what_is_new_is_no_fall():
    now = Ratios(higher={"speed": 4.0, "cores": 1.8, "new": 0.1}, lower={"memory": 1.2})
    assert (missing(KEPT, now), worse(KEPT, now)) == (["gone"], [])


def test_rounded_keeps_three_digits():
    assert [rounded(value) for value in (0.0051849, 12.345, 98765.4)] == [0.00518, 12.3, 98800.0]


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [
        (4.9, 20.3, [1, 2, 5, 10, 20, 50, 100, 200, 500]),
        (0.05, 0.1, [0.01, 0.02, 0.05, 0.1, 0.2, 0.5]),
        (1, 1, [1, 2, 5]),
    ],
)
def test_marks_of_an_axis_surround_what_is_drawn(low: float, high: float, found: list[float]):
    assert marks(low, high) == found


def test_what_is_kept_reads_back(tmp_path: Path):
    parts = {
        "tagging": KeptPart(Ratios({'a "b": c': 4.25}, {}), "2026-11-26", "python -m tests.bench tagging", 0.4),
        "people": KeptPart(KEPT, "2026-11-27", "python -m tests.bench", 0.0),
    }
    (tmp_path / "kept.toml").write_text(as_toml(parts), encoding="utf-8")
    assert read_kept(tmp_path / "kept.toml") == parts
    assert read_kept(tmp_path / "none.toml") == {}


@pytest.mark.parametrize("text", ["[tagging", "[tagging]\nload = 1", "tagging = 1"])
def test_a_broken_file_says_how_to_make_it_anew(tmp_path: Path, text: str):
    (tmp_path / "kept.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"kept\.toml.*--keep"):
        read_kept(tmp_path / "kept.toml")


def test_the_file_of_the_repository_is_of_parts_that_there_are():
    assert read_kept(FILE).keys() <= PARTS.keys()
