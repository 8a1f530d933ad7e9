"""What a score is worth: from `quality.json` into the snapshot, and from its rows to a picture and words that say no more."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from dashboard.calibration import calibration_figure, calibration_table, calibration_words, row_words
from dashboard.words import times_in_ten
from etl.errors import InputError
from etl.reference import load_reference
from tests.worlds import Asking, Story, World

ROWS = [
    ("abstract", 0.0, 0.1, 70_000, 700, 0.01),  # its square is more than an INTEGER holds
    ("abstract", 0.7, 0.8, 412, 305, 0.75),
    ("abstract", 0.8, 0.9, 19, 10, 0.85),
    ("abstract", 0.9, 1.0, 0, 0, 0.95),
    ("full", 0.7, 0.8, 50, 50, 0.75),
]
MEASURED = {"rows": [], "totals": {}, "shares": []}


@pytest.fixture
def quality(small_seeds: Path) -> Path:
    """Where the small seeds hold what was measured; nothing is there yet."""
    path = small_seeds / "model" / "quality.json"
    path.parent.mkdir(exist_ok=True)
    return path


@pytest.fixture(scope="module")
def measured() -> pd.DataFrame:
    world = World([Story(pd.Timestamp("2024-05-06").date())], calibration=ROWS)
    return Asking(world)("calibration", text_kind="abstract")


def written(path: Path, **more: object) -> None:
    path.write_text(json.dumps(MEASURED | more), encoding="utf-8")


def row(low: float = 0.7, high: float = 0.8, n: int = 412, right: int = 305, mean: float = 0.75) -> dict[str, object]:
    return {"text_kind": "abstract", "low": low, "high": high, "n": n, "right": right, "mean_score": mean, "note": "x"}


# Into the snapshot


def test_rows_reach_the_snapshot_and_their_change_is_news(quality, run_small, snapshot_rows):
    run_small()
    assert snapshot_rows("FROM tag_calibration") == []
    written(quality, calibration=[row()])
    run_small()
    query = 'SELECT text_kind, round(low, 2), round(high, 2), n, "right", round(mean_score, 2) FROM tag_calibration'
    assert snapshot_rows(query) == [("abstract", *(pytest.approx(v) for v in (0.7, 0.8, 412, 305, 0.75)))]
    written(quality)
    run_small()
    assert snapshot_rows("FROM tag_calibration") == []


def test_seeds_without_that_measurement_or_without_any_load(quality, small_seeds):
    assert load_reference(small_seeds).calibration == []
    written(quality)
    assert load_reference(small_seeds).calibration == []


@pytest.mark.parametrize("rows", [[{"text_kind": "abstract"}], ["x"], 7, {"a": 1}], ids=str)
def test_rows_that_are_none_are_named_with_file_and_remedy(quality, small_seeds, rows):
    written(quality, calibration=rows)
    with pytest.raises(InputError, match=r"quality\.json.*measuring the tagger"):
        load_reference(small_seeds)


def test_a_snapshot_from_before_gets_the_table(published_snapshot, run_small, snapshot_rows):
    (path,) = (published_snapshot.data / "snapshots").glob("*.duckdb")
    with duckdb.connect(str(path)) as con:
        con.execute("DROP TABLE tag_calibration; DELETE FROM migration WHERE name = '029_tag_calibration'")
        con.execute("UPDATE seed_state SET digest = 'older' WHERE name = 'schema'")
    run_small()
    assert snapshot_rows("SELECT count(*) FROM tag_calibration") == [(0,)]


# Words and picture


def test_shares_have_their_likely_range_and_bins_without_topics_no_row(measured):
    assert measured["n"].tolist() == [70_000, 412, 19]
    found = measured.set_index("n").loc[412]
    assert found["share"] == pytest.approx(305 / 412)
    assert (found["share_low"], found["share_high"]) == pytest.approx((0.6959, 0.7803), abs=1e-4)  # Wilson, 305 of 412
    assert measured["share_low"].between(0, measured["share"]).all()


def test_words_say_of_how_many_and_how_far_scores_are_off(measured):
    assert calibration_words(measured) == (
        "of 412 topics scored 0.7 to 0.8, 74\u00a0% were right (likely range 70–78\u00a0%). "
        "Of 431 topics scored 0.7 or more, scores are off by 2 points on average."
    )
    without = measured[measured["n"] != 412]
    assert calibration_words(without).startswith("of 70,000 topics scored 0.0 to 0.1, 1\u00a0% were right")
    off = measured[measured["n"] == 19]  # 10 of 19 is 53 %, the mean score 85
    assert calibration_words(off).endswith("scores are off by 32 points on average.")


def test_rule_9_fewer_than_20_are_too_few_to_say_and_their_point_is_hollow(measured):
    assert [row_words(r).endswith(": too few to say") for r in measured.to_dict("records")] == [False, False, True]
    points = calibration_figure(measured).data[1]
    assert list(points.marker.symbol) == ["circle", "circle", "circle-open"]


def test_the_picture_holds_the_diagonal_and_each_point_with_its_range_and_n(measured):
    diagonal, points = calibration_figure(measured).data
    assert (list(diagonal.x), list(diagonal.y)) == ([0, 1], [0, 100])
    assert list(points.text) == ["70,000", "412", "19"]
    assert list(points.x) == pytest.approx([0.01, 0.75, 0.85])
    assert points.y[1] - points.error_y.arrayminus[1] == pytest.approx(69.59, abs=0.01)
    assert points.y[1] + points.error_y.array[1] == pytest.approx(78.03, abs=0.01)
    assert points.hovertext[1].startswith("Of 412 topics scored 0.7 to 0.8")


def test_the_table_holds_the_same_numbers(measured):
    table = calibration_table(measured)
    assert table.loc["0.7 to 0.8"].tolist() == ["412", "74\u00a0%", "70–78\u00a0%"]
    assert len(table) == 3


@pytest.mark.parametrize(
    ("score", "said"),
    [(0, "less than 1 time in 10"), (0.049, "less than 1 time in 10"), (0.05, "1 time in 10"), (0.25, "3 times in 10"),
     (0.72, "7 times in 10"), (0.949, "9 times in 10"), (0.95, "more than 9 times in 10"), (1, "more than 9 times in 10")],
)  # fmt: skip
def test_a_score_in_words_is_never_certain(score, said):
    assert times_in_ten(score) == said
