"""STATISTICS 21: measured precision and recall stand beside the chart; fewer than 15 positives are too few to measure."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard.quality import NOT_MEASURED, measured_key, quality_rows

COLUMNS = ["key", "n", "precision", "precision_low", "precision_high", "recall", "recall_low", "recall_high"]


def measured(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("topic:healthcare", "topic:healthcare"),
        ("organization:google", "organization:*"),
        ("named:google", "organization:*"),
        ("region:US", "region:*"),
        ("desk:health", "desk:health"),
    ],
)
def test_organizations_and_regions_are_measured_together_and_topics_each(line: str, key: str):
    assert measured_key(line) == key


def test_rule_21_a_figure_carries_its_likely_range_and_n():
    rows = quality_rows({"topic:a": "A"}, measured(("topic:a", 104, 0.82, 0.73, 0.88, 0.81, 0.72, 0.87)))
    assert rows == [
        {
            "Line": "A",
            "Right when given": "82\u00a0% (73–88\u00a0%)",
            "Found of all": "81\u00a0% (72–87\u00a0%)",
            "Measured on": "104 tags",
        }
    ]


@pytest.mark.parametrize(("n", "said"), [(14, "too few to measure"), (15, "80\u00a0% (55–93\u00a0%)")])
def test_rule_21_fewer_than_15_positives_are_too_few_to_measure(n: int, said: str):
    (row,) = quality_rows({"topic:a": "A"}, measured(("topic:a", n, 0.8, 0.55, 0.93, 0.8, 0.55, 0.93)))
    assert (row["Right when given"], row["Found of all"]) == (said, said)


def test_a_tag_that_was_never_given_has_no_precision():
    (row,) = quality_rows({"topic:a": "A"}, measured(("topic:a", 20, None, None, None, 0.0, 0.0, 0.16)))
    assert row["Right when given"] == "too few to measure"


def test_what_was_never_measured_says_so():
    (row,) = quality_rows({"desk:d": "D"}, measured())
    assert row["Right when given"] == NOT_MEASURED
