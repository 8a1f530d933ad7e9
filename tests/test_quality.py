"""Counts, intervals and the file of what was measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from etl.errors import InputError
from etl.quality import Hits, wilson, write_measured


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"), [(3, 20, 5.2, 36.0), (0, 40, 0.0, 8.8), (75, 500, 12.1, 18.4), (0, 0, 0, 100)]
)
def test_wilson_interval(successes: int, n: int, low: float, high: float):
    assert [round(100 * end, 1) for end in wilson(successes, n)] == [low, high]


def test_figures_of_nothing_are_zero():
    assert (Hits(0, 0, 0).precision, Hits(0, 0, 0).recall, Hits(0, 0, 0).f1) == (0, 0, 0)


def test_figures_that_cannot_be_read_are_named(tmp_path: Path):
    path = tmp_path / "quality.json"
    path.write_text('{"rows": 5}', encoding="utf-8")
    with pytest.raises(InputError, match=r"quality\.json.*remove the file"):
        write_measured({"rows": []}, path)


def test_what_is_measured_replaces_rows_of_its_kinds_of_text_alone(tmp_path: Path):
    path = tmp_path / "quality.json"
    full, old, new = (
        {"text_kind": kind, "tag_id": tag} for kind, tag in (("full", "a"), ("abstract", "b"), ("abstract", "c"))
    )
    held = {"rows": [full, old], "shares": [full], "calibration": [old]}
    path.write_text(json.dumps(held), encoding="utf-8")
    write_measured({"rows": [new], "shares": []}, path)
    assert json.loads(path.read_text(encoding="utf-8")) == {"rows": [new, full], "shares": [full], "calibration": [old]}


def test_what_is_measured_needs_no_file_that_stands(tmp_path: Path):
    path = tmp_path / "quality.json"
    rows = [{"text_kind": "full"}]
    write_measured({"rows": rows, "calibration": rows}, path)
    assert json.loads(path.read_text(encoding="utf-8")) == {"rows": rows, "calibration": rows}


def test_hits_add_up():
    assert Hits(1, 2, 3) + Hits(4, 5, 6) == Hits(5, 7, 9)
